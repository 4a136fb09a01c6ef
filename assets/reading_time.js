// How long a text is, for people.

/** As many words as a reader takes in within a minute; the server counts the same. */
const WORDS_A_MINUTE = 230;

/** @param {number} words */
export const minutesToRead = (words) => Math.max(1, Math.ceil(words / WORDS_A_MINUTE));

/**
 * @param {number} words
 * @param {number} minutes
 */
export const lengthInWords = (words, minutes) =>
  `${words.toLocaleString("en")} ${words === 1 ? "word" : "words"} · ${minutes} min read`;
