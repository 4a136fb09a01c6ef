//! What our own scripts ask for and get: JSON, where a page would get HTML.

use super::csrf_form::HasCsrf;
use super::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::secrets;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

const JSON: &str = "application/json";

/// Whether a request comes from a script, which cannot follow a redirect to a form.
pub fn asks(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains(JSON))
}

pub fn answer(status: StatusCode, value: &serde_json::Value) -> Response {
    let kind = HeaderValue::from_static(JSON);
    (status, [(CONTENT_TYPE, kind)], value.to_string()).into_response()
}

/// A sentence about what is wrong, for the script to show.
pub fn problem(status: StatusCode, words: &str) -> Response {
    answer(status, &serde_json::json!({ "problem": words }))
}

/// A body of JSON from anybody.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let kind = request.headers().get(CONTENT_TYPE);
        if kind.is_none_or(|kind| kind.as_bytes() != JSON.as_bytes()) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let body = Bytes::from_request(request, app)
            .await
            .map_err(IntoResponse::into_response)?;
        serde_json::from_slice(&body).map(Self).map_err(|_| {
            Error::BadRequest("This request isn’t in the expected format.").into_response()
        })
    }
}

/// A body of JSON that carries the session's token.
pub struct CsrfJson<T>(pub T);

impl<T: HasCsrf + DeserializeOwned> FromRequest<App> for CsrfJson<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let signed_in = request.extensions().get::<SignedIn>().cloned();
        let sent = JsonBody::<T>::from_request(request, app).await;
        match (signed_in, sent) {
            (Some(signed_in), Ok(JsonBody(sent)))
                if secrets::constant_time_eq(sent.csrf(), &signed_in.csrf) =>
            {
                Ok(Self(sent))
            }
            _ => Err(Error::Forbidden(
                "This is from another session, so nothing was changed. Open the page again.",
            )
            .into_response()),
        }
    }
}
