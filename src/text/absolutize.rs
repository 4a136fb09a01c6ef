//! Texts that are read outside our pages, in feeds and exports: whole addresses, and nothing that XML has no place for.

use super::placeholders::without_anchors;
use memchr::{memchr, memchr2};

/// Safe HTML with the blog's own addresses made whole, for readers who are elsewhere. What serves our pages alone is left
/// out: there headings are no links to themselves.
pub fn absolutize(origin: &str, html: &str) -> String {
    on_page(origin, "", html)
}

/// The same for the text of a page, whose own places (`#note-1`) lead there too.
pub fn absolutize_on(origin: &str, page: &str, html: &str) -> String {
    on_page(origin, page, html)
}

/// `page` is a whole address; where it is empty, places within the text are left alone.
fn on_page(origin: &str, page: &str, html: &str) -> String {
    const LEADING: [&str; 5] = [" href=", " src=", " poster=", " cite=", SET];
    /// Several addresses, each behind a comma and a blank but the first.
    const SET: &str = " srcset=";
    let html = without_anchors(html);
    let mut whole = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html.as_ref();
    let mut in_tag = false;
    loop {
        let found = if in_tag {
            memchr2(b'"', b'>', rest.as_bytes())
        } else {
            memchr(b'<', rest.as_bytes())
        };
        let Some(found) = found else { break };
        let (before, after) = rest.split_at(found + 1);
        whole.push_str(before);
        rest = after;
        if !before.ends_with('"') {
            in_tag = before.ends_with('<');
            continue;
        }
        let name = &before[..found];
        let (value, after) = rest.split_at(memchr(b'"', rest.as_bytes()).unwrap_or(rest.len()));
        let has_address = LEADING.iter().any(|leading| name.ends_with(leading));
        // A value holds no quotation mark, so it is whole then.
        let separator = if name.ends_with(SET) { ", " } else { "\"" };
        for (number, address) in value.split(separator).enumerate() {
            if number > 0 {
                whole.push_str(separator);
            }
            if has_address && address.starts_with('/') && !address.starts_with("//") {
                whole.push_str(origin);
            } else if address.starts_with('#') && name.ends_with(" href=") {
                whole.push_str(page);
            }
            whole.push_str(address);
        }
        // The mark that ends the value, which begins no other one.
        let end = usize::from(!after.is_empty());
        whole.push_str(&after[..end]);
        rest = &after[end..];
    }
    whole.push_str(rest);
    whole
}

/// XML 1.0 has no place for most control characters, escaped or not (its section 2.2).
pub fn clean(text: &str) -> String {
    /// How the characters that are left out begin in UTF-8; others begin so, too.
    const fn may_begin(byte: u8) -> bool {
        (byte < b' ' && byte != b'\n' && byte != b'\t') || matches!(byte, 0x7f | 0xc2 | 0xef)
    }
    // Mostly there is nothing to leave out, which is seen fastest in many bytes at once.
    let any = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | may_begin(*byte));
    if !text.as_bytes().chunks(256).any(any) {
        return text.to_owned();
    }
    let is_left_out = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.split(is_left_out).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_addresses_are_made_whole_and_nothing_else_is_touched() {
        let whole = |html| absolutize("https://blog.example", html);
        assert_eq!(
            whole(
                "<a href=\"/p/about.html\" title=\"/x\"><img alt=\"/y\" src=\"/media/a.png\"></a>"
            ),
            "<a href=\"https://blog.example/p/about.html\" title=\"/x\">\
             <img alt=\"/y\" src=\"https://blog.example/media/a.png\"></a>"
        );
        assert_eq!(
            whole(
                "<img srcset=\"/media/a.webp 480w, /media/b.webp 960w, https://x.org/c.png 2x\" alt=\"a, /b\">"
            ),
            "<img srcset=\"https://blog.example/media/a.webp 480w, https://blog.example/media/b.webp 960w, \
             https://x.org/c.png 2x\" alt=\"a, /b\">"
        );
        assert_eq!(
            absolutize_on(
                "https://blog.example",
                "https://blog.example/a.html",
                "<a href=\"#fn\" title=\"#\">1</a>"
            ),
            "<a href=\"https://blog.example/a.html#fn\" title=\"#\">1</a>"
        );
        for same in [
            "<a href=\"//other.example/\">x</a>",
            "<a href=\"https://other.example/\">x</a>",
            "<p>Write href=\"/here\" and 1 &lt; 2</p>",
            "<a title=\"a > b href=\" href=\"#top\">x</a>",
        ] {
            assert_eq!(whole(same), same);
        }
    }

    #[test]
    fn what_is_cut_off_within_a_tag_stays_as_it_is() {
        for same in ["<a href=\"", "<a href=\"x", "<a ", "<", "a \" b > c"] {
            assert_eq!(absolutize("https://blog.example", same), same);
        }
        assert_eq!(
            absolutize("https://blog.example", "<a href=\"/x"),
            "<a href=\"https://blog.example/x"
        );
    }

    #[test]
    fn what_xml_has_no_place_for_is_left_out() {
        assert_eq!(clean("a\u{0}b\u{1b}c\r\nd\te"), "abc\nd\te");
        assert_eq!(clean("\u{7f}a\u{85}\u{9f}b\u{fffe}\u{ffff}"), "ab");
        let kept = "a\u{a0}b\u{fffd}\u{ff01} – ‘c’ \u{1f600}";
        assert_eq!(clean(kept), kept);
    }
}
