// The button next to the part that is written in. It opens the tools that are behind `/`.

import { TextSelection } from "prosemirror-state";
import { element } from "../dom.js";

/** Where there is no room next to the text, the button is in the toolbar, so that it covers no words. */
const WITHOUT_ROOM = "(max-width: 70rem), (pointer: coarse)";

/**
 * @param {import("./visual_view.js").VisualView} visual
 * @param {() => void} open opens the list of tools
 * @param {Element} bar the toolbar
 */
export function insertButton(visual, open, bar) {
  const { view, host } = visual;
  const button = element(
    "button",
    { type: "button", class: "visual-insert", title: "Insert something here (or type /)", hidden: true, mousedown: (/** @type {Event} */ event) => event.preventDefault(), click: begin },
    "+",
  );
  const room = matchMedia(WITHOUT_ROOM);
  const put = () => {
    (room.matches ? (bar.lastElementChild ?? bar) : host).append(button);
    button.style.top = "";
    button.hidden = false;
    place(true);
  };

  /** In a new paragraph, unless this one is empty. */
  function begin() {
    view.focus();
    const { $head } = view.state.selection;
    if (!($head.depth === 1 && $head.parent.type.name === "paragraph" && $head.parent.content.size === 0)) {
      const behind = $head.depth ? $head.after(1) : view.state.selection.to;
      const tr = view.state.tr.insert(behind, view.state.schema.nodes.paragraph.create());
      tr.setSelection(TextSelection.create(tr.doc, behind + 1)).scrollIntoView();
      view.dispatch(tr);
    }
    open();
  }

  /** @type {Node | null} */
  let last = null;
  let blocks = 0;
  function place(always = false) {
    if (room.matches) return;
    const { doc, selection } = view.state;
    const { $head } = selection;
    const dom = view.nodeDOM($head.posAtIndex(Math.min($head.index(0), doc.childCount - 1), 0));
    if (!always && dom === last && blocks === doc.childCount) return;
    [last, blocks] = [dom, doc.childCount];
    button.hidden = !(dom instanceof HTMLElement);
    if (dom instanceof HTMLElement) button.style.top = `${dom.offsetTop}px`;
  }
  new ResizeObserver(() => place(true)).observe(view.dom);
  room.addEventListener("change", put);
  put();
  return { place };
}
