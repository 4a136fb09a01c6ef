// The tools of the editor: a toolbar, keys, a menu behind `/`, find and replace, the text as readers will see it.
//
// Without this script the editor is a form like any other. Nothing here costs more per key for a long text than for a
// short one: what is counted is counted when nobody types.

import { ask, dialog, VIDEO_FIELDS } from "./dialogs.js";
import { element, one } from "./dom.js";
import { finder } from "./find_replace.js";
import { growWithText } from "./growing_text.js";
import { livePreview } from "./live_preview.js";
import * as edits from "./markup_edits.js";
import { headingItems, menu } from "./menu.js";
import { quoteArticle, watchPaste } from "./paste.js";
import { lengthInWords, minutesToRead } from "./reading_time.js";
import { askServer } from "./server_tools.js";
import { slashMenu } from "./slash_menu.js";
import { pickSign } from "./special_characters.js";
import { bringIntoView, lettersAt } from "./text_position.js";
import { applyEdit, replaceText } from "./textarea.js";
import { isMac, nameKeys, toolbar } from "./toolbar.js";

/** @typedef {import("./toolbar.js").Tool} Tool */

/** Words are counted so many milliseconds after the last key. */
const PAUSE_MS = 900;
/** The key in the browser's storage that says whether its author wants no spell check. */
const SPELLING = "daybook-spell-check";

/**
 * @param {string} words
 * @param {boolean} checked
 * @param {(on: boolean) => void} act
 */
function toggle(words, checked, act) {
  const box = element("input", { type: "checkbox", ".checked": checked, change: () => void act(box.checked) });
  return { box, label: element("label", { class: "choice" }, box, ` ${words}`) };
}

/**
 * @param {string} words
 * @param {() => unknown} [click]
 */
const smallButton = (words, click) => element("button", { type: "button", class: "plain", ...(click && { click }) }, words);

/**
 * @param {EditorForm} form
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} spot where the toolbar goes
 */
function equip(form, area, spot) {
  /** @returns {Markup} */
  const markup = () => (form.elements.markup.value === "html" ? "html" : "markdown");
  const message = element("p", { class: "tools-message", "aria-live": "polite" });
  /** @param {string} words */
  const say = (words) => {
    message.textContent = words;
  };
  // What is typed is laid out and spoken in the language that the text is in.
  const { language } = form.elements;
  language?.addEventListener("change", () => {
    /** @type {NodeListOf<HTMLElement>} */
    const fields = form.querySelectorAll("[lang]");
    for (const field of fields) field.lang = language.value || (form.dataset.language ?? "");
  });

  const selection = () => ({ text: area.value, from: area.selectionStart, to: area.selectionEnd });
  const selectedWords = () => area.value.slice(area.selectionStart, area.selectionEnd);
  /**
   * Does an edit of `markup_edits.js` upon what is selected.
   * @param {EditCommand} command
   */
  const edit = (command) => applyEdit(area, command(selection()));
  /** @param {string} words */
  const insert = (words) => replaceText(area, words);
  /** @param {"undo" | "redo"} name */
  const browserCommand = (name) => {
    area.focus();
    document.execCommand(name);
  };

  async function makeLink() {
    const old = edits.linkAt(selection(), markup());
    const address = { name: "address", label: "Address", value: old.address, hint: "Leave empty to remove the link" };
    const fields = old.words ? [address] : [address, { name: "words", label: "Text" }];
    const given = await ask(old.address ? "Edit link" : "Link", area, "Set link", fields);
    if (!given) return;
    applyEdit(area, edits.link({ ...old, address: edits.completeAddress(given.address), words: old.words || given.words }, markup()));
  }

  async function makeVideo() {
    const given = await ask("Video", area, "Insert", VIDEO_FIELDS);
    if (given?.address) edit(edits.embed(given.address, markup()));
  }

  function makeJumpBreak() {
    const at = edits.jumpBreakOf(area.value);
    if (at < 0) return edit(edits.jumpBreak());
    area.focus();
    area.setSelectionRange(at, at + edits.JUMP_BREAK.length);
    bringIntoView(area, lettersAt(area, at));
    say("There’s already a jump break in the text.");
  }

  async function pasteAsText() {
    try {
      const words = await navigator.clipboard.readText();
      if (words) insert(words);
      else say("There’s no text on the clipboard.");
    } catch {
      area.focus();
      say(`The browser doesn’t allow access to the clipboard. Press ${isMac ? "⌘" : "Ctrl"}+Shift+V instead.`);
    }
  }

  async function convert() {
    const from = markup();
    const to = from === "html" ? "markdown" : "html";
    const answer = await askServer(form, "convert", { body: area.value, markup: from });
    if (!answer) return say("The text couldn’t be converted. Nothing has changed.");
    replaceText(area, answer.text, 0, area.value.length);
    area.setSelectionRange(0, 0);
    area.scrollTop = 0;
    /** @type {HTMLInputElement | null} */
    const radio = form.querySelector(`[name=markup][value=${to}]`);
    if (radio) radio.checked = true;
    radio?.dispatchEvent(new Event("change", { bubbles: true }));
    say(`The text is now ${edits.nameOfMarkup(to)}. To go back, undo and choose ${edits.nameOfMarkup(from)}.`);
  }

  const choosePicture = () => form.dispatchEvent(new CustomEvent("picture"));
  const headings = /** @type {const} */ ([
    ["Paragraph", 0, "Alt+1"],
    ["Heading 2", 2, "Alt+2"],
    ["Heading 3", 3, "Alt+3"],
    ["Heading 4", 4, "Alt+4"],
  ]).map(([words, level, keys]) => ({ words, keys, act: () => edit(edits.heading(level, markup())) }));
  const aligns = [
    ["Left", "left"],
    ["Centre", "center"],
    ["Right", "right"],
  ].map(([words, side]) => ({ words, act: () => edit(edits.align(side)) }));
  /** @param {import("./markup_edits.js").MarkKind} kind */
  const marked = (kind) => () => edit(edits.mark(kind, markup()));

  /** @type {Tool[]} */
  const formats = [
    { name: "Undo", icon: "undo", act: () => browserCommand("undo"), keys: "Ctrl+Z" },
    { name: "Redo", icon: "redo", act: () => browserCommand("redo"), keys: "Ctrl+Shift+Z" },
    { name: "Heading", menu: headings },
    { name: "Bold", letter: "b", act: marked("bold"), keys: "Ctrl+B" },
    { name: "Italic", letter: "i", act: marked("italic"), keys: "Ctrl+I" },
    { name: "Strikethrough", letter: "s", act: marked("strike"), keys: "Ctrl+Shift+X" },
    { name: "Clear formatting", icon: "clear", act: () => edit(edits.clear(markup())), keys: "Ctrl+\\" },
    { name: "Link", icon: "link", act: makeLink, keys: "Ctrl+K" },
    { name: "Bulleted list", icon: "bullets", act: () => edit(edits.list(false, markup())), keys: "Ctrl+Shift+8" },
    { name: "Numbered list", icon: "numbers", act: () => edit(edits.list(true, markup())), keys: "Ctrl+Shift+7" },
    { name: "Quote", icon: "quote", act: () => edit(edits.quote(markup())), keys: "Ctrl+Shift+9" },
    { name: "Align", menu: aligns },
    { name: "Code", icon: "code", act: () => edit(edits.code(markup())), keys: "Ctrl+E" },
    { name: "Horizontal line", icon: "rule", act: () => edit(edits.rule(markup())) },
  ];
  /** @type {Tool[]} */
  const parts = [
    { name: "Picture", act: choosePicture, when: () => form.hasAttribute("data-pictures") },
    { name: "Video", act: makeVideo },
    { name: "Quoted article", act: () => quoteArticle(area, markup, area.selectionStart, area.selectionEnd, selectedWords()) },
    { name: "Jump break", act: makeJumpBreak },
    { name: "Footnote", act: () => edit(edits.footnote(markup())) },
    { name: "Table", act: () => edit(edits.table(markup())) },
    { name: "Symbols and emoji", act: () => pickSign(area, insert) },
    { name: "Paste as text", act: pasteAsText, keys: "Ctrl+Shift+V" },
  ];
  const tools = toolbar(area, [formats, parts]);
  new MutationObserver(tools.refresh).observe(form, { attributes: true, attributeFilter: ["data-pictures"] });

  // The text, what is found in it, and its preview, side by side.
  const layer = element("div", { class: "match-layer", "aria-hidden": "true" });
  const writing = element("div", { class: "writing" });
  const views = element("div", { class: "views" });
  const hadFocus = document.activeElement === area;
  area.before(views);
  writing.append(element("div", { class: "match-window" }, layer), area);
  const preview = livePreview(form, area, markup, (answer) => {
    if (answer) showLength(answer.words, answer.minutes);
    else say("The server doesn’t respond, so the preview wasn’t updated.");
  });
  views.append(writing, preview.frame);
  if (hadFocus) area.focus();

  // How long the text is, in the bar at the top; below the text, what is open next to it.
  const length = one(".length", form);
  /**
   * @param {number} words
   * @param {number} minutes
   */
  const showLength = (words, minutes) => {
    length.textContent = lengthInWords(words, minutes);
  };
  const find = finder(area, layer);
  const outline = smallButton("Outline");
  menu(outline, () => headingItems(edits.outline(area.value, markup()), jump), "No headings yet");
  /** @param {number} at */
  function jump(at) {
    bringIntoView(area, lettersAt(area, at));
    area.focus({ preventScroll: true });
    area.setSelectionRange(at, at);
  }
  const fitText = growWithText(area, () => form.classList.contains("with-preview"));
  /** @param {boolean} open */
  const showPreview = (open) => {
    // What is at the top of the window is at the top of the text's own box then.
    const above = -area.getBoundingClientRect().top;
    form.classList.toggle("with-preview", open);
    fitText();
    if (open && above > 0) area.scrollTop = above;
    preview.toggle(open);
  };
  const focusMode = toggle("Focus", false, (on) => focusOn(on));
  focusMode.label.classList.add("leave");
  /** @param {boolean} on */
  function focusOn(on, focus = true) {
    document.body.classList.toggle("focus-mode", on);
    focusMode.box.checked = on;
    if (focus) area.focus();
    if (!on) say("");
    else say("Only the title and text are shown. Press Escape to show everything again.");
  }
  // A setting that is to be shown, since it is wrong or asked for, is seen.
  for (const kind of ["reveal", "invalid"]) {
    form.addEventListener(kind, ({ target }) => {
      if (focusMode.box.checked && target instanceof Element && target.closest(".panel")) focusOn(false, false);
    }, { capture: true });
  }
  /** @param {boolean} on */
  function checkSpelling(on) {
    area.spellcheck = on;
    localStorage.setItem(SPELLING, on ? "" : "off");
  }
  if (localStorage.getItem(SPELLING) === "off") area.spellcheck = false;
  const other = smallButton("", convert);
  const nameOther = () => {
    other.textContent = `Convert to ${edits.nameOfMarkup(markup() === "html" ? "markdown" : "html")}`;
  };
  for (const radio of form.elements.markup) radio.addEventListener("change", nameOther);
  nameOther();
  const findButton = smallButton("Find", find.open);
  const previewToggle = toggle("Live preview", preview.wasOpen, showPreview).label;
  // These know the text area alone.
  // The visual view is searched by the same bar.
  form.addEventListener("searched", (event) => find.use(/** @type {CustomEvent} */ (event).detail));
  form.addEventListener("find", () => find.open());
  for (const own of [outline, previewToggle]) own.classList.add("source-only");
  const foot = element(
    "div",
    { class: "tools-foot" },
    outline,
    findButton,
    smallButton("Keyboard shortcuts", showKeys),
    other,
    previewToggle,
    focusMode.label,
    toggle("Spell check", area.spellcheck, checkSpelling).label,
  );
  views.after(foot, message);
  // What is set here is no part of the post, so nothing is saved because of it.
  for (const own of [foot, find.bar]) {
    for (const kind of ["input", "change"]) own.addEventListener(kind, (event) => event.stopPropagation());
  }
  spot.append(tools.bar, find.bar);
  spot.hidden = false;
  form.classList.add("has-tools");
  if (preview.wasOpen) showPreview(true);
  watchPaste(form, area, markup, say);

  // Counting, when nobody types.
  let timer = 0;
  /** @param {() => void} work */
  const whenIdle = (work) => ("requestIdleCallback" in window ? requestIdleCallback(work) : setTimeout(work));
  const count = () => {
    // The server counts what it renders.
    if (!preview.frame.hidden) return;
    const words = edits.count(area.value);
    showLength(words, minutesToRead(words));
  };
  const countSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => whenIdle(count), PAUSE_MS);
  };
  countSoon();
  area.addEventListener("input", () => {
    countSoon();
    preview.changed();
    if (message.textContent) say("");
  });

  // Keys.
  /** @type {Record<string, () => unknown>} */
  const byAltCode = Object.fromEntries(headings.map(({ act }, number) => [`Digit${number + 1}`, act]));
  /** @type {Record<string, () => unknown>} */
  const byKey = {
    b: marked("bold"),
    i: marked("italic"),
    k: makeLink,
    e: () => edit(edits.code(markup())),
    "\\": () => edit(edits.clear(markup())),
    "/": showKeys,
  };
  /** @type {Record<string, () => unknown>} */
  const byShiftedCode = {
    KeyX: marked("strike"),
    KeyF: find.open,
    Digit7: () => edit(edits.list(true, markup())),
    Digit8: () => edit(edits.list(false, markup())),
    Digit9: () => edit(edits.quote(markup())),
  };
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const control = isMac ? event.metaKey : event.ctrlKey;
    let act;
    if (event.altKey && !control && !event.shiftKey) act = event.key === "F10" ? tools.focus : byAltCode[event.code];
    else if (control && !event.altKey) act = event.shiftKey ? byShiftedCode[event.code] : byKey[event.key];
    else if (event.key === "Enter" && !event.shiftKey && !control && markup() === "markdown" && !slash.isOpen()) act = goOn();
    if (!act) return;
    event.preventDefault();
    act();
  });
  // From the title the way leads to the text: its tools are behind it, with Shift+Tab or Alt+F10.
  form.elements.title.addEventListener("keydown", (event) => {
    if (event.isComposing || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== "Enter" && event.key !== "Tab") return;
    event.preventDefault();
    area.focus();
  });
  /** Enter in a list writes the next item, and in an empty item ends the list. */
  function goOn() {
    const next = edits.continued(selection());
    return next && (() => applyEdit(area, next));
  }
  document.addEventListener("keydown", (event) => {
    const isAlone = event.key === "Escape" && document.body.classList.contains("focus-mode");
    if (isAlone && !event.defaultPrevented && !document.querySelector("dialog[open], .popup:not([hidden])")) focusOn(false);
  });

  function showKeys() {
    const named = [...formats, ...headings.map(({ words, keys }) => ({ name: words, keys })), ...parts];
    const rows = named.flatMap(({ name, keys }) => (keys ? [[name, keys]] : []));
    rows.push(
      ["Any tool, by name", "/ on an empty line"],
      ["Go to the toolbar and back", "Alt+F10, Escape"],
      ["Find and replace", "Ctrl+Shift+F"],
      ["Show these shortcuts", "Ctrl+/"],
      ["Next list item", "Enter"],
      ["End of a list", "Enter on an empty item"],
      ["Leave focus mode", "Escape"],
    );
    const list = rows.map(([name, keys]) => element("div", {}, element("dt", {}, name), element("dd", {}, element("kbd", {}, nameKeys(keys)))));
    dialog("Keyboard shortcuts", area, element("dl", { class: "key-list" }, ...list));
  }

  // The menu behind a slash in an empty line.
  const slash = slashMenu(area, [
    ...headings.map(({ words, act }) => ({ name: words, act })),
    ...formats.filter(({ act, name }) => act && !["Undo", "Redo", "Clear formatting"].includes(name)),
    ...aligns.map(({ words, act }) => ({ name: `Align ${words.toLowerCase()}`, act })),
    ...parts,
    { name: "Find and replace", act: find.open },
  ]);
}

/** @type {EditorForm | null} */
const form = document.querySelector("form.editor");
/** @type {HTMLElement | null | undefined} */
const spot = form?.querySelector(".writing-tools");
if (form && spot) equip(form, form.elements.body, spot);
