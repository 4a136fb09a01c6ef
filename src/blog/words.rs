//! Words as the search index knows them: folded, so that `Łódź` is found as `lodz`, and 東京 inside 東京都.
//!
//! Text and query go through the same folding. What a reader types never reaches the engine raw.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `FTS5_MAX_TOKEN_SIZE`.
const WORD_MAX_BYTES: usize = 32768;

/// More words than this in one query only slow it down.
const QUERY_WORDS_MAX: usize = 12;

/// Folds a text into lower-case words separated by single spaces.
///
/// Accents go, letters such as ł and ß become plain ones. Scripts that are written without spaces become
/// pairs of neighbouring characters (`東京都` → `東京 京都 都`), so that any two of them are found.
#[must_use]
pub fn normalize(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    units(text, |unit, _| {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(unit.word);
    });
    folded
}

/// Makes an FTS5 query that finds texts with all words of what a reader typed; `"…"` asks for a phrase.
/// `None` where nothing is left to look for.
#[must_use]
pub fn query(typed: &str) -> Option<String> {
    query_of(&terms(typed))
}

/// The same, where the last word may be the beginning of a longer one, for who is still typing it; a phrase is whole.
#[must_use]
pub fn query_beginning(typed: &str) -> Option<String> {
    let mut terms = terms(typed);
    if let Some(last) = terms.last_mut()
        && !with_plain_quotes(typed).trim_end().ends_with('"')
    {
        last.begins = true;
    }
    query_of(&terms)
}

/// The FTS5 query for texts that hold what was typed in their words, be it the whole of one or a part: for each part, the
/// words that hold it are asked of `words_with`. A phrase is whole. `None` where nothing is left to look for.
#[must_use]
pub fn query_of_parts<S: BuildHasher>(
    terms: &[Term],
    words_with: &HashMap<&str, Vec<String>, S>,
) -> Option<String> {
    let queries: Vec<String> = terms
        .iter()
        .map(|term| {
            let Some(part) = term.part() else {
                return term.quoted();
            };
            let mut any = format!("(\"{part}\" *");
            for word in words_with.get(part).into_iter().flatten() {
                any.extend([" OR \"", word, "\""]);
            }
            any.push(')');
            any
        })
        .collect();
    (!queries.is_empty()).then(|| queries.join(" AND "))
}

/// The FTS5 query for texts with all of some terms.
#[must_use]
pub fn query_of(terms: &[Term]) -> Option<String> {
    let terms: Vec<String> = terms.iter().map(Term::quoted).collect();
    (!terms.is_empty()).then(|| terms.join(" "))
}

/// The same query, for titles alone.
#[must_use]
pub fn in_title(query: &str) -> String {
    format!("title : ({query})")
}

/// What a reader typed as terms: words, and phrases in quotation marks. Each is there once.
#[must_use]
pub fn terms(typed: &str) -> Vec<Term> {
    let typed = with_plain_quotes(typed);
    let mut terms: Vec<Term> = Vec::new();
    for (place, part) in typed.split('"').enumerate() {
        // Every second part was between quotation marks.
        let found = if place % 2 == 1 {
            phrase(part).into_iter().collect()
        } else {
            words_of(part)
        };
        for term in found {
            let known = |other: &Term| (&other.units, other.begins) == (&term.units, term.begins);
            if !terms.iter().any(known) {
                terms.push(term);
            }
        }
    }
    terms.truncate(QUERY_WORDS_MAX);
    terms
}

/// A text in which every quotation mark is a straight double one: all that Unicode has (`Quotation_Mark`), and the
/// ornaments and primes that keyboards offer in their place. Single ones are apostrophes too, so they count only where they
/// are around words.
#[must_use]
pub fn with_plain_quotes(typed: &str) -> Cow<'_, str> {
    if !typed.chars().any(|c| c != '"' && is_quote(c)) {
        return Cow::Borrowed(typed);
    }
    let chars: Vec<char> = typed.chars().collect();
    let mut plain = String::with_capacity(typed.len());
    let mut in_single = false;
    for (at, &c) in chars.iter().enumerate() {
        let is_mark = if is_single_quote(c) {
            let was_in_single = in_single;
            in_single = if in_single {
                !ends_quote(&chars, at)
            } else {
                begins_quote(&chars, at) && (at + 1..chars.len()).any(|end| ends_quote(&chars, end))
            };
            in_single != was_in_single
        } else {
            is_quote(c)
        };
        plain.push(if is_mark { '"' } else { c });
    }
    Cow::Owned(plain)
}

/// Whether a single quotation mark is before a word.
fn begins_quote(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| chars[before]);
    let after = chars.get(at + 1);
    before.is_none_or(|c| !c.is_alphanumeric()) && after.is_some_and(|c| c.is_alphanumeric())
}

/// Whether a single quotation mark is after a word.
fn ends_quote(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| chars[before]);
    let after = chars.get(at + 1);
    is_single_quote(chars[at])
        && before.is_some_and(|c| !c.is_whitespace())
        && after.is_none_or(|c| !c.is_alphanumeric())
}

fn is_quote(c: char) -> bool {
    matches!(c,
        '"' | '«' | '»' | '“' | '”' | '„' | '‟' | '″' | '‶' | '❝' | '❞' | '⹂' | '＂'
        | '「'..='』' | '〝'..='〟' | '﹁'..='﹄' | '｢' | '｣' | '\u{1f676}'..='\u{1f678}')
        || is_single_quote(c)
}

fn is_single_quote(c: char) -> bool {
    matches!(
        c,
        '\'' | '‘' | '’' | '‚' | '‛' | '‹' | '›' | '❛' | '❜' | '＇'
    )
}

/// A word or a phrase that is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// What must be adjacent in the index; never empty.
    pub units: Vec<String>,
    /// Whether the last of them may be the beginning of a longer one.
    pub begins: bool,
    /// As it was typed, quotation marks and all.
    pub typed: String,
}

impl Term {
    /// The part of a word that is looked for; `None` for a phrase, for what is several words in the index, and for a single
    /// letter, which is in nearly every word.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        match self.units.as_slice() {
            [unit] if !self.typed.starts_with('"') && unit.chars().nth(1).is_some() => Some(unit),
            _ => None,
        }
    }

    /// As FTS5 wants it. Folded words hold neither quotation marks nor anything else that means something there.
    fn quoted(&self) -> String {
        let star = if self.begins { " *" } else { "" };
        format!("\"{}\"{star}", self.units.join(" "))
    }
}

/// The words of a part without quotation marks, each a term.
fn words_of(part: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut in_run = false;
    let mut begun = 0;
    units(part, |unit, place| {
        if !in_run {
            begun = place.start;
            terms.push(Term::default());
        }
        if let Some(term) = terms.last_mut() {
            // The last character of a run is the end of a pair already; alone, it begins a pair or is last.
            if unit.kind != Kind::Last || !in_run {
                term.units.push(unit.word.to_owned());
                term.begins = unit.kind == Kind::Last;
            }
            part[begun..place.end].clone_into(&mut term.typed);
        }
        in_run = unit.kind == Kind::Pair;
    });
    terms
}

/// What was between quotation marks, if that is anything.
fn phrase(part: &str) -> Option<Term> {
    let mut found: Vec<(String, Kind)> = Vec::new();
    units(part, |unit, _| {
        found.push((unit.word.to_owned(), unit.kind));
    });
    let mut begins = false;
    if let Some((_, Kind::Last)) = found.last() {
        let in_run = found.len() > 1 && found[found.len() - 2].1 == Kind::Pair;
        if in_run {
            found.pop();
        }
        begins = !in_run;
    }
    (!found.is_empty()).then(|| Term {
        units: found.into_iter().map(|(word, _)| word).collect(),
        begins,
        typed: format!("\"{}\"", part.trim()),
    })
}

/// All entries of one text added up: two texts of the same words in the same order have the same tally.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally(u64);

impl Tally {
    /// The tally of a text in several columns.
    #[must_use]
    pub fn of(columns: &[&str]) -> Self {
        let mut tally = Self::default();
        for (column, text) in (0..).zip(columns) {
            let mut at = 0;
            units(text, |unit, _| {
                tally.add(column, at, unit.word.as_bytes());
                at += 1;
            });
        }
        tally
    }

    /// Adds a word that is in a column as the `at`th from 0.
    pub fn add(&mut self, column: i64, at: i64, word: &[u8]) {
        let mut hasher = DefaultHasher::new();
        // FTS5 cuts longer ones.
        (column, at, &word[..word.len().min(WORD_MAX_BYTES)]).hash(&mut hasher);
        self.0 = self.0.wrapping_add(hasher.finish());
    }
}

/// One entry of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit<'a> {
    pub word: &'a str,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// Two neighbours of a script without spaces.
    Pair,
    /// The last character of such a run, by itself.
    Last,
}

/// Calls `each` with every entry that a text has in the index, in their order, and with where it is in the text.
pub fn units(text: &str, mut each: impl FnMut(Unit<'_>, Range<usize>)) {
    let mut open = Open::default();
    let mut begins = 0;
    let mut chars = text.char_indices().skip(1).peekable();
    while begins < text.len() {
        // A character with the marks that belong to it.
        let ends = chars
            .find(|(_, c)| !joins(*c))
            .map_or(text.len(), |(at, _)| at);
        open.take(&text[begins..ends], begins..ends, &mut each);
        begins = ends;
    }
    open.close(&mut each);
}

/// Whether a character belongs to the one before it: marks, and what becomes one letter with it when normalised (the
/// later parts of Hangul syllables, the voice marks of half-width katakana).
fn joins(c: char) -> bool {
    !c.is_ascii()
        && (is_combining_mark(c) || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{ff9e}' | '\u{ff9f}'))
}

/// The word or run that is being read.
#[derive(Default)]
struct Open {
    word: String,
    /// Characters of a script without spaces, with their places.
    run: Vec<(char, Range<usize>)>,
    from: usize,
    to: usize,
}

impl Open {
    fn take(
        &mut self,
        group: &str,
        place: Range<usize>,
        each: &mut impl FnMut(Unit<'_>, Range<usize>),
    ) {
        if let [byte] = group.as_bytes() {
            self.add(char::from(byte.to_ascii_lowercase()), place, each);
            return;
        }
        for c in group
            .nfkd()
            .filter(|&c| !is_accent(c))
            .nfc()
            .flat_map(char::to_lowercase)
        {
            self.add(c, place.clone(), each);
        }
    }

    fn add(&mut self, c: char, place: Range<usize>, each: &mut impl FnMut(Unit<'_>, Range<usize>)) {
        if is_unspaced(c) {
            if !self.word.is_empty() {
                self.close(each);
            }
            self.run.push((c, place));
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            if !self.run.is_empty() {
                self.close(each);
            }
            if self.word.is_empty() {
                self.from = place.start;
            }
            self.to = place.end;
            push_plain(c, &mut self.word);
        } else if c != '\'' && c != '’' {
            self.close(each);
        }
    }

    fn close(&mut self, each: &mut impl FnMut(Unit<'_>, Range<usize>)) {
        if !self.word.is_empty() {
            let unit = Unit {
                word: &self.word,
                kind: Kind::Word,
            };
            each(unit, self.from..self.to);
            self.word.clear();
        }
        let mut pair = String::new();
        for (place, (c, at)) in self.run.iter().enumerate() {
            pair.clear();
            pair.push(*c);
            let (kind, to) = match self.run.get(place + 1) {
                Some((next, after)) => {
                    pair.push(*next);
                    (Kind::Pair, after.end)
                }
                None => (Kind::Last, at.end),
            };
            each(Unit { word: &pair, kind }, at.start..to);
        }
        self.run.clear();
    }
}

/// Letters that normalisation leaves whole but people type without their strokes.
fn push_plain(c: char, word: &mut String) {
    match c {
        'ł' => word.push('l'),
        'ø' => word.push('o'),
        'đ' | 'ð' => word.push('d'),
        'ħ' => word.push('h'),
        'ı' => word.push('i'),
        'ß' => word.push_str("ss"),
        'æ' => word.push_str("ae"),
        'œ' => word.push_str("oe"),
        'þ' => word.push_str("th"),
        'ς' => word.push('σ'),
        c => word.push(c),
    }
}

/// Accents of European scripts, points of Hebrew and vowels of Arabic: written or left out at will.
/// Marks of other scripts are part of the word.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}')
}

fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_and_case_are_folded() {
        assert_eq!(
            normalize("Łódź, Crème-brûlée & Øre"),
            "lodz creme brulee ore"
        );
        assert_eq!(normalize("STRASSE Straße"), "strasse strasse");
    }

    #[test]
    fn any_two_neighbours_of_an_unspaced_script_are_found() {
        assert_eq!(normalize("東京都 is"), "東京 京都 都 is");
        assert_eq!(query("京都").as_deref(), Some("\"京都\""));
        assert_eq!(query("東京都").as_deref(), Some("\"東京 京都\""));
        assert_eq!(query("都").as_deref(), Some("\"都\" *"));
    }

    #[test]
    fn a_part_of_a_word_asks_for_the_words_that_hold_it() {
        let query_of = |typed: &str| {
            let terms = terms(typed);
            let known = HashMap::from([("ebb", vec!["pebble".to_owned(), "webb".to_owned()])]);
            query_of_parts(&terms, &known)
        };
        assert_eq!(
            query_of("Ebb tide").as_deref(),
            Some("(\"ebb\" * OR \"pebble\" OR \"webb\") AND (\"tide\" *)")
        );
        assert_eq!(query_of("\"ebb\"").as_deref(), Some("\"ebb\""));
        assert_eq!(
            query_of("a ebb")
                .as_deref()
                .map(|query| query.starts_with("\"a\" AND (")),
            Some(true)
        );
        assert_eq!(query_of("東京都").as_deref(), Some("\"東京 京都\""));
        assert_eq!(query_of("…"), None);
    }

    #[test]
    fn a_quoted_phrase_stays_together() {
        assert_eq!(
            query("tide \"old map\"").as_deref(),
            Some("\"tide\" \"old map\"")
        );
    }

    #[test]
    fn every_quotation_mark_of_unicode_makes_a_phrase() {
        for marks in [
            "\"\"",
            "“”",
            "„“",
            "”“",
            "””",
            "«»",
            "»«",
            "‟”",
            "‘’",
            "‚‘",
            "‛’",
            "''",
            "‹›",
            "›‹",
            "「」",
            "『』",
            "〝〞",
            "〝〟",
            "﹁﹂",
            "﹃﹄",
            "｢｣",
            "＂＂",
            "＇＇",
            "⹂”",
            "❝❞",
            "❛❜",
            "″″",
            "\u{1f676}\u{1f677}",
        ] {
            let (open, close) = (marks.chars().next().unwrap(), marks.chars().last().unwrap());
            for (typed, wanted) in [
                (format!("tide {open}old map{close}"), "\"tide\" \"old map\""),
                (format!("{open}old map{close} tide"), "\"old map\" \"tide\""),
                (format!("({open}old map{close})"), "\"old map\""),
            ] {
                assert_eq!(query(&typed).as_deref(), Some(wanted), "{typed}");
            }
        }
    }

    #[test]
    fn an_apostrophe_is_no_quotation_mark() {
        for (typed, wanted) in [
            ("don't look", "\"dont\" \"look\""),
            ("the dogs' bowls' rim", "\"the\" \"dogs\" \"bowls\" \"rim\""),
            ("'tis l’été", "\"tis\" \"lete\""),
            ("‘don’t look’ now", "\"dont look\" \"now\""),
        ] {
            assert_eq!(query(typed).as_deref(), Some(wanted), "{typed}");
        }
    }

    #[test]
    fn each_entry_knows_where_it_is() {
        let mut found = Vec::new();
        let text = "Don’t see Łódź, 東京都 or \u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}.";
        units(text, |unit, at| {
            found.push((unit.word.to_owned(), &text[at]));
        });
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(word, at)| (word.as_str(), *at))
            .collect();
        assert_eq!(
            found,
            [
                ("dont", "Don’t"),
                ("see", "see"),
                ("lodz", "Łódź"),
                ("東京", "東京"),
                ("京都", "京都"),
                ("都", "都"),
                ("or", "or"),
                ("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
                ("글", "\u{1100}\u{1173}\u{11af}"),
            ]
        );
    }

    #[test]
    fn the_same_word_typed_twice_is_looked_for_once() {
        assert_eq!(query("tide Tide \"tide\"").as_deref(), Some("\"tide\""));
    }

    #[test]
    fn nothing_to_look_for_is_no_query() {
        assert_eq!(query("  \"\" - * "), None);
    }

    proptest! {
        #[test]
        fn what_is_folded_character_by_character_is_what_the_whole_folds_to(text in "\\PC{0,80}") {
            // Letters of Korean that are alone by their form (half of a width, in a circle) become parts of syllables only
            // when the whole is folded; nobody spells a word with them.
            prop_assume!(!text.chars().any(|c| matches!(c, '\u{3131}'..='\u{318e}' | '\u{3200}'..='\u{321e}'
                | '\u{3260}'..='\u{327f}' | '\u{ffa0}'..='\u{ffdc}')));
            let whole: String = text.nfkd().filter(|&c| !is_accent(c)).nfc().collect();
            prop_assert_eq!(normalize(&whole), normalize(&text));
        }

        #[test]
        fn operators_never_reach_the_engine(typed in ".{0,120}") {
            if let Some(query) = query(&typed) {
                for (place, part) in query.split('"').enumerate() {
                    if place % 2 == 0 {
                        prop_assert!(matches!(part, "" | " " | " * " | " *"), "{query}");
                    }
                }
            }
        }
    }
}
