//! Door 1: readers and commenters. Anyone; cacheable; drafts are never seen from here.

mod comment_feed;
mod comments;
mod feed;
mod home;
mod judging;
mod mail;
mod media;
mod old;
mod own_comment;
mod post;
mod preview;
mod search;
mod tags;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post as on_post};

/// What the page cache keeps.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/tags/", get(tags::list))
        .route("/tags/{slug}/", get(tags::show))
        .route("/search", get(search::show))
        .route("/feed.atom", get(feed::atom))
        .route("/comments.atom", get(comment_feed::atom))
        .route("/comments.json", get(comment_feed::json))
        .route("/atom.xml", get(old::feed))
        .route("/feeds/posts/default", get(old::feed))
        .route("/feeds/comments/default", get(old::comments))
        .route(
            "/feeds/{number}/comments/default",
            get(old::comments_on_post),
        )
        .route("/search/label/{name}", get(old::label))
        // The feeds of comments on one post stand below its permalink, and so with it.
        // Permalinks have no pattern of their own: a blog that was moved in keeps whatever addresses it had.
        .fallback(post::show)
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
