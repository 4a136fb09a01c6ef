//! Tables, and those that are there only for the look.

use super::{Inherited, Reader, SPAN_MAX, has_class, plain};
use crate::text::clipboard::model::{Block, Cell, tidy};
use crate::text::clipboard::style::Style;
use crate::text::tree::Id;

impl Reader<'_> {
    pub(super) fn table(&mut self, id: Id, from: Inherited) {
        self.flush();
        let mut rows = Vec::new();
        self.rows(id, &mut rows);
        if rows.iter().flatten().any(|cell| {
            self.tree
                .element(*cell)
                .is_some_and(|cell| has_class(cell, "blob-code"))
        }) {
            return self.code(id);
        }
        let is_single = rows.len() == 1 && rows[0].len() == 1;
        if is_single || self.is_layout(id, &rows) {
            for cell in rows.into_iter().flatten() {
                self.part(cell, from);
            }
            return;
        }
        if let Some(caption) = self
            .tree
            .children(id)
            .find(|id| self.tree.name(*id) == "caption")
        {
            self.part(caption, from);
        }
        let rows: Vec<Vec<Cell>> = rows
            .into_iter()
            .enumerate()
            .map(|(place, row)| {
                row.into_iter()
                    .map(|cell| self.cell(cell, place == 0, from))
                    .collect()
            })
            .collect();
        let is_empty = rows.iter().flatten().all(|cell| cell.blocks.is_empty());
        if !is_empty {
            self.put(Block::Table(rows));
        }
    }

    /// Whether a table is there for the look: mails and old pages put whole texts into its cells.
    pub(super) fn is_layout(&self, id: Id, rows: &[Vec<Id>]) -> bool {
        let says_so = self
            .tree
            .element(id)
            .is_some_and(|table| matches!(table.attribute("role"), Some("presentation" | "none")));
        let is_text = |id: &Id| {
            matches!(
                self.tree.name(*id),
                "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "hr"
            )
        };
        says_so
            || rows
                .iter()
                .flatten()
                .any(|cell| self.tree.descendants(*cell).any(|id| is_text(&id)))
    }

    /// The cells of each row of a table, without those of tables inside it.
    pub(super) fn rows(&self, id: Id, rows: &mut Vec<Vec<Id>>) {
        for child in self.tree.children(id) {
            match self.tree.name(child) {
                "thead" | "tbody" | "tfoot" => self.rows(child, rows),
                "tr" => {
                    let is_cell = |id: &Id| matches!(self.tree.name(*id), "td" | "th");
                    let cells: Vec<Id> = self.tree.children(child).filter(is_cell).collect();
                    if !cells.is_empty() {
                        rows.push(cells);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn cell(&mut self, id: Id, is_head: bool, from: Inherited) -> Cell {
        let tree = self.tree;
        let span = |name: &str| {
            let value = tree.element(id).and_then(|cell| cell.attribute(name));
            let number = value.and_then(|value| value.trim().parse::<usize>().ok());
            number.unwrap_or(1).clamp(1, SPAN_MAX)
        };
        let mut from = from;
        if let Some(element) = tree.element(id) {
            let style = Style::of(element);
            from.format = style.applied("", from.format);
            from.space = style.space.unwrap_or(from.space);
        }
        let mut blocks = self.inside(id, from);
        if is_head {
            for block in &mut blocks {
                if let Block::Paragraph(runs) = block {
                    let bare = std::mem::take(runs).into_iter().map(plain).collect();
                    *runs = tidy(bare);
                }
            }
        }
        Cell {
            blocks,
            columns: span("colspan"),
            rows: span("rowspan"),
        }
    }
}
