// Recordings: dropped into the editor or sent by a form, and played by readers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { open, press, pressPublish, setUp, somebody } from "./people.mjs";
import { says, sourceOf, published, writeHtml, writer } from "./visual_writer.mjs";

/** A second of a tone, as WAV (8 bits, 8 kHz). */
function tone() {
  const samples = 8000;
  const bytes = Buffer.alloc(44 + samples);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + samples, 4);
  bytes.write("WAVEfmt ", 8);
  for (const [at, value] of [[16, 16], [24, 8000], [28, 8000], [40, samples]]) bytes.writeUInt32LE(value, at);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]]) bytes.writeUInt16LE(value, at);
  bytes.write("data", 36);
  for (let at = 0; at < samples; at += 1) bytes[44 + at] = 128 + Math.round(100 * Math.sin(at / 3));
  return bytes;
}

/** Waits until a player knows how long its recording is; gives the seconds. */
const secondsOf = (player) =>
  player.evaluate(
    (audio) =>
      new Promise((resolve, reject) => {
        const known = () => resolve(audio.duration);
        if (audio.readyState > 0) return known();
        audio.addEventListener("loadedmetadata", known);
        audio.addEventListener("error", () => reject(new Error(audio.error?.message)));
      }),
  );

test("a dropped recording becomes a player that readers use", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t);
  const violations = [];
  page.on("console", (message) => message.text().includes("Content Security Policy") && violations.push(message.text()));
  await setUp(page, blog);
  await open(page, blog.at("/admin/posts/new"));
  await page.getByLabel("Title").fill("Sounds");
  await page.getByLabel("Body").fill("Listen.");
  await page.evaluate((bytes) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], "The sea.wav", { type: "audio/wav" }));
    document.querySelector("textarea[name=body]").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
  }, [...tone()]);
  await page.locator('form.editor[data-uploads="0"]').waitFor();
  assert.match(await page.getByLabel("Body").inputValue(), /^Listen\.\n\n!\[The sea\]\(\/media\/[0-9a-f]{32}\.wav\)\n\n$/);
  await pressPublish(page);
  const permalink = await page.getByRole("link", { name: "View post" }).getAttribute("href");
  const reader = await somebody(t);
  reader.on("console", (message) => message.text().includes("Content Security Policy") && violations.push(message.text()));
  await open(reader, blog.at(permalink));
  const player = reader.getByRole("article").locator("audio");
  assert.equal(await secondsOf(player), 1);
  assert.equal(await player.getAttribute("title"), "The sea");
  await player.evaluate((audio) => {
    audio.muted = true;
    return audio.play();
  });
  assert.deepEqual(await barriers(reader), []);
  const { width } = await player.boundingBox();
  assert.ok(width > 250, `the player is ${width} pixels wide`);
  await open(page, blog.at("/admin/media/"));
  await press(page.getByRole("link", { name: "The sea.wav" }));
  assert.equal(await secondsOf(page.getByRole("main").locator("audio")), 1);
  assert.deepEqual(await barriers(page), []);
  assert.deepEqual(violations, []);
});

for (const [markup, way, like] of [
  ["markdown", "drop", /^!\[The sea\]\(\/media\/[0-9a-f]{32}\.wav\)\s*$/],
  ["html", "choose", /^<audio title="The sea" controls preload="metadata" src="\/media\/[0-9a-f]{32}\.wav">[^]*<\/audio>\s*$/],
]) {
  test(`in the visual view a recording is a player, in ${markup}`, async (t) => {
    const { blog, page, body, reports } = await writer(t);
    if (markup === "html") await writeHtml(page);
    await body.focus();
    if (way === "drop") {
      await body.evaluate((dom, bytes) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(bytes)], "The sea.wav", { type: "audio/wav" }));
        dom.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
      }, [...tone()]);
    } else {
      await page.getByRole("button", { name: "Picture", exact: true }).click();
      await page.getByLabel("Choose a file").setInputFiles({ name: "The sea.wav", mimeType: "audio/wav", buffer: tone() });
    }
    const player = page.locator("#visual-body audio");
    assert.equal(await secondsOf(player), 1);
    await page.waitForFunction((text) => new RegExp(text).test(document.querySelector("textarea[name=body]").value), like.source);
    assert.deepEqual(await barriers(page), []);
    let title = "The sea";
    if (markup === "markdown") {
      await page.getByRole("button", { name: "Edit recording: The sea" }).click();
      title = "Sea, at ebb";
      await page.getByLabel("Its title").fill(title);
      await page.getByRole("button", { name: "Done" }).press("Enter");
      await page.waitForFunction(() => document.querySelector("textarea[name=body]").value.startsWith("![Sea, at ebb]"));
      const bar = page.getByRole("toolbar", { name: "Picture" }).getByRole("button");
      assert.deepEqual(await bar.allTextContents(), ["Name", "Delete"]);
    }
    // Nothing changes by going to the source and back.
    const source = await sourceOf(page);
    const view = page.getByRole("group", { name: "View" });
    await view.getByRole("radio", { name: markup === "html" ? "HTML" : "Markdown" }).check();
    await view.getByRole("radio", { name: "Visual" }).check();
    await player.waitFor();
    await says(page, source);
    // It is in the library by now, from which it comes in again.
    await body.focus();
    await page.keyboard.press("Control+End");
    await page.getByRole("button", { name: "Picture", exact: true }).click();
    await page.getByRole("list", { name: "Library" }).getByRole("button", { name: /The sea/ }).click();
    await player.nth(1).waitFor();
    assert.equal(await secondsOf(player.nth(1)), 1);
    const all = (await published(page, blog, "Sounds")).locator("audio");
    assert.equal(await all.count(), 2);
    const seen = all.first();
    assert.equal(await secondsOf(seen), 1);
    assert.equal(await seen.getAttribute("title"), title);
    assert.deepEqual(reports, []);
  });
}

test("without scripts a recording comes in by a form, and its page says how to show it", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t, { javaScriptEnabled: false });
  await setUp(page, blog);
  await open(page, blog.at("/admin/media/"));
  const file = { name: "tone.wav", mimeType: "audio/wav", buffer: tone() };
  await page.locator("input[type=file]").setInputFiles(file);
  await press(page.getByRole("button", { name: "Upload" }));
  await page.getByRole("heading", { level: 1, name: "tone.wav" }).waitFor();
  assert.match(await page.getByLabel("In a Markdown post").inputValue(), /^!\[tone\.wav\]\(\/media\/[0-9a-f]{32}\.wav\)$/);
});
