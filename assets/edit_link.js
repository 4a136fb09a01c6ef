// A browser whose owner writes here, see signed_in.js, offers to edit the post.
{
  let writes;
  try {
    writes = localStorage.getItem("daybook-desk");
  } catch {}
  const main = document.querySelector("[data-edit]");
  const by = () => main.querySelector(".p-author")?.textContent.trim();
  if (writes && main && (writes === "1" || writes === `by ${by()}`)) {
    const link = document.createElement("a");
    link.href = `/admin/posts/${main.dataset.post}`;
    link.textContent = main.dataset.edit;
    const line = document.createElement("p");
    line.className = "about edit";
    line.append(link);
    main.querySelector("header").append(line);
  }
}
