// The settings next to the text: tags that are known already are offered while one is typed, and the excerpt says how long
// it is.

import { element, one } from "./dom.js";
import { suggestTags } from "./tag_suggestions.js";

/** @type {EditorForm | null} */
const form = document.querySelector("form.editor");
/** Search engines show about so much of an excerpt. */
const SHOWN_CHARS = 155;

/** @param {EditorForm} editor */
function completeTags(editor) {
  const field = editor.elements.tags;
  const list = /** @type {HTMLDataListElement | null} */ (document.getElementById("tag-names"));
  if (!field || !list) return;
  const names = [...list.options].map((option) => option.value);
  const offer = () => list.replaceChildren(...suggestTags(field.value, names).map((value) => element("option", { value })));
  field.addEventListener("input", offer);
  field.addEventListener("focus", offer);
}

/** @param {EditorForm} editor */
function countExcerpt(editor) {
  const field = editor.elements.excerpt;
  const hint = one("#excerpt-hint");
  const said = hint.textContent;
  const count = () => {
    const length = [...field.value].length;
    const rest = length > SHOWN_CHARS ? `; search engines show about ${SHOWN_CHARS}` : "";
    hint.textContent = length === 0 ? said : `${length} of ${field.maxLength} characters${rest}`;
  };
  field.addEventListener("input", count);
  editor.addEventListener("adopted", count);
  count();
}

if (form) {
  completeTags(form);
  countExcerpt(form);
}
