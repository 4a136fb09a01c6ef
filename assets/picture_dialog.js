// The dialog for a picture: a new file or a picture of the library, then how it shall be shown in the text.

import { element, one } from "./dom.js";
import { USUAL_CHOICE } from "./picture_markup.js";
import { isRecording, KINDS, RECORDINGS } from "./upload_rules.js";

/** @typedef {import("./picture_markup.js").PictureChoice} PictureChoice */
/** @typedef {import("./picture_uploads.js").Upload} Upload */
/**
 * What else than the text a picture is chosen for.
 * @typedef {object} Purpose
 * @property {string} title
 * @property {(picture: StoredPicture | LibraryPicture, alt: string) => void} take
 * @property {() => void} focus leads back to where the dialog was opened
 */
/** @typedef {{ address: string, kind?: StoredPicture["kind"], thumbnail: string, name: string, alt: string, caption: string, width: number, height: number }} LibraryPicture */

const LIBRARY = "/admin/media/?format=json";
/** The library is searched so many milliseconds after the last key. */
const PAUSE_MS = 250;

/**
 * @param {string} label
 * @param {HTMLElement} control
 * @param {HTMLElement[]} more
 */
const field = (label, control, ...more) => element("div", { class: "field" }, element("label", { for: control.id }, label), control, ...more);

/**
 * @param {string} name
 * @param {string} chosen
 * @param {string[][]} ways
 */
const radios = (name, chosen, ways) =>
  ways.map(([value, words]) => element("label", { class: "choice" }, element("input", { type: "radio", name, value, checked: value === chosen }), ` ${words}`));

/** @param {string} text */
const oneLine = (text) => text.replace(/\s+/g, " ").trim();

export class PictureDialog {
  /**
   * @param {object} editor
   * @param {(file: File) => Upload} editor.begin begins to send a file
   * @param {(files: File[]) => void} editor.take sends files and puts them into the text
   * @param {(picture: StoredPicture | LibraryPicture, choice: PictureChoice) => void} editor.insert puts a picture into the text
   * @param {() => void} editor.focus leads back to the text
   */
  constructor(editor) {
    this.editor = editor;
    /** @type {Upload | undefined} */
    this.upload = undefined;
    /** @type {LibraryPicture | undefined} */
    this.picture = undefined;
    /** @type {Purpose | undefined} */
    this.purpose = undefined;
    /** @type {string | undefined} */
    this.blob = undefined;
    this.older = "";
    this.timer = 0;
    this.asked = 0;

    this.file = element("input", { type: "file", id: "chooser-file", multiple: true });
    this.kinds = element("p", { class: "hint" }, "Pictures, sound or video");
    this.search = element("input", { type: "search", id: "chooser-search", maxlength: "200" });
    this.found = element("ul", { class: "pictures", "aria-label": "Library" });
    this.more = element("button", { type: "button", hidden: true }, "Show more");
    this.message = element("p", { class: "hint", role: "status" });
    this.choosing = element(
      "div",
      { class: "choosing" },
      field("Choose a file", this.file, this.kinds),
      field("Search the library", this.search),
      this.found,
      this.more,
    );

    this.sight = element("img", { alt: "" });
    this.alt = element("textarea", { id: "chooser-alt", rows: "2", "aria-describedby": "chooser-alt-hint" });
    this.caption = element("input", { id: "chooser-caption", maxlength: "2000" });
    this.link = element("input", { id: "chooser-link", type: "text", inputmode: "url", placeholder: "https://", autocomplete: "off" });
    const sizes = [["small", "Small"], ["medium", "Medium"], ["large", "Large"], ["full", "Full"]];
    const places = [["none", "None"], ["float-left", "Left"], ["center", "Centre"], ["float-right", "Right"]];
    const hint = "Describe the picture for people who can’t see it. Leave empty only if the picture is decorative.";
    this.insert = element("button", { type: "submit", class: "primary", value: "insert" }, "Insert");
    this.inText = [
      field("Caption", this.caption),
      element("fieldset", { class: "inline-options" }, element("legend", {}, "Size"), ...radios("chooser-size", "full", sizes)),
      element("fieldset", { class: "inline-options" }, element("legend", {}, "Alignment"), ...radios("chooser-place", "none", places)),
      field("Link", this.link),
    ];
    const back = element("button", { type: "button", click: () => this.begin() }, "Another picture");
    this.describing = element(
      "div",
      { class: "picture-details", hidden: true },
      element("div", { class: "picture-preview" }, this.sight),
      element(
        "div",
        {},
        field("Alternative text", this.alt, element("p", { class: "hint", id: "chooser-alt-hint" }, hint)),
        ...this.inText,
        element("div", { class: "buttons" }, this.insert, back),
      ),
    );

    const cancel = element("button", { type: "button", class: "plain", click: () => void this.element.close("cancel") }, "Cancel");
    this.title = element("h2", { id: "chooser-title" }, "Picture");
    const head = element("div", { class: "head" }, this.title, cancel);
    this.form = element("form", { method: "dialog" }, head, this.message, this.choosing, this.describing);
    this.element = element("dialog", { class: "picture-dialog", "aria-labelledby": "chooser-title" }, this.form);
    this.listen();
    document.body.append(this.element);
  }

  listen() {
    this.file.addEventListener("change", () => this.files([...(this.file.files ?? [])]));
    this.more.addEventListener("click", () => this.list(this.older));
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.list(), PAUSE_MS);
    });
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.list();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.describing.hidden) this.put();
    });
    this.element.addEventListener("close", () => this.closed());
  }

  /** @param {Purpose} [purpose] */
  open(purpose) {
    this.purpose = purpose;
    this.title.textContent = purpose?.title ?? "Picture";
    this.insert.textContent = purpose ? "Use this picture" : "Insert";
    this.file.multiple = !purpose;
    this.kinds.hidden = Boolean(purpose);
    this.file.accept = (purpose ? KINDS : [...KINDS, ...RECORDINGS]).join(",");
    for (const part of this.inText) part.hidden = Boolean(purpose);
    this.upload = undefined;
    this.picture = undefined;
    this.element.returnValue = "";
    this.element.showModal();
    this.begin();
  }

  /** The first step. A picture that was chosen and is not wanted after all stays in the library. */
  begin() {
    this.release();
    this.upload = undefined;
    this.picture = undefined;
    this.file.value = "";
    this.choosing.hidden = false;
    this.describing.hidden = true;
    this.message.textContent = "";
    this.file.focus();
    this.list();
  }

  /** @param {string} older where the list goes on; empty for its beginning */
  async list(older = "") {
    const query = `&q=${encodeURIComponent(this.search.value)}${this.purpose ? "" : "&show=all"}${older ? `&${older}` : ""}`;
    const asked = (this.asked += 1);
    /** @type {{ pictures: LibraryPicture[], older: string }} */
    let answer;
    try {
      const response = await fetch(LIBRARY + query, { headers: { accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      answer = await response.json();
    } catch {
      if (this.asked === asked) this.message.textContent = "The library can’t be loaded right now. You can still choose a file.";
      return;
    }
    if (this.asked !== asked) return;
    const items = answer.pictures.map((picture) => this.item(picture));
    if (older) this.found.append(...items);
    else this.found.replaceChildren(...items);
    this.older = answer.older;
    this.more.hidden = !answer.older;
    const number = this.found.childElementCount;
    this.message.textContent = number
      ? ""
      : this.search.value.trim()
        ? "No pictures match."
        : "The library is empty. Pictures you upload will appear here.";
  }

  /** @param {LibraryPicture} picture */
  item(picture) {
    const isOther = picture.kind === "audio" || picture.kind === "video";
    const name = picture.alt || picture.name || (isOther ? "Untitled recording" : "Untitled picture");
    if (isOther) {
      // A recording has nothing more to choose: its player is put into the text.
      const put = () => {
        this.element.close("insert");
        this.editor.insert(picture, USUAL_CHOICE);
      };
      const kind = element("span", { class: "file-kind" }, picture.kind === "audio" ? "Sound" : "Video");
      return element("li", {}, element("button", { type: "button", click: put }, kind, element("span", { class: "name" }, name)));
    }
    const image = element("img", { src: picture.thumbnail, alt: "", loading: "lazy", width: picture.width, height: picture.height });
    const button = element("button", { type: "button" }, image, element("span", { class: "name" }, name));
    button.addEventListener("click", () => {
      this.picture = picture;
      this.describe(picture, picture.thumbnail);
    });
    return element("li", {}, button);
  }

  /**
   * One picture goes on to the second step while it is sent; several, and recordings, go straight into the text.
   * @param {File[]} files
   */
  files(files) {
    if (files.length === 0) return;
    if (this.purpose && isRecording(files[0])) {
      this.message.textContent = `${files[0].name} isn’t a picture. Choose a picture here.`;
      this.file.focus();
      return;
    }
    if (files.length > 1 || isRecording(files[0])) {
      this.element.close("files");
      this.editor.take(files);
      return;
    }
    const upload = this.editor.begin(files[0]);
    if (upload.state === "refused") {
      this.message.textContent = upload.words.textContent;
      upload.drop();
      this.file.focus();
      return;
    }
    this.upload = upload;
    this.blob = URL.createObjectURL(files[0]);
    this.describe({ alt: "", caption: "" }, this.blob);
  }

  /**
   * The second step.
   * @param {{ alt: string, caption: string }} picture
   * @param {string} address
   */
  describe(picture, address) {
    this.sight.src = address;
    this.alt.value = picture.alt;
    this.caption.value = picture.caption;
    this.link.value = "";
    for (const usual of ["full", "none"]) /** @type {HTMLInputElement} */ (one(`[value=${usual}]`, this.form)).checked = true;
    this.choosing.hidden = true;
    this.describing.hidden = false;
    this.message.textContent = this.upload ? "The picture is uploading while you describe it." : "";
    this.alt.focus();
  }

  /**
   * A picture is sent before its author said how it shall be shown.
   * @param {Upload} upload
   */
  uploaded(upload) {
    if (this.upload !== upload || !this.element.open) return;
    this.message.textContent = "The picture has been uploaded.";
    // The same content may have been described before.
    this.alt.value ||= upload.picture?.alt ?? "";
    this.caption.value ||= upload.picture?.caption ?? "";
  }

  /**
   * @param {Upload} upload
   * @param {string} words
   */
  stopped(upload, words) {
    if (this.upload === upload && this.element.open) this.message.textContent = words;
  }

  /** @param {Upload} upload */
  dropped(upload) {
    if (this.upload === upload && this.element.open) this.begin();
  }

  /** @param {string} name */
  chosen(name) {
    /** @type {HTMLInputElement} */
    const radio = one(`[name=chooser-${name}]:checked`, this.form);
    return radio.value;
  }

  /** Closes the dialog and puts the picture where the cursor is, or its placeholder as long as it is sent. */
  put() {
    const { upload } = this;
    const choice = {
      alt: oneLine(this.alt.value),
      caption: oneLine(this.caption.value),
      size: this.chosen("size"),
      place: this.chosen("place"),
      link: this.link.value.trim(),
    };
    const picture = upload?.picture ?? this.picture;
    const { purpose } = this;
    this.upload = undefined;
    this.element.close("insert");
    if (purpose) {
      if (upload && upload.state !== "done") upload.whenDone = (stored) => purpose.take(stored, choice.alt);
      else if (picture) purpose.take(picture, choice.alt);
    } else if (upload && upload.state !== "done") upload.putLater(choice);
    else if (picture) this.editor.insert(picture, choice);
  }

  /** Whatever closed the dialog: a file that is still sent for it is not wanted any more. */
  closed() {
    this.release();
    const { upload } = this;
    this.upload = undefined;
    if (upload && upload.state !== "done") upload.drop();
    if (this.element.returnValue !== "files") (this.purpose ?? this.editor).focus();
  }

  release() {
    if (this.blob) URL.revokeObjectURL(this.blob);
    this.blob = undefined;
  }
}
