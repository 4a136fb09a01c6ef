//! The addresses of posts: how they are made, what they lead to when they change, who finds a post by its part.

use crate::blog::{Blog, DAY_SECONDS, NOON, Publish, SaveFailure, draft};
use daybook::blog::post::NewPost;
use daybook::blog::settings::{Permalinks, Settings};
use daybook::store::PublishError;

#[tokio::test]
async fn a_title_that_is_taken_gets_a_number_and_a_typed_permalink_is_refused() {
    let blog = Blog::new().await;
    let first = blog.publish("Tides").await;
    let second = blog.publish("Tides").await;
    assert_eq!(first.path.as_deref(), Some("/2016/06/tides.html"));
    assert_ne!(first.path, second.path);
    assert!(
        second
            .path
            .as_deref()
            .unwrap()
            .starts_with("/2016/06/tides")
    );
    let typed = NewPost {
        permalink: "tides".to_owned(),
        ..draft("Tides")
    };
    let refused = blog
        .save(second.id, second.revision, &typed, Publish::Now)
        .await;
    assert!(matches!(
        refused,
        Err(SaveFailure::Publishing(PublishError::Taken(_)))
    ));
    let kept = blog.store.posts().by_id(second.id).await.unwrap().unwrap();
    assert_eq!(kept.path, second.path);
    assert!(kept.pending, "the text stays a working copy");
}

#[tokio::test]
async fn an_address_that_changed_leads_to_the_new_one_until_somebody_else_lives_there() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    let moved = NewPost {
        permalink: "ebb".to_owned(),
        ..draft("Tides")
    };
    let saved = blog
        .save(saved.id, saved.revision, &moved, Publish::Now)
        .await
        .unwrap();
    assert_eq!(saved.path.as_deref(), Some("/2016/06/ebb.html"));
    let leads = async |path: &str| blog.store.posts().moved_to(path).await.unwrap();
    assert_eq!(
        leads("/2016/06/tides.html").await.as_deref(),
        Some("/2016/06/ebb.html")
    );
    assert!(
        blog.store
            .posts()
            .published("/2016/06/tides.html")
            .await
            .unwrap()
            .is_none()
    );

    let back = NewPost {
        permalink: "tides".to_owned(),
        ..draft("Tides")
    };
    blog.save(saved.id, saved.revision, &back, Publish::Now)
        .await
        .unwrap();
    assert_eq!(leads("/2016/06/tides.html").await, None);
    assert_eq!(
        leads("/2016/06/ebb.html").await.as_deref(),
        Some("/2016/06/tides.html")
    );

    blog.publish("Ebb").await;
    assert_eq!(leads("/2016/06/ebb.html").await, None);
}

#[tokio::test]
async fn an_address_once_given_outlives_a_new_title_and_a_new_date() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    let renamed = NewPost {
        published_at: Some(NOON.plus_seconds(-400 * DAY_SECONDS)),
        ..draft("Quite another title")
    };
    let again = blog
        .save(saved.id, saved.revision, &renamed, Publish::Now)
        .await
        .unwrap();
    assert_eq!(again.path, saved.path);
}

#[tokio::test]
async fn new_addresses_follow_the_pattern_and_never_one_of_the_blogs_own() {
    let blog = Blog::new().await;
    let first = blog.publish("Tides").await;
    let settings = Settings {
        permalinks: Permalinks::Title,
        ..Settings::default()
    };
    blog.store.settings().save(&settings, NOON).await.unwrap();
    assert_eq!(blog.publish("Spring").await.path.unwrap(), "/spring/");
    assert_eq!(blog.publish("Tags").await.path.unwrap(), "/tags-2/");
    assert_eq!(blog.publish("2016").await.path.unwrap(), "/2016-2/");
    let typed = NewPost {
        permalink: "search".to_owned(),
        ..draft("Other")
    };
    let refused = blog.try_create(&typed, Publish::Now, NOON).await;
    assert!(
        matches!(refused, Err(SaveFailure::Publishing(PublishError::Taken(link))) if link.path == "/search/")
    );
    let base = first.revision;
    let kept = blog
        .save(first.id, base, &draft("Tides again"), Publish::Now)
        .await;
    assert_eq!(
        kept.unwrap().path,
        first.path,
        "an address once given is kept"
    );
}

#[tokio::test]
async fn posts_are_found_by_the_last_part_of_their_address() {
    let blog = Blog::new().await;
    blog.publish("Tides").await;
    blog.create(&draft("Secret"), Publish::Keep, NOON).await;
    let ending = async |part: &str| {
        let links = blog
            .store
            .not_found_log()
            .suggestions(part, 5)
            .await
            .unwrap();
        links.into_iter().map(|link| link.path).collect::<Vec<_>>()
    };
    for part in ["tides", "tides.html"] {
        assert_eq!(ending(part).await, ["/2016/06/tides.html"]);
    }
    for part in ["", "tide", "2016", "secret", "%"] {
        assert!(ending(part).await.is_empty(), "{part}");
    }
}
