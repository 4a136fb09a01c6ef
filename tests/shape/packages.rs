//! Cargo.toml and its lock file: which packages there may be, and why.

use crate::source::{read, refuse};

/// The version of a package in the lock file, as numbers.
pub fn locked(name: &str) -> Option<Vec<u32>> {
    let lock = read("Cargo.lock");
    let entry = lock
        .split("[[package]]")
        .find(|entry| entry.contains(&format!("\nname = \"{name}\"\n")))?;
    let version = entry.split("version = \"").nth(1)?.split('"').next()?;
    Some(
        version
            .split('.')
            .map(|part| part.parse().unwrap_or(0))
            .collect(),
    )
}

/// TLS is rustls's; these would bring in a library of the system.
const BANNED: [&str; 3] = ["openssl", "openssl-sys", "native-tls"];

#[test]
fn packages_with_known_faults_are_not_locked() {
    // SQLite before 3.51.3 could lose commits; libsqlite3-sys brings a newer one from 0.37 on.
    assert!(locked("libsqlite3-sys").unwrap() >= vec![0, 37, 0]);
    // Older ones let one connection use up the memory.
    assert!(locked("h2").is_none_or(|version| version >= vec![0, 4, 16]));
}

/// What `make deny` asks of every package that is locked, as far as the lock file says.
#[test]
fn packages_come_from_one_place_and_none_is_banned() {
    let registry = ["registry+https://github.com/rust-lang/crates", ".io-index"].concat();
    let lock = read("Cargo.lock");
    let mut problems = Vec::new();
    let mut number = 0;
    for entry in lock.split("[[package]]").skip(1) {
        let value = |name: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim_start_matches(" = ").trim_matches('"'))
        };
        let name = value("name").unwrap();
        number += 1;
        let is_ours = name == env!("CARGO_PKG_NAME");
        if !is_ours && (value("source") != Some(&registry) || value("checksum").is_none()) {
            problems.push(format!("{name} comes from {:?}", value("source")));
        }
        if BANNED.contains(&name) {
            problems.push(format!("{name} is banned"));
        }
    }
    assert!(number > 100, "the lock file is read");
    let banned_elsewhere = read("deny.toml");
    for name in BANNED {
        let line = format!("{{ crate = \"{name}\" }}");
        if !banned_elsewhere.contains(&line) {
            problems.push(format!("deny.toml does not ban {name}"));
        }
    }
    refuse(&problems);
}

#[test]
fn no_target_of_ours_may_hold_unsafe_code() {
    // The table of lints holds for the library, the program, the build script and all tests.
    let manifest = read("Cargo.toml");
    let lints = manifest.split("[lints.rust]\n").nth(1).unwrap();
    let first = lints.lines().next();
    assert_eq!(first, Some("unsafe_code = \"forbid\""));
    assert!(
        !manifest.contains("[workspace"),
        "another package would have lints of its own"
    );
}

#[test]
fn each_dependency_says_why_it_is_here_in_alphabetical_order() {
    let manifest = read("Cargo.toml");
    let mut problems = Vec::new();
    for table in ["[dependencies]\n", "[dev-dependencies]\n"] {
        let lines: Vec<&str> = manifest
            .split(table)
            .nth(1)
            .unwrap_or_else(|| panic!("no {table}"))
            .lines()
            .take_while(|line| !line.is_empty())
            .collect();
        assert!(lines.is_sorted(), "{table} is not in order");
        problems.extend(
            lines
                .iter()
                .filter(|line| !line.contains(" # "))
                .map(|line| format!("no reason: {line}")),
        );
    }
    refuse(&problems);
}
