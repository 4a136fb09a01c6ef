//! For machines that watch: is the program alive, can it serve, and what does it count.

use super::page::render::ForMachines;
use crate::app::App;
use crate::error::Result;
use crate::metrics::{CONTENT_TYPE, Text};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{self, CACHE_CONTROL, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::path::Path;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
}

/// What is served at `--metrics`, never at the blog's own address: what is counted there is the operator's.
pub fn metrics(app: App) -> Router {
    Router::new()
        .route("/metrics", get(counted))
        .with_state(app)
}

/// 200 as long as the program answers at all; the lines below the first say what is wrong.
async fn alive(State(app): State<App>) -> impl IntoResponse {
    let trouble = app.store.write_problem();
    ([(CACHE_CONTROL, "no-store")], lines("alive", trouble))
}

/// 200 when readers can be served and nobody asked the server to stop, and with `?write=1` when changes can be taken, too; else
/// 503. The body says in lines what is wrong.
async fn ready(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let is_write = url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name == "write" && !matches!(&*value, "" | "0"));
    if app.is_stopping() {
        return not_ready("stopping\n".to_owned());
    }
    if let Err(error) = app.store.refresh_version().await {
        tracing::error!(%error, "not ready: the database cannot be read");
        return not_ready("the database cannot be read\n".to_owned());
    }
    let trouble = app.store.write_problem();
    match trouble {
        Some(_) if is_write => not_ready(lines("not ready", trouble)),
        _ => ([(CACHE_CONTROL, "no-store")], lines("ready", trouble)).into_response(),
    }
}

/// The body of an answer: the state, and below it what is wrong.
fn lines(state: &str, trouble: Option<&str>) -> String {
    match trouble {
        Some(trouble) => format!("{state}\n{trouble}\n"),
        None => format!("{state}\n"),
    }
}

fn not_ready(reason: String) -> Response {
    let headers = [(CACHE_CONTROL, "no-store"), (RETRY_AFTER, "5")];
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, headers, reason).into_response();
    response.extensions_mut().insert(ForMachines);
    response
}

/// Everything that is counted, in the text format of Prometheus.
async fn counted(State(app): State<App>) -> Response {
    let mut text = Text::default();
    app.metrics.write_to(&mut text);
    let times = app.store.times();
    let help = "Database reads, from asking for a connection to the last row.";
    text.histogram("daybook_query_seconds", help, &times.questions);
    let help = "Database writes, from waiting for their turn to the commit on disk.";
    text.histogram("daybook_write_seconds", help, &times.changes);
    // Anyone who watches learns that the database does not answer from what can still be read.
    let stored = stored(&app, &mut text).await;
    if let Err(error) = &stored {
        tracing::error!(%error, "database metrics could not be read");
    }
    let up = u8::from(stored.is_ok() && !app.is_stopping());
    text.one("daybook_ready", "gauge", "1 when the server is ready.", up);
    sizes(&app.config.database, &mut text);
    backups(&app, &mut text).await;
    text.moment(
        "process_start_time_seconds",
        "When the server started.",
        app.started_at.0,
    );
    text.process();
    let version = concat!("{version=\"", env!("CARGO_PKG_VERSION"), "\"}");
    text.family("daybook_build_info", "gauge", "The version of Daybook.");
    text.line("daybook_build_info", version, 1);
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text.into_string()).into_response()
}

/// Whether the blog is safe elsewhere than in its database.
async fn backups(app: &App, text: &mut Text) {
    match app.last_proven_backup().await {
        Ok(last) => {
            let help = "When the newest verified backup was made.";
            let at = last.at.map_or(0, |at| at.0);
            text.moment("daybook_backup_last_proven_timestamp_seconds", help, at);
            let help = "1 when the newest backup is verified and none has failed since, or the first one is not due yet.";
            text.one("daybook_backup_ok", "gauge", help, u8::from(last.ok));
        }
        Err(error) => tracing::error!(%error, "backup metrics could not be read"),
    }
}

/// What only the database knows.
async fn stored(app: &App, text: &mut Text) -> Result<()> {
    let outbox = app.store.outbox().counts().await?;
    let comments = app.store.moderation().waiting().await?;
    let media = app.store.media().total_bytes().await?;
    for (name, help, number) in [
        (
            "daybook_outbox_waiting",
            "Emails waiting to be sent.",
            outbox.waiting,
        ),
        ("daybook_outbox_dead", "Emails that failed.", outbox.failed),
        (
            "daybook_comments_waiting",
            "Comments waiting for approval.",
            comments,
        ),
        (
            "daybook_media_bytes",
            "Media files, including all sizes of pictures.",
            media,
        ),
    ] {
        text.one(name, "gauge", help, number);
    }
    Ok(())
}

/// How large the files of the database are.
fn sizes(database: &Path, text: &mut Text) {
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let help = "Size of the database file.";
    text.one("daybook_database_bytes", "gauge", help, bytes(database));
    let help = "Size of the database's write-ahead log.";
    text.one("daybook_wal_bytes", "gauge", help, bytes(Path::new(&log)));
}
