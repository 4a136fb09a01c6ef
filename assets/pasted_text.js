// What is known of a text that is pasted, without asking the server: pure rules. A backtick in a regular expression is `\x60`,
// see markup_edits.js.

/** Programs whose text is no code say one of these as its language. */
const LANGUAGES_OF_PROSE = ["markdown", "plaintext"];

/**
 * What VS Code says of the language of its text; empty for other programs.
 * @param {string} data what the clipboard has as `vscode-editor-data`
 */
export function languageOf(data) {
  try {
    return String(JSON.parse(data).mode ?? "");
  } catch {
    return "";
  }
}

/**
 * Whether a text that was copied is code of some lines.
 * @param {string} language
 * @param {string} plain
 */
export const isCode = (language, plain) => language !== "" && !LANGUAGES_OF_PROSE.includes(language) && plain.includes("\n");

/**
 * Whether a place in the text is inside a block of code, where everything is pasted as it is.
 * @param {string} text
 * @param {number} at
 * @param {Markup} markup
 */
export function isInCode(text, at, markup) {
  const before = text.slice(0, at);
  if (markup === "html") return before.lastIndexOf("<pre") > before.lastIndexOf("</pre>");
  return (before.match(/^ {0,3}(?:\x60{3}|~~~)/gm) ?? []).length % 2 === 1;
}

/**
 * Whether a text is a part of its own, with empty lines around it.
 * @param {string} words
 */
export const isBlock = (words) => /\n/.test(words) || /^(?:#{1,6} |[-*] |\d+\. |> |!\[|<(?:h\d|ul|ol|table|p|pre|blockquote))/.test(words);
