//! What machines ask a blog for: the map of the site (sitemaps.org), which parts to leave alone (RFC 9309), and how a
//! phone shows it among its apps (W3C web application manifest).

use crate::app::App;
use crate::blog::PostId;
use crate::blog::archive::Period;
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::render::Result;
use crate::store::SitemapEntry;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::json;

/// How many ids of posts one part of the map covers. A part may hold 50,000 addresses and 50 MiB; a tenth of that is
/// quickly made again when a post in it changes.
const PER_PART: i64 = 5000;
/// More tags than these are no help to anybody who searches.
const TAGS_MAX: i64 = 40_000;

/// What fits below an icon.
const SHORT_NAME_CHARS: usize = 24;

const XML: &str = "application/xml; charset=utf-8";

/// An address in the map, and when its page was changed.
struct Location {
    address: String,
    changed_at: Option<String>,
}

#[derive(Template)]
#[template(path = "feed/sitemap.xml", escape = "html")]
struct Sitemap {
    locations: Vec<Location>,
}

#[derive(Template)]
#[template(path = "feed/sitemap_index.xml", escape = "html")]
struct SitemapIndex {
    parts: Vec<String>,
}

/// The whole map, or where its parts are.
pub async fn sitemap(layout: Layout, State(app): State<App>) -> Result {
    let last = app.store.sitemap().last_id().await?;
    if last.0 <= PER_PART {
        let mut locations = lists(&app, &layout).await?;
        locations.extend(posts(&app, &layout, 1).await?);
        return answer(&app, Sitemap { locations }).await;
    }
    let numbers = 1..=parts(last);
    let posts = numbers.map(|number| layout.absolute_url(&format!("/sitemap/posts-{number}.xml")));
    let parts = [layout.absolute_url("/sitemap/lists.xml")];
    let parts = parts.into_iter().chain(posts).collect();
    answer(&app, SitemapIndex { parts }).await
}

/// One part of it: `lists.xml`, `posts-7.xml`.
pub async fn part(layout: Layout, State(app): State<App>, Path(part): Path<String>) -> Result {
    if part == "lists.xml" {
        let locations = lists(&app, &layout).await?;
        return answer(&app, Sitemap { locations }).await;
    }
    let number = part
        .strip_prefix("posts-")
        .and_then(|rest| rest.strip_suffix(".xml"));
    let number = number.and_then(|number| number.parse::<i64>().ok());
    let last = app.store.sitemap().last_id().await?;
    let number = number.filter(|number| (1..=parts(last)).contains(number));
    let locations = posts(&app, &layout, number.ok_or(Error::NotFound)?).await?;
    answer(&app, Sitemap { locations }).await
}

/// How many parts hold all posts up to the last.
fn parts(last: PostId) -> i64 {
    (last.0 + PER_PART - 1) / PER_PART
}

/// The pages that list posts, without those behind their first.
async fn lists(app: &App, layout: &Layout) -> Result<Vec<Location>> {
    let tags = app.store.tags().in_use(TAGS_MAX).await?;
    let tags = tags.iter().map(|tag| format!("/tags/{}/", tag.slug));
    let fixed = ["/", "/archive/", "/tags/", "/feeds/"].map(str::to_owned);
    let months = app.store.archive().months().await?;
    let months = months
        .iter()
        .filter_map(|(month, _)| Period::of_month(month));
    let months = months.map(|month| month.address());
    let location = |path: String| Location {
        address: layout.absolute_url(&path),
        changed_at: None,
    };
    Ok(fixed
        .into_iter()
        .chain(months)
        .chain(tags)
        .map(location)
        .collect())
}

async fn posts(app: &App, layout: &Layout, part: i64) -> Result<Vec<Location>> {
    let (after, up_to) = (PostId((part - 1) * PER_PART), PostId(part * PER_PART));
    let posts = app.store.sitemap().posts(after, up_to).await?;
    let layout = layout.clone();
    let locations = move || -> Result<Vec<Location>> {
        let location = |post: &SitemapEntry| Location {
            address: layout.absolute_url(&post.path),
            changed_at: Some(post.updated_at.rfc3339()),
        };
        let posts = posts.read()?;
        let found = posts.iter().filter(|post| is_to_be_found(post));
        Ok(found.map(location).collect())
    };
    app.compute(locations).await?
}

/// Neither kept out of search engines by its author, nor at home somewhere else.
fn is_to_be_found(post: &SitemapEntry) -> bool {
    !post.details.noindex && !post.details.is_protected() && post.details.canonical.is_empty()
}

async fn answer(app: &App, map: impl Template + Send + 'static) -> Result {
    let map = app.compute(move || map.render()).await??;
    Ok(([(CONTENT_TYPE, XML)], map).into_response())
}

pub async fn robots(layout: Layout) -> Result {
    // Blogger's addresses of labels are let in, since they lead to those of ours.
    let rules = format!(
        "User-agent: *\n\
         Disallow: /admin/\n\
         Disallow: /search\n\
         Disallow: /preview/\n\
         Disallow: /comments/\n\
         Disallow: /mail/\n\
         Allow: /search/label/\n\
         \n\
         Sitemap: {}\n",
        layout.absolute_url("/sitemap.xml")
    );
    let content_type = "text/plain; charset=utf-8";
    Ok(([(CONTENT_TYPE, content_type)], rules).into_response())
}

pub async fn manifest(layout: Layout) -> Result {
    let icon = |path: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": path, "sizes": sizes, "type": kind, "purpose": purpose });
    let [paper, _] = layout.paper_colours();
    let manifest = json!({
        "id": "/",
        "name": layout.title(),
        "short_name": layout.title().chars().take(SHORT_NAME_CHARS).collect::<String>().trim(),
        "description": layout.site.settings.description,
        "lang": layout.language(),
        "dir": layout.direction(),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": paper,
        "background_color": paper,
        "icons": [
            icon("/favicon.svg", "any", "image/svg+xml", "any"),
            icon("/icon-192.png", "192x192", "image/png", "any"),
            icon("/icon-512.png", "512x512", "image/png", "any"),
            icon("/icon-maskable-512.png", "512x512", "image/png", "maskable"),
        ],
    });
    let content_type = "application/manifest+json; charset=utf-8";
    Ok(([(CONTENT_TYPE, content_type)], manifest.to_string()).into_response())
}
