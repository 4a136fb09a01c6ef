//! Backups and upgrades: nothing of a blog is lost on the way out, on the way back, or on the way to a newer schema.

use crate::support::program::{Answer, Home, Server, await_some, contents, copy_all, query, text};
use crate::support::stored;
use daybook::cli::upgrade::{Step, upgrade};
use daybook::clock::Clock;
use daybook::config::{Config, LogFormat};
use daybook::store::Store;
use daybook::store::file::{Checkpoints, MIGRATIONS, Migrations, schema_known};
use daybook::transfer::backup;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

/// The public address of the blogs here, so that a page of one is that of another, whatever port it is served on.
const HOST: &str = "blog.example";

/// A made-up blog with pictures, a config and people; several tests copy it or its backup.
static MADE_UP: LazyLock<Home> = LazyLock::new(|| {
    let home = Home::shared("made-up-for-backups");
    home.done(&["demo", "--posts", "12", "--comments", "20", "--seed", "7"]);
    std::fs::write(
        home.data().join("daybook.toml"),
        format!("url = \"http://{HOST}\"\n"),
    )
    .unwrap();
    home.done(&["backup", &path(&home.beside("blog.tar"))]);
    home
});

fn made_up() -> Home {
    let home = Home::new();
    copy_all(&MADE_UP.data(), &home.data());
    home
}

fn made_up_backup() -> PathBuf {
    MADE_UP.beside("blog.tar")
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn get(server: &Server, path: &str) -> Answer {
    let mut stream = server.connect();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {HOST}\r\n\r\n").unwrap();
    Answer::read(stream)
}

/// Everything that readers can open, with what it says.
fn public(server: &Server) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let map = get(server, "/sitemap.xml").body;
    let origin = format!("http://{HOST}");
    let listed = map.split("<loc>").skip(1).map(|rest| {
        let address = rest.split('<').next().unwrap_or_default();
        address.trim_start_matches(&origin).to_owned()
    });
    let more = ["/", "/feed.atom", "/comments.atom", "/archive/", "/tags/"];
    let mut waiting: Vec<String> = more.map(str::to_owned).into_iter().chain(listed).collect();
    while let Some(address) = waiting.pop() {
        if pages.contains_key(&address) {
            continue;
        }
        let answer = get(server, &address);
        assert_eq!(answer.status, 200, "{address}");
        for rest in answer.body.split("/media/").skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.');
            waiting.push(format!("/media/{}", &rest[..end.unwrap_or(rest.len())]));
        }
        pages.insert(address, answer.body);
    }
    pages
}

/// Waits until nothing is left to be made beside the tick: related posts, renderings.
fn await_quiet(home: &Home) {
    await_some("the blog is quiet", || {
        let left = home.number(
            "select (select count(*) from related_due) + (select count(*) from posts where renderer = 0)",
        );
        (left == 0).then_some(())
    });
}

// Out and back

#[test]
fn a_backup_taken_beside_the_server_gives_the_same_pages_on_an_empty_machine() {
    let home = made_up();
    let file = path(&home.beside("blog.tar"));
    let before = {
        let server = Server::start(&home);
        await_quiet(&home);
        let said = home.done(&["backup", &file]);
        assert!(said.contains("Backed up to"), "{said}");
        public(&server)
    };
    assert!(before.len() > 20, "{:?}", before.keys());
    assert!(before.keys().any(|address| address.starts_with("/media/")));

    let there = Home::new();
    let output = there.run(&["restore", &file]);
    let progress = text(&output.stderr);
    assert!(output.status.success(), "{progress}");
    assert!(progress.contains("Restoring: 10 %"), "{progress}");
    assert!(text(&output.stdout).contains("Restored the backup"));
    assert!(there.done(&["check"]).contains("are OK"));
    let server = Server::start(&there);
    await_quiet(&there);
    let after = public(&server);
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (address, page) in &before {
        assert!(*page == after[address], "{address} is another page");
    }
}

#[test]
fn whoever_comments_meanwhile_is_in_the_backup_or_after_it_and_never_half() {
    let home = made_up();
    let server = Server::start(&home);
    let post =
        home.number("select id from posts where kind = 'post' and state = 'published' limit 1");
    let address = server.address;
    let comment = |number: u64| {
        let form = format!("post={post}&name=Ada&body=Number+{number}+of+many+words+{number}");
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST /comments HTTP/1.0\r\nHost: {HOST}\r\nOrigin: http://{HOST}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        )
        .unwrap();
        Answer::read(stream).status
    };
    let (acknowledged, ended) = (AtomicU64::new(0), AtomicBool::new(false));
    let file = home.beside("busy.tar");
    let before = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::SeqCst) {
                // Who sends many is asked to wait; the same words come again then.
                let number = acknowledged.load(Ordering::SeqCst);
                if comment(number) == 303 {
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        await_some("some comments", || {
            (acknowledged.load(Ordering::SeqCst) >= 3).then_some(())
        });
        let before = acknowledged.load(Ordering::SeqCst);
        let output = home.run(&["backup", &path(&file)]);
        ended.store(true, Ordering::SeqCst);
        assert!(output.status.success(), "{}", text(&output.stderr));
        before
    });
    let there = Home::new();
    let said = there.done(&["restore", &path(&file)]);
    let own = "select count(*) from comments where source like 'Number % of many words %'";
    let kept = there.number(own);
    assert!(
        kept >= before,
        "{kept} of {before} that were answered before"
    );
    assert!(kept <= home.number(own));
    let in_order = there.number(
        "select count(*) from (select source, row_number() over (order by id) - 1 as n from comments \
         where source like 'Number % of many words %') where source <> 'Number ' || n || ' of many words ' || n",
    );
    assert_eq!(in_order, 0, "they are the first ones, none left out");
    let all = there.number("select count(*) from comments");
    assert!(said.contains(&format!("{all}\nFiles")), "{said}");
    assert!(there.done(&["check"]).contains("are OK"));
}

#[test]
fn a_backup_opens_with_ordinary_tools() {
    let directory = tempfile::tempdir().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(directory.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{program}: {}",
            text(&output.stderr)
        );
        text(&output.stdout)
    };
    run("tar", &["-xf", &path(&made_up_backup())]);
    let checked = run("sha256sum", &["--check", "--strict", "SHA256SUMS"]);
    for part in [
        "daybook.db: OK",
        "daybook.toml: OK",
        "manifest.json: OK",
        "media/",
    ] {
        assert!(checked.contains(part), "{checked}");
    }
    let manifest = std::fs::read(directory.path().join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let number = |sql: &str| MADE_UP.number(sql);
    assert_eq!(manifest["posts"], number("select count(*) from posts"));
    assert_eq!(
        manifest["comments"],
        number("select count(*) from comments")
    );
    assert_eq!(manifest["media"], checked.matches("media/").count());
    let opened = query(
        &directory.path().join("daybook.db"),
        "select count(*) from posts",
    );
    assert_eq!(opened[0][0], manifest["posts"].to_string());
}

#[test]
fn nobody_else_on_the_machine_can_read_a_backup() {
    use std::os::unix::fs::PermissionsExt;
    let mode = made_up_backup().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

/// The parts of a backup: where the header of each begins, its name and its size.
fn parts(bytes: &[u8]) -> Vec<(usize, String, usize)> {
    let (mut parts, mut at) = (Vec::new(), 0);
    while bytes[at] != 0 {
        let header = tar::Header::from_byte_slice(&bytes[at..at + 512]);
        let name = String::from_utf8(header.path_bytes().into_owned()).unwrap();
        let size = usize::try_from(header.size().unwrap()).unwrap();
        parts.push((at, name, size));
        at += 512 + size.div_ceil(512) * 512;
    }
    parts
}

#[test]
fn one_byte_changed_anywhere_is_refused_and_the_damaged_part_named() {
    let whole = std::fs::read(made_up_backup()).unwrap();
    let parts = parts(&whole);
    let mut cases = vec![
        (whole.len() - 1, "its end".to_owned()),
        (whole.len() - 1024, "its end".to_owned()),
    ];
    for (number, (at, name, size)) in parts.iter().enumerate() {
        // Pictures are like each other; two of them are enough.
        if name.starts_with("media/") && number > 1 {
            continue;
        }
        let header = match number {
            0 => "first header".to_owned(),
            number => format!("the header after {}", parts[number - 1].1),
        };
        // Name, size, time, sum, and the empty end of a header; then the part, and what fills its block.
        for place in [0, 130, 140, 150, 511] {
            cases.push((at + place, header.clone()));
        }
        for place in [0, size / 2, size - 1] {
            cases.push((at + 512 + place, name.clone()));
        }
        if size % 512 != 0 {
            cases.push((at + 512 + size, format!("the padding after {name}")));
        }
    }
    assert!(cases.len() > 40);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("damaged.tar");
    for (at, part) in cases {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&file, bytes).unwrap();
        let error = backup::unpack(&file, None, &always())
            .unwrap_err()
            .to_string();
        assert!(
            error.ends_with(&part) || error.contains(&format!("{part} is")),
            "byte {at} of {part}: {error}"
        );
    }
}

fn always() -> daybook::store::backup::Going {
    Arc::new(|_| true)
}

#[test]
fn a_damaged_backup_leaves_nothing_behind() {
    let whole = std::fs::read(made_up_backup()).unwrap();
    let at = parts(&whole)
        .iter()
        .find(|(_, name, _)| name == "daybook.db")
        .map(|(at, ..)| at + 5000)
        .unwrap();
    let mut damaged = whole.clone();
    damaged[at] ^= 1;
    let foreign = b"My dear diary. ".repeat(100);
    for (bytes, words) in [
        (&damaged[..], "is damaged: daybook.db"),
        (&whole[..at], "it ends within daybook.db"),
        (&whole[..700], "it ends within"),
        (&whole[..100], "not a Daybook backup"),
        (&foreign[..], "not a Daybook backup"),
        (b"", "not a Daybook backup"),
    ] {
        let home = Home::new();
        let file = home.beside("damaged.tar");
        std::fs::write(&file, bytes).unwrap();
        let output = home.run(&["restore", &path(&file)]);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        let last = said.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("daybook: ") && last.contains(words),
            "{said}"
        );
        assert!(!home.data().exists(), "{words}");
    }
}

#[test]
fn a_backup_is_written_over_nothing_and_from_nothing() {
    let home = made_up();
    let file = home.beside("there.txt");
    std::fs::write(&file, "words").unwrap();
    let sentence = last_sentence(&home, &["backup", &path(&file)]);
    assert!(sentence.contains("is there already"), "{sentence}");
    assert_eq!(std::fs::read(&file).unwrap(), b"words");
    let nowhere = home.beside("none/blog.tar");
    assert!(last_sentence(&home, &["backup", &path(&nowhere)]).contains("cannot be written"));
    let empty = Home::new();
    let file = empty.beside("empty.tar");
    assert!(last_sentence(&empty, &["backup", &path(&file)]).contains("no blog"));
    assert!(!file.exists() && !empty.data().exists());
}

/// The sentence of a command that was refused, behind its progress.
fn last_sentence(home: &Home, command: &[&str]) -> String {
    let output = home.run(command);
    assert_eq!(output.status.code(), Some(1), "{command:?}");
    let said = text(&output.stderr);
    let last = said.lines().last().unwrap_or_default();
    last.strip_prefix("daybook: ")
        .unwrap_or_else(|| panic!("{said}"))
        .to_owned()
}

#[test]
fn a_directory_that_is_not_empty_is_left_alone_or_moved_aside() {
    let home = Home::set_up();
    let before = contents(&home.data());
    let sentence = last_sentence(&home, &["restore", &path(&made_up_backup())]);
    assert!(sentence.contains("--replace"), "{sentence}");
    assert!(contents(&home.data()) == before, "something was touched");

    let said = home.done(&["restore", "--replace", &path(&made_up_backup())]);
    let aside = said
        .lines()
        .find_map(|line| line.strip_prefix("The previous content was moved to "))
        .unwrap_or_else(|| panic!("{said}"));
    let old = query(
        &Path::new(aside).join("daybook.db"),
        "select email from authors",
    );
    assert_eq!(old, [["ada@example.org"]]);
    assert_eq!(
        home.number("select count(*) from posts"),
        MADE_UP.number("select count(*) from posts")
    );
    assert!(home.done(&["check"]).contains("are OK"));
}

#[test]
fn what_a_file_system_puts_into_each_new_disk_is_no_content() {
    let home = Home::new();
    std::fs::create_dir_all(home.data().join("lost+found")).unwrap();
    home.done(&["restore", &path(&made_up_backup())]);
    assert!(home.data().join("lost+found").exists());
    let said = home.done(&["restore", "--replace", &path(&made_up_backup())]);
    let aside = said
        .lines()
        .find_map(|line| line.strip_prefix("The previous content was moved to "))
        .unwrap_or_else(|| panic!("{said}"));
    assert!(!Path::new(aside).join("lost+found").exists());
    assert!(home.done(&["check"]).contains("are OK"));
}

#[test]
fn nothing_is_restored_or_rolled_back_while_a_server_runs() {
    let home = Home::set_up();
    let _server = Server::start(&home);
    let restore = ["restore", "--replace", &path(&made_up_backup())];
    assert!(last_sentence(&home, &restore).contains("stop it first"));
    assert!(last_sentence(&home, &["rollback"]).contains("stop it first"));
    assert_eq!(home.number("select count(*) from posts"), 0);
}

#[test]
fn a_restore_that_is_cut_off_is_ended_by_the_next_start() {
    let unpacked = Home::new();
    unpacked.done(&["restore", &path(&made_up_backup())]);
    std::fs::remove_file(unpacked.data().join("daybook.lock")).unwrap();
    let posts = MADE_UP.number("select count(*) from posts");
    for (place, moved) in [
        ("restored", &[] as &[&str]),
        ("arriving", &[]),
        ("arriving", &["daybook.db"]),
        ("arriving", &["media", "daybook.toml"]),
    ] {
        let home = Home::set_up();
        if place == "arriving" {
            // The old content is aside by then.
            std::fs::remove_file(home.database()).unwrap();
        }
        copy_all(&unpacked.data(), &home.data().join(place));
        for name in moved {
            let from = home.data().join(place).join(name);
            std::fs::rename(from, home.data().join(name)).unwrap();
        }
        let server = Server::start(&home);
        assert_eq!(get(&server, "/").status, 200, "the config came along");
        assert_eq!(home.number("select count(*) from posts"), posts, "{place}");
        assert!(!home.data().join(place).exists());
        let aside = contents(&home.data())
            .iter()
            .any(|(path, _)| path.to_string_lossy().contains("/replaced-"));
        assert_eq!(aside, place == "restored", "{place}");
    }
}

#[test]
fn what_a_restore_left_before_it_was_sure_is_taken_away() {
    let home = Home::set_up();
    let left = home.data().join("restoring");
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("daybook.db"), "half").unwrap();
    let _server = Server::start(&home);
    assert!(!left.exists());
    assert_eq!(home.number("select count(*) from authors"), 1);
}

#[test]
fn a_picture_that_is_lost_is_told_and_keeps_nothing_else_from_being_saved() {
    let home = made_up();
    let (picture, _) = contents(&home.data().join("media"))
        .into_iter()
        .find(|(path, bytes)| path.is_file() && !bytes.is_empty())
        .unwrap();
    let name = picture.file_name().unwrap().to_string_lossy().into_owned();
    query(
        &home.database(),
        &format!(
            "insert into media (name, digest, width, height, bytes, words, created_at) \
             values ('{name}', 'x', 1, 1, 1, '', 1)"
        ),
    );
    std::fs::remove_file(&picture).unwrap();
    let file = path(&home.beside("lost.tar"));
    let said = home.done(&["backup", &file]);
    assert!(
        said.contains(&format!("Problem: the media file {name} is missing")),
        "{said}"
    );
    let there = Home::new();
    assert!(there.done(&["restore", &file]).contains(&name));
}

// Beside Litestream

/// How long the log of a database is after some megabytes were written.
fn log_after_writing(checkpoints: Checkpoints) -> (u64, u64) {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("daybook.db");
    let log = directory.path().join("daybook.db-wal");
    let length = || log.metadata().map_or(0, |meta| meta.len());
    runtime().block_on(async {
        let store = Store::open_with(&database, true, checkpoints)
            .await
            .unwrap();
        for number in 0..100 {
            // Each is all other: SQLite writes no page that stays the same.
            let words = format!("{number:03} ").repeat(25_000);
            // Which row it is does not matter.
            store.note_backup_failure(Some(&words)).await.unwrap();
        }
        let grown = length();
        store.checkpoint().await.unwrap();
        let after = length();
        store.close().await;
        (grown, after)
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn the_log_is_written_back_by_us_or_left_to_who_copies_it_away() {
    let (own, own_after) = log_after_writing(Checkpoints::Own);
    // wal_autocheckpoint is 1,000 pages of 4 KiB; one transaction more may come before it is seen.
    assert!(own > 4_000_000 && own < 5_000_000, "{own}");
    assert_eq!(own_after, 0);
    let (left, left_after) = log_after_writing(Checkpoints::Left);
    assert!(left > 8_000_000, "{left}");
    assert_eq!(left_after, left);
}

#[test]
fn another_program_can_read_the_log_and_write_it_back_while_we_serve() {
    let home = Home::set_up();
    std::fs::write(
        home.data().join("daybook.toml"),
        "leave-checkpoints = true\n",
    )
    .unwrap();
    let server = Server::start(&home);
    assert_eq!(home.rows("pragma journal_mode"), [["wal"]]);
    assert_eq!(server.get("/").status, 200);
    // A lock that is not shared would make this wait, and fail.
    let back = home.rows("pragma wal_checkpoint(passive)");
    assert_eq!(back[0][0], "0", "nobody stood in the way: {back:?}");
    query(
        &home.database(),
        "begin immediate; create table _litestream_lock (id integer); drop table _litestream_lock; commit",
    );
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn writing_the_log_back_waits_for_no_reader() {
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, Connection, Executor};
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("daybook.db");
    runtime().block_on(async {
        let store = Store::open(&database, true).await.unwrap();
        let options = SqliteConnectOptions::new()
            .filename(&database)
            .read_only(true);
        let mut reader = options.connect().await.unwrap();
        reader.execute("begin").await.unwrap();
        reader.execute("select * from content").await.unwrap();
        store.note_backup_failure(Some("words")).await.unwrap();
        let begun = std::time::Instant::now();
        store.checkpoint().await.unwrap();
        let seconds = begun.elapsed().as_secs();
        // The busy time-out, which it would otherwise wait for with the lock of all writers, is 5 s.
        assert!(seconds < 4, "{seconds}");
        store.note_backup_failure(Some("more words")).await.unwrap();
        reader.execute("commit").await.unwrap();
        reader.close().await.unwrap();
        store.checkpoint().await.unwrap();
        store.close().await;
    });
}

// From schema to schema

fn config(home: &Home) -> Config {
    Config {
        data: home.data(),
        listen: "127.0.0.1:8080".parse().unwrap(),
        url: format!("http://{HOST}").parse().unwrap(),
        database: home.database(),
        trusted_proxies: Vec::new(),
        smtp: None,
        metrics: None,
        log: LogFormat::Text,
        page_cache_bytes: 0,
        backups: home.data().join("backups"),
        leave_checkpoints: false,
        fetch_private: false,
        assumed: daybook::config::Assumed::default(),
    }
}

/// A data directory with the stored database of a schema.
fn stored(schema: usize) -> Home {
    let home = Home::new();
    std::fs::create_dir_all(home.data()).unwrap();
    stored::build(schema, &home.database());
    home
}

fn upgraded(home: &Home, migrations: &Migrations) -> Result<(), String> {
    upgraded_watched(home, migrations, &mut |_| {})
}

fn upgraded_watched(
    home: &Home,
    migrations: &Migrations,
    reached: &mut dyn FnMut(Step),
) -> Result<(), String> {
    runtime()
        .block_on(upgrade(&config(home), migrations, &Clock::System, reached))
        .map_err(|error| format!("{error:#}"))
}

/// Every text, comment and address of a blog; the same query fits every schema.
fn all_words(database: &Path) -> Vec<Vec<String>> {
    let mut words = query(
        database,
        "select 'post', id, kind, state, title, path, markup, byline, origin, created_at, published_at, excerpt, source from posts \
         order by id",
    );
    for more in [
        "select 'comment', id, post_id, parent_id, state, name, email, url, origin, created_at, markup, source from comments \
         order by id",
        "select 'address', path, post_id from redirects order by path",
        "select 'tag', t.name, t.slug, p.post_id from tags t join post_tags p on p.tag_id = t.id order by t.id, p.post_id",
        "select 'person', id, name, email, role from authors order by id",
        "select 'setting', name, value from settings where name in ('title', 'zone', 'language') order by name",
    ] {
        words.extend(query(database, more));
    }
    words
}

fn schema(database: &Path) -> String {
    query(database, "pragma user_version")[0][0].clone()
}

/// The copies of before an upgrade that lie in a data directory.
fn kept(home: &Home) -> Vec<PathBuf> {
    contents(&home.data())
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.to_string_lossy().contains("daybook-before-"))
        .collect()
}

#[test]
fn each_released_schema_comes_to_the_newest_without_losing_a_text_a_comment_or_an_address() {
    for from in stored::RELEASED {
        let home = stored(from);
        let before = all_words(&home.database());
        assert_eq!(before.len(), 5 + 5 + 2 + 4 + 2 + 3);
        let revisions = (from >= 3).then(|| home.rows("select id, source from revisions"));
        let mut steps = Vec::new();
        upgraded_watched(&home, &MIGRATIONS, &mut |step| steps.push(step))
            .unwrap_or_else(|error| panic!("from {from}: {error}"));
        assert_eq!(all_words(&home.database()), before, "from {from}");
        assert_eq!(schema(&home.database()), schema_known().to_string());
        if let Some(revisions) = revisions {
            assert_eq!(home.rows("select id, source from revisions"), revisions);
        }
        let is_older = i64::try_from(from).unwrap() < schema_known();
        assert_eq!(kept(&home).len(), usize::from(is_older), "from {from}");
        assert_eq!(steps.len(), if is_older { 5 } else { 0 }, "{steps:?}");
        let server = Server::start(&home);
        let url = format!("http://{}", server.address);
        for (path, words) in [
            ("/2016/06/tides.html", "A <em>lantern</em>."),
            ("/2016/07/ebb.html", "東京"),
            ("/p/about.html", "A harbour."),
            ("/tags/lodz/", "Tides"),
        ] {
            let page = server.get(path);
            assert!(page.status == 200 && page.body.contains(words), "{path}");
        }
        let old = server.get("/old/tides.html");
        assert_eq!(old.status, 301);
        let location = old.header("location").unwrap().trim_start_matches(&url);
        assert_eq!(location, "/2016/06/tides.html");
    }
}

#[test]
fn serving_upgrades_and_says_where_the_old_database_is() {
    let home = stored(1);
    let server = Server::start(&home);
    assert_eq!(schema(&home.database()), schema_known().to_string());
    assert_eq!(server.get("/").status, 200);
    assert_eq!(schema(&kept(&home)[0]), "1");
}

/// What is in a data directory, without what SQLite and the lock leave there.
fn blog_files(home: &Home) -> Vec<String> {
    contents(&home.data())
        .iter()
        .filter_map(|(path, _)| Some(path.file_name()?.to_string_lossy().into_owned()))
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm") && name != "daybook.lock")
        .collect()
}

#[test]
fn an_upgrade_that_would_go_wrong_leaves_the_old_database_and_says_what_it_was() {
    for (sql, words) in [
        ("insert into nowhere values (1)", "the migration failed"),
        (
            "delete from comments where id = 5",
            "the migration would lose data: there were 5 comments, and now there are 4",
        ),
        (
            "update posts set source = source || ' ' where id = 2",
            "one of the 5 posts has different content",
        ),
        (
            "update redirects set path = '/other' where path = '/old/tides.html'",
            "one of the 2 old addresses has different content",
        ),
        (
            "insert into comments (id, post_id, state, name, created_at, renderer, \
             markup, html, source) values (99, 999, 'waiting', '', 1, 1, 'html', '', '')",
            "refers to a row that does not exist",
        ),
        (
            "alter table posts rename column pinned to stuck",
            "the blog does not work after the migration",
        ),
    ] {
        let home = stored(3);
        let before = home.dump();
        let error = upgraded(&home, &stored::and_one_more(sql)).unwrap_err();
        assert!(error.contains(words), "{sql}: {error}");
        assert!(
            error.contains("the previous version of Daybook still works"),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
        assert_eq!(schema(&home.database()), "3");
        assert!(home.dump() == before, "{sql}: the old database is another");
        assert_eq!(blog_files(&home), ["daybook.db"], "{sql}");
    }
}

#[test]
fn whenever_the_machine_dies_there_is_the_old_database_or_the_new_one() {
    let home = stored(2);
    let before = all_words(&home.database());
    let images = tempfile::tempdir().unwrap();
    let mut taken = Vec::new();
    upgraded_watched(&home, &MIGRATIONS, &mut |step| {
        let image = images.path().join(format!("{step:?}")).join("data");
        copy_all(&home.data(), &image);
        taken.push((step, image));
    })
    .unwrap();
    assert_eq!(taken.len(), 5);
    for (step, image) in taken {
        // What the disk held at this step is what a start finds after it.
        let found = schema(&image.join("daybook.db"));
        let expected = if step == Step::Switched {
            schema_known().to_string()
        } else {
            "2".to_owned()
        };
        assert_eq!(found, expected, "{step:?}");
        assert_eq!(all_words(&image.join("daybook.db")), before, "{step:?}");
        let again = Home::new();
        copy_all(&image, &again.data());
        upgraded(&again, &MIGRATIONS).unwrap_or_else(|error| panic!("{step:?}: {error}"));
        assert_eq!(all_words(&again.database()), before, "{step:?}");
        assert_eq!(schema(&again.database()), schema_known().to_string());
        let left: Vec<String> = blog_files(&again)
            .into_iter()
            .filter(|name| name != "daybook.db" && !name.starts_with("daybook-before-2-"))
            .collect();
        assert!(left.is_empty(), "{step:?}: {left:?}");
    }
}

#[test]
fn an_upgrade_waits_for_nobody_who_has_the_database_open() {
    use sqlx::Connection;
    let home = stored(3);
    let held = runtime();
    let mut other = held
        .block_on(sqlx::SqliteConnection::connect(&format!(
            "sqlite://{}",
            home.database().display()
        )))
        .unwrap();
    held.block_on(async {
        sqlx::query("pragma journal_mode = wal")
            .execute(&mut other)
            .await
            .unwrap();
        sqlx::query("select * from content")
            .fetch_all(&mut other)
            .await
            .unwrap();
    });
    let error = upgraded(&home, &MIGRATIONS).unwrap_err();
    assert!(
        error.contains("another program has the database"),
        "{error}"
    );
    assert_eq!(schema(&home.database()), "3");
    held.block_on(other.close()).unwrap();
    upgraded(&home, &MIGRATIONS).unwrap();
}

#[test]
fn rollback_goes_back_and_keeps_the_newer_database() {
    let home = stored(3);
    let before = all_words(&home.database());
    assert!(last_sentence(&home, &["rollback"]).contains("there is no copy"));
    upgraded(&home, &MIGRATIONS).unwrap();
    let later = "insert into comments (post_id, state, name, created_at, renderer, markup, html, source) \
                 values (1, 'waiting', 'Late', 9999999999999, 1, 'html', '', 'since then')";
    query(&home.database(), later);

    let newer = all_words(&home.database());
    let said = home.done(&["rollback", "--dry-run"]);
    assert!(
        said.contains("0 posts, 1 comment") && said.contains("Nothing was changed"),
        "{said}"
    );
    assert_eq!(all_words(&home.database()), newer);

    let said = home.done(&["rollback"]);
    assert!(said.contains("0 posts, 1 comment"), "{said}");
    assert_eq!(schema(&home.database()), "3");
    assert_eq!(all_words(&home.database()), before);
    let aside = contents(&home.data())
        .into_iter()
        .find(|(path, _)| path.to_string_lossy().contains("daybook-after-"))
        .map(|(path, _)| path)
        .unwrap();
    assert_eq!(all_words(&aside), newer);
    assert!(last_sentence(&home, &["rollback"]).contains("there is no copy"));
    upgraded(&home, &MIGRATIONS).unwrap();
    assert_eq!(all_words(&home.database()), before, "and forward again");
}

/// Writes a comment with a high number, as if many had come meanwhile.
fn comment_99(home: &Home) {
    query(
        &home.database(),
        "insert into comments (id, post_id, state, name, created_at, renderer, markup, html, source) \
         values (99, 1, 'waiting', 'Late', 9999999999999, 1, 'html', '', 'since then')",
    );
}

const LAST_COMMENT: &str = "select last from numbers where name = 'comments'";

#[test]
fn neither_a_restore_nor_a_rollback_gives_a_number_again() {
    let home = stored(4);
    let file = path(&home.beside("old.tar"));
    home.done(&["backup", &file]);
    upgraded(&home, &MIGRATIONS).unwrap();
    assert_eq!(home.number(LAST_COMMENT), 5);
    comment_99(&home);
    home.done(&["rollback"]);
    assert_eq!(home.number("select max(id) from comments"), 5);
    upgraded(&home, &MIGRATIONS).unwrap();
    assert_eq!(home.number(LAST_COMMENT), 99, "after a rollback");
    let alone = "select signed_alone from numbers where name = 'comments'";
    assert_eq!(home.number(alone), 5, "only these were signed alone");

    let newer = path(&home.beside("newer.tar"));
    home.done(&["backup", &newer]);
    query(
        &home.database(),
        "update numbers set last = 150 where name = 'comments'",
    );
    home.done(&["restore", "--replace", &newer]);
    assert_eq!(home.number(LAST_COMMENT), 150, "after a restore");

    home.done(&["restore", "--replace", &file]);
    upgraded(&home, &MIGRATIONS).unwrap();
    assert_eq!(
        home.number(LAST_COMMENT),
        150,
        "after a restore of an older schema"
    );
    assert_eq!(
        home.number("select count(*) from settings where name like 'number:%'"),
        0
    );
}

#[test]
fn an_older_program_refuses_a_newer_database_and_names_the_copy_of_before() {
    let home = stored(3);
    upgraded(&home, &MIGRATIONS).unwrap();
    let copy = path(&kept(&home)[0]);
    query(&home.database(), "pragma user_version = 99");
    let before = std::fs::read(home.database()).unwrap();
    for command in [&["serve"] as &[&str], &["check"], &["user", "list"]] {
        let sentence = last_sentence(&home, command);
        assert!(
            sentence.contains("from a newer version of Daybook") && sentence.contains(&copy),
            "{command:?}: {sentence}"
        );
    }
    assert!(std::fs::read(home.database()).unwrap() == before);
    home.done(&["rollback"]);
    assert_eq!(schema(&home.database()), "3", "it knows the way back");
}

#[test]
fn a_backup_of_an_older_schema_comes_back_and_is_upgraded() {
    let home = stored(2);
    let before = all_words(&home.database());
    let file = path(&home.beside("old.tar"));
    home.done(&["backup", &file]);
    let there = Home::new();
    there.done(&["restore", &file]);
    assert_eq!(all_words(&there.database()), before);
    let server = Server::start(&there);
    assert_eq!(server.get("/2016/06/tides.html").status, 200);
    assert_eq!(all_words(&there.database()), before);
}

#[test]
fn the_migrations_of_released_schemas_never_change() {
    use sha2::{Digest, Sha256};
    let digests: Vec<String> = MIGRATIONS
        .iter()
        .take(stored::RELEASED.len())
        .map(|migration| {
            let digest = Sha256::digest(migration.sql.as_str());
            daybook::blog::hex(&digest[..8])
        })
        .collect();
    assert_eq!(digests, FROZEN);
}

/// The first eight bytes of SHA-256 of each: a database that was made by it must fit to what comes after it.
const FROZEN: [&str; 5] = [
    "d2a41be1c5550e56",
    "b0558caf83458a58",
    "63b1e0322f4d9b13",
    "76907cc5baa5fe24",
    "301bcd083de40d05",
];
