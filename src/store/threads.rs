//! What readers see of comments: the pages of a thread, and the newest ones for feeds.
//!
//! Nothing here gives away an email address or a network.

use super::Store;
use super::comments::{comment_columns, comments};
use crate::blog::comment::{self, Comment, PER_PAGE, Parent};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId};
use crate::error::Result;
use std::collections::HashSet;

/// One page of the comments on a post.
#[derive(Debug, Clone)]
pub struct ThreadPage {
    /// Those that are shown, oldest first.
    pub comments: Vec<Comment>,
    /// What some of them answer that stands on other pages and is shown.
    pub parents: Vec<Parent>,
    /// How many pages there are; at least one.
    pub pages: i64,
}

/// A shown comment for a feed, with the post that it stands on.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FeedComment {
    pub id: CommentId,
    pub parent_id: Option<CommentId>,
    /// The place of the comment that it answers, where that is shown.
    pub parent_place: Option<i64>,
    pub place: Option<i64>,
    pub name: String,
    pub url: String,
    pub author_id: Option<AuthorId>,
    pub created_at: Millis,
    pub edited_at: Option<Millis>,
    pub html: String,
    pub post_id: PostId,
    pub post_title: String,
    pub post_path: String,
}

/// Shown comments on published posts, for feeds.
macro_rules! told {
    ($rest:literal) => {
        concat!(
            "select c.id, c.parent_id, b.place as parent_place, c.place, c.name, c.url, c.author_id, c.created_at, ",
            "c.edited_at, c.html, c.post_id, p.title as post_title, p.path as post_path ",
            "from comments c join posts p on p.id = c.post_id ",
            "left join comments b on b.id = c.parent_id and b.state = 'approved' ",
            "where c.state = 'approved' and p.state = 'published' ",
            $rest,
            " order by c.created_at desc, c.id desc limit $1"
        )
    };
}

impl Store {
    /// A page of the comments on a post; pages count from 1, and one that does not exist is empty.
    pub async fn thread_page(&self, post: PostId, page: i64) -> Result<ThreadPage> {
        let (last,): (Option<i64>,) =
            sqlx::query_as("select max(place) from comments where post_id = $1")
                .bind(post)
                .fetch_one(&self.readers)
                .await?;
        let pages = comment::page_of(last.unwrap_or(0));
        let end = page.clamp(0, pages + 1) * PER_PAGE;
        let comments: Vec<Comment> = sqlx::query_as(comments!(
            "where c.post_id = $1 and c.place > $2 and c.place <= $3 and c.state = 'approved' \
             order by c.created_at, c.id"
        ))
        .bind(post)
        .bind(end - PER_PAGE)
        .bind(end)
        .fetch_all(&self.readers)
        .await?;
        let here: HashSet<CommentId> = comments.iter().map(|comment| comment.id).collect();
        let away = |id: &CommentId| !here.contains(id);
        let parents = if comments
            .iter()
            .filter_map(|one| one.parent_id)
            .any(|id| away(&id))
        {
            self.parents_elsewhere(post, end).await?
        } else {
            Vec::new()
        };
        Ok(ThreadPage {
            comments,
            parents,
            pages,
        })
    }

    /// What the comments of the page that ends at a place answer on other pages.
    async fn parents_elsewhere(&self, post: PostId, end: i64) -> Result<Vec<Parent>> {
        Ok(sqlx::query_as(
            "select id, name, place from comments where state = 'approved' and not (place > $2 and place <= $3) \
             and id in (select c.parent_id from comments c where c.post_id = $1 and c.place > $2 and c.place <= $3 \
             and c.state = 'approved')",
        )
        .bind(post)
        .bind(end - PER_PAGE)
        .bind(end)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The newest comments of the whole blog but those of posts that hide theirs.
    pub async fn newest_comments(&self, limit: i64) -> Result<Vec<FeedComment>> {
        Ok(sqlx::query_as(told!("and p.comments <> 'hidden'"))
            .bind(limit)
            .fetch_all(&self.readers)
            .await?)
    }

    /// The newest comments on a post.
    pub async fn newest_on_post(&self, post: PostId, limit: i64) -> Result<Vec<FeedComment>> {
        Ok(sqlx::query_as(told!("and c.post_id = $2"))
            .bind(limit)
            .bind(post)
            .fetch_all(&self.readers)
            .await?)
    }

    /// The newest of a comment on a post and all below it, whatever of that is shown.
    pub async fn newest_in_thread(
        &self,
        post: PostId,
        top: CommentId,
        limit: i64,
    ) -> Result<Vec<FeedComment>> {
        // `union` passes over what was found before, so a circle of replies comes to an end.
        Ok(sqlx::query_as(told!(
            "and c.post_id = $2 and c.id in ( \
               with recursive below (id) as ( \
                 select $3 union select r.id from comments r join below on r.parent_id = below.id \
               ) select id from below)"
        ))
        .bind(limit)
        .bind(post)
        .bind(top)
        .fetch_all(&self.readers)
        .await?)
    }
}
