//! The directory that an export is written into. All of it is made in a folder `unfinished` and moved out of there when it
//! is whole and on disk, the main file last: an export that was cut off is never taken for a whole one.

use crate::media::Media;
use anyhow::{Context, Result, anyhow, bail};
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

const UNFINISHED: &str = "unfinished";
const MEDIA: &str = "media";

/// Dropped before it is finished, it leaves the disk as it was.
pub struct Folder {
    directory: PathBuf,
    unfinished: PathBuf,
    /// The directory was not there before.
    is_new: bool,
    is_whole: bool,
}

impl Folder {
    /// Begins an export; a second one, or one where something exists already, is refused.
    pub fn begin(directory: &Path) -> Result<Self> {
        let is_new = match is_empty(directory) {
            Ok(true) => false,
            Ok(false) => return Err(taken(directory)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(directory)
                    .with_context(|| format!("{} cannot be created", directory.display()))?;
                true
            }
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                bail!("{} is not a directory", directory.display())
            }
            Err(error) => {
                return Err(error).context(format!("{} cannot be read", directory.display()));
            }
        };
        let unfinished = directory.join(UNFINISHED);
        match fs::create_dir(&unfinished) {
            Ok(()) => Ok(Self {
                directory: directory.to_owned(),
                unfinished,
                is_new,
                is_whole: false,
            }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(taken(directory)),
            Err(error) => Err(error).context(format!("{} cannot be written", directory.display())),
        }
    }

    /// Begins a file; the folders in its name are made.
    pub fn file(&self, name: &str) -> io::Result<BufWriter<File>> {
        let path = self.unfinished.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(BufWriter::new(File::create_new(path)?))
    }

    /// Copies the media; gives how many files there were.
    pub fn copy_media(&self, media: &Media) -> io::Result<u64> {
        media.copy_all(&self.unfinished.join(MEDIA))
    }

    /// Moves everything out, the main file last; gives where that is.
    pub fn finish(mut self, main: &str) -> io::Result<PathBuf> {
        for entry in fs::read_dir(&self.unfinished)? {
            let entry = entry?;
            if entry.file_name() != main {
                if entry.file_type()?.is_dir() {
                    sync(&entry.path())?;
                }
                fs::rename(entry.path(), self.directory.join(entry.file_name()))?;
            }
        }
        sync(&self.directory)?;
        let file = self.directory.join(main);
        fs::rename(self.unfinished.join(main), &file)?;
        self.is_whole = true;
        fs::remove_dir(&self.unfinished)?;
        sync(&self.directory)?;
        Ok(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_whole {
            return;
        }
        // What went wrong is said already; what cannot be cleared away now is refused by the next export.
        let _ = fs::remove_dir_all(&self.unfinished);
        if self.is_new {
            let _ = fs::remove_dir(&self.directory);
        }
    }
}

/// Ends a file: all of it is on disk.
pub fn keep(file: BufWriter<File>) -> io::Result<()> {
    file.into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()
}

fn is_empty(directory: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(directory)?.next().is_none())
}

fn taken(directory: &Path) -> anyhow::Error {
    if directory.join(UNFINISHED).exists() {
        anyhow!(
            "{} contains an export that was interrupted or is still running; please choose another directory",
            directory.display()
        )
    } else {
        anyhow!(
            "{} is not empty; please choose an empty or new directory",
            directory.display()
        )
    }
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}
