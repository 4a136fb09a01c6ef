// What the publish dialog reminds of, and how each of it is put right there: a tag, an alternative text or another permalink is
// typed in the dialog; a link leads to the place of whatever else it is.

import { editor } from "./autosave.js";
import { newId } from "./dialogs.js";
import { element } from "./dom.js";
import { nameOfAddress, picturesWithoutAlt, withAlt } from "./picture_markup.js";
import { bringIntoView, lettersAt } from "./text_position.js";
import { movedPlace } from "./textarea.js";

/** @typedef {{ field: string, message: string }} Check */

/** More fields than these make a list that nobody reads: the text is the better place then. */
const PICTURES_SHOWN = 12;
/** Fields of the form that are typed into in the dialog, with their labels there. */
/** @type {Record<string, string>} */
const TYPED = { title: "Title", tags: "Tags, separated by commas", permalink: "Permalink" };

/**
 * Shows what the server found that may have been forgotten.
 * @param {EditorForm} form
 * @param {HTMLElement} list
 * @param {() => void} close closes the dialog
 */
export async function showChecks(form, list, close) {
  /** @param {string} words */
  const say = (words) => list.replaceChildren(element("li", {}, words));
  say("Checking…");
  const answer = editor?.isStored() ? await fetch(`/admin/posts/${editor.id}/checks`, { headers: { accept: "application/json" } }).catch(() => null) : null;
  if (!answer?.ok) return say("The checks couldn’t be loaded.");
  /** @type {{ checks: Check[] }} */
  const { checks } = await answer.json();
  if (checks.length === 0) return say("All good.");
  list.replaceChildren(...checks.map((check) => lineOf(form, check, close)));
}

/**
 * @param {EditorForm} form
 * @param {Check} check
 * @param {() => void} close
 */
function lineOf(form, check, close) {
  const line = element("li", {}, check.message);
  const pictures = check.message.includes("no alternative text") ? picturesWithoutAlt(form.elements.body.value) : [];
  const typed = TYPED[check.field] && typedField(form, check.field, TYPED[check.field]);
  if (typed) line.append(typed);
  else if (pictures.length > 0) line.append(...pictures.slice(0, PICTURES_SHOWN).map((picture) => altField(form.elements.body, picture)));
  if (!typed) line.append(" ", element("button", { type: "button", class: "plain", click: () => goTo(form, check, pictures[0]?.at, close) }, "Show"));
  return line;
}

/**
 * A field of the form, once more in the dialog.
 * @param {EditorForm} form
 * @param {string} name
 * @param {string} label
 */
function typedField(form, name, label) {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) return null;
  const before = field.value;
  return labelled(label, { value: before, list: name === "tags" ? "tag-names" : undefined, dir: "auto" }, (value, row) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    row.classList.toggle("repaired", value.trim() !== "" && value !== before);
  });
}

/**
 * The alternative text of a picture of the text.
 * @param {HTMLTextAreaElement} area
 * @param {{ written: string, address: string, at: number }} picture
 */
function altField(area, picture) {
  let { written } = picture;
  const image = element("img", { src: picture.address, alt: "", loading: "lazy" });
  const name = nameOfAddress(picture.address);
  const field = labelled(`Alternative text of ${name}`, { dir: "auto" }, (value, row) => {
    const at = area.value.startsWith(written, picture.at) ? picture.at : area.value.indexOf(written);
    if (at < 0 || value.trim() === "") return;
    const words = withAlt(written, value.trim());
    const selected = [area.selectionStart, area.selectionEnd].map((place) => movedPlace(place, at, at + written.length, words.length));
    area.setRangeText(words, at, at + written.length, "preserve");
    area.setSelectionRange(selected[0], selected[1]);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    written = words;
    row.classList.add("repaired");
  });
  field.classList.add("with-picture");
  field.prepend(image);
  return field;
}

/**
 * @param {string} label
 * @param {Record<string, Attribute>} attributes
 * @param {(value: string, row: HTMLElement) => void} change
 */
function labelled(label, attributes, change) {
  const id = newId("check");
  const input = element("input", { id, autocomplete: "off", ...attributes });
  const row = element("div", { class: "field" }, element("label", { for: id }, label), input);
  input.addEventListener("change", () => change(input.value, row));
  return row;
}

/**
 * Closes the dialog and shows the place that a check is about.
 * @param {EditorForm} form
 * @param {Check} check
 * @param {number | undefined} at its place in the text, where that is known
 * @param {() => void} close
 */
function goTo(form, check, at, close) {
  close();
  const field = form.elements.namedItem(check.field);
  if (!(field instanceof HTMLElement)) return;
  field.dispatchEvent(new CustomEvent("reveal", { bubbles: true }));
  const { body } = form.elements;
  if (field !== body) return field.focus();
  const place = at ?? placeOf(check.message, body.value);
  if (form.classList.contains("is-visual")) {
    /** @type {HTMLElement | null} */
    const text = form.querySelector(".visual-text");
    text?.focus();
    return;
  }
  body.focus({ preventScroll: true });
  if (place < 0) return;
  body.setSelectionRange(place, place);
  bringIntoView(body, lettersAt(body, place));
}

/**
 * Where in the text a message is about: the address or the mark that it names; -1 where it names none.
 * @param {string} message
 * @param {string} text
 */
const placeOf = (message, text) => {
  const named = message.match(/no page at (\S+)\.$/)?.[1] ?? message.match(/“(TK)”/)?.[1];
  return named ? text.indexOf(named) : -1;
};
