//! The words of a rendering, read without a tree: for texts that were made safe, and so are well-formed.

/// How much of a rendering is looked through: what is further down in a text as long as a book is not shown.
pub const STRIPPED_MAX_BYTES: usize = 512 * 1024;

/// The words of safe HTML, with a blank wherever an element begins or ends within which no word goes on.
#[must_use]
pub fn strip_tags(html: &str) -> String {
    let html = &html[..html.floor_char_boundary(STRIPPED_MAX_BYTES)];
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('<') {
            let end = tag_end(rest);
            if breaks(&rest[..end]) {
                text.push(' ');
            }
            &rest[end..]
        } else {
            reference(rest, &mut text)
        };
    }
    text.push_str(rest);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Where a tag ends; `>` in the value of an attribute does not end it.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// Whether an element ends a word: all but those that mark a part of a line.
fn breaks(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    !matches!(
        &name[..end],
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Writes the character that a reference represents, and gives what comes behind it.
fn reference<'a>(text: &'a str, out: &mut String) -> &'a str {
    let known = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&nbsp;", '\u{a0}'),
        ("&#39;", '\''),
    ];
    for (name, c) in known {
        if let Some(rest) = text.strip_prefix(name) {
            out.push(c);
            return rest;
        }
    }
    out.push('&');
    &text[1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_rendering_are_found_without_its_markup() {
        assert_eq!(
            strip_tags(
                "<h2 id=\"a>b\">Old <em>m</em>aps</h2><p>One<br>two &amp; three&nbsp;&lt;b&gt;</p><img alt=\"no\">"
            ),
            "Old maps One two & three <b>"
        );
        assert_eq!(strip_tags("<p>AT&T &amp;lt;</p><p"), "AT&T &lt;");
        assert_eq!(strip_tags(""), "");
    }

    #[test]
    fn a_very_long_text_is_read_up_to_a_whole_character() {
        let text = strip_tags(&"ł".repeat(STRIPPED_MAX_BYTES));
        assert!(text.len() <= STRIPPED_MAX_BYTES && text.chars().all(|c| c == 'ł'));
    }
}
