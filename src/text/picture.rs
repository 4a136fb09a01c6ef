//! The place of a picture on the page, which it has before it has come, so that nothing jumps when it does.
//!
//! Of our own pictures the size is known. Of others the author says it, or the address as Blogger and WordPress write it;
//! where nobody does, a picture gets a place that mostly fits, and is shown in it as large as that allows.

use std::fmt::Write;

use url::Url;

use super::sanitize::{self, Room};
use super::tree::Element;
use crate::blog::media::{self, Picture};

/// What a picture measures in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: i64,
    pub height: i64,
}

/// The size of a picture from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The author or the address says it.
    Known(Size),
    /// Nobody does; most pictures are as wide to as high as three to two.
    Likely(Size),
}

impl Size {
    /// The same shape in another width.
    fn in_width(self, width: i64) -> Self {
        let height = (self.height * width / self.width.max(1)).max(1);
        Self { width, height }
    }
}

/// The shape of a picture with this address; `floats` where text runs next to it.
pub fn shape(element: &Element, address: &str, floats: bool) -> Shape {
    let given = |name: &str| {
        let value = sanitize::kept("img", name, element.attribute(name)?)?;
        value.parse::<i64>().ok()
    };
    let (width, height) = (given("width"), given("height"));
    if let (Some(width), Some(height)) = (width, height) {
        return Shape::Known(Size { width, height });
    }
    let said = in_address(address);
    if let Some(Shape::Known(size)) = said {
        let width = width.or_else(|| Some(size.width * height? / size.height.max(1)));
        return Shape::Known(width.map_or(size, |width| size.in_width(width)));
    }
    let room = if floats {
        sanitize::FLOAT
    } else {
        sanitize::COLUMN
    };
    let width = width.or_else(|| Some(height? * 3 / 2));
    let width = match (width, said) {
        (Some(width), _) => width,
        (None, Some(Shape::Likely(size))) => size.width.min(room),
        (None, _) => room,
    };
    Shape::Likely(
        Size {
            width: 3,
            height: 2,
        }
        .in_width(width),
    )
}

/// What an address says of the size: Blogger's all of it (`/w640-h480/`, `/s320-c/`) or the longer side (`/s320/`),
/// WordPress's all of it at the end of the name (`tide-300x200.jpg`).
fn in_address(address: &str) -> Option<Shape> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    let bloggers = ["googleusercontent.com", "bp.blogspot.com", "ggpht.com"];
    if bloggers.iter().any(|name| host.ends_with(name)) {
        return url.path().split(['/', '=']).rev().find_map(of_blogger);
    }
    let (stem, _) = url.path().rsplit_once('.')?;
    let (_, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    known(width, height)
}

fn of_blogger(part: &str) -> Option<Shape> {
    let mut parts = part.split('-');
    let first = parts.next()?;
    let second = parts.next().unwrap_or_default();
    if let (Some(width), Some(height)) = (first.strip_prefix('w'), second.strip_prefix('h')) {
        return known(width, height);
    }
    let edge = first.strip_prefix('s')?;
    let square = known(edge, edge)?;
    if second == "c" {
        return Some(square);
    }
    match square {
        Shape::Known(size) => Some(Shape::Likely(size)),
        likely @ Shape::Likely(_) => Some(likely),
    }
}

fn known(width: &str, height: &str) -> Option<Shape> {
    let side = |digits: &str| sanitize::whole_number(digits)?.parse::<i64>().ok();
    Some(Shape::Known(Size {
        width: side(width)?,
        height: side(height)?,
    }))
}

/// A tag that is still open, with the size that keeps its place free.
pub fn with_size(written: &str, size: Size) -> String {
    let mut tag = without(written, &["width", "height"]);
    let _ = write!(tag, " width=\"{}\" height=\"{}\"", size.width, size.height);
    tag
}

/// The tag of a picture of ours, still open, with its size, so that nothing jumps while it loads, and with its smaller
/// copies for the browser to choose from. A width that the author gave stays, and decides the height.
pub fn in_sizes(
    written: &str,
    (element, name): (&Element, &str),
    picture: &Picture,
    room: Room,
) -> String {
    let mut tag = without(written, &["srcset", "sizes", "width", "height"]);
    let asked = element
        .attribute("width")
        .and_then(|width| sanitize::kept("img", "width", width))
        .and_then(|width| width.parse::<i64>().ok());
    let width = asked.unwrap_or(picture.width);
    let height = (picture.height * width / picture.width.max(1)).max(1);
    if !picture.sizes.is_empty() {
        let folder = media::FOLDER;
        let mut set: Vec<String> = picture
            .sizes
            .iter()
            .map(|(width, name)| format!("{folder}{name} {width}w"))
            .collect();
        if picture
            .sizes
            .iter()
            .all(|(width, _)| *width < picture.width)
        {
            set.push(format!("{folder}{name} {}w", picture.width));
        }
        let sizes = sanitize::sizes(Size { width, height }, room);
        let _ = write!(tag, " srcset=\"{}\" sizes=\"{sizes}\"", set.join(", "));
    }
    let _ = write!(tag, " width=\"{width}\" height=\"{height}\"");
    tag
}

/// A tag as we write it without some attributes.
fn without(tag: &str, names: &[&str]) -> String {
    let mut out = tag.to_owned();
    for name in names {
        let begin = format!(" {name}=\"");
        if let Some(from) = out.find(&begin) {
            let value = from + begin.len();
            let end = out[value..]
                .find('"')
                .map_or(out.len(), |end| value + end + 1);
            out.replace_range(from..end, "");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tree::Tree;

    fn of(html: &str) -> (bool, i64, i64) {
        let tree = Tree::of(html).unwrap();
        let mut elements = tree
            .descendants(tree.top())
            .filter_map(|id| tree.element(id));
        let element = elements.next().unwrap();
        let address = element.attribute("src").unwrap();
        match shape(element, address, false) {
            Shape::Known(size) => (true, size.width, size.height),
            Shape::Likely(size) => (false, size.width, size.height),
        }
    }

    #[test]
    fn the_author_says_how_large_a_picture_is() {
        assert_eq!(
            of("<img src=//a.example/b.png width=320px height=213>"),
            (true, 320, 213)
        );
        assert_eq!(of("<img src=/b.png width=300>"), (false, 300, 200));
        assert_eq!(of("<img src=/b.png height=200>"), (false, 300, 200));
    }

    #[test]
    fn an_address_of_blogger_says_it_too() {
        let at = |rest: &str| {
            of(&format!(
                "<img src=https://blogger.googleusercontent.com/img/{rest}>"
            ))
        };
        assert_eq!(at("b/abc/w640-h426/tide.jpg"), (true, 640, 426));
        assert_eq!(at("a/abc=w640-h426-rw"), (true, 640, 426));
        assert_eq!(at("b/abc/w640-h320/tide.jpg width=320"), (true, 320, 160));
        assert_eq!(at("b/abc/s72-c/tide.jpg"), (true, 72, 72));
        assert_eq!(at("b/abc/s300/tide.jpg"), (false, 300, 200));
        assert_eq!(at("b/abc/s1600/tide.jpg"), (false, 608, 405));
        assert_eq!(at("b/abc/tide.jpg"), (false, 608, 405));
    }

    #[test]
    fn an_address_of_wordpress_says_it_too() {
        assert_eq!(
            of("<img src=https://a.example/2016/06/tide-300x200.jpg>"),
            (true, 300, 200)
        );
        assert_eq!(
            of("<img src=https://a.example/2016/06/tide-at-0x200.jpg>"),
            (false, 608, 405)
        );
    }
}
