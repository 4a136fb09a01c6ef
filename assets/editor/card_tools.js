// The tools that put cards into a text and change their fields.

import { NodeSelection, Selection } from "prosemirror-state";
import { ARTICLE_FIELDS, ask, VIDEO_FIELDS } from "../dialogs.js";
import { completeAddress } from "../markup_edits.js";
import { articleWith, fieldsOfArticle, fieldsOfBookmark, insertFootnote, kindOfCard, newArticle, newBookmark, newCallout, newDetails, newFilm, paragraphsOf } from "./cards.js";
import { insertBlocks } from "./commands.js";
import { isFilm, schema } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */

/**
 * @param {() => import("./visual_view.js").VisualView} visual
 * @param {() => Markup} markup
 * @param {(words: string) => void} say
 */
export function cardTools(visual, markup, say) {
  /**
   * @param {string} title
   * @param {string} button
   * @param {import("../dialogs.js").DialogField[]} fields
   * @param {Record<string, string>} [values]
   */
  const askFor = (title, button, fields, values = {}) => ask(title, visual().view.dom, button, fields.map((field) => ({ ...field, value: values[field.name] ?? "" })));
  /**
   * Asks for other fields of a card; `null` where they stay as they are, so that nothing of it is written again.
   * @param {string} title
   * @param {import("../dialogs.js").DialogField[]} fields
   * @param {Record<string, string>} values
   */
  async function askForOther(title, fields, values) {
    const given = await askFor(title, "Done", fields, values);
    // A field has one line, and what is given has no blanks around it.
    const isOther = fields.some(({ name }) => given?.[name] !== (values[name] ?? "").replace(/[\r\n]/g, "").trim());
    return given && isOther ? given : null;
  }

  /** @param {import("prosemirror-state").Command} command */
  const run = (command) => {
    const { view } = visual();
    const done = command(view.state, view.dispatch, view);
    view.focus();
    return done;
  };

  /** @type {import("../dialogs.js").DialogField[]} */
  const OF_BOOKMARK = [
    { name: "address", label: "Address", required: true },
    { name: "title", label: "Its title" },
    { name: "description", label: "Description", hint: "One or two sentences on what is there" },
  ];

  /** @param {string} address */
  function filmOf(address) {
    if (isFilm(address)) return newFilm(address);
    say("No player can be made for this address, so a link was inserted.");
    const link = schema.marks.inline.create({ tag: "a", attrs: [["href", address]] });
    return schema.nodes.paragraph.create(null, schema.text(address, [link]));
  }

  async function makeVideo() {
    const given = await askFor("Video", "Insert", VIDEO_FIELDS);
    if (given?.address) run(insertBlocks([filmOf(given.address)]));
  }

  async function makeBookmark() {
    const given = await askFor("Bookmark", "Insert", OF_BOOKMARK);
    if (!given) return;
    run(insertBlocks([newBookmark({ ...given, address: completeAddress(given.address) })], true));
  }

  /**
   * Gives whether it was made.
   * @param {readonly PmNode[]} [words] its words, where they are not selected
   * @param {() => void} [before] what is done once its fields are given
   */
  async function makeArticle(words, before) {
    const given = await askFor("Quoted article", "Insert quote", ARTICLE_FIELDS);
    if (!given) return false;
    before?.();
    if (words) return run(insertBlocks([newArticle(given, words)]));
    return run((state, dispatch) => {
      const { $from, $to, from, to, empty } = state.selection;
      if (empty) return insertBlocks([newArticle(given, [])])(state, dispatch);
      const [first, last] = [$from.index(0), $to.depth ? $to.index(0) : Math.max($from.index(0), $to.indexAfter(0) - 1)];
      const isWithin = first === last && $from.depth === 1 && (from > $from.start() || to < $from.end());
      const { tr, doc } = state;
      const chosen = isWithin ? paragraphsOf(doc.textBetween(from, to)) : doc.children.slice(first, last + 1).map((block) => block.type.create({ ...block.attrs, ...("part" in block.attrs && { part: null }) }, block.content));
      const article = newArticle(given, chosen);
      if (isWithin) tr.delete(from, to).insert(tr.mapping.map($from.after(1)), article);
      else tr.replaceWith($from.posAtIndex(first, 0), $from.posAtIndex(last + 1, 0), article);
      dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(tr.mapping.map(to)), -1)).scrollIntoView());
      return true;
    });
  }

  function makeFootnote() {
    if (!run(insertFootnote(markup()))) say("A footnote needs a place in the words of the text.");
  }

  /**
   * Changes the fields of a card.
   * @param {number} at
   */
  async function edit(at) {
    const { view } = visual();
    const node = view.state.doc.nodeAt(at);
    const kind = node && kindOfCard(node);
    if (!node || !kind) return;
    /** @type {PmNode | null} */
    let made = null;
    if (kind === "article") {
      const given = await askForOther("Quoted article", ARTICLE_FIELDS, fieldsOfArticle(node));
      made = given && articleWith(node, given);
    } else if (kind === "bookmark") {
      const given = await askForOther("Bookmark", OF_BOOKMARK, fieldsOfBookmark(node));
      const fresh = given && newBookmark({ ...given, address: completeAddress(given.address) });
      made = fresh && node.type.create(node.attrs, fresh.content);
    } else if (kind === "film") {
      const given = await askForOther("Video", VIDEO_FIELDS, { address: node.attrs.address });
      made = given?.address ? filmOf(given.address) : null;
      made &&= made.type.create({ ...made.attrs, part: node.attrs.part }, made.content);
    }
    view.focus();
    if (!made || view.state.doc.nodeAt(at)?.eq(node) !== true) return;
    const tr = view.state.tr.replaceWith(at, at + node.nodeSize, made);
    view.dispatch(made.isAtom ? tr.setSelection(NodeSelection.create(tr.doc, at)) : tr);
  }

  return {
    edit,
    makeArticle,
    /** @type {import("../toolbar.js").Tool[]} */
    tools: [
      { name: "Video", act: makeVideo },
      { name: "Quoted article", act: () => void makeArticle() },
      { name: "Bookmark", act: makeBookmark },
      { name: "Callout", act: () => run(insertBlocks([newCallout()])) },
      { name: "Details", act: () => run(insertBlocks([newDetails()])) },
      { name: "Footnote", act: makeFootnote },
    ],
  };
}
