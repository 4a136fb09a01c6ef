//! A post that is read with a password: the page that asks for it, and the cookie that a browser gets which sent the right one.
//!
//! Nothing about such a post but its title and its date is on a page that is the same for everybody, and what shows more is
//! stored nowhere.

use crate::app::App;
use crate::app::post_password::OPEN_SECONDS;
use crate::blog::post::Post;
use crate::blog::{PostId, phrases};
use crate::http::auth::cookies::{self, Placed};
use crate::http::layers::view_counter::NothingRead;
use crate::http::limits::sign_in_throttle::{Throttle, Trying};
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::render::{self, Result};
use askama::Template;
use axum::Extension;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use std::time::Instant;

/// The guesses of readers are counted apart from sign-ins: a post that many read must not slow down its author.
#[derive(Debug, Clone, Default)]
pub struct Guesses(Throttle);

/// What a reader sends.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordForm {
    password: String,
}

#[derive(Template)]
#[template(path = "reader/locked.html")]
struct LockedPage {
    layout: Layout,
    post: Post,
    /// Why it is not open.
    problem: Option<String>,
}

impl LockedPage {
    /// The title, or the date of a post without one: the first words would be words of the text.
    fn named(&self) -> String {
        let messages = self.layout.messages();
        let title = match self.post.published_at {
            Some(at) if self.post.title.is_empty() => self.layout.dates().moment(&at),
            _ => messages.titled(&self.post.title).to_owned(),
        };
        phrases::fill(messages.locked.title, &[("name", &title)])
    }

    fn path(&self) -> &str {
        self.post.path.as_deref().unwrap_or_default()
    }
}

fn cookie_of(post: PostId) -> String {
    format!("post-{post}")
}

/// The key by which a browser has a post open.
pub fn key_of(app: &App, headers: &HeaderMap, post: &Post) -> Option<String> {
    cookies::read_at_place(app, headers, &cookie_of(post.id))
        .filter(|key| app.opens_post(post, key))
}

/// The page that asks for the password.
pub fn page(layout: Layout, post: Post) -> Result {
    answer(layout, post, StatusCode::OK, None)
}

fn answer(layout: Layout, post: Post, status: StatusCode, problem: Option<String>) -> Result {
    let page = LockedPage {
        layout,
        post,
        problem,
    };
    let page = render::for_the_holder_of_a_key(render::page(&page)?);
    Ok((status, Extension(NothingRead), page).into_response())
}

/// Somebody who sends a password, and what they send.
pub struct Guess {
    pub visitor: Visitor,
    pub guesses: Guesses,
    pub form: PasswordForm,
}

/// Opens a post to who sends the right password; others are asked again, and to wait after some tries.
pub fn open(app: &App, layout: Layout, post: Post, guess: &Guess) -> Result {
    let Guess {
        visitor,
        guesses: Guesses(throttle),
        form,
    } = guess;
    let account = format!("post {}", post.id);
    let trying = Trying::password(&account, visitor.network(), None, false);
    if let Err(wait) = throttle.begin(&trying, Instant::now()) {
        let seconds = wait.as_secs() + 1;
        let errors = &layout.messages().errors;
        let words =
            layout
                .messages()
                .wait(&errors.again_in_seconds, &errors.again_in_minutes, seconds);
        let mut response = answer(layout, post, StatusCode::TOO_MANY_REQUESTS, Some(words))?;
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(RETRY_AFTER, seconds);
        return Ok(response);
    }
    if !app.is_password_of(&post, &form.password) {
        let wrong = layout.messages().locked.wrong.to_owned();
        return answer(layout, post, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong));
    }
    throttle.succeeded(&trying);
    let path = post.path.as_deref().unwrap_or("/");
    let mut response = render::for_the_holder_of_a_key(render::see_other(path)?);
    let cookie = Placed {
        value: &app.key_of_post(&post)?,
        path,
        max_age_seconds: OPEN_SECONDS,
    };
    cookies::set_at_place(app, &mut response, &cookie_of(post.id), cookie)?;
    Ok(response)
}
