//! Archives: the day and the writer of each published post, and how many posts each day, month and writer has.
//!
//! The day is that of the blog's zone. The counts are kept by triggers of the schema, so reading counts nothing.

use super::ask::sql;
use super::posts::listed::{Dated, LISTED, page_of};
use super::{Page, PageDirection, Store, Write};
use crate::blog::post::{Kind, Listed, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, WriterId, slug};
use crate::error::{Error, Result};
use crate::store::handle::{Handle, handle};
use jiff::tz::TimeZone;

/// How many days are recomputed in one statement.
const DAYS_AT_ONCE: i64 = 2000;

/// Somebody who wrote published posts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PostWriter {
    pub id: WriterId,
    pub slug: String,
    pub name: String,
    /// How many posts.
    pub posts: i64,
}

/// A post in a list of titles.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct PostTitle {
    pub id: PostId,
    pub title: String,
    pub path: String,
    pub published_at: Millis,
}

impl Dated for PostTitle {
    fn place(&self) -> (Millis, PostId) {
        (self.published_at, self.id)
    }
}

/// What a writer is called: by the account, or else by the by-line.
const WRITER: &str = "select w.id, w.slug, coalesce(a.name, w.byline, '') as name, w.posts \
     from writers w \
     left join authors a on a.id = w.author_id ";

/// The posts of a span of time, from one side: older ones begin at its end, newer ones at its beginning.
const OLDER_BETWEEN: &str = "where p.state = 'published' and p.kind = 'post' \
     and (p.published_at, p.id) < ($1, $2) and p.published_at >= $3 \
     order by p.published_at desc, p.id desc limit $4) as listed";
const NEWER_BETWEEN: &str = "where p.state = 'published' and p.kind = 'post' \
     and (p.published_at, p.id) > ($1, $2) and p.published_at < $3 \
     order by p.published_at, p.id limit $4) as listed";

/// The titles of posts `p`, as one row with one list; what chooses among them comes behind, and ends the bracket.
const TITLED: &str = "select json_group_array(json_array(id, title, path, published_at)) \
     from (select p.id, p.title, p.path, p.published_at from posts p ";
/// All that a list shows of posts and their authors, likewise.
const LISTED_WITH_AUTHORS: &str = sql!(
    LISTED,
    "from posts p left join authors a on a.id = p.author_id "
);

handle! {
    /// The archive: months, days and writers of published posts.
    archive: Archive
}

impl Archive<'_> {
    /// Every month that has published posts, as `2016-06` with their number, the newest first.
    pub async fn months(self) -> Result<Vec<(String, i64)>> {
        self.ask("select month, posts from months order by month desc")
            .all()
            .await
    }

    /// The days of a month that have published posts, as `2016-06-05` with their number, in their order.
    pub async fn days(self, month: &str) -> Result<Vec<(String, i64)>> {
        self.ask("select day, posts from days where day > $1 and day < $1 || '-99' order by day")
            .bind(month)
            .all()
            .await
    }

    /// The nearest months that have posts: `(older, newer)`.
    pub async fn adjacent_months(self, month: &str) -> Result<(Option<String>, Option<String>)> {
        self.adjacent(
            "select (select max(month) from months where month < $1), \
             (select min(month) from months where month > $1)",
            month,
        )
        .await
    }

    /// The nearest days that have posts: `(older, newer)`.
    pub async fn adjacent_days(self, day: &str) -> Result<(Option<String>, Option<String>)> {
        self.adjacent(
            "select (select max(day) from days where day < $1), \
             (select min(day) from days where day > $1)",
            day,
        )
        .await
    }

    /// The first day from `first` to before `end` that has posts.
    pub async fn first_day(self, first: &str, end: &str) -> Result<Option<String>> {
        self.ask("select day from days where day >= $1 and day < $2 order by day limit 1")
            .bind(first)
            .bind(end)
            .one_value()
            .await
    }

    async fn adjacent(
        self,
        sql: &'static str,
        of: &str,
    ) -> Result<(Option<String>, Option<String>)> {
        self.ask(sql).bind(of).row().await
    }

    /// Published posts from one moment to before another, newest first.
    pub async fn posts(
        self,
        span: (Millis, Millis),
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<Listed>> {
        let sql = match side {
            PageDirection::Newer(..) => sql!(LISTED_WITH_AUTHORS, NEWER_BETWEEN),
            PageDirection::Start | PageDirection::Older(..) => {
                sql!(LISTED_WITH_AUTHORS, OLDER_BETWEEN)
            }
        };
        self.between(sql, span, side, limit).await
    }

    /// Their titles alone.
    pub async fn titles(
        self,
        span: (Millis, Millis),
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<PostTitle>> {
        let sql = match side {
            PageDirection::Newer(..) => sql!(TITLED, NEWER_BETWEEN),
            PageDirection::Start | PageDirection::Older(..) => sql!(TITLED, OLDER_BETWEEN),
        };
        self.between(sql, span, side, limit).await
    }

    /// A walk that begins within the span, whatever place was asked for, and ends where it does.
    async fn between<T>(
        self,
        sql: &'static str,
        (from, until): (Millis, Millis),
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<T>>
    where
        T: Dated + serde::de::DeserializeOwned,
    {
        let (at, id, end) = match side {
            PageDirection::Older(at, id) if at < until => (at, id, from),
            // Ids are greater than nothing, so this is before everything of that moment.
            PageDirection::Start | PageDirection::Older(..) => (until, 0, from),
            PageDirection::Newer(at, id) if at >= from => (at, id, until),
            PageDirection::Newer(..) => (from, 0, until),
        };
        let posts: String = self
            .ask(sql)
            .bind(at)
            .bind(id)
            .bind(end)
            .bind(limit + 1)
            .value()
            .await?;
        page_of(&posts, side, limit)
    }

    /// Those who wrote published posts, by name.
    pub async fn writers(self) -> Result<Vec<PostWriter>> {
        self.ask(sql!(WRITER, "where w.posts > 0 order by name, w.id"))
            .all()
            .await
    }

    /// One of them, by the slug of their page.
    pub async fn writer(self, slug: &str) -> Result<Option<PostWriter>> {
        self.ask(sql!(WRITER, "where w.slug = $1 and w.posts > 0"))
            .bind(slug)
            .one()
            .await
    }

    /// Whether more than one person wrote what is published.
    pub async fn has_several_writers(self) -> Result<bool> {
        let writers: Vec<WriterId> = self
            .ask("select id from writers where posts > 0 limit 2")
            .values()
            .await?;
        Ok(writers.len() > 1)
    }

    /// Published posts of a writer, newest first.
    pub async fn posts_by(
        self,
        writer: WriterId,
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<Listed>> {
        let sql = match side {
            PageDirection::Newer(..) => sql!(
                LISTED_WITH_AUTHORS,
                "where p.writer_id = $1 and (p.published_at, p.id) > ($2, $3) \
                 order by p.published_at, p.id limit $4) as listed"
            ),
            PageDirection::Start | PageDirection::Older(..) => sql!(
                LISTED_WITH_AUTHORS,
                "where p.writer_id = $1 and (p.published_at, p.id) < ($2, $3) \
                 order by p.published_at desc, p.id desc limit $4) as listed"
            ),
        };
        let (at, id) = side.place();
        let posts: String = self
            .ask(sql)
            .bind(writer)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .value()
            .await?;
        page_of(&posts, side, limit)
    }

    /// Puts posts into the archive that an older schema brought along, no more than `limit`; false where none is left.
    pub async fn place_missing(self, limit: i64, now: Millis) -> Result<bool> {
        // By its name, since SQLite would rather walk all that is published, and the scheduler asks this every second.
        const UNPLACED: &str = "select id from posts indexed by posts_unplaced \
               where day is null and kind = 'post' \
             and state = 'published' and published_at is not null order by id limit $1";
        // Mostly there is none, and no reason to ask the one connection that writes.
        let left: Option<PostId> = self.ask(UNPLACED).bind(1).one_value().await?;
        if left.is_none() {
            return Ok(false);
        }
        let mut write = self.write().await?;
        let unplaced: Vec<PostId> = write.ask(UNPLACED).bind(limit).values().await?;
        for id in unplaced {
            write.place_in_archive(id).await?;
        }
        write.commit_content(now).await?;
        Ok(true)
    }

    /// What is wrong with days and counts.
    pub(in crate::store) async fn problems(self) -> Result<Vec<String>> {
        let counts: Vec<(String, i64)> = self
            .ask(
                "with days_counted (day, posts) as (select day, count(*) from posts \
                   where day is not null group by day), \
                 months_counted (month, posts) as (select substr(day, 1, 7), count(*) \
                   from posts where day is not null group by 1), \
                 writers_counted as (select w.id, count(p.id) from writers w \
                   left join posts p on p.writer_id = w.id group by w.id), \
                 tags_counted as (select t.id, count(pt.published_at) from tags t \
                   left join post_tags pt on pt.tag_id = t.id group by t.id) \
                 select 'days have a wrong number of posts', count(distinct day) \
                   from ( \
                   select * from (select * from days_counted except select day, posts \
                   from days) as uncounted \
                   union select * \
                     from (select day, posts from days except select * \
                     from days_counted) as gone) as other_days \
                 union all select 'months have a wrong number of posts', \
                   count(distinct month) from ( \
                   select * \
                     from (select * from months_counted except select month, posts \
                     from months) as uncounted \
                   union select * \
                     from (select month, posts from months except select * \
                     from months_counted) as gone) as other_months \
                 union all \
                   select 'writers have a wrong number of posts', count(*) from ( \
                   select * from writers_counted except select id, posts \
                   from writers) as other_writers \
                 union all select 'tags have a wrong number of posts', count(*) \
                   from ( \
                   select * from tags_counted except select id, posts from tags) as other_tags \
                 union all select \
                   'published posts are in no archive yet (the server puts them there \
                   when it runs)', \
                   count(*) \
                   from posts where day is null and kind = 'post' and state = 'published' \
                     and published_at is not null \
                 union all select 'posts are in an archive and are not published', count(*) \
                   from posts where day is not null and (kind <> 'post' or state <> 'published')",
            )
            .all()
            .await?;
        let mut problems: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        let zone = self.0.settings().load().await?.time_zone();
        let placed: Vec<(Millis, String)> = self
            .ask(
                "select published_at, day from posts \
                 where day is not null and published_at is not null",
            )
            .all()
            .await?;
        let elsewhere = placed
            .iter()
            .filter(|(at, day)| day_of(*at, &zone) != *day)
            .count();
        if elsewhere > 0 {
            problems.push(format!(
                "{elsewhere} posts are under a different day of the archive than their date"
            ));
        }
        Ok(problems)
    }
}

/// What decides the place of a post in the archive, and the place that it has now.
#[derive(sqlx::FromRow)]
struct Placement {
    kind: Kind,
    state: State,
    published_at: Option<Millis>,
    author_id: Option<AuthorId>,
    byline: String,
    day: Option<String>,
    writer_id: Option<WriterId>,
    zone: Option<String>,
}

impl Write {
    /// Brings a post's day and writer in line with its state.
    pub(super) async fn place_in_archive(&mut self, id: PostId) -> Result<()> {
        let post: Placement = self
            .ask(
                "select kind, state, published_at, author_id, byline, day, writer_id, \
                 (select value from settings where name = 'zone') as zone from posts \
                   where id = $1",
            )
            .bind(id)
            .row()
            .await?;
        let is_public = post.kind == Kind::Post && post.state == State::Published;
        let at = post.published_at.filter(|_| is_public);
        let zone = zone_of(post.zone.as_deref());
        let day = at.map(|at| day_of(at, &zone));
        let writer = match day {
            Some(_) => self.writer_of(post.author_id, &post.byline).await?,
            None => None,
        };
        if (&day, writer) == (&post.day, post.writer_id) {
            return Ok(());
        }
        self.ask("update posts set day = $2, writer_id = $3 where id = $1")
            .bind(id)
            .bind(day)
            .bind(writer)
            .run()
            .await?;
        Ok(())
    }

    /// The blog's zone.
    pub(super) async fn zone(&mut self) -> Result<TimeZone> {
        let zone: Option<String> = self
            .ask("select value from settings where name = 'zone'")
            .one_value()
            .await?;
        Ok(zone_of(zone.as_deref()))
    }

    /// Recomputes the days of all posts, for another zone.
    pub(super) async fn place_all(&mut self) -> Result<()> {
        let zone = self.zone().await?;
        let mut last = PostId(0);
        loop {
            let posts: Vec<(PostId, Millis, String)> = self
                .ask(
                    "select id, published_at, day from posts where id > $1 and day is not null \
                     and published_at is not null order by id limit $2",
                )
                .bind(last)
                .bind(DAYS_AT_ONCE)
                .all()
                .await?;
            let Some((newest, ..)) = posts.last() else {
                return Ok(());
            };
            last = *newest;
            let moved: Vec<(PostId, String)> = posts
                .into_iter()
                .map(|(id, at, day)| (id, day, day_of(at, &zone)))
                .filter(|(_, before, day)| before != day)
                .map(|(id, _, day)| (id, day))
                .collect();
            let moved = serde_json::to_string(&moved)
                .map_err(|error| Error::Internal(format!("days of posts: {error}")))?;
            self.ask(
                "update posts set day = moved.value ->> 1 from json_each($1) moved \
                 where posts.id = moved.value ->> 0",
            )
            .bind(moved)
            .run()
            .await?;
        }
    }

    /// The writer of a post's page of posts. A by-line and an account of the same name are one person.
    pub(super) async fn writer_of(
        &mut self,
        author: Option<AuthorId>,
        byline: &str,
    ) -> Result<Option<WriterId>> {
        let (known, same, name) = if !byline.is_empty() {
            (
                "select id from writers where byline = $1 and $2 = $2",
                "update writers set byline = $1 \
                   where id = (select w.id from writers w join authors a on a.id = w.author_id \
                 where a.name = $1 and w.byline is null and $2 = $2 order by w.id limit 1) \
                   returning id",
                byline.to_owned(),
            )
        } else if let Some(author) = author {
            let name: String = self
                .ask("select name from authors where id = $1")
                .bind(author)
                .value()
                .await?;
            (
                "select id from writers where author_id = $2 and $1 = $1",
                "update writers set author_id = $2 where byline = $1 and author_id is null \
                 returning id",
                name,
            )
        } else {
            return Ok(None);
        };
        let author = author.unwrap_or_default();
        for sql in [known, same] {
            let row: Option<WriterId> = self.ask(sql).bind(&name).bind(author).one_value().await?;
            if let Some(id) = row {
                return Ok(Some(id));
            }
        }
        self.make_writer(&name, author, byline).await.map(Some)
    }

    /// Makes a writer: of a by-line or, where that is empty, of an account. A name that others have gets a number in the
    /// address.
    async fn make_writer(
        &mut self,
        name: &str,
        author: AuthorId,
        byline: &str,
    ) -> Result<WriterId> {
        let wanted = match slug::of(name) {
            empty if empty.is_empty() => "author".to_owned(),
            slug => slug,
        };
        let mut n = 1;
        loop {
            let made: Option<WriterId> = self
                .ask(
                    "insert into writers (id, slug, author_id, byline) \
                     values ((select last + 1 from numbers where name = 'writers'), \
                     $1, nullif($2, 0), nullif($3, '')) \
                       on conflict (slug) do nothing returning id",
                )
                .bind(slug::numbered(&wanted, n))
                .bind(if byline.is_empty() {
                    author
                } else {
                    AuthorId(0)
                })
                .bind(byline)
                .one_value()
                .await?;
            match made {
                Some(id) => return Ok(id),
                None => n += 1,
            }
        }
    }
}

fn zone_of(name: Option<&str>) -> TimeZone {
    name.and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC)
}

pub(super) fn day_of(at: Millis, zone: &TimeZone) -> String {
    at.day(zone).strftime("%Y-%m-%d").to_string()
}
