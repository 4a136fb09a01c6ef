//! A database that is only read, on a disk where SQLite may create no file. What its log file holds is copied to where
//! it can be read, with the database: a disk that turned itself read-only is when a backup is needed.

use super::OpenError;
use super::file::{self, sibling};
use rustix::fs::{Access, StatVfsMountFlags, access, statvfs};
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database to be read: the one that was asked for, or a copy of it that goes with this value.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    copy: Option<PathBuf>,
}

impl Source {
    /// The database as it is.
    #[must_use]
    pub fn itself(database: &Path) -> Self {
        Self {
            path: database.to_owned(),
            copy: None,
        }
    }

    /// The database where it can be read in its place, else a copy in a directory of its own below `place`.
    pub async fn of(database: &Path, place: &Path) -> Result<Self, OpenError> {
        match file::look(database).await {
            Err(OpenError::Io { .. } | OpenError::Corrupt { .. }) if has_log(database) => {
                let (database, place) = (database.to_owned(), place.to_owned());
                let copied = tokio::task::spawn_blocking(move || Self::copied(&database, &place));
                copied.await.map_err(|error| OpenError::Io {
                    path: PathBuf::new(),
                    why: error.to_string(),
                })?
            }
            looked => looked.map(|_| Self::itself(database)),
        }
    }

    /// Nobody changes the files meanwhile: the disk does not let them.
    fn copied(database: &Path, place: &Path) -> Result<Self, OpenError> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let directory = place.join(format!("daybook-{}-{number}", std::process::id()));
        let failed = |error: std::io::Error| OpenError::Io {
            path: database.to_owned(),
            why: format!(
                "its write-ahead log must be copied to {} to be read: {error}",
                place.display()
            ),
        };
        DirBuilder::new()
            .mode(0o700)
            .create(&directory)
            .map_err(failed)?;
        let source = Self {
            path: directory.join("daybook.db"),
            copy: Some(directory),
        };
        for ending in ["", "-wal"] {
            copy_private(&sibling(database, ending), &sibling(&source.path, ending))
                .map_err(failed)?;
        }
        Ok(source)
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[must_use]
    pub const fn is_copy(&self) -> bool {
        self.copy.is_some()
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(directory) = &self.copy {
            // What cannot be removed is readable by its owner alone.
            let _ = std::fs::remove_dir_all(directory);
        }
    }
}

/// Whether a file can be opened to be changed.
#[must_use]
pub fn can_be_written(path: &Path) -> bool {
    OpenOptions::new().write(true).open(path).is_ok()
}

/// Whether a database is as it will be: its log is empty, and nobody can write to either. SQLite then needs no shared memory
/// file, which it could not create.
#[must_use]
pub(super) fn is_still(database: &Path) -> bool {
    if has_log(database) {
        return false;
    }
    let is_read_only =
        statvfs(database).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY));
    // A server of another user has its shared-memory file there.
    let nobody_serves = || !sibling(database, "-shm").exists();
    let is_closed = || access(file::directory_of(database), Access::WRITE_OK).is_err();
    is_read_only || (nobody_serves() && is_closed())
}

fn has_log(database: &Path) -> bool {
    sibling(database, "-wal")
        .metadata()
        .is_ok_and(|log| log.len() > 0)
}

/// Copies a file into one that only its owner can read, whatever the permissions of the first. All of it is on disk when
/// this is done.
pub fn copy_private(from: &Path, to: &Path) -> std::io::Result<u64> {
    let mut reading = File::open(from)?;
    let mut writing = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(to)?;
    let bytes = std::io::copy(&mut reading, &mut writing)?;
    writing.sync_all()?;
    Ok(bytes)
}
