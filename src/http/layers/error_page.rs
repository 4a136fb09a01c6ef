//! From an error to a page: the layer that gives every error answer its words, and what a panic is answered with.

use super::request_log::{self, RequestId};
use super::submitted_fields::Typed;
use crate::app::App;
use crate::app::theme::ReaderTheme;
use crate::blog::phrases::Messages;
use crate::blog::post::Link;
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::render::ForMachines;
use askama::Template;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    layout: Layout,
    status: StatusCode,
    heading: &'static str,
    message: String,
    /// Whether to offer search and the way home.
    lost: bool,
    /// Where somebody who is lost may have wanted to go.
    near: Vec<Link>,
    /// What the search is filled in with: the words of the address.
    words: String,
    /// The request's id, where there is a line about it in the log.
    reference: Option<RequestId>,
    /// Fields of the form that was refused, and what was typed into them.
    typed: Vec<(String, String)>,
}

/// What an answer of 404 offers instead.
#[derive(Clone, Default)]
pub struct Near {
    pub posts: Vec<Link>,
    /// The words of the address, to be searched for.
    pub words: String,
}

/// Gives every error answer that has no words yet its page, and logs what the operator must know.
pub async fn errors(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let id = request.extensions().get::<RequestId>().copied();
    let response = next.run(request).await;
    let status = response.status();
    if response.extensions().get::<ForMachines>().is_some() {
        return response;
    }
    let worded = response.headers().contains_key(CONTENT_TYPE) && !response.body().is_end_stream();
    let plain_rejection = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() || status.is_server_error()) || (worded && !plain_rejection) {
        return response;
    }
    let error = response.extensions().get::<Arc<Error>>().cloned();
    let failed = status.is_server_error() && !matches!(error.as_deref(), Some(Error::NotSetUp));
    if failed {
        let reason = error
            .as_ref()
            .map_or_else(|| "no reason given".to_owned(), ToString::to_string);
        let path = request_log::redact(&path);
        request_log::within(id, || {
            tracing::error!(status = status.as_u16(), path, reason, "a request failed");
        });
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    parts.headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    parts
        .headers
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = retry_after(status, error.as_deref()) {
        parts
            .headers
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    let near = parts.extensions.remove::<Near>();
    let typed = parts.extensions.remove::<Typed>().map(|typed| typed.0);
    let redact = ErrorContext {
        typed: typed.unwrap_or_default(),
        status,
        error: error.as_deref(),
        near: near.unwrap_or_default(),
        is_admin: path.starts_with("/admin"),
        reference: id.filter(|_| failed),
    };
    let body = error_body(&app, redact).await;
    Response::from_parts(parts, Body::from(body))
}

fn retry_after(status: StatusCode, error: Option<&Error>) -> Option<u64> {
    match error {
        Some(Error::TooMany {
            retry_after_seconds,
        }) => Some(*retry_after_seconds),
        _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(5),
        // Room is made by people.
        _ if status == StatusCode::INSUFFICIENT_STORAGE => Some(300),
        _ => None,
    }
}

/// What an error page is made of.
struct ErrorContext<'a> {
    typed: Vec<(String, String)>,
    status: StatusCode,
    error: Option<&'a Error>,
    near: Near,
    is_admin: bool,
    reference: Option<RequestId>,
}

async fn error_body(app: &App, redact: ErrorContext<'_>) -> String {
    // Where even the settings cannot be read, the page does without them.
    let mut layout = Layout::of(app).await.unwrap_or_else(|_| Layout::bare(app));
    if redact.is_admin {
        // No own style sheet may keep an author from the way to change it.
        layout = layout.with_theme(ReaderTheme::plain(&app.stylesheets));
    }
    let (heading, message) = words(layout.messages(), redact.status, redact.error);
    let page = ErrorPage {
        layout,
        status: redact.status,
        heading,
        message,
        lost: redact.status == StatusCode::NOT_FOUND,
        near: redact.near.posts,
        words: redact.near.words,
        typed: redact.typed,
        reference: redact.reference,
    };
    page.render().unwrap_or_else(|_| heading.to_owned())
}

/// A heading and a sentence for a visitor, who never reads an internal message.
fn words(messages: &Messages, status: StatusCode, error: Option<&Error>) -> (&'static str, String) {
    let errors = &messages.errors;
    let redact = match status {
        StatusCode::NOT_FOUND => errors.not_found,
        StatusCode::METHOD_NOT_ALLOWED => errors.not_possible,
        StatusCode::PAYLOAD_TOO_LARGE => errors.too_large,
        StatusCode::TOO_MANY_REQUESTS => errors.too_many,
        StatusCode::FORBIDDEN => errors.refused,
        StatusCode::SERVICE_UNAVAILABLE if matches!(error, Some(Error::NotSetUp)) => {
            errors.not_set_up
        }
        StatusCode::SERVICE_UNAVAILABLE if matches!(error, Some(Error::ManySearches)) => {
            errors.many_searches
        }
        StatusCode::SERVICE_UNAVAILABLE => errors.busy,
        StatusCode::INSUFFICIENT_STORAGE => errors.no_room,
        status if status.is_client_error() => errors.not_understood,
        _ => errors.went_wrong,
    };
    let message = match error {
        Some(Error::BadRequest(words) | Error::Forbidden(words)) => (*words).to_owned(),
        Some(Error::OtherSite) => errors.other_site.to_owned(),
        Some(Error::TooMany {
            retry_after_seconds,
        }) => messages.wait(
            &errors.again_in_seconds,
            &errors.again_in_minutes,
            *retry_after_seconds,
        ),
        _ => redact.message.to_owned(),
    };
    (redact.heading, message)
}

/// A panic in a handler is a fault of the program: logged, answered, and the server goes on.
#[expect(
    clippy::needless_pass_by_value,
    reason = "CatchPanicLayer hands the box over"
)]
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Error::Internal(format!("panic: {words}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tower::{Layer, ServiceExt, service_fn};
    use tower_http::catch_panic::CatchPanicLayer;

    async fn asked(request: Request) -> std::result::Result<Response, Infallible> {
        assert_ne!(request.uri().path(), "/broken", "on purpose");
        Ok(Response::default())
    }

    #[tokio::test]
    async fn s73_a_panic_is_answered_and_the_server_goes_on() {
        let server = CatchPanicLayer::custom(panicked).layer(service_fn(asked));
        for (path, status) in [("/broken", 500), ("/whole", 200), ("/broken", 500)] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = server.oneshot(request).await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{path}");
            let error = answer.extensions().get::<Arc<Error>>();
            let redact = error.map(ToString::to_string).unwrap_or_default();
            assert_eq!(redact.contains("on purpose"), status == 500, "for the log");
        }
    }
}
