// What keeps people from using a page, as axe finds it.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds in the page, one line for each element; players of films are not ours to judge. */
export async function barriers(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => {
    // Not among the rules that axe applies by itself: WCAG 2.2, 2.5.8.
    const rules = { "target-size": { enabled: true } };
    return window.axe.run({ exclude: ["iframe"] }, { iframes: false, rules });
  });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
