// Everything that one can put into a text in the visual view: by mouse, by keyboard, and by finger on a phone; in Markdown and in
// HTML; each seen on the page that readers get. The acts of one way share a post, and all posts a blog.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { barriers } from "./axe.mjs";
import { dropPictures, PHONE, published, sharedBlog, sourceOf, writeHtml, writer } from "./visual_writer.mjs";

/**
 * What is done in a part of its own: the tool, the fields that it asks for, what is typed then (`\t` is Tab), and what readers
 * see of it: the element of a selector with these words.
 */
const ACTS = [
  { tool: "Heading 2", menu: "Heading", type: "Spring tide", seen: ["h2", "Spring tide"] },
  { tool: "Bulleted list", type: "mud", seen: ["ul > li", "mud"] },
  { tool: "Numbered list", type: "sand", seen: ["ol > li", "sand"] },
  { tool: "Quote", type: "said", seen: ["blockquote:not([class]) p", "said"] },
  { tool: "Code block", type: "fn()", seen: ["pre code", "fn()"] },
  { tool: "Table", type: "a\tb\tc\td", seen: ["tbody td:last-child", "d"] },
  { tool: "Callout", type: "Mind the **step**.", seen: [".callout strong", "step"] },
  { tool: "Details", type: "Hidden", seen: ["details p", "Hidden"] },
  { tool: "Bookmark", fields: { Address: "example.org/tides", "Its title": "Tides", Description: "When it comes" }, seen: [".bookmark a[href='https://example.org/tides'] strong", "Tides"] },
  { tool: "Video", fields: { Address: "https://www.youtube.com/watch?v=dQw4w9WgXcQ" }, seen: [".embed a.play", /YouTube/] },
  {
    tool: "Quoted article",
    fields: { "Address of the source": "https://www.example.org/mud", "Its title": "On mud", "Its author": "Ada", "Its date": "1958" },
    type: "It is deep.",
    seen: ["blockquote.article[cite='https://www.example.org/mud'] > p:last-child", "It is deep."],
    also: [".sources li", /On mud.*Ada · example\.org · 1958/s],
  },
  { tool: "Horizontal line", seen: ["hr", ""] },
  { tool: "Align centre", menu: "Align", item: "Centre", type: "amid", seen: ["p.center", "amid"] },
  { tool: "Jump break", seen: ["#more", ""] },
  { keys: "Control+k", button: "Link", fields: { Address: "example.net", Text: "there" }, seen: ["a[href='https://example.net']", "there"] },
  { type: "lift :rocke\n off", seen: ["p", "lift 🚀 off"] },
  { tool: "Symbols and emoji", fields: { "Find by name": "em dash" }, seen: ["p", "—"] },
  { before: "Noted", tool: "Footnote", type: "in small print", seen: [".footnotes li p", /^in small print/], also: ["sup a", "1"] },
];

const WAYS = {
  mouse: { options: { viewport: { width: 1280, height: 900 } }, press: (locator) => locator.click() },
  keyboard: { options: { viewport: { width: 1280, height: 900 } }, press: (locator) => locator.press("Enter") },
  phone: { options: PHONE, press: (locator) => locator.tap() },
};

let shared;
before(async () => {
  const ends = [];
  shared = sharedBlog({ after: (end) => ends.push(end) });
  shared.ends = ends;
  await shared;
});
test.after(async () => {
  for (const end of shared.ends.reverse()) await end();
});

/** A new part, begun with the plus button next to the present one; the list of tools is open then. */
async function newPart(page, press) {
  await press(page.getByRole("button", { name: "+", exact: true }));
  await page.getByRole("listbox", { name: "Tools" }).waitFor();
}

/** Types; a line break takes what a list offers. */
async function type(page, words) {
  for (const [number, part] of words.split(/([\t\n])/).entries()) {
    if (number % 2 === 0) await page.keyboard.type(part);
    else if (part === "\t") await page.keyboard.press("Tab");
    else {
      await page.getByRole("listbox", { name: "Emoji" }).waitFor();
      await page.keyboard.press("Enter");
    }
  }
}

/** Takes a tool: by its button or its menu, by its name, or from the list next to the part. */
async function take(page, way, act) {
  const { press } = WAYS[way];
  const bar = page.getByRole("toolbar", { name: "Formatting" });
  const tool = act.tool ?? act.button;
  if (!tool) return;
  if (act.button && way === "keyboard") return void (await page.keyboard.press(act.keys));
  if (way === "keyboard") {
    await page.keyboard.type(act.before ? "" : tool.toLowerCase());
    if (!act.before) return void (await page.keyboard.press("Enter"));
  }
  if (way === "phone" && !act.before && !act.button) return void (await press(page.getByRole("option", { name: tool, exact: true })));
  // With words before it the list is not open any more.
  if (way === "mouse" && !act.before) await page.keyboard.press("Escape");
  const button = bar.getByRole("button", { name: act.button ?? act.menu ?? tool, exact: true });
  if (await button.count()) {
    await press(button);
    if (act.menu) await press(page.getByRole("menuitem", { name: act.item ?? tool, exact: true }));
    return;
  }
  await press(bar.getByRole("button", { name: "More", exact: true }));
  await press(page.getByRole("menuitem", { name: tool, exact: true }));
}

async function fill(page, fields) {
  const dialog = page.getByRole("dialog");
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label, { exact: true }).fill(value);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
}

const isSaid = (words, wanted) => (wanted instanceof RegExp ? wanted.test(words) : words.trim() === wanted);

for (const markup of ["markdown", "html"]) {
  for (const way of Object.keys(WAYS)) {
    test(`what is put into a text by ${way} is written as ${markup}, and readers see it`, async (t) => {
      const { press, options } = WAYS[way];
      const { page, body, reports } = await writer(t, options, await shared);
      if (markup === "html") await writeHtml(page);
      await body.focus();
      await page.keyboard.type("Begun.");
      for (const act of ACTS) {
        await newPart(page, press);
        if (act.before || !act.tool) await page.keyboard.press("Escape");
        if (act.before) await page.keyboard.type(act.before);
        await take(page, way, act);
        if (act.fields) await fill(page, act.fields);
        if (act.type) await type(page, act.type);
      }
      await page.waitForFunction(() => document.querySelector("textarea[name=body]").value.includes("in small print"));
      const source = await sourceOf(page);
      const seen = await published(page, (await shared).blog, `${markup} by ${way}`);
      const missing = [];
      for (const { tool, button, seen: [selector, words], also } of ACTS) {
        for (const [at, wanted] of [[selector, words], ...(also ? [also] : [])]) {
          const all = await seen.locator(at).allTextContents();
          if (!all.some((text) => isSaid(text, wanted))) missing.push(`${tool ?? button ?? words}: ${at} has ${JSON.stringify(all)}`);
        }
      }
      assert.deepEqual(missing, [], source);
      assert.deepEqual(reports, []);
    });
  }
}

test("nothing that opens in the visual view is in anybody's way", async (t) => {
  for (const way of ["mouse", "phone"]) {
    const { press, options } = WAYS[way];
    const { page, body, reports } = await writer(t, options, await shared);
    const found = [];
    const look = async (state) => found.push(...(await barriers(page)).map((barrier) => `${way}, ${state}: ${barrier}`));
    await body.focus();
    await page.keyboard.type("Some words");
    await newPart(page, press);
    await look("tools");
    await page.getByRole("option", { name: "Callout" }).dispatchEvent("mousedown");
    await page.keyboard.type("A note :smil");
    await page.getByRole("listbox", { name: "Emoji" }).waitFor();
    await look("emoji");
    await page.keyboard.press("Escape");
    await newPart(page, press);
    await page.getByRole("option", { name: "Bookmark" }).dispatchEvent("mousedown");
    await page.getByRole("dialog").waitFor();
    await look("dialog");
    await fill(page, { Address: "example.org" });
    await dropPictures(body.locator(":scope > p").first(), "boat.png");
    const picture = body.locator(".visual-picture");
    await picture.waitFor();
    await press(picture);
    await page.getByRole("toolbar", { name: "Picture" }).waitFor();
    await look("picture");
    await page.getByRole("group", { name: "New pictures" }).getByRole("button", { name: "Describe" }).press("Enter");
    await page.getByRole("dialog", { name: "Alternative texts" }).waitFor();
    await look("alternative texts");
    await page.keyboard.press("Escape");
    await press(page.getByRole("button", { name: "Find", exact: true }));
    await page.getByRole("textbox", { name: "Find" }).fill("words");
    await page.locator(".visual-match").waitFor();
    await look("find");
    assert.deepEqual(found, []);
    assert.deepEqual(reports, []);
  }
});
