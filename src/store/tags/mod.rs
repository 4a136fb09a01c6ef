//! Tags: the words that posts are found by. Two tags never differ in case alone.

mod edit;

pub use edit::{RenameOutcome, TagLine};

use super::ask::sql;
use super::json::list;
use super::posts::listed::{LISTED, page_of};
use super::{Page, PageDirection, Store, Write};
use crate::blog::post::Listed;
use crate::blog::{PostId, TagId, slug};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A tag as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Deserialize)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub slug: String,
}

handle! {
    /// Tags.
    tags: Tags
}

impl Tags<'_> {
    /// The tags of a post, in the author's order.
    pub async fn of_post(self, post: PostId) -> Result<Vec<Tag>> {
        self.ask(
            "select t.id, t.name, t.slug from tags t join post_tags pt on pt.tag_id = t.id \
             where pt.post_id = $1 order by pt.place",
        )
        .bind(post)
        .all()
        .await
    }

    pub async fn by_slug(self, slug: &str) -> Result<Option<Tag>> {
        self.ask("select id, name, slug from tags where slug = $1")
            .bind(slug)
            .one()
            .await
    }

    /// Whether a published post carries a tag.
    pub async fn is_used(self, tag: TagId) -> Result<bool> {
        self.ask("select 1 from tags where id = $1 and posts > 0")
            .bind(tag)
            .exists()
            .await
    }

    /// The tag of a name, whatever its case.
    pub async fn by_name(self, name: &str) -> Result<Option<Tag>> {
        self.ask("select id, name, slug from tags where key = $1")
            .bind(name.to_lowercase())
            .one()
            .await
    }

    /// The tag of a name whatever its case, or else the one with a slug.
    pub async fn by_name_or_slug(self, name: &str, slug: &str) -> Result<Option<Tag>> {
        match self.by_name(name).await? {
            Some(tag) => Ok(Some(tag)),
            None => self.by_slug(slug).await,
        }
    }

    /// The lower-case names of all tags.
    pub async fn keys(self) -> Result<Vec<String>> {
        self.ask("select key from tags order by key").values().await
    }

    /// The names of tags in their order, no more than `limit`.
    pub async fn names(self, limit: usize) -> Result<Vec<String>> {
        self.ask("select name from tags order by key limit $1")
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .values()
            .await
    }

    /// All tags that published posts carry, by name, with the number of posts.
    pub async fn counts(self) -> Result<Vec<(Tag, i64)>> {
        let rows: String = self
            .ask(
                "select json_group_array(json_array(id, name, slug, posts)) from (\
                 select id, name, slug, posts from tags where posts > 0 order by key) as counted",
            )
            .value()
            .await?;
        let rows: Vec<(TagId, String, String, i64)> = list(&rows)?;
        Ok(rows
            .into_iter()
            .map(|(id, name, slug, count)| (Tag { id, name, slug }, count))
            .collect())
    }

    /// Published posts of a tag, newest first.
    pub async fn posts(self, tag: TagId, side: PageDirection, limit: i64) -> Result<Page<Listed>> {
        let sql = if matches!(side, PageDirection::Newer(..)) {
            sql!(
                LISTED,
                "from post_tags pt join posts p on p.id = pt.post_id \
                 left join authors a on a.id = p.author_id \
                 where pt.tag_id = $1 and pt.published_at is not null \
                 and (pt.published_at, pt.post_id) > ($2, $3) \
                 order by pt.published_at, pt.post_id limit $4) as listed"
            )
        } else {
            sql!(
                LISTED,
                "from post_tags pt join posts p on p.id = pt.post_id \
                 left join authors a on a.id = p.author_id \
                 where pt.tag_id = $1 and pt.published_at is not null \
                 and (pt.published_at, pt.post_id) < ($2, $3) \
                 order by pt.published_at desc, pt.post_id desc limit $4) as listed"
            )
        };
        let (at, id) = side.place();
        let posts: String = self
            .ask(sql)
            .bind(tag)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .value()
            .await?;
        page_of(&posts, side, limit)
    }
}

impl Write {
    /// Gives a post exactly these tags, making those that are new.
    pub(super) async fn set_tags(&mut self, post: PostId, names: &[String]) -> Result<()> {
        self.ask("delete from post_tags where post_id = $1")
            .bind(post)
            .run()
            .await?;
        for (place, name) in (0_i64..).zip(names) {
            let tag = self.tag_for(name).await?;
            self.ask(
                "insert into post_tags (post_id, tag_id, place) values ($1, $2, $3) \
                 on conflict (post_id, tag_id) do nothing",
            )
            .bind(post)
            .bind(tag)
            .bind(place)
            .run()
            .await?;
        }
        Ok(())
    }

    /// Brings the places of a post below its tags and in the archive in line with its state.
    pub(super) async fn place(&mut self, post: PostId) -> Result<()> {
        self.place_tags(post).await?;
        self.place_in_archive(post).await
    }

    /// Brings the copy of the publishing time in a post's tags in line with its state.
    pub(super) async fn place_tags(&mut self, post: PostId) -> Result<()> {
        self.ask(
            "update post_tags \
               set published_at = (select case when state = 'published' and kind = 'post' \
             then published_at end from posts where id = $1) where post_id = $1",
        )
        .bind(post)
        .run()
        .await?;
        Ok(())
    }

    pub(super) async fn tag_for(&mut self, name: &str) -> Result<TagId> {
        let key = name.to_lowercase();
        let known: Option<TagId> = self
            .ask("select id from tags where key = $1")
            .bind(&key)
            .one_value()
            .await?;
        if let Some(id) = known {
            return Ok(id);
        }
        let wanted = match slug::of(name) {
            empty if empty.is_empty() => "tag".to_owned(),
            slug => slug,
        };
        let mut n = 1;
        loop {
            let made: Option<TagId> = self
                .ask(
                    "insert into tags (id, name, key, slug) \
                       values ((select last + 1 from numbers where name = 'tags'), \
                     $1, $2, $3) on conflict (slug) do nothing returning id",
                )
                .bind(name)
                .bind(&key)
                .bind(slug::numbered(&wanted, n))
                .one_value()
                .await?;
            match made {
                Some(id) => return Ok(id),
                None => n += 1,
            }
        }
    }
}

impl Tags<'_> {
    /// The tags that published posts carry, by name, no more than `limit`.
    pub async fn in_use(self, limit: i64) -> Result<Vec<Tag>> {
        self.ask(
            "select t.id, t.name, t.slug from tags t where exists (select 1 from post_tags pt \
             where pt.tag_id = t.id and pt.published_at is not null) order by t.key limit $1",
        )
        .bind(limit)
        .all()
        .await
    }
}
