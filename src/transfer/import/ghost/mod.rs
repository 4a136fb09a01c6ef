//! Reads the JSON export of Ghost, versions 0.3 to 6: posts, pages and comments, with what other tables say about them.
//!
//! The file is read twice, since its tables come in any order: once for all that is short ([`Index`]), once for the texts.
//! Of members only the names of commenters are read, and of passwords, tokens and addresses of mail nothing.

mod cards;
mod html;
mod index;
mod lexical;
mod mobiledoc;

pub use index::Index;

use super::NotAnExport;
use super::json_tables::{Columns, JsonTables, Row};
use crate::blog::comment::State;
use crate::blog::post::{Kind, Markup};
use crate::blog::time::Millis;
use crate::transfer::archive::{Comment, Entry, Given, On, Post, Status};
use crate::transfer::report::{About, Note};
use anyhow::{Result, bail};
use std::collections::{BTreeSet, VecDeque};
use std::io::BufRead;

/// Where the tables are: at the top, or in one of these.
const INSIDE: &[&str] = &["db", "data"];
/// What Ghost writes for the address of the blog.
const BLOG_URL: &str = "__GHOST_URL__";
/// Where Ghost keeps pictures, and the copies that it makes of them: `size/w600/`, `size/w600h400/format/webp/`.
const IMAGES: &str = "/content/images/";
const COPIES: &str = "size/w";

/// Opens the tables of an export, and refuses what is none.
fn tables<R: BufRead>(reader: R) -> Result<JsonTables<R>> {
    match JsonTables::open(reader, INSIDE)? {
        Some(tables) => Ok(tables),
        None => bail!(NotAnExport(index::NOT_GHOST.to_owned())),
    }
}

/// Reads posts and comments as a stream, one in memory.
pub struct Ghost<'i, R> {
    index: &'i Index,
    given: &'i Given,
    tables: JsonTables<R>,
    ready: VecDeque<Entry>,
    is_over: bool,
}

impl<'i, R: BufRead> Ghost<'i, R> {
    /// Begins to read the texts of an export that the index was made of.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn open(index: &'i Index, reader: R, given: &'i Given) -> Result<Self> {
        Ok(Self {
            index,
            given,
            tables: tables(reader)?,
            ready: index.about_blog().into(),
            is_over: false,
        })
    }

    fn take(&mut self, row: Row) {
        let columns = Columns::from(row.value);
        match row.table.as_str() {
            "posts" => self.post(&columns),
            "comments" => {
                let comment = self.comment(&columns);
                self.ready.push_back(comment);
            }
            _ => {}
        }
    }

    fn post(&mut self, row: &Columns) {
        let id = row.id("id").unwrap_or_default();
        let title = row.text("title").trim().to_owned();
        let about = About::from(kind(row));
        let named = title.clone();
        let changed = |why: String| Entry::Changed(Note::new(about, &named, why));
        let (status, hidden) = status(row);
        self.ready
            .extend(hidden.map(|why| changed(format!("imported as a draft, because {why}"))));
        let mut unknown = BTreeSet::new();
        let (source, markup) = text(row, &mut unknown);
        let cards = unknown.into_iter();
        self.ready
            .extend(cards.map(|name| changed(format!("Ghost's card “{name}” is not supported"))));
        if ["codeinjection_head", "codeinjection_foot"]
            .iter()
            .any(|name| !row.text(name).trim().is_empty())
        {
            self.ready
                .push_back(changed("its code injection was left out".to_owned()));
        }
        let internal = self.index.internal_tags_of(&id);
        if !internal.is_empty() {
            let why = format!("internal tags were left out: {}", internal.join(", "));
            self.ready.push_back(changed(why));
        }
        let source = local(&format!("{}{source}", self.feature_picture(row, &id)));
        self.name_files(&source);
        let source = self.with_host(&source);
        let post = self.built(row, &id, title, status, (source, markup));
        self.ready.push_back(Entry::Post(Box::new(post)));
    }

    fn built(
        &self,
        row: &Columns,
        id: &str,
        title: String,
        status: Status,
        (source, markup): (String, Markup),
    ) -> Post {
        let created_at = moment(row, "created_at");
        let published_at = moment(row, "published_at").or(created_at.filter(|_| is_public(status)));
        let updated_at = moment(row, "updated_at").or(published_at).or(created_at);
        let excerpts = [
            row.text("custom_excerpt"),
            row.text("meta_description"),
            self.index.meta(id).map_or("", |meta| &meta.description),
        ];
        let kind = kind(row);
        Post {
            origin: index::origin(row),
            kind,
            status,
            title,
            path: self.path(row, kind, published_at),
            slug: row.text("slug").to_owned(),
            source,
            markup,
            tags: self.index.tags_of(id),
            author: self.index.authors_of(id, row),
            excerpt: excerpts
                .into_iter()
                .find(|text| !text.trim().is_empty())
                .unwrap_or_default()
                .to_owned(),
            published_at,
            updated_at,
            ..Post::default()
        }
    }

    /// Where readers found a post. A blog may have lived in a folder.
    fn path(&self, row: &Columns, kind: Kind, published_at: Option<Millis>) -> Option<String> {
        let path = self.index.path(row, kind, published_at, &self.given.zone)?;
        let folder = self.given.old_url.as_deref().and_then(super::path);
        let folder = folder.as_deref().unwrap_or_default();
        Some(format!("{}{path}", folder.trim_end_matches('/')))
    }

    /// Where the old blog lived, without a slash at the end.
    fn host(&self) -> Option<&str> {
        let address = self.given.old_url.as_deref()?;
        Some(address.trim_end_matches('/'))
    }

    /// Lets the addresses of the files in a text go on to lead to them, or names those that nobody can fetch.
    fn name_files(&mut self, source: &str) {
        let files: BTreeSet<&str> = files_in(source).collect();
        for file in files {
            let entry = match self.host() {
                Some(host) => Entry::Address {
                    from: file.to_owned(),
                    to: format!("{host}{file}"),
                },
                None => Entry::Changed(Note::new(
                    About::Picture,
                    file,
                    "the export does not hold it: name the old blog with --old-url, and it is fetched from there",
                )),
            };
            self.ready.push_back(entry);
        }
    }

    /// A text whose pictures are asked of the old blog, where it is known where that lived.
    fn with_host(&self, source: &str) -> String {
        match self.host() {
            Some(host) => {
                source.replace(&format!("src=\"{IMAGES}"), &format!("src=\"{host}{IMAGES}"))
            }
            None => source.to_owned(),
        }
    }

    /// The picture that represents a post, as the beginning of its text.
    fn feature_picture(&self, row: &Columns, id: &str) -> String {
        let address = [row.text("feature_image"), row.text("image")]
            .into_iter()
            .find(|address| !address.is_empty());
        let Some(address) = address else {
            return String::new();
        };
        let meta = self.index.meta(id);
        let said = |name: &str, of_meta: fn(&index::Meta) -> &str| {
            let own = row.text(name);
            if own.is_empty() {
                meta.map_or("", of_meta).to_owned()
            } else {
                own.to_owned()
            }
        };
        cards::feature_picture(
            address,
            &said("feature_image_alt", |meta| &meta.alt),
            &said("feature_image_caption", |meta| &meta.caption),
        )
    }

    fn comment(&self, row: &Columns) -> Entry {
        let id = row.id("id").unwrap_or_default();
        let name = self.index.commenter(row);
        let post = row.id("post_id").and_then(|id| self.index.origin_of(&id));
        let (Some(post), Some(created_at)) = (post, moment(row, "created_at")) else {
            return Entry::Skipped(Note::new(
                About::Comment,
                format!("comment {id} by {name}"),
                "its post or its date is not in the file",
            ));
        };
        let origin = |id: &str| format!("ghost:comment-{id}");
        let parent = row.id("in_reply_to_id").or_else(|| row.id("parent_id"));
        Entry::Comment(Box::new(Comment {
            origin: origin(&id),
            other_origins: Vec::new(),
            on: On::Origin(post.to_owned()),
            parent: parent.as_deref().map(origin),
            state: match row.text("status") {
                "published" | "" => State::Approved,
                "deleted" => State::Deleted,
                _ => State::Hidden,
            },
            name,
            url: String::new(),
            email: String::new(),
            markup: Markup::Html,
            source: local(row.text("html")),
            created_at,
        }))
    }
}

impl<R: BufRead> Iterator for Ghost<'_, R> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Some(Ok(entry));
            }
            if self.is_over {
                return None;
            }
            match self.tables.next() {
                Some(Ok(row)) => self.take(row),
                Some(Err(error)) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
                None => self.is_over = true,
            }
        }
    }
}

fn kind(row: &Columns) -> Kind {
    if row.is("page") || row.text("type") == "page" {
        Kind::Page
    } else {
        Kind::Post
    }
}

fn is_public(status: Status) -> bool {
    status == Status::Published
}

/// Whether readers saw a post; where they did not although it was published, why.
fn status(row: &Columns) -> (Status, Option<&'static str>) {
    let visibility = row.text("visibility");
    match row.text("status") {
        "published" if !matches!(visibility, "public" | "") => {
            (Status::Draft, Some("only members could read it"))
        }
        "published" => (Status::Published, None),
        "sent" => (Status::Draft, Some("it was only sent by mail")),
        "scheduled" => (Status::Scheduled, None),
        _ => (Status::Draft, None),
    }
}

/// A moment as Ghost wrote it over the years: milliseconds since 1970, RFC 3339, or a date and a time in UTC.
fn moment(row: &Columns, name: &str) -> Option<Millis> {
    row.number(name)
        .map(Millis)
        .or_else(|| super::moment(row.text(name)))
}

/// The text of a post: what Ghost rendered, else what its author wrote.
fn text(row: &Columns, unknown: &mut BTreeSet<String>) -> (String, Markup) {
    let is_there = |name: &str| !row.text(name).trim().is_empty();
    if is_there("html") {
        let html = row.text("html");
        let plain = html::without_cards(html).unwrap_or_else(|| html.to_owned());
        return (plain, Markup::Html);
    }
    let rendered = lexical::html(row.text("lexical"), unknown)
        .or_else(|| mobiledoc::html(row.text("mobiledoc"), unknown));
    match rendered {
        Some(html) if !html.is_empty() || !is_there("markdown") => (html, Markup::Html),
        _ => (row.text("markdown").to_owned(), Markup::Markdown),
    }
}

/// The addresses of Ghost's pictures in a text.
fn files_in(source: &str) -> impl Iterator<Item = &str> {
    source.match_indices(IMAGES).filter_map(|(at, _)| {
        let end = source[at..].find(['"', '\'', ' ', ')', '<', '>', '\n', '?', '#'])?;
        // What is behind a host is of another blog.
        let is_local = source[..at].ends_with(['"', '\'', '(', ' ']);
        is_local.then(|| &source[at..at + end])
    })
}

/// A text with the blog's own addresses from the slash on, and with pictures instead of the copies that Ghost made.
fn local(source: &str) -> String {
    let source = source
        .replace(&format!("{BLOG_URL}/"), "/")
        .replace(BLOG_URL, "/");
    let copies = format!("{IMAGES}{COPIES}");
    let mut parts = source.split(&copies);
    let mut local = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let after = part
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == 'h')
            .strip_prefix('/');
        match after {
            Some(after) => {
                let format = after.strip_prefix("format/");
                let file = format.and_then(|format| format.split_once('/'));
                local.extend([IMAGES, file.map_or(after, |(_, file)| file)]);
            }
            None => local.extend([copies.as_str(), part]),
        }
    }
    local
}

#[cfg(test)]
mod tests;
