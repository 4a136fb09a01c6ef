//! Imports: many rows to a transaction, each known by its name in the source,
//! so that the same archive a second time changes nothing.
//!
//! All rows of a batch go in by few statements: handing a statement to the connection's thread costs more than storing a row.

use super::archive::day_of;
use super::json::json;
use super::{Store, Write};
use crate::blog::post::{Comments, Kind, Markup, Rendered, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId, TagId, WriterId, comment, media, words};
use crate::error::{Error, Result};
use crate::store::handle::{Handle, handle};
use std::collections::{BTreeSet, HashMap};

/// A post on its way in.
#[derive(Debug, Clone)]
pub struct ImportedPost {
    pub origin: String,
    pub kind: Kind,
    pub state: State,
    pub state_before_trash: Option<State>,
    pub title: String,
    pub path: Option<String>,
    pub markup: Markup,
    pub tags: Vec<String>,
    pub author: Option<AuthorId>,
    /// The name of a writer who has no account here.
    pub byline: String,
    pub excerpt: String,
    pub comments: Comments,
    pub published_at: Option<Millis>,
    pub updated_at: Millis,
    pub source: String,
    pub rendered: Rendered,
    pub renderer: i64,
}

/// A comment on its way in.
#[derive(Debug, Clone)]
pub struct ImportedComment {
    pub origin: String,
    pub post: PostId,
    /// The origin of the comment that it answers.
    pub parent: Option<String>,
    pub state: comment::State,
    pub name: String,
    pub email: String,
    pub url: String,
    pub created_at: Millis,
    pub markup: Markup,
    pub source: String,
    pub html: String,
    pub words: String,
    pub renderer: i64,
}

/// What became of a post that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    New(PostId),
    /// It is here already, from an earlier import.
    Known(PostId),
    /// Its address belongs to another post, so it came in as a draft.
    AddressTaken(PostId, String),
}

/// What became of a comment that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentImportOutcome {
    New(CommentId),
    /// New too, but what it answers is not here, or not here yet.
    Orphan(CommentId),
    Known(CommentId),
}

/// How many posts are given the places of their comments in one transaction.
const PLACED_AT_ONCE: i64 = 1000;

/// A comment as the statement that stores it reads it.
#[derive(serde::Serialize)]
struct CommentRow<'a> {
    id: CommentId,
    post: PostId,
    parent: Option<CommentId>,
    state: comment::State,
    name: &'a str,
    email: String,
    url: &'a str,
    origin: &'a str,
    at: Millis,
    renderer: i64,
    markup: Markup,
    html: &'a str,
    source: &'a str,
    folded: String,
}

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

handle! {
    /// What comes in from other systems.
    imports: Imports
}

impl Imports<'_> {
    /// The post or page that an earlier import brought in under a name.
    pub async fn post_of_origin(self, origin: &str) -> Result<Option<PostId>> {
        self.ask("select id from posts where origin = $1")
            .bind(origin)
            .one_value()
            .await
    }

    /// The permalink of the published post or page that had this number on Blogger.
    pub async fn path_of_blogger_number(self, number: i64) -> Result<Option<String>> {
        // The name in the source begins with the blog's own number, which the address does not contain.
        let row: Option<String> = self
            .ask(
                "select path from posts where origin_number = $1 and +state = 'published' \
                 and (origin like $2 or origin like $3)",
            )
            .bind(number)
            .bind(format!("%.post-{number}"))
            .bind(format!("%.page-{number}"))
            .one_value()
            .await?;
        Ok(row)
    }

    /// The shown comment on a post that had this number on Blogger, and its place there.
    pub async fn comment_of_blogger_number(
        self,
        post: PostId,
        number: i64,
    ) -> Result<Option<(CommentId, Option<i64>)>> {
        self.ask(
            "select id, place from comments \
               where post_id = $1 and origin_number = $2 and +state = 'approved' \
             and origin like $3",
        )
        .bind(post)
        .bind(number)
        .bind(format!("tag:blogger.com,%.post-{number}"))
        .one()
        .await
    }

    /// The comment that an earlier import brought in under a name.
    pub async fn comment_of_origin(self, origin: &str) -> Result<Option<CommentId>> {
        self.ask("select id from comments where origin = $1")
            .bind(origin)
            .one_value()
            .await
    }

    /// Takes in posts, in one transaction; the answers are in their order.
    pub async fn posts(self, posts: &[ImportedPost], now: Millis) -> Result<Vec<ImportOutcome>> {
        let mut write = self.write().await?;
        let outcomes = write.store_posts(posts).await?;
        write.begin_days_in_trash(now).await?;
        write
            .commit_import(
                outcomes
                    .iter()
                    .any(|post| !matches!(post, ImportOutcome::Known(_))),
                now,
            )
            .await?;
        Ok(outcomes)
    }

    /// Takes in comments, in one transaction; the answers are in their order.
    pub async fn comments(
        self,
        comments: &[ImportedComment],
        now: Millis,
    ) -> Result<Vec<CommentImportOutcome>> {
        let mut write = self.write().await?;
        let outcomes = write.store_comments(comments).await?;
        let mut touched: Vec<PostId> = comments
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcomes)| !matches!(outcomes, CommentImportOutcome::Known(_)))
            .map(|(comment, _)| comment.post)
            .collect();
        touched.sort_unstable();
        touched.dedup();
        write.recount_all(&touched).await?;
        write.commit_import(!touched.is_empty(), now).await?;
        Ok(outcomes)
    }

    /// Gives comments that came in their places on their posts, oldest first whatever the order of the archive; some posts
    /// at a time, so that nobody else who writes waits for long.
    pub async fn place_comments(self, now: Millis) -> Result<()> {
        let mut after = PostId(0);
        loop {
            let mut write = self.write().await?;
            let last: Option<PostId> = write
                .ask(
                    "select max(id) \
                     from (select id from posts where id > $1 order by id limit $2) as step",
                )
                .bind(after)
                .bind(PLACED_AT_ONCE)
                .value()
                .await?;
            let Some(last) = last else {
                return Ok(());
            };
            // The sign before `state` keeps SQLite from walking all comments of a state for each of these steps.
            let placed = write
                .ask(
                    "update comments set place = n.place from \
                     (select c.id, \
                         row_number() over (partition by c.post_id order by c.created_at, c.id) + \
                       (select coalesce(max(m.place), 0) from comments m \
                           where m.post_id = c.post_id) as place \
                       from comments c where c.post_id > $1 and c.post_id <= $2 \
                           and +c.state = 'approved' and c.place is null) \
                     as n where comments.id = n.id",
                )
                .bind(after)
                .bind(last)
                .run()
                .await?;
            write.commit_import(placed > 0, now).await?;
            after = last;
        }
    }

    /// Links comments to what they answer, once all are in.
    pub async fn set_parents(self, pairs: &[(CommentId, CommentId)], now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "update comments set parent_id = n.parent from \
                 (select value ->> 0 as id, value ->> 1 as parent from jsonb_each($1)) as n \
                   where comments.id = n.id",
            )
            .bind(json(&pairs)?)
            .run()
            .await?;
        write.commit_import(!pairs.is_empty(), now).await
    }
}

/// The names by which rows are known, with their ids.
fn named<Id: serde::de::DeserializeOwned>(rows: &str) -> Result<HashMap<String, Id>> {
    serde_json::from_str::<Vec<(String, Id)>>(rows)
        .map(|rows| rows.into_iter().collect())
        .map_err(|error| Error::Internal(format!("names of what came in: {error}")))
}

impl Write {
    /// Commits where something came in; else leaves no trace, not even a new version.
    async fn commit_import(self, changed: bool, now: Millis) -> Result<()> {
        if changed {
            self.commit_content(now).await
        } else {
            Ok(())
        }
    }

    async fn store_posts(&mut self, posts: &[ImportedPost]) -> Result<Vec<ImportOutcome>> {
        let mut known = self.known_posts(posts).await?;
        let mut taken = self.taken_addresses(posts).await?;
        let mut outcomes = Vec::with_capacity(posts.len());
        let mut new = Vec::with_capacity(posts.len());
        for post in posts {
            if let Some(id) = known.get(&post.origin) {
                outcomes.push(ImportOutcome::Known(*id));
                continue;
            }
            let published = post.state == State::Published;
            let path = post.path.as_ref();
            let holder = path.filter(|path| published && taken.contains(*path));
            let state = if holder.is_some() {
                State::Draft
            } else {
                post.state
            };
            let id = self
                .insert_post(post, state, path.filter(|_| holder.is_none()))
                .await?;
            known.insert(post.origin.clone(), id);
            if published {
                taken.extend(path.cloned());
            }
            new.push((id, state, post));
            outcomes.push(match holder {
                Some(path) => ImportOutcome::AddressTaken(id, path.clone()),
                None => ImportOutcome::New(id),
            });
        }
        self.tag_posts(&new).await?;
        self.put_in_archive(&new).await?;
        for (id, _, post) in &new {
            if !media::names(&post.source).is_empty() {
                self.note_uses(*id).await?;
            }
        }
        self.index_posts(&new).await?;
        Ok(outcomes)
    }

    /// The posts that are here already, by their origins.
    async fn known_posts(&mut self, posts: &[ImportedPost]) -> Result<HashMap<String, PostId>> {
        let origins: Vec<&str> = posts.iter().map(|post| post.origin.as_str()).collect();
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

    async fn insert_post(
        &mut self,
        post: &ImportedPost,
        state: State,
        path: Option<&String>,
    ) -> Result<PostId> {
        let id: PostId = self
            .ask(
                "insert into posts (id, kind, state, state_before_trash, title, path, \
                   markup, comments, author_id, byline, \
                 origin, created_at, updated_at, published_at, listed_at, renderer, cut, \
                   excerpt, auto_excerpt, \
                 teaser, html, source, words, picture, contents) \
                 values ((select last + 1 from numbers where name = 'posts'), \
                 $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, \
                   $16, $17, $18, $19, \
                 $20, $21, $22, $23) returning id",
            )
            .bind(post.kind)
            .bind(state)
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
                    .filter(|_| state == State::Published)
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
            .value()
            .await?;
        Ok(id)
    }

    async fn tag_posts(&mut self, new: &[Incoming<'_>]) -> Result<()> {
        let mut tags: HashMap<&str, TagId> = HashMap::new();
        let mut rows = Vec::new();
        for (post, state, from) in new {
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
                    at: public_since(*state, from),
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
        for (id, state, post) in new {
            let Some(at) = public_since(*state, post) else {
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
            .map(|(id, _, post)| WordsRow {
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
            .filter(|(_, state, post)| *state == State::Published && post.kind == Kind::Post)
            .map(|(id, ..)| *id)
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

    async fn store_comments(
        &mut self,
        comments: &[ImportedComment],
    ) -> Result<Vec<CommentImportOutcome>> {
        let mut here = self.known_comments(comments).await?;
        let first = self.next_comment().await?;
        let mut rows = Vec::with_capacity(comments.len());
        let mut outcomes = Vec::with_capacity(comments.len());
        for (comment, next) in comments.iter().zip(first..) {
            if let Some(id) = here.get(&comment.origin) {
                outcomes.push(CommentImportOutcome::Known(*id));
                continue;
            }
            let id = CommentId(next);
            let parent = comment.parent.as_ref();
            let found = parent.and_then(|parent| here.get(parent).copied());
            outcomes.push(if parent.is_some() && found.is_none() {
                CommentImportOutcome::Orphan(id)
            } else {
                CommentImportOutcome::New(id)
            });
            here.insert(comment.origin.clone(), id);
            rows.push(CommentRow::of(comment, id, found));
        }
        let rows_json = json(&rows)?;
        self.ask(
            "insert into comments (id, post_id, parent_id, state, name, email, url, \
               origin, created_at, renderer, \
             markup, html, source) \
               select value ->> 'id', value ->> 'post', value ->> 'parent', value ->> 'state', \
             value ->> 'name', value ->> 'email', value ->> 'url', value ->> 'origin', \
               value ->> 'at', \
             value ->> 'renderer', value ->> 'markup', value ->> 'html', value ->> 'source' \
               from jsonb_each($1)",
        )
        .bind(&rows_json)
        .run()
        .await?;
        self.ask(
            "insert into search_comments (rowid, body) \
             select value ->> 'id', value ->> 'folded' from jsonb_each($1)",
        )
        .bind(&rows_json)
        .run()
        .await?;
        for row in rows.iter().filter(|row| row.has_zero()) {
            self.store_whole(row).await?;
        }
        Ok(outcomes)
    }

    /// The comments that are here already, and what they answer, by their origins.
    async fn known_comments(
        &mut self,
        comments: &[ImportedComment],
    ) -> Result<HashMap<String, CommentId>> {
        let origins: Vec<&str> = comments
            .iter()
            .flat_map(|comment| [Some(comment.origin.as_str()), comment.parent.as_deref()])
            .flatten()
            .collect();
        let rows: String = self
            .ask(
                "select json_group_array(json_array(origin, id)) from comments \
                 where origin in (select value from jsonb_each($1))",
            )
            .bind(json(&origins)?)
            .value()
            .await?;
        named(&rows)
    }

    /// Writes the words of a comment again: read from JSON they end at the first NUL character.
    async fn store_whole(&mut self, row: &CommentRow<'_>) -> Result<()> {
        self.ask("update comments set email = $2, html = $3, source = $4 where id = $1")
            .bind(row.id)
            .bind(&row.email)
            .bind(row.html)
            .bind(row.source)
            .run()
            .await?;
        Ok(())
    }

    async fn recount_all(&mut self, posts: &[PostId]) -> Result<()> {
        self.ask(
            "update posts set approved_comments = \
             (select count(*) from comments where post_id = posts.id and state = 'approved') \
             where id in (select value from jsonb_each($1))",
        )
        .bind(json(&posts)?)
        .run()
        .await?;
        Ok(())
    }
}

/// A post that is new, with its id and the state that it came in with.
type Incoming<'a> = (PostId, State, &'a ImportedPost);

/// When a post was published, where readers see it in lists.
fn public_since(state: State, post: &ImportedPost) -> Option<Millis> {
    let listed = state == State::Published && post.kind == Kind::Post;
    post.published_at.filter(|_| listed)
}

impl<'a> CommentRow<'a> {
    fn of(comment: &'a ImportedComment, id: CommentId, parent: Option<CommentId>) -> Self {
        Self {
            id,
            post: comment.post,
            parent,
            state: comment.state,
            name: &comment.name,
            email: comment.email.to_lowercase(),
            url: &comment.url,
            origin: &comment.origin,
            at: comment.created_at,
            renderer: comment.renderer,
            markup: comment.markup,
            html: &comment.html,
            source: &comment.source,
            folded: words::normalize(&format!("{} {}", comment.name, comment.words)),
        }
    }

    fn has_zero(&self) -> bool {
        [self.email.as_str(), self.html, self.source]
            .iter()
            .any(|text| text.contains('\0'))
    }
}
