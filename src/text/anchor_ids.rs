//! The ids inside a text, which the addresses of its parts end with: those that its author or an old blog gave, and those
//! of its headings, made from their words.
//!
//! Addresses are for ever, so an id depends on nothing but its own words and on those before it that read the same. What
//! the page around the text needs for itself no text may take.

use std::collections::{HashMap, HashSet};

use super::body::is_dropped;
use super::tree::{Element, Tree};
use crate::blog::slug;

/// The id of the place where the jump break of a text was.
pub const BREAK: &str = "more";

/// How the ids of footnotes, and of the places that name them, begin.
const NOTES: [&str; 2] = ["fn-", "fnref-"];

/// An id may be as long as this, written in an address.
const MAX_BYTES: usize = 100;

/// The ids of the pages that a text is on.
const PAGES: &[&str] = &[
    "comments", "contents", "main", "pinned", "q", "related", BREAK,
];

/// How ids of those pages begin that there are many of.
const PAGES_BEGIN: &[&str] = &["block-", "comment-", "day-", "fn-", "fnref-", "sidebar-"];

/// How Blogger's links name a comment, before its number.
const BLOGGERS_COMMENT: char = 'c';

/// More headings than these have no ids: nobody links to one of a thousand.
const HEADINGS_MAX: usize = 1000;

/// Whether the page around a text needs an id for itself.
pub fn is_reserved(id: &str) -> bool {
    let number = id.strip_prefix(BLOGGERS_COMMENT).unwrap_or_default();
    let is_comment = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_comment || PAGES.contains(&id) || PAGES_BEGIN.iter().any(|begin| id.starts_with(begin))
}

/// Whether a text may give an id to its parts.
pub fn is_free(id: &str) -> bool {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"'<>&`#".contains(c);
    !id.is_empty() && id.len() <= MAX_BYTES && id.chars().all(is_plain) && !is_reserved(id)
}

/// Whether an id is that of a footnote or of a place that names it.
pub fn is_note(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.%".contains(&byte);
    let named = |beginning: &&str| id.starts_with(*beginning) && id.len() > beginning.len();
    id.len() <= MAX_BYTES && id.bytes().all(is_plain) && NOTES.iter().any(named)
}

/// The ids of one text, as they are given.
pub struct AnchorIds {
    /// Those that its author gave somewhere in it; no heading gets one of them.
    authors: HashSet<String>,
    /// Those that are in the text by now.
    given: HashSet<String>,
    /// How many headings of the same words there were.
    headings: HashMap<String, u32>,
    numbered: usize,
}

impl AnchorIds {
    pub fn of(tree: &Tree) -> Self {
        let elements = tree
            .descendants(tree.top())
            .filter_map(|id| tree.element(id));
        Self {
            authors: elements.filter_map(written).collect(),
            given: HashSet::new(),
            headings: HashMap::new(),
            numbered: 0,
        }
    }

    /// The id that the author gave an element, where it may be kept and is nowhere else.
    pub fn of_author(&mut self, element: &Element) -> Option<String> {
        written(element).filter(|id| self.given.insert(id.clone()))
    }

    /// An id for the entry of a source in their list.
    pub fn of_source(&mut self, number: usize) -> Option<String> {
        let id = format!("cite-{number}");
        let others = (2..).map(|n| slug::numbered(&id, n));
        std::iter::once(id.clone())
            .chain(others)
            .take(HEADINGS_MAX)
            .find(|id| !self.authors.contains(id) && self.given.insert(id.clone()))
    }

    /// An id for a heading, made from its words.
    pub fn of_heading(&mut self, words: &str) -> Option<String> {
        self.numbered += 1;
        if self.numbered > HEADINGS_MAX {
            return None;
        }
        let slug = match slug::of(words) {
            empty if empty.is_empty() => "section".to_owned(),
            taken if is_reserved(&taken) => format!("section-{taken}"),
            free => free,
        };
        loop {
            let n = self.headings.entry(slug.clone()).or_default();
            *n += 1;
            let id = slug::numbered(&slug, *n);
            if !self.authors.contains(&id) && self.given.insert(id.clone()) {
                return Some(id);
            }
        }
    }
}

/// The id of an element as its author wrote it, where it may be kept. Old blogs have named anchors in place of ids. A blank
/// is written as it is in addresses, by which browsers find it.
fn written(element: &Element) -> Option<String> {
    let name = element.name();
    if is_dropped(name) {
        return None;
    }
    let named = element.attribute("name").filter(|_| name == "a");
    let id = element
        .attribute("id")
        .or(named)?
        .trim()
        .replace(' ', "%20");
    let is_notes = ["a", "li"].contains(&name) && is_note(&id);
    (is_free(&id) || is_notes).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_headings(html: &str, headings: &[&str]) -> Vec<String> {
        let mut ids = AnchorIds::of(&Tree::of(html).unwrap());
        headings
            .iter()
            .filter_map(|words| ids.of_heading(words))
            .collect()
    }

    #[test]
    fn a_heading_is_called_by_its_words() {
        assert_eq!(
            of_headings("", &["Kitchen garden", "Łódź", "東京", "Сад", "…"]),
            ["kitchen-garden", "lodz", "dong-jing", "sad", "section"]
        );
    }

    #[test]
    fn headings_of_the_same_words_are_numbered() {
        assert_eq!(
            of_headings("", &["Ebb", "Ebb", "Ebb 2", "Ebb"]),
            ["ebb", "ebb-2", "ebb-2-2", "ebb-3"]
        );
    }

    #[test]
    fn no_heading_takes_what_the_author_or_the_page_gave() {
        assert_eq!(
            of_headings(
                "<p id=ebb></p><a name=flow></a>",
                &["Ebb", "Flow", "Comments", "Day 1", "More"]
            ),
            [
                "ebb-2",
                "flow-2",
                "section-comments",
                "section-day-1",
                "section-more"
            ]
        );
    }

    #[test]
    fn what_the_page_needs_is_never_free() {
        for id in [
            "comments",
            "comment-form",
            "main",
            "more",
            "q",
            "day-2016-06-05",
            "fn-1",
            "",
        ] {
            assert!(!is_free(id), "{id}");
        }
        for id in ["a b", "a\"b", "<x>", "#a", "a\u{7}"] {
            assert!(!is_free(id), "{id:?}");
        }
        assert!(is_free("Kapitel.2") && is_free("первая") && is_free("my%20anchor"));
    }
}
