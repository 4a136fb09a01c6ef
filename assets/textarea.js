// The text area that posts are written in: putting words in so that the browser's own Undo takes them out again.

/**
 * Replaces what is from `from` to `to` and puts the cursor behind it.
 * @param {HTMLTextAreaElement} area
 * @param {string} words
 */
export function replaceText(area, words, from = area.selectionStart, to = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(from, to);
  // The only way to change a text area that Undo knows of; an empty text is taken out by its own command. One that is not shown
  // gets no focus, and the command would change what has it.
  const isShown = document.activeElement === area;
  const done = isShown && (words === "" ? from === to || document.execCommand("delete") : document.execCommand("insertText", false, words));
  if (!done) {
    area.setRangeText(words, from, to, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

/**
 * The same wherever the author is writing meanwhile: the cursor stays with its words, and the focus where it is.
 * @param {HTMLTextAreaElement} area
 * @param {string} words
 * @param {number} from
 * @param {number} to
 */
export function replaceInBackground(area, words, from, to) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const [start, end] = [area.selectionStart, area.selectionEnd];
  replaceText(area, words, from, to);
  area.setSelectionRange(movedPlace(start, from, to, words.length), movedPlace(end, from, to, words.length));
  if (focused !== area) focused?.focus?.({ preventScroll: true });
}

/**
 * Does what an edit of `markup_edits.js` says, so that one Undo takes it back.
 * @param {HTMLTextAreaElement} area
 * @param {TextEdit} edit
 */
export function applyEdit(area, { from, to, words, select }) {
  replaceText(area, words, from, to);
  area.setSelectionRange(...select);
}

/**
 * Where a place of a text is once what was from `from` to `to` has another length; a place within it goes to its end.
 * @param {number} place
 * @param {number} from
 * @param {number} to
 * @param {number} length
 */
export function movedPlace(place, from, to, length) {
  if (place <= from) return place;
  return place >= to ? place + length - (to - from) : from + length;
}

/**
 * What differs between two texts: where it begins, where it ends in the old one, and what the new one has there.
 * @param {string} old
 * @param {string} text
 */
export function changedPart(old, text) {
  let start = 0;
  const shorter = Math.min(old.length, text.length);
  while (start < shorter && old[start] === text[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  return { from: start, to: old.length - end, words: text.slice(start, text.length - end) };
}

/**
 * Replaces the whole text by changing only what differs, so that the cursor stays with its words.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
export function adoptText(area, text) {
  const old = area.value;
  if (old === text) return;
  const { from, to, words } = changedPart(old, text);
  /** @param {number} place */
  const moved = (place) => (place <= from ? place : place >= to ? place + text.length - old.length : from);
  const selected = /** @type {const} */ ([moved(area.selectionStart), moved(area.selectionEnd)]);
  area.setRangeText(words, from, to, "preserve");
  area.setSelectionRange(...selected);
}
