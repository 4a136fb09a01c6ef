//! What is mounted inside a data directory: a disk of its own for the pictures, a config that a container was given. None of
//! that can be renamed, so it stays where it is.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where the kernel says what is mounted for this process (`proc_pid_mountinfo(5)`).
const TABLE: &str = "/proc/self/mountinfo";

/// The mounts below a directory, as paths from there.
pub fn below(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let whole = directory.canonicalize()?;
    let mut found = match std::fs::read(TABLE) {
        Ok(table) => table
            .split(|byte| *byte == b'\n')
            .filter_map(|line| {
                let path = PathBuf::from(point(line)?);
                Some(path.strip_prefix(&whole).ok()?.to_owned())
            })
            .filter(|path| !path.as_os_str().is_empty())
            .collect(),
        Err(_) => other_devices(&whole)?,
    };
    found.sort();
    found.dedup();
    Ok(found)
}

/// Where there is no table, a directory on another device is one. (A file would not: overlay file systems show those of the
/// layers below.)
fn other_devices(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let device = directory.metadata()?.dev();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_dir() && about.dev() != device {
            found.push(entry.file_name().into());
        }
    }
    Ok(found)
}

/// The mount point that a line of the table names: the fifth field, with blanks and the like as octal numbers.
fn point(line: &[u8]) -> Option<OsString> {
    let field = line.split(|byte| *byte == b' ').nth(4)?;
    let mut path = Vec::with_capacity(field.len());
    let mut at = 0;
    while at < field.len() {
        let octal = field[at..]
            .strip_prefix(b"\\")
            .and_then(|rest| rest.get(..3));
        let value = octal
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        if let Some(byte) = value {
            path.push(byte);
            at += 4;
        } else {
            path.push(field[at]);
            at += 1;
        }
    }
    Some(OsString::from_vec(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_may_hold_blanks() {
        let line =
            br"36 35 98:0 /mnt1 /srv/my\040blog/media rw,noatime master:1 - ext3 /dev/root rw";
        assert_eq!(point(line).unwrap(), "/srv/my blog/media");
        assert_eq!(point(b"36 35 98:0"), None);
    }

    #[test]
    fn a_directory_without_mounts_has_none() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("media")).unwrap();
        assert_eq!(below(directory.path()).unwrap(), Vec::<PathBuf>::new());
    }
}
