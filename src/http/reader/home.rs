//! The home page: newest posts under a heading per day, older ones by a link.

use super::archive::InArchive;
use crate::app::App;
use crate::blog::archive::Period;
use crate::blog::comment::Policy;
use crate::blog::post::{Comments, Listed};
use crate::blog::settings::{Home, POSTS_PER_PAGE_MAX};
use crate::http::cache::page_cache::comments_on;
use crate::http::page::layout::Layout;
use crate::http::page::metadata::Sharing;
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{Page, PageDirection};
use crate::text;
use askama::Template;
use axum::extract::{Query, State};
use std::borrow::Cow;

/// The posts of one day.
pub struct Day {
    /// `Sunday, 5 June 2016`.
    pub heading: String,
    /// `2016-06-05`, for machines.
    pub date: String,
    pub posts: Vec<Listed>,
}

/// A page that lists posts: home, and the pages of tags, authors, months and days.
#[derive(Template)]
#[template(path = "reader/list.html")]
pub struct ListPage {
    pub layout: Layout,
    /// What the list is of; `None` on the home page.
    pub heading: Option<String>,
    /// A small line above it: `Posts tagged`.
    pub kicker: &'static str,
    /// The address of the list without a query.
    pub address: String,
    /// Posts that are above all others, on the first page of the blog.
    pub pinned: Vec<Listed>,
    pub days: Vec<Day>,
    pub links: Links,
    /// Whether this is the first page of the list.
    pub is_start: bool,
    /// What is around the posts of a month or a day.
    pub archive: Option<InArchive>,
}

impl ListPage {
    pub fn new(
        layout: Layout,
        heading: Option<String>,
        address: String,
        mut page: Page<Listed>,
    ) -> Self {
        make_ready(&layout, &mut page.items);
        let is_start = page.side == PageDirection::Start;
        let links = Links::of(&page, |post| (post.published_at, post.id.0));
        Self {
            pinned: Vec::new(),
            days: days(&layout, page.items),
            layout,
            heading,
            kicker: "",
            address,
            links,
            is_start,
            archive: None,
        }
    }

    /// Puts posts above all others.
    fn pin(&mut self, mut pinned: Vec<Listed>) {
        make_ready(&self.layout, &mut pinned);
        if !pinned.is_empty() {
            let others = self.days.iter_mut().flat_map(|day| &mut day.posts);
            others.for_each(put_below);
        }
        self.pinned = pinned;
    }

    fn posts(&self) -> impl Iterator<Item = &Listed> {
        let listed = self.days.iter().flat_map(|day| &day.posts);
        self.pinned.iter().chain(listed)
    }

    fn has_blocks(&self) -> bool {
        self.posts()
            .any(|post| !post.feature.is_empty() || text::has_blocks(&post.html))
    }

    fn has_gallery(&self) -> bool {
        self.posts().any(|post| text::has_gallery(&post.html))
    }

    fn can_play(&self) -> bool {
        self.posts().any(|post| text::can_play(&post.html))
    }

    /// The list as an answer: of all comments it counts those of its posts only.
    pub fn answer(&self) -> Result {
        let posts = self.posts().map(|post| post.id);
        Ok(comments_on(posts, render::page(self)?))
    }

    /// What the list says of itself to machines.
    fn sharing(&self) -> Sharing {
        Sharing::of_list(&self.layout, self.heading.as_deref(), &self.address)
    }

    /// The name of a tag and what the addresses of its feeds begin with.
    fn feed(&self) -> Option<(&str, String)> {
        let is_tag = self.address.starts_with("/tags/");
        let heading = self.heading.as_deref().filter(|_| is_tag)?;
        Some((heading, format!("{}feed", self.address)))
    }

    /// The archive of a day of the list; on that page itself it is no link.
    fn day_address(&self, day: &Day) -> Option<String> {
        let address = Period::of_day(&day.date)?.address();
        (address != self.address).then_some(address)
    }

    fn comment_count(&self, post: &Listed) -> String {
        let messages = self.layout.messages();
        messages.count(&messages.post.comments, post.approved_comments)
    }
}

pub async fn show(layout: Layout, State(app): State<App>, Query(cursor): Query<Cursor>) -> Result {
    let mut page = cursor.page_of(|side| newest(&layout, &app, side)).await?;
    let mut pinned = Vec::new();
    if page.side == PageDirection::Start {
        pinned = app.store.posts().pinned().await?;
        page.items
            .retain(|post| pinned.iter().all(|above| above.id != post.id));
    }
    let mut page = ListPage::new(layout, None, "/".to_owned(), page);
    page.pin(pinned);
    page.answer()
}

/// So many posts, or all posts of so many days, as the settings say.
async fn newest(layout: &Layout, app: &App, side: PageDirection) -> Result<Page<Listed>> {
    let settings = &layout.site.settings;
    if settings.home == Home::Posts {
        let limit = settings.posts_per_page;
        return app.store.posts().list(side, limit).await;
    }
    let page = app.store.posts().list(side, POSTS_PER_PAGE_MAX).await?;
    let day = |post: &Listed| post.published_at.day(&layout.site.zone);
    Ok(of_days(page, settings.days_per_page, day))
}

/// The days of a page that lie nearest to where it was asked from. A day is never cut, unless it alone fills a page.
fn of_days<T, D: PartialEq>(mut page: Page<T>, days: i64, day: impl Fn(&T) -> D) -> Page<T> {
    let upwards = matches!(page.side, PageDirection::Newer(..));
    let more = if upwards {
        page.has_newer
    } else {
        page.has_older
    };
    if upwards {
        page.items.reverse();
    }
    let mut begun = 0;
    let mut fits = page.items.len();
    let mut last_begins = 0;
    for place in 0..page.items.len() {
        if place == 0 || day(&page.items[place]) != day(&page.items[place - 1]) {
            begun += 1;
            if begun > days {
                fits = place;
                break;
            }
            last_begins = place;
        }
    }
    // The rest of the last day may be beyond what was read.
    if fits == page.items.len() && more && last_begins > 0 {
        fits = last_begins;
    }
    if fits < page.items.len() {
        page.items.truncate(fits);
        if upwards {
            page.has_newer = true;
        } else {
            page.has_older = true;
        }
    }
    if upwards {
        page.items.reverse();
    }
    page
}

/// Puts the words of the blog's language into stored texts; the first of a list comes first in everything.
fn make_ready(layout: &Layout, posts: &mut [Listed]) {
    for post in &mut *posts {
        let films = layout.site.settings.films;
        if let Cow::Owned(html) = text::fill_placeholders(&post.html, films, layout.messages()) {
            post.html = html;
        }
        let shown = &layout.site.settings.feature_pictures;
        // What is shown of the text may hold the same picture.
        if !shown.in_lists() || text::shows(&post.html, &post.feature) {
            post.feature.clear();
        }
        if !post.feature.is_empty() {
            put_text_below(post);
        }
    }
    posts.iter_mut().skip(1).for_each(put_below);
}

fn put_below(post: &mut Listed) {
    post.feature = text::below_others(&post.feature).into_owned();
    put_text_below(post);
}

fn put_text_below(post: &mut Listed) {
    if let Cow::Owned(html) = text::below_others(&post.html) {
        post.html = html;
    }
}

/// Puts posts, newest first, under the headings of their days in the blog's zone.
fn days(layout: &Layout, posts: Vec<Listed>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for post in posts {
        let date = post.published_at.day(&layout.site.zone).to_string();
        match days.last_mut() {
            Some(day) if day.date == date => day.posts.push(post),
            _ => days.push(Day {
                heading: layout.dates().day(&post.published_at),
                date,
                posts: vec![post],
            }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of posts that are named by their days, newest first.
    fn page(days: &[u8], side: PageDirection, more: bool) -> Page<u8> {
        let upwards = matches!(side, PageDirection::Newer(..));
        Page {
            items: days.to_vec(),
            side,
            has_newer: upwards && more,
            has_older: !upwards && more,
        }
    }

    #[test]
    fn a_page_of_days_ends_between_two_days() {
        let of = |days: &[u8], side, more, number| {
            let page = of_days(page(days, side, more), number, |day| *day);
            (page.items, page.has_newer, page.has_older)
        };
        let older = PageDirection::Older(crate::blog::time::Millis(0), 0);
        let newer = PageDirection::Newer(crate::blog::time::Millis(0), 0);
        assert_eq!(
            of(&[9, 9, 8, 7], older, false, 2),
            (vec![9, 9, 8], false, true)
        );
        assert_eq!(
            of(&[9, 9, 8], older, false, 2),
            (vec![9, 9, 8], false, false)
        );
        assert_eq!(of(&[9, 9, 8], older, true, 2), (vec![9, 9], false, true));
        assert_eq!(of(&[9, 9, 9], older, true, 2), (vec![9, 9, 9], false, true));
        assert_eq!(
            of(&[9, 8, 7, 7], newer, false, 2),
            (vec![8, 7, 7], true, false)
        );
        assert_eq!(of(&[8, 7, 7], newer, true, 2), (vec![7, 7], true, false));
        assert_eq!(of(&[], older, false, 2), (vec![], false, false));
    }
}
