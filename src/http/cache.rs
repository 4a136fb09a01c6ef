//! The page cache: whole rendered pages by address, each compressed once.
//!
//! The key carries the content version that a page was rendered from. A commit raises the version, so an old page
//! is never found again and no handler has to remember to throw anything away.

use crate::app::App;
use axum::body::{Body as AxumBody, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// A page that a reader may keep but must ask about each time: it is always fresh and mostly not sent again.
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");
/// Larger answers are passed on as they are.
const PAGE_MAX_BYTES: usize = 32 * 1024 * 1024;
/// Longer queries are typed by people: no two alike, so keeping their pages would only push others out.
const QUERY_MAX_BYTES: usize = 128;
/// Good compression at a speed that can be paid once per change: 2 ms for 100 KiB.
const BROTLI_QUALITY: u32 = 5;
const BROTLI_WINDOW_BITS: u32 = 20;
/// Smaller bodies do not get smaller.
const COMPRESS_MIN_BYTES: usize = 512;

/// A body with its digest, and its compressed forms as soon as somebody has asked for them.
#[derive(Debug)]
pub struct Body {
    content_type: String,
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
    /// Hexadecimal digest: the part of the entity tag that all encodings share.
    digest: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    Brotli,
    Gzip,
}

impl Encoding {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The best encoding that a client takes, RFC 9110, 12.5.3.
    fn accepted(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers
            .get(ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
        else {
            return Self::Plain;
        };
        let takes = |wanted: &str| {
            accepted.split(',').any(|item| {
                let mut parts = item.split(';').map(str::trim);
                let name = parts.next().unwrap_or_default();
                let refused =
                    parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
                name.eq_ignore_ascii_case(wanted) && !refused
            })
        };
        if takes("br") {
            Self::Brotli
        } else if takes("gzip") {
            Self::Gzip
        } else {
            Self::Plain
        }
    }
}

impl Body {
    pub fn new(content_type: String, plain: Bytes) -> Self {
        let digest = Sha256::digest(&plain);
        Self {
            content_type,
            digest: digest
                .iter()
                .take(8)
                .fold(String::new(), |text, byte| format!("{text}{byte:02x}")),
            plain,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    fn is_compressible(&self) -> bool {
        let text = ["text/", "application/", "image/svg"]
            .iter()
            .any(|kind| self.content_type.starts_with(kind));
        text && self.plain.len() >= COMPRESS_MIN_BYTES
    }

    fn encoded(&self, encoding: Encoding) -> &Bytes {
        match encoding {
            Encoding::Plain => &self.plain,
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(&self.plain)),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.plain)),
        }
    }

    /// Answers with the body or with 304, as the request's conditions and encodings ask (RFC 9110, 13).
    pub fn answer(
        &self,
        method: &Method,
        headers: &HeaderMap,
        more: &[(HeaderName, HeaderValue)],
    ) -> Response {
        let encoding = if self.is_compressible() {
            Encoding::accepted(headers)
        } else {
            Encoding::Plain
        };
        let tag = match encoding {
            Encoding::Plain => format!("\"{}\"", self.digest),
            encoding => format!("\"{}-{}\"", self.digest, encoding.name()),
        };
        let mut response = Response::new(AxumBody::empty());
        let out = response.headers_mut();
        for (name, value) in more {
            out.insert(name, value.clone());
        }
        out.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            out.insert(ETAG, tag);
        }
        if is_known(headers, &tag, out.get(LAST_MODIFIED)) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        let bytes = self.encoded(encoding);
        if let Ok(content_type) = HeaderValue::from_str(&self.content_type) {
            out.insert(CONTENT_TYPE, content_type);
        }
        out.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if encoding != Encoding::Plain {
            out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        if method != Method::HEAD {
            *response.body_mut() = AxumBody::from(bytes.clone());
        }
        response
    }
}

/// Whether the client has this very body already. `If-None-Match` rules where it stands (RFC 9110, 13.2.2).
pub fn is_known(headers: &HeaderMap, tag: &str, modified: Option<&HeaderValue>) -> bool {
    if let Some(known) = headers.get(IF_NONE_MATCH) {
        return known.to_str().is_ok_and(|known| {
            known.trim() == "*"
                || known
                    .split(',')
                    .any(|one| one.trim().trim_start_matches("W/") == tag)
        });
    }
    // Our own date comes back byte for byte; any other date means another version.
    headers
        .get(IF_MODIFIED_SINCE)
        .is_some_and(|since| Some(since) == modified)
}

fn brotli(plain: &[u8]) -> Bytes {
    let mut encoder =
        brotli::CompressorWriter::new(Vec::new(), 16 * 1024, BROTLI_QUALITY, BROTLI_WINDOW_BITS);
    // Writing into memory cannot fail.
    let _ = encoder.write_all(plain);
    encoder.into_inner().into()
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing into memory cannot fail.
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default().into()
}

/// A content version and an address with its query.
type Key = (u64, String);

#[derive(Debug, Clone)]
struct Kept {
    body: Arc<Body>,
    modified: HeaderValue,
}

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Key, Kept> for ByBytes {
    fn weight(&self, key: &Key, kept: &Kept) -> u64 {
        // Compressed forms come later; together they are about half of the plain one.
        let bytes = key.1.len() + kept.body.plain.len() + kept.body.plain.len() / 2 + 256;
        bytes as u64
    }
}

/// The pages that are kept.
#[derive(Debug, Clone)]
pub struct Pages {
    app: App,
    kept: Arc<Cache<Key, Kept, ByBytes>>,
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
}

/// Answers from the cache, or renders the page once however many ask for it, and keeps it.
pub async fn serve(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let query_bytes = request.uri().query().map_or(0, str::len);
    if !matches!(*request.method(), Method::GET | Method::HEAD) || query_bytes > QUERY_MAX_BYTES {
        return next.run(request).await;
    }
    let method = request.method().clone();
    let headers = request.headers().clone();
    let address = request
        .uri()
        .path_and_query()
        .map_or("/", |address| address.as_str())
        .to_owned();
    let key = (pages.app.store.content_version(), address);
    if pages.app.config.page_cache_bytes == 0 {
        return match render(&pages.app, request, next).await {
            Ok(kept) => kept.answer(&method, &headers),
            Err(response) => response,
        };
    }
    match pages.kept.get_value_or_guard_async(&key).await {
        Ok(kept) => {
            pages.app.metrics.hit();
            kept.answer(&method, &headers)
        }
        Err(place) => match render(&pages.app, request, next).await {
            Ok(kept) => {
                // The place is gone where the whole cache was emptied meanwhile; the page is good all the same.
                let _ = place.insert(kept.clone());
                pages
                    .app
                    .metrics
                    .holds(pages.kept.len(), pages.kept.weight());
                kept.answer(&method, &headers)
            }
            Err(response) => response,
        },
    }
}

impl Kept {
    fn answer(&self, method: &Method, headers: &HeaderMap) -> Response {
        let more = [
            (CACHE_CONTROL, ASK_EACH_TIME),
            (LAST_MODIFIED, self.modified.clone()),
        ];
        self.body.answer(method, headers, &more)
    }
}

/// Lets the handler make the page; gives the answer back as it is where it is no page to be kept.
async fn render(app: &App, mut request: Request, next: Next) -> Result<Kept, Response> {
    app.metrics.missed();
    let begun = Instant::now();
    let method = std::mem::replace(request.method_mut(), Method::GET);
    let mut response = next.run(request).await;
    let is_page =
        response.status() == StatusCode::OK && !response.headers().contains_key(CACHE_CONTROL);
    if !is_page {
        if method == Method::HEAD {
            *response.body_mut() = AxumBody::empty();
        }
        return Err(response);
    }
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("application/octet-stream")
        .to_owned();
    let failed = |words: String| {
        use axum::response::IntoResponse;
        crate::error::Error::Internal(words).into_response()
    };
    let bytes = to_bytes(response.into_body(), PAGE_MAX_BYTES)
        .await
        .map_err(|error| failed(format!("a page could not be read: {error}")))?;
    app.metrics.renders.took(begun.elapsed());
    let changed_at = match app.site().await {
        Ok(site) => site.changed_at,
        Err(error) => return Err(failed(error.to_string())),
    };
    Ok(Kept {
        body: Arc::new(Body::new(content_type, bytes)),
        modified: HeaderValue::from_str(&changed_at.http_date())
            .map_err(|error| failed(error.to_string()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    fn body() -> Body {
        Body::new("text/html".to_owned(), "daybook ".repeat(200).into())
    }

    #[test]
    fn the_best_encoding_that_is_accepted_is_sent() {
        for (accepted, sent) in [
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("zstd", ""),
        ] {
            let answer = body().answer(&Method::GET, &headers(&[(ACCEPT_ENCODING, accepted)]), &[]);
            let encoding = answer
                .headers()
                .get(CONTENT_ENCODING)
                .map_or("", |value| value.to_str().unwrap());
            assert_eq!(encoding, sent, "{accepted}");
        }
    }

    #[test]
    fn each_encoding_has_a_tag_of_its_own_and_the_tag_gives_304() {
        let plain = body().answer(&Method::GET, &HeaderMap::new(), &[]);
        let gzip = body().answer(&Method::GET, &headers(&[(ACCEPT_ENCODING, "gzip")]), &[]);
        let tag = plain.headers()[ETAG].to_str().unwrap();
        assert_ne!(tag, gzip.headers()[ETAG].to_str().unwrap());
        let again = body().answer(&Method::GET, &headers(&[(IF_NONE_MATCH, tag)]), &[]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = body().answer(&Method::GET, &headers(&[(IF_NONE_MATCH, "\"other\"")]), &[]);
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn a_head_answer_has_the_length_and_no_body() {
        let answer = body().answer(&Method::HEAD, &HeaderMap::new(), &[]);
        assert_eq!(answer.headers()[CONTENT_LENGTH], "1600");
    }
}
