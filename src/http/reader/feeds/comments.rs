//! Feeds of comments: of the whole blog, of one post, of one thread. Only what is shown on the pages is in them.

use super::posts::FeedParams;
use super::{Addresses, Answered, Document, Entry, Feed, Format, Head};
use crate::app::App;
use crate::blog::CommentId;
use crate::blog::comment::{self, Policy, comment_address};
use crate::blog::feed::{self, Of, name, name_of};
use crate::blog::phrases::fill;
use crate::blog::post::{Comments, Post};
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::render::Result;
use crate::store::{FeedComment, PageDirection};
use crate::text::absolutize::{absolutize_on, clean};
use axum::extract::{Query, State};

/// The permalink in the address of a feed that is below it, and the format.
pub fn of_post(path: &str) -> Option<(&str, Format)> {
    let (post, ending) = path.rsplit_once("/comments.")?;
    let format = Format::of(ending)?;
    (!post.is_empty()).then_some((post, format))
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

/// The comments of the whole blog.
async fn of_blog(app: &App, layout: &Layout, format: Format, params: &FeedParams) -> Result {
    must_be_shown(layout, Comments::Blog)?;
    let archive = params.archive.as_deref();
    let document = Document::find(app, Of::Comments, feed::COMMENTS, archive).await?;
    let entries = entries(app, layout, Of::Comments, &document).await?;
    Feed::new(layout, head(app, layout, None, format), &document, entries)
        .answer(app, format)
        .await
}

/// Which comments on a post are asked for, and as what.
pub struct PostFeedQuery<'a> {
    /// The comment at the top of a thread; `None`: all comments.
    pub thread: Option<&'a str>,
    /// A document of the history.
    pub archive: Option<&'a str>,
    pub format: Format,
}

/// The comments on a post, or the newest of one thread on it.
pub async fn on_post(app: &App, layout: Layout, post: &Post, query: PostFeedQuery<'_>) -> Result {
    let PostFeedQuery {
        thread,
        archive,
        format,
    } = query;
    must_be_shown(&layout, post.comments)?;
    let head = head(app, &layout, Some(post), format);
    let Some(thread) = thread else {
        let of = Of::CommentsOn(post.id);
        let document = Document::find(app, of, feed::COMMENTS, archive).await?;
        let entries = entries(app, &layout, of, &document).await?;
        let feed = Feed::new(&layout, head, &document, entries);
        return feed.answer(app, format).await;
    };
    let top = thread.parse().map(CommentId).map_err(|_| Error::NotFound)?;
    let of = Of::Thread(post.id, top);
    let newest = feed::COMMENTS.newest;
    let places = app
        .store
        .feeds()
        .places(of, PageDirection::Start, newest)
        .await?;
    let top = app
        .store
        .comments()
        .by_id(top)
        .await?
        .ok_or(Error::NotFound)?;
    if top.post_id != post.id || top.state != comment::State::Approved {
        return Err(Error::NotFound);
    }
    let document = Document::alone(places);
    let entries = entries(app, &layout, of, &document).await?;
    let about = format!(
        "{} · {}",
        layout.titled(&post.title),
        layout.messages().named(&top.name)
    );
    let head = Head {
        id: name(&app.feed_host, "thread", top.id.0),
        title: layout
            .messages()
            .about(layout.messages().feeds.comments_on, &about),
        addresses: Addresses {
            query: format!("thread={}", top.id),
            ..head.addresses
        },
        ..head
    };
    Feed::new(&layout, head, &document, entries)
        .answer(app, format)
        .await
}

/// There is no feed of comments that no page shows.
pub fn must_be_shown(layout: &Layout, comments: Comments) -> Result<()> {
    if comment::policy(&layout.site.settings, comments, 0) == Policy::Hidden {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}

/// What the feed of all comments, or of those on a post, says of itself.
pub fn head<'a>(app: &App, layout: &Layout, post: Option<&'a Post>, format: Format) -> Head<'a> {
    let path = post.and_then(|post| post.path.as_deref());
    let about = post.map_or(layout.title(), |post| layout.titled(&post.title));
    let base = format!("{}/comments", path.unwrap_or("/").trim_end_matches('/'));
    Head {
        id: match post {
            Some(post) => name(&app.feed_host, "comments-on", post.id.0),
            None => name(&app.feed_host, "comments", 0),
        },
        title: layout
            .messages()
            .about(layout.messages().feeds.comments_on, about),
        page: path.unwrap_or("/"),
        addresses: Addresses {
            base: layout.absolute_url(&base),
            query: String::new(),
            format,
        },
        changed_at: post.map_or(layout.changed_at, |post| {
            post.published_at.unwrap_or(post.updated_at)
        }),
    }
}

/// The comments that a document holds.
pub async fn entries(
    app: &App,
    layout: &Layout,
    of: Of,
    document: &Document,
) -> Result<Vec<Entry>> {
    let comments = app.store.feeds().comments(of, &document.places).await?;
    let bytes = comments.iter().map(|comment| comment.html.len()).sum();
    let (app_, layout) = (app.clone(), layout.clone());
    let entries = move || {
        let entry = |comment| entry(&app_, &layout, &comment);
        comments.into_iter().map(entry).collect()
    };
    app.compute_if_large(bytes, entries).await
}

fn entry(app: &App, layout: &Layout, comment: &FeedComment) -> Entry {
    let author = layout.messages().named(&comment.name);
    let names = [
        ("name", author),
        ("title", layout.titled(&comment.post_title)),
    ];
    let page = layout.absolute_url(&comment.post_path);
    Entry {
        id: comment_name(app, comment.id, comment.origin.as_deref()),
        title: clean(&fill(layout.messages().feeds.name_on, &names)),
        address: layout.absolute_url(&comment_address(
            &comment.post_path,
            comment.place,
            comment.id,
        )),
        published_at: comment.created_at,
        updated_at: comment.edited_at.unwrap_or(comment.created_at),
        author: clean(author),
        author_page: clean(&comment.url),
        language: None,
        tags: Vec::new(),
        summary: String::new(),
        html: Some(clean(&absolutize_on(&layout.origin, &page, &comment.html))),
        picture: String::new(),
        is_featured: false,
        enclosures: Vec::new(),
        answers: Some(answered(app, layout, comment)),
        replies: None,
    }
}

/// The name of a comment in feeds.
fn comment_name(app: &App, id: CommentId, origin: Option<&str>) -> String {
    name_of(&app.feed_host, "comment", id.0, origin)
}

/// What a comment answers: another comment or the post.
fn answered(app: &App, layout: &Layout, comment: &FeedComment) -> Answered {
    let Some(parent) = comment.parent_id else {
        let (post, origin) = (comment.post_id.0, comment.post_origin.as_deref());
        return Answered {
            id: name_of(&app.feed_host, "post", post, origin),
            address: Some(layout.absolute_url(&comment.post_path)),
        };
    };
    let address = comment
        .parent_place
        .map(|place| comment_address(&comment.post_path, Some(place), parent));
    Answered {
        id: comment_name(app, parent, comment.parent_origin.as_deref()),
        address: address.map(|address| layout.absolute_url(&address)),
    }
}
