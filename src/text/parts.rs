//! A text cut into its top-level parts, for an editor that shows and changes one part and leaves all others as they are.
//!
//! The parts join to exactly the source. Where it is in doubt whether a part ends, as behind an element that nobody
//! closes, it goes on. HTML is cut by its tags, Markdown where its blocks begin.

use std::cell::{Cell, RefCell};

use comrak::nodes::NodeValue;
use comrak::{Arena, parse_document};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::markdown;
use super::tree::MAX_DEPTH;
use crate::blog::post::Markup;

/// The prefix of the names of attributes that a browser would act on as soon as it parses them, styles and event
/// handlers: a page that forbids them reports each.
const RENAMED: &str = "data-daybook-";

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// What the text has of it, with the blank lines behind it.
    pub source: String,
    /// Its HTML as it is written or as Markdown makes it, which is not safe; `None` for Markdown that costs too much to read.
    pub html: Option<String>,
}

impl Part {
    /// The HTML for a script that reads it: with attributes renamed that browsers act on. `None` for what a browser must
    /// not even parse.
    pub fn inert_html(&self) -> Option<String> {
        self.html.as_deref().and_then(renamed)
    }
}

/// Cuts a text into its parts.
pub fn parts(source: &str, markup: Markup) -> Vec<Part> {
    match markup {
        Markup::Html => cut_html(source)
            .into_iter()
            .map(|part| Part {
                source: part.to_owned(),
                html: Some(part.to_owned()),
            })
            .collect(),
        Markup::Markdown => cut_markdown(source),
    }
}

/// Cuts HTML: each part is a block with what is blank behind it, or a run of words and inline elements between two blocks. A
/// run is cut behind two or more line breaks as well, where old editors wrote them for a new paragraph.
fn cut_html(source: &str) -> Vec<&str> {
    let mut nesting = Nesting::default();
    let mut cuts = vec![0];
    let mut breaks = 0;
    let mut at = 0;
    for tag in tags(source) {
        let between = &source[at..tag.start];
        if !between.trim().is_empty() {
            if breaks > 1 && nesting.is_closed() {
                cuts.push(at);
            }
            breaks = 0;
        }
        at = tag.end;
        let is_break = tag.is("br");
        let was_closed = nesting.is_closed();
        if nesting.opens_part(&tag) || (was_closed && breaks > 1 && !is_break && tag.is_start()) {
            cuts.push(tag.start);
        }
        if is_break {
            breaks += 1;
        } else {
            breaks = 0;
        }
        let was_block = nesting.take(&tag);
        if nesting.is_closed() && was_block {
            cuts.push(tag.end);
        }
    }
    joined(source, cuts)
}

/// Cuts Markdown where its blocks begin, unless HTML in it is still open there.
fn cut_markdown(source: &str) -> Vec<Part> {
    let whole = || {
        vec![Part {
            source: source.to_owned(),
            html: None,
        }]
    };
    if !markdown::is_within_bounds(source) {
        return whole();
    }
    let options = markdown::options();
    let arena = Arena::new();
    let root = parse_document(&arena, source, &options);
    let lines = line_starts(source);
    let mut blocks: Vec<(usize, usize, String)> = Vec::new();
    for node in root.children() {
        let place = node.data().sourcepos;
        let mut html = String::new();
        if comrak::format_html(node, &options, &mut html).is_err() {
            return whole();
        }
        // The section of notes ends with the document only.
        if matches!(node.data().value, NodeValue::FootnoteDefinition(_)) {
            html.push_str("</ol>\n</section>\n");
        }
        blocks.push((place.start.line, place.end.line, html));
    }
    blocks.sort_by_key(|(start, _, _)| *start);
    let mut nesting = Nesting::default();
    let mut parts: Vec<(usize, String)> = Vec::new();
    let mut last_line = 0;
    for (start, end, html) in blocks {
        let begins = nesting.is_closed() && start > last_line;
        last_line = last_line.max(end);
        for tag in tags(&html) {
            nesting.take(&tag);
        }
        match parts.last_mut() {
            Some((_, before)) if !begins => before.push_str(&html),
            _ => parts.push((start, html)),
        }
    }
    let starts = parts.iter().map(|(line, _)| {
        lines
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(source.len())
    });
    let mut cuts: Vec<usize> = starts.collect();
    if let Some(first) = cuts.first_mut() {
        *first = 0;
    }
    if cuts.is_empty() && !source.is_empty() {
        return whole();
    }
    let ends = cuts.iter().skip(1).copied().chain([source.len()]);
    let spans: Vec<(usize, usize)> = cuts.iter().copied().zip(ends).collect();
    spans
        .into_iter()
        .zip(parts)
        .map(|((start, end), (_, html))| Part {
            source: source[start..end].to_owned(),
            html: Some(html),
        })
        .collect()
}

/// The parts between cuts; what is blank belongs to the part before it.
fn joined(source: &str, mut cuts: Vec<usize>) -> Vec<&str> {
    cuts.push(source.len());
    cuts.dedup();
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for pair in cuts.windows(2) {
        let &[start, end] = pair else { continue };
        let words = &source[start..end];
        let blank = words.len() - words.trim_start().len();
        match parts.last_mut() {
            Some((_, before)) => {
                *before = start + blank;
                if blank < words.len() {
                    parts.push((start + blank, end));
                }
            }
            None if blank == words.len() => parts.push((start, end)),
            None => parts.push((start, end)),
        }
    }
    // What is blank at the beginning has no part before it.
    if let [(first, end), (_, second_end), ..] = parts[..]
        && source[first..end].trim().is_empty()
    {
        parts.remove(0);
        parts[0] = (first, second_end);
    }
    parts
        .into_iter()
        .filter(|(start, end)| start < end)
        .map(|(start, end)| &source[start..end])
        .collect()
}

/// Where lines begin, as Markdown counts them.
fn line_starts(source: &str) -> Vec<usize> {
    let bytes = source.as_bytes();
    let ends = bytes.iter().enumerate().filter_map(|(at, byte)| {
        let ends_here = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        ends_here.then_some(at + 1)
    });
    std::iter::once(0).chain(ends).collect()
}

/// HTML with attributes renamed that a browser acts on when it parses them; `None` where there is a style sheet in it.
fn renamed(html: &str) -> Option<String> {
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    for tag in tags(html) {
        if tag.is("style") {
            return None;
        }
        if !tag.is_start() {
            continue;
        }
        for name in attribute_names(html, tag.start, tag.end) {
            let is_acted_on = {
                let name = &html[name.0..name.1];
                name.eq_ignore_ascii_case("style")
                    || name
                        .get(..2)
                        .is_some_and(|begin| begin.eq_ignore_ascii_case("on"))
            };
            if is_acted_on {
                out.push_str(&html[at..name.0]);
                out.push_str(RENAMED);
                at = name.0;
            }
        }
    }
    out.push_str(&html[at..]);
    Some(out)
}

/// Where the names of the attributes of a tag begin and end.
fn attribute_names(html: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let bytes = &html.as_bytes()[..end];
    let is_between = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
    let skip = |from: usize, is: &dyn Fn(u8) -> bool| {
        from + bytes[from..].iter().take_while(|byte| is(**byte)).count()
    };
    let mut names = Vec::new();
    let mut at = skip(start + 1, &|byte| !is_between(byte) && byte != b'>');
    loop {
        at = skip(at, &is_between);
        if bytes.get(at).is_none_or(|byte| *byte == b'>') {
            return names;
        }
        let name = at;
        at = skip(at + 1, &|byte| {
            !is_between(byte) && byte != b'>' && byte != b'='
        });
        names.push((name, at));
        let value = skip(at, &|byte| byte.is_ascii_whitespace());
        if bytes.get(value) != Some(&b'=') {
            continue;
        }
        let value = skip(value + 1, &|byte| byte.is_ascii_whitespace());
        at = match bytes.get(value) {
            Some(quote @ (b'"' | b'\'')) => skip(value + 1, &|byte| byte != *quote) + 1,
            _ => skip(value, &|byte| !byte.is_ascii_whitespace() && byte != b'>'),
        };
        at = at.min(end);
    }
}

/// A tag or a comment, and where it is.
struct Tag {
    start: usize,
    end: usize,
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Start,
    SelfClosing,
    End,
    /// The comment `<!--more-->`.
    JumpBreak,
    Comment,
}

impl Tag {
    fn is_start(&self) -> bool {
        matches!(self.kind, Kind::Start | Kind::SelfClosing)
    }

    /// Whether this is the start tag of an element.
    fn is(&self, name: &str) -> bool {
        self.is_start() && self.name == name
    }
}

/// All tags and comments of a text in HTML, in order.
fn tags(html: &str) -> Vec<Tag> {
    let tokens = Tokenizer::new(Found::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut tags = Vec::new();
    let mut open = None;
    let mut at = 0;
    // Each piece begins with the next `<` or ends with the next `>`, so a tag ends where its piece does.
    while at < html.len() {
        let rest = &html[at..];
        let begins = rest.starts_with('<');
        let ends = rest
            .bytes()
            .enumerate()
            .find(|(place, byte)| *byte == b'>' || (*byte == b'<' && *place > 0));
        let length = match ends {
            Some((place, b'>')) => place + 1,
            Some((place, _)) => place,
            None => rest.len(),
        };
        if begins && open.is_none() {
            open = Some(at);
        }
        input.push_back(html5ever::tendril::StrTendril::from(&rest[..length]));
        let _ = tokens.feed(&input);
        at += length;
        if let Some((name, kind)) = tokens.sink.tag.take() {
            tags.push(Tag {
                start: open.take().unwrap_or(at - length),
                end: at,
                name,
                kind,
            });
        } else if tokens.sink.words.take() {
            open = None;
        }
    }
    tags
}

/// Takes what the tokenizer found in one piece.
#[derive(Default)]
struct Found {
    tag: RefCell<Option<(String, Kind)>>,
    words: Cell<bool>,
}

impl TokenSink for Found {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                self.words.set(false);
                let kind = match tag.kind {
                    TagKind::EndTag => Kind::End,
                    TagKind::StartTag if tag.self_closing => Kind::SelfClosing,
                    TagKind::StartTag => Kind::Start,
                };
                let name = tag.name.to_string();
                let next = raw_state(&name, kind);
                self.tag.replace(Some((name, kind)));
                return next;
            }
            Token::CommentToken(words) => {
                let kind = if words.trim() == "more" {
                    Kind::JumpBreak
                } else {
                    Kind::Comment
                };
                self.tag.replace(Some((String::new(), kind)));
            }
            Token::DoctypeToken(_) => {
                self.tag.replace(Some((String::new(), Kind::Comment)));
            }
            Token::CharacterTokens(_) => self.words.set(true),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Within some elements nothing but their end is a tag.
fn raw_state(name: &str, kind: Kind) -> TokenSinkResult<()> {
    if kind == Kind::End {
        return TokenSinkResult::Continue;
    }
    match name {
        "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "plaintext" => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}

const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "xmp",
];

/// Inside of tables; they never close a paragraph around the table.
const OF_TABLES: &[&str] = &[
    "caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr",
];

/// Elements that browsers open again behind the end of a block in which they were not closed.
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "basefont", "bgsound", "frame", "keygen",
];

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

/// Which elements are open at a place of a text, as far as cutting it needs to know.
#[derive(Default)]
struct Nesting {
    open: Vec<String>,
    /// Formatting elements that were open at the end of a block: they go on behind it until somebody closes them.
    dangling: Vec<String>,
    /// Whether elements are nested so deep that no more parts are looked for.
    lost: bool,
}

impl Nesting {
    fn is_closed(&self) -> bool {
        !self.lost && self.open.is_empty() && self.dangling.is_empty()
    }

    /// Whether a part begins with a tag: a block or the jump break, with nothing open that it does not close itself.
    fn opens_part(&self, tag: &Tag) -> bool {
        if tag.kind == Kind::JumpBreak {
            return self.is_closed();
        }
        if !tag.is_start() || !is_block(&tag.name) || !self.dangling.is_empty() || self.lost {
            return false;
        }
        match self.open.first() {
            None => true,
            Some(first) => {
                first == "p"
                    && !self.open[1..]
                        .iter()
                        .any(|name| is_barrier(name) || is_formatting(name))
            }
        }
    }

    /// Goes on behind a tag; whether that ended a block.
    fn take(&mut self, tag: &Tag) -> bool {
        let name = tag.name.as_str();
        match tag.kind {
            Kind::JumpBreak => true,
            Kind::Comment => false,
            Kind::End => self.end(name),
            Kind::Start | Kind::SelfClosing => {
                if is_block(name) {
                    self.close_paragraph();
                }
                if is_heading(name) && self.open.last().is_some_and(|last| is_heading(last)) {
                    self.open.pop();
                }
                if name == "a"
                    && let Some(at) = self.open.iter().rposition(|other| other == "a")
                {
                    self.open.remove(at);
                }
                let is_foreign = self.open.iter().any(|open| open == "svg" || open == "math")
                    || matches!(name, "svg" | "math");
                let is_empty =
                    VOID.contains(&name) || (is_foreign && tag.kind == Kind::SelfClosing);
                self.lost |= self.open.len() > MAX_DEPTH;
                if !is_empty && !self.lost {
                    self.open.push(name.to_owned());
                }
                is_empty && is_block(name)
            }
        }
    }

    fn end(&mut self, name: &str) -> bool {
        if is_formatting(name) {
            let list = if self.open.iter().any(|open| open == name) {
                &mut self.open
            } else {
                &mut self.dangling
            };
            if let Some(at) = list.iter().rposition(|open| open == name) {
                list.remove(at);
            }
            return false;
        }
        let is_special = |open: &str| is_block(open) || OF_TABLES.contains(&open);
        let found = self
            .open
            .iter()
            .rposition(|open| open == name || (is_heading(name) && is_heading(open)));
        let Some(at) = found else { return false };
        if !is_special(name) && self.open[at + 1..].iter().any(|open| is_special(open)) {
            return false;
        }
        self.pop_to(at);
        is_special(name)
    }

    /// A block closes the paragraph that it is in.
    fn close_paragraph(&mut self) {
        let Some(at) = self.open.iter().rposition(|open| open == "p") else {
            return;
        };
        if !self.open[at + 1..].iter().any(|open| is_barrier(open)) {
            self.pop_to(at);
        }
    }

    fn pop_to(&mut self, at: usize) {
        let popped = self.open.split_off(at);
        self.dangling.extend(
            popped
                .into_iter()
                .skip(1)
                .filter(|name| is_formatting(name)),
        );
    }
}

fn is_formatting(name: &str) -> bool {
    FORMATTING.contains(&name)
}

/// Elements inside of which a paragraph outside is not closed.
fn is_barrier(name: &str) -> bool {
    matches!(
        name,
        "applet" | "button" | "caption" | "marquee" | "object" | "table" | "td" | "template" | "th"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sources(text: &str, markup: Markup) -> Vec<String> {
        let parts = parts(text, markup);
        let joined: String = parts.iter().map(|part| part.source.as_str()).collect();
        assert_eq!(joined, text);
        parts.into_iter().map(|part| part.source).collect()
    }

    fn html(text: &str) -> Vec<String> {
        sources(text, Markup::Html)
    }

    fn markdown(text: &str) -> Vec<String> {
        sources(text, Markup::Markdown)
    }

    #[test]
    fn html_is_cut_into_its_blocks() {
        assert_eq!(html(""), Vec::<String>::new());
        assert_eq!(html(" \n"), [" \n"]);
        assert_eq!(
            html("<p>a</p>\n\n<p>b</p>\n"),
            ["<p>a</p>\n\n", "<p>b</p>\n"]
        );
        assert_eq!(html("\n<p>a<p>b"), ["\n<p>a", "<p>b"]);
        assert_eq!(
            html("one <b>two</b>\n<div>three</div> four"),
            ["one <b>two</b>\n", "<div>three</div> ", "four"]
        );
        assert_eq!(
            html("<h2>a</h2><hr><ul><li>b<li>c</ul>d"),
            ["<h2>a</h2>", "<hr>", "<ul><li>b<li>c</ul>", "d"]
        );
        assert_eq!(html("a<!--more-->b"), ["a", "<!--more-->", "b"]);
        assert_eq!(
            html("a<br>b<br /><br>\nc <i>d</i>"),
            ["a<br>b<br /><br>\n", "c <i>d</i>"]
        );
        assert_eq!(html("a<br><br><i>d</i>"), ["a<br><br>", "<i>d</i>"]);
    }

    #[test]
    fn a_part_of_html_goes_on_while_its_end_is_in_doubt() {
        for whole in [
            "<div>a<p>b</p>",
            "<div><b>a</div><p>b</p>",
            "<p><i>a<p>b</p>",
            "<p title=\"</p><p>\">a",
            "<pre>a<div>b</div>",
            "<script>'</script' + '<p>'",
            "<!-- <p>a</p> <p>b</p> -->c",
        ] {
            assert_eq!(html(whole), [whole]);
        }
        assert_eq!(
            html("<div><b>a</div>b</b><p>c</p>"),
            ["<div><b>a</div>b</b>", "<p>c</p>"]
        );
        assert_eq!(html("1 < 2 <p>a</p>3 > 2"), ["1 < 2 ", "<p>a</p>", "3 > 2"]);
        assert_eq!(html("a</div><p>b</p>"), ["a</div>", "<p>b</p>"]);
    }

    #[test]
    fn markdown_is_cut_where_its_blocks_begin() {
        assert_eq!(markdown("a\nb\n\n\n# c\nd"), ["a\nb\n\n\n", "# c\n", "d"]);
        assert_eq!(
            markdown("\n\n- a\n\n- b\n\n1. c\n"),
            ["\n\n- a\n\n- b\n\n", "1. c\n"]
        );
        assert_eq!(
            markdown("```\na\n\nb\n```\n> c\nd\n\n|a|\n|-|\n"),
            ["```\na\n\nb\n```\n", "> c\nd\n\n", "|a|\n|-|\n"]
        );
        assert_eq!(
            markdown("a [b]\n\n[b]: /c\n\nd"),
            ["a [b]\n\n[b]: /c\n\n", "d"]
        );
        assert_eq!(markdown("ä\r\n\r\nö"), ["ä\r\n\r\n", "ö"]);
        assert_eq!(markdown("[b]: /c"), ["[b]: /c"]);
    }

    #[test]
    fn a_part_of_markdown_goes_on_while_html_in_it_is_open() {
        assert_eq!(
            markdown("<div>\n\n*a*\n\n</div>\n\nb"),
            ["<div>\n\n*a*\n\n</div>\n\n", "b"]
        );
        assert_eq!(markdown("<b>a\n\nb</b>\n\nc"), ["<b>a\n\nb</b>\n\n", "c"]);
    }

    #[test]
    fn each_part_of_markdown_knows_links_and_notes_of_the_others() {
        let text = "a [b] c[^1]\n\n[b]: /d\n\ne\n\n[^1]: f\n";
        let parts = parts(text, Markup::Markdown);
        let html: Vec<&str> = parts
            .iter()
            .filter_map(|part| part.html.as_deref())
            .collect();
        assert!(html[0].contains("<a href=\"/d\">b</a>"), "{html:?}");
        assert!(html[0].contains("footnote-ref"), "{html:?}");
        assert_eq!(parts[2].source, "[^1]: f\n");
        assert_eq!(
            markdown("a[^1] b[^2]\n\n[^1]: c\n\n[^2]: d\n\n    e\n\nf\n"),
            [
                "a[^1] b[^2]\n\n",
                "[^1]: c\n\n",
                "[^2]: d\n\n    e\n\n",
                "f\n"
            ]
        );
    }

    #[test]
    fn attributes_that_browsers_act_on_are_renamed() {
        let part = |html: &str| Part {
            source: String::new(),
            html: Some(html.to_owned()),
        };
        assert_eq!(
            part("<p style='a' class=b onclick = \"style\" data-style>style=c</p><br STYLE=d />")
                .inert_html()
                .unwrap(),
            "<p data-daybook-style='a' class=b data-daybook-onclick = \"style\" data-style>style=c</p><br data-daybook-STYLE=d />"
        );
        assert_eq!(part("<style>p{}</style>").inert_html(), None);
    }

    proptest! {
        #[test]
        fn parts_join_to_the_text(text in "(<(p|b|div|a title=\"|br|/p|/div|/b|!--|td|li)>?|-->|\"| |\n|ä|[*>`#]|- )*") {
            html(&text);
            markdown(&text);
        }
    }
}
