//! Secrets: random tokens, what is stored of them, keyed codes, and passwords.

pub mod one_time;

use crate::error::{Error, Result};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;

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

/// Compares without telling by the time it takes how much was right.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    // Hashes are compared in place of the texts: what their timing tells is of no use.
    Sha256::digest(a.as_bytes()) == Sha256::digest(b.as_bytes())
}

/// OWASP's argon2id parameters with 46 MiB: one pass takes about 40 ms here.
const MEMORY_KIB: u32 = 47_104;
/// Two at once leave the other cores and the memory to readers …
const AT_ONCE: usize = 2;
/// … and whoever would be further back in the queue is asked to come again.
const QUEUE_MAX: usize = 20;

/// Hashes and checks passwords, few at a time.
#[derive(Debug, Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    queue: Arc<Semaphore>,
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
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + QUEUE_MAX)),
            memory_kib,
            dummy: Arc::default(),
        }
    }

    fn argon2(&self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, 1, 1, None)
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

    /// The hash of a password in PHC form, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String> {
        let this = self.clone();
        self.run(move || this.hash_now(&password)).await
    }

    /// Whether a password has this hash; takes the same time where there is no hash to compare with.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let this = self.clone();
        self.run(move || {
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

    /// Whether a hash was made with other costs than those of today: it is made anew when its password comes by.
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
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_| Error::Busy)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Error::Busy)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
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

    #[tokio::test]
    async fn a_password_is_checked_against_its_hash() {
        let passwords = Passwords::with_memory(64);
        let hash = passwords
            .hash("the tide comes in".to_owned())
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(
            passwords
                .verify("the tide comes in".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("the tide goes out".to_owned(), Some(hash))
                .await
                .unwrap()
        );
        assert!(!passwords.verify(String::new(), None).await.unwrap());
    }
}
