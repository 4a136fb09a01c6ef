//! Pictures whose rows and files do not match: files that posts show without a row (moved in, or made up by the demo) get
//! one, with copies; files that nobody names any more go.

use crate::app::App;
use crate::app::pictures::new_media;
use crate::app::recordings::new_recording;
use crate::blog::media::{SENT_MAX_BYTES, TOO_HEAVY, is_picture};
use crate::blog::time::Millis;
use crate::error::{Error, Result};
use crate::media::{File, Written, fingerprint_of, fingerprinted};
use crate::store::{Mentions, NewSize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A file without a row may belong to an upload that is still under way in another process; after a day it cannot.
const ORPHANS_KEPT_SECONDS: i64 = 24 * 3600;

/// Gives rows and copies to files that posts show; the posts are to be rendered again then.
pub async fn adopt(app: &App) -> Result<()> {
    let known = app.store.media().file_names().await?;
    let files: BTreeSet<String> = app.media.names().await?.into_iter().collect();
    let unknown: BTreeSet<String> = files.difference(&known).cloned().collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let mentions = app.store.media().mentions(&unknown).await?;
    for name in unknown {
        if mentions.has(&name) {
            adopt_file(app, name, &mentions).await?;
        }
    }
    super::rerender(app).await?;
    Ok(())
}

/// Gives a row and copies to a file, unless it is gone, too heavy or no picture.
async fn adopt_file(app: &App, name: String, mentions: &Mentions) -> Result<()> {
    let Some(file) = app.media.find(&name).await? else {
        return Ok(());
    };
    if !is_picture(&name) {
        return adopt_recording(app, name, file, mentions).await;
    }
    if file.length > SENT_MAX_BYTES as u64 {
        tracing::debug!(
            name,
            reason = TOO_HEAVY,
            "no smaller copies of a picture could be made"
        );
        return Ok(());
    }
    let _reserved = app.media.receive(file.length).await?;
    let sent = tokio::fs::read(&file.path).await?;
    let (sent, digest) = fingerprinted(sent).await?;
    let bytes = sent.len();
    let made = match app.media.picture(sent).await? {
        Ok(made) => Arc::new(made),
        Err(refused) => {
            // It stays as it is: without sizes, as it was shown before.
            tracing::debug!(
                name,
                reason = refused.0,
                "no smaller copies of a picture could be made"
            );
            return Ok(());
        }
    };
    let _keeping = app.media.keeping().await;
    let (whole, names) = app.media.store_processed(&made).await?;
    let mut new = new_media(&made, &whole, &names, digest);
    // Its address is in posts, so it stays; what was made of it is one more copy, where that is lighter.
    if whole != name && made.whole.bytes.len() < bytes && !made.moving {
        new.sizes.push(NewSize {
            name: whole,
            width: made.whole.width,
            height: made.whole.height,
            bytes: made.whole.bytes.len(),
        });
    }
    new.name = name;
    new.bytes = bytes;
    (new.width, new.height) = made.sent;
    app.store
        .media()
        .adopt(&new, mentions, file.modified_at)
        .await
}

/// Gives a row to a recording.
async fn adopt_recording(app: &App, name: String, file: File, mentions: &Mentions) -> Result<()> {
    let path = file.path;
    let digest = tokio::task::spawn_blocking(move || fingerprint_of(&path))
        .await
        .map_err(|error| Error::Internal(format!("a digest: {error}")))??;
    let new = new_recording(Written {
        name,
        digest,
        bytes: file.length,
    });
    let _keeping = app.media.keeping().await;
    app.store
        .media()
        .adopt(&new, mentions, file.modified_at)
        .await
}

/// Takes files away that no row and no text names, a day after they came.
pub async fn sweep(app: &App) -> Result<()> {
    let before: Millis = app.now().plus_seconds(-ORPHANS_KEPT_SECONDS);
    app.media.remove_unfinished(before).await?;
    app.store.media().tidy_uses().await?;
    let known = app.store.media().file_names().await?;
    for name in app.media.names().await? {
        if known.contains(&name) {
            continue;
        }
        // An upload of the same content at this moment waits, and then finds no file.
        let _clearing = app.media.clearing().await;
        let is_old = app
            .media
            .modified_at(&name)
            .await?
            .is_some_and(|at| at < before);
        let is_known = app.store.media().file_names().await?.contains(&name);
        if is_old && !is_known && !app.store.media().is_mentioned(&name).await? {
            app.media.remove(&name).await?;
            tracing::info!(name, "deleted a file that nothing refers to");
        }
    }
    Ok(())
}
