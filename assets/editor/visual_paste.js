// Pasting into the visual view: rich text is made clean by the server, and a bar offers it as plain text or as a quoted article
// instead.

import { undo } from "prosemirror-history";
import { element, one } from "../dom.js";
import { completeAddress, isAddress } from "../markup_edits.js";
import { isCode, languageOf } from "../pasted_text.js";
import { askServer } from "../server_tools.js";
import { pastedFiles } from "../upload_rules.js";
import { newFilm, paragraphsOf } from "./cards.js";
import { insertBlocks, linkAround, setLink } from "./commands.js";
import { isFilm } from "./schema.js";

const PATIENCE_WITH_PICTURES_MS = 60_000;

/**
 * @param {object} context
 * @param {EditorForm} context.form
 * @param {() => import("./visual_view.js").VisualView} context.visual
 * @param {() => Markup} context.markup
 * @param {(words: string) => void} context.say
 * @param {(words: readonly import("prosemirror-model").Node[], before: () => void) => Promise<boolean>} context.makeArticle asks
 *     for its fields; `before` is done once they are given
 */
export function visualPaste({ form, visual: getVisual, markup, say, makeArticle }) {
  /**
   * Rich text is made clean by the server, in the markup of the post; the rest is pasted as it is.
   * @param {ClipboardEvent} event
   */
  function paste(event) {
    const data = event.clipboardData;
    if (!data) return false;
    const plain = data.getData("text/plain");
    if (pastedFiles(data.files, plain).length) {
      // The uploads listen at the text area.
      form.elements.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: false, cancelable: true }));
      event.preventDefault();
      return true;
    }
    const { state, dispatch } = getVisual().view;
    const isLink = isAddress(plain.trim());
    if (isLink && !state.selection.empty) {
      setLink({ ...linkAround(state), from: state.selection.from, to: state.selection.to }, completeAddress(plain.trim()), "")(state, dispatch);
      say("Link added to the selected text.");
      return true;
    }
    const { $from } = state.selection;
    if (isFilm(plain.trim()) && $from.depth === 1 && $from.parent.content.size === 0) {
      insertBlocks([newFilm(plain.trim())])(state, dispatch);
      return true;
    }
    const html = data.getData("text/html");
    if (!html || html.includes("data-pm-slice") || state.selection.$from.parent.type.name === "code_block") return false;
    const language = languageOf(data.getData("vscode-editor-data"));
    if (!isCode(language, plain) && isLink) return false;
    clean(html, plain, language);
    return true;
  }

  /**
   * @param {string} html
   * @param {string} plain
   * @param {string} language
   */
  async function clean(html, plain, language) {
    say("Cleaning up the pasted text…");
    const patience = html.includes("data:image/") ? PATIENCE_WITH_PICTURES_MS : undefined;
    const answer = await askServer(form, "paste", { html, plain, language, markup: markup() }, patience);
    if (!answer?.text) {
      getVisual().view.pasteText(plain);
      return say("The server can’t be reached, so plain text was pasted.");
    }
    const blocks = await getVisual().blocksOf(answer.text);
    if (blocks) getVisual().insert(blocks);
    const { pictures, missing } = answer;
    if (pictures.length + missing.length) {
      getVisual().flush();
      form.dispatchEvent(new CustomEvent("remote-pictures", { detail: { pictures, missing } }));
    }
    if (!blocks) return say("The server can’t be reached, so nothing was pasted.");
    say("Pasted. Above the text you can keep it, make it plain text, or turn it into a quoted article.");
    offerOtherwise(plain, blocks);
  }

  /** @type {HTMLElement | null} */
  let bar = null;
  const dismiss = () => {
    bar?.remove();
    bar = null;
  };
  /**
   * Offers what may be in the text instead of what was pasted last.
   * @param {string} plain
   * @param {import("prosemirror-model").Node[]} blocks
   */
  function offerOtherwise(plain, blocks) {
    dismiss();
    const { view } = getVisual();
    const { doc } = view.state;
    const takeBack = () => {
      dismiss();
      if (view.state.doc === doc) undo(view.state, view.dispatch);
      view.focus();
    };
    const asText = () => {
      takeBack();
      view.pasteText(plain);
    };
    const keep = () => {
      dismiss();
      view.focus();
    };
    bar = element(
      "div",
      { class: "pasted", role: "group", "aria-label": "Pasted text" },
      element("span", {}, "Pasted and cleaned up."),
      element("button", { type: "button", click: keep }, "Keep"),
      element("button", { type: "button", click: asText }, "Plain text"),
      element("button", { type: "button", click: () => makeArticle(wordsOfArticle(blocks, plain), takeBack) }, "As quoted article"),
    );
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") keep();
    });
    one(".writing-tools", form).append(bar);
    pastedInto = doc;
  }
  /** @type {import("prosemirror-model").Node | null} */
  let pastedInto = null;

  return {
    paste,
    dismiss,
    /** What was pasted can be changed until something else is. */
    changed() {
      if (bar && getVisual().view.state.doc !== pastedInto) dismiss();
    },
  };
}

/**
 * The words of a quoted article: what was pasted, as far as it may be in one.
 * @param {import("prosemirror-model").Node[]} blocks
 * @param {string} plain
 */
const wordsOfArticle = (blocks, plain) => (blocks.some(({ type }) => type.name === "loose") ? paragraphsOf(plain) : blocks);
