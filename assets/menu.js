// Menus that open below a button.

import { element, one } from "./dom.js";

/** @typedef {{ words: string, act: () => unknown, level?: number }} MenuItem */

/**
 * A menu below a button: `items()` gives what is in it each time it opens, `nothing` is said where that is empty.
 * @param {HTMLButtonElement} button
 * @param {() => MenuItem[]} items
 */
export function menu(button, items, nothing = "") {
  /** @type {HTMLElement | null} */
  let open = null;
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  const close = (focus = false) => {
    // Taking out what has the focus calls this again.
    const old = open;
    open = null;
    old?.remove();
    button.setAttribute("aria-expanded", "false");
    if (focus) button.focus();
  };
  const show = (last = false) => {
    /** @type {HTMLElement[]} */
    const entries = items().map(({ words, act, level = 0 }) => {
      const entry = element("button", { type: "button", role: "menuitem", tabindex: "-1", click: () => (close(), act()) }, words);
      if (level) entry.dataset.level = String(level);
      return entry;
    });
    if (entries.length === 0) entries.push(element("p", { role: "menuitem", "aria-disabled": "true", tabindex: "-1" }, nothing));
    const popup = element("div", { role: "menu", class: "popup", "aria-label": button.textContent?.trim() || button.ariaLabel }, ...entries);
    open = popup;
    popup.addEventListener("keydown", (event) => {
      const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
      /** @type {Record<string, number>} */
      const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
      const to = steps[event.key];
      if (to !== undefined) entries.at(to % entries.length)?.focus();
      else if (event.key === "Escape" || event.key === "Tab") close(true);
      else return;
      if (event.key !== "Tab") event.preventDefault();
      event.stopPropagation();
    });
    popup.addEventListener("focusout", ({ relatedTarget }) => {
      if (!open?.contains(/** @type {Node | null} */ (relatedTarget)) && relatedTarget !== button) close();
    });
    one("main").append(popup);
    putBelow(popup, button.getBoundingClientRect());
    button.setAttribute("aria-expanded", "true");
    entries.at(last ? -1 : 0)?.focus({ preventScroll: true });
  };
  button.addEventListener("click", () => (open ? close(true) : show()));
  button.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    show(event.key === "ArrowUp");
  });
}

/**
 * The headings of a text as what is in a menu, the highest of them at its edge.
 * @param {{ level: number, words: string, at: number }[]} headings
 * @param {(at: number) => unknown} lead
 * @returns {MenuItem[]}
 */
export function headingItems(headings, lead) {
  const highest = Math.min(...headings.map(({ level }) => level));
  return headings.map(({ level, words, at }) => ({ words: words || "Empty heading", level: level - highest, act: () => lead(at) }));
}

/**
 * Puts a popup below a place of the window, or above it where there is no room, and never outside.
 * @param {HTMLElement} popup
 * @param {{ left: number, top: number, bottom: number }} place
 */
export function putBelow(popup, { left, top, bottom }) {
  const { width, height } = popup.getBoundingClientRect();
  const under = bottom + height + 8 <= innerHeight || top < height;
  popup.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  popup.style.top = `${under ? bottom + 4 : top - height - 4}px`;
}
