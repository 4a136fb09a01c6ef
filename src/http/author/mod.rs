//! Door 2: authors, behind a sign-in. Nothing from here is ever kept by a cache.

mod addresses;
mod appearance;
mod bans;
mod calendar;
mod codes;
mod comment;
mod comment_change;
mod comment_log;
mod comments;
mod confirm;
mod desk;
mod editor;
mod fetching;
mod media;
mod outbox;
mod passkeys;
mod plot;
mod posts;
mod preview;
mod profile;
mod publishing;
mod render_text;
mod revisions;
mod rules;
mod saving;
mod second_step;
mod set_up;
mod settings;
mod sign_in;
mod tags;
mod told;
mod views;

use super::auth::{access, session};
use super::layers::submitted_fields;
use crate::app::App;
use crate::blog::media::SENT_MAX_BYTES;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// A text of 2 MiB, each of its bytes sent as three at worst.
const POST_FORM_MAX_BYTES: usize = 7 * 1024 * 1024;

/// A clipboard with its pictures written out in it.
const PASTE_FORM_MAX_BYTES: usize = 20 * 1024 * 1024;

/// An own style sheet that is far too long still comes back with its words kept.
const APPEARANCE_FORM_MAX_BYTES: usize = 1024 * 1024;

/// The largest picture, and what a form puts around it.
const UPLOAD_MAX_BYTES: usize = SENT_MAX_BYTES + 64 * 1024;
/// Ten megabytes over a slow line; silence ends a request much earlier.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(15);

/// What may take longer than any other request: sending a picture. Who is not signed in is refused before it is read.
pub fn uploads(app: &App) -> Router<App> {
    Router::new()
        .route("/admin/media/upload", post(media::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_MAX_BYTES))
        .route_layer(from_fn_with_state(app.clone(), access::check))
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
        .route("/admin/media/fetch", post(fetching::fetch))
        .route("/admin/media/{id}", get(media::show).post(media::save))
        .route("/admin/outbox/", get(outbox::list))
        .route("/admin/outbox/{id}", post(outbox::act))
        .route("/admin/settings", get(settings::show).post(settings::save))
        .merge(looks())
        .merge(own())
        .merge(writing())
        .merge(tagging())
        .merge(moderating())
        .merge(old_addresses())
        .route("/admin/views/", get(views::show))
        .route("/admin/views/{id}", get(views::of_post))
        .route_layer(from_fn_with_state(app.clone(), access::check))
        .route_layer(from_fn(keep_typed))
        .route_layer(from_fn_with_state(app.clone(), session::require));
    Router::new()
        .route("/admin", get(desk::to_home))
        .route("/admin/setup", get(set_up::show).post(set_up::create))
        .route("/admin/sign-in", get(sign_in::show).post(sign_in::enter))
        .route(
            "/admin/sign-in/link",
            get(sign_in::link).post(sign_in::enter_by_link),
        )
        .route(
            "/admin/sign-in/code",
            get(second_step::show).post(second_step::enter),
        )
        .route(
            "/admin/passkeys/enter/begin",
            post(passkeys::begin_entering),
        )
        .route("/admin/passkeys/enter", post(passkeys::enter))
        .merge(guarded)
        .layer(from_fn(session::never_store))
}

/// Of who is signed in, the longest text comes back when it is refused without its form.
async fn keep_typed(request: Request, next: Next) -> Response {
    submitted_fields::keep_up_to(POST_FORM_MAX_BYTES, request, next).await
}

fn looks() -> Router<App> {
    Router::new()
        .route(
            "/admin/appearance",
            get(appearance::show).post(appearance::save),
        )
        .route(
            "/admin/appearance/seen",
            get(appearance::seen).post(appearance::try_out),
        )
        .layer(DefaultBodyLimit::max(APPEARANCE_FORM_MAX_BYTES))
}

/// A person's own ways in.
fn own() -> Router<App> {
    Router::new()
        .route("/admin/session", get(sign_in::who))
        .route("/admin/confirm", get(confirm::show).post(confirm::confirm))
        .route("/admin/profile", get(profile::show).post(profile::save))
        .route("/admin/profile/sessions", post(profile::end_sessions))
        .route("/admin/profile/codes", get(codes::show).post(codes::act))
        .route("/admin/profile/passkeys", post(passkeys::remove))
        .route("/admin/passkeys/add/begin", post(passkeys::begin_adding))
        .route("/admin/passkeys/add", post(passkeys::add))
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
        .route("/admin/posts/", get(posts::posts).post(posts::act_on_posts))
        .route("/admin/posts/calendar", get(calendar::show))
        .route(
            "/admin/posts/new",
            get(editor::new_post).post(editor::create_post),
        )
        .route("/admin/posts/preview", post(preview::preview_post))
        .route("/admin/posts/autosave", post(saving::new_post))
        .route("/admin/posts/render", post(render_text::show))
        .route(
            "/admin/posts/paste",
            post(render_text::paste).layer(DefaultBodyLimit::max(PASTE_FORM_MAX_BYTES)),
        )
        .route("/admin/posts/convert", post(render_text::convert))
        .route("/admin/posts/{id}", get(editor::show).post(editor::save))
        .merge(text_of_a_post())
        .route("/admin/pages/", get(posts::pages).post(posts::act_on_pages))
        .route("/admin/pages/{id}/move", post(posts::move_page))
        .route(
            "/admin/pages/new",
            get(editor::new_page).post(editor::create_page),
        )
        .route("/admin/pages/preview", post(preview::preview_page))
        .route("/admin/pages/autosave", post(saving::new_page))
        .route("/admin/pages/{id}", get(editor::show).post(editor::save))
        .layer(DefaultBodyLimit::max(POST_FORM_MAX_BYTES))
}

/// What belongs to the text of a post or page, whichever it is.
fn text_of_a_post() -> Router<App> {
    Router::new()
        .route("/admin/posts/{id}/autosave", post(saving::known))
        .route("/admin/posts/{id}/open", post(saving::open))
        .route("/admin/posts/{id}/closed", post(saving::closed))
        .route("/admin/posts/{id}/checks", get(publishing::checks))
        .route("/admin/posts/{id}/revisions", get(revisions::list))
        .route("/admin/posts/{id}/compare", get(revisions::compare))
        .route(
            "/admin/posts/{id}/revisions/{revision}",
            get(revisions::show).post(revisions::act),
        )
        .route("/admin/posts/{id}/preview", get(preview::frame))
        .route("/admin/posts/{id}/framed", get(preview::framed))
        .route(
            "/admin/posts/{id}/links",
            get(preview::links).post(preview::add_link),
        )
        .route(
            "/admin/posts/{id}/links/{link}",
            post(preview::withdraw_link),
        )
}

fn tagging() -> Router<App> {
    Router::new()
        .route("/admin/tags/", get(tags::list))
        .route("/admin/tags/{id}", get(tags::show).post(tags::rename))
        .route(
            "/admin/tags/{id}/merge",
            get(tags::ask_merge).post(tags::merge),
        )
        .route(
            "/admin/tags/{id}/delete",
            get(tags::ask_delete).post(tags::delete),
        )
}

fn old_addresses() -> Router<App> {
    Router::new()
        .route(
            "/admin/addresses/",
            get(addresses::list).post(addresses::add),
        )
        .route("/admin/addresses/undo", post(addresses::undo))
        .route("/admin/addresses/missing", post(addresses::forget))
        .route(
            "/admin/addresses/import",
            get(addresses::import).post(addresses::import_list),
        )
        .route("/admin/addresses/upload", post(addresses::upload))
        .route(
            "/admin/addresses/{id}",
            get(addresses::show).post(addresses::act),
        )
        .layer(DefaultBodyLimit::max(addresses::LIST_FORM_MAX_BYTES))
}
