//! Brings a backup back: unpacked beside, looked through, and put in place by renames that a later start ends where this
//! one is cut off. So the data directory is the old one or the new one, whenever the machine dies.

use super::{DATABASE, Manifest, Unfinished, blocking, sync_directory, unpack::unpack};
use crate::blog::time::Millis;
use crate::store::backup::{self, Going};
use crate::store::file::{self, OpenError};
use anyhow::{Context, Result, anyhow, bail};
use std::path::{Path, PathBuf};

/// Where a backup is unpacked; what a crash leaves of it is of no use.
const UNPACKED: &str = "restoring";
/// Its name when all of it was found whole: from here on the old content goes aside …
const FOUND_WHOLE: &str = "restored";
/// … and when that is done, this comes into its place.
const ARRIVING: &str = "arriving";
/// What the old content is moved into, with the time behind it.
const ASIDE: &str = "replaced-";
/// What belongs to no content: it stays where it is.
const STAYS: [&str; 6] = [
    "backups",
    "daybook.lock",
    "daybook.reserve",
    UNPACKED,
    FOUND_WHOLE,
    ARRIVING,
];

/// What came back.
#[derive(Debug, Clone)]
pub struct Restored {
    pub manifest: Manifest,
    /// Where the old content is, where there was any.
    pub aside: Option<PathBuf>,
}

/// Unpacks a backup in a place of its own and looks at all of it: the digest of each part, every page of the database, every
/// row that points to another, and whether there is as much as the manifest says.
async fn look_through(from: &Path, place: &Path, going: &Going) -> Result<Manifest> {
    std::fs::create_dir_all(place)
        .with_context(|| format!("{} cannot be made", place.display()))?;
    let (read, to, watched) = (from.to_owned(), place.to_owned(), going.clone());
    let manifest = blocking(move || unpack(&read, Some(&to), &watched)).await?;
    let database = place.join(DATABASE);
    if !database.exists() {
        bail!("{} holds no database", from.display());
    }
    let damaged = |error: OpenError| {
        anyhow!(
            "the database in {} is not whole: {}",
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
            "{} says that it holds {} posts and {} comments, and there are {} and {}",
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
            bail!("{} lacks the media file {name}", from.display());
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

/// Restores a backup into a data directory that is empty, or whose content is to be moved aside. Who calls this holds the
/// lock of the directory.
pub async fn restore(
    file: &Path,
    data: &Path,
    replace: bool,
    now: Millis,
    going: &Going,
) -> Result<Restored> {
    finish(data, now)?;
    if !replace && !old_content(data)?.is_empty() {
        bail!(
            "the data directory {} is not empty; with --replace its content is moved aside",
            data.display()
        );
    }
    let place = data.join(UNPACKED);
    let _gone = Unfinished(vec![place.clone()]);
    let manifest = look_through(file, &place, going).await?;
    std::fs::rename(&place, data.join(FOUND_WHOLE))?;
    sync_directory(data)?;
    let aside = finish(data, now)?;
    Ok(Restored { manifest, aside })
}

/// Ends a restore that was cut off after its backup was found whole, and takes away what is left of one that was cut off
/// before. Gives where the old content is, where there was any.
pub fn finish(data: &Path, now: Millis) -> Result<Option<PathBuf>> {
    let (found_whole, arriving) = (data.join(FOUND_WHOLE), data.join(ARRIVING));
    let unpacked = data.join(UNPACKED);
    if unpacked.exists() {
        std::fs::remove_dir_all(&unpacked)?;
    }
    let mut aside = None;
    if found_whole.exists() {
        let old = old_content(data)?;
        if !old.is_empty() {
            let place = data.join(format!(
                "{ASIDE}{}",
                now.timestamp().strftime("%Y%m%dT%H%M%SZ")
            ));
            std::fs::create_dir_all(&place)?;
            for name in old {
                std::fs::rename(data.join(&name), place.join(&name))?;
            }
            sync_directory(&place)?;
            aside = Some(place);
        }
        sync_directory(data)?;
        std::fs::rename(&found_whole, &arriving)?;
        sync_directory(data)?;
    }
    if arriving.exists() {
        for entry in std::fs::read_dir(&arriving)? {
            let entry = entry?;
            std::fs::rename(entry.path(), data.join(entry.file_name()))?;
        }
        sync_directory(data)?;
        std::fs::remove_dir(&arriving)?;
        sync_directory(data)?;
    }
    Ok(aside)
}

/// What lies in a data directory, but for what belongs to no content.
fn old_content(data: &Path) -> Result<Vec<std::ffi::OsString>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(data)? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        if !STAYS.contains(&text.as_ref()) && !text.starts_with(ASIDE) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
