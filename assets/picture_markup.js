// How pictures are written in a text, in Markdown and in HTML: pure. A backtick in a regular expression is `\x60`, see
// markup_edits.js.

import { escapeHtml } from "./markup_edits.js";

/** @typedef {{ alt?: string, caption: string, size: string, place: string, link: string }} PictureChoice */

/**
 * What a picture measures in the text, in pixels of the page; the column is 600 to 760 wide.
 * @type {Record<string, number>}
 */
const WIDTHS = { small: 240, medium: 400, large: 608 };

/** How a picture is written that nobody can get; the words behind the colon are its name. */
const MISSING = /!\[Missing picture(?:: ([^\]]*))?\]\(\)|<img alt="Missing picture(?:: ([^"]*))?">/g;
/** Pictures of other sites, in both markups. */
const REMOTE = /!\[[^\]]*\]\((https?:\/\/(?:[^\s<>()]|\([^\s<>()]*\))+)\)|<img\s[^>]*?src="(https?:\/\/[^"]+)"/g;

/**
 * How a picture is put into the text where nobody chose anything.
 * @type {PictureChoice}
 */
export const USUAL_CHOICE = { alt: undefined, caption: "", size: "full", place: "none", link: "" };

/** The recordings among our files, by the ending of their names (`src/blog/media.rs`). */
const RECORDING = /^\/media\/[0-9a-f]{32}\.(?:(mp3|m4a|aac|ogg|wav|flac)|mp4|webm)$/;

/**
 * Which player an address of ours gets from readers' pages; `null` for pictures and for files of other sites.
 * @param {string} address
 * @returns {"audio" | "video" | null}
 */
export function playerOf(address) {
  const found = RECORDING.exec(address.trim());
  if (!found) return null;
  return found[1] ? "audio" : "video";
}

/**
 * What a recording is called: the name of its file without the ending.
 * @param {string} [name]
 */
export const titleOfRecording = (name = "") => name.replace(/\.\w{1,5}$/, "");

/**
 * Plain words as Markdown has them between brackets.
 * @param {string} text
 */
const bracketed = (text) => text.replace(/[\\[\]*_\x60<>&]/g, "\\$&");

/**
 * A recording as the text has it: its player. In Markdown it is written like a picture.
 * @param {StoredPicture} recording
 * @param {Markup} markup
 */
function recordingMarkup({ address, kind, name = "" }, markup) {
  const words = titleOfRecording(name);
  if (markup === "markdown") return `![${bracketed(words)}](${address})`;
  const tag = kind === "audio" ? "audio" : "video";
  const more = tag === "video" ? " playsinline" : "";
  const said = escapeHtml(words);
  return `<${tag} title="${said}" controls preload="metadata"${more} src="${address}"><a href="${address}">${said || address}</a></${tag}>`;
}

/**
 * A picture as the text has it, or a recording.
 * @param {StoredPicture} picture
 * @param {PictureChoice} choice
 * @param {Markup} markup
 */
export function pictureMarkup(picture, choice, markup) {
  if (picture.kind === "audio" || picture.kind === "video") return recordingMarkup(picture, markup);
  const alt = choice.alt ?? picture.alt;
  const plain = !choice.caption && !choice.link && choice.size === "full" && choice.place === "none";
  if (plain && markup === "markdown") return `![${bracketed(alt)}](${picture.address})`;
  const width = WIDTHS[choice.size];
  const wide = width && width < picture.width ? ` width="${width}"` : "";
  const image = `<img src="${picture.address}" alt="${escapeHtml(alt)}"${wide}>`;
  const inside = choice.link ? `<a href="${escapeHtml(choice.link)}">${image}</a>` : image;
  const caption = choice.caption ? `<figcaption>${escapeHtml(choice.caption)}</figcaption>` : "";
  const place = choice.place === "none" ? "" : ` class="${choice.place}"`;
  return `<figure${place}>${inside}${caption}</figure>`;
}

/**
 * Pictures that come in together, in lines of their own: two and more are a gallery.
 * @param {string[]} pictures as the text has them
 */
export const galleryMarkup = (pictures) => (pictures.length > 1 ? `<div class="gallery">\n\n${pictures.join("\n\n")}\n\n</div>` : pictures.join(""));

/**
 * A mark for a picture that is being uploaded, which is nowhere in the text yet.
 * @param {string} name of the file
 * @param {(mark: string) => boolean} isTaken
 */
export function placeholderFor(name, isTaken) {
  const bare = name.replace(/[\\[\]()!\s]+/g, " ").trim();
  let number = 1;
  const words = () => `![Uploading ${bare}${number > 1 ? ` ${number}` : ""}…]()`;
  while (isTaken(words())) number += 1;
  return words();
}

/**
 * Words with the empty lines around them that make a part of its own at this place of a text.
 * @param {string} words
 * @param {string} before the text before the place
 * @param {string} after the text behind it
 */
export function asBlock(words, before, after) {
  const head = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return head + words + tail;
}

/**
 * The pictures of a text that nobody could get.
 * @param {string} text
 */
export const missingPictures = (text) => [...text.matchAll(MISSING)].map((found) => ({ alt: found[1] ?? found[2] ?? "", written: found[0] }));

/** A picture in both markups. */
const PICTURE = /(?<!\\)!\[((?:[^[\]\\]|\\[\s\S]|\[[^\]]*\])*)\](?=\(\s*<?([^\s)>]+))|<img\b[^>]*>/g;
const ALT = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))|\salt(?=[\s>/])/i;
/** What shows no picture whatever is written in it: blocks of code, words of code, comments. */
const SHOWS_NOTHING = /^(?:[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)?[ \t>]*(\x60{3,}(?![^\n]*\x60)|~{3,})[\s\S]*?(?:\n[ \t>]*\1[\x60~]*[ \t]*$|(?![\s\S]))|(?<![\x60\\])(\x60+)(?!\x60)(?:(?!\n[ \t]*\n)[\s\S])*?(?<!\x60)\2(?!\x60)|<!--[\s\S]*?-->/gm;

/**
 * A picture of a text.
 * @typedef {object} WrittenPicture
 * @property {number} at where it is
 * @property {string} written how it is written; in Markdown up to its address
 * @property {string} address
 * @property {string} alt its alternative text as it is written
 * @property {number} number how many pictures with this address are before it
 */

/**
 * The pictures of a text; what is in code or in a comment is none.
 * @param {string} text
 * @param {Markup} markup
 * @returns {WrittenPicture[]}
 */
export function picturesIn(text, markup) {
  /** @param {string} found */
  const blank = (found) => found.replace(/[^\n]/g, " ");
  const seen = markup === "html" ? text.replace(/<!--[\s\S]*?-->/g, blank) : text.replace(SHOWS_NOTHING, blank);
  /** @type {Map<string, number>} */
  const numbers = new Map();
  return [...seen.matchAll(PICTURE)].flatMap((found) => {
    const written = text.slice(found.index, found.index + found[0].length);
    const isMarkdown = written.startsWith("!");
    if (isMarkdown && markup === "html") return [];
    const address = isMarkdown ? found[2] : unescapeHtml(written.match(/\ssrc\s*=\s*["']?([^"'\s>]+)/i)?.[1] ?? "");
    const alt = written.match(ALT);
    const number = numbers.get(address) ?? 0;
    numbers.set(address, number + 1);
    return [{ at: found.index, written, address, alt: isMarkdown ? found[1] : (alt?.[1] ?? alt?.[2] ?? alt?.[3] ?? ""), number }];
  });
}

/**
 * A picture that was seen in the text before, where it is by now.
 * @param {string} text
 * @param {Markup} markup
 * @param {WrittenPicture} picture
 */
export const pictureAgain = (text, markup, { address, number }) => picturesIn(text, markup).find((one) => one.address === address && one.number === number);

/**
 * The pictures of a text without alternative text. Where the server says which of them readers are shown, only those: an example
 * in indented code looks like a picture.
 * @param {string} text
 * @param {Markup} markup
 * @param {string[]} [shown] their addresses, one for each time
 */
export function picturesWithoutAlt(text, markup, shown) {
  const all = picturesIn(text, markup).filter(({ alt }) => alt.trim() === "");
  if (!shown) return all;
  return all.filter((picture) => {
    const alike = all.filter(({ address }) => isAddressOf(address, picture.address));
    const wanted = shown.filter((address) => isAddressOf(picture.address, address)).length;
    const inWords = alike.filter(({ at }) => !isSetIn(text, at));
    const likely = alike.length > wanted && inWords.length >= wanted ? inWords : alike;
    return likely.slice(0, wanted).includes(picture);
  });
}

/**
 * Whether the line of a place is set in as code is.
 * @param {string} text
 * @param {number} at
 */
const isSetIn = (text, at) => /^(?: {4}| {0,3}\t)/.test(text.slice(text.lastIndexOf("\n", at - 1) + 1, at));

/**
 * Whether an address is written so in a text, where `&` may be an entity.
 * @param {string} written
 * @param {string} address
 */
const isAddressOf = (written, address) => written.replaceAll("&amp;", "&") === address.replaceAll("&amp;", "&");

/**
 * Where the first picture with an address is in a text; -1 for none.
 * @param {string} text
 * @param {Markup} markup
 * @param {string} address
 */
export const placeOfPicture = (text, markup, address) => picturesIn(text, markup).find((picture) => isAddressOf(picture.address, address))?.at ?? -1;

/**
 * The same picture with an alternative text.
 * @param {string} written as `picturesIn` gives it
 * @param {string} alt
 */
export function withAlt(written, alt) {
  if (written.startsWith("!")) return `![${bracketed(alt)}]`;
  return written.replace(ALT, "").replace(/^<img\b/i, (name) => `${name} alt="${escapeHtml(alt)}"`);
}

/** @param {string} written */
const unescapeHtml = (written) => written.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/**
 * The addresses of pictures of other sites that a text shows, each once.
 * @param {string} text
 */
export const remoteAddresses = (text) => [...new Set([...text.matchAll(REMOTE)].map((found) => found[1] ?? unescapeHtml(found[2])))];

/**
 * The whole picture in a text, not only its address.
 * @param {string} text
 * @param {string} written the address, as the text has it
 */
export function wholePicture(text, written) {
  const at = text.indexOf(written);
  if (at < 0) return written;
  const [before, behind] = [text.slice(0, at), text.slice(at + written.length)];
  const [open, close] = before.endsWith("](") ? [before.lastIndexOf("!["), behind.indexOf(")") + 1] : [before.lastIndexOf("<img"), behind.indexOf(">") + 1];
  return open >= 0 && close > 0 ? text.slice(open, at + written.length + close) : written;
}

/**
 * A name for the eye: the last part of an address.
 * @param {string} address
 */
export function nameOfAddress(address) {
  try {
    const url = new URL(address);
    return decodeURIComponent(url.pathname.split("/").filter(Boolean).pop() ?? url.host) || url.host;
  } catch {
    return address;
  }
}
