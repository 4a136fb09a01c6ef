//! Search: what is found, in which order, with the place where the words are.

use super::{import, old};
use crate::blog::TestBlog;
use crate::page::Page;
use daybook::store::ImportedPost;

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
async fn a_search_for_nothing_or_nonsense_is_answered() {
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

/// The words that are marked, hit by hit.
fn marks(page: &Page) -> Vec<String> {
    page.texts("ol.hits mark")
}

#[tokio::test]
async fn a_snippet_shows_where_the_words_are_and_marks_them() {
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

/// S10 and S11 of SECURITY.md.
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

/// S42 of SECURITY.md.
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
                "Filler",
                &format!("<p>{filler} lantern {filler}</p>"),
            ),
        ],
    )
    .await;
    let page = blog.reader().open("/search?q=lantern").await;
    assert_eq!(
        page.texts("ol.hits h2"),
        ["The lantern", "Newer", "Middle", "Older", "Filler"]
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
