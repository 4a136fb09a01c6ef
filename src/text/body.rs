//! Writes the tree of a text as HTML for our pages: old markup becomes new, inline styles become classes, films and other
//! embeds become links, captions become figures, headings find their place below the title and get ids, code gets colours,
//! tables scroll, pictures have a size before they are there.
//!
//! Nothing here decides what is safe: the sanitiser runs on what this writes.

use std::fmt::Write;

use crate::blog::media::{self, Picture, Pictures};

use super::anchor_ids::{self, AnchorIds};
use super::embed::Film;
use super::inline_styles::InlineStyles;
use super::outline::Entry;
use super::picture::Shape;
use super::tree::{Element, Id, Kind, MAX_DEPTH, Tree};
use super::{address, code, escape, excerpt, inline_styles, picture, sanitize};

/// A picture with this much text before it is not in sight when its page opens.
const FIRST_SIGHT_BYTES: usize = 1500;

/// How many bytes of code of one text get colours.
const MAX_COLOURED_BYTES: usize = 64 * 1024;

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

/// An article that a text quotes, for the list at its end.
struct Source {
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
struct Article {
    /// The place of its source in the list.
    source: usize,
    /// Its title, where it has one.
    title: Option<Id>,
    /// The element that says who wrote it, where it has one.
    line: Option<Id>,
    /// Whether the link to its source is written.
    linked: bool,
    /// How many headings its own headings cannot rise above.
    floor: usize,
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

impl Source {
    /// What it is called: its title, or else its address.
    fn label(&self) -> &str {
        match self.title.as_str() {
            "" => label(&self.address),
            title => title,
        }
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

    /// Somebody else's words. The headings in them are no part of the outline around them.
    fn quote(&mut self, id: Id, element: &Element) {
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
    fn line_behind(&self, heading: Id) -> Option<Id> {
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
    fn link_to_source(&mut self) {
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

    /// The articles that were quoted, below the text on its own page.
    fn list_of_sources(&mut self) {
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

    /// The film whose address is all that a paragraph says.
    fn film_alone(&self, id: Id) -> Option<Film> {
        let mut children = self
            .tree
            .children(id)
            .filter(|&child| !is_blank(self.tree, child));
        let (only, None) = (children.next()?, children.next()) else {
            return None;
        };
        match self.tree.kind(only) {
            Kind::Text(words) => Some(words.trim())
                .filter(|words| !words.contains(char::is_whitespace))
                .and_then(Film::of),
            Kind::Element(link) if link.name() == "a" => {
                let address = link.attribute("href")?;
                let words = self.text_of(only);
                let says_it =
                    words.trim() == address || address.ends_with(&format!("://{}", words.trim()));
                says_it.then(|| Film::of(address)).flatten()
            }
            _ => None,
        }
    }

    fn picture(&mut self, id: Id, element: &Element) {
        // A picture of one pixel shows nothing; it only counts readers.
        if ["width", "height"]
            .iter()
            .all(|side| matches!(element.attribute(side), Some("0" | "1")))
        {
            return;
        }
        let source = element.attribute("src").unwrap_or_default();
        let Some(address) = address::picture(source) else {
            return self.alternative(element);
        };
        if self.picture.is_empty() {
            self.picture = address::media(source).unwrap_or_default();
        }
        let mut styles = InlineStyles::of(element);
        let known = self.known(element);
        let floats = !styles.float().is_empty();
        let shape = match picture::shape(element, &address, floats) {
            _ if known.is_some() => None,
            Shape::Likely(_) if self.is_amid_words(id) || !address::is_elsewhere(&address) => None,
            shape => Some(shape),
        };
        if let Some(Shape::Likely(_)) = shape {
            styles.classes.push(inline_styles::UNSIZED);
        }
        let known = known.map(|(name, picture)| (name, picture.clone()));
        let begun = self.out.len();
        self.open("img", element, &styles);
        self.out.pop();
        let written = self.out.split_off(begun);
        self.out.push_str(&match (known, shape) {
            (Some((name, known)), _) => picture::in_sizes(&written, element, name, &known, &styles),
            (None, Some(Shape::Known(size) | Shape::Likely(size))) => {
                picture::with_size(&written, size)
            }
            (None, None) => written,
        });
        if element.attribute("alt").is_none() {
            self.out.push_str(" alt=\"\"");
        }
        let (name, value) = sanitize::DECODING;
        let _ = write!(self.out, " {name}=\"{value}\"");
        // The first is mostly in sight at once; waiting for the layout would only make it late.
        let (name, value) = if self.shown == 0 && self.out.len() < FIRST_SIGHT_BYTES {
            sanitize::PRIORITY
        } else {
            sanitize::LOADING
        };
        let _ = write!(self.out, " {name}=\"{value}\">");
        self.shown += 1;
    }

    /// Whether words are right before or behind a picture, on its line: then it is as small as they are, or the author
    /// did not care for its place.
    fn is_amid_words(&self, id: Id) -> bool {
        let mut at = id;
        loop {
            let (before, behind) = (self.tree.before(at), self.tree.behind(at));
            if self.line_goes_on(before) || self.line_goes_on(behind) {
                return true;
            }
            match self.tree.parent(at) {
                Some(parent) if is_letters(self.tree.name(parent)) => at = parent,
                _ => return false,
            }
        }
    }

    /// Whether words are the first that are next to a picture, on one side of it.
    fn line_goes_on(&self, mut siblings: impl Iterator<Item = Id>) -> bool {
        let first = siblings.find(|&id| !is_blank(self.tree, id));
        first.is_some_and(|id| match self.tree.kind(id) {
            Kind::Text(_) => true,
            Kind::Element(element) => {
                is_letters(element.name()) && !self.text_of(id).trim().is_empty()
            }
            Kind::Break | Kind::Other => false,
        })
    }

    /// What is known of a picture of ours, and its name.
    fn known<'e>(&self, element: &'e Element) -> Option<(&'e str, &Picture)> {
        let name = element
            .attribute("src")?
            .trim()
            .strip_prefix(media::FOLDER)?;
        Some((name, self.pictures.get(name)?))
    }

    /// What a picture says to those who cannot see it.
    fn alternative(&mut self, picture: &Element) {
        let words = picture.attribute("alt").unwrap_or_default();
        self.out.push_str(&escape(words));
    }

    /// Old Blogger posts have line breaks between the items of a list, where HTML allows none.
    fn line_break(&mut self, id: Id, element: &Element) {
        if !["ul", "ol", "dl"].contains(&self.name_above(id)) {
            self.open("br", element, &InlineStyles::of(element));
        }
    }

    fn film_or_sound(&mut self, id: Id, element: &Element) {
        let tag = if element.name() == "audio" {
            "audio"
        } else {
            "video"
        };
        self.open(tag, element, &InlineStyles::of(element));
        if element.attribute("controls").is_none() {
            self.out.pop();
            self.out.push_str(" controls>");
        }
        self.children(id);
        self.close(tag);
    }

    fn source(&mut self, id: Id, element: &Element) {
        let has_address = element.attribute("src").and_then(address::media).is_some();
        if has_address && ["audio", "video"].contains(&self.name_above(id)) {
            self.open("source", element, &InlineStyles::default());
        }
    }

    /// A film of a service that we know becomes its player, anything else a link, and an object without address what it
    /// shows to those who cannot play it.
    fn embed(&mut self, id: Id, element: &Element) {
        let addresses = self.embedded(id);
        let film = addresses.iter().find_map(|address| Film::of(address));
        if let Some(film) = film.filter(|_| self.place != Place::Thread) {
            self.film(&film);
        } else if let Some(address) = addresses.first() {
            let _ = write!(
                self.out,
                "<p><a href=\"{}\">{}</a></p>",
                escape(address),
                escape(label(address))
            );
        } else if element.name() == "object" {
            self.children(id);
        }
    }

    fn film(&mut self, film: &Film) {
        self.mark_place();
        self.out.push_str(&film.place());
    }

    /// The addresses of the web that an embed names, in old ones by parameters inside it.
    fn embedded(&self, id: Id) -> Vec<String> {
        let below = self.tree.descendants(id);
        std::iter::once(id)
            .chain(below)
            .filter_map(|id| embedded_address(self.tree.element(id)?))
            .filter_map(address::web)
            .collect()
    }

    /// Blogger keeps a picture and its caption in a table of two rows.
    fn figure(&mut self, id: Id, element: &Element) {
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
    fn table(&mut self, id: Id, element: &Element) {
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

    /// Code in a block gets colours where its language is named; anything else within it says what is special already.
    fn code(&mut self, id: Id, element: &Element) {
        let language = element
            .attribute("class")
            .filter(|_| self.name_above(id) == "pre")
            .and_then(inline_styles::language);
        let coloured = language.and_then(|language| self.coloured(id, language));
        let Some(coloured) = coloured else {
            return self.styled("code", id, element);
        };
        self.open("code", element, &InlineStyles::default());
        self.out.push_str(&coloured);
        self.close("code");
    }

    fn coloured(&mut self, id: Id, language: &str) -> Option<String> {
        let is_words = |id: Id| matches!(self.tree.kind(id), Kind::Text(_));
        if !self.tree.children(id).all(is_words) {
            return None;
        }
        let words = self.text_of(id);
        let left = self.colourable.checked_sub(words.len())?;
        self.colourable = left;
        code::coloured(&words, language.strip_prefix("language-")?)
    }

    /// A parser drops the first line end in `pre`, so text that begins with one would lose one at each reading.
    fn preformatted(&mut self, id: Id, element: &Element) {
        self.open("pre", element, &InlineStyles::of(element));
        let start = self.out.len();
        self.children(id);
        let inside = self.out.split_off(start);
        self.out.push_str(inside.trim_start_matches('\n'));
        self.close("pre");
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

    /// Each heading comes one level below the one it is under, whatever levels the author skipped; the highest
    /// get the first level that is free at their place.
    fn heading(&mut self, id: Id, element: &Element) {
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

    /// Notes where an article begins whose title is written, for the way back from its source; what comes is below it.
    fn begin_article(&mut self, name: Option<String>) {
        let below = self.headings.len();
        if let Some(article) = self.articles.last_mut() {
            article.floor = below;
            self.sources[article.source].quoted_at.extend(name);
        }
    }

    /// Whether a heading is the title of the article that is open.
    fn is_title(&self, id: Id) -> bool {
        self.articles
            .last()
            .is_some_and(|article| article.title == Some(id))
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

/// What our Markdown marks the numbers of footnotes with, and the ways back.
const NOTE: &str = "data-footnote-ref";
const NOTE_BACK: &str = "data-footnote-backref";

/// Whether a link is the number of a footnote or the way back from it.
pub fn is_note_mark(element: &Element) -> bool {
    element.name() == "a"
        && [NOTE, NOTE_BACK]
            .iter()
            .any(|name| element.attribute(name).is_some())
}

/// The classes of the parts that only we make.
fn ours(tag: &str, element: &Element) -> Option<&'static str> {
    match (tag, element.name()) {
        ("blockquote", _) if has_class(element, inline_styles::ARTICLE) => {
            Some(inline_styles::ARTICLE)
        }
        ("div", "section") if element.attribute("data-footnotes").is_some() => Some("footnotes"),
        _ => None,
    }
}

/// Elements that are in a line with words and may hold some.
fn is_letters(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
    )
}

fn is_blank(tree: &Tree, id: Id) -> bool {
    matches!(tree.kind(id), Kind::Text(words) if words.trim().is_empty())
}

fn has_class(element: &Element, class: &str) -> bool {
    element
        .attribute("class")
        .is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
}

/// The level of a heading, from 1 to 6.
fn level(name: &str) -> Option<usize> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

/// Elements that go together with their content, because nobody was ever meant to read it.
pub fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "" | "script"
            | "style"
            | "template"
            | "title"
            | "head"
            | "select"
            | "datalist"
            | "input"
            | "noembed"
            | "noframes"
            | "frameset"
            | "param"
            | "map"
            | "canvas"
            | "svg"
            | "math"
    )
}

fn is_embed(name: &str) -> bool {
    matches!(name, "iframe" | "object" | "embed")
}

fn is_preformatted(name: &str) -> bool {
    matches!(name, "pre" | "listing" | "xmp" | "plaintext" | "textarea")
}

fn is_table_part(name: &str) -> bool {
    matches!(
        name,
        "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption"
    )
}

/// Elements that are in lines of their own.
pub fn is_block(name: &str) -> bool {
    level(name).is_some()
        || is_table_part(name)
        || is_embed(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "center"
                | "dd"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "header"
                | "hr"
                | "li"
                | "listing"
                | "main"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "section"
                | "summary"
                | "table"
                | "textarea"
                | "ul"
                | "xmp"
        )
}

fn embedded_address(element: &Element) -> Option<&str> {
    match element.name() {
        "iframe" | "embed" => element.attribute("src"),
        "object" => element.attribute("data"),
        "param" => {
            let name = element.attribute("name")?.to_ascii_lowercase();
            let value = element.attribute("value")?;
            ["movie", "src", "url", "filename"]
                .contains(&name.as_str())
                .then_some(value)
        }
        _ => None,
    }
}

/// What a link says that has no words of its own: the address without scheme and query.
fn label(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = bare.find(['?', '#']).unwrap_or(bare.len());
    bare[..end].trim_end_matches('/')
}
