//! Texts that are read outside our pages, in feeds and exports: whole addresses, and nothing that XML has no place for.

use super::placeholders::without_anchors;

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
    let html = html.as_ref();
    let is_ours = |value: &str| value.starts_with('/') && !value.starts_with("//");
    let is_place = |value: &str| !page.is_empty() && value.starts_with('#');
    let mut whole = String::with_capacity(html.len());
    let (mut in_tag, mut in_value, mut in_set) = (false, false, false);
    for (at, c) in html.char_indices() {
        whole.push(c);
        match c {
            '<' if !in_value => in_tag = true,
            '>' if !in_value => in_tag = false,
            '"' if in_tag => {
                in_value = !in_value;
                let (before, value) = (&html[..at], &html[at + 1..]);
                if in_value && is_ours(value) && LEADING.iter().any(|name| before.ends_with(name)) {
                    whole.push_str(origin);
                } else if in_value && is_place(value) && before.ends_with(" href=") {
                    whole.push_str(page);
                }
                in_set = in_value && before.ends_with(SET);
            }
            ' ' if in_set && html[..at].ends_with(',') && is_ours(&html[at + 1..]) => {
                whole.push_str(origin);
            }
            _ => {}
        }
    }
    whole
}

/// XML 1.0 has no place for most control characters, escaped or not (its section 2.2).
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|&c| !c.is_control() || matches!(c, '\n' | '\t'))
        .filter(|&c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
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
}
