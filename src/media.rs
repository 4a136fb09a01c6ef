//! Media: files that posts show, each named by the digest of its bytes, so that one content is kept once
//! and an address never changes its meaning.

mod budget;
mod incoming;
pub mod pictures;
pub mod recordings;
mod strip_metadata;

use crate::blog::hex;
use crate::blog::media::{FOLDER, NAME_DIGITS, content_type};
use crate::blog::time::Millis;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::memory;
pub use budget::{Budget, Reserved};
pub use incoming::{Incoming, Written};
use pictures::icons::IconSet;
use pictures::{ProcessedPicture, Refused};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How long a picture waits for memory to be decoded in; an upload has longer.
const DECODING_WAIT_MAX: Duration = Duration::from_mins(1);
/// How long a file that is sent waits for memory.
const RECEIVING_WAIT_MAX: Duration = Duration::from_secs(20);

/// More files than these are not named in the log.
const UNREADABLE_MAX: usize = 1000;

/// What a file is called while it is written; what a crash leaves of it is swept away.
const UNFINISHED: &str = "new";

#[derive(Debug, Clone)]
pub struct Media {
    directory: PathBuf,
    /// For pictures that are decoded.
    decoding: Budget,
    /// For files that come in.
    receiving: Budget,
    /// For files that go out.
    sending: Budget,
    /// Held for reading from before a file is written until its row is, for writing while files are taken away.
    changing: Arc<RwLock<()>>,
    /// Files of which the log says already that they cannot be read.
    unreadable: Arc<Mutex<HashSet<String>>>,
}

/// A file that can be served, by what the file system says of it.
#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    pub length: u64,
    pub content_type: &'static str,
    pub modified_at: Millis,
}

impl Media {
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let budgets = memory::budgets(config.page_cache_bytes);
        Self::new(config.media_directory(), budgets)
    }

    fn new(directory: PathBuf, budgets: memory::Budgets) -> Self {
        Self {
            directory,
            decoding: Budget::new(budgets.decoding),
            receiving: Budget::new(budgets.receiving),
            sending: Budget::new(budgets.sending),
            changing: Arc::default(),
            unreadable: Arc::default(),
        }
    }

    /// The memory that all files on their way to clients share.
    #[must_use]
    pub fn sending(&self) -> &Budget {
        &self.sending
    }

    /// Waits for memory for a file of so many bytes to come in.
    pub async fn receive(&self, bytes: u64) -> Result<Reserved> {
        self.receiving.reserve(bytes, RECEIVING_WAIT_MAX).await
    }

    /// Makes of what was sent a picture that can be shown, off the threads that answer.
    pub async fn picture(&self, sent: Vec<u8>) -> Result<Result<ProcessedPicture, Refused>> {
        self.decoded(sent, pictures::make).await
    }

    /// The icons of the blog, made of a picture of the library; `None` where its file cannot be read.
    pub async fn icons(&self, name: &str) -> Result<Option<IconSet>> {
        let Some(file) = self.find(name).await? else {
            return Ok(None);
        };
        let Ok(stored) = tokio::fs::read(&file.path).await else {
            return Ok(None);
        };
        Ok(self.decoded(stored, pictures::icons::make).await?.ok())
    }

    /// Decodes a picture to make something of it, within the bounds of memory and time.
    async fn decoded<T: Send + 'static>(
        &self,
        sent: Vec<u8>,
        make: fn(Vec<u8>) -> Result<T, Refused>,
    ) -> Result<Result<T, Refused>> {
        let looked = tokio::task::spawn_blocking(move || (pictures::cost(&sent), sent)).await;
        // What stops the look at its head would stop its decoder.
        let Ok((cost, sent)) = looked else {
            return Ok(Err(Refused(pictures::DAMAGED)));
        };
        let cost = match cost {
            Ok(cost) if cost > self.decoding.bytes() => {
                return Ok(Err(Refused(pictures::TOO_LITTLE_MEMORY)));
            }
            Ok(cost) => cost,
            Err(refused) => return Ok(Err(refused)),
        };
        let reserved = self.decoding.reserve(cost, DECODING_WAIT_MAX).await?;
        let work = tokio::task::spawn_blocking(move || {
            let result = make(sent);
            // Work that nobody waits for any more keeps its memory until it is done.
            drop(reserved);
            result
        });
        match tokio::time::timeout(pictures::TIME_MAX, work).await {
            Ok(Ok(result)) => Ok(result),
            // A decoder that panics met a file that it does not understand.
            Ok(Err(error)) => {
                tracing::warn!(%error, "a picture crashed its decoder");
                Ok(Err(Refused(pictures::DAMAGED)))
            }
            Err(_) => Ok(Err(Refused(pictures::TOO_SLOW))),
        }
    }

    /// Nothing is taken away as long as this is held: from before a file is written until its row is.
    pub async fn keeping(&self) -> RwLockReadGuard<'_, ()> {
        self.changing.read().await
    }

    /// Nothing is added as long as this is held.
    pub async fn clearing(&self) -> RwLockWriteGuard<'_, ()> {
        self.changing.write().await
    }

    /// Keeps a picture and its copies; gives the name of the picture and those of the copies in their order.
    pub async fn store_processed(
        &self,
        made: &Arc<ProcessedPicture>,
    ) -> Result<(String, Vec<String>)> {
        let (media, made) = (self.clone(), Arc::clone(made));
        let kept = tokio::task::spawn_blocking(move || {
            let mut names = Vec::new();
            for size in &made.sizes {
                names.push(media.keep_as(&size.bytes, size.ending)?);
            }
            Ok((media.keep_as(&made.whole.bytes, made.whole.ending)?, names))
        });
        kept.await
            .map_err(|error| Error::Internal(format!("keeping a picture: {error}")))?
            .map_err(Error::File)
    }

    /// Keeps a picture and gives its address. The file is whole and on disk before anything can point to it.
    pub fn keep(&self, bytes: &[u8], ending: &str) -> std::io::Result<String> {
        Ok(format!("{FOLDER}{}", self.keep_as(bytes, ending)?))
    }

    /// The same; gives its name.
    fn keep_as(&self, bytes: &[u8], ending: &str) -> std::io::Result<String> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        let name = format!("{}.{ending}", digest(bytes));
        let path = self.path(&name);
        if path.exists() {
            return Ok(name);
        }
        let folder = self.folder_of(&name)?;
        // The same content may be sent twice at once, by this process and by another.
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let building = folder.join(format!("{name}.{process}-{number}.{UNFINISHED}"));
        let written = std::fs::write(&building, bytes)
            .and_then(|()| std::fs::File::open(&building)?.sync_all())
            .and_then(|()| give_name(&building, &path, &folder));
        if let Err(error) = written {
            // Half a file on a full disk only takes room.
            let _ = std::fs::remove_file(&building);
            return Err(error);
        }
        Ok(name)
    }

    /// The folder for the file of a name of ours, made where there is none.
    fn folder_of(&self, name: &str) -> std::io::Result<PathBuf> {
        let folder = self.directory.join(&name[..2]);
        if !folder.exists() {
            std::fs::create_dir_all(&folder)?;
            std::fs::File::open(&self.directory)?.sync_all()?;
        }
        Ok(folder)
    }

    /// Where the file of a name of ours lies.
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(&name[..2]).join(name)
    }

    /// The names of all files that are ours.
    pub async fn names(&self) -> Result<Vec<String>> {
        let media = self.clone();
        let files = tokio::task::spawn_blocking(move || media.files());
        let files = files
            .await
            .map_err(|error| Error::Internal(format!("media: {error}")))??;
        Ok(files.into_iter().map(|(name, _)| name).collect())
    }

    /// When the file of a name was written; `None` where it is gone.
    pub async fn modified_at(&self, name: &str) -> Result<Option<Millis>> {
        let about = match tokio::fs::metadata(self.path(name)).await {
            Ok(about) => about.modified(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => Err(error),
        };
        Ok(Some(about?.into()))
    }

    /// Takes the file of a name away; one that is gone is no error.
    pub async fn remove(&self, name: &str) -> Result<()> {
        if content_type(name).is_none() {
            return Ok(());
        }
        match tokio::fs::remove_file(self.path(name)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Takes away what crashes left of files that were never finished, if they were begun before a time.
    pub async fn remove_unfinished(&self, before: Millis) -> Result<()> {
        let media = self.clone();
        tokio::task::spawn_blocking(move || {
            for path in media.paths()? {
                let unfinished = path.extension().is_some_and(|ending| ending == UNFINISHED);
                if unfinished && Millis::from(path.metadata()?.modified()?) < before {
                    std::fs::remove_file(&path)?;
                }
            }
            Ok(())
        })
        .await
        .map_err(|error| Error::Internal(format!("media: {error}")))?
        .map_err(Error::File)
    }

    /// The file of a name; `None` for names that we never give and files that are not there. Nothing of it is read.
    pub async fn find(&self, name: &str) -> Result<Option<File>> {
        let Some(content_type) = content_type(name) else {
            return Ok(None);
        };
        let path = self.path(name);
        let found = tokio::task::spawn_blocking(move || about(path))
            .await
            .map_err(|error| Error::Internal(format!("media: {error}")))?;
        match found {
            Ok((path, length, modified_at)) => Ok(Some(File {
                path,
                length,
                content_type,
                modified_at,
            })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) if passes(&error) => Err(error.into()),
            // The page around it is served all the same; `daybook check` names every such file.
            Err(error) => {
                self.note_unreadable(name, &error);
                Ok(None)
            }
        }
    }

    /// Says once of a file that it cannot be read.
    fn note_unreadable(&self, name: &str, error: &std::io::Error) {
        let mut known = self
            .unreadable
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if known.len() < UNREADABLE_MAX && known.insert(name.to_owned()) {
            tracing::error!(name, %error, "a media file cannot be read; readers get 404");
        }
    }

    /// Files that are not what their names say; gives a sentence for each.
    pub fn problems(&self) -> std::io::Result<Vec<String>> {
        let mut problems = Vec::new();
        for (name, path) in self.files()? {
            problems.extend(problem(&name, &path)?);
        }
        problems.sort();
        Ok(problems)
    }

    /// Copies all files into a folder, which is made if there are any: flat, so that the address `/media/NAME` is the
    /// file `NAME` there. All of it is on disk when this gives how many there were.
    pub fn copy_all(&self, folder: &Path) -> std::io::Result<u64> {
        let files = self.files()?;
        if files.is_empty() {
            return Ok(0);
        }
        std::fs::create_dir(folder)?;
        for (name, path) in &files {
            let copy = folder.join(name);
            // Not with the mode of the file: one of an older program may be readable by everybody.
            let mut writing = std::fs::File::create_new(&copy)?;
            std::io::copy(&mut std::fs::File::open(path)?, &mut writing)?;
            writing.sync_all()?;
        }
        std::fs::File::open(folder)?.sync_all()?;
        Ok(files.len() as u64)
    }

    /// The names and the places of all files that are ours.
    pub fn files(&self) -> std::io::Result<Vec<(String, PathBuf)>> {
        let files = self.paths()?.into_iter().filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_owned();
            content_type(&name).map(|_| (name, path))
        });
        Ok(files.collect())
    }

    /// Everything that lies in the folders of the directory.
    fn paths(&self) -> std::io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        if !self.directory.exists() {
            return Ok(paths);
        }
        for directory in std::fs::read_dir(&self.directory)? {
            let directory = directory?.path();
            if directory.is_dir() {
                for file in std::fs::read_dir(directory)? {
                    paths.push(file?.path());
                }
            }
        }
        Ok(paths)
    }
}

fn problem(name: &str, path: &Path) -> std::io::Result<Option<String>> {
    let digest = fingerprint_of(path)?;
    Ok((!name.starts_with(&digest[..NAME_DIGITS]))
        .then(|| format!("the media file {name} is damaged")))
}

/// [`fingerprint`] of a file, which is read in pieces.
///
/// # Errors
/// Those of reading it.
pub fn fingerprint_of(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        digest.update(&piece[..read]);
    }
    Ok(hex(&digest.finalize()))
}

/// By what the same content is known again, whatever was made of it: SHA-256 in hexadecimal digits.
#[must_use]
pub fn fingerprint(sent: &[u8]) -> String {
    hex(&Sha256::digest(sent))
}

/// The same, off the threads that answer; gives what was sent back.
pub async fn fingerprinted(sent: Vec<u8>) -> Result<(Vec<u8>, String)> {
    let digest = tokio::task::spawn_blocking(move || {
        let digest = fingerprint(&sent);
        (sent, digest)
    });
    digest
        .await
        .map_err(|error| Error::Internal(format!("a digest: {error}")))
}

/// The part of a name that its bytes decide.
fn digest(bytes: &[u8]) -> String {
    let mut digits = fingerprint(bytes);
    digits.truncate(NAME_DIGITS);
    digits
}

/// Whether a file may be readable the next time: there was no descriptor left, say.
fn passes(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidData, IsADirectory, NotADirectory, PermissionDenied};
    const EIO: i32 = 5;
    let lasts = matches!(
        error.kind(),
        InvalidData | IsADirectory | NotADirectory | PermissionDenied
    );
    !lasts && error.raw_os_error() != Some(EIO)
}

/// How long a file is and when it changed last. It is opened, too: what cannot be read is not promised.
fn about(path: PathBuf) -> std::io::Result<(PathBuf, u64, Millis)> {
    use std::io::{Error, ErrorKind};
    let about = std::fs::File::open(&path)?.metadata()?;
    if about.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if about.len() == 0 {
        // We never keep an empty file: this is what a power cut leaves of one that was copied here by hand.
        return Err(Error::new(ErrorKind::InvalidData, "the file is empty"));
    }
    let modified_at = about.modified()?.into();
    Ok((path, about.len(), modified_at))
}

/// Moves a file, all of which is on disk, to its name in a folder. One whose name may not last is taken away, since it would
/// count as kept the next time.
fn give_name(from: &Path, to: &Path, folder: &Path) -> std::io::Result<()> {
    let moved = std::fs::rename(from, to).and_then(|()| std::fs::File::open(folder)?.sync_all());
    if moved.is_err() {
        let _ = std::fs::remove_file(to);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(directory: &Path) -> Media {
        Media::new(directory.to_owned(), memory::budgets(0))
    }

    #[tokio::test]
    async fn a_kept_picture_is_found_under_its_address_and_kept_once() {
        let directory = tempfile::tempdir().unwrap();
        let media = of(directory.path());
        let address = media.keep(b"picture", "png").unwrap();
        assert_eq!(media.keep(b"picture", "png").unwrap(), address);
        let name = address.strip_prefix("/media/").unwrap();
        let file = media.find(name).await.unwrap().unwrap();
        assert_eq!(std::fs::read(file.path).unwrap(), b"picture");
        assert_eq!(file.length, 7);
        assert_eq!(media.problems().unwrap(), Vec::<String>::new());
        std::fs::write(directory.path().join(&name[..2]).join(name), b"other").unwrap();
        assert_eq!(media.problems().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_a_crash_left_is_swept_away_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let media = of(directory.path());
        media.keep(b"picture", "png").unwrap();
        let folder = directory.path().join("aa");
        std::fs::create_dir_all(&folder).unwrap();
        let left = folder.join("aa.webp.1-0.new");
        std::fs::write(&left, b"half").unwrap();
        media.remove_unfinished(Millis(0)).await.unwrap();
        assert!(left.exists(), "it may still be written");
        media.remove_unfinished(Millis(i64::MAX)).await.unwrap();
        assert!(!left.exists());
        assert_eq!(media.names().await.unwrap().len(), 1);
    }
}
