//! What posts are made with: pictures, recordings and tags.

mod media;
mod receive;
mod remote_pictures;
mod tags;

pub use media::{PictureText, take_form};

use crate::app::App;
use crate::blog::media::RECORDING_MAX_BYTES;
use crate::http::auth::{access, session};
use crate::http::author::posts;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// The largest recording, and what a form puts around it.
const UPLOAD_MAX_BYTES: usize = 201 * 1024 * 1024;
const _: () = assert!(UPLOAD_MAX_BYTES as u64 > RECORDING_MAX_BYTES);
/// Two hundred megabytes over a slow line; silence ends a request much earlier.
const UPLOAD_TIMEOUT: Duration = Duration::from_hours(2);

/// What may take longer than any other request: sending a picture or a recording. Who is not signed in is refused before it is read.
pub fn uploads(app: &App) -> Router<App> {
    Router::new()
        .route("/admin/media/upload", post(media::upload))
        .merge(posts::uploads())
        .layer(DefaultBodyLimit::max(UPLOAD_MAX_BYTES))
        .route_layer(from_fn_with_state(app.clone(), access::check))
        .route_layer(from_fn_with_state(app.clone(), session::require))
        .layer(from_fn(session::never_store))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            UPLOAD_TIMEOUT,
        ))
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/media/", get(media::list))
        .route("/admin/media/fetch", post(remote_pictures::fetch))
        .route("/admin/media/{id}", get(media::show).post(media::save))
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
