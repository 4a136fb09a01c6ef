//! Addresses that lead on: changed permalinks, those of Blogger, old links to comments.

use crate::blog::TestBlog;

#[tokio::test]
async fn a_changed_permalink_leads_from_the_old_address_to_the_new_one() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let old = nora.publish("Ebb", "Words.").await;
    let new = nora
        .revise("Ebb", "Update", &[("Permalink", "low-water")])
        .await
        .link("View post");
    assert_eq!(new, "/2016/06/low-water.html");
    let moved = reader.get(&old).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, Some(new.as_str()))
    );
    assert_eq!(reader.open(&old).await.headings_of(1), ["Ebb"]);
}

#[tokio::test]
async fn addresses_of_blogger_lead_to_ours_for_ever() {
    let blog = TestBlog::new().await;
    blog.author()
        .await
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Old maps")])
        .await;
    for (old, new) in [
        ("/atom.xml", "/feed.atom"),
        ("/feeds/posts/default", "/feed.atom"),
        ("/search/label/Old%20maps", "/tags/old-maps/"),
    ] {
        let page = blog.reader().get(old).await;
        assert_eq!(
            (page.status, page.header("location")),
            (301, Some(new)),
            "{old}"
        );
    }
    assert_eq!(blog.reader().get("/search/label/Unknown").await.status, 404);
    assert_eq!(
        blog.reader().open("/2016/06/ebb.html?m=1").await.status,
        200
    );
}

#[tokio::test]
async fn old_links_to_a_comment_find_it() {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    let ada = blog.commenter("Ada");
    let form = ada.comment_form(&path, "From the old days.").await;
    ada.press(&form, "Post comment").await;
    let old = "update comments set origin = 'tag:blogger.com,1999:blog-77.post-1234', state = 'approved', place = 150";
    sqlx::query(old)
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let reader = blog.reader();
    let page = reader.get(&format!("{path}?comments=2")).await;
    assert_eq!(page.texts("#c1234 .text"), ["From the old days."]);
    for (number, leads_to) in [
        ("1234", format!("{path}?comments=2#comment-1")),
        ("1235", path.clone()),
        ("%25", path.clone()),
    ] {
        let page = reader.get(&format!("{path}?c={number}")).await;
        assert_eq!(
            (page.status, page.header("location")),
            (301, Some(&*leads_to))
        );
    }
}
