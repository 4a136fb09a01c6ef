// What a text may hold in the visual view. Elements keep their names and attributes, also those that the view has no tool
// for, so that what is read from HTML can be written again.
//
// A block of the top level says which part of the source it comes from (`part`); `null` is a new one.

import { Schema } from "prosemirror-model";

/** @typedef {import("prosemirror-model").NodeSpec} NodeSpec */
/** @typedef {import("prosemirror-model").DOMOutputSpec} DOMOutputSpec */
/** @typedef {[name: string, value: string][]} Attributes */

/** Attributes that an element has in the view as well. */
const SHOWN = new Set(["class", "dir", "lang", "title", "start", "reversed", "type", "value", "width", "height", "open", "align", "valign"]);
/** Properties of a style that change what a text says. */
const SHOWN_STYLES = ["text-align", "font-weight", "font-style", "text-decoration", "text-decoration-line", "vertical-align"];
/** Classes of the editor's own style sheet are no business of a text. */
const OWN_CLASS = /^(?:ProseMirror|visual|popup)/;

/**
 * An element as the view shows it. A style goes in by its properties: as an attribute it would be against the page's policy.
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {Record<string, string | undefined>} own
 */
export function shownElement(tag, attributes, own = {}) {
  const dom = document.createElement(tag);
  for (const [name, value] of attributes) {
    if (name === "style") showStyle(dom, value);
    else if (name === "class") dom.className = value.split(/\s+/).filter((one) => !OWN_CLASS.test(one)).join(" ");
    else if (SHOWN.has(name)) dom.setAttribute(name, value);
  }
  for (const [name, value] of Object.entries(own)) if (value !== undefined) dom.setAttribute(name, value);
  return dom;
}

/**
 * @param {HTMLElement} dom
 * @param {string} style
 */
function showStyle(dom, style) {
  for (const one of style.split(";")) {
    const [name, value = ""] = one.split(":").map((words) => words.trim().toLowerCase());
    if (SHOWN_STYLES.includes(name)) dom.style.setProperty(name, value.replace("!important", ""));
  }
}

/**
 * The value of an attribute.
 * @param {Attributes} attributes
 * @param {string} name
 */
export const valueOf = (attributes, name) => attributes.find(([own]) => own === name)?.[1];

/**
 * Attributes with another value of one; `null` takes it away.
 * @param {Attributes} attributes
 * @param {string} name
 * @param {string | null} value
 * @returns {Attributes}
 */
export function withValue(attributes, name, value) {
  if (value === null) return attributes.filter(([own]) => own !== name);
  if (valueOf(attributes, name) === undefined) return [...attributes, [name, value]];
  return attributes.map(([own, old]) => (own === name ? [own, value] : [own, old]));
}

/**
 * The classes of a node.
 * @param {import("prosemirror-model").Node | null} node
 * @returns {string[]}
 */
export const classesOf = (node) => (valueOf(node?.attrs.attrs ?? [], "class") ?? "").split(/\s+/).filter(Boolean);

/** @param {import("prosemirror-model").Node} node */
export const linkMark = (node) => node.marks.find(({ attrs }) => attrs.tag === "a");

/**
 * What the words of a node, or its picture, link to; empty for nothing.
 * @param {import("prosemirror-model").Node} node
 */
export const linkOf = (node) => valueOf(linkMark(node)?.attrs.attrs ?? [], "href") ?? "";

/**
 * Attributes of an element that is pasted.
 * @param {Element} dom
 * @returns {Attributes}
 */
const readPasted = (dom) => [...dom.attributes].filter(({ name }) => ["href", "src", "alt", "title", "class"].includes(name)).map(({ name, value }) => [name, value]);

/**
 * All attributes of an element of the view, which the clipboard keeps in addition to those that it is shown with.
 * @param {Attributes} attributes
 */
const kept = (attributes) => ({ "data-attrs": JSON.stringify(attributes) });
/**
 * @param {HTMLElement} dom
 * @returns {{ attrs: Attributes }}
 */
function readKept(dom) {
  try {
    const attrs = JSON.parse(dom.dataset.attrs ?? "[]");
    return { attrs: attrs.filter((/** @type {unknown[]} */ [name, value]) => typeof name === "string" && typeof value === "string") };
  } catch {
    // Another page may put whatever it likes there.
    return { attrs: [] };
  }
}

const common = { part: { default: null }, attrs: { default: /** @type {Attributes} */ ([]) } };
const pasted = (/** @type {HTMLElement} */ dom) => ({ attrs: readPasted(dom).filter(([name]) => name === "title") });

/** @type {Record<string, NodeSpec>} */
const nodes = {
  doc: { content: "block+" },
  paragraph: {
    group: "block",
    content: "inline*",
    attrs: common,
    parseDOM: [{ tag: "p", getAttrs: pasted }],
    toDOM: ({ attrs }) => holding(shownElement("p", attrs.attrs)),
  },
  heading: {
    group: "block",
    content: "inline*",
    defining: true,
    attrs: { ...common, level: { default: 2 } },
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level } })),
    toDOM: ({ attrs }) => holding(shownElement(`h${attrs.level}`, attrs.attrs)),
  },
  /** Words and inline elements that no block of their own holds. */
  loose: {
    group: "block",
    content: "inline*",
    attrs: { part: { default: null } },
    parseDOM: [{ tag: "div[data-loose]", priority: 60 }],
    toDOM: () => holding(shownElement("div", [], { "data-loose": "" })),
  },
  /** Any other element that holds words: `div`, `dt`, `figcaption`. */
  textblock: {
    group: "block",
    content: "inline*",
    attrs: { ...common, tag: { default: "div" } },
    parseDOM: [
      { tag: "div[data-summary]", priority: 60, attrs: { tag: "summary" } },
      { tag: "figcaption", attrs: { tag: "figcaption" } },
    ],
    // A summary that could be pressed would take the blanks that are typed into it.
    toDOM: ({ attrs }) => holding(attrs.tag === "summary" ? shownElement("div", attrs.attrs, { "data-summary": "" }) : shownElement(attrs.tag, attrs.attrs)),
  },
  code_block: {
    group: "block",
    content: "text*",
    marks: "",
    code: true,
    defining: true,
    /** `code`: the attributes of the element `code` within, `null` without one. */
    attrs: { ...common, code: { default: /** @type {Attributes | null} */ ([]) } },
    parseDOM: [{ tag: "pre", preserveWhitespace: "full", getAttrs: (dom) => ({ code: readPasted(/** @type {Element} */ (dom).querySelector("code") ?? dom).filter(([name]) => name === "class") }) }],
    toDOM: ({ attrs }) => {
      const dom = shownElement("pre", attrs.attrs);
      const contentDOM = shownElement("code", []);
      dom.append(contentDOM);
      return { dom, contentDOM };
    },
  },
  /** Preformatted words with elements in them. */
  preformatted: {
    group: "block",
    content: "inline*",
    whitespace: "pre",
    attrs: common,
    toDOM: ({ attrs }) => holding(shownElement("pre", attrs.attrs)),
  },
  blockquote: {
    group: "block",
    content: "block+",
    defining: true,
    attrs: common,
    parseDOM: [{ tag: "blockquote", getAttrs: readKept }],
    toDOM: ({ attrs }) => holding(shownElement("blockquote", attrs.attrs, kept(attrs.attrs))),
  },
  bullet_list: {
    group: "block",
    content: "list_item+",
    attrs: common,
    parseDOM: [{ tag: "ul" }],
    toDOM: ({ attrs }) => holding(shownElement("ul", attrs.attrs)),
  },
  ordered_list: {
    group: "block",
    content: "list_item+",
    attrs: common,
    parseDOM: [{ tag: "ol" }],
    toDOM: ({ attrs }) => holding(shownElement("ol", attrs.attrs)),
  },
  list_item: {
    content: "(loose | block)+",
    defining: true,
    attrs: { attrs: common.attrs },
    parseDOM: [{ tag: "li" }],
    toDOM: ({ attrs }) => holding(shownElement("li", attrs.attrs)),
  },
  horizontal_rule: {
    group: "block",
    attrs: common,
    parseDOM: [{ tag: "hr" }],
    toDOM: ({ attrs }) => shownElement("hr", attrs.attrs),
  },
  jump_break: {
    group: "block",
    attrs: { part: common.part },
    toDOM: () => ["div", { class: "visual-break", role: "group", "aria-label": "Jump break" }, "Jump break"],
  },
  table: {
    group: "block",
    content: "table_row+",
    tableRole: "table",
    isolating: true,
    /** `head`: its caption and columns as they are written. */
    attrs: { ...common, head: { default: "" } },
    parseDOM: [{ tag: "table" }],
    toDOM: ({ attrs }) => {
      const dom = shownElement("table", attrs.attrs);
      const contentDOM = document.createElement("tbody");
      dom.append(contentDOM);
      return { dom, contentDOM };
    },
  },
  table_row: {
    content: "(table_cell | table_header)*",
    tableRole: "row",
    /** `section`: the element around this row and its neighbours, such as `thead`; `id` keeps two of them apart. */
    attrs: { attrs: common.attrs, section: { default: /** @type {{ tag: string, attrs: Attributes, id: number } | null} */ (null) } },
    parseDOM: [{ tag: "tr" }],
    toDOM: ({ attrs }) => holding(shownElement("tr", attrs.attrs)),
  },
  table_cell: cell("td", "cell"),
  table_header: cell("th", "header_cell"),
  /** The address of a film in a paragraph of its own, which readers get a player for. `linked`: whether it is written as a link. */
  film: {
    group: "block",
    atom: true,
    draggable: true,
    attrs: { part: common.part, address: { default: "" }, linked: { default: false } },
    parseDOM: [{ tag: "div.visual-film", priority: 60, getAttrs: (dom) => ({ address: dom.textContent ?? "" }) }],
    toDOM: ({ attrs }) => ["div", { class: "visual-film", role: "group", "aria-label": "Video" }, attrs.address],
  },
  /** The words of a footnote in Markdown. */
  note: {
    group: "block",
    content: "block+",
    isolating: true,
    defining: true,
    attrs: { part: common.part, name: { default: "" } },
    parseDOM: [{ tag: "div.visual-note-words", priority: 60, getAttrs: (dom) => ({ name: dom.dataset.name }) }],
    toDOM: ({ attrs }) => ["div", { class: "visual-note-words", "data-name": attrs.name, role: "group", "aria-label": `Footnote ${attrs.name}` }, 0],
  },
  /** An element that holds blocks, whatever it is. */
  box: {
    group: "block",
    content: "(loose | block)+",
    attrs: { ...common, tag: { default: "div" } },
    parseDOM: [{ tag: "[data-box]", priority: 60, getAttrs: (dom) => ({ ...readKept(dom), tag: dom.dataset.box }) }],
    toDOM: ({ attrs }) => holding(shownElement(boxTag(attrs.tag), attrs.attrs, { "data-box": attrs.tag, ...kept(attrs.attrs) })),
  },
  /** A part that the view cannot show faithfully: its source stays as it is, and readers' rendering is shown. */
  locked: {
    group: "block",
    atom: true,
    draggable: true,
    attrs: { part: common.part, source: { default: "" }, shown: { default: "" }, markup: { default: "html" } },
    toDOM: ({ attrs }) => ["div", { class: "visual-locked", role: "group", "aria-label": attrs.markup === "html" ? "HTML part" : "Markdown part" }],
  },
  text: { group: "inline" },
  image: {
    group: "inline",
    inline: true,
    draggable: true,
    attrs: { attrs: common.attrs },
    parseDOM: [{ tag: "img[data-attrs]", priority: 60, getAttrs: readKept }, { tag: "img[src]", getAttrs: (dom) => ({ attrs: readPasted(dom).filter(([name]) => name !== "class") }) }],
    toDOM: ({ attrs }) => shownElement("img", attrs.attrs, { src: valueOf(attrs.attrs, "src"), alt: valueOf(attrs.attrs, "alt"), ...kept(attrs.attrs) }),
  },
  hard_break: {
    group: "inline",
    inline: true,
    selectable: false,
    linebreakReplacement: true,
    attrs: { attrs: common.attrs },
    parseDOM: [{ tag: "br" }],
    toDOM: () => ["br"],
  },
  /** A mark of a footnote in Markdown. */
  footnote: {
    group: "inline",
    inline: true,
    attrs: { name: {}, words: {} },
    parseDOM: [{ tag: "sup.visual-note", priority: 60, getAttrs: (dom) => ({ name: dom.dataset.name, words: dom.textContent }) }],
    toDOM: ({ attrs }) => ["sup", { class: "visual-note", "data-name": attrs.name, "aria-label": `Footnote ${attrs.words}` }, attrs.words],
  },
  /** An element without words, such as the target of a link. */
  empty_element: {
    group: "inline",
    inline: true,
    attrs: { attrs: common.attrs, tag: {} },
    toDOM: ({ attrs }) => ["span", { class: "visual-empty", "data-tag": attrs.tag }],
  },
  /** What only readers' pages can show: a film, a form, a script. */
  raw: {
    group: "inline",
    inline: true,
    attrs: { html: {}, tag: {} },
    toDOM: ({ attrs }) => ["span", { class: "visual-raw", role: "img", "aria-label": nameOfRaw(attrs) }, nameOfRaw(attrs)],
  },
};

/**
 * @param {string} tag
 * @param {string} tableRole
 * @returns {NodeSpec}
 */
function cell(tag, tableRole) {
  return {
    content: "(loose | block)+",
    tableRole,
    isolating: true,
    attrs: { attrs: common.attrs, colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
    parseDOM: [{ tag, getAttrs: (dom) => ({ colspan: Number(dom.getAttribute("colspan")) || 1, rowspan: Number(dom.getAttribute("rowspan")) || 1 }) }],
    toDOM: ({ attrs: { attrs, colspan, rowspan } }) =>
      holding(shownElement(tag, attrs, { colspan: colspan > 1 ? String(colspan) : undefined, rowspan: rowspan > 1 ? String(rowspan) : undefined })),
  };
}

/**
 * @param {HTMLElement} dom
 * @returns {DOMOutputSpec}
 */
const holding = (dom) => ({ dom, contentDOM: dom });

/**
 * An element that could act, such as a button, is a plain one in the view.
 * @param {string} tag
 */
const boxTag = (tag) => (["a", "button", "details", "form", "label", "select", "fieldset", "main", "dialog", "summary"].includes(tag) ? "div" : tag);

/**
 * A box as the view shows it.
 * @param {import("prosemirror-model").Attrs} attrs
 */
export const shownBox = ({ tag, attrs }) => shownElement(boxTag(tag), attrs, { "data-box": tag });

/** The addresses that the server makes a player of (`src/text/embed.rs`). */
const FILM = /^https?:\/\/(?:www\.|m\.)?(?:youtube(?:-nocookie)?\.com\/(?:watch\?(?:\S*&)?v=|embed\/|v\/|shorts\/|live\/)[\w-]{11}(?![\w-])|youtu\.be\/[\w-]{11}(?![\w-])|(?:player\.)?vimeo\.com\/(?:video\/)?\d{1,12}(?!\w))\S*$/;

/** @param {string} address */
export const isFilm = (address) => FILM.test(address);

/** @param {import("prosemirror-model").Attrs} attrs */
function nameOfRaw({ tag, html }) {
  const address = html.match(/\b(?:src|data|value)="([^"]+)"/)?.[1] ?? "";
  const kind = /youtu|vimeo/.test(address) || tag === "video" ? "Video" : tag === "audio" ? "Audio" : `HTML: ${tag}`;
  return address ? `${kind} (${address.replace(/^https?:/, "").replace(/^\/\//, "")})` : kind;
}

/** Elements that mean the same. */
export const ALIKE = /** @type {const} */ ({ bold: ["strong", "b"], italic: ["em", "i"], strike: ["s", "del", "strike"], code: ["code", "tt"], underline: ["u"], sub: ["sub"], sup: ["sup"], link: ["a"] });
const PASTED = ["strong", "b", "em", "i", "s", "del", "strike", "code", "u", "sub", "sup", "kbd", "mark", "small"];

export const schema = new Schema({
  nodes,
  marks: {
    /** An inline element around words. All are of one type, so that their order says how they are nested. */
    inline: {
      // `again` keeps an element apart from the same one around it.
      attrs: { tag: {}, attrs: { default: /** @type {Attributes} */ ([]) }, again: { default: 0 } },
      excludes: "",
      inclusive: true,
      parseDOM: [
        ...PASTED.map((tag) => ({ tag, attrs: { tag } })),
        { tag: "a[href]", getAttrs: (/** @type {HTMLElement} */ dom) => ({ tag: "a", attrs: [["href", dom.getAttribute("href")]] }) },
      ],
      toDOM: ({ attrs: { tag, attrs } }) => holding(shownElement(inlineTag(tag), attrs, tag === "a" ? { href: valueOf(attrs, "href") } : {})),
    },
  },
});

/** @param {string} tag */
const inlineTag = (tag) => (/^(?:button|label|select|textarea|input|form|script|style|object|iframe)$/.test(tag) ? "span" : tag);
