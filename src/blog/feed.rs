//! How a feed is cut into documents: the newest posts or comments, and behind them the whole history (RFC 5005, 4).
//!
//! A document of the history begins where an id is a multiple of some number. That needs neither counting nor a list of
//! documents, and what is new changes none of them; what is dated back, erased or brought back changes the one it is in.

use super::time::Millis;
use super::{CommentId, PostId, TagId};
use std::fmt;
use std::net::IpAddr;

/// What a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Posts,
    Tag(TagId),
    Comments,
    CommentsOn(PostId),
    /// A comment on a post and all below it.
    Thread(PostId, CommentId),
}

/// Where a post or a comment is among the others: its time and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct Place {
    pub at: Millis,
    pub id: i64,
}

/// How the feeds of one kind are cut.
#[derive(Debug, Clone, Copy)]
pub struct Cuts {
    /// How many of the newest a feed holds at least.
    pub newest: usize,
    /// A document of the history begins where this divides the id.
    every: i64,
}

/// As many as Blogger gives; a feed reader that looks in once a week misses none.
pub const POSTS: Cuts = Cuts {
    newest: 25,
    every: 16,
};

/// A lively thread of a day; who looks in once a day misses none.
pub const COMMENTS: Cuts = Cuts {
    newest: 50,
    every: 32,
};

/// No document holds more, however long no id is a multiple.
pub const MOST: usize = 100;

/// A document of the history, by its oldest place; as it is in an address: `start`, or a time and an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archive {
    /// The one that holds the oldest of all.
    Start,
    From(Place),
}

impl Archive {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "start" {
            return Some(Self::Start);
        }
        let (at, id) = text.rsplit_once('-')?;
        let place = Place {
            at: Millis(at.parse().ok()?),
            id: id.parse().ok()?,
        };
        // Each document has one address.
        let archive = Self::From(place);
        (archive.to_string() == text).then_some(archive)
    }

    /// The place that everything in it is newer than.
    #[must_use]
    pub fn after(self) -> Place {
        match self {
            Self::Start => Place {
                at: Millis(i64::MIN),
                id: i64::MIN,
            },
            Self::From(Place { at, id }) => Place {
                at,
                id: id.saturating_sub(1),
            },
        }
    }
}

impl fmt::Display for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("start"),
            Self::From(Place { at, id }) => write!(f, "{}-{id}", at.0),
        }
    }
}

impl Cuts {
    /// How many places must be known, from the newest on, to say what the feed holds and what comes before that.
    pub const LOOK_BACK: usize = 2 * MOST;
    /// How many must be known, from the beginning of a document on, to say what it holds and what comes next.
    pub const LOOK_AHEAD: usize = 2 * MOST + 1;

    fn cuts_at(self, place: &Place) -> bool {
        place.id % self.every == 0
    }

    /// How many of all places, newest first, the feed itself holds: up to where a document begins, so that none behind it
    /// will ever grow.
    #[must_use]
    pub fn in_feed(self, places: &[Place]) -> usize {
        let within = &places[..places.len().min(MOST)];
        let first_cut = within.iter().position(|place| self.cuts_at(place));
        first_cut.map_or(within.len(), |cut| {
            (cut + 1).max(self.newest).min(places.len())
        })
    }

    /// The document that holds the newest of these places, which are all older ones, newest first.
    #[must_use]
    pub fn before(self, places: &[Place]) -> Option<Archive> {
        let within = &places[..places.len().min(MOST)];
        let cut = within.iter().find(|place| self.cuts_at(place));
        match cut {
            Some(cut) => Some(Archive::From(*cut)),
            None if within.len() == MOST => within.last().copied().map(Archive::From),
            None => within.first().map(|_| Archive::Start),
        }
    }

    /// How many of these places, oldest first, a document holds that begins with the first of them.
    #[must_use]
    pub fn in_archive(self, places: &[Place]) -> usize {
        let within = &places[..places.len().min(MOST)];
        let next = within.iter().skip(1).position(|place| self.cuts_at(place));
        next.map_or(within.len(), |next| next + 1)
    }

    /// The document after the one that begins with the first of these places; `None` where the feed itself holds all
    /// that came since, for the next document still grows.
    #[must_use]
    pub fn after(self, places: &[Place]) -> Option<Archive> {
        let rest = &places[self.in_archive(places)..];
        let (first, further) = rest.split_first()?;
        let is_whole = further.iter().any(|place| self.cuts_at(place)) || further.len() >= MOST;
        is_whole.then_some(Archive::From(*first))
    }
}

/// Whether a host is one that a blog can be named by for good: no number, and none that other machines have as well.
#[must_use]
pub fn is_lasting(host: &str) -> bool {
    let is_number = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_private = ["localhost", "local", "lan", "internal", "home"].contains(&last);
    host.contains('.') && !is_number && !is_private
}

/// A name in a feed that no change of an address touches (RFC 4151), such as `tag:blog.example,2005:post-12`.
#[must_use]
pub fn name(host: &str, kind: &str, id: i64) -> String {
    format!("tag:{host},2005:{kind}-{id}")
}

/// The same for what may have been imported: feeds go on naming it as they did before, so that nothing is new to who
/// follows them. Blogger names it as its export does; `WordPress` by an address that leads to the post by its number; our
/// own exports by the host and the number that it had.
#[must_use]
pub fn name_of(host: &str, kind: &str, id: i64, origin: Option<&str>) -> String {
    let origin = origin.unwrap_or_default();
    if origin.starts_with("tag:blogger.com,1999:") {
        return origin.to_owned();
    }
    let own = origin
        .strip_prefix("daybook:")
        .and_then(|origin| origin.split_once('/'));
    if let Some((host, named)) = own {
        return format!("tag:{host},2005:{named}");
    }
    let number = origin
        .strip_prefix("wordpress:")
        .and_then(|origin| origin.rsplit_once("/post-"));
    match number {
        // What came in since then is named without the scheme, with which WordPress named it before any move to https.
        Some((blog, number)) if blog.contains("://") => {
            format!("{}/?p={number}", blog.trim_end_matches('/'))
        }
        Some((blog, number)) => format!("http://{blog}/?p={number}"),
        None => name(host, kind, id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn place(at: i64, id: i64) -> Place {
        Place { at: Millis(at), id }
    }

    /// Cuts that are near enough for blogs of a few hundred posts.
    const NEAR: Cuts = Cuts {
        newest: 5,
        every: 4,
    };

    /// All places, oldest first, as the store gives them.
    struct Blog(Vec<Place>);

    impl Blog {
        fn of(ids: impl IntoIterator<Item = i64>) -> Self {
            let places = (0_i64..).zip(ids).map(|(at, id)| place(at / 3, id));
            let mut places: Vec<Place> = places.collect();
            places.sort();
            Self(places)
        }

        fn older_than(&self, place: Place) -> Vec<Place> {
            let older = self.0.iter().filter(|one| **one < place);
            older.rev().take(Cuts::LOOK_BACK).copied().collect()
        }

        fn newer_than(&self, place: Place) -> Vec<Place> {
            let newer = self.0.iter().filter(|one| **one > place);
            newer.take(Cuts::LOOK_AHEAD).copied().collect()
        }

        /// What the feed holds, and the documents of its history, newest first, by their addresses.
        fn documents(&self, cuts: Cuts) -> (Vec<Place>, Vec<(String, Vec<Place>)>) {
            let newest = self.older_than(place(i64::MAX, i64::MAX));
            let (feed, older) = newest.split_at(cuts.in_feed(&newest));
            let mut before = cuts.before(older);
            let mut documents = Vec::new();
            while let Some(archive) = before {
                let places = self.newer_than(archive.after());
                let held = places[..cuts.in_archive(&places)].to_vec();
                before = cuts.before(&self.older_than(held[0]));
                documents.push((archive.to_string(), held));
            }
            (feed.to_vec(), documents)
        }
    }

    #[test]
    fn a_document_has_one_address() {
        for text in ["start", "1465137000000-16", "-5-32"] {
            assert_eq!(Archive::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "x",
            "1",
            "1-",
            "01-16",
            "1-+16",
            "99999999999999999999-1",
        ] {
            assert_eq!(Archive::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_host_of_its_own_names_a_blog_for_good() {
        for host in ["blog.example", "www.example.org"] {
            assert!(is_lasting(host), "{host}");
        }
        for host in ["localhost", "127.0.0.1", "[::1]", "nas.local", "blog"] {
            assert!(!is_lasting(host), "{host}");
        }
    }

    #[test]
    fn what_was_brought_in_keeps_the_name_that_feed_readers_know() {
        let name = |origin| name_of("blog.example", "post", 7, origin);
        assert_eq!(name(None), "tag:blog.example,2005:post-7");
        assert_eq!(name(Some("disqus:5")), "tag:blog.example,2005:post-7");
        let moved = name(Some("daybook:old.example/post-3"));
        assert_eq!(moved, "tag:old.example,2005:post-3");
        let blogger = "tag:blogger.com,1999:blog-77.post-1234";
        assert_eq!(name(Some(blogger)), blogger);
        assert_eq!(
            name(Some("wordpress:old.example/blog/post-12")),
            "http://old.example/blog/?p=12"
        );
        assert_eq!(
            name(Some("wordpress:https://old.example/post-12")),
            "https://old.example/?p=12"
        );
    }

    #[test]
    fn a_small_blog_is_in_its_feed_as_a_whole() {
        let (feed, documents) = Blog::of(1..=25).documents(POSTS);
        assert_eq!((feed.len(), documents.len()), (25, 0));
        let (feed, documents) = Blog::of(1..=40).documents(POSTS);
        assert_eq!(feed.len(), 25);
        let addresses: Vec<&str> = documents.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(addresses, ["start"]);
    }

    #[test]
    fn each_document_leads_to_the_next_that_is_whole() {
        let blog = Blog::of(1..=200);
        let (_, mut documents) = blog.documents(POSTS);
        documents.reverse();
        for pair in documents.windows(2) {
            let archive = Archive::parse(&pair[0].0).unwrap();
            let next = POSTS.after(&blog.newer_than(archive.after())).unwrap();
            assert_eq!(next.to_string(), pair[1].0);
        }
    }

    proptest! {
        /// Whatever ids the posts have, and however they are dated.
        #[test]
        fn the_feed_and_its_history_hold_everything_once_and_what_is_new_changes_no_document(
            mut ids in proptest::collection::btree_set(1_i64..5000, 0..500)
                .prop_map(|ids| ids.into_iter().collect::<Vec<_>>()).prop_shuffle(),
            new in 1_usize..60,
        ) {
            let before = Blog::of(ids.iter().copied());
            let (feed, documents) = before.documents(NEAR);
            let mut all: Vec<Place> = documents.iter().flat_map(|(_, held)| held).chain(&feed).copied().collect();
            all.sort();
            all.dedup();
            prop_assert_eq!(&all, &before.0);
            prop_assert!(documents.iter().all(|(_, held)| held.len() <= MOST));

            ids.extend((5000..).take(new));
            let after: BTreeMap<String, Vec<Place>> = Blog::of(ids).documents(NEAR).1.into_iter().collect();
            for (address, held) in documents {
                prop_assert_eq!(after.get(&address), Some(&held));
            }
        }

        /// No id is a multiple, as among the posts of a tag it may happen.
        #[test]
        fn a_history_without_a_cut_is_whole_all_the_same(number in 0_i64..500) {
            let blog = Blog::of((0..number).map(|id| id * 16 + 1));
            let (feed, documents) = blog.documents(POSTS);
            let mut all: Vec<Place> = documents.iter().flat_map(|(_, held)| held).chain(&feed).copied().collect();
            all.sort();
            all.dedup();
            prop_assert_eq!(all, blog.0);
            prop_assert!(documents.iter().all(|(_, held)| held.len() <= MOST));
        }
    }
}
