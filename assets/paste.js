// Pasting into the text of a post: what comes from Word, Google Docs or the web is made clean by the server, and a bar
// offers it as plain text or as a quoted article instead. Files that are pasted are not its business.

import { article, block, isAddress, link } from "./markup_edits.js";
import { element } from "./dom.js";
import { watchElsewhere } from "./remote_pictures.js";
import { ask } from "./popups.js";
import { put } from "./textarea.js";

/** After this many milliseconds the plain words go in. */
const PATIENCE = 8000;
/** So long where pictures are in the clipboard itself. */
const PATIENCE_WITH_PICTURES = 60_000;
const TELLING = "h1,h2,h3,h4,h5,h6,ul,ol,a[href],b,strong,i,em,s,del,strike,sub,sup,table,blockquote,pre,img,iframe";
const TELLING_STYLE = /mso-list|font-weight:\s*(?:bold|[6-9]00)|font-style:\s*italic|line-through|vertical-align:\s*su[bp]/i;

/** Whether HTML says more than its words: a wrapper around plain text does not. */
function isRich(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  if (body.querySelectorAll("p").length > 1) return true;
  const plain = (found) => found.matches("b") && /font-weight:\s*(?:normal|400)/i.test(found.getAttribute("style") ?? "");
  if ([...body.querySelectorAll(TELLING)].some((found) => !plain(found))) return true;
  return [...body.querySelectorAll("[style]")].some((found) => TELLING_STYLE.test(found.getAttribute("style")));
}

/** What VS Code says of the language of its text; empty for other programs. */
function languageOf(data) {
  try {
    return String(JSON.parse(data.getData("vscode-editor-data")).mode ?? "");
  } catch {
    return "";
  }
}

/** Whether a place in the text is inside a block of code, where everything is pasted as it is. */
function isInCode(text, at, markup) {
  const before = text.slice(0, at);
  if (markup === "html") return before.lastIndexOf("<pre") > before.lastIndexOf("</pre>");
  return (before.match(/^ {0,3}(?:```|~~~)/gm) ?? []).length % 2 === 1;
}

/** Asks a tool of the server; `null` where it cannot be reached or refuses. */
export async function askServer(form, tool, fields, patience = PATIENCE) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, ...fields });
  try {
    const answer = await fetch(`/admin/posts/${tool}`, { method: "POST", body, signal: AbortSignal.timeout(patience) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Asks whose article it is, and puts it in from `from` to `to`, around these words. */
export async function quoteArticle(area, markup, from, to, words) {
  const given = await ask("Quoted article", area, "Insert quote", [
    { name: "address", label: "Address of the source", type: "url", hint: "Sources are listed at the end of the post" },
    { name: "title", label: "Its title" },
    { name: "author", label: "Its author" },
    { name: "date", label: "Its date", hint: "As readers should see it, such as 3 November 1958" },
  ]);
  if (!given) return false;
  const made = article(given, words, markup());
  apply(area, block(made.words, made.inside)({ text: area.value, from, to }));
  return true;
}

/** Does what an act of `markup_edits.js` says, so that one Undo takes it back. */
export function apply(area, { from, to, words, select }) {
  put(area, words, from, to);
  area.setSelectionRange(...select);
}

/** Watches over a text area; `say` tells what happened to those who do not see it. */
export function watchPaste(form, area, markup, say) {
  watchElsewhere(form, area, say);
  let bar = null;
  let own = false;
  const dismiss = (focus = false) => {
    if (!bar) return;
    bar.remove();
    bar = null;
    if (focus) area.focus();
  };
  /** A change of our own, which does not dismiss the bar. */
  const write = (edit) => {
    own = true;
    apply(area, edit);
    own = false;
  };

  area.addEventListener("input", () => {
    if (!own) dismiss();
  });

  area.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data || data.files.length > 0) return;
    const plain = data.getData("text/plain");
    const html = data.getData("text/html");
    const { selectionStart: from, selectionEnd: to, value } = area;
    if (from < to && isAddress(plain.trim()) && !isAddress(value.slice(from, to).trim())) {
      event.preventDefault();
      write(link({ address: plain.trim(), words: value.slice(from, to), from, to }, markup()));
      say("Link added to the selected text.");
    } else if (html && !isAddress(plain.trim()) && !isInCode(value, from, markup())) {
      const language = languageOf(data);
      const isCode = language && !["markdown", "plaintext"].includes(language) && plain.includes("\n");
      if (!isCode && !isRich(html)) return;
      event.preventDefault();
      clean(html, plain, language);
    }
  });

  async function clean(html, plain, language) {
    dismiss();
    say("Cleaning up the pasted text…");
    const patience = html.includes("data:image/") ? PATIENCE_WITH_PICTURES : PATIENCE;
    const answer = await askServer(form, "paste", { html, plain, language, markup: markup() }, patience);
    const words = answer?.text || plain;
    if (!words) return say("Nothing to paste.");
    const { selectionStart: from, selectionEnd: to, value: text } = area;
    const isPart = /\n/.test(words) || /^(?:#{1,6} |[-*] |\d+\. |> |!\[|<(?:h\d|ul|ol|table|p|pre|blockquote))/.test(words);
    const edit = answer?.text && isPart ? part({ text, from, to }, words) : { from, to, words, select: [from + words.length, from + words.length] };
    write(edit);
    if (!answer?.text) return say("The server can’t be reached, so plain text was pasted.");
    const { pictures, missing } = answer;
    if (pictures.length + missing.length) form.dispatchEvent(new CustomEvent("elsewhere", { detail: { pictures, missing } }));
    if (words === plain.trim()) return;
    show(edit.from, edit.words, words, plain || words);
  }

  /** A part of its own, with the cursor at its end. */
  function part(selection, words) {
    const edit = block(words)(selection);
    if (selection.to === selection.text.length) edit.words = edit.words.trimEnd();
    const end = edit.from + edit.words.trimEnd().length;
    return { ...edit, select: [end, end] };
  }

  /** What stands in the text now, from `from` on, and what may stand there instead. */
  function show(from, put, kept, plain) {
    let now = put;
    const swap = (words) => {
      write({ from, to: from + now.length, words, select: [from + words.length, from + words.length] });
      now = words;
    };
    const around = put.replace(kept, "\u0000").split("\u0000");
    const choices = [
      ["Keep", () => dismiss(true)],
      [
        "Plain text",
        () => {
          swap((around[0] ?? "") + plain.trim() + (around[1] ?? ""));
          dismiss(true);
        },
      ],
      [
        "As quoted article",
        async () => {
          const end = from + now.length;
          own = true;
          const done = await quoteArticle(area, markup, from, end, kept);
          own = false;
          if (done) dismiss(true);
        },
      ],
    ];
    const buttons = choices.map(([words, click]) => element("button", { type: "button", click }, words));
    bar = element("div", { class: "pasted", role: "group", "aria-label": "Pasted text" }, element("span", {}, "Pasted and cleaned up."), ...buttons);
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") dismiss(true);
    });
    form.querySelector(".writing-tools").append(bar);
    say("Pasted. Above the text you can keep it, make it plain text, or turn it into a quoted article.");
  }

  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && bar) dismiss(true);
  });
}
