// The people of the stories, each with a browser of their own (cookies, colours, scripts), and what they do there.
// They find everything by the names that the contract keeps.

import { existsSync } from "node:fs";
import { after } from "node:test";
import { chromium } from "playwright-core";

const PROGRAMS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Whatever a page asks for elsewhere is seen by the stories and never leaves this machine.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

let browser;

after(async () => {
  await (await browser)?.close();
});

function launch() {
  const executablePath = PROGRAMS.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("there is no Chromium here; `make tools` installs it, or name one in CHROMIUM");
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * A page in a fresh browser profile: somebody whom the blog has never seen. Who says nothing else writes posts as Markdown or HTML;
 * `view` is "visual" for somebody who writes as it will be seen.
 */
export async function somebody(t, { view = "source", ...options } = {}) {
  browser ??= launch();
  const context = await (await browser).newContext(options);
  await context.addInitScript((kept) => {
    // Where posts are written, and nowhere else: what readers' pages store is looked at by the stories.
    const isEditor = location.protocol.startsWith("http") && location.pathname.startsWith("/admin/");
    if (isEditor && localStorage.getItem("daybook-view") === null) localStorage.setItem("daybook-view", kept);
  }, view);
  context.setDefaultTimeout(15_000);
  t.after(() => context.close());
  return context.newPage();
}

/**
 * Presses a link or button and waits for the answer that it leads to. By key, not by mouse: a click waits for animation
 * frames, to see that its target does not move, and Chromium runs none where scripts are off.
 */
export async function press(locator) {
  const [answer] = await Promise.all([locator.page().waitForNavigation(), locator.press("Enter")]);
  return answer;
}

export const AUTHOR = { name: "Ada Ferry", email: "ada@example.org", password: "seven slow grey herons" };

/** Sets a new blog up, which signs its author in. */
export async function setUp(page, blog, title = "Tide Tables") {
  await page.goto(blog.oneTimeAddress);
  await page.getByLabel("Blog title").fill(title);
  await page.getByLabel("Your name").fill(AUTHOR.name);
  await page.getByLabel("Email").fill(AUTHOR.email);
  await page.getByLabel("Password").fill(AUTHOR.password);
  await press(page.getByRole("button", { name: "Create blog" }));
}

/** Writes a post and publishes it; the answer is its permalink. */
export async function publish(page, blog, { title, body }) {
  await page.goto(blog.at("/admin/posts/new"));
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Body").fill(body);
  await pressPublish(page);
  const link = page.getByRole("link", { name: "View post" });
  return new URL(await link.getAttribute("href"), blog.origin).href;
}

/** Presses `Publish` (or `Update`), and once more on the sheet that asks, where there are scripts to show one. */
export async function pressPublish(page, name = "Publish") {
  const button = page.getByRole("button", { name, exact: true });
  if (!(await page.evaluate(() => document.querySelector("script[type=module]") !== null && matchMedia("(scripting: enabled)").matches))) {
    return press(button);
  }
  await button.press("Enter");
  const confirm = page.getByRole("dialog").getByRole("button", { name, exact: true });
  // A new post gets its own address before the sheet opens, which counts as a navigation.
  await confirm.waitFor();
  return press(confirm);
}

/**
 * From the commenter's own page on to the comment, where it is live: the script goes there by itself, without one there is a
 * link. A held comment has its writer stay.
 */
export async function goOn(page) {
  if (!/\/comments\/\d+\?/.test(page.url())) return;
  const link = page.locator("article.own .notice a");
  if ((await link.count()) === 0) return;
  if (await page.evaluate(() => matchMedia("(scripting: enabled)").matches)) await page.waitForURL(/#comment-\d+$/);
  else await press(link);
}

/** Fills the comment form of the post that is open, sends it, and goes on to the comment where it is live. */
export async function comment(page, { name, text }) {
  const form = page.getByRole("form", { name: "Post a comment" });
  await form.getByLabel("Name").fill(name);
  await form.getByRole("textbox", { name: "Comment" }).fill(text);
  await press(form.getByRole("button", { name: "Post comment" }));
  await goOn(page);
}

/** Opens a page and insists on its status. */
export async function open(page, address, status = 200) {
  const answer = await page.goto(address);
  if (answer.status() !== status) throw new Error(`${address} answers ${answer.status()}, not ${status}`);
  return answer;
}
