//! Exports: every post and every comment, whatever its state, some at a time, so that memory stays the same however
//! large the blog is. Nothing here reads a network, a pass or what the filter knew.

use super::ask::sql;
use super::comments::COMMENT;
use super::{Store, Tag};
use crate::blog::comment::Comment;
use crate::blog::post::{Comments, Details, Kind, Markup, State};
use crate::blog::time::Millis;
use crate::blog::{CommentId, MediaId, PostId, RevisionId, comment};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A post or page on its way out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExportedPost {
    pub id: PostId,
    pub kind: Kind,
    pub state: State,
    pub title: String,
    pub path: Option<String>,
    pub slug: String,
    pub markup: Markup,
    pub comments: Comments,
    pub author: String,
    pub excerpt: String,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub published_at: Option<Millis>,
    #[sqlx(try_from = "String")]
    pub details: Details,
    pub source: String,
    pub html: String,
    pub state_before_trash: String,
    pub pinned: bool,
    pub menu_place: i64,
    /// When the scheduler publishes it, or shows its changes.
    pub due_at: Option<Millis>,
    /// Whether its working copy is other than what readers see.
    pub pending: bool,
    /// Its name in the system that it was brought in from.
    pub origin: Option<String>,
    /// The working copy, what readers see, and what they saw before.
    pub revision_id: Option<RevisionId>,
    pub shown_id: Option<RevisionId>,
    pub shown_before_id: Option<RevisionId>,
}

/// A saved text of a post on its way out.
#[derive(Debug, Clone, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
pub struct ExportedRevision {
    pub id: RevisionId,
    pub post_id: PostId,
    pub made_at: Millis,
    pub reason: String,
    pub name: String,
    pub words: i64,
    pub added: i64,
    pub removed: i64,
    pub title: String,
    pub markup: String,
    pub tags: String,
    pub permalink: String,
    pub excerpt: String,
    pub comments: String,
    pub published_at: Option<Millis>,
    pub pinned: bool,
    pub details: String,
    pub source: String,
}

/// A picture of the library on its way out; its files are in the folder of the media.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExportedMedia {
    pub id: MediaId,
    pub name: String,
    pub digest: String,
    pub width: i64,
    pub height: i64,
    pub bytes: i64,
    pub moving: bool,
    pub file_name: String,
    pub alt: String,
    pub caption: String,
    pub created_at: Millis,
    /// The smaller copies, as a list of objects in JSON.
    pub sizes: String,
}

/// A file of the library on its way to a program that fetches it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExportedFile {
    pub id: MediaId,
    pub name: String,
    pub file_name: String,
    pub alt: String,
    pub caption: String,
    pub created_at: Millis,
    /// Who sent it; empty where it came with an import.
    pub author: String,
    /// The first post that shows it.
    pub post: Option<PostId>,
}

/// A pingback or trackback on its way out.
#[derive(Debug, Clone, sqlx::FromRow, serde::Serialize)]
pub struct ExportedPing {
    #[serde(skip)]
    pub id: i64,
    pub post: PostId,
    pub origin: String,
    pub state: comment::State,
    pub title: String,
    pub url: String,
    pub created_at: Millis,
}

/// A picture that lived elsewhere and is stored here: the address that texts name, and the file that is shown for it.
#[derive(Debug, Clone, sqlx::FromRow, serde::Serialize)]
pub struct ExportedFetch {
    #[serde(skip)]
    pub id: i64,
    pub address: String,
    pub name: String,
}

/// The position of an export of comments: they go out post by post, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportCursor {
    pub post: PostId,
    pub created_at: Millis,
    pub id: CommentId,
}

impl ExportCursor {
    /// Before the first comment on a post and on all later ones.
    #[must_use]
    pub fn start(post: PostId) -> Self {
        Self {
            post,
            created_at: Millis(i64::MIN),
            id: CommentId(0),
        }
    }
}

impl From<&Comment> for ExportCursor {
    fn from(comment: &Comment) -> Self {
        Self {
            post: comment.post_id,
            created_at: comment.created_at,
            id: comment.id,
        }
    }
}

handle! {
    /// Everything, some rows at a time.
    export: Export
}

impl Export<'_> {
    /// Posts and pages of every state by their numbers.
    pub async fn posts(self, after: PostId, limit: i64) -> Result<Vec<ExportedPost>> {
        self.ask(
            "select p.id, p.kind, p.state, p.title, p.path, p.slug, p.markup, p.comments, \
             coalesce(nullif(p.byline, ''), a.name, '') as author, p.excerpt, p.created_at, \
               p.updated_at, \
             p.published_at, p.source, p.html, p.state_before_trash, p.pinned, p.menu_place, \
               p.details, p.due_at, p.pending, p.origin, p.revision_id, p.shown_id, \
               p.shown_before_id \
             from posts p left join authors a on a.id = p.author_id where p.id > $1 \
               order by p.id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// Comments of every state on the posts up to the last one.
    pub async fn comments(
        self,
        after: ExportCursor,
        last: PostId,
        limit: i64,
    ) -> Result<Vec<Comment>> {
        self.ask(sql!(
            COMMENT,
            "where (c.post_id, c.created_at, c.id) > ($1, $2, $3) and c.post_id <= $4 \
             order by c.post_id, c.created_at, c.id limit $5"
        ))
        .bind(after.post)
        .bind(after.created_at)
        .bind(after.id)
        .bind(last)
        .bind(limit)
        .all()
        .await
    }

    /// The addresses that a post once had.
    pub async fn old_paths(self, post: PostId) -> Result<Vec<String>> {
        self.ask("select path from redirects where post_id = $1 order by path")
            .bind(post)
            .values()
            .await
    }

    /// Saved texts of all posts by their numbers.
    pub async fn revisions(self, after: RevisionId, limit: i64) -> Result<Vec<ExportedRevision>> {
        self.ask(
            "select id, post_id, made_at, reason, name, words, added, removed, title, markup, \
               tags, permalink, excerpt, comments, published_at, pinned, details, source \
             from revisions where id > $1 order by id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// The pictures of the library by their numbers.
    pub async fn media(self, after: MediaId, limit: i64) -> Result<Vec<ExportedMedia>> {
        self.ask(
            "select m.id, m.name, m.digest, m.width, m.height, m.bytes, m.moving, m.file_name, \
               m.alt, m.caption, m.created_at, \
             (select json_group_array(json_object('name', s.name, 'width', s.width, \
               'height', s.height, 'bytes', s.bytes)) from media_sizes s \
               where s.media_id = m.id) as sizes \
             from media m where m.id > $1 order by m.id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// The files of the library by their numbers, each with the first post that shows it.
    pub async fn files(self, after: MediaId, limit: i64) -> Result<Vec<ExportedFile>> {
        self.ask(
            "select m.id, m.name, m.file_name, m.alt, m.caption, m.created_at, \
               coalesce(a.name, '') as author, \
               (select min(u.post_id) from media_uses u where u.media_id = m.id and u.now) as post \
             from media m left join authors a on a.id = m.author_id where m.id > $1 \
               order by m.id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// The place of the last page that has one in the menu; 0 where none has.
    pub async fn last_in_menu(self) -> Result<i64> {
        self.ask("select coalesce(max(menu_place), 0) from posts where kind = 'page'")
            .value()
            .await
    }

    /// Old addresses that are no post's, and what they lead to, after one of them.
    pub async fn old_addresses(self, after: &str, limit: i64) -> Result<Vec<(String, String)>> {
        self.ask(
            "select path, target from old_addresses where post_id is null and path > $1 \
             order by path limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// Old addresses of a post that an import brought.
    pub async fn old_addresses_of(self, post: PostId) -> Result<Vec<String>> {
        self.ask("select path from old_addresses where post_id = $1 order by path")
            .bind(post)
            .values()
            .await
    }

    /// Pingbacks and trackbacks by their numbers.
    pub async fn pings(self, after: i64, limit: i64) -> Result<Vec<ExportedPing>> {
        self.ask(
            "select id, post_id as post, origin, state, title, url, created_at from pings \
             where id > $1 order by id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// The pingbacks and trackbacks of a post, oldest first.
    pub async fn pings_of(self, post: PostId) -> Result<Vec<ExportedPing>> {
        self.ask(
            "select id, post_id as post, origin, state, title, url, created_at from pings \
             where post_id = $1 order by created_at, id",
        )
        .bind(post)
        .all()
        .await
    }

    /// Pictures of other servers that are stored here, by their numbers.
    pub async fn fetches(self, after: i64, limit: i64) -> Result<Vec<ExportedFetch>> {
        self.ask(
            "select f.id, f.address, m.name from fetches f join media m on m.id = f.media_id \
             where f.id > $1 order by f.id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// The host that names in feeds begin with, where one was settled on.
    pub async fn feed_host(self) -> Result<Option<String>> {
        self.ask("select value from settings where name = 'feed_host'")
            .one_value()
            .await
    }

    /// All tags by their names, those of drafts too.
    pub async fn tags(self) -> Result<Vec<Tag>> {
        self.ask("select id, name, slug from tags order by key")
            .all()
            .await
    }
}
