//! Cookies of the admin pages, and the one that a reader gets who has typed the password of a post.

use crate::app::App;
use crate::error::{Error, Result};
use axum::http::HeaderValue;
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::response::Response;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// A cookie by its name without a prefix.
pub fn read(app: &App, headers: &HeaderMap, name: &str) -> Option<String> {
    named(headers, &full_name(app, name))
}

fn named(headers: &HeaderMap, name: &str) -> Option<String> {
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

/// A cookie that browsers send to one address and what is below it, by its name without a prefix.
pub fn read_at_place(app: &App, headers: &HeaderMap, name: &str) -> Option<String> {
    named(headers, &name_at_place(app, name))
}

/// `Set-Cookie` for one address and what is below it.
pub fn set_at_place(app: &App, response: &mut Response, name: &str, cookie: Placed) -> Result<()> {
    let secure = if app.config.is_https() {
        "; Secure"
    } else {
        ""
    };
    let (name, value) = (name_at_place(app, name), cookie.value);
    let (path, seconds) = (place(cookie.path), cookie.max_age_seconds);
    let cookie =
        format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    let value = HeaderValue::from_str(&cookie)
        .map_err(|_| Error::Internal("a cookie that fits no header".to_owned()))?;
    response.headers_mut().append(SET_COOKIE, value);
    Ok(())
}

/// What a cookie for one address is.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    pub value: &'a str,
    /// The path of the address, decoded or not.
    pub path: &'a str,
    pub max_age_seconds: i64,
}

/// A path as browsers send it. A semicolon ends the attribute (RFC 6265, 4.1.1): then it is the folder above.
fn place(path: &str) -> String {
    /// What the URL standard percent-encodes in paths.
    const IN_PATHS: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'`')
        .add(b'{')
        .add(b'}');
    let path = match path.split_once(';') {
        Some((before, _)) => before.rfind('/').map_or("/", |end| &before[..=end]),
        None => path,
    };
    utf8_percent_encode(path, IN_PATHS).to_string()
}

/// With TLS the `__Secure-` prefix keeps plain http from setting it; `__Host-` is for cookies of the whole host only.
fn name_at_place(app: &App, name: &str) -> String {
    if app.config.is_https() {
        format!("__Secure-{name}")
    } else {
        name.to_owned()
    }
}

/// With TLS the `__Host-` prefix ties a cookie to this host alone; plain http, for trying out, has no such thing.
fn full_name(app: &App, name: &str) -> String {
    if app.config.is_https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_for_the_address_as_browsers_send_it() {
        for (path, sent) in [
            ("/2016/06/ebb.html", "/2016/06/ebb.html"),
            ("/2012/12/с.html", "/2012/12/%D1%81.html"),
            ("/2012/12/%D1%81.html", "/2012/12/%D1%81.html"),
            ("/a b/", "/a%20b/"),
            ("/old/a;b.html", "/old/"),
            ("/;", "/"),
        ] {
            assert_eq!(place(path), sent);
        }
    }
}
