//! The operator's commands, run as the real program: what they print, what they refuse, what they leave untouched.

use crate::support::crawl::crawl;
use crate::support::program::{
    self, Answer, FIXTURES, Home, Server, await_some, contents, copy_all, daybook, fixture, query,
    refusal, text,
};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

// Help

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

// Serving

#[test]
fn a_fresh_directory_prints_a_set_up_address_that_works() {
    let home = Home::new();
    let server = Server::start(&home);
    let line = server.await_printed("/admin/setup?key=");
    let url = format!("http://{}", server.address);
    let path = line.trim().strip_prefix(&url).unwrap();
    let set_up = server.get(path);
    assert_eq!(set_up.status, 200);
    assert!(set_up.body.contains("Create blog"));
    let public = server.get("/");
    assert_eq!(public.status, 503);
    assert!(public.body.contains("being set up"), "{}", public.body);
}

#[test]
fn a_second_server_on_one_directory_is_refused() {
    let home = Home::set_up();
    let server = Server::start(&home);
    let other = program::free_address().to_string();
    let sentence = home.refused(&["serve", "--listen", &other]);
    assert!(sentence.contains("another Daybook"), "{sentence}");
    assert!(sentence.contains(&server.pid().to_string()), "{sentence}");
    assert_eq!(server.get("/").status, 200, "the first one goes on");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let home = Home::set_up();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = text(&home.run(&["serve", "--listen", &address]).stderr);
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("daybook: ") && last.contains(&address),
        "{said}"
    );
}

/// A whole, closed database with a few posts, to be damaged.
fn good_database(home: &Home) {
    home.import(&fixture(FIXTURES[0]));
}

#[test]
fn a_database_that_is_not_ours_to_open_is_refused_and_left_as_it_was() {
    type Damage = fn(&Path);
    let cases: [(&str, &str, Damage); 7] = [
        ("empty", "empty", |path| std::fs::write(path, b"").unwrap()),
        ("foreign", "not a Daybook database", |path| {
            std::fs::remove_file(path).unwrap();
            query(path, "create table notes (words text)");
        }),
        ("text", "not a Daybook database", |path| {
            std::fs::write(path, "My dear diary. ".repeat(100)).unwrap();
        }),
        ("truncated", "damaged", |path| {
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("garbage", "damaged", |path| {
            let mut bytes = std::fs::read(path).unwrap();
            let third = bytes.len() / 3;
            bytes[third..third + 40_000].fill(0xa5);
            std::fs::write(path, bytes).unwrap();
        }),
        ("newer", "from a newer version of Daybook", |path| {
            query(path, "pragma user_version = 99");
        }),
        ("directory", "not a file", |path| {
            std::fs::remove_file(path).unwrap();
            std::fs::create_dir(path).unwrap();
        }),
    ];
    for (name, words, damage) in cases {
        let home = Home::new();
        good_database(&home);
        damage(&home.database());
        let before = contents(&home.data());
        let address = program::free_address().to_string();
        let commands: [&[&str]; 4] = [
            &["serve", "--listen", &address],
            &["user", "list"],
            &["check"],
            &["demo", "--posts", "1", "--comments", "0"],
        ];
        for command in commands {
            let output = home.run(command);
            let said = text(&output.stderr);
            assert!(!output.status.success(), "{name}: {command:?}");
            let last = said.lines().last().unwrap_or_default();
            assert!(
                last.starts_with("daybook: ") && last.contains(words),
                "{name}: {said}"
            );
            assert!(said.lines().count() == 1, "{name}: {said}");
        }
        // SQLite leaves the files that let programs read beside each other, and nothing in them is the blog's.
        let beside =
            ["daybook.lock", "daybook.db-shm", "daybook.db-wal"].map(|name| home.data().join(name));
        let blog = |files: Vec<(PathBuf, Vec<u8>)>| -> Vec<_> {
            files
                .into_iter()
                .filter(|(path, _)| !beside.contains(path))
                .collect()
        };
        assert!(
            blog(contents(&home.data())) == blog(before),
            "{name}: something was touched"
        );
        let log = std::fs::metadata(&beside[2]).map_or(0, |meta| meta.len());
        assert_eq!(log, 0, "{name}: something was written");
    }
}

#[test]
fn a_command_for_a_blog_that_is_not_there_makes_none() {
    let home = Home::new();
    for command in [
        &["user", "list"] as &[&str],
        &["user", "reset", "ada@example.org"],
        &["check"],
    ] {
        let output = home.run(command);
        assert!(!output.status.success());
        let said = text(&output.stderr);
        assert!(
            said.starts_with("daybook: there is no blog at") && said.lines().count() == 1,
            "{said}"
        );
        assert!(!home.data().exists());
    }
}

// Config

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
    let note = home.beside("database-url");
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
        .env("DATABASE_URL_FILE", home.beside("lost"))
        .output()
        .unwrap();
    assert!(refusal(&lost).contains("cannot be read"));
}

// People

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

// Imports

/// The number behind a name in an import's report; 0 where the line is missing.
fn reported(report: &str, name: &str) -> u64 {
    report
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
        .unwrap_or(0)
}

#[test]
fn the_report_of_an_import_counts_what_came_and_a_second_one_changes_nothing() {
    for name in FIXTURES {
        let expected = fixture(&format!(
            "{}.expected.json",
            name.split('.').next().unwrap()
        ));
        let expected: Value = serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
        let home = Home::set_up();
        let report = home.import(&fixture(name));
        for (line, key) in [
            ("Posts", "published_posts"),
            ("Drafts", "drafts"),
            ("Pages", "pages"),
            ("  approved", "comments"),
        ] {
            assert_eq!(
                reported(&report, line),
                expected[key].as_u64().unwrap(),
                "{line}: {report}"
            );
        }
        let skipped = reported(&report, "Skipped");
        let total = expected["comments_total"].as_u64().unwrap();
        assert_eq!(reported(&report, "Comments") + skipped, total, "{report}");
        assert!(report.contains("its post is not in the file"), "{report}");

        let before = home.dump();
        assert!(before.len() > 40, "{} rows", before.len());
        let again = home.import(&fixture(name));
        for line in ["Posts", "Drafts", "Pages", "Tags", "Comments"] {
            assert_eq!(reported(&again, line), 0, "{again}");
        }
        assert!(reported(&again, "Already there") > 0);
        assert_eq!(home.dump(), before);
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let home = Home::set_up();
    let before = home.dump();
    let path = fixture(FIXTURES[1]).to_string_lossy().into_owned();
    let report = home.done(&["import", "blogger", &path, "--dry-run"]);
    assert_eq!(reported(&report, "Posts"), 8);
    assert!(report.contains("Nothing was changed"));
    assert_eq!(home.dump(), before);
}

#[test]
fn a_dry_run_without_a_blog_makes_none() {
    let home = Home::new();
    let path = fixture(FIXTURES[1]).to_string_lossy().into_owned();
    let report = home.done(&["import", "blogger", &path, "--dry-run"]);
    assert_eq!(reported(&report, "Posts"), 8);
    assert!(!home.database().exists());
}

#[test]
fn a_file_that_is_cut_off_or_no_export_changes_nothing() {
    let home = Home::set_up();
    let before = home.dump();
    for name in FIXTURES {
        let whole = std::fs::read(fixture(name)).unwrap();
        for part in [whole.len() / 3, whole.len() * 2 / 3, whole.len() - 10] {
            let cut = home.beside("cut.xml");
            std::fs::write(&cut, &whole[..part]).unwrap();
            let sentence = home.refused(&["import", "blogger", &cut.to_string_lossy()]);
            assert!(
                sentence.contains("ends in the middle"),
                "{name} at {part}: {sentence}"
            );
        }
    }
    for other in [
        "{\"posts\": []}",
        "<rss version=\"2.0\"><channel></channel></rss>",
        "",
        "\0\0\0\0PK",
    ] {
        let file = home.beside("other");
        std::fs::write(&file, other).unwrap();
        let sentence = home.refused(&["import", "blogger", &file.to_string_lossy()]);
        assert!(sentence.contains("Blogger"), "{other}: {sentence}");
    }
    let lost = home.beside("lost.xml");
    home.refused(&["import", "blogger", &lost.to_string_lossy()]);
    assert_eq!(home.dump(), before);
}

#[test]
fn a_file_that_is_refused_makes_no_new_blog() {
    let whole = std::fs::read(fixture(FIXTURES[1])).unwrap();
    for bytes in [&whole[..whole.len() / 2], b"no export"] {
        let home = Home::new();
        let file = home.beside("broken.atom");
        std::fs::write(&file, bytes).unwrap();
        home.refused(&["import", "blogger", &file.to_string_lossy()]);
        assert!(!home.database().exists());
    }
}

// The demo, and a look at everything

const DEMO: &[&str] = &["demo", "--posts", "12", "--comments", "20", "--seed", "7"];

/// A made-up blog that several tests copy: making one takes a while.
static MADE_UP: LazyLock<Home> = LazyLock::new(|| {
    let home = Home::shared("made-up");
    home.done(DEMO);
    home
});

fn made_up() -> Home {
    let home = Home::new();
    copy_all(&MADE_UP.data(), &home.data());
    home
}

#[test]
fn the_same_seed_makes_the_same_blog() {
    let again = Home::new();
    again.done(DEMO);
    for table in ["posts", "comments"] {
        let rows = |home: &Home| -> Vec<String> {
            home.dump()
                .into_iter()
                .filter(|row| row.starts_with(&format!("{table}: ")))
                .collect()
        };
        assert!(rows(&again).len() >= 12);
        assert!(rows(&again) == rows(&MADE_UP), "{table} differ");
    }
}

#[test]
fn a_blog_with_posts_is_not_filled_with_made_up_ones() {
    let home = made_up();
    let before = home.dump();
    assert!(home.refused(DEMO).contains("already has posts"));
    assert_eq!(home.dump(), before);
}

#[test]
fn every_link_of_a_blog_leads_somewhere() {
    let home = made_up();
    let crawled = crawl(&Server::start(&home));
    assert!(crawled.addresses > 30, "{}", crawled.addresses);
    let dead: Vec<String> = [crawled.dead, crawled.dead_in_texts].concat();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn a_check_finds_nothing_wrong_with_a_good_blog() {
    assert!(made_up().done(&["check"]).contains("are OK"));
}

#[test]
fn a_check_names_a_damaged_picture() {
    let home = made_up();
    let (picture, bytes) = contents(&home.data().join("media"))
        .into_iter()
        .find(|(path, _)| path.extension().is_some_and(|ending| ending == "png"))
        .unwrap();
    std::fs::write(&picture, &bytes[..bytes.len() / 2]).unwrap();
    let output = home.run(&["check"]);
    assert!(!output.status.success());
    let name = picture.file_name().unwrap().to_string_lossy().into_owned();
    assert!(
        text(&output.stdout).contains(&name),
        "{}",
        text(&output.stdout)
    );
    assert_eq!(text(&output.stderr), "daybook: 1 problem was found\n");
}

#[test]
fn a_check_misses_what_is_not_in_the_search_index() {
    let home = made_up();
    query(
        &home.database(),
        "delete from search_posts where rowid = (select min(id) from posts)",
    );
    query(
        &home.database(),
        "delete from search_comments where rowid = (select min(id) from comments)",
    );
    let output = home.run(&["check"]);
    assert!(!output.status.success());
    let said = text(&output.stdout);
    assert!(
        said.contains("1 posts are not in the search index"),
        "{said}"
    );
    assert!(
        said.contains("1 comments are not in the search index"),
        "{said}"
    );
}

#[test]
fn a_check_compares_the_index_with_the_texts_word_by_word() {
    let home = made_up();
    query(
        &home.database(),
        "insert or replace into search_posts (rowid, title, tags, body) \
         select id, 'another', '', 'text' from posts where id = (select min(id) from posts)",
    );
    query(
        &home.database(),
        "insert or replace into search_comments (rowid, body) \
         select id, 'other words' from comments where id = (select min(id) from comments)",
    );
    let output = home.run(&["check"]);
    assert!(!output.status.success());
    let said = text(&output.stdout);
    for wrong in [
        "the search index does not match post 1 (",
        "the search index does not match comment 1\n",
    ] {
        assert!(said.contains(wrong), "{said}");
    }
    assert_eq!(text(&output.stderr), "daybook: 2 problems were found\n");
}

#[test]
fn a_check_counts_the_archive_again() {
    let home = made_up();
    query(
        &home.database(),
        "update months set posts = posts + 1 where month = (select min(month) from months)",
    );
    query(&home.database(), "update tags set posts = 99 where id = 1");
    query(
        &home.database(),
        "update posts set day = '1999-01-01' where id = (select min(id) from posts where day is not null)",
    );
    let said = text(&home.run(&["check"]).stdout);
    for wrong in [
        "1 months have a wrong number of posts",
        "1 tags have a wrong number of posts",
        "1 posts are under a different day of the archive than their date",
    ] {
        assert!(said.contains(wrong), "{said}");
    }
}

// Stopping, and being stopped

/// A blog with posts that takes comments without asking.
fn open_blog() -> Home {
    let home = Home::set_up();
    home.import(&fixture(FIXTURES[0]));
    query(
        &home.database(),
        "insert into settings (name, value) values ('comments', 'open')",
    );
    home
}

/// A post that takes comments: its id and its address.
fn open_post(home: &Home) -> (String, String) {
    let found = home.rows(
        "select id, path from posts where state = 'published' and kind = 'post' and comments = 'blog' \
         order by id limit 1",
    );
    (found[0][0].clone(), found[0][1].clone())
}

fn comment_form(post: &str, words: &str) -> String {
    format!("post={post}&parent=&name=Ben&email=&url=&body={words}&act=post")
}

#[test]
fn asked_to_stop_the_server_ends_what_was_begun_and_is_gone_within_ten_seconds() {
    let home = open_blog();
    let (post, path) = open_post(&home);
    let mut server = Server::start(&home);
    let mut half_header = server.connect();
    half_header.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    let mut half_body = server.connect();
    half_body
        .write_all((server.form_head("/comments", 100) + "post=").as_bytes())
        .unwrap();
    let form = comment_form(&post, "Begun-before-the-end");
    let (first, rest) = form.split_at(20);
    let mut begun = server.connect();
    begun
        .write_all((server.form_head("/comments", form.len()) + first).as_bytes())
        .unwrap();
    // An answer on a later connection says that the earlier ones were taken.
    assert_eq!(server.get(&path).status, 200);

    let asked = Instant::now();
    server.signal("TERM");
    await_some("no new connection is taken", || {
        TcpStream::connect(server.address).err()
    });
    begun.write_all(rest.as_bytes()).unwrap();
    begun.set_read_timeout(Some(program::PATIENCE)).unwrap();
    assert_eq!(Answer::read(begun).status, 303);
    let status = server.await_end();
    assert!(status.success(), "{status}");
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "it took {:?}",
        asked.elapsed()
    );
    let kept = "select count(*) from comments where source = 'Begun-before-the-end'";
    assert_eq!(home.number(kept), 1);
    assert!(
        !home.data().join("daybook.db-wal").exists(),
        "the log file is tidied away"
    );
}

#[test]
fn slow_a_connection_that_sends_nothing_is_closed() {
    let home = Home::set_up();
    let server = Server::start(&home);
    let mut silent = server.connect();
    let begun = Instant::now();
    let mut bytes = Vec::new();
    silent.read_to_end(&mut bytes).unwrap();
    let lasted = begun.elapsed();
    assert!(
        (Duration::from_secs(8)..Duration::from_secs(20)).contains(&lasted),
        "{lasted:?}"
    );
}

#[test]
fn a_comment_that_was_acknowledged_survives_the_death_of_the_server() {
    let home = open_blog();
    let (post, path) = open_post(&home);
    let mut server = Server::start(&home);
    let answer = server.post("/comments", &comment_form(&post, "Still-here"));
    server.signal("KILL");
    assert_eq!(answer.status, 303, "{}", answer.body);
    let to = answer.header("location").unwrap();
    assert!(to.starts_with("/comments/") && to.contains("?key="), "{to}");
    assert!(!server.await_end().success());
    let server = Server::start(&home);
    assert!(server.get(&path).body.contains("Still-here"));
}

// Files that are the owner's alone

/// Everything in a directory that the group or others may read, write or enter.
fn open_to_others(directory: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        let about = std::fs::symlink_metadata(&path).unwrap();
        if about.permissions().mode() & 0o077 != 0 {
            found.push(path.clone());
        }
        if about.is_dir() {
            let entries = std::fs::read_dir(&path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
        }
    }
    found
}

/// A command as a shell runs it that lets everybody read and write what is made.
fn for_everybody(home: &Home, arguments: &[&str]) -> Command {
    let command = home.command(arguments);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "umask 0; exec \"$@\"", "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(std::process::Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().into_owned();
        if text.starts_with("DAYBOOK_") || text.starts_with("DATABASE_URL") {
            shell.env_remove(name);
        }
    }
    shell
}

#[test]
fn whatever_a_command_makes_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let run = |home: &Home, arguments: &[&str]| {
        let output = for_everybody(home, arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        assert_eq!(
            open_to_others(&home.data()),
            [] as [PathBuf; 0],
            "{arguments:?}"
        );
    };
    let home = Home::new();
    run(
        &home,
        &["demo", "--posts", "5", "--comments", "5", "--sign-in"],
    );
    let export = fixture(FIXTURES[0]);
    run(&home, &["import", "blogger", &export.to_string_lossy()]);
    let (out, backup) = (home.beside("out"), home.beside("blog.tar"));
    for format in ["json", "wordpress"] {
        let out = home.beside(&format!("out-{format}"));
        run(
            &home,
            &["export", &out.to_string_lossy(), "--format", format],
        );
        assert_eq!(open_to_others(&out), [] as [PathBuf; 0]);
    }
    run(&home, &["backup", &backup.to_string_lossy()]);
    assert_eq!(open_to_others(&backup), [] as [PathBuf; 0]);
    assert!(!out.exists());
    // The server makes a log, its shared memory, the lock and the reserve.
    let address = program::free_address();
    let serve = for_everybody(&home, &["serve", "--listen", &address.to_string()]);
    let server = Server::spawn(serve, address);
    server.await_logged("serving");
    assert_eq!(server.get("/").status, 200);
    assert_eq!(open_to_others(&home.data()), [] as [PathBuf; 0]);
    for name in ["daybook.db-wal", "daybook.db-shm", "daybook.lock"] {
        assert!(home.data().join(name).exists(), "{name}");
    }
    drop(server);

    // An empty directory that was made for the blog becomes private with it.
    let restored = Home::new();
    std::fs::create_dir(restored.data()).unwrap();
    let everybody = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(restored.data(), everybody).unwrap();
    run(&restored, &["restore", &backup.to_string_lossy()]);
    run(
        &restored,
        &["restore", "--replace", &backup.to_string_lossy()],
    );
}

#[test]
fn what_everybody_can_read_is_named_at_the_start_with_the_command_that_ends_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::set_up();
    let open = |path: PathBuf, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    open(home.data(), 0o755);
    open(home.database(), 0o644);
    let server = Server::start_quietly(&home);
    let line = server.await_logged("every user of this machine can read");
    let command = format!("chmod -R go= {}", home.data().display());
    assert!(line.contains(&command), "{line}");
    drop(server);
    // A copy of an older program's media is private, whatever its source was.
    let status = Command::new("sh").args(["-c", &command]).status().unwrap();
    assert!(status.success());
    let server = Server::start_quietly(&home);
    let before = server.logged_until("serving");
    assert!(
        !before.iter().any(|line| line.contains("every user")),
        "{before:?}"
    );
}

// Config that comes from somewhere

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
        .current_dir(home.beside(""))
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
    let note = home.beside("smtp");
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
    let note = home.beside("database-url");
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

// Beside a server

#[test]
fn commands_know_where_the_server_beside_them_serves() {
    let home = Home::set_up();
    let server = Server::start_with(&home, |command| {
        command.env("DAYBOOK_URL", "https://blog.example.org");
    });
    let link = |arguments: &[&str]| home.done(arguments);
    let reset = link(&["user", "reset", "ada@example.org"]);
    assert!(
        reset.contains("https://blog.example.org/admin/sign-in/link?key="),
        "{reset}"
    );
    let added = link(&["user", "add", "eve@example.org", "--name", "Eve"]);
    assert!(added.contains("https://blog.example.org/"), "{added}");
    let given = link(&[
        "user",
        "reset",
        "ada@example.org",
        "--url",
        "https://other.example",
    ]);
    assert!(given.contains("https://other.example/"), "{given}");
    let ready = home.done(&["health"]);
    assert!(ready.contains(&server.address.to_string()), "{ready}");
    let nowhere = program::free_address().to_string();
    let sentence = home.refused(&["health", "--listen", &nowhere]);
    assert!(sentence.contains(&nowhere), "{sentence}");
}

#[test]
fn signals_that_say_nothing_to_it_do_not_end_the_server() {
    let home = Home::set_up();
    let mut server = Server::start(&home);
    for name in ["HUP", "USR1", "USR2"] {
        server.signal(name);
        server.await_logged(&format!("SIG{name}"));
        assert_eq!(server.get("/healthz").status, 200, "{name}");
    }
    server.signal("TERM");
    assert!(server.await_end().success());
}

#[test]
fn a_log_in_json_has_the_set_up_address_in_json() {
    let home = Home::new();
    let server = Server::start_with(&home, |command| {
        command.args(["--log", "json"]);
    });
    let line = server.await_printed("/admin/setup?key=");
    let line: Value = serde_json::from_str(&line).unwrap();
    let url = line["fields"]["url"].as_str().unwrap();
    let path = url
        .strip_prefix(&format!("http://{}", server.address))
        .unwrap();
    assert_eq!(server.get(path).status, 200);
    assert_eq!(line["level"], "INFO");
}

// The first run, and other names

/// What is answered to a request under a host of one's choice.
fn ask_as(server: &Server, method: &str, path: &str, host: &str, form: &str) -> Answer {
    let mut stream = server.connect();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    Answer::read(stream)
}

#[test]
fn until_it_is_set_up_a_blog_is_set_up_under_every_name_and_then_only_its_own_are_answered() {
    let home = Home::new();
    let mut command = home.command(&["serve"]);
    let port = program::free_address().port();
    command.args(["--listen", &format!("0.0.0.0:{port}")]);
    let server = Server::spawn(command, ([127, 0, 0, 1], port).into());
    let mut addresses = Vec::new();
    let first = server.await_printed("/admin/setup?key=");
    addresses.push(first.trim().to_owned());
    // The last one is that of this machine alone, which there is everywhere.
    while !addresses.last().unwrap().starts_with("http://127.0.0.1:") {
        addresses.push(server.await_printed("http").trim().to_owned());
    }
    for link in &addresses {
        assert!(!link.contains("0.0.0.0"), "{link}");
        let url = url::Url::parse(link).unwrap();
        let ip = url.host_str().unwrap().to_owned();
        assert_eq!(url.port(), Some(port), "{link}");
        let mut stream = TcpStream::connect((ip.as_str(), port)).unwrap();
        let path = &url[url::Position::BeforePath..];
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {ip}:{port}\r\n\r\n").unwrap();
        let page = Answer::read(stream);
        assert_eq!(page.status, 200, "{link}");
        assert!(page.body.contains("Create blog"), "{link}");
    }
    let key = first.rsplit_once("key=").unwrap().1.trim().to_owned();
    let set_up = format!("/admin/setup?key={key}");
    for host in ["nas.home", "blog.example.org:9999", "192.0.2.7"] {
        assert_eq!(ask_as(&server, "GET", &set_up, host, "").status, 200);
        let public = ask_as(&server, "GET", "/", host, "");
        assert_eq!(public.status, 503, "{host}");
        assert!(public.body.contains("being set up"), "{}", public.body);
        assert_eq!(ask_as(&server, "GET", "/feed.atom", host, "").status, 503);
    }
    // Whoever does not know the key sets nothing up, under whatever name (DNS rebinding).
    let form = |key: &str| {
        format!(
            "key={key}&title=Tides&name=Ada&email=ada%40example.org&zone=UTC&language=en\
             &password=a+longer+sentence+than+most"
        )
    };
    let guessed = ask_as(&server, "POST", "/admin/setup", "evil.example", &form("x"));
    assert_eq!(guessed.status, 403);
    let host = format!("192.168.7.7:{port}");
    let created = ask_as(&server, "POST", "/admin/setup", &host, &form(&key));
    assert_eq!(created.status, 303, "{}", created.body);
    // An address in digits cannot be led here by a name, and nobody gave the blog one.
    assert_eq!(ask_as(&server, "GET", "/", &host, "").status, 200);
    assert_eq!(ask_as(&server, "GET", "/", "localhost:1", "").status, 200);

    let refused = ask_as(&server, "GET", "/", "nas.home", "");
    assert_eq!(refused.status, 421);
    let line = server.await_logged("421");
    assert!(
        line.contains("nas.home") && line.contains("DAYBOOK_URL"),
        "{line}"
    );
    ask_as(&server, "GET", "/", "nas.home", "");
    ask_as(&server, "GET", "/", "other.home", "");
    let lines = server.logged_until("other.home");
    let again = lines.iter().filter(|line| line.contains("nas.home"));
    assert_eq!(again.count(), 0, "once a minute: {lines:?}");
    for path in ["/healthz", "/readyz"] {
        let probed = ask_as(&server, "GET", path, "10.1.2.3:8080", "");
        assert_eq!(probed.status, 200, "{path}");
        assert_eq!(ask_as(&server, "GET", path, "pod.local", "").status, 200);
    }
}

#[test]
fn a_blog_with_a_public_address_is_answered_under_no_other_once_it_is_set_up() {
    let home = Home::new();
    let server = Server::start_with(&home, |command| {
        command.args(["--url", "http://blog.example.org"]);
    });
    let line = server.await_printed("/admin/setup?key=");
    assert!(
        line.trim().starts_with("http://blog.example.org/"),
        "{line}"
    );
    let key = line.rsplit_once("key=").unwrap().1.trim().to_owned();
    let form = format!(
        "key={key}&title=Tides&name=Ada&email=ada%40example.org&zone=UTC&language=en\
         &password=a+longer+sentence+than+most"
    );
    let created = ask_as(&server, "POST", "/admin/setup", "192.168.7.7:80", &form);
    assert_eq!(created.status, 303, "{}", created.body);
    assert_eq!(
        created.header("location"),
        Some("http://blog.example.org/admin/posts/"),
        "only there it goes on"
    );
    assert_eq!(
        ask_as(&server, "GET", "/", "192.168.7.7:80", "").status,
        421
    );
    assert_eq!(
        ask_as(&server, "GET", "/", "blog.example.org", "").status,
        200
    );
}

#[test]
fn a_proxy_that_nobody_named_is_named_in_the_log_and_at_the_desk() {
    let home = open_blog();
    let server = Server::start(&home);
    let link = home.done(&[
        "user",
        "add",
        "otto@example.org",
        "--name",
        "Otto",
        "--role",
        "operator",
    ]);
    let ask = |header: &str| {
        let mut stream = server.connect();
        let host = server.address;
        write!(stream, "GET / HTTP/1.0\r\nHost: {host}\r\n{header}\r\n\r\n").unwrap();
        assert_eq!(Answer::read(stream).status, 200);
    };
    for header in [
        "X-Forwarded-For: 203.0.113.9",
        "Forwarded: for=203.0.113.9",
        "X-Real-IP: 203.0.113.9",
    ] {
        ask(header);
    }
    server.signal("USR1");
    let lines = server.logged_until("SIGUSR1");
    let warned: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("--trusted-proxy 127.0.0.1"))
        .collect();
    assert_eq!(warned.len(), 1, "{lines:?}");
    let path = link
        .split_whitespace()
        .find(|word| word.starts_with("http"))
        .unwrap();
    let path = path.split_once("/admin").unwrap().1;
    let key = path.rsplit_once("key=").unwrap().1;
    let signed_in = server.ask(
        "POST",
        "/admin/sign-in/link",
        "",
        &[
            ("key".to_owned(), key.to_owned()),
            ("name".to_owned(), "Otto".to_owned()),
            (
                "password".to_owned(),
                "a longer sentence than most".to_owned(),
            ),
        ],
    );
    let cookie = signed_in
        .header("set-cookie")
        .unwrap_or_else(|| panic!("{}: {}", signed_in.status, signed_in.body));
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let desk = server.ask("GET", "/admin/posts/", &cookie, &[]);
    assert!(
        desk.body.contains("--trusted-proxy 127.0.0.1"),
        "{}",
        desk.body
    );
}

// Damage by its name

#[test]
fn a_check_names_the_post_whose_text_is_damaged() {
    let home = made_up();
    let title = home.rows("select title from posts where id = 2")[0][0].clone();
    query(
        &home.database(),
        "update posts set excerpt = cast(x'57ff' as text) where id = 2",
    );
    query(
        &home.database(),
        "update comments set source = cast(x'c328' as text) where id = 3",
    );
    let said = text(&home.run(&["check"]).stdout);
    let wanted = format!("post 2 (“{title}”): excerpt contains bytes that are not text");
    assert!(said.contains(&wanted), "{said}");
    assert!(said.contains("comment 3 on “"), "{said}");
    assert!(
        said.contains("source contains bytes that are not text"),
        "{said}"
    );
}

#[test]
fn a_check_names_the_table_of_a_damaged_page() {
    let home = made_up();
    let root: u64 = home.number("select rootpage from sqlite_schema where name = 'comments'");
    let size: u64 = home.number("pragma page_size");
    query(&home.database(), "pragma wal_checkpoint(truncate)");
    let mut bytes = std::fs::read(home.database()).unwrap();
    // The pointers to the rows of the first page.
    let begin = usize::try_from((root - 1) * size).unwrap() + 12;
    bytes[begin..begin + 8].fill(0xff);
    std::fs::write(home.database(), bytes).unwrap();
    let output = home.run(&["check"]);
    assert!(!output.status.success());
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("comments"), "{said}");
}

// Owners

/// The number of a user who owns nothing.
const NOBODY: u32 = 65534;

/// Whether these tests run as root; said loudly where they do not.
fn is_root(test: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        eprintln!("!!! {test}: NOT TRIED, because it needs root");
    }
    is_root
}

#[test]
fn a_blog_that_belongs_to_another_user_names_both_and_the_command() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    if !is_root("a blog that belongs to another user") {
        return;
    }
    let home = Home::set_up();
    let parent = home.data().parent().unwrap().to_owned();
    std::fs::set_permissions(parent, std::fs::Permissions::from_mode(0o755)).unwrap();
    let address = program::free_address().to_string();
    let refuse = |arguments: &[&str]| {
        let output = home
            .command(arguments)
            .uid(NOBODY)
            .gid(NOBODY)
            .output()
            .unwrap();
        refusal(&output)
    };
    for arguments in [
        &["serve", "--listen", &address] as &[&str],
        &["user", "list"],
        &["check"],
    ] {
        let sentence = refuse(arguments);
        for part in [
            "belongs to root",
            "this runs as nobody",
            &format!("chown -R nobody: {}", home.data().display()),
        ] {
            assert!(sentence.contains(part), "{arguments:?}: {sentence}");
        }
    }
    // One that can be read is served, and the log says why nothing can be changed.
    for path in [home.data(), home.database()] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = home.command(&["serve", "--listen", &address]);
    command.uid(NOBODY).gid(NOBODY);
    let server = Server::spawn(command, address.parse().unwrap());
    let line = server.await_logged("nothing can be written here");
    assert!(line.contains("chown -R nobody: "), "{line}");
}

#[test]
fn what_root_makes_in_the_directory_of_another_user_is_that_users() {
    use std::os::unix::fs::MetadataExt;
    if !is_root("what root makes in the directory of another user") {
        return;
    }
    let home = Home::set_up();
    let give = |path: &Path| std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    give(&home.data());
    for (path, _) in contents(&home.data()) {
        give(&path);
    }
    // A file with another name elsewhere is not ours to give.
    let foreign = home.beside("foreign");
    std::fs::write(&foreign, "of root").unwrap();
    std::fs::hard_link(&foreign, home.data().join("linked")).unwrap();
    std::os::unix::fs::symlink(&foreign, home.data().join("pointed")).unwrap();
    home.import(&fixture(FIXTURES[0]));
    home.done(&["user", "list"]);
    for (path, _) in contents(&home.data()) {
        let name = path.file_name().unwrap();
        if name == "linked" || name == "pointed" {
            continue;
        }
        assert_eq!(path.metadata().unwrap().uid(), NOBODY, "{}", path.display());
    }
    assert_eq!(foreign.metadata().unwrap().uid(), 0);
}

// Mail

#[test]
fn a_mail_server_that_is_away_is_one_line_in_the_log() {
    let home = open_blog();
    // Who hears of comments on posts that were brought in.
    home.done(&["user", "role", "ada@example.org", "operator"]);
    let (post, path) = open_post(&home);
    let nobody = program::free_address().to_string();
    let server = Server::start_with(&home, |command| {
        command.args(["--smtp", &format!("smtp://{nobody}?from=blog@example.org")]);
    });
    let comment = |words: &str| {
        let answer = server.post("/comments", &comment_form(&post, words));
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
    };
    comment("A first thought.");
    let line = server.await_logged("the mail server cannot be used");
    assert!(line.contains("WARN"), "{line}");
    let tried = || home.number("select count(*) from outbox where error <> ''");
    comment("A second thought.");
    await_some("the second mail is tried", || (tried() == 2).then_some(()));
    server.signal("USR1");
    let lines = server.logged_until("SIGUSR1");
    let again = lines.iter().filter(|line| line.contains("cannot be used"));
    assert_eq!(again.count(), 0, "{lines:?}");
}
