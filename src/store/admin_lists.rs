//! The lists of the admin pages: posts by tab and filter, and the calendar.

use super::ask::{Ask, sql};
use super::{Page, PageDirection, Store};
use crate::blog::author::Scope;
use crate::blog::listing::{By, Line, Order, PostFilter, Tab};
use crate::blog::post::{Kind, State, label};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, TagId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

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
pub struct ListedAuthor {
    /// `None`: a by-line, without an account.
    pub id: Option<AuthorId>,
    pub name: String,
}

impl ListedAuthor {
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
pub struct CalendarEntry {
    pub id: PostId,
    pub kind: Kind,
    pub title: String,
    pub at: Millis,
    /// Whether it is still to come.
    pub due: bool,
    /// Whether it is a change of a published post that is to come.
    pub pending: bool,
}

impl CalendarEntry {
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

/// Whether a post is what [`PostFilter`] asks for; `$1` is the kind, `$2` to `$7` are bound by [`bind`].
///
/// Each part gives ids from an index of its own, so the list is walked by its index and rows are read only where they
/// are shown. An empty query would be an error; null finds nothing. `+` keeps the planner from an index that looks narrow
/// to it and is not: it does not know how many posts are of one kind or state, so `make measure` holds these times.
const MATCHES_FILTER: &str = "($2 = '' \
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

fn bind<'a>(ask: Ask<'a>, kind: Kind, filter: &PostFilter) -> Ask<'a> {
    let (author, byline) = match &filter.by {
        Some(By::Author(id)) => (id.0, ""),
        Some(By::Byline(byline)) => (0, byline.as_str()),
        None => (0, ""),
    };
    ask.bind(kind)
        .bind(&filter.words)
        .bind(filter.tag.unwrap_or(TagId(0)))
        .bind(author)
        .bind(byline)
        .bind(filter.from)
        .bind(filter.until)
}

handle! {
    /// The lists of posts on the admin pages.
    admin_lists: AdminLists
}

impl AdminLists<'_> {
    /// Posts for the author's list, newest first whatever the order; `order` says at which end the start is.
    pub async fn posts(
        self,
        kind: Kind,
        tab: Tab,
        filter: &PostFilter,
        order: Order,
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<Line>> {
        const ALL: &str = "p.state <> 'trashed' and $11 = 'all'";
        const PENDING: &str = "p.pending = 1 and +p.state = 'published' and $11 = 'pending'";
        const IN_STATE: &str = "p.state = $11";

        let at_the_end = order == Order::Oldest && side == PageDirection::Start;
        let side = if at_the_end {
            PageDirection::Newer(Millis(i64::MIN), i64::MIN)
        } else {
            side
        };

        let (before, after) = match tab {
            Tab::All => (
                sql!(LINE, ALL, OLDER, MATCHES_FILTER, NEWEST_FIRST),
                sql!(LINE, ALL, NEWER, MATCHES_FILTER, OLDEST_FIRST),
            ),
            Tab::Pending => (
                sql!(LINE, PENDING, OLDER, MATCHES_FILTER, NEWEST_FIRST),
                sql!(LINE, PENDING, NEWER, MATCHES_FILTER, OLDEST_FIRST),
            ),
            Tab::Draft | Tab::Scheduled | Tab::Published | Tab::Trashed => (
                sql!(LINE, IN_STATE, OLDER, MATCHES_FILTER, NEWEST_FIRST),
                sql!(LINE, IN_STATE, NEWER, MATCHES_FILTER, OLDEST_FIRST),
            ),
        };
        let sql = if matches!(side, PageDirection::Newer(..)) {
            after
        } else {
            before
        };
        let (at, id) = side.place();
        let rows = bind(self.ask(sql), kind, filter)
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
    pub async fn post_counts(self, kind: Kind, filter: &PostFilter) -> Result<PostCounts> {
        let rows: Vec<(State, i64)> = bind(
            self.ask(sql!(
                "select p.state, count(*) from posts p where p.kind = $1 \
                 and +p.listed_at >= $6 and +p.listed_at < $7 and ",
                MATCHES_FILTER,
                "group by p.state"
            )),
            kind,
            filter,
        )
        .all()
        .await?;
        let pending: i64 = bind(
            self.ask(sql!(
                "select count(*) from posts p \
                   where p.kind = $1 and p.pending = 1 and +p.state = 'published' \
                 and p.listed_at >= $6 and p.listed_at < $7 and ",
                MATCHES_FILTER
            )),
            kind,
            filter,
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
    pub async fn post_dates(self, kind: Kind) -> Result<Option<(Millis, Millis)>> {
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
    pub async fn writers(self, kind: Kind) -> Result<Vec<ListedAuthor>> {
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
        self,
        scope: Scope,
        from: Millis,
        until: Millis,
        limit: i64,
    ) -> Result<Vec<CalendarEntry>> {
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
}
