//! Two people, two tabs, one text: what each changed since the text they both began with is put together, line by line.
//! Where both changed the same place nothing is decided here: both sides are given, for their author to choose.

use super::post::NewPost;
use similar::{DiffOp, TextDiff};
use std::time::Duration;

/// A stretch of a body that two people changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase", tag = "is")]
pub enum Chunk {
    /// Nobody changed it, or only one side did.
    #[serde(rename = "settled")]
    Resolved { text: String },
    /// Both sides changed it, each in another way.
    #[serde(rename = "clash")]
    Conflict { mine: String, theirs: String },
}

/// What two texts become: one text, or what their author has to choose between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    Clean(Box<NewPost>),
    Conflict(Vec<Chunk>),
}

/// Lines are compared this long; what was found by then must do, and more of the text is a clash.
const COMPARE_AT_MOST: Duration = Duration::from_millis(200);

/// Puts together what `mine` and `theirs` changed since `base`. Of the small fields that both changed, mine is taken: the
/// other stays in its revision.
#[must_use]
pub fn posts(base: &NewPost, mine: &NewPost, theirs: &NewPost) -> Merged {
    // Another language makes another text of the same words.
    let chunks = if mine.markup == theirs.markup || mine.source == theirs.source {
        lines(&base.source, &mine.source, &theirs.source)
    } else {
        vec![Chunk::Conflict {
            mine: mine.source.clone(),
            theirs: theirs.source.clone(),
        }]
    };
    let Some(source) = resolved_text(&chunks) else {
        return Merged::Conflict(chunks);
    };
    Merged::Clean(Box::new(NewPost {
        kind: mine.kind,
        title: newer(&base.title, &mine.title, &theirs.title),
        source,
        markup: newer(&base.markup, &mine.markup, &theirs.markup),
        tags: newer(&base.tags, &mine.tags, &theirs.tags),
        permalink: newer(&base.permalink, &mine.permalink, &theirs.permalink),
        excerpt: newer(&base.excerpt, &mine.excerpt, &theirs.excerpt),
        comments: newer(&base.comments, &mine.comments, &theirs.comments),
        published_at: newer(&base.published_at, &mine.published_at, &theirs.published_at),
        pinned: newer(&base.pinned, &mine.pinned, &theirs.pinned),
        details: newer(&base.details, &mine.details, &theirs.details),
    }))
}

fn newer<T: PartialEq + Clone>(base: &T, mine: &T, theirs: &T) -> T {
    if mine == base { theirs } else { mine }.clone()
}

/// The text of chunks without a clash.
fn resolved_text(chunks: &[Chunk]) -> Option<String> {
    chunks
        .iter()
        .map(|chunk| match chunk {
            Chunk::Resolved { text } => Some(text.as_str()),
            Chunk::Conflict { .. } => None,
        })
        .collect()
}

/// The three-way merge of lines known as diff3: lines that all three texts share hold the rest in place.
#[must_use]
pub fn lines(base: &str, mine: &str, theirs: &str) -> Vec<Chunk> {
    let split =
        |text: &'_ str| -> Vec<String> { text.split_inclusive('\n').map(str::to_owned).collect() };
    let (base, mine, theirs) = (split(base), split(mine), split(theirs));
    let (in_mine, in_theirs) = (places(&base, &mine), places(&base, &theirs));
    let mut chunks = Chunks::default();
    let (mut at, mut at_mine, mut at_theirs) = (0, 0, 0);
    for place in 0..=base.len() {
        let (shared_mine, shared_theirs) = if place == base.len() {
            (mine.len(), theirs.len())
        } else {
            match (in_mine[place], in_theirs[place]) {
                (Some(a), Some(b)) => (a, b),
                _ => continue,
            }
        };
        chunks.between(
            &base[at..place],
            &mine[at_mine..shared_mine],
            &theirs[at_theirs..shared_theirs],
        );
        if let Some(line) = base.get(place) {
            chunks.resolve(std::slice::from_ref(line));
        }
        (at, at_mine, at_theirs) = (place + 1, shared_mine + 1, shared_theirs + 1);
    }
    chunks.0
}

/// Where each line of a base is in another text, if it is there.
fn places(base: &[String], other: &[String]) -> Vec<Option<usize>> {
    let mut places = vec![None; base.len()];
    let (old, new): (Vec<&str>, Vec<&str>) = (
        base.iter().map(String::as_str).collect(),
        other.iter().map(String::as_str).collect(),
    );
    let diff = TextDiff::configure()
        .timeout(COMPARE_AT_MOST)
        .diff_slices(&old, &new);
    for op in diff.ops() {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = *op
        {
            for step in 0..len {
                places[old_index + step] = Some(new_index + step);
            }
        }
    }
    places
}

#[derive(Default)]
struct Chunks(Vec<Chunk>);

impl Chunks {
    fn resolve(&mut self, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        if let Some(Chunk::Resolved { text }) = self.0.last_mut() {
            text.extend(lines.iter().map(String::as_str));
        } else {
            self.0.push(Chunk::Resolved {
                text: lines.concat(),
            });
        }
    }

    /// Lines between two that all texts share: the side that changed them wins.
    fn between(&mut self, base: &[String], mine: &[String], theirs: &[String]) {
        if mine == base || mine == theirs {
            self.resolve(theirs);
        } else if theirs == base {
            self.resolve(mine);
        } else {
            self.0.push(Chunk::Conflict {
                mine: mine.concat(),
                theirs: theirs.concat(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn merged(base: &str, mine: &str, theirs: &str) -> Option<String> {
        resolved_text(&lines(base, mine, theirs))
    }

    #[test]
    fn changes_of_different_paragraphs_are_both_kept() {
        let base = "one\n\ntwo\n\nthree\n";
        let mine = "one, mine\n\ntwo\n\nthree\n";
        let theirs = "one\n\ntwo\n\nthree, theirs\n\nfour\n";
        assert_eq!(
            merged(base, mine, theirs).unwrap(),
            "one, mine\n\ntwo\n\nthree, theirs\n\nfour\n"
        );
    }

    #[test]
    fn changes_of_one_paragraph_are_a_conflict_that_holds_both() {
        let chunks = lines("one\n\ntwo", "one, mine\n\ntwo", "one, theirs\n\ntwo");
        assert_eq!(
            chunks[0],
            Chunk::Conflict {
                mine: "one, mine\n".to_owned(),
                theirs: "one, theirs\n".to_owned()
            }
        );
        assert_eq!(resolved_text(&chunks), None);
    }

    #[test]
    fn the_same_change_made_twice_is_no_conflict() {
        assert_eq!(merged("a\nb\n", "a\nc\n", "a\nc\n").unwrap(), "a\nc\n");
    }

    #[test]
    fn what_one_deleted_and_nobody_touched_stays_deleted() {
        assert_eq!(
            merged("a\n\nb\n\nc\n", "a\n\nc\n", "a!\n\nb\n\nc\n").unwrap_or_default(),
            "a!\n\nc\n"
        );
    }

    proptest! {
        #[test]
        fn one_side_that_changed_nothing_leaves_the_other(base in "([a-d]\n){0,8}", other in "([a-d]\n){0,8}") {
            prop_assert_eq!(merged(&base, &base, &other).unwrap(), other.clone());
            prop_assert_eq!(merged(&base, &other, &base).unwrap(), other);
        }

        #[test]
        fn no_line_that_somebody_wrote_is_lost(base in "([a-d]\n){0,8}", mine in "([a-h]\n){0,8}", theirs in "([a-d]|[i-l]\n){0,8}") {
            let chunks = lines(&base, &mine, &theirs);
            let mut all = String::new();
            for chunk in &chunks {
                match chunk {
                    Chunk::Resolved { text } => all.push_str(text),
                    Chunk::Conflict { mine, theirs } => { all.push_str(mine); all.push_str(theirs); }
                }
            }
            for line in mine.lines().filter(|line| "efgh".contains(*line)) {
                prop_assert!(all.contains(line));
            }
        }
    }
}
