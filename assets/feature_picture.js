// The feature picture of a post: chosen in the dialog for pictures. Without this script its button leads to a page for it.

import { element, one } from "./dom.js";

/** @param {EditorForm} form */
function watchFeature(form) {
  const group = one(".feature-field", form);
  const { picture, picture_alt: alt } = form.elements;
  /** @type {HTMLButtonElement} */
  const choose = one("button[value=picture]", group);
  const sight = group.querySelector("img") ?? element("img", { alt: "", decoding: "async" });
  if (!sight.isConnected) choose.parentElement?.before(sight);
  const remove = element("button", { type: "button", class: "plain", click: drop }, "Remove the feature picture");
  const status = element("p", { class: "visually-hidden", role: "status" });
  choose.after(remove);
  group.append(status);

  function show() {
    const address = picture.value.trim();
    const isOurs = address.startsWith("/media/");
    sight.hidden = !isOurs;
    if (isOurs && sight.getAttribute("src") !== address) sight.setAttribute("src", address);
    choose.textContent = address ? "Change the feature picture" : "Choose a feature picture";
    remove.hidden = !address;
  }

  /**
   * @param {string} address
   * @param {string} words
   */
  function take(address, words) {
    picture.value = address;
    alt.value = words;
    picture.dispatchEvent(new Event("input", { bubbles: true }));
    status.textContent = address ? "Feature picture chosen." : "Feature picture removed.";
    show();
  }

  function drop() {
    take("", "");
    // Its button is gone. A picture that comes in takes the focus from nobody.
    choose.focus();
  }

  /**
   * @param {StoredPicture} chosen
   * @param {string} words
   */
  const takeChosen = (chosen, words) => take(chosen.address, words);

  choose.addEventListener("click", (event) => {
    // Where pictures cannot be sent from here, the page for it does.
    if (!form.hasAttribute("data-pictures")) return;
    event.preventDefault();
    form.dispatchEvent(
      new CustomEvent("picture", {
        detail: {
          title: "Feature picture",
          take: takeChosen,
          focus: () => choose.focus(),
        },
      }),
    );
  });
  picture.addEventListener("input", show);
  form.addEventListener("adopted", show);
  show();
}

/** @type {EditorForm | null} */
const editor = document.querySelector("form.editor");
if (editor) watchFeature(editor);
