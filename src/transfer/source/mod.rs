//! The files of an import: which of them are of the format, opened again for each walk.

mod folder;
mod own;
mod recognize;

use self::folder::{Folder, Members};
use self::own::{OwnExport, with_media};
pub use self::recognize::recognize;
use crate::blog::AuthorId;
use crate::media::Media;
use crate::store;
use crate::transfer::archive::{Entry, Given};
use crate::transfer::import::NotAnExport;
use crate::transfer::import::blogger::Blogger;
use crate::transfer::import::daybook::Daybook;
use crate::transfer::import::disqus::Disqus;
use crate::transfer::import::ghost::{self, Ghost};
use crate::transfer::import::isso;
use crate::transfer::import::remark42::Remark42;
use crate::transfer::import::substack::Substack;
use crate::transfer::import::wordpress::{self, Library, WordPress};
use crate::transfer::input::{Input, Member};
use crate::transfer::load::{Pass, Source};
use crate::transfer::report::{Note, PictureCounts};
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::PathBuf;

pub(crate) type Entries<'a> = Box<dyn Iterator<Item = Result<Entry>> + 'a>;

/// What an import reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Blogger,
    Wordpress,
    Ghost,
    /// A folder of Markdown files.
    Markdown,
    Substack,
    /// What we export ourselves.
    Daybook,
    Disqus,
    Isso,
    Remark42,
}

/// Who looks on while an archive is read.
pub trait Watch {
    /// So many bytes more were read.
    fn add(&self, bytes: u64);

    /// Whether it shall end before its end.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Begins to look on: told how many bytes there are to read.
pub type BeginWatch<'a> = &'a dyn Fn(u64) -> Box<dyn Watch>;

/// The import was ended by who looks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

impl std::fmt::Display for Cancelled {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("The import was cancelled.")
    }
}

impl std::error::Error for Cancelled {}

/// The walks over the files that `load` makes: to check them, for posts, for comments.
const WALKS: u64 = 3;

/// The files to import, opened again for each pass.
pub struct Archive {
    format: Format,
    input: Input,
    given: Given,
    watch: Box<dyn Watch>,
    /// What a database held, which is read once.
    held: Vec<Entry>,
    /// What the short tables of Ghost's files say, by the names of the files.
    ghost: HashMap<String, ghost::Index>,
    /// A folder of Markdown files that was looked through.
    folder: Option<Folder>,
    /// What the posts of an export of WordPress need.
    library: Library,
    /// An export of our own.
    own: Option<OwnExport>,
    /// The files of Substack, and its list of posts.
    substack: Option<(Members, Substack)>,
}

impl Format {
    /// Whether the archive holds comments only, on posts that must be here already.
    #[must_use]
    pub fn needs_posts(self) -> bool {
        matches!(self, Self::Disqus | Self::Isso | Self::Remark42)
    }

    /// How the names of its files end, where there are several.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Blogger => &[".atom", ".xml"],
            Self::Wordpress | Self::Disqus => &[".xml"],
            Self::Ghost => &[".json"],
            // All files of the folder: texts, pictures and config. Backups of Remark42 have a date at the end of their names.
            Self::Markdown | Self::Substack | Self::Daybook | Self::Remark42 => &[""],
            Self::Isso => &[".db", ".sqlite", ".sqlite3"],
        }
    }
}

impl Archive {
    /// Finds the files of a format, and refuses what has none.
    pub async fn open(
        format: Format,
        paths: &[PathBuf],
        dry_run: bool,
        given: Given,
        begin: BeginWatch<'_>,
    ) -> Result<Self> {
        let input = match format {
            Format::Daybook => Input::open(&with_media(paths))?,
            _ => Input::open(paths)?,
        };
        let gathered = u64::from(format == Format::Wordpress);
        let walks = gathered + if dry_run { 1 } else { WALKS };
        let mut archive = Self {
            format,
            watch: begin(input.packed() * walks),
            input,
            given,
            held: Vec::new(),
            ghost: HashMap::new(),
            folder: None,
            library: Library::default(),
            own: None,
            substack: None,
        };
        match format {
            Format::Markdown => archive.own = OwnExport::of_folder(&archive.input.members),
            Format::Daybook => {
                let own = OwnExport::of(&archive.input.members);
                archive.own = Some(own.with_context(|| paths[0].display().to_string())?);
            }
            _ => {}
        }
        if format == Format::Substack {
            let files = Members::of(&archive.input.members);
            let list = Substack::open(&files).with_context(|| paths[0].display().to_string())?;
            archive.substack = Some((files, list));
        }
        if archive.own.is_some() || archive.substack.is_some() {
            return Ok(archive);
        }
        if format == Format::Markdown {
            let folder = Folder::open(&archive.input.members, &archive.given);
            archive.folder = Some(folder.with_context(|| paths[0].display().to_string())?);
        } else {
            archive.choose(&paths[0]).await?;
        }
        archive.gather()?;
        Ok(archive)
    }

    /// Keeps the members that are exports of the format.
    async fn choose(&mut self, given: &std::path::Path) -> Result<()> {
        let mut chosen: Vec<Member> = Vec::new();
        let mut refused = None;
        for member in self.input.ending(self.format.endings()) {
            let opened = match self.format {
                Format::Isso => database(member).await.map(|held| self.held.extend(held)),
                Format::Ghost => ghost_index(member).map(|index| {
                    self.ghost.insert(member.name.clone(), index);
                }),
                _ => self.entries_of(member, Pass::Survey, false).map(drop),
            };
            match opened {
                Ok(()) => chosen.push(member.clone()),
                Err(error) if is_no_export(&error) && !member.is_named => refused = Some(error),
                Err(error) if member.is_named && self.input.members.len() > 1 => {
                    return Err(error.context(member.name.clone()));
                }
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

    /// Takes into the library what the import brings along, before the texts that show it.
    pub async fn take_pictures(
        &mut self,
        store: &store::Store,
        media: &Media,
        fetched_for: Option<AuthorId>,
    ) -> Result<(PictureCounts, Vec<Note>)> {
        match &mut self.folder {
            Some(folder) => {
                let watch = &*self.watch;
                folder.take_pictures(store, media, &self.given, watch).await
            }
            None => match &self.own {
                Some(own) => {
                    let watch = &*self.watch;
                    own.prepare(store, media, &self.given, fetched_for, watch)
                        .await
                }
                None => Ok(Default::default()),
            },
        }
    }

    /// Brings in what belongs to posts that are here by now.
    pub async fn complete(&self, store: &store::Store) -> Result<()> {
        match &self.own {
            Some(own) => own.complete(store, &self.given).await,
            None => Ok(()),
        }
    }

    /// Reads what the posts need, from all files, since it may be in others than they are.
    fn gather(&mut self) -> Result<()> {
        if self.format != Format::Wordpress {
            return Ok(());
        }
        for member in &self.input.members {
            let file = member.open(|count| self.watch.add(count))?;
            wordpress::gather(file, &mut self.library)
                .with_context(|| format!("{}: nothing was imported", member.name))?;
        }
        Ok(())
    }

    /// The zone of dates that have none.
    pub fn set_zone(&mut self, zone: TimeZone) -> Result<()> {
        self.given.zone = zone;
        if let Some(folder) = &mut self.folder {
            folder.look_through(&self.given)?;
        }
        Ok(())
    }

    /// Reads the files from end to end; the first thing wrong is the error.
    pub fn is_whole(&self) -> Result<()> {
        // Read to their ends already.
        if self.format == Format::Wordpress {
            return Ok(());
        }
        for entry in self.walk(Pass::Survey, false) {
            entry.context("nothing was imported")?;
        }
        Ok(())
    }

    /// The entries of all members, one member after the other.
    fn walk(&self, pass: Pass, watched: bool) -> Entries<'_> {
        if self.format == Format::Isso {
            return Box::new(self.held.iter().cloned().map(Ok));
        }
        if let Some(own) = &self.own {
            if watched {
                self.watch.add(self.input.packed());
            }
            return match own.rows() {
                Ok(rows) => Box::new(Daybook::of(rows)),
                Err(error) => Box::new(std::iter::once(Err(error))),
            };
        }
        if let Some((files, list)) = &self.substack {
            if watched {
                self.watch.add(self.input.packed());
            }
            return Box::new(list.entries(files));
        }
        if let Some(folder) = &self.folder {
            if watched {
                self.watch.add(self.input.packed());
            }
            return folder.entries();
        }
        let members = self.input.members.iter();
        Box::new(members.flat_map(move |member| {
            self.entries_of(member, pass, watched)
                .unwrap_or_else(|error| Box::new(std::iter::once(Err(error))))
        }))
    }

    fn entries_of(&self, member: &Member, pass: Pass, watched: bool) -> Result<Entries<'_>> {
        let file = member.open(move |count| {
            if watched {
                self.watch.add(count);
            }
        })?;
        Ok(match self.format {
            Format::Blogger => Box::new(Blogger::open(file)?.map(|entry| Ok(entry?))),
            Format::Wordpress => Box::new(WordPress::open(file, &self.given, &self.library, pass)?),
            Format::Disqus => Box::new(Disqus::open(file)?),
            Format::Remark42 => Box::new(Remark42::open(file)?),
            Format::Ghost => {
                let index = self.ghost.get(&member.name);
                let index = index.with_context(|| format!("{} was not read", member.name))?;
                Box::new(Ghost::open(index, file, &self.given)?)
            }
            Format::Isso | Format::Markdown | Format::Substack | Format::Daybook => {
                bail!("this is no stream")
            }
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

fn ghost_index(member: &Member) -> Result<ghost::Index> {
    ghost::Index::read(member.open(drop)?)
}

async fn database(member: &Member) -> Result<Vec<Entry>> {
    let file = member.on_disk()?;
    Ok(isso::entries(store::isso::read(file.path()).await?))
}

impl Source for Archive {
    fn entries(&self, pass: Pass) -> Result<Entries<'_>> {
        let mut entries = self.walk(pass, true);
        Ok(Box::new(std::iter::from_fn(move || {
            if self.watch.is_cancelled() {
                return Some(Err(Cancelled.into()));
            }
            entries.next()
        })))
    }
}
