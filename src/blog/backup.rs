//! When the server backs up by itself, what its files are called, and which of them it keeps.

use super::Problems;
use super::time::Millis;
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// What is offered first: each night, for a week.
const HOUR: i8 = 3;
const KEPT: usize = 7;
/// More than a year of nights is no backup but an archive.
pub const KEPT_MAX: usize = 366;
/// What a name begins and ends with; between them is when it was made, in UTC.
const BEGIN: &str = "daybook-";
const END: &str = ".tar";
const TIME: &str = "%Y%m%dT%H%M%SZ";
/// What failed is tried again after an hour.
const AGAIN_SECONDS: i64 = 3600;

/// What the operator decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    pub on: bool,
    /// The hour of the day in the blog's zone.
    pub hour: i8,
    /// How many backups are kept.
    pub kept: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            on: true,
            hour: HOUR,
            kept: KEPT,
        }
    }
}

/// The plan as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanForm {
    pub on: bool,
    pub hour: String,
    pub kept: String,
}

impl From<Plan> for PlanForm {
    fn from(plan: Plan) -> Self {
        Self {
            on: plan.on,
            hour: plan.hour.to_string(),
            kept: plan.kept.to_string(),
        }
    }
}

impl Plan {
    pub fn parse(form: &PlanForm) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let hour = form.hour.trim().parse().ok();
        let hour = hour.filter(|hour| (0..24).contains(hour));
        if hour.is_none() {
            problems.add("hour", "Please enter an hour from 0 to 23.");
        }
        let kept = form.kept.trim().parse().ok();
        let kept = kept.filter(|kept| (1..=KEPT_MAX).contains(kept));
        if kept.is_none() {
            problems.add("kept", "Please enter a number from 1 to 366.");
        }
        match (hour, kept) {
            (Some(hour), Some(kept)) => Ok(Self {
                on: form.on,
                hour,
                kept,
            }),
            _ => Err(problems),
        }
    }

    /// Reads the row of the settings; what it cannot be read from is the usual plan.
    #[must_use]
    pub fn of_row(row: &str) -> Self {
        serde_json::from_str(row).unwrap_or_default()
    }

    #[must_use]
    pub fn row(self) -> String {
        serde_json::json!({"on": self.on, "hour": self.hour, "kept": self.kept}).to_string()
    }

    /// The last moment at which a backup was to be made.
    #[must_use]
    pub fn last_due(self, now: Millis, zone: &TimeZone) -> Millis {
        let today = now.day(zone);
        let at = |day: jiff::civil::Date| {
            // An hour that a change of the clocks leaves out comes an hour later.
            let moment = zone.to_ambiguous_timestamp(day.at(self.hour, 0, 0, 0));
            let moment = moment.compatible();
            moment.map_or(now, |moment| Millis(moment.as_millisecond()))
        };
        let due = at(today);
        if due <= now {
            return due;
        }
        today.checked_sub(1.day()).map_or(due, at)
    }

    /// Whether a backup is to be made now. `last` is when the newest was made, or else when the blog began; what was missed
    /// while the server was away is made up for.
    #[must_use]
    pub fn is_due(
        self,
        now: Millis,
        zone: &TimeZone,
        last: Millis,
        failed: Option<Millis>,
    ) -> bool {
        let due = self.last_due(now, zone);
        let rested = failed.is_none_or(|at| at.plus_seconds(AGAIN_SECONDS) <= now);
        self.on && last < due && due <= now && rested
    }
}

/// What a backup of this moment is called.
#[must_use]
pub fn file_name(at: Millis) -> String {
    format!("{BEGIN}{}{END}", at.timestamp().strftime(TIME))
}

/// When a backup of this name was made; `None` for names that we do not give.
#[must_use]
pub fn made_at(name: &str) -> Option<Millis> {
    let time = name.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let time = jiff::civil::DateTime::strptime(TIME, time).ok()?;
    let at = TimeZone::UTC.to_timestamp(time).ok()?;
    let at = Millis(at.as_millisecond());
    (file_name(at) == name).then_some(at)
}

/// What is known of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was restored once, and nothing was missing.
    Proven,
    Damaged,
    /// Nobody has looked yet.
    Unproven,
}

/// Which backups go, of all of them, newest first: those that are older than the number to keep, where damaged ones do not
/// count. The newest that is proven always stays.
#[must_use]
pub fn too_many(states: &[State], kept: usize) -> Vec<usize> {
    let good = |state: &State| *state != State::Damaged;
    let whole: Vec<usize> = (0..states.len()).filter(|at| good(&states[*at])).collect();
    let Some(last) = whole.get(kept.max(1) - 1) else {
        return Vec::new();
    };
    let proven = states.iter().position(|state| *state == State::Proven);
    (last + 1..states.len())
        .filter(|at| Some(*at) != proven)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Millis {
        Millis::parse(text).unwrap()
    }

    #[test]
    fn a_backup_is_due_once_a_day_at_the_hour_of_the_blog() {
        let zone = TimeZone::get("Europe/Lisbon").unwrap();
        let plan = Plan::default();
        let last = at("2026-07-01T02:00:05Z");
        assert!(!plan.is_due(at("2026-07-01T12:00:00Z"), &zone, last, None));
        assert!(!plan.is_due(at("2026-07-02T01:59:59Z"), &zone, last, None));
        assert!(plan.is_due(at("2026-07-02T02:00:00Z"), &zone, last, None));
        assert!(
            plan.is_due(at("2026-07-05T11:00:00Z"), &zone, last, None),
            "the server was away for some days"
        );
        let off = Plan { on: false, ..plan };
        assert!(!off.is_due(at("2026-07-05T11:00:00Z"), &zone, last, None));
    }

    #[test]
    fn what_failed_is_tried_again_after_an_hour() {
        let plan = Plan::default();
        let last = at("2026-07-01T03:00:05Z");
        let failed = Some(at("2026-07-02T03:00:00Z"));
        let due = |now: &str| plan.is_due(at(now), &TimeZone::UTC, last, failed);
        assert!(!due("2026-07-02T03:59:59Z"));
        assert!(due("2026-07-02T04:00:00Z"));
    }

    #[test]
    fn the_hour_that_summer_time_leaves_out_comes_later() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let plan = Plan {
            hour: 2,
            ..Plan::default()
        };
        let now = at("2026-03-29T12:00:00Z");
        assert_eq!(plan.last_due(now, &zone), at("2026-03-29T01:00:00Z"));
    }

    #[test]
    fn a_name_holds_the_time_and_other_names_are_ignored() {
        let moment = at("2026-11-29T03:00:00Z");
        assert_eq!(file_name(moment), "daybook-20261129T030000Z.tar");
        assert_eq!(made_at(&file_name(moment)), Some(moment));
        for other in [
            "daybook-20261129T030000Z.tar.new",
            "../daybook-20261129T030000Z.tar",
            "daybook-20261329T030000Z.tar",
            "daybook.db",
        ] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }

    #[test]
    fn the_oldest_go_and_the_last_that_is_proven_stays() {
        use State::{Damaged, Proven, Unproven};
        assert_eq!(too_many(&[Proven, Proven, Proven], 2), [2]);
        assert_eq!(too_many(&[Damaged, Proven, Proven, Damaged], 2), [3]);
        assert_eq!(too_many(&[Unproven, Unproven, Proven, Proven], 2), [3]);
        assert!(too_many(&[Damaged, Damaged], 1).is_empty());
        assert!(too_many(&[], 1).is_empty());
    }

    #[test]
    fn a_plan_comes_back_from_its_row_and_nonsense_is_refused() {
        let plan = Plan {
            on: false,
            hour: 23,
            kept: 30,
        };
        assert_eq!(Plan::of_row(&plan.row()), plan);
        assert_eq!(Plan::of_row("{"), Plan::default());
        assert_eq!(Plan::parse(&plan.into()), Ok(plan));
        let wrong = PlanForm {
            on: true,
            hour: "24".to_owned(),
            kept: "0".to_owned(),
        };
        let problems = Plan::parse(&wrong).unwrap_err();
        assert!(problems.of("hour").is_some() && problems.of("kept").is_some());
    }
}
