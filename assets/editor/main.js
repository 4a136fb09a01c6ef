// The visual editor of a post: `Visual` next to the text area of the form. Loaded where it was built; without it the text area is
// all there is.

import { element, one } from "../dom.js";
import { redo, undo } from "prosemirror-history";
import { NodeSelection } from "prosemirror-state";
import { nameOfMarkup } from "../markup_edits.js";
import { menu } from "../menu.js";
import { bringIntoView, headroom, lettersAt } from "../text_position.js";
import { insertBlocks } from "./commands.js";
import { emojiMenu } from "./emoji_menu.js";
import { bringPlace, outlineOf, searchedView } from "./find_visual.js";
import { insertButton } from "./insert_button.js";
import { bubble, visualSlash } from "./popups.js";
import { isPicture, pictureAt } from "./picture_tools.js";
import { valueOf } from "./schema.js";
import { visualPaste } from "./visual_paste.js";
import { visualTools } from "./visual_tools.js";
import { blocksOfPicture, visualUploads } from "./visual_uploads.js";
import { VisualView } from "./visual_view.js";

/** The key in the browser's storage that says which view its author writes in. */
const KEPT = "daybook-view";

/** In a window as low as this nothing stays at its top, and the cursor may be near its edges. */
const low = matchMedia("(max-height: 30rem)");

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
  const emoji = emojiMenu(getVisual);
  const overSelection = bubble(getVisual, tools);
  const searched = searchedView(getVisual);
  const pasting = visualPaste({ form, visual: getVisual, markup, say, makeArticle: tools.cards.makeArticle });
  tools.byCode.KeyF = () => form.dispatchEvent(new CustomEvent("find"));
  let waits = false;
  const visual = new VisualView({
    form,
    area,
    markup,
    keys: tools.keys,
    openPicture: tools.pictures.openPicture,
    pictureWidths: tools.pictures.widths,
    editCard: tools.cards.edit,
    changed() {
      if (!visual?.isShown) return;
      slash.changed();
      emoji.changed();
      overSelection.changed();
      pasting.changed();
      if (waits) return;
      waits = true;
      requestAnimationFrame(() => {
        waits = false;
        tools.refresh();
        tools.pictures.place();
        plus.place();
      });
    },
    props: {
      // The toolbar stays at the top of the window where there is room for it.
      scrollMargin: around(8, 60),
      scrollThreshold: around(0, 40),
      handleKeyDown(view, event) {
        if (slash.key(event) || emoji.key(event)) return true;
        const { selection } = view.state;
        if (selection instanceof NodeSelection && event.key === "Enter" && ["image", "film"].includes(selection.node.type.name)) {
          if (selection.node.type.name === "image") tools.pictures.openPicture(selection.from);
          else tools.cards.edit(selection.from);
          return true;
        }
        if (selection instanceof NodeSelection && event.key === "Tab" && !event.shiftKey && tools.pictures.enter()) return true;
        const isShifted = (event.ctrlKey || event.metaKey) && event.shiftKey && !event.altKey;
        return isShifted && tools.byCode[event.code] ? tools.byCode[event.code](view.state, view.dispatch, view) : false;
      },
      handlePaste: (_view, event) => pasting.paste(event),
      handleDOMEvents: {
        blur: () => {
          visual.flush();
          slash.close();
          emoji.close();
          overSelection.hide();
          requestAnimationFrame(tools.pictures.place);
        },
        focus: () => void requestAnimationFrame(tools.pictures.place),
        dragstart: (view, event) => dragWhole(view, event),
      },
    },
  });
  area.after(visual.host);
  const plus = insertButton(visual, slash.open, tools.tools().bar);
  const uploads = visualUploads(visual, markup);
  one(".writing-tools", form).prepend(tools.tools().bar);
  const outline = element("button", { type: "button", class: "plain visual-only" }, "Outline");
  menu(outline, () => outlineOf(visual.view), "No headings yet");
  one(".tools-foot", form).prepend(outline);

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
    other.data = nameOfMarkup(markup());
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
    form.dispatchEvent(new CustomEvent("searched", { detail: searched }));
    label.removeAttribute("for");
    form.classList.add("is-visual");
    form.dispatchEvent(new CustomEvent("view"));
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
    form.dispatchEvent(new CustomEvent("searched", { detail: null }));
    uploads.leave();
    visual.show(false);
    area.hidden = false;
    label.setAttribute("for", area.id);
    form.classList.remove("is-visual");
    slash.close();
    emoji.close();
    overSelection.hide();
    tools.pictures.hide();
    pasting.dismiss();
    texts?.remove();
    form.dispatchEvent(new CustomEvent("view"));
    area.setSelectionRange(caret, caret);
    if (!focus) return;
    area.focus({ preventScroll: true });
    bringIntoView(area, lettersAt(area, caret));
  }

  /**
   * Leads to a place of the source, and selects the picture that is there.
   * @param {number} place -1 for none
   */
  async function showPlace(place) {
    const { view } = visual;
    view.focus();
    if (place < 0 || !(await visual.read())) return;
    visual.putCaret(place);
    const { $from } = view.state.selection;
    if ($from.nodeAfter?.type.name === "image") view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, $from.pos)));
    bringPlace(view, $from.pos);
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
  form.addEventListener("show-place", (event) => {
    if (!visual.isShown) return;
    event.preventDefault();
    showPlace(/** @type {CustomEvent<number>} */ (event).detail);
  });
  for (const choice of form.elements.markup) {
    choice.addEventListener("change", () => {
      nameOther();
      if (visual.isShown) visual.read();
    });
  }
  // Pictures come in where the cursor is, or where they are dropped.
  /** @type {number | undefined} */
  let droppedAt;
  form.addEventListener("drop", (event) => {
    if (!visual.isShown || visual.view.dragging || !event.dataTransfer?.types.includes("Files")) return;
    droppedAt = visual.view.dom.contains(event.target) ? gapAt(visual.view, event) : undefined;
  }, true);
  form.addEventListener("uploads-begin", (event) => {
    if (!visual.isShown) return;
    event.preventDefault();
    visual.flush();
    const { detail } = /** @type {CustomEvent<import("../picture_uploads.js").Upload[]>} */ (event);
    uploads.begin(detail, droppedAt);
    droppedAt = undefined;
  });
  form.addEventListener("picture-put", (event) => {
    if (!visual.isShown) return;
    event.preventDefault();
    const { picture, choice } = /** @type {CustomEvent} */ (event).detail;
    insertBlocks(blocksOfPicture(picture, choice, markup()), true)(visual.view.state, visual.view.dispatch);
  });
  // Where all are there, what they show can be said in one list.
  form.addEventListener("uploads", (event) => {
    const { number } = /** @type {CustomEvent} */ (event).detail;
    if (number === 0 && visual.isShown) offerTexts();
  });
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

  /** Offers the list of alternative texts while new pictures have none. */
  function offerTexts() {
    texts?.remove();
    let missing = 0;
    visual.view.state.doc.descendants((node) => void (isPicture(node) && !valueOf(node.attrs.attrs, "alt") && (missing += 1)));
    if (missing === 0) return;
    const leave = () => {
      texts?.remove();
      visual.view.focus();
    };
    const describe = () => {
      texts?.remove();
      tools.pictures.describeAll();
    };
    texts = element(
      "div",
      { class: "pasted", role: "group", "aria-label": "New pictures" },
      element("span", {}, missing === 1 ? "One picture has no alternative text." : `${missing} pictures have no alternative text.`),
      element("button", { type: "button", click: describe }, "Describe"),
      element("button", { type: "button", click: leave }, "Later"),
    );
    one(".writing-tools", form).append(texts);
  }
  /** @type {HTMLElement | null} */
  let texts = null;

  form.classList.add("has-visual");
  if ((localStorage.getItem(KEPT) ?? "visual") === "visual") show("visual", document.activeElement === area);
  else show("source", false);
}

/**
 * How far from the edges of the window the cursor stays: below what is at the top now.
 * @param {number} top
 * @param {number} bottom
 */
function around(top, bottom) {
  return {
    get top() {
      return headroom() + top + 4;
    },
    get bottom() {
      return low.matches ? top + 4 : bottom;
    },
    right: top,
    left: top,
  };
}

/**
 * The gap between two parts that is nearest to the mouse.
 * @param {import("prosemirror-view").EditorView} view
 * @param {DragEvent} event
 */
function gapAt(view, event) {
  const found = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (!found) return undefined;
  const place = view.state.doc.resolve(found.inside >= 0 ? Math.max(found.inside, found.pos) : found.pos);
  if (place.depth === 0) return place.pos;
  const dom = view.nodeDOM(place.before(1));
  const box = dom instanceof HTMLElement ? dom.getBoundingClientRect() : null;
  return box && event.clientY < (box.top + box.bottom) / 2 ? place.before(1) : place.after(1);
}

/**
 * A picture that is alone in its part is moved with it.
 * @param {import("prosemirror-view").EditorView} view
 * @param {DragEvent} event
 */
function dragWhole(view, event) {
  const dom = event.target.closest(".visual-picture");
  if (!dom) return false;
  const picture = pictureAt(view.state.doc, view.posAtDOM(dom, 0) - (view.state.doc.nodeAt(view.posAtDOM(dom, 0))?.type.name === "image" ? 0 : 1));
  if (picture?.isAlone) view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, picture.from)));
  return false;
}

/** @type {EditorForm | null} */
const editorForm = document.querySelector("form.editor");
if (editorForm && editorForm.dataset.state !== "trashed") begin(editorForm);
