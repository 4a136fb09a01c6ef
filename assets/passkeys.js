// Passkeys: carries what the server asks to the browser's authenticator, and its answer back (W3C Web Authentication).

/** Whether this browser knows passkeys here: only over https or on localhost. */
export const possible = window.isSecureContext && "PublicKeyCredential" in window;

function toBytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  if (!buffer) return null;
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Sends JSON and gives the answer; what went wrong is thrown as a sentence, with `confirm` where the password comes first. */
async function send(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw Object.assign(new Error(said.problem ?? "The blog doesn’t respond. Please try again."), { confirm: said.confirm });
}

/** Signs in with whatever passkey of this blog the person chooses; gives the address that it leads to. */
export async function enter(next) {
  const { publicKey } = await send("/admin/passkeys/enter/begin", {});
  publicKey.challenge = toBytes(publicKey.challenge);
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey });
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

/** Makes a passkey on this device under a name; gives the address that it leads to. */
async function add(csrf, name) {
  const { publicKey } = await send("/admin/passkeys/add/begin", { csrf });
  publicKey.challenge = toBytes(publicKey.challenge);
  publicKey.user.id = toBytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) known.id = toBytes(known.id);
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
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

/** What to say about an error; a person who closed the browser's question knows it. */
export function inWords(error) {
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "";
  if (error.name === "InvalidStateError") return "This device already has a passkey for this blog.";
  return error.message;
}

/** Does something with a passkey and goes where it leads; says what went wrong. */
async function go(doing) {
  const problem = document.querySelector("[data-passkey-problem]");
  problem.textContent = "";
  try {
    location.assign(await doing());
  } catch (error) {
    if (error.confirm) location.assign(error.confirm);
    else problem.textContent = inWords(error);
  }
}

if (possible) {
  for (const button of document.querySelectorAll('button[data-passkey="enter"]')) {
    button.hidden = false;
    button.addEventListener("click", () => go(() => enter(button.form.elements.next.value)));
  }
  for (const form of document.querySelectorAll('form[data-passkey="add"]')) {
    form.hidden = false;
    form.parentElement.querySelector("[data-passkey-missing]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go(() => add(form.elements.csrf.value, form.elements.name.value));
    });
  }
}
