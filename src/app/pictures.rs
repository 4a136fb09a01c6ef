//! Pictures: taking one into the library, and what is known of those that a text mentions. The media page, the editor, the job
//! for pictures of other sites and the renderer call these functions.

use super::App;
use crate::blog::AuthorId;
use crate::blog::media::{Pictures, file_name};
use crate::error::Result;
use crate::media::fingerprinted;
use crate::media::pictures::Refused;
use crate::store::{MediaLine, NewMedia};
pub use crate::transfer::pictures::new_media;
use std::collections::BTreeMap;
use std::sync::Arc;

impl App {
    /// Takes a picture into the library: its files first, then its row. What was sent before is there already.
    /// `called` is the name under which it came.
    pub async fn add_picture(
        &self,
        sent: Vec<u8>,
        called: &str,
        author: AuthorId,
    ) -> Result<Result<MediaLine, Refused>> {
        let (sent, digest) = fingerprinted(sent).await?;
        if let Some(known) = self.store.media().by_digest(&digest).await? {
            return Ok(Ok(known));
        }
        let made = match self.media.picture(sent).await? {
            Ok(made) => Arc::new(made),
            Err(refused) => return Ok(Err(refused)),
        };
        let _keeping = self.media.keeping().await;
        let (whole, names) = self.media.store_processed(&made).await?;
        let new = NewMedia {
            file_name: file_name(called),
            author: Some(author),
            ..new_media(&made, &whole, &names, digest)
        };
        Ok(Ok(self.store.media().add(&new, self.now()).await?))
    }
}

/// What is known of the pictures of a text.
pub struct KnownPictures {
    pub pictures: Pictures,
    /// Addresses on other sites, and where their pictures are stored here by now.
    pub fetched: BTreeMap<String, String>,
}

/// Looks up the pictures that a text mentions.
pub async fn known_pictures(app: &App, source: &str) -> Result<KnownPictures> {
    let fetched = app.store.fetches().stored_in(source).await?;
    let mut pictures = app.store.media().pictures_in(source).await?;
    for address in fetched.values() {
        pictures.extend(app.store.media().pictures_in(address).await?);
    }
    Ok(KnownPictures { pictures, fetched })
}
