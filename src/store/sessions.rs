//! Sessions: who is signed in. Only the hash of a session's token is kept.

use super::Store;
use crate::blog::AuthorId;
use crate::blog::author::Author;
use crate::blog::time::Millis;
use crate::error::Result;

/// A session ends after a week without use …
const IDLE_SECONDS: i64 = 7 * 24 * 3600;
/// … and after thirty days whatever happens. Longer than NIST asks for: an author writes at home, for years.
const ABSOLUTE_SECONDS: i64 = 30 * 24 * 3600;
/// Using a session is written down at most this often.
const SEEN_EVERY_SECONDS: i64 = 3600;

impl Store {
    pub async fn add_session(
        &self,
        token_hash: &[u8],
        author: AuthorId,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("insert into sessions (token_hash, author_id, created_at, seen_at) values ($1, $2, $3, $3)")
            .bind(token_hash)
            .bind(author)
            .bind(now)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await
    }

    /// The person whose session a token is, as long as it lasts.
    pub async fn signed_in(&self, token_hash: &[u8], now: Millis) -> Result<Option<Author>> {
        let seen: Option<(Millis,)> = sqlx::query_as(
            "select seen_at from sessions where token_hash = $1 and seen_at > $2 and created_at > $3",
        )
        .bind(token_hash)
        .bind(now.plus_seconds(-IDLE_SECONDS))
        .bind(now.plus_seconds(-ABSOLUTE_SECONDS))
        .fetch_optional(&self.readers)
        .await?;
        let Some((seen_at,)) = seen else {
            return Ok(None);
        };
        if seen_at < now.plus_seconds(-SEEN_EVERY_SECONDS) {
            let mut write = self.write().await?;
            sqlx::query("update sessions set seen_at = $2 where token_hash = $1")
                .bind(token_hash)
                .bind(now)
                .execute(&mut *write.tx)
                .await?;
            write.commit().await?;
        }
        Ok(sqlx::query_as(
            "select a.id, a.name, a.email, a.role, a.created_at from sessions s \
             join authors a on a.id = s.author_id where s.token_hash = $1 and a.removed_at is null",
        )
        .bind(token_hash)
        .fetch_optional(&self.readers)
        .await?)
    }

    pub async fn end_session(&self, token_hash: &[u8]) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("delete from sessions where token_hash = $1")
            .bind(token_hash)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await
    }

    /// Forgets sessions and one-time addresses that have run out.
    pub async fn tidy_sessions(&self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("delete from sessions where seen_at <= $1 or created_at <= $2")
            .bind(now.plus_seconds(-IDLE_SECONDS))
            .bind(now.plus_seconds(-ABSOLUTE_SECONDS))
            .execute(&mut *write.tx)
            .await?;
        sqlx::query("delete from one_time_links where expires_at <= $1")
            .bind(now)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await
    }
}
