//! Readers of foreign formats; each yields the entries of an archive one by one.

pub mod blogger;
pub mod daybook;
pub mod disqus;
pub mod ghost;
pub mod isso;
mod json_tables;
pub mod markdown;
pub mod remark42;
pub mod substack;
pub mod wordpress;
mod xml;

use crate::blog::alias;
use crate::blog::time::Millis;
use crate::transfer::archive::On;
use std::fmt;

/// A moment as these systems write it: RFC 3339, or `2016-06-05 10:11:12`, which is UTC.
fn moment(text: &str) -> Option<Millis> {
    let text = text.trim();
    Millis::parse(text).or_else(|| Millis::parse(&format!("{}Z", text.replacen(' ', "T", 1))))
}

/// The path of an address (`https://example.org/2016/06/slug.html?x=1`), or of what is one already; `None` for the
/// front page.
fn path(address: &str) -> Option<String> {
    let address = target(address)?;
    let path = address.split(['?', '#']).next().unwrap_or_default();
    (path.len() > 1).then(|| path.to_owned())
}

/// The same with its query, by which some systems name their pages: `/?p=12`.
fn target(address: &str) -> Option<String> {
    let address = address.trim();
    let target = match address.split_once("//") {
        Some(("" | "http:" | "https:", rest)) => &rest[rest.find(['/', '?'])?..],
        _ => address,
    };
    if target.starts_with('?') {
        return Some(format!("/{target}"));
    }
    target.starts_with('/').then(|| target.to_owned())
}

/// What a comment's system names as its page: from the slash on where it is an address of the web. Of queries only those stay
/// that name a post; others say where a reader came from.
fn page(address: &str) -> On {
    let target = target(address).unwrap_or_else(|| address.to_owned());
    On::Path(match target.split_once('?') {
        Some((path, query)) if alias::numbered(path, query).is_none() => path.to_owned(),
        _ => target,
    })
}

/// The file is none of the system that it was read for. Of several files one may be.
#[derive(Debug)]
pub struct NotAnExport(pub String);

impl fmt::Display for NotAnExport {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAnExport {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_without_a_zone_is_in_utc() {
        let noon = Some(Millis(1_465_128_000_000));
        assert_eq!(moment("2016-06-05 12:00:00"), noon);
        assert_eq!(moment("2016-06-05T12:00:00"), noon);
        assert_eq!(moment("2016-06-05T14:00:00+02:00"), noon);
        assert_eq!(moment("0000-00-00 00:00:00"), None);
    }

    #[test]
    fn the_path_of_an_address_has_no_query() {
        let tides = Some("/2016/06/tides.html".to_owned());
        assert_eq!(path("https://example.org/2016/06/tides.html?x=1#y"), tides);
        assert_eq!(path("/2016/06/tides.html"), tides);
        assert_eq!(path("https://example.org/?p=12"), None);
        assert_eq!(path("https://example.org"), None);
        assert_eq!(path("tides"), None);
        let by_number = Some("/?p=12".to_owned());
        assert_eq!(target("https://example.org/?p=12"), by_number);
        assert_eq!(target("https://example.org?p=12"), by_number);
    }
}
