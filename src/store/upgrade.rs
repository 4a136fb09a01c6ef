//! The database on its way from one schema to a newer one: a copy of it is migrated, and what must be the same in both is
//! told of each. Who calls these decides when the copy takes the place of the old one.

use super::backup::open;
use super::file::{self, Migrations, OpenError};
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
        let differs = |(one, two): &(&Part, &Part)| one != two;
        let (one, two) = self.0.iter().zip(&other.0).find(differs)?;
        Some(if one.rows == two.rows {
            format!("one of the {} {} says something else", one.rows, one.name)
        } else {
            format!("of {} {} there are {} now", one.rows, one.name, two.rows)
        })
    }
}

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

/// Reads all that people wrote, some rows at a time. Every column that is read here is in every schema since the first.
pub async fn account(database: &Path) -> Result<Account, OpenError> {
    let mut connection = open(database).await?;
    let parts = [
        (
            "posts",
            "select id, json_array(id, kind, title, path, markup, byline, author_id, origin, created_at, published_at, \
             source) from posts where id > $1 order by id limit 200",
        ),
        (
            "comments",
            "select id, json_array(id, post_id, parent_id, name, email, url, author_id, origin, created_at, markup, \
             source) from comments where id > $1 order by id limit 1000",
        ),
        (
            "people",
            "select id, json_array(id, name, email, created_at, removed_at) from authors \
             where id > $1 order by id limit 1000",
        ),
        (
            "tags",
            "select t.id, json_array(t.id, t.name, t.slug, (select count(*) from post_tags p where p.tag_id = t.id)) \
             from tags t where t.id > $1 order by t.id limit 1000",
        ),
        (
            // These have no number; all of them come at once.
            "old addresses",
            "select 1, json_array(path, post_id) from redirects where $1 < 1 order by path",
        ),
    ];
    let mut account = Vec::new();
    for (name, sql) in parts {
        let part = part(&mut connection, name, sql).await;
        account.push(part.map_err(|error| file::corrupt_or_io(database, &error))?);
    }
    Ok(Account(account))
}

async fn part(
    connection: &mut SqliteConnection,
    name: &'static str,
    sql: &'static str,
) -> Result<Part, sqlx::Error> {
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
    let digest = digest.finalize();
    Ok(Part {
        name,
        rows,
        digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

pub async fn landmarks(database: &Path) -> Result<Landmarks, OpenError> {
    let mut connection = open(database).await?;
    let found = async {
        let blog: Option<(String,)> =
            sqlx::query_as("select value from settings where name = 'title'")
                .fetch_optional(&mut connection)
                .await?;
        let newest = sqlx::query_as(
            "select title, path from posts where kind = 'post' and state = 'published' and path is not null \
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
    // A table that is built anew leaves its rows without the ones they point to for a moment; it is looked at afterwards
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
