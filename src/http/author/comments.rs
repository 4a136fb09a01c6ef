//! Moderation: one list of comments with tabs, and one act at a time with a way back.

use super::desk::Desk;
use crate::app::App;
use crate::blog::comment::State as CommentState;
use crate::blog::moderation::Sought;
use crate::blog::{ActId, CommentId};
use crate::http::cursor::{Cursor, Links};
use crate::http::form::{DeskForm, Guarded};
use crate::http::render::{self, Result};
use crate::http::session::SignedIn;
use crate::store::{CommentCounts, Moderated, Outcome};
use askama::Template;
use axum::extract::{Path, Query, State};

/// A comment is some lines high: more of them at once tire the eye.
const COMMENTS: i64 = 30;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    q: String,
    /// The comment that was just decided upon, to be undone by one button.
    done: Option<i64>,
    /// The act by which it was decided.
    act: i64,
}

struct Tab {
    state: CommentState,
    name: &'static str,
    count: i64,
}

#[derive(Template)]
#[template(path = "author/comments.html")]
struct CommentsPage {
    desk: Desk,
    state: CommentState,
    q: String,
    tabs: Vec<Tab>,
    comments: Vec<Moderated>,
    links: Links,
    done: Option<(CommentId, &'static str)>,
    act: i64,
}

impl CommentsPage {
    /// The query of a link that keeps the tab and the search.
    fn query(&self, place: &str) -> String {
        let q: String = url::form_urlencoded::byte_serialize(self.q.as_bytes()).collect();
        format!("?state={}&q={q}&{place}", self.state)
    }
}

fn tabs(counts: CommentCounts) -> Vec<Tab> {
    let tab = |state, name, count| Tab { state, name, count };
    let mut tabs = vec![
        tab(CommentState::Waiting, "Waiting", counts.waiting),
        tab(CommentState::Approved, "Approved", counts.approved),
        tab(CommentState::Spam, "Spam", counts.spam),
        tab(CommentState::Deleted, "Deleted", counts.deleted),
    ];
    // Only blogs that came from Blogger know this state.
    if counts.hidden > 0 {
        tabs.push(tab(CommentState::Hidden, "Hidden", counts.hidden));
    }
    tabs
}

pub async fn list(
    desk: Desk,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    Query(cursor): Query<Cursor>,
) -> Result {
    let state = CommentState::of(&asked.state).unwrap_or(CommentState::Waiting);
    let sought = Sought::parse(&asked.q);
    let page = app
        .store
        .moderated(state, &sought, cursor.side(), COMMENTS)
        .await?;
    let done = match asked.done {
        Some(id) => app
            .store
            .comment(CommentId(id))
            .await?
            .map(|comment| (comment.id, said(comment.state))),
        None => None,
    };
    render::page(&CommentsPage {
        desk,
        state,
        q: asked.q,
        tabs: tabs(app.store.comment_counts(&sought).await?),
        links: Links::of(&page, |moderated| {
            (moderated.comment.created_at, moderated.comment.id.0)
        }),
        comments: page.items,
        done,
        act: asked.act,
    })
}

/// What became of a comment, for the line that offers to undo it.
fn said(state: CommentState) -> &'static str {
    match state {
        CommentState::Waiting => "The comment waits again.",
        CommentState::Approved => "The comment is approved.",
        CommentState::Spam => "The comment is marked as spam.",
        CommentState::Deleted => "The comment is deleted.",
        CommentState::Hidden => "The comment is hidden.",
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActForm {
    csrf: String,
    act: String,
    /// The tab to come back to.
    back: String,
    /// The act to take back.
    undo: String,
}

impl Guarded for ActForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn decide(
    State(app): State<App>,
    Path(id): Path<i64>,
    signed_in: SignedIn,
    DeskForm(form): DeskForm<ActForm>,
) -> Result {
    let id = CommentId(id);
    let back = CommentState::of(&form.back).unwrap_or(CommentState::Waiting);
    let state = match form.act.as_str() {
        "approve" => Some(CommentState::Approved),
        "spam" => Some(CommentState::Spam),
        "delete" => Some(CommentState::Deleted),
        "restore" => Some(CommentState::Waiting),
        "undo" => None,
        _ => {
            return Err(crate::error::Error::BadRequest(
                "This is nothing that can be done with a comment.",
            ));
        }
    };
    if let Some(state) = state {
        let outcome = app
            .store
            .decide_comment(id, state, &signed_in.author.name, app.now())
            .await?;
        let act = match outcome {
            Outcome::Done(changed) => changed.act.0,
            Outcome::WasSo { .. } | Outcome::Gone => 0,
        };
        render::see_other(&format!(
            "/admin/comments/?state={back}&done={id}&act={act}"
        ))
    } else {
        let act = ActId(form.undo.parse().unwrap_or(0));
        app.store
            .undo_acts(act, act, &signed_in.author.name, app.now())
            .await?;
        render::see_other(&format!("/admin/comments/?state={back}"))
    }
}
