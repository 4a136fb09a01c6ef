// A list of emoji that opens where `:` and two letters of a name are typed.

import { EMOJI } from "../emoji.js";
import { putBelow } from "../menu.js";
import { toolList } from "../slash_menu.js";

const BEGUN = /(?:^|[\s(])(:[a-z][a-z_]+)$/i;

/** @param {() => import("./visual_view.js").VisualView} visual */
export function emojiMenu(visual) {
  const entries = EMOJI.map(({ name, words, sign }) => ({ name: `${sign} ${name}`, words, sign }));
  const list = toolList(entries, () => visual().view.dom, (entry) => take(/** @type {(typeof entries)[number]} */ (entry)), "Emoji");
  let start = -1;
  // Where Escape closed the list.
  let left = -1;

  const close = () => list.close();

  /** @param {(typeof entries)[number]} entry */
  function take({ sign }) {
    const { view } = visual();
    close();
    view.dispatch(view.state.tr.insertText(sign, start, view.state.selection.from).scrollIntoView());
    view.focus();
  }

  /** Called after each change: opens, narrows or closes the list. */
  function changed() {
    const { view } = visual();
    const { $from, empty } = view.state.selection;
    const parent = $from.parent;
    const before = empty && parent.isTextblock && parent.type.name !== "code_block" ? parent.textBetween(Math.max(0, $from.parentOffset - 30), $from.parentOffset, "", "\ufffc") : "";
    const begun = BEGUN.exec(before)?.[1];
    if (!begun || !view.hasFocus()) {
      if (!begun) left = -1;
      return close();
    }
    start = $from.pos - begun.length;
    if (start === left) return;
    const words = begun.slice(1).toLowerCase();
    if (list.isOpen()) list.narrow(words);
    else list.open(words);
    if (list.isOpen()) putBelow(list.box, view.coordsAtPos(start));
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const wasOpen = list.isOpen();
    if (!list.key(event)) return false;
    if (wasOpen && event.key === "Escape") left = start;
    return true;
  }

  return { changed, key, close };
}
