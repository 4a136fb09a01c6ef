//! How a text is saved: appended as a revision, merged with what somebody else saved meanwhile, and put into the row of a
//! post that nobody reads yet.

use super::{CurrentPost, REVISION, ROW_TEXT, RevisionRow, TextRow};
use crate::blog::merge::{self, Merged};
use crate::blog::post::{self, NewPost, State};
use crate::blog::revision::{self, Reason, Revision};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, RevisionId};
use crate::error::{Error, Result};
use crate::store::ask::sql;
use crate::store::{Conflict, NewRevision, SaveError, SavedPost, Write, compute};

/// In place of the renderer's version where a text waits to be rendered: at once, or when it is quiet.
const UNRENDERED: i64 = -1;
const UNRENDERED_YET: i64 = 0;

/// Two texts that were both made from one revision.
struct Diverged {
    base: Revision,
    /// The one that is being saved.
    mine: NewPost,
    /// The working copy.
    head: Revision,
}

impl Write {
    pub(in crate::store) async fn current(&mut self, id: PostId) -> Result<Option<CurrentPost>> {
        self.ask(
            "select kind, state, path, published_at, updated_at, author_id, revision_id \
             from posts where id = $1",
        )
        .bind(id)
        .one()
        .await
    }

    pub(in crate::store) async fn text_of(
        &mut self,
        post: PostId,
        id: RevisionId,
    ) -> Result<Option<Revision>> {
        let row: Option<RevisionRow> = self
            .ask(sql!(REVISION, "where r.id = $2 and r.post_id = $1"))
            .bind(post)
            .bind(id)
            .one()
            .await?;
        Ok(row.map(Revision::from))
    }

    /// The revision that is the working copy; the first one is made of the row if there is none yet.
    pub(in crate::store) async fn head(&mut self, id: PostId) -> Result<Option<Revision>> {
        match self.current(id).await? {
            Some(current) => Ok(Some(self.head_of(id, &current).await?)),
            None => Ok(None),
        }
    }

    async fn head_of(&mut self, id: PostId, current: &CurrentPost) -> Result<Revision> {
        if let Some(head) = current.revision_id {
            return self.text_of(id, head).await?.ok_or_else(missing_revision);
        }
        let row: TextRow = self.ask(ROW_TEXT).bind(id).bind("\n").row().await?;
        let (author_id, made_at) = (current.author_id, current.updated_at);
        let text = NewPost::from(row);
        let words = revision::words(&text.source);
        let revision = self
            .append(
                id,
                &text,
                Reason::Before,
                author_id,
                "",
                (words, 0, 0),
                made_at,
            )
            .await?;
        self.ask(
            "update posts set revision_id = $2, shown_id = case when state = 'published' \
             then $2 end where id = $1",
        )
        .bind(id)
        .bind(revision)
        .run()
        .await?;
        Ok(Revision {
            id: revision,
            author_id,
            made_at,
            reason: Reason::Before,
            words,
            text,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    async fn append(
        &mut self,
        post: PostId,
        text: &NewPost,
        reason: Reason,
        author: Option<AuthorId>,
        device: &str,
        (words, added, removed): (i64, i64, i64),
        made_at: Millis,
    ) -> Result<RevisionId> {
        let details = details_json(text)?;
        let id: RevisionId = self
            .ask(
                "insert into revisions (id, post_id, author_id, made_at, reason, device, \
                   words, added, removed, title, markup, \
                 tags, permalink, excerpt, comments, published_at, pinned, details, source) \
                 values ((select last + 1 from numbers where name = 'revisions'), \
                 $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
                   returning id",
            )
            .bind(post)
            .bind(author)
            .bind(made_at)
            .bind(reason)
            .bind(device)
            .bind(words)
            .bind(added)
            .bind(removed)
            .bind(&text.title)
            .bind(text.markup)
            .bind(text.tags.join("\n"))
            .bind(&text.permalink)
            .bind(&text.excerpt)
            .bind(text.comments)
            .bind(text.published_at)
            .bind(text.pinned)
            .bind(details)
            .bind(&text.source)
            .value()
            .await?;
        Ok(id)
    }

    pub(in crate::store) async fn create(&mut self, keeping: NewRevision<'_>) -> Result<SavedPost> {
        let NewRevision { author, now, .. } = keeping;
        let mut text = keeping.text.clone();
        text.details.author = self.existing_author(text.details.author).await?;
        let text = &text;
        let id: PostId = self
            .ask(
                "insert into posts (id, kind, state, title, markup, comments, author_id, \
                   created_at, updated_at, \
                 listed_at, renderer, cut, html, source) \
                 values ((select last + 1 from numbers where name = 'posts'), \
                 $1, 'draft', '', $2, $3, $4, $5, $5, $5, 0, false, '', '') returning id",
            )
            .bind(text.kind)
            .bind(text.markup)
            .bind(text.comments)
            .bind(author)
            .bind(now)
            .value()
            .await?;
        self.index_post(id, "", "").await?;
        let words = revision::words(&text.source);
        let revision = self
            .append(
                id,
                text,
                keeping.reason,
                Some(author),
                keeping.device,
                (words, words, 0),
                now,
            )
            .await?;
        self.set_working_copy(id, State::Draft, revision, text, (keeping.reason, now))
            .await?;
        if keeping.reason != Reason::Auto {
            self.apply_tags(id).await?;
        }
        Ok(SavedPost {
            id,
            mine: revision,
            revision,
            text: text.clone(),
            state: State::Draft,
            merged: false,
            cut: None,
        })
    }

    /// Keeps a text that was made from `base`; together with what somebody else saved meanwhile, if that is possible.
    pub(in crate::store) async fn save_text(
        &mut self,
        id: PostId,
        base: Option<RevisionId>,
        keeping: NewRevision<'_>,
    ) -> Result<Result<SavedPost, SaveError>> {
        let Some(current) = self.current(id).await? else {
            return Ok(Err(SaveError::Gone));
        };
        if current.kind != keeping.text.kind {
            return Ok(Err(SaveError::Gone));
        }
        let head = self.head_of(id, &current).await?;
        let base = self.base_of(id, base, &current, &head).await?;
        let mut mine = keeping.text.clone();
        mine.details.author = self.existing_author(mine.details.author).await?;
        let begun_with = base.as_ref().unwrap_or(&head);
        keep_unchanged(&begun_with.text, &current, &mut mine);
        if let Some(base) = base.filter(|base| base.id != head.id) {
            let diverged = Diverged { base, mine, head };
            return self.save_merged(id, current.state, diverged, keeping).await;
        }
        let saved = self.save_after(id, current.state, &head, mine, keeping);
        saved.await.map(Ok)
    }

    /// The revision that a text was made from, to be compared with the working copy; `None` where it is that one.
    async fn base_of(
        &mut self,
        id: PostId,
        base: Option<RevisionId>,
        current: &CurrentPost,
        head: &Revision,
    ) -> Result<Option<Revision>> {
        match base {
            Some(base) if base == head.id => Ok(None),
            // One that was thinned out is not the working copy: from the nearest one before it, or from nothing, what
            // both changed is at worst a choice.
            Some(base) => match self.text_of(id, base).await? {
                Some(base) => Ok(Some(base)),
                None => self.before(id, base, head).await.map(Some),
            },
            // Made from the row before it had revisions: the first of them holds it.
            None if current.revision_id.is_some() => self.first(id).await,
            None => Ok(None),
        }
    }

    /// Keeps a text that was made from the working copy.
    async fn save_after(
        &mut self,
        id: PostId,
        state: State,
        head: &Revision,
        mine: NewPost,
        keeping: NewRevision<'_>,
    ) -> Result<SavedPost> {
        let (revision, cut) = self
            .append_to(id, head, &mine, keeping, keeping.reason)
            .await?;
        self.set_working_copy(id, state, revision, &mine, (keeping.reason, keeping.now))
            .await?;
        if state != State::Published && keeping.reason != Reason::Auto {
            self.apply_tags(id).await?;
        }
        Ok(SavedPost {
            id,
            mine: revision,
            revision,
            text: mine,
            state,
            merged: false,
            cut,
        })
    }

    /// Keeps a text together with the working copy, which was saved after the revision that the text was made from.
    async fn save_merged(
        &mut self,
        id: PostId,
        state: State,
        Diverged { base, mine, head }: Diverged,
        keeping: NewRevision<'_>,
    ) -> Result<Result<SavedPost, SaveError>> {
        let texts = (base.text.clone(), mine.clone(), head.text.clone());
        let put_together = move || merge::posts(&texts.0, &texts.1, &texts.2);
        let text = match compute(put_together).await? {
            Merged::Clean(text) => *text,
            Merged::Conflict(chunks) => {
                self.keep_permanently(&head, Reason::Side).await?;
                let (sent, _) = self
                    .append_to(id, &base, &mine, keeping, Reason::Side)
                    .await?;
                return Ok(Err(SaveError::Conflict(Box::new(Conflict {
                    mine: sent,
                    revision: head.id,
                    theirs: head.text,
                    chunks,
                }))));
            }
        };
        let merged = text != mine;
        let reason = if merged { Reason::Side } else { keeping.reason };
        let (sent, _) = self.append_to(id, &base, &mine, keeping, reason).await?;
        let (revision, cut) = if merged {
            self.append_to(id, &head, &text, keeping, Reason::Merged)
                .await?
        } else {
            (sent, None)
        };
        self.set_working_copy(id, state, revision, &text, (keeping.reason, keeping.now))
            .await?;
        Ok(Ok(SavedPost {
            id,
            mine: sent,
            revision,
            text,
            state,
            merged,
            cut,
        }))
    }

    /// The newest revision before one that is not there any more; an empty text where there is none.
    async fn before(
        &mut self,
        post: PostId,
        gone: RevisionId,
        head: &Revision,
    ) -> Result<Revision> {
        let row: Option<RevisionRow> = self
            .ask(sql!(
                REVISION,
                "where r.post_id = $1 and r.id < $2 order by r.id desc limit 1"
            ))
            .bind(post)
            .bind(gone)
            .one()
            .await?;
        Ok(row.map_or_else(
            || Revision {
                id: gone,
                text: NewPost {
                    source: String::new(),
                    ..head.text.clone()
                },
                ..head.clone()
            },
            Revision::from,
        ))
    }

    /// A revision that somebody was referred to is not thinned out.
    pub(in crate::store) async fn keep_permanently(
        &mut self,
        revision: &Revision,
        reason: Reason,
    ) -> Result<()> {
        if revision.reason == Reason::Auto {
            self.mark(revision.id, reason).await?;
        }
        Ok(())
    }

    /// A person whom a form names, if there is one.
    async fn existing_author(&mut self, author: Option<AuthorId>) -> Result<Option<AuthorId>> {
        self.ask("select id from authors where id = $1")
            .bind(author)
            .one_value()
            .await
    }

    async fn first(&mut self, post: PostId) -> Result<Option<Revision>> {
        let row: Option<RevisionRow> = self
            .ask(sql!(REVISION, "where r.post_id = $1 order by r.id limit 1"))
            .bind(post)
            .one()
            .await?;
        Ok(row.map(Revision::from))
    }

    /// Appends a text after another one, unless they are the same, and marks that one where the new one is a large cut of it.
    async fn append_to(
        &mut self,
        id: PostId,
        before: &Revision,
        text: &NewPost,
        keeping: NewRevision<'_>,
        reason: Reason,
    ) -> Result<(RevisionId, Option<(RevisionId, i64)>)> {
        if before.text == *text {
            // Saved by hand, it stays; saved by itself, there is nothing new to say.
            if reason != Reason::Auto && before.reason == Reason::Auto {
                self.mark(before.id, reason).await?;
            }
            return Ok((before.id, None));
        }
        let texts = (before.text.source.clone(), text.source.clone());
        let (words, (added, removed)) = compute(move || {
            let changed = revision::added_and_removed(&texts.0, &texts.1);
            (revision::words(&texts.1), changed)
        })
        .await?;
        let cut = revision::is_cut(before.words, words).then_some((before.id, before.words));
        if cut.is_some() && !matches!(before.reason, Reason::Published | Reason::Before) {
            self.mark(before.id, Reason::Cut).await?;
        }
        let counts = (words, added, removed);
        let revision = self
            .append(
                id,
                text,
                reason,
                Some(keeping.author),
                keeping.device,
                counts,
                keeping.now,
            )
            .await?;
        Ok((revision, cut))
    }

    async fn mark(&mut self, id: RevisionId, reason: Reason) -> Result<()> {
        self.ask("update revisions set reason = $2 where id = $1")
            .bind(id)
            .bind(reason)
            .run()
            .await?;
        Ok(())
    }

    /// Makes a revision the working copy. The row of a post that nobody reads yet follows it; its rendering and its tags come
    /// later, when it is saved by hand, published, or quiet for a while.
    async fn set_working_copy(
        &mut self,
        id: PostId,
        state: State,
        revision: RevisionId,
        text: &NewPost,
        (reason, now): (Reason, Millis),
    ) -> Result<()> {
        let waits = if reason == Reason::Auto {
            UNRENDERED_YET
        } else {
            UNRENDERED
        };
        if matches!(state, State::Trashed | State::Published) {
            self.note_pending(id, state, revision).await?;
            return self.note_uses(id).await;
        }
        self.ask(
            "update posts set revision_id = $2, title = $3, slug = $4, markup = $5, \
               comments = $6, excerpt = $7, \
             published_at = coalesce($8, case when published_at <= $12 then published_at end), \
               pinned = $9, details = $10, source = $11, \
             author_id = coalesce($14, author_id), byline = case when $14 is null \
               then byline else '' end, \
             renderer = case when source = $11 and markup = $5 and title = $3 and details = $10 \
               then renderer else $13 end, \
             updated_at = case when revision_id is not distinct \
               from $2 then updated_at else $12 end, \
             listed_at = case when revision_id is not distinct \
               from $2 then listed_at else $12 end where id = $1",
        )
        .bind(id)
        .bind(revision)
        .bind(&text.title)
        .bind(&text.permalink)
        .bind(text.markup)
        .bind(text.comments)
        .bind(&text.excerpt)
        .bind(text.published_at)
        .bind(text.pinned)
        .bind(details_json(text)?)
        .bind(&text.source)
        .bind(now)
        .bind(waits)
        .bind(text.details.author)
        .run()
        .await?;
        self.note_uses(id).await
    }

    /// Makes a revision the working copy of a post whose row stays as it is, and notes whether readers see another text.
    async fn note_pending(&mut self, id: PostId, state: State, revision: RevisionId) -> Result<()> {
        let sql = if state == State::Trashed {
            // Whether it comes back as a draft or for its readers, who see what they saw, is not known yet.
            "update posts set revision_id = $2, \
             pending = case when state_before_trash = 'published' and shown_id <> $2 \
               then true else false end where id = $1"
        } else {
            "update posts set revision_id = $2, pending = case when shown_id = $2 \
             then false else true end where id = $1"
        };
        self.ask(sql).bind(id).bind(revision).run().await?;
        Ok(())
    }
}

impl Write {
    /// What was shown once is kept for ever.
    pub(in crate::store) async fn mark_published(&mut self, id: RevisionId) -> Result<()> {
        self.mark(id, Reason::Published).await
    }

    /// Puts a copy of the working copy in its place, if there is one, so that something can be changed in it: an editor that
    /// has the text open finds the change among those of others, and does not undo it unawares.
    pub(in crate::store) async fn copy_working_copy(&mut self, id: PostId) -> Result<()> {
        let copy: Option<RevisionId> = self
            .ask(
                "insert into revisions (id, post_id, author_id, made_at, reason, device, \
                   words, added, removed, title, markup, \
                 tags, permalink, excerpt, comments, published_at, pinned, details, source) \
                 select (select last + 1 from numbers where name = 'revisions'), \
                 post_id, author_id, made_at, reason, device, words, 0, 0, title, markup, \
                   tags, permalink, excerpt, \
                 comments, published_at, pinned, details, source from revisions \
                 where id = (select revision_id from posts where id = $1) returning id",
            )
            .bind(id)
            .one_value()
            .await?;
        if let Some(copy) = copy {
            self.ask(
                "update posts \
                   set shown_id = case when shown_id = revision_id then $2 else shown_id end, \
                 revision_id = $2 where id = $1",
            )
            .bind(id)
            .bind(copy)
            .run()
            .await?;
        }
        Ok(())
    }

    /// Brings the row of a post that nobody reads in line with the working copy.
    pub(in crate::store) async fn follow_working_copy(
        &mut self,
        id: PostId,
        now: Millis,
    ) -> Result<()> {
        if let Some(head) = self.head(id).await? {
            self.set_working_copy(id, State::Draft, head.id, &head.text, (Reason::Saved, now))
                .await?;
        }
        Ok(())
    }

    /// Gives a draft the tags of the working copy. What is typed and saved by itself makes no tags: they would be parts
    /// of words.
    pub(in crate::store) async fn apply_tags(&mut self, id: PostId) -> Result<()> {
        if let Some(head) = self.head(id).await? {
            self.set_tags(id, &head.text.tags).await?;
            self.place_tags(id).await?;
        }
        Ok(())
    }
}

pub(in crate::store) fn details_json(text: &NewPost) -> Result<String> {
    serde_json::to_string(&text.details)
        .map_err(|error| Error::Internal(format!("details of a post: {error}")))
}

/// What went through a form unchanged is what it was before it did: line ends, seconds, tags with commas, and all.
fn keep_unchanged(before: &NewPost, current: &CurrentPost, sent: &mut NewPost) {
    if revision::as_typed(&before.source) == revision::as_typed(&sent.source) {
        sent.source.clone_from(&before.source);
    }
    if post::parse_tags(&before.tags.join(", ")) == sent.tags {
        sent.tags.clone_from(&before.tags);
    }
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if spaced(&before.title) == sent.title {
        sent.title.clone_from(&before.title);
    }
    if before.excerpt.trim() == sent.excerpt {
        sent.excerpt.clone_from(&before.excerpt);
    }
    let slug = current.path.as_deref().map(post::slug_of_path);
    if slug == Some(sent.permalink.as_str()) && before.permalink.is_empty() {
        sent.permalink.clear();
    }
    if sent.details.author == current.author_id && before.details.author.is_none() {
        sent.details.author = None;
    }
    if let (Some(exact), Some(minute)) = (
        before.published_at.or(current.published_at),
        sent.published_at,
    ) && (0..60_000).contains(&(exact.0 - minute.0))
    {
        sent.published_at = before.published_at;
    }
}

fn missing_revision() -> Error {
    Error::Internal("a post without the revision that it names".to_owned())
}
