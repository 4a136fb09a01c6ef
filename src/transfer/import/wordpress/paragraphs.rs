//! Writes out the paragraphs of WordPress's classic editor, which kept empty lines and made paragraphs of them only
//! when a post was shown.
//!
//! The rules are those of the pages that readers saw: words on their own and in quotations are paragraphs, words in other
//! blocks are where an empty line parts them; an end of a line within words is a `<br>`; what is preformatted stays as it is.

/// Elements that are no part of a paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
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
    "iframe",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "audio",
    "video",
];
/// Elements whose inside is theirs alone.
const VERBATIM: &[&str] = &[
    "pre", "script", "style", "svg", "textarea", "object", "math",
];
/// Blocks that are empty.
const EMPTY: &[&str] = &["hr", "col"];
/// Blocks in which words are never paragraphs of their own.
const PLAIN: &[&str] = &[
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "figcaption",
    "summary",
    "caption",
    "legend",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "colgroup",
    "ul",
    "ol",
    "dl",
    "menu",
    "iframe",
    "audio",
    "video",
];

/// A piece of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    /// A tag or comment within words.
    Inline(&'a str),
    Open(&'a str, &'a str),
    Close(&'a str, &'a str),
    /// A block that stays byte for byte.
    Whole(&'a str),
}

/// The source with its paragraphs as HTML.
pub fn written_out(source: &str) -> String {
    let source = source.replace("\r\n", "\n");
    let pieces = pieces(&source);
    let parted = parted(&pieces);
    let mut writer = Writer {
        html: String::with_capacity(source.len() + source.len() / 16),
        run: String::new(),
        open: Vec::new(),
    };
    for (piece, parted) in pieces.iter().zip(parted) {
        writer.piece(*piece, parted);
    }
    writer.flush();
    writer.html
}

/// Cuts the source at its tags.
fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut words = 0;
    while let Some(next) = source[at..].find('<') {
        let begin = at + next;
        let Some((piece, end)) = markup(source, begin) else {
            at = begin + 1;
            continue;
        };
        if words < begin {
            pieces.push(Piece::Words(&source[words..begin]));
        }
        pieces.push(piece);
        (at, words) = (end, end);
    }
    if words < source.len() {
        pieces.push(Piece::Words(&source[words..]));
    }
    pieces
}

/// What a `<` begins, and where it ends; `None` where it is a character among words.
fn markup(source: &str, begin: usize) -> Option<(Piece<'_>, usize)> {
    let rest = &source[begin..];
    if rest.starts_with("<!--") {
        let end = rest.find("-->")? + 3;
        let comment = &rest[..end];
        let is_break = comment.starts_with("<!--more") || comment.starts_with("<!--nextpage");
        let piece = if is_break {
            Piece::Whole(comment)
        } else {
            Piece::Inline(comment)
        };
        return Some((piece, begin + end));
    }
    let closing = rest.starts_with("</");
    let after = &rest[1 + usize::from(closing)..];
    let length = after
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(after.len());
    let name = &after[..length];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = tag_end(rest)?;
    let tag = &rest[..end];
    let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    if is(VERBATIM) && !closing {
        let end = closed(rest, name).unwrap_or(rest.len());
        return Some((Piece::Whole(&rest[..end]), begin + end));
    }
    let piece = match (is(BLOCKS), closing) {
        (true, _) if is(EMPTY) => Piece::Whole(tag),
        (true, true) => Piece::Close(name, tag),
        (true, false) => Piece::Open(name, tag),
        (false, _) => Piece::Inline(tag),
    };
    Some((piece, begin + end))
}

/// How long the tag is that a text begins with.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    text.find('>').map(|at| at + 1)
}

/// Where the element ends that a text begins with.
fn closed(text: &str, name: &str) -> Option<usize> {
    let end = super::end_tag(text, name)?;
    Some(end + text[end..].find('>')? + 1)
}

/// For each piece that opens a block, whether an empty line parts the words in it.
fn parted(pieces: &[Piece<'_>]) -> Vec<bool> {
    let mut parted = vec![false; pieces.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Open(name, _) => open.push((place, name)),
            Piece::Close(name, _) => {
                if let Some(at) = open
                    .iter()
                    .rposition(|(_, one)| one.eq_ignore_ascii_case(name))
                {
                    open.truncate(at);
                }
            }
            Piece::Words(words) => {
                if let Some((opener, _)) = open.last()
                    && has_empty_line(words)
                {
                    parted[*opener] = true;
                }
            }
            Piece::Inline(_) | Piece::Whole(_) => {}
        }
    }
    parted
}

fn has_empty_line(words: &str) -> bool {
    let lines: Vec<&str> = words.split('\n').collect();
    let between = lines.get(1..lines.len() - 1).unwrap_or_default();
    between.iter().any(|line| line.trim().is_empty())
}

/// Ends of lines and of paragraphs within a run of words, until it is written: no text has these characters.
const LINE: char = '\u{1}';
const PARAGRAPH: char = '\u{2}';

struct Writer<'a> {
    html: String,
    /// Words and tags within them that were not written yet.
    run: String,
    /// The blocks that are open, each with whether its words are paragraphs.
    open: Vec<(&'a str, bool)>,
}

impl<'a> Writer<'a> {
    fn piece(&mut self, piece: Piece<'a>, parted: bool) {
        match piece {
            Piece::Words(words) => self.words(words),
            Piece::Inline(tag) => self.run.push_str(tag),
            Piece::Whole(block) => {
                self.flush();
                self.html.push_str(block);
            }
            Piece::Open(name, tag) => {
                self.flush();
                self.html.push_str(tag);
                let is = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
                let paragraphs = !is(PLAIN) && !is(&["p"]) && (parted || is(&["blockquote"]));
                self.open.push((name, paragraphs));
            }
            Piece::Close(name, tag) => {
                self.flush();
                let known = self
                    .open
                    .iter()
                    .rposition(|(one, _)| one.eq_ignore_ascii_case(name));
                if let Some(place) = known {
                    self.open.truncate(place);
                }
                self.html.push_str(tag);
            }
        }
    }

    fn words(&mut self, words: &str) {
        let mut lines = words.split('\n');
        if let Some(first) = lines.next() {
            self.run.push_str(first);
        }
        for line in lines {
            self.run.push(LINE);
            self.run.push_str(line);
        }
    }

    /// Writes the words that wait, as paragraphs where they are.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.trim_matches(is_blank).is_empty() {
            self.html.push_str(&run.replace(LINE, "\n"));
            return;
        }
        if run.starts_with(LINE) && !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
        let innermost = self.open.last().copied();
        let in_paragraph = innermost.is_some_and(|(name, _)| name.eq_ignore_ascii_case("p"));
        let paragraphs = innermost.is_none_or(|(_, paragraphs)| paragraphs);
        let parts = split(&run);
        for (place, part) in parts.iter().enumerate() {
            let is_comment = part.starts_with("<!--")
                && part.ends_with("-->")
                && part.matches("<!--").count() == 1;
            if paragraphs && !is_comment {
                self.html.push_str("<p>");
                self.html.push_str(part);
                self.html.push_str("</p>\n");
            } else {
                if place > 0 {
                    self.html
                        .push_str(if in_paragraph { "</p>\n<p>" } else { "\n\n" });
                }
                self.html.push_str(part);
                if paragraphs {
                    self.html.push('\n');
                }
            }
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == LINE
}

/// The paragraphs of a run, with the ends of their lines written out.
fn split(run: &str) -> Vec<String> {
    let mut marked = String::with_capacity(run.len());
    let mut rest = run;
    while let Some(at) = rest.find(LINE) {
        marked.push_str(rest[..at].trim_end_matches(|c: char| c.is_ascii_whitespace()));
        let after = &rest[at..];
        let end = after.find(|c| !is_blank(c)).unwrap_or(after.len());
        let ends = after[..end].matches(LINE).count();
        marked.push(if ends > 1 { PARAGRAPH } else { LINE });
        rest = &after[end..];
    }
    marked.push_str(rest);
    without_double_breaks(&marked)
        .split(PARAGRAPH)
        .map(|part| part.trim_matches(is_blank))
        .filter(|part| !part.is_empty())
        .map(with_breaks)
        .collect()
}

/// Two breaks in a row part paragraphs as an empty line does.
fn without_double_breaks(run: &str) -> String {
    let mut out = String::with_capacity(run.len());
    let mut rest = run;
    while let Some((at, end)) = line_break(rest) {
        let after = rest[end..].trim_start_matches(is_blank);
        if let Some((_, next_end)) = line_break(after).filter(|(next, _)| *next == 0) {
            out.push_str(&rest[..at]);
            out.push(PARAGRAPH);
            rest = &after[next_end..];
        } else {
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Where the first `<br>` begins and ends.
fn line_break(text: &str) -> Option<(usize, usize)> {
    text.match_indices('<').find_map(|(at, _)| {
        let tag = &text[at..];
        let name = tag.get(1..3)?;
        let end = tag.find('>')? + 1;
        let inside = tag[3..].split('>').next()?;
        let is_break =
            name.eq_ignore_ascii_case("br") && inside.trim_matches([' ', '/']).is_empty();
        is_break.then_some((at, at + end))
    })
}

fn with_breaks(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for (place, line) in part.split(LINE).enumerate() {
        if place > 0 {
            let ends_with_break = line_break_at_end(&out);
            out.push_str(if ends_with_break { "\n" } else { "<br>\n" });
        }
        out.push_str(line.trim_start_matches(|c: char| c.is_ascii_whitespace()));
    }
    out
}

fn line_break_at_end(text: &str) -> bool {
    let end = text.trim_end();
    let begin = end.rfind('<').unwrap_or(end.len());
    line_break(&end[begin..]).is_some_and(|(_, length)| length == end.len() - begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_become_paragraphs_and_other_ends_breaks() {
        assert_eq!(
            written_out("One\ntwo <b>bold</b>\n\nThree"),
            "<p>One<br>\ntwo <b>bold</b></p>\n<p>Three</p>\n"
        );
        assert_eq!(
            written_out("One<br />\ntwo<br><br/>Three"),
            "<p>One<br />\ntwo</p>\n<p>Three</p>\n"
        );
        assert_eq!(written_out("a < b\n\n1 <2"), "<p>a < b</p>\n<p>1 <2</p>\n");
    }

    #[test]
    fn what_has_paragraphs_stays_byte_for_byte() {
        for source in [
            "<P>One</P>\n\n<p class=\"x\">Two</p>",
            "<ul>\n\t<li>a</li>\n</ul>",
            "<pre>a\n\nb</pre>",
            "<div><p>a</p></div>",
            "<h2>a</h2>",
        ] {
            assert_eq!(written_out(source), source);
        }
    }

    #[test]
    fn a_paragraph_somewhere_does_not_switch_the_others_off() {
        assert_eq!(
            written_out("One\n\n<p>Two</p>\n\nThree"),
            "<p>One</p>\n<p>Two</p>\n<p>Three</p>\n"
        );
        assert_eq!(written_out("<p>a\nb\n\nc</p>"), "<p>a<br>\nb</p>\n<p>c</p>");
    }

    #[test]
    fn a_block_is_no_paragraph_and_what_is_preformatted_keeps_its_lines() {
        assert_eq!(
            written_out("Before\n<pre>a\n\nb</pre>\nafter\n\n<ul>\n<li>x</li>\n</ul>\n<hr>\nend"),
            "<p>Before</p>\n<pre>a\n\nb</pre>\n<p>after</p>\n<ul>\n<li>x</li>\n</ul>\n<hr>\n<p>end</p>\n"
        );
    }

    #[test]
    fn words_in_quotations_are_paragraphs_and_in_boxes_where_a_line_parts_them() {
        assert_eq!(
            written_out("<blockquote>One\n\nTwo</blockquote>"),
            "<blockquote><p>One</p>\n<p>Two</p>\n</blockquote>"
        );
        assert_eq!(
            written_out("<blockquote>One</blockquote>"),
            "<blockquote><p>One</p>\n</blockquote>"
        );
        assert_eq!(
            written_out("<div class=\"box\">In\n\nout</div>"),
            "<div class=\"box\"><p>In</p>\n<p>out</p>\n</div>"
        );
        assert_eq!(written_out("<div>In</div>"), "<div>In</div>");
        assert_eq!(
            written_out("<ul><li>a\n\nb</li><li>c</li></ul>"),
            "<ul><li><p>a</p>\n<p>b</p>\n</li><li>c</li></ul>"
        );
        assert_eq!(written_out("<h2>a\n\nb</h2>"), "<h2>a\n\nb</h2>");
    }

    #[test]
    fn the_cut_of_a_teaser_is_on_a_line_of_its_own() {
        assert_eq!(
            written_out("One\n\n<!--more-->\n\nTwo <!-- x -->"),
            "<p>One</p>\n<!--more-->\n<p>Two <!-- x --></p>\n"
        );
        assert_eq!(written_out("<!-- x -->\n\nTwo"), "<!-- x -->\n<p>Two</p>\n");
    }
}
