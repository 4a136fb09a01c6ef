//! Pictures: taking one into the library. The media page, the editor and the job for pictures of other sites call this.

use super::App;
use crate::blog::AuthorId;
use crate::blog::media::file_name;
use crate::error::Result;
use crate::media::fingerprinted;
use crate::media::pictures::Refused;
use crate::store::{MediaLine, NewMedia};
pub use crate::transfer::pictures::new_media;
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
