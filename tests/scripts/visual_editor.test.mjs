// The visual editor without a browser: what it reads of HTML, what it writes, and that what nobody touched stays as it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
Object.assign(globalThis, { DOMParser: window.DOMParser, document: window.document });

const { changeInSource, commonTokens, tokensOf } = await import("../../assets/editor/keep_spelling.js");
const { readHtml } = await import("../../assets/editor/read_html.js");
const { inert, isSameDom, normalForm } = await import("../../assets/editor/same_dom.js");
const { schema } = await import("../../assets/editor/schema.js");
const { SourceParts } = await import("../../assets/editor/source_parts.js");
const { writeBlocks } = await import("../../assets/editor/write_html.js");
const { spellingOf, writeMarkdown } = await import("../../assets/editor/write_markdown.js");

/** HTML of old blogs, which has to come out as it went in. */
const OLD_HTML = [
  "<p>a <b>b</b> <i data-daybook-style='color:red'>c</i><br />d</p>",
  "<ul>\n<li>x<ul><li>y</li></ul></li>\n<li><p>z</p></li></ul>",
  "loose <a name='more'></a> text<br/><br />\nmore <span><div class='separator'>x</div> y</span>",
  "<table border=1><caption>c</caption><thead><tr><th align='left'>a</th></tr></thead><tbody><tr><td colspan=2>b<p>c</p></td></tr></tbody></table>",
  "<pre><code class='language-x'>a\n\nb</code></pre>",
  "<pre>a <b>b</b>\n c</pre>",
  "<blockquote class=tr_bq>q<p>r</p></blockquote><hr/><dl><dt>a<dd>b</dl>",
  "<div><iframe src='//www.youtube.com/x'></iframe></div>",
  "<figure><a href='x'><img src=x alt=''></a><figcaption>c</figcaption></figure>",
  "<b><i><b>thrice</b></i></b><i><b>other order</b></i>",
  "<ul>stray<li>a</li></ul>",
  "<font face='x'><span></span>a&nbsp; b</font><wbr>c",
];

test("the blocks of old HTML hold all of it", () => {
  for (const html of OLD_HTML) {
    const blocks = readHtml(html, "html");
    for (const block of blocks) block.check();
    assert.equal(normalForm(inert(writeBlocks(blocks))), normalForm(html), html);
  }
});

test("HTML that shows something else is not the same", () => {
  assert.ok(isSameDom("<p>a  b </p>", "<P> a b</P>"));
  assert.ok(isSameDom("<b>a</b><b>b</b>", "<b>ab</b><i></i>"));
  assert.ok(isSameDom("<p class='a' id=b>", '<p id="b" class="a"></p>'));
  assert.ok(isSameDom("<pre><code>a\n</code></pre>", "<pre><code>a</code></pre>"));
  assert.ok(!isSameDom("<pre>a\n\n</pre>", "<pre>a</pre>"));
  assert.ok(!isSameDom("<p>a b</p>", "<p>ab</p>"));
  assert.ok(!isSameDom("<b><i>a</i></b>", "<i><b>a</b></i>"));
  assert.ok(!isSameDom("<pre>a  b</pre>", "<pre>a b</pre>"));
  assert.ok(!isSameDom("a<!--more-->b", "ab"));
  assert.ok(!isSameDom("<p>a&nbsp;b</p>", "<p>a b</p>"));
});

test("attributes that a browser acts on are renamed, words are not", () => {
  assert.equal(inert('<p class="a" style="b" onclick="c">style="d" <b>'), '<p class="a" data-daybook-style="b" data-daybook-onclick="c">style="d" <b>');
});

/** @param {string} html */
const markdown = (html, source = "") => writeMarkdown(readHtml(html, "markdown"), spellingOf(source));

test("blocks are written as Markdown", () => {
  /** @type {[html: string, written: string][]} */
  const cases = [
    ["<p>a <strong>b</strong> <em>c</em> <del>d</del> <code>x`y</code></p>", "a **b** *c* ~~d~~ ``x`y``"],
    ["<h2>a</h2><h4>b #</h4>", "## a\n\n#### b \\#"],
    ["<p>a<br />\nb</p>", "a\\\nb"],
    ["<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"],
    ['<ol start="3"><li><p>a</p><p>b</p></li></ol>', "3. a\n\n   b"],
    ["<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "> a\n>\n> - b"],
    ['<pre><code class="language-rs">fn\n```\n</code></pre>', "````rs\nfn\n```\n````"],
    ['<table><thead><tr><th>a</th><th align="right">b</th></tr></thead><tbody><tr><td>1</td><td align="right">2|3</td></tr></tbody></table>', "| a | b |\n| --- | --: |\n| 1 | 2\\|3 |"],
    ['<p><a href="/u" title="t">l</a> <img src="/a b.png" alt="x" /></p>', '[l](/u "t") ![x](</a b.png>)'],
    ['<p><a href="https://example.org/a">https://example.org/a</a></p>', "https://example.org/a"],
    ["<p>* 1. [x] snake_case _y_ &lt;b&gt; &amp;amp;</p>", "\\* 1. \\[x\\] snake_case \\_y\\_ \\<b> \\&amp;"],
    ["<p>1. a</p><p># b</p><p>- c</p>", "1\\. a\n\n\\# b\n\n\\- c"],
    ["<p><u>a</u> <strong>b </strong>c</p>", "<u>a</u> **b** c"],
    ['<p class="center">a</p>', '<p class="center">a</p>'],
    ["<p>a<sup class=\"footnote-ref\"><a href=\"#fn-x\">1</a></sup></p>", "a[^x]"],
    ['<p>a! b!<a href="/c">d</a>!</p>', "a! b\\![d](/c)!"],
    ["<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"],
  ];
  for (const [html, written] of cases) assert.equal(markdown(html), written, html);
});

test("Markdown is written as its source is spelled", () => {
  assert.equal(markdown("<h1>a</h1><ul><li><em>b</em></li></ul><hr>", "x\n===\n\n* _y_\n\n***\n"), "a\n===\n\n* _b_\n\n***");
  assert.equal(markdown("<pre><code>a\n\nb\n</code></pre>", "    a\n"), "    a\n\n    b");
  assert.equal(markdown("<ul><li>a<br>b</li></ul>", "-   x  \n    y"), "-   a  \n    b");
});

test("a change is made in the source, and nothing else of it changes", () => {
  const written = '<p class="a" id="b">x &amp; y<br>z</p>';
  const source = "<P class='a'  id=b>x & y<BR />z<!-- c --></P>";
  assert.equal(changeInSource(source, written, written.replace("y", "new y"), "html"), source.replace("& y", "& new y"));
  assert.equal(changeInSource(source, written, written.replace("<br>", " "), "html"), source.replace("<BR />", " "));
  assert.equal(changeInSource("__a__ and\n*b*", "**a** and *b*", "**a** and *b* c", "markdown"), "__a__ and\n*b* c");
  // What the editor closes and the source does not stays open.
  assert.equal(changeInSource("<ul><LI>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><li>b!</li></ul>", "html"), "<ul><LI>a<li>b!</ul>");
  assert.equal(changeInSource("<ul><LI>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>", "<ul><li>b</li></ul>", "html"), "<ul><LI>b</ul>");
  assert.equal(changeInSource("a __b__ c", "a **b** c", "a c", "markdown"), "a c");
  assert.equal(changeInSource("same", "same", "other", "html"), "other");
});

test("what two lists have in common is found", () => {
  const [one, other] = ["the quick brown fox", "a quick red brown fox jumps"].map((words) => words.split(" "));
  assert.deepEqual(commonTokens(one, other), [[1, 1], [2, 3], [3, 4]]);
  assert.deepEqual(commonTokens([], ["a"]), []);
  assert.deepEqual(tokensOf("<p title='>'>a&amp;b", "html"), ["<p title='>'>", "a", "&amp;", "b"]);
});

/**
 * Parts that were cut, as a document.
 * @param {Markup} markup
 * @param {[source: string, html: string][]} cut
 */
function opened(markup, cut, locked = -1) {
  const parts = new SourceParts(markup);
  const blocks = parts.read(cut.map(([source, html]) => ({ source, html, shown: html })), cut.map((_, number) => number !== locked));
  const doc = schema.nodes.doc.create(null, blocks);
  parts.settle(doc);
  return { parts, doc };
}

/** @type {[source: string, html: string][]} */
const MARKDOWN = [
  ["# Title #\n", "<h1>Title</h1>"],
  ["_One_\ntwo\n\n\n", "<p><em>One</em>\ntwo</p>"],
  ["<div>x</div>\n\n", "<div>x</div>"],
  ["* a\n* b", "<ul><li>a</li><li>b</li></ul>"],
];

test("a text that is opened stays as it is to the byte", () => {
  const { parts, doc } = opened("markdown", MARKDOWN, 2);
  assert.equal(parts.join(doc), MARKDOWN.map(([source]) => source).join(""));
  const html = opened("html", OLD_HTML.map((one) => [`${one.replaceAll("data-daybook-", "")} \n`, one]));
  assert.equal(html.parts.join(html.doc), OLD_HTML.map((one) => `${one.replaceAll("data-daybook-", "")} \n`).join(""));
});

test("a word that is typed changes its own part alone", () => {
  const { parts, doc } = opened("markdown", MARKDOWN, 2);
  const paragraph = doc.child(1);
  const next = doc.copy(doc.content.replaceChild(1, paragraph.copy(paragraph.content.addToEnd(schema.text(" three")))));
  assert.equal(parts.join(next), "# Title #\n_One_\ntwo three\n\n\n<div>x</div>\n\n* a\n* b");
});

test("parts can be taken out, moved and put in between", () => {
  const { parts, doc } = opened("markdown", MARKDOWN, 2);
  const [title, words, locked, list] = doc.children;
  /** @param {import("prosemirror-model").Node[]} blocks */
  const joined = (...blocks) => parts.join(doc.copy(/** @type {any} */ (doc.content.constructor).from(blocks)));
  assert.equal(joined(title, list), "# Title #\n\n* a\n* b");
  assert.equal(joined(list, title), "* a\n* b\n\n# Title #\n");
  assert.equal(joined(words, locked, schema.nodes.paragraph.create(null, schema.text("new")), list), "_One_\ntwo\n\n\n<div>x</div>\n\nnew\n\n* a\n* b");
  assert.equal(joined(words, words), "_One_\ntwo\n\n_One_ two\n\n\n");
});

test("a place in the document is found in its source, and back", () => {
  const { parts, doc } = opened("markdown", MARKDOWN);
  const source = parts.join(doc);
  for (const words of ["Title", "One", "two", "b"]) {
    let place = -1;
    doc.descendants((node, at) => {
      const found = node.isText ? (node.text ?? "").indexOf(words) : -1;
      if (found >= 0 && place < 0) place = at + found + 1;
    });
    const offset = source.indexOf(words) + 1;
    assert.equal(parts.offsetOf(doc, place), offset, words);
    assert.equal(parts.placeOf(doc, offset), place, words);
  }
});

test("only parts that come back as they were can be edited", async () => {
  /** @type {[source: string, html: string | null][]} */
  const cut = [
    ["a[^1]\n\n", '<p>a<sup class="footnote-ref"><a href="#fn-1" id="fnref-1" data-footnote-ref>1</a></sup></p>'],
    ["[^1]: b\n\n", '<section class="footnotes" data-footnotes><ol><li id="fn-1"><p>b</p></li></ol></section>'],
    ["c\n\n", "<p>c</p>"],
    ["<style>p{}</style>\n\n", null],
    ["d\n", "<p>d</p>"],
  ];
  const parts = cut.map(([source, html]) => ({ source, html, shown: "" }));
  /** @type {string[]} */
  const asked = [];
  // As a server that renders the last part otherwise.
  const answer = parts.map((part, number) => (number === 4 ? { ...part, html: "<p>e</p>" } : part));
  const editable = await new SourceParts("markdown").editable(parts, async (source) => {
    asked.push(source);
    return answer;
  });
  assert.deepEqual(editable, [true, true, true, false, false]);
  assert.deepEqual(asked, ["a[^1]\n\n[^1]: b\n\nc\n\n<style>p{}</style>\n\nd\n\n"]);
  const html = [["<p>a</p>", "<p>a</p>"], ["<div><iframe></iframe></div>", "<div><iframe></iframe></div>"], ["<!-- c -->", "<!-- c -->"]];
  assert.deepEqual(await new SourceParts("html").editable(html.map(([source, one]) => ({ source, html: one, shown: "" })), async () => null), [true, false, false]);
});

const { articleWith, fieldsOfArticle, fieldsOfBookmark, footnotes, insertFootnote, kindOfCard, newArticle, newBookmark, newCallout, numberOfNote } = await import("../../assets/editor/cards.js");
const { nearestStep, widthSteps } = await import("../../assets/editor/drag_width.js");
const { isFilm } = await import("../../assets/editor/schema.js");
const { EMOJI, emojiNamed } = await import("../../assets/emoji.js");
const { EditorState, NodeSelection, TextSelection } = await import("prosemirror-state");
const { DOMParser: FromDom, DOMSerializer } = await import("prosemirror-model");

test("a card of Markdown holds Markdown, and stays HTML where its source is", () => {
  const callout = '<aside class="callout"><p>a <em>b</em></p></aside>';
  assert.equal(markdown(callout), '<aside class="callout">\n\na *b*\n\n</aside>');
  assert.equal(markdown(callout, callout), callout);
  assert.equal(markdown("<details><summary>a</summary><p>b</p></details>"), "<details>\n\n<summary>a</summary>\n\nb\n\n</details>");
  // A figure has no paragraphs that could be Markdown.
  const figure = '<figure class="wide"><img src="x" alt=""><figcaption>c</figcaption></figure>';
  assert.equal(markdown(figure), figure);
});

test("an address of a film alone is a card, and comes back as it was", () => {
  for (const address of ["https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ?t=3", "https://vimeo.com/76979871"]) {
    assert.ok(isFilm(address), address);
    for (const html of [`<p>${address}</p>`, `<p><a href="${address}">${address}</a></p>`]) {
      const [film] = readHtml(html, "html");
      assert.equal(kindOfCard(film), "film");
      assert.equal(writeBlocks([film]), html);
      assert.equal(writeMarkdown([film], spellingOf("")), address);
    }
  }
  for (const other of ["https://youtube.com.example/watch?v=dQw4w9WgXcQ", "https://vimeo.com/about", "https://youtu.be/short"]) assert.ok(!isFilm(other), other);
  assert.equal(kindOfCard(readHtml('<p class="x">https://youtu.be/dQw4w9WgXcQ</p>', "html")[0]), null);
});

test("the fields of a card are read from what it is made of", () => {
  const fields = { address: "https://www.example.org/a", title: "On mud", author: "Ada", date: "1958" };
  const article = newArticle(fields, readHtml("<p>deep</p>", "html"));
  assert.equal(
    writeBlocks([article]),
    '<blockquote class="article" cite="https://www.example.org/a"><h3>On mud</h3><p><small>Ada · <a href="https://www.example.org/a">example.org</a> · 1958</small></p><p>deep</p></blockquote>',
  );
  assert.deepEqual(fieldsOfArticle(article), fields);
  const other = { address: "", title: "", author: "Bo", date: "" };
  const changed = articleWith(article, other);
  assert.equal(writeBlocks([changed]), '<blockquote class="article"><p><small>Bo</small></p><p>deep</p></blockquote>');
  assert.deepEqual(fieldsOfArticle(changed), other);
  const bookmark = newBookmark({ address: "https://example.org/", title: "Tides", description: "When" });
  assert.equal(kindOfCard(bookmark), "bookmark");
  assert.deepEqual(fieldsOfBookmark(bookmark), { address: "https://example.org/", title: "Tides", description: "When" });
  assert.equal(kindOfCard(newCallout()), "callout");
});

test("footnotes are counted in their order, and the words of one go with its number", () => {
  const p = (words) => schema.nodes.paragraph.create(null, schema.text(words));
  let state = EditorState.create({ doc: schema.nodes.doc.create(null, [p("one"), p("two")]), plugins: [footnotes()] });
  const at = (place) => {
    state = state.apply(state.tr.setSelection(TextSelection.create(state.doc, place)));
    assert.ok(insertFootnote("markdown")(state, (tr) => (state = state.apply(tr))));
  };
  at(9);
  at(4);
  assert.equal(writeMarkdown(state.doc.children, spellingOf("")), "one[^2]\n\ntwo[^1]\n\n[^1]: \n\n[^2]: ");
  assert.equal(numberOfNote(state.doc, "2"), 1);
  assert.equal(state.doc.child(0).lastChild.attrs.words, "1");
  state = state.apply(state.tr.delete(4, 5));
  assert.equal(writeMarkdown(state.doc.children, spellingOf("")), "one\n\ntwo[^1]\n\n[^1]: ");
});

test("a footnote of Markdown is read with its words, without the way back", () => {
  const html = '<section class="footnotes" data-footnotes><ol><li id="fn-a"><p>b <a href="#fnref-a" data-footnote-backref>↩</a></p><p>c</p></li></ol></section>';
  assert.equal(markdown(html), "[^a]: b\n\n    c");
});

test("a picture is dragged to the widths that pictures have, and to no other", () => {
  const steps = (more) => widthSteps({ natural: 2000, column: 608, small: 240, canBeWide: true, ...more });
  const names = (more) => steps(more).map(({ name }) => name);
  assert.deepEqual(names({}), ["small", "text", "wide"]);
  assert.deepEqual(names({ natural: 200 }), ["text", "wide"]);
  assert.deepEqual(names({ canBeWide: false }), ["small", "text"]);
  const taken = [0, 400, 430, 600, 630, 2000].map((pixels) => nearestStep(steps({}), pixels).name);
  assert.deepEqual(taken, ["small", "small", "text", "text", "wide", "wide"]);
  assert.equal(steps({ natural: 400 })[1].pixels, 400);
});

test("each emoji has one name", () => {
  assert.ok(EMOJI.length > 150);
  assert.equal(new Set(EMOJI.map(({ name }) => name)).size, EMOJI.length);
  assert.ok(EMOJI.every(({ name, sign }) => /^[a-z_]+$/.test(name) && /\p{Emoji}/u.test(sign)));
  assert.equal(emojiNamed("rocket"), "🚀");
});

test("what is cut and pasted within the text is the same card or picture again", () => {
  const html = [
    '<figure class="wide" id="f"><a href="x"><img src="/media/a.webp" alt="a" width="240"></a><figcaption>c</figcaption></figure>',
    '<aside class="callout"><p>a</p></aside>',
    "<details><summary>a</summary><p>b</p></details>",
    '<blockquote class="article" cite="https://example.org/"><h3>a</h3><p>b</p></blockquote>',
    "<p>https://youtu.be/dQw4w9WgXcQ</p>",
  ].join("");
  const doc = schema.nodes.doc.create(null, readHtml(html, "html"));
  const dom = window.document.createElement("div");
  dom.append(DOMSerializer.fromSchema(schema).serializeFragment(doc.content, { document: window.document }));
  assert.equal(writeBlocks(FromDom.fromSchema(schema).parse(dom).children), html);
});

const { galleryOfUploads, selectedUnit } = await import("../../assets/editor/gallery.js");
const { placesNow } = await import("../../assets/editor/picture_tools.js");
const image = (src, alt = "") => schema.nodes.image.create({ attrs: [["src", src], ["alt", alt]] });

test("pictures that come in together are a gallery, while the cursor stays with its words", () => {
  const p = (...inside) => schema.nodes.paragraph.create(null, inside);
  const doc = schema.nodes.doc.create(null, [p(image("/a")), p(image("/b")), p(schema.text("words"))]);
  const view = { state: EditorState.create({ doc, selection: TextSelection.create(doc, 9) }), dispatch: (tr) => (view.state = view.state.apply(tr)) };
  const ended = galleryOfUploads(view, ["a", "b", "no picture"], () => "markdown");
  ended("a", "/a");
  ended("b", "/b");
  assert.equal(view.state.doc, doc, "one is still on its way");
  ended("no picture");
  assert.equal(writeMarkdown(view.state.doc.children, spellingOf("")), '<div class="gallery">\n\n![](/a)\n\n![](/b)\n\n</div>\n\nwords');
  assert.equal(view.state.selection.$from.parent.textContent, "words");
  view.dispatch(view.state.tr.insertText("!"));
  assert.equal(view.state.doc.textContent, "wo!rds");
  // What ends twice, such as a file that is refused and then taken out of the list, is counted once.
  const again = galleryOfUploads(view, ["a", "b"], () => "markdown");
  again("a");
  again("a");
  assert.equal(view.state.doc.childCount, 2);
});

test("a picture of a gallery is found by itself and by its figure, and not where the gallery holds words", () => {
  const html = "<div class=gallery><figure><img src=a></figure><figure><img src=b></figure></div><div class=gallery><p>Words</p><figure><img src=c></figure></div>";
  const doc = schema.nodes.doc.create(null, readHtml(html, "html"));
  const found = [];
  doc.descendants((node, at) => {
    if (node.type !== schema.nodes.image && node.attrs.tag !== "figure") return;
    const unit = selectedUnit({ doc, selection: NodeSelection.create(doc, at) });
    found.push(unit && unit.number);
  });
  assert.deepEqual(found, [0, 0, 1, 1, null, null]);
});

test("pictures are found again in a text that was changed meanwhile", () => {
  const [first, second, third] = [image("/a"), image("/b"), image("/b")];
  const doc = (...inside) => schema.nodes.doc.create(null, inside.map((one) => schema.nodes.paragraph.create(null, one)));
  assert.deepEqual(placesNow(doc(first, second, third), [first, second, third]), [1, 4, 7]);
  assert.deepEqual(placesNow(doc(schema.text("New"), third, second), [first, second, third]), [undefined, 9, 6]);
  // Where the text was read again, they are known by what they show.
  assert.deepEqual(placesNow(doc(image("/b"), image("/b", "Boat"), image("/b")), [first, second, third]), [undefined, 1, 7]);
  // One that got another alternative text meanwhile is the same.
  assert.deepEqual(placesNow(doc(image("/a", "Quay"), second), [first, second]), [1, 4]);
});
