//! The files of an import: which of them are of the format, opened again for each walk.

mod folder;
mod own;
mod recognize;

use self::folder::{Folder, Members};
use self::own::{OwnExport, with_media};
pub use self::recognize::recognize;
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
use crate::transfer::load::{self, Pass, Plan, Source};
use crate::transfer::old_links::OldLinks;
use crate::transfer::pictures::FetchedBefore;
use crate::transfer::report::Report;
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

/// Makes who looks on; it is given how many bytes there are to read.
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
    contents: Contents,
}

/// What came in.
#[derive(Debug)]
pub struct Brought {
    pub report: Report,
    /// What was known of pictures of other servers before the texts came.
    pub before: FetchedBefore,
    /// The addresses that the old blog had.
    pub links: OldLinks,
}

/// What is kept of the files between walks.
enum Contents {
    /// Nothing: each is read as a stream.
    Streams,
    /// What a database held, which is read once.
    Held(Vec<Entry>),
    /// What the short tables of Ghost's files say, by the names of the files.
    Ghost(HashMap<String, ghost::Index>),
    /// What the posts of an export of `WordPress` need.
    Wordpress(Library),
    /// A folder of Markdown files that was read through.
    Folder(Folder),
    /// An export of our own.
    Own(OwnExport),
    /// The files of Substack, and its list of posts.
    Substack(Members, Substack),
}

impl Contents {
    fn of(format: Format, members: &[Member], given: &Given) -> Result<Self> {
        Ok(match format {
            Format::Markdown => match OwnExport::of_folder(members) {
                Some(own) => Self::Own(own),
                None => Self::Folder(Folder::open(members, given)?),
            },
            Format::Daybook => Self::Own(OwnExport::of(members)?),
            Format::Substack => {
                let files = Members::of(members);
                let list = Substack::open(&files)?;
                Self::Substack(files, list)
            }
            Format::Isso => Self::Held(Vec::new()),
            Format::Ghost => Self::Ghost(HashMap::new()),
            Format::Wordpress => Self::Wordpress(Library::default()),
            Format::Blogger | Format::Disqus | Format::Remark42 => Self::Streams,
        })
    }

    /// Whether it is of all files together, not of each by itself.
    fn is_whole(&self) -> bool {
        matches!(self, Self::Folder(_) | Self::Own(_) | Self::Substack(..))
    }
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
        let contents = Contents::of(format, &input.members, &given);
        let mut archive = Self {
            format,
            watch: begin(input.packed() * walks),
            contents: contents.with_context(|| paths[0].display().to_string())?,
            input,
            given,
        };
        if !archive.contents.is_whole() {
            archive.choose(&paths[0]).await?;
            archive.gather()?;
        }
        Ok(archive)
    }

    /// Keeps the members that are exports of the format.
    async fn choose(&mut self, given: &std::path::Path) -> Result<()> {
        let mut chosen: Vec<Member> = Vec::new();
        let mut refused = None;
        for member in self.input.ending(self.format.endings()) {
            let opened = match self.format {
                Format::Isso => database(member).await.map(|read| {
                    if let Contents::Held(held) = &mut self.contents {
                        held.extend(read);
                    }
                }),
                Format::Ghost => ghost_index(member).map(|index| {
                    if let Contents::Ghost(by_name) = &mut self.contents {
                        by_name.insert(member.name.clone(), index);
                    }
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

    /// Brings everything in: what texts show before the texts, what belongs to posts after them.
    ///
    /// # Errors
    /// Where a file, the disk or the database fails, or it was cancelled.
    pub async fn bring_in(
        &mut self,
        store: &store::Store,
        media: &Media,
        plan: Plan,
    ) -> Result<Brought> {
        let watch = &*self.watch;
        let given = &self.given;
        let (taken, notes) = match &mut self.contents {
            Contents::Folder(folder) => folder.take_pictures(store, media, given, watch).await?,
            Contents::Own(own) => {
                own.prepare(store, media, given, plan.fetched_for, watch)
                    .await?
            }
            _ => Default::default(),
        };
        let before = FetchedBefore::of(store).await?;
        let (mut report, links) = load::load(&*self, store, plan).await?;
        if let Contents::Own(own) = &self.contents {
            own.complete(store, &self.given).await?;
        }
        report.pictures.stored += taken.stored;
        report.pictures.failed += taken.failed;
        for note in notes {
            report.notes.add(note);
        }
        Ok(Brought {
            report,
            before,
            links,
        })
    }

    /// Reads what the posts need, from all files, since it may be in others than they are.
    fn gather(&mut self) -> Result<()> {
        let Contents::Wordpress(library) = &mut self.contents else {
            return Ok(());
        };
        for member in &self.input.members {
            let file = member.open(|count| self.watch.add(count))?;
            wordpress::gather(file, library)
                .with_context(|| format!("{}: nothing was imported", member.name))?;
        }
        Ok(())
    }

    /// The zone of dates that have none.
    pub fn set_zone(&mut self, zone: TimeZone) -> Result<()> {
        self.given.zone = zone;
        if let Contents::Folder(folder) = &mut self.contents {
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
        if watched && self.contents.is_whole() {
            self.watch.add(self.input.packed());
        }
        match &self.contents {
            Contents::Held(held) => return Box::new(held.iter().cloned().map(Ok)),
            Contents::Folder(folder) => return folder.entries(),
            Contents::Substack(files, list) => return Box::new(list.entries(files)),
            Contents::Own(own) => {
                return match own.rows() {
                    Ok(rows) => Box::new(Daybook::of(rows)),
                    Err(error) => Box::new(std::iter::once(Err(error))),
                };
            }
            Contents::Streams | Contents::Ghost(_) | Contents::Wordpress(_) => {}
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
        Ok(match (self.format, &self.contents) {
            (Format::Blogger, _) => Box::new(Blogger::open(file)?.map(|entry| Ok(entry?))),
            (Format::Disqus, _) => Box::new(Disqus::open(file)?),
            (Format::Remark42, _) => Box::new(Remark42::open(file)?),
            (_, Contents::Wordpress(library)) => {
                Box::new(WordPress::open(file, &self.given, library, pass)?)
            }
            (_, Contents::Ghost(by_name)) => {
                let index = by_name.get(&member.name);
                let index = index.with_context(|| format!("{} was not read", member.name))?;
                Box::new(Ghost::open(index, file, &self.given)?)
            }
            _ => bail!("this is no stream"),
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
