//! The posts of a demo blog, newest first: when they were published, where they live, and what they say.
//!
//! Everything about a post follows from the plan and its number alone, so a million of them need no more memory than one.

use jiff::tz::TimeZone;

use super::chance::{Chance, Purpose};
use super::foreign::{PASSAGES, Passage};
use super::parts::{Body, Shot};
use super::showcase;
use super::themes::Theme;
use super::words::{self, Prose};
use super::writer::Writer;
use crate::blog::post::{Comments, Kind, Markup};
use crate::blog::slug;
use crate::blog::time::Millis;
use crate::transfer::archive::{Post, Status};

/// What a demo blog is to be. The same plan always makes the same blog.
#[derive(Debug, Clone)]
pub struct Plan {
    pub seed: u64,
    /// Whether every post is a note, and has as many comments as any other.
    pub plain: bool,
    /// How many published posts; pages and drafts come on top.
    pub posts: u64,
    /// Nothing is published and nobody comments after this.
    pub newest: Millis,
    pub author: String,
    /// The pictures of [`super::picture::pictures`] in their order, as they were stored; empty for a blog without any.
    pub pictures: Vec<Shot>,
}

/// How many drafts there are.
pub const DRAFTS: u64 = 5;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Posts of an ordinary week, and on how many days before its last they are: one to four on a day, some days none.
const A_WEEK: u64 = 12;
static WEEKS: [[u8; 12]; 6] = [
    [0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 5, 6],
    [0, 0, 1, 2, 2, 2, 2, 4, 4, 5, 6, 6],
    [0, 2, 2, 3, 3, 3, 4, 5, 5, 5, 5, 6],
    [1, 1, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6],
    [0, 0, 0, 0, 2, 2, 3, 4, 4, 4, 6, 6],
    [0, 1, 1, 2, 3, 3, 3, 3, 5, 6, 6, 6],
];

/// A blog of more posts than twenty years hold at that rate has more in each week instead.
const MOST_WEEKS: u64 = 20 * 52;

/// When the author begins and stops for the day, in UTC.
const MORNING: i64 = 6 * HOUR + 10 * MINUTE;
const NIGHT: i64 = 22 * HOUR + 40 * MINUTE;

/// How long before `newest` the newest post was published: long enough for a few comments.
const FRESH: i64 = 25 * MINUTE;

/// What a post is about: its title, the slug it would have alone, and its theme.
pub struct Subject {
    pub title: String,
    slug: String,
    pub theme: &'static Theme,
    pub passage: Option<&'static Passage>,
}

/// One post in this many has no title, and one in this many is in another language.
const UNTITLED: u64 = 40;
const FOREIGN: u64 = 25;

impl Plan {
    /// All published posts, newest first; their origins are `demo:post:1` and so on.
    pub fn posts(&self) -> impl Iterator<Item = Post> + '_ {
        (0..self.posts).map(|number| self.post(number))
    }

    /// All of them by their origins alone, pages and drafts too: without their texts.
    pub fn untold(&self) -> impl Iterator<Item = Post> + '_ {
        let all = self.posts + showcase::PAGES.len() as u64 + DRAFTS;
        (0..all).map(|number| {
            self.value(
                number,
                String::new(),
                String::new(),
                Markup::Markdown,
                Vec::new(),
            )
        })
    }

    /// The two standing pages.
    pub fn pages(&self) -> impl Iterator<Item = Post> + '_ {
        (0..).zip(showcase::PAGES).map(|(place, page)| {
            let number = self.posts + place;
            let (title, tags, source) = showcase::read(page.text, self);
            Post {
                kind: Kind::Page,
                path: Some(format!("/p/{}.html", page.slug)),
                published_at: Some(Millis(self.day(0) - 300 * DAY)),
                updated_at: Millis(self.day(0) - 40 * DAY),
                ..self.value(number, title, source, Markup::Markdown, tags)
            }
        })
    }

    /// Posts that the author has not finished.
    pub fn drafts(&self) -> impl Iterator<Item = Post> + '_ {
        let first = self.posts + showcase::PAGES.len() as u64;
        (first..first + DRAFTS).map(|number| {
            let mut prose = Prose::new(self.chance(number), self.subject(number).theme);
            let title = self.subject(number).title;
            let mut body = Body::new(Markup::Markdown);
            body.paragraph(&prose.opening());
            body.paragraph("(More to come here.)");
            Post {
                status: Status::Draft,
                updated_at: Millis(
                    self.published_at(0).0 - DAY * prose.chance.between(1, 20).cast_signed(),
                ),
                ..self.value(number, title, body.text, Markup::Markdown, Vec::new())
            }
        })
    }

    /// When the post with this number (0 is the newest) was published; earlier for every higher number.
    pub fn published_at(&self, number: u64) -> Millis {
        let weekly = A_WEEK.max(self.posts.div_ceil(MOST_WEEKS));
        let (week, place) = (number / weekly, number % weekly);
        let days = self.week(week);
        let of_twelve = usize::try_from(place * A_WEEK / weekly).unwrap_or(0);
        let day = days[of_twelve];
        // The first and the last of the twelve on this day, and with them the posts that share it.
        let first = days.iter().take_while(|other| **other < day).count() as u64;
        let after = days.iter().take_while(|other| **other <= day).count() as u64;
        let from = (first * weekly).div_ceil(A_WEEK);
        let share = ((after * weekly).div_ceil(A_WEEK) - from).cast_signed();

        let days_ago = (week * 7 + u64::from(day)).cast_signed();
        let (morning, night) = self.hours(days_ago);
        let slot = (night - morning) / share;
        let mut chance = Chance::new(self.seed, Purpose::Days, number);
        let early = if number == 0 {
            0
        } else {
            chance.below((slot * 4 / 5).cast_unsigned()).cast_signed()
        };
        Millis(night - slot * (place - from).cast_signed() - early)
    }

    fn week(&self, week: u64) -> &'static [u8; 12] {
        if week == 0 {
            return &WEEKS[0];
        }
        &WEEKS[Chance::new(self.seed, Purpose::Days, u64::MAX - week).place(WEEKS.len())]
    }

    /// Between which moments the author was writing on a day.
    fn hours(&self, days_ago: i64) -> (i64, i64) {
        let start = self.day(days_ago);
        if days_ago > 0 {
            return (start + MORNING, start + NIGHT);
        }
        let now = self.newest_post_at();
        let morning = if now - start > MORNING + 3 * HOUR {
            start + MORNING
        } else {
            start
        };
        (morning, now)
    }

    /// Just before now, or late on the day before where the day is too young to hold several posts.
    fn newest_post_at(&self) -> i64 {
        let at = self.newest.0 - FRESH;
        let start = at - at.rem_euclid(DAY);
        if at - start < 2 * HOUR {
            start - HOUR
        } else {
            at
        }
    }

    /// The first moment of a day in UTC, counted back from that of the newest post.
    fn day(&self, days_ago: i64) -> i64 {
        let at = self.newest_post_at();
        at - at.rem_euclid(DAY) - days_ago * DAY
    }

    /// The permalink of a post, which no other post has.
    pub fn path(&self, number: u64) -> String {
        let date = self.published_at(number).day(&TimeZone::UTC);
        format!(
            "/{:04}/{:02}/{}.html",
            date.year(),
            date.month(),
            self.subject(number).slug
        )
    }

    pub fn chance(&self, number: u64) -> Chance {
        Chance::new(self.seed, Purpose::Posts, number)
    }

    /// What the post with this number is about.
    pub fn subject(&self, number: u64) -> Subject {
        if let Some(text) = showcase::post(number) {
            let head = showcase::head(text);
            return Subject {
                title: head.title.to_owned(),
                slug: head.slug.to_owned(),
                theme: head.theme(),
                passage: None,
            };
        }
        let turn = number - showcase::COUNT;
        let titles = words::TITLES as u64;
        let from = Chance::new(self.seed, Purpose::Titles, 0).below(titles);
        let place = (from + turn % titles * words::stride() as u64) % titles;
        let (title, theme) = words::title(usize::try_from(place).unwrap_or(0));
        let mut chance = Chance::new(self.seed, Purpose::Titles, number + 1);
        if chance.one_in(FOREIGN) {
            let passage = &PASSAGES[chance.place(PASSAGES.len())];
            return Subject {
                title: passage.title.to_owned(),
                slug: format!("{}-{number}", passage.slug),
                theme,
                passage: Some(passage),
            };
        }
        if chance.one_in(UNTITLED) {
            return Subject {
                title: String::new(),
                slug: format!("blog-post-{number}"),
                theme,
                passage: None,
            };
        }
        let round = u32::try_from(turn / titles + 1).unwrap_or(u32::MAX);
        let slug = slug::numbered(&slug::of(&title), round);
        Subject {
            title,
            slug,
            theme,
            passage: None,
        }
    }

    fn post(&self, number: u64) -> Post {
        let (title, source, markup, tags) = if let Some(text) = showcase::post(number) {
            let (title, tags, source) = showcase::read(text, self);
            (title, source, Markup::Markdown, tags)
        } else {
            let written = Writer::write(self, number);
            (written.title, written.source, written.markup, written.tags)
        };
        let published_at = self.published_at(number);
        Post {
            path: Some(self.path(number)),
            published_at: Some(published_at),
            updated_at: published_at,
            ..self.value(number, title, source, markup, tags)
        }
    }

    fn value(
        &self,
        number: u64,
        title: String,
        source: String,
        markup: Markup,
        tags: Vec<String>,
    ) -> Post {
        Post {
            origin: format!("demo:post:{}", number + 1),
            kind: Kind::Post,
            status: Status::Published,
            title,
            path: None,
            source,
            markup,
            tags,
            author: self.author.clone(),
            excerpt: String::new(),
            comments: Comments::Blog,
            published_at: None,
            updated_at: self.newest,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::picture;

    fn plan(seed: u64, posts: u64) -> Plan {
        let shot = |number: usize| Shot {
            address: format!("/media/{number}.png"),
            width: 1200,
            height: 750,
        };
        Plan {
            seed,
            plain: false,
            posts,
            newest: Millis::parse("2026-05-14T18:20:00Z").unwrap(),
            author: "Ada".to_owned(),
            pictures: (0..picture::COUNT).map(shot).collect(),
        }
    }

    fn everything(plan: &Plan) -> Vec<Post> {
        plan.posts()
            .chain(plan.pages())
            .chain(plan.drafts())
            .collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_posts_and_another_seed_does_not() {
        assert_eq!(everything(&plan(1, 300)), everything(&plan(1, 300)));
        assert_ne!(everything(&plan(1, 300)), everything(&plan(2, 300)));
    }

    #[test]
    fn there_are_as_many_posts_as_asked_for_and_pages_and_drafts_on_top() {
        for count in [0, 1, 5, 12, 13, 500] {
            let plan = plan(1, count);
            assert_eq!(plan.posts().count() as u64, count);
            assert_eq!(plan.pages().count(), 2);
            assert_eq!(plan.drafts().count() as u64, DRAFTS);
            let origins: BTreeSet<String> = everything(&plan)
                .into_iter()
                .map(|post| post.origin)
                .collect();
            assert_eq!(origins.len() as u64, count + 2 + DRAFTS);
        }
    }

    #[test]
    fn ten_thousand_permalinks_are_all_different_and_stand_under_their_month() {
        let plan = plan(7, 10_000);
        let paths: BTreeSet<String> = (0..10_000).map(|number| plan.path(number)).collect();
        assert_eq!(paths.len(), 10_000);
        for number in [0, 11, 12, 9_999] {
            let month = plan
                .published_at(number)
                .timestamp()
                .strftime("/%Y/%m/")
                .to_string();
            assert!(plan.path(number).starts_with(&month));
        }
    }

    #[test]
    fn every_title_has_a_slug_of_its_own() {
        let slugs: BTreeSet<String> = (0..words::TITLES)
            .map(|number| slug::of(&words::title(number).0))
            .collect();
        assert_eq!(slugs.len(), words::TITLES);
    }

    #[test]
    fn posts_go_back_in_time_and_none_is_from_the_future() {
        for (posts, now) in [
            (3_000, "2026-05-14T18:20:00Z"),
            (200_000, "2026-01-01T00:00:01Z"),
            (50, "2026-03-01T02:26:00Z"),
            (50, "2026-03-01T09:00:00Z"),
        ] {
            let plan = Plan {
                newest: Millis::parse(now).unwrap(),
                ..plan(3, posts)
            };
            let mut before = plan.newest;
            for number in 0..posts.min(20_000) {
                let at = plan.published_at(number);
                assert!(at < before, "{now}: post {number}");
                before = at;
            }
        }
    }

    #[test]
    fn the_newest_posts_share_days() {
        let plan = plan(1, 100);
        let days: BTreeSet<_> = (0..12)
            .map(|number| plan.published_at(number).day(&TimeZone::UTC))
            .collect();
        assert_eq!(days.len(), 6);
    }

    #[test]
    fn links_lead_only_to_examples_to_films_or_to_the_blog_itself() {
        let allowed = [
            ".example.com",
            ".example.org",
            ".example.net",
            "player.vimeo.com",
            "www.youtube-nocookie.com",
        ];
        for post in everything(&plan(5, 2_000)) {
            for address in post.source.split("://").skip(1) {
                let host = address
                    .split(['/', ')', '"', '\'', ' ', '<'])
                    .next()
                    .unwrap();
                assert!(
                    allowed
                        .iter()
                        .any(|end| host.ends_with(end) || *host == end[1..]),
                    "{host}"
                );
            }
            assert!(!post.source.contains("{{"), "{}", post.origin);
        }
    }

    #[test]
    fn both_markups_jump_breaks_and_untitled_posts_occur() {
        let posts = everything(&plan(5, 2_000));
        let share = |matches: fn(&Post) -> bool| posts.iter().filter(|post| matches(post)).count();
        assert!((100..600).contains(&share(|post| post.markup == Markup::Html)));
        assert!((60..400).contains(&share(|post| post.source.contains("<!--more-->"))));
        assert!((10..120).contains(&share(|post| post.title.is_empty())));
        assert!((10..80).contains(&share(|post| post.source.contains("<iframe"))));
    }
}
