// The text as readers will see it, beside the text as it is written: rendered by the server, in the reader's own style.

import { askServer } from "./paste.js";
import { element } from "./elements.js";

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
    if (answer.html !== shown) replace(answer.html);
    shown = answer.html;
    told(answer);
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
        const way = area.scrollHeight - area.clientHeight;
        if (way > 0) frame.scrollTop = (area.scrollTop / way) * (frame.scrollHeight - frame.clientHeight);
      });
    },
    { passive: true },
  );
  form.elements.title.addEventListener("input", changed);
  for (const radio of form.querySelectorAll("[name=markup]")) radio.addEventListener("change", changed);

  return { frame, toggle, changed, wasOpen: localStorage.getItem(KEPT) === "open" };
}
