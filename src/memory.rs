//! How much memory there is: a container or a unit of systemd may allow little, and ends a process that takes more.

use std::path::{Path, PathBuf};

const MIB: u64 = 1024 * 1024;
/// What is kept of rendered pages where there is enough memory: some thousand, each in three encodings …
const PAGES_BYTES: u64 = 64 * MIB;
/// … and elsewhere one part in so many of the limit.
const PAGES_PART: u64 = 8;
/// What everything but rendered pages, pictures that are decoded and files on their way takes at most: the idle program, its
/// database's pages, two passwords that are hashed at once. With 72 it was ended within 128.
const OTHERS_BYTES: u64 = 112 * MIB;
/// What two pictures take that are decoded and made smaller at once, each the heaviest that there is.
const DECODING_BYTES: u64 = 192 * MIB;
/// What files on their way out take, each two pieces: hundreds of large ones at once …
const SENDING_BYTES: u64 = 32 * MIB;
/// … and one part in so many where memory is limited.
const SENDING_PART: u64 = 16;
/// What files take that come in: four of the heaviest, or one part in so many.
const RECEIVING_BYTES: u64 = 40 * MIB;
const RECEIVING_PART: u64 = 8;

/// How much memory may be taken by what grows with what people send and take, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    pub decoding: u64,
    pub receiving: u64,
    pub sending: u64,
}

/// The size of the page cache where nobody has chosen one.
#[must_use]
pub fn page_cache_bytes() -> u64 {
    own_limit().map_or(PAGES_BYTES, pages)
}

/// The budgets besides a page cache of this size.
#[must_use]
pub fn budgets(page_cache_bytes: u64) -> Budgets {
    within(own_limit(), page_cache_bytes)
}

fn pages(limit: u64) -> u64 {
    PAGES_BYTES.min(limit / PAGES_PART)
}

fn within(limit: Option<u64>, page_cache_bytes: u64) -> Budgets {
    let limit = limit.unwrap_or(u64::MAX);
    let sending = SENDING_BYTES.min(limit / SENDING_PART);
    let others = OTHERS_BYTES
        .saturating_add(page_cache_bytes)
        .saturating_add(sending);
    Budgets {
        decoding: DECODING_BYTES.min(limit.saturating_sub(others)),
        receiving: RECEIVING_BYTES.min(limit / RECEIVING_PART),
        sending,
    }
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
        let fits = |limit: u64| {
            let budgets = within(Some(limit), pages(limit));
            (
                pages(limit) / MIB,
                budgets.decoding / MIB,
                budgets.sending / MIB,
            )
        };
        assert_eq!(fits(64 * MIB), (8, 0, 4));
        assert_eq!(fits(128 * MIB), (16, 0, 8));
        // The heaviest picture takes 96 MiB: one at a time.
        assert_eq!(fits(256 * MIB), (32, 96, 16));
        assert_eq!(fits(512 * MIB), (64, 192, 32));
        assert_eq!(within(Some(128 * MIB), u64::MAX).decoding, 0);
        let free = within(None, pages(u64::MAX));
        assert_eq!(
            (free.decoding, free.sending),
            (DECODING_BYTES, SENDING_BYTES)
        );
    }
}
