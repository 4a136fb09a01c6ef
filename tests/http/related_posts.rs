//! Related posts: what is listed below a post, when it is found, and what is never listed there.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use crate::page_cache::change_stored_html;

/// Posts about two things, with words that all share; the newest was published last.
async fn blog_about_two_things() -> (TestBlog, Person) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for (title, words, tags) in [
        (
            "Barnacles",
            "The barnacle sits on the hull. A barnacle glues itself with cement.",
            "",
        ),
        (
            "Lanterns",
            "A lantern of paper burns with a wick of cotton.",
            "Crafts",
        ),
        (
            "Scraping",
            "Scraping the hull, barnacle after barnacle, loosens the cement.",
            "",
        ),
        (
            "Candles",
            "A wick in a candle is cotton, as in every lantern.",
            "Crafts",
        ),
        ("Weather", "Nothing here but rain.", ""),
        ("Letters", "Ink and envelopes.", ""),
        ("Bread", "Flour and water.", ""),
        ("Songs", "A tune without words.", ""),
    ] {
        nora.publish_with(&[("Title", title), ("Body", words), ("Tags", tags)])
            .await;
        blog.clock.advance(3600);
    }
    while blog.app.relate_due().await.unwrap() {}
    (blog, nora)
}

async fn page(blog: &TestBlog, slug: &str) -> Page {
    blog.reader().get(&format!("/2016/06/{slug}.html")).await
}

async fn related(blog: &TestBlog, slug: &str) -> Vec<String> {
    page(blog, slug).await.texts(".related li a")
}

#[tokio::test]
async fn a_post_leads_to_those_that_share_its_words_and_tags() {
    let (blog, _) = blog_about_two_things().await;
    assert_eq!(related(&blog, "barnacles").await, ["Scraping"]);
    assert_eq!(related(&blog, "scraping").await, ["Barnacles"]);
    assert_eq!(related(&blog, "lanterns").await, ["Candles"]);
    assert!(related(&blog, "weather").await.is_empty());
    let page = page(&blog, "barnacles").await;
    assert!(page.headings_of(2).contains(&"Related posts".to_owned()));
    assert_eq!(page.link("Scraping"), "/2016/06/scraping.html");
    assert_eq!(page.texts(".related time"), ["5 June 2016"]);
}

#[tokio::test]
async fn a_new_post_has_its_list_at_once_and_is_soon_on_those_of_others() {
    let (blog, nora) = blog_about_two_things().await;
    nora.publish("Hulls", "A clean hull, no barnacle, no cement.")
        .await;
    let list = related(&blog, "hulls").await;
    assert!(
        list.contains(&"Barnacles".to_owned()) && list.contains(&"Scraping".to_owned()),
        "{list:?}"
    );
    assert!(
        !related(&blog, "barnacles")
            .await
            .contains(&"Hulls".to_owned())
    );
    while blog.app.relate_due().await.unwrap() {}
    assert!(
        related(&blog, "barnacles")
            .await
            .contains(&"Hulls".to_owned())
    );
}

#[tokio::test]
async fn a_list_that_changed_renders_its_own_post_again_and_no_other() {
    let (blog, nora) = blog_about_two_things().await;
    nora.publish("Hulls", "A clean hull, no barnacle, no cement.")
        .await;
    assert!(page(&blog, "weather").await.says("Nothing here but rain."));
    assert!(page(&blog, "barnacles").await.says("The barnacle sits"));
    change_stored_html(&blog, "/2016/06/weather.html", "Changed.").await;
    while blog.app.relate_due().await.unwrap() {}
    let lists_it = related(&blog, "barnacles").await;
    assert!(lists_it.contains(&"Hulls".to_owned()), "{lists_it:?}");
    let ready = page(&blog, "weather").await;
    assert!(ready.says("Nothing here but rain."), "it is cached");
}

#[tokio::test]
async fn other_words_make_another_list() {
    let (blog, nora) = blog_about_two_things().await;
    nora.revise(
        "Weather",
        "Update",
        &[("Body", "The wick of a lantern, cotton again.")],
    )
    .await;
    let list = related(&blog, "weather").await;
    assert!(list.contains(&"Lanterns".to_owned()), "{list:?}");
}

#[tokio::test]
async fn neighbours_that_are_linked_anyway_are_not_in_the_list() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in ["One", "Two", "Three", "Four", "Five", "Six"] {
        nora.publish_with(&[
            ("Title", title),
            ("Body", "x"),
            ("Tags", if title == "Six" { "" } else { "Rare" }),
        ])
        .await;
        blog.clock.advance(3600);
    }
    while blog.app.relate_due().await.unwrap() {}
    let page = page(&blog, "three").await;
    assert_eq!(page.texts(".pager a").len(), 2);
    let list = page.texts(".related li a");
    assert!(
        !list.contains(&"Two".to_owned()) && !list.contains(&"Four".to_owned()),
        "{list:?}"
    );
}

/// S44: what is not published is in no list, whatever it has in common with what is.
#[tokio::test]
async fn s44_nothing_that_is_not_published_is_related_to_anything() {
    let (blog, nora) = blog_about_two_things().await;
    let words = "A barnacle, a hull, and cement.";
    nora.write("Save", &[("Title", "Hidden draft"), ("Body", words)])
        .await;
    nora.write(
        "Publish",
        &[
            ("Title", "Hidden plan"),
            ("Body", words),
            ("Published on", "2016-06-19T10:00"),
        ],
    )
    .await;
    nora.publish("Hidden trash", words).await;
    while blog.app.relate_due().await.unwrap() {}
    assert!(
        related(&blog, "barnacles")
            .await
            .contains(&"Hidden trash".to_owned())
    );
    nora.revise("Hidden trash", "Move to trash", &[]).await;
    nora.publish("Hull", words).await;
    for slug in ["barnacles", "scraping", "hull"] {
        assert!(!page(&blog, slug).await.says("Hidden"), "{slug}");
    }
    while blog.app.relate_due().await.unwrap() {}
    for slug in ["barnacles", "scraping", "hull"] {
        assert!(!page(&blog, slug).await.says("Hidden"), "{slug}");
    }
}

#[tokio::test]
async fn a_post_that_search_engines_are_to_pass_over_is_not_offered() {
    let (blog, nora) = blog_about_two_things().await;
    let mut form = nora.editor("Scraping").await.form_with("Body");
    form.tick("Hide from search engines");
    nora.press(&form, "Update").await;
    assert!(related(&blog, "barnacles").await.is_empty());
}
