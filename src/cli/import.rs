//! `daybook import`: brings a blog, or the comments on one, in from another system and says what came.

use super::progress::Progress;
use crate::clock::Clock;
use crate::config::Config;
use crate::store;
use crate::transfer::archive::Entry;
use crate::transfer::import::blogger::Blogger;
use crate::transfer::import::disqus::Disqus;
use crate::transfer::import::isso;
use crate::transfer::import::remark42::Remark42;
use crate::transfer::import::wordpress::WordPress;
use crate::transfer::load::{self, Pass, Source};
use crate::transfer::overlong::Overlong;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The system that the file comes from
    format: Format,
    /// The exported file
    path: PathBuf,
    /// Read everything and report what would be imported, without changing anything
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Blogger's blog-….xml, or feed.atom of a Google Takeout
    Blogger,
    /// The XML file of WordPress's Tools → Export
    Wordpress,
    /// Comments: the XML file exported by Disqus, unpacked
    Disqus,
    /// Comments: Isso's comments.db
    Isso,
    /// Comments: a backup of Remark42, packed or unpacked
    Remark42,
}

impl Format {
    /// Whether the archive holds comments only, on posts that must be here already.
    fn needs_posts(self) -> bool {
        matches!(self, Self::Disqus | Self::Isso | Self::Remark42)
    }
}

type Entries<'a> = Box<dyn Iterator<Item = Result<Entry>> + 'a>;

/// The walks over the file that `load` makes: to check it, for posts, for comments.
const WALKS: u64 = 3;
/// Where in the data directory texts are kept that are longer than a post may be.
const OVERLONG: &str = "imported";
/// A larger step than the parser's, since the file is read from end to end.
const BUFFER_BYTES: usize = 256 * 1024;

pub async fn run(args: ImportArgs, config: &Config) -> Result<()> {
    // Looked at before the blog: neither a wrong file name nor half a file may make a new blog.
    let source = Archive::open(&args).await?;
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
        load::dry_run(&source, None).await
    } else {
        let store = super::open_store(config, creates).await?;
        let report = if args.dry_run {
            load::dry_run(&source, Some(&store)).await
        } else {
            let overlong = Overlong::in_directory(&config.data.join(OVERLONG));
            load::load(&source, &store, overlong, Clock::System.now()).await
        };
        store.close().await;
        report
    };
    let report =
        report.with_context(|| format!("{}: the import stopped here", args.path.display()))?;
    drop(source);
    print!("{report}");
    Ok(())
}

/// The file to import, opened again for each pass.
struct Archive<'a> {
    format: Format,
    path: &'a Path,
    progress: Progress,
    /// What a database held, which is read once.
    held: Vec<Entry>,
}

impl<'a> Archive<'a> {
    async fn open(args: &'a ImportArgs) -> Result<Self> {
        let path = args.path.as_path();
        let meta = std::fs::metadata(path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let walks = if args.dry_run { 1 } else { WALKS };
        let mut archive = Self {
            format: args.format,
            path,
            progress: Progress::new("Importing", meta.len() * walks),
            held: Vec::new(),
        };
        if args.format == Format::Isso {
            let rows = store::isso::read(path).await;
            archive.held = isso::entries(rows.with_context(|| path.display().to_string())?);
        }
        drop(archive.reader(None)?);
        Ok(archive)
    }

    /// Reads the file from end to end; the first thing wrong is the error.
    fn is_whole(&self) -> Result<()> {
        for entry in self.reader(None)? {
            entry.with_context(|| format!("{}: nothing was imported", self.path.display()))?;
        }
        Ok(())
    }

    fn reader<'b>(&'b self, progress: Option<&'b Progress>) -> Result<Entries<'b>> {
        if self.format == Format::Isso {
            return Ok(Box::new(self.held.iter().cloned().map(Ok)));
        }
        let file = File::open(self.path)
            .with_context(|| format!("{} cannot be read", self.path.display()))?;
        let file = BufReader::with_capacity(BUFFER_BYTES, Watched { file, progress });
        entries(self.format, file).with_context(|| self.path.display().to_string())
    }
}

fn entries<'a>(format: Format, file: impl BufRead + 'a) -> Result<Entries<'a>> {
    Ok(match format {
        Format::Blogger => Box::new(Blogger::open(file)?.map(|entry| Ok(entry?))),
        Format::Wordpress => Box::new(WordPress::open(file)?),
        Format::Disqus => Box::new(Disqus::open(file)?),
        Format::Remark42 => Box::new(Remark42::open(file)?),
        Format::Isso => Box::new(std::iter::empty()),
    })
}

impl Source for Archive<'_> {
    fn entries(&self, _: Pass) -> Result<Entries<'_>> {
        self.reader(Some(&self.progress))
    }
}

/// A file that says how far it was read.
struct Watched<'a> {
    file: File,
    progress: Option<&'a Progress>,
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(into)?;
        if let Some(progress) = self.progress {
            progress.add(count as u64);
        }
        Ok(count)
    }
}
