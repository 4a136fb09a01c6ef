//! Our own export on its way in: its library and settings before the posts, and what completes them after.

use super::folder::Members;
use super::{Cancelled, Watch};
use crate::blog::media::{About, content_type};
use crate::blog::{AuthorId, PostId};
use crate::media::Media;
use crate::store::{NewMedia, NewSize, Store};
use crate::transfer::archive::Given;
use crate::transfer::import::daybook::{self, OwnMedia, Rows};
use crate::transfer::input::Member;
use crate::transfer::report::{About as What, Note, PictureCounts};
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longer than the longest recording that the library takes.
const FILE_MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// So much of a file is in memory.
const PIECE_BYTES: usize = 64 * 1024;

/// The files of an export: the one that was named, and the folder of media next to it.
pub(super) fn with_media(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut all = paths.to_vec();
    if let [only] = paths
        && only.is_file()
        && only.extension().is_some_and(|ending| ending == "json")
    {
        let media = only.parent().unwrap_or(Path::new(".")).join("media");
        if media.is_dir() {
            all.push(media);
        }
    }
    all
}

/// What the posts of an export are written in.
enum Main {
    /// `blog.json`
    Json(Member),
    /// Markdown files.
    Folder(Members),
}

/// An export, its texts and its other files.
pub(super) struct OwnExport {
    main: Main,
    files: HashMap<String, Member>,
}

impl OwnExport {
    /// An export in JSON, or in Markdown.
    pub(super) fn of(members: &[Member]) -> Result<Self> {
        if let Some(folder) = Self::of_folder(members) {
            return Ok(folder);
        }
        let named = |ending: &str| members.iter().find(|one| file_name(one).ends_with(ending));
        let main = named("blog.json").or_else(|| named(".json"));
        let main = match (main, members) {
            (Some(main), _) => main,
            (None, [only]) => only,
            _ => bail!("there is no blog.json in it"),
        };
        let export = Self {
            main: Main::Json(main.clone()),
            files: by_file_name(members),
        };
        drop(export.rows()?);
        Ok(export)
    }

    /// A folder of Markdown files that Daybook wrote; `None` for any other.
    pub(super) fn of_folder(members: &[Member]) -> Option<Self> {
        let files = Members::of(members);
        daybook::is_folder(&files).then(|| Self {
            main: Main::Folder(files),
            files: by_file_name(members),
        })
    }

    pub(super) fn rows(&self) -> Result<Rows<'_>> {
        match &self.main {
            Main::Json(member) => daybook::rows_of_json(member.open(drop)?),
            Main::Folder(files) => daybook::rows_of_folder(files),
        }
    }

    /// Brings in the library, and, where this blog has no posts yet, the settings that nobody has chosen here.
    pub(super) async fn prepare(
        &self,
        store: &Store,
        media: &Media,
        given: &Given,
        fetched_for: Option<AuthorId>,
        watch: &dyn Watch,
    ) -> Result<(PictureCounts, Vec<Note>)> {
        let posts = store.export().posts(PostId(0), 1).await?;
        if posts.is_empty()
            && let Some(theirs) = daybook::settings(self.rows()?)?
        {
            let settings = store.settings().load().await?.filled_from(&theirs);
            store.settings().save(&settings, given.now).await?;
        }
        let (mut counts, mut notes) = (PictureCounts::default(), Vec::new());
        for one in daybook::media(self.rows()?)? {
            if watch.is_cancelled() {
                bail!(Cancelled);
            }
            match self.take(store, media, &one, given).await {
                Ok(()) => counts.stored += 1,
                Err(error) => {
                    counts.failed += 1;
                    notes.push(Note::new(What::Picture, &one.name, format!("{error:#}")));
                }
            }
        }
        if let Some(author) = fetched_for {
            let stored = daybook::stored_pictures(self.rows()?)?;
            let imports = store.imports();
            imports.stored_pictures(&stored, author, given.now).await?;
        }
        Ok((counts, notes))
    }

    async fn take(
        &self,
        store: &Store,
        media: &Media,
        one: &OwnMedia,
        given: &Given,
    ) -> Result<()> {
        if store.media().by_digest(&one.digest).await?.is_some() {
            return Ok(());
        }
        let _keeping = media.keeping().await;
        let copies = one.sizes.iter().map(|size| &size.name);
        for name in std::iter::once(&one.name).chain(copies) {
            self.keep(media, name).await?;
        }
        let new = NewMedia {
            name: one.name.clone(),
            digest: one.digest.clone(),
            width: one.width,
            height: one.height,
            bytes: one.bytes,
            moving: one.moving,
            file_name: one.file_name.clone(),
            author: None,
            sizes: one
                .sizes
                .iter()
                .map(|size| NewSize {
                    name: size.name.clone(),
                    width: size.width,
                    height: size.height,
                    bytes: size.bytes,
                })
                .collect(),
        };
        let line = store.media().add(&new, given.now).await?;
        let about = About {
            alt: one.alt.clone(),
            caption: one.caption.clone(),
        };
        store.media().describe(line.id, &about).await?;
        Ok(())
    }

    /// Keeps a file under the name that its content has; it is never in memory as a whole.
    async fn keep(&self, media: &Media, name: &str) -> Result<()> {
        let member = self
            .files
            .get(name)
            .filter(|_| content_type(name).is_some())
            .context("the file is not in the folder media")?;
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let mut file = member.open(drop)?;
        let mut incoming = media.begin().await?;
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                break;
            }
            if incoming.bytes() > FILE_MAX_BYTES {
                bail!("the file is too large");
            }
            incoming.write(&piece[..length]).await?;
        }
        if incoming.bytes() == 0 || incoming.finish(ending).await?.name != *name {
            bail!("the file is damaged");
        }
        Ok(())
    }

    /// Gives the posts and comments that are here by now what only our own exports know of them.
    pub(super) async fn complete(&self, store: &Store, given: &Given) -> Result<()> {
        daybook::complete(self.rows()?, store, given.now).await
    }
}

fn file_name(member: &Member) -> String {
    let name = member.name.rsplit('/').next().unwrap_or_default();
    name.to_owned()
}

fn by_file_name(members: &[Member]) -> HashMap<String, Member> {
    let members = members.iter();
    members
        .map(|member| (file_name(member), member.clone()))
        .collect()
}
