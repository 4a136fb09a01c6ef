// What the editor sends, and what the answers mean.

/** The server takes forms of this size; a smaller one that is too large was refused by something before it. */
const FORM_MAX_BYTES = 7 * 1024 * 1024;

/**
 * What came of sending a text. `again`: whether it is worth sending again soon.
 * @typedef {{ result: "saved", answer: SavedAnswer } | { result: "conflict", answer: ConflictAnswer } | { result: "signed-out" } | { result: "failed", words: string, again: boolean }} SaveResult
 */

/**
 * What came of sending the whole form: the address that it led to, the page that came instead, or why nothing came.
 * @typedef {{ result: "done", address: string } | { result: "page", html: string, mayBeSignedOut: boolean, words: string } | { result: "failed", words: string }} FormResult
 */

/**
 * What an answer means that brings nothing, in words.
 * @param {{ status: number, ok: boolean }} answer
 * @param {number} size how many bytes were sent
 */
export function refusalWords({ status, ok }, size) {
  if (status === 413 && size < FORM_MAX_BYTES) return "the proxy in front of the blog rejected this text; raise its size limit";
  if (status === 413) return "the text is too long";
  if (status === 507) return "the server’s disk is full";
  if (status === 429) return "too many requests";
  if (status === 502 || status === 504) return "the proxy in front of the blog can’t reach it";
  return ok ? "something other than the blog responded" : `the server responded with ${status}`;
}

/**
 * An answer of JSON, which only this blog gives; `null` for a page of a proxy or of somebody else.
 * @param {Response} answer
 */
async function jsonOf(answer) {
  if (!answer.headers.get("content-type")?.startsWith("application/json")) return null;
  return answer.json().catch(() => null);
}

/**
 * Where a text is sent: a post that the server does not know yet has no number in it.
 * @param {string} kind "post" or "page"
 * @param {string} id
 */
export const autosaveAddress = (kind, id) => (id ? `/admin/posts/${id}/autosave` : `/admin/${kind === "page" ? "pages" : "posts"}/autosave`);

/**
 * Sends a text in the background.
 * @param {string} address
 * @param {Record<string, string>} fields
 * @returns {Promise<SaveResult>}
 */
export async function sendText(address, fields) {
  const body = new URLSearchParams(fields);
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { accept: "application/json" }, redirect: "manual" });
  } catch {
    return { result: "failed", words: navigator.onLine ? "Couldn’t save, retrying" : "Offline", again: true };
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { result: "signed-out" };
  if (answer.status === 404) return { result: "failed", words: "This post no longer exists: copy your text", again: false };
  const json = await jsonOf(answer);
  if (answer.status === 409 && json) return { result: "conflict", answer: json };
  if (answer.status === 422 && json) return { result: "failed", words: "Not saved: the text is too long", again: false };
  if (answer.ok && json) return { result: "saved", answer: json };
  const words = refusalWords(answer, body.toString().length);
  if (answer.status === 413) return { result: "failed", words: `Not saved: ${words}`, again: false };
  return { result: "failed", words: `Couldn’t save, retrying: ${words}`, again: true };
}

/**
 * Sends the form as its buttons do, and stays on this page.
 * @param {string} address
 * @param {URLSearchParams} body
 * @returns {Promise<FormResult>}
 */
export async function sendForm(address, body) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { accept: "text/html" } });
  } catch {
    return { result: "failed", words: navigator.onLine ? "the server doesn’t respond" : "you’re offline" };
  }
  const path = new URL(answer.url).pathname;
  if (answer.redirected && answer.ok && path.startsWith("/admin/") && !path.startsWith("/admin/sign-in")) {
    return { result: "done", address: answer.url };
  }
  const html = await answer.text().catch(() => "");
  return { result: "page", html, mayBeSignedOut: answer.status === 403 || answer.redirected, words: refusalWords(answer, body.toString().length) };
}

/**
 * Says that a post is open here; gives who else has it open, `null` where nobody answers.
 * @param {string} id
 * @param {Record<string, string>} fields
 * @returns {Promise<OtherEditor[] | null>}
 */
export async function reportOpen(id, fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(`/admin/posts/${id}/open`, { method: "POST", body, headers: { accept: "application/json" } }).catch(() => null);
  return answer?.ok ? (await answer.json()).elsewhere : null;
}

/**
 * Sends something as the page is left; nobody waits for an answer.
 * @param {string} address
 * @param {Record<string, string>} fields
 */
export const sendBeacon = (address, fields) => navigator.sendBeacon(address, new URLSearchParams(fields));
