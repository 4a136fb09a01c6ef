//! A stored text for programs that lay out their own pages, as `WordPress` does: without what we made for ours, and so that
//! what they make of it changes nothing. There an end of a line within words is a line break, words in brackets are
//! shortcodes, and the address of a film alone in a paragraph is its player.

use super::body::is_block;
use super::embed::Film;
use super::{code, placeholders};

/// What ends the list of sources, which is the last of a text.
const SOURCES_END: &str = "</ol></div>";
/// The place where the jump break was.
const BREAK: &str = "<span id=\"more\">";
/// What we add to pictures for our own pages. Other programs know their own copies.
const OF_PICTURES: [&str; 5] = ["srcset", "sizes", "loading", "fetchpriority", "decoding"];
/// A picture whose size we guessed.
const UNSIZED: &str = " class=\"unsized\"";
const SIZE: [&str; 2] = ["width", "height"];

/// Safe HTML of ours as other programs take it.
pub fn portable(html: &str) -> String {
    let html = without_sources(&placeholders::without_anchors(html));
    let mut out = Portable::default();
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        let Some(end) = end_of_tag(&rest[at..]) else {
            break;
        };
        let (words, after) = rest.split_at(at);
        let (tag, after) = after.split_at(end);
        out.words(words);
        out.tag(tag, after);
        rest = after;
    }
    out.words(rest);
    out.html
}

/// Without the list that repeats what articles a text quotes.
fn without_sources(html: &str) -> String {
    let found = html.rfind(placeholders::SOURCES).and_then(|begin| {
        let end = begin + html[begin..].find(SOURCES_END)? + SOURCES_END.len();
        Some((begin, end))
    });
    match found {
        Some((begin, end)) => format!("{}{}", html[..begin].trim_end(), &html[end..]),
        None => html.to_owned(),
    }
}

/// Where a tag ends; values may hold a `>`, and no quotation marks.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut is_quoted = false;
    let end = tag.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    });
    end.map(|end| end + 1)
}

#[derive(Default)]
struct Portable {
    html: String,
    /// Whether the last thing written was the tag of a block.
    after_block: bool,
    /// The end tag up to which everything is left out.
    until: Option<&'static str>,
    /// How many tables are open within the box that lets a wide one scroll; `None` outside of one.
    tables: Option<usize>,
    /// Whether the next end tag is that of such a box.
    ends_box: bool,
    preformatted: usize,
    /// Of each `span` that is open in preformatted text, whether it only gives a colour.
    colours: Vec<bool>,
    /// Of each `div` that is open, whether it holds the footnotes.
    divisions: Vec<bool>,
}

impl Portable {
    fn words(&mut self, words: &str) {
        if words.is_empty() || self.until.is_some() {
            return;
        }
        self.ends_box = false;
        let words = without_shortcodes(words);
        if self.preformatted > 0 {
            self.html.push_str(&words);
            return;
        }
        let (blank, said) = words.split_at(words.len() - words.trim_start().len());
        if self.after_block {
            self.html.push_str(blank);
        } else {
            self.html.push_str(&blank.replace('\n', " "));
        }
        self.html.push_str(&said.replace('\n', " "));
        self.after_block &= said.is_empty();
    }

    fn tag(&mut self, tag: &str, after: &str) {
        let inside = tag.trim_start_matches('<').trim_start_matches('/');
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric());
        let name = &inside[..end.unwrap_or(inside.len())];
        if let Some(until) = self.until {
            if tag == until {
                self.until = None;
            }
            return;
        }
        let ends_box = std::mem::take(&mut self.ends_box);
        if !self.is_ours(tag, name, after, ends_box) {
            self.html.push_str(&kept(tag, name));
        }
        let says_nothing = tag.starts_with("<!--") || self.until.is_some();
        self.after_block = is_block(name) || (self.after_block && says_nothing);
    }

    /// Whether a tag is of our pages alone; writes what takes its place.
    fn is_ours(&mut self, tag: &str, name: &str, after: &str, ends_box: bool) -> bool {
        let is_end = tag.starts_with("</");
        match name {
            "a" if tag.contains(placeholders::SOURCE) => {
                self.html.truncate(self.html.trim_end().len());
                self.until = Some("</a>");
                true
            }
            "a" => self.is_note_mark(tag),
            "span" => self.is_span_of_ours(tag, is_end),
            "div" if is_end && ends_box => true,
            "div" if is_end => {
                let is_notes = self.divisions.pop().unwrap_or(false);
                if is_notes {
                    self.html.push_str("</section>");
                }
                is_notes
            }
            "div" => self.is_division_of_ours(tag, after),
            "table" => {
                self.tables = match self.tables {
                    Some(1) if is_end => None,
                    Some(open) if is_end => Some(open.saturating_sub(1)),
                    Some(open) => Some(open + 1),
                    None => None,
                };
                if is_end && self.tables.is_none() {
                    self.ends_box = true;
                }
                false
            }
            "pre" if is_end => {
                self.preformatted = self.preformatted.saturating_sub(1);
                false
            }
            "pre" => {
                self.preformatted += 1;
                false
            }
            _ => false,
        }
    }

    /// The place of the jump break, and what gives a part of code its colour.
    fn is_span_of_ours(&mut self, tag: &str, is_end: bool) -> bool {
        if tag == BREAK {
            self.html.push_str("<!--more-->");
            self.until = Some("</span>");
            return true;
        }
        if self.preformatted == 0 {
            return false;
        }
        if is_end {
            return self.colours.pop().unwrap_or(false);
        }
        let class = tag
            .strip_prefix("<span class=\"")
            .and_then(|tag| tag.strip_suffix("\">"));
        let is_colour = class.is_some_and(|class| code::CLASSES.contains(&class));
        self.colours.push(is_colour);
        is_colour
    }

    /// The beginning of a `div` that only our pages have.
    fn is_division_of_ours(&mut self, tag: &str, after: &str) -> bool {
        if tag.starts_with("<div class=\"scroll") && tag.ends_with(placeholders::TABLE) {
            self.tables = Some(0);
            return true;
        }
        let film = (tag == "<div class=\"embed\">")
            .then(|| after.strip_prefix("<a href=\"")?.split('"').next())
            .flatten()
            .filter(|address| Film::of(address).is_some());
        if let Some(address) = film {
            self.html.extend(["<p>", address, "</p>"]);
            self.until = Some("</div>");
            return true;
        }
        let is_notes = tag == "<div class=\"footnotes\">";
        self.divisions.push(is_notes);
        if is_notes {
            self.html
                .push_str("<section class=\"footnotes\" data-footnotes>");
        }
        is_notes
    }

    /// The number of a footnote, or the way back from it, as programs know them that read Markdown.
    fn is_note_mark(&mut self, tag: &str) -> bool {
        let place = tag.strip_suffix('>').unwrap_or(tag);
        if tag.contains(placeholders::BACK) {
            let place = place.replace(" title=\"", " data-footnote-backref aria-label=\"");
            self.html.extend([place.as_str(), ">"]);
        } else if tag.contains(" href=\"#fn-") && tag.contains(" id=\"fnref-") {
            self.html.extend([place, " data-footnote-ref>"]);
        } else {
            return false;
        }
        true
    }
}

/// A tag without what we add for our own pages.
fn kept(tag: &str, name: &str) -> String {
    let mut tag = without_shortcodes(tag);
    match name {
        "img" => {
            let is_unsized = tag.contains(UNSIZED);
            let size = SIZE.iter().filter(|_| is_unsized);
            for name in OF_PICTURES.iter().chain(size) {
                tag = without(&tag, name);
            }
            tag.replace(UNSIZED, "")
        }
        "pre" => without(&tag, "tabindex"),
        "audio" | "video" => tag.replace(" preload=\"metadata\"", ""),
        _ => tag,
    }
}

/// A tag without an attribute.
fn without(tag: &str, name: &str) -> String {
    let begin = format!(" {name}=\"");
    let found = tag.find(&begin).and_then(|from| {
        let value = from + begin.len();
        Some((from, value + tag[value..].find('"')? + 1))
    });
    match found {
        Some((from, to)) => format!("{}{}", &tag[..from], &tag[to..]),
        None => tag.to_owned(),
    }
}

/// What would be a shortcode elsewhere (`[gallery]`) is written so that it stays words.
fn without_shortcodes(words: &str) -> String {
    let Some(last) = words.rfind(']') else {
        return words.to_owned();
    };
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find('[') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let has_end = words.len() - rest.len() <= last;
        let may_be_one = has_end && name.starts_with(|c: char| c.is_ascii_alphabetic());
        out.push_str(if may_be_one { "&#91;" } else { "[" });
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::media::Pictures;
    use crate::blog::post::Markup;
    use crate::text::{is_clean, post};

    fn rendered(source: &str, markup: Markup) -> String {
        post(source, markup, &Pictures::new()).html
    }

    /// The text as it goes out, which is the same text when it is rendered again.
    fn out(source: &str) -> String {
        let html = rendered(source, Markup::Markdown);
        let out = portable(&html);
        let again = rendered(&out, Markup::Html);
        let words = |html: &str| html.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&again), words(&html), "{out}");
        assert!(is_clean(&again));
        out
    }

    #[test]
    fn the_ends_of_lines_are_no_line_breaks_but_in_code() {
        assert_eq!(
            out("One\n*two*\nthree\n\n- four\n  five\n"),
            "<p>One <em>two</em> three</p>\n<ul>\n<li>four five</li>\n</ul>\n"
        );
        assert_eq!(
            out("```rust\nlet a = \"b\";\n// c\n```\n"),
            "<pre><code class=\"language-rust\">let a = \"b\";\n// c\n</code></pre>\n"
        );
    }

    #[test]
    fn the_place_of_the_jump_break_is_marked_as_elsewhere() {
        assert_eq!(
            out("One\n\n<!--more-->\n\nTwo\n"),
            "<p>One</p>\n<!--more-->\n<p>Two</p>\n"
        );
    }

    #[test]
    fn nothing_of_the_list_of_sources_is_left() {
        let out = out(
            "<blockquote class=\"article\" cite=\"https://a.example/x\">\n\n## The lamp\n\n\
             <p><small>By Ida · 1958</small></p>\n\nIt went out.\n\n</blockquote>\n\nAfter.\n",
        );
        assert!(out.contains("<small>By Ida · 1958</small>"), "{out}");
        assert!(out.trim_end().ends_with("<p>After.</p>"), "{out}");
        assert!(!out.contains("Source") && !out.contains("cite-1"), "{out}");
    }

    #[test]
    fn footnotes_tables_and_films_come_out_as_others_know_them() {
        let notes = out("One[^a].\n\n[^a]: Two.\n");
        assert!(notes.contains("data-footnotes"), "{notes}");
        assert!(notes.contains("data-footnote-backref"), "{notes}");
        let table = out("| a | b |\n|---|---|\n| c | d |\n\nAfter.\n");
        assert!(
            table.starts_with("<table>") && !table.contains("div"),
            "{table}"
        );
        assert_eq!(
            out("https://www.youtube.com/watch?v=abcdefghijk\n\nAfter.\n"),
            "<p>https://www.youtube.com/watch?v=abcdefghijk</p>\n<p>After.</p>\n"
        );
    }

    #[test]
    fn words_in_brackets_are_no_shortcodes() {
        assert_eq!(
            out("See \\[gallery ids=\"1\"\\] and \\[1\\] and `[/code]`.\n"),
            "<p>See &#91;gallery ids=\"1\"] and [1] and <code>&#91;/code]</code>.</p>\n"
        );
    }

    #[test]
    fn a_picture_has_no_copies_of_ours() {
        let tag = "<img src=\"/media/a.webp\" alt=\"a > b\" srcset=\"/media/b.webp 480w\" sizes=\"1px\" width=\"9\" \
                   height=\"9\" decoding=\"async\" loading=\"lazy\">";
        let kept = "<img src=\"/media/a.webp\" alt=\"a > b\" width=\"9\" height=\"9\">";
        assert_eq!(portable(tag), kept);
        for same in [
            "<a href=\"",
            "<",
            "a \" b > c",
            "<![CDATA[d</item><!-- \"e\" ]]",
        ] {
            assert_eq!(portable(same), same);
        }
    }
}
