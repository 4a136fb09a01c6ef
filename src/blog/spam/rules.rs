//! The rules an author edits: from which points on a comment is held or spam, what a link costs, what a word costs.
//!
//! Their plain text form has one rule to a line; `#` begins a remark.

use crate::blog::Problems;
use crate::blog::words::{normalize, query};
use std::fmt;

/// More rules than this are a list copied from elsewhere, which the learned filter does better.
pub const RULES_MAX: usize = 500;
/// The name of the form field, where problems are.
pub const FIELD: &str = "rules";
/// One word may decide by itself, but not so much that good words could never answer it.
const POINTS_MAX: i32 = 100;
/// Above anything that the fixed points add up to: who wants no spam band writes `spam at 1000`.
const BAND_MAX: i32 = 1_000;
const LINKS_MAX: i32 = 100;
/// Longer ones are sentences, which never come twice.
const PHRASE_MAX_CHARS: usize = 100;
/// More messages than this nobody reads at once.
const MESSAGES_MAX: usize = 20;

/// What an author decides about spam.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Held from this many points on.
    pub hold_at: i32,
    /// Spam from this many points on; never below `hold_at`.
    pub spam_at: i32,
    /// Links that cost nothing.
    pub free_links: u32,
    /// What each link beyond the free ones costs.
    pub link_points: i32,
    /// Words and phrases as the author typed them, with their points; negative for a good word.
    pub words: Vec<(String, i32)>,
}

/// Few words, each of which is rarely in a comment about gardens: the learned filter does the rest.
const USUAL_WORDS: &[(&str, i32)] = &[
    ("casino", 4),
    ("slots", 3),
    ("betting", 3),
    ("viagra", 6),
    ("cialis", 6),
    ("levitra", 6),
    ("tramadol", 6),
    ("online pharmacy", 6),
    ("payday loan", 6),
    ("payday loans", 6),
    ("replica watches", 6),
    ("replica handbags", 6),
    ("backlinks", 5),
    ("seo services", 5),
    ("guest post", 3),
    ("visit my website", 4),
    ("visit my site", 4),
    ("check out my site", 4),
    ("crypto investment", 6),
    ("forex", 4),
    ("porn", 6),
    ("escort", 4),
    ("казино", 4),
    ("赌场", 4),
    ("博彩", 4),
];

impl Default for Rules {
    fn default() -> Self {
        Self {
            words: USUAL_WORDS
                .iter()
                .map(|&(word, points)| (word.to_owned(), points))
                .collect(),
            ..Self::without_words()
        }
    }
}

impl Rules {
    /// The usual numbers and no words: what an empty text means.
    fn without_words() -> Self {
        Self {
            hold_at: 5,
            spam_at: 12,
            free_links: 1,
            link_points: 2,
            words: Vec::new(),
        }
    }

    /// Reads the text form. What a text does not say stays as usual, except for words: only those it names count.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let mut reading = Reading::default();
        for (place, line) in text.lines().enumerate() {
            let rule = without_remark(line).trim();
            if rule.is_empty() {
                continue;
            }
            reading.count += 1;
            if reading.count > RULES_MAX {
                reading.problem(
                    place + 1,
                    &format!("there can be at most {RULES_MAX} rules."),
                );
                break;
            }
            if let Err(message) = reading.take(place + 1, rule) {
                reading.problem(place + 1, &message);
            }
        }
        reading.rules()
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "hold at {}", self.hold_at)?;
        writeln!(f, "spam at {}", self.spam_at)?;
        writeln!(f, "links free {}", self.free_links)?;
        writeln!(f, "each link {}", self.link_points)?;
        for (word, points) in &self.words {
            if word.contains(|c: char| c.is_whitespace() || c == '#') {
                writeln!(f, "words \"{word}\" {points}")?;
            } else {
                writeln!(f, "word {word} {points}")?;
            }
        }
        Ok(())
    }
}

/// The four rules that are one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    HoldAt,
    SpamAt,
    FreeLinks,
    EachLink,
}

/// Rules as they are read, line by line.
#[derive(Default)]
struct Reading {
    count: usize,
    numbers: Vec<(Number, i32, usize)>,
    words: Vec<(String, i32)>,
    /// Each word as it is compared, with its line.
    known: std::collections::HashMap<String, usize>,
    problems: Problems,
}

impl Reading {
    fn problem(&mut self, line: usize, message: &str) {
        if self.problems.0.len() < MESSAGES_MAX {
            self.problems.add(FIELD, format!("Line {line}: {message}"));
        }
    }

    fn take(&mut self, line: usize, rule: &str) -> Result<(), String> {
        let (head, points) = rule
            .rsplit_once(char::is_whitespace)
            .ok_or_else(|| format!("“{rule}” isn’t a rule. {SHAPES}"))?;
        let (verb, rest) = head.split_once(char::is_whitespace).unwrap_or((head, ""));
        let rest = rest.trim();
        let number = match (verb.to_lowercase().as_str(), rest.to_lowercase().as_str()) {
            ("hold", "at") => Number::HoldAt,
            ("spam", "at") => Number::SpamAt,
            ("links", "free") => Number::FreeLinks,
            ("each", "link") => Number::EachLink,
            ("word" | "words", _) => return self.take_word(line, rest, points),
            _ => return Err(format!("“{rule}” isn’t a rule. {SHAPES}")),
        };
        let range = match number {
            Number::HoldAt | Number::SpamAt => 1..=BAND_MAX,
            Number::FreeLinks => 0..=LINKS_MAX,
            Number::EachLink => 0..=POINTS_MAX,
        };
        let value = whole_number(points, &range)?;
        if let Some((.., first)) = self.numbers.iter().find(|(known, ..)| *known == number) {
            return Err(format!("“{head}” is already on line {first}."));
        }
        self.numbers.push((number, value, line));
        Ok(())
    }

    fn take_word(&mut self, line: usize, typed: &str, points: &str) -> Result<(), String> {
        let word = match typed
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
        {
            Some(quoted) => quoted.trim(),
            None => typed,
        };
        if word.contains('"') {
            return Err(
                "put one word or phrase in quotation marks, followed by its points.".to_owned(),
            );
        }
        let compared = normalize(word);
        if compared.is_empty() {
            return Err("the word is missing. Write, for example: word casino 6".to_owned());
        }
        if word.chars().count() > PHRASE_MAX_CHARS {
            return Err(format!(
                "a phrase can have at most {PHRASE_MAX_CHARS} characters."
            ));
        }
        let points = whole_number(points, &(-POINTS_MAX..=POINTS_MAX))?;
        if let Some(first) = self.known.insert(compared, line) {
            return Err(format!("“{word}” already has points on line {first}."));
        }
        self.words.push((word.to_owned(), points));
        Ok(())
    }

    fn rules(mut self) -> Result<Rules, Problems> {
        let mut rules = Rules::without_words();
        let mut band_line = 1;
        for &(number, value, line) in &self.numbers {
            match number {
                Number::HoldAt => rules.hold_at = value,
                Number::SpamAt => rules.spam_at = value,
                Number::FreeLinks => rules.free_links = value.unsigned_abs(),
                Number::EachLink => rules.link_points = value,
            }
            if matches!(number, Number::HoldAt | Number::SpamAt) {
                band_line = line;
            }
        }
        if rules.spam_at < rules.hold_at {
            let message = format!(
                "spam starts at {} points, below the {} points at which comments are held. Use a higher number for spam.",
                rules.spam_at, rules.hold_at
            );
            self.problem(band_line, &message);
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        rules.words = self.words;
        Ok(rules)
    }
}

const SHAPES: &str = "Rules look like this: hold at 5, spam at 12, links free 1, each link 2, word casino 6, words \"cheap watches\" 6.";

fn whole_number(text: &str, range: &std::ops::RangeInclusive<i32>) -> Result<i32, String> {
    text.parse::<i32>()
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            format!(
                "“{text}” must be a whole number from {} to {}.",
                range.start(),
                range.end()
            )
        })
}

/// A remark begins with `#` after a space or at the start; within quotation marks `#` is part of the phrase.
fn without_remark(line: &str) -> &str {
    let mut quoted = false;
    let mut after_space = true;
    for (place, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if after_space && !quoted => return &line[..place],
            _ => {}
        }
        after_space = c.is_whitespace();
    }
    line
}

/// A word or phrase in the shapes in which it is in a folded text.
pub(super) struct Phrase<'r> {
    pub typed: &'r str,
    pub points: i32,
    shapes: Vec<String>,
}

impl<'r> Phrase<'r> {
    pub(super) fn new(typed: &'r str, points: i32) -> Self {
        let whole = normalize(typed);
        let mut shapes = vec![format!(" {whole} ")];
        // In a script without spaces a word may be followed by more; the search index knows how such words lie.
        if let Some(inside) = query(&format!("\"{}\"", typed.replace('"', " "))) {
            shapes.push(format!(" {} ", inside.replace('"', "")));
        }
        if query(typed).is_some_and(|term| term.ends_with('*')) {
            shapes.push(format!(" {whole}"));
        }
        if whole.is_empty() {
            shapes.clear();
        }
        shapes.dedup();
        Self {
            typed,
            points,
            shapes,
        }
    }

    /// Whether it is in a folded text that begins and ends with a space.
    pub(super) fn occurs_in(&self, text: &str) -> bool {
        self.shapes.iter().any(|shape| text.contains(shape))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrong(text: &str) -> String {
        Rules::parse(text)
            .unwrap_err()
            .of(FIELD)
            .expect("a message about the rules")
            .to_owned()
    }

    #[test]
    fn rules_are_read_line_by_line() {
        let text = "# mine\nHold at 4\nspam at 10 # more\n\nlinks free 2\neach link 3\nword c# 1\nwords \"cheap #1 watches\" 6\nword tide -2\n";
        let rules = Rules::parse(text).unwrap();
        assert_eq!(
            (
                rules.hold_at,
                rules.spam_at,
                rules.free_links,
                rules.link_points
            ),
            (4, 10, 2, 3)
        );
        let words: Vec<(&str, i32)> = rules
            .words
            .iter()
            .map(|(word, points)| (word.as_str(), *points))
            .collect();
        assert_eq!(words, [("c#", 1), ("cheap #1 watches", 6), ("tide", -2)]);
    }

    #[test]
    fn an_empty_text_keeps_the_usual_numbers_and_no_words() {
        assert_eq!(Rules::parse("").unwrap(), Rules::without_words());
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert!(
            wrong("hold at 5\nword casino six").starts_with("Line 2: “six” must be a whole number")
        );
        assert!(
            wrong("\n\nblock everything").starts_with("Line 3: “block everything” isn’t a rule.")
        );
        assert!(wrong("word !!! 3").starts_with("Line 1: the word is missing."));
        assert!(wrong("word 6").starts_with("Line 1: the word is missing."));
        assert!(wrong("hold at 5\nhold at 6").contains("is already on line 1"));
        assert!(wrong("word Casino 5\nword cásino 2").contains("already has points on line 1"));
        assert!(
            wrong("hold at 9\nspam at 3")
                .starts_with("Line 2: spam starts at 3 points, below the 9")
        );
        assert!(wrong("each link -1").contains("from 0 to 100"));
        assert!(wrong("words \"a\" \"b\" 3").contains("in quotation marks"));
    }

    #[test]
    fn every_wrong_line_is_named_at_once() {
        assert_eq!(Rules::parse("x\nhold at 5\ny").unwrap_err().0.len(), 2);
    }

    #[test]
    fn five_hundred_rules_are_possible_and_no_more() {
        let text = |count: usize| {
            let lines: Vec<String> = (0..count).map(|n| format!("word w{n} 1")).collect();
            lines.join("\n")
        };
        assert_eq!(
            Rules::parse(&text(RULES_MAX)).unwrap().words.len(),
            RULES_MAX
        );
        assert!(
            wrong(&text(RULES_MAX + 1)).starts_with("Line 501: there can be at most 500 rules")
        );
    }

    #[test]
    fn the_usual_rules_can_be_read_back() {
        let rules = Rules::default();
        assert_eq!(Rules::parse(&rules.to_string()), Ok(rules));
    }

    proptest! {
        #[test]
        fn written_rules_are_read_back_the_same(text in "((hold at|spam at|links free|each link|word|words|word x) ?[a-zé赌場#\" 0-9-]{0,12} -?[0-9]{1,3}\n){0,8}") {
            if let Ok(rules) = Rules::parse(&text) {
                prop_assert_eq!(Rules::parse(&rules.to_string()), Ok(rules));
            }
        }

        #[test]
        fn no_text_breaks_the_reading(text in "(?s).{0,300}") {
            if let Ok(rules) = Rules::parse(&text) {
                prop_assert!(rules.hold_at <= rules.spam_at);
            }
        }
    }
}
