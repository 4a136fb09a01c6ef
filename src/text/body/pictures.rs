//! Pictures: their sizes before they are there, and which of them the browser may load later.

use super::Writer;
use super::elements::{is_blank, is_letters};
use crate::blog::media::{self, MediaKind, Picture};
use crate::text::inline_styles::{self, InlineStyles};
use crate::text::picture::{self, Shape};
use crate::text::sanitize::{self, Room};
use crate::text::tree::{Element, Id, Kind};
use crate::text::{address, escape};
use std::fmt::Write;

/// A picture with this much text before it is not in sight when its page opens.
const FIRST_SIGHT_BYTES: usize = 1500;

impl Writer<'_> {
    pub(super) fn picture(&mut self, id: Id, element: &Element) {
        // A picture of one pixel shows nothing; it only counts readers.
        if is_pixel(element) {
            return;
        }
        let source = element.attribute("src").unwrap_or_default();
        let Some(address) = address::picture(source) else {
            return self.alternative(element);
        };
        if let Some(kind) = recording(&address) {
            return self.recording(kind, &address, element);
        }
        if self.picture.is_empty() {
            self.picture = address::media(source).unwrap_or_default();
        }
        let mut styles = InlineStyles::of(element);
        let known = self.known(element);
        let floats = !styles.float().is_empty();
        let shape = match picture::shape(element, &address, floats) {
            _ if known.is_some() => None,
            Shape::Likely(_) if self.is_amid_words(id) || !address::is_elsewhere(&address) => None,
            shape => Some(shape),
        };
        if let Some(Shape::Likely(_)) = shape {
            styles.classes.push(inline_styles::UNSIZED);
        }
        let known = known.map(|(name, picture)| (name, picture.clone()));
        let begun = self.out.len();
        self.open("img", element, &styles);
        self.out.pop();
        let written = self.out.split_off(begun);
        self.out.push_str(&match (known, shape) {
            (Some((name, known)), _) => {
                picture::in_sizes(&written, (element, name), &known, self.room(&styles))
            }
            (None, Some(Shape::Known(size) | Shape::Likely(size))) => {
                picture::with_size(&written, size)
            }
            (None, None) => written,
        });
        if element.attribute("alt").is_none() {
            self.out.push_str(" alt=\"\"");
        }
        let (name, value) = sanitize::DECODING;
        let _ = write!(self.out, " {name}=\"{value}\"");
        // The first is mostly in sight at once; waiting for the layout would only make it late.
        let (name, value) = if self.shown == 0 && self.out.len() < FIRST_SIGHT_BYTES {
            sanitize::PRIORITY
        } else {
            sanitize::LOADING
        };
        let _ = write!(self.out, " {name}=\"{value}\">");
        self.shown += 1;
    }

    /// The place that the page has for a picture.
    fn room(&self, styles: &InlineStyles) -> Room {
        match self.columns {
            Some(columns) => Room::Cell(columns),
            None if styles.float().is_empty() => Room::Column,
            None => Room::Float,
        }
    }

    /// Whether words are right before or behind a picture, on its line: then it is as small as they are, or the author
    /// did not care for its place.
    fn is_amid_words(&self, id: Id) -> bool {
        let mut at = id;
        loop {
            let (before, behind) = (self.tree.before(at), self.tree.behind(at));
            if self.line_goes_on(before) || self.line_goes_on(behind) {
                return true;
            }
            match self.tree.parent(at) {
                Some(parent) if is_letters(self.tree.name(parent)) => at = parent,
                _ => return false,
            }
        }
    }

    /// Whether words are the first that are next to a picture, on one side of it.
    fn line_goes_on(&self, mut siblings: impl Iterator<Item = Id>) -> bool {
        let first = siblings.find(|&id| !is_blank(self.tree, id));
        first.is_some_and(|id| match self.tree.kind(id) {
            Kind::Text(_) => true,
            Kind::Element(element) => {
                is_letters(element.name()) && !self.text_of(id).trim().is_empty()
            }
            Kind::Break | Kind::Other => false,
        })
    }

    /// What is known of a picture of ours, and its name.
    fn known<'e>(&self, element: &'e Element) -> Option<(&'e str, &Picture)> {
        let name = element
            .attribute("src")?
            .trim()
            .strip_prefix(media::FOLDER)?;
        Some((name, self.pictures.get(name)?))
    }

    /// What a picture says to those who cannot see it.
    pub(super) fn alternative(&mut self, picture: &Element) {
        let words = picture.attribute("alt").unwrap_or_default();
        self.out.push_str(&escape(words));
    }
}

/// Whether a picture is one of a single pixel.
pub fn is_pixel(image: &Element) -> bool {
    ["width", "height"]
        .iter()
        .all(|side| matches!(image.attribute(side), Some("0" | "1")))
}

/// What plays at an address of ours, unless it is a picture.
fn recording(address: &str) -> Option<MediaKind> {
    let kind = media::kind(address.strip_prefix(media::FOLDER)?)?;
    (kind != MediaKind::Picture).then_some(kind)
}
