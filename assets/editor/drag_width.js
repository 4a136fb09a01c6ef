// The handle at a picture, by which it is dragged to one of the widths that pictures have. By keys its bar does the same.

import { element } from "../dom.js";

/** @typedef {"small" | "text" | "wide"} Width */
/** @typedef {{ name: Width, words: string, pixels: number }} WidthStep */

/** A move of fewer pixels is a press, and drags nothing. */
const STILL = 4;
/** How far a wide picture reaches over the text on both sides together. */
const OVER_TEXT = 32;

/**
 * The widths that a picture can be dragged to, the smallest first.
 * @param {object} picture
 * @param {number} picture.natural its own width in pixels
 * @param {number} picture.column how wide the text is
 * @param {number} picture.small the width of a small picture
 * @param {boolean} picture.canBeWide
 * @returns {WidthStep[]}
 */
export function widthSteps({ natural, column, small, canBeWide }) {
  const text = Math.min(natural || column, column);
  /** @type {WidthStep[]} */
  const steps = [{ name: "text", words: "Text width", pixels: text }];
  if (small < text) steps.unshift({ name: "small", words: "Small", pixels: small });
  if (canBeWide) steps.push({ name: "wide", words: "Wide", pixels: column + OVER_TEXT });
  return steps;
}

/**
 * The width that is nearest to a number of pixels.
 * @param {WidthStep[]} steps
 * @param {number} pixels
 */
export const nearestStep = (steps, pixels) => steps.reduce((best, step) => (Math.abs(step.pixels - pixels) < Math.abs(best.pixels - pixels) ? step : best));

/**
 * @param {HTMLElement} dom what holds the picture
 * @param {HTMLImageElement} image
 * @param {object} context
 * @param {() => void} context.select selects the picture
 * @param {() => WidthStep[]} context.steps
 * @param {(step: WidthStep) => void} context.take
 */
export function widthHandle(dom, image, { select, steps, take }) {
  const words = element("span", { class: "visual-width-words", hidden: true });
  const handle = element("span", { class: "visual-width-handle", "aria-hidden": "true", contenteditable: "false" }, words);
  handle.addEventListener("mousedown", (event) => event.preventDefault());
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    select();
    drag(event);
  });

  /** @param {PointerEvent} begun */
  function drag(begun) {
    const all = steps();
    const { left, right } = image.getBoundingClientRect();
    const isAtRight = begun.clientX > (left + right) / 2;
    // A picture in the middle grows on both sides.
    const isCentred = image.closest(".center") !== null;
    const held = begun.clientX - (isAtRight ? right : left);
    /** @type {WidthStep | undefined} */
    let step;
    /** @param {PointerEvent} event */
    const move = (event) => {
      if (!step && Math.abs(event.clientX - begun.clientX) < STILL) return;
      const edge = event.clientX - held;
      const from = isCentred ? (left + right) / 2 : isAtRight ? left : right;
      step = nearestStep(all, (isAtRight ? edge - from : from - edge) * (isCentred ? 2 : 1));
      for (const one of [dom, image]) one.style.maxWidth = "none";
      image.style.width = `${step.pixels}px`;
      words.textContent = step.words;
      words.hidden = false;
    };
    const end = (/** @type {PointerEvent} */ event) => {
      for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) handle.removeEventListener(kind, end);
      handle.removeEventListener("pointermove", move);
      for (const one of [dom, image]) one.style.maxWidth = "";
      image.style.width = "";
      words.hidden = true;
      dom.draggable = true;
      if (step && event.type === "pointerup") take(step);
    };
    // The browser would move the picture.
    dom.draggable = false;
    handle.setPointerCapture(begun.pointerId);
    handle.addEventListener("pointermove", move);
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) handle.addEventListener(kind, end);
  }
  return handle;
}
