// Edit and Delete on the comments that were written in this browser. Loaded by comments.js where there are any; own_comment_page.js
// keeps their keys, and the words in the language of the blog.

/**
 * A form that deletes a comment and leads to its own page, where that can be undone.
 * @param {string} id
 * @param {string} address
 */
function deleting(id, address) {
  const form = document.createElement("form");
  Object.assign(form, { id: `delete-${id}`, method: "post", action: address, hidden: true });
  return form;
}

/**
 * @param {string} id
 * @param {OwnComment} own
 */
function offer(id, { key, until, edit, delete: remove }) {
  const comment = document.querySelector(`#comment-${CSS.escape(id)} > article`);
  if (!comment || !key) return;
  const address = `/comments/${encodeURIComponent(id)}?key=${encodeURIComponent(key)}`;
  const parts = [];
  if (Date.now() < until) {
    const link = document.createElement("a");
    link.href = `${address}&edit=1`;
    link.textContent = edit;
    parts.push(link);
  }
  const button = document.createElement("button");
  Object.assign(button, { name: "act", value: "delete", textContent: remove, className: "link" });
  button.setAttribute("form", `delete-${id}`);
  parts.push(button);
  let line = comment.querySelector(".text ~ .about");
  if (!line) {
    line = document.createElement("p");
    line.className = "about";
    comment.append(line);
  }
  for (const part of parts) line.append(line.hasChildNodes() ? " · " : "", part);
  comment.append(deleting(id, address));
}

/**
 * Offers what can be done with each of these comments that is on the page.
 * @param {Record<string, OwnComment>} mine
 */
export function offerAll(mine) {
  for (const [id, one] of Object.entries(mine)) offer(id, one);
}
