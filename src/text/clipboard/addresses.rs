//! Where pasted links and pictures lead: without the pages that some programs send every click through.

use url::Url;

use super::super::address;
use super::super::tree::Element;
use super::written_out::PLACE;
use crate::blog::media::{FOLDER, content_type};

/// The target of a link; `None` for one that leads nowhere outside the page that it was on.
pub fn target(written: &str) -> Option<String> {
    address::web(&led_on(written))
        .or_else(|| address::link(written).filter(|address| address.contains(':')))
}

/// Pages that only lead on: a host, a path, and the parameter that says where to.
const REDIRECTORS: &[(&str, &str, &[&str])] = &[
    ("google.com", "/url", &["q", "url"]),
    ("safelinks.protection.outlook.com", "/", &["url"]),
    ("slack-redir.net", "/link", &["url"]),
    ("l.facebook.com", "/l.php", &["u"]),
    (
        "statics.teams.cdn.office.net",
        "/evergreen-assets/safelinks",
        &["url"],
    ),
];

/// Where a link leads in the end that goes through a page of the program that it was copied from.
fn led_on(written: &str) -> String {
    let on = || {
        let url = Url::parse(written).ok()?;
        let host = url.host_str()?;
        let (.., names) = REDIRECTORS.iter().find(|(name, path, _)| {
            let is_host = host
                .strip_suffix(name)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'));
            is_host && url.path().starts_with(path)
        })?;
        let mut query = url.query_pairs();
        let (_, target) = query.find(|(name, _)| names.contains(&name.as_ref()))?;
        Some(target.into_owned())
    };
    on().unwrap_or_else(|| written.to_owned())
}

/// The address of a picture. Pages that load pictures late keep it elsewhere, behind a small one of their own.
pub fn of_picture(element: &Element) -> String {
    let source = element.attribute("src").unwrap_or_default().trim();
    let late = ["data-src", "data-original", "data-lazy-src"]
        .iter()
        .find_map(|name| element.attribute(name))
        .and_then(address::web);
    let in_set = || {
        let set = element
            .attribute("srcset")
            .or_else(|| element.attribute("data-srcset"))?;
        address::candidates(set)
            .filter_map(|(address, _)| address::web(address))
            .last()
    };
    let is_small = source.is_empty() || source.starts_with("data:") || source.starts_with(PLACE);
    match late.or_else(in_set).filter(|_| is_small) {
        Some(late) => late,
        None => source.to_owned(),
    }
}

/// The path of a picture that is stored here.
pub fn stored(source: &str) -> Option<String> {
    let name = source.strip_prefix(FOLDER)?;
    content_type(name).map(|_| source.to_owned())
}
