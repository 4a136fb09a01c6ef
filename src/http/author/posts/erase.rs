//! The question before posts or pages are deleted for ever. Without a script the buttons of the list lead to this page.

use super::list::{ListParams, PICKED_MAX, base};
use crate::app::App;
use crate::blog::PostId;
use crate::blog::post::Kind;
use crate::blog::time::Millis;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::render::{self, Result};
use crate::store::TitledPost;
use askama::Template;
use axum::extract::{Query, State as AppState};

/// The address of the question about some posts.
pub fn question(kind: Kind, picked: &[PostId], back: &str) -> String {
    let ids: Vec<String> = picked.iter().map(ToString::to_string).collect();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("posts", &ids.join("-"))
        .append_pair("back", back)
        .finish();
    format!("{}erase?{query}", base(kind))
}

/// The address of the question about the whole trash.
pub fn question_of_all(kind: Kind) -> String {
    format!("{}erase?all=yes", base(kind))
}

/// What was in the trash at a time and somebody may act on.
pub async fn trash(
    kind: Kind,
    admin: &AdminLayout,
    app: &App,
    until: Millis,
) -> Result<Vec<PostId>> {
    let ids = app.store.posts().trashed(kind, until).await?;
    reachable(admin, app, ids).await
}

/// Those of some posts that somebody may act on.
pub async fn reachable(
    admin: &AdminLayout,
    app: &App,
    mut posts: Vec<PostId>,
) -> Result<Vec<PostId>> {
    let access = app.store.access();
    let allowed = access.allowed_posts(admin.scope(), &posts).await?;
    posts.retain(|id| allowed.contains(id));
    Ok(posts)
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct QuestionParams {
    /// As `1-2-3`.
    posts: String,
    /// `yes`: the whole trash.
    all: String,
    /// The query of the list that it came from.
    back: String,
}

#[derive(Template)]
#[template(path = "author/erase_question.html")]
struct QuestionPage {
    admin: AdminLayout,
    kind: Kind,
    /// When the question about the whole trash was asked; `None`: it is about some posts.
    until: Option<Millis>,
    /// Those that are named.
    posts: Vec<TitledPost>,
    /// How many there are, with those that are not named.
    number: usize,
    /// The query of the list that it came from.
    back: String,
}

impl QuestionPage {
    fn base(&self) -> &'static str {
        base(self.kind)
    }

    /// What they are, in the number that they have.
    fn noun(&self) -> &'static str {
        match (self.kind, self.number) {
            (Kind::Post, 1) => "post",
            (Kind::Post, _) => "posts",
            (Kind::Page, 1) => "page",
            (Kind::Page, _) => "pages",
        }
    }

    fn unnamed(&self) -> usize {
        self.number.saturating_sub(self.posts.len())
    }
}

pub async fn ask_about_posts(
    admin: AdminLayout,
    AppState(app): AppState<App>,
    Query(params): Query<QuestionParams>,
) -> Result {
    ask(Kind::Post, admin, &app, params).await
}

pub async fn ask_about_pages(
    admin: AdminLayout,
    AppState(app): AppState<App>,
    Query(params): Query<QuestionParams>,
) -> Result {
    ask(Kind::Page, admin, &app, params).await
}

async fn ask(kind: Kind, admin: AdminLayout, app: &App, params: QuestionParams) -> Result {
    let until = (params.all == "yes").then(|| app.now());
    let ids = match until {
        Some(until) => trash(kind, &admin, app, until).await?,
        None => picked(&admin, app, &params.posts).await?,
    };
    let named = &ids[..ids.len().min(PICKED_MAX)];
    let posts = app.store.posts().titles_in_trash(kind, named).await?;
    let gone = named.len() - posts.len();
    if posts.is_empty() {
        return render::see_other(&format!("{}?state=trashed", base(kind)));
    }
    let list = ListParams::of(&params.back);
    render::page(&QuestionPage {
        back: list.query("trashed", true),
        number: ids.len() - gone,
        admin,
        kind,
        until,
        posts,
    })
}

/// The posts of an address that somebody may act on.
async fn picked(admin: &AdminLayout, app: &App, posts: &str) -> Result<Vec<PostId>> {
    let ids = posts.split('-').take(PICKED_MAX);
    let ids = ids.filter_map(|id| id.parse().ok().map(PostId));
    reachable(admin, app, ids.collect()).await
}
