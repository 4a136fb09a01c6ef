//! Markdown: in full for authors, a small one for commenters.

use std::fmt;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};

use super::{address, paragraphs, sanitize};
use crate::blog::phrases::{ADMIN, Phrases, fill};

/// How deep an author's quotes and lists may be nested on one line; what HTML they become is measured again.
const MAX_POST_DEPTH: usize = 100;

/// How deep quotes, lists and emphasis may be nested in a comment.
pub const MAX_COMMENT_DEPTH: usize = 10;

/// HTML of a post longer than this many times its Markdown comes from a table that is nearly empty.
const MAX_POST_GROWTH: usize = 16;

/// HTML of a post longer than this takes more than a second to read. Posts are at most half as long, and prose in
/// Markdown grows by half.
const MAX_POST_BYTES: usize = 4 * 1024 * 1024;

/// A comment may grow this much; one that would grow more is shown as it was typed.
const MAX_COMMENT_GROWTH: usize = 8;

/// Short texts may grow by this many bytes whatever their length.
const FREE_GROWTH: usize = 1024;
/// Tables may have so many cells whatever their source, and one more for each byte of it: a cell that is written takes two.
const FREE_CELLS: usize = 16 * 1024;

/// A comment whose quotes, lists or emphasis are nested more than [`MAX_COMMENT_DEPTH`] deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooDeep;

impl TooDeep {
    /// What its writer reads.
    #[must_use]
    pub fn in_words(self, phrases: &Phrases) -> String {
        fill(
            phrases.refused.too_deep,
            &[("n", &MAX_COMMENT_DEPTH.to_string())],
        )
    }
}

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words(ADMIN))
    }
}

impl std::error::Error for TooDeep {}

/// The HTML of an author's Markdown, not yet safe; `None` where it is nested too deep or grows too much.
pub fn post(source: &str) -> Option<String> {
    if !is_within_bounds(source) {
        return None;
    }
    let html = comrak::markdown_to_html(source, &options());
    let max = MAX_POST_BYTES.min(MAX_POST_GROWTH * source.len() + FREE_GROWTH);
    (html.len() <= max).then_some(html)
}

/// Whether an author's Markdown can be read at a cost that its length explains.
pub fn is_within_bounds(source: &str) -> bool {
    marker_depth(source) <= MAX_POST_DEPTH && cells_at_most(source) <= FREE_CELLS + source.len()
}

/// The Markdown of authors.
pub fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.autolink = true;
    // The sanitiser comes after, so an author may write HTML where Markdown has nothing to offer.
    options.render.r#unsafe = true;
    options
}

/// The safe HTML of a commenter's Markdown.
pub fn comment(source: &str) -> Result<String, TooDeep> {
    if marker_depth(source) > MAX_COMMENT_DEPTH {
        return Err(TooDeep);
    }
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.parse.ignore_setext = true;
    options.render.hardbreaks = true;
    options.render.escape = true;
    let arena = Arena::new();
    let root = parse_document(&arena, source, &options);
    if is_too_deep(root) {
        return Err(TooDeep);
    }
    simplify(root, &arena);
    let mut html = String::new();
    let written = format_html(root, &options, &mut html);
    let max = MAX_COMMENT_GROWTH * source.len().max(FREE_GROWTH / MAX_COMMENT_GROWTH);
    let safe = sanitize::comment(&html);
    if written.is_err() || safe.len() > max {
        return Ok(sanitize::comment(&paragraphs(source)));
    }
    Ok(safe)
}

/// The most cells that tables may come to: a row that is short of cells is filled up to the width of its table.
fn cells_at_most(source: &str) -> usize {
    let (mut cells, mut columns) = (0, 0);
    for line in source.lines() {
        let (_, row) = after_markers(line);
        if row.is_empty() {
            columns = 0;
        } else if row.contains('|')
            && row.contains('-')
            && row.chars().all(|c| "|:- \t".contains(c))
        {
            columns = columns.max(row.matches('|').count() + 1);
        }
        cells += columns;
    }
    cells
}

/// The most quote and list marks that begin a line; reading costs the square of it, so it is measured before.
fn marker_depth(source: &str) -> usize {
    source.lines().map(line_depth).max().unwrap_or_default()
}

fn line_depth(line: &str) -> usize {
    if is_rule(line) {
        return 0;
    }
    after_markers(line).0
}

/// How many quote and list marks a line begins with, and what is after them.
fn after_markers(line: &str) -> (usize, &str) {
    let mut depth = 0;
    let mut rest = line.trim_start();
    while let Some(after) = after_marker(rest) {
        depth += 1;
        rest = after.trim_start();
    }
    (depth, rest)
}

/// A line of stars or dashes alone is a rule across the page, not a list in a list in a list.
fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    marks
        .next()
        .is_some_and(|first| "*-_".contains(first) && marks.all(|mark| mark == first))
}

fn after_marker(text: &str) -> Option<&str> {
    if let Some(quoted) = text.strip_prefix('>') {
        return Some(quoted);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let item = match digits {
        0 => text.strip_prefix(['-', '+', '*']),
        1..=9 => text[digits..].strip_prefix(['.', ')']),
        _ => None,
    };
    item.filter(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

fn is_too_deep<'a>(root: &'a AstNode<'a>) -> bool {
    use comrak::arena_tree::NodeEdge;
    let mut depth = 0;
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) if is_nesting(&node.data().value) => depth += 1,
            NodeEdge::End(node) if is_nesting(&node.data().value) => depth -= 1,
            _ => {}
        }
        if depth > MAX_COMMENT_DEPTH {
            return true;
        }
    }
    false
}

fn is_nesting(value: &NodeValue) -> bool {
    matches!(
        value,
        NodeValue::BlockQuote
            | NodeValue::List(_)
            | NodeValue::Emph
            | NodeValue::Strong
            | NodeValue::Strikethrough
            | NodeValue::Link(_)
            | NodeValue::Image(_)
    )
}

/// Turns what comments do not have into what comes closest.
fn simplify<'a>(root: &'a AstNode<'a>, arena: &'a Arena<'a>) {
    let nodes: Vec<_> = root.descendants().collect();
    for node in nodes {
        let value = node.data().value.clone();
        match value {
            NodeValue::Heading(_) => embolden(node, arena),
            NodeValue::Link(link) | NodeValue::Image(link) => relink(node, arena, &link.url),
            NodeValue::HtmlInline(html) => node.data_mut().value = NodeValue::Text(html.into()),
            NodeValue::HtmlBlock(block) => show_source(node, arena, &block.literal),
            _ => {}
        }
    }
}

fn embolden<'a>(heading: &'a AstNode<'a>, arena: &'a Arena<'a>) {
    let strong = arena.alloc(NodeValue::Strong.into());
    let words: Vec<_> = heading.children().collect();
    for word in words {
        strong.append(word);
    }
    heading.append(strong);
    heading.data_mut().value = NodeValue::Paragraph;
}

/// A picture becomes a link to it; what may not be linked leaves its words.
fn relink<'a>(node: &'a AstNode<'a>, arena: &'a Arena<'a>, url: &str) {
    let Some(url) = address::foreign(url) else {
        let words: Vec<_> = node.children().collect();
        for word in words {
            node.insert_before(word);
        }
        node.detach();
        return;
    };
    if node.first_child().is_none() {
        node.append(arena.alloc(NodeValue::Text(url.clone().into()).into()));
    }
    let title = String::new();
    node.data_mut().value = NodeValue::Link(Box::new(comrak::nodes::NodeLink { url, title }));
}

fn show_source<'a>(block: &'a AstNode<'a>, arena: &'a Arena<'a>, source: &str) {
    for (number, line) in source.trim_end().lines().enumerate() {
        if number > 0 {
            block.append(arena.alloc(NodeValue::LineBreak.into()));
        }
        block.append(arena.alloc(NodeValue::Text(line.to_owned().into()).into()));
    }
    block.data_mut().value = NodeValue::Paragraph;
}
