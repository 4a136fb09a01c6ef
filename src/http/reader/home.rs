//! The home page: newest posts under a heading per day, older ones by a link.

use crate::app::App;
use crate::blog::comment::{self, Policy};
use crate::blog::post::{Comments, Listed};
use crate::http::cursor::{Cursor, Links};
use crate::http::render::{self, Result};
use crate::http::shell::Shell;
use crate::store::{Page, Side};
use askama::Template;
use axum::extract::{Query, State};

/// The posts of one day.
pub struct Day {
    /// `Sunday, 5 June 2016`.
    pub heading: String,
    /// `2016-06-05`, for machines.
    pub date: String,
    pub posts: Vec<Listed>,
}

/// A page that lists posts: home and the pages of tags.
#[derive(Template)]
#[template(path = "reader/list.html")]
pub struct ListPage {
    pub shell: Shell,
    /// What the list is of; `None` on the home page.
    pub heading: Option<String>,
    /// The address of the list without a query.
    pub address: String,
    /// Posts that stand above all others, on the first page of the blog.
    pub pinned: Vec<Listed>,
    pub days: Vec<Day>,
    pub links: Links,
    /// Whether this is the first page of the list.
    pub is_start: bool,
}

impl ListPage {
    pub fn new(shell: Shell, heading: Option<String>, address: String, page: Page<Listed>) -> Self {
        let is_start = page.side == Side::Start;
        let links = Links::of(&page, |post| (post.published_at, post.id.0));
        Self {
            pinned: Vec::new(),
            days: days(&shell, page.items),
            shell,
            heading,
            address,
            links,
            is_start,
        }
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn comment_count(&self, post: &Listed) -> String {
        comment::count(post.approved_comments)
    }
}

pub async fn show(shell: Shell, State(app): State<App>, Query(cursor): Query<Cursor>) -> Result {
    let limit = shell.site.settings.posts_per_page;
    let mut page = app.store.published_posts(cursor.side(), limit).await?;
    if page.is_top() {
        page = app.store.published_posts(Side::Start, limit).await?;
    }
    let mut pinned = Vec::new();
    if page.side == Side::Start {
        pinned = app.store.pinned_posts().await?;
        page.items
            .retain(|post| pinned.iter().all(|above| above.id != post.id));
    }
    let mut page = ListPage::new(shell, None, "/".to_owned(), page);
    page.pinned = pinned;
    render::page(&page)
}

/// Puts posts, newest first, under the headings of their days in the blog's zone.
fn days(shell: &Shell, posts: Vec<Listed>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for post in posts {
        let date = post.published_at.day(&shell.site.zone).to_string();
        match days.last_mut() {
            Some(day) if day.date == date => day.posts.push(post),
            _ => days.push(Day {
                heading: shell.dates().day(&post.published_at),
                date,
                posts: vec![post],
            }),
        }
    }
    days
}
