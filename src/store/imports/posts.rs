//! Posts that come in: their rows, tags, places in the archive and words for the search index.

use super::{ImportOutcome, ImportedPost, OldAddress, named};
use crate::blog::address;
use crate::blog::post::{Details, Kind, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId, TagId, WriterId, media, words};
use crate::error::Result;
use crate::store::Write;
use crate::store::archive::day_of;
use crate::store::json::json;
use std::collections::{BTreeSet, HashMap};

/// A tag of a post, as the statement that stores it reads it.
#[derive(serde::Serialize)]
struct TagRow {
    post: PostId,
    tag: TagId,
    place: usize,
    at: Option<Millis>,
}

/// The place of a post in the archive.
#[derive(serde::Serialize)]
struct ArchiveRow {
    id: PostId,
    day: String,
    writer: Option<WriterId>,
}

/// The words of a post for the search index.
#[derive(serde::Serialize)]
struct WordsRow {
    id: PostId,
    title: String,
    tags: String,
    body: String,
}

/// A post that is new, with its id.
type Incoming<'a> = (PostId, &'a ImportedPost);

/// When a post was published, where readers see it in lists.
fn public_since(post: &ImportedPost) -> Option<Millis> {
    let listed = post.state == State::Published && post.kind == Kind::Post;
    post.published_at.filter(|_| listed)
}

impl Write {
    pub(super) async fn store_posts(
        &mut self,
        posts: &[ImportedPost],
        now: Millis,
    ) -> Result<Vec<ImportOutcome>> {
        let mut known = self.known_posts(posts).await?;
        let mut taken = self.taken_addresses(posts).await?;
        let mut outcomes = Vec::with_capacity(posts.len());
        let mut new = Vec::with_capacity(posts.len());
        for post in posts {
            let mut names = std::iter::once(&post.origin).chain(&post.extras.other_origins);
            if let Some(id) = names.find_map(|name| known.get(name)) {
                outcomes.push(ImportOutcome::Known(*id));
                continue;
            }
            let path = self.free_path(post, &taken).await?;
            let id = self.insert_post(post, path.as_deref()).await?;
            known.insert(post.origin.clone(), id);
            outcomes.push(match &path {
                Some(path) if post.path.as_ref() != Some(path) => {
                    ImportOutcome::Readdressed(id, path.clone())
                }
                _ => ImportOutcome::New(id),
            });
            if post.state == State::Published {
                taken.extend(path);
            }
            new.push((id, post));
        }
        self.tag_posts(&new).await?;
        self.put_in_archive(&new).await?;
        self.lead_to(&new).await?;
        for (id, post) in &new {
            if let Some(author) = post.extras.fetched_for {
                let pictures = &post.extras.pictures;
                self.want_pictures(pictures, author, now).await?;
            }
            let details = &post.extras.details;
            if !post.extras.pictures.is_empty()
                || !details.picture.is_empty()
                || !media::names(&post.source).is_empty()
            {
                self.note_uses(*id).await?;
            }
        }
        self.index_posts(&new).await?;
        Ok(outcomes)
    }

    /// The address of a post, with a number where another one has it already.
    async fn free_path(
        &mut self,
        post: &ImportedPost,
        taken: &BTreeSet<String>,
    ) -> Result<Option<String>> {
        let Some(wanted) = &post.path else {
            return Ok(None);
        };
        if post.state != State::Published || !taken.contains(wanted) {
            return Ok(Some(wanted.clone()));
        }
        let mut number = 2;
        loop {
            let path = address::numbered(wanted, number);
            let is_taken = taken.contains(&path)
                || self
                    .ask("select 1 from posts where path = $1 and state = 'published'")
                    .bind(&path)
                    .exists()
                    .await?;
            if !is_taken {
                return Ok(Some(path));
            }
            number += 1;
        }
    }

    /// Lets the further addresses of posts lead to them.
    async fn lead_to(&mut self, new: &[Incoming<'_>]) -> Result<()> {
        let addresses: Vec<OldAddress> = new
            .iter()
            .flat_map(|(id, post)| {
                post.extras.old_addresses.iter().map(|path| OldAddress {
                    path: path.clone(),
                    post: Some(*id),
                    target: String::new(),
                })
            })
            .collect();
        self.store_addresses(&addresses).await?;
        Ok(())
    }

    /// The posts that are here already, by their origins.
    async fn known_posts(&mut self, posts: &[ImportedPost]) -> Result<HashMap<String, PostId>> {
        let origins: Vec<&String> = posts
            .iter()
            .flat_map(|post| std::iter::once(&post.origin).chain(&post.extras.other_origins))
            .collect();
        let rows: String = self
            .ask(
                "select json_group_array(json_array(origin, id)) from posts \
                 where origin in (select value from jsonb_each($1))",
            )
            .bind(json(&origins)?)
            .value()
            .await?;
        named(&rows)
    }

    /// Those of their addresses at which something is published already.
    async fn taken_addresses(&mut self, posts: &[ImportedPost]) -> Result<BTreeSet<String>> {
        let paths: Vec<&str> = posts
            .iter()
            .filter_map(|post| post.path.as_deref())
            .collect();
        let found: Vec<String> = self
            .ask(
                "select path from posts \
                 where state = 'published' and path in (select value from jsonb_each($1))",
            )
            .bind(json(&paths)?)
            .values()
            .await?;
        Ok(found.into_iter().collect())
    }

    async fn insert_post(&mut self, post: &ImportedPost, path: Option<&str>) -> Result<PostId> {
        let details = if post.extras.details == Details::default() {
            "{}".to_owned()
        } else {
            json(&post.extras.details)?
        };
        let id: PostId = self
            .ask(
                "insert into posts (id, kind, state, state_before_trash, title, path, \
                   markup, comments, author_id, byline, \
                 origin, created_at, updated_at, published_at, listed_at, renderer, cut, \
                   excerpt, auto_excerpt, \
                 teaser, html, source, words, picture, contents, \
                   slug, pinned, details, due_at, feature, menu_place) \
                 values ((select last + 1 from numbers where name = 'posts'), \
                 $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, \
                   $16, $17, $18, $19, \
                 $20, $21, $22, $23, $24, $25, $26, $27, $28, $29) returning id",
            )
            .bind(post.kind)
            .bind(post.state)
            .bind(post.state_before_trash.map_or("", State::word))
            .bind(&post.title)
            .bind(path)
            .bind(post.markup)
            .bind(post.comments)
            .bind(post.author)
            .bind(&post.byline)
            .bind(&post.origin)
            .bind(post.updated_at)
            .bind(post.published_at)
            .bind(
                post.published_at
                    .filter(|_| matches!(post.state, State::Published | State::Scheduled))
                    .unwrap_or(post.updated_at),
            )
            .bind(post.renderer)
            .bind(post.rendered.cut)
            .bind(&post.excerpt)
            .bind(&post.rendered.excerpt)
            .bind(&post.rendered.teaser)
            .bind(&post.rendered.html)
            .bind(&post.source)
            .bind(post.rendered.word_count)
            .bind(&post.rendered.picture)
            .bind(&post.rendered.contents)
            .bind(&post.extras.slug)
            .bind(post.extras.pinned)
            .bind(details)
            .bind(post.extras.due_at)
            .bind(&post.rendered.feature)
            .bind(post.extras.menu_place)
            .value()
            .await?;
        Ok(id)
    }

    async fn tag_posts(&mut self, new: &[Incoming<'_>]) -> Result<()> {
        let mut tags: HashMap<&str, TagId> = HashMap::new();
        let mut rows = Vec::new();
        for (post, from) in new {
            for (place, name) in from.tags.iter().enumerate() {
                let tag = match tags.get(name.as_str()) {
                    Some(tag) => *tag,
                    None => self.tag_for(name).await?,
                };
                tags.insert(name, tag);
                rows.push(TagRow {
                    post: *post,
                    tag,
                    place,
                    at: public_since(from),
                });
            }
        }
        self.ask(
            "insert into post_tags (post_id, tag_id, place, published_at) \
             select value ->> 'post', value ->> 'tag', value ->> 'place', value ->> 'at' \
               from jsonb_each($1) where true \
             on conflict (post_id, tag_id) do nothing",
        )
        .bind(json(&rows)?)
        .run()
        .await?;
        Ok(())
    }

    async fn put_in_archive(&mut self, new: &[Incoming<'_>]) -> Result<()> {
        let zone = self.zone().await?;
        let mut writers: HashMap<(Option<AuthorId>, &str), Option<WriterId>> = HashMap::new();
        let mut rows = Vec::with_capacity(new.len());
        for (id, post) in new {
            let Some(at) = public_since(post) else {
                continue;
            };
            let by = (post.author, post.byline.as_str());
            let writer = match writers.get(&by) {
                Some(writer) => *writer,
                None => self.writer_of(by.0, by.1).await?,
            };
            writers.insert(by, writer);
            rows.push(ArchiveRow {
                id: *id,
                day: day_of(at, &zone),
                writer,
            });
        }
        self.ask(
            "update posts set day = n.day, writer_id = n.writer from \
             (select value ->> 'id' as id, value ->> 'day' as day, value ->> 'writer' as writer \
               from jsonb_each($1)) as n \
             where posts.id = n.id",
        )
        .bind(json(&rows)?)
        .run()
        .await?;
        Ok(())
    }

    async fn index_posts(&mut self, new: &[Incoming<'_>]) -> Result<()> {
        let rows: Vec<WordsRow> = new
            .iter()
            .map(|(id, post)| WordsRow {
                id: *id,
                title: words::normalize(&post.title),
                tags: words::normalize(&post.tags.join(" ")),
                body: words::normalize(&post.rendered.words),
            })
            .collect();
        self.ask(
            "insert into search_posts (rowid, title, tags, body) \
             select value ->> 'id', value ->> 'title', value ->> 'tags', value ->> 'body' \
               from jsonb_each($1)",
        )
        .bind(json(&rows)?)
        .run()
        .await?;
        let shown: Vec<PostId> = new
            .iter()
            .filter(|(_, post)| post.state == State::Published && post.kind == Kind::Post)
            .map(|(id, _)| *id)
            .collect();
        self.ask(
            "insert into related_due (post_id) select value from jsonb_each($1) where true \
             on conflict (post_id) do nothing",
        )
        .bind(json(&shown)?)
        .run()
        .await?;
        Ok(())
    }
}
