//! Exports: every post and every comment, whatever its state, some at a time, so that memory stays the same however
//! large the blog is. Nothing here reads a network, a pass or what the filter knew.

use super::ask::sql;
use super::comments::COMMENT;
use super::{Store, Tag};
use crate::blog::comment::Comment;
use crate::blog::post::{Comments, Details, Kind, Markup, State};
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A post or page on its way out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExportedPost {
    pub id: PostId,
    pub kind: Kind,
    pub state: State,
    pub title: String,
    pub path: Option<String>,
    pub slug: String,
    pub markup: Markup,
    pub comments: Comments,
    pub author: String,
    pub excerpt: String,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub published_at: Option<Millis>,
    #[sqlx(try_from = "String")]
    pub details: Details,
    pub source: String,
    pub html: String,
}

/// The position of an export of comments: they go out post by post, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportCursor {
    pub post: PostId,
    pub created_at: Millis,
    pub id: CommentId,
}

impl ExportCursor {
    /// Before the first comment on a post and on all later ones.
    #[must_use]
    pub fn start(post: PostId) -> Self {
        Self {
            post,
            created_at: Millis(i64::MIN),
            id: CommentId(0),
        }
    }
}

impl From<&Comment> for ExportCursor {
    fn from(comment: &Comment) -> Self {
        Self {
            post: comment.post_id,
            created_at: comment.created_at,
            id: comment.id,
        }
    }
}

handle! {
    /// Everything, some rows at a time.
    export: Export
}

impl Export<'_> {
    /// Posts and pages of every state by their numbers.
    pub async fn posts(self, after: PostId, limit: i64) -> Result<Vec<ExportedPost>> {
        self.ask(
            "select p.id, p.kind, p.state, p.title, p.path, p.slug, p.markup, p.comments, \
             coalesce(nullif(p.byline, ''), a.name, '') as author, p.excerpt, p.created_at, \
               p.updated_at, \
             p.published_at, p.details, p.source, p.html \
             from posts p left join authors a on a.id = p.author_id where p.id > $1 \
               order by p.id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// Comments of every state on the posts up to the last one.
    pub async fn comments(
        self,
        after: ExportCursor,
        last: PostId,
        limit: i64,
    ) -> Result<Vec<Comment>> {
        self.ask(sql!(
            COMMENT,
            "where (c.post_id, c.created_at, c.id) > ($1, $2, $3) and c.post_id <= $4 \
             order by c.post_id, c.created_at, c.id limit $5"
        ))
        .bind(after.post)
        .bind(after.created_at)
        .bind(after.id)
        .bind(last)
        .bind(limit)
        .all()
        .await
    }

    /// All tags by their names, those of drafts too.
    pub async fn tags(self) -> Result<Vec<Tag>> {
        self.ask("select id, name, slug from tags order by key")
            .all()
            .await
    }
}
