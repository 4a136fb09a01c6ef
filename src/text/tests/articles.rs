//! Footnotes, and quoted articles with the list of their sources.

use super::*;

#[test]
fn a_footnote_has_ids_on_its_own_page_only() {
    let rendered = post(
        "Ebb[^a] and flow.\n\n[^a]: Twice a day.",
        Markup::Markdown,
        &Pictures::new(),
    );
    assert_eq!(dangers(&rendered.html), Vec::<String>::new());
    let page = &rendered.html;
    assert!(
        page.contains("Ebb<sup><a href=\"#fn-a\" id=\"fnref-a\">1</a></sup>"),
        "{page}"
    );
    assert!(
        page.contains("<div class=\"footnotes\">") && page.contains("<li id=\"fn-a\">"),
        "{page}"
    );
    assert!(
        page.contains("href=\"#fnref-a\" title=\"Back to reference 1\""),
        "{page}"
    );
    let listed = rendered.teaser.expect("a list has no ids");
    assert!(
        listed.contains("Ebb<sup>1</sup>") && listed.contains("Twice a day."),
        "{listed}"
    );
    assert!(!listed.contains("id=") && !listed.contains('#'), "{listed}");
    assert!(
        rendered.words.starts_with("Ebb and flow."),
        "{}",
        rendered.words
    );
}

#[test]
fn a_made_up_id_is_no_footnotes() {
    assert_eq!(
        html("<li id=\"fn-\">a</li><p id=\"fn-1\">b</p><li id=\"fn-1&quot;x\">c</li>"),
        "<li>a</li><p>b</p><li>c</li>"
    );
}

const ARTICLES: &str = "Before.\n\n<blockquote class=\"article\" cite=\"https://gazette.example/lamp\">\n\n\
    ### The *lamp*\n\n<p><small>Ida · <a href=\"https://gazette.example/lamp\">gazette.example</a> · 3 November 1958</small></p>\n\n\
    It went **out**.\n\n</blockquote>\n\nBetween.\n\n<blockquote class=\"article\" cite=\"https://gazette.example/soup\">\n\nSoup.\n\n\
    </blockquote>\n\n<blockquote class=\"article\" cite=\"https://gazette.example/lamp\">\n\nAgain.\n\n</blockquote>\n";

#[test]
fn quoted_articles_are_listed_as_sources_below_the_text_on_its_own_page() {
    let rendered = post(ARTICLES, Markup::Markdown, &Pictures::new());
    let page = &rendered.html;
    assert!(
        page.contains("<blockquote class=\"article\" cite=\"https://gazette.example/lamp\">"),
        "{page}"
    );
    assert!(
        page.contains("<p>It went <strong>out</strong>.</p>"),
        "{page}"
    );
    let (_, sources) = page
        .split_once("<div class=\"sources\">")
        .expect("a list of sources");
    assert_eq!(
        sources,
        "<h2>Sources</h2>\n<ol>\n\
         <li id=\"cite-1\"><a href=\"https://gazette.example/lamp\">The lamp</a>. Ida · gazette.example · 3 November 1958 \
         <a href=\"#the-lamp\" title=\"Back to article 1\">↩</a> <a href=\"#the-lamp-2\" title=\"Back to article 1\">↩</a></li>\n\
         <li id=\"cite-2\"><a href=\"https://gazette.example/soup\">gazette.example/soup</a> \
         <a href=\"#gazette-example-soup\" title=\"Back to article 2\">↩</a></li>\n</ol></div>"
    );
    assert!(
        !rendered
            .teaser
            .expect("a list has no sources")
            .contains("Sources")
    );
    assert!(!rendered.words.contains("Sources"));
}

#[test]
fn a_quote_that_is_no_article_has_no_place_among_the_sources() {
    let quote = html("<blockquote cite=\"https://a.example/\"><p>Said.</p></blockquote>");
    assert_eq!(
        quote,
        "<blockquote cite=\"https://a.example/\"><p>Said.</p></blockquote>"
    );
    let evil = html(
        "<blockquote class=\"article sources\" cite=\"javascript:alert(1)\"><h2>x</h2></blockquote>",
    );
    assert_eq!(
        evil,
        "<blockquote class=\"article\"><h2 id=\"x\"><a class=\"anchor\" href=\"#x\">x</a></h2></blockquote>"
    );
}

/// The source of a quoted article as the editor makes it.
fn article(address: &str, title: &str, line: &str, words: &str) -> String {
    format!(
        "<blockquote class=\"article\" cite=\"{address}\">\n\n{title}\n\n<p><small>{line}</small></p>\n\n{words}\n\n</blockquote>\n\n"
    )
}

#[test]
fn a_quoted_article_and_its_source_link_to_each_other() {
    let source = article(
        "https://a.example/x",
        "## The lamp",
        "By Ida · 1958",
        "It went out.",
    );
    let post = post(&source, Markup::Markdown, &Pictures::new());
    for part in [
        "<h2 id=\"the-lamp\"><a class=\"anchor\" href=\"#the-lamp\">The lamp</a></h2>",
        "<p><small>By Ida · 1958 <a href=\"#cite-1\" title=\"Source 1\">[1]</a></small></p>",
        "<li id=\"cite-1\"><a href=\"https://a.example/x\">The lamp</a>. By Ida · 1958 \
         <a href=\"#the-lamp\" title=\"Back to article 1\">↩</a></li>",
    ] {
        assert!(post.html.contains(part), "{part}\n{}", post.html);
    }
    assert!(is_clean(&post.html));
    let teaser = post.teaser.unwrap();
    assert!(
        teaser.contains("The lamp") && !teaser.contains(" id=") && !teaser.contains("[1]"),
        "{teaser}"
    );
}

#[test]
fn articles_of_the_same_title_are_distinguished_and_one_source_is_listed_once() {
    let source = article("https://a.example/x", "## The lamp", "By Ida", "One.")
        + &article("https://b.example/y", "## The lamp", "By Ola", "Two.")
        + &article("https://a.example/x", "## The lamp", "By Ida", "Three.");
    let post = post(&source, Markup::Markdown, &Pictures::new());
    let places = |part: &str| post.html.matches(part).count();
    for id in ["the-lamp", "the-lamp-2", "the-lamp-3", "cite-1", "cite-2"] {
        assert_eq!(places(&format!(" id=\"{id}\"")), 1, "{id}: {}", post.html);
    }
    assert_eq!(places("title=\"Back to article 1\""), 2);
    assert_eq!(places("title=\"Source 1\""), 2);
    assert_eq!(
        (places("<li id=\"cite"), places("href=\"#the-lamp-3\"")),
        (2, 2)
    );
}

#[test]
fn an_article_without_title_by_line_or_address_is_found_from_its_source_too() {
    let none = Pictures::new();
    let bare = post(
        "<blockquote class=\"article\" cite=\"https://a.example/x\"><p>Words.</p></blockquote>",
        Markup::Html,
        &none,
    );
    assert!(
        bare.html.contains(
            "<blockquote class=\"article\" cite=\"https://a.example/x\" id=\"a-example-x\">"
        ),
        "{}",
        bare.html
    );
    assert!(
        bare.html.contains(
            "<p><small><a href=\"https://a.example/x\">a.example/x</a> \
             <a href=\"#cite-1\" title=\"Source 1\">[1]</a></small></p></blockquote>"
        ),
        "{}",
        bare.html
    );
    assert!(
        bare.html
            .contains("href=\"#a-example-x\" title=\"Back to article 1\"")
    );
    let linked = post(
        "<blockquote class=\"article\"><h3><a href=\"https://b.example/y\">Ebb</a></h3><p>Words.</p></blockquote>",
        Markup::Html,
        &none,
    );
    assert!(
        linked
            .html
            .contains("<li id=\"cite-1\"><a href=\"https://b.example/y\">Ebb</a>"),
        "{}",
        linked.html
    );
    assert!(linked.html.contains("<h2 id=\"ebb\">"), "{}", linked.html);
    let printed = post(
        "<blockquote class=\"article\"><h3>Flow</h3><p><small>The Gazette, 1911</small></p><p>Words.</p></blockquote>",
        Markup::Html,
        &none,
    );
    assert!(
        printed
            .html
            .contains("<li id=\"cite-1\">Flow. The Gazette, 1911 <a href=\"#flow\""),
        "{}",
        printed.html
    );
    let plain = post(
        "<blockquote class=\"article\"><p>Words.</p></blockquote>",
        Markup::Html,
        &none,
    );
    assert!(!plain.html.contains("sources"), "{}", plain.html);
}

#[test]
fn no_source_takes_an_id_that_its_author_gave() {
    let source = format!(
        "<p id=\"cite-1\">Mine.</p>\n\n{}",
        article("https://a.example/x", "## The lamp", "By Ida", "One.")
    );
    let post = post(&source, Markup::Markdown, &Pictures::new());
    assert!(
        post.html.contains("<p id=\"cite-1\">") && post.html.contains("<li id=\"cite-1-2\">"),
        "{}",
        post.html
    );
    assert!(post.html.contains("href=\"#cite-1-2\""));
}

#[test]
fn the_contents_name_articles_who_wrote_them_and_what_is_outlined_in_them() {
    let words = "The tide went out over the flats. ".repeat(20);
    let long = format!("## {}", "A very long title ".repeat(20));
    let source = format!("## My own words\n\n{words}\n\n")
        + &article(
            "https://a.example/x",
            "### The lamp",
            "By <em>Ida</em> · 1958",
            &format!("{words}\n\n#### Soup\n\n{words}"),
        )
        + "#### My aside\n\nWords.\n\n"
        + &article("https://b.example/y", "# The lamp", "By Ola", "Two.")
        + &article(
            "https://c.example/z",
            &long,
            "By Una",
            "Three.\n\n> ## Quoted in it\n>\n> Words.",
        );
    let post = post(&source, Markup::Markdown, &Pictures::new());
    let part = |words: &str| assert!(post.contents.contains(words), "{words}\n{}", post.contents);
    part(
        "<ol><li><a href=\"#my-own-words\">My own words</a><ol><li><a href=\"#the-lamp\">The lamp</a><small>By Ida · 1958</small>",
    );
    part("<ol><li><a href=\"#soup\">Soup</a></li></ol></li><li><a href=\"#my-aside\">My aside</a>");
    part("<a href=\"#the-lamp-2\">The lamp</a><small>By Ola</small>");
    part("…</a><small>By Una</small>");
    assert!(!post.contents.contains("Quoted in it") && !post.html.contains("id=\"quoted-in-it\""));
    assert!(
        post.html.contains("<h3 id=\"my-aside\">"),
        "it is below the author's heading, not below the article's"
    );
    for link in post.contents.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap();
        assert!(post.html.contains(&format!(" id=\"{id}\"")), "{id}");
    }
}

#[test]
fn a_few_articles_have_contents_earlier_than_an_essay_and_two_short_quotes_have_none() {
    let words = "The tide went out. ".repeat(40);
    let of = |number: usize, words: &str| {
        let articles = (0..number).map(|n| {
            article(
                &format!("https://a.example/{n}"),
                "## The lamp",
                "By Ida",
                words,
            )
        });
        post(
            &articles.collect::<String>(),
            Markup::Markdown,
            &Pictures::new(),
        )
        .contents
    };
    assert!(of(3, &words).contains("#the-lamp-3"));
    assert_eq!(
        (of(2, &words), of(3, "Short.")),
        (String::new(), String::new())
    );
    let essay = [0, 1, 2]
        .map(|n| format!("## Part {n}\n\n{words}\n\n"))
        .concat();
    assert_eq!(
        post(&essay, Markup::Markdown, &Pictures::new()).contents,
        ""
    );
    let split = [0, 1, 2]
        .map(|n| format!("## The lamp\n\n<p><small>By Ida {n}</small></p>\n\n<blockquote>\n\n{words}\n\n</blockquote>\n\n"))
        .concat();
    let split = post(&split, Markup::Markdown, &Pictures::new());
    assert!(
        split.contents.contains("<small>By Ida 2</small>"),
        "{}",
        split.contents
    );
}
