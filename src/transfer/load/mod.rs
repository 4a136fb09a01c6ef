//! From an archive into the store, in three walks over the file: the first reads it all and changes nothing, so that a
//! file that is broken or cut off never comes in by half; then posts, then comments, which may be before their posts.

mod comments;
mod paths;
mod posts;
mod survey;

use self::paths::{Addresses, Paths};
use self::survey::{Survey, Surveyed};
use super::archive::{Entry, On, Status};
use super::old_links::OldLinks;
use super::overlong::Overlong;
use super::report::{About, Note, Report};
use crate::blog::comment::visible;
use crate::blog::post::Kind;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PostId};
use crate::store::{OldAddress, Store};
use anyhow::{Context, Result};
use std::collections::{BTreeSet, HashMap};
use std::thread;
use tokio::task::{JoinHandle, spawn_blocking};

/// Rows to a transaction: one commit costs as much as some hundred rows.
const POSTS_AT_ONCE: usize = 200;
const COMMENTS_AT_ONCE: usize = 1000;
/// The same where others write, too, and are not to wait for long.
const POSTS_AT_ONCE_GENTLY: usize = 20;
const COMMENTS_AT_ONCE_GENTLY: usize = 100;

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
    /// A source may leave out what the walk is not made for. Addresses come with the posts, pings with the comments.
    ///
    /// # Errors
    /// Where the file cannot be opened or is not what it should be.
    fn entries(&self, pass: Pass) -> Result<Box<dyn Iterator<Item = Result<Entry>> + '_>>;
}

/// How an archive is to come in.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where texts are kept that are too long.
    pub overlong: Overlong,
    pub now: Millis,
    /// For whom pictures of other servers are fetched; `None`: they stay there.
    pub fetched_for: Option<AuthorId>,
    /// Whether a server runs in this process: others write between small transactions, and texts are rendered on the thread
    /// that reads, not on all cores.
    pub gently: bool,
}

impl Plan {
    fn posts_at_once(&self) -> usize {
        if self.gently {
            POSTS_AT_ONCE_GENTLY
        } else {
            POSTS_AT_ONCE
        }
    }

    fn comments_at_once(&self) -> usize {
        if self.gently {
            COMMENTS_AT_ONCE_GENTLY
        } else {
            COMMENTS_AT_ONCE
        }
    }
}

/// Says what an archive would bring in; `store` is the blog that is there already, if any.
pub async fn dry_run(source: &dyn Source, store: Option<&Store>, now: Millis) -> Result<Report> {
    let mut report = Report {
        dry_run: true,
        ..Report::default()
    };
    let mut comments = Vec::new();
    let mut tags = BTreeSet::new();
    let survey = Survey::of(source, &mut report, now, |comment| comments.push(comment))?;
    for some in survey.posts.chunks(POSTS_AT_ONCE) {
        let names = some.iter().flat_map(|post| &post.names);
        let names: Vec<&str> = names.map(String::as_str).collect();
        let known = match store {
            Some(store) => store.imports().known_posts(&names).await?,
            None => BTreeSet::new(),
        };
        for post in some {
            if post.names.iter().any(|name| known.contains(name)) {
                report.already_here += 1;
            } else {
                count(&mut report, post.kind, post.status);
                tags.extend(&post.tags);
            }
        }
    }
    let known_tags = match store {
        Some(store) => store.tags().keys().await?,
        None => Vec::new(),
    };
    for tag in &known_tags {
        tags.remove(tag);
    }
    report.tags = tags.len() as u64;
    dry_run_comments(&comments, &survey, store, &mut report).await?;
    Ok(report)
}

/// Says which comments an archive would bring in.
async fn dry_run_comments(
    comments: &[Surveyed],
    survey: &Survey,
    store: Option<&Store>,
    report: &mut Report,
) -> Result<()> {
    let mut addresses = Addresses::new(store);
    for some in comments.chunks(COMMENTS_AT_ONCE) {
        let names = some.iter().flat_map(|comment| &comment.names);
        let names: Vec<&str> = names.map(String::as_str).collect();
        let known = match store {
            Some(store) => store.imports().known_comments(&names).await?,
            None => BTreeSet::new(),
        };
        for comment in some {
            let has_post = match &comment.on {
                On::Origin(name) => survey.post_of(name).is_some(),
                On::Path(path) => addresses.post_at(path).await?.is_some(),
            };
            if comment.names.iter().any(|name| known.contains(name)) {
                report.already_here += 1;
            } else if has_post {
                *report.comments.entry(comment.state).or_default() += 1;
            } else {
                without_post(report, &comment.by, &comment.on);
            }
        }
    }
    Ok(())
}

/// Brings an archive in; what is here already stays as it is. Also gives the addresses that the old blog had.
pub async fn load(source: &dyn Source, store: &Store, plan: Plan) -> Result<(Report, OldLinks)> {
    let mut report = Report::default();
    let now = plan.now;
    let survey = Survey::of(source, &mut report, now, drop)?;
    if !plan.gently {
        store.prepare_bulk_load().await?;
    }
    if let Some((title, description)) = &survey.blog {
        store.settings().name_blog(title, description, now).await?;
    }
    let known_tags: BTreeSet<String> = store.tags().keys().await?.into_iter().collect();
    let authors = store.authors().list().await?;
    let mut loader = Loader {
        store,
        plan,
        report,
        survey,
        authors: authors
            .into_iter()
            .map(|author| (author.name, author.id))
            .collect(),
        paths: Paths::new(&store.settings().load().await?),
        posts: HashMap::new(),
        old_addresses: Vec::new(),
        old_links: OldLinks::default(),
        addresses: Addresses::new(Some(store)),
        picture_hosts: BTreeSet::new(),
    };
    loader.posts(source).await?;
    loader.comments(source).await?;
    let tags: BTreeSet<String> = store.tags().keys().await?.into_iter().collect();
    loader.report.tags = tags.difference(&known_tags).count() as u64;
    store
        .settings()
        .allow_picture_hosts(loader.picture_hosts.iter().map(String::as_str), now)
        .await?;
    Ok((loader.report, loader.old_links))
}

fn count(report: &mut Report, kind: Kind, status: Status) {
    let counter = match (kind, status) {
        (_, Status::Trashed) => &mut report.trashed,
        (Kind::Post, Status::Scheduled) => &mut report.scheduled,
        (Kind::Post, Status::Draft) => &mut report.drafts,
        (Kind::Page, Status::Draft | Status::Scheduled) => &mut report.draft_pages,
        (Kind::Post, Status::Published) => &mut report.posts,
        (Kind::Page, Status::Published) => &mut report.pages,
    };
    *counter += 1;
}

fn without_post(report: &mut Report, by: &str, on: &On) {
    report.skip(match on {
        On::Origin(_) => Note::new(About::Comment, by, "its post is not in the file"),
        On::Path(path) => Note::new(
            About::Comment,
            format!("{by}, {}", visible(path)),
            "no post has its address",
        ),
    });
}

struct Loader<'a> {
    store: &'a Store,
    plan: Plan,
    report: Report,
    survey: Survey,
    authors: HashMap<String, AuthorId>,
    paths: Paths,
    /// Posts that are in, by their origins.
    posts: HashMap<String, PostId>,
    /// Addresses that are no post's, until they are stored.
    old_addresses: Vec<OldAddress>,
    old_links: OldLinks,
    addresses: Addresses<'a>,
    picture_hosts: BTreeSet<String>,
}

/// A batch on its way through the renderer, on as many threads as there are cores, or rendered at once.
enum Rendering<To> {
    Under(Vec<JoinHandle<Vec<To>>>),
    Done(Vec<To>),
}

impl<To: Send + 'static> Rendering<To> {
    fn of<From: Send + 'static>(
        mut batch: Vec<From>,
        render: fn(From) -> To,
        gently: bool,
    ) -> Self {
        if gently {
            return Self::Done(batch.into_iter().map(render).collect());
        }
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
        Self::Under(shares)
    }

    /// All of the batch in its order, when it is ready.
    async fn all(self) -> Result<Vec<To>> {
        let shares = match self {
            Self::Done(all) => return Ok(all),
            Self::Under(shares) => shares,
        };
        let mut all = Vec::new();
        for share in shares {
            all.extend(share.await.context("rendering stopped")?);
        }
        Ok(all)
    }
}
