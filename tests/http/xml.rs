//! XML as a program reads it: well-formed, every prefix bound to a namespace, every character one that XML has.

use crate::page::Page;
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::collections::BTreeMap;

pub const ATOM: &str = "http://www.w3.org/2005/Atom";
pub const HISTORY: &str = "http://purl.org/syndication/history/1.0";
pub const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
pub const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
pub const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// An element with all that is in it.
#[derive(Debug, Default, Clone)]
pub struct Element {
    /// Its namespace; empty: none.
    pub space: String,
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The root of a document.
    pub fn of(page: &Page) -> Self {
        Self::read(&page.source())
    }

    pub fn read(source: &str) -> Self {
        let forbidden = |c: char| {
            c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}')
        };
        assert!(
            !source.contains(forbidden),
            "a character without a place in XML"
        );
        assert!(source.starts_with("<?xml version=\"1.0\" encoding="));
        let mut reader = NsReader::from_str(source);
        let mut open = vec![Self::default()];
        loop {
            let (space, event) = reader.read_resolved_event().unwrap();
            let space = match space {
                ResolveResult::Bound(space) => space.0.to_owned(),
                ResolveResult::Unbound => String::new(),
                ResolveResult::Unknown(prefix) => panic!("{prefix} is bound to nothing"),
            };
            match event {
                Event::Start(start) => open.push(Self::begun(space, &start)),
                Event::Empty(start) => last(&mut open).children.push(Self::begun(space, &start)),
                Event::End(_) => {
                    let ended = open.pop().unwrap();
                    last(&mut open).children.push(ended);
                }
                Event::Text(text) => last(&mut open).text.push_str(&text.xml10_content()),
                Event::CData(text) => last(&mut open).text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let reference = format!("&{};", name.xml10_content());
                    let text = quick_xml::escape::unescape(&reference).unwrap();
                    last(&mut open).text.push_str(&text);
                }
                Event::DocType(_) => panic!("a document type"),
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open.len(), 1, "an element is not closed");
        let mut roots = open.remove(0).children;
        assert_eq!(roots.len(), 1);
        roots.remove(0)
    }

    fn begun(space: String, start: &BytesStart) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .unwrap();
            let name: &str = attribute.key.as_ref();
            (name.to_owned(), value.into_owned())
        });
        Self {
            space,
            name: start.local_name().as_ref().to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    /// The children of a name.
    pub fn all(&self, space: &str, name: &str) -> Vec<&Self> {
        let fits = |child: &&Self| child.space == space && child.name == name;
        self.children.iter().filter(fits).collect()
    }

    /// The only child of a name, if there is one.
    pub fn any(&self, space: &str, name: &str) -> Option<&Self> {
        let all = self.all(space, name);
        assert!(all.len() < 2, "{name} is there {} times", all.len());
        all.first().copied()
    }

    pub fn one(&self, space: &str, name: &str) -> &Self {
        let one = self.any(space, name);
        one.unwrap_or_else(|| panic!("no {name} in {}", self.name))
    }

    /// The text of the only child of a name.
    pub fn said(&self, space: &str, name: &str) -> &str {
        &self.one(space, name).text
    }

    /// Where Atom's link of a relation leads.
    pub fn way(&self, relation: &str) -> Option<&str> {
        let mut links = self.all(ATOM, "link").into_iter();
        let link = links.find(|link| {
            link.attributes["rel"] == relation
                && (relation != "replies" || link.attributes["type"] != "text/html")
        })?;
        Some(&link.attributes["href"])
    }
}

fn last(open: &mut [Element]) -> &mut Element {
    open.last_mut().unwrap()
}
