//! A blog on its way out, post by post and comment by comment, so that memory stays the same however large it is.
//!
//! A running server goes on meanwhile: a post that comes while the export runs may be left out, and its comments with it.

mod folder;
mod json;
mod markdown;
mod wordpress;
pub mod zip;

use crate::blog::comment::Comment;
use crate::blog::settings::Settings;
use crate::blog::time::Millis;
use crate::blog::{PostId, comment};
use crate::media::Media;
use crate::store::{ExportCursor, ExportedPost, Store};
use anyhow::{Context, Result};
use folder::Folder;
use std::fmt;
use std::path::{Path, PathBuf};

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One file for programs: all that the blog holds.
    Json,
    /// WXR 1.2, which WordPress reads and so do many others.
    Wordpress,
    /// A folder of Markdown files with front matter.
    Markdown,
}

impl Format {
    fn file_name(self) -> &'static str {
        match self {
            Self::Json => "blog.json",
            Self::Wordpress => "wordpress.xml",
            Self::Markdown => "daybook.yml",
        }
    }
}

/// The blog that goes out.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    pub store: &'a Store,
    pub media: &'a Media,
    /// The public address, without a slash at its end.
    pub origin: &'a str,
    pub now: Millis,
}

/// What an export wrote, for the operator to read when it is over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    pub posts: u64,
    pub pages: u64,
    pub comments: u64,
    /// Media.
    pub files: u64,
    pub file: PathBuf,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (name, count) in [
            ("Posts", self.posts),
            ("Pages", self.pages),
            ("Comments", self.comments),
            ("Files", self.files),
        ] {
            writeln!(f, "{name:14}{count:>9}")?;
        }
        writeln!(f, "\nExported to {}", self.file.display())
    }
}

impl Exported {
    fn count_post(&mut self, post: &ExportedPost) {
        match post.kind {
            crate::blog::post::Kind::Post => self.posts += 1,
            crate::blog::post::Kind::Page => self.pages += 1,
        }
    }
}

/// Writes a blog into a directory that is empty or not there yet. Nothing lies under its name before all of it is
/// whole and on disk.
pub async fn export(blog: Outgoing<'_>, format: Format, directory: &Path) -> Result<Exported> {
    write(blog, format, directory, true).await
}

/// The same without the media.
pub async fn texts(blog: Outgoing<'_>, format: Format, directory: &Path) -> Result<Exported> {
    write(blog, format, directory, false).await
}

async fn write(
    blog: Outgoing<'_>,
    format: Format,
    directory: &Path,
    with_media: bool,
) -> Result<Exported> {
    let folder = Folder::begin(directory)?;
    let cannot = || format!("{} cannot be written", directory.display());
    let settings = blog.store.settings().load().await?;
    let mut file = folder.file(format.file_name()).with_context(cannot)?;
    let mut exported = match format {
        Format::Json => json::write(blog, &settings, &mut file).await,
        Format::Wordpress => wordpress::write(blog, &settings, &mut file).await,
        Format::Markdown => markdown::write(blog, &settings, &folder, &mut file).await,
    }
    .with_context(cannot)?;
    folder::keep(file).with_context(cannot)?;
    if with_media {
        exported.files = folder.copy_media(blog.media).with_context(cannot)?;
    }
    exported.file = folder.finish(format.file_name()).with_context(cannot)?;
    Ok(exported)
}

/// Posts that are held in memory at once: one may be some megabytes long.
const POSTS: i64 = 20;
/// Comments that are held in memory at once.
const COMMENTS: i64 = 500;

/// A walk over all posts and pages.
struct Posts<'a> {
    store: &'a Store,
    last: PostId,
    held: std::vec::IntoIter<ExportedPost>,
}

impl<'a> Posts<'a> {
    fn of(store: &'a Store) -> Self {
        Self {
            store,
            last: PostId(0),
            held: Vec::new().into_iter(),
        }
    }

    async fn next(&mut self) -> Result<Option<ExportedPost>> {
        if self.held.len() == 0 {
            self.held = self
                .store
                .export()
                .posts(self.last, POSTS)
                .await?
                .into_iter();
        }
        let post = self.held.next();
        if let Some(post) = &post {
            self.last = post.id;
        }
        Ok(post)
    }
}

/// A walk over the comments of some posts, post by post, oldest first.
struct Comments<'a> {
    store: &'a Store,
    after: ExportCursor,
    last: PostId,
    held: std::vec::IntoIter<Comment>,
}

impl<'a> Comments<'a> {
    fn of(store: &'a Store, first: PostId, last: PostId) -> Self {
        Self {
            store,
            after: ExportCursor::start(first),
            last,
            held: Vec::new().into_iter(),
        }
    }

    async fn next(&mut self) -> Result<Option<Comment>> {
        if self.held.len() == 0 {
            self.held = self
                .store
                .export()
                .comments(self.after, self.last, COMMENTS)
                .await?
                .into_iter();
        }
        let comment = self.held.next();
        if let Some(comment) = &comment {
            self.after = comment.into();
        }
        Ok(comment)
    }
}

/// Whether nothing is left of a comment but its place among its answers.
fn is_erased(comment: &Comment) -> bool {
    comment.state == comment::State::Deleted && comment.source.is_empty()
}

/// Whether a post takes comments, as far as its author decided.
fn takes_comments(post: &ExportedPost, settings: &Settings) -> bool {
    comment::policy(settings, post.comments, 0) < comment::Policy::Closed
}
