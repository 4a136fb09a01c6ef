// A phone of 360 pixels, and admin pages at 320, which a window of 1280 has at 400 %: nothing makes a page wider than its window, and what is wide (tables, code) scrolls by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demoBlog, newBlog } from "./blog.mjs";
import { open, setUp, somebody } from "./people.mjs";
import { author, everyPost, stranger } from "./pages.mjs";

const TELEPHONE = { viewport: { width: 360, height: 740 } };

/** How far a page reaches beyond its window, and the elements that stick out. */
function beyond() {
  const width = document.documentElement.clientWidth;
  const out = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > width);
  const names = out.slice(0, 5).map((element) => `${element.localName}.${element.className}`);
  return { pixels: document.documentElement.scrollWidth - width, names };
}

async function assertFits(page, address) {
  await open(page, address);
  const { pixels, names } = await page.evaluate(beyond);
  assert.ok(pixels <= 0, `${address} is ${pixels} pixels too wide: ${names.join(", ")}`);
}

test("a reader's pages fit a telephone", async (t) => {
  const blog = await demoBlog();
  const page = await stranger(t, TELEPHONE);
  const posts = await everyPost(page, blog);
  for (const path of ["/", "/tags/", "/search?q=tide", "/p/about.html", "/nowhere", ...posts]) {
    await t.test(path, async () => {
      if (path === "/nowhere") await open(page, blog.at(path), 404);
      else await assertFits(page, blog.at(path));
    });
  }
});

/** A window of 1280 by 900 at 400 % (WCAG 2.2, 1.4.10). */
const ZOOMED = { viewport: { width: 320, height: 225 } };

test("at 400 % the line being typed can be seen, whatever else the page has", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t, ZOOMED);
  await setUp(page, blog);
  await open(page, blog.at("/admin/posts/new"));
  await page.getByRole("toolbar", { name: "Formatting" }).waitFor();
  const body = page.getByLabel("Body", { exact: true });
  await body.fill("The mud shines.\n\n".repeat(30));
  await body.focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("Typed.");
  // The last line is inside of the window, and nothing lies over it.
  await page.waitForFunction(() => {
    const area = document.querySelector("[name=body]");
    const { left, top } = area.getBoundingClientRect();
    const style = getComputedStyle(area);
    const [padding, line, letters] = [style.paddingBottom, style.lineHeight, style.fontSize].map(parseFloat);
    // Where its letters end: half of the leading is below them.
    const bottom = top + area.clientTop + area.scrollHeight - padding - area.scrollTop - (line - letters) / 2;
    return bottom > letters && bottom <= innerHeight + 1 && document.elementFromPoint(left + 40, bottom - letters / 2) === area;
  });
});

test("admin pages fit a window of 320 pixels", async (t) => {
  const blog = await demoBlog();
  const page = await author(t, { viewport: { width: 320, height: 740 } });
  const paths = [
    "/admin/posts/",
    "/admin/posts/new",
    "/admin/posts/1/revisions",
    "/admin/posts/1/preview",
    "/admin/posts/1/links",
    "/admin/posts/calendar",
    "/admin/pages/",
    "/admin/tags/",
    "/admin/tags/1",
    "/admin/comments/?state=approved",
    "/admin/comments/1",
    "/admin/comments/log",
    "/admin/outbox/",
    "/admin/settings",
    "/admin/profile",
    "/admin/profile/codes",
    "/admin/people/",
    "/admin/posts/1",
    "/admin/posts/?state=trashed",
    "/admin/comments/",
    "/admin/comments/rules",
    "/admin/comments/bans",
    "/admin/media/",
    "/admin/views/",
    "/admin/addresses/",
    "/admin/addresses/import",
    "/admin/appearance",
    "/admin/appearance/menu",
    "/admin/audit/",
    "/admin/transfer/",
    "/admin/backup/",
  ];
  for (const path of paths) await t.test(path, () => assertFits(page, blog.at(path)));
});

const PHONE = { viewport: { width: 390, height: 844 } };

test("the head of a page leaves the screen to the words, its menu is one row that scrolls", async (t) => {
  const blog = await demoBlog();
  const page = await stranger(t, PHONE);
  await open(page, blog.origin);
  const title = await page.locator(".listed h3").first().boundingBox();
  const head = await page.getByRole("banner").boundingBox();
  assert.ok(head.height < 160, `the head is ${head.height} pixels high`);
  assert.ok(title.y < 280, `the first title is ${title.y} pixels down`);
  const links = page.getByRole("banner").getByRole("navigation").getByRole("link");
  const rows = new Set(await links.evaluateAll((all) => all.map((link) => Math.round(link.getBoundingClientRect().y))));
  assert.equal(rows.size, 1, "one row");
  await links.last().focus();
  const last = await links.last().boundingBox();
  assert.ok(last.x >= 0 && last.x + last.width <= 390, "the keyboard reaches its end");
});

test("the form is short, says once what it is for, and its email can be seen", async (t) => {
  const blog = await demoBlog();
  const page = await stranger(t, PHONE);
  const [post] = await everyPost(page, blog);
  await open(page, blog.at(post));
  const form = page.getByRole("form", { name: "Post a comment" });
  const { height } = await form.boundingBox();
  assert.ok(height < 700, `${height} pixels high`);
  assert.ok(await form.getByLabel("Email", { exact: true }).isVisible());
  assert.ok(await form.getByLabel("Comment", { exact: true }).isVisible());
  const heading = await form.getByRole("heading", { name: "Post a comment" }).boundingBox();
  assert.ok(heading.height <= 1, "the heading is for ears");
});

test("a comment underlines one thing, titles may be hyphenated, and closed years look as if they open", async (t) => {
  const blog = await demoBlog();
  const page = await stranger(t, PHONE);
  for (const post of await everyPost(page, blog)) {
    await open(page, blog.at(post));
    assert.equal(await page.locator(".post h1").evaluate((title) => getComputedStyle(title).hyphens), "auto");
    if ((await page.locator(".thread article").count()) === 0) continue;
    const underlined = await page
      .locator(".thread article")
      .first()
      .evaluate((comment) => [...comment.querySelectorAll("h3 a, .about a")].filter((link) => getComputedStyle(link).textDecorationLine === "underline").map((link) => link.className));
    assert.deepEqual(underlined, ["reply"]);
    break;
  }
  await open(page, blog.at("/archive/"));
  const marks = () => page.locator(".year summary").first().evaluate((summary) => getComputedStyle(summary, "::before").content);
  const opened = await marks();
  await page.locator(".year summary").first().click();
  const closed = await marks();
  assert.ok(opened !== "none" && closed !== "none" && opened !== closed, `${opened} and ${closed}`);
});
