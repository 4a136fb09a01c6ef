//! What the author's pages have in common.

pub use crate::http::auth::admin_layout::{Desk, Device};

use crate::blog::post::Markup;
use crate::http::page::render;
use crate::text;

/// Enough to know a comment again.
const BEGINNING_CHARS: usize = 160;

/// How a comment begins, in one line of plain words.
pub fn beginning(source: &str, markup: Markup) -> String {
    match markup {
        Markup::Markdown => text::excerpt(source, BEGINNING_CHARS),
        Markup::Html => text::excerpt(&text::plain(source), BEGINNING_CHARS),
    }
}

pub async fn to_home() -> render::Result {
    render::moved("/admin/")
}

pub async fn home() -> render::Result {
    render::see_other("/admin/posts/")
}
