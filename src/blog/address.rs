//! One spelling for each address: old links, browsers and exports write `/2016/%e6%b8%af/`, `/2016/%E6%B8%AF/` and
//! `/2016/港/`, with accents in one character or two, with a slash at the end or without one.

use super::redirect;
use percent_encoding::{
    AsciiSet, CONTROLS, percent_decode_str, percent_encode_byte, utf8_percent_encode,
};
use unicode_normalization::UnicodeNormalization;
use url::Url;

/// What means something else in a path once it is decoded, so it stays as it is.
const KEPT: &[u8] = b"%/?#\\\"<> ";

/// What browsers encode of a path that is not ASCII.
const NOT_ASCII: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// Whether an author's link may lead to an address: one of this blog, or one with such a scheme. Browsers read `/\` as `//`,
/// which begins with the name of another site.
#[must_use]
pub fn is_linkable(address: &str, schemes: &[&str]) -> bool {
    let is_plain = !address.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
    let is_own = address.starts_with('/') && !address.starts_with("//");
    let is_other = || Url::parse(address).is_ok_and(|url| schemes.contains(&url.scheme()));
    is_plain && (is_own || is_other())
}

/// A path as it is stored: decoded wherever that changes no meaning, its accents composed (NFC). What is no UTF-8 stays
/// encoded, in capitals.
#[must_use]
pub fn normal(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let encoded = hex_byte(after).filter(|_| *first == b'%');
        let Some(byte) = encoded else {
            rest = after;
            bytes.push(*first);
            continue;
        };
        rest = &after[2..];
        if byte.is_ascii_control() || KEPT.contains(&byte) {
            bytes.extend(percent_encode_byte(byte).bytes());
        } else {
            bytes.push(byte);
        }
    }
    in_utf8(&bytes).nfc().collect()
}

/// The byte that two digits represent.
fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digits = digits
        .get(..2)
        .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Bytes as text; those that are no UTF-8, and characters that cannot be seen, are encoded.
fn in_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() {
                text.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), CONTROLS));
            } else {
                text.push(c);
            }
        }
        for byte in chunk.invalid() {
            text.push_str(percent_encode_byte(*byte));
        }
    }
    text
}

/// What an old address is looked up by, with its query: decoded, composed, without a slash at the end of its path.
#[must_use]
pub fn key(address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    redirect::canonical(address).nfc().collect()
}

/// The spellings under which a path may be stored, the likeliest first: as it was sent, as it is stored now, and as earlier
/// releases stored what exports gave them.
#[must_use]
pub fn spellings(path: &str) -> Vec<String> {
    let normal = normal(path);
    let mut all = vec![path.to_owned(), normal.clone()];
    if !normal.is_ascii() || path.contains('%') {
        let apart: String = normal.nfd().collect();
        for one in [&normal, &apart] {
            let encoded = utf8_percent_encode(one, NOT_ASCII).to_string();
            all.push(lower_hex(&encoded));
            all.push(encoded);
        }
        all.push(apart);
        all.push(percent_decode_str(path).decode_utf8_lossy().into_owned());
    }
    let mut spellings = Vec::with_capacity(all.len() * 2);
    for one in all {
        for one in [other_end(&one), Some(one)].into_iter().rev().flatten() {
            if !spellings.contains(&one) {
                spellings.push(one);
            }
        }
    }
    spellings
}

/// The same path with a slash at its end, or without the one that it has.
fn other_end(path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some("") => None,
        Some(bare) => Some(bare.trim_end_matches('/').to_owned()).filter(|bare| !bare.is_empty()),
        None => Some(format!("{path}/")),
    }
}

fn lower_hex(encoded: &str) -> String {
    let mut lower = String::with_capacity(encoded.len());
    let mut digits = 0;
    for c in encoded.chars() {
        if digits > 0 {
            digits -= 1;
            lower.push(c.to_ascii_lowercase());
        } else {
            digits = if c == '%' { 2 } else { 0 };
            lower.push(c);
        }
    }
    lower
}

/// The path with a number that tells it from others: `/2016/06/tides-2.html`, `/tides-2/`.
#[must_use]
pub fn numbered(path: &str, number: usize) -> String {
    let (stem, end) = match path.strip_suffix('/') {
        Some(stem) => (stem, "/"),
        None => match path.strip_suffix(".html") {
            Some(stem) => (stem, ".html"),
            None => (path, ""),
        },
    };
    format!("{stem}-{number}{end}")
}

/// The first words of addresses below which everything is the blog's own, and how many parts such an address has at most;
/// 0: however many.
const OURS: &[(&str, usize)] = &[
    ("admin", 0),
    ("api", 0),
    ("archive", 1),
    ("assets", 0),
    ("authors", 2),
    ("comments", 3),
    ("drafts", 0),
    ("feeds", 0),
    ("healthz", 0),
    ("mail", 2),
    ("media", 2),
    ("metrics", 0),
    ("preview", 3),
    ("readyz", 0),
    ("sitemap", 2),
    ("tags", 3),
    ("atom.xml", 1),
    ("comments.atom", 1),
    ("comments.json", 1),
    ("comments.rss", 1),
    ("favicon.ico", 1),
    ("favicon.svg", 1),
    ("feed.atom", 1),
    ("feed.json", 1),
    ("feed.rss", 1),
    ("manifest.webmanifest", 1),
    ("robots.txt", 1),
    ("rss.xml", 1),
    ("sitemap.xml", 1),
];

/// Whether this blog has a page of its own at a path, or one that a post there would hide.
#[must_use]
pub fn is_ours(path: &str) -> bool {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let is_below =
        |(word, most): &(&str, usize)| parts[0] == *word && (*most == 0 || parts.len() <= *most);
    parts[0].is_empty()
        || parts.starts_with(&["search", "label"])
        || super::post::is_reserved(path)
        || OURS.iter().any(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_path_is_stored_as_one() {
        for sent in ["/2016/%e6%b8%af/", "/2016/%E6%B8%AF/", "/2016/港/"] {
            assert_eq!(normal(sent), "/2016/港/");
        }
        for sent in ["/caf%C3%A9", "/cafe%CC%81", "/café", "/cafe\u{301}"] {
            assert_eq!(normal(sent), "/café");
        }
        assert_eq!(normal("/%7Eada/a%20b%2fc%3F"), "/~ada/a%20b%2Fc%3F");
        assert_eq!(normal("/caf%e9/100%"), "/caf%E9/100%");
        assert_eq!(normal("/a%00b%C2%85"), "/a%00b%C2%85");
    }

    #[test]
    fn what_earlier_releases_stored_is_found_under_every_spelling() {
        for stored in ["/%e6%b8%af/", "/%E6%B8%AF/", "/港/", "/港"] {
            for sent in ["/%e6%b8%af/", "/%E6%B8%AF", "/港/"] {
                assert!(
                    spellings(sent).contains(&stored.to_owned()),
                    "{sent} {stored}"
                );
            }
        }
        assert_eq!(spellings("/tides"), ["/tides", "/tides/"]);
        assert_eq!(spellings("/"), ["/"]);
    }

    #[test]
    fn the_key_of_an_address_has_its_query_and_no_slash() {
        assert_eq!(key("/?p=12#more"), "/?p=12");
        assert_eq!(key("/blog/?p=2"), "/blog?p=2");
        assert_eq!(key("/cafe%CC%81/"), "/café");
    }

    #[test]
    fn what_the_blog_has_itself_is_no_posts() {
        for ours in [
            "/",
            "/admin/",
            "/admin/x/y",
            "/tags/",
            "/tags/sea/",
            "/search/",
            "/media/",
            "/media/a.png",
            "/2016/",
            "/2016/06/",
            "/feed.atom",
            "/robots.txt",
            "/comments/7",
            "/search/label/x",
        ] {
            assert!(is_ours(ours), "{ours}");
        }
        for free in [
            "/2016/06/tides/",
            "/media/2016/06/a/",
            "/search/x/",
            "/about/",
            "/tag/sea/",
            "/archive/2016/x",
        ] {
            assert!(!is_ours(free), "{free}");
        }
    }

    #[test]
    fn a_number_goes_before_the_end() {
        assert_eq!(numbered("/2016/06/tides.html", 2), "/2016/06/tides-2.html");
        assert_eq!(numbered("/tides/", 3), "/tides-3/");
        assert_eq!(numbered("/tides", 3), "/tides-3");
    }
}
