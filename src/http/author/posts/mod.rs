//! Writing posts and pages: the lists, the editor and what its scripts ask for, previews, revisions, publishing, views.

mod autosave;
mod calendar;
mod editor;
mod editor_page;
mod erase;
mod feature_picture;
mod list;
mod list_actions;
mod preview;
mod publish_checklist;
mod render_text;
mod revisions;
mod views;
mod views_chart;

use crate::app::App;
use crate::http::limits::body_length::POST_FORM_MAX_BYTES;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// A clipboard with its pictures written out in it.
const PASTE_FORM_MAX_BYTES: usize = 20 * 1024 * 1024;

/// What sends a file along, see [`super::library`].
pub fn uploads() -> Router<App> {
    Router::new().route(
        "/admin/posts/{id}/picture/upload",
        post(feature_picture::upload),
    )
}

pub fn routes() -> Router<App> {
    let views = Router::new()
        .route("/admin/views/", get(views::show))
        .route("/admin/views/{id}", get(views::of_post));
    Router::new()
        .route(
            "/admin/posts/",
            get(list::posts).post(list_actions::act_on_posts),
        )
        .route("/admin/posts/calendar", get(calendar::show))
        .route("/admin/posts/erase", get(erase::ask_about_posts))
        .route("/admin/pages/erase", get(erase::ask_about_pages))
        .route(
            "/admin/posts/new",
            get(editor::new_post).post(editor::create_post),
        )
        .route("/admin/posts/preview", post(preview::preview_post))
        .route("/admin/posts/autosave", post(autosave::new_post))
        .route("/admin/posts/render", post(render_text::show))
        .route(
            "/admin/posts/paste",
            post(render_text::paste).layer(DefaultBodyLimit::max(PASTE_FORM_MAX_BYTES)),
        )
        .route("/admin/posts/parts", post(render_text::parts))
        .route("/admin/posts/convert", post(render_text::convert))
        .route("/admin/posts/{id}", get(editor::show).post(editor::save))
        .merge(text_of_a_post())
        .route(
            "/admin/pages/",
            get(list::pages).post(list_actions::act_on_pages),
        )
        .route("/admin/pages/{id}/move", post(list_actions::move_page))
        .route(
            "/admin/pages/new",
            get(editor::new_page).post(editor::create_page),
        )
        .route("/admin/pages/preview", post(preview::preview_page))
        .route("/admin/pages/autosave", post(autosave::new_page))
        .route("/admin/pages/{id}", get(editor::show).post(editor::save))
        .layer(DefaultBodyLimit::max(POST_FORM_MAX_BYTES))
        .merge(views)
}

/// What belongs to the text of a post or page, whichever it is.
fn text_of_a_post() -> Router<App> {
    Router::new()
        .route("/admin/posts/{id}/autosave", post(autosave::known))
        .route("/admin/posts/{id}/open", post(autosave::open))
        .route("/admin/posts/{id}/closed", post(autosave::closed))
        .route("/admin/posts/{id}/checks", get(publish_checklist::checks))
        .route("/admin/posts/{id}/revisions", get(revisions::list))
        .route("/admin/posts/{id}/compare", get(revisions::compare))
        .route(
            "/admin/posts/{id}/revisions/{revision}",
            get(revisions::show).post(revisions::act),
        )
        .route(
            "/admin/posts/{id}/picture",
            get(feature_picture::show).post(feature_picture::act),
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
