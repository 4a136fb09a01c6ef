// When a text is saved, with a page and a server that are played.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Autosaver } from "../../assets/autosaver.js";

const saved = (more = {}) => ({ result: "saved", answer: { id: 12, base: "8", revision: "9", pending: false, problems: [], elsewhere: [], ...more } });
const failed = (again = true) => ({ result: "failed", words: "No", again });

/** A page with a text; `answers` are what the server gives, one after the other, and then that it saved. */
class Page {
  fields = { title: "", body: "" };
  id = "";
  base = "7";
  sent = [];
  said = [];
  answers = [];
  kept = null;
  canKeep = true;
  isSignedIn = true;
  chosen = "chosen";
  read = () => ({ ...this.fields });
  isStored = () => this.id !== "";
  async send(text, act) {
    this.sent.push({ ...text, act });
    const answer = this.answers.shift() ?? saved();
    return typeof answer === "function" ? answer() : answer;
  }
  async signIn() {
    if (!this.isSignedIn) throw new Error("Not now");
  }
  keep(text) {
    if (this.canKeep) this.kept = text;
    return this.canKeep;
  }
  forget() {
    this.kept = null;
  }
  say(words, wrong = false) {
    this.said.push({ words, wrong });
  }
  showPending(pending) {
    this.pending = pending;
  }
  stored({ id }) {
    this.id = String(id);
  }
  saved(answer) {
    this.answer = answer;
  }
  setBase(base) {
    this.base = base;
  }
  adopt(text) {
    Object.assign(this.fields, text);
  }
  async choose(chunks) {
    this.chunks = chunks;
    return this.chosen;
  }
}

/** Lets what waits for promises go on. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const pass = async (ms) => {
  mock.timers.tick(ms);
  await settle();
};

let now = 0;
let page;
let saver;
beforeEach(() => {
  mock.reset();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  now = 0;
  mock.method(performance, "now", () => now);
  page = new Page();
  saver = new Autosaver(page, false);
});

const type = (body) => {
  page.fields.body = body;
  saver.touched();
};

test("a text is saved two seconds after the last key", async () => {
  type("a");
  await pass(1500);
  type("ab");
  await pass(1999);
  assert.equal(page.sent.length, 0);
  await pass(1);
  assert.deepEqual(page.sent, [{ title: "", body: "ab", act: "" }]);
  assert.equal(page.id, "12");
  assert.equal(page.base, "8");
  assert.ok(saver.isSaved && !saver.dirty);
});

test("somebody who types on and on is saved every ten seconds", async () => {
  for (let second = 1; second <= 12; second += 1) {
    now = second * 1000;
    type("a".repeat(second));
    await pass(1000);
  }
  assert.equal(page.sent.length, 1);
  assert.equal(page.sent[0].body.length, 9, "what was typed within nine seconds");
});

test("what the server does not have is kept in the browser meanwhile", async () => {
  type("a");
  await pass(400);
  assert.deepEqual(page.kept, { title: "", body: "a" });
  await pass(1600);
  assert.equal(page.kept, null);
});

test("nothing is sent of an empty post, and that is said where it was asked for", async () => {
  assert.ok(await saver.save());
  assert.equal(page.said.length, 0);
  assert.ok(await saver.save("save"));
  assert.equal(page.sent.length, 0);
  assert.ok(page.said.at(-1).wrong);
});

test("what cannot be saved is sent again after longer and longer waits", async () => {
  page.answers = [failed(), failed(), failed()];
  type("a");
  await pass(2000);
  assert.equal(page.sent.length, 1);
  for (const [wait, number] of [[1000, 2], [2000, 3], [4000, 4]]) {
    await pass(wait - 1);
    assert.equal(page.sent.length, number - 1);
    await pass(1);
    assert.equal(page.sent.length, number);
  }
  assert.ok(saver.isSaved);
  assert.equal(saver.failures, 0);
});

test("what will never be taken is not sent again, and it is said whether the browser keeps it", async () => {
  page.answers = [failed(false)];
  type("a");
  await pass(2000);
  await pass(60_000);
  assert.equal(page.sent.length, 1);
  assert.match(page.said.at(-1).words, /^No; kept/);
  page.canKeep = false;
  page.answers = [failed(false)];
  await saver.save();
  assert.match(page.said.at(-1).words, /copy your text/i);
});

test("an error within sending is a failure like any other", async () => {
  page.answers = [() => Promise.reject(new Error("dies"))];
  type("a");
  await pass(2000);
  assert.ok(page.said.at(-1).wrong);
  await pass(1000);
  assert.ok(saver.isSaved);
});

test("one request is under way at a time, and what is typed meanwhile goes with the next", async () => {
  let answer;
  page.answers = [() => new Promise((resolve) => (answer = resolve))];
  type("a");
  await pass(2000);
  page.fields.body = "ab";
  const second = saver.save("save");
  await settle();
  assert.equal(page.sent.length, 1);
  answer(saved());
  assert.ok(await second);
  assert.deepEqual(page.sent.map(({ body, act }) => [body, act]), [["a", ""], ["ab", "save"]]);
});

test("who is signed out signs in, and the text is sent once more", async () => {
  page.answers = [{ result: "signed-out" }];
  page.fields.body = "a";
  assert.ok(await saver.save());
  assert.equal(page.sent.length, 2);
  page.fields.body = "b";
  page.answers = [{ result: "signed-out" }, { result: "signed-out" }];
  assert.equal(await saver.save(), false);
  assert.equal(page.sent.length, 4, "it asks once");
  page.isSignedIn = false;
  page.answers = [{ result: "signed-out" }];
  assert.equal(await saver.save(), false);
  assert.deepEqual(page.kept, { title: "", body: "b" });
});

test("changes of others are taken in where nothing was typed meanwhile", async () => {
  page.answers = [saved({ text: { title: "Theirs", body: "a" } })];
  page.fields.body = "a";
  assert.ok(await saver.save());
  assert.equal(page.fields.title, "Theirs");
  assert.equal(page.base, "9");
  assert.ok(saver.isSaved);
});

test("changes of others wait where somebody types on", async () => {
  page.answers = [
    async () => {
      page.fields.body = "ab";
      return saved({ text: { title: "Theirs", body: "a" } });
    },
  ];
  page.fields.body = "a";
  assert.ok(await saver.save());
  assert.equal(page.fields.title, "");
  assert.equal(page.base, "8");
  await pass(2000);
  assert.equal(page.sent.at(-1).body, "ab");
});

test("a conflict is chosen by the author, and sent", async () => {
  page.id = "12";
  const theirs = { title: "Theirs", body: "theirs" };
  page.answers = [{ result: "conflict", answer: { revision: "11", chunks: ["…"], theirs } }];
  page.fields.body = "mine";
  assert.ok(await saver.save());
  assert.deepEqual(page.chunks, ["…"]);
  assert.deepEqual(page.sent.at(-1), { title: "Theirs", body: "chosen", act: "save" });
  assert.equal(page.base, "8");
});

test("a page that is left keeps a copy and sends nothing more", async () => {
  type("a");
  saver.stop();
  await pass(60_000);
  assert.equal(page.sent.length, 0);
  assert.deepEqual(page.kept, { title: "", body: "a" });
});
