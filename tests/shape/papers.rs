//! The papers: what they link to and name exists, and they keep the form that CONTRIBUTING.md describes.

use crate::source::{read, refuse, root, tracked};
use std::collections::{BTreeMap, BTreeSet};

/// The longest line of prose, in characters.
const PROSE_LINE_MAX: usize = 200;

/// How many lines the papers have at most that everybody reads first.
const LINES_MAX: [(&str, usize); 2] = [("README.md", 130), ("ARCHITECTURE.md", 220)];

/// The headings of ARCHITECTURE.md below which backticked paths are those of files and folders.
const WITH_PATHS: &str = "## Where things are";

/// A Markdown file, by its path from the root of the repository.
pub struct Paper {
    pub path: String,
    pub lines: Vec<Line>,
}

/// A line of a paper and what it is part of.
pub struct Line {
    pub number: usize,
    pub text: String,
    pub part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Prose,
    Table,
    /// The first or the last line of a block of code.
    Fence,
    /// A line in a block of code, with the language of the block.
    Block(String),
}

impl Paper {
    pub fn new(path: &str, text: &str) -> Self {
        let mut language: Option<String> = None;
        let lines = text.lines().zip(1..).map(|(text, number)| {
            let part = match (text.trim_start().strip_prefix("```"), &language) {
                (Some(begun), None) => {
                    language = Some(begun.trim().to_owned());
                    Part::Fence
                }
                (Some(_), Some(_)) => {
                    language = None;
                    Part::Fence
                }
                (None, Some(language)) => Part::Block(language.clone()),
                (None, None) if text.starts_with('|') => Part::Table,
                (None, None) => Part::Prose,
            };
            let text = text.to_owned();
            Line { number, text, part }
        });
        Self {
            path: path.to_owned(),
            lines: lines.collect(),
        }
    }

    /// The lines that are no code.
    pub fn texts(&self) -> impl Iterator<Item = &Line> {
        let is_text = |line: &&Line| matches!(line.part, Part::Prose | Part::Table);
        self.lines.iter().filter(is_text)
    }

    /// What is between backticks outside of blocks, with the number of its line.
    pub fn spans(&self) -> impl Iterator<Item = (usize, &str)> {
        self.texts().flat_map(|line| {
            let spans = line.text.split('`').skip(1).step_by(2);
            spans.map(|span| (line.number, span))
        })
    }

    /// What a reader can jump to: the headings, as GitHub names them.
    fn anchors(&self) -> BTreeSet<String> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let headings = self.lines.iter().filter(|line| line.part == Part::Prose);
        let headings = headings.filter_map(|line| {
            let heading = line.text.trim_start_matches('#');
            let is_heading = heading.len() < line.text.len() && heading.starts_with(' ');
            is_heading.then(|| heading.trim())
        });
        headings
            .map(|heading| {
                let slug: String = heading
                    .to_lowercase()
                    .chars()
                    .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                    .map(|c| if c == ' ' { '-' } else { c })
                    .collect();
                let times = seen.entry(slug.clone()).or_default();
                *times += 1;
                match *times {
                    1 => slug,
                    more => format!("{slug}-{}", more - 1),
                }
            })
            .collect()
    }

    /// Where the links and pictures lead, with the number of the line.
    fn links(&self) -> Vec<(usize, String)> {
        let mut links = Vec::new();
        for line in self.texts() {
            // What is between backticks is shown as it is.
            let shown: String = line.text.split('`').step_by(2).collect();
            for rest in shown.split("](").skip(1) {
                let target = rest.split([')', ' ']).next().unwrap_or_default();
                links.push((line.number, target.to_owned()));
            }
        }
        links
    }

    pub fn at(&self, number: usize, problem: &str) -> String {
        format!("{}:{number}: {problem}", self.path)
    }
}

/// Every paper of the repository.
pub fn papers() -> Vec<Paper> {
    let mut papers: Vec<Paper> = tracked()
        .into_iter()
        .filter_map(|path| {
            let path = path.strip_prefix(root()).ok()?.to_str()?.to_owned();
            let is_ours =
                has_extension(&path, "md") && (!path.contains('/') || path.starts_with("docs/"));
            is_ours.then(|| Paper::new(&path, &read(&path)))
        })
        .collect();
    papers.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(papers.len() > 20, "the papers are read");
    papers
}

/// Refuses what a check finds in any of the papers.
pub fn each(check: impl Fn(&Paper) -> Vec<String>) {
    let problems: Vec<String> = papers().iter().flat_map(check).collect();
    refuse(&problems);
}

/// A paper with mistakes, and the numbers of the lines that a check must find, in order.
pub fn finds(check: impl Fn(&Paper) -> Vec<String>, text: &str, lines: &[usize]) {
    let problems = check(&Paper::new("docs/made-up.md", text));
    let found: Vec<usize> = problems
        .iter()
        .map(|problem| problem.split(':').nth(1).unwrap().parse().unwrap())
        .collect();
    assert_eq!(found, lines, "{problems:?}");
}

fn fences_without_a_language(paper: &Paper) -> Vec<String> {
    let mut problems = Vec::new();
    let mut is_open = false;
    for line in paper.lines.iter().filter(|line| line.part == Part::Fence) {
        is_open = !is_open;
        if is_open && line.text.trim() == "```" {
            problems.push(paper.at(line.number, "a block without a language"));
        }
    }
    if is_open {
        problems.push(paper.at(paper.lines.len(), "a block is not closed"));
    }
    problems
}

#[test]
fn every_block_names_its_language() {
    finds(
        fences_without_a_language,
        "```\nx\n```\n\n```sh\nmake\n```\n\n```text\ny\n",
        &[1, 10],
    );
    each(fences_without_a_language);
}

fn long_lines(paper: &Paper) -> Vec<String> {
    let prose = paper.lines.iter().filter(|line| line.part == Part::Prose);
    prose
        .filter(|line| line.text.chars().count() > PROSE_LINE_MAX)
        .map(|line| paper.at(line.number, "longer than a line of prose may be"))
        .collect()
}

#[test]
fn lines_of_prose_are_short_and_the_first_papers_too() {
    let long = "é".repeat(PROSE_LINE_MAX + 1);
    let allowed = "é".repeat(PROSE_LINE_MAX);
    finds(
        long_lines,
        &format!("{allowed}\n{long}\n| {long} |\n```text\n{long}\n```\n"),
        &[2],
    );
    each(long_lines);
    for (path, most) in LINES_MAX {
        let lines = read(path).lines().count();
        assert!(lines <= most, "{path} has {lines} lines, not {most}");
    }
}

/// A path from the folder of a paper, without `.` and `..`.
fn resolved(paper: &str, target: &str) -> String {
    let mut parts: Vec<&str> = paper.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn dead_links(paper: &Paper) -> Vec<String> {
    let is_elsewhere = |target: &str| {
        ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| target.starts_with(scheme))
    };
    let mut problems = Vec::new();
    for (number, target) in paper.links() {
        if is_elsewhere(&target) {
            continue;
        }
        let (file, anchor) = match target.split_once('#') {
            Some((file, anchor)) => (file, Some(anchor)),
            None => (target.as_str(), None),
        };
        let path = resolved(&paper.path, file);
        let exists = if file.is_empty() {
            anchor.is_none_or(|anchor| paper.anchors().contains(anchor))
        } else {
            root().join(&path).exists()
                && anchor
                    .is_none_or(|anchor| Paper::new(&path, &read(&path)).anchors().contains(anchor))
        };
        if !exists {
            problems.push(paper.at(number, &format!("nothing is at {target}")));
        }
    }
    problems
}

#[test]
fn links_lead_to_files_and_headings_that_exist() {
    finds(
        dead_links,
        "# Moved `out`, and in\n[a](#moved-out-and-in) [b](#moved-in)\n[c](moving.md) [d](nowhere.md)\n\
         ![e](../README.md#nowhere) [f](https://example.org/nowhere)\n`[g](nowhere.md)`\n## Twice\n## Twice\n[h](#twice-1)\n[i](#twice-2)\n",
        &[2, 3, 4, 9],
    );
    each(dead_links);
}

/// The paths that `a/{b,c}` means.
fn alternatives(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let (inside, after) = rest.split_once('}').unwrap_or((rest, ""));
    inside
        .split(',')
        .flat_map(|one| alternatives(&format!("{before}{}{after}", one.trim())))
        .collect()
}

/// Whether a backticked word is meant as the path of a file or a folder of ours.
fn is_path(span: &str) -> bool {
    const OURS: [&str; 11] = [
        "assets/",
        "bench/",
        "benches/",
        "contrib/",
        "docs/",
        "fuzz/",
        "migrations/",
        "src/",
        "templates/",
        "tests/",
        ".ci/",
    ];
    OURS.iter().any(|folder| span.starts_with(folder)) && !span.contains(['*', ' '])
}

fn lost_paths(paper: &Paper) -> Vec<String> {
    let mut problems = Vec::new();
    let mut below = false;
    let mut with_paths = BTreeSet::new();
    for line in &paper.lines {
        if line.text.starts_with("## ") {
            below = line.text.starts_with(WITH_PATHS);
        }
        if below {
            with_paths.insert(line.number);
        }
    }
    for (number, span) in paper.spans() {
        let named = span.split("::").next().unwrap_or_default();
        let is_in_src =
            with_paths.contains(&number) && (has_extension(named, "rs") || named.contains('/'));
        if !is_in_src && !is_path(named) {
            continue;
        }
        for path in alternatives(named) {
            let exists =
                root().join(&path).exists() || is_in_src && root().join("src").join(&path).exists();
            if !exists {
                problems.push(paper.at(number, &format!("there is no {path}")));
            }
        }
    }
    problems
}

#[test]
fn files_that_papers_name_exist() {
    finds(
        lost_paths,
        "`src/lib.rs` and `src/lost.rs`, `lost.rs`\n`tests/shape/papers.rs::is_path`\n## Where things are\n| `lost.rs` |\n\
         | `clock.rs`, `blog/{mod,lost}.rs`, `templates/` |\n## Rules\n`lost.rs`\n",
        &[1, 4, 5],
    );
    each(lost_paths);
}

pub fn has_extension(path: &str, extension: &str) -> bool {
    std::path::Path::new(path).extension() == Some(extension.as_ref())
}
