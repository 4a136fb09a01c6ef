//! Posts and pages: what readers find at an address, and what authors save.

use super::ask::sql;
use super::reading::{LISTED, newest_first, page_of};
use super::{Store, Write};
use crate::blog::post::{self, Kind, Link, Listed, NewPost, Post, Rendered, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, RevisionId, slug};
use crate::error::Result;
use jiff::tz::TimeZone;

/// More than these would hide what is new.
const PINNED_MAX: i64 = 5;

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
    /// A page of a list that holds nothing.
    #[must_use]
    pub fn empty(side: Side) -> Self {
        Self {
            items: Vec::new(),
            side,
            has_newer: false,
            has_older: false,
        }
    }

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

/// A revision on its way to readers: what it became, and when.
#[derive(Debug, Clone, Copy)]
pub struct Publishing<'a> {
    pub revision: RevisionId,
    pub rendered: &'a Rendered,
    /// The version of the renderer that made `rendered`.
    pub renderer: i64,
    /// The time that was set for it, where nobody is there to choose another permalink when its own is taken.
    pub due_at: Option<Millis>,
    pub zone: &'a TimeZone,
    pub now: Millis,
}

/// Why a text is not shown; it stays at the desk.
#[derive(Debug)]
pub enum PublishError {
    /// There is another text by now, or another time.
    Changed,
    /// The permalink that the author typed belongs to another post.
    Taken(Link),
    Gone,
}

/// What the author's door asks of a post's row besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Shown {
    /// The revision that readers see, and the one that they saw before it.
    pub shown_id: Option<RevisionId>,
    pub shown_before_id: Option<RevisionId>,
}

/// The other published post that lives at an address.
const HOLDER: &str =
    "select title, path from posts where path = $1 and state = 'published' and id <> $2";

/// The columns of a [`Post`] but its source and its HTML, of the table `posts` as `p` and its author `a`.
pub(super) const POST_COLUMNS: &str = "p.id, p.kind, p.state, p.title, p.path, p.slug, p.markup, \
     p.comments, p.excerpt, p.auto_excerpt, p.author_id, \
     coalesce(nullif(p.byline, ''), a.name, '') as author, \
     (select slug from writers where id = p.writer_id) as writer, \
     p.published_at, p.updated_at, p.approved_comments, p.revision_id, p.pending, p.due_at, \
     p.pinned, p.details, p.words, p.picture, p.contents, ";

/// All of a post; what chooses it comes behind.
const POST: &str = sql!(
    "select ",
    POST_COLUMNS,
    "p.source as source, p.html from posts p left join authors a on a.id = p.author_id "
);

impl Store {
    /// Published posts, newest first.
    pub async fn published_posts(&self, side: Side, limit: i64) -> Result<Page<Listed>> {
        let sql = if matches!(side, Side::Newer(..)) {
            sql!(
                LISTED,
                "from posts p left join authors a on a.id = p.author_id \
                 where p.state = 'published' and p.kind = 'post' \
                 and (p.published_at, p.id) > ($1, $2) \
                 order by p.published_at, p.id limit $3) as listed"
            )
        } else {
            sql!(
                LISTED,
                "from posts p left join authors a on a.id = p.author_id \
                 where p.state = 'published' and p.kind = 'post' \
                 and (p.published_at, p.id) < ($1, $2) \
                 order by p.published_at desc, p.id desc limit $3) as listed"
            )
        };
        let (at, id) = side.place();
        let posts: String = self
            .ask(sql)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .value()
            .await?;
        page_of(&posts, side, limit)
    }

    /// The published posts that stand above all others, newest first.
    pub async fn pinned_posts(&self) -> Result<Vec<Listed>> {
        let posts: String = self
            .ask(sql!(
                LISTED,
                // The plus signs keep the planner from walking all posts for the few that are pinned.
                "from posts p left join authors a on a.id = p.author_id \
                 where p.pinned = 1 and +p.state = 'published' and +p.kind = 'post' \
                 order by p.published_at desc, p.id desc limit $1) as listed"
            ))
            .bind(PINNED_MAX)
            .value()
            .await?;
        newest_first(&posts)
    }

    /// The published post or page at an address.
    pub async fn published(&self, path: &str) -> Result<Option<Post>> {
        self.ask(sql!(POST, "where p.path = $1 and p.state = 'published'"))
            .bind(path)
            .one()
            .await
    }

    /// The published post or page with an id.
    pub async fn published_by_id(&self, id: PostId) -> Result<Option<Post>> {
        self.ask(sql!(POST, "where p.id = $1 and p.state = 'published'"))
            .bind(id)
            .one()
            .await
    }

    /// Where the post that once had this address lives now.
    pub async fn moved_to(&self, path: &str) -> Result<Option<String>> {
        let row: Option<String> = self
            .ask(
                "select p.path from redirects r join posts p on p.id = r.post_id \
                 where r.path = $1 and p.state = 'published'",
            )
            .bind(path)
            .one_value()
            .await?;
        Ok(row)
    }

    /// Whether a path is that of a published post, or one that leads to it.
    pub async fn leads_somewhere(&self, path: &str) -> Result<bool> {
        Ok(self.published(path).await?.is_some() || self.moved_to(path).await?.is_some())
    }

    /// The other published post that lives at an address, if any.
    pub async fn other_holder(&self, path: &str, but: PostId) -> Result<Option<Link>> {
        self.ask(HOLDER).bind(path).bind(but).one().await
    }

    /// Links to all published pages, in the order of the menu.
    pub async fn page_links(&self) -> Result<Vec<Link>> {
        self.ask(
            "select title, path from posts where state = 'published' and kind = 'page' \
             order by menu_place = 0, menu_place, title, id",
        )
        .all()
        .await
    }

    /// Whether an id is that of a post or of a page; `None` where it is neither.
    pub async fn kind_of(&self, id: PostId) -> Result<Option<Kind>> {
        self.ask("select kind from posts where id = $1")
            .bind(id)
            .one_value()
            .await
    }

    /// How a post stands between its author and its readers; `None` where there is none.
    pub async fn standing(&self, id: PostId) -> Result<Option<Standing>> {
        self.ask("select state, pending, due_at from posts where id = $1")
            .bind(id)
            .one()
            .await
    }

    /// A post in any state, for its author.
    pub async fn post(&self, id: PostId) -> Result<Option<Post>> {
        self.ask(sql!(POST, "where p.id = $1")).bind(id).one().await
    }

    /// Whether the blog holds any post or page at all.
    pub async fn has_posts(&self) -> Result<bool> {
        self.ask("select 1 from posts limit 1").exists().await
    }

    /// Shows a revision of a post to its readers; gives the permalink.
    pub async fn publish_post(
        &self,
        id: PostId,
        publishing: Publishing<'_>,
    ) -> Result<Result<String, PublishError>> {
        let mut write = self.write().await?;
        let before: Option<Before> = write
            .ask("select state, path, published_at, due_at from posts where id = $1")
            .bind(id)
            .one()
            .await?;
        let Some(before) = before else {
            return Ok(Err(PublishError::Gone));
        };
        if publishing.due_at.is_some() && publishing.due_at != before.due_at {
            return Ok(Err(PublishError::Changed));
        }
        let text = write.text_of(id, publishing.revision).await?;
        let Some(text) = text.filter(|_| before.state != State::Trashed) else {
            return Ok(Err(PublishError::Changed));
        };
        match write.show(id, &before, &text.text, publishing).await? {
            Ok(path) => {
                write.commit_content(publishing.now).await?;
                Ok(Ok(path))
            }
            Err(taken) => Ok(Err(PublishError::Taken(taken))),
        }
    }

    /// Sets the time at which the tick shows the text at the desk; false where the post is not there.
    pub async fn schedule_post(&self, id: PostId, due_at: Millis, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = write
            .ask(
                "update posts set state = case state when 'published' then state \
                   else 'scheduled' end, due_at = $2, \
                 listed_at = case state when 'published' then listed_at else $2 end, \
                 updated_at = case state when 'published' then updated_at else $3 end \
                 where id = $1 and state <> 'trashed'",
            )
            .bind(id)
            .bind(due_at)
            .bind(now)
            .run()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        let state: State = write
            .ask("select state from posts where id = $1")
            .bind(id)
            .value()
            .await?;
        // Those of a published post are what its readers see.
        if state == State::Scheduled {
            write.apply_tags(id).await?;
        }
        write.commit().await?;
        Ok(true)
    }

    /// What was to be shown by now, the earliest first, with its time.
    pub async fn due_posts(&self, now: Millis) -> Result<Vec<(PostId, Millis)>> {
        self.ask(
            "select id, due_at from posts where due_at is not null and due_at <= $1 \
             order by due_at, id",
        )
        .bind(now)
        .all()
        .await
    }

    /// Lets the text at the desk of a published post be the one that readers see; what was pending stays a revision.
    pub async fn discard_pending(
        &self,
        id: PostId,
        author: AuthorId,
        device: &str,
        now: Millis,
    ) -> Result<bool> {
        let Some(Shown {
            shown_id: Some(shown),
            ..
        }) = self.shown(id).await?
        else {
            return Ok(false);
        };
        let back = self.bring_back(id, shown, author, device, now).await?;
        let Some(kept) = back else {
            return Ok(false);
        };
        let mut write = self.write().await?;
        write
            .ask(
                "update posts set shown_id = $2, pending = false, due_at = null \
                   where id = $1 and revision_id = $2 \
                 and state = 'published'",
            )
            .bind(id)
            .bind(kept.revision)
            .run()
            .await?;
        write.commit().await?;
        Ok(true)
    }

    /// Which revisions of a post readers see and saw.
    pub async fn shown(&self, id: PostId) -> Result<Option<Shown>> {
        self.ask("select shown_id, shown_before_id from posts where id = $1")
            .bind(id)
            .one()
            .await
    }

    /// Puts a post into the trash; false where it is not there or lies there already.
    pub async fn trash_post(&self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = write
            .ask(
                "update posts set state_before_trash = state, state = 'trashed', \
                   updated_at = $2, trashed_at = $2, \
                 due_at = null where id = $1 and state <> 'trashed'",
            )
            .bind(id)
            .bind(now)
            .run()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        write.place(id).await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Brings a post back from the trash as it was; where its address was given away meanwhile, as a draft.
    pub async fn restore_post(&self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let row: Option<(String, Option<String>)> = write
            .ask("select state_before_trash, path from posts where id = $1 and state = 'trashed'")
            .bind(id)
            .one()
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
        write
            .ask(
                "update posts \
                   set state = $2, state_before_trash = '', updated_at = $3, trashed_at = null, \
                 listed_at = case when $2 = 'draft' then $3 else listed_at end where id = $1",
            )
            .bind(id)
            .bind(state)
            .bind(now)
            .run()
            .await?;
        if state == State::Draft {
            write.follow_desk(id, now).await?;
        }
        write.place(id).await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Takes a post back from its readers, or from its schedule; its address is kept for when it is published again.
    pub async fn unpublish_post(&self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = write
            .ask(
                "update posts set state = 'draft', updated_at = $2, listed_at = $2, \
                   pending = false, due_at = null \
                 where id = $1 and state in ('published', 'scheduled')",
            )
            .bind(id)
            .bind(now)
            .run()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        write.follow_desk(id, now).await?;
        write.place(id).await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Whether anything was rendered by an older renderer than `renderer`; a look into two indexes.
    pub async fn has_stale(&self, renderer: i64) -> Result<bool> {
        self.ask(
            "select 1 from posts where renderer < $1 \
             union all select 1 from comments where renderer < $1 limit 1",
        )
        .bind(renderer)
        .exists()
        .await
    }

    /// Posts and pages after `last` whose rendering was made by another renderer than `renderer`: id, source and markup.
    /// A text that was just saved by itself waits until it is quiet.
    pub async fn stale_posts(
        &self,
        renderer: i64,
        last: PostId,
        quiet_since: Millis,
        limit: i64,
    ) -> Result<Vec<(PostId, String, post::Markup)>> {
        self.ask(
            "select id, source, markup from posts \
               where id > $2 and renderer <> $1 and (renderer <> 0 or updated_at <= $4) \
             order by id limit $3",
        )
        .bind(renderer)
        .bind(last)
        .bind(limit)
        .bind(quiet_since)
        .all()
        .await
    }

    /// Replaces the renderings of posts, each unless its source was saved meanwhile (and so rendered anew).
    pub async fn rerender_posts(
        &self,
        posts: &[(PostId, String, Rendered)],
        renderer: i64,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let mut is_seen = false;
        for (id, source, rendering) in posts {
            let state: Option<State> = write
                .ask(
                    "update posts set html = $3, teaser = $4, cut = $5, auto_excerpt = $6, \
                       renderer = $7, words = $8, \
                     picture = $9, contents = $10 where id = $1 and source = $2 returning state",
                )
                .bind(id)
                .bind(source)
                .bind(&rendering.html)
                .bind(&rendering.teaser)
                .bind(rendering.cut)
                .bind(&rendering.excerpt)
                .bind(renderer)
                .bind(rendering.word_count)
                .bind(&rendering.picture)
                .bind(&rendering.contents)
                .one_value()
                .await?;
            if let Some(state) = state {
                write.index_words(*id, &rendering.words).await?;
                is_seen |= state == State::Published;
            }
        }
        if is_seen {
            write.commit_content(now).await
        } else {
            write.commit().await
        }
    }
}

/// Whether readers see a post, whether its author has written more than they see, and when that changes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    pub state: State,
    pub pending: bool,
    pub due_at: Option<Millis>,
}

/// What publishing has to know of the post as it stands.
#[derive(sqlx::FromRow)]
struct Before {
    state: State,
    path: Option<String>,
    published_at: Option<Millis>,
    due_at: Option<Millis>,
}

impl Write {
    /// Puts a text and its rendering into the row that readers are shown.
    async fn show(
        &mut self,
        id: PostId,
        before: &Before,
        new: &NewPost,
        publishing: Publishing<'_>,
    ) -> Result<Result<String, Link>> {
        let Publishing {
            revision,
            rendered,
            renderer,
            due_at,
            zone,
            now,
        } = publishing;
        // A moment to come was when it was to be published; published now, it is published now.
        let at = new
            .published_at
            .filter(|at| *at <= now)
            .or(before.published_at.filter(|at| *at <= now))
            .unwrap_or(now);
        let numbered = due_at.is_some();
        let path = match self
            .settle_path(id, before, new, at, zone, numbered)
            .await?
        {
            Ok(path) => path,
            Err(taken) => return Ok(Err(taken)),
        };
        self.ask(
            "update posts set state = 'published', title = $2, path = $3, slug = $4, \
               markup = $5, comments = $6, \
             excerpt = $7, published_at = $8, updated_at = $9, listed_at = $8, \
               renderer = $10, html = $11, \
             teaser = $12, cut = $13, auto_excerpt = $14, source = $15, pinned = $16, \
               details = $17, due_at = null, \
             shown_before_id = case when state = 'published' then shown_id end, shown_id = $18, \
             pending = case when revision_id = $18 then false else true end, \
               author_id = coalesce($19, author_id), \
             byline = case when $19 is null then byline \
               else '' end, words = $20, picture = $21, contents = $22 where id = $1",
        )
        .bind(id)
        .bind(&new.title)
        .bind(&path)
        .bind(&new.permalink)
        .bind(new.markup)
        .bind(new.comments)
        .bind(&new.excerpt)
        .bind(at)
        .bind(now)
        .bind(renderer)
        .bind(&rendered.html)
        .bind(&rendered.teaser)
        .bind(rendered.cut)
        .bind(&rendered.excerpt)
        .bind(&new.source)
        .bind(new.pinned)
        .bind(super::revisions::details_json(new)?)
        .bind(revision)
        .bind(new.details.author)
        .bind(rendered.word_count)
        .bind(&rendered.picture)
        .bind(&rendered.contents)
        .run()
        .await?;
        self.mark_published(revision).await?;
        self.set_tags(id, &new.tags).await?;
        self.note_uses(id).await?;
        self.place(id).await?;
        self.index_post(id, &new.title, &rendered.words).await?;
        Ok(Ok(path))
    }

    /// Finds the address of a post that is to be published, and lets the old one lead to it. A typed one that is taken is
    /// refused, or `numbered` where nobody is there to choose another.
    async fn settle_path(
        &mut self,
        id: PostId,
        before: &Before,
        new: &NewPost,
        at: Millis,
        zone: &TimeZone,
        numbered: bool,
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
                Some(holder) if !new.permalink.is_empty() && !numbered => {
                    return Ok(Err(holder.clone()));
                }
                Some(_) => {}
            }
        }
        let typed = slug::of(&new.permalink);
        let wanted = [typed.as_str(), &slug::of(&new.title), "untitled"]
            .into_iter()
            .find(|slug| !slug.is_empty())
            .unwrap_or("untitled")
            .to_owned();
        let pattern = self.permalinks().await?;
        let mut n = 1;
        let path = loop {
            let path = post::permalink(new.kind, pattern, &slug::numbered(&wanted, n), at, zone);
            let holder = if post::is_reserved(&path) {
                Some(Link {
                    title: "the blog itself".to_owned(),
                    path: path.clone(),
                })
            } else {
                self.holder_of(&path, id).await?
            };
            match holder {
                None => break path,
                Some(holder) if !typed.is_empty() && !numbered => return Ok(Err(holder)),
                Some(_) => n += 1,
            }
        };
        // An address that somebody else holds by now leads there, and not to this post.
        let left = |old: &&String| **old != path && holder.is_none();
        if let Some(old) = before.path.as_ref().filter(left) {
            self.redirect(old, id).await?;
        }
        self.ask("delete from redirects where path = $1")
            .bind(&path)
            .run()
            .await?;
        Ok(Ok(path))
    }

    /// Lets an address that a post once had lead to it.
    pub(super) async fn redirect(&mut self, path: &str, id: PostId) -> Result<()> {
        self.ask(
            "insert into redirects (path, post_id) values ($1, $2) \
             on conflict (path) do update set post_id = excluded.post_id",
        )
        .bind(path)
        .bind(id)
        .run()
        .await?;
        Ok(())
    }

    /// The other published post that lives at an address, if any.
    pub(super) async fn holder_of(&mut self, path: &str, but: PostId) -> Result<Option<Link>> {
        self.ask(HOLDER).bind(path).bind(but).one().await
    }
}
