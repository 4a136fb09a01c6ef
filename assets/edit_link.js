// A browser whose owner writes here, see signed_in.js, offers to edit the post.
{
  let writes;
  try {
    writes = localStorage.getItem("daybook-desk");
  } catch {
    // Without a storage nobody is known to write here.
  }
  /** @type {HTMLElement | null} */
  const main = document.querySelector("[data-edit]");
  if (writes && main && (writes === "1" || writes === `by ${main.querySelector(".p-author")?.textContent.trim()}`)) {
    const link = document.createElement("a");
    link.href = `/admin/posts/${main.dataset.post}`;
    link.textContent = /** @type {string} */ (main.dataset.edit);
    const line = document.createElement("p");
    line.className = "about edit";
    line.append(link);
    main.querySelector("header")?.append(line);
  }
}
