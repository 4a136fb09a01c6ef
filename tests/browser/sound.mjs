// Every kind of page is sound: axe finds no barrier in it, light or dark, and the Nu HTML checker no error in its HTML
// or in our style sheets.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { kindsOfPages } from "./pages.mjs";

const installed = createRequire(import.meta.url);
const AXE = await readFile(installed.resolve("axe-core/axe.min.js"), "utf8");
const NU = join(dirname(installed.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
const ASSETS = fileURLToPath(new URL("../../assets/", import.meta.url));

/** What axe finds in the page, one line for each element; players of films are not ours to judge. */
async function barriers(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run({ exclude: ["iframe"] }, { iframes: false }));
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no barrier on any page, ${colorScheme}`, async (t) => {
    for (const { name, who, visit } of await kindsOfPages(t)) {
      await t.test(name, async (t) => {
        const page = await who(t, { colorScheme });
        await visit(page);
        assert.deepEqual(await barriers(page), []);
      });
    }
  });
}

test("the Nu HTML checker finds no error in any page or style sheet", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "daybook-pages-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const files = [];
  for (const { name, who, visit } of await kindsOfPages(t)) {
    const answer = await visit(await who(t));
    files.push(join(directory, `${name.replaceAll(" ", "-")}.html`));
    await writeFile(files.at(-1), await answer.body());
  }
  const sheets = (await readdir(ASSETS)).filter((name) => name.endsWith(".css"));
  files.push(...sheets.map((name) => join(ASSETS, name)));
  assert.deepEqual(await errors(files), []);
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
  const { messages } = JSON.parse(said);
  return messages.map(({ url, lastLine, message }) => `${basename(url ?? "")}:${lastLine} ${message}`);
}
