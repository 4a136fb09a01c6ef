//! How much memory there is: a container or a unit of systemd may allow little, and ends whoever takes more.

use std::path::{Path, PathBuf};

const MIB: u64 = 1024 * 1024;
/// What is kept of rendered pages where there is enough memory: some thousand, each in three encodings …
const PAGES_BYTES: u64 = 64 * MIB;
/// … and elsewhere one part in so many of the limit.
const PAGES_PART: u64 = 8;
/// What everything but rendered pages and the pixels of pictures takes at most: the idle program, its database's pages, two
/// passwords that are hashed at once, pictures as they were sent and as they are kept. With 72 it was ended within 128.
const OTHERS_BYTES: u64 = 112 * MIB;
/// What one pixel takes while a picture is decoded and made smaller.
const BYTES_PER_PIXEL: u64 = 8;

/// The size of the page cache where nobody has chosen one.
#[must_use]
pub fn page_cache_bytes() -> u64 {
    own_limit().map_or(PAGES_BYTES, pages)
}

/// The most pixels of one picture, of so many at once, that fit beside a page cache of this size; `None` where nothing
/// limits the memory.
#[must_use]
pub fn pixels_max(page_cache_bytes: u64, at_once: usize) -> Option<u64> {
    Some(pixels(own_limit()?, page_cache_bytes, at_once))
}

fn pages(limit: u64) -> u64 {
    PAGES_BYTES.min(limit / PAGES_PART)
}

fn pixels(limit: u64, page_cache_bytes: u64, at_once: usize) -> u64 {
    let others = OTHERS_BYTES.saturating_add(page_cache_bytes);
    limit.saturating_sub(others) / BYTES_PER_PIXEL / (at_once as u64).max(1)
}

fn own_limit() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    limit(Path::new("/sys/fs/cgroup"), &groups)
}

/// The limit of this process's group: `memory.max` of the second version of cgroups, `memory.limit_in_bytes` of the first
/// (<https://docs.kernel.org/admin-guide/cgroup-v2.html>). In a container its own group is the root of what can be seen.
fn limit(root: &Path, groups: &str) -> Option<u64> {
    let mut files: Vec<PathBuf> = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (kind, path) = (parts.next()?, parts.next()?.trim_start_matches('/'));
        if kind.is_empty() {
            files.push(root.join(path).join("memory.max"));
        } else if kind.split(',').any(|kind| kind == "memory") {
            let memory = root.join("memory");
            files.push(memory.join(path).join("memory.limit_in_bytes"));
            files.push(memory.join("memory.limit_in_bytes"));
        }
    }
    files.push(root.join("memory.max"));
    files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok()?.trim().parse().ok())
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_the_own_group_counts_in_both_versions() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, words: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, words).unwrap();
        };
        let found = |groups| limit(root.path(), groups);
        assert_eq!(found("0::/system.slice/daybook.service"), None);
        write("system.slice/daybook.service/memory.max", "max\n");
        assert_eq!(found("0::/system.slice/daybook.service"), None);
        write("system.slice/daybook.service/memory.max", "134217728\n");
        assert_eq!(found("0::/system.slice/daybook.service"), Some(134_217_728));
        write("memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("memory/small/memory.limit_in_bytes", "268435456\n");
        assert_eq!(
            found("5:cpu:/\n4:memory:/small\n1:name=systemd:/"),
            Some(268_435_456)
        );
    }

    #[test]
    fn where_memory_is_short_fewer_pages_are_kept_and_large_pictures_are_refused() {
        let fits = |limit: u64| (pages(limit) / MIB, pixels(limit, pages(limit), 2));
        assert_eq!(fits(64 * MIB), (8, 0));
        assert_eq!(fits(128 * MIB), (16, 0));
        assert_eq!(fits(256 * MIB), (32, 112 * MIB / 16));
        let (kept, most) = fits(1024 * MIB);
        assert!(kept == 64 && most > 40_000_000);
        assert_eq!(pixels(128 * MIB, u64::MAX, 2), 0);
    }
}
