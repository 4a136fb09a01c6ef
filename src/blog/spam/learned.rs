//! The learned filter: naive Bayes over the words of comments, taught only by what this blog's authors decided.
//!
//! A comment is a set of features; for each the blog counts in how many spam and how many good comments it was.

use super::deobfuscate;
use std::collections::BTreeSet;

/// What the filter has learned from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lessons {
    /// Comments that an author called spam.
    pub spam: u32,
    /// Comments that an author approved.
    pub good: u32,
}

impl Lessons {
    /// Whether enough was learned for the filter to say anything.
    #[must_use]
    pub fn are_enough(self) -> bool {
        self.spam >= LESSONS_MIN && self.good >= LESSONS_MIN
    }
}

/// With fewer of either kind, one odd comment would decide about all that follow.
pub const LESSONS_MIN: u32 = 20;
/// Bounds what one comment writes into the store.
const FEATURES_MAX: usize = 300;
/// Of a long text the beginning and the end are read, so that a long quotation cannot push a link out of sight.
const WORDS_FROM_EACH_END: usize = 100;
/// Longer ones are keys, hashes and addresses, which never come again.
const WORD_MAX_CHARS: usize = 40;
/// How many lessons an unknown word brings along that say nothing: one odd comment moves it only a little.
const DOUBT: f64 = 1.0;
/// Words nearer to the middle than this are in both kinds of comment.
const TELLING_FROM: f64 = 0.1;
/// The most significant features decide. All of them together would make every long comment a sure case.
const TELLING_MAX: usize = 40;
/// Words of one comment depend on each other (`online` and `casino`), so their evidence counts for less than it
/// adds up to.
const DEPENDENCE: f64 = 0.6;

/// What the filter looks at in a comment: its words and pairs of words, its name, where its links lead, its shape.
#[must_use]
pub fn features(name: &str, url: &str, source: &str) -> BTreeSet<String> {
    let links = deobfuscate::links(source);
    let normalized = deobfuscate::normalized(source);
    let deobfuscated = deobfuscate::deobfuscated(source);
    let words: Vec<&str> = deobfuscated
        .split(' ')
        .filter(|word| !word.is_empty() && word.chars().count() <= WORD_MAX_CHARS)
        .collect();
    let mut set = FeatureSet::default();
    shape(name, url, source, links.len(), words.len(), &mut set);
    if normalized != deobfuscated {
        set.add("is:disguised".to_owned());
    }
    let site = deobfuscate::links(url);
    for address in links.iter().chain(&site) {
        host_features(deobfuscate::host(address), &mut set);
    }
    for word in deobfuscate::deobfuscated(name)
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(8)
    {
        set.add(format!("name:{word}"));
    }
    let read = both_ends(&words);
    for word in &read {
        set.add(format!("word:{word}"));
    }
    for pair in read.windows(2) {
        set.add(format!("pair:{} {}", pair[0], pair[1]));
    }
    set.0
}

/// How sure it is, in percent, that a comment with these features is spam; none until enough was learned.
///
/// `counts` says of a feature in how many spam and how many good comments it was. How much spam a blog gets does
/// not count: a flood of spam makes no word of good comments suspicious.
#[must_use]
pub fn learned(
    features: &BTreeSet<String>,
    lessons: Lessons,
    counts: &dyn Fn(&str) -> Option<(u32, u32)>,
) -> Option<u8> {
    if !lessons.are_enough() {
        return None;
    }
    let mut leanings: Vec<f64> = features
        .iter()
        .filter_map(|feature| counts(feature))
        .map(|counted| leaning(counted, lessons))
        .filter(|leaning| (leaning - 0.5).abs() >= TELLING_FROM)
        .collect();
    leanings.sort_by(|a, b| {
        (b - 0.5)
            .abs()
            .total_cmp(&(a - 0.5).abs())
            .then(a.total_cmp(b))
    });
    let evidence: f64 = leanings
        .iter()
        .take(TELLING_MAX)
        .map(|leaning| (leaning / (1.0 - leaning)).ln())
        .sum();
    let sure = 1.0 / (1.0 + (-evidence * DEPENDENCE).exp());
    Some(percent(sure))
}

/// How far a feature leans to spam, between 0 and 1, never quite reaching either.
#[must_use]
pub fn leaning((spam, good): (u32, u32), lessons: Lessons) -> f64 {
    if lessons.spam == 0 || lessons.good == 0 {
        return 0.5;
    }
    // Undone decisions may leave a count behind that is above its lessons for a moment.
    let spam_share = f64::from(spam.min(lessons.spam)) / f64::from(lessons.spam);
    let good_share = f64::from(good.min(lessons.good)) / f64::from(lessons.good);
    if spam_share + good_share == 0.0 {
        return 0.5;
    }
    let seen = f64::from(spam) + f64::from(good);
    let plain = spam_share / (spam_share + good_share);
    (DOUBT * 0.5 + seen * plain) / (DOUBT + seen)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0–100 first"
)]
fn percent(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}

/// A feature as an author reads it.
#[must_use]
pub fn in_words(feature: &str) -> String {
    match feature.split_once(':') {
        Some(("word" | "pair", words)) => format!("“{words}”"),
        Some(("name", word)) => format!("a name with “{word}”"),
        Some(("host", host)) => format!("a link to {host}"),
        Some(("hostword", word)) => format!("a link to an address with “{word}”"),
        Some(("under", last)) => format!("a link to an address in .{last}"),
        Some(("links", "0")) => "no links".to_owned(),
        Some(("links", "1")) => "1 link".to_owned(),
        Some(("links", "4")) => "4 or more links".to_owned(),
        Some(("links", number)) => format!("{number} links"),
        Some(("script", "none")) => "no letters".to_owned(),
        Some(("script", script)) => format!("{script} letters"),
        Some(("is", words)) => words.to_owned(),
        _ => feature.to_owned(),
    }
}

/// Features of one comment, at most [`FEATURES_MAX`].
#[derive(Default)]
struct FeatureSet(BTreeSet<String>);

impl FeatureSet {
    fn add(&mut self, feature: String) {
        if self.0.len() < FEATURES_MAX {
            self.0.insert(feature);
        }
    }
}

/// The words at the beginning and at the end of a long text; all of a short one.
fn both_ends<'w>(words: &[&'w str]) -> Vec<&'w str> {
    if words.len() <= 2 * WORDS_FROM_EACH_END {
        return words.to_vec();
    }
    let end = &words[words.len() - WORDS_FROM_EACH_END..];
    [&words[..WORDS_FROM_EACH_END], end].concat()
}

/// A host, its last part (spammers buy cheap ones in bulk) and the words it is made of (`best-casino-deals`).
fn host_features(host: &str, set: &mut FeatureSet) {
    if host.chars().count() > WORD_MAX_CHARS {
        return;
    }
    set.add(format!("host:{host}"));
    if let Some((front, last)) = host.rsplit_once('.') {
        set.add(format!("under:{last}"));
        for word in front.split(['.', '-']).filter(|word| !word.is_empty()) {
            set.add(format!("hostword:{word}"));
        }
    }
}

/// A few things that strike the eye before one reads.
fn shape(name: &str, url: &str, source: &str, links: usize, words: usize, set: &mut FeatureSet) {
    let length = match words {
        0..=3 => "few words",
        4..=12 => "a line",
        13..=50 => "a paragraph",
        51..=150 => "a page",
        _ => "pages",
    };
    set.add(format!("is:{length}"));
    set.add(format!("links:{}", links.min(4)));
    set.add(format!(
        "is:{} website",
        if url.is_empty() { "without" } else { "with" }
    ));
    set.add(format!("script:{}", script(source)));
    let capitals = source.chars().filter(|c| c.is_uppercase()).count();
    let letters = source.chars().filter(|c| c.is_alphabetic()).count();
    let quoted = source.lines().any(|line| line.starts_with('>'));
    let marked_up = source.contains("[url") || source.contains("<a ");
    let name_is_lower = name.chars().any(char::is_alphabetic) && name.to_lowercase() == name;
    let seen = [
        (capitals * 3 > letters && letters >= 10, "is:shouted"),
        (source.contains('?'), "is:asking"),
        (source.matches('!').count() >= 3, "is:exclaiming"),
        (source.chars().any(|c| "$€£₽¥".contains(c)), "is:priced"),
        (
            source
                .chars()
                .any(|c| ('\u{1f300}'..='\u{1faff}').contains(&c)),
            "is:pictured",
        ),
        (quoted, "is:quoting"),
        (source.contains('`'), "is:code"),
        (marked_up, "is:marked up"),
        (name_is_lower, "name is lower-case"),
        (name.split_whitespace().count() > 2, "name is long"),
    ];
    for (_, feature) in seen.iter().filter(|(true_of_it, _)| *true_of_it) {
        set.add((*feature).to_owned());
    }
}

/// The script that most letters belong to, roughly.
#[must_use]
pub fn script(text: &str) -> &'static str {
    const SCRIPTS: &[&str] = &[
        "latin",
        "cyrillic",
        "greek",
        "semitic",
        "east asian",
        "other",
        "none",
    ];
    let mut counts = [0_usize; SCRIPTS.len()];
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        let place = match c {
            '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => 0,
            '\u{400}'..='\u{52f}' => 1,
            '\u{370}'..='\u{3ff}' => 2,
            '\u{590}'..='\u{6ff}' => 3,
            '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => 4,
            _ => 5,
        };
        counts[place] += 1;
    }
    // The first of equals, so that the answer is always the same.
    let most = (0..SCRIPTS.len())
        .rev()
        .max_by_key(|&place| counts[place])
        .unwrap_or(0);
    if counts[most] == 0 {
        "none"
    } else {
        SCRIPTS[most]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    const TAUGHT: Lessons = Lessons {
        spam: 100,
        good: 100,
    };

    fn percent_of(words: &[&str], counts: &[(&str, (u32, u32))]) -> u8 {
        let features = words.iter().map(|&word| word.to_owned()).collect();
        let counts: HashMap<&str, (u32, u32)> = counts.iter().copied().collect();
        learned(&features, TAUGHT, &|feature| counts.get(feature).copied())
            .expect("enough was learned")
    }

    #[test]
    fn nothing_is_said_before_twenty_of_each_kind_were_learned() {
        let features = features("Ada", "", "casino");
        for lessons in [
            Lessons {
                spam: 19,
                good: 500,
            },
            Lessons {
                spam: 500,
                good: 19,
            },
            Lessons::default(),
        ] {
            assert_eq!(learned(&features, lessons, &|_| Some((19, 0))), None);
        }
        assert!(
            learned(&features, Lessons { spam: 20, good: 20 }, &|_| Some((
                19, 0
            )))
            .is_some()
        );
    }

    #[test]
    fn unknown_words_say_nothing() {
        assert_eq!(percent_of(&["word:zephyr"], &[]), 50);
        assert_eq!(percent_of(&[], &[]), 50);
    }

    #[test]
    fn words_lean_to_where_they_stood() {
        let counts = [
            ("casino", (40, 0)),
            ("bonus", (30, 1)),
            ("tide", (0, 40)),
            ("the", (90, 95)),
        ];
        assert!(percent_of(&["casino", "bonus", "the"], &counts) >= 95);
        assert!(percent_of(&["tide", "the"], &counts) <= 10);
        assert_eq!(percent_of(&["the"], &counts), 50);
    }

    #[test]
    fn one_word_seen_once_in_spam_does_not_hold_a_comment() {
        assert!(percent_of(&["marigold"], &[("marigold", (1, 0))]) < 75);
    }

    #[test]
    fn a_flood_of_spam_does_not_make_common_words_suspicious() {
        let features = ["the".to_owned()].into_iter().collect();
        let lessons = Lessons {
            spam: 10_000,
            good: 50,
        };
        assert_eq!(
            learned(&features, lessons, &|_| Some((8_000, 40))),
            Some(50)
        );
    }

    #[test]
    fn a_long_quotation_does_not_hide_the_link_below_it() {
        let text = format!(
            "{}\nhttps://cheap-pills.example/now",
            "many different old words ".repeat(600)
        );
        let features = features("Ada", "", &text);
        assert!(features.contains("host:cheap-pills.example"));
        assert!(features.contains("word:pills"));
    }

    #[test]
    fn a_comment_is_known_by_words_name_hosts_and_shape() {
        let features = features(
            "Bob Reed",
            "https://tides.example/",
            "C a s i n o nights? See www.maps.example",
        );
        for feature in [
            "word:casino",
            "pair:casino nights",
            "name:reed",
            "host:maps.example",
            "host:tides.example",
            "links:1",
            "is:asking",
            "is:disguised",
            "script:latin",
        ] {
            assert!(features.contains(feature), "{feature} in {features:?}");
        }
    }

    #[test]
    fn a_feature_is_said_in_words() {
        for (feature, words) in [
            ("word:casino", "“casino”"),
            ("pair:cheap pills", "“cheap pills”"),
            ("name:bob", "a name with “bob”"),
            ("host:pills.example", "a link to pills.example"),
            ("links:4", "4 or more links"),
            ("script:latin", "latin letters"),
            ("is:asking", "asking"),
            ("name is long", "name is long"),
        ] {
            assert_eq!(in_words(feature), words);
        }
    }

    proptest! {
        #[test]
        fn features_are_few_and_always_the_same(name in ".{0,60}", url in ".{0,60}", source in "(?s).{0,3000}") {
            let first = features(&name, &url, &source);
            prop_assert!(first.len() <= FEATURES_MAX);
            prop_assert_eq!(first, features(&name, &url, &source));
        }

        #[test]
        fn whatever_was_counted_the_answer_is_a_percentage(spam in 0..200_u32, good in 0..200_u32, n in 0..300_usize) {
            let features = (0..n).map(|n| n.to_string()).collect();
            let lessons = Lessons { spam: 100, good: 100 };
            prop_assert!(learned(&features, lessons, &|_| Some((spam, good))).is_some_and(|percent| percent <= 100));
        }
    }
}
