//! `daybook import`: brings a blog, or the comments on one, in from another system and says what came.

mod folder;
mod members;

use self::members::Archive;
use crate::clock::Clock;
use crate::config::Config;
use crate::media::Media;
use crate::transfer::archive::Given;
use crate::transfer::load;
use crate::transfer::overlong::Overlong;
use crate::transfer::report::Report;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The system that the files come from
    format: Format,
    /// The exported file (also packed as .zip or .gz), several files of one export, a directory, or - for standard input
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// Read everything and report what would be imported, without changing anything
    #[arg(long)]
    dry_run: bool,
    /// Where the old blog lived, if the export doesn’t say so
    #[arg(long, value_name = "URL")]
    old_url: Option<url::Url>,
    /// The time zone of dates that have none, such as Europe/Zurich; else the blog’s
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<TimeZone>,
    /// Also write the report to a file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Blogger's blog-….xml, or feed.atom of a Google Takeout
    Blogger,
    /// The XML files of WordPress's Tools → Export
    Wordpress,
    /// The JSON file of Ghost's Export content, of any version
    Ghost,
    /// A folder of Markdown files: Jekyll, Octopress, Hugo, Zola, Eleventy, Astro, Pelican, Obsidian, or none of them
    Markdown,
    /// Comments: the XML file exported by Disqus
    Disqus,
    /// Comments: Isso's comments.db
    Isso,
    /// Comments: a backup of Remark42
    Remark42,
}

impl Format {
    /// Whether the archive holds comments only, on posts that must be here already.
    fn needs_posts(self) -> bool {
        matches!(self, Self::Disqus | Self::Isso | Self::Remark42)
    }
}

/// Where in the data directory texts are kept that are longer than a post may be.
const OVERLONG: &str = "imported";

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| "no such time zone; a name looks like Europe/Zurich or UTC".to_owned())
}

pub async fn run(args: ImportArgs, config: &Config) -> Result<()> {
    let now = Clock::System.now();
    let given = Given {
        old_url: args.old_url.as_ref().map(url::Url::to_string),
        zone: args.zone.clone().unwrap_or(TimeZone::UTC),
        now,
    };
    // Looked at before the blog: neither a wrong file name nor half a file may make a new blog.
    let mut source = Archive::open(args.format, &args.path, args.dry_run, given).await?;
    let is_new = !config.database.exists();
    let creates = !args.format.needs_posts();
    if is_new && !creates {
        bail!(
            "comments can only be imported to a blog that has their posts, and there is no blog at {} yet",
            config.database.display()
        );
    }
    if is_new && !args.dry_run {
        source.is_whole()?;
    }
    let report = if args.dry_run && is_new {
        load::dry_run(&source, None, now).await
    } else {
        let store = super::open_store(config, creates).await?;
        if args.zone.is_none() {
            let name = store.settings().load().await?.zone;
            source.set_zone(TimeZone::get(&name).unwrap_or(TimeZone::UTC))?;
        }
        let report = if args.dry_run {
            load::dry_run(&source, Some(&store), now).await
        } else {
            let plan = load::Plan {
                overlong: Overlong::in_directory(&config.data.join(OVERLONG)),
                now,
                fetched_for: None,
            };
            let (counts, notes) = source.take_pictures(&store, &Media::of(config)).await?;
            let mut report = load::load(&source, &store, plan).await;
            if let Ok(report) = &mut report {
                report.pictures.stored += counts.stored;
                report.pictures.failed += counts.failed;
                notes.into_iter().for_each(|note| report.notes.add(note));
            }
            report
        };
        store.close().await;
        report
    };
    let report =
        report.with_context(|| format!("{}: the import stopped here", args.path[0].display()))?;
    drop(source);
    if let Some(path) = &args.report {
        write_report(path, &report)?;
    }
    print!("{report}");
    Ok(())
}

fn write_report(path: &Path, report: &Report) -> Result<()> {
    let json = serde_json::to_vec_pretty(&report.json())?;
    std::fs::write(path, json).with_context(|| {
        format!(
            "the import is done, but its report could not be written to {}",
            path.display()
        )
    })
}
