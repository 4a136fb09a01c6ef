//! The content version that page caches go by, two programs on one file, requests that are cut off, numbers that are given once.

use crate::blog::{Blog, DAY_SECONDS, NOON, Publish, draft, keeping, newest_path, remark};
use daybook::blog::comment::State as CommentState;
use daybook::blog::listing::PostFilter;
use daybook::blog::post::{Kind, NewPost};
use daybook::blog::settings::Settings;
use daybook::store::{PageDirection, Store};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::time::Duration;

#[tokio::test]
async fn the_version_rises_with_what_readers_see_and_with_nothing_else() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let mut before = store.content_version();
    let mut rose = |what: &str, wanted: bool| {
        let now = store.content_version();
        assert_eq!(now > before, wanted, "{what}");
        before = now;
    };
    let hidden = blog.create(&draft("Plan"), Publish::Keep, NOON).await;
    rose("a new draft", false);
    blog.save(hidden.id, hidden.revision, &draft("Plan B"), Publish::Keep)
        .await
        .unwrap();
    rose("a changed draft", false);
    let saved = blog.publish("Tides").await;
    rose("a published post", true);
    let saved = blog
        .save(saved.id, saved.revision, &draft("Ebb"), Publish::Now)
        .await
        .unwrap();
    rose("a changed post", true);
    let held = blog
        .comment(&remark(saved.id, "held"), CommentState::Waiting, NOON)
        .await;
    rose("a held comment", false);
    blog.comment(&remark(saved.id, "shown"), CommentState::Approved, NOON)
        .await;
    rose("a comment", true);
    blog.decide(held, CommentState::Approved).await.unwrap();
    rose("an approved comment", true);
    blog.undo(held).await.unwrap();
    rose("an undone decision", true);
    store
        .settings()
        .save(&Settings::default(), NOON)
        .await
        .unwrap();
    rose("settings", true);
    store
        .authors()
        .rename(blog.ada, "Ada L.", NOON)
        .await
        .unwrap();
    rose("another name", true);
    store
        .sessions()
        .start(b"token", blog.ada, "", NOON)
        .await
        .unwrap();
    store
        .sessions()
        .find(b"token", NOON.plus_seconds(DAY_SECONDS))
        .await
        .unwrap();
    rose("a session", false);
    store
        .sign_in_links()
        .add(b"link", None, NOON)
        .await
        .unwrap();
    rose("a one-time address", false);
    store.posts().unpublish(saved.id, NOON).await.unwrap();
    rose("a post taken back", true);
    store.posts().trash(saved.id, NOON).await.unwrap();
    store.posts().restore(saved.id, NOON).await.unwrap();
    store.sessions().tidy(NOON).await.unwrap();
    store.checkpoint().await.unwrap();
    store.optimize().await.unwrap();
}

#[tokio::test]
async fn two_programs_on_one_file_see_each_others_changes() {
    let blog = Blog::new().await;
    let other = Store::open(&blog.path(), false).await.unwrap();
    let before = other.content_version();
    blog.create(&draft("Tides"), Publish::Now, NOON.plus_seconds(5))
        .await;
    assert_eq!(other.content_version(), before, "it has not looked yet");
    other.refresh_version().await.unwrap();
    assert_eq!(other.changed_at(), NOON.plus_seconds(5));
    assert_eq!(other.content_version(), blog.store.content_version());
    assert!(other.content_version() > before);
    assert!(newest_path(&other).await.ends_with("/tides.html"));
    other
        .settings()
        .name_blog("Named elsewhere", "", NOON)
        .await
        .unwrap();
    blog.store.refresh_version().await.unwrap();
    assert_eq!(blog.store.content_version(), other.content_version());
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_cut_off_in_the_middle_of_a_change_leaves_the_writer_free() {
    let blog = Blog::new().await;
    let wide = NewPost {
        source: "harbour ".repeat(20_000),
        tags: (0..30).map(|number| format!("tag{number}")).collect(),
        ..draft("Wide")
    };
    for attempt in 0..10_u64 {
        // From before the first statement to well into the transaction.
        let patience = Duration::from_micros(50 + attempt * attempt * 150);
        let work = blog.create(&wide, Publish::Now, NOON);
        let finished = tokio::time::timeout(patience, work).await.is_ok();
        let next = tokio::time::timeout(Duration::from_secs(10), blog.publish("Next")).await;
        assert!(
            next.is_ok(),
            "the writer is stuck after attempt {attempt}, finished: {finished}"
        );
    }
    for _ in 0..10 {
        let store = blog.store.clone();
        let (wide, ada) = (wide.clone(), blog.ada);
        let task = tokio::spawn(async move {
            store
                .revisions()
                .create_post(keeping(&wide, ada, NOON))
                .await
        });
        tokio::task::yield_now().await;
        task.abort();
        let _ = task.await;
        blog.publish("Next").await;
    }
    let published = blog
        .store
        .admin_lists()
        .post_counts(Kind::Post, &PostFilter::default())
        .await
        .unwrap()
        .published;
    let listed = blog
        .store
        .posts()
        .list(PageDirection::Start, 100)
        .await
        .unwrap()
        .items
        .len();
    assert_eq!(usize::try_from(published).unwrap(), listed);
    assert!((20..=40).contains(&listed), "{listed} posts");
    blog.assert_whole().await;
}

#[tokio::test]
async fn every_table_with_a_number_gives_it_once() {
    let blog = Blog::new().await;
    let path = blog.directory.path().join("daybook.db");
    let mut database = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    let tables: Vec<(String,)> = sqlx::query_as(
        "select m.name from sqlite_schema m where m.type = 'table' and m.name not like 'search_%' and exists \
         (select 1 from pragma_table_info(m.name) c where c.name = 'id' and c.pk = 1 and c.type = 'INTEGER') \
         order by m.name",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    assert!(tables.len() > 15, "{tables:?}");
    sqlx::raw_sql("pragma foreign_keys = off; pragma ignore_check_constraints = on")
        .execute(&mut database)
        .await
        .unwrap();
    for (table,) in tables.iter().filter(|(table,)| table != "content") {
        let columns: Vec<(String, String)> =
            sqlx::query_as("select name, type from pragma_table_info($1) where \"notnull\" and dflt_value is null and pk = 0")
                .bind(table)
                .fetch_all(&mut database)
                .await
                .unwrap();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values = vec!["hex(randomblob(8))"; names.len()];
        let insert = format!(
            "insert into {table} (id, {}) values (1000, {})",
            names.join(", "),
            values.join(", ")
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "{insert}; delete from {table} where id = 1000"
        )))
        .execute(&mut database)
        .await
        .unwrap_or_else(|error| panic!("{table}: {error}"));
        let last: Option<(i64,)> = sqlx::query_as("select last from numbers where name = $1")
            .bind(table)
            .fetch_optional(&mut database)
            .await
            .unwrap();
        assert_eq!(last, Some((1000,)), "{table} notes what it has given");
    }
}
