// The editor saves by itself. This joins what decides when (autosaver.js), what is sent (autosave_requests.js), what the browser
// keeps (autosave_storage.js), what is asked (autosave_dialogs.js) and what is said (autosave_notices.js).

import { chooseBetween, offerCopy } from "./autosave_dialogs.js";
import { offerCut, showPending, showPresence, showProblems, showStatus } from "./autosave_notices.js";
import { autosaveAddress, reportOpen, sendBeacon, sendForm, sendText } from "./autosave_requests.js";
import { copyKey, removeCopy, takeLeftCopy, writeCopy } from "./autosave_storage.js";
import { Autosaver } from "./autosaver.js";
import { one } from "./dom.js";
import { putFields, readFields } from "./editor_fields.js";
import { signInAgain } from "./sign_in_again.js";
import { timeInWords } from "./zone_time.js";

const REPORT_EVERY_MS = 60_000;
/** Deleting or replacing so much at once is saved before it happens. */
const LARGE_CUT_CHARS = 200;
/** The notice of what was just published goes away after this. */
const NOTICE_MS = 10_000;

/** @type {EditorForm | null} */
const editorForm = document.querySelector("form.editor");

/** The editor's page as the saver sees it, and what its buttons do. */
class Editor {
  /** @param {EditorForm} form */
  constructor(form) {
    this.form = form;
    this.body = form.elements.body;
    this.performing = false;
    /** Whether this page is left for another one, which shows what the server has. */
    this.left = false;
    /** @type {HTMLElement | null} */
    const discard = form.querySelector("button[value=discard]");
    this.saver = new Autosaver(this, discard?.hidden === false);
  }

  /** The number of the post; empty as long as the server does not know it. */
  get id() {
    return this.form.dataset.id ?? "";
  }

  get kind() {
    return this.form.dataset.kind ?? "";
  }

  read() {
    return readFields(this.form);
  }

  isStored() {
    return this.id !== "";
  }

  /** Who asks, and what the text is made from: goes along with whatever is sent. */
  envelope() {
    const { csrf, base, editor } = this.form.elements;
    return { csrf: csrf.value, base: base.value, editor: editor.value };
  }

  /**
   * @param {PostText} text
   * @param {string} act
   */
  send(text, act) {
    return sendText(autosaveAddress(this.kind, this.id), { ...text, ...this.envelope(), act });
  }

  signIn() {
    return signInAgain();
  }

  /** @param {PostText} text */
  keep(text) {
    return writeCopy(copyKey(this.id, this.kind), { at: Date.now(), base: this.form.elements.base.value, text });
  }

  forget() {
    removeCopy(copyKey(this.id, this.kind));
  }

  /** @param {string} words */
  say(words, wrong = false) {
    showStatus(this.form, words, wrong);
  }

  /** @param {boolean} pending */
  showPending(pending) {
    showPending(this.form, pending);
  }

  /**
   * A new post has its number now: its page has an address, and its buttons lead there.
   * @param {SavedAnswer} answer
   */
  stored({ id }) {
    const { form } = this;
    form.dataset.id = String(id);
    form.dataset.state = "draft";
    const base = this.kind === "page" ? "/admin/pages/" : "/admin/posts/";
    form.action = `${base}${id}`;
    history.replaceState(null, "", `${base}${id}`);
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const links = form.querySelectorAll(".post-links a[data-path]");
    for (const link of links) link.href = `/admin/posts/${id}/${link.dataset.path}`;
    /** @type {NodeListOf<HTMLElement>} */
    const hidden = form.querySelectorAll(".once-stored");
    for (const part of hidden) part.hidden = false;
  }

  /** @param {SavedAnswer} answer */
  saved(answer) {
    const { form } = this;
    form.dataset.state = answer.state;
    one(".state", form).textContent = answer.state_in_words;
    this.say(`Saved ${answer.saved_at} on the server${answer.text ? ", merged with the changes saved elsewhere" : ""}`);
    showProblems(form, answer.problems);
    if (answer.cut) offerCut(form, this.id, ...answer.cut);
    showPresence(form, answer.elsewhere);
  }

  /** @param {string} base */
  setBase(base) {
    this.form.elements.base.value = base;
  }

  /** @param {PostText} text */
  adopt(text) {
    putFields(this.form, text);
    this.form.dispatchEvent(new CustomEvent("adopted"));
  }

  /** @param {MergeChunk[]} chunks */
  async choose(chunks) {
    const chosen = await chooseBetween(chunks);
    this.body.focus();
    return chosen;
  }

  /** A text that an earlier visit left in this browser is offered, and never put in by itself. */
  offerLeftCopy() {
    const now = this.read();
    const left = takeLeftCopy(this.id, this.kind, now);
    if (!left) return;
    const { key, copy } = left;
    const use = () => {
      this.adopt(copy.text);
      // Made from an older text, it is put together with what is there now.
      if (copy.base) this.setBase(copy.base);
      this.saver.copy();
      removeCopy(key);
      this.body.focus();
      this.saver.touched();
    };
    const drop = () => {
      removeCopy(key);
      this.body.focus();
    };
    offerCopy(this.form, copy.text, now, timeInWords(copy.at, this.form.dataset.zone), { use, drop });
  }

  /** Says to the server that the post is open here, and shows who else has it open. */
  async report() {
    if (!this.isStored() || document.hidden) return;
    const others = await reportOpen(this.id, this.envelope());
    if (others) showPresence(this.form, others);
  }

  /** Another page comes. */
  leave() {
    this.left = true;
    this.saver.stop();
  }

  /** The page is put away, whatever the reason: what is not saved yet is sent without waiting for an answer. */
  hide() {
    if (this.left) return;
    this.saver.copy();
    if (!this.isStored()) return;
    const address = `/admin/posts/${this.id}`;
    if (!this.saver.isSaved) sendBeacon(`${address}/autosave`, { ...this.envelope(), act: "", ...this.read() });
    const { csrf, editor } = this.envelope();
    sendBeacon(`${address}/closed`, { csrf, editor });
  }

  /** A preview of what is saved has the widths of a computer and of a phone. */
  async preview() {
    const page = window.open("", "_blank");
    const saved = await this.saver.save();
    if (page && saved && this.isStored()) page.location = `/admin/posts/${this.id}/preview`;
    else page?.close();
  }

  /**
   * Does what a button of the form says. The text is saved first, and this page stays where it is until the server has done
   * it: whatever else is answered, by whomever, is said in words above the text. Gives whether it is done.
   * @param {string} act
   */
  async perform(act) {
    if (this.performing) return false;
    this.performing = true;
    try {
      return (await this.saver.save()) && (await this.submit(act));
    } finally {
      this.performing = false;
    }
  }

  /**
   * @param {string} act
   * @param {boolean} again whether this was refused once, and its author has signed in for it
   * @returns {Promise<boolean>}
   */
  async submit(act, again = false) {
    const data = new URLSearchParams([...new FormData(this.form)].map(([name, value]) => [name, String(value)]));
    data.set("act", act);
    const sent = await sendForm(this.form.action, data);
    if (sent.result === "failed") return this.notDone(sent.words);
    if (sent.result === "done") {
      this.leave();
      location.assign(sent.address);
      return true;
    }
    const page = new DOMParser().parseFromString(sent.html, "text/html");
    /** @type {EditorForm | null} */
    const refused = page.querySelector("form.editor");
    if (refused) return this.refused(refused);
    if (sent.mayBeSignedOut && !again) {
      try {
        await signInAgain();
      } catch {
        return this.notDone("you’re signed out");
      }
      return this.submit(act, true);
    }
    const words = page.querySelector("article.message p")?.textContent?.replace(/\.$/, "");
    return this.notDone(words ?? sent.words);
  }

  /** @param {string} words */
  notDone(words) {
    this.saver.copy();
    this.say(`That didn’t work: ${words}. Your text is saved.`, true);
    return false;
  }

  /**
   * The form came back: its problems are shown here, where the cursor and the text are.
   * @param {EditorForm} theirs
   */
  refused(theirs) {
    this.setBase(theirs.dataset.base ?? "");
    const problems = [...theirs.querySelectorAll(".field p.problem")].map((problem) => ({
      field: problem.closest(".field")?.querySelector("input, select, textarea")?.getAttribute("name") ?? "",
      message: problem.textContent ?? "",
    }));
    const first = showProblems(this.form, problems);
    if (first) {
      first.dispatchEvent(new CustomEvent("reveal", { bubbles: true }));
      first.focus();
    }
    this.say("That didn’t work. Please check the highlighted fields. Your text is saved.", true);
    return false;
  }

  listen() {
    const { form, body, saver } = this;
    form.addEventListener("input", () => saver.touched());
    form.addEventListener("change", () => saver.touched());
    // What is about to be taken out at once may never have been saved.
    body.addEventListener("beforeinput", () => {
      const length = body.selectionEnd - body.selectionStart;
      if (length > LARGE_CUT_CHARS && length * 2 > body.value.length && !saver.isSaved) saver.save();
    });
    form.addEventListener("submit", async (event) => {
      const act = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value ?? "save";
      event.preventDefault();
      if (act === "save") await saver.save("save");
      else if (act === "preview") await this.preview();
      else await this.perform(act);
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === "s") {
        event.preventDefault();
        saver.save("save");
      }
    });
    addEventListener("online", () => saver.dirty && saver.save());
    addEventListener("offline", () => this.say(saver.dirty && saver.copy() ? "Offline: kept in this browser" : "Offline", true));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        saver.copy();
        saver.save();
      } else this.report();
    });
    addEventListener("pagehide", () => this.hide());
    addEventListener("pageshow", () => {
      this.left = false;
    });
  }
}

/** @param {EditorForm} form */
function begin(form) {
  // What a browser puts back into the fields after a reload may be older than the text in the editor: the copy says what was
  // written, and is offered.
  form.reset();
  for (const name of /** @type {const} */ (["csrf", "base", "editor"])) form.elements[name].value = form.dataset[name] ?? "";
  const editor = new Editor(form);
  const { saver } = editor;
  // A form that came back with a problem holds what the server does not have.
  const unsaved = "unsaved" in form.dataset;
  if (unsaved) saver.saved = {};
  editor.offerLeftCopy();
  if (unsaved) {
    saver.copy();
    // A new post that was refused has its number all the same: coming back leads to it.
    if (editor.isStored()) history.replaceState(null, "", form.action);
    // Where two texts are on the page, their author looks at them first.
    if (!form.querySelector("#other")) saver.touched();
  }
  editor.listen();
  editor.report();
  setInterval(() => editor.report(), REPORT_EVERY_MS);
  const undo = document.querySelector(".notice.just-published");
  // It lies over the page, so it is removed as a whole, and nothing moves under the hand of the author.
  if (undo) setTimeout(() => undo.remove(), NOTICE_MS);
  form.dataset.saving = "on";
  return editor;
}

/** The editor of the page; `null` where nothing can be saved. */
export const editor = editorForm && editorForm.dataset.state !== "trashed" ? begin(editorForm) : null;
