//! The outermost layer: counts every answer, gives every request an id, and writes the lines of the log about requests.
//!
//! A page that readers share carries no id: it is the same for everyone, byte for byte and header for header.

use crate::app::App;
use crate::metrics::Door;
use axum::extract::{Request, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// An answer that took longer is in the log as a warning.
const SLOW: Duration = Duration::from_secs(1);

/// The name of a request in the log. No two of one process are alike, and nobody can guess from one which comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u64);

impl RequestId {
    fn new() -> Self {
        static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(mixed(
            START.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)),
        ))
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014): gives each number another one.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Says something in the log within the request that it belongs to.
pub fn within(id: Option<RequestId>, messages: impl FnOnce()) {
    match id {
        Some(id) if tracing::Span::current().is_none() => span(id).in_scope(messages),
        _ => messages(),
    }
}

fn span(id: RequestId) -> tracing::Span {
    tracing::error_span!("request", %id)
}

/// A path as the log may hold it: the code in the address of a draft opens the draft.
pub fn redact(path: &str) -> &str {
    const SECRET: &str = "/preview/";
    if path.starts_with(SECRET) {
        SECRET
    } else {
        path
    }
}

/// Counts the answer, and notes in the log what was changed, what happened behind the sign-in, and what took long; every
/// other request too for who asks for it (`RUST_LOG=daybook=debug`).
pub async fn note(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::new();
    request.extensions_mut().insert(id);
    let method = request.method().clone();
    let uri = request.uri().clone();
    let door = Door::of(uri.path());
    let changes = !matches!(
        method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    );
    let is_logged = changes || matches!(door, Door::Author | Door::Operator);
    let mut response = if is_logged {
        next.run(request).instrument(span(id)).await
    } else {
        next.run(request).await
    };
    let status = response.status();
    app.metrics.answered(door, status.as_u16());
    if changes || status.is_client_error() || status.is_server_error() {
        let value = HeaderValue::from_str(&id.to_string());
        response
            .headers_mut()
            .extend(value.ok().map(|value| (REQUEST_ID, value)));
    }
    let took = begun.elapsed();
    let messages = || {
        let (path, status) = (redact(uri.path()), status.as_u16());
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if took > SLOW {
            tracing::warn!(%method, path, status, micros, "slow response");
        } else if is_logged {
            tracing::info!(%method, path, status, micros, "answered");
        } else {
            tracing::debug!(%method, path, status, micros, "answered");
        }
    };
    if is_logged || took > SLOW || tracing::enabled!(tracing::Level::DEBUG) {
        span(id).in_scope(messages);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_requests_have_one_id() {
        let ids: std::collections::BTreeSet<String> =
            (0..1000).map(|_| RequestId::new().to_string()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 16));
    }

    #[test]
    fn the_way_to_a_draft_is_not_in_the_log() {
        assert_eq!(redact("/preview/7/secret"), "/preview/");
        assert_eq!(redact("/2016/06/ebb.html"), "/2016/06/ebb.html");
    }
}
