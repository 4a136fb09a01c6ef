//! No text takes long to render, however it was made.

use super::*;
use std::time::{Duration, Instant};

/// Debug builds of this crate are many times slower than what authors use.
const PATIENCE: Duration = Duration::from_secs(8);

#[test]
fn a_style_of_endless_brackets_costs_nothing() {
    let source = format!("<p style=\"width:{}\">a</p>", "calc(".repeat(50_000));
    assert_eq!(html(&source), "<p>a</p>");
    assert_eq!(
        plain(&html(&format!("a&#{};b", "0".repeat(100_000)))),
        "a\u{fffd}b"
    );
}

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
