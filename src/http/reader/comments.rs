//! Leaving a comment: plain forms, no account, no cookie, no script.

use super::post::{answer, form_age_seconds, surrounded};
use crate::app::App;
use crate::app::comments::Checked;
use crate::app::spam_check::{Sender, digest, pass_hash};
use crate::blog::action::CommentAction;
use crate::blog::comment::{
    CommentForm, NewComment, Policy, State as CommentState, comment_address,
};
use crate::blog::post::Post;
use crate::blog::{PostId, Problems};
use crate::error::Error;
use crate::http::auth::session;
use crate::http::limits::rate_limit::Rates;
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::post_page::PostPage;
use crate::http::page::render::{self, Result};
use crate::store::{Duplicate, Posted};
use crate::text;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderName, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Form};

const NO_STORE: (HeaderName, HeaderValue) =
    (CACHE_CONTROL, HeaderValue::from_static("private, no-store"));

pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Extension(rates): Extension<Rates>,
    Form(form): Form<CommentForm>,
) -> Result {
    let layout = Layout::for_readers(&app).await?;
    let post = post_of(&app, &form).await?;
    if post.details.is_protected() && !app.opens_post(&post, &form.opened) {
        return Err(Error::Forbidden(layout.messages().locked.closed_again));
    }
    let mut page = PostPage::new(layout, post, app.now());
    answer(&app, &mut page, &form.parent).await?;
    let lost_parent = !form.parent.is_empty() && page.form.parent.is_empty();
    if !page.is_open() {
        let closed = page.layout.messages().refused.closed;
        page = surrounded(&app, page).await?;
        page.policy = Policy::All;
        return refused(
            page,
            form,
            StatusCode::FORBIDDEN,
            Problems::one("body", closed),
        );
    }
    let messages = page.layout.messages();
    let Ok(action) = form.act.parse::<CommentAction>() else {
        let unknown = Problems::one("body", messages.refused.no_such_act);
        page = surrounded(&app, page).await?;
        return refused(page, form, StatusCode::UNPROCESSABLE_ENTITY, unknown);
    };
    let checked = parse(&form, &page, lost_parent);
    let checked = match checked {
        Err(problems) => {
            page = surrounded(&app, page).await?;
            return refused(page, form, StatusCode::UNPROCESSABLE_ENTITY, problems);
        }
        Ok(checked) if action == CommentAction::Preview => {
            page = surrounded(&app, page).await?;
            page.form = form;
            page.comment_preview = Some(checked.html);
            return Ok(([NO_STORE], render::page(&page)?).into_response());
        }
        Ok(checked) => checked,
    };
    let sender = sender_of(&app, &visitor, &form, &checked.new).await?;
    if sender.staff.is_none()
        && let Err(seconds) = rates.count(sender.client, &digest(&checked.new.source), app.now())
    {
        return later(surrounded(&app, page).await?, form, seconds);
    }
    let posted = app
        .post_comment(&page.post, page.policy, checked, sender)
        .await?;
    if posted.duplicate == Duplicate::SaidBefore {
        return said_before(surrounded(&app, page).await?, form, posted);
    }
    render::see_other(&address_of(&app, &page, posted)?)
}

/// Where its writer is led: to the comment where somebody else sent the same words and they are shown, else to the page of
/// its own.
fn address_of(app: &App, page: &PostPage, posted: Posted) -> Result<String> {
    if posted.state == CommentState::Approved && !posted.is_theirs {
        let path = page.post.path.as_deref().unwrap_or("/");
        return Ok(comment_address(path, posted.place, posted.id));
    }
    app.own_comment_address(posted.id, posted.created_at)
}

/// The post that a form is about, as long as readers see it.
async fn post_of(app: &App, form: &CommentForm) -> Result<Post> {
    let id = form.post.parse().map(PostId).map_err(|_| Error::NotFound)?;
    let post = app.store.posts().published_by_id(id).await?;
    post.ok_or(Error::NotFound)
}

/// Where a comment comes from, as far as the request and its form show it.
async fn sender_of(
    app: &App,
    visitor: &Visitor,
    form: &CommentForm,
    new: &NewComment,
) -> Result<Sender> {
    Ok(Sender {
        pass: pass_hash(&new.pass),
        staff: session::of(app, &visitor.headers)
            .await?
            .map(|signed_in| signed_in.author.id),
        client: visitor.addr_or_unknown(),
        form_age_seconds: form_age_seconds(app, new.post, &form.form),
        trapped: !form.subject.is_empty(),
    })
}

/// Checks a form and renders its words; `lost_parent` says that the comment that it answers is not there.
fn parse(
    form: &CommentForm,
    page: &PostPage,
    lost_parent: bool,
) -> std::result::Result<Checked, Problems> {
    let messages = page.layout.messages();
    let new = NewComment::parse(form, &page.layout.site.settings, messages)?;
    if lost_parent {
        return Err(Problems::one("body", messages.refused.answered_gone));
    }
    let html = text::comment(&new.source)
        .map_err(|too_deep| Problems::one("body", too_deep.in_words(messages)))?;
    Ok(Checked { new, html })
}

/// The page again with every word, and what is in the way.
fn refused(
    mut page: PostPage,
    form: CommentForm,
    status: StatusCode,
    problems: Problems,
) -> Result {
    page.form = form;
    page.problems = problems;
    Ok((status, [NO_STORE], render::page(&page)?).into_response())
}

/// RFC 6585, 4: too many comments from one place. Nothing is lost; the same form can be sent again.
fn later(page: PostPage, form: CommentForm, seconds: u64) -> Result {
    let messages = page.layout.messages();
    let message = messages.wait(
        &messages.refused.several_seconds,
        &messages.refused.several_minutes,
        seconds,
    );
    let problems = Problems::one("body", message);
    let mut response = refused(page, form, StatusCode::TOO_MANY_REQUESTS, problems)?;
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

/// The same name said the same here before.
fn said_before(mut page: PostPage, form: CommentForm, first: Posted) -> Result {
    let message = if first.state == CommentState::Approved {
        let path = page.post.path.as_deref().unwrap_or("/");
        page.said_at = Some(comment_address(path, first.place, first.id));
        page.layout.messages().refused.said_before
    } else {
        page.layout.messages().refused.sent_before
    };
    refused(
        page,
        form,
        StatusCode::CONFLICT,
        Problems::one("body", message),
    )
}
