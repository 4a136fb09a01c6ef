//! Ways in besides the password: one-time codes, passkeys, and what a browser has begun and not finished.

use super::Store;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PasskeyId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// How long what a browser has begun may be finished: time enough to find the phone.
pub const CEREMONY_SECONDS: i64 = 600;

/// The latest end that something begun by now can have.
fn ends_by(now: Millis) -> Millis {
    now.latest().plus_seconds(CEREMONY_SECONDS)
}

/// A passkey of a person, for the list of them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    pub created_at: Millis,
    pub used_at: Option<Millis>,
}

/// A passkey with its public key, as JSON of webauthn-rs.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KnownPasskey {
    pub id: PasskeyId,
    pub author_id: AuthorId,
    pub passkey: String,
}

/// What a browser has begun.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Ceremony {
    pub author_id: Option<AuthorId>,
    pub state: String,
}

handle! {
    /// One-time codes, recovery codes and passkeys.
    credentials: Credentials
}

impl Credentials<'_> {
    /// The secret of a person's one-time codes; `None` where they are off.
    pub async fn totp_secret(self, author: AuthorId) -> Result<Option<Vec<u8>>> {
        self.ask("select totp_secret from authors where id = $1 and totp_secret is not null")
            .bind(author)
            .one_value()
            .await
    }

    /// Turns one-time codes on, with the hashes of new recovery codes. `step` is that of the code which showed that the
    /// secret arrived, so that it is not taken a second time.
    pub async fn enable_totp(
        self,
        author: AuthorId,
        secret: &[u8],
        step: i64,
        recovery: &[Vec<u8>],
    ) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update authors set totp_secret = $2, totp_step = $3 where id = $1")
            .bind(author)
            .bind(secret)
            .bind(step)
            .run()
            .await?;
        write.put_recovery_codes(author, recovery).await?;
        write.commit().await
    }

    pub async fn disable_totp(self, author: AuthorId) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update authors set totp_secret = null where id = $1")
            .bind(author)
            .run()
            .await?;
        write.put_recovery_codes(author, &[]).await?;
        write.commit().await
    }

    /// Takes the code of a step, once: `false` where it or a later one was taken before (RFC 6238, 5.2).
    pub async fn use_totp_step(self, author: AuthorId, step: i64) -> Result<bool> {
        let mut write = self.write().await?;
        let used = write
            .ask("update authors set totp_step = $2 where id = $1 and totp_step < $2")
            .bind(author)
            .bind(step)
            .run()
            .await?;
        write.commit().await?;
        Ok(used == 1)
    }

    /// Whether no code of this step or a later one was taken yet.
    pub async fn is_newer_totp_step(self, author: AuthorId, step: i64) -> Result<bool> {
        self.ask("select 1 from authors where id = $1 and totp_step < $2")
            .bind(author)
            .bind(step)
            .exists()
            .await
    }

    /// Gives a person new recovery codes in place of the old ones.
    pub async fn renew_recovery_codes(self, author: AuthorId, hashes: &[Vec<u8>]) -> Result<()> {
        let mut write = self.write().await?;
        write.put_recovery_codes(author, hashes).await?;
        write.commit().await
    }

    /// Takes a recovery code, once.
    pub async fn use_recovery_code(self, author: AuthorId, hash: &[u8]) -> Result<bool> {
        let mut write = self.write().await?;
        let used = write
            .ask("delete from recovery_codes where author_id = $1 and code_hash = $2")
            .bind(author)
            .bind(hash)
            .run()
            .await?;
        write.commit().await?;
        Ok(used == 1)
    }

    /// How many recovery codes a person has left.
    pub async fn recovery_codes(self, author: AuthorId) -> Result<i64> {
        self.ask("select count(*) from recovery_codes where author_id = $1")
            .bind(author)
            .value()
            .await
    }

    pub async fn passkeys(self, author: AuthorId) -> Result<Vec<Passkey>> {
        self.ask(
            "select id, name, created_at, used_at from passkeys where author_id = $1 order by id",
        )
        .bind(author)
        .all()
        .await
    }

    /// Whether anybody can sign in with a passkey.
    pub async fn has_passkeys(self) -> Result<bool> {
        self.ask("select 1 from passkeys limit 1").exists().await
    }

    /// The passkeys of everybody: who signs in with one does not say first who it is.
    pub async fn known_passkeys(self) -> Result<Vec<KnownPasskey>> {
        self.ask("select id, author_id, passkey from passkeys order by id")
            .all()
            .await
    }

    pub async fn passkey(self, credential: &[u8]) -> Result<Option<KnownPasskey>> {
        self.ask("select id, author_id, passkey from passkeys where credential = $1")
            .bind(credential)
            .one()
            .await
    }

    /// Keeps a new passkey; `false` where it is known already.
    pub async fn add_passkey(
        self,
        author: AuthorId,
        credential: &[u8],
        name: &str,
        passkey: &str,
        now: Millis,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let added = write
            .ask(
                "insert into passkeys (id, author_id, credential, name, passkey, created_at) \
                 values ((select last + 1 from numbers where name = 'passkeys'), \
                 $1, $2, $3, $4, $5) \
                 on conflict (credential) do nothing",
            )
            .bind(author)
            .bind(credential)
            .bind(name)
            .bind(passkey)
            .bind(now)
            .run()
            .await?;
        if added == 0 {
            return Ok(false);
        }
        write.commit().await?;
        Ok(true)
    }

    /// Writes down that a passkey was used, with its counter.
    pub async fn passkey_used(self, id: PasskeyId, passkey: &str, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update passkeys set passkey = $2, used_at = $3 where id = $1")
            .bind(id)
            .bind(passkey)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    pub async fn remove_passkey(self, author: AuthorId, id: PasskeyId) -> Result<()> {
        let mut write = self.write().await?;
        let gone = write
            .ask("delete from passkeys where id = $1 and author_id = $2")
            .bind(id)
            .bind(author)
            .run()
            .await?;
        if gone == 0 {
            return Ok(());
        }
        write.commit().await
    }

    /// Marks the challenge of a sign-in with a passkey as used; `false` where it was used before.
    pub async fn use_challenge(self, hash: &[u8], expires_at: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let used = write
            .ask(
                "insert into ceremonies (token_hash, kind, author_id, state, expires_at) \
                   values ($1, 'enter', null, '', $2) \
                 on conflict (token_hash) do nothing",
            )
            .bind(hash)
            .bind(expires_at)
            .run()
            .await?;
        write.commit().await?;
        Ok(used == 1)
    }

    /// Keeps what a browser has begun: a `code` to be asked for, a passkey to `add`.
    pub async fn begin_ceremony(
        self,
        token_hash: &[u8],
        kind: &str,
        author: Option<AuthorId>,
        state: &str,
        expires_at: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "insert into ceremonies (token_hash, kind, author_id, state, expires_at) \
                 values ($1, $2, $3, $4, $5)",
            )
            .bind(token_hash)
            .bind(kind)
            .bind(author)
            .bind(state)
            .bind(expires_at)
            .run()
            .await?;
        write.commit().await
    }

    /// What a browser has begun, while it may still be finished.
    pub async fn ceremony(
        self,
        token_hash: &[u8],
        kind: &str,
        now: Millis,
    ) -> Result<Option<Ceremony>> {
        self.ask(
            "select author_id, state from ceremonies \
               where token_hash = $1 and kind = $2 and expires_at > $3 \
             and expires_at <= $4",
        )
        .bind(token_hash)
        .bind(kind)
        .bind(now)
        .bind(ends_by(now))
        .one()
        .await
    }

    /// Takes what a browser has begun, once.
    pub async fn finish_ceremony(
        self,
        token_hash: &[u8],
        kind: &str,
        now: Millis,
    ) -> Result<Option<Ceremony>> {
        let mut write = self.write().await?;
        let begun = write
            .ask(
                "delete from ceremonies \
                   where token_hash = $1 and kind = $2 and expires_at > $3 and expires_at <= $4 \
                 returning author_id, state",
            )
            .bind(token_hash)
            .bind(kind)
            .bind(now)
            .bind(ends_by(now))
            .one()
            .await?;
        write.commit().await?;
        Ok(begun)
    }
}

impl super::Write {
    async fn put_recovery_codes(&mut self, author: AuthorId, hashes: &[Vec<u8>]) -> Result<()> {
        self.ask("delete from recovery_codes where author_id = $1")
            .bind(author)
            .run()
            .await?;
        for hash in hashes {
            self.ask("insert into recovery_codes (code_hash, author_id) values ($1, $2)")
                .bind(hash)
                .bind(author)
                .run()
                .await?;
        }
        Ok(())
    }
}
