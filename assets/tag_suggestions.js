// Which tags are offered while one is typed.

const MAX_SUGGESTIONS = 20;

/**
 * What a field of tags, separated by commas, may become: a browser puts a suggestion in place of the whole field, so each
 * begins with the tags that are there.
 * @param {string} typed the whole field
 * @param {string[]} names the tags that the blog has
 */
export function suggestTags(typed, names) {
  const before = typed.slice(0, typed.lastIndexOf(",") + 1);
  const part = typed.slice(before.length).trim().toLowerCase();
  const used = new Set(before.split(",").map((name) => name.trim().toLowerCase()));
  const fitting = names.filter((name) => !used.has(name.toLowerCase()) && name.toLowerCase().includes(part));
  return fitting.slice(0, MAX_SUGGESTIONS).map((name) => (before ? `${before.trimEnd()} ${name}` : name));
}
