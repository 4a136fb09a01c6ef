//! New comments: what is asked about one before it is judged, and how many at once share one transaction.

use crate::blog::comment::{self, NewComment, State};
use crate::blog::spam::{Facts, Verdict};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId, words};
use crate::error::{Error, Result};
use crate::store::Comments;
use crate::store::Write;
use crate::store::engine::sqlite::BUSY_TIMEOUT;
use crate::store::handle::Handle;
use crate::store::json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

/// A new comment with all that was decided about it.
#[derive(Debug, Clone)]
pub struct NewCommentRow {
    pub new: NewComment,
    pub html: String,
    /// The words of `html`, for the search index.
    pub words: String,
    pub renderer: i64,
    pub state: State,
    pub reason: &'static str,
    pub author: Option<AuthorId>,
    /// Keyed hash of the writer's network.
    pub network: String,
    /// Hash of the pass that the writer's browser keeps; empty where it keeps none.
    pub pass: String,
    /// Hash of the folded words.
    pub digest: String,
    pub facts: Facts,
    pub verdict: Verdict,
    pub now: Millis,
}

/// What became of a comment that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    pub id: CommentId,
    pub state: State,
    pub created_at: Millis,
    pub place: Option<i64>,
    pub duplicate: Duplicate,
    /// Whether the sender is its writer beyond doubt. Others on the same network can copy words that are shown.
    pub is_theirs: bool,
}

/// Whether a comment was here before it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicate {
    None,
    /// Sent twice from the same network: the first one is the answer.
    SentTwice,
    /// The same name said the same on this post before, or from elsewhere.
    SaidBefore,
}

/// What is asked about a comment before it is judged.
#[derive(Debug, Clone, Copy)]
pub struct HistoryQuery<'a> {
    pub pass: &'a str,
    pub networks: &'a [String; 3],
    pub digest: &'a str,
    pub now: Millis,
}

/// What the blog knows of the writer and the words of a comment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentHistory {
    /// An approved comment came from the same browser.
    pub trusted: bool,
    /// Comments of the same words within 30 days.
    pub duplicates: u32,
    /// Comments from the same network within 10 minutes.
    pub recent: u32,
}

/// How long the same words are remembered.
const WORDS_KNOWN_SECONDS: i64 = 30 * 24 * 3600;
/// What counts as recent in [`CommentHistory`].
const RECENT_SECONDS: i64 = 10 * 60;

/// What makes two comments the same: digest, post, parent, name and words.
type DedupKey<'a> = (&'a str, PostId, Option<CommentId>, &'a str, &'a str);

impl NewCommentRow {
    fn dedup_key(&self) -> DedupKey<'_> {
        let new = &self.new;
        (&self.digest, new.post, new.parent, &new.name, &new.source)
    }
}

/// A new comment as the statement that stores it reads it.
#[derive(serde::Serialize)]
struct Row<'a> {
    id: CommentId,
    post: PostId,
    parent: Option<CommentId>,
    state: State,
    author: Option<AuthorId>,
    name: &'a str,
    email: String,
    url: &'a str,
    reason: &'a str,
    at: Millis,
    network: &'a str,
    pass: &'a str,
    digest: &'a str,
    points: i32,
    facts: String,
    reasons: String,
    renderer: i64,
    html: &'a str,
    source: &'a str,
    /// The same words before this moment are not the same comment.
    since: Millis,
    /// The words for the search index.
    folded: String,
}

impl<'a> Row<'a> {
    fn of(id: CommentId, arriving: &'a NewCommentRow) -> Result<Self> {
        let NewCommentRow { new, now, .. } = arriving;
        Ok(Self {
            id,
            post: new.post,
            parent: new.parent,
            state: arriving.state,
            author: arriving.author,
            name: &new.name,
            email: new.email.to_lowercase(),
            url: &new.url,
            reason: arriving.reason,
            at: *now,
            network: &arriving.network,
            pass: &arriving.pass,
            digest: &arriving.digest,
            points: arriving.verdict.points,
            facts: json(&arriving.facts)?,
            reasons: json(&arriving.verdict.reasons)?,
            renderer: arriving.renderer,
            html: &arriving.html,
            source: &new.source,
            since: now.plus_seconds(-comment::SAID_WITHIN_SECONDS),
            folded: words::normalize(&format!("{} {}", new.name, arriving.words)),
        })
    }
}

/// The comment that said the same first: number, state, moment, place, whether it was sent twice, whether by its writer.
type First = (CommentId, State, Millis, Option<i64>, bool, bool);

type Answer = oneshot::Sender<Result<Posted>>;

/// Comments on their way into the database.
#[derive(Debug, Default)]
pub(in crate::store) struct IntakeQueue {
    waiting: Mutex<Vec<(NewCommentRow, Answer)>>,
    /// Held by the task that writes.
    turn: tokio::sync::Mutex<()>,
}

/// More than this at once is a flood: further comments are refused for now.
const WAITING_MAX: usize = 512;

impl IntakeQueue {
    fn push(&self, arriving: NewCommentRow, answer: Answer) -> Result<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            return Err(Error::Busy);
        }
        waiting.push((arriving, answer));
        Ok(())
    }

    fn take(&self) -> Vec<(NewCommentRow, Answer)> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Comments<'_> {
    /// What is known of the writer and the words of a comment that has not come in yet.
    pub async fn history(self, asking: HistoryQuery<'_>) -> Result<CommentHistory> {
        let [network, last, _] = asking.networks;
        self.ask(
            "select exists (select 1 from comments \
               where pass = $1 and pass <> '' and state = 'approved') as trusted, \
             (select count(*) from comments \
               where digest = $2 and created_at > $3 and created_at <= $7) as duplicates, \
             (select count(*) from comments \
               where network in ($4, $5) and network <> '' and created_at > $6 \
             and created_at <= $7) as recent",
        )
        .bind(asking.pass)
        .bind(asking.digest)
        .bind(asking.now.plus_seconds(-WORDS_KNOWN_SECONDS))
        .bind(network)
        .bind(last)
        .bind(asking.now.plus_seconds(-RECENT_SECONDS))
        .bind(asking.now.latest())
        .row()
        .await
    }

    /// Stores a comment, unless it was sent before: then that one is the answer.
    ///
    /// Comments that come in while another one is on its way to the disk share the next transaction, so that many
    /// writers at once wait for few commits; each is answered after the commit that holds it.
    pub async fn post(self, arriving: NewCommentRow) -> Result<Posted> {
        let (answer, answered) = oneshot::channel();
        self.0.intake.push(arriving, answer)?;
        // A task of its own: a client that disconnects must not cancel the others' comments.
        let store = self.0.clone();
        tokio::spawn(async move { Comments(&store).write_waiting().await });
        // Who is sent away comes again with the same words: whichever of the two is written, the other finds it.
        tokio::time::timeout(BUSY_TIMEOUT, answered)
            .await
            .map_err(|_| Error::Busy)?
            .map_err(|_| Error::Internal("a comment was left in the queue".to_owned()))?
    }

    /// Writes whatever waits; nothing, where an earlier turn took it along.
    async fn write_waiting(self) {
        let _turn = self.0.intake.turn.lock().await;
        // Clients that were just answered and send again may join this batch.
        tokio::task::yield_now().await;
        let mut waiting = self.0.intake.take();
        match self.write_batch(&waiting).await {
            Ok(posted) => {
                for ((_, answer), posted) in waiting.drain(..).zip(posted) {
                    // A client that disconnected meanwhile gets no answer; the comment is kept.
                    let _ = answer.send(Ok(posted));
                }
            }
            // None of them is at fault, and another try would take as long.
            Err(error) if error.passes() => {
                tracing::warn!(%error, comments = waiting.len(), "the database is busy, so comments were not stored; the commenters can try again");
                for (_, answer) in waiting.drain(..) {
                    let _ = answer.send(Err(Error::Busy));
                }
            }
            // One of them may be at fault: each alone gets its own answer.
            Err(error) if waiting.len() > 1 => {
                tracing::warn!(%error, "a batch of comments could not be stored; storing them one by one");
                for one in waiting.drain(..) {
                    let posted = self.write_batch(std::slice::from_ref(&one)).await;
                    let _ = one.1.send(posted.map(|posted| posted[0]));
                }
            }
            Err(error) => {
                if let Some((_, answer)) = waiting.pop() {
                    let _ = answer.send(Err(error));
                }
            }
        }
    }

    /// One transaction for all of them; the answers are in their order.
    async fn write_batch(self, batch: &[(NewCommentRow, Answer)]) -> Result<Vec<Posted>> {
        let Some((newest, _)) = batch.last() else {
            return Ok(Vec::new());
        };
        let mut write = self.write().await?;
        let arriving: Vec<&NewCommentRow> = batch.iter().map(|(arriving, _)| arriving).collect();
        let posted = write.store_new(&arriving).await?;
        let mut shown_on: BTreeMap<PostId, i64> = BTreeMap::new();
        for (arriving, one) in arriving.iter().zip(&posted) {
            if one.duplicate == Duplicate::None && one.state == State::Approved {
                *shown_on.entry(arriving.new.post).or_default() += 1;
            }
        }
        for (post, more) in &shown_on {
            write.count_more(*post, *more).await?;
        }
        if shown_on.is_empty() {
            write.commit().await?;
        } else {
            let posts: Vec<PostId> = shown_on.into_keys().collect();
            write.commit_around(&posts, newest.now).await?;
        }
        Ok(posted)
    }
}

impl Write {
    /// Stores comments, each unless it is here already; the answers are in their order.
    ///
    /// All of them go in by few statements, whatever their number: handing a statement to the connection's thread, or a
    /// row back, costs more than storing one.
    async fn store_new(&mut self, arriving: &[&NewCommentRow]) -> Result<Vec<Posted>> {
        let first_id = self.next_comment().await?;
        let mut next = first_id;
        let mut firsts: HashMap<DedupKey<'_>, (CommentId, &NewCommentRow)> = HashMap::new();
        let mut rows = Vec::with_capacity(arriving.len());
        let mut ids = Vec::with_capacity(arriving.len());
        for one in arriving {
            let (id, first) = *firsts
                .entry(one.dedup_key())
                .or_insert((CommentId(next), one));
            if id.0 == next {
                rows.push(Row::of(id, one)?);
                next += 1;
                ids.push((id, first.state, Duplicate::None));
            } else if first.network == one.network {
                ids.push((id, first.state, Duplicate::SentTwice));
            } else {
                ids.push((id, first.state, Duplicate::SaidBefore));
            }
        }
        self.insert_comments(&rows).await?;
        let places = self.places_since(first_id).await?;
        rows.retain(|row| places.contains_key(&row.id));
        self.index_comments(&rows).await?;
        let mut posted = Vec::with_capacity(arriving.len());
        let mut new = Vec::with_capacity(rows.len());
        for (one, (id, state, duplicate)) in arriving.iter().zip(ids) {
            let Some((place, made_at)) = places.get(&id) else {
                posted.push(self.duplicate(one).await?);
                continue;
            };
            if duplicate == Duplicate::None {
                new.push((id, *one));
            }
            posted.push(Posted {
                id,
                state,
                created_at: *made_at,
                place: *place,
                duplicate,
                is_theirs: true,
            });
        }
        self.mail_new(&new).await?;
        Ok(posted)
    }

    /// Inserts comments by one statement; those whose words are here already are left out.
    ///
    /// What differs by engine here is how JSON becomes rows. A column behind a `+` leads to no index: only that of the
    /// digests finds the same words without reading all comments of the post.
    async fn insert_comments(&mut self, rows: &[Row<'_>]) -> Result<()> {
        self.ask(
            "insert into comments (id, post_id, parent_id, state, place, author_id, name, \
                 email, url, reason, created_at, \
             network, pass, digest, points, facts, reasons, renderer, markup, html, source) \
             select n.id, n.post, n.parent, n.state, case when n.state = 'approved' then \
             (select coalesce(max(m.place), 0) from comments m where m.post_id = n.post) + \
             row_number() over (partition by n.post, n.state order by n.id) end, \
             n.author, n.name, n.email, n.url, n.reason, n.at, n.network, n.pass, n.digest, \
                 n.points, n.facts, n.reasons, \
             n.renderer, 'markdown', n.html, n.source \
             from (select value ->> 'id' as id, value ->> 'post' as post, \
                 value ->> 'parent' as parent, \
               value ->> 'state' as state, value ->> 'author' as author, value ->> 'name' as name, \
               value ->> 'email' as email, value ->> 'url' as url, value ->> 'reason' as reason, \
                   value ->> 'at' as at, \
               value ->> 'network' as network, value ->> 'pass' as pass, \
                   value ->> 'digest' as digest, \
               value ->> 'points' as points, value ->> 'facts' as facts, \
                   value ->> 'reasons' as reasons, \
               value ->> 'renderer' as renderer, value ->> 'html' as html, \
                   value ->> 'source' as source, \
               value ->> 'since' as since from jsonb_each($1)) as n \
             where not exists (select 1 from comments o \
                 where o.digest = n.digest and o.created_at > n.since \
             and +o.post_id = n.post and o.name = n.name and o.source = n.source \
             and +o.parent_id is not distinct from n.parent and o.state <> 'deleted')",
        )
        .bind(json(&rows)?)
        .run()
        .await?;
        Ok(())
    }

    /// The places of the comments from an id on, and when they were made.
    async fn places_since(
        &mut self,
        first: i64,
    ) -> Result<HashMap<CommentId, (Option<i64>, Millis)>> {
        let stored: String = self
            .ask(
                "select json_group_array(json_array(id, place, created_at)) from comments \
                 where id >= $1",
            )
            .bind(first)
            .value()
            .await?;
        let stored: Vec<(CommentId, Option<i64>, Millis)> = serde_json::from_str(&stored)
            .map_err(|error| Error::Internal(format!("places of comments: {error}")))?;
        Ok(stored
            .into_iter()
            .map(|(id, place, made_at)| (id, (place, made_at)))
            .collect())
    }

    /// Puts the words of new comments into the index.
    async fn index_comments(&mut self, rows: &[Row<'_>]) -> Result<()> {
        self.ask(
            "insert into search_comments (rowid, body) \
             select value ->> 'id', value ->> 'folded' from jsonb_each($1)",
        )
        .bind(json(&rows)?)
        .run()
        .await?;
        Ok(())
    }

    /// Writes the mail that new comments cause.
    async fn mail_new(&mut self, new: &[(CommentId, &NewCommentRow)]) -> Result<()> {
        let mut notified = new.iter().filter(|(_, one)| one.state != State::Spam);
        let ids: Vec<CommentId> = notified.clone().map(|(id, _)| *id).collect();
        if let Some((_, newest)) = notified.next_back() {
            self.notify_authors(&ids, newest.now).await?;
        }
        for (id, one) in new {
            if let Some(scope) = one.new.notify {
                self.subscribe(*id, one.new.post, &one.new.email, scope, one.now)
                    .await?;
                if one.state != State::Spam {
                    self.ask_to_confirm(*id, one.now).await?;
                }
            }
        }
        let is_shown = |one: &NewCommentRow| one.state == State::Approved;
        if new.iter().any(|(_, one)| is_shown(one)) && self.has_listeners().await? {
            for (id, one) in new.iter().filter(|(_, one)| is_shown(one)) {
                self.mail_shown(*id, one.now).await?;
            }
        }
        Ok(())
    }

    /// The comment that says the same as one that comes in.
    async fn duplicate(&mut self, arriving: &NewCommentRow) -> Result<Posted> {
        let NewCommentRow { new, now, .. } = arriving;
        let (id, state, created_at, place, sent, is_theirs): First = self
            .ask(
                "select id, state, created_at, place, network = $6 and created_at > $7 \
                   and created_at <= $8, \
                 (pass = $9 and pass <> '') or (email = $10 and email <> '') or created_at > $11 \
                   and created_at <= $8 \
                 from comments where digest = $1 and +post_id = $2 and name = $3 and source = $4 \
                 and +parent_id is not distinct from $5 and state <> 'deleted' \
                 order by created_at desc, id desc limit 1",
            )
            .bind(&arriving.digest)
            .bind(new.post)
            .bind(&new.name)
            .bind(&new.source)
            .bind(new.parent)
            .bind(&arriving.network)
            .bind(now.plus_seconds(-comment::TWICE_WITHIN_SECONDS))
            .bind(now.latest())
            .bind(&arriving.pass)
            .bind(new.email.to_lowercase())
            .bind(now.plus_seconds(-comment::SENT_AGAIN_WITHIN_SECONDS))
            .row()
            .await?;
        Ok(Posted {
            id,
            state,
            created_at,
            place,
            duplicate: if sent {
                Duplicate::SentTwice
            } else {
                Duplicate::SaidBefore
            },
            is_theirs,
        })
    }

    /// Counts so many more approved comments of a post; [`Write::recount`] would read all that are there.
    async fn count_more(&mut self, post: PostId, more: i64) -> Result<()> {
        self.ask("update posts set approved_comments = approved_comments + $2 where id = $1")
            .bind(post)
            .bind(more)
            .run()
            .await?;
        Ok(())
    }
}
