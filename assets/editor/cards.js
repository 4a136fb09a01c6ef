// The cards of a text: what each is made of in the document of the visual view, and its fields.

import { Plugin, TextSelection } from "prosemirror-state";
import { classesOf, linkOf, schema, valueOf, withValue } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {"article" | "bookmark" | "callout" | "details" | "note" | "film"} CardKind */

const { nodes, marks } = schema;
/** What each is called, on its frame and by its buttons. @type {Record<CardKind, string>} */
export const CARD_NAMES = { article: "Quoted article", bookmark: "Bookmark", callout: "Callout", details: "Details", note: "Footnote", film: "Video" };
const BETWEEN = " · ";

/**
 * What card a block is; `null` for one that is none.
 * @param {PmNode} node
 * @returns {CardKind | null}
 */
export function kindOfCard(node) {
  if (node.type === nodes.note) return "note";
  if (node.type === nodes.film) return "film";
  if (node.type === nodes.blockquote) return classesOf(node).includes("article") ? "article" : null;
  if (node.type !== nodes.box) return null;
  if (node.attrs.tag === "details") return "details";
  if (classesOf(node).includes("callout")) return "callout";
  return classesOf(node).includes("bookmark") ? "bookmark" : null;
}

/**
 * @param {string} words
 * @param {import("prosemirror-model").Mark[]} [own]
 */
const text = (words, own) => (words ? schema.text(words, own) : null);
/**
 * @param {string} tag
 * @param {import("./schema.js").Attributes} [attrs]
 */
const mark = (tag, attrs = []) => marks.inline.create({ tag, attrs });

/**
 * The site of an address, as readers see it.
 * @param {string} address
 */
const siteOf = (address) => (URL.canParse(address) ? new URL(address).host.replace(/^www\./, "") : address);

/** A note that is set apart from the text. */
export const newCallout = () => nodes.box.create({ tag: "aside", attrs: [["class", "callout"]] }, nodes.paragraph.create());

/** Words that a reader opens by their summary. */
export const newDetails = () => nodes.box.create({ tag: "details" }, [nodes.textblock.create({ tag: "summary" }, schema.text("Details")), nodes.paragraph.create()]);

/** @param {string} address */
export const newFilm = (address) => nodes.film.create({ address });

/**
 * A link to a page, with what is there.
 * @param {Record<string, string>} fields
 */
export function newBookmark({ address, title, description }) {
  const link = mark("a", [["href", address]]);
  return nodes.box.create({ tag: "div", attrs: [["class", "bookmark"]] }, [
    nodes.paragraph.create(null, schema.text(title || siteOf(address), [link, mark("strong")])),
    ...(description ? [nodes.paragraph.create(null, schema.text(description))] : []),
    nodes.paragraph.create(null, schema.text(siteOf(address), [mark("small")])),
  ]);
}

/** @param {PmNode} node */
export function fieldsOfBookmark(node) {
  let address = "";
  node.descendants((inner) => {
    address ||= linkOf(inner);
  });
  /** @type {string[]} */
  const lines = [];
  node.forEach((block) => void (isSmallLine(block) || lines.push(block.textContent)));
  return { address, title: lines[0] ?? "", description: lines.slice(1).join(" ") };
}

/** @param {PmNode} block */
const isSmallLine = (block) => block.isTextblock && block.childCount > 0 && block.children.every((node) => node.marks.some(({ attrs }) => attrs.tag === "small"));

/**
 * The title and the small line of a quoted article.
 * @param {Record<string, string>} fields
 * @param {number} level of its title
 */
function headOfArticle({ address, title, author, date }, level) {
  const small = mark("small");
  const words = [
    author && [text(author, [small])],
    address && [text(siteOf(address), [small, mark("a", [["href", address]])])],
    date && [text(date, [small])],
  ].filter((part) => part !== "");
  const line = words.flatMap((part, place) => [...(place > 0 ? [text(BETWEEN, [small])] : []), .../** @type {(PmNode | null)[]} */ (part)]).filter((node) => node !== null);
  return [...(title ? [nodes.heading.create({ level }, schema.text(title))] : []), ...(line.length ? [nodes.paragraph.create(null, line)] : [])];
}

/**
 * Somebody else's article: its title, a small line that says whose it is, its words.
 * @param {Record<string, string>} fields
 * @param {readonly PmNode[]} words
 */
export function newArticle(fields, words) {
  /** @type {import("./schema.js").Attributes} */
  const attrs = [["class", "article"], ...(fields.address ? [/** @type {[string, string]} */ (["cite", fields.address])] : [])];
  return nodes.blockquote.create({ attrs }, [...headOfArticle(fields, 3), ...(words.length ? words : [nodes.paragraph.create()])]);
}

/** How many blocks at the beginning of an article are its head. @param {PmNode} node */
function lengthOfHead(node) {
  const title = node.firstChild?.type === nodes.heading ? 1 : 0;
  const line = node.maybeChild(title);
  return title + (line && isSmallLine(line) ? 1 : 0);
}

/** @param {PmNode} node */
export function fieldsOfArticle(node) {
  const title = node.firstChild?.type === nodes.heading ? node.firstChild.textContent : "";
  const line = node.maybeChild(title || node.firstChild?.type === nodes.heading ? 1 : 0);
  const fields = { address: valueOf(node.attrs.attrs, "cite") ?? "", title, author: "", date: "" };
  if (!line || !isSmallLine(line)) return fields;
  let isBehindLink = false;
  line.forEach((inner) => {
    const address = linkOf(inner);
    if (address) {
      fields.address ||= address;
      isBehindLink = true;
      return;
    }
    const words = inner.textContent.split(BETWEEN).map((part) => part.replace(/^\s*·|·\s*$/g, "").trim()).filter(Boolean);
    if (isBehindLink) fields.date = words.join(BETWEEN);
    else [fields.author = "", fields.date = ""] = words;
  });
  return fields;
}

/**
 * An article with other fields and the same words.
 * @param {PmNode} node
 * @param {Record<string, string>} fields
 */
export function articleWith(node, fields) {
  const level = node.firstChild?.type === nodes.heading ? node.firstChild.attrs.level : 3;
  const words = node.children.slice(lengthOfHead(node));
  const attrs = withValue(node.attrs.attrs, "cite", fields.address || null);
  return node.type.create({ ...node.attrs, attrs }, [...headOfArticle(fields, level), ...(words.length ? words : [nodes.paragraph.create()])]);
}

/** The blocks of plain words. @param {string} words */
export const paragraphsOf = (words) => words.trim().split(/\n\s*\n/).filter(Boolean).map((part) => nodes.paragraph.create(null, schema.text(part.replace(/\s*\n\s*/g, " ").trim())));

/** The names of the footnotes that a block refers to, kept for each block. @type {WeakMap<PmNode, string[]>} */
const known = new WeakMap();
/** @param {PmNode} block */
function namesIn(block) {
  let names = known.get(block);
  if (!names) {
    /** @type {string[]} */
    const found = [];
    block.descendants((node) => void (node.type === nodes.footnote && found.push(node.attrs.name)));
    known.set(block, (names = found));
  }
  return names;
}

/** The same of a whole document, which is asked for several times for each change. @type {WeakMap<PmNode, string[]>} */
const inDoc = new WeakMap();
/** @param {PmNode} doc */
function notesOf(doc) {
  let names = inDoc.get(doc);
  if (!names) inDoc.set(doc, (names = [...new Set(doc.children.flatMap(namesIn))]));
  return names;
}

/**
 * The number that readers see for a footnote.
 * @param {PmNode} doc
 * @param {string} name
 */
export const numberOfNote = (doc, name) => notesOf(doc).indexOf(name) + 1;

/** A number at the cursor, and its words at the end of the text: Markdown. @type {import("prosemirror-state").Command} */
const markdownFootnote = (state, dispatch) => {
  if (!state.selection.$to.parent.inlineContent || state.selection.$to.parent.type === nodes.code_block) return false;
  const taken = notesOf(state.doc).map(Number).filter(Number.isFinite);
  const inSource = state.doc.children.flatMap((block) => (block.type === nodes.note ? [Number(block.attrs.name) || 0] : []));
  const name = String(Math.max(0, ...taken, ...inSource) + 1);
  const tr = state.tr.insert(state.selection.to, nodes.footnote.create({ name, words: name }));
  tr.insert(tr.doc.content.size, nodes.note.create({ name }, nodes.paragraph.create()));
  dispatch?.(atEnd(tr, tr.doc.content.size - 2));
  return true;
};

/** The same in HTML, where all words are in one list. @type {import("prosemirror-state").Command} */
const htmlFootnote = (state, dispatch) => {
  if (!state.selection.$to.parent.inlineContent || state.selection.$to.parent.type === nodes.code_block) return false;
  let most = 0;
  state.doc.descendants((node) => {
    const id = valueOf(node.attrs.attrs ?? [], "id") ?? "";
    if (/^fn-\d+$/.test(id)) most = Math.max(most, Number(id.slice(3)));
  });
  const n = String(most + 1);
  const sign = schema.text(n, [mark("sup"), mark("a", [["href", `#fn-${n}`], ["id", `fnref-${n}`], ["data-footnote-ref", ""]])]);
  const back = schema.text("↩", [mark("a", [["href", `#fnref-${n}`], ["data-footnote-backref", ""], ["aria-label", `Back to reference ${n}`]])]);
  const item = nodes.list_item.create({ attrs: [["id", `fn-${n}`]] }, nodes.paragraph.create(null, [schema.text(" "), back]));
  const tr = state.tr.insert(state.selection.to, sign);
  let at = -1;
  tr.doc.forEach((block, offset) => {
    const list = block.type === nodes.box && valueOf(block.attrs.attrs, "data-footnotes") !== undefined ? block.lastChild : null;
    if (list?.type === nodes.ordered_list) at = offset + block.nodeSize - 2;
  });
  if (at >= 0) tr.insert(at, item);
  else {
    at = tr.doc.content.size;
    tr.insert(at, nodes.box.create({ tag: "section", attrs: [["data-footnotes", ""]] }, nodes.ordered_list.create(null, item)));
    at += 2;
  }
  dispatch?.(atEnd(tr, at + 2));
  return true;
};

/**
 * @param {import("prosemirror-state").Transaction} tr
 * @param {number} at
 */
function atEnd(tr, at) {
  return tr.setSelection(TextSelection.near(tr.doc.resolve(at))).scrollIntoView();
}

/** @param {Markup} markup */
export const insertFootnote = (markup) => (markup === "html" ? htmlFootnote : markdownFootnote);

/** The event by which the words of a footnote learn that it may have another number. */
export const RENUMBERED = "renumbered";

/** Footnotes are counted in the order of their numbers; the words of one that nothing leads to any more go with it. */
export const footnotes = () =>
  new Plugin({
    appendTransaction(transactions, before, state) {
      if (!transactions.some((tr) => tr.docChanged && !tr.getMeta("read"))) return null;
      const [old, now] = [notesOf(before.doc), notesOf(state.doc)];
      if (old.join("\n") === now.join("\n")) return null;
      const { tr } = state;
      state.doc.descendants((node, at) => {
        const words = node.type === nodes.footnote ? String(now.indexOf(node.attrs.name) + 1) : "";
        if (words && words !== node.attrs.words) tr.setNodeMarkup(at, undefined, { ...node.attrs, words }, node.marks);
      });
      const gone = old.filter((name) => !now.includes(name));
      const places = state.doc.children.flatMap((block, index) => (block.type === nodes.note && gone.includes(block.attrs.name) ? [index] : []));
      for (const index of places.reverse()) {
        const at = state.doc.resolve(0).posAtIndex(index, 0);
        if (state.doc.childCount > 1) tr.delete(at, at + state.doc.child(index).nodeSize);
      }
      return tr.docChanged ? tr : null;
    },
    view: () => ({
      update(view, before) {
        if (view.state.doc === before.doc || notesOf(view.state.doc).join("\n") === notesOf(before.doc).join("\n")) return;
        for (const dom of view.dom.querySelectorAll(".is-note")) dom.dispatchEvent(new Event(RENUMBERED));
      },
    }),
  });
