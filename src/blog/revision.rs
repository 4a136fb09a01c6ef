//! Revisions: every text that an author saved. Nothing takes one away but its age, and what has a reason to stay stays.

use super::post::NewPost;
use super::time::Millis;
use super::{AuthorId, RevisionId, named};
use similar::{ChangeTag, TextDiff};
use std::time::{Duration, Instant};

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
        Side = "aside",
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
            Self::Before => "Before the first change",
            Self::Auto => "Autosaved",
            Self::Saved => "Saved",
            Self::Published => "Published",
            Self::Merged => "Merged",
            Self::Side => "Other version of a conflict",
            Self::Cut => "Before a large cut",
            Self::Restored => "Restored",
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

/// Texts with fewer words are written again sooner than they are missed.
const CUT_FROM_WORDS: i64 = 20;

/// Whether so much was taken out that the text before is worth a mark: more than half.
#[must_use]
pub fn is_cut(words_before: i64, words_now: i64) -> bool {
    words_before >= CUT_FROM_WORDS && words_now * 2 < words_before
}

/// How many words a text has: what is between spaces.
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
    /// So many lines, or characters of a line, that both have and that are not shown.
    Omitted {
        lines: usize,
        chars: usize,
    },
}

/// What changed between two texts, as much of it as fits on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    pub lines: Vec<Vec<Part>>,
    /// Lines at the end that did not fit.
    pub left_out: usize,
}

/// How long two texts are compared in all. What was not compared by then is shown as removed and added.
const COMPARE_ALL_AT_MOST: Duration = Duration::from_millis(400);
/// Shorter comparisons are shown whole.
const SHOWN_IN_FULL_BYTES: usize = 256 * 1024;
/// Of longer ones, what changed is shown up to this, with so many lines around each change …
const SHOWN_BYTES: usize = 256 * 1024;
const LINES_AROUND: usize = 3;
/// … and of what both have, so much before and behind it.
const CHARS_AROUND: usize = 400;

/// Compares two texts line by line, and word by word within lines that were changed, in bounded time and space.
#[must_use]
pub fn compare(before: &str, after: &str) -> Comparison {
    let deadline = Instant::now() + COMPARE_ALL_AT_MOST;
    let diff = TextDiff::configure()
        .deadline(deadline)
        .diff_lines(before, after);
    let mut lines = Vec::new();
    let mut removed: Vec<&str> = Vec::new();
    let mut added: Vec<&str> = Vec::new();
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => removed.push(change.value()),
            ChangeTag::Insert => added.push(change.value()),
            ChangeTag::Equal => {
                changed_lines(&mut removed, &mut added, &mut lines, deadline);
                lines.push(vec![Part::Same(change.value().to_owned())]);
            }
        }
    }
    changed_lines(&mut removed, &mut added, &mut lines, deadline);
    if lines.iter().flatten().map(Part::len).sum::<usize>() <= SHOWN_IN_FULL_BYTES {
        return Comparison { lines, left_out: 0 };
    }
    fitting(shortened(lines))
}

/// Lines that replace each other are compared by their words, the others shown whole.
fn changed_lines(
    removed: &mut Vec<&str>,
    added: &mut Vec<&str>,
    lines: &mut Vec<Vec<Part>>,
    deadline: Instant,
) {
    let pairs = removed.len().min(added.len());
    for (old, new) in removed.iter().zip(added.iter()) {
        lines.push(words_changed(old, new, deadline));
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

fn words_changed(old: &str, new: &str, deadline: Instant) -> Vec<Part> {
    if Instant::now() >= deadline {
        return vec![Part::Removed(old.to_owned()), Part::Added(new.to_owned())];
    }
    let diff = TextDiff::configure()
        .deadline(deadline)
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

impl Part {
    /// About as much as it takes on a page, with its tags.
    fn len(&self) -> usize {
        const TAGS_BYTES: usize = 24;
        match self {
            Self::Same(text) | Self::Removed(text) | Self::Added(text) => text.len() + TAGS_BYTES,
            Self::Omitted { .. } => TAGS_BYTES,
        }
    }

    /// The same, or its beginning and its end.
    fn shortened(self) -> Vec<Self> {
        let Self::Same(text) = self else {
            return vec![self];
        };
        let around = |text: &str| text.char_indices().nth(CHARS_AROUND).map(|(at, _)| at);
        let from_end = text.char_indices().rev().nth(CHARS_AROUND - 1);
        match (around(&text), from_end) {
            (Some(head), Some((tail, _))) if tail > head => vec![
                Self::Same(text[..head].to_owned()),
                Self::Omitted {
                    lines: 0,
                    chars: text[head..tail].chars().count(),
                },
                Self::Same(text[tail..].to_owned()),
            ],
            _ => vec![Self::Same(text)],
        }
    }
}

/// Leaves out what both texts have, but a little around each change.
fn shortened(lines: Vec<Vec<Part>>) -> Vec<Vec<Part>> {
    let is_changed = |line: &Vec<Part>| !matches!(line[..], [Part::Same(_)]);
    let mut near = vec![false; lines.len()];
    for (place, line) in lines.iter().enumerate() {
        if is_changed(line) {
            let from = place.saturating_sub(LINES_AROUND);
            let until = (place + LINES_AROUND + 1).min(lines.len());
            near[from..until].fill(true);
        }
    }
    let mut shown: Vec<Vec<Part>> = Vec::new();
    for (line, near) in lines.into_iter().zip(near) {
        if near {
            shown.push(line.into_iter().flat_map(Part::shortened).collect());
        } else if let Some([Part::Omitted { lines, chars: 0 }]) =
            shown.last_mut().map(Vec::as_mut_slice)
        {
            *lines += 1;
        } else {
            shown.push(vec![Part::Omitted { lines: 1, chars: 0 }]);
        }
    }
    shown
}

/// As many lines as fit on a page. One that does not fit by itself is cut.
fn fitting(lines: Vec<Vec<Part>>) -> Comparison {
    let mut left = SHOWN_BYTES;
    let all = lines.len();
    let mut shown: Vec<Vec<Part>> = Vec::new();
    for line in lines {
        let mut parts = Vec::with_capacity(line.len());
        for part in line {
            if left == 0 {
                break;
            }
            let cut = |text: &str| text[..text.floor_char_boundary(left)].to_owned();
            parts.push(match &part {
                Part::Same(text) if text.len() > left => Part::Same(cut(text)),
                Part::Removed(text) if text.len() > left => Part::Removed(cut(text)),
                Part::Added(text) if text.len() > left => Part::Added(cut(text)),
                _ => part.clone(),
            });
            left = left.saturating_sub(part.len());
        }
        shown.push(parts);
        if left == 0 {
            break;
        }
    }
    Comparison {
        left_out: all - shown.len(),
        lines: shown,
    }
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
        let Comparison { lines, left_out } = compare(
            "ebb\nthe low tide\nend\n",
            "ebb\nthe high tide\nend\nmore\n",
        );
        assert_eq!((lines.len(), left_out), (4, 0));
        assert_eq!(lines[0], [Part::Same("ebb\n".to_owned())]);
        assert!(lines[1].contains(&Part::Removed("low".to_owned())));
        assert!(lines[1].contains(&Part::Added("high".to_owned())));
        assert_eq!(lines[3], [Part::Added("more\n".to_owned())]);
    }

    #[test]
    fn of_long_texts_what_changed_is_shown_with_a_little_around_it() {
        let line =
            |n: usize| format!("{n}: the tide came in and nobody saw it, and so it went out.\n");
        let before: String = (0..5000).map(line).collect();
        let after = before.replacen(&line(0), "Ebb.\n", 1) + "The end.\n";
        let Comparison { lines, left_out } = compare(&before, &after);
        assert_eq!((lines.len(), left_out), (9, 0));
        let omitted = Part::Omitted {
            lines: 5000 - 1 - 2 * LINES_AROUND,
            chars: 0,
        };
        assert_eq!(lines[4], [omitted]);
        assert_eq!(lines[8], [Part::Added("The end.\n".to_owned())]);
    }

    #[test]
    fn of_a_long_line_what_is_around_a_change_is_shown() {
        let same = "é".repeat(5 * CHARS_AROUND);
        let line = vec![Part::Same(same), Part::Added("ebb".to_owned())];
        let around = Part::Same("é".repeat(CHARS_AROUND));
        let omitted = Part::Omitted {
            lines: 0,
            chars: 3 * CHARS_AROUND,
        };
        let added = Part::Added("ebb".to_owned());
        let shown = shortened(vec![line]);
        assert_eq!(shown, [[around.clone(), omitted, around, added]]);
    }

    #[test]
    fn texts_that_have_nothing_in_common_are_compared_in_bounded_space() {
        let text = |word: &str| {
            let line =
                |n: usize| format!("{word} {n} {}\n", format!("{word}{} ", n % 7).repeat(20));
            (0..12_000).map(line).collect::<String>()
        };
        let (before, after) = (text("ebb"), text("flood"));
        let Comparison { lines, left_out } = compare(&before, &after);
        let bytes: usize = lines.iter().flatten().map(Part::len).sum();
        assert!(bytes < SHOWN_BYTES + 1024 && left_out > 0, "{bytes}");
    }

    #[test]
    fn texts_that_differ_in_line_ends_alone_are_typed_alike() {
        assert_eq!(as_typed("a\r\nb\rc\0"), "a\nb\nc\u{fffd}");
    }
}
