// Words typed into a form of the desk stay in this tab until the blog has taken them: whatever comes in place of an answer (a
// page of a proxy, nothing at all, the door because the session ended), the form offers them when it is seen again.
//
// The editor looks after itself, see autosave.js. Passwords and codes are never kept.

import { element } from "./dom.js";

const KEPT = "daybook unsaved ";
/** Somebody else at the same browser is not offered these words. */
const PREFIX = `${KEPT}${document.body.dataset.email ?? ""} `;
/** Kinds of fields in which nobody types words, or words that nobody may keep. */
const NOT_KEPT = ["hidden", "password", "file", "checkbox", "radio", "submit", "button", "search", "range", "color"];

const shelf = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
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

const looksAfterItself = (form) => form.matches(".editor") && form.dataset.saving === "on";

/** The fields of a form that hold typed words, those outside of it that belong to it included. */
function typedFields(form) {
  return [...form.elements].filter((field) => field.name && !field.readOnly && field.autocomplete !== "one-time-code" && isTyped(field));
}

const isTyped = (field) => field.localName === "textarea" || (field.localName === "input" && !NOT_KEPT.includes(field.type));

/** Fields that are chosen, not typed: they come back together with the words. */
const isChosen = (field) => field.name && (field.localName === "select" || ["checkbox", "radio"].includes(field.type));

const keyOf = (form) => PREFIX + new URL(form.action).pathname;

const valuesOf = (form) => typedFields(form).map((field) => [field.name, field.value]);
const choicesOf = (form) => [...form.elements].filter(isChosen).map((field) => [field.name, field.value, field.localName === "select" || field.checked]);

/** Which of the kept words a form does not hold. */
function missing(form, words) {
  const now = new Map(valuesOf(form));
  return words.filter(([name, value]) => now.has(name) && now.get(name) !== value && value.trim() !== "");
}

const clock = () => performance.timeOrigin + performance.now();

function keep(form, sent = 0) {
  const words = valuesOf(form);
  // A form that came back with a problem has the words that it was sent with, and nobody else has them yet.
  const isNew = typedFields(form).some((field) => field.value !== field.defaultValue) || shelf.read(keyOf(form));
  if (isNew) shelf.write(keyOf(form), { at: Date.now(), words, choices: choicesOf(form), sent });
}

/** The page that a form leads to sets out in the same moment as the form is sent. */
const SETS_OUT_WITHIN_MS = 2000;

/** What was sent is forgotten once the blog has led on to another page, as it does after every change. */
function forgetWhatWasTaken() {
  const [arrival] = performance.getEntriesByType("navigation");
  const ledOn = arrival?.redirectCount > 0 && !location.pathname.startsWith("/admin/sign-in") && location.pathname !== "/admin/confirm";
  for (const key of shelf.keys()) {
    const kept = shelf.read(key);
    const isAnswer = kept?.sent && Math.abs(performance.timeOrigin - kept.sent) < SETS_OUT_WITHIN_MS;
    if (ledOn && isAnswer) shelf.write(key, null);
  }
}

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
      for (const field of [...form.elements].filter((field) => field.name === name && isChosen(field))) {
        if (field.localName === "select") field.value = value;
        else if (field.value === value) field.checked = chosen;
      }
    }
    for (let place = form.parentElement; place; place = place.parentElement) if (place.localName === "details") place.open = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    done();
    keep(form);
  });
  drop.addEventListener("click", () => {
    shelf.write(keyOf(form), null);
    done();
  });
}

/** Keeps what is typed in a form that changes something. */
function watch(form) {
  form.addEventListener("input", () => {
    if (!looksAfterItself(form)) keep(form);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || looksAfterItself(form)) return;
    // What goes into a frame is a trial: this page stays.
    keep(form, event.submitter?.formTarget ? 0 : clock());
  });
}

const forms = [...document.forms].filter((form) => form.method === "post" && typedFields(form).length > 0);
forgetWhatWasTaken();
for (const form of forms) watch(form);
// Fields outside of their form tell only the document.
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && !form.contains(event.target) && forms.includes(form)) keep(form);
});
// By now a browser has put back what it remembers of a page that it comes back to.
addEventListener("pageshow", () => forms.filter((form) => !looksAfterItself(form)).forEach(offer));
