// Find and replace in the text of a post. All that is replaced at once is taken back by one Undo.

import { newId } from "./dialogs.js";
import { element } from "./dom.js";
import { findAll, replaceFinds, replacementFor, searchPattern } from "./search_pattern.js";
import { bringIntoView, spansAt } from "./text_position.js";
import { replaceText } from "./textarea.js";

/** So many of the finds are marked in the text, from the cursor on. */
const MAX_MARKED = 1000;
/** The text is searched so many milliseconds after the last key in the field, and after the last change of the text. */
const QUERY_PAUSE_MS = 150;
const PAUSE_MS = 400;

/**
 * What is searched: a text, and how places of it are shown and changed.
 * @typedef {object} SearchedText
 * @property {() => string} text
 * @property {() => string} chosen the words that are selected
 * @property {() => number} cursor
 * @property {(finds: RegExpMatchArray[], first: number, at: number) => void} mark marks finds, of which the first is the one of a number, and the present one more
 * @property {(from: number, to: number) => void} show selects a place and brings it into view
 * @property {(words: string, from: number, to: number) => void} change
 * @property {(finds: RegExpMatchArray[], options: import("./search_pattern.js").SearchOptions) => void} changeAll
 * @property {() => void} focus
 */

/**
 * A text area as a text that is searched.
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} layer an element behind the text, in which finds are marked
 * @returns {SearchedText}
 */
function searchedArea(area, layer) {
  /** @type {LetterBox[]} */
  let current = [];
  const scrolled = () => {
    if (layer.firstChild) layer.style.transform = `translateY(${-area.scrollTop}px)`;
  };
  area.addEventListener("scroll", scrolled, { passive: true });
  /**
   * Changes the text and leaves the focus where it is.
   * @param {string} words
   * @param {number} from
   * @param {number} to
   */
  function change(words, from, to) {
    const back = /** @type {HTMLElement | null} */ (document.activeElement);
    replaceText(area, words, from, to);
    back?.focus();
  }
  return {
    text: () => area.value,
    chosen: () => area.value.slice(area.selectionStart, area.selectionEnd),
    cursor: () => area.selectionStart,
    mark(finds, first, at) {
      // To measure no marks would lay out the whole text all the same.
      const boxes = finds.length === 0 ? [] : spansAt(area, finds.map(({ index = 0, 0: words }) => [index, index + words.length]));
      const marks = boxes.flatMap((lines, number) =>
        lines.map(({ left, top, width, height }) => {
          const box = element("span", { class: first + number === at ? "search-match current" : "search-match" });
          Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
          return box;
        }),
      );
      layer.replaceChildren(...marks);
      current = at < 0 ? [] : boxes[at - first];
      scrolled();
    },
    show(from, to) {
      area.setSelectionRange(from, to);
      bringIntoView(area, current);
      scrolled();
    },
    change,
    changeAll(finds, options) {
      const { from, to, words } = replaceFinds(area.value, finds, options);
      change(words, from, to);
    },
    focus: () => area.focus(),
  };
}

/**
 * Makes the bar for a text area; the answer opens it. `use` has it search another view of the text, or the area again.
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} layer an element behind the text, in which finds are marked
 */
export function finder(area, layer) {
  const own = searchedArea(area, layer);
  let searched = own;
  let timer = 0;
  /** @type {RegExpMatchArray[]} */
  let finds = [];
  let at = -1;
  /** The text that was searched last. */
  let text = "";
  /** Whether it is to be searched again even if it is the same. */
  let waits = false;

  // None of these has a name, so they are not sent with the post.
  /**
   * @param {string} label
   * @returns {[HTMLElement, HTMLInputElement]}
   */
  const field = (label) => {
    const id = newId("find");
    const input = element("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
    return [element("div", { class: "find-field" }, element("label", { for: id }, label), input), input];
  };
  /**
   * @param {string} label
   * @returns {[HTMLElement, HTMLInputElement]}
   */
  const option = (label) => {
    const input = element("input", { type: "checkbox", change: () => search() });
    return [element("label", { class: "choice" }, input, ` ${label}`), input];
  };
  /**
   * @param {string} words
   * @param {() => void} click
   */
  const button = (words, click) => element("button", { type: "button", click }, words);
  const [findRow, query] = field("Find");
  const [replaceRow, replacement] = field("Replace with");
  const [caseRow, matchCase] = option("Match case");
  const [wordRow, wholeWord] = option("Whole words");
  const [patternRow, isPattern] = option("Regular expression");
  const result = element("p", { class: "hint", "aria-live": "polite" });
  const bar = element(
    "div",
    { class: "finder", role: "search", "aria-label": "Find and replace", hidden: true },
    findRow,
    replaceRow,
    element("div", { class: "buttons" }, button("Previous", () => go(-1)), button("Next", () => go(1)), button("Replace", replace), button("Replace all", replaceAll), button("Close", close)),
    element("div", { class: "find-options" }, caseRow, wordRow, patternRow, result),
  );

  const options = () => ({
    words: query.value,
    replacement: replacement.value,
    matchCase: matchCase.checked,
    wholeWord: wholeWord.checked,
    isPattern: isPattern.checked,
  });

  /** Finds all places again; the one at the cursor, or the next after it, is the present one. */
  function search() {
    forget();
    if (query.value === "") return say("");
    text = searched.text();
    try {
      finds = findAll(text, searchPattern(options()));
    } catch {
      return say("This isn’t a valid regular expression yet.");
    }
    say(finds.length === 0 ? "No matches." : `${finds.length} ${finds.length === 1 ? "match" : "matches"}`);
    mark();
  }

  function forget() {
    clearTimeout(timer);
    waits = false;
    finds = [];
    at = -1;
    unmark();
  }

  /** @param {number} pause milliseconds until the text is searched again, if that is needed */
  function searchIn(pause) {
    clearTimeout(timer);
    timer = setTimeout(() => isOld() && search(), pause);
  }

  /** Whether the text was changed since it was searched, or other words are to be found: places are others then. */
  const isOld = () => waits || searched.text() !== text;

  /** The find at the cursor, or the next after it; -1 behind the last one. */
  const findAtCursor = () => finds.findIndex(({ index = 0 }) => index >= searched.cursor());

  /** Marks all finds in the text, the present one more than the others. */
  function mark() {
    if (finds.length === 0) return;
    const middle = Math.min(at < 0 ? findAtCursor() : at, finds.length);
    const first = finds.length > MAX_MARKED ? Math.max(0, middle - MAX_MARKED / 2) : 0;
    searched.mark(finds.slice(first, first + MAX_MARKED), first, at);
  }

  const unmark = () => searched.mark([], 0, -1);

  /** @param {string} words */
  const say = (words) => {
    result.textContent = words;
  };

  /** @param {1 | -1} step */
  function go(step) {
    if (finds.length === 0 || isOld()) search();
    if (finds.length === 0) return;
    if (at < 0) {
      const next = findAtCursor();
      at = step > 0 ? Math.max(next, 0) : (next < 0 ? finds.length : next) - 1;
    } else {
      at += step;
    }
    at = (at + finds.length) % finds.length;
    show();
  }

  function show() {
    const { index = 0, 0: words } = finds[at];
    mark();
    searched.show(index, index + words.length);
    say(`${at + 1} of ${finds.length}`);
  }

  function replace() {
    if (at < 0 || isOld()) return go(1);
    const found = finds[at];
    const from = found.index ?? 0;
    searched.change(replacementFor(found, options()), from, from + found[0].length);
    search();
    go(1);
    if (finds.length === 0) say("Replaced the last match.");
  }

  function replaceAll() {
    search();
    if (finds.length === 0) return;
    const number = finds.length;
    searched.changeAll(finds, options());
    search();
    say(`Replaced ${number}. Undo reverts all of them.`);
  }

  function close() {
    bar.hidden = true;
    forget();
    searched.focus();
  }

  query.addEventListener("input", () => {
    waits = true;
    searchIn(QUERY_PAUSE_MS);
  });
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
      if (event.target === replacement) replace();
      else go(event.shiftKey ? -1 : 1);
    }
  });

  const open = () => {
    const chosen = searched.chosen();
    if (chosen && !chosen.includes("\n")) query.value = chosen;
    bar.hidden = false;
    query.focus();
    query.select();
    search();
  };

  area.addEventListener("input", () => {
    if (bar.hidden) return;
    // The marks of another view move with its words.
    if (searched === own) {
      unmark();
      waits = true;
    }
    searchIn(PAUSE_MS);
  });
  /** @param {SearchedText | null} other */
  const use = (other) => {
    bar.hidden = true;
    forget();
    searched = other ?? own;
  };
  return { bar, open, use };
}
