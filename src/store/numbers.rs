//! The numbers of rows. Each is given once: a link, a feed entry or a form that names a row never means a later one.
//!
//! The table `numbers` keeps the highest number that was given in each table, whatever was deleted since. An insert takes
//! `(select last + 1 from numbers where name = …)`, and a trigger of the schema notes it, also where a row brings its own.

use super::{Store, Write};
use crate::blog::{CommentId, PreviewId, SubscriptionId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A row that a signed link names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedRow {
    Comment(CommentId),
    Subscription(SubscriptionId),
    Preview(PreviewId),
}

impl SignedRow {
    fn place(self) -> (&'static str, i64) {
        match self {
            Self::Comment(id) => ("comments", id.0),
            Self::Subscription(id) => ("subscriptions", id.0),
            Self::Preview(id) => ("preview_links", id.0),
        }
    }
}

handle! {
    /// The numbers of rows.
    numbers: Numbers
}

impl Numbers<'_> {
    /// Whether a row is so old that a link to it may have been signed over its number alone.
    pub async fn is_signed_alone(self, row: SignedRow) -> Result<bool> {
        let (name, id) = row.place();
        self.ask("select 1 from numbers where name = $1 and signed_alone >= $2")
            .bind(name)
            .bind(id)
            .exists()
            .await
    }
}

impl Write {
    /// The number of the next comment. Those after it are free too.
    pub(super) async fn next_comment(&mut self) -> Result<i64> {
        self.ask("select last + 1 from numbers where name = 'comments'")
            .value()
            .await
    }
}
