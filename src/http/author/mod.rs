//! Door 2: authors, behind a sign-in. Nothing from here is ever kept by a cache.

mod account;
mod comments;
mod library;
mod posts;

pub use library::uploads;

use super::auth;
use super::auth::session;
use super::page::render;
use crate::app::App;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

/// All pages of authors, and the ways to sign in.
pub fn routes(app: &App) -> Router<App> {
    let guarded = Router::new()
        .route("/admin/", get(home))
        .merge(account::routes())
        .merge(comments::routes())
        .merge(library::routes())
        .merge(posts::routes());
    Router::new()
        .route("/admin", get(to_home))
        .merge(account::open_routes())
        .merge(auth::guarded(app, guarded))
        .layer(from_fn(session::never_store))
}

async fn to_home() -> render::Result {
    render::moved("/admin/")
}

async fn home() -> render::Result {
    render::see_other("/admin/posts/")
}
