// This browser remembers that its user writes here, so that the posts that it shows offer `Edit`, see edit_link.js. Nothing else is
// kept, and the pages are the same for everybody.

const KEY = "daybook-desk";

try {
  // An operator edits every post, an author those under the same name, a contributor none that readers see.
  const { name, role } = document.body.dataset;
  if (role === "contributor") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, role === "author" ? `by ${name}` : "1");
  document.querySelector('form[action="/admin/sign-out"]')?.addEventListener("submit", () => localStorage.removeItem(KEY));
} catch {
  // Without a storage there is no such link.
}
