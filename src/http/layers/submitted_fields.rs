//! Words that were typed into a form and are refused without it: the error page shows them again, so that they can be copied.
//!
//! A form that is refused for what is in it comes back by itself (422). This is for all other refusals, when the session
//! has ended, the form is too large, the disk is full or something broke, and for browsers without scripts.

use crate::http::limits::body_length::BodyLength;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::Response;

/// What is kept of a form that comes from anybody: a long letter. Each is in memory while it is answered.
const FROM_ANYBODY_MAX_BYTES: usize = 256 * 1024;
/// Fields that nobody types words into, or whose words may never be on a page.
const NOT_SHOWN: &[&str] = &[
    "csrf", "password", "current", "code", "codes", "key", "token", "base", "editor", "act",
    "form", "pass", "opened", "post", "parent", "back", "picked", "next", "undo", "subject",
    "notify", "markup", "comments", "pinned", "noindex", "language", "zone",
];

/// Names and words of the fields of a form, for the error page.
#[derive(Debug, Clone)]
pub struct Typed(pub Vec<(String, String)>);

/// Puts the words of a form into an answer that is an error, for the page that is made of it.
pub async fn keep(request: Request, next: Next) -> Response {
    keep_up_to(FROM_ANYBODY_MAX_BYTES, request, next).await
}

/// The same for forms of this size, from somebody who is signed in.
pub async fn keep_up_to(max: usize, request: Request, next: Next) -> Response {
    let is_small = BodyLength::of(&request).is_some_and(|bytes| bytes <= max as u64);
    if !is_form(&request) || !is_small {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // What cannot be read is for the handler to refuse: it gets an empty form, and says so.
    let Ok(bytes) = to_bytes(body, max).await else {
        let cut_off = Request::from_parts(parts, Body::empty());
        return next.run(cut_off).await;
    };
    let copy = bytes.clone();
    let mut response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    let status = response.status();
    if (status.is_client_error() || status.is_server_error())
        && response.extensions().get::<Typed>().is_none()
    {
        response.extensions_mut().insert(typed(&copy));
    }
    response
}

fn is_form(request: &Request) -> bool {
    request.method() == Method::POST
        && request.headers().get(CONTENT_TYPE).is_some_and(|kind| {
            kind.as_bytes()
                .starts_with(b"application/x-www-form-urlencoded")
        })
}

/// The words of a form's fields; what somebody chose from a list or a button is none.
fn typed(form: &Bytes) -> Typed {
    let fields = url::form_urlencoded::parse(form)
        .filter(|(name, value)| !NOT_SHOWN.contains(&name.as_ref()) && !value.trim().is_empty());
    Typed(
        fields
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_and_secrets_never() {
        let form = Bytes::from_static(
            b"csrf=x&title=Ebb+%26+flow&body=&password=secret&current=secret&code=123456",
        );
        assert_eq!(
            typed(&form).0,
            [("title".to_owned(), "Ebb & flow".to_owned())]
        );
    }
}
