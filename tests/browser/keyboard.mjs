// Everything by keyboard alone: reading, commenting, signing in, publishing. Wherever the focus goes it can be seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newBlog } from "./blog.mjs";
import { AUTHOR, open, publish, setUp, somebody } from "./people.mjs";

/** More stops than any page of the stories has before what is looked for. */
const STOPS_MAX = 80;

/** The element that has the focus: its name for messages, and whether an outline shows it. */
function focused() {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const name = element.getAttribute("aria-label") || element.textContent.trim() || element.id;
  return {
    words: `${element.localName} “${name.slice(0, 40)}”`,
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
  };
}

async function assertFocusIsSeen(page) {
  const { words, seen } = await page.evaluate(focused);
  assert.ok(seen, `nothing shows that ${words} has the focus`);
}

/** Presses Tab, or Shift and Tab, until an element has the focus; each stop on the way must be visible. */
async function tabTo(page, locator, key = "Tab") {
  await locator.waitFor({ state: "attached" });
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press(key);
    await assertFocusIsSeen(page);
    if (await hasFocus(locator)) return;
  }
  assert.fail(`${locator} cannot be reached with ${key}`);
}

function hasFocus(locator) {
  return locator.evaluate((element) => element === document.activeElement);
}

/** Presses Enter on what has the focus and waits for the page that it leads to. */
async function enter(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

test("a reader skips to the content, opens the first post and comments by keyboard", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  const permalink = await publish(author, blog, { title: "Ebb", body: "The mud shines." });
  const reader = await somebody(t);
  await open(reader, blog.origin);

  await reader.keyboard.press("Tab");
  assert.ok(await hasFocus(reader.getByRole("link", { name: "Skip to content" })), "the skip link comes first");
  await assertFocusIsSeen(reader);
  const box = await reader.getByRole("link", { name: "Skip to content" }).boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0 && box.width > 1 && box.height > 1, "and is in view once it has the focus");

  await reader.keyboard.press("Enter");
  await reader.keyboard.press("Tab");
  assert.ok(await hasFocus(reader.getByRole("main").getByRole("link").first()), "the next stop is the first day");
  await tabTo(reader, reader.getByRole("link", { name: "Ebb", exact: true }));
  await enter(reader);
  assert.equal(reader.url(), permalink);

  const form = reader.getByRole("form", { name: "Post a comment" });
  await tabTo(reader, form.getByRole("textbox", { name: "Comment" }));
  await reader.keyboard.type("And smells of salt.");
  await tabTo(reader, form.getByLabel("Name"));
  await reader.keyboard.type("Cleo");
  await tabTo(reader, form.getByRole("button", { name: "Post comment" }));
  await enter(reader);
  await reader.getByRole("status").getByText("waiting for approval").waitFor();
});

test("an author signs in and publishes by keyboard", async (t) => {
  const blog = await newBlog(t);
  await setUp(await somebody(t), blog);
  const author = await somebody(t);
  await open(author, blog.at("/admin/posts/"));

  const email = author.getByLabel("Email");
  assert.ok(await hasFocus(email), "signing in begins in its first field");
  await assertFocusIsSeen(author);
  await author.keyboard.type(AUTHOR.email);
  await tabTo(author, author.getByLabel("Password"));
  await author.keyboard.type(AUTHOR.password);
  await enter(author);

  await tabTo(author, author.getByRole("link", { name: "New post" }));
  await enter(author);
  assert.ok(await hasFocus(author.getByLabel("Title")), "writing begins in the title");
  await author.keyboard.type("Flood");
  await tabTo(author, author.getByLabel("Body"));
  await author.keyboard.type("It comes in over the sand.");
  // The buttons are above the text.
  await tabTo(author, author.getByRole("button", { name: "Publish" }), "Shift+Tab");
  await author.keyboard.press("Enter");
  const sheet = author.getByRole("dialog", { name: "Publish" });
  await sheet.getByText("There are no tags.").waitFor();
  assert.ok(await hasFocus(sheet.getByRole("button", { name: "Publish" })), "the sheet asks, and Enter says yes");
  await assertFocusIsSeen(author);
  await enter(author);
  await author.getByRole("status").getByText(/publish/i).waitFor();

  await tabTo(author, author.getByRole("link", { name: "View post" }));
  await enter(author);
  await author.getByRole("heading", { level: 1, name: "Flood" }).waitFor();
});
