//! Pictures: a row for each content that was sent, its copies, and which posts use it.
//!
//! The files come first and the rows after, so that a row never names a file that is not there; what a crash leaves
//! between is a file without a row, which [`crate::media`] can list and the scheduler takes away.

use super::ask::sql;
use super::json::json;
use super::{Page, PageDirection, Store, Write};
use crate::blog::author::Scope;
use crate::blog::media::{
    About, FOLDER, MediaKind, Picture, Pictures, SEARCH_WORDS_MAX, index, is_picture, kind, names,
};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, MediaId, PostId, post};
use crate::error::{Error, Result};
use crate::store::handle::{Handle, handle};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A picture or a recording in the library; a recording has no size in pixels.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MediaLine {
    pub id: MediaId,
    pub name: String,
    pub width: i64,
    pub height: i64,
    pub bytes: i64,
    pub moving: bool,
    /// The name under which it came; only ever shown as text.
    pub file_name: String,
    pub alt: String,
    pub caption: String,
    pub created_at: Millis,
    /// The smallest copy, or the picture itself.
    pub thumbnail: String,
    /// How many posts use it, in whatever version.
    pub uses: i64,
}

/// A post that uses a picture.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MediaUse {
    pub id: PostId,
    pub kind: post::Kind,
    pub title: String,
    /// Whether it is in the text that readers see or in the working copy; else only in older versions.
    pub now: bool,
}

/// One copy of a picture on its way into the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSize {
    pub name: String,
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
}

/// Which posts named which files when all texts were looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentions {
    posts: BTreeMap<String, BTreeSet<PostId>>,
    /// What was saved later has a higher number than these.
    newest_post: i64,
    newest_revision: i64,
}

impl MediaLine {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> MediaKind {
        kind(&self.name).unwrap_or(MediaKind::Picture)
    }
}

impl Mentions {
    /// Whether any text names a file.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.posts.contains_key(name)
    }
}

/// Texts looked through in one query.
const WALKED_AT_ONCE: i64 = 200;

/// A picture whose files are on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedia {
    pub name: String,
    /// SHA-256 of what was sent, in hexadecimal digits.
    pub digest: String,
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
    pub moving: bool,
    pub file_name: String,
    pub author: Option<AuthorId>,
    pub sizes: Vec<NewSize>,
}

/// What became of a picture that was to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteOutcome {
    /// It is gone; these files are nobody's any more.
    Files(Vec<String>),
    /// Posts use it, so nothing was changed.
    Used,
    NotThere,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MediaCounts {
    pub all: i64,
    pub unused: i64,
}

/// Which files of the library a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LibraryFilter {
    All,
    /// Those that no post uses.
    Unused,
    /// No recordings.
    Pictures,
}

/// The parts of the list of the library, behind [`LINE`].
const OLDER: &str = "where (m.created_at, m.id) < ($1, $2) ";
const NEWER: &str = "where (m.created_at, m.id) > ($1, $2) ";
const FITTING: &str = "and m.words like $4 and m.words like $5 and m.words like $6 \
     and m.words like $7 and ($8 = 0 or m.author_id = $8) ";
const UNUSED: &str = "and not exists (select 1 from media_uses u where u.media_id = m.id) ";
const PICTURES: &str = "and m.width > 0 ";
const OLDER_ORDER: &str = "order by m.created_at desc, m.id desc limit $3";
const NEWER_ORDER: &str = "order by m.created_at, m.id limit $3";

/// Files of the library.
const LINE: &str = "select m.id, m.name, m.width, m.height, m.bytes, m.moving, m.file_name, \
       m.alt, m.caption, m.created_at, \
     coalesce((select s.name from media_sizes s where s.media_id = m.id \
       order by s.width limit 1), m.name) \
     as thumbnail, (select count(*) from media_uses u where u.media_id = m.id) as uses \
       from media m ";

/// A picture's name, width and height, and the width and name of one of its smaller copies, if it has any.
type PictureRow = (String, i64, i64, Option<i64>, Option<String>);

handle! {
    /// The media library.
    media: MediaLibrary
}

impl MediaLibrary<'_> {
    /// The picture that what was sent became, if the same was sent before.
    pub async fn by_digest(self, digest: &str) -> Result<Option<MediaLine>> {
        self.ask(sql!(LINE, "where m.digest = $1"))
            .bind(digest)
            .one()
            .await
    }

    pub async fn by_id(self, id: MediaId) -> Result<Option<MediaLine>> {
        self.ask(sql!(LINE, "where m.id = $1")).bind(id).one().await
    }

    /// The picture of this name.
    pub async fn by_name(self, name: &str) -> Result<Option<MediaLine>> {
        self.ask(sql!(LINE, "where m.name = $1"))
            .bind(name)
            .one()
            .await
    }

    /// Stores a picture; where another row has its content or its name already, that row is the answer.
    pub async fn add(self, new: &NewMedia, now: Millis) -> Result<MediaLine> {
        let mut write = self.write().await?;
        write.add_media(new, now).await?;
        let line = write
            .ask(sql!(
                LINE,
                "where m.digest = $1 or m.name = $2 order by m.id"
            ))
            .bind(&new.digest)
            .bind(&new.name)
            .row()
            .await?;
        write.commit().await?;
        Ok(line)
    }

    /// Which posts name which of these files: in the text that readers see, in the working copy, or in an older version.
    pub async fn mentions(self, files: &BTreeSet<String>) -> Result<Mentions> {
        let (newest_post, newest_revision): (i64, i64) = self
            .ask(
                "select coalesce((select max(id) from posts), 0), \
                 coalesce((select max(id) from revisions), 0)",
            )
            .row()
            .await?;
        let mut posts: BTreeMap<String, BTreeSet<PostId>> = BTreeMap::new();
        for (newest, sql) in [
            (
                newest_post,
                "select id, source || ' ' || details from posts where id > $1 and id <= $2 \
                 and instr(source || details, $3) > 0",
            ),
            (
                newest_revision,
                "select post_id, source || ' ' || details from revisions \
                   where id > $1 and id <= $2 \
                 and instr(source || details, $3) > 0",
            ),
        ] {
            let mut after = 0;
            while after < newest {
                let until = after + WALKED_AT_ONCE;
                let texts: Vec<(PostId, String)> = self
                    .ask(sql)
                    .bind(after)
                    .bind(until)
                    .bind(FOLDER)
                    .all()
                    .await?;
                for (post, text) in texts {
                    for name in names(&text).intersection(files) {
                        posts.entry(name.clone()).or_default().insert(post);
                    }
                }
                after = until;
            }
        }
        Ok(Mentions {
            posts,
            newest_post,
            newest_revision,
        })
    }

    /// Stores a picture that posts use already, notes its uses, and has those posts rendered again.
    pub async fn adopt(self, new: &NewMedia, mentions: &Mentions, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write.add_media(new, now).await?;
        let saved_since: Vec<PostId> = write.ask(
            "select id from posts where id > $1 union select post_id from revisions where id > $2",
        )
        .bind(mentions.newest_post)
        .bind(mentions.newest_revision).values().await?;
        let mut posts = mentions.posts.get(&new.name).cloned().unwrap_or_default();
        posts.extend(saved_since);
        for post in posts {
            write.note_uses(post).await?;
            write.make_stale(post).await?;
        }
        write.commit().await
    }

    /// The library, newest first; `words` are patterns of [`crate::blog::media::search_words`].
    pub async fn list(
        self,
        scope: Scope,
        shown: LibraryFilter,
        words: &[String; SEARCH_WORDS_MAX],
        side: PageDirection,
        limit: i64,
    ) -> Result<Page<MediaLine>> {
        let sql = match (shown, matches!(side, PageDirection::Newer(..))) {
            (LibraryFilter::All, false) => sql!(LINE, OLDER, FITTING, OLDER_ORDER),
            (LibraryFilter::All, true) => sql!(LINE, NEWER, FITTING, NEWER_ORDER),
            (LibraryFilter::Unused, false) => sql!(LINE, OLDER, FITTING, UNUSED, OLDER_ORDER),
            (LibraryFilter::Unused, true) => sql!(LINE, NEWER, FITTING, UNUSED, NEWER_ORDER),
            (LibraryFilter::Pictures, false) => sql!(LINE, OLDER, FITTING, PICTURES, OLDER_ORDER),
            (LibraryFilter::Pictures, true) => sql!(LINE, NEWER, FITTING, PICTURES, NEWER_ORDER),
        };
        let (at, id) = side.place();
        let rows = self
            .ask(sql)
            .bind(at)
            .bind(id)
            .bind(limit + 1)
            .bind_all(words)
            .bind(scope.owner().unwrap_or(AuthorId(0)))
            .all()
            .await?;
        Ok(Page::of(rows, side, limit))
    }

    pub async fn counts(self, scope: Scope) -> Result<MediaCounts> {
        let (all, unused) = self
            .ask(
                "select count(*), count(*) filter (where not exists \
                 (select 1 from media_uses u where u.media_id = m.id)) from media m \
                   where $1 = 0 or m.author_id = $1",
            )
            .bind(scope.owner().unwrap_or(AuthorId(0)))
            .row()
            .await?;
        Ok(MediaCounts { all, unused })
    }

    /// What all pictures weigh with their smaller copies.
    pub async fn total_bytes(self) -> Result<i64> {
        self.ask(
            "select cast(coalesce((select sum(bytes) from media), 0) \
             + coalesce((select sum(bytes) from media_sizes), 0) as bigint)",
        )
        .value()
        .await
    }

    /// The posts within what somebody may act on that use a picture, those first that show it now.
    pub async fn uses(self, scope: Scope, id: MediaId) -> Result<Vec<MediaUse>> {
        self.ask(
            "select p.id, p.kind, p.title, u.now from media_uses u \
               join posts p on p.id = u.post_id \
             where u.media_id = $1 and ($2 = 0 or p.kind = 'post' and p.author_id = $2) \
             order by u.now desc, p.listed_at desc, p.id desc",
        )
        .bind(id)
        .bind(scope.owner().unwrap_or(AuthorId(0)))
        .all()
        .await
    }

    /// Changes the description of a picture; posts keep the one they have. False if it is not there.
    pub async fn describe(self, id: MediaId, about: &About) -> Result<bool> {
        let mut write = self.write().await?;
        let row: Option<String> = write
            .ask("select file_name from media where id = $1")
            .bind(id)
            .one_value()
            .await?;
        let Some(file_name) = row else {
            return Ok(false);
        };
        write
            .ask("update media set alt = $2, caption = $3, words = $4 where id = $1")
            .bind(id)
            .bind(&about.alt)
            .bind(&about.caption)
            .bind(index(&file_name, &about.alt, &about.caption))
            .run()
            .await?;
        write.commit().await?;
        Ok(true)
    }

    /// Deletes the rows of a picture that neither a post nor the look of the blog uses; the caller takes the files away that are nobody's then.
    pub async fn delete(self, id: MediaId) -> Result<DeleteOutcome> {
        let mut write = self.write().await?;
        let files: Vec<String> = write
            .ask(
                "select name from media where id = $1 union select name from media_sizes \
                 where media_id = $1",
            )
            .bind(id)
            .values()
            .await?;
        if files.is_empty() {
            return Ok(DeleteOutcome::NotThere);
        }
        let used = write
            .ask(
                "select 1 from media_uses where media_id = $1 union all \
                 select 1 from settings s join media m on s.value like '%' || m.name || '%' \
                 where s.name in ('appearance', 'appearance_before') and m.id = $1 limit 1",
            )
            .bind(id)
            .exists()
            .await?;
        if used {
            return Ok(DeleteOutcome::Used);
        }
        write
            .ask("delete from media_sizes where media_id = $1")
            .bind(id)
            .run()
            .await?;
        write
            .ask("delete from media where id = $1")
            .bind(id)
            .run()
            .await?;
        let mut left = Vec::new();
        for name in files {
            let kept = write
                .ask(
                    "select 1 from media where name = $1 union all \
                     select 1 from media_sizes where name = $1 limit 1",
                )
                .bind(&name)
                .exists()
                .await?;
            if !kept {
                left.push(name);
            }
        }
        write.commit().await?;
        Ok(DeleteOutcome::Files(left))
    }

    /// The names of all files that rows know.
    pub async fn file_names(self) -> Result<BTreeSet<String>> {
        let found: Vec<String> = self
            .ask("select name from media union select name from media_sizes")
            .values()
            .await?;
        Ok(found.into_iter().collect())
    }

    /// Whether any text mentions a file: of a post or page in any state, or of an older version.
    pub async fn is_mentioned(self, name: &str) -> Result<bool> {
        self.ask(
            "select 1 from posts \
               where source || details like '%' || $1 || '%' or html like '%' || $1 || '%' \
             union all select 1 from revisions where source || details like '%' || $1 || '%' \
               limit 1",
        )
        .bind(name)
        .exists()
        .await
    }

    /// What is known of the pictures that a source mentions, by the names in it.
    pub async fn pictures_in(self, source: &str) -> Result<Pictures> {
        let names: Vec<String> = names(source)
            .into_iter()
            .filter(|name| is_picture(name))
            .collect();
        let mut pictures = Pictures::new();
        if names.is_empty() {
            return Ok(pictures);
        }
        let rows: Vec<PictureRow> = self
            .ask(
                "select m.name, m.width, m.height, s.width, s.name \
                 from jsonb_each($1) n cross join media m on m.name = n.value \
                 left join media_sizes s on s.media_id = m.id order by s.width",
            )
            .bind(json(&names)?)
            .all()
            .await?;
        for (name, width, height, copy_width, copy) in rows {
            let picture = pictures.entry(name).or_insert_with(|| Picture {
                width,
                height,
                sizes: Vec::new(),
            });
            picture.sizes.extend(copy_width.zip(copy));
        }
        Ok(pictures)
    }

    /// How many bytes files of the library have, by their names.
    pub async fn weights(self, names: &[String]) -> Result<HashMap<String, i64>> {
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, i64)> = self
            .ask(
                "select m.name, m.bytes from jsonb_each($1) n cross join media m on m.name = n.value",
            )
            .bind(json(&names)?)
            .all()
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Forgets uses in older versions that are gone by now.
    pub async fn tidy_uses(self) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "delete from media_uses where not now and not exists (select 1 from revisions r \
                 where r.post_id = media_uses.post_id and (r.source || r.details like '%' || \
                 (select m.name from media m where m.id = media_uses.media_id) || '%' \
                 or exists (select 1 from media_sizes s where s.media_id = media_uses.media_id \
                 and r.source || r.details like '%' || s.name || '%')))",
            )
            .run()
            .await?;
        write.commit().await
    }
}

impl Write {
    async fn add_media(&mut self, new: &NewMedia, now: Millis) -> Result<()> {
        let row: Option<MediaId> = self
            .ask(
                "insert into media (id, name, digest, width, height, bytes, moving, \
                   file_name, words, author_id, created_at) \
                 values ((select last + 1 from numbers where name = 'media'), \
                 $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id",
            )
            .bind(&new.name)
            .bind(&new.digest)
            .bind(new.width)
            .bind(new.height)
            .bind(number(new.bytes)?)
            .bind(new.moving)
            .bind(&new.file_name)
            .bind(index(&new.file_name, "", ""))
            .bind(new.author)
            .bind(now)
            .one_value()
            .await?;
        let Some(id) = row else {
            return Ok(());
        };
        for size in &new.sizes {
            self.ask(
                "insert into media_sizes (media_id, width, height, name, bytes) \
                 values ($1, $2, $3, $4, $5)",
            )
            .bind(id)
            .bind(size.width)
            .bind(size.height)
            .bind(&size.name)
            .bind(number(size.bytes)?)
            .run()
            .await?;
        }
        Ok(())
    }

    /// Notes which pictures a post uses, by the text that readers see and by the working copy; to be called in the same
    /// transaction, after either was written. A picture that is in neither any more is used by older versions.
    pub(super) async fn note_uses(&mut self, post: PostId) -> Result<()> {
        let sources: Vec<String> = self
            .ask(
                "select source || ' ' || details from posts where id = $1 \
                 union all select r.source || ' ' || r.details from posts p \
                 join revisions r on r.id = p.revision_id where p.id = $1",
            )
            .bind(post)
            .values()
            .await?;
        let mut wanted: BTreeSet<String> =
            sources.iter().flat_map(|source| names(source)).collect();
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        wanted.extend(self.note_fetches(post, &sources).await?);
        let noted: Vec<(MediaId, String, bool)> = self
            .ask(
                "select m.id, m.name, u.now from media_uses u join media m on m.id = u.media_id \
                 where u.post_id = $1",
            )
            .bind(post)
            .all()
            .await?;
        // Mostly nothing has changed since the last key, and nothing is written.
        let known: BTreeMap<&str, MediaId> = noted
            .iter()
            .map(|(id, name, _)| (name.as_str(), *id))
            .collect();
        let mut used = BTreeSet::new();
        for name in &wanted {
            match known.get(name.as_str()) {
                Some(id) => {
                    used.insert(*id);
                }
                None => used.extend(self.media_named(name).await?),
            }
        }
        let before: BTreeSet<MediaId> = noted
            .iter()
            .filter(|(_, _, now)| *now)
            .map(|(id, ..)| *id)
            .collect();
        self.change_uses(post, &before, &used).await
    }

    /// Notes that a post uses other pictures now than before.
    async fn change_uses(
        &mut self,
        post: PostId,
        before: &BTreeSet<MediaId>,
        used: &BTreeSet<MediaId>,
    ) -> Result<()> {
        for id in used.difference(before) {
            self.ask(
                "insert into media_uses (post_id, media_id, now) values ($1, $2, true) \
                 on conflict (post_id, media_id) do update set now = true",
            )
            .bind(post)
            .bind(id)
            .run()
            .await?;
        }
        for id in before.difference(used) {
            self.ask("update media_uses set now = false where post_id = $1 and media_id = $2")
                .bind(post)
                .bind(id)
                .run()
                .await?;
        }
        Ok(())
    }

    /// The picture that has a file of this name, as itself or as a copy.
    async fn media_named(&mut self, name: &str) -> Result<Option<MediaId>> {
        let row: Option<MediaId> = self
            .ask(
                "select id from media where name = $1 union all \
                 select media_id from media_sizes where name = $1 limit 1",
            )
            .bind(name)
            .one_value()
            .await?;
        Ok(row)
    }
}

fn number(bytes: usize) -> Result<i64> {
    i64::try_from(bytes).map_err(|_| Error::Internal("a file of too many bytes".to_owned()))
}
