//! All axum. A request passes the host check and the headers, then enters by one of three doors.

pub mod accept;
mod asking;
mod assets;
mod auth;
mod author;
mod cache;
mod fast_path;
mod files;
mod health;
mod layers;
pub mod limits;
mod operator;
mod page;
mod reader;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use cache::page_cache;
use layers::{
    allowed_hosts, error_page, redirects, request_log, same_origin, security_headers,
    submitted_fields, view_counter,
};
use limits::{rate_limit, sign_in_throttle};
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// Forms other than that of a post, OWASP ASVS 4.2: as small as will do.
const FORM_MAX_BYTES: usize = 64 * 1024;

/// The longest that a handler may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

pub use asking::OwnRoutes;
pub use assets::has_visual_editor;
pub use fast_path::Server;
pub use health::metrics;
pub use layers::poll_times::Polls;

/// Makes what the first sign-in needs in the background.
fn prepare_passwords(app: &App) {
    let passwords = app.passwords.clone();
    tokio::spawn(async move {
        if let Err(error) = passwords.prepare().await {
            tracing::error!(%error, "password hashing is not prepared; the first sign-in will do it");
        }
    });
}

/// The whole server, to be made within a runtime; layers further down in this list see a request earlier.
pub fn server(app: App) -> Server {
    prepare_passwords(&app);
    let pages = page_cache::Pages::new(&app);
    let hosts = allowed_hosts::Hosts::of(&app.config);
    let throttle = sign_in_throttle::Throttle::default();
    let rates = rate_limit::Rates::default();
    let same_origin = from_fn_with_state(app.clone(), same_origin::refuse_others);
    let uploads = author::uploads(&app)
        .merge(operator::uploads(&app))
        .layer(same_origin.clone());
    let router = Router::new()
        .merge(
            reader::pages()
                .layer(from_fn_with_state(pages.clone(), page_cache::serve))
                .layer(from_fn_with_state(
                    redirects::Redirects::new(app.clone()),
                    redirects::answer,
                ))
                .layer(from_fn_with_state(app.clone(), view_counter::count)),
        )
        .merge(reader::others())
        .merge(assets::routes())
        .merge(author::routes(&app))
        .merge(operator::routes(&app))
        .merge(health::routes())
        .layer(DefaultBodyLimit::max(FORM_MAX_BYTES))
        .layer(axum::Extension(throttle))
        .layer(axum::Extension(rates))
        .layer(axum::Extension(reader::locked::Guesses::default()))
        .layer(axum::Extension(rate_limit::Searches::default()))
        // Behind the check of origins: no other site may put its words on a page of ours.
        .layer(from_fn(submitted_fields::keep))
        .layer(same_origin)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            HANDLER_TIMEOUT,
        ))
        .merge(uploads)
        .layer(CatchPanicLayer::custom(error_page::panicked))
        .layer(from_fn_with_state(app.clone(), error_page::errors))
        .layer(from_fn_with_state(
            (app.clone(), hosts.clone()),
            allowed_hosts::check,
        ))
        .layer(from_fn_with_state(app.clone(), security_headers::add))
        .layer(from_fn_with_state(app.clone(), request_log::note))
        .with_state(app.clone());
    Server {
        app,
        hosts,
        pages,
        polls: Arc::default(),
        router,
    }
}
