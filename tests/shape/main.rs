//! The rules of the house as tests: they read the source tree and say which file breaks which rule.
//!
//! The tables below are those of ARCHITECTURE.md. Where a feature needs another line in one of them, look at the
//! shape of the feature first.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who may import whom: a module, and the modules of ours that it may name besides its own.
/// The most exact name counts, so a door of `http` has a line of its own.
const MAY_USE: &[(&str, &[&str])] = &[
    ("blog", &[]),
    ("error", &[]),
    ("clock", &["blog"]),
    ("memory", &[]),
    ("config", &["memory"]),
    ("secrets", &["blog", "error"]),
    ("text", &["blog"]),
    ("store", &["blog", "error", "clock", "metrics"]),
    ("mail", &["blog", "config", "error"]),
    ("media", &["blog", "config", "error", "memory"]),
    ("fetch", &["blog", "config", "error", "memory"]),
    ("metrics", &["blog", "config", "error"]),
    ("transfer", &["blog", "text", "store", "media", "fetch"]),
    ("app", BELOW_APP),
    ("jobs", &AND_APP),
    ("http", &AND_APP),
    // The words of `store` and `error` are those of its answers: a door never opens the database itself.
    ("http::reader", DOOR),
    ("http::author", DOOR),
    ("http::operator", DOOR),
    ("demo", &AND_APP),
    ("cli", &ALL),
    ("main", &ALL),
    ("lib", &ALL),
];
const BELOW_APP: &[&str] = &[
    "blog", "clock", "config", "error", "fetch", "mail", "media", "metrics", "secrets", "store",
    "text", "transfer",
];
const AND_APP: [&str; 13] = [
    "app", "blog", "clock", "config", "error", "fetch", "mail", "media", "metrics", "secrets",
    "store", "text", "transfer",
];
const ALL: [&str; 17] = [
    "app", "blog", "cli", "clock", "config", "demo", "error", "fetch", "http", "jobs", "mail",
    "media", "metrics", "secrets", "store", "text", "transfer",
];
const DOOR: &[&str] = &["app", "blog", "text", "http", "store", "error", "secrets"];

/// The doors, and the helper of `http` whose rules are not a door's.
const DOORS: &[&str] = &["http::reader", "http::author", "http::operator"];

/// The files that may say which address leads where.
const ROUTES: &[&str] = &[
    "src/http/reader/mod.rs",
    "src/http/author/mod.rs",
    "src/http/author/account/mod.rs",
    "src/http/author/comments/mod.rs",
    "src/http/author/library/mod.rs",
    "src/http/author/posts/mod.rs",
    "src/http/operator/mod.rs",
    "src/http/health.rs",
    "src/http/assets.rs",
];

/// A file of ours, by its path from the root of the repository.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The file without comments, and without what stands between quotation marks.
    fn code(&self) -> String {
        strip(&self.text)
    }

    /// What runs for readers and authors: the code above the tests.
    fn outside_tests(&self) -> String {
        if self.path.ends_with("/tests.rs") {
            return String::new();
        }
        let code = self.code();
        code.split("#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// `src/http/reader/home.rs` is `http`, `reader`, `home`.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.trim_end_matches("/mod")
            .split('/')
            .map(str::to_owned)
            .collect()
    }

    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder whose names end so, sorted.
fn files(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    let mut sources: Vec<Source> = found
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .map(|path| Source {
            text: std::fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned(),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!sources.is_empty(), "nothing in {folder} ends in {ending}");
    sources
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    const NOT_OURS: &[&str] = &["target", "node_modules", ".git", "data"];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !NOT_OURS.contains(&name.as_ref()) {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// Blanks comments and literals, so that only names are left to look at.
fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            rest[start..]
                .find(&end)
                .map_or(rest.len(), |at| start + at + end.len())
        } else if c == '"' {
            string_length(rest)
        } else if c == '\'' {
            char_length(rest)
        } else {
            0
        };
        if taken == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        if c == '"' {
            out.push_str("\"\"");
        }
        rest = &rest[taken..];
    }
    out
}

/// The number of hashes of a raw string that begins here.
fn raw_string(text: &str) -> Option<usize> {
    let text = text.strip_prefix('r')?;
    let hashes = text.len() - text.trim_start_matches('#').len();
    text[hashes..].starts_with('"').then_some(hashes)
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}

/// A character's literal; 0 for a lifetime.
fn char_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    let Some((_, first)) = chars.next() else {
        return 0;
    };
    if first == '\\' {
        return text[3..].find('\'').map_or(0, |at| at + 4);
    }
    match chars.next() {
        Some((place, '\'')) => place + 1,
        _ => 0,
    }
}

/// Every path of ours that a file names, from the root of the crate on.
fn names(source: &Source) -> BTreeSet<Vec<String>> {
    let code = source.code();
    let tests_begin = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
    let mut found = BTreeSet::new();
    for keyword in ["crate::", "super::", "daybook::"] {
        for (place, _) in code.match_indices(keyword) {
            let before = code[..place].chars().next_back().unwrap_or(' ');
            if before.is_alphanumeric() || matches!(before, '_' | ':' | '$') {
                continue;
            }
            let mut base = if keyword == "super::" {
                source.module()
            } else {
                Vec::new()
            };
            if place > tests_begin {
                base.push("tests".to_owned());
            }
            let mut rest = &code[place + keyword.len()..];
            if keyword == "super::" {
                base.pop();
                while let Some(further) = rest.strip_prefix("super::") {
                    base.pop();
                    rest = further;
                }
            } else {
                base.clear();
            }
            branches(rest, &base, &mut found);
        }
    }
    found
}

/// Reads `a::{b, c::d}` below a base.
fn branches(text: &str, base: &[String], found: &mut BTreeSet<Vec<String>>) {
    let mut path = base.to_vec();
    let mut rest = text;
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            for part in parts(group) {
                branches(part.trim_start(), &path, found);
            }
            return;
        }
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        path.push(rest[..end].to_owned());
        match rest[end..].strip_prefix("::") {
            Some(further) => rest = further,
            None => break,
        }
    }
    found.insert(path);
}

/// The parts of a group, up to its closing brace.
fn parts(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..place]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts
}

/// The line of the table that rules a path, the longest first.
fn ruled(path: &[String]) -> Option<&'static (&'static str, &'static [&'static str])> {
    (1..=path.len().min(2)).rev().find_map(|length| {
        MAY_USE
            .iter()
            .find(|(name, _)| *name == path[..length].join("::"))
    })
}

fn refuse(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn each_module_imports_only_what_the_table_allows() {
    let mut problems = Vec::new();
    for source in files("src", ".rs") {
        let module = source.module();
        let Some((own, allowed)) = ruled(&module) else {
            problems.push(format!(
                "{}: no line of the table says what it may import",
                source.path
            ));
            continue;
        };
        for path in names(&source) {
            // A macro or a function at the root of the crate is no module.
            let Some((target, _)) = ruled(&path) else {
                continue;
            };
            let first = path[0].as_str();
            let other_door = DOORS.contains(target) && target != own && own.starts_with("http::");
            let known =
                target == own || allowed.contains(&first) || own.split("::").next() == Some(first);
            if other_door || !known {
                problems.push(format!("{} names {}", source.path, path.join("::")));
            }
        }
    }
    refuse(&problems);
}

#[test]
fn the_table_is_read_as_it_is_meant() {
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let named = |path: &str, text: &str| -> Vec<String> {
        names(&source(path, text))
            .iter()
            .map(|path| path.join("::"))
            .collect()
    };
    let grouped = named(
        "src/http/page/layout.rs",
        "use crate::{blog::TagId, store::{Store, file}}; // crate::cli",
    );
    assert_eq!(grouped, ["blog::TagId", "store::Store", "store::file"]);
    let climbing = named(
        "src/http/reader/home.rs",
        "fn f() { super::super::render::page(\"crate::cli\") }",
    );
    assert_eq!(climbing, ["http::render::page"]);
    let tested = named(
        "src/blog/slug.rs",
        "#[cfg(test)]\nmod tests {\n    use super::*;\n}",
    );
    assert_eq!(tested, ["blog::slug"]);
    assert_eq!(
        ruled(&["http".into(), "reader".into(), "home".into()])
            .unwrap()
            .0,
        "http::reader"
    );
}

#[test]
fn sql_stands_in_the_store_only() {
    let mut problems = Vec::new();
    for source in files("src", ".rs") {
        let code = source.code();
        let queries = code.contains("sqlx::query") || code.contains("query_as(");
        if queries && !source.is_in("src/store/") {
            problems.push(format!("{} asks the database", source.path));
        }
        let may_know = source.is_in("src/store/")
            || source.is_in("src/blog/")
            || source.path == "src/error.rs";
        if code.contains("sqlx") && !may_know {
            problems.push(format!("{} names sqlx", source.path));
        }
        if source.is_in("src/blog/") {
            let derives = ["sqlx::FromRow", "sqlx::Type", "#[sqlx("];
            let other = derives
                .iter()
                .fold(code, |code, derive| code.replace(derive, ""));
            if other.contains("sqlx") {
                problems.push(format!(
                    "{} uses more of sqlx than its derives",
                    source.path
                ));
            }
        }
    }
    refuse(&problems);
}

/// SQLite gives the number of a deleted row again, so each insert takes the next of the table `numbers`, or brings its own.
#[test]
fn no_insert_leaves_the_number_of_its_row_to_the_engine() {
    let migrations: String = files("migrations/sqlite", ".sql")
        .into_iter()
        .map(|migration| migration.text)
        .collect();
    let tables: Vec<&str> = migrations
        .split("_number after insert on ")
        .skip(1)
        .map(|rest| rest.split(' ').next().unwrap_or_default())
        .collect();
    assert!(tables.contains(&"comments") && tables.len() > 15);
    let mut problems = Vec::new();
    for source in files("src/store", ".rs") {
        let text = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for table in &tables {
            let insert = format!("insert into {table} (");
            for (place, _) in text.match_indices(&insert) {
                if !text[place + insert.len()..].starts_with("id, ") {
                    let line = text[..place].matches('\n').count() + 1;
                    problems.push(format!(
                        "{}:{line}: {table} without its number",
                        source.path
                    ));
                }
            }
        }
    }
    refuse(&problems);
}

#[test]
fn sql_is_never_put_together_from_parts() {
    let safe = ["Assert", "SqlSafe"].concat();
    let mut problems = Vec::new();
    for source in files("src", ".rs") {
        if source.text.contains(&safe) {
            problems.push(format!("{}: {safe}", source.path));
        }
        for (place, _) in source.text.match_indices("format!(") {
            let words = source.text[place + "format!(".len()..]
                .trim_start()
                .trim_start_matches('"');
            let verbs = [
                "select ", "insert ", "update ", "delete ", "with ", "pragma ", "create ",
            ];
            if source.is_in("src/store/") && verbs.iter().any(|verb| words.starts_with(verb)) {
                let line = source.text[..place].matches('\n').count() + 1;
                problems.push(format!("{}:{line}: SQL made by format!", source.path));
            }
        }
    }
    refuse(&problems);
}

#[test]
fn only_the_clock_reads_the_time() {
    let readers = ["Timestamp::now", "Zoned::now", "SystemTime::now"];
    let problems: Vec<String> = files("src", ".rs")
        .iter()
        .filter(|source| source.path != "src/clock.rs")
        .filter(|source| readers.iter().any(|reader| source.code().contains(reader)))
        .map(|source| format!("{} reads the time", source.path))
        .collect();
    refuse(&problems);
}

#[test]
fn every_file_opens_by_saying_what_it_is() {
    let problems: Vec<String> = ["src", "tests"]
        .iter()
        .flat_map(|folder| files(folder, ".rs"))
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    refuse(&problems);
}

#[test]
fn nothing_panics_on_purpose_outside_tests() {
    let panics = [
        ".unwrap()",
        ".expect(",
        ".unwrap_err()",
        "panic!(",
        "todo!(",
        "unimplemented!(",
        "dbg!(",
    ];
    let mut problems = Vec::new();
    for source in files("src", ".rs") {
        let code = source.outside_tests();
        problems.extend(
            panics
                .iter()
                .filter(|call| code.contains(**call))
                .map(|call| format!("{} calls {call}", source.path)),
        );
    }
    refuse(&problems);
}

#[test]
fn every_route_stands_behind_a_door() {
    let (doors, elsewhere): (Vec<_>, Vec<_>) = files("src", ".rs")
        .into_iter()
        .filter(|source| source.outside_tests().contains(".route("))
        .map(|source| source.path)
        .partition(|path| ROUTES.contains(&path.as_str()));
    assert!(doors.len() >= 4, "{doors:?}");
    refuse(&elsewhere);
}

#[test]
fn migrations_are_numbered_without_gaps_and_the_newest_names_its_number() {
    let migrations = files("migrations/sqlite", ".sql");
    for (number, migration) in (1_u32..).zip(&migrations) {
        let name = migration.path.rsplit('/').next().unwrap();
        assert!(
            name.starts_with(&format!("{number:04}_")),
            "{name} should be number {number}"
        );
        let pragma = format!("pragma user_version = {number};");
        assert!(
            migration.text.contains(&pragma),
            "{name} does not say “{pragma}”"
        );
    }
}

#[test]
fn pages_hold_no_inline_script_and_no_inline_style() {
    let mut problems = Vec::new();
    for source in files("templates", "") {
        let text = source.text.to_lowercase();
        let attributes = text
            .split_whitespace()
            .filter(|word| word.starts_with("on") && word.contains("=\""));
        problems.extend(attributes.map(|word| format!("{}: {word}", source.path)));
        if text.contains("style=") || text.contains("<style") || text.contains("javascript:") {
            problems.push(format!("{}: an inline style or script", source.path));
        }
        for (place, _) in text.match_indices("<script") {
            let tag = text[place..].split('>').next().unwrap_or_default();
            // A block of data is no script; what stands in it is what `http/sharing.rs` made safe.
            let is_data = tag.contains("type=\"application/ld+json\"");
            if !tag.contains(" src=") && !is_data {
                problems.push(format!("{}: {tag}>", source.path));
            }
        }
    }
    refuse(&problems);
}

/// The version of a package in the lock file, as numbers.
fn locked(name: &str) -> Option<Vec<u32>> {
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

/// What `make deny` asks of every package that is locked, as far as the lock file tells.
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

/// The files that git keeps; every file where there is no git.
fn tracked() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output();
    match listed {
        Ok(listed) if listed.status.success() && !listed.stdout.is_empty() => {
            let names = String::from_utf8(listed.stdout).unwrap();
            names
                .split('\0')
                .filter(|name| !name.is_empty())
                .map(|name| root().join(name))
                .collect()
        }
        _ => {
            let mut found = Vec::new();
            walk(&root(), &mut found);
            found
        }
    }
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    // Put together here, so that this file does not name them either.
    let forbidden: Vec<String> = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["/ho", "me/"],
        ["/Us", "ers/"],
        ["crates", ".io"],
        ["registry.", "npmjs"],
        ["pypi", ".org"],
    ]
    .iter()
    .map(|parts| parts.concat())
    .collect();
    let mut problems = Vec::new();
    for path in tracked() {
        // Cargo itself writes the lock file.
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        if path.ends_with("Cargo.lock") {
            continue;
        }
        problems.extend(
            forbidden
                .iter()
                .filter(|needle| text.contains(*needle))
                .map(|needle| format!("{}: {needle}", path.display())),
        );
    }
    refuse(&problems);
}

/// S63 to S68: only `src/fetch` asks servers whose addresses somebody else wrote, and its own tests show that it cannot be led
/// inside. Any other client of HTTP or name to look up would have those cases to test first.
#[test]
fn nothing_dials_out_but_the_mailer_and_fetch() {
    // The health check speaks to the machine itself; the mailer to the server that the operator names.
    let may = ["src/cli/health.rs", "src/mail.rs"];
    let dials = [
        "TcpStream::connect",
        "TcpSocket::connect",
        ".connect(",
        "UdpSocket",
        "UnixStream::connect",
        "lookup_host",
        "ToSocketAddrs",
        "reqwest",
        "ureq",
        "isahc",
        "curl::",
        "hyper::client",
        "client::conn",
        "tokio_rustls",
        "webpki_roots",
        "Command::new",
    ];
    let problems: Vec<String> = files("src", ".rs")
        .iter()
        .filter(|source| !may.contains(&source.path.as_str()))
        .filter(|source| !source.is_in("src/store/") && !source.is_in("src/fetch/"))
        .flat_map(|source| {
            let code = source.outside_tests();
            dials
                .iter()
                .filter(move |dial| code.contains(**dial))
                .map(|dial| format!("{} says {dial}", source.path))
        })
        .collect();
    refuse(&problems);
    for package in [
        "reqwest",
        "ureq",
        "isahc",
        "curl",
        "attohttpc",
        "minreq",
        "hickory-resolver",
    ] {
        assert_eq!(locked(package), None, "{package} is a client");
    }
}

/// S23: a table of a spreadsheet may hold formulas; we write none, so nothing that somebody typed can be one.
#[test]
fn nothing_is_written_as_a_table_of_a_spreadsheet() {
    assert_eq!(locked("csv"), None);
    let problems: Vec<String> = files("src", ".rs")
        .iter()
        .filter(|source| source.text.contains("text/csv") || source.text.contains(".csv"))
        .map(|source| source.path.clone())
        .collect();
    refuse(&problems);
}

/// What a line of the tables of SECURITY.md says: its number, and the tests that it names.
fn promised() -> Vec<(String, Vec<String>)> {
    let policy = read("SECURITY.md");
    let rows = policy.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let number = cells.next()?.trim();
        let is_number = number.len() == 3 && number.starts_with(['S', 'F']);
        let tests = cells.nth(1)?;
        let named = tests.split('`').skip(1).step_by(2).map(str::to_owned);
        let named = named.chain(tests.starts_with("n/a").then(String::new));
        is_number.then(|| (number.to_owned(), named.collect()))
    });
    rows.collect()
}

#[test]
fn every_case_is_promised_and_every_test_that_a_promise_names_exists() {
    let promised = promised();
    let mut problems = Vec::new();
    let attacks = (1..80).map(|number| format!("S{number:02}"));
    let faults = (1..27).map(|number| format!("F{number:02}"));
    for number in attacks.chain(faults) {
        let lines = promised
            .iter()
            .filter(|(named, _)| *named == number)
            .count();
        if lines != 1 {
            problems.push(format!("{number} stands there {lines} times"));
        }
    }
    let mut sources = files("tests", ".rs");
    sources.extend(files("src", ".rs"));
    sources.extend(files("tests", ".mjs"));
    sources.extend(files("fuzz", ".rs"));
    for (number, tests) in promised {
        if tests.is_empty() {
            problems.push(format!("{number} names no test"));
        }
        // `tests/file.rs::name_of_the_test`, a file alone, or nothing where it is not applicable.
        for test in tests.iter().filter(|test| !test.is_empty()) {
            let (file, name) = test.split_once("::").unwrap_or((test, ""));
            let exists = if sources.iter().any(|source| source.path == file) {
                let has = |source: &Source| {
                    source.path == file
                        && (name.is_empty()
                            || source.text.contains(&format!("fn {name}("))
                            || source.text.contains(&format!("test(\"{name}\"")))
                };
                sources.iter().any(has)
            } else {
                name.is_empty() && root().join(file).exists()
            };
            if !exists {
                problems.push(format!("{number}: there is no {test}"));
            }
        }
    }
    refuse(&problems);
}

/// The templates of pages that hold texts of posts, with what stands on them.
const WITH_POSTS: &[&str] = &[
    "layout.html",
    "reader/comment_form.html",
    "reader/list.html",
    "reader/near.html",
    "reader/post.html",
    "reader/related.html",
    "reader/search_form.html",
    "reader/sidebar.html",
];

/// An author's id that the page needs for itself would lead its readers, or its script, to the wrong place.
#[test]
fn no_text_of_a_post_can_take_an_id_of_its_page() {
    for source in files("templates", ".html") {
        let name = source.path.trim_start_matches("templates/");
        if !WITH_POSTS.contains(&name) {
            continue;
        }
        for id in source.text.split(" id=\"").skip(1) {
            let begins = id.split(['"', '{']).next().unwrap_or_default();
            // What a template leaves open is a number, or what begins with one.
            let with_number = format!("{begins}1");
            assert!(
                begins.is_empty()
                    || daybook::text::is_id_of_page(begins)
                    || daybook::text::is_id_of_page(&with_number),
                "{}: a text may give the id {begins}: name it in src/text/ids.rs",
                source.path
            );
        }
    }
}
