//! Exports in XML as streams: elements one by one, within bounds of size and depth.
//!
//! The exports of WordPress and Disqus are read by a reader of our own that takes them as they are found: no entity is ever
//! looked up, so a document type does no harm, prefixes need no declaration, and markup that nobody escaped is passed over
//! where it is clear what was meant. What is not clear stops the reading.

#[cfg(test)]
mod tests;
mod text;

pub use self::text::Repaired;
use self::text::{Text, line_ends};
use super::NotAnExport;
use std::io::{self, BufRead, Read};

/// Exports nest five or six deep; deeper files are made to harm.
pub const DEPTH_MAX: usize = 256;

/// The most bytes of one entry: a long illustrated post has some hundred thousand, and one that carries
/// its pictures inside some tens of millions.
pub const ENTRY_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Notices that plugins print before an export are shorter.
const JUNK_MAX_BYTES: usize = 1024 * 1024;
/// No reference to a character is longer.
const REFERENCE_MAX_BYTES: usize = 40;

/// Why reading cannot go on.
#[derive(Debug)]
pub enum Stop {
    /// Not a file of the system that it is read for.
    NotExport,
    CutOff,
    DocumentType,
    TooDeep,
    TooLarge,
    Broken(String),
    Unreadable(String),
}

/// An element with everything in it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Element {
    /// With its prefix, as it is written: the exports that are read so always use the same ones.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Its own text, without that of the elements inside.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// Reads what is between the angle brackets of a start tag.
    fn read(tag: &str) -> Self {
        let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
        let mut attributes = Vec::new();
        let mut rest = tag[end..].trim_start();
        while !rest.is_empty() {
            let end = rest
                .find(|c: char| c == '=' || c.is_whitespace())
                .unwrap_or(rest.len());
            let name = rest[..end].to_owned();
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (begin, end) = match quote {
                    Some(quote) => (1, after[1..].find(quote).map_or(after.len(), |at| at + 1)),
                    None => (0, after.find(char::is_whitespace).unwrap_or(after.len())),
                };
                value = &after[begin..end];
                rest = after.get(end + begin..).unwrap_or_default().trim_start();
            } else if name.is_empty() {
                break;
            }
            attributes.push((name, unescaped(value)));
        }
        Self {
            name: tag[..end].to_owned(),
            attributes,
            ..Self::default()
        }
    }

    /// The first element of a name inside this one.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements of a name inside this one.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element of a name, without the white space around it; empty where there is none.
    pub fn of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// The same, byte for byte.
    pub fn full_text(&self, name: &str) -> String {
        self.child(name)
            .map(|child| child.text.clone())
            .unwrap_or_default()
    }

    pub fn attribute(&self, name: &str) -> &str {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }
}

/// Reads the elements that are right inside some outer ones, one by one and each whole.
pub struct Records<R: BufRead> {
    text: Text<R>,
    /// The names of the outer elements: `rss`, `channel`.
    outer: &'static [&'static str],
    /// How many of them are open.
    inside: usize,
    /// All of them were open once.
    begun: bool,
    over: bool,
    /// The record that is being read, and the elements open in it.
    open: Vec<Element>,
}

impl<R: BufRead> Records<R> {
    pub fn new(reader: R, outer: &'static [&'static str]) -> Self {
        Self {
            text: Text::new(reader),
            outer,
            inside: 0,
            begun: false,
            over: false,
            open: Vec::new(),
        }
    }

    /// The next record; `None` at the end of a file that is whole. `system` is who the file should come from.
    pub fn next(&mut self, system: &str) -> anyhow::Result<Option<Element>> {
        self.record().map_err(|stop| match stop {
            Stop::NotExport => NotAnExport(format!("This is not a {system} export.")).into(),
            stop => anyhow::Error::msg(sentence(&stop, self.text.line())),
        })
    }

    /// What had to be repaired so far.
    pub fn repaired(&self) -> Repaired {
        self.text.repaired
    }

    fn record(&mut self) -> Result<Option<Element>, Stop> {
        self.text.begin_entry();
        if self.inside == 0 && !self.over {
            self.find_beginning()?;
        }
        while !self.over {
            let closed = self.step()?;
            if closed.is_some() {
                return Ok(closed);
            }
        }
        Ok(None)
    }

    /// Passes over whatever is before the outermost element: a declaration, a notice of a plugin, a document type.
    fn find_beginning(&mut self) -> Result<(), Stop> {
        let tag = format!("<{}", self.outer[0]);
        let found = match self.text.find(&tag) {
            Err(Stop::TooLarge) => None,
            found => found?,
        };
        let Some(at) = found.filter(|at| *at < JUNK_MAX_BYTES) else {
            return Err(Stop::NotExport);
        };
        let before = self.text.take(at);
        if before.contains("<!ENTITY") {
            return Err(Stop::DocumentType);
        }
        let before = before.split("<?xml").next().unwrap_or_default();
        let before = before.trim();
        let is_preceded = !before.is_empty() && !before.starts_with("<!");
        self.text.repaired.preceded = is_preceded;
        Ok(())
    }

    /// Reads up to the end of the next piece of markup; gives the record that it ends.
    fn step(&mut self) -> Result<Option<Element>, Stop> {
        let Some(at) = self.text.find("<")? else {
            return Err(if self.begun {
                Stop::CutOff
            } else {
                Stop::NotExport
            });
        };
        if at > 0 {
            let words = self.text.take(at);
            self.add(&unescaped(&words));
        }
        if self.text.skip_over("<!--")? {
            return self.skip_behind("-->");
        }
        if self.text.skip_over("<![CDATA[")? {
            return self.cdata().map(|()| None);
        }
        if self.text.skip_over("<?")? {
            return self.skip_behind("?>");
        }
        match self.text.char_at(1)? {
            Some('!') => self.skip_behind(">"),
            Some('/') => self.end_tag(),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => self.start_tag(),
            _ => {
                let sign = self.text.take(1);
                self.add(&sign);
                Ok(None)
            }
        }
    }

    fn skip_behind(&mut self, end: &str) -> Result<Option<Element>, Stop> {
        let at = self.text.find(end)?.ok_or(Stop::CutOff)?;
        self.text.take(at + end.len());
        Ok(None)
    }

    fn end_tag(&mut self) -> Result<Option<Element>, Stop> {
        let at = self.text.find(">")?.ok_or(Stop::CutOff)?;
        let tag = self.text.take(at + 1);
        self.end(tag[2..at].trim())
    }

    fn start_tag(&mut self) -> Result<Option<Element>, Stop> {
        let end = self.text.find_tag_end()?.ok_or(Stop::CutOff)?;
        let tag = self.text.take(end + 1);
        let inside = &tag[1..end];
        let element = Element::read(inside.strip_suffix('/').unwrap_or(inside));
        let name = element.name.clone();
        self.begin(element)?;
        if inside.ends_with('/') {
            return self.end(&name);
        }
        Ok(None)
    }

    /// Reads a section of characters. WordPress does not always escape what it holds: one that holds another ends only where
    /// its element does.
    fn cdata(&mut self) -> Result<(), Stop> {
        let name = self.open.last().map(|element| element.name.clone());
        let close = format!("</{}", name.unwrap_or_default());
        let mut words = String::new();
        let mut inner = 0_usize;
        loop {
            let at = self.text.find("]]>")?.ok_or(Stop::CutOff)?;
            let part = self.text.take(at + 3);
            let part = &part[..at];
            inner += part.matches("<![CDATA[").count();
            words.push_str(part);
            if words.ends_with("]]") && self.text.skip_over("<![CDATA[>")? {
                // How an export that is right writes the end of a section within one.
                words.push('>');
                inner = inner.saturating_sub(1);
                continue;
            }
            if self.text.closes(&close)? || (inner == 0 && !self.is_unescaped(&close)?) {
                break;
            }
            inner = inner.saturating_sub(1);
            self.text.repaired.nested = true;
            words.push_str("]]>");
        }
        // A text may be about exports: what runs on into the next post holds the beginning of another section.
        if inner > 0
            && ["<wp:post_id>", "</item>"]
                .iter()
                .any(|field| words.contains(field))
        {
            let line = self.text.line().saturating_sub(line_ends(&words));
            return Err(Stop::Broken(format!(
                "the text that begins in line {line} has no end"
            )));
        }
        self.add(&words);
        Ok(())
    }

    /// Whether what follows the end of a section still belongs to it, since its element ends with another end of one.
    fn is_unescaped(&mut self, close: &str) -> Result<bool, Stop> {
        if self.open.is_empty() || self.text.closes("<![CDATA[")? {
            return Ok(false);
        }
        let Some(at) = self.text.find(close)? else {
            return Ok(false);
        };
        let until = &self.text.rest()[..at];
        Ok(until.trim_end().ends_with("]]>") && !until.contains("<![CDATA["))
    }

    fn begin(&mut self, element: Element) -> Result<(), Stop> {
        if self.open.is_empty() && self.inside < self.outer.len() {
            if element.name == self.outer[self.inside] {
                self.inside += 1;
                self.begun |= self.inside == self.outer.len();
            } else if !self.begun {
                return Err(Stop::NotExport);
            }
        } else if self.open.len() >= DEPTH_MAX {
            return Err(Stop::TooDeep);
        } else if self
            .open
            .first()
            .is_some_and(|record| record.name == element.name)
        {
            return Err(Stop::Broken(format!("<{}> has no end", element.name)));
        } else {
            self.open.push(element);
        }
        Ok(())
    }

    /// Ends an element, and what was left open in it; gives it, where it is a whole record.
    fn end(&mut self, name: &str) -> Result<Option<Element>, Stop> {
        let Some(place) = self.open.iter().rposition(|element| element.name == name) else {
            let is_outer = self.inside > 0 && self.outer[self.inside - 1] == name;
            if is_outer && let Some(record) = self.open.first() {
                return Err(Stop::Broken(format!("<{}> has no end", record.name)));
            }
            if is_outer {
                self.inside -= 1;
                self.over = self.inside == 0;
            }
            return Ok(None);
        };
        loop {
            let Some(element) = self.open.pop() else {
                return Ok(None);
            };
            if self.open.len() > place && element.name.contains(':') {
                return Err(Stop::Broken(format!("<{}> has no end", element.name)));
            }
            let is_last = self.open.len() == place;
            match self.open.last_mut() {
                None => return Ok(Some(element)),
                Some(outer) => outer.children.push(element),
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }
}

/// Text with its references as characters; those that nobody knows stay.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let near = &rest[1..rest.floor_char_boundary(REFERENCE_MAX_BYTES)];
        let name = near.split_once(';').map(|(name, _)| name);
        if let Some((c, length)) = name.and_then(|name| Some((character(name)?, name.len()))) {
            out.push(c);
            rest = &rest[length + 2..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn sentence(stop: &Stop, line: u64) -> String {
    match stop {
        Stop::NotExport | Stop::CutOff => {
            format!("The file ends in the middle, at line {line}. Download the export again.")
        }
        Stop::DocumentType => {
            "The file declares a document type with entities, which no export does.".to_owned()
        }
        Stop::TooDeep => format!("The file is nested too deeply at line {line}."),
        Stop::TooLarge => format!(
            "The entry that ends after line {line} is larger than {} MiB.",
            ENTRY_MAX_BYTES / 1024 / 1024
        ),
        Stop::Broken(why) => format!("The file is damaged near line {line}: {why}."),
        Stop::Unreadable(why) => format!("The file cannot be read beyond line {line}: {why}."),
    }
}

/// The character that a reference names, given without `&` and `;`; no database likes U+0000.
pub fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "apos" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?).filter(|character| *character != '\0')
        }
    }
}

/// Counts what is read, refuses more than is left for one entry, and knows when the file has ended.
pub struct Metered<R> {
    inner: R,
    read: u64,
    left: u64,
    ended: bool,
}

impl<R> Metered<R> {
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            read: 0,
            left: ENTRY_MAX_BYTES,
            ended: false,
        }
    }

    /// Bytes read so far.
    pub fn position(&self) -> u64 {
        self.read
    }

    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The next entry may be as large as the last.
    pub fn begin_entry(&mut self) {
        self.left = ENTRY_MAX_BYTES;
    }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let bytes = self.inner.fill_buf()?;
        self.ended |= bytes.is_empty();
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        Ok(&bytes[..bytes.len().min(most)])
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        let count = count as u64;
        self.read += count;
        self.left = self.left.saturating_sub(count);
    }
}

impl From<quick_xml::Error> for Stop {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Self::TooLarge
            }
            quick_xml::Error::Io(error) => Self::Unreadable(error.to_string()),
            error => Self::Broken(error.to_string()),
        }
    }
}
