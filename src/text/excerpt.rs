//! The words of a text without its markup, and the first of them.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;
use url::Url;

use super::address;
use super::body::{is_block, is_dropped, is_note_mark};
use super::tree::{Id, Kind, Tree};

/// The words of HTML without markup: one blank between words, one line end between blocks.
pub fn plain(html: &str) -> String {
    Tree::of(html).map_or_else(|| stripped(html), |tree| words(&tree, tree.top()))
}

/// The words below a node of a tree, as [`plain`] gives them.
pub fn words(tree: &Tree, top: Id) -> String {
    let mut words = Words::default();
    words.read(tree, top);
    words.text
}

/// The words of HTML that is too costly to read properly: what is outside of angle brackets.
pub fn stripped(html: &str) -> String {
    let mut words = Words::default();
    for part in html.split('<') {
        words.add(part.split_once('>').map_or(part, |(_, text)| text));
        words.gap();
    }
    words.text
}

/// The beginning of a plain text in one line, cut between words with `…`, at most `max_chars` long with that.
pub fn excerpt(plain: &str, max_chars: usize) -> String {
    let mut line = String::new();
    for word in plain.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // Whatever comes next will not be needed.
        if line.len() / 4 > max_chars {
            break;
        }
    }
    let Some((end, _)) = line.char_indices().nth(max_chars) else {
        return line;
    };
    let room = line[..end]
        .char_indices()
        .next_back()
        .map_or(0, |(at, _)| at);
    let cut = whole_words(&line, room);
    format!(
        "{}…",
        cut.trim_end_matches([' ', '.', ',', ';', ':', '–', '-'])
    )
}

/// The longest beginning of at most `room` bytes that ends with a word, or with a whole character where one word fills
/// most of it, as in languages that are written without blanks.
fn whole_words(line: &str, room: usize) -> &str {
    let beginning = &line[..room];
    if line[room..].starts_with(' ') {
        return beginning;
    }
    match beginning.rfind(' ') {
        Some(blank) if blank * 2 >= room => &line[..blank],
        _ => whole_characters(line, room),
    }
}

/// Steps back to where no mark, joiner or half of a flag is torn from what it belongs to.
fn whole_characters(line: &str, room: usize) -> &str {
    let mut beginning = &line[..room];
    while let (Some(last), Some(next)) = (
        beginning.chars().next_back(),
        line[beginning.len()..].chars().next(),
    ) {
        let torn =
            joins(next) || last == '\u{200D}' || (is_half_flag(next) && flags_are_odd(beginning));
        if !torn {
            break;
        }
        beginning = &beginning[..beginning.len() - last.len_utf8()];
    }
    beginning
}

/// Whether a character belongs to the one before it: marks, joiners, variation selectors and skin tones.
fn joins(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
}

/// Flags are written with two letters of their own alphabet.
fn is_half_flag(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

fn flags_are_odd(text: &str) -> bool {
    text.chars().rev().take_while(|&c| is_half_flag(c)).count() % 2 == 1
}

/// The hosts, with port where one is named, that the pictures of a rendered text come from.
pub fn picture_hosts(html: &str) -> BTreeSet<String> {
    let Some(tree) = Tree::of(html) else {
        return BTreeSet::new();
    };
    tree.descendants(tree.top())
        .filter_map(|id| tree.element(id))
        .filter(|element| element.name() == "img")
        .flat_map(|image| {
            let set = image.attribute("srcset").unwrap_or_default();
            let set = address::candidates(set).map(|(address, _)| address);
            image.attribute("src").into_iter().chain(set)
        })
        .filter_map(host)
        .collect()
}

/// The addresses of the web that a rendered text shows pictures from.
pub fn picture_addresses(html: &str) -> BTreeSet<String> {
    let Some(tree) = Tree::of(html) else {
        return BTreeSet::new();
    };
    tree.descendants(tree.top())
        .filter_map(|id| tree.element(id))
        .filter(|element| element.name() == "img")
        .filter_map(|image| address::web(image.attribute("src")?))
        .filter(|address| address.starts_with("http"))
        .collect()
}

fn host(address: &str) -> Option<String> {
    let url = Url::parse(&address::web(address)?).ok()?;
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Words as they are gathered, with what will be before the next one.
#[derive(Default)]
struct Words {
    text: String,
    before_next: Option<char>,
}

impl Words {
    fn read(&mut self, tree: &Tree, id: Id) {
        for child in tree.children(id) {
            match tree.kind(child) {
                Kind::Text(text) => self.add(text),
                // The number of a footnote is no part of the word before it.
                Kind::Element(element) if is_note_mark(element) => {}
                Kind::Element(element) => self.read_element(tree, child, element.name()),
                Kind::Break | Kind::Other => {}
            }
        }
    }

    fn read_element(&mut self, tree: &Tree, id: Id, name: &str) {
        match name {
            "iframe" => {}
            _ if is_dropped(name) => {}
            "br" => self.line_end(),
            "td" | "th" => {
                self.read(tree, id);
                self.gap();
            }
            _ if is_block(name) => {
                self.line_end();
                self.read(tree, id);
                self.line_end();
            }
            _ => self.read(tree, id),
        }
    }

    fn add(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap();
            } else if !c.is_control() {
                if let Some(before) = self.before_next.take()
                    && !self.text.is_empty()
                {
                    self.text.push(before);
                }
                self.text.push(c);
            }
        }
    }

    fn gap(&mut self) {
        self.before_next.get_or_insert(' ');
    }

    fn line_end(&mut self) {
        self.before_next = Some('\n');
    }
}
