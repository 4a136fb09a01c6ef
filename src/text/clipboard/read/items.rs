//! Lists, whether they are written as such, as one list for each item, or as paragraphs with marks in front.

use super::{Inherited, Reader, classes, has_class, is_hidden};
use crate::text::clipboard::lists::{self, Item};
use crate::text::clipboard::model::{Block, Format, List, Run, tidy};
use crate::text::clipboard::style::Style;
use crate::text::tree::{Element, Id, Kind};

impl Reader<'_> {
    pub(super) fn list(&mut self, id: Id, element: &Element, from: Inherited) {
        self.end_line();
        let items = self.items_of(id, from);
        if items.is_empty() {
            return;
        }
        let is_ordered = element.name() == "ol";
        // Word on the web and Slack write each item, or each level, as a list of its own that says how deep it is.
        let levels = self.levels(id, element);
        if let Some(levels) = levels {
            for (blocks, level) in items.into_iter().zip(levels) {
                self.items.push(Item {
                    level,
                    is_ordered,
                    blocks,
                });
            }
            return;
        }
        self.end_items();
        let start = element
            .attribute("start")
            .and_then(|start| start.parse::<u16>().ok());
        self.put(Block::List(List {
            start: is_ordered.then(|| start.map_or(1, usize::from)),
            items,
        }));
    }

    /// How deep each item of a list is, where something says so that is not its place.
    pub(super) fn levels(&self, id: Id, element: &Element) -> Option<Vec<usize>> {
        let of_list = element
            .attribute("data-indent")
            .and_then(|indent| indent.parse::<usize>().ok());
        let items = self
            .tree
            .children(id)
            .filter_map(|id| self.tree.element(id))
            .filter(|item| item.name() == "li");
        items
            .map(|item| {
                let said = item
                    .attribute("data-aria-level")
                    .and_then(|level| level.parse().ok());
                let indent = item
                    .attribute("data-stringify-indent")
                    .and_then(|indent| indent.parse::<usize>().ok());
                said.or(indent.or(of_list).map(|indent| indent + 1))
            })
            .collect()
    }

    pub(super) fn items_of(&mut self, id: Id, from: Inherited) -> Vec<Vec<Block>> {
        let tree = self.tree;
        let mut items: Vec<Vec<Block>> = Vec::new();
        for child in tree.children(id) {
            match tree.kind(child) {
                Kind::Element(element) if element.name() == "li" => {
                    let blocks = self.item(child, element, from);
                    if !blocks.is_empty() {
                        items.push(blocks);
                    }
                }
                // Google Docs writes a list inside a list, where only items may be.
                Kind::Element(element) if matches!(element.name(), "ul" | "ol") => {
                    let below = self.apart(|reader| reader.list(child, element, from));
                    match items.last_mut() {
                        Some(last) => last.extend(below),
                        None => items.push(below),
                    }
                }
                // A wrapper around items.
                _ if tree.descendants(child).any(|id| tree.name(id) == "li") => {
                    items.extend(self.items_of(child, from));
                }
                _ => {
                    let blocks = self.apart(|reader| reader.node(child, from));
                    if !blocks.is_empty() {
                        items.push(blocks);
                    }
                }
            }
        }
        items
    }

    pub(super) fn item(&mut self, id: Id, element: &Element, from: Inherited) -> Vec<Block> {
        let style = Style::of(element);
        if is_hidden(element, &style) {
            return Vec::new();
        }
        let mut from = from;
        from.format = style.applied("", from.format);
        from.space = style.space.unwrap_or(from.space);
        let mut blocks = self.inside(id, from);
        let checked = (element.attribute("role") == Some("checkbox"))
            .then(|| element.attribute("aria-checked") == Some("true"));
        let checked = checked.or_else(|| self.has_box(id));
        if let (Some(checked), Some(Block::Paragraph(runs))) = (checked, blocks.first_mut()) {
            let mark = if checked { "☑ " } else { "☐ " };
            runs.insert(0, Run::Text(mark.to_owned(), Format::default()));
            *runs = tidy(std::mem::take(runs));
        }
        blocks
    }

    /// Whether an item of Notion is done; `None` where it is no such item.
    pub(super) fn has_box(&self, id: Id) -> Option<bool> {
        let mut children = self
            .tree
            .children(id)
            .filter_map(|id| self.tree.element(id));
        let box_ = children.find(|child| has_class(child, "checkbox"))?;
        Some(has_class(box_, "checkbox-on"))
    }

    /// An item whose list was not selected with it.
    pub(super) fn loose_item(&mut self, id: Id, element: &Element, from: Inherited) {
        self.end_line();
        let blocks = self.item(id, element, from);
        if !blocks.is_empty() {
            self.items.push(Item {
                level: 1,
                is_ordered: false,
                blocks,
            });
        }
    }

    /// Takes a paragraph of Word that is an item of a list; false for any other, which is left to others.
    pub(super) fn is_word_item(&mut self, id: Id, element: &Element, from: Inherited) -> bool {
        if !matches!(element.name(), "p" | "div") {
            return false;
        }
        let style = Style::of(element);
        let is_list = classes(element).any(|class| class.starts_with("MsoListParagraph"));
        if style.list_level.is_none() && !is_list {
            return false;
        }
        self.end_line();
        let mut blocks = self.inside(id, from);
        // On its way through Outlook the mark became a part of the words.
        let (level, is_ordered) = match (style.list_level, blocks.first_mut()) {
            (Some(level), _) => (level, Some(lists::is_number(&self.mark(id)))),
            (None, Some(Block::Paragraph(runs))) => (style.indent_levels, lists::take_mark(runs)),
            (None, _) => (1, None),
        };
        match is_ordered {
            Some(is_ordered) if !blocks.is_empty() => self.items.push(Item {
                level: level.max(1),
                is_ordered,
                blocks,
            }),
            _ => blocks.into_iter().for_each(|block| self.put(block)),
        }
        true
    }

    /// The mark in front of an item: a dot, a number.
    pub(super) fn mark(&self, id: Id) -> String {
        let is_mark = |id: &Id| {
            self.tree
                .element(*id)
                .is_some_and(|element| Style::of(element).is_ignored)
        };
        let Some(mark) = self.tree.descendants(id).find(is_mark) else {
            return String::new();
        };
        let words = self
            .tree
            .descendants(mark)
            .filter_map(|id| match self.tree.kind(id) {
                Kind::Text(text) => Some(&**text),
                _ => None,
            });
        words.collect::<String>().trim().to_owned()
    }
}
