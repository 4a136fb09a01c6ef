//! Where a request comes in: a cached page is answered here, at once; everything else goes through the router.
//!
//! What is answered here is what the router would answer, header by header: the page cache keeps whole answers.

use super::cache::page_cache::Pages;
use super::layers::allowed_hosts::Hosts;
use super::layers::poll_times::Polls;
use super::layers::{redirects, view_counter};
use super::limits::body_length::BodyLength;
use super::limits::client_addr::ClientAddr;
use crate::app::App;
use crate::metrics::Door;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower::{BoxError, ServiceExt};
use tower_http::timeout::TimeoutBody;

/// The longest silence within the body of a request.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole server, without the connections. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Server {
    pub(super) app: App,
    pub(super) hosts: Hosts,
    pub(super) pages: Pages,
    pub(super) polls: Arc<Polls>,
    pub(super) router: Router,
}

impl Server {
    /// Answers a client's request.
    pub fn answer<B>(
        &self,
        client: IpAddr,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + use<B>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let way = match self.ready(client, &request) {
            Some(response) => Err(response),
            None => Ok((self.router.clone(), Arc::clone(&self.polls), request)),
        };
        async move {
            let (router, polls, request) = match way {
                Ok(way) => way,
                Err(response) => return Ok(response),
            };
            let length = request.body().size_hint().exact();
            let mut request = request.map(|body| Body::new(TimeoutBody::new(BODY_TIMEOUT, body)));
            request.extensions_mut().insert(BodyLength(length));
            request.extensions_mut().insert(ClientAddr(client));
            polls.measured(router.oneshot(request)).await
        }
    }

    /// How long requests hold the threads that answer others.
    pub fn polls(&self) -> &Polls {
        &self.polls
    }

    /// The answer of a cached page, where the request is as it should be.
    fn ready<B: HttpBody>(&self, client: IpAddr, request: &Request<B>) -> Option<Response> {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        let plain = matches!(*method, Method::GET | Method::HEAD)
            && request.body().is_end_stream()
            && !redirects::may_be_redirected(&self.app, uri)
            && self.hosts.problem(uri, headers).is_none();
        if !plain {
            return None;
        }
        let response = self.pages.ready(method, uri, headers)?;
        self.app.metrics.hit();
        self.app
            .metrics
            .answered(Door::of(uri.path()), response.status().as_u16());
        view_counter::count_cached(&self.app, request, client, &response);
        Some(response)
    }
}
