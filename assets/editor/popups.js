// What opens in the visual view: the list of tools behind `/`, and the bar over selected words.

import { NodeSelection } from "prosemirror-state";
import { element, one } from "../dom.js";
import { putBelow } from "../menu.js";
import { toolList } from "../slash_menu.js";
import { endsSlash } from "../slash_rules.js";
import { setHeading, toggleInline, toggleQuote } from "./commands.js";
import { schema } from "./schema.js";

/** @typedef {import("prosemirror-state").Command} Command */
/** @typedef {import("./visual_view.js").VisualView} VisualView */
/** @typedef {import("../slash_menu.js").Entry} Entry */

const { nodes } = schema;

/**
 * A list of tools that opens where `/` is typed in an empty block; what is typed after it narrows the list.
 * @param {() => VisualView} visual
 * @param {Entry[]} entries
 */
export function visualSlash(visual, entries) {
  const list = toolList(entries, () => visual().view.dom, take);
  // Where the list was opened last. Escape leaves it, so that the same slash does not open the list again.
  let start = -1;
  /** What is in front of the words that narrow the list: nothing where the button opened it. */
  let sign = "/";

  function close() {
    list.close();
    start = -1;
  }

  /** @param {Entry} tool */
  function take({ act }) {
    const { view } = visual();
    const from = start;
    close();
    if (view.state.selection.from > from) view.dispatch(view.state.tr.delete(from, view.state.selection.from));
    view.focus();
    act?.();
  }

  /** @param {"/" | ""} by */
  function open(by) {
    const { view } = visual();
    const { $from } = view.state.selection;
    sign = by;
    start = $from.start();
    list.open();
    if (list.isOpen()) putBelow(list.box, view.coordsAtPos($from.pos));
  }

  /** Called after each change: opens, narrows or closes the list. */
  function changed() {
    const { view } = visual();
    const { $from, empty } = view.state.selection;
    const words = $from.parent.isTextblock ? $from.parent.textBetween(0, $from.parentOffset) : "";
    const isAlone = $from.parent.type.name !== "code_block" && $from.parentOffset === $from.parent.content.size && empty;
    if (list.isOpen()) {
      const typed = words.slice(sign.length);
      if (!isAlone || !words.startsWith(sign) || $from.start() !== start || endsSlash(typed)) return close();
      list.narrow(typed);
      if (!list.isOpen()) start = -1;
    } else if (words === "/" && isAlone && view.hasFocus() && start !== $from.start()) open("/");
    // Where the slash is gone, another may open the list.
    else if (words === "") start = -1;
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const isOwn = list.key(event);
    // Where the button opened the list, a slash may open it again.
    if (isOwn && event.key === "Escape" && sign === "") start = -1;
    return isOwn;
  }

  return { changed, key, close, open: () => open("") };
}

/**
 * A bar of tools above selected words.
 * @param {() => VisualView} visual
 * @param {{ makeLink: () => unknown }} tools
 */
export function bubble(visual, { makeLink }) {
  /** @type {[name: string, label: string, act: () => unknown][]} */
  const acts = [
    ["Bold", "B", command(toggleInline("bold"))],
    ["Italic", "I", command(toggleInline("italic"))],
    ["Strikethrough", "S", command(toggleInline("strike"))],
    ["Code", "<>", command(toggleInline("code"))],
    ["Link", "Link", makeLink],
    ["Heading 2", "H2", command(setHeading(2))],
    ["Quote", "“", command(toggleQuote)],
  ];
  /** @param {Command} act */
  function command(act) {
    return () => {
      const { view } = visual();
      act(view.state, view.dispatch, view);
      view.focus();
    };
  }
  // Its tools are all in the toolbar, where they are reached by keyboard.
  const box = element(
    "div",
    { class: "popup visual-bubble", "aria-hidden": "true", hidden: true },
    ...acts.map(([name, label, act]) => element("button", { type: "button", class: "tool", tabindex: "-1", title: name, mousedown: (/** @type {Event} */ event) => event.preventDefault(), click: act }, label)),
  );
  one("main").append(box);
  let timer = 0;
  const hide = () => {
    box.hidden = true;
  };
  function place() {
    const { view } = visual();
    const { selection } = view.state;
    if (selection.empty || selection instanceof NodeSelection || !view.hasFocus() || !selection.$from.parent.inlineContent || selection.$from.parent.type === nodes.code_block) return hide();
    const [start, end] = [view.coordsAtPos(selection.from), view.coordsAtPos(selection.to)];
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const left = Math.max(8, Math.min((start.left + (start.top === end.top ? end.left : start.left)) / 2 - width / 2, innerWidth - width - 8));
    box.style.left = `${left}px`;
    box.style.top = `${start.top > height + 12 ? start.top - height - 8 : end.bottom + 8}px`;
  }
  return {
    hide,
    changed() {
      clearTimeout(timer);
      if (visual().view.state.selection.empty) return hide();
      timer = setTimeout(place, 150);
    },
  };
}
