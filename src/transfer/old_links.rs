//! The addresses of the old blog, asked of this one when all is in: whether each still leads to what was there.

use super::report::{About, AskedCounts, Note, Report};
use crate::blog::comment::visible;
use crate::blog::{PostId, address};
use crate::store::Store;
use anyhow::Result;
use std::collections::{BTreeMap, HashSet};
use std::pin::Pin;
use std::time::{Duration, Instant};

/// Of more than so many addresses only the number is known.
const LINKS_MAX: usize = 50_000;
/// What was not asked by then is not asked.
const ASKING_MAX: Duration = Duration::from_secs(20);
/// How often an address may lead on.
const HOPS_MAX: usize = 5;
/// Posts whose addresses are looked up together.
const LOOKED_UP_AT_ONCE: usize = 500;

/// What an address answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    /// Where it leads.
    pub location: Option<String>,
}

/// Who answers for this blog as it answers its readers.
pub trait Asks: Send + Sync {
    /// Asks for the head of an address, from the slash on, with its query.
    fn ask<'a>(&'a self, address: &'a str) -> Pin<Box<dyn Future<Output = Answered> + Send + 'a>>;
}

/// Where an address of the old blog is to lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leads {
    /// To the page of a post or page.
    Post(PostId),
    /// To a list, or whatever else is here.
    Somewhere,
    /// To a file that is fetched.
    File,
}

/// The addresses of the old blog.
#[derive(Debug, Default)]
pub struct OldLinks {
    links: Vec<(String, Leads)>,
    known: HashSet<String>,
    /// Those beyond.
    more: u64,
}

/// What was found at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    Page,
    LedOn,
    Waits,
    Lost(String),
}

impl OldLinks {
    /// Adds an address of a published post. The first post that had it has it.
    pub(super) fn post(&mut self, address: &str, post: PostId) {
        self.add(address, Leads::Post(post));
    }

    /// Adds an address that leads to something else: a path of this blog, or a file on another server.
    pub(super) fn other(&mut self, address: &str, to: &str) {
        let leads = if to.starts_with('/') {
            Leads::Somewhere
        } else {
            Leads::File
        };
        self.add(address, leads);
    }

    fn add(&mut self, address: &str, leads: Leads) {
        if !address.starts_with('/') {
            return;
        }
        if self.links.len() >= LINKS_MAX {
            self.more += 1;
        } else if self.known.insert(address::key(address)) {
            self.links.push((address.to_owned(), leads));
        }
    }

    /// Asks for each address, one after the other, and adds to a report what they answer. `goes_on` ends it early.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn report(
        self,
        store: &Store,
        asks: &dyn Asks,
        report: &mut Report,
        goes_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<()> {
        let until = Instant::now() + ASKING_MAX;
        let mut counts = AskedCounts {
            not_asked: self.more,
            ..AskedCounts::default()
        };
        for some in self.links.chunks(LOOKED_UP_AT_ONCE) {
            let paths = paths_of(store, some).await?;
            for (address, leads) in some {
                if Instant::now() > until || !goes_on() {
                    counts.not_asked += 1;
                    continue;
                }
                let found = asked(asks, address, *leads, &paths).await;
                count(found, (address, *leads), &mut counts, report);
            }
        }
        if counts != AskedCounts::default() {
            report.asked = Some(counts);
        }
        Ok(())
    }
}

/// The addresses that posts have now.
async fn paths_of(store: &Store, some: &[(String, Leads)]) -> Result<BTreeMap<PostId, String>> {
    let posts: Vec<PostId> = some
        .iter()
        .filter_map(|(_, leads)| match leads {
            Leads::Post(id) => Some(*id),
            _ => None,
        })
        .collect();
    Ok(store.imports().paths_of(&posts).await?)
}

fn count(
    found: Found,
    (address, leads): (&str, Leads),
    counts: &mut AskedCounts,
    report: &mut Report,
) {
    counts.asked += 1;
    match found {
        Found::Page => counts.page += 1,
        Found::LedOn => counts.led_on += 1,
        Found::Waits => counts.waiting += 1,
        Found::Lost(why) => {
            counts.lost += 1;
            // That a page of ours is there was said when the post got another address.
            let path = address.split(['?', '#']).next().unwrap_or_default();
            let is_ours =
                matches!(leads, Leads::Post(_)) && address::is_ours(&address::normal(path));
            if !is_ours || path == "/" {
                let note = Note::new(About::Address, visible(address), why);
                report.notes.add(note);
            }
        }
    }
}

/// Follows an address to its end.
async fn asked(
    asks: &dyn Asks,
    address: &str,
    leads: Leads,
    paths: &BTreeMap<PostId, String>,
) -> Found {
    let wanted = match leads {
        Leads::Post(id) => match paths.get(&id) {
            Some(path) => Some(path),
            None => return Found::Lost("its post is not published any more".to_owned()),
        },
        _ => None,
    };
    let mut at = address.to_owned();
    for hop in 0..=HOPS_MAX {
        let answered = asks.ask(&at).await;
        match (answered.status, answered.location) {
            (200..=299, _) if wanted.is_some_and(|path| !is_same(path, &at)) => {
                return Found::Lost("another page is there".to_owned());
            }
            (200..=299, _) if hop == 0 => return Found::Page,
            (300..=399, Some(to)) if to.starts_with('/') && !to.starts_with("//") => at = to,
            // Where the author chose that it leads to another site, that is not asked.
            (200..=299, _) | (300..=399, Some(_)) => return Found::LedOn,
            (404, _) if leads == Leads::File => return Found::Waits,
            (404, _) => return Found::Lost("answers 404: nothing is there".to_owned()),
            (status, _) => return Found::Lost(format!("answers {status}")),
        }
    }
    Found::Lost("leads on without an end".to_owned())
}

/// Whether an address that was asked is the page of a post, in whatever spelling.
fn is_same(path: &str, asked: &str) -> bool {
    let asked = asked.split(['?', '#']).next().unwrap_or_default();
    address::key(path) == address::key(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A blog of a few addresses, which counts how often it is asked.
    #[derive(Default)]
    struct World {
        answers: BTreeMap<&'static str, (u16, Option<&'static str>)>,
        asked: AtomicUsize,
    }

    impl Asks for World {
        fn ask<'a>(
            &'a self,
            address: &'a str,
        ) -> Pin<Box<dyn Future<Output = Answered> + Send + 'a>> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let (status, to) = self.answers.get(address).copied().unwrap_or((404, None));
            Box::pin(async move {
                Answered {
                    status,
                    location: to.map(str::to_owned),
                }
            })
        }
    }

    #[tokio::test]
    async fn an_address_is_followed_to_its_post_and_no_further() {
        let answers = BTreeMap::from([
            ("/a/", (200, None)),
            ("/%e6%b8%af/", (200, None)),
            ("/old/", (301, Some("/a"))),
            ("/a", (301, Some("/a/"))),
            ("/b/", (200, None)),
            ("/out/", (302, Some("https://other.example/"))),
            ("/out2/", (301, Some("//other.example/"))),
            ("/round/", (301, Some("/round/"))),
            ("/broken/", (500, None)),
        ]);
        let world = World {
            answers,
            ..World::default()
        };
        let paths = BTreeMap::from([
            (PostId(1), "/a/".to_owned()),
            (PostId(2), "/港/".to_owned()),
        ]);
        let lost = |why: &str| Found::Lost(why.to_owned());
        for (address, leads, found) in [
            ("/a/", Leads::Post(PostId(1)), Found::Page),
            ("/%e6%b8%af/", Leads::Post(PostId(2)), Found::Page),
            ("/old/", Leads::Post(PostId(1)), Found::LedOn),
            ("/b/", Leads::Post(PostId(1)), lost("another page is there")),
            ("/b/", Leads::Somewhere, Found::Page),
            (
                "/a/",
                Leads::Post(PostId(9)),
                lost("its post is not published any more"),
            ),
            ("/out/", Leads::Somewhere, Found::LedOn),
            ("/out2/", Leads::Somewhere, Found::LedOn),
            ("/round/", Leads::Somewhere, lost("leads on without an end")),
            (
                "/none/",
                Leads::Somewhere,
                lost("answers 404: nothing is there"),
            ),
            ("/none.jpg", Leads::File, Found::Waits),
            ("/broken/", Leads::Somewhere, lost("answers 500")),
        ] {
            assert_eq!(
                asked(&world, address, leads, &paths).await,
                found,
                "{address}"
            );
        }
        let before = world.asked.load(Ordering::Relaxed);
        asked(&world, "/round/", Leads::Somewhere, &paths).await;
        assert_eq!(world.asked.load(Ordering::Relaxed) - before, HOPS_MAX + 1);
    }

    #[test]
    fn each_address_is_asked_once_and_no_more_than_there_is_room_for() {
        let mut links = OldLinks::default();
        links.post("/a/", PostId(1));
        links.post("/a", PostId(2));
        links.other("relative", "/");
        assert_eq!(links.links, [("/a/".to_owned(), Leads::Post(PostId(1)))]);
        for number in 0..LINKS_MAX {
            links.other(&format!("/{number}/"), "https://old.example/a.jpg");
        }
        assert_eq!((links.links.len(), links.more), (LINKS_MAX, 1));
        assert_eq!(links.links[1].1, Leads::File);
    }
}
