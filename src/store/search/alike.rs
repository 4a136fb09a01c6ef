//! What the index knows of words, for finding posts that are alike.

use crate::blog::PostId;
use crate::blog::related::COMMON_POSTS;
use crate::error::Result;
use crate::store::Store;
use crate::store::visits::json;

/// Posts that fit some words best, beside the post itself.
const FITTING: i64 = 60;

impl Store {
    /// In how many posts each of some folded words stands, drafts among them; of more than [`COMMON_POSTS`] only that there
    /// are more, so that common words cost no more to ask for than rare ones.
    pub async fn posts_with(&self, words: &[&str]) -> Result<Vec<i64>> {
        let counts: Vec<(i64,)> = sqlx::query_as(
            "select (select count(*) from (select 1 from search_posts \
               where search_posts match '\"' || n.value || '\"' limit $2)) \
             from json_each($1) n order by n.key",
        )
        .bind(json(&words)?)
        .bind(COMMON_POSTS + 1)
        .fetch_all(&self.readers)
        .await?;
        Ok(counts.into_iter().map(|(count,)| count).collect())
    }

    /// The posts that fit a query best, and how well: the more the better. A word in a title weighs as three in the text.
    pub async fn fitting(&self, query: &str) -> Result<Vec<(PostId, f64)>> {
        Ok(sqlx::query_as(
            "select rowid, -bm25(search_posts, 3.0, 0.0, 1.0) from search_posts where search_posts match $1 \
             order by 2 desc limit $2",
        )
        .bind(query)
        .bind(FITTING + 1)
        .fetch_all(&self.readers)
        .await?)
    }
}
