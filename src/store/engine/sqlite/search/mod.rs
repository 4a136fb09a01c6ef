//! Full-text search by FTS5, <https://www.sqlite.org/fts5.html>: how the index is asked.

mod alike;
mod index;

pub use index::IndexedPost;

use crate::blog::{CommentId, PostId};
use crate::error::Result;
use crate::store::Search;
use crate::store::ask::sql;
use crate::store::handle::Handle;
use crate::store::search::places;
use crate::store::{IndexQuery, SearchPlace};

/// So many matches are weighed by their words; of more than that, those with the words in the title come first and then
/// the newest: to weigh 100,000 takes a fifth of a second.
const WEIGHED_MAX: i64 = 2000;
/// Pages are found among so many; no blog has more in its menu.
const PAGES_MAX: i64 = 200;

/// Whether a post has both tags, where they are asked for.
const WITH_TAGS: &str = "($2 = 0 \
       or exists (select 1 from post_tags where post_id = p.id and tag_id = $2)) \
     and ($3 = 0 or exists (select 1 from post_tags where post_id = p.id and tag_id = $3)) ";

/// Of the comments `found` the one that fits best on each post, the best posts first. With `min(weight)` the other columns
/// are those of its row, as SQLite promises.
const BEST_COMMENTS: &str = sql!(
    "best (post_id, weight, id) as materialized (select c.post_id, min(f.weight), c.id \
       from found f cross join comments c where c.id = f.id and c.state = 'approved' \
       group by c.post_id) \
     select p.id, b.id from best b cross join posts p where p.id = b.post_id \
     and p.state = 'published' and p.published_at is not null and p.comments <> 'hidden' \
     and p.protected = 0 and ",
    WITH_TAGS,
    "order by round(8 * b.weight / (select min(weight) from best)) desc, b.id desc"
);

impl Search<'_> {
    pub(in crate::store) async fn is_common(self, words: &str) -> Result<bool> {
        let matches: i64 = self
            .ask(
                "select count(*) \
                 from (select 1 from search_posts where search_posts match $1 limit $2)",
            )
            .bind(words)
            .bind(WEIGHED_MAX + 1)
            .value()
            .await?;
        Ok(matches > WEIGHED_MAX)
    }

    /// All matches by their weight: a word in a title weighs ten times, one among the tags five times as much as one in the
    /// text. Eighths of the best weight count as alike.
    pub(in crate::store) async fn weighed(
        self,
        query: &IndexQuery,
        limit: i64,
    ) -> Result<Vec<SearchPlace>> {
        let (first, second) = query.tags();
        let rows = self
            .ask(sql!(
                // The index is asked once, by itself: a join that the planner turned round would ask it for every row.
                "with found (id, weight) as materialized ( \
                   select rowid, bm25(search_posts, 10.0, 5.0, 1.0) from search_posts \
                     where search_posts match $1) \
                 select p.id from found f cross join posts p \
                   where p.id = f.id and p.state = 'published' \
                 and p.published_at is not null and p.protected = 0 and ",
                WITH_TAGS,
                "order by round(8 * weight / (select min(weight) from found)) desc, \
                 p.published_at desc, p.id desc limit $4"
            ))
            .bind(&query.words)
            .bind(first)
            .bind(second)
            .bind(limit)
            .values()
            .await?;
        Ok(places(rows))
    }

    pub(in crate::store) async fn newest_with(
        self,
        words: &str,
        query: &IndexQuery,
        limit: i64,
    ) -> Result<Vec<SearchPlace>> {
        let (first, second) = query.tags();
        // Walked by time, so that it ends when there are enough; with a tag, along the posts of the tag. The plus signs keep the
        // planner from reading each post that matches, which it takes for less once it has statistics of a large blog.
        let sql = if query.tags.is_empty() {
            "select * \
               from (select p.id from posts p where p.kind = 'post' and p.state = 'published' \
               and not exists (select 1 from posts x indexed by posts_protected \
                 where x.id = p.id and x.protected = 1) \
               and +p.id in (select rowid from search_posts where search_posts match $1) \
               order by p.published_at desc, p.id desc limit $4) \
             union all \
             select * \
               from (select p.id from posts p where p.kind = 'page' and p.state = 'published' \
               and p.published_at is not null and p.protected = 0 and $2 = 0 and $3 = 0 \
               and exists (select 1 from search_posts \
                 where search_posts match $1 and rowid = p.id) limit $5)"
        } else {
            "select t.post_id from post_tags t where t.tag_id = $2 and t.published_at is not null \
             and not exists (select 1 from posts x indexed by posts_protected \
               where x.id = t.post_id and x.protected = 1) \
             and +t.post_id in (select rowid from search_posts where search_posts match $1) \
             and ($3 = 0 \
               or exists (select 1 from post_tags where post_id = t.post_id and tag_id = $3)) \
             order by t.published_at desc, t.post_id desc limit $4 + 0 * $5"
        };
        let posts = self
            .ask(sql)
            .bind(words)
            .bind(first)
            .bind(second)
            .bind(limit)
            .bind(PAGES_MAX)
            .values()
            .await?;
        Ok(places(posts))
    }

    /// Posts whose comments hold the words, each with the comment that fits best. Of very many comments only the newest are
    /// looked at, and not weighed.
    pub(in crate::store) async fn in_comments(
        self,
        query: &IndexQuery,
    ) -> Result<Vec<SearchPlace>> {
        let matches: i64 = self
            .ask(
                "select count(*) \
                 from (select 1 from search_comments where search_comments match $1 limit $2)",
            )
            .bind(&query.words)
            .bind(WEIGHED_MAX + 1)
            .value()
            .await?;

        let sql = if matches > WEIGHED_MAX {
            sql!(
                "with found (id, weight) as materialized (select rowid, -1.0 from search_comments \
                 where search_comments match $1 order by rowid desc limit $4), ",
                BEST_COMMENTS
            )
        } else {
            sql!(
                "with found (id, weight) as materialized (select rowid, bm25(search_comments) \
                 from search_comments where search_comments match $1 order by rowid desc \
                 limit $4), ",
                BEST_COMMENTS
            )
        };
        let (first, second) = query.tags();
        let rows: Vec<(PostId, CommentId)> = self
            .ask(sql)
            .bind(&query.words)
            .bind(first)
            .bind(second)
            .bind(WEIGHED_MAX)
            .all()
            .await?;
        Ok(rows
            .into_iter()
            .map(|(post, comment)| SearchPlace {
                post,
                comment: Some(comment),
            })
            .collect())
    }
}
