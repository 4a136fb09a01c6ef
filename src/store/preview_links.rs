//! Preview links: who has one may read a working copy without signing in, until the link ends or is withdrawn.

use super::Store;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, PreviewId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PreviewLink {
    pub id: PreviewId,
    pub name: String,
    pub created_at: Millis,
    pub ends_at: Option<Millis>,
    pub withdrawn_at: Option<Millis>,
    /// Who made it.
    pub by: String,
}

handle! {
    /// Links to unpublished posts.
    preview_links: PreviewLinks
}

impl PreviewLinks<'_> {
    /// All links to a post that were ever made, the newest first.
    pub async fn list(self, post: PostId) -> Result<Vec<PreviewLink>> {
        self.ask(
            "select l.id, l.name, l.created_at, l.ends_at, l.withdrawn_at, \
               coalesce(a.name, '') as by \
             from preview_links l left join authors a on a.id = l.author_id where l.post_id = $1 \
               order by l.id desc",
        )
        .bind(post)
        .all()
        .await
    }

    pub async fn add(
        self,
        post: PostId,
        author: AuthorId,
        name: &str,
        ends_at: Option<Millis>,
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "insert into preview_links (id, post_id, author_id, name, created_at, ends_at) \
                 values ((select last + 1 from numbers where name = 'preview_links'), \
                 $1, $2, $3, $4, $5)",
            )
            .bind(post)
            .bind(author)
            .bind(name)
            .bind(now)
            .bind(ends_at)
            .run()
            .await?;
        write.commit().await
    }

    pub async fn withdraw(self, post: PostId, id: PreviewId, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "update preview_links set withdrawn_at = $3 \
                 where id = $2 and post_id = $1 and withdrawn_at is null",
            )
            .bind(post)
            .bind(id)
            .bind(now)
            .run()
            .await?;
        write.commit().await
    }

    /// The post that a link shows, and when the link was made, as long as it shows it: until it ends or is withdrawn, or its
    /// maker is removed. With a role its maker also loses the links to what the new role may not edit, see
    /// [`set_role`](crate::store::authors::Authors::set_role).
    pub async fn post(self, id: PreviewId, now: Millis) -> Result<Option<(PostId, Millis)>> {
        self.ask(
            "select p.id, l.created_at from preview_links l join posts p on p.id = l.post_id \
             join authors a on a.id = l.author_id \
             where l.id = $1 and l.withdrawn_at is null and (l.ends_at is null or l.ends_at > $2) \
             and l.created_at <= $3 and p.state <> 'trashed' and a.removed_at is null",
        )
        .bind(id)
        .bind(now)
        .bind(now.latest())
        .one()
        .await
    }
}
