//! What an import reads: a file, one that is packed by gzip or zip, a directory, several of these, or standard input.
//!
//! Whatever it was given as, a reader of a format sees members, each with a name and a stream of bytes. Nothing is
//! unpacked to disk or held in memory, except standard input, which is read three times and so kept in a file for as
//! long as that takes. What unpacks to far more than an export ever does is refused.

mod zip;

use anyhow::{Context, Result, bail};
use flate2::bufread::MultiGzDecoder;
use flate2::read::DeflateDecoder;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

/// A larger step than a parser's, since files are read from end to end.
const BUFFER_BYTES: usize = 256 * 1024;
/// Text is packed to a fifth, made-up text to a hundredth; what grows more was made to fill a machine.
const GROWTH_MAX: u64 = 250;
/// Whatever is packed may unpack to this much.
const GROWTH_FREE: u64 = 64 * 1024 * 1024;
/// A blog of a million files is none that one machine serves.
const MEMBERS_MAX: usize = 200_000;
/// The name that represents standard input.
const STANDARD_INPUT: &str = "-";

/// One file of an export, wherever it is.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its path within what was given, with `/` between its parts; of a file that was given by itself, its name. No other
    /// member has it.
    pub name: String,
    /// Whether it was given by itself, and not found in a directory or an archive.
    pub is_named: bool,
    /// Bytes that are read from disk for it.
    pub packed: u64,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    Gzip(PathBuf),
    Zip(PathBuf, zip::Stored),
}

/// All that was given.
#[derive(Debug)]
pub struct Input {
    pub members: Vec<Member>,
    /// What came by standard input, for as long as it is read.
    _kept: Option<TempPath>,
}

impl Input {
    /// Looks at what was named, without reading the members.
    ///
    /// # Errors
    /// Where a file cannot be read, or an archive is damaged or too large.
    pub fn open(paths: &[PathBuf]) -> Result<Self> {
        let mut members = Vec::new();
        let mut kept = None;
        for path in paths {
            if path.as_os_str() == STANDARD_INPUT {
                if kept.is_some() {
                    bail!("standard input (-) can be named once");
                }
                let spooled = spooled(&mut io::stdin().lock()).context("standard input")?;
                add_file(&spooled, "standard input", true, &mut members)?;
                kept = Some(spooled);
            } else {
                let mut found = Vec::new();
                add(path, &mut found)?;
                join(&mut members, found, path);
            }
        }
        Ok(Self {
            members,
            _kept: kept,
        })
    }

    /// The members whose names end so, and those that were given by their names; where there is only one, that.
    #[must_use]
    pub fn ending(&self, endings: &[&str]) -> Vec<&Member> {
        if self.members.len() == 1 {
            return self.members.iter().collect();
        }
        let fits = |member: &&Member| {
            if member.is_named {
                return true;
            }
            let name = member.name.to_ascii_lowercase();
            endings.iter().any(|ending| name.ends_with(ending))
        };
        self.members.iter().filter(fits).collect()
    }

    /// Bytes on disk of all members together, for a bar of progress.
    #[must_use]
    pub fn packed(&self) -> u64 {
        self.members.iter().map(|member| member.packed).sum()
    }
}

/// Copies a stream into a file that goes with the value.
fn spooled(from: &mut dyn Read) -> Result<TempPath> {
    let mut file = NamedTempFile::new().context("no temporary file could be made")?;
    io::copy(from, file.as_file_mut())?;
    file.as_file_mut().flush()?;
    Ok(file.into_temp_path())
}

/// Adds what was found at a path. Where one of its names is known, all of them get that of its directory before them.
fn join(members: &mut Vec<Member>, mut found: Vec<Member>, path: &Path) {
    let known: HashSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let is_free = |before: &str| {
        let mut names = found
            .iter()
            .map(|member| format!("{before}{}", member.name));
        names.all(|name| !known.contains(name.as_str()))
    };
    if !is_free("") {
        let directory = match path.parent() {
            Some(parent) if !path.is_dir() => parent,
            _ => path,
        };
        let name = directory.file_name().unwrap_or_default().to_string_lossy();
        let mut before = format!("{name}/");
        let mut number = 2;
        while !is_free(&before) {
            before = format!("{name} {number}/");
            number += 1;
        }
        for member in &mut found {
            member.name.insert_str(0, &before);
        }
    }
    members.extend(found);
}

fn add(path: &Path, members: &mut Vec<Member>) -> Result<()> {
    let meta =
        std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if meta.is_dir() {
        return add_directory(path, "", members);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    add_file(path, &name, true, members)
}

/// Adds what is in a directory and its directories, by name; hidden files and links are passed over.
fn add_directory(path: &Path, before: &str, members: &mut Vec<Member>) -> Result<()> {
    let entries =
        std::fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        let name = format!("{before}{name}");
        if kind.is_dir() {
            add_directory(&entry.path(), &format!("{name}/"), members)?;
        } else if kind.is_file() {
            add_file(&entry.path(), &name, false, members)?;
        }
    }
    Ok(())
}

/// Adds a file, or what is packed in it; what it is is seen from its first bytes.
fn add_file(path: &Path, name: &str, is_named: bool, members: &mut Vec<Member>) -> Result<()> {
    let shown = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(shown)?;
    let packed = file.metadata().with_context(shown)?.len();
    let mut magic = Vec::with_capacity(4);
    (&mut file)
        .take(4)
        .read_to_end(&mut magic)
        .with_context(shown)?;
    if magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PK\x05\x06") {
        let entries = zip::entries(&mut file).with_context(|| path.display().to_string())?;
        members.extend(entries.into_iter().map(|(name, stored)| Member {
            name,
            is_named: false,
            packed: stored.packed,
            place: Place::Zip(path.to_owned(), stored),
        }));
    } else {
        let is_gzip = magic.starts_with(&[0x1f, 0x8b]);
        let place = if is_gzip { Place::Gzip } else { Place::File };
        let bare = name.strip_suffix(".gz").filter(|_| is_gzip).unwrap_or(name);
        members.push(Member {
            name: bare.to_owned(),
            is_named,
            packed,
            place: place(path.to_owned()),
        });
    }
    if members.len() > MEMBERS_MAX {
        bail!("{}: more than {MEMBERS_MAX} files", path.display());
    }
    Ok(())
}

impl Member {
    /// Opens the member; `read` is called with the number of bytes that came from disk.
    ///
    /// # Errors
    /// Where it cannot be opened, or would unpack to far too much.
    pub fn open<'a>(&self, read: impl FnMut(u64) + 'a) -> Result<Box<dyn BufRead + 'a>> {
        let shown = |path: &Path| format!("{} cannot be read", path.display());
        let open = |path: &Path| File::open(path).with_context(|| shown(path));
        Ok(match &self.place {
            Place::File(path) => Box::new(buffered(Watched {
                inner: open(path)?,
                read,
            })),
            Place::Gzip(path) => {
                let file = buffered(Watched {
                    inner: open(path)?,
                    read,
                });
                let most = unpacked_max(self.packed);
                Box::new(buffered(Bounded::new(
                    MultiGzDecoder::new(file),
                    most,
                    None,
                )))
            }
            Place::Zip(path, stored) => {
                if stored.unpacked > unpacked_max(stored.packed) {
                    bail!(
                        "{}: it would unpack to far more than an export holds",
                        self.name
                    );
                }
                let mut file = open(path)?;
                let begin = zip::data_begins(&mut file, stored)?;
                file.seek(SeekFrom::Start(begin))?;
                let file = buffered(Watched {
                    inner: file.take(stored.packed),
                    read,
                });
                let whole = Some((stored.unpacked, stored.checksum));
                if stored.is_deflated {
                    let inner = DeflateDecoder::new(file);
                    Box::new(buffered(Bounded::new(inner, stored.unpacked, whole)))
                } else {
                    Box::new(buffered(Bounded::new(file, stored.unpacked, whole)))
                }
            }
        })
    }

    /// The member as a file of its own: where it is, or unpacked for as long as the value lives.
    ///
    /// # Errors
    /// Where it cannot be read or written.
    pub fn on_disk(&self) -> Result<OnDisk> {
        match &self.place {
            Place::File(path) => Ok(OnDisk::There(path.clone())),
            _ => Ok(OnDisk::Unpacked(spooled(&mut self.open(|_| {})?)?)),
        }
    }
}

/// Where a member is as a file.
#[derive(Debug)]
pub enum OnDisk {
    There(PathBuf),
    Unpacked(TempPath),
}

impl OnDisk {
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::There(path) => path,
            Self::Unpacked(path) => path,
        }
    }
}

fn buffered<R: Read>(inner: R) -> BufReader<R> {
    BufReader::with_capacity(BUFFER_BYTES, inner)
}

fn unpacked_max(packed: u64) -> u64 {
    packed
        .saturating_mul(GROWTH_MAX)
        .saturating_add(GROWTH_FREE)
}

/// A file that says how far it was read.
struct Watched<R, F> {
    inner: R,
    read: F,
}

impl<R: Read, F: FnMut(u64)> Read for Watched<R, F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        (self.read)(count as u64);
        Ok(count)
    }
}

/// What is unpacked, up to a number of bytes; where length and checksum are known, both are compared at the end.
struct Bounded<R> {
    inner: R,
    left: u64,
    whole: Option<(u64, u32)>,
    read: u64,
    checksum: flate2::Crc,
}

impl<R> Bounded<R> {
    fn new(inner: R, left: u64, whole: Option<(u64, u32)>) -> Self {
        Self {
            inner,
            left,
            whole,
            read: 0,
            checksum: flate2::Crc::new(),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        if count as u64 > self.left {
            let why = "it unpacks to far more than an export holds";
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        self.left -= count as u64;
        self.read += count as u64;
        if let Some((length, checksum)) = self.whole {
            self.checksum.update(&into[..count]);
            let is_over = count == 0 && !into.is_empty();
            if is_over && (self.read != length || self.checksum.sum() != checksum) {
                let why = "the zip file is damaged or incomplete";
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
