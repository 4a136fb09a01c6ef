//! Reads a backup and believes nothing of it: every byte is compared with what we would have written.

use super::{
    BLOCK, FORMAT, Growing, MANIFEST, Manifest, SUMS, header, hex, is_ours, padding, proof,
    sync_directory,
};
use crate::store::backup::Going;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const PIECE: usize = 256 * 1024;
/// The sums have a line of some hundred bytes for each file; more than this are none of ours.
const TEXT_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Reads a backup to its end; with a directory, puts its parts there. All of them are on disk when this gives what they
/// are; what is wrong is a sentence that names the damaged part, and the directory is not to be used then.
pub fn unpack(backup: &Path, into: Option<&Path>, going: &Going) -> Result<Manifest> {
    let file =
        File::open(backup).with_context(|| format!("{} cannot be opened", backup.display()))?;
    let mut reading = Reading {
        from: BufReader::with_capacity(PIECE, file),
        backup: backup.to_owned(),
        going: going.clone(),
        found: String::new(),
        last: String::new(),
        written: Vec::new(),
    };
    let manifest = reading.all(into)?;
    if let Some(directory) = into {
        reading.sync(directory)?;
    }
    Ok(manifest)
}

struct Reading {
    from: BufReader<File>,
    backup: PathBuf,
    going: Going,
    /// The digests that were found, as lines of the sums.
    found: String,
    /// The part before this one.
    last: String,
    written: Vec<PathBuf>,
}

impl Reading {
    fn all(&mut self, into: Option<&Path>) -> Result<Manifest> {
        let mut manifest = None;
        loop {
            let Some((name, bytes, modified_at)) = self.header()? else {
                bail!(
                    "{} is incomplete: it ends after {}",
                    self.backup.display(),
                    self.last
                );
            };
            if name == SUMS {
                let said = self.text(&name, bytes)?;
                self.compare(&said)?;
                break;
            }
            if name == MANIFEST {
                let text = self.text(&name, bytes)?;
                manifest = Some(text);
            } else {
                self.part(&name, bytes, modified_at, into)?;
            }
            self.last = name;
        }
        let mut end = Vec::new();
        self.from.read_to_end(&mut end)?;
        if end != [0; 2 * BLOCK] {
            return Err(self.damaged("its end"));
        }
        // Its digest is right by now: what it says is what was written.
        let manifest = manifest.with_context(|| self.damaged(MANIFEST))?;
        let manifest: Manifest = serde_json::from_str(&manifest)
            .with_context(|| format!("{} cannot be read", self.backup.display()))?;
        if manifest.format > FORMAT {
            bail!(
                "{} was made by a newer Daybook ({}); restore it with that one",
                self.backup.display(),
                manifest.daybook
            );
        }
        Ok(manifest)
    }

    fn damaged(&self, what: &str) -> anyhow::Error {
        anyhow::anyhow!("{} is damaged: {what}", self.backup.display())
    }

    /// Name, size and time of the next part; `None` where the file ends.
    fn header(&mut self) -> Result<Option<(String, u64, u64)>> {
        let mut block = [0; BLOCK];
        match self.from.read_exact(&mut block) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                if self.last.is_empty() {
                    bail!("{} is not a Daybook backup", self.backup.display());
                }
                return Ok(None);
            }
            read => read?,
        }
        let found = tar::Header::from_byte_slice(&block);
        let fields = || {
            let name = std::str::from_utf8(&found.path_bytes()).ok()?.to_owned();
            let fields = (name, found.size().ok()?, found.mtime().ok()?);
            let ours = header(&fields.0, fields.1, fields.2).ok()?;
            (is_ours(&fields.0) && ours.as_bytes() == &block).then_some(fields)
        };
        match fields() {
            Some(fields) => Ok(Some(fields)),
            None if self.last.is_empty() => bail!(
                "{} is not a Daybook backup, or its first header is damaged",
                self.backup.display()
            ),
            None => Err(self.damaged(&format!("the header after {}", self.last))),
        }
    }

    fn text(&mut self, name: &str, bytes: u64) -> Result<String> {
        if bytes > TEXT_MAX_BYTES {
            return Err(self.damaged(name));
        }
        let mut text = Vec::new();
        self.copy(name, bytes, &mut text)?;
        String::from_utf8(text).map_err(|_| self.damaged(name))
    }

    fn part(
        &mut self,
        name: &str,
        bytes: u64,
        modified_at: u64,
        into: Option<&Path>,
    ) -> Result<()> {
        let Some(directory) = into else {
            return self.copy(name, bytes, &mut std::io::sink());
        };
        let path = directory.join(name);
        let cannot = || format!("{} cannot be written", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(cannot)?;
        }
        let mut growing = Growing::new(File::create_new(&path).with_context(cannot)?);
        self.copy(name, bytes, &mut growing)?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(modified_at);
        growing.file.set_modified(at).with_context(cannot)?;
        self.written.push(path);
        Ok(())
    }

    /// Copies the bytes of a part and notes their digest.
    fn copy(&mut self, name: &str, bytes: u64, to: &mut dyn Write) -> Result<()> {
        let (mut digest, mut left) = (Sha256::new(), bytes);
        let mut piece = vec![0; PIECE];
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            self.exactly(name, &mut piece[..wanted])?;
            digest.update(&piece[..wanted]);
            to.write_all(&piece[..wanted])
                .with_context(|| format!("{name} cannot be written"))?;
            left -= wanted as u64;
            if !(self.going)(wanted as u64) {
                bail!("it was stopped");
            }
        }
        let filling = padding(bytes);
        self.exactly(name, &mut piece[..filling])?;
        if piece[..filling].iter().any(|byte| *byte != 0) {
            return Err(self.damaged(&format!("the padding after {name}")));
        }
        self.found.extend([&hex(digest), "  ", name, "\n"]);
        Ok(())
    }

    fn exactly(&mut self, name: &str, piece: &mut [u8]) -> Result<()> {
        match self.from.read_exact(piece) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                bail!(
                    "{} is incomplete: it ends within {name}",
                    self.backup.display()
                )
            }
            read => Ok(read?),
        }
    }

    /// Compares the digests that were found with those that were written down.
    fn compare(&self, said: &str) -> Result<()> {
        // The last line that was found is that of the sums themselves, which the proof in them answers for.
        let lines = self.found.trim_end_matches('\n').rsplit_once('\n');
        let found = lines.map_or("", |(above, _)| above);
        let remark = said.trim_end_matches('\n').rsplit_once('\n');
        let above = remark.map_or("", |(above, _)| above);
        if format!("{above}\n{}", proof(&format!("{above}\n"))) != said {
            return Err(self.damaged(SUMS));
        }
        if found == above {
            return Ok(());
        }
        let wrong = found
            .lines()
            .zip(above.lines())
            .find(|(one, two)| one != two);
        let part = wrong.and_then(|(found, _)| found.split_once("  "));
        Err(self.damaged(part.map_or("a part is missing", |(_, name)| name)))
    }

    /// Brings all that was written to the disk. Done at the end, most of it is there already.
    fn sync(&self, directory: &Path) -> Result<()> {
        let mut folders = BTreeSet::from([directory.to_owned()]);
        for path in &self.written {
            File::open(path)?.sync_all()?;
            let above = path.ancestors().skip(1);
            folders.extend(
                above
                    .take_while(|above| *above != directory)
                    .map(Path::to_owned),
            );
        }
        for folder in folders {
            sync_directory(&folder)?;
        }
        Ok(())
    }
}
