//! Posts that readers open with a password: what they see before and after, where nothing of the text is, and who guesses.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use crate::secrecy::{SECRET, everything};
use daybook::jobs;
use daybook::transfer::export::{self, Format, Outgoing};

const FAMILY: &str = "/2016/06/family.html";
const WORD: &str = "grey heron";

/// A blog with a public post and one that needs a password, in whose text, excerpt, place, contents and picture is a word that
/// is nowhere else.
async fn with_a_protected_post() -> (TestBlog, Person) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Ebb"),
        ("Body", "Known words about herons."),
        ("Tags", "tides"),
    ])
    .await;
    let body = format!(
        "# {SECRET} one\n\nherons {SECRET} ![{SECRET}](https://blog.example/{SECRET}.png)\n\n<!--more-->\n\n{SECRET}"
    );
    let path = nora
        .publish_with(&[
            ("Title", "Family"),
            ("Body", &body),
            ("Tags", "tides"),
            ("Excerpt", SECRET),
            ("Location", SECRET),
            (
                "Path of the feature picture",
                "https://blog.example/xyzzy-card.png",
            ),
            ("Custom fields", "Heard: xyzzy"),
            ("Password for readers", WORD),
        ])
        .await;
    assert_eq!(path, FAMILY);
    (blog, nora)
}

/// Sends a password to the post.
async fn guess(reader: &Person, word: &str) -> Page {
    let mut form = reader.open(FAMILY).await.form_with("Password");
    form.fill("Password", word);
    reader.press_once(&form, "Open").await
}

fn is_locked(page: &Page) -> bool {
    page.headings_of(1) == ["Protected: Family"] && !page.says(SECRET)
}

#[tokio::test]
async fn a_password_opens_a_post_in_one_browser_for_ten_days() {
    let (blog, _) = with_a_protected_post().await;
    let (ada, ben) = (blog.reader(), blog.reader());
    let locked = ada.open(FAMILY).await;
    assert_eq!(locked.status, 200);
    assert!(is_locked(&locked));
    assert_eq!(locked.header("cache-control"), Some("private, no-store"));
    assert_eq!(locked.header("etag"), None);
    let wrong = guess(&ada, "white heron").await;
    assert_eq!(wrong.status, 422);
    assert!(is_locked(&wrong) && wrong.alert().unwrap().contains("isn’t the password"));
    assert_eq!(wrong.header("set-cookie"), None);

    let right = guess(&ada, " grey heron ").await;
    assert_eq!(
        (right.status, right.header("location")),
        (303, Some(FAMILY))
    );
    let cookie = right.header("set-cookie").unwrap();
    let (name, rest) = cookie.split_once('=').unwrap();
    assert_eq!(name, "post-2");
    let attributes = rest.split_once("; ").unwrap().1;
    assert_eq!(
        attributes,
        "Path=/2016/06/family.html; HttpOnly; SameSite=Lax; Max-Age=864000"
    );
    let open = ada.open(FAMILY).await;
    assert!(open.says("herons xyzzy") && open.headings_of(1) == ["Family"]);
    assert_eq!(open.header("cache-control"), Some("private, no-store"));
    assert_eq!(open.header("etag"), None);
    for machines in [
        "og:",
        "application/ld+json",
        "comments.atom",
        "rel=\"alternate\" type=\"application/rss+xml\"",
    ] {
        assert!(!open.source().contains(machines), "{machines}");
    }
    assert_eq!(
        open.attribute("meta[name=robots]", "content").as_deref(),
        Some("noindex")
    );
    assert!(
        is_locked(&ben.open(FAMILY).await),
        "nobody else has it open"
    );
    blog.clock.advance(10 * 86_400 - 1);
    assert!(ada.open(FAMILY).await.says(SECRET));
    blog.clock.advance(1);
    assert!(is_locked(&ada.open(FAMILY).await));
}

#[tokio::test]
async fn another_password_closes_it_and_no_password_opens_it_to_all() {
    let (blog, nora) = with_a_protected_post().await;
    let (ada, ben) = (blog.reader(), blog.reader());
    guess(&ada, WORD).await;
    assert!(ada.open(FAMILY).await.says(SECRET));
    let shown = nora.editor("Family").await.form_with("Body");
    assert_eq!(shown.value("Password for readers"), WORD);
    nora.revise("Family", "Update", &[("Password for readers", "bittern")])
        .await;
    assert!(is_locked(&ada.open(FAMILY).await));
    // Of one post never opens another, and a key of somebody's own making none.
    for key in ["1.x", "99999999999999.x", "", "x"] {
        ada.set_cookies([("post-2".to_owned(), key.to_owned())].into());
        assert!(is_locked(&ada.open(FAMILY).await), "{key}");
    }
    nora.revise("Family", "Update", &[("Password for readers", "")])
        .await;
    let public = ben.open(FAMILY).await;
    assert!(public.says(SECRET));
    let tag = public.header("etag").unwrap().to_owned();
    assert!(ben.open("/feed.atom").await.source().contains(FAMILY));
    // What was cached is never sent once it is protected again, not even as unchanged.
    nora.revise("Family", "Update", &[("Password for readers", WORD)])
        .await;
    let again = ben
        .ask(axum::http::Method::GET, FAMILY, &[("if-none-match", &tag)])
        .await;
    assert!(again.status == 200 && is_locked(&again));
    let post = ben.post("/2016/06/ebb.html", &[("password", WORD)]).await;
    assert_eq!(post.status, 405, "a public post takes nothing");
}

#[tokio::test]
async fn s44_nothing_of_a_protected_post_but_its_title_is_anywhere() {
    let (blog, _) = with_a_protected_post().await;
    let (ada, reader) = (blog.reader(), blog.reader());
    guess(&ada, WORD).await;
    let mut form = ada.open(FAMILY).await.form("Post a comment");
    form.fill("Name", "Ada").fill("Comment", "Mine: xyzzy");
    ada.press(&form, "Post comment").await;
    let nora = blog.author().await;
    nora.moderate("Mine", "Approve").await;
    jobs::rerender(&blog.app).await.unwrap();
    jobs::tidy(&blog.app).await.unwrap();
    while blog.app.relate_due().await.unwrap() {}

    let answers = everything(&reader).await;
    assert!(
        answers.contains_key(FAMILY),
        "lists lead to it by its title"
    );
    for feed in [
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/comments.atom",
        "/comments.rss",
        "/comments.json",
        "/tags/tides/feed.atom",
        "/feeds/posts/summary?alt=rss",
        "/feeds/posts/default?alt=json",
        "/sitemap/posts-1.xml",
    ] {
        let page = reader.open(feed).await;
        assert!(!page.source().contains("family"), "{feed}");
    }
    for format in ["atom", "rss", "json"] {
        let of_comments = format!("/2016/06/family.html/comments.{format}");
        assert_eq!(reader.open(&of_comments).await.status, 404);
        assert_eq!(ada.open(&of_comments).await.status, 404);
    }
    for words in ["xyzzy", "Family", "herons", "tag:tides"] {
        let found = reader.open(&format!("/search?q={words}")).await;
        assert!(!found.source().contains("family.html"), "{words}");
    }
    // A page that is not there offers no post by words of its text.
    let lost = reader.open("/2016/06/herons-xyzzy.html").await;
    assert!(!lost.source().contains("family.html"));
    let home = reader.open("/").await;
    assert!(home.says("Read it with a password."));
    assert_eq!(home.links_of(".listed h3 a"), [FAMILY, "/2016/06/ebb.html"]);
    let related = reader.open("/2016/06/ebb.html").await;
    assert!(related.number_of(".related a[href*=family]") == 0);
}

#[tokio::test]
async fn comments_are_taken_from_who_has_the_post_open_only() {
    let (blog, _) = with_a_protected_post().await;
    let (ada, ben) = (blog.reader(), blog.reader());
    guess(&ada, WORD).await;
    let mut form = ada.open(FAMILY).await.form("Post a comment");
    form.fill("Name", "Ada").fill("Comment", "A thought.");
    let preview = ada.press(&form, "Preview").await;
    assert!(preview.says(SECRET) && preview.says("A thought."));
    let mut stolen = form.clone();
    stolen.tamper("opened", "1.x");
    let refused = ben.press(&stolen, "Post comment").await;
    assert_eq!(refused.status, 403);
    assert!(
        !refused.says(SECRET) && refused.says("A thought."),
        "typed words are kept"
    );
    assert_eq!(blog.comments().await, 0);
    ada.press(&preview.form("Post a comment"), "Post comment")
        .await;
    assert_eq!(blog.comments().await, 1);
}

#[tokio::test]
async fn guesses_wait_longer_each_time_and_keep_nobody_else_out() {
    let (blog, _) = with_a_protected_post().await;
    let mallory = blog.reader().at("198.51.100.7");
    for number in 0..6 {
        assert_eq!(guess(&mallory, &number.to_string()).await.status, 422);
    }
    let wait = guess(&mallory, WORD).await;
    assert_eq!(wait.status, 429);
    assert!(wait.header("retry-after").is_some() && is_locked(&wait));
    assert!(wait.alert().unwrap().contains("Please try again in"));
    assert_eq!(wait.header("set-cookie"), None);
    let ada = blog.reader().at("192.0.2.7");
    assert_eq!(guess(&ada, WORD).await.status, 303);
    // Signing in is counted apart.
    let nora = blog.author().await.at("198.51.100.7");
    assert_eq!(nora.open("/admin/posts/").await.status, 200);
}

#[tokio::test]
async fn an_address_that_ends_with_a_slash_has_no_feed_of_comments_either() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Title only: /spring-tides/", "")])
        .await;
    let fields = [
        ("Title", "Family"),
        ("Body", SECRET),
        ("Password for readers", WORD),
    ];
    let path = nora.publish_with(&fields).await;
    assert_eq!(path, "/family/");
    for format in ["atom", "rss", "json"] {
        let feed = format!("/family/comments.{format}");
        assert_eq!(blog.reader().get(&feed).await.status, 404, "{feed}");
        let feed = format!("{feed}?thread=1");
        assert_eq!(blog.reader().get(&feed).await.status, 404, "{feed}");
    }
}

#[tokio::test]
async fn the_feed_of_a_tag_of_protected_posts_is_empty_and_nothing_counts_them() {
    let (blog, nora) = with_a_protected_post().await;
    let reader = blog.reader();
    let total = async |address: &str| {
        let feed = reader.get(address).await;
        assert_eq!(feed.status, 200, "{address}");
        let source = feed.source();
        let (_, rest) = source.split_once("openSearch$totalResults").unwrap();
        rest.chars().find(char::is_ascii_digit).unwrap()
    };
    for of in ["", "/-/tides"] {
        let address = format!("/feeds/posts/default{of}?alt=json&max-results=5");
        assert_eq!(total(&address).await, '1', "{address}");
    }
    nora.revise("Ebb", "Update", &[("Tags", "")]).await;
    assert_eq!(reader.get("/tags/tides/").await.status, 200);
    let feed = reader.get("/tags/tides/feed.atom").await;
    assert_eq!(feed.status, 200);
    assert!(!feed.source().contains("<entry>"));
    nora.revise("Family", "Update", &[("Tags", "")]).await;
    assert_eq!(reader.get("/tags/tides/").await.status, 404);
    assert_eq!(reader.get("/tags/tides/feed.atom").await.status, 404);
}

#[tokio::test]
async fn who_commented_has_no_feed_of_answers_to_follow() {
    let (blog, nora) = with_a_protected_post().await;
    let ada = blog.reader();
    guess(&ada, WORD).await;
    let mut form = ada.open(FAMILY).await.form("Post a comment");
    form.fill("Name", "Ada").fill("Comment", "A thought.");
    let own = ada.press(&form, "Post comment").await.address;
    nora.moderate("A thought.", "Approve").await;
    let page = ada.open(&own).await;
    assert_eq!(page.status, 200);
    assert!(page.link_if_any("Follow replies").is_none());
}

#[tokio::test]
async fn an_export_holds_the_password() {
    let (blog, _) = with_a_protected_post().await;
    let directory = tempfile::tempdir().unwrap();
    for (format, file, held) in [
        (Format::Json, "blog.json", "\"password\":\"grey heron\""),
        (
            Format::Wordpress,
            "wordpress.xml",
            "<wp:post_password>grey heron</wp:post_password>",
        ),
    ] {
        let outgoing = Outgoing {
            store: &blog.app.store,
            media: &blog.app.media,
            origin: "http://blog.example",
            now: blog.app.now(),
        };
        let to = directory.path().join(file);
        export::export(outgoing, format, &to).await.unwrap();
        let written = std::fs::read_to_string(to.join(file)).unwrap();
        assert_eq!(written.matches(held).count(), 1, "{file}");
    }
}
