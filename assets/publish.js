// Publishing asks once, on one sheet: when, who is told, and what is easily forgotten. Without it the buttons do what they
// say at once.

import { element } from "./elements.js";
import { saver } from "./saving.js";

const form = document.querySelector("form.editor");

/** The form's field that says when: of a post, when it is published; of changes, when they are shown. */
const timeField = () => form.elements.due_at ?? form.elements.published_at;

async function open(act) {
  await saver.save();
  const isUpdate = act === "update";
  const word = isUpdate ? "Update" : "Publish";
  const dialog = element("dialog", { class: "sheet", "aria-labelledby": "sheet-heading" });
  const now = element("input", { type: "radio", name: "when", value: "now", checked: true });
  const later = element("input", { type: "radio", name: "when", value: "later" });
  const time = element("input", { type: "datetime-local", id: "sheet-time", value: timeField().value });
  const isToCome = () => later.checked && time.value !== "";
  const confirm = element("button", { type: "button", class: "primary" });
  const back = element("button", { type: "button", ".textContent": "Keep editing" });
  const list = element("ul", { class: "checks" });
  const waits = element("p", { class: "hint", role: "status" });

  const settle = () => {
    const uploads = Number(form.dataset.uploads ?? 0);
    confirm.disabled = uploads > 0 || (later.checked && time.value === "");
    confirm.textContent = isToCome() ? "Schedule" : word;
    waits.textContent = uploads > 0 ? `Waiting for ${uploads === 1 ? "a picture" : `${uploads} pictures`} to arrive.` : "";
  };
  later.checked = form.dataset.state === "scheduled";
  now.checked = !later.checked;
  time.addEventListener("input", () => {
    later.checked = time.value !== "";
    settle();
  });
  for (const choice of [now, later]) choice.addEventListener("change", settle);
  form.addEventListener("uploads", settle);

  dialog.append(
    element("h2", { id: "sheet-heading", ".textContent": isUpdate ? "Show the changes" : "Publish" }),
    element("fieldset", {},
      element("legend", { ".textContent": "When" }),
      element("label", { class: "choice" }, now, " Now"),
      element("label", { class: "choice" }, later, " At a time to come"),
      element("div", { class: "field" },
        element("label", { for: "sheet-time", ".textContent": "Date and time" }),
        time,
        element("p", { class: "hint", ".textContent": `Time zone: ${form.dataset.zone}` }),
      ),
    ),
    element("p", { ".textContent": isUpdate ? "Readers see the new text at this address; feeds show it as changed." : "It appears on the blog and in its feeds." }),
    element("h3", { ".textContent": "Worth a look" }),
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
    if (isToCome()) field.value = time.value;
    else if (isUpdate || form.dataset.state === "scheduled") field.value = "";
    close();
    send(act);
  });
  settle();
  dialog.showModal();
  confirm.focus();
  await fill(list);
}

/** Shows what the server found; a click leads to the field. */
async function fill(list) {
  list.replaceChildren(element("li", { ".textContent": "Looking…" }));
  const answer = saver.storedAs ? await fetch(`/admin/posts/${saver.storedAs}/checks`, { headers: { accept: "application/json" } }).catch(() => null) : null;
  if (!answer?.ok) {
    list.replaceChildren(element("li", { ".textContent": "The server could not be asked." }));
    return;
  }
  const { checks } = await answer.json();
  if (checks.length === 0) list.replaceChildren(element("li", { ".textContent": "Nothing was forgotten." }));
  else list.replaceChildren(...checks.map((check) => element("li", { ".textContent": check.message })));
}

let confirmed = false;

/** Sends the form as its button would without a script. */
function send(act) {
  confirmed = true;
  form.requestSubmit(form.querySelector(`button[name=act][value=${act}]`));
}

if (form && saver) {
  // Before the saver hears of it: a form that is not sent yet is not sent.
  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value;
    if (confirmed || (act !== "publish" && act !== "update")) return;
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
