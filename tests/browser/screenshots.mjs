// The pictures in the README: home, a post and the editor of a demo blog, as a reader and the author see them.
// node screenshots.mjs http://127.0.0.1:8080 SIGN-IN-LINK DIRECTORY
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [base, signInLink, directory] = process.argv.slice(2);
if (!directory) {
  console.error("Please give the blog's address, a one-time sign-in address and a directory for the pictures.");
  process.exit(2);
}
mkdirSync(directory, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  const shoot = (name) => page.screenshot({ path: `${directory}/${name}.png`, animations: "disabled" });

  await page.goto(base, { waitUntil: "load" });
  await shoot("home");

  const readMore = page.getByRole("link", { name: /^Read more/ }).first();
  await page.goto(new URL(await readMore.getAttribute("href"), base).href.split("#")[0], { waitUntil: "load" });
  await shoot("post");

  await page.goto(signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto(new URL("/admin/posts/?state=published", base).href);
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("textbox", { name: "Body" }).waitFor();
  await shoot("editor");
} finally {
  await browser.close();
}
