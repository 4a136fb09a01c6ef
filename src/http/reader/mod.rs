//! Door 1: readers and commenters. Anyone; cacheable; drafts are never seen from here.

mod archive;
mod authors;
mod blogger_compat;
mod comments;
mod feeds;
mod home;
pub mod locked;
mod mail_links;
mod media;
mod own_comment;
mod post;
mod preview;
mod search;
mod sitemap_robots;
mod tags;
mod wordpress_compat;

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
        .route("/comments.atom", get(feeds::comments::atom))
        .route("/comments.rss", get(feeds::comments::rss))
        .route("/comments.json", get(feeds::comments::json))
        // Blogger's.
        .route("/atom.xml", get(blogger_compat::atom))
        .route("/rss.xml", get(blogger_compat::rss))
        .route("/feeds/posts/{kind}", get(blogger_compat::posts))
        .route("/feeds/posts/{kind}/-/{tag}", get(blogger_compat::tagged))
        .route("/feeds/comments/{kind}", get(blogger_compat::comments))
        .route(
            "/feeds/{number}/comments/{kind}",
            get(blogger_compat::comments_on),
        )
        .route("/search/label/{name}", get(blogger_compat::label))
        // WordPress's; all others come to what answers below.
        .route("/comments/feed", get(wordpress_compat::comments_feed))
        // The feeds of comments on one post are below its permalink, and so with it.
        // Permalinks have no pattern of their own: a blog that was moved in keeps whatever addresses it had.
        .fallback(post::show)
}

/// What a comment changes nothing about: who subscribes to posts need not fetch them again for it.
fn pages_without_comments() -> Router<App> {
    Router::new()
        .route("/tags/", get(tags::list))
        .route("/archive/", get(archive::tree))
        .route("/authors/", get(authors::list))
        .route("/feeds/", get(feeds::page::show))
        .route("/feed.atom", get(feeds::posts::atom))
        .route("/feed.rss", get(feeds::posts::rss))
        .route("/feed.json", get(feeds::posts::json))
        .route("/tags/{slug}/{feed}", get(feeds::posts::of_tag))
        .route("/sitemap.xml", get(sitemap_robots::sitemap))
        .route("/sitemap/{part}", get(sitemap_robots::part))
        .route("/robots.txt", get(sitemap_robots::robots))
        .route("/manifest.webmanifest", get(sitemap_robots::manifest))
        .route_layer(map_response(without_comments))
}

/// What it does not: answers to one person, and files.
pub fn others() -> Router<App> {
    Router::new()
        .route("/comments", on_post(comments::create))
        .route(
            "/comments/{id}",
            get(own_comment::show).post(own_comment::act),
        )
        .route("/comments/{id}/download", get(own_comment::download))
        .route("/mail/act", get(mail_links::show_act).post(mail_links::act))
        .route(
            "/mail/confirm",
            get(mail_links::show_confirm).post(mail_links::confirm),
        )
        .route(
            "/mail/stop",
            get(mail_links::show_stop).post(mail_links::stop),
        )
        .route("/preview/{id}/{code}", get(preview::show))
        .route("/media/{name}", get(media::show))
}
