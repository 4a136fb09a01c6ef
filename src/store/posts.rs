//! Posts and pages: what readers find at an address, and what authors save.

use super::{Store, Write};
use crate::blog::post::{self, Kind, Line, Link, Listed, NewPost, Post, Rendered, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, slug};
use crate::error::Result;
use jiff::tz::TimeZone;

/// Which side of a place in a list to show; a place is the time and the id of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Start,
    Older(Millis, i64),
    Newer(Millis, i64),
}

/// One page of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// The side that was asked for.
    pub side: Side,
    pub has_newer: bool,
    pub has_older: bool,
}

impl<T> Page<T> {
    /// Whether going back to newer items ended at the top of the list, where its start serves better than a short page.
    #[must_use]
    pub fn is_top(&self) -> bool {
        matches!(self.side, Side::Newer(..)) && !self.has_newer
    }

    /// Makes a page of rows that were asked for with one more than fits, as they came from the side.
    pub(super) fn of(mut rows: Vec<T>, side: Side, limit: i64) -> Self {
        let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        if matches!(side, Side::Newer(..)) {
            rows.reverse();
        }
        let (has_newer, has_older) = match side {
            Side::Start => (false, more),
            Side::Older(..) => (true, more),
            Side::Newer(..) => (more, true),
        };
        Self {
            items: rows,
            side,
            has_newer,
            has_older,
        }
    }
}

impl Side {
    /// The place from which older rows are wanted; the start is older than anything.
    pub(super) fn place(self) -> (Millis, i64) {
        match self {
            Self::Start => (Millis(i64::MAX), i64::MAX),
            Self::Older(at, id) | Self::Newer(at, id) => (at, id),
        }
    }
}

/// What saving does to the state of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publish {
    /// Leaves it as it is; a new post becomes a draft.
    Keep,
    Now,
    BackToDraft,
}

/// A post on its way into the store: what the author wants, what it became, and when.
#[derive(Debug, Clone, Copy)]
pub struct Saving<'a> {
    pub new: &'a NewPost,
    pub rendered: &'a Rendered,
    /// The version of the renderer that made `rendered`.
    pub renderer: i64,
    pub publish: Publish,
    pub zone: &'a TimeZone,
    pub now: Millis,
}

/// A post after it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub id: PostId,
    pub path: Option<String>,
    pub updated_at: Millis,
}

/// Why a post was not saved; nothing was changed.
#[derive(Debug)]
pub enum SaveError {
    /// Somebody saved another text since the form was opened.
    Changed,
    /// The permalink that the author typed belongs to another post.
    Taken(Link),
    Gone,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostCounts {
    pub drafts: i64,
    pub scheduled: i64,
    pub published: i64,
    pub trashed: i64,
}

/// What a page that lists posts shows of each.
macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "select p.id, p.title, p.path, coalesce(nullif(p.byline, ''), a.name, '') as author, ",
            "p.published_at, p.updated_at, p.comments, p.approved_comments, p.cut, ",
            "coalesce(p.teaser, p.html) as html ",
            "from posts p left join authors a on a.id = p.author_id ",
            $rest
        )
    };
}

/// All of a post.
macro_rules! whole {
    ($rest:literal) => {
        concat!(
            "select p.id, p.kind, p.state, p.title, p.path, p.slug, p.markup, p.comments, p.excerpt, ",
            "p.auto_excerpt, p.author_id, coalesce(nullif(p.byline, ''), a.name, '') as author, ",
            "p.published_at, p.updated_at, p.approved_comments, p.source, p.html ",
            "from posts p left join authors a on a.id = p.author_id ",
            $rest
        )
    };
}

impl Store {
    /// Published posts, newest first.
    pub async fn published_posts(&self, side: Side, limit: i64) -> Result<Page<Listed>> {
        let sql = if matches!(side, Side::Newer(..)) {
            listed!(
                "where p.state = 'published' and p.kind = 'post' and (p.published_at, p.id) > ($1, $2) \
                 order by p.published_at, p.id limit $3"
            )
        } else {
            listed!(
                "where p.state = 'published' and p.kind = 'post' and (p.published_at, p.id) < ($1, $2) \
                 order by p.published_at desc, p.id desc limit $3"
            )
        };
        let (at, id) = side.place();
        let rows = sqlx::query_as(sql)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .fetch_all(&self.readers)
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    /// The newest published posts whole, for the feed.
    pub async fn newest_whole(&self, limit: i64) -> Result<Vec<Post>> {
        Ok(sqlx::query_as(whole!(
            "where p.state = 'published' and p.kind = 'post' order by p.published_at desc, p.id desc limit $1"
        ))
        .bind(limit)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The published post or page at an address.
    pub async fn published(&self, path: &str) -> Result<Option<Post>> {
        Ok(
            sqlx::query_as(whole!("where p.path = $1 and p.state = 'published'"))
                .bind(path)
                .fetch_optional(&self.readers)
                .await?,
        )
    }

    /// The published post or page with an id.
    pub async fn published_by_id(&self, id: PostId) -> Result<Option<Post>> {
        Ok(
            sqlx::query_as(whole!("where p.id = $1 and p.state = 'published'"))
                .bind(id)
                .fetch_optional(&self.readers)
                .await?,
        )
    }

    /// Where the post that once had this address lives now.
    pub async fn moved_to(&self, path: &str) -> Result<Option<String>> {
        let row: Option<(String,)> = sqlx::query_as(
            "select p.path from redirects r join posts p on p.id = r.post_id \
             where r.path = $1 and p.state = 'published'",
        )
        .bind(path)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(path,)| path))
    }

    /// The posts published just before and just after one: `(older, newer)`.
    pub async fn neighbours(&self, post: &Post) -> Result<(Option<Link>, Option<Link>)> {
        let Some(at) = post.published_at.filter(|_| post.kind == Kind::Post) else {
            return Ok((None, None));
        };
        let older = sqlx::query_as(
            "select title, path from posts where state = 'published' and kind = 'post' \
             and (published_at, id) < ($1, $2) order by published_at desc, id desc limit 1",
        )
        .bind(at)
        .bind(post.id)
        .fetch_optional(&self.readers)
        .await?;
        let newer = sqlx::query_as(
            "select title, path from posts where state = 'published' and kind = 'post' \
             and (published_at, id) > ($1, $2) order by published_at, id limit 1",
        )
        .bind(at)
        .bind(post.id)
        .fetch_optional(&self.readers)
        .await?;
        Ok((older, newer))
    }

    /// Links to all published pages, by title.
    pub async fn page_links(&self) -> Result<Vec<Link>> {
        Ok(sqlx::query_as(
            "select title, path from posts where state = 'published' and kind = 'page' order by title, id",
        )
        .fetch_all(&self.readers)
        .await?)
    }

    /// A post in any state, for its author.
    pub async fn post(&self, id: PostId) -> Result<Option<Post>> {
        Ok(sqlx::query_as(whole!("where p.id = $1"))
            .bind(id)
            .fetch_optional(&self.readers)
            .await?)
    }

    /// Posts for the author's list, newest first; `state` of `None` is all but the trash.
    /// `words` is a query of [`crate::blog::words::query`].
    pub async fn post_lines(
        &self,
        kind: Kind,
        state: Option<State>,
        words: Option<&str>,
        side: Side,
        limit: i64,
    ) -> Result<Page<Line>> {
        macro_rules! lines {
            ($filter:literal, $compare:literal, $order:literal) => {
                concat!(
                    "select p.id, p.state, p.title, p.path, p.published_at, p.updated_at, p.listed_at, ",
                    "p.approved_comments from posts p where p.kind = $1 and (p.listed_at, p.id) ",
                    $compare, " ($2, $3) ", $filter, " order by ", $order, " limit $6"
                )
            };
        }
        macro_rules! both_ways {
            ($filter:literal) => {
                if matches!(side, Side::Newer(..)) {
                    lines!($filter, ">", "p.listed_at, p.id")
                } else {
                    lines!($filter, "<", "p.listed_at desc, p.id desc")
                }
            };
        }
        let sql = match (state.is_some(), words.is_some()) {
            (true, false) => both_ways!("and p.state = $4 and $5 = ''"),
            (false, false) => both_ways!("and p.state <> 'trashed' and $4 = '' and $5 = ''"),
            (true, true) => both_ways!(
                "and p.state = $4 and p.id in (select rowid from search_posts where search_posts match $5)"
            ),
            (false, true) => both_ways!(
                "and p.state <> 'trashed' and $4 = '' \
                 and p.id in (select rowid from search_posts where search_posts match $5)"
            ),
        };
        let (at, id) = side.place();
        let rows = sqlx::query_as(sql)
            .bind(kind)
            .bind(at)
            .bind(id)
            .bind(state.map_or("", State::word))
            .bind(words.unwrap_or(""))
            .bind(limit + 1)
            .fetch_all(&self.readers)
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    /// How many posts of a kind there are in each state.
    pub async fn post_counts(&self, kind: Kind) -> Result<PostCounts> {
        let rows: Vec<(State, i64)> =
            sqlx::query_as("select state, count(*) from posts where kind = $1 group by state")
                .bind(kind)
                .fetch_all(&self.readers)
                .await?;
        let of = |wanted| {
            rows.iter()
                .find(|(state, _)| *state == wanted)
                .map_or(0, |row| row.1)
        };
        Ok(PostCounts {
            drafts: of(State::Draft),
            scheduled: of(State::Scheduled),
            published: of(State::Published),
            trashed: of(State::Trashed),
        })
    }

    /// Whether the blog holds any post or page at all.
    pub async fn has_posts(&self) -> Result<bool> {
        let row: Option<(i64,)> = sqlx::query_as("select 1 from posts limit 1")
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Stores a new post as its author wants it.
    pub async fn create_post(
        &self,
        saving: Saving<'_>,
        author: AuthorId,
    ) -> Result<Result<Saved, SaveError>> {
        let Saving { new, now, .. } = saving;
        let mut write = self.write().await?;
        let (id,): (PostId,) = sqlx::query_as(
            "insert into posts (kind, state, title, markup, comments, author_id, created_at, updated_at, \
             listed_at, renderer, cut, html, source) \
             values ($1, 'draft', '', $2, $3, $4, $5, $5, $5, $6, false, '', '') returning id",
        )
        .bind(new.kind)
        .bind(new.markup)
        .bind(new.comments)
        .bind(author)
        .bind(now)
        .bind(saving.renderer)
        .fetch_one(&mut *write.tx)
        .await?;
        let before = Before {
            state: State::Draft,
            path: None,
            published_at: None,
            updated_at: now,
        };
        write.save(id, before, saving).await
    }

    /// Stores a changed post; `base` is the `updated_at` of the text that the author changed.
    pub async fn save_post(
        &self,
        id: PostId,
        base: Millis,
        saving: Saving<'_>,
    ) -> Result<Result<Saved, SaveError>> {
        let mut write = self.write().await?;
        let before: Option<Before> = sqlx::query_as(
            "select state, path, published_at, updated_at from posts where id = $1 and kind = $2",
        )
        .bind(id)
        .bind(saving.new.kind)
        .fetch_optional(&mut *write.tx)
        .await?;
        match before {
            None => Ok(Err(SaveError::Gone)),
            Some(before) if before.updated_at != base => Ok(Err(SaveError::Changed)),
            Some(before) => write.save(id, before, saving).await,
        }
    }

    /// Puts a post into the trash; false where it is not there or lies there already.
    pub async fn trash_post(&self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "update posts set state_before_trash = state, state = 'trashed', updated_at = $2 \
             where id = $1 and state <> 'trashed'",
        )
        .bind(id)
        .bind(now)
        .execute(&mut *write.tx)
        .await?
        .rows_affected();
        write.place_tags(id).await?;
        write.commit_content(now).await?;
        Ok(done == 1)
    }

    /// Brings a post back from the trash as it was; where its address was given away meanwhile, as a draft.
    pub async fn restore_post(&self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let row: Option<(String, Option<String>)> = sqlx::query_as(
            "select state_before_trash, path from posts where id = $1 and state = 'trashed'",
        )
        .bind(id)
        .fetch_optional(&mut *write.tx)
        .await?;
        let Some((before, path)) = row else {
            return Ok(false);
        };
        let free = match path {
            Some(path) => write.holder_of(&path, id).await?.is_none(),
            None => false,
        };
        let state = if before == State::Published.word() && free {
            State::Published
        } else {
            State::Draft
        };
        sqlx::query(
            "update posts set state = $2, state_before_trash = '', updated_at = $3, \
             listed_at = case when $2 = 'draft' then $3 else listed_at end where id = $1",
        )
        .bind(id)
        .bind(state)
        .bind(now)
        .execute(&mut *write.tx)
        .await?;
        write.place_tags(id).await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Takes a post back from its readers; its address is kept for when it is published again.
    pub async fn unpublish_post(&self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "update posts set state = 'draft', updated_at = $2, listed_at = $2 \
             where id = $1 and state = 'published'",
        )
        .bind(id)
        .bind(now)
        .execute(&mut *write.tx)
        .await?
        .rows_affected();
        write.place_tags(id).await?;
        write.commit_content(now).await?;
        Ok(done == 1)
    }

    /// Whether anything was rendered by an older renderer than `renderer`; a look into two indexes.
    pub async fn has_stale(&self, renderer: i64) -> Result<bool> {
        let row: Option<(i64,)> = sqlx::query_as(
            "select 1 from posts where renderer < $1 \
             union all select 1 from comments where renderer < $1 limit 1",
        )
        .bind(renderer)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.is_some())
    }

    /// Posts and pages after `last` whose rendering was made by another renderer than `renderer`: id, source and markup.
    pub async fn stale_posts(
        &self,
        renderer: i64,
        last: PostId,
        limit: i64,
    ) -> Result<Vec<(PostId, String, post::Markup)>> {
        Ok(sqlx::query_as(
            "select id, source, markup from posts where id > $2 and renderer <> $1 order by id limit $3",
        )
        .bind(renderer)
        .bind(last)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?)
    }

    /// Replaces the rendering of a post, unless its source was saved meanwhile (and so rendered anew).
    pub async fn rerender_post(
        &self,
        id: PostId,
        source: &str,
        rendering: &Rendered,
        renderer: i64,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let done = sqlx::query(
            "update posts set html = $3, teaser = $4, cut = $5, auto_excerpt = $6, renderer = $7 \
             where id = $1 and source = $2",
        )
        .bind(id)
        .bind(source)
        .bind(&rendering.html)
        .bind(&rendering.teaser)
        .bind(rendering.cut)
        .bind(&rendering.excerpt)
        .bind(renderer)
        .execute(&mut *write.tx)
        .await?
        .rows_affected();
        if done == 1 {
            write.index_words(id, &rendering.words).await?;
        }
        write.commit_content(now).await
    }
}

/// What a save has to know of the post as it stands.
#[derive(sqlx::FromRow)]
struct Before {
    state: State,
    path: Option<String>,
    published_at: Option<Millis>,
    updated_at: Millis,
}

impl Write {
    async fn save(
        mut self,
        id: PostId,
        before: Before,
        saving: Saving<'_>,
    ) -> Result<Result<Saved, SaveError>> {
        let Saving {
            new,
            rendered,
            renderer,
            publish,
            zone,
            now,
        } = saving;
        let state = match publish {
            Publish::Keep => before.state,
            Publish::Now => State::Published,
            Publish::BackToDraft => State::Draft,
        };
        let published_at = match state {
            State::Published => Some(new.published_at.or(before.published_at).unwrap_or(now)),
            _ => new.published_at.or(before.published_at),
        };
        let path = match (state, published_at) {
            (State::Published, Some(at)) => {
                match self.settle_path(id, &before, new, at, zone).await? {
                    Ok(path) => Some(path),
                    Err(taken) => return Ok(Err(SaveError::Taken(taken))),
                }
            }
            _ => before.path.clone(),
        };
        // Two saves within a millisecond must still be told apart.
        let updated_at = Millis(now.0.max(before.updated_at.0 + 1));
        sqlx::query(
            "update posts set state = $2, title = $3, path = $4, slug = $5, markup = $6, comments = $7, \
             excerpt = $8, published_at = $9, updated_at = $10, listed_at = $11, renderer = $12, html = $13, \
             teaser = $14, cut = $15, auto_excerpt = $16, source = $17 where id = $1",
        )
        .bind(id)
        .bind(state)
        .bind(&new.title)
        .bind(&path)
        .bind(&new.permalink)
        .bind(new.markup)
        .bind(new.comments)
        .bind(&new.excerpt)
        .bind(published_at)
        .bind(updated_at)
        .bind(published_at.filter(|_| state == State::Published).unwrap_or(updated_at))
        .bind(renderer)
        .bind(&rendered.html)
        .bind(&rendered.teaser)
        .bind(rendered.cut)
        .bind(&rendered.excerpt)
        .bind(&new.source)
        .execute(&mut *self.tx)
        .await?;
        self.set_tags(id, &new.tags).await?;
        self.note_uses(id).await?;
        self.place_tags(id).await?;
        self.index_post(id, &new.title, &new.tags, &rendered.words)
            .await?;
        if state == State::Published || before.state == State::Published {
            self.commit_content(now).await?;
        } else {
            self.commit().await?;
        }
        Ok(Ok(Saved {
            id,
            path,
            updated_at,
        }))
    }

    /// Finds the address of a post that is to be published, and lets the old one lead to it.
    async fn settle_path(
        &mut self,
        id: PostId,
        before: &Before,
        new: &NewPost,
        at: Millis,
        zone: &TimeZone,
    ) -> Result<Result<String, Link>> {
        let holder = match &before.path {
            Some(path) => self.holder_of(path, id).await?,
            None => None,
        };
        let keeps =
            |path: &&String| new.permalink.is_empty() || new.permalink == post::slug_of_path(path);
        if let Some(path) = before.path.as_ref().filter(keeps) {
            // An address once given is kept, whatever becomes of title and date.
            match &holder {
                None => return Ok(Ok(path.clone())),
                Some(holder) if !new.permalink.is_empty() => return Ok(Err(holder.clone())),
                Some(_) => {}
            }
        }
        let typed = slug::of(&new.permalink);
        let wanted = [typed.as_str(), &slug::of(&new.title), "untitled"]
            .into_iter()
            .find(|slug| !slug.is_empty())
            .unwrap_or("untitled")
            .to_owned();
        let mut n = 1;
        let path = loop {
            let path = post::permalink(new.kind, &slug::numbered(&wanted, n), at, zone);
            match self.holder_of(&path, id).await? {
                None => break path,
                Some(holder) if !typed.is_empty() => return Ok(Err(holder)),
                Some(_) => n += 1,
            }
        };
        // An address that somebody else holds by now leads there, and not to this post.
        let left = |old: &&String| **old != path && holder.is_none();
        if let Some(old) = before.path.as_ref().filter(left) {
            self.redirect(old, id).await?;
        }
        sqlx::query("delete from redirects where path = $1")
            .bind(&path)
            .execute(&mut *self.tx)
            .await?;
        Ok(Ok(path))
    }

    /// Lets an address that a post once had lead to it.
    pub(super) async fn redirect(&mut self, path: &str, id: PostId) -> Result<()> {
        sqlx::query(
            "insert into redirects (path, post_id) values ($1, $2) \
             on conflict (path) do update set post_id = excluded.post_id",
        )
        .bind(path)
        .bind(id)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// The other published post that lives at an address, if any.
    pub(super) async fn holder_of(&mut self, path: &str, but: PostId) -> Result<Option<Link>> {
        Ok(sqlx::query_as(
            "select title, path from posts where path = $1 and state = 'published' and id <> $2",
        )
        .bind(path)
        .bind(but)
        .fetch_optional(&mut *self.tx)
        .await?)
    }
}
