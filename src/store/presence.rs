//! Presence: which page has which post open in an editor, so that authors learn of each other.

use super::{NewRevision, Store, Write};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, RevisionId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A page that did not say a word for so long is not open any more; an open one says something every minute.
const SILENT_SECONDS: i64 = 180;
/// After so long nobody comes back to a page and saves what was made from an old text.
const FORGOTTEN_SECONDS: i64 = 30 * 24 * 3600;

/// Another page that has the same post open.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OtherEditor {
    pub author: String,
    pub device: String,
    pub typed_at: Millis,
}

handle! {
    /// Which posts are open in an editor.
    presence: Presence
}

impl Presence<'_> {
    /// Where else a post is open, the most recently used first.
    pub async fn other_editors(
        self,
        post: PostId,
        editor: &str,
        now: Millis,
    ) -> Result<Vec<OtherEditor>> {
        self.ask(
            "select a.name as author, e.device, e.typed_at from editors e \
               join authors a on a.id = e.author_id \
             where e.post_id = $1 and e.key <> $2 and e.seen_at > $3 and e.seen_at <= $4 \
               order by e.typed_at desc",
        )
        .bind(post)
        .bind(editor)
        .bind(now.plus_seconds(-SILENT_SECONDS))
        .bind(now.latest())
        .all()
        .await
    }

    /// Notes that a page has a post open; gives the working copy by now.
    pub async fn opened(
        self,
        editor: &str,
        post: PostId,
        base: Option<RevisionId>,
        author: AuthorId,
        device: &str,
        now: Millis,
    ) -> Result<Option<RevisionId>> {
        let mut write = self.write().await?;
        write
            .ask(
                "insert into editors (key, post_id, author_id, device, base_id, \
                   seen_at, typed_at) \
                 select $1, id, $3, $4, $5, $6, $6 from posts where id = $2 \
                 on conflict (key) do update set seen_at = excluded.seen_at \
                   where editors.author_id = excluded.author_id",
            )
            .bind(editor)
            .bind(post)
            .bind(author)
            .bind(device)
            .bind(base)
            .bind(now)
            .run()
            .await?;
        write.commit().await?;
        let head: Option<Option<RevisionId>> = self
            .ask("select revision_id from posts where id = $1")
            .bind(post)
            .one_value()
            .await?;
        Ok(head.and_then(|head| head))
    }

    /// Notes that a page was closed. Its row stays for a while: what it sent last may arrive twice.
    pub async fn closed(self, editor: &str, author: AuthorId) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update editors set seen_at = 0 where key = $1 and author_id = $2")
            .bind(editor)
            .bind(author)
            .run()
            .await?;
        write.commit().await
    }

    /// Forgets pages that nobody comes back to.
    pub async fn tidy(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from editors where typed_at < $1 and seen_at < $1")
            .bind(now.plus_seconds(-FORGOTTEN_SECONDS))
            .run()
            .await?;
        write.commit().await
    }
}

impl Write {
    /// Notes what a page saved last, and when.
    pub(super) async fn note_editor(
        &mut self,
        editor: &str,
        post: PostId,
        base: Option<RevisionId>,
        keeping: NewRevision<'_>,
    ) -> Result<()> {
        self.ask(
            "insert into editors (key, post_id, author_id, device, base_id, seen_at, typed_at) \
             values ($1, $2, $3, $4, $5, $6, $6) \
             on conflict (key) do update \
               set base_id = excluded.base_id, seen_at = excluded.seen_at, \
             typed_at = excluded.typed_at where editors.post_id = excluded.post_id",
        )
        .bind(editor)
        .bind(post)
        .bind(keeping.author)
        .bind(keeping.device)
        .bind(base)
        .bind(keeping.now)
        .run()
        .await?;
        Ok(())
    }
}
