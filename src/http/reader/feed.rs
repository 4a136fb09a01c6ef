//! The Atom feed (RFC 4287) of the newest posts, with full text; and what all feeds have in common.

use crate::app::App;
use crate::blog::post::Post;
use crate::blog::settings::Feeds;
use crate::blog::time::Millis;
use crate::http::render::Result;
use crate::http::shell::Shell;
use crate::text;
use crate::text::outside::{clean, made_whole};
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// As many as Blogger gives; a feed reader that looks in once a week misses none.
const POSTS: i64 = 25;

pub const ATOM: &str = "application/atom+xml; charset=utf-8";

/// A name for a post or a comment that no change of its address touches (RFC 4151).
pub fn tag(shell: &Shell, kind: &str, id: i64) -> String {
    let host = shell.origin.split("://").nth(1).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    format!("tag:{host},2005:{kind}-{id}")
}

#[derive(Template)]
#[template(path = "feed/posts.atom", escape = "html")]
struct AtomFeed {
    shell: Shell,
    posts: Vec<Post>,
    updated_at: Millis,
}

#[expect(clippy::unused_self, reason = "templates call methods of their page")]
impl AtomFeed {
    fn id(&self, post: &Post) -> String {
        tag(&self.shell, "post", post.id.0)
    }

    fn published(&self, post: &Post) -> String {
        post.published_at.unwrap_or(post.updated_at).rfc3339()
    }

    fn content(&self, post: &Post) -> String {
        let html = text::with_films(&post.html, self.shell.site.settings.films);
        clean(&made_whole(&self.shell.origin, &html))
    }

    /// Whether the whole text goes out, and not an excerpt alone.
    fn is_full(&self) -> bool {
        self.shell.site.settings.feeds == Feeds::Full
    }

    fn clean(&self, text: impl AsRef<str>) -> String {
        clean(text.as_ref())
    }
}

pub async fn atom(shell: Shell, State(app): State<App>) -> Result {
    let posts = app.store.newest_whole(POSTS).await?;
    let updated_at = posts
        .iter()
        .map(|post| post.updated_at)
        .max()
        .unwrap_or(shell.site.changed_at);
    let feed = AtomFeed {
        shell,
        posts,
        updated_at,
    };
    Ok(([(CONTENT_TYPE, ATOM)], feed.render()?).into_response())
}
