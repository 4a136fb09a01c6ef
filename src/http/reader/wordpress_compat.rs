//! Addresses that blogs had on WordPress and that are routes of their own; `layers/redirects.rs` answers for all others.

use crate::http::page::render::{self, Result};

/// WordPress's feed of all comments.
pub async fn comments_feed() -> Result {
    render::moved("/comments.rss")
}
