//! Files and the posts that show them.

use crate::blog::{Blog, NOON, Publish, draft};
use daybook::blog::PostId;
use daybook::blog::author::Scope;
use daybook::blog::post::NewPost;
use daybook::store::NewMedia;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_file_that_gets_a_row_knows_all_its_posts_those_saved_meanwhile_too() {
    const FILE: &str = "0123456789abcdef0123456789abcdef.png";
    let blog = Blog::new().await;
    let showing = |title: &str| NewPost {
        source: format!("![A boat](/media/{FILE})"),
        ..draft(title)
    };
    let before = blog.create(&showing("Before"), Publish::Now, NOON).await;
    let without = blog.publish("Without").await;
    let files = BTreeSet::from([FILE.to_owned(), "nobody.png".to_owned()]);
    let mentions = blog.store.media().mentions(&files).await.unwrap();
    assert!(mentions.has(FILE) && !mentions.has("nobody.png"));
    let changed = blog
        .save(
            without.id,
            without.revision,
            &showing("Changed"),
            Publish::Now,
        )
        .await
        .unwrap();
    let after = blog.create(&showing("After"), Publish::Keep, NOON).await;
    let new = NewMedia {
        name: FILE.to_owned(),
        digest: "00".to_owned(),
        width: 10,
        height: 10,
        bytes: 100,
        moving: false,
        file_name: "boat.png".to_owned(),
        author: None,
        sizes: Vec::new(),
    };
    blog.store
        .media()
        .adopt(&new, &mentions, NOON)
        .await
        .unwrap();
    let line = blog.store.media().by_name(FILE).await.unwrap().unwrap();
    let mut used: Vec<PostId> = blog
        .store
        .media()
        .uses(Scope::Everything, line.id)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.id)
        .collect();
    used.sort_unstable();
    assert_eq!(used, [before.id, changed.id, after.id]);
}
