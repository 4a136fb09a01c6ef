// The fields that make the text of a post, and how two states of them compare: pure.

/** What of the form makes the text; the rest (the token, the button) is no reason to save. */
export const TEXT_FIELDS = ["title", "body", "markup", "tags", "permalink", "excerpt", "comments", "published_at", "pinned", "noindex", "language", "canonical", "location", "picture", "picture_alt", "author", "fields", "reader_password"];

/** What the author wrote in words. */
const WRITTEN_FIELDS = ["title", "body", "tags", "excerpt", "location", "picture_alt", "fields"];

/**
 * @param {PostText} one
 * @param {PostText} other
 */
export const isSameText = (one, other) => TEXT_FIELDS.every((name) => (one[name] ?? "") === (other[name] ?? ""));

/**
 * A field as the server gives it back: it spaces titles and tags by itself.
 * @param {string} name
 * @param {string} [text]
 */
const spaced = (name, text = "") => (name === "body" ? text : text.replace(/\s*,\s*/g, ", ").replace(/\s+/g, " ").trim());

/**
 * The written fields that differ, apart from spaces that the server changes by itself.
 * @param {PostText} one
 * @param {PostText} other
 */
export const changedFields = (one, other) => WRITTEN_FIELDS.filter((name) => spaced(name, one[name]) !== spaced(name, other[name]));

/**
 * Whether an author wrote the same.
 * @param {PostText} one
 * @param {PostText} other
 */
export const isWrittenAlike = (one, other) => changedFields(one, other).length === 0;

/**
 * The parts of two texts between what they begin and end with alike, from line to line.
 * @param {string} one
 * @param {string} other
 */
export function differingLines(one, other) {
  const [a, b] = [one.split("\n"), other.split("\n")];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [a.slice(start, a.length - end).join("\n"), b.slice(start, b.length - end).join("\n")];
}

/**
 * One text of the parts that two texts have alike, and of what was chosen at each place where they differ.
 * @param {MergeChunk[]} chunks
 * @param {string[]} choices "mine", "theirs" or "both", one for each place
 */
export function joinChunks(chunks, choices) {
  let place = 0;
  const parts = chunks.map((chunk) => {
    if (chunk.is === "settled") return chunk.text;
    const choice = choices[place++];
    if (choice === "both") return chunk.mine + (chunk.mine.endsWith("\n") || !chunk.mine ? "" : "\n") + chunk.theirs;
    return choice === "theirs" ? chunk.theirs : chunk.mine;
  });
  return parts.join("");
}

/**
 * What the fields become after a conflict: the body that was chosen, and of the other fields what only somebody else
 * changed.
 * @param {{ chosen: string, mine: PostText, theirs: PostText, before: PostText }} texts
 * @returns {PostText}
 */
export function resolvedFields({ chosen, mine, theirs, before }) {
  const untouched = TEXT_FIELDS.filter((name) => name !== "body" && name in theirs && (mine[name] ?? "") === (before[name] ?? ""));
  return { body: chosen, ...Object.fromEntries(untouched.map((name) => [name, theirs[name]])) };
}
