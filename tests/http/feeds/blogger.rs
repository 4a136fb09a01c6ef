//! The feeds that Blogger had.

use super::{ORIGIN, fill, json, text};
use crate::blog::TestBlog;
use crate::xml::{ATOM, Element};
use serde_json::Value;

const OPEN_SEARCH: &str = "http://a9.com/-/spec/opensearch/1.1/";

#[tokio::test]
async fn bloggers_addresses_of_feeds_lead_to_ours_where_ours_say_the_same() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=4).await;
    for (old, new) in [
        ("/atom.xml", "/feed.atom"),
        ("/rss.xml", "/feed.rss"),
        ("/feeds/posts/default", "/feed.atom"),
        ("/feeds/posts/full", "/feed.atom"),
        ("/feeds/posts/default?redirect=false", "/feed.atom"),
        ("/feeds/posts/default?alt=rss", "/feed.rss"),
        ("/feeds/posts/default/-/Even", "/tags/even/feed.atom"),
        ("/feeds/posts/default/-/even?alt=rss", "/tags/even/feed.rss"),
        ("/feeds/comments/default?alt=rss", "/comments.rss"),
        ("/search/label/Even?max-results=20&start=5", "/tags/even/"),
    ] {
        let page = blog.reader().get(old).await;
        assert_eq!(
            (page.status, page.header("location")),
            (301, Some(new)),
            "{old}"
        );
    }
    for nothing in [
        "/feeds/posts/other",
        "/feeds/posts/default/-/Odd",
        "/feeds/other/default",
    ] {
        assert_eq!(blog.reader().get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn bloggers_json_says_what_its_widgets_read() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=30).await;
    let get = async |query: &str| {
        let page = blog
            .reader()
            .get(&format!("/feeds/posts/default?alt=json{query}"))
            .await;
        assert_eq!(
            page.header("content-type"),
            Some("application/json; charset=utf-8")
        );
        json(&page)["feed"].clone()
    };
    let feed = get("").await;
    assert_eq!(feed["entry"].as_array().unwrap().len(), 25);
    assert_eq!(feed["openSearch$totalResults"]["$t"], "30");
    assert_eq!(feed["title"]["$t"], "Harbour Notes");
    let entry = &feed["entry"][0];
    assert_eq!(entry["title"]["$t"], "Number 30");
    assert_eq!(entry["content"]["$t"], "<p>Words 30.</p>");
    assert_eq!(entry["published"]["$t"], "2016-06-05T14:30:00.000Z");
    assert_eq!(entry["author"][0]["name"]["$t"], "Nora");
    assert_eq!(entry["category"][0]["term"], "Even");
    assert_eq!(entry["thr$total"]["$t"], "0");
    let links = entry["link"].as_array().unwrap();
    let alternate = links
        .iter()
        .find(|link| link["rel"] == "alternate")
        .unwrap();
    assert_eq!(
        alternate["href"],
        format!("{ORIGIN}/2016/06/number-30.html")
    );

    let part = get("&max-results=3&start-index=28").await;
    let titles: Vec<&str> = part["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["title"]["$t"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Number 3", "Number 2", "Number 1"]);
    assert_eq!(part["openSearch$startIndex"]["$t"], "28");
    assert_eq!(part["openSearch$itemsPerPage"]["$t"], "3");
    assert_eq!(
        get("&max-results=0").await["entry"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    assert_eq!(
        get("&start-index=31").await["entry"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    assert_eq!(
        get("&max-results=9999").await["openSearch$itemsPerPage"]["$t"],
        "100"
    );

    let short = blog.reader().get("/feeds/posts/summary?alt=json").await;
    let entry = json(&short)["feed"]["entry"][0].clone();
    assert_eq!(entry["summary"]["$t"], "Words 30.");
    assert_eq!(entry["content"], Value::Null);
}

#[tokio::test]
async fn bloggers_feeds_are_counted_as_blogger_counts() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=30).await;
    let reader = blog.reader();
    let page = reader
        .get("/feeds/posts/default/-/Even?max-results=4&start-index=5")
        .await;
    let feed = Element::of(&page);
    let titles: Vec<&str> = feed
        .all(ATOM, "entry")
        .iter()
        .map(|entry| entry.said(ATOM, "title"))
        .collect();
    assert_eq!(titles, ["Number 22", "Number 20", "Number 18", "Number 16"]);
    assert_eq!(feed.said(OPEN_SEARCH, "totalResults"), "15");
    assert_eq!(feed.said(OPEN_SEARCH, "startIndex"), "5");
    let base = format!("{ORIGIN}/feeds/posts/default/-/Even?");
    assert_eq!(
        feed.way("next"),
        Some(format!("{base}start-index=9&max-results=4").as_str())
    );
    assert_eq!(
        feed.way("previous"),
        Some(format!("{base}start-index=1&max-results=4").as_str())
    );
    let rss = Element::of(
        &reader
            .get("/feeds/posts/default?alt=rss&max-results=2")
            .await,
    );
    assert_eq!(rss.one("", "channel").all("", "item").len(), 2);
}

#[tokio::test]
async fn bloggers_comments_come_as_json_too() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    sqlx::query("update posts set origin = 'tag:blogger.com,1999:blog-77.post-1234'")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    for name in ["Ada", "Bo", "Cleo"] {
        blog.clock.advance(60);
        blog.commenter(name)
            .comment(&path, &format!("By {name}."))
            .await;
    }
    for address in ["/feeds/comments/default", "/feeds/1234/comments/default"] {
        let page = blog
            .reader()
            .get(&format!("{address}?alt=json&max-results=2"))
            .await;
        let feed = json(&page)["feed"].clone();
        assert_eq!(feed["openSearch$totalResults"]["$t"], "3", "{address}");
        let entries = feed["entry"].as_array().unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0]["author"][0]["name"]["$t"], "Cleo");
        assert!(text(&entries[0]["content"]["$t"]).contains("By Cleo."));
        assert_eq!(
            entries[0]["thr$in-reply-to"]["ref"],
            "tag:blogger.com,1999:blog-77.post-1234"
        );
    }
}
