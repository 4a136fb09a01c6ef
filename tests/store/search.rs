//! The search index: which words are found, in which order, and when it changes.

use crate::blog::{Blog, NOON, Publish, draft, imported, page, remark, tag_id, tagged};
use daybook::blog::TagId;
use daybook::blog::comment::State as CommentState;
use daybook::blog::post::{NewPost, Rendered};
use daybook::store::ImportedPost;

#[tokio::test]
async fn words_are_found_in_titles_texts_and_comments_whatever_their_accents() {
    let blog = Blog::new().await;
    let text = NewPost {
        source: "The harbour of Łódź".to_owned(),
        ..draft("Straße")
    };
    blog.create(&text, Publish::Now, NOON).await;
    let tokyo = blog.publish("東京都の夏").await;
    blog.comment(
        &remark(tokyo.id, "A paper lantern"),
        CommentState::Approved,
        NOON,
    )
    .await;
    blog.comment(
        &remark(tokyo.id, "A held balloon"),
        CommentState::Waiting,
        NOON,
    )
    .await;
    assert_eq!(blog.found("lodz").await, ["Straße"]);
    assert_eq!(blog.found("STRASSE").await, ["Straße"]);
    assert_eq!(blog.found("京都").await, ["東京都の夏"]);
    assert_eq!(blog.found("夏").await, ["東京都の夏"]);
    assert_eq!(blog.found("\"paper lantern\"").await, ["東京都の夏"]);
    assert_eq!(blog.found("\"lantern paper\"").await, Vec::<String>::new());
    assert_eq!(blog.found("balloon").await, Vec::<String>::new());
    let hits = blog.hits("lantern", &[]).await;
    assert_eq!(hits[0].comment_name, "Ben");
    assert_eq!(blog.hits("summer", &[]).await.len(), 0);
}

/// Posts of one word, a minute apart, of which every tenth carries a tag, and one has the word in its title.
async fn with_a_common_word(blog: &Blog, number: i64) {
    let posts: Vec<ImportedPost> = (0..number)
        .map(|number| ImportedPost {
            title: if number == 7 { "Lantern" } else { "Post" }.to_owned(),
            published_at: Some(NOON.plus_seconds(60 * number)),
            tags: vec![if number % 10 == 0 { "Tenth" } else { "Other" }.to_owned()],
            source: format!("number {number}"),
            rendered: Rendered {
                html: format!("<p>lantern {number}</p>"),
                words: format!("lantern {number}"),
                ..Rendered::default()
            },
            ..imported(&format!("post-{number}"), &format!("/{number}"))
        })
        .collect();
    blog.store.imports().posts(&posts, NOON).await.unwrap();
}

#[tokio::test]
async fn for_a_common_word_titles_come_first_and_then_the_newest() {
    let blog = Blog::new().await;
    with_a_common_word(&blog, 2050).await;
    let page = NewPost {
        source: "lantern".to_owned(),
        ..page("About")
    };
    blog.create(&page, Publish::Now, NOON).await;
    let paths = async |typed: &str, tags: &[TagId]| {
        let hits = blog.hits(typed, tags).await;
        hits.into_iter()
            .map(|hit| hit.path)
            .take(3)
            .collect::<Vec<_>>()
    };
    assert_eq!(paths("lantern", &[]).await, ["/7", "/2049", "/2048"]);
    let tenth = tag_id(&blog, "Tenth").await;
    assert_eq!(
        paths("lantern", &[tenth]).await,
        ["/2040", "/2030", "/2020"]
    );
    assert_eq!(paths("", &[tenth]).await, ["/2040", "/2030", "/2020"]);
    assert_eq!(paths("1033 lantern", &[]).await, ["/1033"]);
}

#[tokio::test]
async fn the_index_follows_every_change_of_a_post() {
    let blog = Blog::new().await;
    let saved = blog.publish("Kettle").await;
    assert_eq!(blog.found("kettle").await, ["Kettle"]);
    let changed = tagged("Teapot", &["Kitchen"]);
    let saved = blog
        .save(saved.id, saved.revision, &changed, Publish::Now)
        .await
        .unwrap();
    assert_eq!(blog.found("kettle").await, Vec::<String>::new());
    assert_eq!(blog.found("kitchen").await, ["Teapot"]);
    blog.store.posts().trash(saved.id, NOON).await.unwrap();
    assert_eq!(blog.found("teapot").await, Vec::<String>::new());
    blog.store.posts().restore(saved.id, NOON).await.unwrap();
    assert_eq!(blog.found("teapot").await, ["Teapot"]);
    let said = blog
        .comment(&remark(saved.id, "lantern"), CommentState::Approved, NOON)
        .await;
    assert_eq!(blog.found("lantern").await, ["Teapot"]);
    blog.decide(said, CommentState::Deleted).await.unwrap();
    assert_eq!(blog.found("lantern").await, Vec::<String>::new());
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_common_word_is_counted_no_further_than_it_matters() {
    let blog = Blog::new().await;
    for number in 0..3 {
        blog.publish(&format!("Tides {number}")).await;
    }
    let counts = blog
        .store
        .search()
        .posts_with(&["tides", "1", "none"])
        .await;
    assert_eq!(counts.unwrap(), [3, 1, 0]);
    let fitting = blog
        .store
        .search()
        .best_matches("\"tides\" OR \"1\"")
        .await
        .unwrap();
    assert_eq!(fitting.len(), 3);
    assert!(fitting[0].1 >= fitting[2].1);
}
