//! What a reader finds: home, posts, pages, tags, search, feed, and nothing that is not published.

use crate::blog::TestBlog;
use crate::page::Page;
use axum::http::Method;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use std::collections::BTreeSet;
use std::io::Read;

#[tokio::test]
async fn posts_stand_under_the_heading_of_their_day() {
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
        // All in the same minute: only the second key tells them apart.
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
async fn an_unknown_address_is_a_friendly_404_with_search() {
    let blog = TestBlog::new().await;
    let path = blog
        .author()
        .await
        .publish("The lighthouse", "Words.")
        .await;
    let reader = blog.reader();
    for address in [
        "/nothing",
        "/2016/06/nothing.html",
        "/tags/nothing/",
        "/media/nothing.png",
        "/assets/nothing.css",
        "/comments/7",
    ] {
        let page = reader.open(address).await;
        assert_eq!(page.status, 404, "{address}");
        assert_eq!(page.headings_of(1), ["Page not found"], "{address}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{address}");
        let mut search = page.form_with("Search this blog");
        search.fill("Search this blog", "lighthouse");
        assert_eq!(
            reader.press(&search, "Search").await.link("The lighthouse"),
            path
        );
    }
}

#[tokio::test]
async fn wrong_methods_are_refused_and_the_right_ones_named() {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    let reader = blog.reader();
    for address in [
        "/",
        path.as_str(),
        "/feed.atom",
        "/search",
        "/tags/",
        "/favicon.ico",
        "/healthz",
    ] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let page = reader.ask(method.clone(), address, &[]).await;
            assert_eq!(page.status, 405, "{method} {address}");
            assert!(
                page.header("allow")
                    .is_some_and(|allow| allow.contains("GET") && allow.contains("HEAD")),
                "{method} {address}"
            );
            assert_eq!(
                page.headings_of(1),
                ["Not possible here"],
                "{method} {address}"
            );
        }
    }
    let page = reader.get("/comments").await;
    assert_eq!((page.status, page.header("allow")), (405, Some("POST")));
}

/// What a reader can get, each of another kind.
async fn readable(blog: &TestBlog) -> Vec<String> {
    let nora = blog.author().await;
    let body = "Words that are repeated. ".repeat(60);
    let fields = [("Title", "Ebb"), ("Body", body.as_str()), ("Tags", "Tides")];
    let post = nora.publish_with(&fields).await;
    let page = nora.publish_page("About", &body).await;
    let css = blog
        .reader()
        .open("/")
        .await
        .attribute("link[rel=stylesheet]", "href")
        .unwrap();
    let picture = blog.app.media.keep(b"a picture", "png").unwrap();
    [
        "/",
        "/tags/",
        "/tags/tides/",
        "/search?q=words",
        "/search",
        "/feed.atom",
        "/favicon.svg",
        "/favicon.ico",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([post, page, css, picture])
    .collect()
}

#[tokio::test]
async fn head_says_what_get_says_without_the_body() {
    let blog = TestBlog::new().await;
    let mut addresses = readable(&blog).await;
    addresses.extend(
        [
            "/healthz",
            "/readyz",
            "/nothing",
            "/atom.xml",
            "/admin/sign-in",
            "/admin/",
        ]
        .map(str::to_owned),
    );
    let reader = blog.reader();
    for address in addresses {
        let get = reader.get(&address).await;
        let head = reader.ask(Method::HEAD, &address, &[]).await;
        assert_eq!(head.status, get.status, "{address}");
        for name in [
            "content-type",
            "etag",
            "cache-control",
            "last-modified",
            "vary",
            "location",
            "content-security-policy",
        ] {
            assert_eq!(head.header(name), get.header(name), "{name} of {address}");
        }
        if get.status == 200 {
            assert!(head.body.is_empty(), "{address}");
            assert_eq!(
                head.header("content-length"),
                Some(get.body.len().to_string().as_str()),
                "{address}"
            );
        }
    }
}

#[tokio::test]
async fn what_may_be_kept_carries_all_that_caches_need() {
    let blog = TestBlog::new().await;
    let addresses = readable(&blog).await;
    let reader = blog.reader();
    for address in addresses {
        let page = reader.get(&address).await;
        let tag = page
            .header("etag")
            .unwrap_or_else(|| panic!("no tag for {address}"));
        assert!(tag.starts_with('"'), "{address}: {tag} is not strong");
        assert!(
            page.header("cache-control")
                .is_some_and(|value| value.starts_with("public")),
            "{address}"
        );
        assert_eq!(page.header("vary"), Some("Accept-Encoding"), "{address}");
        assert!(page.header("last-modified").is_some(), "{address}");
        assert_eq!(page.header("set-cookie"), None, "{address}");
        let known = reader
            .ask(Method::GET, &address, &[("if-none-match", tag)])
            .await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{address}");
        for name in [
            "etag",
            "cache-control",
            "vary",
            "last-modified",
            "content-security-policy",
            "x-content-type-options",
        ] {
            assert_eq!(
                known.header(name),
                page.header(name),
                "{name} of the 304 of {address}"
            );
        }
        let other = reader
            .ask(Method::GET, &address, &[("if-none-match", "\"another\"")])
            .await;
        assert_eq!(other.status, 200, "{address}");
    }
    for address in ["/", "/tags/", "/feed.atom", "/2016/06/ebb.html"] {
        let page = reader.get(address).await;
        let date = page.header("last-modified").unwrap();
        assert_eq!(date, "Sun, 05 Jun 2016 14:30:00 GMT", "{address}");
        assert_eq!(
            reader
                .ask(Method::GET, address, &[("if-modified-since", date)])
                .await
                .status,
            304,
            "{address}"
        );
    }
}

#[tokio::test]
async fn pages_come_compressed_to_whom_takes_it() {
    let blog = TestBlog::new().await;
    for address in readable(&blog).await {
        let reader = blog.reader();
        let plain = reader.get(&address).await;
        // Pictures do not get smaller, nor do the shortest pages.
        if plain.header("content-type").unwrap().starts_with("image/") || plain.body.len() < 2000 {
            continue;
        }
        let mut tags = BTreeSet::from([plain.header("etag").unwrap().to_owned()]);
        for (accepted, encoding) in [
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
        ] {
            let packed = reader
                .ask(Method::GET, &address, &[("accept-encoding", accepted)])
                .await;
            assert_eq!(
                packed.header("content-encoding"),
                Some(encoding),
                "{address}"
            );
            assert!(packed.body.len() < plain.body.len(), "{address}");
            let mut unpacked = Vec::new();
            match encoding {
                "br" => brotli::Decompressor::new(packed.body.as_slice(), 4096)
                    .read_to_end(&mut unpacked)
                    .unwrap(),
                _ => flate2::read::GzDecoder::new(packed.body.as_slice())
                    .read_to_end(&mut unpacked)
                    .unwrap(),
            };
            assert!(unpacked == plain.body, "{address} in {encoding}");
            tags.insert(packed.header("etag").unwrap().to_owned());
        }
        assert_eq!(
            tags.len(),
            3,
            "each encoding of {address} has a tag of its own"
        );
    }
}

#[tokio::test]
async fn a_page_is_fresh_right_after_each_change() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    assert!(reader.open(&path).await.says("Old words."));
    assert!(reader.open("/").await.says("Old words."));

    nora.revise("Ebb", "Update", &[("Body", "New words.")])
        .await;
    for address in ["/", path.as_str()] {
        let page = reader.open(address).await;
        assert!(
            page.says("New words.") && !page.says("Old words."),
            "{address}"
        );
    }
    blog.commenter("Ada").comment(&path, "A thought.").await;
    assert!(!reader.open(&path).await.says("A thought."));
    nora.moderate("A thought.", "Approve").await;
    assert!(reader.open(&path).await.says("A thought."));
    assert!(reader.open("/").await.says("1 comment"));

    nora.change_settings(&[
        ("Blog title", "Quay Notes"),
        ("Description", "Seen from the quay"),
    ])
    .await;
    for address in ["/", path.as_str(), "/tags/", "/nothing"] {
        let page = reader.open(address).await;
        assert!(
            page.says("Quay Notes") && page.says("Seen from the quay"),
            "{address}"
        );
    }
    assert!(
        reader
            .open("/feed.atom")
            .await
            .source()
            .contains("<title>Quay Notes</title>")
    );
}

#[tokio::test]
async fn a_changed_entity_has_a_changed_tag() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let old = reader.get(&path).await;
    blog.clock.advance(1);
    nora.revise("Ebb", "Update", &[("Body", "New words.")])
        .await;
    let tag = old.header("etag").unwrap();
    let new = reader
        .ask(Method::GET, &path, &[("if-none-match", tag)])
        .await;
    assert_eq!(new.status, 200);
    assert_eq!(
        new.header("last-modified"),
        Some("Sun, 05 Jun 2016 14:30:01 GMT")
    );
}

#[tokio::test]
async fn a_changed_permalink_leads_from_the_old_address_to_the_new_one() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let old = nora.publish("Ebb", "Words.").await;
    let new = nora
        .revise("Ebb", "Update", &[("Permalink", "low-water")])
        .await
        .link("View post");
    assert_eq!(new, "/2016/06/low-water.html");
    let moved = reader.get(&old).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, Some(new.as_str()))
    );
    assert_eq!(reader.open(&old).await.headings_of(1), ["Ebb"]);
}

#[tokio::test]
async fn search_finds_titles_bodies_comments_and_folds_accents() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let lodz = nora.publish("Łódź by night", "A crème brûlée.").await;
    let minato = nora.publish("Minato", "東京都 has a harbour.").await;
    blog.commenter("Zoë")
        .comment(&minato, "Bring an umbrella.")
        .await;
    nora.moderate("umbrella", "Approve").await;
    let reader = blog.reader();
    let finds = [
        ("Łódź", &lodz),
        ("lodz", &lodz),
        ("CREME", &lodz),
        ("brulee", &lodz),
        ("東京", &minato),
        ("京都", &minato),
        ("harbour", &minato),
        ("\"has a harbour\"", &minato),
    ];
    for (words, path) in finds {
        let mut form = reader
            .open("/search")
            .await
            .form_with("Search posts and comments");
        form.fill("Search posts and comments", words);
        let page = reader.press(&form, "Search").await;
        assert_eq!(page.texts("ol.hits h2").len(), 1, "{words}");
        assert_eq!(
            page.attribute("ol.hits h2 a", "href").as_ref(),
            Some(path),
            "{words}"
        );
        assert!(page.title().starts_with(words), "{}", page.title());
    }
    let page = reader.open("/search?q=umbrella").await;
    assert_eq!(page.link("Minato"), format!("{minato}#comment-1"));
    assert!(page.says("found in a comment by Zoë"));
    assert_eq!(page.texts("ol.hits mark"), ["umbrella"]);
}

#[tokio::test]
async fn a_search_for_nothing_or_nonsense_is_answered_kindly() {
    let blog = TestBlog::new().await;
    blog.author().await.publish("Ebb", "Words.").await;
    let reader = blog.reader();
    for typed in [
        "",
        "%22",
        "*",
        "a+OR+b+NEAR(",
        "%27;drop+table+posts",
        "%F0%9F%8C%8A",
        "%00",
        "%3Cscript%3E",
        "%ff",
    ] {
        let page = reader.open(&format!("/search?q={typed}")).await;
        assert_eq!(page.status, 200, "{typed}");
        assert_eq!(page.headings_of(1), ["Search"], "{typed}");
    }
    assert!(
        reader
            .open("/search?q=zeppelin")
            .await
            .status_line()
            .contains("No results for “zeppelin”")
    );
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

#[tokio::test]
async fn addresses_of_blogger_lead_to_ours_for_ever() {
    let blog = TestBlog::new().await;
    blog.author()
        .await
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Old maps")])
        .await;
    for (old, new) in [
        ("/atom.xml", "/feed.atom"),
        ("/feeds/posts/default", "/feed.atom"),
        ("/search/label/Old%20maps", "/tags/old-maps/"),
    ] {
        let page = blog.reader().get(old).await;
        assert_eq!(
            (page.status, page.header("location")),
            (301, Some(new)),
            "{old}"
        );
    }
    assert_eq!(blog.reader().get("/search/label/Unknown").await.status, 404);
    assert_eq!(
        blog.reader().open("/2016/06/ebb.html?m=1").await.status,
        200
    );
}

#[tokio::test]
async fn old_links_to_a_comment_find_it() {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    let ada = blog.commenter("Ada");
    let form = ada.comment_form(&path, "From the old days.").await;
    ada.press(&form, "Post comment").await;
    let old = "update comments set origin = 'tag:blogger.com,1999:blog-77.post-1234', state = 'approved', place = 150";
    sqlx::query(old)
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let reader = blog.reader();
    let page = reader.get(&format!("{path}?comments=2")).await;
    assert_eq!(page.texts("#c1234 .text"), ["From the old days."]);
    for (number, leads_to) in [
        ("1234", format!("{path}?comments=2#comment-1")),
        ("1235", path.clone()),
        ("%25", path.clone()),
    ] {
        let page = reader.get(&format!("{path}?c={number}")).await;
        assert_eq!(
            (page.status, page.header("location")),
            (301, Some(&*leads_to))
        );
    }
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
    let desk = [
        "/admin/posts/",
        "/admin/posts/new",
        "/admin/posts/1",
        "/admin/pages/",
        "/admin/pages/new",
        "/admin/comments/",
        "/admin/settings",
        "/admin/profile",
    ];
    for address in desk {
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
