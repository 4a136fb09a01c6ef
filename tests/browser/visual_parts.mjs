// What the visual editor makes of one text, for visual_corpora.mjs, which runs this in a page of the editor.

import { Fragment, Slice } from "prosemirror-model";
import { readHtml } from "../../assets/editor/read_html.js";
import { schema } from "../../assets/editor/schema.js";
import { groups, SourceParts } from "../../assets/editor/source_parts.js";
import { writeBlocks } from "../../assets/editor/write_html.js";

const WORD = " zebra";

/** Opens a text, and types one word into a part in its middle. */
export async function measure(body, markup, csrf) {
  const cut = async (text) => {
    const answer = await fetch("/admin/posts/parts", { method: "POST", body: new URLSearchParams({ csrf, body: text, markup }) });
    return (await answer.json()).parts;
  };
  const all = body === "" ? [] : await cut(body);
  const parts = new SourceParts(markup);
  const editable = await parts.editable(all, cut);
  const blocks = parts.read(all, editable);
  const doc = schema.nodes.doc.create(null, blocks.length ? blocks : [schema.nodes.paragraph.create()]);
  doc.check();
  parts.settle(doc);
  return {
    isSame: parts.join(doc) === body,
    parts: all.length,
    editable: editable.filter(Boolean).length,
    locked: all.filter((_, number) => !editable[number]).map(({ source }) => source.slice(0, 120)),
    typed: await typeWord(parts, doc, body, cut),
  };
}

/** `null` where no part has a place between two words; else whether nothing but the word came in, and readers see it. */
async function typeWord(parts, doc, body, cut) {
  const open = groups(doc).filter(({ blocks }) => blocks.every(({ type }) => type !== schema.nodes.locked));
  const group = open[Math.floor(open.length / 2)];
  const at = group ? placeBetweenWords(doc, group) : -1;
  if (at < 0) return null;
  const word = schema.text(WORD, doc.resolve(at).marks());
  const changed = doc.replace(at, at, new Slice(Fragment.from(word), 0, 0));
  const source = parts.join(changed);
  const pieces = parts.pieces(changed).filter((piece) => piece.changed);
  // What is rendered of it is read once more: notes are written in Markdown only.
  const wanted = writeBlocks(pieces[0].blocks);
  const rendered = await cut(source);
  return {
    isOwnPart: pieces.length === 1 && pieces[0].id === group.id,
    // Where a line ends between the two words, it may end before the new one.
    isWordOnly: source.length === body.length + WORD.length && withoutBlanks(source.replace(WORD.trim(), "")) === withoutBlanks(body),
    isSeen: rendered.some(({ html }) => html !== null && writeBlocks(readHtml(html, parts.markup)) === wanted),
    source: pieces[0].source.slice(0, 300),
  };
}

const withoutBlanks = (text) => text.replace(/\s+/g, "");

function placeBetweenWords(doc, { from, blocks }) {
  let found = -1;
  const end = blocks.reduce((at, { nodeSize }) => at + nodeSize, from);
  doc.nodesBetween(from, end, (node, place) => {
    const between = node.isText ? node.text.search(/\w \w/) : -1;
    if (found < 0 && between >= 0) found = place + between + 1;
  });
  return found;
}
