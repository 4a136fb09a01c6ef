//! Managing tags: rename, merge, delete; and old addresses of tags redirect.

use crate::blog::{Person, TestBlog};
use crate::page::Page;

async fn tagged_posts(blog: &TestBlog) -> Person {
    let nora = blog.author().await;
    for (title, tags) in [
        ("Ebb", "Sea-side, Maps"),
        ("Flood", "Seaside"),
        ("Fog", "seaside, Café"),
    ] {
        nora.publish_with(&[("Title", title), ("Body", "Words."), ("Tags", tags)])
            .await;
    }
    nora
}

/// The page of a tag, found by its name in the list.
async fn tag_page(nora: &Person, name: &str) -> Page {
    let list = nora.open("/admin/tags/").await;
    nora.open(&list.link(name)).await
}

async fn rename(nora: &Person, name: &str, to: &str) -> Page {
    let mut form = tag_page(nora, name).await.form("Rename");
    form.fill("Name", to);
    nora.press(&form, "Rename").await
}

/// Where an address leads a reader for ever.
async fn leads(blog: &TestBlog, address: &str) -> (u16, String) {
    let page = blog.reader().get(address).await;
    let to = page.header("location").unwrap_or_default().to_owned();
    (page.status, to)
}

#[tokio::test]
async fn tags_are_listed_with_their_posts_and_found_by_name() {
    let blog = TestBlog::new().await;
    let nora = tagged_posts(&blog).await;
    nora.write(
        "Save",
        &[("Title", "Gulls"), ("Body", "Words."), ("Tags", "Maps")],
    )
    .await;
    let list = nora.open("/admin/posts/").await;
    let list = nora.open(&list.link("Tags")).await;
    assert_eq!(
        list.texts("td.line-title"),
        ["Café", "Maps", "Sea-side", "Seaside"]
    );
    assert_eq!(list.texts("td.posts-of"), ["1", "2", "1", "2"]);
    assert_eq!(list.texts("td.shown-of"), ["1", "1", "1", "2"]);
    for (words, names) in [
        ("cafe", vec!["Café"]),
        ("SEA side", vec!["Sea-side", "Seaside"]),
        ("x", vec![]),
    ] {
        let mut form = list.form_with("Search tags");
        form.fill("Search tags", words);
        let found = nora.press(&form, "Search").await;
        assert_eq!(found.texts("td.line-title"), names, "{words}");
    }
    let posts = nora.open(&list.link("List posts tagged Maps")).await;
    assert_eq!(posts.texts("td.line-title"), ["Gulls", "Ebb"]);
}

#[tokio::test]
async fn a_long_list_of_tags_goes_on_where_it_ended() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for part in 0..7 {
        let tags: Vec<String> = (0..30)
            .map(|number| format!("tag {:03}", part * 30 + number))
            .collect();
        nora.write(
            "Save",
            &[("Title", "x"), ("Body", "y"), ("Tags", &tags.join(", "))],
        )
        .await;
    }
    let first = nora.open("/admin/tags/").await;
    let second = nora.open(&first.link("More")).await;
    assert_eq!(first.texts("td.line-title").len(), 200);
    assert_eq!(second.texts("td.line-title")[0], "tag 200");
    assert_eq!(second.texts("td.line-title").len(), 10);
    assert_eq!(second.link_if_any("More"), None);
}

#[tokio::test]
async fn a_renamed_tag_is_found_at_both_addresses_and_by_both_names() {
    let blog = TestBlog::new().await;
    let nora = tagged_posts(&blog).await;
    let page = rename(&nora, "Maps", "Old charts").await;
    assert!(page.status_line().contains("“Maps” has been renamed."));
    assert_eq!(
        leads(&blog, "/tags/maps/").await,
        (301, "/tags/old-charts/".to_owned())
    );
    assert_eq!(
        leads(&blog, "/search/label/Maps").await.1,
        "/tags/old-charts/"
    );
    assert_eq!(blog.reader().open("/tags/maps/").await.listed(), ["Ebb"]);
    let editor = nora.editor("Ebb").await;
    assert_eq!(
        editor.form_with("Body").value("Tags"),
        "Sea-side, Old charts"
    );
    daybook::jobs::rerender(&blog.app).await.unwrap();
    assert!(blog.reader().open("/search?q=charts").await.says("Ebb"));
    assert!(!blog.reader().open("/search?q=maps").await.says("Ebb"));
    // Undo brings the name back, and the address with it.
    nora.press(&page.form_near("has been renamed", "Undo"), "Undo")
        .await;
    assert_eq!(
        leads(&blog, "/tags/old-charts/").await,
        (301, "/tags/maps/".to_owned())
    );
    assert_eq!(blog.reader().get("/tags/maps/").await.status, 200);
}

#[tokio::test]
async fn a_name_that_another_tag_has_leads_to_merging() {
    let blog = TestBlog::new().await;
    let nora = tagged_posts(&blog).await;
    let page = rename(&nora, "Maps", "SEASIDE").await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.problem_of("Name").as_deref(),
        Some("There’s already a tag “Seaside”. You can merge this one into it.")
    );
    assert_eq!(page.form("Rename").value("Name"), "SEASIDE");
    assert_eq!(page.form("Merge").value("Merge into"), "Seaside");
    for wrong in ["", "a, b"] {
        assert_eq!(rename(&nora, "Maps", wrong).await.status, 422, "{wrong}");
    }
    for wrong in ["", "Nothing", "maps"] {
        let mut form = tag_page(&nora, "Maps").await.form("Merge");
        form.fill("Merge into", wrong);
        let page = nora.press(&form, "Merge").await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.problem_of("Merge into").is_some(), "{wrong}");
        assert_eq!(page.form("Merge").value("Merge into"), wrong);
    }
}

#[tokio::test]
async fn tags_that_look_alike_are_pointed_out_and_become_one() {
    let blog = TestBlog::new().await;
    let nora = tagged_posts(&blog).await;
    let list = nora.open("/admin/tags/").await;
    assert!(list.says("“Sea-side” 1 and “Seaside” 2"));
    let question = nora
        .press(
            &list.form_near("Sea-side", "Merge Sea-side"),
            "Merge Sea-side",
        )
        .await;
    assert!(question.says("Merge “Sea-side” into “Seaside”?"));
    assert!(question.says("This can’t be undone."));
    assert_eq!(
        blog.reader().get("/tags/sea-side/").await.status,
        200,
        "asking changes nothing"
    );
    let page = nora
        .press(&question.form_with_button("Merge"), "Merge")
        .await;
    assert!(page.status_line().contains("“Sea-side” has been merged."));
    assert!(!page.says("Similar tags"));
    assert_eq!(
        leads(&blog, "/tags/sea-side/").await,
        (301, "/tags/seaside/".to_owned())
    );
    assert_eq!(
        blog.reader().open("/tags/seaside/").await.listed(),
        ["Fog", "Flood", "Ebb"]
    );
    let editor = nora.editor("Ebb").await;
    assert_eq!(editor.form_with("Body").value("Tags"), "Seaside, Maps");
}

#[tokio::test]
async fn a_deleted_tag_leaves_its_posts_and_its_address_leads_to_all_tags() {
    let blog = TestBlog::new().await;
    let nora = tagged_posts(&blog).await;
    let question = nora
        .press(&tag_page(&nora, "Seaside").await.form("Delete"), "Delete")
        .await;
    assert!(question.says("2 posts lose this tag"));
    let page = nora
        .press(&question.form_with_button("Delete"), "Delete")
        .await;
    assert!(page.status_line().contains("“Seaside” has been deleted."));
    assert_eq!(
        leads(&blog, "/tags/seaside/").await,
        (301, "/tags/".to_owned())
    );
    assert_eq!(blog.reader().open("/").await.listed().len(), 3);
    // A new tag of this name has the address again.
    nora.publish_with(&[("Title", "Haze"), ("Body", "Words."), ("Tags", "Seaside")])
        .await;
    assert_eq!(
        blog.reader().open("/tags/seaside/").await.listed(),
        ["Haze"]
    );
    assert_eq!(nora.get("/admin/tags/99").await.status, 404);
}

#[tokio::test]
async fn a_tag_that_got_another_name_is_not_brought_back_by_an_open_editor() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[("Title", "Ebb"), ("Body", "One."), ("Tags", "Maps")])
        .await;
    let mut open = nora.editor("Ebb").await.form_with("Body");
    rename(&nora, "Maps", "Charts").await;
    open.fill("Body", "One. Two.");
    let page = nora.press(&open, "Update").await;
    assert_eq!(page.form_with("Body").value("Tags"), "Charts");
    assert_eq!(blog.number("select count(*) from tags").await, 1);
}
