//! The working copy of a post, for those who were given the link.

use crate::app::App;
use crate::app::signed::SignedLink;
use crate::blog::PreviewId;
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::post_page::{self, Unpublished};
use crate::http::page::render::{self, Result};
use axum::extract::{Path, State};

pub async fn show(
    layout: Layout,
    State(app): State<App>,
    Path((id, code)): Path<(i64, String)>,
) -> Result {
    let id = PreviewId(id);
    let found = app.store.preview_links().post(id, app.now()).await?;
    let (post, made_at) = found.ok_or(Error::NotFound)?;
    if !app.opens(&SignedLink::preview(id, made_at), &code).await? {
        return Err(Error::NotFound);
    }
    let author = app
        .store
        .posts()
        .by_id(post)
        .await?
        .ok_or(Error::NotFound)?
        .author;
    let (text, _) = app
        .store
        .revisions()
        .working_copy(post)
        .await?
        .ok_or(Error::NotFound)?;
    let note = layout.messages().post.by_link;
    let unpublished = Unpublished { text, author, note };
    let page = post_page::preview(&app, layout, unpublished).await?;
    Ok(render::for_the_holder_of_a_key(render::page(&page)?))
}
