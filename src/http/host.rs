//! The host check: only requests for this blog are answered, so that no link, cache or form can be made to
//! speak for another host (RFC 9110, 7.4).

use crate::config::Config;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Addresses longer than this come from nobody who reads.
const URI_MAX_BYTES: usize = 8 * 1024;

/// The names of this blog: its public address, and the loopback names under the port that is listened on, for health
/// checks and for trying out.
#[derive(Debug, Clone)]
pub struct Hosts(Arc<[String]>);

impl Hosts {
    pub fn of(config: &Config) -> Self {
        let public = config.url.host_str().unwrap_or_default();
        let default_port = if config.is_https() { 443 } else { 80 };
        let mut hosts = vec![config.listen.to_string()];
        match config.url.port() {
            Some(port) => hosts.push(format!("{public}:{port}")),
            None => hosts.extend([public.to_owned(), format!("{public}:{default_port}")]),
        }
        let port = config.listen.port();
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}")));
        Self(hosts.into())
    }

    /// What is wrong with where a request is sent to, or with how; the words are for whoever sent it.
    pub fn problem(&self, uri: &Uri, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
        let length = uri.path_and_query().map_or(0, |path| path.as_str().len());
        if length > URI_MAX_BYTES {
            return Some((StatusCode::URI_TOO_LONG, "This address is too long.\n"));
        }
        if headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH) {
            return Some((StatusCode::BAD_REQUEST, "Two lengths for one body.\n"));
        }
        // RFC 9110, 8.4: whoever packs a request is told that nothing is unpacked here.
        let is_packed = |coding: &HeaderValue| coding != "identity";
        if headers.get(CONTENT_ENCODING).is_some_and(is_packed) {
            let words = "A request is read as it comes, not unpacked.\n";
            return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
        }
        match named(headers, uri) {
            None => Some((StatusCode::BAD_REQUEST, "One host must be named.\n")),
            Some(host) if self.0.iter().any(|own| own.eq_ignore_ascii_case(host)) => None,
            Some(_) => Some((
                StatusCode::MISDIRECTED_REQUEST,
                "There is no blog of this name here.\n",
            )),
        }
    }
}

/// Answers 400 to requests that name no host or two, 421 to those that name another one.
pub async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    match hosts.problem(request.uri(), request.headers()) {
        None => next.run(request).await,
        Some(problem) => problem.into_response(),
    }
}

/// The one host that a request names.
fn named<'a>(headers: &'a HeaderMap, uri: &Uri) -> Option<&'a str> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    // An absolute address (as to a proxy) must not say one thing and the header another.
    let agrees = uri
        .authority()
        .is_none_or(|authority| authority.as_str().eq_ignore_ascii_case(host));
    (hosts.next().is_none() && agrees && !host.is_empty()).then_some(host)
}
