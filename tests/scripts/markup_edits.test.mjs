// What each tool of the editor writes. A text is given with its selection in «»; a cursor is «».

import assert from "node:assert/strict";
import { test } from "node:test";
import * as edits from "../../assets/markup_edits.js";

/** The selection of a text with marks. */
function selected(marked) {
  const from = marked.indexOf("«");
  const to = marked.indexOf("»") - 1;
  return { text: marked.replace(/[«»]/g, ""), from, to };
}

/** The text after an edit, with the new selection marked. */
function after(marked, command) {
  const selection = selected(marked);
  const { from, to, words, select } = command(selection);
  const text = selection.text.slice(0, from) + words + selection.text.slice(to);
  return `${text.slice(0, select[0])}«${text.slice(select[0], select[1])}»${text.slice(select[1])}`;
}

const cases = (name, rows) =>
  test(name, () => {
    for (const [before, command, expected] of rows) assert.equal(after(before, command), expected, before);
  });

cases("marks go around words and off again", [
  ["a «word» b", edits.mark("bold", "markdown"), "a **«word»** b"],
  ["a **«word»** b", edits.mark("bold", "markdown"), "a «word» b"],
  ["a «**word**» b", edits.mark("bold", "markdown"), "a «word» b"],
  ["a« word »b", edits.mark("italic", "markdown"), "a *«word»* b"],
  ["a «word» b", edits.mark("strike", "html"), "a <s>«word»</s> b"],
  ["a <strong>«word»</strong> b", edits.mark("bold", "html"), "a «word» b"],
]);

cases("one star is not half of two", [
  ["**«word»**", edits.mark("italic", "markdown"), "***«word»***"],
  ["***«word»***", edits.mark("italic", "markdown"), "**«word»**"],
]);

cases("each paragraph of a selection has its own marks", [
  ["«one\n\ntwo»", edits.mark("bold", "markdown"), "**«one**\n\n**two»**"],
]);

cases("without a selection marks begin, end, and are left", [
  ["a «»", edits.mark("bold", "markdown"), "a **«»**"],
  ["a **word«»", edits.mark("bold", "markdown"), "a **word**«»"],
  ["a **word«»**", edits.mark("bold", "markdown"), "a **word**«»"],
  ["a **wo«»rd** b", edits.mark("bold", "markdown"), "a wo«»rd b"],
  ["a **«»** b", edits.mark("bold", "markdown"), "a «» b"],
]);

cases("a part of marked words loses its marks, and what is around it keeps them", [
  ["**one «two» three**", edits.mark("bold", "markdown"), "**one** «two» **three**"],
]);

test("what is in code or escaped is no mark", () => {
  assert.equal(after("`**` a «word»", edits.mark("bold", "markdown")), "`**` a **«word»**");
  assert.equal(after("\\** a «word»", edits.mark("bold", "markdown")), "\\** a **«word»**");
});

cases("headings change whole lines, and the same one twice is a paragraph", [
  ["a\nsome «words»\nb", edits.heading(2, "markdown"), "a\n«## some words»\nb"],
  ["«## some words»", edits.heading(2, "markdown"), "«some words»"],
  ["«## some words»", edits.heading(3, "markdown"), "«### some words»"],
  ["«### some words»", edits.heading(0, "markdown"), "«some words»"],
  ["«<p>some words</p>»", edits.heading(2, "html"), "«<h2>some words</h2>»"],
  ["«<h2>some words</h2>»", edits.heading(2, "html"), "«<p>some words</p>»"],
]);

cases("lists are made of lines and taken apart", [
  ["«one\ntwo»", edits.list(false, "markdown"), "«- one\n- two»"],
  ["«- one\n- two»", edits.list(false, "markdown"), "«one\ntwo»"],
  ["«- one\n- two»", edits.list(true, "markdown"), "«1. one\n2. two»"],
  ["«<p>one</p>\n<p>two</p>»", edits.list(false, "html"), "«<ul>\n<li>one</li>\n<li>two</li>\n</ul>»"],
  ["«<ul>\n<li>one</li>\n</ul>»", edits.list(false, "html"), "«<p>one</p>»"],
]);

cases("quotes and alignment wrap lines and unwrap them", [
  ["«one\n\ntwo»", edits.quote("markdown"), "«> one\n>\n> two»"],
  ["«> one\n>\n> two»", edits.quote("markdown"), "«one\n\ntwo»"],
  ["«one»", edits.quote("html"), "<blockquote>\n«one»\n</blockquote>"],
  ["<blockquote>\n«one»\n</blockquote>", edits.quote("html"), "«one»"],
  ["«one»", edits.align("center"), '<div class="center">\n\n«one»\n\n</div>'],
  ['<div class="center">\n\n«one»\n\n</div>', edits.align("right"), '<div class="right">\n\n«one»\n\n</div>'],
  ['<div class="center">\n\n«one»\n\n</div>', edits.align("left"), "«one»"],
]);

test("code of several lines has a fence longer than any within", () => {
  assert.equal(after("«a»", edits.code("markdown")), "`«a»`");
  assert.match(after("«a\nb»", edits.code("markdown")), /^```\na\nb\n```/);
  assert.match(after("«```\na\n```»", edits.code("markdown")), /^````\n```\na\n```\n````/);
  assert.match(after("«a < b\nc»", edits.code("html")), /^<pre><code>a &lt; b\nc\n<\/code><\/pre>/);
});

test("a block has empty lines around it, and no more than those", () => {
  assert.equal(after("one«»two", edits.rule("markdown")), "one\n\n---\n\n«»two");
  assert.equal(after("one\n\n«»\n\ntwo", edits.rule("markdown")), "one\n\n---\n\n«»two");
  assert.equal(edits.jumpBreakOf("a\n\n<!--more-->\n"), 3);
  assert.equal(edits.jumpBreakOf("a"), -1);
});

test("a table is made of lines with tabs, and all its rows are as wide", () => {
  assert.match(after("«a\tb\nc»", edits.table("markdown")), /\| «a» \| b \|\n\| --- \| --- \|\n\| c \| {2}\|/);
  assert.match(after("«a\tb»", edits.table("html")), /<tr><th>«a»<\/th><th>b<\/th><\/tr>/);
});

test("footnotes are counted on", () => {
  assert.equal(after("a«» b\n\nc", edits.footnote("markdown")), "a[^1] b\n\n[^1]: «»\n\nc");
  assert.match(after("a[^3]«»\n\n[^3]: x", edits.footnote("markdown")), /^a\[\^3\]\[\^4\]\n\n\[\^4\]: «»/);
  assert.match(after("<p>a«»</p>", edits.footnote("html")), /id="fnref-1".*<section data-footnotes>\n<ol>\n<li id="fn-1"><p>«»/s);
});

test("formatting is cleared", () => {
  assert.equal(after("«## A *very* **bold** [link](/x)»", edits.clear("markdown")), "«A very bold link»");
  assert.equal(after('«<h2 class="x">A <b>bold</b> word</h2>»', edits.clear("html")), "«<p>A bold word</p>»");
});

test("links are found around the cursor, made, changed and taken away", () => {
  const text = "see [the tide](/tide) now";
  assert.deepEqual(edits.linkAt({ text, from: 8, to: 8 }, "markdown"), { from: 4, to: 21, address: "/tide", words: "the tide" });
  assert.equal(edits.linkAt({ text, from: 1, to: 1 }, "markdown").address, "");
  assert.equal(edits.linkAt({ text: '<a href="/a?b&amp;c">x</a>', from: 20, to: 20 }, "html").address, "/a?b&c");
  const link = (address, markup) => edits.link({ address, words: "x", from: 0, to: 0 }, markup).words;
  assert.equal(link("/a (b)", "markdown"), "[x](/a%20%28b%29)");
  assert.equal(link('/a"b', "html"), '<a href="/a&quot;b">x</a>');
  assert.equal(link("", "markdown"), "x");
});

test("addresses are known, and completed where their scheme is missing", () => {
  assert.ok(edits.isAddress("https://example.org/a"));
  for (const words of ["example.org", "see https://example.org", "https://"]) assert.ok(!edits.isAddress(words), words);
  assert.equal(edits.completeAddress("example.org/a"), "https://example.org/a");
  for (const kept of ["/a", "#note", "mailto:a@example.org", "https://example.org"]) assert.equal(edits.completeAddress(kept), kept);
});

test("a quoted article says whose it is, and its words are selected", () => {
  const source = { address: "https://www.example.org/a?b=1&c", title: "A *star*", author: "Ann <x>", date: "1958" };
  const { words, inside } = edits.article(source, "Its words.", "markdown");
  assert.match(words, /^<blockquote class="article" cite="https:\/\/www\.example\.org\/a\?b=1&amp;c">/);
  assert.match(words, /### A \\\*star\\\*/);
  assert.match(words, /<small>Ann &lt;x&gt; · <a href="[^"]+">example\.org<\/a> · 1958<\/small>/);
  assert.equal(words.slice(...inside), "Its words.");
  const html = edits.article({}, "One.\n\nTwo.", "html");
  assert.equal(html.words.slice(...html.inside), "<p>One.</p>\n\n<p>Two.</p>");
});

test("Enter goes on with a list or ends it", () => {
  const entered = (marked) => {
    const next = edits.continued(selected(marked));
    return next && after(marked, () => next);
  };
  assert.equal(entered("- one«»"), "- one\n- «»");
  assert.equal(entered("9. one«»"), "9. one\n10. «»");
  assert.equal(entered("- [x] one«»"), "- [x] one\n- [ ] «»");
  assert.equal(entered("> one«»"), "> one\n> «»");
  assert.equal(entered("- one\n- «»"), "- one\n«»");
  assert.equal(entered("one«»"), null);
});

test("the outline has the headings of the text and none of its code", () => {
  const text = "# One\n\n```\n# no\n```\n\n### *Two* ##\n";
  assert.deepEqual(edits.outline(text, "markdown"), [
    { level: 1, words: "One", at: 0 },
    { level: 3, words: "Two", at: 21 },
  ]);
  assert.deepEqual(edits.outline('<h2 id="a">One <i>x</i></h2>', "html"), [{ level: 2, words: "One x", at: 0 }]);
});

test("words are counted without tags and addresses", () => {
  assert.equal(edits.count("It’s **one** [link here](https://example.org/a b) <b title='x'>bold</b>"), 5);
  assert.equal(edits.count(""), 0);
});
