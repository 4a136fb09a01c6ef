//! Brings a backup back: unpacked next to it, checked, and put in place by renames that a later start ends where this
//! one is cut off. So the data directory is the old one or the new one, whenever the machine dies.

use super::unpack::unpack;
use super::{CONFIG, DATABASE, MEDIA, Manifest, Unfinished, blocking, mounts, sync_directory};
use crate::blog::time::Millis;
use crate::store::IssuedNumbers;
use crate::store::backup::{self, Going};
use crate::store::{OpenError, file};
use anyhow::{Context, Result, anyhow, bail};
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Where a backup is unpacked; what a crash leaves of it is of no use.
const UNPACKED: &str = "restoring";
/// Its name when all of it was found whole: from here on the old content is moved away …
const VERIFIED: &str = "restored";
/// … and when that is done, this comes into its place.
const INSTALLING: &str = "arriving";
/// Pictures that were copied onto the disk that is mounted for them, and are of no more use here.
const COPIED: &str = "copied-media";
/// What the old content is moved into, with the time behind it.
const REPLACED_PREFIX: &str = "replaced-";
/// What is called so belongs to the file system, which puts it into each new one.
const LOST_AND_FOUND: &str = "lost+found";
/// What belongs to no content: it stays where it is.
const STAYS: [&str; 8] = [
    "backups",
    "daybook.lock",
    "daybook.reserve",
    LOST_AND_FOUND,
    UNPACKED,
    VERIFIED,
    INSTALLING,
    COPIED,
];
/// How a config comes in that another one is mounted over.
const RESTORED_CONFIG: &str = "daybook.toml.restored";

/// What came back.
#[derive(Debug, Clone)]
pub struct Restored {
    pub manifest: Manifest,
    /// Where the old content is, where there was any.
    pub replaced: Vec<PathBuf>,
}

/// What became of a restore that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// There was none.
    Nothing,
    /// It is done; the old content is in these places.
    Restored(Vec<PathBuf>),
    /// It could not be done, for this reason, and everything is as it was before it.
    Undone(String),
}

/// Unpacks a backup in a place of its own and looks at all of it: the digest of each part, every page of the database, every
/// row that points to another, and whether there is as much as the manifest says.
async fn look_through(from: &Path, place: &Path, going: &Going) -> Result<Manifest> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(place)
        .with_context(|| format!("{} cannot be created", place.display()))?;
    let (read, to, watched) = (from.to_owned(), place.to_owned(), going.clone());
    let manifest = blocking(move || unpack(&read, Some(&to), &watched)).await?;
    let database = place.join(DATABASE);
    if !database.exists() {
        bail!("{} contains no database", from.display());
    }
    let damaged = |error: OpenError| {
        anyhow!(
            "the database in {} is damaged: {}",
            from.display(),
            error.reason()
        )
    };
    match file::schema(&database).await {
        Err(OpenError::Newer { .. }) => bail!(
            "{} was made by a newer Daybook ({}); restore it with that one",
            from.display(),
            manifest.daybook
        ),
        schema => schema.map_err(damaged)?,
    };
    backup::verify(&database).await.map_err(damaged)?;
    let counts = backup::counts(&database).await?;
    if (counts.posts, counts.comments) != (manifest.posts, manifest.comments) {
        bail!(
            "{} says that it contains {} posts and {} comments, but there are {} and {}",
            from.display(),
            manifest.posts,
            manifest.comments,
            counts.posts,
            counts.comments
        );
    }
    for name in backup::media_names(&database).await? {
        let there = place.join(super::media_part(&name)).exists();
        if !there && !manifest.missing.contains(&name) {
            bail!("{} is missing the media file {name}", from.display());
        }
    }
    Ok(manifest)
}

/// Restores a backup in a temporary place, to see that it can be.
pub async fn prove(file: &Path, place: &Path, going: &Going) -> Result<Manifest> {
    let gone = Unfinished(vec![place.to_owned()]);
    if place.exists() {
        std::fs::remove_dir_all(place)?;
    }
    let proven = look_through(file, place, going).await;
    // A gigabyte takes a moment to be taken away, which no thread that answers has.
    blocking(move || {
        drop(gone);
        Ok(())
    })
    .await?;
    proven
}

/// Restores a backup into a data directory that is empty, or whose content is to be moved away. Who calls this holds the
/// lock of the directory.
pub async fn restore(
    file: &Path,
    data: &Path,
    replace: bool,
    now: Millis,
    going: &Going,
) -> Result<Restored> {
    finish(data, now)?;
    let place = Place::of(data)?;
    if !replace && !place.old_content()?.is_empty() {
        bail!(
            "the data directory {} is not empty; to move its content out of the way, use --replace",
            data.display()
        );
    }
    place.refuse_what_cannot_be_moved()?;
    let unpacked = data.join(UNPACKED);
    let _gone = Unfinished(vec![unpacked.clone()]);
    let manifest = look_through(file, &unpacked, going).await?;
    carry_numbers_over(&data.join(DATABASE), &unpacked.join(DATABASE)).await?;
    // All that may fail for want of room or leave is done before anything is moved.
    let staging = Place::of(data)?;
    blocking(move || staging.stage(UNPACKED)).await?;
    rename(&unpacked, &data.join(VERIFIED))?;
    sync(data)?;
    match finish(data, now)? {
        Finished::Restored(replaced) => Ok(Restored { manifest, replaced }),
        Finished::Undone(why) => bail!("nothing was changed: {why}"),
        Finished::Nothing => bail!(
            "{} was removed in the meantime",
            data.join(VERIFIED).display()
        ),
    }
}

/// Lets the restored blog go on behind the numbers of the one that it takes the place of, so that no link or feed entry of
/// that one comes to mean a later row. A database that cannot be read has nothing to say here.
async fn carry_numbers_over(old: &Path, restored: &Path) -> Result<()> {
    if old.exists()
        && let Ok(given) = IssuedNumbers::of(old).await
    {
        given.carry_into(restored).await?;
    }
    Ok(())
}

/// Ends a restore that was cut off after its backup was found whole, and takes away what is left of one that was cut off
/// before. Where the old content cannot be moved, all is put back.
pub fn finish(data: &Path, now: Millis) -> Result<Finished> {
    let place = Place::of(data)?;
    let (verified, installing) = (data.join(VERIFIED), data.join(INSTALLING));
    let is_under_way = verified.exists() || installing.exists();
    for useless in [UNPACKED, COPIED] {
        remove(&data.join(useless))?;
    }
    if !is_under_way {
        if let Some(mount) = place.media_mount() {
            remove(&mount.join(UNPACKED))?;
        }
        return Ok(Finished::Nothing);
    }
    // What an older start began to move goes on to the same place, or comes back from there.
    let mut replaced = place.replaced_so_far()?;
    if verified.exists() {
        if let Err(error) = place
            .stage(VERIFIED)
            .and_then(|()| place.move_replaced(now, &mut replaced))
        {
            place.undo(&replaced)?;
            return Ok(Finished::Undone(format!("{error:#}")));
        }
        rename(&verified, &installing)?;
        sync(data)?;
    }
    place.stage(INSTALLING)?;
    place.install()?;
    Ok(Finished::Restored(replaced))
}

/// A data directory with what is mounted in it.
struct Place {
    data: PathBuf,
    mounts: Vec<PathBuf>,
}

impl Place {
    fn of(data: &Path) -> Result<Self> {
        let mounts =
            mounts::below(data).with_context(|| format!("{} cannot be read", data.display()))?;
        Ok(Self {
            data: data.to_owned(),
            mounts,
        })
    }

    fn is_mount(&self, name: &Path) -> bool {
        self.mounts.iter().any(|mount| mount == name)
    }

    /// The disk that is mounted for the pictures.
    fn media_mount(&self) -> Option<PathBuf> {
        self.is_mount(Path::new(MEDIA))
            .then(|| self.data.join(MEDIA))
    }

    /// What is in the data directory, but for what belongs to no content. What is mounted stays: of `media` the content goes
    /// and comes, and everything else belongs to the machine.
    fn old_content(&self) -> Result<Vec<PathBuf>> {
        let mut names = Vec::new();
        for name in entries(&self.data)? {
            if is_content(&name) && !self.is_mount(Path::new(&name)) {
                names.push(PathBuf::from(name));
            }
        }
        if let Some(mount) = self.media_mount() {
            let content = entries(&mount)?.into_iter().filter(is_content);
            names.extend(content.map(|name| Path::new(MEDIA).join(name)));
        }
        names.sort();
        Ok(names)
    }

    /// Whatever prevents moving the old content or bringing in the new, before any of it is touched.
    fn refuse_what_cannot_be_moved(&self) -> Result<()> {
        for mount in &self.mounts {
            let path = self.data.join(mount);
            let is_below = mount.components().count() > 1;
            let first = mount.iter().next().unwrap_or_default();
            // What stays may hold what it likes.
            let stays = !is_content(&first.to_owned())
                || (first != MEDIA && self.is_mount(Path::new(first)));
            if is_below && stays {
                continue;
            }
            if is_below {
                bail!(
                    "something is mounted at {}, so {} cannot be moved; unmount it first",
                    path.display(),
                    self.data.join(first).display()
                );
            }
            let is_ours = [DATABASE, "daybook.db-wal", "daybook.db-shm"]
                .iter()
                .any(|name| mount == Path::new(name));
            if is_ours || (mount == Path::new(MEDIA) && !path.is_dir()) {
                bail!(
                    "{} is a mount point of its own, so it cannot be replaced; unmount it first",
                    path.display()
                );
            }
        }
        Ok(())
    }

    /// Copies the pictures of what was unpacked onto the disk that is mounted for them, where there is one: they cannot be moved
    /// there. Done again, it begins again.
    fn stage(&self, unpacked: &str) -> Result<()> {
        let from = self.data.join(unpacked).join(MEDIA);
        let Some(mount) = self.media_mount().filter(|_| from.exists()) else {
            return Ok(());
        };
        let to = mount.join(UNPACKED);
        remove(&to)?;
        if let Err(error) = copy_all(&from, &to).and_then(|()| sync(&mount)) {
            // What is half there is only in the way.
            let _ = fs::remove_dir_all(&to);
            return Err(error);
        }
        // In one step, so that what is left here is always whole.
        let copied = self.data.join(COPIED);
        rename(&from, &copied)?;
        sync(&self.data.join(unpacked))?;
        remove(&copied)
    }

    /// Moves the old content away; `replaced` says where to.
    fn move_replaced(&self, now: Millis, replaced: &mut Vec<PathBuf>) -> Result<()> {
        let old = self.old_content()?;
        let time = now.timestamp().strftime("%Y%m%dT%H%M%SZ");
        let new = OsString::from(format!("{REPLACED_PREFIX}{time}"));
        let begun = replaced.first().and_then(|place| place.file_name());
        let name = begun.map_or(new, ToOwned::to_owned);
        let here = self.data.join(&name);
        for path in old {
            let of_mount = self
                .media_mount()
                .filter(|_| path.starts_with(MEDIA) && path != Path::new(MEDIA));
            let (place, target) = match of_mount {
                Some(mount) => (
                    mount.join(&name),
                    path.file_name().unwrap_or_default().to_owned(),
                ),
                None => (here.clone(), path.clone().into_os_string()),
            };
            if !replaced.contains(&place) {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(&place)
                    .with_context(|| format!("{} cannot be created", place.display()))?;
                replaced.push(place.clone());
            }
            rename(&self.data.join(&path), &place.join(target))?;
        }
        for place in &*replaced {
            sync(place)?;
        }
        sync(&self.data)
    }

    /// Where a start that was cut off began to move the content to: the newest such place, where the database is in it and no
    /// more here.
    fn replaced_so_far(&self) -> Result<Vec<PathBuf>> {
        if self.data.join(DATABASE).exists() {
            return Ok(Vec::new());
        }
        let newest = entries(&self.data)?
            .into_iter()
            .filter(|name| name.to_string_lossy().starts_with(REPLACED_PREFIX))
            .max();
        let Some(name) = newest.filter(|name| self.data.join(name).join(DATABASE).exists()) else {
            return Ok(Vec::new());
        };
        let on_mount = self.media_mount().map(|mount| mount.join(&name));
        let on_mount = on_mount.filter(|place| place.exists());
        Ok([self.data.join(&name)]
            .into_iter()
            .chain(on_mount)
            .collect())
    }

    /// Puts back what was moved away, and takes away what was to come instead.
    fn undo(&self, replaced: &[PathBuf]) -> Result<()> {
        for place in replaced {
            let home = place.parent().unwrap_or(&self.data);
            for name in entries(place)? {
                rename(&place.join(&name), &home.join(&name))?;
            }
            fs::remove_dir(place)
                .with_context(|| format!("{} cannot be removed", place.display()))?;
            sync(home)?;
        }
        remove(&self.data.join(VERIFIED))?;
        match self.media_mount() {
            // On a disk that cannot be written there is nothing of ours.
            Some(mount) if mount.join(UNPACKED).exists() => remove(&mount.join(UNPACKED)),
            _ => Ok(()),
        }
    }

    /// Brings the new content in. A config that is mounted stays, and the restored one is put next to it.
    fn install(&self) -> Result<()> {
        let (data, installing) = (&self.data, self.data.join(INSTALLING));
        if let Some(mount) = self.media_mount() {
            let staged = mount.join(UNPACKED);
            if staged.exists() {
                for name in entries(&staged)? {
                    rename(&staged.join(&name), &mount.join(&name))?;
                }
                sync(&mount)?;
                remove(&staged)?;
            }
        }
        for name in entries(&installing)? {
            let is_mounted_config = name == CONFIG && self.is_mount(Path::new(CONFIG));
            let to = if is_mounted_config {
                data.join(RESTORED_CONFIG)
            } else {
                data.join(&name)
            };
            rename(&installing.join(&name), &to)?;
        }
        sync(data)?;
        fs::remove_dir(&installing)
            .with_context(|| format!("{} cannot be removed", installing.display()))?;
        sync(data)
    }
}

fn is_content(name: &OsString) -> bool {
    let text = name.to_string_lossy();
    !STAYS.contains(&text.as_ref()) && !text.starts_with(REPLACED_PREFIX)
}

/// The names in a directory.
fn entries(directory: &Path) -> Result<Vec<OsString>> {
    let read = || {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory)? {
            names.push(entry?.file_name());
        }
        names.sort();
        std::io::Result::Ok(names)
    };
    read().with_context(|| format!("{} cannot be read", directory.display()))
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to)
        .with_context(|| format!("{} cannot be moved to {}", from.display(), to.display()))
}

fn sync(directory: &Path) -> Result<()> {
    sync_directory(directory)
        .with_context(|| format!("{} cannot be synced to the disk", directory.display()))
}

/// Takes a directory away, where there is one.
fn remove(directory: &Path) -> Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", directory.display()))
        }
        _ => Ok(()),
    }
}

/// Copies a directory of directories and files, with the times of the files; all of it is on disk when this is done.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    let cannot = || format!("{} cannot be written", to.display());
    DirBuilder::new()
        .mode(0o700)
        .create(to)
        .with_context(cannot)?;
    for name in entries(from)? {
        let (source, target) = (from.join(&name), to.join(&name));
        if source.is_dir() {
            copy_all(&source, &target)?;
            continue;
        }
        let copy = || {
            let mut reading = File::open(&source)?;
            let mut writing = File::create_new(&target)?;
            std::io::copy(&mut reading, &mut writing)?;
            writing.set_modified(reading.metadata()?.modified()?)?;
            writing.sync_all()
        };
        copy().with_context(|| format!("{} cannot be written", target.display()))?;
    }
    sync(to)
}
