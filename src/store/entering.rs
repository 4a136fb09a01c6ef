//! Ways in besides the password: one-time codes, passkeys, and what a browser has begun and not finished.

use super::Store;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PasskeyId};
use crate::error::Result;

/// How long what a browser has begun may be finished: time enough to find the phone.
pub const BEGUN_SECONDS: i64 = 600;

/// The latest end that something begun by now can have.
fn ends_by(now: Millis) -> Millis {
    now.latest().plus_seconds(BEGUN_SECONDS)
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
pub struct Begun {
    pub author_id: Option<AuthorId>,
    pub state: String,
}

impl Store {
    /// The secret of a person's one-time codes; `None` where they are off.
    pub async fn totp_secret(&self, author: AuthorId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as(
            "select totp_secret from authors where id = $1 and totp_secret is not null",
        )
        .bind(author)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(secret,)| secret))
    }

    /// Turns one-time codes on, with the hashes of new recovery codes. `step` is that of the code which showed that the
    /// secret arrived, so that it is not taken a second time.
    pub async fn turn_codes_on(
        &self,
        author: AuthorId,
        secret: &[u8],
        step: i64,
        recovery: &[Vec<u8>],
    ) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("update authors set totp_secret = $2, totp_step = $3 where id = $1")
            .bind(author)
            .bind(secret)
            .bind(step)
            .execute(&mut *write.tx)
            .await?;
        write.put_recovery_codes(author, recovery).await?;
        write.commit().await
    }

    pub async fn turn_codes_off(&self, author: AuthorId) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("update authors set totp_secret = null where id = $1")
            .bind(author)
            .execute(&mut *write.tx)
            .await?;
        write.put_recovery_codes(author, &[]).await?;
        write.commit().await
    }

    /// Takes the code of a step, once: `false` where it or a later one was taken before (RFC 6238, 5.2).
    pub async fn use_totp_step(&self, author: AuthorId, step: i64) -> Result<bool> {
        let mut write = self.write().await?;
        let used =
            sqlx::query("update authors set totp_step = $2 where id = $1 and totp_step < $2")
                .bind(author)
                .bind(step)
                .execute(&mut *write.tx)
                .await?;
        write.commit().await?;
        Ok(used.rows_affected() == 1)
    }

    /// Whether no code of this step or a later one was taken yet.
    pub async fn is_newer_totp_step(&self, author: AuthorId, step: i64) -> Result<bool> {
        let row: Option<(i64,)> =
            sqlx::query_as("select 1 from authors where id = $1 and totp_step < $2")
                .bind(author)
                .bind(step)
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.is_some())
    }

    /// Gives a person new recovery codes in place of the old ones.
    pub async fn renew_recovery_codes(&self, author: AuthorId, hashes: &[Vec<u8>]) -> Result<()> {
        let mut write = self.write().await?;
        write.put_recovery_codes(author, hashes).await?;
        write.commit().await
    }

    /// Takes a recovery code, once.
    pub async fn use_recovery_code(&self, author: AuthorId, hash: &[u8]) -> Result<bool> {
        let mut write = self.write().await?;
        let used =
            sqlx::query("delete from recovery_codes where author_id = $1 and code_hash = $2")
                .bind(author)
                .bind(hash)
                .execute(&mut *write.tx)
                .await?;
        write.commit().await?;
        Ok(used.rows_affected() == 1)
    }

    /// How many recovery codes a person has left.
    pub async fn recovery_codes(&self, author: AuthorId) -> Result<i64> {
        let (number,): (i64,) =
            sqlx::query_as("select count(*) from recovery_codes where author_id = $1")
                .bind(author)
                .fetch_one(&self.readers)
                .await?;
        Ok(number)
    }

    pub async fn passkeys(&self, author: AuthorId) -> Result<Vec<Passkey>> {
        Ok(sqlx::query_as(
            "select id, name, created_at, used_at from passkeys where author_id = $1 order by id",
        )
        .bind(author)
        .fetch_all(&self.readers)
        .await?)
    }

    /// Whether anybody can sign in with a passkey.
    pub async fn has_passkeys(&self) -> Result<bool> {
        let row: Option<(i64,)> = sqlx::query_as("select 1 from passkeys limit 1")
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// The passkeys of everybody: who signs in with one does not say first who it is.
    pub async fn known_passkeys(&self) -> Result<Vec<KnownPasskey>> {
        Ok(
            sqlx::query_as("select id, author_id, passkey from passkeys order by id")
                .fetch_all(&self.readers)
                .await?,
        )
    }

    pub async fn passkey_of(&self, credential: &[u8]) -> Result<Option<KnownPasskey>> {
        Ok(
            sqlx::query_as("select id, author_id, passkey from passkeys where credential = $1")
                .bind(credential)
                .fetch_optional(&self.readers)
                .await?,
        )
    }

    /// Keeps a new passkey; `false` where it is known already.
    pub async fn add_passkey(
        &self,
        author: AuthorId,
        credential: &[u8],
        name: &str,
        passkey: &str,
        now: Millis,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let added = sqlx::query(
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
        .execute(&mut *write.tx)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(false);
        }
        write.commit().await?;
        Ok(true)
    }

    /// Writes down that a passkey was used, with its counter.
    pub async fn passkey_used(&self, id: PasskeyId, passkey: &str, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("update passkeys set passkey = $2, used_at = $3 where id = $1")
            .bind(id)
            .bind(passkey)
            .bind(now)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await
    }

    pub async fn remove_passkey(&self, author: AuthorId, id: PasskeyId) -> Result<()> {
        let mut write = self.write().await?;
        let gone = sqlx::query("delete from passkeys where id = $1 and author_id = $2")
            .bind(id)
            .bind(author)
            .execute(&mut *write.tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Ok(());
        }
        write.commit().await
    }

    /// Marks the challenge of a sign-in with a passkey as used; `false` where it was used before.
    pub async fn use_challenge(&self, hash: &[u8], expires_at: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let used = sqlx::query(
            "insert into ceremonies (token_hash, kind, author_id, state, expires_at) values ($1, 'enter', null, '', $2) \
             on conflict (token_hash) do nothing",
        )
        .bind(hash)
        .bind(expires_at)
        .execute(&mut *write.tx)
        .await?;
        write.commit().await?;
        Ok(used.rows_affected() == 1)
    }

    /// Keeps what a browser has begun: a `code` to be asked for, a passkey to `add`.
    pub async fn begin(
        &self,
        token_hash: &[u8],
        kind: &str,
        author: Option<AuthorId>,
        state: &str,
        expires_at: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query(
            "insert into ceremonies (token_hash, kind, author_id, state, expires_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(token_hash)
        .bind(kind)
        .bind(author)
        .bind(state)
        .bind(expires_at)
        .execute(&mut *write.tx)
        .await?;
        write.commit().await
    }

    /// What a browser has begun, while it may still be finished.
    pub async fn begun(&self, token_hash: &[u8], kind: &str, now: Millis) -> Result<Option<Begun>> {
        Ok(sqlx::query_as(
            "select author_id, state from ceremonies where token_hash = $1 and kind = $2 and expires_at > $3 \
             and expires_at <= $4",
        )
        .bind(token_hash)
        .bind(kind)
        .bind(now)
        .bind(ends_by(now))
        .fetch_optional(&self.readers)
        .await?)
    }

    /// Takes what a browser has begun, once.
    pub async fn finish(
        &self,
        token_hash: &[u8],
        kind: &str,
        now: Millis,
    ) -> Result<Option<Begun>> {
        let mut write = self.write().await?;
        let begun = sqlx::query_as(
            "delete from ceremonies where token_hash = $1 and kind = $2 and expires_at > $3 and expires_at <= $4 \
             returning author_id, state",
        )
        .bind(token_hash)
        .bind(kind)
        .bind(now)
        .bind(ends_by(now))
        .fetch_optional(&mut *write.tx)
        .await?;
        write.commit().await?;
        Ok(begun)
    }
}

impl super::Write {
    async fn put_recovery_codes(&mut self, author: AuthorId, hashes: &[Vec<u8>]) -> Result<()> {
        sqlx::query("delete from recovery_codes where author_id = $1")
            .bind(author)
            .execute(&mut *self.tx)
            .await?;
        for hash in hashes {
            sqlx::query("insert into recovery_codes (code_hash, author_id) values ($1, $2)")
                .bind(hash)
                .bind(author)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }
}
