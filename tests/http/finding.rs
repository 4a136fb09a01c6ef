//! What a reader finds and how: archives by date, pages of authors, search with the place where the words stand.

use crate::blog::TestBlog;
use crate::page::Page;
use daybook::blog::post::{Comments, Kind, Markup, State};
use daybook::blog::time::Millis;
use daybook::store::ImportedPost;
use daybook::{jobs, text};

/// A published post of a moment that is given as RFC 3339.
fn old(number: i64, at: &str, title: &str, html: &str) -> ImportedPost {
    let rendered = text::post(html, Markup::Html, &daybook::blog::media::Pictures::new());
    let at = Millis::parse(at).unwrap();
    ImportedPost {
        origin: format!("old-{number}"),
        kind: Kind::Post,
        state: State::Published,
        state_before_trash: None,
        title: title.to_owned(),
        path: Some(format!("/old/{number}.html")),
        markup: Markup::Html,
        tags: Vec::new(),
        author: None,
        byline: "Clara".to_owned(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: Some(at),
        updated_at: at,
        source: html.to_owned(),
        rendered,
        renderer: text::RENDERER,
    }
}

async fn import(blog: &TestBlog, posts: &[ImportedPost]) {
    blog.app
        .store
        .import_posts(posts, blog.app.now())
        .await
        .unwrap();
}

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
        ["February 1 post", "All of 2008"]
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
async fn a_post_that_lives_where_an_archive_would_stand_is_shown() {
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

/// What stands between the marks, by hits.
fn marks(page: &Page) -> Vec<String> {
    page.texts("ol.hits mark")
}

#[tokio::test]
async fn a_snippet_shows_where_the_words_stand_and_marks_them() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = format!(
        "{} There the old *lan*tern of Łódź burned. {}",
        "Nothing happened. ".repeat(60),
        "And nothing more. ".repeat(60)
    );
    nora.publish("Night", &long).await;
    let page = blog.reader().open("/search?q=lantern+lodz").await;
    assert_eq!(marks(&page), ["lantern", "Łódź"]);
    let snippet = &page.texts("ol.hits li > p:last-child")[0];
    assert!(
        snippet.contains("There the old lantern of Łódź burned."),
        "{snippet}"
    );
    assert!(
        snippet.starts_with('…') && snippet.ends_with('…'),
        "{snippet}"
    );
    let page = blog.reader().open("/search?q=night").await;
    assert_eq!(page.texts("ol.hits h2 mark"), ["Night"]);
}

/// S10 and S11 of safety.md.
#[tokio::test]
async fn marks_are_all_that_a_search_adds_to_a_page() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish(
        "<b>needle</b>",
        "`<img src=x onerror=alert(1)>` needle &lt;script&gt;alert(2)&lt;/script&gt; <mark>own</mark>",
    )
    .await;
    let path = nora.publish("Ebb", "Words.").await;
    blog.commenter("<i>Eve</i>")
        .comment(&path, "`<svg onload=alert(3)>` needle")
        .await;
    nora.moderate("needle", "Approve").await;
    let reader = blog.reader();
    let page = reader.open("/search?q=needle").await;
    assert_eq!(page.number_of("ol.hits > li"), 2);
    assert!(marks(&page).iter().all(|mark| mark == "needle"));
    assert_eq!(
        page.number_of("ol.hits :not(li, h2, a, p, time, mark)"),
        0,
        "{}",
        page.source()
    );
    assert!(page.says("<img src=x onerror=alert(1)>") && page.says("<svg onload=alert(3)>"));
    for address in [
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/search?q=%253Cscript%253Ealert(1)%253C%252Fscript%253E",
        "/search/%253Cscript%253Ealert(1)%253C%252Fscript%253E",
        "/search?q=needle&page=1%22%3E%3Cscript%3E",
        "/search?q=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E",
        "/search?q=tag:%22%3E%3Cimg+src%3Dx%3E",
    ] {
        let page = reader.get(address).await;
        assert!(matches!(page.status, 200 | 404), "{address}");
        assert_eq!(page.number_of("script, img"), 0, "{address}");
    }
    let twice = reader.open("/search?q=%253Cscript%253E").await;
    assert!(
        twice.says("“%3Cscript%3E”"),
        "decoded once: {}",
        twice.main()
    );
}

/// S42 of safety.md.
#[tokio::test]
async fn what_means_something_to_the_engine_means_nothing_in_the_field() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Ebb"),
        ("Body", "Column title body words."),
        ("Tags", "Tides"),
    ])
    .await;
    let reader = blog.reader();
    let long = "needle ".repeat(1500);
    for typed in [
        "\"",
        "\"\"\"",
        "a* OR",
        "NEAR(",
        "NEAR(a b, 3)",
        "title:ebb",
        "title : (ebb)",
        "{title body}: x",
        "-title",
        "^ebb",
        "a AND NOT b",
        "tag:slug:[a'] OR 1=1",
        "tag:\"",
        "tag:",
        "'; drop table posts; --",
        "\u{0}\u{fffe}\u{202e}",
        &long,
        &"東".repeat(5000),
        &"\"a\" ".repeat(2500),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", typed)
            .append_pair("sort", "id;--")
            .append_pair("page", "-1")
            .finish();
        let page = reader.get(&format!("/search?{query}")).await;
        // An address of more than 8 KiB is refused before anybody looks for anything.
        assert!(matches!(page.status, 200 | 414), "{typed:.40}");
    }
    assert_eq!(
        reader.open("/search?q=title:ebb").await.link("Ebb"),
        "/2016/06/ebb.html"
    );
}

#[tokio::test]
async fn a_search_is_narrowed_to_a_tag() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for (title, tags) in [
        ("Ebb", "Old maps"),
        ("Flood", "Old maps, Moon"),
        ("Neap", "Moon"),
    ] {
        nora.publish_with(&[("Title", title), ("Body", "A lantern."), ("Tags", tags)])
            .await;
    }
    let reader = blog.reader();
    let found = async |query: &str| {
        let page = reader.open(&format!("/search?q={query}")).await;
        let mut titles = page.texts("ol.hits h2");
        titles.sort();
        titles
    };
    assert_eq!(found("lantern").await, ["Ebb", "Flood", "Neap"]);
    assert_eq!(found("lantern+tag:moon").await, ["Flood", "Neap"]);
    assert_eq!(found("tag:%22old+MAPS%22+lantern").await, ["Ebb", "Flood"]);
    assert_eq!(found("tag:old-maps+tag:Moon").await, ["Flood"]);
    let page = reader.open("/search?q=tag:moo+lantern").await;
    assert!(page.says("There is no tag “moo”."), "{}", page.main());
    assert_eq!(page.link("Moon"), "/tags/moon/");
}

#[tokio::test]
async fn who_finds_nothing_is_shown_ways_onward() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Ebb"),
        ("Body", "Lanterns on the quay."),
        ("Tags", "Quays"),
    ])
    .await;
    let reader = blog.reader();
    let page = reader.open("/search?q=zeppelin+quay").await;
    assert_eq!(page.number_of("ol.hits"), 0);
    let fewer = reader.open(&page.link("without zeppelin")).await;
    assert_eq!(fewer.texts("ol.hits h2"), ["Ebb"]);
    assert_eq!(page.link("Quays"), "/tags/quays/");
    assert_eq!(page.link("the archive"), "/archive/");
    let begun = reader.open("/search?q=lantern").await;
    assert!(
        begun.says("words that start the same way"),
        "{}",
        begun.main()
    );
    assert_eq!(marks(&begun), ["Lanterns"]);
}

#[tokio::test]
async fn the_better_fit_comes_first_and_the_newer_of_those_that_fit_alike() {
    let blog = TestBlog::new().await;
    let filler = "Nothing of that kind. ".repeat(30);
    import(
        &blog,
        &[
            old(
                1,
                "2007-09-16T08:00:00Z",
                "Older",
                "<p>One lantern here.</p>",
            ),
            old(
                2,
                "2009-09-16T08:00:00Z",
                "Newer",
                "<p>One lantern here.</p>",
            ),
            old(
                3,
                "2008-09-16T08:00:00Z",
                "Middle",
                "<p>One lantern here.</p>",
            ),
            old(
                4,
                "2001-09-16T08:00:00Z",
                "The lantern",
                "<p>Oldest of all.</p>",
            ),
            old(
                5,
                "2010-09-16T08:00:00Z",
                "Aside",
                &format!("<p>{filler} lantern {filler}</p>"),
            ),
        ],
    )
    .await;
    let page = blog.reader().open("/search?q=lantern").await;
    assert_eq!(
        page.texts("ol.hits h2"),
        ["The lantern", "Newer", "Middle", "Older", "Aside"]
    );
}

#[tokio::test]
async fn many_results_are_paged_to_a_bound() {
    let blog = TestBlog::new().await;
    let posts: Vec<ImportedPost> = (0..230)
        .map(|number| {
            let at = format!("2010-{:02}-01T{:02}:00:00Z", 1 + number / 20, number % 20);
            old(
                number,
                &at,
                &format!("Number {number}"),
                "<p>A lantern.</p>",
            )
        })
        .collect();
    import(&blog, &posts).await;
    let reader = blog.reader();
    let first = reader.open("/search?q=lantern").await;
    assert!(
        first.says("More than 200 results · Page 1 of 10"),
        "{}",
        first.main()
    );
    assert_eq!(first.texts("ol.hits h2")[0], "Number 229");
    let second = reader.open(&first.link("Next")).await;
    assert_eq!(second.address, "/search?q=lantern&page=2");
    assert_eq!(second.texts("ol.hits h2")[0], "Number 209");
    assert_eq!(second.link("Previous"), "/search?q=lantern");
    let last = reader.open("/search?q=lantern&page=9999").await;
    assert_eq!(last.texts("ol.hits h2").len(), 20);
    assert_eq!(last.link_if_any("Next"), None);
    let found = reader.open("/search?q=Number+17").await;
    assert!(found.says("1 result"), "{}", found.main());
}

#[tokio::test]
async fn what_no_reader_sees_is_found_by_nobody() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Draft"), ("Body", "xyzzy draft")])
        .await;
    let path = nora.publish("Ebb", "Shown words.").await;
    nora.revise("Ebb", "Save", &[("Body", "xyzzy pending")])
        .await;
    blog.commenter("Eve").comment(&path, "xyzzy held").await;
    nora.publish("Trashed", "xyzzy trashed").await;
    nora.revise("Trashed", "Move to trash", &[]).await;
    let page = blog.reader().open("/search?q=xyzzy").await;
    assert_eq!(page.number_of("ol.hits > li"), 0, "{}", page.main());
}

#[tokio::test]
async fn every_quotation_mark_of_unicode_asks_for_a_phrase() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Together", "An old map of the bay.").await;
    nora.publish("Apart", "A map of the old bay.").await;
    let reader = blog.reader();
    for typed in [
        "\"old map\"",
        "“old map”",
        "„old map“",
        "«old map»",
        "»old map«",
        "‘old map’",
        "‹old map›",
        "「old map」",
        "『old map』",
        "＂old map＂",
        "❝old map❞",
        "〝old map〟",
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = reader.open(&format!("/search?q={query}")).await;
        assert_eq!(page.texts("ol.hits h2"), ["Together"], "{typed}");
    }
}

#[tokio::test]
async fn for_a_mistyped_word_the_nearest_words_of_the_blog_are_offered() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("The tide mill", "It turns twice a day.").await;
    nora.publish("Lighthouse keepers", "A lamp and soup.").await;
    nora.publish("Маяк", "Свет над морем.").await;
    nora.write("Save", &[("Title", "Zeppelin"), ("Body", "Not yet.")])
        .await;
    let reader = blog.reader();
    for (typed, meant, found) in [
        ("tiede mill", "tide mill", "The tide mill"),
        ("tide mll", "tide mill", "The tide mill"),
        ("tdie", "tide", "The tide mill"),
        ("lihgthuose", "lighthouse", "Lighthouse keepers"),
        ("tied mil", "tide mill", "The tide mill"),
        ("маак", "маяк", "Маяк"),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = reader.open(&format!("/search?q={query}")).await;
        assert!(
            page.headings_of(2).contains(&"Did you mean".to_owned()),
            "{typed}: {}",
            page.main()
        );
        let found_by = reader.open(&page.link(meant)).await;
        assert_eq!(found_by.texts("ol.hits h2"), [found], "{typed}");
    }
    for typed in ["zepelin", "qqqqqqqq", "東京", "x"] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = reader.open(&format!("/search?q={query}")).await;
        assert!(!page.says("Did you mean"), "{typed}");
    }
}
