// Reading is private and quick: no page of the blog asks another host for anything by itself, two requests are enough
// to read it. A script waits until the page can be read.

import assert from "node:assert/strict";
import { connect } from "node:net";
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

/** More words, or more comments, do not fit the first packets, even with nothing around them. */
const PLAIN_POST_WORDS = 500;
const PLAIN_POST_COMMENTS = 10;

test("a post without pictures takes at most 14 KiB on the wire, with style, script, icon and all headers", async (t) => {
  const blog = await demoBlog();
  const collector = await somebody(t);
  let weighed = 0;
  for (const path of await everyPost(collector, blog)) {
    const page = await somebody(t);
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    const types = new Map();
    const bytes = new Map();
    wire.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
      if (!request.url.startsWith("data:")) types.set(requestId, type.toLowerCase());
    });
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
    await open(page, blog.at(path));
    await page.waitForLoadState("networkidle");
    if ((await page.locator("article :is(img, .embed)").count()) > 0) continue;
    const of = (wanted) => [...types].filter(([, type]) => wanted(type)).map(([id]) => bytes.get(id));
    const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
    const needed = of((type) => !LATER.includes(type));
    const files = await page.locator("link[rel=stylesheet], link[rel=icon], script[type=module]").evaluateAll((all) => all.map((file) => file.getAttribute("href") ?? file.getAttribute("src")));
    const all = sum(await Promise.all([path, ...files].map((file) => bytesOnTheWire(blog, file))));
    const words = (await page.locator(".e-content").innerText()).split(/\s+/).length;
    t.diagnostic(`${path}, ${words} words: ${needed.join(" + ")} to be read, ${all} bytes in all`);
    assert.equal(needed.length, 2, path);
    assert.ok(types.size <= 4, `${path}: ${[...types.values()].join()}`);
    assert.ok(sum(needed) <= 14 * 1024, `${path}: ${needed.join(" + ")} bytes`);
    const comments = await page.locator(".thread > li").count();
    if (words > PLAIN_POST_WORDS || comments > PLAIN_POST_COMMENTS) continue;
    weighed += 1;
    assert.ok(all <= 14 * 1024, `${path}: ${all} bytes`);
  }
  assert.ok(weighed > 0, "the demo blog has posts without pictures");
});

/** How many bytes an answer takes, with all headers, as a browser that knows Brotli gets it. */
async function bytesOnTheWire(blog, path) {
  const { hostname, port, host } = new URL(blog.origin);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nConnection: close\r\n\r\n`);
  let bytes = 0;
  let head = "";
  for await (const piece of socket) {
    if (bytes === 0) head = piece.toString("latin1");
    bytes += piece.length;
  }
  assert.match(head, /^HTTP\/1\.1 200 /, path);
  // Browsers keep the connection, so they get no such line.
  return bytes - (head.match(/^connection: close\r\n/im)?.[0].length ?? 0);
}
