//! Browsers that somebody has signed in from before. Anyone who guesses passwords elsewhere slows guessing down, not the owner.

use super::cookies;
use crate::app::App;
use crate::blog::AuthorId;
use crate::error::Result;
use crate::secrets;
use axum::http::header::HeaderMap;
use axum::response::Response;

const COOKIE: &str = "known";
/// What the cookie's code is made for, see [`App::code`].
const PURPOSE: &str = "known device";
const COOKIE_MAX_AGE_SECONDS: i64 = 365 * 24 * 3600;

/// The name of this browser, where the person of this number signed in from it before.
pub fn of(app: &App, headers: &HeaderMap, author: AuthorId) -> Result<Option<String>> {
    let Some(cookie) = cookies::read(app, headers, COOKIE) else {
        return Ok(None);
    };
    let Some((device, code)) = cookie.split_once('.') else {
        return Ok(None);
    };
    let right = app.code(PURPOSE, &format!("{author} {device}"))?;
    Ok(secrets::constant_time_eq(code, &right).then(|| device.to_owned()))
}

/// Whether anybody who may sign in did so from this browser before.
pub async fn is_of_somebody(app: &App, headers: &HeaderMap) -> Result<bool> {
    if cookies::read(app, headers, COOKIE).is_none() {
        return Ok(false);
    }
    for author in app.store.authors().list().await? {
        if of(app, headers, author.id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Remembers the browser of somebody who has just signed in.
pub fn remember(
    app: &App,
    headers: &HeaderMap,
    author: AuthorId,
    response: &mut Response,
) -> Result<()> {
    let device = match of(app, headers, author)? {
        Some(device) => device,
        None => secrets::token()?,
    };
    let code = app.code(PURPOSE, &format!("{author} {device}"))?;
    let cookie = format!("{device}.{code}");
    cookies::set(app, response, COOKIE, &cookie, COOKIE_MAX_AGE_SECONDS)
}
