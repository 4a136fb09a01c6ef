//! A zip file (PKWARE APPNOTE 6.3.10) that is written while it is sent: no file in it is in memory, and none is read twice.

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Of a file that is in it: its name, and where it is on disk.
pub type Packed = (String, PathBuf);

/// So much of a file is in memory.
const PIECE_BYTES: usize = 64 * 1024;
/// Packed by deflate; lengths and checksum follow the file; its name is in UTF-8.
const METHOD: u16 = 8;
const FLAGS: u16 = 0x0808;
/// What is needed to read it: sizes beyond four gigabytes.
const VERSION: u16 = 45;
/// The first day that the format knows.
const DAY: u16 = 0x0021;

/// A file that was written.
struct Written {
    name: String,
    begins: u64,
    packed: u32,
    unpacked: u32,
    checksum: u32,
}

/// Counts what goes through it.
struct Counting<'a, W> {
    out: &'a mut W,
    bytes: u64,
}

impl<W: Write> Write for Counting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes files into a zip file.
///
/// # Errors
/// Where a file cannot be read, is larger than four gigabytes, or `out` takes nothing more.
pub fn write(files: &[Packed], out: &mut impl Write) -> io::Result<()> {
    let mut out = Counting { out, bytes: 0 };
    let mut written = Vec::with_capacity(files.len());
    for (name, path) in files {
        written.push(write_file(name, path, &mut out)?);
    }
    let begins = out.bytes;
    for file in &written {
        write_entry(file, &mut out)?;
    }
    let length = out.bytes - begins;
    write_end(written.len() as u64, begins, length, &mut out)?;
    out.flush()
}

fn numbers(out: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    parts.iter().try_for_each(|part| out.write_all(part))
}

fn write_file<W: Write>(name: &str, path: &Path, out: &mut Counting<'_, W>) -> io::Result<Written> {
    let begins = out.bytes;
    let name_bytes = u16::try_from(name.len()).map_err(io::Error::other)?;
    let nothing = 0_u32.to_le_bytes();
    numbers(
        out,
        &[
            b"PK\x03\x04",
            &VERSION.to_le_bytes(),
            &FLAGS.to_le_bytes(),
            &METHOD.to_le_bytes(),
            &0_u16.to_le_bytes(),
            &DAY.to_le_bytes(),
            &nothing,
            &nothing,
            &nothing,
            &name_bytes.to_le_bytes(),
            &0_u16.to_le_bytes(),
            name.as_bytes(),
        ],
    )?;
    let from = out.bytes;
    let mut file = File::open(path)?;
    let mut checksum = Crc::new();
    let mut unpacked = 0_u64;
    // Pictures and recordings are packed already.
    let level = if name.starts_with("media/") {
        Compression::none()
    } else {
        Compression::fast()
    };
    let mut encoder = DeflateEncoder::new(&mut *out, level);
    let mut piece = vec![0; PIECE_BYTES];
    let mut length = file.read(&mut piece)?;
    while length > 0 {
        checksum.update(&piece[..length]);
        unpacked += length as u64;
        encoder.write_all(&piece[..length])?;
        length = file.read(&mut piece)?;
    }
    encoder.finish()?;
    let written = Written {
        name: name.to_owned(),
        begins,
        packed: u32::try_from(out.bytes - from).map_err(io::Error::other)?,
        unpacked: u32::try_from(unpacked).map_err(io::Error::other)?,
        checksum: checksum.sum(),
    };
    numbers(
        out,
        &[
            b"PK\x07\x08",
            &written.checksum.to_le_bytes(),
            &written.packed.to_le_bytes(),
            &written.unpacked.to_le_bytes(),
        ],
    )?;
    Ok(written)
}

/// The line of a file in the directory at the end.
fn write_entry(file: &Written, out: &mut impl Write) -> io::Result<()> {
    let short = u32::try_from(file.begins).unwrap_or(u32::MAX);
    let mut extra = Vec::new();
    if u64::from(short) != file.begins || short == u32::MAX {
        extra.extend([1, 0, 8, 0]);
        extra.extend(file.begins.to_le_bytes());
    }
    let name_bytes = u16::try_from(file.name.len()).map_err(io::Error::other)?;
    let extra_bytes = u16::try_from(extra.len()).map_err(io::Error::other)?;
    let begins = if extra.is_empty() { short } else { u32::MAX };
    numbers(
        out,
        &[
            b"PK\x01\x02",
            // Written on a Unix, so that the modes below count.
            &(VERSION | (3 << 8)).to_le_bytes(),
            &VERSION.to_le_bytes(),
            &FLAGS.to_le_bytes(),
            &METHOD.to_le_bytes(),
            &0_u16.to_le_bytes(),
            &DAY.to_le_bytes(),
            &file.checksum.to_le_bytes(),
            &file.packed.to_le_bytes(),
            &file.unpacked.to_le_bytes(),
            &name_bytes.to_le_bytes(),
            &extra_bytes.to_le_bytes(),
            &[0; 6],
            // A file that only its owner reads.
            &(0o100_600_u32 << 16).to_le_bytes(),
            &begins.to_le_bytes(),
            file.name.as_bytes(),
            &extra,
        ],
    )
}

/// The end, with numbers of any size.
fn write_end(
    files: u64,
    begins: u64,
    length: u64,
    out: &mut Counting<'_, impl Write>,
) -> io::Result<()> {
    let at = out.bytes;
    let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let few = u16::try_from(files).unwrap_or(u16::MAX);
    let is_large = few == u16::MAX || short(begins) == u32::MAX || short(length) == u32::MAX;
    if is_large {
        numbers(
            out,
            &[
                b"PK\x06\x06",
                &44_u64.to_le_bytes(),
                &VERSION.to_le_bytes(),
                &VERSION.to_le_bytes(),
                &[0; 8],
                &files.to_le_bytes(),
                &files.to_le_bytes(),
                &length.to_le_bytes(),
                &begins.to_le_bytes(),
                b"PK\x06\x07",
                &[0; 4],
                &at.to_le_bytes(),
                &1_u32.to_le_bytes(),
            ],
        )?;
    }
    numbers(
        out,
        &[
            b"PK\x05\x06",
            &[0; 4],
            &few.to_le_bytes(),
            &few.to_le_bytes(),
            &short(length).to_le_bytes(),
            &short(begins).to_le_bytes(),
            &[0; 2],
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::input::Input;

    #[test]
    fn what_is_packed_is_read_again() {
        let home = tempfile::tempdir().unwrap();
        let text = home.path().join("a");
        std::fs::write(&text, "Ebb and flow. ".repeat(10_000)).unwrap();
        let empty = home.path().join("b");
        std::fs::write(&empty, "").unwrap();
        let files = [
            ("blog.json".to_owned(), text.clone()),
            ("media/ebb é.png".to_owned(), text.clone()),
            ("posts/none.md".to_owned(), empty),
        ];
        let zip = home.path().join("export.zip");
        write(&files, &mut File::create(&zip).unwrap()).unwrap();
        assert!(zip.metadata().unwrap().len() < 200_000);
        let members = Input::open(&[zip]).unwrap().members;
        let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["blog.json", "media/ebb é.png", "posts/none.md"]);
        for (member, (_, path)) in members.iter().zip(&files) {
            let mut bytes = Vec::new();
            member.open(drop).unwrap().read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, std::fs::read(path).unwrap(), "{}", member.name);
        }
    }
}
