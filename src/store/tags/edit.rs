//! Looking after tags: new names, two made one, and the end of one. The old address of a tag always leads somewhere.
//!
//! The working copy names its tags by itself (`revisions.tags`, one a line): it is changed with them, so that no
//! editor brings an old name back.

use crate::blog::time::Millis;
use crate::blog::{PostId, TagId, slug, tag};
use crate::error::Result;
use crate::store::Tags;
use crate::store::handle::Handle;
use crate::store::{Tag, Write};

/// A line of the author's list of tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct TagLine {
    pub id: TagId,
    pub name: String,
    pub slug: String,
    /// How many posts carry it, whatever their state.
    pub posts: i64,
    pub published: i64,
}

/// What came of a new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenameOutcome {
    Done,
    /// Another tag has this name: two can only be merged.
    Taken(Tag),
    Gone,
}

impl Tags<'_> {
    /// All tags by name, those of drafts and those that nothing carries too.
    pub async fn lines(self) -> Result<Vec<TagLine>> {
        self.ask(
            "select t.id, t.name, t.slug, count(pt.post_id) as posts, \
               count(pt.published_at) as published \
             from tags t left join post_tags pt on pt.tag_id = t.id \
             group by t.id, t.name, t.slug, t.key order by t.key",
        )
        .all()
        .await
    }

    /// One of them.
    pub async fn line(self, id: TagId) -> Result<Option<TagLine>> {
        self.ask(
            "select t.id, t.name, t.slug, count(pt.post_id) as posts, \
               count(pt.published_at) as published \
             from tags t left join post_tags pt on pt.tag_id = t.id where t.id = $1 \
             group by t.id, t.name, t.slug",
        )
        .bind(id)
        .one()
        .await
    }

    /// Where a tag is found that once had this slug: the slug of today, or nothing where the tag is gone. `None`: no tag
    /// ever had it.
    pub async fn moved_to(self, slug: &str) -> Result<Option<Option<String>>> {
        self.ask(
            "select t.slug from tag_redirects r left join tags t on t.id = r.tag_id \
             where r.slug = $1",
        )
        .bind(slug)
        .one_value()
        .await
    }

    /// Gives a tag another name, and the address that goes with it.
    pub async fn rename(self, id: TagId, name: &str, now: Millis) -> Result<RenameOutcome> {
        let mut write = self.write().await?;
        let Some(before) = write.tag(id).await? else {
            return Ok(RenameOutcome::Gone);
        };
        let key = name.to_lowercase();
        let other: Option<Tag> = write
            .ask("select id, name, slug from tags where key = $1 and id <> $2")
            .bind(&key)
            .bind(id)
            .one()
            .await?;
        if let Some(other) = other {
            return Ok(RenameOutcome::Taken(other));
        }
        let slug = write.slug_for(&before, name).await?;
        write
            .ask("update tags set name = $2, key = $3, slug = $4 where id = $1")
            .bind(id)
            .bind(name)
            .bind(&key)
            .bind(&slug)
            .run()
            .await?;
        if slug != before.slug {
            write
                .ask("delete from tag_redirects where slug = $1")
                .bind(&slug)
                .run()
                .await?;
            write.redirect_tag(&before.slug, Some(id)).await?;
        }
        write.make_tagged_stale(id).await?;
        write
            .change_working_copy_tags(None, |tags| tag::replace(tags, &before.name, Some(name)))
            .await?;
        write.commit_content(now).await?;
        Ok(RenameOutcome::Done)
    }

    /// Makes two tags one: what carried `from` carries `into`. False where one of them is not there.
    pub async fn merge(self, from: TagId, into: TagId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let (Some(old), Some(new)) = (write.tag(from).await?, write.tag(into).await?) else {
            return Ok(false);
        };
        if from == into {
            return Ok(false);
        }
        write.make_tagged_stale(from).await?;
        for sql in [
            "delete from post_tags \
             where tag_id = $1 and post_id in (select post_id from post_tags where tag_id = $2)",
            "update post_tags set tag_id = $2 where tag_id = $1",
            "update tag_redirects set tag_id = $2 where tag_id = $1",
            "delete from tags where id = $1 and $2 <> 0",
        ] {
            write.ask(sql).bind(from).bind(into).run().await?;
        }
        write.redirect_tag(&old.slug, Some(into)).await?;
        write
            .change_working_copy_tags(None, |tags| tag::replace(tags, &old.name, Some(&new.name)))
            .await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Takes a tag from all posts for good; its address leads to the list of all tags.
    pub async fn delete(self, id: TagId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let Some(old) = write.tag(id).await? else {
            return Ok(false);
        };
        write.make_tagged_stale(id).await?;
        for sql in [
            "delete from post_tags where tag_id = $1",
            "update tag_redirects set tag_id = null where tag_id = $1",
            "delete from tags where id = $1",
        ] {
            write.ask(sql).bind(id).run().await?;
        }
        write.redirect_tag(&old.slug, None).await?;
        write
            .change_working_copy_tags(None, |tags| tag::replace(tags, &old.name, None))
            .await?;
        write.commit_content(now).await?;
        Ok(true)
    }
}

impl Write {
    async fn tag(&mut self, id: TagId) -> Result<Option<Tag>> {
        self.ask("select id, name, slug from tags where id = $1")
            .bind(id)
            .one()
            .await
    }

    /// The slug for a new name: the one it has where that still fits, and never that of another tag.
    async fn slug_for(&mut self, before: &Tag, name: &str) -> Result<String> {
        let wanted = match slug::of(name) {
            empty if empty.is_empty() => "tag".to_owned(),
            slug => slug,
        };
        let mut n = 1;
        loop {
            let slug = slug::numbered(&wanted, n);
            let taken = self
                .ask("select 1 from tags where slug = $1 and id <> $2")
                .bind(&slug)
                .bind(before.id)
                .exists()
                .await?;
            if !taken {
                return Ok(slug);
            }
            n += 1;
        }
    }

    /// Lets the address of a tag lead to another one, or to all of them.
    async fn redirect_tag(&mut self, slug: &str, to: Option<TagId>) -> Result<()> {
        self.ask(
            "insert into tag_redirects (slug, tag_id) values ($1, $2) \
             on conflict (slug) do update set tag_id = excluded.tag_id",
        )
        .bind(slug)
        .bind(to)
        .run()
        .await?;
        Ok(())
    }

    /// Marks a rendering as stale: it is rendered again soon, and the words of its tags go into the index with it.
    pub(in crate::store) async fn make_stale(&mut self, id: PostId) -> Result<()> {
        self.ask("update posts set renderer = -1 where id = $1")
            .bind(id)
            .run()
            .await?;
        Ok(())
    }

    async fn make_tagged_stale(&mut self, tag: TagId) -> Result<()> {
        self.ask(
            "update posts set renderer = -1 \
             where id in (select post_id from post_tags where tag_id = $1)",
        )
        .bind(tag)
        .run()
        .await?;
        Ok(())
    }

    /// Changes the tags in the working copy of one post or of all; gives whether anything changed.
    pub(in crate::store) async fn change_working_copy_tags(
        &mut self,
        post: Option<PostId>,
        change: impl Fn(&mut Vec<String>) -> bool,
    ) -> Result<bool> {
        let rows: Vec<(PostId, String)> = match post {
            Some(post) => {
                self.ask(
                    "select p.id, r.tags from posts p join revisions r on r.id = p.revision_id \
                     where p.id = $1",
                )
                .bind(post)
                .all()
                .await?
            }
            None => {
                self.ask(
                    "select p.id, r.tags from posts p join revisions r on r.id = p.revision_id \
                     where r.tags <> ''",
                )
                .all()
                .await?
            }
        };
        let mut changed = false;
        for (post, tags) in rows {
            let mut tags: Vec<String> = tags
                .lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect();
            if change(&mut tags) {
                self.copy_working_copy(post).await?;
                self.ask(
                    "update revisions set tags = $2 \
                     where id = (select revision_id from posts where id = $1)",
                )
                .bind(post)
                .bind(tags.join("\n"))
                .run()
                .await?;
                changed = true;
            }
        }
        Ok(changed)
    }
}
