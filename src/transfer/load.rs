//! From an archive into the store, in three walks over the file: the first reads it all and changes nothing, so that a
//! file that is broken or cut off never comes in by half; then posts, then comments, which may be before their posts.

use super::archive::{Comment, Entry, On, Post, Status};
use super::overlong::{COMMENT_MAX_BYTES, Overlong};
use super::report::Report;
use crate::blog::comment::{State as CommentState, visible};
use crate::blog::media::Pictures;
use crate::blog::post::{self, Kind, Markup, SOURCE_MAX_BYTES, State};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId};
use crate::store::{CommentImportOutcome, ImportOutcome, ImportedComment, ImportedPost, Store};
use crate::text;
use anyhow::{Context, Result};
use std::collections::{BTreeSet, HashMap};
use std::thread;
use tokio::task::{JoinHandle, spawn_blocking};

/// Rows to a transaction: one commit costs as much as some hundred rows.
const POSTS_AT_ONCE: usize = 200;
const COMMENTS_AT_ONCE: usize = 1000;

/// What a walk is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// To learn whether the file is whole, and what its names are.
    Survey,
    Posts,
    Comments,
}

/// Opens the archive's file again and gives its entries; called once for each pass.
pub trait Source {
    /// A source may leave out what the walk is not made for.
    ///
    /// # Errors
    /// Where the file cannot be opened or is not what it should be.
    fn entries(&self, pass: Pass) -> Result<Box<dyn Iterator<Item = Result<Entry>> + '_>>;
}

/// Says what an archive would bring in; `store` is the blog that is there already, if any.
pub async fn dry_run(source: &dyn Source, store: Option<&Store>) -> Result<Report> {
    let mut report = Report::default();
    let mut comments = Vec::new();
    let survey = Survey::of(source, &mut report, |comment| comments.push(comment))?;
    for (kind, status, origin) in &survey.posts {
        let known = match store {
            Some(store) => store.imports().post_of_origin(origin).await?.is_some(),
            None => false,
        };
        if known {
            report.already_here += 1;
        } else {
            count(&mut report, *kind, *status);
        }
    }
    let mut addresses = Addresses::new(store);
    for comment in &comments {
        let known = match store {
            Some(store) => store
                .imports()
                .comment_of_origin(&comment.origin)
                .await?
                .is_some(),
            None => false,
        };
        let has_post = match &comment.on {
            On::Origin(name) => survey.post_of(name).is_some(),
            On::Path(path) => addresses.post_at(path).await?.is_some(),
        };
        if known {
            report.already_here += 1;
        } else if has_post {
            *report.comments.entry(comment.state).or_default() += 1;
        } else {
            without_post(&mut report, &comment.by, &comment.on);
        }
    }
    report
        .lines
        .push("Nothing was changed: this was a dry run.".to_owned());
    Ok(report)
}

/// Brings an archive in; what is here already stays as it is. What is too long is kept in `overlong`.
pub async fn load(
    source: &dyn Source,
    store: &Store,
    overlong: Overlong,
    now: Millis,
) -> Result<Report> {
    let mut report = Report::default();
    let survey = Survey::of(source, &mut report, drop)?;
    store.prepare_bulk_load().await?;
    if let Some((title, description)) = &survey.blog {
        store.settings().name_blog(title, description, now).await?;
    }
    let known_tags: BTreeSet<String> = store.tags().keys().await?.into_iter().collect();
    let authors = store
        .authors()
        .list()
        .await?
        .into_iter()
        .map(|author| (author.name, author.id))
        .collect();
    let mut loader = Loader {
        store,
        now,
        report,
        survey,
        authors,
        posts: HashMap::new(),
        addresses: Addresses::new(Some(store)),
        picture_hosts: BTreeSet::new(),
        overlong,
    };
    loader.posts(source).await?;
    loader.comments(source).await?;
    let tags: BTreeSet<String> = store.tags().keys().await?.into_iter().collect();
    loader.report.tags = tags.difference(&known_tags).count() as u64;
    store
        .settings()
        .allow_picture_hosts(loader.picture_hosts.iter().map(String::as_str), now)
        .await?;
    Ok(loader.report)
}

/// What the first walk learns: that the file is whole, and what its names are.
#[derive(Debug, Default)]
struct Survey {
    blog: Option<(String, String)>,
    /// Origins of posts by the number at their end: a comment on `page-7` says that it is on `post-7`.
    by_number: HashMap<String, String>,
    origins: BTreeSet<String>,
    posts: Vec<(Kind, Status, String)>,
}

/// What the first walk keeps of a comment.
#[derive(Debug)]
struct Surveyed {
    state: CommentState,
    origin: String,
    on: On,
    /// What the report calls it.
    by: String,
}

impl Survey {
    /// `meet` is given every comment.
    fn of(
        source: &dyn Source,
        report: &mut Report,
        mut meet: impl FnMut(Surveyed),
    ) -> Result<Self> {
        let mut survey = Self::default();
        for entry in source.entries(Pass::Survey)? {
            match entry? {
                Entry::Blog { title, description } => survey.blog = Some((title, description)),
                Entry::Post(post) => {
                    if let Some(number) = number(&post.origin) {
                        survey
                            .by_number
                            .insert(number.to_owned(), post.origin.clone());
                    }
                    survey
                        .posts
                        .push((post.kind, post.status, post.origin.clone()));
                    survey.origins.insert(post.origin);
                }
                Entry::Comment(comment) => meet(Surveyed {
                    state: comment.state,
                    by: by(&comment),
                    origin: comment.origin,
                    on: comment.on,
                }),
                Entry::Skipped { what, why } => {
                    report.skipped += 1;
                    report.lines.push(format!("{what}: {why}"));
                }
                Entry::SkippedAll { kind, count, why } => {
                    report.skipped += count;
                    report.lines.push(format!("{count} × {kind}: {why}"));
                }
                Entry::Changed { what, why } => report.lines.push(format!("{what}: {why}")),
            }
        }
        Ok(survey)
    }

    /// The origin of the post that a comment names.
    fn post_of(&self, name: &str) -> Option<&str> {
        if let Some(origin) = self.origins.get(name) {
            return Some(origin);
        }
        self.by_number.get(number(name)?).map(String::as_str)
    }
}

/// The digits at the end of an origin.
fn number(origin: &str) -> Option<&str> {
    let digits = origin.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (digits < origin.len()).then(|| &origin[digits..])
}

fn count(report: &mut Report, kind: Kind, status: Status) {
    let counter = match (kind, status) {
        (_, Status::Trashed) => &mut report.trashed,
        (Kind::Post, Status::Draft) => &mut report.drafts,
        (Kind::Page, Status::Draft) => &mut report.draft_pages,
        (Kind::Post, Status::Published) => &mut report.posts,
        (Kind::Page, Status::Published) => &mut report.pages,
    };
    *counter += 1;
}

/// What a report calls a comment.
fn by(comment: &Comment) -> String {
    let name = visible(&comment.name);
    format!(
        "comment by {} of {}",
        if name.is_empty() { "nobody" } else { &name },
        comment.created_at.rfc3339()
    )
}

fn without_post(report: &mut Report, by: &str, on: &On) {
    report.skipped += 1;
    report.lines.push(match on {
        On::Origin(_) => format!("{by}: its post is not in the file"),
        On::Path(path) => format!("{by}: no post has the address {}", visible(path)),
    });
}

/// Which posts live at the addresses that comments name; each is asked for once.
struct Addresses<'a> {
    store: Option<&'a Store>,
    known: HashMap<String, Option<PostId>>,
}

impl<'a> Addresses<'a> {
    fn new(store: Option<&'a Store>) -> Self {
        Self {
            store,
            known: HashMap::new(),
        }
    }

    async fn post_at(&mut self, path: &str) -> Result<Option<PostId>> {
        let Some(store) = self.store else {
            return Ok(None);
        };
        if let Some(known) = self.known.get(path) {
            return Ok(*known);
        }
        let post = match found_at(store, path).await? {
            // These systems take whatever address a page was opened at.
            None => match path.strip_suffix('/') {
                Some(without) => found_at(store, without).await?,
                None => found_at(store, &format!("{path}/")).await?,
            },
            found => found,
        };
        self.known.insert(path.to_owned(), post);
        Ok(post)
    }
}

/// The post that lives at an address, or has moved from there.
async fn found_at(store: &Store, path: &str) -> Result<Option<PostId>> {
    if let Some(post) = store.posts().published(path).await? {
        return Ok(Some(post.id));
    }
    match store.posts().moved_to(path).await? {
        Some(path) => Ok(store.posts().published(&path).await?.map(|post| post.id)),
        None => Ok(None),
    }
}

struct Loader<'a> {
    store: &'a Store,
    now: Millis,
    report: Report,
    survey: Survey,
    authors: HashMap<String, AuthorId>,
    /// Posts that are in, by their origins.
    posts: HashMap<String, PostId>,
    addresses: Addresses<'a>,
    picture_hosts: BTreeSet<String>,
    overlong: Overlong,
}

impl Loader<'_> {
    /// While one batch is written, the next one is rendered.
    async fn posts(&mut self, source: &dyn Source) -> Result<()> {
        let mut batch = Vec::with_capacity(POSTS_AT_ONCE);
        let mut rendering = Rendering::of(Vec::new(), Post::rendered);
        for entry in source.entries(Pass::Posts)? {
            if let Entry::Post(mut post) = entry? {
                self.bound_post(&mut post).await?;
                let pictures = self.store.media().pictures_in(&post.source).await?;
                batch.push((*post, pictures));
                if batch.len() == POSTS_AT_ONCE {
                    let next = Rendering::of(std::mem::take(&mut batch), Post::rendered);
                    self.insert_posts(std::mem::replace(&mut rendering, next))
                        .await?;
                }
            }
        }
        self.insert_posts(rendering).await?;
        self.insert_posts(Rendering::of(batch, Post::rendered))
            .await
    }

    /// Cuts the text of a post that is too long, where it is new here.
    async fn bound_post(&mut self, post: &mut Post) -> Result<()> {
        if post.source.len() > SOURCE_MAX_BYTES
            && self
                .store
                .imports()
                .post_of_origin(&post.origin)
                .await?
                .is_none()
        {
            let (origin, title, markup) = (&post.origin, post.title.trim(), post.markup);
            let cut = self
                .overlong
                .post(origin, title, &mut post.source, markup)?;
            self.report.lines.extend(cut);
        }
        Ok(())
    }

    /// The same of a comment.
    async fn bound_comment(&mut self, comment: &mut Comment) -> Result<()> {
        if comment.source.len() > COMMENT_MAX_BYTES
            && self
                .store
                .imports()
                .comment_of_origin(&comment.origin)
                .await?
                .is_none()
        {
            let what = by(comment);
            let (origin, markup) = (&comment.origin, comment.markup);
            let cut = self
                .overlong
                .comment(origin, &what, &mut comment.source, markup)?;
            self.report.lines.extend(cut);
        }
        Ok(())
    }

    /// Fills in who wrote a post, and notes where its pictures are.
    fn attribute(&mut self, post: &mut ImportedPost) {
        self.picture_hosts
            .extend(text::picture_hosts(&post.rendered.html));
        post.author = self.authors.get(&post.byline).copied();
        post.byline = if post.author.is_some() {
            String::new()
        } else {
            visible(&post.byline)
        };
    }

    async fn insert_posts(&mut self, rendering: Rendering<(ImportedPost, Status)>) -> Result<()> {
        let (mut posts, statuses): (Vec<_>, Vec<_>) = rendering.all().await?.into_iter().unzip();
        for post in &mut posts {
            self.attribute(post);
        }
        let landed = self
            .store
            .imports()
            .posts(&posts, self.now)
            .await
            .context("the posts could not be stored")?;
        for ((post, status), landed) in posts.into_iter().zip(statuses).zip(landed) {
            let id = match landed {
                ImportOutcome::Known(id) => {
                    self.report.already_here += 1;
                    id
                }
                ImportOutcome::New(id) => {
                    count(&mut self.report, post.kind, status);
                    id
                }
                ImportOutcome::AddressTaken(id, path) => {
                    count(&mut self.report, post.kind, Status::Draft);
                    self.report.lines.push(format!(
                        "“{}”: imported as a draft, because {path} belongs to another post",
                        post.title
                    ));
                    id
                }
            };
            self.posts.insert(post.origin, id);
        }
        Ok(())
    }

    async fn comments(&mut self, source: &dyn Source) -> Result<()> {
        let mut batch = Vec::with_capacity(COMMENTS_AT_ONCE);
        let mut rendering = Rendering::of(Vec::new(), prepared_comment);
        let mut answers = Vec::new();
        for entry in source.entries(Pass::Comments)? {
            let Entry::Comment(mut comment) = entry? else {
                continue;
            };
            self.bound_comment(&mut comment).await?;
            let post = match &comment.on {
                On::Origin(name) => self
                    .survey
                    .post_of(name)
                    .and_then(|origin| self.posts.get(origin))
                    .copied(),
                On::Path(path) => self.addresses.post_at(path).await?,
            };
            let Some(post) = post else {
                without_post(&mut self.report, &by(&comment), &comment.on);
                continue;
            };
            batch.push((*comment, post));
            if batch.len() == COMMENTS_AT_ONCE {
                let next = Rendering::of(std::mem::take(&mut batch), prepared_comment);
                self.land_comments(std::mem::replace(&mut rendering, next), &mut answers)
                    .await?;
            }
        }
        self.land_comments(rendering, &mut answers).await?;
        self.land_comments(Rendering::of(batch, prepared_comment), &mut answers)
            .await?;
        self.link_replies(&answers).await
    }

    /// `answers` takes in those that answer something which is not here yet.
    async fn land_comments(
        &mut self,
        rendering: Rendering<ImportedComment>,
        answers: &mut Vec<Reply>,
    ) -> Result<()> {
        let comments = rendering.all().await?;
        let landed = self
            .store
            .imports()
            .comments(&comments, self.now)
            .await
            .context("the comments could not be stored")?;
        for (comment, landed) in comments.into_iter().zip(landed) {
            match landed {
                CommentImportOutcome::Known(_) => self.report.already_here += 1,
                CommentImportOutcome::New(_) | CommentImportOutcome::Orphan(_) => {
                    *self.report.comments.entry(comment.state).or_default() += 1;
                }
            }
            if let (CommentImportOutcome::Orphan(id), Some(parent)) = (landed, comment.parent) {
                answers.push(Reply {
                    id,
                    origin: comment.origin,
                    parent,
                });
            }
        }
        Ok(())
    }

    /// Puts comments under what they answer that came later in the file, and gives all their places.
    async fn link_replies(&mut self, answers: &[Reply]) -> Result<()> {
        let mut pairs = Vec::new();
        for Reply { id, origin, parent } in answers {
            match self.store.imports().comment_of_origin(parent).await? {
                Some(parent_id) if parent_id != *id => pairs.push((*id, parent_id)),
                _ => self
                    .report
                    .lines
                    .push(format!("a reply was imported without its parent, because the comment it replies to is not in the file: {origin}")),
            }
        }
        for some in pairs.chunks(COMMENTS_AT_ONCE) {
            self.store.imports().set_parents(some, self.now).await?;
        }
        self.store.imports().place_comments(self.now).await?;
        Ok(())
    }
}

/// A comment whose parent was not here when it came.
struct Reply {
    id: CommentId,
    origin: String,
    parent: String,
}

/// A batch on its way through the renderer, on as many threads as there are cores.
struct Rendering<To>(Vec<JoinHandle<Vec<To>>>);

impl<To: Send + 'static> Rendering<To> {
    fn of<From: Send + 'static>(mut batch: Vec<From>, render: fn(From) -> To) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let share = batch.len().div_ceil(cores);
        let mut shares = Vec::new();
        while !batch.is_empty() {
            let rest = batch.split_off(share.min(batch.len()));
            let some = std::mem::replace(&mut batch, rest);
            shares.push(spawn_blocking(move || {
                some.into_iter().map(render).collect()
            }));
        }
        Self(shares)
    }

    /// All of the batch in its order, when it is ready.
    async fn all(self) -> Result<Vec<To>> {
        let mut all = Vec::new();
        for share in self.0 {
            all.extend(share.await.context("rendering stopped")?);
        }
        Ok(all)
    }
}

impl Post {
    /// As it is stored; the by-line is still as it came.
    fn rendered((post, pictures): (Self, Pictures)) -> (ImportedPost, Status) {
        let rendered = text::post(&post.source, post.markup, &pictures);
        let before_trash = if post.path.is_some() {
            State::Published
        } else {
            State::Draft
        };
        let imported = ImportedPost {
            state: match post.status {
                Status::Published => State::Published,
                Status::Draft => State::Draft,
                Status::Trashed => State::Trashed,
            },
            state_before_trash: (post.status == Status::Trashed).then_some(before_trash),
            byline: post.author,
            author: None,
            tags: post::parse_tags(&post.tags.join("\n")),
            title: post.title.split_whitespace().collect::<Vec<_>>().join(" "),
            excerpt: post.excerpt.trim().to_owned(),
            origin: post.origin,
            kind: post.kind,
            path: post.path,
            markup: post.markup,
            comments: post.comments,
            published_at: post.published_at,
            updated_at: post.updated_at,
            source: post.source,
            rendered,
            renderer: text::RENDERER,
        };
        (imported, post.status)
    }
}

fn prepared_comment((comment, post): (Comment, PostId)) -> ImportedComment {
    let html = match comment.markup {
        Markup::Html => text::imported_comment(&comment.source),
        // What is nested too deep is shown as its words.
        Markup::Markdown => text::comment(&comment.source)
            .unwrap_or_else(|_| format!("<p>{}</p>", text::escape(&comment.source))),
    };
    ImportedComment {
        origin: comment.origin,
        post,
        parent: comment.parent,
        state: comment.state,
        name: visible(&comment.name),
        email: comment.email,
        url: web_address(&comment.url),
        created_at: comment.created_at,
        markup: comment.markup,
        source: comment.source,
        words: text::plain(&html),
        html,
        renderer: text::RENDERER,
    }
}

/// A commenter's website, where it is one that a link may lead to.
fn web_address(text: &str) -> String {
    url::Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .map(|url| url.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn posts_and_pages_are_known_by_the_number_at_their_end() {
        assert_eq!(number("tag:blogger.com,1999:blog-1.page-77"), Some("77"));
        assert_eq!(number("none"), None);
    }
}
