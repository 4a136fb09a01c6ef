//! What is in a rendered text, for the list that its author sees before it is shown.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::tree::{Element, Tree};
use super::{address, markdown};
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
    let html = match markup {
        Markup::Markdown => markdown::post(source).map(Cow::Owned),
        Markup::Html => Some(Cow::Borrowed(source)),
    };
    let Some(tree) = html.and_then(|html| Tree::of(&html)) else {
        return 0;
    };
    tree.descendants(tree.top())
        .filter_map(|id| tree.element(id))
        .filter(|element| element.name() == "img")
        .filter(|image| address::picture(image.attribute("src").unwrap_or_default()).is_none())
        .filter(|image| !is_on_its_way(image))
        .count()
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
    fn links_are_found_once_and_silent_pictures_are_counted() {
        let lint_facts = lint_facts(
            "<p><a href=\"/a\">x</a><a href=\"/a\">y</a><img src=\"/m\" alt=\" \"><img src=\"/n\" alt=\"Tide\"></p>",
        );
        assert_eq!(lint_facts.links, ["/a"]);
        assert_eq!(lint_facts.pictures_without_words, 1);
    }
}
