//! Pictures of posts, under names that mean the same bytes for ever.

use crate::app::App;
use crate::error::Error;
use crate::http::render::Result;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use axum::response::IntoResponse;

pub async fn show(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Result {
    let tag = format!("\"{name}\"");
    let file = app.media.open(&name).await?.ok_or(Error::NotFound)?;
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let about = [
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
