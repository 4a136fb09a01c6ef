//! Feeds of comments: of the whole blog, of one post, of one thread; as Atom (RFC 4287, replies by RFC 4685) and as
//! JSON Feed 1.1. Only what is shown on the pages is in them.

use super::feed::{ATOM, tag};
use crate::app::App;
use crate::blog::CommentId;
use crate::blog::comment::{self, Policy, comment_address};
use crate::blog::post::{Comments, Post, label};
use crate::blog::time::Millis;
use crate::error::Error;
use crate::http::render::Result;
use crate::http::shell::Shell;
use crate::store::FeedComment;
use crate::text::outside::{clean, made_whole};
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A lively thread of a day; who looks in once a day misses none.
const COMMENTS: i64 = 50;

const JSON: &str = "application/feed+json; charset=utf-8";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Atom,
    Json,
}

/// The permalink in the address of a feed that stands below it, and the format.
pub fn of_post(path: &str) -> Option<(&str, Format)> {
    let (post, format) = match path.strip_suffix("/comments.atom") {
        Some(post) => (post, Format::Atom),
        None => (path.strip_suffix("/comments.json")?, Format::Json),
    };
    (!post.is_empty()).then_some((post, format))
}

pub async fn atom(shell: Shell, State(app): State<App>) -> Result {
    of_blog(&app, shell, Format::Atom).await
}

pub async fn json(shell: Shell, State(app): State<App>) -> Result {
    of_blog(&app, shell, Format::Json).await
}

/// The newest comments of the whole blog.
async fn of_blog(app: &App, shell: Shell, format: Format) -> Result {
    if comment::policy(&shell.site.settings, Comments::Blog, 0) == Policy::Hidden {
        return Err(Error::NotFound);
    }
    let comments = app.store.newest_comments(COMMENTS).await?;
    let feed = CommentFeed {
        title: format!("Comments on {}", shell.title()),
        path: "/".to_owned(),
        own_path: "/comments".to_owned(),
        query: String::new(),
        updated_at: newest(&comments, shell.site.changed_at),
        shell,
        comments,
    };
    feed.answer(format)
}

/// The newest comments on a post, or those of one thread on it.
pub async fn on_post(
    app: &App,
    shell: Shell,
    post: &Post,
    thread: Option<&str>,
    format: Format,
) -> Result {
    if comment::policy(&shell.site.settings, post.comments, 0) == Policy::Hidden {
        return Err(Error::NotFound);
    }
    let (comments, about, query) = match thread {
        None => {
            let comments = app.store.newest_on_post(post.id, COMMENTS).await?;
            (comments, post.label().to_owned(), String::new())
        }
        Some(top) => {
            let top = top.parse().map(CommentId).map_err(|_| Error::NotFound)?;
            let comments = app.store.newest_in_thread(post.id, top, COMMENTS).await?;
            let top = app.store.comment(top).await?.ok_or(Error::NotFound)?;
            if top.post_id != post.id || top.state != comment::State::Approved {
                return Err(Error::NotFound);
            }
            let about = format!("{} by {}", post.label(), top.display_name());
            (comments, about, format!("?thread={}", top.id))
        }
    };
    let path = post.path.clone().unwrap_or_default();
    let feed = CommentFeed {
        title: format!("Comments on {about}"),
        own_path: format!("{path}/comments"),
        path,
        query,
        updated_at: newest(&comments, post.published_at.unwrap_or(post.updated_at)),
        shell,
        comments,
    };
    feed.answer(format)
}

/// When the newest of some comments was written or changed; `or` where there are none.
fn newest(comments: &[FeedComment], or: Millis) -> Millis {
    comments.iter().map(updated_at).max().unwrap_or(or)
}

fn updated_at(comment: &FeedComment) -> Millis {
    comment.edited_at.unwrap_or(comment.created_at)
}

#[derive(Template)]
#[template(path = "feed/comments.atom", escape = "html")]
struct CommentFeed {
    shell: Shell,
    title: String,
    /// The page that these are the comments of.
    path: String,
    /// The address of the feed without its ending and its query.
    own_path: String,
    query: String,
    comments: Vec<FeedComment>,
    updated_at: Millis,
}

#[expect(clippy::unused_self, reason = "templates call methods of their page")]
impl CommentFeed {
    fn answer(&self, format: Format) -> Result<Response> {
        let (content_type, body) = match format {
            Format::Atom => (ATOM, self.render()?),
            Format::Json => (JSON, self.json()?),
        };
        Ok(([(CONTENT_TYPE, content_type)], body).into_response())
    }

    fn id(&self, comment: &FeedComment) -> String {
        tag(&self.shell, "comment", comment.id.0)
    }

    fn name(&self, comment: &FeedComment) -> String {
        clean(comment::display_name(&comment.name))
    }

    fn entry_title(&self, comment: &FeedComment) -> String {
        clean(&format!(
            "{} on {}",
            comment::display_name(&comment.name),
            label(&comment.post_title)
        ))
    }

    fn address(&self, comment: &FeedComment) -> String {
        self.whole(&comment_address(
            &comment.post_path,
            comment.place,
            comment.id,
        ))
    }

    fn updated(&self, comment: &FeedComment) -> String {
        updated_at(comment).rfc3339()
    }

    fn content(&self, comment: &FeedComment) -> String {
        clean(&made_whole(&self.shell.origin, &comment.html))
    }

    /// What a comment answers: another comment or the post; its name and, where it is shown, its address.
    fn answered(&self, comment: &FeedComment) -> (String, Option<String>) {
        match comment.parent_id {
            Some(id) => {
                let address = comment
                    .parent_place
                    .map(|place| comment_address(&comment.post_path, Some(place), id));
                (
                    tag(&self.shell, "comment", id.0),
                    address.map(|address| self.whole(&address)),
                )
            }
            None => (
                tag(&self.shell, "post", comment.post_id.0),
                Some(self.whole(&comment.post_path)),
            ),
        }
    }

    fn whole(&self, path: &str) -> String {
        format!("{}{path}", self.shell.origin)
    }

    fn own_address(&self, ending: &str) -> String {
        self.whole(&format!("{}.{ending}{}", self.own_path, self.query))
    }

    fn clean(&self, text: &str) -> String {
        clean(text)
    }

    fn json(&self) -> Result<String> {
        let items = self.comments.iter().map(|comment| JsonItem {
            id: self.id(comment),
            url: self.address(comment),
            title: self.entry_title(comment),
            content_html: self.content(comment),
            date_published: comment.created_at.rfc3339(),
            date_modified: comment.edited_at.map(Millis::rfc3339),
            authors: [JsonAuthor {
                name: self.name(comment),
                url: Some(comment.url.clone()).filter(|url| !url.is_empty()),
            }],
        });
        let feed = JsonFeed {
            version: "https://jsonfeed.org/version/1.1",
            title: clean(&self.title),
            home_page_url: self.whole(&self.path),
            feed_url: self.own_address("json"),
            language: self.shell.language(),
            items: items.collect(),
        };
        serde_json::to_string(&feed)
            .map_err(|error| Error::Internal(format!("a feed as JSON: {error}")))
    }
}

/// JSON Feed 1.1.
#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    language: &'a str,
    items: Vec<JsonItem>,
}

#[derive(Serialize)]
struct JsonItem {
    id: String,
    url: String,
    title: String,
    content_html: String,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    authors: [JsonAuthor; 1],
}

#[derive(Serialize)]
struct JsonAuthor {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}
