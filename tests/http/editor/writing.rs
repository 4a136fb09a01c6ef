//! Writing: drafts, publishing, permalinks, dates, and what comes back when something is refused.

use crate::blog::TestBlog;

#[tokio::test]
async fn a_draft_is_previewed_as_the_real_page_and_nothing_is_stored() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[
        ("Title", "Ebb"),
        ("Body", "Some **bold** words."),
        ("Tags", "Tides, Moon"),
    ]);
    let preview = nora.press(&form, "Preview").await;
    assert_eq!(preview.status, 200);
    assert_eq!(
        (preview.headings_of(1), preview.texts("article.post strong")),
        (vec!["Ebb".to_owned()], vec!["bold".to_owned()])
    );
    assert!(preview.says("This is a preview.") && preview.says("Tides") && preview.says("Nora"));
    assert_eq!(preview.header("cache-control"), Some("private, no-store"));
    assert_eq!(blog.number("select count(*) from posts").await, 0);
    assert_eq!(blog.number("select count(*) from tags").await, 0);
}

#[tokio::test]
async fn a_post_goes_its_whole_way() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let page = nora
        .write("Save", &[("Title", "Ebb and flow"), ("Body", "Old words.")])
        .await;
    assert!(
        page.status_line().starts_with("Saved at 14:30"),
        "{}",
        page.status_line()
    );
    assert!(page.says("Draft") && page.link_if_any("View post").is_none());

    let page = nora.revise("Ebb and flow", "Publish", &[]).await;
    assert!(
        page.status_line().starts_with("Published at"),
        "{}",
        page.status_line()
    );
    let path = page.link("View post");
    assert_eq!(path, "/2016/06/ebb-and-flow.html");
    assert!(reader.open(&path).await.says("Old words."));

    let page = nora
        .revise("Ebb and flow", "Update", &[("Body", "New words.")])
        .await;
    assert!(
        page.status_line().starts_with("Updated at"),
        "{}",
        page.status_line()
    );
    assert!(reader.open(&path).await.says("New words."));

    let page = nora.revise("Ebb and flow", "Back to draft", &[]).await;
    assert!(
        page.status_line().starts_with("Moved back to drafts"),
        "{}",
        page.status_line()
    );
    assert_eq!(reader.open(&path).await.status, 404);

    nora.revise("Ebb and flow", "Publish", &[]).await;
    assert!(reader.open(&path).await.says("New words."));
    let list = nora.revise("Ebb and flow", "Move to trash", &[]).await;
    assert!(list.status_line().contains("Moved to trash."));
    assert_eq!(reader.open(&path).await.status, 404);
    nora.press(&list.form_near("Moved to trash", "Undo"), "Undo")
        .await;
    assert!(
        reader.open(&path).await.says("New words."),
        "undo brings it back as it was"
    );

    nora.revise("Ebb and flow", "Move to trash", &[]).await;
    let trash = nora.open("/admin/posts/?state=trashed").await;
    nora.press(&trash.form_near("Ebb and flow", "Restore"), "Restore")
        .await;
    assert!(reader.open(&path).await.says("New words."));
}

#[tokio::test]
async fn a_post_may_be_published_with_a_date_in_the_past() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Time zone", "Asia/Tokyo")]).await;
    let path = nora
        .publish_with(&[
            ("Title", "Long ago"),
            ("Body", "Words."),
            ("Published on", "1999-12-31T23:30"),
        ])
        .await;
    assert_eq!(path, "/1999/12/long-ago.html");
    let page = blog.reader().open(&path).await;
    assert_eq!(
        page.texts("article.post > header time"),
        ["Friday, 31 December 1999"]
    );
    assert_eq!(
        page.attribute("article.post time", "datetime").as_deref(),
        Some("1999-12-31T14:30:00Z")
    );
    assert_eq!(
        nora.editor("Long ago")
            .await
            .form_with("Body")
            .value("Published on"),
        "1999-12-31T23:30"
    );
}

#[tokio::test]
async fn a_date_that_is_none_is_refused_with_the_text_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for date in ["yesterday", "2016-02-30T10:00"] {
        let page = nora
            .write(
                "Publish",
                &[
                    ("Title", "Ebb"),
                    ("Body", "My \"words\" & more."),
                    ("Published on", date),
                ],
            )
            .await;
        assert_eq!(page.status, 422, "{date}");
        assert!(page.problem_of("Published on").is_some(), "{date}");
        let kept = page.form_with("Body");
        assert_eq!(
            (
                kept.value("Title"),
                kept.value("Body"),
                kept.value("Published on")
            ),
            ("Ebb", "My \"words\" & more.", date)
        );
    }
    assert_eq!(blog.number("select count(*) from posts").await, 0);
}

#[tokio::test]
async fn an_author_may_choose_the_permalink() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish_with(&[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Permalink", "low-water"),
        ])
        .await;
    assert_eq!(path, "/2016/06/low-water.html");
    let path = nora
        .revise("Ebb", "Update", &[("Title", "Another title")])
        .await
        .link("View post");
    assert_eq!(
        path, "/2016/06/low-water.html",
        "a new title keeps the address"
    );
    assert_eq!(
        nora.editor("Another title")
            .await
            .form_with("Body")
            .value("Permalink"),
        "low-water"
    );
}

#[tokio::test]
async fn a_permalink_that_is_taken_is_refused_with_the_text_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    let page = nora
        .write(
            "Publish",
            &[
                ("Title", "Second"),
                ("Body", "Other words."),
                ("Permalink", "ebb"),
            ],
        )
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.problem_of("Permalink").unwrap().contains("“Ebb”"),
        "{:?}",
        page.problem_of("Permalink")
    );
    let kept = page.form_with("Body");
    assert_eq!(
        (
            kept.value("Title"),
            kept.value("Body"),
            kept.value("Permalink")
        ),
        ("Second", "Other words.", "ebb")
    );
    assert!(blog.reader().open("/2016/06/ebb.html").await.says("Words."));
}

#[tokio::test]
async fn two_posts_of_one_title_get_two_addresses() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let first = nora.publish("Ebb", "Words.").await;
    let second = nora.publish("Ebb", "Other words.").await;
    assert_ne!(first, second);
    assert!(blog.reader().open(&first).await.says("Words."));
    assert!(blog.reader().open(&second).await.says("Other words."));
}

#[tokio::test]
async fn titles_of_any_script_get_an_address() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in [
        "港の夜",
        "Ночь в порту",
        "🌊",
        "../../admin",
        "CON",
        "%2e%2e%2f",
    ] {
        let path = nora.publish(title, "Words.").await;
        assert!(
            path.starts_with("/2016/06/")
                && path.strip_suffix(".html").is_some()
                && path.is_ascii()
                && !path.contains(".."),
            "{title}: {path}"
        );
        assert_eq!(blog.reader().open(&path).await.headings_of(1), [title]);
    }
}

#[tokio::test]
async fn html_is_written_as_well_as_markdown() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body =
        "<p>Some <em>words</em>.</p><script>alert(1)</script><p onclick=\"alert(1)\">*plain*</p>";
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("HTML", ""), ("Body", body)])
        .await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.texts("article.post em"), ["words"]);
    assert_eq!(page.number_of("main script, [onclick]"), 0);
    assert!(page.says("*plain*"), "Markdown is not read in HTML");
    let editor = nora.editor("Ebb").await.form_with("Body");
    assert!(editor.is_chosen("HTML"));
    assert_eq!(
        editor.value("Body"),
        body,
        "the source stays as it was written"
    );
}

#[tokio::test]
async fn the_source_is_kept_byte_for_byte() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body = "\n\n  Leading space\t\ttabs \u{a0}nbsp \u{200d}joiner\n\n</textarea>&lt;&amp;amp;\n<!--more-->\n\u{1f30a} e\u{301} é  \n\n";
    nora.write("Save", &[("Title", "Ebb"), ("Body", body)])
        .await;
    assert_eq!(
        nora.editor("Ebb").await.form_with("Body").value("Body"),
        body
    );
    nora.revise("Ebb", "Save", &[]).await;
    assert_eq!(
        nora.editor("Ebb").await.form_with("Body").value("Body"),
        body,
        "saving again changes nothing"
    );
}

#[tokio::test]
async fn all_fields_of_the_editor_come_back() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let fields = [
        ("Title", "Ebb"),
        ("Body", "Words."),
        ("Tags", "Tides, Old maps"),
        ("Permalink", "low-water"),
        ("Excerpt", "In short."),
        ("Published on", "2016-06-01T08:15"),
    ];
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&fields)
        .choose("Closed: keep existing comments")
        .choose("HTML");
    nora.press(&form, "Save").await;
    let kept = nora.editor("Ebb").await.form_with("Body");
    for (label, value) in fields {
        assert_eq!(kept.value(label), value, "{label}");
    }
    assert!(kept.is_chosen("Closed: keep existing comments") && kept.is_chosen("HTML"));
    let page = nora.revise("Ebb", "Publish", &[]).await;
    let post = blog.reader().open(&page.link("View post")).await;
    assert_eq!(
        post.attribute("meta[name=description]", "content")
            .as_deref(),
        Some("In short.")
    );
}

#[tokio::test]
async fn two_windows_never_overwrite_each_other() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "First words.").await;
    let mut here = nora.editor("Ebb").await.form_with("Body");
    blog.clock.advance(60);
    nora.revise("Ebb", "Update", &[("Body", "Words from elsewhere.")])
        .await;

    here.fill("Body", "Words from here.");
    let page = nora.press(&here, "Update").await;
    assert_eq!(page.status, 409);
    assert!(
        blog.reader()
            .open(&path)
            .await
            .says("Words from elsewhere."),
        "nothing is overwritten"
    );
    let both = page.form_with("Body");
    assert_eq!(both.value("Body"), "Words from here.");
    assert_eq!(
        both.value("The version saved elsewhere"),
        "Words from elsewhere."
    );
    nora.press(&both, "Update").await;
    assert!(
        blog.reader().open(&path).await.says("Words from here."),
        "now it is a choice"
    );
}

#[tokio::test]
async fn two_windows_in_one_second_never_overwrite_each_other() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "First words.").await;
    let mut here = nora.editor("Ebb").await.form_with("Body");
    nora.revise("Ebb", "Update", &[("Body", "Words from elsewhere.")])
        .await;
    here.fill("Body", "Words from here.");
    assert_eq!(nora.press(&here, "Update").await.status, 409);
}

#[tokio::test]
async fn what_is_too_long_comes_back_with_the_text_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let cases = [
        ("Title", "t".repeat(301)),
        ("Excerpt", "e".repeat(501)),
        ("Tags", "t".repeat(61)),
        (
            "Tags",
            (0..31)
                .map(|number| format!("tag {number}"))
                .collect::<Vec<_>>()
                .join(","),
        ),
        ("Permalink", "///".to_owned()),
        ("Body", "é".repeat(1024 * 1024 + 1)),
    ];
    for (label, value) in cases {
        let page = nora
            .write(
                "Save",
                &[("Title", "Ebb"), ("Body", "Words."), (label, &value)],
            )
            .await;
        assert_eq!(page.status, 422, "{label}");
        assert!(page.problem_of(label).is_some(), "{label}");
        assert!(page.form_with("Body").value(label) == value, "{label}");
    }
    assert_eq!(
        nora.write("Save", &[]).await.status,
        422,
        "neither title nor text"
    );
    assert_eq!(blog.number("select count(*) from posts").await, 0);
    assert_eq!(
        nora.write(
            "Save",
            &[("Title", "Long"), ("Body", &"x ".repeat(1024 * 1024))]
        )
        .await
        .status,
        200
    );
}

#[tokio::test]
async fn standing_pages_are_written_like_posts() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish_page("About", "Who writes here.").await;
    let list = nora.open("/admin/pages/").await;
    let mut form = nora.open(&list.link("About")).await.form_with("Body");
    form.fill("Body", "Who wrote here.");
    nora.press(&form, "Update").await;
    assert!(reader.open(&path).await.says("Who wrote here."));
    let mut form = nora.open("/admin/pages/new").await.form_with("Body");
    form.fill("Title", "Second").fill("Body", "Not stored.");
    assert!(
        nora.press(&form, "Preview")
            .await
            .says("This is a preview.")
    );
    let form = nora.open(&list.link("About")).await.form_with("Body");
    nora.press(&form, "Move to trash").await;
    assert_eq!(reader.open(&path).await.status, 404);
    assert_eq!(reader.open("/").await.link_if_any("About"), None);
}

#[tokio::test]
async fn an_action_that_no_button_has_is_refused_and_the_words_are_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Tides"), ("Body", "Old words.")])
        .await;
    let mut editor = nora.editor("Tides").await.form_with("Body");
    let (own, _) = editor.pressed("Save");
    editor.fill("Body", "New words.");
    for action in ["publsh", "preview", "copy", "SAVE"] {
        for address in [own.as_str(), "/admin/posts/new"] {
            let page = nora.press_as(&editor, "Save", action, address).await;
            assert_eq!(page.status, 422, "{action} {address}");
            assert!(page.says("This action isn’t available"), "{action}");
            let form = page.form_with("Body");
            assert_eq!(form.value("Body"), "New words.", "{action} {address}");
        }
        let saved = nora.editor("Tides").await.form_with("Body");
        assert_eq!(saved.value("Body"), "Old words.", "{action}");
    }
    // Nothing can be taken away from a post that is not stored.
    let page = nora
        .press_as(&editor, "Save", "trash", "/admin/posts/new")
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(blog.number("select count(*) from posts").await, 1);
    let autosave = "/admin/posts/1/autosave";
    let saved = nora.press_as(&editor, "Save", "publish", autosave).await;
    assert_eq!(saved.status, 400);
    let kept = nora.editor("Tides").await.form_with("Body");
    assert_eq!(kept.value("Body"), "Old words.");
}
