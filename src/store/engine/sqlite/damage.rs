//! What is wrong with the pages and rows of a database, by the names of the tables and rows that it is in: an operator has to
//! know which post to look for in a backup.

use crate::error::{Error, Result};
use crate::store::Store;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Decode, FromRow, Row, Sqlite, TypeInfo, ValueRef};

/// So much of a title names a post.
const TITLE_MAX_CHARS: usize = 60;
/// More rows of one table than this are not named.
const NAMED_MAX: usize = 20;

/// Rows that are read at once.
const ROWS_AT_ONCE: i64 = 64;

/// The tables that hold what somebody wrote, and how their rows after one are read.
const WRITTEN: [(&str, &str); 14] = [
    (
        "posts",
        "select rowid as row_number, * from posts where rowid > $1 order by rowid limit $2",
    ),
    (
        "revisions",
        "select rowid as row_number, * from revisions where rowid > $1 order by rowid limit $2",
    ),
    (
        "comments",
        "select rowid as row_number, * from comments where rowid > $1 order by rowid limit $2",
    ),
    (
        "comment_versions",
        "select rowid as row_number, * from comment_versions where rowid > $1 order by rowid \
         limit $2",
    ),
    (
        "authors",
        "select rowid as row_number, * from authors where rowid > $1 order by rowid limit $2",
    ),
    (
        "settings",
        "select rowid as row_number, * from settings where rowid > $1 order by rowid limit $2",
    ),
    (
        "media",
        "select rowid as row_number, * from media where rowid > $1 order by rowid limit $2",
    ),
    (
        "tags",
        "select rowid as row_number, * from tags where rowid > $1 order by rowid limit $2",
    ),
    (
        "writers",
        "select rowid as row_number, * from writers where rowid > $1 order by rowid limit $2",
    ),
    (
        "own_redirects",
        "select rowid as row_number, * from own_redirects where rowid > $1 order by rowid limit $2",
    ),
    (
        "subscriptions",
        "select rowid as row_number, * from subscriptions where rowid > $1 order by rowid limit $2",
    ),
    (
        "bans",
        "select rowid as row_number, * from bans where rowid > $1 order by rowid limit $2",
    ),
    (
        "outbox",
        "select rowid as row_number, * from outbox where rowid > $1 order by rowid limit $2",
    ),
    (
        "audit",
        "select rowid as row_number, * from audit where rowid > $1 order by rowid limit $2",
    ),
];

impl Store {
    /// Reads every page of the database and every word of the index; gives what is wrong, nothing where all is well.
    pub async fn problems(&self) -> crate::error::Result<Vec<String>> {
        let mut problems = self.damage().await?;
        let dangling = self
            .ask(r#"select "table", rowid from pragma_foreign_key_check"#)
            .all::<(String, Option<i64>)>()
            .await;
        match dangling {
            Ok(dangling) => problems.extend(dangling.into_iter().map(|(table, row)| {
                format!(
                    "row {} of {table} refers to a row that does not exist",
                    row.unwrap_or(0)
                )
            })),
            Err(error) => problems.push(format!(
                "references between tables cannot be checked: {}",
                words(&error)
            )),
        }
        // What is damaged above may keep the rest from being looked at: then that is one more line.
        for (what, looked) in [
            ("archive", self.archive().problems().await),
            ("search index", self.search().problems().await),
        ] {
            match looked {
                Ok(found) => problems.extend(found),
                Err(error) => problems.push(format!("the {what} cannot be checked: {error}")),
            }
        }
        Ok(problems)
    }

    /// Reads every page of the database, table by table where something is wrong, and then every row.
    async fn damage(&self) -> Result<Vec<String>> {
        let mut problems = self.damaged_pages(None).await;
        let Ok(tables) = self.tables().await else {
            return Ok(problems);
        };
        if !problems.is_empty() {
            // SQLite names pages and numbers of trees; which table they belong to is asked for by itself.
            let mut named = Vec::new();
            for table in &tables {
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
        let question = match table {
            None => self.ask("pragma integrity_check"),
            Some(table) => self
                .ask("select integrity_check from pragma_integrity_check($1)")
                .bind(table),
        };
        match question.values::<String>().await {
            Ok(texts) => texts
                .iter()
                .flat_map(|text| text.lines())
                .filter(|line| *line != "ok" && !line.starts_with("*** in database"))
                .map(str::to_owned)
                .collect(),
            Err(error) => vec![format!(
                "its database pages cannot be read: {}",
                words(&error)
            )],
        }
    }

    /// The tables that rows are kept in.
    async fn tables(&self) -> Result<Vec<String>> {
        self.ask(
            "select name from sqlite_schema where type = 'table' and rootpage > 0 order by name",
        )
        .values()
        .await
    }

    /// Reads every row of a table; names those with something in them that is no text, though it should be.
    async fn damaged_rows(&self, table: &str, sql: &'static str) -> Vec<String> {
        let (mut found, mut last) = (Vec::new(), 0);
        let (mut after, mut at_once) = (i64::MIN, ROWS_AT_ONCE);
        loop {
            let rows = self.ask(sql).bind(after).bind(at_once);
            match rows.all::<LookedThrough>().await {
                Ok(rows) => {
                    for row in &rows {
                        last = row.number;
                        if let Some(column) = &row.damaged {
                            found
                                .push((last, format!("{column} contains bytes that are not text")));
                        }
                    }
                    // Numbers that do not grow are damage too, which the check of the pages reports.
                    if rows.is_empty() || last <= after {
                        break;
                    }
                    after = last;
                }
                // One by one from here, for those before the damage.
                Err(_) if at_once > 1 => at_once = 1,
                Err(error) => {
                    found.push((
                        last,
                        format!("the rows after it cannot be read: {}", words(&error)),
                    ));
                    break;
                }
            }
        }
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
        let title: Option<Option<String>> = self
            .ask(sql)
            .bind(row)
            .one_value()
            .await
            .unwrap_or_default();
        let title = title.flatten().unwrap_or_default();
        let title: String = title.chars().take(TITLE_MAX_CHARS).collect();
        match table {
            "posts" => format!("post {row} (“{title}”)"),
            "comments" => format!("comment {row} on “{title}”"),
            _ => format!("revision {row} of “{title}”"),
        }
    }
}

/// What SQLite says of an error, without saying that it is one of the database.
fn words(error: &Error) -> String {
    match error {
        Error::Store(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// A row that was looked through.
struct LookedThrough {
    number: i64,
    /// A column whose value says that it is text, and is none.
    damaged: Option<String>,
}

impl FromRow<'_, SqliteRow> for LookedThrough {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let damaged = row.columns().iter().find_map(|column| {
            let value = row.try_get_raw(column.ordinal()).ok()?;
            let is_text = value.type_info().name() == "TEXT";
            let is_wrong = is_text && <&str as Decode<Sqlite>>::decode(value).is_err();
            is_wrong.then(|| column.name().to_owned())
        });
        Ok(Self {
            number: row.try_get(0)?,
            damaged,
        })
    }
}
