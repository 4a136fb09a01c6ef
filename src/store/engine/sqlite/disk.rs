//! Whether the disk keeps what it is given. Once it did not, nothing more is acknowledged: when a sync failed, the next one
//! may succeed although the pages are lost (<https://wiki.postgresql.org/wiki/Fsync_Errors>). The server ends then; the next
//! start reads what is really there, and writes what the log file holds once more.

use super::file::Checkpoints;
use crate::error::{Error, Result, is_failure_of_the_disk, is_full};
use crate::store::Store;
use rustix::fs::{StatVfsMountFlags, statvfs};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// With less room than this no change fits any more: a commit, a page of the log, an index.
const ROOM_MIN_BYTES: u64 = 1024 * 1024;
/// A change that found no room says so for this long, unless a later one found some: quotas show nowhere else.
const FULL_FOR: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(in crate::store) struct Disk {
    /// Decided at the start: on a disk that can only be read, nothing is tried.
    read_only: bool,
    /// Whether another program writes the log file back, and needs it until it has copied it.
    left: bool,
    failed: AtomicBool,
    noticed: Notify,
    /// When a change found no room last.
    full_at: Mutex<Option<Instant>>,
    database: PathBuf,
}

impl Disk {
    pub fn new(database: &Path, checkpoints: Checkpoints) -> Self {
        Self {
            left: checkpoints == Checkpoints::Left,
            database: database.to_owned(),
            ..Self::default()
        }
    }

    /// One that can only be read.
    pub fn read_only(database: &Path) -> Self {
        Self {
            read_only: true,
            database: database.to_owned(),
            ..Self::default()
        }
    }

    /// An error where nothing may be written.
    pub fn writable(&self) -> Result<()> {
        if self.read_only || self.has_failed() {
            return Err(Error::NotKept);
        }
        Ok(())
    }

    fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Remembers that a change was kept.
    pub fn kept(&self) {
        let mut full = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        *full = None;
    }

    /// Why no change can be kept right now, as a line for who watches; `None` where one can.
    fn trouble(&self) -> Option<&'static str> {
        if self.has_failed() {
            return Some("the disk failed: nothing can be written any more");
        }
        let disk = statvfs(&self.database).ok();
        let is_read_only =
            |disk: &rustix::fs::StatVfs| disk.f_flag.contains(StatVfsMountFlags::RDONLY);
        if self.read_only || disk.as_ref().is_some_and(is_read_only) {
            return Some("the disk is read-only: nothing can be changed");
        }
        let has_room = |disk: &rustix::fs::StatVfs| {
            let blocks = if rustix::process::geteuid().is_root() {
                disk.f_bfree
            } else {
                disk.f_bavail
            };
            blocks.saturating_mul(disk.f_frsize) >= ROOM_MIN_BYTES
        };
        let full = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let found_none = full.is_some_and(|at| at.elapsed() < FULL_FOR);
        if found_none || !disk.as_ref().is_none_or(has_room) {
            return Some("the disk is full: nothing can be changed");
        }
        None
    }

    /// Passes on what the disk answered to a change, and remembers a failure.
    pub fn check_io<T>(&self, answer: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if answer.as_ref().is_err_and(is_full) {
            let mut full = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
            *full = Some(Instant::now());
        }
        if let Err(error) = &answer
            && is_failure_of_the_disk(error)
            && !self.failed.swap(true, Ordering::AcqRel)
        {
            tracing::error!(%error, "the disk failed; nothing more will be written");
            self.noticed.notify_one();
        }
        answer
    }
}

/// Pages in the log file that are not in the database yet, beyond which they are written there: 4 MiB.
const LOG_MAX_PAGES: i64 = 1000;

impl Store {
    /// Done as soon as the disk failed.
    pub async fn disk_failed(&self) {
        self.disk.noticed.notified().await;
    }

    /// Whether the blog lies on a disk that can only be read.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.disk.read_only
    }

    /// Why nothing can be changed right now, as a line for who watches; `None` where changes can be taken.
    #[must_use]
    pub fn write_problem(&self) -> Option<&'static str> {
        self.disk.trouble()
    }

    /// Writes a long log file back into the database. SQLite would do so by itself after a commit, but keeps to itself when
    /// the disk fails then.
    pub(in crate::store) async fn maintain_wal(&self) -> Result<()> {
        if self.disk.left {
            return Ok(());
        }
        let (_, pages, written): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(noop)")
            .fetch_one(&self.writer)
            .await?;
        if pages - written < LOG_MAX_PAGES {
            return Ok(());
        }
        let answer = sqlx::query("pragma wal_checkpoint(passive)")
            .execute(&self.writer)
            .await;
        self.disk.check_io(answer)?;
        Ok(())
    }

    /// Writes the log file back into the database and empties it, unless that is left to another program. It never waits:
    /// where somebody reads an older state (a backup, say), as much as can be is written back, and the rest some other time.
    pub async fn checkpoint(&self) -> Result<()> {
        self.disk.writable()?;
        if self.disk.left {
            return Ok(());
        }
        let mut connection = self.writer.acquire().await?;
        // Waiting for readers, SQLite would hold the lock that every commit needs.
        sqlx::query("pragma busy_timeout = 0")
            .execute(&mut *connection)
            .await?;
        let answer = sqlx::query("pragma wal_checkpoint(truncate)")
            .execute(&mut *connection)
            .await;
        // As in file.rs.
        sqlx::query("pragma busy_timeout = 5000")
            .execute(&mut *connection)
            .await?;
        self.disk.check_io(answer)?;
        Ok(())
    }

    /// Gets ready for very many rows in a row: more memory for what is written to, and the log file is tidied less often.
    pub async fn prepare_bulk_load(&self) -> Result<()> {
        sqlx::query("pragma cache_size = -131072")
            .execute(&self.writer)
            .await?;
        if !self.disk.left {
            sqlx::query("pragma wal_autocheckpoint = 16384")
                .execute(&self.writer)
                .await?;
        }
        Ok(())
    }

    /// Goes back to what a server needs, see `file.rs`.
    pub async fn end_bulk_load(&self) -> Result<()> {
        sqlx::query("pragma cache_size = -16384")
            .execute(&self.writer)
            .await?;
        sqlx::query("pragma wal_autocheckpoint = 0")
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    async fn store(directory: &tempfile::TempDir) -> Store {
        let path = directory.path().join("daybook.db");
        Store::open(&path, true).await.unwrap()
    }

    #[tokio::test]
    async fn after_a_full_disk_the_next_change_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        // SQLite lets the file grow no more, as on a full disk.
        sqlx::query("pragma max_page_count = 1")
            .execute(&store.writer)
            .await
            .unwrap();
        let mut write = store.write().await.unwrap();
        let full = sqlx::query(
            "insert into settings (name, value) values ('large', hex(zeroblob(1000000)))",
        )
        .execute(&mut *write.tx)
        .await
        .map_err(Error::from)
        .unwrap_err();
        assert_eq!(full.status(), StatusCode::INSUFFICIENT_STORAGE);
        drop(write);
        assert_eq!(store.settings().secret("fresh").await.unwrap(), "fresh");
        assert_eq!(store.settings().secret("another").await.unwrap(), "fresh");
    }

    #[tokio::test]
    async fn what_is_opened_to_be_read_is_never_changed() {
        let directory = tempfile::tempdir().unwrap();
        let written = store(&directory).await;
        written.settings().secret("fresh").await.unwrap();
        written.close().await;
        let path = directory.path().join("daybook.db");
        let before = std::fs::read(&path).unwrap();
        let read = Store::open_to_read(&path).await.unwrap();
        assert_eq!(read.settings().secret("another").await.unwrap(), "fresh");
        let refused = read.write().await.err().unwrap();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(read.checkpoint().await.is_err());
        read.close().await;
        assert_eq!(std::fs::read(&path).unwrap(), before);
        let files: Vec<_> = std::fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(files.len(), 1, "no other file is made: {files:?}");
    }
}
