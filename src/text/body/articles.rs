//! Quotes, and articles that are quoted with their source: each links to its entry in the list of sources below the text.

use super::elements::{has_class, is_blank, level};
use super::embeds::label;
use super::{Place, Writer};
use crate::text::inline_styles::{self, InlineStyles};
use crate::text::tree::{Element, Id};
use crate::text::{address, escape, excerpt};
use std::fmt::Write;

/// An article that a text quotes, for the list at its end.
pub(super) struct Source {
    /// Where it was published; empty where the text does not say.
    address: String,
    title: String,
    /// Who wrote it, where and when.
    line: String,
    /// The id of its entry in the list.
    id: Option<String>,
    /// The ids of the places that quote it.
    quoted_at: Vec<String>,
}

/// An article while it is written.
pub(super) struct Article {
    /// The place of its source in the list.
    source: usize,
    /// Its title, where it has one.
    title: Option<Id>,
    /// The element that says who wrote it, where it has one.
    pub(super) line: Option<Id>,
    /// Whether the link to its source is written.
    linked: bool,
    /// How many headings its own headings cannot rise above.
    pub(super) floor: usize,
}

impl Source {
    /// What it is called: its title, or else its address.
    fn label(&self) -> &str {
        match self.title.as_str() {
            "" => label(&self.address),
            title => title,
        }
    }
}

impl Writer<'_> {
    /// Somebody else's words. The headings in them are no part of the outline around them.
    pub(super) fn quote(&mut self, id: Id, element: &Element) {
        let outline = self.headings.clone();
        self.quotes += 1;
        if has_class(element, inline_styles::ARTICLE) {
            self.article(id, element);
        } else {
            self.styled("blockquote", id, element);
        }
        self.quotes -= 1;
        self.headings = outline;
    }

    /// A quoted article. It and its entry in the list of sources link to each other.
    fn article(&mut self, id: Id, element: &Element) {
        let tree = self.tree;
        let title = tree
            .descendants(id)
            .find(|&inside| level(tree.name(inside)).is_some());
        let line = title
            .and_then(|title| self.line_behind(title))
            .or_else(|| tree.descendants(id).find_map(|inside| self.line_in(inside)));
        let Some(source) = self.source_of(element, title, line) else {
            return self.styled("blockquote", id, element);
        };
        self.differs_in_lists = true;
        self.articles.push(Article {
            source,
            title,
            line,
            linked: false,
            floor: self.headings.len(),
        });
        if title.is_none() && self.place == Place::Page && self.id.is_none() {
            let words = self.sources[source].label().to_owned();
            self.id = self.ids.of_heading(&words);
        }
        if title.is_none() {
            self.sources[source].quoted_at.extend(self.id.clone());
        }
        let styles = InlineStyles::of(element);
        self.open("blockquote", element, &styles);
        self.children(id);
        if line.is_none() && !self.is_over() {
            self.line_of_its_own(source);
        }
        self.close("blockquote");
        self.articles.pop();
    }

    /// The place in the list of sources of an article, which one that is quoted for the second time has already; `None`
    /// where nothing says where it comes from.
    fn source_of(
        &mut self,
        element: &Element,
        title: Option<Id>,
        line: Option<Id>,
    ) -> Option<usize> {
        let linked = [title, line].into_iter().flatten();
        let linked = linked.flat_map(|id| self.tree.descendants(id));
        let mut links = linked.filter_map(|id| self.tree.element(id)?.attribute("href"));
        let address = element
            .attribute("cite")
            .and_then(address::web)
            .or_else(|| links.find_map(address::web))
            .unwrap_or_default();
        let words = |id: Option<Id>| {
            let words = id.map_or_else(String::new, |id| excerpt::words(self.tree, id));
            words.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (title, line) = (words(title), words(line));
        if address.is_empty() && (title.is_empty() || line.is_empty()) {
            return None;
        }
        let known = self.sources.iter().position(|source| {
            source.address == address
                && (!address.is_empty() || (&source.title, &source.line) == (&title, &line))
        });
        if known.is_some() {
            return known;
        }
        let number = self.sources.len() + 1;
        let id = (self.place == Place::Page).then(|| self.ids.of_source(number));
        self.sources.push(Source {
            address,
            title,
            line,
            id: id.flatten(),
            quoted_at: Vec::new(),
        });
        Some(number - 1)
    }

    /// The small print right behind a heading, which says who wrote what it is the title of.
    pub(super) fn line_behind(&self, heading: Id) -> Option<Id> {
        let mut behind = self.tree.behind(heading);
        let next = behind.find(|&id| !is_blank(self.tree, id))?;
        self.line_in(next)
    }

    /// The `small` that a paragraph consists of.
    fn line_in(&self, id: Id) -> Option<Id> {
        if !["p", "div", "footer"].contains(&self.tree.name(id)) {
            return None;
        }
        let mut children = self
            .tree
            .children(id)
            .filter(|&child| !is_blank(self.tree, child));
        let (only, None) = (children.next()?, children.next()) else {
            return None;
        };
        (self.tree.name(only) == "small").then_some(only)
    }

    /// What says where an article comes from that does not say so itself.
    fn line_of_its_own(&mut self, source: usize) {
        if self.place != Place::Page {
            return;
        }
        let address = &self.sources[source].address;
        let (href, words) = (escape(address), escape(label(address)));
        let _ = write!(self.out, "<p><small><a href=\"{href}\">{words}</a>");
        self.link_to_source();
        self.out.push_str("</small></p>");
    }

    /// The number of the source of the article that is open, as a link to it.
    pub(super) fn link_to_source(&mut self) {
        let Some(article) = self.articles.last_mut().filter(|article| !article.linked) else {
            return;
        };
        article.linked = true;
        let number = article.source + 1;
        if let Some(id) = &self.sources[article.source].id {
            let id = escape(id);
            let _ = write!(
                self.out,
                " <a href=\"#{id}\" title=\"Source {number}\">[{number}]</a>"
            );
        }
    }

    /// The articles that were quoted, below the text on its own page.
    pub(super) fn list_of_sources(&mut self) {
        if self.place != Place::Page || self.sources.is_empty() {
            return;
        }
        self.out
            .push_str("\n<div class=\"sources\"><h2>Sources</h2>\n<ol>\n");
        let mut number = 0;
        for source in std::mem::take(&mut self.sources) {
            number += 1;
            self.out.push_str("<li");
            if let Some(id) = &source.id {
                let _ = write!(self.out, " id=\"{}\"", escape(id));
            }
            let title = escape(source.label());
            let _ = match source.address.as_str() {
                "" => write!(self.out, ">{title}"),
                address => write!(self.out, "><a href=\"{}\">{title}</a>", escape(address)),
            };
            if !source.line.is_empty() {
                let _ = write!(self.out, ". {}", escape(&source.line));
            }
            for place in &source.quoted_at {
                let _ = write!(
                    self.out,
                    " <a href=\"#{}\" title=\"Back to article {number}\">↩</a>",
                    escape(place)
                );
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol></div>");
    }

    /// Notes where an article begins whose title is written, for the way back from its source; what comes is below it.
    pub(super) fn begin_article(&mut self, name: Option<String>) {
        let below = self.headings.len();
        if let Some(article) = self.articles.last_mut() {
            article.floor = below;
            self.sources[article.source].quoted_at.extend(name);
        }
    }

    /// Whether a heading is the title of the article that is open.
    pub(super) fn is_title(&self, id: Id) -> bool {
        self.articles
            .last()
            .is_some_and(|article| article.title == Some(id))
    }
}
