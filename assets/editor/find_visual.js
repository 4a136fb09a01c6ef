// Find and replace, and the outline, in the visual view.

import { closeHistory } from "prosemirror-history";
import { Plugin, PluginKey, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { headingItems } from "../menu.js";
import { replacementFor } from "../search_pattern.js";
import { headroom } from "../text_position.js";

/** @typedef {import("prosemirror-model").Node} PmNode */

/** What is found is not at the very end of the window, where that is high enough. */
const MARGIN = 80;
const LOW = 350;
/** The character that replaces a picture and anything else that is not text. */
const NO_WORD = "\ufffc";

/** @type {PluginKey<DecorationSet>} */
const key = new PluginKey("found-words");

/** Marks the words that were found. */
export const foundWords = () =>
  new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, marked) => tr.getMeta(key) ?? (tr.docChanged ? marked.map(tr.mapping, tr.doc) : marked),
    },
    props: { decorations: (state) => key.getState(state) },
  });

/**
 * The words of a document, and where each of its lines is.
 * @param {PmNode} doc
 */
function wordsOf(doc) {
  /** @type {{ start: number, at: number }[]} */
  const lines = [];
  let text = "";
  doc.descendants((node, at) => {
    if (!node.isTextblock) return true;
    if (lines.length) text += "\n";
    lines.push({ start: text.length, at: at + 1 });
    text += node.textBetween(0, node.content.size, undefined, NO_WORD);
    return false;
  });
  /** @param {number} offset */
  const placeOf = (offset) => {
    // Many places are asked for at once, and a long text has many lines.
    let [low, high] = [0, lines.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lines[middle].start <= offset) low = middle;
      else high = middle;
    }
    const line = lines[low] ?? { start: 0, at: 1 };
    return line.at + offset - line.start;
  };
  /** @param {number} place */
  const offsetOf = (place) => {
    const line = lines.findLast(({ at }) => at <= place);
    return line ? line.start + place - line.at : 0;
  };
  return { text, placeOf, offsetOf };
}

/**
 * The visual view as a text that is searched.
 * @param {() => import("./visual_view.js").VisualView} visual
 * @returns {import("../find_replace.js").SearchedText}
 */
export function searchedView(visual) {
  /** @type {ReturnType<typeof wordsOf> | null} */
  let words = null;
  /** @type {PmNode | null} */
  let of = null;
  const now = () => {
    const { doc } = visual().view.state;
    if (!words || of !== doc) [words, of] = [wordsOf(doc), doc];
    return words;
  };
  /** @param {[words: string, from: number, to: number][]} changes from the last to the first */
  function change(changes) {
    const { view } = visual();
    const { placeOf } = now();
    const { tr } = view.state;
    for (const [put, from, to] of changes) {
      const [start, end] = [placeOf(from), placeOf(to)];
      if (put) tr.insertText(put, start, end);
      else tr.delete(start, end);
    }
    view.dispatch(closeHistory(tr));
  }
  return {
    text: () => now().text,
    chosen: () => {
      const { doc, selection } = visual().view.state;
      return selection instanceof TextSelection ? doc.textBetween(selection.from, selection.to, "\n", NO_WORD) : "";
    },
    cursor: () => now().offsetOf(visual().view.state.selection.from),
    mark(finds, first, at) {
      const { view } = visual();
      if (!view.dom.isConnected) return;
      const { placeOf } = now();
      const marks = finds.map(({ index = 0, 0: found }, number) => Decoration.inline(placeOf(index), placeOf(index + found.length), { class: first + number === at ? "visual-match current" : "visual-match" }));
      if (marks.length || key.getState(view.state)?.find().length) view.dispatch(view.state.tr.setMeta(key, DecorationSet.create(view.state.doc, marks)));
    },
    show(from, to) {
      const { view } = visual();
      const { placeOf } = now();
      view.dispatch(view.state.tr.setSelection(TextSelection.between(view.state.doc.resolve(placeOf(from)), view.state.doc.resolve(placeOf(to)))));
      bringPlace(view, placeOf(from));
    },
    change: (put, from, to) => change([[put, from, to]]),
    changeAll: (finds, options) => change(finds.map((found) => /** @type {[string, number, number]} */ ([replacementFor(found, options), found.index ?? 0, (found.index ?? 0) + found[0].length])).reverse()),
    focus: () => visual().view.focus(),
  };
}

/**
 * Scrolls to a place, unless it is in sight.
 * @param {import("prosemirror-view").EditorView} view
 * @param {number} place
 */
export function bringPlace(view, place) {
  const { top, bottom } = view.coordsAtPos(place);
  const head = headroom() + 8;
  if (top < head || bottom > innerHeight - (innerHeight < LOW ? 10 : MARGIN)) scrollBy(0, top - (head + innerHeight) / 2);
}

/**
 * The headings of the text, as a menu.
 * @param {import("prosemirror-view").EditorView} view
 */
export function outlineOf(view) {
  /** @type {{ level: number, words: string, at: number }[]} */
  const found = [];
  view.state.doc.descendants((node, at) => {
    if (node.type.name === "heading") found.push({ level: node.attrs.level, words: node.textContent, at });
    return !node.isTextblock;
  });
  return headingItems(found, (at) => {
    view.focus();
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at + 1)));
    bringPlace(view, at + 1);
  });
}
