//! Dates in the blog's zone and language: CLDR's forms by ICU, and for plain English the blog's own
//! `Sunday, 5 June 2016`.

use crate::blog::time::Millis;
use icu_calendar::{Date, Iso};
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::{M, YM, YMD, YMDE};
use jiff::civil;
use jiff::tz::TimeZone;
use std::fmt;
use std::sync::Arc;

/// Writes dates for one blog. Cheap to clone.
#[derive(Clone)]
pub struct Dates {
    zone: TimeZone,
    forms: Option<Arc<Forms>>,
}

struct Forms {
    weekday_and_date: DateTimeFormatter<YMDE>,
    date: DateTimeFormatter<YMD>,
    month: DateTimeFormatter<YM>,
    month_name: DateTimeFormatter<M>,
}

impl Dates {
    /// `language` is a BCP 47 tag; one that ICU does not know counts as English.
    #[must_use]
    pub fn new(language: &str, zone: &TimeZone) -> Self {
        let forms = if language == "en" {
            None
        } else {
            Forms::of(language)
        };
        Self {
            zone: zone.clone(),
            forms: forms.map(Arc::new),
        }
    }

    /// The heading of a day: `Sunday, 5 June 2016`.
    #[must_use]
    pub fn day(&self, at: &Millis) -> String {
        let day = at.day(&self.zone);
        self.forms
            .as_ref()
            .and_then(|forms| Some(forms.weekday_and_date.format(&icu(day)?).to_string()))
            .unwrap_or_else(|| day.strftime("%A, %-d %B %Y").to_string())
    }

    /// `5 June 2016`.
    #[must_use]
    pub fn date(&self, at: &Millis) -> String {
        self.date_of(at.day(&self.zone))
    }

    /// `June 2016`, the month of a day.
    #[must_use]
    pub fn month(&self, day: civil::Date) -> String {
        self.forms
            .as_ref()
            .and_then(|forms| Some(forms.month.format(&icu(day)?).to_string()))
            .unwrap_or_else(|| day.strftime("%B %Y").to_string())
    }

    /// `June`.
    #[must_use]
    pub fn month_name(&self, day: civil::Date) -> String {
        self.forms
            .as_ref()
            .and_then(|forms| Some(forms.month_name.format(&icu(day)?).to_string()))
            .unwrap_or_else(|| day.strftime("%B").to_string())
    }

    /// `5 June 2016`, of a day that stands for itself.
    #[must_use]
    pub fn date_of(&self, day: civil::Date) -> String {
        self.forms
            .as_ref()
            .and_then(|forms| Some(forms.date.format(&icu(day)?).to_string()))
            .unwrap_or_else(|| day.strftime("%-d %B %Y").to_string())
    }

    /// `14:05`.
    #[must_use]
    pub fn time(&self, at: &Millis) -> String {
        at.timestamp()
            .to_zoned(self.zone.clone())
            .strftime("%H:%M")
            .to_string()
    }

    /// `14:05:07`, where seconds matter.
    #[must_use]
    pub fn clock(&self, at: &Millis) -> String {
        at.timestamp()
            .to_zoned(self.zone.clone())
            .strftime("%H:%M:%S")
            .to_string()
    }

    /// `5 June 2016, 14:05`.
    #[must_use]
    pub fn moment(&self, at: &Millis) -> String {
        format!("{}, {}", self.date(at), self.time(at))
    }

    /// The value of a `datetime-local` field: `2016-06-05T14:05`.
    #[must_use]
    pub fn field(&self, at: &Millis) -> String {
        at.timestamp()
            .to_zoned(self.zone.clone())
            .strftime("%Y-%m-%dT%H:%M")
            .to_string()
    }

    /// For lists that must align: `2016-06-05`.
    #[must_use]
    pub fn short(&self, at: &Millis) -> String {
        at.day(&self.zone).to_string()
    }
}

impl fmt::Debug for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dates")
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}

impl Forms {
    fn of(language: &str) -> Option<Self> {
        let locale: icu_locale_core::Locale = language.parse().ok()?;
        Some(Self {
            weekday_and_date: DateTimeFormatter::try_new((&locale).into(), YMDE::long()).ok()?,
            date: DateTimeFormatter::try_new((&locale).into(), YMD::long()).ok()?,
            month: DateTimeFormatter::try_new((&locale).into(), YM::long()).ok()?,
            month_name: DateTimeFormatter::try_new((&locale).into(), M::long()).ok()?,
        })
    }
}

fn icu(day: civil::Date) -> Option<Date<Iso>> {
    Date::try_new_iso(
        day.year().into(),
        day.month().unsigned_abs(),
        day.day().unsigned_abs(),
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 June 2016, 23:30 in UTC.
    const AT: Millis = Millis(1_465_169_400_000);

    #[test]
    fn a_day_is_written_in_the_blogs_language() {
        let day = |language| Dates::new(language, &TimeZone::UTC).day(&AT);
        assert_eq!(day("en"), "Sunday, 5 June 2016");
        assert_eq!(day("en-US"), "Sunday, June 5, 2016");
        assert_eq!(day("de"), "Sonntag, 5. Juni 2016");
        assert_eq!(day("ja"), "2016年6月5日日曜日");
        assert_eq!(day("not a language"), "Sunday, 5 June 2016");
    }

    #[test]
    fn a_month_is_written_in_the_blogs_language() {
        let day = AT.day(&TimeZone::UTC);
        let months = |language| {
            let dates = Dates::new(language, &TimeZone::UTC);
            (dates.month(day), dates.month_name(day))
        };
        assert_eq!(months("en"), ("June 2016".into(), "June".into()));
        assert_eq!(months("de"), ("Juni 2016".into(), "Juni".into()));
        assert_eq!(months("ja"), ("2016年6月".into(), "6月".into()));
        assert_eq!(months("ru"), ("июнь 2016 г.".into(), "июнь".into()));
    }

    #[test]
    fn a_day_is_that_of_the_blogs_zone() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let dates = Dates::new("en", &zone);
        assert_eq!(dates.day(&AT), "Monday, 6 June 2016");
        assert_eq!(dates.moment(&AT), "6 June 2016, 08:30");
        assert_eq!(dates.field(&AT), "2016-06-06T08:30");
    }
}
