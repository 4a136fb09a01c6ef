//! The numbers of rows that a database has given, carried from one file into the one that takes its place.

use super::file;
use super::{OpenError, backup};
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

/// The highest number that a database has given in each table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedNumbers(BTreeMap<String, i64>);

impl IssuedNumbers {
    /// Reads them from a database of any schema.
    pub async fn of(database: &Path) -> Result<Self, OpenError> {
        let failed = |error| file::corrupt_or_io(database, &error);
        let mut connection = backup::open(database).await?;
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
