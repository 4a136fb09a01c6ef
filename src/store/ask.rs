//! Asking the database: every question and every change of the store goes through [`Ask`], which knows the engine so
//! that nothing else has to, and takes the time of each question.
//!
//! `self.ask(SQL).bind(x).all()` gives rows, `.one()` a row that may be missing, `.row()` one that is there; `.values()`,
//! `.one_value()` and `.value()` give the first column alone; `.exists()` says whether there is a row; `.run()` changes rows and
//! gives how many.

use super::{Store, Write};
use crate::error::Result;
use crate::metrics::Histogram;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Decode, Encode, FromRow, Row as _, Sqlite, Type};
use std::sync::Arc;
use std::time::Instant;

/// Joins texts of SQL while the program is compiled: parts that several questions share are constants.
/// A statement stays prepared by its text, so no text is ever made while the program runs.
macro_rules! sql {
    ($($part:expr),+ $(,)?) => {{
        const PARTS: &[&str] = &[$($part),+];
        const BYTES: [u8; $crate::store::ask::len(PARTS)] = $crate::store::ask::join(PARTS);
        const SQL: &str = match std::str::from_utf8(&BYTES) {
            Ok(sql) => sql,
            // Whole texts joined are a text.
            Err(_) => "",
        };
        SQL
    }};
}
pub(super) use sql;

/// How many bytes some texts have together.
pub(super) const fn len(parts: &[&str]) -> usize {
    let (mut bytes, mut part) = (0, 0);
    while part < parts.len() {
        bytes += parts[part].len();
        part += 1;
    }
    bytes
}

/// The bytes of some texts, one text behind the other.
pub(super) const fn join<const LEN: usize>(parts: &[&str]) -> [u8; LEN] {
    let mut joined = [0; LEN];
    let (mut at, mut part) = (0, 0);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut byte = 0;
        while byte < bytes.len() {
            joined[at] = bytes[byte];
            at += 1;
            byte += 1;
        }
        part += 1;
    }
    joined
}

/// What can be bound to a place of a statement.
pub(super) trait Bound<'v>: Encode<'v, Sqlite> + Type<Sqlite> {}
impl<'v, T: Encode<'v, Sqlite> + Type<Sqlite>> Bound<'v> for T {}

/// What one column can be read as.
pub(super) trait Value: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + Send + Unpin {}
impl<T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + Send + Unpin> Value for T {}

/// What a row can be read as: a struct by the names of its columns, a tuple by their order.
pub(super) trait Row: for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin> Row for T {}

/// A statement that waits for its values, and is sent by one of its last methods.
#[must_use = "nothing is asked before `all`, `one`, `row`, `values`, `one_value`, `value`, \
    `exists` or `run`"]
pub(super) struct Ask<'a> {
    query: Query<'static, Sqlite, SqliteArguments>,
    on: On<'a>,
}

/// Where a statement goes.
enum On<'a> {
    /// Any connection that reads; asking takes the time that is noted in `times`.
    Readers {
        pool: &'a SqlitePool,
        times: &'a Arc<QueryTimes>,
    },
    /// The connection of a change, whose time is taken as a whole.
    Change(&'a mut SqliteConnection),
}

/// A connection while it answers.
enum Answering<'a> {
    Reader(
        PoolConnection<Sqlite>,
        #[expect(unused, reason = "ends when it is dropped")] Timing,
    ),
    Change(&'a mut SqliteConnection),
}

impl Answering<'_> {
    fn connection(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Reader(connection, _) => connection,
            Self::Change(connection) => connection,
        }
    }
}

impl Store {
    /// Asks a question, of what is committed.
    pub(super) fn ask(&self, sql: &'static str) -> Ask<'_> {
        Ask {
            query: sqlx::query(sql),
            on: On::Readers {
                pool: &self.readers,
                times: &self.times,
            },
        }
    }
}

impl Write {
    /// Asks a question or changes something, within this transaction.
    pub(super) fn ask(&mut self, sql: &'static str) -> Ask<'_> {
        Ask {
            query: sqlx::query(sql),
            on: On::Change(&mut self.tx),
        }
    }
}

impl<'a> Ask<'a> {
    /// Binds the next value: the first to `$1`, the second to `$2`.
    pub fn bind<'v>(mut self, value: impl Bound<'v>) -> Self {
        self.query = self.query.bind(value);
        self
    }

    /// Binds some values of one kind, one behind the other.
    pub fn bind_all<'v>(mut self, values: impl IntoIterator<Item: Bound<'v>>) -> Self {
        for value in values {
            self = self.bind(value);
        }
        self
    }

    /// All rows.
    pub async fn all<R: Row>(self) -> Result<Vec<R>> {
        let (query, mut on) = self.begin().await?;
        let rows = query.try_map(|row| R::from_row(&row));
        Ok(rows.fetch_all(on.connection()).await?)
    }

    /// The first row; `None` where there is none.
    pub async fn one<R: Row>(self) -> Result<Option<R>> {
        let (query, mut on) = self.begin().await?;
        let rows = query.try_map(|row| R::from_row(&row));
        Ok(rows.fetch_optional(on.connection()).await?)
    }

    /// The one row of a question that always has one.
    ///
    /// # Errors
    /// [`sqlx::Error::RowNotFound`] where there is none.
    pub async fn row<R: Row>(self) -> Result<R> {
        let (query, mut on) = self.begin().await?;
        let rows = query.try_map(|row| R::from_row(&row));
        Ok(rows.fetch_one(on.connection()).await?)
    }

    /// The first column of all rows.
    pub async fn values<T: Value>(self) -> Result<Vec<T>> {
        let (query, mut on) = self.begin().await?;
        let values = query.try_map(|row| row.try_get(0));
        Ok(values.fetch_all(on.connection()).await?)
    }

    /// The first column of the first row; `None` where there is no row.
    pub async fn one_value<T: Value>(self) -> Result<Option<T>> {
        let (query, mut on) = self.begin().await?;
        let values = query.try_map(|row| row.try_get(0));
        Ok(values.fetch_optional(on.connection()).await?)
    }

    /// The first column of the one row of a question that always has one.
    ///
    /// # Errors
    /// [`sqlx::Error::RowNotFound`] where there is none.
    pub async fn value<T: Value>(self) -> Result<T> {
        let (query, mut on) = self.begin().await?;
        let values = query.try_map(|row| row.try_get(0));
        Ok(values.fetch_one(on.connection()).await?)
    }

    /// Whether there is a row at all, whatever is in it.
    pub async fn exists(self) -> Result<bool> {
        let (query, mut on) = self.begin().await?;
        let row = query.fetch_optional(on.connection()).await?;
        Ok(row.is_some())
    }

    /// Changes rows; gives how many.
    pub async fn run(self) -> Result<u64> {
        let (query, mut on) = self.begin().await?;
        let done = query.execute(on.connection()).await?;
        Ok(done.rows_affected())
    }

    async fn begin(self) -> Result<(Query<'static, Sqlite, SqliteArguments>, Answering<'a>)> {
        let on = match self.on {
            On::Readers { pool, times } => {
                // Waiting for a connection is part of how long a question takes.
                let timing = Timing::of_a_question(times);
                Answering::Reader(pool.acquire().await?, timing)
            }
            On::Change(connection) => Answering::Change(connection),
        };
        Ok((self.query, on))
    }
}

/// What the database took its time for.
#[derive(Debug, Default)]
pub struct QueryTimes {
    /// Single questions, from asking for a connection to the last row.
    pub questions: Histogram,
    /// Changes, from waiting for their turn to the commit that is on disk.
    pub changes: Histogram,
}

/// Runs until it is dropped.
#[derive(Debug)]
pub(super) struct Timing {
    begun: Instant,
    times: Arc<QueryTimes>,
    histogram: fn(&QueryTimes) -> &Histogram,
}

impl Timing {
    fn of_a_question(times: &Arc<QueryTimes>) -> Self {
        Self {
            begun: Instant::now(),
            times: Arc::clone(times),
            histogram: |times| &times.questions,
        }
    }

    pub(super) fn of_a_change(times: &Arc<QueryTimes>) -> Self {
        Self {
            begun: Instant::now(),
            times: Arc::clone(times),
            histogram: |times| &times.changes,
        }
    }
}

impl Drop for Timing {
    fn drop(&mut self) {
        (self.histogram)(&self.times).took(self.begun.elapsed());
    }
}
