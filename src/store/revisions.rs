//! The desk: what authors save. Each text is appended as a revision; the row of a draft follows it, the row of a published
//! post follows only when its author shows it.

use super::ask::sql;
use super::{Store, Write, compute};
use crate::blog::merge::{self, Chunk, Merged};
use crate::blog::post::{self, Comments, Kind, Markup, NewPost, State};
use crate::blog::revision::{self, Line, Reason, Revision};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, RevisionId};
use crate::error::{Error, Result};

/// In place of the renderer's version where a text waits to be rendered: at once, or when it is quiet.
const UNRENDERED: i64 = -1;
const UNRENDERED_YET: i64 = 0;

/// The text that an open page was made from is kept, so that what it sends can be put together with what came meanwhile.
const EDITOR_KEPT_SECONDS: i64 = 7 * 24 * 3600;

/// A text on its way to the desk: what is to be kept, and who sends it from where.
#[derive(Debug, Clone, Copy)]
pub struct Keeping<'a> {
    pub text: &'a NewPost,
    pub reason: Reason,
    pub author: AuthorId,
    /// Browser and system in a few words.
    pub device: &'a str,
    pub now: Millis,
}

/// A text that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: PostId,
    /// The text that was sent.
    pub mine: RevisionId,
    /// The text at the desk now: the same, or what it became together with a text that somebody else saved meanwhile.
    pub revision: RevisionId,
    pub text: NewPost,
    pub state: State,
    /// Whether it became more than what was sent.
    pub merged: bool,
    /// The text before, where more than half of it was taken out.
    pub cut: Option<(RevisionId, i64)>,
}

/// Why a text is not at the desk.
#[derive(Debug)]
pub enum KeepError {
    /// Somebody changed the same place meanwhile. The text that was sent is kept aside as a revision.
    Clash(Box<Clash>),
    Gone,
}

/// Two texts to choose between.
#[derive(Debug)]
pub struct Clash {
    pub mine: RevisionId,
    /// The text at the desk.
    pub revision: RevisionId,
    pub theirs: NewPost,
    pub chunks: Vec<Chunk>,
}

#[derive(sqlx::FromRow)]
struct TextRow {
    kind: Kind,
    title: String,
    markup: Markup,
    tags: String,
    permalink: String,
    excerpt: String,
    comments: Comments,
    published_at: Option<Millis>,
    pinned: bool,
    details: String,
    source: String,
}

impl From<TextRow> for NewPost {
    fn from(row: TextRow) -> Self {
        Self {
            kind: row.kind,
            title: row.title,
            source: row.source,
            markup: row.markup,
            tags: row.tags.lines().map(str::to_owned).collect(),
            permalink: row.permalink,
            excerpt: row.excerpt,
            comments: row.comments,
            published_at: row.published_at,
            pinned: row.pinned,
            details: row.details.into(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct RevisionRow {
    id: RevisionId,
    author_id: Option<AuthorId>,
    made_at: Millis,
    reason: Reason,
    words: i64,
    #[sqlx(flatten)]
    text: TextRow,
}

impl From<RevisionRow> for Revision {
    fn from(row: RevisionRow) -> Self {
        Self {
            id: row.id,
            author_id: row.author_id,
            made_at: row.made_at,
            reason: row.reason,
            words: row.words,
            text: row.text.into(),
        }
    }
}

/// A revision with its text and the kind of its post.
const REVISION: &str = "select r.id, r.author_id, r.made_at, r.reason, r.words, p.kind, r.title, \
       r.markup, r.tags, r.permalink, \
     r.excerpt, r.comments, r.published_at, r.pinned, r.details, r.source \
     from revisions r join posts p on p.id = r.post_id ";

/// The text of a post's own row.
const ROW_TEXT: &str = "select p.kind, p.title, p.markup, \
     coalesce((select string_agg(name, $2) \
       from (select t.name from post_tags pt join tags t on t.id = pt.tag_id \
       where pt.post_id = p.id order by pt.place) as named), '') as tags, \
     p.slug as permalink, p.excerpt, p.comments, p.published_at, p.pinned, p.details, p.source \
     from posts p where p.id = $1";

/// What keeping a text has to know of the post as it stands.
#[derive(sqlx::FromRow)]
struct Standing {
    kind: Kind,
    state: State,
    path: Option<String>,
    published_at: Option<Millis>,
    updated_at: Millis,
    author_id: Option<AuthorId>,
    revision_id: Option<RevisionId>,
}

impl Store {
    /// The text at the desk, and where it has a revision, its number and when it was made.
    pub async fn desk_text(
        &self,
        id: PostId,
    ) -> Result<Option<(NewPost, Option<(RevisionId, Millis)>)>> {
        let head: Option<RevisionRow> = self
            .ask(sql!(REVISION, "where p.id = $1 and r.id = p.revision_id"))
            .bind(id)
            .one()
            .await?;
        if let Some(head) = head {
            let made = (head.id, head.made_at);
            return Ok(Some((head.text.into(), Some(made))));
        }
        let row: Option<TextRow> = self.ask(ROW_TEXT).bind(id).bind("\n").one().await?;
        Ok(row.map(|row| (row.into(), None)))
    }

    /// The revision at the desk; the first one is made of the row where there is none yet.
    pub async fn desk_revision(&self, id: PostId) -> Result<Option<RevisionId>> {
        let known: Option<Option<RevisionId>> = self
            .ask("select revision_id from posts where id = $1")
            .bind(id)
            .one_value()
            .await?;
        match known {
            None => Ok(None),
            Some(Some(revision)) => Ok(Some(revision)),
            Some(None) => {
                let mut write = self.write().await?;
                let head = write.head(id).await?;
                write.commit().await?;
                Ok(head.map(|head| head.id))
            }
        }
    }

    /// A revision of a post.
    pub async fn revision(&self, post: PostId, id: RevisionId) -> Result<Option<Revision>> {
        let row: Option<RevisionRow> = self
            .ask(sql!(REVISION, "where r.id = $2 and r.post_id = $1"))
            .bind(post)
            .bind(id)
            .one()
            .await?;
        Ok(row.map(Revision::from))
    }

    /// The post that a revision belongs to.
    pub async fn post_of(&self, id: RevisionId) -> Result<Option<PostId>> {
        self.ask("select post_id from revisions where id = $1")
            .bind(id)
            .one_value()
            .await
    }

    /// The revisions of a post before one, newest first; `before` of `None`: the newest.
    pub async fn revisions(
        &self,
        post: PostId,
        before: Option<RevisionId>,
        limit: i64,
    ) -> Result<Vec<Line>> {
        self.ask(
            "select r.id, r.made_at, r.reason, r.name, r.device, coalesce(a.name, '') as author, \
               r.words, r.added, \
             r.removed from revisions r left join authors a on a.id = r.author_id \
             where r.post_id = $1 and r.id < $2 order by r.id desc limit $3",
        )
        .bind(post)
        .bind(before.map_or(i64::MAX, |id| id.0))
        .bind(limit)
        .all()
        .await
    }

    /// The text before the last large cut, as long as the text at the desk is still less than half of it.
    pub async fn cut(&self, post: PostId, since: Millis) -> Result<Option<(RevisionId, i64)>> {
        let cut: Option<(RevisionId, i64, i64)> = self
            .ask(
                "select r.id, r.words, h.words from revisions r join posts p on p.id = r.post_id \
                 join revisions h on h.id = p.revision_id \
                 where r.post_id = $1 and r.reason in ('cut', 'published', 'before') \
                   and r.id <> h.id \
                 and h.made_at > $2 order by r.id desc limit 1",
            )
            .bind(post)
            .bind(since)
            .one()
            .await?;
        Ok(cut
            .filter(|(_, before, now)| revision::is_cut(*before, *now))
            .map(|(id, words, _)| (id, words)))
    }

    /// Gives a revision a name, which keeps it for ever, or takes it away again.
    pub async fn name_revision(&self, post: PostId, id: RevisionId, name: &str) -> Result<bool> {
        let mut write = self.write().await?;
        let done = write
            .ask("update revisions set name = $3 where id = $2 and post_id = $1")
            .bind(post)
            .bind(id)
            .bind(name)
            .run()
            .await?;
        write.commit().await?;
        Ok(done == 1)
    }

    /// Keeps the first text of a new post.
    pub async fn create_post(&self, keeping: Keeping<'_>) -> Result<Kept> {
        let mut write = self.write().await?;
        let kept = write.create(keeping).await?;
        write.commit().await?;
        Ok(kept)
    }

    /// The same for a page that may send it twice: what its editor has made already is changed instead.
    pub async fn create_post_once(
        &self,
        editor: &str,
        keeping: Keeping<'_>,
    ) -> Result<Result<Kept, KeepError>> {
        let mut write = self.write().await?;
        let made: Option<(PostId, Option<RevisionId>)> = write
            .ask("select post_id, base_id from editors where key = $1")
            .bind(editor)
            .one()
            .await?;
        let kept = match made {
            Some((id, base)) => match write.keep(id, base, keeping).await? {
                Ok(kept) => kept,
                Err(error) => {
                    write.commit().await?;
                    return Ok(Err(error));
                }
            },
            None => write.create(keeping).await?,
        };
        write
            .note_editor(editor, kept.id, Some(kept.mine), keeping)
            .await?;
        write.commit().await?;
        Ok(Ok(kept))
    }

    /// Keeps a changed text; `base` is the revision that it was made from, `None` for that of the post's own row.
    /// `editor` is the page that sends it, if it can tell.
    pub async fn keep_post(
        &self,
        id: PostId,
        base: Option<RevisionId>,
        editor: Option<&str>,
        keeping: Keeping<'_>,
    ) -> Result<Result<Kept, KeepError>> {
        let mut write = self.write().await?;
        let kept = write.keep(id, base, keeping).await?;
        match &kept {
            Ok(kept) => {
                if let Some(editor) = editor {
                    write
                        .note_editor(editor, id, Some(kept.mine), keeping)
                        .await?;
                }
            }
            Err(KeepError::Clash(_)) => {}
            Err(KeepError::Gone) => return Ok(kept),
        }
        write.commit().await?;
        Ok(kept)
    }

    /// Lets the text at the desk be that of an older revision.
    pub async fn bring_back(
        &self,
        id: PostId,
        revision: RevisionId,
        author: AuthorId,
        device: &str,
        now: Millis,
    ) -> Result<Option<Kept>> {
        let Some(old) = self.revision(id, revision).await? else {
            return Ok(None);
        };
        let mut write = self.write().await?;
        let Some(standing) = write.standing(id).await? else {
            return Ok(None);
        };
        if let Some(head) = write.head(id).await? {
            write.keep_for_ever(&head, Reason::Saved).await?;
        }
        let keeping = Keeping {
            text: &old.text,
            reason: Reason::Restored,
            author,
            device,
            now,
        };
        let kept = write.keep(id, standing.revision_id, keeping).await?;
        write.commit().await?;
        Ok(kept.ok())
    }

    /// Thins what was saved by itself: after ten minutes one revision a minute stays, after a day one an hour, after a month
    /// one a day. What is shown, what is at a desk, and what has a name or another reason stays for ever.
    pub async fn thin_revisions(&self, now: Millis) -> Result<u64> {
        let mut write = self.write().await?;
        let mut gone = 0;
        for (older_than_seconds, younger_than_seconds, one_in_seconds) in [
            (600, 24 * 3600, 60),
            (24 * 3600, 30 * 24 * 3600, 3600),
            (30 * 24 * 3600, i64::MAX / 2000, 24 * 3600),
        ] {
            gone += write
                .ask(
                    "delete from revisions where id in ( \
                       select id from (select id, \
                         row_number() over (partition by post_id, made_at / $3 order by id desc) \
                         as place from revisions where made_at > $1 and made_at <= $2 \
                           and reason = 'auto' and name = '') as thinned \
                       where place > 1) \
                     and not exists (select 1 from posts p where p.id = revisions.post_id \
                       and revisions.id in (p.revision_id, p.shown_id, p.shown_before_id)) \
                     and id not in (select base_id from editors \
                       where base_id is not null and seen_at > $4)",
                )
                .bind(now.plus_seconds(-younger_than_seconds))
                .bind(now.plus_seconds(-older_than_seconds))
                .bind(one_in_seconds * 1000)
                .bind(now.plus_seconds(-EDITOR_KEPT_SECONDS))
                .run()
                .await?;
        }
        write.commit().await?;
        Ok(gone)
    }
}

impl Write {
    async fn standing(&mut self, id: PostId) -> Result<Option<Standing>> {
        self.ask(
            "select kind, state, path, published_at, updated_at, author_id, revision_id \
             from posts where id = $1",
        )
        .bind(id)
        .one()
        .await
    }

    pub(super) async fn text_of(
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

    /// The revision at the desk; the first one is made of the row where there is none yet.
    pub(super) async fn head(&mut self, id: PostId) -> Result<Option<Revision>> {
        match self.standing(id).await? {
            Some(standing) => Ok(Some(self.head_of(id, &standing).await?)),
            None => Ok(None),
        }
    }

    async fn head_of(&mut self, id: PostId, standing: &Standing) -> Result<Revision> {
        if let Some(head) = standing.revision_id {
            return self.text_of(id, head).await?.ok_or_else(lost);
        }
        let row: TextRow = self.ask(ROW_TEXT).bind(id).bind("\n").row().await?;
        let (author_id, made_at) = (standing.author_id, standing.updated_at);
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

    async fn create(&mut self, keeping: Keeping<'_>) -> Result<Kept> {
        let Keeping { author, now, .. } = keeping;
        let mut text = keeping.text.clone();
        text.details.author = self.somebody(text.details.author).await?;
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
        self.put_at_desk(id, State::Draft, revision, text, (keeping.reason, now))
            .await?;
        if keeping.reason != Reason::Auto {
            self.apply_tags(id).await?;
        }
        Ok(Kept {
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
    async fn keep(
        &mut self,
        id: PostId,
        base: Option<RevisionId>,
        keeping: Keeping<'_>,
    ) -> Result<Result<Kept, KeepError>> {
        let Some(standing) = self.standing(id).await? else {
            return Ok(Err(KeepError::Gone));
        };
        if standing.kind != keeping.text.kind {
            return Ok(Err(KeepError::Gone));
        }
        let head = self.head_of(id, &standing).await?;
        let base = match base {
            Some(base) if base == head.id => None,
            // One that was thinned away is not the text at the desk: from the nearest one before it, or from nothing, what
            // both changed is at worst a choice.
            Some(base) => match self.text_of(id, base).await? {
                Some(base) => Some(base),
                None => Some(self.before(id, base, &head).await?),
            },
            // Made from the row before it had revisions: the first of them holds it.
            None if standing.revision_id.is_some() => self.first(id).await?,
            None => None,
        };
        let mut mine = keeping.text.clone();
        mine.details.author = self.somebody(mine.details.author).await?;
        let begun_with = base.as_ref().unwrap_or(&head);
        as_it_was(&begun_with.text, &standing, &mut mine);
        let Some(base) = base.filter(|base| base.id != head.id) else {
            let (revision, cut) = self
                .append_to(id, &head, &mine, keeping, keeping.reason)
                .await?;
            self.put_at_desk(
                id,
                standing.state,
                revision,
                &mine,
                (keeping.reason, keeping.now),
            )
            .await?;
            if standing.state != State::Published && keeping.reason != Reason::Auto {
                self.apply_tags(id).await?;
            }
            return Ok(Ok(Kept {
                id,
                mine: revision,
                revision,
                text: mine,
                state: standing.state,
                merged: false,
                cut,
            }));
        };
        let texts = (base.text.clone(), mine.clone(), head.text.clone());
        let put_together = move || merge::posts(&texts.0, &texts.1, &texts.2);
        match compute(put_together).await? {
            Merged::Clean(text) => {
                let merged = *text != mine;
                let reason = if merged {
                    Reason::Aside
                } else {
                    keeping.reason
                };
                let (sent, _) = self.append_to(id, &base, &mine, keeping, reason).await?;
                let (revision, cut) = if merged {
                    self.append_to(id, &head, &text, keeping, Reason::Merged)
                        .await?
                } else {
                    (sent, None)
                };
                self.put_at_desk(
                    id,
                    standing.state,
                    revision,
                    &text,
                    (keeping.reason, keeping.now),
                )
                .await?;
                Ok(Ok(Kept {
                    id,
                    mine: sent,
                    revision,
                    text: *text,
                    state: standing.state,
                    merged,
                    cut,
                }))
            }
            Merged::Clash(chunks) => {
                self.keep_for_ever(&head, Reason::Aside).await?;
                let (sent, _) = self
                    .append_to(id, &base, &mine, keeping, Reason::Aside)
                    .await?;
                Ok(Err(KeepError::Clash(Box::new(Clash {
                    mine: sent,
                    revision: head.id,
                    theirs: head.text,
                    chunks,
                }))))
            }
        }
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

    /// What somebody was told to be among the revisions is not thinned.
    async fn keep_for_ever(&mut self, revision: &Revision, reason: Reason) -> Result<()> {
        if revision.reason == Reason::Auto {
            self.mark(revision.id, reason).await?;
        }
        Ok(())
    }

    /// A person whom a form names, if there is one.
    async fn somebody(&mut self, author: Option<AuthorId>) -> Result<Option<AuthorId>> {
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
        keeping: Keeping<'_>,
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

    /// Makes a revision the text at the desk. The row of what nobody reads yet follows it; its rendering and its tags come
    /// later, when it is saved by hand, published, or quiet for a while.
    async fn put_at_desk(
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
        if state == State::Trashed {
            // Whether it comes back as a draft or for its readers, who see what they saw, is not known yet.
            self.ask(
                "update posts set revision_id = $2, \
                 pending = case when state_before_trash = 'published' and shown_id <> $2 \
                   then true else false end where id = $1",
            )
            .bind(id)
            .bind(revision)
            .run()
            .await?;
            return self.note_uses(id).await;
        }
        if state == State::Published {
            self.ask(
                "update posts set revision_id = $2, pending = case when shown_id = $2 \
                 then false else true end where id = $1",
            )
            .bind(id)
            .bind(revision)
            .run()
            .await?;
            return self.note_uses(id).await;
        }
        self.ask(
            "update posts set revision_id = $2, title = $3, slug = $4, markup = $5, \
               comments = $6, excerpt = $7, \
             published_at = coalesce($8, case when published_at <= $12 then published_at end), \
               pinned = $9, details = $10, source = $11, \
             author_id = coalesce($14, author_id), byline = case when $14 is null \
               then byline else '' end, \
             renderer = case when source = $11 and markup = $5 and title = $3 then renderer \
               else $13 end, \
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
}

impl Write {
    /// What was shown once is kept for ever.
    pub(super) async fn mark_published(&mut self, id: RevisionId) -> Result<()> {
        self.mark(id, Reason::Published).await
    }

    /// Puts a copy of the text at the desk in its place, where it has one, for something to be changed in it: whoever has the
    /// text open finds the change among those that somebody else made, and does not take it back unawares.
    pub(super) async fn renew_desk(&mut self, id: PostId) -> Result<()> {
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

    /// Brings the row of a post that nobody reads in line with the text at the desk.
    pub(super) async fn follow_desk(&mut self, id: PostId, now: Millis) -> Result<()> {
        if let Some(head) = self.head(id).await? {
            self.put_at_desk(id, State::Draft, head.id, &head.text, (Reason::Saved, now))
                .await?;
        }
        Ok(())
    }

    /// Gives a draft the tags of the text at the desk. What is typed and saved by itself makes no tags: they would be parts
    /// of words.
    pub(super) async fn apply_tags(&mut self, id: PostId) -> Result<()> {
        if let Some(head) = self.head(id).await? {
            self.set_tags(id, &head.text.tags).await?;
            self.place_tags(id).await?;
        }
        Ok(())
    }
}

pub(super) fn details_json(text: &NewPost) -> Result<String> {
    serde_json::to_string(&text.details)
        .map_err(|error| Error::Internal(format!("details of a post: {error}")))
}

/// What went through a form unchanged is what it was before it did: line ends, seconds, tags with commas, and all.
fn as_it_was(before: &NewPost, standing: &Standing, sent: &mut NewPost) {
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
    let slug = standing.path.as_deref().map(post::slug_of_path);
    if slug == Some(sent.permalink.as_str()) && before.permalink.is_empty() {
        sent.permalink.clear();
    }
    if sent.details.author == standing.author_id && before.details.author.is_none() {
        sent.details.author = None;
    }
    if let (Some(exact), Some(minute)) = (
        before.published_at.or(standing.published_at),
        sent.published_at,
    ) && (0..60_000).contains(&(exact.0 - minute.0))
    {
        sent.published_at = before.published_at;
    }
}

fn lost() -> Error {
    Error::Internal("a post without the revision that it names".to_owned())
}
