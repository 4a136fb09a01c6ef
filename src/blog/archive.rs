//! Archives: a year, a month or a day of published posts, and the address where it is.

use super::time::Millis;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A year, a month or a day by the calendar of the blog's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Year(i16),
    /// The first day of the month.
    Month(Date),
    Day(Date),
}

impl Period {
    /// Reads `/2016/`, `/2016/06/` or `/2016/06/05/`, with the last slash or without; nothing where the calendar has no
    /// such day.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let mut parts = path.strip_suffix('/').unwrap_or(path).split('/');
        let year = number(parts.next()?, 4)?;
        let Some(month) = parts.next() else {
            return (year > 0).then_some(Self::Year(year));
        };
        let month = i8::try_from(number(month, 2)?).ok()?;
        let first = Date::new(year, month, 1).ok().filter(|_| year > 0)?;
        let Some(day) = parts.next() else {
            return Some(Self::Month(first));
        };
        let day = i8::try_from(number(day, 2)?).ok()?;
        let day = Date::new(year, month, day).ok()?;
        parts.next().is_none().then_some(Self::Day(day))
    }

    /// Reads `2016-06`, as months are counted.
    #[must_use]
    pub fn of_month(month: &str) -> Option<Self> {
        Self::of_path(&format!("/{}/", month.replace('-', "/")))
    }

    /// Reads `2016-06-05`, as days are counted.
    #[must_use]
    pub fn of_day(day: &str) -> Option<Self> {
        day.parse().ok().map(Self::Day)
    }

    /// Its one address.
    #[must_use]
    pub fn address(&self) -> String {
        match self {
            Self::Year(year) => format!("/{year:04}/"),
            Self::Month(first) => first.strftime("/%Y/%m/").to_string(),
            Self::Day(day) => day.strftime("/%Y/%m/%d/").to_string(),
        }
    }

    /// `2016`, `2016-06` or `2016-06-05`: as posts are counted by it, and for machines.
    #[must_use]
    pub fn key(&self) -> String {
        self.address().trim_matches('/').replace('/', "-")
    }

    #[must_use]
    pub fn first_day(&self) -> Date {
        match *self {
            Self::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::MIN),
            Self::Month(first) => first,
            Self::Day(day) => day,
        }
    }

    fn last_day(self) -> Date {
        match self {
            Self::Year(_) => self.first_day().last_of_year(),
            Self::Month(first) => first.last_of_month(),
            Self::Day(day) => day,
        }
    }

    /// The moment it begins and the moment the next one does.
    #[must_use]
    pub fn span(&self, zone: &TimeZone) -> (Millis, Millis) {
        let begin = |day: Date| {
            day.to_zoned(zone.clone())
                .ok()
                .map(|at| Millis(at.timestamp().as_millisecond()))
        };
        let next = self.last_day().tomorrow().ok();
        (
            begin(self.first_day()).unwrap_or(Millis(i64::MAX)),
            next.and_then(begin).unwrap_or(Millis(i64::MAX)),
        )
    }
}

/// What an archive on Blogger was of: `/2007_09_01_archive.html`, by months, by weeks or by days as its author had chosen.
/// Some carried the blog's name in the middle, or were in a folder.
#[must_use]
pub fn of_blogger(path: &str) -> Option<Date> {
    let name = path.rsplit('/').next()?.strip_suffix("archive.html")?;
    let mut parts = name.strip_suffix('_')?.splitn(4, '_');
    let mut part = |digits| number(parts.next()?, digits);
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        .ok()
        .filter(|_| year > 0)
}

fn number(text: &str, digits: usize) -> Option<i16> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

/// A month that has posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    pub first: Date,
    pub posts: i64,
}

impl Month {
    #[must_use]
    pub fn address(&self) -> String {
        Period::Month(self.first).address()
    }
}

/// A year that has posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    pub number: i16,
    pub posts: i64,
    /// Newest first.
    pub months: Vec<Month>,
}

impl Year {
    #[must_use]
    pub fn address(&self) -> String {
        Period::Year(self.number).address()
    }
}

/// Puts months such as `2016-06` with their posts, newest first, below their years.
#[must_use]
pub fn years(months: &[(String, i64)]) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for (key, posts) in months {
        let Some(first) = Period::of_month(key).map(|month| month.first_day()) else {
            continue;
        };
        if years.last().is_none_or(|year| year.number != first.year()) {
            years.push(Year {
                number: first.year(),
                posts: 0,
                months: Vec::new(),
            });
        }
        if let Some(year) = years.last_mut() {
            year.posts += posts;
            year.months.push(Month {
                first,
                posts: *posts,
            });
        }
    }
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_period_that_the_calendar_has() {
        for (path, address, key) in [
            ("/2016/", "/2016/", "2016"),
            ("/2016/06", "/2016/06/", "2016-06"),
            ("/2016/02/29/", "/2016/02/29/", "2016-02-29"),
        ] {
            let period = Period::of_path(path).unwrap();
            assert_eq!(
                (period.address(), period.key()),
                (address.into(), key.into())
            );
        }
        for path in [
            "/",
            "/0000/",
            "/216/",
            "/2016/13/",
            "/2016/6/",
            "/2016/00/",
            "/2015/02/29/",
            "/2016/06/31/",
            "/2016/06/05/1/",
            "/2016//",
            "/+216/",
            "/２０１６/",
            "/2016/06/tides.html",
        ] {
            assert_eq!(Period::of_path(path), None, "{path}");
        }
    }

    #[test]
    fn a_period_is_as_long_as_the_zone_makes_it() {
        let zone = TimeZone::get("Europe/Lisbon").unwrap();
        let hours = |path| {
            let (from, until) = Period::of_path(path).unwrap().span(&zone);
            (until.0 - from.0) / 3_600_000
        };
        assert_eq!(hours("/2016/03/27/"), 23, "clocks went forward");
        assert_eq!(hours("/2016/06/"), 30 * 24);
        assert_eq!(hours("/2016/"), 366 * 24);
        let (_, end) = Period::of_path("/9999/").unwrap().span(&zone);
        assert_eq!(end, Millis(i64::MAX));
        let (begin, end) = Period::of_path("/9999/12/31/").unwrap().span(&zone);
        assert_eq!(
            (begin, end),
            (Millis(i64::MAX), Millis(i64::MAX)),
            "beyond all moments"
        );
    }

    #[test]
    fn bloggers_archives_are_known_by_their_names() {
        for path in [
            "/2007_09_16_archive.html",
            "/2007_09_16_harbour_archive.html",
            "/archive/2007_09_16_archive.html",
        ] {
            assert_eq!(of_blogger(path), Date::new(2007, 9, 16).ok(), "{path}");
        }
        for path in [
            "/2007_13_01_archive.html",
            "/2007_09_archive.html",
            "/2007_09_01archive.html",
            "/archive.html",
        ] {
            assert_eq!(of_blogger(path), None, "{path}");
        }
    }

    #[test]
    fn months_are_under_their_years() {
        let months = ["2017-02", "2017-01", "2015-12"].map(|month| (month.to_owned(), 2));
        let years = years(&months);
        assert_eq!(years.len(), 2);
        assert_eq!((years[0].address().as_str(), years[0].posts), ("/2017/", 4));
        let [december] = &years[1].months[..] else {
            panic!("{years:?}")
        };
        assert_eq!(
            (december.address().as_str(), december.posts),
            ("/2015/12/", 2)
        );
    }
}
