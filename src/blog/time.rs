//! Moments and days: UTC milliseconds in the database, the blog's zone and language on the screen.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

/// A moment, as whole milliseconds since 1970 in UTC: sorts as a number, and holds what Blogger exports.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// The time of a file.
impl From<std::time::SystemTime> for Millis {
    fn from(at: std::time::SystemTime) -> Self {
        Self(Timestamp::try_from(at).map_or(0, Timestamp::as_millisecond))
    }
}

/// Clocks of one blog may differ by this much. What was written later than that from now was written while a clock was
/// wrong, and counts for nothing: else it would count until that time comes.
pub const CLOCK_SKEW_SECONDS: i64 = 5 * 60;

impl Millis {
    /// The latest moment that something written by now can carry, see [`CLOCK_SKEW_SECONDS`].
    #[must_use]
    pub fn latest(self) -> Self {
        self.plus_seconds(CLOCK_SKEW_SECONDS)
    }

    /// Whether this lies within so many seconds before `now`, and not after it.
    #[must_use]
    pub fn is_within(self, seconds: i64, now: Self) -> bool {
        self.0 > now.plus_seconds(-seconds).0 && self.0 <= now.latest().0
    }

    /// The moment as a jiff timestamp; moments outside jiff's years −9999 to 9999 become its nearest.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    /// Reads RFC 3339 (`2007-09-17T07:24:00.000-07:00`); `None` for anything else and for years outside 1–9999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp: Timestamp = text.trim().parse().ok()?;
        let year = timestamp.to_zoned(TimeZone::UTC).year();
        (1..=9999)
            .contains(&year)
            .then(|| Self(timestamp.as_millisecond()))
    }

    /// Whole days from an earlier moment to this one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / (24 * 3600 * 1000)
    }

    /// RFC 3339 in UTC with whole seconds, as feeds and `<time datetime>` want it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// RFC 3339 in UTC with all that is known of the moment, to be read again by a program.
    #[must_use]
    pub fn rfc3339_exact(self) -> String {
        self.timestamp()
            .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
            .to_string()
    }

    /// IMF-fixdate of RFC 9110, for HTTP headers.
    #[must_use]
    pub fn http_date(self) -> String {
        self.timestamp()
            .strftime("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    }

    /// The day that a reader in the zone would write.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> civil::Date {
        self.timestamp().to_zoned(zone.clone()).date()
    }

    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}
