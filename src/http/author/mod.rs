//! Door 2: authors, behind a sign-in. Nothing from here is ever kept by a cache.

mod bans;
mod comment;
mod comment_log;
mod comments;
mod desk;
mod editor;
mod media;
mod outbox;
mod posts;
mod profile;
mod rules;
mod set_up;
mod settings;
mod sign_in;
mod told;

use super::session;
use crate::app::App;
use crate::blog::media::SENT_MAX_BYTES;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// A text of 2 MiB, each of its bytes sent as three at worst.
const POST_FORM_MAX_BYTES: usize = 7 * 1024 * 1024;

/// The largest picture, and what a form puts around it.
const UPLOAD_MAX_BYTES: usize = SENT_MAX_BYTES + 64 * 1024;
/// Ten megabytes over a slow line; silence ends a request much earlier.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(15);

/// What may take longer than any other request: sending a picture. Who is not signed in is refused before it is read.
pub fn uploads(app: &App) -> Router<App> {
    Router::new()
        .route("/admin/media/upload", post(media::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_MAX_BYTES))
        .route_layer(from_fn_with_state(app.clone(), session::require))
        .layer(from_fn(session::never_store))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            UPLOAD_TIMEOUT,
        ))
}

pub fn routes(app: &App) -> Router<App> {
    let guarded = Router::new()
        .route("/admin/", get(desk::home))
        .route("/admin/sign-out", post(sign_in::out))
        .route("/admin/media/", get(media::list))
        .route("/admin/media/{id}", get(media::show).post(media::save))
        .route("/admin/outbox/", get(outbox::list))
        .route("/admin/outbox/{id}", post(outbox::act))
        .route("/admin/settings", get(settings::show).post(settings::save))
        .route("/admin/profile", get(profile::show).post(profile::save))
        .merge(writing())
        .merge(moderating())
        .route_layer(from_fn_with_state(app.clone(), session::require));
    Router::new()
        .route("/admin", get(desk::to_home))
        .route("/admin/setup", get(set_up::show).post(set_up::create))
        .route("/admin/sign-in", get(sign_in::show).post(sign_in::enter))
        .route(
            "/admin/sign-in/link",
            get(sign_in::link).post(sign_in::enter_by_link),
        )
        .merge(guarded)
        .layer(from_fn(session::never_store))
}

fn moderating() -> Router<App> {
    Router::new()
        .route(
            "/admin/comments/",
            get(comments::list).post(comments::decide_picked),
        )
        .route("/admin/comments/undo", post(comments::undo))
        .route("/admin/comments/stop", post(comments::stop))
        .route("/admin/comments/log", get(comment_log::show))
        .route(
            "/admin/comments/{id}",
            get(comment::show).post(comments::decide),
        )
        .route("/admin/comments/{id}/edit", post(comment::save))
        .route("/admin/comments/{id}/reply", post(comment::reply))
        .route("/admin/comments/rules", get(rules::show).post(rules::save))
        .route("/admin/comments/filter.json", get(rules::export))
        .route("/admin/comments/bans", get(bans::list).post(bans::add))
        .route("/admin/comments/bans/{id}", post(bans::end))
}

fn writing() -> Router<App> {
    Router::new()
        .route("/admin/posts/", get(posts::posts))
        .route(
            "/admin/posts/new",
            get(editor::new_post).post(editor::create_post),
        )
        .route("/admin/posts/preview", post(editor::preview_post))
        .route("/admin/posts/{id}", get(editor::show).post(editor::save))
        .route("/admin/pages/", get(posts::pages))
        .route(
            "/admin/pages/new",
            get(editor::new_page).post(editor::create_page),
        )
        .route("/admin/pages/preview", post(editor::preview_page))
        .route("/admin/pages/{id}", get(editor::show).post(editor::save))
        .layer(DefaultBodyLimit::max(POST_FORM_MAX_BYTES))
}
