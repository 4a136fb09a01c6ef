//! Fetches what waits for it, and keeps it as if its author had sent it.

use crate::app::App;
use crate::blog::fetch;
use crate::error::Result;
use crate::fetch::Failure;
use crate::store::DueFetch;
use tokio::task::JoinSet;
use url::Url;

/// Fetches what is due, as much of it as there is room for at once.
pub async fn fetch(app: &App) -> Result<()> {
    if app.holds_fetches() {
        return Ok(());
    }
    let room = i64::try_from(app.fetcher.room()).unwrap_or(0);
    let mut trying = JoinSet::new();
    for due in app.store.fetches().take_due(room, app.now()).await? {
        let app = app.clone();
        trying.spawn(async move {
            let id = due.id;
            if let Err(error) = fetch_one(&app, due).await {
                tracing::error!(%error, id, "a picture could not be stored; it will be fetched again in a few minutes");
            }
        });
    }
    while trying.join_next().await.is_some() {}
    Ok(())
}

async fn fetch_one(app: &App, due: DueFetch) -> Result<()> {
    let got = app.fetcher.get(&due.address).await;
    let file = match got {
        Ok(file) => file,
        Err(failure) => return note(app, &due, &failure).await,
    };
    let called = name_of(&file.address);
    match app.add_picture(file.bytes, &called, due.author_id).await? {
        Ok(picture) => {
            tracing::debug!(id = due.id, "fetched a picture");
            app.store.fetches().succeeded(due.id, picture.id).await
        }
        Err(refused) => {
            app.store
                .fetches()
                .failed(&due, refused.0, false, app.now())
                .await
        }
    }
}

async fn note(app: &App, due: &DueFetch, failure: &Failure) -> Result<()> {
    tracing::info!(id = due.id, %failure, "a picture could not be fetched");
    let (fetches, now) = (app.store.fetches(), app.now());
    fetches
        .failed(due, &failure.to_string(), failure.passes(), now)
        .await?;
    match failure {
        Failure::Later(_, when) => match fetch::later(when, now) {
            Some(until) => fetches.postpone(due.id, until).await,
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What a file is called by its address.
fn name_of(address: &Url) -> String {
    address
        .path_segments()
        .and_then(|mut parts| parts.next_back())
        .filter(|name| !name.is_empty())
        .unwrap_or("picture")
        .to_owned()
}
