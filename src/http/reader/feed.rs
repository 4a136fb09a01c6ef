//! The Atom feed (RFC 4287) of the newest posts, with full text.

use crate::app::App;
use crate::blog::post::Post;
use crate::blog::time::Millis;
use crate::http::render::Result;
use crate::http::shell::Shell;
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// As many as Blogger gives; a feed reader that looks in once a week misses none.
const POSTS: i64 = 25;

#[derive(Template)]
#[template(path = "feed/posts.atom", escape = "html")]
struct AtomFeed {
    shell: Shell,
    posts: Vec<Post>,
    updated_at: Millis,
}

impl AtomFeed {
    /// A name for a post that no change of its address touches (RFC 4151).
    fn id(&self, post: &Post) -> String {
        let host = self.shell.origin.split("://").nth(1).unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        format!("tag:{host},2005:post-{}", post.id)
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn published(&self, post: &Post) -> String {
        post.published_at.unwrap_or(post.updated_at).rfc3339()
    }

    /// The text with its own addresses made whole, for readers who are elsewhere.
    fn content(&self, post: &Post) -> String {
        let origin = &self.shell.origin;
        post.html
            .replace("src=\"/", &format!("src=\"{origin}/"))
            .replace("href=\"/", &format!("href=\"{origin}/"))
    }

    /// XML 1.0 has no place for most control characters, escaped or not (its section 2.2).
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn clean(&self, text: impl AsRef<str>) -> String {
        text.as_ref()
            .chars()
            .filter(|&c| !c.is_control() || matches!(c, '\n' | '\t'))
            .filter(|&c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
            .collect()
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
    Ok((
        [(CONTENT_TYPE, "application/atom+xml; charset=utf-8")],
        feed.render()?,
    )
        .into_response())
}
