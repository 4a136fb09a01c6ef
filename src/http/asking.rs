//! The blog asks itself what it answers its readers: through its own routes, without a connection, a cache, or a trace. Nothing
//! is counted as a view, and what is not found is on no list.

use super::layers::redirects::{self, Redirects};
use super::limits::rate_limit;
use super::{assets, reader};
use crate::app::App;
use crate::transfer::old_links::{Answered, Asks};
use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{Method, Request, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::pin::Pin;
use tower::ServiceExt;

/// What browsers encode of an address before they send it.
const NOT_SENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'^')
    .add(b'\\');

/// The routes of readers.
#[derive(Debug, Clone)]
pub struct OwnRoutes(Router);

impl OwnRoutes {
    #[must_use]
    pub fn of(app: &App) -> Self {
        let redirects = Redirects::new(app.clone());
        let pages = reader::pages().layer(from_fn_with_state(redirects, redirects::answer));
        let router = pages
            .merge(reader::others())
            .merge(assets::routes())
            .layer(Extension(rate_limit::Rates::default()))
            .layer(Extension(rate_limit::Searches::default()))
            .layer(Extension(reader::locked::Guesses::default()));
        Self(router.with_state(app.clone()))
    }

    async fn head(&self, address: &str) -> Answered {
        let sent = utf8_percent_encode(address, NOT_SENT).to_string();
        let Ok(uri) = sent.parse::<Uri>() else {
            return Answered {
                status: StatusCode::BAD_REQUEST.as_u16(),
                location: None,
            };
        };
        // What is asked for with HEAD is no opening of a page, and none that somebody missed.
        let mut request = Request::new(Body::empty());
        *request.method_mut() = Method::HEAD;
        *request.uri_mut() = uri;
        let Ok(response) = self.0.clone().oneshot(request).await;
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|place| place.to_str().ok());
        Answered {
            status: response.status().as_u16(),
            location: location.map(str::to_owned),
        }
    }
}

impl Asks for OwnRoutes {
    fn ask<'a>(&'a self, address: &'a str) -> Pin<Box<dyn Future<Output = Answered> + Send + 'a>> {
        Box::pin(self.head(address))
    }
}
