// The text area that posts are written in: putting words in so that the browser's own Undo takes them out again.

/** Replaces what stands from `from` to `to` and puts the cursor behind it, or selects it. */
export function put(area, words, from = area.selectionStart, to = area.selectionEnd, select = false) {
  area.focus();
  area.setSelectionRange(from, to);
  // The only way to change a text area that Undo knows of; an empty text is taken out by its own command.
  const done = words === "" ? from === to || document.execCommand("delete") : document.execCommand("insertText", false, words);
  if (!done) {
    area.setRangeText(words, from, to, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  if (select) area.setSelectionRange(from, from + words.length);
}

/** Replaces the whole text by changing only what differs, so that the cursor stays with the words it stood in. */
export function adopt(area, text) {
  const old = area.value;
  if (old === text) return;
  let start = 0;
  const shorter = Math.min(old.length, text.length);
  while (start < shorter && old[start] === text[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  const moved = (place) => (place <= start ? place : place >= old.length - end ? place + text.length - old.length : start);
  const [from, to] = [moved(area.selectionStart), moved(area.selectionEnd)];
  area.setRangeText(text.slice(start, text.length - end), start, old.length - end, "preserve");
  area.setSelectionRange(from, to);
}
