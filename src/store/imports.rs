//! What comes in from an archive: many rows to a transaction, each known by its name in the source,
//! so that the same archive a second time changes nothing.

use super::{Store, Write};
use crate::blog::comment;
use crate::blog::post::{Comments, Kind, Link, Markup, Rendered, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId};
use crate::error::Result;

/// A post on its way in.
#[derive(Debug, Clone)]
pub struct ImportedPost {
    pub origin: String,
    pub kind: Kind,
    pub state: State,
    pub state_before_trash: Option<State>,
    pub title: String,
    pub path: Option<String>,
    pub markup: Markup,
    pub tags: Vec<String>,
    pub author: Option<AuthorId>,
    /// The name of a writer who has no account here.
    pub byline: String,
    pub excerpt: String,
    pub comments: Comments,
    pub published_at: Option<Millis>,
    pub updated_at: Millis,
    pub source: String,
    pub rendered: Rendered,
    pub renderer: i64,
}

/// A comment on its way in.
#[derive(Debug, Clone)]
pub struct ImportedComment {
    pub origin: String,
    pub post: PostId,
    pub parent: Option<CommentId>,
    pub state: comment::State,
    pub name: String,
    pub email: String,
    pub url: String,
    pub created_at: Millis,
    pub markup: Markup,
    pub source: String,
    pub html: String,
    pub words: String,
    pub renderer: i64,
}

/// What became of a post that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    New(PostId),
    /// It is here already, from an earlier import.
    Known(PostId),
    /// Its address belongs to another post, so it came in as a draft.
    AddressTaken(PostId, String),
}

/// What became of a comment that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LandedComment {
    New(CommentId),
    Known(CommentId),
}

impl Store {
    /// The post or page that an earlier import brought in under a name.
    pub async fn post_of_origin(&self, origin: &str) -> Result<Option<PostId>> {
        let row: Option<(PostId,)> = sqlx::query_as("select id from posts where origin = $1")
            .bind(origin)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|(id,)| id))
    }

    /// The permalink of the published post or page that had this number on Blogger.
    pub async fn path_of_blogger_number(&self, number: u64) -> Result<Option<String>> {
        // The name in the source begins with the blog's own number, which the address does not tell.
        let row: Option<(String,)> = sqlx::query_as(
            "select path from posts where state = 'published' and id in \
             (select id from posts where origin like $1 or origin like $2)",
        )
        .bind(format!("%.post-{number}"))
        .bind(format!("%.page-{number}"))
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(path,)| path))
    }

    /// The shown comment on a post that had this number on Blogger, and its place there.
    pub async fn comment_of_blogger_number(
        &self,
        post: PostId,
        number: u64,
    ) -> Result<Option<(CommentId, Option<i64>)>> {
        Ok(sqlx::query_as(
            "select id, place from comments where post_id = $1 and state = 'approved' and origin like $2",
        )
        .bind(post)
        .bind(format!("tag:blogger.com,%.post-{number}"))
        .fetch_optional(&self.readers)
        .await?)
    }

    /// The comment that an earlier import brought in under a name.
    pub async fn comment_of_origin(&self, origin: &str) -> Result<Option<CommentId>> {
        let row: Option<(CommentId,)> = sqlx::query_as("select id from comments where origin = $1")
            .bind(origin)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|(id,)| id))
    }

    /// Takes in posts, in one transaction; the answers stand in their order.
    pub async fn import_posts(&self, posts: &[ImportedPost], now: Millis) -> Result<Vec<Landed>> {
        let mut write = self.write().await?;
        let mut landed = Vec::with_capacity(posts.len());
        for post in posts {
            landed.push(write.import_post(post).await?);
        }
        write.begin_trash(now).await?;
        write
            .commit_import(
                landed.iter().any(|post| !matches!(post, Landed::Known(_))),
                now,
            )
            .await?;
        Ok(landed)
    }

    /// Takes in comments, in one transaction; the answers stand in their order.
    pub async fn import_comments(
        &self,
        comments: &[ImportedComment],
        now: Millis,
    ) -> Result<Vec<LandedComment>> {
        let mut write = self.write().await?;
        let mut landed = Vec::with_capacity(comments.len());
        let mut touched = std::collections::BTreeSet::new();
        for comment in comments {
            let answer = write.import_comment(comment).await?;
            if matches!(answer, LandedComment::New(_)) {
                touched.insert(comment.post);
            }
            landed.push(answer);
        }
        for post in &touched {
            write.recount(*post).await?;
        }
        write.commit_import(!touched.is_empty(), now).await?;
        Ok(landed)
    }

    /// Gives comments that came in their places on their posts, oldest first whatever the order of the archive.
    pub async fn place_comments(&self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        let placed = sqlx::query(
            "update comments set place = n.place from \
             (select c.id, row_number() over (partition by c.post_id order by c.created_at, c.id) + \
              (select coalesce(max(m.place), 0) from comments m where m.post_id = c.post_id) as place \
              from comments c where c.state = 'approved' and c.place is null) as n where comments.id = n.id",
        )
        .execute(&mut *write.tx)
        .await?
        .rows_affected();
        write.commit_import(placed > 0, now).await
    }

    /// Hangs comments under what they answer, once all are in.
    pub async fn set_parents(&self, pairs: &[(CommentId, CommentId)], now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        for (comment, parent) in pairs {
            sqlx::query("update comments set parent_id = $2 where id = $1")
                .bind(comment)
                .bind(parent)
                .execute(&mut *write.tx)
                .await?;
        }
        write.commit_import(!pairs.is_empty(), now).await
    }
}

impl Write {
    /// Commits where something came in; else leaves no trace, not even a new version.
    async fn commit_import(self, changed: bool, now: Millis) -> Result<()> {
        if changed {
            self.commit_content(now).await
        } else {
            Ok(())
        }
    }

    async fn import_post(&mut self, post: &ImportedPost) -> Result<Landed> {
        let known: Option<(PostId,)> = sqlx::query_as("select id from posts where origin = $1")
            .bind(&post.origin)
            .fetch_optional(&mut *self.tx)
            .await?;
        if let Some((id,)) = known {
            return Ok(Landed::Known(id));
        }
        let holder: Option<Link> = match (&post.path, post.state) {
            (Some(path), State::Published) => self.holder_of(path, PostId(0)).await?,
            _ => None,
        };
        let state = if holder.is_some() {
            State::Draft
        } else {
            post.state
        };
        let path = post.path.as_ref().filter(|_| holder.is_none());
        let (id,): (PostId,) = sqlx::query_as(
            "insert into posts (kind, state, state_before_trash, title, path, markup, comments, author_id, byline, \
             origin, created_at, updated_at, published_at, listed_at, renderer, cut, excerpt, auto_excerpt, \
             teaser, html, source, words, picture, contents) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
             $20, $21, $22, $23) returning id",
        )
        .bind(post.kind)
        .bind(state)
        .bind(post.state_before_trash.map_or("", State::word))
        .bind(&post.title)
        .bind(path)
        .bind(post.markup)
        .bind(post.comments)
        .bind(post.author)
        .bind(&post.byline)
        .bind(&post.origin)
        .bind(post.updated_at)
        .bind(post.published_at)
        .bind(post.published_at.filter(|_| state == State::Published).unwrap_or(post.updated_at))
        .bind(post.renderer)
        .bind(post.rendered.cut)
        .bind(&post.excerpt)
        .bind(&post.rendered.excerpt)
        .bind(&post.rendered.teaser)
        .bind(&post.rendered.html)
        .bind(&post.source)
        .bind(post.rendered.word_count)
        .bind(&post.rendered.picture)
        .bind(&post.rendered.contents)
        .fetch_one(&mut *self.tx)
        .await?;
        self.set_tags(id, &post.tags).await?;
        self.note_uses(id).await?;
        self.place(id).await?;
        self.index_post(id, &post.title, &post.rendered.words)
            .await?;
        Ok(match holder {
            Some(holder) => Landed::AddressTaken(id, holder.path),
            None => Landed::New(id),
        })
    }

    async fn import_comment(&mut self, comment: &ImportedComment) -> Result<LandedComment> {
        let known: Option<(CommentId,)> =
            sqlx::query_as("select id from comments where origin = $1")
                .bind(&comment.origin)
                .fetch_optional(&mut *self.tx)
                .await?;
        if let Some((id,)) = known {
            return Ok(LandedComment::Known(id));
        }
        let (id,): (CommentId,) = sqlx::query_as(
            "insert into comments (post_id, parent_id, state, name, email, url, origin, created_at, renderer, \
             markup, html, source) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
        )
        .bind(comment.post)
        .bind(comment.parent)
        .bind(comment.state)
        .bind(&comment.name)
        .bind(comment.email.to_lowercase())
        .bind(&comment.url)
        .bind(&comment.origin)
        .bind(comment.created_at)
        .bind(comment.renderer)
        .bind(comment.markup)
        .bind(&comment.html)
        .bind(&comment.source)
        .fetch_one(&mut *self.tx)
        .await?;
        self.index_comment(id, &comment.name, &comment.words)
            .await?;
        Ok(LandedComment::New(id))
    }
}
