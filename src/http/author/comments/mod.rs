//! Moderation: the list of comments, one comment, the log of decisions.

mod detail;
mod flash;
mod list;
mod log;
mod pending_edit;

pub use flash::who;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/admin/comments/",
            get(list::list).post(list::decide_picked),
        )
        .route("/admin/comments/undo", post(list::undo))
        .route("/admin/comments/stop", post(list::stop))
        .route("/admin/comments/log", get(log::show))
        .route("/admin/comments/{id}", get(detail::show).post(list::decide))
        .route("/admin/comments/{id}/edit", post(detail::save))
        .route("/admin/comments/{id}/reply", post(detail::reply))
}
