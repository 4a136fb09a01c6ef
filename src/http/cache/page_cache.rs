//! The page cache: whole rendered pages by address, each with its compressed forms and all its headers.
//!
//! A page carries the content version that it was rendered from and what it shows; whether it is still as it would be
//! rendered now is asked of the store each time, so no handler has to remember to throw anything away.

use super::encoded_body::{self, Body};
use super::query_params;
use crate::app::App;
use crate::blog::PostId;
use crate::error::Error;
use crate::http::layers::security_headers;
use crate::store::Shows;
use axum::body::{Body as AxumBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderMap, LAST_MODIFIED};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A page that a reader may keep but must ask about each time: it is always fresh and mostly not sent again.
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");
/// Larger answers are passed on as they are.
const PAGE_MAX_BYTES: usize = 32 * 1024 * 1024;
/// Longer queries of what a route reads are typed by people: no two alike, so keeping their pages would only push others
/// out.
const QUERY_MAX_BYTES: usize = 128;

/// A page as it is kept.
#[derive(Debug)]
struct Page {
    body: Body,
    /// The content version that it is at least as new as.
    version: u64,
    shows: Shows,
    /// The newest version at which it was found to be as it would be made then.
    fresh_at: AtomicU64,
}

impl AsRef<Body> for Page {
    fn as_ref(&self) -> &Body {
        &self.body
    }
}

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<String, Arc<Page>> for ByBytes {
    fn weight(&self, address: &String, page: &Arc<Page>) -> u64 {
        /// The headers of all forms, and what the cache itself needs.
        const REST: usize = 4096;
        (address.len() + page.body.weight() + REST) as u64
    }
}

/// The pages that are kept, by their canonical address, see [`query_params::canonical`].
#[derive(Debug, Clone)]
pub struct Pages {
    app: App,
    kept: Arc<Cache<String, Arc<Page>, ByBytes>>,
}

impl Pages {
    pub fn new(app: &App) -> Self {
        /// What `quick_cache` prepares its shards for; it grows beyond.
        const PAGES_EXPECTED: usize = 1024;
        Self {
            app: app.clone(),
            kept: Arc::new(Cache::with_weighter(
                PAGES_EXPECTED,
                app.config.page_cache_bytes,
                ByBytes,
            )),
        }
    }

    /// The answer of a cached page; `None` where it must be rendered, or is no page at all.
    pub fn ready(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
        let page = self.kept.get(&*address_of(uri)?)?;
        self.is_fresh(&page)
            .then(|| page.body.ready(method, headers))?
    }

    /// Whether a page is as it would be made now: what it shows is looked at once after each change.
    fn is_fresh(&self, page: &Page) -> bool {
        let newest = self.app.store.content_version();
        if page.fresh_at.load(Ordering::Acquire) >= newest {
            return true;
        }
        let fresh = self.app.store.is_fresh(page.version, &page.shows);
        if fresh {
            page.fresh_at.fetch_max(newest, Ordering::AcqRel);
        }
        fresh
    }

    /// The page of an address: the one that is kept while it is fresh, else what `render` makes of it, once however many
    /// wait for it.
    async fn page(
        &self,
        address: &str,
        render: impl Future<Output = Result<Page, Response>>,
    ) -> Result<Arc<Page>, Response> {
        let place = loop {
            match self.kept.get_value_or_guard_async(address).await {
                Ok(page) if self.is_fresh(&page) => {
                    self.app.metrics.hit();
                    return Ok(page);
                }
                // Only the old one is removed, not what somebody else has put in its place meanwhile.
                Ok(_) => self.kept.remove_if(address, |page| !self.is_fresh(page)),
                Err(place) => break place,
            };
        };
        let page = Arc::new(render.await?);
        // The place is gone where the whole cache was emptied meanwhile; the page is good all the same.
        let _ = place.insert(Arc::clone(&page));
        let metrics = &self.app.metrics;
        metrics.holds(self.kept.len(), self.kept.weight());
        Ok(page)
    }
}

/// Under what a page is kept.
fn address_of(uri: &Uri) -> Option<Cow<'_, str>> {
    let address = query_params::canonical(uri);
    let query = address.len().saturating_sub(uri.path().len() + 1);
    (query <= QUERY_MAX_BYTES).then_some(address)
}

/// Marks the answer of a handler as one that shows and counts no comments, and shows no related posts, but those of these
/// posts.
pub fn comments_on(posts: impl IntoIterator<Item = PostId>, mut response: Response) -> Response {
    let posts = posts.into_iter().collect();
    response.extensions_mut().insert(Shows::Around(posts));
    response
}

/// Marks an answer as one that neither shows nor counts comments.
pub async fn without_comments(response: Response) -> Response {
    comments_on([], response)
}

/// Answers from the cache, or renders the page and keeps it.
pub async fn serve(State(pages): State<Pages>, mut request: Request, next: Next) -> Response {
    let method = request.method().clone();
    if !matches!(method, Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    // A page is made from what it is kept by, and from nothing else of its address.
    *request.uri_mut() = query_params::reduced(request.uri());
    let Some(address) = address_of(request.uri()).map(Cow::into_owned) else {
        return next.run(request).await;
    };
    let headers = request.headers().clone();
    let rendered = render(&pages.app, request, next);
    let page = if pages.app.config.page_cache_bytes == 0 {
        rendered.await.map(Arc::new)
    } else {
        pages.page(&address, rendered).await
    };
    match page {
        Ok(page) => encoded_body::answer(&pages.app, page, method, headers)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Err(response) => response,
    }
}

/// Lets the handler make the page; gives the answer back as it is where it is no page to be kept.
async fn render(app: &App, mut request: Request, next: Next) -> Result<Page, Response> {
    app.metrics.missed();
    let begun = Instant::now();
    let method = std::mem::replace(request.method_mut(), Method::GET);
    let version = app.store.content_version();
    tracing::debug!(uri = %request.uri(), "a page is rendered");
    let mut response = next.run(request).await;
    let is_page =
        response.status() == StatusCode::OK && !response.headers().contains_key(CACHE_CONTROL);
    if !is_page {
        if method == Method::HEAD {
            *response.body_mut() = AxumBody::empty();
        }
        return Err(response);
    }
    let marked = response.extensions_mut().remove::<Shows>();
    let (parts, body) = response.into_parts();
    let mut head = parts.headers;
    let failed = |words: String| Error::Internal(words).into_response();
    let bytes = to_bytes(body, PAGE_MAX_BYTES)
        .await
        .map_err(|error| failed(format!("a page could not be read: {error}")))?;
    app.metrics.renders.took(begun.elapsed());
    let site = app.site().await.map_err(IntoResponse::into_response)?;
    let shows = match site.shows() {
        Shows::Around(_) => marked.unwrap_or(Shows::All),
        // What is next to the text of every page counts for this one, too.
        Shows::All => Shows::All,
    };
    let changed_at = app.store.changed_at().http_date();
    let changed_at =
        HeaderValue::from_str(&changed_at).map_err(|error| failed(error.to_string()))?;
    head.insert(LAST_MODIFIED, changed_at);
    head.insert(CACHE_CONTROL, ASK_EACH_TIME);
    security_headers::complete(
        &mut head,
        app,
        Some(&site),
        security_headers::Place::default(),
    );
    let digested = app.compute_if_large(bytes.len(), move || Body::new(&head, bytes));
    let body = digested.await.map_err(IntoResponse::into_response)?;
    Ok(Page {
        body,
        version,
        shows,
        fresh_at: AtomicU64::new(version),
    })
}
