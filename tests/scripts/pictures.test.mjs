// How pictures are written in a text, which are sent, and what comes of that.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as markup from "../../assets/picture_markup.js";
import { isRecording, nameOfFile, parseAnswer, pastedFiles, refusalOf, resultOf, retryAfter } from "../../assets/upload_rules.js";

const PICTURE = { address: "/media/a.jpg", alt: "A *star* & more", caption: "", width: 1200, height: 800 };

test("pictures without alternative text are found in both markups, and get one in place", () => {
  const text = '![](/media/a.webp "Title") ![Quay](/media/b.webp) <img src="/media/c.webp"> <img src=\'/media/d.webp\' alt=""> <img alt="Quay" src="/media/e.webp"> ![]()';
  const found = markup.picturesWithoutAlt(text, "markdown");
  assert.deepEqual(found.map(({ address }) => address), ["/media/a.webp", "/media/c.webp", "/media/d.webp"]);
  for (const { at, written } of found) assert.ok(text.startsWith(written, at));
  assert.deepEqual(found.map(({ written }) => markup.withAlt(written, 'A "small" [quay]')), [
    '![A "small" \\[quay\\]]',
    '<img alt="A &quot;small&quot; [quay]" src="/media/c.webp">',
    "<img alt=\"A &quot;small&quot; [quay]\" src='/media/d.webp'>",
  ]);
  assert.equal(markup.picturesWithoutAlt(found.map(({ written }) => markup.withAlt(written, "Quay")).join(" "), "markdown").length, 0);
});

test("what is in code or in a comment is no picture, and each of two with one address is known", () => {
  const code = "```\n![](/a.webp)\n```\n\n> ~~~~\n> ![](/a.webp)\n> ~~~\n> ~~~~\n\nWrite `![](/a.webp)` or ``a ` ![](/a.webp)``, \\![](/a.webp) <!-- ![](/a.webp) -->\n\n";
  assert.deepEqual(markup.picturesIn(code, "markdown"), []);
  const text = `${code}![](/a.webp) ![Of [one] \\] more](/a.webp) ![](/b.webp)\n\n\`\`\`\n![](/c.webp)`;
  assert.deepEqual(markup.picturesIn(text, "markdown").map(({ address, alt, number }) => [address, alt, number]), [
    ["/a.webp", "", 0],
    ["/a.webp", "Of [one] \\] more", 1],
    ["/b.webp", "", 0],
  ]);
  assert.deepEqual(markup.picturesWithoutAlt("![](/a.webp) <!-- <img src=/b.webp> --> <img src=/c.webp> `<img src=/d.webp>`", "html").map(({ address }) => address), ["/c.webp", "/d.webp"]);
});

test("a fence in a list is one, and a line of code that begins like a fence is none", () => {
  const inline = "```a``` is code\n\n![](/b.webp)";
  assert.deepEqual(markup.picturesIn(inline, "markdown").map(({ address }) => address), ["/b.webp"]);
  const list = "- ```\n  ![](/a.webp)\n\n  ```\n\n![](/a.webp)";
  const [only, ...others] = markup.picturesIn(list, "markdown");
  assert.deepEqual(others, []);
  assert.equal(only.at, list.lastIndexOf("!"));
  assert.deepEqual(markup.pictureAgain(`New words.\n\n${list}`, "markdown", only)?.at, only.at + 12);
});

test("a picture is written in the language of the post, as HTML where it has more than its words", () => {
  const usual = markup.USUAL_CHOICE;
  assert.equal(markup.pictureMarkup(PICTURE, usual, "markdown"), "![A \\*star\\* \\& more](/media/a.jpg)");
  assert.equal(markup.pictureMarkup(PICTURE, usual, "html"), '<figure><img src="/media/a.jpg" alt="A *star* &amp; more"></figure>');
  const choice = { alt: '"x"', caption: "a < b", size: "small", place: "center", link: "/?a&b" };
  assert.equal(
    markup.pictureMarkup(PICTURE, choice, "markdown"),
    '<figure class="center"><a href="/?a&amp;b"><img src="/media/a.jpg" alt="&quot;x&quot;" width="240"></a><figcaption>a &lt; b</figcaption></figure>',
  );
  const small = { ...PICTURE, width: 200 };
  assert.ok(!markup.pictureMarkup(small, choice, "html").includes("width="), "nothing is made larger than it is");
});

test("each upload has a placeholder of its own", () => {
  const taken = ["![Uploading a b.jpg…]()", "![Uploading a b.jpg 2…]()"];
  assert.equal(markup.placeholderFor("a [b].jpg", () => false), "![Uploading a b .jpg…]()");
  assert.equal(markup.placeholderFor("a b.jpg", (words) => taken.includes(words)), "![Uploading a b.jpg 3…]()");
});

test("a part has one empty line before and after it", () => {
  assert.equal(markup.asBlock("x", "", ""), "x\n\n");
  assert.equal(markup.asBlock("x", "a", "b"), "\n\nx\n\n");
  assert.equal(markup.asBlock("x", "a\n", "\nb"), "\nx\n");
  assert.equal(markup.asBlock("x", "a\n\n", "\n\nb"), "x");
});

test("pictures of other sites and lost ones are found in both markups", () => {
  const text = '![a](https://x.example/a_(1).png) <img alt="" src="https://x.example/b?c=1&amp;d=2"> ![here](/media/c.jpg) ![a](https://x.example/a_(1).png)';
  assert.deepEqual(markup.remoteAddresses(text), ["https://x.example/a_(1).png", "https://x.example/b?c=1&d=2"]);
  assert.deepEqual(markup.missingPictures('![Missing picture: map]() <img alt="Missing picture">'), [
    { alt: "map", written: "![Missing picture: map]()" },
    { alt: "", written: '<img alt="Missing picture">' },
  ]);
});

test("a whole picture is found by its address", () => {
  assert.equal(markup.wholePicture("a ![b](https://x/c) d", "https://x/c"), "![b](https://x/c)");
  assert.equal(markup.wholePicture('a <img src="https://x/c" alt="b"> d', "https://x/c"), '<img src="https://x/c" alt="b">');
  assert.equal(markup.wholePicture("nothing", "https://x/c"), "https://x/c");
});

test("an address has a name for the eye", () => {
  assert.equal(markup.nameOfAddress("https://x.example/a/b%20c.png?d"), "b c.png");
  assert.equal(markup.nameOfAddress("https://x.example/"), "x.example");
  assert.equal(markup.nameOfAddress("https://x.example/%E0"), "https://x.example/%E0");
});

test("what the server cannot read or is too large is not sent", () => {
  assert.equal(refusalOf({ type: "image/png", size: 10 * 1024 * 1024 }), undefined);
  assert.match(refusalOf({ type: "image/png", size: 10 * 1024 * 1024 + 1 }), /10 MiB/);
  assert.match(refusalOf({ type: "image/heif", size: 1 }), /HEIC/);
  assert.match(refusalOf({ type: "image/avif", size: 1 }), /AVIF/);
  assert.match(refusalOf({ type: "", size: 1, name: "IMG_1.HEIC" }), /HEIC/, "the system knows no kind");
  assert.ok(refusalOf({ type: "text/html", size: 1 }));
});

test("recordings are known by their kind and have a limit of their own", () => {
  for (const type of ["audio/mpeg", "audio/x-m4a", "video/mp4", "application/ogg"]) {
    assert.ok(isRecording({ type }), type);
    assert.equal(refusalOf({ type, size: 200 * 1024 * 1024 }), undefined);
  }
  assert.match(refusalOf({ type: "video/mp4", size: 200 * 1024 * 1024 + 1 }), /200 MiB/);
  for (const type of ["image/png", "text/html", "", "x-audio/y"]) assert.ok(!isRecording({ type }), type);
});

test("a recording is written like a picture in Markdown, and as its player in HTML", () => {
  const sea = { ...PICTURE, address: "/media/a.mp3", kind: "audio", name: 'The *sea* & "wind".mp3' };
  assert.equal(markup.pictureMarkup(sea, markup.USUAL_CHOICE, "markdown"), '![The \\*sea\\* \\& "wind"](/media/a.mp3)');
  assert.equal(
    markup.pictureMarkup(sea, markup.USUAL_CHOICE, "html"),
    '<audio title="The *sea* &amp; &quot;wind&quot;" controls preload="metadata" src="/media/a.mp3"><a href="/media/a.mp3">The *sea* &amp; &quot;wind&quot;</a></audio>',
  );
  const walk = { ...PICTURE, address: "/media/a.webm", kind: "video", name: "" };
  assert.match(markup.pictureMarkup(walk, markup.USUAL_CHOICE, "html"), /^<video title="" .* playsinline src="\/media\/a.webm"><a href="\/media\/a.webm">\/media\/a.webm<\/a><\/video>$/);
});

test("a picture in indented code is none where the server says so", () => {
  const text = "    ![](/a.webp)\n\n![](/a.webp) ![](https://b.example/b.png?x=1&amp;y=2)\n\n    ![](/c.webp)\n\n- Words\n\n    ![](/d.webp)\n";
  const shown = ["/a.webp", "https://b.example/b.png?x=1&y=2", "/d.webp"];
  const found = markup.picturesWithoutAlt(text, "markdown", shown);
  assert.deepEqual(found.map(({ at }) => at), [18, 31, text.indexOf("![](/d")]);
  assert.equal(markup.placeOfPicture(text, "markdown", shown[1]), 31);
  assert.equal(markup.placeOfPicture(text, "markdown", "/none.webp"), -1);
});

test("an address of ours says which player it gets", () => {
  const name = "0123456789abcdef0123456789abcdef";
  assert.equal(markup.playerOf(`/media/${name}.wav`), "audio");
  assert.equal(markup.playerOf(` /media/${name}.mp4 `), "video");
  for (const other of [`/media/${name}.webp`, "/media/a.mp3", `https://x.example/media/${name}.mp3`, ""]) assert.equal(markup.playerOf(other), null, other);
  assert.equal(markup.titleOfRecording("The sea.wav"), "The sea");
});

test("a recording is pasted with its name as words; a picture is not, which words bring along", () => {
  const [picture, sound, text] = ["image/png", "audio/wav", "text/plain"].map((type) => ({ type }));
  assert.deepEqual(pastedFiles([picture, sound, text], ""), [picture, sound]);
  assert.deepEqual(pastedFiles([sound], "The sea.wav"), [sound]);
  assert.deepEqual(pastedFiles([picture], "some words"), []);
  assert.deepEqual(pastedFiles([text], ""), []);
});

test("files without a name are called by what they are", () => {
  assert.equal(nameOfFile({ name: "a.png", type: "image/png" }), "a.png");
  assert.equal(nameOfFile({ name: "", type: "image/webp" }), "picture.webp");
});

test("an answer is ours, or of something in between", () => {
  assert.deepEqual(parseAnswer('{"address":"/a"}'), { address: "/a" });
  for (const text of ["<html>", "", '{"addr', "3", "null"]) assert.equal(parseAnswer(text), null, text);
});

test("what comes of an answer", () => {
  const table = [
    [200, { address: "/media/a" }, "done"],
    [200, null, "failed"],
    [413, { problem: "Too large." }, "refused"],
    [422, { problem: "No picture." }, "refused"],
    [413, null, "stopped"],
    [401, null, "stopped"],
    [403, null, "stopped"],
    [507, null, "stopped"],
    [502, null, "failed"],
    [500, { problem: "Sorry." }, "failed"],
  ];
  for (const [status, answer, expected] of table) assert.equal(resultOf(status, answer).result, expected, `${status}`);
  assert.equal(resultOf(422, { problem: "No picture." }).words, "No picture.");
  assert.match(resultOf(500, null).words, /500/);
});

test("a file is sent again three times by itself, after longer and longer waits", () => {
  const waits = [1, 2, 3].map(retryAfter);
  assert.deepEqual(waits, [...waits].sort((a, b) => a - b));
  assert.ok(waits.every(Number.isInteger));
  assert.equal(retryAfter(4), undefined);
});

test("pictures that come in together are a gallery, one is none", () => {
  assert.equal(markup.galleryMarkup([]), "");
  assert.equal(markup.galleryMarkup(["![](/a)"]), "![](/a)");
  assert.equal(markup.galleryMarkup(["![](/a)", "![](/b)"]), '<div class="gallery">\n\n![](/a)\n\n![](/b)\n\n</div>');
});
