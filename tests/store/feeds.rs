//! What feeds and the sitemap read.

use crate::blog::{Blog, NOON, Publish, draft, page, remark};
use daybook::blog::comment::{NewComment, State as CommentState};
use daybook::blog::feed::{Of, Place};
use daybook::blog::post::NewPost;
use daybook::blog::{CommentId, PostId};
use daybook::store::PageDirection;

#[tokio::test]
async fn a_feed_is_read_from_one_place_to_another() {
    let blog = Blog::new().await;
    let mut ids = Vec::new();
    for title in ["one", "two", "three", "four"] {
        let new = NewPost {
            tags: vec!["Sea".to_owned(), "A b".to_owned()],
            ..draft(title)
        };
        ids.push(blog.create(&new, Publish::Now, NOON).await.id);
    }
    blog.create(&draft("draft"), Publish::Keep, NOON).await;
    blog.create(&page("page"), Publish::Now, NOON).await;
    let tag = blog.store.tags().by_name("sea").await.unwrap().unwrap();
    for of in [Of::Posts, Of::Tag(tag.id)] {
        let all = blog
            .store
            .feeds()
            .places(of, PageDirection::Start, 9)
            .await
            .unwrap();
        let found: Vec<i64> = all.iter().map(|place| place.id).collect();
        assert_eq!(found, [ids[3].0, ids[2].0, ids[1].0, ids[0].0], "{of:?}");
        let Place { at, id } = all[2];
        let newer = blog
            .store
            .feeds()
            .places(of, PageDirection::Newer(at, id), 1)
            .await;
        assert_eq!(newer.unwrap(), [all[1]], "oldest first");
        let older = blog
            .store
            .feeds()
            .places(of, PageDirection::Older(at, id), 9)
            .await;
        assert_eq!(older.unwrap(), [all[3]]);
        let counted = blog.store.feeds().places_after(of, 1, 2).await.unwrap();
        assert_eq!(counted, all[1..3]);
        assert_eq!(blog.store.feeds().total(of).await.unwrap(), 4);
        let posts = blog.store.feeds().posts(of, &all[1..3]).await.unwrap();
        let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
        assert_eq!(titles, ["three", "two"]);
        assert_eq!(posts[0].tags, "Sea\nA b");
        assert_eq!(posts[0].excerpt, "Text of three");
        assert_eq!(posts[0].picture, "/media/tides.webp");
        assert!(blog.store.feeds().posts(of, &[]).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_feed_of_comments_holds_those_of_its_post_or_thread_that_are_shown() {
    let blog = Blog::new().await;
    let (ebb, flood) = (blog.publish("Ebb").await.id, blog.publish("Flood").await.id);
    let say = async |post, parent, words: &str, state, minute: i64| {
        let new = NewComment {
            parent,
            ..remark(post, words)
        };
        blog.comment(&new, state, NOON.plus_seconds(minute * 60))
            .await
    };
    let top = say(ebb, None, "top", CommentState::Approved, 0).await;
    let other = say(flood, None, "other", CommentState::Approved, 1).await;
    let reply = say(ebb, Some(top), "reply", CommentState::Approved, 2).await;
    let next = say(ebb, None, "next", CommentState::Approved, 3).await;
    say(ebb, Some(top), "held", CommentState::Waiting, 4).await;
    for (of, wanted) in [
        (Of::Comments, vec![next, reply, other, top]),
        (Of::CommentsOn(ebb), vec![next, reply, top]),
        (Of::Thread(ebb, top), vec![reply, top]),
        (Of::Thread(flood, top), vec![]),
    ] {
        let places = blog
            .store
            .feeds()
            .places(of, PageDirection::Start, 9)
            .await
            .unwrap();
        let comments = blog.store.feeds().comments(of, &places).await.unwrap();
        let ids: Vec<CommentId> = comments.iter().map(|comment| comment.id).collect();
        assert_eq!(ids, wanted, "{of:?}");
        let total = blog.store.feeds().total(of).await.unwrap();
        assert_eq!(total, i64::try_from(wanted.len()).unwrap());
        if let Some(comment) = comments.iter().find(|comment| comment.id == reply) {
            assert_eq!(
                (comment.parent_id, comment.parent_place),
                (Some(top), Some(1))
            );
        }
    }
    blog.store.posts().unpublish(ebb, NOON).await.unwrap();
    let places = blog
        .store
        .feeds()
        .places(Of::Comments, PageDirection::Start, 9)
        .await;
    assert_eq!(places.unwrap().len(), 1, "a draft has no readers");
}

#[tokio::test]
async fn the_map_is_read_by_ranges_of_ids() {
    let blog = Blog::new().await;
    assert_eq!(blog.store.sitemap().last_id().await.unwrap(), PostId(0));
    assert!(blog.store.tags().in_use(9).await.unwrap().is_empty());
    let tagged = NewPost {
        tags: vec!["Sea".to_owned()],
        ..draft("Ebb")
    };
    let ebb = blog.create(&tagged, Publish::Now, NOON).await.id;
    let about = blog.create(&page("About"), Publish::Now, NOON).await.id;
    let unseen = NewPost {
        tags: vec!["Unseen".to_owned()],
        ..draft("Draft")
    };
    blog.create(&unseen, Publish::Keep, NOON).await;
    assert_eq!(blog.store.sitemap().last_id().await.unwrap(), about);
    let map = blog
        .store
        .sitemap()
        .posts(PostId(0), PostId(99))
        .await
        .unwrap()
        .read()
        .unwrap();
    let paths: Vec<&str> = map.iter().map(|post| post.path.as_str()).collect();
    assert_eq!(paths, ["/2016/06/ebb.html", "/p/about.html"]);
    let rest = blog.store.sitemap().posts(ebb, about).await.unwrap();
    let rest = rest.read().unwrap();
    assert_eq!(rest.len(), 1, "after the first, and with the last");
    let tags = blog.store.tags().in_use(9).await.unwrap();
    assert_eq!(tags.len(), 1);
    assert_eq!(tags[0].name, "Sea");
}
