// A file that is sent in pieces, to a blog that loses connections.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PieceProblem, sendInPieces } from "../../assets/pieces.js";

const MIB = 1024 * 1024;

/** A blog that takes pieces; `trouble` says what it answers to a request instead, by number. */
function blog(trouble = () => undefined, { most = 8 * MIB } = {}) {
  const here = new Map();
  const log = [];
  let requests = 0;
  const answered = async (ask) => {
    requests += 1;
    const instead = await trouble(requests, here);
    return instead ?? ask();
  };
  return {
    here,
    log,
    waits: 0,
    cancelled: false,
    arrived(key, at) {
      log.push(at);
    },
    isCancelled() {
      return this.cancelled;
    },
    async wait() {
      this.waits += 1;
    },
    ask: (key) => answered(() => (here.has(key) ? { status: 200, answer: { key, at: here.get(key).length } } : { status: 404, answer: null })),
    send: (key, at, piece) =>
      answered(async () => {
        if (!key) {
          here.set(`k${here.size}`, "");
          return { status: 200, answer: { key: `k${here.size - 1}`, at: 0 } };
        }
        if (piece && piece.size > most) return { status: 413, answer: null };
        if (!here.has(key)) return { status: 404, answer: null };
        const text = here.get(key);
        if (at !== text.length) return { status: 409, answer: { key, at: text.length } };
        here.set(key, text + (await piece.text()));
        return { status: 200, answer: { key, at: here.get(key).length } };
      }),
  };
}

const words = "0123456789abcdef".repeat((10 * MIB) / 16);
const file = new Blob([words]);
const NONE = { status: 0, answer: null };

test("a file arrives whole, whatever is lost on the way", async () => {
  const door = blog();
  const key = await sendInPieces(file, "", door);
  assert.equal(door.here.get(key), words);
  assert.deepEqual(door.log, [0, 4 * MIB, 8 * MIB, 10 * MIB]);
  for (let lost = 1; lost <= 4; lost += 1) {
    const broken = blog((number) => (number === lost ? NONE : undefined));
    assert.equal(broken.here.get(await sendInPieces(file, "", broken)), words, `${lost}`);
    assert.equal(broken.waits, 1);
  }
});

test("an answer that was lost is no piece that is sent twice", async () => {
  const door = blog();
  const { send } = door;
  let times = 0;
  door.send = async (...sent) => {
    const answer = await send(...sent);
    times += 1;
    return times === 2 ? NONE : answer;
  };
  assert.equal(door.here.get(await sendInPieces(file, "", door)), words);
});

test("a file goes on where an earlier page left it, and begins from its start where that is gone", async () => {
  const door = blog();
  door.here.set("old", words.slice(0, 9 * MIB));
  assert.equal(await sendInPieces(file, "old", door), "old");
  assert.deepEqual(door.log, [9 * MIB, 10 * MIB]);
  assert.equal(door.here.get("old"), words);
  assert.equal(door.here.get(await sendInPieces(file, "gone", door)), words);
  door.here.set("other", `${words}more`);
  assert.notEqual(await sendInPieces(file, "other", door), "other");
});

test("a proxy that lets little through gets smaller pieces", async () => {
  const door = blog(undefined, { most: MIB });
  assert.equal(door.here.get(await sendInPieces(file, "", door)), words);
  await assert.rejects(sendInPieces(file, "", blog(undefined, { most: 1000 })), PieceProblem);
});

test("what no other try mends is said, and a cancelled file ends", async () => {
  for (const [status, says] of [
    [403, "signed out"],
    [507, "disk is full"],
  ]) {
    await assert.rejects(sendInPieces(file, "", blog((number) => (number > 2 ? { status, answer: null } : undefined))), new RegExp(says));
  }
  const refused = { status: 413, answer: { problem: "The file is larger than 2 GB." } };
  await assert.rejects(sendInPieces(file, "", blog((number) => (number > 2 ? refused : undefined))), /2 GB/);
  const deaf = blog(() => NONE);
  await assert.rejects(sendInPieces(file, "", deaf), /connection was lost/);
  assert.equal(deaf.waits, 5);
  // A blog that always says that the file is elsewhere is not asked for ever.
  const lying = blog((number) => (number > 1 ? { status: 409, answer: { key: "k0", at: 0 } } : undefined));
  await assert.rejects(sendInPieces(file, "", lying), PieceProblem);
  const door = blog();
  door.cancelled = true;
  assert.equal(await sendInPieces(file, "", door), "");
});

test("an empty file is sent, too", async () => {
  const door = blog();
  assert.equal(door.here.get(await sendInPieces(new Blob([]), "", door)), "");
});
