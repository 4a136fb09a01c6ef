//! Imported posts and comments: kept byte for byte, known the second time.

use crate::blog::{Blog, NOON, imported, imported_comment};
use daybook::blog::AuthorId;
use daybook::blog::post::State;
use daybook::store::{CommentImportOutcome, ImportOutcome, ImportedComment, NewMedia};
use std::fmt::Write;

#[tokio::test]
async fn an_imported_reply_finds_its_parent_or_says_that_it_has_none() {
    let blog = Blog::new().await;
    let posts = [imported("post-1", "/2016/06/one.html")];
    let landed = blog.store.imports().posts(&posts, NOON).await.unwrap();
    let [ImportOutcome::New(post)] = landed[..] else {
        panic!("{landed:?}")
    };
    let reply = |origin: &str, parent: &str| ImportedComment {
        parent: Some(parent.to_owned()),
        ..imported_comment(origin, post)
    };
    let comments = [
        imported_comment("c-1", post),
        reply("c-2", "c-1"),
        reply("c-3", "c-4"),
        imported_comment("c-4", post),
        reply("c-5", "c-5"),
    ];
    let landed = blog
        .store
        .imports()
        .comments(&comments, NOON)
        .await
        .unwrap();
    let [
        CommentImportOutcome::New(first),
        CommentImportOutcome::New(second),
        CommentImportOutcome::Orphan(_),
        CommentImportOutcome::New(_),
        CommentImportOutcome::Orphan(_),
    ] = landed[..]
    else {
        panic!("{landed:?}")
    };
    let second = blog.store.comments().by_id(second).await.unwrap().unwrap();
    assert_eq!(second.parent_id, Some(first));
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_comment_that_was_brought_in_keeps_every_byte() {
    let blog = Blog::new().await;
    let posts = [imported("post-1", "/2016/06/one.html")];
    let landed = blog.store.imports().posts(&posts, NOON).await.unwrap();
    let [ImportOutcome::New(post)] = landed[..] else {
        panic!("{landed:?}")
    };
    let source = "one\0two \u{1f980} \"three\" \\ four".to_owned();
    let comments = [ImportedComment {
        source: source.clone(),
        ..imported_comment("c-1", post)
    }];
    let landed = blog
        .store
        .imports()
        .comments(&comments, NOON)
        .await
        .unwrap();
    let [CommentImportOutcome::New(id)] = landed[..] else {
        panic!("{landed:?}")
    };
    let stored = blog.store.comments().by_id(id).await.unwrap().unwrap();
    assert_eq!(stored.source, source);
}

#[tokio::test]
async fn what_was_brought_in_once_is_known_the_second_time() {
    let blog = Blog::new().await;
    let posts = [
        imported("post-1", "/2016/06/one.html"),
        imported("post-2", "/2016/06/two.html"),
    ];
    let landed = blog.store.imports().posts(&posts, NOON).await.unwrap();
    let [ImportOutcome::New(one), ImportOutcome::New(_)] = landed[..] else {
        panic!("{landed:?}")
    };
    assert_eq!(
        blog.store.posts().by_id(one).await.unwrap().unwrap().words,
        2
    );
    let comments = [imported_comment("c-1", one), imported_comment("c-2", one)];
    let new = blog
        .store
        .imports()
        .comments(&comments, NOON)
        .await
        .unwrap();
    let [
        CommentImportOutcome::New(first),
        CommentImportOutcome::New(second),
    ] = new[..]
    else {
        panic!("{new:?}")
    };
    blog.store
        .imports()
        .set_parents(&[(second, first)], NOON)
        .await
        .unwrap();
    assert_eq!(blog.approved_comments(one).await, 2);
    assert_eq!(
        blog.store
            .comments()
            .by_id(second)
            .await
            .unwrap()
            .unwrap()
            .parent_id,
        Some(first)
    );
    assert_eq!(
        blog.store.imports().post_of_origin("post-1").await.unwrap(),
        Some(one)
    );
    assert_eq!(
        blog.store.imports().comment_of_origin("c-2").await.unwrap(),
        Some(second)
    );
    assert_eq!(
        blog.store.imports().post_of_origin("post-9").await.unwrap(),
        None
    );

    let version = blog.store.content_version();
    let again = blog.store.imports().posts(&posts, NOON).await.unwrap();
    assert!(
        again
            .iter()
            .all(|landed| matches!(landed, ImportOutcome::Known(_)))
    );
    let again = blog
        .store
        .imports()
        .comments(&comments, NOON)
        .await
        .unwrap();
    assert_eq!(
        again,
        [
            CommentImportOutcome::Known(first),
            CommentImportOutcome::Known(second)
        ]
    );
    blog.store.imports().set_parents(&[], NOON).await.unwrap();
    assert_eq!(
        blog.store.content_version(),
        version,
        "nothing changed for readers"
    );
    assert_eq!(blog.tag_count("Old").await, 2);
    assert_eq!(blog.found("lantern").await, ["post-1"]);
    blog.assert_whole().await;
}

#[tokio::test]
async fn an_import_whose_address_is_taken_gets_another_one() {
    let blog = Blog::new().await;
    let here = blog.publish("Tides").await;
    let path = here.path.unwrap();
    let landed = blog
        .store
        .imports()
        .posts(&[imported("post-1", &path)], NOON)
        .await
        .unwrap();
    let [ImportOutcome::Readdressed(id, ref other)] = landed[..] else {
        panic!("{landed:?}")
    };
    assert_ne!(*other, path);
    assert_eq!(blog.state(id).await, State::Published);
    let found = blog.store.posts().published(other).await.unwrap();
    assert_eq!(found.map(|post| post.id), Some(id));
    assert_eq!(
        blog.store
            .posts()
            .published(&path)
            .await
            .unwrap()
            .unwrap()
            .id,
        here.id
    );
}

#[tokio::test]
async fn all_pictures_of_a_long_text_are_fetched_and_found() {
    const FILE: &str = "0123456789abcdef0123456789abcdef.jpg";
    let blog = Blog::new().await;
    let mut post = imported("post-1", "/2016/06/one.html");
    post.source.clear();
    for number in 0..300 {
        let address = format!("https://a.example/uploads/{number:03}.jpg");
        write!(post.source, "<img src=\"{address}\">").unwrap();
        post.extras.pictures.push(address);
    }
    post.extras.fetched_for = Some(AuthorId(1));
    let (imports, fetches) = (blog.store.imports(), blog.store.fetches());
    imports.posts(&[post.clone()], NOON).await.unwrap();
    let mut missing = fetches.missing(0, 1000).await.unwrap();
    assert_eq!(missing.len(), 300);
    let picture = NewMedia {
        name: FILE.to_owned(),
        digest: "00".to_owned(),
        width: 10,
        height: 10,
        bytes: 100,
        moving: false,
        file_name: "boat.jpg".to_owned(),
        author: None,
        sizes: Vec::new(),
    };
    let picture = blog.store.media().add(&picture, NOON).await.unwrap();
    let last = missing.pop().unwrap();
    assert_eq!(last.address, "https://a.example/uploads/299.jpg");
    fetches.succeeded(last.id, picture.id).await.unwrap();
    let stored = fetches.stored_in(&post.source).await.unwrap();
    let here = stored.get(&last.address).map(String::as_str);
    assert_eq!(here, Some("/media/0123456789abcdef0123456789abcdef.jpg"));
    let used = blog.store.media().by_id(picture.id).await.unwrap().unwrap();
    assert_eq!(used.uses, 1, "the post shows it");

    // What cannot be a picture is looked for in the smaller copy that the post shows.
    post.origin = "post-2".to_owned();
    post.source = "<img src=\"https://a.example/uploads/b-300x200.jpg\">".to_owned();
    post.extras.pictures = vec!["https://a.example/uploads/b.jpg".to_owned()];
    imports.posts(&[post], NOON).await.unwrap();
    let original = fetches.missing(last.id, 10).await.unwrap().remove(0);
    fetches
        .failed(&original, "it is no picture", false, NOON)
        .await
        .unwrap();
    let copy = fetches.missing(original.id, 10).await.unwrap().remove(0);
    assert_eq!(copy.address, "https://a.example/uploads/b-300x200.jpg");
}

#[tokio::test]
async fn a_reply_finds_a_parent_that_an_earlier_release_named_otherwise() {
    let blog = Blog::new().await;
    let imports = blog.store.imports();
    let posts = [imported("post-1", "/2016/06/one.html")];
    let landed = imports.posts(&posts, NOON).await.unwrap();
    let [ImportOutcome::New(post)] = landed[..] else {
        panic!("{landed:?}")
    };
    let early = imported_comment("http://old.example/comment-1", post);
    imports
        .comments(std::slice::from_ref(&early), NOON)
        .await
        .unwrap();
    let again = ImportedComment {
        origin: "old.example/comment-1".to_owned(),
        other_origins: vec![early.origin],
        ..imported_comment("", post)
    };
    let reply = ImportedComment {
        parent: Some(again.origin.clone()),
        ..imported_comment("old.example/comment-2", post)
    };
    let landed = imports
        .comments(&[again.clone(), reply], NOON)
        .await
        .unwrap();
    assert!(
        matches!(
            landed[..],
            [CommentImportOutcome::Known(_), CommentImportOutcome::New(_)]
        ),
        "{landed:?}"
    );
    let known = imports.comment_of_origin(&again.origin).await.unwrap();
    assert!(known.is_some(), "one that comes in later finds it, too");
}
