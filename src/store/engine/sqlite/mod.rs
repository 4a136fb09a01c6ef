//! SQLite: one file and its log, one connection that writes, full-text search by FTS5.

pub mod backup;
mod damage;
mod disk;
pub mod file;
pub mod numbers;
mod open_error;
mod search;
pub mod source;
pub mod upgrade;

pub(in crate::store) use disk::Disk;
pub(in crate::store) use file::BUSY_TIMEOUT;
pub use open_error::OpenError;
pub use search::IndexedPost;

use crate::error::Result;
use crate::store::Store;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};

/// Begins a transaction that will write: it takes the lock of the file at once, and not when it is too late to wait for it.
pub(in crate::store) async fn begin(
    writer: &SqlitePool,
) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    let begun = writer.begin_with("begin immediate").await;
    if matches!(begun, Err(sqlx::Error::InvalidSavePointStatement)) {
        // On a full disk SQLite ends a transaction by itself, and the connection goes on believing that it is in one:
        // another one takes its place.
        writer.acquire().await?.close().await?;
        return writer.begin_with("begin immediate").await;
    }
    begun
}

impl Store {
    /// Lets the planner look at what has changed much since it last looked, as SQLite advises for long-lived servers.
    pub async fn optimize(&self) -> Result<()> {
        self.disk.writable()?;
        sqlx::query("pragma optimize").execute(&self.writer).await?;
        Ok(())
    }

    /// Releases the memory that connections use for cached pages, after work that read much of the database. Each reading
    /// connection is unavailable for a moment.
    pub async fn release_memory(&self) -> Result<()> {
        // All idle connections at once: one that is returned to the pool would be handed out again.
        let idle: Vec<_> = std::iter::from_fn(|| self.readers.try_acquire()).collect();
        for mut connection in idle {
            sqlx::query("pragma shrink_memory")
                .execute(&mut *connection)
                .await?;
        }
        sqlx::query("pragma shrink_memory")
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
