//! All axum. A request passes the host check and the headers, then enters by one of three doors.

pub mod accept;
mod access;
mod assets;
mod author;
mod body;
mod cache;
mod cookies;
mod cursor;
mod desk;
mod file_body;
mod form;
mod front;
mod headers;
mod host;
mod known_device;
pub mod limits;
mod next;
mod operator;
mod ops;
mod parameters;
mod passing;
mod polls;
mod post_page;
mod range;
mod reader;
mod render;
mod same_origin;
mod script;
mod session;
mod sharing;
mod shell;
mod sidebar;
mod trace;
mod typed;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use limits::{rate_limit, sign_in_throttle};
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// Forms other than that of a post, OWASP ASVS 4.2: as small as will do.
const FORM_MAX_BYTES: usize = 64 * 1024;

/// The longest that a handler may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

pub use front::Front;
pub use ops::metrics;
pub use polls::Polls;

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
pub fn front(app: App) -> Front {
    prepare_passwords(&app);
    let pages = cache::Pages::new(&app);
    let hosts = host::Hosts::of(&app.config);
    let throttle = sign_in_throttle::Throttle::default();
    let rates = rate_limit::Rates::default();
    let same_origin = from_fn_with_state(app.clone(), same_origin::refuse_others);
    let uploads = author::uploads(&app).layer(same_origin.clone());
    let router = Router::new()
        .merge(
            reader::pages()
                .layer(from_fn_with_state(pages.clone(), cache::serve))
                .layer(from_fn_with_state(
                    passing::Passing::new(app.clone()),
                    passing::note,
                )),
        )
        .merge(reader::others())
        .merge(assets::routes())
        .merge(author::routes(&app))
        .merge(operator::routes(&app))
        .merge(ops::routes())
        .layer(DefaultBodyLimit::max(FORM_MAX_BYTES))
        .layer(axum::Extension(throttle))
        .layer(axum::Extension(rates))
        .layer(axum::Extension(rate_limit::Searches::default()))
        // Behind the check of origins: no other site may put its words on a page of ours.
        .layer(from_fn(typed::keep))
        .layer(same_origin)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            HANDLER_TIMEOUT,
        ))
        .merge(uploads)
        .layer(CatchPanicLayer::custom(render::panicked))
        .layer(from_fn_with_state(app.clone(), render::errors))
        .layer(from_fn_with_state(
            (app.clone(), hosts.clone()),
            host::check,
        ))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .layer(from_fn_with_state(app.clone(), trace::note))
        .with_state(app.clone());
    Front {
        app,
        hosts,
        pages,
        polls: Arc::default(),
        router,
    }
}
