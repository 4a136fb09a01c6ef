//! Reads an export of Daybook itself, `blog.json` of this release or an earlier one, or a folder of Markdown files.
//!
//! Posts and comments are entries like those of other systems. What no other system has (saved texts, the menu, redirects,
//! settings, the library) is read by [`complete`] once they are in.

use super::NotAnExport;
pub use super::json_tables::Row;
use super::json_tables::{Columns, JsonTables};
use super::markdown::{Files, split, yaml, yaml_list};
use crate::blog::comment;
use crate::blog::post::{Comments, Details, Kind, Markup, State};
use crate::blog::redirect::Redirect;
use crate::blog::settings::Settings;
use crate::blog::time::Millis;
use crate::store::{ExportedRevision, ReturningComment, ReturningPost, Store};
use crate::transfer::archive::{Comment, Entry, On, Picture, Ping, Post, Status};
use crate::transfer::report::{About, Note};
use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::io::BufRead;

const NOT_DAYBOOK: &str =
    "This is not an export of Daybook: `daybook export DIR` writes it as DIR/blog.json.";
/// What this release can read.
const VERSION: i64 = 1;
/// Rows that are completed in one transaction.
const AT_ONCE: usize = 100;
const COMMENTS_AT_ONCE: usize = 1000;

/// The rows of an export, whatever it is written as.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Row>> + 'a>;

/// The rows of a `blog.json`; what is none is refused.
///
/// # Errors
/// Where the file cannot be read, or is no export of Daybook.
pub fn rows_of_json<'a>(reader: impl BufRead + 'a) -> Result<Rows<'a>> {
    let not_ours = || NotAnExport(NOT_DAYBOOK.to_owned());
    let Some(mut tables) = JsonTables::open(reader, &[])? else {
        bail!(not_ours());
    };
    match tables.next() {
        Some(Ok(row)) if row.table == "format" && row.value == "daybook" => Ok(Box::new(tables)),
        _ => bail!(not_ours()),
    }
}

/// Names by which posts and comments are known again. What came from another system keeps its name.
#[derive(Debug, Default)]
struct Names {
    /// The host that names in feeds begin with.
    host: String,
    posts: HashMap<i64, String>,
}

impl Names {
    fn take_blog(&mut self, blog: &Columns) {
        let address = url::Url::parse(blog.text("address")).ok();
        let host = address.as_ref().and_then(url::Url::host_str);
        self.host = match blog.text("feed_host") {
            "" => host.unwrap_or_default().to_owned(),
            settled => settled.to_owned(),
        };
    }

    fn of(&self, kind: &str, row: &Columns) -> String {
        match row.text("origin") {
            "" => self.own(kind, row.number("id").unwrap_or_default()),
            origin => origin.to_owned(),
        }
    }

    fn own(&self, kind: &str, id: i64) -> String {
        format!("daybook:{}/{kind}-{id}", self.host)
    }

    fn take_post(&mut self, row: &Columns) -> String {
        let name = self.of("post", row);
        let id = row.number("id").unwrap_or_default();
        self.posts.insert(id, name.clone());
        name
    }
}

/// Reads posts and comments as a stream, one in memory.
pub struct Daybook<'a> {
    tables: Rows<'a>,
    names: Names,
    /// The names of comments that came from other systems, by their numbers here.
    comments: HashMap<i64, String>,
    /// When the last comment was written: those that were erased have no time of their own.
    last_at: Option<Millis>,
}

impl<'a> Daybook<'a> {
    #[must_use]
    pub fn of(tables: Rows<'a>) -> Self {
        Self {
            tables,
            names: Names::default(),
            comments: HashMap::new(),
            last_at: None,
        }
    }

    fn entry(&mut self, Row { table, value }: Row) -> Result<Option<Entry>> {
        if table == "version" && value.as_i64().is_none_or(|version| version > VERSION) {
            bail!("This export is of a newer release of Daybook. Upgrade this one first.");
        }
        let columns = Columns::from(value);
        Ok(match table.as_str() {
            "blog" => {
                self.names.take_blog(&columns);
                Some(Entry::Blog {
                    title: columns.text("title").to_owned(),
                    description: columns.text("description").to_owned(),
                })
            }
            "addresses" => Some(Entry::Address {
                from: columns.text("path").to_owned(),
                to: columns.text("target").to_owned(),
            }),
            "posts" => Some(self.post(&columns)),
            "comments" => Some(self.comment(&columns)),
            "pings" => self.ping(&columns),
            _ => None,
        })
    }

    fn post(&mut self, row: &Columns) -> Entry {
        let state = State::of(row.text("state")).unwrap_or(State::Draft);
        let texts = |name: &str| -> Vec<String> {
            let list = row
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let text = |name: &str| row.text(name).to_owned();
        let details = details(row);
        let picture = Picture {
            address: details.picture.clone(),
            alt: details.picture_alt.clone(),
            ..Picture::default()
        };
        Entry::Post(Box::new(Post {
            origin: self.names.take_post(row),
            kind: Kind::of(row.text("kind")).unwrap_or(Kind::Post),
            status: match state {
                State::Draft => Status::Draft,
                State::Scheduled => Status::Scheduled,
                State::Published => Status::Published,
                State::Trashed => Status::Trashed,
            },
            title: text("title"),
            path: Some(text("path")).filter(|path| !path.is_empty()),
            slug: text("slug"),
            old_addresses: texts("old_addresses"),
            source: text("source"),
            markup: Markup::of(row.text("markup")).unwrap_or(Markup::Markdown),
            tags: texts("tags"),
            author: text("author"),
            excerpt: text("excerpt"),
            comments: Comments::of(row.text("comments")).unwrap_or(Comments::Blog),
            pinned: row.is("pinned"),
            picture: (!picture.address.is_empty()).then_some(picture),
            details,
            // A post that was published before may be scheduled again: it is not to be seen sooner.
            published_at: match state {
                State::Scheduled => moment(row, "due_at").or_else(|| moment(row, "published_at")),
                _ => moment(row, "published_at"),
            },
            updated_at: moment(row, "updated_at"),
            ..Post::default()
        }))
    }

    fn ping(&self, row: &Columns) -> Option<Entry> {
        let post = row.number("post")?;
        Some(Entry::Ping(Box::new(Ping {
            origin: row.text("origin").to_owned(),
            on: On::Origin(self.names.posts.get(&post)?.clone()),
            state: comment::State::of(row.text("state"))?,
            title: row.text("title").to_owned(),
            url: row.text("url").to_owned(),
            created_at: Millis(row.number("created_at")?),
        })))
    }

    fn comment(&mut self, row: &Columns) -> Entry {
        let id = row.number("id").unwrap_or_default();
        let post = row
            .number("post")
            .and_then(|post| self.names.posts.get(&post));
        self.last_at = moment(row, "created_at").or(self.last_at);
        let (Some(post), Some(created_at)) = (post, self.last_at) else {
            return Entry::Skipped(Note::new(
                About::Comment,
                format!("comment {id}"),
                "nothing is left of it, or its post is not in the file",
            ));
        };
        let origin = self.names.of("comment", row);
        self.comments.insert(id, origin.clone());
        let parent = row.number("parent").map(|parent| {
            let known = self.comments.get(&parent).cloned();
            known.unwrap_or_else(|| self.names.own("comment", parent))
        });
        Entry::Comment(Box::new(Comment {
            origin,
            other_origins: Vec::new(),
            on: On::Origin(post.clone()),
            parent,
            state: comment::State::of(row.text("state")).unwrap_or(comment::State::Waiting),
            name: row.text("name").to_owned(),
            url: row.text("url").to_owned(),
            email: row.text("email").to_owned(),
            markup: Markup::of(row.text("markup")).unwrap_or(Markup::Markdown),
            source: row.text("source").to_owned(),
            created_at,
        }))
    }
}

impl Iterator for Daybook<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = self.tables.next()?.and_then(|row| self.entry(row));
            if let Some(entry) = entry.transpose() {
                return Some(entry);
            }
        }
    }
}

fn moment(row: &Columns, name: &str) -> Option<Millis> {
    Millis::parse(row.text(name))
}

/// The settings of an export, for a blog that has none of its own yet.
///
/// # Errors
/// Where the file cannot be read.
pub fn settings(rows: Rows<'_>) -> Result<Option<Settings>> {
    for row in rows {
        let row = row?;
        if row.table == "blog" {
            let rows = row.value.get("settings").and_then(Value::as_object);
            return Ok(rows.map(|rows| {
                let rows = rows
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
                Settings::of_rows(rows.collect())
            }));
        }
    }
    Ok(None)
}

/// A picture of the library, as an export describes it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct OwnMedia {
    pub name: String,
    pub digest: String,
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
    pub moving: bool,
    pub file_name: String,
    pub alt: String,
    pub caption: String,
    pub sizes: Vec<OwnSize>,
}

/// A smaller copy of one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct OwnSize {
    pub name: String,
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
}

/// The pictures of the library of an export.
///
/// # Errors
/// Where the file cannot be read.
pub fn media(rows: Rows<'_>) -> Result<Vec<OwnMedia>> {
    let mut all = Vec::new();
    for row in rows {
        let row = row?;
        match row.table.as_str() {
            "media" => all.push(serde_json::from_value(row.value)?),
            "posts" => break,
            _ => {}
        }
    }
    Ok(all)
}

/// Pictures that lived elsewhere, by their addresses, and the files of the library that are shown for them.
///
/// # Errors
/// Where the file cannot be read.
pub fn stored_pictures(rows: Rows<'_>) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for row in rows {
        let Row { table, value } = row?;
        match table.as_str() {
            "fetches" => {
                let row = Columns::from(value);
                all.push((row.text("address").to_owned(), row.text("name").to_owned()));
            }
            "posts" => break,
            _ => {}
        }
    }
    Ok(all)
}

/// Brings in what belongs to posts and comments that are here by now, and the redirects.
///
/// # Errors
/// Where the file or the database fails.
pub async fn complete(rows: Rows<'_>, store: &Store, now: Millis) -> Result<()> {
    let mut names = Names::default();
    let mut posts = Vec::new();
    let mut revisions: Vec<ExportedRevision> = Vec::new();
    let mut comments = Vec::new();
    let mut redirects = Vec::new();
    let mut numbers = HashMap::new();
    for row in rows {
        let Row { table, value } = row?;
        match table.as_str() {
            "blog" => names.take_blog(&Columns::from(value)),
            "redirects" => redirects.extend(redirect(&Columns::from(value))),
            "posts" => {
                let columns = Columns::from(value);
                let origin = names.take_post(&columns);
                posts.push(own_post(origin, &columns));
            }
            "revisions" => {
                revisions.push(own_revision(value)?);
                if revisions.len() == AT_ONCE {
                    let some = std::mem::take(&mut revisions);
                    numbers.extend(store.imports().own_revisions(&some, &names.posts).await?);
                }
            }
            "comments" => {
                let columns = Columns::from(value);
                comments.push(own_comment(names.of("comment", &columns), &columns));
            }
            _ => {}
        }
    }
    numbers.extend(
        store
            .imports()
            .own_revisions(&revisions, &names.posts)
            .await?,
    );
    for post in &mut posts {
        post.renumber(&numbers);
    }
    for some in posts.chunks(AT_ONCE) {
        store.imports().complete_posts(some, now).await?;
    }
    for some in comments.chunks(COMMENTS_AT_ONCE) {
        store.imports().complete_comments(some, now).await?;
    }
    if !redirects.is_empty() {
        let put = |all: &mut crate::blog::redirect::Redirects| {
            for redirect in redirects {
                // What an operator made of it here stays; one that would lead in a circle here is left out.
                if all.of(&redirect.path).is_none() {
                    let _ = all.put(redirect);
                }
            }
        };
        store.redirects().change(None, put, now).await?;
    }
    Ok(())
}

fn redirect(row: &Columns) -> Option<Redirect> {
    let (path, target) = (row.text("path"), row.text("target"));
    (!path.is_empty() && !target.is_empty()).then(|| Redirect {
        path: path.to_owned(),
        target: target.to_owned(),
        permanent: row.is("permanent"),
    })
}

/// A saved text. Whose it is means another person here, as with posts.
fn own_revision(value: Value) -> Result<ExportedRevision> {
    let mut revision: ExportedRevision = serde_json::from_value(value)?;
    let mut details = Details::from(std::mem::take(&mut revision.details));
    details.author = None;
    revision.details = serde_json::to_string(&details)?;
    Ok(revision)
}

fn own_post(origin: String, row: &Columns) -> ReturningPost {
    let old_paths = row.get("old_paths").and_then(Value::as_array);
    ReturningPost {
        origin,
        updated_at: moment(row, "updated_at"),
        created_at: moment(row, "created_at"),
        state_before_trash: row.text("state_before_trash").to_owned(),
        menu_place: row.number("menu_place").unwrap_or(0),
        due_at: moment(row, "due_at"),
        pending: row.is("pending"),
        revision: row.number("revision"),
        shown: row.number("shown"),
        shown_before: row.number("shown_before"),
        old_paths: old_paths
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    }
}

/// What is said of a post besides its text. The number of a person means another one on another blog.
fn details(row: &Columns) -> Details {
    let details = row.get("details").filter(|details| details.is_object());
    let mut details: Details = details
        .and_then(|details| serde_json::from_value(details.clone()).ok())
        .unwrap_or_default();
    details.author = None;
    // These have names of their own in the export.
    for (here, name) in [
        (&mut details.picture, "picture"),
        (&mut details.picture_alt, "picture_alt"),
        (&mut details.password, "password"),
    ] {
        if here.is_empty() {
            row.text(name).clone_into(here);
        }
    }
    details
}

fn own_comment(origin: String, row: &Columns) -> ReturningComment {
    ReturningComment {
        origin,
        place: row.number("place"),
        edited_at: moment(row, "edited_at"),
        decided_at: moment(row, "decided_at"),
        confirmed: row.is("confirmed"),
        by_author: row.is("by_author"),
    }
}

/// The file that says a folder of Markdown files is an export of ours.
const BLOG_FILE: &str = "daybook.yml";
/// What is said about the pictures of such a folder.
const MEDIA_FILE: &str = "media.json";
/// How the comments of a post are named: next to its text.
const COMMENTS_END: &str = ".comments.yml";

/// Whether a folder of Markdown files is an export of ours.
#[must_use]
pub fn is_folder(files: &dyn Files) -> bool {
    root_of(files).is_some()
}

fn root_of(files: &dyn Files) -> Option<&str> {
    files.names().iter().find_map(|name| {
        let root = name.strip_suffix(BLOG_FILE)?;
        (root.is_empty() || root.ends_with('/')).then_some(root)
    })
}

/// The rows of an export in Markdown: of the blog, its pictures, posts, and comments.
///
/// # Errors
/// Where a file cannot be read.
pub fn rows_of_folder(files: &dyn Files) -> Result<Rows<'_>> {
    let root = root_of(files).unwrap_or_default();
    let read = move |name: &str| -> Result<String> {
        Ok(String::from_utf8_lossy(&files.read(name)?).into_owned())
    };
    let blog = Value::Object(yaml(&read(&format!("{root}{BLOG_FILE}"))?));
    let mut rows: Vec<Result<Row>> = Vec::new();
    let list = |table: &'static str| {
        let list = blog.get(table).and_then(Value::as_array).cloned();
        let list = list.into_iter().flatten();
        list.map(move |value| Ok(row(table, value)))
    };
    for table in ["redirects", "addresses", "fetches"] {
        rows.extend(list(table));
    }
    let pings: Vec<Result<Row>> = list("pings").collect();
    let media = format!("{root}{MEDIA_FILE}");
    if files.names().contains(&media) {
        let pictures = rows_of_json(std::io::Cursor::new(files.read(&media)?))?;
        rows.extend(pictures.filter(|row| !row.as_ref().is_ok_and(|row| row.table != "media")));
    }
    let names: HashSet<&str> = files.names().iter().map(String::as_str).collect();
    let texts = files.names().iter().filter(move |name| {
        matches!(name.rsplit('.').next(), Some("md" | "html")) && name.starts_with(root)
    });
    // A post, then its comments, which are in a file next to it.
    let posts = texts.flat_map(move |name| {
        let bare = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(bare, _)| bare);
        let comments = format!("{bare}{COMMENTS_END}");
        let both = read(name).and_then(|text| {
            let has_comments = names.contains(comments.as_str());
            let comments = has_comments.then(|| read(&comments)).transpose()?;
            Ok((post_of(name, &text), comments))
        });
        match both {
            Ok((post, list)) => {
                let comments = match comments_of(&post, &list.unwrap_or_default()) {
                    Ok(rows) => rows,
                    Err(error) => return vec![Err(error.context(comments))],
                };
                let post = std::iter::once(row("posts", post));
                post.chain(comments).map(Ok).collect()
            }
            Err(error) => vec![Err(error)],
        }
    });
    let version = blog.get("version").cloned();
    let version = row("version", version.unwrap_or(VERSION.into()));
    let first = [Ok(version), Ok(row("blog", blog))].into_iter();
    Ok(Box::new(first.chain(rows).chain(posts).chain(pings)))
}

fn row(table: &str, value: Value) -> Row {
    Row {
        table: table.to_owned(),
        value,
    }
}

/// A text and its front matter, under the names that `blog.json` has for them. `name` is that of its file.
fn post_of(name: &str, text: &str) -> Value {
    let (mut front, source) = exact(text);
    if !front.contains_key("id") {
        // Somebody added it to the folder.
        let origin = front.entry("origin");
        origin.or_insert_with(|| format!("daybook:{name}").into());
    }
    for (here, there) in [
        ("permalink", "path"),
        ("date", "published_at"),
        ("updated", "updated_at"),
        ("created", "created_at"),
        ("description", "excerpt"),
        ("aliases", "old_paths"),
    ] {
        if let Some(value) = front.remove(here) {
            front.insert(there.to_owned(), value);
        }
    }
    front.insert("source".to_owned(), source.into());
    Value::Object(front)
}

/// Front matter, and the text byte for byte, as far as the file is as it was written.
fn exact(text: &str) -> (serde_json::Map<String, Value>, String) {
    let cut = text
        .strip_prefix("---\n")
        .and_then(|text| text.split_once("\n---\n"));
    if let Some((front, source)) = cut {
        return (yaml(front), source.to_owned());
    }
    let document = split(text);
    (document.meta.0, document.body)
}

/// The comments of a post, as they are next to its text.
fn comments_of(post: &Value, text: &str) -> Result<Vec<Row>> {
    let number = post.get("id").cloned().unwrap_or_default();
    let list = yaml_list(text)?.into_iter().map(|mut comment| {
        if let Some(comment) = comment.as_object_mut() {
            comment.insert("post".to_owned(), number.clone());
        }
        row("comments", comment)
    });
    Ok(list.collect())
}
