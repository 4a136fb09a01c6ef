//! The export as a folder of Markdown files: one for each post and page, with front matter, its comments next to it, and the
//! media. Programs that make sites of Markdown read it, and so does `daybook import markdown`, which loses nothing of it.
//!
//! Values of front matter are written as JSON, which is YAML too.

use super::folder::{self, Folder};
use super::json::{self, CommentOut, PostOut};
use super::{Comments, Exported, Outgoing, Posts};
use crate::blog::post::{Kind, Markup, State};
use crate::blog::settings::Settings;
use crate::blog::slug;
use crate::store::ExportedPost;
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::io::Write;

/// Names that other programs know, in the order in which they are written; the others follow.
const NAMES: &[(&str, &str)] = &[
    ("title", "title"),
    ("published_at", "date"),
    ("updated_at", "updated"),
    ("created_at", "created"),
    ("path", "permalink"),
    ("tags", "tags"),
    ("author", "author"),
    ("excerpt", "description"),
    ("old_paths", "aliases"),
];
/// What stays below a name that a file system takes, with the number of another of the same name.
const NAME_MAX_CHARS: usize = 100;

pub async fn write(
    blog: Outgoing<'_>,
    settings: &Settings,
    folder: &Folder,
    out: &mut impl Write,
) -> Result<Exported> {
    let mut exported = Exported::default();
    let mut names = HashSet::new();
    let mut posts = Posts::of(blog.store);
    while let Some(post) = posts.next().await? {
        let name = free_name(&post, settings, &mut names);
        write_post(blog, &post, &name, folder).await?;
        exported.comments += write_comments(blog, &post, &name, folder).await?;
        exported.count_post(&post);
    }
    write_media(blog, folder).await?;
    write_blog(blog, settings, out).await?;
    Ok(exported)
}

/// The name of a post's files, without an ending: `posts/2016-06-05-tides`.
fn free_name(post: &ExportedPost, settings: &Settings, names: &mut HashSet<String>) -> String {
    let last = post
        .path
        .as_deref()
        .map(|path| path.trim_end_matches('/').trim_end_matches(".html"))
        .and_then(|path| path.rsplit('/').next());
    let title = slug::of(&post.title);
    let name = [last.unwrap_or_default(), &post.slug, &title]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or_else(|| format!("{}-{}", post.kind, post.id), str::to_owned);
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let name: String = name
        .chars()
        .take(NAME_MAX_CHARS)
        .map(|c| if is_plain(c) { c } else { '-' })
        .collect();
    let base = match post.kind {
        Kind::Page => format!("pages/{name}"),
        Kind::Post => {
            let day = post
                .published_at
                .unwrap_or(post.created_at)
                .day(&settings.time_zone());
            format!("posts/{day}-{name}")
        }
    };
    let mut free = base.clone();
    let mut number = 2;
    while !names.insert(free.to_lowercase()) {
        free = format!("{base}-{number}");
        number += 1;
    }
    free
}

async fn write_post(
    blog: Outgoing<'_>,
    post: &ExportedPost,
    name: &str,
    folder: &Folder,
) -> Result<()> {
    let ending = match post.markup {
        Markup::Markdown => "md",
        Markup::Html => "html",
    };
    let mut file = folder.file(&format!("{name}.{ending}"))?;
    file.write_all(b"---\n")?;
    let shown = PostOut::load(blog.store, post).await?;
    let Value::Object(mut values) = serde_json::to_value(&shown)? else {
        anyhow::bail!("a post is no object");
    };
    values.remove("source");
    values.insert("draft".to_owned(), (post.state != State::Published).into());
    for (from, name) in NAMES {
        if let Some(value) = values.remove(*from) {
            line(&mut file, name, &value)?;
        }
    }
    for (name, value) in &values {
        line(&mut file, name, value)?;
    }
    file.write_all(b"---\n")?;
    file.write_all(post.source.as_bytes())?;
    Ok(folder::keep(file)?)
}

/// A line of front matter; what says nothing is left out.
fn line(file: &mut impl Write, name: &str, value: &Value) -> Result<()> {
    let says_nothing = match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(values) => values.is_empty(),
        _ => false,
    };
    if !says_nothing {
        writeln!(file, "{name}: {value}")?;
    }
    Ok(())
}

/// The comments of a post in a file next to it, where it has any; how many they are.
async fn write_comments(
    blog: Outgoing<'_>,
    post: &ExportedPost,
    name: &str,
    folder: &Folder,
) -> Result<u64> {
    let mut comments = Comments::of(blog.store, post.id, post.id);
    let mut file = None;
    let mut count = 0;
    while let Some(comment) = comments.next().await? {
        let mut value = serde_json::to_value(CommentOut::of(&comment))?;
        if let Some(values) = value.as_object_mut() {
            values.remove("post");
        }
        if file.is_none() {
            file = Some(folder.file(&format!("{name}.comments.yml"))?);
        }
        let file = file.as_mut().context("the file of the comments is open")?;
        writeln!(file, "- {value}")?;
        count += 1;
    }
    if let Some(file) = file {
        folder::keep(file)?;
    }
    Ok(count)
}

/// What is said about the pictures of the library.
async fn write_media(blog: Outgoing<'_>, folder: &Folder) -> Result<()> {
    let mut file = folder.file("media.json")?;
    json::head(blog, &mut file)?;
    json::media(blog.store, &mut file).await?;
    file.write_all(b"}\n")?;
    Ok(folder::keep(file)?)
}

async fn write_blog(blog: Outgoing<'_>, settings: &Settings, out: &mut impl Write) -> Result<()> {
    let mut lists = b"{\"version\":1".to_vec();
    json::redirects(blog.store, &mut lists).await?;
    json::fetches(blog.store, &mut lists).await?;
    json::pings(blog.store, &mut lists).await?;
    lists.push(b'}');
    let lists: Map<String, Value> = serde_json::from_slice(&lists)?;
    let shown = serde_json::to_value(json::BlogOut::load(blog, settings).await?)?;
    for (name, value) in shown.as_object().into_iter().flatten().chain(&lists) {
        line(out, name, value)?;
    }
    Ok(())
}
