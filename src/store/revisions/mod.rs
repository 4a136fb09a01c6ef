//! Revisions: what authors save. Each text is appended as a revision; the row of a draft follows it, the row of a published
//! post follows only when its author shows it.

mod save;

pub(super) use save::details_json;

use super::Store;
use super::ask::sql;
use crate::blog::merge::Chunk;
use crate::blog::post::{Comments, Kind, Markup, NewPost, State};
use crate::blog::revision::{self, Line, Reason, Revision};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, RevisionId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// The text that an open page was made from is kept, so that what it sends can be put together with what came meanwhile.
const EDITOR_KEPT_SECONDS: i64 = 7 * 24 * 3600;

/// A text to be saved, and who sends it from where.
#[derive(Debug, Clone, Copy)]
pub struct NewRevision<'a> {
    pub text: &'a NewPost,
    pub reason: Reason,
    pub author: AuthorId,
    /// Browser and system in a few words.
    pub device: &'a str,
    pub now: Millis,
}

/// A text that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPost {
    pub id: PostId,
    /// The text that was sent.
    pub mine: RevisionId,
    /// The working copy now: the same, or the merge with a text that somebody else saved meanwhile.
    pub revision: RevisionId,
    pub text: NewPost,
    pub state: State,
    /// Whether it became more than what was sent.
    pub merged: bool,
    /// The text before, where more than half of it was taken out.
    pub cut: Option<(RevisionId, i64)>,
}

/// Why a text did not become the working copy.
#[derive(Debug)]
pub enum SaveError {
    /// Somebody changed the same place meanwhile. The text that was sent is kept as a side revision.
    Conflict(Box<Conflict>),
    Gone,
}

/// Two texts to choose between.
#[derive(Debug)]
pub struct Conflict {
    pub mine: RevisionId,
    /// The working copy.
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

/// What saving a text has to know of the post as it is.
#[derive(sqlx::FromRow)]
pub(in crate::store) struct CurrentPost {
    kind: Kind,
    state: State,
    path: Option<String>,
    published_at: Option<Millis>,
    updated_at: Millis,
    author_id: Option<AuthorId>,
    revision_id: Option<RevisionId>,
}

handle! {
    /// Revisions of posts, and the working copies of their authors.
    revisions: Revisions
}

impl Revisions<'_> {
    /// The working copy, and if it has a revision, its number and when it was made.
    pub async fn working_copy(
        self,
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

    /// The revision that is the working copy; the first one is made of the row if there is none yet.
    pub async fn working_copy_id(self, id: PostId) -> Result<Option<RevisionId>> {
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
    pub async fn by_id(self, post: PostId, id: RevisionId) -> Result<Option<Revision>> {
        let row: Option<RevisionRow> = self
            .ask(sql!(REVISION, "where r.id = $2 and r.post_id = $1"))
            .bind(post)
            .bind(id)
            .one()
            .await?;
        Ok(row.map(Revision::from))
    }

    /// The post that a revision belongs to.
    pub async fn post_of(self, id: RevisionId) -> Result<Option<PostId>> {
        self.ask("select post_id from revisions where id = $1")
            .bind(id)
            .one_value()
            .await
    }

    /// The revisions of a post before one, newest first; `before` of `None`: the newest.
    pub async fn list(
        self,
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

    /// The text before the last large cut, as long as the working copy is still less than half of it.
    pub async fn large_cut(self, post: PostId, since: Millis) -> Result<Option<(RevisionId, i64)>> {
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
    pub async fn rename(self, post: PostId, id: RevisionId, name: &str) -> Result<bool> {
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
    pub async fn create_post(self, keeping: NewRevision<'_>) -> Result<SavedPost> {
        let mut write = self.write().await?;
        let kept = write.create(keeping).await?;
        write.commit().await?;
        Ok(kept)
    }

    /// The same for a page that may send it twice: what its editor has made already is changed instead.
    pub async fn create_post_once(
        self,
        editor: &str,
        keeping: NewRevision<'_>,
    ) -> Result<Result<SavedPost, SaveError>> {
        let mut write = self.write().await?;
        let made: Option<(PostId, Option<RevisionId>)> = write
            .ask("select post_id, base_id from editors where key = $1")
            .bind(editor)
            .one()
            .await?;
        let kept = match made {
            Some((id, base)) => match write.save_text(id, base, keeping).await? {
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
    /// `editor` is the page that sends it, if it says so.
    pub async fn save(
        self,
        id: PostId,
        base: Option<RevisionId>,
        editor: Option<&str>,
        keeping: NewRevision<'_>,
    ) -> Result<Result<SavedPost, SaveError>> {
        let mut write = self.write().await?;
        let kept = write.save_text(id, base, keeping).await?;
        match &kept {
            Ok(kept) => {
                if let Some(editor) = editor {
                    write
                        .note_editor(editor, id, Some(kept.mine), keeping)
                        .await?;
                }
            }
            Err(SaveError::Conflict(_)) => {}
            Err(SaveError::Gone) => return Ok(kept),
        }
        write.commit().await?;
        Ok(kept)
    }

    /// Makes the text of an older revision the working copy.
    pub async fn restore(
        self,
        id: PostId,
        revision: RevisionId,
        author: AuthorId,
        device: &str,
        now: Millis,
    ) -> Result<Option<SavedPost>> {
        let Some(old) = self.by_id(id, revision).await? else {
            return Ok(None);
        };
        let mut write = self.write().await?;
        let Some(current) = write.current(id).await? else {
            return Ok(None);
        };
        if let Some(head) = write.head(id).await? {
            write.keep_permanently(&head, Reason::Saved).await?;
        }
        let keeping = NewRevision {
            text: &old.text,
            reason: Reason::Restored,
            author,
            device,
            now,
        };
        let kept = write.save_text(id, current.revision_id, keeping).await?;
        write.commit().await?;
        Ok(kept.ok())
    }

    /// Thins what was saved by itself: after ten minutes one revision a minute stays, after a day one an hour, after a month
    /// one a day. What is published, what is a working copy, and what has a name or another reason stays for ever.
    pub async fn thin(self, now: Millis) -> Result<u64> {
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
