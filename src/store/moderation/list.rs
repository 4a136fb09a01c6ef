//! The moderator's list: comments in a state, those that are looked for, and how many there are.

use crate::blog::CommentId;
use crate::blog::author::Scope;
use crate::blog::comment::{Comment, State};
use crate::blog::moderation::{CommentFilter, Seen};
use crate::blog::spam::Reason;
use crate::error::Result;
use crate::store::Moderation;
use crate::store::ask::{Ask, sql};
use crate::store::comments::COMMENT_COLUMNS;
use crate::store::handle::Handle;
use crate::store::{CommentChange, Page, PageDirection};

/// As much of a network's hash as distinguishes the networks of one blog.
const NETWORK_CHARS: usize = 8;

/// How many comments wait, are approved, and so on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommentCounts {
    pub waiting: i64,
    pub approved: i64,
    pub spam: i64,
    pub deleted: i64,
    pub hidden: i64,
}

/// A comment as a moderator sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ModeratedComment {
    #[sqlx(flatten)]
    pub comment: Comment,
    pub post_title: String,
    /// None where the post is not published.
    pub post_path: Option<String>,
    /// Whom it answers.
    pub parent_name: Option<String>,
    /// The hash of the writer's network; empty after thirty days.
    pub network: String,
    pub points: i32,
    /// What counted for and against it, as JSON.
    reasons: String,
    /// What its writer wants it to say, where that waits.
    #[sqlx(skip)]
    pub change: Option<CommentChange>,
}

impl ModeratedComment {
    /// The beginning of the network's hash, to be read.
    #[must_use]
    pub fn short_network(&self) -> &str {
        self.network.get(..NETWORK_CHARS).unwrap_or(&self.network)
    }

    /// What counted for and against it when it came.
    #[must_use]
    pub fn reasons(&self) -> Vec<Reason> {
        serde_json::from_str(&self.reasons).unwrap_or_default()
    }

    /// As it is shown now, for its forms.
    #[must_use]
    pub fn seen(&self) -> Seen {
        Seen {
            changed_at: self.change.as_ref().map(|change| change.made_at),
            ..self.comment.seen()
        }
    }

    /// Its own writer took it away, so it is not for a moderator to bring back.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.comment.state == State::Deleted && self.comment.decided_by == super::COMMENTER
    }
}

/// A comment as a moderator sees it; which one comes behind.
const MODERATED: &str = sql!(
    "select ",
    COMMENT_COLUMNS,
    ", c.network, c.points, c.reasons, \
     case when p.title = '' then 'Untitled' else p.title end as post_title, \
     case when p.state = 'published' then p.path end as post_path, \
     (select case when a.name = '' then 'Anonymous' else a.name end from comments a \
     where a.id = c.parent_id) \
     as parent_name from comments c join posts p on p.id = c.post_id "
);

/// Whether a comment is what [`CommentFilter`] asks for; `$1` to `$11` are bound by [`bind`].
///
/// `""` is a query that finds nothing; an empty one would be an error.
/// Each part gives ids from an index of its own, so that the list is walked by its index alone and no other row is read.
const MATCHES_FILTER: &str = "($1 = '' or c.id in (\
       select rowid from search_comments where search_comments match nullif($1, '') \
       union select id from comments where email <> '' and email like $3 escape '\\' \
       union select m.id from search_posts s cross join comments m where m.post_id = s.rowid \
         and search_posts match nullif($2, '') \
       union select id from comments \
         where network <> '' and substr(network, 1, length($4)) = nullif($4, ''))) \
     and ($5 = '' or c.id in (\
       select m.id from search_comments s cross join comments m \
         where m.id = s.rowid and m.name = $5 \
         and search_comments match coalesce(nullif($6, ''), '\"\"') \
       union select id from comments where $6 = '' and name = $5)) \
     and ($7 = '' or c.id in (select id from comments where email <> '' and email = $7)) \
     and ($8 = '' or c.id in (select id from comments \
       where network <> '' and substr(network, 1, length($8)) = $8)) \
     and ($9 = 0 or c.id in (select id from comments where post_id = $9)) \
     and ($10 = '' or c.id in (select m.id from search_posts s cross join comments m \
       where m.post_id = s.rowid and search_posts match nullif($10, ''))) \
     and ($11 = 0 or c.post_id in (select id from posts where kind = 'post' and author_id = $11))";

fn bind<'a>(ask: Ask<'a>, filter: &CommentFilter) -> Ask<'a> {
    ask.bind(&filter.words)
        .bind(&filter.titles)
        .bind(&filter.in_email)
        .bind(&filter.in_network)
        .bind(&filter.name)
        .bind(&filter.name_words)
        .bind(&filter.email)
        .bind(&filter.network)
        .bind(filter.post)
        .bind(&filter.post_titles)
        .bind(filter.owner)
}

impl Moderation<'_> {
    /// Comments in a state for the moderator, newest first.
    pub async fn list(
        self,
        state: State,
        filter: &CommentFilter,
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<ModeratedComment>> {
        let sql = if matches!(side, PageDirection::Newer(..)) {
            sql!(
                MODERATED,
                "where c.state = $12 and ",
                MATCHES_FILTER,
                " and (c.created_at, c.id) > ($13, $14) order by c.created_at, c.id limit $15"
            )
        } else {
            sql!(
                MODERATED,
                "where c.state = $12 and ",
                MATCHES_FILTER,
                " and (c.created_at, c.id) < ($13, $14) order by c.created_at desc, c.id desc \
                 limit $15"
            )
        };
        let (at, id) = side.place();
        let rows = bind(self.ask(sql), filter)
            .bind(state)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .all()
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    /// Approved comments that are looked for and have a change that waits, the oldest change first.
    pub async fn changes(
        self,
        filter: &CommentFilter,
        limit: i64,
    ) -> Result<Vec<ModeratedComment>> {
        let sql = sql!(
            MODERATED,
            "join comment_changes w on w.comment_id = c.id and w.refused_at is null \
             where c.state = 'approved' and ",
            MATCHES_FILTER,
            " order by w.made_at, c.id limit $12"
        );
        let mut found: Vec<ModeratedComment> =
            bind(self.ask(sql), filter).bind(limit).all().await?;
        let ids: Vec<CommentId> = found.iter().map(|one| one.comment.id).collect();
        for change in self.0.comments().pending_changes(&ids).await? {
            let of = found
                .iter_mut()
                .find(|one| one.comment.id == change.comment_id);
            if let Some(one) = of {
                one.change = Some(change);
            }
        }
        Ok(found)
    }

    /// One comment for the moderator, whatever its state.
    pub async fn by_id(self, id: CommentId) -> Result<Option<ModeratedComment>> {
        let found: Option<ModeratedComment> = self
            .ask(sql!(MODERATED, "where c.id = $1"))
            .bind(id)
            .one()
            .await?;
        let Some(mut found) = found else {
            return Ok(None);
        };
        if found.comment.state == State::Approved {
            found.change = self.0.comments().pending_changes(&[id]).await?.pop();
        }
        Ok(Some(found))
    }

    /// How many of the comments that are looked for are in each state.
    pub async fn counts(self, filter: &CommentFilter) -> Result<CommentCounts> {
        let rows: Vec<(State, i64)> = bind(
            self.ask(sql!(
                "select c.state, count(*) from comments c where ",
                MATCHES_FILTER,
                " group by c.state"
            )),
            filter,
        )
        .all()
        .await?;
        let changes: i64 = bind(
            self.ask(sql!(
                "select count(*) from comment_changes w join comments c on c.id = w.comment_id \
                 where w.refused_at is null and c.state = 'approved' and ",
                MATCHES_FILTER
            )),
            filter,
        )
        .value()
        .await?;
        let of = |wanted| {
            rows.iter()
                .find(|(state, _)| *state == wanted)
                .map_or(0, |row| row.1)
        };
        Ok(CommentCounts {
            waiting: of(State::Waiting) + changes,
            approved: of(State::Approved),
            spam: of(State::Spam),
            deleted: of(State::Deleted),
            hidden: of(State::Hidden),
        })
    }

    /// How many comments wait for a decision of somebody, changes of approved ones among them.
    pub async fn waiting_in_scope(self, scope: Scope) -> Result<i64> {
        let Some(owner) = scope.owner() else {
            return self.waiting().await;
        };
        if scope.is_drafts_only() {
            return Ok(0);
        }
        let count: i64 = self
            .ask(
                "select (select count(*) from comments c join posts p on p.id = c.post_id \
                 where c.state = 'waiting' and p.kind = 'post' and p.author_id = $1) + \
                 (select count(*) from comment_changes w join comments c on c.id = w.comment_id \
                 join posts p on p.id = c.post_id \
                   where w.refused_at is null and c.state = 'approved' \
                 and p.kind = 'post' and p.author_id = $1)",
            )
            .bind(owner)
            .value()
            .await?;
        Ok(count)
    }

    /// How many comments wait for a decision, changes of approved ones among them.
    pub async fn waiting(self) -> Result<i64> {
        let count: i64 = self
            .ask(
                "select (select count(*) from comments \
                   where state = 'waiting') + (select count(*) from comment_changes w \
                 join comments c on c.id = w.comment_id \
                   where w.refused_at is null and c.state = 'approved')",
            )
            .value()
            .await?;
        Ok(count)
    }
}
