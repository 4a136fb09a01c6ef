//! Other forms of the blog's own addresses: with a slash at the end or without one, and as WordPress and Ghost name the same.
//!
//! Nothing here knows what is published. These are asked last, after the permalinks, the old addresses of posts and the
//! redirects that an author made.

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
        ["tag", slug] | ["category", .., slug] if of_feed(path).is_none() => {
            format!("/tags/{slug}/")
        }
        _ => feed(path)?,
    };
    Some(own)
}

fn feed(path: &str) -> Option<String> {
    let (of, ending) = of_feed(path)?;
    let parts: Vec<&str> = of.trim_matches('/').split('/').collect();
    match parts[..] {
        [""] => Some(format!("/feed.{ending}")),
        ["comments"] => Some(format!("/comments.{ending}")),
        ["tags" | "tag", slug] | ["category", .., slug] => {
            Some(format!("/tags/{slug}/feed.{ending}"))
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
    fn a_query_of_wordpress_leads_to_the_same_of_ours() {
        for (query, own) in [
            ("feed=rss2", Some("/feed.rss")),
            ("feed=comments-rss2", Some("/comments.rss")),
            ("feed=atom&x=1", Some("/feed.atom")),
            ("s=old+map%21", Some("/search?q=old+map%21")),
            ("feed=nothing", None),
            ("p=12", None),
        ] {
            assert_eq!(of_query(query).as_deref(), own, "{query}");
        }
    }
}
