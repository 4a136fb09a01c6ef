//! What a commenter may do with what is provably theirs: look at all of it, take it along, change it, erase it.

use crate::blog::comment::{COMMENTER, State};
use crate::blog::spam::{Facts, Verdict};
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId};
use crate::error::Result;
use crate::store::Comments;
use crate::store::handle::Handle;
use crate::store::json::json;
use crate::store::{CommentEdit, Write};

/// A comment in the list of all that one commenter wrote.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnComment {
    pub id: CommentId,
    pub state: State,
    pub name: String,
    pub email: String,
    pub url: String,
    pub created_at: Millis,
    pub edited_at: Option<Millis>,
    pub html: String,
    pub source: String,
    pub post_title: String,
    pub post_path: Option<String>,
}

/// The new verdict on a comment that its writer changed.
#[derive(Debug, Clone)]
pub struct EditVerdict<'a> {
    pub state: State,
    pub reason: &'a str,
    pub digest: &'a str,
    pub facts: &'a Facts,
    pub verdict: &'a Verdict,
}

/// A comment deleted by its writer is erased after this time; until then the writer can take the deletion back.
pub const ERASED_AFTER_SECONDS: i64 = 30 * 24 * 3600;

impl Comments<'_> {
    /// All comments that came from the browser of this one, or under the address that its writer has confirmed,
    /// this one among them; newest first. The key to this one is mailed to the address that was typed, which may be somebody
    /// else's: until it is confirmed it opens no comments under another address.
    pub async fn by_same_commenter(self, id: CommentId) -> Result<Vec<OwnComment>> {
        self.ask(
            "select c.id, c.state, c.name, c.email, c.url, c.created_at, c.edited_at, \
               c.html, c.source, \
             case when p.state = 'published' then p.title else '' end as post_title, \
               case when p.state = 'published' then p.path end as post_path \
             from comments c join posts p on p.id = c.post_id where c.source <> '' and c.id in (\
             select $1 \
             union select o.id from comments o, comments t \
               where t.id = $1 and t.pass <> '' and o.pass <> '' and o.pass = t.pass \
             and (t.confirmed or t.email = '' or o.email = t.email) \
             union select o.id from comments o, comments t \
               where t.id = $1 and t.confirmed and t.email <> '' \
             and o.email <> '' and o.email = t.email and o.confirmed) \
             order by c.created_at desc, c.id desc",
        )
        .bind(id)
        .all()
        .await
    }

    /// What was known of a comment when it came in.
    pub async fn facts(self, id: CommentId) -> Result<Facts> {
        let row: Option<String> = self
            .ask("select facts from comments where id = $1")
            .bind(id)
            .one_value()
            .await?;
        Ok(row
            .and_then(|facts| serde_json::from_str(&facts).ok())
            .unwrap_or_default())
    }

    /// Changes what a comment says as its writer wants it, and moves it to where the new words belong. Where readers see the
    /// comment and a moderator must read the new words first, they wait and the earlier ones stay.
    pub async fn edit_own(self, edit: CommentEdit<'_>, rejudged: EditVerdict<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let is_shown = write.is_approved(edit.id).await?;
        if is_shown && rejudged.state != State::Approved {
            // Readers keep what they see until somebody has read the new words.
            write.hold_change(edit, &rejudged).await?;
            return write.commit().await;
        }
        let Some((post, state)) = write.edit(edit).await? else {
            return Ok(());
        };
        write.forget_change(edit.id).await?;
        write.ask(
            "update comments set reason = $2, digest = $3, points = $4, facts = $5, reasons = $6 \
             where id = $1",
        )
        .bind(edit.id)
        .bind(rejudged.reason)
        .bind(rejudged.digest)
        .bind(rejudged.verdict.points)
        .bind(json(rejudged.facts)?)
        .bind(json(&rejudged.verdict.reasons)?).run().await?;
        let changed = write
            .change_state(edit.id, rejudged.state, COMMENTER, edit.now)
            .await?;
        if state == State::Approved || changed.is_some_and(|changed| changed.is_visible()) {
            write.commit_around(&[post], edit.now).await
        } else {
            write.commit().await
        }
    }

    /// Takes back that a writer deleted their own comment; false where there is nothing to take back any more.
    pub async fn undo_deletion(self, id: CommentId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let before: Option<State> = write
            .ask(
                "select state_before from comments \
                   where id = $1 and state = 'deleted' and decided_by = $2 \
                 and decided_at > $3 and decided_at <= $4 and source <> ''",
            )
            .bind(id)
            .bind(COMMENTER)
            .bind(now.plus_seconds(-ERASED_AFTER_SECONDS))
            .bind(now.latest())
            .one_value()
            .await?;
        let Some(before) = before else {
            return Ok(false);
        };
        let changes = write.change_state(id, before, COMMENTER, now).await?;
        write.commit_changes(changes.as_slice(), now).await?;
        Ok(true)
    }

    /// Erases comments for good: words, name, address, and whatever was kept of them. Replies stay where they are.
    pub async fn erase(self, ids: &[CommentId], now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        for id in ids {
            write.erase(*id, now).await?;
        }
        write.commit_content(now).await
    }

    /// Erases what writers deleted before a time.
    pub async fn erase_deleted(self, now: Millis) -> Result<()> {
        let ids: Vec<CommentId> = self.ask(
            "select id from comments where state = 'deleted' and decided_by = $1 and source <> '' \
             and (decided_at <= $2 or decided_at > $3)",
        )
        .bind(COMMENTER)
        .bind(now.plus_seconds(-ERASED_AFTER_SECONDS))
        // Deleted while the clock was ahead by more than the whole wait: it would be kept for years.
        .bind(now.latest().plus_seconds(ERASED_AFTER_SECONDS)).values().await?;
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<CommentId> = ids.into_iter().collect();
        self.erase(&ids, now).await
    }
}

impl Write {
    async fn is_approved(&mut self, id: CommentId) -> Result<bool> {
        let row: Option<(i64,)> = self
            .ask("select 1 from comments where id = $1 and state = 'approved'")
            .bind(id)
            .one()
            .await?;
        Ok(row.is_some())
    }

    async fn erase(&mut self, id: CommentId, now: Millis) -> Result<()> {
        let email: Option<(String, PostId)> = self
            .ask("select email, post_id from comments where id = $1")
            .bind(id)
            .one()
            .await?;
        let Some((email, post)) = email else {
            return Ok(());
        };
        self.unlearn(id).await?;
        self.change_state(id, State::Deleted, COMMENTER, now)
            .await?;
        self.ask(
            "update comments set decided_by = $2, name = '', email = '', url = '', \
               source = '', html = '', network = '', \
             pass = '', digest = '', facts = '{}', reasons = '[]', reason = '', confirmed = false \
               where id = $1",
        )
        .bind(id)
        .bind(COMMENTER)
        .run()
        .await?;
        self.forget_change(id).await?;
        self.ask("delete from comment_versions where comment_id = $1")
            .bind(id)
            .run()
            .await?;
        self.ask("delete from search_comments where rowid = $1")
            .bind(id)
            .run()
            .await?;
        self.ask("delete from subscriptions where comment_id = $1")
            .bind(id)
            .run()
            .await?;
        self.ask("delete from outbox where comment_id = $1")
            .bind(id)
            .run()
            .await?;
        self.ask(
            "delete from outbox where recipient = $1 and kind <> 'notice' \
             and not exists (select 1 from subscriptions where email = $1)",
        )
        .bind(&email)
        .run()
        .await?;
        self.ask(
            "delete from addresses \
             where email = $1 and not exists (select 1 from subscriptions where email = $1)",
        )
        .bind(&email)
        .run()
        .await?;
        self.log_act(COMMENTER, "erase", Some(id), "", now).await?;
        self.recount(post).await
    }
}
