// Dialogs over the editor: one that shows something, and one that asks for some words.

import { element } from "./dom.js";

let made = 0;
/**
 * An id that no other element of the page has.
 * @param {string} name
 */
export const newId = (name) => `${name}-${(made += 1)}`;

/**
 * Opens a dialog that is removed when it closes; `back` has the focus afterwards.
 * @param {string} title
 * @param {HTMLElement | null} back
 * @param {(Node | string)[]} inside
 */
export function dialog(title, back, ...inside) {
  const id = newId("dialog");
  const close = element("button", { type: "button", class: "plain", click: () => void box.close() }, "Close");
  const head = element("div", { class: "dialog-head" }, element("h2", { id }, title), close);
  const box = element("dialog", { class: "tool-dialog", "aria-labelledby": id }, head, ...inside);
  box.addEventListener("close", () => {
    box.remove();
    back?.focus();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/** @typedef {{ name: string, label: string, value?: string, type?: string, required?: boolean, hint?: string }} DialogField */

/** What is asked of a quoted article. @type {DialogField[]} */
export const ARTICLE_FIELDS = [
  { name: "address", label: "Address of the source", type: "url", hint: "Sources are listed at the end of the post" },
  { name: "title", label: "Its title" },
  { name: "author", label: "Its author" },
  { name: "date", label: "Its date", hint: "As readers should see it, such as 3 November 1958" },
];
/** What is asked of a video. @type {DialogField[]} */
export const VIDEO_FIELDS = [
  {
    name: "address",
    label: "Address",
    type: "url",
    required: true,
    hint: "YouTube and Vimeo links become players. Readers’ browsers connect to these sites only when the player comes into view.",
  },
];

/**
 * Asks for some words. The answer is an object by the fields' names, or `null` where the dialog was closed.
 * @param {string} title
 * @param {HTMLElement | null} back
 * @param {string} button
 * @param {DialogField[]} fields
 * @returns {Promise<Record<string, string> | null>}
 */
export function ask(title, back, button, fields) {
  return new Promise((answer) => {
    /** @type {Record<string, string> | null} */
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
          given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
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
