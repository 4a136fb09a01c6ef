//! The desk: no word is ever lost, readers see what they are to see, each at its time.

use crate::blog::{Person, TestBlog};
use crate::page::{Form, Page};
use daybook::blog::time::Millis;
use daybook::jobs;

/// What the script of an editor sends: the form's fields, some of them changed, to the address that keeps them.
async fn autosave(
    person: &Person,
    form: &Form,
    changes: &[(&str, &str)],
) -> (Page, serde_json::Value) {
    let mut form = form.clone();
    for (label, value) in changes {
        form.fill(label, value);
    }
    let (action, fields) = form.pressed("Save");
    let address = match action.strip_suffix("/new") {
        Some(base) => format!("{base}/autosave"),
        None => format!("{action}/autosave"),
    };
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "act")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let page = person.post(&address, &pairs).await;
    let answer = serde_json::from_str(&page.source()).unwrap_or_default();
    (page, answer)
}

async fn editor(person: &Person, title: &str) -> Form {
    person.editor(title).await.form_with("Body")
}

/// The text that an editor opens on.
async fn at_desk(person: &Person, title: &str) -> String {
    editor(person, title).await.value("Body").to_owned()
}

#[tokio::test]
async fn a_new_text_that_is_sent_twice_is_one_draft() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let form = nora.open("/admin/posts/new").await.form_with("Body");
    assert_eq!(
        blog.number("select count(*) from posts").await,
        0,
        "opening stores nothing"
    );
    let (empty, _) = autosave(&nora, &form, &[]).await;
    assert_eq!(empty.status, 422);
    let text = [("Title", "Ebb"), ("Body", "The quay at noon.")];
    let (_, first) = autosave(&nora, &form, &text).await;
    let (_, again) = autosave(&nora, &form, &text).await;
    assert_eq!(first["id"], again["id"]);
    assert!(first["saved_at"].as_str().unwrap().starts_with("14:30"));
    assert_eq!(blog.number("select count(*) from posts").await, 1);
    assert_eq!(at_desk(&nora, "Ebb").await, "The quay at noon.");
}

#[tokio::test]
async fn changes_of_a_published_post_wait_until_they_are_shown() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let before = reader.open(&path).await;
    let form = editor(&nora, "Ebb").await;
    let (page, answer) =
        autosave(&nora, &form, &[("Title", "Flood"), ("Body", "New words.")]).await;
    assert_eq!(
        (page.status, answer["state"].as_str()),
        (200, Some("published"))
    );
    let after = reader.open(&path).await;
    assert!(after.says("Old words.") && !after.says("New words."));
    for header in ["etag", "last-modified"] {
        assert_eq!(after.header(header), before.header(header), "{header}");
    }
    let open = nora.editor("Ebb").await;
    assert!(open.says("unpublished changes"));
    assert_eq!(open.form_with("Body").value("Body"), "New words.");
    nora.press(&open.form_with("Body"), "Update").await;
    assert!(reader.open(&path).await.says("New words."));
}

#[tokio::test]
async fn discarded_changes_are_among_the_revisions() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    autosave(&nora, &form, &[("Body", "New words.")]).await;
    let open = nora.editor("Ebb").await;
    let page = nora.press(&open.form_with("Body"), "Discard changes").await;
    assert_eq!(page.form_with("Body").value("Body"), "Old words.");
    assert!(!page.says("unpublished changes"));
    assert_eq!(
        blog.number("select count(*) from revisions where source = 'New words.'")
            .await,
        1
    );
}

#[tokio::test]
async fn two_tabs_that_change_different_paragraphs_are_put_together() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write(
        "Save",
        &[("Title", "Ebb"), ("Body", "One.\n\nTwo.\n\nThree.")],
    )
    .await;
    let (here, there) = (editor(&nora, "Ebb").await, editor(&nora, "Ebb").await);
    autosave(&nora, &here, &[("Body", "One, here.\n\nTwo.\n\nThree.")]).await;
    let (page, answer) =
        autosave(&nora, &there, &[("Body", "One.\n\nTwo.\n\nThree, there.")]).await;
    assert_eq!(page.status, 200);
    assert_eq!(
        answer["text"]["body"],
        "One, here.\n\nTwo.\n\nThree, there."
    );
    assert_eq!(
        at_desk(&nora, "Ebb").await,
        "One, here.\n\nTwo.\n\nThree, there."
    );
    // The first tab goes on from what it sent: nothing of the second one is lost.
    let mut here = here;
    here.tamper("base", &{
        let (_, sent) = autosave(&nora, &here, &[("Body", "One, here.\n\nTwo.\n\nThree.")]).await;
        sent["base"].to_string()
    });
    autosave(&nora, &here, &[("Body", "One, here!\n\nTwo.\n\nThree.")]).await;
    assert_eq!(
        at_desk(&nora, "Ebb").await,
        "One, here!\n\nTwo.\n\nThree, there."
    );
}

#[tokio::test]
async fn two_texts_of_one_paragraph_are_both_kept_for_their_author_to_choose() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "One.\n\nTwo.")])
        .await;
    let (here, there) = (editor(&nora, "Ebb").await, editor(&nora, "Ebb").await);
    autosave(&nora, &here, &[("Body", "One, here.\n\nTwo.")]).await;
    let (page, answer) = autosave(&nora, &there, &[("Body", "One, there.\n\nTwo.")]).await;
    assert_eq!(page.status, 409);
    assert_eq!(answer["chunks"][0]["mine"], "One, there.\n");
    assert_eq!(answer["chunks"][0]["theirs"], "One, here.\n");
    for words in ["One, here.", "One, there."] {
        let revisions = nora.open("/admin/posts/1/revisions").await;
        assert!(revisions.says("Other version of a conflict"));
        let mut found = false;
        for (_, address) in revisions.links() {
            if address.contains("/revisions/") {
                found |= nora.open(&address).await.says(words);
            }
        }
        assert!(found, "{words}");
    }
}

#[tokio::test]
async fn a_text_that_was_taken_out_comes_back_with_one_press() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = "harbour ".repeat(2000);
    nora.write("Save", &[("Title", "Ebb"), ("Body", &long)])
        .await;
    let form = editor(&nora, "Ebb").await;
    let (_, answer) = autosave(&nora, &form, &[("Body", "")]).await;
    assert_eq!(answer["cut"][1], 2000);
    assert_eq!(at_desk(&nora, "Ebb").await, "");
    blog.clock.advance(3 * 24 * 3600);
    blog.app.store.thin_revisions(blog.app.now()).await.unwrap();
    let page = nora.editor("Ebb").await;
    assert!(page.says("Before that it had 2000 words."));
    let back = nora
        .press(&page.form_with_button("Bring them back"), "Bring them back")
        .await;
    assert_eq!(back.form_with("Body").value("Body"), long);
    assert!(!back.says("was taken out"));
}

#[tokio::test]
async fn a_post_appears_at_its_time_and_only_once() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let page = nora
        .write(
            "Publish",
            &[
                ("Title", "Ebb"),
                ("Body", "Words."),
                ("Published on", "2016-06-05T15:00"),
            ],
        )
        .await;
    assert!(
        page.status_line().starts_with("Scheduled"),
        "{}",
        page.status_line()
    );
    assert!(page.says("Scheduled for"));
    let version = blog.app.store.content_version();
    blog.clock.advance(30 * 60 - 1);
    jobs::tick(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 404);
    assert_eq!(blog.app.store.content_version(), version);
    blog.clock.advance(1);
    jobs::tick(&blog.app).await.unwrap();
    let shown = reader.open("/2016/06/ebb.html").await;
    assert_eq!(shown.status, 200);
    assert!(reader.open("/").await.listed().contains(&"Ebb".to_owned()));
    let version = blog.app.store.content_version();
    jobs::tick(&blog.app).await.unwrap();
    assert_eq!(blog.app.store.content_version(), version, "it fires once");
    assert_eq!(
        blog.number("select published_at from posts").await,
        blog.app.now().0,
        "its time is the one that was set"
    );
}

#[tokio::test]
async fn a_time_that_passed_while_nobody_ran_is_made_good() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write(
        "Publish",
        &[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Published on", "2016-06-05T15:00"),
        ],
    )
    .await;
    blog.clock.advance(30 * 24 * 3600);
    jobs::tick(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 200);
}

#[tokio::test]
async fn a_schedule_is_in_the_blogs_zone_across_the_change_of_clocks() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Time zone", "Europe/Lisbon")])
        .await;
    // Lisbon: summer time until 30 October 2016, 02:00.
    for (local, utc) in [
        ("2016-10-29T09:00", "2016-10-29T08:00:00Z"),
        ("2016-10-30T09:00", "2016-10-30T09:00:00Z"),
    ] {
        nora.write(
            "Publish",
            &[
                ("Title", local),
                ("Body", "Words."),
                ("Published on", local),
            ],
        )
        .await;
        let due = blog
            .number("select due_at from posts order by id desc limit 1")
            .await;
        assert_eq!(Millis(due).rfc3339(), utc);
    }
}

#[tokio::test]
async fn changes_are_shown_at_the_time_that_was_set_for_them() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let page = nora
        .revise(
            "Ebb",
            "Update",
            &[("Body", "New words."), ("Update on", "2016-06-05T16:00")],
        )
        .await;
    assert!(page.says("update scheduled for"));
    jobs::tick(&blog.app).await.unwrap();
    assert!(reader.open(&path).await.says("Old words."));
    blog.clock.advance(2 * 3600);
    jobs::tick(&blog.app).await.unwrap();
    assert!(reader.open(&path).await.says("New words."));
    assert!(!nora.editor("Ebb").await.says("update scheduled"));
}

#[tokio::test]
async fn what_was_shown_by_mistake_is_taken_back() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let page = nora
        .write("Publish", &[("Title", "Ebb"), ("Body", "Old words.")])
        .await;
    let path = page.link("View post");
    let back = nora.press(&page.form_with_button("Undo"), "Undo").await;
    assert!(back.says("Draft"));
    assert_eq!(reader.open(&path).await.status, 404);
    nora.press(&back.form_with("Body"), "Publish").await;
    let page = nora
        .revise("Ebb", "Update", &[("Body", "New words.")])
        .await;
    let back = nora.press(&page.form_with_button("Undo"), "Undo").await;
    assert!(reader.open(&path).await.says("Old words."));
    assert_eq!(
        back.form_with("Body").value("Body"),
        "New words.",
        "the text stays at the desk"
    );
    assert!(back.says("unpublished changes"));
}

#[tokio::test]
async fn two_revisions_are_compared_and_an_older_one_comes_back_as_a_new_one() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "The low tide.")])
        .await;
    nora.revise("Ebb", "Save", &[("Body", "The high tide, at last.")])
        .await;
    let list = nora.open("/admin/posts/1/revisions").await;
    assert_eq!(list.number_of("table.revisions tbody tr"), 2);
    assert!(list.says("+3") && list.says("−2"), "{}", list.main());
    let compared = nora
        .press(&list.form_with_button("Compare"), "Compare selected")
        .await;
    assert_eq!(compared.texts(".compared del").join(""), "lowtide.");
    assert!(compared.texts(".compared ins").join("").contains("high"));
    assert_eq!(
        compared.texts(".side-by-side .text"),
        ["The low tide.", "The high tide, at last."]
    );
    let older = compared.form_with_button("Restore older revision");
    let back = nora.press(&older, "Restore older revision").await;
    assert_eq!(back.form_with("Body").value("Body"), "The low tide.");
    assert_eq!(blog.number("select count(*) from revisions").await, 3);
}

#[tokio::test]
async fn what_was_saved_by_itself_grows_thin_and_what_has_a_name_stays() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "0")]).await;
    let mut form = editor(&nora, "Ebb").await;
    for number in 1..=60 {
        let (_, answer) = autosave(&nora, &form, &[("Body", &number.to_string())]).await;
        form.tamper("base", &answer["base"].to_string());
        blog.clock.advance(3);
    }
    let named = blog
        .number("select id from revisions where source = '30'")
        .await;
    let mut page = nora
        .open(&format!("/admin/posts/1/revisions/{named}"))
        .await
        .form_with("Name it to keep it permanently");
    page.fill("Name it to keep it permanently", "The good one");
    nora.press(&page, "Save name").await;
    let store = &blog.app.store;
    store.thin_revisions(blog.app.now()).await.unwrap();
    assert_eq!(
        blog.number("select count(*) from revisions").await,
        61,
        "all stay for ten minutes"
    );
    blog.clock.advance(3600);
    store.thin_revisions(blog.app.now()).await.unwrap();
    let left = blog.number("select count(*) from revisions").await;
    assert!((4..=8).contains(&left), "one a minute: {left}");
    blog.clock.advance(400 * 24 * 3600);
    store.thin_revisions(blog.app.now()).await.unwrap();
    let nora = blog.author().await;
    let sources = nora.open("/admin/posts/1/revisions").await.main();
    assert!(sources.contains("The good one"));
    assert_eq!(at_desk(&nora, "Ebb").await, "60");
}

#[tokio::test]
async fn an_author_is_told_where_else_a_text_is_open() {
    let blog = TestBlog::new().await;
    let (nora, omar) = (blog.author().await, blog.operator().await);
    nora.write("Save", &[("Title", "Ebb"), ("Body", "Words.")])
        .await;
    let open = nora.editor("Ebb").await;
    assert!(
        !open.says("Also open"),
        "saving by hand leaves no page open"
    );
    let form = open.form_with("Body");
    autosave(&nora, &form, &[("Body", "More words.")]).await;
    let other = omar.editor("Ebb").await;
    assert!(other.says("Also open: Nora"), "{}", other.main());
    let (_, answer) = autosave(&omar, &other.form_with("Body"), &[("Body", "More words!")]).await;
    assert_eq!(answer["elsewhere"][0]["author"], "Nora");
    blog.clock.advance(10 * 60);
    assert!(
        !omar.editor("Ebb").await.says("Also open"),
        "a silent page is a closed one"
    );
}

#[tokio::test]
async fn a_link_shows_the_text_at_the_desk_until_it_ends() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write("Save", &[("Title", "Ebb"), ("Body", "Secret words.")])
        .await;
    let mut form = nora
        .open("/admin/posts/1/links")
        .await
        .form_with("Who is it for?");
    form.fill_all(&[
        ("Who is it for?", "Ada"),
        ("Works until the end of", "2016-06-06"),
    ]);
    let page = nora.press(&form, "Create link").await;
    let link = page
        .attribute(".preview-links input[readonly]", "value")
        .unwrap();
    let path = format!("/{}", link.splitn(4, '/').nth(3).unwrap());
    let shown = reader.open(&path).await;
    assert!(shown.says("Secret words.") && shown.says("not published"));
    assert_eq!(shown.header("cache-control"), Some("private, no-store"));
    assert_eq!(shown.header("x-robots-tag"), Some("noindex"));
    assert_eq!(shown.header("referrer-policy"), Some("same-origin"));
    let (start, code) = path.rsplit_once('/').unwrap();
    assert_eq!(
        reader
            .open(&format!("{start}/{}x", &code[1..]))
            .await
            .status,
        404
    );
    assert_eq!(reader.open(&format!("/preview/2/{code}")).await.status, 404);
    blog.clock.advance(33 * 3600);
    assert_eq!(
        reader.open(&path).await.status,
        200,
        "until the end of the day"
    );
    blog.clock.advance(3600);
    assert_eq!(reader.open(&path).await.status, 404);

    let form = nora
        .open("/admin/posts/1/links")
        .await
        .form_with("Who is it for?");
    let page = nora.press(&form, "Create link").await;
    let link = page
        .attribute(".preview-links input[readonly]", "value")
        .unwrap();
    let path = format!("/{}", link.splitn(4, '/').nth(3).unwrap());
    assert_eq!(reader.open(&path).await.status, 200);
    nora.press(&page.form_with_button("Revoke"), "Revoke").await;
    assert_eq!(reader.open(&path).await.status, 404);
}

#[tokio::test]
async fn a_link_is_not_made_of_a_day_that_is_none_or_over() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "Words.")])
        .await;
    let long = "x".repeat(81);
    for (name, until, field) in [
        ("Ada", "tomorrow", "Works until the end of"),
        ("Ada", "2016-06-04", "Works until the end of"),
        (&long, "2016-06-06", "Who is it for?"),
    ] {
        let mut form = nora
            .open("/admin/posts/1/links")
            .await
            .form_with("Who is it for?");
        form.fill_all(&[("Who is it for?", name), ("Works until the end of", until)]);
        let page = nora.press(&form, "Create link").await;
        assert_eq!(page.status, 422, "{until}");
        assert!(page.problem_of(field).is_some(), "{until}");
        let kept = page.form_with("Who is it for?");
        assert_eq!(
            (
                kept.value("Who is it for?"),
                kept.value("Works until the end of")
            ),
            (name, until)
        );
    }
    assert_eq!(blog.number("select count(*) from preview_links").await, 0);
}

/// S44, S45.
#[tokio::test]
async fn nothing_at_the_desk_is_found_by_readers() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora
        .publish_with(&[
            ("Title", "Ebb"),
            ("Body", "Known words."),
            ("Tags", "tides"),
        ])
        .await;
    let public = [
        "/",
        &path,
        "/tags/",
        "/tags/tides/",
        "/feed.atom",
        "/comments.atom",
        "/comments.json",
        "/search?q=xyzzy",
        "/search?q=Known",
        "/2016/06/nothing.html",
        "/2016/06/xyzzy",
        "/2016/06/xyzzy-plan",
        "/2016/06/xyzzy-plan.html",
    ];
    let mut before = Vec::new();
    for address in public {
        let page = reader.get(address).await;
        before.push((page.status, page.header("etag").map(str::to_owned)));
    }
    nora.write(
        "Save",
        &[
            ("Title", "Xyzzy plan"),
            ("Body", "xyzzy draft"),
            ("Tags", "xyzzy"),
        ],
    )
    .await;
    nora.write(
        "Publish",
        &[
            ("Title", "Xyzzy later"),
            ("Body", "xyzzy"),
            ("Tags", "xyzzy"),
            ("Published on", "2016-06-05T23:00"),
        ],
    )
    .await;
    let form = editor(&nora, "Ebb").await;
    autosave(
        &nora,
        &form,
        &[("Body", "xyzzy pending"), ("Tags", "tides, xyzzy")],
    )
    .await;
    jobs::render_anew(&blog.app).await.unwrap();
    for (address, was) in public.into_iter().zip(before) {
        let page = reader.get(address).await;
        assert_eq!(
            (page.status, page.header("etag").map(str::to_owned)),
            was,
            "{address}"
        );
        let source = page
            .source()
            .to_lowercase()
            .replace(&address.to_lowercase(), "");
        assert!(
            !source
                .replace("q=xyzzy", "")
                .replace("value=\"xyzzy\"", "")
                .contains("xyzzy draft"),
            "{address}"
        );
        assert!(
            !source.contains("xyzzy pending") && !source.contains("xyzzy later"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_text_that_goes_through_the_editor_unchanged_stays_the_same_to_the_byte() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "tides")])
        .await;
    let source = "\n\n<p>one\r\ntwo\rthree</p>\t \r\n\u{a0}&nbsp;\n";
    let mut database = blog.database().await;
    sqlx::query("update posts set source = $1, markup = 'html', revision_id = null, shown_id = null, title = 'Ebb  and flow', published_at = published_at - 1234")
        .bind(source)
        .execute(&mut database)
        .await
        .unwrap();
    sqlx::query("delete from revisions")
        .execute(&mut database)
        .await
        .unwrap();
    sqlx::query("update tags set name = 'tides, high', key = 'tides, high'")
        .execute(&mut database)
        .await
        .unwrap();
    let before: (String, String, i64) =
        sqlx::query_as("select source, title, published_at from posts")
            .fetch_one(&mut database)
            .await
            .unwrap();
    for button in ["Save", "Update"] {
        let list = nora.open("/admin/posts/").await;
        let form = nora
            .open(&list.link("Ebb and flow"))
            .await
            .form_with("Body");
        nora.press(&form, button).await;
        let after: (String, String, i64) =
            sqlx::query_as("select source, title, published_at from posts")
                .fetch_one(&mut database)
                .await
                .unwrap();
        assert_eq!(after, before, "{button}");
        assert_eq!(
            blog.number("select pending from posts").await,
            0,
            "{button}"
        );
        assert_eq!(
            blog.number("select count(*) from tags").await,
            1,
            "{button}"
        );
        assert_eq!(
            blog.number("select count(*) from revisions").await,
            1,
            "{button}"
        );
    }
}

#[tokio::test]
async fn what_is_easily_forgotten_is_told_before_publishing() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    nora.write(
        "Save",
        &[(
            "Body",
            "TK here, [gone](/2016/06/gone.html), [there](/2016/06/ebb.html), ![](https://pictures.example/a.png)",
        )],
    )
    .await;
    let page = nora.get("/admin/posts/2/checks").await;
    let answer: serde_json::Value = serde_json::from_str(&page.source()).unwrap();
    let said: Vec<&str> = answer["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "There’s no title.",
            "There are no tags.",
            "A picture has no alternative text.",
            "Broken link: there’s no page at /2016/06/gone.html.",
            "“TK” is still in the text.",
        ]
    );
}

#[tokio::test]
async fn a_permalink_that_is_taken_is_told_while_its_author_writes() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    let form = nora.open("/admin/posts/new").await.form_with("Body");
    let fields = [("Title", "Other"), ("Body", "Words."), ("Permalink", "ebb")];
    let (page, answer) = autosave(&nora, &form, &fields).await;
    assert_eq!(page.status, 200, "the text is kept all the same");
    assert_eq!(answer["problems"][0]["field"], "permalink");
    assert_eq!(
        answer["problems"][0]["message"],
        "/2016/06/ebb.html is already used by “Ebb”."
    );
    let page = nora.press(&editor(&nora, "Other").await, "Publish").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Permalink").is_some());
}

#[tokio::test]
async fn a_scheduled_post_with_another_date_appears_then() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write(
        "Publish",
        &[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Published on", "2016-06-05T15:00"),
        ],
    )
    .await;
    nora.revise("Ebb", "Save", &[("Published on", "2016-06-05T16:00")])
        .await;
    blog.clock.advance(45 * 60);
    jobs::tick(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 404);
    blog.clock.advance(45 * 60);
    jobs::tick(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 200);
}

#[tokio::test]
async fn an_update_without_changes_can_be_taken_back_and_the_post_stays() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Words.").await;
    let page = nora.revise("Ebb", "Update", &[]).await;
    nora.press(&page.form_with_button("Undo"), "Undo").await;
    assert!(reader.open(&path).await.says("Words."));
}

#[tokio::test]
async fn what_is_typed_after_a_post_went_to_the_trash_is_shown_to_nobody_when_it_comes_back() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    nora.revise("Ebb", "Move to trash", &[]).await;
    let (page, _) = autosave(&nora, &form, &[("Body", "Half a sen")]).await;
    assert_eq!(page.status, 200);
    jobs::render_anew(&blog.app).await.unwrap();
    let trashed = nora.open("/admin/posts/1").await.form_with("Body");
    let back = nora.press(&trashed, "Restore").await;
    assert!(reader.open(&path).await.says("Old words."));
    assert!(back.says("unpublished changes"));
    assert_eq!(back.form_with("Body").value("Body"), "Half a sen");
}

#[tokio::test]
async fn a_text_whose_base_was_thinned_away_replaces_nothing() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "One.")])
        .await;
    let mut form = editor(&nora, "Ebb").await;
    let (_, first) = autosave(&nora, &form, &[("Body", "One. Two.")]).await;
    form.tamper("base", &first["base"].to_string());
    let old = form.clone();
    autosave(&nora, &form, &[("Body", "One. Two. Three.")]).await;
    sqlx::query("delete from revisions where source = 'One. Two.'")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let (page, _) = autosave(&nora, &old, &[("Body", "One. Two. Four.")]).await;
    assert_eq!(page.status, 409, "both changed the same place");
    assert_eq!(at_desk(&nora, "Ebb").await, "One. Two. Three.");
}

#[tokio::test]
async fn a_discarded_text_outlives_its_thinning() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    autosave(&nora, &form, &[("Body", "New words.")]).await;
    let open = nora.editor("Ebb").await;
    nora.press(&open.form_with("Body"), "Discard changes").await;
    let form = editor(&nora, "Ebb").await;
    autosave(&nora, &form, &[("Body", "Other words.")]).await;
    blog.clock.advance(3 * 24 * 3600);
    blog.app.store.thin_revisions(blog.app.now()).await.unwrap();
    assert_eq!(
        blog.number("select count(*) from revisions where source = 'New words.'")
            .await,
        1
    );
}

#[tokio::test]
async fn tags_of_changes_to_come_are_seen_when_they_come() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Sea")])
        .await;
    nora.revise(
        "Ebb",
        "Update",
        &[("Tags", "Secret"), ("Update on", "2016-06-05T16:00")],
    )
    .await;
    nora.publish("Flood", "Words.").await;
    assert!(!reader.open(&path).await.says("Secret"));
    assert_eq!(reader.open("/tags/secret/").await.status, 404);
    blog.clock.advance(2 * 3600);
    jobs::tick(&blog.app).await.unwrap();
    assert!(reader.open(&path).await.says("Secret"));
}

#[tokio::test]
async fn a_merge_brings_every_field_that_changed_elsewhere() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "One.\n\nTwo.")])
        .await;
    let (here, mut there) = (editor(&nora, "Ebb").await, editor(&nora, "Ebb").await);
    there.tick("Hide from search engines");
    autosave(
        &nora,
        &there,
        &[("Permalink", "other"), ("Location", "Lisbon")],
    )
    .await;
    let (_, answer) = autosave(&nora, &here, &[("Body", "One.\n\nTwo. Three.")]).await;
    let text = &answer["text"];
    assert_eq!(
        [&text["permalink"], &text["location"], &text["noindex"]],
        ["other", "Lisbon", "yes"]
    );
}

#[tokio::test]
async fn a_scheduled_post_moves_with_the_date_that_is_saved_by_itself() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write(
        "Publish",
        &[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Published on", "2016-06-05T15:00"),
        ],
    )
    .await;
    let form = editor(&nora, "Ebb").await;
    let (_, answer) = autosave(&nora, &form, &[("Published on", "2016-06-05T16:00")]).await;
    assert!(
        answer["state_in_words"].as_str().unwrap().contains("16:00"),
        "{answer}"
    );
    blog.clock.advance(45 * 60);
    jobs::tick(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 404);
}

#[tokio::test]
async fn the_framed_preview_is_for_our_own_pages_only() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write(
        "Save",
        &[("Title", "Ebb"), ("Body", "Some **bold** words.")],
    )
    .await;
    let frame = nora.open("/admin/posts/1/preview").await;
    let framed = frame.attribute("iframe", "src").unwrap();
    let page = nora.open(&framed).await;
    assert_eq!(page.texts("article.post strong"), ["bold"]);
    assert_eq!(page.header("x-frame-options"), Some("SAMEORIGIN"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("script-src 'self'"));
    let usual = nora.open("/admin/posts/").await;
    assert!(
        usual
            .header("content-security-policy")
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    let feed = nora.open("/admin/posts/1/framed?as=feed").await;
    assert_eq!(feed.texts("strong"), ["bold"]);
}

#[tokio::test]
async fn what_an_author_says_beside_the_text_reaches_its_page() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[
        ("Title", "Ebb"),
        ("Body", "Worte."),
        ("Location", "Lisbon"),
        ("Language of the text", "de"),
        ("First published at", "https://elsewhere.example/ebb"),
        ("Picture for sharing", "https://pictures.example/ebb.jpg"),
    ])
    .tick("Hide from search engines");
    let path = nora.press(&form, "Publish").await.link("View post");
    let page = reader.open(&path).await;
    assert_eq!(
        page.attribute("article.post .text", "lang").as_deref(),
        Some("de")
    );
    assert_eq!(
        page.attribute("meta[name=robots]", "content").as_deref(),
        Some("noindex")
    );
    assert_eq!(
        page.attribute("link[rel=canonical]", "href").as_deref(),
        Some("https://elsewhere.example/ebb")
    );
    assert_eq!(
        page.attribute("meta[property='og:image']", "content")
            .as_deref(),
        Some("https://pictures.example/ebb.jpg")
    );
    assert!(page.says("Lisbon"));
    let again = nora.editor("Ebb").await.form_with("Body");
    assert_eq!(again.value("Location"), "Lisbon");
    let mut wrong = again;
    wrong.fill("First published at", "elsewhere");
    let page = nora.press(&wrong, "Update").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("First published at").is_some());
}

#[tokio::test]
async fn an_author_may_put_somebody_else_and_fields_of_their_own_below_a_post() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[
        ("Title", "Ebb"),
        ("Body", "Words."),
        ("Author", "Otto"),
        ("Custom fields", "Listening to: rain\nWeather: mild: very"),
    ]);
    let path = nora.press(&form, "Publish").await.link("View post");
    let page = reader.open(&path).await;
    assert!(page.says("Otto") && !page.says("Nora"), "{}", page.main());
    assert_eq!(page.texts(".fields-of dt"), ["Listening to", "Weather"]);
    assert_eq!(page.texts(".fields-of dd"), ["rain", "mild: very"]);
    let mut form = nora.editor("Ebb").await.form_with("Body");
    assert_eq!(
        form.value("Custom fields"),
        "Listening to: rain\nWeather: mild: very"
    );
    form.tamper("author", "4711");
    nora.press(&form, "Update").await;
    assert!(
        reader.open(&path).await.says("Otto"),
        "nobody is not somebody"
    );
    let mut form = nora.editor("Ebb").await.form_with("Body");
    form.fill("Custom fields", "rain");
    let page = nora.press(&form, "Update").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Custom fields").is_some());
}

#[tokio::test]
async fn a_pinned_post_stands_first() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[("Title", "Read me first"), ("Body", "Words.")])
        .tick("Pin to the top of the home page");
    nora.press(&form, "Publish").await;
    blog.clock.advance(3 * 24 * 3600);
    nora.publish("Newer", "Words.").await;
    assert_eq!(reader.open("/").await.listed(), ["Read me first", "Newer"]);
}

#[tokio::test]
async fn a_form_that_is_refused_for_its_session_comes_back_with_its_words() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = "The mud shines & smells.\n".repeat(2000);
    let words = long.trim().replace('\n', " ");
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill("Title", "Ebb").fill("Body", &long);
    form.tamper("csrf", "of another session");
    let refused = nora.press_once(&form, "Save").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.texts("textarea[aria-label=title]"), ["Ebb"]);
    assert_eq!(refused.texts("textarea[aria-label=body]"), [words.as_str()]);
    // Signed out, it is anybody who sends words: as many as a long letter has.
    nora.set_cookies(std::collections::BTreeMap::new());
    let refused = nora.press_once(&form, "Save").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.texts("textarea[aria-label=body]"), [words.as_str()]);
    assert!(!refused.source().contains("of another session"));
}

#[tokio::test]
async fn a_form_that_is_too_large_comes_back_with_its_words() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = "word ".repeat(20_000);
    let words = long.trim();
    let mut form = nora.open("/admin/settings").await.form_with("Blog title");
    form.fill("Description", &long);
    let refused = nora.press_once(&form, "Save settings").await;
    assert_eq!(refused.status, 413);
    assert_eq!(refused.texts("textarea[aria-label=description]"), [words]);
}

#[tokio::test]
async fn a_password_never_stands_on_the_page_that_refuses_it() {
    let blog = TestBlog::new().await;
    let reader = blog.reader();
    let mut form = reader.open("/admin/sign-in").await.form_with("Email");
    form.fill("Email", "nora@example.org")
        .fill("Password", "a word like no other ");
    form.tamper("next", &"x".repeat(100_000));
    let refused = reader.press_once(&form, "Sign in").await;
    assert_eq!(refused.status, 413);
    assert!(refused.source().contains("nora@example.org"));
    assert!(!refused.source().contains("a word like no other"));
}

#[tokio::test]
async fn buttons_that_take_a_text_away_keep_the_words_that_came_with_them() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    nora.revise("Ebb", "Move to trash", &[("Body", "Newer words.")])
        .await;
    assert_eq!(
        nora.open("/admin/posts/1")
            .await
            .form_with("Body")
            .value("Body"),
        "Newer words."
    );
    let form = nora.open("/admin/posts/1").await.form_with("Body");
    nora.press(&form, "Restore").await;
    nora.revise("Ebb", "Discard changes", &[("Body", "Newest words.")])
        .await;
    assert_eq!(at_desk(&nora, "Ebb").await, "Old words.");
    let mut found = false;
    for (_, address) in nora.open("/admin/posts/1/revisions").await.links() {
        if address.contains("/revisions/") {
            found |= nora.open(&address).await.says("Newest words.");
        }
    }
    assert!(found, "what was discarded is among the revisions");
}

#[tokio::test]
async fn what_is_saved_by_itself_says_at_once_that_readers_do_not_see_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    let (_, answer) = autosave(&nora, &form, &[]).await;
    assert_eq!(answer["state_in_words"], "Published");
    assert_eq!(answer["pending"], false);
    let (_, answer) = autosave(&nora, &form, &[("Body", "New words.")]).await;
    assert_eq!(answer["state_in_words"], "Published · unpublished changes");
    assert_eq!(answer["pending"], true);
}

#[tokio::test]
async fn a_published_post_is_not_published_again_at_a_time_to_come() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let page = nora
        .revise(
            "Ebb",
            "Update",
            &[("Body", "New words."), ("Published on", "2031-01-01T10:00")],
        )
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.problem_of("Published on").unwrap(),
        "This is already published, so its date can’t be in the future. To publish it later, move it back to draft first."
    );
    assert_eq!(page.form_with("Body").value("Body"), "New words.");
    assert!(reader.open(&path).await.says("Old words."));
}
