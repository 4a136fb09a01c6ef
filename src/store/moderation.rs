//! Moderation: every decision about a comment, its line in the log, and the way back.
//!
//! A comment's state changes in one place only, [`Write::change`]: whatever must follow from it hangs there.

use super::{Page, Side, Store, Write};
use crate::blog::comment::{Comment, State};
use crate::blog::time::Millis;
use crate::blog::{ActId, CommentId, PostId};
use crate::error::Result;

/// Stands for the writer of a comment where the log and `decided_by` name somebody.
pub const COMMENTER: &str = "commenter";

/// How long an act can be taken back.
pub const UNDO_WITHIN_DAYS: i64 = 30;

/// A comment that went from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    pub id: CommentId,
    pub post: PostId,
    pub before: State,
    pub after: State,
    /// Its line in the log, by which it is taken back.
    pub act: ActId,
}

impl Changed {
    /// Whether readers see a difference.
    pub(super) fn is_visible(&self) -> bool {
        self.before == State::Approved || self.after == State::Approved
    }
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done(Changed),
    /// It was so already: since when, and by whose decision where there was one.
    WasSo {
        by: String,
        at: Option<Millis>,
    },
    /// It is not there, or its writer deleted it.
    Gone,
}

/// How many comments wait, are approved, and so on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommentCounts {
    pub waiting: i64,
    pub approved: i64,
    pub spam: i64,
    pub deleted: i64,
    pub hidden: i64,
}

/// A comment in the moderator's list, with the post it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Moderated {
    #[sqlx(flatten)]
    pub comment: Comment,
    pub post_title: String,
    pub post_path: Option<String>,
}

/// A line of the log: who did what to which comment.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LoggedAct {
    pub id: ActId,
    pub at: Millis,
    /// An author's name, or [`COMMENTER`].
    pub by: String,
    pub act: String,
    pub detail: String,
    pub comment_id: Option<CommentId>,
    /// Whose comment it is; none where the act is about no comment, or the comment is gone.
    pub name: Option<String>,
    /// How the comment begins.
    pub beginning: Option<String>,
    /// Whether it can be taken back.
    pub undoable: bool,
}

/// A line of the log with the comment that it is about; `$1` is the oldest moment that can be taken back.
macro_rules! logged {
    ($rest:literal) => {
        concat!(
            "select a.id, a.at, a.by, a.act, a.detail, a.comment_id, c.name, substr(c.source, 1, 160) as beginning, ",
            "a.state_before <> '' and a.by <> 'commenter' and a.at >= $1 and c.id is not null and not exists ",
            "(select 1 from acts l where l.comment_id = a.comment_id and l.id > a.id and l.state_before <> '') as undoable ",
            "from acts a left join comments c on c.id = a.comment_id ",
            $rest
        )
    };
}

impl Store {
    /// Moves a comment to another state.
    pub async fn decide_comment(
        &self,
        id: CommentId,
        to: State,
        by: &str,
        now: Millis,
    ) -> Result<Outcome> {
        let mut write = self.write().await?;
        if let Some(changed) = write.change_state(id, to, by, now).await? {
            write.commit_changes(&[changed], now).await?;
            return Ok(Outcome::Done(changed));
        }
        let row: Option<(String, Option<Millis>)> = sqlx::query_as(
            "select decided_by, decided_at from comments where id = $1 and state = $2",
        )
        .bind(id)
        .bind(to)
        .fetch_optional(&mut *write.tx)
        .await?;
        Ok(match row {
            Some((by, at)) => Outcome::WasSo { by, at },
            None => Outcome::Gone,
        })
    }

    /// Takes acts back, from `first` to `last` in the log, where they are the newest decision about their comment and
    /// not older than thirty days; gives what was changed. Only acts of one moment and one person are taken together.
    pub async fn undo_acts(
        &self,
        first: ActId,
        last: ActId,
        by: &str,
        now: Millis,
    ) -> Result<Vec<Changed>> {
        let mut write = self.write().await?;
        let acts: Vec<(CommentId, State)> = sqlx::query_as(
            "select a.comment_id, a.state_before from acts a join acts f on f.id = $1 and f.at = a.at and f.by = a.by \
             where a.id >= $1 and a.id <= $2 and a.state_before <> '' and a.by <> 'commenter' and a.at >= $3 \
             and not exists (select 1 from acts l where l.comment_id = a.comment_id and l.id > a.id \
             and l.state_before <> '') order by a.id desc",
        )
        .bind(first)
        .bind(last)
        .bind(undoable_since(now))
        .fetch_all(&mut *write.tx)
        .await?;
        let mut changes = Vec::with_capacity(acts.len());
        for (id, before) in acts {
            let undo = Act {
                name: "undo",
                detail: before.word(),
            };
            changes.extend(write.change(id, before, by, undo, now).await?);
        }
        write.commit_changes(&changes, now).await?;
        Ok(changes)
    }

    /// The log of moderation, newest first; the id of an act is its place.
    pub async fn log(&self, side: Side, limit: i64, now: Millis) -> Result<Page<LoggedAct>> {
        let sql = if matches!(side, Side::Newer(..)) {
            logged!("where a.id > $2 order by a.id limit $3")
        } else {
            logged!("where a.id < $2 order by a.id desc limit $3")
        };
        let rows = sqlx::query_as(sql)
            .bind(undoable_since(now))
            .bind(side.place().1)
            .bind(limit + 1)
            .fetch_all(&self.readers)
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    /// All that was done about one comment, newest first.
    pub async fn acts_of(&self, comment: CommentId, now: Millis) -> Result<Vec<LoggedAct>> {
        Ok(
            sqlx::query_as(logged!("where a.comment_id = $2 order by a.id desc"))
                .bind(undoable_since(now))
                .bind(comment)
                .fetch_all(&self.readers)
                .await?,
        )
    }

    /// Comments in a state for the moderator, newest first. `words` is a query of [`crate::blog::words::query`].
    pub async fn moderated(
        &self,
        state: State,
        words: Option<&str>,
        side: Side,
        limit: i64,
    ) -> Result<Page<Moderated>> {
        macro_rules! moderated {
            ($rest:literal) => {
                concat!(
                    "select c.id, c.post_id, c.parent_id, c.state, c.name, c.email, c.url, c.author_id, ",
                    "c.created_at, c.markup, c.source, c.html, c.reason, c.place, c.decided_at, c.decided_by, c.edited_at, c.confirmed, ",
                    "p.title as post_title, case when p.state = 'published' then p.path end as post_path ",
                    "from comments c join posts p on p.id = c.post_id where c.state = $1 ",
                    "and ($2 = '' or c.id in (select rowid from search_comments where search_comments match nullif($2, ''))) ",
                    "and (c.created_at, c.id) ",
                    $rest
                )
            };
        }
        let sql = if matches!(side, Side::Newer(..)) {
            moderated!("> ($3, $4) order by c.created_at, c.id limit $5")
        } else {
            moderated!("< ($3, $4) order by c.created_at desc, c.id desc limit $5")
        };
        let (at, id) = side.place();
        let rows = sqlx::query_as(sql)
            .bind(state)
            .bind(words.unwrap_or(""))
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .fetch_all(&self.readers)
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    pub async fn comment_counts(&self) -> Result<CommentCounts> {
        let rows: Vec<(State, i64)> =
            sqlx::query_as("select state, count(*) from comments group by state")
                .fetch_all(&self.readers)
                .await?;
        let of = |wanted| {
            rows.iter()
                .find(|(state, _)| *state == wanted)
                .map_or(0, |row| row.1)
        };
        Ok(CommentCounts {
            waiting: of(State::Waiting),
            approved: of(State::Approved),
            spam: of(State::Spam),
            deleted: of(State::Deleted),
            hidden: of(State::Hidden),
        })
    }

    /// How many comments wait for a decision.
    pub async fn waiting_comments(&self) -> Result<i64> {
        let (count,): (i64,) =
            sqlx::query_as("select count(*) from comments where state = 'waiting'")
                .fetch_one(&self.readers)
                .await?;
        Ok(count)
    }
}

/// The moment from which on acts can still be taken back.
fn undoable_since(now: Millis) -> Millis {
    now.plus_seconds(-UNDO_WITHIN_DAYS * 24 * 3600)
}

/// What the log calls a decision.
fn act_of(to: State) -> Act<'static> {
    let name = match to {
        State::Approved => "approve",
        State::Spam => "spam",
        State::Deleted => "delete",
        State::Waiting => "restore",
        State::Hidden => "hide",
    };
    Act { name, detail: "" }
}

/// What the filter learns from a decision: only what somebody called good or spam.
fn lesson_of(to: State) -> Option<bool> {
    match to {
        State::Approved => Some(false),
        State::Spam => Some(true),
        State::Waiting | State::Deleted | State::Hidden => None,
    }
}

/// How a change is written in the log.
#[derive(Clone, Copy)]
struct Act<'a> {
    name: &'a str,
    detail: &'a str,
}

impl Write {
    /// Moves a comment to another state; `None` where it is in that state already, is not there, or was deleted by its
    /// writer, which only `by` the commenter can be taken back.
    pub(super) async fn change_state(
        &mut self,
        id: CommentId,
        to: State,
        by: &str,
        at: Millis,
    ) -> Result<Option<Changed>> {
        self.change(id, to, by, act_of(to), at).await
    }

    /// The one place where the state of a comment changes.
    async fn change(
        &mut self,
        id: CommentId,
        to: State,
        by: &str,
        act: Act<'_>,
        at: Millis,
    ) -> Result<Option<Changed>> {
        let row: Option<(PostId, State)> = sqlx::query_as(
            "update comments set state_before = state, state = $2, decided_at = $3, decided_by = $4 \
             where id = $1 and state <> $2 \
             and (state <> 'deleted' or decided_by <> 'commenter' or $4 = 'commenter') \
             returning post_id, state_before",
        )
        .bind(id)
        .bind(to)
        .bind(at)
        .bind(by)
        .fetch_optional(&mut *self.tx)
        .await?;
        let Some((post, before)) = row else {
            return Ok(None);
        };
        if to == State::Approved {
            self.place_comment(id, post).await?;
        }
        if by != COMMENTER {
            self.learn(id, lesson_of(to)).await?;
        }
        let (act,): (ActId,) = sqlx::query_as(
            "insert into acts (at, by, act, comment_id, detail, state_before) \
             values ($1, $2, $3, $4, $5, $6) returning id",
        )
        .bind(at)
        .bind(by)
        .bind(act.name)
        .bind(id)
        .bind(act.detail)
        .bind(before)
        .fetch_one(&mut *self.tx)
        .await?;
        let changed = Changed {
            id,
            post,
            before,
            after: to,
            act,
        };
        if changed.is_visible() {
            self.recount(post).await?;
        }
        Ok(Some(changed))
    }

    /// Writes an act into the log that changes no state: `act` is one short word, `detail` whatever else tells.
    pub(super) async fn log_act(
        &mut self,
        by: &str,
        act: &str,
        comment: Option<CommentId>,
        detail: &str,
        at: Millis,
    ) -> Result<()> {
        sqlx::query(
            "insert into acts (at, by, act, comment_id, detail) values ($1, $2, $3, $4, $5)",
        )
        .bind(at)
        .bind(by)
        .bind(act)
        .bind(comment)
        .bind(detail)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Commits changes of state, as content where readers see one of them.
    pub(super) async fn commit_changes(self, changes: &[Changed], at: Millis) -> Result<()> {
        if changes.iter().any(Changed::is_visible) {
            self.commit_content(at).await
        } else {
            self.commit().await
        }
    }
}
