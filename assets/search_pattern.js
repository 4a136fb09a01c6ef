// What find and replace look for, and what goes in instead.

const MAX_FINDS = 10_000;

/** @typedef {{ words: string, replacement: string, matchCase: boolean, wholeWord: boolean, isPattern: boolean }} SearchOptions */

/**
 * The regular expression that finds words, or the pattern that somebody wrote; one that is not valid throws.
 * @param {Omit<SearchOptions, "replacement">} options
 */
export function searchPattern({ words, matchCase, wholeWord, isPattern }) {
  const source = isPattern ? words : words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const edge = "[\\p{L}\\p{N}\\p{M}_]";
  const whole = wholeWord ? `(?<!${edge})(?:${source})(?!${edge})` : source;
  return new RegExp(whole, `gu${matchCase ? "" : "i"}${isPattern ? "m" : ""}`);
}

/**
 * All places of a text that a pattern finds, without empty ones.
 * @param {string} text
 * @param {RegExp} pattern
 */
export function findAll(text, pattern) {
  const finds = [];
  for (const found of text.matchAll(pattern)) {
    if (found[0] !== "") finds.push(found);
    if (finds.length >= MAX_FINDS) break;
  }
  return finds;
}

/**
 * What goes in for a find: in a pattern's replacement, `$1` and `$&` mean what they do in regular expressions.
 * @param {RegExpMatchArray} found
 * @param {Pick<SearchOptions, "replacement" | "isPattern">} options
 */
export function replacementFor(found, { replacement, isPattern }) {
  if (!isPattern) return replacement;
  return replacement.replace(/\$(\$|&|\d{1,2})/g, (_, name) => (name === "$" ? "$" : name === "&" ? found[0] : (found[Number(name)] ?? "")));
}

/**
 * Replaces all finds at once: one edit from the first of them to the last.
 * @param {string} text
 * @param {RegExpMatchArray[]} finds
 * @param {Pick<SearchOptions, "replacement" | "isPattern">} options
 */
export function replaceFinds(text, finds, options) {
  const from = finds[0]?.index ?? 0;
  let to = from;
  let words = "";
  for (const found of finds) {
    const at = found.index ?? 0;
    words += text.slice(to, at) + replacementFor(found, options);
    to = at + found[0].length;
  }
  return { from, to, words };
}
