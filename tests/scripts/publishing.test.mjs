// What is said and offered around publishing: times, effects, tags.

import assert from "node:assert/strict";
import { test } from "node:test";
import { growWithText, isLong } from "../../assets/growing_text.js";
import { presenceWords } from "../../assets/autosave_notices.js";
import { effectOf, waitsFor } from "../../assets/publish_effects.js";
import { lengthInWords, minutesToRead } from "../../assets/reading_time.js";
import { suggestTags } from "../../assets/tag_suggestions.js";
import { clockTime, fieldInWords, isAfter, timeInWords } from "../../assets/zone_time.js";

const AT = Date.UTC(2016, 5, 5, 12, 5, 9);

test("times are those of the blog's clocks, summer and winter", () => {
  assert.equal(clockTime(AT, "Europe/Berlin"), "2016-06-05T14:05:09");
  assert.equal(clockTime(Date.UTC(2016, 11, 31, 23, 30), "Europe/Berlin"), "2017-01-01T00:30:00");
  assert.equal(timeInWords(AT, "Asia/Kolkata"), "5 June 2016, 17:35");
  assert.equal(fieldInWords("2016-06-05T14:05:09"), "5 June 2016, 14:05");
});

test("a time of a field is compared with or without its seconds", () => {
  assert.ok(isAfter("2016-06-05T14:06", "2016-06-05T14:05:59"));
  assert.ok(!isAfter("2016-06-05T14:05", "2016-06-05T14:05:00"));
  assert.ok(!isAfter("", "2016-06-05T14:05:00"));
});

test("each way to publish has an effect of its own", () => {
  const ways = [];
  for (const isUpdate of [false, true]) {
    for (const isPage of [false, true]) {
      for (const [isToCome, isOver] of [[false, false], [true, false], [false, true]]) ways.push({ isUpdate, isPage, isToCome, isOver, time: "5 June 2016, 14:05 (Europe/Berlin)" });
    }
  }
  const effects = ways.map(effectOf);
  for (const effect of effects) {
    assert.match(effect, /5 June 2016, 14:05 \(Europe\/Berlin\)/);
    assert.doesNotMatch(effect, /[.:].*\. [A-Z]/, "one sentence");
  }
  // Where changes of posts and of pages are to come, one sentence is true of both.
  assert.equal(new Set(effects).size, ways.length - 1);
  assert.match(effectOf({ isUpdate: false, isPage: true, isToCome: false, isOver: false, time: "now" }), /menu/);
  assert.match(effectOf({ isUpdate: false, isPage: false, isToCome: false, isOver: false, time: "now" }), /feeds/);
});

test("a text area grows with its text, but not with a very long one or next to a preview", () => {
  assert.equal(isLong(2_000, false), false);
  assert.equal(isLong(120_000, false), true);
  assert.equal(isLong(2_000, true), true);
});

test("a text area that a script fits is measured where it is shown, and the page stays where it was scrolled to", () => {
  const scrolled = [];
  Object.assign(globalThis, { CSS: { supports: () => false }, document: {}, addEventListener: () => {}, scrollX: 0, scrollY: 700, scrollTo: (x, y) => scrolled.push(y) });
  const area = { value: "Words", hidden: true, style: {}, classList: { contains: () => false, toggle: () => {} }, addEventListener: () => {} };
  Object.defineProperty(area, "scrollHeight", { get: () => (area.hidden ? 0 : 480) });
  const fit = growWithText(area, () => false);
  assert.equal(area.style.height, undefined, "next to the visual view it has no height");
  area.hidden = false;
  fit();
  assert.equal(area.style.height, "480px");
  assert.deepEqual(scrolled, [700]);
});

test("pictures that are on their way are counted", () => {
  assert.equal(waitsFor(0), "");
  assert.match(waitsFor(1), /a picture/);
  assert.match(waitsFor(3), /3 pictures/);
});

test("tags are offered behind those that are there, and none of them twice", () => {
  const names = ["Tides", "Birds", "Bird songs"];
  assert.deepEqual(suggestTags("bi", names), ["Birds", "Bird songs"]);
  assert.deepEqual(suggestTags("birds, b", names), ["birds, Bird songs"]);
  assert.deepEqual(suggestTags("x,", names), ["x, Tides", "x, Birds", "x, Bird songs"]);
  assert.equal(suggestTags("", Array.from({ length: 50 }, (_, number) => `t${number}`)).length, 20);
});

test("the length of a text is said in words and minutes", () => {
  assert.equal(minutesToRead(0), 1);
  assert.equal(minutesToRead(231), 2);
  assert.match(lengthInWords(1, 1), /^1 word ·/);
  assert.match(lengthInWords(2500, 11), /^2,500 words · 11/);
});

test("others who have the post open are named with their devices", () => {
  assert.equal(presenceWords([]), "");
  const words = presenceWords([
    { author: "Ann", device: "Firefox", minutes_ago: 0 },
    { author: "Bo", device: "phone", minutes_ago: 5 },
  ]);
  assert.match(words, /Ann, Firefox.*just now; Bo, phone.*5 minutes ago/);
});
