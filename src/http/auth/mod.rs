//! Who is signed in, what they may do, and what pages and forms behind the sign-in have in common.

pub mod access;
pub mod admin_layout;
pub mod cookies;
pub mod csrf_form;
pub mod json_form;
pub mod known_device;
pub mod return_to;
pub mod session;

use super::layers::submitted_fields;
use super::limits::body_length::POST_FORM_MAX_BYTES;
use crate::app::App;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// Routes for people who are signed in and may use them.
pub fn guarded(app: &App, routes: Router<App>) -> Router<App> {
    routes
        .route_layer(from_fn_with_state(app.clone(), access::check))
        .route_layer(from_fn(keep_fields))
        .route_layer(from_fn_with_state(app.clone(), session::require))
}

/// The same for requests that send files: up to so many bytes, for so long, and refused before they are read.
pub fn guarded_uploads(
    app: &App,
    routes: Router<App>,
    bytes_max: usize,
    within: Duration,
) -> Router<App> {
    routes
        .layer(DefaultBodyLimit::max(bytes_max))
        .route_layer(from_fn_with_state(app.clone(), access::check))
        .route_layer(from_fn_with_state(app.clone(), session::require))
        .layer(from_fn(session::never_store))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            within,
        ))
}

/// Of who is signed in, the longest text comes back when it is refused without its form.
async fn keep_fields(request: Request, next: Next) -> Response {
    submitted_fields::keep_up_to(POST_FORM_MAX_BYTES, request, next).await
}
