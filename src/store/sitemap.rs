//! What search engines are told of: addresses in ranges of ids, so that each range is one walk and stays what it is.

use super::{Store, Tag};
use crate::blog::PostId;
use crate::blog::post::Details;
use crate::blog::time::Millis;
use crate::error::{Error, Result};

/// A published post or page for the map of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    pub path: String,
    pub updated_at: Millis,
    pub details: Details,
}

/// Thousands of them as one row, to be read on a thread for such work.
#[derive(Debug, Clone)]
pub struct MappedPosts(String);

impl MappedPosts {
    /// Reads them.
    ///
    /// # Errors
    /// [`Error::Internal`] where the database gave no list.
    pub fn read(&self) -> Result<Vec<Mapped>> {
        let posts: Vec<(String, Millis, String)> = serde_json::from_str(&self.0)
            .map_err(|error| Error::Internal(format!("the map of the site: {error}")))?;
        let mapped = |(path, updated_at, details): (String, Millis, String)| Mapped {
            path,
            updated_at,
            details: details.into(),
        };
        Ok(posts.into_iter().map(mapped).collect())
    }
}

impl Store {
    /// The highest id of a published post or page; 0 where there is none.
    pub async fn last_published(&self) -> Result<PostId> {
        let row: Option<PostId> = self
            .ask("select id from posts where state = 'published' order by id desc limit 1")
            .one_value()
            .await?;
        Ok(row.map_or(PostId(0), |id| id))
    }

    /// Published posts and pages with an id after one and up to another.
    pub async fn mapped_posts(&self, after: PostId, up_to: PostId) -> Result<MappedPosts> {
        let posts: String = self
            .ask(
                "select json_group_array(json_array(path, updated_at, details)) from (\
                 select path, updated_at, details from posts \
                 where id > $1 and id <= $2 and +state = 'published' order by id) as mapped",
            )
            .bind(after)
            .bind(up_to)
            .value()
            .await?;
        Ok(MappedPosts(posts))
    }

    /// The tags that published posts carry, by name, no more than `limit`.
    pub async fn tags_in_use(&self, limit: i64) -> Result<Vec<Tag>> {
        self.ask(
            "select t.id, t.name, t.slug from tags t where exists (select 1 from post_tags pt \
             where pt.tag_id = t.id and pt.published_at is not null) order by t.key limit $1",
        )
        .bind(limit)
        .all()
        .await
    }
}
