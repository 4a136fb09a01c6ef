// No word is ever lost: what the editor saves by itself, and what becomes of it when the server, the network, the tab or
// the author's own hand takes it away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newBlog } from "./blog.mjs";
import { AUTHOR, open, press, pressPublish, publish, setUp, somebody } from "./people.mjs";

const saved = (page) => page.getByText(/^Saved \d\d:\d\d:\d\d on the server/).waitFor();
const body = (page) => page.getByLabel("Body", { exact: true });

/** Writes something so that the next `saved` is not the one before. */
async function forgetStatus(page) {
  await page.evaluate(() => {
    document.querySelector("form.editor [role=status]").textContent = "";
  });
}

async function writing(t) {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  return { blog, author };
}

/** A draft that is saved; gives the address of its editor. */
async function draft(author, blog, title, text) {
  await open(author, blog.at("/admin/posts/new"));
  await author.getByLabel("Title").fill(title);
  await body(author).fill(text);
  await saved(author);
  return author.url();
}

test("an untouched page leaves no draft, the first key makes one with an address", async (t) => {
  const { blog, author } = await writing(t);
  await open(author, blog.at("/admin/posts/new"));
  assert.equal(await author.evaluate(() => document.activeElement.id), "title", "the cursor is in the title");
  await open(author, blog.at("/admin/posts/"));
  await author.getByText("No posts yet.").waitFor();
  const address = await draft(author, blog, "Ebb", "The quay.");
  assert.match(address, /\/admin\/posts\/\d+$/);
  await open(author, address);
  assert.equal(await body(author).inputValue(), "The quay.");
});

test("two thousand words that were deleted come back with one press", async (t) => {
  const { blog, author } = await writing(t);
  const words = Array.from({ length: 2000 }, (_, number) => `word${number}`).join(" ");
  await open(author, blog.at("/admin/posts/new"));
  await author.getByLabel("Title").fill("Long");
  await body(author).focus();
  await author.keyboard.insertText(words);
  await author.keyboard.press("ControlOrMeta+a");
  await author.keyboard.press("Delete");
  await author.getByRole("button", { name: "Bring them back" }).waitFor();
  const address = author.url();
  await author.close();
  const again = await author.context().newPage();
  await open(again, address);
  assert.equal(await body(again).inputValue(), "");
  await press(again.getByRole("button", { name: "Bring them back" }));
  assert.equal(await body(again).inputValue(), words);
});

test("a server that dies while somebody types costs no word", async (t) => {
  const { blog, author } = await writing(t);
  const address = await draft(author, blog, "Ebb", "Before.");
  await body(author).press("ControlOrMeta+End");
  await author.keyboard.type(" While it lived.");
  await blog.end("SIGKILL");
  await author.keyboard.type(" While it was dead.");
  await author.getByText(/retrying; kept in this browser|Offline/).waitFor();
  await forgetStatus(author);
  await blog.start();
  await saved(author);
  await open(author, address);
  assert.equal(await body(author).inputValue(), "Before. While it lived. While it was dead.");
});

test("a browser that dies with the server still has what was typed, and offers it", async (t) => {
  const { blog, author } = await writing(t);
  const address = await draft(author, blog, "Ebb", "Before.");
  await blog.end("SIGKILL");
  await body(author).press("ControlOrMeta+End");
  await author.keyboard.type(" After.");
  await author.waitForFunction(() => Object.keys(localStorage).some((key) => localStorage.getItem(key).includes("After.")));
  await author.close();
  await blog.start();
  const again = await author.context().newPage();
  await open(again, address);
  assert.equal(await body(again).inputValue(), "Before.", "nothing is put in silently");
  const offer = again.getByRole("region", { name: "Text kept in this browser" });
  await again.reload();
  await offer.waitFor();
  await offer.getByText("Show differences").click();
  assert.deepEqual(await offer.locator("pre").allInnerTexts(), ["Before.", "Before. After."]);
  await offer.getByRole("button", { name: "Restore" }).click();
  await saved(again);
  assert.equal(await body(again).inputValue(), "Before. After.");
});

test("offline and back", async (t) => {
  const { blog, author } = await writing(t);
  const address = await draft(author, blog, "Ebb", "Before.");
  await author.context().setOffline(true);
  await body(author).press("ControlOrMeta+End");
  await author.keyboard.type(" In the tunnel.");
  await author.getByText(/Offline.*kept in this browser/).waitFor();
  await forgetStatus(author);
  await author.context().setOffline(false);
  await saved(author);
  await open(author, address);
  assert.equal(await body(author).inputValue(), "Before. In the tunnel.");
});

test("a form that is refused, because nobody is signed in, takes no word with it", async (t) => {
  const { blog, author } = await writing(t);
  const address = await draft(author, blog, "Ebb", "Before.");
  await body(author).fill("Before. And after.");
  await author.context().clearCookies();
  await author.getByRole("button", { name: "Save", exact: true }).press("Enter");
  await author.getByRole("dialog", { name: "Sign in again" }).getByRole("button", { name: "Not now" }).press("Enter");
  await author.getByText("You’re signed out. Your text is kept in this browser").waitFor();
  await author.goto(blog.at("/admin/sign-in"));
  await author.getByLabel("Email").fill(AUTHOR.email);
  await author.getByLabel("Password").fill(AUTHOR.password);
  await press(author.getByRole("button", { name: "Sign in", exact: true }));
  await open(author, address);
  await author.getByRole("button", { name: "Restore" }).click();
  await saved(author);
  assert.equal(await body(author).inputValue(), "Before. And after.");
});

test("two tabs that change different paragraphs keep both", async (t) => {
  const { blog, author } = await writing(t);
  const address = await draft(author, blog, "Ebb", "One.\n\nTwo.\n\nThree.");
  const other = await author.context().newPage();
  await open(other, address);
  await other.getByText("Also open:").waitFor();
  await forgetStatus(author);
  await body(author).press("ControlOrMeta+Home");
  await author.keyboard.type("First: ");
  await saved(author);
  await body(other).press("ControlOrMeta+End");
  await other.keyboard.type(" Last.");
  await other.getByText("merged with the changes saved elsewhere").waitFor();
  const both = "First: One.\n\nTwo.\n\nThree. Last.";
  assert.equal(await body(other).inputValue(), both);
  const cursor = await body(other).evaluate((area) => area.selectionStart);
  assert.equal(cursor, both.length, "the cursor stays where it was");
  await open(author, address);
  assert.equal(await body(author).inputValue(), both);
});

test("two tabs that change the same paragraph ask their author", async (t) => {
  const { blog, author } = await writing(t);
  const address = await draft(author, blog, "Ebb", "One.\n\nTwo.");
  const other = await author.context().newPage();
  await open(other, address);
  await forgetStatus(author);
  await body(author).fill("One, here.\n\nTwo.");
  await saved(author);
  await body(other).fill("One, there.\n\nTwo.");
  const dialog = other.getByRole("dialog");
  await dialog.getByText("One, here.").waitFor();
  await dialog.getByText("One, there.").waitFor();
  await dialog.getByLabel("Keep both").check();
  await dialog.getByRole("button", { name: "Use selected" }).press("Enter");
  await saved(other);
  await open(author, address);
  assert.equal(await body(author).inputValue(), "One, there.\nOne, here.\n\nTwo.");
});

test("changes of a published post stay a working copy until its author publishes them", async (t) => {
  const { blog, author } = await writing(t);
  const permalink = await publish(author, blog, { title: "Ebb", body: "Old words." });
  const reader = await somebody(t);
  await body(author).fill("New words.");
  await saved(author);
  await open(reader, permalink);
  await reader.getByText("Old words.").waitFor();
  await pressPublish(author, "Update");
  await open(reader, permalink);
  await reader.getByText("New words.").waitFor();
  await press(author.getByRole("button", { name: "Undo" }));
  await open(reader, permalink);
  await reader.getByText("Old words.").waitFor();
});

test("a post is scheduled on the sheet and appears by itself", async (t) => {
  const { blog, author } = await writing(t);
  await draft(author, blog, "Ebb", "Words.");
  await author.getByRole("button", { name: "Publish", exact: true }).press("Enter");
  const sheet = author.getByRole("dialog", { name: "Publish" });
  await sheet.getByText("There are no tags.").waitFor();
  // The field asks for minutes; the server knows seconds, so nobody has to wait for the next minute here.
  await author.evaluate(() => {
    for (const field of document.querySelectorAll("input[type=datetime-local]")) field.step = "1";
  });
  const next = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000);
  await sheet.getByLabel("Date and time").fill(next.toISOString().slice(0, 19));
  await press(sheet.getByRole("button", { name: "Schedule" }));
  await author.getByText("Scheduled for").waitFor();
  const reader = await somebody(t);
  const path = `/${next.toISOString().slice(0, 7).replace("-", "/")}/ebb.html`;
  await open(reader, blog.at(path), 404);
  let answer = 404;
  let seen;
  while (answer === 404 && Date.now() < next.getTime() + 5000) {
    answer = (await reader.request.get(blog.at(path))).status();
    seen = Date.now();
  }
  assert.equal(answer, 200);
  assert.ok(seen >= next.getTime() && seen < next.getTime() + 1500, `${seen - next.getTime()} ms after its time`);
});

test("somebody who was signed out while writing signs in over the text", async (t) => {
  const { blog, author } = await writing(t);
  const address = await draft(author, blog, "Ebb", "Before.");
  await author.context().clearCookies();
  await body(author).fill("Before. And after.");
  const dialog = author.getByRole("dialog");
  await dialog.getByLabel("Email").fill(AUTHOR.email);
  await dialog.getByLabel("Password").fill(AUTHOR.password);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).press("Enter");
  await saved(author);
  await open(author, address);
  assert.equal(await body(author).inputValue(), "Before. And after.");
});

test("the preview is the real page at the width of a phone", async (t) => {
  const { blog, author } = await writing(t);
  await draft(author, blog, "Ebb", "Some **bold** words.");
  const [page] = await Promise.all([author.waitForEvent("popup"), author.getByRole("button", { name: "Preview" }).press("Enter")]);
  await page.getByRole("link", { name: "Phone" }).click();
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { level: 1, name: "Ebb" }).waitFor();
  assert.equal(await frame.locator("strong").innerText(), "bold");
  assert.ok((await page.locator("iframe").boundingBox()).width <= 400);
});

test("without scripts no page has a button that only a script could use", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t, { javaScriptEnabled: false });
  await setUp(author, blog);
  await publish(author, blog, { title: "Ebb", body: "Words." });
  const idle = async () => (await author.getByRole("button").and(author.locator("[type=button]:not([popovertarget])")).count());
  assert.equal(await idle(), 0, "in the editor");
  for (const path of ["/admin/profile", "/admin/comments/", "/admin/posts/", "/admin/media/"]) {
    await open(author, blog.at(path));
    assert.equal(await idle(), 0, path);
  }
  await press(author.getByRole("button", { name: "Sign out" }));
  await open(author, blog.at("/admin/sign-in"));
  assert.equal(await idle(), 0, "at the door");
});
