// The text as readers will see it, next to the text as it is written: rendered by the server, in the reader's own style.

import { element, one } from "./dom.js";
import { commonEnds, lettersOf, placesOf, scaleStyles, scrollBetween } from "./preview_sync.js";
import { askServer } from "./server_tools.js";
import { spansAt } from "./text_position.js";

/** The text is rendered so many milliseconds after the last key. */
const PAUSE_MS = 500;
/** The key in the browser's storage that says whether the preview is open. */
const KEPT = "daybook-seen";

/** The preview is narrower than a page: nothing in it is wider than its text. */
const NARROW = ".text .wide { margin-inline: 0; }";

/**
 * The reader's style sheets in their order, in the sizes of readers' pages.
 * @param {string} blocks the address of the one for rare blocks
 */
async function readersStyles(blocks) {
  /** @type {HTMLLinkElement} */
  const { href } = one("link[rel=stylesheet]");
  const written = await Promise.all([blocks, href].map(async (address) => (await fetch(address)).text()));
  return [...written, NARROW].map((css) => {
    const style = new CSSStyleSheet();
    style.replaceSync(scaleStyles(css));
    return style;
  });
}

/**
 * The blocks of the page, each with the place in the text that it comes from; those that cannot be found are left out.
 * @param {HTMLElement} page
 * @param {string} text
 */
function blocksOf(page, text) {
  const blocks = [...page.children].flatMap((block) => (block.matches("blockquote, section, div, ul, ol") ? [...block.children] : [block]));
  const places = placesOf(blocks.map(wordsOf), text);
  return blocks.map((block, number) => ({ block, at: places[number], top: 0 })).filter(({ at }) => at >= 0);
}

/**
 * The words by which a block is known: a picture without any is known by the name of its file.
 * @param {Element} block
 */
function wordsOf(block) {
  const words = block.textContent ?? "";
  if (lettersOf(words).letters) return words;
  return decodeURI(block.querySelector("img")?.getAttribute("src") ?? "").replace(/\.\w+$/, "");
}

/**
 * Makes the preview; its `toggle` opens or closes it, its `changed` says that the text did.
 * @param {EditorForm} form
 * @param {HTMLTextAreaElement} area
 * @param {() => Markup} markup
 * @param {(answer: { html: string, words: number, minutes: number } | null) => void} rendered gets what the server rendered
 */
export function livePreview(form, area, markup, rendered) {
  const page = element("div", { class: "text" });
  const title = element("h1");
  const post = element("article", { class: "post" }, title, page);
  const frame = element("section", { class: "live-preview", "aria-label": "As readers will see it", tabindex: "0", hidden: true });
  const root = frame.attachShadow({ mode: "open" });
  root.append(post);
  let timer = 0;
  let asked = 0;
  /** @type {string | null} */
  let shown = null;
  let styled = false;

  async function render() {
    const own = (asked += 1);
    const body = area.value;
    const answer = await askServer(form, "render", { body, markup: markup() });
    if (own !== asked || frame.hidden) return;
    if (!answer) return rendered(null);
    title.textContent = form.elements.title.value;
    title.hidden = title.textContent.trim() === "";
    const first = shown === null;
    if (answer.html !== shown) replace(answer.html);
    shown = answer.html;
    blocks = blocksOf(page, body);
    measured = "";
    if (first) follow();
    else showBlockOf(area.selectionStart);
    rendered(answer);
  }

  // The page follows the text by its blocks, since a picture is a line there and half a screen here.
  /** @type {ReturnType<typeof blocksOf>} */
  let blocks = [];
  let measured = "";
  /** Where the blocks begin in the text, in pixels from its top: measured once for a text and a width. */
  function measure() {
    const now = `${area.clientWidth} ${shown?.length}`;
    if (measured === now) return;
    measured = now;
    const boxes = spansAt(area, blocks.map(({ at }) => [at, at + 1]));
    blocks.forEach((block, number) => (block.top = boxes[number][0]?.top ?? 0));
  }
  /** @param {Element} block */
  const topOf = (block) => block.getBoundingClientRect().top - frame.getBoundingClientRect().top + frame.scrollTop;

  /** Shows what is at the top of the text at the top of the page. */
  function follow() {
    if (frame.hidden || shown === null) return;
    if (area.scrollTop + area.clientHeight >= area.scrollHeight - 1 && area.scrollTop > 0) {
      frame.scrollTop = frame.scrollHeight;
      return;
    }
    measure();
    const next = blocks.findIndex(({ top }) => top > area.scrollTop);
    const before = next < 0 ? blocks.at(-1) : blocks[next - 1];
    const after = next < 0 ? null : blocks[next];
    frame.scrollTop = scrollBetween(
      area.scrollTop,
      before ? [before.top, topOf(before.block)] : [0, 0],
      after ? [after.top, topOf(after.block)] : [area.scrollHeight, frame.scrollHeight],
    );
  }

  /**
   * Brings the block that is being written into view.
   * @param {number} place
   */
  function showBlockOf(place) {
    const { block } = blocks.findLast(({ at }) => at <= place) ?? {};
    if (!block) return;
    const [top, height] = [topOf(block), block.getBoundingClientRect().height];
    const visible = top + height > frame.scrollTop && top < frame.scrollTop + frame.clientHeight;
    if (!visible) frame.scrollTop = top;
  }

  /**
   * Only what differs is replaced, so films play on and the page stays where it was scrolled to.
   * @param {string} html
   */
  function replace(html) {
    const next = [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
    const now = [...page.childNodes];
    const { start, end } = commonEnds(now, next, (old, fresh) => old.isEqualNode(fresh));
    const before = now[now.length - end] ?? null;
    for (const old of now.slice(start, now.length - end)) old.remove();
    for (const fresh of next.slice(start, next.length - end)) page.insertBefore(fresh, before);
  }

  const changed = () => {
    if (frame.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(render, PAUSE_MS);
  };

  /** @param {boolean} open */
  async function toggle(open) {
    frame.hidden = !open;
    localStorage.setItem(KEPT, open ? "open" : "");
    if (!open) return;
    if (!styled) {
      styled = true;
      root.adoptedStyleSheets = await readersStyles(form.dataset.blocks ?? "");
    }
    await render();
    follow();
  }

  // A link leads out of the text that is being written, so it opens in another tab; a note is searched for in here.
  root.addEventListener("click", (event) => {
    const { target } = /** @type {MouseEvent} */ (event);
    /** @type {HTMLAnchorElement | null} */
    const link = target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    const to = link.getAttribute("href") ?? "";
    if (to.startsWith("#")) root.getElementById(to.slice(1))?.scrollIntoView({ block: "nearest" });
    else window.open(link.href, "_blank", "noopener");
  });

  let waits = false;
  area.addEventListener(
    "scroll",
    () => {
      if (frame.hidden || waits) return;
      waits = true;
      requestAnimationFrame(() => {
        waits = false;
        follow();
      });
    },
    { passive: true },
  );
  form.elements.title.addEventListener("input", changed);
  for (const radio of form.elements.markup) radio.addEventListener("change", changed);

  return { frame, toggle, changed, wasOpen: localStorage.getItem(KEPT) === "open" };
}
