//! Changes are taken from our own pages only, told by `Sec-Fetch-Site` (Fetch Metadata, W3C) and, where a browser
//! does not send it, by `Origin` (RFC 6454). Public pages hold no token, so they can be the same for everyone.
//!
//! One address takes changes from anywhere: mail providers stop a mail for their people with one POST, and the key in the
//! address is all the leave that it takes (RFC 8058).
//!
//! tower-http's `csrf` lets requests pass that carry neither header; here they are refused as well.

use crate::app::App;
use crate::error::Error;
use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Where mail is stopped by one click.
pub const ONE_CLICK: &str = "/mail/stop";

pub async fn refuse_others(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let one_click = request.uri().path() == ONE_CLICK;
    if safe || one_click || is_same_origin(request.headers(), &app.config.origin()) {
        next.run(request).await
    } else {
        Error::OtherSite.into_response()
    }
}

fn is_same_origin(headers: &HeaderMap, ours: &str) -> bool {
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin" | b"none") => true,
        Some(_) => false,
        None => origin == Some(ours.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(site: Option<&'static str>, origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(site) = site {
            headers.insert("sec-fetch-site", site.parse().unwrap());
        }
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        is_same_origin(&headers, "https://blog.example")
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        assert!(check(Some("same-origin"), None));
        assert!(check(None, Some("https://blog.example")));
        assert!(!check(Some("cross-site"), Some("https://blog.example")));
        assert!(!check(Some("same-site"), None));
        for origin in [
            None,
            Some("null"),
            Some("https://evil.example"),
            Some("http://blog.example"),
        ] {
            assert!(!check(None, origin), "{origin:?}");
        }
    }
}
