// This browser remembers that somebody writes here, so that the posts that it shows offer `Edit`, see edit.js. Nothing else is
// kept, and the pages are the same for everybody.

const KEY = "daybook-desk";

try {
  localStorage.setItem(KEY, "1");
  document.querySelector('form[action="/admin/sign-out"]')?.addEventListener("submit", () => localStorage.removeItem(KEY));
} catch {
  // Without a storage there is no such link.
}
