// Keys for the list of comments: each does what a link, a box or a button of the page does. Nothing happens while typing.

const list = document.querySelector("ol.moderation");
const keys = /** @type {HTMLDetailsElement | null} */ (document.getElementById("keys"));
/** Says how many comments are selected. */
const selected = document.getElementById("selected");
/** Where in the list the moderator was when a key led to a new page. */
const PLACE = "moderate-place";

const articles = list ? [...list.querySelectorAll("article")] : [];

/**
 * The comment that has the focus, or something in it.
 * @returns {HTMLElement | null | undefined}
 */
function current() {
  return document.activeElement?.closest("ol.moderation article");
}

/** Where the current comment is in the list; -1 where there is none. */
function currentPlace() {
  const article = current();
  return article ? articles.indexOf(article) : -1;
}

/** @param {HTMLElement | null | undefined} article */
function go(article) {
  article?.focus({ preventScroll: true });
  article?.scrollIntoView({ block: "nearest" });
}

/** @param {number} by */
function step(by) {
  const at = currentPlace();
  go(at < 0 ? articles[0] : articles[Math.min(Math.max(at + by, 0), articles.length - 1)]);
}

/**
 * Decides about all selected comments at once, as the button below the list does; false where none is selected.
 * @param {string} act
 */
function pressForSelected(act) {
  if (!list?.querySelector('input[name="picked"]:checked')) return false;
  /** @type {HTMLButtonElement | null} */
  const button = document.querySelector(`form#picked button[value="${act}"]`);
  if (button) {
    sessionStorage.setItem(PLACE, String(Math.max(currentPlace(), 0)));
    button.click();
  } else if (selected) {
    selected.textContent = "Nothing to do for the selected comments.";
  }
  return true;
}

/**
 * Decides about what is selected, else about the current comment.
 * @param {string} act
 */
function decide(act) {
  if (!pressForSelected(act)) press(`button[value="${act}"]`);
}

/**
 * Presses a button or link of the current comment; the next page goes on at the same place.
 * @param {string} selector
 */
function press(selector) {
  const article = current() ?? articles[0];
  /** @type {HTMLElement | null | undefined} */
  const control = article?.querySelector(selector);
  if (!article || !control) return;
  sessionStorage.setItem(PLACE, String(articles.indexOf(article)));
  control.click();
}

function reply() {
  const article = current() ?? articles[0];
  /** @type {HTMLDetailsElement | null | undefined} */
  const details = article?.querySelector("details.reply");
  if (!details) return;
  details.open = true;
  details.querySelector("textarea")?.focus();
}

function undo() {
  /** @type {HTMLButtonElement | null} */
  const button = document.querySelector(".flash button");
  button?.click();
}

function select() {
  const article = current() ?? articles[0];
  /** @type {HTMLInputElement | null | undefined} */
  const box = article?.querySelector('input[name="picked"]');
  box?.click();
}

function showKeys() {
  if (keys) keys.open = !keys.open;
}

/** @type {Record<string, () => void>} */
const ONCE = {
  a: () => decide("approve"),
  s: () => decide("spam"),
  d: () => decide("delete"),
  e: () => press("a.edit"),
  r: reply,
  u: undo,
  x: select,
  "?": showKeys,
};
/** @type {Record<string, () => void>} */
const AGAIN = { j: () => step(1), k: () => step(-1) };

/** @param {Element} element */
function isTyping(element) {
  return element.closest?.('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null;
}

document.addEventListener("keydown", (event) => {
  /** @type {HTMLDetailsElement | null | undefined} */
  const replying = event.key === "Escape" ? event.target.closest?.("details.reply") : null;
  if (replying) {
    replying.open = false;
    go(replying.closest("article"));
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  // A key held down goes through the list, but decides once.
  const act = AGAIN[event.key] ?? (event.repeat ? undefined : ONCE[event.key]);
  if (!act) return;
  event.preventDefault();
  act();
});

if (keys) keys.hidden = false;

const place = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
if (place !== null) go(articles[Math.min(Number(place), articles.length - 1)]);
