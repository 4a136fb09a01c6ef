//! What a reader looks for, read from the one field of the search; and where it is in a text.
//!
//! `tag:word` and `tag:"two words"` narrow a search to posts of that tag; the rest are words and phrases
//! ([`super::words::terms`]).

use super::words::{self, Kind, Term};
use std::ops::Range;

/// Who narrows by more tags than this will hardly find a post.
const TAGS_MAX: usize = 2;
/// How wide a snippet is, in characters of scripts with spaces: two to three lines.
const SNIPPET_WIDTH: usize = 220;
/// How much of that is before what was found.
const BEFORE_WIDTH: usize = 50;
/// A word that is looked for as the beginning of longer ones has at least so many characters.
const BEGINNING_MIN: usize = 3;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The names of tags as they were typed.
    pub tags: Vec<String>,
    pub terms: Vec<Term>,
}

impl Query {
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let typed = &*words::with_plain_quotes(typed);
        let mut tags: Vec<String> = Vec::new();
        let mut plain = String::with_capacity(typed.len());
        let mut rest = typed;
        while let Some(c) = rest.chars().next() {
            if (plain.is_empty() || plain.ends_with(char::is_whitespace))
                && let Some((name, after)) = tag(rest)
            {
                if !name.is_empty() && !tags.contains(&name) && tags.len() < TAGS_MAX {
                    tags.push(name);
                }
                rest = after;
                continue;
            }
            // What is between quotation marks is a phrase, whatever it looks like.
            let taken = match rest.strip_prefix('"') {
                Some(phrase) => phrase.find('"').map_or(rest.len(), |end| end + 2),
                None => c.len_utf8(),
            };
            plain.push_str(&rest[..taken]);
            rest = &rest[taken..];
        }
        Self {
            tags,
            terms: words::terms(&plain),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.terms.is_empty()
    }

    /// The same with words that may go on: `lanter` finds `lantern`. `None` where that changes nothing.
    #[must_use]
    pub fn beginnings(&self) -> Option<Self> {
        let mut wider = self.clone();
        for term in &mut wider.terms {
            let longest = term.units.iter().map(|unit| unit.chars().count()).max();
            term.begins |= term.units.len() == 1 && longest >= Some(BEGINNING_MIN);
        }
        (wider != *self).then_some(wider)
    }

    /// The same without one of its terms.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        let mut fewer = self.clone();
        fewer.terms.remove(place);
        fewer
    }

    /// The same with another word in place of one of its terms.
    #[must_use]
    pub fn with_word(&self, place: usize, word: &str) -> Self {
        let mut other = self.clone();
        if let Some(term) = other.terms.get_mut(place) {
            *term = Term {
                units: vec![word.to_owned()],
                begins: false,
                typed: word.to_owned(),
            };
        }
        other
    }

    /// As it could be typed again.
    #[must_use]
    pub fn typed(&self) -> String {
        let tags = self.tags.iter().map(|name| {
            if name.contains(char::is_whitespace) {
                format!("tag:\"{name}\"")
            } else {
                format!("tag:{name}")
            }
        });
        let terms = self.terms.iter().map(|term| term.typed.clone());
        tags.chain(terms).collect::<Vec<_>>().join(" ")
    }
}

/// Reads `tag:word` or `tag:"two words"` at the beginning of a text; gives the name and the rest.
fn tag(text: &str) -> Option<(String, &str)> {
    let (head, after) = text.split_at_checked(4)?;
    if !head.eq_ignore_ascii_case("tag:") {
        return None;
    }
    let (name, rest) = match after.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Some((name, rest))
}

/// A part of a snippet. It is plain text: anyone who writes it into HTML escapes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it is what was looked for.
    pub marked: bool,
}

/// The whole of a short text, with what was looked for marked.
#[must_use]
pub fn marked(text: &str, terms: &[Term]) -> Vec<Piece> {
    let indexed = Indexed::of(text);
    let hits = indexed.hits(terms);
    pieces(text, 0..text.len(), &hits)
}

/// The part of a text where most of the search terms are together; its beginning where none of them is there.
#[must_use]
pub fn snippet(text: &str, terms: &[Term]) -> Vec<Piece> {
    let indexed = Indexed::of(text);
    let hits = indexed.hits(terms);
    let from = best(&hits).map_or(0, |hit| indexed.back(hit.place.start));
    let until = indexed.forth(from);
    pieces(text, from..until, &hits)
}

/// Where a term is in a text.
#[derive(Debug, Clone)]
struct Found {
    term: usize,
    place: Range<usize>,
}

/// A text with its entries in the index.
struct Indexed<'a> {
    text: &'a str,
    /// The words of all entries, one behind the other.
    words: String,
    /// Of each entry: where its word ends in `words`, its kind, where it is in the text.
    entries: Vec<(usize, Kind, Range<usize>)>,
}

impl<'a> Indexed<'a> {
    fn of(text: &'a str) -> Self {
        let mut words = String::with_capacity(text.len());
        let mut entries = Vec::with_capacity(text.len() / 5);
        words::units(text, |unit, place| {
            words.push_str(unit.word);
            entries.push((words.len(), unit.kind, place));
        });
        Self {
            text,
            words,
            entries,
        }
    }

    fn word(&self, entry: usize) -> &str {
        let from = entry
            .checked_sub(1)
            .map_or(0, |before| self.entries[before].0);
        &self.words[from..self.entries[entry].0]
    }

    /// Every place of every term, in the order of the text.
    fn hits(&self, terms: &[Term]) -> Vec<Found> {
        let mut hits = Vec::new();
        for entry in 0..self.entries.len() {
            for (term, wanted) in terms.iter().enumerate() {
                if let Some(place) = self.place(entry, wanted) {
                    hits.push(Found { term, place });
                }
            }
        }
        hits
    }

    /// Where a term is if it begins with an entry.
    fn place(&self, entry: usize, term: &Term) -> Option<Range<usize>> {
        let (last, before) = term.units.split_last()?;
        let end = entry + before.len();
        if end >= self.entries.len() {
            return None;
        }
        let same = |(at, unit): (usize, &String)| self.word(entry + at) == unit;
        let fits = |word: &str| {
            if term.begins {
                word.starts_with(last.as_str())
            } else {
                word == last
            }
        };
        if !before.iter().enumerate().all(same) || !fits(self.word(end)) {
            return None;
        }
        let (_, kind, place) = &self.entries[end];
        // Of a pair that begins with one character, that one was looked for.
        let to = if term.begins && *kind == Kind::Pair {
            let first = self.text[place.start..].chars().next();
            place.start + first.map_or(0, char::len_utf8)
        } else {
            place.end
        };
        Some(self.entries[entry].2.start..to)
    }

    /// A beginning for a snippet, some words before a place.
    fn back(&self, place: usize) -> usize {
        let mut left = BEFORE_WIDTH;
        for (at, c) in self.text[..place].char_indices().rev() {
            let Some(rest) = left.checked_sub(width(c)) else {
                return self
                    .entries
                    .iter()
                    .map(|(_, _, range)| range.start)
                    .find(|begin| *begin > at)
                    .map_or(place, |begin| begin.min(place));
            };
            left = rest;
        }
        0
    }

    /// The end of a snippet that begins at a place: behind a word.
    fn forth(&self, from: usize) -> usize {
        let mut left = SNIPPET_WIDTH;
        for (at, c) in self.text[from..].char_indices() {
            let Some(rest) = left.checked_sub(width(c)) else {
                let room = from + at;
                let ends = self.entries.iter().map(|(_, _, range)| range.end);
                return ends
                    .filter(|end| *end > from && *end <= room)
                    .max()
                    .unwrap_or(room);
            };
            left = rest;
        }
        self.text.len()
    }
}

/// Characters of scripts without spaces are twice as wide, and say twice as much.
fn width(c: char) -> usize {
    if c >= '\u{2e80}' { 2 } else { 1 }
}

/// The first place from which a snippet holds the most different terms.
fn best(hits: &[Found]) -> Option<&Found> {
    let mut best: Option<(u32, &Found)> = None;
    for (number, hit) in hits.iter().enumerate() {
        let near = hits[number..]
            .iter()
            .take_while(|other| other.place.end <= hit.place.start + SNIPPET_WIDTH - BEFORE_WIDTH);
        let terms = near
            .fold(0_u64, |terms, other| terms | 1 << (other.term % 64))
            .count_ones();
        if best.is_none_or(|(most, _)| terms > most) {
            best = Some((terms, hit));
        }
    }
    best.map(|(_, hit)| hit)
}

/// Cuts a part of a text at what was found, with `…` where the text goes on.
fn pieces(text: &str, part: Range<usize>, hits: &[Found]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |text: &str, marked: bool| {
        if !text.is_empty() {
            pieces.push(Piece {
                text: text.to_owned(),
                marked,
            });
        }
    };
    if part.start > 0 {
        add("… ", false);
    }
    let mut done = part.start;
    let mut hits = hits
        .iter()
        .map(|hit| hit.place.clone())
        .filter(|place| place.start >= part.start && place.end <= part.end)
        .peekable();
    while let Some(mut place) = hits.next() {
        // What touches or overlaps is one mark.
        while let Some(next) = hits.next_if(|next| next.start <= place.end) {
            place.end = place.end.max(next.end);
        }
        add(&text[done..place.start], false);
        add(&text[place.clone()], true);
        done = place.end;
    }
    add(&text[done..part.end], false);
    if part.end < text.len() {
        add(" …", false);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The snippet with brackets around what is marked.
    fn cut(text: &str, typed: &str) -> String {
        snippet(text, &Query::parse(typed).terms)
            .iter()
            .map(|piece| {
                if piece.marked {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn a_tag_is_read_in_quotation_marks_or_up_to_a_space() {
        let read = |typed| {
            let query = Query::parse(typed);
            (query.tags.join("|"), query.typed())
        };
        assert_eq!(
            read("tag:Tides old map"),
            ("Tides".into(), "tag:Tides old map".into())
        );
        assert_eq!(
            read("sea TAG:\"Old  maps\" \"by hand\""),
            ("Old maps".into(), "tag:\"Old maps\" sea \"by hand\"".into())
        );
        assert_eq!(read("heritage:x"), (String::new(), "heritage x".into()));
        assert_eq!(read("\"a tag:x\""), (String::new(), "\"a tag:x\"".into()));
        assert_eq!(
            read("tag:“Old maps” sea «by hand»"),
            ("Old maps".into(), "tag:\"Old maps\" sea \"by hand\"".into())
        );
        assert_eq!(read("tag: tag:\""), (String::new(), String::new()));
        assert_eq!(read("東京都"), (String::new(), "東京都".into()));
    }

    #[test]
    fn words_may_go_on_where_they_are_long_enough() {
        let wider = Query::parse("an lanter").beginnings().unwrap();
        assert_eq!(
            words::query_of(&wider.terms).as_deref(),
            Some("\"an\" \"lanter\" *")
        );
        assert_eq!(Query::parse("an \"old map\"").beginnings(), None);
    }

    #[test]
    fn what_was_found_is_marked_whatever_its_accents() {
        assert_eq!(cut("In Łódź, and back.", "lodz"), "In [Łódź], and back.");
        assert_eq!(cut("Crème brûlée", "creme BRULEE"), "[Crème] [brûlée]");
        assert_eq!(cut("Привет, мир", "мир"), "Привет, [мир]");
        assert_eq!(cut("سَلَام عليكم", "سلام"), "[سَلَام] عليكم");
        assert_eq!(
            cut("An old map of old maps", "\"old map\""),
            "An [old map] of old maps"
        );
    }

    #[test]
    fn any_two_neighbours_of_an_unspaced_script_are_marked() {
        assert_eq!(cut("私は東京都に住む", "京都"), "私は東[京都]に住む");
        assert_eq!(cut("私は東京都に住む", "東京都"), "私は[東京都]に住む");
        assert_eq!(cut("私は東京都に住む", "京"), "私は東[京]都に住む");
        assert_eq!(cut("서울 한국어", "국어"), "서울 한[국어]");
    }

    #[test]
    fn a_long_text_is_cut_where_most_words_are_close() {
        let text = format!(
            "The tide {} and there the tide took the lantern away. {}",
            "came and went ".repeat(40),
            "Nobody saw it. ".repeat(40)
        );
        let cut = cut(&text, "tide lantern");
        assert!(cut.starts_with("… "), "{cut}");
        assert!(
            cut.contains("there the [tide] took the [lantern] away."),
            "{cut}"
        );
        assert!(cut.ends_with(" …"), "{cut}");
        assert!(cut.chars().count() < SNIPPET_WIDTH + 30, "{cut}");
    }

    #[test]
    fn a_text_that_was_found_by_its_title_is_shown_from_its_beginning() {
        assert_eq!(cut("Words of it.", "title"), "Words of it.");
        assert_eq!(cut("", "title"), "");
    }

    proptest! {
        #[test]
        fn a_snippet_is_a_part_of_its_text(text in "\\PC{0,600}", typed in "\\PC{0,20}") {
            let said: String = snippet(&text, &Query::parse(&typed).terms).into_iter().map(|piece| piece.text).collect();
            let said = said.strip_prefix("… ").unwrap_or(&said);
            let said = said.strip_suffix(" …").unwrap_or(said);
            prop_assert!(text.contains(said) || text.contains('…'), "{said}");
        }

        #[test]
        fn what_is_typed_again_asks_for_the_same(typed in "[a-zA-Z\" 東京éł:]{0,30}") {
            let query = Query::parse(&typed);
            let again = Query::parse(&query.typed());
            let units = |query: &Query| query.terms.iter().map(|term| term.units.clone()).collect::<Vec<_>>();
            prop_assert_eq!(units(&query), units(&again));
        }
    }
}
