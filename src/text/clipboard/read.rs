//! From the tree of a clipboard to what it says: which elements part words, which of their styles mean something, and
//! where white space counts, by the rules of CSS (W3C CSS Text 3, 4.1).

mod code;
mod items;
mod line;
mod pictures;
mod tables;

pub use pictures::missing;

use std::collections::HashSet;

use super::super::address;
use super::super::body::{is_block, is_dropped};
use super::super::embed::Film;
use super::super::tree::{Element, Id, Kind, Tree};
use super::addresses;
use super::lists::{self, Item};
use super::model::{Block, Document, Format, Run, tidy};
use super::style::{Display, Space, Style};

/// Cells of a table that one cell may cover.
const SPAN_MAX: usize = 64;

/// What an element hands on to what is inside it.
#[derive(Clone, Copy, Default)]
struct Inherited {
    format: Format,
    space: Space,
    /// Inside a container whose lines are `div`s and whose empty lines are empty ones.
    lines: bool,
}

/// Reads a tree; `origin` is that of the blog, whose own pictures stay its own.
pub fn read(tree: &Tree, origin: &str) -> Document {
    let mut reader = Reader {
        tree,
        origin,
        holders: holders(tree),
        down: usize::from(has_first_heading(tree)),
        document: Document::default(),
        runs: Vec::new(),
        items: Vec::new(),
    };
    reader.children(tree.top(), Inherited::default());
    reader.flush();
    reader.document
}

fn has_first_heading(tree: &Tree) -> bool {
    tree.descendants(tree.top()).any(|id| {
        tree.element(id)
            .is_some_and(|element| level(element) == Some(1))
    })
}

/// The elements that hold a block somewhere inside.
fn holders(tree: &Tree) -> HashSet<Id> {
    let mut holders = HashSet::new();
    for id in tree.descendants(tree.top()) {
        let is_block = tree
            .element(id)
            .is_some_and(|element| parts_words(element, &Style::of(element)));
        if !is_block {
            continue;
        }
        let mut above = tree.parent(id);
        while let Some(holder) = above.filter(|holder| holders.insert(*holder)) {
            above = tree.parent(holder);
        }
    }
    holders
}

/// Whether an element is shown as a block, by its style or by its name.
fn parts_words(element: &Element, style: &Style) -> bool {
    let name = element.name();
    match style.display {
        Some(Display::None) => false,
        Some(Display::Block) => true,
        Some(Display::Inline) => {
            !matches!(
                name,
                "div" | "p" | "section" | "article" | "li" | "figure" | "center"
            ) && is_block_by_name(name)
        }
        None => is_block_by_name(name),
    }
}

fn is_block_by_name(name: &str) -> bool {
    is_block(name)
        || matches!(
            name,
            "iframe" | "embed" | "codeblock" | "tr" | "caption" | "option"
        )
}

/// The level of a heading, by its name, its role, or the class that Word gives to titles.
fn level(element: &Element) -> Option<usize> {
    if let [b'h', digit @ b'1'..=b'6'] = element.name().as_bytes() {
        return Some(usize::from(digit - b'0'));
    }
    if element.attribute("role") == Some("heading") {
        let level = element
            .attribute("aria-level")
            .and_then(|level| level.parse().ok());
        return Some(level.unwrap_or(2).clamp(1, 6));
    }
    has_class(element, "MsoTitle").then_some(1)
}

fn has_class(element: &Element, name: &str) -> bool {
    classes(element).any(|class| class == name)
}

fn classes(element: &Element) -> impl Iterator<Item = &str> {
    element
        .attribute("class")
        .unwrap_or_default()
        .split_ascii_whitespace()
}

/// Whether nothing of an element is shown.
fn is_hidden(element: &Element, style: &Style) -> bool {
    let name = element.name();
    let is_widget = matches!(
        name,
        "button" | "dialog" | "noscript" | "audio" | "video" | "object"
    );
    let is_player = matches!(name, "iframe" | "embed");
    let has_no_words = is_dropped(name) && !is_player && name != "input";
    has_no_words
        || is_widget
        || style.display == Some(Display::None)
        || style.is_ignored
        || (element.attribute("hidden").is_some() && name != "input")
        || has_class(element, "msocomanchor")
        || element.attribute("aria-roledescription") == Some("checkbox")
}

struct Reader<'t> {
    tree: &'t Tree,
    origin: &'t str,
    holders: HashSet<Id>,
    /// Headings go down one level where the text has some of the first, which is that of a post's title.
    down: usize,
    document: Document,
    /// The line that is being read.
    runs: Vec<Run>,
    /// Items of a list that is written without being one, or in pieces.
    items: Vec<Item>,
}

impl Reader<'_> {
    fn children(&mut self, id: Id, from: Inherited) {
        let tree = self.tree;
        let lines = self.has_empty_lines(id);
        for child in tree.children(id) {
            self.node(child, Inherited { lines, ..from });
        }
    }

    /// Whether some children are `div`s without words, as Gmail and Notes write an empty line: then the others are lines too.
    fn has_empty_lines(&self, id: Id) -> bool {
        self.tree.children(id).any(|child| {
            self.tree.name(child) == "div" && !self.holders.contains(&child) && self.is_empty(child)
        })
    }

    fn is_empty(&self, id: Id) -> bool {
        self.tree
            .descendants(id)
            .all(|id| match self.tree.kind(id) {
                Kind::Text(text) => text.chars().all(is_nothing),
                Kind::Element(element) => element.name() != "img",
                Kind::Break | Kind::Other => true,
            })
    }

    fn node(&mut self, id: Id, from: Inherited) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Text(text) => self.text(text, from),
            Kind::Element(element) => self.element(id, element, from),
            Kind::Break | Kind::Other => {}
        }
    }

    fn element(&mut self, id: Id, element: &Element, from: Inherited) {
        let style = Style::of(element);
        if is_hidden(element, &style) {
            return;
        }
        let mut inside = from;
        inside.space = style
            .space
            .or(space_of(element.name()))
            .unwrap_or(from.space);
        if parts_words(element, &style) {
            inside.format = style.applied("", inside.format);
            return self.block(id, element, inside);
        }
        match element.name() {
            // A viewer of PDF writes one at the end of each line of the page.
            "br" if element.attribute("role") == Some("presentation") => {
                self.text(" ", Inherited::default());
            }
            "br" => self.line_break(),
            "wbr" => {}
            "img" => self.picture(element, from.format),
            "input" => self.checkbox(element, from.format),
            "emoji" => self.word(element.attribute("alt").unwrap_or_default(), from.format),
            "td" | "th" => {
                self.text(" ", from);
                self.children(id, inside);
            }
            "q" => {
                self.word("“", from.format);
                self.children(id, inside);
                self.word("”", from.format);
            }
            "code" | "tt" | "samp" | "kbd"
                if !from.format.code && self.is_code_of_lines(id, inside.space) =>
            {
                self.code(id);
            }
            "a" => {
                inside.format = style.applied("", inside.format);
                self.link(element, &mut inside.format);
                self.children(id, inside);
            }
            name => {
                inside.format = style.applied(name, inside.format);
                self.children(id, inside);
            }
        }
    }

    /// Gives what is inside a link its number: one for each address, in the order in which they come.
    fn link(&mut self, element: &Element, format: &mut Format) {
        let Some(target) = addresses::target(element.attribute("href").unwrap_or_default()) else {
            return;
        };
        let links = &mut self.document.links;
        // The same as the last one where a link is written in pieces.
        if links.last() != Some(&target) {
            links.push(target);
        }
        format.link = Some(links.len() - 1);
    }

    /// Ends a line: what two line breaks part are paragraphs.
    fn flush(&mut self) {
        self.end_line();
        self.end_items();
    }

    fn end_line(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        let mut paragraph = Vec::new();
        let mut breaks = 0;
        for run in runs {
            let is_gap = matches!(&run, Run::Text(text, _) if text.chars().all(is_nothing));
            match run {
                Run::Break => breaks += 1,
                run if is_gap && breaks > 0 => drop(run),
                run => {
                    if breaks > 1 {
                        self.paragraph(std::mem::take(&mut paragraph));
                    } else if breaks == 1 && !paragraph.is_empty() {
                        paragraph.push(Run::Break);
                    }
                    breaks = 0;
                    paragraph.push(run);
                }
            }
        }
        self.paragraph(paragraph);
    }

    fn paragraph(&mut self, runs: Vec<Run>) {
        let runs = tidy(runs);
        if !runs.is_empty() {
            self.put(Block::Paragraph(runs));
        }
    }

    fn put(&mut self, block: Block) {
        self.end_items();
        let blocks = &mut self.document.blocks;
        // Lists that follow each other are one list, which is what Markdown makes of them too.
        if let (Some(Block::List(before)), Block::List(list)) = (blocks.last_mut(), &block)
            && before.start.is_none()
            && list.start.is_none()
        {
            before.items.extend(list.items.iter().cloned());
            return;
        }
        blocks.push(block);
    }

    fn end_items(&mut self) {
        let items = std::mem::take(&mut self.items);
        for list in lists::nested(items) {
            self.put(Block::List(list));
        }
    }

    /// The blocks of what is inside an element, by themselves.
    fn inside(&mut self, id: Id, from: Inherited) -> Vec<Block> {
        self.apart(|reader| reader.children(id, from))
    }

    /// The blocks that reading something gives, by themselves.
    fn apart(&mut self, read: impl FnOnce(&mut Self)) -> Vec<Block> {
        let blocks = std::mem::take(&mut self.document.blocks);
        let runs = std::mem::take(&mut self.runs);
        let items = std::mem::take(&mut self.items);
        read(self);
        self.flush();
        self.items = items;
        self.runs = runs;
        std::mem::replace(&mut self.document.blocks, blocks)
    }

    fn block(&mut self, id: Id, element: &Element, from: Inherited) {
        if let Some(level) = level(element) {
            return self.heading(id, level, from);
        }
        if self.is_word_item(id, element, from) {
            return;
        }
        match element.name() {
            "ul" | "ol" => self.list(id, element, from),
            "li" => self.loose_item(id, element, from),
            "blockquote" => self.quote(id, from),
            "p" | "div"
                if ["MsoQuote", "MsoIntenseQuote"]
                    .iter()
                    .any(|name| has_class(element, name)) =>
            {
                self.quote(id, from);
            }
            "pre" | "listing" | "xmp" | "codeblock" => self.code(id),
            "table" => self.table(id, from),
            "hr" => {
                self.flush();
                self.put(Block::Rule);
            }
            "dt" | "summary" => {
                let mut from = from;
                from.format.bold = true;
                self.part(id, from);
            }
            "iframe" | "embed" => self.player(element),
            "div" if from.lines && !self.holders.contains(&id) => {
                if !matches!(self.runs.last(), None | Some(Run::Break)) {
                    self.line_break();
                }
                self.children(id, from);
            }
            "img" => {
                self.end_line();
                self.picture(element, from.format);
                self.end_line();
            }
            "code" | "tt" | "samp" | "kbd"
                if !from.format.code && self.is_code_of_lines(id, Space::Keep) =>
            {
                self.code(id);
            }
            "a" => {
                let mut from = from;
                self.link(element, &mut from.format);
                self.part(id, from);
            }
            name => {
                let mut from = from;
                from.format = Style::of(element).applied(name, from.format);
                self.part(id, from);
            }
        }
    }

    /// A part of its own: what is before it and behind it are other paragraphs.
    fn part(&mut self, id: Id, from: Inherited) {
        self.end_line();
        self.children(id, from);
        self.end_line();
    }

    fn quote(&mut self, id: Id, from: Inherited) {
        self.flush();
        let blocks = self.inside(id, from);
        if !blocks.is_empty() {
            self.put(Block::Quote(blocks));
        }
    }

    /// Headings are bold already, and one line; what else is inside comes behind them.
    fn heading(&mut self, id: Id, level: usize, from: Inherited) {
        self.flush();
        let mut line = Vec::new();
        let mut others = Vec::new();
        for block in self.inside(id, from) {
            match block {
                Block::Paragraph(runs) if runs.iter().any(|run| matches!(run, Run::Text(..))) => {
                    line.push(Run::Text(" ".to_owned(), Format::default()));
                    line.extend(runs.into_iter().map(plain));
                }
                other => others.push(other),
            }
        }
        let line = tidy(line);
        if !line.is_empty() {
            self.put(Block::Heading((level + self.down).min(6), line));
        }
        for block in others {
            self.put(block);
        }
    }

    fn player(&mut self, element: &Element) {
        let target = element.attribute("src").and_then(address::web);
        if let Some(target) = target.filter(|target| Film::of(target).is_some()) {
            self.flush();
            self.put(Block::Film(target));
        }
    }
}

/// Without weight: headings have their own.
fn plain(run: Run) -> Run {
    match run {
        Run::Text(text, format) => Run::Text(
            text,
            Format {
                bold: false,
                ..format
            },
        ),
        Run::Break => Run::Text(" ".to_owned(), Format::default()),
        other @ Run::Picture(..) => other,
    }
}

/// What takes no place: blanks, and marks that are none.
fn is_nothing(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

fn space_of(name: &str) -> Option<Space> {
    matches!(name, "pre" | "listing" | "xmp" | "textarea" | "codeblock").then_some(Space::Keep)
}
