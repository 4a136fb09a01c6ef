//! Upgrades from every released schema, and the way back.

use super::{all_words, home_of_schema, last_sentence, path, runtime, upgraded, upgraded_watched};
use crate::support::program::{Home, Server, contents, copy_all, query};
use crate::support::stored;
use daybook::cli::upgrade::Step;
use daybook::store::file::{MIGRATIONS, schema_known};
use std::path::{Path, PathBuf};

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
        let home = home_of_schema(from);
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
    let home = home_of_schema(1);
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
        let home = home_of_schema(3);
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
    let home = home_of_schema(2);
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
    let home = home_of_schema(3);
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
    let home = home_of_schema(3);
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
    let newer_copy = contents(&home.data())
        .into_iter()
        .find(|(path, _)| path.to_string_lossy().contains("daybook-after-"))
        .map(|(path, _)| path)
        .unwrap();
    assert_eq!(all_words(&newer_copy), newer);
    assert!(last_sentence(&home, &["rollback"]).contains("there is no copy"));
    upgraded(&home, &MIGRATIONS).unwrap();
    assert_eq!(all_words(&home.database()), before, "and forward again");
}

#[test]
fn an_older_program_refuses_a_newer_database_and_names_the_copy_of_before() {
    let home = home_of_schema(3);
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
