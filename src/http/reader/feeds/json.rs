//! A feed as JSON Feed 1.1.

use super::{Enclosure, Entry, Feed};
use crate::blog::time::Millis;
use crate::error::{Error, Result};
use serde::Serialize;

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    icon: &'a str,
    language: &'a str,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    /// One of both must be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    image: &'a str,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    authors: [JsonAuthor<'a>; 1],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<JsonAttachment<'a>>,
}

#[derive(Serialize)]
struct JsonAttachment<'a> {
    url: &'a str,
    mime_type: &'static str,
    size_in_bytes: i64,
}

#[derive(Serialize)]
struct JsonAuthor<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

impl<'a> JsonItem<'a> {
    fn of(entry: &'a Entry) -> Self {
        let is_changed = entry.updated_at > entry.published_at;
        Self {
            id: &entry.id,
            url: &entry.address,
            title: &entry.title,
            summary: &entry.summary,
            content_html: entry.html.as_deref(),
            content_text: entry.html.is_none().then_some(&entry.summary),
            image: &entry.picture,
            date_published: entry.published_at.rfc3339(),
            date_modified: is_changed.then_some(entry.updated_at).map(Millis::rfc3339),
            authors: [JsonAuthor {
                name: &entry.author,
                url: &entry.author_page,
            }],
            tags: &entry.tags,
            language: entry.language.as_deref(),
            attachments: entry.enclosures.iter().map(JsonAttachment::of).collect(),
        }
    }
}

impl<'a> JsonAttachment<'a> {
    fn of(enclosure: &'a Enclosure) -> Self {
        Self {
            url: &enclosure.address,
            mime_type: enclosure.content_type,
            size_in_bytes: enclosure.bytes,
        }
    }
}

impl Feed {
    pub(super) fn json(&self) -> Result<String> {
        let feed = JsonFeed {
            version: "https://jsonfeed.org/version/1.1",
            title: &self.title,
            description: &self.subtitle,
            home_page_url: &self.page,
            feed_url: &self.own,
            next_url: self.link("prev-archive"),
            icon: &self.icon,
            language: &self.language,
            items: self.entries.iter().map(JsonItem::of).collect(),
        };
        serde_json::to_string(&feed)
            .map_err(|error| Error::Internal(format!("a feed as JSON: {error}")))
    }
}
