// Commenting: the comfort that a script adds, the same without it, and what stays in the browser meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { livelyBlog, newBlog } from "./blog.mjs";
import { comment, open, press, publish, setUp, somebody } from "./people.mjs";

const BO = { name: "Bo Lantern", text: "Three swallows, if you count mine." };

/** A blog that shows every comment at once, with a post; the answer is its permalink. */
async function openBlog(t) {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await open(author, blog.at("/admin/settings"));
  await author.getByLabel("Publish every comment immediately").check();
  await press(author.getByRole("button", { name: "Save settings" }));
  return publish(author, blog, { title: "The first swallows", body: "They came on *Tuesday*." });
}

const formOf = (page) => page.getByRole("form", { name: "Post a comment" });
const wordsOf = (page) => formOf(page).getByRole("textbox", { name: "Comment" });
const thread = (page) => page.getByRole("region", { name: "Comments" }).getByRole("listitem");
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);

/** All that the blog's scripts keep in this browser, but for the keys of comments. */
const kept = (page) =>
  page.evaluate(() => Object.fromEntries(Object.entries(localStorage).filter(([name]) => name !== "daybook-mine")));

test("with script a reply is written right below what it answers", async (t) => {
  const permalink = await openBlog(t);
  const page = await somebody(t);
  await open(page, permalink);
  await comment(page, BO);
  await comment(page, { name: "Cleo", text: "A second thought." });
  await open(page, permalink);
  const reply = page.getByRole("link", { name: "Reply to Bo Lantern" });

  await t.test("Reply opens the form there, with the focus in it and the address as it was", async () => {
    await reply.focus();
    await page.keyboard.press("Enter");
    await thread(page).first().getByRole("form").waitFor();
    assert.ok(await hasFocus(wordsOf(page)));
    assert.equal(page.url(), permalink);
    assert.match(await wordsOf(page).evaluate((field) => field.getAttribute("aria-describedby")), /comment-answering/);
    await page.getByText("Replying to Bo Lantern.").waitFor();
  });

  await t.test("it can be put back", async () => {
    await page.getByRole("link", { name: "Comment on the post instead" }).press("Enter");
    assert.equal(await thread(page).getByRole("form").count(), 0);
    assert.equal(await page.getByText("Replying to").isVisible(), false);
    assert.ok(await hasFocus(reply), "where the reader was");
    assert.equal(page.url(), permalink);
  });

  await t.test("Ctrl+Enter sends it, and it is shown below", async () => {
    await reply.click();
    await wordsOf(page).fill("I count four.");
    await formOf(page).getByLabel("Name").fill("Dan");
    await wordsOf(page).focus();
    await Promise.all([page.waitForURL(/#comment-3$/), page.keyboard.press("Control+Enter")]);
    const words = await thread(page).locator(".text").allInnerTexts();
    assert.deepEqual(words, [BO.text, "I count four.", "A second thought."]);
    assert.match(await page.locator("#comment-3").getAttribute("class"), /depth-1/);
  });
});

test("who comments finds Edit and Delete on the comment, nobody else does", async (t) => {
  const permalink = await openBlog(t);
  const page = await somebody(t);
  await open(page, permalink);
  await comment(page, BO);
  const mine = page.locator("#comment-1");

  await t.test("the browser is on the comment, and the way back leads to the post", async () => {
    assert.match(page.url(), /\.html#comment-1$/);
    await mine.getByRole("link", { name: "Edit" }).waitFor();
    await mine.getByRole("button", { name: "Delete" }).waitFor();
    assert.deepEqual(await barriers(page), []);
    assert.equal(await wordsOf(page).inputValue(), "", "the words were taken");
    await page.goBack();
    assert.equal(page.url(), permalink);
    await open(page, permalink);
    await mine.getByRole("link", { name: "Edit" }).waitFor();
  });

  await t.test("another browser has no keys, and asks for no script about them", async () => {
    const elsewhere = await somebody(t);
    const asked = [];
    elsewhere.on("request", (request) => asked.push(request.url()));
    await open(elsewhere, permalink);
    await elsewhere.waitForLoadState("networkidle");
    assert.equal(await elsewhere.locator("#comment-1").getByRole("button", { name: "Delete" }).count(), 0);
    assert.deepEqual(asked.filter((address) => address.includes("mine")), []);
  });

  await t.test("Edit opens the words, and saving stays on the own page", async () => {
    await press(mine.getByRole("link", { name: "Edit" }));
    const words = page.getByRole("textbox", { name: "Comment" });
    await words.fill("Four swallows.");
    // A proxy that finds no server keeps nothing; this browser does.
    const address = page.url();
    await page.route("**/comments/1?*", (route) => (route.request().method() === "POST" ? route.fulfill({ status: 502, body: "Later." }) : route.fallback()));
    await press(page.getByRole("button", { name: "Save" }));
    await page.unroute("**/comments/1?*");
    await open(page, address);
    assert.equal(await words.inputValue(), "Four swallows.");
    await press(page.getByRole("button", { name: "Save" }));
    await page.getByText("Saved.").waitFor();
    await page.getByText("Your comment is live").waitFor();
    assert.match(page.url(), /\/comments\/1\?key=/);
    assert.equal(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes("change")).length), 0);
  });

  await t.test("Delete takes the comment away, and Undo brings it back", async () => {
    await open(page, permalink);
    await press(mine.getByRole("button", { name: "Delete" }));
    await page.getByText("You deleted this comment.").waitFor();
    await press(page.getByRole("button", { name: "Undo" }));
    await page.getByText("Your comment is live").waitFor();
  });
});

test("without script the own page says that the comment is live, with both ways to it", async (t) => {
  const permalink = await openBlog(t);
  const page = await somebody(t, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await open(page, permalink);
  const form = formOf(page);
  await form.getByLabel("Name").fill(BO.name);
  await wordsOf(page).fill(BO.text);
  await press(form.getByRole("button", { name: "Post comment" }));
  await page.getByRole("status").getByText("Your comment is live").waitFor();
  await page.getByRole("button", { name: "Edit" }).waitFor();
  await page.getByRole("button", { name: "Delete" }).waitFor();
  await press(page.getByRole("link", { name: /see it below/ }));
  assert.match(page.url(), /#comment-1$/);
});

test("without script a reply is a page, and nothing else differs", async (t) => {
  const permalink = await openBlog(t);
  const page = await somebody(t, { javaScriptEnabled: false });
  await open(page, permalink);
  await comment(page, BO);
  await press(page.getByRole("link", { name: "Reply to Bo Lantern" }));
  await page.getByText("Replying to Bo Lantern.").waitFor();
  await comment(page, { name: "Dan", text: "I count four." });
  await page.waitForURL(/#comment-2$/);
  assert.match(await page.locator("#comment-2").getAttribute("class"), /depth-1/);
  assert.deepEqual(await page.context().cookies(), []);
});

test("what is being written outlives a reload and is gone once it is sent", async (t) => {
  const permalink = await openBlog(t);
  const page = await somebody(t);
  await open(page, permalink);
  await comment(page, BO);
  const form = formOf(page);

  await t.test("words and what they answer come back", async () => {
    await open(page, permalink);
    await page.getByRole("link", { name: "Reply to Bo Lantern" }).click();
    await wordsOf(page).fill("Not so fast.");
    await open(page, permalink);
    assert.equal(await wordsOf(page).inputValue(), "Not so fast.");
    await page.getByText("Replying to Bo Lantern.").waitFor();
    assert.equal(await thread(page).getByRole("form").count(), 1);
  });

  await t.test("a problem with the form does not lose them", async () => {
    await form.getByLabel("Name").fill(" ");
    const answer = await press(form.getByRole("button", { name: "Post comment" }));
    assert.equal(answer.status(), 422);
    assert.equal(await wordsOf(page).inputValue(), "Not so fast.");
    await open(page, permalink);
    assert.equal(await wordsOf(page).inputValue(), "Not so fast.");
  });

  await t.test("nor does a network that fails, nor a server that asks to wait", async () => {
    await form.getByLabel("Name").fill("Dan");
    await page.route("**/comments", (route) => route.abort());
    await form.getByRole("button", { name: "Post comment" }).press("Enter");
    await page.waitForURL("chrome-error://**");
    await page.unroute("**/comments");
    await open(page, `${permalink}#comment-1`);
    assert.equal(await wordsOf(page).inputValue(), "Not so fast.");
    assert.equal(await form.getByLabel("Name").inputValue(), "Dan", "who writes is kept in this tab");
    await page.route("**/comments", (route) => route.fulfill({ status: 429, body: "Later." }));
    await form.getByLabel("Name").fill("Dan");
    await press(form.getByRole("button", { name: "Post comment" }));
    await page.unroute("**/comments");
    await open(page, permalink);
    assert.equal(await wordsOf(page).inputValue(), "Not so fast.");
  });

  await t.test("once they are shown, they are forgotten", async () => {
    await form.getByLabel("Name").fill("Dan");
    await press(form.getByRole("button", { name: "Post comment" }));
    await page.waitForURL(/#comment-2$/);
    assert.deepEqual(await kept(page), {});
    await open(page, permalink);
    assert.equal(await wordsOf(page).inputValue(), "");
  });
});

test("a name is remembered only where somebody asks for it, and without a cookie", async (t) => {
  const permalink = await openBlog(t);
  const page = await somebody(t);
  const form = formOf(page);
  const box = form.getByLabel("Remember me in this browser");
  await open(page, permalink);
  await comment(page, BO);
  assert.deepEqual(await kept(page), {}, "nothing without the tick");
  assert.equal(await form.getByLabel("Name").inputValue(), "");

  await box.check();
  await form.getByLabel("Email", { exact: true }).fill("bo@example.org");
  await comment(page, { name: "Bo Lantern", text: "And a fourth." });
  await page.waitForURL(/#comment-2$/);
  assert.ok(await box.isChecked());
  assert.equal(await form.getByLabel("Name").inputValue(), "Bo Lantern");
  assert.equal(await form.getByLabel("Email", { exact: true }).inputValue(), "bo@example.org");
  const pass = () => form.locator("[name=pass]").inputValue();
  const first = await pass();
  assert.match(first, /^[0-9a-f]{32}$/);
  await open(page, permalink);
  assert.equal(await pass(), first, "one browser, one pass");

  await box.uncheck();
  assert.deepEqual(await kept(page), {});
  assert.equal(await pass(), "");
  assert.deepEqual(await page.context().cookies(), []);
});

test("a comment is sent once, and its writer sees when it grows long", async (t) => {
  const permalink = await openBlog(t);
  const page = await somebody(t);
  await open(page, permalink);
  const form = formOf(page);
  const button = form.getByRole("button", { name: "Post comment" });
  await wordsOf(page).fill("x".repeat(7_499));
  assert.equal(await page.getByText("characters left").count(), 0);
  await wordsOf(page).press("x");
  await wordsOf(page).press("x");
  await page.getByText("499 characters left").waitFor();
  await wordsOf(page).fill("Once.");
  await form.getByLabel("Name").fill("Bo");

  // The answer never comes here, so that what the form does meanwhile can be seen.
  await form.evaluate((element) => {
    window.sent = 0;
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      window.sent += 1;
    });
  });
  await button.click();
  await form.locator("button:disabled").first().waitFor();
  await wordsOf(page).press("Control+Enter");
  assert.equal(await page.evaluate(() => window.sent), 1);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  assert.ok(await button.isEnabled(), "back from elsewhere it can be sent again");
});

test("a long thread is sound, light and dark, and fits a telephone", async (t) => {
  const blog = await livelyBlog();
  const page = await somebody(t, { viewport: { width: 360, height: 740 } });
  await open(page, blog.origin);
  await press(page.getByRole("article").getByRole("heading", { level: 3 }).getByRole("link").first());
  const next = page.getByRole("navigation", { name: "Pages of comments", exact: true }).getByRole("link", { name: "Page 2" });
  const excess = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok((await excess()) <= 0, "the first page fits");
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await barriers(page), [], colorScheme);
  }
  await press(next);
  assert.match(page.url(), /\?comments=2#comments$/);
  await page.getByRole("link", { name: /^Reply/ }).last().click();
  assert.ok((await excess()) <= 0, "the second page fits, with a reply open");
  assert.deepEqual(await barriers(page), [], "with a reply open");

  const said = await page.locator(".answering").innerText();
  await wordsOf(page).fill("As I was saying.");
  await press(page.getByRole("navigation", { name: "Pages of comments", exact: true }).getByRole("link", { name: "Page 1" }));
  assert.equal(await wordsOf(page).inputValue(), "As I was saying.");
  assert.equal(await page.locator(".answering").innerText(), said, "the comment that is replied to is on another page");
});

for (const javaScriptEnabled of [true, false]) {
  test(`a commenter changes, deletes and brings back a comment by the key, ${javaScriptEnabled ? "with" : "without"} script`, async (t) => {
    const permalink = await openBlog(t);
    const page = await somebody(t, { javaScriptEnabled });
    await open(page, permalink);
    // A name like the author's is held, so its writer is led to a page of their own.
    await comment(page, { name: "Ada Ferry", text: "I write like the author." });
    assert.match(page.url(), /\/comments\/\d+\?key=/);
    const own = page.url();
    await page.getByRole("status").filter({ hasText: "looks like that of an author" }).waitFor();

    await t.test("Edit and Save change the words, and the page says so", async () => {
      await press(page.getByRole("button", { name: "Edit" }));
      await page.getByRole("textbox", { name: "Comment" }).fill("I write like *myself*.");
      await press(page.getByRole("button", { name: "Save" }));
      await page.getByText("I write like myself.").waitFor();
      assert.match(await page.getByRole("article").innerText(), /edited/);
    });

    await t.test("Delete takes it away, and Undo brings it back", async () => {
      await press(page.getByRole("button", { name: "Delete" }));
      await page.getByText("You deleted this comment.").waitFor();
      await press(page.getByRole("button", { name: "Undo" }));
      await page.getByText("Your comment is back.").waitFor();
    });

    await t.test("the address alone is the key, on any device, without a cookie", async () => {
      const elsewhere = await somebody(t, { viewport: { width: 360, height: 740 } });
      await open(elsewhere, own);
      await elsewhere.getByRole("button", { name: "Delete" }).waitFor();
      assert.deepEqual(await barriers(elsewhere), []);
      assert.deepEqual(await page.context().cookies(), []);
      await open(elsewhere, own.replace(/key=.*/, "key=wrong"), 404);
    });
  });
}
