//! The database as a whole: copied out while it is served, read through without being changed, counted.

use super::OpenError;
use super::file;
use crate::blog::time::Millis;
use crate::error;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often a copy is synced while it is written.
const SYNCED_EVERY: Duration = Duration::from_millis(10);
/// How many steps SQLite takes between two questions whether to go on: some microseconds' worth.
const STEPS: i32 = 1000;

/// Whether long work goes on: asked again and again with how many bytes were done since the last time.
pub type Going = Arc<dyn Fn(u64) -> bool + Send + Sync>;

/// What a database holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Posts and pages of every state.
    pub posts: i64,
    /// Comments of every state.
    pub comments: i64,
}

/// What was written after a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    pub posts: i64,
    pub comments: i64,
}

/// Copies a database into a file that is not there yet, as it is at one moment, through a connection of its own: who writes
/// meanwhile waits for nothing. The copy is on disk when this is done.
pub async fn copy_out(database: &Path, to: &Path, going: Going) -> Result<(), OpenError> {
    let failed = |error: sqlx::Error| file::corrupt_or_io(database, &error);
    let mut connection = file::copier_options(database)
        .connect()
        .await
        .map_err(failed)?;
    {
        let mut handle = connection.lock_handle().await.map_err(failed)?;
        handle.set_progress_handler(STEPS, move || going(0));
    }
    let not_synced = |error: std::io::Error| OpenError::NotWritten {
        path: to.to_owned(),
        why: error.to_string(),
    };
    {
        let copying = sqlx::query("vacuum into $1")
            .bind(to.to_string_lossy().into_owned())
            .execute(&mut connection);
        let mut copying = std::pin::pin!(copying);
        let mut pause = tokio::time::interval(SYNCED_EVERY);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                done = &mut copying => {
                    done.map_err(|error| of_copying(database, to, &error))?;
                    break;
                }
                _ = pause.tick() => sync_so_far(to).await.map_err(not_synced)?,
            }
        }
    }
    connection.close().await.map_err(failed)?;
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(not_synced)
}

/// Whose fault it was: reading the one, or writing the other.
fn of_copying(database: &Path, to: &Path, error: &sqlx::Error) -> OpenError {
    if error::is_full(error) {
        return OpenError::NoRoom(to.to_owned());
    }
    if error::is_failed_write(error) {
        return OpenError::NotWritten {
            path: to.to_owned(),
            why: error.to_string(),
        };
    }
    file::corrupt_or_io(database, error)
}

/// Brings to the disk what a copy has by now. All of it at once, at the end, would keep commits waiting for as long as the
/// disk takes for it.
async fn sync_so_far(copy: &Path) -> std::io::Result<()> {
    match tokio::fs::File::open(copy).await {
        Ok(file) => file.sync_data().await,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Reads every page of a database that nobody serves, and looks whether each row points to one that is there.
pub async fn verify(database: &Path) -> Result<(), OpenError> {
    let mut connection = open(database).await?;
    let failed = |error: sqlx::Error| file::corrupt_or_io(database, &error);
    let corrupt = |why: String| OpenError::Corrupt {
        path: database.to_owned(),
        why,
    };
    let (verdict,): (String,) = sqlx::query_as("pragma integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    if verdict != "ok" {
        return Err(corrupt(verdict.replace('\n', " ")));
    }
    let dangling: Option<(String,)> =
        sqlx::query_as(r#"select "table" from pragma_foreign_key_check limit 1"#)
            .fetch_optional(&mut connection)
            .await
            .map_err(failed)?;
    if let Some((table,)) = dangling {
        return Err(corrupt(format!(
            "a row of {table} refers to a row that does not exist"
        )));
    }
    connection.close().await.map_err(failed)
}

/// How many posts and comments a database holds.
pub async fn counts(database: &Path) -> Result<Counts, OpenError> {
    let mut connection = open(database).await?;
    let counts: Result<(i64, i64), _> =
        sqlx::query_as("select (select count(*) from posts), (select count(*) from comments)")
            .fetch_one(&mut connection)
            .await;
    let (posts, comments) = counts.map_err(|error| file::corrupt_or_io(database, &error))?;
    Ok(Counts { posts, comments })
}

/// How many posts and comments were begun after a moment.
pub async fn since(database: &Path, at: Millis) -> Result<Since, OpenError> {
    let mut connection = open(database).await?;
    let counts: Result<(i64, i64), _> = sqlx::query_as(
        "select (select count(*) from posts where created_at > $1 or updated_at > $1), \
         (select count(*) from comments where created_at > $1)",
    )
    .bind(at)
    .fetch_one(&mut connection)
    .await;
    let (posts, comments) = counts.map_err(|error| file::corrupt_or_io(database, &error))?;
    Ok(Since { posts, comments })
}

/// The files that the library of a database names; nothing where its schema knows of none.
pub async fn media_names(database: &Path) -> Result<Vec<String>, OpenError> {
    let mut connection = open(database).await?;
    let failed = |error: sqlx::Error| file::corrupt_or_io(database, &error);
    let known: Option<(i64,)> =
        sqlx::query_as("select 1 from sqlite_schema where type = 'table' and name = 'media_sizes'")
            .fetch_optional(&mut connection)
            .await
            .map_err(failed)?;
    if known.is_none() {
        return Ok(Vec::new());
    }
    let names: Vec<(String,)> =
        sqlx::query_as("select name from media union select name from media_sizes")
            .fetch_all(&mut connection)
            .await
            .map_err(failed)?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

pub(super) async fn open(database: &Path) -> Result<SqliteConnection, OpenError> {
    file::reader_options(database)
        .connect()
        .await
        .map_err(|error| file::corrupt_or_io(database, &error))
}
