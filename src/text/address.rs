//! Which addresses a text may lead to, and how they are written.

use url::Url;

/// Represents the blog where only the shape of a relative address matters.
const SOMEWHERE: &str = "https://blog.invalid/";

/// An address that an author's link may have: `http`, `https`, `mailto`, `tel`, a path from the root of the blog or a
/// fragment of the page.
pub fn link(written: &str) -> Option<String> {
    let address = tidy(written)?;
    if address.starts_with('#') || is_path(&address) {
        return Some(address);
    }
    has_scheme(&address, &["http", "https", "mailto", "tel"]).then_some(address)
}

/// An address that a commenter's link may have: `http`, `https` or `mailto`.
pub fn foreign(written: &str) -> Option<String> {
    tidy(written).filter(|address| has_scheme(address, &["http", "https", "mailto"]))
}

/// An address of the web: `http` or `https`.
pub fn web(written: &str) -> Option<String> {
    tidy(written).filter(|address| has_scheme(address, &["http", "https"]))
}

/// Where sound and film may come from: `http`, `https` or a path from the root of the blog.
pub fn media(written: &str) -> Option<String> {
    tidy(written).filter(|address| is_path(address) || has_scheme(address, &["http", "https"]))
}

/// Whether an address that is ready to be written leads to something that has yet to come: not what is written out in it.
pub fn is_elsewhere(address: &str) -> bool {
    !address.starts_with("data:")
}

/// Where a picture may come from: like [`media`], or written out in the text itself as base64.
pub fn picture(written: &str) -> Option<String> {
    media(written).or_else(|| tidy(written).filter(|address| is_picture_data(address)))
}

/// The pictures of a `srcset`, each with its width or density, without those that may not be shown.
pub fn pictures(written: &str) -> Option<String> {
    let kept: Vec<String> = candidates(written)
        .filter_map(|(address, size)| {
            let address = media(address)?;
            is_size(size).then(|| format!("{address} {size}").trim_end().to_owned())
        })
        .collect();
    (!kept.is_empty()).then(|| kept.join(", "))
}

/// Splits a `srcset` into addresses and sizes the way the HTML standard does: an address may hold commas, but not end
/// in one.
pub fn candidates(written: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_gap = |c: char| c == ',' || c.is_ascii_whitespace();
    let mut rest = written;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_gap);
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let whole = address.trim_end_matches(',');
        if whole.len() < address.len() {
            rest = after;
            return Some((whole, ""));
        }
        let (size, after) = after.split_at(after.find(',').unwrap_or(after.len()));
        rest = after;
        Some((whole, size.trim_ascii()))
    })
}

fn is_size(size: &str) -> bool {
    let number = size.strip_suffix(['w', 'x']).unwrap_or_default();
    let is_number = number.len() < 10
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && number.parse::<f64>().is_ok_and(|number| number > 0.0);
    size.is_empty() || is_number
}

/// Drops what browsers ignore in addresses, writes what must not be in them as they would, and gives addresses that
/// leave the scheme open `https`.
fn tidy(written: &str) -> Option<String> {
    let trimmed = written.trim_matches(|c: char| c <= ' ');
    let mut address = String::with_capacity(trimmed.len());
    for c in trimmed.chars() {
        match c {
            '\t' | '\n' | '\r' => {}
            ' ' => address.push_str("%20"),
            '"' => address.push_str("%22"),
            '<' => address.push_str("%3C"),
            '>' => address.push_str("%3E"),
            '\\' => address.push('/'),
            _ if c.is_control() => return None,
            _ => address.push(c),
        }
    }
    if address.starts_with("//") {
        address.insert_str(0, "https:");
    }
    (!address.is_empty()).then_some(address)
}

fn has_scheme(address: &str, schemes: &[&str]) -> bool {
    Url::parse(address).is_ok_and(|url| schemes.contains(&url.scheme()))
}

/// A path from the root that stays on the blog, whatever a browser makes of its dots and slashes.
fn is_path(address: &str) -> bool {
    address.starts_with('/')
        && Url::parse(SOMEWHERE)
            .and_then(|blog| blog.join(address))
            .is_ok_and(|url| url.as_str().starts_with(SOMEWHERE))
}

fn is_picture_data(address: &str) -> bool {
    let Some((kind, data)) = address
        .strip_prefix("data:image/")
        .and_then(|rest| rest.split_once(";base64,"))
    else {
        return false;
    };
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    ["png", "jpeg", "gif", "webp"].contains(&kind) && data.bytes().all(is_base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_mail_telephones_and_the_blog_itself_may_be_linked() {
        for address in [
            "http://example.org/a?b=c&d#e",
            "https://example.org/",
            "mailto:ada@example.org",
            "tel:+4930123456",
            "/2014/07/a.html",
            "#notes",
        ] {
            assert_eq!(link(address).as_deref(), Some(address));
        }
    }

    #[test]
    fn an_address_that_runs_something_is_none() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "\tjavascript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\0script:alert(1)",
            "vbscript:x",
            "data:text/html,x",
            "Data:text/html;base64,eA==",
            "data:image/svg+xml;base64,eA==",
            "blob:https://example.org/x",
            "file:///etc/passwd",
            "http://",
            "",
            "other.html",
        ] {
            assert_eq!(link(address), None, "{address:?}");
            assert_eq!(picture(address), None, "{address:?}");
            assert_eq!(foreign(address), None, "{address:?}");
        }
    }

    #[test]
    fn an_address_without_scheme_is_given_https() {
        assert_eq!(
            link("//example.org/a").as_deref(),
            Some("https://example.org/a")
        );
        assert_eq!(
            link("/\\example.org/a").as_deref(),
            Some("https://example.org/a")
        );
        assert_eq!(
            link("/\t/example.org/a").as_deref(),
            Some("https://example.org/a")
        );
    }

    #[test]
    fn blanks_and_quotes_in_an_address_are_written_as_numbers() {
        assert_eq!(
            link(" http://x.com/?'onmouseover=\"a b\" ").as_deref(),
            Some("http://x.com/?'onmouseover=%22a%20b%22")
        );
    }

    #[test]
    fn a_picture_may_be_written_out_in_the_text() {
        assert!(picture("data:image/png;base64,iVBORw0KGgo=").is_some());
        assert!(picture("data:image/png;base64,<script>").is_none());
        assert!(link("data:image/png;base64,iVBORw0KGgo=").is_none());
    }

    #[test]
    fn a_set_of_pictures_keeps_those_that_may_be_shown() {
        assert_eq!(
            pictures("/a,b.png 1x, javascript:x 2x,//h/c.png 640w, /d.png onerror").as_deref(),
            Some("/a,b.png 1x, https://h/c.png 640w")
        );
        assert_eq!(pictures("javascript:x"), None);
    }
}
