// A blog full of hostile words, in a real browser: nothing of them runs, and the content security policy finds nothing to forbid, which would
// have been its second net. What is written is in tests/fixtures/xss.txt; what harm would do is call the page “pwned”.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { newBlog } from "./blog.mjs";
import { setUp, somebody } from "./people.mjs";

const LINES = fileURLToPath(new URL("../fixtures/xss.txt", import.meta.url));
const BREAKS = ["", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>"];
const RUN = "document.title=`pwned`";
/** So many payloads share a post, and as many a comment. */
const TOGETHER = 12;

/** Every line once, with the ways out of a place in turn. */
async function payloads() {
  const lines = (await readFile(LINES, "utf8")).split("\n").filter((line) => line && !line.startsWith("# "));
  return lines.map((line, number) => line.replaceAll("{BREAK}", BREAKS[number % BREAKS.length]).replaceAll("{RUN}", RUN));
}

/** Notes down whatever a page does that words must not make it do. */
async function harmOf(page) {
  const harm = [];
  await page.exposeFunction("noteHarm", (words) => harm.push(words));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.noteHarm(`the policy forbade ${event.violatedDirective} ${event.blockedURI || event.sample}`);
    });
  });
  page.on("dialog", async (dialog) => {
    harm.push(`a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) harm.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).hostname.endsWith("evil.example")) harm.push(`asked for ${request.url()}`);
  });
  return harm;
}

/** Sends a form of a page as its button would; gives the status. */
function send(page, action, fields) {
  return page.evaluate(
    async ([action, fields]) => {
      const body = new URLSearchParams(fields);
      const answer = await fetch(action, { method: "POST", body, redirect: "manual" });
      return answer.type === "opaqueredirect" ? 303 : answer.status;
    },
    [action, fields],
  );
}

test("hostile words in posts, comments and searches run nothing, and the policy has nothing to forbid", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  const harm = await harmOf(author);
  await setUp(author, blog);
  const all = await payloads();
  assert.ok(all.length > 90, `${all.length}`);

  await author.goto(blog.at("/admin/posts/new"));
  const csrf = await author.locator("form [name=csrf]").first().inputValue();
  let posts = 0;
  for (let from = 0; from < all.length; from += TOGETHER) {
    const some = all.slice(from, from + TOGETHER);
    // Each on its own would hide nothing of the others; in HTML an open element may, so both kinds are written.
    for (const markup of ["markdown", "html"]) {
      const fields = { csrf, title: some[0], body: some.join("\n\n"), markup, comments: "blog", tags: some[1].replaceAll(",", " ").slice(0, 60), act: "publish" };
      const status = await send(author, "/admin/posts/new", fields);
      posts += status === 303;
    }
  }
  assert.ok(posts >= 12, `${posts} posts`);

  const reader = await somebody(t);
  const seen = await harmOf(reader);
  await reader.goto(blog.origin);
  let comments = 0;
  for (const [number, payload] of all.entries()) {
    const fields = { post: "1", name: payload.slice(0, 60), body: `${number} ${payload}` };
    comments += (await send(reader, "/comments", fields)) === 303;
    if (comments === 3) break; // more than three at once from one network have to wait
  }
  assert.ok(comments > 0);

  const look = async (page, path) => {
    await page.goto(blog.at(path));
    assert.notEqual(await page.title(), "pwned", path);
    // What waits for a pointer or a focus gets both.
    await page.evaluate(() => {
      for (const element of document.querySelectorAll("main *")) {
        for (const type of ["mouseover", "click", "focus", "toggle", "error", "load"]) {
          if (type === "click" && element.closest("a, button, input, summary, label, form")) continue;
          element.dispatchEvent(new Event(type));
        }
      }
    });
    assert.notEqual(await page.title(), "pwned", path);
  };
  const answer = await reader.request.get(blog.at("/sitemap/posts-1.xml"));
  const paths = [...(await answer.text()).matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, address]) => new URL(address).pathname);
  assert.ok(paths.length >= posts, `${paths.length} of ${posts}`);
  const tags = (await (await reader.request.get(blog.at("/tags/"))).text()).matchAll(/href="(\/tags\/[^"]+)"/g);
  const search = (words) => `/search?q=${encodeURIComponent(words)}`;
  for (const path of ["/", "/tags/", "/archive/", "/feeds/", ...paths, ...[...tags].slice(0, 6).map(([, path]) => path)]) await look(reader, path);
  for (const payload of all) {
    await reader.goto(blog.at(search(payload)));
    assert.notEqual(await reader.title(), "pwned", payload);
  }
  for (const path of ["/admin/posts/", "/admin/comments/", "/admin/tags/", "/admin/posts/1", "/admin/posts/2", "/admin/posts/1/preview", "/admin/comments/1"]) {
    await look(author, path);
  }
  assert.deepEqual([...harm, ...seen], []);
});

test("harm would be noticed: a script that a page does not allow is reported", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t);
  const harm = await harmOf(page);
  await page.goto(blog.oneTimeAddress);
  await page.evaluate((run) => {
    document.body.insertAdjacentHTML("beforeend", `<img src=x onerror="${run}">`);
    return new Promise((resolve) => document.addEventListener("securitypolicyviolation", resolve, { once: true }));
  }, RUN);
  assert.notEqual(await page.title(), "pwned");
  assert.ok(harm.some((words) => words.includes("script-src")), harm.join("\n"));
});
