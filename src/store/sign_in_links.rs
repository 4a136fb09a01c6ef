//! One-time links: to sign in without a password, to accept an invitation, to set the blog up.

use super::handle::{Handle, handle};
use super::{Store, Write};
use crate::blog::AuthorId;
use crate::blog::time::Millis;
use crate::error::Result;

/// No one-time address works for longer than an invitation, whatever its row says.
pub const LINK_LONGEST_SECONDS: i64 = 7 * 24 * 3600;

/// The latest end that a one-time address made by now can have.
pub(super) fn links_end_by(now: Millis) -> Millis {
    now.latest().plus_seconds(LINK_LONGEST_SECONDS)
}

/// Whom a one-time address lets in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LinkOwner {
    pub id: AuthorId,
    pub name: String,
    pub email: String,
    /// Without a password yet: this is an invitation.
    pub invited: bool,
}

handle! {
    /// One-time links: sign-in, invitation and set-up.
    sign_in_links: SignInLinks
}

impl SignInLinks<'_> {
    /// Keeps the hash of a one-time address; earlier ones for the same purpose stop working.
    /// `author` of `None` is the set-up.
    pub async fn add(
        self,
        token_hash: &[u8],
        author: Option<AuthorId>,
        expires_at: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from one_time_links where author_id is not distinct from $1")
            .bind(author)
            .run()
            .await?;
        write.ask(
            "insert into one_time_links (token_hash, author_id, expires_at) values ($1, $2, $3)",
        )
        .bind(token_hash)
        .bind(author)
        .bind(expires_at).run().await?;
        write.commit().await
    }

    /// Whether the set-up may be done with this key.
    pub async fn is_set_up(self, token_hash: &[u8], now: Millis) -> Result<bool> {
        self.ask(
            "select 1 from one_time_links \
               where token_hash = $1 and author_id is null and expires_at > $2 \
             and expires_at <= $3",
        )
        .bind(token_hash)
        .bind(now)
        .bind(links_end_by(now))
        .exists()
        .await
    }

    /// Whom a one-time address lets in, while it works; opening it uses nothing up.
    pub async fn owner(self, token_hash: &[u8], now: Millis) -> Result<Option<LinkOwner>> {
        self.ask(
            "select a.id, a.name, a.email, a.password_hash is null as invited \
               from one_time_links l \
             join authors a on a.id = l.author_id \
             where l.token_hash = $1 and l.expires_at > $2 and l.expires_at <= $3 \
               and a.removed_at is null",
        )
        .bind(token_hash)
        .bind(now)
        .bind(links_end_by(now))
        .one()
        .await
    }

    /// Uses up a sign-in link; returns the person whom it signs in. It is for a password that was lost, so all other
    /// sessions of that person end.
    pub async fn redeem(self, token_hash: &[u8], now: Millis) -> Result<Option<AuthorId>> {
        let mut write = self.write().await?;
        let author = write.use_entry_link(token_hash, now).await?;
        write.commit().await?;
        Ok(author)
    }

    /// Uses an invitation up: the person has a name and a password from now on.
    pub async fn accept_invitation(
        self,
        token_hash: &[u8],
        name: &str,
        password_hash: &str,
        now: Millis,
    ) -> Result<Option<AuthorId>> {
        let mut write = self.write().await?;
        let Some(author) = write.use_entry_link(token_hash, now).await? else {
            write.commit().await?;
            return Ok(None);
        };
        write
            .ask("update authors set name = $2, password_hash = $3 where id = $1")
            .bind(author)
            .bind(name)
            .bind(password_hash)
            .run()
            .await?;
        write.commit_content(now).await?;
        Ok(Some(author))
    }
}

impl Write {
    async fn use_entry_link(&mut self, token_hash: &[u8], now: Millis) -> Result<Option<AuthorId>> {
        let row: Option<(AuthorId, Millis)> = self
            .ask(
                "delete from one_time_links where token_hash = $1 and author_id is not null \
                 returning author_id, expires_at",
            )
            .bind(token_hash)
            .one()
            .await?;
        let Some((author, _)) =
            row.filter(|(_, expires_at)| *expires_at > now && *expires_at <= links_end_by(now))
        else {
            return Ok(None);
        };
        for forget in [
            "delete from sessions where author_id = $1",
            "delete from ceremonies where author_id = $1",
        ] {
            self.ask(forget).bind(author).run().await?;
        }
        Ok(Some(author))
    }
}
