//! Files of an import on their way in: sent at once, sent in pieces that a proxy lets through and that go on where a connection
//! broke, or put into a folder of the data directory.

use super::App;
use super::imports::UPLOAD_MAX_BYTES;
use crate::blog::AuthorId;
use crate::blog::time::Millis;
use crate::error::Result;
use crate::secrets;
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

/// The longest piece.
pub const PIECE_MAX_BYTES: usize = 8 * 1024 * 1024;
/// The folder in the data directory for files that somebody puts there.
pub const PLACE: &str = "import";
/// What the names of files begin with that are on their way.
const INCOMING: &str = "incoming-";
/// The same for those that come in pieces.
const IN_PIECES: &str = "incoming-pieces-";
/// What did not arrive within this time is given up.
const KEPT_SECONDS: i64 = 24 * 3600;
/// Names of a folder that are offered.
const PLACES_MAX: usize = 200;

/// What a file of an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The export itself.
    Export,
    /// Files of the old blog.
    Files,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Files => "files",
        }
    }
}

/// A file on its way in: each piece goes to disk as it comes. Dropped before it is kept, it is gone.
#[derive(Debug)]
pub struct Upload {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl Upload {
    /// How many bytes came so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where it is until it is kept.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a piece.
    pub async fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.bytes += piece.len() as u64;
        Ok(self.file.write_all(piece).await?)
    }

    /// Makes sure that all of it is on disk.
    pub async fn finish(&mut self) -> Result<()> {
        self.file.flush().await?;
        Ok(self.file.sync_all().await?)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // It has moved where it was kept.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file that comes in pieces, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InPieces<'a> {
    pub kind: Kind,
    /// The name that it was given when it began.
    pub key: &'a str,
    pub author: AuthorId,
}

impl InPieces<'_> {
    /// What its file is called; `None` for a key that we never gave.
    fn file_name(&self) -> Option<String> {
        let is_ours = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let fits = (1..=64).contains(&self.key.len()) && self.key.chars().all(is_ours);
        fits.then(|| format!("{}{}", beginning(self.kind, self.author), self.key))
    }
}

fn beginning(kind: Kind, author: AuthorId) -> String {
    format!("{IN_PIECES}{}-{author}-", kind.word())
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// So much is here now.
    Here(u64),
    /// It does not go on where the file ends, which is here: nothing was added.
    Elsewhere(u64),
    /// No such file is on its way.
    Unknown,
    TooLong,
}

/// The files of imports that are on their way in.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a>(&'a App);

impl App {
    /// The files of imports that are on their way in.
    #[must_use]
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming(self)
    }
}

impl Incoming<'_> {
    /// Begins to take in a file.
    pub async fn begin(self) -> Result<Upload> {
        static BEGUN: AtomicU64 = AtomicU64::new(0);
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let folder = self.0.transfer_folder().await?;
        let path = folder.join(format!("{INCOMING}{process}-{number}"));
        let mut options = File::options();
        options.write(true).create(true).truncate(true).mode(0o600);
        Ok(Upload {
            file: options.open(&path).await?,
            path,
            bytes: 0,
        })
    }

    /// Begins a file that comes in pieces, and gives its key. One that the same person began before is given up.
    pub async fn begin_pieces(self, kind: Kind, author: AuthorId) -> Result<String> {
        let folder = self.0.transfer_folder().await?;
        let key = secrets::token()?;
        let begins = beginning(kind, author);
        let _adding = self.0.imports.adding.lock().await;
        let mut files = tokio::fs::read_dir(&folder).await?;
        while let Some(file) = files.next_entry().await? {
            if file.file_name().to_string_lossy().starts_with(&begins) {
                remove(&file.path()).await?;
            }
        }
        let mut options = File::options();
        options.write(true).create_new(true).mode(0o600);
        options.open(folder.join(format!("{begins}{key}"))).await?;
        Ok(key)
    }

    /// How much of a file is here; `None` where none of this key is on its way.
    pub async fn pieces(self, file: InPieces<'_>) -> Result<Option<u64>> {
        let Some(path) = self.path_of(file).await? else {
            return Ok(None);
        };
        match tokio::fs::metadata(path).await {
            Ok(about) => Ok(Some(about.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds a piece to a file, if it goes on where that ends.
    pub async fn add_piece(self, file: InPieces<'_>, at: u64, piece: &[u8]) -> Result<Added> {
        let _adding = self.0.imports.adding.lock().await;
        let Some(here) = self.pieces(file).await? else {
            return Ok(Added::Unknown);
        };
        if at != here {
            return Ok(Added::Elsewhere(here));
        }
        if here + piece.len() as u64 > UPLOAD_MAX_BYTES {
            return Ok(Added::TooLong);
        }
        let Some(path) = self.path_of(file).await? else {
            return Ok(Added::Unknown);
        };
        let mut to = File::options().write(true).open(path).await?;
        to.seek(SeekFrom::Start(here)).await?;
        let mut written = to.write_all(piece).await;
        if written.is_ok() {
            written = to.flush().await;
        }
        if let Err(error) = written {
            // A part of a piece is none.
            to.set_len(here).await?;
            return Err(error.into());
        }
        Ok(Added::Here(here + piece.len() as u64))
    }

    /// The whole of what came in pieces.
    pub async fn end_pieces(self, file: InPieces<'_>) -> Result<Option<Upload>> {
        let _adding = self.0.imports.adding.lock().await;
        let Some(bytes) = self.pieces(file).await? else {
            return Ok(None);
        };
        let Some(path) = self.path_of(file).await? else {
            return Ok(None);
        };
        let file = File::options().append(true).open(&path).await?;
        Ok(Some(Upload { file, path, bytes }))
    }

    async fn path_of(self, file: InPieces<'_>) -> Result<Option<PathBuf>> {
        let folder = self.0.transfer_folder().await?;
        Ok(file.file_name().map(|name| folder.join(name)))
    }

    /// What somebody put into the folder `import` of the data directory, by name; folders end with a slash. Links lead nowhere.
    pub async fn places(self) -> Result<Vec<String>> {
        let folder = self.0.config.data.join(PLACE);
        let mut names = Vec::new();
        let Ok(mut files) = tokio::fs::read_dir(&folder).await else {
            return Ok(names);
        };
        while let Some(file) = files.next_entry().await? {
            let kind = file.file_type().await?;
            let Ok(name) = file.file_name().into_string() else {
                continue;
            };
            if name.starts_with('.') || names.len() >= PLACES_MAX {
                continue;
            }
            if kind.is_dir() {
                names.push(format!("{name}/"));
            } else if kind.is_file() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The path of what is in that folder under a name; `None` where nothing is.
    pub async fn place(self, name: &str) -> Result<Option<PathBuf>> {
        let is_there = self.places().await?.iter().any(|place| place == name);
        Ok(is_there.then(|| self.0.config.data.join(PLACE).join(name)))
    }

    /// Takes away files that never arrived.
    pub(super) async fn tidy(self) -> Result<()> {
        let folder = self.0.transfer_folder().await?;
        let mut files = tokio::fs::read_dir(&folder).await?;
        while let Some(file) = files.next_entry().await? {
            let name = file.file_name();
            let is_ours = name.to_string_lossy().starts_with(INCOMING);
            let written_at: Millis = file.metadata().await?.modified()?.into();
            if is_ours && written_at < self.0.now().plus_seconds(-KEPT_SECONDS) {
                remove(&file.path()).await?;
            }
        }
        Ok(())
    }
}

/// Takes a file away, if it is there.
pub(super) async fn remove(path: &Path) -> Result<()> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
