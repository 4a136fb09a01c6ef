// The settings next to the text fold away, on narrow screens into a sheet. Tags that are known already are offered while one is
// typed, and the excerpt says how long it is.

import { element, one } from "./dom.js";
import { suggestTags } from "./tag_suggestions.js";

/** @type {EditorForm | null} */
const form = document.querySelector("form.editor");
/** Search engines show about so much of an excerpt. */
const SHOWN_CHARS = 155;
/** There is room for the settings next to the text, as admin.css has it. */
const wide = matchMedia("(min-width: 62.01rem)");
/** The key in the browser's storage that says that its author wants the settings folded away. */
const FOLDED = "daybook-settings-folded";

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

/**
 * @param {EditorForm} editor
 */
function foldPanel(editor) {
  const panel = one(".panel", editor);
  const paper = one(".paper", editor);
  const close = one(".close-settings", editor);
  /** @type {HTMLButtonElement} */
  const button = one(".settings-button", editor);
  /** @param {boolean} open */
  const show = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    editor.classList.toggle("with-sheet", open && !wide.matches);
    // Nothing below the sheet is reached by Tab.
    paper.inert = open && !wide.matches;
  };
  const begin = () => show(wide.matches && localStorage.getItem(FOLDED) === null);
  /** @param {boolean} open */
  const toggle = (open) => {
    show(open);
    if (!wide.matches) return (open ? close : button).focus();
    if (open) localStorage.removeItem(FOLDED);
    else localStorage.setItem(FOLDED, "yes");
    if (!open) button.focus();
  };
  button.addEventListener("click", () => toggle(panel.hidden !== false));
  close.addEventListener("click", () => toggle(false));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !wide.matches && !event.defaultPrevented) toggle(false);
  });
  // A field that is asked for, or that the browser finds to be wrong, is shown.
  /** @param {Event} event */
  const reveal = ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    // Nothing below a sheet can be shown.
    if (!panel.contains(target)) return void (wide.matches || show(false));
    show(true);
    const group = target.closest("details");
    if (group) group.open = true;
  };
  for (const name of ["reveal", "invalid"]) editor.addEventListener(name, reveal, { capture: true });
  wide.addEventListener("change", begin);
  button.hidden = close.hidden = false;
  begin();
}

if (form) {
  foldPanel(form);
  completeTags(form);
  countExcerpt(form);
}
