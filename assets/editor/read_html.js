// Reads the HTML of a part into blocks of the visual view. Nothing is dropped but comments and blanks between blocks; what
// has no place of its own in the view is kept as it is written.

import { isFilm, schema } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("prosemirror-model").Mark} Mark */
/** @typedef {import("./schema.js").Attributes} Attributes */

/** The server puts this before the names of attributes that the page's policy forbids to be parsed. */
const RENAMED = "data-daybook-";
export const BLOCKS = new Set(
  "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option p pre search section summary table tbody td tfoot th thead tr ul xmp".split(" "),
);
/** Elements that the view cannot show as text. */
export const RAW = new Set(
  "applet audio button canvas embed form frameset iframe input label link map math meta noembed noframes noscript object optgroup option param picture plaintext script select source style svg template textarea title track video xmp base".split(" "),
);

/** Blanks as HTML has them; others, such as the one that does not break, are words. */
const BLANKS = /[ \t\n\f\r]+/g;

/**
 * @param {Element} dom
 * @returns {Attributes}
 */
export const readAttributes = (dom) =>
  [...dom.attributes].map(({ name, value }) => [name.startsWith(RENAMED) ? name.slice(RENAMED.length) : name, value]);

/**
 * Parses without acting: nothing in the document is loaded or run.
 * @param {string} html as the server hands it over
 */
export const parse = (html) => new DOMParser().parseFromString(`<!doctype html><body>${html}`, "text/html").body;

/** @param {Element} dom */
function holdsBlocks(dom) {
  for (const inner of dom.querySelectorAll("*")) {
    if (BLOCKS.has(inner.localName) && !RAW.has(inner.localName) && !insideRaw(inner, dom)) return true;
  }
  return false;
}

/**
 * @param {Element} inner
 * @param {Element} top
 */
function insideRaw(inner, top) {
  for (let at = inner.parentElement; at && at !== top; at = at.parentElement) if (RAW.has(at.localName)) return true;
  return false;
}

/** @param {Node} node */
const isElement = (node) => node.nodeType === 1;
/** @param {Node} node */
const isText = (node) => node.nodeType === 3;
/** @param {Node} node */
export const isJumpBreak = (node) => node.nodeType === 8 && /** @type {Comment} */ (node).data.trim() === "more";

/**
 * An inline element without anything to see that nothing leads to either.
 * @param {Element} dom
 */
export const isEmptyFormatting = (dom) => !dom.hasAttribute("id") && !dom.hasAttribute("name") && !dom.hasAttribute("class") && !dom.querySelector("*") && !dom.textContent && dom.localName !== "wbr";

class Reader {
  /** @param {Markup} markup */
  constructor(markup) {
    this.markup = markup;
    this.sections = 0;
  }

  /**
   * What an element holds, as blocks.
   * @param {Element} parent
   * @returns {PmNode[]}
   */
  blocks(parent) {
    /** @type {PmNode[]} */
    const blocks = [];
    /** @type {Node[]} */
    let run = [];
    const flush = () => {
      const words = this.inline(run);
      if (words.length) blocks.push(schema.nodes.loose.create(null, words));
      run = [];
    };
    for (const node of parent.childNodes) {
      const element = isElement(node) ? /** @type {HTMLElement} */ (node) : null;
      if (isJumpBreak(node)) {
        flush();
        blocks.push(schema.nodes.jump_break.create());
      } else if (element && !RAW.has(element.localName) && (BLOCKS.has(element.localName) || holdsBlocks(element))) {
        flush();
        blocks.push(this.block(element));
      } else run.push(node);
    }
    flush();
    return blocks;
  }

  /**
   * The same for an element that must hold something.
   * @param {Element} parent
   */
  someBlocks(parent) {
    const blocks = this.blocks(parent);
    return blocks.length ? blocks : [schema.nodes.loose.create()];
  }

  /**
   * @param {HTMLElement} dom
   * @returns {PmNode}
   */
  block(dom) {
    const tag = dom.localName;
    const attrs = readAttributes(dom);
    if (tag === "hr") return schema.nodes.horizontal_rule.create({ attrs });
    if (tag === "table") return this.table(dom, attrs) ?? this.box(dom, attrs);
    if (tag === "pre") return this.preformatted(dom, attrs);
    if (tag === "blockquote") return schema.nodes.blockquote.create({ attrs }, this.someBlocks(dom));
    if (tag === "ul" || tag === "ol") return this.list(dom, attrs) ?? this.box(dom, attrs);
    if (tag === "section" && this.markup === "markdown" && dom.hasAttribute("data-footnotes")) return this.note(dom) ?? this.box(dom, attrs);
    if (holdsBlocks(dom) || tag === "dl" || [...dom.childNodes].some(isJumpBreak)) return this.box(dom, attrs);
    const words = this.inline([...dom.childNodes]);
    if (tag === "p") return filmAlone(dom, attrs, words) ?? schema.nodes.paragraph.create({ attrs }, words);
    if (/^h[1-6]$/.test(tag)) return schema.nodes.heading.create({ attrs, level: Number(tag[1]) }, words);
    return schema.nodes.textblock.create({ attrs, tag }, words);
  }

  /**
   * @param {Element} dom
   * @param {Attributes} attrs
   */
  box(dom, attrs) {
    return schema.nodes.box.create({ attrs, tag: dom.localName }, this.someBlocks(dom));
  }

  /**
   * The words of a footnote, without the ways back from it; `null` for more than one.
   * @param {Element} dom
   */
  note(dom) {
    const items = dom.querySelectorAll(":scope > ol > li");
    if (items.length !== 1) return null;
    for (const back of items[0].querySelectorAll("[data-footnote-backref]")) back.remove();
    const words = this.someBlocks(items[0]).map((block) => (block.type === schema.nodes.loose ? schema.nodes.paragraph.create(null, block.content) : block));
    return schema.nodes.note.create({ name: noteName(items[0].id) }, words);
  }

  /**
   * @param {Element} dom
   * @param {Attributes} attrs
   */
  list(dom, attrs) {
    const items = [...dom.childNodes].filter((node) => !isBetween(node));
    if (items.length === 0 || !items.every((item) => isElement(item) && /** @type {Element} */ (item).localName === "li")) return null;
    const type = dom.localName === "ul" ? schema.nodes.bullet_list : schema.nodes.ordered_list;
    return type.create(
      { attrs },
      items.map((item) => schema.nodes.list_item.create({ attrs: readAttributes(/** @type {Element} */ (item)) }, this.someBlocks(/** @type {Element} */ (item)))),
    );
  }

  /**
   * @param {Element} dom
   * @param {Attributes} attrs
   */
  preformatted(dom, attrs) {
    const nodes = [...dom.childNodes].filter((node) => node.nodeType !== 8);
    const code = nodes.length === 1 && isElement(nodes[0]) && /** @type {Element} */ (nodes[0]).localName === "code" ? /** @type {Element} */ (nodes[0]) : null;
    if ((code ?? dom).children.length === 0) {
      // A line break at the very end is not shown.
      const words = ((code ?? dom).textContent ?? "").replace(/\n$/, "");
      const written = { attrs, code: code && readAttributes(code) };
      return schema.nodes.code_block.create(written, words ? schema.text(words) : null);
    }
    return holdsBlocks(dom) ? this.box(dom, attrs) : schema.nodes.preformatted.create({ attrs }, this.inline(nodes, true));
  }

  /**
   * A table of rows of cells; `null` for one that is put together otherwise.
   * @param {Element} dom
   * @param {Attributes} attrs
   */
  table(dom, attrs) {
    /** @type {PmNode[]} */
    const rows = [];
    let head = "";
    for (const node of dom.childNodes) {
      const inner = isElement(node) ? /** @type {Element} */ (node) : null;
      if (isBetween(node)) continue;
      if (!inner) return null;
      if (inner.localName === "caption" || inner.localName === "colgroup") {
        if (rows.length) return null;
        head += writtenAgain(inner);
      } else if (["thead", "tbody", "tfoot"].includes(inner.localName)) {
        this.sections += 1;
        const section = { tag: inner.localName, attrs: readAttributes(inner), id: this.sections };
        for (const row of inner.childNodes) {
          if (isBetween(row)) continue;
          const read = this.row(row, section);
          if (!read) return null;
          rows.push(read);
        }
      } else return null;
    }
    return rows.length ? schema.nodes.table.create({ attrs, head }, rows) : null;
  }

  /**
   * @param {Node} node
   * @param {{ tag: string, attrs: Attributes, id: number }} section
   */
  row(node, section) {
    if (!isElement(node) || /** @type {Element} */ (node).localName !== "tr") return null;
    const dom = /** @type {Element} */ (node);
    const cells = [...dom.childNodes].filter((inner) => !isBetween(inner));
    if (!cells.every((inner) => isElement(inner) && ["td", "th"].includes(/** @type {Element} */ (inner).localName))) return null;
    return schema.nodes.table_row.create(
      { attrs: readAttributes(dom), section },
      /** @type {Element[]} */ (cells).map((inner) => {
        const type = inner.localName === "th" ? schema.nodes.table_header : schema.nodes.table_cell;
        const all = readAttributes(inner);
        /** @param {string} name */
        const span = (name) => {
          const value = all.find(([own]) => own === name)?.[1] ?? "";
          return /^[1-9]\d{0,2}$/.test(value) ? Number(value) : 1;
        };
        const attributes = all.filter(([name]) => name !== "colspan" && name !== "rowspan");
        return type.create({ attrs: attributes, colspan: span("colspan"), rowspan: span("rowspan") }, this.someBlocks(inner));
      }),
    );
  }

  /**
   * Words and inline elements, with blanks as browsers show them.
   * @param {Node[]} nodes
   */
  inline(nodes, keepsBlanks = false) {
    /** @type {PmNode[]} */
    const found = [];
    for (const node of nodes) this.collect(node, [], found);
    if (keepsBlanks) return found;
    /** @type {PmNode[]} */
    const shown = [];
    // Blanks at the end of a line are not shown, whatever elements they are in.
    let pending = -1;
    let blank = true;
    const dropPending = () => {
      if (pending < 0) return;
      const words = (shown[pending].text ?? "").slice(0, -1);
      if (words) shown[pending] = schema.text(words, shown[pending].marks);
      else shown.splice(pending, 1);
      pending = -1;
    };
    for (const node of found) {
      if (!node.isText) {
        if (node.type === schema.nodes.hard_break) {
          dropPending();
          blank = true;
        } else if (node.type !== schema.nodes.empty_element) {
          blank = false;
          pending = -1;
        }
        shown.push(node);
        continue;
      }
      let words = (node.text ?? "").replace(BLANKS, " ");
      if (blank && words.startsWith(" ")) words = words.slice(1);
      if (!words) continue;
      blank = words.endsWith(" ");
      pending = blank ? shown.length : -1;
      shown.push(schema.text(words, node.marks));
    }
    dropPending();
    return joinText(shown);
  }

  /**
   * @param {Node} node
   * @param {Mark[]} marks
   * @param {PmNode[]} found
   */
  collect(node, marks, found) {
    if (isText(node)) {
      const words = /** @type {Text} */ (node).data;
      if (words) found.push(schema.text(words, marks));
      return;
    }
    if (!isElement(node)) return;
    const dom = /** @type {HTMLElement} */ (node);
    const tag = dom.localName;
    const attrs = readAttributes(dom);
    if (tag === "br") found.push(schema.nodes.hard_break.create({ attrs }, null, marks));
    else if (tag === "img") found.push(schema.nodes.image.create({ attrs }, null, marks));
    else if (RAW.has(tag) || dom.namespaceURI !== "http://www.w3.org/1999/xhtml") found.push(schema.nodes.raw.create({ html: writtenAgain(dom), tag }, null, marks));
    else if (this.markup === "markdown" && tag === "sup" && dom.className === "footnote-ref") found.push(this.footnote(dom, marks));
    else if (dom.childNodes.length === 0) {
      if (!isEmptyFormatting(dom)) found.push(schema.nodes.empty_element.create({ attrs, tag }, null, marks));
    } else {
      let mark = schema.marks.inline.create({ tag, attrs });
      while (mark.isInSet(marks)) mark = schema.marks.inline.create({ tag, attrs, again: mark.attrs.again + 1 });
      const inner = [...marks, mark];
      for (const child of dom.childNodes) this.collect(child, inner, found);
    }
  }

  /**
   * @param {Element} dom
   * @param {Mark[]} marks
   */
  footnote(dom, marks) {
    const name = noteName(dom.querySelector("a")?.getAttribute("href")?.slice(1) ?? "");
    return schema.nodes.footnote.create({ name, words: dom.textContent ?? "" }, null, marks);
  }
}

/**
 * The name of a footnote, by the id of its words.
 * @param {string} id
 */
const noteName = (id) => decodeURIComponent(id.replace(/^fn-/, ""));

/**
 * A paragraph that says nothing but where a film is.
 * @param {Element} dom
 * @param {Attributes} attrs
 * @param {PmNode[]} words
 */
function filmAlone(dom, attrs, words) {
  const address = dom.textContent?.trim() ?? "";
  if (attrs.length || words.length !== 1 || !words[0].isText || !isFilm(address)) return null;
  const [mark, another] = words[0].marks;
  const isPlainLink = mark && !another && mark.attrs.tag === "a" && mark.attrs.attrs.length === 1 && mark.attrs.attrs[0][0] === "href" && mark.attrs.attrs[0][1] === address;
  return !mark || isPlainLink ? schema.nodes.film.create({ address, linked: Boolean(mark) }) : null;
}

/**
 * The blocks of a part.
 * @param {string} html
 * @param {Markup} markup
 */
export function readHtml(html, markup) {
  return new Reader(markup).blocks(parse(html));
}

/**
 * Blanks and comments, which mean nothing between items and rows.
 * @param {Node} node
 */
const isBetween = (node) => (isText(node) && !(/** @type {Text} */ (node).data.replace(BLANKS, ""))) || (node.nodeType === 8 && !isJumpBreak(node));

/** @param {PmNode[]} nodes */
function joinText(nodes) {
  /** @type {PmNode[]} */
  const joined = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (last?.isText && node.isText && last.sameMarkup(node)) joined[joined.length - 1] = schema.text(`${last.text}${node.text}`, node.marks);
    else joined.push(node);
  }
  return joined;
}

/**
 * An element as HTML, with the attributes that the server renamed named back.
 * @param {Element} dom
 */
export const writtenAgain = (dom) => dom.outerHTML.replace(/(\s)data-daybook-(?=[\w-]+=)/g, "$1");
