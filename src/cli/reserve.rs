//! Some room that is kept on the disk, so that a start on a full one has what the database needs to be opened.

use rustix::fs::{FallocateFlags, fallocate};
use std::fs::OpenOptions;
use std::path::Path;

const FILE: &str = "daybook.reserve";
const BYTES: u64 = 16 * 1024 * 1024;

/// Keeps the room, unless it is kept already; a disk without so much room goes without.
pub fn keep(data: &Path) {
    let path = data.join(FILE);
    if path.metadata().is_ok_and(|meta| meta.len() == BYTES) {
        return;
    }
    let kept = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(&path)
        .and_then(|file| Ok(fallocate(&file, FallocateFlags::empty(), 0, BYTES)?));
    if let Err(error) = kept {
        tracing::debug!(%error, "no disk space could be reserved");
        release(data);
    }
}

/// Gives the room back; false where none was kept.
pub fn release(data: &Path) -> bool {
    std::fs::remove_file(data.join(FILE)).is_ok()
}
