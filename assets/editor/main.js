// The visual editor of a post: `Visual` next to the text area of the form. Loaded where it was built; without it the text area is
// all there is.

import { element, one } from "../dom.js";
import { redo, undo } from "prosemirror-history";
import { NodeSelection } from "prosemirror-state";
import { completeAddress } from "../markup_edits.js";
import { isCode, languageOf } from "../pasted_text.js";
import { askServer } from "../server_tools.js";
import { bringIntoView, lettersAt } from "../text_position.js";
import { linkAround, setLink } from "./commands.js";
import { bubble, visualSlash, visualTools } from "./visual_tools.js";
import { VisualView } from "./visual_view.js";

/** The key in the browser's storage that says which view its author writes in. */
const KEPT = "daybook-view";
const PATIENCE_WITH_PICTURES_MS = 60_000;

/** @param {Markup} markup */
const nameOf = (markup) => (markup === "html" ? "HTML" : "Markdown");

/** @param {EditorForm} form */
function begin(form) {
  const area = form.elements.body;
  const writing = area.closest(".writing");
  if (!writing) return;
  /** @returns {Markup} */
  const markup = () => (form.elements.markup.value === "html" ? "html" : "markdown");
  const message = one(".tools-message", form);
  /** @param {string} words */
  const say = (words) => {
    message.textContent = words;
  };

  const getVisual = () => visual;
  const tools = visualTools(form, getVisual, markup, say);
  const slash = visualSlash(getVisual, tools.entries);
  const overSelection = bubble(getVisual, tools);
  let waits = false;
  const visual = new VisualView({
    form,
    area,
    markup,
    say,
    keys: tools.keys,
    openPicture: tools.openPicture,
    changed() {
      if (!visual?.isShown) return;
      slash.changed();
      overSelection.changed();
      if (bar && visual.view.state.doc !== pastedInto) dismiss();
      if (waits) return;
      waits = true;
      requestAnimationFrame(() => {
        waits = false;
        tools.refresh();
      });
    },
    props: {
      // The toolbar stays at the top of the window where there is room for it.
      scrollMargin: matchMedia("(max-height: 30rem)").matches ? 8 : { top: 130, right: 8, bottom: 60, left: 8 },
      scrollThreshold: matchMedia("(max-height: 30rem)").matches ? 4 : { top: 120, right: 0, bottom: 40, left: 0 },
      handleKeyDown(view, event) {
        if (slash.key(event)) return true;
        const { selection } = view.state;
        if (event.key === "Enter" && selection instanceof NodeSelection && selection.node.type.name === "image") {
          tools.openPicture(selection.from);
          return true;
        }
        const isShifted = (event.ctrlKey || event.metaKey) && event.shiftKey && !event.altKey;
        return isShifted && tools.byCode[event.code] ? tools.byCode[event.code](view.state, view.dispatch, view) : false;
      },
      handlePaste: (_view, event) => paste(event),
      handleDOMEvents: {
        blur: () => {
          visual.flush();
          slash.close();
          overSelection.hide();
        },
      },
    },
  });
  area.after(visual.host);
  one(".writing-tools", form).prepend(tools.tools().bar);

  const label = one("label[for=body]", form);

  // The switch.
  const other = document.createTextNode("");
  /** @param {"visual" | "source"} value */
  const radio = (value) => element("input", { type: "radio", name: "editor-view", value, form: "", change: () => show(value) });
  const radios = { visual: radio("visual"), source: radio("source") };
  const switcher = element(
    "div",
    { class: "view-switch", role: "group", "aria-label": "View" },
    element("label", { class: "choice" }, radios.visual, " Visual"),
    element("label", { class: "choice" }, radios.source, " ", other),
  );
  for (const kind of ["input", "change"]) switcher.addEventListener(kind, (event) => event.stopPropagation());
  one(".writing-tools", form).before(switcher);
  const nameOther = () => {
    other.data = nameOf(markup());
  };
  nameOther();

  /**
   * @param {"visual" | "source"} view
   */
  async function show(view, focus = true) {
    localStorage.setItem(KEPT, view);
    radios[view].checked = true;
    if (view === "visual") await showVisual(focus);
    else showSource(focus);
  }

  /** @param {boolean} focus */
  async function showVisual(focus) {
    if (visual.isShown) return;
    const caret = area.selectionStart;
    form.classList.add("opens-visual");
    const done = await visual.read();
    form.classList.remove("opens-visual");
    if (!radios.visual.checked) return;
    if (!done) {
      radios.source.checked = true;
      return say("The server doesn’t respond, so the text is shown as it’s written.");
    }
    const top = topOfCaret();
    area.hidden = true;
    visual.show(true);
    label.removeAttribute("for");
    form.classList.add("is-visual");
    tools.refresh();
    visual.putCaret(caret);
    if (!focus) return;
    visual.view.focus();
    const now = visual.view.coordsAtPos(visual.view.state.selection.head).top;
    scrollBy(0, now - top);
  }

  /** @param {boolean} focus */
  function showSource(focus) {
    if (!visual.isShown) return;
    visual.flush();
    const caret = visual.caretInSource();
    visual.show(false);
    area.hidden = false;
    label.setAttribute("for", area.id);
    form.classList.remove("is-visual");
    slash.close();
    overSelection.hide();
    area.setSelectionRange(caret, caret);
    if (!focus) return;
    area.focus({ preventScroll: true });
    bringIntoView(area, lettersAt(area, caret));
  }

  /** Where the cursor of the text area is in the window. */
  function topOfCaret() {
    if (document.activeElement !== area && area.selectionStart === 0) return area.getBoundingClientRect().top;
    const [{ top }] = lettersAt(area, area.selectionStart);
    return area.getBoundingClientRect().top + top - area.scrollTop;
  }

  label.addEventListener("click", (event) => {
    if (!visual.isShown) return;
    event.preventDefault();
    visual.view.focus();
  });
  // Where nothing was typed since the switch to the text area, Undo goes on with what was done before it.
  area.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z";
    if (!isUndo || visual.isShown || area.value !== visual.text) return;
    event.preventDefault();
    visual.step(event.shiftKey ? redo : undo);
  });
  // Whatever else changes the text is shown.
  area.addEventListener("input", () => {
    if (!visual.writing && visual.isShown) visual.read();
  });
  form.addEventListener("adopted", () => {
    if (visual.isShown) visual.read({ isForeign: true });
  });
  form.addEventListener("reading", () => {
    if (visual.isShown) visual.flush();
  });
  for (const choice of form.elements.markup) {
    choice.addEventListener("change", () => {
      nameOther();
      if (visual.isShown) visual.read();
    });
  }
  // What puts words into the text area puts them where the cursor is.
  form.addEventListener("picture", atCaret, true);
  form.addEventListener("drop", atCaret, true);
  /** @param {Event} event */
  function atCaret(event) {
    if (!visual.isShown) return;
    if (event instanceof DragEvent) {
      // Something of the text itself is moved.
      if (visual.view.dragging || !event.dataTransfer?.types.includes("Files")) return;
      const at = visual.view.posAtCoords({ left: event.clientX, top: event.clientY });
      if (at && visual.view.dom.contains(event.target)) visual.select(at.pos);
    }
    visual.flush();
    const place = visual.placeForBlock();
    area.setSelectionRange(place, place);
  }
  new MutationObserver(() => {
    visual.view.setProps({});
    tools.tools().refresh();
  }).observe(form, { attributes: true, attributeFilter: ["data-pictures"] });
  new MutationObserver(() => visual.view.setProps({})).observe(area, { attributes: true, attributeFilter: ["lang", "spellcheck", "dir"] });
  form.elements.title.addEventListener("keydown", (event) => {
    if (!visual.isShown || event.isComposing || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      event.stopImmediatePropagation();
      visual.view.focus();
    }
  }, true);

  /**
   * Rich text is made clean by the server, in the markup of the post; the rest is pasted as it is.
   * @param {ClipboardEvent} event
   */
  function paste(event) {
    const data = event.clipboardData;
    if (!data) return false;
    const plain = data.getData("text/plain");
    const files = [...data.files].filter((file) => file.type.startsWith("image/"));
    if (files.length && plain === "") {
      // The uploads listen at the text area.
      atCaret(event);
      area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: false, cancelable: true }));
      event.preventDefault();
      return true;
    }
    const { state, dispatch } = visual.view;
    const isAddress = /^https?:\/\/\S+$/.test(plain.trim());
    if (isAddress && !state.selection.empty) {
      setLink({ ...linkAround(state), from: state.selection.from, to: state.selection.to }, completeAddress(plain.trim()), "")(state, dispatch);
      say("Link added to the selected text.");
      return true;
    }
    const html = data.getData("text/html");
    if (!html || html.includes("data-pm-slice") || state.selection.$from.parent.type.name === "code_block") return false;
    const language = languageOf(data.getData("vscode-editor-data"));
    if (!isCode(language, plain) && isAddress) return false;
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
      visual.view.pasteText(plain);
      return say("The server can’t be reached, so plain text was pasted.");
    }
    const done = await visual.insertSource(answer.text);
    const { pictures, missing } = answer;
    if (pictures.length + missing.length) {
      visual.flush();
      form.dispatchEvent(new CustomEvent("remote-pictures", { detail: { pictures, missing } }));
    }
    if (!done) return say("The server can’t be reached, so nothing was pasted.");
    say("Pasted. Above the text you can keep it, make it plain text, or turn it into a quoted article.");
    offerOtherwise(plain);
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
   */
  function offerOtherwise(plain) {
    dismiss();
    const { view } = visual;
    const { doc } = view.state;
    /** @param {() => unknown} act */
    const instead = (act) => () => {
      dismiss();
      if (view.state.doc === doc) undo(view.state, view.dispatch);
      view.focus();
      act();
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
      element("button", { type: "button", click: instead(() => view.pasteText(plain)) }, "Plain text"),
      element("button", { type: "button", click: instead(() => tools.makeArticle(plain)) }, "As quoted article"),
    );
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") keep();
    });
    one(".writing-tools", form).append(bar);
    pastedInto = doc;
  }
  /** @type {import("prosemirror-model").Node | null} */
  let pastedInto = null;

  form.classList.add("has-visual");
  if ((localStorage.getItem(KEPT) ?? "visual") === "visual") show("visual", document.activeElement === area);
  else show("source", false);
}

/** @type {EditorForm | null} */
const editorForm = document.querySelector("form.editor");
if (editorForm && editorForm.dataset.state !== "trashed") begin(editorForm);
