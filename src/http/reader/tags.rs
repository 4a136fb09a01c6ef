//! Tags: all of them with their counts, and the posts of one.

use super::home::ListPage;
use crate::app::App;
use crate::blog::words;
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::metadata::Sharing;
use crate::http::page::pagination::Cursor;
use crate::http::page::render::{self, Result};
use crate::store::Tag;
use askama::Template;
use axum::extract::{Path, Query, State};

#[derive(Template)]
#[template(path = "reader/tags.html")]
struct TagsPage {
    layout: Layout,
    /// Those that most posts carry, where there are many.
    most_used: Vec<(Tag, i64)>,
    /// All of them by their first letters; by none where there are few.
    groups: Vec<Group>,
}

impl TagsPage {
    /// What the page says of itself to machines.
    fn sharing(&self) -> Sharing {
        Sharing::of_list(
            &self.layout,
            Some(self.layout.messages().frame.tags),
            "/tags/",
        )
    }
}

/// Tags that begin with the same letter.
struct Group {
    letter: String,
    tags: Vec<(Tag, i64)>,
}

/// So many tags are seen at a glance; more are under their letters.
const AT_A_GLANCE: usize = 60;
const MOST_USED: usize = 20;

pub async fn list(layout: Layout, State(app): State<App>) -> Result {
    let tags = app.store.tags().counts().await?;
    app.compute(move || render::page(&by_letter(layout, tags)))
        .await?
}

fn by_letter(layout: Layout, mut tags: Vec<(Tag, i64)>) -> TagsPage {
    tags.sort_by_cached_key(|(tag, _)| words::normalize(&tag.name));
    let (mut most_used, mut groups) = (Vec::new(), Vec::<Group>::new());
    if tags.len() > AT_A_GLANCE {
        most_used.clone_from(&tags);
        most_used.sort_by_key(|(_, posts)| -posts);
        most_used.truncate(MOST_USED);
        for tag in tags {
            let letter = letter(&tag.0.name);
            match groups.last_mut() {
                Some(group) if group.letter == letter => group.tags.push(tag),
                _ => groups.push(Group {
                    letter,
                    tags: vec![tag],
                }),
            }
        }
    } else if !tags.is_empty() {
        groups.push(Group {
            letter: String::new(),
            tags,
        });
    }
    TagsPage {
        layout,
        most_used,
        groups,
    }
}

/// The letter that a tag is found under: without its accent, as it is sorted. Digits, signs and scripts without letters
/// are together.
fn letter(name: &str) -> String {
    let first = words::normalize(name).chars().next();
    first
        .filter(|c| c.is_alphabetic() && *c < '\u{2e80}')
        .map_or_else(|| "#".to_owned(), |c| c.to_uppercase().collect())
}

pub async fn show(
    layout: Layout,
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(cursor): Query<Cursor>,
) -> Result {
    let Some(tag) = app.store.tags().by_slug(&slug).await? else {
        return moved(&app, &slug).await;
    };
    let limit = layout.site.settings.posts_per_page;
    let posts = |side| app.store.tags().posts(tag.id, side, limit);
    let page = cursor.page_of(posts).await?;
    if page.items.is_empty() {
        return Err(Error::NotFound);
    }
    let address = format!("/tags/{}/", tag.slug);
    let kicker = layout.messages().lists.tagged;
    let list = ListPage::new(layout, Some(tag.name), address, page);
    ListPage { kicker, ..list }.answer()
}

/// The way from where a tag once was to where it is now; to all tags where it is gone.
pub async fn moved(app: &App, slug: &str) -> Result {
    match app.store.tags().moved_to(slug).await? {
        Some(Some(slug)) => render::moved(&format!("/tags/{slug}/")),
        Some(None) => render::moved("/tags/"),
        None => Err(Error::NotFound),
    }
}

/// The slug of the tag that a slug once belonged to.
pub async fn moved_to(app: &App, slug: &str) -> Result<Option<String>> {
    Ok(app.store.tags().moved_to(slug).await?.flatten())
}
