//! Changes of approved comments that wait: readers keep the earlier words until a moderator has read the new ones.

use crate::blog::comment::{COMMENTER, State};
use crate::blog::moderation::Seen;
use crate::blog::time::Millis;
use crate::blog::{ActId, CommentId, PostId};
use crate::error::Result;
use crate::store::Comments;
use crate::store::handle::Handle;
use crate::store::json::json;
use crate::store::{BulkDecision, CommentEdit, EditVerdict, StateChange, Write};

/// What a writer wants an approved comment to say.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentChange {
    pub comment_id: CommentId,
    pub made_at: Millis,
    /// When a moderator decided to keep the earlier words; none while it waits.
    pub refused_at: Option<Millis>,
    pub reason: String,
    pub html: String,
    pub source: String,
}

impl Comments<'_> {
    /// The change of a comment, waiting or refused.
    pub async fn pending_change(self, id: CommentId) -> Result<Option<CommentChange>> {
        self.ask(
            "select comment_id, made_at, refused_at, reason, html, source from comment_changes \
             where comment_id = $1",
        )
        .bind(id)
        .one()
        .await
    }

    /// The changes of these comments that wait.
    pub async fn pending_changes(self, ids: &[CommentId]) -> Result<Vec<CommentChange>> {
        self.ask(
            "select c.comment_id, c.made_at, c.refused_at, c.reason, c.html, c.source \
               from json_each($1) n \
             join comment_changes c on c.comment_id = n.value where c.refused_at is null",
        )
        .bind(json(&ids)?)
        .all()
        .await
    }

    /// Takes a change back: its writer wants what readers see.
    pub async fn drop_change(self, id: CommentId) -> Result<()> {
        let mut write = self.write().await?;
        write.forget_change(id).await?;
        write.commit().await
    }

    /// Keeps the earlier words of comments whose changes a page showed.
    pub async fn refuse_changes(
        self,
        seen: &[Seen],
        by: &str,
        now: Millis,
    ) -> Result<BulkDecision> {
        let mut write = self.write().await?;
        let mut decided = BulkDecision::default();
        for seen in seen {
            let refused = write
                .ask(
                    "update comment_changes set refused_at = $3 \
                     where comment_id = $1 and made_at = $2 and refused_at is null",
                )
                .bind(seen.id)
                .bind(seen.changed_at)
                .bind(now)
                .run()
                .await?;
            if refused == 1 {
                let act = write
                    .log_numbered(by, "refuse change", seen.id, now)
                    .await?;
                decided.add(act);
            } else {
                decided.conflicts.push(seen.id);
            }
        }
        write.commit().await?;
        Ok(decided)
    }
}

/// A change as it is put in the place of the earlier words.
#[derive(sqlx::FromRow)]
struct Waiting {
    post_id: PostId,
    name: String,
    url: String,
    reason: String,
    digest: String,
    points: i64,
    facts: String,
    reasons: String,
    renderer: i64,
    html: String,
    words: String,
    source: String,
}

impl Write {
    /// Keeps new words of an approved comment until a moderator has read them; the newest take the place of earlier ones.
    pub(in crate::store) async fn hold_change(
        &mut self,
        edit: CommentEdit<'_>,
        judged: &EditVerdict<'_>,
    ) -> Result<()> {
        self.forget_change(edit.id).await?;
        self.ask(
            "insert into comment_changes (comment_id, made_at, reason, digest, points, \
               facts, reasons, renderer, html, \
             words, source) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(edit.id)
        .bind(edit.now)
        .bind(judged.reason)
        .bind(judged.digest)
        .bind(judged.verdict.points)
        .bind(json(judged.facts)?)
        .bind(json(&judged.verdict.reasons)?)
        .bind(edit.renderer)
        .bind(edit.html)
        .bind(edit.words)
        .bind(edit.source)
        .run()
        .await?;
        self.log_act(COMMENTER, "ask change", Some(edit.id), "", edit.now)
            .await
    }

    pub(in crate::store) async fn forget_change(&mut self, id: CommentId) -> Result<()> {
        self.ask("delete from comment_changes where comment_id = $1")
            .bind(id)
            .run()
            .await?;
        Ok(())
    }

    /// When the change of a comment was made, where one waits.
    pub(in crate::store) async fn waiting_change(
        &mut self,
        id: CommentId,
    ) -> Result<Option<Millis>> {
        self.ask("select made_at from comment_changes where comment_id = $1 and refused_at is null")
            .bind(id)
            .one_value()
            .await
    }

    /// Puts a change in the place of the words that readers see.
    pub(in crate::store) async fn approve_change(
        &mut self,
        id: CommentId,
        by: &str,
        now: Millis,
    ) -> Result<Option<StateChange>> {
        let row: Option<Waiting> = self
            .ask(
                "select c.post_id, c.name, c.url, w.reason, w.digest, w.points, w.facts, \
                   w.reasons, w.renderer, w.html, \
                 w.words, w.source from comment_changes w join comments c on c.id = w.comment_id \
                 where w.comment_id = $1 and w.refused_at is null and c.state = 'approved'",
            )
            .bind(id)
            .one()
            .await?;
        let Some(change) = row else {
            return Ok(None);
        };
        self.edit(CommentEdit {
            id,
            name: &change.name,
            url: &change.url,
            source: &change.source,
            html: &change.html,
            words: &change.words,
            renderer: change.renderer,
            by: COMMENTER,
            now,
        })
        .await?;
        self.ask(
            "update comments set reason = $2, digest = $3, points = $4, facts = $5, \
               reasons = $6, decided_at = $7, \
             decided_by = $8 where id = $1",
        )
        .bind(id)
        .bind(&change.reason)
        .bind(&change.digest)
        .bind(change.points)
        .bind(&change.facts)
        .bind(&change.reasons)
        .bind(now)
        .bind(by)
        .run()
        .await?;
        self.learn(id, Some(false)).await?;
        self.forget_change(id).await?;
        let act = self.log_numbered(by, "approve change", id, now).await?;
        Ok(Some(StateChange {
            id,
            post: change.post_id,
            before: State::Approved,
            after: State::Approved,
            act,
        }))
    }

    async fn log_numbered(
        &mut self,
        by: &str,
        act: &str,
        comment: CommentId,
        at: Millis,
    ) -> Result<ActId> {
        let id: ActId = self
            .ask(
                "insert into acts (id, at, by, act, comment_id) \
                 values ((select last + 1 from numbers where name = 'acts'), $1, $2, $3, $4) \
                   returning id",
            )
            .bind(at)
            .bind(by)
            .bind(act)
            .bind(comment)
            .value()
            .await?;
        Ok(id)
    }
}
