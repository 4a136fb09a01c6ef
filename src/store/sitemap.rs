//! What search engines are told of: addresses in ranges of ids, so that each range is one walk and stays what it is.

use super::{Store, Tag};
use crate::blog::PostId;
use crate::blog::post::Details;
use crate::blog::time::Millis;
use crate::error::Result;

/// A published post or page for the map of the site.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Mapped {
    pub path: String,
    pub updated_at: Millis,
    #[sqlx(try_from = "String")]
    pub details: Details,
}

impl Store {
    /// The highest id of a published post or page; 0 where there is none.
    pub async fn last_published(&self) -> Result<PostId> {
        let row: Option<(PostId,)> = sqlx::query_as(
            "select id from posts where state = 'published' order by id desc limit 1",
        )
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map_or(PostId(0), |(id,)| id))
    }

    /// Published posts and pages with an id after one and up to another.
    pub async fn mapped_posts(&self, after: PostId, up_to: PostId) -> Result<Vec<Mapped>> {
        Ok(sqlx::query_as(
            "select path, updated_at, details from posts \
             where id > $1 and id <= $2 and +state = 'published' order by id",
        )
        .bind(after)
        .bind(up_to)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The tags that published posts carry, by name, no more than `limit`.
    pub async fn tags_in_use(&self, limit: i64) -> Result<Vec<Tag>> {
        Ok(sqlx::query_as(
            "select t.id, t.name, t.slug from tags t where exists (select 1 from post_tags pt \
             where pt.tag_id = t.id and pt.published_at is not null) order by t.key limit $1",
        )
        .bind(limit)
        .fetch_all(&self.readers)
        .await?)
    }
}
