//! A large backup while people comment.

use super::{NOON, arriving, blog};
use daybook::app::backups::Step;
use daybook::store::backup::Going;
use daybook::transfer::backup;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// F21 of SECURITY.md: a blog of a gigabyte is backed up, proven and restored while somebody comments all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn a_backup_of_a_gigabyte_makes_no_commenter_wait_and_comes_back_within_a_minute() {
    const GOAL_MS: f64 = 50.0;
    const GOAL_SECONDS: f64 = 60.0;
    /// A fifth of a gigabyte of texts, the rest pictures.
    const TEXTS: &str = "insert into posts (kind, state, title, markup, comments, created_at, updated_at, listed_at, renderer, \
        cut, html, source) with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000) \
        select 'post', 'draft', 'Draft ' || i, 'markdown', 'blog', i, i, i, 0, 0, '', hex(randomblob(50000)) from n";
    const PICTURES: usize = 200;
    const PICTURE_BYTES: usize = 4 * 1024 * 1024;
    let blog = blog().await;
    let app = blog.app.clone();
    let mut raw = SqliteConnectOptions::new()
        .filename(&app.config.database)
        .connect()
        .await
        .unwrap();
    raw.execute(TEXTS).await.unwrap();
    app.store.checkpoint().await.unwrap();
    let mut picture = vec![0; PICTURE_BYTES];
    for _ in 0..PICTURES {
        getrandom::fill(&mut picture).unwrap();
        app.media.keep(&picture, "png").unwrap();
    }
    // How long each comment waited for its commit, from the slowest on.
    let number = Arc::new(AtomicU64::new(0));
    let comment_until = async |ended: Arc<AtomicBool>| {
        let mut times = Vec::new();
        while !ended.load(Ordering::Acquire) {
            let next = number.fetch_add(1, Ordering::Relaxed);
            let begun = Instant::now();
            app.store
                .comments()
                .post(arriving(blog.post, next))
                .await
                .unwrap();
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        times.reverse();
        times
    };
    let ended = || Arc::new(AtomicBool::new(false));
    let quiet = ended();
    let (times, ()) = tokio::join!(comment_until(Arc::clone(&quiet)), async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        quiet.store(true, Ordering::Release);
    });
    println!(
        "without a backup: {} comments, the slowest waited {:.1} ms",
        times.len(),
        times[0]
    );
    let done = ended();
    let begun = Instant::now();
    let turn = app.backups.begin(Step::Writing, app.now()).unwrap();
    let (times, ()) = tokio::join!(comment_until(Arc::clone(&done)), async {
        app.back_up(turn).await;
        done.store(true, Ordering::Release);
    });
    let backups = app.backup_list().await.unwrap();
    assert!(app.last_proven_backup().await.unwrap().ok);
    println!(
        "while {} MB are backed up and proven ({:.1} s): {} comments, the slowest waited {:.1} ms, of a hundred one {:.1} ms, goal \
         {GOAL_MS}",
        backups[0].bytes / 1_000_000,
        begun.elapsed().as_secs_f64(),
        times.len(),
        times[0],
        times[times.len() / 100]
    );
    let slowest = times[0];
    let there = tempfile::tempdir().unwrap();
    let file = app.config.backups.join(&backups[0].name);
    let begun = Instant::now();
    backup::restore(&file, there.path(), false, NOON, &going())
        .await
        .unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    println!("restoring it: {seconds:.1} s, goal {GOAL_SECONDS}");
    assert!(backups[0].bytes > 1_000_000_000);
    assert!(slowest < GOAL_MS && seconds < GOAL_SECONDS);
}

fn going() -> Going {
    Arc::new(|_| true)
}
