// Pictures that were pasted and are on another site: the server fetches them, and their addresses in the text become those of
// this blog. One that nobody can get stays as a line of the list of uploads, with a button to choose a file instead.

import { element } from "./dom.js";
import { missingPictures, nameOfAddress, remoteAddresses, wholePicture } from "./picture_markup.js";
import { replaceInBackground } from "./textarea.js";

/** @typedef {"waiting" | "sending" | "failed"} State */
/** @typedef {ReturnType<typeof makeLine>} Line */
/** @typedef {{ address: string, state: string, reason?: string, picture: StoredPicture }} Fetched */

const FETCH = "/admin/media/fetch";
const UPLOAD = "/admin/media/upload";
const KINDS = "image/*";
const FOREIGN = "This picture is on another site and couldn’t be downloaded. Choose a file.";
const LOST = "This picture wasn’t included when the text was pasted. Choose a file.";
/** The server is asked again after these waits, the last of them for as long as something is under way. */
const ASK_AFTER_MS = [400, 600, 1_000, 2_000, 5_000];
/** The server is asked about so many pictures of an earlier visit. */
const MAX_ASKED = 200;

/**
 * The line of a picture in the list.
 * @param {PictureInText} picture
 */
function makeLine({ address = "", alt = "", written }) {
  const name = alt || (address ? nameOfAddress(address) : "Picture");
  const called = () => element("span", { class: "visually-hidden" }, ` for ${name}`);
  const words = element("span", { class: "words" }, "downloading…");
  const progress = element("progress", { "aria-label": `Downloading ${name}` });
  const file = element("input", { type: "file", accept: KINDS, hidden: true, "aria-label": `File for ${name}` });
  const choose = element("button", { type: "button", class: "plain" }, "Choose a file", called());
  const again = element("button", { type: "button", class: "plain" }, "Try again", called());
  const remove = element("button", { type: "button", class: "plain" }, "Remove", called());
  const item = element("li", {}, element("bdi", {}, name), progress, words, again, choose, remove, file);
  return { address, alt, written, name, item, words, progress, file, choose, again, remove, state: /** @type {State} */ ("waiting") };
}

/**
 * @param {Line} line
 * @param {State} state
 */
function show(line, state, reason = "") {
  line.state = state;
  const failed = state === "failed";
  line.item.classList.toggle("failed", failed);
  line.progress.hidden = failed;
  line.choose.hidden = !failed;
  line.again.hidden = !failed || !line.address;
  const words = line.address ? FOREIGN : LOST;
  line.words.textContent = failed ? words : state === "sending" ? "uploading…" : "downloading…";
  line.words.title = reason;
}

/**
 * Fetches the remote pictures of a text; `say` announces what happened to screen readers.
 * @param {EditorForm} form
 * @param {HTMLTextAreaElement} area
 * @param {(words: string) => void} say
 */
export function watchRemotePictures(form, area, say) {
  const list = element("ul", { class: "uploads", "aria-label": "Pictures from other sites" });
  area.after(list);
  /**
   * What is in the list, by how it is written in the text.
   * @type {Map<string, Line>}
   */
  const lines = new Map();
  let timer = 0;
  let asked = 0;
  let composing = false;
  area.addEventListener("compositionstart", () => (composing = true));
  area.addEventListener("compositionend", () => (composing = false));

  /**
   * Replaces some words by others, wherever the author is writing meanwhile.
   * @param {string} written
   * @param {string} words
   * @param {boolean} all
   */
  function exchange(written, words, all) {
    for (let from = area.value.indexOf(written); from >= 0; from = area.value.indexOf(written, from + words.length)) {
      replaceInBackground(area, words, from, from + written.length);
      if (!all) return;
    }
  }

  /** @param {string} key */
  function drop(key) {
    lines.get(key)?.item.remove();
    lines.delete(key);
  }

  /**
   * @param {PictureInText} picture
   * @param {string} key
   */
  function add(picture, key = picture.written) {
    if (lines.has(key)) return;
    const line = makeLine(picture);
    line.choose.addEventListener("click", () => line.file.click());
    line.file.addEventListener("change", () => {
      const [file] = line.file.files ?? [];
      if (file) upload(line, key, file);
    });
    line.again.addEventListener("click", () => {
      show(line, "waiting");
      ask([line.address], "again");
    });
    line.remove.addEventListener("click", () => {
      const whole = line.address ? wholePicture(area.value, line.written) : line.written;
      exchange(whole, "", line.address !== "");
      drop(key);
      area.focus();
    });
    lines.set(key, line);
    list.append(line.item);
    show(line, line.address ? "waiting" : "failed");
  }

  /**
   * The picture is here: it is put into the text, but never while a character is written with several keys.
   * @param {Line} line
   * @param {string} key
   * @param {StoredPicture} picture
   */
  function settle(line, key, picture) {
    if (composing) {
      area.addEventListener("compositionend", () => setTimeout(() => settle(line, key, picture)), { once: true });
      return;
    }
    if (line.address) exchange(line.written, picture.address, true);
    else exchange(line.written, line.written.startsWith("<") ? `<img src="${picture.address}" alt="">` : `![](${picture.address})`, false);
    drop(key);
    say(`${line.name} is now stored on your blog.`);
  }

  /**
   * @param {Line} line
   * @param {string} key
   * @param {File} file
   */
  async function upload(line, key, file) {
    show(line, "sending");
    try {
      const headers = { "x-csrf": form.elements.csrf.value };
      const response = await fetch(`${UPLOAD}?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file, headers });
      const answer = await response.json().catch(() => ({}));
      if (response.ok) return settle(line, key, answer);
      show(line, "failed");
      line.words.textContent = answer.problem ?? "The server couldn’t accept this file. Try again.";
    } catch {
      show(line, "failed");
      line.words.textContent = "The server can’t be reached. Try again.";
    }
    say(line.words.textContent ?? "");
  }

  /**
   * Asks how far these are.
   * @param {string[]} addresses
   * @param {"again" | "look"} act "look" for what may be known from before
   */
  async function ask(addresses, act) {
    clearTimeout(timer);
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, addresses: addresses.join("\n"), act });
    try {
      const answer = await fetch(FETCH, { method: "POST", body });
      if (answer.ok) {
        const { pictures } = await answer.json();
        for (const picture of pictures) update(picture, act);
      }
    } catch {
      // Offline: it is asked again.
    }
    next();
  }

  /**
   * @param {Fetched} fetched
   * @param {string} act
   */
  function update(fetched, act) {
    const { address, state, reason, picture } = fetched;
    const known = [...lines].filter(([, line]) => line.address === address);
    if (known.length === 0 && act === "look" && state !== "done") {
      const written = [address, address.replaceAll("&", "&amp;")].find((spelling) => area.value.includes(spelling));
      if (written) add({ address, written });
      return update(fetched, "");
    }
    for (const [key, line] of known) {
      if (line.state === "sending") continue;
      if (state === "done") settle(line, key, picture);
      else if (state === "failed" && line.state !== "failed") {
        show(line, "failed", reason);
        say(`${line.name}: ${FOREIGN}`);
      }
    }
  }

  /** Asks again as long as something is under way. */
  function next() {
    clearTimeout(timer);
    const waiting = [...lines.values()].filter((line) => line.address && line.state === "waiting");
    if (waiting.length === 0) {
      asked = 0;
      return;
    }
    const wait = ASK_AFTER_MS[Math.min(asked, ASK_AFTER_MS.length - 1)];
    asked += 1;
    timer = setTimeout(() => ask(waiting.map((line) => line.address), "look"), wait);
  }

  // What was just pasted: pictures of other sites, and those that nobody can get.
  form.addEventListener("remote-pictures", (event) => {
    /** @type {CustomEvent<{ pictures: PictureInText[], missing: PictureInText[] }>} */
    const { detail } = /** @type {any} */ (event);
    const { pictures, missing } = detail;
    for (const picture of pictures) add(picture);
    missing.forEach((picture, place) => add(picture, `${picture.written} ${Date.now()} ${place}`));
    const number = pictures.length + missing.length;
    if (missing.length) say(LOST);
    else if (number) say(number === 1 ? "Downloading a picture." : `Downloading ${number} pictures.`);
    next();
  });

  // What an earlier visit left.
  missingPictures(area.value).forEach((picture, place) => add(picture, `${picture.written} ${place + 1}`));
  const before = remoteAddresses(area.value);
  if (before.length) ask(before.slice(0, MAX_ASKED), "look");
}
