//! `daybook serve`: opens or creates the blog, migrates, serves until it is told to stop.

use super::{open_database, reserve, upgrade};
use crate::app::App;
use crate::blog::time::Millis;
use crate::clock::Clock;
use crate::config::{Config, ConfigArgs};
use crate::http::server;
use crate::secrets::{self, Passwords};
use crate::store::{OpenError, Store, file};
use crate::transfer::backup;
use crate::{http, later};
use anyhow::{Context, Result, anyhow, bail};
use axum::body::Body;
use axum::http::Request;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// The file whose lock says that a server works on this data directory.
const LOCK: &str = "daybook.lock";
/// How long a message that is just being handed over may take when the server stops; with what else is waited for it
/// stays under the ten seconds that we promise.
const MAIL_PATIENCE: Duration = Duration::from_millis(1500);
/// How long a printed set-up address works.
const SET_UP_SECONDS: i64 = 24 * 3600;

pub async fn run(mut config: Config, given: &ConfigArgs) -> Result<()> {
    if Clock::System.now() < Millis(0) {
        // HTTP has no dates before that.
        bail!("the clock of this machine stands before 1970; set it first");
    }
    std::fs::create_dir_all(&config.data).with_context(|| {
        format!(
            "the data directory {} cannot be made",
            config.data.display()
        )
    })?;
    let lock = match try_lock(&config) {
        Ok(Some(lock)) => Some(lock),
        Ok(None) => bail!(
            "another Daybook serves {} already (process {})",
            config.data.display(),
            holder(&config)
        ),
        // Nobody can change anything on such a disk, so nobody needs to be kept away.
        Err(error) if is_only_read(&error) && config.database.exists() => None,
        Err(error) => return Err(error),
    };
    if let Some(lock) = &lock {
        note_holder(lock);
        if backup::finish(&config.data, Clock::System.now())?.is_some() {
            tracing::info!("a restore that was cut off is finished now");
        }
        // It may have brought its own.
        config = Config::read(given)?;
    }
    let store = open(&config, lock.is_some()).await?;
    let app = App::new(config.clone(), store, Clock::System, Passwords::default()).await?;
    let listener = server::listen(config.listen)
        .with_context(|| format!("the address {} cannot be listened on", config.listen))?;
    let metrics = watched(&app)?;
    announce(&app).await?;
    let front = http::front(app.clone());
    let answer = move |client, request| front.answer(client, request);
    let ticking = (!app.store.is_only_read()).then(|| tokio::spawn(later::run(app.clone())));
    let checking = tokio::spawn(check_later(config.clone()));
    let damaged = async {
        match checking.await {
            Ok(Err(error)) => error,
            _ => std::future::pending().await,
        }
    };
    let (mut disk_failed, failing) = (false, app.store.disk_failed());
    let stop = async {
        tokio::select! {
            () = stopped(&app) => {}
            // What was begun is answered; whoever starts the program again finds what is really on the disk.
            () = failing => disk_failed = true,
        }
    };
    let mut result = tokio::select! {
        () = server::serve(listener, answer, &app, stop) => Ok(()),
        error = damaged => Err(anyhow!(error)),
    };
    app.stop();
    if disk_failed {
        result = Err(anyhow!(
            "the disk did not keep what it was given; everything acknowledged until then is on it, and the next start goes on from there"
        ));
    }
    let writes = ticking.is_some() && result.is_ok();
    for task in ticking.into_iter().chain(metrics) {
        task.abort();
    }
    if writes && let Err(error) = app.write_tally().await {
        tracing::error!(%error, "the views of the last seconds are lost");
    }
    app.mailer.rest(MAIL_PATIENCE).await;
    if writes && let Err(error) = app.store.checkpoint().await {
        // A full disk, say: the log file stays, and nothing is lost.
        tracing::warn!(%error, "the log file is not written back");
    }
    if result.is_ok() {
        app.store.close().await;
        tracing::info!("stopped");
    }
    // Given back last: until here nobody else may serve.
    drop(lock);
    result
}

/// Serves `/metrics` beside the blog, where the config names an address for it.
fn watched(app: &App) -> Result<Option<JoinHandle<()>>> {
    let Some(address) = app.config.metrics else {
        return Ok(None);
    };
    let listener = server::listen(address)
        .with_context(|| format!("the address {address} of the metrics cannot be listened on"))?;
    tracing::info!(%address, "metrics");
    let app = app.clone();
    Ok(Some(tokio::spawn(async move {
        let router = http::metrics(app.clone());
        let answer = move |_, request: Request<_>| router.clone().oneshot(request.map(Body::new));
        server::serve(listener, answer, &app, std::future::pending()).await;
    })))
}

/// Opens the blog, and where its disk allows nothing but reading, for that.
async fn open(config: &Config, exclusive: bool) -> Result<Store> {
    if !config.database.exists() && holds_files(&config.media_directory()) {
        // A new blog here would hide that the old one is lost.
        bail!(
            "the database {} is missing, though {} holds pictures of a blog; restore it from a backup, or move the pictures away to begin a new blog",
            config.database.display(),
            config.media_directory().display()
        );
    }
    // SQLite would open a file that can only be read, too, and say so at the first change.
    if config.database.exists() && (!exclusive || !can_be_written(&config.database)) {
        return open_to_read(config, "the database can only be read").await;
    }
    let mut opened = open_database(config, true).await;
    let mut has_room = true;
    if matches!(opened, Err(OpenError::Full(_))) && reserve::release(&config.data) {
        tracing::warn!("the disk is full; the room that was kept for this start is used up now");
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
            Ok(store)
        }
        opened => Ok(opened?),
    }
}

/// Opens the blog for readers only.
async fn open_to_read(config: &Config, reason: &str) -> Result<Store> {
    let opened = Store::open_to_read(&config.database).await;
    let store = opened.with_context(|| reason.to_owned())?;
    tracing::error!(
        reason,
        "nothing can be written here: the blog is served, and nothing can be changed"
    );
    Ok(store)
}

/// Whether a file can be opened to be changed. Nothing has a lock on it yet that would be lost by this.
fn can_be_written(path: &Path) -> bool {
    OpenOptions::new().write(true).open(path).is_ok()
}

fn holds_files(directory: &Path) -> bool {
    std::fs::read_dir(directory).is_ok_and(|mut files| files.next().is_some())
}

/// Who holds the lock, as far as its file tells: a comfort only.
fn holder(config: &Config) -> String {
    let noted = std::fs::read_to_string(config.data.join(LOCK)).unwrap_or_default();
    match noted.trim() {
        "" => "unknown".to_owned(),
        process => process.to_owned(),
    }
}

fn note_holder(mut lock: &File) {
    let noted = lock
        .set_len(0)
        .and_then(|()| writeln!(lock, "{}", std::process::id()));
    if let Err(error) = noted {
        tracing::warn!(%error, "the lock file does not say who holds it");
    }
}

/// Whether an error says that the disk can only be read.
fn is_only_read(error: &anyhow::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem))
}

/// Takes the lock of the data directory; `None` where a server holds it.
pub fn try_lock(config: &Config) -> Result<Option<File>> {
    if !config.data.exists() {
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
    config.data.join(LOCK)
}

/// Says where the blog is, and how to begin where nobody has yet.
async fn announce(app: &App) -> Result<()> {
    let url = app.config.origin();
    tracing::info!(%url, listen = %app.config.listen, "serving");
    if !app.config.is_https() && !app.config.listen.ip().is_loopback() {
        tracing::warn!(
            "the public address is plain http: passwords and sessions can be read on the way"
        );
    }
    if !app.mailer.has_way() {
        tracing::info!("no mail server is configured: mail waits in the outbox");
    }
    if app.store.has_authors().await? {
        return Ok(());
    }
    let key = secrets::token()?;
    let until = app.now().plus_seconds(SET_UP_SECONDS);
    app.store
        .add_link(&secrets::hash(&key), None, until)
        .await?;
    writeln!(
        std::io::stdout(),
        "This blog is new. Set it up at this address, once, within a day:\n\n  {url}/admin/setup?key={key}\n"
    )
    .context("the set-up address cannot be printed")
}

/// Reads a large database page by page while it is served already; a damage ends the program.
async fn check_later(config: Config) -> Result<(), file::OpenError> {
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
