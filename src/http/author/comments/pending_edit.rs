//! What the writer of a comment wants to change, with what readers see.

use crate::app::App;
use crate::blog::CommentId;
use crate::blog::revision::{self, Part};
use crate::error::Result;
use crate::store::ModeratedComment;
use std::collections::HashMap;

/// The differences of comments that have a change, line by line.
#[derive(Debug, Default)]
pub struct Differences(HashMap<CommentId, Vec<Vec<Part>>>);

impl Differences {
    /// Compares the words that readers see with those of the changes, away from the threads that answer.
    pub async fn of(app: &App, comments: &[ModeratedComment]) -> Result<Self> {
        let pairs: Vec<(CommentId, String, String)> = comments
            .iter()
            .filter_map(|one| {
                let change = one.change.as_ref()?;
                let comment = &one.comment;
                Some((comment.id, comment.source.clone(), change.source.clone()))
            })
            .collect();
        if pairs.is_empty() {
            return Ok(Self::default());
        }
        let compare = |(id, old, new): (CommentId, String, String)| {
            (id, revision::compare(&lines(&old), &lines(&new)).lines)
        };
        app.compute(move || Self(pairs.into_iter().map(compare).collect()))
            .await
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub fn of_one(&self, id: &CommentId) -> &[Vec<Part>] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }
}

/// With an end behind the last line too, so that it is compared like the others.
fn lines(source: &str) -> String {
    format!("{source}\n")
}
