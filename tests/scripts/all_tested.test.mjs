// A module that touches no page can be tested without a browser, so it is.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ASSETS = new URL("../../assets/", import.meta.url);
const TESTS = new URL("./", import.meta.url);

const read = (name, directory) => readFileSync(new URL(name, directory), "utf8");
const withoutComments = (script) => script.replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

test("every module that touches no page has unit tests", () => {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith(".js"));
  const pure = scripts.filter((name) => !/\b(?:document|window|location|HTML\w*Element)\b|"\.\/dom\.js"/.test(withoutComments(read(name, ASSETS))));
  assert.ok(pure.length >= 10, pure.join(" "));
  const tests = readdirSync(TESTS)
    .filter((name) => name.endsWith(".test.mjs"))
    .map((name) => read(name, TESTS))
    .join("\n");
  const untested = pure.filter((name) => !tests.includes(`"../../assets/${name}"`));
  assert.deepEqual(untested, []);
});
