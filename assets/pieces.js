// A file that is sent in pieces, so that no proxy refuses it for its length. Where a connection breaks, it goes on with what did
// not arrive.

import { resultOf } from "./upload_rules.js";

/** The first pieces; the server takes twice as much at once. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Proxies that refuse less than this let nothing through. */
const PIECE_MIN_BYTES = 128 * 1024;
/** After these waits a piece is sent again by itself. */
const WAITS_MS = [1_000, 4_000, 15_000, 30_000, 60_000];

/** @typedef {{ status: number, answer: any }} PieceAnswer `status` 0: there was none */

/**
 * @typedef {object} PieceDoor how the blog is asked
 * @property {(key: string, at: number, piece: Blob | undefined) => Promise<PieceAnswer>} send without a key a file begins
 * @property {(key: string) => Promise<PieceAnswer>} ask how much of a file is there
 * @property {(milliseconds: number) => Promise<void>} wait
 * @property {(key: string, at: number) => void} arrived so much is there by now
 * @property {() => boolean} isCancelled
 */

/** What somebody has to do something about before the file is sent again. */
export class PieceProblem extends Error {}

const LOST = "The network connection was lost.";

/**
 * Sends what is not there yet; `known` is the key of a file that may be there in part. Gives its key; `""` where it was cancelled.
 * @param {Blob} file
 * @param {string} known
 * @param {PieceDoor} door
 * @returns {Promise<string>}
 */
export async function sendInPieces(file, known, door) {
  let key = known;
  let at = 0;
  let bytes = PIECE_BYTES;
  let tries = 0;
  let isSure = false;
  while (!door.isCancelled()) {
    if (isSure && at >= file.size) return key;
    /** @type {Blob | undefined} */
    const piece = isSure ? file.slice(at, at + bytes) : undefined;
    /** @type {PieceAnswer} */
    const answered = key && !isSure ? await door.ask(key) : await door.send(key, at, piece);
    const { status, answer } = answered;
    const isOurs = typeof answer?.at === "number" && typeof answer.key === "string";
    if (isOurs && (status === 200 || status === 409) && answer.at <= file.size) {
      const goesOn = answer.at > at || !isSure;
      if (answer.at > at) tries = 0;
      [key, at, isSure] = [answer.key, answer.at, true];
      door.arrived(key, at);
      if (goesOn) continue;
    } else if (status === 404 || isOurs) {
      // It was given up meanwhile, or is another one: it begins from its start.
      [key, at, isSure] = ["", 0, false];
    } else if (status === 413 && !answer?.problem && bytes > PIECE_MIN_BYTES) {
      bytes /= 2;
      continue;
    } else {
      const { result, words } = resultOf(status, answer);
      if (result === "refused" || result === "stopped") throw new PieceProblem(words);
      if (tries >= WAITS_MS.length) throw new PieceProblem(status === 0 ? LOST : words);
      isSure = false;
    }
    const wait = WAITS_MS[tries];
    if (wait === undefined) throw new PieceProblem(LOST);
    tries += 1;
    await door.wait(wait);
  }
  return "";
}
