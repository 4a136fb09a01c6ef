//! What posts are made with: pictures, recordings and tags.

mod media;
mod receive;
mod remote_pictures;
mod tags;

pub use media::{PictureText, take_form};

use crate::app::App;
use crate::blog::media::RECORDING_MAX_BYTES;
use crate::http::auth;
use crate::http::author::posts;
use axum::Router;
use axum::routing::{get, post};
use std::time::Duration;

/// The largest recording, and what a form puts around it.
const UPLOAD_MAX_BYTES: usize = 201 * 1024 * 1024;
const _: () = assert!(UPLOAD_MAX_BYTES as u64 > RECORDING_MAX_BYTES);
/// Two hundred megabytes over a slow line; silence ends a request much earlier.
const UPLOAD_TIMEOUT: Duration = Duration::from_hours(2);

/// What may take longer than any other request: sending a picture or a recording. Who is not signed in is refused before it is read.
pub fn uploads(app: &App) -> Router<App> {
    let routes = Router::new()
        .route("/admin/media/upload", post(media::upload))
        .merge(posts::uploads());
    auth::guarded_uploads(app, routes, UPLOAD_MAX_BYTES, UPLOAD_TIMEOUT)
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
