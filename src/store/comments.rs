//! Comments: how they are stored, changed in their words, and read as a thread. Deciding upon them: `moderation`.

use super::{Store, Write};
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

/// A comment as it shall read from now on.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'a> {
    pub id: CommentId,
    pub name: &'a str,
    pub url: &'a str,
    pub source: &'a str,
    pub html: &'a str,
    /// The words of `html`, for the search index.
    pub words: &'a str,
    pub renderer: i64,
    /// An author's name, or [`COMMENTER`](super::COMMENTER).
    pub by: &'a str,
    pub now: Millis,
}

/// What a comment said before it was changed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Version {
    pub replaced_at: Millis,
    pub replaced_by: String,
    pub name: String,
    pub source: String,
}

/// What became of a comment that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    pub id: CommentId,
    pub state: State,
}

/// The columns of a [`Comment`], of the table `comments` as `c`.
macro_rules! comment_columns {
    () => {
        "c.id, c.post_id, c.parent_id, c.state, c.name, c.email, c.url, c.author_id, c.created_at, c.markup, \
         c.source, c.html, c.reason, c.place, c.decided_at, c.decided_by, c.edited_at, c.confirmed"
    };
}
pub(super) use comment_columns;

macro_rules! comments {
    ($rest:literal) => {
        concat!("select ", comment_columns!(), " from comments c ", $rest)
    };
}

impl Store {
    /// The approved comments of a post, oldest first.
    pub async fn thread(&self, post: PostId) -> Result<Vec<Comment>> {
        Ok(sqlx::query_as(comments!(
            "where c.post_id = $1 and c.state = 'approved' order by c.created_at, c.id"
        ))
        .bind(post)
        .fetch_all(&self.readers)
        .await?)
    }

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

    /// Changes what a comment says and keeps what it said; false where it is gone. The same words again change nothing.
    pub async fn edit_comment(&self, edit: Edit<'_>) -> Result<bool> {
        let mut write = self.write().await?;
        let now: Option<(String, String, String, State)> =
            sqlx::query_as("select name, url, source, state from comments where id = $1")
                .bind(edit.id)
                .fetch_optional(&mut *write.tx)
                .await?;
        let Some((name, url, source, state)) = now else {
            return Ok(false);
        };
        if (name.as_str(), url.as_str(), source.as_str()) == (edit.name, edit.url, edit.source) {
            return Ok(true);
        }
        write.keep_version(edit).await?;
        sqlx::query(
            "update comments set name = $2, url = $3, source = $4, html = $5, renderer = $6, edited_at = $7 \
             where id = $1",
        )
        .bind(edit.id)
        .bind(edit.name)
        .bind(edit.url)
        .bind(edit.source)
        .bind(edit.html)
        .bind(edit.renderer)
        .bind(edit.now)
        .execute(&mut *write.tx)
        .await?;
        write.index_comment(edit.id, edit.name, edit.words).await?;
        write
            .log_act(edit.by, "edit", Some(edit.id), "", edit.now)
            .await?;
        if state == State::Approved {
            write.commit_content(edit.now).await?;
        } else {
            write.commit().await?;
        }
        Ok(true)
    }

    /// What a comment said before, newest first.
    pub async fn versions_of(&self, id: CommentId) -> Result<Vec<Version>> {
        Ok(sqlx::query_as(
            "select replaced_at, replaced_by, name, source from comment_versions \
             where comment_id = $1 order by id desc",
        )
        .bind(id)
        .fetch_all(&self.readers)
        .await?)
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

    /// Keeps what a comment says now, before it is changed.
    async fn keep_version(&mut self, edit: Edit<'_>) -> Result<()> {
        sqlx::query(
            "insert into comment_versions (comment_id, replaced_at, replaced_by, name, source) \
             select id, $2, $3, name, source from comments where id = $1",
        )
        .bind(edit.id)
        .bind(edit.now)
        .bind(edit.by)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Puts the words of a comment into the index, in place of those that stood there.
    pub(super) async fn index_comment(
        &mut self,
        id: CommentId,
        name: &str,
        text: &str,
    ) -> Result<()> {
        sqlx::query("delete from search_comments where rowid = $1")
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query("insert into search_comments (rowid, body) values ($1, $2)")
            .bind(id)
            .bind(words::fold(&format!("{name} {text}")))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
