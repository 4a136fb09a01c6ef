// Pictures that were pasted and live on another site: the server fetches them, and they take the place of their addresses
// in the text. One that nobody can get stays as a line of the list of uploads, with a button to choose a file instead.

import { element } from "./dom.js";
import { put } from "./textarea.js";

const FETCH = "/admin/media/fetch";
const UPLOAD = "/admin/media/upload";
const KINDS = "image/*";
const FOREIGN = "This picture is on another site and couldn’t be downloaded. Choose a file.";
const LOST = "This picture wasn’t included when the text was pasted. Choose a file.";
/** The server is asked again after these waits, the last of them for as long as something is under way. */
const ASK_AFTER_MS = [400, 600, 1_000, 2_000, 5_000];
/** How a picture is written that nobody can get; the words behind the colon are its name. */
const MISSING = /!\[Missing picture(?:: ([^\]]*))?\]\(\)|<img alt="Missing picture(?:: ([^"]*))?">/g;
/** Pictures of other sites, in both markups. */
const ELSEWHERE = /!\[[^\]]*\]\((https?:\/\/(?:[^\s<>()]|\([^\s<>()]*\))+)\)|<img\s[^>]*?src="(https?:\/\/[^"]+)"/g;

const plainAddress = (written) => written.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A name for the eye: the last part of an address. */
function nameOf(address) {
  try {
    const url = new URL(address);
    return decodeURIComponent(url.pathname.split("/").filter(Boolean).pop() ?? url.host) || url.host;
  } catch {
    return address;
  }
}

/** Watches over the pictures of a text; `say` tells what happened to those who do not see it. */
export function watchElsewhere(form, area, say) {
  const list = element("ul", { class: "uploads", "aria-label": "Pictures from other sites" });
  area.after(list);
  /** What is in the list, by how it is written in the text. */
  const lines = new Map();
  let timer;
  let asked = 0;
  let composing = false;
  area.addEventListener("compositionstart", () => (composing = true));
  area.addEventListener("compositionend", () => (composing = false));

  /** Replaces some words by others, wherever the author is writing meanwhile. */
  function exchange(written, words, all) {
    for (let from = area.value.indexOf(written); from >= 0; from = area.value.indexOf(written, from + words.length)) {
      const focused = document.activeElement;
      const [start, end] = [area.selectionStart, area.selectionEnd];
      const to = from + written.length;
      const moved = (place) => (place <= from ? place : place >= to ? place + words.length - written.length : from + words.length);
      put(area, words, from, to);
      area.setSelectionRange(moved(start), moved(end));
      if (focused !== area) focused?.focus?.({ preventScroll: true });
      if (!all) return;
    }
  }

  function drop(key) {
    const line = lines.get(key);
    if (!line) return;
    lines.delete(key);
    line.item.remove();
  }

  /** A line for a picture: `address` is empty for one that nobody can get. */
  function add({ address = "", alt = "", written }, key = written) {
    if (lines.has(key)) return;
    const name = alt || (address ? nameOf(address) : "Picture");
    const words = element("span", { class: "words" }, "downloading…");
    const progress = element("progress", { "aria-label": `Downloading ${name}` });
    const called = () => element("span", { class: "visually-hidden" }, ` for ${name}`);
    const file = element("input", { type: "file", accept: KINDS, hidden: true, "aria-label": `File for ${name}` });
    const choose = element("button", { type: "button", class: "plain" }, "Choose a file", called());
    const again = element("button", { type: "button", class: "plain" }, "Try again", called());
    const remove = element("button", { type: "button", class: "plain" }, "Remove", called());
    const item = element("li", {}, element("bdi", {}, name), progress, words, again, choose, remove, file);
    const line = { address, alt, written, name, item, words, progress, choose, again, state: "waiting" };
    choose.addEventListener("click", () => file.click());
    file.addEventListener("change", () => file.files.length && upload(line, key, file.files[0]));
    again.addEventListener("click", () => {
      show(line, "waiting");
      ask([address], "again");
    });
    remove.addEventListener("click", () => {
      exchange(whole(line), "", address !== "");
      drop(key);
      area.focus();
    });
    lines.set(key, line);
    list.append(item);
    show(line, address ? "waiting" : "failed");
  }

  /** The whole picture in the text, not only its address. */
  function whole({ address, written }) {
    if (!address) return written;
    const text = area.value;
    const at = text.indexOf(written);
    if (at < 0) return written;
    const [before, behind] = [text.slice(0, at), text.slice(at + written.length)];
    const [open, close] = before.endsWith("](") ? [before.lastIndexOf("!["), behind.indexOf(")") + 1] : [before.lastIndexOf("<img"), behind.indexOf(">") + 1];
    return open >= 0 && close > 0 ? text.slice(open, at + written.length + close) : written;
  }

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

  /** The picture is here: it takes its place in the text, but never while a character is written with several keys. */
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

  async function upload(line, key, file) {
    show(line, "sending");
    try {
      const headers = { "x-csrf": form.elements.csrf.value };
      const answer = await fetch(`${UPLOAD}?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file, headers });
      const answered = await answer.json().catch(() => ({}));
      if (answer.ok) return settle(line, key, answered);
      show(line, "failed");
      line.words.textContent = answered.problem ?? "The server couldn’t accept this file. Try again.";
    } catch {
      show(line, "failed");
      line.words.textContent = "The server can’t be reached. Try again.";
    }
    say(line.words.textContent);
  }

  /** Asks how far these are; `act` is "again", "look" for what may be known from before, or empty. */
  async function ask(addresses, act = "") {
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

  function update({ address, state, reason, picture }, act) {
    const known = [...lines].filter(([, line]) => line.address === address);
    if (known.length === 0 && act === "look" && state !== "done") {
      const written = [address, address.replaceAll("&", "&amp;")].find((spelling) => area.value.includes(spelling));
      if (written) add({ address, written });
      return update({ address, state, reason, picture }, "");
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

  /** What was just pasted: pictures of other sites, and those that nobody can get. */
  form.addEventListener("elsewhere", (event) => {
    const { pictures, missing } = event.detail;
    for (const picture of pictures) add(picture);
    missing.forEach((picture, place) => add(picture, `${picture.written} ${Date.now()} ${place}`));
    const number = pictures.length + missing.length;
    if (missing.length) say(LOST);
    else if (number) say(number === 1 ? "Downloading a picture." : `Downloading ${number} pictures.`);
    next();
  });

  // What an earlier visit left.
  let place = 0;
  for (const found of area.value.matchAll(MISSING)) {
    add({ alt: found[1] ?? found[2] ?? "", written: found[0] }, `${found[0]} ${(place += 1)}`);
  }
  const before = new Set();
  for (const found of area.value.matchAll(ELSEWHERE)) before.add(found[1] ?? plainAddress(found[2]));
  if (before.size) ask([...before].slice(0, 200), "look");
}
