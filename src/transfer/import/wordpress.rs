//! Reads the XML export of WordPress (WXR): posts and pages, each with its comments inside.
//!
//! Pictures stay where they are. The default category says nothing about a post and makes no tag. What was shown to
//! nobody, or only to those who knew a password, comes in as a draft, so that no word becomes public that was not.

mod paragraphs;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::BufRead;

use anyhow::{Result, bail};

use super::xml::{Element, Records};
use crate::blog::comment::State;
use crate::blog::post::{Comments, Kind, Markup};
use crate::blog::time::Millis;
use crate::text;
use crate::transfer::archive::{Comment, Entry, On, Post, Status};
use crate::transfer::report::{About, Note};

const SYSTEM: &str = "WordPress";
/// The category that WordPress gives to posts without one.
const NO_CATEGORY: &str = "uncategorized";
/// What WordPress appends to the address of a post in its trash.
const TRASHED: &str = "__trashed";

/// Reads an export as a stream; one item with its comments is in memory.
pub struct WordPress<R: BufRead> {
    records: Records<R>,
    head: Head,
    ready: VecDeque<Entry>,
    /// How many were left out, by their kind.
    left_out: BTreeMap<String, u64>,
    over: bool,
}

/// What the export says before its first item.
#[derive(Debug, Default)]
struct Head {
    title: String,
    description: String,
    /// The old blog's address: with it the number of a post is a name that no other blog has.
    blog: String,
    /// The names that readers know, by the names that writers sign in with.
    authors: HashMap<String, String>,
}

impl<R: BufRead> WordPress<R> {
    /// Looks at the beginning and refuses what is not an export of WordPress.
    pub fn open(reader: R) -> Result<Self> {
        let mut export = Self {
            records: Records::new(reader, &["rss", "channel"]),
            head: Head::default(),
            ready: VecDeque::new(),
            left_out: BTreeMap::new(),
            over: false,
        };
        let mut is_ours = false;
        while let Some(record) = export.records.next(SYSTEM)? {
            is_ours |= record.name == "wp:wxr_version";
            if record.name == "item" {
                export.introduce();
                is_ours |= record.child("wp:post_type").is_some();
                export.take_item(&record);
                break;
            }
            export.head.take(&record);
        }
        if !is_ours {
            bail!(
                "This is not a WordPress export. In WordPress, choose Tools → Export → All content."
            );
        }
        Ok(export)
    }

    fn introduce(&mut self) {
        if !self.head.title.is_empty() || !self.head.description.is_empty() {
            self.ready.push_back(Entry::Blog {
                title: self.head.title.clone(),
                description: self.head.description.clone(),
            });
        }
    }

    fn read_on(&mut self) -> Result<()> {
        match self.records.next(SYSTEM)? {
            Some(record) if record.name == "item" => self.take_item(&record),
            Some(_) => {}
            None => self.end(),
        }
        Ok(())
    }

    fn end(&mut self) {
        self.over = true;
        for (kind, count) in std::mem::take(&mut self.left_out) {
            let why = if kind == "pingback" || kind == "trackback" {
                "pingbacks and trackbacks are not imported"
            } else {
                "neither a post nor a page"
            };
            let why = format!("{kind}: {why}");
            self.ready
                .push_back(Entry::Skipped(Note::counted(About::File, count, why)));
        }
    }

    fn leave_out(&mut self, kind: &str) {
        *self.left_out.entry(short(kind)).or_default() += 1;
    }

    fn take_item(&mut self, item: &Element) {
        let kind = match (item.of("wp:post_type"), item.of("wp:status")) {
            (_, "auto-draft") => return self.leave_out("auto-draft"),
            ("post", _) => Kind::Post,
            ("page", _) => Kind::Page,
            (kind, _) => {
                let kind = if kind.is_empty() { "item" } else { kind };
                self.leave_out(kind);
                return self.comments(item);
            }
        };
        self.post(item, kind);
        self.comments(item);
    }

    fn post(&mut self, item: &Element, kind: Kind) {
        let title = words(item.of("title"));
        let name = format!("{} “{}”", kind.word(), short(&title));
        let status = status(item.of("wp:status"));
        let published_at = super::moment(item.of("wp:post_date_gmt"));
        let updated_at = super::moment(item.of("wp:post_modified_gmt"))
            .or(published_at)
            .or_else(|| super::moment(item.of("wp:post_date")));
        let (Some(updated_at), false) = (updated_at, item.of("wp:post_id").is_empty()) else {
            let why = "its date or its number cannot be read";
            self.ready
                .push_back(Entry::Skipped(Note::new(kind.into(), name, why)));
            return;
        };
        let path = path(item);
        let why_draft = if status != Status::Published {
            None
        } else if path.is_none() {
            Some("imported as a draft, because its address is only a number")
        } else if !item.of("wp:post_password").is_empty() {
            Some("imported as a draft, because it was protected by a password")
        } else {
            None
        };
        let login = item.of("dc:creator");
        self.ready.push_back(Entry::Post(Box::new(Post {
            origin: self.head.post(item),
            kind,
            status: if why_draft.is_some() {
                Status::Draft
            } else {
                status
            },
            title,
            path,
            source: paragraphs::written_out(item.full_text("content:encoded")),
            markup: Markup::Html,
            tags: tags(item),
            author: self
                .head
                .authors
                .get(login)
                .map_or(login, String::as_str)
                .to_owned(),
            excerpt: words(item.of("excerpt:encoded")),
            comments: if item.of("wp:comment_status") == "closed" {
                Comments::Closed
            } else {
                Comments::Blog
            },
            published_at: published_at.or((status == Status::Published).then_some(updated_at)),
            updated_at: Some(updated_at),
            ..Post::default()
        })));
        if let Some(why) = why_draft {
            self.ready
                .push_back(Entry::Changed(Note::new(kind.into(), name, why)));
        }
    }

    fn comments(&mut self, item: &Element) {
        for comment in item.all("wp:comment") {
            match comment.of("wp:comment_type") {
                "" | "comment" => self.comment(item, comment),
                kind => self.leave_out(kind),
            }
        }
    }

    fn comment(&mut self, item: &Element, comment: &Element) {
        let name = words(comment.of("wp:comment_author"));
        let created_at = moment_of(comment);
        let id = comment.of("wp:comment_id");
        let (Some(created_at), false) = (created_at, id.is_empty()) else {
            let which = format!("{id} by {}", short(&name));
            let why = "its date or its number cannot be read";
            self.ready
                .push_back(Entry::Skipped(Note::new(About::Comment, which, why)));
            return;
        };
        self.ready.push_back(Entry::Comment(Box::new(Comment {
            origin: self.head.comment(id),
            other_origins: Vec::new(),
            on: On::Origin(self.head.post(item)),
            parent: Some(comment.of("wp:comment_parent"))
                .filter(|parent| !matches!(*parent, "" | "0"))
                .map(|parent| self.head.comment(parent)),
            state: state(comment.of("wp:comment_approved")),
            name,
            url: comment.of("wp:comment_author_url").to_owned(),
            email: comment.of("wp:comment_author_email").to_owned(),
            markup: Markup::Html,
            source: comment.full_text("wp:comment_content"),
            created_at,
        })));
    }
}

impl<R: BufRead> Iterator for WordPress<R> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Some(Ok(entry));
            }
            if self.over {
                return None;
            }
            if let Err(error) = self.read_on() {
                self.over = true;
                return Some(Err(error));
            }
        }
    }
}

impl Head {
    fn take(&mut self, record: &Element) {
        let text = record.text.trim();
        match record.name.as_str() {
            "title" => self.title = words(text),
            "description" => self.description = words(text),
            "wp:base_blog_url" => text.clone_into(&mut self.blog),
            "link" if self.blog.is_empty() => text.clone_into(&mut self.blog),
            "wp:author" => {
                self.authors.insert(
                    record.of("wp:author_login").to_owned(),
                    words(record.of("wp:author_display_name")),
                );
            }
            _ => {}
        }
    }

    fn post(&self, item: &Element) -> String {
        format!("wordpress:{}/post-{}", self.blog, item.of("wp:post_id"))
    }

    fn comment(&self, id: &str) -> String {
        format!("wordpress:{}/comment-{id}", self.blog)
    }
}

fn status(word: &str) -> Status {
    match word {
        "publish" => Status::Published,
        "trash" => Status::Trashed,
        _ => Status::Draft,
    }
}

/// The address that readers know. What lies in the trash has one only if it was public before: only then may it be
/// public again.
fn path(item: &Element) -> Option<String> {
    let path = super::path(item.of("link"))?;
    if item.of("wp:status") != "trash" {
        return Some(path);
    }
    let before = item
        .all("wp:postmeta")
        .find(|meta| meta.of("wp:meta_key") == "_wp_trash_meta_status")
        .map_or("publish", |meta| meta.of("wp:meta_value"));
    let was_public = before == "publish" && item.of("wp:post_password").is_empty();
    was_public.then(|| path.replace(TRASHED, ""))
}

fn state(approved: &str) -> State {
    match approved {
        "1" | "approve" | "approved" => State::Approved,
        "spam" => State::Spam,
        "trash" | "post-trashed" => State::Deleted,
        _ => State::Waiting,
    }
}

fn moment_of(comment: &Element) -> Option<Millis> {
    super::moment(comment.of("wp:comment_date_gmt"))
        .or_else(|| super::moment(comment.of("wp:comment_date")))
}

/// Tags and categories alike, each once.
fn tags(item: &Element) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for category in item.all("category") {
        let counts = matches!(
            category.attribute("domain"),
            "post_tag" | "category" | "tag" | ""
        );
        let name = words(category.text.trim());
        let says_something = category.attribute("nicename") != NO_CATEGORY && !name.is_empty();
        if counts && says_something && !tags.contains(&name) {
            tags.push(name);
        }
    }
    tags
}

/// WordPress keeps names and titles as HTML (`Tom &amp; Ada`); these are their words.
fn words(html: &str) -> String {
    if html.contains(['<', '&']) {
        text::plain(html).trim().to_owned()
    } else {
        html.to_owned()
    }
}

/// The beginning of a text, fit for one line of a report.
fn short(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(80)
        .collect()
}
