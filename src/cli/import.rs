//! `daybook import`: brings a blog, or the comments on one, in from another system and says what came.

use super::progress::Progress;
use crate::app::App;
use crate::app::old_files::OldFiles;
use crate::blog::AuthorId;
use crate::blog::author::Role;
use crate::blog::time::Millis;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::OwnRoutes;
use crate::jobs;
use crate::media::Media;
use crate::secrets::Passwords;
use crate::store::Store;
use crate::transfer::archive::Given;
use crate::transfer::load;
use crate::transfer::overlong::{self, Overlong};
use crate::transfer::report::Report;
use crate::transfer::source::{self, Archive, Brought, Watch};
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
    /// Leave pictures at their old hosts; otherwise the server fetches them, and the posts show its copies
    #[arg(long)]
    no_fetch: bool,
    /// Files of the old blog, such as its wp-content/uploads: pictures are taken from there first
    #[arg(long, value_name = "DIR")]
    files: Option<PathBuf>,
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
    /// The zip file of Substack's Settings → Exports
    Substack,
    /// The blog.json of daybook export, with its folder media next to it
    Daybook,
    /// Comments: the XML file exported by Disqus
    Disqus,
    /// Comments: Isso's comments.db
    Isso,
    /// Comments: a backup of Remark42
    Remark42,
}

impl From<Format> for source::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Blogger => Self::Blogger,
            Format::Wordpress => Self::Wordpress,
            Format::Ghost => Self::Ghost,
            Format::Markdown => Self::Markdown,
            Format::Substack => Self::Substack,
            Format::Daybook => Self::Daybook,
            Format::Disqus => Self::Disqus,
            Format::Isso => Self::Isso,
            Format::Remark42 => Self::Remark42,
        }
    }
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| "no such time zone; a name looks like Europe/Zurich or UTC".to_owned())
}

pub async fn run(args: ImportArgs, config: &Config) -> Result<()> {
    if let Some(directory) = args.files.as_ref().filter(|directory| !directory.is_dir()) {
        bail!("--files: {} is no directory", directory.display());
    }
    let now = Clock::System.now();
    let given = Given {
        old_url: args.old_url.as_ref().map(url::Url::to_string),
        zone: args.zone.clone().unwrap_or(TimeZone::UTC),
        now,
    };
    // Looked at before the blog: neither a wrong file name nor half a file may make a new blog.
    let format = source::Format::from(args.format);
    let begin = |total| Box::new(Progress::new("Importing", total)) as Box<dyn Watch>;
    let mut source = Archive::open(format, &args.path, args.dry_run, given, &begin).await?;
    let is_new = !config.database.exists();
    let creates = !format.needs_posts();
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
            moved_in(&args, config, &mut source, &store, now).await
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

/// Brings everything in, takes pictures from the files of the old blog, and says what came.
async fn moved_in(
    args: &ImportArgs,
    config: &Config,
    source: &mut Archive,
    store: &Store,
    now: Millis,
) -> Result<Report> {
    let fetched_for = fetched_for(args, store).await?;
    let plan = load::Plan {
        overlong: Overlong::in_directory(&config.data.join(overlong::FOLDER)),
        now,
        fetched_for,
        gently: false,
    };
    let Brought {
        mut report,
        before,
        links,
    } = source.bring_in(store, &Media::of(config), plan).await?;
    let (system, passwords) = (Clock::System, Passwords::default());
    let app = App::new(config.clone(), store.clone(), system, passwords).await?;
    if let Some(directory) = &args.files {
        let files = OldFiles::open(directory)?;
        files.take(&app, now, &|| true).await?;
        jobs::rerender(&app).await?;
    }
    if args.no_fetch {
        store.fetches().forget_missing(now).await?;
    }
    let wants_them = args.files.is_some() || !args.no_fetch;
    let why = if fetched_for.is_none() && wants_them {
        "stays at its old host, because nobody can sign in to this blog yet"
    } else {
        "stays at its old host"
    };
    before.report(store, &mut report, why).await?;
    // Readers see nothing before somebody can sign in; the old addresses are asked all the same.
    app.open_to_itself();
    links
        .report(store, &OwnRoutes::of(&app), &mut report, &|| true)
        .await?;
    Ok(report)
}

/// For whom pictures are stored: they belong to the first operator.
async fn fetched_for(args: &ImportArgs, store: &Store) -> Result<Option<AuthorId>> {
    if args.no_fetch && args.files.is_none() {
        return Ok(None);
    }
    let authors = store.authors().list().await?;
    let operator = authors.iter().find(|author| author.role == Role::Operator);
    Ok(operator.map(|author| author.id))
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
