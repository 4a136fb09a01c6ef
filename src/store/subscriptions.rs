//! Who asked for mail about comments, and whose address is confirmed.

use super::ask::sql;
use super::handle::{Handle, handle};
use super::{Store, Write};
use crate::blog::comment::{Notify, State};
use crate::blog::mail;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, SubscriptionId};
use crate::error::Result;

/// Mail that was asked for with a comment.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub comment_id: CommentId,
    pub email: String,
    pub scope: Notify,
    pub created_at: Millis,
    pub ended_at: Option<Millis>,
    /// When the address was confirmed, with this comment or another one.
    pub confirmed_at: Option<Millis>,
    pub comment_state: State,
    pub comment_created_at: Millis,
    /// Whether this comment's own question was answered.
    pub comment_confirmed: bool,
    pub post_title: String,
    /// Where the post lives, as long as it is published.
    pub post_path: Option<String>,
}

const SUBSCRIPTION: &str = "select s.id, s.comment_id, s.email, s.scope, s.created_at, \
     s.ended_at, \
       a.confirmed_at, c.state as comment_state, \
       c.created_at as comment_created_at, \
     c.confirmed as comment_confirmed, case when p.state = 'published' \
     then p.title else '' end as post_title, \
     case when p.state = 'published' then p.path end as post_path \
     from subscriptions s join addresses a on a.email = s.email \
       join comments c on c.id = s.comment_id \
     join posts p on p.id = s.post_id ";

handle! {
    /// Who asked for mail about comments.
    subscriptions: Subscriptions
}

impl Subscriptions<'_> {
    /// The mail that was asked for with a comment.
    pub async fn of_comment(self, comment: CommentId) -> Result<Option<Subscription>> {
        self.ask(sql!(SUBSCRIPTION, "where s.comment_id = $1"))
            .bind(comment)
            .one()
            .await
    }

    pub async fn by_id(self, id: SubscriptionId) -> Result<Option<Subscription>> {
        self.ask(sql!(SUBSCRIPTION, "where s.id = $1"))
            .bind(id)
            .one()
            .await
    }

    /// Changes which mail a comment's writer gets; `None` stops it. A comment without an address gets none.
    pub async fn change(
        self,
        comment: CommentId,
        scope: Option<Notify>,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        if let Some(scope) = scope {
            let row: Option<(PostId, String, State)> = write
                .ask("select post_id, email, state from comments where id = $1")
                .bind(comment)
                .one()
                .await?;
            if let Some((post, email, state)) = row.filter(|(_, email, _)| !email.is_empty()) {
                write.subscribe(comment, post, &email, scope, now).await?;
                if state != State::Spam {
                    write.ask_to_confirm(comment, now).await?;
                }
            }
        } else {
            write.ask(
                "update subscriptions set ended_at = $2 where comment_id = $1 and ended_at is null",
            )
            .bind(comment)
            .bind(now).run().await?;
        }
        write.commit().await
    }

    /// Stops the mail of one subscription, once and for all times that this is asked.
    pub async fn stop(self, id: SubscriptionId, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update subscriptions set ended_at = $2 where id = $1 and ended_at is null")
            .bind(id)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// Whether an approved comment came from somebody who proved that this address is theirs.
    pub async fn is_trusted_address(self, email: &str) -> Result<bool> {
        self.ask(
            "select 1 from comments where email = $1 and email <> '' and state = 'approved' \
             and confirmed limit 1",
        )
        .bind(email)
        .exists()
        .await
    }

    /// Takes note that the address given with a comment is its writer's. `None` where no mail was asked for with it.
    pub async fn confirm(self, comment: CommentId, now: Millis) -> Result<Option<Subscription>> {
        let mut write = self.write().await?;
        write
            .ask(
                "update addresses set confirmed_at = $2 where confirmed_at is null \
                 and email = (select email from subscriptions where comment_id = $1)",
            )
            .bind(comment)
            .bind(now)
            .run()
            .await?;
        write
            .ask(
                "update comments set confirmed = true where id = $1 \
                 and email = (select email from subscriptions where comment_id = $1)",
            )
            .bind(comment)
            .run()
            .await?;
        let subscription = write
            .ask(sql!(SUBSCRIPTION, "where s.comment_id = $1"))
            .bind(comment)
            .one()
            .await?;
        write.commit().await?;
        Ok(subscription)
    }
}

impl Write {
    /// Writes down which mail the writer of a comment asks for.
    pub(super) async fn subscribe(
        &mut self,
        comment: CommentId,
        post: PostId,
        email: &str,
        scope: Notify,
        now: Millis,
    ) -> Result<()> {
        let email = email.to_lowercase();
        self.ask(
            "insert into addresses (email, asked_at) values ($1, $2) on conflict (email) \
             do nothing",
        )
        .bind(&email)
        .bind(now)
        .run()
        .await?;
        self.ask(
            "insert into subscriptions (id, email, post_id, comment_id, scope, created_at) \
             values ((select last + 1 from numbers where name = 'subscriptions'), \
             $1, $2, $3, $4, $5) \
             on conflict (comment_id) do update \
               set email = excluded.email, scope = excluded.scope, ended_at = null",
        )
        .bind(&email)
        .bind(post)
        .bind(comment)
        .bind(scope)
        .bind(now)
        .run()
        .await?;
        Ok(())
    }

    /// Whether anybody waits for mail about what is shown.
    pub(super) async fn has_listeners(&mut self) -> Result<bool> {
        self.ask("select 1 from subscriptions where ended_at is null limit 1")
            .exists()
            .await
    }

    /// Asks the writer of a comment whether the address is theirs, where mail was asked for and nobody asked lately:
    /// before the first mail, and where it may show a comment that waits because nobody knows who wrote it.
    pub(super) async fn ask_to_confirm(&mut self, id: CommentId, now: Millis) -> Result<()> {
        self.ask(
            "insert into outbox (id, kind, recipient, comment_id, subscription_id, \
                 created_at, due_at) \
             select (select last + 1 from numbers where name = 'outbox'), 'confirm', \
                 s.email, s.comment_id, s.id, $2, $2 \
             from subscriptions s join addresses a on a.email = s.email \
             join comments c on c.id = s.comment_id \
                 where s.comment_id = $1 and s.ended_at is null \
             and (a.confirmed_at is null or c.state = 'waiting' and not c.confirmed \
                 and exists (select 1 from comments k \
               where k.email = s.email and k.state = 'approved' and k.confirmed)) \
                   and not exists \
             (select 1 from outbox o \
                 where o.kind = 'confirm' and o.recipient = s.email and o.created_at > $3 \
               and o.created_at <= $4) \
             on conflict (kind, comment_id, recipient) do update \
                 set created_at = excluded.created_at, \
             due_at = excluded.due_at, tries = 0, tried_at = null, sent_at = null, \
                 failed_at = null, error = ''",
        )
        .bind(id)
        .bind(now)
        .bind(now.plus_seconds(-mail::CONFIRM_EVERY_SECONDS))
        .bind(now.latest())
        .run()
        .await?;
        Ok(())
    }
}
