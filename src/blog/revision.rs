//! Revisions: every text that an author saved. Nothing takes one away but its age, and what has a reason to stay stays.

use super::post::NewPost;
use super::time::Millis;
use super::{AuthorId, RevisionId, named};
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

named! {
    /// Why a revision was made, or why it is kept. Only what was saved by itself is thinned as it grows old.
    Reason {
        /// The text before anybody changed it here.
        Before = "before",
        /// Saved by itself while its author wrote.
        Auto = "auto",
        /// Saved by a button or a key.
        Saved = "saved",
        /// What readers were shown.
        Published = "published",
        /// Two texts that were changed in different places, put together.
        Merged = "merged",
        /// A text that met another one that was changed in the same place; its author chose between them.
        Aside = "aside",
        /// The last text before more than half of it was taken out.
        Cut = "cut",
        /// An older revision, brought back.
        Restored = "restored",
    }
}

impl Reason {
    /// What the list of revisions says.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Before => "As it was before",
            Self::Auto => "Saved by itself",
            Self::Saved => "Saved",
            Self::Published => "Published",
            Self::Merged => "Put together",
            Self::Aside => "Put aside",
            Self::Cut => "Before a large cut",
            Self::Restored => "Brought back",
        }
    }
}

/// A line of the list of revisions.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Line {
    pub id: RevisionId,
    pub made_at: Millis,
    pub reason: Reason,
    pub name: String,
    pub device: String,
    pub author: String,
    pub words: i64,
    pub added: i64,
    pub removed: i64,
}

/// A revision with its text.
#[derive(Debug, Clone)]
pub struct Revision {
    pub id: RevisionId,
    pub author_id: Option<AuthorId>,
    pub made_at: Millis,
    pub reason: Reason,
    pub words: i64,
    pub text: NewPost,
}

/// Texts with fewer words are written anew sooner than they are missed.
const CUT_FROM_WORDS: i64 = 20;

/// Whether so much was taken out that the text before is worth a mark: more than half.
#[must_use]
pub fn is_cut(words_before: i64, words_now: i64) -> bool {
    words_before >= CUT_FROM_WORDS && words_now * 2 < words_before
}

/// How many words a text has: what stands between spaces.
#[must_use]
pub fn words(source: &str) -> i64 {
    i64::try_from(source.split_whitespace().count()).unwrap_or(i64::MAX)
}

/// How long two texts are compared before what was found so far must do.
const COMPARE_AT_MOST: Duration = Duration::from_millis(100);

/// How many words were added and how many removed between two texts. Words that only moved may count as both.
#[must_use]
pub fn added_and_removed(before: &str, after: &str) -> (i64, i64) {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        before.split_whitespace().collect(),
        after.split_whitespace().collect(),
    );
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old[start..]
        .iter()
        .rev()
        .zip(new[start..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old, new) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let diff = TextDiff::configure()
        .timeout(COMPARE_AT_MOST)
        .diff_slices(old, new);
    let count = |tag| {
        let found = diff
            .iter_all_changes()
            .filter(|change| change.tag() == tag)
            .count();
        i64::try_from(found).unwrap_or(i64::MAX)
    };
    (count(ChangeTag::Insert), count(ChangeTag::Delete))
}

/// A part of two texts that are compared: what both have, what only the older, what only the newer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Same(String),
    Removed(String),
    Added(String),
}

/// Compares two texts line by line, and word by word within lines that were changed.
#[must_use]
pub fn compare(before: &str, after: &str) -> Vec<Vec<Part>> {
    let diff = TextDiff::configure()
        .timeout(COMPARE_AT_MOST)
        .diff_lines(before, after);
    let mut lines = Vec::new();
    let mut removed: Vec<&str> = Vec::new();
    let mut added: Vec<&str> = Vec::new();
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => removed.push(change.value()),
            ChangeTag::Insert => added.push(change.value()),
            ChangeTag::Equal => {
                changed_lines(&mut removed, &mut added, &mut lines);
                lines.push(vec![Part::Same(change.value().to_owned())]);
            }
        }
    }
    changed_lines(&mut removed, &mut added, &mut lines);
    lines
}

/// Lines that stand in each other's place are compared by their words, the others shown whole.
fn changed_lines(removed: &mut Vec<&str>, added: &mut Vec<&str>, lines: &mut Vec<Vec<Part>>) {
    let pairs = removed.len().min(added.len());
    for (old, new) in removed.iter().zip(added.iter()) {
        lines.push(words_changed(old, new));
    }
    lines.extend(
        removed[pairs..]
            .iter()
            .map(|line| vec![Part::Removed((*line).to_owned())]),
    );
    lines.extend(
        added[pairs..]
            .iter()
            .map(|line| vec![Part::Added((*line).to_owned())]),
    );
    removed.clear();
    added.clear();
}

fn words_changed(old: &str, new: &str) -> Vec<Part> {
    let diff = TextDiff::configure()
        .timeout(COMPARE_AT_MOST)
        .diff_words(old, new);
    let mut parts: Vec<Part> = Vec::new();
    for change in diff.iter_all_changes() {
        let words = change.value();
        match (change.tag(), parts.last_mut()) {
            (ChangeTag::Equal, Some(Part::Same(text)))
            | (ChangeTag::Delete, Some(Part::Removed(text)))
            | (ChangeTag::Insert, Some(Part::Added(text))) => text.push_str(words),
            (ChangeTag::Equal, _) => parts.push(Part::Same(words.to_owned())),
            (ChangeTag::Delete, _) => parts.push(Part::Removed(words.to_owned())),
            (ChangeTag::Insert, _) => parts.push(Part::Added(words.to_owned())),
        }
    }
    parts
}

/// A text as a browser's text area gives it back: the line ends of other systems and what HTML cannot hold are lost there,
/// so two texts that differ in nothing else are the same text.
#[must_use]
pub fn as_typed(source: &str) -> String {
    source
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_as_they_came_and_went() {
        assert_eq!(added_and_removed("one two three", "one four three"), (1, 1));
        assert_eq!(added_and_removed("", "one two"), (2, 0));
        assert_eq!(added_and_removed("one two", ""), (0, 2));
        assert_eq!(added_and_removed("one two", "one two"), (0, 0));
    }

    #[test]
    fn taking_out_more_than_half_of_a_text_is_a_cut() {
        assert!(is_cut(2000, 0));
        assert!(is_cut(20, 9));
        assert!(!is_cut(20, 10));
        assert!(!is_cut(19, 0));
    }

    #[test]
    fn a_changed_line_is_compared_by_its_words() {
        let lines = compare(
            "ebb\nthe low tide\nend\n",
            "ebb\nthe high tide\nend\nmore\n",
        );
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0], [Part::Same("ebb\n".to_owned())]);
        assert!(lines[1].contains(&Part::Removed("low".to_owned())));
        assert!(lines[1].contains(&Part::Added("high".to_owned())));
        assert_eq!(lines[3], [Part::Added("more\n".to_owned())]);
    }

    #[test]
    fn texts_that_differ_in_line_ends_alone_are_typed_alike() {
        assert_eq!(as_typed("a\r\nb\rc\0"), "a\nb\nc\u{fffd}");
    }
}
