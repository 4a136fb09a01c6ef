// The life of a blog: set up, write, publish, read as a stranger, comment, approve, seen. Once with scripts and once
// without, because nothing here may need them.

import assert from "node:assert/strict";
import { test } from "node:test";
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

    await t.test("before the set-up a reader is told kindly", async () => {
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
      await stranger.getByRole("status").getByText("waits to be shown").waitFor();
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
      await author.getByText(`You answer ${COMMENT.name}.`).waitFor();
      await comment(author, { name: AUTHOR.name, text: "Mine counts twice." });
      await author.waitForURL(/#comment-\d+$/);
      await open(stranger, permalink);
      const thread = stranger.getByRole("region", { name: "Comments" }).getByRole("listitem");
      const names = await thread.getByRole("heading").allInnerTexts();
      assert.deepEqual(names, [COMMENT.name, `${AUTHOR.name} Author`]);
    });

    await t.test("the author signs out, and the desk is shut", async () => {
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
