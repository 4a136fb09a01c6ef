//! The people of a blog by command: added, listed, let in again, removed.

use crate::support::program::{Home, refusal, text};
use std::io::Write;

#[test]
fn people_are_added_listed_let_in_again_and_removed() {
    let home = Home::new();
    // The first person of a blog can do everything, those after that what authors can.
    let added = home.done(&["user", "add", "Ada@Example.org", "--name", "Ada"]);
    assert!(home.done(&["user", "list"]).contains("\toperator\tAda"));
    assert!(added.contains("/admin/sign-in/link?key="), "{added}");
    assert!(
        home.refused(&["user", "add", "ada@example.org", "--name", "Eve"])
            .contains("already")
    );
    home.refused(&["user", "add", "no address", "--name", "Eve"]);
    assert!(
        home.refused(&["user", "remove", "ada@example.org"])
            .contains("only one")
    );
    assert!(
        home.refused(&["user", "reset", "eve@example.org"])
            .contains("nobody")
    );
    home.done(&["user", "add", "ben@example.org", "--name", "Ben"]);
    assert!(home.done(&["user", "list"]).contains("\tauthor\tBen"));
    for role in ["contributor", "operator", "author"] {
        home.done(&["user", "role", "ben@example.org", role]);
        let line = format!("ben@example.org\t{role}\tBen\n");
        assert!(home.done(&["user", "list"]).ends_with(&line), "{role}");
    }
    home.refused(&["user", "role", "ben@example.org", "editor"]);
    assert!(
        home.refused(&["user", "role", "ada@example.org", "author"])
            .contains("only operator")
    );
    let list = home.done(&["user", "list"]);
    assert_eq!(
        list,
        "ada@example.org\toperator\tAda\nben@example.org\tauthor\tBen\n"
    );
    let first = home.done(&["user", "reset", "ben@example.org"]);
    assert!(first.contains("/admin/sign-in/link?key="));
    assert_ne!(home.done(&["user", "reset", "ben@example.org"]), first);
    let without = home.done(&["user", "reset", "ben@example.org", "--without-codes"]);
    assert!(without.contains("/admin/sign-in/link?key="));
    assert!(
        home.refused(&["user", "remove", "ada@example.org"])
            .contains("only operator")
    );
    home.done(&["user", "remove", "ben@example.org"]);
    assert_eq!(
        home.done(&["user", "list"]),
        "ada@example.org\toperator\tAda\n"
    );
    let noted = home.rows("select about, network from audit order by id");
    let noted: Vec<&str> = noted
        .iter()
        .map(|line| {
            assert_eq!(line[1], "the command line");
            line[0].as_str()
        })
        .collect();
    let expected = [
        "Ada, operator",
        "Ben, author",
        "Ben: contributor",
        "Ben: operator",
        "Ben: author",
        "Ben",
        "Ben",
        "Ben: off",
        "Ben",
        "Ben",
    ];
    assert_eq!(noted, expected, "what was refused is not among it");
}

#[test]
fn a_password_may_come_from_standard_input() {
    let home = Home::new();
    let add = |password: &str| {
        let mut child = home
            .command(&[
                "user",
                "add",
                "ada@example.org",
                "--name",
                "Ada",
                "--password-stdin",
            ])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(password.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(refusal(&add("short\n")).contains("12 characters"));
    let added = add("the tide comes in at six\n");
    assert!(added.status.success());
    assert!(
        !text(&added.stdout).contains("key="),
        "with a password no address is needed"
    );
    let hash = &home.rows("select password_hash from authors")[0][0];
    assert!(hash.starts_with("$argon2id$"), "{hash}");
}
