//! The first walk over an archive: whether the file is whole, what its names are, and what its reader had to say.

use super::Pass;
use super::Source;
use crate::blog::comment::{State as CommentState, visible};
use crate::blog::post::{Kind, parse_tags};
use crate::blog::time::Millis;
use crate::transfer::archive::{Comment, Entry, On, Post, Status};
use crate::transfer::report::{Note, Report};
use anyhow::Result;
use std::collections::{BTreeSet, HashMap};

/// What the first walk learns.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) blog: Option<(String, String)>,
    /// Origins of posts by the number at their end: a comment on `page-7` says that it is on `post-7`.
    by_number: HashMap<String, String>,
    origins: BTreeSet<String>,
    pub(super) posts: Vec<SurveyedPost>,
}

/// What the first walk keeps of a post.
#[derive(Debug)]
pub(super) struct SurveyedPost {
    pub(super) kind: Kind,
    pub(super) status: Status,
    pub(super) names: Vec<String>,
    /// The lower-case names of its tags.
    pub(super) tags: Vec<String>,
}

/// What the first walk keeps of a comment.
#[derive(Debug)]
pub(super) struct Surveyed {
    pub(super) state: CommentState,
    pub(super) names: Vec<String>,
    pub(super) on: On,
    /// What the report calls it.
    pub(super) by: String,
}

impl Survey {
    /// `meet` is given every comment.
    pub(super) fn of(
        source: &dyn Source,
        report: &mut Report,
        now: Millis,
        mut meet: impl FnMut(Surveyed),
    ) -> Result<Self> {
        let mut survey = Self::default();
        for entry in source.entries(Pass::Survey)? {
            match entry? {
                Entry::Blog { title, description } => survey.blog = Some((title, description)),
                Entry::Post(post) => survey.take_post(*post, report, now),
                Entry::Comment(comment) => meet(Surveyed {
                    state: comment.state,
                    by: by(&comment),
                    names: names(comment.origin, comment.other_origins),
                    on: comment.on,
                }),
                Entry::Skipped(note) => report.skip(note),
                Entry::Changed(note) => report.notes.add(note),
                Entry::Ping(_) | Entry::Address { .. } => {}
            }
        }
        Ok(survey)
    }

    fn take_post(&mut self, post: Post, report: &mut Report, now: Millis) {
        if let Some(number) = number(&post.origin) {
            self.by_number
                .insert(number.to_owned(), post.origin.clone());
        }
        let status = settled(&post, now);
        if status != post.status {
            let why = "published at once, because the time it was scheduled for is over";
            report.notes.add(Note::new(
                post.kind.into(),
                format!("“{}”", post.title.trim()),
                why,
            ));
        }
        self.origins.insert(post.origin.clone());
        let tags = parse_tags(&post.tags.join("\n"));
        self.posts.push(SurveyedPost {
            kind: post.kind,
            status,
            tags: tags.iter().map(|tag| tag.to_lowercase()).collect(),
            names: names(post.origin, post.other_origins),
        });
    }

    /// The origin of the post that a comment names.
    pub(super) fn post_of(&self, name: &str) -> Option<&str> {
        if let Some(origin) = self.origins.get(name) {
            return Some(origin);
        }
        self.by_number.get(number(name)?).map(String::as_str)
    }
}

fn names(origin: String, others: Vec<String>) -> Vec<String> {
    std::iter::once(origin).chain(others).collect()
}

/// Whether a post is for readers now: what was scheduled for a time that is over is.
pub(super) fn settled(post: &Post, now: Millis) -> Status {
    match post.status {
        Status::Scheduled if post.published_at.is_none() => Status::Draft,
        Status::Scheduled if post.published_at.is_some_and(|at| at <= now) => Status::Published,
        status => status,
    }
}

/// The digits at the end of an origin.
fn number(origin: &str) -> Option<&str> {
    let digits = origin.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (digits < origin.len()).then(|| &origin[digits..])
}

/// What a report calls a comment.
pub(super) fn by(comment: &Comment) -> String {
    let name = visible(&comment.name);
    format!(
        "by {} of {}",
        if name.is_empty() { "nobody" } else { &name },
        comment.created_at.rfc3339()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_and_pages_are_known_by_the_number_at_their_end() {
        assert_eq!(number("tag:blogger.com,1999:blog-1.page-77"), Some("77"));
        assert_eq!(number("none"), None);
    }

    #[test]
    fn what_was_scheduled_for_the_past_is_published() {
        let post = |at: Option<i64>| Post {
            status: Status::Scheduled,
            published_at: at.map(Millis),
            ..Post::default()
        };
        assert_eq!(settled(&post(Some(5)), Millis(5)), Status::Published);
        assert_eq!(settled(&post(Some(6)), Millis(5)), Status::Scheduled);
        assert_eq!(settled(&post(None), Millis(5)), Status::Draft);
    }
}
