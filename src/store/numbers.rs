//! The numbers of rows. Each is given once: a link, a feed entry or a form that names a row never means a later one.
//!
//! The table `numbers` keeps the highest number that was given in each table, whatever was deleted since. An insert takes
//! `(select last + 1 from numbers where name = …)`, and a trigger of the schema notes it, also where a row brings its own.

use super::file::{self, OpenError};
use super::{Store, Write};
use crate::blog::{CommentId, PreviewId, SubscriptionId};
use crate::error::Result;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// What comes before a name where a number is kept for a schema that has no table for it yet; migration 7 reads them.
const SETTING: &str = "number:";
/// The tables whose numbers are in links and feeds, and how an older schema is asked for the highest.
const OLDER: [(&str, &str); 4] = [
    ("posts", "select coalesce(max(id), 0) from posts"),
    ("comments", "select coalesce(max(id), 0) from comments"),
    (
        "subscriptions",
        "select coalesce(max(id), 0) from subscriptions",
    ),
    (
        "preview_links",
        "select coalesce(max(id), 0) from preview_links",
    ),
];

/// A row that a signed link names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    Comment(CommentId),
    Subscription(SubscriptionId),
    Preview(PreviewId),
}

impl Signed {
    fn place(self) -> (&'static str, i64) {
        match self {
            Self::Comment(id) => ("comments", id.0),
            Self::Subscription(id) => ("subscriptions", id.0),
            Self::Preview(id) => ("preview_links", id.0),
        }
    }
}

impl Store {
    /// Whether a row is so old that a link to it may have been signed over its number alone.
    pub async fn is_signed_alone(&self, row: Signed) -> Result<bool> {
        let (name, id) = row.place();
        let row: Option<(i64,)> =
            sqlx::query_as("select 1 from numbers where name = $1 and signed_alone >= $2")
                .bind(name)
                .bind(id)
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.is_some())
    }
}

impl Write {
    /// The number of the next comment. Those after it are free too.
    pub(super) async fn next_comment(&mut self) -> Result<i64> {
        let (next,): (i64,) =
            sqlx::query_as("select last + 1 from numbers where name = 'comments'")
                .fetch_one(&mut *self.tx)
                .await?;
        Ok(next)
    }
}

/// The highest number that a database has given in each table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given(BTreeMap<String, i64>);

impl Given {
    /// Reads them from a database of any schema.
    pub async fn of(database: &Path) -> Result<Self, OpenError> {
        let failed = |error| file::corrupt_or_io(database, &error);
        let mut connection = super::backup::open(database).await?;
        let given = highest(&mut connection).await.map_err(failed)?;
        connection.close().await.map_err(failed)?;
        Ok(Self(given))
    }

    /// Lets a database that takes the place of another one begin its numbers behind those of the other: what was written
    /// there since may be named by links that are out in the world. Nobody else has it open.
    pub async fn carry_into(&self, database: &Path) -> Result<(), OpenError> {
        let failed = |error| file::corrupt_or_io(database, &error);
        let options = file::rewriter_options(database);
        let mut connection = options.connect().await.map_err(failed)?;
        let raised = raise(&mut connection, &self.0).await;
        connection.close().await.map_err(failed)?;
        raised.map_err(failed)
    }
}

async fn has_table(connection: &mut SqliteConnection, name: &str) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> =
        sqlx::query_as("select 1 from sqlite_schema where type = 'table' and name = $1")
            .bind(name)
            .fetch_optional(connection)
            .await?;
    Ok(row.is_some())
}

/// The highest number of each table by its name, in a database of any schema.
async fn highest(connection: &mut SqliteConnection) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    if has_table(connection, "numbers").await? {
        let rows: Vec<(String, i64)> = sqlx::query_as("select name, last from numbers")
            .fetch_all(connection)
            .await?;
        return Ok(rows.into_iter().collect());
    }
    let mut given = BTreeMap::new();
    for (name, sql) in OLDER {
        if !has_table(connection, name).await? {
            continue;
        }
        let (last,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *connection).await?;
        given.insert(name.to_owned(), last);
    }
    Ok(given)
}

async fn raise(
    connection: &mut SqliteConnection,
    given: &BTreeMap<String, i64>,
) -> Result<(), sqlx::Error> {
    let here = highest(connection).await?;
    let has_numbers = has_table(connection, "numbers").await?;
    for (name, last) in given {
        if here.get(name).is_some_and(|here| here >= last) {
            continue;
        }
        let sql = if has_numbers {
            "update numbers set last = $3 where name = $1 and $2 <> ''"
        } else {
            "insert into settings (name, value) values ($2 || $1, $3) \
             on conflict (name) do update set value = excluded.value"
        };
        sqlx::query(sql)
            .bind(name)
            .bind(SETTING)
            .bind(last)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
