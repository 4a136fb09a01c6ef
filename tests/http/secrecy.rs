//! S44: what is not for readers is in nothing that they can reach, whatever its format, and its being saved changes none of it.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use crate::routes::TABLE;
use axum::http::Method;
use daybook::jobs;
use scraper::{Html, Selector};
use std::collections::BTreeMap;

/// A word that is in all that is hidden, and nowhere else.
pub(crate) const SECRET: &str = "xyzzy";

/// How two answers may differ.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    status: u16,
    etag: Option<String>,
    modified: Option<String>,
}

/// Every address that a reader comes to: what all doors' table names, and whatever is linked from there.
pub(crate) async fn everything(reader: &Person) -> BTreeMap<String, Answer> {
    let mut answers = BTreeMap::new();
    let named = TABLE.iter().map(|row| row.1.to_owned());
    let mut waiting: Vec<String> = named.filter(|address| is_readers(address)).collect();
    while let Some(address) = waiting.pop() {
        if answers.contains_key(&address) {
            continue;
        }
        let page = reader.get(&address).await;
        if is_text(&page) {
            let without_address = page.source().replace(&address, "");
            assert!(
                !without_address.contains(SECRET),
                "{address} shows a secret"
            );
            waiting.extend(links(&page).into_iter().filter(|link| is_readers(link)));
        }
        let header = |name| page.header(name).map(str::to_owned);
        let answer = Answer {
            status: page.status,
            etag: header("etag"),
            modified: header("last-modified"),
        };
        answers.insert(address, answer);
    }
    answers
}

/// Whether an address is one of the blog's own that is the same for everyone.
fn is_readers(address: &str) -> bool {
    let elsewhere = ["/admin", "/readyz", "/healthz"];
    address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains("{key}")
        && !elsewhere.iter().any(|other| address.starts_with(other))
}

fn is_text(page: &Page) -> bool {
    let kind = page.header("content-type").unwrap_or_default();
    !kind.starts_with("image/")
}

/// The addresses in a page or in a feed, those of our own host as paths.
fn links(page: &Page) -> Vec<String> {
    let source = page.source();
    let document = Html::parse_document(&source);
    let linking = Selector::parse("[href], [src], [ref]").unwrap();
    let attributes = document
        .select(&linking)
        .flat_map(|element| ["href", "src", "ref"].map(|name| element.attr(name)));
    let written = source
        .split(['<', '>', '"'])
        .filter(|part| part.starts_with("http://blog.example/"));
    attributes
        .flatten()
        .chain(written)
        .chain(page.header("location"))
        .filter_map(|link| link.split('#').next())
        .map(|link| link.strip_prefix("http://blog.example").unwrap_or(link))
        .filter(|link| !link.is_empty())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn s44_nothing_hidden_is_in_anything_that_readers_reach() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.publish_with(&[
        ("Title", "Ebb"),
        ("Body", "## Known words\n\nAnd more of them."),
        ("Tags", "tides, harbour"),
    ])
    .await;
    blog.clock.advance(86_400);
    let flow = nora
        .publish_with(&[
            ("Title", "Flow"),
            ("Body", "Other words."),
            ("Tags", "tides"),
        ])
        .await;
    let gone = nora.publish("Gone", "Words to be trashed.").await;
    jobs::rerender(&blog.app).await.unwrap();
    nora.revise("Gone", "Move to trash", &[]).await;
    blog.clock.advance(86_400);
    let before = everything(&reader).await;
    assert!(before.len() > 25, "{}", before.len());
    assert_eq!(before.get(&gone).map(|answer| answer.status), None);

    let hidden = [
        ("Title", "xyzzy"),
        ("Body", "xyzzy"),
        ("Tags", "xyzzy"),
        ("Excerpt", "xyzzy"),
    ];
    nora.write("Save", &hidden).await;
    let later_on = [&hidden[..], &[("Published on", "2016-06-09T23:00")]].concat();
    nora.write("Publish", &later_on).await;
    nora.revise("Ebb", "Save", &hidden).await;
    let mut page = nora.open("/admin/pages/new").await.form_with("Body");
    page.fill("Title", "xyzzy").fill("Body", "xyzzy");
    assert_eq!(nora.press(&page, "Save").await.status, 200);
    leave_held(&blog, &flow).await;
    jobs::run_due(&blog.app).await.unwrap();
    jobs::rerender(&blog.app).await.unwrap();
    jobs::tidy(&blog.app).await.unwrap();

    let after = everything(&reader).await;
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
    for (address, answer) in after {
        assert_eq!(before[&address], answer, "{address}");
    }
}

/// Leaves a comment that waits for the author.
async fn leave_held(blog: &TestBlog, path: &str) {
    let ada = blog.commenter("xyzzy");
    let form = ada.comment_form(path, "xyzzy").await;
    ada.press(&form, "Post comment").await;
    assert_eq!(
        blog.number("select count(*) from comments where state = 'waiting'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_walk_would_notice_a_secret() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let before = everything(&reader).await;
    let path = nora.publish("Slack water", "Words.").await;
    let after = everything(&reader).await;
    assert!(!before.contains_key(&path) && after.contains_key(&path));
    assert_ne!(before["/"], after["/"]);
    let page = reader.ask(Method::GET, "/search?q=xyzzy", &[]).await;
    assert!(page.source().contains(SECRET));
}
