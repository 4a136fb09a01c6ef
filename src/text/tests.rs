//! What readers get to see of what authors and commenters wrote.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use scraper::Html;

use super::*;

fn html_of(source: &str) -> Rendered {
    post(source, Markup::Html, &Pictures::new())
}

fn html(source: &str) -> String {
    html_of(source).html
}

fn markdown(source: &str) -> String {
    post(source, Markup::Markdown, &Pictures::new()).html
}

fn typed(source: &str) -> String {
    comment(source).expect("a comment that is not nested deep")
}

/// What in a text could run, or lead where no reader expects it. `scraper` parses on its own, as a browser would.
fn dangers(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for element in Html::parse_fragment(html)
        .tree
        .values()
        .filter_map(|node| node.as_element())
    {
        let name = element.name();
        if !["html", "body"].contains(&name) && !sanitize::TAGS.contains(&name) {
            found.push(format!("<{name}>"));
        }
        for (attribute, value) in element.attrs() {
            let is_address = ["href", "src", "poster", "cite"].contains(&attribute);
            let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
            let is_safe = value.starts_with(['/', '#']) && !value.starts_with("//")
                || ["http", "https", "mailto", "tel"]
                    .contains(&scheme.to_ascii_lowercase().as_str())
                || value.starts_with("data:image/") && name == "img";
            let is_pages_id = attribute == "id"
                && is_id_of_page(value)
                && (name, value) != ("span", "more")
                && !(["a", "li"].contains(&name) && value.starts_with("fn"));
            let is_bad = attribute.starts_with("on")
                || ["style", "name", "srcdoc", "target", "action"].contains(&attribute)
                || is_pages_id
                || is_address && !is_safe;
            if is_bad {
                found.push(format!("<{name} {attribute}={value:?}>"));
            }
        }
    }
    found
}

// Safety

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
fn a_style_of_endless_brackets_costs_nothing() {
    let source = format!("<p style=\"width:{}\">a</p>", "calc(".repeat(50_000));
    assert_eq!(html(&source), "<p>a</p>");
    assert_eq!(
        plain(&html(&format!("a&#{};b", "0".repeat(100_000)))),
        "a\u{fffd}b"
    );
}

// Bounds

/// Debug builds of this crate are many times slower than what authors use.
const PATIENCE: Duration = Duration::from_secs(8);

#[test]
fn input_made_to_be_costly_is_shown_as_words() {
    for (source, markup) in [
        ("<div>".repeat(100_000) + "words", Markup::Html),
        (
            format!("<p {}>words</p>", "a1 ".repeat(100_000)),
            Markup::Html,
        ),
        (
            "<b x=1><i x=2>".repeat(60) + &"<p>words".repeat(20_000),
            Markup::Html,
        ),
        (
            format!("<a href=\"/{}\">", "a".repeat(50_000)) + &"<p>words".repeat(2_000),
            Markup::Html,
        ),
        ("<template>".repeat(10_000) + "words", Markup::Html),
        ("<svg>".repeat(10_000) + "words", Markup::Html),
        ("> ".repeat(16_000) + "words", Markup::Markdown),
        ("- ".repeat(16_000) + "words", Markup::Markdown),
        (
            format!(
                "|{}\n|{}\n{}words",
                "a|".repeat(300),
                "-|".repeat(300),
                "|b\n".repeat(700)
            ),
            Markup::Markdown,
        ),
    ] {
        let start = Instant::now();
        let rendered = post(&source, markup, &Pictures::new());
        assert!(
            start.elapsed() < PATIENCE,
            "{:.40} took {:?}",
            source,
            start.elapsed()
        );
        assert!(rendered.words.contains("words"), "{source:.40}");
        assert!(
            rendered.html.len() <= MAX_GROWTH * 2 * source.len(),
            "{source:.40}"
        );
        assert_eq!(dangers(&rendered.html), Vec::<String>::new());
    }
}

#[test]
fn a_large_picture_written_out_in_the_text_is_no_attack() {
    let source = format!(
        "<p>a <img src=\"data:image/png;base64,{}\"> b</p>",
        "abc/".repeat(8_000)
    );
    assert!(html(&source).contains("<img src=\"data:image/png;base64,abc/"));
}

#[test]
fn a_comment_of_any_kind_costs_little_and_grows_little() {
    for seed in [
        "*a_ ",
        "[",
        "![[]()",
        "[^1]:",
        "^[a ",
        "`a``",
        "www.",
        "a@",
        "a@b.c ",
        "www.a.b ",
        "> ",
        "- ",
        "<",
        "&",
        "*a*",
        "**a** ",
        "~~a~~",
        "[a](b)",
        "![a](/b)",
        "\n- a",
        "\n# a",
        "<a@b.c>",
        "<!--",
        "]",
        "\\",
        "\t",
        "\n\n>a",
        "a\n",
        "\u{a0}",
        "<b>",
        "[a][b]\n\n[b]:c\n",
        "|a|\n|-|\n",
        "\"",
        "1. a\n",
        "_a_ ",
        "http://a.b ",
        "&quot;",
        "<![CDATA[",
    ] {
        let source: String = seed.chars().cycle().take(8192 / seed.len()).collect();
        let start = Instant::now();
        let rendered = comment(&source);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(2), "{seed:?} took {took:?}");
        if let Ok(html) = rendered {
            assert!(
                html.len() <= 8 * source.len(),
                "{seed:?} became {}",
                html.len()
            );
        }
    }
}

// Comments

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

// Looks

#[test]
fn styles_become_classes() {
    assert_eq!(
        html(
            "<div style=\"clear: both; text-align: center;\">a</div><center>b</center><p align=right>c</p>"
        ),
        "<div class=\"clear center\">a</div><div class=\"center\">b</div><p class=\"right\">c</p>"
    );
    assert_eq!(
        html(
            "<span style=\"font-size: x-large; font-weight:bold\">a</span><span style=\"color: red\">b</span>"
        ),
        "<span class=\"large\"><b>a</b></span>b"
    );
    assert_eq!(
        html(
            "<font size=1 color=red face=Arial>a</font><big>b</big><tt>c</tt><strike>d</strike><u>e</u>"
        ),
        "<span class=\"small\">a</span><span class=\"large\">b</span><code>c</code><s>d</s><u>e</u>"
    );
    assert_eq!(
        html(
            "<span style=\"font-family: 'Courier New', monospace; text-decoration: underline\">a</span>"
        ),
        "<span class=\"mono\"><u>a</u></span>"
    );
}

#[test]
fn a_picture_of_blogger_keeps_its_place_and_size() {
    let picture = html(
        "<a href=\"http://x.org/a.png\" imageanchor=\"1\" style=\"clear: left; float: left; margin-right: 1em;\">\
         <img border=\"0\" height=\"200\" src=\"//x.org/b.png\" width=\"320px\" /></a>",
    );
    assert!(
        picture.starts_with("<a class=\"clear float-left\" href=\"http://x.org/a.png\"><img "),
        "{picture}"
    );
    for attribute in [
        "src=\"https://x.org/b.png\"",
        "width=\"320\" height=\"200\"",
        "alt=\"\"",
        "decoding=\"async\" fetchpriority=\"high\"",
    ] {
        assert!(picture.contains(attribute), "{attribute} in {picture}");
    }
    assert!(!picture.contains("border") && !picture.contains("imageanchor"));
}

#[test]
fn a_picture_that_only_counts_readers_is_dropped() {
    assert_eq!(
        html(
            "a<img width='1' height='1' src='https://blogger.googleusercontent.com/tracker/1-2' alt=''/>"
        ),
        "a"
    );
}

#[test]
fn a_caption_table_becomes_a_figure() {
    let figure = html(
        "<table align=\"center\" cellpadding=\"0\" class=\"tr-caption-container\" style=\"margin-left: auto; margin-right: auto;\">\
         <tbody>\n<tr><td style=\"text-align: center;\"><a href=\"http://x.org/a\"><img src=\"/a.png\" alt=\"A\" /></a></td></tr>\
         <tr><td class=\"tr-caption\" style=\"text-align: center;\">A <i>caption</i></td></tr></tbody></table>",
    );
    assert!(
        figure.starts_with(
            "<figure class=\"center\"><a href=\"http://x.org/a\"><img class=\"unsized\" src=\"/a.png\" alt=\"A\""
        ),
        "{figure}"
    );
    assert!(
        figure.ends_with("</a><figcaption>A <i>caption</i></figcaption></figure>"),
        "{figure}"
    );
}

#[test]
fn a_table_scrolls_inside_itself() {
    let table = markdown("|a|b|\n|-|-:|\n|1|2|\n");
    assert!(
        table.starts_with(
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>"
        ),
        "{table}"
    );
    assert!(table.contains("<td class=\"right\">2</td>"), "{table}");
    let nested = html("<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>");
    assert_eq!(nested.matches("scroll").count(), 1);
}

#[test]
fn a_table_of_many_cells_is_one_unless_hardly_any_of_them_is_written() {
    let of = |columns: usize, rows: usize, row: &str| {
        let head = "|h".repeat(columns) + "|\n" + &"|-".repeat(columns) + "|\n";
        markdown(&(head + &row.repeat(rows)))
    };
    let whole = of(30, 2000, &("|1".repeat(30) + "|\n"));
    assert_eq!(whole.matches("<td>").count(), 60_000);
    assert!(of(10, 50, "|1|2|3|4|\n").contains("<table>"), "a short one");
    let sparse = of(200, 4000, "|1|\n");
    assert!(!sparse.contains("<table>") && sparse.contains("|1|"));
    let quoted = markdown(
        &("> ".to_owned()
            + &"|h".repeat(200)
            + "|\n> "
            + &"|-".repeat(200)
            + "|\n"
            + &"> |1|\n".repeat(4000)),
    );
    assert!(!quoted.contains("<table>") && quoted.contains("|1|"));
}

#[test]
fn line_breaks_between_rows_and_items_are_left_out() {
    assert_eq!(
        html("<ul><br /><li>a</li><br /></ul>"),
        "<ul><li>a</li></ul>"
    );
    assert!(html("<table><br /><tr><br /><td>a<br>b</td></tr></table>").starts_with("<div"));
}

#[test]
fn code_in_old_elements_is_shown_as_code() {
    assert_eq!(
        html("<textarea rows=3>\n\na < b</textarea>"),
        "<pre tabindex=\"0\">a &lt; b</pre>"
    );
    assert_eq!(
        html("<xmp><b>x</b></xmp>"),
        "<pre tabindex=\"0\">&lt;b&gt;x&lt;/b&gt;</pre>"
    );
}

// Films

const FILM: &str = "<div class=\"embed\"><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\">\
    www.youtube.com/watch?v=dQw4w9WgXcQ</a></div>";

#[test]
fn of_a_film_nothing_but_its_number_is_kept() {
    for embed in [
        "<iframe onload=x width=\"1\" src=\"//www.youtube.com/embed/dQw4w9WgXcQ?rel=0\" srcdoc=\"x\">x</iframe>",
        "<object width=\"1\"><param name=\"movie\" value=\"http://www.youtube.com/v/dQw4w9WgXcQ&hl=en\"></param>\
         <embed src=\"http://www.youtube.com/v/dQw4w9WgXcQ&hl=en\" type=\"application/x-shockwave-flash\"></embed></object>",
        "<embed src=\"http://www.youtube.com/v/dQw4w9WgXcQ\">",
    ] {
        assert_eq!(html(embed), FILM, "{embed}");
        assert_eq!(
            markdown(&format!("<div>{embed}</div>")).trim_end(),
            format!("<div>{FILM}</div>"),
            "{embed}"
        );
    }
    assert_eq!(
        html(&format!(
            "<p>{}</p>",
            "<iframe src=\"https://youtu.be/dQw4w9WgXcQ\"></iframe>"
        )),
        format!("<div>{FILM}</div>")
    );
    assert!(
        html("<iframe src=\"https://player.vimeo.com/video/1\"></iframe>")
            .contains("\"https://vimeo.com/1\"")
    );
    assert_eq!(html(FILM), FILM, "what was exported comes in again");
}

#[test]
fn a_page_gives_films_a_place_to_play_and_speaks_its_language() {
    use crate::blog::phrases::Messages;
    use crate::blog::settings::Films;
    let stored = markdown(
        "Ebb[^a] and[^a] flow.\n\nhttps://youtu.be/dQw4w9WgXcQ\n\n|a|\n|-|\n|b|\n\n[^a]: Twice.\n\n\
         <blockquote class=\"article\" cite=\"https://a.example/\">\n\nx\n\n</blockquote>\n",
    );
    let page = |films| fill_placeholders(&stored, films, &Messages::of("de")).into_owned();
    let all = page(Films::All);
    assert!(can_play(&all) && !can_play(&page(Films::None)) && !can_play(&stored));
    for said in [
        ">Video von YouTube abspielen</a>",
        "aria-label=\"Tabelle\">",
        "<h2>Quellen</h2>",
        "title=\"Zurück zu Anmerkung 1 im Text\">",
        "title=\"Zurück zu Anmerkung 1-2 im Text\">",
    ] {
        assert!(all.contains(said), "{said} in {all}");
    }
    assert!(!all.contains("iframe"));
    let about_us = markdown(
        "`<div class=\"sources\"><h2>Sources</h2>` ` role=\"group\" aria-label=\"Table\">`",
    );
    assert_eq!(
        fill_placeholders(&about_us, Films::All, &Messages::of("de")),
        about_us
    );
}

#[test]
fn any_other_embed_becomes_a_link() {
    assert_eq!(
        html("<iframe src=\"https://www.blogger.com/video.g?token=abc\"></iframe>"),
        "<p><a href=\"https://www.blogger.com/video.g?token=abc\">www.blogger.com/video.g</a></p>"
    );
    for embed in [
        "<iframe src=\"https://youtube.com.evil.example/embed/dQw4w9WgXcQ\"></iframe>",
        "<iframe src=\"https://youtube.com@evil.example/embed/dQw4w9WgXcQ\"></iframe>",
    ] {
        assert!(
            html(embed).starts_with("<p><a href=\"https://youtube.com"),
            "{embed}"
        );
    }
    assert_eq!(
        html("<object data=\"javascript:x\">instead</object>"),
        "instead"
    );
}

// Headings and the jump break

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

// Footnotes, quoted articles, films

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

#[test]
fn the_address_of_a_film_alone_in_a_paragraph_is_its_player() {
    let film = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
    for shown in [
        markdown(&format!("Look:\n\n{film}\n\nThere.")),
        html(&format!("<p>{film}</p>")),
        html(&format!("<p>\n<a href=\"{film}\">{film}</a> </p>")),
    ] {
        assert!(
            shown.contains(
                "<div class=\"embed\"><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\""
            ),
            "{shown}"
        );
    }
    for shown in [
        markdown(&format!("Look: {film}")),
        html(&format!("<p><a href=\"{film}\">a film</a></p>")),
        html("<p>https://example.org/</p>"),
    ] {
        assert!(!shown.contains("embed"), "{shown}");
    }
}

// Words

#[test]
fn words_lose_their_markup_but_not_their_gaps() {
    assert_eq!(
        plain(
            "<h2>A&amp;B</h2><p>b<b>o</b>ld<br>next  line</p><ul><li>x</li><li>y</li></ul><table><tr><td>1</td><td>2</td></tr></table>"
        ),
        "A&B\nbold\nnext line\nx\ny\n1 2"
    );
    assert_eq!(
        plain("&lt;img src=x onerror=alert(1)&gt; needle"),
        "<img src=x onerror=alert(1)> needle"
    );
}

#[test]
fn an_excerpt_ends_with_a_word() {
    assert_eq!(excerpt("one two three", 50), "one two three");
    assert_eq!(excerpt("one two\nthree", 13), "one two three");
    assert_eq!(excerpt("one two three", 12), "one two…");
    assert_eq!(excerpt("one two three", 8), "one two…");
    assert_eq!(excerpt("one, two", 6), "one…");
    assert_eq!(excerpt("東京都は日本の首都", 5), "東京都は…");
}

#[test]
fn an_excerpt_tears_no_character_apart() {
    assert_eq!(excerpt("ae\u{301}e\u{301}e\u{301}", 4), "ae\u{301}…");
    assert_eq!(excerpt("ab👨\u{200d}👩\u{200d}👧cd", 5), "ab…");
    assert_eq!(excerpt("a🇩🇪🇫🇷b", 5), "a🇩🇪…");
    assert_eq!(excerpt("", 5), "");
}

#[test]
fn the_hosts_of_pictures_are_known() {
    let text = "<img src=\"https://A.example:8443/x.png\" srcset=\"http://b.example/y.png 1x, /z.png 2x\"><img src=\"/own.png\">\
         <img src=\"data:image/png;base64,eA==\"><a href=\"https://c.example/\">c</a>";
    let hosts: Vec<String> = picture_hosts(text).into_iter().collect();
    assert_eq!(hosts, ["a.example:8443", "b.example"]);
}

// Whatever is written

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

const SEA: &str = "00112233445566778899aabbccddeeff.webp";

fn sea() -> Pictures {
    let copy = |width: i64| (width, format!("{width:032}.webp"));
    let picture = crate::blog::media::Picture {
        width: 2000,
        height: 1500,
        sizes: vec![copy(480), copy(960)],
    };
    Pictures::from([(SEA.to_owned(), picture)])
}

#[test]
fn a_picture_of_ours_comes_in_sizes_and_leaves_its_place_free() {
    let source = format!("![The sea](/media/{SEA})\n\n![Again](/media/{SEA})");
    let written = post(&source, Markup::Markdown, &sea()).html;
    let (first, second) = written.split_once("</p>").unwrap();
    assert_eq!(
        first,
        format!(
            "<p><img src=\"/media/{SEA}\" alt=\"The sea\" srcset=\"/media/{:032}.webp 480w, \
             /media/{:032}.webp 960w, /media/{SEA} 2000w\" sizes=\"(max-width: 48em) 100vw, 48em\" \
             width=\"2000\" height=\"1500\" decoding=\"async\" fetchpriority=\"high\">",
            480, 960
        ),
        "the first does not wait"
    );
    assert!(second.contains(" loading=\"lazy\">"), "{second}");
}

#[test]
fn a_width_that_the_author_gave_stays() {
    let source = format!(
        "<figure class=float-left><img class=float-left width=320 height=9 sizes=x srcset='/y 1x' src='/media/{SEA}'>"
    );
    let written = post(&source, Markup::Html, &sea()).html;
    assert!(
        written.contains(" sizes=\"(max-width: 36em) 100vw, 320px\" width=\"320\" height=\"240\""),
        "{written}"
    );
    assert_eq!(written.matches("srcset").count(), 1);
}

/// The number that a theme gives one of its properties.
fn number_of(css: &str, property: &str, unit: &str) -> Option<f64> {
    let (_, after) = css.split_once(&format!("{property}: "))?;
    let value = after.split(';').next()?.trim();
    let value = value.strip_suffix(unit);
    Some(
        value
            .unwrap_or_else(|| panic!("{property} in {unit}: {after:.20}"))
            .parse()
            .unwrap(),
    )
}

/// What `sizes` says must hold whatever face a reader has: a picture is never shown larger than its copy was chosen for.
#[test]
fn no_theme_gives_pictures_more_room_than_they_say_that_they_take() {
    // The largest text (`font-size` of `html`), against what the browser is set to.
    const LARGEST: f64 = 1.25;
    let base = include_str!("../../assets/daybook.css");
    assert!(
        base.contains("font-size: calc(clamp(1.125rem, 1.05rem + .35vw, 1.25rem) * var(--size))")
    );
    assert!(
        base.contains("@media (max-width: 36rem) {\n"),
        "where nothing floats any more"
    );
    let column = number_of(base, "--column", "rem").unwrap();
    let size = number_of(base, "--size", "").unwrap();
    let themes = [
        ("", ""),
        ("contrast", include_str!("../../assets/themes/contrast.css")),
        (
            "newspaper",
            include_str!("../../assets/themes/newspaper.css"),
        ),
        ("plain", include_str!("../../assets/themes/plain.css")),
        ("sepia", include_str!("../../assets/themes/sepia.css")),
        (
            "typewriter",
            include_str!("../../assets/themes/typewriter.css"),
        ),
    ];
    for (name, css) in themes {
        let column = number_of(css, "--column", "rem").unwrap_or(column);
        let size = number_of(css, "--size", "").unwrap_or(size);
        let em = column * size * LARGEST;
        let most = f64::from(i32::try_from(crate::text::sanitize::COLUMN_EM).unwrap());
        assert!(em <= most && em > most * 0.8, "{name}: {em} em");
    }
}

#[test]
fn nobody_else_says_how_wide_a_picture_is() {
    let written = html("<img src=/a.png sizes='(max-width: 1px) 1000000px'>");
    assert!(!written.contains("sizes"), "{written}");
}

#[test]
fn a_text_knows_its_length_and_its_first_picture() {
    let rendered = html_of(
        "<p>One <b>two</b> three.</p><img src=\"data:image/png;base64,eA==\"><img width=1 height=1 src=/count.png>\
         <p><img src=\"//a.example/b.png\"><img src=/c.png></p>",
    );
    assert_eq!(rendered.word_count, 3);
    assert_eq!(rendered.picture, "https://a.example/b.png");
    assert_eq!(html_of("<p>x").picture, "");
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

#[test]
fn code_in_a_known_language_is_coloured() {
    assert_eq!(
        markdown("```rust\nlet a = 1 < 2;\n```\n"),
        "<pre tabindex=\"0\"><code class=\"language-rust\"><span class=\"k\">let</span> a = \
         <span class=\"n\">1 </span>&lt; <span class=\"n\">2</span>;\n</code></pre>\n"
    );
    let plain = "<pre tabindex=\"0\"><code class=\"language-klingon\">let a = 1;\n</code></pre>\n";
    assert_eq!(markdown("```klingon\nlet a = 1;\n```\n"), plain);
    let inline = "<p><code class=\"language-rust\">let</code></p>";
    assert_eq!(html(inline), inline);
    let marked = "<pre tabindex=\"0\"><code class=\"language-rust\">let <b>a</b></code></pre>";
    assert_eq!(html(marked), marked);
    assert_eq!(html("<p><span class=\"k\">a</span></p>"), "<p>a</p>");
}

#[test]
fn code_that_would_cost_much_stays_plain() {
    for line in ["a.b(c)+1,", "((((", "\"\\", "let a = 1;\n"] {
        let code = line.repeat(256 * 1024 / line.len());
        let begun = Instant::now();
        let shown = markdown(&format!("```js\n{code}\n```\n"));
        assert!(
            begun.elapsed() < PATIENCE,
            "{line} took {:?}",
            begun.elapsed()
        );
        assert!(!shown.contains("<span"));
    }
}

#[test]
fn a_picture_from_elsewhere_has_its_place_before_it_comes() {
    let shown = |source: &str| html(source);
    assert!(shown("<p><img src=//a.example/b.png></p>").contains(
        "<img class=\"unsized\" src=\"https://a.example/b.png\" width=\"608\" height=\"405\" alt=\"\""
    ), "{}", shown("<p><img src=//a.example/b.png></p>"));
    assert!(
        shown("<p><a href=/x><img src=//a.example/b-300x200.png></a></p>")
            .contains(" width=\"300\" height=\"200\"")
    );
    for amid in [
        "<p>A <img src=/smile.gif> smile</p>",
        "<p><b>A</b> <a href=/x><img src=/smile.gif></a></p>",
    ] {
        assert!(!shown(amid).contains("unsized"), "{amid}");
    }
    for alone in [
        "<p>A<br><img src=/sea.jpg><br>smile</p>",
        "<div><p>A</p><a href=/x><img src=/sea.jpg></a></div>",
        "<p><img src=/sea.jpg><img src=/sea.jpg></p>",
    ] {
        assert!(shown(alone).contains("class=\"unsized\""), "{alone}");
    }
    assert!(!shown("<img src=\"data:image/png;base64,eA==\">").contains("unsized"));
    assert_eq!(shown("<p class=\"unsized anchor k\">a</p>"), "<p>a</p>");
}

#[test]
fn no_picture_far_down_hurries() {
    let near = html("<p>a</p><img src=/a.png width=2 height=2>");
    assert!(near.contains("fetchpriority") && !near.contains("lazy"));
    let far = html(&format!(
        "<p>{}</p><img src=/a.png width=2 height=2>",
        "a ".repeat(900)
    ));
    assert!(!far.contains("fetchpriority") && far.contains("lazy"));
    assert_eq!(
        below_others(&near),
        near.replace("fetchpriority=\"high\"", "loading=\"lazy\"")
    );
}

/// A serializer that looks ahead for `<` from each `&` would take minutes for these.
#[test]
fn a_text_full_of_what_is_escaped_takes_time_in_line_with_its_length() {
    let none = Pictures::new();
    // Of this thread: what else the machine does is no part of it.
    let seconds = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime).tv_sec;
    for piece in ["&", "·"] {
        let source = piece.repeat(1024 * 1024 / piece.len());
        let begun = seconds();
        let html = post(&source, Markup::Html, &none).html;
        let imported = imported_comment(&source);
        let took = seconds() - begun;
        assert!(took < 20, "{piece}: {took} s");
        for html in [html, imported] {
            assert!(!html.contains("<!--"), "{piece}");
            let written = escape(&source.replace("&lt;", "<")).into_owned();
            let words = html.replace("<p>", "").replace("</p>", "");
            assert!(words.trim() == written, "{piece}: {}", &html[..200]);
        }
    }
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
