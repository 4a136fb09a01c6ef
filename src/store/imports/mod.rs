//! Imports: many rows to a transaction, each known by its name in the source,
//! so that the same archive a second time changes nothing.
//!
//! All rows of a batch go in by few statements: handing a statement to the connection's thread costs more than storing a row.

mod comments;
mod old_addresses;
mod own;
mod pings;
mod posts;

pub use old_addresses::OldAddress;
pub use own::{ReturningComment, ReturningPost};
pub use pings::{ImportedPing, PingLine};

use super::json::json;
use super::{Store, Write};
use crate::blog::post::{Comments, Details, Kind, Markup, Rendered, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId, comment};
use crate::error::{Error, Result};
use crate::store::handle::{Handle, handle};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A post on its way in.
#[derive(Debug, Clone)]
pub struct ImportedPost {
    pub origin: String,
    pub kind: Kind,
    pub state: State,
    pub state_before_trash: Option<State>,
    pub title: String,
    pub path: Option<String>,
    pub markup: Markup,
    pub tags: Vec<String>,
    pub author: Option<AuthorId>,
    /// The name of a writer who has no account here.
    pub byline: String,
    pub excerpt: String,
    pub comments: Comments,
    pub published_at: Option<Millis>,
    pub updated_at: Millis,
    pub source: String,
    pub rendered: Rendered,
    pub renderer: i64,
    pub extras: ImportedExtras,
}

/// What only some of the old systems knew of a post.
#[derive(Debug, Clone, Default)]
pub struct ImportedExtras {
    /// Names by which it may be here already.
    pub other_origins: Vec<String>,
    /// What its permalink is made of once it is published.
    pub slug: String,
    /// Addresses that lead to it, as [`crate::blog::address::key`] makes them.
    pub old_addresses: Vec<String>,
    pub pinned: bool,
    /// Where a page is in the menu; 0: after those that have a place.
    pub menu_place: i64,
    pub details: Details,
    /// When the scheduler publishes it.
    pub due_at: Option<Millis>,
    /// Pictures on other servers that are to be fetched, and for whom.
    pub pictures: Vec<String>,
    pub fetched_for: Option<AuthorId>,
}

/// A comment on its way in.
#[derive(Debug, Clone)]
pub struct ImportedComment {
    pub origin: String,
    /// Names by which it may be here already.
    pub other_origins: Vec<String>,
    pub post: PostId,
    /// The origin of the comment that it answers.
    pub parent: Option<String>,
    pub state: comment::State,
    pub name: String,
    pub email: String,
    pub url: String,
    pub created_at: Millis,
    pub markup: Markup,
    pub source: String,
    pub html: String,
    pub words: String,
    pub renderer: i64,
}

/// What became of a post that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    New(PostId),
    /// It is here already, from an earlier import.
    Known(PostId),
    /// Its address belongs to another post, so it has another one, the last.
    Readdressed(PostId, String),
}

/// What became of a comment that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentImportOutcome {
    New(CommentId),
    /// New too, but what it answers is not here, or not here yet.
    Orphan(CommentId),
    Known(CommentId),
    /// Here already, but an earlier import ended before it was put under what it answers.
    Unlinked(CommentId),
}

impl CommentImportOutcome {
    fn is_new(self) -> bool {
        matches!(self, Self::New(_) | Self::Orphan(_))
    }
}

/// How many posts are given the places of their comments in one transaction.
const PLACED_AT_ONCE: i64 = 1000;

handle! {
    /// What comes in from other systems.
    imports: Imports
}

impl Imports<'_> {
    /// The post or page that an earlier import brought in under a name.
    pub async fn post_of_origin(self, origin: &str) -> Result<Option<PostId>> {
        self.ask("select id from posts where origin = $1")
            .bind(origin)
            .one_value()
            .await
    }

    /// Those of some names that posts or pages have from earlier imports.
    pub async fn known_posts(self, names: &[&str]) -> Result<BTreeSet<String>> {
        self.known(
            "select origin from posts where origin in (select value from jsonb_each($1))",
            names,
        )
        .await
    }

    /// Those of some names that comments have from earlier imports.
    pub async fn known_comments(self, names: &[&str]) -> Result<BTreeSet<String>> {
        self.known(
            "select origin from comments where origin in (select value from jsonb_each($1))",
            names,
        )
        .await
    }

    async fn known(self, statement: &'static str, names: &[&str]) -> Result<BTreeSet<String>> {
        let found: Vec<String> = self.ask(statement).bind(json(&names)?).values().await?;
        Ok(found.into_iter().collect())
    }

    /// The permalink of the published post or page that had this number on Blogger.
    pub async fn path_of_blogger_number(self, number: i64) -> Result<Option<String>> {
        // The name in the source begins with the blog's own number, which the address does not contain.
        let row: Option<String> = self
            .ask(
                "select path from posts where origin_number = $1 and +state = 'published' \
                 and (origin like $2 or origin like $3)",
            )
            .bind(number)
            .bind(format!("%.post-{number}"))
            .bind(format!("%.page-{number}"))
            .one_value()
            .await?;
        Ok(row)
    }

    /// The shown comment on a post that had this number on Blogger, and its place there.
    pub async fn comment_of_blogger_number(
        self,
        post: PostId,
        number: i64,
    ) -> Result<Option<(CommentId, Option<i64>)>> {
        self.ask(
            "select id, place from comments \
               where post_id = $1 and origin_number = $2 and +state = 'approved' \
             and origin like $3",
        )
        .bind(post)
        .bind(number)
        .bind(format!("tag:blogger.com,%.post-{number}"))
        .one()
        .await
    }

    /// The published post or page that lives under one of these spellings of an address, or once did.
    pub async fn post_spelled(self, spellings: &[String], key: &str) -> Result<Option<PostId>> {
        let spellings = json(&spellings)?;
        let there: Option<PostId> = self
            .ask(
                "select p.id from json_each($1) n cross join posts p \
                 where p.path = n.value and p.state = 'published' order by n.key limit 1",
            )
            .bind(&spellings)
            .one_value()
            .await?;
        if there.is_some() {
            return Ok(there);
        }
        let moved: Option<PostId> = self
            .ask(
                "select p.id from json_each($1) n cross join redirects r \
                 join posts p on p.id = r.post_id \
                 where r.path = n.value and p.state = 'published' order by n.key limit 1",
            )
            .bind(&spellings)
            .one_value()
            .await?;
        if moved.is_some() {
            return Ok(moved);
        }
        self.ask(
            "select p.id from old_addresses o join posts p on p.id = o.post_id \
             where o.path = $1 and p.state = 'published'",
        )
        .bind(key)
        .one_value()
        .await
    }

    /// The addresses of those of some posts that are published.
    pub async fn paths_of(self, posts: &[PostId]) -> Result<BTreeMap<PostId, String>> {
        let rows: Vec<(PostId, String)> = self
            .ask(
                "select id, path from posts where state = 'published' and path is not null \
                 and id in (select value from jsonb_each($1))",
            )
            .bind(json(&posts)?)
            .all()
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// The comment that an earlier import brought in under a name.
    pub async fn comment_of_origin(self, origin: &str) -> Result<Option<CommentId>> {
        self.ask("select id from comments where origin = $1")
            .bind(origin)
            .one_value()
            .await
    }

    /// Takes in posts, in one transaction; the answers are in their order.
    pub async fn posts(self, posts: &[ImportedPost], now: Millis) -> Result<Vec<ImportOutcome>> {
        let mut write = self.write().await?;
        let outcomes = write.store_posts(posts, now).await?;
        write.begin_days_in_trash(now).await?;
        write
            .commit_import(
                outcomes
                    .iter()
                    .any(|post| !matches!(post, ImportOutcome::Known(_))),
                now,
            )
            .await?;
        Ok(outcomes)
    }

    /// Takes in comments, in one transaction; the answers are in their order.
    pub async fn comments(
        self,
        comments: &[ImportedComment],
        now: Millis,
    ) -> Result<Vec<CommentImportOutcome>> {
        let mut write = self.write().await?;
        let (outcomes, renamed) = write.store_comments(comments).await?;
        let mut touched: Vec<PostId> = comments
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| outcome.is_new())
            .map(|(comment, _)| comment.post)
            .collect();
        touched.sort_unstable();
        touched.dedup();
        write.recount_all(&touched).await?;
        write
            .commit_import(!touched.is_empty() || renamed, now)
            .await?;
        Ok(outcomes)
    }

    /// Gives comments that came in their places on their posts, oldest first whatever the order of the archive; some posts
    /// at a time, so that nobody else who writes waits for long.
    pub async fn place_comments(self, now: Millis) -> Result<()> {
        let mut after = PostId(0);
        loop {
            let mut write = self.write().await?;
            let last: Option<PostId> = write
                .ask(
                    "select max(id) \
                     from (select id from posts where id > $1 order by id limit $2) as step",
                )
                .bind(after)
                .bind(PLACED_AT_ONCE)
                .value()
                .await?;
            let Some(last) = last else {
                return Ok(());
            };
            // The sign before `state` keeps SQLite from walking all comments of a state for each of these steps.
            let placed = write
                .ask(
                    "update comments set place = n.place from \
                     (select c.id, \
                         row_number() over (partition by c.post_id order by c.created_at, c.id) + \
                       (select coalesce(max(m.place), 0) from comments m \
                           where m.post_id = c.post_id) as place \
                       from comments c where c.post_id > $1 and c.post_id <= $2 \
                           and +c.state = 'approved' and c.place is null) \
                     as n where comments.id = n.id",
                )
                .bind(after)
                .bind(last)
                .run()
                .await?;
            write.commit_import(placed > 0, now).await?;
            after = last;
        }
    }

    /// Links comments to what they answer, once all are in.
    pub async fn set_parents(self, pairs: &[(CommentId, CommentId)], now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "update comments set parent_id = n.parent from \
                 (select value ->> 0 as id, value ->> 1 as parent from jsonb_each($1)) as n \
                   where comments.id = n.id",
            )
            .bind(json(&pairs)?)
            .run()
            .await?;
        write.commit_import(!pairs.is_empty(), now).await
    }
}

/// The names by which rows are known, with their ids.
fn named<Id: serde::de::DeserializeOwned>(rows: &str) -> Result<HashMap<String, Id>> {
    serde_json::from_str::<Vec<(String, Id)>>(rows)
        .map(|rows| rows.into_iter().collect())
        .map_err(|error| Error::Internal(format!("names of what came in: {error}")))
}

impl Write {
    /// Commits where something came in; else leaves no trace, not even a new version.
    async fn commit_import(self, changed: bool, now: Millis) -> Result<()> {
        if changed {
            self.commit_content(now).await
        } else {
            Ok(())
        }
    }
}
