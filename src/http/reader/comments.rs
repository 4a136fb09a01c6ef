//! Leaving a comment: plain forms, no account, no cookie, no script.

use super::post::{answer, filled};
use crate::app::App;
use crate::blog::comment::{self, Comment, CommentForm, NewComment, Policy, State as CommentState};
use crate::blog::post::Post;
use crate::blog::{CommentId, PostId, Problems};
use crate::error::Error;
use crate::http::render::{self, Result};
use crate::http::session;
use crate::http::shell::Shell;
use crate::store::Arriving;
use crate::{secrets, text};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// The purpose of the code that opens a commenter's own page, see [`App::code`].
const KEY: &str = "comment";
const NO_STORE: (HeaderName, HeaderValue) =
    (CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
const NO_INDEX: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-robots-tag"),
    HeaderValue::from_static("noindex"),
);

pub async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<CommentForm>,
) -> Result {
    let shell = Shell::for_readers(&app).await?;
    let id = form.post.parse().map(PostId).map_err(|_| Error::NotFound)?;
    let post = app
        .store
        .published_by_id(id)
        .await?
        .ok_or(Error::NotFound)?;
    let mut page = filled(&app, shell.clone(), post.clone()).await?;
    answer(&app, &mut page, &form.parent).await?;
    let lost_parent = !form.parent.is_empty() && page.form.parent.is_empty();
    if !page.is_open() {
        page.form = form;
        page.problems = Problems::one(
            "body",
            "This post takes no comments any more. Your words are still here, to copy.",
        );
        page.policy = Policy::All;
        return Ok((StatusCode::FORBIDDEN, [NO_STORE], render::page(&page)?).into_response());
    }
    let checked = NewComment::parse(&form).and_then(|new| {
        if lost_parent {
            return Err(Problems::one(
                "body",
                "The comment that you answer is not here any more.",
            ));
        }
        let html =
            text::comment(&new.source).map_err(|error| Problems::one("body", error.to_string()))?;
        Ok((new, html))
    });
    let preview = form.act == "preview";
    match checked {
        Err(problems) => {
            page.form = form;
            page.problems = problems;
            Ok(([NO_STORE], render::problem_page(&page)?).into_response())
        }
        Ok((_, html)) if preview => {
            page.form = form;
            page.comment_preview = Some(html);
            Ok(([NO_STORE], render::page(&page)?).into_response())
        }
        Ok((new, html)) => accept(&app, &shell, &headers, &post, new, html).await,
    }
}

/// Stores a comment and leads its writer to where it stands, or to its own page where it waits.
async fn accept(
    app: &App,
    shell: &Shell,
    headers: &HeaderMap,
    post: &Post,
    new: NewComment,
    html: String,
) -> Result {
    let staff = session::of(app, headers)
        .await?
        .map(|signed_in| signed_in.author.id);
    let writer = app.store.writer(&new, staff.is_some()).await?;
    let (state, reason) = comment::decide(shell.site.settings.comments, writer);
    let posted = app
        .store
        .post_comment(Arriving {
            new: &new,
            html: &html,
            words: &text::plain(&html),
            renderer: text::RENDERER,
            state,
            reason,
            author: staff,
            now: app.now(),
        })
        .await?;
    if posted.state == CommentState::Approved {
        let path = post.path.as_deref().unwrap_or("/");
        let shown = app.store.comment(posted.id).await?;
        let place = shown.and_then(|comment| comment.place);
        return render::see_other(&comment::comment_address(path, place, posted.id));
    }
    let key = app.code(KEY, &posted.id.to_string())?;
    render::see_other(&format!("/comments/{}?key={key}", posted.id))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Key {
    key: String,
}

/// A commenter's own page: what became of the comment, and why.
#[derive(Template)]
#[template(path = "reader/own_comment.html")]
struct OwnPage {
    shell: Shell,
    comment: Comment,
    post_title: String,
    post_path: String,
}

impl OwnPage {
    fn is_shown(&self) -> bool {
        self.comment.state == CommentState::Approved
    }

    fn is_waiting(&self) -> bool {
        // A commenter whose words were taken for spam is told no more than that somebody will look.
        matches!(
            self.comment.state,
            CommentState::Waiting | CommentState::Spam
        )
    }
}

pub async fn own(
    shell: Shell,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(key): Query<Key>,
) -> Result<Response> {
    if !secrets::same(&key.key, &app.code(KEY, &id.to_string())?) {
        return Err(Error::NotFound);
    }
    let comment = app
        .store
        .comment(CommentId(id))
        .await?
        .ok_or(Error::NotFound)?;
    let post = app
        .store
        .published_by_id(comment.post_id)
        .await?
        .ok_or(Error::NotFound)?;
    let page = OwnPage {
        shell,
        comment,
        post_title: post.label().to_owned(),
        post_path: post.path.unwrap_or_default(),
    };
    Ok(([NO_STORE, NO_INDEX], render::page(&page)?).into_response())
}
