//! Checkpoints of the write-ahead log, by the server or by another program such as Litestream.

use super::runtime;
use crate::support::program::{Home, Server, query};
use daybook::store::Store;
use daybook::store::file::Checkpoints;

/// How long the log of a database is after some megabytes were written.
fn log_after_writing(checkpoints: Checkpoints) -> (u64, u64) {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("daybook.db");
    let log = directory.path().join("daybook.db-wal");
    let length = || log.metadata().map_or(0, |meta| meta.len());
    runtime().block_on(async {
        let store = Store::open_with(&database, true, checkpoints)
            .await
            .unwrap();
        for number in 0..100 {
            // Each is all other: SQLite writes no page that stays the same.
            let words = format!("{number:03} ").repeat(25_000);
            // Which row it is does not matter.
            store
                .settings()
                .note_backup_failure(Some(&words))
                .await
                .unwrap();
        }
        let grown = length();
        store.checkpoint().await.unwrap();
        let after = length();
        store.close().await;
        (grown, after)
    })
}

#[test]
fn the_log_is_written_back_by_us_or_left_to_who_copies_it_away() {
    let (own, own_after) = log_after_writing(Checkpoints::Own);
    // wal_autocheckpoint is 1,000 pages of 4 KiB; one transaction more may come before it is seen.
    assert!(own > 4_000_000 && own < 5_000_000, "{own}");
    assert_eq!(own_after, 0);
    let (left, left_after) = log_after_writing(Checkpoints::Left);
    assert!(left > 8_000_000, "{left}");
    assert_eq!(left_after, left);
}

#[test]
fn another_program_can_read_the_log_and_write_it_back_while_we_serve() {
    let home = Home::set_up();
    std::fs::write(
        home.data().join("daybook.toml"),
        "leave-checkpoints = true\n",
    )
    .unwrap();
    let server = Server::start(&home);
    assert_eq!(home.rows("pragma journal_mode"), [["wal"]]);
    assert_eq!(server.get("/").status, 200);
    // A lock that is not shared would make this wait, and fail.
    let back = home.rows("pragma wal_checkpoint(passive)");
    assert_eq!(back[0][0], "0", "nobody stood in the way: {back:?}");
    query(
        &home.database(),
        "begin immediate; create table _litestream_lock (id integer); drop table _litestream_lock; commit",
    );
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn writing_the_log_back_waits_for_no_reader() {
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, Connection, Executor};
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("daybook.db");
    runtime().block_on(async {
        let store = Store::open(&database, true).await.unwrap();
        let options = SqliteConnectOptions::new()
            .filename(&database)
            .read_only(true);
        let mut reader = options.connect().await.unwrap();
        reader.execute("begin").await.unwrap();
        reader.execute("select * from content").await.unwrap();
        store
            .settings()
            .note_backup_failure(Some("words"))
            .await
            .unwrap();
        let begun = std::time::Instant::now();
        store.checkpoint().await.unwrap();
        let seconds = begun.elapsed().as_secs();
        // The busy time-out, which it would otherwise wait for with the lock of all writers, is 5 s.
        assert!(seconds < 4, "{seconds}");
        store
            .settings()
            .note_backup_failure(Some("more words"))
            .await
            .unwrap();
        reader.execute("commit").await.unwrap();
        reader.close().await.unwrap();
        store.checkpoint().await.unwrap();
        store.close().await;
    });
}
