// Pictures in the editor: dropped, pasted or chosen, sent with progress and again where that fails, and put into the text
// when they are there. How many are under way is in `data-uploads` of the form, with an event `uploads` on it.

import { element } from "./dom.js";
import { PictureDialog } from "./picture_dialog.js";
import { asBlock, galleryMarkup, pictureMarkup, placeholderFor, USUAL_CHOICE } from "./picture_markup.js";
import { changedPart, movedPlace, replaceInBackground, replaceText } from "./textarea.js";
import { isRecording, nameOfFile, parseAnswer, pastedFiles, refusalOf, resultOf, retryAfter } from "./upload_rules.js";

/** @typedef {import("./picture_markup.js").PictureChoice} PictureChoice */
/** @typedef {"waiting" | "sending" | "failed" | "refused" | "done" | "dropped"} State */

const UPLOAD = "/admin/media/upload";
/** Files that are sent at the same time; the server looks at as many. */
const AT_ONCE = 2;

/**
 * @typedef {object} UploadContext what an upload needs to know of the editor
 * @property {HTMLTextAreaElement} area
 * @property {HTMLElement} list
 * @property {() => string} token
 * @property {() => Markup} markup
 * @property {(placeholder: string) => boolean} isTaken whether another upload has this placeholder
 * @property {(act: () => void) => void} whenQuiet changes the text, but never while a character is written with several keys
 * @property {(words: string) => void} putBlock
 * @property {(words: string, from: number, to: number) => void} replace puts words in place of others, wherever the author writes meanwhile
 * @property {(upload: Upload, at: number) => void} keepPlace keeps where an upload was in the text
 * @property {(upload: Upload, words: string) => void} putBack puts words where the upload was
 * @property {(words: string) => void} announce
 * @property {() => PictureDialog | undefined} dialog
 * @property {() => void} next sends what waits
 * @property {(uploads: Upload[]) => boolean} place shows uploads in the visual view; false where that isn’t shown
 */

/** The place of a picture in the visual view. @typedef {{ done: (picture: StoredPicture) => void, refused: () => void, gone: () => void }} UploadPlace */

/** A file on its way, with its line in the list. */
export class Upload {
  /**
   * @param {File} file
   * @param {string} name
   * @param {UploadContext} editor
   */
  constructor(file, name, editor) {
    this.file = file;
    this.name = name;
    this.editor = editor;
    this.choice = USUAL_CHOICE;
    /** @type {State} */
    this.state = "waiting";
    this.tries = 0;
    this.timer = 0;
    this.problem = "";
    /** @type {string | undefined} */
    this.placeholder = undefined;
    /** Whether it had a placeholder, and where that was; the place moves with the text. */
    this.wasMarked = false;
    /** @type {number | undefined} */
    this.at = undefined;
    /** @type {StoredPicture | undefined} */
    this.picture = undefined;
    /** @type {((picture: StoredPicture) => void) | undefined} takes it instead of the text */
    this.whenDone = undefined;
    /** @type {XMLHttpRequest | undefined} */
    this.request = undefined;
    /** @type {UploadPlace | undefined} */
    this.place = undefined;

    const called = () => element("span", { class: "visually-hidden" }, ` the upload of ${name}`);
    this.progress = element("progress", { max: 1, ".value": 0, "aria-label": `Upload of ${name}` });
    this.words = element("span", { class: "words" }, "queued");
    this.retry = element("button", { type: "button", class: "plain", hidden: true, click: () => this.again() }, "Retry", called());
    this.leaveWords = document.createTextNode("Cancel");
    const leave = element("button", { type: "button", class: "plain", click: () => this.drop() }, this.leaveWords, called());
    /** @type {HTMLElement} */
    this.line = element("li", {}, element("bdi", {}, name), this.progress, this.words, this.retry, leave);
    editor.list.append(this.line);
  }

  /**
   * Shows its progress in another element, at the place where the picture will be.
   * @param {HTMLElement} box
   * @param {UploadPlace} place
   */
  moveTo(box, place) {
    box.append(...this.line.childNodes);
    box.classList.toggle("failed", this.line.classList.contains("failed"));
    this.line.remove();
    this.line = box;
    this.place = place;
  }

  /**
   * Back to the list and to a place of the source.
   * @param {number} offset
   */
  moveBack(offset) {
    const { area, list, putBlock } = this.editor;
    const line = element("li", { class: this.line.className.includes("failed") ? "failed" : "" }, ...[...this.line.childNodes].filter((node) => !(node instanceof HTMLImageElement)));
    list.append(line);
    this.line = line;
    this.place = undefined;
    if (["waiting", "sending"].includes(this.state)) {
      area.setSelectionRange(offset, offset);
      putBlock(this.mark());
    } else {
      this.wasMarked = this.state === "failed";
      this.editor.keepPlace(this, offset);
    }
  }

  /** Marks the place in the text where the picture will be. */
  mark() {
    const { area, isTaken } = this.editor;
    this.placeholder = placeholderFor(this.name, (words) => isTaken(words) || area.value.includes(words));
    return this.placeholder;
  }

  send() {
    this.state = "sending";
    this.tries += 1;
    this.retry.hidden = true;
    this.progress.hidden = false;
    this.progress.removeAttribute("value");
    this.say("uploading");
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", `${UPLOAD}?name=${encodeURIComponent(this.name)}`);
    request.setRequestHeader("x-csrf", this.editor.token());
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      this.progress.value = event.loaded / event.total;
      const percent = Math.floor((event.loaded / event.total) * 100);
      this.words.textContent = percent < 100 ? `${percent} %` : isRecording(this.file) ? "storing" : "resizing";
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.failed("The network connection was lost."));
    request.addEventListener("timeout", () => this.failed("The upload took too long."));
    request.send(this.file);
  }

  /** @param {XMLHttpRequest} request */
  answered(request) {
    const answer = parseAnswer(request.responseText);
    const { result, words } = resultOf(request.status, answer);
    if (result === "done") this.done(/** @type {StoredPicture} */ (answer));
    else if (result === "refused") this.refused(words);
    else if (result === "stopped") this.gaveUp(words);
    else {
      // Tried again soon; until then the text promises nothing.
      this.unmark();
      this.failed(words);
    }
  }

  /** @param {StoredPicture} picture */
  done(picture) {
    this.picture = picture;
    this.state = "done";
    this.place?.done(picture);
    this.line.remove();
    if (this.whenDone) this.whenDone(picture);
    else if (this.place) this.place = undefined;
    else if (this.placeholder) this.settle(picture, this.placeholder);
    else this.editor.dialog()?.uploaded(this);
    this.editor.announce(`${this.name} has been uploaded.`);
    this.editor.next();
  }

  /**
   * Puts the picture in place of its placeholder; an author who deleted that does not want it any more.
   * @param {StoredPicture} picture
   * @param {string} placeholder
   */
  settle(picture, placeholder) {
    const { area, markup, replace, whenQuiet } = this.editor;
    whenQuiet(() => {
      const from = area.value.indexOf(placeholder);
      if (from >= 0) replace(pictureMarkup(picture, this.choice, markup()), from, from + placeholder.length);
    });
  }

  /** Takes the placeholder out of the text: what is saved meanwhile must not promise a picture to readers. */
  unmark() {
    const { placeholder } = this;
    const { area, replace, whenQuiet } = this.editor;
    if (!placeholder) return;
    this.placeholder = undefined;
    this.wasMarked = true;
    this.at = undefined;
    whenQuiet(() => {
      const from = area.value.indexOf(placeholder);
      if (from < 0) return;
      const to = from + placeholder.length;
      // With the empty line that came with it.
      const gap = area.value.slice(to).match(/^\n{1,2}/)?.[0].length ?? 0;
      replace("", from, to + gap);
      this.editor.keepPlace(this, from);
      // Nothing is left of a gallery without pictures.
      const empty = /<div class="gallery">\s*<\/div>\n*/.exec(area.value);
      if (empty) replace("", empty.index, empty.index + empty[0].length);
    });
  }

  /**
   * The author said how the picture shall be shown while it is sent.
   * @param {PictureChoice} choice
   */
  putLater(choice) {
    this.choice = choice;
    // One that waits for its button gets its placeholder with that.
    if (this.editor.place([this])) return;
    if (this.line.classList.contains("failed")) this.wasMarked = true;
    else this.editor.putBlock(this.mark());
  }

  /**
   * A file that will not be taken however often it is sent.
   * @param {string} problem
   */
  refused(problem) {
    this.unmark();
    this.state = "refused";
    this.progress.hidden = true;
    this.line.classList.add("failed");
    this.leaveWords.data = "Remove";
    this.problem = problem;
    this.warn(problem);
    this.place?.refused();
    this.editor.next();
  }

  /** @param {string} problem */
  failed(problem) {
    const wait = retryAfter(this.tries);
    if (wait === undefined) return this.gaveUp(problem);
    this.state = "failed";
    this.stopped(`${problem} Retrying soon.`);
    this.timer = setTimeout(() => this.again(), wait);
    this.editor.next();
  }

  /**
   * Nothing goes on by itself: somebody has to do something, and then presses the button.
   * @param {string} problem
   */
  gaveUp(problem) {
    this.unmark();
    this.state = "failed";
    this.line.classList.add("failed");
    this.stopped(problem);
    this.editor.next();
  }

  /** @param {string} words */
  stopped(words) {
    this.progress.hidden = true;
    this.retry.hidden = false;
    this.warn(words);
  }

  again() {
    clearTimeout(this.timer);
    if (this.state !== "failed") return;
    this.line.classList.remove("failed");
    if (this.wasMarked && !this.placeholder) {
      const words = this.mark();
      this.editor.whenQuiet(() => this.editor.putBack(this, words));
    }
    this.state = "waiting";
    this.say("queued");
    this.editor.next();
  }

  /** Gives a picture up: its request, its line and its place in the text. */
  drop() {
    clearTimeout(this.timer);
    this.state = "dropped";
    this.request?.abort();
    this.place?.gone();
    this.line.remove();
    this.editor.dialog()?.dropped(this);
    this.unmark();
    this.editor.next();
    this.editor.area.focus();
  }

  /**
   * Says in its line what is wrong, in the dialog that waits for it, and to those who see neither.
   * @param {string} words
   */
  warn(words) {
    this.say(words);
    this.editor.dialog()?.stopped(this, words);
    this.editor.announce(`${this.name}: ${words}`);
  }

  /** @param {string} words */
  say(words) {
    this.words.textContent = words;
  }
}

/** @param {DataTransfer | null} transfer */
const holdsFiles = (transfer) => transfer?.types.includes("Files") ?? false;

/**
 * @param {EditorForm} editor
 * @param {HTMLTextAreaElement} area
 */
function watchPictures(editor, area) {
  /** @type {Upload[]} */
  let uploads = [];
  /** @type {PictureDialog | undefined} */
  let dialog;
  let composing = false;
  /** The text that the places of uploads are offsets in. */
  let text = area.value;
  let replacing = false;
  /** @type {(() => void)[]} */
  const afterComposing = [];
  const list = element("ul", { class: "uploads", "aria-label": "Uploads" });
  const status = element("p", { class: "visually-hidden", role: "status" });
  /** @param {string} words */
  const announce = (words) => {
    status.textContent = words;
  };
  const markup = () => (editor.elements.markup?.value === "html" ? "html" : "markdown");

  /** @type {UploadContext} */
  const context = {
    area,
    list,
    token: () => editor.elements.csrf.value,
    markup,
    isTaken: (placeholder) => uploads.some((upload) => upload.placeholder === placeholder),
    whenQuiet,
    putBlock,
    replace,
    keepPlace,
    putBack,
    announce,
    dialog: () => dialog,
    next,
    place: (some) => !editor.dispatchEvent(new CustomEvent("uploads-begin", { cancelable: true, detail: some })),
  };

  /** @param {() => void} act */
  function whenQuiet(act) {
    if (composing) afterComposing.push(act);
    else act();
  }

  /**
   * Puts in lines of its own where the cursor is.
   * @param {string} words
   */
  function putBlock(words) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    replaceText(area, asBlock(words, value.slice(0, from), value.slice(to)), from, to);
  }

  /**
   * Moves the places of uploads with the text around them.
   * @param {number} from
   * @param {number} to
   * @param {number} length of what is in place of that now
   */
  function movePlaces(from, to, length) {
    for (const upload of uploads) if (upload.at !== undefined) upload.at = movedPlace(upload.at, from, to, length);
    text = area.value;
  }

  /** The same after a change of the text that somebody else made. */
  function followText() {
    if (replacing || !uploads.some((upload) => upload.at !== undefined)) {
      text = area.value;
      return;
    }
    const { from, to, words } = changedPart(text, area.value);
    movePlaces(from, to, words.length);
  }

  /**
   * @param {Upload} upload
   * @param {number} at
   */
  function keepPlace(upload, at) {
    followText();
    upload.at = at;
  }

  /**
   * @param {string} words
   * @param {number} from
   * @param {number} to
   */
  function replace(words, from, to) {
    followText();
    replacing = true;
    replaceInBackground(area, words, from, to);
    replacing = false;
    movePlaces(from, to, words.length);
  }

  /**
   * Back to its place; where that is not known, where the cursor is.
   * @param {Upload} upload
   * @param {string} words
   */
  function putBack(upload, words) {
    followText();
    const { at } = upload;
    if (at === undefined) return putBlock(words);
    const gap = area.value.startsWith("\n", at) && area.value.slice(at).trim() !== "" ? "\n" : "\n\n";
    upload.at = undefined;
    replace(words + gap, at, at);
    // Those that came after it in the same place come after it again.
    for (const later of uploads.slice(uploads.indexOf(upload))) if (later.at === at) later.at += words.length + gap.length;
  }

  /** Starts waiting uploads, and records in the form how many are unfinished. */
  function next() {
    uploads = uploads.filter((upload) => !["done", "dropped"].includes(upload.state));
    const sending = uploads.filter((upload) => upload.state === "sending").length;
    const waiting = uploads.filter((upload) => upload.state === "waiting");
    for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - sending))) upload.send();
    const number = uploads.filter(isUnderWay).length;
    const failed = uploads.length - number;
    if (editor.dataset.uploads === String(number) && editor.dataset.uploadsFailed === String(failed)) return;
    editor.dataset.uploads = String(number);
    editor.dataset.uploadsFailed = String(failed);
    editor.dispatchEvent(new CustomEvent("uploads", { detail: { number, failed } }));
  }

  /** @param {Upload} upload */
  const isUnderWay = (upload) => ["waiting", "sending"].includes(upload.state);

  /**
   * Takes a file into the list, from which it is sent.
   * @param {File} file
   */
  function begin(file) {
    const upload = new Upload(file, nameOfFile(file), context);
    uploads.push(upload);
    const problem = refusalOf(file);
    if (problem) upload.refused(problem);
    return upload;
  }

  /**
   * Sends files and marks their places in the text, one after the other where the cursor is.
   * @param {File[]} files
   */
  function take(files) {
    const begun = files.map(begin);
    const taken = begun.filter((upload) => upload.state !== "refused");
    if (!context.place(begun)) {
      // Pictures that come together are a gallery, recordings a player each.
      const [pictures, recordings] = [false, true].map((plays) => taken.filter(({ file }) => isRecording(file) === plays).map((upload) => upload.mark()));
      const marked = [galleryMarkup(pictures), ...recordings].filter(Boolean);
      if (marked.length) whenQuiet(() => putBlock(marked.join("\n\n")));
    }
    // What was refused has said so itself; where others were not, both are said.
    const refused = begun.filter((upload) => upload.state === "refused").map((upload) => `${upload.name}: ${upload.problem}`);
    const sent = taken.length === 1 ? `Uploading ${taken[0].name}.` : `Uploading ${taken.length} files.`;
    announce([...refused, ...(taken.length ? [sent] : [])].join(" "));
    next();
  }

  /** @param {import("./picture_dialog.js").Purpose} [purpose] */
  function openDialog(purpose) {
    dialog ??= new PictureDialog({
      begin: (file) => {
        const upload = begin(file);
        if (upload.state !== "refused") next();
        return upload;
      },
      take,
      insert: (picture, choice) => {
        const isPut = !editor.dispatchEvent(new CustomEvent("picture-put", { cancelable: true, detail: { picture, choice } }));
        if (!isPut) putBlock(pictureMarkup(picture, choice, markup()));
      },
      focus: () => /** @type {HTMLElement} */ (area.hidden ? document.getElementById("visual-body") : area)?.focus(),
    });
    dialog.open(purpose);
  }

  function listen() {
    editor.addEventListener("picture", (event) => openDialog(/** @type {CustomEvent} */ (event).detail ?? undefined));
    area.addEventListener("paste", (event) => {
      const files = event.clipboardData ? pastedFiles(event.clipboardData.files, event.clipboardData.getData("text/plain")) : [];
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      take(files);
    });
    /** @type {HTMLElement} */
    const paper = area.closest(".paper") ?? editor;
    // A file that is dropped next to the paper would replace the page, and the text with it.
    for (const name of /** @type {const} */ (["dragover", "drop"])) {
      window.addEventListener(name, (event) => {
        if (holdsFiles(event.dataTransfer)) event.preventDefault();
      });
    }
    paper.addEventListener("dragover", ({ dataTransfer }) => {
      if (!dataTransfer || !holdsFiles(dataTransfer)) return;
      dataTransfer.dropEffect = "copy";
      paper.classList.add("dropping");
    });
    paper.addEventListener("dragleave", (event) => {
      if (!paper.contains(/** @type {Node | null} */ (event.relatedTarget))) paper.classList.remove("dropping");
    });
    paper.addEventListener("drop", (event) => {
      paper.classList.remove("dropping");
      if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      take([...event.dataTransfer.files]);
    });
    area.addEventListener("input", followText);
    area.addEventListener("compositionstart", () => (composing = true));
    area.addEventListener("compositionend", () => {
      composing = false;
      for (const act of afterComposing.splice(0)) setTimeout(act);
    });
    window.addEventListener("online", () => uploads.forEach((upload) => upload.again()));
    window.addEventListener("beforeunload", (event) => {
      if (uploads.some(isUnderWay)) event.preventDefault();
    });
  }

  editor.dataset.pictures = ""; // The toolbar shows its button now.
  const choose = element("button", { type: "button", class: "plain", click: () => openDialog() }, "Choose pictures");
  const hint = element("p", { class: "hint" }, "You can drop or paste pictures and recordings into the text. ", choose);
  area.after(element("div", { class: "picture-tools" }, hint, list, status));
  listen();
  next();
}

/** @type {EditorForm | null} */
const form = document.querySelector("form.editor");
if (form) watchPictures(form, form.elements.body);
