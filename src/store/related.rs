//! Related posts: read by one look-up in an index, computed when a post is published and by the scheduler.

use super::json::json;
use super::{Store, Write};
use crate::blog::time::Millis;
use crate::blog::{PostId, TagId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// Of the posts of a tag the newest are looked at.
const OF_A_TAG: i64 = 40;
/// Of the tags of a post the rarest are looked at.
const RAREST_TAGS: i64 = 5;
/// A tag of more posts than these is a common one, however many more.
const COMMON_TAG: i64 = 2000;

/// A link to a post that is like another one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct RelatedPost {
    pub title: String,
    pub path: String,
    pub published_at: Millis,
}

handle! {
    /// Related posts.
    related: Related
}

impl Related<'_> {
    /// Posts whose related ones are to be found, in no order that matters.
    pub async fn due(self, limit: i64) -> Result<Vec<PostId>> {
        self.ask("select post_id from related_due order by post_id limit $1")
            .bind(limit)
            .values()
            .await
    }

    /// How many posts readers can see.
    pub async fn published_count(self) -> Result<i64> {
        self.ask("select count(*) from posts where kind = 'post' and state = 'published'")
            .value()
            .await
    }

    /// Title and HTML of a published post.
    pub async fn published_text(self, id: PostId) -> Result<Option<(String, String)>> {
        self.ask(
            "select title, html from posts \
             where id = $1 and kind = 'post' and state = 'published' and protected = 0",
        )
        .bind(id)
        .one()
        .await
    }

    /// The rarest tags of a post, each with how many published posts carry it.
    pub async fn rarest_tags(self, id: PostId) -> Result<Vec<(TagId, i64)>> {
        self.ask(
            "select t.tag_id, (select count(*) from (select 1 from post_tags x \
               where x.tag_id = t.tag_id and x.published_at is not null \
               limit $3) as counted) as posts \
             from post_tags t where t.post_id = $1 order by posts, t.place limit $2",
        )
        .bind(id)
        .bind(RAREST_TAGS)
        .bind(COMMON_TAG)
        .all()
        .await
    }

    /// The newest posts that carry a tag.
    pub async fn newest_of_tag(self, tag: TagId) -> Result<Vec<PostId>> {
        let rows: Vec<PostId> = self
            .ask(
                "select post_id from post_tags where tag_id = $1 and published_at is not null \
                 order by published_at desc, post_id desc limit $2",
            )
            .bind(tag)
            .bind(OF_A_TAG)
            .values()
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Those of some posts that readers can see, with their time.
    pub async fn published_among(self, ids: &[PostId]) -> Result<Vec<(PostId, Millis)>> {
        self.ask(
            "select p.id, p.published_at from json_each($1) n \
               cross join posts p on p.id = n.value \
             where p.kind = 'post' and p.state = 'published' and p.protected = 0",
        )
        .bind(json(&ids)?)
        .all()
        .await
    }

    /// Which of some posts carry which tags of another one.
    pub async fn shared_tags(self, ids: &[PostId], with: PostId) -> Result<Vec<(PostId, TagId)>> {
        self.ask(
            "select t.post_id, t.tag_id from json_each($1) n \
               cross join post_tags t on t.post_id = n.value \
             where t.tag_id in (select tag_id from post_tags where post_id = $2)",
        )
        .bind(json(&ids)?)
        .bind(with)
        .all()
        .await
    }

    /// Writes down what was found for some posts, and that it is no longer due; `again` are posts to compute again.
    pub async fn set(
        self,
        found: &[(PostId, Vec<PostId>)],
        again: &[PostId],
        now: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let mut changed = Vec::new();
        for (id, others) in found {
            if write.set_related(*id, others).await? {
                changed.push(*id);
            }
        }
        for id in again {
            write.make_related_due(*id).await?;
        }
        if changed.is_empty() {
            write.commit().await
        } else {
            write.commit_around(&changed, now).await
        }
    }
}

impl Write {
    /// Marks the related posts of a published post to be computed again soon.
    pub(super) async fn make_related_due(&mut self, id: PostId) -> Result<()> {
        self.ask(
            "insert into related_due (post_id) \
             select id from posts where id = $1 and kind = 'post' and state = 'published' \
             on conflict (post_id) do nothing",
        )
        .bind(id)
        .run()
        .await?;
        Ok(())
    }

    /// Gives whether it is another list than before. What was erased meanwhile is left out.
    async fn set_related(&mut self, id: PostId, others: &[PostId]) -> Result<bool> {
        self.ask("delete from related_due where post_id = $1")
            .bind(id)
            .run()
            .await?;
        let before: Vec<PostId> = self
            .ask("select other_id from related where post_id = $1 order by place")
            .bind(id)
            .values()
            .await?;
        if before.iter().eq(others) {
            return Ok(false);
        }
        self.ask("delete from related where post_id = $1")
            .bind(id)
            .run()
            .await?;
        self.ask(
            "insert into related (post_id, place, other_id) select $1, n.key, n.value \
               from json_each($2) n \
             where n.value in (select id from posts) and $1 in (select id from posts)",
        )
        .bind(id)
        .bind(json(&others)?)
        .run()
        .await?;
        Ok(true)
    }
}
