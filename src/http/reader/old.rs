//! Addresses that blogs had on Blogger, leading to ours for ever.

use crate::app::App;
use crate::error::Error;
use crate::http::render::{self, Result};
use axum::extract::{Path, State};

pub async fn feed() -> Result {
    render::moved("/feed.atom")
}

pub async fn label(State(app): State<App>, Path(name): Path<String>) -> Result {
    let tag = app.store.tag_named(&name).await?.ok_or(Error::NotFound)?;
    render::moved(&format!("/tags/{}/", tag.slug))
}

pub async fn comments() -> Result {
    render::moved("/comments.atom")
}

/// The comments on a post, by the number that it had there.
pub async fn comments_on_post(State(app): State<App>, Path(number): Path<String>) -> Result {
    let number = number.parse().map_err(|_| Error::NotFound)?;
    let path = app.store.path_of_blogger_number(number).await?;
    let path = path.ok_or(Error::NotFound)?;
    render::moved(&format!("{path}/comments.atom"))
}
