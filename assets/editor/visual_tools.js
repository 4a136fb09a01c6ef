// The tools of the visual view: its toolbar, the menu behind `/`, the bar on selected words, and what can be said of a picture.

import { closeHistory, redo, undo } from "prosemirror-history";
import { NodeSelection } from "prosemirror-state";
import { addColumnAfter, deleteColumn, deleteRow, deleteTable, isInTable } from "prosemirror-tables";
import { ask } from "../dialogs.js";
import { element, one } from "../dom.js";
import * as edits from "../markup_edits.js";
import { putBelow } from "../menu.js";
import { toolList } from "../slash_menu.js";
import { endsSlash } from "../slash_rules.js";
import { pickSign } from "../special_characters.js";
import { toolbar } from "../toolbar.js";
import { suggestPosts } from "./own_posts.js";
import { addRow, align, around, changeBlocks, clearFormatting, hasMark, insertBlocks, linkAround, movePart, newDetails, newTable, setHeading, setLink, toggleCode, toggleInline, toggleList, toggleQuote } from "./commands.js";
import { schema, valueOf, withValue } from "./schema.js";

/** @typedef {import("prosemirror-state").Command} Command */
/** @typedef {import("./visual_view.js").VisualView} VisualView */
/** @typedef {import("../slash_menu.js").Entry} Entry */
/** @typedef {import("../toolbar.js").Tool} Tool */

const { nodes } = schema;
/** Widths of a picture in pixels of the page, by their names. */
const PICTURE_WIDTHS = { text: "", medium: "400", small: "240" };

/**
 * The tools of a view.
 * @param {EditorForm} form
 * @param {() => VisualView} visual
 * @param {() => Markup} markup
 * @param {(words: string) => void} say
 */
export function visualTools(form, visual, markup, say) {
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  /** @param {string} keys */
  const nameKeys = (keys) => (isMac ? keys.replace("Ctrl", "⌘").replace("Alt", "⌥") : keys);
  /** @param {Command} command */
  const run = (command) => () => {
    const { view } = visual();
    alone(command)(view.state, view.dispatch, view);
    view.focus();
  };
  /** @param {Command} command */
  const step = (command) => () => {
    visual().step(command);
    visual().view.focus();
  };
  /** @param {string} name */
  const press = (name) => {
    const { view } = visual();
    view.focus();
    return name;
  };

  async function makeLink() {
    const { view } = visual();
    const old = linkAround(view.state);
    const address = { name: "address", label: "Address", value: old.address, hint: "An address, or words of a post’s title. Leave empty to remove the link" };
    const fields = old.words ? [address] : [address, { name: "words", label: "Text" }];
    const asked = ask(old.address ? "Edit link" : "Link", view.dom, "Set link", fields);
    suggestPosts(one("dialog[open] input[name=address]"));
    const given = await asked;
    if (!given) return view.focus();
    const to = edits.completeAddress(given.address);
    setLink(old, to, old.words || given.words || to)(view.state, view.dispatch);
    view.focus();
  }

  async function makeVideo() {
    const hint = "YouTube and Vimeo links become players. Readers’ browsers connect to these sites only when the player comes into view.";
    const given = await ask("Video", visual().view.dom, "Insert", [{ name: "address", label: "Address", type: "url", required: true, hint }]);
    if (given?.address) await visual().editSource(edits.embed(given.address, markup()));
  }

  /** @param {string} [plain] its words, where they are not selected */
  async function makeArticle(plain) {
    const { view } = visual();
    const given = await ask("Quoted article", view.dom, "Insert quote", [
      { name: "address", label: "Address of the source", type: "url", hint: "Sources are listed at the end of the post" },
      { name: "title", label: "Its title" },
      { name: "author", label: "Its author" },
      { name: "date", label: "Its date", hint: "As readers should see it, such as 3 November 1958" },
    ]);
    if (!given) return;
    const { from, to } = view.state.selection;
    const words = plain ?? view.state.doc.textBetween(from, to, "\n\n");
    const made = edits.article(given, words, markup());
    await visual().editSource(edits.block(made.words, made.inside));
  }

  function makeJumpBreak() {
    const { view } = visual();
    let at = -1;
    view.state.doc.forEach((block, offset) => {
      if (block.type === nodes.jump_break || (block.type === nodes.locked && block.attrs.source.includes(edits.JUMP_BREAK))) at = offset;
    });
    if (at < 0) return run(insertBlocks([nodes.jump_break.create()]))();
    view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)).scrollIntoView());
    view.focus();
    say("There’s already a jump break in the text.");
  }

  /**
   * @param {number} at where the picture is
   */
  async function openPicture(at) {
    const { view } = visual();
    const node = view.state.doc.nodeAt(at);
    if (node?.type !== nodes.image) return;
    const place = view.state.doc.resolve(at);
    const figure = figureAround(view.state.doc, at);
    const link = node.marks.find((mark) => mark.attrs.tag === "a");
    const width = valueOf(node.attrs.attrs, "width");
    const given = await ask("Picture", view.dom, "Done", [
      { name: "alt", label: "Alternative text", value: valueOf(node.attrs.attrs, "alt") ?? "", hint: "What is seen, for those who can’t see it" },
      { name: "caption", label: "Caption", value: figure?.caption?.textContent ?? "" },
      { name: "width", label: "Width in pixels", value: width ?? "", hint: `Leave empty for the whole column. Small is ${PICTURE_WIDTHS.small}, medium ${PICTURE_WIDTHS.medium}` },
      { name: "link", label: "Link", value: link ? (valueOf(link.attrs.attrs, "href") ?? "") : "" },
    ]);
    if (!given || view.state.doc.nodeAt(at)?.eq(node) !== true) return view.focus();
    let attrs = withValue(node.attrs.attrs, "alt", given.alt);
    if (given.width !== (width ?? "")) {
      const own = /^[1-9]\d{1,3}$/.test(given.width) ? given.width : null;
      attrs = withValue(withValue(attrs, "height", null), "width", own);
    }
    const others = node.marks.filter((mark) => mark !== link);
    const address = edits.completeAddress(given.link);
    const marked = address ? [...others, schema.marks.inline.create({ tag: "a", attrs: withValue(link?.attrs.attrs ?? [], "href", address) })] : others;
    const { tr } = view.state;
    const made = nodes.image.create({ attrs }, null, marked);
    tr.replaceWith(at, at + 1, made);
    if (figure?.caption) {
      const from = figure.captionAt + 1;
      const to = from + figure.caption.content.size;
      if (!given.caption) tr.delete(figure.captionAt, figure.captionAt + figure.caption.nodeSize);
      else if (given.caption !== figure.caption.textContent) tr.replaceWith(from, to, schema.text(given.caption));
    } else if (given.caption && place.depth === 1 && place.parent.childCount === 1) {
      const box = nodes.box.create({ tag: "figure", part: place.parent.attrs.part }, [nodes.loose.create(null, made), nodes.textblock.create({ tag: "figcaption" }, schema.text(given.caption))]);
      tr.replaceWith(place.before(1), place.after(1), box);
    } else if (given.caption) say("A caption needs a picture in a paragraph of its own.");
    view.dispatch(tr);
    view.focus();
  }

  const headings = /** @type {const} */ ([
    ["Paragraph", 0, "Ctrl+Alt+1"],
    ["Heading 2", 2, "Ctrl+Alt+2"],
    ["Heading 3", 3, "Ctrl+Alt+3"],
    ["Heading 4", 4, "Ctrl+Alt+4"],
  ]).map(([words, level, keys]) => ({ words, keys, act: run(level ? setHeading(level) : changeBlocks(nodes.paragraph)) }));

  const aligns = /** @type {const} */ ([
    ["Left", ""],
    ["Centre", "center"],
    ["Right", "right"],
  ]).map(([words, side]) => ({ words, act: run(align(side)) }));

  async function pasteAsText() {
    const { view } = visual();
    try {
      const words = await navigator.clipboard.readText();
      if (words) view.pasteText(words);
      else say("There’s no text on the clipboard.");
    } catch {
      say(`The browser doesn’t allow access to the clipboard. Press ${isMac ? "⌘" : "Ctrl"}+Shift+V instead.`);
    }
    view.focus();
  }

  function makeSign() {
    const { view } = visual();
    pickSign(view.dom, (sign) => {
      view.dispatch(view.state.tr.insertText(sign).scrollIntoView());
      view.focus();
    });
  }

  /** @type {Tool[]} */
  const formats = [
    { name: "Undo", icon: "undo", act: step(undo), keys: "Ctrl+Z" },
    { name: "Redo", icon: "redo", act: step(redo), keys: "Ctrl+Shift+Z" },
    { name: "Heading", menu: headings },
    { name: "Bold", letter: "b", act: run(toggleInline("bold")), keys: "Ctrl+B" },
    { name: "Italic", letter: "i", act: run(toggleInline("italic")), keys: "Ctrl+I" },
    { name: "Strikethrough", letter: "s", act: run(toggleInline("strike")), keys: "Ctrl+Shift+X" },
    { name: "Clear formatting", icon: "clear", act: run(clearFormatting), keys: "Ctrl+\\" },
    { name: "Link", icon: "link", act: makeLink, keys: "Ctrl+K" },
    { name: "Bulleted list", icon: "bullets", act: run(toggleList(nodes.bullet_list)), keys: "Ctrl+Shift+8" },
    { name: "Numbered list", icon: "numbers", act: run(toggleList(nodes.ordered_list)), keys: "Ctrl+Shift+7" },
    { name: "Quote", icon: "quote", act: run(toggleQuote), keys: "Ctrl+Shift+9" },
    { name: "Align", menu: aligns },
    { name: "Code", icon: "code", act: run(toggleInline("code")), keys: "Ctrl+E" },
    { name: "Horizontal line", icon: "rule", act: run(insertBlocks([nodes.horizontal_rule.create()])) },
  ];
  const inTable = () => isInTable(visual().view.state);
  /** @type {Tool[]} */
  const parts = [
    { name: "Picture", act: () => (press("Picture"), form.dispatchEvent(new CustomEvent("picture"))), when: () => form.hasAttribute("data-pictures") },
    { name: "Video", act: makeVideo },
    { name: "Code block", act: run(toggleCode) },
    { name: "Quoted article", act: () => makeArticle() },
    { name: "Jump break", act: makeJumpBreak },
    { name: "Footnote", act: () => visual().editSource(edits.footnote(markup())) },
    { name: "Table", act: () => run(insertBlocks([newTable()]))() },
    { name: "Details", act: () => run(insertBlocks([newDetails()]))() },
    { name: "Symbols and emoji", act: makeSign },
    { name: "Paste as text", act: pasteAsText, keys: "Ctrl+Shift+V" },
    { name: "Add row", act: run(addRow), when: inTable },
    { name: "Delete row", act: run(deleteRow), when: inTable },
    { name: "Add column", act: run(addColumnAfter), when: inTable },
    { name: "Delete column", act: run(deleteColumn), when: inTable },
    { name: "Delete table", act: run(deleteTable), when: inTable },
  ];

  /** @type {Record<string, Command>} */
  const keys = {
    "Mod-b": toggleInline("bold"),
    "Mod-i": toggleInline("italic"),
    "Mod-e": toggleInline("code"),
    "Mod-Shift-x": toggleInline("strike"),
    "Mod-Shift-X": toggleInline("strike"),
    "Mod-\\": clearFormatting,
    "Mod-k": () => (makeLink(), true),
    "Mod-Alt-0": alone(changeBlocks(nodes.paragraph)),
    "Mod-Alt-1": alone(changeBlocks(nodes.paragraph)),
    "Mod-Alt-2": alone(setHeading(2)),
    "Mod-Alt-3": alone(setHeading(3)),
    "Mod-Alt-4": alone(setHeading(4)),
    "Alt-ArrowUp": alone(movePart(-1)),
    "Alt-ArrowDown": alone(movePart(1)),
    "Alt-F10": () => (tools().focus(), true),
  };
  /** By the key, not by its letter: with Shift each layout has another. @type {Record<string, Command>} */
  const byCode = {
    Digit7: alone(toggleList(nodes.ordered_list)),
    Digit8: alone(toggleList(nodes.bullet_list)),
    Digit9: alone(toggleQuote),
  };

  /** @type {ReturnType<typeof toolbar> | null} */
  let bar = null;
  const tools = () => {
    if (!bar) {
      bar = toolbar(/** @type {HTMLTextAreaElement} */ (/** @type {unknown} */ (visual().view.dom)), [formats, parts], nameKeys);
      bar.bar.classList.add("visual-bar");
    }
    return bar;
  };

  /** Shows which tools there are here, and which are on. */
  function refresh() {
    const { state } = visual().view;
    const { bar: dom, refresh: again } = tools();
    again();
    const on = {
      Bold: hasMark(state, "bold"),
      Italic: hasMark(state, "italic"),
      Strikethrough: hasMark(state, "strike"),
      Code: hasMark(state, "code"),
      Link: linkAround(state).mark !== null,
      "Bulleted list": around(state, nodes.bullet_list, nodes.ordered_list)?.node.type === nodes.bullet_list,
      "Numbered list": around(state, nodes.bullet_list, nodes.ordered_list)?.node.type === nodes.ordered_list,
      Quote: around(state, nodes.blockquote) !== null,
    };
    for (const [name, isOn] of Object.entries(on)) {
      const button = dom.querySelector(`[aria-label="${name}"]`);
      if (button && button.getAttribute("aria-pressed") !== String(isOn)) button.setAttribute("aria-pressed", String(isOn));
    }
  }

  return { tools, refresh, keys, byCode, openPicture, makeLink, makeArticle, entries: [...headings.map(({ words, act, keys: own }) => ({ name: words, act, keys: own })), ...formats.filter(({ act, icon }) => act && icon && !["undo", "redo", "clear", "link", "code"].includes(icon)), ...parts] };
}

/**
 * What a tool does is taken back by itself, without what was typed just before.
 * @param {Command} command
 * @returns {Command}
 */
const alone = (command) => (state, dispatch, view) => command(state, dispatch && ((tr) => dispatch(closeHistory(tr))), view);

/**
 * The figure that a picture is in, and its caption.
 * @param {import("prosemirror-model").Node} doc
 * @param {number} at
 */
function figureAround(doc, at) {
  const place = doc.resolve(at);
  for (let depth = place.depth; depth > 0; depth -= 1) {
    const node = place.node(depth);
    if (node.type !== nodes.box || node.attrs.tag !== "figure") continue;
    /** @type {import("prosemirror-model").Node | null} */
    let caption = null;
    let captionAt = -1;
    node.forEach((child, offset) => {
      if (child.attrs.tag === "figcaption") [caption, captionAt] = [child, place.start(depth) + offset];
    });
    return { caption: /** @type {import("prosemirror-model").Node | null} */ (caption), captionAt };
  }
  return null;
}

/**
 * A list of tools that opens where `/` is typed in an empty block; what is typed after it narrows the list.
 * @param {() => VisualView} visual
 * @param {Entry[]} entries
 */
export function visualSlash(visual, entries) {
  const list = toolList(entries, () => visual().view.dom, take);
  // Where the list was opened last. Escape leaves it, so that the same slash does not open the list again.
  let start = -1;

  function close() {
    list.close();
    start = -1;
  }

  /** @param {Entry} tool */
  function take({ act }) {
    const { view } = visual();
    const from = start;
    close();
    view.dispatch(view.state.tr.delete(from, view.state.selection.from));
    view.focus();
    act?.();
  }

  /** Called after each change: opens, narrows or closes the list. */
  function changed() {
    const { view } = visual();
    const { $from, empty } = view.state.selection;
    const words = $from.parent.isTextblock ? $from.parent.textBetween(0, $from.parentOffset) : "";
    const isAlone = $from.parent.type.name !== "code_block" && $from.parentOffset === $from.parent.content.size && empty;
    if (list.isOpen()) {
      const typed = words.slice(1);
      if (!isAlone || !words.startsWith("/") || endsSlash(typed)) return close();
      list.narrow(typed);
      if (!list.isOpen()) start = -1;
    } else if (words === "/" && isAlone && view.hasFocus() && start !== $from.start()) {
      start = $from.start();
      list.open();
      if (list.isOpen()) putBelow(list.box, view.coordsAtPos($from.pos));
    }
  }

  return { changed, key: list.key, close };
}

/**
 * A bar of tools above selected words.
 * @param {() => VisualView} visual
 * @param {{ makeLink: () => unknown }} tools
 */
export function bubble(visual, { makeLink }) {
  /** @type {[name: string, label: string, act: () => unknown][]} */
  const acts = [
    ["Bold", "B", command(toggleInline("bold"))],
    ["Italic", "I", command(toggleInline("italic"))],
    ["Strikethrough", "S", command(toggleInline("strike"))],
    ["Code", "<>", command(toggleInline("code"))],
    ["Link", "Link", makeLink],
    ["Heading 2", "H2", command(setHeading(2))],
    ["Quote", "“", command(toggleQuote)],
  ];
  /** @param {Command} act */
  function command(act) {
    return () => {
      const { view } = visual();
      act(view.state, view.dispatch, view);
      view.focus();
    };
  }
  // Its tools are all in the toolbar, where they are reached by keyboard.
  const box = element(
    "div",
    { class: "popup visual-bubble", "aria-hidden": "true", hidden: true },
    ...acts.map(([name, label, act]) => element("button", { type: "button", class: "tool", tabindex: "-1", title: name, mousedown: (/** @type {Event} */ event) => event.preventDefault(), click: act }, label)),
  );
  one("main").append(box);
  let timer = 0;
  const hide = () => {
    box.hidden = true;
  };
  function place() {
    const { view } = visual();
    const { selection } = view.state;
    if (selection.empty || selection instanceof NodeSelection || !view.hasFocus() || !selection.$from.parent.inlineContent || selection.$from.parent.type === nodes.code_block) return hide();
    const [start, end] = [view.coordsAtPos(selection.from), view.coordsAtPos(selection.to)];
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const left = Math.max(8, Math.min((start.left + (start.top === end.top ? end.left : start.left)) / 2 - width / 2, innerWidth - width - 8));
    box.style.left = `${left}px`;
    box.style.top = `${start.top > height + 12 ? start.top - height - 8 : end.bottom + 8}px`;
  }
  return {
    hide,
    changed() {
      clearTimeout(timer);
      if (visual().view.state.selection.empty) return hide();
      timer = setTimeout(place, 150);
    },
  };
}
