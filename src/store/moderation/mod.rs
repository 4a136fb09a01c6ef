//! Moderation: every decision about a comment, its line in the log, and the way back.
//!
//! A comment's state changes in one place only, [`Write::change`]: everything that follows from a change is done there.

mod list;

pub use list::{CommentCounts, ModeratedComment};

use super::ask::sql;
use super::{Page, PageDirection, Store, Write};
use crate::blog::author::{Author, Scope};
use crate::blog::comment::{self, COMMENTER, State};
use crate::blog::moderation::Seen;
use crate::blog::settings::YES;
use crate::blog::time::Millis;
use crate::blog::{ActId, AuthorId, CommentId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// How long an act can be taken back.
pub const UNDO_WITHIN_DAYS: i64 = 30;

/// A comment that went from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateChange {
    pub id: CommentId,
    pub post: PostId,
    pub before: State,
    pub after: State,
    /// Its line in the log, by which it is taken back.
    pub act: ActId,
}

impl StateChange {
    /// Whether readers see a difference.
    pub(super) fn is_visible(&self) -> bool {
        self.before == State::Approved || self.after == State::Approved
    }
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecisionOutcome {
    Done(StateChange),
    /// It was so already: since when, and by whose decision where there was one.
    WasSo {
        by: String,
        at: Option<Millis>,
    },
    /// It is not there, or its writer deleted it.
    Gone,
}

/// What became of a decision about comments that a page showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkDecision {
    /// The acts by which it was done, first and last; those of a moment ago where the same decision was sent twice.
    pub acts: Option<(ActId, ActId)>,
    /// Comments that were not as the page showed them: nothing of theirs was changed.
    pub conflicts: Vec<CommentId>,
}

impl BulkDecision {
    pub(super) fn add(&mut self, act: ActId) {
        let (first, last) = self.acts.unwrap_or((act, act));
        self.acts = Some((first.min(act), last.max(act)));
    }
}

/// An author's reply to a comment.
#[derive(Debug, Clone, Copy)]
pub struct NewReply<'a> {
    /// The comment that is answered, as the page showed it.
    pub to: Seen,
    pub author: &'a Author,
    pub source: &'a str,
    pub html: &'a str,
    /// The words of `html`, for the search index.
    pub words: &'a str,
    pub renderer: i64,
    pub now: Millis,
}

/// What became of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyOutcome {
    /// It is shown, and what it answers too; with the acts by which it was done.
    Done((ActId, ActId)),
    /// Somebody decided otherwise about the comment, or changed it: nothing was stored.
    Conflict,
    Gone,
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
    /// How the rendering of the comment begins.
    pub beginning: Option<String>,
    /// Whether it can be taken back.
    pub undoable: bool,
}

/// A line of the log with the comment that it is about; `$1` is the oldest moment that can be taken back.
const LOGGED: &str = "select a.id, a.at, a.by, a.act, a.detail, a.comment_id, c.name, \
       substr(c.html, 1, 400) as beginning, \
     a.state_before <> '' and a.by <> 'commenter' and a.at >= $1 and c.id is not null \
     and not (c.state = 'deleted' and c.decided_by = 'commenter') and not exists \
     (select 1 from acts l where l.comment_id = a.comment_id and l.id > a.id \
       and l.state_before <> '') as undoable \
     from acts a left join comments c on c.id = a.comment_id ";

handle! {
    /// Moderation of comments.
    moderation: Moderation
}

impl Moderation<'_> {
    /// Moves a comment to another state.
    pub async fn decide(
        self,
        id: CommentId,
        to: State,
        by: &str,
        now: Millis,
    ) -> Result<DecisionOutcome> {
        let mut write = self.write().await?;
        if let Some(changed) = write.change_state(id, to, by, now).await? {
            write.commit_changes(&[changed], now).await?;
            return Ok(DecisionOutcome::Done(changed));
        }
        let row: Option<(String, Option<Millis>)> = write
            .ask("select decided_by, decided_at from comments where id = $1 and state = $2")
            .bind(id)
            .bind(to)
            .one()
            .await?;
        Ok(match row {
            Some((by, at)) => DecisionOutcome::WasSo { by, at },
            None => DecisionOutcome::Gone,
        })
    }

    /// Moves comments that a page showed to another state, all in one transaction.
    pub async fn decide_seen(
        self,
        seen: &[Seen],
        to: State,
        by: &str,
        now: Millis,
    ) -> Result<BulkDecision> {
        let mut write = self.write().await?;
        let mut decided = BulkDecision::default();
        let mut changes = Vec::with_capacity(seen.len());
        for seen in seen {
            let Some(found) = write.found(seen.id).await? else {
                continue;
            };
            let change = write.waiting_change(seen.id).await?;
            if seen.changed_at.is_some() && seen.changed_at != change {
                decided.conflicts.push(seen.id);
            } else if found.is(seen) && to == State::Approved && seen.changed_at.is_some() {
                if let Some(changed) = write.approve_change(seen.id, by, now).await? {
                    decided.add(changed.act);
                    changes.push(changed);
                }
            } else if found.is(seen) {
                if let Some(changed) = write.change_state(seen.id, to, by, now).await? {
                    decided.add(changed.act);
                    changes.push(changed);
                }
            } else if found.state == to && found.decided_by == by {
                // The same decision, sent twice.
                if let Some(act) = write.newest_change(seen.id).await? {
                    decided.add(act);
                }
            } else {
                decided.conflicts.push(seen.id);
            }
        }
        write.commit_changes(&changes, now).await?;
        Ok(decided)
    }

    /// Stores an author's reply and approves what it answers, in one transaction. The same words sent twice are one reply.
    pub async fn reply(self, answer: NewReply<'_>) -> Result<ReplyOutcome> {
        let mut write = self.write().await?;
        let (outcome, changes) = write.answer(answer).await?;
        if changes.is_empty() {
            return Ok(outcome);
        }
        write.commit_changes(&changes, answer.now).await?;
        Ok(outcome)
    }

    /// Takes no new comments anywhere, or takes them again.
    pub async fn stop_comments(self, stopped: bool, by: &str, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        let value = if stopped { YES } else { "" };
        write
            .put_settings(&[("comments_stopped", value.to_owned())])
            .await?;
        let act = if stopped { "stop" } else { "start" };
        write.log_act(by, act, None, "", now).await?;
        write.commit_content(now).await
    }

    /// Takes acts back, from `first` to `last` in the log, where they are the newest decision about their comment and
    /// not older than thirty days; gives what was changed. Only acts of one moment and one person are taken together.
    pub async fn undo(
        self,
        first: ActId,
        last: ActId,
        by: &str,
        now: Millis,
    ) -> Result<Vec<StateChange>> {
        let mut write = self.write().await?;
        let acts: Vec<(CommentId, State)> = write
            .ask(
                "select a.comment_id, a.state_before from acts a \
                   join acts f on f.id = $1 and f.at = a.at and f.by = a.by \
                 where a.id >= $1 and a.id <= $2 and a.state_before <> '' and a.by <> 'commenter' \
                   and a.at >= $3 \
                 and not exists (select 1 from acts l \
                   where l.comment_id = a.comment_id and l.id > a.id \
                 and l.state_before <> '') order by a.id desc",
            )
            .bind(first)
            .bind(last)
            .bind(undoable_since(now))
            .all()
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

    /// The log of moderation within what somebody may act on, newest first; the id of an act is its place.
    pub async fn log(
        self,
        scope: Scope,
        side: PageDirection,
        limit: i64,
        now: Millis,
    ) -> Result<Page<LoggedAct>> {
        let sql = if matches!(side, PageDirection::Newer(..)) {
            sql!(
                LOGGED,
                "where a.id > $2 and ($4 = 0 \
                   or c.post_id in (select id from posts where kind = 'post' and author_id = $4)) \
                 order by a.id limit $3"
            )
        } else {
            sql!(
                LOGGED,
                "where a.id < $2 and ($4 = 0 \
                   or c.post_id in (select id from posts where kind = 'post' and author_id = $4)) \
                 order by a.id desc limit $3"
            )
        };
        let rows = self
            .ask(sql)
            .bind(undoable_since(now))
            .bind(side.place().1)
            .bind(limit + 1)
            .bind(scope.owner().unwrap_or(AuthorId(0)))
            .all()
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    /// The acts from `first` to `last` that were done at one moment by one person.
    pub async fn acts_between(
        self,
        first: ActId,
        last: ActId,
        now: Millis,
    ) -> Result<Vec<LoggedAct>> {
        self.ask(sql!(
            LOGGED,
            "join acts f on f.id = $2 and f.at = a.at and f.by = a.by \
             where a.id >= $2 and a.id <= $3 order by a.id"
        ))
        .bind(undoable_since(now))
        .bind(first)
        .bind(last)
        .all()
        .await
    }

    /// All that was done about one comment, newest first.
    pub async fn acts_of(self, comment: CommentId, now: Millis) -> Result<Vec<LoggedAct>> {
        self.ask(sql!(LOGGED, "where a.comment_id = $2 order by a.id desc"))
            .bind(undoable_since(now))
            .bind(comment)
            .all()
            .await
    }
}

/// What must be known of a comment before it is decided upon.
#[derive(sqlx::FromRow)]
struct Found {
    post_id: PostId,
    state: State,
    decided_at: Option<Millis>,
    decided_by: String,
    edited_at: Option<Millis>,
}

impl Found {
    fn is(&self, seen: &Seen) -> bool {
        (self.state, self.decided_at, self.edited_at)
            == (seen.state, seen.decided_at, seen.edited_at)
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
    ) -> Result<Option<StateChange>> {
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
    ) -> Result<Option<StateChange>> {
        let row: Option<(PostId, State)> = self
            .ask(
                "update comments \
                   set state_before = state, state = $2, decided_at = $3, decided_by = $4 \
                 where id = $1 and state <> $2 \
                 and (state <> 'deleted' or decided_by <> 'commenter' or $4 = 'commenter') \
                 returning post_id, state_before",
            )
            .bind(id)
            .bind(to)
            .bind(at)
            .bind(by)
            .one()
            .await?;
        let Some((post, before)) = row else {
            return Ok(None);
        };
        if to == State::Approved && self.place_comment(id, post).await? {
            self.mail_shown(id, at).await?;
        }
        // Who decides because of a change that waits has read other words than those that readers see.
        if by != COMMENTER && self.waiting_change(id).await?.is_none() {
            self.learn(id, lesson_of(to)).await?;
        }
        let act: ActId = self
            .ask(
                "insert into acts (id, at, by, act, comment_id, detail, state_before) \
                 values ((select last + 1 from numbers where name = 'acts'), $1, $2, $3, \
                   $4, $5, $6) returning id",
            )
            .bind(at)
            .bind(by)
            .bind(act.name)
            .bind(id)
            .bind(act.detail)
            .bind(before)
            .value()
            .await?;
        let changed = StateChange {
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

    async fn found(&mut self, id: CommentId) -> Result<Option<Found>> {
        self.ask(
            "select post_id, state, decided_at, decided_by, edited_at from comments where id = $1",
        )
        .bind(id)
        .one()
        .await
    }

    /// The act by which a comment came into the state that it is in.
    async fn newest_change(&mut self, id: CommentId) -> Result<Option<ActId>> {
        let act: Option<ActId> = self
            .ask("select max(id) from acts where comment_id = $1 and state_before <> ''")
            .bind(id)
            .value()
            .await?;
        Ok(act)
    }

    /// The act of the same reply, sent a moment ago.
    async fn duplicate_reply(&mut self, answer: NewReply<'_>) -> Result<Option<ActId>> {
        let duplicate: Option<CommentId> = self
            .ask(
                "select id from comments \
                   where parent_id = $1 and author_id = $2 and source = $3 and created_at > $4 \
                 and created_at <= $5 and state = 'approved' order by id limit 1",
            )
            .bind(answer.to.id)
            .bind(answer.author.id)
            .bind(answer.source)
            .bind(answer.now.plus_seconds(-comment::TWICE_WITHIN_SECONDS))
            .bind(answer.now.latest())
            .one_value()
            .await?;
        match duplicate {
            Some(id) => self.newest_change(id).await,
            None => Ok(None),
        }
    }

    /// Stores an author's reply and approves what it answers; also gives what was changed.
    pub(super) async fn answer(
        &mut self,
        answer: NewReply<'_>,
    ) -> Result<(ReplyOutcome, Vec<StateChange>)> {
        let NewReply {
            to, author, now, ..
        } = answer;
        let nothing = |outcome| Ok((outcome, Vec::new()));
        let Some(found) = self.found(to.id).await? else {
            return nothing(ReplyOutcome::Gone);
        };
        if let Some(act) = self.duplicate_reply(answer).await? {
            return nothing(ReplyOutcome::Done((act, act)));
        }
        if !found.is(&to) && found.state != State::Approved {
            return nothing(ReplyOutcome::Conflict);
        }
        if found.state == State::Deleted && found.decided_by == COMMENTER {
            return nothing(ReplyOutcome::Gone);
        }
        let approved = self
            .change_state(to.id, State::Approved, &author.name, now)
            .await?;
        let reply = self.add_answer(answer, found.post_id).await?;
        let act = Act {
            name: "reply",
            detail: "",
        };
        let shown = self
            .change(reply, State::Approved, &author.name, act, now)
            .await?;
        self.mail_arrived(reply, now).await?;
        let changes: Vec<StateChange> = approved.into_iter().chain(shown).collect();
        match (changes.first(), changes.last()) {
            (Some(first), Some(last)) => Ok((ReplyOutcome::Done((first.act, last.act)), changes)),
            _ => nothing(ReplyOutcome::Gone),
        }
    }

    /// Whether a comment is as a page showed it.
    pub(super) async fn is_as_seen(&mut self, seen: &Seen) -> Result<bool> {
        let found = self.found(seen.id).await?;
        Ok(found.is_some_and(|found| found.is(seen)))
    }

    /// Stores a reply. It begins as deleted, which is what taking it back makes of it; showing it is a change like any.
    async fn add_answer(&mut self, answer: NewReply<'_>, post: PostId) -> Result<CommentId> {
        let id: CommentId = self
            .ask(
                "insert into comments (id, post_id, parent_id, state, author_id, name, \
                   created_at, renderer, markup, html, source) \
                 values ((select last + 1 from numbers where name = 'comments'), \
                 $1, $2, 'deleted', $3, $4, $5, $6, 'markdown', $7, $8) returning id",
            )
            .bind(post)
            .bind(answer.to.id)
            .bind(answer.author.id)
            .bind(&answer.author.name)
            .bind(answer.now)
            .bind(answer.renderer)
            .bind(answer.html)
            .bind(answer.source)
            .value()
            .await?;
        self.index_comment(id, &answer.author.name, answer.words)
            .await?;
        Ok(id)
    }

    /// Writes an act into the log that changes no state: `act` is one short word, `detail` anything else.
    pub(super) async fn log_act(
        &mut self,
        by: &str,
        act: &str,
        comment: Option<CommentId>,
        detail: &str,
        at: Millis,
    ) -> Result<()> {
        self.ask(
            "insert into acts (id, at, by, act, comment_id, detail) \
             values ((select last + 1 from numbers where name = 'acts'), \
             $1, $2, $3, $4, $5)",
        )
        .bind(at)
        .bind(by)
        .bind(act)
        .bind(comment)
        .bind(detail)
        .run()
        .await?;
        Ok(())
    }

    /// Commits changes of state, as content where readers see one of them.
    pub(super) async fn commit_changes(self, changes: &[StateChange], at: Millis) -> Result<()> {
        let visible = changes.iter().filter(|change| change.is_visible());
        let posts: Vec<PostId> = visible.map(|change| change.post).collect();
        if posts.is_empty() {
            self.commit().await
        } else {
            self.commit_around(&posts, at).await
        }
    }
}
