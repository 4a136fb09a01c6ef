//! What can go wrong, and the status that a visitor gets for it.
//!
//! A missing row is no error but `Ok(None)`; a form with problems is no error but the form again.
//! What is in an error is for the log: a visitor never reads it.

use axum::http::StatusCode;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    /// There is nothing at this address.
    NotFound,
    /// The request is not one that this address understands; the words are for the visitor.
    BadRequest(&'static str),
    /// Refused for everybody; the words are for the visitor.
    Forbidden(&'static str),
    /// Sent from a page of another site.
    OtherSite,
    /// Too many attempts: how many seconds to wait.
    TooMany {
        retry_after_seconds: u64,
    },
    /// No author has set the blog up yet.
    NotSetUp,
    /// Too much to do right now.
    Busy,
    /// Too many search at once.
    ManySearches,
    /// The disk can only be read, or did not keep what it was given: nothing is changed until it is seen to.
    NotKept,
    Store(sqlx::Error),
    /// A file of the media that could not be written or read.
    File(std::io::Error),
    Template(askama::Error),
    /// A fault of the program or the machine.
    Internal(String),
}

impl Error {
    /// Whether it passes by itself, and is nobody's fault who asked.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.status() == StatusCode::SERVICE_UNAVAILABLE
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NotSetUp | Self::Busy | Self::ManySearches | Self::NotKept => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(error) => of_the_store(error),
            Self::File(error) => of_a_file(error),
            Self::Template(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// An error with its causes as one sentence; a cause that is in it already is not repeated.
#[must_use]
pub fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = String::new();
    for cause in error.chain() {
        let words = cause.to_string();
        if sentence.is_empty() {
            sentence = words;
        } else if !sentence.contains(&words) {
            sentence = if words.contains(&sentence) {
                words
            } else {
                format!("{sentence}: {words}")
            };
        }
    }
    sentence
}

/// Result codes of SQLite, <https://www.sqlite.org/rescode.html>.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const PROTOCOL: u32 = 15;
/// Kinds of [`IOERR`] that say nothing about the disk: no room for the shared memory, no memory at all.
const IOERR_SHMSIZE: u32 = IOERR | (19 << 8);
const IOERR_NOMEM: u32 = IOERR | (12 << 8);

/// The extended result code of an error of the database.
fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// A lock that is held, a full disk, a disk that fails: all of that passes, and the form may be sent again then.
fn of_the_store(error: &sqlx::Error) -> StatusCode {
    if matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if is_full(error) {
        return StatusCode::INSUFFICIENT_STORAGE;
    }
    match sqlite_code(error).map(|code| code & 0xff) {
        Some(BUSY | LOCKED | READONLY | IOERR | CANTOPEN | PROTOCOL) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn of_a_file(error: &std::io::Error) -> StatusCode {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            StatusCode::INSUFFICIENT_STORAGE
        }
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Whether the disk has no room left.
#[must_use]
pub fn is_full(error: &sqlx::Error) -> bool {
    sqlite_code(error).is_some_and(|code| code & 0xff == FULL || code == IOERR_SHMSIZE)
}

/// Whether what failed was writing, and not reading.
#[must_use]
pub fn is_failed_write(error: &sqlx::Error) -> bool {
    const WRITE: u32 = IOERR | (3 << 8);
    const FSYNC: u32 = IOERR | (4 << 8);
    const DIR_FSYNC: u32 = IOERR | (5 << 8);
    const TRUNCATE: u32 = IOERR | (6 << 8);
    sqlite_code(error).is_some_and(|code| [WRITE, FSYNC, DIR_FSYNC, TRUNCATE].contains(&code))
}

/// Whether the disk did not do what it was asked: nobody knows then what it holds of what was written last.
#[must_use]
pub fn is_failure_of_the_disk(error: &sqlx::Error) -> bool {
    sqlite_code(error)
        .is_some_and(|code| code & 0xff == IOERR && code != IOERR_SHMSIZE && code != IOERR_NOMEM)
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("page not found"),
            Self::BadRequest(words) | Self::Forbidden(words) => f.write_str(words),
            Self::OtherSite => f.write_str("sent from another site"),
            Self::TooMany {
                retry_after_seconds,
            } => {
                write!(f, "too many attempts, try again in {retry_after_seconds} s")
            }
            Self::NotSetUp => f.write_str("the blog is not set up yet"),
            Self::Busy => f.write_str("the server is busy"),
            Self::ManySearches => f.write_str("too many searches at once"),
            Self::NotKept => f.write_str("nothing can be written to the disk"),
            Self::Store(error) => write!(f, "database: {error}"),
            Self::File(error) => write!(f, "media: {error}"),
            Self::Template(error) => write!(f, "template: {error}"),
            Self::Internal(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::File(error) => Some(error),
            Self::Template(error) => Some(error),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Template(error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    #[test]
    fn a_cause_is_named_once() {
        let full = || std::io::Error::from_raw_os_error(28);
        let words = full().to_string();
        let wrapped = anyhow::Error::new(Error::File(full())).context("the copy cannot be written");
        assert_eq!(
            sentence(&wrapped),
            format!("the copy cannot be written: media: {words}")
        );
        let nested: anyhow::Result<()> = Err(anyhow!("full")).context("full").context("no room");
        assert_eq!(sentence(&nested.unwrap_err()), "no room: full");
    }
}
