// Pictures in the editor: dropped, pasted or chosen, sent with progress and again where that fails, and put into the text
// when they are there. What runs meanwhile is told in `data-uploads` of the form, with an event `uploads` on it.

import { element } from "./dom.js";
import { put } from "./textarea.js";

const form = document.querySelector("form.editor");
const area = form?.querySelector("textarea[name=body]");

const UPLOAD = "/admin/media/upload";
const LIBRARY = "/admin/media/?format=json";
const KINDS = ["image/jpeg", "image/png", "image/gif", "image/webp"];
/** What the server says of kinds that it cannot read (`src/media/pictures.rs`), said before they are sent. */
const NO_PICTURE = "Daybook can’t read this file as a picture. Save it as JPEG, PNG, GIF or WebP and upload it again.";
const OTHER_KINDS = {
  "image/avif":
    "Daybook can’t read AVIF pictures yet. Save it as JPEG, PNG or WebP and upload it again.",
  "image/heic":
    "Daybook can’t read HEIC pictures, and most browsers can’t show them. Save it as JPEG, PNG or WebP and upload it again.",
};
OTHER_KINDS["image/heif"] = OTHER_KINDS["image/heic"];
const HEAVIEST = 10 * 1024 * 1024;
/** Files that are sent at the same time; the server looks at as many. */
const AT_ONCE = 2;
/** After these waits a file is sent again by itself; then only by its button, or when the network is back. */
const AGAIN_AFTER_MS = [2_000, 8_000, 30_000];
/** So many letters before a picture say where it stood. */
const KNOWN_BY = 60;
/** What a picture measures in the text, in pixels of the page; the column is 600 to 760 wide. */
const WIDTHS = { small: 240, medium: 400, large: 608 };

const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Plain words as Markdown has them between brackets. */
const bracketed = (text) => text.replace(/[\\[\]*_`<>&]/g, "\\$&");

const isMarkdown = () => form.elements.markup?.value !== "html";

/** How a picture stands in the text, in the language that the post is written in. */
function written(picture, choice) {
  const alt = choice.alt ?? picture.alt;
  const plain = !choice.caption && !choice.link && choice.size === "full" && choice.place === "none";
  if (plain && isMarkdown()) return `![${bracketed(alt)}](${picture.address})`;
  const width = WIDTHS[choice.size];
  const wide = width && width < picture.width ? ` width="${width}"` : "";
  const image = `<img src="${picture.address}" alt="${escape(alt)}"${wide}>`;
  const inside = choice.link ? `<a href="${escape(choice.link)}">${image}</a>` : image;
  const caption = choice.caption ? `<figcaption>${escape(choice.caption)}</figcaption>` : "";
  const place = choice.place === "none" ? "" : ` class="${choice.place}"`;
  return `<figure${place}>${inside}${caption}</figure>`;
}

const USUAL = { alt: undefined, caption: "", size: "full", place: "none", link: "" };

// What is put into the text.

/** Puts words in place of others, wherever the author is writing meanwhile: the cursor stays with its words. */
function exchange(from, to, words) {
  const focused = document.activeElement;
  const [start, end] = [area.selectionStart, area.selectionEnd];
  const moved = (place) => (place <= from ? place : place >= to ? place + words.length - (to - from) : from + words.length);
  put(area, words, from, to);
  area.setSelectionRange(moved(start), moved(end));
  if (focused !== area) focused?.focus?.({ preventScroll: true });
}

let composing = false;
const afterComposing = [];

/** Does something to the text, but never while somebody writes a character with several keys. */
function whenQuiet(act) {
  if (composing) afterComposing.push(act);
  else act();
}

/** Lines of its own for what is put in where the cursor stands. */
function putBlock(words) {
  const [from, to] = [area.selectionStart, area.selectionEnd];
  const [before, after] = [area.value.slice(0, from), area.value.slice(to)];
  const head = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  put(area, head + words + tail, from, to);
}

// Sending.

/** What the blog said about a file; `null` for a page of something else, or one that was cut off. */
function ours(request) {
  try {
    const said = JSON.parse(request.responseText);
    return typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}

class Upload {
  constructor(file, called) {
    this.file = file;
    this.name = called;
    this.choice = USUAL;
    this.state = "waiting";
    this.tries = 0;
    this.placeholder = undefined;
    this.picture = undefined;
    this.draw();
  }

  draw() {
    this.progress = element("progress", { max: 1, ".value": 0, "aria-label": `Upload of ${this.name}` });
    this.words = element("span", { class: "words" }, "queued");
    this.retry = element("button", { type: "button", class: "plain", hidden: true }, "Retry");
    this.retry.append(element("span", { class: "visually-hidden" }, ` the upload of ${this.name}`));
    this.leave = element("button", { type: "button", class: "plain" }, "Cancel");
    this.leave.append(element("span", { class: "visually-hidden" }, ` the upload of ${this.name}`));
    this.retry.addEventListener("click", () => this.again());
    this.leave.addEventListener("click", () => this.drop());
    this.line = element("li", {}, element("bdi", {}, this.name), this.progress, this.words, this.retry, this.leave);
    list.append(this.line);
  }

  /** Marks the place in the text where the picture will stand. */
  mark() {
    const others = uploads.map((upload) => upload.placeholder);
    const bare = this.name.replace(/[\\[\]()!\s]+/g, " ").trim();
    let number = 1;
    const words = () => `![Uploading ${bare}${number > 1 ? ` ${number}` : ""}…]()`;
    while (others.includes(words()) || area.value.includes(words())) number += 1;
    this.placeholder = words();
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
    request.setRequestHeader("x-csrf", form.elements.csrf.value);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      this.progress.value = event.loaded / event.total;
      const percent = Math.floor((event.loaded / event.total) * 100);
      this.words.textContent = percent < 100 ? `${percent} %` : "resizing";
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.failed("The network connection was lost."));
    request.addEventListener("timeout", () => this.failed("The upload took too long."));
    request.send(this.file);
  }

  /** Whatever comes back: our own words, or those of something between this browser and the blog. */
  answered(request) {
    const said = ours(request);
    if (request.status === 200 && said?.address) {
      this.done(said);
    } else if ((request.status === 413 || request.status === 422) && said?.problem) {
      this.refused(said.problem);
    } else if (request.status === 413) {
      this.gaveUp("The proxy in front of the blog rejected this file as too large. Raise the proxy’s limit, then retry.");
    } else if (request.status === 401 || request.status === 403) {
      this.gaveUp("You’re signed out. Sign in, then retry.");
    } else if (request.status === 507) {
      this.gaveUp("The server’s disk is full.");
    } else {
      // Tried again soon; until then the text promises nothing.
      this.unmark();
      if (request.status === 502 || request.status === 504) this.failed("The proxy in front of the blog can’t reach it.");
      else if (request.status === 200) this.failed("Something other than the blog responded.");
      else this.failed(said?.problem ?? `The server couldn’t accept the file (${request.status}).`);
    }
  }

  done(picture) {
    this.picture = picture;
    this.state = "done";
    this.line.remove();
    if (this.placeholder) this.settle();
    else dialog?.uploaded(this);
    announce(`${this.name} has been uploaded.`);
    next();
  }

  /** Puts the picture where its placeholder stands; who deleted that does not want it any more. */
  settle() {
    whenQuiet(() => {
      const from = area.value.indexOf(this.placeholder);
      if (from >= 0) exchange(from, from + this.placeholder.length, written(this.picture, this.choice));
    });
  }

  /** Takes the place out of the text: what is saved meanwhile must not promise a picture to readers. */
  unmark() {
    const { placeholder } = this;
    if (!placeholder) return;
    this.placeholder = undefined;
    this.wasMarked = true;
    this.stoodAfter = undefined;
    whenQuiet(() => {
      const from = area.value.indexOf(placeholder);
      if (from < 0) return;
      this.stoodAfter = area.value.slice(Math.max(0, from - KNOWN_BY), from);
      const to = from + placeholder.length;
      // With the empty line that came with it.
      const gap = area.value.slice(to).match(/^\n{1,2}/)?.[0].length ?? 0;
      exchange(from, to + gap, "");
    });
  }

  /** Back to its place, which is known by the words before it; where they are gone, where the cursor is. */
  putBack(words) {
    const at = this.stoodAfter === undefined ? -1 : area.value.lastIndexOf(this.stoodAfter);
    if (at < 0) return putBlock(words);
    const place = at + this.stoodAfter.length;
    const gap = area.value.slice(place).trim() === "" ? "\n\n" : area.value.startsWith("\n", place) ? "\n" : "\n\n";
    exchange(place, place, words + gap);
  }

  /** A file that will not be taken however often it is sent. */
  refused(problem) {
    this.unmark();
    this.state = "refused";
    this.progress.hidden = true;
    this.line.classList.add("failed");
    this.leave.firstChild.textContent = "Remove";
    this.problem = problem;
    this.say(problem);
    dialog?.stopped(this, problem);
    announce(`${this.name}: ${problem}`);
    next();
  }

  failed(problem) {
    const wait = AGAIN_AFTER_MS[this.tries - 1];
    if (wait === undefined) return this.gaveUp(problem);
    this.state = "failed";
    this.stopped(`${problem} Retrying soon.`);
    this.timer = setTimeout(() => this.again(), wait);
    next();
  }

  /** Nothing goes on by itself: somebody has to do something, and then presses the button. */
  gaveUp(problem) {
    this.unmark();
    this.state = "failed";
    this.line.classList.add("failed");
    this.stopped(problem);
    next();
  }

  stopped(words) {
    this.progress.hidden = true;
    this.retry.hidden = false;
    this.say(words);
    dialog?.stopped(this, words);
    announce(`${this.name}: ${words}`);
  }

  again() {
    clearTimeout(this.timer);
    if (this.state !== "failed") return;
    this.line.classList.remove("failed");
    if (this.wasMarked && !this.placeholder) {
      const words = this.mark();
      whenQuiet(() => this.putBack(words));
    }
    this.state = "waiting";
    this.say("waits");
    next();
  }

  /** Gives a picture up: its request, its line and its place in the text. */
  drop() {
    clearTimeout(this.timer);
    this.state = "dropped";
    this.request?.abort();
    this.line.remove();
    dialog?.dropped(this);
    this.unmark();
    next();
    area.focus();
  }

  say(words) {
    this.words.textContent = words;
  }
}

let uploads = [];
let dialog;
const list = element("ul", { class: "uploads", "aria-label": "Uploads" });
const status = element("p", { class: "visually-hidden", role: "status" });

function announce(words) {
  status.textContent = words;
}

/** Sends what waits, and tells the form how much is under way. */
function next() {
  uploads = uploads.filter((upload) => !["done", "dropped"].includes(upload.state));
  const sending = uploads.filter((upload) => upload.state === "sending").length;
  const waiting = uploads.filter((upload) => upload.state === "waiting");
  for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - sending))) upload.send();
  const number = uploads.filter((upload) => ["waiting", "sending"].includes(upload.state)).length;
  const failed = uploads.length - number;
  if (form.dataset.uploads === String(number) && form.dataset.uploadsFailed === String(failed)) return;
  form.dataset.uploads = String(number);
  form.dataset.uploadsFailed = String(failed);
  form.dispatchEvent(new CustomEvent("uploads", { detail: { number, failed } }));
}

/** Begins to send a file. Files without a name of their own, as pasted ones are, are called by what they are. */
function begin(file) {
  const ending = file.type.split("/")[1] ?? "";
  const upload = new Upload(file, file.name || `picture.${ending}`);
  uploads.push(upload);
  if (!KINDS.includes(file.type)) {
    upload.refused(OTHER_KINDS[file.type] ?? NO_PICTURE);
  } else if (file.size > HEAVIEST) {
    upload.refused("This file is larger than 10 MiB. Please make the picture smaller and upload it again.");
  }
  return upload;
}

/** Sends files and marks their places in the text, one after the other where the cursor stands. */
function take(files) {
  const begun = files.map(begin);
  const taken = begun.filter((upload) => upload.state !== "refused");
  const marked = taken.map((upload) => upload.mark());
  if (marked.length) whenQuiet(() => putBlock(marked.join("\n\n")));
  // What was refused has said so itself; where others were not, both are said.
  const refused = begun.filter((upload) => upload.state === "refused").map((upload) => `${upload.name}: ${upload.problem}`);
  const sent = taken.length === 1 ? `Uploading ${taken[0].name}.` : `Uploading ${taken.length} pictures.`;
  announce([...refused, ...(taken.length ? [sent] : [])].join(" "));
  next();
}

const pictures = (transfer) => [...transfer.files].filter((file) => file.type.startsWith("image/"));
const holdsFiles = (transfer) => transfer?.types.includes("Files");

// The dialog: a file or a picture of the library, then how it shall stand in the text.

class Dialog {
  constructor() {
    this.build();
    document.body.append(this.element);
  }

  build() {
    this.file = element("input", { type: "file", id: "chooser-file", accept: KINDS.join(","), multiple: true });
    this.search = element("input", { type: "search", id: "chooser-search", maxlength: "200" });
    this.found = element("ul", { class: "pictures", "aria-label": "Library" });
    this.more = element("button", { type: "button", hidden: true }, "Show more");
    this.told = element("p", { class: "hint", role: "status" });
    this.sight = element("img", { alt: "" });
    this.alt = element("textarea", { id: "chooser-alt", rows: "2", "aria-describedby": "chooser-alt-hint" });
    this.caption = element("input", { id: "chooser-caption", maxlength: "2000" });
    this.link = element("input", { id: "chooser-link", type: "text", inputmode: "url", placeholder: "https://", autocomplete: "off" });
    const radios = (name, chosen, ways) =>
      ways.map(([value, words]) =>
        element("label", { class: "choice" }, element("input", { type: "radio", name, value, checked: value === chosen }), ` ${words}`),
      );
    const sizes = [["small", "Small"], ["medium", "Medium"], ["large", "Large"], ["full", "Full"]];
    const places = [["none", "None"], ["float-left", "Left"], ["center", "Centre"], ["float-right", "Right"]];
    const field = (label, control, ...more) =>
      element("div", { class: "field" }, element("label", { for: control.id }, label), control, ...more);
    this.choosing = element(
      "div",
      { class: "choosing" },
      field("Choose a file", this.file),
      field("Search the library", this.search),
      this.found,
      this.more,
    );
    this.insert = element("button", { type: "submit", class: "primary", value: "insert" }, "Insert");
    this.back = element("button", { type: "button" }, "Another picture");
    const hint = "Describe the picture for people who can’t see it. Leave empty only if the picture is decorative.";
    this.describing = element(
      "div",
      { class: "describing", hidden: true },
      element("div", { class: "sight" }, this.sight),
      element(
        "div",
        {},
        field("Alternative text", this.alt, element("p", { class: "hint", id: "chooser-alt-hint" }, hint)),
        field("Caption", this.caption),
        element("fieldset", { class: "ways-to-stand" }, element("legend", {}, "Size"), ...radios("chooser-size", "full", sizes)),
        element("fieldset", { class: "ways-to-stand" }, element("legend", {}, "Alignment"), ...radios("chooser-place", "none", places)),
        field("Link", this.link),
        element("div", { class: "buttons" }, this.insert, this.back),
      ),
    );
    this.cancel = element("button", { type: "button", class: "plain" }, "Cancel");
    const head = element("div", { class: "head" }, element("h2", { id: "chooser-title" }, "Picture"), this.cancel);
    this.form = element("form", { method: "dialog" }, head, this.told, this.choosing, this.describing);
    this.element = element("dialog", { class: "chooser", "aria-labelledby": "chooser-title" }, this.form);
    this.listen();
  }

  listen() {
    this.file.addEventListener("change", () => this.files([...this.file.files]));
    this.cancel.addEventListener("click", () => this.element.close("cancel"));
    this.back.addEventListener("click", () => this.begin());
    this.more.addEventListener("click", () => this.list(this.older));
    this.search.addEventListener("input", () => {
      clearTimeout(this.typed);
      this.typed = setTimeout(() => this.list(), 250);
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

  open() {
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
    this.told.textContent = "";
    this.file.focus();
    this.list();
  }

  async list(older) {
    const query = `&q=${encodeURIComponent(this.search.value)}${older ? `&${older}` : ""}`;
    const asked = Symbol("asked");
    this.asked = asked;
    let answer;
    try {
      const response = await fetch(LIBRARY + query, { headers: { accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      answer = await response.json();
    } catch {
      if (this.asked === asked) this.told.textContent = "The library can’t be loaded right now. You can still choose a file.";
      return;
    }
    if (this.asked !== asked) return;
    const items = answer.pictures.map((picture) => this.item(picture));
    if (older) this.found.append(...items);
    else this.found.replaceChildren(...items);
    this.older = answer.older;
    this.more.hidden = !answer.older;
    const number = this.found.childElementCount;
    this.told.textContent = number
      ? ""
      : this.search.value.trim()
        ? "No pictures match."
        : "The library is empty. Pictures you upload will appear here.";
  }

  item(picture) {
    const name = picture.alt || picture.name || "Untitled picture";
    const image = element("img", { src: picture.thumbnail, alt: "", loading: "lazy", width: picture.width, height: picture.height });
    const button = element("button", { type: "button" }, image, element("span", { class: "name" }, name));
    button.addEventListener("click", () => this.describe(picture, picture.thumbnail));
    return element("li", {}, button);
  }

  /** One file goes on to the second step while it is sent; several go straight into the text. */
  files(files) {
    if (files.length === 0) return;
    if (files.length > 1) {
      this.element.close("files");
      take(files);
      return;
    }
    const upload = begin(files[0]);
    if (upload.state === "refused") {
      this.told.textContent = upload.words.textContent;
      upload.drop();
      this.file.focus();
      return;
    }
    this.upload = upload;
    next();
    this.blob = URL.createObjectURL(files[0]);
    this.describe({ alt: "", caption: "" }, this.blob);
  }

  describe(picture, address) {
    this.picture = picture;
    this.sight.src = address;
    this.alt.value = picture.alt;
    this.caption.value = picture.caption;
    this.link.value = "";
    for (const usual of ["full", "none"]) this.form.querySelector(`[value=${usual}]`).checked = true;
    this.choosing.hidden = true;
    this.describing.hidden = false;
    this.told.textContent = this.upload ? "The picture is uploading while you describe it." : "";
    this.alt.focus();
  }

  /** A picture that was sent before anybody said how it shall stand. */
  uploaded(upload) {
    if (this.upload !== upload || !this.element.open) return;
    this.told.textContent = "The picture has been uploaded.";
    // The same content may have been described before.
    this.alt.value ||= upload.picture.alt;
    this.caption.value ||= upload.picture.caption;
  }

  stopped(upload, words) {
    if (this.upload === upload && this.element.open) this.told.textContent = words;
  }

  dropped(upload) {
    if (this.upload === upload && this.element.open) this.begin();
  }

  chosen(name) {
    return this.form.querySelector(`[name=chooser-${name}]:checked`).value;
  }

  /** Closes the dialog and puts the picture, or its place as long as it is sent, where the cursor stands. */
  put() {
    const { upload, picture } = this;
    const oneLine = (text) => text.replace(/\s+/g, " ").trim();
    const choice = {
      alt: oneLine(this.alt.value),
      caption: oneLine(this.caption.value),
      size: this.chosen("size"),
      place: this.chosen("place"),
      link: this.link.value.trim(),
    };
    this.upload = undefined;
    this.element.close("insert");
    if (upload && upload.state !== "done") {
      upload.choice = choice;
      // One that waits for its button gets its place in the text with that.
      if (upload.line.classList.contains("failed")) upload.wasMarked = true;
      else putBlock(upload.mark());
    } else {
      putBlock(written(upload?.picture ?? picture, choice));
    }
  }

  /** Whatever closed the dialog: a file that is still sent for it is not wanted any more. */
  closed() {
    this.release();
    const { upload } = this;
    this.upload = undefined;
    if (upload && upload.state !== "done") upload.drop();
    if (this.element.returnValue !== "files") area.focus();
  }

  release() {
    if (this.blob) URL.revokeObjectURL(this.blob);
    this.blob = undefined;
  }
}

function openDialog() {
  dialog ??= new Dialog();
  dialog.open();
}

// Where pictures come in.

function listen() {
  form.addEventListener("picture", openDialog);
  area.addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData);
    // Programs that copy words send a picture of them along.
    if (files.length === 0 || event.clipboardData.getData("text/plain") !== "") return;
    event.preventDefault();
    event.stopPropagation();
    take(files);
  });
  const paper = area.closest(".paper") ?? form;
  // A file that is dropped beside the paper would replace the page, and the text with it.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => {
      if (holdsFiles(event.dataTransfer)) event.preventDefault();
    });
  }
  paper.addEventListener("dragover", (event) => {
    if (!holdsFiles(event.dataTransfer)) return;
    event.dataTransfer.dropEffect = "copy";
    paper.classList.add("dropping");
  });
  paper.addEventListener("dragleave", (event) => {
    if (!paper.contains(event.relatedTarget)) paper.classList.remove("dropping");
  });
  paper.addEventListener("drop", (event) => {
    paper.classList.remove("dropping");
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  area.addEventListener("compositionstart", () => (composing = true));
  area.addEventListener("compositionend", () => {
    composing = false;
    for (const act of afterComposing.splice(0)) setTimeout(act);
  });
  window.addEventListener("online", () => uploads.forEach((upload) => upload.again()));
  window.addEventListener("beforeunload", (event) => {
    if (uploads.some((upload) => ["waiting", "sending"].includes(upload.state))) event.preventDefault();
  });
}

if (area) {
  form.dataset.pictures = ""; // The toolbar shows its button now.
  const choose = element("button", { type: "button", class: "plain" }, "Choose pictures");
  choose.addEventListener("click", openDialog);
  const hint = element("p", { class: "hint" }, "You can drop or paste pictures into the text. ", choose);
  area.after(element("div", { class: "picture-tools" }, hint, list, status));
  listen();
  next();
}
