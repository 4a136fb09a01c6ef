//! Mobiledoc, the form in which Ghost 1 to 4 keep a text, as HTML (version 0.3 of its specification).

use super::cards;
use crate::text::escape;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a section is: the number that it begins with.
const MARKUP: u64 = 1;
const IMAGE: u64 = 2;
const LIST: u64 = 3;
const CARD: u64 = 10;
/// A marker that is an atom, and no text.
const ATOM: u64 = 1;

/// The elements that a text may be in; any other is a paragraph.
const BLOCKS: &[&str] = &["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"];
const INLINE: &[&str] = &[
    "b", "code", "em", "i", "s", "strong", "sub", "sup", "u", "mark",
];

struct Document<'v> {
    value: &'v Value,
    unknown: &'v mut BTreeSet<String>,
}

/// Reads a text; `None` where it is not Mobiledoc. `unknown` takes the names of cards that nobody knows.
pub fn html(source: &str, unknown: &mut BTreeSet<String>) -> Option<String> {
    let value: Value = serde_json::from_str(source).ok()?;
    let sections = value.get("sections")?.as_array()?;
    let mut document = Document {
        value: &value,
        unknown,
    };
    let mut html = String::new();
    for section in sections {
        let section = document.section(section);
        if !section.is_empty() {
            html.push_str(&section);
            html.push('\n');
        }
    }
    Some(html)
}

fn number(value: Option<&Value>) -> Option<u64> {
    value.and_then(Value::as_u64)
}

fn index(value: Option<&Value>) -> Option<usize> {
    number(value).and_then(|at| usize::try_from(at).ok())
}

impl Document<'_> {
    fn entry(&self, list: &str, at: Option<usize>) -> Option<&Value> {
        self.value.get(list)?.get(at?)
    }

    fn section(&mut self, section: &Value) -> String {
        let text = |at: usize| section.get(at).and_then(Value::as_str).unwrap_or_default();
        match number(section.get(0)) {
            Some(MARKUP) => {
                let name = BLOCKS.iter().find(|name| **name == text(1)).unwrap_or(&"p");
                let inside = self.markers(section.get(2));
                if inside.is_empty() {
                    return String::new();
                }
                if *name == "blockquote" {
                    return format!("<blockquote><p>{inside}</p></blockquote>");
                }
                format!("<{name}>{inside}</{name}>")
            }
            Some(IMAGE) => format!("<p><img src=\"{}\" alt=\"\"></p>", escape(text(1))),
            Some(LIST) => {
                let name = if text(1) == "ol" { "ol" } else { "ul" };
                let items = section.get(2).and_then(Value::as_array);
                let mut list = format!("<{name}>");
                for item in items.into_iter().flatten() {
                    list.extend(["<li>", &self.markers(Some(item)), "</li>"]);
                }
                list + "</" + name + ">"
            }
            Some(CARD) => self.card(index(section.get(1))),
            _ => String::new(),
        }
    }

    fn card(&mut self, at: Option<usize>) -> String {
        let Some(card) = self.entry("cards", at) else {
            return String::new();
        };
        let name = card.get(0).and_then(Value::as_str).unwrap_or_default();
        let nothing = Value::Null;
        let payload = card.get(1).unwrap_or(&nothing);
        let html = cards::of_payload(name, payload);
        if html.is_none() {
            let name = name.to_owned();
            self.unknown.insert(name);
        }
        html.unwrap_or_default()
    }

    /// Each marker opens some elements, holds a text or an atom, and closes some of those that are open.
    fn markers(&self, markers: Option<&Value>) -> String {
        let mut html = String::new();
        let mut open: Vec<&str> = Vec::new();
        for marker in markers.and_then(Value::as_array).into_iter().flatten() {
            let opens = marker.get(1).and_then(Value::as_array);
            for at in opens.into_iter().flatten() {
                let (tag, name) = self.opening(index(Some(at)));
                html.push_str(&tag);
                open.push(name);
            }
            html.push_str(&self.words(marker));
            for _ in 0..number(marker.get(2)).unwrap_or(0) {
                if let Some(name) = open.pop() {
                    html.push_str(&end(name));
                }
            }
        }
        while let Some(name) = open.pop() {
            html.push_str(&end(name));
        }
        html
    }

    fn words(&self, marker: &Value) -> String {
        if number(marker.get(0)) != Some(ATOM) {
            let text = marker.get(3).and_then(Value::as_str).unwrap_or_default();
            return escape(text).into_owned();
        }
        let atom = self.entry("atoms", index(marker.get(3)));
        let part = |at: usize| {
            atom.and_then(|atom| atom.get(at)?.as_str())
                .unwrap_or_default()
        };
        match part(0) {
            "soft-return" => "<br>".to_owned(),
            _ => escape(part(1)).into_owned(),
        }
    }

    /// The tag that opens a markup, and the name of its element; both are empty where it is none of a text.
    fn opening(&self, at: Option<usize>) -> (String, &'static str) {
        let nothing = Value::Null;
        let markup = self.entry("markups", at).unwrap_or(&nothing);
        let name = markup.get(0).and_then(Value::as_str).unwrap_or_default();
        if name == "a" {
            let attributes = markup.get(1).and_then(Value::as_array);
            let texts: Vec<&str> = attributes
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let address = texts
                .chunks(2)
                .find_map(|pair| match pair {
                    ["href", address] => Some(*address),
                    _ => None,
                })
                .unwrap_or_default();
            return (format!("<a href=\"{}\">", escape(address)), "a");
        }
        match INLINE.iter().find(|known| **known == name) {
            Some(name) => (format!("<{name}>"), name),
            None => (String::new(), ""),
        }
    }
}

fn end(name: &str) -> String {
    if name.is_empty() {
        String::new()
    } else {
        format!("</{name}>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sections_markers_atoms_and_cards_become_html() {
        let source = json!({
            "version": "0.3.1",
            "markups": [["strong"], ["a", ["href", "https://example.org/?a&b"]]],
            "atoms": [["soft-return", "", {}]],
            "cards": [["card-markdown", {"markdown": "*High*"}], ["novelty", {}], ["hr", {}]],
            "sections": [
                [1, "h2", [[0, [], 0, "A & B"]]],
                [1, "p", [[0, [0], 0, "bold "], [0, [1], 2, "link"], [1, [], 0, 0], [0, [], 0, "end"]]],
                [3, "ol", [[[0, [], 0, "one"]], [[0, [0], 1, "two"]]]],
                [1, "blockquote", [[0, [], 0, "said"]]],
                [10, 0], [10, 1], [10, 2], [1, "p", []],
            ],
        });
        let mut unknown = BTreeSet::new();
        assert_eq!(
            html(&source.to_string(), &mut unknown).unwrap(),
            "<h2>A &amp; B</h2>\n\
             <p><strong>bold <a href=\"https://example.org/?a&amp;b\">link</a></strong><br>end</p>\n\
             <ol><li>one</li><li><strong>two</strong></li></ol>\n\
             <blockquote><p>said</p></blockquote>\n<p><em>High</em></p>\n\n<hr>\n"
        );
        assert_eq!(unknown, BTreeSet::from(["novelty".to_owned()]));
    }

    #[test]
    fn another_text_is_not_mobiledoc() {
        assert_eq!(html("plain", &mut BTreeSet::new()), None);
        assert_eq!(html("{\"root\":{}}", &mut BTreeSet::new()), None);
    }
}
