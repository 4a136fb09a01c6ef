//! Posts and standing pages: what they are, what an author may send, where they live.

use super::settings::Permalinks;
use super::time::Millis;
use super::{AuthorId, PostId, Problems, named};

named! {
    /// A post stands under its day; a page stands by itself.
    Kind { Post = "post", Page = "page" }
}

named! {
    State {
        Draft = "draft",
        /// Waits for its time, when the tick publishes it.
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
}

/// Titles longer than this are cut by search engines and by lists alike.
pub const TITLE_MAX_CHARS: usize = 300;
/// The longest source of a post, in bytes: about 350,000 words.
pub const SOURCE_MAX_BYTES: usize = 2 * 1024 * 1024;
pub const EXCERPT_MAX_CHARS: usize = 500;
pub const TAGS_MAX: usize = 30;
pub const TAG_MAX_CHARS: usize = 60;

/// The fields of the post form exactly as they were sent; also what the form shows again after a problem.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostForm {
    pub csrf: String,
    /// Which button sent the form.
    pub act: String,
    /// The revision that the form was opened on: the post's `updated_at`, so that a newer text is never overwritten.
    pub base: String,
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
    /// The moment that readers see; `None`: when it is published.
    pub published_at: Option<Millis>,
}

impl NewPost {
    /// Checks a form. `zone` gives the date its moment, `now` bounds it: nothing is published into the future.
    pub fn parse(
        kind: Kind,
        form: &PostForm,
        zone: &jiff::tz::TimeZone,
        now: Millis,
    ) -> Result<Self, Problems> {
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
        if title.is_empty() && source.trim().is_empty() {
            problems.add("title", "Please write a title or a text first.");
        }
        let tags = parse_tags(&form.tags);
        if tags.len() > TAGS_MAX {
            problems.add("tags", format!("Please use at most {TAGS_MAX} tags."));
        }
        if let Some(long) = tags.iter().find(|tag| tag.chars().count() > TAG_MAX_CHARS) {
            problems.add(
                "tags",
                format!("“{long}” is too long for a tag: {TAG_MAX_CHARS} characters at most."),
            );
        }
        let permalink = form.permalink.trim().trim_end_matches(".html").to_owned();
        if !permalink.is_empty() && super::slug::of(&permalink).is_empty() {
            problems.add(
                "permalink",
                "Please use letters, digits and dashes for the permalink.",
            );
        }
        let excerpt = form.excerpt.trim().to_owned();
        if excerpt.chars().count() > EXCERPT_MAX_CHARS {
            problems.add(
                "excerpt",
                format!("Please keep the excerpt under {EXCERPT_MAX_CHARS} characters."),
            );
        }
        let published_at = match parse_local(&form.published_at, zone) {
            Ok(Some(at)) if at > now => {
                problems.add(
                    "published_at",
                    "This moment is still to come. Please choose now or a moment in the past.",
                );
                None
            }
            Ok(at) => at,
            Err(message) => {
                problems.add("published_at", message);
                None
            }
        };
        let (Some(markup), Some(comments)) =
            (Markup::of(&form.markup), Comments::of(&form.comments))
        else {
            problems.add("markup", "Please choose one of the offered values.");
            return Err(problems);
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            kind,
            title,
            source,
            markup,
            tags,
            permalink,
            excerpt,
            comments,
            published_at,
        })
    }
}

/// Splits `Gardens, Old maps` into tags: trimmed, without the empty ones, each once whatever its case.
#[must_use]
pub fn parse_tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([',', '\n']) {
        let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
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
    "admin", "api", "archive", "assets", "comments", "drafts", "feed", "feeds", "healthz", "mail",
    "media", "metrics", "p", "preview", "readyz", "search", "tags",
];

/// Whether a permalink would stand where the blog has a page of its own: `/tags/`, or `/2016/06/` with its archive.
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
    pub published_at: Option<Millis>,
    pub updated_at: Millis,
    pub approved_comments: i64,
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

/// A post on a page that lists posts: its first part, and what stands in the line below.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listed {
    pub id: PostId,
    pub title: String,
    pub path: String,
    pub author: String,
    pub published_at: Millis,
    pub updated_at: Millis,
    pub comments: Comments,
    pub approved_comments: i64,
    pub cut: bool,
    /// The first part of the text as safe HTML.
    pub html: String,
}

impl Listed {
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

/// A link to a post: its title and its permalink.
#[derive(Debug, Clone, sqlx::FromRow)]
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

/// What stands in a link where the author gave no title.
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
    fn no_permalink_stands_where_the_blog_has_a_page() {
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
