//! Backups: whole, verified, and taken while the server runs.

use super::{HOST, MADE_UP, get, last_sentence, made_up_backup, path};
use crate::support::program::{Answer, Home, Server, await_some, contents, copy_all, query, text};
use daybook::transfer::backup;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn made_up() -> Home {
    let home = Home::new();
    copy_all(&MADE_UP.data(), &home.data());
    home
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

/// Waits until the background jobs have nothing left to do: related posts, renderings.
fn await_quiet(home: &Home) {
    await_some("the blog is quiet", || {
        let left = home.number(
            "select (select count(*) from related_due) + (select count(*) from posts where renderer = 0)",
        );
        (left == 0).then_some(())
    });
}

#[test]
fn a_backup_taken_while_serving_gives_the_same_pages_on_an_empty_machine() {
    let home = made_up();
    let file = path(&home.file("blog.tar"));
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
fn a_comment_sent_meanwhile_is_in_the_backup_or_after_it_and_never_half() {
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
    let file = home.file("busy.tar");
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
        let file = home.file("damaged.tar");
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
    let file = home.file("there.txt");
    std::fs::write(&file, "words").unwrap();
    let sentence = last_sentence(&home, &["backup", &path(&file)]);
    assert!(sentence.contains("already exists"), "{sentence}");
    assert_eq!(std::fs::read(&file).unwrap(), b"words");
    let nowhere = home.file("none/blog.tar");
    assert!(last_sentence(&home, &["backup", &path(&nowhere)]).contains("cannot be written"));
    let empty = Home::new();
    let file = empty.file("empty.tar");
    assert!(last_sentence(&empty, &["backup", &path(&file)]).contains("no blog"));
    assert!(!file.exists() && !empty.data().exists());
}

#[test]
fn a_lost_picture_is_reported_and_keeps_nothing_else_from_being_saved() {
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
    let file = path(&home.file("lost.tar"));
    let said = home.done(&["backup", &file]);
    assert!(
        said.contains(&format!("Problem: the media file {name} is missing")),
        "{said}"
    );
    let there = Home::new();
    assert!(there.done(&["restore", &file]).contains(&name));
}
