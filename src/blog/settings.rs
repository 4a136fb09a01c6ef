//! Settings: what an author edits while the blog runs. Each is a row of its own; a missing row means the default.

use super::Problems;
use super::comment::Policy;
use super::named;
use super::spam::Rules;
use jiff::tz::TimeZone;

named! {
    /// Which new comments the authors get mail about. Spam is never among them.
    Notices {
        All = "all",
        /// Those that wait for a decision.
        Waiting = "waiting",
        None = "none",
    }
}

/// The blog's own choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub title: String,
    pub description: String,
    /// IANA name, `Europe/Lisbon`.
    pub zone: String,
    /// BCP 47, `en`, `pt-BR`.
    pub language: String,
    pub comments: Policy,
    /// No new comments anywhere, whatever else is set: the switch for a bad day.
    pub comments_stopped: bool,
    /// Posts older than this many days hold every comment; 0: never.
    pub hold_after_days: i64,
    /// Posts older than this many days take no new comments; 0: never.
    pub close_after_days: i64,
    /// Whether the comment form asks for a website.
    pub ask_website: bool,
    /// Whether a comment needs a name.
    pub need_name: bool,
    /// Which new comments the authors get mail about.
    pub notices: Notices,
    /// The rules that comments are judged by.
    pub spam_rules: Rules,
    /// How many posts a page of the blog shows.
    pub posts_per_page: i64,
    /// Hosts, besides our own, that pictures of posts may come from.
    pub picture_hosts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: "Daybook".to_owned(),
            description: String::new(),
            zone: "UTC".to_owned(),
            language: "en".to_owned(),
            comments: Policy::First,
            comments_stopped: false,
            hold_after_days: 0,
            close_after_days: 0,
            ask_website: true,
            need_name: true,
            notices: Notices::All,
            spam_rules: Rules::default(),
            posts_per_page: 10,
            picture_hosts: Vec::new(),
        }
    }
}

/// More on one page is slow to load and slow to read.
pub const POSTS_PER_PAGE_MAX: i64 = 50;
pub const TITLE_MAX_CHARS: usize = 120;
pub const DESCRIPTION_MAX_CHARS: usize = 500;

/// The languages that the set-up page offers: BCP 47 tag and its own name.
pub const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("en-US", "English (United States)"),
    ("ar", "العربية"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("es", "Español"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("pt-BR", "Português (Brasil)"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
];

impl Settings {
    /// Reads the rows of the settings table; unknown names and values are passed over.
    #[must_use]
    pub fn of_rows(rows: Vec<(String, String)>) -> Self {
        let mut settings = Self::default();
        for (name, value) in rows {
            match name.as_str() {
                "title" => settings.title = value,
                "description" => settings.description = value,
                "zone" => settings.zone = value,
                "language" => settings.language = value,
                "comments" => settings.comments = Policy::of(&value).unwrap_or(Policy::First),
                "comments_stopped" => settings.comments_stopped = value == YES,
                "hold_after_days" => settings.hold_after_days = parse_days(&value).unwrap_or(0),
                "close_after_days" => settings.close_after_days = parse_days(&value).unwrap_or(0),
                "ask_website" => settings.ask_website = value == YES,
                "need_name" => settings.need_name = value == YES,
                "notices" => settings.notices = Notices::of(&value).unwrap_or(Notices::All),
                "spam_rules" => settings.spam_rules = Rules::parse(&value).unwrap_or_default(),
                "posts_per_page" => {
                    if let Ok(number) = value.parse::<i64>() {
                        settings.posts_per_page = number.clamp(1, POSTS_PER_PAGE_MAX);
                    }
                }
                "picture_hosts" => settings.picture_hosts = parse_hosts(&value).0,
                _ => {}
            }
        }
        settings
    }

    /// The rows that hold these settings.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        vec![
            ("title", self.title.clone()),
            ("description", self.description.clone()),
            ("zone", self.zone.clone()),
            ("language", self.language.clone()),
            ("comments", self.comments.word().to_owned()),
            ("comments_stopped", yes(self.comments_stopped)),
            ("hold_after_days", self.hold_after_days.to_string()),
            ("close_after_days", self.close_after_days.to_string()),
            ("ask_website", yes(self.ask_website)),
            ("need_name", yes(self.need_name)),
            ("notices", self.notices.word().to_owned()),
            ("spam_rules", self.spam_rules.to_string()),
            ("posts_per_page", self.posts_per_page.to_string()),
            ("picture_hosts", self.picture_hosts.join("\n")),
        ]
    }

    /// The blog's zone; a name that this machine does not know counts as UTC.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// Checks the answers given at set-up.
    pub fn parse_new(title: &str, zone: &str, language: &str) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let settings = Self {
            title: parse_title(title, &mut problems),
            zone: parse_zone(zone, &mut problems),
            language: parse_language(language, &mut problems),
            ..Self::default()
        };
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems)
        }
    }

    /// Checks the settings form; what has pages of its own stays as it is in `now`.
    pub fn parse(form: &SettingsForm, now: &Self) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let description = form
            .description
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if description.chars().count() > DESCRIPTION_MAX_CHARS {
            problems.add(
                "description",
                "Please keep the description under 500 characters.",
            );
        }
        let comments = Policy::of(&form.comments).unwrap_or_else(|| {
            problems.add("comments", "Please choose one of the offered values.");
            Policy::First
        });
        let posts_per_page = match form.posts_per_page.trim().parse::<i64>() {
            Ok(number) if (1..=POSTS_PER_PAGE_MAX).contains(&number) => number,
            _ => {
                problems.add("posts_per_page", "Please give a number from 1 to 50.");
                1
            }
        };
        let mut days = |field: &'static str, text: &str| {
            parse_days(text).unwrap_or_else(|| {
                problems.add(field, "Please give a number of days, or 0 for never.");
                0
            })
        };
        let hold_after_days = days("hold_after_days", &form.hold_after_days);
        let close_after_days = days("close_after_days", &form.close_after_days);
        let notices = Notices::of(&form.notices).unwrap_or_else(|| {
            problems.add("notices", "Please choose one of the offered values.");
            Notices::All
        });
        let (picture_hosts, wrong) = parse_hosts(&form.picture_hosts);
        if let Some(wrong) = wrong {
            problems.add(
                "picture_hosts",
                format!("“{wrong}” is not the name of a host, such as pictures.example.org."),
            );
        }
        let settings = Self {
            title: parse_title(&form.title, &mut problems),
            description,
            zone: parse_zone(&form.zone, &mut problems),
            language: parse_language(&form.language, &mut problems),
            comments,
            hold_after_days,
            close_after_days,
            ask_website: form.ask_website == YES,
            need_name: form.need_name == YES,
            notices,
            comments_stopped: now.comments_stopped,
            spam_rules: now.spam_rules.clone(),
            posts_per_page,
            picture_hosts,
        };
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems)
        }
    }
}

/// The fields of the settings form exactly as they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsForm {
    pub csrf: String,
    pub title: String,
    pub description: String,
    pub zone: String,
    pub language: String,
    pub comments: String,
    pub hold_after_days: String,
    pub close_after_days: String,
    /// Sent as [`YES`] or not at all.
    pub ask_website: String,
    pub need_name: String,
    pub notices: String,
    pub posts_per_page: String,
    pub picture_hosts: String,
}

impl From<&Settings> for SettingsForm {
    fn from(settings: &Settings) -> Self {
        Self {
            csrf: String::new(),
            title: settings.title.clone(),
            description: settings.description.clone(),
            zone: settings.zone.clone(),
            language: settings.language.clone(),
            comments: settings.comments.word().to_owned(),
            hold_after_days: settings.hold_after_days.to_string(),
            close_after_days: settings.close_after_days.to_string(),
            ask_website: yes(settings.ask_website),
            need_name: yes(settings.need_name),
            notices: settings.notices.word().to_owned(),
            posts_per_page: settings.posts_per_page.to_string(),
            picture_hosts: settings.picture_hosts.join("\n"),
        }
    }
}

/// What a ticked box sends, and what stands in a row for it.
pub const YES: &str = "yes";

fn yes(value: bool) -> String {
    if value { YES } else { "" }.to_owned()
}

/// Longer than a century is a slip.
const DAYS_MAX: i64 = 36_500;

/// A number of days; nothing is 0, which means never.
fn parse_days(text: &str) -> Option<i64> {
    match text.trim() {
        "" => Some(0),
        number => number
            .parse()
            .ok()
            .filter(|days| (0..=DAYS_MAX).contains(days)),
    }
}

fn parse_title(title: &str, problems: &mut Problems) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() || title.chars().count() > TITLE_MAX_CHARS {
        problems.add(
            "title",
            "Please give the blog a title of at most 120 characters.",
        );
    }
    title
}

fn parse_zone(zone: &str, problems: &mut Problems) -> String {
    if TimeZone::get(zone).is_err() {
        problems.add("zone", "Please choose a time zone from the list.");
    }
    zone.to_owned()
}

fn parse_language(language: &str, problems: &mut Problems) -> String {
    if !LANGUAGES.iter().any(|(tag, _)| *tag == language) {
        problems.add("language", "Please choose a language from the list.");
    }
    language.to_owned()
}

/// Reads host names separated by spaces, commas or line ends, each once; also gives the first that is none.
///
/// The names go into a header, so anything but letters, digits, dots, dashes and a port is refused.
#[must_use]
pub fn parse_hosts(text: &str) -> (Vec<String>, Option<String>) {
    let mut hosts = Vec::new();
    let mut wrong = None;
    for word in text
        .split([' ', ',', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
    {
        let host = word.to_lowercase();
        let fits = host.contains('.')
            && host.len() <= 255
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
        if !fits {
            wrong.get_or_insert(word.to_owned());
        } else if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts.sort();
    (hosts, wrong)
}

/// The names of all zones that can be chosen, sorted: those with a region, and UTC.
#[must_use]
pub fn zones() -> Vec<String> {
    let mut zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| {
            name == "UTC"
                || name.split_once('/').is_some_and(|(region, _)| {
                    matches!(
                        region,
                        "Africa"
                            | "America"
                            | "Antarctica"
                            | "Arctic"
                            | "Asia"
                            | "Atlantic"
                            | "Australia"
                            | "Europe"
                            | "Indian"
                            | "Pacific"
                    )
                })
        })
        .collect();
    zones.sort();
    zones.dedup();
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_from_their_rows() {
        let settings = Settings {
            title: "Tide tables".to_owned(),
            posts_per_page: 7,
            picture_hosts: vec!["1.bp.example.org".to_owned(), "b.example".to_owned()],
            comments: Policy::All,
            ..Settings::default()
        };
        let rows = settings
            .rows()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        assert_eq!(Settings::of_rows(rows), settings);
    }

    #[test]
    fn a_host_cannot_carry_anything_else_into_the_header() {
        let (hosts, wrong) = parse_hosts("a.example b.example;script-src");
        assert_eq!(hosts, ["a.example"]);
        assert_eq!(wrong.as_deref(), Some("b.example;script-src"));
    }

    #[test]
    fn nonsense_zones_and_languages_are_refused() {
        assert!(Settings::parse_new("T", "Europe/Lisbon", "en").is_ok());
        let problems = Settings::parse_new(" ", "Mars/North", "xx").unwrap_err();
        for field in ["title", "zone", "language"] {
            assert!(problems.of(field).is_some(), "{field}");
        }
    }

    #[test]
    fn zones_to_choose_from_hold_the_usual_ones() {
        let zones = zones();
        assert!(zones.iter().any(|zone| zone == "Europe/Lisbon"));
        assert!(zones.iter().any(|zone| zone == "UTC"));
    }
}
