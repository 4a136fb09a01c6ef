//! What people write who want a script to run, in through every field, and out through every page, feed, mail and export.

use crate::blog::{NOW, Person, TestBlog};
use crate::harmless::{assert_answer_is_harmless, assert_harmless, payloads};
use crate::pictures::{photo, uploaded};
use daybook::blog::media::Pictures;
use daybook::blog::phrases::ADMIN;
use daybook::blog::post::{Comments, Kind, Markup, State};
use daybook::blog::settings::Films;
use daybook::jobs;
use daybook::store::{ImportOutcome, ImportedExtras, ImportedPost};
use daybook::text;
use daybook::transfer::export::{self, Format, Outgoing};

#[test]
fn no_kind_of_text_lets_anything_run() {
    let none = Pictures::new();
    for payload in payloads() {
        for source in [
            payload.clone(),
            format!("Words before.\n\n{payload}\n\nWords after."),
            format!("> * {payload}\n"),
            format!("<p title=\"{payload}\"><b>{payload}</b></p>"),
            format!("<table><tr><td>{payload}</table>"),
            format!("<a href=\"{payload}\">x</a><img src='{payload}' alt='{payload}'>"),
            format!("[{payload}]({payload} \"{payload}\")"),
        ] {
            for markup in [Markup::Markdown, Markup::Html] {
                let rendered = text::post(&source, markup, &none);
                assert_harmless(&rendered.html, &source);
                assert_harmless(rendered.teaser.as_deref().unwrap_or_default(), &source);
                assert_harmless(
                    &text::fill_placeholders(&rendered.html, Films::All, ADMIN),
                    &source,
                );
                let outside = text::absolutize::absolutize("https://blog.example", &rendered.html);
                assert_harmless(&outside, &source);
            }
            for html in [
                text::comment(&source).unwrap_or_default(),
                text::imported_comment(&source),
                text::footer(&source),
                text::sidebar_text(&source, &none),
            ] {
                assert_harmless(&html, &source);
            }
        }
    }
}

/// A post for each of the payloads, which rotate through the fields; all are published.
async fn with_hostile_posts(blog: &TestBlog, payloads: &[String]) {
    let at = |number: usize| payloads[number % payloads.len()].clone();
    let third = payloads.len() / 3;
    let posts: Vec<ImportedPost> = (0..payloads.len())
        .map(|number| {
            let markup = if number % 2 == 0 {
                Markup::Markdown
            } else {
                Markup::Html
            };
            let source = format!("needle {}", at(number + third));
            ImportedPost {
                origin: number.to_string(),
                kind: Kind::Post,
                state: State::Published,
                state_before_trash: None,
                title: at(number),
                path: Some(format!("/x/{number}.html")),
                markup,
                tags: (number % 10 == 0)
                    .then(|| at(number + 1))
                    .into_iter()
                    .collect(),
                author: None,
                byline: at(number + 2),
                excerpt: if number % 3 == 0 {
                    at(number + 2 * third)
                } else {
                    String::new()
                },
                comments: Comments::Blog,
                published_at: Some(NOW),
                updated_at: NOW,
                rendered: text::post(&source, markup, &Pictures::new()),
                source,
                renderer: text::RENDERER,
                extras: ImportedExtras::default(),
            }
        })
        .collect();
    let landed = blog.app.store.imports().posts(&posts, NOW).await.unwrap();
    assert!(
        landed
            .iter()
            .all(|one| matches!(one, ImportOutcome::New(_)))
    );
    jobs::run_due(&blog.app).await.unwrap();
}

/// Opens an address, and whatever it is that comes, it is harmless.
async fn look(person: &Person, address: &str) -> crate::page::Page {
    let page = person.get(address).await;
    assert_eq!(page.status, 200, "{address}");
    assert_answer_is_harmless(&page, "a hostile blog");
    page
}

#[tokio::test]
async fn posts_that_want_to_run_something_run_nothing_anywhere() {
    let (blog, payloads) = (TestBlog::new().await, payloads());
    with_hostile_posts(&blog, &payloads).await;
    let (reader, nora) = (blog.reader(), blog.author().await);
    for (number, payload) in payloads.iter().enumerate() {
        let page = look(&reader, &format!("/x/{number}.html")).await;
        let title = page.headings_of(1).concat();
        let typed = payload.split_whitespace().collect::<String>();
        assert_eq!(
            title.split_whitespace().collect::<String>(),
            typed,
            "words stay words"
        );
    }
    for address in [
        "/tags/",
        "/archive/",
        "/archive/2016/",
        "/authors/",
        "/search?q=needle",
        "/search?q=script",
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/feeds/posts/summary",
        "/feeds/posts/default?alt=json",
        "/sitemap.xml",
        "/sitemap/posts-1.xml",
        "/manifest.webmanifest",
    ] {
        assert_answer_is_harmless(&reader.open(address).await, "a hostile blog");
    }
    let tags = reader.open("/tags/").await.links_of("main a");
    assert!(tags.len() > 30, "{tags:?}");
    for address in tags.iter().filter(|address| address.starts_with("/tags/")) {
        look(&reader, address).await;
        look(&reader, &format!("{address}feed.atom")).await;
    }
    let mut older = Some("/".to_owned());
    while let Some(address) = older {
        let page = look(&reader, &address).await;
        older = page.attribute("a[rel=next]", "href");
    }
    let mut list = Some("/admin/posts/".to_owned());
    while let Some(address) = list {
        let page = look(&nora, &address).await;
        list = page.attribute("a[rel=next]", "href");
    }
    for number in (1..payloads.len()).step_by(7) {
        look(&nora, &format!("/admin/posts/{number}")).await;
        look(&nora, &format!("/admin/posts/{number}/preview")).await;
        look(&nora, &format!("/admin/posts/{number}/framed")).await;
        look(&nora, &format!("/admin/posts/{number}/checks")).await;
    }
    look(&nora, "/admin/tags/").await;
    look(&nora, "/admin/posts/calendar").await;
    look(&nora, "/admin/views/").await;
    exports_keep_every_word(&blog, &payloads).await;
}

/// An export is data: every title comes out as it was typed, in files that programs can read.
async fn exports_keep_every_word(blog: &TestBlog, payloads: &[String]) {
    let directory = tempfile::tempdir().unwrap();
    for (format, name) in [(Format::Json, "json"), (Format::Wordpress, "wordpress")] {
        let outgoing = Outgoing {
            store: &blog.app.store,
            media: &blog.app.media,
            origin: "http://blog.example",
            now: NOW,
        };
        let exported = export::export(outgoing, format, &directory.path().join(name))
            .await
            .unwrap();
        let file = std::fs::read_to_string(exported.file).unwrap();
        let titles: Vec<String> = if format == Format::Json {
            let all: serde_json::Value = serde_json::from_str(&file).unwrap();
            let posts = all["posts"].as_array().unwrap();
            let title = |post: &serde_json::Value| post["title"].as_str().unwrap().to_owned();
            posts.iter().map(title).collect()
        } else {
            let rss = crate::xml::Element::read(&file);
            let items = rss.one("", "channel").all("", "item");
            items
                .iter()
                .map(|item| item.said("", "title").to_owned())
                .collect()
        };
        for payload in payloads {
            assert!(titles.contains(payload), "{name}: {payload}");
        }
    }
}

#[tokio::test]
async fn posts_typed_into_the_editor_run_nothing() {
    let blog = TestBlog::new().await;
    let (reader, nora) = (blog.reader(), blog.author().await);
    for (number, payload) in payloads().iter().enumerate().step_by(9) {
        let body = format!("needle {payload}");
        let form = if number % 2 == 0 { "Markdown" } else { "HTML" };
        let page = nora
            .write(
                "Publish",
                &[
                    ("Title", payload),
                    ("Body", &body),
                    (form, ""),
                    ("Tags", payload),
                    ("Excerpt", payload),
                ],
            )
            .await;
        assert_answer_is_harmless(&page, payload);
        if let Some(path) = page.link_if_any("View post") {
            assert_answer_is_harmless(&reader.get(&path).await, payload);
        } else {
            assert_eq!(page.status, 422, "{payload}");
            assert_eq!(page.form_with("Body").value("Body"), body);
        }
        let preview = nora
            .write("Preview", &[("Title", payload), ("Body", &body)])
            .await;
        assert_answer_is_harmless(&preview, payload);
        let mut slug = nora.open("/admin/posts/new").await.form_with("Body");
        slug.fill_all(&[("Title", "x"), ("Body", "x"), ("Permalink", payload)]);
        assert_answer_is_harmless(&nora.press(&slug, "Save").await, payload);
    }
    for address in ["/", "/tags/", "/feed.atom", "/feed.rss", "/feed.json"] {
        assert_answer_is_harmless(&reader.open(address).await, "from the editor");
    }
}

#[tokio::test]
async fn comments_that_want_to_run_something_run_nothing_anywhere() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    let mut stored = 0;
    for (number, payload) in payloads().iter().enumerate() {
        // A name is short and an address a web address, so some are refused, with the form as it was.
        let url = if payload.starts_with("http") {
            payload
        } else {
            ""
        };
        let short: String = payload.chars().take(60).collect();
        let body = format!("needle {number} {payload}");
        let fields = [
            ("post", "1"),
            ("name", short.as_str()),
            ("url", url),
            ("body", body.as_str()),
        ];
        let answer = blog.reader().post("/comments", &fields).await;
        assert!(
            [303, 422].contains(&answer.status),
            "{} {payload}",
            answer.status
        );
        stored += usize::from(answer.status == 303);
        if answer.status == 422 || number % 11 == 0 {
            let again = [&fields[..2], &fields[3..], &[("act", "preview")]].concat();
            let preview = blog.reader().post("/comments", &again).await;
            for page in [answer, preview] {
                if page.header("content-type").is_some() {
                    assert_answer_is_harmless(&page, payload);
                }
            }
        }
        if number % 13 == 0 {
            let refused = [
                &fields[..2],
                &[("url", payload.as_str()), ("email", payload), ("body", "x")],
            ]
            .concat();
            assert_answer_is_harmless(&blog.reader().post("/comments", &refused).await, payload);
        }
        blog.clock.advance(30);
    }
    assert!(stored > 250, "{stored}");
    for arrived in blog.mail().await {
        let head = arrived.raw.split("\r\n\r\n").next().unwrap_or_default();
        let kinds: Vec<&str> = head
            .lines()
            .filter(|line| line.to_lowercase().starts_with("content-type:"))
            .collect();
        assert_eq!(kinds, ["Content-Type: text/plain; charset=utf-8"], "{head}");
    }
    sqlx::query("update comments set state = 'approved', place = coalesce(place, id)")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    sqlx::query("update content set version = version + 1")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    jobs::run_due(&blog.app).await.unwrap();
    let reader = blog.reader();
    for address in [
        path.clone(),
        format!("{path}?comments=2"),
        format!("{path}?reply=1"),
        format!("{path}/comments.atom"),
        format!("{path}/comments.rss"),
        "/comments.atom".to_owned(),
        "/comments.rss".to_owned(),
        "/comments.json".to_owned(),
        "/search?q=needle".to_owned(),
        "/feeds/comments/default?alt=json".to_owned(),
    ] {
        assert_answer_is_harmless(&reader.open(&address).await, "hostile comments");
    }
    let mut list = Some("/admin/comments/?state=approved".to_owned());
    while let Some(address) = list {
        let page = look(&nora, &address).await;
        list = page.attribute("a[rel=next]", "href");
    }
    for number in (1..stored).step_by(17) {
        look(&nora, &format!("/admin/comments/{number}")).await;
        look(&nora, &format!("/admin/comments/bans?comment={number}")).await;
    }
}

#[tokio::test]
async fn what_is_looked_for_or_missing_runs_nothing() {
    let blog = TestBlog::new().await;
    blog.author().await.publish("Ebb", "Words.").await;
    for payload in payloads() {
        let reader = blog.reader();
        let encoded: String = url::form_urlencoded::byte_serialize(payload.as_bytes()).collect();
        for address in [
            format!("/search?q={encoded}"),
            format!("/search?q=words&page={encoded}"),
            format!("/search/label/{}", encoded.replace('+', "%20")),
            format!("/{}", encoded.replace('+', "%20")),
            format!("/?before={encoded}"),
            format!("/2016/06/ebb.html?reply={encoded}&comments={encoded}"),
            format!("/tags/{}/", encoded.replace('+', "%20")),
            format!("/admin/sign-in?next={encoded}&email={encoded}"),
            format!("/admin/sign-in/link?key={encoded}"),
            format!("/mail/stop?s={encoded}&key={encoded}"),
            format!("/comments/1?key={encoded}"),
        ] {
            let page = reader.get(&address).await;
            assert!(page.status < 500, "{address}");
            if page.header("content-type").is_some() {
                assert_answer_is_harmless(&page, &payload);
            }
            if let Some(location) = page.header("location") {
                assert!(
                    location.starts_with('/') && !location.starts_with("//"),
                    "{location}"
                );
            }
        }
    }
}

#[tokio::test]
async fn settings_names_and_captions_run_nothing() {
    let blog = TestBlog::new().await;
    let (reader, nora, otto) = (blog.reader(), blog.author().await, blog.operator().await);
    let path = nora.publish("Ebb", "Words.").await;
    uploaded(&nora, "\"><script>alert(1)</script>.jpg", photo(8, 8)).await;
    for payload in payloads().iter().step_by(17) {
        let answer = nora
            .change_settings(&[
                ("Blog title", payload),
                ("Description", payload),
                ("Footer", payload),
            ])
            .await;
        assert_answer_is_harmless(&answer, payload);
        let mut form = nora.open("/admin/appearance").await.form_with("CSS");
        form.fill_all(&[
            ("Heading of the About block", payload),
            ("Text of the About block", payload),
            ("Links in the Links block", payload),
        ]);
        assert_answer_is_harmless(&nora.press(&form, "Save").await, payload);
        let mut form = nora.open("/admin/profile").await.form_with("Your name");
        form.fill("Your name", payload);
        assert_answer_is_harmless(&nora.press(&form, "Save profile").await, payload);
        let mut form = nora
            .open("/admin/media/1")
            .await
            .form_with("Alternative text");
        form.fill("Alternative text", payload)
            .fill("Caption", payload);
        assert_answer_is_harmless(&nora.press(&form, "Save").await, payload);
        for address in [
            "/",
            &path,
            "/feed.atom",
            "/feed.rss",
            "/feed.json",
            "/manifest.webmanifest",
            "/nothing",
        ] {
            assert_answer_is_harmless(&reader.get(address).await, payload);
        }
        for address in [
            "/admin/media/",
            "/admin/media/1",
            "/admin/settings",
            "/admin/profile",
        ] {
            look(&nora, address).await;
        }
        look(&otto, "/admin/people/").await;
    }
}
