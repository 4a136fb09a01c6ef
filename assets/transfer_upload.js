// The form of an import: its files are sent in pieces with their progress shown, and then the form without them. Without this
// script the form sends them at once.

import { element, one } from "./dom.js";
import { PieceProblem, sendInPieces } from "./pieces.js";

const PIECES = "/admin/transfer/pieces";
/** What is known of a file that was not sent to its end. */
const STORED = "daybook-pieces-";

/** @typedef {{ kind: string, file: File, input: HTMLInputElement, hidden: string[] }} Chosen */

/** The kinds of files, the fields that hold them, and the hidden ones that name them once they are sent. */
const FIELDS = /** @type {[string, string, string[]][]} */ ([
  ["export", "file", ["sent", "called"]],
  ["files", "files", ["files_sent", "files_called"]],
]);


/** @param {HTMLFormElement} form */
function prepare(form) {
  let isCancelled = false;
  let isSending = false;
  const progress = element("progress", { "aria-label": "Upload", max: 100, value: 0 });
  const percent = element("span", {}, "0 %");
  const words = element("p", { class: "notice", role: "status" });
  const cancel = element("button", { type: "button", click: () => (isCancelled = true) }, "Cancel");
  const retry = element("button", { type: "submit", hidden: true }, "Try again");
  const panel = element(
    "div",
    { role: "group", "aria-label": "Upload", hidden: true },
    words,
    element("p", { class: "transfer-progress" }, progress, " ", percent),
    element("div", { class: "buttons" }, retry, cancel),
  );
  const buttons = one(".buttons", form);
  buttons.after(panel);

  /** @returns {Chosen[]} */
  const chosen = () =>
    FIELDS.flatMap(([kind, name, hidden]) => {
      const input = one(`[name="${name}"]`, form);
      const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
      return file && input instanceof HTMLInputElement ? [{ kind, file, input, hidden }] : [];
    });

  /** @param {string} text */
  const say = (text) => {
    words.textContent = text;
    words.classList.toggle("problem", !retry.hidden);
  };

  /** @param {Chosen} chosen */
  const send = async ({ kind, file }) => {
    const about = JSON.stringify([file.name, file.size, file.lastModified]);
    const [before, known] = JSON.parse(sessionStorage.getItem(STORED + kind) ?? "[]");
    const arrived = await sendInPieces(file, before === about ? known : "", {
      isCancelled: () => isCancelled,
      wait: (milliseconds) => {
        say("The connection was lost. It is tried again by itself.");
        return new Promise((done) => setTimeout(done, milliseconds));
      },
      arrived: (key, at) => {
        sessionStorage.setItem(STORED + kind, JSON.stringify([about, key]));
        progress.value = file.size ? Math.floor((at / file.size) * 100) : 100;
        percent.textContent = `${progress.value} %`;
        say(`Uploading ${file.name}.`);
      },
      ask: (key) => ask(`${PIECES}?${new URLSearchParams({ kind, key })}`, { method: "GET" }),
      send: (key, at, piece) =>
        ask(`${PIECES}?${new URLSearchParams({ kind, key, at: String(at) })}`, {
          method: "POST",
          headers: { "x-csrf": one('[name="csrf"]', form).getAttribute("value") ?? "" },
          ...(piece ? { body: piece } : {}),
        }),
    });
    if (arrived) sessionStorage.removeItem(STORED + kind);
    return arrived;
  };

  /** Shows the form as it is before something is sent, or while something is. @param {boolean} sending */
  const show = (sending) => {
    isSending = sending;
    buttons.hidden = sending;
    panel.hidden = !sending;
  };

  /** @param {Chosen[]} all */
  const sendAll = async (all) => {
    for (const each of all) {
      const key = await send(each);
      if (!key) return false;
      const [sent, called] = each.hidden;
      form.append(element("input", { type: "hidden", name: sent, value: key }));
      form.append(element("input", { type: "hidden", name: called, value: each.file.name }));
      each.input.disabled = true;
    }
    return true;
  };

  const begin = async () => {
    const all = chosen();
    [isCancelled, retry.hidden] = [false, true];
    show(true);
    say("Uploading.");
    cancel.focus();
    try {
      if (await sendAll(all)) {
        isSending = false;
        say("Checking the file.");
        form.submit();
        return;
      }
      show(false);
      one('[type="submit"]', buttons).focus();
    } catch (problem) {
      if (!(problem instanceof PieceProblem)) throw problem;
      isSending = false;
      retry.hidden = false;
      say(`${problem.message} What arrived is kept.`);
      retry.focus();
    }
  };

  cancel.addEventListener("click", () => {
    if (!retry.hidden) show(false);
  });
  form.addEventListener("submit", (event) => {
    if (!isSending && !chosen().length) return;
    event.preventDefault();
    if (!isSending) void begin();
  });
  addEventListener("beforeunload", (event) => {
    if (isSending) event.preventDefault();
  });
}

/**
 * @param {string} address
 * @param {RequestInit} request
 * @returns {Promise<import("./pieces.js").PieceAnswer>}
 */
async function ask(address, request) {
  try {
    const response = await fetch(address, { ...request, redirect: "manual", headers: { accept: "application/json", ...request.headers } });
    const answer = await response.json().catch(() => null);
    // A redirect is one to the sign-in.
    return { status: response.type === "opaqueredirect" ? 401 : response.status, answer };
  } catch {
    return { status: 0, answer: null };
  }
}

const found = /** @type {HTMLFormElement | null} */ (document.getElementById("import-form"));
if (found) prepare(found);
