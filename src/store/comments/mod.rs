//! Comments one by one: reading, editing, counting, indexing. How they come in: `intake`; what their writers may do:
//! `self_service`; decisions: `moderation`; threads on pages: `posts::context`.

mod changes;
mod intake;
mod self_service;

pub use changes::CommentChange;
pub(super) use intake::IntakeQueue;
pub use intake::{CommentHistory, Duplicate, HistoryQuery, NewCommentRow, Posted};
pub use self_service::{ERASED_AFTER_SECONDS, EditVerdict, OwnComment};

use super::ask::sql;
use super::{Store, Write, folded};
use crate::blog::comment::{COMMENTER, Comment, State};
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A comment as it shall read from now on.
#[derive(Debug, Clone, Copy)]
pub struct CommentEdit<'a> {
    pub id: CommentId,
    pub name: &'a str,
    pub url: &'a str,
    pub source: &'a str,
    pub html: &'a str,
    /// The words of `html`, for the search index.
    pub words: &'a str,
    pub renderer: i64,
    /// An author's name, or [`COMMENTER`].
    pub by: &'a str,
    pub now: Millis,
}

/// What a comment said before it was changed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentVersion {
    pub replaced_at: Millis,
    pub replaced_by: String,
    pub name: String,
    pub source: String,
}

/// The columns of a [`Comment`], of the table `comments` as `c`.
pub(super) const COMMENT_COLUMNS: &str = "c.id, c.post_id, c.parent_id, c.state, c.name, c.email, \
       c.url, c.author_id, c.created_at, c.markup, \
     c.source, c.html, c.reason, c.place, c.decided_at, c.decided_by, c.edited_at, c.confirmed, \
     c.origin";

/// A [`Comment`], and what chooses it comes behind.
pub(super) const COMMENT: &str = sql!("select ", COMMENT_COLUMNS, " from comments c ");

/// A comment whose source was rendered again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedComment {
    pub id: CommentId,
    pub source: String,
    pub html: String,
    /// What the index finds it by.
    pub words: String,
}

handle! {
    /// Comments.
    comments: Comments
}

impl Comments<'_> {
    pub async fn by_id(self, id: CommentId) -> Result<Option<Comment>> {
        self.ask(sql!(COMMENT, "where c.id = $1"))
            .bind(id)
            .one()
            .await
    }

    /// Changes what a comment says and keeps what it said; false where it is gone. The same words again change nothing.
    pub async fn edit(self, edit: CommentEdit<'_>) -> Result<bool> {
        let mut write = self.write().await?;
        let edited = write.edit(edit).await?;
        if let Some((post, State::Approved)) = edited {
            write.commit_around(&[post], edit.now).await?;
        } else {
            write.commit().await?;
        }
        Ok(edited.is_some())
    }

    /// What a comment said before, newest first.
    pub async fn versions(self, id: CommentId) -> Result<Vec<CommentVersion>> {
        self.ask(
            "select replaced_at, replaced_by, name, source from comment_versions \
             where comment_id = $1 order by id desc",
        )
        .bind(id)
        .all()
        .await
    }

    /// Comments after `last` whose rendering was made by another renderer than `renderer`: id, source and markup.
    pub async fn stale(
        self,
        renderer: i64,
        last: CommentId,
        limit: i64,
    ) -> Result<Vec<(CommentId, String, crate::blog::post::Markup)>> {
        self.ask(
            "select id, source, markup from comments where id > $2 and renderer <> $1 \
             order by id limit $3",
        )
        .bind(renderer)
        .bind(last)
        .bind(limit)
        .all()
        .await
    }

    /// Replaces the renderings of comments and their words in the index, each unless somebody changed its source meanwhile
    /// (and so rendered it again).
    pub async fn rerender(
        self,
        comments: &[RenderedComment],
        renderer: i64,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        for comment in comments {
            let done: Option<String> = write
                .ask(
                    "update comments set html = $3, renderer = $4 where id = $1 and source = $2 \
                     returning name",
                )
                .bind(comment.id)
                .bind(&comment.source)
                .bind(&comment.html)
                .bind(renderer)
                .one_value()
                .await?;
            if let Some(name) = done {
                write
                    .index_comment(comment.id, &name, &comment.words)
                    .await?;
            }
        }
        write.commit_content(now).await
    }
}

impl Write {
    /// Recounts a post's approved comments, for the line below it on pages that list posts.
    pub(super) async fn recount(&mut self, post: PostId) -> Result<()> {
        self.ask(
            "update posts set approved_comments = \
             (select count(*) from comments where post_id = $1 and state = 'approved') \
               where id = $1",
        )
        .bind(post)
        .run()
        .await?;
        Ok(())
    }

    /// Gives a comment its place on the post when it is first shown; it keeps it for ever. True that first time.
    pub(super) async fn place_comment(&mut self, id: CommentId, post: PostId) -> Result<bool> {
        let placed = self
            .ask(
                "update comments set place = \
                 (select coalesce(max(place), 0) + 1 from comments where post_id = $2) \
                   where id = $1 and place is null",
            )
            .bind(id)
            .bind(post)
            .run()
            .await?;
        Ok(placed == 1)
    }

    /// Changes what a comment says; gives its state, `None` where it is gone.
    pub(super) async fn edit(&mut self, edit: CommentEdit<'_>) -> Result<Option<(PostId, State)>> {
        let now: Option<(String, String, String, PostId, State)> = self
            .ask("select name, url, source, post_id, state from comments where id = $1")
            .bind(edit.id)
            .one()
            .await?;
        let Some((name, url, source, post, state)) = now else {
            return Ok(None);
        };
        if (name.as_str(), url.as_str(), source.as_str()) == (edit.name, edit.url, edit.source) {
            return Ok(Some((post, state)));
        }
        self.keep_version(edit).await?;
        // What was learned was learned from the old words.
        let lesson = self.unlearn(edit.id).await?;
        self.ask(
            "update comments \
               set name = $2, url = $3, source = $4, html = $5, renderer = $6, edited_at = $7 \
             where id = $1",
        )
        .bind(edit.id)
        .bind(edit.name)
        .bind(edit.url)
        .bind(edit.source)
        .bind(edit.html)
        .bind(edit.renderer)
        .bind(edit.now)
        .run()
        .await?;
        // Nobody has decided upon words that a commenter changed.
        if edit.by != COMMENTER {
            self.learn(edit.id, lesson).await?;
        }
        self.index_comment(edit.id, edit.name, edit.words).await?;
        self.log_act(edit.by, "edit", Some(edit.id), "", edit.now)
            .await?;
        Ok(Some((post, state)))
    }

    /// Keeps what a comment says now, before it is changed.
    async fn keep_version(&mut self, edit: CommentEdit<'_>) -> Result<()> {
        self.ask(
            "insert into comment_versions (id, comment_id, replaced_at, replaced_by, \
               name, source) \
             select (select last + 1 from numbers where name = 'comment_versions'), \
             id, $2, $3, name, source from comments where id = $1",
        )
        .bind(edit.id)
        .bind(edit.now)
        .bind(edit.by)
        .run()
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
        self.ask("insert or replace into search_comments (rowid, body) values ($1, $2)")
            .bind(id)
            .bind(folded(&format!("{name} {text}")).await?)
            .run()
            .await?;
        Ok(())
    }
}
