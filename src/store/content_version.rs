//! What readers can see, as versions: each commit that changes it has the next one, stored with it.
//!
//! Almost everything may be shown on any page, so its change makes all pages stale. A comment is shown on the page of its post
//! and is counted on lists that name the post, and related posts are shown on the page of a post: pages of other posts stay
//! fresh. Versions are only ever compared in here.

use crate::blog::PostId;
use crate::blog::time::Millis;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// What a page shows besides texts, and so what makes it stale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shows {
    /// Comments of any post, or their numbers.
    All,
    /// At most the context of these posts: their comments, the numbers of comments, related posts.
    Around(Box<[PostId]>),
}

/// What a commit changes for readers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change<'a> {
    All,
    /// The context of these posts: comments, related posts.
    Around(&'a [PostId]),
}

/// The newest versions that this process knows to be on disk.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// The newest of all.
    newest: AtomicU64,
    /// The newest that changed more than the context of some posts.
    wide: AtomicU64,
    /// The newest that changed the context of a post, where it is newer than `wide`.
    posts: RwLock<HashMap<PostId, u64>>,
    /// When the newest was committed.
    changed_at: AtomicI64,
}

impl Versions {
    pub fn newest(&self) -> u64 {
        self.newest.load(Ordering::Acquire)
    }

    pub fn changed_at(&self) -> Millis {
        Millis(self.changed_at.load(Ordering::Acquire))
    }

    /// Whether a page that was made from `version` is as it would be made now.
    pub fn is_fresh(&self, version: u64, shows: &Shows) -> bool {
        let Shows::Around(these) = shows else {
            return version >= self.newest();
        };
        let posts = self.posts.read().unwrap_or_else(PoisonError::into_inner);
        let is_as_then = |post| posts.get(post).is_none_or(|changed| version >= *changed);
        version >= self.wide.load(Ordering::Acquire) && these.iter().all(is_as_then)
    }

    /// Notes a commit of this process. A gap before it is a commit of another one, which may have changed anything.
    pub fn committed(&self, version: u64, change: Change<'_>, at: Millis) {
        match change {
            Change::Around(changed) if version == self.newest() + 1 => {
                let mut posts = self.posts.write().unwrap_or_else(PoisonError::into_inner);
                posts.extend(changed.iter().map(|post| (*post, version)));
            }
            _ => self.widen(version),
        }
        self.changed_at.fetch_max(at.0, Ordering::AcqRel);
        self.newest.fetch_max(version, Ordering::AcqRel);
    }

    /// Notes the version that the database is found at: one that is unknown was committed by another process.
    pub fn found(&self, version: u64, at: Millis) {
        if version > self.newest() {
            self.committed(version, Change::All, at);
        }
        self.changed_at.fetch_max(at.0, Ordering::AcqRel);
    }

    fn widen(&self, version: u64) {
        let mut posts = self.posts.write().unwrap_or_else(PoisonError::into_inner);
        self.wide.fetch_max(version, Ordering::AcqRel);
        posts.retain(|_, changed| *changed > version);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: PostId = PostId(1);
    const OTHER: PostId = PostId(2);

    fn at(version: u64) -> Versions {
        let versions = Versions::default();
        versions.found(version, Millis(0));
        versions
    }

    /// Whether pages are fresh that show all, both posts, one, the other, and none.
    fn fresh(versions: &Versions, version: u64) -> [bool; 5] {
        let around = |posts: &[PostId]| Shows::Around(posts.into());
        [
            Shows::All,
            around(&[OTHER, ONE]),
            around(&[ONE]),
            around(&[OTHER]),
            around(&[]),
        ]
        .map(|shows| versions.is_fresh(version, &shows))
    }

    #[test]
    fn a_comment_makes_old_what_shows_its_post() {
        let versions = at(7);
        assert_eq!(fresh(&versions, 7), [true; 5]);
        versions.committed(8, Change::Around(&[ONE]), Millis(5));
        assert_eq!(fresh(&versions, 7), [false, false, false, true, true]);
        assert_eq!(fresh(&versions, 8), [true; 5]);
        assert_eq!(versions.changed_at(), Millis(5));
    }

    #[test]
    fn any_other_change_makes_all_pages_old() {
        let versions = at(7);
        versions.committed(8, Change::Around(&[ONE]), Millis(5));
        versions.committed(9, Change::All, Millis(6));
        assert_eq!(fresh(&versions, 8), [false; 5]);
        assert_eq!(fresh(&versions, 9), [true; 5]);
        assert!(versions.posts.read().unwrap().is_empty());
    }

    #[test]
    fn a_commit_of_another_process_may_have_changed_anything() {
        let versions = at(7);
        versions.committed(9, Change::Around(&[ONE]), Millis(5));
        assert_eq!(fresh(&versions, 8), [false; 5], "the gap before it");
        let versions = at(7);
        versions.found(8, Millis(5));
        assert_eq!(fresh(&versions, 7), [false; 5], "found by the scheduler");
        versions.committed(8, Change::Around(&[ONE]), Millis(5));
        assert_eq!(fresh(&versions, 8), [true; 5], "its own, found first");
    }
}
