//! Blogger's XML as a stream: gathers the fields of one entry after the other and gives each its plain text.
//!
//! Nothing here knows what a post is. No more than one entry is in memory, and no entry is larger than its cap.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::mem;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::transfer::import::xml::{DEPTH_MAX, Metered, Stop, character};

/// The namespaces whose elements count. Others (`media:title`, `gd:image`) use the same local names for other things.
const NAMESPACES: [&str; 6] = [
    "http://www.w3.org/2005/Atom",
    "http://purl.org/atom/ns#",
    "http://purl.org/atom/app#",
    "http://www.w3.org/2007/app",
    "http://purl.org/syndication/thread/1.0",
    "http://schemas.google.com/blogger/2018",
];

/// The text of an element that counts, of an entry or of the feed itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Content,
    Created,
    Draft,
    Email,
    Filename,
    Generator,
    Id,
    InReplyTo,
    Name,
    Parent,
    Published,
    ReaderComments,
    SearchDescription,
    Status,
    Subtitle,
    Title,
    Trashed,
    Type,
    Updated,
    Uri,
}

/// What an entry says, or the feed about itself, before anything is made of it.
#[derive(Debug, Default)]
pub struct Fields {
    texts: BTreeMap<Field, String>,
    /// The old export's `kind`, the word after `#`: `post`, `page`, `comment`, `settings`, `template`.
    pub kind: String,
    pub labels: Vec<String>,
    /// The address that readers know.
    pub alternate: String,
    /// Of a comment in the old export: the address of the comment that it answers.
    pub related: String,
    /// Of a comment in the old export: the id of its post.
    pub in_reply_to: String,
    title_is_markup: bool,
}

impl Fields {
    /// The text of a field without the white space around it; empty where the field is missing.
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", |text| text.trim())
    }

    /// The title in plain words, whichever way it was written.
    pub fn title(&self) -> String {
        let title = self.text(Field::Title);
        if self.title_is_markup {
            plain(title).trim().to_owned()
        } else {
            title.to_owned()
        }
    }

    /// Takes out the body, byte for byte.
    pub fn take_content(&mut self) -> String {
        self.texts.remove(&Field::Content).unwrap_or_default()
    }
}

/// A turning point of the file.
pub enum Turn {
    /// The feed has said all about itself; the first entry begins, or there is none.
    Head(Fields),
    Entry(Fields),
    /// `</feed>`: the file is whole.
    End,
}

/// Reads a feed from one [`Turn`] to the next.
pub struct Scan<R: BufRead> {
    xml: NsReader<Metered<R>>,
    buffer: Vec<u8>,
    gathering: Gathering,
}

impl<R: BufRead> Scan<R> {
    pub fn new(reader: R) -> Self {
        let mut xml = NsReader::from_reader(Metered::new(reader));
        // A lone `&` is the mildest damage that a file edited by hand can have.
        xml.config_mut().allow_dangling_amp = true;
        Self {
            xml,
            buffer: Vec::new(),
            gathering: Gathering::default(),
        }
    }

    /// Bytes read so far.
    pub fn position(&self) -> u64 {
        self.xml.get_ref().position()
    }

    pub fn turn(&mut self) -> Result<Turn, Stop> {
        self.xml.get_mut().begin_entry();
        loop {
            self.buffer.clear();
            let taken = match self.xml.read_resolved_event_into(&mut self.buffer) {
                Ok((namespace, event)) => self.gathering.take(counts(&namespace), &event),
                Err(error) => Err(Stop::from(error)),
            };
            match taken {
                Ok(None) => {}
                Ok(Some(turn)) => return Ok(turn),
                Err(Stop::Broken(_)) if self.gathering.has_not_begun() => {
                    return Err(Stop::NotExport);
                }
                // At the end of a file that was cut off, anything may look broken.
                Err(Stop::Broken(_)) if self.xml.get_ref().has_ended() => return Err(Stop::CutOff),
                Err(stop) => return Err(stop),
            }
        }
    }
}

/// Whether elements of this namespace count; one that is not bound at all counts by its local name,
/// because tools that rewrite exports drop the bindings.
fn counts(namespace: &ResolveResult) -> bool {
    match namespace {
        ResolveResult::Bound(namespace) => NAMESPACES.contains(&namespace.as_ref()),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => true,
    }
}

/// Where in the file an open element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Feed,
    Entry,
    Author,
    Control,
    Text(Field),
    /// An element inside a text: kept as it is written.
    Markup(Field),
    /// Does not count.
    Elsewhere,
}

impl Place {
    /// The place of an element of this local name inside of this one.
    fn inner(self, name: &str) -> Self {
        match (self, name) {
            (Self::Feed, "entry") => Self::Entry,
            (Self::Feed | Self::Entry, "author") => Self::Author,
            (Self::Entry, "control") => Self::Control,
            (Self::Text(field) | Self::Markup(field), _)
                if matches!(field, Field::Content | Field::Title) =>
            {
                Self::Markup(field)
            }
            _ => self.field(name).map_or(Self::Elsewhere, Self::Text),
        }
    }

    fn field(self, name: &str) -> Option<Field> {
        Some(match (self, name) {
            (Self::Feed | Self::Entry, "id") => Field::Id,
            (Self::Feed | Self::Entry, "title") => Field::Title,
            (Self::Feed, "subtitle") => Field::Subtitle,
            (Self::Feed, "generator") => Field::Generator,
            (Self::Entry, "content") => Field::Content,
            (Self::Entry, "created") => Field::Created,
            (Self::Entry, "filename") => Field::Filename,
            (Self::Entry, "inReplyTo") => Field::InReplyTo,
            (Self::Entry, "metaDescription") => Field::SearchDescription,
            (Self::Entry, "parent") => Field::Parent,
            (Self::Entry, "published") => Field::Published,
            (Self::Entry, "readerComments") => Field::ReaderComments,
            (Self::Entry, "status") => Field::Status,
            (Self::Entry, "trashed") => Field::Trashed,
            (Self::Entry, "type") => Field::Type,
            (Self::Entry, "updated") => Field::Updated,
            (Self::Author, "name") => Field::Name,
            (Self::Author, "uri") => Field::Uri,
            (Self::Author, "email") => Field::Email,
            (Self::Control, "draft") => Field::Draft,
            _ => return None,
        })
    }
}

/// The open elements, and what they have said so far.
#[derive(Default)]
struct Gathering {
    places: Vec<Place>,
    fields: Fields,
    head_is_over: bool,
}

impl Gathering {
    fn take(&mut self, counts: bool, event: &Event) -> Result<Option<Turn>, Stop> {
        match event {
            Event::Start(element) => {
                let turn = self.open(counts, element)?;
                self.keep_markup(|| format!("<{}>", &**element));
                Ok(turn)
            }
            Event::Empty(element) => {
                let turn = self.open(counts, element)?;
                self.keep_markup(|| format!("<{}/>", &**element));
                Ok(self.close().or(turn))
            }
            Event::End(element) => {
                self.keep_markup(|| format!("</{}>", element.name().as_ref()));
                Ok(self.close())
            }
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text.xml10_content()),
            Event::GeneralRef(reference) => self.resolve(reference),
            Event::DocType(_) => Err(Stop::DocumentType),
            Event::Eof if self.has_not_begun() => Err(Stop::NotExport),
            Event::Eof if self.places.is_empty() => Ok(Some(Turn::End)),
            Event::Eof => Err(Stop::CutOff),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => Ok(None),
        }
    }

    fn open(&mut self, counts: bool, element: &BytesStart) -> Result<Option<Turn>, Stop> {
        if self.places.len() >= DEPTH_MAX {
            return Err(Stop::TooDeep);
        }
        let name = element.local_name();
        let place = match self.places.last() {
            None if counts && name.as_ref() == "feed" => Place::Feed,
            None => return Err(Stop::NotExport),
            Some(outer) => self.place(*outer, counts, name.as_ref()),
        };
        let outer = self.places.last().copied();
        self.places.push(place);
        match place {
            Place::Entry => {
                let before = mem::take(&mut self.fields);
                return Ok(
                    (!mem::replace(&mut self.head_is_over, true)).then_some(Turn::Head(before))
                );
            }
            Place::Text(field) => {
                self.fields.texts.entry(field).or_default();
                if field == Field::Title {
                    let written_as = attribute(element, "type")?;
                    self.fields.title_is_markup = matches!(&*written_as, "html" | "xhtml");
                }
            }
            Place::Elsewhere if counts && matches!(outer, Some(Place::Feed | Place::Entry)) => {
                self.note(element)?;
            }
            _ => {}
        }
        Ok(None)
    }

    /// The place of a new element. The first of its name counts: a second author is passed over.
    fn place(&self, outer: Place, counts: bool, name: &str) -> Place {
        match outer.inner(name) {
            markup @ Place::Markup(_) => markup,
            _ if !counts => Place::Elsewhere,
            Place::Text(field) if self.fields.texts.contains_key(&field) => Place::Elsewhere,
            place => place,
        }
    }

    /// Notes the elements that speak through their attributes.
    fn note(&mut self, element: &BytesStart) -> Result<(), Stop> {
        let set = |field: &mut String, value: Cow<str>| {
            if field.is_empty() {
                value.trim().clone_into(field);
            }
        };
        let fields = &mut self.fields;
        match element.local_name().as_ref() {
            "link" => match &*attribute(element, "rel")? {
                // RFC 4287, 4.2.7.2: a link without `rel` is the alternate one.
                "alternate" | "" => set(&mut fields.alternate, attribute(element, "href")?),
                "related" => set(&mut fields.related, attribute(element, "href")?),
                _ => {}
            },
            "category" => {
                let term = attribute(element, "term")?;
                if attribute(element, "scheme")?.ends_with("#kind") {
                    let kind = term.rsplit('#').next().unwrap_or_default();
                    set(&mut fields.kind, kind.into());
                } else if !term.trim().is_empty() {
                    fields.labels.push(term.trim().to_owned());
                }
            }
            "in-reply-to" => set(&mut fields.in_reply_to, attribute(element, "ref")?),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self) -> Option<Turn> {
        match self.places.pop()? {
            Place::Entry => Some(Turn::Entry(mem::take(&mut self.fields))),
            Place::Feed if !self.head_is_over => {
                self.head_is_over = true;
                Some(Turn::Head(mem::take(&mut self.fields)))
            }
            Place::Feed => Some(Turn::End),
            _ => None,
        }
    }

    fn add(&mut self, text: &str) -> Result<Option<Turn>, Stop> {
        match self.places.last() {
            Some(Place::Text(field) | Place::Markup(field)) => {
                self.fields.texts.entry(*field).or_default().push_str(text);
            }
            None if !text.trim().is_empty() => return Err(Stop::NotExport),
            _ => {}
        }
        Ok(None)
    }

    fn keep_markup(&mut self, written: impl FnOnce() -> String) {
        if let Some(Place::Markup(field)) = self.places.last() {
            self.fields
                .texts
                .entry(*field)
                .or_default()
                .push_str(&written());
        }
    }

    /// Adds the character that a reference represents; inside of markup, and where nobody knows it, the reference itself.
    fn resolve(&mut self, reference: &BytesRef) -> Result<Option<Turn>, Stop> {
        let inside_markup = matches!(self.places.last(), Some(Place::Markup(_)));
        match character(reference) {
            Some(character) if !inside_markup => self.add(character.encode_utf8(&mut [0; 4])),
            _ => self.add(&format!("&{};", &**reference)),
        }
    }

    fn has_not_begun(&self) -> bool {
        self.places.is_empty() && !self.head_is_over
    }
}

/// The value of an attribute by its local name; empty where there is none.
fn attribute<'a>(element: &'a BytesStart, name: &str) -> Result<Cow<'a, str>, Stop> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| Stop::Broken(error.to_string()))?;
        if attribute.key.as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            return Ok(value.unwrap_or(attribute.value));
        }
    }
    Ok(Cow::Borrowed(""))
}

/// A title that was written as HTML, without its tags and references.
fn plain(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        let (written, after) = if rest.starts_with('<') {
            tag(rest)
        } else {
            reference(rest)
        };
        words.extend(written);
        rest = after;
    }
    words.push_str(rest);
    words
}

/// Steps over the tag at the beginning; a lone `<` stays.
fn tag(html: &str) -> (Option<char>, &str) {
    let is_tag = html[1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '/');
    match html.find('>') {
        Some(end) if is_tag => (None, &html[end + 1..]),
        _ => (Some('<'), &html[1..]),
    }
}

/// Steps over the reference at the beginning; a lone `&` stays.
fn reference(html: &str) -> (Option<char>, &str) {
    html[1..]
        .split_once(';')
        .and_then(|(name, after)| Some((Some(character(name)?), after)))
        .unwrap_or((Some('&'), &html[1..]))
}
