//! Links that open something for those who hold them: their keys, and whether a key fits.
//!
//! A key is made over what the link says, and over the moment at which its row was made: another row never answers to it,
//! whatever its number is. SECURITY.md lists everything that is signed.

use super::App;
use crate::blog::mail::{ActLink, ConfirmLink, StopLink};
use crate::blog::time::Millis;
use crate::blog::{CommentId, PreviewId};
use crate::error::Result;
use crate::secrets;
use crate::store::SignedRow;

/// What opens a commenter's own page.
const OWN_COMMENT: &str = "comment";
/// What opens a draft.
const PREVIEW: &str = "preview link";

/// What a link is signed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedLink {
    purpose: &'static str,
    /// What the address of the link says.
    subject: String,
    row: SignedRow,
    /// When the row was made.
    made_at: Millis,
}

impl SignedLink {
    /// A commenter's own page.
    #[must_use]
    pub fn own_comment(id: CommentId, made_at: Millis) -> Self {
        Self {
            purpose: OWN_COMMENT,
            subject: id.to_string(),
            row: SignedRow::Comment(id),
            made_at,
        }
    }

    /// A draft, for those who were given the link.
    #[must_use]
    pub fn preview(id: PreviewId, made_at: Millis) -> Self {
        Self {
            purpose: PREVIEW,
            subject: id.to_string(),
            row: SignedRow::Preview(id),
            made_at,
        }
    }

    /// One act on a comment.
    #[must_use]
    pub fn act(link: &ActLink) -> Self {
        Self {
            purpose: ActLink::PURPOSE,
            subject: link.subject(),
            row: SignedRow::Comment(link.comment),
            made_at: link.comment_at,
        }
    }

    /// The question whether an address is right; `made_at` is when the mail was asked for.
    #[must_use]
    pub fn confirm(link: &ConfirmLink<'_>, made_at: Millis) -> Self {
        Self {
            purpose: ConfirmLink::PURPOSE,
            subject: link.subject(),
            row: SignedRow::Comment(link.comment),
            made_at,
        }
    }

    /// The end of a subscription; `made_at` is when it began.
    #[must_use]
    pub fn stop(link: StopLink, made_at: Millis) -> Self {
        Self {
            purpose: StopLink::PURPOSE,
            subject: link.subject(),
            row: SignedRow::Subscription(link.0),
            made_at,
        }
    }
}

impl App {
    /// The key of a link.
    pub fn key_of(&self, link: &SignedLink) -> Result<String> {
        self.code(
            link.purpose,
            &format!("{} {}", link.subject, link.made_at.0),
        )
    }

    /// Whether a key is that of a link. Links to old rows may have been signed without the moment of the row.
    pub async fn opens(&self, link: &SignedLink, key: &str) -> Result<bool> {
        if secrets::constant_time_eq(key, &self.key_of(link)?) {
            return Ok(true);
        }
        let without_moment = self.code(link.purpose, &link.subject)?;
        Ok(secrets::constant_time_eq(key, &without_moment)
            && self.store.numbers().is_signed_alone(link.row).await?)
    }

    /// The address of a commenter's own page.
    pub fn own_comment_address(&self, id: CommentId, made_at: Millis) -> Result<String> {
        let key = self.key_of(&SignedLink::own_comment(id, made_at))?;
        Ok(format!("/comments/{id}?key={key}"))
    }

    /// The address of a draft for those who are given it.
    pub fn preview_address(&self, id: PreviewId, made_at: Millis) -> Result<String> {
        let key = self.key_of(&SignedLink::preview(id, made_at))?;
        Ok(format!("/preview/{id}/{key}"))
    }
}
