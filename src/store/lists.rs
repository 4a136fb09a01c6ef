//! The author's lists: posts by tab and by what is looked for, the calendar, the menu, what is done with many posts at
//! once, and the end of what lay in the trash.

use super::ask::{Ask, sql};
use super::{Page, Side, Store, Write};
use crate::blog::audit::{Act, Note};
use crate::blog::author::Scope;
use crate::blog::listing::{By, Line, Order, Sought, Tab};
use crate::blog::post::{Comments, Kind, State, TAGS_MAX, label};
use crate::blog::settings::Permalinks;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId, TagId, tag};
use crate::error::Result;

/// What lies in the trash this long is erased for good: ninety days.
pub const TRASH_KEPT_SECONDS: i64 = 90 * 24 * 3600;

/// How many posts of what is looked for each tab holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostCounts {
    pub drafts: i64,
    pub scheduled: i64,
    pub published: i64,
    pub pending: i64,
    pub trashed: i64,
}

/// Somebody whose posts the list can be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Writer {
    /// `None`: a by-line, without an account.
    pub id: Option<AuthorId>,
    pub name: String,
}

impl Writer {
    /// The word that asks for their posts, see [`By::parse`].
    #[must_use]
    pub fn word(&self) -> String {
        match self.id {
            Some(id) => id.to_string(),
            None => format!("by:{}", self.name),
        }
    }
}

/// A post in the calendar: one that waits for its time, or one that readers see since.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DueOrShown {
    pub id: PostId,
    pub kind: Kind,
    pub title: String,
    pub at: Millis,
    /// Whether it is still to come.
    pub due: bool,
    /// Whether it is a change of a published post that is to come.
    pub pending: bool,
}

impl DueOrShown {
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

/// A page in the public menu.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MenuPage {
    pub id: PostId,
    pub title: String,
}

impl MenuPage {
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

/// Whether a post is what [`Sought`] asks for; `$1` is the kind, `$2` to `$7` are bound by [`bind`].
///
/// Each part gives ids from an index of its own, so the list is walked by its index and rows are read only where they
/// are shown. An empty query would be an error; null finds nothing. `+` keeps the planner from an index that looks narrow
/// to it and is not: it does not know how many posts are of one kind or state, so `make measure` holds these times.
const IS_SOUGHT: &str = "($2 = '' \
       or p.id in (select rowid from search_posts where search_posts match nullif($2, ''))) \
     and ($3 = 0 or p.id in (select post_id from post_tags where tag_id = $3)) \
     and ($4 = 0 or p.id in (select id from posts where author_id = $4 and kind = $1)) \
     and ($5 = '' \
       or p.id in (select id from posts where byline = $5 and byline <> '' and kind = $1)) ";

/// What the list shows of posts of a kind; which of them comes behind.
const LINE: &str = "select p.id, p.state, p.pending, p.due_at, p.title, p.path, \
     coalesce(nullif(p.byline, ''), a.name, '') as author, p.published_at, p.updated_at, \
     p.listed_at, p.comments, p.approved_comments \
     from posts p left join authors a on a.id = p.author_id where p.kind = $1 and ";
const OLDER: &str =
    " and (p.listed_at, p.id) < ($8, $9) and p.listed_at >= $6 and p.listed_at < $7 and ";
const NEWER: &str =
    " and (p.listed_at, p.id) > ($8, $9) and p.listed_at >= $6 and p.listed_at < $7 and ";
const NEWEST_FIRST: &str = "order by p.listed_at desc, p.id desc limit $10";
const OLDEST_FIRST: &str = "order by p.listed_at, p.id limit $10";

fn bind<'a>(ask: Ask<'a>, kind: Kind, sought: &Sought) -> Ask<'a> {
    let (author, byline) = match &sought.by {
        Some(By::Author(id)) => (id.0, ""),
        Some(By::Byline(byline)) => (0, byline.as_str()),
        None => (0, ""),
    };
    ask.bind(kind)
        .bind(&sought.words)
        .bind(sought.tag.unwrap_or(TagId(0)))
        .bind(author)
        .bind(byline)
        .bind(sought.from)
        .bind(sought.until)
}

impl Store {
    /// Posts for the author's list, newest first whatever the order; `order` says at which end the start is.
    pub async fn post_lines(
        &self,
        kind: Kind,
        tab: Tab,
        sought: &Sought,
        order: Order,
        side: Side,
        limit: i64,
    ) -> Result<Page<Line>> {
        const ALL: &str = "p.state <> 'trashed' and $11 = 'all'";
        const PENDING: &str = "p.pending = 1 and +p.state = 'published' and $11 = 'pending'";
        const IN_STATE: &str = "p.state = $11";

        let at_the_end = order == Order::Oldest && side == Side::Start;
        let side = if at_the_end {
            Side::Newer(Millis(i64::MIN), i64::MIN)
        } else {
            side
        };

        let (before, after) = match tab {
            Tab::All => (
                sql!(LINE, ALL, OLDER, IS_SOUGHT, NEWEST_FIRST),
                sql!(LINE, ALL, NEWER, IS_SOUGHT, OLDEST_FIRST),
            ),
            Tab::Pending => (
                sql!(LINE, PENDING, OLDER, IS_SOUGHT, NEWEST_FIRST),
                sql!(LINE, PENDING, NEWER, IS_SOUGHT, OLDEST_FIRST),
            ),
            Tab::Draft | Tab::Scheduled | Tab::Published | Tab::Trashed => (
                sql!(LINE, IN_STATE, OLDER, IS_SOUGHT, NEWEST_FIRST),
                sql!(LINE, IN_STATE, NEWER, IS_SOUGHT, OLDEST_FIRST),
            ),
        };
        let sql = if matches!(side, Side::Newer(..)) {
            after
        } else {
            before
        };
        let (at, id) = side.place();
        let rows = bind(self.ask(sql), kind, sought)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .bind(tab.word())
            .all()
            .await?;
        let mut page = Page::of(rows, side, limit);
        if at_the_end {
            page.has_older = false;
        }
        Ok(page)
    }

    /// How many posts of a kind each tab holds of what is looked for.
    pub async fn post_counts(&self, kind: Kind, sought: &Sought) -> Result<PostCounts> {
        let rows: Vec<(State, i64)> = bind(
            self.ask(sql!(
                "select p.state, count(*) from posts p where p.kind = $1 \
                 and +p.listed_at >= $6 and +p.listed_at < $7 and ",
                IS_SOUGHT,
                "group by p.state"
            )),
            kind,
            sought,
        )
        .all()
        .await?;
        let pending: i64 = bind(
            self.ask(sql!(
                "select count(*) from posts p \
                   where p.kind = $1 and p.pending = 1 and +p.state = 'published' \
                 and p.listed_at >= $6 and p.listed_at < $7 and ",
                IS_SOUGHT
            )),
            kind,
            sought,
        )
        .value()
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
            pending,
            trashed: of(State::Trashed),
        })
    }

    /// The dates of the oldest and the newest post of a kind, as the list shows them; `None` where there is no post.
    pub async fn post_dates(&self, kind: Kind) -> Result<Option<(Millis, Millis)>> {
        let row: (Option<Millis>, Option<Millis>) = self
            .ask(
                "select (select min(listed_at) from posts where kind = $1), \
                 (select max(listed_at) from posts where kind = $1)",
            )
            .bind(kind)
            .row()
            .await?;
        Ok(row.0.zip(row.1))
    }

    /// Who wrote posts of a kind: people with an account, then by-lines.
    pub async fn writers(&self, kind: Kind) -> Result<Vec<Writer>> {
        self.ask(
            "select id, name from (\
             select a.id as id, a.name as name, 0 as by_line from authors a \
               where exists (select 1 from posts p where p.author_id = a.id and p.kind = $1) \
             union all select distinct null, p.byline, 1 from posts p \
               where p.byline <> '' and +p.kind = $1) as named \
             order by by_line, name, id",
        )
        .bind(kind)
        .all()
        .await
    }

    /// What is due from one moment to before another, and what readers see since then, by its time.
    pub async fn calendar(
        &self,
        scope: Scope,
        from: Millis,
        until: Millis,
        limit: i64,
    ) -> Result<Vec<DueOrShown>> {
        self.ask(
            "select id, kind, title, at, due, pending from (\
             select id, kind, title, due_at as at, true as due, state = 'published' as pending \
               from posts \
               where due_at >= $1 and due_at < $2 and state in ('scheduled', 'published') \
               and ($4 = 0 or kind = 'post' and author_id = $4) \
             union all select id, kind, title, published_at, false, false from posts \
               where kind = 'post' and state = 'published' and published_at >= $1 \
                 and published_at < $2 \
               and ($4 = 0 or author_id = $4)) as dated \
             order by at, id limit $3",
        )
        .bind(from)
        .bind(until)
        .bind(limit)
        .bind(scope.owner().unwrap_or(AuthorId(0)))
        .all()
        .await
    }

    /// The published pages, as the menu has them.
    pub async fn menu(&self) -> Result<Vec<MenuPage>> {
        self.ask(
            "select id, title from posts where state = 'published' and kind = 'page' \
             order by menu_place = 0, menu_place, title, id",
        )
        .all()
        .await
    }

    /// Moves a page one place up or down in the menu; false where it cannot go there.
    pub async fn move_in_menu(&self, id: PostId, up: bool, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let mut pages: Vec<PostId> = write
            .ask(
                "select id from posts where state = 'published' and kind = 'page' \
                 order by menu_place = 0, menu_place, title, id",
            )
            .values()
            .await?;
        let Some(at) = pages.iter().position(|page| *page == id) else {
            return Ok(false);
        };
        let to = if up { at.checked_sub(1) } else { Some(at + 1) };
        let Some(to) = to.filter(|to| *to < pages.len()) else {
            return Ok(false);
        };
        pages.swap(at, to);
        for (place, page) in (1_i64..).zip(pages) {
            write
                .ask("update posts set menu_place = $2 where id = $1 and menu_place <> $2")
                .bind(page)
                .bind(place)
                .run()
                .await?;
        }
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Gives posts a tag; gives back those that did not carry it and have room for it.
    pub async fn add_tag(&self, ids: &[PostId], name: &str, now: Millis) -> Result<Vec<PostId>> {
        let mut write = self.write().await?;
        let mut changed = Vec::new();
        for id in ids {
            let mut tags = write.tags_of(*id).await?;
            let known = tags
                .iter()
                .any(|tag| tag.to_lowercase() == name.to_lowercase());
            if known || tags.len() >= TAGS_MAX || !write.holds_post(*id).await? {
                continue;
            }
            tags.push(name.to_owned());
            write.retag(*id, &tags).await?;
            write
                .change_tags_at_desk(Some(*id), |tags| {
                    let known = tags
                        .iter()
                        .any(|tag| tag.to_lowercase() == name.to_lowercase());
                    if !known {
                        tags.push(name.to_owned());
                    }
                    !known
                })
                .await?;
            changed.push(*id);
        }
        write.commit_content(now).await?;
        Ok(changed)
    }

    /// Takes a tag from posts; gives back those that carried it.
    pub async fn remove_tag(&self, ids: &[PostId], name: &str, now: Millis) -> Result<Vec<PostId>> {
        let mut write = self.write().await?;
        let mut changed = Vec::new();
        for id in ids {
            let mut tags = write.tags_of(*id).await?;
            let shown = tag::replace(&mut tags, name, None);
            let at_desk = write
                .change_tags_at_desk(Some(*id), |tags| tag::replace(tags, name, None))
                .await?;
            if shown {
                write.retag(*id, &tags).await?;
            }
            if shown || at_desk {
                changed.push(*id);
            }
        }
        write.commit_content(now).await?;
        Ok(changed)
    }

    /// Chooses what holds for the comments of posts; gives back those where something else was chosen.
    pub async fn choose_comments(
        &self,
        ids: &[PostId],
        comments: Comments,
        now: Millis,
    ) -> Result<Vec<PostId>> {
        let mut write = self.write().await?;
        let mut changed = Vec::new();
        for id in ids {
            let shown = write
                .ask("update posts set comments = $2 where id = $1 and comments <> $2")
                .bind(id)
                .bind(comments)
                .run()
                .await?;
            write.renew_desk(*id).await?;
            let at_desk = write
                .ask(
                    "update revisions set comments = $2 where comments <> $2 \
                     and id = (select revision_id from posts where id = $1)",
                )
                .bind(id)
                .bind(comments)
                .run()
                .await?;
            if shown + at_desk > 0 {
                changed.push(*id);
            }
        }
        write.commit_content(now).await?;
        Ok(changed)
    }

    /// Erases for good what was put into the trash before a time: posts with their comments, their revisions, their tags
    /// and their words in the index. Each is a transaction of its own. Gives how many there were.
    pub async fn erase_trashed(&self, before: Millis) -> Result<usize> {
        let ids: Vec<PostId> = self
            .ask(
                "select id from posts where trashed_at is not null and trashed_at <= $1 \
                 and state = 'trashed' order by id",
            )
            .bind(before)
            .values()
            .await?;
        for id in &ids {
            // Its days in the trash end now.
            let now = before.plus_seconds(TRASH_KEPT_SECONDS);
            let title = self.post(*id).await?.map(|post| post.title);
            let note = Note::new(Act::Erase, now)
                .of_post(*id)
                .about(&title.unwrap_or_default());
            let mut write = self.noting(note).write().await?;
            write.erase_post(*id, before).await?;
            write.commit().await?;
        }
        Ok(ids.len())
    }
}

impl Write {
    /// Lets the days in the trash begin for what was brought in as trashed.
    pub(super) async fn begin_trash(&mut self, now: Millis) -> Result<()> {
        self.ask(
            "update posts set trashed_at = $1 \
             where kind in ('post', 'page') and state = 'trashed' and trashed_at is null",
        )
        .bind(now)
        .run()
        .await?;
        Ok(())
    }

    /// The pattern that new permalinks follow.
    pub(super) async fn permalinks(&mut self) -> Result<Permalinks> {
        let row: Option<String> = self
            .ask("select value from settings where name = 'permalinks'")
            .one_value()
            .await?;
        Ok(row
            .and_then(|word| Permalinks::of(&word))
            .unwrap_or_default())
    }

    async fn holds_post(&mut self, id: PostId) -> Result<bool> {
        self.ask("select 1 from posts where id = $1")
            .bind(id)
            .exists()
            .await
    }

    async fn tags_of(&mut self, id: PostId) -> Result<Vec<String>> {
        self.ask(
            "select t.name from tags t join post_tags pt on pt.tag_id = t.id \
             where pt.post_id = $1 order by pt.place",
        )
        .bind(id)
        .values()
        .await
    }

    async fn retag(&mut self, id: PostId, tags: &[String]) -> Result<()> {
        self.set_tags(id, tags).await?;
        self.place_tags(id).await?;
        self.make_stale(id).await
    }

    async fn erase_post(&mut self, id: PostId, before: Millis) -> Result<()> {
        // Somebody may have brought it back a moment ago.
        let still = self
            .ask("select 1 from posts where id = $1 and state = 'trashed' and trashed_at <= $2")
            .bind(id)
            .bind(before)
            .exists()
            .await?;
        if !still {
            self.note = None;
            return Ok(());
        }
        let learned: Vec<CommentId> = self
            .ask(
                "select l.comment_id from comments c join spam_lessons l on l.comment_id = c.id \
                 where c.post_id = $1",
            )
            .bind(id)
            .values()
            .await?;
        for comment in learned {
            self.unlearn(comment).await?;
        }
        // What hangs on the comments alone goes with them; children come before what they refer to.
        for sql in [
            "delete from search_comments \
             where rowid in (select id from comments where post_id = $1)",
            "delete from subscriptions where post_id = $1",
            "delete from addresses \
               where email in (select lower(email) from comments where post_id = $1) \
             and not exists (select 1 from subscriptions s where s.email = addresses.email) \
             and not exists (select 1 from comments c \
               where lower(c.email) = addresses.email and c.post_id <> $1)",
            "delete from comments where post_id = $1",
            "delete from search_posts where rowid = $1",
            "delete from views where post_id = $1",
            "delete from popular where post_id = $1",
            "delete from related where post_id = $1 or other_id = $1",
            "delete from related_due where post_id = $1",
            "delete from post_tags where post_id = $1",
            "delete from redirects where post_id = $1",
            "delete from preview_links where post_id = $1",
            "delete from editors where post_id = $1",
            "delete from revisions where post_id = $1",
            "delete from posts where id = $1",
        ] {
            self.ask(sql).bind(id).run().await?;
        }
        Ok(())
    }
}
