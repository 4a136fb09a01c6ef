// What the saver asks: which of two texts it shall be, and what becomes of a copy that an earlier visit left.

import { element } from "./dom.js";
import { changedFields, differingLines, joinChunks } from "./post_text.js";

/**
 * A part of a text under its name, to be compared with another one.
 * @param {Node} name
 * @param {string} words
 */
const side = (name, words) => element("section", {}, name, element("pre", { tabindex: 0 }, words || "(empty)"));

/**
 * The choice at one place of a conflict; `chosen` gives it.
 * @param {{ mine: string, theirs: string }} place
 * @param {number} number
 * @param {number} total
 */
function makeChoice(place, number, total) {
  const name = `place-${number}`;
  const mine = element("input", { type: "radio", name, value: "mine", checked: true });
  const theirs = element("input", { type: "radio", name, value: "theirs" });
  const both = element("input", { type: "radio", name, value: "both" });
  const group = element(
    "fieldset",
    {},
    element("legend", {}, `Conflict ${number + 1} of ${total}`),
    element(
      "div",
      { class: "side-by-side" },
      side(element("label", { class: "choice" }, mine, " Your version"), place.mine),
      side(element("label", { class: "choice" }, theirs, " The version saved elsewhere"), place.theirs),
    ),
    element("label", { class: "choice" }, both, " Keep both, one after the other"),
  );
  return { group, chosen: () => [mine, theirs, both].find((radio) => radio.checked)?.value ?? "mine" };
}

/**
 * Shows the places that two people changed side by side; gives the text that was chosen, with the rest as it is.
 * @param {MergeChunk[]} chunks
 * @returns {Promise<string>}
 */
export function chooseBetween(chunks) {
  const places = chunks.flatMap((chunk) => (chunk.is === "clash" ? [chunk] : []));
  const choices = places.map((place, number) => makeChoice(place, number, places.length));
  const done = element("button", { type: "button", class: "primary" }, "Use selected");
  const dialog = element(
    "dialog",
    { class: "editor-dialog merge-conflict", "aria-labelledby": "conflict-heading" },
    element("h2", { id: "conflict-heading" }, "Conflict: this part was changed in two places"),
    element("p", {}, "Whatever you choose, both versions stay in the revisions."),
    element("div", {}, ...choices.map(({ group }) => group)),
    element("div", { class: "buttons" }, done),
  );
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
  return new Promise((resolve) => {
    done.addEventListener("click", () => {
      const text = joinChunks(chunks, choices.map(({ chosen }) => chosen()));
      dialog.close();
      dialog.remove();
      resolve(text);
    });
  });
}

/**
 * Offers a text that an earlier visit left in this browser, with what differs from the text of the page.
 * @param {HTMLElement} before the offer is shown before this
 * @param {PostText} left
 * @param {PostText} now
 * @param {string} at when it was written, in words
 * @param {{ use: () => void, drop: () => void }} answers
 */
export function offerCopy(before, left, now, at, { use, drop }) {
  const sides = changedFields(left, now).map((name) => {
    const [old, kept] = differingLines(now[name], left[name]);
    return element(
      "div",
      { class: "side-by-side" },
      side(element("h3", {}, "Saved on the server"), old),
      side(element("h3", {}, "Kept in this browser"), kept),
    );
  });
  /** @param {() => void} answer */
  const closing = (answer) => () => {
    answer();
    box.remove();
  };
  const box = element(
    "div",
    { class: "notice copy", role: "region", "aria-label": "Text kept in this browser" },
    element("p", {}, `This browser has a version from ${at} that was never saved on the server.`),
    element("details", {}, element("summary", {}, "Show differences"), ...sides),
    element(
      "div",
      { class: "buttons" },
      element("button", { type: "button", click: closing(use) }, "Restore"),
      element("button", { type: "button", class: "plain", click: closing(drop) }, "Discard"),
    ),
  );
  before.before(box);
}
