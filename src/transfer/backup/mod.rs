//! A backup: the whole blog in one file, a tar archive that any tar opens.
//!
//! It holds the media, `daybook.db` as it was at one moment, `daybook.toml` where there is one, `manifest.json` with what it
//! is and how much it holds, and at last `SHA256SUMS` with the digest of every part, as `sha256sum --check` reads it.
//! No byte of it is free: headers are what we would write, and what fills a block is zero. So no byte can change unseen.

mod mounts;
mod pack;
mod restore;
mod unpack;

pub use pack::{Blog, Written, write};
pub use restore::{Finished, Restored, finish, prove, restore};
pub use unpack::unpack;

use crate::blog;
use crate::blog::media::content_type;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The shape that this program writes and reads.
const FORMAT: u32 = 1;
/// Tar counts in blocks of so many bytes.
const BLOCK: usize = 512;

const DATABASE: &str = "daybook.db";
const CONFIG: &str = "daybook.toml";
const MANIFEST: &str = "manifest.json";
const SUMS: &str = "SHA256SUMS";
const MEDIA: &str = "media";

/// So much is written before it is brought to the disk: a commit that is synced meanwhile never waits for more.
const SYNCED_EVERY_BYTES: usize = 4 * 1024 * 1024;

/// A file that is brought to the disk while it grows.
struct Growing {
    file: File,
    unsynced: usize,
}

impl Growing {
    fn new(file: File) -> Self {
        Self { file, unsynced: 0 }
    }
}

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.unsynced += written;
        if self.unsynced >= SYNCED_EVERY_BYTES {
            self.file.sync_data()?;
            self.unsynced = 0;
        }
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// What a backup is and how much it holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// RFC 3339, in UTC.
    pub made_at: String,
    /// The version of the program that made it.
    pub daybook: String,
    pub schema: i64,
    /// Posts and pages of every state.
    pub posts: i64,
    /// Comments of every state.
    pub comments: i64,
    /// Files.
    pub media: u64,
    /// Files that the library names and that were not there.
    #[serde(default)]
    pub missing: Vec<String>,
}

impl std::fmt::Display for Manifest {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        for (name, count) in [
            ("Posts", self.posts.unsigned_abs()),
            ("Comments", self.comments.unsigned_abs()),
            ("Files", self.media),
        ] {
            writeln!(f, "{name:14}{count:>9}")?;
        }
        Ok(())
    }
}

/// The header of a part: nothing in it but its name, its size and when it was changed, in seconds since 1970.
fn header(name: &str, bytes: u64, modified_at: u64) -> Result<tar::Header> {
    let mut header = tar::Header::new_gnu();
    header
        .set_path(name)
        .with_context(|| format!("{name} fits no tar archive"))?;
    header.set_size(bytes);
    header.set_mtime(modified_at);
    header.set_mode(0o600);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    Ok(header)
}

/// How many zeros fill the last block of a part.
fn padding(bytes: u64) -> usize {
    (BLOCK - usize::try_from(bytes % BLOCK as u64).unwrap_or(0)) % BLOCK
}

fn hex(digest: Sha256) -> String {
    blog::hex(&digest.finalize())
}

/// The last line of the sums: what `sha256sum` takes for a remark, and what proves the lines above it.
fn proof(lines: &str) -> String {
    format!(
        "# {} is that of the lines above\n",
        hex(Sha256::new_with_prefix(lines))
    )
}

/// Where a file of the library is in the archive.
fn media_part(name: &str) -> String {
    format!("{MEDIA}/{}/{name}", &name[..2])
}

/// Whether a part may be called so.
fn is_ours(part: &str) -> bool {
    if [DATABASE, CONFIG, MANIFEST, SUMS].contains(&part) {
        return true;
    }
    let name = part.rsplit('/').next().unwrap_or_default();
    content_type(name).is_some() && media_part(name) == part
}

/// A file or directory that is not finished: gone with this value, unless it was kept.
struct Unfinished(Vec<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        for path in &self.0 {
            // Most of them are mostly not there.
            let _ = std::fs::remove_file(path).or_else(|_| std::fs::remove_dir_all(path));
        }
    }
}

fn sync_directory(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Work that reads and writes files, off the threads that answer.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .context("the work was interrupted")?
}
