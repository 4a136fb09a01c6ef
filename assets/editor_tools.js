// The tools of the editor: a toolbar, keys, a menu behind `/`, find and replace, the text as readers will see it.
//
// Without this script the editor is a form like any other. Nothing here costs more per key for a long text than for a
// short one: what is counted is counted when nobody types.

import * as acts from "./markup_edits.js";
import { finder } from "./find_replace.js";
import { apply, askServer, quoteArticle, watchPaste } from "./paste.js";
import { element } from "./dom.js";
import { ask, below, bringIntoView, dialog, menu, newId, place } from "./popups.js";
import { seen } from "./live_preview.js";
import { pickSign } from "./special_characters.js";
import { put } from "./textarea.js";

/** Words are counted so many milliseconds after the last key. */
const PAUSE = 900;
/** As many words as a reader takes in within a minute; the server counts the same. */
const WORDS_A_MINUTE = 230;
/** Whether this browser's author wants no spell check. */
const SPELLING = "daybook-spell-check";
const ICONS = {
  undo: "M6 9h9a4 4 0 0 1 0 8H9M6 9l4-4M6 9l4 4",
  redo: "M18 9H9a4 4 0 0 0 0 8h6M18 9l-4-4M18 9l-4 4",
  link: "M10 14a4 4 0 0 0 6 .5l2.5-2.5a4 4 0 0 0-5.7-5.7L11.5 7.6M14 10a4 4 0 0 0-6-.5L5.5 12a4 4 0 0 0 5.7 5.7l1.3-1.3",
  bullets: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  numbers: "M10 6h10M10 12h10M10 18h10M4 4.5l1.2-.5v4M4 14c0-1.5 2.5-1.5 2.5 0 0 1-2.5 1.8-2.5 3h2.5",
  quote: "M5 7v5h4V7H5v5c0 2-.5 3.5-1.5 4.5M14 7v5h4V7h-4v5c0 2-.5 3.5-1.5 4.5",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  rule: "M3 12h18",
  clear: "M6 6h11M11.5 6L9.5 18M15 14l5 5M20 14l-5 5",
};

const form = document.querySelector("form.editor");
const area = form?.elements.body;
const spot = form?.querySelector(".writing-tools");
if (area && spot) equip();

function equip() {
  const markup = () => (form.elements.markup.value === "html" ? "html" : "markdown");
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const message = element("p", { class: "tools-message", "aria-live": "polite" });
  const say = (words) => {
    message.textContent = words;
  };
  // What is typed is laid out and spoken in the language that the text is in.
  form.elements.language?.addEventListener("change", ({ target }) => {
    for (const field of form.querySelectorAll("[lang]")) field.lang = target.value || form.dataset.language;
  });

  /** Does an act of `markup_edits.js` upon what is selected. */
  const edit = (change) => apply(area, change({ text: area.value, from: area.selectionStart, to: area.selectionEnd }));
  const insert = (words) => {
    const at = area.selectionStart + words.length;
    put(area, words);
    area.setSelectionRange(at, at);
  };
  const command = (name) => {
    area.focus();
    document.execCommand(name);
  };

  async function makeLink() {
    const old = acts.linkAt({ text: area.value, from: area.selectionStart, to: area.selectionEnd }, markup());
    const fields = [{ name: "address", label: "Address", value: old.address, hint: "Leave empty to remove the link" }];
    if (!old.words) fields.push({ name: "words", label: "Text" });
    const given = await ask(old.address ? "Edit link" : "Link", area, "Set link", fields);
    if (!given) return;
    const bare = /^(?:[\w-]+\.)+[a-z]{2,}(?:\/\S*)?$/i.test(given.address);
    const address = bare ? `https://${given.address}` : given.address;
    apply(area, acts.link({ ...old, address, words: old.words || given.words }, markup()));
  }

  async function makeVideo() {
    const hint = "YouTube and Vimeo links become players. Readers’ browsers connect to these sites only when the player comes into view.";
    const given = await ask("Video", area, "Insert", [{ name: "address", label: "Address", type: "url", required: true, hint }]);
    if (given?.address) edit(acts.embed(given.address, markup()));
  }

  function makeJumpBreak() {
    const at = acts.jumpBreakOf(area.value);
    if (at < 0) return edit(acts.jumpBreak());
    area.focus();
    area.setSelectionRange(at, at + "<!--more-->".length);
    bringIntoView(area, place(area, at));
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
    put(area, answer.text, 0, area.value.length);
    area.setSelectionRange(0, 0);
    area.scrollTop = 0;
    const radio = form.querySelector(`[name=markup][value=${to}]`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    say(`The text is now ${nameOf(to)}. To go back, undo and choose ${nameOf(from)}.`);
  }
  const nameOf = (language) => (language === "html" ? "HTML" : "Markdown");

  const picture = () => form.dispatchEvent(new CustomEvent("picture"));
  const headings = [
    ["Paragraph", 0, "Alt+1"],
    ["Heading 2", 2, "Alt+2"],
    ["Heading 3", 3, "Alt+3"],
    ["Heading 4", 4, "Alt+4"],
  ].map(([words, level, keys]) => ({ words, keys, act: () => edit(acts.heading(level, markup())) }));
  const aligns = [
    ["Left", "left"],
    ["Centre", "center"],
    ["Right", "right"],
  ].map(([words, side]) => ({ words, act: () => edit(acts.align(side)) }));
  const marked = (kind) => () => edit(acts.mark(kind, markup()));

  /** Each tool: its name, what it does, its keys; `icon` or `letter` where it is not shown by its name. */
  const top = [
    { name: "Undo", icon: "undo", act: () => command("undo"), keys: "Ctrl+Z" },
    { name: "Redo", icon: "redo", act: () => command("redo"), keys: "Ctrl+Shift+Z" },
    { name: "Heading", menu: headings },
    { name: "Bold", letter: "b", act: marked("bold"), keys: "Ctrl+B" },
    { name: "Italic", letter: "i", act: marked("italic"), keys: "Ctrl+I" },
    { name: "Strikethrough", letter: "s", act: marked("strike"), keys: "Ctrl+Shift+X" },
    { name: "Clear formatting", icon: "clear", act: () => edit(acts.clear(markup())), keys: "Ctrl+\\" },
    { name: "Link", icon: "link", act: makeLink, keys: "Ctrl+K" },
    { name: "Bulleted list", icon: "bullets", act: () => edit(acts.list(false, markup())), keys: "Ctrl+Shift+8" },
    { name: "Numbered list", icon: "numbers", act: () => edit(acts.list(true, markup())), keys: "Ctrl+Shift+7" },
    { name: "Quote", icon: "quote", act: () => edit(acts.quote(markup())), keys: "Ctrl+Shift+9" },
    { name: "Align", menu: aligns },
    { name: "Code", icon: "code", act: () => edit(acts.code(markup())), keys: "Ctrl+E" },
    { name: "Horizontal line", icon: "rule", act: () => edit(acts.rule(markup())) },
  ];
  const parts = [
    { name: "Picture", act: picture, when: () => form.hasAttribute("data-pictures") },
    { name: "Video", act: makeVideo },
    { name: "Quoted article", act: () => quoteArticle(area, markup, area.selectionStart, area.selectionEnd, area.value.slice(area.selectionStart, area.selectionEnd)) },
    { name: "Jump break", act: makeJumpBreak },
    { name: "Footnote", act: () => edit(acts.footnote(markup())) },
    { name: "Table", act: () => edit(acts.table(markup())) },
    { name: "Symbols and emoji", act: () => pickSign(area, insert) },
    { name: "Paste as text", act: pasteAsText, keys: "Ctrl+Shift+V" },
  ];

  // The toolbar: one stop for Tab, arrows within.
  const keysOf = (keys) => (isMac ? keys.replace("Ctrl", "⌘").replace("Alt", "⌥") : keys);
  const bar = element("div", { role: "toolbar", class: "toolbar", "aria-label": "Formatting", "aria-controls": area.id });
  const buttons = [];
  const row = (tools) => {
    const group = element("div", { class: "tool-row" });
    for (const tool of tools) {
      const button = element("button", { type: "button", class: "tool", tabindex: "-1" });
      const hint = tool.keys ? `${tool.name} (${keysOf(tool.keys)})` : tool.name;
      if (tool.icon) button.append(icon(tool.icon));
      else if (tool.letter) button.append(element(tool.letter, { "aria-hidden": "true" }, tool.letter.toUpperCase()));
      else button.append(tool.name);
      if (tool.icon || tool.letter) button.setAttribute("aria-label", tool.name);
      button.title = hint;
      if (tool.menu) {
        button.classList.add("opens");
        menu(button, () => tool.menu);
      } else {
        button.addEventListener("click", tool.act);
      }
      tool.button = button;
      buttons.push(button);
      group.append(button);
    }
    return group;
  };
  bar.append(row(top), row(parts));
  const shownButtons = () => buttons.filter((button) => !button.hidden && !button.classList.contains("not-yet"));
  const roam = (button, focus = true) => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
    if (focus) button.focus();
  };
  roam(buttons[0], false);
  bar.addEventListener("focusin", (event) => {
    const button = event.target.closest(".tool");
    if (button) roam(button, false);
  });
  bar.addEventListener("keydown", (event) => {
    const all = shownButtons();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") area.focus();
    else if (to !== undefined && at >= 0) roam(all.at(to % all.length));
    else return;
    event.preventDefault();
  });
  // Right after publishing, “Undo” is the button of that notice; here there is nothing to undo before something is typed.
  if (document.querySelector("form.just-shown")) {
    const undo = buttons[0];
    undo.classList.add("not-yet");
    roam(buttons[1], false);
    area.addEventListener("input", () => undo.classList.remove("not-yet"), { once: true });
  }
  const hideWhatIsNot = () => {
    for (const { button, when } of parts) button.hidden = when ? !when() : false;
  };
  new MutationObserver(hideWhatIsNot).observe(form, { attributes: true, attributeFilter: ["data-pictures"] });
  hideWhatIsNot();

  // The text, what is found in it, and how it will look, side by side.
  const layer = element("div", { class: "finds", "aria-hidden": "true" });
  const writing = element("div", { class: "writing" });
  const views = element("div", { class: "views" });
  const hadFocus = document.activeElement === area;
  area.before(views);
  writing.append(element("div", { class: "finds-window" }, layer), area);
  const view = seen(form, area, markup, (answer) => {
    if (answer) tally(answer.words, answer.minutes);
    else say("The server doesn’t respond, so the preview wasn’t updated.");
  });
  views.append(writing, view.frame);
  if (hadFocus) area.focus();

  // Below the text: how long it is, and what is open beside it.
  const length = element("span", { class: "length" });
  const tally = (words, minutes) => {
    length.textContent = `${words.toLocaleString("en")} ${words === 1 ? "word" : "words"} · ${minutes} min read`;
  };
  const find = finder(area, layer);
  const small = (words, act) => element("button", { type: "button", class: "plain", ...(act && { click: act }) }, words);
  const outline = small("Outline");
  menu(
    outline,
    () => {
      const found = acts.outline(area.value, markup());
      const highest = Math.min(...found.map(({ level }) => level));
      return found.map(({ level, words, at }) => ({ words: words || "Empty heading", level: level - highest, act: () => jump(at) }));
    },
    "No headings yet",
  );
  function jump(at) {
    bringIntoView(area, place(area, at));
    area.focus({ preventScroll: true });
    area.setSelectionRange(at, at);
  }
  const toggle = (words, checked, act) => {
    const box = element("input", { type: "checkbox", change: () => act(box.checked) });
    box.checked = checked;
    return element("label", { class: "choice" }, box, ` ${words}`);
  };
  const showSeen = (open) => {
    form.classList.toggle("with-seen", open);
    view.toggle(open);
  };
  const focusBox = toggle("Focus", false, (on) => focusOn(on));
  focusBox.classList.add("leave");
  function focusOn(on) {
    document.body.classList.toggle("writing-only", on);
    focusBox.firstChild.checked = on;
    area.focus();
    if (!on) say("");
    else say("Only the title and text are shown. Press Escape to show everything again.");
  }
  function checkSpelling(on) {
    area.spellcheck = on;
    localStorage.setItem(SPELLING, on ? "" : "off");
  }
  if (localStorage.getItem(SPELLING) === "off") area.spellcheck = false;
  const other = small("", convert);
  const nameOther = () => {
    other.textContent = `Convert to ${markup() === "html" ? "Markdown" : "HTML"}`;
  };
  for (const radio of form.querySelectorAll("[name=markup]")) radio.addEventListener("change", nameOther);
  nameOther();
  const foot = element(
    "div",
    { class: "tools-foot" },
    length,
    outline,
    small("Find", find.open),
    small("Keyboard shortcuts", showKeys),
    other,
    toggle("Live preview", view.wasOpen, showSeen),
    focusBox,
    toggle("Spell check", area.spellcheck, checkSpelling),
  );
  views.after(foot, message);
  // What is set here is no part of the post, so nobody saves because of it.
  for (const own of [foot, find.bar]) {
    for (const kind of ["input", "change"]) own.addEventListener(kind, (event) => event.stopPropagation());
  }
  spot.append(bar, find.bar);
  spot.hidden = false;
  form.classList.add("has-tools");
  if (view.wasOpen) showSeen(true);
  watchPaste(form, area, markup, say);

  // Counting, when nobody types.
  let timer = 0;
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work));
  const countSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () =>
        idle(() => {
          // The server counts what it renders.
          if (!view.frame.hidden) return;
          const words = acts.count(area.value);
          tally(words, Math.max(1, Math.ceil(words / WORDS_A_MINUTE)));
        }),
      PAUSE,
    );
  };
  countSoon();
  area.addEventListener("input", () => {
    countSoon();
    view.changed();
    if (message.textContent) say("");
  });

  // Keys.
  const byCode = { Digit1: headings[0], Digit2: headings[1], Digit3: headings[2], Digit4: headings[3] };
  const byKey = {
    b: marked("bold"),
    i: marked("italic"),
    k: makeLink,
    e: () => edit(acts.code(markup())),
    "\\": () => edit(acts.clear(markup())),
    "/": showKeys,
  };
  const byShiftedCode = {
    KeyX: marked("strike"),
    KeyF: find.open,
    Digit7: () => edit(acts.list(true, markup())),
    Digit8: () => edit(acts.list(false, markup())),
    Digit9: () => edit(acts.quote(markup())),
  };
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const control = isMac ? event.metaKey : event.ctrlKey;
    let act;
    if (event.altKey && !control && !event.shiftKey) act = event.key === "F10" ? () => roam(shownButtons()[0]) : byCode[event.code]?.act;
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
    const next = acts.continued({ text: area.value, from: area.selectionStart, to: area.selectionEnd });
    return next && (() => apply(area, next));
  }
  document.addEventListener("keydown", (event) => {
    const isAlone = event.key === "Escape" && document.body.classList.contains("writing-only");
    if (isAlone && !event.defaultPrevented && !document.querySelector("dialog[open], .popup:not([hidden])")) focusOn(false);
  });

  function showKeys() {
    const rows = [...top, ...headings.map(({ words, keys }) => ({ name: words, keys })), ...parts]
      .filter(({ keys }) => keys)
      .map(({ name, keys }) => [name, keys]);
    rows.push(
      ["Any tool, by name", "/ on an empty line"],
      ["Go to the toolbar and back", "Alt+F10, Escape"],
      ["Find and replace", "Ctrl+Shift+F"],
      ["Show these shortcuts", "Ctrl+/"],
      ["Next list item", "Enter"],
      ["End of a list", "Enter on an empty item"],
      ["Leave focus mode", "Escape"],
    );
    const list = rows.map(([name, keys]) => element("div", {}, element("dt", {}, name), element("dd", {}, element("kbd", {}, keysOf(keys)))));
    dialog("Keyboard shortcuts", area, element("dl", { class: "key-list" }, ...list));
  }

  // The menu behind a slash in an empty line.
  const entries = [
    ...headings.map(({ words, act }) => ({ name: words, act })),
    ...top.filter(({ act, name }) => act && !["Undo", "Redo", "Clear formatting"].includes(name)),
    ...aligns.map(({ words, act }) => ({ name: `Align ${words.toLowerCase()}`, act })),
    ...parts,
    { name: "Find and replace", act: find.open },
  ];
  const slash = slashMenu(area, entries);
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: "20", height: "20", fill: "none", stroke: "currentColor", "stroke-width": "1.5", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Opens a list of acts where `/` is typed in an empty line; what is typed after it narrows the list. */
function slashMenu(area, entries) {
  let start = -1;
  let shown = [];
  let at = 0;
  const id = newId("slash");
  const box = element("ul", { role: "listbox", id, class: "popup slash", "aria-label": "Tools", tabindex: "0", hidden: true });
  // The text keeps the focus, also while somebody scrolls the list by mouse.
  box.addEventListener("mousedown", (event) => event.preventDefault());
  document.querySelector("main").append(box);
  const isOpen = () => !box.hidden;

  function close() {
    if (!isOpen()) return;
    box.hidden = true;
    start = -1;
    area.removeAttribute("aria-activedescendant");
    area.removeAttribute("aria-controls");
  }

  function open(place) {
    start = place;
    at = 0;
    area.setAttribute("aria-controls", id);
    box.hidden = false;
    narrow("");
    const [letter] = letterBoxes(place);
    below(box, letter);
  }

  function letterBoxes(index) {
    const frame = area.getBoundingClientRect();
    return place(area, index, index + 1).map((letter) => {
      const top = frame.top + area.clientTop + letter.top - area.scrollTop;
      return { left: frame.left + area.clientLeft + letter.left, top, bottom: top + letter.height };
    });
  }

  function narrow(words) {
    const sought = words.toLowerCase();
    shown = entries.filter(({ name, when }) => (!when || when()) && name.toLowerCase().includes(sought));
    if (shown.length === 0) return close();
    at = Math.min(at, shown.length - 1);
    box.replaceChildren(
      ...shown.map(({ name, keys }, place) => {
        const option = element("li", { role: "option", id: `${id}-${place}` }, name);
        if (keys) option.append(element("kbd", { "aria-hidden": "true" }, keys));
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          at = place;
          take();
        });
        return option;
      }),
    );
    point();
  }

  function point() {
    [...box.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    box.children[at].scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", `${id}-${at}`);
  }

  function take() {
    const { act } = shown[at];
    const from = start;
    close();
    put(area, "", from, area.selectionEnd);
    act();
  }

  area.addEventListener("input", (event) => {
    if (!isOpen()) {
      if (event.data !== "/" || event.inputType !== "insertText") return;
      const { value: text, selectionStart: caret } = area;
      const begins = caret === 1 || text[caret - 2] === "\n";
      const ends = caret === text.length || text[caret] === "\n";
      if (begins && ends) open(caret - 1);
      return;
    }
    const caret = area.selectionStart;
    const words = area.value.slice(start + 1, caret);
    if (caret <= start || /[\n ]{2}|\n|^ /.test(words)) close();
    else narrow(words);
  });
  area.addEventListener("keydown", (event) => {
    if (!isOpen() || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = (at + step + shown.length) % shown.length;
      point();
    } else if (event.key === "Enter") take();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  area.addEventListener("blur", close);
  area.addEventListener("pointerdown", close);
  return { isOpen };
}
