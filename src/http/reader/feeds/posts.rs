//! Feeds of posts: of the whole blog and of a tag.

use super::{Addresses, Document, Entry, Feed, Format, Head, Replies, Told};
use crate::app::App;
use crate::blog::comment::{self, Policy};
use crate::blog::feed::{self, Of, name_of};
use crate::blog::settings::Films;
use crate::error::Error;
use crate::http::page::layout::Shell;
use crate::http::page::render::{self, Result};
use crate::http::reader::tags;
use crate::store::{FeedPost, Tag};
use crate::text;
use crate::text::outside::{clean, made_whole_on};
use axum::extract::{Path, Query, State};

/// What every feed may be asked for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A document of the history.
    pub archive: Option<String>,
}

pub async fn atom(shell: Shell, State(app): State<App>, Query(asked): Query<Asked>) -> Result {
    of_blog(&app, &shell, Format::Atom, &asked).await
}

pub async fn rss(shell: Shell, State(app): State<App>, Query(asked): Query<Asked>) -> Result {
    of_blog(&app, &shell, Format::Rss, &asked).await
}

pub async fn json(shell: Shell, State(app): State<App>, Query(asked): Query<Asked>) -> Result {
    of_blog(&app, &shell, Format::Json, &asked).await
}

async fn of_blog(app: &App, shell: &Shell, format: Format, asked: &Asked) -> Result {
    let document = Document::find(app, Of::Posts, feed::POSTS, asked.archive.as_deref()).await?;
    let head = head(app, shell, None, format);
    let told = Told::by_the_settings(shell);
    let entries = entries(app, shell, Of::Posts, &document, told, format).await?;
    Feed::new(shell, head, &document, entries)
        .answer(app, format)
        .await
}

/// The feed of a tag: `/tags/gardens/feed.atom`.
pub async fn of_tag(
    shell: Shell,
    State(app): State<App>,
    Path((slug, file)): Path<(String, String)>,
    Query(asked): Query<Asked>,
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
    let document = Document::find(&app, of, feed::POSTS, asked.archive.as_deref()).await?;
    if document.places.is_empty() {
        return Err(Error::NotFound);
    }
    let told = Told::by_the_settings(&shell);
    let entries = entries(&app, &shell, of, &document, told, format).await?;
    let page = page_of(&tag);
    let head = Head {
        page: &page,
        ..head(&app, &shell, Some(&tag), format)
    };
    Feed::new(&shell, head, &document, entries)
        .answer(&app, format)
        .await
}

fn page_of(tag: &Tag) -> String {
    format!("/tags/{}/", tag.slug)
}

/// What the feed of the blog, or of a tag, says of itself.
pub fn head<'a>(app: &App, shell: &Shell, tag: Option<&Tag>, format: Format) -> Head<'a> {
    let (id, title, base) = match tag {
        Some(tag) => (
            feed::name(&app.feed_host, "tag", tag.id.0),
            format!("{} · {}", tag.name, shell.title()),
            shell.whole(&format!("{}feed", page_of(tag))),
        ),
        None => (
            feed::name(&app.feed_host, "posts", 0),
            shell.title().to_owned(),
            shell.whole("/feed"),
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
        changed_at: shell.changed_at,
    }
}

/// The posts that a document holds.
pub async fn entries(
    app: &App,
    shell: &Shell,
    of: Of,
    document: &Document,
    told: Told,
    format: Format,
) -> Result<Vec<Entry>> {
    let posts = app.store.feeds().posts(of, &document.places).await?;
    let bytes = posts.iter().map(|post| post.html.len()).sum();
    let (app_, shell) = (app.clone(), shell.clone());
    let entries = move || {
        let entry = |post| entry(&app_, &shell, post, told, format);
        posts.iter().map(entry).collect()
    };
    app.compute_if_large(bytes, entries).await
}

fn entry(app: &App, shell: &Shell, post: &FeedPost, told: Told, format: Format) -> Entry {
    let address = shell.whole(&post.path);
    let html = || {
        let html = text::told(&post.html, Films::None, shell.say());
        clean(&made_whole_on(&shell.origin, &address, &html))
    };
    let title = if post.title.trim().is_empty() {
        let words = text::plain(&post.html);
        shell.title_or_words("", &words, Some(post.published_at))
    } else {
        post.title.clone()
    };
    let picture = if post.details.picture.is_empty() {
        &post.picture
    } else {
        &post.details.picture
    };
    let author = if post.author.is_empty() {
        shell.title()
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
        language: language.filter(|tag| !tag.is_empty() && tag != shell.language()),
        tags: post.tags.lines().map(clean).collect(),
        summary: clean(&post.excerpt),
        html: (told == Told::Whole).then(html),
        picture: whole_picture(shell, picture),
        answers: None,
        replies: replies(shell, post, format),
        address,
    }
}

fn whole_picture(shell: &Shell, picture: &str) -> String {
    if picture.starts_with('/') {
        shell.whole(picture)
    } else {
        clean(picture)
    }
}

/// Where the comments on a post are, unless they are hidden.
fn replies(shell: &Shell, post: &FeedPost, format: Format) -> Option<Replies> {
    let policy = comment::policy(&shell.site.settings, post.comments, 0);
    let ending = match format {
        Format::Gdata => Format::Atom.ending(),
        format => format.ending(),
    };
    let path = post.path.trim_end_matches('/');
    (policy != Policy::Hidden).then(|| Replies {
        page: shell.whole(&format!("{}#comments", post.path)),
        feed: shell.whole(&format!("{path}/comments.{ending}")),
        number: post.approved_comments,
    })
}
