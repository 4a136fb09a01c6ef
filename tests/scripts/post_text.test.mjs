import assert from "node:assert/strict";
import { test } from "node:test";
import { changedFields, differingLines, isSameText, isWrittenAlike, joinChunks, resolvedFields } from "../../assets/post_text.js";

test("texts are the same when all their fields are; a missing one is an empty one", () => {
  assert.ok(isSameText({ title: "A", body: "" }, { title: "A" }));
  assert.ok(!isSameText({ title: "A" }, { title: "A " }));
  assert.ok(!isSameText({ pinned: "yes" }, {}));
});

test("spaces that the server changes by itself are no difference, apart from those of the body", () => {
  assert.ok(isWrittenAlike({ title: " A  b ", tags: "x,y" }, { title: "A b", tags: "x, y" }));
  assert.deepEqual(changedFields({ title: "A", body: "x " }, { title: "B", body: "x" }), ["title", "body"]);
});

test("what differs is found from line to line", () => {
  assert.deepEqual(differingLines("a\nb\nc", "a\nx\ny\nc"), ["b", "x\ny"]);
  assert.deepEqual(differingLines("a\na", "a"), ["a", ""]);
  assert.deepEqual(differingLines("a", "a"), ["", ""]);
});

test("a conflict is joined by what was chosen at each of its places", () => {
  const chunks = [
    { is: "settled", text: "A\n" },
    { is: "clash", mine: "b", theirs: "B\n" },
    { is: "settled", text: "C\n" },
    { is: "clash", mine: "d\n", theirs: "D\n" },
  ];
  assert.equal(joinChunks(chunks, ["mine", "theirs"]), "A\nbC\nD\n");
  assert.equal(joinChunks(chunks, ["theirs", "mine"]), "A\nB\nC\nd\n");
  assert.equal(joinChunks(chunks, ["both", "both"]), "A\nb\nB\nC\nd\nD\n");
});

test("after a conflict, fields that only others changed are theirs", () => {
  const before = { title: "Old", tags: "x", body: "1" };
  const mine = { title: "Mine", tags: "x", body: "2" };
  const theirs = { title: "Theirs", tags: "y", body: "3" };
  const fields = resolvedFields({ chosen: "2 and 3", mine, theirs, before });
  assert.equal(fields.body, "2 and 3");
  assert.equal(fields.tags, "y");
  assert.ok(!("title" in fields), "what was changed here stays");
});
