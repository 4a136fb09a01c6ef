// The text as readers will see it, beside the text as it is written: rendered by the server, in the reader's own style.

import { askServer } from "./paste.js";
import { element } from "./dom.js";
import { places } from "./popups.js";

/** The text is rendered so many milliseconds after the last key. */
const PAUSE = 500;
const KEPT = "daybook-seen";

/**
 * The reader's style sheet for a root inside of the desk, which has other sizes: its lengths go back to the size and the
 * line of a reader's text.
 */
async function readersStyle() {
  const address = document.querySelector("link[rel=stylesheet]").href;
  const css = await (await fetch(address)).text();
  const inside = css
    .split("\n")
    .map((line) =>
      line.trimStart().startsWith("@media")
        ? line
        : line
            .replace(/(?<![\w.])(\d*\.?\d+)rlh\b/g, "calc($1 * 1.6 * var(--text))")
            .replace(/(?<![\w.])(\d*\.?\d+)rem\b/g, "calc($1 * var(--text))"),
    )
    .join("\n")
    .replace(/^\s*:root \{/gm, ":host, .root {");
  const style = new CSSStyleSheet();
  style.replaceSync(inside);
  return style;
}

/** Letters and figures alone, by which words of the page are found in their source; and where each stands there. */
function bare(text) {
  const at = [];
  let letters = "";
  for (const { 0: run, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    letters += run;
    for (let place = 0; place < run.length; place += 1) at.push(index + place);
  }
  return { letters, at };
}

/** A block is known by so many of its first letters, and is looked for so far behind the block before it. */
const KNOWN_BY = 24;
const LOOKED_FOR = 20_000;

/** The blocks of the page, each with the place in the text that it comes from; those that cannot be found are left out. */
function blocksOf(page, text) {
  const { letters, at } = bare(text);
  const blocks = [...page.children].flatMap((block) => (block.matches("blockquote, section, div, ul, ol") ? [...block.children] : [block]));
  const found = [];
  let from = 0;
  for (const block of blocks) {
    const picture = block.querySelector("img");
    const words = bare(block.textContent).letters || bare(decodeURI(picture?.getAttribute("src") ?? "").replace(/\.\w+$/, "")).letters;
    const known = words.slice(0, KNOWN_BY);
    const place = known.length < 3 ? -1 : letters.slice(from, from + LOOKED_FOR).indexOf(known);
    if (place < 0) continue;
    found.push({ block, at: at[from + place] });
    from += place + known.length;
  }
  return found;
}

/** Makes the place beside the text; `toggle` opens or closes it, `changed` says that the text did. */
export function seen(form, area, markup, told) {
  const page = element("div", { class: "text" });
  const title = element("h1");
  const post = element("article", { class: "post" }, title, page);
  const frame = element("section", { class: "seen", "aria-label": "As readers will see it", tabindex: "0", hidden: true });
  const root = frame.attachShadow({ mode: "open" });
  root.append(post);
  let timer = 0;
  let asked = 0;
  let shown = null;
  let styled = false;

  async function render() {
    const own = (asked += 1);
    const body = area.value;
    const answer = await askServer(form, "render", { body, markup: markup() });
    if (own !== asked || frame.hidden) return;
    if (!answer) return told(null);
    title.textContent = form.elements.title.value;
    title.hidden = title.textContent.trim() === "";
    const first = shown === null;
    if (answer.html !== shown) replace(answer.html);
    shown = answer.html;
    blocks = blocksOf(page, body);
    measured = "";
    if (first) follow();
    else showBlockOf(area.selectionStart);
    told(answer);
  }

  // The page follows the text by its blocks, since a picture is a line there and half a screen here.
  let blocks = [];
  let measured = "";
  /** Where the blocks begin in the text, in pixels from its top: measured once for a text and a width. */
  function measure() {
    const now = `${area.clientWidth} ${shown.length}`;
    if (measured === now) return;
    measured = now;
    const boxes = places(area, blocks.map(({ at }) => [at, at + 1]));
    blocks.forEach((block, number) => (block.top = boxes[number][0]?.top ?? 0));
  }
  const topOf = (block) => block.getBoundingClientRect().top - frame.getBoundingClientRect().top + frame.scrollTop;

  /** Shows what stands at the top of the text at the top of the page. */
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
    const start = before ? [before.top, topOf(before.block)] : [0, 0];
    const end = after ? [after.top, topOf(after.block)] : [area.scrollHeight, frame.scrollHeight];
    const part = (area.scrollTop - start[0]) / Math.max(1, end[0] - start[0]);
    frame.scrollTop = start[1] + part * (end[1] - start[1]);
  }

  /** Brings the block that is being written into view. */
  function showBlockOf(place) {
    const { block } = blocks.findLast(({ at }) => at <= place) ?? {};
    if (!block) return;
    const [top, height] = [topOf(block), block.getBoundingClientRect().height];
    const seen = top + height > frame.scrollTop && top < frame.scrollTop + frame.clientHeight;
    if (!seen) frame.scrollTop = top;
  }

  /** Only what differs is made anew, so films play on and the page stays where it was scrolled to. */
  function replace(html) {
    const next = [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
    const now = [...page.childNodes];
    let start = 0;
    while (start < now.length && start < next.length && now[start].isEqualNode(next[start])) start += 1;
    let end = 0;
    while (end < now.length - start && end < next.length - start && now.at(-1 - end).isEqualNode(next.at(-1 - end))) end += 1;
    const before = now[now.length - end] ?? null;
    for (const old of now.slice(start, now.length - end)) old.remove();
    for (const fresh of next.slice(start, next.length - end)) page.insertBefore(fresh, before);
  }

  const changed = () => {
    if (frame.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(render, PAUSE);
  };

  async function toggle(open) {
    frame.hidden = !open;
    localStorage.setItem(KEPT, open ? "open" : "");
    if (!open) return;
    if (!styled) {
      styled = true;
      root.adoptedStyleSheets = [await readersStyle()];
    }
    await render();
    follow();
  }

  // A link leads out of the text that is being written, so it opens beside; a note is looked for in here.
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    const to = link.getAttribute("href");
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
  for (const radio of form.querySelectorAll("[name=markup]")) radio.addEventListener("change", changed);

  return { frame, toggle, changed, wasOpen: localStorage.getItem(KEPT) === "open" };
}
