//! The calendar: what is due in a month, and what readers see since. Days are those of the blog's zone.

use super::list::base;
use crate::app::App;
use crate::blog::listing::Month;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::render::{self, Result};
use crate::store::CalendarEntry;
use askama::Template;
use axum::extract::{Query, State};
use jiff::civil::{Date, Weekday};

/// Nobody publishes more in a month; a page of them would be no calendar any more.
const POSTS_MAX: i64 = 500;

/// Languages of countries whose weeks begin on Sunday (CLDR, `weekData`).
const SUNDAY_FIRST: &[&str] = &["en-US", "he", "hi", "ja", "ko", "pt-BR", "zh-Hant"];

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct CalendarParams {
    month: String,
}

/// One day of the table; those before and after the month are empty.
struct Day {
    date: Option<Date>,
    is_today: bool,
    posts: Vec<Entry>,
}

struct Entry {
    post: CalendarEntry,
    /// `14:30`.
    time: String,
}

impl Entry {
    fn address(&self) -> String {
        format!("{}{}", base(self.post.kind), self.post.id)
    }
}

#[derive(Template)]
#[template(path = "author/calendar.html")]
struct CalendarPage {
    admin: AdminLayout,
    month: Month,
    this_month: Month,
    weekdays: Vec<&'static str>,
    weeks: Vec<Vec<Day>>,
    due: usize,
    shown: usize,
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<CalendarParams>,
) -> Result {
    let site = &admin.layout.site;
    let today = app.now().day(&site.zone);
    let this_month = Month::of(today);
    let month = Month::parse(&params.month).unwrap_or(this_month);
    let (from, until) = month.bounds(&site.zone);
    let posts = app
        .store
        .admin_lists()
        .calendar(admin.scope(), from, until, POSTS_MAX)
        .await?;
    let due = posts.iter().filter(|post| post.due).count();
    let shown = posts.len() - due;
    let first = if SUNDAY_FIRST.contains(&site.settings.language.as_str()) {
        Weekday::Sunday
    } else {
        Weekday::Monday
    };
    let entries = posts
        .into_iter()
        .map(|post| {
            let entry = Entry {
                time: site.dates.time(&post.at),
                post,
            };
            (entry.post.at.day(&site.zone), entry)
        })
        .collect();
    let weeks = weeks(month, first, today, entries);
    render::page(&CalendarPage {
        admin,
        month,
        this_month,
        weekdays: weekdays(first),
        weeks,
        due,
        shown,
    })
}

fn weekdays(first: Weekday) -> Vec<&'static str> {
    first.cycle_forward().take(7).map(name).collect()
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// The weeks of a month, each of seven days.
fn weeks(month: Month, first: Weekday, today: Date, entries: Vec<(Date, Entry)>) -> Vec<Vec<Day>> {
    let empty = || Day {
        date: None,
        is_today: false,
        posts: Vec::new(),
    };
    let before = month.first().weekday().since(first).unsigned_abs();
    let mut days: Vec<Day> = (0..before).map(|_| empty()).collect();
    let mut entries = entries.into_iter().peekable();
    for date in month.first().series(jiff::Span::new().days(1)) {
        if Month::of(date) != month {
            break;
        }
        let mut posts = Vec::new();
        while let Some((_, entry)) = entries.next_if(|(day, _)| *day == date) {
            posts.push(entry);
        }
        days.push(Day {
            date: Some(date),
            is_today: date == today,
            posts,
        });
    }
    while !days.len().is_multiple_of(7) {
        days.push(empty());
    }
    let mut weeks: Vec<Vec<Day>> = Vec::new();
    for day in days {
        match weeks.last_mut() {
            Some(week) if week.len() < 7 => week.push(day),
            _ => weeks.push(vec![day]),
        }
    }
    weeks
}

impl Day {
    /// `Sunday`, where the table's head is not in sight.
    fn weekday(&self) -> &'static str {
        self.date.map_or("", |date| name(date.weekday()))
    }

    fn number(&self) -> String {
        self.date
            .map_or_else(String::new, |date| date.day().to_string())
    }

    fn machine(&self) -> String {
        self.date.map_or_else(String::new, |date| date.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_laid_out_in_whole_weeks() {
        // 1 June 2016 was a Wednesday.
        let month = Month::parse("2016-06").unwrap();
        let today = jiff::civil::date(2016, 6, 5);
        let by_monday = weeks(month, Weekday::Monday, today, Vec::new());
        assert_eq!(
            (
                by_monday.len(),
                by_monday.iter().all(|week| week.len() == 7)
            ),
            (5, true)
        );
        assert_eq!(by_monday[0][1].number(), "");
        assert_eq!(by_monday[0][2].number(), "1");
        assert!(by_monday[0][6].is_today && by_monday[0][6].weekday() == "Sunday");
        let by_sunday = weeks(month, Weekday::Sunday, today, Vec::new());
        assert_eq!(by_sunday[0][3].number(), "1");
        assert!(by_sunday[1][0].is_today);
        assert_eq!(weekdays(Weekday::Sunday)[6], "Saturday");
    }
}
