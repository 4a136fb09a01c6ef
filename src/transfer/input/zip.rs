//! The directory of a zip file (PKWARE APPNOTE 6.3.10): which files are in it, and where.

use anyhow::{Result, bail};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The end of the central directory, without its comment.
const END_BYTES: usize = 22;
/// A comment may be this long.
const COMMENT_MAX: u64 = 65_535;
const HEADER_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
/// The central directory of two hundred thousand files with long names.
const DIRECTORY_MAX: u64 = 64 * 1024 * 1024;
const DAMAGED: &str = "the zip file is damaged or incomplete";

/// A file in a zip file.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    /// Where its local header begins.
    header: u64,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    pub(super) checksum: u32,
    pub(super) is_deflated: bool,
}

/// The files with their names, in the order of their names; directories and what systems add for themselves are left out.
pub(super) fn entries(file: &mut File) -> Result<Vec<(String, Stored)>> {
    let (begin, length) = directory(file)?;
    if length > DIRECTORY_MAX {
        bail!("the zip file has too many files");
    }
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        bail!(DAMAGED);
    }
    let mut entries = Vec::new();
    let mut rest = Bytes(&bytes);
    while rest.0.starts_with(b"PK\x01\x02") {
        entries.extend(entry(&mut rest)?);
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

/// Where the central directory begins, and how long it is.
fn directory(file: &mut File) -> Result<(u64, u64)> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(COMMENT_MAX + END_BYTES as u64 + 20);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let Some(end) = tail.windows(4).rposition(|four| four == b"PK\x05\x06") else {
        bail!(DAMAGED);
    };
    let fields = Bytes(&tail[end..]);
    let (size, begin) = (u64::from(fields.u32(12)?), u64::from(fields.u32(16)?));
    let locator = end.checked_sub(20).map(|at| Bytes(&tail[at..end]));
    match locator.filter(|locator| locator.0.starts_with(b"PK\x06\x07")) {
        Some(locator) => {
            file.seek(SeekFrom::Start(locator.u64(8)?))?;
            let mut large = Vec::new();
            file.take(56).read_to_end(&mut large)?;
            let large = Bytes(&large);
            Ok((large.u64(48)?, large.u64(40)?))
        }
        None => Ok((begin, size)),
    }
}

/// Reads one entry of the directory; `None` for what is no file of an export.
fn entry(rest: &mut Bytes) -> Result<Option<(String, Stored)>> {
    let fields = Bytes(rest.slice(0, HEADER_BYTES)?);
    let lengths = [fields.u16(28)?, fields.u16(30)?, fields.u16(32)?].map(usize::from);
    let [name, extra, comment] = lengths;
    let name_bytes = rest.slice(HEADER_BYTES, name)?;
    let extra_bytes = rest.slice(HEADER_BYTES + name, extra)?;
    rest.0 = rest
        .0
        .get(HEADER_BYTES + name + extra + comment..)
        .unwrap_or_default();
    let mut stored = Stored {
        header: fields.u32(42)?.into(),
        packed: fields.u32(20)?.into(),
        unpacked: fields.u32(24)?.into(),
        checksum: fields.u32(16)?,
        is_deflated: fields.u16(10)? == 8,
    };
    large_sizes(&mut stored, Bytes(extra_bytes));
    let name = String::from_utf8_lossy(name_bytes).replace('\\', "/");
    let hidden = |part: &str| part.starts_with('.') || part == "__MACOSX";
    if name.ends_with('/') || name.split('/').any(hidden) {
        return Ok(None);
    }
    if fields.u16(8)? & 1 == 1 {
        bail!("the zip file is protected by a password");
    }
    if !matches!(fields.u16(10)?, 0 | 8) {
        bail!("{name} is packed in a way that is not supported; unpack the zip file first");
    }
    Ok(Some((name, stored)))
}

/// Sizes and places beyond four gigabytes are in a field of their own, in this order, where they are needed.
fn large_sizes(stored: &mut Stored, mut extra: Bytes) {
    while let (Ok(id), Ok(length)) = (extra.u16(0), extra.u16(2)) {
        let Ok(body) = extra.slice(4, usize::from(length)) else {
            return;
        };
        if id == 1 {
            let mut values = body
                .chunks_exact(8)
                .filter_map(|eight| eight.try_into().ok());
            for field in [&mut stored.unpacked, &mut stored.packed, &mut stored.header] {
                if *field == u64::from(u32::MAX)
                    && let Some(value) = values.next()
                {
                    *field = u64::from_le_bytes(value);
                }
            }
        }
        extra = Bytes(&extra.0[4 + usize::from(length)..]);
    }
}

/// Where the bytes of a file begin: behind its own header.
pub(super) fn data_begins(file: &mut File, stored: &Stored) -> Result<u64> {
    file.seek(SeekFrom::Start(stored.header))?;
    let mut header = Vec::new();
    file.take(LOCAL_BYTES as u64).read_to_end(&mut header)?;
    let header = Bytes(&header);
    if !header.0.starts_with(b"PK\x03\x04") {
        bail!(DAMAGED);
    }
    let behind = u64::from(header.u16(26)?) + u64::from(header.u16(28)?);
    Ok(stored.header + LOCAL_BYTES as u64 + behind)
}

/// Bytes with numbers in them, the lowest byte first.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn slice(self, at: usize, length: usize) -> Result<&'a [u8]> {
        match self.0.get(at..at + length) {
            Some(bytes) => Ok(bytes),
            None => bail!(DAMAGED),
        }
    }

    fn array<const N: usize>(self, at: usize) -> Result<[u8; N]> {
        match self.slice(at, N)?.try_into() {
            Ok(bytes) => Ok(bytes),
            Err(_) => bail!(DAMAGED),
        }
    }

    fn u16(self, at: usize) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array(at)?))
    }

    fn u32(self, at: usize) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array(at)?))
    }

    fn u64(self, at: usize) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array(at)?))
    }
}
