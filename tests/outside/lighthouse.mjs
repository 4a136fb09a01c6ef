// What Lighthouse thinks of home, a post, an archive and a search, as on a phone with a slow line: each of its categories
// must be at 100. The best of three runs counts, since a busy machine can only make a page slower.
// node lighthouse.mjs http://127.0.0.1:8080
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const RUNS = 3;

const [base] = process.argv.slice(2);
if (!base) {
  console.error("Please give the address of the blog.");
  process.exit(2);
}

/** The address of a link on a page whose `href` fits. */
async function linkOn(path, pattern) {
  const page = await (await fetch(new URL(path, base))).text();
  const found = page.match(pattern);
  if (!found) throw new Error(`${path} has no link like ${pattern}`);
  return found[1];
}

/** The scores of one run, from 0 to 100, and what was found wanting. */
async function judge(path, port) {
  const { lhr } = await lighthouse(new URL(path, base).href, { port, onlyCategories: CATEGORIES, logLevel: "error" });
  return CATEGORIES.map((name) => {
    const category = lhr.categories[name];
    const audits = category.auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => lhr.audits[id]);
    const wanting = audits.filter(({ score }) => score !== null && score < 1);
    return {
      name,
      score: Math.round(category.score * 100),
      wanting: wanting.map(({ id, displayValue, title }) => `${id}: ${displayValue || title}`),
    };
  });
}

const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
let missed = 0;
try {
  const paths = ["/", await linkOn("/", /href="(\/\d{4}\/\d\d\/[^"#]+\.html)/), "/archive/", await linkOn("/archive/", /href="(\/\d{4}\/\d\d\/)"/), "/tags/"];
  for (const path of paths) {
    const best = new Map();
    for (let run = 0; run < RUNS; run += 1) {
      for (const judged of await judge(path, chrome.port)) {
        if (!(best.get(judged.name)?.score >= judged.score)) best.set(judged.name, judged);
      }
      if ([...best.values()].every(({ score }) => score === 100)) break;
    }
    console.log(`${path}  ${[...best.values()].map(({ name, score }) => `${name} ${score}`).join(", ")}`);
    for (const { name, score, wanting } of best.values()) {
      if (score === 100) continue;
      missed += 1;
      for (const line of wanting) console.log(`  ${name}, ${line}`);
    }
  }
} finally {
  await chrome.kill();
}
process.exitCode = missed ? 1 : 0;
