//! What nobody may do with a text: run something, take the id of something on the page, cover the page.

use super::*;
use proptest::prelude::*;

#[test]
fn nothing_that_runs_or_takes_input_is_on_the_allow_list() {
    for tag in [
        "svg",
        "math",
        "annotation-xml",
        "animate",
        "set",
        "style",
        "title",
        "textarea",
        "noscript",
        "xmp",
        "template",
        "script",
        "object",
        "embed",
        "form",
        "input",
        "iframe",
        "button",
        "select",
        "link",
        "meta",
        "base",
        "plaintext",
        "noembed",
        "noframes",
    ] {
        assert!(!sanitize::TAGS.contains(&tag), "{tag}");
    }
}

#[test]
fn a_script_in_a_post_is_dropped() {
    assert_eq!(html("a<script>alert(1)</script>b"), "ab");
    assert_eq!(markdown("a <script>alert(1)</script> b\n"), "<p>a  b</p>\n");
}

#[test]
fn known_attacks_become_harmless_in_every_kind_of_text() {
    for attack in [
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "<svg><a><set attributeName=\"href\" to=\"javascript:alert(1)\"></set><text>x</text></a></svg>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<a title='XSS \" onmouseover=alert(1) id=\"' href='http://x'>y</a>",
        "<a href=\"http://x.com/?'onmouseover='alert(document.domain)'x='\">y</a>",
        "[a](&#x64&#x61&#x74&#x61&#x3atext/html,x)",
        "[a](javascript&colon;alert(1)) <javascript:alert(1)> [b]\n\n[b]: javascript:alert(1)",
        "![a](javascript:alert(1))",
        "<a href=\"java\nscript:alert(1)\">x</a><a href=\"\tjavascript:alert(1)\">x</a>",
        "<img src=x onerror=alert(1)><img src=\"/a.png\" onerror=alert(1) srcset=\"javascript:x 1x\">",
        "<div style=\"background:url(javascript:alert(1))\" onclick=\"alert(1)\">x</div>",
        "```js\" onload=\"x\nlet a;\n```",
        "<a id=comment-form name=cookie href=/x>x</a><form id=csrf action=/x><input name=y></form>",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
        "<iframe src=\"javascript://youtube.com/%0Aalert(document.domain)\"></iframe>",
        "<object data=\"javascript:alert(1)\"></object><embed src=\"data:text/html,x\">",
        "<table><td background=\"javascript:x\"><textarea></table><script>alert(1)</script>",
        "<base href=\"//evil.example\"><meta http-equiv=refresh content=\"0;url=javascript:x\"><link rel=stylesheet href=//x>",
        "<xmp><script>alert(1)</script></xmp><plaintext><script>",
        "<template><script>alert(1)</script></template><select><option><style></select><img src=x onerror=1></style>",
        "<div class=\"embed\">youtube dQw4w9WgXcQ\"onload=\"x</div>",
    ] {
        for safe in [
            html(attack),
            markdown(attack),
            typed(attack),
            imported_comment(attack),
        ] {
            assert_eq!(dangers(&safe), Vec::<String>::new(), "{attack}\n{safe}");
        }
        for comment in [typed(attack), imported_comment(attack)] {
            let comment = Html::parse_fragment(&comment);
            let mut elements = comment.tree.values().filter_map(|node| node.as_element());
            assert!(
                elements.all(|element| element.attr("id").is_none()),
                "{attack}"
            );
        }
    }
}

#[test]
fn no_text_takes_an_id_that_its_page_needs() {
    for id in [
        "main",
        "comments",
        "comment-form",
        "comment-7",
        "more",
        "q",
        "day-2016-06-05",
        "fn-1",
        "pinned",
    ] {
        assert_eq!(
            html(&format!("<p id=\"{id}\" name=\"x\">a</p>")),
            "<p>a</p>",
            "{id}"
        );
    }
    assert_eq!(html("<span id=\"more\">a</span>"), "a");
}

#[test]
fn anchors_of_old_blogs_stay_where_they_were() {
    for (source, anchored) in [
        ("<a name=\"ebb\"></a>Tides", "<span id=\"ebb\"></span>Tides"),
        ("<a name=\"ebb\">Tides</a>", "<span id=\"ebb\"></span>Tides"),
        (
            "<a name=\"my anchor\" href=\"/x\">a</a>",
            "<a href=\"/x\" id=\"my%20anchor\">a</a>",
        ),
        (
            "<p id=\"ebb\">a</p><p id=\"ebb\">b</p>",
            "<p id=\"ebb\">a</p><p>b</p>",
        ),
        ("<span id=\"ebb\">a</span>", "<span id=\"ebb\"></span>a"),
        ("<nobr id=\"ebb\">a</nobr>", "<span id=\"ebb\"></span>a"),
        (
            "<section id=\"ebb\"><p>a</p></section>",
            "<div id=\"ebb\"><p>a</p></div>",
        ),
        ("<li id=\"fn-ebb\">a</li>", "<li id=\"fn-ebb\">a</li>"),
        (
            "<a href=\"#my anchor\">a</a>",
            "<a href=\"#my%20anchor\">a</a>",
        ),
        (
            "<p id=\"a&quot;b\">a</p><p id=\"\">b</p>",
            "<p>a</p><p>b</p>",
        ),
    ] {
        assert_eq!(html(source), anchored, "{source}");
    }
    let pictured = html("<a name=\"ebb\"><img src=\"/a.png\" width=\"2\" height=\"2\"></a>");
    assert!(
        pictured.starts_with("<span id=\"ebb\"></span><img")
            || pictured.starts_with("<img id=\"ebb\""),
        "{pictured}"
    );
    assert!(markdown("## Ebb {#low}\n").contains("<h2 id=\"ebb-low\">"));
    assert_eq!(
        html_of("<p id=\"ebb\">a</p><h2>b</h2>").teaser.as_deref(),
        Some("<p>a</p><h4>b</h4>")
    );
}

#[test]
fn only_our_own_classes_and_languages_are_kept() {
    assert_eq!(
        html("<p class=\"evil center embed scroll\">a</p>"),
        "<p class=\"center\">a</p>"
    );
    assert_eq!(
        markdown("```c++ x\na\n```\n"),
        "<pre tabindex=\"0\"><code class=\"language-c++\">a\n</code></pre>\n"
    );
    assert_eq!(
        markdown("```C\"x\na\n```\n"),
        "<pre tabindex=\"0\"><code>a\n</code></pre>\n"
    );
}

#[test]
fn control_characters_are_left_out() {
    assert_eq!(html("a\u{0}b\u{b}c\u{fffe}d &#x1f;"), "abcd ");
}

#[test]
fn attributes_that_nobody_could_read_are_cut_and_addresses_that_no_server_takes_are_left_out() {
    let none = Pictures::new();
    let long = "a".repeat(9000);
    let render = |html: &str| post(html, Markup::Html, &none).html;
    let html = render(&format!("<p title=\"{long}\">x</p>"));
    assert_eq!(html, format!("<p title=\"{}\">x</p>", &long[..4096]));
    assert_eq!(
        render(&format!("<p><a href=\"/{long}\">x</a></p>")),
        "<p><a>x</a></p>"
    );
    let picture = format!("data:image/png;base64,{long}");
    assert!(render(&format!("<img src=\"{picture}\">")).contains(&picture));
}

fn pieces_of_html() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(vec![
            "<p>", "</p>", "<div style='float:left'>", "</div>", "<b>", "</b>", "<i>", "</i>", "<a href='http://x.org'>",
            "<a name=more>", "</a>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<ul>", "<li>", "</ul>",
            "<pre>", "\n", "</pre>", "<h1>", "</h1>", "<h3>", "<img src=/a.png>", "<img src=x onerror=y>", "<svg>",
            "</svg>", "<math>", "<mi>", "<style>", "</style>", "<script>", "</script>", "<textarea>", "</textarea>",
            "<select>", "<option>", "</select>", "<iframe src='https://youtu.be/dQw4w9WgXcQ'>", "</iframe>", "<object>",
            "<param name=movie value='http://a.b/'>", "<!--more-->", "<!--", "-->", "<br>", "<span style='font-weight:bold'>",
            "</span>", "<font size=5>", "<center>", "<table class=tr-caption-container>", "<td class=tr-caption>", "<caption>",
            "<template>", "<noscript>", "</noscript>", "<form>", "<button>", "<nobr>", "<code class='language-a x'>", "<q>",
            "<h2 id=x>", "<a name='b c'>", "<p id=main>", "</h2>", "<code class=language-rust>", "let a = \"b\";", "<pre>",
            "<ruby>", "<rt>", "<dl>", "<dt>", "<dd>", "<details>", "<summary>", "<foreignObject>", "<title>", "<body onload=x>",
        ]).prop_map(str::to_owned),
        1 => "[a-z<>&\"'= \n:/]{0,8}",
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_shown_safely(source in pieces_of_html()) {
        for markup in [Markup::Html, Markup::Markdown] {
            let rendered = post(&source, markup, &Pictures::new());
            prop_assert_eq!(dangers(&rendered.html), Vec::<String>::new());
            prop_assert_eq!(dangers(&rendered.teaser.unwrap_or_default()), Vec::<String>::new());
            prop_assert!(rendered.excerpt.chars().count() <= EXCERPT_CHARS);
        }
        prop_assert_eq!(dangers(&imported_comment(&source)), Vec::<String>::new());
        prop_assert_eq!(dangers(&comment(&source).unwrap_or_default()), Vec::<String>::new());
    }

    #[test]
    fn sanitising_twice_changes_nothing(source in pieces_of_html()) {
        let tree = Tree::of(&source).expect("so little fits every bound");
        let body = Body::of(&tree, Place::Page, &Pictures::new(), usize::MAX).expect("so little fits every bound");
        let once = sanitize::post(&body.html);
        prop_assert_eq!(sanitize::post(&once), once);
        let once = imported_comment(&source);
        prop_assert_eq!(sanitize::comment(&once), once);
    }

    #[test]
    fn an_excerpt_is_never_too_long(words in any::<String>(), room in 1_usize..40) {
        prop_assert!(excerpt(&words, room).chars().count() <= room);
    }
}
