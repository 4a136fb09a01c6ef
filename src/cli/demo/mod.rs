//! `daybook demo`: fills a blog without posts with made-up content, the same for the same seed.

mod chance;
mod comments;
mod foreign;
mod parts;
mod picture;
mod posts;
mod showcase;
mod themes;
mod words;
mod writer;

use super::progress::Progress;
use crate::blog::author::Role;
use crate::blog::time::Millis;
use crate::clock::Clock;
use crate::config::Config;
use crate::media::Media;
use crate::secrets::{self, Passwords};
use crate::store::Store;
use crate::transfer::archive::Entry;
use crate::transfer::load::{self, Source, Walk};
use crate::transfer::overlong::Overlong;
use anyhow::{Context, Result, bail};
use clap::Args;
use parts::Shot;
use picture::pictures;
use posts::Plan;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many posts
    #[arg(long, default_value_t = 60)]
    posts: u64,
    /// How many comments
    #[arg(long, default_value_t = 240)]
    comments: u64,
    /// The same seed gives the same blog
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Short texts and evenly spread comments: a large blog for benchmarks
    #[arg(long)]
    plain: bool,
    /// Print a one-time sign-in address at the end
    #[arg(long)]
    sign_in: bool,
}

const TITLE: &str = "The Harbour Notebook";
const DESCRIPTION: &str = "Tides, gardens, old maps, and what the neighbours read";
const AUTHOR: &str = "Ida Merrow";
const EMAIL: &str = "ida@example.org";
/// 15 November 2026, 18:00 in UTC: fixed, so that one seed is one blog whenever it is made.
const NEWEST: Millis = Millis(1_794_765_600_000);

pub async fn run(args: DemoArgs, config: &Config) -> Result<()> {
    let store = super::open_store(config, true).await?;
    let result = fill(&args, config, &store).await;
    store.close().await;
    result
}

async fn fill(args: &DemoArgs, config: &Config, store: &Store) -> Result<()> {
    if store.has_posts().await? {
        bail!("this blog already has posts; demo content can only be added to an empty blog");
    }
    let now = Clock::System.now();
    if !store.has_authors().await? {
        store.name_blog(TITLE, DESCRIPTION, now).await?;
        // A password that nobody knows, so that the one-time address lets in at once and asks for nothing.
        let password = Passwords::default().hash(secrets::token()?).await?;
        store
            .add_author(AUTHOR, EMAIL, Role::Operator, Some(&password), now)
            .await?;
    }
    let authors = store.authors().await?;
    let author = authors.first().context("the blog has no authors")?;
    let media = Media::of(config);
    let mut shots = Vec::new();
    for picture in pictures(args.seed) {
        let address = media
            .keep(&picture.bytes, "png")
            .context("a picture could not be stored")?;
        shots.push(Shot {
            address,
            width: picture.width,
            height: picture.height,
        });
    }
    let source = MadeUp {
        plan: Plan {
            seed: args.seed,
            plain: args.plain,
            posts: args.posts,
            newest: NEWEST,
            author: author.name.clone(),
            pictures: shots,
        },
        comments: args.comments,
        progress: Progress::new("Writing", args.posts + args.comments),
    };
    let report = load::load(&source, store, Overlong::in_directory(&config.data), now).await?;
    drop(source);
    print!("{report}");
    if args.sign_in {
        super::user::print_link(store, config, author.id).await?;
    }
    Ok(())
}

struct MadeUp {
    plan: Plan,
    comments: u64,
    progress: Progress,
}

impl Source for MadeUp {
    fn entries(&self, walk: Walk) -> Result<Box<dyn Iterator<Item = Result<Entry>> + '_>> {
        let plan = &self.plan;
        let post = |post| Ok(Entry::Post(Box::new(post)));
        Ok(match walk {
            Walk::Survey => Box::new(plan.untold().map(post)),
            Walk::Posts => {
                let posts = plan.posts().inspect(|_| self.progress.add(1));
                Box::new(posts.chain(plan.pages()).chain(plan.drafts()).map(post))
            }
            Walk::Comments => {
                let comments = plan.comments(self.comments);
                let comments = comments.inspect(|_| self.progress.add(1));
                Box::new(comments.map(|comment| Ok(Entry::Comment(Box::new(comment)))))
            }
        })
    }
}
