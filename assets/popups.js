// What opens above the editor: dialogs that ask, menus below a button, and where in a text area a letter stands.

import { element } from "./dom.js";

let made = 0;
export const newId = (name) => `${name}-${(made += 1)}`;

/** Opens a dialog that goes away when it closes; `back` has the focus afterwards. */
export function dialog(title, back, ...inside) {
  const id = newId("dialog");
  const close = element("button", { type: "button", class: "plain", click: () => box.close() }, "Close");
  const head = element("div", { class: "dialog-head" }, element("h2", { id }, title), close);
  const box = element("dialog", { class: "asking", "aria-labelledby": id }, head, ...inside);
  box.addEventListener("close", () => {
    box.remove();
    back?.focus();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/**
 * Asks for some words. A field is `{ name, label, value, type, required, hint }`; the answer is an object by these names,
 * or `null` where nobody answered.
 */
export function ask(title, back, button, fields) {
  return new Promise((answer) => {
    let given = null;
    const rows = fields.map(({ name, label, value = "", type = "text", required = false, hint }) => {
      const id = newId("asked");
      const input = element("input", { id, name, type, value, required, autocomplete: "off", "aria-describedby": hint && `${id}-hint` });
      const row = element("div", { class: "field" }, element("label", { for: id }, label), input);
      if (hint) row.append(element("p", { class: "hint", id: `${id}-hint` }, hint));
      return row;
    });
    const form = element(
      "form",
      {
        method: "dialog",
        submit: () => {
          given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
        },
      },
      ...rows,
      element("div", { class: "buttons" }, element("button", { type: "submit", class: "primary" }, button)),
    );
    const box = dialog(title, back, form);
    form.querySelector("input")?.focus();
    box.addEventListener("close", () => answer(given));
  });
}

/** A menu below a button: `items()` gives `{ words, act, level, checked }` each time it opens. */
export function menu(button, items, nothing = "") {
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
    const entries = items().map(({ words, act, level = 0 }) => {
      const entry = element("button", { type: "button", role: "menuitem", tabindex: "-1", click: () => (close(), act()) }, words);
      if (level) entry.dataset.level = level;
      return entry;
    });
    if (entries.length === 0) entries.push(element("p", { role: "menuitem", "aria-disabled": "true", tabindex: "-1" }, nothing));
    open = element("div", { role: "menu", class: "popup", "aria-label": button.textContent.trim() || button.ariaLabel }, ...entries);
    open.addEventListener("keydown", (event) => {
      const at = entries.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
      if (to !== undefined) entries.at(to % entries.length).focus();
      else if (event.key === "Escape") close(true);
      else if (event.key === "Tab") close(true);
      else return;
      if (event.key !== "Tab") event.preventDefault();
      event.stopPropagation();
    });
    open.addEventListener("focusout", (event) => {
      if (!open?.contains(event.relatedTarget) && event.relatedTarget !== button) close();
    });
    document.querySelector("main").append(open);
    below(open, button.getBoundingClientRect());
    button.setAttribute("aria-expanded", "true");
    entries.at(last ? -1 : 0).focus({ preventScroll: true });
  };
  button.addEventListener("click", () => (open ? close(true) : show()));
  button.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    show(event.key === "ArrowUp");
  });
}

/** Puts a popup below a place of the window, or above it where there is no room, and never outside. */
export function below(popup, { left, top, bottom }) {
  const { width, height } = popup.getBoundingClientRect();
  const under = bottom + height + 8 <= innerHeight || top < height;
  popup.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  popup.style.top = `${under ? bottom + 4 : top - height - 4}px`;
}

const MIRRORED = [
  "fontFamily", "fontSize", "fontWeight", "fontStyle", "lineHeight", "letterSpacing", "wordSpacing", "textIndent", "tabSize",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "direction", "textAlign", "hyphens",
];

/**
 * Where letters of a text area stand, measured from the top left of its text as if it were not scrolled. It lays the text
 * out once more, so it is for what somebody asks for, never for a key.
 */
export function place(area, from, to = from) {
  const style = getComputedStyle(area);
  const mirror = element("div", { "aria-hidden": "true", class: "mirror" });
  for (const name of MIRRORED) mirror.style[name] = style[name];
  mirror.style.width = `${area.clientWidth}px`;
  const letters = element("span");
  letters.textContent = area.value.slice(from, to) || "\u200b";
  mirror.append(area.value.slice(0, from), letters, area.value.slice(to, to + 200));
  area.after(mirror);
  const origin = mirror.getBoundingClientRect();
  const boxes = [...letters.getClientRects()].map((box) => ({
    left: box.left - origin.left,
    top: box.top - origin.top,
    width: box.width,
    height: box.height,
  }));
  mirror.remove();
  return boxes;
}

/** Where many words of a text area stand, as `place` measures; the text is laid out once for all of them. */
export function places(area, spans) {
  const style = getComputedStyle(area);
  const mirror = element("div", { "aria-hidden": "true", class: "mirror" });
  for (const name of MIRRORED) mirror.style[name] = style[name];
  mirror.style.width = `${area.clientWidth}px`;
  const text = document.createTextNode(`${area.value}\u200b`);
  mirror.append(text);
  area.after(mirror);
  const origin = mirror.getBoundingClientRect();
  const range = document.createRange();
  const boxes = spans.map(([from, to]) => {
    range.setStart(text, from);
    range.setEnd(text, Math.max(to, from + 1));
    return [...range.getClientRects()].map((box) => ({
      left: box.left - origin.left,
      top: box.top - origin.top,
      width: box.width,
      height: box.height,
    }));
  });
  mirror.remove();
  return boxes;
}

/** Scrolls a text area so that a letter stands in its upper third. */
export function bringIntoView(area, boxes) {
  const [{ top, height }] = boxes;
  const seen = top >= area.scrollTop && top + height <= area.scrollTop + area.clientHeight;
  if (!seen) area.scrollTop = Math.max(0, top - area.clientHeight / 3);
}
