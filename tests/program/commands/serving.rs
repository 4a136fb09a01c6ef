//! The server: its start, what keeps it from starting, what it leaves when it is stopped or killed.

use super::open_blog;
use crate::support::program;
use crate::support::program::{
    Answer, FIXTURES, Home, Server, await_some, contents, fixture, query, text,
};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
        // SQLite leaves the files that let several programs read at once; nothing in them is the blog's.
        let shared_files =
            ["daybook.lock", "daybook.db-shm", "daybook.db-wal"].map(|name| home.data().join(name));
        let blog = |files: Vec<(PathBuf, Vec<u8>)>| -> Vec<_> {
            files
                .into_iter()
                .filter(|(path, _)| !shared_files.contains(path))
                .collect()
        };
        assert!(
            blog(contents(&home.data())) == blog(before),
            "{name}: something was touched"
        );
        let log = std::fs::metadata(&shared_files[2]).map_or(0, |meta| meta.len());
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

#[test]
fn commands_know_where_the_running_server_serves() {
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
