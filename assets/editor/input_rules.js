// What is typed in the marks of Markdown becomes what they mean.

import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { TextSelection } from "prosemirror-state";
import { emojiNamed } from "../emoji.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

/**
 * Words between two signs get a mark.
 * @param {RegExp} pattern the words are its last group, the signs and words together the one before
 * @param {string} tag
 */
const inlineRule = (pattern, tag) =>
  new InputRule(pattern, (state, match, start, end) => {
    const [whole, , words] = match;
    const from = start + whole.length - (match[1]?.length ?? 0);
    if (!words?.trim() || state.doc.resolve(from).parent.type === nodes.code_block) return null;
    const mark = marks.inline.create({ tag });
    const kept = state.doc.resolve(end).marks();
    const tr = state.tr.replaceWith(from, end, schema.text(words, mark.addToSet(kept)));
    return tr.setStoredMarks(kept);
  });

/**
 * An item is written without a paragraph in it.
 * @param {RegExp} pattern
 * @param {import("prosemirror-model").NodeType} type
 */
const listRule = (pattern, type) => {
  const rule = wrappingInputRule(pattern, type, (match) => (match[1] && match[1] !== "1" ? { attrs: [["start", match[1]]] } : null), () => false);
  return new InputRule(pattern, (state, match, start, end) => {
    const { handler } = /** @type {any} */ (rule);
    /** @type {import("prosemirror-state").Transaction | null} */
    const tr = handler(state, match, start, end);
    if (!tr) return null;
    const { $from } = tr.selection;
    if ($from.parent.type === nodes.paragraph) tr.setNodeMarkup($from.before(), nodes.loose, { part: $from.parent.attrs.part });
    return tr;
  });
};

/** Three dashes or stars become a rule, with the cursor behind it. */
const ruleRule = new InputRule(/^(?:---|\*\*\*)$/, (state, _match, start, end) => {
  const { $from } = state.selection;
  if ($from.depth !== 1 || $from.parent.type !== nodes.paragraph || $from.parent.content.size > 2) return null;
  const { part } = $from.parent.attrs;
  const tr = state.tr.delete(start, end).replaceRangeWith($from.before(), $from.before() + 2, nodes.horizontal_rule.create({ part }));
  const behind = $from.before() + 1;
  tr.insert(behind, nodes.paragraph.create());
  return tr.setSelection(TextSelection.create(tr.doc, behind + 1));
});

/** The name of an emoji between colons becomes it. */
const emojiRule = new InputRule(/(?:^|[\s(])(:([a-z_]+):)$/, (state, [, whole, name], _start, end) => {
  const sign = emojiNamed(name);
  const from = end - whole.length + 1;
  return sign && state.doc.resolve(end).parent.type !== nodes.code_block ? state.tr.insertText(sign, from, end) : null;
});

export const rules = () =>
  inputRules({
    rules: [
      textblockTypeInputRule(/^(#{1,4})\s$/, nodes.heading, (match) => ({ level: Math.max(2, match[1].length) })),
      wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
      listRule(/^\s*[-*+]\s$/, nodes.bullet_list),
      listRule(/^\s*(\d{1,4})[.)]\s$/, nodes.ordered_list),
      ruleRule,
      emojiRule,
      inlineRule(/(?:^|[^*])(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$/, "strong"),
      inlineRule(/(?:^|[^*])(\*([^*\s](?:[^*]*[^*\s])?)\*)$/, "em"),
      inlineRule(/(?:^|[^~])(~~([^~\s](?:[^~]*[^~\s])?)~~)$/, "del"),
      inlineRule(/(?:^|[^\x60])(\x60([^\x60]+)\x60)$/, "code"),
    ],
  });

/** Enter behind three backticks begins a block of code. @type {import("prosemirror-state").Command} */
export const fence = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const { parent } = $from;
  const match = /^(?:\x60{3}|~~~)([\w+#-]*)$/.exec(parent.textContent);
  if (!empty || parent.type !== nodes.paragraph || !match || $from.parentOffset < parent.content.size) return false;
  const start = $from.before();
  const code = nodes.code_block.create({ part: parent.attrs.part, code: match[1] ? [["class", `language-${match[1]}`]] : [] });
  const tr = state.tr.replaceWith(start, $from.after(), code);
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, start + 1)).scrollIntoView());
  return true;
};
