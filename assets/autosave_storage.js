// The copy of a text that the browser keeps until the server has it.

import { isWrittenAlike } from "./post_text.js";

/**
 * A text, when it was written, and the revision that it was made from.
 * @typedef {{ at: number, base?: string, text: PostText }} Copy
 */

/**
 * @param {string} id empty for a post that the server does not know yet
 * @param {string} kind "post" or "page"
 */
export const copyKey = (id, kind) => `daybook editor ${id || `new ${kind}`}`;

/**
 * @param {string} key
 * @returns {Copy | null}
 */
export function readCopy(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Gives false where the storage is full or switched off; the page and the server still hold the text.
 * @param {string} key
 * @param {Copy} copy
 */
export function writeCopy(key, copy) {
  try {
    localStorage.setItem(key, JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} key */
export function removeCopy(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing could be kept, so nothing is there.
  }
}

/**
 * Finds the copy that an earlier visit left and this page does not hold. It moves to a key of its own until its author
 * decides: what is typed now has a copy, too.
 * @param {string} id empty for a post that the server does not know yet
 * @param {string} kind "post" or "page"
 * @param {PostText} now what the page holds
 * @returns {{ key: string, copy: Copy } | null}
 */
export function takeLeftCopy(id, kind, now) {
  // What was kept of a new post, and sent as a whole, may be this one.
  const fresh = copyKey("", kind);
  const sent = id ? readCopy(fresh) : null;
  if (sent?.text && isWrittenAlike(sent.text, now)) removeCopy(fresh);
  const own = copyKey(id, kind);
  const key = `${own} offered`;
  const copies = [readCopy(own), readCopy(key)];
  removeCopy(own);
  // What this page holds anyway needs no offer: a form that was refused came back with every word.
  const copy = copies.find((left) => left?.text && !isWrittenAlike(left.text, now));
  if (!copy) {
    removeCopy(key);
    return null;
  }
  writeCopy(key, copy);
  return { key, copy };
}
