//! All SQL. The store answers questions in the blog's own words and keeps what it acknowledged.
//!
//! One connection writes, in `BEGIN IMMEDIATE` transactions with `synchronous=FULL`; four read.
//! Queries are literals that SQLite and PostgreSQL both accept; times and ids are bound from Rust.

mod access;
mod admin_lists;
mod archive;
mod ask;
mod audit_log;
mod authors;
mod bans;
mod comments;
mod content_version;
mod credentials;
mod engine;
mod export;
mod feeds;
mod fetches;
mod handle;
mod imports;
pub mod isso;
mod json;
mod media;
mod moderation;
mod not_found_log;
mod numbers;
mod outbox;
mod paging;
mod posts;
mod presence;
mod preview_links;
mod redirects;
mod related;
mod revisions;
mod search;
mod sessions;
mod settings;
mod sign_in_links;
mod sitemap;
mod spam_filter;
mod subscriptions;
mod tags;
mod views;

pub use access::Access;
pub use admin_lists::{AdminLists, CalendarEntry, ListedAuthor, PostCounts};
pub use archive::{Archive, PostTitle, PostWriter};
pub use ask::QueryTimes;
pub use audit_log::{ActFilter, AuditFilter, AuditLine, AuditLog};
pub use authors::{Authors, Person};
pub use bans::{AddedBan, BanContext, Bans, CaughtComment};
pub use comments::{
    CommentChange, CommentEdit, CommentHistory, CommentVersion, Comments, Duplicate,
    ERASED_AFTER_SECONDS, EditVerdict, HistoryQuery, NewCommentRow, OwnComment, Posted,
    RenderedComment,
};
pub use content_version::Shows;
pub use credentials::{CEREMONY_SECONDS, Ceremony, Credentials, KnownPasskey, Passkey};
pub use engine::sqlite::numbers::IssuedNumbers;
pub use engine::sqlite::{IndexedPost, OpenError, backup, file, source, upgrade};
pub use export::{
    Export, ExportCursor, ExportedFetch, ExportedFile, ExportedMedia, ExportedPing, ExportedPost,
    ExportedRevision,
};
pub use feeds::{COMMENTS_FURTHEST, FeedComment, FeedPost, Feeds};
pub use fetches::{DueFetch, FetchState, Fetches, KnownPictures};
pub use imports::{
    CommentImportOutcome, ImportOutcome, ImportedComment, ImportedExtras, ImportedPing,
    ImportedPost, Imports, OldAddress, PingLine, ReturningComment, ReturningPost,
};
pub use media::{
    DeleteOutcome, LibraryFilter, MediaCounts, MediaLibrary, MediaLine, MediaUse, Mentions,
    NewMedia, NewSize,
};
pub use moderation::{
    BulkDecision, CommentCounts, DecisionOutcome, LoggedAct, ModeratedComment, Moderation,
    NewReply, ReplyOutcome, StateChange, UNDO_WITHIN_DAYS,
};
pub use not_found_log::{NotFoundLine, NotFoundLog};
pub use numbers::{Numbers, SignedRow};
pub use outbox::{DueMail, MailAct, MailActOutcome, Outbox, OutboxCounts, QueuedMail};
pub use paging::{Page, PageDirection};
pub use posts::{
    LeftAddress, PostContext, PostStatus, Posts, Publication, PublishError, ShownRevisions,
    StalePost, TRASH_KEPT_SECONDS, ThreadPage, TitledPost,
};
pub use presence::{OtherEditor, Presence};
pub use preview_links::{PreviewLink, PreviewLinks};
pub use redirects::{OwnRedirect, OwnRedirects};
pub use related::{Related, RelatedPost};
pub use revisions::{Conflict, NewRevision, Revisions, SaveError, SavedPost};
pub use search::{IndexQuery, SEARCHES_AT_ONCE, Search, SearchHit, SearchPermit, SearchPlace};
pub use sessions::{Session, Sessions};
pub use settings::StoredSettings;
pub use sign_in_links::{LINK_LONGEST_SECONDS, LinkOwner, SignInLinks};
pub use sitemap::{Sitemap, SitemapChunk, SitemapEntry};
pub use spam_filter::{FeatureCounts, SpamFilter};
pub use subscriptions::{Subscription, Subscriptions};
pub use tags::{RenameOutcome, Tag, TagLine, Tags};
pub use views::{PostViews, Views};

use crate::blog::audit::Note;
use crate::blog::time::Millis;
use crate::blog::{PostId, words};
use crate::error::{Error, Result};
use ask::Timing;
use content_version::{Change, Versions};
use engine::sqlite;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The blog's database.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    intake: Arc<comments::IntakeQueue>,
    versions: Arc<Versions>,
    disk: Arc<sqlite::Disk>,
    /// Held by the writer until the commit is noted in the content version.
    turn: Arc<Mutex<()>>,
    searches: search::Searches,
    times: Arc<QueryTimes>,
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
    /// Begins a change. Waiting for other writers longer than for a lock of the file is answered by [`Error::Busy`].
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
        self.maintain_wal().await?;
        let begun = sqlite::begin(&self.writer).await;
        // Meanwhile the disk may have failed under another writer.
        self.disk.writable()?;
        Ok(Write {
            tx: self.disk.check_io(begun)?,
            versions: Arc::clone(&self.versions),
            disk: Arc::clone(&self.disk),
            note: self.note.clone(),
            _turn: turn,
            _timing: timing,
        })
    }

    /// How long questions and changes took.
    #[must_use]
    pub fn times(&self) -> &QueryTimes {
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

    /// Checks whether another process, such as an import, has changed the content.
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
        return Ok(words::normalize(text));
    }
    let text = text.to_owned();
    compute(move || words::normalize(&text)).await
}

impl Write {
    /// Commits what no reader can see: a session, a draft, a held comment.
    async fn commit(mut self) -> Result<()> {
        self.add_note().await?;
        self.disk.check_io(self.tx.commit().await)?;
        self.disk.kept();
        Ok(())
    }

    /// Commits what a reader may see on any page, and raises the content version with it.
    async fn commit_content(self, at: Millis) -> Result<()> {
        self.commit_change(Change::All, at).await
    }

    /// The same for the context of these posts alone: comments, related posts.
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
        self.disk.check_io(self.tx.commit().await)?;
        self.disk.kept();
        self.versions.committed(version.cast_unsigned(), change, at);
        Ok(())
    }
}
