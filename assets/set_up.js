// The set-up begins with the time zone and the language of the browser; a choice that was made there stays.

import { matchLanguage, matchZone } from "./browser_defaults.js";

/** @typedef {HTMLFormControlsCollection & { zone: HTMLSelectElement, language: HTMLSelectElement }} SetUpElements */

/** @type {HTMLFormElement | null} */
const form = document.querySelector("form[data-fresh]");

/** @param {HTMLSelectElement} list */
const valuesOf = (list) => [...list.options].map((option) => option.value);

if (form) {
  const { zone, language } = /** @type {SetUpElements} */ (form.elements);
  const here = matchZone(valuesOf(zone), Intl.DateTimeFormat().resolvedOptions().timeZone);
  if (here) zone.value = here;
  const tag = matchLanguage(valuesOf(language), navigator.languages);
  if (tag) language.value = tag;
}
