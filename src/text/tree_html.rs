//! A tree as HTML again, with other HTML in the place of some of its elements.

use super::escape;
use super::tree::{Id, Kind, Tree};

/// Elements without an end tag (HTML, 13.1.2).
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

impl Tree {
    /// The HTML of what is inside a node. `instead` may give other HTML for an element, which then is not looked into.
    /// Scripts, styles, drawings and copies of pictures are left out.
    pub fn html_with(&self, id: Id, instead: &dyn Fn(Id) -> Option<String>) -> String {
        let mut html = String::new();
        for child in self.children(id) {
            self.write_html(child, instead, &mut html);
        }
        html
    }

    fn write_html(&self, id: Id, instead: &dyn Fn(Id) -> Option<String>, html: &mut String) {
        match self.kind(id) {
            Kind::Text(text) => html.push_str(&escape(text)),
            Kind::Break => html.push_str("<!--more-->"),
            Kind::Other => {}
            Kind::Element(element) => match instead(id) {
                Some(other) => html.push_str(&other),
                None if matches!(element.name(), "" | "script" | "style") => {}
                None => self.write_element(id, instead, html),
            },
        }
    }

    fn write_element(&self, id: Id, instead: &dyn Fn(Id) -> Option<String>, html: &mut String) {
        let Some(element) = self.element(id) else {
            return;
        };
        let name = element.name();
        html.push('<');
        html.push_str(name);
        for (attribute, value) in element.attributes() {
            // Copies that another program made of a picture; ours are made of the picture itself.
            let is_copies = name == "img" && matches!(attribute, "srcset" | "sizes");
            if !is_copies {
                html.extend([" ", attribute, "=\"", &escape(value), "\""]);
            }
        }
        html.push('>');
        if VOID.contains(&name) {
            return;
        }
        let inside = self.html_with(id, instead);
        // The parser leaves out the first line end of preformatted text.
        if name == "pre" && inside.starts_with('\n') {
            html.push('\n');
        }
        html.push_str(&inside);
        html.extend(["</", name, ">"]);
    }
}
