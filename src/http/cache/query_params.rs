//! Which parameters of a query each page for readers reads. The page cache keeps a page by its path and these alone, in
//! one order and one spelling, and the handler is given the same address: what nobody reads costs what a cached page costs.
//!
//! A new parameter of a reader's route is one row here; without it the handler never sees the parameter.

use crate::blog::archive::Period;
use crate::blog::feed::Archive;
use crate::blog::time::Millis;
use crate::http::page::pagination;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Blogger's feeds: entries where no number is asked for, and the most at once. More would cost much and serve no widget.
pub const FEED_USUAL: usize = 25;
pub const FEED_MOST: usize = 100;
/// Blogger's feeds: entries that may be passed over. Counting on to a place costs more the further it is; no blog of
/// Blogger's came near this.
pub const FEED_FURTHEST: usize = 100_000;
/// Search: more characters than any phrase that somebody remembers.
pub const QUERY_MAX_CHARS: usize = 200;
/// Search: what is found, and how much of it a page shows. Who does not find it among these needs another word.
pub const FOUND_MAX: usize = 200;
pub const FOUND_PER_PAGE: usize = 20;

/// A parameter that a route reads.
#[derive(Debug, Clone, Copy)]
struct Parameter {
    name: &'static str,
    /// The one spelling of a value; empty where the handler would do what it does without the parameter.
    canonical: fn(&str) -> String,
}

const fn parameter(name: &'static str, canonical: fn(&str) -> String) -> Parameter {
    Parameter { name, canonical }
}

/// Places in a list. The first one that is a place counts, see [`pagination::Cursor::side`].
const PLACES: &[Parameter] = &[parameter("before", place), parameter("after", place)];
const DOCUMENT: &[Parameter] = &[parameter("archive", archive)];
const FOUND: &[Parameter] = &[
    parameter("q", query),
    parameter("page", found_page),
    parameter("updated-max", moment),
];
const BLOGGER: &[Parameter] = &[
    parameter("alt", alt),
    parameter("start-index", start_index),
    parameter("max-results", max_results),
    parameter("callback", is_there),
];
const POST: &[Parameter] = &[
    parameter("comments", as_sent),
    parameter("reply", number),
    parameter("c", as_sent),
];
const POST_FEED: &[Parameter] = &[parameter("thread", as_sent), parameter("archive", archive)];
const NONE: &[Parameter] = &[];

/// The routes of the pages that are kept, as `reader/mod.rs` names them, and what each reads.
const DECLARED: &[(&str, &[Parameter])] = &[
    ("/", PLACES),
    ("/tags/", NONE),
    ("/tags/{slug}/", PLACES),
    ("/tags/{slug}/{feed}", DOCUMENT),
    ("/archive/", NONE),
    ("/authors/", NONE),
    ("/authors/{slug}/", PLACES),
    ("/search", FOUND),
    ("/search/label/{name}", NONE),
    ("/feeds/", NONE),
    ("/feed.atom", DOCUMENT),
    ("/feed.rss", DOCUMENT),
    ("/feed.json", DOCUMENT),
    ("/comments.atom", DOCUMENT),
    ("/comments.rss", DOCUMENT),
    ("/comments.json", DOCUMENT),
    ("/comments/feed", NONE),
    ("/sitemap.xml", NONE),
    ("/sitemap/{part}", NONE),
    ("/robots.txt", NONE),
    ("/manifest.webmanifest", NONE),
    ("/atom.xml", NONE),
    ("/rss.xml", NONE),
    ("/feeds/posts/{kind}", BLOGGER),
    ("/feeds/posts/{kind}/-/{tag}", BLOGGER),
    ("/feeds/comments/{kind}", BLOGGER),
    ("/feeds/{number}/comments/{kind}", BLOGGER),
];

/// The same routes, matched by what axum itself matches with.
static ROUTES: LazyLock<matchit::Router<&[Parameter]>> = LazyLock::new(|| {
    let mut routes = matchit::Router::new();
    for (route, parameters) in DECLARED {
        // No two of them are the same, which is all that could fail; a test looks.
        let _ = routes.insert(*route, *parameters);
    }
    routes
});

/// What the page at a path reads, in the order of its canonical address.
fn declared(path: &str) -> [&'static [Parameter]; 2] {
    if let Ok(found) = ROUTES.at(path) {
        return [*found.value, NONE];
    }
    // Whatever no route takes may be a post, the feeds of one, or an archive, at whose address a post may be.
    if is_feed(path) {
        [POST_FEED, NONE]
    } else if Period::of_path(path).is_some() {
        [POST, PLACES]
    } else {
        [POST, NONE]
    }
}

fn is_feed(path: &str) -> bool {
    let ending = path.rsplit_once("/comments.").map(|(_, ending)| ending);
    matches!(ending, Some("atom" | "rss" | "json"))
}

/// The address that a page is kept under: the path, and what its route reads of the query.
pub fn canonical(uri: &Uri) -> Cow<'_, str> {
    let path = uri.path();
    let Some(query) = uri.query().filter(|query| !query.is_empty()) else {
        return Cow::Borrowed(path);
    };
    let parameters = declared(path).into_iter().flatten();
    let mut read = url::form_urlencoded::Serializer::new(String::new());
    let mut placed = false;
    let mut any = false;
    for parameter in parameters {
        let is_place = matches!(parameter.name, "before" | "after");
        if is_place && placed {
            continue;
        }
        let mut sent = url::form_urlencoded::parse(query.as_bytes());
        let sent = sent.find(|(name, _)| name == parameter.name);
        let value = sent.map(|(_, value)| (parameter.canonical)(&value));
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            read.append_pair(parameter.name, &value);
            placed |= is_place;
            any = true;
        }
    }
    if any {
        Cow::Owned(format!("{path}?{}", read.finish()))
    } else {
        Cow::Borrowed(path)
    }
}

/// The same address with nothing but what its route reads.
pub fn reduced(uri: &Uri) -> Uri {
    let reduced = || {
        let address: PathAndQuery = canonical(uri).parse().ok()?;
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(address);
        Uri::from_parts(parts).ok()
    };
    if uri.query().is_none() {
        return uri.clone();
    }
    // The path came in a request and the query is made here, so both are parts of an address.
    reduced().unwrap_or_else(|| uri.clone())
}

fn as_sent(value: &str) -> String {
    value.to_owned()
}

fn is_there(_value: &str) -> String {
    "1".to_owned()
}

fn place(value: &str) -> String {
    let place = pagination::place(value);
    place.map_or_else(String::new, |(at, id)| format!("{}-{id}", at.0))
}

/// A document that does not exist is a 404, which is not kept.
fn archive(value: &str) -> String {
    let archive = Archive::parse(value);
    archive.map_or_else(|| "none".to_owned(), |archive| archive.to_string())
}

fn number(value: &str) -> String {
    let number = value.parse::<i64>();
    number.map_or_else(|_| String::new(), |number| number.to_string())
}

fn query(value: &str) -> String {
    value.trim().chars().take(QUERY_MAX_CHARS).collect()
}

fn found_page(value: &str) -> String {
    let page: usize = value.parse().unwrap_or(1);
    match page.clamp(1, FOUND_MAX / FOUND_PER_PAGE) {
        1 => String::new(),
        page => page.to_string(),
    }
}

fn moment(value: &str) -> String {
    Millis::parse(value).map_or_else(String::new, Millis::rfc3339_exact)
}

fn alt(value: &str) -> String {
    let known = match value {
        "rss" | "json" => value,
        script if script.ends_with("-in-script") => "json-in-script",
        _ => "",
    };
    known.to_owned()
}

fn start_index(value: &str) -> String {
    let start = value.parse().unwrap_or(1);
    // Behind the furthest place there is nothing, however far.
    start.clamp(1, FEED_FURTHEST + 2).to_string()
}

fn max_results(value: &str) -> String {
    let number = value.parse().unwrap_or(FEED_USUAL);
    number.min(FEED_MOST).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept_as(address: &str) -> String {
        let uri: Uri = address.parse().unwrap();
        let reduced = reduced(&uri);
        assert_eq!(reduced.path_and_query().unwrap().as_str(), canonical(&uri));
        canonical(&uri).into_owned()
    }

    #[test]
    fn every_route_of_pages_that_are_kept_declares_its_parameters_and_no_other_does() {
        let routes = include_str!("../reader/mod.rs");
        let (kept, _) = routes.split_once("pub fn others()").unwrap();
        let mut named: Vec<&str> = kept
            .split(".route(")
            .skip(1)
            .filter_map(|rest| rest.split('"').nth(1))
            .collect();
        let mut declared: Vec<&str> = DECLARED.iter().map(|(route, _)| *route).collect();
        named.sort_unstable();
        declared.sort_unstable();
        assert_eq!(named, declared);
        for (route, _) in DECLARED {
            let address = route.replace(['{', '}'], "x");
            assert_eq!(ROUTES.at(&address).map(|_| ()), Ok(()), "{route}");
        }
    }

    #[test]
    fn what_no_route_reads_is_no_part_of_the_address() {
        for (sent, kept) in [
            ("/?x=1", "/"),
            ("/?", "/"),
            ("/?m=1", "/"),
            ("/sitemap/posts-1.xml?x=2", "/sitemap/posts-1.xml"),
            ("/robots.txt?before=1-1", "/robots.txt"),
            (
                "/2016/06/tides.html?utm_source=x&before=1-1",
                "/2016/06/tides.html",
            ),
            (
                "/2016/06/tides.html?x=%ff&comments=2",
                "/2016/06/tides.html?comments=2",
            ),
            (
                "/2016/06/tides.html/comments.atom?x&thread=7",
                "/2016/06/tides.html/comments.atom?thread=7",
            ),
            ("/2016/06/?before=5-7&x=1", "/2016/06/?before=5-7"),
            ("/tags/sea/?x=1&after=5-7", "/tags/sea/?after=5-7"),
            ("/tags/sea/feed.atom?after=5-7", "/tags/sea/feed.atom"),
            ("/search?x=1&q=+low+tide+", "/search?q=low+tide"),
        ] {
            assert_eq!(kept_as(sent), kept, "{sent}");
        }
    }

    #[test]
    fn values_that_mean_the_same_are_one_value() {
        for (sent, kept) in [
            ("/?after=1-2&before=3-4", "/?before=3-4"),
            ("/?after=1-2&before=x", "/?after=1-2"),
            ("/?before=%33-4", "/?before=3-4"),
            ("/?before=nonsense", "/"),
            ("/search?q=tide&page=999", "/search?q=tide&page=10"),
            ("/search?q=tide&page=1", "/search?q=tide"),
            (
                "/feeds/posts/default?max-results=9999&alt=json&x=3",
                "/feeds/posts/default?alt=json&max-results=100",
            ),
            (
                "/feeds/posts/default?max-results=x&start-index=-4",
                "/feeds/posts/default?start-index=1&max-results=25",
            ),
            (
                "/feeds/posts/default?start-index=99999999999",
                "/feeds/posts/default?start-index=100002",
            ),
            ("/feeds/posts/default?alt=atom", "/feeds/posts/default"),
            ("/2016/06/tides.html?reply=x", "/2016/06/tides.html"),
        ] {
            assert_eq!(kept_as(sent), kept, "{sent}");
        }
    }
}
