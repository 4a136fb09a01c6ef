//! What the parts of a page take by themselves: Markdown, the sanitiser, the tree of a thread, and whole answers without the
//! page cache. `cargo bench` runs them; whatever is sent over a network is measured by `make bench`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

use axum::body::Body;
use axum::http::Request;
use criterion::{Criterion, criterion_group, criterion_main};
use daybook::app::App;
use daybook::blog::comment::{self, Comment, State};
use daybook::blog::media::Pictures;
use daybook::blog::post::{Comments, Kind, Markup, State as PostState};
use daybook::blog::settings::Settings;
use daybook::blog::time::Millis;
use daybook::blog::{CommentId, PostId};
use daybook::clock::Clock;
use daybook::config::{Config, ConfigArgs};
use daybook::http::{self, Server};
use daybook::secrets::Passwords;
use daybook::store::{ImportOutcome, ImportedComment, ImportedExtras, ImportedPost, Store};
use daybook::text;
use http_body_util::BodyExt;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use tempfile::TempDir;

const READER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// Sunday, 5 June 2016, 12:00 UTC.
const NOON: Millis = Millis(1_465_128_000_000);
const POSTS: i64 = 20;
const COMMENTS: i64 = 200;

/// A post of about a thousand words, with what authors put into posts.
fn markdown() -> String {
    let paragraph = "The tide came in over the *flats*, and the [harbour master](https://example.org/) wrote it down: \
                     two metres ten, a **quiet** night, wind from the west, and nobody on the quay but us. ";
    let paragraphs = format!("{}\n\n", paragraph.repeat(3)).repeat(2);
    (1..=5)
        .flat_map(|section| {
            [
                format!("## What we found on day {section}\n\n"),
                paragraphs.clone(),
                "- a net\n- a bell\n- a map of 1911\n\n> Nobody measures fog.\n\n\
                 | where | how much |\n|---|---|\n| quay | 12 |\n\n"
                    .to_owned(),
            ]
        })
        .collect()
}

fn said(number: i64) -> String {
    format!(
        "<p>Number {number} was there, too, and <em>remembers</em> the <a href=\"https://example.net/\">bell</a>.</p>"
    )
}

fn texts(criterion: &mut Criterion) {
    let (source, none) = (markdown(), Pictures::new());
    let html = text::post(&source, Markup::Markdown, &none).html;
    criterion.bench_function("Markdown: a post of a thousand words", |bench| {
        bench.iter(|| text::post(black_box(&source), Markup::Markdown, &none));
    });
    criterion.bench_function("sanitiser: the same post as HTML", |bench| {
        bench.iter(|| text::post(black_box(&html), Markup::Html, &none));
    });
    criterion.bench_function("Markdown: a comment", |bench| {
        bench.iter(|| {
            text::comment(black_box(
                "I was *there*, too: https://example.org/ says so.",
            ))
        });
    });
    let comment = said(1);
    criterion.bench_function("sanitiser: a comment", |bench| {
        bench.iter(|| text::imported_comment(black_box(&comment)));
    });
}

/// A page of a thread, where most answer somebody.
fn talk() -> Vec<Comment> {
    (1..=100)
        .map(|number| Comment {
            id: CommentId(number),
            post_id: PostId(1),
            parent_id: (number % 4 > 0)
                .then(|| CommentId(number - number % 4))
                .filter(|id| id.0 > 0),
            state: State::Approved,
            name: format!("Voice {number}"),
            email: String::new(),
            url: String::new(),
            author_id: None,
            created_at: NOON.plus_seconds(number),
            markup: Markup::Html,
            source: said(number),
            html: said(number),
            reason: String::new(),
            place: Some(number),
            decided_at: None,
            decided_by: String::new(),
            edited_at: None,
            confirmed: false,
            origin: None,
        })
        .collect()
}

fn threads(criterion: &mut Criterion) {
    let talk = talk();
    criterion.bench_function("tree of a hundred comments", |bench| {
        bench.iter_batched(
            || talk.clone(),
            |talk| comment::thread(talk, &[]),
            criterion::BatchSize::SmallInput,
        );
    });
}

/// A blog of twenty posts, the first of them with many comments, served without the page cache.
async fn blog() -> (Server, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let args = ConfigArgs {
        data: Some(directory.path().to_owned()),
        url: Some("http://blog.example".to_owned()),
        page_cache: Some(0),
        ..ConfigArgs::default()
    };
    let config = Config::read(&args).unwrap();
    let clock = Clock::frozen(NOON);
    let store = Store::open(&config.database, true).await.unwrap();
    let rows = Settings::default().rows();
    store
        .authors()
        .set_up("Ada", "ada@example.org", "", &rows, NOON)
        .await
        .unwrap();
    let posts: Vec<ImportedPost> = (1..=POSTS).map(post).collect();
    let landed = store.imports().posts(&posts, NOON).await.unwrap();
    let ImportOutcome::New(first) = landed[0] else {
        panic!("{landed:?}");
    };
    let comments: Vec<ImportedComment> = (1..=COMMENTS).map(|number| on(first, number)).collect();
    store.imports().comments(&comments, NOON).await.unwrap();
    store.imports().place_comments(NOON).await.unwrap();
    let app = App::new(config, store, clock, Passwords::default())
        .await
        .unwrap();
    (http::server(app), directory)
}

fn post(number: i64) -> ImportedPost {
    let source = markdown();
    ImportedPost {
        origin: format!("post:{number}"),
        extras: ImportedExtras::default(),
        kind: Kind::Post,
        state: PostState::Published,
        state_before_trash: None,
        title: format!("Tides, part {number}"),
        path: Some(format!("/2016/06/tides-{number}.html")),
        markup: Markup::Markdown,
        tags: vec!["Tides".to_owned(), "Harbour".to_owned()],
        author: None,
        byline: "Ada".to_owned(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: Some(NOON.plus_seconds(-number * 3600)),
        updated_at: NOON,
        rendered: text::post(&source, Markup::Markdown, &Pictures::new()),
        source,
        renderer: text::RENDERER,
    }
}

fn on(post: PostId, number: i64) -> ImportedComment {
    ImportedComment {
        origin: format!("comment:{number}"),
        other_origins: Vec::new(),
        post,
        parent: (number % 4 > 0 && number > 4).then(|| format!("comment:{}", number - number % 4)),
        state: State::Approved,
        name: format!("Voice {number}"),
        email: String::new(),
        url: String::new(),
        created_at: NOON.plus_seconds(number),
        markup: Markup::Html,
        source: said(number),
        html: said(number),
        words: format!("Number {number} was there, too"),
        renderer: text::RENDERER,
    }
}

/// Two questions to the store and a template; the sockets are left out.
fn answers(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (front, _directory) = runtime.block_on(blog());
    for (name, path) in [
        ("whole answer: home", "/"),
        ("whole answer: a post", "/2016/06/tides-2.html"),
        (
            "whole answer: a post with two hundred comments",
            "/2016/06/tides-1.html",
        ),
    ] {
        criterion.bench_function(name, |bench| {
            bench.to_async(&runtime).iter(async || {
                let request = Request::get(path).header("host", "blog.example");
                let request = request.body(Body::empty()).unwrap();
                let answer = front.answer(READER, request).await.unwrap();
                assert_eq!(answer.status(), 200);
                answer.into_body().collect().await.unwrap()
            });
        });
    }
}

criterion_group!(parts, texts, threads, answers);
criterion_main!(parts);
