// Pasted pictures that live on another site: fetched and shown from here, or a line with words and a button; and a text
// that is Markdown already, which stays as it is.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { open, press, pressPublish, setUp, somebody } from "./people.mjs";

const FOREIGN = "This picture is on another site and couldn’t be downloaded. Choose a file.";
const LOST = "This picture wasn’t included when the text was pasted. Choose a file.";

const body = (page) => page.getByLabel("Body");
const words = (page) => body(page).inputValue();
const lines = (page) => page.getByRole("list", { name: "Pictures from other sites" }).getByRole("listitem");

/** A picture that the browser makes. */
function photo(page) {
  return page.evaluate(async () => {
    const canvas = new OffscreenCanvas(120, 80);
    const paint = canvas.getContext("2d");
    paint.fillStyle = "#379";
    paint.fillRect(0, 0, 120, 80);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer())];
  });
}

/** An author at an empty post, and another site with one picture, `boat.png`. */
async function writing(t) {
  const blog = await newBlog(t, "--fetch-private");
  const page = await somebody(t);
  await setUp(page, blog);
  const bytes = Buffer.from(await photo(page));
  const asked = [];
  const site = createServer((request, response) => {
    asked.push(request);
    if (request.url.startsWith("/boat.png")) response.writeHead(200, { "content-type": "image/png" }).end(bytes);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  t.after(() => site.close());
  await open(page, blog.at("/admin/posts/new"));
  await page.getByRole("toolbar", { name: "Formatting" }).waitFor();
  await page.getByLabel("Title").fill("Harbour");
  await body(page).focus();
  return { blog, page, bytes, asked, elsewhere: `http://127.0.0.1:${site.address().port}` };
}

/** Pastes as a browser does; `more` are further kinds of data. */
function paste(page, html, plain, more = {}) {
  return body(page).evaluate(
    (area, [html, plain, more]) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", plain);
      clipboardData.setData("text/html", html);
      for (const [kind, data] of Object.entries(more)) clipboardData.setData(kind, data);
      return area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    },
    [html, plain, more],
  );
}

const docs = (inside) => `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1f">${inside}</b>`;

test("a picture of a pasted page of Google Docs becomes ours and readers see it", async (t) => {
  const { page, asked, elsewhere } = await writing(t);
  const html = docs(
    `<p dir="ltr"><span style="font-weight:700">Our</span><span> boat:</span></p><p dir="ltr"><span>` +
      `<img src="${elsewhere}/boat.png?key=a&amp;b=c" alt="A blue boat" width="120" height="80"></span></p><p><span>After.</span></p>`,
  );
  await paste(page, html, "Our boat:\n\nAfter.");
  await page.waitForFunction(() => /!\[A blue boat\]\(\/media\/[0-9a-f]+\.\w+\)/.test(document.querySelector("[name=body]").value));
  const text = await words(page);
  assert.match(text, /^\*\*Our\*\* boat:\n\n!\[A blue boat\]\(\/media\/[0-9a-f]+\.\w+\)\n\nAfter\.$/);
  assert.equal(await lines(page).count(), 0);
  const [request] = asked;
  assert.equal(request.url, "/boat.png?key=a&b=c");
  assert.match(request.headers["user-agent"], /^Daybook\/[\d.]+ \(\+http:\/\/127\.0\.0\.1:\d+\/\)$/);
  assert.equal(request.headers.referer ?? request.headers.cookie, undefined);

  await pressPublish(page);
  await press(page.getByRole("link", { name: "View post" }));
  const image = page.getByRole("img", { name: "A blue boat" });
  assert.match(await image.getAttribute("src"), /^\/media\//);
  assert.ok(await image.evaluate(async (image) => (await image.decode(), image.naturalWidth > 0)));
  assert.equal(asked.length, 1, "readers ask the other site for nothing");
});

test("a picture that cannot be got says so, is on the check list, and a file can be chosen in its place", async (t) => {
  const { page, bytes, elsewhere } = await writing(t);
  await paste(page, docs(`<p>a <img src="${elsewhere}/gone.png" alt="A quay"></p><p><img src="file:///C:/tide.png"></p>`), "a");
  await lines(page).filter({ hasText: FOREIGN }).waitFor();
  assert.equal(await words(page), `a ![A quay](${elsewhere}/gone.png)\n\n![Missing picture: tide.png]()`);
  const [gone, lost] = [lines(page).filter({ hasText: FOREIGN }), lines(page).filter({ hasText: LOST })];
  assert.equal(await lines(page).count(), 2);
  assert.deepEqual(await barriers(page), []);

  await t.test("the sheet before publishing says so", async () => {
    await page.getByRole("button", { name: "Publish", exact: true }).press("Enter");
    const sheet = page.getByRole("dialog");
    await sheet.getByText("A picture is missing. Choose a file for it.").waitFor();
    await sheet.getByText("A picture is on another site and couldn’t be downloaded. Choose a file.").waitFor();
    // Its button leads to the picture.
    const check = sheet.getByRole("listitem").filter({ hasText: "couldn’t be downloaded" });
    await check.getByRole("button", { name: "Show" }).press("Enter");
    await page.waitForFunction(() => document.activeElement?.matches("[name=body]") && document.activeElement.selectionStart === 2);
  });
  await t.test("after a reload the lines are there again", async () => {
    await page.reload();
    await gone.waitFor();
    await lost.waitFor();
  });
  await t.test("a file takes the place of each", async () => {
    for (const line of [gone, lost]) {
      const chooser = page.waitForEvent("filechooser");
      await line.getByRole("button", { name: "Choose a file" }).press("Enter");
      await (await chooser).setFiles({ name: "mine.png", mimeType: "image/png", buffer: bytes });
    }
    await page.waitForFunction(() => !/gone\.png|Missing picture/.test(document.querySelector("[name=body]").value));
    assert.equal(await lines(page).count(), 0);
    assert.match(await words(page), /^a !\[A quay\]\(\/media\/[0-9a-f]+\.\w+\)\n\n!\[\]\(\/media\/[0-9a-f]+\.\w+\)$/);
  });
});

test("a line that is removed takes its picture with it", async (t) => {
  const { page, elsewhere } = await writing(t);
  await paste(page, docs(`<p>a</p><p><img src="${elsewhere}/gone.png" alt="A (grey) quay"></p><p>b</p>`), "a\nb");
  const line = lines(page).filter({ hasText: FOREIGN });
  await line.getByRole("button", { name: "Remove" }).press("Enter");
  assert.equal(await words(page), "a\n\n\n\nb");
  assert.equal(await lines(page).count(), 0);
});

test("Markdown from VS Code stays as it is, and so does what is pasted into code", async (t) => {
  const { page } = await writing(t);
  const plain = "# Heading 1\n\n- List Item\n- **bold** and snake_case";
  const html =
    `<meta charset='utf-8'><div style="color: #d4d4d4;font-family: Consolas, monospace;white-space: pre;"><div><span style="font-weight: bold;"># Heading 1</span></div><br>` +
    `<div><span style="color:#6796e6;">-</span> List Item</div><div>- <span style="font-weight: bold;">**bold**</span> and snake_case</div></div>`;
  await paste(page, html, plain, { "vscode-editor-data": JSON.stringify({ version: 1, mode: "markdown" }) });
  await page.waitForFunction((plain) => document.querySelector("[name=body]").value === plain, plain);

  await body(page).fill("```\n");
  await page.keyboard.press("Control+End");
  assert.equal(await paste(page, "<p><b>let</b> a</p>", "let a"), true, "the browser pastes the plain words");
});
