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
