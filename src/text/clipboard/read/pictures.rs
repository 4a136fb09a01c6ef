//! Pictures: those that show a character, those that have an address, and a name for those that nobody can get.

use super::{Reader, classes};
use crate::text::address;
use crate::text::clipboard::model::{Format, Picture, Run};
use crate::text::clipboard::{MISSING, addresses};
use crate::text::tree::Element;

impl Reader<'_> {
    pub(super) fn picture(&mut self, element: &Element, format: Format) {
        let alt = element.attribute("alt").unwrap_or_default();
        let source = addresses::of_picture(element);
        if let Some(emoji) = emoji(element, alt) {
            return self.word(emoji, format);
        }
        let is_counter = ["width", "height"]
            .iter()
            .all(|side| matches!(element.attribute(side), Some("0" | "1")));
        if is_counter || source.is_empty() {
            return;
        }
        let alt: String = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        let own = source
            .strip_prefix(self.origin)
            .filter(|path| path.starts_with('/') && !self.origin.is_empty());
        let picture = match own
            .map(str::to_owned)
            .or_else(|| addresses::stored(&source))
            .or_else(|| address::web(&source))
        {
            Some(address) => Picture { address, alt },
            None => missing(&source, &alt),
        };
        self.begin();
        let format = Format {
            link: format.link,
            ..Format::default()
        };
        self.runs.push(Run::Picture(picture, format));
    }
}

/// The characters that a picture shows: chats and mails show emoji as pictures.
fn emoji<'e>(element: &'e Element, alt: &'e str) -> Option<&'e str> {
    let is_marked = classes(element).any(|class| class.contains("emoji"))
        || [
            "data-emoji",
            "data-stringify-emoji",
            "data-emoji-id",
            "data-emoji-short-name",
        ]
        .iter()
        .any(|name| element.attribute(name).is_some());
    let is_symbols = !alt.is_empty()
        && alt.chars().count() <= 12
        && alt.chars().any(|c| c as u32 >= 0x2190)
        && alt.chars().all(|c| {
            !c.is_alphanumeric() && (c as u32) >= 0x200d
                || matches!(c, '\u{23}' | '\u{2a}' | '0'..='9') && alt.contains('\u{20e3}')
        });
    let words = element.attribute("data-emoji").unwrap_or(alt);
    (is_symbols || (is_marked && !words.is_empty())).then_some(words)
}

/// What is left of a picture that nobody can get: its name, for the author to choose a file in its place.
pub fn missing(source: &str, alt: &str) -> Picture {
    let is_file = source.starts_with("file:") || !source.contains(':');
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path
        .rsplit(['/', '\\'])
        .next()
        .filter(|_| is_file)
        .unwrap_or_default();
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let name: String = name
        .replace("%20", " ")
        .chars()
        .filter(is_plain)
        .take(80)
        .collect();
    // Plain words only, so that they are found again as they are written.
    let alt: String = alt
        .chars()
        .map(|c| if is_plain(&c) { c } else { ' ' })
        .take(200)
        .collect();
    let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = if alt.is_empty() { name } else { alt };
    let alt = if words.is_empty() {
        MISSING.to_owned()
    } else {
        format!("{MISSING}: {words}")
    };
    Picture {
        address: String::new(),
        alt,
    }
}
