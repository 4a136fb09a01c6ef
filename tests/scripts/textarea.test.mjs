import assert from "node:assert/strict";
import { test } from "node:test";
import { changedPart, movedPlace } from "../../assets/textarea.js";

test("a place moves with the text behind it", () => {
  assert.equal(movedPlace(3, 5, 8, 10), 3);
  assert.equal(movedPlace(5, 5, 8, 10), 5);
  assert.equal(movedPlace(6, 5, 8, 10), 15);
  assert.equal(movedPlace(9, 5, 8, 1), 7);
});

test("only what differs is replaced", () => {
  for (const [old, text] of [["abc", "abc"], ["abc", "axc"], ["aaa", "aa"], ["", "new"], ["old", ""], ["abab", "ab"], ["one two", "one three two"]]) {
    const { from, to, words } = changedPart(old, text);
    assert.equal(old.slice(0, from) + words + old.slice(to), text);
    assert.ok(from <= to && to <= old.length, `${old} → ${text}`);
  }
  assert.deepEqual(changedPart("one two", "one three two"), { from: 5, to: 5, words: "hree t" });
});
