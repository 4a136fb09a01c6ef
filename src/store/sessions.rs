//! Sessions: who is signed in. Only the hash of a session's token is kept.

use super::Store;
use super::sign_in_links::links_end_by;
use crate::blog::author::Author;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, SessionId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A session ends after a week without use …
const IDLE_SECONDS: i64 = 7 * 24 * 3600;
/// … and after thirty days whatever happens. Longer than NIST asks for: an author writes at home, for years.
const ABSOLUTE_SECONDS: i64 = 30 * 24 * 3600;
/// Using a session is written down at most this often.
const SEEN_EVERY_SECONDS: i64 = 3600;

/// Where somebody is signed in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Session {
    pub id: SessionId,
    pub author_id: AuthorId,
    /// As [`crate::blog::device::of`] calls it; empty where nobody wrote it down.
    pub device: String,
    pub created_at: Millis,
    /// When it was used last, give or take an hour.
    pub seen_at: Millis,
    /// When the person last showed a password or a passkey.
    pub confirmed_at: Millis,
}

handle! {
    /// Sessions: where somebody is signed in.
    sessions: Sessions
}

impl Sessions<'_> {
    pub async fn start(
        self,
        token_hash: &[u8],
        author: AuthorId,
        device: &str,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "insert into sessions (id, token_hash, author_id, device, created_at, \
                   seen_at, confirmed_at) \
                 values ((select last + 1 from numbers where name = 'sessions'), $1, \
                   $2, $3, $4, $4, $4)",
            )
            .bind(token_hash)
            .bind(author)
            .bind(device)
            .bind(now)
            .run()
            .await?;
        write
            .ask("update authors set seen_at = $2 where id = $1")
            .bind(author)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// The person whose session a token is, and the session, as long as it lasts. One from a time that has not come yet
    /// was made while the clock was wrong, and is none.
    pub async fn find(self, token_hash: &[u8], now: Millis) -> Result<Option<(Author, Session)>> {
        let session: Option<Session> = self
            .ask(
                "select id, author_id, device, created_at, seen_at, confirmed_at from sessions \
                 where token_hash = $1 and seen_at > $2 and created_at > $3 \
                 and seen_at <= $4 and created_at <= $4 and confirmed_at <= $4",
            )
            .bind(token_hash)
            .bind(now.plus_seconds(-IDLE_SECONDS))
            .bind(now.plus_seconds(-ABSOLUTE_SECONDS))
            .bind(now.latest())
            .one()
            .await?;
        let Some(session) = session else {
            return Ok(None);
        };
        if session.seen_at < now.plus_seconds(-SEEN_EVERY_SECONDS)
            && let Err(error) = self.touch(&session, now).await
        {
            // Reading goes on where nothing can be written.
            tracing::warn!(%error, "the use of a session could not be stored");
        }
        let author = self.0.authors().by_id(session.author_id).await?;
        Ok(author.map(|author| (author, session)))
    }

    async fn touch(self, session: &Session, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update sessions set seen_at = $2 where id = $1")
            .bind(session.id)
            .bind(now)
            .run()
            .await?;
        write
            .ask("update authors set seen_at = $2 where id = $1")
            .bind(session.author_id)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// Where a person is signed in, the place used last first.
    pub async fn list(self, author: AuthorId, now: Millis) -> Result<Vec<Session>> {
        self.ask(
            "select id, author_id, device, created_at, seen_at, confirmed_at from sessions \
             where author_id = $1 and seen_at > $2 and created_at > $3 \
             and seen_at <= $4 and created_at <= $4 and confirmed_at <= $4 \
               order by seen_at desc, id desc",
        )
        .bind(author)
        .bind(now.plus_seconds(-IDLE_SECONDS))
        .bind(now.plus_seconds(-ABSOLUTE_SECONDS))
        .bind(now.latest())
        .all()
        .await
    }

    /// Writes down that the person behind a session showed a password just now.
    pub async fn confirm(self, id: SessionId, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update sessions set confirmed_at = $2 where id = $1")
            .bind(id)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// Ends one of a person's own sessions.
    pub async fn end(self, author: AuthorId, id: SessionId) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from sessions where id = $1 and author_id = $2")
            .bind(id)
            .bind(author)
            .run()
            .await?;
        write.commit().await
    }

    /// Ends all sessions of a person but one.
    pub async fn end_others(self, author: AuthorId, keep: SessionId) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from sessions where author_id = $1 and id <> $2")
            .bind(author)
            .bind(keep)
            .run()
            .await?;
        write.commit().await
    }

    pub async fn end_by_token(self, token_hash: &[u8]) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from sessions where token_hash = $1")
            .bind(token_hash)
            .run()
            .await?;
        write.commit().await
    }

    /// Forgets sessions, one-time addresses and begun ways in that have run out.
    pub async fn tidy(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        // Beyond a whole session's time ahead no clock is a little wrong.
        write
            .ask("delete from sessions where seen_at <= $1 or created_at <= $2 or created_at > $3")
            .bind(now.plus_seconds(-IDLE_SECONDS))
            .bind(now.plus_seconds(-ABSOLUTE_SECONDS))
            .bind(now.plus_seconds(ABSOLUTE_SECONDS))
            .run()
            .await?;
        write
            .ask("delete from one_time_links where expires_at <= $1 or expires_at > $2")
            .bind(now)
            .bind(links_end_by(now))
            .run()
            .await?;
        write
            .ask("delete from ceremonies where expires_at <= $1")
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }
}
