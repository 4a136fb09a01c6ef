// Comfort for who comments. Without this the same forms and links do all that there is to do.
//
// What is kept stays in this browser: the words being written, until they are sent; the keys of comments that were written
// here (own_comment_page.js); and, where the box is ticked, name, email, website and a random pass by which the blog knows that two
// comments come from one browser.

const ME = "daybook-me";
const SENT = "daybook-sent";
const COUNT_FROM = 500;

/**
 * A browser's storage, which may be full or forbidden: then nothing is remembered.
 * @param {() => JsonStorage} storage
 */
const shelf = (storage) => ({
  /** @param {string} key */
  read(key) {
    try {
      return JSON.parse(storage().getItem(key));
    } catch {
      return null;
    }
  },
  /**
   * @param {string} key
   * @param {unknown} value `null` removes it
   */
  write(key, value) {
    try {
      if (value === null) storage().removeItem(key);
      else storage().setItem(key, JSON.stringify(value));
    } catch {
      // Nothing depends on it.
    }
  },
});
const kept = shelf(() => localStorage);
const passing = shelf(() => sessionStorage);

/** @typedef {{ moved(): void, name: { textContent: any }, open(id: string, answered?: string): void }} Reply */

/** @param {CommentForm} form */
const whoFields = (form) => ["name", "email", "url"].map((name) => form.elements[name]).filter(Boolean);

/** @param {CommentForm} form */
const whoWrites = (form) => Object.fromEntries(whoFields(form).map((field) => [field.name, field.value]));

/**
 * Keeps the words and what they answer while they are written, and in this tab who writes them.
 * @param {CommentForm} form
 * @param {Reply} reply
 */
function keepWords(form, reply) {
  const { post, parent, body } = form.elements;
  const key = `daybook-draft-${post.value}`;
  const who = passing.read(key);
  if (who) for (const field of whoFields(form)) field.value ||= who[field.name] ?? "";
  const draft = kept.read(key);
  if (draft?.body && !body.value) {
    body.value = draft.body;
    if (draft.parent && !parent.value) reply.open(draft.parent, draft.answered);
  }
  const keep = () => {
    const words = { body: body.value, parent: parent.value, answered: reply.name.textContent };
    kept.write(key, body.value.trim() ? words : null);
  };
  body.addEventListener("input", keep);
  form.addEventListener("change", () => passing.write(key, whoWrites(form)));
  reply.moved = keep;
}

/**
 * Adds an element to what a screen reader says about a field, or takes it away.
 * @param {HTMLElement} field
 * @param {string} id
 * @param {boolean} whether
 */
function describe(field, id, whether) {
  const ids = new Set(field.getAttribute("aria-describedby")?.split(" "));
  if (whether) ids.add(id);
  else ids.delete(id);
  field.setAttribute("aria-describedby", [...ids].join(" "));
}

/**
 * Opens the form right below the comment that is answered, and puts it back.
 * @param {CommentForm} form
 */
function replyInPlace(form) {
  const { parent, body } = form.elements;
  const notice = /** @type {HTMLElement} */ (form.querySelector(".answering"));
  const name = /** @type {{ textContent: any }} */ (notice.querySelector("bdi"));
  const home = document.createComment("");
  form.before(home);
  /** @type {Reply} */
  const reply = { moved() {}, name, open };
  /** @type {HTMLElement | null} */
  let opener = null;

  /** @param {boolean} whether */
  function answering(whether) {
    notice.hidden = !whether;
    describe(body, notice.id, whether);
  }

  /**
   * A comment of this page is answered below it; one of another page, known by its name, from where the form is.
   * @param {string} id
   * @param {string} [answered]
   */
  function open(id, answered) {
    /** @type {HTMLElement | null} */
    const link = document.querySelector(`a.reply[data-comment="${CSS.escape(id)}"]`);
    if (!link && !answered) return;
    const comment = link?.closest("li");
    comment?.append(form);
    parent.value = id;
    name.textContent = comment?.querySelector("h3 bdi")?.textContent ?? answered;
    answering(true);
    opener = link;
    reply.moved();
  }

  function cancel() {
    home.after(form);
    parent.value = "";
    answering(false);
    reply.moved();
  }

  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a");
    if (link?.matches("a.reply[data-comment]")) {
      event.preventDefault();
      open(/** @type {string} */ (link.dataset.comment));
      body.focus();
    } else if (link && notice.contains(link)) {
      event.preventDefault();
      cancel();
      (opener ?? body).focus();
      opener = null;
    } else if (link?.getAttribute("href") === "#comment-form" && parent.value) {
      cancel();
    }
  });
  return reply;
}

const newPass = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Offers to remember who writes; nothing is kept before the box is ticked, or after its tick is gone.
 * @param {CommentForm} form
 */
function offerToRemember(form) {
  const { pass } = form.elements;
  const label = document.createElement("label");
  label.className = "remember";
  const box = document.createElement("input");
  box.type = "checkbox";
  label.append(box, ` ${form.dataset.remember}`);
  /** @type {Element} */ (form.querySelector(".buttons")).before(label);

  const me = kept.read(ME);
  if (me) {
    box.checked = true;
    pass.value ||= me.pass;
    for (const field of whoFields(form)) field.value ||= me[field.name] ?? "";
  }
  const remember = () => {
    pass.value = box.checked ? pass.value || newPass() : "";
    kept.write(ME, box.checked ? { ...whoWrites(form), pass: pass.value } : null);
  };
  box.addEventListener("change", remember);
  form.addEventListener("submit", () => box.checked && remember());
}

/**
 * Says how many characters are left when few are.
 * @param {CommentForm} form
 */
function countDown(form) {
  const { body } = form.elements;
  const forms = JSON.parse(form.dataset.left);
  const plural = new Intl.PluralRules(/** @type {HTMLElement} */ (form.closest("[lang]")).lang);
  const left = document.createElement("p");
  left.className = "hint";
  left.id = "comment-left";
  body.after(left);
  describe(body, left.id, true);
  const count = () => {
    const number = body.maxLength - body.value.length;
    left.textContent = number < COUNT_FROM ? (forms[plural.select(number)] ?? forms.other).replace("{n}", number) : "";
  };
  body.addEventListener("input", count);
  count();
}

/**
 * Sends once: with Ctrl+Enter too, and not again before the answer has come.
 * @param {CommentForm} form
 */
function sendOnce(form) {
  const buttons = [...form.querySelectorAll("button")];
  const [post] = buttons;
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!post.disabled) form.requestSubmit(post);
    }
  });
  form.addEventListener("submit", (event) => {
    if (/** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "post") passing.write(SENT, form.elements.post.value);
    // Not at once: a disabled button would not be sent with the form.
    setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
  });
  addEventListener("pageshow", (event) => {
    buttons.forEach((button) => (button.disabled = false));
    if (event.persisted) passing.write(SENT, null);
  });
}

/** Follows an old link of Blogger's to a comment on another page. */
function followOldLink() {
  const number = location.hash.match(/^#c(\d+)$/)?.[1];
  if (number && !document.getElementById(`c${number}`)) location.replace(`?c=${number}`);
}

followOldLink();
const mine = kept.read("daybook-mine");
if (mine) import("./own_comments.js").then(({ offerAll }) => offerAll(mine));
/** @type {CommentForm | null} */
const form = document.querySelector("#comment-form");
if (form) {
  const reply = replyInPlace(form);
  offerToRemember(form);
  keepWords(form, reply);
  countDown(form);
  sendOnce(form);
}
