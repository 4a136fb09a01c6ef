//! Rules tried before they are saved: what they would make of comments that came in already.

use super::{Band, Facts, Read, Reason, Rules, SpamFilter, Words};
use crate::blog::CommentId;
use crate::blog::post::Markup;
use crate::blog::time::Millis;

/// What a list on one page can hold.
const CHANGES_MAX: usize = 50;

/// A comment that came in, with what was known of it then and what an author said since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub id: CommentId,
    pub name: String,
    pub url: String,
    pub source: String,
    pub markup: Markup,
    pub post_title: String,
    pub created_at: Millis,
    pub facts: Facts,
    /// Whether a person called it spam (true) or approved it (false).
    pub decided: Option<bool>,
}

/// How many comments land where by some rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub shown: usize,
    pub held: usize,
    pub spam: usize,
    /// Approved by a person, and yet held or spam by the rules.
    pub good_kept_back: usize,
    /// Called spam by a person, and yet shown by the rules.
    pub spam_shown: usize,
}

impl Outcomes {
    fn add(&mut self, band: Band, decided: Option<bool>) {
        match band {
            Band::Show => self.shown += 1,
            Band::Hold => self.held += 1,
            Band::Spam => self.spam += 1,
        }
        match decided {
            Some(false) if band != Band::Show => self.good_kept_back += 1,
            Some(true) if band == Band::Show => self.spam_shown += 1,
            _ => {}
        }
    }

    #[must_use]
    pub fn disagreeing(&self) -> usize {
        self.good_kept_back + self.spam_shown
    }
}

/// A comment that would land elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub comment: Past,
    pub from: Band,
    pub to: Band,
    pub points: i32,
    pub reasons: Vec<Reason>,
}

/// The comments judged by two sets of rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    pub comments: usize,
    /// By the rules that are saved.
    pub now: Outcomes,
    /// By the rules that are tried.
    pub then: Outcomes,
    /// How many would land elsewhere, and the first of them.
    pub changed: usize,
    pub changes: Vec<Change>,
}

impl Trial {
    /// Judges comments by the rules as they are and as they would be, in the order given.
    #[must_use]
    pub fn of(comments: Vec<Past>, now: &Rules, then: &Rules) -> Self {
        let (filter_now, filter_then) = (SpamFilter::new(now), SpamFilter::new(then));
        let mut trial = Self {
            comments: comments.len(),
            ..Self::default()
        };
        for comment in comments {
            let text = Read::new(&Words {
                name: &comment.name,
                url: &comment.url,
                source: &comment.source,
            });
            let from = filter_now.verdict_on(&comment.facts, &text).band;
            let verdict = filter_then.verdict_on(&comment.facts, &text);
            trial.now.add(from, comment.decided);
            trial.then.add(verdict.band, comment.decided);
            if from == verdict.band {
                continue;
            }
            trial.changed += 1;
            if trial.changes.len() < CHANGES_MAX {
                trial.changes.push(Change {
                    comment,
                    from,
                    to: verdict.band,
                    points: verdict.points,
                    reasons: verdict.reasons,
                });
            }
        }
        trial
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(id: i64, source: &str, decided: Option<bool>) -> Past {
        Past {
            id: CommentId(id),
            name: "Ada".to_owned(),
            url: String::new(),
            source: source.to_owned(),
            markup: Markup::Markdown,
            post_title: String::new(),
            created_at: Millis(id),
            facts: Facts::unknown(),
            decided,
        }
    }

    fn rules(text: &str) -> Rules {
        Rules::parse(text).unwrap()
    }

    #[test]
    fn what_changes_is_counted_and_said_with_its_reasons() {
        let comments = vec![
            past(1, "a friendly note", Some(false)),
            past(2, "a lantern for sale", Some(false)),
            past(3, "lantern lantern", Some(true)),
            past(4, "a lantern", None),
        ];
        let trial = Trial::of(comments, &rules(""), &rules("word lantern 6"));
        assert_eq!((trial.comments, trial.changed), (4, 3));
        assert_eq!((trial.now.shown, trial.now.held, trial.now.spam), (4, 0, 0));
        assert_eq!(
            (trial.then.shown, trial.then.held, trial.then.spam),
            (1, 3, 0)
        );
        assert_eq!((trial.now.good_kept_back, trial.now.spam_shown), (0, 1));
        assert_eq!((trial.then.good_kept_back, trial.then.spam_shown), (1, 0));
        assert_eq!(trial.then.disagreeing(), 1);
        let first = &trial.changes[0];
        assert_eq!(
            (first.comment.id, first.from, first.to),
            (CommentId(2), Band::Show, Band::Hold)
        );
        assert_eq!(first.reasons[0].words, "contains the word “lantern”");
    }

    #[test]
    fn the_same_rules_change_nothing() {
        let comments = vec![past(1, "casino", None), past(2, "tide", None)];
        let trial = Trial::of(comments, &Rules::default(), &Rules::default());
        assert_eq!((trial.changed, trial.now), (0, trial.then));
    }

    #[test]
    fn a_list_of_changes_stays_short_and_its_count_is_true() {
        let comments = (0..200).map(|id| past(id, "a lantern", None)).collect();
        let trial = Trial::of(comments, &rules(""), &rules("word lantern 20"));
        assert_eq!((trial.changed, trial.changes.len()), (200, CHANGES_MAX));
        assert_eq!(trial.then.spam, 200);
    }
}
