//! For machines that watch: is the program alive, can it serve.

use crate::app::App;
use crate::error::Error;
use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::get;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
}

/// 200 as long as the program answers at all.
async fn alive() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "alive\n")
}

/// 200 when the database answers too.
async fn ready(
    axum::extract::State(app): axum::extract::State<App>,
) -> Result<impl IntoResponse, Error> {
    app.store.refresh_version().await?;
    Ok(([(CACHE_CONTROL, "no-store")], "ready\n"))
}
