// What the set-up and passkeys are made of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toBytes, toText } from "../../assets/base64url.js";
import { matchLanguage, matchZone } from "../../assets/browser_defaults.js";

test("bytes go to base64url and back", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = toText(bytes.buffer);
  assert.match(text, /^[\w-]+$/);
  assert.deepEqual(toBytes(text), bytes);
  assert.equal(toText(Uint8Array.of(251, 255).buffer), "-_8");
  assert.equal(toText(null), null);
});

test("a zone is found under its name or that of another age", () => {
  assert.equal(matchZone(["Europe/Berlin", "UTC"], "Europe/Berlin"), "Europe/Berlin");
  assert.equal(matchZone(["Europe/Berlin", "UTC"], "Etc/Zulu"), "UTC");
  const canonical = new Intl.DateTimeFormat("en", { timeZone: "Asia/Calcutta" }).resolvedOptions().timeZone;
  const other = canonical === "Asia/Calcutta" ? "Asia/Kolkata" : "Asia/Calcutta";
  assert.equal(matchZone([other], canonical), other);
  assert.equal(matchZone(["Europe/Berlin"], "Mars/Olympus"), undefined);
});

test("the first language of the browser that is offered is taken", () => {
  const offered = ["en", "de", "nb", "pt-BR", "zh-Hans"];
  assert.equal(matchLanguage(offered, ["pt-br", "de"]), "pt-BR");
  assert.equal(matchLanguage(offered, ["zh-CN"]), "zh-Hans");
  assert.equal(matchLanguage(offered, ["fr", "de-AT"]), "de");
  assert.equal(matchLanguage(offered, ["nn"]), "nb");
  assert.equal(matchLanguage(["en-US", "en"], ["en-US"]), "en", "what browsers say unasked is no choice");
  assert.equal(matchLanguage(offered, ["fr"]), undefined);
});
