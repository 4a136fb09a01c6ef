//! Changes are accepted from our own pages only, recognized by `Sec-Fetch-Site` (Fetch Metadata, W3C) and, where a browser
//! does not send it, by `Origin` (RFC 6454). Public pages hold no token, so they can be the same for everyone.
//!
//! One address takes changes from anywhere: mail providers stop a mail for their people with one POST, and the key in the
//! address is all the leave that it takes (RFC 8058).
//!
//! tower-http's `csrf` lets requests pass that carry neither header; here they are refused as well.

use crate::app::App;
use crate::error::Error;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Where mail is stopped by one click.
pub const ONE_CLICK: &str = "/mail/stop";

pub async fn refuse_others(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let one_click = request.uri().path() == ONE_CLICK;
    if !reads && *request.method() != Method::POST {
        // No address takes any other method, and the answer says so before the origin or the session of the request matters.
        // The router gets the request as `OPTIONS`, which changes nothing, and answers 405 with the methods that it has.
        *request.method_mut() = Method::OPTIONS;
        return next.run(request).await;
    }
    let headers = request.headers();
    let is_ours = reads
        || one_click
        || is_same_origin(headers, &app.config.origin())
        || is_of_its_host(headers, app.config.is_https(), app.is_set_up());
    if is_ours {
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

/// Whether a page of the host that a request names sent it: browsers leave `Sec-Fetch-Site` out where a page came over plain
/// HTTP. Which hosts may be named is decided before. Until the blog is set up, this may be by either scheme; the key decides.
fn is_of_its_host(headers: &HeaderMap, is_https: bool, is_set_up: bool) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if headers.contains_key("sec-fetch-site") {
        return false;
    }
    let (Some(origin), Some(host)) = (text(ORIGIN), text(HOST)) else {
        return false;
    };
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let wanted = if is_https { "https" } else { "http" };
    let is_scheme = scheme == wanted || (!is_set_up && matches!(scheme, "http" | "https"));
    is_scheme && authority.eq_ignore_ascii_case(host)
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

    #[test]
    fn a_page_of_the_host_that_is_named_is_ours_under_the_scheme_of_the_blog() {
        let check = |origin: &'static str, host: &'static str, is_https, is_set_up| {
            let mut headers = HeaderMap::new();
            headers.insert(ORIGIN, origin.parse().unwrap());
            headers.insert(HOST, host.parse().unwrap());
            is_of_its_host(&headers, is_https, is_set_up)
        };
        assert!(check(
            "http://192.0.2.1:8080",
            "192.0.2.1:8080",
            false,
            true
        ));
        assert!(check("https://blog.example", "blog.example", true, true));
        assert!(!check("http://blog.example", "blog.example", true, true));
        assert!(check("http://192.0.2.1", "192.0.2.1", true, false));
        assert!(!check("http://evil.example", "192.0.2.1", false, false));
        assert!(!check("null", "192.0.2.1", false, false));
    }
}
