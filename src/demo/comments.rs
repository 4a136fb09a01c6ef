//! The comments of a demo blog: threads under some posts, none under most, from people in many countries.

use super::posts::Plan;
use super::prose::Prose;
use super::random::{Purpose, Random};
use crate::blog::comment::State;
use crate::blog::post::Markup;
use crate::blog::time::Millis;
use crate::transfer::archive::{Comment, On};

/// The deepest answer: one to a comment of depth five.
const DEEPEST: u32 = 6;

/// The most comments of one thread; a busy post has several threads.
const LONGEST: u64 = 40;

/// After this long nobody comments any more.
const OPEN_DAYS: u64 = 21;

/// One post in this many has comments, and one in this many is talked about by everyone.
const TALKED_ABOUT: u64 = 4;
const FAMOUS: u64 = 60;

/// Waiting comments and spam are among the first ones, below the newest posts, where an author would find them.
const FRESH: u64 = 240;

impl Plan<'_> {
    /// Exactly so many comments, thread by thread and each after the one that it answers; none where there are no posts.
    ///
    /// Their origins are `demo:comment:1` and so on. Several threads may belong to one post.
    pub fn comments(&self, count: u64) -> impl Iterator<Item = Comment> + '_ {
        let count = if self.posts == 0 { 0 } else { count };
        let mut made = 0;
        let mut threads: u64 = 0;
        std::iter::from_fn(move || {
            let left = count - made;
            (left > 0).then(|| {
                let thread = self.thread(threads, made, count);
                threads += 1;
                made += thread.len() as u64;
                thread
            })
        })
        .flatten()
    }

    /// The thread with this number, of at least one comment; `before` of all `count` came earlier.
    fn thread(&self, number: u64, before: u64, count: u64) -> Vec<Comment> {
        let mut random = Random::new(self.seed, Purpose::Threads, number);
        let post = self.discussed(number, &mut random);
        let wanted = match random.below(10) {
            _ if self.plain => count.div_ceil(self.posts),
            0 => random.between(8, LONGEST),
            1..=4 => random.between(2, 7),
            _ => 1,
        };
        let size = wanted.min(count - before);
        let times = self.times(post, size, &mut random);
        let mut prose = Prose::new(random, self.content, self.theme(post));
        let mut thread: Vec<Comment> = Vec::new();
        let mut depths: Vec<u32> = Vec::new();
        for (place, created_at) in (0..).zip(times) {
            let parent = parent(&thread, &depths, &mut prose.random);
            let state = state(before + place, place == 0, &mut prose.random);
            depths.push(parent.map_or(1, |parent| depths[parent] + 1));
            let frame = match (state, parent) {
                (State::Spam, _) => "{spam}",
                (_, Some(_)) if self.plain => "<p>{answer}</p>",
                (_, None) if self.plain => "<p>{remark}</p>",
                (_, Some(_)) => "{reply}",
                (_, None) => "{comment}",
            };
            let url = prose.random.one_in(4).then(|| prose.entry("site"));
            let email = prose.random.one_in(3).then(|| prose.random.below(900));
            thread.push(Comment {
                origin: format!("demo:comment:{}", before + place + 1),
                other_origins: Vec::new(),
                on: On::Origin(format!("demo:post:{}", post + 1)),
                state,
                name: prose.entry("name").unwrap_or_default().to_owned(),
                url: url.flatten().unwrap_or_default().to_owned(),
                email: email.map_or_else(String::new, |n| format!("reader{n}@example.org")),
                markup: Markup::Html,
                source: prose.text(frame, &|_, _| None),
                parent: parent.map(|parent| thread[parent].origin.clone()),
                created_at,
            });
        }
        thread
    }

    /// Which post a thread belongs to: first the hand-written ones in turn, then mostly the few that everyone reads.
    fn discussed(&self, thread: u64, random: &mut Random) -> u64 {
        if self.plain || thread < (self.content.posts.len() as u64).min(self.posts) {
            return thread;
        }
        let every = if random.one_in(3) {
            FAMOUS
        } else {
            TALKED_ABOUT
        };
        let choices = self.posts.div_ceil(every);
        // A shift of its own for every run of posts, so that the lucky ones are not evenly spaced.
        let run = random.below(choices);
        let shift = Random::new(self.seed, Purpose::Threads, u64::MAX - run - every).below(every);
        (run * every + shift).min(self.posts - 1)
    }

    /// Moments after the post, many soon and few late, in order and before `newest`.
    fn times(&self, post: u64, count: u64, random: &mut Random) -> Vec<Millis> {
        let from = self.published_at(post).0;
        let longest = random.between(1, OPEN_DAYS * 24) * 3_600_000;
        let span = (self.newest.0 - from).cast_unsigned().min(longest);
        (0..count)
            .map(|place| {
                // In thousandths of the way: later ones lie farther apart, because the share is squared.
                let share = (place * 1000 + random.between(200, 800)) / count;
                let after = (span / 1_000_000 * share * share).max(place + 1);
                Millis(from + after.cast_signed())
            })
            .collect()
    }
}

/// The place of the comment that the next one answers, if it answers one: somebody lately, shown, and not too deep.
fn parent(thread: &[Comment], depths: &[u32], random: &mut Random) -> Option<usize> {
    if thread.is_empty() || random.one_in(4) {
        return None;
    }
    let parent = thread.len() - 1 - random.place(thread.len().min(3));
    let answerable = thread[parent].state == State::Approved && depths[parent] < DEEPEST;
    answerable.then_some(parent)
}

/// The first of a thread is always shown; of the others a few wait or are spam, most of them among the first of all.
fn state(number: u64, first: bool, random: &mut Random) -> State {
    let seldom = if number < FRESH { 1 } else { 25 };
    if first {
        State::Approved
    } else if random.one_in(16 * seldom) {
        State::Waiting
    } else if random.one_in(20 * seldom) {
        State::Spam
    } else {
        State::Approved
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::demo::{CONTENT, plan};

    #[test]
    fn the_same_seed_makes_the_same_comments_and_another_seed_does_not() {
        let comments = |seed| plan(seed, 300).comments(500).collect::<Vec<_>>();
        assert_eq!(comments(1), comments(1));
        assert_ne!(comments(1), comments(2));
    }

    #[test]
    fn there_are_exactly_as_many_comments_as_asked_for() {
        for (posts, count) in [(1, 1), (1, 40), (12, 7), (500, 1_000), (3, 0)] {
            assert_eq!(plan(1, posts).comments(count).count() as u64, count);
        }
        assert_eq!(plan(1, 0).comments(10).count(), 0);
    }

    #[test]
    fn a_comment_is_later_than_its_post_and_than_what_it_answers_and_not_from_the_future() {
        let plan = plan(4, 1_000);
        let published: BTreeMap<On, Millis> = plan
            .posts()
            .map(|post| (On::Origin(post.origin), post.published_at.unwrap()))
            .collect();
        let mut before: BTreeMap<String, Comment> = BTreeMap::new();
        for comment in plan.comments(20_000) {
            assert!(comment.created_at > published[&comment.on]);
            assert!(comment.created_at <= plan.newest);
            if let Some(parent) = &comment.parent {
                let parent = &before[parent];
                assert_eq!(parent.on, comment.on);
                assert_eq!(parent.state, State::Approved);
                assert!(parent.created_at < comment.created_at);
            }
            before.insert(comment.origin.clone(), comment);
        }
    }

    #[test]
    fn in_a_plain_blog_every_post_has_as_many_as_any_other() {
        let plan = Plan {
            plain: true,
            ..plan(4, 300)
        };
        let mut counts: BTreeMap<On, u64> = BTreeMap::new();
        for comment in plan.comments(3_000) {
            *counts.entry(comment.on).or_default() += 1;
        }
        assert_eq!(counts.len(), 300);
        assert!(counts.values().all(|count| *count == 10));
    }

    #[test]
    fn threads_go_six_deep_and_no_deeper() {
        let mut depths: BTreeMap<String, u32> = BTreeMap::new();
        for comment in plan(4, 1_000).comments(20_000) {
            let depth = comment.parent.map_or(1, |parent| depths[&parent] + 1);
            depths.insert(comment.origin, depth);
        }
        assert_eq!(depths.values().max(), Some(&DEEPEST));
    }

    #[test]
    fn most_posts_have_no_comments_and_a_few_have_many() {
        let mut counts: BTreeMap<On, u64> = BTreeMap::new();
        for comment in plan(4, 4_000).comments(8_000) {
            *counts.entry(comment.on).or_default() += 1;
        }
        assert!(counts.len() < 2_000, "{}", counts.len());
        assert!(counts.values().any(|count| *count > 30));
    }

    #[test]
    fn a_few_are_waiting_and_a_few_are_spam() {
        let comments: Vec<Comment> = plan(4, 500).comments(2_000).collect();
        for state in [State::Waiting, State::Spam] {
            let count = comments
                .iter()
                .filter(|comment| comment.state == state)
                .count();
            assert!((3..60).contains(&count), "{state}: {count}");
        }
        let names: BTreeSet<&str> = comments
            .iter()
            .map(|comment| comment.name.as_str())
            .collect();
        assert_eq!(names.len(), CONTENT.list("name").len());
    }

    #[test]
    fn links_of_commenters_lead_only_to_examples() {
        for comment in plan(4, 500).comments(5_000) {
            for address in format!("{} {}", comment.url, comment.source)
                .split("://")
                .skip(1)
            {
                let host = address.split(['/', '"']).next().unwrap();
                assert!(
                    ["example.com", "example.org", "example.net"]
                        .iter()
                        .any(|end| host.ends_with(end))
                );
            }
        }
    }
}
