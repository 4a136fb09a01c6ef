//! What readers see of comments: the pages of a thread.
//!
//! Nothing here gives away an email address or a network.

use super::Store;
use super::comments::{comment_columns, comments};
use crate::blog::comment::{self, Comment, PER_PAGE, Parent};
use crate::blog::{CommentId, PostId};
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
}
