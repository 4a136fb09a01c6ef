//! Answers as HTTP has them: not found, wrong methods, HEAD, entity tags, compression, freshness.

use super::readable;
use crate::blog::TestBlog;
use axum::http::Method;
use std::collections::BTreeSet;
use std::io::Read;

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
