//! The audit log: written in the transaction of its cause, read together with the log of moderation.

use super::{Page, PageDirection, Store, Write};
use crate::blog::audit::{Act, KEPT_SECONDS, Note, REFUSED_KEPT_SECONDS};
use crate::blog::comment::COMMENTER;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};
use std::sync::Arc;

/// A network from which somebody signed in within this time is familiar.
const FAMILIAR_SECONDS: i64 = 90 * 24 * 3600;

/// A line of both logs.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditLine {
    /// Its place among those of one moment.
    pub place: i64,
    pub at: Millis,
    /// The name as it was then; empty for nobody in particular.
    pub by: String,
    /// An [`Act`], or an act of moderation where there is a comment or no network.
    pub act: String,
    pub about: String,
    pub post_id: Option<PostId>,
    pub comment_id: Option<CommentId>,
    pub network: String,
    /// Whether it comes from the log of moderation.
    pub moderation: bool,
}

/// Which lines are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub author: Option<AuthorId>,
    pub acts: ActFilter,
}

/// Which acts are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ActFilter {
    #[default]
    All,
    One(Act),
    Moderation,
}

impl ActFilter {
    /// How the queries know it.
    fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::One(act) => act.word(),
            Self::Moderation => "comments",
        }
    }
}

/// Both logs as one list, each walked by its own index: what is older than a place, the newest first. $1 and $2 are the
/// place, $3 how many, $4 the author, $5 the act, $6 what commenters are called.
const OLDER: &str = "select * from (\
     select * from (select id * 2 as place, at, by, act, about, post_id, null as comment_id, \
       network, false as moderation from audit \
       where at <= $1 and (at < $1 or id * 2 < $2) \
       and (cast($4 as bigint) is null or author_id = $4) and ($5 = '' or act = $5) \
       order by at desc, id desc limit $3) a \
     union all \
     select * from (select id * 2 + 1 as place, at, by, act, detail as about, null as post_id, \
       comment_id, '' as network, true as moderation from acts \
       where at <= $1 and (at < $1 or id * 2 + 1 < $2) and by <> $6 \
       and (cast($4 as bigint) is null or by = (select name from authors where id = $4)) \
       and $5 in ('', 'comments') order by at desc, id desc limit $3) m\
     ) both_logs order by at desc, place desc limit $3";
/// The same for what is newer, the oldest first.
const NEWER: &str = "select * from (\
     select * from (select id * 2 as place, at, by, act, about, post_id, null as comment_id, \
       network, false as moderation from audit \
       where at >= $1 and (at > $1 or id * 2 > $2) \
       and (cast($4 as bigint) is null or author_id = $4) and ($5 = '' or act = $5) \
       order by at asc, id asc limit $3) a \
     union all \
     select * from (select id * 2 + 1 as place, at, by, act, detail as about, null as post_id, \
       comment_id, '' as network, true as moderation from acts \
       where at >= $1 and (at > $1 or id * 2 + 1 > $2) and by <> $6 \
       and (cast($4 as bigint) is null or by = (select name from authors where id = $4)) \
       and $5 in ('', 'comments') order by at asc, id asc limit $3) m\
     ) both_logs order by at asc, place asc limit $3";

impl Store {
    /// The same store, whose next change writes this line with it, in one transaction: either both are on disk or neither.
    /// It is meant for one change; what turns out to change nothing writes nothing.
    #[must_use]
    pub fn noting(&self, note: Note) -> Self {
        Self {
            note: Some(Arc::new(note)),
            ..self.clone()
        }
    }
}

handle! {
    /// The audit log.
    audit_log: AuditLog
}

impl AuditLog<'_> {
    /// Whether a person signed in from a network, shortened as [`crate::blog::network::shortened`] does, within ninety days.
    pub async fn signed_in_from(
        self,
        author: AuthorId,
        network: &str,
        now: Millis,
    ) -> Result<bool> {
        self.ask(
            "select 1 from audit \
             where act = $1 and at > $2 and at <= $3 and author_id = $4 and network = $5 limit 1",
        )
        .bind(Act::Enter)
        .bind(now.plus_seconds(-FAMILIAR_SECONDS))
        .bind(now.latest())
        .bind(author)
        .bind(network)
        .exists()
        .await
    }

    /// Writes a line about what changes nothing else.
    pub async fn add(self, note: Note) -> Result<()> {
        self.0.noting(note).write().await?.commit().await
    }

    /// What was done behind the sign-in, newest first: the audit log and what people decided about comments.
    pub async fn list(
        self,
        wanted: AuditFilter,
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<AuditLine>> {
        let sql = if matches!(side, PageDirection::Newer(..)) {
            NEWER
        } else {
            OLDER
        };
        let (at, place) = side.place();
        let rows = self
            .ask(sql)
            .bind(at)
            .bind(place)
            .bind(limit + 1)
            .bind(wanted.author)
            .bind(wanted.acts.word())
            .bind(COMMENTER)
            .all()
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    /// Forgets lines that are old enough.
    pub async fn tidy(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from audit where at < $1")
            .bind(now.plus_seconds(-KEPT_SECONDS))
            .run()
            .await?;
        write
            .ask("delete from audit where act = $1 and at < $2")
            .bind(Act::Refused)
            .bind(now.plus_seconds(-REFUSED_KEPT_SECONDS))
            .run()
            .await?;
        write.commit().await
    }
}

impl Write {
    /// Writes the line that this change causes, where there is one, with names and titles as they are after it.
    pub(super) async fn add_note(&mut self) -> Result<()> {
        let Some(note) = self.note.take() else {
            return Ok(());
        };
        self.ask(
            "insert into audit (id, at, author_id, by, act, post_id, about, network) \
             values ((select last + 1 from numbers where name = 'audit'), \
             $1, $2, \
             coalesce((select name from authors where id = $2), ''), $3, $4, \
             case when $5 <> '' then $5 \
               else coalesce((select title from posts where id = $4), '') end, $6)",
        )
        .bind(note.at)
        .bind(note.author)
        .bind(note.act)
        .bind(note.post)
        .bind(&note.about)
        .bind(&note.network)
        .run()
        .await?;
        Ok(())
    }
}
