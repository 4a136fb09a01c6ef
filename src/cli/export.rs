//! `daybook export`: writes the blog into a directory, for another system or a program of one's own.

use super::{open_to_read, running_server};
use crate::clock::Clock;
use crate::config::Config;
use crate::media::Media;
use crate::transfer::export::{self, Outgoing};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The directory to write to: empty or not existing yet
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// The format to write
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// blog.json: every post and comment with its source, for programs
    Json,
    /// wordpress.xml (WXR 1.2), for WordPress and programs that read its exports
    Wordpress,
    /// A folder of Markdown files with front matter, comments and media next to them
    Markdown,
}

impl From<Format> for export::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Wordpress => Self::Wordpress,
            Format::Markdown => Self::Markdown,
        }
    }
}

pub async fn run(args: ExportArgs, config: &Config) -> Result<()> {
    let config = &running_server::apply(config);
    let (store, _source) = open_to_read(config).await?;
    let blog = Outgoing {
        store: &store,
        media: &Media::of(config),
        origin: &config.origin(),
        now: Clock::System.now(),
    };
    let exported = export::export(blog, args.format.into(), &args.directory).await;
    store.close().await;
    print!("{}", exported?);
    Ok(())
}
