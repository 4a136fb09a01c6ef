// Pasting into the text of a post: what comes from Word, Google Docs or the web is made clean by the server, and a bar
// offers it as plain text or as a quoted article instead. Pasted files are not its business.

import { ARTICLE_FIELDS, ask } from "./dialogs.js";
import { element, one } from "./dom.js";
import { article, block, isAddress, link } from "./markup_edits.js";
import { isBlock, isCode, isInCode, languageOf } from "./pasted_text.js";
import { watchRemotePictures } from "./remote_pictures.js";
import { askServer, PATIENCE_MS } from "./server_tools.js";
import { applyEdit } from "./textarea.js";

/** The server has so much time where pictures are in the clipboard itself; after that the plain words go in. */
const PATIENCE_WITH_PICTURES_MS = 60_000;
const RICH_ELEMENTS = "h1,h2,h3,h4,h5,h6,ul,ol,a[href],b,strong,i,em,s,del,strike,sub,sup,table,blockquote,pre,img,iframe";
const RICH_STYLE = /mso-list|font-weight:\s*(?:bold|[6-9]00)|font-style:\s*italic|line-through|vertical-align:\s*su[bp]/i;

/** @param {Element} found */
const styleOf = (found) => found.getAttribute("style") ?? "";

/**
 * Whether HTML says more than its words: a wrapper around plain text does not.
 * @param {string} html
 */
function isRich(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  if (body.querySelectorAll("p").length > 1) return true;
  /** @param {Element} found */
  const isPlain = (found) => found.matches("b") && /font-weight:\s*(?:normal|400)/i.test(styleOf(found));
  if ([...body.querySelectorAll(RICH_ELEMENTS)].some((found) => !isPlain(found))) return true;
  return [...body.querySelectorAll("[style]")].some((found) => RICH_STYLE.test(styleOf(found)));
}

/**
 * Asks whose article it is, and puts it in from `from` to `to`, around these words. Gives whether that was done.
 * @param {HTMLTextAreaElement} area
 * @param {() => Markup} markup
 * @param {number} from
 * @param {number} to
 * @param {string} words
 */
export async function quoteArticle(area, markup, from, to, words) {
  const given = await ask("Quoted article", area, "Insert quote", ARTICLE_FIELDS);
  if (!given) return false;
  const made = article(given, words, markup());
  applyEdit(area, block(made.words, made.inside)({ text: area.value, from, to }));
  return true;
}

/**
 * A part of its own, with the cursor at its end.
 * @param {TextSelection} selection
 * @param {string} words
 * @returns {TextEdit}
 */
function part(selection, words) {
  const edit = block(words)(selection);
  if (selection.to === selection.text.length) edit.words = edit.words.trimEnd();
  const end = edit.from + edit.words.trimEnd().length;
  return { ...edit, select: [end, end] };
}

/**
 * Cleans what is pasted into a text area; `say` announces what happened to screen readers.
 * @param {EditorForm} form
 * @param {HTMLTextAreaElement} area
 * @param {() => Markup} markup
 * @param {(words: string) => void} say
 */
export function watchPaste(form, area, markup, say) {
  watchRemotePictures(form, area, say);
  /** @type {HTMLElement | null} */
  let bar = null;
  let isOwnChange = false;
  const dismiss = (focus = false) => {
    if (!bar) return;
    bar.remove();
    bar = null;
    if (focus) area.focus();
  };
  /**
   * A change of our own, which does not dismiss the bar.
   * @param {TextEdit} edit
   */
  const write = (edit) => {
    isOwnChange = true;
    applyEdit(area, edit);
    isOwnChange = false;
  };

  area.addEventListener("input", () => {
    if (!isOwnChange) dismiss();
  });
  form.addEventListener("view", () => dismiss());

  area.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data || data.files.length > 0) return;
    const plain = data.getData("text/plain");
    const html = data.getData("text/html");
    const { selectionStart: from, selectionEnd: to, value } = area;
    if (from < to && isAddress(plain.trim()) && !isAddress(value.slice(from, to).trim())) {
      event.preventDefault();
      write(link({ address: plain.trim(), words: value.slice(from, to), from, to }, markup()));
      say("Link added to the selected text.");
    } else if (html && !isAddress(plain.trim()) && !isInCode(value, from, markup())) {
      const language = languageOf(data.getData("vscode-editor-data"));
      if (!isCode(language, plain) && !isRich(html)) return;
      event.preventDefault();
      clean(html, plain, language);
    }
  });

  /**
   * @param {string} html
   * @param {string} plain
   * @param {string} language
   */
  async function clean(html, plain, language) {
    dismiss();
    say("Cleaning up the pasted text…");
    const patience = html.includes("data:image/") ? PATIENCE_WITH_PICTURES_MS : PATIENCE_MS;
    const answer = await askServer(form, "paste", { html, plain, language, markup: markup() }, patience);
    const words = answer?.text || plain;
    if (!words) return say("Nothing to paste.");
    const { selectionStart: from, selectionEnd: to, value: text } = area;
    /** @type {TextEdit} */
    const asItIs = { from, to, words, select: [from + words.length, from + words.length] };
    const edit = answer?.text && isBlock(words) ? part({ text, from, to }, words) : asItIs;
    write(edit);
    if (!answer?.text) return say("The server can’t be reached, so plain text was pasted.");
    const { pictures, missing } = answer;
    if (pictures.length + missing.length) form.dispatchEvent(new CustomEvent("remote-pictures", { detail: { pictures, missing } }));
    if (words === plain.trim()) return;
    show(edit.from, edit.words, words, plain || words);
  }

  /**
   * Offers what may be in the text instead of what was put in.
   * @param {number} from where that begins
   * @param {string} put what is in the text now, with the empty lines around it
   * @param {string} kept the pasted words alone
   * @param {string} plain
   */
  function show(from, put, kept, plain) {
    let now = put;
    /** @param {string} words */
    const swap = (words) => {
      write({ from, to: from + now.length, words, select: [from + words.length, from + words.length] });
      now = words;
    };
    const [before = "", after = ""] = put.replace(kept, "\u0000").split("\u0000");
    const plainText = () => {
      swap(before + plain.trim() + after);
      dismiss(true);
    };
    const asArticle = async () => {
      const end = from + now.length;
      isOwnChange = true;
      const done = await quoteArticle(area, markup, from, end, kept);
      isOwnChange = false;
      if (done) dismiss(true);
    };
    bar = element(
      "div",
      { class: "pasted", role: "group", "aria-label": "Pasted text" },
      element("span", {}, "Pasted and cleaned up."),
      element("button", { type: "button", click: () => dismiss(true) }, "Keep"),
      element("button", { type: "button", click: plainText }, "Plain text"),
      element("button", { type: "button", click: asArticle }, "As quoted article"),
    );
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") dismiss(true);
    });
    one(".writing-tools", form).append(bar);
    say("Pasted. Above the text you can keep it, make it plain text, or turn it into a quoted article.");
  }

  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && bar) dismiss(true);
  });
}
