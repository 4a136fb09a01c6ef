//! The database on its way from one schema to a newer one: a copy of it is migrated, and both are
//! summed up, so that they can be compared. Callers decide when the copy replaces the old one.

use super::OpenError;
use super::backup::open;
use super::file::{self, Migrations};
use crate::blog::hex;
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;

/// What an upgrade must leave as it is, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(Vec<Part>);

/// All rows of one kind: how many, and the digest (SHA-256) of what people wrote in them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    name: &'static str,
    rows: u64,
    digest: String,
}

impl Account {
    /// What is otherwise in another account, as a sentence; `None` where nothing is.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let same_part = |part: &Part| other.0.iter().find(|two| two.name == part.name);
        self.0.iter().find_map(|one| match same_part(one) {
            Some(two) if two == one => None,
            Some(two) if two.rows == one.rows => Some(format!(
                "one of the {} {} has different content",
                one.rows, one.name
            )),
            two => Some(format!(
                "there were {} {}, and now there are {}",
                one.rows,
                one.name,
                two.map_or(0, |two| two.rows)
            )),
        })
    }
}

/// The name of each part, its table, and a query of its next rows by number, each as one text.
const PARTS: [(&str, &str, &str); 9] = [
    (
        "posts",
        "posts",
        "select id, json_array(id, kind, title, path, markup, byline, author_id, origin, \
           created_at, published_at, \
         source) from posts where id > $1 order by id limit 200",
    ),
    (
        "revisions",
        "revisions",
        "select id, json_array(id, post_id, author_id, made_at, name, title, markup, \
           tags, permalink, source) \
         from revisions where id > $1 order by id limit 200",
    ),
    (
        "comments",
        "comments",
        "select id, json_array(id, post_id, parent_id, name, email, url, author_id, \
           origin, created_at, markup, \
         source) from comments where id > $1 order by id limit 1000",
    ),
    (
        "older versions of comments",
        "comment_versions",
        "select id, json_array(id, comment_id, replaced_at, name, source) from comment_versions \
         where id > $1 order by id limit 1000",
    ),
    (
        "people",
        "authors",
        "select id, json_array(id, name, email, created_at, removed_at) from authors \
         where id > $1 order by id limit 1000",
    ),
    (
        "tags",
        "tags",
        "select t.id, json_array(t.id, t.name, t.slug, \
           (select count(*) from post_tags p where p.tag_id = t.id)) \
         from tags t where t.id > $1 order by t.id limit 1000",
    ),
    (
        "pictures",
        "media",
        "select id, json_array(id, name, alt, caption) from media where id > $1 \
         order by id limit 1000",
    ),
    // These have no number; all of them come at once.
    (
        "old addresses",
        "redirects",
        "select 1, json_array(path, post_id) from redirects where $1 < 1 order by path",
    ),
    (
        "addresses of commenters",
        "addresses",
        "select 1, json_array(email, asked_at, confirmed_at) from addresses where $1 < 1 \
         order by email",
    ),
];

/// What a reader must find again after an upgrade.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Landmarks {
    /// The title of the blog; empty where nobody has named it.
    pub blog: String,
    /// Title and address of the newest post.
    pub newest: Option<(String, String)>,
    /// Whether somebody can sign in; before that, readers are shown no page.
    pub set_up: bool,
}

/// Reads all that people wrote, some rows at a time. Every column that is read here is there since its table is; a table
/// that the schema does not know yet is no part.
pub async fn account(database: &Path) -> Result<Account, OpenError> {
    let mut connection = open(database).await?;
    let mut account = Vec::new();
    for (name, table, sql) in PARTS {
        let part = part(&mut connection, name, table, sql).await;
        account.extend(part.map_err(|error| file::corrupt_or_io(database, &error))?);
    }
    Ok(Account(account))
}

async fn part(
    connection: &mut SqliteConnection,
    name: &'static str,
    table: &str,
    sql: &'static str,
) -> Result<Option<Part>, sqlx::Error> {
    let known: Option<(i64,)> =
        sqlx::query_as("select 1 from sqlite_schema where type = 'table' and name = $1")
            .bind(table)
            .fetch_optional(&mut *connection)
            .await?;
    if known.is_none() {
        return Ok(None);
    }
    let mut digest = Sha256::new();
    let (mut rows, mut last) = (0, 0_i64);
    loop {
        let some: Vec<(i64, String)> = sqlx::query_as(sql)
            .bind(last)
            .fetch_all(&mut *connection)
            .await?;
        let Some((newest, _)) = some.last() else {
            break;
        };
        last = *newest;
        for (_, row) in &some {
            digest.update(row.as_bytes());
            digest.update(b"\n");
            rows += 1;
        }
    }
    Ok(Some(Part {
        name,
        rows,
        digest: hex(&digest.finalize()),
    }))
}

pub async fn landmarks(database: &Path) -> Result<Landmarks, OpenError> {
    let mut connection = open(database).await?;
    let found = async {
        let blog: Option<(String,)> =
            sqlx::query_as("select value from settings where name = 'title'")
                .fetch_optional(&mut connection)
                .await?;
        let newest = sqlx::query_as(
            "select title, path from posts \
               where kind = 'post' and state = 'published' and path is not null \
             order by published_at desc, id desc limit 1",
        )
        .fetch_optional(&mut connection)
        .await?;
        let somebody: Option<(i64,)> =
            sqlx::query_as("select 1 from authors where removed_at is null limit 1")
                .fetch_optional(&mut connection)
                .await?;
        Ok(Landmarks {
            blog: blog.map(|(title,)| title).unwrap_or_default(),
            newest,
            set_up: somebody.is_some(),
        })
    };
    found
        .await
        .map_err(|error: sqlx::Error| file::corrupt_or_io(database, &error))
}

/// Brings a copy that nobody serves up to date; each migration is one transaction.
pub async fn migrate(copy: &Path, migrations: &Migrations) -> Result<(), OpenError> {
    let failed = |why: String| OpenError::Io {
        path: copy.to_owned(),
        why,
    };
    // While a table is rebuilt, rows that refer to it refer to nothing for a moment; it is checked afterwards
    // whether all of them point to something again, https://www.sqlite.org/lang_altertable.html#otheralter.
    let mut connection = file::writer_options(copy)
        .foreign_keys(false)
        .connect()
        .await
        .map_err(|error| file::corrupt_or_io(copy, &error))?;
    let done = migrations.run(&mut connection).await;
    connection
        .close()
        .await
        .map_err(|error| failed(error.to_string()))?;
    done.map_err(|error| failed(error.to_string()))
}

/// Writes everything in the log file back into the database and leaves the log's mode, which works only where nobody else
/// has the database open: afterwards the one file is all there is of it.
pub async fn fold(database: &Path) -> Result<(), OpenError> {
    let mut connection = file::writer_options(database)
        .busy_timeout(std::time::Duration::ZERO)
        .connect()
        .await
        .map_err(|error| file::corrupt_or_io(database, &error))?;
    let mode: Result<(String,), _> = sqlx::query_as("pragma journal_mode = delete")
        .fetch_one(&mut connection)
        .await;
    connection
        .close()
        .await
        .map_err(|error| file::corrupt_or_io(database, &error))?;
    match mode {
        Ok((mode,)) if mode == "delete" => Ok(()),
        _ => Err(OpenError::InUse(database.to_owned())),
    }
}
