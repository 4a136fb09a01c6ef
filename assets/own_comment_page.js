// A commenter's own page: remembers its key in this browser, so that the comment offers Edit and Delete there (own_comments.js),
// keeps what is typed into the form of a change until the blog has taken it, and goes on to the comment right after it was
// posted. Without this the page has the same links and buttons.

const MINE = "daybook-mine";
const SENT = "daybook-sent";
/** More comments than anybody looks after; the oldest are forgotten first. */
const MOST = 200;

/**
 * Reads what a browser's storage has; `null` where it is forbidden or holds something else.
 * @param {() => JsonStorage} storage
 * @param {string} key
 */
function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(key));
  } catch {
    return null;
  }
}

/**
 * @param {() => Storage} storage
 * @param {string} key
 * @param {unknown} value `null` removes it
 */
function write(storage, key, value) {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
  } catch {
    // Nothing depends on it.
  }
}

const local = () => localStorage;
const session = () => sessionStorage;

/**
 * Keeps the key of this comment, or forgets it once nothing of the comment is left.
 * @param {OwnComment & { id: number, erased: boolean }} own
 */
function keep({ id, until, edit, delete: remove, erased }) {
  /** @type {Record<string, OwnComment>} */
  const mine = { ...read(local, MINE) };
  if (erased) delete mine[id];
  else mine[id] = { key: new URLSearchParams(location.search).get("key"), until, edit, delete: remove };
  // Keys that are numbers come in their order.
  for (const old of Object.keys(mine).slice(0, -MOST)) delete mine[old];
  write(local, MINE, mine);
}

/** Whether a form that the blog took led here: nothing else does so by a redirect, not a way back after the network failed. */
function isLedHere() {
  const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return arrival?.redirectCount > 0;
}

/** Whether the form of a post led here just now. */
function justPosted() {
  const sent = read(session, SENT);
  write(session, SENT, null);
  if (!sent || !isLedHere()) return false;
  for (const storage of [local, session]) write(storage, `daybook-draft-${sent}`, null);
  return true;
}

/**
 * Keeps a change while it is written, and forgets it when the blog has taken it or nobody wants it.
 * @param {number} id
 */
function keepChange(id) {
  const key = `daybook-change-${id}`;
  /** @type {HTMLTextAreaElement | null} */
  const body = document.querySelector("#own-body");
  if (!body) {
    if (isLedHere()) write(session, key, null);
    return;
  }
  body.value = read(session, key) ?? body.value;
  body.addEventListener("input", () => write(session, key, body.value));
  body.form?.querySelector(".buttons a")?.addEventListener("click", () => write(session, key, null));
}

const page = /** @type {HTMLElement} */ (document.querySelector("[data-own]"));
const own = JSON.parse(/** @type {string} */ (page.dataset.own));
keep(own);
keepChange(own.id);
// In place of this page, so that the way back leads to the post and not here.
if (justPosted() && own.place) location.replace(own.place);
