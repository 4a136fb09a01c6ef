//! The author's list of posts: its tabs, what can be looked for in it, and what a line of it says.

use super::post::{Comments, State, label};
use super::time::Millis;
use super::{AuthorId, PostId, TagId, named};

named! {
    Tab {
        /// Everything but the trash.
        All = "all",
        Draft = "draft",
        Scheduled = "scheduled",
        Published = "published",
        /// Published posts with changes that readers do not see yet.
        Pending = "pending",
        Trashed = "trashed",
    }
}

named! {
    Order { Newest = "newest", Oldest = "oldest" }
}

/// Whose posts are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    Author(AuthorId),
    /// Those that carry this by-line: imported ones, and posts by several people.
    Byline(String),
}

impl By {
    /// Reads `7` or `by:Clara and Ben`; anything else asks for nobody in particular.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("by:") {
            Some("") => None,
            Some(byline) => Some(Self::Byline(byline.to_owned())),
            None => text.parse().ok().map(|id| Self::Author(AuthorId(id))),
        }
    }
}

/// What is looked for, whatever the tab; nothing given finds everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostFilter {
    /// A query of [`super::words::query_of_parts`]; empty: any words.
    pub words: String,
    pub tag: Option<TagId>,
    pub by: Option<By>,
    /// The date that the list shows, from its first moment to before its last.
    pub from: Millis,
    pub until: Millis,
}

impl Default for PostFilter {
    fn default() -> Self {
        Self {
            words: String::new(),
            tag: None,
            by: None,
            from: Millis(i64::MIN),
            until: Millis(i64::MAX),
        }
    }
}

/// A line of the author's list of posts.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Line {
    pub id: PostId,
    pub state: State,
    /// Whether readers of a published post do not see the working copy yet.
    pub pending: bool,
    /// When the scheduler publishes it, or shows what is pending.
    pub due_at: Option<Millis>,
    pub title: String,
    pub path: Option<String>,
    pub author: String,
    pub published_at: Option<Millis>,
    pub updated_at: Millis,
    /// What the list is sorted by: the publishing time, and the last change of what is not published.
    pub listed_at: Millis,
    pub comments: Comments,
    pub approved_comments: i64,
}

impl Line {
    /// What its state is called in the list.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        match self.state {
            State::Draft => "Draft",
            State::Scheduled => "Scheduled",
            State::Published => "Published",
            State::Trashed => "Trash",
        }
    }

    /// Whether readers see another text than the working copy.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending && self.state == State::Published
    }

    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

/// A month of the calendar, as `2016-06`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(jiff::civil::Date);

impl Month {
    #[must_use]
    pub fn of(day: jiff::civil::Date) -> Self {
        Self(day.first_of_month())
    }

    /// Reads `2016-06`; years 1 to 9998 only, so that there is always a next one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let year = year.parse().ok().filter(|year| (1..=9998).contains(year))?;
        let first = jiff::civil::Date::new(year, month.parse().ok()?, 1).ok()?;
        Some(Self(first))
    }

    #[must_use]
    pub fn first(self) -> jiff::civil::Date {
        self.0
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.0.last_of_month().tomorrow().unwrap_or(self.0))
    }

    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.0.yesterday().unwrap_or(self.0))
    }

    /// The first moment of the month in a zone, and that of the next.
    #[must_use]
    pub fn bounds(self, zone: &jiff::tz::TimeZone) -> (Millis, Millis) {
        let begin = |day: jiff::civil::Date| {
            day.to_zoned(zone.clone()).map_or(Millis(i64::MAX), |at| {
                Millis(at.timestamp().as_millisecond())
            })
        };
        (begin(self.0), begin(self.next().0))
    }

    /// All months from one to a later one, the latest first.
    #[must_use]
    pub fn between(from: Self, until: Self) -> Vec<Self> {
        let mut months = Vec::new();
        let mut month = until;
        while month.0 >= from.0 && months.len() < MONTHS_MAX {
            months.push(month);
            if month.previous() == month {
                break;
            }
            month = month.previous();
        }
        months
    }

    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// `June 2016`.
    #[must_use]
    pub fn name(self) -> String {
        self.0.strftime("%B %Y").to_string()
    }
}

/// A list of more than fifty years is no help any more.
const MONTHS_MAX: usize = 600;

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn months_follow_each_other_over_the_end_of_the_year() {
        let december = Month::parse("2016-12").unwrap();
        assert_eq!(december.next().to_string(), "2017-01");
        assert_eq!(december.next().previous(), december);
        assert_eq!(december.name(), "December 2016");
        for wrong in [
            "",
            "2016",
            "2016-13",
            "2016-0",
            "0-1",
            "9999-12",
            "x-1",
            "2016-06-05",
        ] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
        let all = Month::between(
            Month::parse("2016-11").unwrap(),
            Month::parse("2017-01").unwrap(),
        );
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(all, ["2017-01", "2016-12", "2016-11"]);
    }

    #[test]
    fn a_month_begins_at_midnight_in_the_blogs_zone() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let (from, until) = Month::parse("2016-06").unwrap().bounds(&zone);
        assert_eq!(from.rfc3339(), "2016-05-31T15:00:00Z");
        assert_eq!(until.rfc3339(), "2016-06-30T15:00:00Z");
    }

    #[test]
    fn an_author_is_asked_for_by_number_or_by_byline() {
        assert_eq!(By::parse("7"), Some(By::Author(AuthorId(7))));
        assert_eq!(By::parse("by:7"), Some(By::Byline("7".to_owned())));
        for nobody in ["", "by:", "x"] {
            assert_eq!(By::parse(nobody), None);
        }
    }
}
