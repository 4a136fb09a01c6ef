// Themes and custom CSS: each theme has enough contrast, light or dark, with and without a sidebar, on a desktop and on a
// phone; and no custom CSS makes a reader's browser send a request to another host.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { ownDemoBlog } from "./blog.mjs";
import { open, press, somebody } from "./people.mjs";

const THEMES = ["Book", "Plain", "Newspaper", "Typewriter", "Sepia", "High contrast"];
const BLOCKS = ["About", "Search", "Archive", "Tags", "Recent comments", "Popular posts", "Links"];

/** The author of a demo blog at the page of looks. */
async function atLooks(t, blog) {
  const page = await somebody(t);
  await open(page, blog.oneTimeAddress);
  await press(page.getByRole("button", { name: "Sign in" }));
  await open(page, blog.at("/admin/appearance"));
  return page;
}

async function save(page) {
  await press(page.getByRole("button", { name: "Save", exact: true }));
  await page.getByText("Saved. Readers see it now.").waitFor();
}

/** All blocks, and a picture at the top. */
async function fill(page) {
  for (const [place, block] of BLOCKS.entries()) await page.getByLabel(block, { exact: true }).fill(`${place + 1}`);
  await page.getByLabel("Text of the About block").fill("Notes from a small harbour.\n\n[More](/p/about.html)");
  await page.getByLabel("Links in the Links block").fill("Tide tables: https://tides.example/");
  const pictures = page.getByRole("group", { name: "Header image" }).getByRole("radio");
  for (let tries = 0; tries < 50 && (await pictures.count()) < 2; tries += 1) await page.reload();
  if ((await pictures.count()) > 1) await pictures.nth(1).check();
}

/** How far a page is wider than its window, in pixels. */
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

test("each theme has enough contrast, light and dark, with a sidebar, on a desktop and on a phone", async (t) => {
  const blog = await ownDemoBlog(t);
  const author = await atLooks(t, blog);
  const reader = await somebody(t);
  await open(reader, blog.origin);
  const more = await reader.getByRole("link", { name: /^Read more/ }).first().getAttribute("href");
  const [post] = more.split("#");
  await fill(author);
  for (const theme of THEMES) {
    await t.test(theme, async () => {
      await author.getByLabel(theme, { exact: true }).check();
      await author.getByLabel(theme === "Sepia" ? "On the left" : "On the right").check();
      await save(author);
      const views = [["/", "light", 1280], ["/", "dark", 360], [post, "dark", 1280], [post, "light", 360]];
      for (const [path, colorScheme, width] of views) {
        await reader.emulateMedia({ colorScheme });
        await reader.setViewportSize({ width, height: 900 });
        await open(reader, blog.at(path));
        assert.deepEqual(await barriers(reader), [], `${path}, ${colorScheme}, ${width} pixels wide`);
        assert.equal(await overflow(reader), 0, `${path}, ${width} pixels wide`);
      }
    });
  }
});

test("an own style sheet is tried in a frame, saved for readers, and makes nobody ask elsewhere", async (t) => {
  const blog = await ownDemoBlog(t, 3, 3);
  const author = await atLooks(t, blog);
  const css = [
    ":root { --accent: rgb(0, 100, 0) }",
    "@import 'https://elsewhere.example/a.css';",
    "body { background: url(https://elsewhere.example/b.png) }",
    "body { --x: image-set('https://elsewhere.example/c.png' 1x); background: var(--x) }",
    "body { background: \\75rl(//elsewhere.example/d.png) }",
  ].join("\n");
  await author.getByLabel("CSS").fill(css);
  const [tried] = await Promise.all([
    author.waitForResponse((answer) => answer.url().endsWith("/seen") && answer.request().method() === "POST"),
    author.getByRole("button", { name: "Preview" }).click(),
  ]);
  const [sheet] = (await tried.text()).match(/\/assets\/daybook\.\w+\.css/);
  assert.match(await (await fetch(blog.at(sheet))).text(), /--accent:rgb\(0, 100, 0\)/);
  await author.frameLocator("iframe[name=seen]").getByText("This is a preview. Nothing has been saved.").waitFor();
  await save(author);
  assert.equal(await author.getByRole("listitem").filter({ hasText: /^Line \d/ }).count(), 4);

  const reader = await somebody(t);
  const asked = [];
  reader.on("request", (request) => asked.push(request.url()));
  await open(reader, blog.origin);
  await reader.waitForLoadState("networkidle");
  const link = reader.getByRole("banner").getByRole("link", { name: "Home" });
  assert.equal(await link.evaluate((element) => getComputedStyle(element).color), "rgb(0, 100, 0)");
  assert.deepEqual(asked.filter((url) => !url.startsWith(`${blog.origin}/`)), []);
});
