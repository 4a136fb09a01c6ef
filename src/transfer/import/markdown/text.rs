//! A text of a folder as a post: its source in plain Markdown, its addresses, and what else its front matter says.

use super::config::Program;
use super::front_matter::{Document, Meta};
use super::site::{Item, Place, Site};
use super::targets::{joined, path_of, replaced};
use super::templating::Templating;
use super::{Files, dialect, ending, is_picture, permalink};
use crate::blog::post::{Comments, Markup};
use crate::transfer::archive::{Entry, Picture, Post};
use crate::transfer::report::{About, Note};
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;

/// Front matter that becomes something else, or that says only how a program shows a text.
const KNOWN: &[&str] = &[
    "title",
    "slug",
    "date",
    "pubdate",
    "publishdate",
    "published_at",
    "created",
    "created_at",
    "publish_date",
    "pubdatetime",
    "lastmod",
    "last_modified_at",
    "updated",
    "modified",
    "updateddate",
    "updated_at",
    "permalink",
    "url",
    "path",
    "save_as",
    "aliases",
    "alias",
    "redirect_from",
    "draft",
    "published",
    "publish",
    "private",
    "status",
    "tags",
    "tag",
    "categories",
    "category",
    "taxonomies",
    "description",
    "summary",
    "excerpt",
    "author",
    "authors",
    "comments",
    "pinned",
    "sticky",
    "layout",
    "type",
    "kind",
    "template",
    "image",
    "cover",
    "cover_image",
    "heroimage",
    "hero_image",
    "feature_image",
    "featured_image",
    "featuredimage",
    "toc",
    "excerpt_separator",
    "sitemap",
    "weight",
    "extra",
];
/// Front matter that names the picture of a post.
const PICTURES: &[&str] = &[
    "image",
    "cover",
    "cover_image",
    "heroimage",
    "hero_image",
    "feature_image",
    "featured_image",
    "featuredimage",
];
/// What a form of the editor takes (`blog::post`): more would keep a post from being saved.
const FIELDS_MAX: usize = 20;
const FIELD_MAX_CHARS: usize = 290;

/// What some programs put before the path of a file.
const MARKS: &[&str] = &[
    "{static}",
    "{filename}",
    "{attach}",
    "|filename|",
    "|static|",
    "@",
];
/// Folders whose files a site serves from its root.
const SERVED: &[&str] = &[
    "static/",
    "public/",
    "",
    "assets/",
    "src/",
    "src/assets/",
    "content/",
    "source/",
    "images/",
];

/// Where a target of a text leads to.
enum Target<'s> {
    Text(&'s Item, String),
    File(String),
}

impl Site {
    /// What comes before the texts.
    pub fn about(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if !self.config.title.is_empty() {
            entries.push(Entry::Blog {
                title: self.config.title.clone(),
                description: self.config.description.clone(),
            });
        }
        let left_out = self.left_out.iter();
        entries
            .extend(left_out.map(|(name, why)| Entry::Skipped(Note::new(About::File, name, *why))));
        entries
    }

    /// The entries of the whole folder, each text read when it is asked for.
    pub fn entries<'s>(&'s self, files: &'s dyn Files) -> impl Iterator<Item = Result<Entry>> + 's {
        let texts = self.items.iter().flat_map(move |item| {
            let read = self.document(files, &item.name);
            match read.map(|document| self.entries_of(item, document)) {
                Ok(entries) => entries.into_iter().map(Ok).collect::<Vec<_>>(),
                Err(error) => vec![Err(error)],
            }
        });
        self.about().into_iter().map(Ok).chain(texts)
    }

    /// The pictures of the folder that its texts show.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn pictures(&self, files: &dyn Files) -> Result<BTreeSet<String>> {
        let mut pictures = BTreeSet::new();
        for item in &self.items {
            let document = self.document(files, &item.name)?;
            let mut unknown = BTreeSet::new();
            let source = self.plain(item, &document.body, &mut unknown);
            let mut take = |target: &str| {
                if let Some(Target::File(name)) = self.target(item, target)
                    && is_picture(&name)
                {
                    pictures.insert(name);
                }
                None
            };
            replaced(&source, &mut take);
            if let Some(picture) = picture(&document.meta) {
                take(&picture.address);
            }
        }
        Ok(pictures)
    }

    fn entries_of(&self, item: &Item, document: Document) -> Vec<Entry> {
        let Document { meta, body, .. } = document;
        let mut entries = Vec::new();
        let mut unknown = BTreeSet::new();
        let mut files = BTreeSet::new();
        let source = self.plain(item, &body, &mut unknown);
        let (heading, source) = heading_of(item, &source);
        let source = replaced(&source, |target| self.new_target(item, target, &mut files));
        let title = [item.title.clone(), heading, words_of(&item.slug)]
            .into_iter()
            .find(|title| !title.is_empty())
            .unwrap_or_default();
        let about = About::from(item.kind);
        let note = |about: About, why: String| Entry::Changed(Note::new(about, &title, why));
        let tags = unknown.into_iter();
        entries.extend(tags.map(|tag| {
            note(
                about,
                format!("the tag “{tag}” is not supported and stays as words"),
            )
        }));
        let taken = files.iter().filter_map(|name| self.old_address(item, name));
        entries.extend(taken.map(|(from, to)| Entry::Address { from, to }));
        let left = files.iter().filter(|name| !is_picture(name));
        entries.extend(left.map(|name| {
            note(
                About::File,
                format!("files of the kind .{} stay where they were", ending(name)),
            )
        }));
        let (fields, was_cut) = fields(&meta, self.config.program);
        if was_cut {
            entries.push(note(
                about,
                "front matter was cut, because it is too long for fields".to_owned(),
            ));
        }
        let picture = picture(&meta).map(|picture| Picture {
            address: self
                .new_target(item, &picture.address, &mut BTreeSet::new())
                .unwrap_or(picture.address),
            ..picture
        });
        entries.push(Entry::Post(Box::new(Post {
            picture,
            fields,
            ..self.post(item, &meta, title, source)
        })));
        entries
    }

    fn post(&self, item: &Item, meta: &Meta, title: String, source: String) -> Post {
        let below = item.name.strip_prefix(self.config.root.as_str());
        let is_html = matches!(ending(&item.name).as_str(), "html" | "htm");
        let authors = [meta.list("authors"), meta.list("author")].concat();
        Post {
            origin: format!(
                "markdown:{}/{}",
                self.config.url,
                below.unwrap_or(&item.name)
            ),
            kind: item.kind,
            status: item.status,
            title,
            path: item.path.clone(),
            slug: item.slug.clone(),
            old_addresses: self.aliases(meta),
            source,
            markup: if is_html {
                Markup::Html
            } else {
                Markup::Markdown
            },
            tags: item.tags.clone(),
            author: authors.join(", "),
            excerpt: meta
                .text(&["description", "summary", "excerpt"])
                .map_or(String::new(), |text| crate::text::plain(&text)),
            comments: if meta.is("comments") == Some(false) {
                Comments::Closed
            } else {
                Comments::Blog
            },
            pinned: meta.is("pinned") == Some(true) || meta.is("sticky") == Some(true),
            published_at: item.published_at,
            updated_at: item.updated_at.or(item.published_at),
            ..Post::default()
        }
    }

    /// Further addresses that led to a text. In Obsidian such names are no addresses.
    fn aliases(&self, meta: &Meta) -> Vec<String> {
        if self.config.program == Program::Obsidian {
            return Vec::new();
        }
        ["aliases", "alias", "redirect_from"]
            .iter()
            .flat_map(|name| meta.list(name))
            .filter(|alias| !alias.contains("://"))
            .map(|alias| format!("{}{}", self.config.base_path, permalink::inside(&alias)))
            .filter(|alias| alias.len() > 1)
            .collect()
    }

    /// A source in plain Markdown, its targets as they were.
    fn plain(&self, item: &Item, body: &str, unknown: &mut BTreeSet<String>) -> String {
        let address_of = |name: &str| {
            let (name, anchor) = name
                .trim_matches(['"', '\''])
                .split_once('#')
                .unwrap_or((name, ""));
            let address = if name.is_empty() {
                item.path.clone()?
            } else {
                self.item_called(name)?.path.clone()?
            };
            Some(if anchor.is_empty() {
                address
            } else {
                format!("{address}#{anchor}")
            })
        };
        let mut templating = Templating {
            program: self.config.program,
            address_of: &address_of,
            unknown: BTreeSet::new(),
        };
        let source = templating.replaced(body);
        unknown.append(&mut templating.unknown);
        let source = match self.config.program {
            Program::Obsidian | Program::Plain => dialect::obsidian(&source, &address_of),
            _ => source,
        };
        let source = match self.config.program {
            Program::Jekyll | Program::Hugo | Program::Zola => dialect::kramdown(&source),
            _ => source,
        };
        dialect::breaks(&source, self.config.break_mark.as_deref())
    }

    /// What a target becomes; `None`: it stays. `files` takes the names of files that it leads to.
    fn new_target(
        &self,
        item: &Item,
        target: &str,
        files: &mut BTreeSet<String>,
    ) -> Option<String> {
        match self.target(item, target)? {
            Target::Text(other, behind) => Some(format!("{}{behind}", other.path.as_ref()?)),
            Target::File(name) => {
                let taken = self.taken.get(&name).cloned();
                files.insert(name);
                taken
            }
        }
    }

    fn target(&self, item: &Item, target: &str) -> Option<Target<'_>> {
        let own = target
            .strip_prefix(self.config.url.as_str())
            .filter(|_| !self.config.url.is_empty());
        let (path, behind) = path_of(own.unwrap_or(target))?;
        let path = MARKS
            .iter()
            .find_map(|mark| path.strip_prefix(mark))
            .unwrap_or(&path);
        let Some(name) = self.found(item, path) else {
            let text = super::is_text(path)
                .then(|| self.item_called(path))
                .flatten();
            return text.map(|text| Target::Text(text, behind.to_owned()));
        };
        match self.items.iter().find(|item| item.name == name) {
            Some(text) => Some(Target::Text(text, behind.to_owned())),
            None if super::is_text(&name) => None,
            None => Some(Target::File(name)),
        }
    }

    /// The file of the folder that a path of a text means.
    fn found(&self, item: &Item, path: &str) -> Option<String> {
        let (here, _) = item.name.rsplit_once('/').unwrap_or(("", &item.name));
        let below = path.strip_prefix(&format!("{}/", self.config.base_path));
        let below = below.unwrap_or(path).trim_start_matches('/');
        let mut places = Vec::new();
        if !path.starts_with('/') {
            places.push(here.to_owned());
        }
        places.push(self.config.content.clone());
        let root = &self.config.root;
        places.extend(SERVED.iter().map(|folder| format!("{root}{folder}")));
        let found = places.iter().find_map(|place| {
            let name = joined(place, below)?;
            self.names.get(&name.to_lowercase()).cloned()
        });
        // Obsidian finds a picture wherever it is.
        let is_wiki = matches!(self.config.program, Program::Obsidian | Program::Plain);
        found.or_else(|| {
            let end = format!("/{}", below.to_lowercase());
            let fits = |name: &str| is_wiki && !end.ends_with('/') && name.ends_with(&end);
            let names = self.names.iter().filter(|(name, _)| fits(name));
            names.map(|(_, name)| name).min().cloned()
        })
    }

    /// Where a file was served, and where it is now; `None` where it was not taken in.
    fn old_address(&self, item: &Item, name: &str) -> Option<(String, String)> {
        let to = self.taken.get(name)?.clone();
        let place = Place::of(&self.config, &item.name);
        let (here, file) = name.rsplit_once('/').unwrap_or(("", name));
        let (bundle, text) = item.name.rsplit_once('/').unwrap_or(("", &item.name));
        let is_bundle = here == bundle && text.starts_with("index.") && !place.stem.is_empty();
        let below = name.strip_prefix(self.config.root.as_str()).unwrap_or(name);
        let served = ["static/", "public/", "source/", "content/"]
            .iter()
            .find_map(|folder| below.strip_prefix(folder))
            .unwrap_or(below);
        let from = if is_bundle {
            format!("{}/{file}", item.path.as_ref()?.trim_end_matches('/'))
        } else {
            format!("{}/{served}", self.config.base_path)
        };
        Some((from, to))
    }
}

/// The first heading of a text without a title, and the text without it.
fn heading_of(item: &Item, source: &str) -> (String, String) {
    let text = source.trim_start();
    let first = text.lines().next().unwrap_or_default();
    match first.strip_prefix("# ") {
        Some(heading) if item.title.is_empty() => {
            let rest = text[first.len()..].trim_start_matches('\n').to_owned();
            let words = crate::text::plain(&crate::text::markdown_to_html(
                heading.trim_end_matches('#'),
            ));
            (words.trim().to_owned(), rest)
        }
        _ => (String::new(), source.to_owned()),
    }
}

/// A slug as words: `low-water` gives `Low water`.
fn words_of(slug: &str) -> String {
    let words = slug.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The picture of a post: its address, or an object with it.
fn picture(meta: &Meta) -> Option<Picture> {
    PICTURES.iter().find_map(|name| match meta.get(name)? {
        Value::String(address) if !address.is_empty() => Some(Picture {
            address: address.clone(),
            alt: meta
                .text(&["image_alt", "alt", "heroalt"])
                .unwrap_or_default(),
            ..Picture::default()
        }),
        Value::Object(table) => {
            let table = Meta(table.clone());
            Some(Picture {
                address: table.text(&["image", "src", "url", "path", "feature"])?,
                alt: table.text(&["alt"]).unwrap_or_default(),
                caption: table.text(&["caption"]).unwrap_or_default(),
            })
        }
        _ => None,
    })
}

/// Front matter that nobody knows, as names and values; whether some of it was too long.
fn fields(meta: &Meta, program: Program) -> (Vec<(String, String)>, bool) {
    let mut fields = Vec::new();
    let aliases = program == Program::Obsidian;
    for (name, value) in &meta.0 {
        if !KNOWN.contains(&name.as_str()) || (aliases && name == "aliases") {
            flatten(name, value, &mut fields);
        }
    }
    if let Some(Value::Object(extra)) = meta.get("extra") {
        for (name, value) in extra {
            flatten(name, value, &mut fields);
        }
    }
    let mut was_cut = fields.len() > FIELDS_MAX;
    fields.truncate(FIELDS_MAX);
    for (name, value) in &mut fields {
        let room = FIELD_MAX_CHARS.saturating_sub(name.chars().count());
        if value.chars().count() > room {
            *value = value.chars().take(room).collect();
            was_cut = true;
        }
    }
    (fields, was_cut)
}

fn flatten(name: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Null => return,
        Value::Object(table) => {
            for (inner, value) in table {
                flatten(&format!("{name}.{inner}"), value, fields);
            }
            return;
        }
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let texts = values.iter().map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            });
            texts.collect::<Vec<_>>().join(", ")
        }
        value => value.to_string(),
    };
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, text) = (one_line(name).replace(':', ""), one_line(&text));
    if !name.is_empty() && !text.is_empty() {
        fields.push((name, text));
    }
}
