//! Cookies of the admin pages. Readers get none.

use crate::app::App;
use crate::error::{Error, Result};
use axum::http::HeaderValue;
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::response::Response;

/// A cookie by its name without a prefix.
pub fn read(app: &App, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = full_name(app, name);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// `Set-Cookie` of RFC 6265; a `max_age_seconds` of 0 takes the cookie back.
pub fn set(
    app: &App,
    response: &mut Response,
    name: &str,
    value: &str,
    max_age_seconds: i64,
) -> Result<()> {
    let secure = if app.config.is_https() {
        "; Secure"
    } else {
        ""
    };
    let name = full_name(app, name);
    let cookie = format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}"
    );
    let value = HeaderValue::from_str(&cookie)
        .map_err(|_| Error::Internal("a cookie that fits no header".to_owned()))?;
    response.headers_mut().append(SET_COOKIE, value);
    Ok(())
}

/// With TLS the `__Host-` prefix ties a cookie to this host alone; plain http, for trying out, has no such thing.
fn full_name(app: &App, name: &str) -> String {
    if app.config.is_https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}
