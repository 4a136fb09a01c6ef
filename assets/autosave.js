// The editor saves by itself: two seconds after the last key, and every ten while somebody types. What the server has not
// taken yet stands in the browser's storage. The status line says what is true.

import { element } from "./dom.js";
import { adopt } from "./textarea.js";
import { signInAgain } from "./sign_in_again.js";

const PAUSE_MS = 2000;
const AT_LEAST_EVERY_MS = 10_000;
/** A copy in the browser's storage, made in every short pause. */
const COPY_AFTER_MS = 400;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const HERE_EVERY_MS = 60_000;
/** The server takes forms of this size; a smaller one that is too large was refused by something before it. */
const FORM_MAX_BYTES = 7 * 1024 * 1024;
/** Deleting or replacing so much at once is saved before it happens. */
const LARGE_CUT_CHARS = 200;

const form = document.querySelector("form.editor");
const body = form?.elements.body;
const status = form?.querySelector("[role=status]");

/** What of the form makes the text; the rest (the token, the button) is no reason to save. */
const OF_THE_TEXT = ["title", "body", "markup", "tags", "permalink", "excerpt", "comments", "published_at", "pinned", "noindex", "language", "canonical", "location", "picture", "author", "fields"];

function fields() {
  const data = new FormData(form);
  return Object.fromEntries(OF_THE_TEXT.map((name) => [name, data.get(name) ?? ""]));
}

const same = (one, other) => OF_THE_TEXT.every((name) => (one[name] ?? "") === (other[name] ?? ""));

/** Puts a value into a field, whatever kind of control it is. */
function put(name, value) {
  const control = form.elements[name];
  if (name === "body") adopt(body, value);
  else if (control?.type === "checkbox") control.checked = value !== "";
  else if (control) control.value = value;
}

/** Says in the status line what is true; what went wrong is red there, and read out at once. */
function say(words, wrong = false) {
  status.classList.toggle("failed", wrong);
  status.setAttribute("aria-live", wrong ? "assertive" : "polite");
  if (status.textContent !== words) status.textContent = words;
}

/** An answer of JSON, which only this blog gives; `null` for a page of a proxy or of somebody else. */
async function ours(answer) {
  if (!answer.headers.get("content-type")?.startsWith("application/json")) return null;
  return answer.json().catch(() => null);
}

/** What an answer means that brings nothing, in words; `size` is how many bytes were sent. */
function refusal(answer, size) {
  if (answer.status === 413 && size < FORM_MAX_BYTES) return "the proxy in front of the blog rejected this text; raise its size limit";
  if (answer.status === 413) return "the text is too long";
  if (answer.status === 507) return "the server’s disk is full";
  if (answer.status === 429) return "too many requests";
  if (answer.status === 502 || answer.status === 504) return "the proxy in front of the blog can’t reach it";
  return answer.ok ? "something other than the blog responded" : `the server responded with ${answer.status}`;
}

class Saver {
  constructor() {
    this.saved = fields();
    this.storedAs = form.dataset.id;
    /** Whether the server has more of the text than readers see. */
    this.pending = form.querySelector("button[value=discard]")?.hidden === false;
    this.dirty = false;
    this.sending = null;
    this.failures = 0;
    this.lastSent = performance.now();
  }

  get key() {
    return `daybook editor ${form.dataset.id || `new ${form.dataset.kind}`}`;
  }

  touched() {
    this.dirty = true;
    showPending(this.pending || !same(fields(), this.saved));
    clearTimeout(this.pause);
    const since = performance.now() - this.lastSent;
    this.pause = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE_MS, AT_LEAST_EVERY_MS - since)));
    clearTimeout(this.copying);
    this.copying = setTimeout(() => this.copy(), COPY_AFTER_MS);
  }

  /** Keeps what the server does not have in this browser. */
  copy(text = fields()) {
    if (same(text, this.saved)) return this.forget();
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), base: form.elements.base.value, text }));
      return true;
    } catch {
      return false; // The storage is full or switched off; the page and the server still hold the text.
    }
  }

  forget() {
    removeCopy(this.key);
    return true;
  }

  /** Sends what is not saved yet. Gives true when the server has the text that the page held when this was called. */
  async save(act = "") {
    clearTimeout(this.pause);
    if (this.sending) {
      await this.sending;
      return act === "" && same(fields(), this.saved) ? true : this.save(act);
    }
    const text = fields();
    if (act === "" && same(text, this.saved)) {
      this.dirty = false;
      this.forget();
      return true;
    }
    if (!this.storedAs && text.title.trim() === "" && text.body.trim() === "") {
      if (act !== "") say("Nothing to save yet. Please write a title or some text first.", true);
      return true;
    }
    this.sending = this.send(text, act).catch(() => this.failed("Couldn’t save, retrying"));
    const done = await this.sending;
    this.sending = null;
    if (done && !same(fields(), this.saved)) this.touched();
    return done;
  }

  /** `again`: whether this was refused once, and its author has signed in for it. */
  async send(text, act, again = false) {
    say("Saving…");
    this.lastSent = performance.now();
    const data = new URLSearchParams(text);
    for (const name of ["csrf", "base", "editor"]) data.set(name, form.elements[name].value);
    data.set("act", act);
    const base = form.dataset.kind === "page" && !this.storedAs ? "/admin/pages" : "/admin/posts";
    let answer;
    try {
      answer = await fetch(`${base}/${this.storedAs ? `${this.storedAs}/` : ""}autosave`, {
        method: "POST",
        body: data,
        headers: { accept: "application/json" },
        redirect: "manual",
      });
    } catch {
      return this.failed(navigator.onLine ? "Couldn’t save, retrying" : "Offline");
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return this.signIn(text, act, again);
    if (answer.status === 404) return this.failed("This post no longer exists: copy your text", false);
    const said = await ours(answer);
    if (answer.status === 409 && said) return this.clash(text, said);
    if (answer.status === 422 && said) return this.failed("Not saved: the text is too long", false);
    if (answer.ok && said) {
      this.kept(text, said);
      return true;
    }
    const words = refusal(answer, data.toString().length);
    return answer.status === 413 ? this.failed(`Not saved: ${words}`, false) : this.failed(`Couldn’t save, retrying: ${words}`);
  }

  /** The server has the text. */
  kept(text, answer) {
    this.failures = 0;
    const old = this.key;
    if (!this.storedAs) this.born(answer);
    this.saved = text;
    form.elements.base.value = answer.base;
    if (answer.text) this.merge(text, answer);
    if (same(fields(), this.saved)) this.dirty = false;
    removeCopy(old);
    this.copy();
    form.dataset.state = answer.state;
    form.querySelector(".state").textContent = answer.state_in_words;
    this.pending = answer.pending;
    showPending(this.pending || !same(fields(), this.saved));
    say(`Saved ${answer.saved_at} on the server${answer.text ? ", merged with the changes saved elsewhere" : ""}`);
    showProblems(answer.problems);
    if (answer.cut) offerCut(this.storedAs, ...answer.cut);
    showElsewhere(answer.elsewhere);
    form.dispatchEvent(new CustomEvent("saved"));
  }

  /** A new post has its number now: its page has an address, and its buttons lead there. */
  born({ id }) {
    this.storedAs = String(id);
    form.dataset.id = this.storedAs;
    form.dataset.state = "draft";
    const base = form.dataset.kind === "page" ? "/admin/pages/" : "/admin/posts/";
    form.action = `${base}${id}`;
    history.replaceState(null, "", `${base}${id}`);
    for (const link of form.querySelectorAll(".desk-links a[data-path]")) link.href = `/admin/posts/${id}/${link.dataset.path}`;
    for (const hidden of form.querySelectorAll(".once-stored")) hidden.hidden = false;
  }

  /**
   * Somebody else's changes came with the answer. They are taken in only where nothing was typed meanwhile; otherwise the
   * next save brings them, made from the revision that holds what this page had sent.
   */
  merge(sent, answer) {
    if (!same(fields(), sent)) return;
    for (const [name, value] of Object.entries(answer.text)) put(name, value);
    form.elements.base.value = answer.revision;
    this.saved = fields();
    form.dispatchEvent(new CustomEvent("adopted"));
  }

  failed(words, again = true) {
    const kept = this.copy();
    say(`${words}; ${kept ? "kept in this browser" : "this browser can’t store it either. Copy your text"}`, true);
    if (again) {
      const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
      this.failures += 1;
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.save(), wait);
    }
    return false;
  }

  async signIn(text, act, again) {
    this.copy();
    if (again) return this.failed("Not saved: the server, or a proxy in front of it, rejected it", false);
    say("You’re signed out. Your text is kept in this browser", true);
    try {
      await signInAgain();
    } catch {
      return false; // Not now; the next key asks again.
    }
    return this.send(text, act, true);
  }

  /** Both changed the same place: both texts stand side by side, and their author chooses. */
  async clash(text, answer) {
    // What was typed meanwhile belongs to the choice.
    if (!same(fields(), text)) return this.send(fields(), "");
    say("Somebody else changed the same part. Both versions are kept.", true);
    this.copy();
    const chosen = await chooseBetween(answer.chunks);
    form.elements.base.value = answer.revision;
    adopt(body, chosen);
    // Of the other fields, what was not touched here is as it is there.
    for (const name of OF_THE_TEXT) {
      if (name !== "body" && (text[name] ?? "") === (this.saved[name] ?? "")) put(name, answer.theirs[name]);
    }
    this.saved = { ...answer.theirs };
    form.dispatchEvent(new CustomEvent("adopted"));
    return this.send(fields(), "save");
  }
}

/** Words that are only true once the text at the desk is another one than readers see. */
function showPending(pending) {
  const discard = form.querySelector("button[value=discard]");
  if (discard) discard.hidden = !pending;
  const state = form.querySelector(".state");
  // Where they will be shown at a time that is set, the line says so already.
  const words = ["Published", "Published · unpublished changes"];
  if (form.dataset.state === "published" && words.includes(state.textContent)) state.textContent = words[Number(pending)];
}

/** Shows what is wrong with which fields, in place of what was wrong before. Gives the first of these fields. */
function showProblems(problems) {
  for (const old of form.querySelectorAll("p.problem")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const marked = problems.flatMap(({ field, message }) => {
    const control = form.elements[field];
    if (!(control instanceof HTMLElement)) return [];
    control.setAttribute("aria-invalid", "true");
    const id = `${field}-problem`;
    control.after(element("p", { class: "problem", id }, message));
    const described = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    control.setAttribute("aria-describedby", [...described.add(id)].join(" "));
    return [control];
  });
  return marked[0];
}

/** A notice above the editor with one button that posts to an address. */
function notice(kind, words, button, action, value) {
  document.querySelector(`.notice.${kind}`)?.remove();
  const box = element(
    "form",
    { class: `notice ${kind}`, method: "post", action, role: "status" },
    element("input", { type: "hidden", name: "csrf", value: form.elements.csrf.value }),
    element("p", {}, words),
    element("button", { type: "submit", name: "act", value }, button),
  );
  form.before(box);
}

function offerCut(post, revision, words) {
  const told = `More than half of this text was taken out. Before that it had ${words} words.`;
  notice("cut", told, "Bring them back", `/admin/posts/${post}/revisions/${revision}`, "restore");
}

function showElsewhere(others) {
  let line = document.querySelector(".notice.elsewhere");
  if (others.length === 0) return line?.remove();
  if (!line) {
    line = element("p", { class: "notice elsewhere" });
    form.before(line);
  }
  const ago = (minutes) => (minutes < 1 ? "just now" : minutes === 1 ? "a minute ago" : `${minutes} minutes ago`);
  const told = others.map((other) => `${other.author}, ${other.device}, last edit ${ago(other.minutes_ago)}`).join("; ");
  const words = `Also open: ${told}. Both versions are kept and merged.`;
  if (line.textContent !== words) line.textContent = words;
}

/** Shows the places that two people changed side by side; gives the text that was chosen, with the rest as it is. */
function chooseBetween(chunks) {
  const dialog = element("dialog", { class: "sheet clash", "aria-labelledby": "clash-heading" });
  const heading = element("h2", { id: "clash-heading", ".textContent": "Conflict: this part was changed in two places" });
  const places = chunks.filter((chunk) => chunk.is === "clash");
  const list = element("div");
  const choices = places.map((place, number) => {
    const group = element("fieldset", {}, element("legend", { ".textContent": `Conflict ${number + 1} of ${places.length}` }));
    const sides = element("div", { class: "side-by-side" });
    for (const [value, label, words] of [["mine", "Your version", place.mine], ["theirs", "The version saved elsewhere", place.theirs]]) {
      const pick = element("input", { type: "radio", name: `place-${number}`, value, checked: value === "mine" });
      sides.append(element("section", {}, element("label", { class: "choice" }, pick, ` ${label}`), element("pre", { ".textContent": words || "(empty)", tabindex: 0 })));
    }
    const both = element("input", { type: "radio", name: `place-${number}`, value: "both" });
    group.append(sides, element("label", { class: "choice" }, both, " Keep both, one after the other"));
    list.append(group);
    return () => group.querySelector("input:checked").value;
  });
  const done = element("button", { type: "button", class: "primary", ".textContent": "Use selected" });
  dialog.append(heading, element("p", { ".textContent": "Whatever you choose, both versions stay in the revisions." }), list, element("div", { class: "buttons" }, done));
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
  return new Promise((resolve) => {
    done.addEventListener("click", () => {
      let place = 0;
      const text = chunks.map((chunk) => {
        if (chunk.is === "settled") return chunk.text;
        const choice = choices[place++]();
        if (choice === "both") return chunk.mine + (chunk.mine.endsWith("\n") || !chunk.mine ? "" : "\n") + chunk.theirs;
        return chunk[choice];
      });
      dialog.close();
      dialog.remove();
      body.focus();
      resolve(text.join(""));
    });
  });
}

/** What its author wrote, as the server gives it back: it spaces titles and tags by itself. */
const WRITTEN = ["title", "body", "tags", "excerpt", "location", "fields"];
const spaced = (name, text = "") => (name === "body" ? text : text.replace(/\s*,\s*/g, ", ").replace(/\s+/g, " ").trim());
const writtenAlike = (one, other) => WRITTEN.every((name) => spaced(name, one[name]) === spaced(name, other[name]));

function readCopy(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function removeCopy(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing could be kept, so nothing is there.
  }
}

function writeCopy(key, copy) {
  try {
    localStorage.setItem(key, JSON.stringify(copy));
  } catch {
    // The page offers it all the same.
  }
}

/** `5 June 2016, 14:05` on the blog's clocks, as the server says it. */
function moment(at) {
  const options = { timeZone: form.dataset.zone, hourCycle: "h23", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", options).formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.day} ${parts.month} ${parts.year}, ${parts.hour}:${parts.minute}`;
}

/** A text that an earlier visit left in this browser is offered, with what differs, and never put in by itself. */
function offerCopy(saver) {
  // What was kept of a new post, and sent as a whole, may be this one.
  const fresh = `daybook editor new ${form.dataset.kind}`;
  const sent = readCopy(fresh);
  if (saver.storedAs && sent?.text && writtenAlike(sent.text, fields())) removeCopy(fresh);
  // It stands under a name of its own until its author decides: what is typed now has a copy, too.
  const offered = `${saver.key} offered`;
  const now = fields();
  const copies = [readCopy(saver.key), readCopy(offered)];
  saver.forget();
  // What this page holds anyway needs no offer: a form that was refused came back with every word.
  const copy = copies.find((copy) => copy?.text && !writtenAlike(copy.text, now));
  if (!copy) return removeCopy(offered);
  writeCopy(offered, copy);
  const box = element("div", { class: "notice copy", role: "region", "aria-label": "Text kept in this browser" });
  const at = moment(copy.at);
  const use = element("button", { type: "button", ".textContent": "Restore" });
  const drop = element("button", { type: "button", class: "plain", ".textContent": "Discard" });
  const differs = element("details", {}, element("summary", { ".textContent": "Show differences" }));
  for (const name of WRITTEN) {
    if (spaced(name, copy.text[name]) === spaced(name, now[name])) continue;
    const [old, kept] = differing(now[name], copy.text[name]);
    const sides = element("div", { class: "side-by-side" });
    sides.append(
      element("section", {}, element("h3", { ".textContent": "Saved on the server" }), element("pre", { ".textContent": old || "(empty)", tabindex: 0 })),
      element("section", {}, element("h3", { ".textContent": "Kept in this browser" }), element("pre", { ".textContent": kept || "(empty)", tabindex: 0 })),
    );
    differs.append(sides);
  }
  box.append(element("p", { ".textContent": `This browser has a version from ${at} that was never saved on the server.` }), differs, element("div", { class: "buttons" }, use, drop));
  form.before(box);
  use.addEventListener("click", () => {
    for (const [name, value] of Object.entries(copy.text)) put(name, value);
    // Made from an older text, it is put together with what is there now.
    if (copy.base) form.elements.base.value = copy.base;
    saver.copy();
    removeCopy(offered);
    box.remove();
    body.focus();
    saver.touched();
  });
  drop.addEventListener("click", () => {
    removeCopy(offered);
    box.remove();
    body.focus();
  });
}

/** The parts of two texts between what they begin and end with alike, from line to line. */
function differing(one, other) {
  const [a, b] = [one.split("\n"), other.split("\n")];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [a.slice(start, a.length - end).join("\n"), b.slice(start, b.length - end).join("\n")];
}

function begin() {
  // What a browser puts back into the fields after a reload may be older than the text at the desk: the copy says what was
  // written, and is offered.
  form.reset();
  for (const name of ["csrf", "base", "editor"]) form.elements[name].value = form.dataset[name];
  const saver = new Saver();
  // A form that came back with a problem holds what the server does not have.
  const unsaved = "unsaved" in form.dataset;
  if (unsaved) saver.saved = {};
  offerCopy(saver);
  if (unsaved) {
    saver.copy();
    // A new post that was refused has its number all the same: coming back leads to it.
    if (saver.storedAs) history.replaceState(null, "", form.action);
    // Where two texts stand on the page, their author looks at them first.
    if (!form.querySelector("#other")) saver.touched();
  }
  form.addEventListener("input", () => saver.touched());
  form.addEventListener("change", () => saver.touched());
  // What is about to be taken out at once may never have been saved.
  body.addEventListener("beforeinput", () => {
    const length = body.selectionEnd - body.selectionStart;
    if (length > LARGE_CUT_CHARS && length * 2 > body.value.length && !same(fields(), saver.saved)) saver.save();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === "s") {
      event.preventDefault();
      saver.save("save");
    }
  });
  addEventListener("online", () => saver.dirty && saver.save());
  addEventListener("offline", () => say(saver.dirty && saver.copy() ? "Offline: kept in this browser" : "Offline", true));

  const told = (path, data) => {
    const about = new URLSearchParams({ csrf: form.elements.csrf.value, editor: form.elements.editor.value, ...data });
    return [`/admin/posts/${saver.storedAs}/${path}`, about];
  };
  const here = async () => {
    if (!saver.storedAs || document.hidden) return;
    const [address, about] = told("open", { base: form.elements.base.value });
    const answer = await fetch(address, { method: "POST", body: about, headers: { accept: "application/json" } }).catch(() => null);
    if (answer?.ok) showElsewhere((await answer.json()).elsewhere);
  };
  here();
  setInterval(here, HERE_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      saver.copy();
      saver.save();
    } else here();
  });
  let submitted = false;
  addEventListener("pagehide", () => {
    if (submitted) return;
    saver.copy();
    if (!saver.storedAs) return;
    if (!same(fields(), saver.saved)) {
      const [address, about] = told("autosave", { base: form.elements.base.value, act: "", ...fields() });
      navigator.sendBeacon(address, about);
    }
    navigator.sendBeacon(...told("closed", {}));
  });
  addEventListener("pageshow", () => {
    submitted = false;
  });
  leaving = () => {
    submitted = true;
    clearTimeout(saver.pause);
    saver.copy();
  };

  form.addEventListener("submit", async (event) => {
    const act = event.submitter?.value ?? "save";
    event.preventDefault();
    if (act === "save") await saver.save("save");
    else if (act === "preview") await preview(saver);
    else await perform(act);
  });

  const undo = document.querySelector(".notice.just-shown");
  // It lies over the page, so it goes as a whole, and nothing moves under the hand of who writes.
  if (undo) setTimeout(() => undo.remove(), 10_000);
  form.dataset.saving = "on";
  return saver;
}

/** A preview of what is saved has the widths of a desk and of a phone. */
async function preview(saver) {
  const page = window.open("", "_blank");
  const saved = await saver.save();
  if (saved && saver.storedAs) page.location = `/admin/posts/${saver.storedAs}/preview`;
  else page.close();
}

/** Says that this page is left for another one, which shows what the server has. */
let leaving = () => {};
let performing = false;

/**
 * Does what a button of the form says. The text is saved first, and this page stays where it is until the server has done
 * it: whatever else is answered, by whomever, is said in words above the text. Gives whether it is done.
 */
export async function perform(act) {
  if (performing) return false;
  performing = true;
  try {
    return (await saver.save()) && (await sendForm(act));
  } finally {
    performing = false;
  }
}

async function sendForm(act, again = false) {
  const data = new URLSearchParams(new FormData(form));
  data.set("act", act);
  const notDone = (words) => {
    saver.copy();
    say(`That didn’t work: ${words}. Your text is saved.`, true);
    return false;
  };
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: data, headers: { accept: "text/html" } });
  } catch {
    return notDone(navigator.onLine ? "the server doesn’t respond" : "you’re offline");
  }
  const path = new URL(answer.url).pathname;
  if (answer.redirected && answer.ok && path.startsWith("/admin/") && !path.startsWith("/admin/sign-in")) {
    leaving();
    location.assign(answer.url);
    return true;
  }
  const page = new DOMParser().parseFromString(await answer.text().catch(() => ""), "text/html");
  if (page.querySelector("form.editor")) return refused(page);
  const words = page.querySelector("article.message p")?.textContent.replace(/\.$/, "");
  if (!again && (answer.status === 403 || answer.redirected)) {
    try {
      await signInAgain();
    } catch {
      return notDone("you’re signed out");
    }
    return sendForm(act, true);
  }
  return notDone(words ?? refusal(answer, data.toString().length));
}

/** The form came back: its problems are shown here, where the cursor and the text are. */
function refused(page) {
  const theirs = page.querySelector("form.editor");
  form.elements.base.value = theirs.dataset.base;
  const problems = [...theirs.querySelectorAll(".field p.problem")].map((problem) => ({
    field: problem.closest(".field").querySelector("input, select, textarea").name,
    message: problem.textContent,
  }));
  const first = showProblems(problems);
  if (first) {
    const more = first.closest("details");
    if (more) more.open = true;
    first.focus();
  }
  say("That didn’t work. Please check the highlighted fields. Your text is saved.", true);
  return false;
}

export const saver = form && form.dataset.state !== "trashed" ? begin() : null;
