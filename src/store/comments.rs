//! Comments: the thread that readers see, the list that moderators work through.

use super::{Page, Side, Store, Write};
use crate::blog::comment::{self, Comment, NewComment, State, Writer};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId, words};
use crate::error::Result;

/// A new comment with all that was decided about it.
#[derive(Debug, Clone, Copy)]
pub struct Arriving<'a> {
    pub new: &'a NewComment,
    pub html: &'a str,
    /// The words of `html`, for the search index.
    pub words: &'a str,
    pub renderer: i64,
    pub state: State,
    pub reason: &'a str,
    pub author: Option<AuthorId>,
    pub now: Millis,
}

/// What became of a comment that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    pub id: CommentId,
    pub state: State,
}

/// A comment after a moderator's act, with the post that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    pub id: CommentId,
    pub state: State,
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

macro_rules! comments {
    ($rest:literal) => {
        concat!(
            "select c.id, c.post_id, c.parent_id, c.state, c.name, c.email, c.url, c.author_id, c.created_at, ",
            "c.markup, c.source, c.html, c.reason, c.place, c.decided_at, c.decided_by, c.edited_at, c.confirmed from comments c ",
            $rest
        )
    };
}
pub(super) use comments;

impl Store {
    pub async fn comment(&self, id: CommentId) -> Result<Option<Comment>> {
        Ok(sqlx::query_as(comments!("where c.id = $1"))
            .bind(id)
            .fetch_optional(&self.readers)
            .await?)
    }

    /// What is known of somebody who comments under a name and an address.
    pub async fn approved_before(&self, name: &str, email: &str) -> Result<bool> {
        if email.is_empty() {
            return Ok(false);
        }
        let row: Option<(i64,)> = sqlx::query_as(
            "select 1 from comments where state = 'approved' and email <> '' and email = $1 and name = $2 limit 1",
        )
        .bind(email.to_lowercase())
        .bind(name)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.is_some())
    }

    /// Stores a comment, unless the same words were sent a moment ago: then that one is the answer.
    pub async fn post_comment(&self, arriving: Arriving<'_>) -> Result<Posted> {
        let Arriving {
            new, now, state, ..
        } = arriving;
        let mut write = self.write().await?;
        let twin: Option<(CommentId, State)> = sqlx::query_as(
            "select id, state from comments where post_id = $1 and created_at > $2 and name = $3 \
             and source = $4 and parent_id is not distinct from $5 and state <> 'deleted' order by id limit 1",
        )
        .bind(new.post)
        .bind(now.plus_seconds(-comment::TWICE_WITHIN_SECONDS))
        .bind(&new.name)
        .bind(&new.source)
        .bind(new.parent)
        .fetch_optional(&mut *write.tx)
        .await?;
        if let Some((id, state)) = twin {
            return Ok(Posted { id, state });
        }
        let (id,): (CommentId,) = sqlx::query_as(
            "insert into comments (post_id, parent_id, state, author_id, name, email, url, reason, created_at, \
             renderer, markup, html, source) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'markdown', $11, $12) returning id",
        )
        .bind(new.post)
        .bind(new.parent)
        .bind(state)
        .bind(arriving.author)
        .bind(&new.name)
        .bind(new.email.to_lowercase())
        .bind(&new.url)
        .bind(arriving.reason)
        .bind(now)
        .bind(arriving.renderer)
        .bind(arriving.html)
        .bind(&new.source)
        .fetch_one(&mut *write.tx)
        .await?;
        write.index_comment(id, &new.name, arriving.words).await?;
        if state == State::Approved {
            write.place_comment(id, new.post).await?;
            write.recount(new.post).await?;
            write.commit_content(now).await?;
        } else {
            write.commit().await?;
        }
        Ok(Posted { id, state })
    }

    /// Moves a comment to another state; `None` where it is gone or in that state already.
    pub async fn decide_comment(
        &self,
        id: CommentId,
        state: State,
        now: Millis,
    ) -> Result<Option<Decided>> {
        let mut write = self.write().await?;
        let post: Option<(PostId,)> = sqlx::query_as(
            "update comments set state_before = state, state = $2, decided_at = $3 \
             where id = $1 and state <> $2 returning post_id",
        )
        .bind(id)
        .bind(state)
        .bind(now)
        .fetch_optional(&mut *write.tx)
        .await?;
        let Some((post,)) = post else {
            return Ok(None);
        };
        if state == State::Approved {
            write.place_comment(id, post).await?;
        }
        write.recount(post).await?;
        write.commit_content(now).await?;
        Ok(Some(Decided { id, state }))
    }

    /// Takes the last decision about a comment back.
    pub async fn undo_decision(&self, id: CommentId, now: Millis) -> Result<Option<Decided>> {
        let mut write = self.write().await?;
        let row: Option<(PostId, State)> = sqlx::query_as(
            "update comments set state = state_before, state_before = state, decided_at = $2 \
             where id = $1 and state_before <> '' returning post_id, state",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(&mut *write.tx)
        .await?;
        let Some((post, state)) = row else {
            return Ok(None);
        };
        if state == State::Approved {
            write.place_comment(id, post).await?;
        }
        write.recount(post).await?;
        write.commit_content(now).await?;
        Ok(Some(Decided { id, state }))
    }

    /// Comments in a state for the moderator, newest first. `words` is a query of [`words::query`].
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

    /// What the rules of [`comment::decide`] want to know of a writer.
    pub async fn writer(&self, new: &NewComment, staff: bool) -> Result<Writer> {
        Ok(Writer {
            staff,
            approved_before: self.approved_before(&new.name, &new.email).await?,
        })
    }

    /// Comments after `last` whose rendering was made by another renderer than `renderer`: id, source and markup.
    pub async fn stale_comments(
        &self,
        renderer: i64,
        last: CommentId,
        limit: i64,
    ) -> Result<Vec<(CommentId, String, crate::blog::post::Markup)>> {
        Ok(sqlx::query_as(
            "select id, source, markup from comments where id > $2 and renderer <> $1 order by id limit $3",
        )
        .bind(renderer)
        .bind(last)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?)
    }

    /// Replaces the rendering of a comment.
    pub async fn rerender_comment(
        &self,
        id: CommentId,
        html: &str,
        renderer: i64,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("update comments set html = $2, renderer = $3 where id = $1")
            .bind(id)
            .bind(html)
            .bind(renderer)
            .execute(&mut *write.tx)
            .await?;
        write.commit_content(now).await
    }
}

impl Write {
    /// Counts a post's approved comments anew, for the line below it on pages that list posts.
    pub(super) async fn recount(&mut self, post: PostId) -> Result<()> {
        sqlx::query(
            "update posts set approved_comments = \
             (select count(*) from comments where post_id = $1 and state = 'approved') where id = $1",
        )
        .bind(post)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Gives a comment its place on the post when it is first shown; it keeps it for ever.
    pub(super) async fn place_comment(&mut self, id: CommentId, post: PostId) -> Result<()> {
        sqlx::query(
            "update comments set place = \
             (select coalesce(max(place), 0) + 1 from comments where post_id = $2) where id = $1 and place is null",
        )
        .bind(id)
        .bind(post)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub(super) async fn index_comment(
        &mut self,
        id: CommentId,
        name: &str,
        text: &str,
    ) -> Result<()> {
        sqlx::query("insert into search_comments (rowid, body) values ($1, $2)")
            .bind(id)
            .bind(words::fold(&format!("{name} {text}")))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
