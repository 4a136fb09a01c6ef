//! Other forms of the blog's own addresses: with a slash at the end or without one, and as WordPress and Ghost name the same.
//!
//! Nothing here knows what is published. These are asked last, after the permalinks, the old addresses of posts and the
//! redirects that an author made.

use super::{address, slug};

/// Our addresses that end with a slash, without it; `{}` is one part of a path.
const WITH_SLASH: &[&str] = &[
    "/archive",
    "/tags",
    "/tags/{}",
    "/authors",
    "/authors/{}",
    "/feeds",
];

/// Our addresses that end without one.
const WITHOUT_SLASH: &[&str] = &[
    "/search",
    "/search/label/{}",
    "/feed.atom",
    "/feed.rss",
    "/feed.json",
    "/tags/{}/feed.atom",
    "/tags/{}/feed.rss",
    "/tags/{}/feed.json",
    "/comments.atom",
    "/comments.rss",
    "/comments.json",
    "/sitemap.xml",
    "/sitemap/{}",
    "/robots.txt",
    "/manifest.webmanifest",
    "/atom.xml",
    "/rss.xml",
    "/feeds/posts/{}",
    "/feeds/posts/{}/-/{}",
    "/feeds/comments/{}",
    "/feeds/{}/comments/{}",
    "/favicon.svg",
    "/favicon.ico",
];

/// The form that an address of ours has, where this is the other one: `/archive` gives `/archive/`, `/search/` gives
/// `/search`.
#[must_use]
pub fn own_form(path: &str) -> Option<String> {
    let bare = path.trim_end_matches('/');
    let is = |patterns: &[&str]| patterns.iter().any(|pattern| fits(pattern, bare));
    let own = if bare.is_empty() || is(WITH_SLASH) {
        format!("{bare}/")
    } else if is(WITHOUT_SLASH) {
        bare.to_owned()
    } else {
        return None;
    };
    (own != path).then_some(own)
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return true,
            (Some("{}"), Some(part)) if !part.is_empty() => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

/// What WordPress and Ghost name the feeds and lists that every blog has: the address of ours.
#[must_use]
pub fn of_other_programs(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let own = match parts[..] {
        ["rss" | "rss2" | "wp-rss.php" | "wp-rss2.php"] => "/feed.rss".to_owned(),
        ["atom" | "wp-atom.php"] => "/feed.atom".to_owned(),
        ["wp-commentsrss2.php"] => "/comments.rss".to_owned(),
        ["page", number] if number.parse::<u32>().is_ok() => "/archive/".to_owned(),
        // An author or a tag has further pages; ours begin at the first.
        ["tag", name, "page", number] | ["category", .., name, "page", number]
            if number.parse::<u32>().is_ok() =>
        {
            format!("/tags/{}/", tag_slug(name))
        }
        ["tag", name] | ["category", .., name] if of_feed(path).is_none() => {
            format!("/tags/{}/", tag_slug(name))
        }
        ["author", name] | ["author", name, "page", _] => {
            format!("/authors/{}/", tag_slug(name))
        }
        _ => feed(path)?,
    };
    Some(own)
}

/// The slug that a tag has here, of the name that it had in an address.
fn tag_slug(name: &str) -> String {
    slug::of(&address::normal(name))
}

/// The names of parameters by which WordPress names posts, pages, files, categories and authors.
const NUMBERED: &[&str] = &["p", "page_id", "attachment_id", "cat", "author"];

/// What an address of the old blog with such a number is looked up by, see [`address::key`]; `None` where it has none.
#[must_use]
pub fn numbered(path: &str, query: &str) -> Option<String> {
    let (name, value) = query.split(['&', '#']).next()?.split_once('=')?;
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    (NUMBERED.contains(&name) && is_number).then(|| address::key(&format!("{path}?{name}={value}")))
}

/// The archive of a month or day by WordPress's number for it: `201606`, `20160605`.
fn period(digits: &str) -> Option<String> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() < 6 {
        return None;
    }
    let (year, month) = (&digits[..4], &digits[4..6]);
    match digits.get(6..8) {
        Some(day) => Some(format!("/{year}/{month}/{day}/")),
        None => Some(format!("/{year}/{month}/")),
    }
}

fn feed(path: &str) -> Option<String> {
    let (of, ending) = of_feed(path)?;
    let parts: Vec<&str> = of.trim_matches('/').split('/').collect();
    match parts[..] {
        [""] | ["author", _] => Some(format!("/feed.{ending}")),
        ["comments"] => Some(format!("/comments.{ending}")),
        ["tags" | "tag", name] | ["category", .., name] => {
            Some(format!("/tags/{}/feed.{ending}", tag_slug(name)))
        }
        _ => None,
    }
}

/// What an address of WordPress's or Ghost's is the feed of, and the ending that ours has: `/2016/06/ebb/feed/atom/` gives
/// `/2016/06/ebb/` and `atom`.
#[must_use]
pub fn of_feed(path: &str) -> Option<(&str, &'static str)> {
    let (of, last) = path.trim_end_matches('/').rsplit_once('/')?;
    let ending = match last {
        "feed" | "rss" => return Some((&path[..=of.len()], "rss")),
        "rss2" | "rdf" => "rss",
        "atom" => "atom",
        "json" => "json",
        _ => return None,
    };
    let of = of.strip_suffix("/feed")?;
    Some((&path[..=of.len()], ending))
}

/// The same for what WordPress asks for by the query of the first page: `/?feed=rss2`, `/?s=tide`.
#[must_use]
pub fn of_query(query: &str) -> Option<String> {
    let (name, value) = url::form_urlencoded::parse(query.as_bytes()).next()?;
    let own = match (&*name, &*value) {
        ("feed", "rss2" | "rss" | "rdf" | "feed") => "/feed.rss",
        ("feed", "atom") => "/feed.atom",
        ("feed", "json") => "/feed.json",
        ("feed", "comments-rss2" | "comments-rss") => "/comments.rss",
        ("feed", "comments-atom") => "/comments.atom",
        ("m", digits) => return period(digits),
        ("author_name", name) => return Some(format!("/authors/{}/", tag_slug(name))),
        ("tag" | "category_name", name) => return Some(format!("/tags/{}/", tag_slug(name))),
        ("paged", number) if number.parse::<u32>().is_ok() => "/archive/",
        ("s", words) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            return Some(format!(
                "/search?{}",
                query.append_pair("q", words).finish()
            ));
        }
        _ => return None,
    };
    Some(own.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_of_ours_has_one_form() {
        for pattern in WITH_SLASH.iter().chain(WITHOUT_SLASH) {
            let bare = pattern.replace("{}", "tides");
            let slashed = format!("{bare}/");
            let (own, others) = if WITH_SLASH.contains(pattern) {
                (slashed.clone(), [bare, format!("{slashed}/")])
            } else {
                (bare.clone(), [slashed, format!("{bare}//")])
            };
            assert_eq!(own_form(&own), None);
            for other in others {
                assert_eq!(own_form(&other), Some(own.clone()), "{other}");
            }
        }
        for path in [
            "/nowhere",
            "/nowhere/",
            "/tags/a/b",
            "/p/about.html/",
            "/",
            "/tags//",
        ] {
            let own = own_form(path);
            assert_eq!(
                own,
                (path == "/tags//").then(|| "/tags/".to_owned()),
                "{path}"
            );
        }
    }

    #[test]
    fn feeds_of_other_programs_lead_to_ours() {
        for (path, own) in [
            ("/feed", "/feed.rss"),
            ("/feed/", "/feed.rss"),
            ("/feed/rss2/", "/feed.rss"),
            ("/feed/atom/", "/feed.atom"),
            ("/rss/", "/feed.rss"),
            ("/rss", "/feed.rss"),
            ("/comments/feed/", "/comments.rss"),
            ("/comments/feed/atom", "/comments.atom"),
            ("/tag/tides/feed/", "/tags/tides/feed.rss"),
            ("/tag/tides/rss/", "/tags/tides/feed.rss"),
            ("/tags/tides/feed", "/tags/tides/feed.rss"),
            ("/category/sea/tides/feed/atom/", "/tags/tides/feed.atom"),
            ("/tag/tides/", "/tags/tides/"),
            ("/category/sea/tides", "/tags/tides/"),
            ("/page/3/", "/archive/"),
            ("/tag/%e6%b8%af/", "/tags/gang/"),
            ("/category/sea/page/2/", "/tags/sea/"),
            ("/author/ada/", "/authors/ada/"),
            ("/author/ada/feed/", "/feed.rss"),
        ] {
            assert_eq!(of_other_programs(path).as_deref(), Some(own), "{path}");
        }
        for path in [
            "/",
            "/feeds/",
            "/ebb/feed/",
            "/page/x/",
            "/tag/",
            "/atom/x",
            "/json",
        ] {
            assert_eq!(of_other_programs(path), None, "{path}");
        }
        assert_eq!(
            of_feed("/2016/06/ebb.html/feed/"),
            Some(("/2016/06/ebb.html/", "rss"))
        );
        assert_eq!(of_feed("/ebb/feed/atom"), Some(("/ebb/", "atom")));
        assert_eq!(of_feed("/2016/06/atom"), None);
    }

    #[test]
    fn a_number_of_wordpress_is_looked_up_below_its_folder() {
        assert_eq!(numbered("/", "p=12&x=1").as_deref(), Some("/?p=12"));
        assert_eq!(
            numbered("/blog/", "page_id=3").as_deref(),
            Some("/blog?page_id=3")
        );
        for query in ["p=x", "p=", "m=201606", "q=p", "p"] {
            assert_eq!(numbered("/", query), None, "{query}");
        }
    }

    #[test]
    fn a_query_of_wordpress_leads_to_the_same_of_ours() {
        for (query, own) in [
            ("feed=rss2", Some("/feed.rss")),
            ("feed=comments-rss2", Some("/comments.rss")),
            ("feed=atom&x=1", Some("/feed.atom")),
            ("s=old+map%21", Some("/search?q=old+map%21")),
            ("m=201606", Some("/2016/06/")),
            ("m=20160605", Some("/2016/06/05/")),
            ("m=1", None),
            ("tag=low-tide", Some("/tags/low-tide/")),
            ("paged=3", Some("/archive/")),
            ("feed=nothing", None),
            ("p=12", None),
        ] {
            assert_eq!(of_query(query).as_deref(), own, "{query}");
        }
    }
}
