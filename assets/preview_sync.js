// How the preview next to the text is put together and follows it: what touches no page of it.

/** A block is known by so many of its first letters, and is searched for so far behind the block before it. */
const KNOWN_BY = 24;
const SEARCHED_FOR = 20_000;
/** Fewer letters than these say nothing about where a block is. */
const LEAST_KNOWN = 3;

/**
 * The reader's style sheet for a root inside of an admin page, which has other sizes: its lengths go back to the size and
 * the line of a reader's text.
 * @param {string} css
 */
export function scaleStyles(css) {
  return css
    .split("\n")
    .map((line) =>
      line.trimStart().startsWith("@media")
        ? line
        : line
            .replace(/(?<![\w.])(\d*\.?\d+)rlh\b/g, "calc($1 * 1.6 * var(--text))")
            .replace(/(?<![\w.])(\d*\.?\d+)rem\b/g, "calc($1 * var(--text))"),
    )
    .join("\n")
    .replace(/^\s*:root \{/gm, ":host, .root {");
}

/**
 * Letters and figures alone, by which words of the page are found in their source; and where each is there.
 * @param {string} text
 */
export function lettersOf(text) {
  /** @type {number[]} */
  const at = [];
  let letters = "";
  for (const { 0: run, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    letters += run;
    for (let place = 0; place < run.length; place += 1) at.push(index + place);
  }
  return { letters, at };
}

/**
 * The places in a text that blocks of its page come from, by the words of the blocks; -1 for one that cannot be found.
 * @param {string[]} blocks
 * @param {string} text
 */
export function placesOf(blocks, text) {
  const { letters, at } = lettersOf(text);
  let from = 0;
  return blocks.map((words) => {
    const known = lettersOf(words).letters.slice(0, KNOWN_BY);
    const place = known.length < LEAST_KNOWN ? -1 : letters.slice(from, from + SEARCHED_FOR).indexOf(known);
    if (place < 0) return -1;
    const found = at[from + place];
    from += place + known.length;
    return found;
  });
}

/**
 * How far the preview is scrolled when the text is: between the blocks before and after its top.
 * @param {number} scrolled how far the text is scrolled
 * @param {[text: number, page: number]} start where the block before begins
 * @param {[text: number, page: number]} end where the block after begins
 */
export function scrollBetween(scrolled, start, end) {
  const part = (scrolled - start[0]) / Math.max(1, end[0] - start[0]);
  return start[1] + part * (end[1] - start[1]);
}

/**
 * How many items two lists have in common at their beginnings and, behind those, at their ends.
 * @template T
 * @param {T[]} one
 * @param {T[]} other
 * @param {(one: T, other: T) => boolean} isSame
 */
export function commonEnds(one, other, isSame) {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && isSame(one[start], other[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isSame(one[one.length - 1 - end], other[other.length - 1 - end])) end += 1;
  return { start, end };
}
