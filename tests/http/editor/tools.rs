//! The tools of the editor: a text as its page will show it, what is pasted made clean, the other markup.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use serde_json::Value;

/// What the script of the editor sends, with the token of its form.
async fn ask(author: &Person, tool: &str, fields: &[(&str, &str)]) -> Page {
    let editor = author.open("/admin/posts/new").await;
    let token = editor
        .attribute("form.editor [name=csrf]", "value")
        .unwrap();
    let mut all = vec![("csrf", token.as_str())];
    all.extend(fields);
    author.post(&format!("/admin/posts/{tool}"), &all).await
}

fn answer(page: &Page) -> Value {
    assert_eq!(page.status, 200, "{}", page.source());
    assert_eq!(page.header("content-type"), Some("application/json"));
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    serde_json::from_str(&page.source()).unwrap()
}

#[tokio::test]
async fn a_text_is_shown_as_its_page_will_show_it_and_nothing_is_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body = "# Ebb\n\nThe **mud** shines.\n\n<script>alert(1)</script>";
    let shown = answer(&ask(&nora, "render", &[("body", body), ("markup", "markdown")]).await);
    let html = shown["html"].as_str().unwrap();
    assert!(
        html.contains("<strong>mud</strong>") && !html.contains("script"),
        "{html}"
    );
    assert_eq!(
        (&shown["words"], &shown["minutes"]),
        (&Value::from(4), &Value::from(1))
    );
    assert_eq!(
        shown["headings"],
        serde_json::json!([{ "level": 2, "text": "Ebb" }])
    );
    assert_eq!(blog.number("select count(*) from posts").await, 0);
}

#[tokio::test]
async fn what_is_pasted_comes_back_clean_in_the_markup_of_the_post() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let html = "<div style='color:red'><h2>Ebb</h2><p onclick='x()'>The <span style='font-weight:700'>mud</span> shines.</p></div>";
    for (markup, text) in [
        ("markdown", "## Ebb\n\nThe **mud** shines."),
        (
            "html",
            "<h2>Ebb</h2>\n\n<p>The <strong>mud</strong> shines.</p>",
        ),
    ] {
        let pasted = answer(&ask(&nora, "paste", &[("html", html), ("markup", markup)]).await);
        assert_eq!(pasted["text"], text, "{markup}");
    }
}

#[tokio::test]
async fn a_text_goes_to_the_other_markup_and_back() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let source = "## Ebb\n\nThe **mud** shines.\n\n<!--more-->\n\nAnd smells.";
    let there = answer(
        &ask(
            &nora,
            "convert",
            &[("body", source), ("markup", "markdown")],
        )
        .await,
    );
    let html = there["text"].as_str().unwrap();
    assert!(
        html.contains("<h2>Ebb</h2>") && html.contains("<!--more-->"),
        "{html}"
    );
    let back = answer(&ask(&nora, "convert", &[("body", html), ("markup", "html")]).await);
    assert_eq!(back["text"], source);
}

#[tokio::test]
async fn the_tools_refuse_what_no_post_may_hold_and_forms_without_a_token() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let deep = "<div>".repeat(5000);
    for (tool, fields) in [
        ("paste", [("html", deep.as_str()), ("markup", "html")]),
        ("paste", [("html", "<p>a</p>"), ("markup", "word")]),
        ("render", [("body", "a"), ("markup", "")]),
        ("convert", [("body", deep.as_str()), ("markup", "html")]),
    ] {
        assert_eq!(ask(&nora, tool, &fields).await.status, 422, "{tool}");
    }
    let without = [("csrf", "x"), ("body", "a"), ("markup", "markdown")];
    assert_eq!(nora.post("/admin/posts/render", &without).await.status, 403);
}

#[tokio::test]
async fn a_post_of_quoted_articles_ends_with_its_sources_and_a_list_of_posts_does_not() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let article = "<blockquote class=\"article\" cite=\"https://gazette.example/lamp\">\n\n### The lamp\n\n\
        <p><small>Ida · 3 November 1958</small></p>\n\nIt went out.\n\n</blockquote>\n\nSo they say.[^1]\n\n[^1]: All of them.\n";
    let path = nora.publish("Five accounts", article).await;
    let reader = blog.reader();
    let page = reader.open(&path).await;
    assert!(page.headings_of(2).contains(&"Sources".to_owned()));
    let source = page.links_of(".sources li a");
    assert_eq!(source, ["https://gazette.example/lamp", "#the-lamp"]);
    assert_eq!(page.links_of("blockquote.article small a"), ["#cite-1"]);
    for place in ["h2#the-lamp", "li#cite-1"] {
        assert_eq!(page.number_of(place), 1, "{place}");
    }
    assert_eq!(
        page.attribute("blockquote.article", "cite").as_deref(),
        Some("https://gazette.example/lamp")
    );
    assert_eq!(page.number_of(".footnotes li[id='fn-1']"), 1);
    let home = reader.open("/").await;
    assert!(home.says("It went out.") && !home.says("Sources") && !home.says("[1]"));
    let feed = reader.get("/feed.json").await.source();
    assert!(
        feed.contains("href=\\\"http://blog.example/2016/06/five-accounts.html#the-lamp\\\""),
        "{feed}"
    );
    assert_eq!(
        home.number_of("[id^='fn']"),
        0,
        "numbers of two posts would clash"
    );
}
