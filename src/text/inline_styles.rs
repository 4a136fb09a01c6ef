//! How a text looks without inline styles: styles and old attributes become a few classes that our own stylesheet knows.

use super::tree::Element;

/// Longer styles are not read: real ones are short.
const MAX_STYLE_BYTES: usize = 4096;

/// All classes that a text may carry, besides `language-…` on code.
pub const CLASSES: &[&str] = &[
    "center",
    "right",
    "justify",
    "float-left",
    "float-right",
    "clear",
    "small",
    "large",
    "mono",
    "columns",
];

/// Classes that only our own layout gives.
pub const OUR_CLASSES: &[&str] = &[
    "embed",
    "scroll",
    "footnotes",
    "sources",
    GALLERY,
    "columns-2",
    "columns-4",
];

/// The class of several pictures in a grid.
pub const GALLERY: &str = "gallery";

/// What authors call a gallery, and WordPress.
pub const GALLERY_NAMES: [&str; 2] = [GALLERY, "wp-block-gallery"];

/// How many pictures of a gallery are in a row where its author says so.
pub const COLUMNS: &[(i64, &str)] = &[(2, "columns-2"), (4, "columns-4")];

/// The classes of a `div` that is a card: a note that is set apart, and a link with what is behind it.
pub const CARDS: &[&str] = &["callout", "bookmark"];

/// The class of a figure that is wider than the text where there is room.
pub const WIDE: &str = "wide";

/// The class of a `blockquote` that quotes an article, with its title, its author and its date.
pub const ARTICLE: &str = "article";

/// The class of the link that a heading is to itself.
pub const ANCHOR: &str = "anchor";

/// The class of a picture whose size nobody said: it gets a place that is only likely to fit, and stays in it.
pub const UNSIZED: &str = "unsized";

/// What an element's attributes say about its look.
#[derive(Default)]
pub struct InlineStyles {
    pub classes: Vec<&'static str>,
    /// Elements that make the letters inside bold, italic, underlined or struck.
    pub letters: Vec<&'static str>,
}

/// Our class for one of WordPress's: its blocks are side by side where there is room, its pictures stand where they stood.
fn of_wordpress(class: &str) -> Option<&'static str> {
    match class {
        "wp-block-columns" | "wp-block-media-text" => Some("columns"),
        "alignleft" => Some("float-left"),
        "alignright" => Some("float-right"),
        _ => None,
    }
}

impl InlineStyles {
    pub fn of(element: &Element) -> Self {
        let mut styles = Self::default();
        styles.read_align(element);
        if element.name() == "center" {
            styles.add("center");
        }
        if element.name() == "big" {
            styles.add("large");
        }
        if element.name() == "br" && element.attribute("clear").is_some() {
            styles.add("clear");
        }
        if let Some(size) = element.attribute("size")
            && element.name() == "font"
        {
            styles.read_font_size(size);
        }
        if let Some(style) = element.attribute("style")
            && style.len() <= MAX_STYLE_BYTES
        {
            styles.read_style(element.name(), style);
        }
        for class in element
            .attribute("class")
            .into_iter()
            .flat_map(str::split_ascii_whitespace)
        {
            let class = of_wordpress(class).unwrap_or(class);
            if let Some(known) = CLASSES.iter().find(|known| **known == class) {
                styles.add(known);
            }
        }
        styles
    }

    /// The class, with a blank before it, that lets the text run next to an element; empty where it is alone.
    pub fn float(&self) -> &'static str {
        if self.classes.contains(&"float-left") {
            " float-left"
        } else if self.classes.contains(&"float-right") {
            " float-right"
        } else {
            ""
        }
    }

    fn add(&mut self, class: &'static str) {
        if !self.classes.contains(&class) {
            self.classes.push(class);
        }
    }

    fn write_in(&mut self, tag: &'static str) {
        if !self.letters.contains(&tag) {
            self.letters.push(tag);
        }
    }

    fn read_align(&mut self, element: &Element) {
        let Some(align) = element.attribute("align") else {
            return;
        };
        let floats = ["img", "table", "iframe", "object"].contains(&element.name());
        match align.trim_ascii().to_ascii_lowercase().as_str() {
            "center" | "middle" if element.name() != "img" => self.add("center"),
            "left" if floats => self.add("float-left"),
            "right" if floats => self.add("float-right"),
            "right" => self.add("right"),
            "justify" => self.add("justify"),
            _ => {}
        }
    }

    /// `font` has sizes from 1 to 7, of which 3 is that of the text around, or steps up and down.
    fn read_font_size(&mut self, size: &str) {
        match size.trim_ascii() {
            "1" | "2" | "-1" | "-2" => self.add("small"),
            "4" | "5" | "6" | "7" | "+1" | "+2" | "+3" | "+4" => self.add("large"),
            _ => {}
        }
    }

    fn read_style(&mut self, name: &str, style: &str) {
        let style = style.to_ascii_lowercase();
        let (mut auto_margins, mut block) = (0, name == "table");
        for declaration in style.split(';') {
            let Some((property, value)) = declaration.split_once(':') else {
                continue;
            };
            let value = value
                .trim_ascii()
                .trim_end_matches("!important")
                .trim_ascii();
            match property.trim_ascii() {
                "margin-left" | "margin-right" if value == "auto" => auto_margins += 1,
                "margin" if value.split(' ').any(|part| part == "auto") => auto_margins += 2,
                "display" if value == "block" => block = true,
                property => self.read_declaration(property, value),
            }
        }
        if ["pre", "code"].contains(&name) {
            self.classes.retain(|class| *class != "mono");
        }
        if block && auto_margins >= 2 && ["img", "table"].contains(&name) {
            self.add("center");
        }
    }

    fn read_declaration(&mut self, property: &str, value: &str) {
        match (property, value) {
            ("text-align", "center") => self.add("center"),
            ("text-align", "right") => self.add("right"),
            ("text-align", "justify") => self.add("justify"),
            ("float", "left") => self.add("float-left"),
            ("float", "right") => self.add("float-right"),
            ("clear", "both" | "left" | "right") => self.add("clear"),
            ("font-size", size) => self.read_size(size),
            ("font-family", family) if is_monospace(family) => self.add("mono"),
            ("font-weight", "bold" | "bolder" | "600" | "700" | "800" | "900") => {
                self.write_in("b");
            }
            ("font-style", "italic" | "oblique") => self.write_in("i"),
            ("text-decoration" | "text-decoration-line", lines) => {
                if lines.contains("underline") {
                    self.write_in("u");
                }
                if lines.contains("line-through") {
                    self.write_in("s");
                }
            }
            _ => {}
        }
    }

    fn read_size(&mut self, size: &str) {
        match size {
            "xx-small" | "x-small" | "small" | "smaller" => self.add("small"),
            "large" | "larger" | "x-large" | "xx-large" => self.add("large"),
            _ => match size.strip_suffix('%').map(str::parse::<f32>) {
                Some(Ok(percent)) if percent < 95.0 => self.add("small"),
                Some(Ok(percent)) if percent > 115.0 => self.add("large"),
                _ => {}
            },
        }
    }
}

fn is_monospace(family: &str) -> bool {
    ["monospace", "courier", "consolas", "menlo", "monaco"]
        .iter()
        .any(|name| family.contains(name))
}

/// The programming language that a code block names, written as the class `language-…`.
pub fn language(class: &str) -> Option<&str> {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+#-".contains(&byte);
    class.split_ascii_whitespace().find(|class| {
        class
            .strip_prefix("language-")
            .is_some_and(|name| !name.is_empty() && name.len() <= 40 && name.bytes().all(is_plain))
    })
}
