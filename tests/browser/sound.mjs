// Every kind of page is sound: axe finds no barrier in it, light or dark, on a desktop or a phone; the Nu HTML checker no error in its HTML or
// in our style sheets; and the browser nothing that its content security policy forbids.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { barriers } from "./axe.mjs";
import { demoBlog } from "./blog.mjs";
import { kindsOfPages } from "./pages.mjs";
import { open, somebody } from "./people.mjs";

const installed = createRequire(import.meta.url);
const NU = join(dirname(installed.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
/** Properties that browsers know and the checker does not yet; where a browser does not either, nothing is lost. */
const NEWER_THAN_THE_CHECKER = /Property “(field-sizing|vector-effect)” doesn't exist/;
/** A desktop and a phone, in CSS pixels. */
const WIDTHS = [1280, 360];
const ASSETS = fileURLToPath(new URL("../../assets/", import.meta.url));

/** Notes down each time that a page breaks its content security policy. */
async function breachesOf(page) {
  const breaches = [];
  await page.exposeFunction("noteBreach", (words) => breaches.push(words));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.noteBreach(`${event.violatedDirective} ${event.blockedURI || event.sample}`);
    });
  });
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) breaches.push(message.text());
  });
  return breaches;
}

test("every kind of page is sound", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "daybook-pages-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const files = [];

  for (const { name, who, visit } of await kindsOfPages(t)) {
    await t.test(`${name}: no barrier, light or dark, wide or narrow, and its policy kept`, async (t) => {
      const page = await who(t, { colorScheme: "light" });
      const breaches = await breachesOf(page);
      const answer = await visit(page);
      files.push(join(directory, `${name.replaceAll(" ", "-")}.html`));
      await writeFile(files.at(-1), await answer.body());
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          assert.deepEqual(await barriers(page), [], `${colorScheme}, ${width} pixels wide`);
        }
      }
      assert.deepEqual(breaches, []);
    });
  }

  await t.test("the Nu HTML checker finds no error in any of them, nor in a style sheet", async () => {
    const sheets = (await readdir(ASSETS, { recursive: true })).filter((name) => name.endsWith(".css"));
    files.push(...sheets.map((name) => join(ASSETS, name)));
    assert.deepEqual(await errors(files), []);
  });
});

test("a breach of the policy would be noticed: a script from elsewhere is refused", async (t) => {
  const blog = await demoBlog();
  const page = await somebody(t);
  const breaches = await breachesOf(page);
  await open(page, blog.origin);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.src = "https://elsewhere.example/x.js";
    const refused = new Promise((resolve) => script.addEventListener("error", resolve));
    document.head.append(script);
    return refused;
  });
  assert.ok(breaches.some((words) => words.includes("elsewhere.example")));
});

/** The checker's errors, one line each; it exits with 1 when there are any, and says them on standard error. */
async function errors(files) {
  const args = ["-jar", NU, "--errors-only", "--format", "json", "--also-check-css", ...files];
  const said = await new Promise((resolve, reject) => {
    execFile("java", args, { maxBuffer: 64 * 1024 * 1024 }, (error, _, stderr) => {
      if (error && error.code !== 1) reject(error);
      else resolve(stderr);
    });
  });
  return JSON.parse(said)
    .messages.filter(({ message }) => !NEWER_THAN_THE_CHECKER.test(message))
    .map(({ url, lastLine, message }) => `${basename(url ?? "")}:${lastLine} ${message}`);
}
