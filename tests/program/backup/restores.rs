//! Restores: into an empty directory, in one step, never half.

use super::{
    MADE_UP, all_words, get, home_of_schema, last_sentence, made_up_backup, path, upgraded,
};
use crate::support::program::{Home, Server, contents, copy_all, query};
use daybook::store::file::MIGRATIONS;
use std::path::Path;

#[test]
fn a_directory_that_is_not_empty_is_left_alone_or_moved_away() {
    let home = Home::set_up();
    let before = contents(&home.data());
    let sentence = last_sentence(&home, &["restore", &path(&made_up_backup())]);
    assert!(sentence.contains("--replace"), "{sentence}");
    assert!(contents(&home.data()) == before, "something was touched");

    let said = home.done(&["restore", "--replace", &path(&made_up_backup())]);
    let replaced = said
        .lines()
        .find_map(|line| line.strip_prefix("The previous content was moved to "))
        .unwrap_or_else(|| panic!("{said}"));
    let old = query(
        &Path::new(replaced).join("daybook.db"),
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
    let replaced = said
        .lines()
        .find_map(|line| line.strip_prefix("The previous content was moved to "))
        .unwrap_or_else(|| panic!("{said}"));
    assert!(!Path::new(replaced).join("lost+found").exists());
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
            // The old content has been moved away by then.
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
        let replaced = contents(&home.data())
            .iter()
            .any(|(path, _)| path.to_string_lossy().contains("/replaced-"));
        assert_eq!(replaced, place == "restored", "{place}");
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
    let home = home_of_schema(4);
    let file = path(&home.file("old.tar"));
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

    let newer = path(&home.file("newer.tar"));
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
fn a_backup_of_an_older_schema_comes_back_and_is_upgraded() {
    let home = home_of_schema(2);
    let before = all_words(&home.database());
    let file = path(&home.file("old.tar"));
    home.done(&["backup", &file]);
    let there = Home::new();
    there.done(&["restore", &file]);
    assert_eq!(all_words(&there.database()), before);
    let server = Server::start(&there);
    assert_eq!(server.get("/2016/06/tides.html").status, 200);
    assert_eq!(all_words(&there.database()), before);
}
