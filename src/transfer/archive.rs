//! The meeting point of all imports and exports: a blog as plain values, in no system's terms but ours.
//!
//! A reader of a foreign format yields [`Entry`] values one by one; `load` puts them into the store.

use super::report::Note;
use crate::blog::comment;
use crate::blog::post::{Comments, Details, Kind, Markup};
use crate::blog::time::Millis;
use jiff::tz::TimeZone;

/// One thing that an archive holds, in the order of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// What the old blog called itself; taken over only by a blog without a title of its own.
    Blog {
        title: String,
        description: String,
    },
    Post(Box<Post>),
    Comment(Box<Comment>),
    Ping(Box<Ping>),
    /// An old address that is no post's: it leads to `to`, a path of this blog, or to the file that is fetched from `to`.
    Address {
        from: String,
        to: String,
    },
    /// What is left out on purpose, for the report.
    Skipped(Note),
    /// What comes in, but not as it was.
    Changed(Note),
}

/// Whether a post of an archive is for readers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Status {
    Published,
    #[default]
    Draft,
    /// Published by itself at its time; one whose time is over is published at once.
    Scheduled,
    Trashed,
}

/// A post or a page as the old system held it. Readers of formats name what they know and take the rest from
/// [`Post::default`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The name of the entry in its source, stable over exports: it shows a second import what is already here.
    pub origin: String,
    /// Names that another export or an earlier release may have given to the same.
    pub other_origins: Vec<String>,
    pub kind: Kind,
    pub status: Status,
    pub title: String,
    /// The address on the old blog, from the slash on (`/2016/06/slug.html`), in whatever spelling; `None` where it had
    /// none: what is published then gets one of `slug` and its date.
    pub path: Option<String>,
    /// The last part of an address that has to be made.
    pub slug: String,
    /// Further addresses that lead to it, from the slash on and with their queries: `/?p=12`.
    pub old_addresses: Vec<String>,
    /// What the old system held; where that depends on rules of its own (line breaks that represent paragraphs), the
    /// reader of the format writes them out.
    pub source: String,
    pub markup: Markup,
    pub tags: Vec<String>,
    pub author: String,
    /// The search description.
    pub excerpt: String,
    pub comments: Comments,
    /// Whether it is pinned to the top of the home page.
    pub pinned: bool,
    /// Where a page is in the menu; 0: after those that have a place.
    pub menu_place: i64,
    /// The picture that represents the post.
    pub picture: Option<Picture>,
    /// What else our own exports say of it; `picture` and `fields` above rule over those in it.
    pub details: Details,
    /// Names and values that we have no place for, shown below the text.
    pub fields: Vec<(String, String)>,
    pub published_at: Option<Millis>,
    /// `None` where the source has no time: then it is that of the import.
    pub updated_at: Option<Millis>,
}

impl Default for Post {
    fn default() -> Self {
        Self {
            origin: String::new(),
            other_origins: Vec::new(),
            kind: Kind::Post,
            status: Status::default(),
            title: String::new(),
            path: None,
            slug: String::new(),
            old_addresses: Vec::new(),
            source: String::new(),
            markup: Markup::Html,
            tags: Vec::new(),
            author: String::new(),
            excerpt: String::new(),
            comments: Comments::Blog,
            pinned: false,
            menu_place: 0,
            picture: None,
            details: Details::default(),
            fields: Vec::new(),
            published_at: None,
            updated_at: None,
        }
    }
}

/// A picture that represents a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    pub address: String,
    pub alt: String,
    pub caption: String,
}

/// A comment as the old system held it; it may be before its post in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The name of the entry in its source.
    pub origin: String,
    /// Names that another export or an earlier release may have given to the same.
    pub other_origins: Vec<String>,
    pub on: On,
    /// `origin` of the comment that it answers.
    pub parent: Option<String>,
    pub state: comment::State,
    pub name: String,
    pub url: String,
    pub email: String,
    pub markup: Markup,
    /// Byte for byte what the old system held.
    pub source: String,
    pub created_at: Millis,
}

/// A pingback or trackback: a page elsewhere that said it links to a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    pub origin: String,
    pub on: On,
    pub state: comment::State,
    pub title: String,
    pub url: String,
    pub created_at: Millis,
}

/// How a comment names the post or page that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum On {
    /// By the `origin` of a post in the same archive, or by another name that ends in the same number
    /// (a comment on Blogger's `page-7` says that it replies to `post-7`).
    Origin(String),
    /// By the address of a post that is here already, with its query, in whatever spelling: systems for comments only
    /// hold no posts.
    Path(String),
}

/// What the operator says about the old blog, for the readers of formats.
#[derive(Debug, Clone)]
pub struct Given {
    /// Where the old blog lived, where the export does not say so.
    pub old_url: Option<String>,
    /// Of dates without a zone.
    pub zone: TimeZone,
    /// When the import began.
    pub now: Millis,
}
