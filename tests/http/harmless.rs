//! What no page, feed or mail may hold, whatever was written: read by parsers, as a browser or a program would read it.
//! And what people write who want it there (`tests/fixtures/xss.txt`).

use crate::page::Page;
use crate::xml::{ATOM, CONTENT, Element};
use scraper::{Html, Selector};

/// The ways out of a place in a page that somebody might try: an attribute, an element of text, a comment, a script, an XML section.
const BREAKS: &[&str] = &[
    "",
    "\">",
    "'>",
    "-->",
    "</title>",
    "</textarea>",
    "</script>",
    "</style></noscript>",
    "]]>",
    "\\\">",
];

/// What must not run. A browser shows its doing in the title of the page (tests/browser/payloads.mjs).
const RUN: &str = "document.title=`pwned`";

/// Every line of the file, once for each way out.
pub fn payloads() -> Vec<String> {
    let lines = include_str!("../fixtures/xss.txt").lines();
    let all: Vec<String> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .flat_map(|line| {
            let breaks = if line.contains("{BREAK}") {
                BREAKS
            } else {
                &BREAKS[..1]
            };
            breaks
                .iter()
                .map(move |out| line.replace("{BREAK}", out).replace("{RUN}", RUN))
        })
        .collect();
    assert!(all.len() > 300, "{}", all.len());
    all
}

/// The attributes that hold an address.
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "action",
    "formaction",
    "cite",
    "poster",
    "data",
    "background",
    "manifest",
    "xlink:href",
    "longdesc",
    "ping",
];

/// Elements that no page of ours has, and no text.
const NEVER: &[&str] = &[
    "object",
    "embed",
    "applet",
    "base",
    "style",
    "noscript",
    "noembed",
    "noframes",
    "xmp",
    "plaintext",
    "template",
    "math",
    "annotation-xml",
    "set",
    "animate",
    "frame",
    "frameset",
    "portal",
];

/// Whether a browser that follows an address stays on the web or writes a mail, and with `picture` shows one that the address holds.
fn is_harmless(address: &str, picture: bool) -> bool {
    // As browsers read it (WHATWG URL, 4.4): no tabs and line ends, no control characters at the beginning.
    let address: String = address
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    let address = address
        .trim_start_matches(|c: char| c.is_control() || c == ' ')
        .to_lowercase();
    let scheme = address
        .split(['/', '?', '#', '\\'])
        .next()
        .unwrap_or_default();
    let known = ["http:", "https:"].contains(&scheme)
        || scheme.starts_with("mailto:")
        || scheme.starts_with("tel:")
        || picture && scheme.starts_with("data:image");
    !address.starts_with("//") && !address.starts_with("/\\") && (known || !scheme.contains(':'))
}

/// Looks for whatever could run, or lead away, in a page or a piece of one.
pub fn assert_harmless(html: &str, what: &str) {
    let document = Html::parse_document(html);
    let all = Selector::parse("*").unwrap();
    for element in document.select(&all) {
        let name = element.value().name();
        let refuse = |reason: &str| panic!("{what}: {reason} in {}", element.html());
        if NEVER.contains(&name) {
            refuse("an element that runs or hides");
        }
        if name == "script" {
            let words = element.text().collect::<String>();
            let ours = element
                .attr("src")
                .is_some_and(|src| src.starts_with("/assets/"));
            let is_data = element.attr("type") == Some("application/ld+json")
                && element.attr("src").is_none()
                && serde_json::from_str::<serde_json::Value>(&words).is_ok();
            if !(ours && words.is_empty() || is_data) {
                refuse("a script");
            }
        }
        if name == "iframe" && !is_frame_of_ours(element.attr("src").unwrap_or_default()) {
            refuse("a frame");
        }
        for (attribute, value) in element.value().attrs() {
            let picture = name == "img" && attribute == "src";
            if attribute.starts_with("on")
                || ["style", "srcdoc", "http-equiv", "ping"].contains(&attribute)
                || ADDRESSES.contains(&attribute) && !is_harmless(value, picture)
                || attribute == "srcset"
                    && !value
                        .split(',')
                        .all(|one| is_harmless(one.trim_start(), false))
            {
                refuse(attribute);
            }
        }
    }
}

/// A video from one of the two players, or one of our own admin pages.
fn is_frame_of_ours(address: &str) -> bool {
    let ours = address.starts_with("/admin/");
    let film = [
        "https://www.youtube-nocookie.com/embed/",
        "https://player.vimeo.com/video/",
    ]
    .iter()
    .any(|player| address.starts_with(player));
    ours || film || address.is_empty()
}

/// Looks for the same in whatever a program was answered: HTML, a feed, a map, JSON, plain words.
pub fn assert_answer_is_harmless(page: &Page, what: &str) {
    let kind = page.header("content-type").unwrap_or_default().to_owned();
    let what = &format!("{what} at {}", page.address);
    if kind.starts_with("text/html") {
        assert_harmless(&page.source(), what);
    } else if kind.contains("json") {
        let value: serde_json::Value = serde_json::from_slice(&page.body).unwrap();
        assert_json_is_harmless(&value, what);
    } else if kind.contains("xml") {
        assert_xml_is_harmless(&Element::of(page), what);
    } else {
        let plain = ["text/plain", "text/css", "image/"];
        assert!(
            plain.iter().any(|one| kind.starts_with(one)),
            "{what}: {kind}"
        );
        assert_eq!(
            page.header("x-content-type-options"),
            Some("nosniff"),
            "{what}"
        );
    }
}

fn assert_json_is_harmless(value: &serde_json::Value, what: &str) {
    match value {
        serde_json::Value::Array(all) => {
            for one in all {
                assert_json_is_harmless(one, what);
            }
        }
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(html) if name == "content_html" => assert_harmless(html, what),
                    Some(address) if name.ends_with("url") || name == "href" => {
                        assert!(is_harmless(address, false), "{what}: {name} {address}");
                    }
                    _ => assert_json_is_harmless(value, what),
                }
            }
        }
        _ => {}
    }
}

/// Elements that hold HTML, as Atom's `type` says or RSS has it by custom (RFC 4287, 3.1; RSS 2.0).
fn assert_xml_is_harmless(element: &Element, what: &str) {
    let is_html = element
        .attributes
        .get("type")
        .is_some_and(|kind| kind == "html")
        || element.space == CONTENT && element.name == "encoded";
    if is_html {
        assert_harmless(&element.text, what);
    }
    for described in element.all("", "description") {
        // That of a feed is plain words.
        if element.name == "item" {
            assert_harmless(&described.text, what);
        }
    }
    assert_ne!(
        element.space, "http://www.w3.org/1999/xhtml",
        "{what}: markup"
    );
    for (name, value) in &element.attributes {
        assert!(!name.starts_with("on"), "{what}: {name}");
        if ADDRESSES.contains(&name.as_str()) || name == "url" {
            assert!(is_harmless(value, false), "{what}: {name}={value}");
        }
    }
    let holds_address = ["uri", "loc", "logo", "icon", "url", "comments"];
    if holds_address.contains(&element.name.as_str())
        || element.name == "link" && element.space != ATOM
    {
        assert!(
            is_harmless(&element.text, false),
            "{what}: {}",
            element.text
        );
    }
    for child in &element.children {
        assert_xml_is_harmless(child, what);
    }
}

#[test]
fn harm_is_noticed() {
    for harm in [
        "<p onclick=x>",
        "<a href=' javascript:x'>",
        "<a href='java\nscript:x'>",
        "<a href=//evil.example>",
        "<img src=data:text/html,x>",
        "<a href=data:image/png,x>",
        "<script>x</script>",
        "<script src=//evil.example></script>",
        "<script type=application/ld+json>{</script>",
        "<iframe src=https://evil.example></iframe>",
        "<p style=x>",
        "<style>x</style>",
        "<img srcset='/a.png 1x, javascript:x 2x'>",
        "<meta http-equiv=refresh>",
    ] {
        let noticed = std::panic::catch_unwind(|| assert_harmless(harm, "a trial"));
        assert!(noticed.is_err(), "{harm}");
    }
    assert_harmless(
        "<p class=x id=y><a href=/x>x</a><a href=mailto:a@b.example>x</a><img src=data:image/png,x>",
        "a trial",
    );
}
