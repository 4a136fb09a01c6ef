//! Posts and pages: what they show, and that nothing unpublished is shown anywhere.

use super::readable;
use crate::blog::TestBlog;
use crate::page::Page;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

#[tokio::test]
async fn a_post_shows_its_title_time_author_tags_and_neighbours() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut paths = Vec::new();
    for (title, at) in [
        ("First", "2016-06-01T10:00"),
        ("Middle", "2016-06-02T11:45"),
        ("Last", "2016-06-03T12:00"),
    ] {
        let fields = [
            ("Title", title),
            ("Body", "Words."),
            ("Published on", at),
            ("Tags", "Tides, Old maps"),
        ];
        paths.push(nora.publish_with(&fields).await);
    }
    let page = blog.reader().open("/2016/06/middle.html").await;
    assert_eq!(page.headings_of(1), ["Middle"]);
    assert_eq!(page.title(), "Middle · Harbour Notes");
    assert_eq!(
        page.texts("article.post > header time"),
        ["Thursday, 2 June 2016"]
    );
    assert_eq!(page.texts("article.post > footer time"), ["11:45"]);
    assert!(
        page.texts("article.post > footer")
            .concat()
            .contains("Nora")
    );
    assert_eq!(page.link("Tides"), "/tags/tides/");
    assert_eq!(page.link("Old maps"), "/tags/old-maps/");
    assert_eq!(page.link("Older post"), paths[0]);
    assert_eq!(page.link("Newer post"), paths[2]);
    assert_eq!(
        page.attribute("link[rel=canonical]", "href").unwrap(),
        format!("http://blog.example{}", paths[1])
    );
}

#[tokio::test]
async fn a_post_without_title_is_still_found_and_named() {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("", "Only words.").await;
    let home = blog.reader().open("/").await;
    assert_eq!(home.link("14:30"), path);
    assert_eq!(
        blog.reader().open(&path).await.headings_of(1),
        ["5 June 2016, 14:30"]
    );
}

#[tokio::test]
async fn standing_pages_are_in_the_menu_and_not_among_the_posts() {
    let blog = TestBlog::new().await;
    let path = blog
        .author()
        .await
        .publish_page("About", "Who writes here.")
        .await;
    assert_eq!(path, "/p/about.html");
    let home = blog.reader().open("/").await;
    assert_eq!(home.link("About"), path);
    assert!(home.listed().is_empty());
    let page = blog.reader().open(&path).await;
    assert_eq!(page.headings_of(1), ["About"]);
    assert!(page.says("Who writes here."));
    assert!(
        !blog
            .reader()
            .open("/feed.atom")
            .await
            .source()
            .contains("Who writes here.")
    );
}

/// Everything that a reader can look at for traces of a post.
async fn everywhere(blog: &TestBlog, path: &str) -> Vec<Page> {
    let reader = blog.reader();
    let mut pages = Vec::new();
    for address in [
        "/",
        "/feed.atom",
        "/tags/",
        "/tags/secret/",
        "/search?q=hushed",
        "/search?q=whispered",
        path,
    ] {
        pages.push(reader.open(address).await);
    }
    pages
}

#[tokio::test]
async fn what_is_not_published_is_nowhere_to_be_seen() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let fields = [
        ("Title", "Hushed"),
        ("Body", "A whispered word."),
        ("Tags", "Secret"),
        ("Permalink", "hushed"),
    ];
    nora.write("Save", &fields).await;
    let path = "/2016/06/hushed.html";
    let unseen = |pages: &[Page], when: &str| {
        for page in pages {
            let source = page.source().to_lowercase();
            // The search page repeats what was typed; only links and excerpts would give the post away.
            assert!(
                !source.contains("a whispered word"),
                "{when}: {}",
                page.address
            );
            assert!(!source.contains("hushed.html"), "{when}: {}", page.address);
        }
        assert_eq!(pages[3].status, 404, "{when}: its tag is empty");
        assert_eq!(pages[6].status, 404, "{when}: its page");
    };
    unseen(&everywhere(&blog, path).await, "draft");

    nora.revise("Hushed", "Publish", &[]).await;
    let seen = everywhere(&blog, path).await;
    assert!(seen.iter().all(|page| page.status == 200));
    assert!(seen[4].link_if_any("Hushed").is_some() && seen[5].link_if_any("Hushed").is_some());

    nora.revise("Hushed", "Back to draft", &[]).await;
    unseen(&everywhere(&blog, path).await, "back to draft");
    nora.revise("Hushed", "Publish", &[]).await;
    nora.revise("Hushed", "Move to trash", &[]).await;
    unseen(&everywhere(&blog, path).await, "in the trash");
}

#[tokio::test]
async fn a_tag_lists_its_posts_and_all_tags_are_counted() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Ebb"),
        ("Body", "Words."),
        ("Tags", "Tides, Moon"),
    ])
    .await;
    nora.publish_with(&[("Title", "Flood"), ("Body", "Words."), ("Tags", "tides")])
        .await;
    let reader = blog.reader();
    let tags = reader.open("/tags/").await;
    assert_eq!(tags.texts("main li"), ["Moon 1 post", "Tides 2 posts"]);
    let tides = reader.open(&tags.link("Tides")).await;
    assert_eq!(tides.listed(), ["Flood", "Ebb"]);
    assert_eq!(tides.headings_of(1), ["Posts tagged Tides"]);
}

/// The texts of all elements of one name in a feed, which must be well-formed XML.
fn feed_texts(source: &str, wanted: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(source);
    let (mut texts, mut inside) = (Vec::new(), false);
    loop {
        let more = match reader.read_event().unwrap() {
            Event::Start(start) if start.name().as_ref() == wanted => {
                texts.push(String::new());
                inside = true;
                continue;
            }
            Event::End(end) if end.name().as_ref() == wanted => {
                inside = false;
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(name) => unescape(&format!("&{};", name.xml10_content()))
                .unwrap()
                .into_owned(),
            Event::Eof => return texts,
            _ => continue,
        };
        if let Some(text) = texts.last_mut().filter(|_| inside) {
            text.push_str(&more);
        }
    }
}

#[tokio::test]
async fn the_feed_holds_full_texts_and_is_well_formed_whatever_is_written() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let title = "Salt & <b>pepper</b> ]]> \u{1}\u{fffe}";
    nora.publish(
        title,
        "Before.\n\n<!--more-->\n\nAfter & **bold**. [Home](/)\n\n\u{b}\u{1f}control",
    )
    .await;
    let feed = blog.reader().open("/feed.atom").await;
    assert_eq!(
        feed.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    let contents = feed_texts(&feed.source(), "content");
    assert_eq!(contents.len(), 1);
    for words in [
        "Before.",
        "<strong>bold</strong>",
        "href=\"http://blog.example/\"",
    ] {
        assert!(contents[0].contains(words), "{words}: {contents:?}");
    }
    assert!(
        feed_texts(&feed.source(), "title")
            .iter()
            .any(|title| title.contains("Salt & <b>pepper</b> ]]>"))
    );
    assert_eq!(feed_texts(&feed.source(), "name"), ["Nora"]);
}

#[tokio::test]
async fn the_id_of_a_feed_entry_survives_a_new_permalink() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    let before = blog.reader().open("/feed.atom").await.source();
    blog.clock.advance(60);
    nora.revise(
        "Ebb",
        "Update",
        &[("Permalink", "low-water"), ("Title", "Low water")],
    )
    .await;
    let after = blog.reader().open("/feed.atom").await.source();
    assert_eq!(feed_texts(&before, "id"), feed_texts(&after, "id"));
    assert_eq!(
        feed_texts(&before, "published"),
        feed_texts(&after, "published")
    );
    assert_ne!(
        feed_texts(&before, "updated"),
        feed_texts(&after, "updated")
    );
    assert!(after.contains("/2016/06/low-water.html"));
}

#[tokio::test]
async fn every_page_has_one_landmark_of_each_kind_and_headings_in_order() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body = "# A part\n\nWords.\n\n## A part of it\n\n<!--more-->\n\nMore.\n\n### Deep";
    let post = nora
        .publish_with(&[("Title", "Ebb"), ("Body", body), ("Tags", "Tides")])
        .await;
    let plain = nora.publish("Flood", "Words.").await;
    let page = nora.publish_page("About", body).await;
    let held = blog
        .commenter("Ada")
        .comment(&post, "A thought.")
        .await
        .address;
    nora.moderate("A thought.", "Approve").await;
    blog.commenter("Bo").comment(&post, "Another.").await;
    let reader = blog.reader();
    let public = [
        "/",
        post.as_str(),
        plain.as_str(),
        page.as_str(),
        "/tags/",
        "/tags/tides/",
        "/search",
        "/search?q=words",
        "/nothing",
        &held,
    ];
    for address in public {
        check_outline(&reader.open(address).await, true);
    }
    check_outline(&reader.open("/admin/sign-in").await, false);
    let admin_addresses = [
        "/admin/posts/",
        "/admin/posts/new",
        "/admin/posts/1",
        "/admin/pages/",
        "/admin/pages/new",
        "/admin/comments/",
        "/admin/settings",
        "/admin/profile",
    ];
    for address in admin_addresses {
        check_outline(&nora.open(address).await, true);
    }
}

fn check_outline(page: &Page, framed: bool) {
    let address = &page.address;
    assert_eq!(page.number_of("main"), 1, "{address}");
    if framed {
        assert_eq!(page.number_of("body > header"), 1, "{address}");
        assert_eq!(
            page.attribute("a.skip", "href").as_deref(),
            Some("#main"),
            "{address}"
        );
        assert!(page.number_of("footer.site") <= 1, "{address}");
    }
    let mut labels = page.document_labels("nav");
    let all = labels.len();
    labels.sort();
    labels.dedup();
    assert!(
        labels.len() == all && labels.iter().all(|label| !label.is_empty()),
        "{address}: {labels:?}"
    );
    let headings = page.headings();
    assert_eq!(
        headings.iter().filter(|(level, _)| *level == 1).count(),
        1,
        "{address}: {headings:?}"
    );
    assert_eq!(headings[0].0, 1, "{address}: {headings:?}");
    for pair in headings.windows(2) {
        assert!(
            pair[1].0 <= pair[0].0 + 1,
            "{address} skips a level: {headings:?}"
        );
    }
    assert!(
        headings.iter().all(|(_, text)| !text.is_empty()),
        "{address}: {headings:?}"
    );
    assert!(!page.title().is_empty(), "{address}");
}

#[tokio::test]
async fn no_page_holds_inline_script_style_or_anything_of_third_parties() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut addresses = readable(&blog).await;
    addresses.retain(|address| {
        ![".css", ".png", ".svg", ".ico", ".atom"]
            .iter()
            .any(|end| address.ends_with(end))
    });
    for address in addresses.iter().map(String::as_str).chain([
        "/nothing",
        "/admin/posts/new",
        "/admin/comments/",
    ]) {
        let page = nora.open(address).await;
        assert_eq!(
            page.number_of("script:not([src]):not([type='application/ld+json']), style, [style], [onclick], [onload]"),
            0,
            "{address}"
        );
        assert_eq!(
            page.number_of(
                "link[href^='http']:not([rel=canonical]), script[src^='http'], img[src^='http']"
            ),
            0,
            "{address}"
        );
    }
}
