//! What is done with many posts at once, the order of the menu, and the end of what lay in the trash.

use crate::blog::audit::{Act, Note};
use crate::blog::post::{Comments, Kind, TAGS_MAX, label};
use crate::blog::settings::Permalinks;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, tag};
use crate::error::Result;
use crate::store::handle::Handle;
use crate::store::json::json;
use crate::store::{Posts, Write};

/// What lies in the trash this long is erased for good: ninety days.
pub const TRASH_KEPT_SECONDS: i64 = 90 * 24 * 3600;

/// A post or page with what it is called, as questions and the order of the menu name it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TitledPost {
    pub id: PostId,
    pub title: String,
}

impl TitledPost {
    /// Its title, or the words for one without.
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

impl Posts<'_> {
    /// The published pages, as the menu has them.
    pub async fn menu(self) -> Result<Vec<TitledPost>> {
        self.ask(
            "select id, title from posts where state = 'published' and kind = 'page' \
             order by menu_place = 0, menu_place, title, id",
        )
        .all()
        .await
    }

    /// Moves a page one place up or down in the menu; false where it cannot go there.
    pub async fn move_in_menu(self, id: PostId, up: bool, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let mut pages: Vec<PostId> = write
            .ask(
                "select id from posts where state = 'published' and kind = 'page' \
                 order by menu_place = 0, menu_place, title, id",
            )
            .values()
            .await?;
        let Some(at) = pages.iter().position(|page| *page == id) else {
            return Ok(false);
        };
        let to = if up { at.checked_sub(1) } else { Some(at + 1) };
        let Some(to) = to.filter(|to| *to < pages.len()) else {
            return Ok(false);
        };
        pages.swap(at, to);
        for (place, page) in (1_i64..).zip(pages) {
            write
                .ask("update posts set menu_place = $2 where id = $1 and menu_place <> $2")
                .bind(page)
                .bind(place)
                .run()
                .await?;
        }
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Adds a tag to posts; returns those that did not have it and have room for it.
    pub async fn add_tag(self, ids: &[PostId], name: &str, now: Millis) -> Result<Vec<PostId>> {
        let mut write = self.write().await?;
        let mut changed = Vec::new();
        for id in ids {
            let mut tags = write.tags_of(*id).await?;
            let has_room = tags.len() < TAGS_MAX;
            if !has_room || !tag::add(&mut tags, name) || !write.holds_post(*id).await? {
                continue;
            }
            write.retag(*id, &tags).await?;
            write
                .change_working_copy_tags(Some(*id), |tags| tag::add(tags, name))
                .await?;
            changed.push(*id);
        }
        write.commit_content(now).await?;
        Ok(changed)
    }

    /// Removes a tag from posts; returns those that had it.
    pub async fn remove_tag(self, ids: &[PostId], name: &str, now: Millis) -> Result<Vec<PostId>> {
        let mut write = self.write().await?;
        let mut changed = Vec::new();
        for id in ids {
            let mut tags = write.tags_of(*id).await?;
            let shown = tag::replace(&mut tags, name, None);
            let in_working_copy = write
                .change_working_copy_tags(Some(*id), |tags| tag::replace(tags, name, None))
                .await?;
            if shown {
                write.retag(*id, &tags).await?;
            }
            if shown || in_working_copy {
                changed.push(*id);
            }
        }
        write.commit_content(now).await?;
        Ok(changed)
    }

    /// Sets whether posts take comments; returns those where that was set differently.
    pub async fn set_comments(
        self,
        ids: &[PostId],
        comments: Comments,
        now: Millis,
    ) -> Result<Vec<PostId>> {
        let mut write = self.write().await?;
        let mut changed = Vec::new();
        for id in ids {
            let shown = write
                .ask("update posts set comments = $2 where id = $1 and comments <> $2")
                .bind(id)
                .bind(comments)
                .run()
                .await?;
            write.copy_working_copy(*id).await?;
            let in_working_copy = write
                .ask(
                    "update revisions set comments = $2 where comments <> $2 \
                     and id = (select revision_id from posts where id = $1)",
                )
                .bind(id)
                .bind(comments)
                .run()
                .await?;
            if shown + in_working_copy > 0 {
                changed.push(*id);
            }
        }
        write.commit_content(now).await?;
        Ok(changed)
    }

    /// Posts or pages in the trash that were put there up to a time, oldest first.
    pub async fn trashed(self, kind: Kind, until: Millis) -> Result<Vec<PostId>> {
        self.ask(
            "select id from posts where kind = $1 and state = 'trashed' and trashed_at <= $2 \
             order by id",
        )
        .bind(kind)
        .bind(until)
        .values()
        .await
    }

    /// Those of some posts or pages that are in the trash, in the order of the ids.
    pub async fn titles_in_trash(self, kind: Kind, ids: &[PostId]) -> Result<Vec<TitledPost>> {
        self.ask(
            "select p.id, p.title from json_each($1) n cross join posts p on p.id = n.value \
             where p.kind = $2 and p.state = 'trashed' order by n.key",
        )
        .bind(json(&ids)?)
        .bind(kind)
        .all()
        .await
    }

    /// Erases a post of the trash for good, whenever it was put there; false where it is not there.
    pub async fn erase(self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let erased = write.erase_post(id, now).await?;
        write.commit().await?;
        Ok(erased)
    }

    /// Erases for good what was put into the trash before a time: posts with their comments, their revisions, their tags
    /// and their words in the index. Each is a transaction of its own. Gives how many there were.
    pub async fn erase_trashed(self, before: Millis) -> Result<usize> {
        let ids: Vec<PostId> = self
            .ask(
                "select id from posts where trashed_at is not null and trashed_at <= $1 \
                 and state = 'trashed' order by id",
            )
            .bind(before)
            .values()
            .await?;
        for id in &ids {
            // Its days in the trash end now.
            let now = before.plus_seconds(TRASH_KEPT_SECONDS);
            let title = self.by_id(*id).await?.map(|post| post.title);
            let note = Note::new(Act::Erase, now)
                .of_post(*id)
                .about(&title.unwrap_or_default());
            let mut write = self.0.noting(note).write().await?;
            write.erase_post(*id, before).await?;
            write.commit().await?;
        }
        Ok(ids.len())
    }
}

impl Write {
    /// Lets the days in the trash begin for what was brought in as trashed.
    pub(in crate::store) async fn begin_days_in_trash(&mut self, now: Millis) -> Result<()> {
        self.ask(
            "update posts set trashed_at = $1 \
             where kind in ('post', 'page') and state = 'trashed' and trashed_at is null",
        )
        .bind(now)
        .run()
        .await?;
        Ok(())
    }

    /// The pattern that new permalinks follow.
    pub(in crate::store) async fn permalinks(&mut self) -> Result<Permalinks> {
        let row: Option<String> = self
            .ask("select value from settings where name = 'permalinks'")
            .one_value()
            .await?;
        Ok(row
            .and_then(|word| Permalinks::of(&word))
            .unwrap_or_default())
    }

    async fn holds_post(&mut self, id: PostId) -> Result<bool> {
        self.ask("select 1 from posts where id = $1")
            .bind(id)
            .exists()
            .await
    }

    async fn tags_of(&mut self, id: PostId) -> Result<Vec<String>> {
        self.ask(
            "select t.name from tags t join post_tags pt on pt.tag_id = t.id \
             where pt.post_id = $1 order by pt.place",
        )
        .bind(id)
        .values()
        .await
    }

    async fn retag(&mut self, id: PostId, tags: &[String]) -> Result<()> {
        self.set_tags(id, tags).await?;
        self.place_tags(id).await?;
        self.make_stale(id).await
    }

    async fn erase_post(&mut self, id: PostId, before: Millis) -> Result<bool> {
        // Somebody may have brought it back a moment ago.
        let still = self
            .ask("select 1 from posts where id = $1 and state = 'trashed' and trashed_at <= $2")
            .bind(id)
            .bind(before)
            .exists()
            .await?;
        if !still {
            self.note = None;
            return Ok(false);
        }
        let learned: Vec<CommentId> = self
            .ask(
                "select l.comment_id from comments c join spam_lessons l on l.comment_id = c.id \
                 where c.post_id = $1",
            )
            .bind(id)
            .values()
            .await?;
        for comment in learned {
            self.unlearn(comment).await?;
        }
        // What belongs to the comments alone goes with them; children come before what they refer to.
        for sql in [
            "delete from search_comments \
             where rowid in (select id from comments where post_id = $1)",
            "delete from subscriptions where post_id = $1",
            "delete from addresses \
               where email in (select lower(email) from comments where post_id = $1) \
             and not exists (select 1 from subscriptions s where s.email = addresses.email) \
             and not exists (select 1 from comments c \
               where lower(c.email) = addresses.email and c.post_id <> $1)",
            "delete from comments where post_id = $1",
            "delete from search_posts where rowid = $1",
            "delete from views where post_id = $1",
            "delete from popular where post_id = $1",
            "delete from related where post_id = $1 or other_id = $1",
            "delete from related_due where post_id = $1",
            "delete from post_tags where post_id = $1",
            "delete from redirects where post_id = $1",
            "delete from old_addresses where post_id = $1",
            "delete from pings where post_id = $1",
            "delete from preview_links where post_id = $1",
            "delete from editors where post_id = $1",
            "delete from revisions where post_id = $1",
            "delete from posts where id = $1",
        ] {
            self.ask(sql).bind(id).run().await?;
        }
        Ok(true)
    }
}
