//! Views: what is counted and what is not, what the author sees of it, and which posts are popular.

use crate::blog::{NOW, Person, TestBlog};
use axum::http::Method;
use daybook::jobs;

const TIDES: &str = "/2016/06/tides.html";

async fn blog_with_a_post() -> (TestBlog, Person) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Tides", "Words.").await;
    (blog, nora)
}

/// How often a post was read so far, written down or not.
async fn views(blog: &TestBlog) -> i64 {
    blog.app.write_tally().await.unwrap();
    blog.number("select coalesce(sum(number), 0) from views where post_id <> 0")
        .await
}

#[tokio::test]
async fn each_reader_counts_once_and_after_a_while_again() {
    let (blog, _) = blog_with_a_post().await;
    let (ada, ben) = (blog.reader(), blog.reader());
    for _ in 0..3 {
        ada.get(TIDES).await;
    }
    ben.get(TIDES).await;
    let etag = ben.get(TIDES).await.header("etag").unwrap().to_owned();
    assert_eq!(views(&blog).await, 2);
    for _ in 0..2 {
        blog.clock.advance(31 * 60);
        blog.app.write_tally().await.unwrap();
    }
    let again = ben
        .ask(Method::GET, TIDES, &[("if-none-match", &etag)])
        .await;
    assert_eq!(again.status, 304);
    assert_eq!(views(&blog).await, 3);
}

#[tokio::test]
async fn only_people_who_read_are_counted() {
    let (blog, nora) = blog_with_a_post().await;
    nora.get(TIDES).await;
    blog.reader().ask(Method::HEAD, TIDES, &[]).await;
    for header in [
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-dest", "image"),
        (
            "user-agent",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        ),
        ("user-agent", "curl/8.5.0"),
        ("user-agent", ""),
    ] {
        blog.reader().ask(Method::GET, TIDES, &[header]).await;
    }
    for other in [
        "/feed.atom",
        "/2016/06/tides.html/comments.atom",
        "/tags/",
        "/nowhere",
        "/search?q=tides",
    ] {
        blog.reader().get(other).await;
    }
    assert_eq!(views(&blog).await, 0);
    blog.reader()
        .ask(Method::GET, TIDES, &[("sec-fetch-dest", "document")])
        .await;
    assert_eq!(views(&blog).await, 1);
}

#[tokio::test]
async fn a_page_that_asks_for_a_password_is_not_read_yet() {
    let (blog, nora) = blog_with_a_post().await;
    nora.revise("Tides", "Update", &[("Password for readers", "heron")])
        .await;
    let ada = blog.reader();
    let mut form = ada.open(TIDES).await.form_with("Password");
    assert_eq!(views(&blog).await, 0);
    form.fill("Password", "heron");
    assert!(ada.press(&form, "Open").await.says("Words."));
    assert_eq!(views(&blog).await, 1);
}

#[tokio::test]
async fn being_counted_changes_nothing_for_readers() {
    let (blog, _) = blog_with_a_post().await;
    let version = blog.app.store.content_version();
    let first = blog.reader().get(TIDES).await;
    assert_eq!(views(&blog).await, 1);
    let second = blog.reader().get(TIDES).await;
    assert_eq!(first.header("etag"), second.header("etag"));
    assert_eq!(first.header("set-cookie"), None);
    blog.app.store.refresh_version().await.unwrap();
    assert_eq!(blog.app.store.content_version(), version);
}

/// Nothing is stored that says who read.
#[tokio::test]
async fn nothing_about_a_reader_is_written_down() {
    let (blog, _) = blog_with_a_post().await;
    let address = "203.0.113.77";
    blog.reader().at(address).get(TIDES).await;
    blog.reader().at(address).get("/nowhere").await;
    assert_eq!(views(&blog).await, 1);
    blog.app.store.checkpoint().await.unwrap();
    let data = &blog.app.config.data;
    for entry in std::fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(address.len())
                .any(|part| part == address.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn counting_is_switched_off_in_the_settings() {
    let (blog, nora) = blog_with_a_post().await;
    let mut form = nora.open("/admin/settings").await.form_with("Blog title");
    let label = "Count how often posts are read";
    assert!(form.is_chosen(label));
    form.tamper("count_views", "");
    nora.press(&form, "Save settings").await;
    jobs::run_due(&blog.app).await.unwrap();
    blog.reader().get(TIDES).await;
    assert_eq!(views(&blog).await, 0);
    assert!(
        nora.open("/admin/views/")
            .await
            .says("Views aren’t being counted.")
    );
    let mut form = nora.open("/admin/settings").await.form_with("Blog title");
    form.tick(label);
    nora.press(&form, "Save settings").await;
    jobs::run_due(&blog.app).await.unwrap();
    blog.reader().get(TIDES).await;
    assert_eq!(views(&blog).await, 1);
}

#[tokio::test]
async fn the_author_sees_views_as_plots_and_as_numbers() {
    let (blog, nora) = blog_with_a_post().await;
    nora.publish("Fog", "Other words.").await;
    for _ in 0..3 {
        blog.reader().get(TIDES).await;
    }
    blog.reader().get("/2016/06/fog.html").await;
    blog.reader().get("/").await;
    blog.app.write_tally().await.unwrap();
    blog.clock.advance(86_400);
    blog.reader().get(TIDES).await;
    blog.app.write_tally().await.unwrap();
    let page = nora.open("/admin/posts/").await;
    assert_eq!(
        page.texts("td.views-of"),
        ["Views of Fog: 1", "Views of Tides: 4"]
    );
    let page = nora.open(&page.link("Stats")).await;
    assert_eq!(
        page.headings_of(2),
        [
            "The last 30 days",
            "The last 12 months",
            "Most read in the last 30 days"
        ]
    );
    assert_eq!(page.texts(".sum"), ["6 views", "6 views"]);
    assert_eq!(page.number_of("svg[role=img]"), 2);
    assert_eq!(page.number_of("svg .bar"), 30 + 12);
    let desc = page.texts("svg desc").concat();
    assert!(
        desc.contains("6 views in total; the busiest day was Sunday, 5 June 2016 with 5."),
        "{desc}"
    );
    assert_eq!(page.texts(".most-viewed td"), ["Tides", "4", "Fog", "1"]);
    let page = nora.open(&page.link("Tides")).await;
    assert_eq!(page.headings_of(1), ["Views of Tides"]);
    let days: Vec<(String, String)> = page
        .texts("tbody th")
        .into_iter()
        .zip(page.texts("tbody td"))
        .collect();
    let day = |name: &str, number: &str| (name.to_owned(), number.to_owned());
    assert_eq!(
        days[..3],
        [
            day("Monday, 6 June 2016", "1"),
            day("Sunday, 5 June 2016", "3"),
            day("Saturday, 4 June 2016", "0"),
        ]
    );
    assert_eq!(days[30], day("June 2016", "4"));
    assert_eq!(page.link("Edit"), "/admin/posts/1");
    assert_eq!(nora.get("/admin/views/99").await.status, 404);
}

#[tokio::test]
async fn days_are_those_of_the_blogs_zone() {
    let (blog, nora) = blog_with_a_post().await;
    nora.change_settings(&[("Time zone", "Pacific/Kiritimati")])
        .await;
    blog.reader().get(TIDES).await;
    blog.app.write_tally().await.unwrap();
    let (day,): (String,) = sqlx::query_as("select day from views")
        .fetch_one(&mut blog.database().await)
        .await
        .unwrap();
    assert_eq!(NOW.rfc3339(), "2016-06-05T14:30:00Z");
    assert_eq!(day, "2016-06-06");
}

#[tokio::test]
async fn what_is_read_most_is_popular_as_long_as_it_is_published() {
    let (blog, nora) = blog_with_a_post().await;
    nora.publish("Fog", "Other words.").await;
    nora.publish_page("About", "Me.").await;
    for (path, times) in [(TIDES, 1), ("/2016/06/fog.html", 2), ("/p/about.html", 5)] {
        for _ in 0..times {
            blog.reader().get(path).await;
        }
    }
    blog.app.write_tally().await.unwrap();
    jobs::find_popular(&blog.app).await.unwrap();
    let popular = async || {
        let posts = blog.app.store.views().popular(5).await.unwrap();
        posts.into_iter().map(|link| link.title).collect::<Vec<_>>()
    };
    assert_eq!(popular().await, ["Fog", "Tides"]);
    let version = blog.app.store.content_version();
    blog.reader().get(TIDES).await;
    blog.app.write_tally().await.unwrap();
    jobs::find_popular(&blog.app).await.unwrap();
    assert_eq!(blog.app.store.content_version(), version);
    nora.revise("Fog", "Move to trash", &[]).await;
    assert_eq!(popular().await, ["Tides"]);
    blog.clock.advance(31 * 86_400);
    jobs::find_popular(&blog.app).await.unwrap();
    assert!(popular().await.is_empty());
}
