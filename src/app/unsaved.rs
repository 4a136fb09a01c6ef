//! Signing in while the disk is full or cannot be written: what it would write is kept in memory, so that somebody can get in
//! and make room. A restart forgets it. Sessions are written as soon as the disk takes them.

use crate::blog::author::Author;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, SessionId};
use crate::error::{Error, Result, is_full};
use crate::store::{Ceremony, Session, Store};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More sessions than people sign in while a disk is full.
const SESSIONS_MAX: usize = 100;
/// What was begun and the challenges that were used; each belongs to a password or a passkey that was right.
const BEGUN_MAX: usize = 100;
/// A session lasts no longer than this without the disk.
const SESSION_SECONDS: i64 = 24 * 3600;
/// Writing a session is tried this often.
const TRIED_EVERY_SECONDS: i64 = 10;
const CODE: &str = "code";

/// What signing in could not write. Numbers of sessions in memory are negative.
#[derive(Debug, Default)]
pub struct Unsaved(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    sessions: Vec<UnsavedSession>,
    begun: Vec<UnsavedBegun>,
    /// Challenges that were used, and until when they could be used again.
    challenges: HashMap<Vec<u8>, Millis>,
    /// The newest step of each person whose one-time code was used.
    steps: HashMap<AuthorId, i64>,
    last_id: i64,
}

#[derive(Debug, Clone)]
struct UnsavedSession {
    token_hash: Vec<u8>,
    session: Session,
    tried_at: Millis,
}

#[derive(Debug, Clone)]
struct UnsavedBegun {
    token_hash: Vec<u8>,
    author: AuthorId,
    state: String,
    until: Millis,
}

/// Whether an error says that nothing can be written now, for whatever is written.
fn cannot_write(error: &Error) -> bool {
    match error {
        Error::NotKept => true,
        Error::Store(error) => is_full(error),
        _ => false,
    }
}

/// `Ok(None)` where the disk did not take it.
fn written<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(done) => Ok(Some(done)),
        Err(error) if cannot_write(&error) => {
            tracing::warn!(%error, "a session is kept in memory, because nothing can be written to the disk");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl Unsaved {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a session, on disk or else in memory.
    pub async fn add_session(
        &self,
        store: &Store,
        token_hash: &[u8],
        author: AuthorId,
        device: &str,
        now: Millis,
    ) -> Result<()> {
        let added = store
            .sessions()
            .start(token_hash, author, device, now)
            .await;
        if written(added)?.is_some() {
            return Ok(());
        }
        let mut memory = self.memory();
        if memory.sessions.len() >= SESSIONS_MAX {
            memory.sessions.remove(0);
        }
        memory.last_id -= 1;
        let session = Session {
            id: SessionId(memory.last_id),
            author_id: author,
            device: device.to_owned(),
            created_at: now,
            seen_at: now,
            confirmed_at: now,
        };
        memory.sessions.push(UnsavedSession {
            token_hash: token_hash.to_owned(),
            session,
            tried_at: now,
        });
        Ok(())
    }

    /// The person whose session a token is, on disk or in memory.
    pub async fn signed_in(
        &self,
        store: &Store,
        token_hash: &[u8],
        now: Millis,
    ) -> Result<Option<(Author, Session)>> {
        if let Some(known) = store.sessions().find(token_hash, now).await? {
            return Ok(Some(known));
        }
        let Some(session) = self.session(token_hash, now) else {
            return Ok(None);
        };
        self.write_session(store, token_hash, now).await;
        let author = store.authors().by_id(session.author_id).await?;
        Ok(author.map(|author| (author, session)))
    }

    fn session(&self, token_hash: &[u8], now: Millis) -> Option<Session> {
        let mut memory = self.memory();
        memory
            .sessions
            .retain(|one| one.session.created_at.is_within(SESSION_SECONDS, now));
        memory
            .sessions
            .iter()
            .find(|one| one.token_hash == token_hash)
            .map(|one| one.session.clone())
    }

    /// Writes a session to the disk where that is possible by now; it stays in memory otherwise.
    async fn write_session(&self, store: &Store, token_hash: &[u8], now: Millis) {
        let due = {
            let mut memory = self.memory();
            let one = memory
                .sessions
                .iter_mut()
                .find(|one| one.token_hash == token_hash);
            one.filter(|one| !one.tried_at.is_within(TRIED_EVERY_SECONDS, now))
                .map(|one| {
                    one.tried_at = now;
                    one.session.clone()
                })
        };
        let Some(session) = due else { return };
        let added = store
            .sessions()
            .start(
                token_hash,
                session.author_id,
                &session.device,
                session.created_at,
            )
            .await;
        if added.is_ok() {
            self.memory()
                .sessions
                .retain(|one| one.token_hash != token_hash);
        }
    }

    /// Writes down that the person behind a session showed a password just now.
    pub async fn confirm_session(&self, store: &Store, id: SessionId, now: Millis) -> Result<()> {
        if let Some(one) = self
            .memory()
            .sessions
            .iter_mut()
            .find(|one| one.session.id == id)
        {
            one.session.confirmed_at = now;
            return Ok(());
        }
        store.sessions().confirm(id, now).await
    }

    /// Ends the session of a token in memory; the store ends those on disk.
    pub fn end_session(&self, token_hash: &[u8]) {
        self.memory()
            .sessions
            .retain(|one| one.token_hash != token_hash);
    }

    /// Ends the sessions of a person in memory, all but one, and what the person has begun.
    pub fn end_sessions_of(&self, author: AuthorId, keep: &[u8]) {
        let mut memory = self.memory();
        memory
            .sessions
            .retain(|one| one.session.author_id != author || one.token_hash == keep);
        memory.begun.retain(|one| one.author != author);
    }

    /// Keeps a sign-in that waits for its code.
    pub async fn begin_code(
        &self,
        store: &Store,
        token_hash: &[u8],
        author: AuthorId,
        state: &str,
        until: Millis,
    ) -> Result<()> {
        let begun = store
            .credentials()
            .begin_ceremony(token_hash, CODE, Some(author), state, until)
            .await;
        if written(begun)?.is_some() {
            return Ok(());
        }
        let mut memory = self.memory();
        if memory.begun.len() >= BEGUN_MAX {
            memory.begun.remove(0);
        }
        memory.begun.push(UnsavedBegun {
            token_hash: token_hash.to_owned(),
            author,
            state: state.to_owned(),
            until,
        });
        Ok(())
    }

    /// The sign-in that waits for its code.
    pub async fn begun_code(
        &self,
        store: &Store,
        token_hash: &[u8],
        now: Millis,
    ) -> Result<Option<Ceremony>> {
        if let Some(begun) = store.credentials().ceremony(token_hash, CODE, now).await? {
            return Ok(Some(begun));
        }
        Ok(self.memory().find_begun(token_hash, now))
    }

    /// Takes the sign-in that waits for its code, once.
    pub async fn finish_code(
        &self,
        store: &Store,
        token_hash: &[u8],
        now: Millis,
    ) -> Result<Option<Ceremony>> {
        {
            let mut memory = self.memory();
            if let Some(begun) = memory.find_begun(token_hash, now) {
                memory.begun.retain(|one| one.token_hash != token_hash);
                return Ok(Some(begun));
            }
        }
        match written(
            store
                .credentials()
                .finish_ceremony(token_hash, CODE, now)
                .await,
        )? {
            Some(begun) => Ok(begun),
            // Its code was used just now and is not taken twice, so neither is this.
            None => store.credentials().ceremony(token_hash, CODE, now).await,
        }
    }

    /// Takes the one-time code of a step, once.
    pub async fn use_totp_step(&self, store: &Store, author: AuthorId, step: i64) -> Result<bool> {
        let is_newer = |memory: &Memory| memory.steps.get(&author).is_none_or(|last| *last < step);
        if !is_newer(&self.memory()) {
            return Ok(false);
        }
        match written(store.credentials().use_totp_step(author, step).await)? {
            Some(used) => Ok(used),
            None if store.credentials().is_newer_totp_step(author, step).await? => {
                let mut memory = self.memory();
                let used = is_newer(&memory);
                memory.steps.insert(author, step);
                Ok(used)
            }
            None => Ok(false),
        }
    }

    /// Marks the challenge of a sign-in with a passkey as used; `false` where it was used before.
    pub async fn use_challenge(
        &self,
        store: &Store,
        hash: &[u8],
        until: Millis,
        now: Millis,
    ) -> Result<bool> {
        if self.memory().challenges.contains_key(hash) {
            return Ok(false);
        }
        if let Some(used) = written(store.credentials().use_challenge(hash, until).await)? {
            return Ok(used);
        }
        let mut memory = self.memory();
        memory.challenges.retain(|_, until| *until > now);
        if memory.challenges.len() >= BEGUN_MAX {
            return Err(Error::Busy);
        }
        Ok(memory.challenges.insert(hash.to_owned(), until).is_none())
    }
}

impl Memory {
    fn find_begun(&mut self, token_hash: &[u8], now: Millis) -> Option<Ceremony> {
        self.begun.retain(|one| one.until > now);
        self.begun
            .iter()
            .find(|one| one.token_hash == token_hash)
            .map(|one| Ceremony {
                author_id: Some(one.author),
                state: one.state.clone(),
            })
    }
}
