//! What is noted of a reader's request as it passes: that a page was opened, or that an address holds nothing. Who comes by
//! an old address for which the author made a redirect is sent on.
//!
//! Stands before the page cache, so that every opening is seen; the front notes those of pages that lie ready.

use super::limits::client_addr::Client;
use super::render::{self, Near};
use super::session;
use crate::app::App;
use crate::blog::post::{self, Link};
use crate::blog::{alias, missing, redirect};
use crate::error::Result;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, USER_AGENT};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;

const PURPOSE: HeaderName = HeaderName::from_static("purpose");
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// Posts that somebody who is lost is offered: those of the same name, and with those the ones about the same words.
const NEAR: i64 = 3;
const NEAR_IN_ALL: usize = 5;

/// What the layer needs besides what a handler has.
#[derive(Debug, Clone)]
pub struct Passing {
    app: App,
    /// Held while posts are looked for by the words of an address. Whoever comes meanwhile gets fewer offers and waits for
    /// nobody, so a flood of such addresses keeps one connection to the database at most.
    looking: Arc<Semaphore>,
}

impl Passing {
    pub fn new(app: App) -> Self {
        Self {
            app,
            looking: Arc::new(Semaphore::new(1)),
        }
    }
}

pub async fn note(State(passing): State<Passing>, request: Request, next: Next) -> Response {
    let app = &passing.app;
    let uri = request.uri().clone();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let asks = *request.method() == Method::GET;
    let client = request.extensions().get::<Client>().copied();
    let reader = client
        .filter(|_| asks)
        .and_then(|Client(client)| Some((client, reader(app, request.headers())?.clone())));
    if reads && let Some(name) = foreign_query(&uri) {
        let answered = match redirected_query(app, &uri, &name).await {
            Ok(None) => of_other_programs(&uri),
            answered => answered,
        };
        match answered {
            Ok(Some(response)) => return response,
            Ok(None) => {}
            Err(error) => return error.into_response(),
        }
    }
    let is_document = request
        .headers()
        .get(SEC_FETCH_DEST)
        .is_none_or(|dest| dest == "document");
    let response = next.run(request).await;
    match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED => {
            if let Some((client, agent)) = reader {
                opened(app, &uri, client, &agent, &response);
            }
            response
        }
        StatusCode::NOT_FOUND if reads => {
            match elsewhere(&passing, &uri, asks && is_document, response).await {
                Ok(response) => {
                    if asks && response.status() == StatusCode::NOT_FOUND {
                        app.tally.missed(&redirect::canonical(uri.path()));
                    }
                    response
                }
                Err(error) => error.into_response(),
            }
        }
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
    let is_alias = || uri.query().and_then(alias::of_query).is_some();
    foreign_query(uri).is_some_and(|name| {
        let site = app.fresh_site();
        site.is_none_or(|site| site.redirected_queries.hold(&name)) || is_alias()
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

/// The way to where we have what other blogs have at this address.
fn of_other_programs(uri: &Uri) -> Result<Option<Response>> {
    let own = match uri.query() {
        Some(query) if uri.path() == "/" => alias::of_query(query),
        query => alias::own_form(uri.path())
            .map(|own| query.map_or_else(|| own.clone(), |query| format!("{own}?{query}")))
            .or_else(|| alias::of_other_programs(uri.path())),
    };
    own.map(|own| render::moved(&own)).transpose()
}

/// Answers for an address that holds nothing: with the author's redirect, with the same page at its own address, or as it was
/// answered, with posts that may have been meant. Only what is published is ever offered.
async fn elsewhere(
    passing: &Passing,
    uri: &Uri,
    looks: bool,
    mut response: Response,
) -> Result<Response> {
    let app = &passing.app;
    if let Some(redirected) = redirected(app, uri).await? {
        return Ok(redirected);
    }
    if let Some(moved) = of_other_programs(uri)? {
        return Ok(moved);
    }
    let path = redirect::canonical(uri.path());
    let words = missing::words_of(&path);
    let mut near = app
        .store
        .posts_ending(post::slug_of_path(&path), NEAR)
        .await?;
    if looks {
        for link in about(passing, &path, &words).await? {
            if near.iter().all(|known| known.path != link.path) && near.len() < NEAR_IN_ALL {
                near.push(link);
            }
        }
    }
    response.extensions_mut().insert(Near {
        posts: near,
        words: words.join(" "),
    });
    Ok(response)
}

/// Posts that hold the words of an address, unless it is one that only programs ask for, or others are looked for already.
async fn about(passing: &Passing, path: &str, words: &[String]) -> Result<Vec<Link>> {
    let looking = passing.looking.try_acquire();
    if looking.is_err() || words.is_empty() || missing::is_noise(path) {
        return Ok(Vec::new());
    }
    passing.app.store.posts_about(words, NEAR).await
}
