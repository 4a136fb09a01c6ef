//! What can go wrong, and the status that a visitor gets for it.
//!
//! A missing row is no error but `Ok(None)`; a form with problems is no error but the form again.
//! What stands in an error is for the log: a visitor never reads it.

use axum::http::StatusCode;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    /// There is nothing at this address.
    NotFound,
    /// The request is not one that this address understands; the words are for the visitor.
    BadRequest(&'static str),
    /// Refused, whoever asks; the words are for the visitor.
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
    Store(sqlx::Error),
    Template(askama::Error),
    /// A fault of the program or the machine.
    Internal(String),
}

impl Error {
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NotSetUp | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(error) if is_locked(error) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(error) if is_full(error) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Store(_) | Self::Template(_) | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }
}

/// The primary SQLite result code of a database error, <https://www.sqlite.org/rescode.html>.
fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// Somebody else held the write lock for longer than the busy time-out, or all connections are taken.
fn is_locked(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: u32 = 5;
    matches!(error, sqlx::Error::PoolTimedOut) || sqlite_code(error) == Some(SQLITE_BUSY)
}

fn is_full(error: &sqlx::Error) -> bool {
    const SQLITE_FULL: u32 = 13;
    sqlite_code(error) == Some(SQLITE_FULL)
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("nothing at this address"),
            Self::BadRequest(words) | Self::Forbidden(words) => f.write_str(words),
            Self::OtherSite => f.write_str("sent from another site"),
            Self::TooMany {
                retry_after_seconds,
            } => {
                write!(f, "too many attempts, again in {retry_after_seconds} s")
            }
            Self::NotSetUp => f.write_str("the blog is not set up yet"),
            Self::Busy => f.write_str("too much to do right now"),
            Self::Store(error) => write!(f, "database: {error}"),
            Self::Template(error) => write!(f, "template: {error}"),
            Self::Internal(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
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
