import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { copyKey, readCopy, removeCopy, takeLeftCopy, writeCopy } from "../../assets/autosave_storage.js";

/** A browser's storage in memory; `full` takes nothing more. */
class Storage {
  items = new Map();
  full = false;
  getItem(key) {
    return this.items.get(key) ?? null;
  }
  setItem(key, value) {
    if (this.full) throw new Error("QuotaExceededError");
    this.items.set(key, value);
  }
  removeItem(key) {
    this.items.delete(key);
  }
}

beforeEach(() => {
  globalThis.localStorage = new Storage();
});

const copy = (body) => ({ at: 1, base: "7", text: { title: "", body } });

test("copies lie under the keys that they always had", () => {
  assert.equal(copyKey("12", "post"), "daybook editor 12");
  assert.equal(copyKey("", "page"), "daybook editor new page");
});

test("a copy is kept, read and removed", () => {
  assert.ok(writeCopy("k", copy("a")));
  assert.deepEqual(readCopy("k"), copy("a"));
  removeCopy("k");
  assert.equal(readCopy("k"), null);
});

test("a storage that is full, switched off or holds something else does no harm", () => {
  localStorage.full = true;
  assert.equal(writeCopy("k", copy("a")), false);
  localStorage.items.set("k", "no JSON");
  assert.equal(readCopy("k"), null);
  delete globalThis.localStorage;
  assert.equal(writeCopy("k", copy("a")), false);
  assert.equal(readCopy("k"), null);
  removeCopy("k");
});

test("a copy that the page does not hold is offered under a key of its own", () => {
  writeCopy("daybook editor 12", copy("left"));
  const left = takeLeftCopy("12", "post", { title: "", body: "now" });
  assert.deepEqual(left, { key: "daybook editor 12 offered", copy: copy("left") });
  assert.equal(readCopy("daybook editor 12"), null);
  assert.deepEqual(takeLeftCopy("12", "post", { title: "", body: "now" }), left, "it is offered until its author decides");
});

test("a copy that the page holds is forgotten", () => {
  writeCopy("daybook editor 12", copy("same"));
  assert.equal(takeLeftCopy("12", "post", { title: "", body: "same" }), null);
  assert.equal(localStorage.items.size, 0);
});

test("the copy of a new post goes with the post that it became, and no other", () => {
  writeCopy("daybook editor new post", copy("sent"));
  takeLeftCopy("12", "post", { title: "", body: "another" });
  assert.ok(readCopy("daybook editor new post"));
  takeLeftCopy("12", "post", { title: "", body: "sent" });
  assert.equal(readCopy("daybook editor new post"), null);
});
