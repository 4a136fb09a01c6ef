// Signing in again over a page that must not be left: a dialog that asks, and the page goes on with the new session's token.

import { element, one } from "./dom.js";
import { describeError, enter, possible } from "./passkeys.js";

/** @typedef {"password" | "code"} Step */

/**
 * What is asked at the moment.
 * @type {Promise<string> | undefined}
 */
let asking;

/**
 * @param {string} label
 * @param {string} name
 * @param {Record<string, Attribute>} attributes
 */
function field(label, name, attributes) {
  const input = element("input", { id: `again-${name}`, name, required: "", ...attributes });
  return element("div", { class: "field" }, element("label", { for: input.id }, label), input);
}

function makeDialog() {
  const email = field("Email", "email", { type: "email", autocomplete: "username", value: document.body.dataset.email ?? "" });
  const password = field("Password", "password", { type: "password", autocomplete: "current-password" });
  const code = field("Code", "code", { autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false" });
  const problem = element("p", { class: "problem", role: "alert" });
  const passkey = element("button", { type: "button" }, "Sign in with a passkey");
  const later = element("button", { type: "button", class: "plain" }, "Not now");
  const submit = element("button", { type: "submit", class: "primary" }, "Sign in");
  const form = element(
    "form",
    { method: "post", action: "/admin/sign-in" },
    element("h2", { id: "again-heading" }, "Sign in again"),
    element("p", { class: "hint" }, "Your session has ended. What you wrote stays here, and is saved when you are back."),
    problem,
    email,
    password,
    code,
    element("div", { class: "buttons" }, submit, passkey, later),
  );
  const dialog = element("dialog", { class: "sign-in-again", "aria-labelledby": "again-heading" }, form);
  return { dialog, form, problem, passkey, later, submit, step: /** @type {Step} */ ("password"), steps: { password: [email, password], code: [code] } };
}

/** @typedef {ReturnType<typeof makeDialog>} SignInDialog */

/**
 * Shows the fields of one step, and asks for those only.
 * @param {SignInDialog} parts
 * @param {Step} step
 */
function show(parts, step) {
  for (const [name, fields] of Object.entries(parts.steps)) {
    for (const row of fields) {
      row.hidden = name !== step;
      inputOf(row).disabled = name !== step;
    }
  }
  parts.step = step;
  parts.passkey.hidden = !possible || step !== "password";
  const inputs = parts.steps[step].map(inputOf);
  (inputs.find((input) => input.value === "") ?? inputs[0]).focus();
}

/**
 * @param {HTMLElement} row
 * @returns {HTMLInputElement}
 */
const inputOf = (row) => one("input", row);

/** @param {HTMLFormElement} form */
const encode = (form) => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));

/**
 * Sends the step that is shown; gives whether the person is signed in now.
 * @param {SignInDialog} parts
 */
async function send(parts) {
  const address = parts.step === "code" ? "/admin/sign-in/code" : "/admin/sign-in";
  const answer = await fetch(address, {
    method: "POST",
    headers: { accept: "application/json" },
    body: encode(parts.form),
  });
  const { code, problem } = await answer.json().catch(() => ({}));
  if (answer.ok && !code) return true;
  if (answer.ok) show(parts, "code");
  else if (answer.status === 403) show(parts, "password");
  parts.problem.textContent = answer.ok ? "" : (problem ?? "You couldn’t be signed in. Please try again.");
  return false;
}

/**
 * The new session's token, written into every form of the page.
 * @returns {Promise<string>}
 */
async function renew() {
  const answer = await fetch("/admin/session", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error("You are not signed in.");
  const { csrf } = await answer.json();
  /** @type {NodeListOf<HTMLInputElement>} */
  const inputs = document.querySelectorAll('input[name="csrf"]');
  for (const input of inputs) input.value = csrf;
  return csrf;
}

/** @returns {Promise<void>} */
function ask() {
  return new Promise((resolve, reject) => {
    const parts = makeDialog();
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    let signedIn = false;
    /** @param {() => Promise<boolean>} action */
    const attempt = async (action) => {
      parts.problem.textContent = "";
      parts.submit.disabled = true;
      try {
        signedIn = await action();
      } catch (error) {
        parts.problem.textContent = describeError(error);
      }
      parts.submit.disabled = false;
      if (signedIn) parts.dialog.close();
    };
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(() => send(parts));
    });
    parts.passkey.addEventListener("click", () => attempt(async () => Boolean(await enter(""))));
    parts.later.addEventListener("click", () => parts.dialog.close());
    parts.dialog.addEventListener("close", () => {
      parts.dialog.remove();
      before?.focus?.();
      if (signedIn) resolve();
      else reject(new Error("You are not signed in."));
    });
    document.body.append(parts.dialog);
    parts.dialog.showModal();
    show(parts, "password");
  });
}

/**
 * Asks the person to sign in again over the page, unless another tab has done so meanwhile. Gives the token of the new
 * session, which is in all forms of the page by then; fails where the person does not want to. Called twice at once, it asks
 * once.
 */
export function signInAgain() {
  asking ??= renew()
    .catch(() => ask().then(renew))
    .finally(() => {
      asking = undefined;
    });
  return asking;
}
