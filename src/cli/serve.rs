//! `daybook serve`: opens or creates the blog, migrates, serves until it is asked to stop.

use super::{addresses, data, open_database, reserve, running_server, upgrade};
use crate::app::App;
use crate::blog::time::Millis;
use crate::clock::Clock;
use crate::config::{Config, ConfigArgs, LogFormat};
use crate::http::accept;
use crate::secrets::{self, Passwords};
use crate::store::source::{self, Source};
use crate::store::{OpenError, Store, file};
use crate::transfer::backup::{self, Finished};
use crate::{http, jobs};
use anyhow::{Context, Result, anyhow, bail};
use axum::body::Body;
use axum::http::Request;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// How long a message that is just being handed over may take when the server stops; with what else is waited for it
/// stays under the ten seconds that we promise.
const MAIL_TIMEOUT: Duration = Duration::from_millis(1500);
/// How long a printed set-up address works.
const SET_UP_SECONDS: i64 = 24 * 3600;

pub async fn run(mut config: Config, given: &ConfigArgs) -> Result<()> {
    if Clock::System.now() < Millis(0) {
        // HTTP has no dates before that.
        bail!("the clock of this machine is set to a time before 1970; set it first");
    }
    go_on_at_signals();
    data::make(&config.data)?;
    let lock = exclusive_lock(&config)?;
    if lock.is_some() {
        finish_restore(&config)?;
        // It may have brought its own.
        config = Config::read(given)?;
    }
    addresses::assume(&mut config);
    if let Some(lock) = &lock {
        running_server::write(lock, &config);
    }
    running_server::warn_of_others(&config);
    // What the store reads goes with this value, where it is a copy.
    let (store, _source) = open(&config, lock.is_some()).await?;
    let app = App::new(config.clone(), store, Clock::System, Passwords::default()).await?;
    let listener = accept::listen(config.listen)
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let metrics = spawn_metrics(&app)?;
    print_setup_url(&app).await?;
    let server = http::server(app.clone());
    let answer = move |client, request| server.answer(client, request);
    let ticking = (!app.store.is_read_only()).then(|| tokio::spawn(jobs::run(app.clone())));
    let damaged = damage(tokio::spawn(check_later(config.clone())));
    let (mut disk_failed, failing) = (false, app.store.disk_failed());
    let stop = async {
        tokio::select! {
            () = stopped(&app) => {}
            // What was begun is answered; anyone who starts the program again finds what is really on the disk.
            () = failing => disk_failed = true,
        }
    };
    let mut result = tokio::select! {
        () = accept::serve(listener, answer, &app, stop) => Ok(()),
        error = damaged => Err(anyhow!(error)),
    };
    app.stop();
    if disk_failed {
        result = Err(anyhow!(
            "the disk did not store what was written; everything that was confirmed before is on the disk, and the next start continues from there"
        ));
    }
    let writes = ticking.is_some() && result.is_ok();
    finish_work(&app, ticking.into_iter().chain(metrics), writes).await;
    if result.is_ok() {
        app.store.close().await;
        tracing::info!("stopped");
    }
    // Released last: until here nobody else may serve.
    drop(lock);
    result
}

/// The lock that keeps others from serving the same blog; `None` where its disk can only be read.
fn exclusive_lock(config: &Config) -> Result<Option<File>> {
    match try_lock(config) {
        Ok(Some(lock)) => Ok(Some(lock)),
        Ok(None) => bail!(
            "another Daybook is already running on {} (process {})",
            config.data.display(),
            holder(config)
        ),
        // Nobody can change anything on such a disk, so nobody needs to be kept away.
        Err(error) if is_read_only(&error) && config.database.exists() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Done when a check of the database finds damage; never where it finds none.
async fn damage(checking: JoinHandle<Result<(), OpenError>>) -> OpenError {
    match checking.await {
        Ok(Err(error)) => error,
        _ => std::future::pending().await,
    }
}

/// Ends what goes on without a request: the tasks, the mail that is being handed over and, where the database can be written,
/// what was not written to it yet.
async fn finish_work(app: &App, tasks: impl Iterator<Item = JoinHandle<()>>, writes: bool) {
    for task in tasks {
        task.abort();
    }
    if writes && let Err(error) = app.write_tally().await {
        tracing::error!(%error, "the views of the last seconds were lost");
    }
    app.mailer.rest(MAIL_TIMEOUT).await;
    if writes && let Err(error) = app.store.checkpoint().await {
        // A full disk, say: the log file stays, and nothing is lost.
        tracing::warn!(%error, "the write-ahead log was not written back to the database");
    }
}

/// Serves `/metrics` next to the blog, where the config names an address for it.
fn spawn_metrics(app: &App) -> Result<Option<JoinHandle<()>>> {
    let Some(address) = app.config.metrics else {
        return Ok(None);
    };
    let listener = accept::listen(address)
        .with_context(|| format!("cannot listen on {address} for the metrics"))?;
    tracing::info!(%address, "metrics");
    let app = app.clone();
    Ok(Some(tokio::spawn(async move {
        let router = http::metrics(app.clone());
        let answer = move |_, request: Request<_>| router.clone().oneshot(request.map(Body::new));
        accept::serve(listener, answer, &app, std::future::pending()).await;
    })))
}

/// Opens the blog, and where its disk allows nothing but reading, for that.
async fn open(config: &Config, exclusive: bool) -> Result<(Store, Option<Source>)> {
    if !config.database.exists() && holds_files(&config.media_directory()) {
        // A new blog here would hide that the old one is lost.
        bail!(
            "the database {} is missing, but {} contains the pictures of a blog; restore the database from a backup, or move the pictures away to start a new blog",
            config.database.display(),
            config.media_directory().display()
        );
    }
    // SQLite would open a file that can only be read, too, and say so at the first change.
    if config.database.exists() && (!exclusive || !source::can_be_written(&config.database)) {
        let reason = match data::foreign_owner(&config.data, &config.database) {
            Some(hint) => format!("the database is read-only; {hint}"),
            None => "the database is read-only".to_owned(),
        };
        return open_to_read(config, &reason).await;
    }
    let mut opened = open_database(config, true).await;
    let mut has_room = true;
    if matches!(opened, Err(OpenError::Full(_))) && reserve::release(&config.data) {
        tracing::warn!("the disk is full; the space reserved for this start has been used up");
        has_room = false;
        opened = open_database(config, true).await;
    }
    if matches!(opened, Err(OpenError::Older(_))) {
        upgrade::to_newest(config).await?;
        opened = open_database(config, true).await;
    }
    match opened {
        Err(error @ (OpenError::Io { .. } | OpenError::Full(_))) if config.database.exists() => {
            open_to_read(config, &error.to_string()).await
        }
        Ok(store) if has_room => {
            reserve::keep(&config.data);
            Ok((store, None))
        }
        opened => Ok((opened?, None)),
    }
}

/// Opens the blog for readers only.
async fn open_to_read(config: &Config, reason: &str) -> Result<(Store, Option<Source>)> {
    let opened = async {
        let source = Source::of(&config.database, &std::env::temp_dir()).await?;
        let store = Store::open_to_read(source.path()).await?;
        Ok::<_, OpenError>((store, Some(source)))
    };
    let opened = opened.await.with_context(|| reason.to_owned())?;
    tracing::error!(
        reason,
        "nothing can be written here: the blog is served, but nothing can be changed"
    );
    Ok(opened)
}

fn holds_files(directory: &Path) -> bool {
    std::fs::read_dir(directory).is_ok_and(|mut files| files.next().is_some())
}

/// Who holds the lock, as far as its file says: a comfort only.
fn holder(config: &Config) -> String {
    match running_server::read(&config.data).process {
        process if process.is_empty() => "unknown".to_owned(),
        process => process,
    }
}

/// Ends a restore that was cut off, or says why the blog is as it was before.
fn finish_restore(config: &Config) -> Result<()> {
    match backup::finish(&config.data, Clock::System.now())? {
        Finished::Nothing => {}
        Finished::Restored(_) => tracing::info!("an interrupted restore has been finished"),
        Finished::Undone(why) => tracing::error!(
            why,
            "an interrupted restore could not be finished, so it was undone: the blog is as it was before"
        ),
    }
    Ok(())
}

/// Whether an error says that the disk can only be read.
fn is_read_only(error: &anyhow::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem))
}

/// Takes the lock of the data directory; `None` where a server holds it.
pub fn try_lock(config: &Config) -> Result<Option<File>> {
    if !exists(&config.data)? {
        bail!("there is no blog at {}", config.data.display());
    }
    let path = lock_path(config);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .with_context(|| format!("the lock file {} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(anyhow!("{} cannot be locked: {error}", path.display()))
        }
    }
}

pub fn lock_path(config: &Config) -> PathBuf {
    running_server::path(&config.data)
}

/// Whether something is there; where nobody lets us look, that is the error.
fn exists(path: &Path) -> Result<bool> {
    path.try_exists()
        .with_context(|| format!("{} cannot be read", path.display()))
}

/// Says where the blog is, and how to begin where nobody has yet.
async fn print_setup_url(app: &App) -> Result<()> {
    let url = app.config.origin();
    tracing::info!(%url, listen = %app.config.listen, "serving");
    if !app.config.is_https() && !app.config.listen.ip().is_loopback() {
        tracing::warn!(
            "the public address uses plain http: passwords and sessions can be read in transit"
        );
    }
    if !http::has_visual_editor() {
        tracing::info!(
            "this program was built without the visual editor: posts are written in a text area"
        );
    }
    if !app.mailer.has_way() {
        tracing::info!("no mail server is configured: emails wait in the outbox");
    }
    if app.store.authors().any_exist().await? {
        return Ok(());
    }
    let key = secrets::token()?;
    let until = app.now().plus_seconds(SET_UP_SECONDS);
    app.store
        .sign_in_links()
        .add(&secrets::hash(&key), None, until)
        .await?;
    let path = format!("/admin/setup?key={key}");
    let links: Vec<String> = addresses::printed(&app.config)
        .into_iter()
        .map(|origin| format!("{origin}{path}"))
        .collect();
    writeln!(std::io::stdout(), "{}", invitation(app, &links))
        .context("the set-up address cannot be printed")
}

/// What the first start says: the addresses that set the blog up, for people or as a line of JSON like those of the log.
fn invitation(app: &App, links: &[String]) -> String {
    if app.config.log == LogFormat::Json {
        let line = serde_json::json!({
            "timestamp": app.now().rfc3339(),
            "level": "INFO",
            "fields": {
                "message": "this blog is new: set it up at this address, once, within a day",
                "url": links.first(),
                "urls": links,
            },
            "target": "daybook::cli::serve",
        });
        return line.to_string();
    }
    let which = match links.len() {
        0 | 1 => "this address",
        _ => "one of these addresses",
    };
    format!(
        "This blog is new. Set it up at {which}, once, within a day:\n\n  {}\n",
        links.join("\n  ")
    )
}

/// Reads a large database page by page while it is served already; a damage ends the program.
async fn check_later(config: Config) -> Result<(), OpenError> {
    if file::is_checked_before_start(&config.database) {
        return Ok(());
    }
    file::quick_check(&config.database).await
}

/// Done when the process is asked to stop; asked twice, it stops at once.
async fn stopped(app: &App) {
    asked_to_stop().await;
    app.stop();
    tracing::info!("stopping");
    tokio::spawn(async {
        asked_to_stop().await;
        // Whatever was acknowledged is on disk already.
        std::process::exit(130);
    });
}

/// Takes the signals that would end a program that says nothing about them: a terminal that closes, and what operators try on
/// other servers. Each is a line in the log.
fn go_on_at_signals() {
    use tokio::signal::unix::{SignalKind, signal};
    for (name, kind) in [
        ("SIGHUP", SignalKind::hangup()),
        ("SIGUSR1", SignalKind::user_defined1()),
        ("SIGUSR2", SignalKind::user_defined2()),
    ] {
        match signal(kind) {
            Ok(mut signals) => {
                tokio::spawn(async move {
                    while signals.recv().await.is_some() {
                        tracing::info!(
                            "{name} is ignored; to load a new config, restart the server"
                        );
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "{name} cannot be caught, and would stop the server");
            }
        }
    }
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => {
            // Without the handler the signal ends the process anyway.
            let _ = interrupted.await;
        }
    }
}
