// Moving in: a file that is sent in pieces, over a line that breaks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { newBlog } from "./blog.mjs";
import { open, press, setUp, somebody } from "./people.mjs";

const PIECES = /\/admin\/transfer\/pieces/;

const EXPORT = `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
  <item><title>Ebb</title><link>https://old.example/2016/06/ebb/</link><wp:post_id>1</wp:post_id><wp:post_date_gmt>2016-06-05 10:00:00</wp:post_date_gmt>
  <wp:post_name>ebb</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
  <content:encoded><![CDATA[Words of the ebb.]]></content:encoded></item></channel></rss>`;

test("a file to import goes on where the line broke, and its old addresses are asked", async (t) => {
  const blog = await newBlog(t);
  const page = await somebody(t, { viewport: { width: 320, height: 700 } });
  await setUp(page, blog);
  await open(page, blog.at("/admin/transfer/"));
  let sent = 0;
  let goOn;
  const held = new Promise((done) => (goOn = done));
  await page.route(PIECES, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    sent += 1;
    if (sent === 2) {
      await held;
      return route.abort();
    }
    return route.continue();
  });
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "old.xml", mimeType: "text/xml", buffer: Buffer.from(EXPORT) });
  await page.getByRole("button", { name: "Import", exact: true }).press("Enter");
  const bar = page.getByRole("progressbar", { name: "Upload" });
  await bar.waitFor();
  const cancel = page.getByRole("group", { name: "Upload" }).getByRole("button", { name: "Cancel" });
  assert.ok(await cancel.evaluate((button) => button === document.activeElement), "the keyboard is where it is needed");
  assert.deepEqual(await barriers(page), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0);
  goOn();
  const now = page.getByRole("button", { name: "Import now" });
  await now.waitFor();
  assert.ok(sent >= 3, `${sent}`);
  await press(now);
  await page.getByText("The import is done.").waitFor();
  const row = page.getByRole("row", { name: "Old links" });
  assert.match(await row.textContent(), /Old links\s*2/);
  assert.deepEqual(await barriers(page), []);
});
