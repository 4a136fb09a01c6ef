//! Feeds of posts: of the blog and of a tag, in three formats, with their whole history.

use super::{ORIGIN, fill, json, text};
use crate::blog::TestBlog;
use crate::page::Page;
use crate::pictures::uploaded;
use crate::recordings::mp3;
use crate::xml::{ATOM, CONTENT, DUBLIN_CORE, Element, HISTORY};
use axum::http::Method;
use serde_json::Value;
use std::collections::BTreeSet;

/// A post in a feed, in whatever format.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FeedEntry {
    id: String,
    title: String,
    address: String,
    author: String,
    tags: Vec<String>,
    summary: String,
    html: Option<String>,
}

/// A feed as a program understands it.
#[derive(Debug)]
struct Read {
    title: String,
    page: String,
    own: String,
    before: Option<String>,
    entries: Vec<FeedEntry>,
}

impl Read {
    fn of(page: &Page) -> Self {
        assert_eq!(page.status, 200, "{}", page.address);
        match page.header("content-type").unwrap() {
            "application/atom+xml; charset=utf-8" => Self::atom(&Element::of(page)),
            "application/rss+xml; charset=utf-8" => Self::rss(&Element::of(page)),
            "application/feed+json; charset=utf-8" => Self::json(&json(page)),
            other => panic!("{other}"),
        }
    }

    fn atom(feed: &Element) -> Self {
        assert_eq!((feed.space.as_str(), feed.name.as_str()), (ATOM, "feed"));
        for element in ["id", "updated", "generator"] {
            assert!(!feed.said(ATOM, element).is_empty());
        }
        let entries = feed.all(ATOM, "entry").into_iter().map(|entry| {
            assert!(!entry.said(ATOM, "published").is_empty());
            assert!(!entry.said(ATOM, "updated").is_empty());
            let tags = entry.all(ATOM, "category").into_iter();
            FeedEntry {
                id: entry.said(ATOM, "id").to_owned(),
                title: entry.said(ATOM, "title").to_owned(),
                address: entry.way("alternate").unwrap().to_owned(),
                author: entry.one(ATOM, "author").said(ATOM, "name").to_owned(),
                tags: tags.map(|tag| tag.attributes["term"].clone()).collect(),
                summary: entry
                    .any(ATOM, "summary")
                    .map_or("", |words| &words.text)
                    .to_owned(),
                html: entry.any(ATOM, "content").map(|html| {
                    assert_eq!(html.attributes["type"], "html");
                    html.text.clone()
                }),
            }
        });
        Self {
            title: feed.said(ATOM, "title").to_owned(),
            page: feed.way("alternate").unwrap().to_owned(),
            own: feed.way("self").unwrap().to_owned(),
            before: feed.way("prev-archive").map(str::to_owned),
            entries: entries.collect(),
        }
    }

    fn rss(rss: &Element) -> Self {
        assert_eq!(
            (rss.name.as_str(), rss.attributes["version"].as_str()),
            ("rss", "2.0")
        );
        let channel = rss.one("", "channel");
        for element in ["description", "language", "lastBuildDate"] {
            assert!(!channel.said("", element).is_empty());
        }
        let entries = channel.all("", "item").into_iter().map(|item| {
            let guid = item.one("", "guid");
            assert_eq!(guid.attributes["isPermaLink"], "false");
            assert!(item.said("", "pubDate").ends_with(" GMT"));
            let tags = item.all("", "category").into_iter();
            let summary = item.said("", "description");
            FeedEntry {
                id: guid.text.clone(),
                title: item
                    .any("", "title")
                    .map_or("", |title| &title.text)
                    .to_owned(),
                address: item.said("", "link").to_owned(),
                author: item.said(DUBLIN_CORE, "creator").to_owned(),
                tags: tags.map(|tag| tag.text.clone()).collect(),
                summary: quick_xml::escape::unescape(summary).unwrap().into_owned(),
                html: item.any(CONTENT, "encoded").map(|html| html.text.clone()),
            }
        });
        Self {
            title: channel.said("", "title").to_owned(),
            page: channel.said("", "link").to_owned(),
            own: channel.way("self").unwrap().to_owned(),
            before: channel.way("prev-archive").map(str::to_owned),
            entries: entries.collect(),
        }
    }

    fn json(feed: &Value) -> Self {
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        let entries = feed["items"].as_array().unwrap().iter().map(|item| {
            let html = item["content_html"].as_str().map(str::to_owned);
            assert!(html.is_some() || item["content_text"].is_string());
            let tags = item["tags"].as_array().cloned().unwrap_or_default();
            FeedEntry {
                id: text(&item["id"]),
                title: text(&item["title"]),
                address: text(&item["url"]),
                author: text(&item["authors"][0]["name"]),
                tags: tags.iter().map(text).collect(),
                summary: text(&item["summary"]),
                html,
            }
        });
        Self {
            title: text(&feed["title"]),
            page: text(&feed["home_page_url"]),
            own: text(&feed["feed_url"]),
            before: feed["next_url"].as_str().map(str::to_owned),
            entries: entries.collect(),
        }
    }

    fn titles(&self) -> Vec<&str> {
        self.entries
            .iter()
            .map(|entry| entry.title.as_str())
            .collect()
    }
}

async fn read(blog: &TestBlog, address: &str) -> Read {
    let path = address.strip_prefix(ORIGIN).unwrap_or(address);
    Read::of(&blog.reader().get(path).await)
}

#[tokio::test]
async fn all_formats_say_the_same_of_each_post() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body =
        "See [home](/), [there](#there) and ![a tide](/media/none.png).\n\n<!--more-->\n\nThe end.";
    let path = nora
        .publish_with(&[
            ("Title", "Ebb & <flow>"),
            ("Body", body),
            ("Tags", "Tides, Old maps"),
        ])
        .await;
    let mut entries_of_formats = Vec::new();
    for (ending, own) in [
        ("atom", "/feed.atom"),
        ("rss", "/feed.rss"),
        ("json", "/feed.json"),
    ] {
        let feed = read(&blog, own).await;
        assert_eq!(feed.title, "Harbour Notes");
        assert_eq!(feed.page, format!("{ORIGIN}/"));
        assert_eq!(feed.own, format!("{ORIGIN}/feed.{ending}"));
        assert_eq!(feed.before, None);
        entries_of_formats.push(feed.entries);
    }
    let entry = &entries_of_formats[0][0];
    assert_eq!(entry.id, "tag:blog.example,2005:post-1");
    assert_eq!(entry.title, "Ebb & <flow>");
    assert_eq!(entry.address, format!("{ORIGIN}{path}"));
    assert_eq!(entry.author, "Nora");
    assert_eq!(entry.tags, ["Tides", "Old maps"]);
    assert!(entry.summary.starts_with("See home, there and"));
    let html = entry.html.as_deref().unwrap();
    assert!(html.contains("The end."), "{html}");
    assert!(html.contains(&format!("href=\"{ORIGIN}/\"")), "{html}");
    assert!(html.contains(&format!("href=\"{ORIGIN}{path}#")), "{html}");
    assert!(
        html.contains(&format!("src=\"{ORIGIN}/media/none.png\"")),
        "{html}"
    );
    assert_eq!(entries_of_formats[0], entries_of_formats[1]);
    assert_eq!(entries_of_formats[0], entries_of_formats[2]);
}

/// A podcast program finds an episode by it, with its type and how much there is to fetch.
#[tokio::test]
async fn recordings_of_a_post_are_enclosures_in_every_format() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut addresses = Vec::new();
    for tone in [1, 2] {
        let sent = uploaded(&nora, "sea.mp3", mp3(20, tone)).await;
        addresses.push(sent["address"].as_str().unwrap().to_owned());
    }
    let [first, second] = [&addresses[0], &addresses[1]];
    nora.publish("No sound", "Words.").await;
    let lost = "/media/00112233445566778899aabbccddeeff.mp3";
    let body =
        format!("Listen.\n\n![The sea]({first})\n\n[More]({second}) and [nothing]({lost})\n");
    nora.publish("Sounds", &body).await;
    let (own, length) = (format!("{ORIGIN}{first}"), "8340");
    let reader = blog.reader();
    let atom = Element::of(&reader.get("/feed.atom").await);
    let entries = atom.all(ATOM, "entry");
    let of_entry = |entry: &Element| -> Vec<[String; 3]> {
        let links = entry.all(ATOM, "link").into_iter();
        links
            .filter(|link| link.attributes["rel"] == "enclosure")
            .map(|link| ["href", "type", "length"].map(|name| link.attributes[name].clone()))
            .collect()
    };
    let both = addresses.iter().map(|address| {
        [
            format!("{ORIGIN}{address}"),
            "audio/mpeg".into(),
            length.into(),
        ]
    });
    assert_eq!(of_entry(entries[0]), both.collect::<Vec<_>>());
    assert!(of_entry(entries[1]).is_empty());
    let rss = Element::of(&reader.get("/feed.rss").await);
    let items = rss.one("", "channel").all("", "item");
    // RSS has room for one.
    let enclosure = &items[0].one("", "enclosure").attributes;
    assert_eq!(
        ["url", "type", "length"].map(|name| enclosure[name].as_str()),
        [own.as_str(), "audio/mpeg", length]
    );
    assert!(items[1].any("", "enclosure").is_none());
    let json = json(&reader.get("/feed.json").await);
    let attachments = &json["items"][0]["attachments"];
    assert_eq!(attachments[0]["url"], own);
    assert_eq!(attachments[0]["mime_type"], "audio/mpeg");
    assert_eq!(attachments[0]["size_in_bytes"], 8340);
    assert_eq!(attachments.as_array().unwrap().len(), 2);
    assert_eq!(json["items"][1]["attachments"], Value::Null);
}

#[tokio::test]
async fn a_post_in_another_language_says_so_in_every_format() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Ebbe"),
        ("Body", "Worte."),
        ("Language of the text", "de"),
    ])
    .await;
    nora.publish("Flood", "Words.").await;
    let reader = blog.reader();
    let atom = Element::of(&reader.get("/feed.atom").await);
    assert_eq!(atom.attributes["xml:lang"], "en");
    let languages: Vec<Option<&String>> = atom
        .all(ATOM, "entry")
        .iter()
        .map(|entry| entry.attributes.get("xml:lang"))
        .collect();
    assert_eq!(languages, [None, Some(&"de".to_owned())]);
    let rss = Element::of(&reader.get("/feed.rss").await);
    let item = rss.one("", "channel").all("", "item")[1].clone();
    assert_eq!(item.said(DUBLIN_CORE, "language"), "de");
    let json = json(&reader.get("/feed.json").await);
    assert_eq!(json["items"][1]["language"], "de");
    assert_eq!(json["items"][0]["language"], Value::Null);
}

#[tokio::test]
async fn a_tag_has_feeds_of_its_own_that_follow_it_to_another_name() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Old maps")])
        .await;
    nora.publish("Flood", "Words.").await;
    for ending in ["atom", "rss", "json"] {
        let feed = read(&blog, &format!("/tags/old-maps/feed.{ending}")).await;
        assert_eq!(feed.titles(), ["Ebb"]);
        assert_eq!(feed.title, "Old maps · Harbour Notes");
        assert_eq!(feed.page, format!("{ORIGIN}/tags/old-maps/"));
    }
    let page = blog.reader().open("/tags/old-maps/").await;
    assert_eq!(
        page.attribute("link[rel=alternate]", "href").as_deref(),
        Some("/tags/old-maps/feed.atom"),
        "the first that a feed reader finds"
    );
    let list = nora.open("/admin/tags/").await;
    let mut form = nora.open(&list.link("Old maps")).await.form_with("Name");
    form.fill("Name", "Charts");
    nora.press(&form, "Rename").await;
    let moved = blog.reader().get("/tags/old-maps/feed.rss").await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, Some("/tags/charts/feed.rss"))
    );
    for nothing in [
        "/tags/none/feed.atom",
        "/tags/charts/feed.xml",
        "/tags/charts/x",
    ] {
        assert_eq!(blog.reader().get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn the_whole_history_can_be_walked_and_new_posts_leave_its_documents_alone() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=200).await;
    let feeds = [
        ("/feed.atom", 200),
        ("/feed.rss", 200),
        ("/feed.json", 200),
        ("/tags/even/feed.atom", 100),
        ("/tags/even/feed.json", 100),
    ];
    let walk = async |start: &str| {
        let (mut titles, mut documents) = (Vec::new(), Vec::new());
        let mut next = Some(start.to_owned());
        while let Some(address) = next {
            let path = address.strip_prefix(ORIGIN).unwrap_or(&address).to_owned();
            let page = blog.reader().get(&path).await;
            let feed = Read::of(&page);
            if !documents.is_empty() || path != start {
                assert_eq!(feed.own, address);
                documents.push((path, page.header("etag").unwrap().to_owned()));
            }
            titles.extend(feed.entries.iter().map(|entry| entry.title.clone()));
            next = feed.before;
        }
        (titles, documents)
    };
    let mut known = Vec::new();
    for (feed, number) in feeds {
        let (titles, documents) = walk(feed).await;
        let different: BTreeSet<&String> = titles.iter().collect();
        assert_eq!(different.len(), number, "{feed} has all posts");
        assert!(
            titles.len() <= number + 25,
            "{feed} repeats few: {}",
            titles.len()
        );
        assert!(documents.len() > 4, "{feed}: {documents:?}");
        known.push(documents);
    }

    let nora = blog.author().await;
    for title in ["New", "Newer", "Newest"] {
        nora.publish_with(&[("Title", title), ("Body", "Words."), ("Tags", "Even")])
            .await;
    }
    for ((feed, _), before) in feeds.into_iter().zip(known) {
        let (titles, documents) = walk(feed).await;
        assert_eq!(titles[..3], ["Newest", "Newer", "New"]);
        let now: BTreeSet<_> = documents.into_iter().collect();
        for document in before {
            assert!(now.contains(&document), "{document:?} is as it was");
        }
    }
}

#[tokio::test]
async fn a_document_of_the_history_says_that_it_is_one_and_names_its_neighbours() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=80).await;
    let reader = blog.reader();
    let path = |address: &str| address.strip_prefix(ORIGIN).unwrap().to_owned();
    let feed = Element::of(&reader.get("/feed.atom").await);
    assert!(feed.any(HISTORY, "archive").is_none());
    assert_eq!(
        (feed.way("current"), feed.way("next-archive")),
        (None, None)
    );
    let first = path(feed.way("prev-archive").unwrap());
    let newest = Element::of(&reader.get(&first).await);
    assert!(newest.any(HISTORY, "archive").is_some());
    assert_eq!(newest.way("current"), Some("http://blog.example/feed.atom"));
    let second = path(newest.way("prev-archive").unwrap());
    let older = Element::of(&reader.get(&second).await);
    assert_eq!(path(older.way("next-archive").unwrap()), first);
    let rss = Element::of(&reader.get(&first.replace(".atom", ".rss")).await);
    let channel = rss.one("", "channel");
    assert!(channel.any(HISTORY, "archive").is_some());
    assert_eq!(channel.way("current"), Some("http://blog.example/feed.rss"));

    for nothing in ["x", "", "1-", "0-16x", "9999999999999-1"] {
        let page = reader.get(&format!("/feed.atom?archive={nothing}")).await;
        assert_eq!(page.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn names_stay_when_the_blog_moves_to_another_address() {
    let blog = TestBlog::new().await;
    blog.author().await.publish("Ebb", "Words.").await;
    let before = read(&blog, "/feed.atom").await;
    let blog = blog.moved_to("https://www.elsewhere.example").await;
    let page = blog.reader().get("/feed.atom").await;
    let after = Read::of(&page);
    assert_eq!(after.entries[0].id, before.entries[0].id);
    assert_eq!(
        after.entries[0].address,
        "https://www.elsewhere.example/2016/06/ebb.html"
    );
    let id = |feed: &Element| feed.said(ATOM, "id").to_owned();
    assert_eq!(id(&Element::of(&page)), "tag:blog.example,2005:posts-0");

    // What a blog was called on the machine of its author is no name for it.
    let tried = TestBlog::at("http://127.0.0.1:8080").await;
    tried.author().await.publish("Ebb", "Words.").await;
    let moved = tried.moved_to("https://blog.example").await;
    let feed = Read::of(&moved.reader().get("/feed.atom").await);
    assert_eq!(feed.entries[0].id, "tag:blog.example,2005:post-1");
}

#[tokio::test]
async fn posts_that_were_brought_in_keep_the_names_that_feed_readers_know() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in ["Blogger", "WordPress", "Disqus"] {
        nora.publish(title, "Words.").await;
    }
    sqlx::query(
        "update posts set origin = case id when 1 then 'tag:blogger.com,1999:blog-77.post-1234' \
         when 2 then 'wordpress:https://old.example/post-12' else 'disqus:7' end",
    )
    .execute(&mut blog.database().await)
    .await
    .unwrap();
    for feed in ["/feed.atom", "/feed.rss", "/feed.json"] {
        let feed = read(&blog, feed).await;
        let ids: Vec<&str> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "tag:blog.example,2005:post-3",
                "https://old.example/?p=12",
                "tag:blogger.com,1999:blog-77.post-1234"
            ]
        );
    }
}

#[tokio::test]
async fn films_in_feeds_are_links() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body = "<iframe src=\"https://www.youtube.com/embed/dQw4w9WgXcQ\"></iframe>";
    nora.publish_with(&[("Title", "Film"), ("Body", body), ("HTML", "")])
        .await;
    for feed in ["/feed.atom", "/feed.rss", "/feed.json"] {
        let entry = read(&blog, feed).await.entries.remove(0);
        // Without words there is no summary, and RSS has the text in its place.
        let html = entry.html.unwrap_or(entry.summary);
        assert!(!html.contains("<iframe"), "{html}");
        assert!(
            html.contains("href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\""),
            "{html}"
        );
    }
}

#[tokio::test]
async fn excerpts_alone_go_out_where_the_settings_say_so() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Ebb"),
        ("Body", "The very end."),
        ("Excerpt", "In <short>."),
    ])
    .await;
    nora.change_settings(&[("Excerpts, with a link to the post", "")])
        .await;
    for feed in [
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/feeds/posts/full?alt=json",
    ] {
        let page = blog.reader().get(feed).await;
        assert!(!page.source().contains("The very end."), "{feed}");
    }
    for feed in ["/feed.atom", "/feed.rss", "/feed.json"] {
        let feed = read(&blog, feed).await;
        assert_eq!(feed.entries[0].summary, "In <short>.");
        assert_eq!(feed.entries[0].html, None);
    }
}

/// S17, S20: whatever a title or a text contains, feeds are well-formed, and escaped once.
#[tokio::test]
async fn feeds_are_well_formed_whatever_is_written() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let titles = [
        "]]></title><script>alert(1)</script>",
        "a & b &amp; <i>",
        "Fish 🐟 \u{b}\u{1}\u{fffe}",
        "'\"><![CDATA[",
    ];
    for title in titles {
        nora.publish_with(&[
            ("Title", title),
            ("Body", "]]> & `<b>` \u{1f} \u{fffe} ]]&gt;"),
            ("Tags", "A&B \"<c>"),
        ])
        .await;
    }
    // What an import or an older renderer may have left in the database.
    sqlx::query("update posts set html = html || $1, auto_excerpt = auto_excerpt || $1, title = title || $1 where id = 1")
        .bind("\u{b}\u{1f}\u{85}\u{fffe} end")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let tag = blog.reader().open("/tags/").await.link("A&B \"<c>");
    for base in ["/feed", &format!("{tag}feed")] {
        let atom = read(&blog, &format!("{base}.atom")).await;
        assert_eq!(atom.entries.len(), 4);
        assert_eq!(atom.entries[2].title, "a & b &amp; <i>");
        assert_eq!(atom.entries[0].tags, ["A&B \"<c>"]);
        assert!(atom.entries[3].html.as_deref().unwrap().ends_with("end"));
        for ending in ["rss", "json"] {
            let other = read(&blog, &format!("{base}.{ending}")).await;
            assert_eq!(other.entries, atom.entries, "{ending}");
        }
    }
    for address in ["alt=json", "alt=rss&max-results=9", "max-results=9"] {
        let page = blog
            .reader()
            .get(&format!("/feeds/posts/default?{address}"))
            .await;
        assert_eq!(page.status, 200);
        if address == "alt=json" {
            assert_eq!(json(&page)["feed"]["entry"].as_array().unwrap().len(), 4);
        } else {
            Element::of(&page);
        }
    }
}

/// S17: what no text can be is refused, and no feed breaks.
#[tokio::test]
async fn nonsense_in_an_address_is_no_fault_of_the_server() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=3).await;
    for address in [
        "/tags/%ff/feed.atom",
        "/tags/%00/feed.rss",
        "/feeds/posts/default/-/%ED%A0%80",
        "/feeds/posts/default/-/%0d%0aSet-Cookie:x=1",
        "/search/label/%0d%0aSet-Cookie:x=1",
        "/feeds/posts/default?alt=%ff&max-results=%00",
        "/feeds/posts/default?max-results=1&max-results=2",
        "/feeds/posts/default?max-results=-1&start-index=-5",
        "/feeds/posts/default?start-index=99999999999999999999",
        "/feeds/posts/default?start-index=9223372036854775807&max-results=100",
        "/feed.atom?archive=9223372036854775807-9223372036854775807",
        "/feed.atom?archive=-9223372036854775808--9223372036854775808",
        "/sitemap/posts--1.xml",
        "/sitemap/posts-9223372036854775807.xml",
        "/sitemap/..%2fposts-1.xml",
    ] {
        let page = blog.reader().get(address).await;
        assert!(page.status < 500, "{address}: {}", page.status);
        assert_eq!(page.header("set-cookie"), None, "{address}");
    }
}

#[tokio::test]
async fn a_feed_is_asked_about_with_get_and_head() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=60).await;
    let reader = blog.reader();
    for feed in [
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/feed.atom?archive=start",
        "/tags/even/feed.rss",
        "/feeds/posts/default?alt=json&max-results=5",
        "/sitemap.xml",
    ] {
        let page = reader.get(feed).await;
        assert_eq!(
            page.header("cache-control"),
            Some("public, max-age=0, must-revalidate")
        );
        assert_eq!(page.header("set-cookie"), None);
        let tag = page.header("etag").unwrap();
        let modified = page.header("last-modified").unwrap();
        for known in [("if-none-match", tag), ("if-modified-since", modified)] {
            for method in [Method::GET, Method::HEAD] {
                let again = reader.ask(method, feed, &[known]).await;
                assert_eq!((again.status, again.body.len()), (304, 0), "{feed}");
            }
        }
        let head = reader.ask(Method::HEAD, feed, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{feed}");
        assert_eq!(head.header("etag"), Some(tag));
        assert_eq!(
            head.header("content-length"),
            Some(page.body.len().to_string().as_str())
        );
    }
}

#[tokio::test]
async fn no_feed_comes_as_a_script() {
    let blog = TestBlog::new().await;
    fill(&blog, 1..=1).await;
    for address in [
        "/feeds/posts/default?alt=json-in-script&callback=show",
        "/feeds/posts/default?alt=json&callback=show",
        "/feeds/comments/default?alt=json-in-script",
    ] {
        let page = blog.reader().get(address).await;
        assert_eq!(page.status, 400, "{address}");
        assert!(page.says("alt=json"), "{}", page.text());
    }
}

#[tokio::test]
async fn a_page_explains_the_feeds_and_names_all_of_them() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    let reader = blog.reader();
    let page = reader.open(&reader.open("/").await.link("Feeds")).await;
    assert_eq!(page.address, "/feeds/");
    assert_eq!(page.headings_of(1), ["Feeds"]);
    for address in ["/feed.atom", "/feed.rss", "/feed.json", "/comments.atom"] {
        assert!(
            page.says(&format!("{ORIGIN}{address}")),
            "{address} can be copied"
        );
    }
    let feeds: Vec<(String, String)> = page
        .links()
        .into_iter()
        .filter(|(_, address)| address.starts_with(ORIGIN))
        .collect();
    assert_eq!(feeds.len(), 9);
    for (_, address) in feeds {
        let feed = reader.get(address.strip_prefix(ORIGIN).unwrap()).await;
        assert_eq!(feed.status, 200, "{address}");
    }
    nora.change_settings(&[("Language", "de")]).await;
    assert!(reader.open("/feeds/").await.says("Kopiere eine"));
}

#[tokio::test]
async fn a_post_without_a_title_has_its_first_words_in_every_feed() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let words = "The fog came in before breakfast and stayed until the lamps were lit again. Nobody minded.";
    let first = "The fog came in before breakfast and stayed until the lamps…";
    let path = nora.publish("", words).await;
    let reader = blog.reader();
    for address in ["/feed.atom", "/feed.rss"] {
        let feed = reader.get(address).await.source();
        assert!(feed.contains(&format!("<title>{first}</title>")), "{feed}");
        assert!(!feed.contains("<title></title>"), "{feed}");
    }
    for address in ["/feed.json", "/feeds/posts/default?alt=json"] {
        assert!(
            reader.get(address).await.source().contains(first),
            "{address}"
        );
    }
    assert!(reader.open(&path).await.title().starts_with(first));
    let silent = nora.publish("", "![](/media/none.png)").await;
    let feed = reader.get("/feed.rss").await.source();
    assert!(feed.contains(&silent) && !feed.contains("<title></title>"));
    assert_eq!(
        feed.matches("<item>").count(),
        feed.matches("<title>").count() - 1
    );
}
