//! Who does something: a person who is signed in, and where from.

use crate::blog::PostId;
use crate::blog::audit::{Act, Note};
use crate::blog::author::Author;
use crate::blog::time::Millis;

/// A person who is signed in, for the use cases and for the audit log.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    pub author: &'a Author,
    /// The network that the request comes from, shortened; empty where it is not known.
    pub network: &'a str,
}

impl Actor<'_> {
    /// A line of the audit log about what this person does.
    #[must_use]
    pub fn note(&self, act: Act, now: Millis) -> Note {
        Note::new(act, now).by(self.author.id).from(self.network)
    }

    /// The same about one post.
    #[must_use]
    pub fn note_on(&self, act: Act, post: PostId, now: Millis) -> Note {
        self.note(act, now).of_post(post)
    }
}
