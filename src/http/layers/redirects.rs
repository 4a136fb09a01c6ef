//! The author's redirects, the addresses of other blog programs, and near posts for an address that holds nothing.
//!
//! Runs in front of the page cache. Whatever lives at an address comes first; this layer answers where the answer would be 404,
//! and for queries of the first page, by which other programs named posts.

use super::error_page::Near;
use crate::app::App;
use crate::blog::post::{self, Link};
use crate::blog::{address, alias, fetch, not_found_log, redirect};
use crate::error::Result;
use crate::http::page::render;
use axum::extract::{Request, State};
use axum::http::header::HeaderName;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// Posts that somebody who is lost is offered: those of the same name, and with those the ones about the same words.
const NEAR: i64 = 3;
const NEAR_IN_ALL: usize = 5;
/// How deep the folder of an old blog may be.
const FOLDERS: usize = 2;

/// What the layer needs besides what a handler has.
#[derive(Debug, Clone)]
pub struct Redirects {
    app: App,
    /// Held while posts are searched for by the words of an address. Requests meanwhile get fewer suggestions and wait for
    /// nobody, so a flood of such addresses uses one connection to the database at most.
    searching: Arc<Semaphore>,
}

impl Redirects {
    pub fn new(app: App) -> Self {
        Self {
            app,
            searching: Arc::new(Semaphore::new(1)),
        }
    }
}

/// The layer.
pub async fn answer(State(redirects): State<Redirects>, request: Request, next: Next) -> Response {
    let app = &redirects.app;
    let uri = request.uri().clone();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let asks = *request.method() == Method::GET;
    if reads && let Some(name) = foreign_query(&uri) {
        let answered = match redirected_query(app, &uri, &name).await {
            Ok(None) => of_other_programs(app, &uri).await,
            answered => answered,
        };
        match answered {
            Ok(Some(response)) => return response,
            Ok(None) => {}
            Err(error) => return error.into_response(),
        }
    }
    if reads && let Some(key) = numbered(&uri) {
        let answered = match app.store.imports().old_address(&key).await {
            Ok(Some(own)) => known(app, own).await,
            Ok(None) => Ok(None),
            Err(error) => Err(error),
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
    if !reads || response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    match elsewhere(&redirects, &uri, asks && is_document, response).await {
        Ok(response) => {
            if asks && response.status() == StatusCode::NOT_FOUND {
                app.tally.not_found(&redirect::canonical(uri.path()));
            }
            response
        }
        Err(error) => error.into_response(),
    }
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
    if numbered(uri).is_some() {
        return true;
    }
    let is_alias = || uri.query().and_then(alias::of_query).is_some();
    foreign_query(uri).is_some_and(|name| {
        let site = app.fresh_site();
        site.is_none_or(|site| site.redirected_queries.hold(&name)) || is_alias()
    })
}

/// What an address with a number of WordPress's is looked up by, wherever the old blog lived.
fn numbered(uri: &Uri) -> Option<String> {
    alias::numbered(uri.path(), uri.query()?)
}

/// Where an address of a blog that was moved in leads: one that its export names, a file of it, or what its folder holds.
async fn of_old_blog(app: &App, uri: &Uri) -> Result<Option<Response>> {
    let imports = app.store.imports();
    let path = address::key(uri.path());
    let query = uri.query().filter(|query| !query.is_empty());
    let whole = query.map(|query| address::key(&format!("{}?{query}", uri.path())));
    let original = fetch::original_of(&path);
    let mut folder = None;
    for key in [whole, Some(path), original].into_iter().flatten() {
        match imports.old_address(&key).await? {
            // The first page of the old blog: the query may say more.
            Some(own) if own == "/" && query.is_some() => folder = Some(own),
            Some(own) => return known(app, own).await,
            None => {}
        }
    }
    match (below_folder(app, uri).await?, folder) {
        (None, Some(own)) => render::moved(&own).map(Some),
        (below, _) => Ok(below),
    }
}

/// The same as at the top of the blog, where the old one lived in a folder.
async fn below_folder(app: &App, uri: &Uri) -> Result<Option<Response>> {
    let path = uri.path();
    for (end, _) in path.match_indices('/').skip(1).take(FOLDERS) {
        let folder = address::key(&path[..end]);
        if app.store.imports().old_address(&folder).await?.as_deref() != Some("/") {
            continue;
        }
        let rest = &path[end..];
        let query = uri.query().filter(|query| !query.is_empty());
        let own = match (rest, query) {
            ("/", Some(query)) => alias::of_query(query),
            _ => alias::of_other_programs(rest),
        };
        return match own {
            Some(own) => known(app, own).await,
            None => Ok(None),
        };
    }
    Ok(None)
}

/// An address of ours that another program's led to; all posts for an author whom nobody knows here.
async fn known(app: &App, own: String) -> Result<Option<Response>> {
    let author = own
        .strip_prefix("/authors/")
        .map(|slug| slug.trim_end_matches('/'));
    if let Some(slug) = author
        && app.store.archive().writer(slug).await?.is_none()
    {
        return render::moved("/archive/").map(Some);
    }
    render::moved(&own).map(Some)
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
    let Some(found) = app.store.redirects().find(&candidates).await? else {
        return Ok(None);
    };
    render::sent_on(&found.location(address), found.permanent).map(Some)
}

/// The way to where we have what other blogs have at this address.
async fn of_other_programs(app: &App, uri: &Uri) -> Result<Option<Response>> {
    let own = match uri.query() {
        Some(query) if uri.path() == "/" => alias::of_query(query),
        query => alias::own_form(uri.path())
            .map(|own| query.map_or_else(|| own.clone(), |query| format!("{own}?{query}")))
            .or_else(|| alias::of_other_programs(uri.path())),
    };
    match own {
        Some(own) => known(app, own).await,
        None => Ok(None),
    }
}

/// Answers for an address that holds nothing: with the author's redirect, with the same page at its own address, or as it was
/// answered, with posts that may have been meant. Only what is published is ever offered.
async fn elsewhere(
    redirects: &Redirects,
    uri: &Uri,
    theme: bool,
    mut response: Response,
) -> Result<Response> {
    let app = &redirects.app;
    if let Some(redirected) = redirected(app, uri).await? {
        return Ok(redirected);
    }
    if let Some(moved) = of_old_blog(app, uri).await? {
        return Ok(moved);
    }
    if let Some(moved) = of_other_programs(app, uri).await? {
        return Ok(moved);
    }
    let path = redirect::canonical(uri.path());
    let words = not_found_log::words_of(&path);
    let mut near = app
        .store
        .not_found_log()
        .suggestions(post::slug_of_path(&path), NEAR)
        .await?;
    if theme {
        for link in about(redirects, &path, &words).await? {
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
async fn about(redirects: &Redirects, path: &str, words: &[String]) -> Result<Vec<Link>> {
    let searching = redirects.searching.try_acquire();
    if searching.is_err() || words.is_empty() || not_found_log::is_noise(path) {
        return Ok(Vec::new());
    }
    redirects.app.store.search().posts_about(words, NEAR).await
}
