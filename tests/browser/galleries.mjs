// Galleries: pictures that are dropped together become one in the visual view, in both markups; readers see a grid, and a dialog
// that goes from picture to picture. Without a script the same links lead to the pictures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { open, somebody } from "./people.mjs";
import { begin, dropPictures, published, sourceOf, writer } from "./visual_writer.mjs";

const pictures = (page) => page.locator("#visual-body .gallery .visual-picture");
const bar = (page) => page.getByRole("toolbar", { name: "Picture" });
const bare = (source) => source.replaceAll(/\/media\/\w+\.webp/g, "…");

async function saysLike(page, pattern) {
  await page.waitForFunction((like) => new RegExp(like).test(document.querySelector("textarea[name=body]").value), pattern.source).catch(async () => assert.match(await sourceOf(page), pattern));
  return sourceOf(page);
}

/** What the source of the gallery is at last: the captions, and the pictures in their order. */
const WRITTEN = {
  markdown: /^Before\.\n\n<div class="gallery columns-2">\n\n!\[Quay\]\(…\)\n\n!\[Boat\]\(…( "By the \\"quay\\"")\)\n\n<\/div>\n\nAfter\.\n$/,
  html: /^<p>Before\.<\/p>\n<div class="gallery columns-2">\n<figure><img src="…" alt="Quay"><\/figure>\n<figure><img src="…" alt="Boat"><figcaption>By the "quay"<\/figcaption><\/figure>\n<\/div>\n<p>After\.<\/p>\n$/,
};

for (const markup of ["markdown", "html"]) {
  test(`pictures that are dropped together are a gallery, which is put in order, described and read, in ${markup}`, async (t) => {
    const { blog, page, body, reports } = await writer(t);
    if (markup === "html") await page.locator("[name=markup][value=html]").check();
    await body.focus();
    await page.keyboard.type("Before.\nAfter.");
    await dropPictures(body.getByText("Before."), "boat.png", "quay.png", "mud.png");
    await pictures(page).nth(2).waitFor();

    const act = (name) => bar(page).getByRole("button", { name, exact: true }).press("Enter");
    const describe = async (number, alt, caption) => {
      await pictures(page).nth(number).click();
      await act("Text and link of the picture");
      await page.getByLabel("Alternative text", { exact: true }).fill(alt);
      if (caption) await page.getByLabel("Caption").fill(caption);
      await page.getByRole("dialog").getByRole("button", { name: "Done" }).press("Enter");
      await saysLike(page, new RegExp(alt));
    };
    await describe(0, "Boat", 'By the "quay"');
    await describe(1, "Quay");
    await pictures(page).nth(0).click();
    assert.equal(await bar(page).getByRole("button", { name: "Wide" }).count(), 0, "a square has no width of its own");
    await act("Move picture forward");
    await saysLike(page, /Quay[\s\S]*Boat/);
    await act("2 columns");
    await saysLike(page, /columns-2/);
    assert.deepEqual(await barriers(page), []);
    await pictures(page).nth(2).click();
    await act("Delete picture");
    await page.waitForFunction(() => document.querySelectorAll("#visual-body .gallery .visual-picture").length === 2);
    await page.waitForFunction(() => document.querySelector("textarea[name=body]").value.match(/\/media\//g).length === 2);
    assert.match(bare(await sourceOf(page)), WRITTEN[markup]);

    const seen = await published(page, blog);
    assert.deepEqual(await seen.locator(".gallery img").evaluateAll((all) => all.map(({ alt }) => alt)), ["Quay", "Boat"]);
    assert.equal(await seen.locator(".gallery figcaption").textContent(), 'By the "quay"');
    assert.deepEqual(reports, []);
  });
}

test("pictures become a gallery by its tool, and are separate again", async (t) => {
  const { page } = await writer(t);
  await begin(page, "markdown", "![One](/a.png)\n\n![Two](/b.png)\n\nAfter.\n");
  await page.locator("#visual-body .visual-picture").first().click({ position: { x: 2, y: 2 } });
  await bar(page).getByRole("button", { name: "Make a gallery" }).click();
  await saysLike(page, /^<div class="gallery">\n\n!\[One\]\(\/a\.png\)\n\n!\[Two\]\(\/b\.png\)\n\n<\/div>\n\nAfter\.\n$/);
  await bar(page).getByRole("button", { name: "Separate the pictures of this gallery" }).click();
  await saysLike(page, /^!\[One\]\(\/a\.png\)\n\n!\[Two\]\(\/b\.png\)\n\nAfter\.\n$/);
});

test("a gallery that nobody touches keeps its bytes in both markups", async (t) => {
  const { page, body } = await writer(t);
  const galleries = {
    markdown: "<div class='gallery columns-4'>\n\n![One](/a.png 'Of *one*')\n![Two](/b.png)\n\n</div>",
    html: "<DIV class=gallery>\n  <figure><a href='/a.png'><img src=/a.png alt=One></a>\n  <figcaption>Of <em>one</em></figcaption></figure><figure><img src='/b.png'/></figure>\n</DIV>",
  };
  for (const [markup, gallery] of Object.entries(galleries)) {
    const [before, after] = markup === "html" ? ["<p>Before.</p>\n", "\n<p>After.</p>\n"] : ["Before.\n\n", "\n\nAfter.\n"];
    await begin(page, markup, before + gallery + after);
    assert.equal(await page.locator("#visual-body .gallery .visual-picture").count(), 2, markup);
    await body.getByText("After.").click();
    await page.keyboard.press("End");
    await page.keyboard.type(" More.");
    await saysLike(page, /After\. More\./);
    assert.equal(await sourceOf(page), before + gallery + after.replace("After.", "After. More."));
  }
});

test("readers go from picture to picture in a dialog, and follow the links without a script", async (t) => {
  const { blog, page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("Before.\nAfter.");
  await dropPictures(body.getByText("Before."), "boat.png", "quay.png", "mud.png");
  await pictures(page).nth(2).waitFor();
  for (const [number, alt] of ["Boat", "Quay", "Mud"].entries()) {
    await pictures(page).nth(number).click();
    await bar(page).getByRole("button", { name: "Text and link of the picture" }).press("Enter");
    await page.getByLabel("Alternative text", { exact: true }).fill(alt);
    if (number === 1) await page.getByLabel("Caption").fill("At low tide");
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).press("Enter");
    await saysLike(page, new RegExp(alt));
  }
  await published(page, blog, "Harbour");
  const address = page.url();

  for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 780 }, { width: 320, height: 480 }]) {
    const reader = await somebody(t, { viewport, hasTouch: true, reducedMotion: "reduce" });
    const reports = [];
    reader.on("console", (message) => reports.push(message.text()));
    await open(reader, address);
    assert.deepEqual(await barriers(reader), []);
    const box = await reader.locator(".gallery").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, "the grid is as wide as the column");
    const links = reader.locator(".gallery a");
    const dialog = reader.getByRole("dialog");
    await links.nth(1).focus();
    const before = await reader.evaluate(() => scrollY);
    await reader.keyboard.press("Enter");
    await reader.getByRole("dialog", { name: "Picture 2 of 3" }).waitFor();
    await dialog.getByRole("img", { name: "Quay" }).waitFor();
    await dialog.getByText("At low tide").waitFor();
    assert.deepEqual(await barriers(reader), []);
    await reader.keyboard.press("ArrowRight");
    await dialog.getByRole("img", { name: "Mud" }).waitFor();
    await reader.keyboard.press("ArrowRight");
    await dialog.getByRole("img", { name: "Boat" }).waitFor();
    await dialog.getByRole("button", { name: "Previous picture" }).click();
    await dialog.getByRole("img", { name: "Mud" }).waitFor();
    // A swipe to the right leads back.
    const session = await reader.context().newCDPSession(reader);
    const touch = (type, x) => session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y: viewport.height / 3 }] });
    await touch("touchStart", 100);
    await touch("touchMove", 180);
    await touch("touchEnd");
    await reader.getByRole("dialog", { name: "Picture 2 of 3" }).waitFor();
    await reader.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.ok(await links.nth(1).evaluate((link) => link === document.activeElement), "the focus is back at the picture");
    assert.equal(await reader.evaluate(() => scrollY), before, "and the page where it was");
    assert.deepEqual(reports, []);
  }

  const plain = await somebody(t, { javaScriptEnabled: false });
  await open(plain, address);
  const to = await plain.locator(".gallery a").first().getAttribute("href");
  const answer = await plain.goto(new URL(to, address).href);
  assert.equal(answer.headers()["content-type"], "image/webp");
});

test("the feature picture is chosen in the dialog, waits with the other changes, and leaves its place free", async (t) => {
  const { blog, page, body, reports } = await writer(t, { viewport: { width: 1280, height: 1000 } });
  await open(page, blog.at("/admin/settings"));
  await page.getByLabel("At the top of posts and in lists").check();
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByRole("status").getByText("Saved").first().waitFor();
  await open(page, blog.at("/admin/posts/new"));
  await page.locator("form.is-visual").waitFor();
  await body.focus();
  await page.keyboard.type("Boats in the rain.");
  const choose = page.getByRole("button", { name: /^(?:Choose a|Change the) feature picture$/ });
  if (!(await choose.isVisible())) await page.getByRole("button", { name: "Settings", exact: true }).press("Enter");
  await choose.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Feature picture" });
  const png = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 500 });
    canvas.getContext("2d").fillRect(0, 0, 900, 500);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  await dialog.getByLabel("Choose a file").setInputFiles({ name: "sea.mp3", mimeType: "audio/mpeg", buffer: Buffer.from("sea") });
  await dialog.getByText("sea.mp3 isn’t a picture.").waitFor();
  await dialog.getByLabel("Choose a file").setInputFiles({ name: "boat.png", mimeType: "image/png", buffer: Buffer.from(png) });
  await dialog.getByLabel("Alternative text").fill("A boat");
  assert.equal(await dialog.getByLabel("Caption").isVisible(), false);
  assert.deepEqual(await barriers(page), []);
  await dialog.getByText("The picture has been uploaded.").waitFor();
  await dialog.getByRole("button", { name: "Use this picture" }).press("Enter");
  await page.getByRole("status").getByText("Feature picture chosen.").waitFor();
  assert.match(await page.locator("#picture").inputValue(), /^\/media\/\w+\.webp$/);
  assert.equal(await page.locator("#picture_alt").inputValue(), "A boat");
  assert.ok(await choose.evaluate((button) => button === document.activeElement));
  assert.deepEqual(await barriers(page), []);
  await published(page, blog);

  const reader = await somebody(t);
  let release;
  const held = new Promise((done) => (release = done));
  await reader.route("**/media/**", async (route) => {
    await held;
    await route.continue();
  });
  for (const address of [page.url(), blog.at("/")]) {
    await reader.goto(address, { waitUntil: "domcontentloaded" });
    const words = reader.getByText("Boats in the rain.");
    const before = (await words.boundingBox()).y;
    release();
    await reader.locator("img.feature").evaluate((image) => image.decode());
    assert.ok(Math.abs((await words.boundingBox()).y - before) < 0.5, "nothing jumps");
    assert.deepEqual(await barriers(reader), []);
  }
  await page.goto(blog.at("/admin/posts/"));
  await page.locator(".line-title a").first().click();
  await page.locator("form.is-visual").waitFor();
  if (!(await choose.isVisible())) await page.getByRole("button", { name: "Settings", exact: true }).press("Enter");
  await page.getByRole("button", { name: "Remove the feature picture" }).press("Enter");
  await page.getByRole("status").getByText("Feature picture removed.").waitFor();
  await page.getByRole("status").getByText(/^Saved/).first().waitFor();
  // One that comes in later takes the focus from nobody.
  let arrive;
  const awaited = new Promise((done) => (arrive = done));
  await page.route("**/admin/media/upload*", async (route) => {
    await awaited;
    await route.continue();
  });
  await choose.press("Enter");
  await dialog.getByLabel("Choose a file").setInputFiles({ name: "other.png", mimeType: "image/png", buffer: Buffer.from(png) });
  await dialog.getByRole("button", { name: "Use this picture" }).press("Enter");
  await body.focus();
  arrive();
  await page.getByRole("status").getByText("Feature picture chosen.").waitFor();
  assert.ok(await body.evaluate((text) => text === document.activeElement));
  await reader.goto(blog.at("/"));
  assert.equal(await reader.locator("img.feature").count(), 1, "readers see it until the changes are published");
  assert.deepEqual(reports, []);
});
