// What the tools and keys of the visual view do to its document.

import { chainCommands, createParagraphNear, exitCode, lift, liftEmptyBlock, newlineInCode, setBlockType, splitBlockAs, wrapIn } from "prosemirror-commands";
import { Fragment } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { NodeSelection, Selection, TextSelection } from "prosemirror-state";
import { canSplit } from "prosemirror-transform";
import { addRowAfter, goToNextCell, isInTable, TableMap } from "prosemirror-tables";
import { ALIKE, schema, valueOf, withValue } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} PmNode */
/** @typedef {import("prosemirror-model").NodeType} NodeType */
/** @typedef {import("prosemirror-state").Command} Command */
/** @typedef {import("prosemirror-state").EditorState} EditorState */
/** @typedef {keyof typeof ALIKE} MarkKind */

const { nodes, marks } = schema;

/**
 * @param {import("prosemirror-model").Mark} mark
 * @param {MarkKind} kind
 */
const isOfKind = (mark, kind) => /** @type {readonly string[]} */ (ALIKE[kind]).includes(mark.attrs.tag);

/**
 * Whether all selected words are of a kind, or what is typed next will be.
 * @param {EditorState} state
 * @param {MarkKind} kind
 */
export function hasMark(state, kind) {
  const { from, to, empty, $from } = state.selection;
  if (empty) return (state.storedMarks ?? $from.marks()).some((mark) => isOfKind(mark, kind));
  let all = true;
  let any = false;
  state.doc.nodesBetween(from, to, (node) => {
    if (!node.isText) return;
    any = true;
    all &&= node.marks.some((mark) => isOfKind(mark, kind));
  });
  return any && all;
}

/**
 * Makes the selected words bold and the like, or plain where they are.
 * @param {MarkKind} kind
 * @returns {Command}
 */
export const toggleInline = (kind) => (state, dispatch) => {
  const { empty, $from, ranges } = state.selection;
  if (!$from.parent.inlineContent && empty) return false;
  if ($from.parent.type === nodes.code_block) return false;
  if (!dispatch) return true;
  const has = hasMark(state, kind);
  const [tag] = ALIKE[kind];
  const mark = marks.inline.create({ tag: kind === "strike" ? "del" : tag });
  const { tr } = state;
  if (empty) {
    const now = state.storedMarks ?? $from.marks();
    tr.setStoredMarks(has ? now.filter((own) => !isOfKind(own, kind)) : mark.addToSet(now));
  } else {
    for (const { $from: start, $to: end } of ranges) {
      if (has) removeKind(tr, start.pos, end.pos, kind);
      else tr.addMark(...trimmed(state.doc, start.pos, end.pos), mark);
    }
  }
  dispatch(tr.scrollIntoView());
  return true;
};

/**
 * A range without the blanks at its ends.
 * @param {PmNode} doc
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]}
 */
function trimmed(doc, from, to) {
  const words = doc.textBetween(from, to, "\n", "\ufffc");
  if (doc.resolve(from).parent !== doc.resolve(to).parent || !words.trim()) return [from, to];
  return [from + (words.length - words.trimStart().length), to - (words.length - words.trimEnd().length)];
}

/**
 * @param {import("prosemirror-state").Transaction} tr
 * @param {number} from
 * @param {number} to
 * @param {MarkKind} kind
 */
function removeKind(tr, from, to, kind) {
  /** @type {Set<import("prosemirror-model").Mark>} */
  const found = new Set();
  tr.doc.nodesBetween(from, to, (node) => {
    for (const mark of node.marks) if (isOfKind(mark, kind)) found.add(mark);
  });
  for (const mark of found) tr.removeMark(from, to, mark);
}

/** Takes bold, links and the like off the selected words, and blocks become paragraphs. @type {Command} */
export const clearFormatting = (state, dispatch) => {
  const { from, to, empty } = state.selection;
  if (empty) return false;
  dispatch?.(state.tr.removeMark(from, to));
  return true;
};

/**
 * The link that the selection is in, and all words that it is of.
 * @param {EditorState} state
 */
export function linkAround(state) {
  const { $from, from, to, empty } = state.selection;
  const mark = [...$from.marks(), ...($from.nodeAfter?.marks ?? [])].find((own) => isOfKind(own, "link"));
  if (!mark) return { address: "", words: state.doc.textBetween(from, to, " "), from, to, mark: null };
  let [start, end] = [from, to];
  if (empty || $from.parent.inlineContent) {
    const base = $from.start();
    let run = -1;
    $from.parent.forEach((node, offset) => {
      const has = node.marks.some((own) => own.eq(mark));
      if (has && run < 0) run = offset;
      if (run >= 0 && has && base + run <= from) [start, end] = [base + run, base + offset + node.nodeSize];
      if (!has) run = base + offset <= from ? -1 : run;
    });
  }
  return { address: valueOf(mark.attrs.attrs, "href") ?? "", words: state.doc.textBetween(start, end, " "), from: start, to: end, mark };
}

/**
 * Makes words a link, changes where they lead, or makes them plain where the address is empty.
 * @param {{ from: number, to: number, mark: import("prosemirror-model").Mark | null }} place
 * @param {string} address
 * @param {string} words
 * @returns {Command}
 */
export const setLink = ({ from, to, mark }, address, words) => (state, dispatch) => {
  const { tr } = state;
  if (from === to && words) tr.insertText(words, from);
  const end = from === to ? from + words.length : to;
  if (mark) tr.removeMark(from, end, mark);
  if (address) tr.addMark(from, end, marks.inline.create({ tag: "a", attrs: withValue(mark?.attrs.attrs ?? [], "href", address) }));
  tr.setSelection(TextSelection.create(tr.doc, end)).removeStoredMark(marks.inline);
  dispatch?.(tr.scrollIntoView());
  return true;
};

/**
 * @param {number} level 0 is a paragraph
 * @returns {Command}
 */
export const setHeading = (level) => (state, dispatch) => {
  const type = level ? nodes.heading : nodes.paragraph;
  const { $from } = state.selection;
  const isSameLevel = level > 0 && $from.parent.type === nodes.heading && $from.parent.attrs.level === level;
  return changeBlocks(isSameLevel ? nodes.paragraph : type, level && !isSameLevel ? { level } : {})(state, dispatch);
};

/**
 * Selected blocks of words become blocks of a kind. They stay part of their source.
 * @param {NodeType} type
 * @param {Record<string, unknown>} attrs
 * @returns {Command}
 */
export const changeBlocks = (type, attrs = {}) => (state, dispatch) =>
  setBlockType(type, (/** @type {PmNode} */ { attrs: old }) => ({ ...attrs, ...("part" in old ? { part: old.part } : {}) }))(state, dispatch);

/** @type {Command} */
export const toggleCode = (state, dispatch) => {
  const { $from } = state.selection;
  if ($from.parent.type === nodes.code_block) return changeBlocks(nodes.paragraph)(state, dispatch);
  const { from, to } = state.selection;
  const range = $from.blockRange(state.selection.$to);
  if (!range || range.startIndex + 1 >= range.endIndex) return changeBlocks(nodes.code_block)(state, dispatch);
  const words = state.doc.textBetween(from, to, "\n", "\n");
  const { tr } = state;
  tr.replaceRangeWith(range.start, range.end, nodes.code_block.create(null, words ? schema.text(words) : null));
  dispatch?.(tr.scrollIntoView());
  return true;
};

/**
 * The nearest node of some kinds around the selection, and how deep it is.
 * @param {EditorState} state
 * @param {NodeType[]} types
 */
export function around(state, ...types) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (types.includes(node.type)) return { node, depth, pos: $from.before(depth) };
  }
  return null;
}

/**
 * Makes a list, another kind of list, or paragraphs where it is one.
 * @param {NodeType} type
 * @returns {Command}
 */
export const toggleList = (type) => (state, dispatch) => {
  const list = around(state, nodes.bullet_list, nodes.ordered_list);
  if (list?.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
  if (list) {
    dispatch?.(state.tr.setNodeMarkup(list.pos, type, { part: list.node.attrs.part }));
    return true;
  }
  return wrapInList(type)(state, dispatch && ((tr) => dispatch(tightened(tr))));
};

/**
 * Paragraphs that became items of a list are written without empty lines between them.
 * @param {import("prosemirror-state").Transaction} tr
 */
function tightened(tr) {
  const { $from, $to } = tr.selection;
  const range = $from.blockRange($to, ({ type }) => type === nodes.bullet_list || type === nodes.ordered_list);
  if (!range) return tr;
  /** @type {number[]} */
  const found = [];
  tr.doc.nodesBetween(range.start, range.end, (node, pos, parent) => {
    if (node.type === nodes.paragraph && parent?.type === nodes.list_item && parent.childCount === 1 && node.attrs.attrs.length === 0) found.push(pos);
  });
  for (const pos of found) tr.setNodeMarkup(pos, nodes.loose, { part: tr.doc.nodeAt(pos)?.attrs.part ?? null });
  return tr;
}

/** @type {Command} */
export const toggleQuote = (state, dispatch) => (around(state, nodes.blockquote) ? lift(state, dispatch) : wrapIn(nodes.blockquote)(state, dispatch));

/**
 * Puts blocks in where the selection is: in place of an empty paragraph, else behind the block.
 * @param {PmNode[]} blocks
 * @param {boolean} leaves whether the cursor goes behind them
 * @returns {Command}
 */
export const insertBlocks = (blocks, leaves = false) => (state, dispatch) => {
  const { $from, $to } = state.selection;
  const depth = $from.depth === 0 ? 0 : 1;
  const { tr } = state;
  const isEmpty = $from.parent.isTextblock && $from.parent.content.size === 0 && $from.depth === 1;
  const start = depth ? (isEmpty ? $from.before(1) : $to.after(1)) : $to.pos;
  const end = isEmpty ? $from.after(1) : start;
  tr.replaceWith(start, end, Fragment.from(blocks));
  const behind = start + blocks.reduce((size, { nodeSize }) => size + nodeSize, 0);
  const last = blocks.at(-1);
  if (behind >= tr.doc.content.size && last && !last.isTextblock) tr.insert(behind, nodes.paragraph.create());
  const isBehind = leaves || (last && (last.isAtom || last.type === nodes.horizontal_rule));
  const into = last?.type === nodes.table ? start + 1 : isBehind ? behind : behind - 1;
  tr.setSelection(Selection.near(tr.doc.resolve(Math.min(into, tr.doc.content.size)), isBehind || last?.type === nodes.table ? 1 : -1));
  dispatch?.(tr.scrollIntoView());
  return true;
};

/**
 * A table with a row of headings.
 * @param {number} columns
 * @param {number} rows
 */
export function newTable(columns = 2, rows = 2) {
  /** @param {NodeType} type */
  const cells = (type) => Array.from({ length: columns }, () => type.create(null, nodes.loose.create()));
  const section = (/** @type {string} */ tag, /** @type {number} */ id) => ({ tag, attrs: [], id });
  return nodes.table.create(null, [
    nodes.table_row.create({ section: section("thead", 1) }, cells(nodes.table_header)),
    ...Array.from({ length: rows - 1 }, () => nodes.table_row.create({ section: section("tbody", 2) }, cells(nodes.table_cell))),
  ]);
}

/**
 * Puts blocks to the left, which is where they are by themselves, in the middle or to the right.
 * @param {"" | "center" | "right"} side
 * @returns {Command}
 */
export const align = (side) => (state, dispatch) => {
  const { from, to } = state.selection;
  const { tr } = state;
  state.doc.nodesBetween(from, to, (node, pos, parent) => {
    if (!node.isTextblock || node.type === nodes.code_block) return;
    const others = (valueOf(node.attrs.attrs ?? [], "class") ?? "").split(/\s+/).filter((one) => one && one !== "center" && one !== "right");
    const value = [...others, ...(side ? [side] : [])].join(" ");
    if (node.type !== nodes.loose) tr.setNodeMarkup(pos, undefined, { ...node.attrs, attrs: withValue(withValue(node.attrs.attrs, "align", null), "class", value || null) });
    else if (side && parent === state.doc) tr.setNodeMarkup(pos, nodes.paragraph, { part: node.attrs.part, attrs: [["class", value]] });
  });
  if (!tr.docChanged) return false;
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** In the last cell of a table a row is added, and the cursor goes there. @type {Command} */
const nextCell = (state, dispatch, view) => {
  if (!isInTable(state)) return false;
  if (goToNextCell(1)(state, dispatch)) return true;
  if (!dispatch || !view) return true;
  addRow(state, dispatch);
  return goToNextCell(1)(view.state, view.dispatch);
};

/** A row below that belongs to the body of the table, with plain cells. @type {Command} */
export const addRow = (state, dispatch) =>
  addRowAfter(
    state,
    dispatch &&
      ((tr) => {
        const table = around(state, nodes.table);
        const row = around(state, nodes.table_row);
        if (!table || !row) return dispatch(tr);
        const now = tr.doc.nodeAt(table.pos);
        const index = state.selection.$from.index(table.depth) + 1;
        if (!now || index >= now.childCount) return dispatch(tr);
        const next = now.maybeChild(index + 1);
        const { section } = row.node.attrs;
        const own = next?.attrs.section ?? (section?.tag === "thead" ? { tag: "tbody", attrs: [], id: section.id + 1000 } : section);
        let pos = table.pos + 1;
        for (let at = 0; at < index; at += 1) pos += now.child(at).nodeSize;
        tr.setNodeMarkup(pos, undefined, { attrs: [], section: own });
        // A row below the headings holds plain cells, as far as each is aligned as the one above.
        let cell = pos + 1;
        const map = TableMap.get(now);
        now.child(index).forEach((inner, _offset, column) => {
          const above = now.nodeAt(map.map[(index - 1) * map.width + column] ?? 0);
          const side = (above?.attrs.attrs ?? []).filter((/** @type {[string, string]} */ [name]) => name === "align");
          tr.setNodeMarkup(cell, own?.tag === "tbody" ? nodes.table_cell : inner.type, { ...inner.attrs, attrs: side });
          cell += inner.nodeSize;
        });
        dispatch(tr);
      }),
  );

/** Enter in words without a block of their own: two line breaks, as old editors wrote them, and one in a cell. @type {Command} */
const breakLoose = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if ($from.parent.type !== nodes.loose) return false;
  if (!empty || !dispatch) return false;
  if ($from.parent.content.size === 0 && $from.node(-1).type === nodes.list_item) return false;
  if ($from.depth > 1) {
    dispatch(state.tr.insert($from.pos, nodes.hard_break.create()).scrollIntoView());
    return true;
  }
  const tr = state.tr.insert($from.pos, [nodes.hard_break.create(), nodes.hard_break.create()]);
  const at = $from.pos + 2;
  if (canSplit(tr.doc, at)) tr.split(at);
  dispatch(tr.scrollIntoView());
  return true;
};

/** Enter in a summary leads into what it opens, and in a caption behind its picture. @type {Command} */
const leaveHead = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const { tag } = $from.parent.attrs;
  if (!empty || $from.depth < 2 || (tag !== "summary" && tag !== "figcaption")) return false;
  const { tr } = state;
  const behind = tag === "summary" ? $from.after() : $from.after($from.depth - 1);
  tr.insert(behind, nodes.paragraph.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, behind + 1)).scrollIntoView());
  return true;
};

/** A block that is split goes on with one of its kind, a heading with a paragraph. */
const split = splitBlockAs((node, atEnd) => {
  if (node.type === nodes.heading && atEnd) return { type: nodes.paragraph };
  const { attrs } = node.attrs;
  return { type: node.type, attrs: { ...node.attrs, ...(attrs && { attrs: attrs.filter((/** @type {[string, string]} */ [name]) => name !== "id" && !name.startsWith("on")) }) } };
});

export const enter = chainCommands(newlineInCode, splitListItem(nodes.list_item), leaveHead, breakLoose, createParagraphNear, liftEmptyBlock, split);
export const tab = chainCommands(nextCell, sinkListItem(nodes.list_item));
export const shiftTab = chainCommands(goToNextCell(-1), liftListItem(nodes.list_item));

/** @type {Command} */
export const lineBreak = chainCommands(exitCode, (state, dispatch) => {
  if (!state.selection.$from.parent.inlineContent) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});

/**
 * Moves the parts that are selected one up or down.
 * @param {-1 | 1} step
 * @returns {Command}
 */
export const movePart = (step) => (state, dispatch) => {
  const { $from, $to } = state.selection;
  const [first, last] = [$from.index(0), $to.depth === 0 ? Math.max($from.index(0), $to.indexAfter(0) - 1) : $to.index(0)];
  const { doc } = state;
  if (step < 0 ? first === 0 : last >= doc.childCount - 1) return false;
  if (!dispatch) return true;
  const start = $from.posAtIndex(first, 0);
  const end = $from.posAtIndex(last + 1, 0);
  const other = doc.child(step < 0 ? first - 1 : last + 1);
  const moved = doc.slice(start, end).content;
  const { tr } = state;
  const shift = step * other.nodeSize;
  if (step < 0) tr.replaceWith(start - other.nodeSize, end, moved.addToEnd(other));
  else tr.replaceWith(start, end + other.nodeSize, Fragment.from(other).append(moved));
  const { anchor, head } = state.selection;
  tr.setSelection(
    state.selection instanceof NodeSelection
      ? NodeSelection.create(tr.doc, state.selection.from + shift)
      : TextSelection.between(tr.doc.resolve(anchor + shift), tr.doc.resolve(head + shift)),
  );
  dispatch(tr.scrollIntoView());
  return true;
};
