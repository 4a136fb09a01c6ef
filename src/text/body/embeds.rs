//! Films, sound and whatever else is embedded: a player for what we know, a link for the rest.

use super::elements::is_blank;
use super::{Place, Writer};
use crate::blog::media::MediaKind;
use crate::text::embed::Film;
use crate::text::inline_styles::InlineStyles;
use crate::text::tree::{Element, Id, Kind};
use crate::text::{address, escape};
use std::fmt::Write;

impl Writer<'_> {
    /// The film whose address is all that a paragraph says.
    pub(super) fn film_alone(&self, id: Id) -> Option<Film> {
        let mut children = self
            .tree
            .children(id)
            .filter(|&child| !is_blank(self.tree, child));
        let (only, None) = (children.next()?, children.next()) else {
            return None;
        };
        match self.tree.kind(only) {
            Kind::Text(words) => Some(words.trim())
                .filter(|words| !words.contains(char::is_whitespace))
                .and_then(Film::of),
            Kind::Element(link) if link.name() == "a" => {
                let address = link.attribute("href")?;
                let words = self.text_of(only);
                let says_it =
                    words.trim() == address || address.ends_with(&format!("://{}", words.trim()));
                says_it.then(|| Film::of(address)).flatten()
            }
            _ => None,
        }
    }

    pub(super) fn film_or_sound(&mut self, id: Id, element: &Element) {
        let tag = if element.name() == "audio" {
            "audio"
        } else {
            "video"
        };
        self.open(tag, element, &InlineStyles::of(element));
        self.out.pop();
        // Of a recording only its length is fetched before somebody plays it, and phones play a film in its place.
        let usual = [
            (true, "controls", " controls"),
            (true, "preload", " preload=\"metadata\""),
            (tag == "video", "playsinline", " playsinline"),
        ];
        for (fits, name, written) in usual {
            if fits && element.attribute(name).is_none() {
                self.out.push_str(written);
            }
        }
        self.out.push('>');
        self.children(id);
        self.close(tag);
    }

    /// A recording of ours that is written like a picture: its player, with a link for who has none.
    pub(super) fn recording(&mut self, kind: MediaKind, address: &str, picture: &Element) {
        let words = picture.attribute("alt").unwrap_or_default().trim();
        let label = escape(if words.is_empty() { address } else { words });
        // A player within a link could not be worked.
        if self.links > 0 {
            self.out.push_str(&label);
            return;
        }
        let (tag, more) = if kind == MediaKind::Audio {
            ("audio", "")
        } else {
            ("video", " playsinline")
        };
        let address = escape(address);
        let _ = write!(
            self.out,
            "<{tag} title=\"{label}\" controls{more} preload=\"metadata\" src=\"{address}\">\
             <a href=\"{address}\">{label}</a></{tag}>"
        );
    }

    pub(super) fn source(&mut self, id: Id, element: &Element) {
        let has_address = element.attribute("src").and_then(address::media).is_some();
        if has_address && ["audio", "video"].contains(&self.name_above(id)) {
            self.open("source", element, &InlineStyles::default());
        }
    }

    /// A film of a service that we know becomes its player, anything else a link, and an object without address what it
    /// shows to those who cannot play it.
    pub(super) fn embed(&mut self, id: Id, element: &Element) {
        let addresses = self.embedded(id);
        let film = addresses.iter().find_map(|address| Film::of(address));
        if let Some(film) = film.filter(|_| self.place != Place::Thread) {
            self.film(&film);
        } else if let Some(address) = addresses.first() {
            let _ = write!(
                self.out,
                "<p><a href=\"{}\">{}</a></p>",
                escape(address),
                escape(label(address))
            );
        } else if element.name() == "object" {
            self.children(id);
        }
    }

    pub(super) fn film(&mut self, film: &Film) {
        self.mark_place();
        self.out.push_str(&film.place());
    }

    /// The addresses of the web that an embed names, in old ones by parameters inside it.
    fn embedded(&self, id: Id) -> Vec<String> {
        let below = self.tree.descendants(id);
        std::iter::once(id)
            .chain(below)
            .filter_map(|id| embedded_address(self.tree.element(id)?))
            .filter_map(address::web)
            .collect()
    }
}

fn embedded_address(element: &Element) -> Option<&str> {
    match element.name() {
        "iframe" | "embed" => element.attribute("src"),
        "object" => element.attribute("data"),
        "param" => {
            let name = element.attribute("name")?.to_ascii_lowercase();
            let value = element.attribute("value")?;
            ["movie", "src", "url", "filename"]
                .contains(&name.as_str())
                .then_some(value)
        }
        _ => None,
    }
}

/// What a link says that has no words of its own: the address without scheme and query.
pub(super) fn label(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = bare.find(['?', '#']).unwrap_or(bare.len());
    bare[..end].trim_end_matches('/')
}
