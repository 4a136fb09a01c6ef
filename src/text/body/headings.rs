//! Headings: their level below the title of the page, their ids, and what the list of contents says of them.

use super::elements::{is_block, level};
use super::{Place, Writer};
use crate::text::inline_styles::{self, InlineStyles};
use crate::text::outline::Entry;
use crate::text::tree::{Element, Id};
use crate::text::{escape, excerpt};
use std::fmt::Write;

impl Writer<'_> {
    /// Each heading comes one level below the one it is under, whatever levels the author skipped; the highest
    /// get the first level that is free at their place.
    pub(super) fn heading(&mut self, id: Id, element: &Element) {
        let level = level(element.name()).unwrap_or_default();
        // Whatever is below the title of an article belongs to it.
        let floor = self.articles.last().map_or(0, |article| article.floor);
        while self.headings.len() > floor
            && self.headings.last().is_some_and(|&above| above >= level)
        {
            self.headings.pop();
        }
        let is_title = self.is_title(id);
        let below_top = self.headings.len();
        self.headings.push(level);
        self.differs_in_lists = true;
        let tag =
            ["h2", "h3", "h4", "h5", "h6"][(self.place.first_heading() - 2 + below_top).min(4)];
        let name = self.name_of_heading(id, below_top);
        if is_title {
            self.begin_article(name.clone());
        }
        match name {
            Some(name) if self.can_be_link(id) => {
                let styles = InlineStyles::of(element);
                self.open(tag, element, &styles);
                let (class, name) = (inline_styles::ANCHOR, escape(&name));
                let _ = write!(self.out, "<a class=\"{class}\" href=\"#{name}\">");
                self.letters(id, &styles);
                self.close("a");
                self.close(tag);
            }
            _ => self.styled(tag, id, element),
        }
    }

    /// The id of a heading on the page of its text, its author's or one of its words; remembered for the list of contents.
    /// What is quoted within a quote has none of ours.
    fn name_of_heading(&mut self, id: Id, depth: usize) -> Option<String> {
        if self.place != Place::Page || self.quotes > 1 {
            return None;
        }
        let words = excerpt::words(self.tree, id);
        if words.is_empty() {
            return None;
        }
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = self.id.take().or_else(|| self.ids.of_heading(&words))?;
        self.id = Some(name.clone());
        let line = self.line_behind(id);
        let line = line.map_or_else(String::new, |line| excerpt::words(self.tree, line));
        self.entries.push(Entry {
            depth,
            id: name.clone(),
            words,
            line,
            quoted: self.quotes > 0,
        });
        Some(name)
    }

    /// Whether a heading can be the link to itself: there is no link in it, and nothing that is in lines of its own.
    fn can_be_link(&self, id: Id) -> bool {
        let mut inside = self
            .tree
            .descendants(id)
            .map(|inside| self.tree.name(inside));
        self.links == 0
            && !inside.any(|name| matches!(name, "a" | "audio" | "video") || is_block(name))
    }
}
