//! Mail: what kinds there are, when one is still needed, how long it waits, and the links that it carries.

use super::comment::{COMMENTER, Comment, State};
use super::settings::Notices;
use super::time::Millis;
use super::{AuthorId, CommentId, SubscriptionId, named};

named! {
    /// Why a message goes out.
    Kind {
        /// A new comment, to an author.
        Notice = "notice",
        /// A question to a commenter: is this address yours?
        Confirm = "confirm",
        /// A comment that readers can see now, to a commenter who asked for such emails.
        Published = "shown",
    }
}

named! {
    /// What an author can do about a comment from the mail.
    Act {
        Approve = "approve",
        Spam = "spam",
        Delete = "delete",
        Reply = "reply",
    }
}

named! {
    /// The state of a message of the outbox.
    Pile {
        Waiting = "waiting",
        Sent = "sent",
        /// Refused for good or for too long.
        Failed = "failed",
        /// What it was to say was no longer so when its turn came.
        Unneeded = "unneeded",
    }
}

impl Act {
    /// What becomes of the comment.
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Self::Approve | Self::Reply => State::Approved,
            Self::Spam => State::Spam,
            Self::Delete => State::Deleted,
        }
    }
}

/// How long the links of a notice work.
pub const LINK_SECONDS: i64 = 7 * 24 * 3600;
/// How long a message may be refused for the time being before it is given up: what RFC 5321, 4.5.4.1 asks for is four
/// to five days; news of a comment is old before that.
pub const GIVEN_UP_AFTER_SECONDS: i64 = 3 * 24 * 3600;
/// At most one question within this time to one address, so that nobody can be buried under them.
pub const CONFIRM_EVERY_SECONDS: i64 = 24 * 3600;
/// How long the outbox remembers what was sent.
pub const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// A message that was refused for now waits a minute, then doubling up to this.
pub const LONGEST_WAIT_SECONDS: i64 = 6 * 3600;

/// How long a message waits after its `tries`-th refusal.
#[must_use]
pub fn wait_seconds(tries: i64) -> i64 {
    let doublings = tries.clamp(1, 10) - 1;
    (60_i64 << doublings).min(LONGEST_WAIT_SECONDS)
}

/// Whether an author still wants to hear of a comment: nobody of the authors has decided about it meanwhile.
#[must_use]
pub fn is_notice_needed(comment: &Comment, notices: Notices) -> bool {
    // An author's own reply is shown by the author's own decision.
    let undecided = comment.decided_at.is_none()
        || comment.author_id.is_some()
        || comment.decided_by == COMMENTER;
    match comment.state {
        State::Waiting => notices != Notices::None,
        State::Approved => notices == Notices::All && undecided,
        State::Spam | State::Deleted | State::Hidden => false,
    }
}

/// One link of a notice: one act on one comment by one author, until it runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActLink {
    pub comment: CommentId,
    pub act: Act,
    pub author: AuthorId,
    pub ends_at: Millis,
    /// When the comment was made; 0 in links of releases that did not say it.
    pub comment_at: Millis,
}

impl ActLink {
    /// The purpose of its code.
    pub const PURPOSE: &'static str = "mail act";

    /// What its code is made over, besides the moment of the comment.
    #[must_use]
    pub fn subject(&self) -> String {
        let Self {
            comment,
            act,
            author,
            ends_at,
            ..
        } = self;
        format!("{comment} {act} {author} {}", ends_at.0)
    }

    /// Whether it has not run out. An end further away than any link has was set while a clock was wrong.
    #[must_use]
    pub fn works_at(&self, now: Millis) -> bool {
        self.ends_at > now && self.ends_at <= now.latest().plus_seconds(LINK_SECONDS)
    }

    #[must_use]
    pub fn address(&self, code: &str) -> String {
        let Self {
            comment,
            act,
            author,
            ends_at,
            comment_at,
        } = self;
        format!(
            "/mail/act?c={comment}&at={}&act={act}&by={author}&until={}&key={code}",
            comment_at.0, ends_at.0
        )
    }
}

/// The link by which an address is confirmed; it belongs to the comment and the address that was given with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmLink<'a> {
    pub comment: CommentId,
    pub email: &'a str,
}

impl ConfirmLink<'_> {
    pub const PURPOSE: &'static str = "mail confirm";

    #[must_use]
    pub fn subject(&self) -> String {
        format!("{} {}", self.comment, self.email)
    }

    #[must_use]
    pub fn address(&self, code: &str) -> String {
        format!("/mail/confirm?c={}&key={code}", self.comment)
    }
}

/// The link by which a commenter stops the mail that was asked for with a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopLink(pub SubscriptionId);

impl StopLink {
    pub const PURPOSE: &'static str = "mail stop";

    #[must_use]
    pub fn subject(&self) -> String {
        self.0.to_string()
    }

    #[must_use]
    pub fn address(&self, code: &str) -> String {
        format!("/mail/stop?s={}&key={code}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_a_minute_to_six_hours() {
        let waits: Vec<i64> = (0..=12).map(wait_seconds).collect();
        assert_eq!(waits[..4], [60, 60, 120, 240]);
        assert_eq!(waits[9], 15_360);
        assert_eq!(waits[10..], [21_600; 3]);
    }

    #[test]
    fn each_link_of_a_notice_has_a_subject_of_its_own() {
        let link = |comment, act, author, until| ActLink {
            comment: CommentId(comment),
            act,
            author: AuthorId(author),
            ends_at: Millis(until),
            comment_at: Millis(5),
        };
        let one = link(1, Act::Approve, 2, 3);
        for other in [
            link(2, Act::Approve, 2, 3),
            link(1, Act::Spam, 2, 3),
            link(1, Act::Approve, 1, 3),
            link(1, Act::Approve, 2, 4),
        ] {
            assert_ne!(one.subject(), other.subject());
        }
        assert_eq!(
            one.address("k"),
            "/mail/act?c=1&at=5&act=approve&by=2&until=3&key=k"
        );
    }
}
