//! The outbox: mail is written in the transaction of its cause and waits here until a server has taken it.
//! And which links of mails were used.

use super::ask::sql;
use super::json::json;
use super::{NewReply, Page, PageDirection, StateChange, Store, Write};
use crate::blog::mail::{self, ActLink, Kind, Pile};
use crate::blog::moderation::Seen;
use crate::blog::settings::Notices;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, MailId, SubscriptionId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A server that cannot be reached is tried again after a tenth of the time that it has been away: between these.
const AWAY_SECONDS: (i64, i64) = (5, 6 * 3600);
/// The error of a row that was not sent because it is no longer true.
const UNNEEDED: &str = "not needed any more";

/// A message whose turn has come.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DueMail {
    pub id: MailId,
    pub kind: Kind,
    pub recipient: String,
    pub comment_id: CommentId,
    pub author_id: Option<AuthorId>,
    pub subscription_id: Option<SubscriptionId>,
    pub created_at: Millis,
    pub tries: i64,
    pub tried_at: Option<Millis>,
}

/// A message as the list of the outbox shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct QueuedMail {
    pub id: MailId,
    pub kind: Kind,
    pub recipient: String,
    pub created_at: Millis,
    pub due_at: Millis,
    pub tries: i64,
    pub sent_at: Option<Millis>,
    pub failed_at: Option<Millis>,
    pub error: String,
    pub comment_name: String,
    pub post_title: String,
    pub post_path: Option<String>,
}

/// How many messages there are of each kind in the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct OutboxCounts {
    pub waiting: i64,
    pub sent: i64,
    pub failed: i64,
    pub unneeded: i64,
}

/// An act from a mail: the link that was opened, and the comment as its page showed it.
#[derive(Debug, Clone, Copy)]
pub struct MailAct<'a> {
    pub link: ActLink,
    pub code: &'a str,
    pub seen: Seen,
    /// The reply that goes with it, written by the holder of the link.
    pub reply: Option<NewReply<'a>>,
    pub now: Millis,
}

/// What became of an act from a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailActOutcome {
    Done,
    /// The link was used before; nothing was changed.
    Used,
    /// Somebody else changed the comment after the page was opened; nothing was changed.
    Overtaken,
    /// The author is not here any more.
    Gone,
}

handle! {
    /// Mail on its way out.
    outbox: Outbox
}

/// Sending.
impl Outbox<'_> {
    /// The messages whose turn has come, the longest due first.
    pub async fn due(self, now: Millis, limit: i64) -> Result<Vec<DueMail>> {
        self.ask(
            "select id, kind, recipient, comment_id, author_id, subscription_id, \
               created_at, tries, tried_at \
             from outbox \
               where sent_at is null and failed_at is null and (due_at <= $1 or due_at > $3) \
             order by due_at, id limit $2",
        )
        .bind(now)
        .bind(limit)
        // Put off while the clock was ahead: no message waits longer than that.
        .bind(now.latest().plus_seconds(mail::LONGEST_WAIT_SECONDS))
        .all()
        .await
    }

    /// Notes that a server has taken a message.
    pub async fn sent(self, id: MailId, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update outbox set sent_at = $2, failed_at = null, error = '' where id = $1")
            .bind(id)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// Notes that a message is not sent because what it was to say is no longer so.
    pub async fn unneeded(self, id: MailId, now: Millis) -> Result<()> {
        self.failed(id, UNNEEDED, now).await
    }

    /// Gives a message up.
    pub async fn failed(self, id: MailId, error: &str, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update outbox set failed_at = $2, error = $3 where id = $1 and sent_at is null")
            .bind(id)
            .bind(now)
            .bind(error)
            .run()
            .await?;
        write.commit().await
    }

    /// Lets a message that was refused for now wait, longer each time; gives it up after some days.
    pub async fn refused(self, due: &DueMail, error: &str, now: Millis) -> Result<()> {
        let tried_at = due.tried_at.unwrap_or(now);
        let tries = due.tries + 1;
        let over = tried_at.plus_seconds(mail::GIVEN_UP_AFTER_SECONDS) <= now;
        let mut write = self.write().await?;
        write.ask(
            "update outbox set tries = $2, tried_at = $3, due_at = $4, failed_at = $5, error = $6 \
             where id = $1 and sent_at is null",
        )
        .bind(due.id)
        .bind(tries)
        .bind(tried_at)
        .bind(now.plus_seconds(mail::wait_seconds(tries)))
        .bind(over.then_some(now))
        .bind(error).run().await?;
        write.commit().await
    }

    /// Lets all mail that is due wait for a server that cannot be reached: seconds at first, then a tenth of the time
    /// for which it has been tried; gives up what was tried for days.
    pub async fn postpone_all(self, error: &str, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        let (shortest, longest) = (AWAY_SECONDS.0 * 1000, AWAY_SECONDS.1 * 1000);
        write
            .ask(
                "update outbox set error = $2, tried_at = coalesce(tried_at, $1), \
                 due_at = $1 + case when $1 - coalesce(tried_at, $1) < 10 * $3 then $3 \
                 when $1 - tried_at > 10 * $4 then $4 else ($1 - tried_at) / 10 end, \
                 failed_at = case when tried_at <= $5 then $1 end \
                 where sent_at is null and failed_at is null and due_at <= $1",
            )
            .bind(now)
            .bind(error)
            .bind(shortest)
            .bind(longest)
            .bind(now.plus_seconds(-mail::GIVEN_UP_AFTER_SECONDS))
            .run()
            .await?;
        write.commit().await
    }

    /// The server is back: what waited for nothing else is due at once.
    pub async fn unblock(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "update outbox set due_at = $1, tried_at = null \
                   where sent_at is null and failed_at is null \
                 and tries = 0 and error <> '' and due_at > $1",
            )
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// The program starts: everything that was not sent is due, whatever it waited for.
    pub async fn make_all_due(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "update outbox set due_at = $1, tried_at = null \
                 where sent_at is null and failed_at is null",
            )
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// Forgets what was sent or not needed a month ago, and used links that have run out since.
    pub async fn tidy(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "delete from outbox where created_at < $1 \
                 and (sent_at is not null or (failed_at is not null and error = $2))",
            )
            .bind(now.plus_seconds(-mail::KEPT_SECONDS))
            .bind(UNNEEDED)
            .run()
            .await?;
        write
            .ask("delete from mail_acts where used_at < $1")
            .bind(now.plus_seconds(-mail::LINK_SECONDS))
            .run()
            .await?;
        write.commit().await
    }
}

/// Looking at the outbox.
impl Outbox<'_> {
    /// A page of the outbox, newest first.
    pub async fn list(
        self,
        pile: Pile,
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<QueuedMail>> {
        const QUEUED: &str = "select o.id, o.kind, o.recipient, o.created_at, o.due_at, o.tries, \
             o.sent_at, o.failed_at, o.error, c.name as comment_name, p.title as post_title, \
             case when p.state = 'published' then p.path end as post_path \
             from outbox o join comments c on c.id = o.comment_id join posts p on p.id = c.post_id \
             where case when o.sent_at is not null then 'sent' \
             when o.failed_at is null then 'waiting' \
             when o.error = $2 then 'unneeded' else 'failed' end = $1 ";
        let sql = if matches!(side, PageDirection::Newer(..)) {
            sql!(
                QUEUED,
                "and (o.created_at, o.id) > ($3, $4) order by o.created_at, o.id limit $5"
            )
        } else {
            sql!(
                QUEUED,
                "and (o.created_at, o.id) < ($3, $4) order by o.created_at desc, o.id desc limit $5"
            )
        };
        let (at, id) = side.place();
        let rows = self
            .ask(sql)
            .bind(pile)
            .bind(UNNEEDED)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .all()
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    pub async fn counts(self) -> Result<OutboxCounts> {
        self.ask(
            "select count(*) filter (where sent_at is null and failed_at is null) as waiting, \
             count(*) filter (where sent_at is not null) as sent, \
             count(*) filter (where sent_at is null and failed_at is not null \
               and error <> $1) as failed, \
             count(*) filter (where sent_at is null and failed_at is not null \
               and error = $1) as unneeded \
             from outbox",
        )
        .bind(UNNEEDED)
        .row()
        .await
    }

    /// Lets a message that was given up wait again, from the beginning.
    pub async fn retry(self, id: MailId, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "update outbox \
                   set due_at = $2, tries = 0, tried_at = null, failed_at = null, error = '' \
                 where id = $1 and sent_at is null",
            )
            .bind(id)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// Throws a message away that was given up.
    pub async fn delete(self, id: MailId) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from outbox where id = $1 and failed_at is not null")
            .bind(id)
            .run()
            .await?;
        write.commit().await
    }
}

/// Links of notices.
impl Outbox<'_> {
    /// When a link of a mail was used.
    pub async fn link_used_at(self, code: &str) -> Result<Option<Millis>> {
        self.ask("select used_at from mail_acts where code = $1")
            .bind(code)
            .one_value()
            .await
    }

    /// Does what a link of a mail is for and uses the link up, together or not at all.
    pub async fn act_by_link(self, act: MailAct<'_>) -> Result<MailActOutcome> {
        let MailAct { link, now, .. } = act;
        let mut write = self.write().await?;
        let author: Option<String> = write
            .ask("select name from authors where id = $1 and removed_at is null")
            .bind(link.author)
            .one_value()
            .await?;
        let Some(author) = author else {
            return Ok(MailActOutcome::Gone);
        };
        if !write.use_link(act.code, now).await? {
            return Ok(MailActOutcome::Used);
        }
        let changes: Vec<StateChange> = if let Some(reply) = act.reply {
            write.answer(reply).await?.1
        } else if write.is_as_seen(&act.seen).await? {
            let changed = write
                .change_state(link.comment, link.act.state(), &author, now)
                .await?;
            changed.into_iter().collect()
        } else {
            Vec::new()
        };
        if changes.is_empty() {
            return Ok(MailActOutcome::Overtaken);
        }
        write.commit_changes(&changes, now).await?;
        Ok(MailActOutcome::Done)
    }
}

impl Write {
    /// Takes note that a link is used; false where it was used before.
    async fn use_link(&mut self, code: &str, now: Millis) -> Result<bool> {
        let used = self.ask(
            "insert into mail_acts (code, used_at) values ($1, $2) on conflict (code) do nothing",
        )
        .bind(code)
        .bind(now).run().await?;
        Ok(used == 1)
    }

    /// A comment was stored and is no spam: notifies the authors who want that, and asks whether its address is right.
    pub(super) async fn mail_arrived(&mut self, id: CommentId, now: Millis) -> Result<()> {
        self.notify_authors(&[id], now).await?;
        self.ask_to_confirm(id, now).await
    }

    /// Notifies authors of new comments, as the settings say; nobody of their own.
    pub(super) async fn notify_authors(&mut self, ids: &[CommentId], now: Millis) -> Result<()> {
        self.ask(
            "insert into outbox (id, kind, recipient, comment_id, author_id, created_at, due_at) \
             select (select last from numbers \
               where name = 'outbox') + row_number() over (order by c.id, a.id), \
             'notice', a.email, c.id, a.id, $2, $2 from json_each($1) as n \
               join comments c on c.id = n.value \
             join posts p on p.id = c.post_id join authors a on a.removed_at is null \
             and (a.role = 'operator' or a.role = 'author' and p.kind = 'post' \
               and p.author_id = a.id) where c.author_id is distinct from a.id and \
             case coalesce((select value from settings where name = 'notices'), $3) \
             when 'all' then true when 'waiting' then c.state = 'waiting' else false end \
             on conflict (kind, comment_id, recipient) do nothing",
        )
        .bind(json(&ids)?)
        .bind(now)
        .bind(Notices::All)
        .run()
        .await?;
        Ok(())
    }

    /// A comment is shown for the first time: notifies those who asked for answers to a comment above it, or for all
    /// comments of its post. Confirmed addresses only, each once, and never the comment's own.
    pub(super) async fn mail_shown(&mut self, id: CommentId, now: Millis) -> Result<()> {
        self.ask(
            "with recursive above (id) as ( \
             select parent_id from comments where id = $1 and parent_id is not null union \
             select c.parent_id from comments c join above on c.id = above.id \
               where c.parent_id is not null) \
             insert into outbox (id, kind, recipient, comment_id, subscription_id, \
               created_at, due_at) \
             select (select last from numbers \
               where name = 'outbox') + row_number() over (order by s.id), \
             'shown', s.email, new.id, s.id, $2, $2 from comments new \
             join subscriptions s on s.post_id = new.post_id \
               join addresses a on a.email = s.email \
             join comments c on c.id = s.comment_id \
             where new.id = $1 and s.ended_at is null and a.confirmed_at is not null \
             and s.comment_id <> new.id and s.email <> new.email \
               and c.state in ('waiting', 'approved') \
             and (s.scope = 'all' or s.comment_id in (select id from above)) \
             on conflict (kind, comment_id, recipient) do nothing",
        )
        .bind(id)
        .bind(now)
        .run()
        .await?;
        Ok(())
    }
}
