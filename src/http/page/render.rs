//! From a page struct to an answer; redirects, JSON, and errors on their way to the layer that makes a page of them.

use crate::app::App;
use crate::error::Error;
use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::borrow::Cow;
use std::sync::Arc;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// What every handler answers.
pub type Result<T = Response> = std::result::Result<T, Error>;

/// Renders a page.
pub fn page(template: &impl Template) -> Result {
    Ok(Html(template.render()?).into_response())
}

/// Renders a page that may hold a text of megabytes, on a thread for such work.
pub async fn large_page(app: &App, template: impl Template + Send + 'static) -> Result {
    app.compute(move || page(&template)).await?
}

/// Answers a script.
pub fn json(status: StatusCode, answer: &impl serde::Serialize) -> Result {
    let json = serde_json::to_string(answer)
        .map_err(|error| Error::Internal(format!("an answer as JSON: {error}")))?;
    Ok((status, [(CONTENT_TYPE, "application/json")], json).into_response())
}

/// Renders a page that comes back with problems, RFC 9110, 15.5.21.
pub fn problem_page(template: &impl Template) -> Result {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(template)?).into_response())
}

/// Marks an answer that belongs to those who hold the key in its address: nobody keeps it, no engine lists it, and the
/// address goes to no other site. `no-referrer` would be too much: browsers then send `Origin: null` with our own forms.
pub fn for_the_holder_of_a_key(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    response
}

/// Sends the browser on after a change, with GET.
pub fn see_other(address: &str) -> Result {
    redirect(StatusCode::SEE_OTHER, address)
}

/// Sends everybody on for ever: the address has moved.
pub fn moved(address: &str) -> Result {
    redirect(StatusCode::MOVED_PERMANENTLY, address)
}

/// Sends on as the author chose. Browsers ask each time, so that another choice holds at once.
pub fn sent_on(address: &str, permanent: bool) -> Result {
    let status = if permanent {
        StatusCode::MOVED_PERMANENTLY
    } else {
        StatusCode::FOUND
    };
    let mut response = redirect(status, address)?;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

fn redirect(status: StatusCode, address: &str) -> Result {
    let value = HeaderValue::from_str(&in_ascii(address))
        .map_err(|_| Error::Internal("an address that fits no header".to_owned()))?;
    Ok((status, [(LOCATION, value)]).into_response())
}

/// An address as a header may hold it: whatever is not visible ASCII is percent-encoded, line ends too.
fn in_ascii(address: &str) -> Cow<'_, str> {
    const NOT_GRAPHIC: &AsciiSet = &CONTROLS.add(b' ');
    utf8_percent_encode(address, NOT_GRAPHIC).into()
}

/// A value as the query of an address may hold it: `application/x-www-form-urlencoded` of the WHATWG's URL standard.
pub fn query_value(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl IntoResponse for Error {
    /// Carries the error out to the layer that makes a page of it (`layers/error_page.rs`).
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Marks an error answer for machines, which says all there is to say in a line of its own.
#[derive(Clone, Copy)]
pub struct ForMachines;

/// An error answer for machines: a line of plain text.
pub fn for_machines(status: StatusCode, line: &'static str) -> Response {
    let mut response = (status, [(CACHE_CONTROL, "no-store")], line).into_response();
    response.extensions_mut().insert(ForMachines);
    response
}
