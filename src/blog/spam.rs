//! Whether a comment is shown, held or taken for spam: points with their reasons, added up.
//!
//! The same facts, words and rules always give the same verdict: rules tried before they are saved judge as they
//! will afterwards. Nothing is ever dropped: spam is a place that an author can look into.

mod deobfuscate;
mod learned;
mod rules;
mod trial;

pub use deobfuscate::look;
pub use learned::{LESSONS_MIN, Lessons, features, in_words, leaning, learned, script};
pub use rules::{FIELD, RULES_MAX, Rules};
pub use trial::{Change, Outcomes, Past, Trial};

use super::named;
use rules::Phrase;

/// What was known of a comment when it came in, besides its words. Stored with it, so that rules can be tried
/// on it later: what an older version did not store is taken as harmless.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, stored under its name"
)]
pub struct Facts {
    /// From when the form was made to when it was sent; none where the form carried no valid token.
    pub form_age_seconds: Option<i64>,
    /// The field that people do not see was filled in.
    pub trap: bool,
    /// Comments of the same words elsewhere on the blog within 30 days.
    #[serde(rename = "twins")]
    pub duplicates: u32,
    /// Comments from the same network within 10 minutes.
    pub recent: u32,
    /// Nobody here knows the commenter yet.
    pub first: bool,
    /// The name is, or looks like, that of somebody who writes this blog.
    pub staff_name: bool,
    /// Written in another script than the post.
    pub new_language: bool,
    /// How sure the learned filter is that it is spam, in percent; none while it has learned too little.
    pub learned: Option<u8>,
    /// A ban of the author applies.
    pub banned: bool,
}

/// What a commenter wrote, as it was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Words<'a> {
    pub name: &'a str,
    /// The commenter's website; empty where none was given.
    pub url: &'a str,
    pub source: &'a str,
}

impl Facts {
    /// What is taken for the facts of a comment of which none were stored: nothing against it.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            form_age_seconds: Some(YOUNG_FORM_SECONDS),
            ..Self::default()
        }
    }
}

named! {
    /// What becomes of a comment.
    Band {
        Show = "show",
        Hold = "hold",
        Spam = "spam",
    }
}

/// One thing that counted for or against a comment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// Which rule: `links`, `word`, `learned` …
    pub rule: String,
    pub points: i32,
    /// The same as a plain sentence for the moderator, without a full stop.
    pub words: String,
}

/// What the rules say of a comment, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    pub points: i32,
    pub reasons: Vec<Reason>,
    pub band: Band,
}

/// People read before they write; who sends a form within this time has hardly seen the page.
const YOUNG_FORM_SECONDS: i64 = 3;
/// A fast paste after a reload is possible, so this alone does not hold a comment.
const YOUNG_FORM_POINTS: i32 = 3;
/// A page kept open, or kept by a cache, is no sign of anything for a whole month.
const OLD_FORM_SECONDS: i64 = 30 * 24 * 60 * 60;
/// Forms collected once and sent for ever after; but also a tab nobody closed.
const OLD_FORM_POINTS: i32 = 1;
/// A copy of the page from another place, a key that was changed, or a program that never opened the page.
const NO_TOKEN_POINTS: i32 = 2;
/// People cannot see the field, but programs that fill in forms for them can: read by the author, not spam by itself.
const TRAP_POINTS: i32 = 8;
/// The same words twice may be a mistake; three times is a habit.
const DUPLICATE_POINTS: i32 = 3;
const DUPLICATES_COUNTED_MAX: u32 = 3;
/// Many say "Thank you very much!" in the same words.
const DUPLICATE_WORDS_MIN: usize = 5;
/// A lively talk between two readers at home stays within this in ten minutes.
const RECENT_FREE: u32 = 3;
/// A whole school or office may be behind one network.
const RECENT_COUNTED_MAX: u32 = 6;
/// Everybody was new once. Holding all first comments is a setting of its own.
const FIRST_POINTS: i32 = 1;
/// Always held as well: readers would take it for the author's own word.
const STAFF_NAME_POINTS: i32 = 5;
/// Guests write in their own language; most spam of another script is caught by its words.
const NEW_LANGUAGE_POINTS: i32 = 1;
/// Always spam as well, whatever the bands say: the author decided that already.
const BANNED_POINTS: i32 = 20;

/// What the learned filter counts, from which percentage on. By itself it holds; with one more sign it bins.
/// Good words take back a little, so that a link or two of a known voice does no harm.
const LEARNED_POINTS: &[(u8, i32)] = &[
    (99, 9),
    (95, 7),
    (90, 5),
    (75, 3),
    (50, 1),
    (10, 0),
    (2, -1),
    (0, -2),
];

/// Judges one comment. For many comments by the same rules, make a [`SpamFilter`] once.
#[must_use]
pub fn evaluate(facts: &Facts, text: &Words<'_>, rules: &Rules) -> Verdict {
    SpamFilter::new(rules).verdict(facts, text)
}

/// What a commenter wrote, read once for any number of rules: folding a long text takes far longer than judging it.
pub struct Read {
    links: usize,
    words: usize,
    /// Folded name, website and text, each word between spaces.
    plain: String,
    /// Name and text without their disguises.
    deobfuscated: String,
}

impl Read {
    #[must_use]
    pub fn new(text: &Words<'_>) -> Self {
        let source = deobfuscate::normalized(text.source);
        // `|` is never in folded words, so no phrase reaches from the name into the text.
        let plain = format!(
            " {} | {} | {source} | ",
            deobfuscate::normalized(text.name),
            deobfuscate::normalized(text.url)
        );
        let deobfuscated = format!(
            " {} | {} ",
            deobfuscate::deobfuscated(text.name),
            deobfuscate::deobfuscated(text.source)
        );
        Self {
            links: deobfuscate::links(text.source).len(),
            words: source.split(' ').count(),
            plain,
            deobfuscated,
        }
    }
}

/// Rules made ready for many comments.
pub struct SpamFilter<'r> {
    rules: &'r Rules,
    phrases: Vec<Phrase<'r>>,
}

impl<'r> SpamFilter<'r> {
    #[must_use]
    pub fn new(rules: &'r Rules) -> Self {
        let phrases = rules
            .words
            .iter()
            .map(|(word, points)| Phrase::new(word, *points))
            .collect();
        Self { rules, phrases }
    }

    #[must_use]
    pub fn verdict(&self, facts: &Facts, text: &Words<'_>) -> Verdict {
        self.verdict_on(facts, &Read::new(text))
    }

    /// The verdict on words that were read before, for several sets of rules.
    #[must_use]
    pub fn verdict_on(&self, facts: &Facts, text: &Read) -> Verdict {
        let mut reasons = Reasons::default();
        about_the_form(facts, &mut reasons);
        about_the_sender(facts, text, &mut reasons);
        self.about_links(text, &mut reasons);
        self.about_words(text, &mut reasons);
        about_what_was_learned(facts, &mut reasons);
        let points = reasons
            .0
            .iter()
            .fold(0_i32, |sum, reason| sum.saturating_add(reason.points));
        Verdict {
            points,
            band: self.band(points).max(least_band(facts)),
            reasons: reasons.0,
        }
    }

    fn band(&self, points: i32) -> Band {
        if points >= self.rules.spam_at {
            Band::Spam
        } else if points >= self.rules.hold_at {
            Band::Hold
        } else {
            Band::Show
        }
    }

    fn about_links(&self, text: &Read, reasons: &mut Reasons) {
        let costly = text.links.saturating_sub(self.rules.free_links as usize);
        if costly > 0 {
            let points = i32::try_from(costly)
                .unwrap_or(i32::MAX)
                .saturating_mul(self.rules.link_points);
            reasons.add("links", points, many(text.links, "link", "links"));
        }
    }

    fn about_words(&self, text: &Read, reasons: &mut Reasons) {
        for phrase in &self.phrases {
            if phrase.occurs_in(&text.plain) {
                reasons.add(
                    "word",
                    phrase.points,
                    format!("contains the word “{}”", phrase.typed),
                );
            } else if phrase.occurs_in(&text.deobfuscated) {
                reasons.add(
                    "word",
                    phrase.points,
                    format!("contains the word “{}” in disguise", phrase.typed),
                );
            }
        }
    }
}

/// Where a comment lands at least, whatever its points.
fn least_band(facts: &Facts) -> Band {
    if facts.banned {
        Band::Spam
    } else if facts.staff_name {
        Band::Hold
    } else {
        Band::Show
    }
}

#[derive(Default)]
struct Reasons(Vec<Reason>);

impl Reasons {
    /// What counts nothing is no reason.
    fn add(&mut self, rule: &str, points: i32, words: impl Into<String>) {
        if points != 0 {
            self.0.push(Reason {
                rule: rule.to_owned(),
                points,
                words: words.into(),
            });
        }
    }
}

fn about_the_form(facts: &Facts, reasons: &mut Reasons) {
    match facts.form_age_seconds {
        None => reasons.add(
            "form",
            NO_TOKEN_POINTS,
            "the form doesn’t say when it was opened",
        ),
        Some(age) if age < YOUNG_FORM_SECONDS => {
            let seconds = many(usize::try_from(age).unwrap_or(0), "second", "seconds");
            reasons.add(
                "form",
                YOUNG_FORM_POINTS,
                format!("the form was sent {seconds} after it was opened"),
            );
        }
        Some(age) if age > OLD_FORM_SECONDS => {
            let days = age / (24 * 60 * 60);
            reasons.add(
                "form",
                OLD_FORM_POINTS,
                format!("the form was sent {days} days after it was opened"),
            );
        }
        Some(_) => {}
    }
    if facts.trap {
        reasons.add("trap", TRAP_POINTS, "a hidden field was filled in");
    }
}

fn about_the_sender(facts: &Facts, text: &Read, reasons: &mut Reasons) {
    if facts.banned {
        reasons.add("ban", BANNED_POINTS, "the commenter is banned");
    }
    if facts.staff_name {
        reasons.add(
            "staff-name",
            STAFF_NAME_POINTS,
            "the name looks like that of an author of this blog",
        );
    }
    if facts.first {
        reasons.add("first", FIRST_POINTS, "first comment");
    }
    if facts.new_language {
        reasons.add(
            "language",
            NEW_LANGUAGE_POINTS,
            "written in a different script than the post",
        );
    }
    if facts.duplicates > 0 && text.words >= DUPLICATE_WORDS_MIN {
        let points = small(facts.duplicates.min(DUPLICATES_COUNTED_MAX)) * DUPLICATE_POINTS;
        let duplicates = many(facts.duplicates as usize, "other comment", "other comments");
        reasons.add(
            "twins",
            points,
            format!("the same text as {duplicates} here"),
        );
    }
    if facts.recent > RECENT_FREE {
        let points = small((facts.recent - RECENT_FREE).min(RECENT_COUNTED_MAX));
        let comments = many(facts.recent as usize, "comment", "comments");
        reasons.add(
            "rate",
            points,
            format!("{comments} from the same network within 10 minutes"),
        );
    }
}

fn about_what_was_learned(facts: &Facts, reasons: &mut Reasons) {
    let Some(percent) = facts.learned.map(|percent| percent.min(100)) else {
        return;
    };
    let points = LEARNED_POINTS
        .iter()
        .find(|(from, _)| percent >= *from)
        .map_or(0, |&(_, points)| points);
    let words = if points > 0 {
        format!("{percent}% similar to spam on this blog")
    } else {
        "similar to approved comments on this blog".to_owned()
    };
    reasons.add("learned", points, words);
}

/// A number that was capped before.
fn small(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn many(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

#[cfg(test)]
mod tests;
