//! How long the database takes to answer and to keep: a watch beside each question and each change.

use super::Sqlite;
use crate::metrics::Histogram;
use futures_core::future::BoxFuture;
use futures_core::stream::{BoxStream, Stream};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqlitePool, SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo};
use sqlx::{Either, Error, Execute, Executor, SqlStr};
use sqlx_core::describe::Describe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// What the database took its time for.
#[derive(Debug, Default)]
pub struct Times {
    /// Single questions, from asking for a connection to the last row.
    pub questions: Histogram,
    /// Changes, from waiting for their turn to the commit that is on disk.
    pub changes: Histogram,
}

/// Runs until it is dropped.
#[derive(Debug)]
pub(super) struct Timing {
    begun: Instant,
    times: Arc<Times>,
    histogram: fn(&Times) -> &Histogram,
}

impl Timing {
    fn of_a_question(times: &Arc<Times>) -> Self {
        Self {
            begun: Instant::now(),
            times: Arc::clone(times),
            histogram: |times| &times.questions,
        }
    }

    pub(super) fn of_a_change(times: &Arc<Times>) -> Self {
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

/// The connections that read. A query is given `&self.readers` as it would be given sqlx's own pool.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    pool: SqlitePool,
    times: Arc<Times>,
}

impl Readers {
    pub(super) fn new(pool: SqlitePool, times: &Arc<Times>) -> Self {
        Self {
            pool,
            times: Arc::clone(times),
        }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    /// The connections that nobody uses right now.
    pub(super) fn idle(&self) -> Vec<PoolConnection<Sqlite>> {
        std::iter::from_fn(|| self.pool.try_acquire()).collect()
    }
}

/// Rows as they come, and the watch that stops with the last one.
struct Watched<'e, T> {
    rows: BoxStream<'e, T>,
    _timing: Timing,
}

impl<T> Stream for Watched<'_, T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.rows.as_mut().poll_next(cx)
    }
}

type RowOrResult = Result<Either<SqliteQueryResult, SqliteRow>, Error>;

impl<'p> Executor<'p> for &Readers {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, RowOrResult>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        Box::pin(Watched {
            _timing: Timing::of_a_question(&self.times),
            rows: self.pool.fetch_many(query),
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let timing = Timing::of_a_question(&self.times);
        let asked = self.pool.fetch_optional(query);
        Box::pin(async move {
            let row = asked.await;
            drop(timing);
            row
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, Error>>
    where
        'p: 'e,
    {
        self.pool.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Sqlite>, Error>>
    where
        'p: 'e,
    {
        self.pool.describe(sql)
    }
}
