//! What a reader finds: home, posts, archives, search, and nothing that is not published.

mod answers;
mod archives;
mod home;
mod old_addresses;
mod posts;
mod search;

use crate::blog::TestBlog;
use daybook::blog::post::{Comments, Kind, Markup, State};
use daybook::blog::time::Millis;
use daybook::store::{ImportedExtras, ImportedPost};
use daybook::text;

/// What a reader can get, each of another kind.
async fn readable(blog: &TestBlog) -> Vec<String> {
    let nora = blog.author().await;
    let body = "Words that are repeated. ".repeat(60);
    let fields = [("Title", "Ebb"), ("Body", body.as_str()), ("Tags", "Tides")];
    let post = nora.publish_with(&fields).await;
    let page = nora.publish_page("About", &body).await;
    let css = blog
        .reader()
        .open("/")
        .await
        .attribute("link[rel=stylesheet]", "href")
        .unwrap();
    let picture = blog.app.media.keep(b"a picture", "png").unwrap();
    [
        "/",
        "/tags/",
        "/tags/tides/",
        "/search?q=words",
        "/search",
        "/feed.atom",
        "/favicon.svg",
        "/favicon.ico",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([post, page, css, picture])
    .collect()
}

/// A published post of a moment that is given as RFC 3339.
fn old(number: i64, at: &str, title: &str, html: &str) -> ImportedPost {
    let rendered = text::post(html, Markup::Html, &daybook::blog::media::Pictures::new());
    let at = Millis::parse(at).unwrap();
    ImportedPost {
        origin: format!("old-{number}"),
        kind: Kind::Post,
        state: State::Published,
        state_before_trash: None,
        title: title.to_owned(),
        path: Some(format!("/old/{number}.html")),
        markup: Markup::Html,
        tags: Vec::new(),
        author: None,
        byline: "Clara".to_owned(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: Some(at),
        updated_at: at,
        source: html.to_owned(),
        rendered,
        renderer: text::RENDERER,
        extras: ImportedExtras::default(),
    }
}

async fn import(blog: &TestBlog, posts: &[ImportedPost]) {
    blog.app
        .store
        .imports()
        .posts(posts, blog.app.now())
        .await
        .unwrap();
}
