// How the cards of a text look in the visual view: each in a frame that says what it is and has its buttons.

import { NodeSelection } from "prosemirror-state";
import { element } from "../dom.js";
import { CARD_NAMES, kindOfCard, numberOfNote, RENUMBERED } from "./cards.js";
import { selectedByTap } from "./node_views.js";
import { shownBox, shownElement } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("prosemirror-view").EditorView} EditorView */
/** @typedef {import("prosemirror-view").NodeView} NodeView */

/** Kinds that have fields. @type {(import("./cards.js").CardKind | null)[]} */
const WITH_FIELDS = ["article", "bookmark", "film"];

/**
 * Which words are written in: all but those of a film, which has none.
 * @param {PmNode} node
 */
function contentOf(node) {
  if (node.type.name === "film") return null;
  if (node.type.name === "note") return element("div", { class: "visual-card-words" });
  return node.type.name === "box" ? shownBox(node.attrs) : shownElement("blockquote", node.attrs.attrs);
}

/** @implements {NodeView} */
class CardView {
  /**
   * @param {PmNode} node
   * @param {EditorView} view
   * @param {() => number | undefined} place
   * @param {(at: number) => void} edit opens its fields
   */
  constructor(node, view, place, edit) {
    this.node = node;
    const kind = kindOfCard(node) ?? "callout";
    const number = kind === "note" ? ` ${numberOfNote(view.state.doc, node.attrs.name) || node.attrs.name}` : "";
    const name = CARD_NAMES[kind] + number;
    /** @param {(at: number) => void} act */
    const atPlace = (act) => () => {
      const at = place();
      if (at !== undefined) act(at);
    };
    const remove = atPlace((at) => {
      const size = view.state.doc.nodeAt(at)?.nodeSize ?? 0;
      const isAll = view.state.doc.childCount === 1;
      view.dispatch(isAll ? view.state.tr.replaceWith(at, at + size, node.type.schema.nodes.paragraph.create()) : view.state.tr.delete(at, at + size));
      view.focus();
    });
    const open = atPlace((at) => {
      if (!node.isAtom) return edit(at);
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)));
      edit(at);
    });
    const title = element("span", { "aria-hidden": "true" }, name);
    const bar = element("div", { class: "visual-card-bar", contenteditable: "false" }, title);
    if (WITH_FIELDS.includes(kind)) bar.append(element("button", { type: "button", class: "plain", "aria-label": `Edit ${name.toLowerCase()}`, click: open }, "Edit"));
    const drop = element("button", { type: "button", class: "plain", "aria-label": `Delete ${name.toLowerCase()}`, click: remove }, "Delete");
    bar.append(drop);
    const content = contentOf(node);
    this.dom = element("div", { class: `visual-card is-${kind}`, role: "group", "aria-label": name }, bar);
    // Footnotes are counted again when one comes in before them.
    if (kind === "note") this.dom.addEventListener(RENUMBERED, () => {
      const now = `${CARD_NAMES.note} ${numberOfNote(view.state.doc, node.attrs.name) || node.attrs.name}`;
      title.textContent = now;
      this.dom.setAttribute("aria-label", now);
      drop.setAttribute("aria-label", `Delete ${now.toLowerCase()}`);
    });
    if (content) {
      this.dom.append(content);
      this.contentDOM = content;
    } else {
      this.dom.append(element("div", { class: "visual-film-address", contenteditable: "false" }, node.attrs.address.replace(/^https?:\/\/(?:www\.)?/, "")));
      this.dom.draggable = true;
      selectedByTap(this.dom, view, place);
      this.dom.addEventListener("dblclick", open);
    }
  }

  /** @param {PmNode} node */
  update(node) {
    if (!node.hasMarkup(this.node.type, { ...this.node.attrs, part: node.attrs.part }, this.node.marks)) return false;
    this.node = node;
    return true;
  }

  /** @param {Event} event */
  stopEvent(event) {
    return event.target instanceof HTMLElement && event.target.closest(".visual-card-bar button") !== null && event.type !== "dragstart";
  }

  /** @param {import("prosemirror-view").ViewMutationRecord} mutation */
  ignoreMutation(mutation) {
    return mutation.type !== "selection" && !this.contentDOM?.contains(mutation.target);
  }
}

/**
 * The views of nodes that may be cards, by their types.
 * @param {(at: number) => void} edit
 * @returns {Record<string, import("prosemirror-view").NodeViewConstructor>}
 */
export function cardViews(edit) {
  /** @type {import("prosemirror-view").NodeViewConstructor} */
  const make = (node, view, place) => {
    if (kindOfCard(node)) return new CardView(node, view, place, edit);
    const dom = node.type.name === "box" ? shownBox(node.attrs) : shownElement("blockquote", node.attrs.attrs);
    return { dom, contentDOM: dom };
  };
  return { box: make, blockquote: make, note: make, film: make };
}
