//! Door 1: readers and commenters. Anyone; cacheable; drafts are never seen from here.

mod archive;
mod authors;
mod comment_feed;
mod comments;
mod feed;
mod feeds_page;
mod home;
mod judging;
mod machines;
mod mail;
mod media;
mod old;
mod old_feeds;
mod own_comment;
mod post;
mod post_feed;
mod preview;
mod search;
mod tags;

use super::cache::page_cache::without_comments;
use crate::app::App;
use axum::Router;
use axum::middleware::map_response;
use axum::routing::{get, post as on_post};

/// What the page cache keeps.
pub fn pages() -> Router<App> {
    Router::new()
        .merge(pages_without_comments())
        .route("/", get(home::show))
        .route("/tags/{slug}/", get(tags::show))
        .route("/authors/{slug}/", get(authors::show))
        .route("/search", get(search::show))
        .route("/comments.atom", get(comment_feed::atom))
        .route("/comments.rss", get(comment_feed::rss))
        .route("/comments.json", get(comment_feed::json))
        // Blogger's.
        .route("/atom.xml", get(old::atom))
        .route("/rss.xml", get(old::rss))
        .route("/feeds/posts/{kind}", get(old_feeds::posts))
        .route("/feeds/posts/{kind}/-/{tag}", get(old_feeds::tagged))
        .route("/feeds/comments/{kind}", get(old_feeds::comments))
        .route(
            "/feeds/{number}/comments/{kind}",
            get(old_feeds::comments_on),
        )
        .route("/search/label/{name}", get(old::label))
        // WordPress's; all others come to what answers below.
        .route("/comments/feed", get(old::comments_feed))
        // The feeds of comments on one post stand below its permalink, and so with it.
        // Permalinks have no pattern of their own: a blog that was moved in keeps whatever addresses it had.
        .fallback(post::show)
}

/// What a comment changes nothing about: who subscribes to posts need not fetch them again for it.
fn pages_without_comments() -> Router<App> {
    Router::new()
        .route("/tags/", get(tags::list))
        .route("/archive/", get(archive::tree))
        .route("/authors/", get(authors::list))
        .route("/feeds/", get(feeds_page::show))
        .route("/feed.atom", get(post_feed::atom))
        .route("/feed.rss", get(post_feed::rss))
        .route("/feed.json", get(post_feed::json))
        .route("/tags/{slug}/{feed}", get(post_feed::of_tag))
        .route("/sitemap.xml", get(machines::sitemap))
        .route("/sitemap/{part}", get(machines::part))
        .route("/robots.txt", get(machines::robots))
        .route("/manifest.webmanifest", get(machines::manifest))
        .route_layer(map_response(without_comments))
}

/// What it does not: answers to one person, and files that lie ready anyway.
pub fn others() -> Router<App> {
    Router::new()
        .route("/comments", on_post(comments::create))
        .route(
            "/comments/{id}",
            get(own_comment::show).post(own_comment::act),
        )
        .route("/comments/{id}/download", get(own_comment::download))
        .route("/mail/act", get(mail::show_act).post(mail::act))
        .route("/mail/confirm", get(mail::show_confirm).post(mail::confirm))
        .route("/mail/stop", get(mail::show_stop).post(mail::stop))
        .route("/preview/{id}/{code}", get(preview::show))
        .route("/media/{name}", get(media::show))
}
