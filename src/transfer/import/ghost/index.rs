//! What the short tables of a Ghost export say: settings, tags, writers, and which posts there are.

use super::super::NotAnExport;
use super::super::json_tables::{Columns, Row};
use super::moment;
use crate::blog::post::Kind;
use crate::blog::time::Millis;
use crate::transfer::archive::Entry;
use crate::transfer::report::{About, Note};
use anyhow::{Result, bail};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::io::BufRead;

pub const NOT_GHOST: &str = "This is not an export of Ghost. In Ghost's admin pages, export it under Settings → \
                             Import/Export (older versions: Labs) → Export content: a file that ends in .json.";
/// What Ghost uses where the settings name no pattern, as they do since version 2.
const PERMALINKS: &str = "/:slug/";
/// What Ghost puts into an address in place of a first tag where a post has none.
const NO_TAG: &str = "all";

/// What readers saw of a tag.
#[derive(Debug)]
struct Tag {
    name: String,
    slug: String,
    /// Ghost shows it to nobody.
    is_internal: bool,
}

#[derive(Debug)]
struct Writer {
    name: String,
    slug: String,
}

/// What newer versions keep next to a post.
#[derive(Debug, Default)]
pub struct Meta {
    pub alt: String,
    pub caption: String,
    pub description: String,
}

/// The ids of a post's tags or writers, each with its place.
type Lists = HashMap<String, Vec<(i64, String)>>;

/// All short tables of an export.
#[derive(Debug)]
pub struct Index {
    settings: HashMap<String, String>,
    /// What the settings say.
    zone: Option<TimeZone>,
    tags: HashMap<String, Tag>,
    writers: HashMap<String, Writer>,
    tags_of: Lists,
    authors_of: Lists,
    meta: HashMap<String, Meta>,
    members: HashMap<String, String>,
    origins: HashMap<String, String>,
}

impl Index {
    /// Reads a whole export, of which it refuses what is cut off, and what is none of Ghost.
    ///
    /// # Errors
    /// Where the file cannot be read, or is no export of Ghost.
    pub fn read(reader: impl BufRead) -> Result<Self> {
        let mut index = Self {
            settings: HashMap::new(),
            zone: None,
            tags: HashMap::new(),
            writers: HashMap::new(),
            tags_of: Lists::new(),
            authors_of: Lists::new(),
            meta: HashMap::new(),
            members: HashMap::new(),
            origins: HashMap::new(),
        };
        let mut tables = 0;
        for row in super::tables(reader)? {
            tables += usize::from(index.take(row?));
        }
        if tables == 0 {
            bail!(NotAnExport(NOT_GHOST.to_owned()));
        }
        let name = ["timezone", "activeTimezone"]
            .iter()
            .find_map(|name| index.settings.get(*name));
        index.zone = name.and_then(|name| TimeZone::get(name).ok());
        Ok(index)
    }

    /// Whether the row is of a table that every export has.
    fn take(&mut self, row: Row) -> bool {
        let columns = Columns::from(row.value);
        let id = columns.id("id").unwrap_or_default();
        match row.table.as_str() {
            "settings" => {
                let value = columns.text("value").to_owned();
                self.settings.insert(columns.text("key").to_owned(), value);
                return columns.get("key").is_some();
            }
            "posts" => {
                self.origins.insert(id, origin(&columns));
                return columns.get("slug").is_some();
            }
            "tags" => {
                let name = columns.text("name").trim().to_owned();
                self.tags.insert(
                    id,
                    Tag {
                        is_internal: name.starts_with('#')
                            || columns.text("visibility") == "internal",
                        slug: columns.text("slug").to_owned(),
                        name,
                    },
                );
            }
            "users" => {
                self.writers.insert(
                    id,
                    Writer {
                        name: columns.text("name").trim().to_owned(),
                        slug: columns.text("slug").to_owned(),
                    },
                );
            }
            "posts_tags" => add(&mut self.tags_of, &columns, "tag_id"),
            "posts_authors" => add(&mut self.authors_of, &columns, "author_id"),
            "posts_meta" => {
                let text = |name: &str| columns.text(name).to_owned();
                self.meta.insert(
                    columns.id("post_id").unwrap_or_default(),
                    Meta {
                        alt: text("feature_image_alt"),
                        caption: text("feature_image_caption"),
                        description: text("meta_description"),
                    },
                );
            }
            "members" => {
                self.members.insert(id, columns.text("name").to_owned());
            }
            _ => {}
        }
        false
    }

    fn setting(&self, names: &[&str]) -> &str {
        names
            .iter()
            .filter_map(|name| self.settings.get(*name))
            .find(|value| !value.trim().is_empty())
            .map_or("", String::as_str)
    }

    /// What comes before the posts: the name of the blog, and what is left out of it.
    pub fn about_blog(&self) -> Vec<Entry> {
        let mut entries = vec![Entry::Blog {
            title: self.setting(&["title"]).trim().to_owned(),
            description: self.setting(&["description"]).trim().to_owned(),
        }];
        let injected = [
            "codeinjection_head",
            "codeinjection_foot",
            "ghost_head",
            "ghost_foot",
        ];
        if !self.setting(&injected).is_empty() {
            entries.push(Entry::Skipped(Note::new(
                About::File,
                "code injection of the blog",
                "scripts and styles of other programs are not imported",
            )));
        }
        if !self.members.is_empty() {
            entries.push(Entry::Skipped(Note::counted(
                About::File,
                self.members.len() as u64,
                "members and their addresses are not imported",
            )));
        }
        entries
    }

    pub fn origin_of(&self, post: &str) -> Option<&str> {
        self.origins.get(post).map(String::as_str)
    }

    pub fn meta(&self, post: &str) -> Option<&Meta> {
        self.meta.get(post)
    }

    fn tags<'s>(&'s self, post: &str) -> impl Iterator<Item = &'s Tag> {
        let ids = self.tags_of.get(post).map_or(&[][..], Vec::as_slice);
        let mut ids: Vec<&(i64, String)> = ids.iter().collect();
        ids.sort_by_key(|(place, _)| *place);
        ids.into_iter().filter_map(|(_, id)| self.tags.get(id))
    }

    /// The names of the tags that readers saw.
    pub fn tags_of(&self, post: &str) -> Vec<String> {
        let public = self.tags(post).filter(|tag| !tag.is_internal);
        public.map(|tag| tag.name.clone()).collect()
    }

    pub fn internal_tags_of(&self, post: &str) -> Vec<&str> {
        let internal = self.tags(post).filter(|tag| tag.is_internal);
        internal.map(|tag| tag.name.as_str()).collect()
    }

    fn writers<'s>(&'s self, post: &str, row: &Columns) -> Vec<&'s Writer> {
        let mut ids = self.authors_of.get(post).cloned().unwrap_or_default();
        if ids.is_empty() {
            ids.extend(row.id("author_id").map(|id| (0, id)));
        }
        ids.sort();
        ids.iter()
            .filter_map(|(_, id)| self.writers.get(id))
            .filter(|writer| !writer.name.is_empty())
            .collect()
    }

    /// The names of who wrote a post, as one by-line.
    pub fn authors_of(&self, post: &str, row: &Columns) -> String {
        let names = self.writers(post, row).into_iter();
        let names: Vec<&str> = names.map(|writer| writer.name.as_str()).collect();
        names.join(", ")
    }

    /// What a comment calls who wrote it.
    pub fn commenter(&self, row: &Columns) -> String {
        let inside = row.get("member").and_then(|member| member.get("name"));
        let name = inside
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned);
        name.or_else(|| self.members.get(&row.id("member_id")?).cloned())
            .unwrap_or_default()
    }

    /// Where readers found a post, by the blog's pattern; `None` where nobody ever did. Pages are always at the top.
    /// `zone` is that of a blog whose settings name none.
    pub fn path(
        &self,
        row: &Columns,
        kind: Kind,
        published_at: Option<Millis>,
        zone: &TimeZone,
    ) -> Option<String> {
        let slug = row.text("slug");
        if slug.is_empty() {
            return None;
        }
        let pattern = match (kind, self.setting(&["permalinks"])) {
            (Kind::Post, pattern) if !pattern.is_empty() => pattern,
            _ => PERMALINKS,
        };
        if !pattern.contains("slug") && !pattern.contains("id") {
            return Some(format!("/{slug}/"));
        }
        let id = row.id("id").unwrap_or_default();
        let day = published_at
            .or_else(|| moment(row, "created_at"))
            .map(|at| at.day(self.zone.as_ref().unwrap_or(zone)));
        let part = |format: &str| day.map_or(String::new(), |day| day.strftime(format).to_string());
        let author = self
            .writers(&id, row)
            .first()
            .map_or("", |first| &first.slug);
        let first_tag = self
            .tags(&id)
            .next()
            .filter(|tag| !tag.is_internal)
            .map_or(NO_TAG, |tag| &tag.slug);
        let mut path = pattern.to_owned();
        for (name, value) in [
            ("slug", slug),
            ("year", &part("%Y")),
            ("month", &part("%m")),
            ("day", &part("%d")),
            ("author", author),
            ("primary_author", author),
            ("primary_tag", first_tag),
            ("id", &id),
        ] {
            path = path
                .replace(&format!("{{{name}}}"), value)
                .replace(&format!(":{name}"), value);
        }
        path.starts_with('/').then_some(path)
    }
}

/// The name of a post in its source. Ghost gives each post a name that no other post of any blog has.
pub fn origin(row: &Columns) -> String {
    match row.text("uuid") {
        "" => format!(
            "ghost:{}/post-{}",
            row.text("slug"),
            row.id("id").unwrap_or_default()
        ),
        uuid => format!("ghost:post-{uuid}"),
    }
}

fn add(lists: &mut Lists, columns: &Columns, of: &str) {
    if let (Some(post), Some(id)) = (columns.id("post_id"), columns.id(of)) {
        let place = columns.number("sort_order").unwrap_or(0);
        lists.entry(post).or_default().push((place, id));
    }
}
