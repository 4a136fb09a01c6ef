//! Recordings: taking sound or film into the library. The media page and the editor call this.

use super::App;
use crate::blog::AuthorId;
use crate::blog::media::file_name;
use crate::error::Result;
use crate::media::{Incoming, Written};
use crate::store::{MediaLine, NewMedia};

impl App {
    /// Takes a recording into the library that is on disk: its file first, then its row. What was sent before is there
    /// already. `called` is the name under which it came.
    pub async fn add_recording(
        &self,
        sent: Incoming,
        ending: &str,
        called: &str,
        author: AuthorId,
    ) -> Result<MediaLine> {
        let _keeping = self.media.keeping().await;
        let written = sent.finish(ending).await?;
        let new = NewMedia {
            file_name: file_name(called),
            author: Some(author),
            ..new_recording(written)
        };
        self.store.media().add(&new, self.now()).await
    }
}

/// The row of a recording: it has no size in pixels and no smaller copies.
pub fn new_recording(written: Written) -> NewMedia {
    NewMedia {
        name: written.name,
        digest: written.digest,
        width: 0,
        height: 0,
        bytes: usize::try_from(written.bytes).unwrap_or(usize::MAX),
        moving: false,
        file_name: String::new(),
        author: None,
        sizes: Vec::new(),
    }
}
