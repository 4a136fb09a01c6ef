// Writes blocks of the visual view as Markdown, in the spelling that their source has. What Markdown has no words for is
// written as HTML. A backtick in a regular expression is `\x60`, as in markup_edits.js.

import { schema, valueOf } from "./schema.js";
import { writeAttributes, writeBlock, writeInline, writeLeaf } from "./write_html.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("prosemirror-model").Fragment} Fragment */
/** @typedef {import("prosemirror-model").Mark} Mark */
/** @typedef {import("./schema.js").Attributes} Attributes */

/**
 * How a source spells what can be spelled in more than one way.
 * @typedef {object} Spelling
 * @property {string} bullet
 * @property {string} delimiter behind the number of an item
 * @property {string} emphasis
 * @property {string} strong
 * @property {string} rule
 * @property {string} fence
 * @property {boolean} setext whether headings are underlined
 * @property {boolean} indented whether code is indented
 * @property {string} lineBreak
 * @property {number} itemIndent how far the words of an item are from its mark
 * @property {boolean} mixed whether elements of HTML hold Markdown
 */

/**
 * The spelling of a source.
 * @param {string} source
 * @returns {Spelling}
 */
export function spellingOf(source) {
  /** @param {RegExp} pattern */
  const first = (pattern) => source.match(pattern)?.[1];
  return {
    bullet: first(/^\s*(?:>\s*)*([-*+])[ \t]/m) ?? "-",
    delimiter: first(/^\s*(?:>\s*)*\d{1,9}([.)])[ \t]/m) ?? ".",
    emphasis: first(/(?:^|[^\\*_\p{L}\p{N}])([*_])(?![*_\s])/u) ?? "*",
    strong: first(/(?:^|[^\\*_])(\*\*|__)(?![\s*_])/) ?? "**",
    rule: first(/^ {0,3}((?:[-*_][ \t]*){3,})$/m)?.trim() ?? "---",
    fence: first(/^ {0,3}(\x60{3,}|~{3,})/m) ?? "\x60\x60\x60",
    setext: /^[^\n]*\S[^\n]*\n {0,3}(?:=+|-+)[ \t]*$/m.test(source),
    indented: /^(?: {4}|\t)/.test(source.replace(/^\n+/, "")),
    lineBreak: / {2,}\n/.test(source) ? "  \n" : "\\\n",
    itemIndent: Math.min(4, Math.max(1, first(/^ {0,3}(?:[-*+]|\d{1,9}[.)])( +)\S/m)?.length ?? 1)),
    mixed: source === "" || /^<[a-z][^>]*>[ \t]*\n[ \t]*\n/im.test(source),
  };
}

/**
 * Whether an element has no attributes, or these at most.
 * @param {Attributes} attributes
 * @param {string[]} names
 */
const hasOnly = (attributes, ...names) => attributes.every(([name]) => names.includes(name));

/**
 * Every line but the first set in by so many blanks; empty ones stay empty.
 * @param {string} text
 * @param {number} width
 */
const setIn = (text, width) => text.replace(/\n(?=[^\n])/g, `\n${" ".repeat(width)}`);

class Writer {
  /** @param {Spelling} spelling */
  constructor(spelling) {
    this.spelling = spelling;
    /** How many lists and quotes are open. */
    this.depth = 0;
  }

  /**
   * @param {readonly PmNode[]} blocks
   * @param {string} between
   */
  blocks(blocks, between) {
    let out = "";
    /** @type {PmNode | null} */
    let last = null;
    let { bullet } = this.spelling;
    for (const block of blocks) {
      const text = this.block(block, bullet);
      const follows = last && last.type === block.type && isList(block);
      // Two lists of one kind in a row would be one.
      if (follows && block.type === schema.nodes.bullet_list) {
        bullet = bullet === "-" ? "*" : "-";
        out += between + this.block(block, bullet);
      } else out += (last ? (follows ? "\n\n<!-- -->\n\n" : between) : "") + text;
      last = block;
    }
    return out;
  }

  /**
   * @param {PmNode} node
   * @param {string} bullet
   * @returns {string}
   */
  block(node, bullet) {
    const { attrs, level, code, source, address, name } = node.attrs;
    const { nodes } = schema;
    switch (node.type) {
      case nodes.paragraph:
        return hasOnly(attrs) ? this.words(node.content) : htmlBlock(node);
      case nodes.heading:
        return hasOnly(attrs) ? this.heading(node, level) : htmlBlock(node);
      case nodes.code_block:
        return hasOnly(attrs) && code && hasOnly(code, "class") ? this.code(node, valueOf(code, "class") ?? "") : htmlBlock(node);
      case nodes.blockquote:
        return hasOnly(attrs) ? `> ${this.inner(node.children, "\n\n").replaceAll("\n", "\n> ")}`.replace(/^> $/gm, ">") : this.around(node, "blockquote");
      case nodes.bullet_list:
        return hasOnly(attrs) ? this.list(node, () => bullet) : htmlBlock(node);
      case nodes.ordered_list: {
        const start = Number(valueOf(attrs, "start") ?? 1);
        return hasOnly(attrs, "start") && start >= 0 ? this.list(node, (number) => `${start + number}${this.spelling.delimiter}`) : htmlBlock(node);
      }
      case nodes.horizontal_rule:
        return hasOnly(attrs) ? this.spelling.rule : htmlBlock(node);
      case nodes.table:
        return this.table(node) ?? htmlBlock(node);
      case nodes.locked:
        return source.trimEnd();
      case nodes.film:
        return address;
      case nodes.note:
        return `[^${name}]: ${setIn(this.inner(node.children, "\n\n"), 4)}`;
      case nodes.box:
        return this.around(node, node.attrs.tag);
      default:
        return htmlBlock(node);
    }
  }

  /**
   * Blocks within a list or a quote.
   * @param {readonly PmNode[]} blocks
   * @param {string} between
   */
  inner(blocks, between) {
    this.depth += 1;
    const written = this.blocks(blocks, between);
    this.depth -= 1;
    return written;
  }

  /**
   * An element of HTML with Markdown in it, or HTML all through.
   * @param {PmNode} node
   * @param {string} tag
   */
  around(node, tag) {
    const holdsMarkdown = this.spelling.mixed && this.depth === 0 && ["aside", "blockquote", "details", "div"].includes(tag) && node.children.every(({ type }) => type !== schema.nodes.loose);
    return holdsMarkdown ? `<${tag}${writeAttributes(node.attrs.attrs)}>\n\n${this.blocks(node.children, "\n\n")}\n\n</${tag}>` : htmlBlock(node);
  }

  /**
   * @param {PmNode} node
   * @param {number} level
   */
  heading(node, level) {
    const words = this.words(node.content, { oneLine: true });
    if (this.spelling.setext && level < 3 && words) return `${words}\n${(level === 1 ? "=" : "-").repeat(Math.max(3, words.length))}`;
    return `${"#".repeat(level)} ${words.replace(/(#+)$/, "\\$1")}`.trimEnd();
  }

  /**
   * @param {PmNode} node
   * @param {string} classes
   */
  code(node, classes) {
    const words = node.textContent;
    if (this.spelling.indented && !classes && words.trim() && !/^\s*\n|^\s/.test(words)) return `    ${words.replace(/\n(?=[^\n])/g, "\n    ")}`;
    const sign = this.spelling.fence[0];
    const longest = Math.max(0, ...[...words.matchAll(new RegExp(`^ {0,3}(\\${sign}{3,})`, "gm"))].map(([, run]) => run.length + 1));
    const fence = sign.repeat(Math.max(this.spelling.fence.length, longest));
    return `${fence}${classes.replace(/^language-/, "")}\n${words}${words ? "\n" : ""}${fence}`;
  }

  /**
   * @param {PmNode} node
   * @param {(number: number) => string} mark
   */
  list(node, mark) {
    const isTight = node.children.every((item) => item.firstChild?.type === schema.nodes.loose || item.firstChild?.isAtom);
    if (!node.children.every((item) => hasOnly(item.attrs.attrs))) return htmlBlock(node);
    return node.children
      .map((item, number) => {
        const sign = `${mark(number)}${" ".repeat(this.spelling.itemIndent)}`;
        const blocks = item.children.map((block) => (block.type === schema.nodes.loose ? schema.nodes.paragraph.create(null, block.content) : block));
        return `${sign}${setIn(this.inner(blocks, isTight ? "\n" : "\n\n"), sign.length)}`.trimEnd();
      })
      .join(isTight ? "\n" : "\n\n");
  }

  /** @param {PmNode} node */
  table(node) {
    const rows = node.children;
    const [head] = rows;
    if (!hasOnly(node.attrs.attrs) || node.attrs.head || !rows.every(isPlainRow)) return null;
    if (!head.children.every((cell) => cell.type === schema.nodes.table_header) || head.childCount === 0) return null;
    const sides = head.children.map((cell) => valueOf(cell.attrs.attrs, "align") ?? "");
    const isRegular = rows.every((row, place) => row.childCount === head.childCount && row.children.every((cell, column) => (place === 0 || cell.type === schema.nodes.table_cell) && (valueOf(cell.attrs.attrs, "align") ?? "") === sides[column]));
    if (!isRegular) return null;
    const line = { left: ":--", right: "--:", center: ":-:" };
    /** @param {PmNode} row */
    const write = (row) => `| ${row.children.map((cell) => this.words(cell.firstChild?.content ?? cell.content, { oneLine: true, inTable: true })).join(" | ")} |`;
    return [write(head), `| ${sides.map((side) => line[/** @type {keyof typeof line} */ (side)] ?? "---").join(" | ")} |`, ...rows.slice(1).map(write)].join("\n");
  }

  /**
   * Words of a block.
   * @param {Fragment} content
   */
  words(content, { oneLine = false, inTable = false } = {}) {
    const written = this.inline(content, oneLine, inTable);
    return oneLine ? written : escapeBegin(written);
  }

  /**
   * @param {Fragment} content
   * @param {boolean} oneLine
   * @param {boolean} inTable
   */
  inline(content, oneLine, inTable) {
    let out = "";
    /** @type {Mark[]} */
    let open = [];
    const nodes = blanksOutside(content.content);
    nodes.forEach((node, place) => {
      const code = node.isText ? node.marks.find(isCode) : undefined;
      // Code is innermost: nothing within it means anything.
      const marks = node.marks.filter((mark) => mark !== code);
      let same = 0;
      while (same < open.length && same < marks.length && open[same].eq(marks[same])) same += 1;
      for (const mark of open.slice(same).reverse()) out += this.close(mark, out);
      for (const mark of marks.slice(same)) out = joinedTo(out, this.open(mark, nodes, place));
      open = [...marks];
      if (code) out += codeSpan(node.text ?? "", inTable);
      else out = joinedTo(out, this.leaf(node, open, out, oneLine, inTable));
    });
    for (const mark of [...open].reverse()) out += this.close(mark, out);
    return out;
  }

  /**
   * @param {Mark} mark
   * @param {readonly PmNode[]} nodes
   * @param {number} place
   */
  open(mark, nodes, place) {
    const kind = kindOf(mark);
    if (kind === "link") return isBareLink(mark, nodes[place], nodes[place + 1]) ? "" : "[";
    if (kind) return this.sign(kind);
    return `<${mark.attrs.tag}${writeAttributes(mark.attrs.attrs)}>`;
  }

  /**
   * @param {Mark} mark
   * @param {string} out
   */
  close(mark, out) {
    const kind = kindOf(mark);
    if (kind !== "link") return kind ? this.sign(kind) : `</${mark.attrs.tag}>`;
    const address = valueOf(mark.attrs.attrs, "href") ?? "";
    const title = valueOf(mark.attrs.attrs, "title");
    // A bare address was written without a bracket.
    if (title === undefined && out.endsWith(address.replace(/^mailto:/, "")) && !lastBracketIsOpen(out)) return "";
    return `](${target(address)}${titled(title)})`;
  }

  /** @param {"strong" | "emphasis" | "strike"} kind */
  sign(kind) {
    return kind === "strike" ? "~~" : this.spelling[kind];
  }

  /**
   * @param {PmNode} node
   * @param {readonly Mark[]} marks
   * @param {string} before
   * @param {boolean} oneLine
   * @param {boolean} inTable
   */
  leaf(node, marks, before, oneLine, inTable) {
    const { attrs, name } = node.attrs;
    if (node.isText) {
      const isBare = marks.some((mark) => kindOf(mark) === "link") && !lastBracketIsOpen(before);
      return isBare ? (node.text ?? "") : escapeWords(node.text ?? "", before, inTable);
    }
    if (node.type === schema.nodes.hard_break) return hasOnly(attrs) && !oneLine ? this.spelling.lineBreak : writeLeaf(node, false);
    if (node.type === schema.nodes.footnote) return `[^${name}]`;
    if (node.type === schema.nodes.image && hasOnly(attrs, "src", "alt", "title") && valueOf(attrs, "src") !== undefined) {
      const alt = (valueOf(attrs, "alt") ?? "").replace(/[\\[\]*_\x60<>&]/g, "\\$&");
      return `![${alt}](${target(valueOf(attrs, "src") ?? "")}${titled(valueOf(attrs, "title"))})`;
    }
    return writeLeaf(node, false);
  }
}

/**
 * @param {readonly PmNode[]} blocks
 * @param {Spelling} spelling
 */
export const writeMarkdown = (blocks, spelling) => new Writer(spelling).blocks(blocks, "\n\n");

/** @param {PmNode} node */
const isList = (node) => node.type === schema.nodes.bullet_list || node.type === schema.nodes.ordered_list;

/**
 * A block as HTML that Markdown leaves alone.
 * @param {PmNode} node
 */
function htmlBlock(node) {
  if (node.type === schema.nodes.loose) return writeInline(node.content);
  return writeBlock(node);
}

/** @param {PmNode} row */
const isPlainRow = (row) =>
  hasOnly(row.attrs.attrs) &&
  (!row.attrs.section || hasOnly(row.attrs.section.attrs)) &&
  row.children.every((cell) => hasOnly(cell.attrs.attrs, "align") && cell.attrs.colspan === 1 && cell.attrs.rowspan === 1 && cell.childCount === 1 && cell.firstChild?.type === schema.nodes.loose);

/** @param {Mark} mark */
const isCode = (mark) => mark.attrs.tag === "code" && hasOnly(mark.attrs.attrs);

/**
 * What a mark is in Markdown; `null` for what is written as HTML.
 * @param {Mark} mark
 */
function kindOf({ attrs: { tag, attrs } }) {
  if (tag === "a") return hasOnly(attrs, "href", "title") && valueOf(attrs, "href") !== undefined ? "link" : null;
  if (!hasOnly(attrs)) return null;
  return /** @type {const} */ ({ strong: "strong", em: "emphasis", del: "strike", s: null })[/** @type {"strong"} */ (tag)] ?? null;
}

/**
 * Whether a link shows nothing but its address, which Markdown makes a link by itself.
 * @param {Mark} mark
 * @param {PmNode} node
 * @param {PmNode | undefined} next
 */
function isBareLink(mark, node, next) {
  const address = valueOf(mark.attrs.attrs, "href") ?? "";
  if (!node.isText || mark.attrs.attrs.length > 1 || next?.marks.some((other) => other.eq(mark)) || node.marks.length > 1) return false;
  return node.text === address && /^https?:\/\/[\w.-]+\.\w+[^\s<>]*[\w/]$/.test(address);
}

/**
 * Whether the last bracket that is not escaped opens a link.
 * @param {string} out
 */
function lastBracketIsOpen(out) {
  const plain = out.replace(/\\[\s\S]/g, "  ").replace(/(\x60+)[^\x60][\s\S]*?\1/g, (code) => " ".repeat(code.length)).replace(/!\[[^\]]*\]\([^)]*\)/g, (image) => " ".repeat(image.length)).replace(/\[\^[^\]]*\]/g, (note) => " ".repeat(note.length));
  return plain.lastIndexOf("[") > plain.lastIndexOf("](");
}

/**
 * An exclamation mark before a bracket would make a picture of a link.
 * @param {string} out
 * @param {string} next
 */
const joinedTo = (out, next) => (next.startsWith("[") && out.endsWith("!") && !out.endsWith("\\!") ? `${out.slice(0, -1)}\\!${next}` : out + next);

/** @param {string} address */
const target = (address) => (address === "" || (/^[^\s<>()\\]+$/.test(address) && !address.startsWith("<")) ? escapeEntities(address) : `<${escapeEntities(address).replace(/[<>\\]/g, "\\$&").replace(/\n/g, "%0A")}>`);
/** @param {string | undefined} title */
const titled = (title) => (title === undefined ? "" : ` "${escapeEntities(title).replace(/["\\]/g, "\\$&")}"`);
/** @param {string} words */
const escapeEntities = (words) => words.replace(/&(?=#?\w+;)/g, "&amp;");

/**
 * @param {string} words
 * @param {boolean} inTable
 */
function codeSpan(words, inTable) {
  const runs = [...words.matchAll(/\x60+/g)].map(([run]) => run.length);
  let length = 1;
  while (runs.includes(length)) length += 1;
  const fence = "\x60".repeat(length);
  const pad = /^\x60|\x60$|^ .*\S.* $/.test(words) ? " " : "";
  const written = inTable ? words.replaceAll("|", "\\|") : words;
  return `${fence}${pad}${written}${pad}${fence}`;
}

/**
 * Plain words, with what would mean something else escaped.
 * @param {string} words
 * @param {string} before
 * @param {boolean} inTable
 */
function escapeWords(words, before, inTable) {
  let out = words
    .replace(/[\\\x60*[\]]/g, "\\$&")
    .replace(/~/g, "\\~")
    .replace(/<(?=[a-zA-Z/!?])/g, "\\<")
    .replace(/&(?=#?\w+;)/g, "\\&")
    .replace(/\u00a0/g, "&nbsp;");
  out = out.replace(/_/g, (sign, at) => (/[\p{L}\p{N}]/u.test(out[at - 1] ?? before.at(-1) ?? "") && /[\p{L}\p{N}]/u.test(out[at + 1] ?? "") ? sign : `\\${sign}`));
  if (inTable) out = out.replaceAll("|", "\\|");
  return out.replace(/\n/g, " ");
}

/**
 * What would begin another block at the beginning of a line is escaped.
 * @param {string} written
 */
const escapeBegin = (written) =>
  written
    .split("\n")
    .map((line) =>
      line
        .replace(/^(\s*)(#{1,6}(?:\s|$)|[-+](?:\s|$)|>|={1,}\s*$|-{2,}\s*$)/, "$1\\$2")
        .replace(/^(\s*\d{1,9})([.)](?:\s|$))/, "$1\\$2")
        .replace(/^(\s*)\|/, "$1\\|"),
    )
    .join("\n");

/**
 * Marks of Markdown hold words, not the blanks around them.
 * @param {readonly PmNode[]} nodes
 */
function blanksOutside(nodes) {
  return nodes.flatMap((node, place) => {
    if (!node.isText || node.marks.some(isCode)) return [node];
    const words = node.text ?? "";
    /** @param {PmNode | undefined} other */
    const kept = (other) => node.marks.filter((mark) => kindOf(mark) === null || kindOf(mark) === "link" || other?.marks.some((own) => own.eq(mark)));
    const [, head, middle, tail] = /^(\s*)([\s\S]*?)(\s*)$/.exec(words) ?? ["", "", words, ""];
    if (!middle) return [node.mark(kept(nodes[place - 1]).filter((mark) => kept(nodes[place + 1]).includes(mark)))];
    return [
      ...(head ? [schema.text(head, kept(nodes[place - 1]))] : []),
      schema.text(middle, node.marks),
      ...(tail ? [schema.text(tail, kept(nodes[place + 1]))] : []),
    ];
  });
}
