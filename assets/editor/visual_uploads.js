// Pictures that are on their way: each shows its progress in the place where it will be. Nothing of them is in the source before
// they are there.

import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { element } from "../dom.js";
import { pictureMarkup, playerOf, titleOfRecording } from "../picture_markup.js";
import { isRecording } from "../upload_rules.js";
import { galleryOfUploads } from "./gallery.js";
import { readHtml } from "./read_html.js";
import { schema } from "./schema.js";
import { isEmptyParagraph } from "./source_parts.js";

/** @typedef {import("../picture_uploads.js").Upload} Upload */
/** @typedef {import("../picture_markup.js").PictureChoice} PictureChoice */
/** @typedef {import("./visual_view.js").VisualView} VisualView */
/** @typedef {{ upload: Upload, box: HTMLElement, at: number }} Place */
/** @typedef {{ add?: Place[], gone?: Upload }} Change */

/** @type {PluginKey<Place[]>} */
const key = new PluginKey("uploads");

/** Keeps the places of pictures that are on their way. */
export const uploadPlaces = () =>
  new Plugin({
    key,
    state: {
      init: () => /** @type {Place[]} */ ([]),
      apply(tr, places) {
        /** @type {Change | undefined} */
        const change = tr.getMeta(key);
        const done = places.findIndex(({ upload }) => upload === change?.gone);
        // What is before a picture that comes in stays before it.
        const moved = tr.docChanged ? places.map((place, number) => ({ ...place, at: tr.mapping.map(place.at, done >= 0 && number < done ? -1 : 1) })) : places;
        return [...moved.filter(({ upload }) => upload !== change?.gone), ...(change?.add ?? [])];
      },
    },
    props: {
      decorations(state) {
        const places = key.getState(state) ?? [];
        if (places.length === 0) return null;
        return DecorationSet.create(state.doc, places.map(({ at, box }, number) => Decoration.widget(at, box, { side: number + 1, key: box.id, stopEvent: () => true, ignoreSelection: true })));
      },
    },
  });

/**
 * The blocks that show a picture, or play a recording.
 * @param {StoredPicture} picture
 * @param {PictureChoice} choice
 * @param {Markup} markup
 */
export function blocksOfPicture(picture, choice, markup) {
  const source = pictureMarkup(picture, choice, markup);
  const plays = playerOf(picture.address) !== null;
  // HTML has the player itself, which is a part with its own source; Markdown writes it like a picture.
  if (plays && markup === "html") return [schema.nodes.locked.create({ source, shown: source, markup })];
  const isPlain = markup === "markdown" && !source.startsWith("<");
  if (!isPlain) return readHtml(pictureMarkup(picture, choice, "html"), markup);
  /** @type {import("./schema.js").Attributes} */
  const attrs = [["src", picture.address], ["alt", plays ? titleOfRecording(picture.name) : (choice.alt ?? picture.alt)]];
  return [schema.nodes.paragraph.create(null, schema.nodes.image.create({ attrs }))];
}

let made = 0;

/**
 * @param {VisualView} visual
 * @param {() => Markup} markup
 */
export function visualUploads(visual, markup) {
  const { view } = visual;

  /** Where a block of its own comes in: in front of an empty paragraph, else behind the block that the cursor is in. */
  function placeForBlock() {
    const { $head } = view.state.selection;
    if ($head.depth === 0) return $head.pos;
    return isEmptyParagraph($head.node(1)) ? $head.before(1) : $head.after(1);
  }

  /**
   * Shows files that are on their way where the cursor is.
   * @param {Upload[]} uploads
   * @param {number} [at]
   */
  function begin(uploads, at = placeForBlock()) {
    const ended = galleryOfUploads(view, uploads.filter(({ state, file }) => state !== "refused" && !isRecording(file)), markup);
    const add = uploads.map((upload) => {
      made += 1;
      const box = element("div", { class: "visual-upload", id: `visual-upload-${made}`, role: "group", "aria-label": `Upload of ${upload.name}`, contenteditable: "false" });
      if (upload.state !== "refused" && !isRecording(upload.file)) box.append(sightOf(upload.file));
      upload.moveTo(box, {
        done: (picture) => done(upload, picture, ended),
        refused: () => ended(upload),
        gone: () => {
          view.dispatch(view.state.tr.setMeta(key, { gone: upload }));
          view.focus();
          ended(upload);
        },
      });
      return { upload, box, at };
    });
    view.dispatch(view.state.tr.setMeta(key, { add }));
  }

  /**
   * @param {Upload} upload
   * @param {StoredPicture} picture
   * @param {(upload: Upload, address: string) => void} ended
   */
  function done(upload, picture, ended) {
    const place = key.getState(view.state)?.find((one) => one.upload === upload);
    if (!place) return;
    const act = () => {
      const now = key.getState(view.state)?.find((one) => one.upload === upload)?.at ?? place.at;
      view.dispatch(view.state.tr.insert(now, blocksOfPicture(picture, upload.choice, markup())).setMeta(key, { gone: upload }));
      ended(upload, picture.address);
    };
    // A character that is written with several keys is not disturbed.
    if (view.composing) view.dom.addEventListener("compositionend", () => setTimeout(act, 50), { once: true });
    else act();
  }

  /** The source gets what is on its way, as its own view has it. */
  function leave() {
    const places = key.getState(view.state) ?? [];
    const offsets = places.map(({ at }) => visual.offsetBefore(at));
    for (const [number, { upload }] of [...places.entries()].reverse()) {
      view.dispatch(view.state.tr.setMeta(key, { gone: upload }));
      upload.moveBack(offsets[number]);
    }
  }

  return { begin, leave };
}

/** @param {File} file */
function sightOf(file) {
  const address = URL.createObjectURL(file);
  return element("img", { src: address, alt: "", load: () => URL.revokeObjectURL(address) });
}
