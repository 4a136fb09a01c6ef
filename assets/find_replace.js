// Find and replace in the text of a post. All that is replaced at once is taken back by one Undo.

import { element } from "./dom.js";
import { bringIntoView, newId, places } from "./popups.js";
import { put } from "./textarea.js";

const MAX_FINDS = 10_000;
/** So many of them are marked in the text, from the cursor on. */
const MAX_MARKED = 1000;
/** While somebody goes on typing, the finds are looked for anew so many milliseconds after the last key. */
const PAUSE = 400;

/** Makes the bar for a text area; the answer opens it. */
export function finder(area, layer) {
  let finds = [];
  let at = -1;
  let timer = 0;

  // None of these has a name, so they are not sent with the post.
  const field = (label) => {
    const id = newId("find");
    const input = element("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
    return [element("div", { class: "find-field" }, element("label", { for: id }, label), input), input];
  };
  const option = (label) => {
    const input = element("input", { type: "checkbox", change: () => look() });
    return [element("label", { class: "choice" }, input, ` ${label}`), input];
  };
  const button = (words, click) => element("button", { type: "button", click }, words);
  const [findRow, sought] = field("Find");
  const [replaceRow, instead] = field("Replace with");
  const [caseRow, matchCase] = option("Match case");
  const [wordRow, wholeWord] = option("Whole words");
  const [patternRow, isPattern] = option("Regular expression");
  const told = element("p", { class: "hint", "aria-live": "polite" });
  const bar = element(
    "div",
    { class: "finder", role: "search", "aria-label": "Find and replace", hidden: true },
    findRow,
    replaceRow,
    element("div", { class: "buttons" }, button("Previous", () => go(-1)), button("Next", () => go(1)), button("Replace", replace), button("Replace all", replaceAll), button("Close", close)),
    element("div", { class: "find-options" }, caseRow, wordRow, patternRow, told),
  );

  function pattern() {
    const source = isPattern.checked ? sought.value : sought.value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const edge = "[\\p{L}\\p{N}\\p{M}_]";
    const whole = wholeWord.checked ? `(?<!${edge})(?:${source})(?!${edge})` : source;
    return new RegExp(whole, `gu${matchCase.checked ? "" : "i"}${isPattern.checked ? "m" : ""}`);
  }

  /** Looks for all finds anew; the one at the cursor, or the next after it, is the present one. */
  function look() {
    finds = [];
    at = -1;
    layer.replaceChildren();
    if (sought.value === "") return tell("");
    try {
      for (const found of area.value.matchAll(pattern())) {
        if (found[0] !== "") finds.push(found);
        if (finds.length >= MAX_FINDS) break;
      }
    } catch {
      return tell("This isn’t a valid regular expression yet.");
    }
    tell(finds.length === 0 ? "No matches." : `${finds.length} ${finds.length === 1 ? "match" : "matches"}`);
    mark();
  }

  /** Marks all finds in the text, the present one more than the others. Gives the boxes of that. */
  function mark() {
    if (finds.length === 0) return [];
    const cursor = finds.findIndex(({ index }) => index >= area.selectionStart);
    const first = finds.length > MAX_MARKED ? Math.max(0, Math.min(at < 0 ? cursor : at, finds.length) - MAX_MARKED / 2) : 0;
    const shown = finds.slice(first, first + MAX_MARKED);
    const boxes = places(area, shown.map(({ index, 0: words }) => [index, index + words.length]));
    const marks = boxes.flatMap((lines, number) =>
      lines.map(({ left, top, width, height }) => {
        const mark = element("span", { class: first + number === at ? "found present" : "found" });
        Object.assign(mark.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
        return mark;
      }),
    );
    layer.replaceChildren(...marks);
    scrolled();
    return at < 0 ? [] : boxes[at - first];
  }

  const tell = (words) => {
    told.textContent = words;
  };

  function go(step) {
    if (finds.length === 0) look();
    if (finds.length === 0) return;
    if (at < 0) {
      const next = finds.findIndex(({ index }) => index >= area.selectionStart);
      at = step > 0 ? (next < 0 ? 0 : next) : (next < 0 ? finds.length : next) - 1;
    } else {
      at += step;
    }
    at = (at + finds.length) % finds.length;
    show();
  }

  function show() {
    const { index, 0: words } = finds[at];
    area.setSelectionRange(index, index + words.length);
    bringIntoView(area, mark());
    scrolled();
    tell(`${at + 1} of ${finds.length}`);
  }

  const scrolled = () => {
    if (layer.firstChild) layer.style.transform = `translateY(${-area.scrollTop}px)`;
  };

  /** What goes in for a find: `$1` and `$&` mean what they do in regular expressions. */
  function replacement(found) {
    if (!isPattern.checked) return instead.value;
    return instead.value.replace(/\$(\$|&|\d{1,2})/g, (_, name) => (name === "$" ? "$" : name === "&" ? found[0] : (found[Number(name)] ?? "")));
  }

  function replace() {
    if (at < 0) return go(1);
    const found = finds[at];
    const back = document.activeElement;
    put(area, replacement(found), found.index, found.index + found[0].length);
    area.setSelectionRange(found.index + replacement(found).length, found.index + replacement(found).length);
    back?.focus();
    look();
    go(1);
    if (finds.length === 0) tell("Replaced the last match.");
  }

  function replaceAll() {
    look();
    if (finds.length === 0) return;
    const text = area.value;
    const [first, last] = [finds[0], finds.at(-1)];
    const end = last.index + last[0].length;
    let words = "";
    let done = first.index;
    for (const found of finds) {
      words += text.slice(done, found.index) + replacement(found);
      done = found.index + found[0].length;
    }
    const number = finds.length;
    const back = document.activeElement;
    put(area, words, first.index, end);
    back?.focus();
    look();
    tell(`Replaced ${number}. Undo reverts all of them.`);
  }

  function close() {
    bar.hidden = true;
    layer.replaceChildren();
    area.focus();
  }

  sought.addEventListener("input", look);
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
      if (event.target === instead) replace();
      else go(event.shiftKey ? -1 : 1);
    }
  });
  area.addEventListener("scroll", scrolled, { passive: true });
  area.addEventListener("input", () => {
    if (bar.hidden || document.activeElement !== area) return;
    layer.replaceChildren();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });

  const open = () => {
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    if (chosen && !chosen.includes("\n")) sought.value = chosen;
    bar.hidden = false;
    sought.focus();
    sought.select();
    look();
  };
  return { bar, open };
}
