//! What the spam filter learns from decisions about comments.

use crate::blog::{Blog, NOON, arriving, remark};
use daybook::blog::CommentId;
use daybook::blog::comment::State as CommentState;
use daybook::blog::spam::Lessons;
use daybook::store::{FeatureCounts, NewCommentRow, Store};

async fn counts(store: &Store, words: &[&str]) -> Vec<Option<(u32, u32)>> {
    let features = words.iter().map(|word| format!("word:{word}")).collect();
    let counts = store.spam_filter().feature_counts(&features).await.unwrap();
    words
        .iter()
        .map(|word| counts.get(&format!("word:{word}")).copied())
        .collect()
}

#[tokio::test]
async fn the_filter_learns_each_comment_once_and_the_last_decision_counts() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let post = blog.publish("Tides").await.id;
    let said = blog
        .comment(&remark(post, "cheap lantern"), CommentState::Waiting, NOON)
        .await;
    let other = blog
        .comment(&remark(post, "kind lantern"), CommentState::Waiting, NOON)
        .await;
    let words = ["cheap", "kind", "lantern"];
    for _ in 0..2 {
        blog.decide(said, CommentState::Spam).await;
        blog.decide(other, CommentState::Approved).await;
    }
    assert_eq!(
        store.spam_filter().lessons().await.unwrap(),
        Lessons { spam: 1, good: 1 }
    );
    assert_eq!(
        counts(store, &words).await,
        [Some((1, 0)), Some((0, 1)), Some((1, 1))]
    );
    blog.decide(said, CommentState::Approved).await;
    assert_eq!(
        store.spam_filter().lessons().await.unwrap(),
        Lessons { spam: 0, good: 2 }
    );
    assert_eq!(
        counts(store, &words).await,
        [Some((0, 1)), Some((0, 1)), Some((0, 2))]
    );
    blog.undo(said).await;
    assert_eq!(
        store.spam_filter().lessons().await.unwrap(),
        Lessons { spam: 1, good: 1 }
    );
    for id in [said, other, said, CommentId(999)] {
        blog.decide(id, CommentState::Deleted).await;
    }
    assert_eq!(
        store.spam_filter().lessons().await.unwrap(),
        Lessons::default()
    );
    assert_eq!(counts(store, &words).await, [None, None, None]);
    assert_eq!(
        store.spam_filter().features_after("", 10).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_long_comment_is_learned_whole_and_unlearned_whole() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let words: Vec<String> = (0..120).map(|n| format!("word{n}x")).collect();
    let said = blog
        .comment(&remark(post, &words.join(" ")), CommentState::Waiting, NOON)
        .await;
    blog.decide(said, CommentState::Spam).await;
    let learned = blog
        .store
        .spam_filter()
        .features_after("", 1_000)
        .await
        .unwrap();
    assert!(learned.len() > 230, "{}", learned.len());
    assert!(learned.iter().all(|one| (one.spam, one.good) == (1, 0)));
    let half = &learned[learned.len() / 2];
    let rest = blog
        .store
        .spam_filter()
        .features_after(&half.feature, 1_000)
        .await
        .unwrap();
    assert_eq!(rest, learned[learned.len() / 2 + 1..]);
    blog.decide(said, CommentState::Deleted).await;
    assert_eq!(
        blog.store
            .spam_filter()
            .features_after("", 10)
            .await
            .unwrap(),
        []
    );
}

#[tokio::test]
async fn what_an_author_writes_teaches_the_filter_nothing() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let new = remark(post, "lantern");
    let posted = blog
        .store
        .comments()
        .post(NewCommentRow {
            author: Some(blog.ada),
            ..arriving(&new, CommentState::Approved, NOON)
        })
        .await
        .unwrap();
    for state in [CommentState::Spam, CommentState::Approved] {
        blog.decide(posted.id, state).await.expect("a decision");
        assert_eq!(
            blog.store.spam_filter().lessons().await.unwrap(),
            Lessons::default()
        );
    }
}

#[tokio::test]
async fn the_words_that_say_most_come_first() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    for (minute, (words, spam)) in [
        ("cheap lantern pills", true),
        ("cheap pills", true),
        ("kind lantern", false),
    ]
    .into_iter()
    .enumerate()
    {
        let at = NOON.plus_seconds(60 * i64::try_from(minute).unwrap());
        let said = blog
            .comment(&remark(post, words), CommentState::Waiting, at)
            .await;
        let state = if spam {
            CommentState::Spam
        } else {
            CommentState::Approved
        };
        blog.decide(said, state).await;
    }
    let lessons = blog.store.spam_filter().lessons().await.unwrap();
    let words = |rows: Vec<FeatureCounts>| -> Vec<String> {
        let words = rows
            .iter()
            .filter_map(|row| row.feature.strip_prefix("word:"));
        words.map(str::to_owned).collect()
    };
    let spam = blog
        .store
        .spam_filter()
        .strongest_features(true, lessons, 100)
        .await
        .unwrap();
    assert_eq!(words(spam), ["cheap", "pills"]);
    let good = blog
        .store
        .spam_filter()
        .strongest_features(false, lessons, 100)
        .await
        .unwrap();
    assert_eq!(words(good), ["kind", "lantern"]);
}
