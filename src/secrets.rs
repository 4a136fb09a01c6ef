//! Secrets: random tokens, what is stored of them, keyed codes, and passwords.

pub mod hash_queue;
pub mod one_time;

use crate::error::{Error, Result};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hash_queue::{Priority, Turn, Turns};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Instant;

/// A random token of 256 bits in base64url: a session, a one-time address, the blog's secret.
pub fn token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// Bytes that nobody can guess.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// What is stored of a token: nobody who reads the database can use it.
#[must_use]
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A short digest of a text, by which the same text is found again.
#[must_use]
pub fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text.as_bytes())[..16])
}

/// A code of 128 bits for a purpose and a subject that only the holder of the secret can make (HMAC-SHA-256, RFC 2104).
pub fn code(secret: &str, purpose: &str, subject: &str) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(code_bytes(secret, purpose, subject)?))
}

/// The 128 bits of a [`code`].
pub fn code_bytes(secret: &str, purpose: &str, subject: &str) -> Result<[u8; 16]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|error| Error::Internal(format!("the blog's secret: {error}")))?;
    // The purpose ends in a zero byte, which no purpose contains: two pairs never sound alike.
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(subject.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    Ok(bytes)
}

/// Compares in constant time.
#[must_use]
pub fn constant_time_eq(a: &str, b: &str) -> bool {
    // Hashes are compared in place of the texts: their timing is of no use.
    Sha256::digest(a.as_bytes()) == Sha256::digest(b.as_bytes())
}

/// 19 MiB and two passes, which OWASP's Password Storage Cheat Sheet counts as strong as 46 MiB and one pass: about 40 ms
/// here. Two at once then take 38 MiB instead of 92, for as long as an attack lasts.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
/// Hashes and checks passwords, few at a time.
#[derive(Debug, Clone)]
pub struct Passwords {
    turns: Turns,
    memory_kib: u32,
    /// The hash of no password at all, checked where there is no such person, so that it takes the same time.
    dummy: Arc<std::sync::OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::with_memory(MEMORY_KIB)
    }
}

impl Passwords {
    /// With another memory cost than the recommended one; tests use little.
    #[must_use]
    pub fn with_memory(memory_kib: u32) -> Self {
        Self {
            turns: Turns::default(),
            memory_kib,
            dummy: Arc::default(),
        }
    }

    /// Makes what the first check needs, so that it takes as long as any other.
    pub async fn prepare(&self) -> Result<()> {
        let this = self.clone();
        let turn = self.turn(Priority::SIGNED_IN).await?;
        self.run(turn, move || this.dummy_hash().map(drop)).await
    }

    /// Whether [`Self::prepare`] is done.
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        self.dummy.get().is_some()
    }

    /// Waits for a turn to hash, see [`hash_queue`]. [`Error::Busy`] where too many come before.
    pub async fn turn(&self, priority: Priority) -> Result<Turn> {
        self.turns.wait(priority).await
    }

    fn argon2(&self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, PASSES, 1, None)
            .map_err(|error| Error::Internal(format!("argon2: {error}")))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    fn hash_now(&self, password: &str) -> Result<String> {
        let hash = self
            .argon2()?
            .hash_password(password.as_bytes())
            .map_err(|error| Error::Internal(format!("argon2: {error}")))?;
        Ok(hash.to_string())
    }

    fn dummy_hash(&self) -> Result<String> {
        if let Some(hash) = self.dummy.get() {
            return Ok(hash.clone());
        }
        let hash = self.hash_now("")?;
        Ok(self.dummy.get_or_init(|| hash).clone())
    }

    /// The hash of a password in PHC form, with a salt of its own, for somebody who may set one.
    pub async fn hash(&self, password: String) -> Result<String> {
        let turn = self.turn(Priority::SIGNED_IN).await?;
        self.hash_in(turn, password).await
    }

    /// The same in a turn that was waited for.
    pub async fn hash_in(&self, turn: Turn, password: String) -> Result<String> {
        let this = self.clone();
        self.run(turn, move || this.hash_now(&password)).await
    }

    /// Whether a password has this hash; takes the same time where there is no hash to compare with.
    pub async fn verify(
        &self,
        turn: Turn,
        password: String,
        stored: Option<String>,
    ) -> Result<bool> {
        let this = self.clone();
        self.run(turn, move || {
            let known = stored.is_some();
            let hash = match stored {
                Some(hash) => hash,
                None => this.dummy_hash()?,
            };
            let parsed = PasswordHash::new(&hash)
                .map_err(|error| Error::Internal(format!("a stored password hash: {error}")))?;
            let fits = this
                .argon2()?
                .verify_password(password.as_bytes(), &parsed)
                .is_ok();
            Ok(fits && known)
        })
        .await
    }

    /// Whether a hash was made with other costs than those of today: it is made again when its password comes by.
    pub fn is_dated(&self, stored: &str) -> Result<bool> {
        let now = self.argon2()?;
        let made = PasswordHash::new(stored)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok());
        Ok(made.is_none_or(|made| {
            let (made, now) = (&made, now.params());
            (made.m_cost(), made.t_cost(), made.p_cost())
                != (now.m_cost(), now.t_cost(), now.p_cost())
        }))
    }

    async fn run<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.clone();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let began = Instant::now();
            let done = work();
            turns.took(began.elapsed());
            done
        })
        .await
        .map_err(|error| Error::Internal(format!("hashing: {error}")))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_belongs_to_one_secret_purpose_and_subject() {
        let one = code("s", "comment", "7").unwrap();
        assert_eq!(one, code("s", "comment", "7").unwrap());
        for other in [
            code("t", "comment", "7"),
            code("s", "post", "7"),
            code("s", "comment", "8"),
        ] {
            assert_ne!(one, other.unwrap());
        }
    }

    async fn fits(passwords: &Passwords, password: &str, hash: Option<&str>) -> bool {
        let turn = passwords.turn(Priority::SIGNED_IN).await.unwrap();
        passwords
            .verify(turn, password.to_owned(), hash.map(str::to_owned))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_password_is_checked_against_its_hash() {
        let passwords = Passwords::with_memory(64);
        let hash = passwords
            .hash("the tide comes in".to_owned())
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(fits(&passwords, "the tide comes in", Some(&hash)).await);
        assert!(!fits(&passwords, "the tide goes out", Some(&hash)).await);
        assert!(!fits(&passwords, "", None).await);
    }

    #[tokio::test]
    async fn what_the_first_check_needs_is_made_before_it() {
        let passwords = Passwords::with_memory(64);
        assert!(!passwords.is_prepared());
        passwords.prepare().await.unwrap();
        let made = passwords.dummy.get().cloned();
        assert!(!fits(&passwords, "anything", None).await);
        assert_eq!(passwords.dummy.get().cloned(), made);
        assert!(made.is_some());
    }
}
