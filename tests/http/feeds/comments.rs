//! Feeds of comments: of the blog, of a post, of a thread; whole and well-formed whatever was written, and nothing in
//! them that the pages do not show.

use super::json;
use crate::blog::TestBlog;
use axum::http::Method;
use daybook::blog::comment::{Policy, State};
use daybook::blog::{CommentId, PostId};
use quick_xml::events::Event;
use serde_json::Value;
use std::collections::BTreeMap;

/// A blog that shows every comment at once, with one post, and its permalink.
async fn open_blog() -> (TestBlog, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    (blog, path)
}

/// Leaves a comment, or an answer to another, a minute after the last.
async fn say(blog: &TestBlog, path: &str, name: &str, words: &str, parent: Option<i64>) {
    blog.clock.advance(60);
    let ada = blog.commenter(name);
    let address = parent.map_or(path.to_owned(), |id| format!("{path}?reply={id}"));
    let mut form = ada.comment_form(&address, words).await;
    form.fill("Email", "ada@private.example")
        .fill("Website", "ada.example");
    ada.press(&form, "Post comment").await;
}

/// An entry of an Atom feed: the texts of its elements, and the attributes of those that have some.
type Entry = BTreeMap<String, String>;

/// Reads an Atom feed, which must be well-formed: what it says of itself, then its entries.
fn entries(source: &str) -> Vec<Entry> {
    let mut reader = quick_xml::Reader::from_str(source);
    reader.config_mut().check_end_names = true;
    let mut entries = vec![Entry::new()];
    let mut inside = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => {
                start.name().as_ref().clone_into(&mut inside);
                if inside == "entry" {
                    entries.push(Entry::new());
                }
                let entry = entries.last_mut().unwrap();
                for attribute in start.attributes() {
                    let attribute = attribute.unwrap();
                    let key = format!("{inside}/{}", attribute.key.as_ref());
                    let value = attribute
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .unwrap();
                    entry.insert(key, value.into_owned());
                }
                entry.entry(inside.clone()).or_default();
            }
            Event::End(_) => inside.clear(),
            Event::Text(text) => add(&mut entries, &inside, &text.xml10_content()),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", name.xml10_content());
                let text = quick_xml::escape::unescape(&reference).unwrap();
                add(&mut entries, &inside, &text);
            }
            Event::Eof => return entries,
            _ => {}
        }
    }
}

fn add(entries: &mut [Entry], inside: &str, text: &str) {
    if let Some(words) = entries.last_mut().unwrap().get_mut(inside) {
        words.push_str(text);
    }
}

/// The words of a feed's comments, newest first, in either format.
async fn comments_in(blog: &TestBlog, address: &str) -> Vec<String> {
    let page = blog.reader().get(address).await;
    assert_eq!(page.status, 200, "{address}");
    let plain = |html: &str| {
        html.replace("<p>", "")
            .replace("</p>", "")
            .trim()
            .to_owned()
    };
    if address.contains(".json") {
        let items = json(&page)["items"].as_array().unwrap().clone();
        let html = |item: &Value| plain(item["content_html"].as_str().unwrap());
        return items.iter().map(html).collect();
    }
    entries(&page.source())[1..]
        .iter()
        .map(|entry| plain(&entry["content"]))
        .collect()
}

#[tokio::test]
async fn the_blog_and_each_post_have_a_feed_of_comments() {
    let (blog, path) = open_blog().await;
    let other = blog.author().await.publish("Flood", "Words.").await;
    say(&blog, &path, "Ada", "One.", None).await;
    say(&blog, &other, "Bo", "Two.", None).await;
    say(&blog, &path, "Cleo", "Three.", None).await;
    for ending in ["atom", "json"] {
        let all = comments_in(&blog, &format!("/comments.{ending}")).await;
        assert_eq!(all, ["Three.", "Two.", "One."], "newest first");
        let ebb = comments_in(&blog, &format!("{path}/comments.{ending}")).await;
        assert_eq!(ebb, ["Three.", "One."]);
    }
    let home = blog.reader().open("/").await;
    assert_eq!(
        home.attribute("link[title='Comments on Harbour Notes']", "href")
            .as_deref(),
        Some("/comments.atom")
    );
    let page = blog.reader().open(&path).await;
    assert_eq!(
        page.link("Feed of these comments"),
        format!("{path}/comments.atom")
    );
    for (kind, ending) in [("atom+xml", "atom"), ("feed+json", "json")] {
        let css =
            format!("link[rel=alternate][type='application/{kind}'][title='Comments on Ebb']");
        assert_eq!(
            page.attribute(&css, "href"),
            Some(format!("{path}/comments.{ending}"))
        );
    }
}

#[tokio::test]
async fn an_entry_of_the_atom_feed_says_who_answers_what_and_where() {
    let (blog, path) = open_blog().await;
    say(
        &blog,
        &path,
        "Ada",
        "See [home](/) and [there](https://x.example/).",
        None,
    )
    .await;
    say(&blog, &path, "Bo", "An *answer*.", Some(1)).await;
    let page = blog.reader().get(&format!("{path}/comments.atom")).await;
    assert_eq!(
        page.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    let entries = entries(&page.source());
    let feed = &entries[0];
    assert_eq!(feed["title"], "Comments on Ebb");
    assert_eq!(
        feed["id"], "tag:blog.example,2005:comments-on-1",
        "whatever becomes of the permalink"
    );
    assert_eq!(feed["updated"], entries[1]["updated"]);
    let (answer, first) = (&entries[1], &entries[2]);
    assert_eq!(answer["id"], "tag:blog.example,2005:comment-2");
    assert_eq!(answer["title"], "Bo on Ebb");
    assert_eq!(answer["name"], "Bo");
    assert_eq!(answer["uri"], "https://ada.example/");
    assert_eq!(answer["published"], "2016-06-05T14:32:00Z");
    assert_eq!(
        answer["link/href"],
        format!("http://blog.example{path}#comment-2")
    );
    assert_eq!(
        answer["thr:in-reply-to/ref"],
        "tag:blog.example,2005:comment-1"
    );
    assert_eq!(
        answer["thr:in-reply-to/href"],
        format!("http://blog.example{path}#comment-1")
    );
    assert!(answer["content"].contains("<em>answer</em>"));
    assert_eq!(first["thr:in-reply-to/ref"], "tag:blog.example,2005:post-1");
    assert_eq!(
        first["thr:in-reply-to/href"],
        format!("http://blog.example{path}")
    );
    assert!(first["content"].contains("href=\"https://x.example/\""));
    assert!(
        !first["content"].contains("href=\"/"),
        "{}",
        first["content"]
    );
}

#[tokio::test]
async fn the_json_feed_is_one_of_version_1_1() {
    let (blog, path) = open_blog().await;
    say(&blog, &path, "Ada", "Some **words**.", None).await;
    let page = blog.reader().get(&format!("{path}/comments.json")).await;
    assert_eq!(
        page.header("content-type"),
        Some("application/feed+json; charset=utf-8")
    );
    let feed = json(&page);
    let whole = |path: &str| format!("http://blog.example{path}");
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["title"], "Comments on Ebb");
    assert_eq!(feed["home_page_url"], whole(&path));
    assert_eq!(feed["feed_url"], whole(&format!("{path}/comments.json")));
    assert_eq!(feed["language"], "en");
    let item = &feed["items"][0];
    assert_eq!(item["id"], "tag:blog.example,2005:comment-1");
    assert_eq!(item["url"], whole(&format!("{path}#comment-1")));
    assert_eq!(item["date_published"], "2016-06-05T14:31:00Z");
    assert_eq!(item["authors"][0]["name"], "Ada");
    assert_eq!(item["authors"][0]["url"], "https://ada.example/");
    assert!(
        item["content_html"]
            .as_str()
            .unwrap()
            .contains("<strong>words</strong>")
    );
}

#[tokio::test]
async fn a_thread_has_a_feed_of_its_own() {
    let (blog, path) = open_blog().await;
    say(&blog, &path, "Ada", "Top.", None).await;
    say(&blog, &path, "Bo", "Next.", None).await;
    say(&blog, &path, "Cleo", "Below.", Some(1)).await;
    say(&blog, &path, "Dan", "Below that.", Some(3)).await;
    say(&blog, &path, "Eve", "Below the other.", Some(2)).await;
    for ending in ["atom", "json"] {
        let feed = format!("{path}/comments.{ending}?thread=");
        assert_eq!(
            comments_in(&blog, &format!("{feed}1")).await,
            ["Below that.", "Below.", "Top."]
        );
        assert_eq!(
            comments_in(&blog, &format!("{feed}3")).await,
            ["Below that.", "Below."]
        );
    }
    let store = &blog.app.store;
    store
        .moderation()
        .decide(CommentId(3), State::Spam, "Nora", blog.app.now())
        .await
        .unwrap();
    assert_eq!(
        comments_in(&blog, &format!("{path}/comments.atom?thread=1")).await,
        ["Below that.", "Top."],
        "what answers it is shown on the page too"
    );
    let other = blog.author().await.publish("Flood", "Words.").await;
    for nothing in [
        format!("{path}/comments.atom?thread=3"),
        format!("{path}/comments.atom?thread=99"),
        format!("{path}/comments.atom?thread=x"),
        format!("{other}/comments.atom?thread=1"),
    ] {
        assert_eq!(blog.reader().get(&nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn a_feed_holds_the_fifty_newest_comments_with_the_addresses_of_their_pages() {
    let (blog, path) = open_blog().await;
    crate::threads::talk(&blog, 1..=120).await;
    let words = comments_in(&blog, &format!("{path}/comments.json")).await;
    assert_eq!(words.len(), 50);
    assert_eq!(
        (words[0].as_str(), words[49].as_str()),
        ("Word 120.", "Word 71.")
    );
    let feed = json(&blog.reader().get("/comments.json").await);
    let address = |place: usize| feed["items"][place]["url"].as_str().unwrap().to_owned();
    assert!(
        address(0).contains("?comments=2#comment-"),
        "{}",
        address(0)
    );
    assert!(!address(40).contains('?'), "{}", address(40));
}

#[tokio::test]
async fn what_is_not_shown_is_in_no_feed() {
    let (blog, path) = open_blog().await;
    let nora = blog.author().await;
    say(&blog, &path, "Ada", "Visible.", None).await;
    for (id, state) in [(2, State::Waiting), (3, State::Spam), (4, State::Deleted)] {
        say(&blog, &path, "Bo", &format!("Secret {id}."), None).await;
        let store = &blog.app.store;
        store
            .moderation()
            .decide(CommentId(id), state, "Nora", blog.app.now())
            .await
            .unwrap();
    }
    let feeds = [
        "/comments.atom".to_owned(),
        "/comments.json".to_owned(),
        format!("{path}/comments.atom"),
        format!("{path}/comments.json"),
    ];
    for feed in &feeds {
        assert_eq!(comments_in(&blog, feed).await, ["Visible."], "{feed}");
        let source = blog.reader().get(feed).await.source();
        assert!(!source.contains("private.example"), "no email: {feed}");
    }

    nora.revise("Ebb", "Update", &[("Hide all comments", "")])
        .await;
    assert_eq!(comments_in(&blog, &feeds[0]).await, [""; 0]);
    assert_eq!(blog.reader().get(&feeds[2]).await.status, 404);
    assert_eq!(blog.reader().get(&feeds[3]).await.status, 404);

    nora.revise(
        "Ebb",
        "Update",
        &[("Publish every comment immediately", "")],
    )
    .await;
    let mut settings = blog.app.store.settings().load().await.unwrap();
    settings.comments = Policy::Hidden;
    let store = &blog.app.store;
    store
        .settings()
        .save(&settings, blog.app.now())
        .await
        .unwrap();
    for feed in &feeds {
        assert_eq!(blog.reader().get(feed).await.status, 404, "{feed}");
    }

    settings.comments = Policy::Open;
    store
        .settings()
        .save(&settings, blog.app.now())
        .await
        .unwrap();
    assert_eq!(comments_in(&blog, &feeds[2]).await, ["Visible."]);
    store
        .posts()
        .unpublish(PostId(1), blog.app.now())
        .await
        .unwrap();
    assert_eq!(
        comments_in(&blog, &feeds[0]).await,
        [""; 0],
        "a draft has no readers"
    );
    assert_eq!(blog.reader().get(&feeds[2]).await.status, 404);
}

#[tokio::test]
async fn feeds_of_comments_are_well_formed_whatever_is_written() {
    let (blog, path) = open_blog().await;
    let hostile = [
        (
            "]]> & <b>",
            "]]> `&lt;img src=x onerror=alert(1)&gt;` & **bold** \"quoted\"",
        ),
        ("Ad\u{202e}min", "\u{200b} and \u{1f409}\u{200b}"),
        (
            "'\"><script>alert(1)</script>",
            "<script>alert(2)</script> <img src=x onerror=alert(3)> words",
        ),
    ];
    for (name, words) in hostile {
        say(&blog, &path, name, words, None).await;
    }
    // What an import or an older renderer may have left in the database.
    sqlx::query("update comments set name = name || $1, html = html || $1 where id = 1")
        .bind("\u{b}\u{1f}\u{85}\u{fffe} end")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let nora = blog.author().await;
    nora.revise("Ebb", "Update", &[("Title", "<i>Ebb</i> & \u{1} flow")])
        .await;
    for feed in ["/comments", &format!("{path}/comments")] {
        let atom = blog.reader().get(&format!("{feed}.atom")).await;
        let read = entries(&atom.source());
        assert_eq!(read.len(), 4, "{feed}");
        let forbidden =
            |c: char| c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
        assert!(!atom.source().contains(forbidden));
        assert!(
            read[3]["name"].starts_with("]]> & <b>"),
            "{}",
            read[3]["name"]
        );
        assert!(read[3]["name"].ends_with("end"));
        assert!(
            read[3]["title"].contains("<i>Ebb</i> & "),
            "{}",
            read[3]["title"]
        );
        let items = json(&blog.reader().get(&format!("{feed}.json")).await)["items"].clone();
        for (entry, item) in read[1..].iter().zip(items.as_array().unwrap()) {
            let html = item["content_html"].as_str().unwrap();
            assert_eq!(entry["content"], html, "both have the same text");
            assert!(
                !html.contains("<script") && !html.contains("<img"),
                "{html}"
            );
        }
        assert!(
            items[0]["content_html"]
                .as_str()
                .unwrap()
                .contains("&lt;img"),
            "{items}"
        );
    }
}

#[tokio::test]
async fn a_feed_is_kept_and_asked_about_like_a_page() {
    let (blog, path) = open_blog().await;
    say(&blog, &path, "Ada", "One.", None).await;
    let reader = blog.reader();
    for feed in [
        "/comments.atom",
        "/comments.json",
        &format!("{path}/comments.atom"),
    ] {
        let page = reader.get(feed).await;
        let tag = page.header("etag").unwrap().to_owned();
        assert_eq!(
            page.header("cache-control"),
            Some("public, max-age=0, must-revalidate")
        );
        let ask = async || {
            reader
                .ask(Method::GET, feed, &[("if-none-match", &tag)])
                .await
                .status
        };
        assert_eq!(ask().await, 304, "{feed}");
        say(&blog, &path, "Bo", &format!("More for {feed}."), None).await;
        assert_eq!(ask().await, 200, "{feed}");
    }
}

#[tokio::test]
async fn feeds_stay_where_posts_were() {
    let (blog, path) = open_blog().await;
    say(&blog, &path, "Ada", "One.", None).await;
    let nora = blog.author().await;
    nora.revise("Ebb", "Update", &[("Permalink", "low-water")])
        .await;
    for ending in ["atom", "json"] {
        let moved = blog
            .reader()
            .get(&format!("{path}/comments.{ending}"))
            .await;
        assert_eq!(
            (moved.status, moved.header("location")),
            (
                301,
                Some(format!("/2016/06/low-water.html/comments.{ending}").as_str())
            )
        );
    }
    for nothing in [
        "/nowhere.html/comments.atom",
        "/2016/06/comments.atom",
        "//comments.json",
    ] {
        assert_eq!(blog.reader().get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn bloggers_feeds_of_comments_lead_to_ours() {
    let (blog, path) = open_blog().await;
    sqlx::query("update posts set origin = 'tag:blogger.com,1999:blog-77.post-1234'")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let reader = blog.reader();
    let all = reader.get("/feeds/comments/default?alt=rss").await;
    assert_eq!(
        (all.status, all.header("location")),
        (301, Some("/comments.rss"))
    );
    let one = reader.get("/feeds/1234/comments/default").await;
    assert_eq!(
        (one.status, one.header("location")),
        (301, Some(format!("{path}/comments.atom").as_str()))
    );
    for nothing in [
        "234",
        "12345",
        "%25",
        "1234%25",
        "x",
        "99999999999999999999999",
    ] {
        let page = reader
            .get(&format!("/feeds/{nothing}/comments/default"))
            .await;
        assert_eq!(page.status, 404, "{nothing}");
    }
}
