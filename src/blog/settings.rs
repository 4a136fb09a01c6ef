//! Settings: what an author edits while the blog runs. Each is a row of its own; a missing row means the default.

use super::Problems;
use super::appearance::Appearance;
use super::comment::Policy;
use super::named;
use super::spam::Rules;
use super::zones;
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

named! {
    /// Where new posts live; an address once given is kept.
    #[derive(Default)]
    Permalinks {
        /// `/2016/06/tides.html`, as on Blogger.
        #[default]
        Month = "month",
        /// `/2016/06/05/tides/`.
        Day = "day",
        /// `/2016/tides/`.
        Year = "year",
        /// `/tides/`.
        Title = "title",
    }
}

named! {
    /// What fills the first page of the blog.
    Home { Posts = "posts", Days = "days" }
}

named! {
    /// Which films play inside a post; others are links to their own pages.
    Films { All = "all", YouTube = "youtube", Vimeo = "vimeo", None = "none" }
}

named! {
    /// Where readers see the feature pictures of posts, besides where posts are shared.
    FeaturePictures {
        Nowhere = "nowhere",
        /// At the top of each post.
        Posts = "posts",
        /// In the lists of posts.
        Lists = "lists",
        Everywhere = "everywhere",
    }
}

impl FeaturePictures {
    /// Whether posts have theirs at the top.
    #[must_use]
    pub fn in_posts(self) -> bool {
        matches!(self, Self::Posts | Self::Everywhere)
    }

    /// Whether lists show them.
    #[must_use]
    pub fn in_lists(self) -> bool {
        matches!(self, Self::Lists | Self::Everywhere)
    }
}

named! {
    /// How much of a post its feeds hold.
    Feeds {
        Full = "full",
        /// The excerpt, and the way to the post.
        Short = "short",
    }
}

/// The blog's own choices.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a box of its own in the form"
)]
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
    pub permalinks: Permalinks,
    pub home: Home,
    /// How many posts a page of the blog shows.
    pub posts_per_page: i64,
    /// How many days with posts the first page shows, and each older one, where it goes by days.
    pub days_per_page: i64,
    pub films: Films,
    pub feature_pictures: FeaturePictures,
    pub feeds: Feeds,
    /// What is at the foot of each page, in the Markdown of comments; empty: nothing but the usual line.
    pub footer: String,
    /// Hosts, besides our own, that pictures of posts may come from.
    pub picture_hosts: Vec<String>,
    /// Whether it is counted how often posts are read.
    pub count_views: bool,
    /// Whether the foot of each page has a link to the sign-in.
    pub sign_in_link: bool,
    pub appearance: Appearance,
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
            permalinks: Permalinks::Month,
            home: Home::Posts,
            posts_per_page: 10,
            days_per_page: 5,
            films: Films::All,
            feature_pictures: FeaturePictures::Nowhere,
            feeds: Feeds::Full,
            footer: String::new(),
            picture_hosts: Vec::new(),
            count_views: true,
            sign_in_link: true,
            appearance: Appearance::default(),
        }
    }
}

/// More on one page is slow to load and slow to read.
pub const POSTS_PER_PAGE_MAX: i64 = 50;
pub const TITLE_MAX_CHARS: usize = 120;
pub const DESCRIPTION_MAX_CHARS: usize = 500;
/// A few lines: who writes, where else, under which licence.
pub const FOOTER_MAX_CHARS: usize = 1000;

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
                "permalinks" => settings.permalinks = Permalinks::of(&value).unwrap_or_default(),
                "home" => settings.home = Home::of(&value).unwrap_or(Home::Posts),
                "days_per_page" => {
                    if let Ok(number) = value.parse::<i64>() {
                        settings.days_per_page = number.clamp(1, POSTS_PER_PAGE_MAX);
                    }
                }
                "feature_pictures" => {
                    settings.feature_pictures =
                        FeaturePictures::of(&value).unwrap_or(FeaturePictures::Nowhere);
                }
                "films" => settings.films = Films::of(&value).unwrap_or(Films::All),
                "feeds" => settings.feeds = Feeds::of(&value).unwrap_or(Feeds::Full),
                "footer" => settings.footer = value,
                "picture_hosts" => settings.picture_hosts = parse_hosts(&value).0,
                "count_views" => settings.count_views = value == YES,
                "sign_in_link" => settings.sign_in_link = value == YES,
                "appearance" => settings.appearance = Appearance::of_row(&value),
                _ => {}
            }
        }
        settings
    }

    /// The names of settings that have another value than these.
    #[must_use]
    pub fn other_than(&self, before: &Self) -> Vec<&'static str> {
        let pairs = self.rows().into_iter().zip(before.rows());
        pairs
            .filter(|(after, before)| after != before)
            .map(|((name, _), _)| name)
            .collect()
    }

    /// These settings, with those of another blog where nobody has chosen anything yet.
    #[must_use]
    pub fn filled_from(&self, other: &Self) -> Self {
        let default = Self::default();
        let rows = self.rows().into_iter().zip(other.rows());
        let rows = rows.zip(default.rows()).map(|((here, there), default)| {
            let (name, value) = if here == default { there } else { here };
            (name.to_owned(), value)
        });
        Self::of_rows(rows.collect())
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
            ("permalinks", self.permalinks.word().to_owned()),
            ("home", self.home.word().to_owned()),
            ("posts_per_page", self.posts_per_page.to_string()),
            ("days_per_page", self.days_per_page.to_string()),
            ("films", self.films.word().to_owned()),
            ("feature_pictures", self.feature_pictures.word().to_owned()),
            ("feeds", self.feeds.word().to_owned()),
            ("footer", self.footer.clone()),
            ("picture_hosts", self.picture_hosts.join("\n")),
            ("count_views", yes(self.count_views)),
            ("sign_in_link", yes(self.sign_in_link)),
            ("appearance", self.appearance.row()),
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
        let description = parse_description(&form.description, &mut problems);
        let comments = Policy::of(&form.comments).unwrap_or_else(|| {
            problems.add("comments", "Please choose one of the options.");
            Policy::First
        });
        let posts_per_page = parse_per_page("posts_per_page", &form.posts_per_page, &mut problems);
        let days_per_page = parse_per_page("days_per_page", &form.days_per_page, &mut problems);
        let footer = parse_footer(&form.footer, &mut problems);
        let reading = Reading::parse(form, &mut problems);
        let mut days = |field: &'static str, text: &str| {
            parse_days(text).unwrap_or_else(|| {
                problems.add(
                    field,
                    "Please enter a number of days, or 0 to turn this off.",
                );
                0
            })
        };
        let hold_after_days = days("hold_after_days", &form.hold_after_days);
        let close_after_days = days("close_after_days", &form.close_after_days);
        let notices = Notices::of(&form.notices).unwrap_or_else(|| {
            problems.add("notices", "Please choose one of the options.");
            Notices::All
        });
        let picture_hosts = parse_picture_hosts(&form.picture_hosts, &mut problems);
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
            permalinks: reading.permalinks,
            home: reading.home,
            posts_per_page,
            days_per_page,
            films: reading.films,
            feature_pictures: reading.feature_pictures,
            feeds: reading.feeds,
            footer,
            picture_hosts,
            count_views: form.count_views == YES,
            sign_in_link: form.sign_in_link == YES,
            appearance: now.appearance.clone(),
        };
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems)
        }
    }
}

fn parse_description(typed: &str, problems: &mut Problems) -> String {
    let description = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if description.chars().count() > DESCRIPTION_MAX_CHARS {
        problems.add(
            "description",
            "Please keep the description under 500 characters.",
        );
    }
    description
}

fn parse_footer(typed: &str, problems: &mut Problems) -> String {
    let footer = typed.replace("\r\n", "\n").trim().to_owned();
    if footer.chars().count() > FOOTER_MAX_CHARS {
        problems.add("footer", "Please keep the footer under 1,000 characters.");
    }
    footer
}

/// How many posts or days a page shows; 1 where that is a problem.
fn parse_per_page(field: &'static str, typed: &str, problems: &mut Problems) -> i64 {
    match typed.trim().parse::<i64>() {
        Ok(number) if (1..=POSTS_PER_PAGE_MAX).contains(&number) => number,
        _ => {
            problems.add(field, "Please enter a number from 1 to 50.");
            1
        }
    }
}

/// The hosts that pictures may come from; the first line that is no host is a problem.
fn parse_picture_hosts(typed: &str, problems: &mut Problems) -> Vec<String> {
    let (hosts, wrong) = parse_hosts(typed);
    if let Some(wrong) = wrong {
        problems.add(
            "picture_hosts",
            format!("“{wrong}” isn’t a site’s host name, such as pictures.example.org."),
        );
    }
    hosts
}

/// The choices about what readers find, where and how much of it.
struct Reading {
    permalinks: Permalinks,
    home: Home,
    films: Films,
    feature_pictures: FeaturePictures,
    feeds: Feeds,
}

impl Reading {
    fn parse(form: &SettingsForm, problems: &mut Problems) -> Self {
        let mut offered = |field: &'static str, known: bool| {
            if !known {
                problems.add(field, "Please choose one of the options.");
            }
        };
        let permalinks = Permalinks::of(&form.permalinks);
        offered("permalinks", permalinks.is_some());
        let home = Home::of(&form.home);
        offered("home", home.is_some());
        let films = Films::of(&form.films);
        offered("films", films.is_some());
        let feature_pictures = FeaturePictures::of(&form.feature_pictures);
        offered("feature_pictures", feature_pictures.is_some());
        let feeds = Feeds::of(&form.feeds);
        offered("feeds", feeds.is_some());
        Self {
            permalinks: permalinks.unwrap_or_default(),
            home: home.unwrap_or(Home::Posts),
            films: films.unwrap_or(Films::All),
            feature_pictures: feature_pictures.unwrap_or(FeaturePictures::Nowhere),
            feeds: feeds.unwrap_or(Feeds::Full),
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
    pub permalinks: String,
    pub home: String,
    pub posts_per_page: String,
    pub days_per_page: String,
    pub films: String,
    pub feature_pictures: String,
    pub feeds: String,
    pub footer: String,
    pub picture_hosts: String,
    pub count_views: String,
    pub sign_in_link: String,
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
            permalinks: settings.permalinks.word().to_owned(),
            home: settings.home.word().to_owned(),
            posts_per_page: settings.posts_per_page.to_string(),
            days_per_page: settings.days_per_page.to_string(),
            films: settings.films.word().to_owned(),
            feature_pictures: settings.feature_pictures.word().to_owned(),
            feeds: settings.feeds.word().to_owned(),
            footer: settings.footer.clone(),
            picture_hosts: settings.picture_hosts.join("\n"),
            count_views: yes(settings.count_views),
            sign_in_link: yes(settings.sign_in_link),
        }
    }
}

/// What a ticked box sends, and what is in a row for it.
pub const YES: &str = "yes";

fn yes(value: bool) -> String {
    if value { YES } else { "" }.to_owned()
}

/// Longer than a century is a mistake.
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
        problems.add("title", "Please enter a title of at most 120 characters.");
    }
    title
}

fn parse_zone(zone: &str, problems: &mut Problems) -> String {
    zones::canonical(zone).unwrap_or_else(|| {
        problems.add("zone", "Please choose a time zone from the list.");
        zone.to_owned()
    })
}

fn parse_language(language: &str, problems: &mut Problems) -> String {
    if !LANGUAGES.iter().any(|(tag, _)| *tag == language) {
        problems.add("language", "Please choose a language from the list.");
    }
    language.to_owned()
}

/// How a language is written, as the attribute `dir`; an empty tag is none.
#[must_use]
pub fn direction(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or_default() {
        "ar" | "fa" | "he" | "ur" => "rtl",
        _ => "ltr",
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_from_their_rows() {
        let settings = Settings {
            title: "Tide tables".to_owned(),
            posts_per_page: 7,
            days_per_page: 3,
            permalinks: Permalinks::Title,
            home: Home::Days,
            films: Films::Vimeo,
            feature_pictures: FeaturePictures::Lists,
            feeds: Feeds::Short,
            footer: "Two\nlines".to_owned(),
            picture_hosts: vec!["1.bp.example.org".to_owned(), "b.example".to_owned()],
            comments: Policy::All,
            count_views: false,
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
}
