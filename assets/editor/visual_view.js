// The visual view of a text: a document that shows the source of the text area, and writes into it what is changed. The text
// area stays the only truth: saving, merging and the copy in the browser go on with it alone.

import { baseKeymap } from "prosemirror-commands";
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { closeHistory, history, redo, undo } from "prosemirror-history";
import { undoInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { Fragment, Slice } from "prosemirror-model";
import { EditorState, Plugin, Selection } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { element } from "../dom.js";
import { commonEnds } from "../preview_sync.js";
import { askServer } from "../server_tools.js";
import { changedPart } from "../textarea.js";
import { cardViews } from "./card_views.js";
import { footnotes } from "./cards.js";
import { enter, lineBreak, shiftTab, tab } from "./commands.js";
import { foundWords } from "./find_visual.js";
import { fence, rules } from "./input_rules.js";
import { ImageView, LockedView } from "./node_views.js";
import { inert, normalForm } from "./same_dom.js";
import { schema } from "./schema.js";
import { isEmptyParagraph, SourceParts } from "./source_parts.js";
import { uploadPlaces } from "./visual_uploads.js";
import { writeBlocks } from "./write_html.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("./source_parts.js").CutPart} CutPart */

/** What is typed is written into the text area at once, unless that costs more milliseconds than this: then it waits for a pause. */
const CHEAP_MS = 3;
const PAUSE_MS = 300;
/** At the latest it is written after so many milliseconds. */
const WRITE_AFTER_MS = 1500;
/** Changed Markdown is rendered and compared so many milliseconds after the last key. */
const VERIFY_AFTER_MS = 1500;
/** A long text with many pictures may take the server so long. */
const PATIENCE_MS = 30_000;

/**
 * @typedef {object} ViewContext what the view needs of the page
 * @property {EditorForm} form
 * @property {HTMLTextAreaElement} area
 * @property {() => Markup} markup
 * @property {Record<string, import("prosemirror-state").Command>} keys
 * @property {import("prosemirror-view").EditorProps} props
 * @property {(at: number) => void} openPicture
 * @property {import("./node_views.js").PictureWidths} pictureWidths
 * @property {(at: number) => void} editCard
 * @property {() => void} changed called after each change of what is shown or selected
 */

export class VisualView {
  /** @param {ViewContext} context */
  constructor(context) {
    this.context = context;
    this.parts = new SourceParts(context.markup());
    /** The source as the document has it, as far as it is written. */
    this.text = "\u0000";
    this.timer = 0;
    /** What it took to write the text last, in milliseconds. */
    this.cost = 0;
    this.waitsSince = 0;
    this.verifying = 0;
    this.writing = false;
    /** @type {Promise<boolean> | null} */
    this.reading = null;
    // What is typed here changes the form when it is written into the text area.
    this.host = element("div", { class: "visual", hidden: true, input: (/** @type {Event} */ event) => event.stopPropagation() });
    this.view = new EditorView(this.host, {
      state: this.newState([schema.nodes.paragraph.create()]),
      dispatchTransaction: (tr) => this.dispatch(tr),
      attributes: () => ({
        role: "textbox",
        "aria-multiline": "true",
        // Whichever is shown has the name.
        ...(this.isShown && { "aria-label": "Body" }),
        id: "visual-body",
        class: "visual-text",
        dir: context.area.dir || "auto",
        lang: context.area.lang,
        spellcheck: String(context.area.spellcheck),
      }),
      nodeViews: {
        locked: (node, view, place) => new LockedView(node, view, place),
        image: (node, view, place) => new ImageView(node, view, place, context.openPicture, context.pictureWidths),
        ...cardViews(context.editCard),
      },
      ...context.props,
    });
  }

  /** @param {PmNode[]} blocks */
  newState(blocks) {
    return EditorState.create({
      doc: schema.nodes.doc.create(null, blocks),
      plugins: [
        rules(),
        keymap({
          ...this.context.keys,
          "Mod-z": undo,
          "Mod-y": redo,
          "Shift-Mod-z": redo,
          Backspace: undoInputRule,
          Enter: (state, dispatch, view) => fence(state, dispatch) || enter(state, dispatch, view),
          "Shift-Enter": lineBreak,
          "Mod-Enter": lineBreak,
          Tab: tab,
          "Shift-Tab": shiftTab,
        }),
        keymap(baseKeymap),
        history(),
        // A table of an old post may lack cells; nobody asked for more of them.
        new Plugin({ ...tableEditing().spec, appendTransaction: undefined }),
        gapCursor(),
        dropCursor({ class: "visual-drop" }),
        looseAsParagraphs,
        footnotes(),
        uploadPlaces(),
        foundWords(),
      ],
    });
  }

  /** @param {import("prosemirror-state").Transaction} tr */
  dispatch(tr) {
    this.view.updateState(this.view.state.apply(tr));
    if (tr.docChanged && !tr.getMeta("read")) this.writeSoon();
    if (tr.getMeta("source")) this.afterSourceEdit();
    this.host.classList.toggle("is-empty", this.isEmpty);
    this.context.changed();
  }

  writeSoon() {
    const now = performance.now();
    if (!this.timer) this.waitsSince = now;
    clearTimeout(this.timer);
    const pause = this.cost > CHEAP_MS ? PAUSE_MS : 0;
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(pause, this.waitsSince + WRITE_AFTER_MS - now)));
  }

  /**
   * Takes the last change back, or does it again, and writes that into the text area.
   * @param {import("prosemirror-state").Command} command
   */
  step(command) {
    const done = command(this.view.state, this.view.dispatch);
    this.flush();
    return done;
  }

  /** A locked part has another source: it is read again. */
  afterSourceEdit() {
    this.flush();
    this.text = "\u0000";
    this.read();
  }

  get isShown() {
    return !this.host.hidden;
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.host.hidden = !isShown;
    this.view.setProps({});
  }

  /** Writes what was changed into the text area, now. */
  flush() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    const { area } = this.context;
    const began = performance.now();
    const text = this.parts.join(this.view.state.doc);
    if (area.value !== this.text) {
      // Something else changed the text meanwhile.
      this.put(together(this.text, text, area.value));
      return void this.read();
    }
    if (text === this.text) return;
    this.text = text;
    this.put(text);
    this.cost = performance.now() - began;
    clearTimeout(this.verifying);
    if (this.parts.markup === "markdown") this.verifying = setTimeout(() => this.verify(), VERIFY_AFTER_MS);
  }

  /** @param {string} text */
  put(text) {
    const { area } = this.context;
    if (area.value === text) return;
    const { from, to, words } = changedPart(area.value, text);
    area.setRangeText(words, from, to, "end");
    this.writing = true;
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.writing = false;
  }

  /** @param {string} body */
  async cut(body) {
    const { form } = this.context;
    /** @type {{ parts: CutPart[] } | null} */
    const answer = await askServer(form, "parts", { body, markup: this.parts.markup }, PATIENCE_MS);
    return answer?.parts ?? null;
  }

  /**
   * Reads the text area, unless the document shows it already; true when it does. Only the parts that differ are replaced, so the
   * cursor stays with its words.
   * @returns {Promise<boolean>}
   */
  read({ isForeign = false } = {}) {
    this.reading ??= this.readAll(isForeign).finally(() => (this.reading = null));
    return this.reading;
  }

  /** @param {boolean} isForeign whether somebody else made the change, which Undo then leaves */
  async readAll(isForeign) {
    const { area, markup } = this.context;
    for (;;) {
      // A character that is written with several keys is not disturbed.
      if (this.view.composing) await new Promise((done) => this.view.dom.addEventListener("compositionend", () => setTimeout(done, 50), { once: true }));
      this.flushQuietly();
      if (this.parts.markup !== markup()) {
        this.parts = new SourceParts(markup());
        this.text = "\u0000";
      }
      const body = area.value;
      if (body === this.text) return true;
      const cut = body === "" ? [] : await this.cut(body);
      if (!cut) return false;
      const pieces = this.text === "\u0000" ? [] : this.parts.pieces(this.view.state.doc);
      const { start, end } = commonEnds(/** @type {{ source: string }[]} */ (pieces), cut, (old, fresh) => old.source.trim() === fresh.source.trim());
      const fresh = cut.slice(start, cut.length - end);
      const editable = await this.parts.editable(fresh, (source) => this.cut(source));
      if (area.value !== body || this.timer || this.view.composing || this.parts.markup !== markup()) continue;
      const now = this.text === "\u0000" ? [] : this.parts.pieces(this.view.state.doc);
      this.replace(now, start, end, this.parts.read(fresh, editable), isForeign);
      this.parts.settle(this.view.state.doc);
      this.text = body;
      if (this.parts.join(this.view.state.doc) !== body) {
        // Blanks between parts that stay are others now: all is read.
        const all = await this.parts.editable(cut, (source) => this.cut(source));
        this.replace(this.parts.pieces(this.view.state.doc), 0, 0, this.parts.read(cut, all), isForeign);
        this.parts.settle(this.view.state.doc);
      }
      return true;
    }
  }

  flushQuietly() {
    if (!this.timer) return;
    const { area } = this.context;
    if (area.value === this.text) return this.flush();
    clearTimeout(this.timer);
    this.timer = 0;
    this.put(together(this.text, this.parts.join(this.view.state.doc), area.value));
  }

  /**
   * @param {ReturnType<SourceParts["pieces"]>} pieces
   * @param {number} start how many of them stay at the beginning
   * @param {number} end and at the end
   * @param {PmNode[]} blocks
   * @param {boolean} isForeign
   */
  replace(pieces, start, end, blocks, isForeign) {
    const { state } = this.view;
    const from = start === 0 ? 0 : endOf(pieces[start - 1]);
    const to = end === 0 ? state.doc.content.size : pieces[pieces.length - end].from;
    const put = blocks.length === 0 && from === 0 && to === state.doc.content.size ? [schema.nodes.paragraph.create()] : blocks;
    const tr = state.tr.replaceWith(from, to, put).setMeta("read", true);
    if (isForeign || this.text === "\u0000") tr.setMeta("addToHistory", false);
    // What is typed before and after is taken back by itself.
    this.view.dispatch(closeHistory(tr));
    this.view.dispatch(closeHistory(this.view.state.tr));
  }

  /**
   * Markdown that was changed is rendered once more: where its spelling came out otherwise than it is shown, it is written as the
   * editor would.
   */
  async verify() {
    const { doc } = this.view.state;
    const pieces = this.parts.pieces(doc);
    const changed = pieces.filter(({ part, changed: isChanged, blocks }) => part && isChanged && !blocks.some((block) => block.type === schema.nodes.locked));
    if (changed.length === 0) return;
    const cut = await this.cut(this.text);
    if (!cut || this.view.state.doc !== doc) return;
    const forms = new Set(cut.map(({ html }) => normalForm(html ?? "")));
    let isOther = false;
    for (const { id, part, blocks, source } of changed) {
      if (!part || id === null || forms.has(normalForm(inert(writeBlocks(blocks)))) || /\[\^/.test(source)) continue;
      const written = part.source.replace(/^(\s*)[\s\S]*?(\s*)$/, (_all, head, tail) => head + this.parts.write(blocks, source) + tail);
      if (written === source) continue;
      this.parts.changed.set(id, { blocks, source: written });
      isOther = true;
    }
    if (!isOther) return;
    this.timer ||= setTimeout(() => this.flush());
    this.flush();
  }

  /** The place in the source where the cursor is. */
  caretInSource() {
    return this.parts.offsetOf(this.view.state.doc, this.view.state.selection.head);
  }

  /** @param {number} offset */
  putCaret(offset) {
    const { state } = this.view;
    const place = this.parts.placeOf(state.doc, offset);
    const selection = Selection.near(state.doc.resolve(Math.min(place, state.doc.content.size)));
    this.view.dispatch(state.tr.setSelection(selection));
  }

  /**
   * The place in the source in front of a block, or at its end.
   * @param {number} at
   */
  offsetBefore(at) {
    const { doc } = this.view.state;
    return at >= doc.content.size ? this.text.trimEnd().length : this.parts.offsetOf(doc, at);
  }

  /**
   * The blocks of words in the markup of the text; `null` where the server cannot be reached.
   * @param {string} source
   */
  async blocksOf(source) {
    const cut = await this.cut(source);
    if (!cut) return null;
    const editable = await this.parts.editable(cut, (text) => this.cut(text));
    return new SourceParts(this.parts.markup).read(cut, editable).map((block) => block.type.create({ ...block.attrs, part: null }, block.content));
  }

  /**
   * Puts blocks where the cursor is: the words of one paragraph alone go into the line.
   * @param {PmNode[]} blocks
   */
  insert(blocks) {
    const { state } = this.view;
    const isInline = blocks.length === 1 && (blocks[0].type === schema.nodes.paragraph || blocks[0].type === schema.nodes.loose);
    const slice = isInline ? new Slice(blocks[0].content, 0, 0) : new Slice(Fragment.from(blocks), 0, 0);
    this.view.dispatch(closeHistory(state.tr.replaceSelection(slice).scrollIntoView()));
  }

  /** Whether there is nothing in the text. */
  get isEmpty() {
    const { doc } = this.view.state;
    return doc.childCount === 1 && isEmptyParagraph(doc.child(0));
  }
}

/**
 * Where a piece of the document ends.
 * @param {{ from: number, blocks: readonly PmNode[] }} piece
 */
const endOf = ({ from, blocks }) => blocks.reduce((at, { nodeSize }) => at + nodeSize, from);

/**
 * Two changes of one text put together; where both changed the same place, the one that came from elsewhere stays.
 * @param {string} base
 * @param {string} own
 * @param {string} other
 */
export function together(base, own, other) {
  if (base === "\u0000" || own === base) return other;
  const mine = changedPart(base, own);
  const theirs = changedPart(base, other);
  if (mine.to <= theirs.from) return other.slice(0, mine.from) + mine.words + other.slice(mine.to);
  const shift = theirs.words.length - (theirs.to - theirs.from);
  if (mine.from >= theirs.to) return other.slice(0, mine.from + shift) + mine.words + other.slice(mine.to + shift);
  return other;
}

/** Words that were taken out of a list become a paragraph. */
const looseAsParagraphs = new Plugin({
  appendTransaction(transactions, _old, state) {
    if (!transactions.some((tr) => tr.docChanged && !tr.getMeta("read"))) return null;
    /** @type {number[]} */
    const found = [];
    state.doc.forEach((block, at) => {
      if (block.type === schema.nodes.loose && block.attrs.part === null) found.push(at);
    });
    if (found.length === 0) return null;
    const { tr } = state;
    for (const at of found) tr.setNodeMarkup(at, schema.nodes.paragraph);
    return tr;
  },
});
