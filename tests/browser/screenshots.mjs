// The pictures in the README: home, a post, the editor and the themes of a demo blog, as a reader and the author see them.
// And, to look through them: home, a post, archive and search in every theme, light and dark, on a desktop and on a phone.
// node screenshots.mjs http://127.0.0.1:8080 SIGN-IN-LINK DIRECTORY-OF-THE-README DIRECTORY-OF-ALL
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [base, signInLink, directory, all] = process.argv.slice(2);
if (!all) {
  console.error("Please give the blog's address, a one-time sign-in address and two directories for the pictures.");
  process.exit(2);
}
const THEMES = ["Book", "Plain", "Newspaper", "Typewriter", "Sepia", "High contrast"];
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
for (const one of [directory, all]) mkdirSync(one, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  const author = await (await browser.newContext({ viewport: DESKTOP })).newPage();
  await author.goto(signInLink);
  await author.getByRole("button", { name: "Sign in" }).click();
  await author.waitForURL("**/admin/profile**");
  const paths = { home: "/", post: await firstCutPost(), archive: "/archive/", search: "/search?q=tide" };

  await forTheReadme(paths);
  for (const theme of THEMES) {
    await wear(theme, "No sidebar");
    for (const colorScheme of ["light", "dark"]) {
      for (const [name, path] of Object.entries(paths)) await shoot({ theme, colorScheme, name, path });
    }
    await wear(theme, "On the right");
    await shoot({ theme, colorScheme: "light", name: "home-with-sidebar", path: "/" });
  }

  /** The first post on the home page that goes on behind a jump break. */
  async function firstCutPost() {
    await author.goto(base);
    const link = await author.getByRole("link", { name: /^Read more/ }).first().getAttribute("href");
    return link.split("#")[0];
  }

  /** Saves a look as the author does. */
  async function wear(theme, side) {
    await author.goto(new URL("/admin/appearance", base).href);
    await author.getByLabel(theme, { exact: true }).check();
    await author.getByLabel(side).check();
    await author.getByRole("button", { name: "Save", exact: true }).click();
    await author.getByText("Saved. Readers see it now.").waitFor();
  }

  /** One page as two readers see it, on a desktop and on a phone. */
  async function shoot({ theme, colorScheme, name, path }) {
    for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      const context = await browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      await page.goto(new URL(path, base).href, { waitUntil: "load" });
      const file = [theme.toLowerCase().replace(" ", "-"), name, colorScheme, device].join("-");
      await page.screenshot({ path: `${all}/${file}.jpeg`, quality: 75, animations: "disabled" });
      await context.close();
    }
  }

  async function forTheReadme({ home, post }) {
    const reader = await (await browser.newContext({ viewport: DESKTOP })).newPage();
    for (const [name, path] of Object.entries({ home, post })) {
      await reader.goto(new URL(path, base).href, { waitUntil: "load" });
      await reader.screenshot({ path: `${directory}/${name}.png`, animations: "disabled" });
    }
    await author.goto(new URL("/admin/posts/?state=published", base).href);
    await author.getByRole("table").getByRole("link").first().click();
    await author.getByRole("textbox", { name: "Body" }).waitFor();
    await author.mouse.move(0, 0);
    const picture = author.locator(".visual-picture > img").first();
    await picture.evaluate((img) => {
      img.loading = "eager";
      return img.decode();
    });
    await author.screenshot({ path: `${directory}/editor.png`, animations: "disabled" });
    await author.goto(new URL("/admin/appearance", base).href);
    await author.getByRole("group", { name: "Theme" }).screenshot({ path: `${directory}/themes.png` });
  }
} finally {
  await browser.close();
}
