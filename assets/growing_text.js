// The text area is as long as its text, so that the page scrolls and nothing scrolls within it. A very long text does scroll
// within it: otherwise each key would lay out all of it.

import { bringIntoView, lettersAt } from "./text_position.js";

/** Texts of more characters scroll in a box of their own. */
const LONG_CHARS = 30_000;

/**
 * Whether a text has a box of its own; next to a preview, which scrolls along with it, each has one.
 * @param {number} chars
 * @param {boolean} hasPreview
 */
export const isLong = (chars, hasPreview) => hasPreview || chars > LONG_CHARS;

/**
 * Gives what fits it once more.
 * @param {HTMLTextAreaElement} area
 * @param {() => boolean} hasPreview whether its preview is open
 */
export function growWithText(area, hasPreview) {
  // `field-sizing: content` in admin.css does it where a browser knows that; elsewhere the height is set here.
  const byScript = !CSS.supports("field-sizing", "content");
  const fit = () => {
    const long = isLong(area.value.length, hasPreview());
    const isOther = area.classList.contains("long") !== long;
    area.classList.toggle("long", long);
    // The letter that is being typed stays in view when the box comes or goes.
    if (isOther && document.activeElement === area) bringIntoView(area, lettersAt(area, area.selectionStart));
    // What is not shown has no height that could be measured.
    if (!byScript || area.hidden) return;
    const { scrollX, scrollY } = globalThis;
    area.style.height = "";
    if (!long) area.style.height = `${area.scrollHeight}px`;
    // While it is measured the page is shorter, and the browser may scroll it.
    scrollTo(scrollX, scrollY);
  };
  area.addEventListener("input", fit);
  for (const kind of ["adopted", "view"]) area.form?.addEventListener(kind, fit);
  if (byScript) addEventListener("resize", fit);
  fit();
  return fit;
}
