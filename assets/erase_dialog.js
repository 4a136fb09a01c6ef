// Asks before something is deleted for ever, in a dialog. Without this script the buttons lead to a page that asks the same.

import { dialog } from "./dialogs.js";
import { element } from "./dom.js";

/**
 * What a button would delete: the one that it names, or how many are selected. Empty where nothing is.
 * @param {HTMLButtonElement} button
 */
function doomed(button) {
  if (button.dataset.erase) return button.dataset.erase;
  const number = document.querySelectorAll('input[name="picked"][type="checkbox"]:checked').length;
  return number ? `${number} selected` : "";
}

/**
 * Asks, and sends the form of the button if the answer is yes.
 * @param {HTMLButtonElement} button
 * @param {HTMLFormElement} form
 * @param {string} what
 */
function ask(button, form, what) {
  const sure = () => {
    box.close();
    const answer = element("input", { type: "hidden", name: "sure", value: "yes" });
    form.append(answer);
    form.requestSubmit(button);
    // What is deleted next is asked again, also on a page that somebody comes back to.
    answer.remove();
  };
  const box = dialog(
    `Delete ${what} for ever?`,
    button,
    element("p", {}, "All revisions and comments go with it. Pictures stay in the library. This can’t be undone."),
    element(
      "div",
      { class: "buttons" },
      element("button", { type: "button", class: "primary", click: sure }, "Delete for ever"),
      element("button", { type: "button", click: () => void box.close() }, "Cancel"),
    ),
  );
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-erase]") : null;
  if (!(button instanceof HTMLButtonElement) || !button.form) return;
  const what = doomed(button);
  if (!what) return;
  event.preventDefault();
  ask(button, button.form, what);
});
