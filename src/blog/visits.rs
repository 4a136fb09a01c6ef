//! Views of pages as they are counted: in memory, without a name. Readers are distinguished by a keyed hash that
//! lives an hour and is written down nowhere.

use super::time::Millis;
use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::net::IpAddr;

/// A client prefix that opens a page again within this time reads on; afterwards it reads again.
const READ_ON_SECONDS: i64 = 30 * 60;
/// So many openings are remembered in each of two halves; more push the older half out.
const SEEN_MAX: usize = 65_536;
/// So many addresses wait to be written; what is opened beyond is not counted.
const PATHS_MAX: usize = 20_000;

/// What was opened since it was last written, and by whom it was opened a moment ago.
#[derive(Debug, Default)]
pub struct Views {
    numbers: HashMap<String, i64>,
    seen: Seen,
}

impl Views {
    /// Notes that a page was opened; `agent` is how the browser calls itself.
    pub fn note(&mut self, path: &str, client: IpAddr, agent: &str) {
        // What costs least is first: a reader who goes on is not looked at closely again.
        if !begins_as_browser(agent) {
            return;
        }
        let opening = self.seen.opening(path, client);
        if self.seen.holds(opening) || !is_browser(agent) {
            return;
        }
        self.seen.keep(opening);
        if let Some(number) = self.numbers.get_mut(path) {
            *number += 1;
        } else if self.numbers.len() < PATHS_MAX {
            self.numbers.insert(path.to_owned(), 1);
        }
    }

    /// Takes out what is to be written, and lets time pass for what is remembered.
    pub fn take(&mut self, now: Millis) -> Vec<(String, i64)> {
        self.seen.turn(now);
        self.numbers.drain().collect()
    }

    /// Puts back what could not be written.
    pub fn put_back(&mut self, numbers: Vec<(String, i64)>) {
        for (path, number) in numbers {
            *self.numbers.entry(path).or_default() += number;
        }
    }
}

/// Openings of the last half hour or two, as hashes under a key that no day shares with another.
#[derive(Debug, Default)]
struct Seen {
    key: RandomState,
    newer: HashSet<u64>,
    older: HashSet<u64>,
    begun_at: Option<Millis>,
}

impl Seen {
    /// A client prefix: one address of IPv4, the /64 of IPv6.
    fn opening(&self, path: &str, client: IpAddr) -> u64 {
        let client_prefix = match client.to_canonical() {
            IpAddr::V4(address) => u64::from(u32::from(address)),
            IpAddr::V6(address) => u64::try_from(address.to_bits() >> 64).unwrap_or_default(),
        };
        self.key.hash_one((client_prefix, path))
    }

    fn holds(&self, opening: u64) -> bool {
        self.newer.contains(&opening) || self.older.contains(&opening)
    }

    fn keep(&mut self, opening: u64) {
        if self.newer.len() >= SEEN_MAX {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(opening);
    }

    fn turn(&mut self, now: Millis) {
        let begun_at = *self.begun_at.get_or_insert(now);
        if now.days_since(Millis(0)) != begun_at.days_since(Millis(0)) {
            *self = Self {
                begun_at: Some(now),
                ..Self::default()
            };
        } else if now >= begun_at.plus_seconds(READ_ON_SECONDS) {
            self.older = std::mem::take(&mut self.newer);
            self.begun_at = Some(now);
        }
    }
}

/// Whether a program calls itself as browsers do, and not as one of those that walk through the web by themselves.
/// Who lies is counted: this is for the author's eyes, not for money.
#[must_use]
pub fn is_browser(agent: &str) -> bool {
    /// What robots that look like browsers say besides: their name, or where to read about them.
    const ROBOTS: &[&str] = &[
        "bot",
        "Bot",
        "BOT",
        "rawler",
        "pider",
        "http:",
        "https:",
        "HTTP:",
        "Headless",
        "Lighthouse",
        "Preview",
        "preview",
        "monitor",
        "Monitor",
        "archiver",
        "@",
    ];
    begins_as_browser(agent) && !ROBOTS.iter().any(|word| agent.contains(word))
}

fn begins_as_browser(agent: &str) -> bool {
    agent.starts_with("Mozilla/") || agent.starts_with("Opera/")
}

/// A bar of a plot: a day or a month, and its views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// The day, or the first of the month.
    pub day: jiff::civil::Date,
    pub number: i64,
}

/// The views of so many days up to one, each day with its number.
#[must_use]
pub fn days(views: &[(String, i64)], last: jiff::civil::Date, number: usize) -> Vec<Bar> {
    let mut bars = bars(
        first_of_days(last, number),
        number,
        jiff::civil::Date::tomorrow,
    );
    fill(&mut bars, views, |day| day);
    bars
}

/// The same by months, up to that of a day.
#[must_use]
pub fn months(views: &[(String, i64)], last: jiff::civil::Date, number: usize) -> Vec<Bar> {
    let mut bars = bars(first_of_months(last, number), number, |day| {
        day.last_of_month().tomorrow()
    });
    fill(&mut bars, views, jiff::civil::Date::first_of_month);
    bars
}

/// The first of so many days up to one.
#[must_use]
pub fn first_of_days(last: jiff::civil::Date, number: usize) -> jiff::civil::Date {
    (1..number).fold(last, |day, _| day.yesterday().unwrap_or(day))
}

/// The first day of so many months up to that of a day.
#[must_use]
pub fn first_of_months(last: jiff::civil::Date, number: usize) -> jiff::civil::Date {
    (1..number).fold(last.first_of_month(), |day, _| {
        day.yesterday().unwrap_or(day).first_of_month()
    })
}

fn bars(
    first: jiff::civil::Date,
    number: usize,
    next: impl Fn(jiff::civil::Date) -> Result<jiff::civil::Date, jiff::Error>,
) -> Vec<Bar> {
    let days = std::iter::successors(Some(first), |day| next(*day).ok());
    days.take(number)
        .map(|day| Bar { day, number: 0 })
        .collect()
}

fn fill(
    bars: &mut [Bar],
    views: &[(String, i64)],
    place: impl Fn(jiff::civil::Date) -> jiff::civil::Date,
) {
    for (day, number) in views {
        let Ok(day) = day.parse().map(&place) else {
            continue;
        };
        if let Ok(at) = bars.binary_search_by_key(&day, |bar| bar.day) {
            bars[at].number += number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    fn client(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn number(views: &mut Views, at: i64) -> i64 {
        views
            .take(Millis(at))
            .iter()
            .map(|(_, number)| number)
            .sum()
    }

    #[test]
    fn a_visitor_who_reads_on_counts_once_and_later_again() {
        let mut views = Views::default();
        let minute = 60_000;
        assert_eq!(number(&mut views, 0), 0);
        for from in ["192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"] {
            views.note("/tides.html", client(from), FIREFOX);
        }
        for from in ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"] {
            views.note("/tides.html", client(from), FIREFOX);
        }
        assert_eq!(number(&mut views, minute), 4);
        views.note("/fog.html", client("192.0.2.1"), FIREFOX);
        views.note("/tides.html", client("192.0.2.1"), FIREFOX);
        assert_eq!(number(&mut views, 31 * minute), 1);
        views.note("/tides.html", client("192.0.2.1"), FIREFOX);
        assert_eq!(number(&mut views, 62 * minute), 0);
        views.note("/tides.html", client("192.0.2.1"), FIREFOX);
        assert_eq!(number(&mut views, 63 * minute), 1);
    }

    #[test]
    fn a_new_day_knows_nobody() {
        let mut views = Views::default();
        let midnight = 24 * 3600 * 1000;
        number(&mut views, midnight - 2);
        views.note("/", client("192.0.2.1"), FIREFOX);
        assert_eq!(number(&mut views, midnight + 1), 1);
        views.note("/", client("192.0.2.1"), FIREFOX);
        assert_eq!(number(&mut views, midnight + 2), 1);
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut views = Views::default();
        for network in 0..3 * u32::try_from(SEEN_MAX).unwrap() {
            views.note("/", IpAddr::from(network.to_be_bytes()), FIREFOX);
        }
        assert!(views.seen.newer.len() + views.seen.older.len() <= 2 * SEEN_MAX);
        for number in 0..2 * PATHS_MAX {
            views.note(&format!("/{number}"), client("192.0.2.1"), FIREFOX);
        }
        assert_eq!(views.numbers.len(), PATHS_MAX);
    }

    #[test]
    fn programs_that_walk_by_themselves_are_no_browsers() {
        for agent in [
            FIREFOX,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
        ] {
            assert!(is_browser(agent), "{agent}");
        }
        for agent in [
            "",
            "curl/8.5.0",
            "python-requests/2.32",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/139.0.0.0 Safari/537.36",
            "Mozilla/5.0 (compatible; Baiduspider/2.0)",
            "Feedly/1.0",
        ] {
            assert!(!is_browser(agent), "{agent}");
        }
    }

    #[test]
    fn days_and_months_without_views_have_their_place() {
        let views = [
            ("2015-12-01".to_owned(), 5),
            ("2016-02-28".to_owned(), 1),
            ("2016-02-29".to_owned(), 2),
            ("2016-03-01".to_owned(), 4),
            ("nonsense".to_owned(), 9),
        ];
        let last = jiff::civil::date(2016, 3, 2);
        let numbers = |bars: Vec<Bar>| bars.into_iter().map(|bar| bar.number).collect::<Vec<_>>();
        assert_eq!(first_of_days(last, 3), jiff::civil::date(2016, 2, 29));
        assert_eq!(first_of_months(last, 4), jiff::civil::date(2015, 12, 1));
        assert_eq!(numbers(days(&views, last, 3)), [2, 4, 0]);
        assert_eq!(numbers(months(&views, last, 4)), [5, 0, 3, 4]);
    }
}
