//! Pictures that an import brings with it, on their way into the library: what the media page does with one that is sent.

use crate::blog::media::file_name;
use crate::blog::time::Millis;
use crate::media::pictures::ProcessedPicture;
use crate::media::{Media, fingerprinted};
use crate::store::{NewMedia, NewSize, Store};
use crate::transfer::report::{About, Note, Report};
use anyhow::Result;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Of more pictures that could not be had only the number is said.
const NAMED_MAX: i64 = 10_000;

/// How many pictures of other servers were stored, and which were given up, before an import.
#[derive(Debug, Clone)]
pub struct FetchedBefore {
    stored: i64,
    failed: BTreeSet<i64>,
}

impl FetchedBefore {
    /// # Errors
    /// Where the database fails.
    pub async fn of(store: &Store) -> Result<Self> {
        let (stored, ..) = store.fetches().counts().await?;
        let failed = store.fetches().given_up().await?;
        Ok(Self { stored, failed })
    }

    /// Adds to a report what became of the pictures of other servers since; `stays` says why those stay there that nobody
    /// fetches.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn report(&self, store: &Store, report: &mut Report, stays: &str) -> Result<()> {
        let (stored, waiting, _) = store.fetches().counts().await?;
        let stored = (stored - self.stored).max(0).unsigned_abs();
        let failed = store.fetches().given_up().await?;
        let failed: BTreeSet<i64> = failed.difference(&self.failed).copied().collect();
        for (id, address, why) in store.fetches().without_success(NAMED_MAX).await? {
            if failed.contains(&id) {
                let note = Note::new(About::Picture, address, format!("not stored: {why}"));
                report.notes.add(note);
            }
        }
        let failed = failed.len() as u64;
        let pictures = &mut report.pictures;
        pictures.stored += stored;
        pictures.failed += failed;
        pictures.waiting = waiting.unsigned_abs();
        if pictures.waiting > 0 {
            let why = "at its old host; the server fetches it";
            let note = Note::counted(About::Picture, pictures.waiting, why);
            report.notes.add(note);
        } else if pictures.elsewhere > stored + failed {
            let count = pictures.elsewhere - stored - failed;
            report
                .notes
                .add(Note::counted(About::Picture, count, stays));
        }
        Ok(())
    }
}

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
