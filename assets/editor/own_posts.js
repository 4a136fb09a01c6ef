// The blog's own posts, found by words of their titles, for what leads to them.

import { newId } from "../dialogs.js";
import { element } from "../dom.js";

const PAUSE_MS = 250;
/** Fewer letters find too much. */
const LEAST_LETTERS = 2;

/**
 * Offers posts whose titles have the words of a field, as addresses for it.
 * @param {HTMLInputElement} field
 */
export function suggestPosts(field) {
  const list = element("datalist", { id: newId("own-posts") });
  field.after(list);
  field.setAttribute("list", list.id);
  let timer = 0;
  let asked = "";
  async function search() {
    const words = field.value.trim();
    if (words.length < LEAST_LETTERS || /^(?:\/|#|\w+:)/.test(words) || words === asked) return;
    asked = words;
    const found = await postsWith(words);
    if (asked !== words) return;
    // The browser shows what has the words in its label or its value.
    list.replaceChildren(...found.map(({ path, title }) => element("option", { value: path }, title)));
  }
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
}

/**
 * Published posts with some words in their titles or texts.
 * @param {string} words
 */
async function postsWith(words) {
  try {
    const answer = await fetch(`/admin/posts/?state=published&q=${encodeURIComponent(words)}`);
    if (!answer.ok) return [];
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...page.querySelectorAll("tr")].flatMap((row) => {
      const title = row.querySelector(".line-title a")?.textContent ?? "";
      const path = [...row.querySelectorAll("a")].map((link) => link.getAttribute("href") ?? "").find((href) => href.startsWith("/") && !href.startsWith("/admin/"));
      return path && title ? [{ path, title }] : [];
    });
  } catch {
    return [];
  }
}
