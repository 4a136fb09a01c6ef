//! The posts of a demo blog, newest first: when they were published, where they live, and what they say.
//!
//! Everything about a post follows from the plan and its number alone, so a million of them need no more memory than one.

use jiff::tz::TimeZone;

use super::content::{Content, Theme, Written};
use super::pictures::Picture;
use super::prose::Prose;
use super::random::{Purpose, Random, gcd};
use crate::blog::post::{Kind, Markup};
use crate::blog::slug;
use crate::blog::time::Millis;
use crate::transfer::archive::{Post, Status};

/// What a demo blog is to be. The same plan always makes the same blog.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    pub content: &'a Content,
    pub seed: u64,
    /// Whether every post is a note, and has as many comments as any other.
    pub plain: bool,
    /// How many published posts; pages and drafts come on top.
    pub posts: u64,
    /// Nothing is published and nobody comments after this.
    pub newest: Millis,
    pub author: String,
    /// In the order of [`super::pictures::FILES`]; empty for a blog without any.
    pub pictures: Vec<Picture>,
}

/// How many drafts there are.
pub const DRAFTS: u64 = 5;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Posts of an ordinary week, and how many days before its last each was published: one to four on a day, some days none.
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
pub struct Subject<'a> {
    pub title: String,
    slug: String,
    /// The place of its theme; later ones are tags less often.
    theme: usize,
    /// Its text where it is in another script.
    passage: Option<&'a str>,
}

/// One post in this many has no title, one in this many is in another language, and one in this many is HTML.
const UNTITLED: u64 = 40;
const FOREIGN: u64 = 25;
const HTML: u64 = 7;

impl<'a> Plan<'a> {
    /// All published posts, newest first; their origins are `demo:post:1` and so on.
    pub fn posts(&self) -> impl Iterator<Item = Post> + '_ {
        (0..self.posts).map(|number| self.post(number))
    }

    /// All of them by their origins alone, pages and drafts too, without any text.
    pub fn outlines(&self) -> impl Iterator<Item = Post> + '_ {
        let all = self.posts + self.content.pages.len() as u64 + DRAFTS;
        (0..all).map(|number| self.value(number, String::new(), String::new()))
    }

    /// The two standing pages.
    pub fn pages(&self) -> impl Iterator<Item = Post> + '_ {
        (self.posts..)
            .zip(&self.content.pages)
            .map(|(number, page)| Post {
                kind: Kind::Page,
                path: Some(format!("/p/{}.html", page.slug)),
                published_at: Some(Millis(self.day(0) - 300 * DAY)),
                updated_at: Some(Millis(self.day(0) - 40 * DAY)),
                ..self.written(number, page)
            })
    }

    /// Posts that the author has not finished.
    pub fn drafts(&self) -> impl Iterator<Item = Post> + '_ {
        let first = self.posts + self.content.pages.len() as u64;
        (first..first + DRAFTS).map(|number| {
            let mut prose = self.prose(number);
            let source = prose.text("{draft}", &|_, _| None);
            let days = prose.random.between(1, 20).cast_signed();
            Post {
                status: Status::Draft,
                updated_at: Some(Millis(self.published_at(0).0 - DAY * days)),
                ..self.value(number, self.subject(number).title, source)
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
        let mut random = Random::new(self.seed, Purpose::Days, number);
        let early = if number == 0 {
            0
        } else {
            random.below((slot * 4 / 5).cast_unsigned()).cast_signed()
        };
        Millis(night - slot * (place - from).cast_signed() - early)
    }

    fn week(&self, week: u64) -> &'static [u8; 12] {
        if week == 0 {
            return &WEEKS[0];
        }
        &WEEKS[Random::new(self.seed, Purpose::Days, u64::MAX - week).place(WEEKS.len())]
    }

    /// Between which moments the author published on a day.
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

    fn prose(&self, number: u64) -> Prose<'a> {
        let random = Random::new(self.seed, Purpose::Posts, number);
        Prose::new(random, self.content, self.theme(number))
    }

    /// What the post with this number is written about, for those who comment on it.
    pub fn theme(&self, number: u64) -> &'a Theme {
        match self.by_hand(number) {
            Some(written) => self.content.theme_of(&written.tags),
            None => &self.content.themes[self.subject(number).theme],
        }
    }

    /// The post with this number where it is one that was written by hand.
    fn by_hand(&self, number: u64) -> Option<&'a Written> {
        self.content.posts.get(usize::try_from(number).ok()?)
    }

    /// What the post with this number is about.
    pub fn subject(&self, number: u64) -> Subject<'a> {
        let mut subject = Subject {
            title: String::new(),
            slug: String::new(),
            theme: 0,
            passage: None,
        };
        if let Some(written) = self.by_hand(number) {
            written.title.clone_into(&mut subject.title);
            written.slug.clone_into(&mut subject.slug);
            return subject;
        }
        let turn = number - self.content.posts.len() as u64;
        let titles = self.content.titles.len();
        let from = Random::new(self.seed, Purpose::Titles, 0).below(titles as u64);
        let place = (from + turn % titles as u64 * stride(titles)) % titles as u64;
        let (title, theme) = &self.content.titles[usize::try_from(place).unwrap_or(0)];
        subject.theme = *theme;
        let mut random = Random::new(self.seed, Purpose::Titles, number + 1);
        if random.one_in(FOREIGN) {
            let passages = &self.content.passages;
            let passage = &passages[random.place(passages.len())];
            passage.title.clone_into(&mut subject.title);
            subject.slug = format!("{}-{number}", passage.slug);
            subject.passage = Some(&passage.text);
        } else if random.one_in(UNTITLED) {
            subject.slug = format!("blog-post-{number}");
        } else {
            let round = u32::try_from(turn / titles as u64 + 1).unwrap_or(u32::MAX);
            title.clone_into(&mut subject.title);
            subject.slug = slug::numbered(&slug::of(title), round);
        }
        subject
    }

    fn post(&self, number: u64) -> Post {
        let post = match self.by_hand(number) {
            Some(written) => self.written(number, written),
            None => self.composed(number),
        };
        let published_at = self.published_at(number);
        Post {
            path: Some(self.path(number)),
            published_at: Some(published_at),
            updated_at: Some(published_at),
            ..post
        }
    }

    /// A post that the program puts together.
    fn composed(&self, number: u64) -> Post {
        let subject = self.subject(number);
        let mut prose = self.prose(number);
        let html = prose.random.one_in(HTML);
        let own = |gap: &str, random: &mut Random| self.own(number, &subject, gap, random);
        let source = if let Some(passage) = subject.passage {
            let rest = prose.text("{post_in_another_language}", &own);
            format!("{passage}\n\n{rest}")
        } else if self.plain {
            prose.text("{note}", &own)
        } else {
            prose.text("{post}", &own)
        };
        let mut post = self.value(number, subject.title, source);
        post.tags = self.tags(subject.theme, &mut prose.random);
        if html {
            let mut options = comrak::Options::default();
            options.extension.table = true;
            options.render.r#unsafe = true;
            post.source = comrak::markdown_to_html(&post.source, &options);
            post.markup = Markup::Html;
        }
        post
    }

    /// What only this post can say: its picture, a link to an older one, and the like.
    fn own(
        &self,
        number: u64,
        subject: &Subject,
        gap: &str,
        random: &mut Random,
    ) -> Option<String> {
        Some(match gap {
            // Five steps on from post to post, so that neighbours show different ones.
            "picture" => self.figure(number * 5, None),
            "older" => match number + random.between(1, 200) {
                older if older < self.posts => {
                    let title = match self.subject(older).title {
                        title if title.is_empty() => "an earlier note".to_owned(),
                        title => title,
                    };
                    format!("[{title}]({})", self.path(older))
                }
                _ => "[one of the oldest posts](/archive/)".to_owned(),
            },
            "title" => {
                let titles = &self.content.titles;
                let mut places = std::iter::repeat_with(|| random.place(titles.len()));
                let place = places.find(|place| titles[*place].1 == subject.theme)?;
                titles[place].0.clone()
            }
            "year" => {
                let published = self.published_at(number).day(&TimeZone::UTC);
                (i64::from(published.year()) - random.between(1, 12).cast_signed()).to_string()
            }
            "count" => random.between(2, 480).to_string(),
            _ => return None,
        })
    }

    /// The picture with this number or the one that follows the last, and around again; nothing in a blog without pictures.
    fn figure(&self, number: u64, caption: Option<&str>) -> String {
        let place = number % (self.pictures.len() as u64).max(1);
        let picture = self.pictures.get(usize::try_from(place).unwrap_or(0));
        picture.map_or_else(String::new, |picture| picture.figure(caption))
    }

    /// One to four tags, a few of them on very many posts and most of them on few.
    fn tags(&self, theme: usize, random: &mut Random) -> Vec<String> {
        let mut tags = Vec::new();
        if random.below(12) >= theme as u64 {
            tags.push(self.content.themes[theme].tag.clone());
        }
        for (rank, tag) in (2..).zip(self.content.list("tag")) {
            if tags.len() < 4 && random.one_in(rank) {
                tags.push(tag.clone());
            }
        }
        tags
    }

    /// A text that was written by hand, with pictures and addresses filled in.
    fn written(&self, number: u64, written: &Written) -> Post {
        let mut source = String::new();
        let mut rest = written.body;
        while let Some((before, after)) = rest.split_once("{{") {
            let (gap, after) = after.split_once("}}").unwrap_or((after, ""));
            source.push_str(before);
            source.push_str(&self.filled(gap));
            rest = after;
        }
        source.push_str(rest);
        Post {
            tags: written.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..self.value(number, written.title.to_owned(), source)
        }
    }

    fn filled(&self, gap: &str) -> String {
        let number = |digits: &str| digits.parse().unwrap_or(0);
        if let Some(digits) = gap.strip_prefix("post ") {
            // A blog too small to hold that post leads to its first page instead.
            let exists = number(digits) < self.posts;
            return if exists {
                self.path(number(digits))
            } else {
                "/".to_owned()
            };
        }
        let picture = gap.trim_start_matches("picture ").split_once(": ");
        let (digits, caption) = picture.unwrap_or(("0", gap));
        self.figure(number(digits), Some(caption))
    }

    fn value(&self, number: u64, title: String, source: String) -> Post {
        Post {
            origin: format!("demo:post:{}", number + 1),
            kind: Kind::Post,
            status: Status::Published,
            title,
            source,
            markup: Markup::Markdown,
            author: self.author.clone(),
            updated_at: Some(self.newest),
            ..Post::default()
        }
    }
}

/// A step that goes through all titles before it comes back, far enough that neighbours differ in theme and in frame.
fn stride(titles: usize) -> u64 {
    let steps = titles * 5 / 13..;
    let mut coprime = steps.filter(|step| gcd(*step, titles) == 1);
    coprime.next().unwrap_or(1) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::{CONTENT, plan};

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
    fn ten_thousand_permalinks_are_all_different_and_begin_with_their_month() {
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
        let titles = &CONTENT.titles;
        let slugs: BTreeSet<String> = titles.iter().map(|(title, _)| slug::of(title)).collect();
        assert_eq!(slugs.len(), titles.len());
        assert!(slugs.len() > 8_000);
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
