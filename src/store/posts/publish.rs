//! From the working copy to the readers and back: publishing, scheduling, unpublishing, the trash.

use crate::blog::post::{self, Link, NewPost, Rendered, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, RevisionId, slug};
use crate::error::Result;
use crate::store::handle::Handle;
use crate::store::revisions::details_json;
use crate::store::{Posts, Write};
use jiff::tz::TimeZone;

/// A revision on its way to readers: what it became, and when.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a> {
    pub revision: RevisionId,
    pub rendered: &'a Rendered,
    /// The version of the renderer that made `rendered`.
    pub renderer: i64,
    /// The time that was set for it, where nobody is there to choose another permalink when its own is taken.
    pub due_at: Option<Millis>,
    pub zone: &'a TimeZone,
    pub now: Millis,
}

/// Why a text is not published; it stays the working copy.
#[derive(Debug)]
pub enum PublishError {
    /// There is another text by now, or another time.
    Changed,
    /// The permalink that the author typed belongs to another post.
    Taken(Link),
    Gone,
}

/// What the author's door asks of a post's row besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct ShownRevisions {
    /// The revision that readers see, and the one that they saw before it.
    pub shown_id: Option<RevisionId>,
    pub shown_before_id: Option<RevisionId>,
}

/// What publishing has to know of the post as it is.
#[derive(sqlx::FromRow)]
struct Before {
    state: State,
    path: Option<String>,
    published_at: Option<Millis>,
    due_at: Option<Millis>,
}

impl Posts<'_> {
    /// Shows a revision of a post to its readers; gives the permalink.
    pub async fn publish(
        self,
        id: PostId,
        publishing: Publication<'_>,
    ) -> Result<Result<String, PublishError>> {
        let mut write = self.write().await?;
        let before: Option<Before> = write
            .ask("select state, path, published_at, due_at from posts where id = $1")
            .bind(id)
            .one()
            .await?;
        let Some(before) = before else {
            return Ok(Err(PublishError::Gone));
        };
        if publishing.due_at.is_some() && publishing.due_at != before.due_at {
            return Ok(Err(PublishError::Changed));
        }
        let text = write.text_of(id, publishing.revision).await?;
        let Some(text) = text.filter(|_| before.state != State::Trashed) else {
            return Ok(Err(PublishError::Changed));
        };
        match write.show(id, &before, &text.text, publishing).await? {
            Ok(path) => {
                write.commit_content(publishing.now).await?;
                Ok(Ok(path))
            }
            Err(taken) => Ok(Err(PublishError::Taken(taken))),
        }
    }

    /// Sets the time at which the scheduler publishes the working copy; false if the post is not there.
    pub async fn schedule(self, id: PostId, due_at: Millis, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = write
            .ask(
                "update posts set state = case state when 'published' then state \
                   else 'scheduled' end, due_at = $2, \
                 listed_at = case state when 'published' then listed_at else $2 end, \
                 updated_at = case state when 'published' then updated_at else $3 end \
                 where id = $1 and state <> 'trashed'",
            )
            .bind(id)
            .bind(due_at)
            .bind(now)
            .run()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        let state: State = write
            .ask("select state from posts where id = $1")
            .bind(id)
            .value()
            .await?;
        // Those of a published post are what its readers see.
        if state == State::Scheduled {
            write.apply_tags(id).await?;
        }
        write.commit().await?;
        Ok(true)
    }

    /// What was to be shown by now, the earliest first, with its time.
    pub async fn due(self, now: Millis) -> Result<Vec<(PostId, Millis)>> {
        self.ask(
            "select id, due_at from posts where due_at is not null and due_at <= $1 \
             order by due_at, id",
        )
        .bind(now)
        .all()
        .await
    }

    /// Makes the published text the working copy again; what was pending stays a revision.
    pub async fn discard_pending(
        self,
        id: PostId,
        author: AuthorId,
        device: &str,
        now: Millis,
    ) -> Result<bool> {
        let Some(ShownRevisions {
            shown_id: Some(shown),
            ..
        }) = self.shown_revisions(id).await?
        else {
            return Ok(false);
        };
        let back = self
            .0
            .revisions()
            .restore(id, shown, author, device, now)
            .await?;
        let Some(kept) = back else {
            return Ok(false);
        };
        let mut write = self.write().await?;
        write
            .ask(
                "update posts set shown_id = $2, pending = false, due_at = null \
                   where id = $1 and revision_id = $2 \
                 and state = 'published'",
            )
            .bind(id)
            .bind(kept.revision)
            .run()
            .await?;
        write.commit().await?;
        Ok(true)
    }

    /// Which revisions of a post readers see and saw.
    pub async fn shown_revisions(self, id: PostId) -> Result<Option<ShownRevisions>> {
        self.ask("select shown_id, shown_before_id from posts where id = $1")
            .bind(id)
            .one()
            .await
    }

    /// Puts a post into the trash; false where it is not there or lies there already.
    pub async fn trash(self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = write
            .ask(
                "update posts set state_before_trash = state, state = 'trashed', \
                   updated_at = $2, trashed_at = $2, \
                 due_at = null where id = $1 and state <> 'trashed'",
            )
            .bind(id)
            .bind(now)
            .run()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        write.place(id).await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Brings a post back from the trash as it was; where its address was given away meanwhile, as a draft.
    pub async fn restore(self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let row: Option<(String, Option<String>)> = write
            .ask("select state_before_trash, path from posts where id = $1 and state = 'trashed'")
            .bind(id)
            .one()
            .await?;
        let Some((before, path)) = row else {
            return Ok(false);
        };
        let free = match path {
            Some(path) => write.holder_of(&path, id).await?.is_none(),
            None => false,
        };
        let state = if before == State::Published.word() && free {
            State::Published
        } else {
            State::Draft
        };
        write
            .ask(
                "update posts \
                   set state = $2, state_before_trash = '', updated_at = $3, trashed_at = null, \
                 listed_at = case when $2 = 'draft' then $3 else listed_at end where id = $1",
            )
            .bind(id)
            .bind(state)
            .bind(now)
            .run()
            .await?;
        if state == State::Draft {
            write.follow_working_copy(id, now).await?;
        }
        write.place(id).await?;
        write.commit_content(now).await?;
        Ok(true)
    }

    /// Takes a post back from its readers, or from its schedule; its address is kept for when it is published again.
    pub async fn unpublish(self, id: PostId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        let done = write
            .ask(
                "update posts set state = 'draft', updated_at = $2, listed_at = $2, \
                   pending = false, due_at = null \
                 where id = $1 and state in ('published', 'scheduled')",
            )
            .bind(id)
            .bind(now)
            .run()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        write.follow_working_copy(id, now).await?;
        write.place(id).await?;
        write.commit_content(now).await?;
        Ok(true)
    }
}

impl Write {
    /// Puts a text and its rendering into the row that readers are shown.
    async fn show(
        &mut self,
        id: PostId,
        before: &Before,
        new: &NewPost,
        publishing: Publication<'_>,
    ) -> Result<Result<String, Link>> {
        let Publication {
            revision,
            rendered,
            renderer,
            due_at,
            zone,
            now,
        } = publishing;
        // A moment to come was when it was to be published; published now, it is published now.
        let at = new
            .published_at
            .filter(|at| *at <= now)
            .or(before.published_at.filter(|at| *at <= now))
            .unwrap_or(now);
        let numbered = due_at.is_some();
        let path = match self
            .settle_path(id, before, new, at, zone, numbered)
            .await?
        {
            Ok(path) => path,
            Err(taken) => return Ok(Err(taken)),
        };
        self.ask(
            "update posts set state = 'published', title = $2, path = $3, slug = $4, \
               markup = $5, comments = $6, \
             excerpt = $7, published_at = $8, updated_at = $9, listed_at = $8, \
               renderer = $10, html = $11, \
             teaser = $12, cut = $13, auto_excerpt = $14, source = $15, pinned = $16, \
               details = $17, due_at = null, \
             shown_before_id = case when state = 'published' then shown_id end, shown_id = $18, \
             pending = case when revision_id = $18 then false else true end, \
               author_id = coalesce($19, author_id), \
             byline = case when $19 is null then byline \
               else '' end, words = $20, picture = $21, contents = $22, feature = $23 \
             where id = $1",
        )
        .bind(id)
        .bind(&new.title)
        .bind(&path)
        .bind(&new.permalink)
        .bind(new.markup)
        .bind(new.comments)
        .bind(&new.excerpt)
        .bind(at)
        .bind(now)
        .bind(renderer)
        .bind(&rendered.html)
        .bind(&rendered.teaser)
        .bind(rendered.cut)
        .bind(&rendered.excerpt)
        .bind(&new.source)
        .bind(new.pinned)
        .bind(details_json(new)?)
        .bind(revision)
        .bind(new.details.author)
        .bind(rendered.word_count)
        .bind(&rendered.picture)
        .bind(&rendered.contents)
        .bind(&rendered.feature)
        .run()
        .await?;
        self.mark_published(revision).await?;
        self.set_tags(id, &new.tags).await?;
        self.note_uses(id).await?;
        self.place(id).await?;
        self.index_post(id, &new.title, &rendered.words).await?;
        Ok(Ok(path))
    }

    /// Finds the address of a post that is to be published, and lets the old one lead to it. A typed one that is taken is
    /// refused, or `numbered` where nobody is there to choose another.
    async fn settle_path(
        &mut self,
        id: PostId,
        before: &Before,
        new: &NewPost,
        at: Millis,
        zone: &TimeZone,
        numbered: bool,
    ) -> Result<Result<String, Link>> {
        let holder = match &before.path {
            Some(path) => self.holder_of(path, id).await?,
            None => None,
        };
        let keeps =
            |path: &&String| new.permalink.is_empty() || new.permalink == post::slug_of_path(path);
        if let Some(path) = before.path.as_ref().filter(keeps) {
            // An address once given is kept, whatever becomes of title and date.
            match &holder {
                None => return Ok(Ok(path.clone())),
                Some(holder) if !new.permalink.is_empty() && !numbered => {
                    return Ok(Err(holder.clone()));
                }
                Some(_) => {}
            }
        }
        let typed = slug::of(&new.permalink);
        let wanted = [typed.as_str(), &slug::of(&new.title), "untitled"]
            .into_iter()
            .find(|slug| !slug.is_empty())
            .unwrap_or("untitled")
            .to_owned();
        let pattern = self.permalinks().await?;
        let mut n = 1;
        let path = loop {
            let path = post::permalink(new.kind, pattern, &slug::numbered(&wanted, n), at, zone);
            let holder = if post::is_reserved(&path) {
                Some(Link {
                    title: "the blog itself".to_owned(),
                    path: path.clone(),
                })
            } else {
                self.holder_of(&path, id).await?
            };
            match holder {
                None => break path,
                Some(holder) if !typed.is_empty() && !numbered => return Ok(Err(holder)),
                Some(_) => n += 1,
            }
        };
        // An address that somebody else holds by now leads there, and not to this post.
        let left = |old: &&String| **old != path && holder.is_none();
        if let Some(old) = before.path.as_ref().filter(left) {
            self.redirect(old, id).await?;
        }
        self.ask("delete from redirects where path = $1")
            .bind(&path)
            .run()
            .await?;
        Ok(Ok(path))
    }

    /// Lets an address that a post once had lead to it.
    pub(in crate::store) async fn redirect(&mut self, path: &str, id: PostId) -> Result<()> {
        self.ask(
            "insert into redirects (path, post_id) values ($1, $2) \
             on conflict (path) do update set post_id = excluded.post_id",
        )
        .bind(path)
        .bind(id)
        .run()
        .await?;
        Ok(())
    }

    /// The other published post that lives at an address, if any.
    pub(in crate::store) async fn holder_of(
        &mut self,
        path: &str,
        but: PostId,
    ) -> Result<Option<Link>> {
        self.ask(super::HOLDER).bind(path).bind(but).one().await
    }
}
