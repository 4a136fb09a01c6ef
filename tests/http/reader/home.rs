//! The home page: posts by day, paging, jump breaks.

use crate::blog::TestBlog;
use std::collections::BTreeSet;

#[tokio::test]
async fn posts_are_under_the_heading_of_their_day() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for (title, at) in [
        ("Ebb", "2016-06-05T09:00"),
        ("Flood", "2016-06-05T11:30"),
        ("Fog", "2016-06-03T23:59"),
    ] {
        nora.publish_with(&[("Title", title), ("Body", "Words."), ("Published on", at)])
            .await;
    }
    let home = blog.reader().open("/").await;
    assert_eq!(
        home.headings_of(2),
        ["Sunday, 5 June 2016", "Friday, 3 June 2016"]
    );
    assert_eq!(home.listed(), ["Flood", "Ebb", "Fog"]);
}

#[tokio::test]
async fn days_are_those_of_the_blogs_zone_and_language() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Late"),
        ("Body", "Words."),
        ("Published on", "2016-06-04T23:30"),
    ])
    .await;
    let reader = blog.reader();
    assert_eq!(
        reader.open("/").await.headings_of(2),
        ["Saturday, 4 June 2016"]
    );
    nora.change_settings(&[("Time zone", "Europe/Berlin"), ("Language", "de")])
        .await;
    let home = reader.open("/").await;
    assert_eq!(home.headings_of(2), ["Sonntag, 5. Juni 2016"]);
    assert_eq!(home.attribute("html", "lang").as_deref(), Some("de"));
    assert!(home.says("01:30"), "the time is that of the zone too");
}

#[tokio::test]
async fn a_language_from_right_to_left_turns_the_page() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    assert_eq!(
        blog.reader()
            .open("/")
            .await
            .attribute("html", "dir")
            .as_deref(),
        Some("ltr")
    );
    nora.change_settings(&[("Language", "he")]).await;
    let home = blog.reader().open("/").await;
    assert_eq!(home.attribute("html", "dir").as_deref(), Some("rtl"));
    assert_eq!(home.attribute("html", "lang").as_deref(), Some("he"));
}

#[tokio::test]
async fn paging_visits_every_post_once_in_both_directions() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Posts per page", "3")]).await;
    let titles: Vec<String> = (0..8).map(|number| format!("Post {number}")).collect();
    for title in &titles {
        // All in the same minute: only the second key orders them.
        nora.publish_with(&[
            ("Title", title),
            ("Body", "Words."),
            ("Published on", "2016-06-01T10:00"),
        ])
        .await;
    }
    let newest_first: Vec<String> = titles.into_iter().rev().collect();
    let reader = blog.reader();
    let mut page = reader.open("/").await;
    let mut down = vec![page.listed()];
    assert_eq!(page.link_if_any("Newer posts"), None);
    while let Some(older) = page.link_if_any("Older posts") {
        page = reader.open(&older).await;
        down.push(page.listed());
    }
    assert_eq!(down.concat(), newest_first);
    let mut up = vec![page.listed()];
    while let Some(newer) = page.link_if_any("Newer posts") {
        page = reader.open(&newer).await;
        up.push(page.listed());
    }
    up.reverse();
    let back: Vec<String> = up.concat();
    assert_eq!(back.iter().collect::<BTreeSet<_>>().len(), 8, "{back:?}");
    assert_eq!(
        page.listed(),
        newest_first[..3],
        "the way up ends at the top"
    );
}

#[tokio::test]
async fn a_nonsense_cursor_shows_the_newest_posts() {
    let blog = TestBlog::new().await;
    blog.author().await.publish("Ebb", "Words.").await;
    for address in [
        "/?before=x",
        "/?after=",
        "/?before=99999999999999999999-1",
        "/?unknown=1",
    ] {
        let page = blog.reader().open(address).await;
        assert_eq!(
            (page.status, page.listed()),
            (200, vec!["Ebb".to_owned()]),
            "{address}"
        );
    }
}

#[tokio::test]
async fn comment_counts_are_said_in_words() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    let (reader, ada) = (blog.reader(), blog.commenter("Ada"));
    for (number, said) in ["No comments", "1 comment", "2 comments"]
        .into_iter()
        .enumerate()
    {
        let home = reader.open("/").await;
        assert_eq!(
            home.link(&format!("{said} on Ebb")),
            format!("{path}#comments")
        );
        assert!(reader.open(&path).await.headings_of(2)[0].starts_with(said));
        ada.comment(&path, &format!("Comment {number}")).await;
    }
}

#[tokio::test]
async fn a_jump_break_shows_the_first_part_and_read_more() {
    let blog = TestBlog::new().await;
    let path = blog
        .author()
        .await
        .publish("Ebb", "The first part.\n\n<!--more-->\n\nThe second part.")
        .await;
    let reader = blog.reader();
    let home = reader.open("/").await;
    assert!(home.says("The first part.") && !home.says("The second part."));
    let more = home.link("Read more");
    assert_eq!(more, format!("{path}#more"));
    let post = reader.open(&more).await;
    assert!(post.says("The first part.") && post.says("The second part."));
    assert_eq!(
        post.number_of("#more"),
        1,
        "the link leads to a place on the page"
    );
}
