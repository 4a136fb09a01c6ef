// Galleries in the visual view: pictures that are next to each other become one, and in it each is moved, described, deleted and
// taken out again. A gallery of Markdown holds a paragraph for each picture, one of HTML a figure.

import { NodeSelection, Selection } from "prosemirror-state";
import { playerOf } from "../picture_markup.js";
import { classesOf, schema, valueOf, withValue } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("prosemirror-state").Command} Command */
/** @typedef {import("prosemirror-state").EditorState} EditorState */

const { nodes } = schema;
const NAMES = ["gallery", "wp-block-gallery"];
const COLUMNS = ["columns-2", "columns-4"];

/**
 * A picture with what belongs to it.
 * @typedef {object} Unit
 * @property {PmNode} image
 * @property {PmNode | null} caption
 * @property {PmNode} block that shows it, where it shows nothing else
 */

/**
 * The caption of a figure.
 * @param {PmNode} figure
 */
export const captionOf = (figure) => figure.children.find(({ attrs }) => attrs.tag === "figcaption") ?? null;

/**
 * A picture as a figure.
 * @param {PmNode} image
 * @param {PmNode | null} caption
 * @param {{ attrs: import("./schema.js").Attributes, part?: unknown }} attrs of the figure
 */
export const figureOf = (image, caption, attrs) => nodes.box.create({ tag: "figure", ...attrs }, [nodes.loose.create(null, image), ...(caption ? [caption] : [])]);

/** @param {PmNode | null | undefined} node */
export const isGallery = (node) => node?.type === nodes.box && classesOf(node).some((name) => NAMES.includes(name));

/**
 * The pictures of a block, where it holds nothing else.
 * @param {PmNode} block
 * @returns {Unit[] | null}
 */
function unitsOf(block) {
  if (isGallery(block)) {
    const all = block.children.map(unitsOf);
    return all.every((units) => units !== null) ? all.flat() : null;
  }
  if (block.type === nodes.box && block.attrs.tag === "figure") {
    const caption = captionOf(block);
    const units = block.childCount === (caption ? 2 : 1) && block.firstChild !== caption && block.firstChild ? unitsOf(block.firstChild) : null;
    return units?.length === 1 ? [{ image: units[0].image, caption, block }] : null;
  }
  if (!block.isTextblock || block.type === nodes.code_block) return null;
  const images = block.children.filter(({ type }) => type === nodes.image);
  // A recording is a player, whose place is not in a grid.
  if (images.some(({ attrs }) => playerOf(valueOf(attrs.attrs, "src") ?? ""))) return null;
  if (images.length === 0 || !block.children.every((node) => node.type === nodes.image || node.type === nodes.hard_break || (node.isText && !node.text?.trim()))) return null;
  return images.map((image) => ({ image, caption: null, block }));
}

/**
 * What shows a picture in a gallery.
 * @param {Unit} unit
 * @param {Markup} markup
 */
function blockOf({ image, caption, block }, markup) {
  const own = markup === "markdown" ? nodes.paragraph : nodes.box;
  if (!caption && markup === "markdown") return block.type === own && block.childCount === 1 && block.attrs.part === null ? block : own.create(null, image);
  if (caption && markup === "markdown" && caption.children.every((node) => node.isText && node.marks.length === 0)) {
    return own.create(null, image.type.create({ attrs: withValue(image.attrs.attrs, "title", caption.textContent) }, null, image.marks));
  }
  const attrs = block.type === nodes.box ? block.attrs.attrs.filter((/** @type {[string, string]} */ [name]) => name !== "class") : [];
  return figureOf(image, caption, { attrs });
}

/**
 * @param {EditorState} state
 * @param {number} at where a gallery begins
 * @param {Unit[]} units what it holds now; nothing is left of one without pictures
 * @param {Markup} markup
 */
function rebuilt(state, at, units, markup) {
  const gallery = /** @type {PmNode} */ (state.doc.nodeAt(at));
  const isAll = state.doc.childCount === 1;
  const made = units.length ? gallery.copy(/** @type {any} */ (nodes.box.create(null, units.map((unit) => blockOf(unit, markup))).content)) : isAll ? nodes.paragraph.create() : [];
  return state.tr.replaceWith(at, at + gallery.nodeSize, made);
}

/**
 * Selects the picture of a gallery with a number.
 * @param {import("prosemirror-state").Transaction} tr
 * @param {number} at where the gallery begins
 * @param {number} number
 */
function selectUnit(tr, at, number) {
  /** @type {number[]} */
  const places = [];
  tr.doc.nodeAt(at)?.descendants((node, place) => void (node.type === nodes.image && places.push(at + 1 + place)));
  const place = places[Math.min(number, places.length - 1)];
  return tr.setSelection(place === undefined ? Selection.near(tr.doc.resolve(Math.min(at, tr.doc.content.size))) : NodeSelection.create(tr.doc, place));
}

/**
 * The gallery of the picture that is selected, by itself or with its figure, and which of its pictures that is. `null` where the
 * gallery holds something else, too.
 * @param {EditorState} state
 */
export function selectedUnit({ doc, selection }) {
  if (!(selection instanceof NodeSelection) || selection.$from.depth < 1) return null;
  if (selection.node.type !== nodes.image && selection.node.attrs.tag !== "figure") return null;
  const gallery = selection.$from.node(1);
  const units = isGallery(gallery) ? unitsOf(gallery) : null;
  if (!units) return null;
  const at = selection.$from.before(1);
  let number = 0;
  doc.nodesBetween(at, selection.from, (node, place) => void (node.type === nodes.image && place < selection.from && (number += 1)));
  return { at, gallery, units, number };
}

/**
 * Makes one gallery of blocks that show pictures.
 * @param {EditorState} state
 * @param {number} first the number of the first block
 * @param {number} last
 * @param {Markup} markup
 */
function galleryOf({ doc, tr }, first, last, markup) {
  const blocks = doc.children.slice(first, last + 1);
  const units = blocks.flatMap((block) => unitsOf(block) ?? []);
  const old = blocks.find(isGallery);
  const attrs = old?.attrs.attrs ?? [["class", "gallery"]];
  const made = nodes.box.create({ tag: old?.attrs.tag ?? "div", attrs }, units.map((unit) => blockOf(unit, markup)));
  const from = doc.children.slice(0, first).reduce((size, { nodeSize }) => size + nodeSize, 0);
  const to = from + blocks.reduce((size, { nodeSize }) => size + nodeSize, 0);
  return selectUnit(tr.replaceWith(from, to, made), from, 0);
}

/**
 * Makes a gallery of the picture that the cursor is at and all that are next to it.
 * @param {Markup} markup
 * @returns {Command}
 */
export const makeGallery = (markup) => (state, dispatch) => {
  const { doc, selection } = state;
  const isPictures = (/** @type {number} */ number) => number >= 0 && number < doc.childCount && unitsOf(doc.child(number)) !== null;
  // A cursor in an empty line behind pictures means them.
  let first = selection.$from.index(0);
  if (!isPictures(first)) first -= 1;
  if (!isPictures(first)) return false;
  let last = first;
  while (isPictures(first - 1)) first -= 1;
  while (isPictures(last + 1)) last += 1;
  const number = doc.children.slice(first, last + 1).flatMap((block) => unitsOf(block) ?? []).length;
  if (number < 2 || (first === last && isGallery(doc.child(first)))) return false;
  dispatch?.(galleryOf(state, first, last, markup).scrollIntoView());
  return true;
};

/**
 * Moves the selected picture of a gallery by so many places.
 * @param {Markup} markup
 * @param {number} by
 * @returns {Command}
 */
export const movePicture = (markup, by) => (state, dispatch) => {
  const found = selectedUnit(state);
  if (!found) return false;
  const { at, units, number } = found;
  const to = number + by;
  if (to < 0 || to >= units.length) return false;
  const moved = units.toSpliced(number, 1).toSpliced(to, 0, units[number]);
  dispatch?.(selectUnit(rebuilt(state, at, moved, markup), at, to).scrollIntoView());
  return true;
};

/**
 * Deletes the selected picture of a gallery.
 * @param {Markup} markup
 * @returns {Command}
 */
export const removePicture = (markup) => (state, dispatch) => {
  const found = selectedUnit(state);
  if (!found) return false;
  const { at, units, number } = found;
  dispatch?.(selectUnit(rebuilt(state, at, units.toSpliced(number, 1), markup), at, number).scrollIntoView());
  return true;
};

/**
 * Makes the pictures of a gallery blocks of their own again.
 * @param {Markup} markup
 * @returns {Command}
 */
export const separate = (markup) => (state, dispatch) => {
  const found = selectedUnit(state);
  if (!found) return false;
  const { at, gallery, units } = found;
  const tr = state.tr.replaceWith(at, at + gallery.nodeSize, units.map((unit) => blockOf(unit, markup)));
  dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(at))).scrollIntoView());
  return true;
};

/**
 * How many pictures are in a row.
 * @param {PmNode} gallery
 */
export const columnsOf = (gallery) => Number(classesOf(gallery).find((name) => COLUMNS.includes(name))?.slice(-1) ?? 3);

/**
 * @param {number} columns
 * @returns {Command}
 */
export const setColumns = (columns) => (state, dispatch) => {
  const found = selectedUnit(state);
  if (!found) return false;
  const { at, gallery, number } = found;
  const others = classesOf(gallery).filter((name) => !/^columns-\d$/.test(name));
  const classes = columns === 3 ? others : [...others, `columns-${columns}`];
  const tr = state.tr.setNodeMarkup(at, undefined, { ...gallery.attrs, attrs: withValue(gallery.attrs.attrs, "class", classes.join(" ")) });
  dispatch?.(selectUnit(tr, at, number));
  return true;
};

/**
 * Waits for files that are uploaded together. Once none of them is on its way, the pictures of them that are next to each other
 * are a gallery; the cursor stays with its words, since somebody may be typing.
 * @template T
 * @param {import("prosemirror-view").EditorView} view
 * @param {Iterable<T>} uploads
 * @param {() => Markup} markup
 */
export function galleryOfUploads(view, uploads, markup) {
  const waiting = new Set(uploads);
  /** @type {Set<string>} */
  const addresses = new Set();
  const isOne = (/** @type {PmNode} */ block) => unitsOf(block)?.every(({ image }) => addresses.has(valueOf(image.attrs.attrs, "src") ?? "")) ?? false;
  /**
   * @param {T} upload
   * @param {string} [address] none for a file that did not come in
   */
  return (upload, address) => {
    if (!waiting.delete(upload)) return;
    if (address) addresses.add(address);
    if (waiting.size > 0 || addresses.size < 2) return;
    const { children } = view.state.doc;
    const first = children.findIndex(isOne);
    let last = first;
    while (last + 1 < children.length && isOne(children[last + 1])) last += 1;
    if (last <= first) return;
    const tr = galleryOf(view.state, first, last, markup());
    view.dispatch(tr.setSelection(view.state.selection.map(tr.doc, tr.mapping)));
  };
}
