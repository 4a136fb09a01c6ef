//! What is noted of a reader's request as it passes: that a page was opened, or that an address holds nothing. Who comes by
//! an old address for which the author made a redirect is sent on.
//!
//! Stands before the page cache, so that every opening is seen; the front notes those of pages that lie ready.

use super::render::{self, Near};
use super::server::Client;
use super::session;
use crate::app::App;
use crate::blog::post;
use crate::blog::redirect;
use crate::error::Result;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, USER_AGENT};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

const PURPOSE: HeaderName = HeaderName::from_static("purpose");
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// Posts that somebody who is lost is offered.
const NEAR: i64 = 3;

pub async fn note(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let asks = *request.method() == Method::GET;
    let client = request.extensions().get::<Client>().copied();
    let reader = client
        .filter(|_| asks)
        .and_then(|Client(client)| Some((client, reader(&app, request.headers())?.clone())));
    if reads && let Some(name) = foreign_query(&uri) {
        match redirected_query(&app, &uri, &name).await {
            Ok(Some(response)) => return response,
            Ok(None) => {}
            Err(error) => return error.into_response(),
        }
    }
    let response = next.run(request).await;
    match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED => {
            if let Some((client, agent)) = reader {
                opened(&app, &uri, client, &agent, &response);
            }
            response
        }
        StatusCode::NOT_FOUND if reads => match elsewhere(&app, &uri, asks, response).await {
            Ok(response) => response,
            Err(error) => error.into_response(),
        },
        _ => response,
    }
}

/// Notes the opening of a page that lay ready.
pub fn note_ready(
    app: &App,
    request: (&Method, &Uri, &HeaderMap),
    client: IpAddr,
    response: &Response,
) {
    let (method, uri, headers) = request;
    if *method == Method::GET
        && let Some(agent) = reader(app, headers)
    {
        opened(app, uri, client, agent, response);
    }
}

fn opened(app: &App, uri: &Uri, client: IpAddr, agent: &HeaderValue, response: &Response) {
    if is_page(response) {
        let agent = agent.to_str().unwrap_or_default();
        app.tally.opened(uri.path(), client, agent);
    }
}

/// How the browser of somebody calls itself who opens a page to read it. Nobody does where a browser only looks ahead, where
/// a script fetches, and where the author looks at the own blog.
fn reader<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let ahead = headers.contains_key(SEC_PURPOSE) || headers.contains_key(PURPOSE);
    let shown = headers
        .get(SEC_FETCH_DEST)
        .is_none_or(|dest| dest == "document");
    if ahead || !shown || session::is_named(app, headers) {
        return None;
    }
    headers.get(USER_AGENT)
}

/// Whether an answer is a page; one that the browser has already does not say what it is.
fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The name that a query of the first page begins with: other programs named their posts so, `/?p=12`.
fn foreign_query(uri: &Uri) -> Option<String> {
    let query = uri
        .query()
        .filter(|query| uri.path() == "/" && !query.is_empty())?;
    let name = redirect::canonical(&format!("/?{query}"));
    Some(redirect::first_parameter(&name)?.to_owned())
}

/// Whether there may be a redirect for the query of the first page. Where the site must be read first, there may.
pub fn may_be_redirected(app: &App, uri: &Uri) -> bool {
    foreign_query(uri).is_some_and(|name| {
        let site = app.fresh_site();
        site.is_none_or(|site| site.redirected_queries.hold(&name))
    })
}

async fn redirected_query(app: &App, uri: &Uri, name: &str) -> Result<Option<Response>> {
    if app.site().await?.redirected_queries.hold(name) {
        redirected(app, uri).await
    } else {
        Ok(None)
    }
}

/// The way that the author made for an address, if any.
async fn redirected(app: &App, uri: &Uri) -> Result<Option<Response>> {
    let address = uri.path_and_query().map_or("/", |address| address.as_str());
    let candidates = redirect::candidates(address);
    let Some(found) = app.store.redirect_for(&candidates).await? else {
        return Ok(None);
    };
    render::sent_on(&found.location(address), found.permanent).map(Some)
}

/// Answers for an address that holds nothing: with the author's redirect, or as it was answered, with posts that have the
/// same name elsewhere. Only what is published is ever offered.
async fn elsewhere(app: &App, uri: &Uri, asks: bool, mut response: Response) -> Result<Response> {
    if let Some(redirected) = redirected(app, uri).await? {
        return Ok(redirected);
    }
    let path = redirect::canonical(uri.path());
    if asks {
        app.tally.missed(&path);
    }
    let near = app
        .store
        .posts_ending(post::slug_of_path(&path), NEAR)
        .await?;
    response.extensions_mut().insert(Near(near));
    Ok(response)
}
