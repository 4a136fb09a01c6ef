//! Comments: the little Markdown that they may have, those that were imported, and what a mail shows of them.

use super::*;

#[test]
fn a_comment_has_a_small_markdown() {
    assert_eq!(
        typed("**b** *i* ~~s~~ `c`\nnext\n\n> q\n\n- l\n\n1. n\n\n```rust\nx < y\n```\n"),
        "<p><strong>b</strong> <em>i</em> <del>s</del> <code>c</code><br>\nnext</p>\n<blockquote>\n<p>q</p>\n</blockquote>\n\
         <ul>\n<li>l</li>\n</ul>\n<ol>\n<li>n</li>\n</ol>\n<pre tabindex=\"0\"><code>x &lt; y\n</code></pre>\n"
    );
}

#[test]
fn links_in_comments_carry_no_weight() {
    let rel = "rel=\"ugc nofollow noopener\"";
    assert_eq!(
        typed("[a](http://x.org \"t\") https://y.org"),
        format!(
            "<p><a href=\"http://x.org\" {rel}>a</a> <a href=\"https://y.org\" {rel}>https://y.org</a></p>\n"
        )
    );
    assert_eq!(
        typed("[a](/admin/) [b](ftp://x) [c](tel:1)"),
        "<p>a b c</p>\n"
    );
}

#[test]
fn a_comment_shows_html_as_it_was_typed() {
    assert_eq!(typed("a <b>b</b>"), "<p>a &lt;b&gt;b&lt;/b&gt;</p>\n");
    assert_eq!(
        typed("<div>\n<img src=x onerror=alert(1)>\n</div>"),
        "<p>&lt;div&gt;<br>\n&lt;img src=x onerror=alert(1)&gt;<br>\n&lt;/div&gt;</p>\n"
    );
}

#[test]
fn a_comment_has_no_pictures_headings_or_tables() {
    assert_eq!(
        typed("![alt](http://x.org/a.png) ![](http://x.org/b.png) ![gone](x)"),
        "<p><a href=\"http://x.org/a.png\" rel=\"ugc nofollow noopener\">alt</a> \
         <a href=\"http://x.org/b.png\" rel=\"ugc nofollow noopener\">http://x.org/b.png</a> gone</p>\n"
    );
    assert_eq!(
        typed("# Loud\n\nquiet"),
        "<p><strong>Loud</strong></p>\n<p>quiet</p>\n"
    );
    assert_eq!(typed("|a|\n|-|\n|b|"), "<p>|a|<br>\n|-|<br>\n|b|</p>\n");
}

#[test]
fn a_comment_may_be_nested_ten_deep() {
    let quoted = |depth| format!("{}a", "> ".repeat(depth));
    assert!(comment(&quoted(10)).is_ok());
    assert_eq!(comment(&quoted(11)), Err(TooDeep));
    assert_eq!(comment(&quoted(4_000)), Err(TooDeep));
    assert_eq!(
        comment(
            &"*a **b "
                .repeat(20)
                .chars()
                .chain("** c*".repeat(20).chars())
                .collect::<String>()
        ),
        Err(TooDeep)
    );
    assert!(comment("* * * * * * * * * * * * *").is_ok());
}

#[test]
fn an_imported_comment_keeps_its_simple_html() {
    assert_eq!(
        imported_comment(
            "<b>a</b><br />b <a href=\"http://x.org\" rel=\"nofollow\" onclick=x>c</a> <a href=\"/x\">d</a><img src=/x>"
        ),
        "<b>a</b><br>b <a href=\"http://x.org\" rel=\"ugc nofollow noopener\">c</a> d"
    );
    assert_eq!(
        imported_comment("<div>a</div><h1>b</h1>"),
        "<p>a</p><p>b</p>"
    );
    assert_eq!(
        imported_comment("<iframe src=\"https://youtu.be/dQw4w9WgXcQ\"></iframe>"),
        "<p><a href=\"https://youtu.be/dQw4w9WgXcQ\" rel=\"ugc nofollow noopener\">youtu.be/dQw4w9WgXcQ</a></p>"
    );
}

#[test]
fn line_ends_of_an_imported_comment_are_kept_however_they_were_written() {
    assert_eq!(imported_comment("One\nTwo"), "One<br>Two");
    assert_eq!(imported_comment("One<br />\nTwo"), "One<br>\nTwo");
}

#[test]
fn a_letter_says_where_links_lead_and_holds_no_markup() {
    let said = |source: &str| html_to_text(&comment(source).unwrap());
    assert_eq!(
        said("[verify your account](https://evil.example) ![](https://evil.example/p.gif)"),
        "verify your account (https://evil.example) https://evil.example/p.gif"
    );
    assert_eq!(
        said("<https://a.example/>\n\n**Two**"),
        "https://a.example/\n\nTwo"
    );
}

#[test]
fn a_letter_keeps_quotes_lists_and_paragraphs_of_a_comment_that_was_brought_in() {
    let html = "<blockquote><p>You said so.</p><blockquote>And before.</blockquote></blockquote>\
                <p>I agree:<br>twice</p><ul><li>one</li><li>two <b>bold</b></li></ul><ol><li>first</li></ol>\
                <pre>a  b\n c</pre><p>End</p>";
    assert_eq!(
        html_to_text(html),
        "> You said so.\n>\n> > And before.\n\nI agree:\ntwice\n\n- one\n- two bold\n\n1. first\n\na  b\n c\n\nEnd"
    );
}
