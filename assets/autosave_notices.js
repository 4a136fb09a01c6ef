// What the editor says about saving: the status line, problems of fields, who else is writing, what was cut.

import { element } from "./dom.js";

/**
 * Says in the status line what is true; what went wrong is red there, and read out at once.
 * @param {EditorForm} form
 * @param {string} words
 */
export function showStatus(form, words, wrong = false) {
  const status = form.querySelector("[role=status]");
  status?.classList.toggle("failed", wrong);
  status?.setAttribute("aria-live", wrong ? "assertive" : "polite");
  if (status && status.textContent !== words) status.textContent = words;
}

/**
 * Words that are only true once the text in the editor is another one than readers see.
 * @param {EditorForm} form
 * @param {boolean} pending
 */
export function showPending(form, pending) {
  /** @type {HTMLElement | null} */
  const discard = form.querySelector("button[value=discard]");
  if (discard) discard.hidden = !pending;
  const state = form.querySelector(".state");
  // Where they will be shown at a time that is set, the line says so already.
  const words = ["Published", "Published · unpublished changes"];
  if (state && form.dataset.state === "published" && words.includes(state.textContent ?? "")) state.textContent = words[Number(pending)];
}

/**
 * Shows what is wrong with which fields, in place of what was wrong before. Gives the first of these fields.
 * @param {EditorForm} form
 * @param {FieldProblem[]} problems
 */
export function showProblems(form, problems) {
  for (const old of form.querySelectorAll("p.problem")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const marked = problems.flatMap(({ field, message }) => {
    const control = form.elements.namedItem(field);
    if (!(control instanceof HTMLElement)) return [];
    control.setAttribute("aria-invalid", "true");
    const id = `${field}-problem`;
    control.after(element("p", { class: "problem", id }, message));
    const described = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    control.setAttribute("aria-describedby", [...described.add(id)].join(" "));
    return [control];
  });
  return marked.at(0);
}

/**
 * Offers to bring back what a large cut took out, from the revision before it.
 * @param {EditorForm} form
 * @param {string} post
 * @param {number} revision
 * @param {number} words how many it had
 */
export function offerCut(form, post, revision, words) {
  document.querySelector(".notice.cut")?.remove();
  const box = element(
    "form",
    { class: "notice cut", method: "post", action: `/admin/posts/${post}/revisions/${revision}`, role: "status" },
    element("input", { type: "hidden", name: "csrf", value: form.elements.csrf.value }),
    element("p", {}, `More than half of this text was taken out. Before that it had ${words} words.`),
    element("button", { type: "submit", name: "act", value: "restore" }, "Bring them back"),
  );
  form.before(box);
}

/** @param {number} minutes */
const ago = (minutes) => (minutes < 1 ? "just now" : minutes === 1 ? "a minute ago" : `${minutes} minutes ago`);

/**
 * Who else has the post open; empty for nobody.
 * @param {OtherEditor[]} others
 */
export function presenceWords(others) {
  if (others.length === 0) return "";
  const people = others.map((other) => `${other.author}, ${other.device}, last edit ${ago(other.minutes_ago)}`).join("; ");
  return `Also open: ${people}. Both versions are kept and merged.`;
}

/**
 * @param {EditorForm} form
 * @param {OtherEditor[]} others
 */
export function showPresence(form, others) {
  let line = document.querySelector(".notice.open-elsewhere");
  const words = presenceWords(others);
  if (words === "") return line?.remove();
  if (!line) {
    line = element("p", { class: "notice open-elsewhere" });
    form.before(line);
  }
  if (line.textContent !== words) line.textContent = words;
}
