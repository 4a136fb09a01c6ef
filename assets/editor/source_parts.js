// The source of a text and its parts: what of the source a change in the visual view touches. A part whose blocks are as they
// were read leaves its source as it is.

import { changeInSource } from "./keep_spelling.js";
import { readHtml } from "./read_html.js";
import { inert, isSameDom, normalForm } from "./same_dom.js";
import { schema, valueOf } from "./schema.js";
import { writeBlocks } from "./write_html.js";
import { spellingOf, writeMarkdown } from "./write_markdown.js";

/** @typedef {import("prosemirror-model").Node} PmNode */

/**
 * A part as the server cuts it.
 * @typedef {{ source: string, html: string | null, shown: string }} CutPart
 */

/**
 * A part that was read.
 * @typedef {object} SourcePart
 * @property {string} source
 * @property {PmNode[]} blocks as they were read
 * @property {string} written what the editor writes for them
 */

/** Blanks around the words of a source. */
const EDGES = /^([ \t\n\f\r]*)([\s\S]*?)([ \t\n\f\r]*)$/;
const HIDDEN = "\ue000";
/** A part of Markdown is searched for among so many that follow. */
const SEARCHED_FOR = 8;

let made = 0;

/**
 * The blocks of a part, where they hold all of it; `null` where they do not.
 * @param {string} html
 * @param {Markup} markup
 */
function faithfulBlocks(html, markup) {
  const blocks = readHtml(html, markup);
  try {
    for (const block of blocks) block.check();
  } catch {
    return null;
  }
  // What only readers' pages can show is no text to change.
  if (blocks.length === 0 || blocks.every(isRawAlone)) return null;
  // Readers see the words of a footnote at another place than Markdown has them.
  if (markup === "markdown" && blocks.some(({ attrs }) => valueOf(attrs.attrs ?? [], "data-footnotes") !== undefined)) return null;
  if (holdsNote(blocks)) return blocks;
  return isSameDom(html, inert(writeBlocks(blocks))) ? blocks : null;
}

/** @param {PmNode} block */
const isRawAlone = (block) => block.isTextblock && block.childCount > 0 && block.children.every((node) => node.type === schema.nodes.raw);

/**
 * Footnotes are written in Markdown alone.
 * @param {PmNode[]} blocks
 */
function holdsNote(blocks) {
  let found = blocks.some(({ type }) => type === schema.nodes.note);
  for (const block of blocks) {
    block.descendants((node) => {
      found ||= node.type === schema.nodes.footnote;
    });
  }
  return found;
}

/** All parts of a text, by their numbers. */
export class SourceParts {
  /** @param {Markup} markup */
  constructor(markup) {
    this.markup = markup;
    /** @type {Map<number, SourcePart>} */
    this.parts = new Map();
    /** @type {Map<number, { blocks: readonly PmNode[], source: string }>} what was written of a changed part last */
    this.changed = new Map();
    /** @type {WeakMap<PmNode, string>} what was written of new blocks */
    this.fresh = new WeakMap();
    /** Pairs of parts that are neighbours in the source. */
    this.neighbours = new Set();
  }

  /**
   * Reads parts into blocks that know where they come from.
   * @param {CutPart[]} cut
   * @param {boolean[]} editable
   * @returns {PmNode[]}
   */
  read(cut, editable) {
    return cut.flatMap((part, number) => {
      made += 1;
      const id = made;
      const isOpen = editable[number];
      const found = isOpen && part.html !== null ? readHtml(part.html, this.markup) : [];
      const blocks = (isOpen ? found : [schema.nodes.locked.create({ source: part.source, shown: part.shown, markup: this.markup })]).map((block) =>
        block.type.create({ ...block.attrs, part: id }, block.content, block.marks),
      );
      this.parts.set(id, { source: part.source, blocks, written: isOpen ? this.write(blocks, part.source) : part.source });
      return blocks;
    });
  }

  /**
   * Which parts the editor can hold and write again so that readers see the same. What becomes of Markdown only the server
   * knows: `render` asks it, `null` is no answer.
   * @param {CutPart[]} cut
   * @param {(source: string) => Promise<CutPart[] | null>} render
   * @returns {Promise<boolean[]>}
   */
  async editable(cut, render) {
    const read = cut.map(({ html }) => (html === null ? null : faithfulBlocks(html, this.markup)));
    if (this.markup === "html" || !read.some(Boolean)) return read.map(Boolean);
    const source = cut.map((part, number) => `${read[number] ? this.write(read[number], part.source) : part.source.trimEnd()}\n\n`).join("");
    const rendered = (await render(source)) ?? [];
    const forms = rendered.map(({ html }) => (html === null ? "" : normalForm(html)));
    let next = 0;
    return cut.map(({ html }, number) => {
      const form = html === null ? "" : normalForm(html);
      const at = forms.slice(next, next + SEARCHED_FOR).indexOf(form);
      if (at >= 0) next += at + 1;
      return at >= 0 && read[number] !== null;
    });
  }

  /**
   * Blocks in the markup of the text, without blanks around them.
   * @param {readonly PmNode[]} blocks
   * @param {string} source whose spelling they get
   */
  write(blocks, source) {
    return this.markup === "html" ? writeBlocks(blocks, "\n") : writeMarkdown(blocks, spellingOf(source));
  }

  /**
   * The source of a document: of its parts that did not change, and of the others as the editor writes them.
   * @param {PmNode} doc
   */
  join(doc) {
    return this.pieces(doc).reduce((text, piece, place, all) => {
      const before = all[place - 1];
      return text + (before ? this.gap(before, piece, text) : "") + piece.source;
    }, "");
  }

  /**
   * Parts that are neighbours in the document are neighbours in the source.
   * @param {PmNode} doc
   */
  settle(doc) {
    const ids = groups(doc).map(({ id }) => id);
    for (const [number, id] of ids.entries()) if (number > 0 && id !== null && ids[number - 1] !== null) this.neighbours.add(`${ids[number - 1]} ${id}`);
  }

  /**
   * The source of each part of a document, in order.
   * @param {PmNode} doc
   */
  pieces(doc) {
    const seen = new Set();
    return groups(doc).map(({ id, blocks, from }) => {
      const part = id === null || seen.has(id) ? undefined : this.parts.get(id);
      if (part) seen.add(id);
      return { id: part ? id : null, blocks, from, part, source: part ? this.sourceOf(/** @type {number} */ (id), part, blocks) : this.newSource(blocks), changed: !part || !isSame(part.blocks, blocks) };
    });
  }

  /** @param {readonly PmNode[]} blocks */
  newSource(blocks) {
    const [block] = blocks;
    const known = blocks.length === 1 ? this.fresh.get(block) : undefined;
    if (known !== undefined) return known;
    const written = blocks.length === 1 && isEmptyParagraph(blocks[0]) ? "" : this.write(blocks, "");
    const source = written && `${written}\n`;
    if (blocks.length === 1) this.fresh.set(block, source);
    return source;
  }

  /**
   * @param {number} id
   * @param {SourcePart} part
   * @param {readonly PmNode[]} blocks
   */
  sourceOf(id, part, blocks) {
    if (isSame(part.blocks, blocks)) return part.source;
    const known = this.changed.get(id);
    if (known && isSame(known.blocks, blocks)) return known.source;
    const source = this.changedSource(part, blocks);
    this.changed.set(id, { blocks, source });
    return source;
  }

  /**
   * @param {SourcePart} part
   * @param {readonly PmNode[]} blocks
   */
  changedSource(part, blocks) {
    if (blocks.length === 1 && blocks[0].type === schema.nodes.locked) return blocks[0].attrs.source;
    const [, head, words, tail] = EDGES.exec(part.source) ?? ["", "", "", ""];
    if (blocks.every(isEmptyParagraph)) return head + tail;
    const written = this.write(blocks, part.source);
    const merged = changeInSource(words, part.written, written, this.markup);
    return head + (this.isFaithful(merged, written) ? merged : written) + tail;
  }

  /**
   * Whether a source in the old spelling says what the editor wrote. For Markdown only the server knows.
   * @param {string} merged
   * @param {string} written
   */
  isFaithful(merged, written) {
    return this.markup !== "html" || isSameDom(inert(merged), inert(written));
  }

  /**
   * What keeps two pieces apart that were no neighbours before, or were of other kinds.
   * @param {{ id: number | null, blocks: readonly PmNode[], changed: boolean, part?: SourcePart, source: string }} before
   * @param {{ id: number | null, blocks: readonly PmNode[], changed: boolean, part?: SourcePart, source: string }} after
   * @param {string} text
   */
  gap(before, after, text) {
    if (text === "" || after.source === "") return "";
    const wereNeighbours = this.neighbours.has(`${before.id} ${after.id}`);
    const haveKinds = before.blocks.at(-1)?.type === before.part?.blocks.at(-1)?.type && after.blocks[0].type === after.part?.blocks[0].type;
    if (wereNeighbours && haveKinds) return "";
    if (this.markup === "html") return /\s$/.test(text) ? "" : "\n";
    const ends = /\n[ \t]*\n[ \t]*$/.test(text) ? 2 : text.endsWith("\n") ? 1 : 0;
    return "\n".repeat(2 - ends);
  }

  /**
   * The place in the source of a place in the document.
   * @param {PmNode} doc
   * @param {number} place
   */
  offsetOf(doc, place) {
    let text = "";
    const all = this.pieces(doc);
    for (const [number, piece] of all.entries()) {
      if (number > 0) text += this.gap(all[number - 1], piece, text);
      const end = piece.from + piece.blocks.reduce((size, block) => size + block.nodeSize, 0);
      if (place < end) return text.length + this.offsetWithin(piece, place - piece.from);
      text += piece.source;
    }
    return text.length;
  }

  /**
   * @param {{ blocks: readonly PmNode[], source: string }} piece
   * @param {number} place
   */
  offsetWithin({ blocks, source }, place) {
    const before = this.write(blocks, source);
    const marked = this.write(withSign(blocks, place), source);
    const found = changeInSource(source, before, marked, this.markup).indexOf(HIDDEN);
    return found < 0 ? source.search(/\S|$/) : found;
  }

  /**
   * The place in the document of a place in the source.
   * @param {PmNode} doc
   * @param {number} offset
   */
  placeOf(doc, offset) {
    let length = 0;
    const all = this.pieces(doc);
    let text = "";
    for (const [number, piece] of all.entries()) {
      if (number > 0) text += this.gap(all[number - 1], piece, text);
      length = text.length;
      text += piece.source;
      if (offset < text.length || number === all.length - 1) return piece.from + this.placeWithin(piece, offset - length);
    }
    return 0;
  }

  /**
   * @param {{ blocks: readonly PmNode[], source: string }} piece
   * @param {number} offset
   */
  placeWithin(piece, offset) {
    /** @type {number[]} */
    const places = [];
    let from = 0;
    for (const block of piece.blocks) {
      const start = from;
      if (block.isTextblock) for (let at = 0; at <= block.content.size; at += 1) places.push(start + 1 + at);
      else block.descendants((node, at) => {
        if (node.isTextblock) for (let inner = 0; inner <= node.content.size; inner += 1) places.push(start + 2 + at + inner);
      });
      from += block.nodeSize;
    }
    if (places.length === 0) return 0;
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.offsetWithin(piece, places[middle]) < offset) low = middle + 1;
      else high = middle;
    }
    return places[low];
  }
}

/**
 * Blocks with a sign at a place.
 * @param {readonly PmNode[]} blocks
 * @param {number} place
 */
function withSign(blocks, place) {
  let from = 0;
  return blocks.map((block) => {
    const within = place - from;
    from += block.nodeSize;
    if (within <= 0 || within >= block.nodeSize) return block;
    return block.copy(signed(block.content, within - 1));
  });
}

/**
 * @param {import("prosemirror-model").Fragment} content
 * @param {number} place
 * @returns {import("prosemirror-model").Fragment}
 */
function signed(content, place) {
  const { index, offset } = indexAt(content, place);
  const child = content.maybeChild(index);
  if (child && !child.isText && place > offset && place < offset + child.nodeSize) return content.replaceChild(index, child.copy(signed(child.content, place - offset - 1)));
  if (child?.isText && place > offset) {
    const words = child.text ?? "";
    return content.replaceChild(index, schema.text(words.slice(0, place - offset) + HIDDEN + words.slice(place - offset), child.marks));
  }
  if (child?.isText) return content.replaceChild(index, schema.text(HIDDEN + child.text, child.marks));
  if (child && !child.isInline) return content;
  return content.cut(0, place).addToEnd(schema.text(HIDDEN)).append(content.cut(place));
}

/**
 * @param {import("prosemirror-model").Fragment} content
 * @param {number} place
 */
function indexAt(content, place) {
  let offset = 0;
  for (let index = 0; index < content.childCount; index += 1) {
    const end = offset + content.child(index).nodeSize;
    if (place < end) return { index, offset };
    offset = end;
  }
  return { index: content.childCount, offset };
}

/** @param {PmNode} node */
export const isEmptyParagraph = (node) => ["paragraph", "loose"].includes(node.type.name) && node.content.size === 0;

/**
 * @param {readonly PmNode[]} one
 * @param {readonly PmNode[]} other
 */
const isSame = (one, other) => one.length === other.length && one.every((node, place) => node === other[place] || node.eq(other[place]));

/**
 * The part that a block comes from: its own, or that of what was put into it.
 * @param {PmNode} block
 * @returns {number | null}
 */
function partOf(block) {
  for (let node = /** @type {PmNode | null} */ (block); node; node = node.firstChild) if (node.attrs.part) return node.attrs.part;
  return null;
}

/**
 * Blocks in a row that come from one part. New blocks between two of one part are of that part.
 * @param {PmNode} doc
 */
export function groups(doc) {
  /** @type {{ id: number | null, blocks: PmNode[], from: number }[]} */
  const found = [];
  doc.forEach((block, from) => {
    const id = partOf(block);
    const same = id === null ? -1 : found.findLastIndex((group) => group.id !== null);
    if (same >= 0 && found[same].id === id) {
      const between = found.splice(same + 1).flatMap((group) => group.blocks);
      found[same].blocks.push(...between, block);
    } else found.push({ id, blocks: [block], from });
  });
  return found;
}
