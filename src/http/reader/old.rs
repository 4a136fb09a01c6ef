//! Addresses that blogs had on Blogger and WordPress, leading to ours for ever. Those of its feeds: `old_feeds`.

use super::tags;
use crate::app::App;
use crate::blog::slug;
use crate::http::page::render::{self, Result};
use axum::extract::{Path, State};

pub async fn atom() -> Result {
    render::moved("/feed.atom")
}

pub async fn rss() -> Result {
    render::moved("/feed.rss")
}

/// WordPress's feed of all comments.
pub async fn comments_feed() -> Result {
    render::moved("/comments.rss")
}

pub async fn label(State(app): State<App>, Path(name): Path<String>) -> Result {
    match app.store.tag_named(&name).await? {
        Some(tag) => render::moved(&format!("/tags/{}/", tag.slug)),
        // One that has another name since, or is one with another.
        None => tags::moved(&app, &slug::of(&name)).await,
    }
}
