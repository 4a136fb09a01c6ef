//! One comment as a moderator sees it: its words to change, a reply, what it said before, all that was done about it.

use super::flash::{self, Flash, ReturnTo};
use super::log::{Line, lines};
use super::pending_edit::Differences;
use crate::app::App;
use crate::app::comments::Reply;
use crate::blog::comment::{Said, State as CommentState};
use crate::blog::moderation::Seen;
use crate::blog::phrases::ADMIN;
use crate::blog::post::Markup;
use crate::blog::revision::Part;
use crate::blog::{CommentId, Problems};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::page::render::{self, Result};
use crate::store::{CommentEdit, CommentVersion, ModeratedComment, ReplyOutcome};
use crate::text;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

#[derive(Template)]
#[template(path = "author/comment.html")]
struct CommentPage {
    admin: AdminLayout,
    flash: Flash,
    back: String,
    moderated: ModeratedComment,
    differences: Differences,
    form: EditForm,
    problems: Problems,
    /// A reply that could not be stored.
    reply: String,
    reply_problem: Option<String>,
    versions: Vec<CommentVersion>,
    lines: Vec<Line>,
}

impl CommentPage {
    async fn of(app: &App, admin: AdminLayout, id: i64) -> Result<Self> {
        let id = CommentId(id);
        let moderated = app
            .store
            .moderation()
            .by_id(id)
            .await?
            .ok_or(Error::NotFound)?;
        let comment = &moderated.comment;
        Ok(Self {
            differences: Differences::of(app, std::slice::from_ref(&moderated)).await?,
            flash: Flash::default(),
            back: format!("comment={id}"),
            form: EditForm {
                csrf: String::new(),
                name: comment.name.clone(),
                url: comment.url.clone(),
                body: comment.source.clone(),
            },
            admin,
            moderated,
            problems: Problems::default(),
            reply: String::new(),
            reply_problem: None,
            versions: app.store.comments().versions(id).await?,
            lines: lines(app.store.moderation().acts_of(id, app.now()).await?),
        })
    }

    fn state(&self) -> &'static str {
        match self.moderated.comment.state {
            CommentState::Waiting => "Waiting",
            CommentState::Approved => "Approved",
            CommentState::Spam => "Spam",
            CommentState::Deleted => "Deleted",
            CommentState::Hidden => "Hidden",
        }
    }
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(flash_params): Query<flash::FlashParams>,
) -> Result {
    let mut page = CommentPage::of(&app, admin, id).await?;
    page.flash = Flash::of(&app, &page.admin, &flash_params).await?;
    render::page(&page)
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EditForm {
    csrf: String,
    name: String,
    url: String,
    body: String,
}

impl HasCsrf for EditForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Changes what a comment says.
pub async fn save(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<EditForm>,
) -> Result {
    let mut page = CommentPage::of(&app, admin, id).await?;
    if page.moderated.is_withdrawn() {
        return Err(Error::NotFound);
    }
    let comment = &page.moderated.comment;
    // Comments that were imported may have no name; others need one.
    let need_name = !comment.name.is_empty();
    let checked =
        Said::parse(&form.name, &form.url, &form.body, need_name, ADMIN).and_then(|said| {
            let html = rendered(&said.source, comment.markup)?;
            Ok((said, html))
        });
    let (said, html) = match checked {
        Ok(checked) => checked,
        Err(problems) => {
            page.form = form;
            page.problems = problems;
            return render::problem_page(&page);
        }
    };
    let edit = CommentEdit {
        id: comment.id,
        name: &said.name,
        url: &said.url,
        source: &said.source,
        html: &html,
        words: &text::plain(&html),
        renderer: text::RENDERER,
        by: &page.admin.signed_in.author.name,
        now: app.now(),
    };
    if app.store.comments().edit(edit).await? {
        render::see_other(&format!("/admin/comments/{id}?saved=1"))
    } else {
        Err(Error::NotFound)
    }
}

fn rendered(source: &str, markup: Markup) -> std::result::Result<String, Problems> {
    match markup {
        Markup::Markdown => {
            text::comment(source).map_err(|error| Problems::one("body", error.to_string()))
        }
        Markup::Html => Ok(text::imported_comment(source)),
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplyForm {
    csrf: String,
    /// The comment that is answered, as the page showed it.
    seen: String,
    body: String,
    back: String,
}

impl HasCsrf for ReplyForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Stores a reply and approves what it answers.
pub async fn reply(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<ReplyForm>,
) -> Result {
    let seen = Seen::parse(&form.seen)
        .filter(|seen| seen.id.0 == id)
        .ok_or(Error::BadRequest(
            "This form doesn’t say which comment it replies to.",
        ))?;
    let reply = match Reply::parse(&form.body) {
        Ok(reply) => reply,
        Err(problems) => {
            let message = problems.of("body").unwrap_or_default();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return kept(
                &app,
                admin,
                seen.id,
                NotStored {
                    form: &form,
                    status,
                    message,
                },
            )
            .await;
        }
    };
    match app.reply_to_comment(admin.actor(), seen, &reply).await? {
        ReplyOutcome::Done(acts) => {
            render::see_other(&ReturnTo::parse(&form.back).with(&flash::done(acts)))
        }
        ReplyOutcome::Conflict => {
            let message = "This comment has changed since you opened it. Your reply is still here; send it again if it still fits.";
            let status = StatusCode::CONFLICT;
            kept(
                &app,
                admin,
                seen.id,
                NotStored {
                    form: &form,
                    status,
                    message,
                },
            )
            .await
        }
        ReplyOutcome::Gone => Err(Error::NotFound),
    }
}

/// A reply that was not stored, and why.
struct NotStored<'a> {
    form: &'a ReplyForm,
    status: StatusCode,
    message: &'a str,
}

/// The comment's page with every word of a reply that was not stored.
async fn kept(app: &App, admin: AdminLayout, id: CommentId, reply: NotStored<'_>) -> Result {
    let mut page = CommentPage::of(app, admin, id.0).await?;
    page.reply.clone_from(&reply.form.body);
    page.reply_problem = Some(reply.message.to_owned());
    Ok((reply.status, render::page(&page)?).into_response())
}
