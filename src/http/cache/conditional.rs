//! Conditional requests (RFC 9110, 13): whether a client has the current answer already.

use axum::http::HeaderValue;
use axum::http::header::{HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH};

/// Whether the client has this very body already. `If-None-Match` rules where it is (RFC 9110, 13.2.2).
pub fn is_known(headers: &HeaderMap, tag: &str, modified: Option<&HeaderValue>) -> bool {
    if let Some(known) = headers.get(IF_NONE_MATCH) {
        return known.to_str().is_ok_and(|known| {
            known.trim() == "*"
                || known
                    .split(',')
                    .any(|one| one.trim().trim_start_matches("W/") == tag)
        });
    }
    // Our own date comes back byte for byte; any other date means another version.
    headers
        .get(IF_MODIFIED_SINCE)
        .is_some_and(|since| Some(since) == modified)
}
