//! Lists, pages and searches of 10,000 and 100,000 posts.

use super::{Blog, NOON, blog, median, post, sent, sign_in};
use daybook::blog::comment::State;
use daybook::blog::post::{Markup, Rendered, State as PostState};
use daybook::store::{ImportOutcome, ImportedComment, ImportedPost};
use std::time::Instant;

/// Ten thousand posts of twenty years, every third a draft, with tags, two by-lines and a word that each third holds.
async fn with_ten_thousand_posts(blog: &Blog) {
    let day = 24 * 3600;
    for batch in 0..20_i64 {
        let posts: Vec<ImportedPost> = (batch * 500..(batch + 1) * 500)
            .map(|number| {
                let at = NOON.plus_seconds(-number * day * 7 / 10);
                let words = format!(
                    "Number {number}. {} {}",
                    if number % 3 == 0 {
                        "Lantern."
                    } else {
                        "Harbour."
                    },
                    "The tide came in and nobody saw it, and so it went out again. ".repeat(60)
                );
                ImportedPost {
                    origin: format!("post-{number}"),
                    title: format!("Post number {number}"),
                    path: Some(format!("/old/{number}.html")),
                    state: if number % 3 == 1 {
                        PostState::Draft
                    } else {
                        PostState::Published
                    },
                    tags: vec![format!("tag {}", number % 40), "every".to_owned()],
                    byline: if number % 2 == 0 { "Clara" } else { "Ben" }.to_owned(),
                    published_at: Some(at),
                    updated_at: at,
                    source: words.clone(),
                    rendered: Rendered {
                        html: format!("<p>{words}</p>"),
                        words,
                        ..Rendered::default()
                    },
                    ..post("/unused")
                }
            })
            .collect();
        let store = &blog.app.store;
        store.imports().posts(&posts, NOON).await.unwrap();
    }
    blog.app.store.optimize().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn the_list_of_ten_thousand_posts_opens_at_once_whatever_is_looked_for() {
    const GOAL_MS: f64 = 50.0;
    let blog = blog().await;
    with_ten_thousand_posts(&blog).await;
    let (token, _) = sign_in(&blog).await;
    let front = daybook::http::server(blog.app.clone());
    let mut slowest: f64 = 0.0;
    for query in [
        "",
        "?order=oldest",
        "?state=draft",
        "?state=published&before=1262304000000-99999",
        "?state=trashed",
        "?state=pending",
        "?q=tide",
        "?q=lantern&order=oldest",
        "?q=%22number+4711%22",
        "?q=zeppelin",
        "?tag=every",
        "?tag=tag+7",
        "?author=by:Clara",
        "?month=2010-03",
        "?state=draft&q=tide&tag=every&author=by:Clara&month=2010-03",
    ] {
        let mut times = Vec::new();
        for _ in 0..5 {
            let request = axum::http::Request::get(format!("/admin/posts/{query}"))
                .header("host", "blog.example")
                .header("cookie", format!("sid={token}"))
                .body(axum::body::Body::empty())
                .unwrap();
            let begun = Instant::now();
            let answer = sent(&front, request).await;
            assert_eq!(answer.status(), 200);
            http_body_util::BodyExt::collect(answer.into_body())
                .await
                .unwrap();
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        let time = median(times);
        println!("10,000 posts: list{query}: {time:.2} ms");
        slowest = slowest.max(time);
    }
    println!("10,000 posts: slowest list {slowest:.2} ms, goal {GOAL_MS}");
    assert!(slowest < GOAL_MS);
}

/// Some words that depend on nothing but the number: a few of them common, most of them rare, as in any language.
fn words(number: i64, length: usize) -> String {
    let mut state = number.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::from("The tide came in and nobody saw it.");
    for place in 0..length {
        // xorshift
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let word = 20_000 / (1 + state % 20_000);
        text.push_str(if place % 12 == 11 { ". " } else { " " });
        text.push_str("word");
        text.push_str(&word.to_string());
    }
    text
}

/// Posts of twenty years, each with tags, one of three by-lines and a comment. Ten of each thousand mention a lantern, one
/// of a zeppelin.
async fn with_posts_and_comments(blog: &Blog, numbers: std::ops::Range<i64>) {
    const AT_ONCE: i64 = 500;
    const YEARS: i64 = 20;
    let store = &blog.app.store;
    for first in numbers.clone().step_by(500) {
        let posts: Vec<ImportedPost> = (first..numbers.end.min(first + AT_ONCE))
            .map(|number| {
                // Spread over the years in whatever order they come.
                let minutes = (number * 7_919) % (YEARS * 365 * 24 * 60);
                let at = NOON.plus_seconds(-60 * minutes);
                let mut text = words(number, 150);
                if number % 100 == 50 {
                    text += " A lantern.";
                }
                if number % 1000 == 500 {
                    text += " A zeppelin.";
                }
                ImportedPost {
                    origin: format!("post-{number}"),
                    title: format!("Post number {number}"),
                    path: Some(format!("/old/{number}.html")),
                    tags: vec![format!("tag {}", number % 1000), "every".to_owned()],
                    byline: ["Clara", "Ben", "Ida"][usize::try_from(number % 3).unwrap()]
                        .to_owned(),
                    published_at: Some(at),
                    updated_at: at,
                    source: text.clone(),
                    rendered: Rendered {
                        html: format!("<p>{}</p>", text.replace(". ", ".</p><p>")),
                        words: text,
                        ..Rendered::default()
                    },
                    ..post("/unused")
                }
            })
            .collect();
        let landed = store.imports().posts(&posts, NOON).await.unwrap();
        let comments: Vec<ImportedComment> = landed
            .iter()
            .zip(first..)
            .map(|(landed, number)| {
                let (ImportOutcome::New(post)
                | ImportOutcome::Known(post)
                | ImportOutcome::Readdressed(post, _)) = landed;
                let text = format!("Thanks for number {number}, and for the tide.");
                ImportedComment {
                    origin: format!("comment-{number}"),
                    post: *post,
                    parent: None,
                    state: State::Approved,
                    name: format!("Voice {}", number % 50),
                    email: String::new(),
                    url: String::new(),
                    created_at: NOON,
                    markup: Markup::Markdown,
                    html: format!("<p>{text}</p>"),
                    words: text.clone(),
                    source: text,
                    renderer: daybook::text::RENDERER,
                    other_origins: Vec::new(),
                }
            })
            .collect();
        store.imports().comments(&comments, NOON).await.unwrap();
    }
    store.imports().place_comments(NOON).await.unwrap();
    store.optimize().await.unwrap();
}

const PAGE_MS: f64 = 5.0;
const RARE_MS: f64 = 10.0;
const COMMON_MS: f64 = 50.0;

const PAGES: &[(&str, &str, f64)] = &[
    ("a rare word", "/search?q=zeppelin", RARE_MS),
    (
        "a rare and a common word",
        "/search?q=zeppelin+tide",
        COMMON_MS,
    ),
    ("a word of a hundredth", "/search?q=lantern", COMMON_MS),
    ("the commonest word", "/search?q=tide", COMMON_MS),
    ("its last page", "/search?q=tide&page=10", COMMON_MS),
    (
        "three of the commonest",
        "/search?q=tide+nobody+saw",
        COMMON_MS,
    ),
    ("a common phrase", "/search?q=%22nobody+saw%22", COMMON_MS),
    (
        "a common word of a tag",
        "/search?q=tide+tag:%22tag+7%22",
        COMMON_MS,
    ),
    ("a word of all comments", "/search?q=thanks", COMMON_MS),
    ("a word that is nowhere", "/search?q=xyzzy", RARE_MS),
    ("the archive", "/archive/", PAGE_MS),
    ("a year", "/2010/", PAGE_MS),
    (
        "a year, further down",
        "/2010/?before=1270000000000-1",
        PAGE_MS,
    ),
    ("a month", "/2010/06/", PAGE_MS),
    ("a day", "/2010/06/03/", PAGE_MS),
    ("all tags", "/tags/", PAGE_MS),
    ("a tag of all posts", "/tags/every/", PAGE_MS),
    (
        "the same, further down",
        "/tags/every/?before=1000000000000-1",
        PAGE_MS,
    ),
    ("a tag of a thousandth", "/tags/tag-7/", PAGE_MS),
    ("an author", "/authors/clara/", PAGE_MS),
    ("an old post", "/old/500.html", PAGE_MS),
    ("home, further down", "/?before=1000000000000-1", PAGE_MS),
    ("the feed", "/feed.atom", FEED_MS),
    ("its oldest document", "/feed.json?archive=start", FEED_MS),
    ("the feed of a tag", "/tags/every/feed.rss", FEED_MS),
    ("the feed of all comments", "/comments.atom", FEED_MS),
    (
        "its oldest document",
        "/comments.json?archive=start",
        FEED_MS,
    ),
    (
        "the comments on a post",
        "/old/500.html/comments.rss",
        FEED_MS,
    ),
    (
        "Blogger's feed, furthest",
        "/feeds/posts/default?alt=json&max-results=100&start-index=99901",
        COMMON_MS,
    ),
    (
        "that of a tag, furthest",
        "/feeds/posts/default/-/every?alt=rss&max-results=100&start-index=99901",
        COMMON_MS,
    ),
    (
        "that of comments, furthest",
        "/feeds/comments/default?alt=json&max-results=100&start-index=9901",
        COMMON_MS,
    ),
    ("a part of the map", "/sitemap/posts-1.xml", COMMON_MS),
    ("the lists of the map", "/sitemap/lists.xml", FEED_MS),
    ("a number that nobody has", UNKNOWN_NUMBER, PAGE_MS),
    ("an address of nothing", UNKNOWN_ADDRESS, PAGE_MS),
    ("a query that nobody reads", "/?x=1", PAGE_MS),
];

/// What costs as much as any other address that holds nothing.
const UNKNOWN_NUMBER: &str = "/feeds/123456789/comments/default";
const UNKNOWN_ADDRESS: &str = "/nothing/at/all.html";
const FEED_MS: f64 = 20.0;
const ANSWER_MAX_BYTES: usize = 2 * 1024 * 1024;

/// What a hundred thousand posts cost a reader, as the blog grows to them: the costliest that each route may be asked,
/// uncached, and how long the answer is. One comment a post, since filling the database is most of the time that this takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn a_hundred_thousand_posts_are_searched_and_leafed_through_at_once() {
    let blog = blog().await;
    let front = daybook::http::server(blog.app.clone());
    let mut filled = 0;
    let mut missed = Vec::new();
    let mut table = vec![Vec::new(); PAGES.len()];
    for size in [1_000, 10_000, 100_000] {
        let begun = Instant::now();
        with_posts_and_comments(&blog, filled..size).await;
        filled = size;
        println!(
            "{size} posts after {:.0} s more",
            begun.elapsed().as_secs_f64()
        );
        for (row, (what, address, goal)) in PAGES.iter().enumerate() {
            let mut times = Vec::new();
            for _ in 0..9 {
                let request = axum::http::Request::get(*address)
                    .header("host", "blog.example")
                    .body(axum::body::Body::empty())
                    .unwrap();
                let begun = Instant::now();
                let answer = sent(&front, request).await;
                let is_nowhere = [UNKNOWN_NUMBER, UNKNOWN_ADDRESS].contains(address);
                let expected = if is_nowhere { 404 } else { 200 };
                assert_eq!(answer.status(), expected, "{address}");
                let bytes = http_body_util::BodyExt::collect(answer.into_body())
                    .await
                    .unwrap()
                    .to_bytes();
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
                assert!(
                    bytes.len() < ANSWER_MAX_BYTES,
                    "{address}: {} bytes",
                    bytes.len()
                );
            }
            let time = median(times);
            table[row].push(time);
            println!("{size:>8} posts: {what:28}{time:>9.2} ms");
            if time > *goal {
                missed.push(format!(
                    "{what} with {size} posts: {time:.2} ms, goal {goal}"
                ));
            }
        }
    }
    println!(
        "{:28}{:>10}{:>10}{:>10}  goal (ms)",
        "posts", 1_000, 10_000, 100_000
    );
    for ((what, _, goal), times) in PAGES.iter().zip(&table) {
        let times: Vec<String> = times.iter().map(|time| format!("{time:>10.2}")).collect();
        println!("{what:28}{}  {goal:.0}", times.concat());
    }
    let took = |address: &str| {
        let row = PAGES.iter().position(|(_, known, _)| *known == address);
        table[row.unwrap()].last().copied().unwrap()
    };
    let ratio = took(UNKNOWN_NUMBER) / took(UNKNOWN_ADDRESS);
    println!(
        "a number that nobody has costs {ratio:.2} times what an address of nothing costs, goal 1.5"
    );
    assert!(ratio <= 1.5);
    assert!(missed.is_empty(), "{missed:#?}");
}
