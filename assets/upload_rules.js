// Which pictures and recordings are sent, and what the answers to them mean: pure rules.

/** Kinds of pictures that the server can read. */
export const KINDS = ["image/jpeg", "image/png", "image/gif", "image/webp"];
/** What the server says of kinds that it cannot read (`src/media/pictures.rs`), said before they are sent. */
const NO_PICTURE = "Daybook can’t read this file as a picture. Save it as JPEG, PNG, GIF or WebP and upload it again.";
const HEIC =
  "Daybook can’t read HEIC pictures, and most browsers can’t show them. Save it as JPEG, PNG or WebP and upload it again.";
/** @type {Record<string, string>} */
const OTHER_KINDS = {
  "image/avif":
    "Daybook can’t read AVIF pictures yet. Save it as JPEG, PNG or WebP and upload it again.",
  "image/heic": HEIC,
  "image/heif": HEIC,
};
const MAX_BYTES = 10 * 1024 * 1024;
/** What is offered besides pictures. Systems name kinds of sound differently, so endings are among them. */
export const RECORDINGS = ["audio/*", "video/mp4", "video/webm", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".wav", ".flac"];
const RECORDING_MAX_BYTES = 200 * 1024 * 1024;
/** After these waits a file is sent again by itself; then only by its button, or when the network is back. */
const RETRY_AFTER_MS = [2_000, 8_000, 30_000];

/**
 * Whether a file is sound or film, as far as the browser knows. The server looks at its bytes.
 * @param {{ type: string }} file
 */
export const isRecording = ({ type }) => /^(audio|video)\/|^application\/ogg$/.test(type);

/**
 * The files of something that is pasted. Programs that copy words send a picture of them along, but never a recording.
 * @template {{ type: string }} T
 * @param {Iterable<T>} files
 * @param {string} words what is pasted as text
 * @returns {T[]}
 */
export function pastedFiles(files, words) {
  const known = [...files].filter((file) => file.type.startsWith("image/") || isRecording(file));
  return words === "" || known.some(isRecording) ? known : [];
}

/**
 * Why a file is not sent at all; `undefined` for one that is. Many systems know no kind for HEIC: there its name says it.
 * @param {{ type: string, size: number, name?: string }} file
 */
export function refusalOf({ type, size, name = "" }) {
  if (isRecording({ type })) {
    return size > RECORDING_MAX_BYTES ? "This file is larger than 200 MiB. Please make the recording shorter or smaller and upload it again." : undefined;
  }
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (!KINDS.includes(type)) return OTHER_KINDS[type] ?? OTHER_KINDS[`image/${ending}`] ?? NO_PICTURE;
  return size > MAX_BYTES ? "This file is larger than 10 MiB. Please make the picture smaller and upload it again." : undefined;
}

/**
 * The name that a file is sent under: those without one, as pasted ones are, are called by what they are.
 * @param {{ name: string, type: string }} file
 */
export const nameOfFile = ({ name, type }) => name || `picture.${type.split("/")[1] ?? ""}`;

/**
 * What the blog said about a file; `null` for a page of something else, or one that was cut off.
 * @param {string} text
 * @returns {{ problem?: string } & Partial<StoredPicture> | null}
 */
export function parseAnswer(text) {
  try {
    const answer = JSON.parse(text);
    return typeof answer === "object" ? answer : null;
  } catch {
    return null;
  }
}

/**
 * What comes of an answer: our own words, or those of something between this browser and the blog.
 *
 * - `done`: the picture is stored
 * - `refused`: it will not be taken however often it is sent
 * - `stopped`: somebody has to do something before it is sent again
 * - `failed`: it is sent again soon
 * @param {number} status
 * @param {ReturnType<typeof parseAnswer>} answer
 * @returns {{ result: "done" | "refused" | "stopped" | "failed", words: string }}
 */
export function resultOf(status, answer) {
  if (status === 200 && answer?.address) return { result: "done", words: "" };
  if ((status === 413 || status === 422) && answer?.problem) return { result: "refused", words: answer.problem };
  if (status === 413) return { result: "stopped", words: "The proxy in front of the blog rejected this file as too large. Raise the proxy’s limit, then retry." };
  if (status === 401 || status === 403) return { result: "stopped", words: "You’re signed out. Sign in, then retry." };
  if (status === 507) return { result: "stopped", words: "The server’s disk is full." };
  if (status === 502 || status === 504) return { result: "failed", words: "The proxy in front of the blog can’t reach it." };
  if (status === 200) return { result: "failed", words: "Something other than the blog responded." };
  return { result: "failed", words: answer?.problem ?? `The server couldn’t accept the file (${status}).` };
}

/**
 * The wait before a file is sent again by itself; `undefined` once it was sent often enough.
 * @param {number} tries
 * @returns {number | undefined}
 */
export const retryAfter = (tries) => RETRY_AFTER_MS[tries - 1];
