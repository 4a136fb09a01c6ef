//! What the sitemap lists: addresses in ranges of ids, so that each range is one walk and stays what it is.

use super::Store;
use crate::blog::PostId;
use crate::blog::post::Details;
use crate::blog::time::Millis;
use crate::error::{Error, Result};
use crate::store::handle::{Handle, handle};

/// A published post or page for the map of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitemapEntry {
    pub path: String,
    pub updated_at: Millis,
    pub details: Details,
}

/// Thousands of them as one row, to be read on a thread for such work.
#[derive(Debug, Clone)]
pub struct SitemapChunk(String);

impl SitemapChunk {
    /// Reads them.
    ///
    /// # Errors
    /// [`Error::Internal`] where the database gave no list.
    pub fn read(&self) -> Result<Vec<SitemapEntry>> {
        let posts: Vec<(String, Millis, String)> = serde_json::from_str(&self.0)
            .map_err(|error| Error::Internal(format!("the map of the site: {error}")))?;
        let mapped = |(path, updated_at, details): (String, Millis, String)| SitemapEntry {
            path,
            updated_at,
            details: details.into(),
        };
        Ok(posts.into_iter().map(mapped).collect())
    }
}

handle! {
    /// What the sitemap lists.
    sitemap: Sitemap
}

impl Sitemap<'_> {
    /// The highest id of a published post or page; 0 where there is none.
    pub async fn last_id(self) -> Result<PostId> {
        let row: Option<PostId> = self
            .ask("select id from posts where state = 'published' order by id desc limit 1")
            .one_value()
            .await?;
        Ok(row.map_or(PostId(0), |id| id))
    }

    /// Published posts and pages with an id after one and up to another.
    pub async fn posts(self, after: PostId, up_to: PostId) -> Result<SitemapChunk> {
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
        Ok(SitemapChunk(posts))
    }
}
