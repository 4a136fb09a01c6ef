//! The feature picture of a post: chosen without a script, shown where the settings say, and where the post is shared.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use crate::pictures::{address, photo, send_form_to, uploaded};

const PICTURE: &str = "img.feature";
const EVERYWHERE: &str = "At the top of posts and in lists";

/// The page on which the feature picture of a post is chosen.
async fn chooser(person: &Person, title: &str) -> Page {
    let form = person.editor(title).await.form_with("Body");
    let button = form
        .buttons()
        .into_iter()
        .find(|name| name.ends_with("feature picture"));
    let button = button.unwrap().to_owned();
    person.press(&form, &button).await
}

/// A blog with a picture in its library and a published post without any.
async fn blog_with_a_post() -> (TestBlog, Person, String, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let picture = address(&uploaded(&nora, "boat.jpg", photo(1400, 700)).await);
    let path = nora.publish("Harbour", "Boats in the rain.").await;
    (blog, nora, picture, path)
}

#[tokio::test]
async fn it_is_chosen_described_and_taken_away_without_a_script() {
    let (blog, nora, picture, path) = blog_with_a_post().await;
    let reader = blog.reader();
    nora.change_settings(&[(EVERYWHERE, "")]).await;

    let page = chooser(&nora, "Harbour").await;
    assert_eq!(page.headings_of(1), ["Feature picture"]);
    let page = nora.press(&page.form("Library"), "boat.jpg").await;
    assert!(page.status_line().starts_with("Saved."), "{}", page.text());
    let mut form = page.form("The feature picture");
    form.fill("Alternative text", "A boat \"at\" the quay");
    let page = nora.press(&form, "Save").await;
    assert_eq!(page.status_line(), "Alternative text saved");
    assert_eq!(
        reader.open(&path).await.number_of(PICTURE),
        0,
        "readers see it when the changes are published"
    );

    let editor = nora.open(&page.link("Back to Harbour")).await;
    nora.press(&editor.form_with("Body"), "Update").await;
    let shown = reader.open(&path).await;
    assert_eq!(
        shown.attribute(PICTURE, "alt").unwrap(),
        "A boat \"at\" the quay"
    );
    assert_eq!(shown.attribute(PICTURE, "src").unwrap(), picture);
    assert_eq!(shown.attribute(PICTURE, "width").unwrap(), "1400");
    assert_eq!(shown.attribute(PICTURE, "height").unwrap(), "700");
    assert_eq!(shown.attribute(PICTURE, "fetchpriority").unwrap(), "high");
    let sizes = shown.attribute(PICTURE, "srcset").unwrap();
    assert_eq!(sizes.matches("/media/").count(), 3, "{sizes}");

    let page = chooser(&nora, "Harbour").await;
    let page = nora
        .press(&page.form("The feature picture"), "Remove")
        .await;
    assert_eq!(page.status_line(), "Feature picture removed");
    let editor = nora.editor("Harbour").await;
    nora.press(&editor.form_with("Body"), "Update").await;
    assert_eq!(reader.open(&path).await.number_of(PICTURE), 0);
}

#[tokio::test]
async fn a_picture_is_sent_for_it_without_a_script() {
    let (blog, nora, _, path) = blog_with_a_post().await;
    nora.change_settings(&[("At the top of posts", "")]).await;
    let page = chooser(&nora, "Harbour").await;
    let token = page.attribute("form.upload [name=csrf]", "value").unwrap();
    let to = page.attribute("form.upload", "action").unwrap();
    let refused = send_form_to(&to, &nora, (&token, "quay.jpg", b"no picture")).await;
    assert_eq!(refused.status, 422);
    let alert = refused.alert().unwrap();
    assert!(alert.starts_with("Daybook can’t read this file"), "{alert}");
    let page = send_form_to(&to, &nora, (&token, "quay.jpg", &photo(300, 200))).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let page = nora.open(page.header("location").unwrap()).await;
    assert!(page.status_line().starts_with("Saved."));
    let forged = send_form_to(&to, &nora, ("wrong", "quay.jpg", &photo(300, 200))).await;
    assert_eq!(forged.status, 403);

    let editor = nora.editor("Harbour").await;
    nora.press(&editor.form_with("Body"), "Update").await;
    assert_eq!(blog.reader().open(&path).await.number_of(PICTURE), 1);
}

#[tokio::test]
async fn the_settings_say_where_it_is_shown_and_sharing_always_has_it() {
    let (blog, nora, picture, path) = blog_with_a_post().await;
    let reader = blog.reader();
    let fields = [
        ("Path of the feature picture", picture.as_str()),
        ("What the feature picture shows", "A boat"),
    ];
    nora.revise("Harbour", "Update", &fields).await;
    for (choice, in_post, in_lists) in [
        ("Only where posts are shared", 0, 0),
        ("At the top of posts", 1, 0),
        ("In lists of posts", 0, 1),
        (EVERYWHERE, 1, 1),
    ] {
        nora.change_settings(&[(choice, "")]).await;
        let post = reader.open(&path).await;
        assert_eq!(post.number_of(PICTURE), in_post, "{choice}");
        assert_eq!(
            reader.open("/").await.number_of(PICTURE),
            in_lists,
            "{choice}"
        );
        let shared = post.attribute("meta[property=\"og:image\"]", "content");
        assert_eq!(shared.unwrap(), format!("http://blog.example{picture}"));
        let alt = post.attribute("meta[property=\"og:image:alt\"]", "content");
        assert_eq!(alt.unwrap(), "A boat");
        assert!(
            post.source()
                .contains(&format!("\"image\":\"http://blog.example{picture}\""))
        );
    }
    let rss = reader.open("/feed.rss").await.source();
    let media = format!("url=\"http://blog.example{picture}\" medium=\"image\"");
    assert!(rss.contains(&media), "{rss}");
    let json = reader.open("/feed.json").await.source();
    assert!(json.contains(&format!("\"image\":\"http://blog.example{picture}\"")));
}

#[tokio::test]
async fn only_the_first_of_a_page_comes_before_all_else_and_none_is_shown_twice() {
    let (blog, nora, picture, _) = blog_with_a_post().await;
    let reader = blog.reader();
    nora.change_settings(&[(EVERYWHERE, "")]).await;
    nora.revise(
        "Harbour",
        "Update",
        &[("Path of the feature picture", &picture)],
    )
    .await;
    let inside = format!("![]({picture}) in the text");
    let fields = [
        ("Title", "Ebb"),
        ("Body", &inside),
        ("Path of the feature picture", &picture),
    ];
    let twice = nora.publish_with(&fields).await;
    assert_eq!(reader.open(&twice).await.number_of(PICTURE), 0);
    let other = address(&uploaded(&nora, "quay.jpg", photo(900, 700)).await);
    let fields = [
        ("Title", "Flood"),
        ("Body", &inside),
        ("Path of the feature picture", &other),
    ];
    nora.publish_with(&fields).await;

    let list = reader.open("/").await;
    assert_eq!(list.number_of(PICTURE), 2);
    assert_eq!(list.number_of("[fetchpriority=high]"), 1);
    assert_eq!(
        list.number_of(&format!("{PICTURE}[fetchpriority=high][src=\"{other}\"]")),
        1
    );
    assert_eq!(
        list.number_of(&format!("{PICTURE}[loading=lazy][src=\"{picture}\"]")),
        1
    );
}

#[tokio::test]
async fn one_of_another_site_is_for_sharing_alone() {
    let (blog, nora, _, path) = blog_with_a_post().await;
    nora.change_settings(&[(EVERYWHERE, "")]).await;
    let there = "https://pictures.example/boat.jpg";
    nora.revise(
        "Harbour",
        "Update",
        &[("Path of the feature picture", there)],
    )
    .await;
    let post = blog.reader().open(&path).await;
    assert_eq!(post.number_of(PICTURE), 0);
    let shared = post.attribute("meta[property=\"og:image\"]", "content");
    assert_eq!(shared.unwrap(), there);
    let page = chooser(&nora, "Harbour").await;
    assert_eq!(page.link(there), there);
}
