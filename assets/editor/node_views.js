// How pictures, recordings and locked parts look in the visual view.

import { NodeSelection } from "prosemirror-state";
import { element } from "../dom.js";
import { playerOf } from "../picture_markup.js";
import { widthHandle } from "./drag_width.js";
import { parse } from "./read_html.js";
import { shownElement, valueOf } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("prosemirror-view").EditorView} EditorView */
/** @typedef {import("prosemirror-view").NodeView} NodeView */
/** @typedef {import("./drag_width.js").WidthStep} WidthStep */
/** Which widths the selected picture can be dragged to, and what gives it one. @typedef {{ steps: (image: HTMLImageElement) => WidthStep[], take: (step: WidthStep) => void }} PictureWidths */

/**
 * What a tap of a finger is on is selected, as by a click of a mouse.
 * @param {HTMLElement} dom
 * @param {EditorView} view
 * @param {() => number | undefined} place
 */
export function selectedByTap(dom, view, place) {
  dom.addEventListener("click", (event) => {
    const at = place();
    const { selection, doc } = view.state;
    if (at === undefined || event.target.closest("button") || (selection instanceof NodeSelection && selection.from === at)) return;
    view.dispatch(view.state.tr.setSelection(NodeSelection.create(doc, at)));
    view.focus();
  });
}

/** A part that is shown as readers see it, and changed by its source. @implements {NodeView} */
export class LockedView {
  /**
   * @param {PmNode} node
   * @param {EditorView} view
   * @param {() => number | undefined} place
   */
  constructor(node, view, place) {
    this.node = node;
    this.view = view;
    this.place = place;
    const name = `${node.attrs.markup === "html" ? "HTML" : "Markdown"} part`;
    this.words = element("div", { class: "visual-shown" });
    this.edit = element("button", { type: "button", class: "plain", click: () => this.openSource() }, "Edit source");
    this.bar = element("div", { class: "visual-locked-bar" }, element("span", { "aria-hidden": "true" }, name), this.edit, element("button", { type: "button", class: "plain", click: () => this.remove() }, "Delete"));
    this.dom = element("div", { class: "visual-locked", role: "group", "aria-label": name, contenteditable: "false" }, this.bar, this.words);
    /** @type {HTMLTextAreaElement | null} */
    this.source = null;
    /** The source when its box was opened. */
    this.before = "";
    this.show();
  }

  show() {
    const { shown, source } = this.node.attrs;
    this.words.replaceChildren(...[...parse(shown).childNodes].map((node) => document.importNode(node, true)));
    // Links lead nowhere while the text is written, and what scrolls is no stop for Tab.
    for (const one of this.words.querySelectorAll("a, [tabindex], audio, video, iframe, summary, button")) one.setAttribute("tabindex", "-1");
    for (const one of this.words.querySelectorAll("[id]")) one.removeAttribute("id");
    if (!this.words.textContent?.trim() && !this.words.querySelector("img, hr, video, audio, iframe")) this.words.replaceChildren(element("code", {}, source.trim().slice(0, 200)));
  }

  openSource() {
    if (this.source) return this.closeSource();
    const area = element("textarea", { class: "visual-source", "aria-label": `Source of this ${this.node.attrs.markup === "html" ? "HTML" : "Markdown"} part`, spellcheck: "false" });
    area.value = this.node.attrs.source.trimEnd();
    area.rows = Math.min(20, area.value.split("\n").length + 1);
    // What is typed here is in the text at once, so that nothing loses it; it is shown again when the box is closed.
    for (const kind of ["input", "change"]) area.addEventListener(kind, (event) => event.stopPropagation());
    area.addEventListener("input", () => this.write(area.value));
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeSource();
    });
    this.source = area;
    this.before = this.node.attrs.source;
    this.edit.textContent = "Done";
    this.bar.after(area);
    area.focus();
  }

  closeSource() {
    const area = this.source;
    this.source = null;
    this.edit.textContent = "Edit source";
    if (!area) return;
    area.remove();
    if (this.node.attrs.source !== this.before) this.view.dispatch(this.view.state.tr.setMeta("source", true));
    this.view.focus();
  }

  /** @param {string} source */
  write(source) {
    const at = this.place();
    if (at === undefined) return;
    const [tail] = this.before.match(/\s*$/) ?? [""];
    this.view.dispatch(this.view.state.tr.setNodeMarkup(at, undefined, { ...this.node.attrs, source: source.trimEnd() + tail }));
  }

  remove() {
    const at = this.place();
    if (at === undefined) return;
    this.view.dispatch(this.view.state.tr.delete(at, at + this.node.nodeSize));
    this.view.focus();
  }

  /** @param {PmNode} node */
  update(node) {
    if (node.type !== this.node.type) return false;
    const isOther = node.attrs.shown !== this.node.attrs.shown;
    this.node = node;
    // What came from elsewhere, or from Undo, is what is written on.
    if (this.source && this.source.value.trimEnd() !== node.attrs.source.trimEnd()) {
      this.source.value = node.attrs.source.trimEnd();
      this.before = node.attrs.source;
    }
    if (isOther) this.show();
    return true;
  }

  /** @param {Event} event */
  stopEvent(event) {
    return event.target instanceof HTMLElement && event.target.closest("button, textarea, audio, video") !== null;
  }

  ignoreMutation() {
    return true;
  }
}

/** A picture in the text; a press opens what can be said of it. @implements {NodeView} */
export class ImageView {
  /**
   * @param {PmNode} node
   * @param {EditorView} view
   * @param {() => number | undefined} place
   * @param {(at: number) => void} open
   * @param {PictureWidths} widths
   */
  constructor(node, view, place, open, widths) {
    this.node = node;
    const { attrs } = node.attrs;
    const src = valueOf(attrs, "src") ?? "";
    const alt = valueOf(attrs, "alt");
    const player = playerOf(src);
    this.dom = element("span", { class: player ? `visual-picture plays-${player}` : "visual-picture" });
    if (player) this.dom.append(playerFor(player, src, alt || src));
    else if (src) this.showPicture(shownElement("img", attrs, { src, alt: alt ?? "", draggable: "false", decoding: "async", loading: "lazy" }), view, place, widths);
    else this.dom.append(element("span", { class: "visual-missing" }, alt || "Picture without an address"));
    // A drag in a player looks for a place in its recording.
    this.dom.draggable = !player;
    selectedByTap(this.dom, view, place);
    if (!player) this.dom.addEventListener("dblclick", () => {
      const at = place();
      if (at !== undefined) open(at);
    });
    const words = player ? `Edit recording: ${alt || src}` : alt ? "Edit" : "Edit picture · no alt text";
    const label = player ? undefined : alt && `Edit picture: ${alt}`;
    const edit = element("button", { type: "button", class: "visual-picture-edit", "aria-label": label, tabindex: "-1" }, words);
    edit.addEventListener("click", () => {
      const at = place();
      if (at === undefined) return;
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)));
      open(at);
    });
    this.dom.append(edit);
  }

  /**
   * @param {HTMLElement} image
   * @param {EditorView} view
   * @param {() => number | undefined} place
   * @param {PictureWidths} widths
   */
  showPicture(image, view, place, widths) {
    this.dom.append(image);
    if (!(image instanceof HTMLImageElement)) return;
    const select = () => {
      const at = place();
      if (at !== undefined) view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)));
      view.focus();
    };
    this.dom.append(widthHandle(this.dom, image, { select, steps: () => widths.steps(image), take: widths.take }));
  }

  /** @param {Event} event */
  stopEvent(event) {
    return event.target instanceof HTMLElement && event.target.closest("button, audio, video, .visual-width-handle") !== null && event.type !== "dragstart";
  }

  ignoreMutation() {
    return true;
  }
}

/**
 * The player of a recording, as readers' pages have it.
 * @param {"audio" | "video"} tag
 * @param {string} src
 * @param {string} title
 */
function playerFor(tag, src, title) {
  return element(tag, { src, title, controls: true, preload: "metadata", playsinline: tag === "video", tabindex: "-1" });
}
