// When a text is saved: two seconds after the last key, and every ten while somebody types; again and again where that fails.
// What the server has not taken yet is kept in the browser's storage. This touches no page: it calls the object that
// it is made with.

import { isSameText, resolvedFields } from "./post_text.js";

/** @typedef {import("./autosave_requests.js").SaveResult} SaveResult */

/**
 * @typedef {object} EditorPage what the saver needs of the page
 * @property {() => PostText} read the text as it is now
 * @property {() => boolean} isStored whether the server knows the post
 * @property {(text: PostText, act: string) => Promise<SaveResult>} send
 * @property {() => Promise<unknown>} signIn fails where the author does not want to
 * @property {(text: PostText) => boolean} keep keeps a copy in this browser; false where it cannot
 * @property {() => void} forget removes that copy
 * @property {(words: string, wrong?: boolean) => void} say
 * @property {(pending: boolean) => void} showPending says whether the server has more of the text than readers see
 * @property {(answer: SavedAnswer) => void} stored the server knows the post now, under the number of the answer
 * @property {(answer: SavedAnswer) => void} saved shows what came with the text that was saved
 * @property {(base: string) => void} setBase sets the revision that the text is made from
 * @property {(text: PostText) => void} adopt puts fields into the form
 * @property {(chunks: MergeChunk[]) => Promise<string>} choose asks which of two bodies it shall be
 */

const PAUSE_MS = 2000;
const AT_LEAST_EVERY_MS = 10_000;
/** A copy in the browser's storage, made in every short pause. */
const COPY_AFTER_MS = 400;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];

export class Autosaver {
  /**
   * @param {EditorPage} page
   * @param {boolean} pending whether the server has more of the text than readers see
   */
  constructor(page, pending) {
    this.page = page;
    this.pending = pending;
    this.saved = page.read();
    this.dirty = false;
    /** @type {Promise<boolean> | null} */
    this.sending = null;
    this.failures = 0;
    this.lastSent = performance.now();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.copying = undefined;
  }

  /** Whether the server has the text. */
  get isSaved() {
    return isSameText(this.page.read(), this.saved);
  }

  touched() {
    this.dirty = true;
    this.page.showPending(this.pending || !this.isSaved);
    const since = performance.now() - this.lastSent;
    this.saveIn(Math.max(0, Math.min(PAUSE_MS, AT_LEAST_EVERY_MS - since)));
    clearTimeout(this.copying);
    this.copying = setTimeout(() => this.copy(), COPY_AFTER_MS);
  }

  /** @param {number} wait in milliseconds */
  saveIn(wait) {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.save(), wait);
  }

  /** Saves nothing by itself any more: the page is left. */
  stop() {
    clearTimeout(this.pause);
    this.copy();
  }

  /** Keeps what the server does not have in this browser; false where that cannot be. */
  copy() {
    const text = this.page.read();
    if (!isSameText(text, this.saved)) return this.page.keep(text);
    this.page.forget();
    return true;
  }

  /**
   * Sends what is not saved yet. Gives true when the server has the text that the page held when this was called.
   * @param {string} act "save" where somebody asked for it
   * @returns {Promise<boolean>}
   */
  async save(act = "") {
    clearTimeout(this.pause);
    if (this.sending) {
      await this.sending;
      return act === "" && this.isSaved ? true : this.save(act);
    }
    const text = this.page.read();
    if (act === "" && isSameText(text, this.saved)) {
      this.dirty = false;
      this.page.forget();
      return true;
    }
    if (!this.page.isStored() && text.title.trim() === "" && text.body.trim() === "") {
      if (act !== "") this.page.say("Nothing to save yet. Please write a title or some text first.", true);
      return true;
    }
    this.sending = this.send(text, act).catch(() => this.failed("Couldn’t save, retrying"));
    const done = await this.sending;
    this.sending = null;
    if (done && !this.isSaved) this.touched();
    return done;
  }

  /**
   * @param {PostText} text
   * @param {string} act
   * @param {boolean} again whether this was refused once, and its author has signed in for it
   * @returns {Promise<boolean>}
   */
  async send(text, act, again = false) {
    this.page.say("Saving…");
    this.lastSent = performance.now();
    const sent = await this.page.send(text, act);
    if (sent.result === "signed-out") return this.signIn(text, act, again);
    if (sent.result === "conflict") return this.resolve(text, sent.answer);
    if (sent.result === "failed") return this.failed(sent.words, sent.again);
    this.taken(text, sent.answer);
    return true;
  }

  /**
   * The server has the text.
   * @param {PostText} text
   * @param {SavedAnswer} answer
   */
  taken(text, answer) {
    this.failures = 0;
    this.page.forget();
    if (!this.page.isStored()) this.page.stored(answer);
    this.saved = text;
    this.page.setBase(answer.base);
    if (answer.text) this.merge(text, answer.text, answer.revision);
    if (this.isSaved) this.dirty = false;
    this.copy();
    this.pending = answer.pending;
    this.page.saved(answer);
    this.page.showPending(this.pending || !this.isSaved);
  }

  /**
   * Changes of others came with the answer. They are taken in only where nothing was typed meanwhile; otherwise the next
   * save brings them, made from the revision that holds what this page had sent.
   * @param {PostText} sent
   * @param {PostText} merged
   * @param {string} revision
   */
  merge(sent, merged, revision) {
    if (!isSameText(this.page.read(), sent)) return;
    this.page.setBase(revision);
    this.page.adopt(merged);
    this.saved = this.page.read();
  }

  /**
   * @param {string} words
   * @param {boolean} again whether it is tried again by itself
   */
  failed(words, again = true) {
    const kept = this.copy();
    this.page.say(`${words}; ${kept ? "kept in this browser" : "this browser can’t store it either. Copy your text"}`, true);
    if (again) {
      this.saveIn(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
      this.failures += 1;
    }
    return false;
  }

  /**
   * @param {PostText} text
   * @param {string} act
   * @param {boolean} again
   */
  async signIn(text, act, again) {
    this.copy();
    if (again) return this.failed("Not saved: the server, or a proxy in front of it, rejected it", false);
    this.page.say("You’re signed out. Your text is kept in this browser", true);
    try {
      await this.page.signIn();
    } catch {
      return false; // Not now; the next key asks again.
    }
    return this.send(text, act, true);
  }

  /**
   * Both changed the same place: both texts are shown side by side, and their author chooses.
   * @param {PostText} text
   * @param {ConflictAnswer} answer
   * @returns {Promise<boolean>}
   */
  async resolve(text, answer) {
    // What was typed meanwhile belongs to the choice.
    if (!isSameText(this.page.read(), text)) return this.send(this.page.read(), "");
    this.page.say("Somebody else changed the same part. Both versions are kept.", true);
    this.copy();
    const chosen = await this.page.choose(answer.chunks);
    this.page.setBase(answer.revision);
    const fields = resolvedFields({ chosen, mine: text, theirs: answer.theirs, before: this.saved });
    this.saved = { ...answer.theirs };
    this.page.adopt(fields);
    return this.send(this.page.read(), "save");
  }
}
