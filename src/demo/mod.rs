//! Made-up content for a blog without posts, the same for the same seed: to look round in, or to measure.

mod comments;
mod content;
mod pictures;
mod posts;
mod prose;
mod random;

use crate::blog::AuthorId;
use crate::blog::author::Role;
use crate::blog::time::Millis;
use crate::clock::Clock;
use crate::config::Config;
use crate::media::Media;
use crate::secrets::{self, Passwords};
use crate::store::Store;
use crate::transfer::archive::Entry;
use crate::transfer::load::{self, Pass, Source};
use crate::transfer::overlong::Overlong;
use crate::transfer::report::Report;
use anyhow::{Context, Result, bail};
use content::Content;
use pictures::Picture;
use posts::Plan;

/// Which made-up blog.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub posts: u64,
    pub comments: u64,
    pub seed: u64,
    /// Short texts and evenly spread comments: a large blog for benchmarks.
    pub plain: bool,
}

const TITLE: &str = "The Harbour Notebook";
const DESCRIPTION: &str = "Tides, gardens, old maps, and what the neighbours read";
const AUTHOR: &str = "Ida Merrow";
const EMAIL: &str = "ida@example.org";
/// 15 November 2026, 18:00 in UTC: fixed, so that one seed is one blog whenever it is made.
const NEWEST: Millis = Millis(1_794_765_600_000);

/// Writes the posts, pages, drafts and comments; `advance` is called for each post and comment with 1.
///
/// # Errors
/// Where the blog has posts already, or where something cannot be written.
pub async fn fill(
    options: Options,
    config: &Config,
    store: &Store,
    advance: impl Fn(u64),
) -> Result<(Report, AuthorId)> {
    if store.posts().any_exist().await? {
        bail!("this blog already has posts; demo content can only be added to an empty blog");
    }
    let now = Clock::System.now();
    if !store.authors().any_exist().await? {
        store.settings().name_blog(TITLE, DESCRIPTION, now).await?;
        // A password that nobody knows, so that the one-time address lets in at once and asks for nothing.
        let password = Passwords::default().hash(secrets::token()?).await?;
        store
            .authors()
            .add(AUTHOR, EMAIL, Role::Operator, Some(&password), now)
            .await?;
    }
    let authors = store.authors().list().await?;
    let author = authors.first().context("the blog has no authors")?;
    let media = Media::of(config);
    let content = Content::read()?;
    let mut pictures = Vec::new();
    for (bytes, about) in pictures::FILES.into_iter().zip(&content.pictures) {
        let stored = media.keep(bytes, "png");
        pictures.push(Picture {
            address: stored.context("a picture could not be stored")?,
            about: about.clone(),
        });
    }
    let source = MadeUp {
        plan: Plan {
            content: &content,
            seed: options.seed,
            plain: options.plain,
            posts: options.posts,
            newest: NEWEST,
            author: author.name.clone(),
            pictures,
        },
        comments: options.comments,
        advance,
    };
    let plan = load::Plan {
        overlong: Overlong::in_directory(&config.data),
        now,
        fetched_for: None,
        gently: false,
    };
    let (report, _) = load::load(&source, store, plan).await?;
    Ok((report, author.id))
}

struct MadeUp<'a, F> {
    plan: Plan<'a>,
    comments: u64,
    advance: F,
}

impl<F: Fn(u64)> Source for MadeUp<'_, F> {
    fn entries(&self, walk: Pass) -> Result<Box<dyn Iterator<Item = Result<Entry>> + '_>> {
        let plan = &self.plan;
        let post = |post| Ok(Entry::Post(Box::new(post)));
        Ok(match walk {
            Pass::Survey => Box::new(plan.outlines().map(post)),
            Pass::Posts => {
                let posts = plan.posts().inspect(|_| (self.advance)(1));
                Box::new(posts.chain(plan.pages()).chain(plan.drafts()).map(post))
            }
            Pass::Comments => {
                let comments = plan.comments(self.comments);
                let comments = comments.inspect(|_| (self.advance)(1));
                Box::new(comments.map(|comment| Ok(Entry::Comment(Box::new(comment)))))
            }
        })
    }
}

#[cfg(test)]
static CONTENT: std::sync::LazyLock<Content> =
    std::sync::LazyLock::new(|| Content::read().unwrap());

/// A plan for tests.
#[cfg(test)]
fn plan(seed: u64, posts: u64) -> Plan<'static> {
    let picture = |about: &content::Description| Picture {
        address: "/media/1.png".to_owned(),
        about: about.clone(),
    };
    Plan {
        content: &CONTENT,
        seed,
        plain: false,
        posts,
        newest: Millis(1_778_782_800_000),
        author: "Ada".to_owned(),
        pictures: CONTENT.pictures.iter().map(picture).collect(),
    }
}
