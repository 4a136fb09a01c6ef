// Pictures in the visual view: what can be said of one, how wide it is and where, what it links to, and one list of what all of
// them show.

import { NodeSelection } from "prosemirror-state";
import { ask, dialog, newId } from "../dialogs.js";
import { element, one } from "../dom.js";
import { completeAddress } from "../markup_edits.js";
import { columnsOf, isGallery, makeGallery, movePicture, removePicture, selectedUnit, separate, setColumns } from "./gallery.js";
import { suggestPosts } from "./own_posts.js";
import { schema, valueOf, withValue } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("./schema.js").Attributes} Attributes */
/** @typedef {import("./visual_view.js").VisualView} VisualView */
/** @typedef {[name: string, label: string, act: () => unknown, isOn?: (picture: Picture) => boolean, isFor?: (picture: Picture) => boolean]} BarAct */

const { nodes } = schema;
/** A small picture is so many pixels of the page wide. */
const SMALL = "240";
const PLACES = ["float-left", "center", "float-right"];
const GAP = 6;

/**
 * A picture and what is around it.
 * @typedef {object} Picture
 * @property {number} at
 * @property {PmNode} node
 * @property {PmNode} block that holds it: of the top level, or of a gallery
 * @property {number} from where that begins
 * @property {PmNode | null} gallery
 * @property {boolean} isAlone whether the block holds nothing else but a caption
 * @property {PmNode | null} figure
 * @property {PmNode | null} caption
 */

/**
 * @param {PmNode} doc
 * @param {number} at
 * @returns {Picture | null}
 */
export function pictureAt(doc, at) {
  const node = doc.nodeAt(at);
  if (node?.type !== nodes.image) return null;
  const place = doc.resolve(at);
  const gallery = isGallery(place.node(1)) && place.depth > 1 ? place.node(1) : null;
  const depth = gallery ? 2 : 1;
  const block = place.node(depth);
  const figure = block.type === nodes.box && block.attrs.tag === "figure" ? block : null;
  const caption = figure?.children.find(({ attrs }) => attrs.tag === "figcaption") ?? null;
  const holder = figure && figure.childCount === (caption ? 2 : 1) && figure.firstChild !== caption ? figure.firstChild : block;
  const isAlone = Boolean(holder?.isTextblock && holder.childCount === 1);
  return { at, node, block, from: place.before(depth), gallery, isAlone, figure, caption };
}

/**
 * The picture that is selected, or that the selected figure shows.
 * @param {import("prosemirror-state").EditorState} state
 */
export function selectedPicture({ selection, doc }) {
  if (!(selection instanceof NodeSelection)) return null;
  if (selection.node.type === nodes.image) return pictureAt(doc, selection.from);
  let at = -1;
  if (selection.node.attrs.tag === "figure") selection.node.descendants((node, place) => void (at < 0 && node.type === nodes.image && (at = selection.from + 1 + place)));
  return at < 0 ? null : pictureAt(doc, at);
}

/** @param {PmNode | null} node */
const classesOf = (node) => (valueOf(node?.attrs.attrs ?? [], "class") ?? "").split(/\s+/).filter(Boolean);
/** @param {PmNode} node */
const linkMark = (node) => node.marks.find((mark) => mark.attrs.tag === "a");
/** @param {PmNode} node */
const addressOfLink = (node) => valueOf(linkMark(node)?.attrs.attrs ?? [], "href") ?? "";

/**
 * A picture with a link, or without one.
 * @param {PmNode} node
 * @param {string} address
 */
function linked(node, address) {
  const old = linkMark(node);
  const others = node.marks.filter((mark) => mark !== old);
  return node.mark(address ? [schema.marks.inline.create({ tag: "a", attrs: withValue(old?.attrs.attrs ?? [], "href", address) }), ...others] : others);
}

/**
 * What is now in the place of the picture; `null` where it can only be changed in its line.
 * @param {Picture} picture
 * @param {{ node: PmNode, classes: string[], caption: PmNode | null }} wanted
 * @param {Markup} markup
 */
function blockWith({ block, gallery, figure, isAlone }, { node, classes, caption }, markup) {
  if (!isAlone || (gallery && !figure && markup === "markdown")) return null;
  const others = (figure?.attrs.attrs ?? []).filter((/** @type {[string, string]} */ [name]) => name !== "class");
  const { part } = block.attrs;
  const isPlain = classes.length === 0 && !caption && others.length === 0;
  if (isPlain && !figure) return null;
  if (isPlain && !gallery && (markup === "markdown" || figure === null)) return nodes.paragraph.create({ part }, node);
  return nodes.box.create({ tag: "figure", part, attrs: classes.length ? withValue(figure?.attrs.attrs ?? [], "class", classes.join(" ")) : others }, [nodes.loose.create(null, node), ...(caption ? [caption] : [])]);
}

/**
 * @param {() => VisualView} visual
 * @param {() => Markup} markup
 * @param {(words: string) => void} say
 * @param {() => void} choose opens the dialog for pictures
 */
export function pictureTools(visual, markup, say, choose) {
  /**
   * Changes a picture and selects it again.
   * @param {Picture} picture
   * @param {{ node?: PmNode, classes?: string[], caption?: PmNode | null }} change
   */
  function put(picture, { node = picture.node, classes = classesOf(picture.figure), caption = picture.caption }) {
    const { view } = visual();
    const { tr } = view.state;
    const made = blockWith(picture, { node, classes, caption }, markup());
    let { at } = picture;
    if (made) {
      tr.replaceWith(picture.from, picture.from + picture.block.nodeSize, made);
      at = picture.from + (made.type === nodes.box ? 2 : 1);
    } else tr.replaceWith(at, at + 1, node);
    view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, at)));
  }

  /** @param {"text" | "wide" | "small"} width */
  function setWidth(width) {
    const picture = selectedPicture(visual().view.state);
    if (!picture) return;
    if (width === "wide" && !picture.isAlone) return say("A wide picture needs a paragraph of its own.");
    const attrs = withValue(withValue(picture.node.attrs.attrs, "height", null), "width", width === "small" ? SMALL : null);
    const others = classesOf(picture.figure).filter((name) => name !== "wide" && (width !== "wide" || !PLACES.includes(name)));
    put(picture, { node: picture.node.type.create({ attrs }, null, picture.node.marks), classes: width === "wide" ? [...others, "wide"] : others });
  }

  /** @param {string} place */
  function setPlace(place) {
    const picture = selectedPicture(visual().view.state);
    if (!picture) return;
    if (!picture.isAlone) {
      if (place === "center") return say("A picture amid words can be placed left or right.");
      const classes = [...classesOf(picture.node).filter((name) => !PLACES.includes(name)), ...(place ? [place] : [])].join(" ");
      return put(picture, { node: picture.node.type.create({ attrs: withValue(picture.node.attrs.attrs, "class", classes || null) }, null, picture.node.marks) });
    }
    const others = classesOf(picture.figure).filter((name) => name !== "wide" && !PLACES.includes(name));
    put(picture, { classes: place ? [...others, place] : others });
  }

  /** @param {number} at where the picture is */
  async function openPicture(at) {
    const { view } = visual();
    const picture = pictureAt(view.state.doc, at);
    if (!picture) return;
    const { node, caption } = picture;
    // In a gallery of Markdown the title of a picture is its caption.
    const isTitled = picture.gallery && !picture.figure && markup() === "markdown";
    const old = isTitled ? (valueOf(node.attrs.attrs, "title") ?? "") : (caption?.textContent ?? "");
    const asked = ask("Picture", view.dom, "Done", [
      { name: "alt", label: "Alternative text", value: valueOf(node.attrs.attrs, "alt") ?? "", hint: "What is seen, for those who can’t see it" },
      { name: "caption", label: "Caption", value: old },
      { name: "link", label: "Link", value: addressOfLink(node), hint: "An address, or words of a post’s title" },
    ]);
    suggestPosts(one("dialog[open] input[name=link]"));
    const given = await asked;
    view.focus();
    if (!given || view.state.doc.nodeAt(at)?.eq(node) !== true) return;
    let attrs = withValue(node.attrs.attrs, "alt", given.alt);
    if (isTitled) attrs = withValue(attrs, "title", given.caption || null);
    const changed = linked(node.type.create({ attrs }, null, node.marks), completeAddress(given.link));
    const made = nodes.textblock.create({ tag: "figcaption", attrs: caption?.attrs.attrs ?? [] }, given.caption ? schema.text(given.caption) : null);
    if (given.caption && !picture.isAlone && !isTitled) say("A caption needs a picture in a paragraph of its own.");
    put(picture, { node: changed, caption: given.caption === old ? caption : given.caption ? made : null });
  }

  let isReplacing = false;
  function replace() {
    isReplacing = true;
    choose();
  }

  /**
   * Takes a picture that was chosen for another; true where it was.
   * @param {StoredPicture} stored
   * @param {string} [alt]
   */
  function replaced(stored, alt) {
    const picture = isReplacing ? selectedPicture(visual().view.state) : null;
    isReplacing = false;
    if (!picture) return false;
    const old = picture.node.attrs.attrs;
    let attrs = withValue(withValue(withValue(old, "src", stored.address), "height", null), "srcset", null);
    attrs = withValue(attrs, "alt", alt || stored.alt || (valueOf(old, "alt") ?? ""));
    put(picture, { node: picture.node.type.create({ attrs }, null, picture.node.marks) });
    return true;
  }

  function remove() {
    const { view } = visual();
    const picture = selectedPicture(view.state);
    if (!picture) return;
    if (selectedUnit(view.state)) return run(removePicture(markup()))();
    const { tr } = view.state;
    if (!picture.isAlone) tr.delete(picture.at, picture.at + 1);
    else if (view.state.doc.childCount === 1) tr.replaceWith(picture.from, picture.from + picture.block.nodeSize, nodes.paragraph.create());
    else tr.delete(picture.from, picture.from + picture.block.nodeSize);
    view.dispatch(tr.scrollIntoView());
    view.focus();
  }

  const open = () => {
    const picture = selectedPicture(visual().view.state);
    if (picture) openPicture(picture.at);
  };

  /** What all pictures of the text show, in one list. */
  function describeAll() {
    const { view } = visual();
    /** @type {{ at: number, node: PmNode }[]} */
    const found = [];
    view.state.doc.descendants((node, at) => void (node.type === nodes.image && valueOf(node.attrs.attrs, "src") && found.push({ at, node })));
    if (found.length === 0) return say("There are no pictures in the text.");
    const fields = found.map(({ node }) => element("textarea", { id: newId("alt"), rows: "2", ".value": valueOf(node.attrs.attrs, "alt") ?? "" }));
    const rows = found.map(({ node }, number) =>
      element(
        "li",
        {},
        element("img", { src: valueOf(node.attrs.attrs, "src"), alt: "", loading: "lazy" }),
        element("div", { class: "field" }, element("label", { for: fields[number].id }, `Alternative text of picture ${number + 1}`), fields[number]),
      ),
    );
    /** @param {Event} event */
    const submit = (event) => {
      event.preventDefault();
      const { tr } = view.state;
      for (const [number, { at, node }] of found.entries()) {
        const alt = fields[number].value.replace(/\s+/g, " ").trim();
        if (alt !== (valueOf(node.attrs.attrs, "alt") ?? "") && view.state.doc.nodeAt(at)?.eq(node)) tr.setNodeMarkup(at, undefined, { attrs: withValue(node.attrs.attrs, "alt", alt) }, node.marks);
      }
      if (tr.docChanged) view.dispatch(tr);
      box.close();
      say("The alternative texts are in the text.");
    };
    const hint = element("p", { class: "hint" }, "Say what is seen, for those who can’t see it. Leave a text empty only where the picture is decorative.");
    const form = element("form", { method: "dialog", submit }, hint, element("ul", { class: "alt-list" }, ...rows), element("div", { class: "buttons" }, element("button", { type: "submit", class: "primary" }, "Done")));
    const box = dialog("Alternative texts", view.dom, form);
    (fields.find(({ value }) => value === "") ?? fields[0]).focus();
  }

  /** @param {import("prosemirror-state").Command} command */
  const run = (command) => () => {
    const { view } = visual();
    command(view.state, view.dispatch);
    view.focus();
  };
  const inGallery = (/** @type {Picture} */ { gallery }) => gallery !== null;
  const outside = (/** @type {Picture} */ { gallery }) => gallery === null;
  /** @param {number} columns */
  const columnsAct = (columns) => /** @type {BarAct} */ ([`${columns} columns`, String(columns), run(setColumns(columns)), ({ gallery }) => gallery !== null && columnsOf(gallery) === columns, inGallery]);
  /** @type {BarAct[]} */
  const acts = [
    ["Text width", "Text", () => setWidth("text"), ({ figure, node }) => !classesOf(figure).includes("wide") && !valueOf(node.attrs.attrs, "width"), outside],
    ["Wide", "Wide", () => setWidth("wide"), ({ figure }) => classesOf(figure).includes("wide"), outside],
    ["Small", "Small", () => setWidth("small"), ({ node }) => valueOf(node.attrs.attrs, "width") === SMALL, outside],
    ["Place none", "None", () => setPlace(""), (picture) => !placesOf(picture).length, outside],
    ["Place left", "Left", () => setPlace("float-left"), (picture) => placesOf(picture).includes("float-left"), outside],
    ["Place centre", "Centre", () => setPlace("center"), (picture) => placesOf(picture).includes("center"), outside],
    ["Place right", "Right", () => setPlace("float-right"), (picture) => placesOf(picture).includes("float-right"), outside],
    ["Move picture back", "◂", () => run(movePicture(markup(), -1))(), undefined, inGallery],
    ["Move picture forward", "▸", () => run(movePicture(markup(), 1))(), undefined, inGallery],
    ...[2, 3, 4].map(columnsAct),
    ["Text and link of the picture", "Text and link", open],
    ["Replace picture", "Replace", replace],
    ["Make a gallery", "Gallery", makeOne, undefined, outside],
    ["Separate the pictures of this gallery", "Separate", () => run(separate(markup()))(), undefined, inGallery],
    ["Delete picture", "Delete", remove],
  ];
  function makeOne() {
    const { view } = visual();
    if (!makeGallery(markup())(view.state, view.dispatch)) say("A gallery is made of two or more pictures next to each other. Drop or choose several at once.");
    view.focus();
  }
  /** @param {Picture} picture */
  const placesOf = ({ figure, node }) => [...classesOf(figure), ...classesOf(node)].filter((name) => PLACES.includes(name));
  const bar = pictureBar(visual, acts);
  return { ...bar, makeGallery: makeOne, openPicture, describeAll, replaced, forget: () => (isReplacing = false), isReplacing: () => isReplacing };
}

/**
 * The bar at a picture that is selected. Tab leads into it, Escape back.
 * @param {() => VisualView} visual
 * @param {BarAct[]} acts
 */
function pictureBar(visual, acts) {
  const buttons = acts.map(([name, label, act]) =>
    element("button", { type: "button", class: "tool", tabindex: "-1", "aria-label": name, mousedown: (/** @type {Event} */ event) => event.preventDefault(), click: act }, label),
  );
  const box = element("div", { class: "popup visual-picture-bar", role: "toolbar", "aria-label": "Picture", hidden: true }, ...buttons);
  one("main").append(box);
  box.addEventListener("keydown", (event) => {
    const shown = buttons.filter((button) => !button.hidden);
    const at = shown.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const to = steps[event.key];
    if (event.key === "Escape" || event.key === "Tab") visual().view.focus();
    else if (to !== undefined && at >= 0) shown.at(to % shown.length)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const hasFocus = () => visual().view.hasFocus() || box.contains(document.activeElement);
  function place() {
    const { view } = visual();
    const picture = view.dom.isConnected && hasFocus() ? selectedPicture(view.state) : null;
    const dom = picture && view.nodeDOM(picture.at);
    box.hidden = !(dom instanceof HTMLElement);
    if (!picture || !(dom instanceof HTMLElement)) return;
    for (const [number, [, , , isOn, isFor]] of acts.entries()) {
      if (isOn) buttons[number].setAttribute("aria-pressed", String(isOn(picture)));
      buttons[number].hidden = isFor?.(picture) === false;
    }
    const around = dom.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const top = around.top - height - GAP > 0 ? around.top - height - GAP : Math.min(around.bottom + GAP, innerHeight - height - GAP);
    box.style.left = `${Math.max(GAP, Math.min(around.left, innerWidth - width - GAP))}px`;
    box.style.top = `${Math.max(GAP, top)}px`;
  }
  addEventListener("scroll", () => box.hidden || place(), { passive: true });
  addEventListener("resize", () => box.hidden || place());
  box.addEventListener("focusout", () => setTimeout(place));
  return {
    place,
    hide: () => {
      box.hidden = true;
    },
    enter() {
      if (box.hidden) return false;
      buttons[0].focus();
      return true;
    },
  };
}
