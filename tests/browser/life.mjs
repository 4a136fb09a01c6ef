// The life of a blog: set up, write, publish, read as a stranger, comment, approve, seen. Once with scripts and once
// without, because nothing here may need them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { AUTHOR, comment, open, press, publish, setUp, somebody } from "./people.mjs";

const POST = { title: "The first swallows", body: "They came on *Tuesday*, from the south.\n\nTwo of them." };
const COMMENT = { name: "Bo Lantern", text: "Three, if you count **mine**." };

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`a blog is set up, written, read, commented and moderated ${how}`, async (t) => {
    const blog = await newBlog(t);
    const author = await somebody(t, { javaScriptEnabled });
    const stranger = await somebody(t, { javaScriptEnabled });

    await t.test("before the set-up a reader gets a friendly page", async () => {
      await open(stranger, blog.origin, 503);
      await stranger.getByText("being set up").first().waitFor();
    });

    let permalink;
    await t.test("the author sets the blog up and publishes", async () => {
      await setUp(author, blog);
      permalink = await publish(author, blog, POST);
      assert.match(permalink, /\/\d{4}\/\d\d\/the-first-swallows\.html$/);
    });

    await t.test("a stranger finds the post at home and reads it", async () => {
      await open(stranger, blog.origin);
      await press(stranger.getByRole("link", { name: POST.title, exact: true }));
      await stranger.getByRole("heading", { level: 1, name: POST.title }).waitFor();
      assert.equal(stranger.url(), permalink);
      assert.equal(await stranger.getByRole("article").locator("em").innerText(), "Tuesday");
      assert.deepEqual(await stranger.context().cookies(), [], "a reader gets no cookie");
    });

    await t.test("the stranger's first comment is kept and held", async () => {
      await comment(stranger, COMMENT);
      await stranger.getByRole("status").getByText("waiting for approval").waitFor();
      await open(stranger, permalink);
      assert.equal(await stranger.getByText(COMMENT.name).count(), 0);
    });

    await t.test("the author approves it", async () => {
      await open(author, blog.at("/admin/comments/"));
      const waiting = author.getByRole("article", { name: COMMENT.name });
      await press(waiting.getByRole("button", { name: "Approve" }));
      await author.getByRole("status").getByRole("button", { name: "Undo" }).waitFor();
      assert.equal(await waiting.count(), 0, "it waits no more");
    });

    await t.test("everybody sees it, and the count of it", async () => {
      await open(stranger, permalink);
      const comments = stranger.getByRole("region", { name: "Comments" });
      await comments.getByRole("heading", { name: COMMENT.name }).waitFor();
      assert.equal(await comments.getByRole("strong").innerText(), "mine");
      await open(stranger, blog.origin);
      await stranger.getByRole("link", { name: "1 comment" }).waitFor();
    });

    await t.test("the author answers it, at once seen", async () => {
      await open(author, permalink);
      await author.getByRole("link", { name: "Reply" }).press("Enter");
      await author.getByText(`Replying to ${COMMENT.name}.`).waitFor();
      await comment(author, { name: AUTHOR.name, text: "Mine counts twice." });
      await author.waitForURL(/#comment-\d+$/);
      await open(stranger, permalink);
      const thread = stranger.getByRole("region", { name: "Comments" }).getByRole("listitem");
      const names = await thread.getByRole("heading").allInnerTexts();
      assert.deepEqual(names, [COMMENT.name, `${AUTHOR.name} Author`]);
    });

    await t.test("the author signs out, and the admin pages are closed", async () => {
      await open(author, blog.at("/admin/posts/"));
      await press(author.getByRole("button", { name: "Sign out" }));
      await author.waitForURL(blog.at("/"));
      await author.goto(blog.at("/admin/posts/"));
      await author.getByRole("heading", { name: "Sign in" }).waitFor();
      await author.getByLabel("Email").fill(AUTHOR.email);
      await author.getByLabel("Password").fill(AUTHOR.password);
      await press(author.getByRole("button", { name: "Sign in" }));
      await author.waitForURL(blog.at("/admin/posts/"));
    });
  });
}

test("the set-up begins with the zone and the language of the browser", async (t) => {
  const blog = await newBlog(t);
  const cases = [
    [{ timezoneId: "Europe/Lisbon", locale: "pt-BR" }, "Europe/Lisbon", "pt-BR"],
    // An older name of a zone, and a language of which another kind is offered.
    [{ timezoneId: "Asia/Calcutta", locale: "de-AT" }, "Asia/Kolkata", "de"],
    [{ timezoneId: "Etc/UTC", locale: "zh-TW" }, "UTC", "zh-Hant"],
    [{ timezoneId: "America/New_York", locale: "en-US" }, "America/New_York", "en"],
    [{ javaScriptEnabled: false, timezoneId: "Europe/Lisbon" }, "UTC", "en"],
  ];
  for (const [options, zone, language] of cases) {
    const page = await somebody(t, options);
    await open(page, blog.oneTimeAddress);
    assert.equal(await page.getByLabel("Time zone").inputValue(), zone, JSON.stringify(options));
    assert.equal(await page.getByLabel("Language").inputValue(), language, JSON.stringify(options));
  }
});

test("words typed at the set-up outlive an answer that is not the blog's", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t);
  await open(page, blog.oneTimeAddress);
  await page.getByLabel("Blog title").fill("Tide Tables");
  await page.getByLabel("Your name").fill(AUTHOR.name);
  await page.getByLabel("Email").fill(AUTHOR.email);
  await page.getByLabel("Password").fill(AUTHOR.password);
  await page.route("**/admin/setup", (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }));
  await press(page.getByRole("button", { name: "Create blog" }));
  assert.doesNotMatch(await page.evaluate(() => JSON.stringify({ ...sessionStorage })), new RegExp(AUTHOR.password));
  await page.unroute("**/admin/setup");
  await open(page, blog.oneTimeAddress);
  await page.getByRole("button", { name: "Restore" }).press("Enter");
  assert.equal(await page.getByLabel("Blog title").inputValue(), "Tide Tables");
  assert.equal(await page.getByLabel("Your name").inputValue(), AUTHOR.name);
});

test("an old blog comes in on a phone: checked, imported, read", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t, { viewport: { width: 390, height: 844 } });
  await setUp(page, blog);
  await open(page, blog.at("/admin/posts/"));
  await press(page.getByRole("link", { name: /^bring your blog from Blogger/ }));
  const form = page.getByRole("form", { name: "Import" });
  await form.getByLabel("File").setInputFiles({ name: "letter.txt", mimeType: "text/plain", buffer: Buffer.from("Dear Ada,") });
  await press(form.getByRole("button", { name: "Import" }));
  await page.getByRole("alert").getByText("recognise this file").waitFor();

  await form.getByLabel("From").selectOption("WordPress");
  await form.getByLabel("File").setInputFiles(new URL("../fixtures/wordpress/export.xml", import.meta.url).pathname);
  await press(form.getByRole("button", { name: "Import" }));
  await page.getByRole("table", { name: "What will come in" }).waitFor();
  await press(page.getByRole("button", { name: "Import now" }));
  // The page asks for itself again until it is done.
  await page.getByRole("table", { name: "What came in" }).waitFor();
  await page.getByText("The import is done.").waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the report is ${wide} pixels too wide`);
  assert.deepEqual(await barriers(page), []);
  await open(page, blog.origin);
  assert.ok((await page.locator(".listed h3").count()) > 0);
});

test("a post offers Edit to the browser that writes, and the foot of the page the way in", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  const permalink = await publish(author, blog, { title: "Ebb", body: "The mud shines." });
  const id = author.url().match(/posts\/(\d+)/)[1];
  const edit = (page) => page.getByRole("main").getByRole("link", { name: "Edit", exact: true });
  await open(author, permalink);
  assert.equal(await edit(author).getAttribute("href"), `/admin/posts/${id}`);
  const reader = await somebody(t);
  await open(reader, permalink);
  assert.equal(await edit(reader).count(), 0);
  await press(reader.getByRole("contentinfo").getByRole("link", { name: "Sign in" }));
  assert.match(reader.url(), /\/admin\/sign-in/);

  await open(author, blog.at("/admin/settings"));
  await author.getByLabel("Show a link to sign in on every page").uncheck();
  await author.getByLabel("Closed: keep existing comments").check();
  await press(author.getByRole("button", { name: "Save settings" }));
  await open(author, permalink);
  assert.equal(await author.getByRole("contentinfo").getByRole("link", { name: "Sign in" }).count(), 0);
  assert.equal(await edit(author).count(), 1, "without a form for comments, too");
  await open(author, blog.at("/admin/posts/"));
  await press(author.getByRole("button", { name: "Sign out" }));
  await open(author, permalink);
  assert.equal(await edit(author).count(), 0);
});
