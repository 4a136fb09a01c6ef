// Videos play in their place in the post. Nothing of one is loaded before somebody wants to see it; without this the link leads to
// its own page.

addEventListener("click", (event) => {
  /** @type {HTMLAnchorElement & { dataset: { player: string } } | null} */
  const link = event.target.closest("a.play");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const player = document.createElement("iframe");
  player.title = link.textContent;
  player.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  player.src = link.dataset.player;
  link.replaceWith(player);
  player.focus();
});
