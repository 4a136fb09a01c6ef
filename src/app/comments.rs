//! Comments: how a new one and a changed one are stored, an author's reply, and decisions. The readers' form, the commenter's
//! own page, moderation and the links of mails call the same functions.

use super::App;
use super::actor::Actor;
use super::spam_check::{Sender, check_spam};
use crate::blog::author::Author;
use crate::blog::comment::{COMMENTER, Comment, NewComment, Policy, State, check_source};
use crate::blog::moderation::{Decision, Seen};
use crate::blog::phrases::ADMIN;
use crate::blog::post::Post;
use crate::blog::time::Millis;
use crate::blog::{ActId, CommentId, Problems};
use crate::error::{Error, Result};
use crate::store::{
    BulkDecision, CommentEdit, EditVerdict, NewCommentRow, NewReply, Posted, ReplyOutcome,
    StateChange,
};
use crate::text;

/// A comment that was checked, with what its text is rendered to.
#[derive(Debug)]
pub struct Checked {
    pub new: NewComment,
    pub html: String,
}

/// An author's reply, checked and rendered like any comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    source: String,
    html: String,
    words: String,
}

impl Reply {
    /// Checks what was typed.
    ///
    /// # Errors
    /// What is wrong with the field `body`.
    pub fn parse(typed: &str) -> std::result::Result<Self, Problems> {
        let mut problems = Problems::default();
        let source = check_source(typed, ADMIN, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let html =
            text::comment(&source).map_err(|error| Problems::one("body", error.to_string()))?;
        let words = text::plain(&html);
        Ok(Self {
            source,
            html,
            words,
        })
    }

    /// The same for the store; `to` is the comment that it answers, as the page showed it.
    #[must_use]
    pub fn answer<'a>(&'a self, to: Seen, author: &'a Author, now: Millis) -> NewReply<'a> {
        NewReply {
            to,
            author,
            source: &self.source,
            html: &self.html,
            words: &self.words,
            renderer: text::RENDERER,
            now,
        }
    }
}

impl App {
    /// Judges a new comment on a post and stores it.
    pub async fn post_comment(
        &self,
        post: &Post,
        policy: Policy,
        checked: Checked,
        sender: Sender,
    ) -> Result<Posted> {
        let Checked { new, html } = checked;
        let author = sender.staff;
        let check = check_spam(self, policy, post, &new, sender).await?;
        self.store
            .comments()
            .post(NewCommentRow {
                words: text::plain(&html),
                html,
                renderer: text::RENDERER,
                state: check.state,
                reason: check.reason,
                author,
                network: check.network,
                pass: check.pass,
                digest: check.digest,
                facts: check.facts,
                verdict: check.verdict,
                now: self.now(),
                new,
            })
            .await
    }

    /// Stores changed words of a comment. They are judged like new ones, so that an edit gets nothing past the author.
    pub async fn edit_own_comment(
        &self,
        comment: &Comment,
        post: &Post,
        policy: Policy,
        change: OwnEdit,
    ) -> Result<()> {
        let OwnEdit {
            source,
            html,
            sender,
        } = change;
        let changed = NewComment {
            post: comment.post_id,
            parent: comment.parent_id,
            name: comment.name.clone(),
            email: comment.email.clone(),
            url: comment.url.clone(),
            source: source.clone(),
            notify: None,
            pass: String::new(),
        };
        let check = check_spam(self, policy, post, &changed, sender).await?;
        let edit = CommentEdit {
            id: comment.id,
            name: &comment.name,
            url: &comment.url,
            source: &source,
            html: &html,
            words: &text::plain(&html),
            renderer: text::RENDERER,
            by: COMMENTER,
            now: self.now(),
        };
        let verdict = EditVerdict {
            state: after_edit(comment, check.state),
            reason: check.reason,
            digest: &check.digest,
            facts: &check.facts,
            verdict: &check.verdict,
        };
        self.store.comments().edit_own(edit, verdict).await?;
        Ok(())
    }

    /// Stores a reply and approves what it answers.
    pub async fn reply_to_comment(
        &self,
        actor: Actor<'_>,
        to: Seen,
        reply: &Reply,
    ) -> Result<ReplyOutcome> {
        let answer = reply.answer(to, actor.author, self.now());
        self.store.moderation().reply(answer).await
    }

    /// Decides upon comments as a page showed them.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them is not this person's to decide upon; then nothing is changed.
    pub async fn decide_comments(
        &self,
        actor: Actor<'_>,
        seen: &[Seen],
        decision: Decision,
    ) -> Result<BulkDecision> {
        let ids: Vec<CommentId> = seen.iter().map(|seen| seen.id).collect();
        let scope = actor.author.scope();
        let reachable = self.store.access().allowed_comments(scope, &ids).await?;
        if ids.iter().any(|id| !reachable.contains(id)) {
            return Err(Error::NotFound);
        }
        let (by, now) = (actor.author.name.as_str(), self.now());
        match decision {
            Decision::Refuse => self.store.comments().refuse_changes(seen, by, now).await,
            Decision::Approve | Decision::Spam | Decision::Delete | Decision::Restore => {
                self.store
                    .moderation()
                    .decide_seen(seen, decision.state(), by, now)
                    .await
            }
        }
    }

    /// Takes back what was decided between two lines of the log.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the comments are not this person's to decide upon.
    pub async fn undo_decisions(
        &self,
        actor: Actor<'_>,
        first: ActId,
        last: ActId,
    ) -> Result<Vec<StateChange>> {
        let scope = actor.author.scope();
        if !self.store.access().allows_acts(scope, first, last).await? {
            return Err(Error::NotFound);
        }
        let by = &actor.author.name;
        self.store
            .moderation()
            .undo(first, last, by, self.now())
            .await
    }
}

/// The words that a commenter puts in the place of earlier ones.
#[derive(Debug)]
pub struct OwnEdit {
    pub source: String,
    pub html: String,
    pub sender: Sender,
}

/// The state of a comment whose words were changed: never further up than a person has put it.
fn after_edit(comment: &Comment, checked: State) -> State {
    match (comment.state, checked) {
        (State::Approved, checked) => checked,
        (State::Waiting, State::Spam) => State::Spam,
        (State::Waiting, State::Approved) if comment.decided_at.is_none() => State::Approved,
        (state, _) => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_checked_and_rendered_like_any_comment() {
        let reply = Reply::parse("Thank *you*.").unwrap();
        assert_eq!(reply.source, "Thank *you*.");
        assert!(reply.html.contains("<em>you</em>"), "{}", reply.html);
        assert_eq!(reply.words.trim(), "Thank you.");
        assert!(Reply::parse("  ").unwrap_err().of("body").is_some());
    }
}
