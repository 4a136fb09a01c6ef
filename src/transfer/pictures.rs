//! Pictures that an import brings with it, on their way into the library: what the media page does with one that is sent.

use crate::blog::media::file_name;
use crate::blog::time::Millis;
use crate::media::pictures::ProcessedPicture;
use crate::media::{Media, fingerprinted};
use crate::store::{NewMedia, NewSize, Store};
use anyhow::Result;
use std::sync::Arc;

/// What became of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is in the library, at this address.
    Here(String),
    /// It cannot be shown here, and why.
    Refused(&'static str),
}

/// Takes a picture into the library: its files first, then its row. What was sent before is there already.
///
/// # Errors
/// Where the disk or the database refuses it.
pub async fn take_in(
    store: &Store,
    media: &Media,
    bytes: Vec<u8>,
    called: &str,
    now: Millis,
) -> Result<Taken> {
    let (bytes, digest) = fingerprinted(bytes).await?;
    if let Some(known) = store.media().by_digest(&digest).await? {
        return Ok(Taken::Here(address(&known.name)));
    }
    let made = match media.picture(bytes).await? {
        Ok(made) => Arc::new(made),
        Err(refused) => return Ok(Taken::Refused(refused.0)),
    };
    let _keeping = media.keeping().await;
    let (whole, names) = media.store_processed(&made).await?;
    let new = NewMedia {
        file_name: file_name(called.rsplit('/').next().unwrap_or_default()),
        ..new_media(&made, &whole, &names, digest)
    };
    let line = store.media().add(&new, now).await?;
    Ok(Taken::Here(address(&line.name)))
}

fn address(name: &str) -> String {
    format!("{}{name}", crate::blog::media::FOLDER)
}

/// The row of a picture that is on disk under these names.
#[must_use]
pub fn new_media(
    made: &ProcessedPicture,
    whole: &str,
    names: &[String],
    digest: String,
) -> NewMedia {
    NewMedia {
        name: whole.to_owned(),
        digest,
        width: made.whole.width,
        height: made.whole.height,
        bytes: made.whole.bytes.len(),
        moving: made.moving,
        file_name: String::new(),
        author: None,
        sizes: made
            .sizes
            .iter()
            .zip(names)
            .map(|(size, name)| NewSize {
                name: name.clone(),
                width: size.width,
                height: size.height,
                bytes: size.bytes.len(),
            })
            .collect(),
    }
}
