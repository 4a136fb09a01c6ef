//! Full-text search: the one thing that differs by engine. This is SQLite's FTS5.
//!
//! The index holds folded words only (`blog::words`) and is written in the transaction that writes the text. How what was
//! found is ranked: ARCHITECTURE.md, Search.

mod alike;
mod index;
mod permits;

pub use index::Indexed;
pub(super) use permits::Searches;
pub use permits::{AT_ONCE as SEARCHES_AT_ONCE, Searching};

use super::Store;
use crate::blog::comment::comment_address;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, TagId, words};
use crate::error::{Error, Result};
use std::collections::HashSet;

/// So many matches are weighed by their words; of more than that, those with the words in the title come first and then
/// the newest: to weigh 100,000 takes a fifth of a second.
const WEIGHED_MAX: i64 = 2000;
/// Pages are found among so many; no blog has more in its menu.
const PAGES_MAX: i64 = 200;

/// What is looked for: an FTS5 query of `blog::words`, and tags of which a post must have all. One of the two may be empty.
#[derive(Debug, Clone, Default)]
pub struct SoughtText {
    pub words: String,
    pub tags: Vec<TagId>,
    /// Whether comments are looked through too: not where the blog shows none.
    pub with_comments: bool,
}

impl SoughtText {
    /// Two tags for the queries; 0 stands for none.
    fn tags(&self) -> (TagId, TagId) {
        let tag = |place: usize| self.tags.get(place).copied().unwrap_or_default();
        (tag(0), tag(1))
    }
}

/// Where something was found: in a post, or in a comment on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub post: PostId,
    pub comment: Option<CommentId>,
}

/// A post that holds what was looked for, in its title, its text or its comments.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Hit {
    pub title: String,
    pub path: String,
    pub published_at: Millis,
    pub excerpt: String,
    /// The comment that fits best, where the words stand in one rather than in the post.
    pub comment_id: Option<CommentId>,
    pub comment_place: Option<i64>,
    /// Who wrote that comment; empty where they gave no name.
    pub comment_name: String,
    /// The safe HTML of the post, or of the comment: as much as is looked through for the words.
    pub html: String,
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

/// Whether a post has both tags, where they are asked for.
macro_rules! with_tags {
    () => {
        "($2 = 0 or exists (select 1 from post_tags where post_id = p.id and tag_id = $2)) \
         and ($3 = 0 or exists (select 1 from post_tags where post_id = p.id and tag_id = $3)) "
    };
}

impl Store {
    /// Waits briefly for the right to search: for what looks through the index in other ways than [`Store::search`], which
    /// waits by itself.
    pub async fn searching(&self) -> Result<Searching> {
        self.searches.turn().await
    }

    /// Published posts and pages that hold what is looked for, the best first, newer ones first among those that fit alike;
    /// after them those whose comments hold it. No more than `limit`. Waits for its turn, see [`Store::searching`].
    pub async fn search(&self, sought: &SoughtText, limit: i64) -> Result<Vec<Place>> {
        let _turn = self.searching().await?;
        let mut posts = if sought.words.is_empty() {
            self.tagged_with(sought, limit).await?
        } else if self.is_common(&sought.words).await? {
            self.titles_then_newest(sought, limit).await?
        } else {
            self.weighed(sought, limit).await?
        };
        let found: HashSet<PostId> = posts.iter().map(|place| place.post).collect();
        let limit = usize::try_from(limit).unwrap_or_default();
        if sought.with_comments && !sought.words.is_empty() && posts.len() < limit {
            let comments = self.in_comments(sought).await?;
            posts.extend(
                comments
                    .into_iter()
                    .filter(|place| !found.contains(&place.post)),
            );
        }
        posts.truncate(limit);
        Ok(posts)
    }

    /// Posts by their tags alone.
    async fn tagged_with(&self, sought: &SoughtText, limit: i64) -> Result<Vec<Place>> {
        let (first, second) = sought.tags();
        let rows = sqlx::query_as(
            "select post_id from post_tags t where tag_id = $1 and published_at is not null \
             and ($2 = 0 or exists (select 1 from post_tags where post_id = t.post_id and tag_id = $2)) \
             order by published_at desc, post_id desc limit $3",
        )
        .bind(first)
        .bind(second)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        Ok(places(rows))
    }

    async fn is_common(&self, words: &str) -> Result<bool> {
        let (matches,): (i64,) = sqlx::query_as(
            "select count(*) from (select 1 from search_posts where search_posts match $1 limit $2)",
        )
        .bind(words)
        .bind(WEIGHED_MAX + 1)
        .fetch_one(&self.readers)
        .await?;
        Ok(matches > WEIGHED_MAX)
    }

    /// All matches by their weight: a word in a title weighs ten times, one among the tags five times as much as one in the
    /// text. Eighths of the best weight count as alike.
    async fn weighed(&self, sought: &SoughtText, limit: i64) -> Result<Vec<Place>> {
        let (first, second) = sought.tags();
        let rows = sqlx::query_as(concat!(
            // The index is asked once, by itself: a join that the planner turned round would ask it for every row.
            "with found (id, weight) as materialized ( \
               select rowid, bm25(search_posts, 10.0, 5.0, 1.0) from search_posts where search_posts match $1) \
             select p.id from found f cross join posts p where p.id = f.id and p.state = 'published' \
             and p.published_at is not null and ",
            with_tags!(),
            "order by round(8 * weight / (select min(weight) from found)) desc, p.published_at desc, p.id desc limit $4"
        ))
        .bind(&sought.words)
        .bind(first)
        .bind(second)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        Ok(places(rows))
    }

    /// Of more matches than can be weighed: those with the words in the title, then the newest.
    async fn titles_then_newest(&self, sought: &SoughtText, limit: i64) -> Result<Vec<Place>> {
        let in_titles = words::in_title(&sought.words);
        let mut posts = self.newest_with(&in_titles, sought, limit).await?;
        if posts.len() < usize::try_from(limit).unwrap_or_default() {
            let known: HashSet<PostId> = posts.iter().map(|place| place.post).collect();
            let others = self.newest_with(&sought.words, sought, limit).await?;
            posts.extend(
                others
                    .into_iter()
                    .filter(|place| !known.contains(&place.post)),
            );
        }
        Ok(posts)
    }

    async fn newest_with(
        &self,
        words: &str,
        sought: &SoughtText,
        limit: i64,
    ) -> Result<Vec<Place>> {
        let (first, second) = sought.tags();
        // Walked by time, so that it ends when there are enough; with a tag, along the posts of the tag.
        let sql = if sought.tags.is_empty() {
            "select * from (select p.id from posts p where p.kind = 'post' and p.state = 'published' \
               and p.id in (select rowid from search_posts where search_posts match $1) \
               order by p.published_at desc, p.id desc limit $4) \
             union all \
             select * from (select p.id from posts p where p.kind = 'page' and p.state = 'published' \
               and p.published_at is not null and $2 = 0 and $3 = 0 \
               and exists (select 1 from search_posts where search_posts match $1 and rowid = p.id) limit $5)"
        } else {
            "select t.post_id from post_tags t where t.tag_id = $2 and t.published_at is not null \
             and t.post_id in (select rowid from search_posts where search_posts match $1) \
             and ($3 = 0 or exists (select 1 from post_tags where post_id = t.post_id and tag_id = $3)) \
             order by t.published_at desc, t.post_id desc limit $4 + 0 * $5"
        };
        let rows = sqlx::query_as(sql)
            .bind(words)
            .bind(first)
            .bind(second)
            .bind(limit)
            .bind(PAGES_MAX)
            .fetch_all(&self.readers)
            .await?;
        Ok(places(rows))
    }

    /// Posts whose comments hold the words, each with the comment that fits best. Of very many comments only the newest are
    /// looked at, and not weighed.
    async fn in_comments(&self, sought: &SoughtText) -> Result<Vec<Place>> {
        let (matches,): (i64,) = sqlx::query_as(
            "select count(*) from (select 1 from search_comments where search_comments match $1 limit $2)",
        )
        .bind(&sought.words)
        .bind(WEIGHED_MAX + 1)
        .fetch_one(&self.readers)
        .await?;
        macro_rules! by {
            ($weight:literal) => {
                // Beside `min(weight)` the other columns are those of its row, as SQLite promises.
                concat!(
                    "with found (id, weight) as materialized (select rowid, ",
                    $weight,
                    " from search_comments where search_comments match $1 order by rowid desc limit $4), \
                     best (post_id, weight, id) as materialized (select c.post_id, min(f.weight), c.id \
                       from found f cross join comments c where c.id = f.id and c.state = 'approved' group by c.post_id) \
                     select p.id, b.id from best b cross join posts p where p.id = b.post_id and p.state = 'published' \
                     and p.published_at is not null and p.comments <> 'hidden' and ",
                    with_tags!(),
                    "order by round(8 * b.weight / (select min(weight) from best)) desc, b.id desc"
                )
            };
        }
        let sql = if matches > WEIGHED_MAX {
            by!("-1.0")
        } else {
            by!("bm25(search_comments)")
        };
        let (first, second) = sought.tags();
        let rows: Vec<(PostId, CommentId)> = sqlx::query_as(sql)
            .bind(&sought.words)
            .bind(first)
            .bind(second)
            .bind(WEIGHED_MAX)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(post, comment)| Place {
                post,
                comment: Some(comment),
            })
            .collect())
    }

    /// What a page of found places shows, in their order. `html_max` characters of each text are looked through.
    pub async fn hits(&self, places: &[Place], html_max: i64) -> Result<Vec<Hit>> {
        let wanted: Vec<(PostId, Option<CommentId>)> = places
            .iter()
            .map(|place| (place.post, place.comment))
            .collect();
        let wanted = serde_json::to_string(&wanted)
            .map_err(|error| Error::Internal(format!("places of a search: {error}")))?;
        Ok(sqlx::query_as(
            "select p.title, p.path, p.published_at, coalesce(nullif(p.excerpt, ''), p.auto_excerpt) as excerpt, \
             c.id as comment_id, c.place as comment_place, coalesce(c.name, '') as comment_name, \
             case when c.id is null then substr(p.html, 1, $2) else substr(c.html, 1, $2) end as html \
             from json_each($1) w cross join posts p on p.id = w.value ->> 0 \
             left join comments c on c.id = w.value ->> 1 \
             where p.state = 'published' and p.published_at is not null and (c.id is null or c.state = 'approved') \
             order by w.key",
        )
        .bind(wanted)
        .bind(html_max)
        .fetch_all(&self.readers)
        .await?)
    }
}

fn places(rows: Vec<(PostId,)>) -> Vec<Place> {
    rows.into_iter()
        .map(|(post,)| Place {
            post,
            comment: None,
        })
        .collect()
}
