//! From an older schema to the newest: a copy is migrated and tried, and only then it takes the place of the old database.
//!
//! Whenever the machine dies, `daybook.db` is the old database or the new one. Whatever fails, it is the old one.

use super::serve;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::http;
use crate::http::Server;
use crate::http::accept::serve_ourselves;
use crate::secrets::Passwords;
use crate::store::IssuedNumbers;
use crate::store::file::{self, KeptCopy, Migrations};
use crate::store::upgrade::{self, Landmarks};
use crate::store::{OpenError, Store, backup, source};
use crate::text;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// How far an upgrade has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The old database is copied, and the copy found whole.
    Copied,
    /// A second copy has the new schema, and all texts.
    Migrated,
    /// A blog served from it has shown its pages.
    Verified,
    /// The copy of the old database has its final name, under which `daybook rollback` finds it.
    CopyRenamed,
    /// The new database takes the place of the old one.
    Switched,
}

/// What an upgrade works with.
struct Files {
    database: PathBuf,
    /// The old database at one moment.
    before: PathBuf,
    /// The one that becomes the new database.
    after: PathBuf,
}

impl Files {
    fn of(database: &Path) -> Self {
        Self {
            database: database.to_owned(),
            before: file::sibling(database, ".before"),
            after: file::sibling(database, ".upgrading"),
        }
    }

    /// Takes away what is not finished, and what SQLite left next to it.
    fn clear(&self) -> std::io::Result<()> {
        for path in [&self.before, &self.after] {
            for ending in ["", "-wal", "-shm", "-journal"] {
                match std::fs::remove_file(file::sibling(path, ending)) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(error);
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// Brings the database up to date where its schema is older. Who calls this holds the lock of the data directory.
pub async fn to_newest(config: &Config) -> Result<()> {
    if !config.database.exists() {
        return Ok(());
    }
    let clock = Clock::System;
    upgrade(config, &file::MIGRATIONS, &clock, &mut |step| match step {
        Step::Switched => tracing::info!("the database is upgraded"),
        step => tracing::info!(?step, "upgrading the database"),
    })
    .await
}

/// Upgrades a database by these migrations; reports each step when it is done. Where it fails, the old database is as it
/// was and nothing else is left.
pub async fn upgrade(
    config: &Config,
    migrations: &Migrations,
    clock: &Clock,
    reached: &mut dyn FnMut(Step),
) -> Result<()> {
    let files = Files::of(&config.database);
    let schema = file::schema(&files.database).await?;
    // What a start that was cut off left is of no use any more.
    files.clear()?;
    if schema >= file::schema_known() {
        return Ok(());
    }
    let upgraded = try_upgrade(config, &files, schema, migrations, clock, reached).await;
    if let Err(error) = upgraded {
        files.clear()?;
        return Err(error.context(format!(
            "the database was not upgraded from schema {schema} and is unchanged, so the previous version of Daybook still works"
        )));
    }
    Ok(())
}

async fn try_upgrade(
    config: &Config,
    files: &Files,
    schema: i64,
    migrations: &Migrations,
    clock: &Clock,
    reached: &mut dyn FnMut(Step),
) -> Result<()> {
    backup::copy_out(&files.database, &files.before, Arc::new(|_| true)).await?;
    backup::verify(&files.before).await?;
    let account = upgrade::account(&files.before).await?;
    if let Some(difference) = upgrade::account(&files.database)
        .await?
        .difference(&account)
    {
        bail!("the copy of the old database differs: {difference}");
    }
    let landmarks = upgrade::landmarks(&files.before).await?;
    reached(Step::Copied);

    source::copy_private(&files.before, &files.after)
        .with_context(|| format!("{} cannot be written", files.after.display()))?;
    upgrade::migrate(&files.after, migrations)
        .await
        .map_err(|error| anyhow!("the migration failed: {}", error.reason()))?;
    backup::verify(&files.after)
        .await
        .map_err(|error| anyhow!("after the migration: {}", error.reason()))?;
    let migrated = upgrade::account(&files.after)
        .await
        .map_err(|error| anyhow!("after the migration: {}", error.reason()))?;
    if let Some(difference) = account.difference(&migrated) {
        bail!("the migration would lose data: {difference}");
    }
    reached(Step::Migrated);

    trial(config, &files.after, &landmarks, clock)
        .await
        .context("the blog does not work after the migration")?;
    // Everything that the trial wrote is in the one file by now.
    upgrade::fold(&files.after).await?;
    std::fs::File::open(&files.after)?.sync_all()?;
    reached(Step::Verified);

    upgrade::fold(&files.database).await?;
    let now = upgrade::account(&files.database).await?;
    if let Some(difference) = account.difference(&now) {
        bail!("the old database was changed during the upgrade: {difference}");
    }
    let kept = KeptCopy::now(&files.database, schema, clock.now());
    std::fs::rename(&files.before, &kept.path)?;
    file::sync_directory(&files.database)?;
    reached(Step::CopyRenamed);

    std::fs::rename(&files.after, &files.database)?;
    file::sync_directory(&files.database)?;
    reached(Step::Switched);
    tracing::info!(kept = %kept.path.display(), from = schema, "the old database has been kept; to go back to it, run daybook rollback");
    Ok(())
}

/// Serves the blog from a copy to nobody but ourselves, and looks whether its pages show what they should.
async fn trial(config: &Config, copy: &Path, landmarks: &Landmarks, clock: &Clock) -> Result<()> {
    let store = Store::open(copy, false).await?;
    let config = Config {
        database: copy.to_owned(),
        ..config.clone()
    };
    let app = App::new(config, store.clone(), clock.clone(), Passwords::default()).await?;
    let pages = look_at_pages(&app, landmarks).await;
    store.checkpoint().await?;
    store.close().await;
    pages
}

async fn look_at_pages(app: &App, landmarks: &Landmarks) -> Result<()> {
    let server = http::server(app.clone());
    if !landmarks.set_up {
        // Nobody has a page to look at before somebody can sign in, whatever was brought in.
        return Ok(());
    }
    page(app, &server, "/admin/sign-in").await?;
    let home = page(app, &server, "/").await?;
    expect("/", &home, &landmarks.blog)?;
    let feed = page(app, &server, "/feed.atom").await?;
    if let Some((title, path)) = &landmarks.newest {
        expect("/", &home, title)?;
        let post = page(app, &server, path).await?;
        expect(path, &post, title)?;
        if !feed.contains(path.as_str()) {
            bail!("/feed.atom does not list {path}");
        }
    }
    Ok(())
}

/// The body of one of our pages, which must answer 200: asked for as a browser does, over a socket that has no name and
/// that nobody else can reach.
async fn page(app: &App, server: &Server, path: &str) -> Result<String> {
    let (mut client, ours) = UnixStream::pair()?;
    let host = &app.config.url[url::Position::BeforeHost..url::Position::AfterPort];
    // So old a client is given a body that ends with the connection.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
    let asked = async {
        client.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    let serving = serve_ourselves(ours, |client, request| server.answer(client, request));
    let (answer, done) = tokio::join!(asked, serving);
    done.with_context(|| format!("{path} was not served"))?;
    let answer: String = answer.map_err(|error: std::io::Error| anyhow!("{path}: {error}"))?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .with_context(|| format!("the response of {path} ends within its headers"))?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        bail!("{path} answers {status}");
    }
    Ok(body.to_owned())
}

/// Looks for words in what a page shows.
fn expect(path: &str, page: &str, words: &str) -> Result<()> {
    let one_space = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_space(&text::plain(page)).contains(&one_space(words)) {
        return Ok(());
    }
    bail!("{path} does not contain “{words}”")
}

#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// Show what would be done, without changing anything
    #[arg(long)]
    dry_run: bool,
}

/// Puts the database of before the last upgrade back; the newer one is kept next to it.
pub async fn rollback(args: &RollbackArgs, config: &Config) -> Result<()> {
    let Some(_lock) = serve::try_lock(config)? else {
        bail!(
            "Daybook is running on {}; stop it first",
            config.data.display()
        );
    };
    let database = &config.database;
    if !database.exists() {
        return Err(OpenError::Missing(database.clone()).into());
    }
    let schema = file::schema_of_any(database).await?;
    let kept = file::kept_before_upgrades(database)
        .into_iter()
        .rfind(|kept| kept.schema < schema);
    let Some(kept) = kept else {
        bail!(
            "there is no copy from an upgrade to schema {schema} next to {}",
            database.display()
        );
    };
    backup::verify(&kept.path).await?;
    let lost = backup::since(database, kept.at).await?;
    let when = kept.at.rfc3339();
    println!(
        "{}: schema {}, as it was before the upgrade of {when}",
        kept.path.display(),
        kept.schema
    );
    println!(
        "Written since then: {}, {}",
        number(lost.posts, "post"),
        number(lost.comments, "comment")
    );
    if args.dry_run {
        println!("Nothing was changed.");
        return Ok(());
    }
    upgrade::fold(database).await?;
    let replaced = file::sibling(
        &database.with_extension(""),
        &format!("-after-{schema}-{}.db", Clock::System.now().0),
    );
    let coming = file::sibling(database, ".upgrading");
    source::copy_private(&kept.path, &coming)
        .with_context(|| format!("{} cannot be restored", kept.path.display()))?;
    IssuedNumbers::of(database)
        .await?
        .carry_into(&coming)
        .await?;
    swap(database, &coming, &replaced)
        .with_context(|| format!("{} cannot be restored", kept.path.display()))?;
    println!(
        "Rolled back. What was written since the upgrade is in {}. Now start the previous version of Daybook.",
        replaced.display()
    );
    Ok(())
}

/// Puts the file `coming` in the place of a database, which then is under the name `replaced`.
fn swap(database: &Path, coming: &Path, replaced: &Path) -> std::io::Result<()> {
    std::fs::File::open(coming)?.sync_all()?;
    // Never without a database under its name: the newer one gets a second name first.
    std::fs::hard_link(database, replaced)
        .or_else(|_| source::copy_private(database, replaced).map(drop))?;
    file::sync_directory(database)?;
    std::fs::rename(coming, database)?;
    file::sync_directory(database)
}

fn number(count: i64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}
