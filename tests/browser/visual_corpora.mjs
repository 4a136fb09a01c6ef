// Real texts in the visual editor, where they are at hand (`make corpora`): each must stay as it is to the byte when it is opened, and
// a word that is typed may change its own part alone. Prints per file how many parts can be edited.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { newBlog } from "./blog.mjs";
import { open, setUp, somebody } from "./people.mjs";

const { CORPORA } = process.env;
/** So many of a hundred parts must be editable. */
const LEAST_EDITABLE = 95;

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'", "&amp;": "&" };
const unescaped = (xml) => (xml.startsWith("<![CDATA[") ? xml.slice(9, -3) : xml.replace(/&(?:lt|gt|quot|#39|apos|amp);/g, (entity) => ENTITIES[entity]));

/** The bodies of a file, with their markup. */
function bodiesOf(path) {
  const text = readFileSync(path, "utf8");
  if (path.includes("/blogger/")) {
    return (text.match(/<entry[\s>][\s\S]*?<\/entry>/g) ?? [])
      .filter((entry) => /kind#(?:post|page)|<blogger:type>(?:POST|PAGE)/.test(entry))
      .flatMap((entry) => entry.match(/<content[^>]*>([\s\S]*?)<\/content>/)?.[1] ?? [])
      .map((xml) => [unescaped(xml), "html"]);
  }
  if (path.includes("/wordpress/")) return [...text.matchAll(/<content:encoded>(<!\[CDATA\[[\s\S]*?\]\]>)<\/content:encoded>/g)].map(([, xml]) => [unescaped(xml), "html"]);
  if (path.includes("/ghost/")) return bodiesOfGhost(JSON.parse(text));
  return [[text.replace(/^(---|\+\+\+)[\s\S]*?\n(?:\1|\.\.\.)\s*\n/, ""), "markdown"]];
}

function bodiesOfGhost(value) {
  if (value === null || typeof value !== "object") return [];
  const own = "slug" in value && typeof value.html === "string" ? [[value.html, "html"], ...(value.markdown ? [[value.markdown, "markdown"]] : [])] : [];
  return [...own, ...Object.values(value).flatMap(bodiesOfGhost)];
}

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return /\/(?:blogger|wordpress)\/.*\.(?:atom|xml)$|\/ghost\/.*\.json$|\/markdown\/.*\.(?:md|markdown|mkdn)$/.test(path) ? [path] : [];
  });
}

test("real texts stay as they are, and a word changes its own part alone", { skip: CORPORA ? false : "CORPORA names no directory", timeout: 1_800_000 }, async (t) => {
  const entryPoints = [fileURLToPath(new URL("visual_parts.mjs", import.meta.url))];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: "iife", globalName: "visualParts", write: false });
  const blog = await newBlog(t);
  const page = await somebody(t);
  const reports = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) reports.push(message.text());
  });
  await setUp(page, blog);
  await open(page, blog.at("/admin/posts/new"));
  await page.evaluate(`${outputFiles[0].text}; window.visualParts = visualParts;`);
  const csrf = await page.locator("form.editor [name=csrf]").getAttribute("value");
  const sum = { texts: 0, same: 0, parts: 0, editable: 0, typed: 0, ownPart: 0, wordOnly: 0, seen: 0 };
  for (const path of filesBelow(CORPORA)) {
    const own = { ...sum };
    for (const [body, markup] of bodiesOf(path)) {
      // As a text area has it.
      const text = body.replace(/\r\n?/g, "\n");
      const found = await page.evaluate(([source, kind, token]) => window.visualParts.measure(source, kind, token), [text, markup, csrf]);
      sum.texts += 1;
      sum.same += Number(found.isSame);
      sum.parts += found.parts;
      sum.editable += found.editable;
      for (const source of found.locked) t.diagnostic(`locked: ${JSON.stringify(source)}`);
      if (!found.typed) continue;
      const { isOwnPart, isWordOnly, isSeen, source } = found.typed;
      if (!isOwnPart || !isWordOnly || !isSeen) t.diagnostic(`${relative(CORPORA, path)}: ${JSON.stringify({ isOwnPart, isWordOnly, isSeen, source })}`);
      sum.typed += 1;
      sum.ownPart += Number(isOwnPart);
      sum.wordOnly += Number(isWordOnly);
      sum.seen += Number(isSeen);
    }
    const [parts, editable] = [sum.parts - own.parts, sum.editable - own.editable];
    t.diagnostic(`${relative(CORPORA, path)}: ${sum.texts - own.texts} texts, ${editable} of ${parts} parts can be edited`);
  }
  t.diagnostic(`all: ${JSON.stringify(sum)}, ${((100 * sum.editable) / sum.parts).toFixed(2)} % can be edited`);
  assert.ok(sum.texts > 0);
  assert.equal(sum.same, sum.texts);
  assert.ok(sum.editable * 100 >= sum.parts * LEAST_EDITABLE);
  assert.deepEqual([sum.ownPart, sum.wordOnly, sum.seen], [sum.typed, sum.typed, sum.typed]);
  assert.deepEqual(reports, []);
});
