// The panel beside the text: tags that are known already are offered while one is typed, and the excerpt says how long it is.

import { element } from "./dom.js";

const form = document.querySelector("form.editor");
/** Search engines show about so much of an excerpt. */
const SHOWN_CHARS = 155;

function completeTags() {
  const field = form.elements.tags;
  const list = document.getElementById("tag-names");
  if (!field || !list) return;
  const names = [...list.options].map((option) => option.value);
  // A list of offers replaces the whole field, so each offer begins with the tags that stand there.
  const offer = () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    const typed = field.value.slice(before.length).trim().toLowerCase();
    const used = new Set(before.split(",").map((name) => name.trim().toLowerCase()));
    const fitting = names.filter((name) => !used.has(name.toLowerCase()) && name.toLowerCase().includes(typed));
    list.replaceChildren(
      ...fitting.slice(0, 20).map((name) => element("option", { value: before ? `${before.trimEnd()} ${name}` : name })),
    );
  };
  field.addEventListener("input", offer);
  field.addEventListener("focus", offer);
}

function countExcerpt() {
  const field = form.elements.excerpt;
  const hint = document.getElementById("excerpt-hint");
  const said = hint.textContent;
  const count = () => {
    const length = [...field.value].length;
    const rest = length > SHOWN_CHARS ? `; search engines show about ${SHOWN_CHARS}` : "";
    hint.textContent = length === 0 ? said : `${length} of ${field.maxLength} characters${rest}`;
  };
  field.addEventListener("input", count);
  form.addEventListener("adopted", count);
  count();
}

if (form) {
  completeTags();
  countExcerpt();
}
