//! Galleries: several pictures in a grid, each a link to the whole of it, with its caption below. A script makes the links open
//! in a dialog.

use super::Writer;
use super::elements::has_class;
use crate::text::inline_styles::{self, InlineStyles};
use crate::text::tree::{Element, Id, Kind};
use crate::text::{address, escape};
use std::fmt::Write;

/// Elements that may be around the pictures of a gallery.
const AROUND: &[&str] = &["a", "br", "div", "figure", "li", "p", "span", "ul"];
/// As many in a row where the author says nothing.
const COLUMNS: i64 = 3;

/// What an element with the class is, where it holds nothing but pictures and their captions.
pub(super) struct Gallery {
    items: Vec<Item>,
    columns: i64,
    classes: Vec<&'static str>,
}

/// A picture of a gallery.
struct Item {
    image: Id,
    /// The link that its author put around it.
    link: Option<Id>,
    caption: Option<Id>,
}

impl Writer<'_> {
    /// The gallery that an element is, if it is one.
    pub(super) fn gallery_in(&self, id: Id, element: &Element) -> Option<Gallery> {
        if !inline_styles::GALLERY_NAMES
            .iter()
            .any(|name| has_class(element, name))
        {
            return None;
        }
        let mut items = Vec::new();
        self.find_items(id, None, &mut items)?;
        if items.is_empty() {
            return None;
        }
        let mut classes = vec![inline_styles::GALLERY];
        let mut columns = COLUMNS;
        for (number, name) in inline_styles::COLUMNS {
            if has_class(element, name) {
                columns = *number;
                classes = vec![inline_styles::GALLERY, name];
            }
        }
        Some(Gallery {
            items,
            columns,
            classes,
        })
    }

    /// Adds the pictures below an element; `None` where there is anything else.
    fn find_items(&self, id: Id, link: Option<Id>, items: &mut Vec<Item>) -> Option<()> {
        let begin = items.len();
        let mut caption = None;
        for child in self.tree.children(id) {
            match self.tree.kind(child) {
                Kind::Text(words) if words.trim().is_empty() => {}
                Kind::Element(element) => match element.name() {
                    "img" => items.push(Item {
                        image: child,
                        link,
                        caption: None,
                    }),
                    "figcaption" => caption = Some(child),
                    "a" => self.find_items(child, Some(child), items)?,
                    name if AROUND.contains(&name) => self.find_items(child, link, items)?,
                    _ => return None,
                },
                Kind::Text(_) | Kind::Break => return None,
                Kind::Other => {}
            }
        }
        match (caption, items.get_mut(begin..)) {
            (None, _) => {}
            // A caption belongs to one picture.
            (Some(_), Some([item])) => item.caption = caption,
            (Some(_), _) => return None,
        }
        Some(())
    }

    pub(super) fn gallery(&mut self, gallery: &Gallery, element: &Element) {
        let styles = InlineStyles {
            classes: gallery.classes.clone(),
            ..InlineStyles::default()
        };
        self.open("div", element, &styles);
        self.columns = Some(gallery.columns);
        for item in &gallery.items {
            self.gallery_item(item);
        }
        self.columns = None;
        self.close("div");
    }

    fn gallery_item(&mut self, item: &Item) {
        let tree = self.tree;
        let Some(image) = tree.element(item.image) else {
            return;
        };
        let source = image.attribute("src").and_then(address::picture);
        self.out.push_str("<figure>");
        match (
            item.link.and_then(|id| Some((id, tree.element(id)?))),
            source,
        ) {
            (Some((id, link)), _) => self.link(id, link),
            (None, Some(source)) => {
                let _ = write!(self.out, "<a href=\"{}\">", escape(&source));
                self.picture(item.image, image);
                self.close("a");
            }
            (None, None) => self.alternative(image),
        }
        if let Some(caption) = item.caption {
            self.out.push_str("<figcaption>");
            self.children(caption);
            self.close("figcaption");
        } else if let Some(title) = image.attribute("title").filter(|title| !title.is_empty()) {
            let _ = write!(self.out, "<figcaption>{}</figcaption>", escape(title));
        }
        self.out.push_str("</figure>");
    }
}
