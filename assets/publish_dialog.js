// Publishing asks once, on one sheet: when, who is told, and what is easily forgotten. Without it the buttons do what they
// say at once.

import { element } from "./dom.js";
import { perform, saver } from "./autosave.js";

const form = document.querySelector("form.editor");

/** The form's field that says when: of a post, when it is published; of changes, when they are shown. */
const timeField = () => form.elements.due_at ?? form.elements.published_at;
/** The date that the page came with: without one the server takes the moment of publishing. */
const dateBefore = form?.elements.published_at?.value ?? "";
const openedAt = Date.now();

/** What the clocks of the blog's zone show by the server's clock, as fields for times have it. */
function nowThere() {
  const at = Number(form.dataset.now) + (Date.now() - openedAt);
  const options = { timeZone: form.dataset.zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", options).formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}

const isAhead = (time) => time !== "" && time.padEnd(19, ":00") > nowThere();

async function open(act) {
  await saver.save();
  const isUpdate = act === "update";
  const isPage = form.dataset.kind === "page";
  const word = isUpdate ? "Update" : "Publish";
  const dialog = element("dialog", { class: "sheet", "aria-labelledby": "sheet-heading" });
  const time = element("input", { type: "datetime-local", id: "sheet-time", value: timeField().value });
  const hasTime = time.value !== "";
  const now = element("input", { type: "radio", name: "when", value: "now", checked: !hasTime });
  const later = element("input", { type: "radio", name: "when", value: "later", checked: hasTime });
  const confirm = element("button", { type: "button", class: "primary" });
  const back = element("button", { type: "button", ".textContent": "Keep editing" });
  const list = element("ul", { class: "checks" });
  const happens = element("p", { class: "happens", "aria-live": "polite" });
  const waits = element("p", { class: "hint", role: "status" });
  const isToCome = () => later.checked && isAhead(time.value);

  const settle = () => {
    const uploads = Number(form.dataset.uploads ?? 0);
    confirm.disabled = uploads > 0 || (later.checked && time.value === "");
    confirm.textContent = isToCome() ? "Schedule" : word;
    happens.textContent = whatHappens({ isUpdate, isPage, toCome: isToCome(), isOver: later.checked && time.value !== "" && !isToCome() });
    waits.textContent = uploads > 0 ? `Waiting for ${uploads === 1 ? "a picture" : `${uploads} pictures`} to upload.` : "";
  };
  time.addEventListener("input", () => {
    later.checked = time.value !== "";
    now.checked = !later.checked;
    settle();
  });
  for (const choice of [now, later]) choice.addEventListener("change", settle);
  form.addEventListener("uploads", settle);

  dialog.append(
    element("h2", { id: "sheet-heading", ".textContent": isUpdate ? "Update" : "Publish" }),
    element("fieldset", {},
      element("legend", { ".textContent": "When" }),
      element("label", { class: "choice" }, now, " Now"),
      element("label", { class: "choice" }, later, " Later"),
      element("div", { class: "field" },
        element("label", { for: "sheet-time", ".textContent": "Date and time" }),
        time,
        element("p", { class: "hint", ".textContent": `Time zone: ${form.dataset.zone}` }),
      ),
    ),
    happens,
    element("h3", { ".textContent": "Before you publish" }),
    list,
    waits,
    element("div", { class: "buttons" }, confirm, back),
  );
  document.body.append(dialog);
  const close = () => {
    form.removeEventListener("uploads", settle);
    dialog.close();
    dialog.remove();
  };
  back.addEventListener("click", close);
  dialog.addEventListener("cancel", close);
  confirm.addEventListener("click", () => {
    const field = timeField();
    // A post that had its date keeps it unless another one is given.
    const thisMinute = !isUpdate && dateBefore !== "" ? nowThere().slice(0, 16) : "";
    field.value = later.checked ? time.value : thisMinute;
    close();
    perform(act);
  });
  settle();
  dialog.showModal();
  confirm.focus();
  await fill(list);
}

/** What the button of the sheet does, in a sentence. */
function whatHappens({ isUpdate, isPage, toCome, isOver }) {
  if (isUpdate && toCome) return "Readers will see the new version at that time. Until then they see the current one.";
  if (isUpdate) return `${isOver ? "That time is in the past, so readers" : "Readers"} will see the new version immediately${isPage ? "." : ", and feeds will show it as updated."}`;
  const where = isPage ? "in the blog’s menu" : "on the blog and in its feeds";
  if (toCome) return `It will appear ${where} at that time.`;
  return isOver ? `That time is in the past, so it will appear ${where} immediately, with that date.` : `It will appear ${where} immediately.`;
}

/** Shows what the server found; a click leads to the field. */
async function fill(list) {
  list.replaceChildren(element("li", { ".textContent": "Checking…" }));
  const answer = saver.storedAs ? await fetch(`/admin/posts/${saver.storedAs}/checks`, { headers: { accept: "application/json" } }).catch(() => null) : null;
  if (!answer?.ok) {
    list.replaceChildren(element("li", { ".textContent": "The checks couldn’t be loaded." }));
    return;
  }
  const { checks } = await answer.json();
  if (checks.length === 0) list.replaceChildren(element("li", { ".textContent": "All good." }));
  else list.replaceChildren(...checks.map((check) => element("li", { ".textContent": check.message })));
}

if (form && saver) {
  // Before the saver hears of it: a form that is not sent yet is not sent.
  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value;
    if (act !== "publish" && act !== "update") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open(act);
  }, { capture: true });
  const copy = form.querySelector(".copy-link");
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.dataset.link);
      copy.textContent = "Copied";
    });
  }
}
