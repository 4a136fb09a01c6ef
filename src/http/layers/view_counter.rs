//! Counts that a page was opened, where somebody reads it.
//!
//! Runs in front of the page cache, so that every opening is seen; the fast path counts those of cached pages.

use crate::app::App;
use crate::http::auth::session;
use crate::http::limits::client_addr::ClientAddr;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, USER_AGENT};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use std::net::IpAddr;

const PURPOSE: HeaderName = HeaderName::from_static("purpose");
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// On an answer that is a page, but shows nothing that is read: one that asks for a password.
#[derive(Debug, Clone, Copy)]
pub struct NothingRead;

/// The layer: counts the answers that are pages for readers.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let client = request.extensions().get::<ClientAddr>().copied();
    let reader = client
        .filter(|_| *request.method() == Method::GET)
        .and_then(|ClientAddr(client)| Some((client, reader(&app, request.headers())?.clone())));
    let response = next.run(request).await;
    let is_whole = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    if is_whole && let Some((client, agent)) = reader {
        opened(&app, &uri, client, &agent, &response);
    }
    response
}

/// Counts the opening of a cached page.
pub fn count_cached<B>(
    app: &App,
    request: &axum::http::Request<B>,
    client: IpAddr,
    response: &Response,
) {
    if *request.method() == Method::GET
        && let Some(agent) = reader(app, request.headers())
    {
        opened(app, request.uri(), client, agent, response);
    }
}

fn opened(app: &App, uri: &Uri, client: IpAddr, agent: &HeaderValue, response: &Response) {
    if is_page(response) {
        let agent = agent.to_str().unwrap_or_default();
        app.tally.opened(uri.path(), client, agent);
    }
}

/// The user agent of somebody who opens a page to read it; none where the browser prefetches, where a script fetches, and
/// where the author looks at the own blog.
fn reader<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let ahead = headers.contains_key(SEC_PURPOSE) || headers.contains_key(PURPOSE);
    let shown = headers
        .get(SEC_FETCH_DEST)
        .is_none_or(|dest| dest == "document");
    if ahead || !shown || session::is_named(app, headers) {
        return None;
    }
    headers.get(USER_AGENT)
}

/// Whether an answer is a page that is read; one that the browser has already does not say what it is.
fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/html"))
        && response.extensions().get::<NothingRead>().is_none()
}
