//! `daybook serve`: opens or creates the blog, migrates, serves until it is told to stop.

use super::{open_database, upgrade};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, ConfigArgs};
use crate::http::server;
use crate::secrets::{self, Passwords};
use crate::store::file;
use crate::transfer::backup;
use crate::{http, later};
use anyhow::{Context, Result, anyhow, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::time::Duration;

/// The file whose lock says that a server works on this data directory.
const LOCK: &str = "daybook.lock";
/// How long a message that is just being handed over may take when the server stops; with what else is waited for it
/// stays under the ten seconds that we promise.
const MAIL_PATIENCE: Duration = Duration::from_millis(1500);
/// How long a printed set-up address works.
const SET_UP_SECONDS: i64 = 24 * 3600;

pub async fn run(mut config: Config, given: &ConfigArgs) -> Result<()> {
    std::fs::create_dir_all(&config.data).with_context(|| {
        format!(
            "the data directory {} cannot be made",
            config.data.display()
        )
    })?;
    let Some(mut lock) = try_lock(&config)? else {
        let mut holder = String::new();
        if let Ok(mut file) = File::open(config.data.join(LOCK)) {
            // Who holds it is a comfort only.
            let _ = file.read_to_string(&mut holder);
        }
        bail!(
            "another Daybook serves {} already (process {})",
            config.data.display(),
            if holder.is_empty() {
                "unknown"
            } else {
                holder.trim()
            }
        );
    };
    let note = lock
        .set_len(0)
        .and_then(|()| writeln!(lock, "{}", std::process::id()));
    note.context("the lock file cannot be written")?;
    if backup::finish(&config.data, Clock::System.now())?.is_some() {
        tracing::info!("a restore that was cut off is finished now");
    }
    // It may have brought its own.
    config = Config::read(given)?;
    upgrade::to_newest(&config).await?;
    let store = open_database(&config, true).await?;
    let app = App::new(config.clone(), store, Clock::System, Passwords::default()).await?;
    let listener = server::listen(config.listen)
        .with_context(|| format!("the address {} cannot be listened on", config.listen))?;
    announce(&app).await?;
    let router = http::router(app.clone());
    let ticking = tokio::spawn(later::run(app.clone()));
    let checking = tokio::spawn(check_later(config.clone()));
    let damaged = async {
        match checking.await {
            Ok(Err(error)) => error,
            _ => std::future::pending().await,
        }
    };
    let result = tokio::select! {
        () = server::serve(listener, router, &config, stopped()) => Ok(()),
        error = damaged => Err(anyhow!(error)),
    };
    ticking.abort();
    app.backups.stop();
    if let Err(error) = app.write_tally().await {
        tracing::error!(%error, "the views of the last seconds are lost");
    }
    app.mailer.rest(MAIL_PATIENCE).await;
    if result.is_ok() {
        app.store.checkpoint().await?;
        app.store.close().await;
        tracing::info!("stopped");
    }
    // Given back last: until here nobody else may serve.
    drop(lock);
    result
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
    println!(
        "This blog is new. Set it up at this address, once, within a day:\n\n  {url}/admin/setup?key={key}\n"
    );
    Ok(())
}

/// Reads a large database page by page while it is served already; a damage ends the program.
async fn check_later(config: Config) -> Result<(), file::OpenError> {
    if file::is_checked_before_start(&config.database) {
        return Ok(());
    }
    file::quick_check(&config.database).await
}

/// Done when the process is asked to stop; asked twice, it stops at once.
async fn stopped() {
    asked_to_stop().await;
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
