// What each tool of the editor writes, in Markdown and in HTML. Pure: a text and a selection in, an edit out, which says
// what to put where (`from`, `to`, `words`) and what is selected afterwards (`select`).
//
// Each line has an even number of backticks (in regular expressions they are `\x60`): the server takes comments out of scripts
// in which no text goes over several lines.

/** @typedef {"bold" | "italic" | "strike" | "code"} MarkKind */
/** @typedef {{ at: number, length: number, what: "open" | "close" | "both" }} FoundMark */

/**
 * The marks around words.
 * @type {Record<Markup, Record<MarkKind, [string, string]>>}
 */
const MARKS = {
  markdown: { bold: ["**", "**"], italic: ["*", "*"], strike: ["~~", "~~"], code: ["`", "`"] },
  html: {
    bold: ["<strong>", "</strong>"],
    italic: ["<em>", "</em>"],
    strike: ["<s>", "</s>"],
    code: ["<code>", "</code>"],
  },
};

const ITEM = /^(\s*)(?:[-*+]|\d{1,9}[.)])\s+/;
const HTML_LINE = /^<(p|h[1-6])(?:\s[^>]*)?>([\s\S]*)<\/\1>$/;
const INLINE_TAGS = /<\/?(?:a|abbr|b|big|code|del|em|font|i|ins|kbd|mark|s|samp|small|span|strike|strong|sub|sup|tt|u)(?:\s[^>]*)?>/gi;
/**
 * What a markup is called.
 * @param {Markup} markup
 */
export const nameOfMarkup = (markup) => (markup === "html" ? "HTML" : "Markdown");
export const JUMP_BREAK = "<!--more-->";

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** @param {string} words */
export const escapeHtml = (words) => words.replace(/[&<>"]/g, (c) => ENTITIES[c]);
/** @param {string} words */
const escapeMarkdown = (words) => words.replace(/[\\\x60*_[\]<>#|~]/g, "\\$&");

/** @param {string} words */
const leadingSpace = (words) => words.slice(0, words.length - words.trimStart().length);

/**
 * Puts marks around the selection, around each of its paragraphs, or takes them off. Without a selection: begins marked
 * words, or ends those around the cursor; in the middle of them it takes their marks off.
 * @param {MarkKind} kind
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function mark(kind, markup) {
  const [open, close] = MARKS[markup][kind];
  return ({ text, from, to }) => {
    const around = surroundings(text, from, to, kind, markup);
    if (around && from === to) return leaveMarks({ text, at: from, open, close, ...around });
    while (from < to && /\s/.test(text[from])) from += 1;
    while (to > from && /\s/.test(text[to - 1])) to -= 1;
    const words = text.slice(from, to);
    if (hasMark(text.slice(0, from), open, "end") && hasMark(text.slice(to), close, "start")) {
      const start = from - open.length;
      return { from: start, to: to + close.length, words, select: [start, start + words.length] };
    }
    const inside = words.slice(open.length, words.length - close.length);
    if (words.length > open.length + close.length && hasMark(words, open, "start") && hasMark(words, close, "end")) {
      return { from, to, words: inside, select: [from, from + inside.length] };
    }
    if (around && !words.includes(open) && !words.includes(close)) return unmarkPart({ text, from, to, open, close });
    const marked = words
      .split(/(\n\s*\n)/)
      .map((part, place) => (place % 2 === 0 ? open + part + close : part))
      .join("");
    return { from, to, words: marked, select: [from + open.length, from + marked.length - close.length] };
  };
}

/**
 * The marks of a kind that are open where a selection begins: where their words start, and where the mark is that closes
 * them, -1 where it is not written yet. `null` outside of such marks.
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @param {MarkKind} kind
 * @param {Markup} markup
 * @returns {{ opened: number, closes: number } | null}
 */
function surroundings(text, from, to, kind, markup) {
  const start = text.lastIndexOf("\n\n", from - 1) + 1;
  const gap = text.indexOf("\n\n", to);
  const end = gap < 0 ? text.length : gap;
  let opened = -1;
  for (const { at, length, what } of marksIn(text.slice(start, end), kind, markup, from - start)) {
    const [begins, ends] = [start + at, start + at + length];
    if (ends > from) {
      if (opened < 0) return null;
      // Between the selection and the mark that closes, nothing opens.
      return { opened, closes: begins >= to && what !== "open" ? begins : -1 };
    }
    opened = what === "open" || (what === "both" && opened < 0) ? ends : -1;
  }
  return opened < 0 ? null : { opened, closes: -1 };
}

/**
 * The marks of a kind in a paragraph: in HTML each opens or closes, in Markdown it depends on what came before `cursor`.
 * @param {string} paragraph
 * @param {MarkKind} kind
 * @param {Markup} markup
 * @param {number} cursor
 * @returns {FoundMark[]}
 */
function marksIn(paragraph, kind, markup, cursor) {
  if (markup === "html") {
    const name = MARKS.html[kind][0].slice(1, -1);
    return [...paragraph.matchAll(new RegExp(`<(/?)${name}(?:\\s[^>]*)?>`, "gi"))].map((found) => ({
      at: found.index,
      length: found[0].length,
      what: found[1] ? "close" : "open",
    }));
  }
  // What is in code is no mark, nor is what a backslash escapes.
  /** @param {string} found */
  const blank = (found) => " ".repeat(found.length);
  let plain = paragraph.replace(/\\[\s\S]/g, blank);
  if (kind !== "code") plain = plain.replace(/(\x60+)[^\x60][\s\S]*?\1/g, blank).replace(/^(\s*)\*(?=\s)/gm, "$1 ");
  if (kind === "code" || kind === "strike") {
    const sign = MARKS.markdown[kind][0];
    return [...plain.matchAll(new RegExp(sign, "g"))].map((found) => ({ at: found.index, length: sign.length, what: /** @type {const} */ ("both") }));
  }
  // A run of three stars is one for italic and two for bold: outermost where it opens, innermost where it closes.
  const length = kind === "bold" ? 2 : 1;
  const open = { bold: false, italic: false };
  const runs = [plain.slice(0, cursor), plain.slice(cursor)].flatMap((part, second) =>
    [...part.matchAll(/\*+/g)].map((run) => ({ index: run.index + second * cursor, stars: run[0].length })),
  );
  return runs.flatMap(({ index, stars }) => {
    /** @type {FoundMark} */
    const both = { at: index, length, what: "both" };
    if (stars === 4) return kind === "bold" ? [both, { ...both, at: index + 2 }] : [];
    if (stars > 3) return [];
    const has = kind === "bold" ? stars >= 2 : stars !== 2;
    if (stars >= 2) open.bold = !open.bold;
    if (stars !== 2) open.italic = !open.italic;
    if (!has) return [];
    const inner = kind === "italic" ? open.italic : !open.bold;
    return [{ ...both, at: index + (stars === 3 && inner ? stars - length : 0) }];
  });
}

/**
 * Ends the marked words that the cursor is in.
 * @param {{ text: string, at: number, open: string, close: string, opened: number, closes: number }} marks
 * @returns {TextEdit}
 */
function leaveMarks({ text, at, open, close, opened, closes }) {
  const here = text.startsWith(close, at) && hasMark(text.slice(at), close, "start");
  if (at === opened && here) return { from: at - open.length, to: at + close.length, words: "", select: [at - open.length, at - open.length] };
  if (here) return { from: at, to: at, words: "", select: [at + close.length, at + close.length] };
  if (closes < 0) return { from: at, to: at, words: close, select: [at + close.length, at + close.length] };
  const behind = closes + close.length;
  if (/^(?:<\/[a-z]+>)+$/i.test(text.slice(at, closes))) return { from: at, to: at, words: "", select: [behind, behind] };
  const caret = at - open.length;
  return { from: opened - open.length, to: closes + close.length, words: text.slice(opened, closes), select: [caret, caret] };
}

/**
 * Takes the marks off a part of marked words: what is before and after it stays marked.
 * @param {TextSelection & { open: string, close: string }} marks
 * @returns {TextEdit}
 */
function unmarkPart({ text, from, to, open, close }) {
  const before = text.slice(text.slice(0, from).trimEnd().length, from);
  const after = leadingSpace(text.slice(to));
  let [start, end] = [from - before.length, to + after.length];
  const words = text.slice(from, to);
  let head = close;
  let tail = open;
  if (text.slice(0, start).endsWith(open)) [start, head] = [start - open.length, ""];
  if (text.startsWith(close, end)) [end, tail] = [end + close.length, ""];
  const at = start + head.length + before.length;
  return { from: start, to: end, words: head + before + words + after + tail, select: [at, at + words.length] };
}

/**
 * Whether a text ends or starts with a mark; one star alone is not half of two.
 * @param {string} text
 * @param {string} sign
 * @param {"start" | "end"} side
 */
function hasMark(text, sign, side) {
  if (!(side === "end" ? text.endsWith(sign) : text.startsWith(sign))) return false;
  if (sign !== "*" && sign !== "**") return true;
  const stars = text.match(side === "end" ? /\**$/ : /^\**/)?.[0].length ?? 0;
  return sign === "*" ? stars % 2 === 1 : stars >= 2;
}

/**
 * The whole lines that a selection touches.
 * @param {TextSelection} selection
 */
function lines({ text, from, to }) {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const last = to > from && text[to - 1] === "\n" ? to - 1 : to;
  const end = text.indexOf("\n", last);
  return [start, end < 0 ? text.length : end];
}

/**
 * Changes whole lines; `change` gets them and gives the new ones.
 * @param {TextSelection} selection
 * @param {(lines: string) => string} change
 * @returns {TextEdit}
 */
function onLines(selection, change) {
  const [from, to] = lines(selection);
  const words = change(selection.text.slice(from, to));
  const empty = selection.from === selection.to;
  return { from, to, words, select: empty ? [from + words.length, from + words.length] : [from, from + words.length] };
}

/**
 * Headings from 2 on; level 0 is a paragraph. The same level twice is a paragraph again.
 * @param {number} level
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function heading(level, markup) {
  if (markup === "html") {
    return (selection) =>
      onLines(selection, (chosen) => {
        const tag = level ? `h${level}` : "p";
        const old = chosen.trim().match(HTML_LINE);
        const words = old ? old[2] : chosen.trim();
        const now = old && old[1] === tag ? "p" : tag;
        return `<${now}>${words}</${now}>`;
      });
  }
  return (selection) =>
    onLines(selection, (chosen) =>
      chosen
        .split("\n")
        .map((line) => {
          if (line.trim() === "" && chosen !== "") return line;
          const marks = line.match(/^(#{1,6})\s+/);
          const words = marks ? line.slice(marks[0].length) : line;
          return level && marks?.[1].length !== level ? `${"#".repeat(level)} ${words}` : words;
        })
        .join("\n"),
    );
}

/**
 * A list of the selected lines, and back.
 * @param {boolean} ordered
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function list(ordered, markup) {
  if (markup === "html") {
    const tag = ordered ? "ol" : "ul";
    return (selection) =>
      onLines(selection, (chosen) => {
        const old = chosen.trim().match(/^<([ou]l)>\n([\s\S]*)\n<\/\1>$/);
        const rows = (old ? old[2] : chosen).split("\n").map((line) => line.trim().replace(/^<(li|p)>([\s\S]*)<\/\1>$/, "$2"));
        if (old && old[1] === tag) return rows.map((row) => `<p>${row}</p>`).join("\n");
        const items = rows.filter((row, place) => row !== "" || (place === 0 && rows.length === 1));
        return `<${tag}>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</${tag}>`;
      });
  }
  return (selection) =>
    onLines(selection, (chosen) => {
      const rows = chosen.split("\n");
      const own = ordered ? /^\s*\d{1,9}[.)]\s/ : /^\s*[-*+]\s/;
      const full = rows.filter((row) => row.trim() !== "");
      const has = full.length > 0 && full.every((row) => own.test(row));
      let number = 0;
      return rows
        .map((row) => {
          if (row.trim() === "" && rows.length > 1) return row;
          const indent = leadingSpace(row);
          const words = row.replace(ITEM, "").trimStart();
          if (has) return indent + words;
          number += 1;
          return `${indent}${ordered ? `${number}.` : "-"} ${words}`;
        })
        .join("\n");
    });
}

/**
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function quote(markup) {
  if (markup === "html") return wrapped("<blockquote>\n", "\n</blockquote>");
  return (selection) =>
    onLines(selection, (chosen) => {
      const rows = chosen.split("\n");
      const has = rows.every((row) => row.startsWith(">"));
      return rows.map((row) => (has ? row.replace(/^> ?/, "") : row === "" && rows.length > 1 ? ">" : `> ${row}`)).join("\n");
    });
}

/**
 * Whole lines between two others, or out of them again.
 * @param {string} open
 * @param {string} close
 * @returns {EditCommand}
 */
function wrapped(open, close) {
  return (selection) => {
    const [from, to] = lines(selection);
    const { text } = selection;
    const words = text.slice(from, to);
    if (text.slice(0, from).endsWith(open) && text.slice(to).startsWith(close)) {
      const start = from - open.length;
      return { from: start, to: to + close.length, words, select: [start, start + words.length] };
    }
    return { from, to, words: open + words + close, select: [from + open.length, from + open.length + words.length] };
  };
}

/**
 * Lines in the middle or at the right, and back at the left: a part of HTML, in which Markdown goes on.
 * @param {string} side "left", "center" or "right"
 * @returns {EditCommand}
 */
export function align(side) {
  const close = "\n\n</div>";
  return (selection) => {
    const [from, to] = lines(selection);
    const { text } = selection;
    const words = text.slice(from, to);
    const old = text.slice(0, from).match(/<div class="(center|right)">\n\n$/);
    const around = old && text.slice(to).startsWith(close) ? old : null;
    const start = around ? from - around[0].length : from;
    const open = side === "left" || around?.[1] === side ? "" : `<div class="${side}">\n\n`;
    const all = open === "" ? words : open + words + close;
    const at = start + open.length;
    return { from: start, to: around ? to + close.length : to, words: all, select: [at, at + words.length] };
  };
}

/**
 * Code in a line, or a part of its own where the selection has several lines.
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function code(markup) {
  return (selection) => {
    const words = selection.text.slice(selection.from, selection.to);
    if (!words.includes("\n")) return mark("code", markup)(selection);
    if (markup === "html") return block(`<pre><code>${escapeHtml(words.replace(/\n+$/, ""))}\n</code></pre>`)(selection);
    const longest = Math.max(2, ...[...words.matchAll(/\x60{3,}/g)].map(([run]) => run.length));
    const fence = "\x60".repeat(longest + 1);
    return block(`${fence}\n${words.replace(/\n+$/, "")}\n${fence}`)(selection);
  };
}

/**
 * Puts a part of its own in, with an empty line before and after it; `inside` is what is selected of it.
 * @param {string} words
 * @param {[number, number]} [inside]
 * @returns {EditCommand}
 */
export function block(words, inside) {
  return ({ text, from, to }) => {
    const before = text.slice(0, from);
    const after = text.slice(to);
    const lead = before === "" || /\n\s*\n$/.test(before) ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const trail = /^\n\s*\n/.test(after) ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    const start = from + lead.length;
    const end = start + words.length;
    const rest = end + trail.length + (after.match(/^\s*\n/)?.[0].length ?? 0);
    /** @type {[number, number]} */
    const select = inside ? [start + inside[0], start + inside[1]] : [rest, rest];
    return { from, to, words: lead + words + trail, select };
  };
}

/** @param {Markup} markup */
export const rule = (markup) => block(markup === "html" ? "<hr>" : "---");
export const jumpBreak = () => block(JUMP_BREAK);

/**
 * Where the jump break is that a text has already; -1 where it has none.
 * @param {string} text
 */
export const jumpBreakOf = (text) => text.indexOf(JUMP_BREAK);

/**
 * The address of a film, on a line of its own: the server makes a player of it.
 * @param {string} address
 * @param {Markup} markup
 */
export function embed(address, markup) {
  return block(markup === "html" ? `<p>${escapeHtml(address)}</p>` : address);
}

/**
 * A table of what was selected, one line a row with tabs between its cells, or an empty one.
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function table(markup) {
  return (selection) => {
    const chosen = selection.text.slice(selection.from, selection.to).trim();
    const rows = chosen ? chosen.split("\n").map((row) => row.split("\t").map((cell) => cell.trim())) : [["First", "Second"], ["", ""], ["", ""]];
    const width = Math.max(...rows.map((row) => row.length));
    const full = rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
    const [head, ...body] = full;
    const words =
      markup === "html"
        ? [
            "<table>",
            `<tr>${head.map((cell) => `<th>${cell}</th>`).join("")}</tr>`,
            ...body.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`),
            "</table>",
          ].join("\n")
        : [head, head.map(() => "---"), ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
    const first = markup === "html" ? words.indexOf("<th>") + "<th>".length : "| ".length;
    return block(words, [first, first + head[0].length])(selection);
  };
}

/**
 * A number at the cursor and its note: in Markdown below the paragraph, in HTML at the end of the text.
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function footnote(markup) {
  return ({ text, to }) => {
    if (markup === "html") return htmlFootnote(text, to);
    const numbers = [...text.matchAll(/\[\^(\d+)\]/g)].map(([, number]) => Number(number));
    const number = Math.max(0, ...numbers) + 1;
    const gap = text.slice(to).search(/\n\s*\n/);
    const end = gap < 0 ? text.length : to + gap;
    const words = `[^${number}]${text.slice(to, end).trimEnd()}\n\n[^${number}]: `;
    return { from: to, to: end, words, select: [to + words.length, to + words.length] };
  };
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {TextEdit}
 */
function htmlFootnote(text, at) {
  const numbers = [...text.matchAll(/id="fn-(\d+)"/g)].map(([, number]) => Number(number));
  const n = Math.max(0, ...numbers) + 1;
  const sign = `<sup><a href="#fn-${n}" id="fnref-${n}" data-footnote-ref>${n}</a></sup>`;
  const back = `<a href="#fnref-${n}" data-footnote-backref aria-label="Back to reference ${n}">↩</a>`;
  const [open, close] = [`<li id="fn-${n}"><p>`, ` ${back}</p></li>\n`];
  const notes = text.lastIndexOf("</ol>\n</section>");
  const rest = text.slice(at).trimEnd();
  const [before, after] =
    notes > at
      ? [text.slice(at, notes), text.slice(notes)]
      : [`${rest}\n\n<section data-footnotes>\n<ol>\n`, "</ol>\n</section>\n"];
  const start = sign + before + open;
  const place = at + start.length;
  return { from: at, to: text.length, words: start + close + after, select: [place, place] };
}

/**
 * Words without marks, links, headings, lists and quotes.
 * @param {Markup} markup
 * @returns {EditCommand}
 */
export function clear(markup) {
  return (selection) => {
    const { text } = selection;
    const [from, to] = selection.from === selection.to ? lines(selection) : [selection.from, selection.to];
    let words = text.slice(from, to).replace(INLINE_TAGS, "");
    if (markup === "html") {
      words = words.replace(/<(p|h[1-6]|div|li|ul|ol|table|tr|td|th|blockquote)\s[^>]*>/gi, "<$1>").replace(/<(\/?)h[1-6]>/gi, "<$1p>");
    } else {
      words = words
        .replace(/^[ \t]*(?:#{1,6}[ \t]+|(?:>[ \t]?)+|(?:[-*+]|\d{1,9}[.)])[ \t]+)/gm, "")
        .replace(/!?\[([^\]\n]*)\]\([^)\s]*(?:\s+"[^"]*")?\)/g, "$1")
        .replace(/(\*\*\*|\*\*|\*|~~|\x60)(?=\S)([\s\S]*?\S)\1/g, "$2")
        .replace(/(\*\*|\*|~~|\x60)(?=\S)([\s\S]*?\S)\1/g, "$2");
    }
    return { from, to, words, select: [from, from + words.length] };
  };
}

/**
 * The link around the cursor or the selection: where it is, its words, its address.
 * @param {TextSelection} selection
 * @param {Markup} markup
 */
export function linkAt({ text, from, to }, markup) {
  const [start, end] = lines({ text, from, to });
  const pattern = markup === "html" ? /<a\s[^>]*?href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g : /(?<!!)\[([^\]\n]*)\]\(([^)\s]*)\)/g;
  for (const found of text.slice(start, end).matchAll(pattern)) {
    const at = start + found.index;
    if (at <= from && to <= at + found[0].length) {
      const [address, words] = markup === "html" ? [found[1].replaceAll("&amp;", "&"), found[2]] : [found[2], found[1]];
      return { from: at, to: at + found[0].length, address, words };
    }
  }
  return { from, to, address: "", words: text.slice(from, to) };
}

/**
 * A link; without address its words alone.
 * @param {{ address: string, words: string, from: number, to: number }} parts
 * @param {Markup} markup
 * @returns {TextEdit}
 */
export function link({ address, words, from, to }, markup) {
  const said = words || address;
  const whole = !address
    ? said
    : markup === "html"
      ? `<a href="${escapeHtml(address)}">${said}</a>`
      : `[${said}](${address.replace(/[()\s]/g, (c) => encodeURIComponent(c).replace("(", "%28").replace(")", "%29"))})`;
  return { from, to, words: whole, select: [from + whole.length, from + whole.length] };
}

/**
 * Whether words are an address of the web and nothing else.
 * @param {string} words
 */
export const isAddress = (words) => /^https?:\/\/[^\s<>"]+$/i.test(words) && URL.canParse(words);

/**
 * An address as somebody types it: one without a scheme is one of the web.
 * @param {string} typed
 */
export const completeAddress = (typed) => (/^(?:[\w-]+\.)+[a-z]{2,}(?:\/\S*)?$/i.test(typed) ? `https://${typed}` : typed);

/**
 * Somebody else's article: its title, one small line that says whose it is, its words. The renderer lists all of them
 * as sources below the post.
 * @param {Record<string, string>} source
 * @param {string} words
 * @param {Markup} markup
 * @returns {{ words: string, inside: [number, number] }}
 */
export function article({ address, title, author, date }, words, markup) {
  const host = URL.canParse(address) ? new URL(address).host.replace(/^www\./, "") : address;
  const where = address ? `<a href="${escapeHtml(address)}">${escapeHtml(host)}</a>` : "";
  const line = [author && escapeHtml(author), where, date && escapeHtml(date)].filter(Boolean).join(" · ");
  const cite = address ? ` cite="${escapeHtml(address)}"` : "";
  const parts = [`<blockquote class="article"${cite}>`];
  if (title) parts.push(markup === "html" ? `<h3>${escapeHtml(title)}</h3>` : `### ${escapeMarkdown(title)}`);
  if (line) parts.push(`<p><small>${line}</small></p>`);
  const inner = words.trim();
  const paragraph = markup === "html" && inner !== "" && !inner.startsWith("<");
  const content = paragraph ? `<p>${inner.replace(/\n\s*\n/g, "</p>\n\n<p>")}</p>` : inner;
  const start = parts.join("\n\n").length + 2;
  const all = [...parts, content, "</blockquote>"].join("\n\n");
  return { words: all, inside: [start, start + content.length] };
}

/**
 * What Enter writes in a list or a quote of Markdown; `null` where it is an Enter like any other.
 * @param {TextSelection} selection
 * @returns {TextEdit | null}
 */
export function continued({ text, from, to }) {
  if (from !== to) return null;
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const found = text.slice(start, from).match(/^(\s*)(?:([-*+])|(\d{1,9})([.)])|(>))(\s+)(\[[ xX]\]\s+)?(.*)$/);
  if (!found) return null;
  const [whole, indent, dot, number, after, quoted, gap, box, words] = found;
  if (words.trim() === "") {
    const ends = text[from] === undefined || text[from] === "\n";
    return ends ? { from: start, to: start + whole.length, words: "", select: [start, start] } : null;
  }
  const sign = dot ?? quoted ?? `${Number(number) + 1}${after}`;
  const next = `\n${indent}${sign}${gap}${box ? "[ ] " : ""}`;
  return { from, to, words: next, select: [from + next.length, from + next.length] };
}

/**
 * The headings of a text and where they are, as its source has them.
 * @param {string} text
 * @param {Markup} markup
 */
export function outline(text, markup) {
  if (markup === "html") {
    return [...text.matchAll(/<h([1-6])(?:\s[^>]*)?>([\s\S]*?)<\/h\1>/gi)].map((found) => ({
      level: Number(found[1]),
      words: found[2].replace(/<[^>]*>/g, "").trim(),
      at: found.index,
    }));
  }
  const headings = [];
  let fence = "";
  let at = 0;
  for (const line of text.split("\n")) {
    const run = line.match(/^ {0,3}(\x60{3,}|~{3,})/)?.[1];
    if (run && (fence === "" || (run[0] === fence[0] && run.length >= fence.length))) fence = fence === "" ? run : "";
    const found = fence === "" ? line.match(/^ {0,3}(#{1,6})\s+(.+?)\s*#*$/) : null;
    if (found) headings.push({ level: found[1].length, words: found[2].replace(/[*_\x60~]|\\(?=\W)/g, ""), at });
    at += line.length + 1;
  }
  return headings;
}

/**
 * How many words a text has: what is in tags, addresses of links and marks are none.
 * @param {string} text
 */
export function count(text) {
  const plain = text.replace(/<[^>]*>|\]\([^)]*\)/g, " ");
  return plain.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.-]*/gu)?.length ?? 0;
}
