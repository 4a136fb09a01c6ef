//! What an item of the export says besides its text: who it is, where it lived, when, and for whom it was.

use super::library::Library;
use super::words;
use crate::blog::comment::State;
use crate::blog::post::Kind;
use crate::blog::time::Millis;
use crate::blog::{fetch, slug};
use crate::transfer::archive::{Entry, Given, Status};
use crate::transfer::import::xml::Element;
use jiff::civil;
use std::collections::HashMap;

/// The category that WordPress gives to posts without one.
const NO_CATEGORY: &str = "uncategorized";
/// What WordPress appends to the address of a post in its trash.
const TRASHED: &str = "__trashed";
/// Parameters by which WordPress names posts where they have no address of their own.
const NUMBERS: [&str; 5] = ["p", "page_id", "attachment_id", "post_type", "preview"];

/// What the export says before its first item.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: String,
    pub(super) description: String,
    /// The old blog's address as it is written.
    blog: String,
    /// The names that readers know and the numbers, by the names that writers sign in with.
    authors: HashMap<String, (String, String)>,
    terms: Vec<Term>,
}

/// A category or a tag.
#[derive(Debug)]
struct Term {
    id: String,
    /// `category` or `tag`.
    folder: &'static str,
    nicename: String,
    name: String,
}

impl Head {
    pub(super) fn take(&mut self, record: &Element) {
        let text = record.text.trim();
        match record.name.as_str() {
            "title" => self.title = words(text),
            "description" => self.description = words(text),
            "wp:base_blog_url" if !text.is_empty() => text.clone_into(&mut self.blog),
            "link" if self.blog.is_empty() => text.clone_into(&mut self.blog),
            "wp:author" => {
                let login = record.of("wp:author_login");
                let name = match words(record.of("wp:author_display_name")) {
                    none if none.trim().is_empty() => login.to_owned(),
                    name => name,
                };
                let id = record.of("wp:author_id").to_owned();
                self.authors.insert(login.to_owned(), (name, id));
            }
            "wp:category" => self.terms.push(Term {
                id: record.of("wp:term_id").to_owned(),
                folder: "category",
                nicename: record.of("wp:category_nicename").to_owned(),
                name: words(record.of("wp:cat_name")),
            }),
            "wp:tag" => self.terms.push(Term {
                id: record.of("wp:term_id").to_owned(),
                folder: "tag",
                nicename: record.of("wp:tag_slug").to_owned(),
                name: words(record.of("wp:tag_name")),
            }),
            _ => {}
        }
    }

    /// What the operator says counts where the export says nothing.
    pub(super) fn settle(&mut self, given: Option<&str>) {
        if let Some(given) = given
            && self.blog.is_empty()
        {
            given.clone_into(&mut self.blog);
        }
    }

    /// The old blog's address without what differs before and after a move to https.
    fn name(&self) -> &str {
        let bare = self
            .blog
            .split_once("//")
            .map_or(self.blog.as_str(), |(_, rest)| rest);
        bare.strip_prefix("www.")
            .unwrap_or(bare)
            .trim_end_matches('/')
    }

    /// The folder that the old blog lived in: empty, or `/blog`.
    fn folder(&self) -> &str {
        self.name().find('/').map_or("", |at| &self.name()[at..])
    }

    fn host(&self) -> &str {
        self.name().split('/').next().unwrap_or_default()
    }

    /// The name by which a second import knows a post.
    pub(super) fn post(&self, item: &Element, library: &Library) -> String {
        let named = |name: String| format!("wordpress:{}/{name}", self.name());
        let (id, guid, link) = (item.of("wp:post_id"), item.of("guid"), item.of("link"));
        let bare = |address: &str| {
            let (_, rest) = address.split_once("//").unwrap_or(("", address));
            rest.to_owned()
        };
        if library.names_one_post("id", id) {
            named(format!("post-{id}"))
        } else if library.names_one_post("guid", guid) {
            named(format!("guid:{}", bare(guid)))
        } else if library.names_one_post("link", link) {
            named(format!("link:{}", bare(link)))
        } else {
            let date = item.of("wp:post_date");
            named(format!(
                "name:{} {} {date}",
                item.of("wp:post_name"),
                item.of("title")
            ))
        }
    }

    /// Names that earlier releases gave to the same.
    pub(super) fn earlier_names(&self, item: &Element, library: &Library) -> Vec<String> {
        let id = item.of("wp:post_id");
        if !library.names_one_post("id", id) {
            return Vec::new();
        }
        self.earlier(&format!("post-{id}"))
    }

    fn earlier(&self, name: &str) -> Vec<String> {
        let ending = if self.blog.ends_with('/') { "/" } else { "" };
        let mut all = Vec::new();
        for scheme in ["https", "http"] {
            for www in ["", "www."] {
                all.push(format!(
                    "wordpress:{scheme}://{www}{}{ending}/{name}",
                    self.name()
                ));
            }
        }
        all
    }

    /// The name of a comment; `on` is its item.
    pub(super) fn comment(&self, comment: &Element, library: &Library) -> String {
        let id = comment.of("wp:comment_id");
        if library.names_one_comment(id) {
            return format!("wordpress:{}/comment-{id}", self.name());
        }
        let date = match comment.of("wp:comment_date_gmt") {
            "" => comment.of("wp:comment_date"),
            date => date,
        };
        let author = comment.of("wp:comment_author");
        format!("wordpress:{}/comment-{id} {date} {author}", self.name())
    }

    pub(super) fn earlier_comment(&self, comment: &Element, library: &Library) -> Vec<String> {
        let id = comment.of("wp:comment_id");
        if !library.names_one_comment(id) {
            return Vec::new();
        }
        self.earlier(&format!("comment-{id}"))
    }

    /// The by-line of who signs in with a name.
    pub(super) fn author(&self, login: &str) -> String {
        self.authors
            .get(login)
            .map_or_else(|| login.to_owned(), |(name, _)| name.clone())
    }

    /// The address that readers know, where it names only this item. What is in the trash has one only if it was public
    /// before: only then may it be public again.
    pub(super) fn path(&self, item: &Element) -> Option<String> {
        let link = item.of("link");
        let path = super::super::path(link)?;
        let is_front = path.trim_end_matches('/') == self.folder();
        let by_number = link.split_once('?').is_some_and(|(_, query)| {
            let name = query.split('=').next().unwrap_or_default();
            NUMBERS.contains(&name)
        });
        if is_front || by_number {
            return None;
        }
        if item.of("wp:status") != "trash" {
            return Some(path);
        }
        let before = meta(item, "_wp_trash_meta_status").unwrap_or("publish");
        let was_public = before == "publish" && item.of("wp:post_password").is_empty();
        was_public.then(|| path.replace(TRASHED, ""))
    }

    /// Further addresses that led to an item: by its number, and those of its attachments.
    pub(super) fn old_addresses(
        &self,
        item: &Element,
        kind: Kind,
        library: &Library,
    ) -> Vec<String> {
        let id = item.of("wp:post_id");
        let folder = self.folder();
        let mut all = Vec::new();
        if let Some(target) =
            super::super::target(item.of("link")).filter(|target| target.contains('?'))
        {
            all.push(target);
        }
        if library.names_one_post("id", id) {
            all.push(format!("{folder}/?p={id}"));
            if kind == Kind::Page {
                all.push(format!("{folder}/?page_id={id}"));
            }
            for page in library.pages_of(id) {
                all.push(if page.starts_with('?') {
                    format!("{folder}/{page}")
                } else {
                    page.clone()
                });
            }
        }
        all.dedup();
        all
    }

    /// Where the folder, the categories, the tags and the authors of the old blog lead.
    pub(super) fn addresses(&self, library: &Library) -> Vec<Entry> {
        let folder = self.folder();
        let mut all = Vec::new();
        let mut add = |from: String, to: String| all.push(Entry::Address { from, to });
        if !folder.is_empty() {
            add(folder.to_owned(), "/".to_owned());
        }
        for term in &self.terms {
            let to = if term.nicename == NO_CATEGORY {
                "/archive/".to_owned()
            } else if library.uses_term(&term.nicename) {
                format!("/tags/{}/", slug::of(&term.name))
            } else {
                "/tags/".to_owned()
            };
            add(
                format!("{folder}/{}/{}/", term.folder, term.nicename),
                to.clone(),
            );
            if term.folder == "category" && !term.id.is_empty() {
                add(format!("{folder}/?cat={}", term.id), to);
            }
        }
        for (login, (name, id)) in &self.authors {
            let slug = slug::of(name);
            if !slug.is_empty() {
                add(
                    format!("{folder}/author/{login}/"),
                    format!("/authors/{slug}/"),
                );
                add(
                    format!("{folder}/?author={id}"),
                    format!("/authors/{slug}/"),
                );
            }
        }
        for page in library
            .pages_of("0")
            .iter()
            .filter(|page| !page.starts_with('?'))
        {
            add(page.clone(), "/archive/".to_owned());
        }
        all.sort_by_key(|entry| match entry {
            Entry::Address { from, .. } => from.clone(),
            _ => String::new(),
        });
        all
    }

    /// The old address of a file of the old blog, which leads to the file that is fetched.
    pub(super) fn file(&self, address: &str) -> Option<Entry> {
        let (_, rest) = address.split_once("//")?;
        let bare = rest.strip_prefix("www.").unwrap_or(rest);
        let (host, _) = bare.split_once('/')?;
        let is_file = rest.contains("/wp-content/") || rest.contains("/files/");
        let from = super::super::path(address)?;
        (host == self.host() && is_file).then(|| Entry::Address {
            to: fetch::original_of(address).unwrap_or_else(|| address.to_owned()),
            from,
        })
    }

    /// The same of all files that a text names.
    pub(super) fn files_in(&self, source: &str) -> Vec<Entry> {
        if !source.contains(self.host()) {
            return Vec::new();
        }
        fetch::addresses(source)
            .iter()
            .filter_map(|address| self.file(address))
            .collect()
    }
}

/// A value of an item's own table.
pub(super) fn meta<'a>(item: &'a Element, key: &str) -> Option<&'a str> {
    item.all("wp:postmeta")
        .find(|meta| meta.of("wp:meta_key") == key)
        .map(|meta| meta.of("wp:meta_value"))
        .filter(|value| !value.is_empty())
}

pub(super) fn status(word: &str) -> Status {
    match word {
        "publish" => Status::Published,
        "future" => Status::Scheduled,
        "trash" => Status::Trashed,
        _ => Status::Draft,
    }
}

/// Why an item comes in as a draft that was none.
pub(super) fn why_hidden(item: &Element) -> Option<&'static str> {
    match item.of("wp:status") {
        "private" => Some("imported as a draft, because it was private"),
        "pending" => Some("imported as a draft, because it was not approved yet"),
        "publish" | "future" if !item.of("wp:post_password").is_empty() => {
            Some("imported as a draft, because it was protected by a password")
        }
        _ => None,
    }
}

pub(super) fn state(approved: &str) -> State {
    match approved {
        "1" | "approve" | "approved" => State::Approved,
        "spam" => State::Spam,
        "trash" | "post-trashed" => State::Deleted,
        _ => State::Waiting,
    }
}

/// Tags and categories alike, each once.
pub(super) fn tags(item: &Element) -> Vec<String> {
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

/// When an item was published and last changed, from the dates that it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    /// In UTC as the export says it, which it does for what was published.
    exact: Option<Millis>,
    published: Option<Millis>,
    changed: Option<Millis>,
    now: Millis,
}

impl Dates {
    pub(super) fn of(item: &Element, given: &Given) -> Self {
        let utc = |field| super::super::moment(item.of(field)).filter(|at| at.0 != 0);
        let local = |field| local(item.of(field), given);
        let exact = utc("wp:post_date_gmt");
        let published = exact
            .or_else(|| rfc2822(item.of("pubDate")))
            .or_else(|| local("wp:post_date"));
        Self {
            exact,
            published,
            changed: utc("wp:post_modified_gmt").or_else(|| local("wp:post_modified")),
            now: given.now,
        }
    }

    pub(super) fn is_known(&self) -> bool {
        self.published.is_some()
    }

    /// The time of the last change is never that of the publication.
    pub(super) fn published_at(&self, status: Status) -> Option<Millis> {
        match status {
            Status::Published | Status::Trashed => self.published.or(Some(self.now)),
            Status::Scheduled => self.published,
            Status::Draft => self.exact,
        }
    }

    pub(super) fn changed_at(&self) -> Option<Millis> {
        self.changed.or(self.published)
    }
}

/// A date of RSS; WordPress writes the beginning of all times where it has none.
fn rfc2822(text: &str) -> Option<Millis> {
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    (at.as_second() > 0).then(|| Millis(at.as_millisecond()))
}

/// A date in the zone of the blog.
fn local(text: &str, given: &Given) -> Option<Millis> {
    let time: civil::DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
    let zoned = given.zone.to_zoned(time).ok()?;
    Some(Millis(zoned.timestamp().as_millisecond()))
}

/// When a comment was written.
pub(super) fn comment_date(comment: &Element, given: &Given) -> Option<Millis> {
    super::super::moment(comment.of("wp:comment_date_gmt"))
        .or_else(|| local(comment.of("wp:comment_date"), given))
}
