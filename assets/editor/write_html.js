// Writes blocks of the visual view as HTML.

import { isGallery } from "./gallery.js";
import { schema } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("prosemirror-model").Fragment} Fragment */
/** @typedef {import("prosemirror-model").Mark} Mark */
/** @typedef {import("./schema.js").Attributes} Attributes */

/** Attributes that are written without a value where they have none. */
const SWITCHES = new Set(["open", "controls", "reversed", "allowfullscreen", "disabled", "checked", "loop", "muted", "autoplay", "hidden", "nowrap", "compact", "noshade"]);

/** @param {string} words */
export const escapeWords = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\u00a0", "&nbsp;");
/** @param {string} value */
const escapeValue = (value) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("\u00a0", "&nbsp;");

/** @param {Attributes} attributes */
export const writeAttributes = (attributes) =>
  attributes.map(([name, value]) => (value === "" && SWITCHES.has(name) ? ` ${name}` : ` ${name}="${escapeValue(value)}"`)).join("");

/**
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {string} inside
 */
const around = (tag, attributes, inside) => `<${tag}${writeAttributes(attributes)}>${inside}</${tag}>`;

/**
 * Words that browsers would show otherwise: blanks in a row or at an end of a block.
 * @param {string} words
 */
const keepBlanks = (words) => words.replace(/ {2,}/g, (blanks) => `${"\u00a0".repeat(blanks.length - 1)} `);

/**
 * @param {readonly PmNode[]} blocks
 * @param {string} between
 */
export const writeBlocks = (blocks, between = "") =>
  blocks.map((block, place) => (place > 0 && runsInto(blocks[place - 1], block) ? "<br>" : "") + (place > 0 ? between : "") + writeBlock(block)).join("");

/**
 * Whether words without a block of their own would go on in the line of those before them.
 * @param {PmNode} before
 * @param {PmNode} block
 */
const runsInto = (before, block) => before.type === schema.nodes.loose && block.type === schema.nodes.loose && before.lastChild?.type !== schema.nodes.hard_break;

/**
 * @param {PmNode} node
 * @returns {string}
 */
export function writeBlock(node) {
  const { attrs, tag, level, code, head, source, address, linked } = node.attrs;
  switch (node.type) {
    case schema.nodes.paragraph:
      return around("p", attrs, writeInline(node.content));
    case schema.nodes.heading:
      return around(`h${level}`, attrs, writeInline(node.content));
    case schema.nodes.loose:
      return writeInline(node.content);
    case schema.nodes.textblock:
      return around(tag, attrs, writeInline(node.content));
    case schema.nodes.code_block: {
      // A line break right behind the tag is not part of the words.
      const words = node.textContent.startsWith("\n") && !code ? `\n${node.textContent}` : node.textContent;
      return around("pre", attrs, code ? around("code", code, escapeWords(words)) : escapeWords(words));
    }
    case schema.nodes.preformatted:
      return around("pre", attrs, writeInline(node.content, true));
    case schema.nodes.horizontal_rule:
      return `<hr${writeAttributes(attrs)}>`;
    case schema.nodes.jump_break:
      return "<!--more-->";
    case schema.nodes.locked:
      return source;
    case schema.nodes.film:
      return around("p", [], linked ? around("a", [["href", address]], escapeWords(address)) : escapeWords(address));
    case schema.nodes.note:
      return writeBlocks(node.children);
    case schema.nodes.table:
      return around("table", attrs, head + writeRows(node));
    case schema.nodes.box:
      return isGallery(node) ? around(tag, attrs, `\n${writeBlocks(node.children, "\n")}\n`) : around(tag, attrs, writeBlocks(node.children));
    default:
      return around(tag ?? ELEMENTS[node.type.name], attrs, writeBlocks(node.children));
  }
}

/** @type {Record<string, string>} */
const ELEMENTS = { blockquote: "blockquote", bullet_list: "ul", ordered_list: "ol", list_item: "li" };

/** @param {PmNode} table */
function writeRows(table) {
  let out = "";
  /** @typedef {{ tag: string, attrs: Attributes, id: number }} Section */
  let open = /** @type {Section | null} */ (null);
  for (const row of table.children) {
    /** @type {Section | null} */
    const section = row.attrs.section;
    if (section?.id !== open?.id) {
      if (open) out += `</${open.tag}>`;
      if (section) out += `<${section.tag}${writeAttributes(section.attrs)}>`;
      open = section;
    }
    out += around("tr", row.attrs.attrs, row.children.map(writeCell).join(""));
  }
  return open ? `${out}</${open.tag}>` : out;
}

/** @param {PmNode} cell */
function writeCell(cell) {
  const { attrs, colspan, rowspan } = cell.attrs;
  /** @type {Attributes} */
  const all = [...attrs];
  if (colspan > 1) all.push(["colspan", String(colspan)]);
  if (rowspan > 1) all.push(["rowspan", String(rowspan)]);
  return around(cell.type === schema.nodes.table_header ? "th" : "td", all, writeBlocks(cell.children));
}

/**
 * @param {Fragment} content
 */
export function writeInline(content, keepsBlanks = false) {
  let out = "";
  /** @type {Mark[]} */
  let open = [];
  /** @param {readonly Mark[]} marks */
  const change = (marks) => {
    let same = 0;
    while (same < open.length && same < marks.length && open[same].eq(marks[same])) same += 1;
    for (const mark of open.slice(same).reverse()) out += `</${mark.attrs.tag}>`;
    for (const mark of marks.slice(same)) out += `<${mark.attrs.tag}${writeAttributes(mark.attrs.attrs)}>`;
    open = [...marks];
  };
  content.forEach((node) => {
    change(node.marks);
    out += writeLeaf(node, keepsBlanks);
  });
  change([]);
  return out;
}

/**
 * Words or an element without content, without the elements around them.
 * @param {PmNode} node
 * @param {boolean} keepsBlanks whether the block shows blanks as they are
 */
export function writeLeaf(node, keepsBlanks) {
  const { attrs, tag, html, name } = node.attrs;
  if (node.isText) return escapeWords(keepsBlanks ? (node.text ?? "") : keepBlanks(node.text ?? ""));
  if (node.type === schema.nodes.hard_break) return `<br${writeAttributes(attrs)}>`;
  if (node.type === schema.nodes.image) return `<img${writeAttributes(attrs)}>`;
  if (node.type === schema.nodes.footnote) return `[^${name}]`;
  if (node.type === schema.nodes.raw) return html;
  return tag === "wbr" ? `<wbr${writeAttributes(attrs)}>` : around(tag, attrs, "");
}
