// The fields of the editor's form.

import { TEXT_FIELDS } from "./post_text.js";
import { adoptText } from "./textarea.js";

/**
 * The text as the form holds it.
 * @param {EditorForm} form
 * @returns {PostText}
 */
export function readFields(form) {
  // The visual view writes into the text area what it has not yet written.
  form.dispatchEvent(new CustomEvent("reading"));
  const data = new FormData(form);
  return Object.fromEntries(TEXT_FIELDS.map((name) => [name, String(data.get(name) ?? "")]));
}

/**
 * Puts values into fields, whatever kinds of controls they are.
 * @param {EditorForm} form
 * @param {PostText} fields
 */
export function putFields(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLTextAreaElement && name === "body") adoptText(control, value);
    else if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = value !== "";
    else if (control && "value" in control) control.value = value;
  }
}
