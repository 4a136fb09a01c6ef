//! The database of Isso, a server for comments: looked at once, never written. It is SQLite, whatever ours is.

use crate::blog::time::Millis;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, FromRow, SqliteConnection};
use std::fmt;
use std::path::Path;

/// Why a file is not read.
#[derive(Debug)]
pub enum Error {
    NotIsso,
    Damaged(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotIsso => f.write_str(
                "This is not an Isso database. Isso's config says where the database is \
                 (dbpath, usually comments.db).",
            ),
            Self::Damaged(why) => write!(f, "The database is damaged or incomplete: {why}."),
        }
    }
}

impl std::error::Error for Error {}

/// A comment as Isso holds it, with the address of its thread.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Row {
    pub uri: String,
    pub id: i64,
    pub parent: Option<i64>,
    pub created_at: Millis,
    /// 1 is shown, 2 waits, 4 was deleted but has answers.
    pub mode: i64,
    /// Markdown.
    pub text: String,
    pub author: String,
    pub email: String,
    pub website: String,
}

/// Reads every comment, once the whole file has been found sound.
///
/// # Errors
/// Where the file is not a database of Isso, or not a sound one.
pub async fn read(path: &Path) -> Result<Vec<Row>, Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|_| Error::NotIsso)?;
    let bytes = std::fs::metadata(path).map_or(0, |meta| meta.len());
    let rows = rows(&mut connection, bytes).await;
    // Nothing was written, so that nothing can be lost by a connection that does not close.
    let _ = connection.close().await;
    rows
}

async fn rows(connection: &mut SqliteConnection, bytes: u64) -> Result<Vec<Row>, Error> {
    let damaged = |error: sqlx::Error| Error::Damaged(error.to_string());
    let (tables,): (i64,) = sqlx::query_as(
        "select count(*) from sqlite_master \
         where type = 'table' and name in ('threads', 'comments')",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(|error| not_a_database(&error))?;
    if tables != 2 {
        return Err(Error::NotIsso);
    }
    let (page_bytes,): (i64,) = sqlx::query_as("pragma page_size")
        .fetch_one(&mut *connection)
        .await
        .map_err(damaged)?;
    // SQLite itself fills a last page that is too short with zeros.
    if !bytes.is_multiple_of(page_bytes.cast_unsigned()) {
        return Err(Error::Damaged("its last page is incomplete".to_owned()));
    }
    let (sound,): (String,) = sqlx::query_as("pragma integrity_check(1)")
        .fetch_one(&mut *connection)
        .await
        .map_err(damaged)?;
    if sound != "ok" {
        return Err(Error::Damaged(sound));
    }
    sqlx::query_as(
        "select cast(coalesce(t.uri, '') as text) as uri, c.id, c.parent, \
           cast(round(c.created * 1000) as integer) as created_at, \
         c.mode, cast(coalesce(c.text, '') as text) as text, \
           cast(coalesce(c.author, '') as text) as author, \
         cast(coalesce(c.email, '') as text) as email, \
           cast(coalesce(c.website, '') as text) as website \
         from comments c left join threads t on t.id = c.tid order by c.id",
    )
    .fetch_all(connection)
    .await
    .map_err(damaged)
}

/// SQLite's word for a file that is none of its own is code 26; any other at the first look is damage.
fn not_a_database(error: &sqlx::Error) -> Error {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    if code.as_deref() == Some("26") {
        Error::NotIsso
    } else {
        Error::Damaged(error.to_string())
    }
}
