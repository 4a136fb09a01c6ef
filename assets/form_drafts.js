// Words typed into a form of the admin pages stay in this tab until the blog has taken them: whatever comes in place of an
// answer (a page of a proxy, nothing at all, the sign-in page because the session ended), the form offers them when it is seen
// again.
//
// The editor keeps its own text, see autosave.js. Passwords and codes are never kept.

import { element } from "./dom.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */
/** @typedef {[name: string, value: string]} Value */
/** @typedef {[name: string, value: string, chosen: boolean]} Choice */
/** @typedef {{ at: number, words: Value[], choices?: Choice[], sent: number }} Draft */

const KEPT = "daybook unsaved ";
/** Another person at the same browser is not offered these words. */
const PREFIX = `${KEPT}${document.body.dataset.email ?? ""} `;
/** Kinds of fields in which nobody types words, or words that nobody may keep. */
const NOT_KEPT = ["hidden", "password", "file", "checkbox", "radio", "submit", "button", "search", "range", "color"];

const shelf = {
  /**
   * @param {string} key
   * @returns {Draft | null}
   */
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  },
  /**
   * @param {string} key
   * @param {Draft | null} value `null` removes it
   */
  write(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // The storage is full or switched off: the server shows refused words again by itself.
    }
  },
  keys() {
    try {
      return Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT));
    } catch {
      return [];
    }
  },
};

/** @param {HTMLFormElement} form */
const savesItself = (form) => form.matches(".editor") && form.dataset.saving === "on";

/**
 * The controls of a form, those outside of it that belong to it included.
 * @param {HTMLFormElement} form
 */
const controlsOf = (form) => [.../** @type {Iterable<Field>} */ (/** @type {unknown} */ (form.elements))];

/**
 * The fields of a form that hold typed words.
 * @param {HTMLFormElement} form
 */
function typedFields(form) {
  return controlsOf(form).filter(isTyped).filter((field) => field.name && !field.readOnly && field.autocomplete !== "one-time-code");
}

/**
 * @param {Field} field
 * @returns {field is HTMLInputElement | HTMLTextAreaElement}
 */
const isTyped = (field) => field.localName === "textarea" || (field.localName === "input" && !NOT_KEPT.includes(field.type));

/**
 * Fields that are chosen, not typed: they come back together with the words.
 * @param {Field} field
 * @returns {field is HTMLInputElement | HTMLSelectElement}
 */
const isChosen = (field) => field.name !== "" && (field.localName === "select" || ["checkbox", "radio"].includes(field.type));

/** @param {HTMLFormElement} form */
const keyOf = (form) => PREFIX + new URL(form.action).pathname;

/**
 * @param {HTMLFormElement} form
 * @returns {Value[]}
 */
const valuesOf = (form) => typedFields(form).map((field) => [field.name, field.value]);

/**
 * @param {HTMLFormElement} form
 * @returns {Choice[]}
 */
const choicesOf = (form) => controlsOf(form).filter(isChosen).map((field) => [field.name, field.value, "checked" in field ? field.checked : true]);

/**
 * Which of the kept words a form does not hold.
 * @param {HTMLFormElement} form
 * @param {Value[]} words
 */
function missing(form, words) {
  const now = new Map(valuesOf(form));
  return words.filter(([name, value]) => now.has(name) && now.get(name) !== value && value.trim() !== "");
}

const clock = () => performance.timeOrigin + performance.now();

/**
 * @param {HTMLFormElement} form
 * @param {number} sent when the form was sent; 0 as long as it was not
 */
function keep(form, sent = 0) {
  const words = valuesOf(form);
  // A form that came back with a problem has the words that it was sent with, and nobody else has them yet.
  const isNew = typedFields(form).some((field) => field.value !== field.defaultValue) || shelf.read(keyOf(form));
  if (isNew) shelf.write(keyOf(form), { at: Date.now(), words, choices: choicesOf(form), sent });
}

/** The page that a form leads to begins to load within so short a time after the form is sent. */
const LOADS_WITHIN_MS = 2000;

/** What was sent is forgotten once the blog has led on to another page, as it does after every change. */
function forgetWhatWasTaken() {
  const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const ledOn = arrival?.redirectCount > 0 && !location.pathname.startsWith("/admin/sign-in") && location.pathname !== "/admin/confirm";
  for (const key of shelf.keys()) {
    const kept = shelf.read(key);
    const isAnswer = kept?.sent && Math.abs(performance.timeOrigin - kept.sent) < LOADS_WITHIN_MS;
    if (ledOn && isAnswer) shelf.write(key, null);
  }
}

/** @param {HTMLFormElement} form */
function offer(form) {
  const kept = shelf.read(keyOf(form));
  if (!kept?.words || missing(form, kept.words).length === 0) return;
  const use = element("button", { type: "button" }, "Restore");
  const drop = element("button", { type: "button", class: "plain" }, "Discard");
  const shown = element("details", {}, element("summary", {}, "Show text"));
  for (const [, value] of missing(form, kept.words)) shown.append(element("pre", { tabindex: "0", dir: "auto" }, value));
  const at = new Date(kept.at).toLocaleTimeString("en", { hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
  const box = element(
    "div",
    { class: "notice copy", role: "region", "aria-label": "Text kept in this browser" },
    element("p", {}, `This browser has text you typed here at ${at} that was never saved.`),
    shown,
    element("div", { class: "buttons" }, use, drop),
  );
  // Outside of the form: in it the buttons would be part of what it sends.
  form.before(box);
  const done = () => {
    box.remove();
    typedFields(form)[0]?.focus();
  };
  use.addEventListener("click", () => {
    for (const field of typedFields(form)) {
      const found = kept.words.find(([name]) => name === field.name);
      if (found) field.value = found[1];
    }
    for (const [name, value, chosen] of kept.choices ?? []) {
      for (const field of controlsOf(form).filter(isChosen)) {
        if (field.name !== name) continue;
        if (!("checked" in field)) field.value = value;
        else if (field.value === value) field.checked = chosen;
      }
    }
    for (let around = form.parentElement; around; around = around.parentElement) if (around instanceof HTMLDetailsElement) around.open = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    done();
    keep(form);
  });
  drop.addEventListener("click", () => {
    shelf.write(keyOf(form), null);
    done();
  });
}

/**
 * Keeps what is typed in a form that changes something.
 * @param {HTMLFormElement} form
 */
function watch(form) {
  form.addEventListener("input", () => {
    if (!savesItself(form)) keep(form);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || savesItself(form)) return;
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    // What goes into a frame is a trial: this page stays.
    keep(form, button?.formTarget ? 0 : clock());
  });
}

const forms = [...document.forms].filter((form) => form.method === "post" && typedFields(form).length > 0);
forgetWhatWasTaken();
for (const form of forms) watch(form);
// The events of fields outside of their form reach only the document.
document.addEventListener("input", (event) => {
  const field = /** @type {Field} */ (event.target);
  if (field.form && !field.form.contains(field) && forms.includes(field.form)) keep(field.form);
});
// By now a browser has put back what it remembers of a page that it comes back to.
addEventListener("pageshow", () => forms.filter((form) => !savesItself(form)).forEach(offer));
