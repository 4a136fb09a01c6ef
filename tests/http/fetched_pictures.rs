//! Pictures of other sites: pasted, fetched, shown from here; what cannot be fetched is never lost without a word.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use crate::pictures::photo;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daybook::jobs;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Another site: a picture, a page that says that it is one, and something that works the second time. Counts requests.
struct Site {
    origin: String,
    requests: Arc<AtomicUsize>,
}

impl Site {
    async fn new() -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let (all, first) = (Arc::clone(&requests), Arc::new(AtomicUsize::new(0)));
        let counted = move || {
            all.fetch_add(1, Ordering::SeqCst);
        };
        let (one, two) = (counted.clone(), counted);
        let router = Router::new()
            .route(
                "/boat.jpg",
                get(move || async move {
                    one();
                    photo(64, 48)
                }),
            )
            .route(
                "/page.png",
                get(|| async { ([("content-type", "image/png")], "<html>no picture</html>") }),
            )
            .route(
                "/late.jpg",
                get(move || async move {
                    two();
                    if first.fetch_add(1, Ordering::SeqCst) == 0 {
                        Err(StatusCode::SERVICE_UNAVAILABLE)
                    } else {
                        Ok(photo(32, 24))
                    }
                }),
            );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, router));
        Self { origin, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Serves its connections; axum's own server is no part of this build.
async fn serve(listener: tokio::net::TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let stream = hyper_util::rt::TokioIo::new(stream);
        let builder = hyper::server::conn::http1::Builder::new();
        tokio::spawn(builder.serve_connection(stream, service));
    }
}

async fn token(author: &Person) -> String {
    let editor = author.open("/admin/posts/new").await;
    editor
        .attribute("form.editor [name=csrf]", "value")
        .unwrap()
}

fn answer(page: &Page) -> Value {
    assert_eq!(page.status, 200, "{}", page.source());
    serde_json::from_str(&page.source()).unwrap()
}

async fn paste(author: &Person, html: &str, markup: &str) -> Value {
    let token = token(author).await;
    let fields = [("csrf", token.as_str()), ("html", html), ("markup", markup)];
    answer(&author.post("/admin/posts/paste", &fields).await)
}

/// The state of a picture, and why it is so; `act` as the script sends it.
async fn state(author: &Person, address: &str, act: &str) -> (String, String, Value) {
    let token = token(author).await;
    let fields = [
        ("csrf", token.as_str()),
        ("addresses", address),
        ("act", act),
    ];
    let answer = answer(&author.post("/admin/media/fetch", &fields).await);
    let picture = &answer["pictures"][0];
    (
        picture["state"].as_str().unwrap_or_default().to_owned(),
        picture["reason"].as_str().unwrap_or_default().to_owned(),
        picture["picture"].clone(),
    )
}

async fn checks(author: &Person, id: i64) -> Vec<String> {
    let page = author.get(&format!("/admin/posts/{id}/checks")).await;
    let answer = answer(&page);
    let checks = answer["checks"].as_array().unwrap().iter();
    checks
        .map(|check| check["message"].as_str().unwrap().to_owned())
        .filter(|message| message.contains("icture"))
        .collect()
}

#[tokio::test]
async fn a_picture_of_another_site_is_fetched_and_readers_get_it_from_here() {
    let blog = TestBlog::new().await.fetching_from_here().await;
    let nora = blog.author().await;
    let site = Site::new().await;
    let there = format!("{}/boat.jpg?a=b&c=d", site.origin);
    let html = format!(
        "<p>Our boat:</p><p><img alt=\"A boat\" src=\"{}\"></p>",
        there.replace('&', "&amp;")
    );
    let pasted = paste(&nora, &html, "markdown").await;
    let text = format!("Our boat:\n\n![A boat]({there})");
    assert_eq!(pasted["text"], text);
    assert_eq!(
        pasted["pictures"],
        json!([{ "address": there, "alt": "A boat", "written": there }])
    );
    assert_eq!(state(&nora, &there, "look").await.0, "waiting");
    assert_eq!(site.requests(), 0, "nothing is asked before the job");

    // The author goes away before it is there: the text keeps the old address.
    let path = nora.publish("Boats", &text).await;
    assert_eq!(
        checks(&nora, 1).await,
        ["A picture is still being downloaded from another site."]
    );
    jobs::fetch(&blog.app).await.unwrap();
    let (is, reason, picture) = state(&nora, &there, "look").await;
    assert_eq!((is.as_str(), reason.as_str()), ("done", ""));
    let here = picture["address"].as_str().unwrap();
    assert!(here.starts_with("/media/"), "{here}");
    jobs::rerender(&blog.app).await.unwrap();
    let post = blog.reader().open(&path).await;
    let shown = post.attribute("article img", "src");
    assert_eq!(shown.as_deref(), Some(here));
    assert_eq!(
        post.attribute("article img", "width").as_deref(),
        Some("64")
    );
    assert!(!post.source().contains(&site.origin), "{}", post.source());
    assert_eq!(checks(&nora, 1).await, [""; 0]);
    let library = nora.open("/admin/media/").await;
    assert!(library.says("boat.jpg") && library.says("Used in 1 post"));

    // Nothing is fetched twice, even when it is pasted again.
    paste(&nora, &html, "html").await;
    jobs::fetch(&blog.app).await.unwrap();
    assert_eq!(site.requests(), 1);
    let editor = nora.open("/admin/posts/1").await;
    assert!(
        editor.source().contains("boat.jpg?a=b"),
        "the source keeps what was written"
    );
}

#[tokio::test]
async fn a_feature_picture_of_another_site_is_shown_and_shared_from_here() {
    let blog = TestBlog::new().await.fetching_from_here().await;
    let nora = blog.author().await;
    let site = Site::new().await;
    let there = format!("{}/boat.jpg", site.origin);
    paste(&nora, &format!("<img src=\"{there}\">"), "markdown").await;
    nora.change_settings(&[("At the top of posts and in lists", "")])
        .await;
    let alone = nora.publish("Harbour", "Boats in the rain.").await;
    let twice = nora.publish("Boats", &format!("![A boat]({there})")).await;
    for title in ["Harbour", "Boats"] {
        let fields = [("Path of the feature picture", there.as_str())];
        nora.revise(title, "Update", &fields).await;
    }
    jobs::fetch(&blog.app).await.unwrap();
    jobs::rerender(&blog.app).await.unwrap();
    let picture = state(&nora, &there, "look").await.2;
    let here = picture["address"].as_str().unwrap();
    let reader = blog.reader();
    for (path, features) in [(&alone, 1), (&twice, 0)] {
        let post = reader.open(path).await;
        assert_eq!(post.number_of("img.feature"), features, "{path}");
        let shared = post.attribute("meta[property=\"og:image\"]", "content");
        assert_eq!(shared.unwrap(), format!("http://blog.example{here}"));
        assert!(!post.source().contains(&there), "{}", post.source());
    }
    assert_eq!(reader.open("/").await.number_of("img.feature"), 1);
    let rss = reader.open("/feed.rss").await.source();
    assert!(!rss.contains(&there), "{rss}");
}

#[tokio::test]
async fn what_cannot_be_fetched_is_said_and_tried_again_later_or_when_asked() {
    let blog = TestBlog::new().await.fetching_from_here().await;
    let nora = blog.author().await;
    let site = Site::new().await;
    let at = |name: &str| format!("{}/{name}", site.origin);
    let (gone, page, late) = (at("gone.png"), at("page.png"), at("late.jpg"));
    let html = format!("<img src=\"{gone}\"><img src=\"{page}\"><img src=\"{late}\">");
    let pasted = paste(&nora, &html, "html").await;
    assert_eq!(pasted["pictures"].as_array().unwrap().len(), 3);
    nora.write(
        "Save",
        &[
            ("Title", "Three"),
            ("Body", pasted["text"].as_str().unwrap()),
        ],
    )
    .await;
    jobs::fetch(&blog.app).await.unwrap();
    let (is, reason, _) = state(&nora, &gone, "look").await;
    assert_eq!(
        (is.as_str(), reason.as_str()),
        ("failed", "the server answered 404")
    );
    let (is, reason, _) = state(&nora, &page, "look").await;
    assert!(
        is == "failed" && reason.contains("as a picture"),
        "{reason}"
    );
    assert_eq!(state(&nora, &late, "look").await.0, "failed");
    assert_eq!(
        checks(&nora, 1).await.last().map(String::as_str),
        Some("3 pictures are on other sites and couldn’t be downloaded. Choose files.")
    );
    // The editor's script finds their places by these.
    let listed = nora.get("/admin/posts/1/checks").await;
    let answer: Value = serde_json::from_slice(&listed.body).unwrap();
    let last = answer["checks"].as_array().unwrap().last().unwrap();
    let pictures = last["pictures"].as_array().unwrap();
    assert_eq!(pictures.len(), 3);
    assert!(pictures.contains(&json!(gone)), "{last}");

    // One of them is worth another try, after a while.
    assert_eq!(
        blog.number("select count(*) from fetches where due_at is not null")
            .await,
        1
    );
    jobs::fetch(&blog.app).await.unwrap();
    assert_eq!(site.requests(), 1);
    blog.clock.advance(31);
    jobs::fetch(&blog.app).await.unwrap();
    assert_eq!(state(&nora, &late, "look").await.0, "done");
    // The others only when somebody asks.
    blog.clock.advance(2 * 24 * 3600);
    assert_eq!(state(&nora, &gone, "").await.0, "failed");
    assert_eq!(state(&nora, &gone, "again").await.0, "waiting");
    jobs::fetch(&blog.app).await.unwrap();
    assert_eq!(state(&nora, &gone, "look").await.0, "failed");
}

#[tokio::test]
async fn a_fetch_that_a_stop_interrupted_is_begun_again() {
    let blog = TestBlog::new().await.fetching_from_here().await;
    let nora = blog.author().await;
    let site = Site::new().await;
    let there = format!("{}/boat.jpg", site.origin);
    paste(&nora, &format!("<img src=\"{there}\">"), "markdown").await;
    let taken = blog
        .app
        .store
        .fetches()
        .take_due(4, blog.app.now())
        .await
        .unwrap();
    assert_eq!(taken.len(), 1);
    // What took it on is gone: nobody else may take it until the next start.
    jobs::fetch(&blog.app).await.unwrap();
    assert_eq!(
        (
            site.requests(),
            state(&nora, &there, "look").await.0.as_str()
        ),
        (0, "waiting")
    );
    blog.app
        .store
        .fetches()
        .reset_interrupted(blog.app.now())
        .await
        .unwrap();
    jobs::fetch(&blog.app).await.unwrap();
    assert_eq!(
        (
            site.requests(),
            state(&nora, &there, "look").await.0.as_str()
        ),
        (1, "done")
    );
}

/// S63 on admin pages: unless the operator allows it, nothing is fetched from private addresses, and the author is shown why.
#[tokio::test]
async fn nothing_of_this_machine_or_its_network_is_fetched() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let site = Site::new().await;
    let port = site.origin.rsplit(':').next().unwrap();
    for address in [
        format!("{}/boat.jpg", site.origin),
        format!("http://localhost:{port}/boat.jpg"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://127.0.0.1/boat.jpg".to_owned(),
        "http://[::ffff:127.0.0.1]/boat.jpg".to_owned(),
    ] {
        assert_eq!(state(&nora, &address, "").await.0, "waiting", "{address}");
        jobs::fetch(&blog.app).await.unwrap();
        let (is, reason, _) = state(&nora, &address, "look").await;
        assert_eq!(is, "failed", "{address}");
        assert!(
            reason.contains("private network") || reason.contains("not a web address"),
            "{reason}"
        );
    }
    assert_eq!(site.requests(), 0);
    for nothing in [
        "file:///etc/passwd",
        "/media/x",
        "javascript:alert(1)",
        "data:image/png;base64,AA==",
    ] {
        assert_eq!(state(&nora, nothing, "").await.0, "", "{nothing}");
    }
}

#[tokio::test]
async fn pictures_that_come_with_a_clipboard_are_stored_and_those_that_do_not_are_counted() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let data = STANDARD.encode(photo(700, 500));
    let html = format!(
        "<p>a<img alt=\"Boat\" src=\"data:image/jpeg;base64,{data}\">b</p><p><img alt=\"Broken\" src=\"data:image/png;base64,AAAA\"></p>\
         <p><img src=\"file:///C:/quay.png\"></p><p><img alt=\"Mail\" src=\"cid:x\"></p><p><img alt=\"Ours\" src=\"http://blog.example/media/x\"></p>"
    );
    let pasted = paste(&nora, &html, "markdown").await;
    let text = pasted["text"].as_str().unwrap();
    assert!(text.starts_with("a![Boat](/media/"), "{text}");
    assert!(
        !text.contains("data:") && !text.contains("clipboard.invalid"),
        "{text}"
    );
    let missing = pasted["missing"].as_array().unwrap();
    assert_eq!(missing.len(), 3);
    for (one, name) in missing.iter().zip(["quay.png", "Mail", "Broken"]) {
        let written = one["written"].as_str().unwrap();
        assert!(
            text.contains(written) && written.contains(name),
            "{written} in {text}"
        );
    }
    assert_eq!(blog.number("select count(*) from media").await, 1);
    nora.write("Save", &[("Title", "Four"), ("Body", text)])
        .await;
    assert_eq!(
        checks(&nora, 1).await.last().map(String::as_str),
        Some("3 pictures are missing. Choose files for them.")
    );
    // One that came with the clipboard is found by what its post shows.
    assert!(nora.open("/admin/media/").await.says("Used in 1 post"));
}

#[tokio::test]
async fn a_clipboard_larger_than_a_post_is_refused_unless_its_pictures_are_what_is_large() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let token = token(&nora).await;
    let long = format!("<p>{}</p>", "a ".repeat(1_200_000));
    let fields = [
        ("csrf", token.as_str()),
        ("html", &long),
        ("markup", "html"),
    ];
    assert_eq!(nora.post("/admin/posts/paste", &fields).await.status, 422);
    let data = "/".repeat(3_000_000);
    let pasted = paste(
        &nora,
        &format!("<p>a</p><img src=\"data:image/png;base64,{data}\">"),
        "html",
    )
    .await;
    assert_eq!(pasted["missing"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_host_that_says_when_is_left_alone_until_then_and_bytes_say_what_a_picture_is() {
    let blog = TestBlog::new().await.fetching_from_here().await;
    let nora = blog.author().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let router = Router::new()
        .route(
            "/busy.jpg",
            get(move || async move {
                if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                    Err((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]))
                } else {
                    Ok(photo(32, 24))
                }
            }),
        )
        .route(
            "/odd.php",
            get(|| async { ([("content-type", "text/html")], photo(40, 30)) }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, router));
    let (busy, odd) = (format!("{origin}/busy.jpg"), format!("{origin}/odd.php"));
    for address in [&busy, &odd] {
        state(&nora, address, "").await;
        jobs::fetch(&blog.app).await.unwrap();
    }
    assert_eq!(state(&nora, &odd, "look").await.0, "done");
    let (is, reason, _) = state(&nora, &busy, "look").await;
    assert_eq!(
        (is.as_str(), reason.as_str()),
        ("failed", "the server answered 429")
    );
    // Otherwise half a minute is long enough.
    for (seconds, requests) in [(1800, 1), (1799, 1), (2, 2)] {
        blog.clock.advance(seconds);
        jobs::fetch(&blog.app).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), requests, "{seconds}");
    }
    assert_eq!(state(&nora, &busy, "look").await.0, "done");
}
