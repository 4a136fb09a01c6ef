//! Door 2: authors, behind a sign-in. Nothing from here is ever kept by a cache.

mod bans;
mod comment;
mod comment_log;
mod comments;
mod desk;
mod editor;
mod outbox;
mod posts;
mod profile;
mod render_text;
mod rules;
mod set_up;
mod settings;
mod sign_in;
mod told;

use super::session;
use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

/// A text of 2 MiB, each of its bytes sent as three at worst.
const POST_FORM_MAX_BYTES: usize = 7 * 1024 * 1024;

pub fn routes(app: &App) -> Router<App> {
    let guarded = Router::new()
        .route("/admin/", get(desk::home))
        .route("/admin/sign-out", post(sign_in::out))
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
        .route("/admin/posts/render", post(render_text::show))
        .route("/admin/posts/paste", post(render_text::paste))
        .route("/admin/posts/convert", post(render_text::convert))
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
