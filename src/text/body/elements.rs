//! Elements by their names: which go with all that they hold, which are lines of their own, which are part of one.

use crate::text::inline_styles;
use crate::text::tree::{Element, Id, Kind, Tree};

/// What our Markdown marks the numbers of footnotes with, and the ways back.
const NOTE: &str = "data-footnote-ref";
pub(super) const NOTE_BACK: &str = "data-footnote-backref";

/// Whether a link is the number of a footnote or the way back from it.
pub fn is_note_mark(element: &Element) -> bool {
    element.name() == "a"
        && [NOTE, NOTE_BACK]
            .iter()
            .any(|name| element.attribute(name).is_some())
}

/// The classes of the parts that only we make.
pub(super) fn ours(tag: &str, element: &Element) -> Option<&'static str> {
    match (tag, element.name()) {
        ("blockquote", _) if has_class(element, inline_styles::ARTICLE) => {
            Some(inline_styles::ARTICLE)
        }
        ("figure", _) if has_class(element, inline_styles::WIDE) => Some(inline_styles::WIDE),
        ("div", "aside" | "div") => inline_styles::CARDS
            .iter()
            .copied()
            .find(|card| has_class(element, card)),
        ("div", "section") if element.attribute("data-footnotes").is_some() => Some("footnotes"),
        _ => None,
    }
}

/// Elements that are in a line with words and may hold some.
pub(super) fn is_letters(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
    )
}

pub(super) fn is_blank(tree: &Tree, id: Id) -> bool {
    matches!(tree.kind(id), Kind::Text(words) if words.trim().is_empty())
}

pub(super) fn has_class(element: &Element, class: &str) -> bool {
    element
        .attribute("class")
        .is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
}

/// The level of a heading, from 1 to 6.
pub(super) fn level(name: &str) -> Option<usize> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

/// Elements that go together with their content, because nobody was ever meant to read it.
pub fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "" | "script"
            | "style"
            | "template"
            | "title"
            | "head"
            | "select"
            | "datalist"
            | "input"
            | "noembed"
            | "noframes"
            | "frameset"
            | "param"
            | "map"
            | "canvas"
            | "svg"
            | "math"
    )
}

pub(super) fn is_embed(name: &str) -> bool {
    matches!(name, "iframe" | "object" | "embed")
}

pub(super) fn is_preformatted(name: &str) -> bool {
    matches!(name, "pre" | "listing" | "xmp" | "plaintext" | "textarea")
}

pub(super) fn is_table_part(name: &str) -> bool {
    matches!(
        name,
        "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption"
    )
}

/// Elements that are in lines of their own.
pub fn is_block(name: &str) -> bool {
    level(name).is_some()
        || is_table_part(name)
        || is_embed(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "center"
                | "dd"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "header"
                | "hr"
                | "li"
                | "listing"
                | "main"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "section"
                | "summary"
                | "table"
                | "textarea"
                | "ul"
                | "xmp"
        )
}
