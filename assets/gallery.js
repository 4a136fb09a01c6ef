// The pictures of a gallery open in a dialog, one after the other: by buttons, arrow keys and swipes. Without this script the same
// links lead to the pictures. Its style is in here, so that pages without a gallery carry nothing of it.

const STYLE = [
  ".lightbox { width: 100%; height: 100%; max-width: none; max-height: none; padding: 0; border: 0; background: #0e0e0f; color: #f2f0ea; overscroll-behavior: contain; touch-action: pinch-zoom; }",
  ".lightbox[open] { display: grid; grid-template: minmax(0, 1fr) auto / minmax(0, 1fr); }",
  ".lightbox img { width: 100%; height: 100%; object-fit: contain; }",
  ".lightbox div { padding: .75rem 1rem; font: .9rem/1.45 var(--sans, sans-serif); text-align: center; max-height: 30vh; overflow-y: auto; }",
  ".lightbox div p { margin: 0; }",
  ".lightbox .lightbox-place { color: #b9b6ae; font-variant-numeric: tabular-nums; }",
  ".lightbox a { color: inherit; }",
  ".lightbox button { position: absolute; display: grid; place-content: center; width: 3rem; height: 3rem; padding: 0; border: 0; border-radius: 50%; background: rgb(14 14 15 / 65%); color: inherit; cursor: pointer; }",
  ".lightbox button:focus-visible { outline: 2px solid #f2f0ea; outline-offset: -4px; }",
  ".lightbox svg { width: 1.5rem; fill: none; stroke: currentcolor; stroke-width: 1.5; }",
  ".lightbox [value=close] { inset: .5rem .5rem auto auto; }",
  ".lightbox [value=left] { inset: calc(50% - 3rem) auto auto .5rem; }",
  ".lightbox [value=right] { inset: calc(50% - 3rem) .5rem auto auto; }",
].join("\n");

/** A swipe is at least so many pixels long. */
const SWIPE = 50;
/** The lines of each button's icon, in a square of 24. */
const ICONS = { close: "M5 5 19 19M19 5 5 19", left: "M15 4 7 12 15 20", right: "M9 4 17 12 9 20" };

/** @type {HTMLScriptElement | null} */
const script = document.querySelector("script[data-next-picture]");
const words = script?.dataset ?? {};
const isRtl = document.documentElement.dir === "rtl";

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} attributes
 * @param {Node[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, attributes = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...children);
  return one;
}

/**
 * @param {keyof typeof ICONS} value
 * @param {string} name
 */
function button(value, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  path.setAttribute("d", ICONS[value]);
  svg.append(path);
  return make("button", { type: "button", value, "aria-label": name, title: name }, svg);
}

/**
 * A link of a gallery that leads to the picture in it, and not where its author wanted.
 * @param {Element} link
 * @returns {link is HTMLAnchorElement}
 */
const isOfPicture = (link) => link instanceof HTMLAnchorElement && link.href === link.querySelector("img")?.src;

function lightbox() {
  const image = make("img");
  const caption = make("p");
  const place = make("p", { class: "lightbox-place", "aria-live": "polite" });
  const close = button("close", words.close ?? "");
  const left = button("left", (isRtl ? words.nextPicture : words.previousPicture) ?? "");
  const right = button("right", (isRtl ? words.previousPicture : words.nextPicture) ?? "");
  const dialog = make("dialog", { class: "lightbox" }, image, make("div", {}, caption, place), left, right, close);
  /** @type {HTMLAnchorElement[]} */
  let links = [];
  let at = 0;
  /** Where a touch began. */
  let begin = NaN;

  /** @param {number} number */
  function show(number) {
    at = (number + links.length) % links.length;
    const link = links[at];
    const small = /** @type {HTMLImageElement} */ (link.querySelector("img"));
    for (const name of ["srcset", "width", "height", "alt"]) image.setAttribute(name, small.getAttribute(name) ?? "");
    image.sizes = "100vw";
    image.src = link.href;
    const said = link.closest("figure")?.querySelector("figcaption");
    // Where there is no caption, the words for those who cannot see the picture are there for all, and read out once.
    caption.replaceChildren(...(said ? said.cloneNode(true).childNodes : [small.alt]));
    caption.toggleAttribute("hidden", !caption.textContent);
    caption.setAttribute("aria-hidden", String(!said));
    place.textContent = (words.placeOfPicture ?? "").replace("{n}", String(at + 1)).replace("{all}", String(links.length));
    dialog.setAttribute("aria-label", place.textContent);
  }

  /** @param {number} by */
  const step = (by) => show(at + by);
  /** @param {number} by to the right */
  const turn = (by) => step(isRtl ? -by : by);

  left.addEventListener("click", () => turn(-1));
  right.addEventListener("click", () => turn(1));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    /** @type {Record<string, () => void>} */
    const keys = { ArrowLeft: () => turn(-1), ArrowRight: () => turn(1), Home: () => show(0), End: () => show(links.length - 1) };
    if (!keys[event.key] || event.altKey || event.ctrlKey || event.metaKey || links.length < 2) return;
    event.preventDefault();
    keys[event.key]();
  });
  dialog.addEventListener("touchstart", ({ touches }) => {
    begin = touches.length === 1 ? touches[0].clientX : NaN;
  }, { passive: true });
  dialog.addEventListener("touchend", ({ changedTouches }) => {
    const way = changedTouches[0].clientX - begin;
    if (Math.abs(way) >= SWIPE && (visualViewport?.scale ?? 1) === 1) turn(way < 0 ? 1 : -1);
    begin = NaN;
  });
  dialog.addEventListener("close", () => {
    image.removeAttribute("srcset");
    image.removeAttribute("src");
    links[at].focus();
  });

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.body.append(dialog);

  /** @param {HTMLAnchorElement} link */
  const showLink = (link) => {
    links = [...(link.closest(".gallery")?.querySelectorAll("a") ?? [])].filter(isOfPicture);
    left.hidden = right.hidden = links.length < 2;
    show(links.indexOf(link));
    dialog.showModal();
    close.focus();
  };
  return showLink;
}

/** @type {ReturnType<typeof lightbox> | undefined} */
let open;

addEventListener("click", (event) => {
  const link = event.target.closest(".gallery a");
  if (!link || !isOfPicture(link) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  // Older browsers cannot get its style: there the link leads on.
  if (!("adoptedStyleSheets" in document) || !("HTMLDialogElement" in window)) return;
  event.preventDefault();
  open ??= lightbox();
  open(link);
});
