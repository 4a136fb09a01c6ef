//! Exports in XML as streams: elements one by one, within bounds of size and depth.

use std::io::{self, BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Exports nest five or six deep; deeper files are made to harm.
pub const DEPTH_MAX: usize = 256;

/// The most bytes of one entry: a long illustrated post has some hundred thousand, and one that carries
/// its pictures inside some tens of millions.
pub const ENTRY_MAX_BYTES: u64 = 64 * 1024 * 1024;

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
    fn begin(element: &BytesStart) -> Result<Self, Stop> {
        let mut attributes = Vec::new();
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| Stop::Broken(error.to_string()))?;
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            attributes.push((
                attribute.key.as_ref().to_owned(),
                value.unwrap_or(attribute.value).into_owned(),
            ));
        }
        Ok(Self {
            name: element.name().as_ref().to_owned(),
            attributes,
            ..Self::default()
        })
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
    xml: Reader<Metered<R>>,
    buffer: Vec<u8>,
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
        let mut xml = Reader::from_reader(Metered::new(reader));
        xml.config_mut().allow_dangling_amp = true;
        Self {
            xml,
            buffer: Vec::new(),
            outer,
            inside: 0,
            begun: false,
            over: false,
            open: Vec::new(),
        }
    }

    /// The next record; `None` at the end of a file that is whole. `system` is who the file should come from.
    pub fn next(&mut self, system: &str) -> anyhow::Result<Option<Element>> {
        self.record().map_err(|stop| {
            anyhow::Error::msg(sentence(&stop, system, self.xml.get_ref().position()))
        })
    }

    fn record(&mut self) -> Result<Option<Element>, Stop> {
        self.xml.get_mut().begin_entry();
        loop {
            self.buffer.clear();
            let event = match self.xml.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Err(self.broken(Stop::from(error))),
            };
            let closed = match event {
                Event::Start(element) => {
                    let element = Element::begin(&element)?;
                    self.begin(element)?;
                    None
                }
                Event::Empty(element) => {
                    let element = Element::begin(&element)?;
                    self.begin(element)?;
                    self.end()
                }
                Event::End(_) => self.end(),
                Event::Text(text) => {
                    let text = text.xml10_content().into_owned();
                    self.add(&text)?
                }
                Event::CData(text) => {
                    let text = text.xml10_content().into_owned();
                    self.add(&text)?
                }
                Event::GeneralRef(reference) => {
                    let text = character(&reference)
                        .map_or_else(|| format!("&{};", &*reference), String::from);
                    self.add(&text)?
                }
                Event::DocType(_) => return Err(Stop::DocumentType),
                Event::Eof if self.over => return Ok(None),
                Event::Eof if !self.begun => return Err(Stop::NotExport),
                Event::Eof => return Err(Stop::CutOff),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => None,
            };
            if closed.is_some() {
                return Ok(closed);
            }
        }
    }

    fn broken(&self, stop: Stop) -> Stop {
        match stop {
            Stop::Broken(_) if !self.begun => Stop::NotExport,
            // At the end of a file that was cut off, anything may look broken.
            Stop::Broken(_) if self.xml.get_ref().has_ended() => Stop::CutOff,
            stop => stop,
        }
    }

    fn begin(&mut self, element: Element) -> Result<(), Stop> {
        if self.open.is_empty() && self.inside < self.outer.len() {
            if self.over || element.name != self.outer[self.inside] {
                return Err(Stop::NotExport);
            }
            self.inside += 1;
            self.begun |= self.inside == self.outer.len();
        } else if self.open.len() >= DEPTH_MAX {
            return Err(Stop::TooDeep);
        } else {
            self.open.push(element);
        }
        Ok(())
    }

    /// Ends the innermost element; gives it, where it is a whole record.
    fn end(&mut self) -> Option<Element> {
        let Some(element) = self.open.pop() else {
            self.inside = self.inside.saturating_sub(1);
            self.over = self.inside == 0;
            return None;
        };
        match self.open.last_mut() {
            None => Some(element),
            Some(outer) => {
                outer.children.push(element);
                None
            }
        }
    }

    fn add(&mut self, text: &str) -> Result<Option<Element>, Stop> {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        } else if self.inside == 0 && !text.trim().is_empty() {
            return Err(Stop::NotExport);
        }
        Ok(None)
    }
}

fn sentence(stop: &Stop, system: &str, byte: u64) -> String {
    match stop {
        Stop::NotExport => format!("This is not a {system} export."),
        Stop::CutOff => {
            format!("The file ends in the middle, at byte {byte}. Download the export again.")
        }
        Stop::DocumentType => {
            format!("The file declares a document type, which {system} exports never do.")
        }
        Stop::TooDeep => format!("The file is nested too deeply at byte {byte}."),
        Stop::TooLarge => format!(
            "The entry that ends after byte {byte} is larger than {} MiB.",
            ENTRY_MAX_BYTES / 1024 / 1024
        ),
        Stop::Broken(why) => format!("The file is damaged near byte {byte}: {why}."),
        Stop::Unreadable(why) => format!("The file cannot be read beyond byte {byte}: {why}."),
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
