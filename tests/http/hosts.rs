//! Requests that lie: about the host, about where they come from, about who they are; and the headers that protect readers.

use crate::blog::{AUTHOR, PASSWORD, TestBlog};
use crate::page::Page;
use axum::http::{HeaderValue, Method};

async fn blog_with_post() -> (TestBlog, String) {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    (blog, path)
}

#[tokio::test]
async fn only_requests_for_this_blog_are_answered() {
    let (blog, path) = blog_with_post().await;
    let reader = blog.reader();
    for host in [
        "blog.example",
        "BLOG.example",
        "blog.example:80",
        "localhost:8080",
        "127.0.0.1:8080",
        "[::1]:8080",
    ] {
        assert_eq!(
            reader
                .ask(Method::GET, &path, &[("host", host)])
                .await
                .status,
            200,
            "{host}"
        );
    }
    for host in [
        "evil.example",
        "blog.example.evil.example",
        "evilblog.example",
        "blog.example:8081",
        "localhost",
        "blog.example@evil.example",
        "169.254.169.254",
    ] {
        let page = reader.ask(Method::GET, &path, &[("host", host)]).await;
        assert_eq!(page.status, 421, "{host}");
        assert!(!page.says("Words.") && !page.says("evil"), "{host}");
        assert!(
            page.header("cache-control")
                .is_none_or(|value| value.contains("no-store")),
            "{host}"
        );
    }
}

#[tokio::test]
async fn a_request_names_just_one_host() {
    let (blog, path) = blog_with_post().await;
    let reader = blog.reader();
    assert_eq!(
        reader.ask(Method::GET, &path, &[("host", "")]).await.status,
        400,
        "none"
    );
    let mut two = reader.request(&Method::GET, &path);
    two.headers_mut()
        .append("host", HeaderValue::from_static("blog.example"));
    assert_eq!(reader.send(two).await.status, 400, "two");
    let mut other = reader.request(&Method::GET, &format!("http://evil.example{path}"));
    assert_ne!(
        reader.send(other).await.status,
        200,
        "an absolute address of another host"
    );
    other = reader.request(&Method::GET, &format!("http://blog.example{path}"));
    assert_eq!(
        reader.send(other).await.status,
        200,
        "an absolute address of ours"
    );
}

#[tokio::test]
async fn no_header_of_one_visitor_shows_in_the_page_of_the_next() {
    let (blog, _) = blog_with_post().await;
    let nora = blog.author().await;
    let poison = "evil.example";
    let dirty: &[(&str, &str)] = &[
        ("x-forwarded-host", poison),
        ("x-forwarded-proto", "evil"),
        ("x-forwarded-prefix", "/evil"),
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-port", "666"),
        ("x-host", poison),
        ("forwarded", "host=evil.example;proto=evil"),
        ("x-original-url", "/admin/posts/"),
        ("x-rewrite-url", "/admin/posts/"),
        ("x-http-method-override", "DELETE"),
        ("x-method-override", "POST"),
        ("x-ghost-preview", "evil"),
        ("x-daybook-preview", "evil"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
        ("accept", "application/evil"),
        ("accept-language", "evil"),
        ("range", "bytes=0-3"),
        ("user-agent", "evil"),
        ("cookie", "sid=evil; theme=evil"),
        ("if-none-match", "\"evil\""),
        ("x-wap-profile", "https://evil.example/"),
        ("content-type", "text/evil"),
        ("transfer-encoding", "evil"),
        ("accept-encoding", "evil"),
    ];
    for (number, (name, value)) in dirty.iter().enumerate() {
        // A page that nobody has asked for since the last change: the dirty request is the one that is kept.
        let path = nora.publish(&format!("Post {number}"), "Words.").await;
        for address in [path.as_str(), "/", "/feed.atom"] {
            let poisoned = blog
                .reader()
                .ask(Method::GET, address, &[(name, value)])
                .await;
            let clean = blog.reader().get(address).await;
            assert_eq!(clean.status, 200, "{name} {address}");
            assert!(!clean.source().contains("evil"), "{name} {address}");
            assert!(
                clean
                    .headers
                    .values()
                    .all(|value| !value.to_str().unwrap().contains("evil")),
                "{name} {address}"
            );
            if poisoned.status == 200 {
                assert!(poisoned.body == clean.body, "{name} {address}");
                assert_eq!(
                    poisoned.header("etag"),
                    clean.header("etag"),
                    "{name} {address}"
                );
            }
        }
    }
    for query in [
        "/?utm_source=evil",
        "/?m=1&evil",
        "/?callback=evil",
        "/?preview=true&evil",
    ] {
        let page = blog.reader().get(query).await;
        assert!(!page.source().contains("evil"), "{query}");
    }
}

#[tokio::test]
async fn what_the_author_sees_never_reaches_a_reader() {
    let (blog, path) = blog_with_post().await;
    let nora = blog.author().await;
    for address in [
        "/",
        path.as_str(),
        "/tags/",
        "/search?q=words",
        "/feed.atom",
        "/nothing",
    ] {
        nora.open("/admin/settings").await;
        let hers = nora.get(address).await;
        let theirs = blog.reader().get(address).await;
        assert!(hers.body == theirs.body, "{address}");
        assert_eq!(theirs.header("set-cookie"), None, "{address}");
        assert_eq!(hers.header("set-cookie"), None, "{address}");
        assert!(
            !theirs
                .source()
                .replace("href=\"/admin/\" rel=\"nofollow\"", "")
                .contains("/admin")
                && !theirs.source().contains("csrf"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn errors_are_kept_by_nobody_and_heal_at_once() {
    let (blog, _) = blog_with_post().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = "/2016/06/flood.html";
    let missing = reader.get(path).await;
    assert_eq!(
        (missing.status, missing.header("cache-control")),
        (404, Some("no-store"))
    );
    assert_eq!(
        (missing.header("etag"), missing.header("last-modified")),
        (None, None)
    );
    nora.publish("Flood", "Words.").await;
    assert_eq!(reader.get(path).await.status, 200);
    assert_eq!(
        reader
            .ask(Method::GET, "/nothing", &[("if-none-match", "*")])
            .await
            .status,
        404,
        "no 304 for nothing"
    );
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let blog = TestBlog::new().await;
    let targets = [
        "//evil.com",
        "/\\evil.com",
        "https:evil.com",
        "https://evil.com",
        "/%09/evil.com",
        "\thttps://evil.com",
        "/.//evil.com",
        "\\\\evil.com",
        "/admin/\\evil.com",
        "/admin//evil.com",
        "/admin/..//evil.com",
        "javascript:alert(1)",
        "/admin/\r\nSet-Cookie: x=y",
        "http:///evil.com",
        "/admin/%2e%2e//evil.com",
        "@evil.com",
    ];
    for target in targets {
        let nora = blog.reader();
        let wanted: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let mut rendered = nora
            .open(&format!("/admin/sign-in?next={wanted}"))
            .await
            .form_with("Password");
        let mut tampered = rendered.clone();
        tampered.tamper("next", target);
        for form in [&mut rendered, &mut tampered] {
            nora.set_cookies(std::collections::BTreeMap::new());
            form.fill("Email", AUTHOR).fill("Password", PASSWORD);
            let answer = nora.press_once(form, "Sign in").await;
            assert_eq!(answer.status, 303, "{target:?}");
            let base = url::Url::parse("http://blog.example/admin/sign-in").unwrap();
            let leads = base.join(answer.header("location").unwrap()).unwrap();
            assert_eq!(leads.origin(), base.origin(), "{target:?} leads to {leads}");
            assert_eq!(
                answer.headers.get_all("set-cookie").iter().count(),
                2,
                "{target:?}: the session, and that this browser is known"
            );
        }
        // The same for somebody who is signed in already.
        let answer = nora.get(&format!("/admin/sign-in?next={wanted}")).await;
        let base = url::Url::parse("http://blog.example/").unwrap();
        assert_eq!(
            base.join(answer.header("location").unwrap())
                .unwrap()
                .origin(),
            base.origin(),
            "{target:?}"
        );
    }
}

#[tokio::test]
async fn files_of_the_machine_are_not_served() {
    let (blog, _) = blog_with_post().await;
    let addresses = [
        "/.git/config",
        "/.env",
        "/blog.db",
        "/blog.db-wal",
        "/daybook.db",
        "/daybook.db-wal",
        "/daybook.toml",
        "/daybook.lock",
        "/metrics",
        "/backup.zip",
        "/data/daybook.db",
        "/media/../daybook.db",
        "/media/..%2fdaybook.db",
        "/media/%2e%2e%2fdaybook.db",
        "/media/..%5cdaybook.db",
        "/media/%00",
        "/assets/..%2f..%2fCargo.toml",
        "/media/",
        "/assets/",
        "/server-status",
        "/wp-login.php",
        "/debug/pprof",
    ];
    for address in addresses {
        assert_eq!(blog.reader().get(address).await.status, 404, "{address}");
    }
}

/// Answers of every kind of status.
async fn answers(blog: &TestBlog, path: &str) -> Vec<Page> {
    let (reader, nora) = (blog.reader(), blog.author().await);
    let form = nora.open("/admin/settings").await.form_with("Blog title");
    let tag = reader.get(path).await.header("etag").unwrap().to_owned();
    vec![
        reader.get(path).await,
        reader.get("/").await,
        reader
            .ask(Method::GET, path, &[("if-none-match", &tag)])
            .await,
        reader.get("/atom.xml").await,
        reader.get("/admin/").await,
        reader.get("/admin/sign-in").await,
        nora.get("/admin/posts/").await,
        nora.press_once(&form, "Save settings").await,
        reader.get("/nothing").await,
        reader.ask(Method::DELETE, "/", &[]).await,
        reader
            .post("/comments", &[("post", "1"), ("name", ""), ("body", "x")])
            .await,
        reader.post("/comments", &[("nonsense", "1")]).await,
        reader
            .post_with("/comments", &[], &[("sec-fetch-site", "cross-site")])
            .await,
        reader
            .post("/comments", &[("body", &"x".repeat(100_000))])
            .await,
        reader
            .post_with("/comments", &[], &[("content-type", "application/json")])
            .await,
        reader.get("/feed.atom").await,
        reader.get("/favicon.svg").await,
        reader.get("/healthz").await,
        reader.get("/media/none.png").await,
        reader.ask(Method::GET, "/", &[("host", "")]).await,
        reader
            .ask(Method::GET, "/", &[("host", "evil.example")])
            .await,
        reader.get(&format!("/{}", "a".repeat(9000))).await,
    ]
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let (blog, path) = blog_with_post().await;
    let answers = answers(&blog, &path).await;
    let mut seen: Vec<u16> = answers.iter().map(|page| page.status).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(
        seen,
        [
            200, 301, 303, 304, 400, 403, 404, 405, 413, 414, 415, 421, 422
        ]
    );
    for page in answers {
        check_headers(&page);
    }
}

fn check_headers(page: &Page) {
    let at = format!("{} {}", page.status, page.address);
    assert_eq!(
        page.header("x-content-type-options"),
        Some("nosniff"),
        "{at}"
    );
    assert_eq!(page.header("x-frame-options"), Some("DENY"), "{at}");
    for name in [
        "referrer-policy",
        "permissions-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
    ] {
        assert!(page.header(name).is_some(), "{name} of {at}");
    }
    let policy = page
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("no policy at {at}"));
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{part} of {at}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*'),
        "{at}: {policy}"
    );
    assert_eq!(
        page.headers
            .get_all("content-security-policy")
            .iter()
            .count(),
        1,
        "{at}"
    );
}

#[tokio::test]
async fn a_broken_database_is_answered_politely_and_reveals_nothing() {
    let (blog, path) = blog_with_post().await;
    // Behind the program's back, as a failing disk would.
    sqlx::query("drop table posts")
        .execute(&mut blog.database().await)
        .await
        .ok();
    sqlx::query("alter table posts rename to lost")
        .execute(&mut blog.database().await)
        .await
        .ok();
    let reader = blog.reader();
    let page = reader.get(&format!("{path}?now")).await;
    assert_eq!(page.status, 500);
    assert_eq!(page.headings_of(1), ["Something went wrong"]);
    for secret in ["posts", "sql", "table", "database"] {
        assert!(!page.main().to_lowercase().contains(secret), "{secret}");
    }
    assert_eq!(page.header("cache-control"), Some("no-store"));
    check_headers(&page);
    assert_eq!(reader.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn an_address_without_end_is_refused() {
    let (blog, _) = blog_with_post().await;
    let long = format!("/{}", "a".repeat(9000));
    assert_eq!(blog.reader().get(&long).await.status, 414);
}

#[tokio::test]
async fn two_lengths_for_one_body_are_refused() {
    let (blog, _) = blog_with_post().await;
    let smuggled = [("transfer-encoding", "chunked"), ("content-length", "4")];
    let fields = [("post", "1"), ("name", "Ada"), ("body", "Words.")];
    assert_eq!(
        blog.reader()
            .post_with("/comments", &fields, &smuggled)
            .await
            .status,
        400
    );
    assert_eq!(blog.comments().await, 0);
}
