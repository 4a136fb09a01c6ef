//! Long stretches of text in bounded pieces: html5ever's serializer looks for `<` and `>` to the end of a text from each
//! `&` and each U+0080 to U+00BF in it, so one text of megabytes full of them takes the square of its length.
//!
//! The sanitiser leaves comments out, and what was on both sides of one stays two texts that are written one after the
//! other: a comment here and there bounds each text and changes nothing of what comes out.

use std::borrow::Cow;

/// A text of so many bytes is cut where the next character begins.
const RUN_MAX_BYTES: usize = 1024;
const CUT: &str = "<!---->";
/// The longest reference to a character, `&CounterClockwiseContourIntegral;`, and numbers with leading zeros.
const REFERENCE_MAX_BYTES: usize = 64;

/// The longest value of an attribute that is written; one of these costs less than a millisecond.
pub const ATTRIBUTE_MAX_BYTES: usize = 4096;
/// The longest address: servers take no longer one. What is written out in base64 is not bounded, and costs nothing.
pub const ADDRESS_MAX_BYTES: usize = 8192;

/// The same HTML with an empty comment in each long stretch of text. What is between `<` and `>` stays as it is.
pub fn cut(html: &str) -> Cow<'_, str> {
    if html.len() <= RUN_MAX_BYTES {
        return Cow::Borrowed(html);
    }
    let mut pieces = String::new();
    let (mut done, mut run) = (0, 0);
    let mut in_tag = false;
    let mut reference: Option<usize> = None;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'<' => (in_tag, run, reference) = (true, 0, None),
            b'>' if in_tag => (in_tag, run) = (false, 0),
            _ if in_tag => {}
            _ => {
                let is_in_reference =
                    byte != b'&' && reference.is_some_and(|begun| at - begun < REFERENCE_MAX_BYTES);
                if run >= RUN_MAX_BYTES && html.is_char_boundary(at) && !is_in_reference {
                    pieces.push_str(&html[done..at]);
                    pieces.push_str(CUT);
                    (done, run) = (at, 0);
                }
                run += 1;
                match byte {
                    b'&' => reference = Some(at),
                    b'#' => {}
                    _ if byte.is_ascii_alphanumeric() => {}
                    // `;` ends a reference and belongs to it.
                    _ => reference = None,
                }
            }
        }
    }
    if pieces.is_empty() {
        return Cow::Borrowed(html);
    }
    pieces.push_str(&html[done..]);
    Cow::Owned(pieces)
}

/// As much of a value as an attribute may hold.
pub fn bounded(value: &str) -> &str {
    &value[..value.floor_char_boundary(ATTRIBUTE_MAX_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters_and_short_ones_and_tags_are_not() {
        assert!(matches!(cut("<p>short</p>"), Cow::Borrowed(_)));
        let tag = format!("<p title=\"{}\">x</p>", "& ".repeat(4000));
        assert!(matches!(cut(&tag), Cow::Borrowed(_)));
        for piece in ["&amp;", "x", "é", "·", "&lt;", "&#x1F41F;", "🐟"] {
            let text = piece.repeat(3000);
            let pieces = cut(&text);
            let parts: Vec<&str> = pieces.split(CUT).collect();
            assert!(parts.len() > 1, "{piece}");
            assert_eq!(parts.concat(), text);
            for part in parts {
                assert!(part.len() <= RUN_MAX_BYTES + REFERENCE_MAX_BYTES, "{piece}");
                assert_eq!(part.replace(piece, ""), "", "{piece}");
            }
        }
    }
}
