//! Full-text search: the one thing that differs by engine. This is SQLite's FTS5.
//!
//! The index holds folded words only (`blog::words`) and is written in the transaction that writes the text.

mod alike;

use super::{Store, Write};
use crate::blog::comment::comment_address;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, words};
use crate::error::Result;

/// A post that holds what was looked for, in its title, its text or its comments.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Hit {
    pub title: String,
    pub path: String,
    pub published_at: Millis,
    pub excerpt: String,
    /// Whether the words stand in a comment rather than in the post.
    pub in_comments: bool,
    /// The comment that fits best, where they stand in one.
    pub comment_id: Option<CommentId>,
    pub comment_place: Option<i64>,
}

impl Hit {
    /// Where the words stand: the post, or the page of its comments.
    #[must_use]
    pub fn address(&self) -> String {
        match self.comment_id {
            Some(id) => comment_address(&self.path, self.comment_place, id),
            None => self.path.clone(),
        }
    }
}

impl Store {
    /// The published posts and pages that fit a query of [`words::query`] best; those whose comments fit come after,
    /// unless the blog shows no comments.
    pub async fn search(&self, query: &str, with_comments: bool, limit: i64) -> Result<Vec<Hit>> {
        // Each index is asked once, by itself, and only its best answers meet the tables: a join that the planner turned
        // round would ask the index for every row.
        // A word in a title weighs ten times, one among the tags five times as much as one in the text.
        Ok(sqlx::query_as(
            // Beside `min(rank)` the other columns are those of its row, as SQLite promises.
            "with found (id, in_comments, rank, comment_id, place) as ( \
               select * from (select rowid, false, bm25(search_posts, 10.0, 5.0, 1.0), null, null from search_posts \
                 where search_posts match $1 order by 3 limit 500) \
               union all \
               select * from (select c.post_id, true, min(s.rank), c.id, c.place \
                 from (select rowid as id, rank from search_comments where search_comments match $1 \
                   order by rank limit 500) s \
                 cross join comments c where c.id = s.id and c.state = 'approved' and $3 group by c.post_id) \
             ), best (id, in_comments, rank, comment_id, place) as ( \
               select id, min(in_comments), min(rank), \
                 case when min(in_comments) then max(comment_id) end, max(place) from found group by id \
             ) \
             select p.title, p.path, p.published_at, coalesce(nullif(p.excerpt, ''), p.auto_excerpt) as excerpt, \
               b.in_comments, b.comment_id, b.place as comment_place \
             from best b join posts p on p.id = b.id where p.state = 'published' and p.published_at is not null \
               and (not b.in_comments or p.comments <> 'hidden') \
             order by b.in_comments, b.rank, p.published_at desc limit $2",
        )
        .bind(query)
        .bind(limit)
        .bind(with_comments)
        .fetch_all(&self.readers)
        .await?)
    }

    /// What is wrong with the index: words that are damaged, texts that are missing in it, entries without a text.
    pub(super) async fn search_problems(&self) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        for (name, check) in [
            (
                "posts",
                "insert into search_posts (search_posts) values ('integrity-check')",
            ),
            (
                "comments",
                "insert into search_comments (search_comments) values ('integrity-check')",
            ),
        ] {
            // It is written as an insert but changes nothing, so only the writer may run it.
            if let Err(error) = sqlx::query(check).execute(&self.writer).await {
                problems.push(format!("the search index of {name} is damaged: {error}"));
            }
        }
        let counts: Vec<(String, i64)> = sqlx::query_as(
            "select 'posts are not in the search index', count(*) from posts \
               where id not in (select rowid from search_posts) \
             union all select 'entries of the search index have no post', count(*) from search_posts \
               where rowid not in (select id from posts) \
             union all select 'comments are not in the search index', count(*) from comments \
               where id not in (select rowid from search_comments) \
             union all select 'entries of the search index have no comment', count(*) from search_comments \
               where rowid not in (select id from comments)",
        )
        .fetch_all(&self.readers)
        .await?;
        problems.extend(
            counts
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(what, count)| format!("{count} {what}")),
        );
        Ok(problems)
    }
}

impl Write {
    /// Puts the words of a post into the index, in place of those that stood there.
    pub(super) async fn index_post(
        &mut self,
        id: PostId,
        title: &str,
        tags: &[String],
        text: &str,
    ) -> Result<()> {
        sqlx::query("delete from search_posts where rowid = $1")
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query("insert into search_posts (rowid, title, tags, body) values ($1, $2, $3, $4)")
            .bind(id)
            .bind(words::fold(title))
            .bind(words::fold(&tags.join(" ")))
            .bind(words::fold(text))
            .execute(&mut *self.tx)
            .await?;
        self.make_related_due(id).await
    }

    /// Puts the words of a new rendering into the index; title and tags stay as they are stored.
    pub(super) async fn index_words(&mut self, id: PostId, text: &str) -> Result<()> {
        let (title,): (String,) = sqlx::query_as("select title from posts where id = $1")
            .bind(id)
            .fetch_one(&mut *self.tx)
            .await?;
        let tags: Vec<(String,)> = sqlx::query_as(
            "select t.name from tags t join post_tags pt on pt.tag_id = t.id where pt.post_id = $1",
        )
        .bind(id)
        .fetch_all(&mut *self.tx)
        .await?;
        let tags: Vec<String> = tags.into_iter().map(|(name,)| name).collect();
        self.index_post(id, &title, &tags, text).await
    }
}
