//! Pictures of posts, under names that mean the same bytes for ever.

use crate::app::App;
use crate::error::Error;
use crate::http::body::is_known;
use crate::http::render::Result;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LAST_MODIFIED,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::IntoResponse;

pub async fn show(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Result {
    let tag = format!("\"{name}\"");
    let file = app.media.open(&name).await?.ok_or(Error::NotFound)?;
    let modified = HeaderValue::from_str(&file.modified_at.http_date()).ok();
    let known = is_known(&headers, &tag, modified.as_ref());
    let about = [
        // RFC 6266. Only pictures are served, and a name of ours needs no encoding.
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
        (
            CACHE_CONTROL,
            "public, max-age=31536000, immutable".to_owned(),
        ),
        (ETAG, tag),
        (LAST_MODIFIED, file.modified_at.http_date()),
        (VARY, "Accept-Encoding".to_owned()),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned(),
        ),
        // Feed readers show pictures on pages of their own.
        (
            axum::http::HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin".to_owned(),
        ),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(CONTENT_TYPE, file.content_type)], file.bytes).into_response())
}
