//! Posts and pages: what readers find at an address, and what authors save.

mod bulk;
mod context;
pub(super) mod listed;
mod publish;

pub use bulk::{TRASH_KEPT_SECONDS, TitledPost};
pub use context::{PostContext, ThreadPage};
pub use publish::{Publication, PublishError, ShownRevisions};

use super::ask::sql;
use super::json::json;
use super::posts::listed::{LISTED, newest_first, page_of};
use super::{Page, PageDirection, Store};
use crate::blog::PostId;
use crate::blog::post::{self, Kind, Link, Listed, Post, Rendered, State};
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// More than these would hide what is new.
const PINNED_MAX: i64 = 5;

/// The columns of a [`Post`] but its source and its HTML, of the table `posts` as `p` and its author `a`.
pub(super) const POST_COLUMNS: &str = "p.id, p.kind, p.state, p.title, p.path, p.slug, p.markup, \
     p.comments, p.excerpt, p.auto_excerpt, p.author_id, \
     coalesce(nullif(p.byline, ''), a.name, '') as author, \
     (select slug from writers where id = p.writer_id) as writer, \
     p.published_at, p.updated_at, p.approved_comments, p.revision_id, p.pending, p.due_at, \
     p.pinned, p.details, p.words, p.picture, p.contents, p.feature, ";

/// All of a post; what chooses it comes behind.
const POST: &str = sql!(
    "select ",
    POST_COLUMNS,
    "p.source as source, p.html from posts p left join authors a on a.id = p.author_id "
);

/// The other published post that lives at an address.
const HOLDER: &str =
    "select title, path from posts where path = $1 and state = 'published' and id <> $2";

/// An address at which no post or page is any more that once was there.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LeftAddress {
    pub address: String,
    /// Where it is now; none where it is not published.
    pub now: Option<String>,
}

handle! {
    /// Posts and pages.
    posts: Posts
}

impl Posts<'_> {
    /// Published posts, newest first.
    pub async fn list(self, side: PageDirection, limit: i64) -> Result<Page<Listed>> {
        let sql = if matches!(side, PageDirection::Newer(..)) {
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

    /// The pinned posts, which are listed above all others, newest first.
    pub async fn pinned(self) -> Result<Vec<Listed>> {
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
    pub async fn published(self, path: &str) -> Result<Option<Post>> {
        self.ask(sql!(POST, "where p.path = $1 and p.state = 'published'"))
            .bind(path)
            .one()
            .await
    }

    /// The published post or page with an id.
    pub async fn published_by_id(self, id: PostId) -> Result<Option<Post>> {
        self.ask(sql!(POST, "where p.id = $1 and p.state = 'published'"))
            .bind(id)
            .one()
            .await
    }

    /// The permalink of a post or page that is published.
    pub async fn published_path(self, id: PostId) -> Result<Option<String>> {
        self.ask("select path from posts where id = $1 and state = 'published'")
            .bind(id)
            .one_value()
            .await
    }

    /// Where the post that once had this address lives now.
    pub async fn moved_to(self, path: &str) -> Result<Option<String>> {
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
    pub async fn leads_somewhere(self, path: &str) -> Result<bool> {
        Ok(self.published(path).await?.is_some() || self.moved_to(path).await?.is_some())
    }

    /// The other published post that lives at an address, if any.
    pub async fn other_at(self, path: &str, but: PostId) -> Result<Option<Link>> {
        self.ask(HOLDER).bind(path).bind(but).one().await
    }

    /// Links to all published pages, in the order of the menu.
    pub async fn page_links(self) -> Result<Vec<Link>> {
        self.ask(
            "select title, path from posts where state = 'published' and kind = 'page' \
             order by menu_place = 0, menu_place, title, id",
        )
        .all()
        .await
    }

    /// Those of some addresses that a published post or page has left, and those of pages that are not published. Addresses of
    /// anything else are none of them.
    pub async fn left_addresses(self, addresses: &[&str]) -> Result<Vec<LeftAddress>> {
        self.ask(
            "select n.value as address, case p.state when 'published' then p.path end as now \
             from json_each($1) n cross join posts p on p.id = coalesce( \
               (select r.post_id from redirects r where r.path = n.value), \
               (select g.id from posts g where g.kind = 'page' \
                and g.state in ('draft', 'scheduled', 'trashed') and g.path = n.value limit 1)) \
             where not exists (select 1 from posts h \
               where h.path = n.value and h.state = 'published') \
               and not exists (select 1 from own_redirects o \
               where o.path = n.value and o.removed_by is null) order by n.key",
        )
        .bind(json(&addresses)?)
        .all()
        .await
    }

    /// Whether an id is that of a post or of a page; `None` where it is neither.
    pub async fn kind(self, id: PostId) -> Result<Option<Kind>> {
        self.ask("select kind from posts where id = $1")
            .bind(id)
            .one_value()
            .await
    }

    /// The state of a post; `None` if there is no such post.
    pub async fn status(self, id: PostId) -> Result<Option<PostStatus>> {
        self.ask("select state, pending, due_at from posts where id = $1")
            .bind(id)
            .one()
            .await
    }

    /// A post in any state, for its author.
    pub async fn by_id(self, id: PostId) -> Result<Option<Post>> {
        self.ask(sql!(POST, "where p.id = $1")).bind(id).one().await
    }

    /// Whether the blog holds any post or page at all.
    pub async fn any_exist(self) -> Result<bool> {
        self.ask("select 1 from posts limit 1").exists().await
    }

    /// Whether anything was rendered by an older renderer than `renderer`; a look into two indexes.
    pub async fn has_stale(self, renderer: i64) -> Result<bool> {
        self.ask(
            "select 1 from posts where renderer < $1 \
             union all select 1 from comments where renderer < $1 limit 1",
        )
        .bind(renderer)
        .exists()
        .await
    }

    /// Posts and pages after `last` whose rendering was made by another renderer than `renderer`.
    /// A text that was just saved by itself waits until it is quiet.
    pub async fn stale(
        self,
        renderer: i64,
        last: PostId,
        quiet_since: Millis,
        limit: i64,
    ) -> Result<Vec<StalePost>> {
        self.ask(
            "select id, source, markup, details from posts \
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

    /// Replaces the renderings of posts, each unless its text was saved meanwhile (and so rendered again).
    pub async fn rerender(
        self,
        posts: &[(StalePost, Rendered)],
        renderer: i64,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let mut is_seen = false;
        for (post, rendering) in posts {
            let state: Option<State> = write
                .ask(
                    "update posts set html = $3, teaser = $4, cut = $5, auto_excerpt = $6, \
                       renderer = $7, words = $8, \
                     picture = $9, contents = $10, feature = $11 \
                     where id = $1 and source = $2 and details = $12 returning state",
                )
                .bind(post.id)
                .bind(&post.source)
                .bind(&rendering.html)
                .bind(&rendering.teaser)
                .bind(rendering.cut)
                .bind(&rendering.excerpt)
                .bind(renderer)
                .bind(rendering.word_count)
                .bind(&rendering.picture)
                .bind(&rendering.contents)
                .bind(&rendering.feature)
                .bind(&post.details)
                .one_value()
                .await?;
            if let Some(state) = state {
                write.index_words(post.id, &rendering.words).await?;
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

/// What a post is rendered from.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StalePost {
    pub id: PostId,
    pub source: String,
    pub markup: post::Markup,
    /// [`post::Details`] as they are in the row.
    pub details: String,
}

/// Whether readers see a post, whether its author has written more than they see, and when that changes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct PostStatus {
    pub state: State,
    pub pending: bool,
    pub due_at: Option<Millis>,
}
