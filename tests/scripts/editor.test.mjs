// Rules of the editor's tools: pasting, searching, the preview, the menu behind a slash.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { isBlock, isCode, isInCode, languageOf } from "../../assets/pasted_text.js";
import { commonEnds, placesOf, scaleStyles, scrollBetween } from "../../assets/preview_sync.js";
import { findAll, replaceFinds, searchPattern } from "../../assets/search_pattern.js";
import { askServer } from "../../assets/server_tools.js";
import { endsSlash, matchingTools, opensSlash } from "../../assets/slash_rules.js";
import { hasAppleKeys, nameKeys } from "../../assets/toolbar.js";

const options = (more) => ({ words: "", replacement: "", matchCase: false, wholeWord: false, isPattern: false, ...more });
const finds = (text, more) => findAll(text, searchPattern(options(more))).map(({ index, 0: words }) => [index, words]);

test("words are found as they are, signs of patterns too", () => {
  assert.deepEqual(finds("a.b axb A.B", { words: "a.b" }), [[0, "a.b"], [8, "A.B"]]);
  assert.deepEqual(finds("a.b A.B", { words: "a.b", matchCase: true }), [[0, "a.b"]]);
  assert.deepEqual(finds("sea seas Übersee see", { words: "see", wholeWord: true }), [[17, "see"]]);
  assert.deepEqual(finds("one\ntwo", { words: "^\\w", isPattern: true }), [[0, "o"], [4, "t"]]);
  assert.deepEqual(finds("abc", { words: "x*", isPattern: true }), [], "empty finds are none");
  assert.throws(() => searchPattern(options({ words: "(", isPattern: true })));
});

test("all finds are replaced by one edit", () => {
  const replaced = (text, more) => {
    const { from, to, words } = replaceFinds(text, findAll(text, searchPattern(options(more))), options(more));
    return text.slice(0, from) + words + text.slice(to);
  };
  assert.equal(replaced("a-b a-c", { words: "a", replacement: "$&" }), "$&-b $&-c");
  assert.equal(replaced("a-b a-c", { words: "(\\w)-(\\w)", replacement: "$2$$$1$9", isPattern: true }), "b$a c$a");
});

test("code is pasted as it is", () => {
  assert.equal(languageOf('{"mode":"rust"}'), "rust");
  assert.equal(languageOf(""), "");
  assert.ok(isCode("rust", "a\nb"));
  assert.ok(!isCode("rust", "a") && !isCode("markdown", "a\nb") && !isCode("", "a\nb"));
  const text = "```\ncode\n```\ntext";
  assert.ok(isInCode(text, 6, "markdown"));
  assert.ok(!isInCode(text, text.length, "markdown"));
  assert.ok(isInCode("<pre>a", 6, "html"));
  assert.ok(!isInCode("<pre>a</pre>b", 13, "html"));
});

test("what is pasted is a part of its own, or goes into the line", () => {
  for (const words of ["a\nb", "## a", "- a", "1. a", "<ul><li>a</li></ul>", "![a](/b)"]) assert.ok(isBlock(words), words);
  for (const words of ["a", "**a** b", "[a](/b)", "-a"]) assert.ok(!isBlock(words), words);
});

test("blocks of the page are found in their source, one behind the other", () => {
  const text = "# Tides\n\nThe *mud* shines.\n\nThe mud shines.\n\n![](/media/boat.jpg)\n";
  assert.deepEqual(placesOf(["Tides", "The mud shines.", "no such words", "The mud shines.", "/media/boat"], text), [2, 9, -1, 28, 50]);
  assert.deepEqual(placesOf(["a"], "a"), [-1], "one letter says nothing");
});

test("a reader's style sheet keeps its sizes within an admin page", () => {
  assert.equal(scaleStyles("a { margin: 1.5rem 2rlh; }"), "a { margin: calc(1.5 * var(--text)) calc(2 * 1.6 * var(--text)); }");
  assert.equal(scaleStyles("@media (width > 40rem) {"), "@media (width > 40rem) {");
  assert.equal(scaleStyles("  :root {"), ":host, .root {");
});

test("the preview scrolls between two blocks as far as the text does", () => {
  assert.equal(scrollBetween(150, [100, 400], [200, 800]), 600);
  assert.equal(scrollBetween(100, [100, 400], [100, 800]), 400);
});

test("only what differs between two lists is left over", () => {
  const same = (a, b) => a === b;
  assert.deepEqual(commonEnds([..."abcd"], [..."abxd"], same), { start: 2, end: 1 });
  assert.deepEqual(commonEnds([..."aa"], [..."a"], same), { start: 1, end: 0 });
  assert.deepEqual(commonEnds([], [..."a"], same), { start: 0, end: 0 });
});

test("a slash opens the list of tools where it is alone in its line", () => {
  for (const [text, caret] of [["/", 1], ["a\n/", 3], ["a\n/\nb", 3]]) assert.ok(opensSlash(text, caret), text);
  for (const [text, caret] of [["a/", 2], ["/a", 1], ["a /", 3]]) assert.ok(!opensSlash(text, caret), text);
});

test("what is typed behind a slash narrows the list, until it is no name any more", () => {
  const tools = [{ name: "Bulleted list" }, { name: "Picture", when: () => false }, { name: "Table" }];
  assert.deepEqual(matchingTools(tools, "LIST").map(({ name }) => name), ["Bulleted list"]);
  assert.deepEqual(matchingTools(tools, "").map(({ name }) => name), ["Bulleted list", "Table"]);
  assert.ok(!endsSlash("bulleted li"));
  for (const words of [" a", "a\n", "a  "]) assert.ok(endsSlash(words), words);
});

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

test("a tool of the server that refuses or cannot be reached gives nothing", async () => {
  const form = { elements: { csrf: { value: "token" } } };
  let request;
  globalThis.fetch = async (address, options) => {
    request = { address, ...options };
    return Response.json({ text: "x" });
  };
  assert.deepEqual(await askServer(form, "convert", { body: "a" }), { text: "x" });
  assert.equal(request.address, "/admin/posts/convert");
  assert.equal(String(request.body), "csrf=token&body=a");
  globalThis.fetch = async () => new Response("", { status: 500 });
  assert.equal(await askServer(form, "convert", {}), null);
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  assert.equal(await askServer(form, "convert", {}), null);
});

test("keys are called as the computer calls them", () => {
  assert.ok(hasAppleKeys({ platform: "MacIntel" }));
  assert.ok(hasAppleKeys({ platform: "", userAgentData: { platform: "macOS" } }));
  assert.ok(!hasAppleKeys({ platform: "Linux x86_64", userAgentData: { platform: "Linux" } }));
  assert.ok(!hasAppleKeys({ platform: "Win32" }));
  assert.equal(nameKeys("Ctrl+Alt+2", true), "⌘+⌥+2");
  assert.equal(nameKeys("Ctrl+Alt+2", false), "Ctrl+Alt+2");
});

test("a tool is found by other words for it", () => {
  const tools = [{ name: "🎉 tada", words: "party celebration" }, { name: "🎈 balloon" }];
  assert.deepEqual(matchingTools(tools, "party").map(({ name }) => name), ["🎉 tada"]);
});
