// Whether two pieces of HTML give the same page. Blanks count as browsers show them, comments not at all.

import { BLOCKS, isEmptyFormatting, isJumpBreak, parse, RAW, readAttributes, writtenAgain } from "./read_html.js";

/** @typedef {{ open?: string, close?: string, words?: string, isBlock?: boolean, keeps?: boolean }} Token */

/**
 * A form of HTML that is the same for two pieces that show the same.
 * @param {string} html
 */
export function normalForm(html) {
  /** @type {Token[]} */
  const tokens = [{ open: "", isBlock: true }];
  for (const node of parse(html).childNodes) collect(node, tokens, false);
  tokens.push({ open: "", isBlock: true });
  let now = withoutBlanks(tokens);
  for (;;) {
    const next = simplified(now);
    if (next.length === now.length) break;
    now = next;
  }
  return now.map(({ open, close, words }) => words ?? open ?? close).join("");
}

/**
 * @param {Node} node
 * @param {Token[]} tokens
 * @param {boolean} keeps whether blanks are shown as they are
 */
function collect(node, tokens, keeps) {
  if (node.nodeType === 3) tokens.push({ words: /** @type {Text} */ (node).data, keeps });
  if (isJumpBreak(node)) tokens.push({ open: "<!--more-->", isBlock: true });
  if (node.nodeType !== 1) return;
  const dom = /** @type {Element} */ (node);
  const name = dom.localName;
  if (RAW.has(name) || dom.namespaceURI !== "http://www.w3.org/1999/xhtml") {
    tokens.push({ open: writtenAgain(dom) });
    return;
  }
  if (isEmptyFormatting(dom) && !BLOCKS.has(name) && !["br", "img"].includes(name)) return;
  const isBlock = BLOCKS.has(name) || name === "br";
  tokens.push({ open: `<${name}${attributesOf(dom)}>`, isBlock });
  for (const child of dom.childNodes) collect(child, tokens, keeps || name === "pre");
  if (name === "pre") dropLastBreak(tokens);
  if (name !== "br" && name !== "img" && name !== "hr") tokens.push({ close: `</${name}>`, isBlock });
}

/**
 * A line break at the very end of preformatted words is not shown.
 * @param {Token[]} tokens
 */
function dropLastBreak(tokens) {
  const last = tokens.findLast(({ close }) => close === undefined);
  if (last?.words?.endsWith("\n")) last.words = last.words.slice(0, -1);
}

/** @param {Element} dom */
function attributesOf(dom) {
  return readAttributes(dom)
    .filter(([name, value]) => !((name === "colspan" || name === "rowspan") && value === "1"))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .sort()
    .join("");
}

/** @param {Token[]} tokens */
function withoutBlanks(tokens) {
  let blank = true;
  /** @type {Token | null} */
  let pending = null;
  const dropPending = () => {
    if (pending?.words) pending.words = pending.words.slice(0, -1);
    pending = null;
  };
  for (const token of tokens) {
    if (token.words === undefined) {
      if (token.isBlock) {
        dropPending();
        blank = true;
      } else if (token.open?.startsWith("<img") || (token.open && !/^<[\w-]+[ >]/.test(token.open)) || (token.open && RAW.has(token.open.match(/^<([\w-]+)/)?.[1] ?? ""))) {
        blank = false;
        pending = null;
      }
      continue;
    }
    if (token.keeps) {
      blank = false;
      pending = null;
      continue;
    }
    token.words = token.words.replace(/[ \t\n\f\r]+/g, " ");
    if (blank && token.words.startsWith(" ")) token.words = token.words.slice(1);
    if (token.words === "") continue;
    blank = token.words.endsWith(" ");
    pending = blank ? token : null;
  }
  dropPending();
  return tokens.filter(({ words }) => words !== "").map((token) => (token.words === undefined ? token : { ...token, words: escaped(token.words) }));
}

/** @param {string} words */
const escaped = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/**
 * Without inline elements that hold nothing, and with those joined that only differ in where one ends.
 * @param {Token[]} tokens
 */
function simplified(tokens) {
  /** @type {Token[]} */
  const out = [];
  /** @type {string[]} */
  const open = [];
  /** @type {string[]} */
  const closed = [];
  for (const token of tokens) {
    const last = out.at(-1);
    if (token.open?.startsWith("<") && !token.isBlock && last?.close && !last.isBlock && closed.at(-1) === token.open && isPaired(token.open)) {
      out.pop();
      open.push(token.open);
      closed.pop();
      continue;
    }
    if (token.close) {
      const opened = open.pop() ?? "";
      if (!token.isBlock && last?.open === opened && !/ (?:id|name|class)=/.test(opened) && opened !== "<wbr>") {
        out.pop();
        continue;
      }
      closed.push(opened);
    } else {
      closed.length = 0;
      if (token.open && isPaired(token.open)) open.push(token.open);
    }
    out.push(token);
  }
  // Words that became neighbours.
  return out.reduce((/** @type {Token[]} */ joined, token) => {
    const last = joined.at(-1);
    if (last?.words !== undefined && token.words !== undefined) last.words += token.words;
    else joined.push({ ...token });
    return joined;
  }, []);
}

/**
 * Whether a token begins an element that a later token ends.
 * @param {string} open
 */
const isPaired = (open) => /^<[\w-]+(?: [\s\S]*)?>$/.test(open) && !/^<(?:br|img|hr)[ >]/.test(open) && !RAW.has(open.match(/^<([\w-]+)/)?.[1] ?? "");

/**
 * HTML of our own with the attributes renamed that the page's policy forbids to be parsed, as the server renames them.
 * @param {string} html
 */
export const inert = (html) =>
  html.replace(/<[a-zA-Z](?:"[^"]*"|'[^']*'|[^'">])*>/g, (tag) =>
    tag.replace(/("[^"]*"|'[^']*')|(\s)(?=style\s*=|on\w+\s*=)/gi, (_all, quoted, blank) => quoted ?? `${blank}data-daybook-`),
  );

/**
 * @param {string} one
 * @param {string} other
 */
export const isSameDom = (one, other) => one === other || normalForm(one) === normalForm(other);
