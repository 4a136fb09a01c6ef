// The frame of the admin pages: the navigation, what can be done with a row of a list, the settings of a post, and what the
// publish dialog lets one put right.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { demoBlog, newBlog } from "./blog.mjs";
import { author } from "./pages.mjs";
import { open, press, setUp, somebody } from "./people.mjs";

const PHONE = { viewport: { width: 390, height: 844 } };

test("the navigation is at the side of a wide screen and behind Menu on a phone, with and without JavaScript", async (t) => {
  const blog = await demoBlog();
  for (const javaScriptEnabled of [true, false]) {
    const wide = await author(t, { javaScriptEnabled });
    await open(wide, blog.at("/admin/settings"));
    const links = wide.getByRole("navigation", { name: "Admin" }).getByRole("link");
    assert.ok(await links.first().isVisible());
    assert.deepEqual((await links.allInnerTexts()).map((words) => words.replace(/\s.*/s, "")), [
      "Posts", "Pages", "Comments", "Media", "Stats", "Appearance", "Tags", "Redirects", "Settings", "People", "Import", "Backups", "Mail", "Audit",
    ]);
    assert.equal(await wide.locator("[aria-current=page]").innerText(), "Settings");
    const side = await wide.getByRole("navigation", { name: "Admin" }).boundingBox();
    const main = await wide.getByRole("main").boundingBox();
    assert.ok(side.x + side.width <= main.x, "the page is next to it");
    assert.equal(await wide.getByRole("button", { name: "Menu" }).isVisible(), false);

    const phone = await author(t, { ...PHONE, javaScriptEnabled });
    await open(phone, blog.at("/admin/posts/"));
    const bar = await phone.getByRole("banner").boundingBox();
    assert.ok(bar.height <= 64, `the bar is ${bar.height} pixels high`);
    assert.ok(await phone.getByRole("banner").getByRole("link", { name: "New post" }).isVisible());
    const stats = phone.getByRole("link", { name: "Stats" });
    assert.equal(await stats.isVisible(), false);
    await phone.getByRole("button", { name: "Menu" }).press("Enter");
    await stats.waitFor();
    if (javaScriptEnabled) assert.deepEqual(await barriers(phone), []);
    await phone.keyboard.press("Escape");
    await stats.waitFor({ state: "hidden" });
    await phone.getByRole("button", { name: "Menu" }).press("Enter");
    await press(stats);
    assert.equal(await phone.getByRole("heading", { level: 1 }).innerText(), "Stats");
  }
});

test("on a phone what can be done with a row is behind one button, without JavaScript too", async (t) => {
  const blog = await demoBlog();
  for (const javaScriptEnabled of [true, false]) {
    const page = await author(t, { ...PHONE, javaScriptEnabled });
    await open(page, blog.at("/admin/posts/"));
    const row = page.getByRole("row").filter({ has: page.getByRole("button", { name: /^Actions/ }) }).first();
    const edit = row.getByRole("link", { name: /^Edit/ });
    assert.equal(await edit.isVisible(), false);
    await row.getByRole("button", { name: /^Actions/ }).press("Enter");
    await edit.waitFor();
    for (const act of await row.locator(".row-menu").locator("a, button").all()) {
      const { height } = await act.boundingBox();
      assert.ok(height >= 44, `${height} pixels high`);
    }
    if (javaScriptEnabled) assert.deepEqual(await barriers(page), []);
    await press(edit);
    assert.match(page.url(), /\/admin\/posts\/\d+$/);
  }
});

/** A new post of a new blog, in a window of its own. */
async function newPost(t, options = {}) {
  const blog = await newBlog(t);
  const page = await somebody(t, options);
  await setUp(page, blog);
  await open(page, blog.at("/admin/posts/new"));
  await page.getByRole("toolbar", { name: "Formatting" }).waitFor();
  return { blog, page };
}

test("the settings of a post fold away next to the text, and the page remembers it", async (t) => {
  const { blog, page } = await newPost(t);
  const button = page.getByRole("button", { name: "Settings", exact: true });
  const tags = page.getByLabel("Tags");
  assert.ok(await tags.isVisible());
  await button.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  assert.equal(await tags.isVisible(), false);
  await open(page, blog.at("/admin/posts/new"));
  await page.getByRole("toolbar", { name: "Formatting" }).waitFor();
  assert.equal(await tags.isVisible(), false);
  await button.press("Enter");
  assert.ok(await tags.isVisible());
  // The navigation is folded here, so that the text has the room.
  assert.equal(await page.getByRole("link", { name: "Stats" }).isVisible(), false);
  assert.ok(await page.getByRole("button", { name: "Menu" }).isVisible());
  const body = await page.getByLabel("Body", { exact: true }).boundingBox();
  await page.getByLabel("Body", { exact: true }).fill("The mud shines.\n\n".repeat(40));
  const grown = await page.getByLabel("Body", { exact: true }).boundingBox();
  assert.ok(grown.height > body.height + 200, "the text area grows with its text");
});

test("on a phone the settings of a post are a sheet, which Escape closes", async (t) => {
  const { page } = await newPost(t, PHONE);
  const button = page.getByRole("button", { name: "Settings", exact: true });
  const tags = page.getByLabel("Tags");
  assert.equal(await tags.isVisible(), false);
  await button.press("Enter");
  await tags.fill("Sea");
  assert.deepEqual(await barriers(page), []);
  await tags.press("Escape");
  assert.equal(await tags.isVisible(), false);
  assert.ok(await button.evaluate((button) => button === document.activeElement));
  assert.ok(await page.getByRole("button", { name: "Save", exact: true }).isVisible());
});

test("a field of the settings that is refused is shown, though they are folded away", async (t) => {
  const { page } = await newPost(t, PHONE);
  await page.getByLabel("Title").fill("Ebb");
  await page.getByRole("button", { name: "Settings", exact: true }).press("Enter");
  await page.getByLabel("First published at").fill("nowhere");
  await page.getByRole("button", { name: "Close" }).press("Enter");
  const field = page.getByLabel("First published at");
  assert.equal(await field.isVisible(), false);
  await page.getByRole("button", { name: "Publish", exact: true }).press("Enter");
  await field.waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0, "nothing is published meanwhile");
});

test("what was forgotten is put right in the publish dialog", async (t) => {
  const { blog, page } = await newPost(t);
  await page.getByLabel("Title").fill("Boats");
  await page.getByLabel("Body", { exact: true }).fill("![](/media/a.webp)\n\nThe boats of TK.");
  await page.getByRole("button", { name: "Publish", exact: true }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Publish" });
  await dialog.getByText("A picture has no alternative text.").waitFor();
  assert.deepEqual(await barriers(page), []);
  await dialog.getByLabel("Tags, separated by commas").fill("Sea");
  await dialog.getByLabel(/^Alternative text of/).fill("Two [small] boats");
  await dialog.getByLabel("Tags, separated by commas").focus();
  await dialog.getByRole("listitem").filter({ hasText: "“TK” is still" }).getByRole("button", { name: "Show" }).press("Enter");
  const body = page.getByLabel("Body", { exact: true });
  assert.equal(await body.inputValue(), "![Two \\[small\\] boats](/media/a.webp)\n\nThe boats of TK.");
  assert.equal(await body.evaluate((area) => area.value.slice(area.selectionStart)), "TK.");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Delete");
  await page.keyboard.type("Norden");
  await page.getByRole("button", { name: "Publish", exact: true }).press("Enter");
  await dialog.getByText("There are no tags.").waitFor({ state: "detached" });
  await press(dialog.getByRole("button", { name: "Publish", exact: true }));
  const address = await page.getByRole("link", { name: "View post" }).getAttribute("href");
  await open(page, blog.at(address));
  assert.ok(await page.getByRole("img", { name: "Two [small] boats" }).count());
  assert.ok(await page.getByRole("link", { name: "Sea" }).count());
  assert.ok(await page.getByText("The boats of Norden.").count());
});

test("settings are saved where one is, and a field that is wrong is shown", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t);
  await setUp(page, blog);
  await open(page, blog.at("/admin/settings"));
  // What has the focus is not below the bar of the button.
  const covered = await page.evaluate(() =>
    [...document.querySelectorAll(".sections :is(input:not([type=hidden]), select)")].filter((field) => {
      field.focus();
      return field.getBoundingClientRect().bottom > document.querySelector(".save-bar").getBoundingClientRect().top + 1;
    }).map(({ name }) => name),
  );
  assert.deepEqual(covered, []);
  // Nor is the last line of a text area while it is typed.
  for (const viewport of [{ width: 390, height: 780 }, { width: 320, height: 225 }, { width: 1280, height: 720 }]) {
    await page.setViewportSize(viewport);
    for (const name of ["description", "footer", "picture_hosts"]) {
      const area = page.locator(`textarea[name=${name}]`);
      await area.evaluate((field) => {
        field.value = "pictures.example\n".repeat(12).trimEnd();
        field.focus();
        field.setSelectionRange(field.value.length, field.value.length);
        // Its lower edge is where the lower edge of the window is.
        scrollBy(0, field.getBoundingClientRect().bottom - innerHeight);
      });
      await page.keyboard.type("s");
      const [line, bar] = await area.evaluate((field) => {
        const style = getComputedStyle(document.querySelector(".save-bar"));
        return [field.getBoundingClientRect().bottom, style.position === "sticky" ? document.querySelector(".save-bar").getBoundingClientRect().top : innerHeight];
      });
      assert.ok(line <= bar + 8, `${name} at ${viewport.width}: ${line} is below ${bar}`);
    }
  }
  await page.evaluate(() => {
    for (const area of document.querySelectorAll("textarea[name]")) {
      area.value = area.defaultValue;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    scrollTo(0, 0);
  });
  const hosts = page.getByLabel("Sites that pictures can come from");
  await hosts.fill("pictures.example.org");
  await hosts.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  assert.ok(before > 300);
  await press(page.getByRole("button", { name: "Save settings" }));
  await page.getByRole("status").getByText("Saved.").waitFor();
  await page.waitForFunction((before) => Math.abs(scrollY - before) < 5, before);
  await page.getByLabel("Posts per page").evaluate((field) => (field.value = "many"));
  await press(page.getByRole("button", { name: "Save settings" }));
  const alert = page.getByRole("alert");
  await alert.getByRole("link", { name: "Posts per page" }).waitFor();
  assert.ok(await page.getByLabel("Posts per page").evaluate((field) => field === document.activeElement));
});
