//! The author's lists of posts and of pages, by state, with search.

use super::desk::Desk;
use crate::app::App;
use crate::blog::PostId;
use crate::blog::post::{Kind, Line, State as PostState};
use crate::blog::words;
use crate::http::cursor::{Cursor, Links};
use crate::http::render::{self, Result};
use crate::store::PostCounts;
use askama::Template;
use axum::extract::{Query, State};

/// Dense lines: a screenful and a half on a desk.
const LINES: i64 = 50;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    q: String,
    /// The post that was just put into the trash, to be brought back by one button.
    trashed: Option<i64>,
}

#[derive(Template)]
#[template(path = "author/posts.html")]
struct PostsPage {
    desk: Desk,
    kind: Kind,
    state: Option<PostState>,
    q: String,
    counts: PostCounts,
    lines: Vec<Line>,
    links: Links,
    trashed: Option<PostId>,
}

impl PostsPage {
    fn is_posts(&self) -> bool {
        self.kind == Kind::Post
    }

    /// `/admin/posts/` or `/admin/pages/`.
    fn base(&self) -> &'static str {
        base(self.kind)
    }

    fn all(&self) -> i64 {
        self.counts.drafts + self.counts.scheduled + self.counts.published
    }

    fn is_tab(&self, word: &str) -> bool {
        self.state.map_or("", PostState::word) == word
    }

    /// The address of a place in this list, with its tab and its search.
    fn at(&self, place: &str) -> String {
        let state = self.state.map_or("", PostState::word);
        let q: String = url::form_urlencoded::byte_serialize(self.q.as_bytes()).collect();
        format!("{}?state={state}&q={q}&{place}", self.base())
    }
}

/// Where posts of a kind are looked after.
pub fn base(kind: Kind) -> &'static str {
    match kind {
        Kind::Post => "/admin/posts/",
        Kind::Page => "/admin/pages/",
    }
}

pub async fn posts(
    desk: Desk,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    Query(cursor): Query<Cursor>,
) -> Result {
    list(Kind::Post, desk, app, asked, cursor).await
}

pub async fn pages(
    desk: Desk,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    Query(cursor): Query<Cursor>,
) -> Result {
    list(Kind::Page, desk, app, asked, cursor).await
}

async fn list(kind: Kind, desk: Desk, app: App, asked: Asked, cursor: Cursor) -> Result {
    let state = PostState::of(&asked.state);
    let query = words::query(&asked.q);
    let page = app
        .store
        .post_lines(kind, state, query.as_deref(), cursor.side(), LINES)
        .await?;
    let counts = app.store.post_counts(kind).await?;
    render::page(&PostsPage {
        desk,
        kind,
        state,
        q: asked.q,
        counts,
        links: Links::of(&page, |line| (line.listed_at, line.id.0)),
        lines: page.items,
        trashed: asked.trashed.map(PostId),
    })
}
