// The toolbar of the editor: one stop for Tab, arrows within.

import { element } from "./dom.js";
import { menu } from "./menu.js";

/**
 * A tool: its name, what it does or what its menu has, its keys; `icon` or `letter` where it is not shown by its name.
 * `when` says whether there is such a tool now.
 * @typedef {object} Tool
 * @property {string} name
 * @property {() => unknown} [act]
 * @property {import("./menu.js").MenuItem[]} [menu]
 * @property {string} [keys]
 * @property {keyof typeof ICONS} [icon]
 * @property {"b" | "i" | "s"} [letter]
 * @property {() => boolean} [when]
 */

/** Icons as paths of SVG in a square of 24. */
const ICONS = {
  undo: "M6 9h9a4 4 0 0 1 0 8H9M6 9l4-4M6 9l4 4",
  redo: "M18 9H9a4 4 0 0 0 0 8h6M18 9l-4-4M18 9l-4 4",
  link: "M10 14a4 4 0 0 0 6 .5l2.5-2.5a4 4 0 0 0-5.7-5.7L11.5 7.6M14 10a4 4 0 0 0-6-.5L5.5 12a4 4 0 0 0 5.7 5.7l1.3-1.3",
  bullets: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  numbers: "M10 6h10M10 12h10M10 18h10M4 4.5l1.2-.5v4M4 14c0-1.5 2.5-1.5 2.5 0 0 1-2.5 1.8-2.5 3h2.5",
  quote: "M5 7v5h4V7H5v5c0 2-.5 3.5-1.5 4.5M14 7v5h4V7h-4v5c0 2-.5 3.5-1.5 4.5",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  rule: "M3 12h18",
  clear: "M6 6h11M11.5 6L9.5 18M15 14l5 5M20 14l-5 5",
};

/**
 * Whether keys are those of Apple's computers, by what the browser says of its platform.
 * @param {{ platform?: string, userAgentData?: { platform?: string } }} browser
 */
export const hasAppleKeys = ({ platform, userAgentData }) => /mac|iphone|ipad/i.test(userAgentData?.platform || platform || "");
export const isMac = hasAppleKeys(globalThis.navigator ?? {});
/**
 * How keys are called on this computer.
 * @param {string} keys
 */
export const nameKeys = (keys, onMac = isMac) => (onMac ? keys.replace("Ctrl", "⌘").replace("Alt", "⌥") : keys);

const SVG = "http://www.w3.org/2000/svg";

/** @param {keyof typeof ICONS} name */
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: "20", height: "20", fill: "none", stroke: "currentColor", "stroke-width": "1.5", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** @param {Tool} tool */
function toolButton(tool) {
  const button = element("button", { type: "button", class: "tool", tabindex: "-1" });
  if (tool.icon) button.append(icon(tool.icon));
  else if (tool.letter) button.append(element(tool.letter, { "aria-hidden": "true" }, tool.letter.toUpperCase()));
  else button.append(tool.name);
  if (tool.icon || tool.letter) button.setAttribute("aria-label", tool.name);
  button.title = tool.keys ? `${tool.name} (${nameKeys(tool.keys)})` : tool.name;
  const items = tool.menu;
  if (items) {
    button.classList.add("opens");
    menu(button, () => items);
  } else if (tool.act) {
    button.addEventListener("click", tool.act);
  }
  return button;
}

/**
 * Makes the toolbar, with a row for each list of tools. `focus` leads into it; `refresh` shows the tools that there are now.
 * @param {HTMLElement} area what is written in
 * @param {Tool[][]} rows
 */
export function toolbar(area, rows) {
  const bar = element("div", { role: "toolbar", class: "toolbar", "aria-label": "Formatting", "aria-controls": area.id });
  const tools = rows.flat().map((tool) => ({ tool, button: toolButton(tool) }));
  const buttons = tools.map(({ button }) => button);
  let from = 0;
  for (const { length } of rows) {
    bar.append(element("div", { class: "tool-row" }, ...buttons.slice(from, from + length)));
    from += length;
  }
  const shownButtons = () => buttons.filter((button) => !button.hidden && !button.classList.contains("invisible"));
  /** @param {HTMLButtonElement | undefined} button the one that Tab leads to */
  const roam = (button, focus = true) => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
    if (focus) button?.focus();
  };
  roam(buttons[0], false);
  bar.addEventListener("focusin", (event) => {
    /** @type {HTMLButtonElement | null} */
    const button = event.target.closest(".tool");
    if (button) roam(button, false);
  });
  bar.addEventListener("keydown", (event) => {
    const all = shownButtons();
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const to = steps[event.key];
    if (event.key === "Escape") area.focus();
    else if (to !== undefined && at >= 0) roam(all.at(to % all.length));
    else return;
    event.preventDefault();
  });
  // Right after publishing, “Undo” is the button of that notice; here there is nothing to undo before something is typed.
  if (document.querySelector("form.just-published")) {
    const [undo] = buttons;
    undo.classList.add("invisible");
    roam(buttons[1], false);
    area.addEventListener("input", () => undo.classList.remove("invisible"), { once: true });
  }
  const refresh = () => {
    for (const { tool, button } of tools) button.hidden = tool.when ? !tool.when() : false;
  };
  refresh();
  return { bar, refresh, focus: () => roam(shownButtons()[0]) };
}
