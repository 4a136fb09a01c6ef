//! Archives: years and months with counts, the titles of a year, the posts of a month or a day.
//!
//! Years, months and days have no route of their own: an imported post may live at such an address, so they are what
//! [`super::post`] answers with where none does.

use super::home::ListPage;
use crate::app::App;
use crate::blog::archive::{Month, Period, Year, of_blogger, years};
use crate::error::Error;
use crate::http::cache::page_cache::comments_on;
use crate::http::page::layout::Layout;
use crate::http::page::metadata::Sharing;
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{PageDirection, PostTitle, PostWriter};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::Uri;
use jiff::ToSpan;

/// Titles on one page of a year.
const TITLES_PER_PAGE: i64 = 100;

/// A month or a day with its posts.
pub struct Counted {
    pub address: String,
    /// `June`, or `5`.
    pub name: String,
    pub posts: i64,
}

#[derive(Template)]
#[template(path = "reader/archive.html")]
struct ArchivePage {
    layout: Layout,
    years: Vec<Year>,
    /// Where there is more than one.
    writers: Vec<PostWriter>,
}

#[derive(Template)]
#[template(path = "reader/year.html")]
struct YearPage {
    layout: Layout,
    number: i16,
    address: String,
    months: Vec<Counted>,
    /// Titles under their months, newest first.
    titles: Vec<(String, Vec<PostTitle>)>,
    links: Links,
    is_start: bool,
    /// The nearest years that have posts.
    older: Option<(String, i16)>,
    newer: Option<(String, i16)>,
}

impl YearPage {
    /// What the page says of itself to machines.
    fn sharing(&self) -> Sharing {
        Sharing::of_list(&self.layout, Some(&self.number.to_string()), &self.address)
    }

    /// The day of the month, for the list of titles.
    fn day(&self, post: &PostTitle) -> i8 {
        post.published_at.day(&self.layout.site.zone).day()
    }
}

impl ArchivePage {
    /// What the page says of itself to machines.
    fn sharing(&self) -> Sharing {
        Sharing::of_list(
            &self.layout,
            Some(self.layout.messages().archive.title),
            "/archive/",
        )
    }

    fn name_of(&self, month: &Month) -> String {
        self.layout.dates().month_name(month.first)
    }
}

pub async fn tree(layout: Layout, State(app): State<App>) -> Result {
    let years = years(&app.store.archive().months().await?);
    let writers = if layout.site.several_writers {
        app.store.archive().writers().await?
    } else {
        Vec::new()
    };
    render::page(&ArchivePage {
        layout,
        years,
        writers,
    })
}

/// The archive of a year, a month or a day, if that is what an address names.
pub async fn at(app: &App, layout: Layout, uri: &Uri) -> Result<Option<axum::response::Response>> {
    if let Some(day) = of_blogger(uri.path()) {
        return blogger(app, day).await.map(Some);
    }
    let Some(period) = Period::of_path(uri.path()) else {
        return Ok(None);
    };
    let answer = match period {
        _ if !uri.path().ends_with('/') => exists(app, &layout, period).await,
        Period::Year(number) => year(app, layout, period, number, uri).await,
        Period::Month(_) | Period::Day(_) => posts(app, layout, period, uri).await,
    };
    answer.map(Some)
}

fn cursor(uri: &Uri) -> Cursor {
    Query::try_from_uri(uri).map_or_else(|_| Cursor::default(), |Query(cursor)| cursor)
}

/// The address with its slash, where posts are there.
async fn exists(app: &App, layout: &Layout, period: Period) -> Result {
    let span = period.span(&layout.site.zone);
    let titles = app
        .store
        .archive()
        .titles(span, PageDirection::Start, 1)
        .await?;
    if titles.items.is_empty() {
        return Err(Error::NotFound);
    }
    render::moved(&period.address())
}

async fn year(app: &App, layout: Layout, period: Period, number: i16, uri: &Uri) -> Result {
    let span = period.span(&layout.site.zone);
    let cursor = cursor(uri);
    let titles = |side| app.store.archive().titles(span, side, TITLES_PER_PAGE);
    let page = cursor.page_of(titles).await?;
    if page.items.is_empty() {
        return Err(Error::NotFound);
    }
    let years = years(&app.store.archive().months().await?);
    let place = years.iter().position(|year| year.number == number);
    let neighbours = |place: Option<usize>| {
        let year = years.get(place?)?;
        Some((year.address(), year.number))
    };
    let (older, newer) = (
        neighbours(place.map(|place| place + 1)),
        neighbours(place.and_then(|place| place.checked_sub(1))),
    );
    let months = place.and_then(|place| years.get(place));
    let months = months.iter().flat_map(|year| &year.months);
    let months = months.map(|month| Counted {
        address: month.address(),
        name: layout.dates().month_name(month.first),
        posts: month.posts,
    });
    let months = months.collect();
    let links = Links::of(&page, |post| (post.published_at, post.id.0));
    let is_start = page.side == PageDirection::Start;
    let mut titles: Vec<(String, Vec<PostTitle>)> = Vec::new();
    for post in page.items {
        let month = layout
            .dates()
            .month(post.published_at.day(&layout.site.zone));
        match titles.last_mut() {
            Some((last, posts)) if *last == month => posts.push(post),
            _ => titles.push((month, vec![post])),
        }
    }
    let page = YearPage {
        layout,
        number,
        address: period.address(),
        months,
        titles,
        links,
        is_start,
        older,
        newer,
    };
    Ok(comments_on([], render::page(&page)?))
}

/// The posts of a month or of a day.
async fn posts(app: &App, layout: Layout, period: Period, uri: &Uri) -> Result {
    let span = period.span(&layout.site.zone);
    let cursor = cursor(uri);
    let limit = layout.site.settings.posts_per_page;
    let posts = |side| app.store.archive().posts(span, side, limit);
    let page = cursor.page_of(posts).await?;
    if page.items.is_empty() {
        return Err(Error::NotFound);
    }
    let key = period.key();
    let dates = layout.dates();
    let first = period.first_day();
    let (title, days, neighbours) = if let Period::Day(day) = period {
        let neighbours = app.store.archive().adjacent_days(&key).await?;
        (dates.date_of(day), Vec::new(), neighbours)
    } else {
        let days = app.store.archive().days(&key).await?;
        let days = days.into_iter().filter_map(|(day, posts)| {
            let period = Period::of_day(&day)?;
            Some(Counted {
                address: period.address(),
                name: period.first_day().day().to_string(),
                posts,
            })
        });
        (
            dates.month(first),
            days.collect(),
            app.store.archive().adjacent_months(&key).await?,
        )
    };
    let link = |key: Option<String>| {
        let key = key?;
        let period = Period::of_day(&key).or_else(|| Period::of_month(&key))?;
        let name = match period {
            Period::Day(day) => dates.date_of(day),
            _ => dates.month(period.first_day()),
        };
        Some((period.address(), name))
    };
    let (older, newer) = (link(neighbours.0), link(neighbours.1));
    let mut above = vec![(
        Period::Year(first.year()).address(),
        first.year().to_string(),
    )];
    if let Period::Day(day) = period {
        let month = Period::Month(day.first_of_month());
        above.push((month.address(), dates.month(day)));
    }
    let mut page = ListPage::new(layout, Some(title), period.address(), page);
    page.archive = Some(InArchive {
        above,
        days,
        older,
        newer,
    });
    page.answer()
}

/// What is around the posts of a month or a day.
pub struct InArchive {
    /// The year, and the month of a day: address and name.
    pub above: Vec<(String, String)>,
    /// The days of a month.
    pub days: Vec<Counted>,
    /// The nearest months or days that have posts.
    pub older: Option<(String, String)>,
    pub newer: Option<(String, String)>,
}

/// The way to where an archive on Blogger is now: named after the first of a month, it was of the month; after another
/// day, of the day or of the week that began with it.
async fn blogger(app: &App, day: jiff::civil::Date) -> Result {
    let month = Period::Month(day.first_of_month());
    let of_month = day.day() == 1;
    if !of_month {
        let end = day.saturating_add(7.days());
        let key = |day| Period::Day(day).key();
        let found = app.store.archive().first_day(&key(day), &key(end)).await?;
        if let Some(found) = found.and_then(|found| Period::of_day(&found)) {
            return render::moved(&found.address());
        }
    }
    if app.store.archive().days(&month.key()).await?.is_empty() {
        return Err(Error::NotFound);
    }
    render::moved(&month.address())
}
