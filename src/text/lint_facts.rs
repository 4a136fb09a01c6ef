//! What is in a rendered text, for the list that its author sees before it is shown.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::body::is_pixel;
use super::tree::{Element, Tree};
use super::{address, markdown};
use crate::blog::media::{self, FOLDER, MediaKind};
use crate::blog::post::Markup;
use crate::blog::publish_checklist::LintFacts;

/// Finds the links and the pictures of a rendered text.
pub fn lint_facts(html: &str) -> LintFacts {
    let Some(tree) = Tree::of(html) else {
        return LintFacts::default();
    };
    let mut links = BTreeSet::new();
    let mut pictures_without_words = 0;
    for element in tree
        .descendants(tree.top())
        .filter_map(|id| tree.element(id))
    {
        match element.name() {
            "a" => links.extend(element.attribute("href").map(str::to_owned)),
            "img"
                if element
                    .attribute("alt")
                    .unwrap_or_default()
                    .trim()
                    .is_empty() =>
            {
                pictures_without_words += 1;
            }
            _ => {}
        }
    }
    LintFacts {
        links: links.into_iter().collect(),
        pictures_without_words,
    }
}

/// How many pictures of a source have no address that anything could be shown from: those that were pasted from a disk
/// or a mail.
pub fn pictures_missing(source: &str, markup: Markup) -> usize {
    let Some(tree) = tree_of(source, markup) else {
        return 0;
    };
    tree.descendants(tree.top())
        .filter_map(|id| tree.element(id))
        .filter(|element| element.name() == "img")
        .filter(|image| address::picture(image.attribute("src").unwrap_or_default()).is_none())
        .filter(|image| !is_on_its_way(image))
        .count()
}

/// The addresses of the pictures of a source that say nothing to those who cannot see them, in the order of the text. What is in
/// code is no picture, and a recording has a player.
pub fn pictures_without_words(source: &str, markup: Markup) -> Vec<String> {
    let Some(tree) = tree_of(source, markup) else {
        return Vec::new();
    };
    let elements = tree
        .descendants(tree.top())
        .filter_map(|id| tree.element(id));
    elements
        .filter(|element| element.name() == "img")
        .filter(|image| image.attribute("alt").unwrap_or_default().trim().is_empty())
        .filter(|image| !is_pixel(image))
        .filter_map(|image| image.attribute("src"))
        .filter(|address| is_shown(address))
        .map(str::to_owned)
        .collect()
}

/// Whether an address is that of a picture that a page can show.
fn is_shown(address: &str) -> bool {
    let ours = address.trim().strip_prefix(FOLDER).and_then(media::kind);
    address::picture(address).is_some() && ours.is_none_or(|kind| kind == MediaKind::Picture)
}

fn tree_of(source: &str, markup: Markup) -> Option<Tree> {
    let html = match markup {
        Markup::Markdown => Cow::Owned(markdown::post(source)?),
        Markup::Html => Cow::Borrowed(source),
    };
    Tree::of(&html)
}

/// Whether a picture is the place of an upload that is under way, which the list names by itself.
fn is_on_its_way(image: &Element) -> bool {
    let alt = image.attribute("alt").unwrap_or_default();
    alt.starts_with("Uploading ") && alt.ends_with('…')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_without_an_address_are_missing() {
        let markdown = "![Missing picture: a.png]() ![b](/media/b.webp) ![c](https://c.example/c.png) ![d](file:///d.png) ![Uploading e.png…]()";
        assert_eq!(pictures_missing(markdown, Markup::Markdown), 2);
        let html = "<img alt=\"Missing picture\"><img src=\"cid:x\"><img src=\"/media/b.webp\">";
        assert_eq!(pictures_missing(html, Markup::Html), 2);
    }

    #[test]
    fn pictures_in_code_are_none() {
        let markdown = "![](/media/a.webp)\n\n    ![](/media/b.webp)\n\n`![](/media/c.webp)` ![D](/media/d.webp)\n\n\
            - Words\n\n    ![](https://e.example/e.png)\n\n![](/media/00112233445566778899aabbccddeeff.mp3)";
        assert_eq!(
            pictures_without_words(markdown, Markup::Markdown),
            ["/media/a.webp", "https://e.example/e.png"]
        );
        let html = "<img src=\"/media/a.webp\" alt=\"\"><img src=\"https://x.example/p.gif\" width=\"1\" height=\"1\"><pre>&lt;img src=\"/media/b.webp\"></pre>";
        assert_eq!(
            pictures_without_words(html, Markup::Html),
            ["/media/a.webp"]
        );
    }

    #[test]
    fn links_are_found_once_and_silent_pictures_are_counted() {
        let lint_facts = lint_facts(
            "<p><a href=\"/a\">x</a><a href=\"/a\">y</a><img src=\"/m\" alt=\" \"><img src=\"/n\" alt=\"Tide\"></p>",
        );
        assert_eq!(lint_facts.links, ["/a"]);
        assert_eq!(lint_facts.pictures_without_words, 1);
    }
}
