// Mail over a real mail server: each message arrives once, whatever goes down meanwhile, and an author approves from it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newBlog } from "./blog.mjs";
import { Letterbox } from "./letterbox.mjs";
import { AUTHOR, comment, open, press, publish, setUp, somebody } from "./people.mjs";

/** Words that would end a message and begin another one, were they taken for commands. */
const SMUGGLED = "x\r\n\r\n.\r\nRCPT TO:<z@example.org>\r\nDATA\r\n..\r\n";

/** The numbers on the tabs of the outbox. */
async function outbox(page, blog) {
  await open(page, blog.at("/admin/outbox/"));
  const tabs = await page.getByRole("navigation", { name: "Mail" }).getByRole("listitem").allInnerTexts();
  return Object.fromEntries(tabs.map((tab) => tab.match(/^(.*?)\s*(\d+)$/).slice(1)));
}

/** Looks at the outbox again until its tabs and its lines say what is wanted. */
async function outboxSays(page, blog, wanted, words = "Mail") {
  for (;;) {
    const tabs = await outbox(page, blog);
    const said = await page.getByRole("main").innerText();
    if (Object.entries(wanted).every(([name, count]) => tabs[name] === count) && said.includes(words)) return;
    await page.waitForTimeout(100);
  }
}

test("each message arrives once, though the mail server is away and Daybook is killed", { timeout: 120_000 }, async (t) => {
  const box = await Letterbox.at(t);
  const blog = await newBlog(t, "--smtp", box.url);
  const author = await somebody(t);
  await setUp(author, blog);
  const permalink = await publish(author, blog, { title: "Ebb", body: "The mud shines." });
  const reader = await somebody(t);
  let written = 0;
  const write = async (words) => {
    written += 1;
    await open(reader, permalink);
    await comment(reader, { name: `Bo ${written}`, text: words });
  };

  await t.test("with the server away, comments are taken and their notices wait", async () => {
    for (const words of ["One.", "Two.", SMUGGLED]) await write(words);
    await outboxSays(author, blog, { Waiting: "3", Sent: "0" }, "Connection error");
  });

  await t.test("killed and started again, Daybook has them still, and takes more", async () => {
    await blog.end("SIGKILL");
    await blog.start();
    for (const words of ["Four.", "Five."]) await write(words);
    await outboxSays(author, blog, { Waiting: "5", Sent: "0" });
  });

  await t.test("killed in the middle of a message, it sends that one again", async () => {
    const asleep = box.fallAsleep();
    await box.open();
    await asleep;
    await blog.end("SIGKILL");
    assert.equal(box.messages.length, 0, "nothing was acknowledged");
    await blog.start();
    await box.until(written);
  });

  await t.test("the server goes away once more, and comes back", async () => {
    await outboxSays(author, blog, { Waiting: "0", Sent: "5" });
    await box.close();
    await write("Six.");
    await outboxSays(author, blog, { Waiting: "1", Sent: "5" }, "Connection error");
    await box.open();
    await box.until(written);
  });

  await t.test("each has arrived exactly once, for one recipient, with its words whole", async () => {
    await write("The last one.");
    await box.until(written);
    await outboxSays(author, blog, { Waiting: "0", Sent: String(written), Failed: "0" });
    const ids = new Set(box.messages.map(({ mail }) => mail.messageId));
    assert.equal(ids.size, written);
    assert.equal(box.messages.length, written);
    assert.ok(box.messages.every(({ to }) => to.length === 1 && to[0] === AUTHOR.email));
    for (let number = 1; number <= written; number += 1) {
      const of = box.messages.filter(({ mail }) => mail.text.startsWith(`Bo ${number} wrote on “Ebb”`));
      assert.equal(of.length, 1, `Bo ${number}`);
    }
    const smuggled = box.messages.find(({ mail }) => mail.text.startsWith("Bo 3 "));
    assert.match(smuggled.mail.text, /> x\n>\n> \.\n> RCPT TO:<z@example\.org>\n> DATA\n> \.\.\n/);
  });
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`an author approves a comment from the mail, ${how}`, { timeout: 60_000 }, async (t) => {
    const box = await Letterbox.at(t, { asksForPassword: true });
    await box.open();
    const blog = await newBlog(t, "--smtp", box.url);
    const author = await somebody(t);
    await setUp(author, blog);
    const permalink = await publish(author, blog, { title: "Ebb", body: "The mud shines." });
    const stranger = await somebody(t, { javaScriptEnabled });
    await open(stranger, permalink);
    await comment(stranger, { name: "Bo Lantern", text: "And smells of **salt**." });

    const [{ mail }] = await box.until(1);
    assert.equal(mail.from.value[0].address, "blog@example.org");
    assert.equal(mail.from.value[0].name, "Tide Tables");
    assert.match(mail.text, /> And smells of \*\*salt\*\*\./);
    assert.equal(mail.html, false, "plain text only");

    const phone = await somebody(t, { javaScriptEnabled, viewport: { width: 360, height: 740 } });
    const [, approve] = mail.text.match(/^Approve: (\S+)$/m);
    await open(phone, approve);
    await open(stranger, permalink);
    assert.equal(await stranger.getByText("smells of").count(), 0, "opening the link shows nothing yet");
    await press(phone.getByRole("button", { name: "Approve" }));
    await phone.getByRole("heading", { name: "Approved", exact: true }).waitFor();
    await phone.getByRole("link", { name: /View it on/ }).waitFor();

    await open(stranger, permalink);
    await stranger.getByRole("region", { name: "Comments" }).getByRole("heading", { name: "Bo Lantern" }).waitFor();
    await open(phone, approve);
    await phone.getByText("Approved by").waitFor();
    assert.equal(await phone.getByRole("button").count(), 0);
  });
}
