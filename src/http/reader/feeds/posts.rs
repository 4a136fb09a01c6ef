//! Feeds of posts: of the whole blog and of a tag.

use super::{Addresses, Document, Enclosure, Entry, EntryContent, Feed, Format, Head, Replies};
use crate::app::App;
use crate::blog::comment::{self, Policy};
use crate::blog::feed::{self, Of, name_of};
use crate::blog::media;
use crate::blog::settings::Films;
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::render::{self, Result};
use crate::http::reader::tags;
use crate::store::{FeedPost, Tag};
use crate::text;
use crate::text::absolutize::{absolutize_on, clean};
use axum::extract::{Path, Query, State};
use std::collections::HashMap;

/// What every feed may be asked for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct FeedParams {
    /// A document of the history.
    pub archive: Option<String>,
}

pub async fn atom(
    layout: Layout,
    State(app): State<App>,
    Query(params): Query<FeedParams>,
) -> Result {
    of_blog(&app, &layout, Format::Atom, &params).await
}

pub async fn rss(
    layout: Layout,
    State(app): State<App>,
    Query(params): Query<FeedParams>,
) -> Result {
    of_blog(&app, &layout, Format::Rss, &params).await
}

pub async fn json(
    layout: Layout,
    State(app): State<App>,
    Query(params): Query<FeedParams>,
) -> Result {
    of_blog(&app, &layout, Format::Json, &params).await
}

async fn of_blog(app: &App, layout: &Layout, format: Format, params: &FeedParams) -> Result {
    let document = Document::find(app, Of::Posts, feed::POSTS, params.archive.as_deref()).await?;
    let head = head(app, layout, None, format);
    let wanted = PostEntries {
        of: Of::Posts,
        document: &document,
        content: EntryContent::by_the_settings(layout),
        format,
    };
    let entries = entries(app, layout, wanted).await?;
    Feed::new(layout, head, &document, entries)
        .answer(app, format)
        .await
}

/// The feed of a tag: `/tags/gardens/feed.atom`.
pub async fn of_tag(
    layout: Layout,
    State(app): State<App>,
    Path((slug, file)): Path<(String, String)>,
    Query(params): Query<FeedParams>,
) -> Result {
    let format = file.strip_prefix("feed.").and_then(Format::of);
    let format = format.ok_or(Error::NotFound)?;
    let Some(tag) = app.store.tags().by_slug(&slug).await? else {
        return match tags::moved_to(&app, &slug).await? {
            Some(moved) => render::moved(&format!("/tags/{moved}/{file}")),
            None => Err(Error::NotFound),
        };
    };
    let of = Of::Tag(tag.id);
    let document = Document::find(&app, of, feed::POSTS, params.archive.as_deref()).await?;
    // A tag of protected posts alone has a page, and so has a feed, in which nothing is.
    if document.places.is_empty() && !app.store.tags().is_used(tag.id).await? {
        return Err(Error::NotFound);
    }
    let wanted = PostEntries {
        of,
        document: &document,
        content: EntryContent::by_the_settings(&layout),
        format,
    };
    let entries = entries(&app, &layout, wanted).await?;
    let page = page_of(&tag);
    let head = Head {
        page: &page,
        ..head(&app, &layout, Some(&tag), format)
    };
    Feed::new(&layout, head, &document, entries)
        .answer(&app, format)
        .await
}

fn page_of(tag: &Tag) -> String {
    format!("/tags/{}/", tag.slug)
}

/// What the feed of the blog, or of a tag, says of itself.
pub fn head<'a>(app: &App, layout: &Layout, tag: Option<&Tag>, format: Format) -> Head<'a> {
    let (id, title, base) = match tag {
        Some(tag) => (
            feed::name(&app.feed_host, "tag", tag.id.0),
            format!("{} · {}", tag.name, layout.title()),
            layout.absolute_url(&format!("{}feed", page_of(tag))),
        ),
        None => (
            feed::name(&app.feed_host, "posts", 0),
            layout.title().to_owned(),
            layout.absolute_url("/feed"),
        ),
    };
    Head {
        id,
        title,
        page: "/",
        addresses: Addresses {
            base,
            query: String::new(),
            format,
        },
        changed_at: layout.changed_at,
    }
}

/// The posts of one document of a feed, and how they are written.
pub struct PostEntries<'a> {
    /// The feed that the document belongs to.
    pub of: Of,
    pub document: &'a Document,
    pub content: EntryContent,
    pub format: Format,
}

/// The posts that a document holds.
pub async fn entries(app: &App, layout: &Layout, wanted: PostEntries<'_>) -> Result<Vec<Entry>> {
    let PostEntries {
        of,
        document,
        content,
        format,
    } = wanted;
    let posts = app.store.feeds().posts(of, &document.places).await?;
    let bytes = posts.iter().map(|post| post.html.len()).sum();
    let recordings: Vec<Vec<String>> = posts
        .iter()
        .map(|post| media::recordings(&post.html))
        .collect();
    let weights = app.store.media().weights(&recordings.concat()).await?;
    let (app_, layout) = (app.clone(), layout.clone());
    let entries = move || {
        let entry = |(post, recordings): (&FeedPost, &Vec<String>)| Entry {
            enclosures: enclosures(&layout, recordings, &weights),
            ..entry(&app_, &layout, post, content, format)
        };
        posts.iter().zip(&recordings).map(entry).collect()
    };
    app.compute_if_large(bytes, entries).await
}

fn entry(
    app: &App,
    layout: &Layout,
    post: &FeedPost,
    content: EntryContent,
    format: Format,
) -> Entry {
    let address = layout.absolute_url(&post.path);
    let html = || {
        let html = text::fill_placeholders(&post.html, Films::None, layout.messages());
        clean(&absolutize_on(&layout.origin, &address, &html))
    };
    let title = if post.title.trim().is_empty() {
        let words = text::plain(&post.html);
        layout.title_or_words("", &words, Some(post.published_at))
    } else {
        post.title.clone()
    };
    let author = if post.author.is_empty() {
        layout.title()
    } else {
        &post.author
    };
    let language = Some(post.details.language.clone());
    Entry {
        id: name_of(&app.feed_host, "post", post.id.0, post.origin.as_deref()),
        title: clean(&title),
        published_at: post.published_at,
        updated_at: post.updated_at.max(post.published_at),
        author: clean(author),
        author_page: String::new(),
        language: language.filter(|tag| !tag.is_empty() && tag != layout.language()),
        tags: post.tags.lines().map(clean).collect(),
        summary: clean(&post.excerpt),
        html: (content == EntryContent::Full).then(html),
        picture: absolute_picture(layout, &post.picture),
        is_featured: !post.details.picture.is_empty(),
        enclosures: Vec::new(),
        answers: None,
        replies: replies(layout, post, format),
        address,
    }
}

/// Those recordings of a text that are in the library.
fn enclosures(
    layout: &Layout,
    recordings: &[String],
    weights: &HashMap<String, i64>,
) -> Vec<Enclosure> {
    let enclosures = recordings.iter().filter_map(|name| {
        Some(Enclosure {
            address: layout.absolute_url(&format!("{}{name}", media::FOLDER)),
            content_type: media::content_type(name)?,
            bytes: *weights.get(name)?,
        })
    });
    enclosures.collect()
}

fn absolute_picture(layout: &Layout, picture: &str) -> String {
    if picture.starts_with('/') {
        layout.absolute_url(picture)
    } else {
        clean(picture)
    }
}

/// Where the comments on a post are, unless they are hidden.
fn replies(layout: &Layout, post: &FeedPost, format: Format) -> Option<Replies> {
    let policy = comment::policy(&layout.site.settings, post.comments, 0);
    let ending = match format {
        Format::Gdata => Format::Atom.ending(),
        format => format.ending(),
    };
    let path = post.path.trim_end_matches('/');
    (policy != Policy::Hidden).then(|| Replies {
        page: layout.absolute_url(&format!("{}#comments", post.path)),
        feed: layout.absolute_url(&format!("{path}/comments.{ending}")),
        number: post.approved_comments,
    })
}
