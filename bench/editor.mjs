// How long a key takes until the next frame, in the visual view and in a bare text area with the same text; how large the editor
// is; what of it readers load. Prints one line of JSON for bench/editor.py. DAYBOOK names the program.

import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { newBlog } from "../tests/browser/blog.mjs";
import { open, publish, setUp } from "../tests/browser/people.mjs";

const WORDS = 20_000;
const PICTURES = 150;
const KEYS = Number(process.env.KEYS ?? 300);
/** Between two keys, as somebody types who is quick. */
const PAUSE_MS = 60;
const PROGRAMS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
// Frames come when they are ready, so that what is measured is work, and not how long the next beat of the screen is away.
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync"];
const BUNDLE = new URL("../assets/editor/dist/visual.js", import.meta.url);

const ends = [];
const run = { after: (end) => ends.push(end) };

/** A long post: paragraphs of some eighty words with headings, lists and pictures between them. */
function longText(address) {
  const words = "the ebb leaves long ribs of sand and a boat on its side while **nobody** minds the gulls that walk between pools".split(" ");
  const paragraphs = Math.round(WORDS / 80);
  return Array.from({ length: paragraphs }, (_, number) => {
    const text = Array.from({ length: 80 }, (_word, at) => words[(at * 7 + number) % words.length]).join(" ");
    const head = number % 10 === 0 ? `## Part ${number / 10 + 1}\n\n` : "";
    const picture = Math.floor(((number + 1) * PICTURES) / paragraphs) > Math.floor((number * PICTURES) / paragraphs) ? `\n\n![Picture ${number}](${address})` : "";
    return `${head}${text}.${picture}`;
  }).join("\n\n");
}

/** Presses keys and measures each from its event to the end of the frame after it, in milliseconds. */
async function times(page) {
  await page.evaluate(() => {
    window.taken = [];
    const { port1, port2 } = new MessageChannel();
    let began = 0;
    port1.onmessage = () => window.taken.push(performance.now() - began);
    addEventListener(
      "keydown",
      (event) => {
        began = event.timeStamp;
        requestAnimationFrame(() => port2.postMessage(null));
      },
      true,
    );
  });
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press(key % 6 === 5 ? "Space" : "e");
    await page.waitForTimeout(PAUSE_MS);
  }
  const taken = (await page.evaluate(() => window.taken)).sort((one, other) => one - other);
  return { p50: taken[Math.floor(taken.length / 2)], p95: taken[Math.floor(taken.length * 0.95)], keys: taken.length };
}

async function measure() {
  const blog = await newBlog(run);
  const browser = await chromium.launch({ executablePath: PROGRAMS.find((path) => path && existsSync(path)), args: FLAGS });
  run.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await setUp(page, blog);
  await page.evaluate(() => localStorage.setItem("daybook-view", "source"));
  const reader = await publish(page, blog, { title: "Ebb", body: "Without a gallery." });
  await open(page, blog.at("/admin/posts/new"));
  const address = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(1200, 800);
    canvas.getContext("2d").fillRect(0, 0, 900, 700);
    const body = await canvas.convertToBlob({ type: "image/jpeg" });
    const answer = await fetch("/admin/media/upload?name=boat.jpg", { method: "POST", body, headers: { "x-csrf": document.querySelector("form.editor [name=csrf]").value } });
    return (await answer.json()).address;
  });
  const text = longText(address);
  await page.locator("textarea[name=body]").fill(text);
  await page.getByRole("radio", { name: "Visual" }).check();
  await page.locator("form.is-visual").waitFor({ timeout: 120_000 });
  const middle = page.locator("#visual-body > p").nth(120);
  await middle.scrollIntoViewIfNeeded();
  await middle.click();
  const visual = await times(page);
  const bare = await context.newPage();
  await bare.setContent("<textarea rows=40 cols=100></textarea>");
  await bare.locator("textarea").fill(text);
  await bare.locator("textarea").evaluate((area) => area.setSelectionRange(area.value.length / 2, area.value.length / 2));
  await bare.locator("textarea").focus();
  const area = await times(bare);
  const anonymous = await browser.newContext();
  const asReader = await anonymous.newPage();
  let ofEditor = 0;
  asReader.on("response", async (answer) => {
    if (/\/assets\/(?:visual|editor)/.test(answer.url())) ofEditor += (await answer.body()).length;
  });
  await asReader.goto(reader, { waitUntil: "networkidle" });
  return {
    visual,
    area,
    words: text.split(/\s+/).length,
    pictures: text.split("![").length - 1,
    bundle: gzipSync(readFileSync(BUNDLE)).length,
    readers: ofEditor,
  };
}

try {
  console.log(JSON.stringify(await measure()));
} finally {
  for (const end of ends.reverse()) await end();
}
