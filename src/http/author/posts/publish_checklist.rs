//! The sheet before a text is shown: the list of what is easily forgotten.

use crate::app::App;
use crate::app::publishing::render_post;
use crate::blog::PostId;
use crate::blog::fetch;
use crate::blog::post::{self, Link, NewPost};
use crate::blog::publish_checklist::{self, Check, SiteFacts};
use crate::blog::slug;
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::render::{self, Result};
use crate::text;
use axum::extract::{Path, State};
use axum::http::StatusCode;

/// Parts of the blog that are no posts; whether they hold anything is not asked here.
const NO_POSTS: &[&str] = &["tags", "search", "media", "assets", "feeds", "archive"];

#[derive(Debug, serde::Serialize)]
struct Answer {
    checks: Vec<Check>,
}

pub async fn checks(admin: AdminLayout, State(app): State<App>, Path(id): Path<i64>) -> Result {
    let id = PostId(id);
    let (text, _) = app
        .store
        .revisions()
        .working_copy(id)
        .await?
        .ok_or(Error::NotFound)?;
    let rendered = render_post(&app, text.source.clone(), text.markup).await?;
    let lint_facts = text::lint_facts(&rendered.html);
    let (source, markup) = (text.source.clone(), text.markup);
    let count = move || {
        let silent = text::pictures_without_words(&source, markup);
        (text::pictures_missing(&source, markup), silent)
    };
    let (pictures_missing, pictures_without_words) = app.compute(count).await?;
    let mut site_facts = SiteFacts {
        holder: holder(&app, &admin, id, &text).await?,
        pictures_missing,
        pictures_without_words,
        ..SiteFacts::default()
    };
    let shown: Vec<String> = fetch::addresses(&text.source).into_iter().collect();
    for state in app.store.fetches().states(&shown).await? {
        if state.is_waiting() {
            site_facts.pictures_on_their_way.push(state.address);
        } else if state.media_id.is_none() {
            site_facts.pictures_not_fetched.push(state.address);
        }
    }
    for link in &lint_facts.links {
        if let Some(path) = own_path(link, &admin.layout.origin)
            && !app.store.posts().leads_somewhere(&path).await?
        {
            site_facts.dead_links.push(path);
        }
    }
    let checks = publish_checklist::of(&text, &lint_facts, &site_facts);
    render::json(StatusCode::OK, &Answer { checks })
}

/// The other post that lives at the address that was typed for this one.
pub async fn holder(
    app: &App,
    admin: &AdminLayout,
    id: PostId,
    text: &NewPost,
) -> Result<Option<Link>> {
    let typed = slug::of(&text.permalink);
    if typed.is_empty() {
        return Ok(None);
    }
    let at = text.published_at.unwrap_or_else(|| app.now());
    let path = post::permalink(
        text.kind,
        admin.layout.site.settings.permalinks,
        &typed,
        at,
        &admin.layout.site.zone,
    );
    app.store.posts().other_at(&path, id).await
}

/// The path of a link that leads to a post or a page of this blog.
fn own_path(link: &str, origin: &str) -> Option<String> {
    let base = url::Url::parse(origin).ok()?;
    if link.starts_with('#') {
        return None;
    }
    let url = base.join(link).ok()?;
    let first = url.path().split('/').nth(1).unwrap_or_default();
    let is_post = url.origin() == base.origin()
        && !first.is_empty()
        && !NO_POSTS.contains(&first)
        && !matches!(first.rsplit_once('.'), Some((_, "atom" | "json")));
    is_post.then(|| url.path().to_owned())
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_links_to_posts_of_this_blog_are_looked_up() {
        let path = |link| own_path(link, "https://blog.example");
        assert_eq!(
            path("/2016/06/ebb.html#top").as_deref(),
            Some("/2016/06/ebb.html")
        );
        assert_eq!(
            path("https://blog.example/p/about.html").as_deref(),
            Some("/p/about.html")
        );
        for other in [
            "#note",
            "/",
            "/tags/x/",
            "/feed.atom",
            "https://other.example/a.html",
            "mailto:a@b.example",
        ] {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
