// Moderating: by keys alone, many comments at once, and all of it without JavaScript.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newBlog } from "./blog.mjs";
import { comment, open, press, publish, setUp, somebody } from "./people.mjs";

const NAMES = ["Cleo", "Bo", "Ada"];

/** A blog with a post and a waiting comment by each of three people; its author is signed in. */
async function blogWithComments(t, options = {}) {
  const blog = await newBlog(t);
  const author = await somebody(t, options);
  await setUp(author, blog);
  const permalink = await publish(author, blog, { title: "Ebb", body: "The mud shines." });
  const commenter = await somebody(t);
  for (const name of NAMES) {
    await open(commenter, permalink);
    await comment(commenter, { name, text: `Words of ${name}, as long as they need to be.` });
  }
  await open(author, blog.at("/admin/comments/"));
  return { blog, author, permalink };
}

/** The number on a tab. */
async function count(page, tab) {
  const link = page.getByRole("navigation", { name: "States" }).getByRole("link", { name: new RegExp(`^${tab} \\d+$`) });
  return Number((await link.innerText()).match(/\d+$/)[0]);
}

/** Presses a key and waits for the page that it leads to. */
async function key(page, name) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press(name)]);
}

const focusedName = (page) =>
  page.evaluate(() => document.activeElement.closest("article")?.querySelector("h2").textContent.trim());
const waitForStatus = (page, words) => page.getByRole("status").getByText(words).waitFor();

test("an author moderates by keys", async (t) => {
  const { author, blog, permalink } = await blogWithComments(t);
  await author.keyboard.press("j");
  assert.equal(await focusedName(author), "Ada", "the first j goes to the newest comment");
  await author.keyboard.press("j");
  await author.keyboard.press("j");
  await author.keyboard.press("k");
  assert.equal(await focusedName(author), "Bo");

  await key(author, "s");
  await waitForStatus(author, "The comment is marked as spam.");
  assert.equal(await focusedName(author), "Cleo", "and goes on where the list was left");
  await key(author, "u");
  await waitForStatus(author, "Undone: the comment is waiting for approval again.");

  await author.keyboard.press("j");
  await author.keyboard.press("r");
  await author.keyboard.type("as dusk? juxtaposed");
  const reply = author.getByLabel("Your reply").and(author.locator(":focus"));
  assert.equal(await reply.inputValue(), "as dusk? juxtaposed", "keys are letters while typing");
  await author.keyboard.press("Tab");
  await key(author, "Enter");
  await waitForStatus(author, "Your reply is live, and the comment is approved.");

  await author.keyboard.press("j");
  await key(author, "d");
  await waitForStatus(author, "The comment is deleted.");
  await key(author, "a");
  await waitForStatus(author, "The comment is approved.");
  assert.deepEqual([await count(author, "Waiting"), await count(author, "Approved")], [0, 3]);

  await open(author, blog.at("/admin/comments/?state=approved"));
  await key(author, "e");
  await author.getByLabel("Name").waitFor();
  await open(author, permalink);
  await author.getByText("as dusk? juxtaposed").waitFor();
});

test("the keys are shown by a key and by a button", async (t) => {
  const { author } = await blogWithComments(t);
  const list = author.getByText("next, previous");
  assert.equal(await list.isVisible(), false);
  await author.keyboard.press("?");
  assert.ok(await list.isVisible());
  await author.keyboard.press("?");
  assert.equal(await list.isVisible(), false);
  await author.getByText("Keyboard shortcuts", { exact: true }).click();
  assert.ok(await list.isVisible());
  await author.keyboard.press("Control+a");
  assert.equal(await count(author, "Waiting"), 3, "what belongs to the browser stays with the browser");
});

test("several comments are selected, decided upon and taken back together", async (t) => {
  const { author } = await blogWithComments(t);
  await author.keyboard.press("j");
  await author.keyboard.press("x");
  await author.keyboard.press("j");
  await author.keyboard.press("x");
  await waitForStatus(author, "2 selected");
  await author.getByText("Select all on this page").click();
  await waitForStatus(author, "3 selected");
  await author.getByText("Select none").click();
  await author.getByRole("checkbox", { name: "Select the comment by Bo" }).check();
  await author.getByRole("checkbox", { name: "Select the comment by Cleo" }).check();
  await press(author.getByRole("button", { name: "Delete selected" }));
  await waitForStatus(author, "2 comments are deleted.");
  assert.deepEqual([await count(author, "Waiting"), await count(author, "Deleted")], [1, 2]);
  await press(author.getByRole("button", { name: "Undo" }));
  assert.equal(await count(author, "Waiting"), 3);
});

test("keys decide about all that is selected, and say how many", async (t) => {
  const { author } = await blogWithComments(t);
  for (const name of ["j", "x", "j", "x"]) await author.keyboard.press(name);
  await waitForStatus(author, "2 selected");
  await key(author, "a");
  await waitForStatus(author, "2 comments are approved.");
  assert.deepEqual([await count(author, "Waiting"), await count(author, "Approved")], [1, 2]);
  await key(author, "u");
  assert.equal(await count(author, "Waiting"), 3);
  for (const name of ["j", "x", "j", "j", "x"]) await author.keyboard.press(name);
  await key(author, "d");
  await waitForStatus(author, "2 comments are deleted.");
  await author.keyboard.press("j");
  await key(author, "s");
  await waitForStatus(author, "The comment is marked as spam.");
});

test("all of it works without JavaScript", async (t) => {
  const { author } = await blogWithComments(t, { javaScriptEnabled: false });
  assert.equal(await author.getByText("Keyboard shortcuts", { exact: true }).isVisible(), false, "no keys are offered that do nothing");
  await press(author.getByRole("link", { name: "Select all on this page" }));
  await author.getByRole("checkbox", { name: "Select the comment by Bo" }).press("Space");
  await press(author.getByRole("button", { name: "Spam selected" }));
  await waitForStatus(author, "2 comments are marked as spam.");
  await press(author.getByRole("button", { name: "Undo" }));
  await waitForStatus(author, "Undone: 2 decisions.");
  assert.equal(await count(author, "Waiting"), 3);

  const bo = author.getByRole("article", { name: "Bo" });
  await bo.getByText("Reply", { exact: true }).press("Enter");
  await bo.getByLabel("Your reply").fill("Quite so.");
  await press(bo.getByRole("button", { name: "Reply and approve" }));
  await waitForStatus(author, "Your reply is live, and the comment is approved.");

  await press(author.getByRole("article", { name: "Ada" }).getByRole("link", { name: "Edit" }));
  await author.getByRole("textbox", { name: "Comment" }).fill("Shorter.");
  await press(author.getByRole("button", { name: "Save" }));
  await waitForStatus(author, "The comment has been updated.");
  await author.getByText("Words of Ada").waitFor();
});
