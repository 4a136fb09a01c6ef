// Pictures in the visual view: on their way with progress in their place, in the order in which they were dropped, how wide they
// are and where, moved, replaced and taken out, and one list of what all of them show.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, dropPictures, PHONE, published, says, sourceOf, writeHtml, writer } from "./visual_writer.mjs";

const PICTURE = /!\[[^\]]*\]\(\/media\/\w+\.webp\)/g;
const pictures = (page) => page.locator("#visual-body .visual-picture");
const bar = (page) => page.getByRole("toolbar", { name: "Picture" });

/** Waits until the source is like this, and gives it. */
async function saysLike(page, pattern) {
  await page.waitForFunction((like) => new RegExp(like).test(document.querySelector("textarea[name=body]").value), pattern.source).catch(async () => assert.match(await sourceOf(page), pattern));
  return sourceOf(page);
}

/** Answers uploads of a name by themselves, until the function that comes back is called. */
async function refuse(page, name) {
  await page.route(`**/admin/media/upload?name=${name}`, (route) => route.fulfill({ status: 507, body: "{}" }));
  return () => page.unroute(`**/admin/media/upload?name=${name}`);
}

/** Keeps uploads of a name waiting, until the function that comes back is called. */
async function hold(page, name) {
  let release;
  const held = new Promise((done) => (release = done));
  await page.route(`**/admin/media/upload?name=${name}`, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test("pictures that are dropped together come in their order, and one that fails keeps its place for another try", async (t) => {
  const { blog, page, body, reports } = await writer(t);
  await body.focus();
  await page.keyboard.type("Before.\nAfter.");
  const repair = await refuse(page, "two.png");
  const release = await hold(page, "one.png");
  const others = [await hold(page, "three.png"), await hold(page, "four.png")];
  await dropPictures(body.getByText("Before."), "one.png", "two.png", "three.png", "four.png");
  const upload = (name) => page.getByRole("group", { name: `Upload of ${name}` });
  // Each is seen in its place, and nothing of it is in the source.
  await upload("one.png").getByRole("progressbar").waitFor();
  assert.equal(await sourceOf(page), "Before.\n\nAfter.\n");
  await upload("two.png").getByText("The server’s disk is full.").waitFor();
  assert.ok(await upload("two.png").evaluate((box) => box.classList.contains("failed")));
  for (const next of others) next();
  // The third is there before the first; what is typed meanwhile stays.
  await saysLike(page, /Before\.\s+!\[\]/);
  await body.getByText("After.").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" More.");
  release();
  await pictures(page).nth(2).waitFor();
  await repair();
  await upload("two.png").getByRole("button", { name: "Retry" }).press("Enter");
  await pictures(page).nth(3).waitFor();
  assert.equal(await page.getByRole("group", { name: /^Upload of/ }).count(), 0);
  // One list for what all of them show.
  const offer = page.getByRole("group", { name: "New pictures" });
  await offer.getByText("4 pictures have no alternative text.").waitFor();
  await offer.getByRole("button", { name: "Describe" }).click();
  for (const number of [1, 2, 3, 4]) await page.getByLabel(`Alternative text of picture ${number}`).fill(`Number ${number}`);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  const source = await saysLike(page, /Number 4/);
  assert.match(source.replaceAll(/\/media\/\w+\.webp/g, "…"), /^Before\.\n\n<div class="gallery">\n\n!\[Number 1\]\(…\)\n\n!\[Number 2\]\(…\)\n\n!\[Number 3\]\(…\)\n\n!\[Number 4\]\(…\)\n\n<\/div>\n\nAfter\. More\.\n$/);
  const seen = await published(page, blog);
  assert.deepEqual(await seen.locator("img").evaluateAll((all) => all.map(({ alt }) => alt)), ["Number 1", "Number 2", "Number 3", "Number 4"]);
  assert.deepEqual(reports, []);
});

test("a picture on its way can be given up, and goes on in the source where that is shown", async (t) => {
  const { page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("Before.\nAfter.");
  let release;
  const held = new Promise((done) => (release = done));
  await page.route("**/admin/media/upload*", async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await dropPictures(body.getByText("Before."), "one.png", "two.png");
  await page.getByRole("button", { name: "Cancel the upload of one.png" }).click();
  assert.equal(await page.getByRole("group", { name: "Upload of one.png" }).count(), 0);
  await page.getByRole("group", { name: "View" }).getByRole("radio", { name: "Markdown" }).check();
  await saysLike(page, /^Before\.\n\n!\[Uploading two\.png…\]\(\)\n\nAfter\.\n$/);
  release();
  await saysLike(page, /^Before\.\n\n!\[\]\(\/media\/\w+\.webp\)\n\nAfter\.\n$/);
});

for (const way of ["mouse"]) {
  for (const markup of ["markdown", "html"]) {
    test(`a picture is made wide, placed, linked, replaced and taken out by ${way}, in ${markup}`, async (t) => {
      const { blog, page, body, reports } = await writer(t, way === "phone" ? PHONE : {});
      if (markup === "html") await writeHtml(page);
      await body.focus();
      await page.keyboard.type("Before.\nAfter.");
      await dropPictures(body.getByText("Before."), "quay.png");
      await pictures(page).waitFor();
      await dropPictures(body.getByText("Before."), "boat.png");
      await pictures(page).nth(1).waitFor();
      const press = (locator) => (way === "phone" ? locator.tap() : locator.click());
      const act = async (name) => press(bar(page).getByRole("button", { name, exact: true }));
      const select = async (number) => {
        await press(pictures(page).nth(number));
        await bar(page).waitFor();
      };
      await select(0);
      await act("Wide");
      await saysLike(page, /<figure class="wide">/);
      await act("Text and link of the picture");
      const fields = page.getByRole("dialog");
      await fields.getByLabel("Alternative text").fill("A boat");
      await fields.getByLabel("Caption").fill("By the quay");
      await fields.getByLabel("Link").fill("example.org/boat");
      await page.getByRole("dialog").getByRole("button", { name: "Done" }).press("Enter");
      await saysLike(page, /figcaption/);
      await act("Replace picture");
      const library = page.getByRole("dialog", { name: "Replace picture" });
      await library.getByRole("list", { name: "Library" }).getByRole("button").first().waitFor();
      const thumbnails = library.getByRole("list", { name: "Library" }).getByRole("button");
      // The other one: the newest is first.
      await thumbnails.first().press("Enter");
      await library.getByLabel("Alternative text").fill("Another boat");
      await library.getByRole("button", { name: "Use this picture" }).press("Enter");
      await saysLike(page, /Another boat/);
      await select(1);
      await act("Small");
      await saysLike(page, /width="240"/);
      await act("Place right");
      await saysLike(page, /float-right/);
      const seen = await published(page, blog, `Quay by ${way}`);
      assert.equal(await seen.locator("figure.wide a[href='https://example.org/boat'] img").getAttribute("alt"), "Another boat");
      assert.equal(await seen.locator("figure.wide figcaption").textContent(), "By the quay");
      assert.equal(await seen.locator("figure.float-right img").getAttribute("width"), "240");
      await page.getByRole("link", { name: "Edit", exact: true }).click();
      await page.locator("form.is-visual").waitFor();
      await select(0);
      await act("Delete picture");
      await page.waitForFunction(() => !document.querySelector("textarea[name=body]").value.includes("Another boat"));
      assert.deepEqual(reports, []);
    });
  }
}

test("a picture is dragged to the widths that pictures have, by mouse and by finger", async (t) => {
  const { page, body, reports } = await writer(t, { viewport: { width: 1280, height: 1000 }, hasTouch: true });
  await body.focus();
  await page.keyboard.type("Before.\nAfter.");
  await dropPictures(body.getByText("Before."), "boat.png");
  const image = pictures(page).locator("img");
  await image.evaluate((one) => one.decode());
  const handle = page.locator(".visual-width-handle");
  /** Drags the handle so that the picture would be so wide; its right edge is held. */
  const drag = async (width) => {
    await image.hover();
    const [{ x, y, width: w, height: h }, { x: left }] = [await handle.boundingBox(), await image.boundingBox()];
    await page.mouse.move(x + w / 2, y + h / 2);
    await page.mouse.down();
    await page.mouse.move(x + 10, y + h / 2, { steps: 2 });
    await page.mouse.move(left + width, y + h / 2, { steps: 4 });
    const words = await handle.textContent();
    await page.mouse.up();
    return words;
  };
  assert.equal(await drag(250), "Small");
  await saysLike(page, /width="240"/);
  assert.equal(await drag(640), "Wide");
  await saysLike(page, /<figure class="wide">/);
  assert.doesNotMatch(await sourceOf(page), /width=/);
  assert.equal(await drag(500), "Text width");
  assert.match(await saysLike(page, /^Before\.\s+!\[\]\(/), PICTURE);
  await page.getByText("Picture: Text width.").waitFor();
  // A finger does the same.
  await image.tap();
  const { x, y, width, height } = await handle.boundingBox();
  const touch = await page.context().newCDPSession(page);
  const [at, to] = [{ x: x + width / 2, y: y + height / 2 }, { x: x - 220, y: y + height / 2 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  for (const part of [0.5, 1]) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: at.x + (to.x - at.x) * part, y: at.y }] });
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await saysLike(page, /width="240"/);
  assert.deepEqual(reports, []);
});

test("a picture is moved with its part by mouse", async (t) => {
  const { page, body } = await writer(t, { viewport: { width: 1280, height: 1000 } });
  await body.focus();
  await page.keyboard.type("Before.\nAfter.");
  await dropPictures(body.getByText("After."), "boat.png");
  await pictures(page).locator("img").evaluate((image) => image.decode());
  const [from, to] = [await pictures(page).boundingBox(), await body.getByText("Before.").boundingBox()];
  await page.mouse.move(from.x + 20, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + 24, from.y + 10, { steps: 3 });
  await page.mouse.move(to.x + 10, to.y + 3, { steps: 6 });
  await page.mouse.up();
  const source = await saysLike(page, /^!\[/);
  assert.equal(source.replace(PICTURE, "P"), "P\n\nBefore.\n\nAfter.\n");
});

test("characters that are composed while a picture comes in are neither lost nor doubled", async (t) => {
  const { page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("/callout\n");
  await page.keyboard.type("Now ");
  let release;
  const held = new Promise((done) => (release = done));
  await page.route("**/admin/media/upload*", async (route) => {
    await held;
    await route.continue();
  });
  await dropPictures(body.locator(".callout"), "boat.png");
  const session = await page.context().newCDPSession(page);
  const compose = (text) => session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await compose("k");
  await compose("ka");
  const there = page.waitForResponse("**/admin/media/upload*");
  release();
  await there;
  await compose("kan");
  await session.send("Input.insertText", { text: "漢" });
  await page.keyboard.type(" end");
  await pictures(page).waitFor();
  const source = await saysLike(page, /webp/);
  assert.equal(source.replace(PICTURE, "P"), '<aside class="callout">\n\nNow 漢 end\n\n</aside>\n\nP\n');
});

test("rich text that is pasted is kept, made plain, or made a quoted article", async (t) => {
  const { page, body, reports } = await writer(t);
  const paste = () =>
    body.evaluate((dom) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/html", "<p>One <b>bold</b> word</p><p>Two</p>");
      clipboardData.setData("text/plain", "One bold word\n\nTwo");
      dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
  const offer = page.getByRole("group", { name: "Pasted text" });
  await body.focus();
  await paste();
  await offer.getByRole("button", { name: "Keep" }).click();
  await says(page, "One **bold** word\n\nTwo\n");
  assert.equal(await offer.count(), 0);
  await page.keyboard.press("Control+a");
  await paste();
  await offer.getByRole("button", { name: "Plain text" }).click();
  await says(page, "One bold word\n\nTwo\n");
  await page.keyboard.press("Control+a");
  await paste();
  // Who thinks better of it still has what was pasted.
  await offer.getByRole("button", { name: "As quoted article" }).click();
  await page.keyboard.press("Escape");
  await says(page, "One **bold** word\n\nTwo\n");
  await offer.getByRole("button", { name: "As quoted article" }).click();
  await page.getByLabel("Its title").fill("Mud");
  await page.getByRole("button", { name: "Insert quote" }).click();
  await saysLike(page, /<blockquote class="article">\n\n### Mud\n\nOne \*\*bold\*\* word\n\nTwo\n\n<\/blockquote>\n$/);
  await body.getByRole("button", { name: "Edit quoted article" }).click();
  assert.equal(await page.getByLabel("Its title").inputValue(), "Mud");
  await page.getByLabel("Its author").fill("Ada");
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await saysLike(page, /### Mud\n\n<small>Ada<\/small>\n\nOne \*\*bold/);
  // What is offered for a paste is not there any more where the text is shown by its source.
  await paste();
  await offer.waitFor();
  await page.getByRole("group", { name: "View" }).getByRole("radio", { name: "Markdown" }).check();
  assert.equal(await offer.count(), 0);
  assert.deepEqual(reports, []);
});

test("a card whose fields stay as they are keeps its spelling", async (t) => {
  const { page, body } = await writer(t);
  const source = '<blockquote class=article cite="https://www.example.org/mud">\n\n###  Mud  ###\n\n<small>Ada · <a href="https://www.example.org/mud">the site</a></small>\n\nWords\n\n</blockquote>\n';
  await begin(page, "markdown", source);
  await body.getByRole("button", { name: "Edit quoted article" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await page.waitForFunction(() => document.activeElement.id === "visual-body");
  await page.keyboard.press("Control+s");
  assert.equal(await sourceOf(page), source);
});

test("the bar of a picture in a gallery is reached by Tab, and texts that are typed in the list stay when it is left", async (t) => {
  const { page } = await writer(t);
  await begin(page, "markdown", '<div class="gallery">\n\n![](/a.png)\n\n![](/b.png)\n\n</div>\n\nAfter.\n');
  await pictures(page).first().click({ position: { x: 2, y: 2 } });
  await bar(page).waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Move picture forward");
  assert.equal(await bar(page).getByRole("button", { name: "Move picture back" }).isVisible(), false);
  await page.keyboard.press("Escape");
  await page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Alternative texts" }).click();
  await page.getByLabel("Alternative text of picture 2").fill("A boat");
  // The text is changed meanwhile, as by somebody else.
  await page.evaluate(() => {
    const form = document.querySelector("form.editor");
    form.elements.body.value = `New.\n\n${form.elements.body.value}`;
    form.dispatchEvent(new CustomEvent("adopted"));
  });
  await page.locator("#visual-body").getByText("New.").waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
  await says(page, 'New.\n\n<div class="gallery">\n\n![](/a.png)\n\n![A boat](/b.png)\n\n</div>\n\nAfter.\n');
});

test("in the publish dialog each picture gets its own text, and Show leads to a place of the visual view", async (t) => {
  const { page } = await writer(t);
  await begin(page, "markdown", "`![](/c.webp)`\n\n![](/a.webp)\n\n![](/b.webp)\n\nThe boats of TK.\n");
  await page.getByLabel("Title").fill("Boats");
  const publish = () => page.getByRole("button", { name: "Publish", exact: true }).first().press("Enter");
  await publish();
  const dialog = page.getByRole("dialog", { name: "Publish" });
  const fields = dialog.getByLabel(/^Alternative text of/);
  await fields.first().waitFor();
  assert.equal(await fields.count(), 2);
  await fields.nth(0).fill("Of a");
  await fields.nth(1).fill("Of b");
  await fields.nth(0).focus();
  const show = (words) => dialog.getByRole("listitem").filter({ hasText: words }).getByRole("button", { name: "Show" }).press("Enter");
  await show("“TK”");
  await page.waitForFunction(() => getSelection().anchorNode?.data?.slice(getSelection().anchorOffset) === "TK.");
  await page.keyboard.type("Norden, not ");
  await says(page, "`![](/c.webp)`\n\n![Of a](/a.webp)\n\n![Of b](/b.webp)\n\nThe boats of Norden, not TK.\n");
});

test("places that were found are others once words are typed before them", async (t) => {
  const { page, body } = await writer(t);
  await begin(page, "markdown", "One.\n\nA tide.\n\nTwo tides.\n");
  await body.focus();
  await page.keyboard.press("Control+Shift+f");
  await page.getByRole("textbox", { name: "Find" }).fill("tide");
  await page.getByText("2 matches").waitFor();
  await page.getByRole("button", { name: "Next" }).press("Enter");
  await page.getByText("1 of 2").waitFor();
  await body.getByText("One.").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" Now");
  await page.getByRole("textbox", { name: "Replace with" }).fill("ebb");
  const replace = page.getByRole("button", { name: "Replace", exact: true });
  await replace.press("Enter");
  await replace.press("Enter");
  await says(page, "One. Now\n\nA ebb.\n\nTwo tides.\n");
});

test("a link finds one's own posts, words are found and replaced, and the outline leads to headings", async (t) => {
  const { blog, page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("Words.");
  await published(page, blog, "Tide tables of 1958");
  await page.goto(blog.at("/admin/posts/new"));
  await page.locator("form.is-visual").waitFor();
  await body.focus();
  await page.keyboard.type("## Head\nSee the tables\n## Other\nMore tables");
  await body.getByText("See the tables").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  await page.keyboard.press("Control+k");
  const address = page.getByRole("dialog").getByLabel("Address");
  await address.pressSequentially("tide");
  const option = page.locator("dialog datalist option");
  await option.waitFor({ state: "attached" });
  await address.fill(await option.getAttribute("value"));
  await address.press("Enter");
  await saysLike(page, /See the \[tables\]\(\/\d{4}\/\d\d\/tide-tables-of-1958\.html\)/);
  await page.keyboard.press("Control+Shift+f");
  await page.getByRole("textbox", { name: "Find" }).fill("tables");
  await page.getByText("2 matches").waitFor();
  await page.getByRole("textbox", { name: "Replace with" }).fill("charts");
  await page.getByRole("button", { name: "Replace all" }).click();
  await saysLike(page, /See the \[charts\][\s\S]*More charts\n$/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Outline" }).click();
  await page.getByRole("menuitem", { name: "Other" }).click();
  await page.keyboard.type("An");
  await saysLike(page, /## AnOther/);
});
