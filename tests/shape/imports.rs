//! Who may import whom: the table is that of ARCHITECTURE.md, which these tests read.

use crate::papers::{Paper, Part};
use crate::source::{Source, files, read, refuse};
use std::collections::BTreeSet;

/// The heading that the table is below.
const HEADING: &str = "## Who may import whom";

/// What the second column says of modules that may import every other one.
const EVERYTHING: &str = "everything";

/// A row of the table for one of its modules.
struct Rule {
    module: String,
    /// The modules that it may use; `None`: all of them.
    allowed: Option<BTreeSet<String>>,
}

impl Rule {
    /// `http::reader` and the other parts of `http` with rules of their own; none uses another.
    fn is_door(&self) -> bool {
        self.module.contains("::")
    }

    fn may_use(&self, module: &str) -> bool {
        self.allowed
            .as_ref()
            .is_none_or(|allowed| allowed.contains(module))
    }
}

/// The table of a text like ARCHITECTURE.md.
fn table(text: &str) -> Vec<Rule> {
    let paper = Paper::new("ARCHITECTURE.md", text);
    let below = paper.lines.iter().skip_while(|line| line.text != HEADING);
    let rows = below
        .skip_while(|line| line.part != Part::Table)
        .take_while(|line| line.part == Part::Table)
        .skip(2);
    let mut rules = Vec::new();
    for row in rows {
        let mut cells = row.text.trim_start_matches('|').split('|').map(str::trim);
        let (modules, used) = (cells.next().unwrap(), cells.next().unwrap());
        let spans = |cell: &str| -> BTreeSet<String> {
            cell.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        let allowed = (used != EVERYTHING).then(|| spans(used));
        let is_read = used.is_empty() || allowed.as_ref().is_none_or(|allowed| !allowed.is_empty());
        assert!(is_read, "{}: which modules?", row.text);
        rules.extend(spans(modules).into_iter().map(|module| Rule {
            module,
            allowed: allowed.clone(),
        }));
    }
    assert!(!rules.is_empty(), "there is no table below “{HEADING}”");
    rules
}

/// The row that rules a path, the longest first.
fn ruled<'a>(rules: &'a [Rule], path: &[String]) -> Option<&'a Rule> {
    (1..=path.len().min(2)).rev().find_map(|length| {
        let name = path[..length].join("::");
        rules.iter().find(|rule| rule.module == name)
    })
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

/// What the files name that their rows do not allow.
fn forbidden(rules: &[Rule], sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources {
        let module = source.module();
        let Some(own) = ruled(rules, &module) else {
            let path = &source.path;
            problems.push(format!("{path}: no row says what it may import"));
            continue;
        };
        for path in names(source) {
            // A macro or a function at the root of the crate is no module.
            let Some(target) = ruled(rules, &path) else {
                continue;
            };
            let is_own = target.module == own.module;
            let is_inside = own.module == "http" && target.is_door();
            let is_allowed = own.may_use(&path[0]) && (!target.is_door() || !own.is_door());
            if !is_own && !is_inside && !is_allowed {
                problems.push(format!("{} names {}", source.path, path.join("::")));
            }
        }
    }
    problems
}

#[test]
fn each_module_imports_only_what_the_table_allows() {
    let rules = table(&read("ARCHITECTURE.md"));
    let sources = files("src", ".rs");
    for rule in &rules {
        let path = rule.module.replace("::", "/");
        let is_there = |source: &Source| source.module().join("/").starts_with(&path);
        assert!(sources.iter().any(is_there), "{path} is no module");
    }
    refuse(&forbidden(&rules, &sources));
}

#[test]
fn the_table_is_read_as_it_is_meant() {
    let rules = table(
        "## Before\n| `blog` | everything | |\n## Who may import whom\n\nSome words.\n\n| module | may use | never |\n|---|---|---|\n\
         | `blog` | | |\n| `store`, `text` | `blog` | |\n| `http` | `blog`, `store` | |\n\
         | `http::reader`, `http::author` | `blog`, `http` | |\n| `cli` | everything | |\n\n| `cli` | | |\n",
    );
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    for (path, text, is_allowed) in [
        ("src/store/mod.rs", "use crate::blog::TagId;", true),
        ("src/store/mod.rs", "use crate::text;", false),
        (
            "src/blog/tag.rs",
            "use crate::{blog::TagId, store::{Store, tag}};",
            false,
        ),
        (
            "src/blog/tag.rs",
            "use crate::{blog::TagId}; // crate::cli",
            true,
        ),
        (
            "src/http/mod.rs",
            "use self::reader; use crate::http::author::edit;",
            true,
        ),
        (
            "src/http/reader/home.rs",
            "fn f() { super::super::render::page(\"…\") }",
            true,
        ),
        (
            "src/http/reader/home.rs",
            "fn f() { super::super::author::page(\"…\") }",
            false,
        ),
        ("src/http/reader/home.rs", "use crate::store::Store;", false),
        ("src/http/reader/mod.rs", "use crate::http::author;", false),
        (
            "src/blog/slug.rs",
            "#[cfg(test)]\nmod tests {\n    use super::*;\n}",
            true,
        ),
        ("src/cli/mod.rs", "use crate::{http::reader, store};", true),
        ("src/cli.rs", "use crate::name_of_a_macro;", true),
        ("src/lost.rs", "", false),
    ] {
        let problems = forbidden(&rules, &[source(path, text)]);
        assert_eq!(
            problems.is_empty(),
            is_allowed,
            "{path} {text}: {problems:?}"
        );
    }
}
