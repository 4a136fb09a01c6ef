//! The same style sheet in fewer bytes: without comments, and without the blanks that mean nothing.
//!
//! For sheets of our own. Blanks stay wherever they could mean something: in selectors, in `calc()`, before a colon.

/// A style sheet without what no browser needs.
#[must_use]
pub fn minified(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '/' if rest.starts_with("/*") => {
                blank(&mut out);
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            }
            '"' | '\'' => {
                let end = string_length(rest, c);
                out.push_str(&rest[..end]);
                end
            }
            _ if c.is_ascii_whitespace() => {
                blank(&mut out);
                1
            }
            '{' | '}' | ';' | ',' => {
                close_up(&mut out, c);
                1
            }
            _ => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    out.truncate(out.trim_end().len());
    out
}

/// One blank, unless what is before it needs none after it.
fn blank(out: &mut String) {
    if !out.ends_with([' ', '{', '}', ';', ',', ':']) && !out.is_empty() {
        out.push(' ');
    }
}

/// A sign that needs no blank before it; the last `;` of a block goes too.
fn close_up(out: &mut String, sign: char) {
    if out.ends_with(' ') {
        out.pop();
    }
    if sign == '}' && out.ends_with(';') {
        out.pop();
    }
    out.push(sign);
}

/// The length of the string that begins here, with its quotation marks.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return place + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_nothing_goes() {
        for (css, small) in [
            ("a { color: red; }\n\n/* x */\nb{}", "a{color:red}b{}"),
            (
                ".a :is(b, c) > d + e::after { content: \"a ;  \\\" }\"; }",
                ".a :is(b,c) > d + e::after{content:\"a ;  \\\" }\"}",
            ),
            (
                "@media (max-width: 36rem), (pointer: coarse) { a { width: calc(1px + 2px); } }",
                "@media (max-width:36rem),(pointer:coarse){a{width:calc(1px + 2px)}}",
            ),
            ("a/* */b { }", "a b{}"),
            ("a { font: 1rem / 2 x", "a{font:1rem / 2 x"),
        ] {
            assert_eq!(minified(css), small);
        }
    }
}
