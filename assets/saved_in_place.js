// A long form that was saved is seen again where it was sent from, not from its top; one with a mistake shows the first field
// that has one.

const KEY = "daybook-scrolled";

/** @type {HTMLElement | null} */
const wrong = document.querySelector("main [aria-invalid=true]");
const kept = sessionStorage.getItem(KEY);
sessionStorage.removeItem(KEY);
if (wrong) {
  wrong.focus();
  wrong.scrollIntoView({ block: "center" });
} else if (kept?.startsWith(`${location.pathname} `) && location.hash === "") {
  scrollTo(0, Number(kept.split(" ")[1]));
}
document.addEventListener("submit", ({ target, defaultPrevented, submitter }) => {
  const button = /** @type {HTMLButtonElement | null} */ (submitter);
  const isSave = target instanceof HTMLFormElement && target.matches("form.sections") && !button?.formTarget;
  if (isSave && !defaultPrevented) sessionStorage.setItem(KEY, `${location.pathname} ${scrollY}`);
});
