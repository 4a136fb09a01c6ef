// Reading is private and quick: no page of the blog asks another host for anything by itself, two requests are enough
// to read it. A script waits until the page can be read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demoBlog } from "./blog.mjs";
import { open, somebody } from "./people.mjs";
import { everyPost } from "./pages.mjs";

/** What a page does not need to be read: pictures, the icon and scripts that wait come when they come. */
const LATER = ["image", "media", "other", "script"];

/** Notes down all requests of a page. */
function requestsOf(page) {
  const requests = [];
  page.on("request", (request) => requests.push(request));
  return requests;
}

/** Down to the end of the page, so that what loads late loads. */
async function readToTheEnd(page) {
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.waitForLoadState("networkidle");
}

/** A frame of a page is a film that the author put into the post, the one thing that may come from elsewhere. */
function isFilm(request) {
  return request.frame().parentFrame() !== null;
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
      assert.equal(await page.locator("script:not([type=module], [type='application/ld+json'])").count(), 0, "modules wait, other scripts do not");
    });
  }
});

test("a post without pictures takes at most 14 KiB on the wire until it can be read, headers included", async (t) => {
  const blog = await demoBlog();
  const collector = await somebody(t);
  let weighed = 0;
  for (const path of await everyPost(collector, blog)) {
    const page = await somebody(t);
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    const needed = new Map();
    wire.on("Network.requestWillBeSent", ({ requestId, type }) => {
      if (!LATER.includes(type.toLowerCase())) needed.set(requestId, 0);
    });
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (needed.has(requestId)) needed.set(requestId, encodedDataLength);
    });
    await open(page, blog.at(path));
    await page.waitForLoadState("networkidle");
    if ((await page.locator("article :is(img, .embed)").count()) > 0) continue;
    weighed += 1;
    const bytes = [...needed.values()];
    assert.equal(bytes.length, 2, path);
    assert.ok(bytes[0] + bytes[1] <= 14 * 1024, `${path}: ${bytes.join(" + ")} bytes`);
    t.diagnostic(`${path}: ${bytes.join(" + ")} bytes`);
  }
  assert.ok(weighed > 0, "the demo blog has posts without pictures");
});
