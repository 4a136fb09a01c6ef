// Watches the other scripts of the editor: where one of them fails, the page says so, and its buttons work as without
// scripts. No module, so that it runs before them and none of them can stop it.
{
  const SAVING = "Autosave doesn’t work in this browser. Please use Save.";
  const TOOLS = "Some tools don’t work in this browser. Saving works.";
  /** Scripts without which nothing is saved: the one that saves, and those that it needs. */
  const SAVES = /\/(?:autosave\w*|textarea|dom|editor_fields|post_text|zone_time|sign_in_again|passkeys|base64url)[.-]/;

  let ready = false;
  let hurt = false;
  let dead = false;
  let typed = false;
  /** @returns {EditorForm | null} */
  const editor = () => document.querySelector("form.editor");

  const show = () => {
    const form = editor();
    if (!ready || !form || form.dataset.state === "trashed") return;
    dead ||= form.dataset.saving !== "on";
    if (!dead && !hurt) return;
    const words = dead ? SAVING : TOOLS;
    let notice = document.querySelector(".notice.dead");
    if (!notice) {
      notice = document.createElement("p");
      notice.className = "notice problem dead";
      notice.setAttribute("role", "alert");
      form.before(notice);
    }
    if (notice.textContent !== words) notice.textContent = words;
    if (dead) form.dataset.saving = "off";
  };

  /** @param {string} where an address, or a stack with addresses */
  const failed = (where) => {
    if (!where.includes(`${location.origin}/assets/`)) return;
    hurt = true;
    if (SAVES.test(where)) dead = true;
    show();
  };

  // In the capture phase: the error of a script that did not arrive does not bubble.
  addEventListener(
    "error",
    (event) => {
      /** @type {unknown} */
      const target = event.target;
      failed(target instanceof HTMLScriptElement ? target.src : (event.filename ?? ""));
    },
    true,
  );
  addEventListener("unhandledrejection", (event) => failed(String(event.reason?.stack ?? "")));
  // Modules are done by then, one way or the other.
  addEventListener("load", () => {
    ready = true;
    show();
  });

  // A script that failed in the middle of its work must not keep the form from being sent.
  addEventListener(
    "submit",
    (event) => {
      if (!dead || event.target !== editor()) return;
      event.stopImmediatePropagation();
      typed = false;
    },
    true,
  );
  addEventListener("input", (event) => {
    const { form } = /** @type {HTMLInputElement} */ (event.target);
    if (form && form === editor()) typed = true;
  });
  addEventListener("beforeunload", (event) => {
    if (dead && typed) event.preventDefault();
  });
}
