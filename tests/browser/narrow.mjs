// A telephone of 360 pixels: nothing makes a page wider than its window, and what is wide (tables, code) scrolls by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demoBlog } from "./blog.mjs";
import { open } from "./people.mjs";
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

test("the desk fits a telephone", async (t) => {
  const blog = await demoBlog();
  const page = await author(t, TELEPHONE);
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
  ];
  for (const path of paths) await t.test(path, () => assertFits(page, blog.at(path)));
});
