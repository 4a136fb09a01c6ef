//! Pingbacks and trackbacks: links from elsewhere to a post, which are no comments.

use super::Imports;
use crate::blog::PostId;
use crate::blog::comment::State;
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::handle::Handle;
use crate::store::json::json;

/// A pingback or trackback on its way in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ImportedPing {
    pub origin: String,
    pub post: PostId,
    pub state: State,
    pub title: String,
    pub url: String,
    pub at: Millis,
}

/// One that is shown below a post.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct PingLine {
    pub title: String,
    pub url: String,
    pub created_at: Millis,
}

impl PingLine {
    /// What the link says.
    pub fn label(&self) -> &str {
        if self.title.is_empty() {
            &self.url
        } else {
            &self.title
        }
    }
}

impl Imports<'_> {
    /// Takes in pingbacks and trackbacks, in one transaction; gives how many are new.
    pub async fn pings(self, pings: &[ImportedPing], now: Millis) -> Result<u64> {
        if pings.is_empty() {
            return Ok(0);
        }
        let mut write = self.write().await?;
        let new = write
            .ask(
                "insert into pings (id, post_id, state, origin, title, url, created_at) \
                 select (select last from numbers where name = 'pings') + \
                     row_number() over (order by n.key), \
                   n.value ->> 'post', n.value ->> 'state', n.value ->> 'origin', \
                   n.value ->> 'title', n.value ->> 'url', n.value ->> 'at' \
                 from jsonb_each($1) n where not exists \
                   (select 1 from pings p where p.origin = n.value ->> 'origin') \
                 on conflict (origin) do nothing",
            )
            .bind(json(&pings)?)
            .run()
            .await?;
        write.commit_import(new > 0, now).await?;
        Ok(new)
    }
}
