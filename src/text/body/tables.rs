//! Tables: one that only holds a picture and its caption becomes a figure, the others scroll.

use super::Writer;
use super::elements::{has_class, is_table_part};
use crate::text::inline_styles::InlineStyles;
use crate::text::sanitize;
use crate::text::tree::{Element, Id};
use std::fmt::Write;

impl Writer<'_> {
    /// Blogger keeps a picture and its caption in a table of two rows.
    pub(super) fn figure(&mut self, id: Id, element: &Element) {
        let (captions, pictures): (Vec<Id>, Vec<Id>) =
            self.cells(id).into_iter().partition(|&cell| {
                self.tree
                    .element(cell)
                    .is_some_and(|cell| has_class(cell, "tr-caption"))
            });
        self.open("figure", element, &InlineStyles::of(element));
        for cell in pictures {
            self.children(cell);
        }
        if !captions.is_empty() && !self.is_over() {
            self.out.push_str("<figcaption>");
            for cell in captions {
                self.children(cell);
            }
            self.close("figcaption");
        }
        self.close("figure");
    }

    /// The cells of a table, without those of tables inside it.
    fn cells(&self, table: Id) -> Vec<Id> {
        let mut cells = Vec::new();
        let mut waiting = vec![table];
        while let Some(id) = waiting.pop() {
            match self.tree.name(id) {
                "td" | "th" | "caption" => cells.push(id),
                _ => waiting.extend(
                    self.tree
                        .children(id)
                        .filter(|&child| is_table_part(self.tree.name(child))),
                ),
            }
        }
        cells.reverse();
        cells
    }

    /// The outermost of nested tables gets the box to scroll in.
    pub(super) fn table(&mut self, id: Id, element: &Element) {
        let scrolls = self.tables == 0;
        if scrolls {
            let floats = InlineStyles::of(element).float();
            let _ = write!(self.out, "<div class=\"scroll{floats}\"");
            for (name, value) in sanitize::SCROLL {
                let _ = write!(self.out, " {name}=\"{value}\"");
            }
            self.out.push('>');
        }
        self.tables += 1;
        self.styled("table", id, element);
        self.tables -= 1;
        if scrolls {
            self.close("div");
        }
    }
}
