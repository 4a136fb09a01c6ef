//! A recording on its way in: each piece goes to disk as it comes, so a file of any length takes the memory of one piece. It has
//! its name, and is found under it, when all of it is on disk.

use super::{Media, UNFINISHED, give_name};
use crate::blog::hex;
use crate::blog::media::NAME_DIGITS;
use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// The folder for what has no name yet; no file of ours begins with these letters.
const FOLDER: &str = "incoming";

/// A file that is being written; dropped before it is finished, it leaves the disk as it was.
#[derive(Debug)]
pub struct Incoming {
    media: Media,
    file: File,
    path: PathBuf,
    digest: Sha256,
    bytes: u64,
}

/// A file that is on disk under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub digest: String,
    pub bytes: u64,
}

impl Media {
    /// Begins a file.
    pub async fn begin(&self) -> Result<Incoming> {
        static BEGUN: AtomicU64 = AtomicU64::new(0);
        let folder = self.directory.join(FOLDER);
        tokio::fs::create_dir_all(&folder).await?;
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let path = folder.join(format!("{process}-{number}.{UNFINISHED}"));
        Ok(Incoming {
            media: self.clone(),
            file: File::create(&path).await?,
            path,
            digest: Sha256::new(),
            bytes: 0,
        })
    }

    /// Moves a file to the place of its name, unless the same content is there already.
    fn put(&self, from: &Path, name: &str) -> std::io::Result<()> {
        let to = self.path(name);
        if to.exists() {
            return Ok(());
        }
        give_name(from, &to, &self.folder_of(name)?)
    }
}

impl Incoming {
    /// How many bytes came so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a piece.
    pub async fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.digest.update(piece);
        self.bytes += piece.len() as u64;
        Ok(self.file.write_all(piece).await?)
    }

    /// Gives the file its name. The caller holds [`Media::keeping`] until its row is there.
    pub async fn finish(mut self, ending: &str) -> Result<Written> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let digest = hex(&std::mem::take(&mut self.digest).finalize());
        let name = format!("{}.{ending}", &digest[..NAME_DIGITS]);
        let bytes = self.bytes;
        let (media, from, to) = (self.media.clone(), self.path.clone(), name.clone());
        tokio::task::spawn_blocking(move || media.put(&from, &to))
            .await
            .map_err(|error| Error::Internal(format!("keeping a recording: {error}")))?
            .map_err(Error::File)?;
        Ok(Written {
            name,
            digest,
            bytes,
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // It has moved where it was finished; what cannot be removed is swept away a day later.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory;

    #[tokio::test]
    async fn a_file_in_pieces_has_the_name_of_its_bytes_and_one_that_ends_early_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let media = Media::new(directory.path().to_owned(), memory::budgets(0));
        let mut whole = media.begin().await.unwrap();
        for piece in [b"ID3".as_slice(), b"", b"sound"] {
            whole.write(piece).await.unwrap();
        }
        assert_eq!(whole.bytes(), 8);
        let written = whole.finish("mp3").await.unwrap();
        assert_eq!(written.digest, super::super::fingerprint(b"ID3sound"));
        let file = media.find(&written.name).await.unwrap().unwrap();
        assert_eq!(std::fs::read(file.path).unwrap(), b"ID3sound");
        assert_eq!(file.content_type, "audio/mpeg");
        assert_eq!(media.problems().unwrap(), Vec::<String>::new());

        // Where the name may not last, nothing is found under it the next time.
        let sent = directory.path().join("sent");
        std::fs::write(&sent, b"ID3").unwrap();
        let (to, nowhere) = (
            directory.path().join("to"),
            directory.path().join("no folder"),
        );
        assert!(give_name(&sent, &to, &nowhere).is_err());
        assert!(!to.exists() && !sent.exists());

        let mut again = media.begin().await.unwrap();
        again.write(b"ID3sound").await.unwrap();
        assert_eq!(again.finish("mp3").await.unwrap(), written);
        let mut half = media.begin().await.unwrap();
        half.write(b"ID3").await.unwrap();
        drop(half);
        let left = std::fs::read_dir(directory.path().join(FOLDER)).unwrap();
        assert_eq!(left.count(), 0);
        assert_eq!(media.names().await.unwrap(), [written.name]);
    }
}
