//! `daybook check`: what is damaged is found and named.

use super::made_up;
use crate::support::program::{contents, query, text};

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
