// Somebody who writes in the visual view, for the stories about it.

import assert from "node:assert/strict";
import { newBlog } from "./blog.mjs";
import { open, pressPublish, setUp, somebody } from "./people.mjs";

export const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

/**
 * Somebody at an empty post in the visual view; `body` is what its text is written in, `reports` what the page's policy forbade.
 * `shared` is a blog that somebody set up, with who is signed in there.
 */
export async function writer(t, options = {}, shared = undefined) {
  const blog = shared?.blog ?? (await newBlog(t));
  const page = await somebody(t, { view: "visual", ...options, ...(shared && { storageState: shared.state }) });
  const reports = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) reports.push(message.text());
  });
  if (!shared) await setUp(page, blog);
  await open(page, blog.at("/admin/posts/new"));
  const body = page.getByRole("textbox", { name: "Body" });
  await page.locator("form.is-visual").waitFor();
  return { blog, page, body, reports };
}

/** Chooses HTML as what the post is written in, also where the settings are folded away. */
export const writeHtml = (page) => page.locator("[name=markup][value=html]").evaluate((radio) => radio.click());

/** The source of the post: what the text area holds. */
export const sourceOf = (page) => page.locator("textarea[name=body]").inputValue();

/** Waits until the source is this. */
export async function says(page, source) {
  await page.waitForFunction((text) => document.querySelector("textarea[name=body]").value === text, source).catch(async () => {
    assert.equal(await sourceOf(page), source);
  });
}

/** Writes the source in the other view, and comes back. */
export async function begin(page, markup, source) {
  if (markup === "html") await writeHtml(page);
  const view = page.getByRole("group", { name: "View" });
  await view.getByRole("radio", { name: markup === "html" ? "HTML" : "Markdown" }).check();
  await page.locator("textarea[name=body]").fill(source);
  await view.getByRole("radio", { name: "Visual" }).check();
  await page.locator("form.is-visual").waitFor();
}

/** What readers see of the post once it is published. */
export async function published(page, blog, title = "Ebb") {
  await page.getByLabel("Title").fill(title);
  await pressPublish(page);
  const link = page.getByRole("link", { name: "View post" });
  await open(page, new URL(await link.getAttribute("href"), blog.origin).href);
  return page.locator(".e-content");
}

/** A blog for all stories of a file, with somebody signed in: `writer` takes it. It ends with the story `t`. */
export async function sharedBlog(t) {
  const blog = await newBlog(t);
  const page = await somebody(t, { view: "visual" });
  await setUp(page, blog);
  return { blog, state: await page.context().storageState() };
}

/** Drops pictures of these names at the top of a part of the text. */
export function dropPictures(part, ...names) {
  return part.evaluate(async (dom, all) => {
    const dataTransfer = new DataTransfer();
    for (const name of all) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 480, height: 320 });
      const paint = canvas.getContext("2d");
      paint.fillStyle = `hsl(${Math.random() * 360} 60% 50%)`;
      paint.fillRect(0, 0, 480, 320);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      dataTransfer.items.add(new File([blob], name, { type: "image/png" }));
    }
    const { left, bottom } = dom.getBoundingClientRect();
    dom.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, clientX: left + 5, clientY: bottom - 3 }));
  }, names);
}
