//! The host check: only requests for this blog are answered, so that no link, cache or form can be made to
//! speak for another host (RFC 9110, 7.4).

use crate::app::App;
use crate::config::Config;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Addresses longer than this come from nobody who reads.
const URI_MAX_BYTES: usize = 8 * 1024;

/// Answers 400 to requests that name no host or two, 421 to those that name another one.
pub async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    if request
        .uri()
        .path_and_query()
        .is_some_and(|path| path.as_str().len() > URI_MAX_BYTES)
    {
        return (StatusCode::URI_TOO_LONG, "This address is too long.\n").into_response();
    }
    let headers = request.headers();
    if headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH) {
        return (StatusCode::BAD_REQUEST, "Two lengths for one body.\n").into_response();
    }
    // RFC 9110, 8.4: whoever packs a request is told that nothing is unpacked here.
    if headers
        .get(CONTENT_ENCODING)
        .is_some_and(|coding| coding != "identity")
    {
        let words = "A request is read as it comes, not unpacked.\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, words).into_response();
    }
    match named(headers, request.uri()) {
        None => (StatusCode::BAD_REQUEST, "One host must be named.\n").into_response(),
        Some(host) if is_ours(&app.config, &host) => next.run(request).await,
        Some(_) => (
            StatusCode::MISDIRECTED_REQUEST,
            "There is no blog of this name here.\n",
        )
            .into_response(),
    }
}

/// The one host that a request names, in lower case.
fn named(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?.to_lowercase();
    // An absolute address (as to a proxy) must not say one thing and the header another.
    let agrees = uri
        .authority()
        .is_none_or(|authority| authority.as_str().to_lowercase() == host);
    (hosts.next().is_none() && agrees && !host.is_empty()).then_some(host)
}

/// The public address, and the loopback names under the port that is listened on: for health checks and for trying out.
fn is_ours(config: &Config, host: &str) -> bool {
    let public = config.url.host_str().unwrap_or_default();
    let with_port = match config.url.port() {
        Some(port) => format!("{public}:{port}"),
        None => public.to_owned(),
    };
    let default_port = if config.is_https() { 443 } else { 80 };
    let port = config.listen.port();
    host == with_port
        || (config.url.port().is_none() && host == format!("{public}:{default_port}"))
        || host == config.listen.to_string()
        || ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|name| host == format!("{name}:{port}"))
}
