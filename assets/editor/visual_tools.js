// The tools of the visual view: its toolbar, the menu behind `/`, the bar on selected words, and what can be said of a picture.

import { closeHistory, redo, undo } from "prosemirror-history";
import { NodeSelection } from "prosemirror-state";
import { addColumnAfter, deleteColumn, deleteRow, deleteTable, isInTable } from "prosemirror-tables";
import { ask } from "../dialogs.js";
import { one } from "../dom.js";
import * as edits from "../markup_edits.js";
import { pickSign } from "../special_characters.js";
import { isMac, toolbar } from "../toolbar.js";
import { suggestPosts } from "./own_posts.js";
import { cardTools } from "./card_tools.js";
import { addRow, align, around, changeBlocks, clearFormatting, hasMark, insertBlocks, linkAround, movePart, newTable, setHeading, setLink, toggleCode, toggleInline, toggleList, toggleQuote } from "./commands.js";
import { pictureTools } from "./picture_tools.js";
import { schema } from "./schema.js";

/** @typedef {import("prosemirror-state").Command} Command */
/** @typedef {import("./visual_view.js").VisualView} VisualView */
/** @typedef {import("../slash_menu.js").Entry} Entry */
/** @typedef {import("../toolbar.js").Tool} Tool */

const { nodes } = schema;
/** Cards whose tools are in the toolbar itself. */
const OFTEN = ["Video", "Quoted article"];

/**
 * The tools of a view.
 * @param {EditorForm} form
 * @param {() => VisualView} visual
 * @param {() => Markup} markup
 * @param {(words: string) => void} say
 */
export function visualTools(form, visual, markup, say) {
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
  const choosePicture = () => {
    visual().view.focus();
    form.dispatchEvent(new CustomEvent("picture"));
  };
  const cards = cardTools(visual, markup, say);
  const pictures = pictureTools(form, visual, markup, say);

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
  const often = [
    { name: "Picture", act: choosePicture, when: () => form.hasAttribute("data-pictures") },
    { name: "Table", act: () => run(insertBlocks([newTable()]))() },
    { name: "Code block", act: run(toggleCode) },
    { name: "Jump break", act: makeJumpBreak },
    ...cards.tools.filter(({ name }) => OFTEN.includes(name)),
  ];
  /** @type {Tool[]} */
  const seldom = [
    ...cards.tools.filter(({ name }) => !OFTEN.includes(name)),
    { name: "Gallery", act: pictures.makeGallery },
    { name: "Alternative texts", act: pictures.describeAll },
    { name: "Symbols and emoji", act: makeSign },
    { name: "Paste as text", act: pasteAsText, keys: "Ctrl+Shift+V" },
  ];
  /** @type {Tool[]} */
  const parts = [
    ...often,
    { name: "More", menu: seldom.map(({ name, act = () => {} }) => ({ words: name, act })) },
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
      bar = toolbar(visual().view.dom, [formats, parts]);
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

  /** What the menu behind `/` has. @type {Entry[]} */
  const entries = [
    ...headings.map(({ words, act, keys: own }) => ({ name: words, act, keys: own })),
    ...formats.filter(({ act, icon }) => act && icon && !["undo", "redo", "clear", "link", "code"].includes(icon)),
    ...aligns.map(({ words, act }) => ({ name: `Align ${words.toLowerCase()}`, act })),
    ...often,
    ...seldom,
    ...parts.filter(({ when, menu }) => when === inTable && !menu),
  ];
  return { tools, refresh, keys, byCode, pictures, cards, makeLink, entries };
}

/**
 * What a tool does is taken back by itself, without what was typed just before.
 * @param {Command} command
 * @returns {Command}
 */
const alone = (command) => (state, dispatch, view) => command(state, dispatch && ((tr) => dispatch(closeHistory(tr))), view);
