//! The Atom feed (RFC 4287) of the newest posts, with full text; and what all feeds have in common.

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

pub const ATOM: &str = "application/atom+xml; charset=utf-8";

/// A name for a post or a comment that no change of its address touches (RFC 4151).
pub fn tag(shell: &Shell, kind: &str, id: i64) -> String {
    let host = shell.origin.split("://").nth(1).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    format!("tag:{host},2005:{kind}-{id}")
}

/// Safe HTML with the blog's own addresses made whole, for readers who are elsewhere.
pub fn made_whole(origin: &str, html: &str) -> String {
    const LEADING: [&str; 4] = [" href=", " src=", " poster=", " cite="];
    let mut whole = String::with_capacity(html.len());
    let (mut in_tag, mut in_value) = (false, false);
    for (at, c) in html.char_indices() {
        whole.push(c);
        match c {
            '<' if !in_value => in_tag = true,
            '>' if !in_value => in_tag = false,
            '"' if in_tag => {
                in_value = !in_value;
                let (before, value) = (&html[..at], &html[at + 1..]);
                let ours = value.starts_with('/') && !value.starts_with("//");
                if in_value && ours && LEADING.iter().any(|name| before.ends_with(name)) {
                    whole.push_str(origin);
                }
            }
            _ => {}
        }
    }
    whole
}

/// XML 1.0 has no place for most control characters, escaped or not (its section 2.2).
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|&c| !c.is_control() || matches!(c, '\n' | '\t'))
        .filter(|&c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
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
        clean(&made_whole(&self.shell.origin, &post.html))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_addresses_are_made_whole_and_nothing_else_is_touched() {
        let whole = |html| made_whole("https://blog.example", html);
        assert_eq!(
            whole(
                "<a href=\"/p/about.html\" title=\"/x\"><img alt=\"/y\" src=\"/media/a.png\"></a>"
            ),
            "<a href=\"https://blog.example/p/about.html\" title=\"/x\">\
             <img alt=\"/y\" src=\"https://blog.example/media/a.png\"></a>"
        );
        for same in [
            "<a href=\"//other.example/\">x</a>",
            "<a href=\"https://other.example/\">x</a>",
            "<p>Write href=\"/here\" and 1 &lt; 2</p>",
            "<a title=\"a > b href=\" href=\"#top\">x</a>",
        ] {
            assert_eq!(whole(same), same);
        }
    }
}
