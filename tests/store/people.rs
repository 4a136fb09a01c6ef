//! People and their sessions: set-up, passwords, one-time links, removal.

use crate::blog::{Blog, DAY_SECONDS, NOON, open};
use daybook::blog::author::Role;

#[tokio::test]
async fn an_idle_session_ends_after_a_week_and_any_after_thirty_days() {
    let blog = Blog::new().await;
    let signed_in = async |token: &[u8], now| {
        blog.store
            .sessions()
            .find(token, now)
            .await
            .unwrap()
            .is_some()
    };
    blog.store
        .sessions()
        .start(b"idle", blog.ada, "", NOON)
        .await
        .unwrap();
    assert!(signed_in(b"idle", NOON.plus_seconds(60)).await);
    assert!(!signed_in(b"idle", NOON.plus_seconds(7 * DAY_SECONDS)).await);

    blog.store
        .sessions()
        .start(b"busy", blog.ada, "", NOON)
        .await
        .unwrap();
    for day in 1..30 {
        assert!(
            signed_in(b"busy", NOON.plus_seconds(day * DAY_SECONDS)).await,
            "day {day}"
        );
    }
    assert!(!signed_in(b"busy", NOON.plus_seconds(30 * DAY_SECONDS)).await);
    assert!(!signed_in(b"nobody's", NOON).await);

    blog.store
        .sessions()
        .tidy(NOON.plus_seconds(8 * DAY_SECONDS))
        .await
        .unwrap();
    let last_used = NOON.plus_seconds(29 * DAY_SECONDS);
    assert!(!signed_in(b"idle", NOON).await, "it was forgotten");
    assert!(signed_in(b"busy", last_used).await);
    blog.store.sessions().end_by_token(b"busy").await.unwrap();
    assert!(!signed_in(b"busy", last_used).await);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let blog = Blog::new().await;
    for token in [b"here", b"away"] {
        blog.store
            .sessions()
            .start(token, blog.ada, "", NOON)
            .await
            .unwrap();
    }
    blog.store
        .sign_in_links()
        .add(b"link", Some(blog.ada), NOON.plus_seconds(60))
        .await
        .unwrap();
    assert!(
        blog.store
            .authors()
            .password_hash("ada@example.org")
            .await
            .unwrap()
            .is_none()
    );
    blog.store
        .authors()
        .set_password(blog.ada, "$argon2id$…", b"here")
        .await
        .unwrap();
    let hash = blog
        .store
        .authors()
        .password_hash("Ada@Example.org")
        .await
        .unwrap();
    assert_eq!(hash, Some((blog.ada, "$argon2id$…".to_owned())));
    assert!(
        blog.store
            .sessions()
            .find(b"here", NOON)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        blog.store
            .sessions()
            .find(b"away", NOON)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        blog.store
            .sign_in_links()
            .owner(b"link", NOON)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_one_time_address_lets_in_once_and_not_too_late() {
    let blog = Blog::new().await;
    let until = NOON.plus_seconds(60);
    blog.store
        .sign_in_links()
        .add(b"one", Some(blog.ada), until)
        .await
        .unwrap();
    assert!(
        blog.store
            .sign_in_links()
            .owner(b"one", NOON)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        !blog
            .store
            .sign_in_links()
            .is_set_up(b"one", NOON)
            .await
            .unwrap()
    );
    assert_eq!(
        blog.store
            .sign_in_links()
            .redeem(b"one", NOON)
            .await
            .unwrap(),
        Some(blog.ada)
    );
    assert_eq!(
        blog.store
            .sign_in_links()
            .redeem(b"one", NOON)
            .await
            .unwrap(),
        None
    );

    blog.store
        .sign_in_links()
        .add(b"late", Some(blog.ada), until)
        .await
        .unwrap();
    assert!(
        blog.store
            .sign_in_links()
            .owner(b"late", until)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        blog.store
            .sign_in_links()
            .redeem(b"late", until)
            .await
            .unwrap(),
        None
    );

    blog.store
        .sign_in_links()
        .add(b"old", Some(blog.ada), until)
        .await
        .unwrap();
    blog.store
        .sign_in_links()
        .add(b"new", Some(blog.ada), until)
        .await
        .unwrap();
    assert!(
        blog.store
            .sign_in_links()
            .owner(b"old", NOON)
            .await
            .unwrap()
            .is_none(),
        "only the newest works"
    );
    assert!(
        blog.store
            .sign_in_links()
            .owner(b"new", NOON)
            .await
            .unwrap()
            .is_some()
    );

    blog.store.sessions().tidy(until).await.unwrap();
    assert!(
        blog.store
            .sign_in_links()
            .owner(b"new", NOON)
            .await
            .unwrap()
            .is_none(),
        "it was forgotten"
    );
}

#[tokio::test]
async fn a_blog_is_set_up_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("daybook.db")).await;
    assert!(!store.authors().any_exist().await.unwrap());
    store
        .sign_in_links()
        .add(b"key", None, NOON.plus_seconds(60))
        .await
        .unwrap();
    assert!(store.sign_in_links().is_set_up(b"key", NOON).await.unwrap());
    assert!(
        !store
            .sign_in_links()
            .is_set_up(b"key", NOON.plus_seconds(60))
            .await
            .unwrap()
    );
    let title = [("title", "Tides".to_owned())];
    let first = store
        .authors()
        .set_up("Ada", "ada@example.org", "hash", &title, NOON)
        .await
        .unwrap();
    assert!(first.is_some());
    assert!(!store.sign_in_links().is_set_up(b"key", NOON).await.unwrap());
    let other = [("title", "Mine".to_owned())];
    let second = store
        .authors()
        .set_up("Eve", "eve@example.org", "hash", &other, NOON)
        .await
        .unwrap();
    assert_eq!(second, None);
    assert_eq!(store.settings().load().await.unwrap().title, "Tides");
    let people = store.authors().list().await.unwrap();
    assert_eq!((people.len(), people[0].role), (1, Role::Operator));
}

#[tokio::test]
async fn a_removed_person_is_shut_out_but_stays_the_author_of_what_they_wrote() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await;
    blog.store
        .authors()
        .rename(blog.ada, "Ada L.", NOON)
        .await
        .unwrap();
    let again = blog
        .store
        .authors()
        .add("Eve", "ada@example.org", Role::Author, None, NOON)
        .await;
    assert_eq!(
        again.unwrap(),
        None,
        "the address belongs to somebody who is here"
    );
    blog.store
        .sessions()
        .start(b"session", blog.ada, "", NOON)
        .await
        .unwrap();
    blog.store.authors().remove(blog.ada, NOON).await.unwrap();
    assert!(
        blog.store
            .sessions()
            .find(b"session", NOON)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        blog.store
            .authors()
            .by_email("ada@example.org")
            .await
            .unwrap()
            .is_none()
    );
    assert!(!blog.store.authors().any_exist().await.unwrap());
    assert_eq!(
        blog.store
            .posts()
            .by_id(post.id)
            .await
            .unwrap()
            .unwrap()
            .author,
        "Ada L."
    );
    let back = blog
        .store
        .authors()
        .add("Ada", "ada@example.org", Role::Operator, None, NOON)
        .await;
    assert_eq!(back.unwrap(), Some(blog.ada));
    assert_eq!(
        blog.store
            .authors()
            .by_email("ADA@example.org")
            .await
            .unwrap()
            .unwrap()
            .role,
        Role::Operator
    );
}
