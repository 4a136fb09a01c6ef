//! Code: its lines, without their numbers, and its language.

use super::{Reader, classes, is_hidden, parts_words};
use crate::text::clipboard::model::Block;
use crate::text::clipboard::style::{Space, Style};
use crate::text::tree::{Element, Id, Kind};

impl Reader<'_> {
    /// Whether what is written as code has lines, and is not only a word of a sentence.
    pub(super) fn is_code_of_lines(&self, id: Id, space: Space) -> bool {
        let has_breaks = || {
            self.tree
                .descendants(id)
                .any(|id| self.tree.name(id) == "br")
        };
        (space != Space::Collapse || has_breaks()) && self.lines_of_code(id).contains('\n')
    }

    pub(super) fn code(&mut self, id: Id) {
        let text = self.lines_of_code(id);
        self.flush();
        if !text.trim().is_empty() {
            let language = self.language(id);
            self.put(Block::Code { language, text });
        }
    }

    /// The text of code: its line breaks, and those that its blocks and rows make.
    pub(super) fn lines_of_code(&self, id: Id) -> String {
        let mut code = String::new();
        self.add_code(id, &mut code);
        let code = code.replace("\r\n", "\n").replace('\u{a0}', " ");
        code.trim_end().trim_start_matches('\n').to_owned()
    }

    pub(super) fn add_code(&self, id: Id, code: &mut String) {
        for child in self.tree.children(id) {
            match self.tree.kind(child) {
                Kind::Text(text) => code.push_str(text),
                Kind::Element(element) => {
                    let style = Style::of(element);
                    if is_hidden(element, &style) || is_gutter(element) {
                        continue;
                    }
                    if element.name() == "br" {
                        code.push('\n');
                        continue;
                    }
                    let is_line = parts_words(element, &style);
                    let new_line = |code: &mut String| {
                        if is_line && !code.is_empty() && !code.ends_with('\n') {
                            code.push('\n');
                        }
                    };
                    new_line(code);
                    self.add_code(child, code);
                    new_line(code);
                }
                _ => {}
            }
        }
    }

    /// The language of code, as the element, one around it or one inside it says.
    pub(super) fn language(&self, id: Id) -> String {
        let above = std::iter::successors(Some(id), |&at| self.tree.parent(at)).take(3);
        let inside = self.tree.children(id);
        above
            .chain(inside)
            .filter_map(|id| self.tree.element(id))
            .find_map(language_of)
            .unwrap_or_default()
    }
}

/// Whether an element holds the numbers of lines.
fn is_gutter(element: &Element) -> bool {
    classes(element).any(|class| {
        class.starts_with("lineno")
            || class.starts_with("linenumber")
            || class.starts_with("line-number")
            || matches!(class, "gutter" | "blob-num")
    })
}

fn language_of(element: &Element) -> Option<String> {
    let by_class = classes(element).find_map(|class| {
        ["language-", "lang-", "highlight-source-", "brush:"]
            .iter()
            .find_map(|before| class.strip_prefix(before))
    });
    let said = by_class
        .or_else(|| element.attribute("data-code-lang"))
        .or_else(|| element.attribute("data-language"))
        .or_else(|| element.attribute("data-lang"))
        .or_else(|| {
            element
                .attribute("class")
                .filter(|_| element.name() == "codeblock")
        })?;
    let name = said.trim().to_ascii_lowercase();
    let is_name = !name.is_empty()
        && name.len() <= 40
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+#-".contains(&byte));
    is_name.then_some(name)
}
