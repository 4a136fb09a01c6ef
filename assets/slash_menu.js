// A list of tools that opens where `/` is typed in an empty line; what is typed after it narrows the list.

import { newId } from "./dialogs.js";
import { element, one } from "./dom.js";
import { putBelow } from "./menu.js";
import { endsSlash, matchingTools, opensSlash } from "./slash_rules.js";
import { lettersAt } from "./text_position.js";
import { replaceText } from "./textarea.js";
import { nameKeys } from "./toolbar.js";

/** @typedef {{ name: string, words?: string, act?: () => unknown, keys?: string, when?: () => boolean }} Entry */

/**
 * @param {HTMLTextAreaElement} area
 * @param {Entry[]} entries
 */
export function slashMenu(area, entries) {
  let start = -1;
  const list = toolList(entries, () => area, take);

  /** @param {number} slash where it is in the text */
  function open(slash) {
    start = slash;
    list.open();
    const frame = area.getBoundingClientRect();
    const [letter] = lettersAt(area, slash, slash + 1);
    const top = frame.top + area.clientTop + letter.top - area.scrollTop;
    putBelow(list.box, { left: frame.left + area.clientLeft + letter.left, top, bottom: top + letter.height });
  }

  /** @param {Entry} tool */
  function take({ act }) {
    list.close();
    replaceText(area, "", start, area.selectionEnd);
    act?.();
  }

  area.addEventListener("input", (event) => {
    const { data, inputType } = /** @type {InputEvent} */ (event);
    const { value: text, selectionStart: caret } = area;
    if (!list.isOpen()) {
      if (data === "/" && inputType === "insertText" && opensSlash(text, caret)) open(caret - 1);
      return;
    }
    const words = text.slice(start + 1, caret);
    if (caret <= start || endsSlash(words)) list.close();
    else list.narrow(words);
  });
  area.addEventListener("keydown", (event) => {
    if (list.key(event)) event.stopImmediatePropagation();
  });
  area.addEventListener("blur", list.close);
  area.addEventListener("pointerdown", list.close);
  return { isOpen: list.isOpen };
}

/**
 * The list itself, while the text keeps the focus; the visual editor has it too.
 * @param {Entry[]} entries
 * @param {() => Element} text what is written in; it names the tool that is pointed at
 * @param {(tool: Entry) => void} choose called with the tool that is taken; it closes the list
 * @param {string} name of the list
 */
export function toolList(entries, text, choose, name = "Tools") {
  /** @type {Entry[]} */
  let shown = [];
  let at = 0;
  const id = newId("slash");
  const box = element("ul", { role: "listbox", id, class: "popup slash", "aria-label": name, tabindex: "0", hidden: true });
  // The text keeps the focus, also while somebody scrolls the list by mouse.
  box.addEventListener("mousedown", (event) => event.preventDefault());
  one("main").append(box);
  const isOpen = () => !box.hidden;

  /** @param {string} words what narrows it */
  function open(words = "") {
    at = 0;
    text().setAttribute("aria-controls", id);
    box.hidden = false;
    narrow(words);
  }

  function close() {
    if (!isOpen()) return;
    box.hidden = true;
    text().removeAttribute("aria-activedescendant");
    text().removeAttribute("aria-controls");
  }

  /**
   * Shows the tools whose names have these words; closes the list where none has.
   * @param {string} words
   */
  function narrow(words) {
    shown = matchingTools(entries, words);
    if (shown.length === 0) return close();
    at = Math.min(at, shown.length - 1);
    box.replaceChildren(
      ...shown.map((tool, number) => {
        const option = element("li", { role: "option", id: `${id}-${number}` }, tool.name);
        if (tool.keys) option.append(element("kbd", { "aria-hidden": "true" }, nameKeys(tool.keys)));
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(tool);
        });
        return option;
      }),
    );
    point();
  }

  function point() {
    [...box.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    box.children[at].scrollIntoView({ block: "nearest" });
    text().setAttribute("aria-activedescendant", `${id}-${at}`);
  }

  /**
   * Whether the key was one of the list's own.
   * @param {KeyboardEvent} event
   */
  function key(event) {
    if (!isOpen() || event.isComposing) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      at = (at + step + shown.length) % shown.length;
      point();
    } else if (event.key === "Enter") choose(shown[at]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    return true;
  }

  return { box, isOpen, open, close, narrow, key };
}
