// Passkeys: carries what the server asks to the browser's authenticator, and its answer back (W3C Web Authentication).

import { toBytes, toText } from "./base64url.js";
import { one } from "./dom.js";

/** @typedef {PublicKeyCredential & { response: AuthenticatorAssertionResponse }} AssertionCredential */
/** @typedef {PublicKeyCredential & { response: AuthenticatorAttestationResponse }} AttestationCredential */

/** An error that leads to the page on which the password is asked for. */
class ConfirmNeeded extends Error {
  /**
   * @param {string} words
   * @param {string} address
   */
  constructor(words, address) {
    super(words);
    this.address = address;
  }
}

/** Whether this browser knows passkeys here: only over https or on localhost. */
export const possible = window.isSecureContext && "PublicKeyCredential" in window;

/**
 * Sends JSON and gives the answer; what went wrong is thrown as a sentence.
 * @param {string} address
 * @param {unknown} body
 */
async function send(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const problem = answer.problem ?? "The blog doesn’t respond. Please try again.";
  throw answer.confirm ? new ConfirmNeeded(problem, answer.confirm) : new Error(problem);
}

/**
 * Signs in with whichever passkey of this blog the person chooses; gives the address that it leads to.
 * @param {string} next
 * @returns {Promise<string>}
 */
export async function enter(next) {
  const { publicKey } = await send("/admin/passkeys/enter/begin", {});
  publicKey.challenge = toBytes(publicKey.challenge);
  const { id, rawId, type, response } = /** @type {AssertionCredential} */ (await navigator.credentials.get({ publicKey }));
  const credential = {
    id,
    rawId: toText(rawId),
    type,
    response: {
      authenticatorData: toText(response.authenticatorData),
      clientDataJSON: toText(response.clientDataJSON),
      signature: toText(response.signature),
      userHandle: toText(response.userHandle),
    },
    extensions: {},
  };
  return (await send("/admin/passkeys/enter", { credential, next })).next;
}

/**
 * Makes a passkey on this device under a name; gives the address that it leads to.
 * @param {string} csrf
 * @param {string} name
 * @returns {Promise<string>}
 */
async function add(csrf, name) {
  const { publicKey } = await send("/admin/passkeys/add/begin", { csrf });
  publicKey.challenge = toBytes(publicKey.challenge);
  publicKey.user.id = toBytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) known.id = toBytes(known.id);
  const { id, rawId, type, response } = /** @type {AttestationCredential} */ (await navigator.credentials.create({ publicKey }));
  const credential = {
    id,
    rawId: toText(rawId),
    type,
    response: {
      attestationObject: toText(response.attestationObject),
      clientDataJSON: toText(response.clientDataJSON),
    },
    extensions: {},
  };
  return (await send("/admin/passkeys/add", { csrf, name, credential })).next;
}

/**
 * What to say about an error; a person who closed the browser's question knows it.
 * @param {unknown} error
 */
export function describeError(error) {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "";
  if (error.name === "InvalidStateError") return "This device already has a passkey for this blog.";
  return error.message;
}

/**
 * Does something with a passkey and goes where it leads; says what went wrong.
 * @param {() => Promise<string>} action
 */
async function go(action) {
  const problem = one("[data-passkey-problem]");
  problem.textContent = "";
  try {
    location.assign(await action());
  } catch (error) {
    if (error instanceof ConfirmNeeded) location.assign(error.address);
    else problem.textContent = describeError(error);
  }
}

/**
 * The value of a field of a form.
 * @param {HTMLFormElement | null} form
 * @param {string} name
 */
const valueOf = (form, name) => /** @type {HTMLInputElement | null | undefined} */ (form?.elements.namedItem(name))?.value ?? "";

if (possible) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = document.querySelectorAll('button[data-passkey="enter"]');
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => go(() => enter(valueOf(button.form, "next"))));
  }
  /** @type {NodeListOf<HTMLFormElement>} */
  const forms = document.querySelectorAll('form[data-passkey="add"]');
  for (const form of forms) {
    form.hidden = false;
    one("[data-passkey-missing]", form.parentElement ?? document).hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go(() => add(valueOf(form, "csrf"), valueOf(form, "name")));
    });
  }
}
