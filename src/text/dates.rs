//! Dates and times of day in the blog's zone and language: CLDR's forms by ICU, and for plain English the blog's own
//! `Sunday, 5 June 2016` and `14:05`.

use crate::blog::time::Millis;
use icu_calendar::{Date, Iso};
use icu_datetime::fieldsets::{M, T, YM, YMD, YMDE, YMDT};
use icu_datetime::input::{DateTime, Time};
use icu_datetime::{DateTimeFormatter, NoCalendarFormatter};
use icu_locale_core::Locale;
use icu_locale_core::subtags::language;
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
    moment: DateTimeFormatter<YMDT>,
    time: NoCalendarFormatter<T>,
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

    /// `5 June 2016`, of a day by itself.
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
        let here = self.here(*at);
        self.forms
            .as_ref()
            .and_then(|forms| Some(forms.time.format(&icu_time(here)?).to_string()))
            .unwrap_or_else(|| here.strftime("%H:%M").to_string())
    }

    /// `14:05:07`, where seconds matter.
    #[must_use]
    pub fn clock(&self, at: &Millis) -> String {
        self.here(*at).strftime("%H:%M:%S").to_string()
    }

    /// `5 June 2016, 14:05`.
    #[must_use]
    pub fn moment(&self, at: &Millis) -> String {
        let here = self.here(*at);
        let in_words = |forms: &Arc<Forms>| {
            let moment = DateTime {
                date: icu(here.date())?,
                time: icu_time(here)?,
            };
            Some(forms.moment.format(&moment).to_string())
        };
        self.forms
            .as_ref()
            .and_then(in_words)
            .unwrap_or_else(|| here.strftime("%-d %B %Y, %H:%M").to_string())
    }

    /// The value of a `datetime-local` field: `2016-06-05T14:05`.
    #[must_use]
    pub fn field(&self, at: &Millis) -> String {
        self.here(*at).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// `5 June 2016, 14:05:07`, where several happen in a minute.
    #[must_use]
    pub fn exact(&self, at: &Millis) -> String {
        format!("{}, {}", self.date(at), self.clock(at))
    }

    /// A moment near to `now` in words, any other one as `moment` has it: `5 minutes ago`, `yesterday 14:05`,
    /// `in 2 minutes`, `tomorrow 08:00`. In English, for the admin pages.
    #[must_use]
    pub fn recent(&self, at: Millis, now: Millis) -> String {
        let seconds = (now.0 - at.0) / 1000;
        let is_past = seconds >= 0;
        match (seconds.abs() / 60, is_past) {
            (0, true) => return "just now".to_owned(),
            (0, false) => return "in a moment".to_owned(),
            (1, true) => return "1 minute ago".to_owned(),
            (1, false) => return "in 1 minute".to_owned(),
            (minutes @ 2..60, true) => return format!("{minutes} minutes ago"),
            (minutes @ 2..60, false) => return format!("in {minutes} minutes"),
            _ => {}
        }
        let (day, today) = (at.day(&self.zone), now.day(&self.zone));
        let near = [
            (Some(today), "today"),
            (today.yesterday().ok(), "yesterday"),
            (today.tomorrow().ok(), "tomorrow"),
        ];
        match near.into_iter().find(|(near, _)| *near == Some(day)) {
            Some((_, word)) => format!("{word} {}", self.here(at).strftime("%H:%M")),
            None => self.moment(&at),
        }
    }

    /// Day and time of day as the blog's clock shows them.
    fn here(&self, at: Millis) -> civil::DateTime {
        at.timestamp().to_zoned(self.zone.clone()).datetime()
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
        let mut locale: Locale = language.parse().ok()?;
        if locale.id.language == language!("ar") && locale.extensions.is_empty() {
            // As the numbers next to them are written, see `blog::phrases`.
            locale = format!("{language}-u-nu-latn").parse().ok()?;
        }
        Some(Self {
            weekday_and_date: DateTimeFormatter::try_new((&locale).into(), YMDE::long()).ok()?,
            date: DateTimeFormatter::try_new((&locale).into(), YMD::long()).ok()?,
            month: DateTimeFormatter::try_new((&locale).into(), YM::long()).ok()?,
            month_name: DateTimeFormatter::try_new((&locale).into(), M::long()).ok()?,
            moment: DateTimeFormatter::try_new((&locale).into(), YMD::long().with_time_hm())
                .ok()?,
            time: NoCalendarFormatter::try_new((&locale).into(), T::hm()).ok()?,
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

fn icu_time(here: civil::DateTime) -> Option<Time> {
    let part = |number: i8| u8::try_from(number).ok();
    Time::try_new(part(here.hour())?, part(here.minute())?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 June 2016, 23:30 in UTC.
    const AT: Millis = Millis(1_465_169_400_000);

    #[test]
    fn a_moment_near_to_now_is_said_in_words_and_any_other_one_in_full() {
        let (second, minute, hour) = (1_000, 60_000, 3_600_000);
        let recent = |ago: i64| {
            let at = Millis(AT.0 - ago);
            Dates::new("en", &TimeZone::UTC).recent(at, AT)
        };
        assert_eq!(recent(59 * second), "just now");
        assert_eq!(recent(minute), "1 minute ago");
        assert_eq!(recent(59 * minute), "59 minutes ago");
        assert_eq!(recent(2 * hour), "today 21:30");
        assert_eq!(recent(24 * hour), "yesterday 23:30");
        assert_eq!(recent(48 * hour), "3 June 2016, 23:30");
        assert_eq!(recent(-30 * second), "in a moment");
        assert_eq!(recent(-minute), "in 1 minute");
        assert_eq!(recent(-20 * minute), "in 20 minutes");
        assert_eq!(recent(-2 * hour), "tomorrow 01:30");
        assert_eq!(recent(-48 * hour), "7 June 2016, 23:30");
    }

    #[test]
    fn the_day_of_a_moment_is_the_one_of_the_blogs_zone() {
        let honolulu = TimeZone::get("Pacific/Honolulu").unwrap();
        let recent = Dates::new("en", &honolulu).recent(Millis(AT.0 - 13 * 3_600_000), AT);
        // 13:30 and, thirteen hours before, half past midnight of the same day there.
        assert_eq!(recent, "today 00:30");
    }

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
        assert_eq!(months("ru"), ("июнь 2016\u{202f}г.".into(), "июнь".into()));
    }

    #[test]
    fn a_time_of_day_is_written_in_the_blogs_language() {
        for (language, time, moment) in [
            ("en", "23:30", "5 June 2016, 23:30"),
            ("de", "23:30", "5. Juni 2016 um 23:30"),
            ("es", "23:30", "5 de junio de 2016 a las 23:30"),
            ("fr", "23:30", "5 juin 2016 à 23:30"),
            ("ru", "23:30", "5 июня 2016 г. в 23:30"),
            ("ar", "11:30 م", "5 يونيو 2016 في 11:30 م"),
            ("ja", "23:30", "2016年6月5日 23:30"),
            ("en-US", "11:30 PM", "June 5, 2016 at 11:30 PM"),
        ] {
            let dates = Dates::new(language, &TimeZone::UTC);
            let plain = |text: String| text.replace(['\u{202f}', '\u{a0}'], " ");
            assert_eq!(plain(dates.time(&AT)), time, "{language}");
            assert_eq!(plain(dates.moment(&AT)), moment, "{language}");
        }
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
