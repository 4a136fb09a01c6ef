//! The second step of signing in: a one-time code, or a recovery code in its place. It belongs to the browser that showed
//! the password.

use super::sign_in;
use crate::app::App;
use crate::blog::AuthorId;
use crate::error::Error;
use crate::http::auth::session::Proven;
use crate::http::auth::{cookies, json_form, known_device};
use crate::http::limits::sign_in_throttle::{Throttle, Trying};
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::render::{self, Result};
use crate::secrets::{self, one_time};
use crate::store::{CEREMONY_SECONDS, Ceremony};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Form};
use std::time::Instant;

/// The cookie of a browser that has begun something and not finished it.
pub const BEGUN: &str = "begun";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodeForm {
    code: String,
}

#[derive(Template)]
#[template(path = "author/second_factor.html")]
struct CodePage {
    layout: Layout,
    problem: Option<String>,
}

/// Remembers that this browser showed the right password, and asks for a code.
pub async fn begin(app: &App, headers: &HeaderMap, author: AuthorId, next: &str) -> Result {
    let mut answer = if json_form::asks(headers) {
        json_form::answer(StatusCode::OK, &serde_json::json!({ "code": true }))
    } else {
        render::see_other("/admin/sign-in/code")?
    };
    let token = secrets::token()?;
    let until = app.now().plus_seconds(CEREMONY_SECONDS);
    app.unsaved
        .begin_code(&app.store, &secrets::hash(&token), author, next, until)
        .await?;
    cookies::set(app, &mut answer, BEGUN, &token, CEREMONY_SECONDS)?;
    Ok(answer)
}

pub async fn show(State(app): State<App>, headers: HeaderMap) -> Result {
    if begun(&app, &headers).await?.is_none() {
        return render::see_other("/admin/sign-in");
    }
    render::page(&CodePage {
        layout: Layout::of(&app).await?,
        problem: None,
    })
}

pub async fn enter(
    State(app): State<App>,
    Extension(throttle): Extension<Throttle>,
    visitor: Visitor,
    Form(form): Form<CodeForm>,
) -> Result {
    let headers = &visitor.headers;
    let Some((token_hash, author, next)) = begun(&app, headers).await? else {
        return Err(Error::Forbidden(
            "This sign-in was started in another browser or has expired. Please sign in again with your password.",
        ));
    };
    let device = known_device::of(&app, headers, author)?;
    let trying = Trying::code(author, visitor.network(), device.as_deref());
    let page = CodePage {
        layout: Layout::of(&app).await?,
        problem: None,
    };
    if let Err(wait) = throttle.begin(&trying, Instant::now()) {
        return sign_in::too_many(wait, headers, |problem| {
            render::page(&CodePage {
                problem: Some(problem),
                ..page
            })
        });
    }
    if !takes(&app, author, &form.code).await? {
        sign_in::refused(&app, Some(author), "code", &visitor).await;
        let problem =
            "This code is wrong or was used already. Wait up to 30 seconds for the next one.";
        if json_form::asks(headers) {
            return Ok(json_form::problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                problem,
            ));
        }
        return render::problem_page(&CodePage {
            problem: Some(problem.to_owned()),
            ..page
        });
    }
    throttle.succeeded(&trying);
    app.unsaved
        .finish_code(&app.store, &token_hash, app.now())
        .await?
        .ok_or(Error::Forbidden("This sign-in has already been completed."))?;
    let proven = Proven { author, by: "code" };
    let mut answer = sign_in::entered(&app, &visitor, proven, &next).await?;
    cookies::set(&app, &mut answer, BEGUN, "", 0)?;
    Ok(answer)
}

/// What this browser has begun: under which hash, for whom, and where it leads.
async fn begun(app: &App, headers: &HeaderMap) -> Result<Option<(Vec<u8>, AuthorId, String)>> {
    let Some(token) = cookies::read(app, headers, BEGUN) else {
        return Ok(None);
    };
    let token_hash = secrets::hash(&token);
    let begun = app
        .unsaved
        .begun_code(&app.store, &token_hash, app.now())
        .await?;
    Ok(begun.and_then(|Ceremony { author_id, state }| {
        author_id.map(|author| (token_hash, author, state))
    }))
}

/// Takes a code of the app or a recovery code, once.
async fn takes(app: &App, author: AuthorId, code: &str) -> Result<bool> {
    let Some(secret) = app.store.credentials().totp_secret(author).await? else {
        return Ok(false);
    };
    let seconds = app.now().0.cast_unsigned() / 1000;
    match one_time::step_of(&secret, code, seconds)? {
        Some(step) => app.unsaved.use_totp_step(&app.store, author, step).await,
        None => {
            app.store
                .credentials()
                .use_recovery_code(author, &one_time::recovery_hash(code))
                .await
        }
    }
}
