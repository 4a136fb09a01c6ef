//! A comment's HTML as Markdown-like plain text, for mails about comments that were brought in: quotes keep `>`, lists
//! their marks, paragraphs a blank line between them, links their addresses.

use super::body::is_dropped;
use super::excerpt::stripped;
use super::tree::{Id, Kind, Tree};

/// The words of a comment's HTML, line by line.
pub fn html_to_text(html: &str) -> String {
    let Some(tree) = Tree::of(html) else {
        return stripped(html);
    };
    let mut html_to_text = TextLines::default();
    html_to_text.read(&tree, tree.top());
    html_to_text.end_line();
    html_to_text.lines.join("\n").trim_end().to_owned()
}

/// Lines as they are gathered.
#[derive(Default)]
struct TextLines {
    lines: Vec<String>,
    /// The line being written, without what is before it.
    line: String,
    /// What is before each line: `> ` in quotes, blanks below a list's mark.
    before: Vec<&'static str>,
    /// The mark of a list item that has no words yet.
    mark: String,
    /// Whether a blank line goes before the next words.
    gap: bool,
    /// Whether white space is kept.
    verbatim: bool,
}

impl TextLines {
    fn read(&mut self, tree: &Tree, id: Id) {
        for child in tree.children(id) {
            match tree.kind(child) {
                Kind::Text(text) => self.add(text),
                Kind::Element(element) => self.element(tree, child, element.name()),
                Kind::Break | Kind::Other => {}
            }
        }
    }

    fn element(&mut self, tree: &Tree, id: Id, name: &str) {
        match name {
            "iframe" => {}
            _ if is_dropped(name) => {}
            "br" => self.end_line(),
            "blockquote" => self.within("> ", tree, id),
            "ul" | "ol" => self.list(tree, id, name == "ol"),
            "pre" => {
                self.end_block();
                self.verbatim = true;
                self.read(tree, id);
                self.verbatim = false;
                self.end_block();
            }
            "a" => self.link(tree, id),
            _ if super::body::is_block(name) => {
                self.end_block();
                self.read(tree, id);
                self.end_block();
            }
            _ => self.read(tree, id),
        }
    }

    fn within(&mut self, before: &'static str, tree: &Tree, id: Id) {
        self.end_block();
        self.flush_gap();
        self.before.push(before);
        self.read(tree, id);
        self.end_line();
        self.before.pop();
        self.gap = true;
    }

    fn list(&mut self, tree: &Tree, id: Id, numbered: bool) {
        self.end_block();
        let items = tree.children(id).filter(|&item| tree.name(item) == "li");
        for (item, number) in items.zip(1..) {
            self.mark = if numbered {
                format!("{number}. ")
            } else {
                "- ".to_owned()
            };
            self.gap &= number == 1;
            self.before.push("  ");
            self.read(tree, item);
            self.end_line();
            self.before.pop();
            self.mark.clear();
        }
        self.gap = true;
    }

    /// The words of a link, and where it leads where they do not say it.
    fn link(&mut self, tree: &Tree, id: Id) {
        let begun = self.line.len();
        self.read(tree, id);
        let address = tree.element(id).and_then(|link| link.attribute("href"));
        let said = self.line.get(begun..).unwrap_or_default().trim().to_owned();
        let is_said = |address: &&str| address.strip_prefix("mailto:").unwrap_or(address) == said;
        if let Some(address) = address.filter(|address| !is_said(address)) {
            self.add(" (");
            self.add(address);
            self.add(")");
        }
    }

    fn add(&mut self, text: &str) {
        for c in text.chars() {
            if self.verbatim && c == '\n' {
                self.end_line();
            } else if c.is_whitespace() {
                let parts = self.verbatim || !(self.line.is_empty() || self.line.ends_with(' '));
                if parts {
                    self.line.push(' ');
                }
            } else if !c.is_control() {
                self.line.push(c);
            }
        }
    }

    fn flush_gap(&mut self) {
        if std::mem::take(&mut self.gap) && !self.lines.is_empty() {
            let before = self.before.concat();
            self.lines.push(before.trim_end().to_owned());
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() && !self.verbatim {
            return;
        }
        self.flush_gap();
        let mut before = self.before.concat();
        if !self.mark.is_empty() {
            before.truncate(before.len().saturating_sub(2));
            before.push_str(&std::mem::take(&mut self.mark));
        }
        self.lines
            .push(format!("{before}{line}").trim_end().to_owned());
    }

    fn end_block(&mut self) {
        let had_words = !self.line.trim().is_empty();
        self.end_line();
        self.gap |= had_words;
    }
}
