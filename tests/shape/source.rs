//! The files of the repository, as the rules look at them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of ours, by its path from the root of the repository.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// The file without its comments.
    pub fn code(&self) -> String {
        let code = self
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        code.flat_map(|line| [line.split(" // ").next().unwrap_or_default(), "\n"])
            .collect()
    }

    /// What runs for readers and authors: the code above the tests.
    pub fn outside_tests(&self) -> String {
        if self.is_tests() {
            return String::new();
        }
        let code = self.code();
        code.split("#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether all of the file is tests: `tests.rs`, or what is in a folder of that name below `src`.
    pub fn is_tests(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// `src/http/reader/home.rs` is `http`, `reader`, `home`.
    pub fn module(&self) -> Vec<String> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.trim_end_matches("/mod")
            .split('/')
            .map(str::to_owned)
            .collect()
    }

    pub fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder whose names end so, sorted.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
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

/// The files that git keeps; every file where there is no git.
pub fn tracked() -> Vec<PathBuf> {
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

pub fn refuse(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
