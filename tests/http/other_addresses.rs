//! Other forms of an address: with a slash at its end or without one, and as other programs name the same; and what somebody
//! is offered who asks for an address that holds nothing.

use crate::blog::{Person, TestBlog};
use axum::http::Method;
use daybook::store::OldAddress;

/// Where an address leads for ever.
async fn moved(reader: &Person, address: &str) -> String {
    let page = reader.get(address).await;
    assert_eq!(page.status, 301, "{address}");
    page.header("location").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_slash_too_many_or_too_few_leads_to_the_page_for_ever() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let post = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    let page = nora.publish_page("About", "Words.").await;
    let reader = blog.reader();
    for own in [
        "/archive/",
        "/tags/",
        "/tags/tides/",
        "/feeds/",
        "/authors/nora/",
        "/2016/",
        "/2016/06/",
        "/2016/06/05/",
        "/search",
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/comments.atom",
        "/tags/tides/feed.atom",
        "/sitemap.xml",
        "/robots.txt",
        "/manifest.webmanifest",
        post.as_str(),
        page.as_str(),
    ] {
        assert_eq!(reader.get(own).await.status, 200, "{own}");
        let other = match own.strip_suffix('/') {
            Some(bare) => bare.to_owned(),
            None => format!("{own}/"),
        };
        assert_eq!(moved(&reader, &other).await, own);
        let head = reader.ask(Method::HEAD, &other, &[]).await;
        assert_eq!((head.status, head.header("location")), (301, Some(own)));
    }
    assert_eq!(
        moved(&reader, "/search/?q=old+map").await,
        "/search?q=old+map"
    );
    assert_eq!(
        moved(&reader, &format!("{post}/?comments=2")).await,
        format!("{post}?comments=2")
    );
}

#[tokio::test]
async fn feeds_are_found_where_wordpress_and_ghost_had_them() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let post = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    let reader = blog.reader();
    for (address, own) in [
        ("/feed", "/feed.rss"),
        ("/feed/", "/feed.rss"),
        ("/feed/rss2/", "/feed.rss"),
        ("/feed/atom/", "/feed.atom"),
        ("/rss", "/feed.rss"),
        ("/rss/", "/feed.rss"),
        ("/?feed=rss2", "/feed.rss"),
        ("/?feed=atom", "/feed.atom"),
        ("/?feed=comments-rss2", "/comments.rss"),
        ("/comments/feed", "/comments.rss"),
        ("/comments/feed/", "/comments.rss"),
        ("/tags/tides/feed", "/tags/tides/feed.rss"),
        ("/tags/tides/feed/", "/tags/tides/feed.rss"),
        ("/tag/tides/feed/", "/tags/tides/feed.rss"),
        ("/category/sea/tides/", "/tags/tides/"),
        ("/page/2/", "/archive/"),
        ("/?s=old+map", "/search?q=old+map"),
    ] {
        assert_eq!(moved(&reader, address).await, own, "{address}");
        assert_eq!(reader.get(own).await.status, 200, "{own}");
    }
    for ending in ["/feed", "/feed/"] {
        let own = moved(&reader, &format!("{post}{ending}")).await;
        assert_eq!(own, format!("{post}/comments.rss"));
        assert_eq!(reader.get(&own).await.status, 200);
    }
    assert_eq!(reader.get("/nowhere/feed/").await.status, 404);
}

#[tokio::test]
async fn what_lives_at_such_an_address_comes_first() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    sqlx::query("update posts set path = '/feed/'")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let reader = blog.reader();
    assert_eq!(reader.open("/feed/").await.headings_of(1), ["Ebb"]);
    assert_eq!(moved(&reader, "/feed").await, "/feed/");
}

#[tokio::test]
async fn somebody_who_is_lost_is_offered_posts_with_the_words_of_the_address() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let maps = nora.publish("Old maps of the harbour", "Words.").await;
    nora.publish("Fog", "A lantern hung from the tide mill.")
        .await;
    nora.publish("Snow", "Nothing of all that.").await;
    nora.write("Save", &[("Title", "Harbour maps"), ("Body", "Not yet.")])
        .await;
    let reader = blog.reader();
    let offered = async |address: &str| {
        let page = reader.get(address).await;
        assert_eq!(page.status, 404, "{address}");
        page.texts("article.message li")
    };
    for (address, has_guesses) in [
        ("/2014/03/harbour-walls-and-old-maps.html", true),
        ("/old_maps_harbour/", true),
        ("/blog/2014/the-maps-harbour-old.php", false),
    ] {
        let page = reader.get(address).await;
        assert_eq!(page.status, 404, "{address}");
        if has_guesses {
            assert_eq!(page.link("Old maps of the harbour"), maps, "{address}");
            assert!(
                !page.says("Harbour maps"),
                "drafts are never seen from here"
            );
        }
    }
    assert_eq!(offered("/tide-mill-lantern").await, ["Fog"]);
    assert_eq!(
        offered("/zeppelins-over-berlin").await,
        Vec::<String>::new()
    );
    assert_eq!(offered("/2014/03/").await, Vec::<String>::new());
    let lost = reader.get("/2014/03/tide-mill.html").await;
    let search = lost.form_with("Search this blog");
    assert_eq!(search.value("Search this blog"), "tide mill");
    assert_eq!(
        reader.press(&search, "Search").await.texts("ol.hits h2"),
        ["Fog"]
    );
}

#[tokio::test]
async fn a_method_that_no_address_takes_is_answered_so_wherever_it_comes_from() {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    let reader = blog.reader();
    for method in ["PUT", "DELETE", "PATCH", "PURGE", "PROPFIND"] {
        let method: Method = method.parse().unwrap();
        for address in [
            "/",
            path.as_str(),
            "/comments",
            "/admin/posts/",
            "/feed.atom",
            "/nowhere",
        ] {
            for site in ["cross-site", "same-origin"] {
                let page = reader
                    .ask(method.clone(), address, &[("sec-fetch-site", site)])
                    .await;
                assert_eq!(page.status, 405, "{method} {address} {site}");
                assert!(page.header("allow").is_some(), "{method} {address} {site}");
            }
        }
    }
    let page = reader
        .ask(
            Method::POST,
            "/comments",
            &[("sec-fetch-site", "cross-site")],
        )
        .await;
    assert_eq!(page.status, 403);
}

#[tokio::test]
async fn an_imported_address_comes_before_what_its_folder_holds() {
    let blog = TestBlog::new().await;
    let old = |path: &str, target: &str| OldAddress {
        path: path.to_owned(),
        post: None,
        target: target.to_owned(),
    };
    let addresses = [
        old("/old", "/"),
        old("/old/category/x", "/tags/news/"),
        old("/old/author/bob", "/authors/bob/"),
    ];
    let imports = blog.app.store.imports();
    imports.addresses(&addresses).await.unwrap();
    let reader = blog.reader();
    for (address, own) in [
        ("/old/category/x/", "/tags/news/"),
        ("/old/category/x/?from=a", "/tags/news/"),
        ("/old/category/y/?from=a", "/tags/y/"),
        ("/old/?feed=rss2", "/feed.rss"),
        ("/old/?from=a", "/"),
        ("/old/author/bob/", "/archive/"),
    ] {
        assert_eq!(moved(&reader, address).await, own, "{address}");
    }
}
