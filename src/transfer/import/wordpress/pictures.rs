//! Pictures within texts: descriptions that only the media library knew.

use super::library::Library;
use crate::text;

/// The class by which WordPress names the attachment that a picture shows.
const NUMBER: &str = "wp-image-";

/// The text with the descriptions of the library where a picture has none of its own.
pub fn with_alts(html: &str, library: &Library) -> String {
    if !html.contains(NUMBER) {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<img") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[..at]);
        out.push_str(&described(&rest[at..end], library));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn described(tag: &str, library: &Library) -> String {
    let number = tag.split_once(NUMBER).map(|(_, after)| {
        let end = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        &after[..end]
    });
    let alt = number
        .and_then(|number| library.file(number))
        .map(|file| file.alt.as_str());
    let Some(alt) = alt.filter(|alt| !alt.is_empty()) else {
        return tag.to_owned();
    };
    let alt = format!("alt=\"{}\"", text::escape(alt));
    for empty in ["alt=\"\"", "alt=''"] {
        if tag.contains(empty) {
            return tag.replacen(empty, &alt, 1);
        }
    }
    if tag.contains("alt=") {
        return tag.to_owned();
    }
    tag.replacen("<img", &format!("<img {alt}"), 1)
}
