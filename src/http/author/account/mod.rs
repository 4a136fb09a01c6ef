//! A person's own account: set-up, signing in and out, profile, passkeys, one-time codes.

mod confirm_password;
mod passkeys;
mod profile;
mod second_factor;
mod set_up;
mod sign_in;
mod totp;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// What is open to everybody: the set-up and the ways to sign in.
pub fn open_routes() -> Router<App> {
    Router::new()
        .route("/admin/setup", get(set_up::show).post(set_up::create))
        .route("/admin/sign-in", get(sign_in::show).post(sign_in::enter))
        .route(
            "/admin/sign-in/link",
            get(sign_in::link).post(sign_in::enter_by_link),
        )
        .route(
            "/admin/sign-in/code",
            get(second_factor::show).post(second_factor::enter),
        )
        .route(
            "/admin/passkeys/enter/begin",
            post(passkeys::begin_entering),
        )
        .route("/admin/passkeys/enter", post(passkeys::enter))
}

/// What is behind the sign-in.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/sign-out", post(sign_in::out))
        .route("/admin/session", get(sign_in::who))
        .route(
            "/admin/confirm",
            get(confirm_password::show).post(confirm_password::confirm),
        )
        .route("/admin/profile", get(profile::show).post(profile::save))
        .route("/admin/profile/sessions", post(profile::end_sessions))
        .route("/admin/profile/codes", get(totp::show).post(totp::act))
        .route("/admin/profile/passkeys", post(passkeys::remove))
        .route("/admin/passkeys/add/begin", post(passkeys::begin_adding))
        .route("/admin/passkeys/add", post(passkeys::add))
}
