//! Posts and standing pages: what they are, what an author may send, where they live.

use super::media::ALT_MAX_CHARS;
use super::settings::Permalinks;
use super::settings::{LANGUAGES, YES};
use super::time::Millis;
use super::{AuthorId, PostId, Problems, RevisionId, named, one_line};

named! {
    /// A post belongs to its day; a page belongs to none.
    Kind { Post = "post", Page = "page" }
}

named! {
    State {
        Draft = "draft",
        /// Waits for its time, when the scheduler publishes it.
        Scheduled = "scheduled",
        Published = "published",
        Trashed = "trashed",
    }
}

named! {
    /// The language that the author wrote the source in.
    Markup { Markdown = "markdown", Html = "html" }
}

named! {
    /// What an author chose for the comments of one post; see [`super::comment::policy`].
    Comments {
        /// Whatever the settings say.
        Blog = "blog",
        Open = "open",
        /// Holds first comments.
        First = "first",
        /// Holds all comments.
        All = "all",
        /// Shows what is there and takes no new ones.
        Closed = "closed",
        /// Shows none and takes none.
        Hidden = "hidden",
    }
}

/// What a source became, made once when it is saved and never when it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Sanitised HTML of the whole body; its headings begin at `h2`.
    pub html: String,
    /// Sanitised HTML for pages that list posts, up to the jump break, its headings beginning at `h4`.
    /// `None` where `html` serves as it is: no jump break and no headings.
    pub teaser: Option<String>,
    /// Whether a jump break cut the teaser short, so that a list says `Read more`.
    pub cut: bool,
    /// The first words of the text, for descriptions and lists; plain text, at most 300 characters.
    pub excerpt: String,
    /// All words of the text without markup, for the search index.
    pub words: String,
    /// How many they are, for the time that reading takes.
    pub word_count: i64,
    /// The address of the picture that represents the post: the one its author chose, else the first of its text. Empty
    /// where there is none.
    pub picture: String,
    /// The headings of a long text as a list of links to them, safe HTML; empty for short ones.
    pub contents: String,
    /// The feature picture as safe HTML; empty where there is none, or where it is on another site.
    pub feature: String,
}

/// Titles longer than this are cut by search engines and by lists alike.
pub const TITLE_MAX_CHARS: usize = 300;
/// The longest source of a post, in bytes: about 350,000 words.
pub const SOURCE_MAX_BYTES: usize = 2 * 1024 * 1024;
pub const EXCERPT_MAX_CHARS: usize = 500;
pub const TAGS_MAX: usize = 30;
pub const TAG_MAX_CHARS: usize = 60;
pub const LOCATION_MAX_CHARS: usize = 120;
pub const READER_PASSWORD_MAX_CHARS: usize = 100;
const FIELDS_MAX: usize = 20;
const FIELD_MAX_CHARS: usize = 300;

/// The fields of the post form exactly as they were sent; also what the form shows again after a problem.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostForm {
    pub csrf: String,
    /// Which button sent the form.
    pub act: String,
    /// The revision that the form was opened on, so that a newer text is never overwritten; empty where there was none.
    pub base: String,
    /// The page that the form is in, made again each time it is opened: a text that is sent twice is stored once.
    pub editor: String,
    pub title: String,
    pub body: String,
    pub markup: String,
    pub tags: String,
    /// The last part of the address; empty means: made from the title.
    pub permalink: String,
    pub excerpt: String,
    pub comments: String,
    /// `YYYY-MM-DDTHH:MM` in the blog's zone; empty means: now.
    pub published_at: String,
    /// Sent as [`YES`] or not at all.
    pub pinned: String,
    pub noindex: String,
    pub language: String,
    pub canonical: String,
    pub location: String,
    pub picture: String,
    pub picture_alt: String,
    /// The number of the person whose name is below it; empty: as it is.
    pub author: String,
    /// `Name: value`, one on a line.
    pub fields: String,
    /// What readers have to type to read it; empty: nothing.
    pub reader_password: String,
    /// When changes of a published post are to be shown, as `published_at`; empty: now.
    pub due_at: String,
}

impl PostForm {
    /// The moment at which changes are to be shown; `None`: now.
    pub fn due_at(&self, zone: &jiff::tz::TimeZone) -> Result<Option<Millis>, Problems> {
        parse_local(&self.due_at, zone).map_err(|message| Problems::one("due_at", message))
    }
}

/// What an author says about a post besides its text. Stored as JSON; a missing field is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Details {
    /// BCP 47; empty: the blog's.
    pub language: String,
    /// Whether search engines are asked to leave it out.
    pub noindex: bool,
    /// Where the text was published first; empty: here.
    pub canonical: String,
    /// Where it was written, or what place it is about, in the author's words.
    pub location: String,
    /// The address of the feature picture, which represents the post in lists and where it is shared.
    pub picture: String,
    /// What it says to those who cannot see it.
    pub picture_alt: String,
    /// Whose name is below it; `None`: its first author.
    pub author: Option<AuthorId>,
    /// Names and values of the author's own choice, shown below the text.
    pub fields: Vec<(String, String)>,
    /// What readers have to type to read it, a word that they share; empty: nothing. The column `protected` looks for its
    /// name, so it is not written where it is empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub password: String,
}

/// Details as they are in a row; what cannot be read counts as nothing.
impl From<String> for Details {
    fn from(json: String) -> Self {
        serde_json::from_str(&json).unwrap_or_default()
    }
}

/// A post as its author wants it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPost {
    pub kind: Kind,
    pub title: String,
    pub source: String,
    pub markup: Markup,
    pub tags: Vec<String>,
    /// The last part of the address as the author typed it; empty: made from the title.
    pub permalink: String,
    pub excerpt: String,
    pub comments: Comments,
    /// The moment that readers see; `None`: when it is published. One to come is when it will be.
    pub published_at: Option<Millis>,
    /// Whether it is above all others on the first page of the blog.
    pub pinned: bool,
    pub details: Details,
}

impl NewPost {
    /// Whether there is neither a title nor a text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.source.trim().is_empty()
    }

    /// Checks a form. `zone` gives the date its moment.
    pub fn parse(kind: Kind, form: &PostForm, zone: &jiff::tz::TimeZone) -> Result<Self, Problems> {
        let (new, problems) = Self::read(kind, form, zone);
        if problems.is_empty() {
            Ok(new)
        } else {
            Err(problems)
        }
    }

    /// Reads a form as far as it can be read; a field with a problem is cut short or left empty.
    #[must_use]
    pub fn read(kind: Kind, form: &PostForm, zone: &jiff::tz::TimeZone) -> (Self, Problems) {
        let mut problems = Problems::default();
        let title = form.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.chars().count() > TITLE_MAX_CHARS {
            problems.add(
                "title",
                format!("Please keep the title under {TITLE_MAX_CHARS} characters."),
            );
        }
        // A browser sends CRLF for every line end in a text area; the source keeps what the author typed.
        let source = form.body.replace("\r\n", "\n");
        if source.len() > SOURCE_MAX_BYTES {
            problems.add(
                "body",
                "This text is longer than 2 MiB. Please split it into several posts.",
            );
        }
        let tags = read_tags(&form.tags, &mut problems);
        let permalink = read_permalink(&form.permalink, &mut problems);
        let excerpt = form.excerpt.trim().to_owned();
        if excerpt.chars().count() > EXCERPT_MAX_CHARS {
            problems.add(
                "excerpt",
                format!("Please keep the excerpt under {EXCERPT_MAX_CHARS} characters."),
            );
        }
        let published_at = parse_local(&form.published_at, zone).unwrap_or_else(|message| {
            problems.add("published_at", message);
            None
        });
        let markup = Markup::of(&form.markup).unwrap_or_else(|| {
            problems.add("markup", "Please choose one of the options.");
            Markup::Markdown
        });
        let comments = Comments::of(&form.comments).unwrap_or_else(|| {
            problems.add("comments", "Please choose one of the options.");
            Comments::Blog
        });
        let new = Self {
            kind,
            title: title.chars().take(TITLE_MAX_CHARS).collect(),
            source,
            markup,
            tags,
            permalink,
            excerpt: excerpt.chars().take(EXCERPT_MAX_CHARS).collect(),
            comments,
            published_at,
            pinned: form.pinned == YES,
            details: Details::read(form, &mut problems),
        };
        (new, problems)
    }
}

/// The tags of a form, all of them; those that are too many or too long are a problem.
fn read_tags(typed: &str, problems: &mut Problems) -> Vec<String> {
    let tags = parse_tags(typed);
    if tags.len() > TAGS_MAX {
        problems.add("tags", format!("Please use at most {TAGS_MAX} tags."));
    }
    if let Some(long) = tags.iter().find(|tag| tag.chars().count() > TAG_MAX_CHARS) {
        problems.add(
            "tags",
            format!("“{long}” is too long for a tag: {TAG_MAX_CHARS} characters at most."),
        );
    }
    tags
}

/// The permalink of a form as it was typed, without its ending; one that no address can be made of is a problem.
fn read_permalink(typed: &str, problems: &mut Problems) -> String {
    let permalink = typed.trim().trim_end_matches(".html").to_owned();
    if !permalink.is_empty() && super::slug::of(&permalink).is_empty() {
        problems.add(
            "permalink",
            "Please use letters, digits and dashes for the permalink.",
        );
    }
    permalink
}

impl Details {
    /// Whether readers need a password.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        !self.password.is_empty()
    }

    /// The author's own fields as lines of a form.
    #[must_use]
    pub fn lines(&self) -> String {
        let lines: Vec<String> = self
            .fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        lines.join("\n")
    }

    fn read(form: &PostForm, problems: &mut Problems) -> Self {
        let language = form.language.trim();
        if !language.is_empty() && !LANGUAGES.iter().any(|(tag, _)| *tag == language) {
            problems.add("language", "Please choose a language from the list.");
        }
        let mut address = |field: &'static str, text: &str, ours: bool| {
            let text = text.trim();
            let fits = text.is_empty()
                || (ours && text.starts_with("/media/"))
                || url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if fits {
                return text.to_owned();
            }
            problems.add(
                field,
                "Please enter a full address, starting with https://.",
            );
            String::new()
        };
        let (canonical, picture) = (
            address("canonical", &form.canonical, false),
            address("picture", &form.picture, true),
        );
        let mut fields = Vec::new();
        for line in form.fields.lines().filter(|line| !line.trim().is_empty()) {
            let field = line
                .split_once(':')
                .map(|(name, value)| (name.trim(), value.trim()));
            match field {
                Some((name, value))
                    if !name.is_empty()
                        && !value.is_empty()
                        && line.chars().count() <= FIELD_MAX_CHARS
                        && fields.len() < FIELDS_MAX =>
                {
                    fields.push((name.to_owned(), value.to_owned()));
                }
                _ => problems.add(
                    "fields",
                    format!("Please write “Name: value” on each line, with at most {FIELD_MAX_CHARS} characters per line and {FIELDS_MAX} lines."),
                ),
            }
        }
        let password = form.reader_password.trim();
        if password.chars().count() > READER_PASSWORD_MAX_CHARS {
            problems.add(
                "reader_password",
                format!("Please use at most {READER_PASSWORD_MAX_CHARS} characters."),
            );
        }
        Self {
            language: language.to_owned(),
            password: password.chars().take(READER_PASSWORD_MAX_CHARS).collect(),
            noindex: form.noindex == YES,
            author: form.author.parse().ok().map(AuthorId),
            fields,
            canonical,
            picture,
            picture_alt: cut_line(&form.picture_alt, ALT_MAX_CHARS),
            location: cut_line(&form.location, LOCATION_MAX_CHARS),
        }
    }
}

/// Words of a field as one line, cut to so many characters.
#[must_use]
pub fn cut_line(text: &str, most: usize) -> String {
    one_line(text).chars().take(most).collect()
}

/// Splits `Gardens, Old maps` into tags: trimmed, without the empty ones, each once whatever its case.
#[must_use]
pub fn parse_tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([',', '\n']) {
        let tag = one_line(tag);
        let known = |other: &String| other.to_lowercase() == tag.to_lowercase();
        if !tag.is_empty() && !tags.iter().any(known) {
            tags.push(tag);
        }
    }
    tags
}

/// Reads the value of a `datetime-local` field in the blog's zone.
fn parse_local(text: &str, zone: &jiff::tz::TimeZone) -> Result<Option<Millis>, &'static str> {
    const WRONG: &str = "Please write the date as 2016-06-05 14:30.";
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let local: jiff::civil::DateTime = text.replace(' ', "T").parse().map_err(|_| WRONG)?;
    if !(1..=9998).contains(&local.year()) {
        return Err(WRONG);
    }
    let zoned = zone.to_zoned(local).map_err(|_| WRONG)?;
    Ok(Some(Millis(zoned.timestamp().as_millisecond())))
}

/// Where a post lives: by its day in the blog's zone as the pattern says, `/p/slug.html` for a page.
#[must_use]
pub fn permalink(
    kind: Kind,
    pattern: Permalinks,
    slug: &str,
    published_at: Millis,
    zone: &jiff::tz::TimeZone,
) -> String {
    let day = published_at.day(zone);
    let (year, month) = (day.year(), day.month());
    match (kind, pattern) {
        (Kind::Page, _) => format!("/p/{slug}.html"),
        (Kind::Post, Permalinks::Month) => format!("/{year:04}/{month:02}/{slug}.html"),
        (Kind::Post, Permalinks::Day) => format!("/{year:04}/{month:02}/{:02}/{slug}/", day.day()),
        (Kind::Post, Permalinks::Year) => format!("/{year:04}/{slug}/"),
        (Kind::Post, Permalinks::Title) => format!("/{slug}/"),
    }
}

/// The first words of addresses that are the blog's own, now or as the contract promises them.
pub const RESERVED: &[&str] = &[
    "admin", "api", "archive", "assets", "authors", "comments", "drafts", "feed", "feeds",
    "healthz", "mail", "media", "metrics", "p", "preview", "readyz", "search", "sitemap", "tags",
];

/// Whether a permalink would be where the blog has a page of its own: `/tags/`, or `/2016/06/` with its archive.
#[must_use]
pub fn is_reserved(permalink: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = permalink.trim_matches('/').split('/').collect();
    match parts[..] {
        [one] => RESERVED.contains(&one) || (one.len() == 4 && is_number(one)),
        [year, rest] if is_number(year) => rest.len() <= 2 && is_number(rest),
        _ => false,
    }
}

/// The last part of a permalink, without `.html`.
#[must_use]
pub fn slug_of_path(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or(path);
    last.strip_suffix(".html").unwrap_or(last)
}

/// A whole post, for its own page and for the editor.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Post {
    pub id: PostId,
    pub kind: Kind,
    pub state: State,
    pub title: String,
    /// The permalink; `None` as long as the post was never published.
    pub path: Option<String>,
    /// What the author chose as permalink before the first publishing; empty: to be made from the title.
    pub slug: String,
    pub markup: Markup,
    pub comments: Comments,
    /// What the author wrote as excerpt; empty: `auto_excerpt` serves.
    pub excerpt: String,
    pub auto_excerpt: String,
    /// `None`: imported, written by somebody who has no account here.
    pub author_id: Option<AuthorId>,
    pub author: String,
    /// The slug of the page of its writer, once it is published.
    pub writer: Option<String>,
    pub published_at: Option<Millis>,
    pub updated_at: Millis,
    pub approved_comments: i64,
    /// The working copy; `None`: that of the row.
    pub revision_id: Option<RevisionId>,
    /// Whether readers of a published post do not see the working copy yet.
    pub pending: bool,
    /// When the scheduler publishes it, or shows what is pending.
    pub due_at: Option<Millis>,
    pub pinned: bool,
    #[sqlx(try_from = "String")]
    pub details: Details,
    /// How many words the text has.
    pub words: i64,
    /// The address of the picture that represents the post: the one its author chose, else the first of its text. Empty
    /// where there is none.
    pub picture: String,
    /// The list of contents as safe HTML; empty where the text needs none.
    pub contents: String,
    /// The feature picture as safe HTML; empty where there is none.
    pub feature: String,
    pub source: String,
    pub html: String,
}

impl Post {
    /// What lists and tabs call the post.
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }

    #[must_use]
    pub fn description(&self) -> &str {
        if self.excerpt.is_empty() {
            &self.auto_excerpt
        } else {
            &self.excerpt
        }
    }
}

/// A post on a page that lists posts: its first part, and what is in the line below.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Listed {
    pub id: PostId,
    pub title: String,
    pub path: String,
    pub author: String,
    /// The slug of the page of its writer.
    pub writer: Option<String>,
    pub published_at: Millis,
    pub updated_at: Millis,
    pub comments: Comments,
    pub approved_comments: i64,
    pub cut: bool,
    #[serde(deserialize_with = "stored_details")]
    pub details: Details,
    /// The feature picture as safe HTML; empty where there is none.
    pub feature: String,
    /// The first part of the text as safe HTML.
    pub html: String,
}

/// Details as they are in a row, within JSON of its own.
fn stored_details<'de, D: serde::Deserializer<'de>>(row: D) -> Result<Details, D::Error> {
    <String as serde::Deserialize>::deserialize(row).map(Details::from)
}

/// A link to a post: its title and its permalink.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Deserialize)]
pub struct Link {
    pub title: String,
    pub path: String,
}

impl Link {
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

/// What is in a link where the author gave no title.
#[must_use]
pub fn label(title: &str) -> &str {
    if title.is_empty() { "Untitled" } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn each_pattern_has_an_address_from_which_the_slug_can_be_read() {
        let at = Millis(1_465_169_400_000);
        for (pattern, wanted) in [
            (Permalinks::Month, "/2016/06/tides.html"),
            (Permalinks::Day, "/2016/06/05/tides/"),
            (Permalinks::Year, "/2016/tides/"),
            (Permalinks::Title, "/tides/"),
        ] {
            let path = permalink(Kind::Post, pattern, "tides", at, &TimeZone::UTC);
            assert_eq!(path, wanted);
            assert_eq!(slug_of_path(&path), "tides");
            assert!(!is_reserved(&path), "{path}");
            let page = permalink(Kind::Page, pattern, "about", at, &TimeZone::UTC);
            assert_eq!(page, "/p/about.html");
        }
    }

    #[test]
    fn no_permalink_is_where_the_blog_has_a_page() {
        for path in ["/tags/", "/admin/", "/2016/", "/2016/06/", "/2016/6/"] {
            assert!(is_reserved(path), "{path}");
        }
        for path in [
            "/tags-2/",
            "/2016/07/06/06/",
            "/20160/",
            "/2016/125/",
            "/2016/06/tags.html",
            "/p/tags.html",
        ] {
            assert!(!is_reserved(path), "{path}");
        }
    }
}
