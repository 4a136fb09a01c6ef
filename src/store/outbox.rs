//! The outbox: mail is written in the transaction of its cause and waits here until a server has taken it.
//! Beside it who asked for mail, whose address is confirmed, and which links of mails were used.

use super::ask::sql;
use super::comments::json;
use super::{Answer, Changed, Page, Side, Store, Write};
use crate::blog::comment::{Notify, State};
use crate::blog::mail::{self, ActLink, Kind, Pile};
use crate::blog::moderation::Seen;
use crate::blog::settings::Notices;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, MailId, PostId, SubscriptionId};
use crate::error::Result;

/// A server that cannot be reached is tried again after a tenth of the time that it has been away: between these.
const AWAY_SECONDS: (i64, i64) = (5, 6 * 3600);
/// What stands in a row that was not sent because it is no longer true.
const UNNEEDED: &str = "not needed any more";

/// A message whose turn has come.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
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
pub struct Queued {
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

/// An act from a mail: the link that was opened, and the comment as its page showed it.
#[derive(Debug, Clone, Copy)]
pub struct MailAct<'a> {
    pub link: ActLink,
    pub code: &'a str,
    pub seen: Seen,
    /// The answer that goes with it; whoever has the link writes it.
    pub reply: Option<Answer<'a>>,
    pub now: Millis,
}

/// What became of an act from a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    Done,
    /// The link was used before; nothing was changed.
    Used,
    /// Somebody else changed the comment after the page was opened; nothing was changed.
    Overtaken,
    /// The author is not here any more.
    Gone,
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

/// Who asked for mail.
impl Store {
    /// The mail that was asked for with a comment.
    pub async fn subscription_of(&self, comment: CommentId) -> Result<Option<Subscription>> {
        self.ask(sql!(SUBSCRIPTION, "where s.comment_id = $1"))
            .bind(comment)
            .one()
            .await
    }

    pub async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>> {
        self.ask(sql!(SUBSCRIPTION, "where s.id = $1"))
            .bind(id)
            .one()
            .await
    }

    /// Changes which mail a comment's writer gets; `None` stops it. A comment without an address gets none.
    pub async fn change_subscription(
        &self,
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
    pub async fn stop_subscription(&self, id: SubscriptionId, now: Millis) -> Result<()> {
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
    pub async fn is_address_trusted(&self, email: &str) -> Result<bool> {
        self.ask(
            "select 1 from comments where email = $1 and email <> '' and state = 'approved' \
             and confirmed limit 1",
        )
        .bind(email)
        .exists()
        .await
    }

    /// Takes note that the address given with a comment is its writer's. `None` where no mail was asked for with it.
    pub async fn confirm(&self, comment: CommentId, now: Millis) -> Result<Option<Subscription>> {
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

/// Sending.
impl Store {
    /// The messages whose turn has come, the longest due first.
    pub async fn due_mail(&self, now: Millis, limit: i64) -> Result<Vec<Due>> {
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
    pub async fn mail_sent(&self, id: MailId, now: Millis) -> Result<()> {
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
    pub async fn mail_unneeded(&self, id: MailId, now: Millis) -> Result<()> {
        self.mail_failed(id, UNNEEDED, now).await
    }

    /// Gives a message up.
    pub async fn mail_failed(&self, id: MailId, error: &str, now: Millis) -> Result<()> {
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
    pub async fn mail_refused(&self, due: &Due, error: &str, now: Millis) -> Result<()> {
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
    /// that it was tried in vain; gives up what was tried for days.
    pub async fn mail_postponed(&self, error: &str, now: Millis) -> Result<()> {
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
    pub async fn mail_unblocked(&self, now: Millis) -> Result<()> {
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
    pub async fn mail_due_again(&self, now: Millis) -> Result<()> {
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
    pub async fn tidy_outbox(&self, now: Millis) -> Result<()> {
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
impl Store {
    /// A page of the outbox, newest first.
    pub async fn outbox(&self, pile: Pile, side: Side, limit: i64) -> Result<Page<Queued>> {
        const QUEUED: &str = "select o.id, o.kind, o.recipient, o.created_at, o.due_at, o.tries, \
             o.sent_at, o.failed_at, o.error, c.name as comment_name, p.title as post_title, \
             case when p.state = 'published' then p.path end as post_path \
             from outbox o join comments c on c.id = o.comment_id join posts p on p.id = c.post_id \
             where case when o.sent_at is not null then 'sent' \
             when o.failed_at is null then 'waiting' \
             when o.error = $2 then 'unneeded' else 'failed' end = $1 ";
        let sql = if matches!(side, Side::Newer(..)) {
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

    pub async fn outbox_counts(&self) -> Result<OutboxCounts> {
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
    pub async fn retry_mail(&self, id: MailId, now: Millis) -> Result<()> {
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
    pub async fn delete_mail(&self, id: MailId) -> Result<()> {
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
impl Store {
    /// When a link of a mail was used.
    pub async fn used_at(&self, code: &str) -> Result<Option<Millis>> {
        self.ask("select used_at from mail_acts where code = $1")
            .bind(code)
            .one_value()
            .await
    }

    /// Does what a link of a mail is for and uses the link up, together or not at all.
    pub async fn act_by_mail(&self, act: MailAct<'_>) -> Result<Acted> {
        let MailAct { link, now, .. } = act;
        let mut write = self.write().await?;
        let author: Option<String> = write
            .ask("select name from authors where id = $1 and removed_at is null")
            .bind(link.author)
            .one_value()
            .await?;
        let Some(author) = author else {
            return Ok(Acted::Gone);
        };
        if !write.use_link(act.code, now).await? {
            return Ok(Acted::Used);
        }
        let changes: Vec<Changed> = if let Some(reply) = act.reply {
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
            return Ok(Acted::Overtaken);
        }
        write.commit_changes(&changes, now).await?;
        Ok(Acted::Done)
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

    /// A comment was stored and is no spam: tells the authors who want to know, and asks whether its address is right.
    pub(super) async fn mail_arrived(&mut self, id: CommentId, now: Millis) -> Result<()> {
        self.notify_authors(&[id], now).await?;
        self.ask_to_confirm(id, now).await
    }

    /// Tells the authors of new comments, as the settings want it; nobody of their own.
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

    /// A comment is shown for the first time: tells those who asked for answers to a comment above it, or for all
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
