// Where on the page the letters of a text area are. The browser does not say, so the text is laid out once more: this is for
// what somebody asks for, never for each key.

import { element } from "./dom.js";

/** The properties of a text area that decide where its letters are. */
const MIRRORED = /** @type {const} */ ([
  "fontFamily", "fontSize", "fontWeight", "fontStyle", "lineHeight", "letterSpacing", "wordSpacing", "textIndent", "tabSize",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "direction", "textAlign", "hyphens",
]);

/**
 * An empty element that is laid out as a text area is.
 * @param {HTMLTextAreaElement} area
 */
function mirrorOf(area) {
  const style = getComputedStyle(area);
  const mirror = element("div", { "aria-hidden": "true", class: "mirror" });
  for (const name of MIRRORED) mirror.style[name] = style[name];
  mirror.style.width = `${area.clientWidth}px`;
  return mirror;
}

/**
 * @param {DOMRectList} boxes
 * @param {DOMRect} origin
 * @returns {LetterBox[]}
 */
const measuredFrom = (boxes, origin) =>
  [...boxes].map(({ left, top, width, height }) => ({ left: left - origin.left, top: top - origin.top, width, height }));

/**
 * Where letters of a text area are, measured from the top left of its text as if it were not scrolled: a box for each line.
 * @param {HTMLTextAreaElement} area
 * @param {number} from
 */
export function lettersAt(area, from, to = from) {
  const mirror = mirrorOf(area);
  const letters = element("span");
  letters.textContent = area.value.slice(from, to) || "\u200b";
  mirror.append(area.value.slice(0, from), letters, area.value.slice(to, to + 200));
  area.after(mirror);
  const boxes = measuredFrom(letters.getClientRects(), mirror.getBoundingClientRect());
  mirror.remove();
  return boxes;
}

/**
 * Where many parts of a text area are, as `lettersAt` measures; the text is laid out once for all of them.
 * @param {HTMLTextAreaElement} area
 * @param {[from: number, to: number][]} spans
 */
export function spansAt(area, spans) {
  const mirror = mirrorOf(area);
  const text = document.createTextNode(`${area.value}\u200b`);
  mirror.append(text);
  area.after(mirror);
  const origin = mirror.getBoundingClientRect();
  const range = document.createRange();
  const boxes = spans.map(([from, to]) => {
    range.setStart(text, from);
    range.setEnd(text, Math.max(to, from + 1));
    return measuredFrom(range.getClientRects(), origin);
  });
  mirror.remove();
  return boxes;
}

/** How much of the window the editor's bars take at its top, in pixels: what is there is not seen. */
export function headroom() {
  /** @type {HTMLElement | null} */
  const tools = document.querySelector(".writing-tools");
  if (!tools) return 0;
  const { position, top } = getComputedStyle(tools);
  return position === "sticky" ? Number.parseFloat(top) + tools.offsetHeight : 0;
}

/**
 * Scrolls a text area, or the page where it is as long as its text, so that a letter is in the upper third.
 * @param {HTMLTextAreaElement} area
 * @param {LetterBox[]} boxes
 */
export function bringIntoView(area, [{ top, height }]) {
  if (area.scrollHeight <= area.clientHeight + 1) {
    const at = area.getBoundingClientRect().top + top;
    const isSeen = at >= Math.max(headroom(), innerHeight / 6) && at + height <= innerHeight;
    if (!isSeen) scrollBy({ top: at - Math.max(headroom() + 8, innerHeight / 3) });
    return;
  }
  const visible = top >= area.scrollTop && top + height <= area.scrollTop + area.clientHeight;
  if (!visible) area.scrollTop = Math.max(0, top - area.clientHeight / 3);
}
