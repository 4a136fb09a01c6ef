// Reading is private and quick: no page of the blog asks another host for anything by itself, two requests are enough
// to read it, and its content security policy is never broken.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demoBlog } from "./blog.mjs";
import { open, somebody } from "./people.mjs";
import { everyPost, kindsOfPages } from "./pages.mjs";

/** What a page needs before it can be read; pictures and the icon come when they come. */
const LATER = ["image", "media", "other"];

/** Notes down all requests of a page. */
function requestsOf(page) {
  const requests = [];
  page.on("request", (request) => requests.push(request));
  return requests;
}

/** Notes down each time that a page breaks its policy. */
async function violationsOf(page) {
  const violations = [];
  await page.exposeFunction("noteViolation", (words) => violations.push(words));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.noteViolation(`${event.violatedDirective} ${event.blockedURI || event.sample}`);
    });
  });
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  return violations;
}

/** Down to the end of the page, so that what loads late loads. */
async function readToTheEnd(page) {
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.waitForLoadState("networkidle");
}

/** Whether a frame is a film that the author put into the post: the one thing that may come from elsewhere. */
function isFilm(request) {
  const url = request.frame().url() || request.url();
  return request.frame().parentFrame() !== null && /^https:\/\/(www\.youtube-nocookie\.com|player\.vimeo\.com)\//.test(url);
}

test("home and posts ask no other host for anything, and two requests are enough to read them", async (t) => {
  const blog = await demoBlog();
  const collector = await somebody(t);
  const paths = ["/", ...(await everyPost(collector, blog))];
  for (const path of paths) {
    await t.test(path, async (t) => {
      const page = await somebody(t);
      const requests = requestsOf(page);
      await open(page, blog.at(path));
      await readToTheEnd(page);
      const own = requests.filter((request) => !isFilm(request));
      const foreign = own.map((request) => request.url()).filter((url) => !url.startsWith(`${blog.origin}/`) && !url.startsWith("data:"));
      assert.deepEqual(foreign, []);
      const needed = own.map((request) => request.resourceType()).filter((type) => !LATER.includes(type));
      assert.deepEqual(needed, ["document", "stylesheet"]);
    });
  }
});

test("no page breaks its content security policy", async (t) => {
  for (const { name, who, visit } of await kindsOfPages(t)) {
    await t.test(name, async (t) => {
      const page = await who(t);
      const violations = await violationsOf(page);
      await visit(page);
      await readToTheEnd(page);
      assert.deepEqual(violations, []);
    });
  }
});

test("the policy is there to be broken: a script from elsewhere is refused", async (t) => {
  const blog = await demoBlog();
  const page = await somebody(t);
  const violations = await violationsOf(page);
  await open(page, blog.origin);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.src = "https://elsewhere.example/x.js";
    const refused = new Promise((resolve) => script.addEventListener("error", resolve));
    document.head.append(script);
    return refused;
  });
  assert.ok(violations.some((words) => words.includes("elsewhere.example")), "a violation is noticed");
});
