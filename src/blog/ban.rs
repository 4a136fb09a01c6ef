//! Bans: a name, an address, a network or a browser whose new comments are taken for spam, until a day.
//!
//! A ban decides about what comes, never about what is here; and it always ends.

use super::comment::{NAME_MAX_CHARS, is_email, visible};
use super::spam;
use super::time::Millis;
use super::{BanId, CommentId, Problems, named};
use jiff::{ToSpan, civil, tz::TimeZone};

/// Whom nobody remembers after this time need not be banned any longer.
pub const DAYS_MAX: i64 = 5 * 365;
/// From which network a comment came is forgotten after this time, and so are bans upon one.
pub const NETWORK_DAYS_MAX: i64 = 30;
/// What the form offers.
pub const DAYS_USUAL: i64 = 30;
const NOTE_MAX_CHARS: usize = 300;

named! {
    /// What a ban goes by.
    Kind {
        Name = "name",
        Email = "email",
        /// The keyed hash of a network.
        Network = "network",
        /// The hash of the pass that a browser keeps.
        Pass = "pass",
    }
}

impl Kind {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Email => "Email",
            Self::Network => "Network",
            Self::Pass => "Browser",
        }
    }
}

/// A ban as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Ban {
    pub id: BanId,
    pub kind: Kind,
    pub value: String,
    /// Who is meant, as an author reads it: the name as it was typed, the address, whose network or browser it is.
    pub label: String,
    pub note: String,
    /// The author who made it.
    pub by: String,
    pub created_at: Millis,
    pub ends_at: Millis,
}

impl Ban {
    /// The last moment at which it applies.
    #[must_use]
    pub fn last_moment(&self) -> Millis {
        Millis(self.ends_at.0 - 1)
    }
}

/// A ban for the log of moderation. A network's hash is no part of it, since the log outlives it.
#[must_use]
pub fn said(kind: Kind, label: &str) -> String {
    match kind {
        Kind::Network => format!("network of {label}"),
        Kind::Pass => format!("browser of {label}"),
        Kind::Name | Kind::Email => format!("{kind} {label}"),
    }
}

/// A ban as an author wants it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBan {
    pub kind: Kind,
    pub value: String,
    pub label: String,
    pub note: String,
    pub ends_at: Millis,
}

impl NewBan {
    #[must_use]
    pub fn said(&self) -> String {
        said(self.kind, &self.label)
    }
}

/// What is known of the writer of a comment that a ban could go by; empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Traces {
    pub id: CommentId,
    pub name: String,
    pub email: String,
    pub network: String,
    pub pass: String,
}

impl Traces {
    /// What a ban of a kind would be kept as.
    #[must_use]
    pub fn value(&self, kind: Kind) -> String {
        match kind {
            Kind::Name => name_key(&self.name),
            Kind::Email => self.email.to_lowercase(),
            Kind::Network => self.network.clone(),
            Kind::Pass => self.pass.clone(),
        }
    }

    /// The kinds that a ban upon this writer can go by, each with its description for the author.
    #[must_use]
    pub fn choices(&self) -> Vec<(Kind, String)> {
        Kind::ALL
            .iter()
            .filter(|kind| !self.value(**kind).is_empty())
            .map(|&kind| {
                let words = match kind {
                    Kind::Name => self.name.clone(),
                    Kind::Email => self.email.clone(),
                    Kind::Network => "everybody on the same network".to_owned(),
                    Kind::Pass => "everybody using the same browser".to_owned(),
                };
                (kind, words)
            })
            .collect()
    }
}

/// What names are compared by: `Böb Reed`, `BOB  REED` and `Воb-Reed` with Cyrillic letters are one.
/// Empty where nothing is left to compare.
#[must_use]
pub fn name_key(name: &str) -> String {
    spam::look(name)
}

/// The fields of the form exactly as they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BanForm {
    pub csrf: String,
    /// Which button sent the form.
    pub act: String,
    /// The comment whose writer is banned; empty for a ban by hand.
    pub comment: String,
    pub kind: String,
    /// A name or an address, where it is given by hand.
    pub value: String,
    /// The last day, `2016-07-05`.
    pub until: String,
    pub note: String,
}

impl NewBan {
    /// Checks the form; `traces` are those of the comment that it names.
    pub fn parse(
        form: &BanForm,
        traces: Option<&Traces>,
        zone: &TimeZone,
        now: Millis,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let kind = parse_kind(&form.kind, traces, &mut problems);
        let value = match (kind, traces) {
            (Some(kind), Some(traces)) => traces.value(kind),
            (Some(kind), None) => parse_value(kind, &form.value, &mut problems),
            (None, _) => String::new(),
        };
        let note = visible(&form.note);
        if note.chars().count() > NOTE_MAX_CHARS {
            problems.add("note", "Please keep the note under 300 characters.");
        }
        let is_network = kind == Some(Kind::Network);
        let ends_at = parse_until(&form.until, is_network, zone, now, &mut problems);
        match kind {
            Some(kind) if problems.is_empty() => Ok(Self {
                kind,
                label: label(kind, &value, traces, &form.value),
                value,
                note,
                ends_at,
            }),
            _ => Err(problems),
        }
    }
}

/// From keys and hashes nobody sees who is meant.
fn label(kind: Kind, value: &str, traces: Option<&Traces>, typed: &str) -> String {
    match (kind, traces) {
        (Kind::Email, _) => value.to_owned(),
        (_, Some(traces)) if traces.name.is_empty() => "Anonymous".to_owned(),
        (_, Some(traces)) => traces.name.clone(),
        (_, None) => visible(typed),
    }
}

fn parse_kind(word: &str, traces: Option<&Traces>, problems: &mut Problems) -> Option<Kind> {
    let kind = Kind::of(word).filter(|kind| match traces {
        Some(traces) => !traces.value(*kind).is_empty(),
        None => matches!(kind, Kind::Name | Kind::Email),
    });
    if kind.is_none() {
        problems.add("kind", "Please choose what to ban by.");
    }
    kind
}

fn parse_value(kind: Kind, text: &str, problems: &mut Problems) -> String {
    let text = text.trim();
    if kind == Kind::Email {
        if !is_email(text) {
            problems.add("value", "This doesn’t look like an email address.");
        }
        return text.to_lowercase();
    }
    let key = name_key(text);
    if text.chars().count() > NAME_MAX_CHARS {
        problems.add(
            "value",
            "This name is longer than a commenter’s name can be.",
        );
    } else if key.is_empty() {
        problems.add("value", "Please enter a name with letters or digits.");
    }
    key
}

/// The end of the day that was given, in the blog's zone.
fn parse_until(
    text: &str,
    is_network: bool,
    zone: &TimeZone,
    now: Millis,
    problems: &mut Problems,
) -> Millis {
    let days_max = if is_network {
        NETWORK_DAYS_MAX
    } else {
        DAYS_MAX
    };
    let today = now.day(zone);
    let Ok(day) = text.trim().parse::<civil::Date>() else {
        problems.add("until", "Please enter a date, such as 2016-07-05.");
        return now;
    };
    let last = day_after(today, days_max);
    if day < today {
        problems.add(
            "until",
            "This date is in the past. Please choose today or later.",
        );
    } else if day > last && is_network {
        problems.add(
            "until",
            format!("Networks are only stored for {NETWORK_DAYS_MAX} days, so a network can be banned until {last} at the latest."),
        );
    } else if day > last {
        problems.add(
            "until",
            format!("A ban can last five years at most: until {last}."),
        );
    }
    let end = day_after(day, 1)
        .to_zoned(zone.clone())
        .map_or(now, |end| Millis(end.timestamp().as_millisecond()));
    if is_network {
        end.min(now.plus_seconds(NETWORK_DAYS_MAX * 24 * 3600))
    } else {
        end
    }
}

/// The day that the form offers.
#[must_use]
pub fn usual_until(now: Millis, zone: &TimeZone) -> String {
    day_after(now.day(zone), DAYS_USUAL).to_string()
}

fn day_after(day: civil::Date, days: i64) -> civil::Date {
    day.saturating_add(days.days())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday, 5 June 2016, 14:30 in UTC.
    const NOW: Millis = Millis(1_465_137_000_000);

    fn form(kind: &str, value: &str, until: &str) -> BanForm {
        BanForm {
            kind: kind.to_owned(),
            value: value.to_owned(),
            until: until.to_owned(),
            ..BanForm::default()
        }
    }

    fn parsed(form: &BanForm) -> Result<NewBan, Problems> {
        NewBan::parse(form, None, &TimeZone::UTC, NOW)
    }

    fn traces() -> Traces {
        Traces {
            name: "Bob Reed".to_owned(),
            network: "0123456789abcdef".to_owned(),
            ..Traces::default()
        }
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        for name in [
            "Robert Reed",
            "  ROBERT  reed ",
            "Röbert-Reed",
            "Rоbеrt Rееd",
            "R0bert Reed",
            "Ro\u{200b}bert Reed",
        ] {
            assert_eq!(name_key(name), "robertreed", "{name}");
        }
        assert_ne!(name_key("Robert Reed"), name_key("Rupert Reed"));
        assert_eq!(name_key("Анна"), name_key("Aнна"));
        assert_ne!(name_key("Анна"), name_key("Инна"));
        assert_eq!(name_key(" ! "), "");
    }

    #[test]
    fn a_ban_by_hand_goes_by_a_name_or_an_address() {
        let ban = parsed(&form("email", " Bob@Example.org ", "2016-06-10")).unwrap();
        assert_eq!(
            (ban.kind, ban.value.as_str()),
            (Kind::Email, "bob@example.org")
        );
        assert_eq!(
            parsed(&form("name", "Bob", "2016-06-10")).unwrap().value,
            "bob"
        );
        for (field, wrong) in [
            ("value", form("email", "bob", "2016-06-10")),
            ("value", form("name", "?!", "2016-06-10")),
            ("kind", form("network", "0123", "2016-06-10")),
            ("kind", form("", "Bob", "2016-06-10")),
        ] {
            assert!(parsed(&wrong).unwrap_err().of(field).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn a_ban_ends_with_a_day_that_is_not_past_and_not_too_far() {
        let end = |until: &str| parsed(&form("name", "Bob", until));
        assert_eq!(
            end("2016-06-05").unwrap().ends_at.rfc3339(),
            "2016-06-06T00:00:00Z"
        );
        for wrong in ["", "soon", "2016-06-04", "2026-06-05", "9999-12-31"] {
            assert!(end(wrong).unwrap_err().of("until").is_some(), "{wrong}");
        }
        assert_eq!(usual_until(NOW, &TimeZone::UTC), "2016-07-05");
    }

    #[test]
    fn a_network_is_banned_for_thirty_days_at_most() {
        let until = |day: &str| {
            NewBan::parse(
                &form("network", "", day),
                Some(&traces()),
                &TimeZone::UTC,
                NOW,
            )
        };
        let ban = until("2016-07-05").unwrap();
        assert_eq!(ban.ends_at, NOW.plus_seconds(30 * 24 * 3600));
        assert!(until("2016-07-06").unwrap_err().of("until").is_some());
    }

    #[test]
    fn the_writer_of_a_comment_is_banned_by_what_is_known_of_them() {
        let kinds: Vec<Kind> = traces()
            .choices()
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(kinds, [Kind::Name, Kind::Network]);
        let by_email = NewBan::parse(
            &form("email", "x@y.example", "2016-06-10"),
            Some(&traces()),
            &TimeZone::UTC,
            NOW,
        );
        assert!(by_email.unwrap_err().of("kind").is_some());
    }

    #[test]
    fn the_log_never_holds_a_networks_hash() {
        let form = form("network", "", "2016-06-10");
        let ban = NewBan::parse(&form, Some(&traces()), &TimeZone::UTC, NOW).unwrap();
        assert_eq!(ban.said(), "network of Bob Reed");
    }
}
