//! Pictures and recordings of posts, under names that mean the same bytes for ever. Sent in pieces; `HEAD` and 304 are answered from what
//! the file system says of the file.

use crate::app::App;
use crate::blog::media::is_picture;
use crate::error::Error;
use crate::http::cache::conditional::is_known;
use crate::http::files::file_body::{FileBody, Place, Source};
use crate::http::files::range::{Wanted, wanted};
use crate::http::page::render::{self, Result};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, RETRY_AFTER, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use std::ops::Range;

pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result {
    let file = app.media.find(&name).await?.ok_or(Error::NotFound)?;
    let tag = format!("\"{name}\"");
    let modified = file.modified_at.http_date();
    let known = HeaderValue::from_str(&modified).ok();
    if is_known(&headers, &tag, known.as_ref()) {
        let status = StatusCode::NOT_MODIFIED;
        return Ok((status, about(&name, tag, modified)).into_response());
    }
    // RFC 9110, 14.2: a range means something for GET alone.
    let part = if method == Method::GET {
        wanted(&headers, file.length, &tag, &modified)
    } else {
        Wanted::Whole
    };
    let about = about(&name, tag, modified);
    let (status, range) = match part {
        Wanted::Nothing => {
            let status = StatusCode::RANGE_NOT_SATISFIABLE;
            let range = [(CONTENT_RANGE, format!("bytes */{}", file.length))];
            let answer = render::for_machines(status, "The requested range is outside the file.\n");
            return Ok((range, answer).into_response());
        }
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Whole => (StatusCode::OK, 0..file.length),
    };
    let mut response = (status, about, [(CONTENT_TYPE, file.content_type)]).into_response();
    describe(&mut response, &range, file.length);
    if method == Method::GET {
        let Ok(place) = Place::reserve(app.media.sending(), range.end - range.start).await else {
            return Ok(busy());
        };
        *response.body_mut() = FileBody::of(Source::Named(file.path), range, place);
    }
    Ok(response)
}

/// Too many others take files at this moment. A line alone: who waits for a picture reads no page.
fn busy() -> Response {
    let words = "Too many downloads at once. Please try again in a moment.\n";
    let answer = render::for_machines(StatusCode::SERVICE_UNAVAILABLE, words);
    ([(RETRY_AFTER, "5")], answer).into_response()
}

/// What every answer says of a file.
fn about(name: &str, tag: String, modified: String) -> [(HeaderName, String); 8] {
    [
        // RFC 6266. Only pictures and recordings are served, and a name of ours needs no encoding.
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
        (
            CACHE_CONTROL,
            "public, max-age=31536000, immutable".to_owned(),
        ),
        (ETAG, tag),
        (LAST_MODIFIED, modified),
        (VARY, "Accept-Encoding".to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (
            CONTENT_SECURITY_POLICY,
            // A browser that opens a recording by itself plays it in a page that it makes around it.
            if is_picture(name) {
                "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()
            } else {
                "default-src 'none'; media-src 'self'; sandbox; frame-ancestors 'none'".to_owned()
            },
        ),
        // Feed readers show pictures on pages of their own.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin".to_owned(),
        ),
    ]
}

/// How long the body is, and which part of the whole.
fn describe(response: &mut Response, range: &Range<u64>, length: u64) {
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!("bytes {}-{}/{length}", range.start, range.end - 1);
        if let Ok(part) = HeaderValue::from_str(&part) {
            headers.insert(CONTENT_RANGE, part);
        }
    }
}
