//! Archives by date, and pages of authors.

use super::{import, old};
use crate::blog::TestBlog;
use daybook::jobs;
use daybook::store::ImportedPost;

/// A blog with posts on four days of two years.
async fn with_a_past() -> TestBlog {
    let blog = TestBlog::new().await;
    let posts = [
        old(1, "2007-09-16T23:30:00Z", "Ebb", "<p>Words.</p>"),
        old(2, "2007-09-17T08:00:00Z", "Flood", "<p>Words.</p>"),
        old(3, "2007-09-17T09:00:00Z", "Neap", "<p>Words.</p>"),
        old(4, "2007-11-01T09:00:00Z", "Spring", "<p>Words.</p>"),
        old(5, "2008-02-29T09:00:00Z", "Leap", "<p>Words.</p>"),
    ];
    import(&blog, &posts).await;
    blog
}

#[tokio::test]
async fn the_archive_is_a_tree_of_years_and_months_with_counts() {
    let blog = with_a_past().await;
    let reader = blog.reader();
    let archive = reader.open(&reader.open("/").await.link("Archive")).await;
    assert_eq!(archive.headings_of(1), ["Archive"]);
    assert_eq!(archive.texts("summary"), ["2008 1 post", "2007 4 posts"]);
    assert_eq!(
        archive.texts("details[open] li"),
        ["February 1 post", "All posts from 2008"]
    );
    let september = reader.open(&archive.link("September")).await;
    assert_eq!(september.address, "/2007/09/");
    assert_eq!(september.headings_of(1), ["September 2007"]);
    assert_eq!(september.listed(), ["Neap", "Flood", "Ebb"]);
    assert_eq!(
        september.texts("nav.counts li"),
        ["16 1 post", "17 2 posts"]
    );
    let day = reader.open(&september.link("17")).await;
    assert_eq!(day.address, "/2007/09/17/");
    assert_eq!(day.listed(), ["Neap", "Flood"]);
    let next = reader.open(&day.link("1 November 2007")).await;
    assert_eq!(next.listed(), ["Spring"]);
    assert_eq!(
        reader.open(&next.link("November 2007")).await.address,
        "/2007/11/"
    );
    assert_eq!(
        september.attribute("a[rel=next]", "href").as_deref(),
        Some("/2007/11/"),
        "October has no posts"
    );
}

#[tokio::test]
async fn a_year_shows_the_titles_of_its_posts_under_their_months() {
    let blog = with_a_past().await;
    let reader = blog.reader();
    let year = reader.open("/2007/").await;
    assert_eq!(year.headings_of(1), ["2007"]);
    assert_eq!(year.headings_of(2), ["November 2007", "September 2007"]);
    assert_eq!(
        year.texts("ol.titles li"),
        ["1 Spring", "17 Neap", "17 Flood", "16 Ebb"]
    );
    assert_eq!(
        year.attribute("a[rel=next]", "href").as_deref(),
        Some("/2008/")
    );
}

#[tokio::test]
async fn a_long_year_is_paged() {
    let blog = TestBlog::new().await;
    let posts: Vec<ImportedPost> = (0..130)
        .map(|number| {
            let at = format!("2010-03-{:02}T{:02}:00:00Z", 1 + number / 10, number % 10);
            old(number, &at, &format!("Number {number}"), "<p>Words.</p>")
        })
        .collect();
    import(&blog, &posts).await;
    let reader = blog.reader();
    let first = reader.open("/2010/").await;
    assert_eq!(first.number_of("ol.titles li"), 100);
    let second = reader.open(&first.link("Older posts")).await;
    assert_eq!(second.number_of("ol.titles li"), 30);
    assert_eq!(second.texts("ol.titles a").last().unwrap(), "Number 0");
    let back = reader.open(&second.link("Newer posts")).await;
    assert_eq!(back.texts("ol.titles a"), first.texts("ol.titles a"));
    let month = reader.open("/2010/03/").await;
    let older = reader.open(&month.link("Older posts")).await;
    assert!(older.address.starts_with("/2010/03/?before="));
    assert_ne!(older.listed(), month.listed());
}

#[tokio::test]
async fn no_date_without_posts_has_an_archive() {
    let blog = with_a_past().await;
    let reader = blog.reader();
    for nonsense in [
        "/2009/",
        "/2007/10/",
        "/2007/09/18/",
        "/2007/13/",
        "/2007/00/",
        "/2007/9/",
        "/2007/02/30/",
        "/0001/",
        "/0000/",
        "/9999/",
        "/9999/12/31/",
        "/2007/09/17/1/",
        "/2009",
        "/2007//",
        "/2007/09/17/?before=x%22%3E%3Cscript%3E",
    ] {
        let page = reader.get(nonsense).await;
        let wanted = if nonsense.contains('?') { 200 } else { 404 };
        assert_eq!(page.status, wanted, "{nonsense}");
        assert!(!page.source().contains("<script>"), "{nonsense}");
    }
}

#[tokio::test]
async fn a_date_without_its_last_slash_and_archives_of_blogger_lead_to_ours_for_ever() {
    let blog = with_a_past().await;
    let reader = blog.reader();
    for (old, new) in [
        ("/2007", "/2007/"),
        ("/2007/09", "/2007/09/"),
        ("/2007/09/17", "/2007/09/17/"),
        ("/2007_09_01_archive.html", "/2007/09/"),
        ("/2007_09_17_archive.html", "/2007/09/17/"),
        ("/2007_09_10_harbour_archive.html", "/2007/09/16/"),
        ("/2007_09_23_archive.html", "/2007/09/"),
        ("/authors/", "/archive/"),
        (
            "/search?updated-max=2007-10-01T00:00:00%2B01:00&max-results=7",
            "/?before=1191193200000-0",
        ),
    ] {
        let page = reader.get(old).await;
        assert_eq!(
            (page.status, page.header("location")),
            (301, Some(new)),
            "{old}"
        );
        assert_eq!(reader.open(old).await.status, 200, "{old}");
    }
    for gone in [
        "/2007_10_01_archive.html",
        "/2007_13_01_archive.html",
        "/2006_01_05_archive.html",
    ] {
        assert_eq!(reader.get(gone).await.status, 404, "{gone}");
    }
}

#[tokio::test]
async fn a_post_at_the_address_of_an_archive_is_shown() {
    let blog = with_a_past().await;
    let here = ImportedPost {
        path: Some("/2007/09/17/".to_owned()),
        ..old(9, "2007-09-20T09:00:00Z", "Squatter", "<p>Words.</p>")
    };
    import(&blog, &[here]).await;
    let page = blog.reader().open("/2007/09/17/").await;
    assert_eq!(page.headings_of(1), ["Squatter"]);
}

#[tokio::test]
async fn the_days_of_the_archive_are_those_of_the_zone() {
    let blog = with_a_past().await;
    let reader = blog.reader();
    assert_eq!(reader.open("/2007/09/16/").await.listed(), ["Ebb"]);
    let otto = blog.operator().await;
    otto.change_settings(&[("Time zone", "Asia/Tokyo")]).await;
    assert_eq!(reader.get("/2007/09/16/").await.status, 404);
    assert_eq!(
        reader.open("/2007/09/17/").await.listed(),
        ["Neap", "Flood", "Ebb"]
    );
    assert_eq!(
        reader.open("/2007/09/").await.texts("nav.counts li"),
        Vec::<String>::new(),
        "all on one day"
    );
    assert_eq!(
        blog.app.store.problems().await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn what_is_taken_back_leaves_the_archive() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    assert_eq!(blog.reader().get("/2016/06/05/").await.status, 200);
    nora.revise("Ebb", "Back to draft", &[]).await;
    for address in ["/2016/", "/2016/06/", "/2016/06/05/"] {
        assert_eq!(blog.reader().get(address).await.status, 404, "{address}");
    }
    let archive = blog.reader().open("/archive/").await;
    assert_eq!(archive.number_of("details"), 0);
}

#[tokio::test]
async fn posts_that_an_older_schema_brought_along_are_put_into_the_archive() {
    let blog = with_a_past().await;
    sqlx::query("update posts set day = null, writer_id = null")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    assert_eq!(blog.number("select count(*) from months").await, 0);
    jobs::place_posts(&blog.app).await.unwrap();
    assert_eq!(
        blog.reader().open("/archive/").await.texts("summary"),
        ["2008 1 post", "2007 4 posts"]
    );
    assert_eq!(
        blog.app.store.problems().await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn authors_have_pages_where_there_are_several() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let ebb = nora.publish("Ebb", "Words.").await;
    let reader = blog.reader();
    assert_eq!(reader.open(&ebb).await.link_if_any("Nora"), None);
    // Clara was brought in, and so was what Nora wrote before she had an account.
    let mut nora_before = old(2, "2007-09-17T08:00:00Z", "Flood", "<p>Words.</p>");
    "Nora".clone_into(&mut nora_before.byline);
    import(
        &blog,
        &[
            nora_before,
            old(1, "2007-09-16T08:00:00Z", "Neap", "<p>Words.</p>"),
        ],
    )
    .await;
    let page = reader.open(&reader.open(&ebb).await.link("Nora")).await;
    assert_eq!(page.address, "/authors/nora/");
    assert_eq!(page.headings_of(1), ["Posts by Nora"]);
    assert_eq!(page.listed(), ["Ebb", "Flood"]);
    let archive = reader.open("/archive/").await;
    assert_eq!(
        archive.texts("#authors li"),
        ["Clara 1 post", "Nora 2 posts"]
    );
    assert_eq!(reader.open(&archive.link("Clara")).await.listed(), ["Neap"]);
    assert_eq!(reader.get("/authors/otto/").await.status, 404);
    // No address of anybody is in any of them (S34).
    for address in [
        "/authors/nora/",
        "/archive/",
        "/2016/06/",
        "/search?q=nora",
        "/search?q=%40harbour.example",
    ] {
        let page = reader.open(address).await;
        let main = page.main();
        let hits = page.texts("ol.hits").concat();
        let said = if address.contains("%40") {
            &hits
        } else {
            &main
        };
        assert!(!said.contains("harbour.example"), "{address}: {main}");
    }
}
