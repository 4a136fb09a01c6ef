//! Addresses of the old blog that are no permalinks here: where each of them leads.

use super::Imports;
use crate::blog::PostId;
use crate::error::Result;
use crate::store::Write;
use crate::store::handle::Handle;
use crate::store::json::json;

/// An old address on its way in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OldAddress {
    /// As [`crate::blog::address::key`] makes it.
    pub path: String,
    pub post: Option<PostId>,
    /// An address of this blog, or that of a file which is fetched; empty where a post is meant.
    pub target: String,
}

impl Imports<'_> {
    /// Notes where old addresses lead that are no post's; gives how many are new.
    pub async fn addresses(self, addresses: &[OldAddress]) -> Result<u64> {
        if addresses.is_empty() {
            return Ok(0);
        }
        let mut write = self.write().await?;
        let new = write.store_addresses(addresses).await?;
        if new > 0 {
            write.commit().await?;
        }
        Ok(new)
    }

    /// Where an old address leads, by its key: to a published post, to an address of this blog, or to a file that was
    /// fetched.
    pub async fn old_address(self, key: &str) -> Result<Option<String>> {
        self.ask(
            "select coalesce(p.path, '/media/' || m.name, o.target) from old_addresses o \
             left join posts p on p.id = o.post_id \
             left join fetches f on o.target like 'http%' and f.address = o.target \
             left join media m on m.id = f.media_id \
             where o.path = $1 and (p.state = 'published' or m.id is not null or o.target like '/%')",
        )
        .bind(key)
        .one_value()
        .await
    }
}

impl Write {
    /// What leads somewhere already stays as it is.
    pub(super) async fn store_addresses(&mut self, addresses: &[OldAddress]) -> Result<u64> {
        if addresses.is_empty() {
            return Ok(0);
        }
        self.ask(
            "insert into old_addresses (path, post_id, target) \
             select value ->> 'path', value ->> 'post', value ->> 'target' \
               from jsonb_each($1) where true \
             on conflict (path) do nothing",
        )
        .bind(json(&addresses)?)
        .run()
        .await
    }
}
