//! The posts of one author, where a blog has several.

use super::home::ListPage;
use crate::app::App;
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::pagination::Cursor;
use crate::http::page::render::{self, Result};
use axum::extract::{Path, Query, State};

/// All of them are in the archive.
pub async fn list() -> Result {
    render::moved("/archive/")
}

pub async fn show(
    layout: Layout,
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(cursor): Query<Cursor>,
) -> Result {
    let writer = app.store.archive().writer(&slug).await?;
    let writer = writer.ok_or(Error::NotFound)?;
    let limit = layout.site.settings.posts_per_page;
    let posts = |side| app.store.archive().posts_by(writer.id, side, limit);
    let page = cursor.page_of(posts).await?;
    if page.items.is_empty() {
        return Err(Error::NotFound);
    }
    let kicker = layout.messages().archive.posts_by;
    let address = format!("/authors/{}/", writer.slug);
    let list = ListPage::new(layout, Some(writer.name), address, page);
    ListPage { kicker, ..list }.answer()
}
