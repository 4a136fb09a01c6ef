//! Tags: all of them with their counts, and the posts of one.

use super::home::ListPage;
use crate::app::App;
use crate::error::Error;
use crate::http::cursor::Cursor;
use crate::http::render::{self, Result};
use crate::http::shell::Shell;
use crate::store::{Side, Tag};
use askama::Template;
use axum::extract::{Path, Query, State};

#[derive(Template)]
#[template(path = "reader/tags.html")]
struct TagsPage {
    shell: Shell,
    tags: Vec<(Tag, i64)>,
}

pub async fn list(shell: Shell, State(app): State<App>) -> Result {
    let tags = app.store.tag_counts().await?;
    render::page(&TagsPage { shell, tags })
}

pub async fn show(
    shell: Shell,
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(cursor): Query<Cursor>,
) -> Result {
    let Some(tag) = app.store.tag(&slug).await? else {
        return moved(&app, &slug).await;
    };
    let limit = shell.site.settings.posts_per_page;
    let mut page = app.store.posts_tagged(tag.id, cursor.side(), limit).await?;
    if page.is_top() {
        page = app.store.posts_tagged(tag.id, Side::Start, limit).await?;
    }
    if page.items.is_empty() {
        return Err(Error::NotFound);
    }
    let address = format!("/tags/{}/", tag.slug);
    render::page(&ListPage::new(shell, Some(tag.name), address, page))
}

/// The way from where a tag once was to where it is now; to all tags where it is gone.
pub async fn moved(app: &App, slug: &str) -> Result {
    match app.store.tag_moved_to(slug).await? {
        Some(Some(slug)) => render::moved(&format!("/tags/{slug}/")),
        Some(None) => render::moved("/tags/"),
        None => Err(Error::NotFound),
    }
}

/// The slug of the tag that a slug once belonged to.
pub async fn moved_to(app: &App, slug: &str) -> Result<Option<String>> {
    Ok(app.store.tag_moved_to(slug).await?.flatten())
}
