//! What is to be fetched from other servers: the addresses that a text shows, and when a failed try is worth another.

use super::named;
use super::time::Millis;
use std::collections::BTreeSet;

named! {
    /// What a file of another server is wanted for.
    Purpose {
        /// A picture that a text shows.
        Picture = "picture",
    }
}

/// Pictures of one text that are fetched; a page of the web has fewer.
pub const WANTED_MAX: usize = 200;

/// An address that is longer leads nowhere: most servers refuse it.
pub const ADDRESS_MAX_BYTES: usize = 4096;

/// How long after each failed try the next one follows; after the last it is given up.
const AGAIN_AFTER_SECONDS: [i64; 6] = [30, 5 * 60, 30 * 60, 3 * 3600, 12 * 3600, 24 * 3600];

/// When a file is tried again that could not be got; `None`: never. `tries` counts the one that failed.
#[must_use]
pub fn again_at(tries: i64, now: Millis) -> Option<Millis> {
    let place = usize::try_from(tries).ok()?.checked_sub(1)?;
    AGAIN_AFTER_SECONDS
        .get(place)
        .map(|seconds| now.plus_seconds(*seconds))
}

/// The longest that a server is left alone because it says so.
const LATER_MAX_SECONDS: i64 = 24 * 3600;

/// When a server wants to be asked again (`Retry-After`, RFC 9110, 10.2.3: seconds or a date); a day ahead at most.
#[must_use]
pub fn later(retry_after: &str, now: Millis) -> Option<Millis> {
    let said = retry_after.trim();
    let seconds = match said.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => jiff::fmt::rfc2822::parse(said)
            .ok()
            .map(|at| (at.timestamp().as_millisecond() - now.0) / 1000)?,
    };
    (seconds > 0).then(|| now.plus_seconds(seconds.min(LATER_MAX_SECONDS)))
}

/// The addresses of the web that a source of a post shows pictures from, in whatever markup, and maybe some that it only
/// links to.
#[must_use]
pub fn addresses(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut at = 0;
    while let Some(next) = source[at..].find("http") {
        let (before, rest) = source.split_at(at + next);
        at += next + "http".len();
        if !rest.starts_with("http://") && !rest.starts_with("https://") {
            continue;
        }
        let in_markdown = before.ends_with("](") || before.ends_with("](<");
        let in_html = before.ends_with(['"', '\'', '=']);
        if !in_markdown && !in_html {
            continue;
        }
        let near = &rest[..rest.floor_char_boundary(ADDRESS_MAX_BYTES + 1)];
        let end = if in_markdown {
            end_in_markdown(near)
        } else {
            near.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>'))
        };
        let address = &near[..end.unwrap_or(near.len())];
        // What is in one address is no other.
        at = before.len() + address.len();
        if address.len() <= ADDRESS_MAX_BYTES {
            found.insert(address.replace("&amp;", "&"));
        }
    }
    found
}

/// The picture that a smaller copy was made of, by the names that WordPress gives: `boat.jpg` of `boat-300x200.jpg`.
#[must_use]
pub fn original_of(address: &str) -> Option<String> {
    let (stem, ending) = address.rsplit_once('.')?;
    let (name, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let is_number = |text: &str| {
        (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_upload = address.contains("/uploads/") || address.contains("/files/");
    (is_upload && is_number(width) && is_number(height) && !name.ends_with('/'))
        .then(|| format!("{name}.{ending}"))
}

/// Where an address between the brackets of a link ends: at the one that closes them.
fn end_in_markdown(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    rest.find(|c: char| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' if depth > 0 => {
            depth -= 1;
            false
        }
        _ => c.is_whitespace() || matches!(c, ')' | '<' | '>'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_of_both_markups_are_found() {
        let source = "![a](https://a.example/x_(1).png?b=c&d) and ![b](<http://b.example/y.png> \"t\") \
            <img src=\"https://c.example/z.png?a=b&amp;c=d\" alt=\"\"> https://words.example/ `https://code.example`";
        let found: Vec<String> = addresses(source).into_iter().collect();
        assert_eq!(
            found,
            [
                "http://b.example/y.png",
                "https://a.example/x_(1).png?b=c&d",
                "https://c.example/z.png?a=b&c=d"
            ]
        );
    }

    #[test]
    fn a_smaller_copy_names_its_original() {
        let original = Some("https://a.example/wp-content/uploads/2016/06/boat.jpg".to_owned());
        let of = |name: &str| {
            original_of(&format!(
                "https://a.example/wp-content/uploads/2016/06/{name}"
            ))
        };
        assert_eq!(of("boat-300x200.jpg"), original);
        assert_eq!(of("boat.jpg"), None);
        assert_eq!(of("boat-300x.jpg"), None);
        assert_eq!(original_of("https://a.example/img/boat-300x200.jpg"), None);
    }

    #[test]
    fn a_failed_try_is_followed_by_later_and_later_ones_and_then_by_none() {
        let now = Millis(0);
        let waits: Vec<i64> = (1..=6)
            .filter_map(|tries| again_at(tries, now))
            .map(|at| at.0)
            .collect();
        assert_eq!(waits.len(), 6);
        assert!(waits.is_sorted() && waits[0] == 30_000, "{waits:?}");
        assert_eq!(again_at(7, now), None);
        assert_eq!(again_at(0, now), None);
    }

    #[test]
    fn a_server_says_when_it_may_be_asked_again() {
        // Sunday, 5 June 2016, 12:00 UTC.
        let now = Millis(1_465_128_000_000);
        for (said, seconds) in [
            ("120", Some(120)),
            (" 1 ", Some(1)),
            ("0", None),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("999999999999", Some(LATER_MAX_SECONDS)),
            ("Sun, 05 Jun 2016 12:01:00 GMT", Some(60)),
            ("Sun, 05 Jun 2016 11:00:00 GMT", None),
        ] {
            let expected = seconds.map(|seconds| now.plus_seconds(seconds));
            assert_eq!(later(said, now), expected, "{said}");
        }
    }
}
