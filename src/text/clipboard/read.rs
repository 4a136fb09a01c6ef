//! From the tree of a clipboard to what it says: which elements part words, which of their styles mean something, and
//! where white space counts, by the rules of CSS (W3C CSS Text 3, 4.1).

mod code;
mod items;
mod tables;

use std::collections::HashSet;

use super::super::address;
use super::super::body::{is_block, is_dropped};
use super::super::embed::Film;
use super::super::tree::{Element, Id, Kind, Tree};
use super::lists::{self, Item};
use super::model::{Block, Document, Format, Picture, Run, tidy};
use super::style::{Display, Space, Style};
use super::{MISSING, addresses};

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
                if let Some(target) =
                    addresses::target(element.attribute("href").unwrap_or_default())
                {
                    inside.format.link = Some(self.link(target));
                }
                self.children(id, inside);
            }
            name => {
                inside.format = style.applied(name, inside.format);
                self.children(id, inside);
            }
        }
    }

    /// One for each address, in the order in which they come.
    fn link(&mut self, target: String) -> usize {
        let links = &mut self.document.links;
        // The same as the last one where a link is written in pieces.
        if links.last() != Some(&target) {
            links.push(target);
        }
        links.len() - 1
    }

    // Lines.

    /// White space collapses to one blank across the borders of elements and goes at the start of a line; a blank that
    /// must not break stays where it is the only one between two words.
    fn text(&mut self, text: &str, from: Inherited) {
        // Browsers write the blank between two elements as one that must not break, alone in an element.
        let text = if text == "\u{a0}" { " " } else { text };
        let format = from.format;
        let mut words = String::new();
        let mut last = self.last_char();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\n' if from.space != Space::Collapse => {
                    self.push(&mut words, format);
                    self.line_break();
                    last = None;
                }
                '\r' if from.space != Space::Collapse => {}
                ' ' | '\t' | '\n' | '\r' | '\x0C'
                    if from.format.code && from.space == Space::Keep =>
                {
                    words.push(' ');
                    last = Some(' ');
                }
                ' ' | '\t' | '\n' | '\r' | '\x0C' => match last {
                    None | Some(' ') => {}
                    Some('\u{a0}') => {
                        self.soften(&mut words);
                        last = Some(' ');
                    }
                    Some(_) => {
                        words.push(' ');
                        last = Some(' ');
                    }
                },
                '\u{a0}' => match last {
                    None | Some(' ') => {}
                    Some('\u{a0}') => {
                        self.soften(&mut words);
                        last = Some(' ');
                    }
                    Some(_) => {
                        words.push('\u{a0}');
                        last = Some('\u{a0}');
                    }
                },
                '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{ad}' => {}
                // A place where a long word may break; editors leave them where there is no word.
                '\u{200b}'
                    if !(last.is_some_and(char::is_alphabetic)
                        && rest.peek().is_some_and(|next| next.is_alphabetic())) => {}
                _ if c.is_control() => {}
                _ => {
                    self.begin();
                    words.push(c);
                    last = Some(c);
                }
            }
        }
        self.push(&mut words, format);
    }

    /// Words end a list that is written in pieces.
    fn begin(&mut self) {
        if !self.items.is_empty() {
            self.end_items();
        }
    }

    /// Makes a blank that must not break, the last that was read, an ordinary one.
    fn soften(&mut self, words: &mut String) {
        let text = match self.runs.last_mut() {
            Some(Run::Text(text, _)) if words.is_empty() => text,
            _ => words,
        };
        if text.pop().is_some() {
            text.push(' ');
        }
    }

    fn push(&mut self, words: &mut String, format: Format) {
        if words.is_empty() {
            return;
        }
        let words = std::mem::take(words);
        if let Some(Run::Text(last, known)) = self.runs.last_mut()
            && *known == format
        {
            last.push_str(&words);
            return;
        }
        self.runs.push(Run::Text(words, format));
    }

    /// The last character of the line so far; `None` at its start.
    fn last_char(&self) -> Option<char> {
        match self.runs.last() {
            Some(Run::Text(text, _)) => text.chars().next_back(),
            Some(Run::Picture(..)) => Some('\u{fffc}'),
            Some(Run::Break) | None => None,
        }
    }

    fn word(&mut self, word: &str, format: Format) {
        self.begin();
        self.push(&mut word.to_owned(), format);
    }

    fn line_break(&mut self) {
        self.runs.push(Run::Break);
    }

    fn checkbox(&mut self, element: &Element, format: Format) {
        if element.attribute("type") == Some("checkbox") {
            let box_ = if element.attribute("checked").is_some() {
                "☑ "
            } else {
                "☐ "
            };
            self.word(box_, format);
        }
    }

    fn picture(&mut self, element: &Element, format: Format) {
        let alt = element.attribute("alt").unwrap_or_default();
        let source = addresses::of_picture(element);
        if let Some(emoji) = emoji(element, alt) {
            return self.word(emoji, format);
        }
        let is_counter = ["width", "height"]
            .iter()
            .all(|side| matches!(element.attribute(side), Some("0" | "1")));
        if is_counter || source.is_empty() {
            return;
        }
        let alt: String = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        let own = source
            .strip_prefix(self.origin)
            .filter(|path| path.starts_with('/') && !self.origin.is_empty());
        let picture = match own
            .map(str::to_owned)
            .or_else(|| addresses::stored(&source))
            .or_else(|| address::web(&source))
        {
            Some(address) => Picture { address, alt },
            None => missing(&source, &alt),
        };
        self.begin();
        let format = Format {
            link: format.link,
            ..Format::default()
        };
        self.runs.push(Run::Picture(picture, format));
    }

    // Blocks.

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
                if let Some(target) =
                    addresses::target(element.attribute("href").unwrap_or_default())
                {
                    from.format.link = Some(self.link(target));
                }
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

/// The characters that a picture shows: chats and mails show emoji as pictures.
fn emoji<'e>(element: &'e Element, alt: &'e str) -> Option<&'e str> {
    let is_marked = classes(element).any(|class| class.contains("emoji"))
        || [
            "data-emoji",
            "data-stringify-emoji",
            "data-emoji-id",
            "data-emoji-short-name",
        ]
        .iter()
        .any(|name| element.attribute(name).is_some());
    let is_symbols = !alt.is_empty()
        && alt.chars().count() <= 12
        && alt.chars().any(|c| c as u32 >= 0x2190)
        && alt.chars().all(|c| {
            !c.is_alphanumeric() && (c as u32) >= 0x200d
                || matches!(c, '\u{23}' | '\u{2a}' | '0'..='9') && alt.contains('\u{20e3}')
        });
    let words = element.attribute("data-emoji").unwrap_or(alt);
    (is_symbols || (is_marked && !words.is_empty())).then_some(words)
}

/// What is left of a picture that nobody can get: its name, for the author to choose a file in its place.
pub fn missing(source: &str, alt: &str) -> Picture {
    let is_file = source.starts_with("file:") || !source.contains(':');
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path
        .rsplit(['/', '\\'])
        .next()
        .filter(|_| is_file)
        .unwrap_or_default();
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let name: String = name
        .replace("%20", " ")
        .chars()
        .filter(is_plain)
        .take(80)
        .collect();
    // Plain words only, so that they are found again as they are written.
    let alt: String = alt
        .chars()
        .map(|c| if is_plain(&c) { c } else { ' ' })
        .take(200)
        .collect();
    let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = if alt.is_empty() { name } else { alt };
    let alt = if words.is_empty() {
        MISSING.to_owned()
    } else {
        format!("{MISSING}: {words}")
    };
    Picture {
        address: String::new(),
        alt,
    }
}
