//! What only an export of Daybook itself brings: saved texts, pending changes, the menu, the states of comments.
//!
//! Each step changes only what is not so yet, so an import that was cut off goes on where it ended. A post that somebody has
//! worked on here is left alone.

use super::Imports;
use crate::blog::fetch::Purpose;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, RevisionId};
use crate::error::Result;
use crate::store::handle::Handle;
use crate::store::json::json;
use crate::store::{ExportedRevision, Write};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// What a post has that entries of other systems do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturningPost {
    pub origin: String,
    pub updated_at: Option<Millis>,
    pub created_at: Option<Millis>,
    pub state_before_trash: String,
    pub menu_place: i64,
    pub due_at: Option<Millis>,
    pub pending: bool,
    /// Numbers of revisions: first those of the export, then ours.
    pub revision: Option<i64>,
    pub shown: Option<i64>,
    pub shown_before: Option<i64>,
    /// Addresses that it had before.
    pub old_paths: Vec<String>,
}

impl ReturningPost {
    /// Puts our numbers of revisions in the place of those of the export.
    pub fn renumber(&mut self, numbers: &HashMap<i64, i64>) {
        for number in [&mut self.revision, &mut self.shown, &mut self.shown_before] {
            *number = number.and_then(|number| numbers.get(&number).copied());
        }
        // An export without saved texts has no pending change either.
        self.pending &= self.revision.is_some();
    }
}

/// What a comment has that entries of other systems do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturningComment {
    pub origin: String,
    pub place: Option<i64>,
    pub edited_at: Option<Millis>,
    pub decided_at: Option<Millis>,
    pub confirmed: bool,
    /// Whether a person wrote it while signed in: one of the same name here is taken for them.
    pub by_author: bool,
}

impl Imports<'_> {
    /// Takes in saved texts; gives their numbers here by those of the export. `posts` has the names of their posts. A post
    /// that has saved texts here already, of an earlier import or of somebody's work, gets none.
    pub async fn own_revisions(
        self,
        revisions: &[ExportedRevision],
        posts: &HashMap<i64, String>,
    ) -> Result<HashMap<i64, i64>> {
        let mut numbers = HashMap::new();
        let origins = revisions.iter().map(|one| posts.get(&one.post_id.0));
        let origins: BTreeSet<&String> = origins.flatten().collect();
        if origins.is_empty() {
            return Ok(numbers);
        }
        let mut write = self.write().await?;
        let here: Vec<(String, PostId)> = write
            .ask(
                "select origin, id from posts \
                 where origin in (select value from jsonb_each($1)) and revision_id is null",
            )
            .bind(json(&origins)?)
            .all()
            .await?;
        let ids: HashMap<String, PostId> = here.into_iter().collect();
        let mut is_new = false;
        for revision in revisions {
            let origin = posts.get(&revision.post_id.0);
            let Some(post) = origin.and_then(|origin| ids.get(origin)).copied() else {
                continue;
            };
            let here: Option<RevisionId> = write
                .ask(
                    "select id from revisions where post_id = $1 and made_at = $2 \
                     and reason = $3 and source = $4",
                )
                .bind(post)
                .bind(revision.made_at)
                .bind(&revision.reason)
                .bind(&revision.source)
                .one_value()
                .await?;
            let number = if let Some(number) = here {
                number
            } else {
                is_new = true;
                write.insert_own_revision(post, revision).await?
            };
            numbers.insert(revision.id.0, number.0);
        }
        if is_new {
            write.commit().await?;
        }
        Ok(numbers)
    }

    /// Notes which files of the library are shown for pictures that live elsewhere: addresses and names of files.
    pub async fn stored_pictures(
        self,
        pictures: &[(String, String)],
        author: AuthorId,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let mut changed = 0;
        for (address, name) in pictures {
            changed += write
                .ask(
                    "insert into fetches (id, address, purpose, author_id, created_at, media_id) \
                     select (select last + 1 from numbers where name = 'fetches'), \
                       $1, $2, $3, $4, id from media where name = $5 \
                     on conflict (address, purpose) do nothing",
                )
                .bind(address)
                .bind(Purpose::Picture)
                .bind(author)
                .bind(now)
                .bind(name)
                .run()
                .await?;
        }
        write.commit_import(changed > 0, now).await
    }

    /// Gives posts what only our own exports know of them.
    pub async fn complete_posts(self, posts: &[ReturningPost], now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        let mut changed = 0;
        for post in posts {
            changed += write.complete_post(post).await?;
        }
        write.commit_import(changed > 0, now).await
    }

    /// Gives comments what only our own exports know of them.
    pub async fn complete_comments(self, comments: &[ReturningComment], now: Millis) -> Result<()> {
        if comments.is_empty() {
            return Ok(());
        }
        let mut write = self.write().await?;
        let changed = write
            .ask(
                "update comments set place = n.place, edited_at = n.edited_at, \
                   decided_at = n.decided_at, confirmed = n.confirmed, author_id = n.author_id \
                 from (select c.id, coalesce(e.value ->> 'place', c.place) as place, \
                     e.value ->> 'edited_at' as edited_at, e.value ->> 'decided_at' as decided_at, \
                     e.value ->> 'confirmed' as confirmed, case when e.value ->> 'by_author' \
                       then (select id from authors a where a.name = c.name limit 1) end \
                       as author_id \
                   from jsonb_each($1) e cross join comments c \
                   where c.origin = e.value ->> 'origin' and c.decided_at is null \
                     and c.edited_at is null and c.author_id is null) n \
                 where comments.id = n.id and (comments.place, comments.edited_at, \
                   comments.decided_at, comments.confirmed, comments.author_id) \
                   is not (n.place, n.edited_at, n.decided_at, n.confirmed, n.author_id)",
            )
            .bind(json(&comments)?)
            .run()
            .await?;
        write.commit_import(changed > 0, now).await
    }
}

impl Write {
    async fn insert_own_revision(
        &mut self,
        post: PostId,
        revision: &ExportedRevision,
    ) -> Result<RevisionId> {
        self.ask(
            "insert into revisions (id, post_id, made_at, reason, name, words, added, removed, \
               title, markup, tags, permalink, excerpt, comments, published_at, pinned, details, \
               source) \
             values ((select last + 1 from numbers where name = 'revisions'), \
             $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
             returning id",
        )
        .bind(post)
        .bind(revision.made_at)
        .bind(&revision.reason)
        .bind(&revision.name)
        .bind(revision.words)
        .bind(revision.added)
        .bind(revision.removed)
        .bind(&revision.title)
        .bind(&revision.markup)
        .bind(&revision.tags)
        .bind(&revision.permalink)
        .bind(&revision.excerpt)
        .bind(&revision.comments)
        .bind(revision.published_at)
        .bind(revision.pinned)
        .bind(&revision.details)
        .bind(&revision.source)
        .value()
        .await
    }

    /// How many rows became other than they were.
    async fn complete_post(&mut self, post: &ReturningPost) -> Result<u64> {
        let id: Option<PostId> = self
            .ask(
                "select id from posts where origin = $1 and updated_at = $2 \
                 and revision_id is null",
            )
            .bind(&post.origin)
            .bind(post.updated_at)
            .one_value()
            .await?;
        let Some(id) = id else {
            return Ok(0);
        };
        let mut changed = self
            .ask(
                "update posts set created_at = coalesce($2, created_at), state_before_trash = $3, \
                   menu_place = case when menu_place = 0 then $4 else menu_place end, \
                   due_at = case when state = 'scheduled' or $6 then $5 end, \
                   pending = $6, revision_id = $7, shown_id = $8, shown_before_id = $9 \
                 where id = $1 and (created_at, state_before_trash, menu_place, due_at, \
                   pending, revision_id, shown_id, shown_before_id) \
                   is not (coalesce($2, created_at), $3, \
                   case when menu_place = 0 then $4 else menu_place end, \
                   case when state = 'scheduled' or $6 then $5 end, $6, $7, $8, $9)",
            )
            .bind(id)
            .bind(post.created_at)
            .bind(&post.state_before_trash)
            .bind(post.menu_place)
            .bind(post.due_at)
            .bind(post.pending)
            .bind(post.revision)
            .bind(post.shown)
            .bind(post.shown_before)
            .run()
            .await?;
        if changed > 0 {
            // The pictures of a pending change are in use, too.
            self.note_uses(id).await?;
        }
        for path in &post.old_paths {
            changed += self
                .ask(
                    "insert into redirects (path, post_id) values ($1, $2) \
                     on conflict (path) do nothing",
                )
                .bind(path)
                .bind(id)
                .run()
                .await?;
        }
        Ok(changed)
    }
}
