//! Many comments at once, and a post with many comments.

use super::{Blog, NOON, arriving, blog, median, sent};
use daybook::blog::comment::State;
use daybook::blog::post::Markup;
use daybook::blog::{CommentId, PostId};
use daybook::http::limits::client_addr::ClientAddr;
use daybook::store::{CommentImportOutcome, ImportedComment, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const WRITERS: u64 = 32;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;

/// How much more than a loop of single commits the writers together must get onto the disk.
const BATCHING: f64 = 3.0;

/// Comments per second that so many writers get onto the disk, each waiting for its answer before it sends another.
async fn comments_per_second(store: &Store, post: PostId, next: &Arc<AtomicU64>) -> f64 {
    let begun = Instant::now();
    let before = next.load(Ordering::SeqCst);
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (store, next) = (store.clone(), Arc::clone(next));
            tokio::spawn(async move {
                while begun.elapsed() < ROUND {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    store.comments().post(arriving(post, number)).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    per_second(next.load(Ordering::SeqCst) - before, begun.elapsed())
}

/// Commits per second of a loop that does nothing but insert a row like a comment and commit it, on a database with the
/// same pragmas.
async fn bare_commits_per_second(directory: &Path, next: &mut u64) -> f64 {
    let mut connection = SqliteConnectOptions::new()
        .filename(directory.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await
        .unwrap();
    connection
        .execute("create table if not exists comments (id integer primary key, name text, html text, source text)")
        .await
        .unwrap();
    let begun = Instant::now();
    let mut commits = 0;
    while begun.elapsed() < ROUND {
        let one = arriving(PostId(1), *next);
        *next += 1;
        commits += 1;
        // One statement outside a transaction is one commit, the quickest that there is.
        sqlx::query("insert into comments (name, html, source) values ($1, $2, $3)")
            .bind(&one.new.name)
            .bind(&one.html)
            .bind(&one.new.source)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    per_second(commits, begun.elapsed())
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn per_second(number: u64, time: Duration) -> f64 {
    number as f64 / time.as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn many_writers_at_once_share_their_commits() {
    let blog = blog().await;
    let next = Arc::new(AtomicU64::new(0));
    let mut bare_next = 0;
    let (mut written, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(bare_commits_per_second(blog.directory.path(), &mut bare_next).await);
        written.push(comments_per_second(&blog.app.store, blog.post, &next).await);
    }
    let (written, bare) = (median(written), median(bare));
    // Each commit that a reader could see raises the version by one.
    let together = next.load(Ordering::SeqCst) / blog.app.store.content_version();
    println!(
        "{WRITERS} writers at once: {written:.0} durable comments/s, {together} to a commit; a bare loop with \
         synchronous=FULL: {bare:.0} commits/s; ratio {:.2}, goal {BATCHING}",
        written / bare
    );
    assert!(written >= BATCHING * bare);
}

/// Five thousand comments, every third a reply to one of the last ten.
async fn with_five_thousand_comments(blog: &Blog) {
    let comments: Vec<ImportedComment> = (0..5000)
        .map(|number| ImportedComment {
            origin: format!("c-{number}"),
            post: blog.post,
            parent: None,
            state: State::Approved,
            name: format!("Voice {}", number % 50),
            email: String::new(),
            url: String::new(),
            created_at: NOON.plus_seconds(number),
            markup: Markup::Markdown,
            source: format!("Word {number}."),
            html: format!("<p>Word {number} {}</p>", "and so on ".repeat(30)),
            words: format!("Word {number}."),
            renderer: daybook::text::RENDERER,
            other_origins: Vec::new(),
        })
        .collect();
    let store = &blog.app.store;
    let landed = store.imports().comments(&comments, NOON).await.unwrap();
    let ids: Vec<CommentId> = landed
        .into_iter()
        .map(|one| match one {
            CommentImportOutcome::New(id)
            | CommentImportOutcome::Orphan(id)
            | CommentImportOutcome::Known(id)
            | CommentImportOutcome::Unlinked(id) => id,
        })
        .collect();
    let pairs: Vec<(CommentId, CommentId)> = (10..5000)
        .step_by(3)
        .map(|place| (ids[place], ids[place - place % 10]))
        .filter(|(reply, answered)| reply != answered)
        .collect();
    store.imports().set_parents(&pairs, NOON).await.unwrap();
    store.imports().place_comments(NOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn a_post_with_five_thousand_comments_is_read_and_answered_in_milliseconds() {
    const GOAL_MS: f64 = 20.0;
    let blog = blog().await;
    with_five_thousand_comments(&blog).await;
    let front = daybook::http::server(blog.app.clone());
    let ask = async |request: axum::http::request::Builder, body: String| {
        let request = request
            .header("host", "blog.example")
            .header("sec-fetch-site", "same-origin")
            .body(axum::body::Body::from(body))
            .unwrap();
        let begun = Instant::now();
        let answer = sent(&front, request).await;
        let status = answer.status().as_u16();
        http_body_util::BodyExt::collect(answer.into_body())
            .await
            .unwrap();
        (status, begun.elapsed().as_secs_f64() * 1000.0)
    };
    let mut slowest: f64 = 0.0;
    for page in 1..=50 {
        let address = match page {
            1 => blog.path.clone(),
            page => format!("{}?comments={page}", blog.path),
        };
        let mut times = Vec::new();
        for _ in 0..5 {
            let request = axum::http::Request::get(address.as_str());
            let (status, ms) = ask(request, String::new()).await;
            assert_eq!(status, 200);
            times.push(ms);
        }
        slowest = slowest.max(median(times));
    }
    println!("5,000 comments on a post: slowest page, uncached {slowest:.2} ms, goal {GOAL_MS}");
    let mut times = Vec::new();
    for number in 0..25_u32 {
        let client = IpAddr::from((0x0a00_0001 + number * 256).to_be_bytes());
        let request = axum::http::Request::post("/comments")
            .header("content-type", "application/x-www-form-urlencoded")
            .extension(ClientAddr(client));
        let body = format!("post={}&name=Ada&body=Answer+{number}", blog.post);
        let (status, ms) = ask(request, body).await;
        assert_eq!(status, 303);
        times.push(ms);
    }
    let posting = median(times);
    println!(
        "5,000 comments on a post: posting one, commit included {posting:.2} ms, goal {GOAL_MS}"
    );
    assert!(slowest < GOAL_MS && posting < GOAL_MS);
}
