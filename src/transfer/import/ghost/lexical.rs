//! Lexical, the form in which Ghost 5 and later keep a text, as HTML (Facebook's editor; nodes as JSON).

use super::cards;
use crate::text::escape;
use serde_json::Value;
use std::collections::BTreeSet;

/// Real texts nest a few levels; a list in a list in a quote is five.
const MAX_DEPTH: usize = 60;

/// The bits of `format`, and the elements that they represent.
const FORMATS: &[(u64, &str)] = &[
    (1, "strong"),
    (2, "em"),
    (4, "s"),
    (8, "u"),
    (16, "code"),
    (32, "sub"),
    (64, "sup"),
    (128, "mark"),
];

/// Reads a text; `None` where it is not Lexical. `unknown` takes the names of nodes that nobody knows.
pub fn html(source: &str, unknown: &mut BTreeSet<String>) -> Option<String> {
    let document: Value = serde_json::from_str(source).ok()?;
    let root = document.get("root")?;
    let mut html = String::new();
    for block in children(root) {
        let block = node(block, 0, unknown);
        if !block.is_empty() {
            html.push_str(&block);
            html.push('\n');
        }
    }
    Some(html)
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node.get("children")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'v>(node: &'v Value, name: &str) -> &'v str {
    node.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn node(value: &Value, depth: usize, unknown: &mut BTreeSet<String>) -> String {
    if depth > MAX_DEPTH {
        return String::new();
    }
    let kind = text(value, "type");
    let kind = kind.strip_prefix("extended-").unwrap_or(kind);
    match kind {
        "text" | "tk" => return words(value),
        "linebreak" => return "<br>".to_owned(),
        "tab" => return "\t".to_owned(),
        "zwnj" => return String::new(),
        _ => {}
    }
    if let Some(card) = cards::of_payload(kind, value) {
        return card;
    }
    let inside: String = children(value)
        .map(|child| node(child, depth + 1, unknown))
        .collect();
    let element = |name: &str| format!("<{name}>{inside}</{name}>");
    match kind {
        "paragraph" if inside.is_empty() => String::new(),
        "paragraph" => element("p"),
        "heading" => match text(value, "tag") {
            tag @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => element(tag),
            _ => element("h2"),
        },
        "quote" | "aside" => element("blockquote"),
        "list" => element(match text(value, "listType") {
            "number" => "ol",
            _ => "ul",
        }),
        "listitem" => element("li"),
        "link" | "autolink" | "at-link" => {
            let address = escape(text(value, "url")).into_owned();
            format!("<a href=\"{address}\">{inside}</a>")
        }
        "code" => element("pre"),
        "table" | "tbody" | "thead" => element(kind),
        "tablerow" => element("tr"),
        "tablecell" => element("td"),
        "root" | "at-link-search" => inside,
        _ => {
            unknown.insert(kind.to_owned());
            inside
        }
    }
}

/// Text with the elements that its bits say.
fn words(value: &Value) -> String {
    let format = value.get("format").and_then(Value::as_u64).unwrap_or(0);
    let mut html = escape(text(value, "text")).into_owned();
    for (_, name) in FORMATS.iter().filter(|(bit, _)| format & bit != 0) {
        html = format!("<{name}>{html}</{name}>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(blocks: &Value) -> (String, BTreeSet<String>) {
        let mut unknown = BTreeSet::new();
        let source = json!({"root": {"children": blocks}}).to_string();
        (html(&source, &mut unknown).unwrap(), unknown)
    }

    #[test]
    fn blocks_words_and_cards_become_html() {
        let (html, unknown) = read(&json!([
            {"type": "extended-heading", "tag": "h3", "children": [{"type": "extended-text", "text": "A & B", "format": 0}]},
            {"type": "paragraph", "children": [
                {"type": "extended-text", "text": "bold", "format": 3}, {"type": "linebreak"},
                {"type": "link", "url": "__GHOST_URL__/x/", "children": [{"type": "text", "text": "x", "format": 16}]}]},
            {"type": "paragraph", "children": []},
            {"type": "list", "listType": "number", "children": [{"type": "listitem", "children": [{"type": "text", "text": "one"}]}]},
            {"type": "horizontalrule"},
            {"type": "image", "src": "/a.png", "alt": "a"},
            {"type": "novelty", "children": [{"type": "text", "text": "kept"}]},
        ]));
        assert_eq!(
            html,
            "<h3>A &amp; B</h3>\n\
             <p><em><strong>bold</strong></em><br><a href=\"__GHOST_URL__/x/\"><code>x</code></a></p>\n\
             <ol><li>one</li></ol>\n<hr>\n<figure><img src=\"/a.png\" alt=\"a\"></figure>\nkept\n"
        );
        assert_eq!(unknown, BTreeSet::from(["novelty".to_owned()]));
    }

    #[test]
    fn another_text_is_not_lexical() {
        assert_eq!(html("<p>x</p>", &mut BTreeSet::new()), None);
        assert_eq!(html("{}", &mut BTreeSet::new()), None);
    }
}
