// Buttons that copy what is in a field: data-copy names the field by its id.

import { one } from "./dom.js";

/** @type {NodeListOf<HTMLButtonElement>} */
const buttons = document.querySelectorAll("[data-copy]");
for (const button of buttons) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    /** @type {HTMLInputElement} */
    const field = one(`#${button.dataset.copy}`);
    await navigator.clipboard.writeText(field.value);
    field.select();
    one("[data-copied]").textContent = "Copied.";
  });
}
