//! The meeting point of all imports and exports: a blog as plain values, in no system's terms but ours.
//!
//! A reader of a foreign format yields [`Entry`] values one by one; `load` puts them into the store.

use crate::blog::comment;
use crate::blog::post::{Comments, Kind, Markup};
use crate::blog::time::Millis;

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
    /// Something that is left out on purpose, for the report: what it was, and why.
    Skipped {
        what: String,
        why: String,
    },
    /// Many things of one kind that are left out on purpose: one line for all of them.
    SkippedAll {
        kind: String,
        count: u64,
        why: String,
    },
    /// Something that comes in, but not as it was.
    Changed {
        what: String,
        why: String,
    },
}

/// Whether a post of an archive is for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Published,
    Draft,
    Trashed,
}

/// A post or a standing page as the old system held it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The name of the entry in its source, stable over exports: it shows a second import what is already here.
    pub origin: String,
    pub kind: Kind,
    pub status: Status,
    pub title: String,
    /// The address on the old blog, from the slash on (`/2016/06/slug.html`); `None` for drafts that never had one.
    pub path: Option<String>,
    /// What the old system held; where that leans on rules of its own (line breaks that represent paragraphs), the
    /// reader of the format writes them out.
    pub source: String,
    pub markup: Markup,
    pub tags: Vec<String>,
    pub author: String,
    /// The search description.
    pub excerpt: String,
    pub comments: Comments,
    pub published_at: Option<Millis>,
    pub updated_at: Millis,
}

/// A comment as the old system held it; it may be before its post in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The name of the entry in its source.
    pub origin: String,
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

/// How a comment names the post or page that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum On {
    /// By the `origin` of a post in the same archive, or by another name that ends in the same number
    /// (a comment on Blogger's `page-7` says that it replies to `post-7`).
    Origin(String),
    /// By the address of a post that is here already: systems for comments only hold no posts.
    Path(String),
}
