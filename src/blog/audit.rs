//! The audit log: what was done behind the sign-in, by whom, about what, from which network. It is kept for a year.
//!
//! Decisions about comments have a log of their own (`blog/moderation.rs`); nothing is written into both.

use super::time::Millis;
use super::{AuthorId, PostId, named};

/// How long a line is kept …
pub const KEPT_SECONDS: i64 = 365 * 24 * 3600;
/// … and one about a sign-in that was refused: anyone who guesses for months must not fill the disk.
pub const REFUSED_KEPT_SECONDS: i64 = 30 * 24 * 3600;
/// As much of what an act was about as a line holds.
const ABOUT_MAX_CHARS: usize = 200;

named! {
    /// What somebody did.
    Act {
        /// Signed in.
        Enter = "enter",
        /// Was not let in.
        Refused = "refused",
        /// Signed out.
        Leave = "leave",
        /// Ended sessions in other browsers.
        Sessions = "sessions",
        Password = "password",
        /// Signs in with another address.
        Email = "email",
        /// Is called otherwise.
        Name = "name",
        /// One-time codes: on, off, new recovery codes.
        Codes = "codes",
        Passkeys = "passkeys",
        Invite = "invite",
        /// Made a one-time address for somebody.
        Link = "link",
        Role = "role",
        /// Shut somebody out.
        Remove = "remove",
        Settings = "settings",
        /// The appearance.
        Appearance = "looks",
        Publish = "publish",
        Schedule = "schedule",
        Unpublish = "unpublish",
        Trash = "trash",
        /// Out of the trash.
        Restore = "restore",
        /// For ever: by somebody, or at the end of its days in the trash.
        Erase = "erase",
        Redirects = "redirects",
        Tags = "tags",
        /// A picture was deleted.
        Media = "media",
        /// Began a backup, or the proof of one.
        Backup = "backup",
        /// Began to bring in what was exported elsewhere.
        Import = "import",
        /// An export or a backup was fetched, by a POST: no GET writes anything.
        Download = "download",
    }
}

impl Act {
    /// The act in the past tense, as it is after a name and before what it was about.
    #[must_use]
    pub fn did(self) -> &'static str {
        match self {
            Self::Enter => "signed in",
            Self::Refused => "failed to sign in",
            Self::Leave => "signed out",
            Self::Sessions => "signed out sessions",
            Self::Password => "changed the password",
            Self::Email => "changed the email address",
            Self::Name => "changed the name",
            Self::Codes => "changed one-time codes",
            Self::Passkeys => "changed passkeys",
            Self::Invite => "invited",
            Self::Link => "created a sign-in link",
            Self::Role => "changed a role",
            Self::Remove => "removed",
            Self::Settings => "changed settings",
            Self::Appearance => "changed the appearance",
            Self::Publish => "published",
            Self::Schedule => "scheduled",
            Self::Unpublish => "moved back to drafts",
            Self::Trash => "moved to trash",
            Self::Restore => "restored from trash",
            Self::Erase => "permanently deleted",
            Self::Redirects => "changed redirects",
            Self::Tags => "changed tags",
            Self::Media => "deleted a file",
            Self::Backup => "backed up",
            Self::Import => "imported",
            Self::Download => "downloaded",
        }
    }
}

/// A line before it is written. The store adds the name of the person and the title of the post, as they are then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Who did it; none for the blog itself, the command line, or somebody unknown.
    pub author: Option<AuthorId>,
    pub act: Act,
    pub post: Option<PostId>,
    /// What it was about, where that is no post: a name, an address, names of settings; never a secret.
    pub about: String,
    /// The network that it came from, shortened, or that it was the command line; empty where it came from neither.
    pub network: String,
    pub at: Millis,
}

impl Note {
    /// A line about what the blog, the command line or somebody unknown did: no person who has signed in.
    #[must_use]
    pub fn new(act: Act, at: Millis) -> Self {
        Self {
            author: None,
            act,
            post: None,
            about: String::new(),
            network: String::new(),
            at,
        }
    }

    #[must_use]
    pub fn by(self, author: AuthorId) -> Self {
        Self {
            author: Some(author),
            ..self
        }
    }

    #[must_use]
    pub fn of_post(self, post: PostId) -> Self {
        Self {
            post: Some(post),
            ..self
        }
    }

    #[must_use]
    pub fn about(self, about: &str) -> Self {
        Self {
            about: about.chars().take(ABOUT_MAX_CHARS).collect(),
            ..self
        }
    }

    #[must_use]
    pub fn from(self, network: &str) -> Self {
        Self {
            network: network.to_owned(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_act_was_about_is_cut_where_it_is_long() {
        let note = Note::new(Act::Redirects, Millis(0)).about(&"é".repeat(300));
        assert_eq!(note.about.chars().count(), ABOUT_MAX_CHARS);
    }
}
