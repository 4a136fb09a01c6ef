//! Writes the tree of a text as HTML for our pages: old markup becomes new, inline styles become classes, films and other
//! embeds become links, captions become figures, headings find their place below the title and get ids, code gets colours,
//! tables scroll, pictures have a size before they are there.
//!
//! Nothing here decides what is safe: the sanitiser runs on what this writes.

mod articles;
mod code;
mod elements;
mod embeds;
mod gallery;
mod headings;
mod pictures;
mod tables;

use std::fmt::Write;

use crate::blog::media::Pictures;

use super::anchor_ids::{self, AnchorIds};
use super::inline_styles::{self, InlineStyles};
use super::outline::Entry;
use super::tree::{Element, Id, Kind, MAX_DEPTH, Tree};
use super::{address, escape, sanitize};
use articles::{Article, Source};
use code::MAX_COLOURED_BYTES;
use elements::{NOTE_BACK, has_class, is_embed, is_preformatted, level, ours};

pub use elements::{is_block, is_dropped, is_note_mark};
pub use pictures::is_pixel;

/// Closing misnested tags moves parts of a tree, so it can come out somewhat deeper than it grew.
const MAX_WRITTEN_DEPTH: usize = 2 * MAX_DEPTH;

/// Where a text will be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On its own page, below the title in `h1`.
    Page,
    /// In a list of posts whose titles are `h3`; it ends at the jump break.
    List,
    /// Among the comments.
    Thread,
}

impl Place {
    /// The level that the highest headings of a text get.
    fn first_heading(self) -> usize {
        if self == Self::List { 4 } else { 2 }
    }
}

/// A text as written for one place.
pub struct Body {
    pub html: String,
    /// Whether the text has a jump break.
    pub broken: bool,
    /// Whether a list shows it otherwise than its own page: headings are lower there, footnotes have no ids, and sources
    /// are not known.
    pub differs_in_lists: bool,
    /// The address of the first picture; empty where there is none that has an address.
    pub picture: String,
    /// The headings that have ids, for the list of contents.
    pub entries: Vec<Entry>,
}

impl Body {
    /// Writes a text; `None` where that would become much longer than its source, or too deep.
    pub fn of(tree: &Tree, place: Place, pictures: &Pictures, max_bytes: usize) -> Option<Self> {
        let mut writer = Writer {
            tree,
            place,
            pictures,
            shown: 0,
            picture: String::new(),
            ids: AnchorIds::of(tree),
            id: None,
            entries: Vec::new(),
            quotes: 0,
            links: 0,
            colourable: MAX_COLOURED_BYTES,
            headings: Vec::new(),
            differs_in_lists: false,
            sources: Vec::new(),
            articles: Vec::new(),
            max_bytes,
            out: String::new(),
            depth: 0,
            tables: 0,
            columns: None,
            broken: false,
            failed: false,
        };
        writer.children(tree.top());
        writer.list_of_sources();
        (!writer.failed).then_some(Self {
            html: writer.out,
            broken: writer.broken,
            differs_in_lists: writer.differs_in_lists,
            picture: writer.picture,
            entries: writer.entries,
        })
    }
}

struct Writer<'t> {
    tree: &'t Tree,
    place: Place,
    /// What is known of the pictures that the source mentions.
    pictures: &'t Pictures,
    /// How many pictures are written.
    shown: usize,
    /// The address of the first that has one.
    picture: String,
    ids: AnchorIds,
    /// The id of an element that was begun, for the first tag that is written of it.
    id: Option<String>,
    entries: Vec<Entry>,
    /// How many quotes are open.
    quotes: usize,
    /// How many links are open: one, mostly.
    links: usize,
    /// How many more bytes of code get colours.
    colourable: usize,
    /// The levels that the source gave to the headings which the present one is under, and its own.
    headings: Vec<usize>,
    differs_in_lists: bool,
    /// The articles that were quoted so far, each address once.
    sources: Vec<Source>,
    /// The quoted articles that are open: one, mostly.
    articles: Vec<Article>,
    max_bytes: usize,
    out: String,
    depth: usize,
    /// How many tables are open.
    tables: usize,
    /// How many pictures are in a row of the gallery that is open.
    columns: Option<i64>,
    broken: bool,
    failed: bool,
}

impl Writer<'_> {
    fn children(&mut self, id: Id) {
        self.depth += 1;
        self.failed |= self.depth > MAX_WRITTEN_DEPTH || self.out.len() > self.max_bytes;
        let tree = self.tree;
        for child in tree.children(id) {
            if self.failed || self.is_over() {
                break;
            }
            self.node(child);
        }
        self.depth -= 1;
    }

    fn is_over(&self) -> bool {
        self.place == Place::List && self.broken
    }

    fn node(&mut self, id: Id) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Text(words) => {
                self.mark_place();
                self.out.push_str(&escape(words));
            }
            Kind::Element(element) => {
                self.mark_place();
                if self.place == Place::Page {
                    self.id = self.ids.of_author(element);
                }
                self.element(id, element);
                self.mark_place();
            }
            Kind::Break => self.jump_break(),
            Kind::Other => {}
        }
    }

    /// Writes the id of an element that has no tag of its own, or not before its first words.
    fn mark_place(&mut self) {
        if let Some(id) = self.id.take() {
            let _ = write!(self.out, "<span id=\"{}\"></span>", escape(&id));
        }
    }

    fn element(&mut self, id: Id, element: &Element) {
        match element.name() {
            name if is_dropped(name) => {}
            "a" if is_note_mark(element) => self.note_mark(id, element),
            "a" => self.link(id, element),
            _ if self.place == Place::Thread => self.in_thread(id, element),
            "img" => self.picture(id, element),
            "br" => self.line_break(id, element),
            "hr" | "wbr" | "col" => self.open(element.name(), element, &InlineStyles::of(element)),
            "audio" | "video" => self.film_or_sound(id, element),
            "source" => self.source(id, element),
            name if is_embed(name) => self.embed(id, element),
            "table" if has_class(element, "tr-caption-container") => self.figure(id, element),
            "table" => self.table(id, element),
            name if is_preformatted(name) => self.preformatted(id, element),
            "code" => self.code(id, element),
            "span" | "font" | "big" => self.span(id, element),
            name if level(name).is_some() => self.heading(id, element),
            "blockquote" => self.quote(id, element),
            "div" | "figure" | "ul" if let Some(gallery) = self.gallery_in(id, element) => {
                self.gallery(&gallery, element);
            }
            "p" | "div" if let Some(film) = self.film_alone(id) => self.film(&film),
            name => match self.written_as(id, name) {
                Some(tag) => self.styled(tag, id, element),
                None => self.children(id),
            },
        }
    }

    /// Comments have few elements; of all others what they say is kept, in paragraphs where they were in lines of their
    /// own.
    fn in_thread(&mut self, id: Id, element: &Element) {
        match element.name() {
            "img" => self.alternative(element),
            "br" => self.line_break(id, element),
            name if is_embed(name) => self.embed(id, element),
            name if is_preformatted(name) => self.preformatted(id, element),
            "span" | "font" => self.letters(id, &InlineStyles::of(element)),
            "s" | "strike" => self.styled("del", id, element),
            "tt" | "kbd" | "samp" => self.styled("code", id, element),
            name => match sanitize::COMMENT_TAGS.iter().find(|tag| **tag == name) {
                Some(tag) => self.styled(tag, id, element),
                None if is_block(name) && !self.holds(id, is_block) => {
                    self.styled("p", id, element);
                }
                None => self.children(id),
            },
        }
    }

    /// The tag that an element is written with; `None` where only its content is.
    fn written_as(&self, id: Id, name: &str) -> Option<&'static str> {
        match name {
            "p" if self.holds(id, is_embed) => Some("div"),
            "acronym" => Some("abbr"),
            "strike" => Some("s"),
            "tt" => Some("code"),
            "dir" | "menu" => Some("ul"),
            "center" | "address" | "article" | "aside" | "footer" | "header" | "main" | "nav"
            | "section" => Some("div"),
            _ => sanitize::TAGS.iter().copied().find(|tag| *tag == name),
        }
    }

    fn holds(&self, id: Id, what: fn(&str) -> bool) -> bool {
        self.tree
            .children(id)
            .any(|child| what(self.tree.name(child)))
    }

    fn name_above(&self, id: Id) -> &str {
        let parent = self.tree.parent(id);
        parent.map_or("", |parent| self.tree.name(parent))
    }

    fn jump_break(&mut self) {
        if self.broken || self.place == Place::Thread {
            return;
        }
        self.broken = true;
        if self.place == Place::Page {
            let _ = write!(self.out, "<span id=\"{}\"></span>", anchor_ids::BREAK);
        }
    }

    fn link(&mut self, id: Id, element: &Element) {
        let is_break = ["name", "id"]
            .iter()
            .any(|name| element.attribute(name) == Some(anchor_ids::BREAK));
        let written = element.attribute("href").unwrap_or_default();
        if is_break && written.is_empty() {
            self.jump_break();
        }
        let address = if self.place == Place::Thread {
            address::foreign(written)
        } else {
            address::link(written)
        };
        if address.is_some() {
            self.links += 1;
            self.styled("a", id, element);
            self.links -= 1;
        } else {
            self.children(id);
        }
    }

    /// The number of a footnote, and the way back from it. A list of posts has neither: there the numbers of one would
    /// lead into another.
    fn note_mark(&mut self, id: Id, element: &Element) {
        let is_back = element.attribute(NOTE_BACK).is_some();
        self.differs_in_lists = true;
        match self.place {
            Place::Page => {
                self.open("a", element, &InlineStyles::default());
                if let Some(name) = element.attribute("aria-label").filter(|_| is_back) {
                    self.out.pop();
                    let _ = write!(self.out, " title=\"{}\">", escape(name));
                }
                self.children(id);
                self.close("a");
            }
            Place::List if !is_back => self.children(id),
            Place::List | Place::Thread => {}
        }
    }

    fn text_of(&self, id: Id) -> String {
        let texts = self
            .tree
            .descendants(id)
            .filter_map(|inside| match self.tree.kind(inside) {
                Kind::Text(words) => Some(&**words),
                _ => None,
            });
        texts.collect()
    }

    /// Old Blogger posts have line breaks between the items of a list, where HTML allows none.
    fn line_break(&mut self, id: Id, element: &Element) {
        if !["ul", "ol", "dl"].contains(&self.name_above(id)) {
            self.open("br", element, &InlineStyles::of(element));
        }
    }

    /// A span is kept for its classes or its language, and becomes bold, italic and so on where its style says so.
    fn span(&mut self, id: Id, element: &Element) {
        let styles = InlineStyles::of(element);
        let says_more = sanitize::COMMON_ATTRIBUTES
            .iter()
            .any(|name| *name != "class" && element.attribute(name).is_some());
        if styles.classes.is_empty() && !says_more {
            self.letters(id, &styles);
        } else {
            self.open("span", element, &styles);
            self.letters(id, &styles);
            self.close("span");
        }
    }

    fn styled(&mut self, tag: &str, id: Id, element: &Element) {
        let styles = InlineStyles::of(element);
        self.open(tag, element, &styles);
        if self.holds(id, is_block) {
            self.children(id);
        } else {
            self.letters(id, &styles);
        }
        let is_line = |article: &Article| article.line == Some(id);
        if self.place == Place::Page && self.articles.last().is_some_and(is_line) {
            self.link_to_source();
        }
        self.close(tag);
    }

    /// Writes the content in the letters that a style asks for.
    fn letters(&mut self, id: Id, styles: &InlineStyles) {
        let in_thread = self.place == Place::Thread;
        let letters = styles.letters.iter();
        let tags = letters.filter(|tag| !in_thread || sanitize::COMMENT_TAGS.contains(*tag));
        for tag in tags.clone() {
            let _ = write!(self.out, "<{tag}>");
        }
        self.children(id);
        for tag in tags.rev() {
            self.close(tag);
        }
    }

    fn open(&mut self, tag: &str, element: &Element, styles: &InlineStyles) {
        let _ = write!(self.out, "<{tag}");
        let language = element
            .attribute("class")
            .filter(|_| tag == "code")
            .and_then(inline_styles::language);
        let classes: Vec<&str> = language
            .into_iter()
            .chain(ours(tag, element))
            .chain(styles.classes.iter().copied())
            .collect();
        if !classes.is_empty() {
            let _ = write!(self.out, " class=\"{}\"", classes.join(" "));
        }
        let names = sanitize::COMMON_ATTRIBUTES
            .iter()
            .chain(sanitize::attributes_of(tag));
        for name in names.filter(|name| **name != "class") {
            if let Some(value) = element
                .attribute(name)
                .and_then(|value| sanitize::kept(tag, name, value))
            {
                let _ = write!(self.out, " {name}=\"{}\"", escape(&value));
            }
        }
        if let Some(id) = self.id.take() {
            let _ = write!(self.out, " id=\"{}\"", escape(&id));
        }
        self.out.push('>');
    }

    fn close(&mut self, tag: &str) {
        let _ = write!(self.out, "</{tag}>");
    }
}
