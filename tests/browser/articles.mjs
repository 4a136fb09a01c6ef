// A post of quoted articles, read on a phone: its contents lead to each article and say whose it is, sources and articles lead
// to each other, and the words have the width of the screen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { open, publish, setUp, somebody } from "./people.mjs";

const WORDS = "The tide went out over the flats and the keeper wrote down what he saw. ".repeat(12);
const PHONE = { viewport: { width: 390, height: 844 } };

const article = (number, title, line) =>
  `<blockquote class="article" cite="https://papers.example/${number}">\n\n## ${title}\n\n<p><small>${line}</small></p>\n\n${WORDS}\n\n` +
  `### Soup ${number}\n\n${WORDS}\n\n> Quoted within.\n\n</blockquote>\n\n`;

const TEXT = `I have copied out the best parts.\n\n${article(1, "The lamp", "By Ida Fenwhistle · The Harbour Gazette, evening edition, second page · 3 November 1958")}
A model of its kind.\n\n${article(2, "The lamp", "By Oskar Tidewell · The Evening Almanac · 8 November 1958")}
Five days later.\n\n${article(3, `A title that goes on ${"and on ".repeat(30)}`, "By Nadia")}`;

async function written(t) {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  return publish(author, blog, { title: "Three accounts", body: TEXT });
}

test("the contents lead to each quoted article, and its source there and back", async (t) => {
  const page = await somebody(t, PHONE);
  await open(page, await written(t));
  const contents = page.getByRole("navigation", { name: "Contents" });
  await contents.getByText("Contents").click();
  const titles = await contents.getByRole("link").allInnerTexts();
  assert.deepEqual([titles[0], titles[1], titles[2], titles.length], ["The lamp", "Soup 1", "The lamp", 6]);
  assert.ok(titles[4].endsWith("…") && titles[4].length < 130, titles[4]);
  assert.equal(await contents.locator("small").count(), 3);
  await contents.getByRole("link", { name: "The lamp" }).nth(1).click();
  assert.equal(new URL(page.url()).hash, "#the-lamp-2");
  await page.locator("#the-lamp-2 + p").getByRole("link", { name: "[2]" }).click();
  assert.equal(new URL(page.url()).hash, "#cite-2");
  const source = page.locator(".sources li").nth(1);
  assert.ok((await source.boundingBox()).y < 844, "the source is in sight");
  assert.equal(await source.getByRole("link").first().getAttribute("href"), "https://papers.example/2");
  await source.getByTitle("Back to article 2").click();
  assert.equal(new URL(page.url()).hash, "#the-lamp-2");
  assert.ok((await page.locator("#the-lamp-2").boundingBox()).y < 200);
});

test("quoted articles have the width of a phone, and lines of small print the leading of small print", async (t) => {
  const page = await somebody(t, PHONE);
  await open(page, await written(t));
  const quote = await page.locator("blockquote.article").first().boundingBox();
  assert.deepEqual([quote.x, quote.width], [0, 390]);
  const own = await page.locator(".post > .text > p").first().boundingBox();
  const theirs = await page.locator("blockquote.article > p").nth(1).boundingBox();
  assert.ok(Math.abs(own.width - theirs.width) < 2, `${own.width} and ${theirs.width}`);
  const line = await page.locator("blockquote.article p:has(> small)").first().evaluate((p) => {
    const style = getComputedStyle(p);
    return { ratio: parseFloat(style.lineHeight) / parseFloat(getComputedStyle(p.firstElementChild).fontSize), lines: p.getBoundingClientRect().height / parseFloat(style.lineHeight) };
  });
  assert.ok(line.lines > 1.5 && line.ratio < 1.5, JSON.stringify(line));
  const edges = await page.locator("blockquote.article blockquote").first().evaluate((inner) => {
    const style = getComputedStyle(inner);
    return [style.borderInlineStartColor, getComputedStyle(inner.parentElement).backgroundColor];
  });
  assert.notEqual(edges[0], edges[1]);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
});

test("nobody is kept out of a post of quoted articles", async (t) => {
  const address = await written(t);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [390, 1400]) {
      const page = await somebody(t, { colorScheme, viewport: { width, height: 800 } });
      await open(page, address);
      if (width === 390) await page.locator(".contents summary").click();
      assert.deepEqual(await barriers(page), [], `${colorScheme}, ${width} pixels`);
    }
  }
});
