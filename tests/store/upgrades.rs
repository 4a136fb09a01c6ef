//! Databases of older schemas, brought to the newest.

use crate::blog::{NOON, open};
use daybook::blog::author::Role;
use daybook::blog::post::Comments;
use daybook::blog::{CommentId, PostId, words};
use daybook::clock::Clock;
use daybook::config::{Config, LogFormat};
use daybook::store::{IndexQuery, file};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};

/// A database as the program with schema 1 left it: a post of each kind, and a thread.
async fn database_of_schema_1(path: &std::path::Path) {
    let all = sqlx::migrate!("migrations/sqlite");
    let first = all.iter().take(1).cloned().collect();
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    sqlx::migrate::Migrator::with_migrations(first)
        .run(&mut connection)
        .await
        .unwrap();
    connection
        .execute(
            "insert into posts (id, kind, state, title, path, markup, comments, created_at, updated_at, published_at, \
             listed_at, approved_comments, renderer, cut, html, source) values \
             (1, 'post', 'published', 'Tides', '/1', 'markdown', 'open', 1, 1, 1, 1, 2, 7, 0, '<p>x</p>', 'x'), \
             (2, 'post', 'published', 'Ebb', '/2', 'markdown', 'closed', 1, 1, 1, 1, 0, 7, 0, '<p>y</p>', 'y'), \
             (3, 'page', 'draft', 'About', null, 'html', 'hidden', 1, 1, null, 1, 0, 7, 0, '<p>z</p>', 'z'); \
             insert into redirects values ('/old', 1); \
             insert into comments (id, post_id, parent_id, state, name, email, created_at, renderer, markup, html, source) \
             values (1, 1, null, 'approved', 'Ada', 'ada@example.org', 20, 7, 'markdown', '<p>a</p>', 'lantern'), \
             (2, 1, 1, 'approved', 'Bo', '', 10, 7, 'markdown', '<p>b</p>', 'b'), \
             (3, 1, null, 'waiting', 'Cleo', '', 30, 7, 'markdown', '<p>c</p>', 'c'); \
             insert into search_posts (rowid, title, tags, body) values (1, 'tides', '', 'x'), (2, 'ebb', '', 'y'), \
             (3, 'about', '', 'z'); \
             insert into search_comments (rowid, body) values (1, 'ada lantern'), (2, 'bo b'), (3, 'cleo c');",
        )
        .await
        .unwrap();
    connection.close().await.unwrap();
}

async fn upgrade(data: &std::path::Path, database: &std::path::Path) {
    let config = Config {
        data: data.to_owned(),
        listen: "127.0.0.1:8080".parse().unwrap(),
        url: "http://blog.example".parse().unwrap(),
        database: database.to_owned(),
        trusted_proxies: Vec::new(),
        smtp: None,
        metrics: None,
        log: LogFormat::Text,
        page_cache_bytes: 0,
        backups: data.join("backups"),
        leave_checkpoints: false,
        fetch_private: false,
        assumed: daybook::config::Assumed::default(),
    };
    let clock = Clock::frozen(NOON);
    daybook::cli::upgrade::upgrade(&config, &file::MIGRATIONS, &clock, &mut |_| {})
        .await
        .unwrap();
}

#[tokio::test]
async fn a_blog_of_the_first_schema_comes_along_whole_and_a_copy_of_it_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("daybook.db");
    database_of_schema_1(&path).await;
    upgrade(directory.path(), &path).await;
    let store = open(&path).await;
    while store.archive().place_missing(1, NOON).await.unwrap() {}
    assert_eq!(store.problems().await.unwrap(), Vec::<String>::new());
    assert_eq!(
        store.archive().months().await.unwrap(),
        [("1970-01".to_owned(), 2)],
        "its posts are in the archive"
    );
    let comments = async |id| {
        store
            .posts()
            .by_id(PostId(id))
            .await
            .unwrap()
            .unwrap()
            .comments
    };
    assert_eq!(comments(1).await, Comments::Blog);
    assert_eq!(comments(2).await, Comments::Closed);
    assert_eq!(comments(3).await, Comments::Hidden);
    let place = async |id| {
        let comment = store
            .comments()
            .by_id(CommentId(id))
            .await
            .unwrap()
            .unwrap();
        (comment.place, comment.source)
    };
    assert_eq!(place(1).await, (Some(2), "lantern".to_owned()));
    assert_eq!(place(2).await, (Some(1), "b".to_owned()));
    assert_eq!(place(3).await, (None, "c".to_owned()));
    assert_eq!(
        store
            .comments()
            .by_id(CommentId(2))
            .await
            .unwrap()
            .unwrap()
            .parent_id,
        Some(CommentId(1))
    );
    assert_eq!(
        store.posts().moved_to("/old").await.unwrap().as_deref(),
        Some("/1")
    );
    let query = IndexQuery {
        words: words::query("lantern").unwrap(),
        with_comments: true,
        ..IndexQuery::default()
    };
    assert_eq!(store.search().find(&query, 10).await.unwrap().len(), 1);
    store.close().await;
    let kept = std::fs::read_dir(directory.path())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.starts_with("daybook-before-1-"))
        .count();
    assert_eq!(kept, 1, "the old state is kept");
    let again = open(&path).await;
    assert_eq!(again.problems().await.unwrap(), Vec::<String>::new());
}

/// Adds people with these roles to a database of schema 1; the last one is removed.
async fn add_people(path: &std::path::Path, roles: &[&str]) {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    for (number, role) in roles.iter().enumerate() {
        sqlx::query(
            "insert into authors (name, email, role, created_at, removed_at) values ($1, $1, $2, 1, $3)",
        )
        .bind(format!("{number}@example.org"))
        .bind(role)
        .bind((number + 1 == roles.len()).then_some(2))
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn authors_of_before_become_operators_where_nobody_else_is_one() {
    for (before, after, news) in [
        (
            ["author", "author", "operator"],
            [Role::Operator, Role::Operator],
            0,
        ),
        (
            ["author", "operator", "operator"],
            [Role::Author, Role::Operator],
            1,
        ),
        (
            ["operator", "operator", "author"],
            [Role::Operator, Role::Operator],
            0,
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("daybook.db");
        database_of_schema_1(&path).await;
        add_people(&path, &before).await;
        upgrade(directory.path(), &path).await;
        let store = open(&path).await;
        let people = store.authors().list().await.unwrap();
        let roles: Vec<Role> = people.iter().map(|person| person.role).collect();
        assert_eq!(roles, after, "{before:?}");
        for asked in [news, 0] {
            let mut shown = 0;
            for person in &people {
                shown += i64::from(store.access().take_roles_news(person.id).await.unwrap());
            }
            assert_eq!(shown, asked, "{before:?}");
        }
    }
}
