//! Addresses that readers asked for and that nothing answers, counted; and the posts that they may have meant.

use super::Store;
use super::handle::{Handle, handle};
use super::json::json;
use crate::blog::post::Link;
use crate::blog::time::Millis;
use crate::error::Result;

/// So many addresses are kept; those that were asked for seldom and long ago go first.
const MISSING_MAX: i64 = 5_000;

/// An address that was not found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NotFoundLine {
    pub path: String,
    pub times: i64,
    pub first_at: Millis,
    pub last_at: Millis,
}

handle! {
    /// Addresses that were not found.
    not_found_log: NotFoundLog
}

impl NotFoundLog<'_> {
    /// Published posts and pages whose address ends with the same part, newest first: where somebody may have wanted to go.
    pub async fn suggestions(self, part: &str, limit: i64) -> Result<Vec<Link>> {
        let slug = part.strip_suffix(".html").unwrap_or(part);
        self.ask(
            "select title, path from posts \
               where last_part in ($1, $1 || '.html') and state = 'published' \
             order by published_at desc, id desc limit $2",
        )
        .bind(slug)
        .bind(limit)
        .all()
        .await
    }

    /// Adds to how often addresses were not found.
    pub async fn add(self, times: &[(String, i64)], now: Millis) -> Result<()> {
        if times.is_empty() {
            return Ok(());
        }
        let mut write = self.write().await?;
        write
            .ask(
                "insert into missing (path, times, first_at, last_at) \
                 select json_extract(n.value, '$[0]'), json_extract(n.value, '$[1]'), $2, $2 \
                   from json_each($1) n \
                 where not exists (select 1 from posts p \
                   where p.path = json_extract(n.value, '$[0]') and p.state = 'published') \
                 on conflict (path) do update \
                   set times = missing.times + excluded.times, last_at = excluded.last_at",
            )
            .bind(json(&times)?)
            .bind(now)
            .run()
            .await?;
        write.ask(
            "delete from missing where path in (select path from missing order by times, last_at \
             limit (select case when count(*) > $1 then count(*) - $1 else 0 end from missing))",
        )
        .bind(MISSING_MAX).run().await?;
        write.commit().await
    }

    /// The addresses that were not found most often, without those where something is by now.
    pub async fn list(self, limit: i64) -> Result<Vec<NotFoundLine>> {
        self.ask(
            "select m.path, m.times, m.first_at, m.last_at from missing m \
             where not exists (select 1 from posts p \
               where p.path = m.path and p.state = 'published') \
             order by m.times desc, m.last_at desc limit $1",
        )
        .bind(limit)
        .all()
        .await
    }

    /// Deletes an address from the log; all of them if none is named.
    pub async fn forget(self, path: Option<&str>) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from missing where cast($1 as text) is null or path = $1")
            .bind(path)
            .run()
            .await?;
        write.commit().await
    }
}
