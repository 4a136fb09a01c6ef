//! All SQL. The store answers questions in the blog's own words and keeps what it acknowledged.
//!
//! One connection writes, in `BEGIN IMMEDIATE` transactions with `synchronous=FULL`; four read.
//! Queries are literals that SQLite and PostgreSQL both accept; times and ids are bound from Rust.

mod access;
mod archive;
mod arrivals;
mod ask;
mod audit;
mod authors;
mod bans;
mod comment_changes;
mod comments;
mod editors;
mod engine;
mod entering;
mod exports;
mod feeds;
mod fetches;
mod imports;
pub mod isso;
mod lists;
mod media;
mod moderation;
mod numbers;
mod outbox;
mod own;
mod posts;
mod previews;
mod reading;
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

mod versions;
mod visits;

pub use archive::{PostWriter, Titled};
pub use arrivals::{Arriving, Asking, Known, Posted, Twin};
pub use ask::Times;
pub use audit::{Acts, Noted, Wanted};
pub use authors::{LINK_LONGEST_SECONDS, LetIn, Person};
pub use bans::{Banned, Banning, Caught};
pub use comment_changes::CommentChange;
pub use comments::{Edit, RenderedComment, Version};
pub use editors::Elsewhere;
pub use engine::sqlite::numbers::Given;
pub use engine::sqlite::{Indexed, OpenError, backup, file, source, upgrade};
pub use entering::{BEGUN_SECONDS, Begun, KnownPasskey, Passkey};
pub use exports::{CommentsAfter, ExportedPost};
pub use feeds::{COMMENTS_FURTHEST, FeedComment, FeedPost};
pub use fetches::{DueFetch, FetchState};
pub use imports::{ImportedComment, ImportedPost, Landed, LandedComment};
pub use lists::{DueOrShown, MenuPage, PostCounts, TRASH_KEPT_SECONDS, Writer};
pub use media::{Deleted, MediaCounts, MediaLine, Mentions, NewMedia, NewSize, Use};
pub use moderation::{
    Answer, Answered, Changed, CommentCounts, Decided, LoggedAct, Moderated, Outcome,
    UNDO_WITHIN_DAYS,
};
pub use numbers::Signed;
pub use outbox::{Acted, Due, MailAct, OutboxCounts, Queued, Subscription};
pub use own::{ERASED_AFTER_SECONDS, Mine, Rejudged};
pub use posts::{Page, PublishError, Publishing, Shown, Side, Standing};
pub use previews::PreviewLink;
pub use reading::{Beside, ThreadPage};
pub use redirects::{MissingLine, OwnRedirect};
pub use related::Similar;
pub use revisions::{Clash, KeepError, Keeping, Kept};
pub use search::{Hit, Place, SEARCHES_AT_ONCE, Searching, SoughtText};
pub use sessions::Session;
pub use sitemap::{Mapped, MappedPosts};
pub use spam::Counted;
pub use tagging::{Named, TagLine};
pub use tags::Tag;

pub use versions::Shows;
pub use visits::Viewed;

use crate::blog::audit::Note;
use crate::blog::time::Millis;
use crate::blog::{PostId, words};
use crate::error::{Error, Result};
use ask::Timing;
use engine::sqlite;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};
use versions::{Change, Versions};

/// The blog's database.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    arrivals: Arc<arrivals::Arrivals>,
    versions: Arc<Versions>,
    disk: Arc<sqlite::Disk>,
    /// Held by whoever writes, until what was committed is noted.
    turn: Arc<Mutex<()>>,
    searches: search::Searches,
    times: Arc<Times>,
    /// What is written into the audit log with each change, see [`Store::noting`].
    note: Option<Arc<Note>>,
}

/// A transaction that will change something. Dropped without a commit it changes nothing.
struct Write {
    tx: Transaction<'static, Sqlite>,
    versions: Arc<Versions>,
    disk: Arc<sqlite::Disk>,
    /// The line of the audit log that is committed with the change.
    note: Option<Arc<Note>>,
    _turn: OwnedMutexGuard<()>,
    _timing: Timing,
}

impl Store {
    /// Begins a change. Whoever waits for others longer than for a lock of the file hears that there is too much to do.
    async fn write(&self) -> Result<Write> {
        self.disk.writable()?;
        tokio::time::timeout(sqlite::BUSY_TIMEOUT, self.begin_write())
            .await
            .map_err(|_| Error::Busy)?
    }

    async fn begin_write(&self) -> Result<Write> {
        // Waiting for those who came first is part of how long a change takes.
        let timing = Timing::of_a_change(&self.times);
        let turn = Arc::clone(&self.turn).lock_owned().await;
        self.tend_log().await?;
        let begun = sqlite::begin(&self.writer).await;
        // Meanwhile the disk may have failed under another writer.
        self.disk.writable()?;
        Ok(Write {
            tx: self.disk.heard(begun)?,
            versions: Arc::clone(&self.versions),
            disk: Arc::clone(&self.disk),
            note: self.note.clone(),
            _turn: turn,
            _timing: timing,
        })
    }

    /// How long questions and changes took.
    #[must_use]
    pub fn times(&self) -> &Times {
        &self.times
    }

    /// The version of what readers can see. What is read from now on is at least as new.
    #[must_use]
    pub fn content_version(&self) -> u64 {
        self.versions.newest()
    }

    /// Whether what was made from a content version is as it would be made now, by what it shows.
    #[must_use]
    pub fn is_fresh(&self, version: u64, shows: &Shows) -> bool {
        self.versions.is_fresh(version, shows)
    }

    /// When anything that readers can see changed last.
    #[must_use]
    pub fn changed_at(&self) -> Millis {
        self.versions.changed_at()
    }

    /// Looks whether another process (an import beside the server) has changed the content.
    pub async fn refresh_version(&self) -> Result<()> {
        let (version, changed_at): (i64, Millis) = self
            .ask("select version, changed_at from content where id = 1")
            .row()
            .await?;
        self.versions.found(version.cast_unsigned(), changed_at);
        Ok(())
    }

    /// Ends all connections; the last one tidies the log file away.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Runs what may take longer than some milliseconds of CPU on a thread for such work, and not on one that answers readers.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(format!("computing: {error}")))
}

/// The words of a text as the index holds them.
async fn folded(text: &str) -> Result<String> {
    /// Shorter texts are folded sooner than handed over.
    const SHORT_BYTES: usize = 16 * 1024;
    if text.len() <= SHORT_BYTES {
        return Ok(words::fold(text));
    }
    let text = text.to_owned();
    compute(move || words::fold(&text)).await
}

impl Write {
    /// Commits what no reader can see: a session, a draft, a held comment.
    async fn commit(mut self) -> Result<()> {
        self.add_note().await?;
        self.disk.heard(self.tx.commit().await)?;
        self.disk.kept();
        Ok(())
    }

    /// Commits what a reader may see on any page, and raises the content version with it.
    async fn commit_content(self, at: Millis) -> Result<()> {
        self.commit_change(Change::All, at).await
    }

    /// The same for what stands around the texts of these posts alone: comments, related posts.
    async fn commit_around(self, on: &[PostId], at: Millis) -> Result<()> {
        self.commit_change(Change::Around(on), at).await
    }

    async fn commit_change(mut self, change: Change<'_>, at: Millis) -> Result<()> {
        self.add_note().await?;
        let version: i64 = self
            .ask(
                "update content set version = version + 1, changed_at = $1 where id = 1 \
                 returning version",
            )
            .bind(at)
            .value()
            .await?;
        self.disk.heard(self.tx.commit().await)?;
        self.disk.kept();
        self.versions.committed(version.cast_unsigned(), change, at);
        Ok(())
    }
}
