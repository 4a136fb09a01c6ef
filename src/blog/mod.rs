//! The rules of a blog: its types and its decisions.
//!
//! No I/O, no async, no axum. What is here can be tested with plain values.

pub mod action;
pub mod address;
pub mod alias;
pub mod appearance;
pub mod archive;
pub mod audit;
pub mod author;
pub mod backup;
pub mod ban;
pub mod comment;
pub mod device;
pub mod feed;
pub mod fetch;
pub mod listing;
pub mod mail;
pub mod media;
pub mod menu;
pub mod merge;
pub mod moderation;
pub mod network;
pub mod not_found_log;
pub mod password;
pub mod phrases;
pub mod post;
pub mod publish_checklist;
pub mod quote;
pub mod redirect;
pub mod related;
pub mod revision;
pub mod search;
pub mod settings;
pub mod slug;
pub mod spam;
pub mod spelling;
pub mod tag;
pub mod time;
pub mod visits;
pub mod words;
pub mod zones;

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Words of a field as one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Declares row ids as types of their own, so that one kind is never taken for another.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}

ids! {
    /// A post or a standing page.
    PostId,
    CommentId,
    TagId,
    AuthorId,
    /// A line in the log of moderation.
    ActId,
    BanId,
    /// A message in the outbox.
    MailId,
    SubscriptionId,
    RevisionId,
    /// A link by which somebody may read a draft.
    PreviewId,
    SessionId,
    PasskeyId,
    MediaId,
    /// A redirect that the author made.
    RedirectId,
    /// Anyone who wrote published posts, with an account or without.
    WriterId,
}

/// Declares an enum that is stored and sent as the word that is given for each variant, whatever the variant is called.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[sqlx(rename = $word)] #[serde(rename = $word)] $variant),*
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word that is in the database, in forms and in addresses.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The value that a word names, if any does.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use named;

/// One thing wrong with a form: the field that it is next to, and a sentence for the person who filled it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: &'static str,
    pub message: String,
}

/// All that is wrong with a form; never empty where it is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(Problem {
            field,
            message: message.into(),
        });
    }

    #[must_use]
    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(field, message);
        problems
    }

    /// The first message for a field, for the template to put next to it.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.message.as_str())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
