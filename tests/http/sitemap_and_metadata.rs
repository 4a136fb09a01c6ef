//! What machines find: the map of the site, what to leave alone, and what each page says of itself to them.

use crate::appearance;
use crate::blog::TestBlog;
use crate::page::Page;
use crate::xml::{Element, SITEMAP};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

const ORIGIN: &str = "http://blog.example";

/// The addresses in a sitemap, with the times that some of them have; checks the rules of its schema.
fn mapped(page: &Page) -> Vec<(String, Option<String>)> {
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("application/xml; charset=utf-8")
    );
    let map = Element::of(page);
    assert_eq!((map.space.as_str(), map.name.as_str()), (SITEMAP, "urlset"));
    assert!(map.children.len() <= 50_000 && page.body.len() <= 50 * 1024 * 1024);
    let read = |url: &Element| {
        assert_eq!((url.space.as_str(), url.name.as_str()), (SITEMAP, "url"));
        let address = url.said(SITEMAP, "loc").to_owned();
        assert!((12..=2048).contains(&address.len()), "{address}");
        assert!(
            address.is_ascii() && url::Url::parse(&address).is_ok(),
            "{address}"
        );
        let at = url.any(SITEMAP, "lastmod").map(|at| at.text.clone());
        assert!(
            at.as_deref()
                .is_none_or(|at| at.parse::<jiff::Timestamp>().is_ok())
        );
        (address, at)
    };
    map.children.iter().map(read).collect()
}

#[tokio::test]
async fn the_map_holds_what_search_engines_may_find_and_nothing_else() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let ebb = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    let about = nora.publish_page("About", "Words.").await;
    nora.publish_with(&[
        ("Title", "Unlisted"),
        ("Body", "Words."),
        ("Hide from search engines", ""),
    ])
    .await;
    nora.publish_with(&[
        ("Title", "Elsewhere"),
        ("Body", "Words."),
        ("First published at", "https://elsewhere.example/a"),
    ])
    .await;
    nora.write("Save", &[("Title", "Draft"), ("Body", "Words.")])
        .await;
    let map = mapped(&blog.reader().get("/sitemap.xml").await);
    let addresses: Vec<&str> = map.iter().map(|(address, _)| address.as_str()).collect();
    for path in ["/", "/tags/", "/tags/tides/", &ebb, &about] {
        assert!(
            addresses.contains(&format!("{ORIGIN}{path}").as_str()),
            "{path}: {addresses:?}"
        );
    }
    for title in ["unlisted", "elsewhere", "draft"] {
        assert!(
            !addresses.iter().any(|address| address.contains(title)),
            "{title}"
        );
    }
    let at = map
        .iter()
        .find(|(address, _)| address.ends_with(&ebb))
        .unwrap();
    assert_eq!(at.1.as_deref(), Some("2016-06-05T14:30:00Z"));
    for (address, _) in &map {
        let page = blog
            .reader()
            .get(address.strip_prefix(ORIGIN).unwrap())
            .await;
        assert_eq!(page.status, 200, "{address}");
    }
}

/// S21: an address with whatever characters is one in the map.
#[tokio::test]
async fn strange_addresses_are_escaped_in_the_map() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    sqlx::query("update posts set path = $1")
        .bind("/2016/06/a\"><script>&'ü b.html")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let map = mapped(&blog.reader().get("/sitemap.xml").await);
    assert!(
        map.iter()
            .any(|(address, _)| address.ends_with("/2016/06/a%22%3E%3Cscript%3E&'%C3%BC%20b.html")),
        "{map:?}"
    );
    for slug in [
        "a\"><script>",
        "../../admin",
        "feeds",
        ".",
        "\u{0}",
        &"long".repeat(500),
    ] {
        let page = nora
            .write(
                "Publish",
                &[("Title", "Flood"), ("Body", "Words."), ("Permalink", slug)],
            )
            .await;
        assert!(
            page.status == 200 || page.status == 422,
            "{slug}: {}",
            page.status
        );
    }
    for (address, _) in mapped(&blog.reader().get("/sitemap.xml").await) {
        assert!(!address.contains(".."), "{address}");
    }
}

#[tokio::test]
async fn a_large_blog_is_mapped_in_parts_that_new_posts_do_not_change() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in ["Ebb", "Flood"] {
        nora.publish(title, "Words.").await;
    }
    // The second post, seven thousand posts later.
    let mut database = blog.database().await;
    for sql in [
        "pragma foreign_keys = off",
        "update posts set id = 7002 where id = 2",
        "update revisions set post_id = 7002 where post_id = 2",
        "update post_tags set post_id = 7002 where post_id = 2",
    ] {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    let reader = blog.reader();
    let index = Element::of(&reader.get("/sitemap.xml").await);
    assert_eq!(
        (index.space.as_str(), index.name.as_str()),
        (SITEMAP, "sitemapindex")
    );
    let parts: Vec<String> = index
        .all(SITEMAP, "sitemap")
        .iter()
        .map(|part| {
            part.said(SITEMAP, "loc")
                .strip_prefix(ORIGIN)
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        parts,
        [
            "/sitemap/lists.xml",
            "/sitemap/posts-1.xml",
            "/sitemap/posts-2.xml"
        ]
    );
    let mut all = Vec::new();
    for part in &parts {
        all.extend(mapped(&reader.get(part).await));
    }
    for path in ["/", "/2016/06/ebb.html", "/2016/06/flood.html"] {
        let times = all
            .iter()
            .filter(|(address, _)| *address == format!("{ORIGIN}{path}"));
        assert_eq!(times.count(), 1, "{path}");
    }
    for nothing in [
        "/sitemap/posts-0.xml",
        "/sitemap/posts-3.xml",
        "/sitemap/x.xml",
    ] {
        assert_eq!(reader.get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn robots_are_kept_from_what_is_not_for_them_and_shown_the_map() {
    let blog = TestBlog::new().await;
    let robots = blog.reader().get("/robots.txt").await;
    assert_eq!(
        robots.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let lines: Vec<String> = robots.source().lines().map(str::to_owned).collect();
    for line in [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search",
        "Disallow: /preview/",
        "Sitemap: http://blog.example/sitemap.xml",
    ] {
        assert!(lines.iter().any(|one| one == line), "{line}");
    }
}

#[tokio::test]
async fn the_manifest_names_icons_that_are_there() {
    let blog = TestBlog::new().await;
    let reader = blog.reader();
    let home = reader.open("/").await;
    let address = home.attribute("link[rel=manifest]", "href").unwrap();
    let page = reader.get(&address).await;
    assert_eq!(
        page.header("content-type"),
        Some("application/manifest+json; charset=utf-8")
    );
    let manifest: Value = serde_json::from_slice(&page.body).unwrap();
    assert_eq!(manifest["name"], "Harbour Notes");
    assert_eq!(manifest["start_url"], "/");
    let icons = manifest["icons"].as_array().unwrap();
    let mut sizes: Vec<&str> = icons
        .iter()
        .map(|icon| icon["sizes"].as_str().unwrap())
        .collect();
    sizes.dedup();
    assert_eq!(sizes, ["any", "192x192", "512x512"]);
    let touch = home
        .attribute("link[rel=apple-touch-icon]", "href")
        .unwrap();
    let paths = icons
        .iter()
        .map(|icon| icon["src"].as_str().unwrap())
        .chain([touch.as_str()]);
    for path in paths {
        let icon = reader.get(path).await;
        assert_eq!(icon.status, 200, "{path}");
        assert_eq!(
            icon.header("cross-origin-resource-policy"),
            Some("cross-origin")
        );
    }
    let nora = blog.author().await;
    for (theme, light, dark) in [
        ("Book", "#fdfcf9", "#151517"),
        ("Sepia", "#f5ecd9", "#221a12"),
    ] {
        appearance::look(&nora, &[theme], &[]).await;
        let home = reader.open("/").await;
        for (scheme, paper) in [("light", light), ("dark", dark)] {
            let css = format!("meta[name=theme-color][media*={scheme}]");
            assert_eq!(
                home.attribute(&css, "content").as_deref(),
                Some(paper),
                "{theme}"
            );
        }
    }
}

fn property(page: &Page, name: &str) -> Vec<String> {
    let document = Html::parse_document(&page.source());
    let css = Selector::parse(&format!("meta[property='{name}']")).unwrap();
    let content = |meta: ElementRef| meta.attr("content").unwrap().to_owned();
    document.select(&css).map(content).collect()
}

fn data(page: &Page) -> Value {
    let document = Html::parse_document(&page.source());
    let css = Selector::parse("script[type='application/ld+json']").unwrap();
    let blocks: Vec<String> = document
        .select(&css)
        .map(|block| block.text().collect())
        .collect();
    assert_eq!(blocks.len(), 1, "{}", page.address);
    serde_json::from_str(&blocks[0]).unwrap()
}

#[tokio::test]
async fn a_post_says_what_it_is_to_who_shows_links_to_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish_with(&[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Tags", "Tides, Old maps"),
            ("Excerpt", "In short."),
            ("Path of the feature picture", "/media/none.png"),
        ])
        .await;
    let page = blog.reader().open(&path).await;
    for (name, wanted) in [
        ("og:type", vec!["article"]),
        ("og:title", vec!["Ebb"]),
        ("og:url", vec!["http://blog.example/2016/06/ebb.html"]),
        ("og:site_name", vec!["Harbour Notes"]),
        ("og:description", vec!["In short."]),
        ("og:image", vec!["http://blog.example/media/none.png"]),
        ("og:locale", vec!["en_US"]),
        ("article:published_time", vec!["2016-06-05T14:30:00Z"]),
        ("article:modified_time", vec!["2016-06-05T14:30:00Z"]),
        ("article:tag", vec!["Tides", "Old maps"]),
    ] {
        assert_eq!(property(&page, name), wanted, "{name}");
    }
    let posting = data(&page);
    assert_eq!(posting["@type"], "BlogPosting");
    assert_eq!(posting["headline"], "Ebb");
    assert_eq!(posting["author"]["name"], "Nora");
    assert_eq!(posting["datePublished"], "2016-06-05T14:30:00Z");
    assert_eq!(posting["url"], "http://blog.example/2016/06/ebb.html");
    assert_eq!(posting["image"], "http://blog.example/media/none.png");
    let home = blog.reader().open("/").await;
    assert_eq!(property(&home, "og:type"), ["website"]);
    assert_eq!(data(&home)["@type"], "Blog");
    let tag = blog.reader().open("/tags/tides/").await;
    assert_eq!(
        property(&tag, "og:url"),
        ["http://blog.example/tags/tides/"]
    );
    let about = nora.publish_page("About", "Words.").await;
    assert_eq!(data(&blog.reader().open(&about).await)["@type"], "WebPage");
}

#[tokio::test]
async fn the_first_picture_of_a_text_represents_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish(
            "Ebb",
            "Words. ![a](https://pictures.example/a.png) ![b](/media/b.png)",
        )
        .await;
    let page = blog.reader().open(&path).await;
    assert_eq!(
        property(&page, "og:image"),
        ["https://pictures.example/a.png"]
    );
    let feed: Value = serde_json::from_slice(&blog.reader().get("/feed.json").await.body).unwrap();
    assert_eq!(feed["items"][0]["image"], "https://pictures.example/a.png");
}

/// S19: no title ends the block of data, and it says what was written.
#[tokio::test]
async fn no_title_breaks_out_of_the_data_of_a_page() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "Line \u{2028} end",
        "\"}]}</SCRIPT >",
    ] {
        let path = nora
            .publish_with(&[("Title", title), ("Body", "Words."), ("Tags", title)])
            .await;
        let page = blog.reader().open(&path).await;
        let headline = data(&page)["headline"].as_str().unwrap().to_owned();
        assert_eq!(
            headline.split_whitespace().collect::<Vec<_>>(),
            title.split_whitespace().collect::<Vec<_>>()
        );
        assert_eq!(
            page.number_of("script:not([src]):not([type='application/ld+json'])"),
            0
        );
        for address in ["/", "/feeds/"] {
            let page = blog.reader().open(address).await;
            assert_eq!(
                page.number_of("script:not([src]):not([type='application/ld+json'])"),
                0
            );
        }
    }
}

#[tokio::test]
async fn pages_carry_microformats() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    blog.commenter("Ada").comment(&path, "A thought.").await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.texts(".h-entry .p-name")[0], "Ebb");
    assert_eq!(page.texts(".h-entry > article .e-content"), ["Words."]);
    assert_eq!(page.texts(".h-entry .p-category"), ["Tides"]);
    assert_eq!(page.texts(".h-entry > article .p-author.h-card"), ["Nora"]);
    assert_eq!(
        page.attribute("data.u-url", "value").as_deref(),
        Some("http://blog.example/2016/06/ebb.html")
    );
    for time in ["dt-published", "dt-updated"] {
        assert_eq!(
            page.attribute(&format!("data.{time}"), "value").as_deref(),
            Some("2016-06-05T14:30:00Z")
        );
    }
    assert_eq!(page.texts(".h-entry .u-comment.h-cite .p-author"), ["Ada"]);
    assert_eq!(page.texts(".u-comment .p-content"), ["A thought."]);
    let home = blog.reader().open("/").await;
    assert_eq!(home.texts("main.h-feed .h-entry .p-name"), ["Ebb"]);
    assert_eq!(home.attribute(".h-entry .u-url", "href"), Some(path));
}

/// S28: what leads on never splits the answer.
#[tokio::test]
async fn a_way_on_never_holds_a_line_end() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    sqlx::query("update posts set path = $1, origin = 'tag:blogger.com,1999:blog-77.post-1234'")
        .bind("/2016/06/ü\r\nSet-Cookie:x=1.html")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let page = blog.reader().get("/feeds/1234/comments/default").await;
    assert_eq!(page.status, 301);
    assert_eq!(page.header("set-cookie"), None);
    assert_eq!(
        page.header("location"),
        Some("/2016/06/%C3%BC%0D%0ASet-Cookie:x=1.html/comments.atom")
    );
}

/// S47: what a reader is sent says nothing of who asked before.
#[tokio::test]
async fn an_authors_visit_leaves_no_trace_in_what_readers_get() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    for address in [
        path.as_str(),
        "/",
        "/feeds/",
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/tags/tides/feed.atom",
        "/sitemap.xml",
        "/robots.txt",
        "/manifest.webmanifest",
    ] {
        let seen = nora.get(address).await;
        let page = blog.reader().get(address).await;
        assert_eq!(seen.body, page.body, "{address}");
        assert!(!page.source().contains("/admin/posts"), "{address}");
        assert_eq!(page.header("set-cookie"), None, "{address}");
    }
}

#[tokio::test]
async fn a_page_says_who_wrote_it_and_is_no_article() {
    let blog = TestBlog::new().await;
    let about = blog.author().await.publish_page("About", "Words.").await;
    let page = blog.reader().open(&about).await;
    assert_eq!(property(&page, "og:type"), ["website"]);
    assert_eq!(
        property(&page, "article:published_time"),
        Vec::<String>::new()
    );
    let data = data(&page);
    assert_eq!(
        (&data["@type"], &data["author"]["name"]),
        (&"WebPage".into(), &"Nora".into())
    );
    assert_eq!(data["dateModified"], "2016-06-05T14:30:00Z");
    assert_eq!(
        page.attribute("meta[name=author]", "content").as_deref(),
        Some("Nora")
    );
    assert_eq!(
        page.attribute("data.p-author", "value").as_deref(),
        Some("Nora")
    );
}

#[tokio::test]
async fn archive_tags_search_and_feeds_say_what_they_are_to_who_shows_links_to_them() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    for (address, title) in [
        ("/archive/", "Archive"),
        ("/2016/", "2016"),
        ("/tags/", "Tags"),
        ("/feeds/", "Feeds"),
        ("/search", "Search"),
    ] {
        let page = blog.reader().open(address).await;
        assert_eq!(property(&page, "og:title"), [title]);
        assert_eq!(property(&page, "og:type"), ["website"]);
        assert_eq!(
            property(&page, "og:url"),
            [format!("http://blog.example{address}")]
        );
    }
}
