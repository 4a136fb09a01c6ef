//! A large export: how soon it is in, in how much memory, and what readers and commenters notice while a server takes it in.

use super::{Blog, blog, sent};
use axum::body::Body;
use axum::http::Request;
use daybook::app::imports::{NewImport, Sent, Step};
use daybook::app::incoming::PLACE;
use daybook::http::Server;
use daybook::transfer::old_links::{Answered, Asks};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const EXPORT_BYTES: u64 = 200 * 1024 * 1024;
/// What the promise is about: posts of the length that posts have.
const POST_BYTES: u64 = 3 * 1024;
const POSTS_PER_SECOND: f64 = 1000.0;
const MEMORY_MIB: u64 = 200;
const READERS_KEPT: f64 = 0.9;
const COMMENT_MS: f64 = 50.0;

/// Writes an export of `WordPress`; gives how many posts it has, each with a comment.
fn export(path: &Path, bytes: u64) -> u64 {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let head = "<?xml version='1.0'?><rss xmlns:content='http://purl.org/rss/1.0/modules/content/' \
         xmlns:wp='http://wordpress.org/export/1.2/'><channel><title>Tides</title>\
         <link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>";
    out.write_all(head.as_bytes()).unwrap();
    let posts = bytes / POST_BYTES;
    let sentence = "The tide came in and <em>nobody</em> saw it, and so it went out again, which is what tides do.\n\n";
    let text = sentence.repeat(22);
    for number in 1..=posts {
        let (year, month, day) = (2000 + number % 16, number % 12 + 1, number % 28 + 1);
        write!(
            out,
            "<item><title>Tide {number}</title><link>https://old.example/{year}/{month:02}/tide-{number}/</link>\
             <wp:post_id>{number}</wp:post_id><wp:post_date_gmt>{year}-{month:02}-{day:02} 10:00:00</wp:post_date_gmt>\
             <wp:post_name>tide-{number}</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>\
             <category domain='post_tag' nicename='t{tag}'>Tag {tag}</category>\
             <content:encoded><![CDATA[Number {number}. {text}<img src=\"https://old.example/{number}.jpg\">]]></content:encoded>\
             <wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Ada</wp:comment_author>\
             <wp:comment_date_gmt>{year}-{month:02}-{day:02} 11:00:00</wp:comment_date_gmt>\
             <wp:comment_content>Thanks for number {number}.</wp:comment_content>\
             <wp:comment_approved>1</wp:comment_approved></wp:comment></item>",
            tag = number % 200,
        )
        .unwrap();
    }
    out.write_all(b"</channel></rss>").unwrap();
    out.flush().unwrap();
    posts
}

/// The most memory that a process had so far, in MiB.
fn memory_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

#[test]
#[ignore = "a measurement; `make measure` runs it in a release build"]
fn a_large_export_comes_in_quickly_and_in_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("export.xml");
    let posts = export(&file, EXPORT_BYTES);
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    command.args(["import", "wordpress"]).arg(&file);
    command.arg("--data").arg(directory.path().join("data"));
    let begun = Instant::now();
    let mut import = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    let status = loop {
        most = most.max(memory_of(import.id()).unwrap_or(0));
        if let Some(status) = import.try_wait().unwrap() {
            break status;
        }
        std::thread::park_timeout(Duration::from_millis(20));
    };
    let seconds = begun.elapsed().as_secs_f64();
    assert!(status.success(), "{status}");
    let rate = f64::from(u32::try_from(posts).unwrap()) / seconds;
    println!(
        "import of {} MiB, {posts} posts: {seconds:.1} s, {rate:.0} posts/s, goal {POSTS_PER_SECOND}; {most} MiB, goal {MEMORY_MIB}",
        EXPORT_BYTES / 1024 / 1024
    );
    assert!(rate >= POSTS_PER_SECOND && most <= MEMORY_MIB);
}

/// Nobody is asked: the addresses are no part of this measure.
struct Nobody;

impl Asks for Nobody {
    fn ask<'a>(&'a self, _: &'a str) -> Pin<Box<dyn Future<Output = Answered> + Send + 'a>> {
        Box::pin(async {
            Answered {
                status: 200,
                location: None,
            }
        })
    }
}

/// Pages that a reader opens one after the other in this time, per second.
async fn pages_per_second(front: &Server, path: &str, within: Duration) -> f64 {
    let begun = Instant::now();
    let mut pages = 0;
    while begun.elapsed() < within {
        let request = Request::get(path).header("host", "blog.example");
        let answer = sent(front, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), 200);
        pages += 1;
    }
    f64::from(pages) / begun.elapsed().as_secs_f64()
}

/// Leaves a comment every tenth of a second until it is to end; gives how long each waited, in milliseconds.
async fn comments(blog: Arc<Blog>, ends: Arc<AtomicBool>) -> Vec<f64> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut times = Vec::new();
    while !ends.load(Ordering::Relaxed) {
        let comment = super::arriving(blog.post, NEXT.fetch_add(1, Ordering::Relaxed));
        let begun = Instant::now();
        blog.app.store.comments().post(comment).await.unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    times.sort_by(f64::total_cmp);
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn readers_and_commenters_hardly_notice_an_import() {
    const ROUND: Duration = Duration::from_secs(8);
    let blog = Arc::new(blog().await);
    let front = daybook::http::server(blog.app.clone());
    let place = blog.directory.path().join(PLACE);
    std::fs::create_dir(&place).unwrap();
    export(&place.join("export.xml"), EXPORT_BYTES / 2);
    let new = NewImport {
        called: "export.xml".to_owned(),
        ..NewImport::default()
    };
    let author = blog.app.store.authors().list().await.unwrap()[0].id;
    let export = Sent::Place("export.xml".to_owned());
    let taken = blog.app.take_import((export, None), new, author).await;
    taken.unwrap().unwrap();
    while blog
        .app
        .import_state()
        .await
        .unwrap()
        .unwrap()
        .percent
        .is_some()
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    pages_per_second(&front, &blog.path, Duration::from_secs(1)).await;
    let before = pages_per_second(&front, &blog.path, ROUND).await;

    assert!(blog.app.begin_import(Box::new(Nobody)).await.unwrap());
    let ends = Arc::new(AtomicBool::new(false));
    let waiting = tokio::spawn(comments(Arc::clone(&blog), Arc::clone(&ends)));
    // It reads the file through first; posts are written after that.
    while blog.app.import_state().await.unwrap().unwrap().percent < Some(52) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let meanwhile = pages_per_second(&front, &blog.path, ROUND).await;
    let state = blog.app.import_state().await.unwrap().unwrap();
    ends.store(true, Ordering::Relaxed);
    let times = waiting.await.unwrap();
    blog.app.cancel_import();
    assert_eq!(
        state.record.step,
        Step::Importing,
        "the export is too short"
    );
    let slow = times[times.len() * 95 / 100];
    let kept = meanwhile / before;
    println!(
        "import in the server: {before:.0} pages/s before, {meanwhile:.0} meanwhile ({kept:.2}, goal {READERS_KEPT}); \
         comments wait {slow:.1} ms (95 of 100, goal {COMMENT_MS}), {:.1} ms at most",
        times.last().unwrap()
    );
    while blog
        .app
        .import_state()
        .await
        .unwrap()
        .unwrap()
        .percent
        .is_some()
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(kept >= READERS_KEPT && slow <= COMMENT_MS);
}
