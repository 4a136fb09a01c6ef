//! One shape for all feeds, of posts and of comments, and how it is written: as Atom (RFC 4287, replies by RFC 4685),
//! as RSS 2.0, as JSON Feed 1.1. The whole history is behind a feed in documents of its own (RFC 5005, 4).

pub mod comments;
mod gdata;
mod json;
pub mod page;
pub mod posts;

use crate::app::App;
use crate::blog::feed::{Archive, Cuts, MOST, Of, Place};
use crate::blog::settings::Feeds;
use crate::blog::time::Millis;
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::render::Result;
use crate::store::PageDirection;
use crate::text::absolutize::clean;
use crate::text::escape;
use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// What a feed may be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Atom,
    Rss,
    Json,
    /// What Blogger gave the widgets on its pages.
    Gdata,
}

impl Format {
    /// The formats that feeds of ours have, with the names that people know them by.
    pub const OURS: [(Self, &'static str); 3] = [
        (Self::Atom, "Atom"),
        (Self::Rss, "RSS"),
        (Self::Json, "JSON Feed"),
    ];

    /// The format that the ending of an address names.
    pub fn of(ending: &str) -> Option<Self> {
        let mut ours = Self::OURS.into_iter().map(|(format, _)| format);
        ours.find(|format| format.ending() == ending)
    }

    pub fn ending(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json | Self::Gdata => "json",
        }
    }

    /// The type by which pages and feeds name a feed.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
            Self::Gdata => "application/json",
        }
    }
}

/// A document of a feed. Every text in it is [`clean`], every address whole.
#[derive(Debug)]
pub struct Feed {
    pub id: String,
    pub title: String,
    pub subtitle: String,
    pub language: String,
    pub updated_at: Millis,
    /// The page with the same content for people.
    pub page: String,
    /// The address of this document.
    pub own: String,
    /// The ways to other documents of this feed, by their relation.
    pub paging_links: Vec<(&'static str, String)>,
    /// Whether this is a document of the history, which no news will change.
    pub is_archive: bool,
    pub icon: String,
    /// Where Blogger's addresses count.
    pub counted: Option<Counted>,
    pub entries: Vec<Entry>,
}

/// Which of all entries a document holds (`OpenSearch` 1.1).
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    pub total: i64,
    /// From 1.
    pub start: usize,
    pub per_page: usize,
}

#[derive(Debug)]
pub struct Entry {
    /// A name that it keeps whatever becomes of its address.
    pub id: String,
    pub title: String,
    pub address: String,
    pub published_at: Millis,
    pub updated_at: Millis,
    pub author: String,
    /// The author's own page elsewhere; empty: none.
    pub author_page: String,
    /// Where it is not that of the feed.
    pub language: Option<String>,
    pub tags: Vec<String>,
    /// A sentence or two in plain words; empty: none.
    pub summary: String,
    /// The whole text; `None` where only the summary goes out.
    pub html: Option<String>,
    /// The picture that represents it; empty: none.
    pub picture: String,
    /// Whether its author chose that picture.
    pub is_featured: bool,
    /// Its recordings, in the order of the text.
    pub enclosures: Vec<Enclosure>,
    pub answers: Option<Answered>,
    pub replies: Option<Replies>,
}

/// A recording that belongs to an entry, for programs that fetch and play it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    pub address: String,
    pub content_type: &'static str,
    pub bytes: i64,
}

/// What a comment answers: its name and, where it is shown, its address.
#[derive(Debug)]
pub struct Answered {
    pub id: String,
    pub address: Option<String>,
}

/// The comments on a post.
#[derive(Debug)]
pub struct Replies {
    pub page: String,
    /// Their feed in the format of this one.
    pub feed: String,
    pub number: i64,
}

#[derive(Template)]
#[template(path = "feed/feed.atom", escape = "html")]
struct Atom<'a> {
    feed: &'a Feed,
}

#[derive(Template)]
#[template(path = "feed/feed.rss", escape = "html")]
struct Rss<'a> {
    feed: &'a Feed,
}

#[expect(clippy::unused_self, reason = "templates call methods of their page")]
impl Rss<'_> {
    fn as_html(&self, words: &str) -> String {
        escape(words).into_owned()
    }
}

impl Feed {
    /// The document in a format, as an answer. It may hold a hundred whole texts.
    pub async fn answer(self, app: &App, format: Format) -> Result {
        let bytes = self.entries.iter().filter_map(|entry| entry.html.as_ref());
        let bytes = bytes.map(String::len).sum();
        let write = move || -> Result<String> {
            Ok(match format {
                Format::Atom => Atom { feed: &self }.render()?,
                Format::Rss => Rss { feed: &self }.render()?,
                Format::Json => self.json()?,
                Format::Gdata => self.gdata(),
            })
        };
        let body = app.compute_if_large(bytes, write).await??;
        let content_type = format!("{}; charset=utf-8", format.kind());
        Ok(([(CONTENT_TYPE, content_type)], body).into_response())
    }

    /// The way to another document.
    fn link(&self, relation: &str) -> Option<&str> {
        let link = self.paging_links.iter().find(|(name, _)| *name == relation);
        link.map(|(_, address)| address.as_str())
    }
}

/// How much of each entry a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryContent {
    Full,
    Summary,
}

impl EntryContent {
    pub fn by_the_settings(layout: &Layout) -> Self {
        match layout.site.settings.feeds {
            Feeds::Full => Self::Full,
            Feeds::Short => Self::Summary,
        }
    }
}

/// The addresses of a feed in a format.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The whole address without its ending.
    pub base: String,
    /// What is in every query of it, such as `thread=7`; empty: nothing.
    pub query: String,
    pub format: Format,
}

impl Addresses {
    fn of(&self, archive: Option<Archive>) -> String {
        let archive = archive.map(|archive| format!("archive={archive}"));
        let parts = [Some(self.query.clone()), archive];
        let query: Vec<String> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        let joint = if query.is_empty() { "" } else { "?" };
        format!(
            "{}.{}{joint}{}",
            self.base,
            self.format.ending(),
            query.join("&")
        )
    }
}

/// The places that a document of a feed holds, newest first, and the documents before and after it.
#[derive(Debug)]
pub struct Document {
    pub places: Vec<Place>,
    archive: Option<Archive>,
    is_archive: bool,
    before: Option<Archive>,
    after: Option<Archive>,
}

impl Document {
    /// The feed itself, or the document of its history that is asked for.
    pub async fn find(app: &App, of: Of, cuts: Cuts, archive: Option<&str>) -> Result<Self> {
        let Some(archive) = archive else {
            let start = PageDirection::Start;
            let mut places = app.store.feeds().places(of, start, Cuts::LOOK_BACK).await?;
            let before = cuts.before(&places[cuts.in_feed(&places)..]);
            places.truncate(cuts.in_feed(&places));
            return Ok(Self {
                places,
                archive: None,
                is_archive: false,
                before,
                after: None,
            });
        };
        let archive = Archive::parse(archive).ok_or(Error::NotFound)?;
        let Place { at, id } = archive.after();
        let newer = PageDirection::Newer(at, id);
        let mut places = app
            .store
            .feeds()
            .places(of, newer, Cuts::LOOK_AHEAD)
            .await?;
        let oldest = *places.first().ok_or(Error::NotFound)?;
        let after = cuts.after(&places);
        let held = cuts.in_archive(&places);
        let is_archive = places.len() > held;
        places.truncate(held);
        places.reverse();
        let older = PageDirection::Older(oldest.at, oldest.id);
        let older = app.store.feeds().places(of, older, MOST).await?;
        Ok(Self {
            places,
            archive: Some(archive),
            is_archive,
            before: cuts.before(&older),
            after,
        })
    }

    /// One document that holds all there is.
    pub fn alone(places: Vec<Place>) -> Self {
        Self {
            places,
            archive: None,
            is_archive: false,
            before: None,
            after: None,
        }
    }
}

/// What a feed says of itself, to be filled with entries.
pub struct Head<'a> {
    pub id: String,
    pub title: String,
    /// The path of the page that says the same to people.
    pub page: &'a str,
    pub addresses: Addresses,
    /// When a feed without entries was changed.
    pub changed_at: Millis,
}

impl Feed {
    pub fn new(layout: &Layout, head: Head, document: &Document, entries: Vec<Entry>) -> Self {
        let addresses = &head.addresses;
        let mut paging_links = Vec::new();
        if document.archive.is_some() {
            paging_links.push(("current", addresses.of(None)));
        }
        for (relation, archive) in [
            ("prev-archive", document.before),
            ("next-archive", document.after),
        ] {
            if archive.is_some() {
                paging_links.push((relation, addresses.of(archive)));
            }
        }
        Self {
            id: head.id,
            title: clean(&head.title),
            subtitle: clean(&layout.site.settings.description),
            language: layout.language().to_owned(),
            updated_at: entries
                .iter()
                .map(|entry| entry.updated_at)
                .max()
                .unwrap_or(head.changed_at),
            page: layout.absolute_url(head.page),
            own: addresses.of(document.archive),
            paging_links,
            is_archive: document.is_archive,
            icon: layout.absolute_url("/icon-512.png"),
            counted: None,
            entries,
        }
    }
}
