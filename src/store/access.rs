//! What somebody may act on: posts, comments, pictures. Rules are in [`Scope`]; here they are asked of rows.
//!
//! An imported post has no author, whatever its by-line says: it is an operator's until one of them gives it to somebody.

use super::ask::sql;
use super::json::json;
use super::{Store, Write};
use crate::blog::author::Scope;
use crate::blog::time::Millis;
use crate::blog::{ActId, AuthorId, CommentId, MediaId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};
use std::collections::BTreeSet;

/// Whether a post `p` is in a scope: `$2` is its owner, 0 for everybody's; `$3` is 1 where only drafts are.
const IN_SCOPE: &str = "($2 = 0 \
       or (p.kind = 'post' and p.author_id = $2 and ($3 = 0 or p.state = 'draft' \
     or (p.state = 'trashed' and p.state_before_trash = 'draft'))))";

/// The two parameters of a scope.
fn parameters(scope: Scope) -> (AuthorId, i64) {
    (
        scope.owner().unwrap_or(AuthorId(0)),
        i64::from(scope.is_drafts_only()),
    )
}

handle! {
    /// What somebody may act on.
    access: Access
}

impl Access<'_> {
    /// Whether a post may be acted on; `false` where it is not there.
    pub async fn allows_post(self, scope: Scope, id: PostId) -> Result<bool> {
        Ok(self.allowed_posts(scope, &[id]).await?.contains(&id))
    }

    /// Those of these posts that may be acted on.
    pub async fn allowed_posts(self, scope: Scope, ids: &[PostId]) -> Result<BTreeSet<PostId>> {
        let (owner, drafts) = parameters(scope);
        let found: Vec<PostId> = self.ask(sql!(
            "select p.id from posts p where p.id in (select n.value from json_each($1) as n) and ",
            IN_SCOPE
        ))
        .bind(json(&ids)?)
        .bind(owner)
        .bind(drafts)
        .values()
        .await?;
        Ok(found.into_iter().collect())
    }

    /// Whether a comment may be decided upon; `false` where it is not there.
    pub async fn allows_comment(self, scope: Scope, id: CommentId) -> Result<bool> {
        Ok(self.allowed_comments(scope, &[id]).await?.contains(&id))
    }

    /// Those of these comments that may be decided upon.
    pub async fn allowed_comments(
        self,
        scope: Scope,
        ids: &[CommentId],
    ) -> Result<BTreeSet<CommentId>> {
        if scope.is_drafts_only() {
            return Ok(BTreeSet::new());
        }
        let (owner, drafts) = parameters(scope);
        let found: Vec<CommentId> = self
            .ask(sql!(
                "select c.id from comments c join posts p on p.id = c.post_id ",
                "where c.id in (select n.value from json_each($1) as n) and ",
                IN_SCOPE
            ))
            .bind(json(&ids)?)
            .bind(owner)
            .bind(drafts)
            .values()
            .await?;
        Ok(found.into_iter().collect())
    }

    /// Whether all acts of the log from one to another are about comments that may be decided upon.
    pub async fn allows_acts(self, scope: Scope, first: ActId, last: ActId) -> Result<bool> {
        if scope == Scope::Everything {
            return Ok(true);
        }
        if scope.is_drafts_only() {
            return Ok(false);
        }
        let (owner, drafts) = parameters(scope);
        // Only acts of the same moment and person are taken back together, as `undo_acts` has it.
        let others = self
            .ask(sql!(
                "select 1 from acts a join acts f on f.id = $1 and f.at = a.at and f.by = a.by ",
                "where a.id >= $1 and a.id <= $4 \
                 and not exists (select 1 from comments c join posts p on p.id = c.post_id ",
                "where c.id = a.comment_id and ",
                IN_SCOPE,
                ") limit 1"
            ))
            .bind(first)
            .bind(owner)
            .bind(drafts)
            .bind(last)
            .exists()
            .await?;
        Ok(!others)
    }

    /// Whether a picture may be described and deleted; `false` where it is not there.
    pub async fn allows_picture(self, scope: Scope, id: MediaId) -> Result<bool> {
        self.ask("select 1 from media where id = $1 and ($2 = 0 or author_id = $2)")
            .bind(id)
            .bind(parameters(scope).0)
            .exists()
            .await
    }

    /// Whether an operator is still to be shown that roles changed with an upgrade; asks once.
    pub async fn take_roles_news(self, id: AuthorId) -> Result<bool> {
        let has_news = self
            .ask("select 1 from authors where id = $1 and roles_news = 1")
            .bind(id)
            .exists()
            .await?;
        if !has_news {
            return Ok(false);
        }
        let mut write = self.write().await?;
        write
            .ask("update authors set roles_news = 0 where id = $1")
            .bind(id)
            .run()
            .await?;
        write.commit().await?;
        Ok(true)
    }

    /// The by-lines of imported posts that belong to nobody yet.
    pub async fn unclaimed_bylines(self) -> Result<Vec<String>> {
        self.ask(
            "select distinct byline from posts \
             where byline <> '' and kind = 'post' and author_id is null order by byline",
        )
        .values()
        .await
    }

    /// Gives the imported posts of a by-line to a person, who may edit them from then on; readers see the by-line as
    /// before. Gives how many there were.
    pub async fn assign_byline(self, byline: &str, author: AuthorId) -> Result<u64> {
        let mut write = self.write().await?;
        let given = write
            .ask(
                "update posts set author_id = $2 \
                 where byline = $1 and byline <> '' and kind = 'post' and author_id is null",
            )
            .bind(byline)
            .bind(author)
            .run()
            .await?;
        if given > 0 {
            write.commit().await?;
        }
        Ok(given)
    }
}

impl Write {
    /// Ends the preview links of somebody to posts that the person may not edit any more.
    pub(super) async fn end_preview_links_beyond(
        &mut self,
        author: AuthorId,
        now: Millis,
    ) -> Result<()> {
        self.ask(
            "update preview_links set withdrawn_at = $2 \
               where author_id = $1 and withdrawn_at is null and not exists (\
             select 1 from posts p join authors a on a.id = $1 \
               where p.id = preview_links.post_id and (a.role = 'operator' \
             or p.kind = 'post' and p.author_id = a.id \
               and (a.role = 'author' or p.state = 'draft')))",
        )
        .bind(author)
        .bind(now)
        .run()
        .await?;
        Ok(())
    }

    /// Ends the preview links that somebody made.
    pub(super) async fn end_preview_links_of(
        &mut self,
        author: AuthorId,
        now: Millis,
    ) -> Result<()> {
        self.ask(
            "update preview_links set withdrawn_at = $2 \
             where author_id = $1 and withdrawn_at is null",
        )
        .bind(author)
        .bind(now)
        .run()
        .await?;
        Ok(())
    }
}
