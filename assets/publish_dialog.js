// Publishing asks once, in one dialog: when, what happens then, and what is easily forgotten. Without it the buttons do what
// they say at once.

import { editor } from "./autosave.js";
import { element } from "./dom.js";
import { showChecks } from "./publish_checks.js";
import { effectOf, waitsFor } from "./publish_effects.js";
import { clockTime, fieldInWords, isAfter } from "./zone_time.js";

const openedAt = Date.now();

/**
 * The form's field that says when: of a post, when it is published; of changes, when they are shown.
 * @param {EditorForm} form
 */
const timeField = (form) => /** @type {HTMLInputElement} */ (form.elements.due_at ?? form.elements.published_at);

/**
 * What the clocks of the blog's zone show by the server's clock.
 * @param {EditorForm} form
 */
const nowThere = (form) => clockTime(Number(form.dataset.now) + (Date.now() - openedAt), form.dataset.zone);

/**
 * @param {EditorForm} form
 * @param {"publish" | "update"} act
 * @param {string} dateBefore the date that the page came with: without one the server takes the moment of publishing
 */
async function open(form, act, dateBefore) {
  await editor?.saver.save();
  const isUpdate = act === "update";
  const isPage = form.dataset.kind === "page";
  const word = isUpdate ? "Update" : "Publish";
  const dialog = element("dialog", { class: "editor-dialog", "aria-labelledby": "publish-heading" });
  const time = element("input", { type: "datetime-local", id: "sheet-time", value: timeField(form).value });
  const hasTime = time.value !== "";
  const now = element("input", { type: "radio", name: "when", value: "now", checked: !hasTime });
  const later = element("input", { type: "radio", name: "when", value: "later", checked: hasTime });
  const confirm = element("button", { type: "button", class: "primary" });
  const back = element("button", { type: "button" }, "Keep editing");
  const list = element("ul", { class: "checks" });
  const effect = element("p", { class: "publish-effect", "aria-live": "polite" });
  const waits = element("p", { class: "hint", role: "status" });

  const update = () => {
    const uploads = Number(form.dataset.uploads ?? 0);
    const hasChosen = later.checked && time.value !== "";
    const isToCome = hasChosen && isAfter(time.value, nowThere(form));
    confirm.disabled = uploads > 0 || (later.checked && !hasChosen);
    confirm.textContent = isToCome ? "Schedule" : word;
    const when = fieldInWords(hasChosen ? time.value : nowThere(form));
    effect.textContent = effectOf({ isUpdate, isPage, isToCome, isOver: hasChosen && !isToCome, time: `${when} (${form.dataset.zone})` });
    waits.textContent = waitsFor(uploads);
  };
  time.addEventListener("input", () => {
    later.checked = time.value !== "";
    now.checked = !later.checked;
    update();
  });
  for (const choice of [now, later]) choice.addEventListener("change", update);
  form.addEventListener("uploads", update);

  dialog.append(
    element("h2", { id: "publish-heading" }, isUpdate ? "Update" : "Publish"),
    element(
      "fieldset",
      {},
      element("legend", {}, "When"),
      element("label", { class: "choice" }, now, " Now"),
      element("label", { class: "choice" }, later, " Later"),
      element(
        "div",
        { class: "field" },
        element("label", { for: "sheet-time" }, "Date and time"),
        time,
        element("p", { class: "hint" }, `Time zone: ${form.dataset.zone}`),
      ),
    ),
    effect,
    element("h3", {}, "Before you publish"),
    list,
    waits,
    element("div", { class: "buttons" }, confirm, back),
  );
  document.body.append(dialog);
  const close = () => {
    form.removeEventListener("uploads", update);
    dialog.close();
    dialog.remove();
  };
  back.addEventListener("click", close);
  dialog.addEventListener("cancel", close);
  confirm.addEventListener("click", () => {
    // A post that had its date keeps it unless another one is given.
    const thisMinute = !isUpdate && dateBefore !== "" ? nowThere(form).slice(0, 16) : "";
    timeField(form).value = later.checked ? time.value : thisMinute;
    close();
    editor?.perform(act);
  });
  update();
  dialog.showModal();
  confirm.focus();
  await showChecks(form, list, close);
}

/** @type {EditorForm | null} */
const form = document.querySelector("form.editor");
if (form && editor) {
  const dateBefore = form.elements.published_at?.value ?? "";
  // Before the editor hears of it: a form that is not sent yet is not sent.
  form.addEventListener(
    "submit",
    (event) => {
      const act = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value;
      if (act !== "publish" && act !== "update") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      open(form, act, dateBefore);
    },
    { capture: true },
  );
  /** @type {HTMLButtonElement | null} */
  const copy = form.querySelector(".copy-link");
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.dataset.link ?? "");
      copy.textContent = "Copied";
    });
  }
}
