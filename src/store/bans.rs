//! Bans: whose new comments are taken for spam, until when. Nothing that is here already is touched by one.

use super::Store;
use super::json::json;
use crate::blog::ban::{self, Ban, Kind, NewBan, Traces};
use crate::blog::comment::State;
use crate::blog::post::Markup;
use crate::blog::time::Millis;
use crate::blog::{BanId, CommentId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// Who acts upon bans, from which comment, and when.
#[derive(Debug, Clone, Copy)]
pub struct BanContext<'a> {
    pub by: &'a str,
    pub comment: Option<CommentId>,
    pub now: Millis,
}

/// A ban that was made, or made again with another end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedBan {
    pub id: BanId,
    pub again: bool,
}

/// A comment that a ban would have caught.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CaughtComment {
    pub id: CommentId,
    pub name: String,
    pub state: State,
    pub created_at: Millis,
    pub source: String,
    pub markup: Markup,
    pub post_title: String,
}

handle! {
    /// Bans of commenters.
    bans: Bans
}

impl Bans<'_> {
    /// Whether a ban applies to a new comment: by the key of its name ([`ban::name_key`]), its address, its network
    /// under each key that still counts, or its writer's pass. What is empty is never banned. A ban from a time that has
    /// not come yet was made while the clock was wrong: it is listed, and bans nobody.
    pub async fn applies(
        self,
        name_key: &str,
        email: &str,
        networks: &[String],
        pass: &str,
        now: Millis,
    ) -> Result<bool> {
        self.ask(
            "select 1 from bans where value <> '' and ends_at > $1 and created_at <= $6 \
               and (kind = 'name' and value = $2 \
             or kind = 'email' and value = $3 or kind = 'pass' and value = $4 \
             or kind = 'network' and value in (select n.value from json_each($5) as n)) limit 1",
        )
        .bind(now)
        .bind(name_key)
        .bind(email.to_lowercase())
        .bind(pass)
        .bind(json(&networks)?)
        .bind(now.latest())
        .exists()
        .await
    }

    /// The bans that apply, those that end soonest first.
    pub async fn list(self, now: Millis) -> Result<Vec<Ban>> {
        self.ask(
            "select id, kind, value, label, note, by, created_at, ends_at from bans \
               where ends_at > $1 \
             order by ends_at, id",
        )
        .bind(now)
        .all()
        .await
    }

    /// Bans from now on. The same once more takes the place of what was there: another end, another note.
    pub async fn add(self, new: &NewBan, banning: BanContext<'_>) -> Result<AddedBan> {
        let BanContext { by, comment, now } = banning;
        let mut write = self.write().await?;
        let known = write
            .ask("select 1 from bans where kind = $1 and value = $2 and ends_at > $3")
            .bind(new.kind)
            .bind(&new.value)
            .bind(now)
            .exists()
            .await?;
        let id: BanId = write
            .ask(
                "insert into bans (id, kind, value, label, note, by, created_at, ends_at) \
                 values ((select last + 1 from numbers where name = 'bans'), \
                 $1, $2, $3, $4, $5, $6, $7) \
                 on conflict (kind, value) do update \
                   set label = excluded.label, note = excluded.note, by = excluded.by, \
                 created_at = excluded.created_at, ends_at = excluded.ends_at returning id",
            )
            .bind(new.kind)
            .bind(&new.value)
            .bind(&new.label)
            .bind(&new.note)
            .bind(by)
            .bind(now)
            .bind(new.ends_at)
            .value()
            .await?;
        write.log_act(by, "ban", comment, &new.said(), now).await?;
        write.commit().await?;
        Ok(AddedBan { id, again: known })
    }

    /// Ends a ban now; gives it as it was, `None` where it had ended already.
    pub async fn end(self, id: BanId, by: &str, now: Millis) -> Result<Option<Ban>> {
        let mut write = self.write().await?;
        let ban: Option<Ban> = write
            .ask(
                "delete from bans where id = $1 and ends_at > $2 \
                 returning id, kind, value, label, note, by, created_at, ends_at",
            )
            .bind(id)
            .bind(now)
            .one()
            .await?;
        let Some(ban) = ban else {
            return Ok(None);
        };
        write
            .log_act(by, "end ban", None, &ban::said(ban.kind, &ban.label), now)
            .await?;
        write.commit().await?;
        Ok(Some(ban))
    }

    /// Forgets bans that have ended.
    pub async fn tidy(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from bans where ends_at <= $1")
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// What a ban upon the writer of a comment could go by.
    pub async fn traces(self, id: CommentId) -> Result<Option<Traces>> {
        self.ask(
            "select id, name, email, network, pass from comments \
             where id = $1 and author_id is null",
        )
        .bind(id)
        .one()
        .await
    }

    /// How many commenters' comments since a moment a ban would have caught, and the newest of them.
    pub async fn would_catch(
        self,
        kind: Kind,
        value: &str,
        since: Millis,
        limit: usize,
    ) -> Result<(usize, Vec<CaughtComment>)> {
        let sql = match kind {
            Kind::Name => None,
            Kind::Email => Some(
                "select id from comments where email <> '' and email = $1 \
                 and created_at >= $2 and author_id is null order by created_at desc, id desc",
            ),
            Kind::Network => Some(
                "select id from comments where network <> '' and network = $1 \
                 and created_at >= $2 and author_id is null order by created_at desc, id desc",
            ),
            Kind::Pass => Some(
                "select id from comments where pass <> '' and pass = $1 \
                 and created_at >= $2 and author_id is null order by created_at desc, id desc",
            ),
        };
        let ids = match sql {
            Some(sql) => self.ask(sql).bind(value).bind(since).values().await?,
            None => self.under_name(value, since).await?,
        };
        let mut newest = Vec::new();
        for &id in ids.iter().take(limit) {
            newest.extend(self.caught(id).await?);
        }
        Ok((ids.len(), newest))
    }

    /// Names are compared by their keys, which only the program can make.
    async fn under_name(self, key: &str, since: Millis) -> Result<Vec<CommentId>> {
        let rows: Vec<(CommentId, String)> = self
            .ask(
                "select id, name from comments \
                   where state in ('waiting', 'approved', 'spam', 'deleted', 'hidden') \
                 and created_at >= $1 and author_id is null order by created_at desc, id desc",
            )
            .bind(since)
            .all()
            .await?;
        Ok(rows
            .into_iter()
            .filter(|(_, name)| ban::name_key(name) == key)
            .map(|(id, _)| id)
            .collect())
    }

    async fn caught(self, id: CommentId) -> Result<Option<CaughtComment>> {
        self.ask(
            "select c.id, c.name, c.state, c.created_at, c.source, c.markup, \
               p.title as post_title \
             from comments c join posts p on p.id = c.post_id where c.id = $1",
        )
        .bind(id)
        .one()
        .await
    }

    /// Forgets from which networks comments came that are older than a moment.
    pub async fn forget_networks(self, before: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update comments set network = '' where network <> '' and created_at < $1")
            .bind(before)
            .run()
            .await?;
        write.commit().await
    }
}
