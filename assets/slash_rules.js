// When the list of tools behind `/` opens, closes, and what is in it: pure rules.

/**
 * Whether the slash that was typed just before the cursor is alone in its line.
 * @param {string} text
 * @param {number} caret
 */
export function opensSlash(text, caret) {
  const begins = caret === 1 || text[caret - 2] === "\n";
  const ends = caret === text.length || text[caret] === "\n";
  return begins && ends;
}

/**
 * Whether words behind a slash are no name of a tool any more.
 * @param {string} words
 */
export const endsSlash = (words) => /[\n ]{2}|\n|^ /.test(words);

/**
 * The tools that there are now and whose names, or other words for them, have these words.
 * @template {{ name: string, words?: string, when?: () => boolean }} T
 * @param {T[]} tools
 * @param {string} words
 */
export function matchingTools(tools, words) {
  const wanted = words.toLowerCase();
  return tools.filter(({ name, words: others = "", when }) => (!when || when()) && `${name} ${others}`.toLowerCase().includes(wanted));
}
