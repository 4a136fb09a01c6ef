//! `daybook import`: brings a blog in from another system and says what came.

use super::progress::Progress;
use crate::clock::Clock;
use crate::config::Config;
use crate::transfer::archive::Entry;
use crate::transfer::import::blogger::Blogger;
use crate::transfer::load::{self, Source};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The system that the file comes from
    format: Format,
    /// The file that the other system exported
    path: PathBuf,
    /// Read everything and say what would come in, but change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Blogger's blog-….xml, or feed.atom of a Google Takeout
    Blogger,
}

/// The walks over the file that `load` makes: to check it, for posts, for comments.
const WALKS: u64 = 3;
/// A larger step than the parser's, since the file is read from end to end.
const BUFFER_BYTES: usize = 256 * 1024;

pub async fn run(args: ImportArgs, config: &Config) -> Result<()> {
    let Format::Blogger = args.format;
    // Looked at before the blog: neither a wrong file name nor half a file may make a new blog.
    let source = BloggerFile::open(&args.path, args.dry_run)?;
    let is_new = !config.database.exists();
    if is_new && !args.dry_run {
        source.is_whole()?;
    }
    let report = if args.dry_run && is_new {
        load::dry_run(&source, None).await
    } else {
        let store = super::open_store(config, true).await?;
        let report = if args.dry_run {
            load::dry_run(&source, Some(&store)).await
        } else {
            load::load(&source, &store, Clock::System.now()).await
        };
        store.close().await;
        report
    };
    let report =
        report.with_context(|| format!("{}: nothing more was brought in", args.path.display()))?;
    drop(source);
    print!("{report}");
    Ok(())
}

struct BloggerFile<'a> {
    path: &'a Path,
    progress: Progress,
}

impl<'a> BloggerFile<'a> {
    fn open(path: &'a Path, dry_run: bool) -> Result<Self> {
        let meta = std::fs::metadata(path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let walks = if dry_run { 1 } else { WALKS };
        let file = Self {
            path,
            progress: Progress::new("Importing", meta.len() * walks),
        };
        file.reader()?;
        Ok(file)
    }

    /// Reads the file from end to end; the first thing wrong is the error.
    fn is_whole(&self) -> Result<()> {
        for entry in self.reader()? {
            entry.with_context(|| format!("{}: nothing was brought in", self.path.display()))?;
        }
        Ok(())
    }

    fn reader(&self) -> Result<Blogger<BufReader<File>>> {
        let file = File::open(self.path)
            .with_context(|| format!("{} cannot be read", self.path.display()))?;
        Blogger::open(BufReader::with_capacity(BUFFER_BYTES, file))
            .with_context(|| self.path.display().to_string())
    }
}

impl Source for BloggerFile<'_> {
    fn entries(&self) -> Result<Box<dyn Iterator<Item = Result<Entry>> + '_>> {
        let mut blogger = self.reader()?;
        let mut seen = 0;
        Ok(Box::new(std::iter::from_fn(move || {
            let entry = blogger.next();
            let position = blogger.position();
            self.progress.add(position - seen);
            seen = position;
            entry.map(|entry| entry.map_err(anyhow::Error::from))
        })))
    }
}
