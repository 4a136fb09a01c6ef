//! Why a database is not opened, in sentences for the operator.

use super::file::directory_of;
use std::fmt;
use std::path::PathBuf;

/// Why a database is not opened; each a sentence for the operator.
#[derive(Debug)]
pub enum OpenError {
    /// There is no database here (and none was to be created).
    Missing(PathBuf),
    Empty(PathBuf),
    /// A database, but not of Daybook.
    Foreign(PathBuf),
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
        /// The copy that was kept when it was upgraded from a schema that this program knows.
        kept: Option<PathBuf>,
    },
    /// An older schema, which `daybook serve` brings up to date.
    Older(PathBuf),
    /// Another program has it open.
    InUse(PathBuf),
    Corrupt {
        path: PathBuf,
        why: String,
    },
    NotAFile(PathBuf),
    OldSqlite(String),
    Io {
        path: PathBuf,
        why: String,
    },
    /// The disk has no room left.
    Full(PathBuf),
    /// The disk that a copy is written to has no room left.
    NoRoom(PathBuf),
    /// A copy that could not be written.
    NotWritten {
        path: PathBuf,
        why: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "there is no blog at {}", path.display()),
            Self::Empty(path) => write!(
                f,
                "the database {} is an empty file; restore it \
                 from a backup, or move it away to start a new blog",
                path.display()
            ),
            Self::Foreign(path) => {
                write!(
                    f,
                    "{} is not a Daybook database; it has not been changed",
                    path.display()
                )
            }
            Self::Newer {
                path,
                found,
                known,
                kept,
            } => {
                write!(
                    f,
                    "the database {} is from a newer version of Daybook (schema {found}, \
                     this version supports {known}); use the newer version",
                    path.display()
                )?;
                match kept {
                    Some(kept) => write!(
                        f,
                        ", or run daybook rollback to go back to {}, the copy from before its upgrade",
                        kept.display()
                    ),
                    None => Ok(()),
                }
            }
            Self::Older(path) => write!(
                f,
                "the database {} has an older schema; stop the Daybook that uses it \
                 and start this one, which upgrades it",
                path.display()
            ),
            Self::InUse(path) => write!(
                f,
                "another program has the database {} open; stop that one first",
                path.display()
            ),
            Self::Corrupt { path, why } => write!(
                f,
                "the database {} is damaged and has not been changed ({why}); restore it \
                 from a backup",
                path.display()
            ),
            Self::NotAFile(path) => write!(f, "{} is not a file", path.display()),
            Self::OldSqlite(version) => write!(
                f,
                "this program was built with SQLite {version}, which can lose data; 3.51.3 or newer \
                 is needed"
            ),
            Self::Full(path) => write!(
                f,
                "the database {} cannot be opened: the disk is full; free some space \
                 and start again",
                path.display()
            ),
            Self::NoRoom(path) => write!(
                f,
                "{} cannot be written: there is no space left in {}",
                path.display(),
                directory_of(path).display()
            ),
            Self::NotWritten { path, why } => {
                write!(f, "{} cannot be written: {why}", path.display())
            }
            Self::Io { path, why } => {
                write!(f, "the database {} cannot be opened: {why}", path.display())
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    /// What is wrong, without the place: for a copy that is gone when somebody reads it.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Io { why, .. } | Self::Corrupt { why, .. } => why.clone(),
            other => other.to_string(),
        }
    }
}
