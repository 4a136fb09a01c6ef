//! Our own style sheets, scripts and icons: embedded, served under names that carry their digest, cached for ever.

use super::cache::Body;
use crate::app::App;
use crate::blog::time::Millis;
use crate::error::Error;
use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, LAST_MODIFIED};
use axum::http::{HeaderValue, Method, Uri};
use axum::response::Response;
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The name under which a file is asked for may never mean other bytes, so a year is as good as for ever.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Icons keep their names; a day passes before a new one is seen.
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

struct Asset {
    address: String,
    body: Body,
}

/// A file of `assets/` by its name, embedded.
macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../assets/", $name)))
    };
}

/// The files that pages and modules name, and nothing else: one line each. A module stands after those that it imports,
/// as `from "./NAME.js"`; it is served with their addresses in place of their names.
const FILES: &[(&str, &[u8])] = &[
    file!("comments.js"),
    file!("copy.js"),
    file!("daybook.css"),
    file!("desk.css"),
    file!("elements.js"),
    file!("films.js"),
    file!("lists.js"),
    file!("moderate.js"),
    file!("passkeys.js"),
    file!("sign_in_again.js"),
    file!("writing.js"),
    file!("saving.js"),
    file!("publish.js"),
    file!("panel.js"),
    file!("acts.js"),
    file!("popups.js"),
    file!("signs.js"),
    file!("find.js"),
    file!("paste.js"),
    file!("seen.js"),
    file!("tools.js"),
    file!("pictures.js"),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets: Vec<Asset> = Vec::new();
    for (name, bytes) in FILES {
        let asset = Asset::new(name, bytes, &assets);
        assets.push(asset);
    }
    assets
});

/// A module with the addresses of those before it in place of their names.
fn with_addresses(bytes: &[u8], before: &[Asset]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for ((name, _), asset) in FILES.iter().zip(before) {
        text = text.replace(&format!("\"./{name}\""), &format!("\"{}\"", asset.address));
    }
    text.into_bytes()
}

impl Asset {
    fn new(name: &str, bytes: &[u8], before: &[Asset]) -> Self {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let content_type = match ending {
            "css" => "text/css; charset=utf-8",
            _ => "text/javascript; charset=utf-8",
        };
        let bytes = with_addresses(bytes, before);
        let digest = Sha256::digest(&bytes);
        Self {
            address: format!(
                "/assets/{stem}.{:02x}{:02x}{:02x}{:02x}.{ending}",
                digest[0], digest[1], digest[2], digest[3]
            ),
            body: Body::new(content_type.to_owned(), bytes.into()),
        }
    }
}

/// The address of a file by its name in `assets/`; empty where the table holds none of this name.
pub fn address(name: &str) -> &'static str {
    FILES
        .iter()
        .zip(ASSETS.iter())
        .find(|((own, _), _)| *own == name)
        .map_or("", |(_, asset)| asset.address.as_str())
}

/// An icon of the blog: its path, its type, its bytes.
macro_rules! icon {
    ($path:literal, $file:literal, $kind:literal) => {
        (
            $path,
            LazyLock::new(|| {
                let bytes = include_bytes!(concat!("../../assets/", $file)).as_slice();
                Body::new($kind.to_owned(), bytes.into())
            }),
        )
    };
}

/// The icons, for browsers, phones and feed readers.
static ICONS: [(&str, LazyLock<Body>); 6] = [
    icon!("/favicon.svg", "favicon.svg", "image/svg+xml"),
    icon!("/favicon.ico", "favicon.ico", "image/x-icon"),
    icon!("/apple-touch-icon.png", "apple-touch-icon.png", "image/png"),
    icon!("/icon-192.png", "icon-192.png", "image/png"),
    icon!("/icon-512.png", "icon-512.png", "image/png"),
    icon!(
        "/icon-maskable-512.png",
        "icon-maskable-512.png",
        "image/png"
    ),
];

/// Feed readers show the icon on pages of their own.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const FOR_ALL: HeaderValue = HeaderValue::from_static("cross-origin");

/// When these files changed last: with the program that holds them.
static MODIFIED: LazyLock<HeaderValue> = LazyLock::new(|| {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let modified = program.and_then(|program| program.modified());
    let at = modified.map_or(Millis(0), Millis::from);
    HeaderValue::from_str(&at.http_date()).unwrap_or(HeaderValue::from_static(""))
});

fn answer(body: &Body, kept: HeaderValue, method: &Method, headers: &HeaderMap) -> Response {
    let more = [(CACHE_CONTROL, kept), (LAST_MODIFIED, MODIFIED.clone())];
    body.answer(method, headers, &more)
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/{name}", get(asset))
        .route("/favicon.svg", get(icon))
        .route("/favicon.ico", get(icon))
        .route("/apple-touch-icon.png", get(icon))
        .route("/icon-192.png", get(icon))
        .route("/icon-512.png", get(icon))
        .route("/icon-maskable-512.png", get(icon))
}

async fn asset(
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Error> {
    ASSETS
        .iter()
        .find(|asset| asset.address.strip_prefix("/assets/") == Some(&name))
        .map(|asset| answer(&asset.body, FOR_EVER, &method, &headers))
        .ok_or(Error::NotFound)
}

async fn icon(uri: Uri, method: Method, headers: HeaderMap) -> Result<Response, Error> {
    let icon = ICONS.iter().find(|(path, _)| *path == uri.path());
    let (_, body) = icon.ok_or(Error::NotFound)?;
    let mut answer = answer(body, FOR_A_DAY, &method, &headers);
    answer.headers_mut().insert(RESOURCE_POLICY, FOR_ALL);
    Ok(answer)
}
