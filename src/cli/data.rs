//! The data directory as the operating system sees it: private when it is made, owned by who serves it, and a word about it
//! where it is neither.

use crate::config::Config;
use crate::store::file::sibling;
use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawMode};
use rustix::fs::{chownat, fstat, openat};
use rustix::process::{Gid, Uid, geteuid};
use std::fs::{DirBuilder, Metadata, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What a directory of ours grants: everything to its owner.
const PRIVATE: RawMode = 0o700;
/// Reading and entering, as it is granted to everybody.
const READ_BY_OTHERS: u32 = 0o004;
const ENTERED_BY_OTHERS: u32 = 0o001;
/// A directory such as /tmp, whose owner lets everybody in on purpose.
const STICKY: u32 = 0o1000;

/// Makes the data directory, for its owner alone. An empty one that is ours already becomes so, too.
pub fn make(data: &Path) -> Result<()> {
    let cannot = || format!("the data directory {} cannot be created", data.display());
    match data.metadata() {
        Ok(there) if there.is_dir() => {
            let is_ours = there.uid() == geteuid().as_raw() && there.mode() & STICKY == 0;
            let is_empty = || {
                std::fs::read_dir(data).is_ok_and(|mut entries| {
                    entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == "lost+found"))
                })
            };
            if is_ours && there.mode() & 0o077 != 0 && is_empty() {
                std::fs::set_permissions(data, Permissions::from_mode(PRIVATE))
                    .with_context(cannot)?;
            }
            Ok(())
        }
        _ => DirBuilder::new()
            .recursive(true)
            .mode(PRIVATE)
            .create(data)
            .with_context(cannot),
    }
}

/// What every user of this machine can read of a blog: its directory, and the files in it that hold more than pictures.
/// Nothing where nobody else can.
#[must_use]
pub fn readable_by_others(config: &Config) -> Vec<PathBuf> {
    let grants = |path: &Path, what: u32| path.metadata().is_ok_and(|meta| meta.mode() & what != 0);
    let mut found = Vec::new();
    if grants(&config.data, READ_BY_OTHERS) {
        found.push(config.data.clone());
    }
    let mut look = |directory: &Path, paths: Vec<PathBuf>| {
        if grants(directory, ENTERED_BY_OTHERS) {
            found.extend(
                paths
                    .into_iter()
                    .filter(|path| grants(path, READ_BY_OTHERS)),
            );
        }
    };
    let database = ["", "-wal"].map(|ending| sibling(&config.database, ending));
    let parent = config.database.parent().unwrap_or(&config.data);
    look(parent, database.to_vec());
    look(&config.data, vec![config.data.join("daybook.toml")]);
    let backups = std::fs::read_dir(&config.backups).into_iter().flatten();
    let backups = backups.filter_map(|entry| Some(entry.ok()?.path()));
    let backups = backups.filter(|path| path.extension().is_some_and(|ending| ending == "tar"));
    look(&config.backups, backups.collect());
    let kept = std::fs::read_dir(&config.data).into_iter().flatten();
    let kept = kept.filter_map(|entry| Some(entry.ok()?.path()));
    let is_kept = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        ["daybook-before-", "daybook-after-", "replaced-"]
            .iter()
            .any(|begin| name.starts_with(begin))
    };
    look(&config.data, kept.filter(is_kept).collect());
    found
}

/// The sentence about what everybody can read, with the command that ends it.
#[must_use]
pub fn open_to_others(config: &Config) -> Option<String> {
    let found = readable_by_others(config);
    let first = found.first()?;
    let more = match found.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let mut places = vec![config.data.display().to_string()];
    for path in [&config.database, &config.backups] {
        if !path.starts_with(&config.data) && found.iter().any(|found| found.starts_with(path)) {
            places.push(path.display().to_string());
        }
    }
    Some(format!(
        "every user of this machine can read {}{more}; to prevent that, run: chmod -R go= {}",
        first.display(),
        places.join(" ")
    ))
}

/// Whose file it is that could not be opened or written, who we are, and the command that gives it over. `None` where an
/// error is about something else.
#[must_use]
pub fn owner_hint(data: &Path, database: &Path, error: &str) -> Option<String> {
    const ABOUT_PERMISSIONS: [&str; 4] = [
        "Permission denied",
        "readonly database",
        "unable to open database file",
        "is read-only",
    ];
    ABOUT_PERMISSIONS
        .iter()
        .any(|words| error.contains(words))
        .then(|| foreign_owner(data, database))?
}

/// The sentence about a file of the blog that belongs to another user and that we may not write.
#[must_use]
pub fn foreign_owner(data: &Path, database: &Path) -> Option<String> {
    let me = geteuid();
    if me.is_root() {
        return None;
    }
    let ours = [
        data.to_owned(),
        database.to_owned(),
        sibling(database, "-wal"),
        sibling(database, "-shm"),
        data.join("daybook.lock"),
        data.join("daybook.toml"),
        data.join("media"),
    ];
    let is_foreign = |meta: &Metadata, path: &Path| {
        meta.uid() != me.as_raw() && rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_err()
    };
    let found = ours
        .iter()
        .filter_map(|path| Some((path, path.metadata().ok()?)));
    let (path, meta) = found
        .into_iter()
        .find(|(path, meta)| is_foreign(meta, path))?;
    let name = user_name(me.as_raw());
    Some(format!(
        "{} belongs to {}, but daybook runs as {name}; to fix this, run: chown -R {name}: {}",
        path.display(),
        user_name(meta.uid()),
        data.display()
    ))
}

/// The name of a user, else the number.
#[must_use]
pub fn user_name(uid: u32) -> String {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| uid.to_string())
}

/// Whether root made a data directory that belongs to root: the service may be another user.
#[must_use]
pub fn is_of_root(data: &Path) -> bool {
    geteuid().is_root() && data.metadata().is_ok_and(|meta| meta.uid() == 0)
}

/// What root made in the data directory of another user becomes that user's: a server that runs as this user has to read and
/// write it. Nothing is followed out of the directory, and what has a second name elsewhere is left alone.
pub fn give_to_owner(config: &Config) {
    if !geteuid().is_root() {
        return;
    }
    let Ok(data) = config.data.metadata() else {
        return;
    };
    if data.uid() == 0 {
        return;
    }
    let owner = (Uid::from_raw(data.uid()), Gid::from_raw(data.gid()));
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let given = openat(rustix::fs::CWD, &config.data, flags, Mode::empty())
        .and_then(|directory| give_entries(&directory, owner));
    if let Err(error) = given {
        tracing::warn!(%error, "{} cannot be given to its owner {}", config.data.display(), user_name(data.uid()));
    }
}

/// Gives over what root owns in a directory, and in those below.
fn give_entries(directory: &OwnedFd, owner: (Uid, Gid)) -> rustix::io::Result<()> {
    for entry in rustix::fs::Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let Ok(opened) = openat(
            directory,
            name,
            OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC,
            Mode::empty(),
        ) else {
            // Gone meanwhile.
            continue;
        };
        let about = fstat(&opened)?;
        let kind = FileType::from_raw_mode(about.st_mode);
        let is_ours =
            kind == FileType::Directory || (kind == FileType::RegularFile && about.st_nlink == 1);
        if about.st_uid == 0 && is_ours {
            chownat(
                &opened,
                "",
                Some(owner.0),
                Some(owner.1),
                AtFlags::EMPTY_PATH,
            )?;
        }
        if kind == FileType::Directory {
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            give_entries(&openat(directory, name, flags, Mode::empty())?, owner)?;
        }
    }
    Ok(())
}
