//! The HTML that Ghost exports, its cards in plain HTML. A text without cards stays as it is, byte for byte.

use super::cards::{self, Bookmark, Download, Picture, Product, Video};
use crate::text::tree::{Id, Kind, Tree};

/// Rewrites the cards of a text; `None` where there are none, or where the text cannot be read.
pub fn without_cards(html: &str) -> Option<String> {
    if !html.contains("kg-") {
        return None;
    }
    let tree = Tree::of(html)?;
    Some(inner(&tree, tree.top()))
}

/// What is inside an element, its cards in plain HTML.
fn inner(tree: &Tree, id: Id) -> String {
    tree.html_with(id, &|id| card(tree, id))
}

/// The plain HTML of a card; `None` for any other element, and for cards that are plain already.
fn card(tree: &Tree, id: Id) -> Option<String> {
    let card = Card { tree, id };
    let class = card.classes().find(|class| class.starts_with("kg-"))?;
    let is = |name: &str| card.classes().any(|class| class == name);
    let caption = || card.html_of("figcaption");
    Some(match class {
        _ if is("kg-bookmark-card") => Bookmark {
            url: card.attribute_of("kg-bookmark-container", "href"),
            title: card.words_of("kg-bookmark-title"),
            description: card.words_of("kg-bookmark-description"),
            author: card.words_of("kg-bookmark-author"),
            publisher: card.words_of("kg-bookmark-publisher"),
            caption: caption(),
        }
        .html(),
        _ if is("kg-gallery-card") => cards::gallery(&card.pictures(), &caption()),
        _ if is("kg-callout-card") => cards::callout(
            &card.words_of("kg-callout-emoji"),
            &card.html_of("kg-callout-text"),
        ),
        _ if is("kg-toggle-card") => cards::toggle(
            &card.html_of("kg-toggle-heading-text"),
            &card.html_of("kg-toggle-content"),
        ),
        _ if is("kg-audio-card") => cards::audio(
            &card.attribute_of("audio", "src"),
            &card.words_of("kg-audio-title"),
        ),
        _ if is("kg-video-card") => cards::video(&card.video(), &caption()),
        _ if is("kg-file-card") => card.download().html(),
        _ if is("kg-product-card") => card.product().html(),
        _ if is("kg-button-card") => {
            cards::button(&card.attribute_of("a", "href"), &card.words_of("a"))
        }
        // A form for members.
        _ if is("kg-signup-card") => String::new(),
        _ => return None,
    })
}

/// An element whose parts are found by their classes or names.
struct Card<'t> {
    tree: &'t Tree,
    id: Id,
}

impl<'t> Card<'t> {
    fn classes(&self) -> impl Iterator<Item = &'t str> {
        classes_of(self.tree, self.id)
    }

    /// All parts of a class or name.
    fn parts(&self, name: &'static str) -> impl Iterator<Item = Id> {
        let tree = self.tree;
        tree.descendants(self.id).filter(move |&id| {
            tree.name(id) == name || classes_of(tree, id).any(|class| class == name)
        })
    }

    fn part(&self, name: &'static str) -> Option<Id> {
        self.parts(name).next()
    }

    fn html_of(&self, name: &'static str) -> String {
        self.part(name)
            .map(|id| inner(self.tree, id).trim().to_owned())
            .unwrap_or_default()
    }

    fn words_of(&self, name: &'static str) -> String {
        let words = self.part(name).map(|id| words(self.tree, id));
        words.unwrap_or_default()
    }

    fn attribute_of(&self, name: &'static str, attribute: &str) -> String {
        let part = self.part(name);
        part.map(|id| self.attribute(id, attribute))
            .unwrap_or_default()
    }

    fn attribute(&self, id: Id, name: &str) -> String {
        let element = self.tree.element(id);
        element
            .and_then(|element| element.attribute(name))
            .unwrap_or_default()
            .to_owned()
    }

    fn pictures(&self) -> Vec<Picture> {
        let parent_link = |id: Id| {
            let parent = self.tree.parent(id)?;
            (self.tree.name(parent) == "a").then(|| self.attribute(parent, "href"))
        };
        self.parts("img")
            .map(|id| Picture {
                src: self.attribute(id, "src"),
                alt: self.attribute(id, "alt"),
                width: self.attribute(id, "width"),
                height: self.attribute(id, "height"),
                href: parent_link(id).unwrap_or_default(),
            })
            .collect()
    }

    fn video(&self) -> Video {
        // The picture before it plays is a background in the card; the attribute holds a picture of one pixel.
        let poster = self.attribute(self.id, "data-kg-custom-thumbnail");
        let thumbnail = self.attribute(self.id, "data-kg-thumbnail");
        Video {
            src: self.attribute_of("video", "src"),
            poster: if poster.is_empty() { thumbnail } else { poster },
            width: self.attribute_of("video", "width"),
            height: self.attribute_of("video", "height"),
        }
    }

    fn download(&self) -> Download {
        Download {
            src: self.attribute_of("kg-file-card-container", "href"),
            title: self.words_of("kg-file-card-title"),
            name: self.words_of("kg-file-card-filename"),
            size: self.words_of("kg-file-card-filesize"),
            caption: self.words_of("kg-file-card-caption"),
        }
    }

    fn product(&self) -> Product {
        Product {
            picture: self.attribute_of("kg-product-card-image", "src"),
            title: self.html_of("kg-product-card-title"),
            description: self.html_of("kg-product-card-description"),
            stars: self.parts("kg-product-card-rating-active").count(),
            button: self.words_of("kg-product-card-button"),
            url: self.attribute_of("kg-product-card-button", "href"),
        }
    }
}

fn classes_of(tree: &Tree, id: Id) -> impl Iterator<Item = &str> {
    let element = tree.element(id);
    element
        .and_then(|element| element.attribute("class"))
        .unwrap_or_default()
        .split_ascii_whitespace()
}

/// The words of an element, its white space made single.
fn words(tree: &Tree, id: Id) -> String {
    let text: String = tree
        .descendants(id)
        .filter_map(|id| match tree.kind(id) {
            Kind::Text(text) => Some(&**text),
            _ => None,
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_cards_is_left_alone() {
        assert_eq!(without_cards("<p>Low water<p>High"), None);
    }

    #[test]
    fn cards_become_plain_and_the_rest_stays() {
        for (card, expected) in [
            (
                "<figure class=\"kg-card kg-bookmark-card\"><a class=\"kg-bookmark-container\" href=\"https://example.org/\">\
                 <div class=\"kg-bookmark-content\"><div class=\"kg-bookmark-title\">T &amp; U</div>\
                 <div class=\"kg-bookmark-description\">D</div><span class=\"kg-bookmark-author\">A</span>\
                 <span class=\"kg-bookmark-publisher\">P</span></div></a><figcaption><i>c</i></figcaption></figure>",
                "<blockquote cite=\"https://example.org/\"><p><a href=\"https://example.org/\"><strong>T &amp; U</strong></a></p>\
                 <p>D</p><p>A · P</p><p><i>c</i></p></blockquote>",
            ),
            (
                "<div class=\"kg-card kg-callout-card kg-callout-card-blue\"><div class=\"kg-callout-emoji\">💡</div>\
                 <div class=\"kg-callout-text\">Mind <b>this</b></div></div>",
                "<blockquote><p>💡 Mind <b>this</b></p></blockquote>",
            ),
            (
                "<div class=\"kg-card kg-toggle-card\" data-kg-toggle-state=\"close\"><div class=\"kg-toggle-heading\">\
                 <h4 class=\"kg-toggle-heading-text\">More</h4><button><svg><path d=\"M0\"/></svg></button></div>\
                 <div class=\"kg-toggle-content\"><p>x</p></div></div>",
                "<details><summary>More</summary><p>x</p></details>",
            ),
            (
                "<div class=\"kg-card kg-audio-card\"><div class=\"kg-audio-player-container\"><audio src=\"/a.mp3\"></audio>\
                 <div class=\"kg-audio-title\">Song</div><button><svg></svg></button></div></div>",
                "<figure><audio controls src=\"/a.mp3\"></audio><figcaption>Song</figcaption></figure>",
            ),
            (
                "<figure class=\"kg-card kg-gallery-card\"><div class=\"kg-gallery-container\"><div class=\"kg-gallery-row\">\
                 <div class=\"kg-gallery-image\"><img src=\"/a.png\" width=\"9\" srcset=\"/b.png 600w\" alt=\"x\"></div></div></div></figure>",
                "<figure><img src=\"/a.png\" alt=\"x\" width=\"9\"></figure>",
            ),
            (
                "<div class=\"kg-card kg-file-card\"><a class=\"kg-file-card-container\" href=\"/a.pdf\">\
                 <div class=\"kg-file-card-title\">Plan</div><div class=\"kg-file-card-filename\">a.pdf</div>\
                 <div class=\"kg-file-card-filesize\">2 KB</div></a></div>",
                "<p><a href=\"/a.pdf\">Plan</a> (a.pdf, 2 KB)</p>",
            ),
            (
                "<div class=\"kg-card kg-button-card\"><a href=\"/x\" class=\"kg-btn\">Go</a></div>",
                "<p><a href=\"/x\">Go</a></p>",
            ),
            (
                "<figure class=\"kg-card kg-image-card\"><img src=\"/a.png\" class=\"kg-image\" srcset=\"/s.png 1w\"></figure>",
                "<figure class=\"kg-card kg-image-card\"><img src=\"/a.png\" class=\"kg-image\"></figure>",
            ),
        ] {
            let html = without_cards(&format!("<p>a &lt; b</p>{card}<pre>\n\nx</pre>"));
            let expected = format!("<p>a &lt; b</p>{expected}<pre>\n\nx</pre>");
            assert_eq!(html, Some(expected));
        }
    }
}
