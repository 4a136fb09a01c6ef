// What the publish dialog reminds of, and how each of it is put right there: a tag, an alternative text or another permalink is
// typed in the dialog; a link leads to the place of whatever else it is.

import { editor } from "./autosave.js";
import { newId } from "./dialogs.js";
import { element } from "./dom.js";
import { missingPictures, nameOfAddress, pictureAgain, picturesWithoutAlt, placeOfPicture, withAlt } from "./picture_markup.js";
import { bringIntoView, lettersAt } from "./text_position.js";
import { movedPlace } from "./textarea.js";

/**
 * What the server found.
 * @typedef {object} Check
 * @property {string} field the field of the form that it is about
 * @property {string} kind
 * @property {string | null} what words of the text that it is about, where these are known
 * @property {string[]} [pictures] the addresses of the pictures that it is about
 * @property {string} message
 */

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
  const { body, markup } = form.elements;
  const written = markup.value === "html" ? "html" : "markdown";
  const pictures = check.kind === "no-alternative-text" ? picturesWithoutAlt(body.value, written, check.pictures) : [];
  const typed = TYPED[check.field] && typedField(form, check.field, TYPED[check.field]);
  if (typed) line.append(typed);
  else if (pictures.length > 0) line.append(...pictures.slice(0, PICTURES_SHOWN).map((picture) => altField(body, written, picture)));
  const place = () => (pictures[0] && pictureAgain(body.value, written, pictures[0])?.at) ?? placeOf(check, body.value);
  /** @param {() => number} at */
  const show = (at, name = "") => element("button", { type: "button", class: "plain", click: () => goTo(form, check, at(), close) }, name ? `Show ${name}` : "Show");
  const addresses = pictures.length > 0 ? [] : (check.pictures ?? []).slice(0, PICTURES_SHOWN);
  if (addresses.length > 0) {
    for (const address of addresses) line.append(" ", show(() => placeOfPicture(body.value, written, address), addresses.length > 1 ? nameOfAddress(address) : ""));
  } else if (!typed) line.append(" ", show(place));
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
 * @param {Markup} markup
 * @param {import("./picture_markup.js").WrittenPicture} picture
 */
function altField(area, markup, picture) {
  const image = element("img", { src: picture.address, alt: "", loading: "lazy" });
  const name = nameOfAddress(picture.address);
  const field = labelled(`Alternative text of ${name}`, { dir: "auto" }, (value, row) => {
    // Others may have got theirs meanwhile, so it is elsewhere now.
    const now = pictureAgain(area.value, markup, picture);
    if (!now) return;
    const words = withAlt(now.written, value.trim());
    const selected = [area.selectionStart, area.selectionEnd].map((place) => movedPlace(place, now.at, now.at + now.written.length, words.length));
    area.setRangeText(words, now.at, now.at + now.written.length, "preserve");
    area.setSelectionRange(selected[0], selected[1]);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    row.classList.toggle("repaired", value.trim() !== "");
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
 * @param {number} place where that is in the text; -1 where nobody knows
 * @param {() => void} close
 */
function goTo(form, check, place, close) {
  close();
  const field = form.elements.namedItem(check.field);
  if (!(field instanceof HTMLElement)) return;
  field.dispatchEvent(new CustomEvent("reveal", { bubbles: true }));
  const { body } = form.elements;
  if (field !== body) return field.focus();
  // The visual view shows it, where that is what the text is written in.
  if (!form.dispatchEvent(new CustomEvent("show-place", { cancelable: true, detail: place }))) return;
  body.focus({ preventScroll: true });
  if (place < 0) return;
  body.setSelectionRange(place, place);
  bringIntoView(body, lettersAt(body, place));
}

/**
 * Where in the text the words are that a check is about; -1 where it names none.
 * @param {Check} check
 * @param {string} text
 */
function placeOf({ kind, what }, text) {
  const words = what ?? (kind === "picture-missing" ? missingPictures(text)[0]?.written : undefined);
  return words ? text.indexOf(words) : -1;
}
