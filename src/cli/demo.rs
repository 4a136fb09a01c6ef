//! `daybook demo`: fills a blog without posts with made-up content, the same for the same seed.

use super::progress::Progress;
use super::user;
use crate::config::Config;
use crate::demo::{self, Options};
use crate::store::Store;
use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many posts
    #[arg(long, value_name = "N", default_value_t = 60)]
    posts: u64,
    /// How many comments
    #[arg(long, value_name = "N", default_value_t = 240)]
    comments: u64,
    /// The same seed gives the same blog
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Short texts and evenly spread comments: a large blog for benchmarks
    #[arg(long)]
    plain: bool,
    /// Print a one-time sign-in address at the end
    #[arg(long)]
    sign_in: bool,
}

pub async fn run(args: DemoArgs, config: &Config) -> Result<()> {
    let store = super::open_store(config, true).await?;
    let result = fill(&args, config, &store).await;
    store.close().await;
    result
}

async fn fill(args: &DemoArgs, config: &Config, store: &Store) -> Result<()> {
    let options = Options {
        posts: args.posts,
        comments: args.comments,
        seed: args.seed,
        plain: args.plain,
    };
    let progress = Progress::new("Writing", args.posts + args.comments);
    let filled = demo::fill(options, config, store, |units| progress.add(units)).await;
    drop(progress);
    let (report, author) = filled?;
    print!("{report}");
    if args.sign_in {
        user::print_link(store, config, author).await?;
    }
    Ok(())
}
