//! A folder of Markdown files: its config, and what each text says about itself.

use super::config::{Config, Program};
use super::front_matter::{Document, Meta, day_in_numbers, moment, split};
use super::permalink::{self, Parts};
use super::{Files, ending, is_text};
use crate::blog::post::Kind;
use crate::blog::time::Millis;
use crate::transfer::archive::{Given, Status};
use anyhow::{Result, bail};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};

/// Folders whose files are no texts of the site.
const NO_TEXTS: &[&str] = &[
    "_site/",
    "_layouts/",
    "_includes/",
    "_sass/",
    "_data/",
    "_plugins/",
    "node_modules/",
    "public/",
    "themes/",
    "layouts/",
    "archetypes/",
    "templates/",
    "vendor/",
    "dist/",
    ".git/",
    ".github/",
    ".obsidian/",
];
/// Endings of texts in other languages than Markdown.
const OTHER_TEXTS: &[&str] = &["rst", "adoc", "asciidoc", "org", "textile"];
/// Files that are about a folder, and no part of its site.
const ABOUT: &[&str] = &[
    "readme",
    "license",
    "licence",
    "changelog",
    "contributing",
    "code_of_conduct",
    "security",
    "_index",
];

/// What is known of a text before it is read.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its name in the folder.
    pub name: String,
    pub kind: Kind,
    pub status: Status,
    pub title: String,
    /// Where the site served it.
    pub path: Option<String>,
    pub slug: String,
    pub tags: Vec<String>,
    pub published_at: Option<Millis>,
    pub updated_at: Option<Millis>,
}

/// A site that was looked through.
pub struct Site {
    pub config: Config,
    pub zone: TimeZone,
    pub now: Millis,
    pub items: Vec<Item>,
    /// Files that hold a text but do not come in, and why.
    pub left_out: Vec<(String, &'static str)>,
    /// All names of the folder in lower case, and how they are spelled.
    pub names: HashMap<String, String>,
    /// Where files are kept here by now.
    pub taken: BTreeMap<String, String>,
    /// The places of texts among `items`, by the names that others may give them.
    known_by: HashMap<String, usize>,
}

impl Site {
    /// Looks through a folder.
    ///
    /// # Errors
    /// Where a file cannot be read, or nothing in the folder is a text.
    pub fn read(files: &dyn Files, given: &Given) -> Result<Self> {
        let config = Config::of(files)?;
        let zone = config.zone.clone().unwrap_or_else(|| given.zone.clone());
        let mut site = Self {
            config,
            zone,
            now: given.now,
            items: Vec::new(),
            left_out: Vec::new(),
            names: files
                .names()
                .iter()
                .map(|name| (name.to_lowercase(), name.clone()))
                .collect(),
            taken: BTreeMap::new(),
            known_by: HashMap::new(),
        };
        for name in files.names() {
            if site.may_be_text(name) {
                match site.item(name, &site.document(files, name)?) {
                    Ok(item) => site.add(item),
                    Err(why) => site.left_out.push((name.clone(), why)),
                }
            }
        }
        let others = files.names().iter().filter(|name| {
            OTHER_TEXTS.contains(&ending(name).as_str()) && name.starts_with(&site.config.content)
        });
        let others = others.map(|name| (name.clone(), "it is not written in Markdown"));
        site.left_out.extend(others);
        if site.items.is_empty() {
            bail!("There is no Markdown file with a text in it.");
        }
        Ok(site)
    }

    /// A file, cut into its front matter and its text.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn document(&self, files: &dyn Files, name: &str) -> Result<Document> {
        Ok(split(&String::from_utf8_lossy(&files.read(name)?)))
    }

    fn add(&mut self, item: Item) {
        if item.path.as_deref() == Some("/") || item.path.as_deref() == Some(&self.config.base_path)
        {
            self.left_out.push((item.name, "it is the front page"));
            return;
        }
        let at = self.items.len();
        let place = Place::of(&self.config, &item.name);
        let below = item
            .name
            .strip_prefix(self.config.content.as_str())
            .unwrap_or(&item.name);
        let bare = below.rsplit_once('.').map_or(below, |(bare, _)| bare);
        for known_by in [below, bare, place.whole_stem, place.stem] {
            self.known_by.entry(known_by.to_lowercase()).or_insert(at);
        }
        self.items.push(item);
    }

    /// Another text by the name that a tag or a link gives it.
    pub fn item_called(&self, name: &str) -> Option<&Item> {
        let name = name
            .trim()
            .trim_matches(['"', '\''])
            .trim_start_matches("@/");
        let name = name.trim_matches('/').to_lowercase();
        let bare = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(bare, _)| bare);
        let last = name.rsplit('/').next().unwrap_or_default();
        let found = [name.as_str(), bare, last]
            .iter()
            .find_map(|name| self.known_by.get(*name));
        found.and_then(|at| self.items.get(*at))
    }

    fn may_be_text(&self, name: &str) -> bool {
        let Some(below) = name.strip_prefix(self.config.root.as_str()) else {
            return false;
        };
        let is_page_in_html = self.config.program == Program::Jekyll
            && matches!(ending(name).as_str(), "html" | "htm")
            && (below.contains("_posts/") || below.contains("_drafts/"));
        let program_has_public = matches!(self.config.program, Program::Plain | Program::Obsidian);
        let hidden = NO_TEXTS.iter().any(|folder| {
            let is_of_program = *folder == "public/" && program_has_public;
            !is_of_program && (below.starts_with(folder) || below.contains(&format!("/{folder}")))
        });
        (is_text(name) || is_page_in_html) && !hidden
    }

    /// What a file says about itself; an error is why it is none of the site's texts.
    fn item(&self, name: &str, document: &Document) -> Result<Item, &'static str> {
        let place = Place::of(&self.config, name);
        let program = self.config.program;
        if ABOUT.contains(&place.stem.to_lowercase().as_str()) {
            return Err("it is about its folder");
        }
        if program == Program::Jekyll {
            if !document.has_meta && !place.is_draft {
                return Err("it has no front matter, without which Jekyll copies it as it is");
            }
            if place.is_post && !place.is_draft && place.date.is_none() {
                return Err("its name does not begin with a date");
            }
            if place.is_collection {
                return Err("collections of Jekyll are not imported");
            }
        }
        let meta = &document.meta;
        if matches!(program, Program::Hugo | Program::Zola) && !document.has_meta {
            return Err("it has no front matter");
        }
        if meta.text(&["title"]).is_none() && document.body.trim().is_empty() && !place.is_post {
            return Err("it has neither a title nor a text");
        }
        Ok(self.built(name, &place, document))
    }

    fn built(&self, name: &str, place: &Place<'_>, document: &Document) -> Item {
        let meta = &document.meta;
        let published_at = self.date(place, meta);
        let kind = self.kind(place, meta, published_at.is_some());
        let status = self.status(place, meta, published_at);
        let title = meta.text(&["title"]).unwrap_or_default();
        let slug = meta.text(&["slug"]);
        let categories = self.categories(place, meta);
        let parts = Parts {
            folder: place.folder,
            name: place.stem,
            whole_name: place.whole_stem,
            title: &title,
            slug: slug.as_deref(),
            categories: &categories,
            is_page: kind == Kind::Page,
        };
        let path = self.address(meta, &parts, published_at);
        Item {
            name: name.to_owned(),
            kind,
            status,
            path: Some(path),
            slug: slug.clone().unwrap_or_else(|| place.stem.to_owned()),
            tags: tags(meta, categories),
            title,
            published_at,
            updated_at: self.moment(
                meta,
                &[
                    "lastmod",
                    "last_modified_at",
                    "updated",
                    "modified",
                    "updateddate",
                    "updated_at",
                ],
            ),
        }
    }

    fn moment(&self, meta: &Meta, names: &[&str]) -> Option<Millis> {
        moment(&meta.text(names)?, &self.zone)
    }

    /// The date of the front matter, else of the file's name, else of its path.
    fn date(&self, place: &Place<'_>, meta: &Meta) -> Option<Millis> {
        let said = [
            "date",
            "pubdate",
            "publishdate",
            "published_at",
            "created",
            "created_at",
            "publish_date",
            "pubdatetime",
        ];
        let in_path = || date_in(&meta.text(&["path", "url", "permalink"])?);
        let day =
            |(year, month, day)| moment(&format!("{year:04}-{month:02}-{day:02}"), &self.zone);
        self.moment(meta, &said)
            .or_else(|| place.date.and_then(day))
            .or_else(|| in_path().and_then(day))
            .or_else(|| date_in(place.folder).and_then(day))
    }

    fn kind(&self, place: &Place<'_>, meta: &Meta, has_date: bool) -> Kind {
        let is_page = ["type", "layout", "kind"]
            .iter()
            .any(|name| meta.text(&[name]).is_some_and(|kind| kind == "page"));
        let first = place.folder.split('/').next().unwrap_or_default();
        // Hugo's blogs have folders for posts; what is outside them is a page, though it has a date.
        let is_beside = self.config.program == Program::Hugo
            && place.folder.is_empty()
            && !place.whole_stem.starts_with(|c: char| c.is_ascii_digit())
            && self.has_sections();
        let is_post = match self.config.program {
            Program::Jekyll => place.is_post || place.is_draft,
            Program::Pelican => first != "pages",
            _ => {
                has_date
                    && !is_page
                    && !is_beside
                    && (first != "pages" || self.config.program == Program::Astro)
            }
        };
        if is_post { Kind::Post } else { Kind::Page }
    }

    fn has_sections(&self) -> bool {
        let below = |name: &&String| {
            let below = name.strip_prefix(self.config.content.as_str());
            is_text(name)
                && below.is_some_and(|below| {
                    ["post/", "posts/", "blog/", "articles/"]
                        .iter()
                        .any(|folder| below.starts_with(folder))
                })
        };
        self.names.values().any(|name| below(&name))
    }

    fn status(&self, place: &Place<'_>, meta: &Meta, at: Option<Millis>) -> Status {
        let says = |name: &str, is: bool| meta.is(name) == Some(is);
        let word = meta.text(&["status"]).unwrap_or_default().to_lowercase();
        let is_draft = place.is_draft
            || says("draft", true)
            || says("published", false)
            || says("publish", false)
            || says("private", true)
            || matches!(word.as_str(), "draft" | "hidden" | "private")
            // Notes are for their writer, until they have a day.
            || (self.config.program == Program::Obsidian && at.is_none() && !says("publish", true));
        if is_draft {
            Status::Draft
        } else if at.is_some_and(|at| at > self.now) {
            Status::Scheduled
        } else {
            Status::Published
        }
    }

    /// The categories that stand in addresses: those of folders first.
    fn categories(&self, place: &Place<'_>, meta: &Meta) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        if self.config.program == Program::Jekyll {
            let folders = place.folder.split('/').filter(|folder| !folder.is_empty());
            all.extend(folders.map(str::to_owned));
        }
        let own = match meta.text(&["category"]) {
            Some(category) => vec![category],
            None => [meta.list("category"), meta.words("categories")].concat(),
        };
        if own.is_empty() && self.config.program == Program::Pelican && !place.folder.is_empty() {
            all.push(
                place
                    .folder
                    .split('/')
                    .next_back()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
        for category in own {
            if !all.contains(&category) {
                all.push(category);
            }
        }
        all
    }

    /// Where the site served a text: what it says itself, else the site's pattern.
    fn address(&self, meta: &Meta, parts: &Parts<'_>, at: Option<Millis>) -> String {
        let said = match self.config.program {
            Program::Hugo => meta.text(&["url"]),
            Program::Zola => meta
                .text(&["path"])
                .map(|path| format!("{}/", path.trim_end_matches('/'))),
            Program::Pelican => meta.text(&["url", "save_as"]),
            Program::Obsidian => meta.text(&["permalink"]),
            _ => meta.text(&["permalink", "url", "path"]),
        };
        let path = match said.filter(|said| said != "false" && !said.contains("{{")) {
            Some(said) if self.config.program == Program::Jekyll => {
                permalink::filled(&said, parts, at, &self.zone)
            }
            Some(said) => said,
            None => permalink::of(&self.config, parts, at, &self.zone),
        };
        let path = match path.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => &path,
        };
        let path = path.trim_end_matches("index.html");
        format!("{}{}", self.config.base_path, permalink::inside(path))
    }
}

/// Tags and categories together, each once.
fn tags(meta: &Meta, categories: Vec<String>) -> Vec<String> {
    let mut all = categories;
    let taxonomies = meta
        .get("taxonomies")
        .and_then(serde_json::Value::as_object)
        .map(|table| Meta(table.clone()))
        .unwrap_or_default();
    let one = meta.text(&["tag"]).into_iter().collect();
    for tag in [
        one,
        meta.words("tags"),
        taxonomies.words("categories"),
        taxonomies.words("tags"),
    ]
    .concat()
    {
        if !all.contains(&tag) {
            all.push(tag);
        }
    }
    all
}

/// The first day in a path: `2014/09/15/x`.
fn date_in(path: &str) -> Option<(i16, i8, i8)> {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts
        .filter_map(|at| day_in_numbers(&path[at..]))
        .map(|(year, month, day, _)| (year, month, day))
        .next()
}

/// What the place of a file says.
#[derive(Debug, Clone)]
pub struct Place<'n> {
    /// The folders below that of the texts, those that only sort them left out.
    pub folder: &'n str,
    /// The file's name without its ending and its date; of a bundle, its folder's.
    pub stem: &'n str,
    /// The same with its date.
    pub whole_stem: &'n str,
    pub date: Option<(i16, i8, i8)>,
    pub is_post: bool,
    pub is_draft: bool,
    /// In a folder of Jekyll that begins with a line and is none of those that every site has.
    pub is_collection: bool,
}

impl<'n> Place<'n> {
    pub fn of(config: &Config, name: &'n str) -> Self {
        let below = name
            .strip_prefix(config.content.as_str())
            .or_else(|| name.strip_prefix(config.root.as_str()))
            .unwrap_or(name);
        let (mut folder, file) = below.rsplit_once('/').unwrap_or(("", below));
        let mut stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        // A bundle: a folder with its text and its pictures.
        if matches!(stem, "index" | "_index")
            && config.program != Program::Jekyll
            && !folder.is_empty()
        {
            let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
            (folder, stem) = if stem == "_index" {
                (folder, stem)
            } else {
                (above, last)
            };
        }
        // Hugo names the language of a text before its ending.
        let (is_post, is_draft, is_collection);
        if config.program == Program::Jekyll {
            let parts: Vec<&str> = folder.split('/').collect();
            let sorted = parts
                .iter()
                .position(|part| matches!(*part, "_posts" | "_drafts"));
            is_draft = parts.contains(&"_drafts");
            is_post = sorted.is_some()
                || config.content.ends_with("_posts/")
                || looks_like_posts(config, below);
            is_collection = sorted.is_none() && parts.iter().any(|part| part.starts_with('_'));
            if let Some(at) = sorted {
                let above: usize = parts[..at].iter().map(|part| part.len() + 1).sum();
                folder = folder[..above].trim_end_matches('/');
            }
        } else {
            is_draft = folder
                .split('/')
                .any(|part| matches!(part, "_drafts" | "drafts"));
            (is_post, is_collection) = (false, false);
        }
        let dated = day_in_numbers(stem);
        let bare = dated.map_or(stem, |(.., rest)| rest.trim_start_matches(['-', '_', ' ']));
        Self {
            folder,
            stem: if bare.is_empty() { stem } else { bare },
            whole_stem: stem,
            date: dated.map(|(year, month, day, _)| (year, month, day)),
            is_post,
            is_draft,
            is_collection,
        }
    }
}

/// Whether the folder that was given is `_posts` itself.
fn looks_like_posts(config: &Config, below: &str) -> bool {
    config.root.is_empty() && !below.contains('/') && day_in_numbers(below).is_some()
}
