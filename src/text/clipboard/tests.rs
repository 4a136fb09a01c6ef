//! Clipboards as programs fill them, each with the Markdown and the HTML that they are to become; and what is no clipboard
//! of anybody's but made to cost much.

use super::*;
use crate::blog::media::Pictures;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const ORIGIN: &str = "https://blog.example";

/// The parts of a fixture by their names: `html`, `plain`, `language`, `markdown`, `post`. `␍` at the end of a line
/// means one that ends as on Windows.
struct Fixture {
    name: String,
    parts: BTreeMap<String, String>,
}

impl Fixture {
    fn read(path: &PathBuf) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut parts: BTreeMap<String, String> = BTreeMap::new();
        let mut name = String::new();
        for line in text.split_inclusive('\n') {
            match line.strip_prefix("--- ") {
                Some(next)
                    if ["html", "plain", "language", "markdown", "post"].contains(&next.trim()) =>
                {
                    name = next.trim().to_owned();
                    parts.insert(name.clone(), String::new());
                }
                _ => parts.get_mut(&name).unwrap().push_str(line),
            }
        }
        let parts = parts.into_iter().map(|(name, part)| {
            let part = part.strip_suffix('\n').unwrap_or(&part);
            (name, part.replace("␍\n", "\r\n"))
        });
        Self {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            parts: parts.collect(),
        }
    }

    fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }

    fn pasted(&self, markup: Markup) -> String {
        let clipboard = Clipboard {
            html: self.part("html"),
            plain: self.part("plain"),
            language: self.part("language"),
        };
        pasted(&clipboard, markup, ORIGIN).unwrap().text
    }
}

fn fixtures() -> Vec<Fixture> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/clipboards");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(Fixture::read).collect()
}

#[test]
fn every_clipboard_becomes_the_markdown_and_the_html_next_to_it() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 60, "{}", fixtures.len());
    let mut wrong = Vec::new();
    for fixture in &fixtures {
        for (part, markup) in [("markdown", Markup::Markdown), ("post", Markup::Html)] {
            let got = fixture.pasted(markup);
            if got != fixture.part(part) {
                wrong.push(format!(
                    "{} as {part}:\n{got}\ninstead of:\n{}\n",
                    fixture.name,
                    fixture.part(part)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever the marks, readers of both kinds of post read the same words.
#[test]
fn both_kinds_of_post_show_the_same_words() {
    let words = |text: &str, markup| {
        let html = crate::text::post(text, markup, &Pictures::new()).html;
        let words = crate::text::plain(&html);
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for fixture in fixtures() {
        let markdown = words(&fixture.pasted(Markup::Markdown), Markup::Markdown);
        let html = words(&fixture.pasted(Markup::Html), Markup::Html);
        assert_eq!(markdown, html, "{}", fixture.name);
    }
}

fn rich(html: &str, markup: Markup) -> Pasted {
    let clipboard = Clipboard {
        html,
        ..Clipboard::default()
    };
    pasted(&clipboard, markup, ORIGIN).unwrap()
}

#[test]
fn pictures_of_other_sites_are_named_as_they_are_written_and_those_that_nobody_can_get_too() {
    let html = "<p><img src=\"https://a.example/one_(1).png?a=b&amp;c=d\" alt=\"One\"><img src=\"https://a.example/one_(1).png?a=b&amp;c=d\">\
        <img src=\"file:///C:/boat.png\"><img src=\"/media/0123456789abcdef0123456789abcdef.webp\"></p><table><tr><td>a</td>\
        <td><img src=\"https://b.example/x)y.png\"></td></tr></table>";
    for markup in [Markup::Markdown, Markup::Html] {
        let pasted = rich(html, markup);
        let addresses: Vec<&str> = pasted
            .elsewhere
            .iter()
            .map(|one| one.address.as_str())
            .collect();
        assert_eq!(
            addresses,
            [
                "https://a.example/one_(1).png?a=b&c=d",
                "https://b.example/x)y.png"
            ]
        );
        assert_eq!(pasted.missing.len(), 1);
        for placed in pasted.elsewhere.iter().chain(&pasted.missing) {
            assert!(
                pasted.text.contains(&placed.written),
                "{placed:?} in {}",
                pasted.text
            );
        }
    }
    let missing = &rich(html, Markup::Markdown).missing[0];
    assert_eq!(missing.written, "![Missing picture: boat.png]()");
}

#[test]
fn pictures_that_come_with_a_clipboard_are_handed_on_and_keep_their_places() {
    let html = "<p>a<img alt=\"One\" src=\"data:image/png;base64,aGVsbG8=\">b<img src=\"data:image/gif;base64,aGk=\" data-src=\"https://a.example/late.png\">\
        <img class=\"emoji\" alt=\"🎉\" src=\"data:image/gif;base64,aGk=\"><img alt=\"Two\" src=\"data:image/png;base64,aGVsbG8=\"></p>";
    for (markup, text) in [
        (
            Markup::Markdown,
            "a![One](/media/1.webp)b![](https://a.example/late.png)🎉![Missing picture: Two]()",
        ),
        (
            Markup::Html,
            "a<img src=\"/media/1.webp\" alt=\"One\">b<img src=\"https://a.example/late.png\" alt=\"\">🎉<img alt=\"Missing picture: Two\">",
        ),
    ] {
        let mut pasted = rich(html, markup);
        let with_it = std::mem::take(&mut pasted.with_it);
        assert_eq!(with_it.len(), 2);
        for (bytes, picture) in &with_it {
            assert_eq!(bytes, b"hello");
            if picture.alt == "One" {
                pasted.store(picture, "/media/1.webp");
            } else {
                pasted.give_up(picture, markup);
            }
        }
        assert_eq!(pasted.text, text);
        assert_eq!(pasted.missing.len(), 1);
        assert!(pasted.text.contains(&pasted.missing[0].written));
    }
}

#[test]
fn nothing_of_what_a_clipboard_wants_to_run_is_left() {
    let html = "<p onclick=\"x()\">a<img src=\"https://a.example/x.png\" onerror=\"x()\"><script>x()</script><svg onload=\"x()\"></svg>\
        <a href=\"javascript:x()\">b</a><iframe src=\"https://evil.example/\"></iframe><style>x</style><object data=\"x\">c</object></p>\
        <p>&lt;script&gt;x()&lt;/script&gt;</p>";
    for markup in [Markup::Markdown, Markup::Html] {
        let text = rich(html, markup).text;
        let shown = crate::text::post(&text, markup, &Pictures::new()).html;
        for gone in [
            "<script",
            "onclick",
            "onerror",
            "onload",
            "javascript:",
            "evil",
            "<style",
        ] {
            assert!(
                !shown.contains(gone) && !text.contains(gone),
                "{gone}: {text}"
            );
        }
        assert!(shown.contains("&lt;script&gt;x()"), "{shown}");
    }
}

/// S62 for clipboards: time and length grow with what is pasted, not with its square, and no depth stops the program.
#[test]
fn a_clipboard_made_to_cost_much_costs_little() {
    let times = |part: &str, bytes: usize| part.repeat(bytes / part.len());
    let made = |bytes: usize| -> Vec<(&'static str, String)> {
        vec![
            ("bold", times("<b>a</b>", bytes)),
            ("open", times("<b><i>a", bytes.min(400))),
            ("marks", times("<b>a <i>b</b> c</i>", bytes)),
            ("breaks", times("a<br>", bytes)),
            ("blanks", times("<b> </b>", bytes)),
            ("hard blanks", times("&nbsp; ", bytes)),
            ("brackets", times("[", bytes)),
            ("closing brackets", times("a]", bytes)),
            ("ticks", times("`", bytes)),
            (
                "code of ticks",
                format!("<code>{}</code>", times("`a", bytes)),
            ),
            ("stars", times("* _ ", bytes)),
            ("addresses", times("http://a", bytes)),
            (
                "cells",
                format!(
                    "<table><tr>{}</table>",
                    times("<td colspan=64 rowspan=64>a", bytes)
                ),
            ),
            (
                "rows",
                format!(
                    "<table><tr>{}{}</table>",
                    "<td>a".repeat(200),
                    times("<tr><td>a", bytes)
                ),
            ),
            ("items", times("<li>a", bytes)),
            (
                "levels",
                times(
                    "<p style='mso-list:l0 level9 lfo1'>a</p><p style='mso-list:l0 level1 lfo1'>b</p>",
                    bytes,
                ),
            ),
            ("divs", times("<div><br></div><div>a</div>", bytes)),
            ("links", times("<a href='https://a.example/'>a</a>", bytes)),
            (
                "styles",
                times(
                    "<span style='display:block;font-weight:700'>a</span>",
                    bytes,
                ),
            ),
            (
                "pictures",
                times("<img src='https://a.example/a.png'>", bytes.min(20_000)),
            ),
            (
                "code",
                times("<code style='white-space:pre'>a\nb</code>", bytes),
            ),
            ("ampersands", times("&amp;", bytes)),
            ("quotes", format!("{}a", "<blockquote>".repeat(90))),
            ("lists", format!("{}a", "<ul><li>".repeat(45))),
        ]
    };
    for (name, html) in made(40_000) {
        for markup in [Markup::Markdown, Markup::Html] {
            let begun = Instant::now();
            let clipboard = Clipboard {
                html: &html,
                plain: &html,
                ..Clipboard::default()
            };
            let text = pasted(&clipboard, markup, ORIGIN).map(|pasted| pasted.text);
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(5), "{name}: {took:?}");

            let grown = text.unwrap_or_default().len();
            assert!(grown <= 16 * html.len() + 65_536, "{name}: {grown}");
        }
    }
    let deep = Clipboard {
        html: &"<div>".repeat(5000),
        ..Clipboard::default()
    };
    assert_eq!(pasted(&deep, Markup::Markdown, ORIGIN), None);
}

#[test]
fn a_text_goes_to_the_other_markup_with_its_jump_break() {
    let source = "## A\n\nSome **bold** words.\n\n<!--more-->\n\n- one\n- two\n";
    let html = converted(source, Markup::Markdown).unwrap();
    assert!(
        html.contains("<h2>A</h2>") && html.contains("<!--more-->"),
        "{html}"
    );
    let back = converted(&html, Markup::Html).unwrap();
    assert!(
        back.contains("## A") && back.contains("**bold**") && back.contains("<!--more-->"),
        "{back}"
    );
    assert!(back.contains("- one\n- two"), "{back}");
}

proptest::proptest! {
    /// Escapes are right: whatever words are pasted, the post shows these words.
    #[test]
    fn plain_words_are_shown_as_they_were(words in "[a-c*_`~#>\\[\\]()!|<&;:=+.\\\\1 -]{1,40}") {
        let html = format!("<p>x {}</p>", escape(&words));
        let text = rich(&html, Markup::Markdown).text;
        let shown = crate::text::post(&text, Markup::Markdown, &Pictures::new()).html;
        let shown = crate::text::plain(&shown);
        let bare = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        proptest::prop_assert_eq!(bare(&shown), bare(&format!("x {words}")), "{}", text);
    }
}
