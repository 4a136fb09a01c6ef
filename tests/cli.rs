//! The operator's commands, run as the real program: what they print, what they refuse, what they leave untouched.

mod program;

use program::crawl::crawl;
use program::{
    Answer, FIXTURES, Home, Server, await_some, contents, copy_all, daybook, fixture, query,
    refusal, text,
};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
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
        ("newer", "newer than this program", |path| {
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
    assert!(refusal(&both).contains("both given"));
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
    let added = home.done(&[
        "user",
        "add",
        "Ada@Example.org",
        "--name",
        "Ada",
        "--role",
        "operator",
    ]);
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
        assert!(reported(&again, "Already here") > 0);
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
    assert!(home.refused(DEMO).contains("posts already"));
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
    assert!(made_up().done(&["check"]).contains("are whole"));
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
        "the search index holds other words than post 1 (",
        "the search index holds other words than comment 1\n",
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
        "1 months have another number of posts than is counted",
        "1 tags have another number of posts than is counted",
        "1 posts stand under another day of the archive than that of their time",
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
    assert!(to.starts_with(&format!("{path}#comment-")), "{to}");
    assert!(!server.await_end().success());
    let server = Server::start(&home);
    assert!(server.get(&path).body.contains("Still-here"));
}
