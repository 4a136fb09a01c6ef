//! Hostile comments through every way in, over every way out: the cases of SECURITY.md that are about comments, by their
//! numbers. Pages and feeds are read by parsers; what counts is what a browser would make of them.

use crate::blog::{Person, TestBlog};
use crate::page::{Page, query_of};
use axum::body::Body;
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use scraper::{Html, Selector};

/// Words that would do harm if any output took them for more than words. S04–S07, S13–S15, S18, and what else is known.
const WORDS: &[&str] = &[
    "<script>alert(1)</script> needle",
    "[a](&#x64&#x61&#x74&#x61&#x3atext/html,x) needle",
    "[a](javascript&colon;alert(1)) <javascript:alert(1)> needle",
    "[a]\n\n[a]: javascript:alert(1)\n\nneedle",
    "![a](javascript:alert(1)) ![b](https://evil.example/p.gif) needle",
    "<svg><style><img src=x onerror=alert(1)></style></svg> needle",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style> needle",
    "<svg><a><set attributeName=\"href\" to=\"javascript:alert(1)\">x</a></svg> needle",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"> needle",
    "<a title='XSS \" onmouseover=alert(1) id=\"' href='http://x'>y</a> needle",
    "<img src=x onerror=alert(document.domain)> http://example.com/ needle",
    "&lt;img src=x onerror=alert(1)&gt; needle",
    "&#0000000; &#x0; <p style=\"width:calc(calc(calc(1px)))\">needle</p>",
    "```js\" onload=\"alert(1)\nneedle\n```",
    "<a id=comment-form name=cookie>needle</a> <form id=csrf>x</form>",
    "<iframe src=\"javascript://youtube.com/%0Aalert(document.domain)\"></iframe> needle",
    "<iframe src=\"https://youtube.com.evil.example/embed/x\"></iframe> needle",
    "<iframe src=\"https://youtube.com@evil.example/\" srcdoc=\"<script>alert(1)</script>\"></iframe> needle",
    "]]> --> </textarea></title></style></script><script>alert(1)</script> needle",
    "<xmp><template><title></xmp><img src=x onerror=alert(1)> needle",
    "| a | b |\n|---|---|\n| needle | <img src=x onerror=alert(1)> |",
];

/// S02 and S16: names that would like to be more than a name.
const NAMES: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "]]></title><script>alert(1)</script>",
    "Ad\u{202e}min",
    "a\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}",
    "=HYPERLINK(\"http://evil\",\"x\")",
];

/// S01 and S03: addresses, and whether one of them may become a link at all.
const ADDRESSES: &[(&str, bool)] = &[
    (
        "http://x.com/?'onmouseover='alert(document.domain)'x='",
        true,
    ),
    ("https://x.example/\"><script>alert(1)</script>", true),
    ("javascript:alert(document.domain)//", false),
    ("JaVaScRiPt:alert(1)", false),
    ("Data:text/html,<script>alert(1)</script>", false),
    ("vbscript:x", false),
    ("\tjavascript:alert(1)", false),
    ("java\nscript:alert(1)", false),
    ("//evil.example", false),
    ("javascript://x.example/%0Aalert(1)", false),
];

/// What no page of ours holds, whatever was written: read by a parser, as a browser reads it.
fn assert_harmless(html: &str, what: &str) {
    let document = Html::parse_document(html);
    let all = Selector::parse("*").unwrap();
    for element in document.select(&all) {
        let name = element.value().name();
        let ours = || {
            element
                .attr("src")
                .is_some_and(|src| src.starts_with("/assets/"))
                || element.attr("type") == Some("application/ld+json")
        };
        assert!(name != "script" || ours(), "{what}: a script: {html}");
        assert!(
            ![
                "svg",
                "math",
                "iframe",
                "object",
                "embed",
                "style",
                "noscript",
                "xmp",
                "template",
                "base",
                "set",
                "animate",
                "annotation-xml",
                "img"
            ]
            .contains(&name),
            "{what}: <{name}> in {html}"
        );
        for (attribute, value) in element.value().attrs() {
            assert!(
                !attribute.starts_with("on"),
                "{what}: {attribute} in {html}"
            );
            assert!(
                !["style", "srcdoc"].contains(&attribute),
                "{what}: {attribute} in {html}"
            );
            if ["href", "src", "action", "formaction", "cite"].contains(&attribute) {
                let value = value.trim().to_lowercase();
                let scheme = value.split(['/', '?', '#']).next().unwrap_or_default();
                assert!(
                    !scheme.contains(':') || ["http:", "https:", "mailto:"].contains(&scheme),
                    "{what}: {attribute}={value}"
                );
                assert!(!value.starts_with("//"), "{what}: {attribute}={value}");
            }
        }
    }
    let forms = Selector::parse("section.comments .text form, .moderation .text form").unwrap();
    assert_eq!(document.select(&forms).count(), 0, "{what}");
    let named = Selector::parse(".text [id], .text [name]").unwrap();
    assert_eq!(
        document.select(&named).count(),
        0,
        "{what}: an id of a commenter"
    );
}

/// The HTML that an Atom feed carries, read by an XML parser; everything else of it must be well-formed too.
fn contents_of_atom(page: &Page) -> Vec<String> {
    let source = page.source();
    let mut reader = quick_xml::Reader::from_str(&source);
    let (mut inside, mut contents) = (false, Vec::new());
    loop {
        use quick_xml::events::Event;
        match reader.read_event().unwrap() {
            Event::Start(start) if start.name().as_ref() == "content" => {
                inside = true;
                contents.push(String::new());
            }
            Event::End(end) if end.name().as_ref() == "content" => inside = false,
            Event::Text(text) if inside => {
                contents.last_mut().unwrap().push_str(&text.xml10_content());
            }
            Event::GeneralRef(name) if inside => {
                let reference = format!("&{};", name.xml10_content());
                contents
                    .last_mut()
                    .unwrap()
                    .push_str(&quick_xml::escape::unescape(&reference).unwrap());
            }
            Event::Eof => return contents,
            _ => {}
        }
    }
}

/// Looks at everything that shows a comment of a post.
async fn assert_all_outputs_are_harmless(blog: &TestBlog, nora: &Person, path: &str, what: &str) {
    let reader = blog.reader();
    for address in ["/", path, "/search?q=needle", &format!("{path}?reply=1")] {
        assert_harmless(
            &reader.open(address).await.source(),
            &format!("{what} at {address}"),
        );
    }
    for state in ["waiting", "approved", "spam", "deleted"] {
        let list = nora.open(&format!("/admin/comments/?state={state}")).await;
        assert_eq!(list.status, 200);
        assert_harmless(&list.source(), &format!("{what} at {state}"));
    }
    for address in [
        "/admin/comments/log",
        "/admin/comments/1",
        "/admin/comments/bans?comment=1",
    ] {
        let page = nora.open(address).await;
        assert_eq!(page.status, 200, "{address}");
        assert_harmless(&page.source(), &format!("{what} at {address}"));
    }
    for feed in ["/comments", &format!("{path}/comments")] {
        for content in contents_of_atom(&reader.get(&format!("{feed}.atom")).await) {
            assert_harmless(&content, &format!("{what} in {feed}.atom"));
        }
        let json: serde_json::Value =
            serde_json::from_str(&reader.get(&format!("{feed}.json")).await.source()).unwrap();
        for item in json["items"].as_array().unwrap() {
            assert_harmless(
                item["content_html"].as_str().unwrap(),
                &format!("{what} in {feed}.json"),
            );
        }
    }
}

async fn open_blog() -> (TestBlog, Person, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    (blog, nora, path)
}

/// Leaves a comment whatever the filter would say of it; gives its own page.
async fn leave(blog: &TestBlog, path: &str, name: &str, url: &str, words: &str) -> Page {
    blog.clock.advance(60);
    let somebody = blog.commenter(name);
    let mut form = somebody.comment_form(path, words).await;
    form.fill("Website", url);
    somebody.press(&form, "Post comment").await
}

async fn approve_all(blog: &TestBlog) {
    sqlx::query("update comments set state = 'approved', place = coalesce(place, id)")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    // Another process changed the content: the scheduler sees it.
    sqlx::query("update content set version = version + 1")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    daybook::jobs::run_due(&blog.app).await.unwrap();
}

#[tokio::test]
async fn s02_s04_to_s07_s09_s13_to_s15_s18_hostile_words_are_words_everywhere() {
    let (blog, nora, path) = open_blog().await;
    for words in WORDS {
        let preview = {
            let somebody = blog.commenter("Eve");
            let form = somebody.comment_form(&path, words).await;
            somebody.press(&form, "Preview").await
        };
        assert_harmless(&preview.source(), &format!("preview of {words}"));
        let own = leave(&blog, &path, "Eve", "", words).await;
        assert_eq!(own.status, 200, "{words}");
        assert_harmless(&own.source(), words);
    }
    assert_all_outputs_are_harmless(&blog, &nora, &path, "held or shown").await;
    approve_all(&blog).await;
    assert_all_outputs_are_harmless(&blog, &nora, &path, "shown").await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.comments().len(), WORDS.len());
    assert!(
        page.says("<img src=x onerror=alert(1)> needle"),
        "words stay readable"
    );
}

#[tokio::test]
async fn s02_s16_hostile_names_are_names_everywhere() {
    let (blog, nora, path) = open_blog().await;
    for name in NAMES {
        let own = leave(&blog, &path, name, "", "needle").await;
        assert_eq!(own.status, 200, "{name}");
        assert_harmless(&own.source(), name);
    }
    approve_all(&blog).await;
    assert_all_outputs_are_harmless(&blog, &nora, &path, "names").await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.comments().len(), NAMES.len());
    for hidden in ['\u{202e}', '\u{200b}'] {
        assert!(!page.source().contains(hidden));
    }
    for (name, status) in [
        ("x".repeat(4000), 422),
        ("\u{3164}".to_owned(), 422),
        ("\u{200b}\u{2060}".to_owned(), 422),
    ] {
        let answer = leave(&blog, &path, &name, "", "needle").await;
        assert_eq!(answer.status, status, "{}", name.len());
        assert_eq!(answer.form("Post a comment").value("Comment"), "needle");
    }
}

#[tokio::test]
async fn s01_s03_addresses_are_web_addresses_on_all_three_ways_in() {
    let (blog, nora, path) = open_blog().await;
    leave(&blog, &path, "Eve", "", "The first needle.").await;
    for (number, (address, links)) in ADDRESSES.iter().enumerate() {
        let answer = leave(&blog, &path, "Eve", address, &format!("Needle {number}.")).await;
        assert_eq!(answer.status, if *links { 200 } else { 422 }, "{address}");
        assert_harmless(&answer.source(), address);
        let mut form = nora.open("/admin/comments/1").await.form_with("Website");
        form.fill("Website", address);
        let answer = nora.press(&form, "Save").await;
        assert_eq!(answer.status, if *links { 200 } else { 422 }, "{address}");
        assert_harmless(&answer.source(), address);
    }
    approve_all(&blog).await;
    assert_all_outputs_are_harmless(&blog, &nora, &path, "addresses").await;
    for source in [
        blog.reader().open(&path).await.source(),
        nora.open("/admin/comments/?state=approved").await.source(),
    ] {
        let document = Html::parse_document(&source);
        let links = Selector::parse("a[href*='x.com']").unwrap();
        for link in document.select(&links) {
            assert!(!link.attr("href").unwrap().contains(['\'', '"', ' ']));
        }
    }
}

#[tokio::test]
async fn s01_s02_an_edit_by_the_writer_is_as_safe_as_a_new_comment() {
    let (blog, nora, path) = open_blog().await;
    let own = leave(&blog, &path, "Eve", "", "needle").await;
    for words in WORDS {
        let answer = blog
            .reader()
            .post(&own.address, &[("act", "save"), ("body", words)])
            .await;
        assert_eq!(answer.status, 303, "{words}");
        let page = blog.reader().open(&format!("{}&edit=1", own.address)).await;
        assert_harmless(&page.source(), words);
    }
    approve_all(&blog).await;
    assert_all_outputs_are_harmless(&blog, &nora, &path, "edited by the commenter").await;
}

#[tokio::test]
async fn s02_an_edit_by_a_moderator_is_as_safe_as_a_new_comment() {
    let (blog, nora, path) = open_blog().await;
    leave(&blog, &path, "Eve", "", "needle").await;
    for (words, name) in WORDS.iter().zip(NAMES.iter().cycle()) {
        let mut form = nora.open("/admin/comments/1").await.form_with("Website");
        form.fill("Comment", words).fill("Name", name);
        let answer = nora.press(&form, "Save").await;
        assert_eq!(answer.status, 200, "{words}");
        assert_harmless(&answer.source(), words);
    }
    approve_all(&blog).await;
    assert_all_outputs_are_harmless(&blog, &nora, &path, "edited by a moderator").await;
}

#[tokio::test]
async fn s06_a_comment_that_is_too_long_is_refused_whole_and_never_cut() {
    let (blog, _, path) = open_blog().await;
    let long = format!(
        "<a title='x onmouseover=alert(1) style={}'></a>",
        "A".repeat(9_000)
    );
    let answer = leave(&blog, &path, "Eve", "", &long).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.form("Post a comment").value("Comment"), long);
    let huge = "A".repeat(70_000);
    let answer = blog
        .reader()
        .post(
            "/comments",
            &[("post", "1"), ("name", "Eve"), ("body", &huge)],
        )
        .await;
    assert_eq!(answer.status, 413);
    assert_eq!(blog.comments().await, 0);
}

#[tokio::test]
async fn s13_costly_words_are_cheap() {
    let (blog, _, path) = open_blog().await;
    let costly = [
        format!("<p style=\"width:{}\">", "calc(".repeat(1_600)),
        format!("&#{};", "0".repeat(8_000)),
        "> ".repeat(4_000),
        "[".repeat(8_000),
        "*a ".repeat(2_700),
        "<div>".repeat(1_600),
        "`".repeat(8_000),
        "| a ".repeat(2_000),
        "![](".repeat(2_000),
    ];
    for words in &costly {
        let begun = std::time::Instant::now();
        let answer = leave(&blog, &path, "Eve", "", words).await;
        assert!([200, 422].contains(&answer.status), "{}", answer.status);
        assert!(
            begun.elapsed().as_millis() < 2_000,
            "{} bytes of {:?} took {:?}, in an unoptimised build",
            words.len(),
            &words[..8],
            begun.elapsed()
        );
    }
}

#[tokio::test]
async fn s16_the_name_of_an_author_is_theirs() {
    let (blog, nora, path) = open_blog().await;
    for name in [
        "Nora",
        "nora",
        "N\u{43e}ra",
        "N0ra",
        "No\u{200b}ra",
        "N\u{f3}ra",
        "Nora\u{202e}",
    ] {
        let answer = leave(&blog, &path, name, "", &format!("I am {name:?}.")).await;
        assert!(
            answer.address.starts_with("/comments/"),
            "{name} is held: {}",
            answer.address
        );
        assert!(
            answer
                .status_line()
                .contains("looks like that of an author")
        );
    }
    let mut form = blog
        .commenter("Somebody")
        .comment_form(&path, "My address.")
        .await;
    form.fill("Email", crate::blog::AUTHOR);
    let answer = blog.reader().press(&form, "Post comment").await;
    assert!(answer.address.starts_with("/comments/"));
    assert!(
        !answer.source().contains(crate::blog::AUTHOR),
        "and does not say why"
    );
    let page = blog.reader().open(&path).await;
    assert_eq!(page.comments().len(), 0);
    let mut form = nora.comment_form(&path, "Truly me.").await;
    form.fill("Name", "Nora");
    nora.press(&form, "Post comment").await;
    let page = blog.reader().open(&path).await;
    assert_eq!(
        page.number_of(".thread .mark"),
        1,
        "the mark belongs to the account"
    );
    leave(&blog, &path, "Norah", "", "Another person.").await;
    assert_eq!(blog.reader().open(&path).await.comments().len(), 2);
}

#[tokio::test]
async fn s17_bytes_that_are_no_text_are_refused_in_every_field() {
    let (blog, _, path) = open_blog().await;
    let post = blog
        .number("select id from posts where kind = 'post'")
        .await;
    let fields = [
        "post", "parent", "name", "email", "url", "body", "notify", "form", "pass", "subject",
        "act",
    ];
    for field in fields {
        for bytes in ["%00", "%ED%A0%80", "%FF", "%EF%BF%BE", "%C0%AF"] {
            let mut body = format!("post={post}&name=Eve&body=Words");
            if ["post", "name", "body"].contains(&field) {
                body = body.replace(&format!("{field}="), &format!("{field}={bytes}"));
            } else {
                body = format!("{body}&{field}={bytes}");
            }
            let person = blog.reader();
            let mut request = person.request(&Method::POST, "/comments");
            request.headers_mut().insert(
                CONTENT_TYPE,
                "application/x-www-form-urlencoded".parse().unwrap(),
            );
            request
                .headers_mut()
                .insert(ORIGIN, "http://blog.example".parse().unwrap());
            *request.body_mut() = Body::from(body);
            let answer = person.send(request).await;
            let shown = answer.status == 303 && ["form", "pass", "subject", "act"].contains(&field);
            assert!(
                shown || (400..500).contains(&answer.status),
                "{field}={bytes}: {}",
                answer.status
            );
        }
    }
    for feed in ["/comments.atom", &format!("{path}/comments.atom")] {
        contents_of_atom(&blog.reader().get(feed).await);
    }
}

#[tokio::test]
async fn s48_nobody_but_its_writer_sees_a_held_comment() {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    let own = leave(&blog, &path, "Eve", "", "A needle in a haystack.").await;
    let key = query_of(&own.address, "key").unwrap();
    assert_eq!(own.header("x-robots-tag"), Some("noindex"));
    assert_eq!(own.header("cache-control"), Some("private, no-store"));
    for address in [
        "/".to_owned(),
        path.clone(),
        format!("{path}?reply=1"),
        format!("{path}?comments=1"),
        "/comments.atom".to_owned(),
        "/comments.json".to_owned(),
        format!("{path}/comments.atom"),
        format!("{path}/comments.atom?thread=1"),
        "/search?q=needle".to_owned(),
        "/comments/1".to_owned(),
        "/comments/1?unapproved=1&moderation-hash=x".to_owned(),
        format!("/comments/2?key={key}"),
        "/comments/1/download".to_owned(),
    ] {
        let page = blog.reader().open(&address).await;
        assert!(!page.source().contains("A needle in"), "{address}");
    }
}

#[tokio::test]
async fn s76_a_form_sent_fifty_times_at_once_is_one_comment_with_one_answer() {
    let (blog, _, path) = open_blog().await;
    let ada = blog.commenter("Ada");
    let form = ada.comment_form(&path, "Only once.").await;
    let answers = (0..50).map(|_| ada.press_once(&form, "Post comment"));
    let answers = futures(answers).await;
    for answer in &answers {
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), answers[0].header("location"));
    }
    assert_eq!(blog.comments().await, 1);
    assert_eq!(blog.reader().open(&path).await.comments().len(), 1);
}

/// Runs them all at once.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in running.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn s77_a_flood_from_one_network_is_asked_to_wait_with_every_word_kept() {
    let (blog, _, path) = open_blog().await;
    let flooder = blog.commenter("Eve").at("192.0.2.7");
    let mut refused = 0;
    for number in 0..100 {
        let words = format!("Flood number {number}.");
        let form = flooder.comment_form(&path, &words).await;
        let answer = flooder.press(&form, "Post comment").await;
        if answer.status == 429 {
            refused += 1;
            assert_eq!(answer.form("Post a comment").value("Comment"), words);
            assert!(answer.problem_of("Comment").unwrap().contains("again in"));
            let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=24 * 3600).contains(&seconds));
        }
        blog.clock.advance(1);
    }
    assert_eq!(refused, 95, "five in ten minutes");
    let neighbour = blog.commenter("Bo").at("192.0.2.200");
    let page = neighbour.comment(&path, "From the same network.").await;
    assert_eq!(page.status, 429);
    let page = blog
        .commenter("Cleo")
        .at("198.51.100.7")
        .comment(&path, "Elsewhere.")
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(
        blog.reader().open(&path).await.status,
        200,
        "readers notice nothing"
    );
    let six = blog.commenter("Dan").at("2001:db8:1:2::7");
    for number in 0..3 {
        assert_eq!(
            six.comment(&path, &format!("Six {number}.")).await.status,
            200
        );
    }
    let same = blog.commenter("Dan").at("2001:db8:1:2:ffff::1");
    assert_eq!(same.comment(&path, "Same /64.").await.status, 429);
    let other = blog.commenter("Dan").at("2001:db8:1:3::1");
    assert_eq!(other.comment(&path, "Another /64.").await.status, 200);
}

#[tokio::test]
async fn s77_a_flood_from_a_thousand_networks_ends_up_with_the_author_and_readers_notice_nothing() {
    let (blog, nora, path) = open_blog().await;
    for number in 0..300_u32 {
        let somebody = blog.commenter("Eve");
        let page = somebody
            .comment(
                &path,
                "Buy cheap casino slots and viagra here, best casino online",
            )
            .await;
        assert!([200, 409].contains(&page.status), "{}", page.status);
        if number % 100 == 0 {
            assert_eq!(blog.reader().open(&path).await.comments().len(), 0);
        }
    }
    let list = nora.open("/admin/comments/?state=spam").await;
    assert!(list.says("casino"));
    assert_eq!(
        blog.number("select count(*) from comments where state = 'approved'")
            .await,
        0
    );
}
