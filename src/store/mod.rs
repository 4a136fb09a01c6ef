//! All SQL. The store answers questions in the blog's own words and keeps what it acknowledged.
//!
//! One connection writes, in `BEGIN IMMEDIATE` transactions with `synchronous=FULL`; four read.
//! Queries are literals that SQLite and PostgreSQL both accept; times and ids are bound from Rust.

mod archive;
mod arrivals;
mod authors;
pub mod backup;
mod bans;
mod comments;
mod editors;
mod entering;
mod exports;
mod feeds;
pub mod file;
mod imports;
pub mod isso;
mod lists;
mod media;
mod moderation;
mod outbox;
mod own;
mod posts;
mod previews;
mod redirects;
mod related;
mod revisions;
mod search;
mod sessions;
mod settings;
mod sitemap;
mod spam;
mod tagging;
mod tags;
mod threads;
pub mod upgrade;
mod visits;

pub use archive::{PostWriter, Titled};
pub use arrivals::{Arriving, Asking, Known, Posted, Twin};
pub use authors::{LetIn, Person};
pub use bans::{Banned, Banning, Caught};
pub use comments::{Edit, Version};
pub use editors::Elsewhere;
pub use entering::{Begun, KnownPasskey, Passkey};
pub use exports::{CommentsAfter, ExportedPost};
pub use feeds::{FeedComment, FeedPost};
pub use file::OpenError;
pub use imports::{ImportedComment, ImportedPost, Landed, LandedComment};
pub use lists::{DueOrShown, MenuPage, PostCounts, TRASH_KEPT_SECONDS, Writer};
pub use media::{Deleted, MediaCounts, MediaLine, NewMedia, NewSize, Use};
pub use moderation::{
    Answer, Answered, Changed, CommentCounts, Decided, LoggedAct, Moderated, Outcome,
    UNDO_WITHIN_DAYS,
};
pub use outbox::{Acted, Due, MailAct, OutboxCounts, Queued, Subscription};
pub use own::{ERASED_AFTER_SECONDS, Mine, Rejudged};
pub use posts::{Page, PublishError, Publishing, Shown, Side};
pub use previews::PreviewLink;
pub use redirects::{MissingLine, OwnRedirect};
pub use related::Similar;
pub use revisions::{Clash, KeepError, Keeping, Kept};
pub use search::{Hit, Indexed, Place, SoughtText};
pub use sessions::Session;
pub use sitemap::Mapped;
pub use spam::Counted;
pub use tagging::{Named, TagLine};
pub use tags::Tag;
pub use threads::ThreadPage;
pub use visits::Viewed;

use crate::blog::time::Millis;
use crate::error::Result;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The blog's database.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    arrivals: Arc<arrivals::Arrivals>,
    /// The newest content version that this process knows to be on disk.
    version: Arc<AtomicU64>,
    checkpoints: file::Checkpoints,
}

/// A transaction that will change something. Dropped without a commit it changes nothing.
struct Write {
    tx: Transaction<'static, Sqlite>,
    version: Arc<AtomicU64>,
}

impl Store {
    async fn write(&self) -> Result<Write> {
        Ok(Write {
            tx: self.writer.begin_with("begin immediate").await?,
            version: Arc::clone(&self.version),
        })
    }

    /// The version of what readers can see. Whatever was rendered from this version is fresh as long as it stands.
    #[must_use]
    pub fn content_version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Looks whether another process (an import beside the server) has changed the content;
    /// gives the time of the last change.
    pub async fn refresh_version(&self) -> Result<Millis> {
        let (version, changed_at): (i64, Millis) =
            sqlx::query_as("select version, changed_at from content where id = 1")
                .fetch_one(&self.readers)
                .await?;
        self.version
            .fetch_max(version.cast_unsigned(), Ordering::AcqRel);
        Ok(changed_at)
    }

    /// Writes the log file back into the database and empties it, unless that is left to another program. It never waits:
    /// where somebody reads an older state (a backup, say), as much as can be is written back, and the rest some other time.
    pub async fn checkpoint(&self) -> Result<()> {
        if self.checkpoints == file::Checkpoints::Left {
            return Ok(());
        }
        let mut connection = self.writer.acquire().await?;
        // Waiting for readers, SQLite would hold the lock that every commit needs.
        sqlx::query("pragma busy_timeout = 0")
            .execute(&mut *connection)
            .await?;
        let done = sqlx::query("pragma wal_checkpoint(truncate)")
            .execute(&mut *connection)
            .await;
        sqlx::query("pragma busy_timeout = 5000")
            .execute(&mut *connection)
            .await?;
        done?;
        Ok(())
    }

    /// Lets the planner look at what has changed much since it last looked, as SQLite advises for long-lived servers.
    pub async fn optimize(&self) -> Result<()> {
        sqlx::query("pragma optimize").execute(&self.writer).await?;
        Ok(())
    }

    /// Ends all connections; the last one tidies the log file away.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

impl Write {
    /// Commits what no reader can see: a session, a draft, a held comment.
    async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        Ok(())
    }

    /// Commits what a reader may see, and raises the content version with it.
    async fn commit_content(mut self, at: Millis) -> Result<()> {
        let (version,): (i64,) = sqlx::query_as(
            "update content set version = version + 1, changed_at = $1 where id = 1 returning version",
        )
        .bind(at)
        .fetch_one(&mut *self.tx)
        .await?;
        self.tx.commit().await?;
        self.version
            .fetch_max(version.cast_unsigned(), Ordering::AcqRel);
        Ok(())
    }
}
