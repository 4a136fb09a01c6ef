//! What readers get besides the words of a post: how long it takes, what it holds, films that wait, its own language.

use crate::blog::TestBlog;

/// A text of five parts and about a thousand words, and the heading of each.
fn long() -> (String, [&'static str; 5]) {
    let parts = [
        "Kitchen garden",
        "Beans",
        "Kitchen garden",
        "Comments",
        "Сад",
    ];
    let words = "The tide went out. ".repeat(50);
    let text = parts.map(|part| format!("## {part}\n\n{words}\n\n"));
    (text.concat(), parts)
}

#[tokio::test]
async fn a_long_post_says_how_long_it_takes_and_what_it_holds() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let (text, parts) = long();
    let path = nora.publish("Ebb", &text).await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.texts(".minutes"), ["5 min read"]);
    assert_eq!(page.texts("nav.contents li"), parts);
    assert_eq!(
        page.attribute("nav.contents", "aria-label").as_deref(),
        Some("Contents")
    );
    for place in [
        "kitchen-garden",
        "beans",
        "kitchen-garden-2",
        "section-comments",
        "sad",
    ] {
        assert_eq!(
            page.number_of(&format!("nav.contents a[href='#{place}']")),
            1,
            "{place}"
        );
        assert_eq!(
            page.number_of(&format!("h2[id='{place}'] > a[href='#{place}']")),
            1,
            "{place}"
        );
    }
    assert_eq!(page.number_of("[id=comments]"), 1, "the comments' own");
    let short = nora
        .publish("Flow", "A word.\n\n## A\n\n## B\n\n## C\n\n## D\n")
        .await;
    let page = blog.reader().open(&short).await;
    assert_eq!(page.number_of(".minutes, .contents"), 0);
}

#[tokio::test]
async fn anchors_are_on_the_page_of_a_post_alone() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "## Low tide\n\n<a name=\"old\"></a>Words.")
        .await;
    let reader = blog.reader();
    let home = reader.open("/").await;
    assert_eq!(home.texts("main h4"), ["Low tide"]);
    assert_eq!(home.number_of("main .anchor, #low-tide, #old"), 0);
    let feed = reader.open("/feed.atom").await.source();
    assert!(
        feed.contains("Low tide") && !feed.contains("anchor"),
        "{feed}"
    );
}

#[tokio::test]
async fn a_film_is_asked_for_by_who_wants_to_see_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish(
            "Ebb",
            "Look:\n\nhttps://www.youtube.com/watch?v=dQw4w9WgXcQ",
        )
        .await;
    let reader = blog.reader();
    for address in [path.as_str(), "/"] {
        let page = reader.open(address).await;
        assert_eq!(page.number_of("iframe"), 0, "{address}");
        assert_eq!(
            page.link("Play the video from YouTube"),
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "without scripts it leads to the film's own page"
        );
        assert_eq!(page.number_of("script[src*=video_embeds]"), 1, "{address}");
    }
    let silent = nora.publish("Flow", "No film.").await;
    assert_eq!(
        reader
            .open(&silent)
            .await
            .number_of("script[src*=video_embeds]"),
        0
    );
}

#[tokio::test]
async fn a_post_in_another_language_says_so_wherever_it_is_shown() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish_with(&[
            ("Title", "المد"),
            ("Body", "كتب الحارس."),
            ("Language of the text", "ar"),
        ])
        .await;
    nora.publish("Ebb", "Words.").await;
    let reader = blog.reader();
    for (address, title) in [(path.as_str(), "h1"), ("/", "h3")] {
        let page = reader.open(address).await;
        for css in [title, ".text"] {
            let css = format!("{css}[lang=ar][dir=rtl]");
            assert_eq!(page.number_of(&css), 1, "{css} on {address}");
        }
        assert_eq!(page.attribute("html", "dir").as_deref(), Some("ltr"));
    }
}

#[tokio::test]
async fn the_first_picture_of_a_page_comes_first_and_the_others_wait() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in ["Ebb", "Flow", "Fog"] {
        nora.publish(title, "![Sea](https://a.example/sea.jpg)")
            .await;
    }
    let home = blog.reader().open("/").await;
    assert_eq!(home.number_of("img[fetchpriority=high]"), 1);
    assert_eq!(home.number_of("img[loading=lazy]"), 2);
    assert_eq!(
        home.number_of(".listed:first-of-type img[fetchpriority=high]"),
        1
    );
}
