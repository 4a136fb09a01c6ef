// A long post, read: nothing of it comes from elsewhere before it is asked for, nothing jumps, every part has its address,
// and on paper there are words and addresses alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { open, press, publish, setUp, somebody } from "./people.mjs";

const FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
const PARTS = ["Kitchen garden", "Beans", "Comments", "What the sea left"];
const WORDS = "The tide went out over the flats and the keeper wrote down what he saw. ".repeat(18);
const TEXT = [
  "![The sea](https://pictures.example/sea.png)",
  ...PARTS.map((part) => `## ${part}\n\n${WORDS}`),
  FILM,
  "```js\n// Twice a day.\nconst tides = 2;\n```",
  "| Day | High |\n|---|---|\n| Monday | 6:12 |",
  "![The harbour](https://pictures.example/harbour.png)",
  WORDS,
].join("\n\n");

/** A post to read, and what its readers' browsers ask of others; pictures from elsewhere take their time. */
async function written(t) {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await open(author, blog.at("/admin/settings"));
  await author.getByLabel("Sites that pictures can come from").fill("pictures.example");
  await press(author.getByRole("button", { name: "Save" }));
  return { blog, address: await publish(author, blog, { title: "Ebb", body: TEXT }) };
}

async function reading(t, { blog, address }, options) {
  const page = await somebody(t, options);
  const asked = [];
  await page.route(
    (url) => url.origin !== blog.origin,
    async (route) => {
      const { host } = new URL(route.request().url());
      asked.push(host);
      if (host !== "pictures.example") return route.fulfill({ contentType: "text/html", body: "<p>A film." });
      await new Promise((done) => setTimeout(done, 300));
      return route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="700"/>' });
    },
  );
  await page.addInitScript(() => {
    window.jumps = [];
    new PerformanceObserver((list) => window.jumps.push(...list.getEntries().map((entry) => entry.value))).observe({
      type: "layout-shift",
      buffered: true,
    });
  });
  await open(page, address);
  return { page, asked };
}

/** Looks at a page from its head to its foot, until every picture has come. */
async function readOn(page) {
  await page.evaluate(async () => {
    for (const image of document.images) {
      image.scrollIntoView();
      while (!image.complete) await new Promise(requestAnimationFrame);
    }
    scrollTo(0, document.body.scrollHeight);
  });
}

test("a film is asked for when it is played, and nothing jumps before or then", async (t) => {
  const post = await written(t);
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
    const { page, asked } = await reading(t, post, { viewport });
    await readOn(page);
    assert.deepEqual(new Set(asked), new Set(["pictures.example"]));
    const film = page.getByRole("link", { name: "Play the video from YouTube" });
    await film.focus();
    const place = await film.boundingBox();
    await film.press("Enter");
    const player = page.locator("iframe");
    await player.waitFor();
    assert.deepEqual(await player.boundingBox(), place);
    await page.frameLocator("iframe").getByText("A film.").waitFor();
    assert.ok(asked.includes("www.youtube-nocookie.com"));
    assert.deepEqual(await page.evaluate(() => window.jumps), [], `${viewport.width} pixels`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, `${viewport.width} pixels`);
  }
});

test("without scripts a film is a link to its own page, and nothing is asked for", async (t) => {
  const { page, asked } = await reading(t, await written(t), { javaScriptEnabled: false });
  const film = page.getByRole("link", { name: "Play the video from YouTube" });
  assert.equal(await film.getAttribute("href"), FILM);
  await page.waitForLoadState("networkidle");
  assert.ok(!asked.some((host) => host.includes("youtube")), asked.join());
});

test("each part has an address, and the list of contents leads there", async (t) => {
  const { page } = await reading(t, await written(t), { viewport: { width: 360, height: 740 } });
  const contents = page.getByRole("navigation", { name: "Contents" });
  await contents.getByText("Contents").click();
  assert.deepEqual(await contents.getByRole("link").allInnerTexts(), PARTS);
  await contents.getByRole("link", { name: "Beans" }).click();
  assert.equal(new URL(page.url()).hash, "#beans");
  assert.ok((await page.getByRole("heading", { name: "Beans" }).boundingBox()).y < 200);
  await page.setViewportSize({ width: 1400, height: 800 });
  await contents.getByRole("link", { name: "What the sea left" }).click();
  const [list, text] = [await contents.boundingBox(), await page.locator(".post > .text").boundingBox()];
  assert.ok(list.x + list.width < text.x && list.y >= 0, "it is next to the text and stays in sight");
});

test("nobody is kept out of any part", async (t) => {
  const post = await written(t);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1400]) {
      const { page } = await reading(t, post, { colorScheme, viewport: { width, height: 800 } });
      assert.deepEqual(await barriers(page), [], `${colorScheme}, ${width} pixels`);
    }
  }
});

test("paper gets the words and the address of the film", async (t) => {
  const { page, asked } = await reading(t, await written(t));
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("link", { name: "Play the video from YouTube" }).count(), 0);
  assert.ok(await page.getByRole("link", { name: FILM.slice("https://".length) }).isVisible());
  assert.equal(await page.getByRole("navigation").count(), 0);
  await page.pdf();
  assert.ok(!asked.some((host) => host.includes("youtube")), asked.join());
});

test("in a blog from right to left each block runs as its own words do", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await open(author, blog.at("/admin/settings"));
  await author.getByLabel("Language", { exact: true }).selectOption("ar");
  await press(author.getByRole("button", { name: "Save" }));
  const body = "هل هذا صحيح؟\n\nWhat is this?\n\n- Item (1).\n\n<p dir=\"rtl\">Kept.</p>";
  const page = await somebody(t);
  await open(page, await publish(author, blog, { title: "Why (2)?", body }));
  const sides = await page.locator(".e-content > p").evaluateAll((all) =>
    all.map((p) => {
      const range = document.createRange();
      range.selectNodeContents(p);
      const [words, box] = [range.getBoundingClientRect(), p.getBoundingClientRect()];
      return [getComputedStyle(p).unicodeBidi, words.left - box.left < box.right - words.right ? "left" : "right"];
    }),
  );
  assert.deepEqual(sides, [["plaintext", "right"], ["plaintext", "left"], ["isolate", "right"]]);
  const title = await page.locator("h1").evaluate((h1) => [getComputedStyle(h1).unicodeBidi, getComputedStyle(h1).textAlign]);
  assert.deepEqual(title, ["plaintext", "right"], "a title has the direction of its words and is aligned with the start of the page");
  assert.deepEqual(await barriers(page), []);
});
