//! Tags: their names, their posts, and what renames, merges and deletions leave.

use crate::blog::{Blog, NOON, Publish, draft, put_working_copy, raw, tag_id, tagged};
use daybook::blog::post::{Comments, Kind, NewPost};
use daybook::blog::{PostId, TagId};
use daybook::store::RenameOutcome;

#[tokio::test]
async fn tags_that_differ_in_case_alone_are_one() {
    let blog = Blog::new().await;
    let one = blog
        .create(&tagged("a", &["Gardens", "ЗИМА"]), Publish::Now, NOON)
        .await;
    let two = blog
        .create(
            &tagged("b", &["зима", "gardens", "C++"]),
            Publish::Now,
            NOON,
        )
        .await;
    let three = blog
        .create(&tagged("c", &["c--"]), Publish::Now, NOON)
        .await;
    let names = async |id: PostId| -> Vec<String> {
        let tags = blog.store.tags().of_post(id).await.unwrap();
        tags.into_iter().map(|tag| tag.name).collect()
    };
    assert_eq!(names(one.id).await, ["Gardens", "ЗИМА"]);
    assert_eq!(
        names(two.id).await,
        ["ЗИМА", "Gardens", "C++"],
        "the author's order, the first spelling"
    );
    assert_eq!(
        names(three.id).await,
        ["c--"],
        "another name of the same slug is another tag"
    );
    assert_eq!(
        blog.store.tags().keys().await.unwrap(),
        ["c++", "c--", "gardens", "зима"]
    );
    let by_name = blog.store.tags().by_name("GARDENS").await.unwrap().unwrap();
    let by_slug = blog
        .store
        .tags()
        .by_slug(&by_name.slug)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(by_name, by_slug);
    assert_eq!(blog.tag_count("Gardens").await, 2);
}

#[tokio::test]
async fn a_tag_shows_just_the_posts_that_are_published() {
    let blog = Blog::new().await;
    let new = tagged("Tides", &["sea"]);
    let saved = blog.create(&new, Publish::Keep, NOON).await;
    assert_eq!(blog.tag_count("sea").await, 0);
    let saved = blog
        .save(saved.id, saved.revision, &new, Publish::Now)
        .await
        .unwrap();
    assert_eq!(blog.tag_count("sea").await, 1);
    blog.store.posts().unpublish(saved.id, NOON).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 0);
    let base = blog
        .store
        .posts()
        .by_id(saved.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    blog.save(saved.id, base, &new, Publish::Now).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 1);
    blog.store.posts().trash(saved.id, NOON).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 0);
    blog.store.posts().restore(saved.id, NOON).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 1);
    let base = blog
        .store
        .posts()
        .by_id(saved.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    blog.save(saved.id, base, &draft("Tides"), Publish::Now)
        .await
        .unwrap();
    assert_eq!(blog.tag_count("sea").await, 0, "the tag was taken off");
    let page = NewPost {
        kind: Kind::Page,
        ..new
    };
    blog.create(&page, Publish::Now, NOON).await;
    assert_eq!(blog.tag_count("sea").await, 0, "pages are in no list");
}

async fn tags_of_working_copy(blog: &Blog, post: PostId) -> String {
    let (tags,): (String,) = sqlx::query_as(
        "select r.tags from revisions r join posts p on p.revision_id = r.id where p.id = $1",
    )
    .bind(post)
    .fetch_one(&mut raw(blog).await)
    .await
    .unwrap();
    tags
}

#[tokio::test]
async fn a_tag_given_to_many_posts_reaches_their_working_copies_too() {
    let blog = Blog::new().await;
    let ebb = blog
        .create(&tagged("Ebb", &["sea"]), Publish::Now, NOON)
        .await
        .id;
    let flood = blog.create(&draft("Flood"), Publish::Keep, NOON).await.id;
    put_working_copy(&blog, flood, "Moon").await;
    let ids = [ebb, flood, PostId(99)];
    let changed = blog.store.posts().add_tag(&ids, "Sea", NOON).await.unwrap();
    assert_eq!(
        changed,
        [flood],
        "one had it in another case, one is not there"
    );
    assert_eq!(tags_of_working_copy(&blog, flood).await, "Moon\nSea");
    assert!(
        blog.store.posts().has_stale(1).await.unwrap(),
        "its words are indexed again"
    );
    let changed = blog
        .store
        .posts()
        .remove_tag(&ids, "SEA", NOON)
        .await
        .unwrap();
    assert_eq!(changed, [ebb, flood]);
    assert_eq!(tags_of_working_copy(&blog, flood).await, "Moon");
    assert_eq!(blog.tag_count("sea").await, 0);
    let many: Vec<String> = (0..30).map(|number| format!("t{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let full = blog
        .create(&tagged("Full", &many), Publish::Now, NOON)
        .await
        .id;
    let changed = blog
        .store
        .posts()
        .add_tag(&[full], "One more", NOON)
        .await
        .unwrap();
    assert!(changed.is_empty(), "a post has thirty tags at most");
    let changed = blog
        .store
        .posts()
        .set_comments(&ids, Comments::Closed, NOON)
        .await
        .unwrap();
    assert_eq!(changed, [ebb, flood]);
    let again = blog
        .store
        .posts()
        .set_comments(&ids, Comments::Closed, NOON)
        .await
        .unwrap();
    assert!(again.is_empty());
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_renamed_tag_keeps_its_posts_and_its_old_address() {
    let blog = Blog::new().await;
    let post = blog
        .create(&tagged("Ebb", &["Sea side", "Moon"]), Publish::Now, NOON)
        .await
        .id;
    put_working_copy(&blog, post, "sea SIDE\nMoon").await;
    let id = tag_id(&blog, "sea side").await;
    let store = &blog.store;
    assert_eq!(
        store.tags().rename(id, "Coast", NOON).await.unwrap(),
        RenameOutcome::Done
    );
    assert_eq!(tags_of_working_copy(&blog, post).await, "Coast\nMoon");
    assert_eq!(
        store.tags().by_slug("coast").await.unwrap().unwrap().name,
        "Coast"
    );
    assert_eq!(
        store.tags().moved_to("sea-side").await.unwrap(),
        Some(Some("coast".to_owned()))
    );
    assert_eq!(blog.tag_count("Coast").await, 1);
    // Back again: the address is its own once more, and the other one leads here.
    store.tags().rename(id, "Sea side", NOON).await.unwrap();
    assert_eq!(store.tags().moved_to("sea-side").await.unwrap(), None);
    assert_eq!(
        store.tags().moved_to("coast").await.unwrap(),
        Some(Some("sea-side".to_owned()))
    );
    // Case alone: the same address.
    assert_eq!(
        store.tags().rename(id, "SEA SIDE", NOON).await.unwrap(),
        RenameOutcome::Done
    );
    assert_eq!(
        store
            .tags()
            .by_slug("sea-side")
            .await
            .unwrap()
            .unwrap()
            .name,
        "SEA SIDE"
    );
    let taken = store.tags().rename(id, "moon", NOON).await.unwrap();
    assert!(matches!(taken, RenameOutcome::Taken(tag) if tag.name == "Moon"));
    assert_eq!(
        store.tags().rename(TagId(99), "x", NOON).await.unwrap(),
        RenameOutcome::Gone
    );
    // A name whose address another tag has: a number makes it its own.
    assert_eq!(
        store.tags().rename(id, "Moon!", NOON).await.unwrap(),
        RenameOutcome::Done
    );
    assert_eq!(
        store.tags().by_slug("moon-2").await.unwrap().unwrap().name,
        "Moon!"
    );
    blog.assert_whole().await;
}

#[tokio::test]
async fn merged_and_deleted_tags_leave_their_addresses_behind() {
    let blog = Blog::new().await;
    let both = blog
        .create(&tagged("Ebb", &["Seaside", "Sea-side"]), Publish::Now, NOON)
        .await
        .id;
    let one = blog
        .create(&tagged("Flood", &["Sea-side"]), Publish::Now, NOON)
        .await
        .id;
    put_working_copy(&blog, both, "Seaside\nMaps\nSea-side").await;
    put_working_copy(&blog, one, "Sea-side").await;
    let (from, into) = (
        tag_id(&blog, "sea-side").await,
        tag_id(&blog, "seaside").await,
    );
    let store = &blog.store;
    store.tags().rename(from, "Shore", NOON).await.unwrap();
    assert!(!store.tags().merge(from, from, NOON).await.unwrap());
    assert!(!store.tags().merge(from, TagId(99), NOON).await.unwrap());
    assert!(store.tags().merge(from, into, NOON).await.unwrap());
    assert_eq!(blog.tag_count("Seaside").await, 2);
    assert_eq!(tags_of_working_copy(&blog, both).await, "Seaside\nMaps");
    assert_eq!(tags_of_working_copy(&blog, one).await, "Seaside");
    for old in ["sea-side", "shore"] {
        let now = store.tags().moved_to(old).await.unwrap();
        assert_eq!(now, Some(Some("seaside".to_owned())), "{old}");
    }
    assert!(store.tags().delete(into, NOON).await.unwrap());
    assert!(!store.tags().delete(into, NOON).await.unwrap());
    assert_eq!(tags_of_working_copy(&blog, both).await, "Maps");
    for old in ["sea-side", "shore", "seaside"] {
        assert_eq!(
            store.tags().moved_to(old).await.unwrap(),
            Some(None),
            "{old}"
        );
    }
    let lines = store.tags().lines().await.unwrap();
    assert!(lines.is_empty(), "{lines:?}");
    blog.assert_whole().await;
}
