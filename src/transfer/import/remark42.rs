//! Reads the native backup of Remark42: a line about the backup, then a comment to a line, in JSON.
//!
//! The file is compressed, or was unpacked. Where an unpacked one is cut off between two lines nobody can notice;
//! a compressed one carries its own length.

use std::io::{BufRead, BufReader, Read};

use anyhow::{Context, Result, bail};
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;

use super::NotAnExport;
use crate::blog::comment::State;
use crate::blog::post::Markup;
use crate::blog::time::Millis;
use crate::text;
use crate::transfer::archive::{Comment, Entry};
use crate::transfer::report::{About, Note};

/// Remark42 takes comments of some kilobytes; its first line grows with the number of its users.
const LINE_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The newest version that we know; Remark42 itself takes 0, too.
const VERSION_MAX: u32 = 1;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The first line: what the backup is.
#[derive(Deserialize)]
struct Meta {
    version: u32,
}

/// A comment. Some versions write `null` where there is nothing.
#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default, deserialize_with = "or_nothing")]
    pid: String,
    #[serde(default, deserialize_with = "or_nothing")]
    text: String,
    /// What its writer typed, of which `text` was made.
    #[serde(default, deserialize_with = "or_nothing")]
    orig: String,
    #[serde(default, deserialize_with = "or_nothing")]
    user: User,
    #[serde(default, deserialize_with = "or_nothing")]
    locator: Locator,
    #[serde(default, deserialize_with = "or_nothing")]
    time: String,
    #[serde(default, deserialize_with = "or_nothing")]
    delete: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct User {
    #[serde(deserialize_with = "or_nothing")]
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Locator {
    #[serde(deserialize_with = "or_nothing")]
    site: String,
    #[serde(deserialize_with = "or_nothing")]
    url: String,
}

fn or_nothing<'de, D, T>(value: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

/// Reads a backup as a stream, one comment in memory.
pub struct Remark42<'a> {
    lines: Box<dyn BufRead + 'a>,
    line: Vec<u8>,
    number: u64,
    /// The first line is a comment already.
    is_comment: bool,
    over: bool,
}

impl<'a> Remark42<'a> {
    /// Looks at the beginning and refuses what is not a Remark42 backup.
    pub fn open(mut reader: impl BufRead + 'a) -> Result<Self> {
        let is_packed = reader.fill_buf()?.starts_with(&GZIP);
        let mut backup = Self {
            lines: if is_packed {
                Box::new(BufReader::new(MultiGzDecoder::new(reader)))
            } else {
                Box::new(reader)
            },
            line: Vec::new(),
            number: 0,
            is_comment: false,
            over: false,
        };
        let not_ours = "This is not a Remark42 backup. Remark42 makes one a day in its folder `backup`: \
                        backup-SITE-DATE.gz.";
        let is_whole = backup.read_line()?;
        // A list would be taken for the fields in their order.
        let is_object = is_whole && backup.line.trim_ascii_start().starts_with(b"{");
        if !is_object {
            bail!(NotAnExport(not_ours.to_owned()));
        }
        match serde_json::from_slice::<Meta>(&backup.line) {
            Ok(meta) if meta.version <= VERSION_MAX => Ok(backup),
            Ok(meta) => bail!(
                "This backup has version {}; only versions up to {VERSION_MAX} are supported.",
                meta.version
            ),
            // A file without its first line.
            Err(_) => match serde_json::from_slice::<Line>(&backup.line) {
                Ok(line) if !line.locator.url.is_empty() => {
                    backup.is_comment = true;
                    Ok(backup)
                }
                _ => bail!(NotAnExport(not_ours.to_owned())),
            },
        }
    }

    /// Reads the next line that says something; `false` at the end.
    fn read_line(&mut self) -> Result<bool> {
        loop {
            self.line.clear();
            self.number += 1;
            let read = self
                .lines
                .by_ref()
                .take(LINE_MAX_BYTES)
                .read_until(b'\n', &mut self.line)
                .map_err(|error| match error.kind() {
                    std::io::ErrorKind::UnexpectedEof => {
                        anyhow::anyhow!("The file ends in the middle. Copy the backup again.")
                    }
                    _ => anyhow::anyhow!("The file cannot be read: {error}."),
                })?;
            if read == 0 {
                return Ok(false);
            }
            if read as u64 == LINE_MAX_BYTES {
                bail!("Line {} is longer than a comment can be.", self.number);
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn entry(&mut self) -> Result<Option<Entry>> {
        if !std::mem::take(&mut self.is_comment) && !self.read_line()? {
            return Ok(None);
        }
        let line: Line = match serde_json::from_slice(&self.line) {
            Ok(line) => line,
            Err(error) if error.is_eof() && !self.line.ends_with(b"\n") => {
                bail!(
                    "The file ends in the middle, in line {}. Copy the backup again.",
                    self.number
                )
            }
            Err(error) => {
                return Err(error).with_context(|| format!("Line {} is damaged", self.number));
            }
        };
        Ok(Some(comment(line)))
    }
}

impl Iterator for Remark42<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let entry = self.entry().transpose();
        self.over = !matches!(entry, Some(Ok(_)));
        entry
    }
}

fn comment(line: Line) -> Entry {
    let Some(created_at) = Millis::parse(&line.time) else {
        let which = format!("{} by {}", line.id, line.user.name);
        return Entry::Skipped(Note::new(About::Comment, which, "its date cannot be read"));
    };
    let origin = |id: &str| format!("remark42:{}:{id}", line.locator.site);
    Entry::Comment(Box::new(Comment {
        origin: origin(&line.id),
        parent: Some(line.pid.as_str())
            .filter(|id| !id.is_empty())
            .map(origin),
        other_origins: Vec::new(),
        on: super::page(&line.locator.url),
        state: if line.delete {
            State::Deleted
        } else {
            State::Approved
        },
        name: line.user.name,
        url: String::new(),
        email: String::new(),
        markup: Markup::Html,
        source: if line.text.is_empty() {
            text::escape(&line.orig).into_owned()
        } else {
            line.text
        },
        created_at,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::archive::On;
    use flate2::Compression;
    use flate2::read::GzEncoder;

    const BACKUP: &str = include_str!("../../../tests/fixtures/remark42/backup.json");

    fn packed() -> Vec<u8> {
        let mut bytes = Vec::new();
        GzEncoder::new(BACKUP.as_bytes(), Compression::default())
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Vec<Entry>> {
        Remark42::open(bytes)?.collect()
    }

    #[test]
    fn a_backup_reads_the_same_packed_and_unpacked() {
        let entries = read(BACKUP.as_bytes()).unwrap();
        assert_eq!(entries, read(&packed()).unwrap());
        let Entry::Comment(answer) = &entries[1] else {
            panic!("{entries:?}");
        };
        assert_eq!(answer.parent.as_deref(), Some("remark42:blog:aaa-1"));
        assert_eq!(answer.on, On::Path("/2016/06/tides.html".to_owned()));
        assert_eq!(answer.name, "Ben");
    }

    #[test]
    fn a_backup_that_is_cut_off_ends_in_an_error() {
        let packed = packed();
        for cut in [
            &packed[..packed.len() / 2],
            &packed[..packed.len() - 4],
            &BACKUP.as_bytes()[..BACKUP.len() - 9],
        ] {
            let why = read(cut).unwrap_err().to_string();
            assert!(why.contains("ends in the middle"), "{why}");
        }
    }

    #[test]
    fn version_0_and_a_file_without_its_first_line_are_read() {
        let line = r#"{"id":"a","pid":null,"text":null,"orig":"x < y","user":{"name":null},"locator":{"site":"s","url":"https://b.example/t/"},"time":"2026-01-05T00:01:48+08:00"}"#;
        let first = "{\"version\":0,\"users\":[],\"posts\":[]}\n";
        for backup in [format!("{first}{line}\n"), format!("{line}\n{line}\n")] {
            let entries = read(backup.as_bytes()).unwrap();
            assert_eq!(
                entries.len(),
                backup
                    .lines()
                    .count()
                    .min(if backup.starts_with(first) { 1 } else { 2 })
            );
            let Entry::Comment(comment) = &entries[0] else {
                panic!("{entries:?}");
            };
            assert_eq!(comment.on, On::Path("/t/".to_owned()));
            assert_eq!(comment.source, "x &lt; y");
        }
        let why = read(b"{\"version\":9}\n").unwrap_err().to_string();
        assert!(why.contains("version 9"), "{why}");
    }

    #[test]
    fn another_file_is_no_backup() {
        for other in ["", "{\"posts\": []}", "<rss/>", "[1]\n"] {
            let why = read(other.as_bytes()).unwrap_err().to_string();
            assert!(why.contains("not a Remark42 backup"), "{other}: {why}");
        }
    }
}
