//! A folder of Markdown files, or a packed one: its texts, and its pictures on their way into the library.

use super::{Cancelled, Entries, Watch};
use crate::media::Media;
use crate::store::Store;
use crate::transfer::archive::Given;
use crate::transfer::import::markdown::{Files, Site};
use crate::transfer::input::Member;
use crate::transfer::pictures::{Taken, take_in};
use crate::transfer::report::{About, Note, PictureCounts};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// A text or a picture is never this long.
const FILE_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The members of a folder, each found by its name.
pub(super) struct Members {
    names: Vec<String>,
    by_name: HashMap<String, Member>,
}

impl Members {
    pub(super) fn of(members: &[Member]) -> Self {
        let names = members.iter().map(|member| member.name.clone());
        Self {
            names: names.collect(),
            by_name: members
                .iter()
                .map(|member| (member.name.clone(), member.clone()))
                .collect(),
        }
    }
}

impl Files for Members {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, name: &str) -> Result<Vec<u8>> {
        let member = self.by_name.get(name);
        let member = member.with_context(|| format!("{name} is not in the folder"))?;
        let mut bytes = Vec::new();
        let mut file = member.open(drop)?.take(FILE_MAX_BYTES + 1);
        file.read_to_end(&mut bytes)
            .with_context(|| format!("{name} cannot be read"))?;
        if bytes.len() as u64 > FILE_MAX_BYTES {
            bail!("{name} is too large");
        }
        Ok(bytes)
    }
}

/// A folder that was looked through.
pub(super) struct Folder {
    members: Members,
    site: Site,
}

impl Folder {
    pub(super) fn open(members: &[Member], given: &Given) -> Result<Self> {
        let members = Members::of(members);
        let site = Site::read(&members, given)?;
        Ok(Self { members, site })
    }

    /// Looks through the folder again, with another zone.
    pub(super) fn look_through(&mut self, given: &Given) -> Result<()> {
        self.site = Site::read(&self.members, given)?;
        Ok(())
    }

    /// Takes the pictures into the library that texts show; what cannot be a picture here stays where it was.
    pub(super) async fn take_pictures(
        &mut self,
        store: &Store,
        media: &Media,
        given: &Given,
        watch: &dyn Watch,
    ) -> Result<(PictureCounts, Vec<Note>)> {
        let (mut counts, mut notes) = (PictureCounts::default(), Vec::new());
        let mut taken = BTreeMap::new();
        for name in self.site.pictures(&self.members)? {
            if watch.is_cancelled() {
                bail!(Cancelled);
            }
            let bytes = self.members.read(&name)?;
            match take_in(store, media, bytes, &name, given.now).await? {
                Taken::Here(address) => {
                    counts.stored += 1;
                    taken.insert(name, address);
                }
                Taken::Refused(why) => {
                    counts.failed += 1;
                    notes.push(Note::new(About::Picture, name, why));
                }
            }
        }
        self.site.taken = taken;
        Ok((counts, notes))
    }

    /// The entries of the folder.
    pub(super) fn entries(&self) -> Entries<'_> {
        Box::new(self.site.entries(&self.members))
    }
}
