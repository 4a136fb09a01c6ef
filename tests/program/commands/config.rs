//! Flags, environment, config file and secrets in files: which counts, and what is said about a wrong one.

use crate::support::program::{Home, daybook, refusal, text};

#[test]
fn nonsense_in_a_flag_is_refused_with_a_sentence() {
    let home = Home::set_up();
    for (flag, value) in [
        ("--listen", "8080"),
        ("--listen", "localhost:99999"),
        ("--url", "blog.example.org"),
        ("--url", "https://example.org/blog"),
        ("--database", "postgres://db/blog"),
        ("--trusted-proxy", "10.0.0.0/99"),
    ] {
        home.refused(&["check", flag, value]);
    }
    for (flag, value) in [
        ("--log", "loud"),
        ("--page-cache", "much"),
        ("--colour", "red"),
    ] {
        let sentence = home.refused(&["check", flag, value]);
        assert!(sentence.contains(flag), "{sentence}");
    }
}

#[test]
fn nonsense_in_the_environment_is_refused_with_a_sentence() {
    let home = Home::set_up();
    for (name, value) in [
        ("DAYBOOK_LISTEN", "here"),
        ("DAYBOOK_URL", "ftp://example.org"),
        ("DATABASE_URL", "mysql://x"),
        ("DAYBOOK_TRUSTED_PROXY", "10.0.0.0/8,everybody"),
    ] {
        refusal(&home.command(&["check"]).env(name, value).output().unwrap());
    }
}

#[test]
fn nonsense_in_the_config_file_is_refused_with_its_line() {
    let home = Home::set_up();
    for (file, line) in [
        ("listen = 5\n", 1),
        ("log = \"text\"\n\ncolour = \"red\"\n", 3),
        ("log = \"text\"\nlisten = \"127.0.0.1\n", 2),
        ("# all well\nlog = \"loud\"\n", 2),
    ] {
        std::fs::write(home.data().join("daybook.toml"), file).unwrap();
        let sentence = home.refused(&["check"]);
        assert!(
            sentence.contains(&format!("daybook.toml, line {line}:")),
            "{sentence}"
        );
    }
}

#[test]
fn a_flag_counts_before_the_environment_and_that_before_the_file() {
    let home = Home::set_up();
    std::fs::write(
        home.data().join("daybook.toml"),
        "url = \"https://file.example\"\n",
    )
    .unwrap();
    assert!(home.done(&["check"]).contains("https://file.example"));
    let mut command = home.command(&["check"]);
    let from_environment = command
        .env("DAYBOOK_URL", "https://environment.example")
        .output()
        .unwrap();
    assert!(text(&from_environment.stdout).contains("https://environment.example"));
    let from_flag = command
        .args(["--url", "https://flag.example"])
        .output()
        .unwrap();
    assert!(text(&from_flag.stdout).contains("https://flag.example"));
}

#[test]
fn a_secret_is_given_once_in_itself_or_in_a_file() {
    let home = Home::set_up();
    let note = home.file("database-url");
    let url = format!("sqlite://{}", home.database().display());
    std::fs::write(&note, format!("{url}\n")).unwrap();
    let in_file = home
        .command(&["check"])
        .env("DATABASE_URL_FILE", &note)
        .output()
        .unwrap();
    assert!(in_file.status.success(), "{}", text(&in_file.stderr));
    let both = home
        .command(&["check"])
        .env("DATABASE_URL_FILE", &note)
        .env("DATABASE_URL", &url)
        .output()
        .unwrap();
    assert!(refusal(&both).contains("both set"));
    let lost = home
        .command(&["check"])
        .env("DATABASE_URL_FILE", home.file("lost"))
        .output()
        .unwrap();
    assert!(refusal(&lost).contains("cannot be read"));
}

#[test]
fn an_empty_variable_counts_as_not_given() {
    let home = Home::set_up();
    let mut command = home.command(&["check"]);
    for name in [
        "DAYBOOK_LISTEN",
        "DAYBOOK_URL",
        "DATABASE_URL",
        "DATABASE_URL_FILE",
        "DAYBOOK_TRUSTED_PROXY",
        "DAYBOOK_SMTP",
        "DAYBOOK_SMTP_FILE",
        "DAYBOOK_METRICS",
        "DAYBOOK_LOG",
        "DAYBOOK_PAGE_CACHE",
        "DAYBOOK_BACKUPS",
        "DAYBOOK_LEAVE_CHECKPOINTS",
        "DAYBOOK_FETCH_PRIVATE",
        "RUST_LOG",
    ] {
        command.env(name, "");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    // The data directory, too: then it is ./data.
    let output = daybook()
        .args(["check"])
        .env("DAYBOOK_DATA", "")
        .current_dir(home.file(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn what_is_wrong_with_a_value_names_where_it_came_from() {
    let home = Home::set_up();
    for (name, value) in [
        ("DAYBOOK_LISTEN", "here"),
        ("DAYBOOK_URL", "ftp://example.org"),
        ("DATABASE_URL", "postgres://app:hunter2@db/app"),
        ("DAYBOOK_TRUSTED_PROXY", "everybody"),
        ("DAYBOOK_SMTP", "mail.example.org"),
        ("DAYBOOK_METRICS", "9100"),
        ("DAYBOOK_LOG", "loud"),
        ("DAYBOOK_PAGE_CACHE", "much"),
        ("DAYBOOK_LEAVE_CHECKPOINTS", "perhaps"),
    ] {
        let output = home.command(&["check"]).env(name, value).output().unwrap();
        let sentence = refusal(&output);
        assert!(sentence.contains(name), "{sentence}");
        assert!(!sentence.contains("hunter2"), "{sentence}");
    }
    for (flag, value) in [
        ("--listen", "here"),
        ("--url", "ftp://example.org"),
        ("--database", "mysql://x"),
        ("--trusted-proxy", "everybody"),
        ("--smtp", "mail.example.org"),
        ("--metrics", "9100"),
    ] {
        let sentence = home.refused(&["check", flag, value]);
        assert!(sentence.starts_with(&format!("{flag}: ")), "{sentence}");
    }
    let note = home.file("smtp");
    std::fs::write(&note, "nonsense\n").unwrap();
    let mut command = home.command(&["check"]);
    command.env("DAYBOOK_SMTP_FILE", &note);
    let sentence = refusal(&command.output().unwrap());
    assert!(sentence.contains("DAYBOOK_SMTP_FILE"), "{sentence}");
    let config = home.data().join("daybook.toml");
    std::fs::write(&config, "listen = \"here\"\n").unwrap();
    let sentence = home.refused(&["check"]);
    assert!(sentence.contains("daybook.toml, listen: "), "{sentence}");
}

#[test]
fn a_flag_counts_before_the_file_of_a_secret() {
    let home = Home::set_up();
    let note = home.file("database-url");
    std::fs::write(&note, "postgres://another/program\n").unwrap();
    let url = format!("sqlite://{}", home.database().display());
    let output = home
        .command(&["check", "--database", &url])
        .env("DATABASE_URL_FILE", &note)
        .env("DATABASE_URL", "postgres://another/program")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let flags = [
        "DAYBOOK_LEAVE_CHECKPOINTS=1",
        "DAYBOOK_LEAVE_CHECKPOINTS=no",
    ];
    for flag in flags {
        let (name, value) = flag.split_once('=').unwrap();
        let output = home.command(&["check"]).env(name, value).output().unwrap();
        assert!(output.status.success(), "{flag}: {}", text(&output.stderr));
    }
}
