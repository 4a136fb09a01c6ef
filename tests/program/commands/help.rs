//! Help and completions: every command says what it does.

use crate::support::program::{daybook, text};

#[test]
fn every_command_says_what_it_does() {
    let help = |arguments: &[&str]| {
        let output = daybook().args(arguments).arg("--help").output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        text(&output.stdout)
    };
    let all = help(&[]);
    for command in [
        "serve",
        "user",
        "import",
        "export",
        "backup",
        "restore",
        "rollback",
        "demo",
        "check",
        "completions",
    ] {
        assert!(all.contains(command), "{command} is not in the help");
        assert!(help(&[command]).contains("Usage: daybook"), "{command}");
    }
    for command in ["add", "list", "reset", "remove"] {
        assert!(
            help(&["user", command]).contains("--data"),
            "user {command}"
        );
    }
    let config = help(&["serve"]);
    for name in [
        "DAYBOOK_DATA",
        "DAYBOOK_LISTEN",
        "DAYBOOK_URL",
        "DATABASE_URL",
        "DAYBOOK_LOG",
    ] {
        assert!(config.contains(name), "{name}");
    }
}

#[test]
fn completions_for_a_shell_need_no_blog() {
    let output = daybook().args(["completions", "bash"]).output().unwrap();
    assert!(output.status.success());
    let script = text(&output.stdout);
    assert!(
        script.contains("complete ") && script.contains("daybook") && script.contains("--listen")
    );
}
