//! Addresses that blogs had on Blogger, leading to ours for ever.

use super::tags;
use crate::app::App;
use crate::blog::slug;
use crate::error::Error;
use crate::http::render::{self, Result};
use axum::extract::{Path, State};

pub async fn feed() -> Result {
    render::moved("/feed.atom")
}

pub async fn label(State(app): State<App>, Path(name): Path<String>) -> Result {
    match app.store.tag_named(&name).await? {
        Some(tag) => render::moved(&format!("/tags/{}/", tag.slug)),
        // One that has another name since, or is one with another.
        None => tags::moved(&app, &slug::of(&name)).await,
    }
}

pub async fn comments() -> Result {
    render::moved("/comments.atom")
}

/// The comments on a post, by the number that it had there.
pub async fn comments_on_post(State(app): State<App>, Path(number): Path<String>) -> Result {
    let number = number.parse().map_err(|_| Error::NotFound)?;
    let path = app.store.path_of_blogger_number(number).await?;
    let path = path.ok_or(Error::NotFound)?;
    render::moved(&format!("{}/comments.atom", path.trim_end_matches('/')))
}
