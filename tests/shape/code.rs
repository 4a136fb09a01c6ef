//! The code: where SQL, routes and outgoing connections may be, how migrations are numbered, what pages must not hold.

use crate::packages::locked;
use crate::source::{files, read, refuse, tracked};

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

#[test]
fn sql_is_in_the_store_only() {
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
fn every_route_is_behind_a_door() {
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
            // A block of data is no script; `http/page/metadata.rs` escapes what is in it.
            let is_data = tag.contains("type=\"application/ld+json\"");
            if !tag.contains(" src=") && !is_data {
                problems.push(format!("{}: {tag}>", source.path));
            }
        }
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
        // Exports of other systems are read.
        .filter(|source| !source.path.starts_with("src/transfer/import/"))
        .map(|source| source.path.clone())
        .collect();
    refuse(&problems);
}

/// The templates of pages that show texts of posts, with their text.
const WITH_POSTS: &[&str] = &[
    "layout.html",
    "reader/comment_form.html",
    "reader/list.html",
    "reader/suggestions.html",
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
                "{}: a text may give the id {begins}: name it in src/text/anchor_ids.rs",
                source.path
            );
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

#[test]
fn every_file_of_stories_is_run_with_all_others() {
    let stories = files("tests/browser", ".mjs");
    let all = stories.iter().find(|file| file.path.ends_with("/all.mjs"));
    let all = &all.expect("the list of stories").text;
    let makefile = read("Makefile");
    let problems: Vec<String> = stories
        .iter()
        .filter(|file| file.text.contains("\ntest(") || file.text.contains(" test(\""))
        .filter_map(|file| {
            let name = file.path.rsplit('/').next()?;
            let is_listed = all.contains(&format!("import \"./{name}\";"));
            let is_run = is_listed || makefile.contains(&file.path);
            (!is_run).then(|| format!("{}: neither in all.mjs nor in the Makefile", file.path))
        })
        .collect();
    refuse(&problems);
}
