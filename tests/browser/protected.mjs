// Posts that are read with a password, and posts that are deleted for ever: with and without scripts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { comment, open, press, publish, setUp, somebody } from "./people.mjs";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without scripts too";

  test(`a post with a password is read and commented on by who knows it${how}`, async (t) => {
    const blog = await newBlog(t);
    const author = await somebody(t, { javaScriptEnabled });
    await setUp(author, blog);
    await open(author, blog.at("/admin/posts/new"));
    await author.getByLabel("Password for readers").fill("grey heron");
    await author.getByLabel("Title").fill("Family");
    await author.getByLabel("Body").fill("Only for us.");
    const button = author.getByRole("button", { name: "Publish", exact: true });
    if (javaScriptEnabled) {
      await button.press("Enter");
      await press(author.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }));
    } else await press(button);
    const permalink = blog.at(await author.getByRole("link", { name: "View post" }).getAttribute("href"));

    const reader = await somebody(t, { javaScriptEnabled });
    await open(reader, blog.origin);
    await reader.getByText("Read it with a password.").waitFor();
    await press(reader.getByRole("link", { name: "Family" }));
    await reader.getByRole("heading", { level: 1, name: "Protected: Family" }).waitFor();
    if (javaScriptEnabled) assert.deepEqual(await barriers(reader), []);
    await reader.getByLabel("Password").fill("white heron");
    await press(reader.getByRole("button", { name: "Open" }));
    await reader.getByRole("alert").getByText("That isn’t the password.").waitFor();
    if (javaScriptEnabled) assert.deepEqual(await barriers(reader), []);
    await reader.getByLabel("Password").fill("grey heron");
    await press(reader.getByRole("button", { name: "Open" }));
    assert.equal(reader.url(), permalink);
    await reader.getByText("Only for us.").waitFor();
    await comment(reader, { name: "Ben", text: "Thank you." });
    await open(reader, permalink);
    await reader.getByText("Only for us.").waitFor();
    const stranger = await somebody(t, { javaScriptEnabled });
    await open(stranger, permalink);
    assert.equal(await stranger.getByText("Only for us.").count(), 0);
  });

  test(`what is in the trash is deleted for ever after a question${how}`, async (t) => {
    const blog = await newBlog(t);
    const page = await somebody(t, { javaScriptEnabled });
    await setUp(page, blog);
    const gone = await publish(page, blog, { title: "Ebb", body: "Words." });
    await publish(page, blog, { title: "Flow", body: "Words." });
    for (const title of ["Ebb", "Flow"]) {
      await open(page, blog.at("/admin/posts/"));
      await press(page.getByRole("button", { name: `Trash ${title}` }));
    }
    const trash = blog.at("/admin/posts/?state=trashed");
    await open(page, trash);
    const erase = page.getByRole("button", { name: "Delete for ever Ebb" });
    if (javaScriptEnabled) {
      await erase.press("Enter");
      const question = page.getByRole("dialog", { name: "Delete “Ebb” for ever?" });
      assert.deepEqual(await barriers(page), []);
      await question.getByRole("button", { name: "Cancel" }).press("Enter");
      // A server that does nothing leaves the page as it is: it asks again.
      await page.route("**/admin/posts/**", (route) => route.fulfill({ status: 204 }), { times: 1 });
      await erase.press("Enter");
      await question.getByRole("button", { name: "Delete for ever" }).press("Enter");
      await question.waitFor({ state: "detached" });
      await erase.press("Enter");
      await press(question.getByRole("button", { name: "Delete for ever" }));
    } else {
      await press(erase);
      await page.getByRole("heading", { level: 1, name: "Delete 1 post for ever?" }).waitFor();
      await press(page.getByRole("button", { name: "Delete for ever" }));
    }
    await page.getByRole("status").getByText("Deleted for ever.").waitFor();
    await page.getByRole("link", { name: "Flow", exact: true }).waitFor();
    assert.equal(await page.getByText("Ebb").count(), 0);
    await open(page, gone, 404);
    await open(page, trash);
    await press(page.getByRole("link", { name: "Empty trash" }));
    if (javaScriptEnabled) assert.deepEqual(await barriers(page), []);
    await press(page.getByRole("button", { name: "Empty trash" }));
    await page.getByRole("status").getByText("The trash was emptied.").waitFor();
  });
}
