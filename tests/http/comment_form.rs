//! Leaving a comment: without an account, a cookie or a script, and without harm to anybody.

use crate::blog::TestBlog;
use crate::page::query_of;
use axum::http::Method;

/// A blog with one post, and its permalink.
async fn blog_with_post() -> (TestBlog, String) {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    (blog, path)
}

/// The same where every comment is shown at once.
async fn open_blog() -> (TestBlog, String) {
    let (blog, path) = blog_with_post().await;
    blog.author()
        .await
        .change_settings(&[("Publish every comment immediately", "")])
        .await;
    (blog, path)
}

#[tokio::test]
async fn a_first_comment_is_held_and_its_writer_sees_why() {
    let (blog, path) = blog_with_post().await;
    let ada = blog.commenter("Ada");
    let own = ada.comment(&path, "The tide was *late*.").await;
    assert!(
        own.address.starts_with("/comments/1?key="),
        "{}",
        own.address
    );
    assert_eq!(
        (own.status, own.headings_of(1)),
        (200, vec!["Your comment".to_owned()])
    );
    assert!(
        own.status_line().contains("first comment here"),
        "{}",
        own.status_line()
    );
    assert!(own.says("The tide was late."));
    assert_eq!(own.header("cache-control"), Some("private, no-store"));
    assert_eq!(own.header("x-robots-tag"), Some("noindex"));
    assert!(!blog.reader().open(&path).await.says("The tide was late."));
}

#[tokio::test]
async fn a_commenters_own_page_opens_only_with_its_key() {
    let (blog, path) = blog_with_post().await;
    let own = blog
        .commenter("Ada")
        .comment(&path, "The tide was late.")
        .await;
    let key = query_of(&own.address, "key").unwrap();
    let other = blog.commenter("Bo").comment(&path, "It was not.").await;
    let others = query_of(&other.address, "key").unwrap();
    let reader = blog.reader();
    assert_eq!(
        reader.open(&own.address).await.status,
        200,
        "the address works anywhere"
    );
    for wrong in ["", "x", &others, &key[1..], &key.to_lowercase()] {
        let page = reader.open(&format!("/comments/1?key={wrong}")).await;
        assert_eq!(page.status, 404, "{wrong}");
        assert!(!page.says("The tide was late."));
    }
    assert_eq!(reader.open("/comments/1").await.status, 404);
    assert_eq!(
        reader.open(&format!("/comments/99?key={key}")).await.status,
        404
    );
}

#[tokio::test]
async fn an_approved_comment_is_shown_with_its_look() {
    let (blog, path) = blog_with_post().await;
    let own = blog
        .commenter("Ada")
        .comment(
            &path,
            "The tide was *late* and `high`.\n\n> Was it?\n\n- yes\n- no",
        )
        .await;
    blog.author().await.moderate("The tide", "Approve").await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.comments()[0].0, "Ada");
    for (css, text) in [
        ("em", "late"),
        ("code", "high"),
        ("blockquote", "Was it?"),
        ("li li", "yes"),
    ] {
        assert!(
            page.texts(&format!("section[aria-label=Comments] {css}"))
                .contains(&text.to_owned()),
            "{css}"
        );
    }
    let own = blog.reader().open(&own.address).await;
    assert_eq!(own.link("see it below"), format!("{path}#comment-1"));
    assert_eq!(page.number_of("#comment-1"), 1);
}

#[tokio::test]
async fn a_browser_that_was_approved_before_is_shown_at_once_whatever_is_typed() {
    let (blog, path) = blog_with_post().await;
    let pass = "0123456789abcdef0123456789abcdef";
    let write = async |words: &str, name: &str, pass: &str| {
        let somebody = blog.commenter(name);
        let mut form = somebody.comment_form(&path, words).await;
        form.fill("Email", "ada@example.org").tamper("pass", pass);
        somebody.post_comment(&form).await.address
    };
    assert!(
        write("First.", "Ada", pass)
            .await
            .starts_with("/comments/1?")
    );
    assert!(
        write("Second.", "Ada", pass)
            .await
            .starts_with("/comments/2?"),
        "not approved yet"
    );
    blog.author().await.moderate("First.", "Approve").await;
    assert_eq!(
        write("Third.", "Ada", pass).await,
        format!("{path}#comment-3")
    );
    assert_eq!(
        write("Fourth.", "Ada L.", pass).await,
        format!("{path}#comment-4"),
        "the same browser under another name"
    );
    for (number, other) in [(5, ""), (6, "f123456789abcdef0123456789abcdef"), (7, "x")] {
        assert!(
            write(&format!("Number {number}."), "Ada", other)
                .await
                .starts_with(&format!("/comments/{number}?")),
            "a name and an address prove nothing: {other}"
        );
    }
}

#[tokio::test]
async fn a_held_comment_is_nowhere_to_be_seen() {
    let (blog, path) = blog_with_post().await;
    blog.commenter("Ada")
        .comment(&path, "An unread thought.")
        .await;
    for address in ["/", &path, "/feed.atom", "/search?q=unread"] {
        let page = blog.reader().open(address).await;
        assert!(!page.source().contains("An unread thought."), "{address}");
        assert!(!page.source().contains("1 comment"), "{address}");
    }
    assert_eq!(
        blog.reader()
            .open("/search?q=unread")
            .await
            .number_of("ol.hits"),
        0
    );
}

#[tokio::test]
async fn replies_are_below_what_they_answer() {
    let (blog, path) = open_blog().await;
    let (ada, bo) = (blog.commenter("Ada"), blog.commenter("Bo"));
    ada.comment(&path, "One.").await;
    ada.comment(&path, "Two.").await;
    let reply = bo.open(&path).await.link("Reply to Ada");
    assert!(reply.ends_with("?reply=1#comment-form"), "{reply}");
    let page = bo.open(&reply).await;
    assert!(page.says("Replying to Ada."));
    let mut form = page.form("Post a comment");
    form.fill("Name", "Bo").fill("Comment", "To the first.");
    let page = bo.post_comment(&form).await;
    assert_eq!(page.address, format!("{path}#comment-3"));
    let words: Vec<String> = page
        .comments()
        .into_iter()
        .map(|(_, words)| words)
        .collect();
    assert_eq!(words, ["One.", "To the first.", "Two."]);
    assert_eq!(
        page.attribute("#comment-3", "class").as_deref(),
        Some("depth-1")
    );
}

#[tokio::test]
async fn a_deep_thread_goes_on_flat_and_names_whom_it_answers() {
    let (blog, path) = open_blog().await;
    let ada = blog.commenter("Ada");
    ada.comment(&path, "Level 0.").await;
    for level in 1..=6 {
        blog.clock.advance(150);
        let mut form = ada
            .open(&format!("{path}?reply={level}"))
            .await
            .form("Post a comment");
        form.fill("Name", "Ada")
            .fill("Comment", &format!("Level {level}."));
        ada.post_comment(&form).await;
    }
    let page = ada.open(&path).await;
    assert_eq!(page.comments().len(), 7);
    assert_eq!(
        page.attribute("#comment-7", "class").as_deref(),
        Some("depth-4")
    );
    assert!(
        page.texts("#comment-7")
            .concat()
            .contains("in reply to Ada")
    );
    assert!(!page.texts("#comment-3").concat().contains("in reply to"));
}

#[tokio::test]
async fn a_reply_to_what_is_not_there_is_refused_with_the_words_kept() {
    let (blog, path) = open_blog().await;
    let nora = blog.author().await;
    let other = nora.publish("Flood", "Words.").await;
    let ada = blog.commenter("Ada");
    ada.comment(&other, "On another post.").await;
    ada.comment(&path, "A removed one.").await;
    let approved = nora.open("/admin/comments/?state=approved").await;
    nora.press(&approved.form_near("A removed one.", "Delete"), "Delete")
        .await;
    let before = blog.comments().await;
    for parent in ["1", "2", "99", "-1", "x", "1 or 1=1"] {
        let mut form = ada.comment_form(&path, "My answer.").await;
        form.tamper("parent", parent);
        let page = ada.press(&form, "Post comment").await;
        assert_eq!(page.status, 422, "{parent}");
        assert_eq!(
            page.form("Post a comment").value("Comment"),
            "My answer.",
            "{parent}"
        );
        assert!(page.problem_of("Comment").is_some(), "{parent}");
    }
    assert_eq!(blog.comments().await, before);
}

#[tokio::test]
async fn a_preview_shows_the_look_keeps_the_fields_and_stores_nothing() {
    let (blog, path) = blog_with_post().await;
    let ada = blog.commenter("Ada");
    let mut form = ada
        .comment_form(&path, "  The tide was **late**.\n\nTruly.")
        .await;
    form.fill("Email", "ada@example.org")
        .fill("Website", "ada.example");
    let page = ada.press(&form, "Preview").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.texts("[role=region][aria-label='Preview of your comment'] strong"),
        ["late"]
    );
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    let kept = page.form("Post a comment");
    for (label, value) in [
        ("Name", "Ada"),
        ("Email", "ada@example.org"),
        ("Website", "ada.example"),
    ] {
        assert_eq!(kept.value(label), value);
    }
    assert!(
        kept.value("Comment").replace("\r\n", "\n") == "  The tide was **late**.\n\nTruly.",
        "{:?}",
        kept.value("Comment")
    );
    assert_eq!(blog.comments().await, 0);
    ada.press(&kept, "Post comment").await;
    assert_eq!(blog.comments().await, 1);
}

#[tokio::test]
async fn a_preview_of_a_reply_stays_a_reply() {
    let (blog, path) = open_blog().await;
    let ada = blog.commenter("Ada");
    ada.comment(&path, "One.").await;
    let mut form = ada
        .open(&format!("{path}?reply=1"))
        .await
        .form("Post a comment");
    form.fill("Name", "Ada").fill("Comment", "An answer.");
    let page = ada.press(&form, "Preview").await;
    assert!(page.says("Replying to Ada."));
    let page = ada.post_comment(&page.form("Post a comment")).await;
    assert_eq!(
        page.attribute("#comment-2", "class").as_deref(),
        Some("depth-1")
    );
}

#[tokio::test]
async fn problems_come_back_next_to_their_fields_with_every_word_kept() {
    let (blog, path) = blog_with_post().await;
    let ada = blog.commenter("");
    let mut form = ada
        .comment_form(&path, "<b>My</b> \"words\" & more\n\nsecond line")
        .await;
    form.fill("Email", "not an address")
        .fill("Website", "javascript:alert(1)");
    for button in ["Post comment", "Preview"] {
        let page = ada.press(&form, button).await;
        assert_eq!(page.status, 422, "{button}");
        assert!(
            page.alert()
                .is_some_and(|alert| alert.contains("Nothing you wrote is lost"))
        );
        for label in ["Name", "Email", "Website"] {
            assert!(page.problem_of(label).is_some(), "{label}");
        }
        assert_eq!(page.problem_of("Comment"), None);
        let kept = page.form("Post a comment");
        assert_eq!(kept.value("Email"), "not an address");
        assert_eq!(kept.value("Website"), "javascript:alert(1)");
        assert_eq!(
            kept.value("Comment").replace("\r\n", "\n"),
            "<b>My</b> \"words\" & more\n\nsecond line"
        );
        assert_eq!(page.header("cache-control"), Some("private, no-store"));
    }
    assert_eq!(blog.comments().await, 0);
}

#[tokio::test]
async fn a_comment_has_words_and_at_most_8_kib_of_them() {
    let (blog, path) = open_blog().await;
    let ada = blog.commenter("Ada");
    let limit = 8 * 1024;
    for (words, fits) in [
        ("x".repeat(limit), true),
        ("x".repeat(limit + 1), false),
        (" \n ".to_owned(), false),
        ("bell \u{7}".to_owned(), false),
    ] {
        let page = ada.comment(&path, &words).await;
        assert_eq!(
            page.status,
            if fits { 200 } else { 422 },
            "{} bytes",
            words.len()
        );
        assert_eq!(page.problem_of("Comment").is_none(), fits);
    }
    let huge = ada.comment(&path, &"x".repeat(100 * 1024)).await;
    assert_eq!(huge.status, 413);
    assert_eq!(blog.comments().await, 1);
}

#[tokio::test]
async fn a_double_click_makes_one_comment_with_one_answer() {
    let (blog, path) = blog_with_post().await;
    let ada = blog.commenter("Ada");
    let form = ada.comment_form(&path, "Sent twice.").await;
    let (first, second) = tokio::join!(
        ada.press_once(&form, "Post comment"),
        ada.press_once(&form, "Post comment")
    );
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(blog.comments().await, 1);
    blog.clock.advance(25 * 3600);
    ada.post_comment(&form).await;
    assert_eq!(blog.comments().await, 2, "a day later it is meant");
}

#[tokio::test]
async fn the_same_words_on_two_posts_are_two_comments() {
    let (blog, path) = blog_with_post().await;
    let other = blog.author().await.publish("Flood", "Words.").await;
    let ada = blog.commenter("Ada");
    ada.comment(&path, "Well said.").await;
    ada.comment(&other, "Well said.").await;
    assert_eq!(blog.comments().await, 2);
}

#[tokio::test]
async fn a_post_may_close_or_hide_its_comments() {
    let (blog, path) = open_blog().await;
    let (nora, ada) = (blog.author().await, blog.commenter("Ada"));
    ada.comment(&path, "An early thought.").await;
    let form = ada.comment_form(&path, "A late thought.").await;

    nora.revise("Ebb", "Update", &[("Closed: keep existing comments", "")])
        .await;
    let page = blog.reader().open(&path).await;
    assert!(page.says("An early thought.") && !page.has_form("Post a comment"));
    assert_eq!(page.link_if_any("Reply"), None);
    let refused = ada.press(&form, "Post comment").await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.form("Post a comment").value("Comment"),
        "A late thought.",
        "to be copied"
    );

    nora.revise("Ebb", "Update", &[("Hide all comments", "")])
        .await;
    let page = blog.reader().open(&path).await;
    assert!(!page.says("An early thought.") && !page.has_form("Post a comment"));
    assert!(!blog.reader().open("/").await.says("comment"));
    assert_eq!(ada.press(&form, "Post comment").await.status, 403);
    assert_eq!(blog.comments().await, 1);
}

#[tokio::test]
async fn comments_hidden_with_their_post_are_not_found_by_search() {
    let (blog, path) = open_blog().await;
    blog.commenter("Ada")
        .comment(&path, "A remarkable umbrella.")
        .await;
    assert_eq!(
        blog.reader()
            .open("/search?q=umbrella")
            .await
            .number_of("ol.hits > li"),
        1
    );
    blog.author()
        .await
        .revise("Ebb", "Update", &[("Hide all comments", "")])
        .await;
    let page = blog.reader().open("/search?q=umbrella").await;
    assert_eq!(page.number_of("ol.hits > li"), 0, "{}", page.main());
}

#[tokio::test]
async fn a_blog_may_take_no_new_comments() {
    let (blog, path) = open_blog().await;
    let ada = blog.commenter("Ada");
    ada.comment(&path, "An early thought.").await;
    let form = ada.comment_form(&path, "A late thought.").await;
    blog.author()
        .await
        .change_settings(&[("Closed: keep existing comments", "")])
        .await;
    let page = blog.reader().open(&path).await;
    assert!(page.says("An early thought.") && page.says("Comments are closed."));
    assert_eq!(ada.press(&form, "Post comment").await.status, 403);
    assert_eq!(blog.comments().await, 1);
}

#[tokio::test]
async fn a_blog_may_hold_every_comment() {
    let (blog, path) = blog_with_post().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Hold every comment for approval", "")])
        .await;
    let ada = blog.commenter("Ada");
    let write = async |words: &str| {
        let mut form = ada.comment_form(&path, words).await;
        form.fill("Email", "ada@example.org");
        ada.press(&form, "Post comment").await
    };
    write("First.").await;
    nora.moderate("First.", "Approve").await;
    let own = write("Second.").await;
    assert!(
        own.status_line().contains("reviews every comment"),
        "{}",
        own.status_line()
    );
}

#[tokio::test]
async fn there_is_no_commenting_on_what_is_not_published() {
    let (blog, path) = open_blog().await;
    let (nora, ada) = (blog.author().await, blog.commenter("Ada"));
    let form = ada.comment_form(&path, "To a draft.").await;
    nora.revise("Ebb", "Back to draft", &[]).await;
    assert_eq!(ada.press(&form, "Post comment").await.status, 404);
    nora.revise("Ebb", "Move to trash", &[]).await;
    assert_eq!(ada.press(&form, "Post comment").await.status, 404);
    for post in ["", "0", "99", "x", "1e3"] {
        let mut form = form.clone();
        form.tamper("post", post);
        assert_eq!(ada.press(&form, "Post comment").await.status, 404, "{post}");
    }
    assert_eq!(blog.comments().await, 0);
}

#[tokio::test]
async fn further_and_double_fields_are_refused() {
    let (blog, _) = open_blog().await;
    let good = [("post", "1"), ("name", "Ada"), ("body", "Words.")];
    let extra = [
        ("status", "approved"),
        ("state", "approved"),
        ("is_author", "1"),
        ("author_id", "1"),
        ("created_at", "0"),
        ("id", "7"),
        ("name", "Nora"),
        ("body", "Others."),
        ("post", "1"),
    ];
    for field in extra {
        let fields: Vec<_> = good.into_iter().chain([field]).collect();
        let page = blog.reader().post("/comments", &fields).await;
        assert_eq!(page.status, 422, "{field:?}");
    }
    assert_eq!(blog.comments().await, 0);
    assert_eq!(blog.reader().post("/comments", &good).await.status, 303);
}

#[tokio::test]
async fn a_comment_sent_from_another_site_is_refused() {
    let (blog, _) = open_blog().await;
    let fields = [("post", "1"), ("name", "Ada"), ("body", "Words.")];
    let refused: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", ""), ("origin", "https://evil.example")],
        &[("sec-fetch-site", ""), ("origin", "null")],
        &[("sec-fetch-site", ""), ("origin", "")],
        &[
            ("sec-fetch-site", ""),
            ("origin", "http://blog.example.evil.example"),
        ],
    ];
    for headers in refused {
        let page = blog.reader().post_with("/comments", &fields, headers).await;
        assert_eq!(page.status, 403, "{headers:?}");
        assert!(page.says("nothing was changed"));
    }
    assert_eq!(blog.comments().await, 0);
    let own = [("sec-fetch-site", ""), ("origin", "http://blog.example")];
    assert_eq!(
        blog.reader()
            .post_with("/comments", &fields, &own)
            .await
            .status,
        303,
        "a browser without Sec-Fetch-Site"
    );
}

#[tokio::test]
async fn only_forms_are_read() {
    let (blog, _) = open_blog().await;
    let json = [("content-type", "application/json")];
    assert_eq!(
        blog.reader()
            .post_with("/comments", &[("post", "1")], &json)
            .await
            .status,
        415
    );
    assert_eq!(
        blog.reader()
            .ask(
                Method::PUT,
                "/comments",
                &[("origin", "http://blog.example")]
            )
            .await
            .status,
        405
    );
    assert_eq!(blog.comments().await, 0);
}

#[tokio::test]
async fn no_comment_brings_a_script_or_a_disguise_onto_the_page() {
    let (blog, path) = open_blog().await;
    let attacks = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt&colon;alert(1))",
        "[click](data:text/html,<script>alert(1)</script>)",
        "![x](https://evil.example/pixel.gif)",
        "<a href='//evil.example' onclick=alert(1)>x</a>",
        "</textarea><script>alert(1)</script>",
        "<style>body{display:none}</style>",
        "<form action=/admin/sign-out><button>x</button></form>",
        "<iframe src=https://evil.example></iframe>",
        "`<script>alert(1)</script>`",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    ];
    let page = blog.reader().open(&path).await;
    let count = |page: &crate::page::Page, css: &str| page.number_of(css);
    let scripts = count(&page, "script");
    let forms = count(&page, "form");
    for attack in attacks {
        let eve = blog.commenter("<script>alert(1)</script>");
        let mut form = eve.comment_form(&path, attack).await;
        form.fill(
            "Website",
            "https://eve.example/?'\"><script>alert(1)</script>",
        );
        for page in [
            eve.press(&form, "Preview").await,
            eve.post_comment(&form).await,
        ] {
            assert_eq!(page.status, 200, "{attack}");
            assert_eq!(count(&page, "script"), scripts, "{attack}");
            assert_eq!(count(&page, "form"), forms, "{attack}");
            assert_eq!(
                count(
                    &page,
                    "main img, main svg, main iframe, main style, main math"
                ),
                0,
                "{attack}"
            );
            assert_eq!(
                count(&page, "[onerror], [onload], [onclick]"),
                0,
                "{attack}"
            );
            let bad = |address: &str| {
                ["javascript", "data:", "//"]
                    .iter()
                    .any(|start| address.to_lowercase().starts_with(start))
            };
            assert!(
                !page.links().iter().any(|(_, address)| bad(address)),
                "{attack}"
            );
        }
        // What waits must not harm the moderator either.
        assert_eq!(
            blog.author()
                .await
                .open("/admin/comments/?state=approved")
                .await
                .number_of("script:not([src]), main img"),
            0,
            "{attack}"
        );
    }
}

#[tokio::test]
async fn links_of_comments_are_marked_as_of_others() {
    let (blog, path) = open_blog().await;
    let ada = blog.commenter("Ada");
    let mut form = ada
        .comment_form(&path, "See [this](https://tides.example/).")
        .await;
    form.fill("Website", "ada.example");
    let page = ada.post_comment(&form).await;
    for address in ["https://tides.example/", "https://ada.example/"] {
        let rel = page
            .attribute(&format!("a[href='{address}']"), "rel")
            .unwrap_or_default();
        assert!(
            rel.contains("nofollow") && rel.contains("ugc"),
            "{address}: {rel}"
        );
    }
}

#[tokio::test]
async fn a_name_cannot_hide_or_turn_anything() {
    let (blog, path) = open_blog().await;
    let eve = blog.commenter("No\u{200b}ra\u{202e} \u{feff}(author)");
    let page = eve.comment(&path, "Hello.").await;
    assert_eq!(page.comments()[0].0, "Nora (author)");
    assert!(!page.says("\u{202e}"));
    assert_eq!(page.number_of("section[aria-label=Comments] .mark"), 0);
    assert_eq!(
        blog.commenter("\u{3164}\u{200b}")
            .comment(&path, "Nobody.")
            .await
            .status,
        422
    );
}

#[tokio::test]
async fn an_email_is_never_shown_to_readers() {
    let (blog, path) = open_blog().await;
    let ada = blog.commenter("Ada");
    let mut form = ada.comment_form(&path, "Hello there.").await;
    form.fill("Email", "ada@private.example");
    ada.post_comment(&form).await;
    for address in [
        "/",
        &path,
        "/feed.atom",
        "/search?q=ada%40private.example",
        "/search?q=hello",
    ] {
        let page = blog.reader().open(address).await;
        let source = page
            .source()
            .replace("value=\"ada@private.example\"", "")
            .replace("“ada@private.example”", "");
        let source = source.replace("<title>ada@private.example", "");
        assert!(!source.contains("private.example"), "{address}");
    }
    assert!(
        blog.author()
            .await
            .open("/admin/comments/?state=approved")
            .await
            .says("ada@private.example")
    );
    assert!(!blog.reader().open(&path).await.says(crate::blog::AUTHOR));
}

#[tokio::test]
async fn the_authors_own_comment_is_shown_at_once_and_marked() {
    let (blog, path) = blog_with_post().await;
    let nora = blog.author().await;
    let mut form = nora.open(&path).await.form("Post a comment");
    form.fill("Name", "Nora").fill("Comment", "Thank you all.");
    let page = nora.post_comment(&form).await;
    assert_eq!(page.address, format!("{path}#comment-1"));
    assert_eq!(page.texts("#comment-1 h3"), ["Nora Author"]);
    let stranger = blog.commenter("Nora");
    assert!(
        stranger
            .comment(&path, "I am not she.")
            .await
            .address
            .starts_with("/comments/2?")
    );
    nora.moderate("I am not she.", "Approve").await;
    assert_eq!(stranger.open(&path).await.texts("#comment-2 h3"), ["Nora"]);
}

#[tokio::test]
async fn no_cookie_is_set_for_a_commenter() {
    let (blog, path) = blog_with_post().await;
    let ada = blog.commenter("Ada");
    let form = ada.comment_form(&path, "Hello.").await;
    for button in ["Preview", "Post comment"] {
        assert_eq!(
            ada.press_once(&form, button).await.header("set-cookie"),
            None
        );
    }
    ada.comment(&path, "").await;
    assert!(ada.cookies().is_empty());
}

#[tokio::test]
async fn an_unknown_action_on_a_comment_keeps_its_words() {
    let (blog, path) = blog_with_post().await;
    let reader = blog.reader();
    let form = reader.comment_form(&path, "How high?").await;
    let (address, _) = form.pressed("Post comment");
    let page = reader
        .press_as(&form, "Post comment", "send", &address)
        .await;
    assert_eq!(page.status, 422);
    let kept = page.form("Post a comment");
    assert_eq!(kept.value("Comment"), "How high?");
    assert_eq!(blog.number("select count(*) from comments").await, 0);
}
