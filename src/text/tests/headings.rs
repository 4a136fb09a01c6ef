//! Headings, the list of contents and the jump break.

use super::*;

#[test]
fn headings_find_their_place_below_the_title() {
    let rendered = post(
        "# A\n\n### B\n\n###### C\n",
        Markup::Markdown,
        &Pictures::new(),
    );
    assert_eq!(
        html("<h2>A <a href=\"/x\">b</a></h2>"),
        "<h2 id=\"a-b\">A <a href=\"/x\">b</a></h2>"
    );
    assert_eq!(
        rendered.html,
        "<h2 id=\"a\"><a class=\"anchor\" href=\"#a\">A</a></h2>\n\
         <h3 id=\"b\"><a class=\"anchor\" href=\"#b\">B</a></h3>\n\
         <h4 id=\"c\"><a class=\"anchor\" href=\"#c\">C</a></h4>\n"
    );
    assert_eq!(
        rendered.teaser.as_deref(),
        Some("<h4>A</h4>\n<h5>B</h5>\n<h6>C</h6>\n")
    );
    assert!(!rendered.cut);
    assert!(html("<h4>A</h4>").starts_with("<h2 id"));
}

#[test]
fn a_text_without_headings_and_break_is_its_own_teaser() {
    assert_eq!(post("a", Markup::Markdown, &Pictures::new()).teaser, None);
}

#[test]
fn a_jump_break_cuts_the_teaser() {
    for (source, markup) in [
        ("<div><b>a</b><!--more-->b</div>", Markup::Html),
        ("<div><b>a</b><!-- more -->b</div>", Markup::Html),
        ("<div><b>a</b><a name='more'></a>b</div>", Markup::Html),
        ("<div><b>a</b><a name=\"more\"/>b</div>", Markup::Html),
        ("<div><b>a</b><!--more-->b</div>", Markup::Markdown),
    ] {
        let rendered = post(source, markup, &Pictures::new());
        assert!(rendered.cut, "{source}");
        assert_eq!(
            rendered.teaser.as_deref().map(str::trim),
            Some("<div><b>a</b></div>"),
            "{source}"
        );
        assert_eq!(
            rendered.html.trim(),
            "<div><b>a</b><span id=\"more\"></span>b</div>",
            "{source}"
        );
    }
}

#[test]
fn only_the_first_jump_break_counts_and_none_can_be_written_as_text() {
    let rendered = post(
        "a\n\n<!--more-->\n\nb\n\n<!--more-->\n\nc",
        Markup::Markdown,
        &Pictures::new(),
    );
    assert_eq!(rendered.teaser.as_deref(), Some("<p>a</p>\n"));
    assert_eq!(rendered.html.matches("more").count(), 1);
    for source in [
        "`<!--more-->`",
        "&lt;!--more--&gt;",
        "<!--nomore-->",
        "<span id=\"more\"></span>",
    ] {
        assert!(
            !post(source, Markup::Markdown, &Pictures::new()).cut,
            "{source}"
        );
    }
}

#[test]
fn a_heading_keeps_the_id_that_its_author_gave() {
    assert_eq!(
        html("<h2 id=\"Ebb\">Low tide</h2><h2>Low tide</h2>"),
        "<h2 id=\"Ebb\"><a class=\"anchor\" href=\"#Ebb\">Low tide</a></h2>\
         <h2 id=\"low-tide\"><a class=\"anchor\" href=\"#low-tide\">Low tide</a></h2>"
    );
}

#[test]
fn what_is_quoted_in_a_quote_and_what_says_nothing_has_no_anchor() {
    assert_eq!(
        html(
            "<blockquote><blockquote><h3>Theirs</h3></blockquote></blockquote><h2> </h2><a href=\"/x\"><h2>Ours</h2></a>"
        ),
        "<blockquote><blockquote><h2>Theirs</h2></blockquote></blockquote><h2> </h2>\
         <a href=\"/x\"><h2 id=\"ours\">Ours</h2></a>"
    );
}

#[test]
fn a_long_text_has_a_list_of_its_contents() {
    let part = |heading: &str, words: usize| format!("{heading}\n\n{}\n\n", "ebb ".repeat(words));
    let long = part("# A", 300) + &part("## *B*", 300) + &part("# C & D", 300) + &part("### E", 1);
    let rendered = |source: &str| post(source, Markup::Markdown, &Pictures::new());
    assert_eq!(
        rendered(&long).contents,
        "<ol><li><a href=\"#a\">A</a><ol><li><a href=\"#b\">B</a></li></ol></li>\
         <li><a href=\"#c-d\">C &amp; D</a><ol><li><a href=\"#e\">E</a></li></ol></li></ol>"
    );
    assert_eq!(
        sanitize::post(&rendered(&long).contents),
        rendered(&long).contents
    );
    assert_eq!(
        rendered(&long.replace("ebb ebb", "ebb")).contents,
        "",
        "a short one"
    );
    assert_eq!(
        rendered(&long.replacen('#', "", 2)).contents,
        "",
        "three headings"
    );
}
