//! The files of an import: which of them are of the format, opened again for each walk.

use super::Format;
use crate::cli::progress::Progress;
use crate::store;
use crate::transfer::archive::{Entry, Given};
use crate::transfer::import::NotAnExport;
use crate::transfer::import::blogger::Blogger;
use crate::transfer::import::disqus::Disqus;
use crate::transfer::import::isso;
use crate::transfer::import::remark42::Remark42;
use crate::transfer::import::wordpress::WordPress;
use crate::transfer::input::{Input, Member};
use crate::transfer::load::{Pass, Source};
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use std::path::PathBuf;

pub(super) type Entries<'a> = Box<dyn Iterator<Item = Result<Entry>> + 'a>;

/// The walks over the files that `load` makes: to check them, for posts, for comments.
const WALKS: u64 = 3;

/// The files to import, opened again for each pass.
pub(super) struct Archive {
    format: Format,
    input: Input,
    given: Given,
    progress: Progress,
    /// What a database held, which is read once.
    held: Vec<Entry>,
}

impl Format {
    /// How the names of its files end, where there are several.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Blogger => &[".atom", ".xml"],
            Self::Wordpress | Self::Disqus => &[".xml"],
            Self::Isso => &[".db", ".sqlite", ".sqlite3"],
            Self::Remark42 => &[".json", ".gz", ".bak"],
        }
    }
}

impl Archive {
    /// Finds the files of a format, and refuses what has none.
    pub(super) async fn open(
        format: Format,
        paths: &[PathBuf],
        dry_run: bool,
        given: Given,
    ) -> Result<Self> {
        let input = Input::open(paths)?;
        let walks = if dry_run { 1 } else { WALKS };
        let mut archive = Self {
            format,
            progress: Progress::new("Importing", input.packed() * walks),
            input,
            given,
            held: Vec::new(),
        };
        archive.choose(&paths[0]).await?;
        Ok(archive)
    }

    /// Keeps the members that are exports of the format.
    async fn choose(&mut self, given: &std::path::Path) -> Result<()> {
        let mut chosen: Vec<Member> = Vec::new();
        let mut refused = None;
        for member in self.input.ending(self.format.endings()) {
            let opened = match self.format {
                Format::Isso => database(member).await.map(|held| self.held.extend(held)),
                _ => self.entries_of(member, false).map(drop),
            };
            match opened {
                Ok(()) => chosen.push(member.clone()),
                Err(error) if is_no_export(&error) => refused = Some(error),
                Err(error) => return Err(error.context(given.display().to_string())),
            }
        }
        if chosen.is_empty() {
            return Err(match refused {
                Some(error) => error.context(given.display().to_string()),
                None => anyhow::anyhow!("{}: there is no file to import in it", given.display()),
            });
        }
        self.input.members = chosen;
        Ok(())
    }

    /// The zone of dates that have none.
    pub(super) fn set_zone(&mut self, zone: TimeZone) {
        self.given.zone = zone;
    }

    /// Reads the files from end to end; the first thing wrong is the error.
    pub(super) fn is_whole(&self) -> Result<()> {
        for entry in self.walk(false) {
            entry.context("nothing was imported")?;
        }
        Ok(())
    }

    /// The entries of all members, one member after the other.
    fn walk(&self, watched: bool) -> Entries<'_> {
        if self.format == Format::Isso {
            return Box::new(self.held.iter().cloned().map(Ok));
        }
        let members = self.input.members.iter();
        Box::new(members.flat_map(move |member| {
            self.entries_of(member, watched)
                .unwrap_or_else(|error| Box::new(std::iter::once(Err(error))))
        }))
    }

    fn entries_of(&self, member: &Member, watched: bool) -> Result<Entries<'_>> {
        let file = member.open(move |count| {
            if watched {
                self.progress.add(count);
            }
        })?;
        Ok(match self.format {
            Format::Blogger => Box::new(Blogger::open(file)?.map(|entry| Ok(entry?))),
            Format::Wordpress => Box::new(WordPress::open(file)?),
            Format::Disqus => Box::new(Disqus::open(file)?),
            Format::Remark42 => Box::new(Remark42::open(file)?),
            Format::Isso => bail!("a database is no stream"),
        })
    }
}

/// Whether an error says that the file is of another system.
fn is_no_export(error: &anyhow::Error) -> bool {
    error.is::<NotAnExport>()
        || matches!(
            error.downcast_ref(),
            Some(crate::transfer::import::blogger::Error::NotBlogger)
        )
        || matches!(error.downcast_ref(), Some(store::isso::Error::NotIsso))
}

async fn database(member: &Member) -> Result<Vec<Entry>> {
    let file = member.on_disk()?;
    Ok(isso::entries(store::isso::read(file.path()).await?))
}

impl Source for Archive {
    fn entries(&self, _: Pass) -> Result<Entries<'_>> {
        Ok(self.walk(true))
    }
}
