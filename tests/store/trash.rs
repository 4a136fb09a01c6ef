//! Posts that are deleted, taken back, restored, and deleted for good.

use crate::blog::{
    Blog, DAY_SECONDS, NOON, Publish, draft, imported, put_working_copy, raw, remark, tagged,
};
use daybook::blog::comment::State as CommentState;
use daybook::blog::listing::PostFilter;
use daybook::blog::post::{Kind, State};
use daybook::store::ImportedPost;

#[tokio::test]
async fn a_post_comes_back_from_the_trash_as_it_was() {
    let blog = Blog::new().await;
    let published = blog.publish("Tides").await;
    let hidden = blog.create(&draft("Plan"), Publish::Keep, NOON).await;
    for saved in [&published, &hidden] {
        assert!(blog.store.posts().trash(saved.id, NOON).await.unwrap());
        assert!(
            !blog.store.posts().trash(saved.id, NOON).await.unwrap(),
            "it lies there already"
        );
        assert_eq!(blog.state(saved.id).await, State::Trashed);
    }
    let in_trash = blog
        .store
        .admin_lists()
        .post_counts(Kind::Post, &PostFilter::default())
        .await
        .unwrap();
    assert_eq!(
        (in_trash.drafts, in_trash.published, in_trash.trashed),
        (0, 0, 2)
    );
    for saved in [&published, &hidden] {
        assert!(blog.store.posts().restore(saved.id, NOON).await.unwrap());
        assert!(
            !blog.store.posts().restore(saved.id, NOON).await.unwrap(),
            "it is back already"
        );
    }
    assert_eq!(blog.state(published.id).await, State::Published);
    assert_eq!(blog.state(hidden.id).await, State::Draft);
    assert!(
        blog.store
            .posts()
            .published_by_id(published.id)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        blog.store
            .posts()
            .published_by_id(hidden.id)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_post_whose_address_was_given_away_comes_back_as_a_draft() {
    let blog = Blog::new().await;
    let first = blog.publish("Tides").await;
    blog.store.posts().trash(first.id, NOON).await.unwrap();
    let second = blog.publish("Tides").await;
    assert_eq!(second.path, first.path);
    assert!(blog.store.posts().restore(first.id, NOON).await.unwrap());
    assert_eq!(blog.state(first.id).await, State::Draft);
    let base = blog
        .store
        .posts()
        .by_id(first.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    let again = blog
        .save(first.id, base, &draft("Tides"), Publish::Now)
        .await
        .unwrap();
    assert_ne!(again.path, second.path);
    let holder = blog
        .store
        .posts()
        .published(second.path.as_deref().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(holder.id, second.id);
}

#[tokio::test]
async fn a_post_taken_back_keeps_its_address_for_later() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    assert!(blog.store.posts().unpublish(saved.id, NOON).await.unwrap());
    assert!(!blog.store.posts().unpublish(saved.id, NOON).await.unwrap());
    assert!(
        blog.store
            .posts()
            .published(saved.path.as_deref().unwrap())
            .await
            .unwrap()
            .is_none()
    );
    let base = blog
        .store
        .posts()
        .by_id(saved.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    let again = blog
        .save(saved.id, base, &draft("New title"), Publish::Now)
        .await
        .unwrap();
    assert_eq!(again.path, saved.path);
    blog.store.posts().unpublish(saved.id, NOON).await.unwrap();
    let back = blog
        .save(saved.id, again.revision, &draft("x"), Publish::Keep)
        .await;
    assert_eq!(back.unwrap().path, saved.path);
    assert_eq!(blog.state(saved.id).await, State::Draft);
}

#[tokio::test]
async fn the_trash_is_emptied_of_what_lay_in_it_for_ninety_days() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let old = blog
        .create(&tagged("Ebb", &["Sea"]), Publish::Now, NOON)
        .await
        .id;
    let fresh = blog.create(&draft("Flood"), Publish::Keep, NOON).await.id;
    let kept = blog.publish("Slack").await.id;
    put_working_copy(&blog, old, "Sea").await;
    for source in ["lantern one", "lantern two"] {
        let id = blog
            .comment(&remark(old, source), CommentState::Waiting, NOON)
            .await;
        blog.decide(id, CommentState::Spam).await;
    }
    blog.comment(&remark(kept, "stays"), CommentState::Approved, NOON)
        .await;
    store.posts().trash(old, NOON).await.unwrap();
    store
        .posts()
        .trash(fresh, NOON.plus_seconds(DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(
        store
            .posts()
            .erase_trashed(NOON.plus_seconds(-1))
            .await
            .unwrap(),
        0
    );
    assert_eq!(store.posts().erase_trashed(NOON).await.unwrap(), 1);
    assert!(store.posts().by_id(old).await.unwrap().is_none());
    assert_eq!(
        blog.state(fresh).await,
        State::Trashed,
        "a draft has its days too"
    );
    let mut raw = raw(&blog).await;
    for (what, sql) in [
        ("comments", "select count(*) from comments"),
        (
            "working copies",
            "select count(*) from revisions where post_id not in (select id from posts)",
        ),
        ("tags", "select count(*) from post_tags"),
        ("lessons", "select count(*) from spam_lessons"),
        ("features", "select count(*) from spam_features"),
    ] {
        let (number,): (i64,) = sqlx::query_as(sql).fetch_one(&mut raw).await.unwrap();
        assert_eq!(number, i64::from(what == "comments"), "{what}");
    }
    blog.assert_whole().await;
    // What is brought back in time stays.
    store.posts().restore(fresh, NOON).await.unwrap();
    assert_eq!(
        store
            .posts()
            .erase_trashed(NOON.plus_seconds(200 * DAY_SECONDS))
            .await
            .unwrap(),
        0
    );
    assert_eq!(blog.state(fresh).await, State::Draft);
}

#[tokio::test]
async fn what_came_in_as_trash_has_its_ninety_days_from_then() {
    let blog = Blog::new().await;
    let trashed = ImportedPost {
        state: State::Trashed,
        updated_at: NOON.plus_seconds(-4000 * DAY_SECONDS),
        ..imported("Old", "/2005/01/old.html")
    };
    blog.store.imports().posts(&[trashed], NOON).await.unwrap();
    let just_before = NOON.plus_seconds(-1);
    assert_eq!(
        blog.store.posts().erase_trashed(just_before).await.unwrap(),
        0
    );
    assert_eq!(blog.store.posts().erase_trashed(NOON).await.unwrap(), 1);
}
