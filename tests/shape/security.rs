//! SECURITY.md: every case of its tables is there, and the tests that it names exist.

use crate::source::{Source, files, read, refuse, root};

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
            problems.push(format!("{number} is there {lines} times"));
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
