//! What is wrong with the pages and rows of a database, by the names of the tables and rows that it is in: an operator has to
//! know which post to look for in a backup.

use super::Store;
use crate::error::Result;
use futures_core::Stream;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};
use std::future::poll_fn;
use std::pin::Pin;

/// So much of a title names a post.
const TITLE_MAX_CHARS: usize = 60;
/// More rows of one table than this are not named.
const NAMED_MAX: usize = 20;

/// The tables that hold what somebody wrote, and how all their rows are read.
const WRITTEN: [(&str, &str); 14] = [
    (
        "posts",
        "select rowid as row_number, * from posts order by rowid",
    ),
    (
        "revisions",
        "select rowid as row_number, * from revisions order by rowid",
    ),
    (
        "comments",
        "select rowid as row_number, * from comments order by rowid",
    ),
    (
        "comment_versions",
        "select rowid as row_number, * from comment_versions order by rowid",
    ),
    (
        "authors",
        "select rowid as row_number, * from authors order by rowid",
    ),
    (
        "settings",
        "select rowid as row_number, * from settings order by rowid",
    ),
    (
        "media",
        "select rowid as row_number, * from media order by rowid",
    ),
    (
        "tags",
        "select rowid as row_number, * from tags order by rowid",
    ),
    (
        "writers",
        "select rowid as row_number, * from writers order by rowid",
    ),
    (
        "own_redirects",
        "select rowid as row_number, * from own_redirects order by rowid",
    ),
    (
        "subscriptions",
        "select rowid as row_number, * from subscriptions order by rowid",
    ),
    (
        "bans",
        "select rowid as row_number, * from bans order by rowid",
    ),
    (
        "outbox",
        "select rowid as row_number, * from outbox order by rowid",
    ),
    (
        "audit",
        "select rowid as row_number, * from audit order by rowid",
    ),
];

impl Store {
    /// Reads every page of the database, table by table where something is wrong, and then every row.
    pub(super) async fn damage(&self) -> Result<Vec<String>> {
        let mut problems = self.damaged_pages(None).await;
        let Ok(tables) = self.tables().await else {
            return Ok(problems);
        };
        if !problems.is_empty() {
            // SQLite names pages and numbers of trees; which table they belong to is asked for by itself.
            let mut named = Vec::new();
            for (table,) in &tables {
                let lines = self.damaged_pages(Some(table)).await;
                named.extend(
                    lines
                        .into_iter()
                        .map(|line| format!("table {table}: {line}")),
                );
            }
            if !named.is_empty() {
                problems = named;
            }
        }
        for (table, rows) in WRITTEN {
            problems.extend(self.damaged_rows(table, rows).await);
        }
        Ok(problems)
    }

    /// What SQLite finds wrong with the pages of a table, or of all.
    async fn damaged_pages(&self, table: Option<&str>) -> Vec<String> {
        let found = match table {
            None => sqlx::query_as::<_, (String,)>("pragma integrity_check"),
            Some(table) => sqlx::query_as("select integrity_check from pragma_integrity_check($1)")
                .bind(table.to_owned()),
        };
        match found.fetch_all(&self.readers).await {
            Ok(lines) => lines
                .into_iter()
                .flat_map(|(text,)| text.lines().map(str::to_owned).collect::<Vec<_>>())
                .filter(|line| line != "ok" && !line.starts_with("*** in database"))
                .collect(),
            Err(error) => vec![format!("its database pages cannot be read: {error}")],
        }
    }

    /// The tables that rows are kept in.
    async fn tables(&self) -> Result<Vec<(String,)>> {
        Ok(sqlx::query_as(
            "select name from sqlite_schema where type = 'table' and rootpage > 0 order by name",
        )
        .fetch_all(&self.readers)
        .await?)
    }

    /// Reads every row of a table; names those with something in them that is no text, though it should be.
    async fn damaged_rows(&self, table: &str, sql: &'static str) -> Vec<String> {
        let mut rows = sqlx::query(sql).fetch(&self.readers);
        let (mut found, mut last) = (Vec::new(), 0_i64);
        loop {
            match poll_fn(|cx| Pin::new(&mut rows).poll_next(cx)).await {
                None => break,
                Some(Ok(row)) => {
                    last = row.try_get(0).unwrap_or(last);
                    if let Some(column) = damaged_column(&row) {
                        found.push((last, format!("{column} contains bytes that are not text")));
                    }
                }
                Some(Err(error)) => {
                    found.push((last, format!("the rows after it cannot be read: {error}")));
                    break;
                }
            }
        }
        drop(rows);
        let more = found.len().saturating_sub(NAMED_MAX);
        found.truncate(NAMED_MAX);
        let mut problems = Vec::with_capacity(found.len() + 1);
        for (row, what) in found {
            problems.push(format!("{}: {what}", self.row_name(table, row).await));
        }
        if more > 0 {
            problems.push(format!("table {table}: {more} more rows like this"));
        }
        problems
    }

    /// What people call a row: a post by its title, a comment by its post.
    async fn row_name(&self, table: &str, row: i64) -> String {
        let sql = match table {
            "posts" => "select title from posts where id = $1",
            "comments" => {
                "select p.title from comments r join posts p on p.id = r.post_id where r.id = $1"
            }
            "revisions" => {
                "select p.title from revisions r join posts p on p.id = r.post_id where r.id = $1"
            }
            _ => return format!("table {table}, row {row}"),
        };
        let title: Option<(Option<String>,)> = sqlx::query_as(sql)
            .bind(row)
            .fetch_optional(&self.readers)
            .await
            .unwrap_or_default();
        let title = title.and_then(|(title,)| title).unwrap_or_default();
        let title: String = title.chars().take(TITLE_MAX_CHARS).collect();
        match table {
            "posts" => format!("post {row} (“{title}”)"),
            "comments" => format!("comment {row} on “{title}”"),
            _ => format!("revision {row} of “{title}”"),
        }
    }
}

/// The name of a column whose value says that it is text, and is none.
fn damaged_column(row: &SqliteRow) -> Option<String> {
    row.columns().iter().find_map(|column| {
        let value = row.try_get_raw(column.ordinal()).ok()?;
        let is_text = value.type_info().name() == "TEXT";
        let is_wrong = is_text && <&str as sqlx::Decode<sqlx::Sqlite>>::decode(value).is_err();
        is_wrong.then(|| column.name().to_owned())
    })
}
