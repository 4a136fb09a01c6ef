// A list of tools that opens where `/` is typed in an empty line; what is typed after it narrows the list.

import { newId } from "./dialogs.js";
import { element, one } from "./dom.js";
import { putBelow } from "./menu.js";
import { endsSlash, matchingTools, opensSlash } from "./slash_rules.js";
import { lettersAt } from "./text_position.js";
import { replaceText } from "./textarea.js";

/** @typedef {{ name: string, act?: () => unknown, keys?: string, when?: () => boolean }} Entry */

/**
 * @param {HTMLTextAreaElement} area
 * @param {Entry[]} entries
 */
export function slashMenu(area, entries) {
  let start = -1;
  /** @type {Entry[]} */
  let shown = [];
  let at = 0;
  const id = newId("slash");
  const box = element("ul", { role: "listbox", id, class: "popup slash", "aria-label": "Tools", tabindex: "0", hidden: true });
  // The text keeps the focus, also while somebody scrolls the list by mouse.
  box.addEventListener("mousedown", (event) => event.preventDefault());
  one("main").append(box);
  const isOpen = () => !box.hidden;

  function close() {
    if (!isOpen()) return;
    box.hidden = true;
    start = -1;
    area.removeAttribute("aria-activedescendant");
    area.removeAttribute("aria-controls");
  }

  /** @param {number} slash where it is in the text */
  function open(slash) {
    start = slash;
    at = 0;
    area.setAttribute("aria-controls", id);
    box.hidden = false;
    narrow("");
    const frame = area.getBoundingClientRect();
    const [letter] = lettersAt(area, slash, slash + 1);
    const top = frame.top + area.clientTop + letter.top - area.scrollTop;
    putBelow(box, { left: frame.left + area.clientLeft + letter.left, top, bottom: top + letter.height });
  }

  /** @param {string} words */
  function narrow(words) {
    shown = matchingTools(entries, words);
    if (shown.length === 0) return close();
    at = Math.min(at, shown.length - 1);
    box.replaceChildren(
      ...shown.map(({ name, keys }, number) => {
        const option = element("li", { role: "option", id: `${id}-${number}` }, name);
        if (keys) option.append(element("kbd", { "aria-hidden": "true" }, keys));
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          at = number;
          take();
        });
        return option;
      }),
    );
    point();
  }

  function point() {
    [...box.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    box.children[at].scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", `${id}-${at}`);
  }

  function take() {
    const { act } = shown[at];
    const from = start;
    close();
    replaceText(area, "", from, area.selectionEnd);
    act?.();
  }

  area.addEventListener("input", (event) => {
    const { data, inputType } = /** @type {InputEvent} */ (event);
    const { value: text, selectionStart: caret } = area;
    if (!isOpen()) {
      if (data === "/" && inputType === "insertText" && opensSlash(text, caret)) open(caret - 1);
      return;
    }
    const words = text.slice(start + 1, caret);
    if (caret <= start || endsSlash(words)) close();
    else narrow(words);
  });
  area.addEventListener("keydown", (event) => {
    if (!isOpen() || event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      at = (at + step + shown.length) % shown.length;
      point();
    } else if (event.key === "Enter") take();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  area.addEventListener("blur", close);
  area.addEventListener("pointerdown", close);
  return { isOpen };
}
