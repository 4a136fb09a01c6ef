// Pictures in the visual view: what can be said of one, how wide it is and where, what it links to, and one list of what all of
// them show.

import { NodeSelection } from "prosemirror-state";
import { ask, dialog, newId } from "../dialogs.js";
import { element, one } from "../dom.js";
import { completeAddress } from "../markup_edits.js";
import { playerOf } from "../picture_markup.js";
import { widthSteps } from "./drag_width.js";
import { captionOf, columnsOf, figureOf, isGallery, makeGallery, movePicture, removePicture, selectedUnit, separate, setColumns } from "./gallery.js";
import { suggestPosts } from "./own_posts.js";
import { classesOf, linkMark, linkOf, schema, valueOf, withValue } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("./schema.js").Attributes} Attributes */
/** @typedef {import("./visual_view.js").VisualView} VisualView */
/**
 * A button of the bar: its name, its label, what it does, whether it is on, whether there is something to do for it here.
 * @typedef {[name: string, label: string, act: () => unknown, isOn?: (picture: Picture) => boolean, isFor?: (picture: Picture, unit: ReturnType<typeof selectedUnit>) => boolean]} BarAct
 */

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
 * Whether a node is a recording of ours, which is written like a picture and shown as a player.
 * @param {PmNode} node
 */
const isRecording = (node) => node.type === nodes.image && playerOf(valueOf(node.attrs.attrs, "src") ?? "") !== null;

/**
 * Whether a node shows a picture.
 * @param {PmNode} node
 */
export const isPicture = (node) => node.type === nodes.image && Boolean(valueOf(node.attrs.attrs, "src")) && !isRecording(node);

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
  const caption = figure && captionOf(figure);
  const holder = figure && figure.childCount === (caption ? 2 : 1) && figure.firstChild !== caption ? figure.firstChild : block;
  const isAlone = Boolean(holder?.isTextblock && holder.childCount === 1);
  return { at, node, block, from: place.before(depth), gallery, isAlone, figure, caption };
}

/**
 * A picture that was seen before, with what is around it now.
 * @param {PmNode} doc
 * @param {PmNode} node
 */
function pictureNow(doc, node) {
  const [at] = placesNow(doc, [node]);
  return at === undefined ? null : pictureAt(doc, at);
}

/**
 * The picture that is selected, or that the selected figure shows.
 * @param {import("prosemirror-state").EditorState} state
 */
function selectedPicture({ selection, doc }) {
  if (!(selection instanceof NodeSelection)) return null;
  if (selection.node.type === nodes.image) return pictureAt(doc, selection.from);
  let at = -1;
  if (selection.node.attrs.tag === "figure") selection.node.descendants((node, place) => void (at < 0 && node.type === nodes.image && (at = selection.from + 1 + place)));
  return at < 0 ? null : pictureAt(doc, at);
}

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
  return figureOf(node, caption, { part, attrs: classes.length ? withValue(figure?.attrs.attrs ?? [], "class", classes.join(" ")) : others });
}

/**
 * Where pictures are by now that were seen in a text before: it may have changed since. `undefined` for one that is gone.
 * @param {PmNode} doc
 * @param {readonly PmNode[]} wanted in the order of the text
 */
export function placesNow(doc, wanted) {
  /** @type {(number | undefined)[]} */
  const places = wanted.map(() => undefined);
  /** @type {Set<number>} */
  const taken = new Set();
  const isLike = (/** @type {PmNode} */ old, /** @type {PmNode} */ node) => ["src", "alt"].every((name) => valueOf(old.attrs.attrs, name) === valueOf(node.attrs.attrs, name));
  // Its text may have been changed meanwhile.
  const hasSrc = (/** @type {PmNode} */ old, /** @type {PmNode} */ node) => valueOf(old.attrs.attrs, "src") === valueOf(node.attrs.attrs, "src");
  /** @type {((old: PmNode, node: PmNode) => boolean)[]} */
  const ways = [(old, node) => old === node, isLike, hasSrc];
  for (const isSame of ways) {
    doc.descendants((node, at) => {
      if (node.type !== nodes.image || taken.has(at)) return;
      const number = wanted.findIndex((old, index) => places[index] === undefined && isSame(old, node));
      if (number < 0) return;
      places[number] = at;
      taken.add(at);
    });
  }
  return places;
}

/**
 * @param {EditorForm} form
 * @param {() => VisualView} visual
 * @param {() => Markup} markup
 * @param {(words: string) => void} say
 */
export function pictureTools(form, visual, markup, say) {
  /**
   * Changes a picture. If it is selected it stays so; if not, somebody who types elsewhere can go on.
   * @param {Picture} picture
   * @param {{ node?: PmNode, classes?: string[], caption?: PmNode | null }} change
   */
  function put(picture, { node = picture.node, classes = classesOf(picture.figure), caption = picture.caption }) {
    const { view } = visual();
    const { tr } = view.state;
    const made = blockWith(picture, { node, classes, caption }, markup());
    const isChosen = selectedPicture(view.state)?.at === picture.at;
    let { at } = picture;
    if (made) {
      tr.replaceWith(picture.from, picture.from + picture.block.nodeSize, made);
      at = picture.from + (made.type === nodes.box ? 2 : 1);
    } else tr.replaceWith(at, at + 1, node);
    view.dispatch(isChosen ? tr.setSelection(NodeSelection.create(tr.doc, at)) : tr);
  }

  /** @param {"text" | "wide" | "small"} width */
  function setWidth(width) {
    const picture = selectedPicture(visual().view.state);
    if (!picture) return;
    if (width === "wide" && !picture.isAlone) return say("A wide picture needs its own paragraph.");
    const attrs = withValue(withValue(picture.node.attrs.attrs, "height", null), "width", width === "small" ? SMALL : null);
    const others = classesOf(picture.figure).filter((name) => name !== "wide" && (width !== "wide" || !PLACES.includes(name)));
    put(picture, { node: picture.node.type.create({ attrs }, null, picture.node.marks), classes: width === "wide" ? [...others, "wide"] : others });
  }

  /** @param {string} place */
  function setPlace(place) {
    const picture = selectedPicture(visual().view.state);
    if (!picture) return;
    if (!picture.isAlone) {
      if (place === "center") return say("A picture inside a paragraph can be placed left or right.");
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
    if (isRecording(node)) return nameRecording(node);
    // In a gallery of Markdown the title of a picture is its caption.
    const isTitled = picture.gallery && !picture.figure && markup() === "markdown";
    const old = isTitled ? (valueOf(node.attrs.attrs, "title") ?? "") : (caption?.textContent ?? "");
    const asked = ask("Picture", view.dom, "Done", [
      { name: "alt", label: "Alternative text", value: valueOf(node.attrs.attrs, "alt") ?? "", hint: "What is seen, for those who can’t see it" },
      { name: "caption", label: "Caption", value: old },
      { name: "link", label: "Link", value: linkOf(node), hint: "An address, or words of a post’s title" },
    ]);
    suggestPosts(one("dialog[open] input[name=link]"));
    const given = await asked;
    view.focus();
    if (!given) return;
    const now = pictureNow(view.state.doc, node);
    if (!now) return say("The picture isn’t in the text any more.");
    let attrs = withValue(now.node.attrs.attrs, "alt", given.alt);
    if (isTitled) attrs = withValue(attrs, "title", given.caption || null);
    const changed = linked(now.node.type.create({ attrs }, null, now.node.marks), completeAddress(given.link));
    const made = nodes.textblock.create({ tag: "figcaption", attrs: now.caption?.attrs.attrs ?? [] }, given.caption ? schema.text(given.caption) : null);
    if (given.caption && !now.isAlone && !isTitled) say("A caption needs a picture in its own paragraph.");
    put(now, { node: changed, caption: given.caption === old ? now.caption : given.caption ? made : null });
  }

  /**
   * What a recording is called. A link would keep its player from being worked.
   * @param {PmNode} node
   */
  async function nameRecording(node) {
    const { view } = visual();
    const given = await ask("Recording", view.dom, "Done", [{ name: "alt", label: "Its title", value: valueOf(node.attrs.attrs, "alt") ?? "" }]);
    view.focus();
    if (!given) return;
    const now = pictureNow(view.state.doc, node);
    if (!now) return say("The recording isn’t in the text any more.");
    put(now, { node: now.node.type.create({ attrs: withValue(now.node.attrs.attrs, "alt", given.alt) }, null, now.node.marks) });
  }

  /** Another picture is chosen for the selected one, and takes its place once it is there. */
  function replace() {
    const { view } = visual();
    const chosen = selectedPicture(view.state);
    if (!chosen) return;
    /**
     * @param {StoredPicture} stored
     * @param {string} alt
     */
    async function take(stored, alt) {
      // A word that is being composed is finished first.
      await visual().read();
      const { state } = visual().view;
      const picture = pictureNow(state.doc, /** @type {Picture} */ (chosen).node);
      if (!picture) return say("The picture to be replaced isn’t in the text any more. The new one is in the library.");
      const old = picture.node.attrs.attrs;
      let attrs = withValue(withValue(withValue(old, "src", stored.address), "height", null), "srcset", null);
      attrs = withValue(attrs, "alt", alt || stored.alt || (valueOf(old, "alt") ?? ""));
      put(picture, { node: picture.node.type.create({ attrs }, null, picture.node.marks) });
    }
    form.dispatchEvent(new CustomEvent("picture", { detail: { title: "Replace picture", take, focus: () => view.focus() } }));
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
    /** @type {PmNode[]} */
    const found = [];
    view.state.doc.descendants((node) => void (isPicture(node) && found.push(node)));
    if (found.length === 0) {
      // The menu that this was chosen from is gone.
      view.focus();
      return say("There are no pictures in the text.");
    }
    const fields = found.map((node) => element("textarea", { id: newId("alt"), rows: "2", ".value": valueOf(node.attrs.attrs, "alt") ?? "" }));
    const rows = found.map((node, number) =>
      element(
        "li",
        {},
        element("img", { src: valueOf(node.attrs.attrs, "src"), alt: "", loading: "lazy" }),
        element("div", { class: "field" }, element("label", { for: fields[number].id }, `Alternative text of picture ${number + 1}`), fields[number]),
      ),
    );
    // However it is closed, what was typed is kept.
    const keep = () => {
      const { tr, doc } = view.state;
      const places = placesNow(doc, found);
      let lost = 0;
      for (const [number, node] of found.entries()) {
        const alt = fields[number].value.replace(/\s+/g, " ").trim();
        if (alt === (valueOf(node.attrs.attrs, "alt") ?? "").replace(/\s+/g, " ").trim()) continue;
        const at = places[number];
        const now = at === undefined ? null : doc.nodeAt(at);
        if (at === undefined || !now) lost += 1;
        else tr.setNodeMarkup(at, undefined, { attrs: withValue(now.attrs.attrs, "alt", alt) }, now.marks);
      }
      if (tr.docChanged) view.dispatch(tr);
      if (lost) say(`${lost === 1 ? "One picture was" : `${lost} pictures were`} taken out of the text meanwhile. The other alternative texts are saved.`);
      else if (tr.docChanged) say("Alternative texts saved.");
    };
    const hint = element("p", { class: "hint" }, "Say what is seen, for those who can’t see it. Leave a text empty only where the picture is decorative.");
    const list = element("form", { method: "dialog" }, hint, element("ul", { class: "alt-list" }, ...rows), element("div", { class: "buttons" }, element("button", { type: "submit", class: "primary" }, "Done")));
    dialog("Alternative texts", view.dom, list).addEventListener("close", keep);
    (fields.find(({ value }) => value === "") ?? fields[0]).focus();
  }

  /** @param {import("prosemirror-state").Command} command */
  const run = (command) => () => {
    const { view } = visual();
    command(view.state, view.dispatch);
    view.focus();
  };
  /** @typedef {ReturnType<typeof selectedUnit>} Unit */
  const inGallery = (/** @type {Picture} */ _, /** @type {Unit} */ unit) => unit !== null;
  const isNotFirst = (/** @type {Picture} */ _, /** @type {Unit} */ unit) => (unit?.number ?? 0) > 0;
  const isNotLast = (/** @type {Picture} */ _, /** @type {Unit} */ unit) => unit !== null && unit.number < unit.units.length - 1;
  const shows = (/** @type {Picture} */ { node }) => !isRecording(node);
  const outside = (/** @type {Picture} */ picture) => picture.gallery === null && shows(picture);
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
    ["Move picture back", "◂", () => run(movePicture(markup(), -1))(), undefined, isNotFirst],
    ["Move picture forward", "▸", () => run(movePicture(markup(), 1))(), undefined, isNotLast],
    ...[2, 3, 4].map(columnsAct),
    ["Name the recording", "Name", open, undefined, ({ node }) => isRecording(node)],
    ["Text and link of the picture", "Text and link", open, undefined, shows],
    ["Replace picture", "Replace", replace, undefined, shows],
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
  /** @type {import("./node_views.js").PictureWidths} */
  const widths = {
    steps(image) {
      const { view } = visual();
      const picture = selectedPicture(view.state);
      return widthSteps({ natural: image.naturalWidth, column: view.dom.clientWidth, small: Number(SMALL), canBeWide: picture?.isAlone ?? false });
    },
    take({ name, words }) {
      setWidth(name);
      // What is written clears the message of what was done before.
      visual().flush();
      say(`Picture: ${words}.`);
    },
  };
  const bar = pictureBar(visual, acts);
  return { ...bar, makeGallery: makeOne, openPicture, describeAll, widths };
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
    const unit = selectedUnit(view.state);
    for (const [number, [, , , isOn, isFor]] of acts.entries()) {
      if (isOn) buttons[number].setAttribute("aria-pressed", String(isOn(picture)));
      buttons[number].hidden = isFor?.(picture, unit) === false;
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
      buttons.find((button) => !button.hidden)?.focus();
      return true;
    },
  };
}
