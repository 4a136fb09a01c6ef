// The visual view of a post: what is typed and pressed there, what of it the source gets, and what readers see. Whatever nobody
// touched stays as it is to the byte.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./axe.mjs";
import { begin, PHONE, published, says, sourceOf, writeHtml, writer } from "./visual_writer.mjs";

/** Each act begins behind the word `Begin` in a paragraph of its own, and leaves this behind it, on the page and in the source. */
const ACTS = [
  { name: "Bold", keys: "Control+b", type: "mud", html: "<p>Begin <strong>mud</strong></p>", markdown: "Begin **mud**" },
  { name: "Italic", keys: "Control+i", type: "mud", html: "<p>Begin <em>mud</em></p>", markdown: "Begin *mud*" },
  { name: "Bulleted list", keys: "Control+Shift+Digit8", type: "mud", html: "<ul><li>Begin mud</li></ul>", markdown: "- Begin mud" },
  { name: "Numbered list", keys: "Control+Shift+Digit7", type: "mud", html: "<ol><li>Begin mud</li></ol>", markdown: "1. Begin mud" },
  { name: "Quote", keys: "Control+Shift+Digit9", type: "mud", html: "<blockquote><p>Begin mud</p></blockquote>", markdown: "> Begin mud" },
  { name: "Heading 3", menu: "Heading", keys: "Control+Alt+Digit3", type: "mud", html: "<h3>Begin mud</h3>", markdown: "### Begin mud" },
];

for (const markup of ["markdown", "html"]) {
  for (const by of ["mouse", "keyboard", "phone"]) {
    test(`what the tools do by ${by} is written as ${markup}, and readers see it`, async (t) => {
      const { blog, page, body } = await writer(t, by === "phone" ? PHONE : {});
      if (markup === "html") await writeHtml(page);
      for (const [number, act] of ACTS.entries()) {
        await body.focus();
        await page.keyboard.press("Control+End");
        if (number > 0) {
          // Out of the list or the quote, to a paragraph of its own.
          await page.keyboard.press("Enter");
          await page.keyboard.press("Enter");
          if (act.name !== "Italic" && number < 5) await page.keyboard.press("Control+Alt+Digit1");
        }
        await page.keyboard.type("Begin ");
        if (by === "keyboard") await page.keyboard.press(act.keys);
        else {
          const tool = page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name: act.menu ?? act.name, exact: true });
          await (by === "phone" ? tool.tap() : tool.click());
          if (act.menu) await page.getByRole("menuitem", { name: act.name })[by === "phone" ? "tap" : "click"]();
        }
        await page.keyboard.type(act.type);
        if (act.name === "Bold" || act.name === "Italic") await page.keyboard.press(act.keys);
      }
      const written = ACTS.map((act) => act[markup]);
      await page.waitForFunction((last) => document.querySelector("textarea[name=body]").value.includes(last), written.at(-1));
      const source = await sourceOf(page);
      for (const words of written) assert.ok(source.includes(words), `${words} in ${source}`);
      const seen = await published(page, blog);
      assert.equal(await seen.locator("strong").textContent(), "mud");
      assert.equal(await seen.locator("em").textContent(), "mud");
      assert.equal((await seen.locator("ul > li").textContent()).trim(), "Begin mud");
      assert.equal((await seen.locator("ol > li").textContent()).trim(), "Begin mud");
      assert.equal((await seen.locator("blockquote").textContent()).trim(), "Begin mud");
      assert.match(await seen.locator("h3, h2").first().textContent(), /Begin mud/);
    });
  }
}

test("marks of Markdown that are typed become what they mean", async (t) => {
  const { page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("## Ebb\nSome **bold**, *soft* and `code`.\n- one\ntwo\n\n> quoted\n\n1. first\n\n---last\n```\nfn()");
  await says(page, "## Ebb\n\nSome **bold**, *soft* and `code`.\n\n- one\n- two\n\n> quoted\n\n1. first\n\n---\n\nlast\n\n```\nfn()\n```\n");
});

const OLD = [
  '<div class="separator" style="clear: both; text-align: center;"><a href="http://old.example/x.jpg" style="margin-left: 1em;"><img border="0" src="/media/none.jpg" /></a></div>\n',
  "Loose &amp; words <B>bold</B><br />\nline two<br /><br />\n",
  '<span style="font-size: small;">Third&nbsp;line</span>\n',
  "<ul><li>one<LI>two</ul>\n",
  '<iframe src="https://www.youtube.com/embed/abc"></iframe>\n',
  `<p align=center onclick="x()">Last 'one'</p>`,
].join("");

test("an old post stays as it is to the byte, and a word changes its own place alone", async (t) => {
  const { page, body, reports } = await writer(t);
  await begin(page, "html", OLD);
  assert.equal(await sourceOf(page), OLD);
  await body.getByText("line two").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" more");
  await says(page, OLD.replace("line two", "line two more"));
  await body.getByText("two", { exact: true }).click();
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  const changed = OLD.replace("line two", "line two more").replace("<LI>two", "<LI>two!");
  await says(page, changed);
  // There and back changes nothing.
  const view = page.getByRole("group", { name: "View" });
  await view.getByRole("radio", { name: "HTML" }).check();
  assert.ok(await page.locator("textarea[name=body]").isVisible());
  await view.getByRole("radio", { name: "Visual" }).check();
  await page.locator("form.is-visual").waitFor();
  assert.equal(await sourceOf(page), changed);
  assert.deepEqual(reports, []);
});

test("a part that cannot be shown faithfully is changed by its source", async (t) => {
  const { page, body } = await writer(t);
  await begin(page, "html", OLD);
  const part = body.getByRole("group", { name: "HTML part" });
  await part.getByRole("button", { name: "Edit source" }).click();
  await part.getByRole("textbox").fill("<p>A film was here</p>");
  // It is in the text before the box is closed.
  await says(page, OLD.replace(/<iframe.*iframe>/, "<p>A film was here</p>"));
  await part.getByRole("button", { name: "Done" }).click();
  await says(page, OLD.replace(/<iframe.*iframe>/, "<p>A film was here</p>"));
  await body.getByText("A film was here").click();
  await page.keyboard.press("End");
  await page.keyboard.type(".");
  await says(page, OLD.replace(/<iframe.*iframe>/, "<p>A film was here.</p>"));
});

test("cells of a table are reached by Tab, and the last one adds a row", async (t) => {
  const { page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("/table");
  await page.getByRole("listbox", { name: "Tools" }).waitFor();
  await page.keyboard.press("Enter");
  for (const [number, words] of ["a", "b", "1", "2", "3"].entries()) {
    if (number > 0) await page.keyboard.press("Tab");
    await page.keyboard.type(words);
  }
  await says(page, "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |\n");
});

test("a picture that is dropped is a picture, with words for those who cannot see it", async (t) => {
  const { blog, page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("Before.");
  await body.evaluate(async (dom) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 90, height: 50 });
    canvas.getContext("2d")?.fillRect(0, 0, 90, 50);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([blob], "boat.png", { type: "image/png" }));
    const { left, top } = dom.firstElementChild.getBoundingClientRect();
    dom.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, clientX: left + 5, clientY: top + 5 }));
  });
  await page.waitForFunction(() => /!\[[^\]]*\]\(\/media\//.test(document.querySelector("textarea[name=body]").value));
  await body.getByRole("button", { name: /^Edit picture/ }).click();
  await page.getByRole("dialog").getByLabel("Alternative text").fill("A boat");
  await page.getByRole("dialog").getByLabel("Caption").fill("By the quay");
  await page.getByRole("button", { name: "Done" }).click();
  await page.waitForFunction(() => document.querySelector("textarea[name=body]").value.includes("figcaption"));
  const seen = await published(page, blog);
  assert.equal(await seen.locator("figure img").getAttribute("alt"), "A boat");
  assert.equal(await seen.locator("figcaption").textContent(), "By the quay");
});

test("what another tab saved comes in without moving the cursor", async (t) => {
  const { page, body } = await writer(t);
  await begin(page, "markdown", "One.\n\nTwo.\n\nThree.\n");
  await body.getByText("Three.").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" Here");
  await says(page, "One.\n\nTwo.\n\nThree. Here\n");
  // As autosave does with what was merged.
  await page.evaluate(() => {
    const form = document.querySelector("form.editor");
    form.elements.body.value = "One, from elsewhere.\n\nTwo.\n\nThree. Here\n";
    form.dispatchEvent(new CustomEvent("adopted"));
  });
  await body.getByText("One, from elsewhere.").waitFor();
  await page.keyboard.type("!");
  await says(page, "One, from elsewhere.\n\nTwo.\n\nThree. Here!\n");
});

test("a text that this browser kept is shown once it is restored, and the buttons of footnotes count along", async (t) => {
  const { blog, page, body } = await writer(t);
  const kept = { title: "", body: "One[^a].\n\nTwo[^b].\n\n[^a]: First.\n\n[^b]: Second.\n" };
  await page.goto(blog.at("/admin/posts/"));
  await page.evaluate((text) => localStorage.setItem("daybook editor new post", JSON.stringify({ at: Date.now(), text })), kept);
  await page.goto(blog.at("/admin/posts/new"));
  await page.locator("form.is-visual").waitFor();
  await page.getByRole("button", { name: "Restore" }).click();
  await body.getByText("First.").waitFor();
  await body.getByText("One").click({ position: { x: 1, y: 8 } });
  await page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Footnote" }).click();
  for (const number of [1, 2, 3]) assert.equal(await body.getByRole("button", { name: `Delete footnote ${number}` }).count(), 1, `${number}`);
});

test("characters that are composed of several keys are neither lost nor doubled", async (t) => {
  const { page, body } = await writer(t);
  await body.focus();
  await page.keyboard.type("Now ");
  const session = await page.context().newCDPSession(page);
  for (const text of ["k", "ka", "kan", "かん"]) {
    await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await page.waitForTimeout(120);
  }
  await session.send("Input.insertText", { text: "漢" });
  await page.keyboard.type(" end");
  await says(page, "Now 漢 end\n");
});

test("undo goes back over a switch of views", async (t) => {
  const { page, body } = await writer(t);
  await begin(page, "markdown", "One.\n");
  await body.getByText("One.").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" Two");
  await says(page, "One. Two\n");
  const view = page.getByRole("group", { name: "View" });
  await view.getByRole("radio", { name: "Markdown" }).check();
  await page.keyboard.press("Control+z");
  await says(page, "One.\n");
});

test("nothing in the visual view is in anybody's way", async (t) => {
  for (const options of [{}, PHONE, { viewport: { width: 320, height: 225 }, colorScheme: "dark" }]) {
    const { page, body } = await writer(t, options);
    await begin(page, "html", OLD);
    await body.getByText("line two").click();
    assert.deepEqual(await barriers(page), []);
  }
});
